
/* Iterations of batches, and what is revealed after each. */


#include <math.h>
#include <openssl/crypto.h>
#include <stdlib.h>

#include "hetero_lr_loss.h"
#include "hetero_lr_ring.h"


static int train_iteration(hetero_lr_t *lr, unsigned t);
static int train_batch(hetero_lr_t *lr, int64_t first, size_t count,
    double factor, double shrink);
static int train_scores(hetero_lr_t *lr, int64_t first, size_t count);
static int answer_scores(hetero_lr_t *lr, const ic_multiples_t *multiples,
    const hetero_slots_t *slots, int64_t first, size_t at, size_t count);
static void train_residuals(hetero_lr_t *lr, int64_t first, size_t count);
static int train_gradients(hetero_lr_t *lr, int64_t first, size_t count);
static ic_ciphertexts_t *take_residuals(hetero_lr_t *lr,
    ic_ciphertexts_t *sums, ic_ciphertexts_t **cross, int64_t first,
    size_t at, size_t count);
static void train_step(hetero_lr_t *lr, hetero_shares_t *shares,
    unsigned penalised, double factor, double shrink);
static void code_chunk(hetero_lr_t *lr, int64_t first, size_t count);
static size_t chunk_of(size_t at, size_t count);
static int open_weights(hetero_lr_t *lr);


int
hetero_train(hetero_lr_t *lr)
{
    unsigned  t;

    for (t = 0; t < lr->params.max_iter && !lr->converged; t++) {
        ic_task_progress(lr->task, 2 + 93.0 * t / lr->params.max_iter,
                         "training");

        if (train_iteration(lr, t) != 0) {
            return -1;
        }

        lr->iterations = t + 1;
    }

    return open_weights(lr);
}


static int
train_iteration(hetero_lr_t *lr, unsigned t)
{
    double            rate;
    size_t            count, batch;
    int64_t           first;
    hetero_params_t  *p;

    p = &lr->params;
    rate = 1 + p->decay * t;
    rate = p->learning_rate / (p->decay_sqrt ? sqrt(rate) : rate);
    batch = p->batch_size > 0 ? (size_t) p->batch_size
                              : (size_t) lr->data.rows;

    lr->loss = 0;
    hetero_remember(lr);

    for (first = 0; first < lr->data.rows; first += (int64_t) count) {
        count = (size_t) (lr->data.rows - first);
        count = count < batch ? count : batch;

        if (train_batch(lr, first, count, rate / (double) count,
                        rate * p->alpha)
            != 0)
        {
            return -1;
        }
    }

    return hetero_reveal(lr, t);
}


static int
train_batch(hetero_lr_t *lr, int64_t first, size_t count, double factor,
    double shrink)
{
    unsigned  intercept;

    lr->number++;

    if (train_scores(lr, first, count) != 0) {
        return -1;
    }

    train_residuals(lr, first, count);

    if (train_gradients(lr, first, count) != 0) {
        return -1;
    }

    intercept = lr->params.fit_intercept;

    train_step(lr, &lr->own, lr->own.count - (lr->guest ? intercept : 0),
               factor, shrink);
    train_step(lr, &lr->other,
               lr->other.count - (lr->guest ? 0 : intercept), factor,
               shrink);

    return 0;
}


static size_t
chunk_of(size_t at, size_t count)
{
    return count - at < HETERO_CHUNK ? count - at : HETERO_CHUNK;
}


/*
 * lr->e: our shares of the scores z (2^-(X + W)). Ours and the peer's
 * answers overlap: one chunk is always on its way while another is computed.
 */

