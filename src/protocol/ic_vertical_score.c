
/* Sums of the parts of scores. */


#include <math.h>
#include <openssl/crypto.h>
#include <stdlib.h>

#include "../math/ic_mask.h"
#include "ic_vertical_score.h"


#define SCORE_CHUNK    65536     /* rows of a message */
#define SCORE_LIMIT    1e17      /* of a part, in units of the last decimal */
#define SCORE_PURPOSE  "interconn vertical score v1"


typedef struct {
    ic_wire_t         *wire;
    unsigned           kind;
    const ic_party_t  *parties;
    unsigned           count;
    unsigned           own;
    unsigned           receiver;
    double             unit;     /* 10^decimals */
    ic_exchange_t     *exchange;
    u_char             public_key[IC_EXCHANGE_KEY];
    u_char             secret[IC_TASK_MAX_PARTIES][IC_EXCHANGE_KEY];
    uint64_t          *words;    /* of a chunk */
} score_t;


static int score_begin(score_t *score, const ic_party_t *receiver);
static bool score_takes_part(const score_t *score, unsigned i);
static int score_tell_key(score_t *score);
static int score_hear_key(score_t *score, unsigned i);
static int score_chunk(score_t *score, double *scores, int64_t first,
    unsigned count);
static int score_code(score_t *score, const double *scores, int64_t first,
    unsigned count);
static int score_send(score_t *score, uint32_t number, unsigned count);
static int score_take(score_t *score, uint32_t number, unsigned count,
    unsigned i);
static ic_label_t score_label(const score_t *score, const char *purpose,
    uint32_t number, unsigned from, unsigned to);
static void score_free(score_t *score);


int
ic_vertical_score(ic_wire_t *wire, unsigned kind, const ic_party_t *receiver,
    double *scores, int64_t rows, unsigned decimals)
{
    int       rc;
    int64_t   at;
    score_t   score;
    unsigned  i, count;

    memset(&score, 0, sizeof(score_t));
    score.wire = wire;
    score.kind = kind;
    score.unit = pow(10, decimals);
    rc = score_begin(&score, receiver);

    for (i = 0; rc == 0 && i < score.count; i++) {
        if (score_takes_part(&score, i) && i != score.own) {
            rc = score_hear_key(&score, i);
        }
    }

    for (at = 0; rc == 0 && at < rows; at += count) {
        count = rows - at < SCORE_CHUNK ? (unsigned) (rows - at)
                                        : SCORE_CHUNK;
        rc = score_chunk(&score, scores, at, count);
    }

    score_free(&score);

    return rc;
}


static int
score_begin(score_t *score, const ic_party_t *receiver)
{
    unsigned    i;
    ic_task_t  *task;

    task = score->wire->task;
    score->parties = ic_task_parties(task, &score->count);
    score->exchange = ic_exchange_create(score->public_key);
    score->words = malloc(SCORE_CHUNK * sizeof(uint64_t));

    if (score->exchange == NULL || score->words == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "memory is short");
    }

    for (i = 0; i < score->count; i++) {
        if (strcmp(score->parties[i].name, ic_task_self(task)->name) == 0) {
            score->own = i;
        }

        if (strcmp(score->parties[i].name, receiver->name) == 0) {
            score->receiver = i;
        }
    }

    return score_tell_key(score);
}


static bool
score_takes_part(const score_t *score, unsigned i)
{
    return strcmp(score->parties[i].role, "arbiter") != 0;
}


/* The key and, by the node's own key, whose it is and of which run. */

static int
score_tell_key(score_t *score)
{
    int           rc;
    u_char        said[IC_MESSAGE_CONTEXT + IC_EXCHANGE_KEY];
    ic_str_t      signature, certificate;
    unsigned      i;
    ic_message_t  message;

    memcpy(said, score->wire->context, IC_MESSAGE_CONTEXT);
    memcpy(said + IC_MESSAGE_CONTEXT, score->public_key, IC_EXCHANGE_KEY);

    if (ic_task_certify(score->wire->task, ic_str_n(said, sizeof(said)),
                        &signature, &certificate)
        != 0)
    {
        return -1;
    }

    ic_message_begin(score->wire, &message, score->kind, 0);
    ic_message_put_raw(&message, score->public_key, IC_EXCHANGE_KEY);
    ic_message_put_bytes(&message, signature.data, signature.len);
    ic_message_put_bytes(&message, certificate.data, certificate.len);

    for (rc = 0, i = 0; rc == 0 && i < score->count; i++) {
        if (score_takes_part(score, i) && i != score->own) {
            rc = ic_message_copy(&message, &score->parties[i]);
        }
    }

    ic_message_drop(&message);

    return rc;
}


static int
score_hear_key(score_t *score, unsigned i)
{
    int            rc;
    u_char         said[IC_MESSAGE_CONTEXT + IC_EXCHANGE_KEY];
    ic_str_t       signature, certificate;
    ic_task_t     *task;
    ic_message_t   message;
    const u_char  *key;

    task = score->wire->task;
    key = NULL;
    rc = ic_message_recv(score->wire, &message, &score->parties[i],
                         score->kind, 0);

    if (rc == 0) {
        key = ic_message_get_raw(&message, IC_EXCHANGE_KEY);
        signature = ic_message_get_bytes(&message);
        certificate = ic_message_get_bytes(&message);
        rc = ic_message_whole(&message);
    }

    if (rc == 0) {
        memcpy(said, score->wire->context, IC_MESSAGE_CONTEXT);
        memcpy(said + IC_MESSAGE_CONTEXT, key, IC_EXCHANGE_KEY);
        rc = ic_task_verify(task, &score->parties[i],
                            ic_str_n(said, sizeof(said)), signature,
                            certificate);
    }

    if (rc == 0
        && (memcmp(key, score->public_key, IC_EXCHANGE_KEY) == 0
            || ic_exchange_secret(score->exchange, key, score->wire->context,
                                  IC_MESSAGE_CONTEXT, score->secret[i])
               != 0))
    {
        rc = ic_task_fail(task, "peer_protocol", NULL, 0,
                          "%s sent a key that is none",
                          score->parties[i].name);
    }

    ic_message_drop(&message);

    return rc;
}


