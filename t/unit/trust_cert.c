
/* Certificates, against the openssl program as the second opinion. */


#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tap.h"
#include "../../src/lib/ic_codec.h"
#include "../../src/trust/ic_ca.h"
#include "../../src/trust/ic_cert.h"


#define ADDRESSES  "IP:127.0.0.1,IP:::1,DNS:localhost,DNS:a.example"


static char  folder[] = "/tmp/trust_cert.XXXXXX";
static char  error[256];


/* A path in the folder of this run; eight of them live at a time. */

static const char *
path(const char *name)
{
    static char  paths[8][128];
    static int   n;
    char        *p;

    p = paths[n++ % 8];
    snprintf(p, sizeof(paths[0]), "%s/%s", folder, name);

    return p;
}


/* First word that a command prints. */

static const char *
first_word(const char *fmt, const char *file)
{
    FILE         *f;
    char          command[512];
    static char   word[512];

    snprintf(command, sizeof(command), fmt, file, file);
    word[0] = '\0';

    f = popen(command, "r");
    if (f == NULL || fscanf(f, "%511s", word) != 1) {
        word[0] = '\0';
    }

    if (f != NULL) {
        pclose(f);
    }

    return word;
}


static ic_str_t
slurp(ic_arena_t *arena, const char *file)
{
    FILE      *f;
    u_char    *data;
    ic_str_t   text = ic_null_string;

    f = fopen(file, "r");
    if (f != NULL) {
        data = ic_alloc(arena, 65536);
        text = ic_str_n(data, fread(data, 1, 65536, f));
        fclose(f);
    }

    return text;
}


static void
write_file(const char *file, const char *text)
{
    FILE  *f;

    f = fopen(file, "w");
    if (f != NULL) {
        fputs(text, f);
        fclose(f);
    }
}


static bool
run(const char *fmt, const char *a, const char *b)
{
    char  command[1024];

    snprintf(command, sizeof(command), fmt, a, b);

    return system(command) == 0;
}


static void
issue(const char *ca, const char *node_id, const char *file, int days)
{
    int   rc;
    char  names[4][64];

    snprintf(names[0], sizeof(names[0]), "%s.pem", ca);
    snprintf(names[1], sizeof(names[1]), "%s.key", ca);
    snprintf(names[2], sizeof(names[2]), "%s.pem", file);
    snprintf(names[3], sizeof(names[3]), "%s.key", file);

    rc = ic_ca_issue(path(names[0]), path(names[1]), path(names[2]),
                     path(names[3]), node_id, ADDRESSES, days, error,
                     sizeof(error));
    is_int(rc, 0, "issue %s%s", node_id, rc == 0 ? "" : error);
}


static void
test_create(void)
{
    char         old[4096];
    struct stat  st;

    memset(old, '#', sizeof(old));
    old[sizeof(old) - 1] = '\0';

    is_int(ic_ca_create(path("ca.pem"), path("ca.key"), "test network", 30,
                        error, sizeof(error)),
           0, "a CA");

    /* an old file that others can read is no longer so */
    write_file(path("other.key"), old);
    chmod(path("other.key"), 0644);
    is_int(ic_ca_create(path("other.pem"), path("other.key"), "test network",
                        30, error, sizeof(error)),
           0, "another CA of the same name");

    is_int(stat(path("other.key"), &st), 0, "its key is there");
    is_int(st.st_mode & 0777, 0600, "and only for its owner");
    ok(st.st_size < 1000, "without the rest of the old one");

    issue("ca", "node-a", "a", 30);
    issue("ca", "node-b:1@x", "b", 30);
    issue("ca", "node-a", "expired", -1);
    issue("other", "node-a", "foreign", 30);

    ok(run("openssl verify -x509_strict -purpose sslserver -CAfile %s %s"
           " >/dev/null 2>&1", path("ca.pem"), path("a.pem")),
       "openssl takes it for a server");
    ok(run("openssl verify -x509_strict -purpose sslclient -CAfile %s %s"
           " >/dev/null 2>&1", path("ca.pem"), path("a.pem")),
       "and for a client");
    ok(!run("openssl verify -x509_strict -CAfile %s %s >/dev/null 2>&1",
            path("other.pem"), path("a.pem")),
       "under its own CA only");
}