static int
train_scores(hetero_lr_t *lr, int64_t first, size_t count)
{
    int                rc;
    size_t             at, back;
    hetero_slots_t     slots, theirs;
    ic_multiples_t    *multiples;
    ic_ciphertexts_t  *weights;

    memset(lr->e, 0, count * sizeof(hetero_word_t));

    if (hetero_send_words(lr, HETERO_WEIGHTS, lr->other.w, lr->other.count)
        != 0)
    {
        return -1;
    }

    weights = hetero_take_words(lr, HETERO_WEIGHTS, lr->own.count);

    if (weights == NULL) {
        return -1;
    }

    slots = hetero_slots(lr, HETERO_MAX_BITS, lr->own.count, 0);
    theirs = hetero_slots(lr, HETERO_MAX_BITS, lr->other.count, 0);
    multiples = ic_multiples_create(weights, lr->data.bits, slots.slots,
                                    slots.width, count);
    ic_ciphertexts_destroy(weights);
    rc = multiples != NULL ? 0 : hetero_no_memory(lr);

    for (at = 0, back = 0; rc == 0 && back < count; /* void */) {
        if (at < count) {
            rc = answer_scores(lr, multiples, &slots, first, at,
                               chunk_of(at, count));
            at += chunk_of(at, count);
        }

        if (rc == 0 && (at > back + HETERO_CHUNK || at == count)) {
            rc = hetero_take_sums(lr, HETERO_SCORES, &theirs, lr->e + back,
                                  chunk_of(back, count));
            back += chunk_of(back, count);
        }
    }

    ic_multiples_destroy(multiples);

    if (rc == 0) {
        hetero_ring_rows(lr->e, lr->data.x + first * lr->data.columns, count,
                         lr->data.columns, lr->own.w);
    }

    return rc;
}


static int
answer_scores(hetero_lr_t *lr, const ic_multiples_t *multiples,
    const hetero_slots_t *slots, int64_t first, size_t at, size_t count)
{
    int                rc;
    ic_ciphertexts_t  *sums;

    sums = ic_ciphertexts_create(lr->cipher[1], (count + slots->slots - 1)
                                                / slots->slots);

    if (sums == NULL) {
        return hetero_no_memory(lr);
    }

    code_chunk(lr, first + (int64_t) at, count);

    rc = ic_multiples_rows(multiples, sums, lr->x, count) == 0
         ? hetero_send_sums(lr, HETERO_SCORES, slots, sums, lr->e + at,
                            count)
         : hetero_no_memory(lr);

    ic_ciphertexts_destroy(sums);

    return rc;
}


static void
code_chunk(hetero_lr_t *lr, int64_t first, size_t count)
{
    size_t          i;
    const int32_t  *x;

    x = lr->data.x + first * lr->data.columns;

    for (i = 0; i < count * lr->data.columns; i++) {
        lr->x[i] = x[i];
    }
}


/* e = 1/2 + z/4 - y, of which the guest's share has what is not z. */

static void
train_residuals(hetero_lr_t *lr, int64_t first, size_t count)
{
    size_t         i;
    hetero_word_t  half;

    half = (hetero_word_t) 1 << (HETERO_E_BITS - 1);

    for (i = 0; lr->guest && i < count; i++) {
        lr->e[i] += lr->data.label[first + (int64_t) i] ? 0 - half : half;
    }

    if (lr->params.reveal_loss) {
        lr->loss += hetero_ring_squares(lr->e, count);
    }
}


/* Shares of X^T e: of our columns and of the peer's. */

static int
train_gradients(hetero_lr_t *lr, int64_t first, size_t count)
{
    int                rc;
    size_t             at, back;
    hetero_slots_t     slots, theirs;
    ic_ciphertexts_t  *sums, *cross;

    memset(lr->own.gradient, 0, lr->own.count * sizeof(hetero_word_t));
    memset(lr->other.gradient, 0, lr->other.count * sizeof(hetero_word_t));
    hetero_ring_columns(lr->own.gradient,
                        lr->data.x + first * lr->data.columns, count,
                        lr->data.columns, lr->e);

    sums = NULL;
    cross = NULL;
    rc = 0;

    for (at = 0, back = 0; rc == 0 && back < count; /* void */) {
        if (at < count) {
            rc = hetero_send_words(lr, HETERO_RESIDUALS, lr->e + at,
                                   chunk_of(at, count));
            at += chunk_of(at, count);
        }

        if (rc == 0 && (at > back + HETERO_CHUNK || at == count)) {
            sums = take_residuals(lr, sums, &cross, first, back,
                                  chunk_of(back, count));
            rc = sums != NULL ? 0 : -1;
            back += chunk_of(back, count);
        }
    }

    if (rc == 0) {
        slots = hetero_slots(lr, HETERO_MAX_BITS, count, lr->own.count);
        theirs = hetero_slots(lr, HETERO_MAX_BITS, count, lr->other.count);
        rc = hetero_pack_sums(lr, HETERO_GRADIENTS, &slots, sums,
                              lr->own.gradient) == 0
             && (cross == NULL || hetero_answer_cross(lr, cross, count) == 0)
             && hetero_take_sums(lr, HETERO_GRADIENTS, &theirs,
                                 lr->other.gradient, lr->other.count) == 0
             && (!lr->guest || !lr->params.reveal_loss
                 || hetero_take_cross(lr, count) == 0) ? 0 : -1;
    }

    ic_ciphertexts_destroy(sums);
    ic_ciphertexts_destroy(cross);

    return rc;
}


