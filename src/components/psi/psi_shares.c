
/*
 * Three and more parties. Every key of a helper has a share, pseudo-random
 * to the leader; the shares of all but the leader's add to 0 for a key that
 * all of them have, so the helpers' add to the partner's. The leader gets,
 * for each of its own keys, each helper's share if that helper has the key,
 * else something random (an oblivious pseudo-random function and a key-value
 * store under it), and cannot tell which it is: it compares the sums with
 * the partner's shares as parts of keys. The idea of sharing zero is that of
 * Kolesnikov, Matania, Pinkas, Rosulek, Trieu (CCS '17).
 */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "../../lib/ic_codec.h"
#include "../../math/ic_okvs.h"
#include "../../math/ic_parallel.h"
#include "psi_digest.h"
#include "psi_items.h"
#include "psi_points.h"


#define SHARES_WORDS  IC_OKVS_VALUE
#define SHARES_PIECE  1024


typedef struct {
    psi_t          *psi;
    psi_member_t   *helper;
    const char     *domain;
    uint32_t        first;           /* item of points[0] */
    u_char         *points;          /* NULL: shares alone */
    size_t          keys;            /* of the helper */
    ic_okvs_row_t  *rows;            /* the helper's, by item */
    uint64_t       *words;           /* the store */
    uint64_t       *shares;          /* by item */
    size_t          nothers;
    u_char          others[PSI_PARTIES][IC_EXCHANGE_KEY];
} shares_t;


static int shares_lead(psi_t *psi, shares_t *shares);
static int shares_ask(psi_t *psi, shares_t *shares);
static int shares_take_store(psi_t *psi, shares_t *shares);
static int shares_query(psi_t *psi, shares_t *shares, const u_char *blind,
    uint32_t number);
static int shares_answer(psi_t *psi, shares_t *shares,
    const u_char *unblind, uint32_t number);
static int shares_help(psi_t *psi, shares_t *shares);
static int shares_fill(psi_t *psi, shares_t *shares, const u_char *secret);
static int shares_send_store(psi_t *psi, shares_t *shares);
static int shares_serve(psi_t *psi, const u_char *secret, uint32_t number);
static int shares_keys(psi_t *psi, shares_t *shares);
static int shares_rows(void *context, size_t first, size_t count);
static int shares_row(const shares_t *shares, psi_digest_t *digest,
    ic_str_t key, size_t i);
static int shares_sum(const shares_t *shares, psi_digest_t *digest,
    ic_str_t key, uint64_t sum[SHARES_WORDS]);
static size_t shares_store(const shares_t *shares, size_t *batch);


int
psi_exchange_shares(psi_t *psi)
{
    int       rc;
    ic_str_t  domain;
    shares_t  shares;

    memset(&shares, 0, sizeof(shares_t));
    shares.psi = psi;
    domain = ic_str_fmt(ic_task_arena(psi->task), "interconn-psi-oprf-v1-%s",
                        psi->group->suite);
    shares.domain = (char *) domain.data;
    shares.shares = calloc((size_t) psi->own + 1, PSI_SHARE);

    if (domain.data == NULL || shares.shares == NULL) {
        rc = psi_no_memory(psi);

    } else if (psi->self == psi->leader) {
        rc = shares_lead(psi, &shares);

    } else {
        rc = shares_keys(psi, &shares);

        if (rc == 0 && psi->self == psi->partner) {
            rc = ic_parallel(psi->threads, psi->own, SHARES_PIECE,
                             shares_rows, &shares) == 0
                 ? 0 : psi_no_memory(psi);

        } else if (rc == 0) {
            rc = shares_help(psi, &shares);
        }
    }

    OPENSSL_cleanse(shares.others, sizeof(shares.others));

    if (rc != 0 || psi->peer == NULL) {
        free(shares.shares);
        return rc;
    }

    psi_items_extend(psi->items, shares.shares);

    return 0;
}


