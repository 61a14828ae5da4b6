
/*
 * The first 128 transfers in each direction, by Paillier: who will send
 * encrypts the bits of its delta; the other one answers with encryptions of
 * U + bit V, U and V random, and has the digests of U and U + V as seeds.
 * The one of them that the owner of the key sees is no help for the other:
 * V has 186 bits, U hides it statistically.
 */


#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "ic_shares_pair.h"


#define WIDTH        IC_EXTENSION_WIDTH
#define FACTORS      3
#define FACTOR_BITS  62
#define SUM_BYTES    32                      /* of U */
#define SEED_INPUT   (IC_MESSAGE_CONTEXT + 2 + SUM_BYTES + 8)


typedef struct {
    ic_shares_t  *shares;
    size_t        len;           /* of all ciphertexts */
    u_char       *own;
    u_char       *peer;
    BIGNUM      **plain;         /* U, then what was decrypted */
    BIGNUM      **other;         /* V, then U + V */
    int64_t       factors[FACTORS * WIDTH];
} base_t;


static int base_ask(base_t *base);
static int base_answer(base_t *base);
static int base_factors(base_t *base);
static int base_multiply(base_t *base, ic_ciphertexts_t *r);
static int base_seeds(base_t *base);
static int base_chosen(base_t *base);
static int base_seed(base_t *base, unsigned receiver, unsigned j,
    const BIGNUM *sum, u_char seed[IC_STREAM_KEY]);
static int base_hashes(ic_shares_t *shares);


int
shares_pair_base(ic_shares_t *shares)
{
    int      rc;
    base_t  *base;

    base = calloc(1, sizeof(base_t));

    if (base == NULL) {
        return pair_short(shares);
    }

    base->shares = shares;
    base->len = WIDTH * shares->pair->own->size;
    base->own = malloc(base->len);
    base->peer = malloc(base->len);
    base->plain = pair_numbers(shares, WIDTH);
    base->other = pair_numbers(shares, WIDTH);

    rc = base->own == NULL || base->peer == NULL || base->plain == NULL
         || base->other == NULL ? pair_short(shares) : 0;

    rc = rc != 0 || base_ask(base) != 0
         || shares_swap(shares, SHARES_BASE, base->own, base->len,
                        base->peer, base->len) != 0
         || base_answer(base) != 0 || base_seeds(base) != 0
         || shares_swap(shares, SHARES_BASE, base->own, base->len,
                        base->peer, base->len) != 0
         || base_chosen(base) != 0 || base_hashes(shares) != 0 ? -1 : 0;

    pair_numbers_free(base->plain, WIDTH);
    pair_numbers_free(base->other, WIDTH);
    free(base->own);
    free(base->peer);
    OPENSSL_cleanse(base, sizeof(base_t));
    free(base);

    return rc;
}


static int
base_ask(base_t *base)
{
    int                 rc;
    uint64_t            bits[WIDTH];
    unsigned            j;
    ic_extension_out_t *out;

    out = &base->shares->pair->out;

    if (RAND_bytes((u_char *) out->delta, sizeof(out->delta)) != 1) {
        return pair_short(base->shares);
    }

    for (j = 0; j < WIDTH; j++) {
        bits[j] = out->delta[j / 64] >> (j % 64) & 1;
    }

    rc = pair_ask(base->shares, bits, WIDTH, base->own);
    OPENSSL_cleanse(bits, sizeof(bits));

    return rc;
}


static int
base_answer(base_t *base)
{
    int                rc;
    ic_ciphertexts_t  *r;

    r = ic_ciphertexts_create(base->shares->pair->peer_cipher, WIDTH);

    rc = r == NULL ? pair_short(base->shares)
         : base_factors(base) != 0 || base_multiply(base, r) != 0
           || pair_blind(base->shares, r, base->plain) != 0 ? -1 : 0;

    if (rc == 0 && ic_ciphertexts_store(r, base->own) != 0) {
        rc = pair_short(base->shares);
    }

    ic_ciphertexts_destroy(r);

    return rc;
}


/* U in plain, V in other as the sum of three factors at their places. */