/* What a certificate says, as openssl prints it. */

static void
test_content(void)
{
    static const char  *wanted[] = {
        "CN = node-a", "IP Address:127.0.0.1", "DNS:localhost",
        "IP Address:0:0:0:0:0:0:0:1", "DNS:a.example",
        "URI:urn:interconn:node:node-a", "TLS Web Server Authentication, "
        "TLS Web Client Authentication", "Digital Signature", "CA:FALSE",
        "NIST CURVE: P-256", "Version: 3", NULL
    };

    int          i;
    char         command[256], serial[2][64];
    FILE        *f;
    static char  text[16384];

    snprintf(command, sizeof(command), "openssl x509 -noout -text -in %s",
             path("a.pem"));
    f = popen(command, "r");
    text[f == NULL ? 0 : fread(text, 1, sizeof(text) - 1, f)] = '\0';

    for (i = 0; wanted[i] != NULL; i++) {
        ok(strstr(text, wanted[i]) != NULL, "it says %s", wanted[i]);
    }

    if (f != NULL) {
        pclose(f);
    }

    for (i = 0; i < 2; i++) {
        snprintf(serial[i], sizeof(serial[i]), "%s",
                 first_word("openssl x509 -noout -serial -in %s",
                            path(i ? "b.pem" : "a.pem")));
    }

    ok(strlen(serial[0]) > strlen("serial=") + 24, "serial of 128 bits");
    ok(strcmp(serial[0], serial[1]) != 0, "and another one each time");
}


static void
test_spki(ic_arena_t *arena)
{
    char        hex[IC_SPKI_HEX], again[IC_SPKI_HEX];
    X509       *cert;
    EVP_PKEY   *key;
    ic_str_t    pem;
    const char *cli;

    cert = ic_cert_read(path("a.pem"));
    ok(cert != NULL && ic_cert_spki(cert, hex) == 0, "spki");

    cli = first_word("openssl x509 -pubkey -noout -in %s"
                     " | openssl pkey -pubin -outform der | sha256sum",
                     path("a.pem"));
    is_str(hex, cli, "is what openssl makes of it");

    key = X509_get_pubkey(cert);
    ic_cert_spki_key(key, again);
    is_str(again, hex, "spki of its public key");
    EVP_PKEY_free(key);

    key = ic_cert_private_key(path("a.key"));
    ok(key != NULL && ic_cert_spki_key(key, again) == 0, "private key");
    is_str(again, hex, "spki of its private key");
    EVP_PKEY_free(key);
    X509_free(cert);

    key = ic_cert_public_key(slurp(arena, path("a.pem")));
    ok(key != NULL && ic_cert_spki_key(key, again) == 0,
       "public key from a certificate");
    is_str(again, hex, "is the same");
    EVP_PKEY_free(key);

    run("openssl x509 -pubkey -noout -in %s > %s", path("a.pem"),
        path("a.pub"));
    pem = slurp(arena, path("a.pub"));
    key = ic_cert_public_key(pem);
    ok(key != NULL && ic_cert_spki_key(key, again) == 0, "bare public key");
    is_str(again, hex, "is the same");
    EVP_PKEY_free(key);

    ok(ic_cert_parse(pem) == NULL, "which is no certificate");
}


