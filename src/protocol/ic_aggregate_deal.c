
/*
 * The Paillier key: made by the guest in a thread of its own while the
 * parties meet, dealt to all data parties, its primes erased.
 */


#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdlib.h>

#include "../math/ic_parallel.h"
#include "../math/ic_threshold.h"
#include "ic_aggregate_state.h"


struct ic_aggregate_key_s {
    pthread_t           thread;
    bool                running;
    unsigned            bits;
    unsigned            flags;
    ic_paillier_key_t  *secret;
};


static void *deal_make(void *data);
static const ic_paillier_key_t *deal_key(ic_aggregate_t *a);
static int deal_guest(ic_aggregate_t *a, u_char *n);
static int deal_send(ic_aggregate_t *a, const u_char *n, BIGNUM **shares);
static int deal_box(ic_aggregate_t *a, unsigned to, const BIGNUM *share,
    const u_char *n, u_char *space);
static int deal_host(ic_aggregate_t *a, u_char *n);
static int deal_open(ic_aggregate_t *a, ic_message_t *dealt, u_char *n);
static size_t deal_size(const ic_aggregate_t *a);
static void deal_label(const ic_aggregate_t *a, unsigned to,
    ic_label_t *label);


int
ic_aggregate_key_start(ic_aggregate_t *a)
{
    ic_aggregate_key_t  *making;

    making = calloc(1, sizeof(ic_aggregate_key_t));

    if (making == NULL) {
        return ic_aggregate_no_memory(a);
    }

    a->making = making;
    making->bits = a->bits;
    making->flags = a->flags;
    making->running = true;

    if (pthread_create(&making->thread, NULL, deal_make, making) != 0) {
        making->running = false;
        (void) deal_make(making);
    }

    return 0;
}


static void *
deal_make(void *data)
{
    ic_aggregate_key_t  *making;

    making = data;
    making->secret = ic_paillier_generate(making->bits, making->flags);

    return NULL;
}


static const ic_paillier_key_t *
deal_key(ic_aggregate_t *a)
{
    ic_aggregate_key_t  *making;

    making = a->making;

    if (making->running) {
        (void) pthread_join(making->thread, NULL);
        making->running = false;
    }

    if (making->secret == NULL) {
        (void) ic_task_fail(a->task, "internal", NULL, 0,
                            "no Paillier key of %u bits could be made",
                            making->bits);
    }

    return making->secret;
}


void
ic_aggregate_key_stop(ic_aggregate_t *a)
{
    if (a->making == NULL) {
        return;
    }

    if (a->making->running) {
        (void) pthread_join(a->making->thread, NULL);
    }

    ic_paillier_key_destroy(a->making->secret);
    free(a->making);
    a->making = NULL;
}


int
ic_aggregate_deal(ic_aggregate_t *a)
{
    int     rc;
    u_char  n[IC_PAILLIER_MAX_BITS / 8];

    rc = a->own == a->guest ? deal_guest(a, n) : deal_host(a, n);

    return rc != 0 ? rc
           : ic_aggregate_use(a, a->peers[a->guest].party, n, a->bits / 8);
}


static int
deal_guest(ic_aggregate_t *a, u_char *n)
{
    int                       rc;
    BIGNUM                   *shares[IC_THRESHOLD_MAX_SHARES];
    unsigned                  i;
    const ic_paillier_key_t  *secret;

    secret = deal_key(a);

    if (secret == NULL) {
        return -1;
    }

    if (ic_paillier_key_modulus(secret, n) != 0
        || RAND_bytes(a->check_key, sizeof(a->check_key)) != 1
        || ic_threshold_deal(secret, a->count, a->own, shares) != 0)
    {
        return ic_task_fail(a->task, "internal", NULL, 0,
                            "the key could not be shared");
    }

    ic_aggregate_key_stop(a);
    rc = deal_send(a, n, shares);

    for (i = 0; i < a->count; i++) {
        if (i != a->own) {
            BN_clear_free(shares[i]);
        }
    }

    a->share = shares[a->own];

    return rc;
}


static int
deal_send(ic_aggregate_t *a, const u_char *n, BIGNUM **shares)
{
    size_t         size;
    u_char        *space;
    unsigned       i;
    ic_message_t   message;

    size = deal_size(a) + IC_SEAL_OVERHEAD;

    ic_message_begin(&a->wire, &message, IC_AGGREGATE_DEAL, a->attempt);
    ic_message_put_bytes(&message, n, a->bits / 8);

    for (i = 0; i < a->count; i++) {

        if (i == a->own) {
            continue;
        }

        ic_message_put_u32(&message, (uint32_t) size);
        space = ic_message_space(&message, size);

        if (space == NULL || deal_box(a, i, shares[i], n, space) != 0) {
            message.failed = true;
        }
    }

    return ic_message_send(&message, a->arbiter);
}


