
/*
 * The loss by Taylor's formula, ln 2 - s z / 2 + z^2 / 8, is
 * ln 2 - 1/2 + 2 e^2 with the residual e = 1/2 + z/4 - y: one sum of squares
 * is all that is opened of it.
 */


#include <math.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "hetero_lr_loss.h"
#include "hetero_lr_ring.h"


#define OPEN_BITS  40            /* behind the point of what is opened */


static int reveal_loss(hetero_lr_t *lr, unsigned t);
static int reveal_change(hetero_lr_t *lr);
static int change_cross(hetero_lr_t *lr, const hetero_word_t *change,
    size_t count);
static int open_word(hetero_lr_t *lr, unsigned kind, hetero_word_t share,
    unsigned bits, double *value);


/* Words have four limbs, as products take factors of 32 bits. */

int
hetero_add_cross(hetero_lr_t *lr, ic_ciphertexts_t **cross,
    const ic_ciphertexts_t *c, const hetero_word_t *words)
{
    size_t    i;
    int64_t  *limbs;
    unsigned  k;

    limbs = malloc(c->n * HETERO_LIMBS * sizeof(int64_t));

    if (limbs == NULL) {
        return hetero_no_memory(lr);
    }

    for (i = 0; i < c->n; i++) {
        for (k = 0; k < HETERO_LIMBS; k++) {
            limbs[HETERO_LIMBS * i + k]
                = (uint32_t) (words[i] >> HETERO_LIMB_BITS * k);
        }
    }

    *cross = hetero_add_dot(lr, *cross, c, limbs, HETERO_LIMBS,
                            HETERO_LIMB_BITS);
    OPENSSL_cleanse(limbs, c->n * HETERO_LIMBS * sizeof(int64_t));
    free(limbs);

    return *cross != NULL ? 0 : -1;
}


int
hetero_answer_cross(hetero_lr_t *lr, ic_ciphertexts_t *cross, size_t terms)
{
    unsigned        k;
    hetero_word_t   shares[HETERO_LIMBS];
    hetero_slots_t  slots;

    memset(shares, 0, sizeof(shares));
    slots = hetero_slots(lr, HETERO_LIMB_BITS, terms, HETERO_LIMBS);

    if (hetero_pack_sums(lr, HETERO_LOSS, &slots, cross, shares) != 0) {
        return -1;
    }

    for (k = 0; k < HETERO_LIMBS; k++) {
        lr->loss += 2 * (shares[k] << HETERO_LIMB_BITS * k);
    }

    return 0;
}


int
hetero_take_cross(hetero_lr_t *lr, size_t terms)
{
    unsigned        k;
    hetero_word_t   shares[HETERO_LIMBS];
    hetero_slots_t  slots;

    memset(shares, 0, sizeof(shares));
    slots = hetero_slots(lr, HETERO_LIMB_BITS, terms, HETERO_LIMBS);

    if (hetero_take_sums(lr, HETERO_LOSS, &slots, shares, HETERO_LIMBS)
        != 0)
    {
        return -1;
    }

    for (k = 0; k < HETERO_LIMBS; k++) {
        lr->loss += 2 * (shares[k] << HETERO_LIMB_BITS * k);
    }

    return 0;
}


int
hetero_pack_sums(hetero_lr_t *lr, unsigned kind, const hetero_slots_t *slots,
    ic_ciphertexts_t *sums, hetero_word_t *shares)
{
    int                rc;
    ic_ciphertexts_t  *packed;

    packed = ic_ciphertexts_create(sums->cipher, (sums->n + slots->slots - 1)
                                                 / slots->slots);

    if (packed == NULL
        || ic_ciphertexts_pack(packed, sums, slots->slots, slots->width) != 0)
    {
        ic_ciphertexts_destroy(packed);
        return hetero_no_memory(lr);
    }

    rc = hetero_send_sums(lr, kind, slots, packed, shares, sums->n);
    ic_ciphertexts_destroy(packed);

    return rc;
}


void
hetero_remember(hetero_lr_t *lr)
{
    if (lr->params.early_stop == HETERO_STOP_WEIGHT_DIFF) {
        memcpy(lr->own.before, lr->own.w,
               lr->own.count * sizeof(hetero_word_t));
        memcpy(lr->other.before, lr->other.w,
               lr->other.count * sizeof(hetero_word_t));
    }
}


int
hetero_reveal(hetero_lr_t *lr, unsigned t)
{
    if (lr->params.reveal_loss && reveal_loss(lr, t) != 0) {
        return -1;
    }

    return lr->params.early_stop == HETERO_STOP_WEIGHT_DIFF
           ? reveal_change(lr) : 0;
}