static void
test_names(ic_arena_t *arena)
{
    X509  *a, *b;

    a = ic_cert_read(path("a.pem"));
    b = ic_cert_parse(slurp(arena, path("b.pem")));
    ok(a != NULL && b != NULL, "two certificates");

    ok(ic_str_is(ic_cert_name(arena, a), "node-a"), "common name");
    ok(ic_str_is(ic_cert_name(arena, b), "node-b:1@x"), "another");

    ok(ic_cert_is_node(a, ic_str("node-a")), "node by common name");
    ok(ic_cert_is_node(a, ic_str("localhost")), "node by DNS name");
    ok(!ic_cert_is_node(a, ic_str("127.0.0.1")), "not by address");
    ok(!ic_cert_is_node(a, ic_str("node-b:1@x")), "not the other");
    ok(!ic_cert_is_node(a, ic_str("node-")), "not a prefix");
    ok(!ic_cert_is_node(a, ic_str("node-aa")), "not a longer one");
    ok(!ic_cert_is_node(a, ic_str("NODE-A")), "not in capitals");
    ok(!ic_cert_is_node(a, ic_str_n("node-a\0", 7)), "not with a NUL");
    ok(!ic_cert_is_node(a, ic_str("urn:interconn:node:node-a")),
       "not by the whole URN");
    ok(!ic_cert_is_node(a, ic_str("")), "not by nothing");

    X509_free(a);
    X509_free(b);
}


/* Certificates that no CA of ours would make. */

static X509 *
odd_cert(const char *name, const char *second, size_t len,
    const char *alternative)
{
    X509            *cert;
    EVP_PKEY        *key;
    X509_NAME       *subject;
    X509_EXTENSION  *extension;

    cert = X509_new();
    key = EVP_EC_gen("P-256");
    X509_set_version(cert, X509_VERSION_3);
    X509_set_pubkey(cert, key);
    subject = X509_get_subject_name(cert);

    if (name != NULL) {
        X509_NAME_add_entry_by_NID(subject, NID_commonName, V_ASN1_UTF8STRING,
                                   (const u_char *) name, (int) len, -1, 0);
    }

    if (second != NULL) {
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                   (const u_char *) second, -1, -1, 0);
    }

    if (alternative != NULL) {
        extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name,
                                        alternative);
        X509_add_ext(cert, extension, -1);
        X509_EXTENSION_free(extension);
    }

    X509_sign(cert, key, EVP_sha256());
    EVP_PKEY_free(key);

    return cert;
}


static void
test_odd_names(ic_arena_t *arena)
{
    X509  *cert;

    cert = odd_cert(NULL, NULL, 0, "URI:urn:interconn:node:n7,URI:n8,"
                    "email:n9@x");
    ok(ic_cert_name(arena, cert).data == NULL, "no common name");
    ok(ic_cert_is_node(cert, ic_str("n7")), "node by URN");
    ok(!ic_cert_is_node(cert, ic_str("n8")), "not by another URI");
    ok(!ic_cert_is_node(cert, ic_str("n9@x")), "not by an address of mail");
    X509_free(cert);

    cert = odd_cert("n1", "n2", 2, NULL);
    ok(ic_cert_name(arena, cert).data == NULL, "two common names are none");
    ok(!ic_cert_is_node(cert, ic_str("n1")), "not the first");
    ok(!ic_cert_is_node(cert, ic_str("n2")), "not the second");
    X509_free(cert);

    cert = odd_cert("n1\0.evil", NULL, 8, NULL);
    ok(ic_cert_name(arena, cert).data == NULL, "no name with a NUL");
    ok(!ic_cert_is_node(cert, ic_str("n1")), "nor a node by it");
    X509_free(cert);
}


static void
check_verify(X509_STORE *roots, const char *file, bool good,
    const char *why)
{
    X509        *cert;
    const char  *reason;

    reason = "unset";
    cert = ic_cert_read(path(file));
    ok(cert != NULL && ic_cert_verify(cert, roots, &reason) == good,
       "%s is %s", file, good ? "good" : "refused");
    ok(strstr(reason, why) != NULL, "because: %s", reason);

    if (cert != NULL) {
        ic_cert_verify(cert, roots, NULL);
    }

    X509_free(cert);
}


