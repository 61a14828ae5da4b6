
/*
 * The open protocol. Each party sends its keys once encrypted ("enc"), in
 * batches and then one without items, encrypts the other's again and, if that
 * one receives, sends them back ("dual.enc"), batch by batch.
 */


#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "psi_open.h"
#include "psi_open.pb-c.h"
#include "psi_points.h"
#include "psi_tags.h"


#define OPEN_AHEAD  ((int64_t) 24 << 20)     /* bytes sent, not yet heard of */
#define OPEN_MOST   (1 << 20)                /* points of a batch */


typedef struct {
    psi_t       *psi;
    psi_open_t  *open;
    uint32_t     batches;        /* own ones with items */
    uint32_t     sent;           /* of those and the one behind them */
    uint32_t     heard;          /* batches of the peer's */
    uint32_t     back;           /* own ones that came back */
    bool         peer_over;
} open_t;


static int open_run(open_t *run);
static bool open_listens(const open_t *run);
static int open_send(open_t *run);
static int open_put(open_t *run, psi_link_channel_e channel,
    Psi__Batch *batch);
static int open_recv(open_t *run);
static int open_batch(open_t *run, psi_link_channel_e channel,
    const Psi__Batch *batch);
static int open_theirs(open_t *run, Psi__Batch *batch);
static int open_return(open_t *run, Psi__Batch *batch);
static int open_back(open_t *run, const Psi__Batch *batch);
static int open_count(open_t *run, const Psi__Batch *batch);
static bool open_counts_good(const Psi__Batch *batch);
static u_char *open_tags(const u_char *points, uint32_t count, size_t size);
static int open_refuse(const open_t *run, const char *what,
    const Psi__Batch *batch);


int
psi_open_exchange(psi_t *psi)
{
    open_t           run;
    ic_group_hand_t  hand;

    memset(&run, 0, sizeof(open_t));
    run.psi = psi;
    run.open = psi->open;
    run.batches = psi->own / psi->params.batch
                  + (psi->own % psi->params.batch != 0);

    if (psi_link_open(&psi->open->link, psi->task, psi->peer->party,
                      psi->open->counted) != 0
        || (psi->open->handshake && psi_handshake(psi) != 0))
    {
        return -1;
    }

    if (ic_group_open(&hand, psi->group, psi->domain) != 0
        || ic_group_secret(&hand, psi->secret, NULL) != 0)
    {
        return psi_no_random(psi);
    }

    ic_group_close(&hand);

    /* how many parts there are of tags: the peer may have said nothing */

    psi->peer->keys = psi->open->declared >= 0 ? (uint32_t) psi->open->declared
                                           : psi->own;
    psi->sent = psi_sent_create(psi->own);

    if (psi->sent == NULL) {
        return psi_no_memory(psi);
    }

    return psi_tags_create(psi) != 0 ? -1 : open_run(&run);
}


static int
open_run(open_t *run)
{
    psi_t       *psi;
    psi_link_t  *link;

    psi = run->psi;
    link = &run->open->link;
    psi->peer->keys = 0;

    while (run->sent <= run->batches || open_listens(run)) {

        ic_task_progress(psi->task,
                         5 + 80.0 * (run->sent + run->back)
                             / (2.0 * run->batches + 2), "encrypting keys");

        if (run->sent <= run->batches
            && (!open_listens(run)
                || link->bytes_sent - link->bytes_received < OPEN_AHEAD))
        {
            if (open_send(run) != 0) {
                return -1;
            }

            continue;
        }

        if (open_recv(run) != 0) {
            return -1;
        }
    }

    OPENSSL_cleanse(psi->secret, sizeof(psi->secret));

    if (psi_link_close(link) != 0) {
        return -1;
    }

    psi->wire.bytes_sent = link->bytes_sent;
    psi->wire.bytes_received = link->bytes_received;
    ic_task_progress(psi->task, 90, "comparing");

    return psi->receives ? psi_tags_match(psi, true) : 0;
}


/* Is there more to come? */

static bool
open_listens(const open_t *run)
{
    return !run->peer_over
           || (run->psi->receives && run->back <= run->batches);
}


