
/*
 * What the targets share. A target is one file of this folder with
 * LLVMFuzzerTestOneInput(), which does with its bytes what the product does
 * with those of a stranger, and says with FUZZ_TRUE() what has to hold then
 * (docs/style.md, "Fuzzing"). It links what is below the main()s.
 */


#ifndef _FUZZ_H_INCLUDED_
#define _FUZZ_H_INCLUDED_


#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../src/lib/ic_arena.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* What does not hold is a crash, which engines keep. */
#define FUZZ_TRUE(condition)                                                  \
    do {                                                                      \
        if (!(condition)) {                                                   \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);   \
            abort();                                                          \
        }                                                                     \
    } while (0)


/*
 * Input taken from its front. A copy of exactly its length, so that a
 * sanitizer sees every byte that is read beyond it.
 */
typedef struct {
    const uint8_t  *data;
    size_t          size;
} fuzz_t;


static inline unsigned
fuzz_byte(fuzz_t *fuzz)
{
    if (fuzz->size == 0) {
        return 0;
    }

    fuzz->size--;

    return *fuzz->data++;
}


/* Up to that byte, which is taken too; else all of it. */

static inline ic_str_t
fuzz_until(fuzz_t *fuzz, int end)
{
    ic_str_t        s;
    const uint8_t  *p;

    p = fuzz->size != 0 ? memchr(fuzz->data, end, fuzz->size) : NULL;
    s = ic_str_n(fuzz->data, p != NULL ? (size_t) (p - fuzz->data)
                                       : fuzz->size);
    fuzz->data += s.len + (p != NULL);
    fuzz->size -= s.len + (p != NULL);

    return s;
}


/* malloc(), with a NUL that the length does not count. */

static inline char *
fuzz_z(ic_str_t s)
{
    char  *text;

    text = malloc(s.len + 1);

    if (s.len != 0) {
        memcpy(text, s.data, s.len);
    }

    text[s.len] = '\0';

    return text;
}


/* malloc(), without. */

static inline ic_str_t
fuzz_copy(ic_str_t s)
{
    u_char  *bytes;

    bytes = malloc(s.len + (s.len == 0));

    if (s.len != 0) {
        memcpy(bytes, s.data, s.len);
    }

    return ic_str_n(bytes, s.len);
}


/* Processor time of this thread, in ms. */

static inline double
fuzz_ms(void)
{
    struct timespec  now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);

    return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}


#endif /* _FUZZ_H_INCLUDED_ */