static int
base_factors(base_t *base)
{
    int       rc;
    BIGNUM   *part;
    u_char    sum[SUM_BYTES];
    uint64_t  factors[FACTORS];
    unsigned  j, k;

    part = BN_new();
    rc = part != NULL ? 0 : -1;

    for (j = 0; rc == 0 && j < WIDTH; j++) {

        rc = RAND_bytes(sum, sizeof(sum)) == 1
             && RAND_bytes((u_char *) factors, sizeof(factors)) == 1
             && BN_bin2bn(sum, sizeof(sum), base->plain[j]) != NULL ? 0 : -1;

        BN_zero(base->other[j]);

        for (k = 0; rc == 0 && k < FACTORS; k++) {
            factors[k] >>= 64 - FACTOR_BITS;
            base->factors[FACTORS * j + k] = (int64_t) factors[k];

            rc = BN_set_word(part, factors[k])
                 && BN_lshift(part, part, (int) (k * FACTOR_BITS))
                 && BN_add(base->other[j], base->other[j], part) ? 0 : -1;
        }
    }

    BN_clear_free(part);
    OPENSSL_cleanse(sum, sizeof(sum));
    OPENSSL_cleanse(factors, sizeof(factors));

    return rc == 0 ? 0 : pair_short(base->shares);
}


static int
base_multiply(base_t *base, ic_ciphertexts_t *r)
{
    int                rc;
    size_t             size;
    u_char            *thrice;
    unsigned           j, k;
    ic_ciphertexts_t  *c;

    size = base->shares->pair->peer->size;
    thrice = malloc(FACTORS * base->len);

    if (thrice == NULL) {
        return pair_short(base->shares);
    }

    for (j = 0; j < WIDTH; j++) {
        for (k = 0; k < FACTORS; k++) {
            memcpy(thrice + (FACTORS * j + k) * size, base->peer + j * size,
                   size);
        }
    }

    c = pair_load(base->shares, thrice, FACTORS * WIDTH);
    free(thrice);

    if (c == NULL) {
        return -1;
    }

    rc = ic_ciphertexts_multiply(c, c, base->factors, FACTOR_BITS) == 0
         && ic_ciphertexts_pack(r, c, FACTORS, FACTOR_BITS) == 0 ? 0
         : pair_short(base->shares);

    ic_ciphertexts_destroy(c);

    return rc;
}


/* Both seeds of what this party will receive by. */

static int
base_seeds(base_t *base)
{
    int                 rc;
    unsigned            j, self;
    ic_extension_in_t  *in;

    in = &base->shares->pair->in;
    self = (unsigned) base->shares->self;

    for (rc = 0, j = 0; rc == 0 && j < WIDTH; j++) {
        rc = BN_add(base->other[j], base->other[j], base->plain[j])
             && base_seed(base, self, j, base->plain[j], in->seeds[j][0])
                == 0
             && base_seed(base, self, j, base->other[j], in->seeds[j][1])
                == 0 ? 0 : pair_short(base->shares);
    }

    return rc;
}


static int
base_chosen(base_t *base)
{
    int       rc;
    unsigned  j, peer;

    peer = 1 - (unsigned) base->shares->self;
    rc = pair_decrypt(base->shares, base->peer, WIDTH, base->plain);

    for (j = 0; rc == 0 && j < WIDTH; j++) {
        rc = base_seed(base, peer, j, base->plain[j],
                       base->shares->pair->out.seeds[j]);
    }

    return rc;
}


static int
base_seed(base_t *base, unsigned receiver, unsigned j, const BIGNUM *sum,
    u_char seed[IC_STREAM_KEY])
{
    u_char  input[SEED_INPUT];

    memcpy(input, base->shares->wire.context, IC_MESSAGE_CONTEXT);
    input[IC_MESSAGE_CONTEXT] = (u_char) receiver;
    input[IC_MESSAGE_CONTEXT + 1] = (u_char) j;

    if (BN_bn2binpad(sum, input + IC_MESSAGE_CONTEXT + 2, SUM_BYTES + 8) < 0)
    {
        return ic_task_fail(base->shares->task, "peer_protocol", NULL, 0,
                            "%s sent a first transfer that is too long",
                            base->shares->parties[1 - base->shares->self]
                            ->name);
    }

    ic_sha256(seed, input, sizeof(input));
    OPENSSL_cleanse(input, sizeof(input));

    return 0;
}


/* Public keys of the hash, one for each direction. */

static int
base_hashes(ic_shares_t *shares)
{
    u_char    input[IC_MESSAGE_CONTEXT + 1], digest[32];
    unsigned  i;

    memcpy(input, shares->wire.context, IC_MESSAGE_CONTEXT);

    for (i = 0; i < 2; i++) {
        input[IC_MESSAGE_CONTEXT] = (u_char) i;
        ic_sha256(digest, input, sizeof(input));
        memcpy(shares->pair->hash[i], digest, sizeof(shares->pair->hash[i]));
    }

    return 0;
}
