
/* What leader and partner found, to the other receivers. */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "../../math/ic_parallel.h"
#include "../../math/ic_stream.h"
#include "psi_digest.h"
#include "psi_items.h"


#define ANNOUNCE_TAG    16
#define ANNOUNCE_PIECE  4096


typedef struct {
    u_char    tag[ANNOUNCE_TAG];
    uint32_t  item;
} place_t;

typedef struct {
    psi_t           *psi;
    u_char           key[IC_EXCHANGE_KEY];
    const uint32_t  *items;          /* NULL: all, by number */
    place_t         *places;
} announce_t;


static int announce_to(psi_t *psi, const psi_member_t *to);
static int announce_hear(psi_t *psi);
static int announce_place(psi_t *psi, const announce_t *announce);
static int announce_take(psi_t *psi, const announce_t *announce,
    const u_char *tags, uint32_t count);
static int announce_count(psi_t *psi, const psi_member_t *with,
    uint64_t *count, int sign);
static int announce_open(psi_t *psi, announce_t *announce,
    const psi_member_t *with, const uint32_t *items, uint32_t count);
static void announce_close(announce_t *announce);
static int announce_tags(void *context, size_t first, size_t count);
static int announce_by_tag(const void *one, const void *two);


int
psi_announce(psi_t *psi)
{
    int            rc;
    unsigned       i;
    psi_member_t  *member;

    if (psi->peer == NULL) {
        return psi->receives ? announce_hear(psi) : 0;
    }

    rc = 0;

    for (i = 0; psi->self == psi->leader && rc == 0 && i < psi->count; i++) {
        member = &psi->members[i];

        if (member->receives && member != psi->leader
            && member != psi->partner)
        {
            rc = announce_to(psi, member);
        }
    }

    return rc;
}


static int
announce_to(psi_t *psi, const psi_member_t *to)
{
    int            rc;
    u_char        *body;
    uint32_t       i, k, n, number;
    uint64_t       count;
    announce_t     announce;
    ic_message_t   out;

    count = psi->match.count;

    if (announce_count(psi, to, &count, 1) != 0) {
        return -1;
    }

    ic_message_begin(&psi->wire, &out, PSI_FOUND, 0);
    ic_message_put_u64(&out, count);

    if (ic_message_send(&out, to->party) != 0) {
        return -1;
    }

    if (psi->params.mode == PSI_CARDINALITY) {
        return 0;
    }

    rc = announce_open(psi, &announce, to, psi->match.item,
                       psi->match.count);

    for (number = 0, i = 0; rc == 0 && i < psi->match.count; i += n) {
        n = psi_batch(psi, psi->match.count, number);
        body = psi_begin(psi, &out, PSI_RESULT, number++,
                         (size_t) n * ANNOUNCE_TAG);

        if (body == NULL) {
            rc = -1;
            break;
        }

        for (k = 0; k < n; k++) {
            memcpy(body + (size_t) k * ANNOUNCE_TAG,
                   announce.places[i + k].tag, ANNOUNCE_TAG);
        }

        rc = ic_message_send(&out, to->party);
    }

    announce_close(&announce);

    return rc;
}


static int
announce_hear(psi_t *psi)
{
    int            rc;
    u_char        *body;
    uint64_t       count;
    announce_t     announce;
    ic_message_t   in;

    body = psi_recv(psi, psi->leader, &in, PSI_FOUND, 0, sizeof(uint64_t));
    count = body != NULL ? ic_message_get_u64(&in) : 0;
    ic_message_drop(&in);

    if (body == NULL || announce_count(psi, psi->leader, &count, -1) != 0) {
        return -1;
    }

    if (count > psi->own || count > psi->leader->keys) {
        return ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                            "%s says that more keys are common than there "
                            "are", psi->leader->party->name);
    }

    if (psi->params.mode == PSI_CARDINALITY) {
        psi->match.count = (uint32_t) count;
        return 0;
    }

    psi->match.room = (uint32_t) count;
    psi->match.item = malloc((count + 1) * sizeof(uint32_t));

    if (psi->match.item == NULL) {
        return psi_no_memory(psi);
    }

    rc = announce_open(psi, &announce, psi->leader, NULL, psi->own);

    if (rc == 0) {
        rc = announce_place(psi, &announce);
    }

    announce_close(&announce);

    return rc;
}


