
/* Secure sums: who takes part, the beginning and the end. */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "ic_aggregate_state.h"


static int aggregate_parties(ic_aggregate_t *a);


static const char *const  aggregate_kinds[] = {
    NULL, "its key", "the keys of all", "the shares", "a share",
    "ciphertexts", "a product", "partial decryptions",
    "the partial decryptions of all", "its result", "the results of all",
    "what it keeps for others", "what all keep", "its key of the round",
    "the keys of the round", "who is left out"
};


int
ic_aggregate_init(ic_aggregate_t *a, ic_task_t *task,
    const ic_aggregate_conf_t *conf, ic_str_t common)
{
    a->task = task;
    a->common = common;
    a->bits = conf->modulus_bits != 0 ? conf->modulus_bits
                                      : conf->key_length;
    a->flags = conf->paillier_flags;
    a->min_rows = conf->min_rows;
    a->most = conf->max_dropouts;
    a->least = conf->min_parties;
    a->patience = conf->dropout_timeout;
    ic_sha256(a->digest, common.data, common.len);

    ic_wire_init(&a->wire, task, IC_AGGREGATE_TOPIC, IC_AGGREGATE_WIRE,
                 aggregate_kinds,
                 sizeof(aggregate_kinds) / sizeof(aggregate_kinds[0]));

    if (aggregate_parties(a) != 0) {
        return -1;
    }

    if (a->count < 2 || (a->count < 3 && !conf->allow_two_parties)) {
        return ic_task_fail(task, "too_few_parties", NULL, 0,
                            "%u data parties: %s", a->count,
                            a->count < 2
                            ? "a sum of one hides nothing"
                            : "each could subtract its own share from every "
                              "sum; set allow_two_parties to accept that");
    }

    if (a->most > 0 && a->count <= a->least) {
        return ic_task_fail(task, "bad_parameter", NULL, 0,
                            "dropout continue: of %u data parties none may "
                            "drop out where min_parties is %u", a->count,
                            a->least);
    }

    return 0;
}


/* Everybody but the arbiter holds data, in the order of the names. */

static int
aggregate_parties(ic_aggregate_t *a)
{
    unsigned           i, all, guests, arbiters;
    const ic_party_t  *parties, *self;

    guests = arbiters = 0;
    self = ic_task_self(a->task);
    parties = ic_task_parties(a->task, &all);

    for (i = 0; i < all; i++) {

        if (strcmp(parties[i].role, "arbiter") == 0) {
            a->arbiter = &parties[i];
            arbiters++;
            continue;
        }

        if (strcmp(parties[i].role, "guest") == 0) {
            a->guest = a->count;
            guests++;
        }

        if (strcmp(parties[i].name, self->name) == 0) {
            a->own = a->count;
        }

        a->peers[a->count++].party = &parties[i];
    }

    if (guests != 1 || arbiters != 1) {
        return ic_task_fail(a->task, "bad_parameter", NULL, 0,
                            "secure sums need one guest and one arbiter, "
                            "not %u and %u", guests, arbiters);
    }

    return 0;
}


ic_aggregate_t *
ic_aggregate_open(ic_task_t *task, const ic_aggregate_conf_t *conf,
    ic_str_t common, int64_t rows)
{
    int              rc;
    ic_aggregate_t  *a;

    a = calloc(1, sizeof(ic_aggregate_t));

    if (a == NULL) {
        (void) ic_task_fail(task, "internal", NULL, 0, "memory is short");
        return NULL;
    }

    rc = ic_aggregate_init(a, task, conf, common);

    if (rc == 0 && a->own == a->guest) {
        rc = ic_aggregate_key_start(a);
    }

    if (rc == 0) {
        rc = ic_aggregate_meet(a, rows);
    }

    if (rc == 0) {
        rc = ic_aggregate_deal(a);
    }

    if (rc != 0) {
        ic_aggregate_close(a);
        return NULL;
    }

    ic_aggregate_lose(a, false);

    return a;
}


void
ic_aggregate_close(ic_aggregate_t *a)
{
    if (a == NULL) {
        return;
    }

    ic_aggregate_forget(a);
    ic_exchange_destroy(a->exchange);

    OPENSSL_cleanse(a, sizeof(ic_aggregate_t));
    free(a);
}


int
ic_aggregate_no_memory(ic_aggregate_t *a)
{
    return ic_task_fail(a->task, "internal", NULL, 0, "memory is short");
}


unsigned
ic_aggregate_count(const ic_aggregate_t *a)
{
    return a->count;
}


unsigned
ic_aggregate_own(const ic_aggregate_t *a)
{
    return a->own;
}


const ic_party_t *
ic_aggregate_party(const ic_aggregate_t *a, unsigned i)
{
    return a->peers[i].party;
}


int64_t
ic_aggregate_rows(const ic_aggregate_t *a, unsigned i)
{
    return a->peers[i].rows;
}


int64_t
ic_aggregate_all_rows(const ic_aggregate_t *a)
{
    int64_t   rows;
    unsigned  i;

    for (rows = 0, i = 0; i < a->count; i++) {
        rows += a->peers[i].rows;
    }

    return rows;
}