/* Each batch's rows count with the weights that its step began with. */

static int
reveal_loss(hetero_lr_t *lr, unsigned t)
{
    double  mean;

    if (open_word(lr, HETERO_LOSS, lr->loss, 2 * HETERO_E_BITS, &mean) != 0)
    {
        return -1;
    }

    mean /= (double) lr->data.rows;

    if (!(mean > -1e-9 && mean < HETERO_LIMIT)) {
        return ic_task_fail(lr->task, "training_diverged", NULL, 0,
                            "the loss of iteration %u left its range",
                            t + 1);
    }

    lr->losses[t] = log(2) - .5 + 2 * mean;
    ic_task_metric(lr->task, "loss", t + 1, lr->losses[t]);

    if (lr->params.early_stop == HETERO_STOP_DIFF && t > 0) {
        lr->converged = fabs(lr->losses[t] - lr->losses[t - 1])
                        < lr->params.tol;
    }

    return 0;
}


/* The length of the change of all weights, intercept included. */

static int
reveal_change(hetero_lr_t *lr)
{
    int              rc;
    double           norm;
    size_t           n, j;
    hetero_word_t   *change;
    hetero_shares_t *guest, *host;

    guest = lr->guest ? &lr->own : &lr->other;
    host = lr->guest ? &lr->other : &lr->own;
    n = guest->count + host->count;
    change = malloc(n * sizeof(hetero_word_t));

    if (change == NULL) {
        return hetero_no_memory(lr);
    }

    for (j = 0; j < n; j++) {
        change[j] = j < guest->count ? guest->w[j] - guest->before[j]
                    : host->w[j - guest->count]
                      - host->before[j - guest->count];
    }

    lr->number++;
    lr->loss = hetero_ring_squares(change, n);

    rc = change_cross(lr, change, n) == 0
         && open_word(lr, HETERO_NORM, lr->loss, 2 * HETERO_W_BITS, &norm)
            == 0 ? 0 : -1;

    OPENSSL_cleanse(change, n * sizeof(hetero_word_t));
    free(change);

    if (rc != 0) {
        return -1;
    }

    if (!(norm > -1e-9 && norm < HETERO_LIMIT * HETERO_LIMIT)) {
        return ic_task_fail(lr->task, "training_diverged", NULL, 0,
                            "the change of the weights left its range");
    }

    lr->converged = sqrt(fmax(norm, 0)) < lr->params.tol;

    return 0;
}


static int
change_cross(hetero_lr_t *lr, const hetero_word_t *change, size_t count)
{
    int                rc;
    ic_ciphertexts_t  *c, *cross;

    if (lr->guest) {
        return hetero_send_words(lr, HETERO_CHANGE, change, count) == 0
               ? hetero_take_cross(lr, count) : -1;
    }

    cross = NULL;
    c = hetero_take_words(lr, HETERO_CHANGE, count);

    rc = c != NULL && hetero_add_cross(lr, &cross, c, change) == 0
         && hetero_answer_cross(lr, cross, count) == 0 ? 0 : -1;

    ic_ciphertexts_destroy(c);
    ic_ciphertexts_destroy(cross);

    return rc;
}


/*
 * Opens a number of so many bits behind the point to both. The exact bits of
 * a sum of squares would tell about its terms: below OPEN_BITS both parties
 * add what only they know.
 */

static int
open_word(hetero_lr_t *lr, unsigned kind, hetero_word_t share, unsigned bits,
    double *value)
{
    int            rc;
    uint64_t       noise;
    ic_message_t   message;
    hetero_word_t  word;

    if (RAND_priv_bytes((u_char *) &noise, sizeof(noise)) != 1) {
        return hetero_no_memory(lr);
    }

    share += noise >> (64 - (bits - OPEN_BITS));
    ic_message_begin(&lr->wire, &message, kind, lr->number);
    ic_message_put_u64(&message, (uint64_t) (share >> 64));
    ic_message_put_u64(&message, (uint64_t) share);

    if (ic_message_send(&message, lr->peer) != 0) {
        return -1;
    }

    rc = hetero_recv(lr, &message, kind);

    if (rc == 0) {
        word = (hetero_word_t) ic_message_get_u64(&message) << 64;
        word |= ic_message_get_u64(&message);
        *value = hetero_ring_value(share + word, (int) bits);
        rc = ic_message_whole(&message);
    }

    ic_message_drop(&message);

    return rc;
}