/* The share and the key of the check word, sealed. */

static int
deal_box(ic_aggregate_t *a, unsigned to, const BIGNUM *share,
    const u_char *n, u_char *space)
{
    int          rc;
    size_t       size;
    u_char      *box;
    ic_label_t   label;

    rc = -1;
    size = ic_threshold_share_size(a->bits);
    box = OPENSSL_malloc(deal_size(a));
    deal_label(a, to, &label);

    if (box != NULL && BN_bn2binpad(share, box, (int) size) >= 0) {
        memcpy(box + size, a->check_key, sizeof(a->check_key));
        rc = ic_seal(a->peers[to].secret, &label, n, a->bits / 8, box,
                     deal_size(a), space);
    }

    OPENSSL_clear_free(box, deal_size(a));

    return rc;
}


static size_t
deal_size(const ic_aggregate_t *a)
{
    return ic_threshold_share_size(a->bits) + sizeof(a->check_key);
}


static void
deal_label(const ic_aggregate_t *a, unsigned to, ic_label_t *label)
{
    ic_aggregate_label(a, label, "deal");
    label->from = a->guest;
    label->to = to;
}


static int
deal_host(ic_aggregate_t *a, u_char *n)
{
    int           rc;
    ic_message_t  dealt;

    rc = ic_aggregate_recv(a, &dealt, IC_AGGREGATE_DEALT, a->attempt);

    if (rc == 0) {
        rc = deal_open(a, &dealt, n);
    }

    ic_message_drop(&dealt);

    return rc;
}


static int
deal_open(ic_aggregate_t *a, ic_message_t *dealt, u_char *n)
{
    u_char      *box;
    size_t       size;
    ic_str_t     modulus, sealed;
    ic_label_t   label;

    size = deal_size(a);
    modulus = ic_message_get_bytes(dealt);
    sealed = ic_message_get_bytes(dealt);

    if (ic_message_whole(dealt) != 0) {
        return -1;
    }

    box = OPENSSL_malloc(size);
    deal_label(a, a->own, &label);

    if (box == NULL || modulus.len != a->bits / 8
        || sealed.len != size + IC_SEAL_OVERHEAD
        || ic_unseal(a->peers[a->guest].secret, &label, modulus.data,
                     modulus.len, sealed.data, sealed.len, box)
           != 0)
    {
        OPENSSL_free(box);
        return ic_task_fail(a->task, "peer_protocol", NULL, 0,
                            "the key share is not from %s for us",
                            a->peers[a->guest].party->name);
    }

    memcpy(n, modulus.data, modulus.len);
    a->share = BN_bin2bn(box, (int) ic_threshold_share_size(a->bits), NULL);
    memcpy(a->check_key, box + ic_threshold_share_size(a->bits),
           sizeof(a->check_key));
    OPENSSL_clear_free(box, size);

    return a->share != NULL ? 0 : ic_aggregate_no_memory(a);
}


void
ic_aggregate_forget(ic_aggregate_t *a)
{
    ic_aggregate_key_stop(a);
    ic_aggregate_stock_drop(a);
    ic_cipher_destroy(a->cipher);
    ic_paillier_destroy(a->key);
    BN_clear_free(a->share);

    a->cipher = NULL;
    a->key = NULL;
    a->share = NULL;
    OPENSSL_cleanse(a->check_key, sizeof(a->check_key));
}


int
ic_aggregate_use(ic_aggregate_t *a, const ic_party_t *from, const u_char *n,
    size_t len)
{
    ic_paillier_fault_e  fault;

    a->key = ic_paillier_create(n, len, a->bits, a->flags, &fault);

    if (a->key == NULL) {
        return ic_task_fail(a->task, "peer_protocol", NULL, 0,
                            "the key of %s: %s", from->name,
                            ic_paillier_fault_text(fault));
    }

    a->cipher = ic_cipher_create(a->key, ic_pair_backend(),
                                 ic_parallel_processors());

    if (a->cipher == NULL) {
        return ic_aggregate_no_memory(a);
    }

    ic_wire_bind(&a->wire, n, len);

    return 0;
}