static void
test_verify(void)
{
    X509_STORE  *roots;

    roots = ic_cert_roots(path("ca.pem"));
    ok(roots != NULL, "roots");
    check_verify(roots, "a.pem", true, "unset");
    check_verify(roots, "ca.pem", true, "unset");
    check_verify(roots, "expired.pem", false, "expired");
    check_verify(roots, "foreign.pem", false, "issuer");
    X509_STORE_free(roots);

    ok(run("cat %s >> %s", path("other.pem"), path("ca.pem")),
       "two roots in a file");
    roots = ic_cert_roots(path("ca.pem"));
    check_verify(roots, "a.pem", true, "unset");
    check_verify(roots, "foreign.pem", true, "unset");
    X509_STORE_free(roots);

    /* a node is no CA */
    is_int(ic_ca_issue(path("a.pem"), path("a.key"), path("c.pem"),
                       path("c.key"), "node-c", "", 3, error, sizeof(error)),
           0, "a node issues");
    ok(run("cat %s >> %s", path("a.pem"), path("ca.pem")), "and is trusted");
    roots = ic_cert_roots(path("ca.pem"));
    check_verify(roots, "c.pem", false, "invalid CA");
    X509_STORE_free(roots);
}


/* The distinguishing id of the standard, which openssl must be told. */

static void
test_sm2(void)
{
    X509_STORE  *roots;

    if (!run("openssl genpkey -algorithm SM2 -out %s/sm2ca.key 2>/dev/null"
             " && openssl genpkey -algorithm SM2 -out %s/sm2.key"
             " 2>/dev/null", folder, folder)
        || !run("openssl req -x509 -new -key %s/sm2ca.key -sm3 -sigopt"
                " distid:1234567812345678 -subj /CN=sm2 -out %s/sm2ca.pem"
                " 2>/dev/null", folder, folder)
        || !run("openssl req -new -key %s/sm2.key -sm3 -sigopt"
                " distid:1234567812345678 -subj /CN=node-s -out %s/sm2.csr"
                " 2>/dev/null", folder, folder)
        || !run("cd %s && openssl x509 -req -in sm2.csr -CA sm2ca.pem -CAkey"
                " sm2ca.key -sm3 -vfyopt distid:1234567812345678 -sigopt"
                " distid:1234567812345678 -set_serial 7 -out %ssm2.pem"
                " 2>/dev/null", folder, "./"))
    {
        ok(1, "skip: this openssl makes no SM2 certificates");
        return;
    }

    roots = ic_cert_roots(path("sm2ca.pem"));
    ok(roots != NULL, "SM2 root");
    check_verify(roots, "sm2.pem", true, "unset");
    check_verify(roots, "sm2ca.pem", true, "unset");
    check_verify(roots, "a.pem", false, "issuer");
    X509_STORE_free(roots);
}


static void
test_unreadable(ic_arena_t *arena)
{
    u_char    *large;
    ic_str_t   pem;

    ok(ic_cert_roots(path("none")) == NULL, "no roots without a file");
    ok(ic_cert_roots(folder) == NULL, "nor in a folder");
    ok(ic_cert_roots(path("a.key")) == NULL, "nor in a key");
    ok(ic_cert_read(path("none")) == NULL, "no certificate, no file");
    ok(ic_cert_private_key(path("none")) == NULL, "no key, no file");
    ok(ic_cert_private_key(path("a.pem")) == NULL, "no key, a certificate");

    run("openssl pkey -in %s -aes128 -passout pass:x -out %s",
        path("a.key"), path("locked.key"));
    ok(ic_cert_private_key(path("locked.key")) == NULL,
       "an encrypted key is refused without asking");

    run("cat %s > %s", path("other.pem"), path("torn.pem"));
    run("head -c 300 %s >> %s", path("a.pem"), path("torn.pem"));
    ok(ic_cert_roots(path("torn.pem")) == NULL, "roots with a torn one");

    ok(ic_cert_parse(ic_str("")) == NULL, "an empty text");
    ok(ic_cert_parse(ic_str_n(NULL, 0)) == NULL, "no text");
    ok(ic_cert_parse(ic_str("-----BEGIN CERTIFICATE-----\nAAAA\n"
                            "-----END CERTIFICATE-----\n")) == NULL, "junk");
    ok(ic_cert_public_key(ic_str("-----BEGIN PUBLIC KEY-----\nAAAA\n"
                                 "-----END PUBLIC KEY-----\n")) == NULL,
       "a junk key");

    pem = slurp(arena, path("a.pem"));
    large = ic_zalloc(arena, 65537);
    memset(large, '\n', 65537);
    memcpy(large, pem.data, pem.len);
    ok(ic_cert_parse(ic_str_n(large, 65537)) == NULL, "65537 bytes");

    is_int((int) ERR_peek_error(), 0, "nothing is left in OpenSSL's queue");
}