static int
open_send(open_t *run)
{
    int         rc;
    psi_t      *psi;
    uint32_t    first, left;
    Psi__Batch  batch = PSI__BATCH__INIT;

    psi = run->psi;
    first = run->sent * psi->params.batch;
    left = run->sent < run->batches ? psi->own - first : 0;

    batch.type = "enc";
    batch.batch_index = (int32_t) run->sent;
    batch.is_last_batch = left == 0;
    batch.count = (int32_t) (left < psi->params.batch ? left
                                                      : psi->params.batch);
    batch.ciphertext.len = (size_t) batch.count * psi->group->size;
    batch.ciphertext.data = malloc(batch.ciphertext.len + 1);

    if (batch.ciphertext.data == NULL) {
        return psi_no_memory(psi);
    }

    rc = psi_points_own(psi, psi->domain, psi->secret, first,
                        (uint32_t) batch.count, batch.ciphertext.data);

    if (rc == 0) {
        psi_sent_add(psi, batch.ciphertext.data, first,
                     (uint32_t) batch.count);
        rc = open_put(run, PSI_LINK_MAIN, &batch);
        run->sent++;
    }

    free(batch.ciphertext.data);

    return rc;
}


static int
open_put(open_t *run, psi_link_channel_e channel, Psi__Batch *batch)
{
    return psi_link_send_message(&run->open->link, channel, &batch->base);
}


static int
open_recv(open_t *run)
{
    int                  rc;
    size_t               len;
    u_char              *value;
    Psi__Batch          *batch;
    psi_link_channel_e   channel;

    if (psi_link_recv(&run->open->link, &channel, &value, &len) != 0) {
        return -1;
    }

    batch = psi_link_unpack(&psi__batch__descriptor, value, len);
    free(value);

    if (batch == NULL) {
        return ic_task_fail(run->psi->task, "peer_protocol", NULL, 0,
                            "%s sent what is no batch",
                            run->psi->peer->party->name);
    }

    rc = open_batch(run, channel, batch);
    psi_link_unpacked_free(batch);

    return rc;
}


static int
open_batch(open_t *run, psi_link_channel_e channel, const Psi__Batch *batch)
{
    if (batch->count < 0 || batch->count > OPEN_MOST
        || (batch->count == 0 && !batch->is_last_batch)
        || !open_counts_good(batch))
    {
        return open_refuse(run, "with a wrong number of items", batch);
    }

    if (channel == PSI_LINK_MAIN && strcmp(batch->type, "enc") == 0) {
        return open_theirs(run, (Psi__Batch *) batch);
    }

    if (channel == PSI_LINK_DUAL && strcmp(batch->type, "dual.enc") == 0) {
        return open_back(run, batch);
    }

    return open_refuse(run, "of a type that is not its channel's", batch);
}


/* Rows with the same key as an item: taken, and of no use to us. */

static bool
open_counts_good(const Psi__Batch *batch)
{
    size_t  i;

    if (batch->n_duplicate_item_cnt > (size_t) batch->count) {
        return false;
    }

    for (i = 0; i < batch->n_duplicate_item_cnt; i++) {
        if (batch->duplicate_item_cnt[i]->key >= (uint32_t) batch->count) {
            return false;
        }
    }

    return true;
}


static int
open_theirs(open_t *run, Psi__Batch *batch)
{
    int        rc;
    psi_t     *psi;
    u_char    *points, *tags;
    uint32_t   count;

    psi = run->psi;
    count = (uint32_t) batch->count;
    points = batch->ciphertext.data;

    if (run->peer_over || batch->batch_index != (int32_t) run->heard) {
        return open_refuse(run, "where another one was due", batch);
    }

    if (batch->ciphertext.len != (size_t) count * psi->group->size) {
        return open_refuse(run, "that is not as long as its points", batch);
    }

    if (open_count(run, batch) != 0
        || psi_points_fresh(psi, psi->peer->party, points, count) != 0
        || psi_points_times(psi, psi->peer->party, psi->secret, points,
                            count) != 0)
    {
        return -1;
    }

    run->heard++;
    run->peer_over = batch->is_last_batch;
    rc = 0;

    if (psi->receives) {
        tags = open_tags(points, count, psi->group->size);
        rc = tags == NULL ? psi_no_memory(psi)
             : psi_tags_add_theirs(psi, tags, count);
        free(tags);
    }

    return rc == 0 && psi->shows ? open_return(run, batch) : rc;
}


