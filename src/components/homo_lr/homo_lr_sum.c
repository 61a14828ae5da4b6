
/*
 * One secure sum: fixed point, masks, encryption; the product from the
 * arbiter; partial decryptions through it; the sums.
 */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "../../lib/ic_codec.h"
#include "../../math/ic_fixed.h"
#include "../../math/ic_pack.h"
#include "homo_lr_wire.h"


/* A sum on its way. */
typedef struct {
    unsigned    words_count;     /* values and the check word */
    uint64_t   *words;
    unsigned    blocks;
    BIGNUM    **partials;        /* blocks * parties, block by block */
    BIGNUM    **product;         /* blocks */
    u_char     *others;          /* parties * blocks * ciphertext */
    u_char      digest[32];      /* of the product */
} sum_t;


static int allocate(homo_lr_t *lr, sum_t *sum, unsigned count);
static void release(homo_lr_t *lr, sum_t *sum);
static int encode(homo_lr_t *lr, sum_t *sum, const double *values);
static int check_word(homo_lr_t *lr, const sum_t *sum, uint64_t *check);
static int mask(homo_lr_t *lr, sum_t *sum);
static int send_ciphertexts(homo_lr_t *lr, sum_t *sum);
static int encrypt_block(homo_lr_t *lr, const sum_t *sum, unsigned block,
    u_char *bytes);
static unsigned words_of(const homo_lr_t *lr, const sum_t *sum,
    unsigned block);
static int take_product(homo_lr_t *lr, sum_t *sum);
static int read_product(homo_lr_t *lr, sum_t *sum, homo_lr_in_t *in);
static int open_product(homo_lr_t *lr, sum_t *sum);
static int own_partials(homo_lr_t *lr, sum_t *sum, u_char *payload);
static int load_partials(homo_lr_t *lr, sum_t *sum);
static int combine(homo_lr_t *lr, sum_t *sum);
static int decode(homo_lr_t *lr, sum_t *sum, double *values);


int
homo_lr_sum(homo_lr_t *lr, double *values, unsigned count, unsigned next)
{
    int    rc;
    sum_t  sum;

    lr->round++;

    rc = allocate(lr, &sum, count);

    if (rc == 0) {
        rc = encode(lr, &sum, values);
    }

    if (rc == 0) {
        rc = mask(lr, &sum);
    }

    if (rc == 0) {
        rc = send_ciphertexts(lr, &sum);
    }

    /* the others compute too: time for the next round's obfuscators */

    if (rc == 0) {
        rc = homo_lr_prepare(lr, next);
    }

    if (rc == 0) {
        rc = take_product(lr, &sum);
    }

    if (rc == 0) {
        rc = open_product(lr, &sum);
    }

    if (rc == 0) {
        rc = combine(lr, &sum);
    }

    if (rc == 0) {
        rc = decode(lr, &sum, values);
    }

    release(lr, &sum);

    return rc;
}


static int
allocate(homo_lr_t *lr, sum_t *sum, unsigned count)
{
    size_t    size;
    unsigned  i;

    memset(sum, 0, sizeof(sum_t));

    sum->words_count = count + 1;
    sum->blocks = ic_pack_blocks(lr->modulus_bits, count + 1);
    size = (size_t) sum->blocks * lr->key->size;

    sum->words = calloc(sum->words_count, sizeof(uint64_t));
    sum->product = calloc(sum->blocks, sizeof(BIGNUM *));
    sum->partials = calloc(sum->blocks * lr->count, sizeof(BIGNUM *));
    sum->others = calloc(lr->count, size);

    if (sum->words == NULL || sum->product == NULL || sum->partials == NULL
        || sum->others == NULL)
    {
        return homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
    }

    for (i = 0; i < sum->blocks; i++) {
        sum->product[i] = BN_new();

        if (sum->product[i] == NULL) {
            return homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
        }
    }

    for (i = 0; i < sum->blocks * lr->count; i++) {
        sum->partials[i] = BN_new();

        if (sum->partials[i] == NULL) {
            return homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
        }
    }

    return 0;
}


static void
release(homo_lr_t *lr, sum_t *sum)
{
    unsigned  i;

    for (i = 0; sum->product != NULL && i < sum->blocks; i++) {
        BN_free(sum->product[i]);
    }

    for (i = 0; sum->partials != NULL && i < sum->blocks * lr->count; i++) {
        BN_clear_free(sum->partials[i]);
    }

    if (sum->words != NULL) {
        OPENSSL_cleanse(sum->words, sum->words_count * sizeof(uint64_t));
    }

    if (sum->others != NULL) {
        OPENSSL_cleanse(sum->others,
                        (size_t) lr->count * sum->blocks * lr->key->size);
    }

    free(sum->words);
    free(sum->product);
    free(sum->partials);
    free(sum->others);
}


