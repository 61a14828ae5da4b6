
/*
 * The protocol. Both parties do the same: say how many keys they have, send
 * them once encrypted, encrypt the other's a second time, and send those to
 * whom the result is for.
 */


#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/ic_codec.h"
#include "psi_points.h"
#include "psi_tags.h"


/* Tags on their way to the peer, batch by batch. */
typedef struct {
    psi_t          *psi;
    ic_message_t    out;
    u_char         *body;
    uint32_t        number;
    uint32_t        used;
    uint32_t        taken;           /* batches of the peer's */
} returns_t;


static int agree(psi_t *psi);
static int check_sizes(psi_t *psi, int64_t theirs);
static int prepare(psi_t *psi);
static int pass_batches(psi_t *psi);
static int send_points(psi_t *psi, uint32_t number);
static int take_points(psi_t *psi, uint32_t number);
static int keep_tags(psi_t *psi, const u_char *tags, uint32_t count,
    uint32_t number);
static int take_tags(psi_t *psi, uint32_t number);
static int return_sorted(psi_t *psi);
static int return_tag(void *ctx, const u_char tag[PSI_TAG]);
static int end(psi_t *psi, uint32_t number, size_t len);
static uint32_t batches(const psi_t *psi, uint32_t keys);
static uint32_t batch_size(const psi_t *psi, uint32_t keys, uint32_t number);


int
psi_exchange(psi_t *psi)
{
    const psi_params_t  *params;

    params = &psi->params;

    if (agree(psi) != 0 || prepare(psi) != 0 || pass_batches(psi) != 0) {
        return -1;
    }

    OPENSSL_cleanse(psi->secret, sizeof(psi->secret));

    if (params->mode == PSI_CARDINALITY && return_sorted(psi) != 0) {
        return -1;
    }

    ic_task_progress(psi->task, 90, "comparing");

    if (psi->receives
        && psi_tags_match(psi, params->mode == PSI_INTERSECTION) != 0)
    {
        return -1;
    }

    if (end(psi, 0, psi->receives && psi->shows ? PSI_DIGEST : 0) != 0) {
        return -1;
    }

    if (params->receivers == PSI_BOTH && params->mode == PSI_INTERSECTION
        && params->duplicates == PSI_ALL && params->order == PSI_COMMON)
    {
        return psi_exchange_counts(psi) == 0 ? end(psi, 1, 0) : -1;
    }

    return 0;
}


/* Sizes and parameters, before anything of the keys is sent. */

static int
agree(psi_t *psi)
{
    int64_t            keys[IC_TASK_MAX_PARTIES];
    unsigned           i, count;
    const ic_party_t  *parties;

    if (ic_agree(&psi->wire, psi->params.common, psi->own, keys) != 0) {
        return -1;
    }

    parties = ic_task_parties(psi->task, &count);

    for (i = 0; i < count; i++) {
        if (&parties[i] == psi->peer) {
            return check_sizes(psi, keys[i]);
        }
    }

    return -1;
}


/* 40 bits beyond the product of the sizes: equal tags are equal keys. */

static int
check_sizes(psi_t *psi, int64_t theirs)
{
    unsigned  bits;
    uint64_t  n;

    bits = 40;

    for (n = psi->own; n > 1; n = (n + 1) / 2) {
        bits++;
    }

    for (n = (uint64_t) theirs; n > 1; n = (n + 1) / 2) {
        bits++;
    }

    if (theirs < 0 || theirs > PSI_MAX_KEYS || bits > 8 * PSI_TAG) {
        return ic_task_fail(psi->task, "data_out_of_range", NULL, 0,
                            "%s has %lld keys, here are %u: more than tags "
                            "of %d bits tell apart", psi->peer->name,
                            (long long) theirs, psi->own, 8 * PSI_TAG);
    }

    psi->theirs = (uint32_t) theirs;

    return 0;
}


static int
prepare(psi_t *psi)
{
    int              rc;
    ic_group_hand_t  hand;

    if (ic_group_open(&hand, psi->group, psi->domain) != 0) {
        return psi_no_memory(psi);
    }

    rc = ic_group_secret(&hand, psi->secret, NULL);
    ic_group_close(&hand);

    if (rc != 0) {
        return psi_no_random(psi);
    }

    psi->sent = psi_sent_create(psi->own);

    return psi->sent == NULL ? psi_no_memory(psi) : psi_tags_create(psi);
}


/*
 * Points go PSI_AHEAD batches before the peer's are awaited, and tags as far
 * behind: while one batch is computed, others are on their way. The order is
 * the same at both parties.
 */

static int
pass_batches(psi_t *psi)
{
    int       rc;
    bool      tags;
    uint32_t  step, own, theirs, last;

    own = batches(psi, psi->own);
    theirs = batches(psi, psi->theirs);
    last = (own > theirs ? own : theirs) + 2 * PSI_AHEAD;
    tags = psi->receives && psi->params.mode == PSI_INTERSECTION;
    rc = 0;

    for (step = 0; rc == 0 && step < last; step++) {
        ic_task_progress(psi->task, 5 + 80.0 * step / last,
                          "encrypting keys");

        if (step < own) {
            rc = send_points(psi, step);
        }

        if (rc == 0 && step >= PSI_AHEAD && step - PSI_AHEAD < theirs) {
            rc = take_points(psi, step - PSI_AHEAD);
        }

        if (rc == 0 && tags && step >= 2 * PSI_AHEAD
            && step - 2 * PSI_AHEAD < own)
        {
            rc = take_tags(psi, step - 2 * PSI_AHEAD);
        }
    }

    return rc;
}


