
/* A party's run, by its role. */


#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "homo_lr_key.h"


static int find_parties(homo_lr_t *lr);
static int check_parties(homo_lr_t *lr, unsigned guests, unsigned arbiters);
static int run_data_party(homo_lr_t *lr);
static void free_secrets(homo_lr_t *lr);


int
homo_lr_run(homo_lr_t *lr)
{
    if (homo_lr_read_params(lr) != 0 || find_parties(lr) != 0) {
        return -1;
    }

    if (lr->modulus_bits == 0) {
        lr->modulus_bits = lr->params.key_length;
    }

    if (lr->self == lr->arbiter) {
        return homo_lr_arbitrate(lr);
    }

    return run_data_party(lr);
}


/* Everybody but the arbiter holds data, in the order of the names. */

static int
find_parties(homo_lr_t *lr)
{
    unsigned           i, guests, arbiters;
    const ic_party_t  *party;

    guests = arbiters = 0;
    lr->count = 0;
    lr->own = IC_TASK_MAX_PARTIES;

    for (i = 0; i < lr->party_count; i++) {
        party = &lr->parties[i];

        if (strcmp(party->role, "arbiter") == 0) {
            lr->arbiter = party;
            arbiters++;
            continue;
        }

        if (strcmp(party->role, "guest") == 0) {
            lr->guest = lr->count;
            guests++;

        } else if (strcmp(party->role, "host") != 0) {
            return homo_lr_fail(lr, "bad_parameter", NULL, 0,
                                "homo_lr has no role for %s", party->name);
        }

        if (strcmp(party->name, lr->self->name) == 0) {
            lr->own = lr->count;
        }

        lr->peers[lr->count++].party = party;
    }

    return check_parties(lr, guests, arbiters);
}


static int
check_parties(homo_lr_t *lr, unsigned guests, unsigned arbiters)
{
    if (guests != 1 || arbiters != 1) {
        return homo_lr_fail(lr, "bad_parameter", NULL, 0,
                            "homo_lr needs one guest and one arbiter");
    }

    if (strcmp(lr->self->name, lr->arbiter->name) == 0) {
        lr->self = lr->arbiter;
    }

    if (lr->count < 2 || (lr->count < 3 && !lr->params.allow_two_parties)) {
        return homo_lr_fail(lr, "too_few_parties", NULL, 0,
                            "%u data parties: %s", lr->count,
                            (lr->count < 2)
                            ? "a sum of one hides nothing"
                            : "each could subtract its own share from every "
                              "sum; set allow_two_parties to accept that");
    }

    return 0;
}


/* The key is made while the rows are read. */

static int
run_data_party(homo_lr_t *lr)
{
    if (lr->own == lr->guest && homo_lr_key_start(lr) != 0) {
        return -1;
    }

    lr->io->progress(lr->io_ctx, 0, "reading data");

    if (homo_lr_load(lr) != 0) {
        return -1;
    }

    lr->io->fact(lr->io_ctx, "rows", lr->data.samples.rows);
    lr->io->progress(lr->io_ctx, 5, "exchanging keys");

    if (homo_lr_setup(lr) != 0 || homo_lr_train(lr) != 0) {
        return -1;
    }

    return homo_lr_finish(lr);
}


int
homo_lr_fail(homo_lr_t *lr, const char *code, const char *column,
    int64_t row, const char *fmt, ...)
{
    char     text[512];
    va_list  args;

    va_start(args, fmt);
    (void) vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    if (!lr->failed) {
        lr->failed = true;
        lr->io->fail(lr->io_ctx, code, column, row, text);
    }

    return -1;
}


void
homo_lr_free(homo_lr_t *lr)
{
    homo_lr_key_stop(lr);
    free_secrets(lr);
    ic_paillier_destroy(lr->key);

    free(lr->data.x);
    free(lr->data.label);
    free(lr->model.weights);
    free(lr->model.mean);
    free(lr->model.std);
    free(lr->model.losses);
}


static void
free_secrets(homo_lr_t *lr)
{
    unsigned  i;

    for (i = 0; i < lr->count; i++) {
        OPENSSL_cleanse(lr->peers[i].secret, IC_EXCHANGE_KEY);
    }

    for (i = 0; i < lr->stock_count; i++) {
        BN_clear_free(lr->stock[i]);
    }

    free(lr->stock);
    OPENSSL_cleanse(lr->check_key, sizeof(lr->check_key));
    ic_exchange_destroy(lr->exchange);
    BN_clear_free(lr->share);
}
