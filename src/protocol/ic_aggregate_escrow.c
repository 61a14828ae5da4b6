
/*
 * Opening where a party may be lost in the middle. Each gives its partial
 * decryptions away under a key of its own, of which every other party has a
 * share; when it has those of all, it gives its key away and the shares that
 * it has. Who is lost in between is not needed any more: all shares of its
 * key are there. Nobody's key can be had while two that stay keep theirs
 * back, and who has given its own agrees to no other set for this round: so
 * a round is opened for one set only.
 */


#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "ic_aggregate_state.h"


#define ESCROW_KEY  IC_EXCHANGE_KEY


typedef struct {
    u_char          key[ESCROW_KEY];
    const u_char   *digest;      /* of the product */
    size_t          sealed;      /* partial decryptions under a key, bytes */
    size_t          box;         /* these and a share */
    size_t          release;     /* a key, a share of each party's */
    u_char         *mine;        /* what each party is given */
    u_char         *theirs;
    u_char         *given;       /* our release */
    u_char         *released;
    bool            there[IC_TASK_MAX_PARTIES];
} aggregate_escrow_t;


static int escrow_allocate(ic_aggregate_t *a, aggregate_escrow_t *e,
    size_t size);
static void escrow_free(ic_aggregate_t *a, aggregate_escrow_t *e);
static int escrow_make(ic_aggregate_t *a, aggregate_escrow_t *e,
    const u_char *partial, size_t size);
static int escrow_give(ic_aggregate_t *a, aggregate_escrow_t *e);
static int escrow_release(ic_aggregate_t *a, aggregate_escrow_t *e);
static int escrow_open(ic_aggregate_t *a, aggregate_escrow_t *e, unsigned i,
    u_char *partial);
static int escrow_key(ic_aggregate_t *a, const aggregate_escrow_t *e,
    unsigned i, u_char *key);
static void escrow_label(const ic_aggregate_t *a, unsigned i,
    ic_label_t *label);
static void escrow_add(u_char *sum, const u_char *share);


int
ic_aggregate_escrow(ic_aggregate_t *a, const u_char digest[32],
    const u_char *partial, size_t size, u_char *others)
{
    int                 rc;
    unsigned            i;
    aggregate_escrow_t  e;

    memset(&e, 0, sizeof(aggregate_escrow_t));
    e.digest = digest;
    rc = escrow_allocate(a, &e, size);

    if (rc == 0) {
        rc = escrow_make(a, &e, partial, size);
    }

    if (rc == 0) {
        rc = escrow_give(a, &e);
    }

    if (rc == 0) {
        a->opened = a->round;
        rc = escrow_release(a, &e);
    }

    for (i = 0; rc == 0 && i < a->count; i++) {
        if (i != a->own) {
            rc = escrow_open(a, &e, i, others + i * size);
        }
    }

    escrow_free(a, &e);

    return rc;
}


static int
escrow_allocate(ic_aggregate_t *a, aggregate_escrow_t *e, size_t size)
{
    e->sealed = size + IC_SEAL_OVERHEAD;
    e->box = e->sealed + ESCROW_KEY;
    e->release = (a->count + 1) * ESCROW_KEY;

    e->mine = calloc(a->count, e->box);
    e->theirs = calloc(a->count, e->box);
    e->given = calloc(1, e->release);
    e->released = calloc(a->count, e->release);

    return e->mine != NULL && e->theirs != NULL && e->given != NULL
           && e->released != NULL ? 0 : ic_aggregate_no_memory(a);
}


static void
escrow_free(ic_aggregate_t *a, aggregate_escrow_t *e)
{
    unsigned  i;

    u_char *const  all[] = { e->mine, e->theirs, e->given, e->released };
    const size_t   sizes[] = { a->count * e->box, a->count * e->box,
                               e->release, a->count * e->release };

    for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {

        if (all[i] != NULL) {
            OPENSSL_cleanse(all[i], sizes[i]);
        }

        free(all[i]);
    }

    OPENSSL_cleanse(e, sizeof(aggregate_escrow_t));
}


/* The same under the key for everybody; shares whose sum is the key. */