/* The host adds up its residuals times the guest's too, for the loss. */

static ic_ciphertexts_t *
take_residuals(hetero_lr_t *lr, ic_ciphertexts_t *sums,
    ic_ciphertexts_t **cross, int64_t first, size_t at, size_t count)
{
    ic_ciphertexts_t  *c;

    c = hetero_take_words(lr, HETERO_RESIDUALS, count);

    if (c == NULL) {
        ic_ciphertexts_destroy(sums);
        return NULL;
    }

    code_chunk(lr, first + (int64_t) at, count);
    sums = hetero_add_dot(lr, sums, c, lr->x, lr->data.columns,
                          lr->data.bits);

    if (sums != NULL && !lr->guest && lr->params.reveal_loss
        && hetero_add_cross(lr, cross, c, lr->e + at) != 0)
    {
        ic_ciphertexts_destroy(sums);
        sums = NULL;
    }

    ic_ciphertexts_destroy(c);

    return sums;
}


/*
 * w -= s with s = factor X^T e + shrink w; by Nesterov's momentum
 * v = .9 m - s, w -= .9 m - 1.9 v, m = v.
 */

static void
train_step(hetero_lr_t *lr, hetero_shares_t *shares, unsigned penalised,
    double factor, double shrink)
{
    unsigned       j;
    hetero_word_t  s, m, v;

    for (j = 0; j < shares->count; j++) {
        s = hetero_ring_step(shares->gradient[j], factor, lr->guest);

        if (j < penalised) {
            s += hetero_ring_scale(shares->w[j], shrink, lr->guest);
        }

        if (lr->params.nesterov) {
            m = hetero_ring_scale(shares->momentum[j], .9, lr->guest);
            v = m - s;
            shares->momentum[j] = v;
            s = m - v - hetero_ring_scale(v, .9, lr->guest);
        }

        shares->w[j] -= s;
    }
}


/* Each party gets the other's shares of its own weights. */

static int
open_weights(hetero_lr_t *lr)
{
    int            rc;
    unsigned       j;
    ic_message_t   message;
    hetero_word_t  word;

    lr->number++;
    ic_message_begin(&lr->wire, &message, HETERO_PIECE, lr->number);

    for (j = 0; j < lr->other.count; j++) {
        ic_message_put_u64(&message, (uint64_t) (lr->other.w[j] >> 64));
        ic_message_put_u64(&message, (uint64_t) lr->other.w[j]);
    }

    if (ic_message_send(&message, lr->peer) != 0) {
        return -1;
    }

    rc = hetero_recv(lr, &message, HETERO_PIECE);

    for (j = 0; rc == 0 && j < lr->own.count; j++) {
        word = (hetero_word_t) ic_message_get_u64(&message) << 64;
        word |= ic_message_get_u64(&message);
        lr->weights[j] = hetero_ring_value(lr->own.w[j] + word,
                                           HETERO_W_BITS);
    }

    rc = rc == 0 ? ic_message_whole(&message) : -1;
    ic_message_drop(&message);

    for (j = 0; rc == 0 && j < lr->own.count; j++) {
        if (!(fabs(lr->weights[j]) < HETERO_LIMIT)) {
            rc = ic_task_fail(lr->task, "training_diverged", NULL, 0,
                              "a weight left the range of +-2^20");
        }
    }

    return rc;
}
