
/*
 * What a key leaves in the memory of a process after it was freed: nothing.
 * The whole of the process' writable memory is searched, for each form that
 * the key had. The patterns are kept masked, not to be found themselves.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/pem.h>

#include "tap.h"
#include "../../src/lib/ic_secret.h"
#include "../../src/trust/ic_cert.h"
#include "../../src/trust/ic_permit.h"


#define MASK     0x5a
#define PATTERN  24                      /* bytes of each form */
#define FORMS    4
#define LARGEST  (1UL << 30)             /* more is a sanitizer's shadow */


static char  folder[] = "/tmp/lib_secret.XXXXXX";
static char  key_file[64], mask_file[64];


/* In a process of its own: a key, and masked pieces of what it looks like. */

static void
make(const char *type)
{
    int        size;
    FILE      *f;
    char       text[8192], *line;
    u_char     number[1024], turned[1024], forms[FORMS][PATTERN];
    size_t     n, k, len;
    BIGNUM    *bn;
    EVP_PKEY  *key;

    key = strcmp(type, "RSA") == 0
          ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t) 2048)
          : EVP_PKEY_Q_keygen(NULL, NULL, "EC", type);

    f = fopen(key_file, "w");
    PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
    fclose(f);

    bn = NULL;
    EVP_PKEY_get_bn_param(key, strcmp(type, "RSA") == 0
                          ? OSSL_PKEY_PARAM_RSA_D : OSSL_PKEY_PARAM_PRIV_KEY,
                          &bn);
    size = BN_bn2bin(bn, number);

    for (n = 0; n < (size_t) size; n++) {
        turned[n] = number[size - 1 - n];
    }

    f = fopen(key_file, "r");
    len = fread(text, 1, sizeof(text) - 1, f);
    text[len] = '\0';
    fclose(f);
    line = strchr(text, '\n') + 1;

    /* big-endian, as limbs, and the text: its second line and its end */

    memcpy(forms[0], number, PATTERN);
    memcpy(forms[1], turned, PATTERN);
    memcpy(forms[2], strchr(line, '\n') + 1, PATTERN);
    memcpy(forms[3], line + 40, PATTERN);

    for (n = 0; n < FORMS; n++) {
        for (k = 0; k < PATTERN; k++) {
            forms[n][k] ^= MASK;
        }
    }

    f = fopen(mask_file, "w");
    fwrite(forms, 1, sizeof(forms), f);
    fclose(f);
    _exit(0);
}


/* What a sanitizer has poisoned is read as well. */

__attribute__((no_sanitize_address))
static unsigned
found_in(const u_char *start, const u_char *end, const u_char *form)
{
    size_t         k;
    unsigned       n;
    const u_char  *p;

    n = 0;

    for (p = start; p + PATTERN <= end; p++) {
        for (k = 0; k < PATTERN && (p[k] ^ MASK) == form[k]; k++) {
            /* void */
        }

        n += (k == PATTERN);
    }

    return n;
}


/* Places in writable memory, also below us on the stack. */

static unsigned
found(void)
{
    FILE          *maps;
    char           line[512], mode[8];
    u_char         forms[FORMS][PATTERN];
    unsigned       n, form;
    unsigned long  start, end;

    maps = fopen(mask_file, "r");

    if (maps == NULL || fread(forms, 1, sizeof(forms), maps) != sizeof(forms))
    {
        return 1000;
    }

    fclose(maps);
    maps = fopen("/proc/self/maps", "r");
    n = 0;

    while (maps != NULL && fgets(line, sizeof(line), maps) != NULL) {
        if (sscanf(line, "%lx-%lx %7s", &start, &end, mode) == 3
            && strncmp(mode, "rw", 2) == 0 && end - start < LARGEST)
        {
            for (form = 0; form < FORMS; form++) {
                n += found_in((u_char *) start, (u_char *) end, forms[form]);
            }
        }
    }

    fclose(maps);

    return n;
}


static void
try(const char *type)
{
    int               status;
    char              name[128];
    pid_t             pid;
    EVP_PKEY         *key;
    ic_arena_t       *arena;
    ic_permit_key_t   permit;

    pid = fork();

    if (pid == 0) {
        make(type);
    }

    waitpid(pid, &status, 0);
    is_int(found(), 0, "nothing is known of a key that was not read");

    key = ic_cert_private_key(key_file);
    snprintf(name, sizeof(name), "%s: the key is there while it is", type);
    ok(key != NULL && found() > 0, name);
    EVP_PKEY_free(key);
    snprintf(name, sizeof(name), "%s: ... and gone when it is freed", type);
    is_int(found(), 0, name);

    arena = ic_pool_create();
    ok(ic_permit_key_load(&permit, key_file, arena) == 0 && found() > 0,
       "the key of permits");
    ic_permit_key_free(&permit);
    is_int(found(), 0, "... gone");
    ic_pool_destroy(arena);

    /* a file that is cut off was read as well */

    ok(truncate(key_file, 150) == 0, "a cut file");
    ok(ic_cert_private_key(key_file) == NULL, "... is no key");
    is_int(found(), 0, "... and leaves nothing either");
}


int
main(void)
{
    struct rlimit  limit;

    /* before the test's own library allocates anything */

    ok(ic_secret_memory(), "OpenSSL frees by our function");

    ok(mkdtemp(folder) != NULL, "a folder");
    snprintf(key_file, sizeof(key_file), "%s/key.pem", folder);
    snprintf(mask_file, sizeof(mask_file), "%s/mask", folder);

    try("P-256");
    try("RSA");
    try("SM2");

    is_int(ic_secret_process(), 0, "a process for secrets");
    is_int(prctl(PR_GET_DUMPABLE), 0, "... may not be looked into");
    ok(getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max <= 1,
       "... leaves no core");
    is_int(ic_secret_process(), 0, "... also when it already is one");

    unlink(key_file);
    unlink(mask_file);
    rmdir(folder);

    return done();
}
