
/* Back ends that compute something wrong are found, and not used. */


#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../src/math/ic_cpu.h"
#include "../../src/math/ic_selftest.h"
#include "tap.h"


static int
bad_stream(const u_char *key, uint64_t first, int sign, uint64_t *words,
    size_t count)
{
    int  rc;

    rc = ic_stream_add_portable(key, first, sign, words, count);
    words[count - 1] ^= 1;

    return rc;
}


static void
bad_multiply(u_char *out, const u_char *scalar, const u_char *points,
    size_t n)
{
    ic_x25519_portable.multiply(out, scalar, points, n);
    out[(n - 1) * IC_X25519_SIZE] ^= 1;
}


static void
bad_map(u_char *out, const u_char *u, size_t n)
{
    ic_x25519_portable.map(out, u, n);
    out[(n - 1) * IC_X25519_SIZE + 7] ^= 4;
}


static void
bad_square(const ic_pair_t *pair, uint64_t *r, const uint64_t *a)
{
    ic_pair_portable.square(pair, r, a);
    r[0] ^= 1;
}


static uint64_t
bad_limbs(uint64_t *r, const uint64_t *m, uint64_t n, uint64_t q)
{
    return ic_limbs_add_gmp(r, m, n, q) & (UINT64_MAX - 2);
}


static void
bad_cells(const int8_t *cells, const uint8_t *planes,
    uint32_t sums[IC_CELLS_GROUP])
{
    ic_cells_group_portable(cells, planes, sums);
    sums[3]++;
}


static void
test_good(void)
{
    int              rc;
    double           ms;
    unsigned         hidden;
    struct timespec  from, to;

    clock_gettime(CLOCK_MONOTONIC, &from);
    rc = ic_selftest(&hidden);
    clock_gettime(CLOCK_MONOTONIC, &to);
    is_int(rc, 0, "the portable back ends compute as they must");
    is_int(hidden, 0, "and those of this processor");

    ms = (double) (to.tv_sec - from.tv_sec) * 1e3
         + (double) (to.tv_nsec - from.tv_nsec) / 1e6;
    printf("# %.2f ms\n", ms);
}


static void
test_bad(void)
{
    ic_pair_backend_t    pair;
    ic_x25519_backend_t  x25519;

    ic_selftest_t  b = { bad_stream, NULL, NULL, NULL, NULL };

    is_int(ic_selftest_failed(&b), IC_SELFTEST_STREAM, "a wrong stream");

    x25519 = ic_x25519_portable;
    x25519.multiply = bad_multiply;
    memset(&b, 0, sizeof(b));
    b.x25519 = &x25519;
    is_int(ic_selftest_failed(&b), IC_SELFTEST_X25519, "a wrong product");
    x25519 = ic_x25519_portable;
    x25519.map = bad_map;
    is_int(ic_selftest_failed(&b), IC_SELFTEST_X25519, "a wrong map");

    pair = ic_pair_portable;
    pair.square = bad_square;
    memset(&b, 0, sizeof(b));
    b.pair = &pair;
    is_int(ic_selftest_failed(&b), IC_SELFTEST_PAIR, "a wrong square");

    memset(&b, 0, sizeof(b));
    b.limbs = bad_limbs;
    b.cells = bad_cells;
    is_int(ic_selftest_failed(&b), IC_SELFTEST_LIMBS|IC_SELFTEST_CELLS,
           "a wrong carry, and a wrong sum of cells");
}


static void
test_hidden(void)
{
    is_int(ic_selftest_hide(0), 0, "nothing is hidden without reason");
    is_int(ic_selftest_hide(IC_SELFTEST_PAIR|IC_SELFTEST_CELLS),
           IC_CPU_IFMA|IC_CPU_VNNI, "features whose kernels are wrong");

    ic_cpu_hide(0);
    ok(!ic_cpu_has(IC_CPU_IFMA) && !ic_cpu_has(IC_CPU_VNNI),
       "are hidden for good");
    ok(ic_x25519_backend() == &ic_x25519_portable
       && ic_pair_backend() == &ic_pair_portable,
       "and all their kernels with them");
    is_str(ic_cpu_name(IC_CPU_IFMA), "AVX-512 IFMA", "what it is called");
}


int
main(void)
{
    test_good();
    test_bad();
    test_hidden();

    return done();
}
