
/*
 * Random choices that all parties make alike: numbers from the key stream of
 * AES-256-CTR under a seed that all have. Of what is drawn so nothing is
 * secret from the parties.
 */


#ifndef _IC_DRAW_H_INCLUDED_
#define _IC_DRAW_H_INCLUDED_


#include "ic_message.h"


#define IC_DRAW_WORDS  512


typedef struct {
    ic_task_t  *task;
    u_char      key[32];
    uint64_t    words[IC_DRAW_WORDS];
    uint64_t    next;            /* word of the stream that comes next */
    unsigned    used;            /* of words */
} ic_draw_t;


/*
 * The seed is the SHA-256 of purpose and either seed, a number (the same
 * choice in every run), or, if that is NULL, the wire's context, to which
 * each party gave 32 random bytes in ic_agree().
 */
void ic_draw_init(ic_draw_t *draw, const ic_wire_t *wire,
    const ic_json_t *seed, const char *purpose);

/* The same from a seed of this party alone. 0, or -1 after ic_task_fail(). */
int ic_draw_secret(ic_draw_t *draw, ic_task_t *task);

/* Uniform in 0 .. n - 1, n > 0. 0, or -1 after ic_task_fail(). */
int ic_draw_below(ic_draw_t *draw, uint64_t n, uint64_t *value);

/*
 * Adds mark to numbers[i] of exactly count of the rows with strata[i] ==
 * stratum (strata NULL: of all), each such set equally likely (Knuth, 3.4.2,
 * algorithm S). of: how many rows these are, count <= of. 0 or -1.
 */
int ic_draw_some(ic_draw_t *draw, u_char *numbers, unsigned mark,
    int64_t rows, const uint32_t *strata, uint32_t stratum, int64_t of,
    int64_t count);

/* Brings list[0 .. n - 1] into a random order (Fisher and Yates). 0 or -1. */
int ic_draw_shuffle(ic_draw_t *draw, uint32_t *list, uint32_t n);


#endif /* _IC_DRAW_H_INCLUDED_ */