static int
score_chunk(score_t *score, double *scores, int64_t first, unsigned count)
{
    int       rc;
    int64_t   sum;
    uint32_t  number;
    unsigned  i;

    number = (uint32_t) (first / SCORE_CHUNK) + 1;
    rc = score_code(score, scores, first, count);

    if (rc != 0 || score->own != score->receiver) {
        return rc == 0 ? score_send(score, number, count) : -1;
    }

    for (i = 0; rc == 0 && i < score->count; i++) {
        if (score_takes_part(score, i) && i != score->own) {
            rc = score_take(score, number, count, i);
        }
    }

    for (i = 0; rc == 0 && i < count; i++) {
        sum = (int64_t) score->words[i];
        scores[first + i] = (double) sum / score->unit;
    }

    return rc;
}


static int
score_code(score_t *score, const double *scores, int64_t first,
    unsigned count)
{
    double    part;
    unsigned  i;

    for (i = 0; i < count; i++) {
        part = scores[first + i] * score->unit;

        if (!(fabs(part) < SCORE_LIMIT)) {
            return ic_task_fail(score->wire->task, "data_out_of_range", NULL,
                                first + i + 1, "the score of row %lld is "
                                "too large",
                                (long long) (first + i + 1));
        }

        score->words[i] = (uint64_t) llround(part);
    }

    return 0;
}


static ic_label_t
score_label(const score_t *score, const char *purpose, uint32_t number,
    unsigned from, unsigned to)
{
    ic_label_t  label;

    memset(&label, 0, sizeof(ic_label_t));
    memcpy(label.context, score->wire->context, IC_MASK_CONTEXT);
    label.purpose = purpose;
    label.round = number;
    label.from = from;
    label.to = to;

    return label;
}


/* Masks with every other party that sends, then the seal. */

static int
score_send(score_t *score, uint32_t number, unsigned count)
{
    int           rc;
    u_char       *sealed;
    size_t        size;
    unsigned      i, low, high;
    ic_label_t    label;
    ic_message_t  message;

    rc = 0;

    for (i = 0; rc == 0 && i < score->count; i++) {
        if (!score_takes_part(score, i) || i == score->own
            || i == score->receiver)
        {
            continue;
        }

        low = i < score->own ? i : score->own;
        high = i < score->own ? score->own : i;
        label = score_label(score, SCORE_PURPOSE " mask", number, low, high);
        rc = ic_mask_apply(score->secret[i], &label,
                           score->own == low ? 1 : -1, score->words, count);
    }

    size = count * sizeof(uint64_t);
    ic_message_begin(score->wire, &message, score->kind + 1, number);
    sealed = ic_message_space(&message, size + IC_SEAL_OVERHEAD);
    label = score_label(score, SCORE_PURPOSE, number, score->own,
                        score->receiver);

    if (rc == 0 && sealed != NULL) {
        rc = ic_seal(score->secret[score->receiver], &label, NULL, 0,
                     score->words, size, sealed);
    }

    if (rc != 0) {
        ic_message_drop(&message);
        return ic_task_fail(score->wire->task, "internal", NULL, 0,
                            "a part of a score cannot be sealed");
    }

    return ic_message_send(&message, &score->parties[score->receiver]);
}


static int
score_take(score_t *score, uint32_t number, unsigned count, unsigned i)
{
    int            rc;
    size_t         size, k;
    uint64_t      *words;
    ic_label_t     label;
    ic_message_t   message;
    const u_char  *sealed;

    size = count * sizeof(uint64_t);
    words = malloc(size);
    rc = ic_message_recv(score->wire, &message, &score->parties[i],
                         score->kind + 1, number);
    sealed = rc == 0 ? ic_message_get_raw(&message, size + IC_SEAL_OVERHEAD)
                     : NULL;
    rc = rc == 0 ? ic_message_whole(&message) : -1;

    if (rc == 0 && words == NULL) {
        rc = ic_task_fail(score->wire->task, "internal", NULL, 0,
                          "memory is short");
    }

    label = score_label(score, SCORE_PURPOSE, number, i, score->own);

    if (rc == 0
        && ic_unseal(score->secret[i], &label, NULL, 0, sealed,
                     size + IC_SEAL_OVERHEAD, (u_char *) words)
           != 0)
    {
        rc = ic_task_fail(score->wire->task, "peer_protocol", NULL, 0,
                          "the parts of scores of %s do not open",
                          score->parties[i].name);
    }

    for (k = 0; rc == 0 && k < count; k++) {
        score->words[k] += words[k];
    }

    if (words != NULL) {
        OPENSSL_cleanse(words, size);
        free(words);
    }

    ic_message_drop(&message);

    return rc;
}


static void
score_free(score_t *score)
{
    if (score->words != NULL) {
        OPENSSL_cleanse(score->words, SCORE_CHUNK * sizeof(uint64_t));
        free(score->words);
    }

    ic_exchange_destroy(score->exchange);
    OPENSSL_cleanse(score->secret, sizeof(score->secret));
}