static int
escrow_make(ic_aggregate_t *a, aggregate_escrow_t *e, const u_char *partial,
    size_t size)
{
    int          rc;
    u_char       left[ESCROW_KEY], *share, *first;
    unsigned     i;
    ic_label_t   label;

    first = e->mine + (a->own == 0 ? e->box : 0);
    escrow_label(a, a->own, &label);

    rc = RAND_bytes(e->key, ESCROW_KEY) == 1
         && ic_seal(e->key, &label, e->digest, 32, partial, size, first) == 0
         ? 0 : -1;

    memcpy(left, e->key, ESCROW_KEY);

    for (i = 0; rc == 0 && i < a->count; i++) {

        if (i == a->own || e->mine + i * e->box == first) {
            continue;
        }

        memcpy(e->mine + i * e->box, first, e->sealed);
        share = e->mine + i * e->box + e->sealed;
        rc = RAND_bytes(share, ESCROW_KEY) == 1 ? 0 : -1;
        escrow_add(left, share);
    }

    memcpy(first + e->sealed, left, ESCROW_KEY);
    OPENSSL_cleanse(left, sizeof(left));

    return rc == 0 ? 0 : ic_task_fail(a->task, "internal", NULL, 0,
                                      "no entropy");
}


/* All have the product, and each has what all others say of it. */

static int
escrow_give(ic_aggregate_t *a, aggregate_escrow_t *e)
{
    ic_aggregate_boxes_t  boxes = {
        .kind = IC_AGGREGATE_READY, .aad = e->digest, .aad_len = 32,
        .payload = e->mine, .stride = e->box, .len = e->box,
        .others = e->theirs
    };

    return ic_aggregate_exchange(a, &boxes);
}


static int
escrow_release(ic_aggregate_t *a, aggregate_escrow_t *e)
{
    unsigned              i;
    ic_aggregate_boxes_t  boxes = {
        .kind = IC_AGGREGATE_RELEASE, .aad = e->digest, .aad_len = 32,
        .payload = e->given, .len = e->release, .others = e->released,
        .there = e->there
    };

    memcpy(e->given, e->key, ESCROW_KEY);

    for (i = 0; i < a->count; i++) {
        if (i != a->own) {
            memcpy(e->given + (i + 1) * ESCROW_KEY,
                   e->theirs + i * e->box + e->sealed, ESCROW_KEY);
        }
    }

    return ic_aggregate_exchange(a, &boxes);
}


static int
escrow_open(ic_aggregate_t *a, aggregate_escrow_t *e, unsigned i,
    u_char *partial)
{
    int          rc;
    u_char       key[ESCROW_KEY];
    ic_label_t   label;

    if (escrow_key(a, e, i, key) != 0) {
        return -1;
    }

    escrow_label(a, i, &label);
    rc = ic_unseal(key, &label, e->digest, 32, e->theirs + i * e->box,
                   e->sealed, partial);
    OPENSSL_cleanse(key, sizeof(key));

    return rc == 0 ? 0
           : ic_task_fail(a->task, "peer_protocol", NULL, 0,
                          "a bad share: the key that %s gave for round %u "
                          "does not open its partial decryptions",
                          a->peers[i].party->name, a->round);
}


/* From the party itself, or from all others together. */

static int
escrow_key(ic_aggregate_t *a, const aggregate_escrow_t *e, unsigned i,
    u_char *key)
{
    unsigned  j;

    if (e->there[i]) {
        memcpy(key, e->released + i * e->release, ESCROW_KEY);
        return 0;
    }

    memcpy(key, e->theirs + i * e->box + e->sealed, ESCROW_KEY);

    for (j = 0; j < a->count; j++) {

        if (j == i || j == a->own) {
            continue;
        }

        if (!e->there[j]) {
            return ic_task_fail(a->task, "peer_silent", NULL, 0,
                                "%s and %s are gone after all had agreed to "
                                "open round %u", a->peers[i].party->name,
                                a->peers[j].party->name, a->round);
        }

        escrow_add(key, e->released + j * e->release
                        + (i + 1) * ESCROW_KEY);
    }

    return 0;
}


static void
escrow_label(const ic_aggregate_t *a, unsigned i, ic_label_t *label)
{
    ic_aggregate_label(a, label, "escrow");
    label->from = i;
    label->to = i;
}


static void
escrow_add(u_char *sum, const u_char *share)
{
    unsigned  i;

    for (i = 0; i < ESCROW_KEY; i++) {
        sum[i] ^= share[i];
    }
}
