
/* A data party's keys: with every other party, and its share of d. */


#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "homo_lr_hello.h"
#include "homo_lr_key.h"


static int say_hello(homo_lr_t *lr);
static int take_roster(homo_lr_t *lr);
static int read_roster(homo_lr_t *lr, homo_lr_in_t *in);
static int check_hello(homo_lr_t *lr, unsigned i,
    const homo_lr_hello_t *hello);
static int agree_secrets(homo_lr_t *lr);
static int prepare_dealer(homo_lr_t *lr, u_char *n);
static int deal(homo_lr_t *lr, const u_char *n);
static int send_shares(homo_lr_t *lr, const u_char *n, BIGNUM **shares);
static u_char *write_box(homo_lr_t *lr, const BIGNUM *share, size_t len);
static int take_share(homo_lr_t *lr, u_char *n);
static int open_share(homo_lr_t *lr, homo_lr_in_t *in, u_char *n);
static int read_box(homo_lr_t *lr, const u_char *box);
static size_t box_size(const homo_lr_t *lr);
static void deal_label(const homo_lr_t *lr, unsigned to, ic_label_t *label);
static int use_modulus(homo_lr_t *lr, const ic_party_t *from,
    const u_char *n);


int
homo_lr_setup(homo_lr_t *lr)
{
    u_char  n[IC_PAILLIER_MAX_BITS / 8];
    size_t  size;

    size = (lr->params.features + 1) * sizeof(double);
    lr->model.weights = calloc(1, size);

    if (lr->model.weights == NULL) {
        return homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
    }

    if (say_hello(lr) != 0) {
        return -1;
    }

    if (lr->own == lr->guest && prepare_dealer(lr, n) != 0) {
        return -1;
    }

    if (take_roster(lr) != 0 || agree_secrets(lr) != 0) {
        return -1;
    }

    if (lr->own == lr->guest) {
        if (deal(lr, n) != 0) {
            return -1;
        }

    } else if (take_share(lr, n) != 0) {
        return -1;
    }

    return homo_lr_bind_modulus(lr, n, lr->modulus_bits / 8);
}


static int
say_hello(homo_lr_t *lr)
{
    ic_str_t          text;
    homo_lr_out_t     out;
    homo_lr_peer_t   *own;
    homo_lr_hello_t   hello;

    own = &lr->peers[lr->own];
    lr->exchange = ic_exchange_create(own->public_key);

    if (lr->exchange == NULL) {
        return homo_lr_fail(lr, "internal", NULL, 0, "no X25519 key");
    }

    own->rows = lr->data.samples.rows;
    hello.rows = own->rows;
    hello.digest = lr->params.digest;
    hello.public_key = own->public_key;
    text = homo_lr_hello_text(lr, &hello);

    if (text.data == NULL) {
        return homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
    }

    if (lr->io->certify(lr->io_ctx, text, &hello.signature,
                        &hello.certificate)
        != 0)
    {
        return -1;
    }

    homo_lr_begin(lr, &out, HOMO_LR_HELLO);
    homo_lr_put_hello(&out, &hello);

    return homo_lr_send(lr, lr->arbiter, &out);
}


static int
take_roster(homo_lr_t *lr)
{
    int           rc;
    homo_lr_in_t  in;

    rc = homo_lr_recv(lr, lr->arbiter, HOMO_LR_ROSTER, &in);

    if (rc == 0) {
        rc = read_roster(lr, &in);
    }

    homo_lr_drop(&in);

    return (rc == 0) ? homo_lr_bind_roster(lr) : -1;
}


static int
read_roster(homo_lr_t *lr, homo_lr_in_t *in)
{
    unsigned         i;
    homo_lr_hello_t  hello;

    if (homo_lr_get_u32(in) != lr->count) {
        return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                            "%s names another set of parties",
                            lr->arbiter->name);
    }

    for (i = 0; i < lr->count; i++) {
        homo_lr_get_hello(in, &hello);

        if (in->failed) {
            break;
        }

        if (check_hello(lr, i, &hello) != 0) {
            return -1;
        }
    }

    return homo_lr_whole(lr, lr->arbiter, in);
}


