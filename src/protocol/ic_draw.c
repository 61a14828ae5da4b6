
/* Random choices that all parties make alike. */


#include <openssl/rand.h>

#include "../lib/ic_codec.h"
#include "../math/ic_stream.h"
#include "ic_draw.h"


void
ic_draw_init(ic_draw_t *draw, const ic_wire_t *wire, const ic_json_t *seed,
    const char *purpose)
{
    u_char   text[64 + 1 + IC_MESSAGE_CONTEXT];
    size_t   len;
    int64_t  number;

    len = strnlen(purpose, 64);
    memset(text, 0, sizeof(text));
    memcpy(text, purpose, len);

    if (seed != NULL) {
        number = seed->num;
        text[64] = 1;
        memcpy(text + 65, &number, sizeof(number));

    } else {
        memcpy(text + 65, wire->context, IC_MESSAGE_CONTEXT);
    }

    draw->task = wire->task;
    draw->next = 0;
    draw->used = IC_DRAW_WORDS;
    ic_sha256(draw->key, text, sizeof(text));
}


int
ic_draw_secret(ic_draw_t *draw, ic_task_t *task)
{
    draw->task = task;
    draw->next = 0;
    draw->used = IC_DRAW_WORDS;

    return RAND_bytes(draw->key, sizeof(draw->key)) == 1 ? 0
           : ic_task_fail(task, "internal", NULL, 0, "no random numbers");
}


int
ic_draw_below(ic_draw_t *draw, uint64_t n, uint64_t *value)
{
    uint64_t  word, limit;

    /* the words below a multiple of n, so that each rest is as frequent */

    limit = UINT64_MAX - UINT64_MAX % n;

    do {
        if (draw->used == IC_DRAW_WORDS) {
            memset(draw->words, 0, sizeof(draw->words));

            if (ic_stream_add(draw->key, draw->next, 1, draw->words,
                              IC_DRAW_WORDS)
                != 0)
            {
                return ic_task_fail(draw->task, "internal", NULL, 0,
                                    "memory is short");
            }

            draw->next += IC_DRAW_WORDS;
            draw->used = 0;
        }

        word = draw->words[draw->used++];

    } while (word >= limit);

    *value = word % n;

    return 0;
}


int
ic_draw_some(ic_draw_t *draw, u_char *numbers, unsigned mark, int64_t rows,
    const uint32_t *strata, uint32_t stratum, int64_t of, int64_t count)
{
    int64_t   row;
    uint64_t  n;

    for (row = 0; count > 0 && row < rows; row++) {

        if (strata != NULL && strata[row] != stratum) {
            continue;
        }

        if (ic_draw_below(draw, (uint64_t) of--, &n) != 0) {
            return -1;
        }

        if (n < (uint64_t) count) {
            numbers[row] = (u_char) (numbers[row] + mark);
            count--;
        }
    }

    return 0;
}


int
ic_draw_shuffle(ic_draw_t *draw, uint32_t *list, uint32_t n)
{
    uint32_t  kept;
    uint64_t  k;

    for ( /* void */ ; n > 1; n--) {

        if (ic_draw_below(draw, n, &k) != 0) {
            return -1;
        }

        kept = list[n - 1];
        list[n - 1] = list[k];
        list[k] = kept;
    }

    return 0;
}