int
homo_lr_prepare(homo_lr_t *lr, unsigned values)
{
    BIGNUM   **stock;
    unsigned   want;

    want = (values == 0) ? 0 : ic_pack_blocks(lr->modulus_bits, values + 1);

    if (want > lr->stock_size) {
        stock = realloc(lr->stock, want * sizeof(BIGNUM *));

        if (stock == NULL) {
            return homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
        }

        lr->stock = stock;
        lr->stock_size = want;
    }

    while (lr->stock_count < want) {
        lr->stock[lr->stock_count] = BN_new();

        if (lr->stock[lr->stock_count] == NULL
            || ic_paillier_obfuscator(lr->key, lr->stock[lr->stock_count])
               != 0)
        {
            BN_free(lr->stock[lr->stock_count]);
            return homo_lr_fail(lr, "internal", NULL, 0,
                                "no randomness for an encryption");
        }

        lr->stock_count++;
    }

    return 0;
}


static int
encode(homo_lr_t *lr, sum_t *sum, const double *values)
{
    unsigned  i;

    for (i = 0; i + 1 < sum->words_count; i++) {
        if (ic_fixed_encode(values[i], lr->count, &sum->words[i]) != 0) {
            return homo_lr_fail(lr, "data_out_of_range", NULL, 0,
                                "a sum left the range of 2^38 in round %u; "
                                "rescale the columns or lower learning_rate",
                                lr->round);
        }
    }

    return check_word(lr, sum, &sum->words[i]);
}


/*
 * A random combination of the values, its coefficients unknown to the
 * arbiter: the sum of the check words fits the sums of the values only if
 * the product holds each party's ciphertext of this round exactly once.
 */

static int
check_word(homo_lr_t *lr, const sum_t *sum, uint64_t *check)
{
    unsigned     i;
    uint64_t    *coefficients;
    ic_label_t   label;

    memset(&label, 0, sizeof(label));
    memcpy(label.context, lr->context, sizeof(label.context));
    label.purpose = "check";
    label.round = lr->round;

    coefficients = calloc(sum->words_count, sizeof(uint64_t));

    if (coefficients == NULL
        || ic_mask_apply(lr->check_key, &label, 1, coefficients,
                         sum->words_count)
           != 0)
    {
        free(coefficients);
        return homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
    }

    *check = 0;

    for (i = 0; i + 1 < sum->words_count; i++) {
        *check += (coefficients[i] | 1) * sum->words[i];
    }

    free(coefficients);

    return 0;
}


static int
mask(homo_lr_t *lr, sum_t *sum)
{
    unsigned    i;
    ic_label_t  label;

    memset(&label, 0, sizeof(label));
    memcpy(label.context, lr->context, sizeof(label.context));
    label.purpose = "mask";
    label.round = lr->round;

    for (i = 0; i < lr->count; i++) {

        if (i == lr->own) {
            continue;
        }

        label.from = (i < lr->own) ? i : lr->own;
        label.to = (i < lr->own) ? lr->own : i;

        if (ic_mask_apply(lr->peers[i].secret, &label,
                          (lr->own < i) ? 1 : -1, sum->words,
                          sum->words_count)
            != 0)
        {
            return homo_lr_fail(lr, "internal", NULL, 0, "no mask");
        }
    }

    return 0;
}


static int
send_ciphertexts(homo_lr_t *lr, sum_t *sum)
{
    u_char         *space;
    unsigned        i;
    homo_lr_out_t   out;

    if (homo_lr_prepare(lr, sum->words_count - 1) != 0) {
        return -1;
    }

    homo_lr_begin(lr, &out, HOMO_LR_SUM);
    homo_lr_put_u32(&out, sum->blocks);

    for (i = 0; i < sum->blocks; i++) {
        space = homo_lr_put_space(&out, lr->key->size);

        if (space == NULL || encrypt_block(lr, sum, i, space) != 0) {
            out.failed = true;
        }
    }

    return homo_lr_send(lr, lr->arbiter, &out);
}


static int
encrypt_block(homo_lr_t *lr, const sum_t *sum, unsigned block, u_char *bytes)
{
    int      rc;
    BIGNUM  *c, *m, *r;

    rc = -1;
    c = BN_new();
    m = BN_new();
    r = lr->stock[--lr->stock_count];

    if (c != NULL && m != NULL
        && ic_pack(sum->words + block * ic_pack_slots(lr->modulus_bits),
                   words_of(lr, sum, block), m)
           == 0
        && ic_paillier_encrypt(lr->key, m, r, c) == 0)
    {
        rc = ic_paillier_store(lr->key, c, bytes);
    }

    BN_clear_free(m);
    BN_clear_free(r);
    BN_free(c);

    return rc;
}


static unsigned
words_of(const homo_lr_t *lr, const sum_t *sum, unsigned block)
{
    unsigned  rest, slots;

    slots = ic_pack_slots(lr->modulus_bits);
    rest = sum->words_count - block * slots;

    return (rest < slots) ? rest : slots;
}


static int
take_product(homo_lr_t *lr, sum_t *sum)
{
    int           rc;
    homo_lr_in_t  in;

    rc = homo_lr_recv(lr, lr->arbiter, HOMO_LR_PRODUCT, &in);

    if (rc == 0) {
        rc = read_product(lr, sum, &in);
    }

    homo_lr_drop(&in);

    return rc;
}


