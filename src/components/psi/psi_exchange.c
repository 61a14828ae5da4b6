
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
#include "psi_wire.h"


#define HELLO_SIZE   (4 + PSI_DIGEST)


/* Tags on their way to the peer, batch by batch. */
typedef struct {
    psi_t          *psi;
    psi_message_t   out;
    uint32_t        number;
    uint32_t        used;
    uint32_t        taken;           /* batches of the peer's */
} returns_t;


static int agree(psi_t *psi);
static int check_hello(psi_t *psi, const psi_message_t *in);
static void digest_params(psi_t *psi, const u_char *nonce,
    u_char digest[PSI_DIGEST]);
static int bind_run(psi_t *psi, const u_char *own, const u_char *theirs);
static int check_sizes(psi_t *psi);
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

    OPENSSL_cleanse(psi->scalar, sizeof(psi->scalar));

    if (params->mode == PSI_CARDINALITY && return_sorted(psi) != 0) {
        return -1;
    }

    psi->io->progress(psi->io_ctx, 90, "comparing");

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
    int             rc;
    u_char         *p;
    psi_message_t   out, in;

    if (RAND_bytes(psi->context, PSI_CONTEXT) != 1) {
        return psi_fail(psi, "internal", NULL, 0, "no random numbers");
    }

    if (psi_begin(psi, &out, PSI_HELLO, 0, HELLO_SIZE) != 0) {
        return -1;
    }

    p = psi_put_u32(out.body, psi->own);
    digest_params(psi, psi->context, p);

    if (psi_send(psi, &out) != 0) {
        return -1;
    }

    rc = psi_recv(psi, &in, PSI_HELLO, 0, HELLO_SIZE);

    if (rc == 0) {
        rc = check_hello(psi, &in);
    }

    psi_drop(&in);

    return rc;
}


static int
check_hello(psi_t *psi, const psi_message_t *in)
{
    u_char         digest[PSI_DIGEST];
    const u_char  *nonce;

    nonce = in->data + 6;
    psi->theirs = psi_get_u32(in->body);
    digest_params(psi, nonce, digest);

    if (memcmp(nonce, psi->context, PSI_CONTEXT) == 0) {
        return psi_fail(psi, "peer_protocol", NULL, 0,
                        "%s sent our own message back", psi->peer->name);
    }

    if (memcmp(digest, in->body + 4, PSI_DIGEST) != 0) {
        return psi_fail(psi, "bad_parameter", NULL, 0,
                        "%s has other parameters, or another number of key "
                        "columns; ours are %.*s", psi->peer->name,
                        (int) psi->params.common.len,
                        (char *) psi->params.common.data);
    }

    return bind_run(psi, psi->context, nonce) == 0
           ? check_sizes(psi) : -1;
}


/* With the sender's random number: it is another one every time. */

static void
digest_params(psi_t *psi, const u_char *nonce, u_char digest[PSI_DIGEST])
{
    u_char  both[PSI_CONTEXT + PSI_DIGEST];

    memcpy(both, nonce, PSI_CONTEXT);
    ic_sha256(both + PSI_CONTEXT, psi->params.common.data,
              psi->params.common.len);
    ic_sha256(digest, both, sizeof(both));
}


/* The context of all that follows: job, task, both sizes and numbers. */

static int
bind_run(psi_t *psi, const u_char *own, const u_char *theirs)
{
    bool      guest;
    u_char    hash[32], *p;
    ic_str_t  text;

    guest = strcmp(psi->self->role, "guest") == 0;

    text = ic_str_fmt(psi->arena, "%s\n%s\n%u %u\n%*s", psi->job_id,
                      psi->task_id, guest ? psi->own : psi->theirs,
                      guest ? psi->theirs : psi->own, 2 * PSI_CONTEXT, "");

    if (text.data == NULL) {
        return psi_no_memory(psi);
    }

    p = text.data + text.len - 2 * PSI_CONTEXT;
    memcpy(p, guest ? own : theirs, PSI_CONTEXT);
    memcpy(p + PSI_CONTEXT, guest ? theirs : own, PSI_CONTEXT);
    ic_sha256(hash, text.data, text.len);
    memcpy(psi->context, hash, PSI_CONTEXT);

    return 0;
}


/* 40 bits beyond the product of the sizes: equal tags are equal keys. */