static void
refuse(int rc, const char *part, const char *what)
{
    ok(rc == -1 && strstr(error, part) != NULL, "%s: %s", what, error);
    error[0] = '\0';
}


static int
try_issue(const char *ca, const char *key, const char *node_id,
    const char *addresses, int days)
{
    return ic_ca_issue(path(ca), path(key), path("x.pem"), path("x.key"),
                       node_id, addresses, days, error, sizeof(error));
}


static void
test_refused(void)
{
    char  name[66];

    memset(name, 'n', 65);
    name[65] = '\0';

    run("cp %s %s", path("other.pem"), path("ca1.pem"));

    refuse(try_issue("none", "other.key", "n", "", 3), "none", "no CA");
    refuse(try_issue("ca1.pem", "none", "n", "", 3), "none", "no CA key");
    refuse(try_issue("ca1.pem", "ca.key", "n", "", 3), "belong", "other key");
    refuse(try_issue("ca1.pem", "other.key", "a b", "", 3), "id", "no id");
    refuse(try_issue("ca1.pem", "other.key", "", "", 3), "id", "empty id");
    refuse(try_issue("ca1.pem", "other.key", name, "", 3), "64", "long id");
    refuse(try_issue("ca1.pem", "other.key", "n", "localhost", 3), "IP:",
           "an address without its kind");
    refuse(try_issue("ca1.pem", "other.key", "n", "IP:127.0.0.256", 3),
           "127.0.0.256", "no IP address");
    refuse(try_issue("ca1.pem", "other.key", "n", "IP:127.0.0.1,,DNS:x", 3),
           "IP:", "an empty address");
    refuse(try_issue("ca1.pem", "other.key", "n", "DNS:", 3), "DNS:",
           "an empty name");
    refuse(try_issue("ca1.pem", "other.key", "n", "", 40000), "36500",
           "a hundred years");

    refuse(ic_ca_create(path("y.pem"), path("y.key"), "", 3, error,
                        sizeof(error)), "UTF-8", "a CA without a name");
    refuse(ic_ca_create(path("y.pem"), path("y.key"), "\xff\xfe", 3, error,
                        sizeof(error)), "UTF-8", "a name that is no UTF-8");
    refuse(ic_ca_create(path("no/y.pem"), path("y.key"), "n", 3, error,
                        sizeof(error)), "no/y.pem", "no such folder");
    refuse(ic_ca_create(path("y.pem"), path("no/y.key"), "n", 3, error,
                        sizeof(error)), "no/y.key", "nor for the key");
    is_int(try_issue("ca1.pem", "other.key", "n", NULL, 3), 0,
           "no addresses are fine");
}


/* A full disk, as a limit of the size of files. */

static void
test_no_room(void)
{
    int            rc;
    struct rlimit  old, small;

    getrlimit(RLIMIT_FSIZE, &old);
    small = old;
    small.rlim_cur = 100;

    fflush(stdout);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    rc = ic_ca_create(path("z.pem"), path("z.key"), "n", 3, error,
                      sizeof(error));
    setrlimit(RLIMIT_FSIZE, &old);

    refuse(rc, "z.key", "no room");
}


int
main(void)
{
    char         command[64];
    ic_arena_t  *arena;

    if (mkdtemp(folder) == NULL) {
        printf("Bail out! no folder for temporary files\n");
        return 1;
    }

    arena = ic_pool_create();

    test_create();
    test_content();
    test_spki(arena);
    test_names(arena);
    test_odd_names(arena);
    test_sm2();
    test_verify();
    test_unreadable(arena);
    test_refused();
    test_no_room();

    ic_pool_destroy(arena);

    snprintf(command, sizeof(command), "rm -rf %s", folder);
    if (system(command) != 0) {
        printf("# cannot remove %s\n", folder);
    }

    return done();
}