static int
shares_lead(psi_t *psi, shares_t *shares)
{
    int       rc;
    unsigned  i;

    for (rc = 0, i = 0; rc == 0 && i < psi->count; i++) {
        shares->helper = &psi->members[i];

        if (shares->helper != psi->leader && shares->helper != psi->partner)
        {
            rc = shares_ask(psi, shares);
            free(shares->words);
            shares->words = NULL;
        }
    }

    return rc;
}


/* One helper: its store, then its answers, three batches under way. */

static int
shares_ask(psi_t *psi, shares_t *shares)
{
    int       rc;
    u_char    blind[IC_GROUP_SECRET], unblind[IC_GROUP_SECRET];
    uint32_t  step, count;

    shares->keys = shares->helper->keys;
    count = psi_batches(psi, psi->own);

    if (psi_draw_secret(psi, blind, unblind) != 0
        || shares_take_store(psi, shares) != 0)
    {
        return -1;
    }

    for (rc = 0, step = 0; rc == 0 && step < count + PSI_AHEAD; step++) {
        ic_task_progress(psi->task, 5, "asking others");
        rc = psi_beat(psi, shares->helper);

        if (rc == 0 && step < count) {
            rc = shares_query(psi, shares, blind, step);
        }

        if (rc == 0 && step >= PSI_AHEAD) {
            rc = shares_answer(psi, shares, unblind, step - PSI_AHEAD);
        }
    }

    OPENSSL_cleanse(blind, sizeof(blind));
    OPENSSL_cleanse(unblind, sizeof(unblind));

    return rc;
}


/* How many values the store has, and how many go at once. */

static size_t
shares_store(const shares_t *shares, size_t *batch)
{
    *batch = shares->psi->params.batch;

    return ic_okvs_size(shares->keys);
}


static int
shares_take_store(psi_t *psi, shares_t *shares)
{
    int            rc;
    size_t         i, size, count, batch;
    u_char        *body;
    ic_message_t   in;

    size = shares_store(shares, &batch);
    shares->words = malloc(size * PSI_SHARE);

    if (shares->words == NULL) {
        return psi_no_memory(psi);
    }

    for (rc = 0, i = 0; rc == 0 && i < size; i += count) {
        count = size - i < batch ? size - i : batch;
        rc = psi_beat(psi, shares->helper);
        body = rc != 0 ? NULL
               : psi_recv(psi, shares->helper, &in, PSI_STORE,
                          (uint32_t) (i / batch), count * PSI_SHARE);

        if (body != NULL) {
            memcpy(shares->words + i * SHARES_WORDS, body,
                   count * PSI_SHARE);
            psi_digest_order(shares->words + i * SHARES_WORDS,
                             count * SHARES_WORDS);

        } else {
            rc = -1;
        }

        ic_message_drop(&in);
    }

    return rc;
}


static int
shares_query(psi_t *psi, shares_t *shares, const u_char *blind,
    uint32_t number)
{
    u_char        *points;
    uint32_t       count;
    ic_message_t   out;

    count = psi_batch(psi, psi->own, number);
    points = psi_begin(psi, &out, PSI_QUERIES, number,
                       count * psi->group->size);

    if (points == NULL) {
        return -1;
    }

    if (psi_points_own(psi, shares->domain, blind,
                       number * psi->params.batch, count, points)
        != 0)
    {
        ic_message_drop(&out);
        return -1;
    }

    return ic_message_send(&out, shares->helper->party);
}


static int
shares_answer(psi_t *psi, shares_t *shares, const u_char *unblind,
    uint32_t number)
{
    int           rc;
    uint32_t      count;
    ic_message_t  in;

    count = psi_batch(psi, psi->own, number);
    shares->first = number * psi->params.batch;
    shares->points = psi_recv(psi, shares->helper, &in, PSI_ANSWERS, number,
                              count * psi->group->size);

    rc = shares->points == NULL ? -1
         : psi_points_times(psi, shares->helper->party, unblind,
                            shares->points, count);

    if (rc == 0
        && ic_parallel(psi->threads, count, SHARES_PIECE, shares_rows,
                       shares)
           != 0)
    {
        rc = psi_no_memory(psi);
    }

    ic_message_drop(&in);

    return rc;
}