/* As many as were agreed, or said. */

static int
open_count(open_t *run, const Psi__Batch *batch)
{
    psi_t    *psi;
    int64_t   count, declared;

    psi = run->psi;
    count = (int64_t) psi->peer->keys + batch->count;
    declared = run->open->declared;

    if (count > PSI_MAX_KEYS) {
        return ic_task_fail(psi->task, "data_out_of_range", NULL, 0,
                            "%s has more than %d keys", psi->peer->party->name,
                            PSI_MAX_KEYS);
    }

    if (declared >= 0
        && (count > declared || (batch->is_last_batch && count < declared)))
    {
        return ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                            "%s said that it has %lld keys, and sent %s",
                            psi->peer->party->name, (long long) declared,
                            count > declared ? "more" : "fewer");
    }

    psi->peer->keys = (uint32_t) count;

    return 0;
}


/* The points themselves, or their ends, in the same memory. */

static int
open_return(open_t *run, Psi__Batch *batch)
{
    size_t      bytes, size;
    int32_t     i;
    u_char     *data;
    Psi__Batch  back = PSI__BATCH__INIT;

    size = run->psi->group->size;
    bytes = run->open->bits == PSI_OPEN_WHOLE
            ? size : (size_t) run->open->bits / 8;
    data = batch->ciphertext.data;

    for (i = 0; i < batch->count; i++) {
        memmove(data + (size_t) i * bytes,
                data + ((size_t) i + 1) * size - bytes, bytes);
    }

    back.type = "dual.enc";
    back.batch_index = batch->batch_index;
    back.is_last_batch = batch->is_last_batch;
    back.count = batch->count;
    back.ciphertext.len = (size_t) batch->count * bytes;
    back.ciphertext.data = data;

    return open_put(run, PSI_LINK_DUAL, &back);
}


/*
 * Whole points and truncated ones are compared by the same last bytes, so
 * that both are taken.
 */

static int
open_back(open_t *run, const Psi__Batch *batch)
{
    int        rc;
    psi_t     *psi;
    u_char    *tags;
    size_t     size;
    uint32_t   first, due;

    psi = run->psi;
    first = run->back * psi->params.batch;
    due = run->back < run->batches ? psi->own - first : 0;
    due = due < psi->params.batch ? due : psi->params.batch;

    if (!psi->receives || run->back >= run->sent
        || batch->batch_index != (int32_t) run->back
        || batch->is_last_batch != (run->back == run->batches))
    {
        return open_refuse(run, "where another one was due", batch);
    }

    if (batch->count != (int32_t) due) {
        return open_refuse(run, "with a wrong number of items", batch);
    }

    run->back++;

    if (due == 0) {
        return batch->ciphertext.len == 0 ? 0
               : open_refuse(run, "that is not as long as its points", batch);
    }

    size = batch->ciphertext.len / due;

    if (batch->ciphertext.len % due != 0 || size < PSI_TAG
        || size > psi->group->size)
    {
        return open_refuse(run, "that is not as long as its points", batch);
    }

    tags = open_tags(batch->ciphertext.data, due, size);
    rc = tags == NULL ? psi_no_memory(psi)
         : psi_tags_add_own(psi, tags, first, due);
    free(tags);

    return rc;
}


static u_char *
open_tags(const u_char *points, uint32_t count, size_t size)
{
    u_char    *tags;
    uint32_t   i;

    tags = malloc((size_t) count * PSI_TAG + 1);

    for (i = 0; tags != NULL && i < count; i++) {
        memcpy(tags + (size_t) i * PSI_TAG,
               points + ((size_t) i + 1) * size - PSI_TAG, PSI_TAG);
    }

    return tags;
}


void
psi_open_free(psi_t *psi)
{
    if (psi->open != NULL) {
        psi_link_free(&psi->open->link);
    }
}


static int
open_refuse(const open_t *run, const char *what, const Psi__Batch *batch)
{
    return ic_task_fail(run->psi->task, "peer_protocol", NULL, 0,
                        "%s sent batch %d %s", run->psi->peer->party->name,
                        batch->batch_index, what);
}
