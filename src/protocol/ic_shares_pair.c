
/* Two parties without a coordinator: keys, and what is made for a batch. */


#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "../math/ic_parallel.h"
#include "ic_shares_pair.h"


/* Words of a stock that n of it take: triples, ands, bits. */
static const unsigned  pair_parts[SHARES_STOCKS] = { 3, 3, 2, 0, 0 };


int
shares_pair_create(ic_shares_t *shares)
{
    shares_pair_t        *pair;
    const unsigned        bits = shares->conf.modulus_bits;
    const unsigned        flags = shares->conf.paillier_flags;
    u_char                n[IC_PAIR_MAX_BITS / 8];
    ic_paillier_fault_e   fault;

    pair = calloc(1, sizeof(shares_pair_t));
    shares->pair = pair;

    if (pair == NULL
        || RAND_bytes(pair->random.key, sizeof(pair->random.key)) != 1)
    {
        return pair_short(shares);
    }

    pair->secret = ic_paillier_generate(bits, flags);

    if (pair->secret == NULL || ic_paillier_key_modulus(pair->secret, n) != 0)
    {
        return ic_task_fail(shares->task, "internal", NULL, 0,
                            "no Paillier key of %u bits could be made", bits);
    }

    pair->own = ic_paillier_create(n, bits / 8, bits, flags, &fault);

    if (shares->conf.threads == 0) {
        shares->conf.threads = ic_parallel_processors();
    }

    pair->decryption = ic_decryption_create(pair->secret,
                                            ic_pair_backend(),
                                            shares->conf.threads);

    if (pair->own == NULL || pair->decryption == NULL
        || ic_paillier_make_base(pair->own) != 0)
    {
        return pair_short(shares);
    }

    pair->own_cipher = ic_cipher_create(pair->own, ic_pair_backend(),
                                        shares->conf.threads);

    return pair->own_cipher != NULL ? 0 : pair_short(shares);
}


void
shares_pair_destroy(shares_pair_t *pair)
{
    unsigned  i;

    if (pair == NULL) {
        return;
    }

    for (i = 0; i < SHARES_STOCKS; i++) {
        shares_free(pair->stocks[i].words,
                    pair_parts[i] * pair->stocks[i].n);
    }

    ic_cipher_destroy(pair->own_cipher);
    ic_cipher_destroy(pair->peer_cipher);
    ic_decryption_destroy(pair->decryption);
    ic_paillier_destroy(pair->own);
    ic_paillier_destroy(pair->peer);
    ic_paillier_key_destroy(pair->secret);
    OPENSSL_cleanse(pair, sizeof(shares_pair_t));
    free(pair);
}


int
shares_pair_modulus(ic_shares_t *shares, u_char *n)
{
    return ic_paillier_key_modulus(shares->pair->secret, n) == 0 ? 0
           : pair_short(shares);
}


int
shares_pair_peer(ic_shares_t *shares, const u_char *n, size_t len)
{
    shares_pair_t        *pair;
    ic_paillier_fault_e   fault;

    pair = shares->pair;
    pair->peer = ic_paillier_create(n, len, shares->conf.modulus_bits,
                                    shares->conf.paillier_flags, &fault);

    if (pair->peer == NULL) {
        return ic_task_fail(shares->task, "peer_protocol", NULL, 0,
                            "the Paillier key of %s: %s",
                            shares->parties[1 - shares->self]->name,
                            ic_paillier_fault_text(fault));
    }

    if (ic_paillier_make_base(pair->peer) != 0) {
        return pair_short(shares);
    }

    pair->peer_cipher = ic_cipher_create(pair->peer, ic_pair_backend(),
                                         shares->conf.threads);

    return pair->peer_cipher != NULL ? 0 : pair_short(shares);
}


void
shares_pair_count(shares_pair_t *pair, shares_stock_e stock, size_t n)
{
    pair->stocks[stock].wanted += n;
}