static int
check_sizes(psi_t *psi)
{
    unsigned  bits;
    uint64_t  n;

    bits = 40;

    for (n = psi->own; n > 1; n = (n + 1) / 2) {
        bits++;
    }

    for (n = psi->theirs; n > 1; n = (n + 1) / 2) {
        bits++;
    }

    if (psi->theirs > PSI_MAX_KEYS || bits > 8 * PSI_TAG) {
        return psi_fail(psi, "data_out_of_range", NULL, 0,
                        "%s has %u keys, here are %u: more than tags of %d "
                        "bits tell apart", psi->peer->name, psi->theirs,
                        psi->own, 8 * PSI_TAG);
    }

    return 0;
}


static int
prepare(psi_t *psi)
{
    if (ic_x25519_scalar(psi->scalar) != 0) {
        return psi_fail(psi, "internal", NULL, 0, "no random numbers");
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
        psi->io->progress(psi->io_ctx, 5 + 80.0 * step / last,
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
    uint32_t        first, count;
    psi_message_t   out;

    first = number * psi->params.batch;
    count = batch_size(psi, psi->own, number);

    if (psi_begin(psi, &out, PSI_POINTS, number, (size_t) count * PSI_POINT)
        != 0)
    {
        return -1;
    }

    if (psi_points_own(psi, first, count, out.body) != 0) {
        psi_drop(&out);
        return -1;
    }

    psi_sent_add(psi->sent, out.body, first, count);

    return psi_send(psi, &out);
}


static int
take_points(psi_t *psi, uint32_t number)
{
    int             rc;
    u_char         *tags;
    uint32_t        count;
    psi_message_t   in;

    count = batch_size(psi, psi->theirs, number);
    tags = malloc((size_t) count * PSI_TAG);

    rc = psi_recv(psi, &in, PSI_POINTS, number, (size_t) count * PSI_POINT);

    if (rc == 0 && tags == NULL) {
        rc = psi_no_memory(psi);
    }

    if (rc == 0) {
        rc = psi_points_theirs(psi, in.body, count, tags);
    }

    psi_drop(&in);

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
    bool            now;
    psi_message_t   out;

    now = psi->shows && psi->params.mode == PSI_INTERSECTION;

    if ((psi->receives || (psi->shows && !now))
        && psi_tags_add_theirs(psi, tags, count) != 0)
    {
        return -1;
    }

    if (!now) {
        return 0;
    }

    if (psi_begin(psi, &out, PSI_TAGS, number, (size_t) count * PSI_TAG)
        != 0)
    {
        return -1;
    }

    memcpy(out.body, tags, out.len);

    return psi_send(psi, &out);
}


static int
take_tags(psi_t *psi, uint32_t number)
{
    int             rc;
    uint32_t        count;
    psi_message_t   in;

    count = batch_size(psi, psi->own, number);
    rc = psi_recv(psi, &in, PSI_TAGS, number, (size_t) count * PSI_TAG);

    if (rc == 0) {
        rc = psi_tags_add_own(psi, in.body, number * psi->params.batch,
                              count);
    }

    psi_drop(&in);

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

    psi_drop(&returns.out);

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

    if (returns->used == 0
        && psi_begin(psi, &returns->out, PSI_TAGS, returns->number,
                     (size_t) count * PSI_TAG)
           != 0)
    {
        return -1;
    }

    memcpy(returns->out.body + (size_t) returns->used * PSI_TAG, tag,
           PSI_TAG);

    if (++returns->used < count) {
        return 0;
    }

    returns->used = 0;

    if (psi_send(psi, &returns->out) != 0) {
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
    int             rc;
    psi_message_t   out, in;

    if (psi_begin(psi, &out, PSI_END, number, len) != 0) {
        return -1;
    }

    memcpy(out.body, psi->match.digest, len);

    if (psi_send(psi, &out) != 0) {
        return -1;
    }

    rc = psi_recv(psi, &in, PSI_END, number, len);

    if (rc == 0 && memcmp(in.body, psi->match.digest, len) != 0) {
        rc = psi_fail(psi, "peer_protocol", NULL, 0,
                      "%s has not found the same: points or tags of one "
                      "side are not what they should be", psi->peer->name);
    }

    psi_drop(&in);

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