/* Only the agreed set of parties, whole, is ever opened. */

static int
read_product(homo_lr_t *lr, sum_t *sum, homo_lr_in_t *in)
{
    unsigned              i;
    const u_char         *bytes;
    ic_paillier_fault_e   fault;

    for (i = 0; i <= lr->count; i++) {
        if (homo_lr_get_u32(in) != ((i == 0) ? lr->count : i - 1)) {
            return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                                "%s summed another set of parties in round "
                                "%u", lr->arbiter->name, lr->round);
        }
    }

    if (homo_lr_get_u32(in) != sum->blocks) {
        in->failed = true;
    }

    bytes = homo_lr_get_raw(in, (size_t) sum->blocks * lr->key->size);

    if (homo_lr_whole(lr, lr->arbiter, in) != 0) {
        return -1;
    }

    ic_sha256(sum->digest, bytes, (size_t) sum->blocks * lr->key->size);

    for (i = 0; i < sum->blocks; i++) {
        fault = ic_paillier_load(lr->key, bytes + i * lr->key->size,
                                 lr->key->size, sum->product[i]);

        if (fault != IC_PAILLIER_OK) {
            return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                                "the product of %s: %s", lr->arbiter->name,
                                ic_paillier_fault_text(fault));
        }
    }

    return 0;
}


/* The commit point: a round is opened once, for one product. */

static int
open_product(homo_lr_t *lr, sum_t *sum)
{
    int      rc;
    u_char  *payload;
    size_t   size;

    if (lr->round <= lr->opened) {
        return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                            "round %u was opened before", lr->round);
    }

    lr->opened = lr->round;
    size = (size_t) sum->blocks * lr->key->size;
    payload = OPENSSL_malloc(size);

    if (payload == NULL || own_partials(lr, sum, payload) != 0) {
        OPENSSL_free(payload);
        return homo_lr_fail(lr, "internal", NULL, 0,
                            "no partial decryption");
    }

    rc = homo_lr_exchange(lr, HOMO_LR_PARTIAL, sum->digest,
                          sizeof(sum->digest), payload, size, sum->others);

    OPENSSL_clear_free(payload, size);

    return (rc == 0) ? load_partials(lr, sum) : -1;
}


static int
own_partials(homo_lr_t *lr, sum_t *sum, u_char *payload)
{
    BIGNUM    *partial;
    unsigned   i;

    for (i = 0; i < sum->blocks; i++) {
        partial = sum->partials[i * lr->count + lr->own];

        if (ic_threshold_partial(lr->key, lr->share, sum->product[i],
                                 partial)
               != 0
            || ic_paillier_store(lr->key, partial,
                                 payload + i * lr->key->size)
               != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
load_partials(homo_lr_t *lr, sum_t *sum)
{
    unsigned              block, i;
    const u_char         *bytes;
    ic_paillier_fault_e   fault;

    bytes = sum->others;

    for (i = 0; i < lr->count; i++) {
        for (block = 0; block < sum->blocks; block++) {

            if (i != lr->own) {
                fault = ic_paillier_load(lr->key, bytes, lr->key->size,
                                         sum->partials[block * lr->count
                                                       + i]);
                if (fault != IC_PAILLIER_OK) {
                    return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                                        "the partial decryption of %s: %s",
                                        lr->peers[i].party->name,
                                        ic_paillier_fault_text(fault));
                }
            }

            bytes += lr->key->size;
        }
    }

    return 0;
}


static int
combine(homo_lr_t *lr, sum_t *sum)
{
    int        rc;
    BIGNUM    *m;
    unsigned   i;

    rc = 0;
    m = BN_new();

    for (i = 0; rc == 0 && i < sum->blocks; i++) {

        if (m == NULL
            || ic_threshold_combine(lr->key, sum->partials + i * lr->count,
                                    lr->count, m)
               != 0
            || ic_unpack(m, sum->words
                            + i * ic_pack_slots(lr->modulus_bits),
                         words_of(lr, sum, i))
               != 0)
        {
            rc = homo_lr_fail(lr, "peer_protocol", NULL, 0,
                              "a bad share: the partial decryptions of "
                              "round %u do not fit together", lr->round);
        }
    }

    BN_clear_free(m);

    return rc;
}


static int
decode(homo_lr_t *lr, sum_t *sum, double *values)
{
    uint64_t  check;
    unsigned  i;

    if (check_word(lr, sum, &check) != 0) {
        return -1;
    }

    if (check != sum->words[sum->words_count - 1]) {
        return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                            "round %u: the sum is not that of what the "
                            "parties sent", lr->round);
    }

    for (i = 0; i + 1 < sum->words_count; i++) {
        if (ic_fixed_decode(sum->words[i], &values[i]) != 0) {
            return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                                "round %u: a sum is out of range",
                                lr->round);
        }
    }

    return 0;
}
