
/* Bins and their merging against plain definitions on random counts. */


#include <math.h>
#include <stdlib.h>

#include "../../src/math/ic_bins.h"
#include "../../src/math/ic_ciphertexts.h"
#include "../../src/math/ic_cpu.h"
#include "tap.h"


#define MANY  40


static unsigned  seed;
static int64_t   p[MANY], q[MANY], all[MANY];


static void
fill(unsigned n, int most)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        p[i] = rand_r(&seed) % most;
        q[i] = rand_r(&seed) % most;
        all[i] = p[i] + q[i];
    }
}


static int
by_value(const void *one, const void *two)
{
    double  a = *(const double *) one, b = *(const double *) two;

    return (a > b) - (a < b);
}


static void
test_edges(void)
{
    double    x[200], edges[100];
    unsigned  run, n, i, k, bins, count, bad, most, of[100];

    for (bad = 0, run = 0; run < 2000; run++) {
        n = 1 + (unsigned) rand_r(&seed) % 200;
        bins = 1 + (unsigned) rand_r(&seed) % 20;

        for (i = 0; i < n; i++) {
            x[i] = run % 2 ? rand_r(&seed) % 9 : rand_r(&seed);
        }

        qsort(x, n, sizeof(double), by_value);
        count = ic_bins_quantile(x, n, bins, edges);
        bad += count >= bins;
        memset(of, 0, sizeof(of));

        for (i = 0; i < n; i++) {
            k = ic_bins_find(edges, count, x[i]);
            bad += (k > 0 && x[i] <= edges[k - 1])
                   || (k < count && x[i] > edges[k]);
            of[k]++;
        }

        for (most = 0, k = 0; k <= count; k++) {
            bad += of[k] == 0 || (k > 0 && k < count
                                  && edges[k] <= edges[k - 1]);
            most = of[k] > most ? of[k] : most;
        }

        /* without ties no bin has more than its share, rounded up */

        bad += run % 2 == 0 && most > (n + bins - 1) / bins;

        count = ic_bins_width(x[0], x[n - 1], bins, edges);
        bad += count >= bins || (x[0] < x[n - 1] && count + 1 != bins)
               || (x[0] == x[n - 1] && count != 0);
    }

    is_int(bad, 0, "edges of 2000 columns");
}


static void
test_merging(void)
{
    int64_t   sums[MANY], pp[MANY], qq[MANY], least;
    unsigned  run, n, i, groups, group[MANY], bad, k, rises, falls;

    for (bad = 0, run = 0; run < 5000; run++) {
        n = 1 + (unsigned) rand_r(&seed) % MANY;
        fill(n, 1 + rand_r(&seed) % 30);
        least = rand_r(&seed) % 40;

        groups = ic_bins_by_rows(all, n, least, group);
        ic_bins_sum(all, group, n, sums, groups);

        for (i = 0; i < groups; i++) {
            bad += sums[i] < least && groups > 1;
        }

        groups = ic_bins_by_chi(p, q, n, 5, group);
        bad += groups != (n < 5 ? n : 5);

        for (i = 1; i < n; i++) {
            bad += group[i] != group[i - 1] && group[i] != group[i - 1] + 1;
        }

        groups = ic_bins_monotone(p, q, n, group);
        ic_bins_sum(p, group, n, pp, groups);
        ic_bins_sum(q, group, n, qq, groups);

        for (rises = 0, falls = 0, i = 1; i < groups; i++) {
            rises += pp[i] * (pp[i - 1] + qq[i - 1])
                     > pp[i - 1] * (pp[i] + qq[i]);
            falls += pp[i] * (pp[i - 1] + qq[i - 1])
                     < pp[i - 1] * (pp[i] + qq[i]);
        }

        bad += rises > 0 && falls > 0;

        groups = ic_bins_by_class(p, q, n, least, group);
        ic_bins_sum(p, group, n, pp, groups);
        ic_bins_sum(q, group, n, qq, groups);

        for (k = 0, i = 0; i < groups; i++) {
            k += pp[i] + qq[i] > 0 && (pp[i] < least || qq[i] < least);
        }

        bad += k > 0 && groups > 1;
    }

    is_int(bad, 0, "merging of 5000 columns");
}