static int
shares_help(psi_t *psi, shares_t *shares)
{
    int       rc;
    u_char    secret[IC_GROUP_SECRET];
    uint32_t  number, count;

    shares->helper = psi->self;
    shares->keys = psi->own;

    if (psi_draw_secret(psi, secret, NULL) != 0) {
        return -1;
    }

    rc = shares_fill(psi, shares, secret);

    if (rc == 0) {
        rc = shares_send_store(psi, shares);
    }

    free(shares->words);
    count = psi_batches(psi, psi->leader->keys);

    for (number = 0; rc == 0 && number < count; number++) {
        rc = shares_serve(psi, secret, number);
    }

    OPENSSL_cleanse(secret, sizeof(secret));

    return rc;
}


/* The store: under each own key's function its share. */

static int
shares_fill(psi_t *psi, shares_t *shares, const u_char *secret)
{
    int       rc;
    size_t    bytes;
    uint32_t  number, count;

    bytes = (size_t) psi->own * sizeof(ic_okvs_row_t);
    shares->rows = malloc(bytes + 1);
    shares->points = malloc((size_t) psi->params.batch * psi->group->size);
    shares->words = malloc(ic_okvs_size(psi->own) * PSI_SHARE);
    rc = shares->rows == NULL || shares->points == NULL
         || shares->words == NULL ? psi_no_memory(psi) : 0;

    for (number = 0;
         rc == 0 && number < psi_batches(psi, psi->own);
         number++)
    {
        ic_task_progress(psi->task, 5, "encrypting keys");
        shares->first = number * psi->params.batch;
        count = psi_batch(psi, psi->own, number);
        rc = psi_points_own(psi, shares->domain, secret, shares->first,
                            count, shares->points);

        if (rc == 0
            && ic_parallel(psi->threads, count, SHARES_PIECE, shares_rows,
                           shares)
               != 0)
        {
            rc = psi_no_memory(psi);
        }
    }

    if (rc == 0 && ic_okvs_encode(shares->rows, psi->own, shares->words) != 0)
    {
        rc = ic_task_fail(psi->task, "internal", NULL, 0,
                          "the keys cannot be stored");
    }

    if (shares->rows != NULL) {
        OPENSSL_cleanse(shares->rows, bytes);
    }

    free(shares->rows);
    free(shares->points);
    shares->rows = NULL;
    shares->points = NULL;

    return rc;
}


static int
shares_send_store(psi_t *psi, shares_t *shares)
{
    int            rc;
    size_t         i, size, count, batch;
    u_char        *body;
    ic_message_t   out;

    size = shares_store(shares, &batch);
    psi_digest_order(shares->words, size * SHARES_WORDS);

    for (rc = 0, i = 0; rc == 0 && i < size; i += count) {
        count = size - i < batch ? size - i : batch;
        body = psi_begin(psi, &out, PSI_STORE, (uint32_t) (i / batch),
                         count * PSI_SHARE);

        if (body == NULL) {
            return -1;
        }

        memcpy(body, shares->words + i * SHARES_WORDS, count * PSI_SHARE);
        rc = ic_message_send(&out, psi->leader->party);
    }

    return rc;
}


static int
shares_serve(psi_t *psi, const u_char *secret, uint32_t number)
{
    int            rc;
    size_t         len;
    u_char        *points, *body;
    uint32_t       count;
    ic_message_t   in, out;

    count = psi_batch(psi, psi->leader->keys, number);
    len = count * psi->group->size;
    points = psi_recv(psi, psi->leader, &in, PSI_QUERIES, number, len);

    rc = points == NULL ? -1
         : psi_points_times(psi, psi->leader->party, secret, points, count);
    body = rc != 0 ? NULL : psi_begin(psi, &out, PSI_ANSWERS, number, len);

    if (body != NULL) {
        memcpy(body, points, len);
        rc = ic_message_send(&out, psi->leader->party);

    } else {
        rc = -1;
    }

    ic_message_drop(&in);

    return rc;
}


