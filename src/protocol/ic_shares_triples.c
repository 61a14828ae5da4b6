
/*
 * Products of one party's words with the other's by Paillier (Gilboa, Crypto
 * '99, 4; packed): who owns the key encrypts a, the other multiplies by b,
 * adds a mask that hides the product statistically, and packs.
 */


#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "ic_shares_pair.h"


#define SLOT_BYTES  (PAIR_SLOT_BITS / 8)


static int triples_multiply(ic_shares_t *shares, ic_ciphertexts_t *packed,
    const uint64_t *b, size_t n, const u_char *asked);
static int triples_masks(ic_shares_t *shares, BIGNUM **plain, size_t n,
    uint64_t *mask);
static uint64_t slot_word(const u_char *bytes);


size_t
pair_blocks(const ic_shares_t *shares, size_t n)
{
    unsigned  slots;

    slots = pair_slots(shares->conf.modulus_bits);

    return (n + slots - 1) / slots;
}


int
pair_ask(ic_shares_t *shares, const uint64_t *a, size_t n, u_char *bytes)
{
    int                rc;
    size_t             i;
    BIGNUM           **plain;
    shares_pair_t     *pair;
    ic_ciphertexts_t  *c;

    pair = shares->pair;
    plain = pair_numbers(shares, n);
    c = ic_ciphertexts_create(pair->own_cipher, n);
    rc = plain != NULL && c != NULL ? 0 : -1;

    for (i = 0; rc == 0 && i < n; i++) {
        rc = BN_set_word(plain[i], a[i]) ? 0 : -1;
    }

    rc = rc == 0
         && ic_ciphertexts_encrypt(pair->own_cipher, c,
                                   (const BIGNUM *const *) plain)
            == 0
         && ic_ciphertexts_store(c, bytes) == 0 ? 0 : pair_short(shares);

    ic_ciphertexts_destroy(c);
    pair_numbers_free(plain, n);

    return rc;
}


int
pair_answer(ic_shares_t *shares, const uint64_t *b, size_t n,
    const u_char *asked, u_char *bytes, uint64_t *mask)
{
    int                rc;
    size_t             blocks;
    BIGNUM           **plain;
    ic_ciphertexts_t  *packed;

    blocks = pair_blocks(shares, n);
    plain = pair_numbers(shares, blocks);
    packed = ic_ciphertexts_create(shares->pair->peer_cipher, blocks);

    rc = plain != NULL && packed != NULL ? 0 : pair_short(shares);

    if (rc == 0) {
        rc = triples_multiply(shares, packed, b, n, asked) != 0
             || triples_masks(shares, plain, n, mask) != 0
             || pair_blind(shares, packed, plain) != 0 ? -1 : 0;
    }

    if (rc == 0 && ic_ciphertexts_store(packed, bytes) != 0) {
        rc = pair_short(shares);
    }

    ic_ciphertexts_destroy(packed);
    pair_numbers_free(plain, blocks);

    return rc;
}


/* b as a number with a sign: what is below 2^63 in size is multiplied. */

static int
triples_multiply(ic_shares_t *shares, ic_ciphertexts_t *packed,
    const uint64_t *b, size_t n, const u_char *asked)
{
    int                rc;
    ic_ciphertexts_t  *c;

    c = pair_load(shares, asked, n);

    if (c == NULL) {
        return -1;
    }

    rc = ic_ciphertexts_multiply(c, c, (const int64_t *) b, 63) == 0
         && ic_ciphertexts_pack(packed, c,
                                pair_slots(shares->conf.modulus_bits),
                                PAIR_SLOT_BITS)
            == 0 ? 0 : pair_short(shares);

    ic_ciphertexts_destroy(c);

    return rc;
}


/* In each slot 2^128, so that nothing is negative, and 168 random bits. */

static int
triples_masks(ic_shares_t *shares, BIGNUM **plain, size_t n, uint64_t *mask)
{
    int        rc;
    size_t     i, first, count;
    u_char    *bytes, *slot;
    unsigned   slots;

    slots = pair_slots(shares->conf.modulus_bits);
    bytes = malloc(slots * SLOT_BYTES);
    rc = bytes != NULL ? 0 : -1;

    for (first = 0; rc == 0 && first < n; first += count) {
        count = n - first < slots ? n - first : slots;
        memset(bytes, 0, slots * SLOT_BYTES);

        for (i = 0; rc == 0 && i < count; i++) {
            slot = bytes + i * SLOT_BYTES;
            rc = RAND_bytes(slot, PAIR_MASK_BYTES) == 1 ? 0 : -1;
            slot[PAIR_MASK_BYTES] = 1;
            mask[first + i] = slot_word(slot);
        }

        rc = rc == 0 && BN_lebin2bn(bytes, (int) (count * SLOT_BYTES),
                                    plain[first / slots])
                        != NULL ? 0 : -1;
    }

    if (bytes != NULL) {
        OPENSSL_cleanse(bytes, slots * SLOT_BYTES);
        free(bytes);
    }

    return rc == 0 ? 0 : pair_short(shares);
}


int
pair_open(ic_shares_t *shares, size_t n, const u_char *bytes,
    uint64_t *products)
{
    int        rc;
    size_t     i, blocks, len;
    u_char    *slots;
    BIGNUM   **plain;
    unsigned   count;

    count = pair_slots(shares->conf.modulus_bits);
    blocks = pair_blocks(shares, n);
    len = shares->conf.modulus_bits / 8;
    slots = malloc(len);
    plain = pair_numbers(shares, blocks);

    rc = slots != NULL && plain != NULL
         ? pair_decrypt(shares, bytes, blocks, plain) : pair_short(shares);

    for (i = 0; rc == 0 && i < n; i++) {

        if (i % count == 0
            && BN_bn2lebinpad(plain[i / count], slots, (int) len) < 0)
        {
            rc = pair_short(shares);
            break;
        }

        products[i] = slot_word(slots + i % count * SLOT_BYTES);
    }

    if (slots != NULL) {
        OPENSSL_cleanse(slots, len);
        free(slots);
    }

    pair_numbers_free(plain, blocks);

    return rc;
}


static uint64_t
slot_word(const u_char *bytes)
{
    uint64_t  word;
    unsigned  i;

    for (word = 0, i = 0; i < 8; i++) {
        word |= (uint64_t) bytes[i] << 8 * i;
    }

    return word;
}