static void
test_woe(void)
{
    double    woe[MANY], iv, got, a, b, pt, qt;
    unsigned  run, i, bad;

    for (bad = 0, run = 0; run < 1000; run++) {
        fill(MANY, 6);
        pt = qt = 0;

        for (i = 0; i < MANY; i++) {
            pt += (double) p[i];
            qt += (double) q[i];
        }

        got = ic_bins_woe(p, q, MANY, 0.5, woe);

        for (iv = 0, i = 0; i < MANY; i++) {
            a = (double) p[i];
            b = (double) q[i];

            if (all[i] == 0) {
                bad += woe[i] != 0;
                continue;
            }

            if (p[i] == 0 || q[i] == 0) {
                a += 0.5;
                b += 0.5;
            }

            bad += !(fabs(woe[i] - (log(a / pt) - log(b / qt))) < 1e-12);
            iv += (a / pt - b / qt) * (log(a / pt) - log(b / qt));
        }

        bad += !(fabs(iv - got) < 1e-10) || got < 0;
    }

    is_int(bad, 0, "evidence and values of 1000 columns");
}


/* Encrypted sums by groups, in every back end, against plain ones. */

static void
test_groups(const ic_pair_backend_t *backend, ic_paillier_key_t *secret,
    ic_paillier_t *key)
{
    enum { ROWS = 37, LISTS = 11, SIZE = 4, SUMS = LISTS * SIZE };

    int                bad;
    BIGNUM            *m[ROWS], *zero[SUMS], *c[SUMS];
    u_char            *bytes;
    uint16_t           groups[LISTS * (ROWS + 3)];
    unsigned           i, j;
    uint64_t           plain[SUMS];
    ic_cipher_t       *cipher;
    ic_decryption_t   *open;
    ic_ciphertexts_t  *a, *r;

    cipher = ic_cipher_create(key, backend, 2);
    open = ic_decryption_create(secret, backend, 2);
    a = ic_ciphertexts_create(cipher, ROWS);
    r = ic_ciphertexts_create(cipher, SUMS);
    bytes = malloc(SUMS * key->size);
    memset(plain, 0, sizeof(plain));

    for (i = 0; i < SUMS; i++) {
        zero[i] = BN_new();
        c[i] = BN_new();
    }

    for (i = 0; i < ROWS; i++) {
        m[i] = BN_new();
        BN_set_word(m[i], (BN_ULONG) rand_r(&seed));
    }

    for (j = 0; j < LISTS; j++) {
        for (i = 0; i < ROWS; i++) {
            groups[j * (ROWS + 3) + i] = (uint16_t) (rand_r(&seed) % SIZE);
            plain[j * SIZE + groups[j * (ROWS + 3) + i]]
                += BN_get_word(m[i]);
        }
    }

    bad = ic_ciphertexts_encrypt(cipher, a, (const BIGNUM *const *) m);
    bad |= ic_ciphertexts_trivial(r, (const BIGNUM *const *) zero);
    bad |= ic_ciphertexts_group(r, a, groups, ROWS + 3, LISTS, SIZE);
    bad |= ic_ciphertexts_store(r, bytes);

    for (i = 0; i < SUMS; i++) {
        BN_bin2bn(bytes + i * key->size, (int) key->size, c[i]);
    }

    bad |= ic_decryption_run(open, zero, (const BIGNUM *const *) c, SUMS);

    for (i = 0; i < SUMS; i++) {
        bad += BN_get_word(zero[i]) != plain[i];
        BN_free(zero[i]);
        BN_free(c[i]);
    }

    ok(bad == 0, "sums of ciphertexts by groups, %s", backend->name);

    for (i = 0; i < ROWS; i++) {
        BN_free(m[i]);
    }

    free(bytes);
    ic_ciphertexts_destroy(a);
    ic_ciphertexts_destroy(r);
    ic_decryption_destroy(open);
    ic_cipher_destroy(cipher);
}


int
main(void)
{
    u_char                n[128];
    ic_paillier_t        *key;
    ic_paillier_key_t    *secret;
    ic_paillier_fault_e   fault;

    seed = getenv("SEED") != NULL ? (unsigned) atoi(getenv("SEED")) : 107;
    printf("# SEED=%u\n", seed);

    test_edges();
    test_merging();
    test_woe();

    secret = ic_paillier_generate(1024, IC_PAILLIER_INSECURE);
    (void) ic_paillier_key_modulus(secret, n);
    key = ic_paillier_create(n, sizeof(n), 1024, IC_PAILLIER_INSECURE,
                             &fault);
    test_groups(&ic_pair_portable, secret, key);

    if (ic_pair_backend() != &ic_pair_portable) {
        test_groups(ic_pair_backend(), secret, key);
    }

    ic_paillier_destroy(key);
    ic_paillier_key_destroy(secret);

    return done();
}