/* What we have in common with each of those that share a zero with us. */

static int
shares_keys(psi_t *psi, shares_t *shares)
{
    unsigned       i;
    psi_member_t  *member;

    for (i = 0; i < psi->count; i++) {
        member = &psi->members[i];

        if (member == psi->self || member == psi->leader) {
            continue;
        }

        if (ic_exchange_derive(member->secret, "share", 5,
                               shares->others[shares->nothers++])
            != 0)
        {
            return psi_no_memory(psi);
        }
    }

    return 0;
}


static int
shares_rows(void *context, size_t first, size_t count)
{
    int              rc;
    size_t           i, size, len;
    u_char          *key;
    psi_digest_t     digest;
    const shares_t  *shares;

    shares = context;

    if (psi_digest_open(&digest) != 0) {
        return -1;
    }

    rc = 0;
    key = NULL;
    size = 0;

    for (i = first; rc == 0 && i < first + count; i++) {
        len = psi_items_key(shares->psi->items,
                            shares->first + (uint32_t) i, &key, &size);
        rc = len == 0 ? -1
             : shares_row(shares, &digest, ic_str_n(key, len), i);
    }

    if (key != NULL) {
        OPENSSL_cleanse(key, size);
        free(key);
    }

    psi_digest_close(&digest);

    return rc;
}


/* One key: a helper's row, a leader's look-up or a partner's share. */

static int
shares_row(const shares_t *shares, psi_digest_t *digest, ic_str_t key,
    size_t i)
{
    psi_t          *psi;
    u_char          hash[PSI_DIGEST_SIZE];
    uint64_t       *share, mask[SHARES_WORDS];
    ic_okvs_row_t   row;

    psi = shares->psi;
    share = shares->shares + (shares->first + i) * SHARES_WORDS;

    if (psi->self == psi->partner) {
        return shares_sum(shares, digest, key, share);
    }

    if (psi_digest(digest, "interconn psi row v1",
                   ic_str_n(psi->wire.context, IC_MESSAGE_CONTEXT),
                   ic_str(shares->helper->party->name),
                   ic_str_n(shares->points + i * psi->group->size
                            + psi->group->x, IC_GROUP_X), key, hash)
        != 0)
    {
        return -1;
    }

    ic_okvs_row(&row, hash, shares->keys);
    memcpy(mask, hash + IC_OKVS_HASH, sizeof(mask));
    psi_digest_order(mask, SHARES_WORDS);

    if (psi->self == psi->leader) {
        ic_okvs_decode(shares->words, &row);
        share[0] ^= row.value[0] ^ mask[0];
        share[1] ^= row.value[1] ^ mask[1];

    } else {
        memcpy(row.value, mask, sizeof(mask));

        if (shares_sum(shares, digest, key, row.value) != 0) {
            return -1;
        }

        shares->rows[shares->first + i] = row;
    }

    OPENSSL_cleanse(hash, sizeof(hash));

    return 0;
}


static int
shares_sum(const shares_t *shares, psi_digest_t *digest, ic_str_t key,
    uint64_t sum[SHARES_WORDS])
{
    size_t    i;
    u_char    hash[PSI_DIGEST_SIZE];
    uint64_t  share[SHARES_WORDS];

    for (i = 0; i < shares->nothers; i++) {

        if (psi_digest(digest, "interconn psi share v1",
                       ic_str_n(shares->others[i], IC_EXCHANGE_KEY),
                       ic_str(""), ic_str(""), key, hash)
            != 0)
        {
            return -1;
        }

        memcpy(share, hash, sizeof(share));
        psi_digest_order(share, SHARES_WORDS);
        sum[0] ^= share[0];
        sum[1] ^= share[1];
    }

    OPENSSL_cleanse(hash, sizeof(hash));

    return 0;
}