int
shares_pair_take(ic_shares_t *shares, shares_stock_e stock, unsigned part,
    uint64_t *words, size_t n)
{
    size_t         per;
    pair_stock_t  *of;

    /* bits are packed in the first part */

    of = &shares->pair->stocks[stock];
    per = stock == SHARES_BITS && part == 0 ? 64 : 1;

    if (of->n - of->used < n * per) {
        return ic_task_fail(shares->task, "internal", NULL, 0,
                            "more is used than was counted");
    }

    memcpy(words, of->words + part * of->n + of->used / per,
           n * sizeof(uint64_t));

    return 0;
}


void
shares_pair_next(shares_pair_t *pair, shares_stock_e stock, size_t n)
{
    pair->stocks[stock].used += n;
}


int
pair_decrypt(ic_shares_t *shares, const u_char *bytes, size_t n,
    BIGNUM **plain)
{
    int                   rc;
    size_t                i;
    BIGNUM              **c;
    shares_pair_t        *pair;
    ic_paillier_fault_e   fault;

    pair = shares->pair;
    c = pair_numbers(shares, n);

    if (c == NULL) {
        return -1;
    }

    for (rc = 0, i = 0; rc == 0 && i < n; i++) {
        fault = ic_paillier_load(pair->own, bytes + i * pair->own->size,
                                 pair->own->size, c[i]);

        if (fault != IC_PAILLIER_OK) {
            rc = ic_task_fail(shares->task, "peer_protocol", NULL, 0,
                              "ciphertext %zu of %s: %s", i,
                              shares->parties[1 - shares->self]->name,
                              ic_paillier_fault_text(fault));
        }
    }

    if (rc == 0) {
        rc = ic_decryption_run(pair->decryption, plain,
                               (const BIGNUM *const *) c, n)
             == 0 ? 0 : pair_short(shares);
    }

    pair_numbers_free(c, n);

    return rc;
}


ic_ciphertexts_t *
pair_load(ic_shares_t *shares, const u_char *bytes, size_t n)
{
    size_t                index;
    ic_ciphertexts_t     *c;
    ic_paillier_fault_e   fault;

    c = ic_ciphertexts_create(shares->pair->peer_cipher, n);

    if (c == NULL) {
        (void) pair_short(shares);
        return NULL;
    }

    fault = ic_ciphertexts_load(c, bytes, n * shares->pair->peer->size,
                                &index);

    if (fault != IC_PAILLIER_OK) {
        (void) ic_task_fail(shares->task, "peer_protocol", NULL, 0,
                            "ciphertext %zu of %s: %s", index,
                            shares->parties[1 - shares->self]->name,
                            ic_paillier_fault_text(fault));
        ic_ciphertexts_destroy(c);
        return NULL;
    }

    return c;
}


int
pair_blind(ic_shares_t *shares, ic_ciphertexts_t *r, BIGNUM *const *plain)
{
    int                rc;
    ic_ciphertexts_t  *fresh;

    fresh = ic_ciphertexts_create(shares->pair->peer_cipher, r->n);

    rc = fresh != NULL
         && ic_ciphertexts_encrypt(shares->pair->peer_cipher, fresh,
                                   (const BIGNUM *const *) plain)
            == 0
         && ic_ciphertexts_add(r, r, fresh) == 0 ? 0 : pair_short(shares);

    ic_ciphertexts_destroy(fresh);

    return rc;
}


BIGNUM **
pair_numbers(ic_shares_t *shares, size_t n)
{
    size_t    i;
    BIGNUM  **numbers;

    numbers = calloc(n + 1, sizeof(BIGNUM *));

    for (i = 0; numbers != NULL && i < n; i++) {
        numbers[i] = BN_new();

        if (numbers[i] == NULL) {
            pair_numbers_free(numbers, i);
            numbers = NULL;
        }
    }

    if (numbers == NULL) {
        (void) pair_short(shares);
    }

    return numbers;
}


void
pair_numbers_free(BIGNUM **numbers, size_t n)
{
    size_t  i;

    for (i = 0; numbers != NULL && i < n; i++) {
        BN_clear_free(numbers[i]);
    }

    free(numbers);
}


int
pair_short(ic_shares_t *shares)
{
    return ic_task_fail(shares->task, "internal", NULL, 0,
                        "memory is short, or there are no random numbers");
}
