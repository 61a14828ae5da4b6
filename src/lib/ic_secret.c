
/* Processes that hold secrets: nobody looks into them, nothing is left. */


#include <malloc.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "ic_secret.h"


static void *ic_secret_malloc(size_t size, const char *file, int line);
static void *ic_secret_realloc(void *p, size_t size, const char *file,
    int line);
static void ic_secret_free(void *p, const char *file, int line);


/*
 * A limit of 0 is no word to a program that core_pattern pipes to; 1 is, and
 * too little for a file. A hard limit of 0 cannot be raised, and stays.
 */

int
ic_secret_no_core(void)
{
    struct rlimit  limit = { 1, 1 };

    if (setrlimit(RLIMIT_CORE, &limit) == 0) {
        return 0;
    }

    limit.rlim_cur = limit.rlim_max = 0;

    return setrlimit(RLIMIT_CORE, &limit);
}


int
ic_secret_process(void)
{
    return ic_secret_no_core() == 0 ? prctl(PR_SET_DUMPABLE, 0) : -1;
}


bool
ic_secret_memory(void)
{
    return CRYPTO_set_mem_functions(ic_secret_malloc, ic_secret_realloc,
                                    ic_secret_free)
           == 1;
}


static void *
ic_secret_malloc(size_t size, const char *file, int line)
{
    return malloc(size);
}


/* realloc() would leave the bytes where they were. */

static void *
ic_secret_realloc(void *p, size_t size, const char *file, int line)
{
    void    *copy;
    size_t   before;

    before = p != NULL ? malloc_usable_size(p) : 0;

    if (size == 0) {
        ic_secret_free(p, file, line);
        return NULL;
    }

    if (before >= size) {
        return p;
    }

    copy = malloc(size);

    if (copy != NULL && before > 0) {
        memcpy(copy, p, before);
        ic_secret_free(p, file, line);
    }

    return copy;
}


static void
ic_secret_free(void *p, const char *file, int line)
{
    if (p != NULL) {
        OPENSSL_cleanse(p, malloc_usable_size(p));
        free(p);
    }
}