static int
send_points(psi_t *psi, uint32_t number)
{
    u_char        *points;
    uint32_t       first, count;
    ic_message_t   out;

    first = number * psi->params.batch;
    count = batch_size(psi, psi->own, number);
    points = psi_begin(psi, &out, PSI_POINTS, number,
                       count * psi->group->size);

    if (points == NULL) {
        return -1;
    }

    if (psi_points_own(psi, psi->secret, first, count, points) != 0) {
        ic_message_drop(&out);
        return -1;
    }

    psi_sent_add(psi, points, first, count);

    return ic_message_send(&out, psi->peer);
}


static int
take_points(psi_t *psi, uint32_t number)
{
    int            rc;
    size_t         i;
    u_char        *tags, *points;
    uint32_t       count;
    ic_message_t   in;

    count = batch_size(psi, psi->theirs, number);
    tags = malloc((size_t) count * PSI_TAG);
    points = psi_recv(psi, &in, PSI_POINTS, number,
                      count * psi->group->size);
    rc = points != NULL ? 0 : -1;

    if (rc == 0 && tags == NULL) {
        rc = psi_no_memory(psi);
    }

    if (rc == 0) {
        rc = psi_points_fresh(psi, psi->peer, points, count);
    }

    if (rc == 0) {
        rc = psi_points_times(psi, psi->peer, psi->secret, points, count);
    }

    for (i = 0; rc == 0 && i < count; i++) {
        memcpy(tags + i * PSI_TAG,
               points + i * psi->group->size + psi->group->x, PSI_TAG);
    }

    ic_message_drop(&in);

    if (rc == 0) {
        rc = keep_tags(psi, tags, count, number);
    }

    free(tags);

    return rc;
}


/* To compare them, and for the peer: now, or sorted when all are there. */

static int
keep_tags(psi_t *psi, const u_char *tags, uint32_t count, uint32_t number)
{
    bool           now;
    u_char        *body;
    ic_message_t   out;

    now = psi->shows && psi->params.mode == PSI_INTERSECTION;

    if ((psi->receives || (psi->shows && !now))
        && psi_tags_add_theirs(psi, tags, count) != 0)
    {
        return -1;
    }

    if (!now) {
        return 0;
    }

    body = psi_begin(psi, &out, PSI_TAGS, number, (size_t) count * PSI_TAG);

    if (body == NULL) {
        return -1;
    }

    memcpy(body, tags, (size_t) count * PSI_TAG);

    return ic_message_send(&out, psi->peer);
}


static int
take_tags(psi_t *psi, uint32_t number)
{
    int            rc;
    u_char        *tags;
    uint32_t       count;
    ic_message_t   in;

    count = batch_size(psi, psi->own, number);
    tags = psi_recv(psi, &in, PSI_TAGS, number, (size_t) count * PSI_TAG);
    rc = tags == NULL ? -1
         : psi_tags_add_own(psi, tags, number * psi->params.batch, count);
    ic_message_drop(&in);

    return rc;
}


/*
 * Only how many: the peer's tags go back in their own order, which nobody
 * can lead back to its keys.
 */

static int
return_sorted(psi_t *psi)
{
    int        rc;
    uint32_t   own;
    returns_t  returns;

    memset(&returns, 0, sizeof(returns));
    returns.psi = psi;
    rc = 0;
    own = psi->receives ? batches(psi, psi->own) : 0;

    if (psi->shows) {
        rc = psi_tags_each(psi, return_tag, &returns);
    }

    ic_message_drop(&returns.out);

    while (rc == 0 && returns.taken < own) {
        rc = take_tags(psi, returns.taken++);
    }

    return rc;
}


static int
return_tag(void *ctx, const u_char tag[PSI_TAG])
{
    psi_t      *psi;
    uint32_t    count;
    returns_t  *returns;

    returns = ctx;
    psi = returns->psi;
    count = batch_size(psi, psi->theirs, returns->number);

    if (returns->used == 0) {
        returns->body = psi_begin(psi, &returns->out, PSI_TAGS,
                                  returns->number, (size_t) count * PSI_TAG);

        if (returns->body == NULL) {
            return -1;
        }
    }

    memcpy(returns->body + (size_t) returns->used * PSI_TAG, tag, PSI_TAG);

    if (++returns->used < count) {
        return 0;
    }

    returns->used = 0;

    if (ic_message_send(&returns->out, psi->peer) != 0) {
        return -1;
    }

    if (++returns->number > PSI_AHEAD && psi->receives
        && returns->taken < batches(psi, psi->own))
    {
        return take_tags(psi, returns->taken++);
    }

    return 0;
}


/* Nobody ends before the other has all; two receivers have found the same. */

static int
end(psi_t *psi, uint32_t number, size_t len)
{
    int            rc;
    u_char        *digest;
    ic_message_t   out, in;

    ic_message_begin(&psi->wire, &out, PSI_END, number);
    ic_message_put_raw(&out, psi->match.digest, len);

    if (ic_message_send(&out, psi->peer) != 0) {
        return -1;
    }

    digest = psi_recv(psi, &in, PSI_END, number, len);
    rc = digest != NULL ? 0 : -1;

    if (rc == 0 && memcmp(digest, psi->match.digest, len) != 0) {
        rc = ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                          "%s has not found the same: points or tags of one "
                          "side are not what they should be", psi->peer->name);
    }

    ic_message_drop(&in);

    return rc;
}


static uint32_t
batches(const psi_t *psi, uint32_t keys)
{
    return keys / psi->params.batch + (keys % psi->params.batch != 0);
}


static uint32_t
batch_size(const psi_t *psi, uint32_t keys, uint32_t number)
{
    uint32_t  left;

    left = keys - number * psi->params.batch;

    return left < psi->params.batch ? left : psi->params.batch;
}