static int
check_hello(homo_lr_t *lr, unsigned i, const homo_lr_hello_t *hello)
{
    ic_str_t               text;
    const homo_lr_peer_t  *peer;

    peer = &lr->peers[i];

    if (i == lr->own) {
        if (hello->rows != peer->rows
            || memcmp(hello->public_key, peer->public_key, IC_EXCHANGE_KEY)
               != 0)
        {
            return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                                "%s changed what we said",
                                lr->arbiter->name);
        }

        return 0;
    }

    text = homo_lr_hello_text(lr, hello);

    if (text.data == NULL) {
        return homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
    }

    if (lr->io->verify(lr->io_ctx, peer->party, text, hello->signature,
                       hello->certificate)
        != 0)
    {
        return -1;
    }

    return homo_lr_accept(lr, i, hello);
}


static int
agree_secrets(homo_lr_t *lr)
{
    unsigned         i;
    homo_lr_peer_t  *peer;

    for (i = 0; i < lr->count; i++) {
        peer = &lr->peers[i];

        if (i != lr->own
            && ic_exchange_secret(lr->exchange, peer->public_key,
                                  lr->context, sizeof(lr->context),
                                  peer->secret)
               != 0)
        {
            return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                                "%s sent an unusable key",
                                peer->party->name);
        }
    }

    ic_exchange_destroy(lr->exchange);
    lr->exchange = NULL;

    return 0;
}


/* All that the guest can do before it knows the others' keys. */

static int
prepare_dealer(homo_lr_t *lr, u_char *n)
{
    const ic_paillier_key_t  *secret;

    secret = homo_lr_key_wait(lr);

    if (secret == NULL) {
        return -1;
    }

    if (ic_paillier_key_modulus(secret, n) != 0
        || RAND_bytes(lr->check_key, sizeof(lr->check_key)) != 1)
    {
        return homo_lr_fail(lr, "internal", NULL, 0, "no key");
    }

    if (homo_lr_initial_weights(lr, lr->model.weights) != 0
        || use_modulus(lr, lr->self, n) != 0)
    {
        return -1;
    }

    return homo_lr_prepare(lr, lr->params.features + 1);
}


static int
deal(homo_lr_t *lr, const u_char *n)
{
    int        rc;
    BIGNUM    *shares[IC_THRESHOLD_MAX_SHARES];
    unsigned   i;

    if (ic_threshold_deal(homo_lr_key_wait(lr), lr->count, lr->own, shares)
        != 0)
    {
        return homo_lr_fail(lr, "internal", NULL, 0,
                            "the key could not be shared");
    }

    homo_lr_key_stop(lr);
    rc = send_shares(lr, n, shares);

    for (i = 0; i < lr->count; i++) {
        if (i != lr->own) {
            BN_clear_free(shares[i]);
        }
    }

    lr->share = shares[lr->own];

    return rc;
}


static int
send_shares(homo_lr_t *lr, const u_char *n, BIGNUM **shares)
{
    size_t          size;
    u_char         *box, *space;
    unsigned        i;
    ic_label_t      label;
    homo_lr_out_t   out;

    size = box_size(lr);

    homo_lr_begin(lr, &out, HOMO_LR_DEAL);
    homo_lr_put_bytes(&out, n, lr->modulus_bits / 8);

    for (i = 0; i < lr->count; i++) {

        if (i == lr->own) {
            continue;
        }

        deal_label(lr, i, &label);
        homo_lr_put_u32(&out, (uint32_t) (size + IC_SEAL_OVERHEAD));
        space = homo_lr_put_space(&out, size + IC_SEAL_OVERHEAD);
        box = write_box(lr, shares[i], size);

        if (box == NULL || space == NULL
            || ic_seal(lr->peers[i].secret, &label, n, lr->modulus_bits / 8,
                       box, size, space)
               != 0)
        {
            out.failed = true;
        }

        OPENSSL_clear_free(box, size);
    }

    return homo_lr_send(lr, lr->arbiter, &out);
}


