
/* The first weights. */


#include <math.h>
#include <stdlib.h>

#include "../../lib/ic_codec.h"
#include "../../math/ic_mask.h"
#include "homo_lr.h"


/* Machines differ in the last bit of log() and cos(): rounded away. */
#define ROUND_BITS  32


static double init_weight(const homo_lr_t *lr, const uint64_t *words);
static int init_random(homo_lr_t *lr, uint64_t *words, unsigned count);
static double init_uniform(uint64_t word);


int
homo_lr_initial_weights(homo_lr_t *lr, double *weights)
{
    uint64_t  *words;
    unsigned   i, size;

    size = lr->params.features + 1;
    words = calloc(2 * size, sizeof(uint64_t));

    if (words == NULL || init_random(lr, words, 2 * size) != 0) {
        free(words);
        return homo_lr_no_memory(lr);
    }

    for (i = 0; i < size; i++) {
        weights[i] = init_weight(lr, words + 2 * i);
    }

    if (!lr->params.fit_intercept) {
        weights[size - 1] = 0;
    }

    free(words);

    return 0;
}


static double
init_weight(const homo_lr_t *lr, const uint64_t *words)
{
    double  radius;

    switch (lr->params.init_method) {

    case HOMO_LR_INIT_ONES:
        return 1;

    case HOMO_LR_INIT_CONST:
        return lr->params.init_const;

    case HOMO_LR_INIT_UNIFORM:
        return init_uniform(words[0]);

    case HOMO_LR_INIT_NORMAL:
        radius = sqrt(-2 * log(1 - init_uniform(words[0])));
        return homo_lr_round(radius * cos(2 * M_PI
                                          * init_uniform(words[1])));

    default:
        return 0;
    }
}


/*
 * With a seed: the keystream of AES-256-CTR under its SHA-256. Without: what
 * the guest drew.
 */

static int
init_random(homo_lr_t *lr, uint64_t *words, unsigned count)
{
    ic_str_t    text;
    u_char      key[IC_EXCHANGE_KEY];
    ic_label_t  label;

    if (!lr->params.has_seed) {
        return ic_aggregate_random(lr->sums, "weights", words, count);
    }

    text = ic_str_fmt(ic_task_arena(lr->task), "homo_lr seed %lld",
                      (long long) lr->params.random_seed);

    if (text.data == NULL) {
        return -1;
    }

    ic_sha256(key, text.data, text.len);
    memset(&label, 0, sizeof(label));
    label.purpose = "init";

    return ic_mask_apply(key, &label, 1, words, count);
}


/* 53 random bits in [0, 1). */

static double
init_uniform(uint64_t word)
{
    return ldexp((double) (word >> 11), -53);
}


double
homo_lr_round(double value)
{
    return ldexp(rint(ldexp(value, ROUND_BITS)), -ROUND_BITS);
}
