
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


static int prepare(psi_t *psi);
static int pass_batches(psi_t *psi);
static int send_points(psi_t *psi, uint32_t number);
static int take_points(psi_t *psi, uint32_t number);
static int keep_tags(psi_t *psi, const u_char *tags, uint32_t count,
    uint32_t number);
static int take_tags(psi_t *psi, uint32_t number);
static int return_sorted(psi_t *psi);
static int return_tag(void *ctx, const u_char tag[PSI_TAG]);
static int end_tell(psi_t *psi, const psi_member_t *to, uint32_t number,
    size_t len);
static int end_hear(psi_t *psi, const psi_member_t *from, uint32_t number,
    size_t len);


int
psi_exchange(psi_t *psi)
{
    size_t               len;
    const psi_params_t  *params;

    params = &psi->params;

    if (prepare(psi) != 0 || pass_batches(psi) != 0) {
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

    len = psi->receives && psi->shows ? PSI_DIGEST : 0;

    return end_tell(psi, psi->peer, 0, len) == 0
           ? end_hear(psi, psi->peer, 0, len) : -1;
}


static int
prepare(psi_t *psi)
{
    if (psi_draw_secret(psi, psi->secret, NULL) != 0) {
        return -1;
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

    own = psi_batches(psi, psi->own);
    theirs = psi_batches(psi, psi->peer->keys);
    last = (own > theirs ? own : theirs) + 2 * PSI_AHEAD;
    tags = psi->receives && psi->params.mode == PSI_INTERSECTION;
    rc = 0;

    for (step = 0; rc == 0 && step < last; step++) {
        ic_task_progress(psi->task, 5 + 80.0 * step / last,
                          "encrypting keys");

        if (psi->count > 2 && psi->self == psi->leader) {
            rc = psi_beat(psi, psi->partner);
        }

        if (rc == 0 && step < own) {
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
    count = psi_batch(psi, psi->own, number);
    points = psi_begin(psi, &out, PSI_POINTS, number,
                       count * psi->group->size);

    if (points == NULL) {
        return -1;
    }

    if (psi_points_own(psi, psi->domain, psi->secret, first, count, points)
        != 0)
    {
        ic_message_drop(&out);
        return -1;
    }

    psi_sent_add(psi, points, first, count);

    return ic_message_send(&out, psi->peer->party);
}


static int
take_points(psi_t *psi, uint32_t number)
{
    int            rc;
    size_t         i;
    u_char        *tags, *points;
    uint32_t       count;
    ic_message_t   in;

    count = psi_batch(psi, psi->peer->keys, number);
    tags = malloc((size_t) count * PSI_TAG);
    points = psi_recv(psi, psi->peer, &in, PSI_POINTS, number,
                      count * psi->group->size);
    rc = points != NULL ? 0 : -1;

    if (rc == 0 && tags == NULL) {
        rc = psi_no_memory(psi);
    }

    if (rc == 0) {
        rc = psi_points_fresh(psi, psi->peer->party, points, count);
    }

    if (rc == 0) {
        rc = psi_points_times(psi, psi->peer->party, psi->secret, points,
                              count);
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

    return ic_message_send(&out, psi->peer->party);
}


static int
take_tags(psi_t *psi, uint32_t number)
{
    int            rc;
    u_char        *tags;
    uint32_t       count;
    ic_message_t   in;

    count = psi_batch(psi, psi->own, number);
    tags = psi_recv(psi, psi->peer, &in, PSI_TAGS, number,
                    (size_t) count * PSI_TAG);
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
    own = psi->receives ? psi_batches(psi, psi->own) : 0;

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
    count = psi_batch(psi, psi->peer->keys, returns->number);

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

    if (ic_message_send(&returns->out, psi->peer->party) != 0) {
        return -1;
    }

    if (++returns->number > PSI_AHEAD && psi->receives
        && returns->taken < psi_batches(psi, psi->own))
    {
        return take_tags(psi, returns->taken++);
    }

    return 0;
}


/* The leader says that all is done when it has heard so from all. */

int
psi_end(psi_t *psi)
{
    int       rc;
    unsigned  i;

    if (psi->self != psi->leader) {
        return end_tell(psi, psi->leader, 1, 0) == 0
               ? end_hear(psi, psi->leader, 1, 0) : -1;
    }

    for (rc = 0, i = 0; rc == 0 && i < psi->count; i++) {
        if (&psi->members[i] != psi->leader) {
            rc = end_hear(psi, &psi->members[i], 1, 0);
        }
    }

    for (i = 0; rc == 0 && i < psi->count; i++) {
        if (&psi->members[i] != psi->leader) {
            rc = end_tell(psi, &psi->members[i], 1, 0);
        }
    }

    return rc;
}


static int
end_tell(psi_t *psi, const psi_member_t *to, uint32_t number, size_t len)
{
    ic_message_t  out;

    ic_message_begin(&psi->wire, &out, PSI_END, number);
    ic_message_put_raw(&out, psi->match.digest, len);

    return ic_message_send(&out, to->party);
}


/* With the digest: two receivers have found the same. */

static int
end_hear(psi_t *psi, const psi_member_t *from, uint32_t number, size_t len)
{
    int            rc;
    u_char        *digest;
    ic_message_t   in;

    digest = psi_recv(psi, from, &in, PSI_END, number, len);
    rc = digest != NULL ? 0 : -1;

    if (rc == 0 && memcmp(digest, psi->match.digest, len) != 0) {
        rc = ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                          "%s has not found the same: points or tags of one "
                          "side are not what they should be",
                          from->party->name);
    }

    ic_message_drop(&in);

    return rc;
}