/* The share, the key of the check word, the first weights. */

static u_char *
write_box(homo_lr_t *lr, const BIGNUM *share, size_t len)
{
    u_char  *box, *p;
    size_t   size;

    box = OPENSSL_malloc(len);

    if (box == NULL) {
        return NULL;
    }

    p = box;
    size = ic_threshold_share_size(lr->modulus_bits);

    if (BN_bn2binpad(share, p, (int) size) < 0) {
        OPENSSL_free(box);
        return NULL;
    }

    p += size;
    memcpy(p, lr->check_key, sizeof(lr->check_key));
    p += sizeof(lr->check_key);
    memcpy(p, lr->model.weights,
           (lr->params.features + 1) * sizeof(double));

    return box;
}


static size_t
box_size(const homo_lr_t *lr)
{
    return ic_threshold_share_size(lr->modulus_bits)
           + sizeof(lr->check_key)
           + (lr->params.features + 1) * sizeof(double);
}


static void
deal_label(const homo_lr_t *lr, unsigned to, ic_label_t *label)
{
    memset(label, 0, sizeof(ic_label_t));
    memcpy(label->context, lr->context, sizeof(label->context));
    label->purpose = "deal";
    label->from = lr->guest;
    label->to = to;
}


static int
take_share(homo_lr_t *lr, u_char *n)
{
    int           rc;
    homo_lr_in_t  in;

    rc = homo_lr_recv(lr, lr->arbiter, HOMO_LR_DEALT, &in);

    if (rc == 0) {
        rc = open_share(lr, &in, n);
    }

    homo_lr_drop(&in);

    return rc;
}


static int
open_share(homo_lr_t *lr, homo_lr_in_t *in, u_char *n)
{
    int                rc;
    u_char            *box;
    size_t             size;
    ic_str_t           modulus, sealed;
    ic_label_t         label;
    const ic_party_t  *guest;

    guest = lr->peers[lr->guest].party;
    size = box_size(lr);
    modulus = homo_lr_get_bytes(in);
    sealed = homo_lr_get_bytes(in);

    if (homo_lr_whole(lr, lr->arbiter, in) != 0) {
        return -1;
    }

    box = OPENSSL_malloc(size);
    deal_label(lr, lr->own, &label);

    if (box == NULL || modulus.len != lr->modulus_bits / 8
        || sealed.len != size + IC_SEAL_OVERHEAD
        || ic_unseal(lr->peers[lr->guest].secret, &label, modulus.data,
                     modulus.len, sealed.data, sealed.len, box)
           != 0)
    {
        OPENSSL_free(box);
        return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                            "the key share is not from %s for us",
                            guest->name);
    }

    memcpy(n, modulus.data, modulus.len);
    rc = read_box(lr, box);
    OPENSSL_clear_free(box, size);

    return (rc == 0) ? use_modulus(lr, guest, n) : -1;
}


static int
read_box(homo_lr_t *lr, const u_char *box)
{
    size_t  size;

    size = ic_threshold_share_size(lr->modulus_bits);
    lr->share = BN_bin2bn(box, (int) size, NULL);

    if (lr->share == NULL) {
        return homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
    }

    box += size;
    memcpy(lr->check_key, box, sizeof(lr->check_key));
    box += sizeof(lr->check_key);
    memcpy(lr->model.weights, box,
           (lr->params.features + 1) * sizeof(double));

    return 0;
}


static int
use_modulus(homo_lr_t *lr, const ic_party_t *from, const u_char *n)
{
    ic_paillier_fault_e  fault;

    lr->key = ic_paillier_create(n, lr->modulus_bits / 8, lr->modulus_bits,
                                 lr->paillier_flags, &fault);

    if (lr->key == NULL) {
        return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                            "the key of %s: %s", from->name,
                            ic_paillier_fault_text(fault));
    }

    return 0;
}