/* The items of all tags, in the leader's order. */

static int
announce_place(psi_t *psi, const announce_t *announce)
{
    int            rc;
    u_char        *tags;
    uint32_t       number, count, room;
    ic_message_t   in;

    qsort(announce->places, psi->own, sizeof(place_t), announce_by_tag);
    room = psi->match.room;

    for (rc = 0, number = 0;
         rc == 0 && number < psi_batches(psi, room);
         number++)
    {
        count = psi_batch(psi, room, number);
        tags = psi_recv(psi, psi->leader, &in, PSI_RESULT, number,
                        (size_t) count * ANNOUNCE_TAG);
        rc = tags != NULL ? announce_take(psi, announce, tags, count) : -1;
        ic_message_drop(&in);
    }

    return rc;
}


/* An item is taken once: its number becomes one that there is not. */

static int
announce_take(psi_t *psi, const announce_t *announce, const u_char *tags,
    uint32_t count)
{
    uint32_t   i;
    place_t   *place;

    for (i = 0; i < count; i++, tags += ANNOUNCE_TAG) {
        place = bsearch(tags, announce->places, psi->own, sizeof(place_t),
                        announce_by_tag);

        if (place == NULL || place->item == UINT32_MAX) {
            return ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                                "%s names a key that is not here",
                                psi->leader->party->name);
        }

        psi->match.item[psi->match.count++] = place->item;
        place->item = UINT32_MAX;
    }

    return 0;
}


static int
announce_count(psi_t *psi, const psi_member_t *with, uint64_t *count,
    int sign)
{
    int     rc;
    u_char  key[IC_EXCHANGE_KEY];

    rc = ic_exchange_derive(with->secret, "found", 5, key) == 0
         && ic_stream_add(key, 0, sign, count, 1) == 0
         ? 0 : psi_no_memory(psi);
    OPENSSL_cleanse(key, sizeof(key));

    return rc;
}


/* The tags of items, which nobody else can make. announce_close() after. */

static int
announce_open(psi_t *psi, announce_t *announce, const psi_member_t *with,
    const uint32_t *items, uint32_t count)
{
    announce->psi = psi;
    announce->items = items;
    announce->places = malloc(((size_t) count + 1) * sizeof(place_t));

    if (announce->places == NULL
        || ic_exchange_derive(with->secret, "result", 6, announce->key) != 0
        || ic_parallel(psi->threads, count, ANNOUNCE_PIECE, announce_tags,
                       announce)
           != 0)
    {
        return psi_no_memory(psi);
    }

    return 0;
}


static void
announce_close(announce_t *announce)
{
    OPENSSL_cleanse(announce->key, sizeof(announce->key));
    free(announce->places);
}


static int
announce_tags(void *context, size_t first, size_t count)
{
    int                rc;
    size_t             i, len, size;
    u_char            *key, hash[PSI_DIGEST_SIZE];
    psi_digest_t       digest;
    const announce_t  *announce;

    announce = context;

    if (psi_digest_open(&digest) != 0) {
        return -1;
    }

    rc = 0;
    key = NULL;
    size = 0;

    for (i = first; rc == 0 && i < first + count; i++) {
        announce->places[i].item = announce->items != NULL
                                   ? announce->items[i] : (uint32_t) i;
        len = psi_items_plain_key(announce->psi->items,
                                  announce->places[i].item, &key, &size);
        rc = len == 0 ? -1
             : psi_digest(&digest, "interconn psi result v1",
                          ic_str_n(announce->key, IC_EXCHANGE_KEY),
                          ic_str(""), ic_str(""), ic_str_n(key, len), hash);
        memcpy(announce->places[i].tag, hash, ANNOUNCE_TAG);
    }

    if (key != NULL) {
        OPENSSL_cleanse(key, size);
        free(key);
    }

    psi_digest_close(&digest);

    return rc;
}


static int
announce_by_tag(const void *one, const void *two)
{
    return memcmp(one, two, ANNOUNCE_TAG);
}
