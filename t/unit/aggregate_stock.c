
/*
 * The zeros that hide what a party adds to a sum: each serves once, whatever
 * sizes sums have, in every back end.
 */


#include <stdlib.h>
#include <string.h>

#include "../../src/protocol/ic_aggregate_state.h"
#include "tap.h"


#define ROUNDS  40
#define MOST    11


static void test_backend(const ic_pair_backend_t *backend);
static unsigned take(ic_aggregate_t *a, unsigned count);
static size_t left_of(const ic_aggregate_t *a);
static unsigned seen_before(const u_char *bytes, size_t size);


static ic_paillier_key_t  *secret;
static u_char              seen[ROUNDS * MOST * 8][256];
static size_t              nseen;


int
main(void)
{
    secret = ic_paillier_generate(1024, IC_PAILLIER_INSECURE);

    test_backend(&ic_pair_portable);

    if (ic_pair_backend() != &ic_pair_portable) {
        test_backend(ic_pair_backend());
    }

    ic_paillier_key_destroy(secret);

    return done();
}


static void
test_backend(const ic_pair_backend_t *backend)
{
    u_char               n[128];
    unsigned             i, count, wrong;
    ic_aggregate_t       a;
    ic_ciphertexts_t    *stock;
    ic_paillier_fault_e  fault;

    memset(&a, 0, sizeof(ic_aggregate_t));
    ic_paillier_key_modulus(secret, n);
    a.key = ic_paillier_create(n, sizeof(n), 1024,
                              IC_PAILLIER_INSECURE, &fault);
    a.cipher = ic_cipher_create(a.key, backend, 1);
    nseen = 0;

    for (i = 0, wrong = 0; i < ROUNDS; i++) {
        count = 1 + i * 7 % MOST;
        wrong += take(&a, count);
    }

    ok(wrong == 0, "%s: %zu ciphertexts of zero, all different, none bare",
       backend->name, nseen);

    wrong = ic_aggregate_stock_fill(&a, 3) != 0;
    ok(!wrong && a.stock->n % 3 == 0 && a.stock->n - a.stock_used >= 3,
       "... %zu at once for sums of three", a.stock->n);

    stock = a.stock;

    for (wrong = 0; a.stock->n - a.stock_used >= 3; ) {
        wrong += take(&a, 3) + (a.stock != stock);
        wrong += left_of(&a) != 0;
    }

    ok(wrong == 0, "... which are wiped as they serve, and no others made");
    ok(ic_aggregate_stock_fill(&a, 0) == 0, "... and none for no sum");

    ic_aggregate_stock_drop(&a);
    ok(a.stock == NULL && a.stock_used == 0, "... nor left over");
    ic_cipher_destroy(a.cipher);
    ic_paillier_destroy(a.key);
}


/* Those that were there before, or that hide nothing. */

static unsigned
take(ic_aggregate_t *a, unsigned count)
{
    unsigned           i, wrong;
    BIGNUM            *zero;
    ic_ciphertexts_t  *c;

    static u_char      bytes[MOST * 256];

    const BIGNUM      *zeros[MOST];

    zero = BN_new();

    for (i = 0; i < count; i++) {
        zeros[i] = zero;
    }

    c = ic_ciphertexts_create(a->cipher, count);
    wrong = ic_ciphertexts_trivial(c, zeros) != 0
            || ic_ciphertexts_store(c, bytes) != 0;
    wrong += seen_before(bytes, 256) != (nseen > 0);

    if (nseen == 0) {
        memcpy(seen[nseen++], bytes, 256);
    }

    wrong += ic_aggregate_stock_add(a, c) != 0
             || ic_ciphertexts_store(c, bytes) != 0;

    for (i = 0; i < count; i++) {
        wrong += seen_before(bytes + i * 256, 256);
        memcpy(seen[nseen++], bytes + i * 256, 256);
    }

    ic_ciphertexts_destroy(c);
    BN_free(zero);

    return wrong;
}


/* Words of spent zeros that are not wiped. */

static size_t
left_of(const ic_aggregate_t *a)
{
    size_t  i, left;

    for (i = 0, left = 0; i < a->stock_used * a->cipher->pair->words; i++) {
        left += a->stock->rows[i] != 0;
    }

    return left;
}


static unsigned
seen_before(const u_char *bytes, size_t size)
{
    size_t  i;

    for (i = 0; i < nseen; i++) {
        if (memcmp(seen[i], bytes, size) == 0) {
            return 1;
        }
    }

    return 0;
}
