
/* Known answers for the back ends. */


#include <stdlib.h>
#include <string.h>

#include "ic_cpu.h"
#include "ic_selftest.h"


#define SELF_WORDS   150                     /* of the stream: odd blocks */
#define SELF_POINTS  9                       /* a vector of lanes, and one */
#define SELF_BITS    1024
#define SELF_BYTES   (2 * SELF_BITS / 8)
#define SELF_LIMBS   16
#define SELF_CELLS   ((size_t) IC_CELLS_GROUP * IC_CELLS_TILE)


static bool self_stream(ic_stream_add_pt add);
static bool self_x25519(const ic_x25519_backend_t *backend);
static bool self_pair(const ic_pair_backend_t *backend);
static bool self_product(const ic_pair_t *pair, BIGNUM *const *x,
    BN_CTX *ctx);
static bool self_limbs(ic_limbs_add_pt add);
static bool self_cells(ic_cells_group_pt group);
static void self_bytes(void *bytes, size_t len, unsigned start);


static const ic_selftest_t  self_portable = {
    ic_stream_add_portable, &ic_x25519_portable, &ic_pair_portable,
    ic_limbs_add_gmp, ic_cells_group_portable
};

static const struct {
    unsigned  feature;
    unsigned  kinds;
} self_features[] = {
    { IC_CPU_VAES, IC_SELFTEST_STREAM },
    { IC_CPU_IFMA, IC_SELFTEST_X25519|IC_SELFTEST_PAIR },
    { IC_CPU_ADX, IC_SELFTEST_LIMBS },
    { IC_CPU_VNNI, IC_SELFTEST_CELLS }
};


int
ic_selftest(unsigned *hidden)
{
    ic_selftest_t  fast;

    *hidden = 0;

    fast.stream = ic_cpu_has(IC_CPU_VAES) ? ic_stream_add_vaes : NULL;
    fast.limbs = ic_cpu_has(IC_CPU_ADX) ? ic_limbs_add_adx : NULL;
    fast.cells = ic_cpu_has(IC_CPU_VNNI) ? ic_cells_group_vnni : NULL;
    fast.x25519 = ic_cpu_has(IC_CPU_IFMA) && ic_x25519_ifma.multiply != NULL
                  ? &ic_x25519_ifma : NULL;
    fast.pair = ic_cpu_has(IC_CPU_IFMA) && ic_pair_ifma.multiply != NULL
                ? &ic_pair_ifma : NULL;

    /* first: the portable pairs use the limbs that are there */
    *hidden = ic_selftest_hide(ic_selftest_failed(&fast));

    return ic_selftest_failed(&self_portable) == 0 ? 0 : -1;
}


unsigned
ic_selftest_hide(unsigned failed)
{
    size_t    i;
    unsigned  hidden;

    hidden = 0;

    for (i = 0; i < sizeof(self_features) / sizeof(self_features[0]); i++) {
        if ((self_features[i].kinds & failed) != 0) {
            hidden |= self_features[i].feature;
        }
    }

    ic_cpu_distrust(hidden);

    return hidden;
}


unsigned
ic_selftest_failed(const ic_selftest_t *b)
{
    unsigned  failed;

    failed = 0;

    if (b->stream != NULL && !self_stream(b->stream)) {
        failed |= IC_SELFTEST_STREAM;
    }

    if (b->x25519 != NULL && !self_x25519(b->x25519)) {
        failed |= IC_SELFTEST_X25519;
    }

    if (b->pair != NULL && !self_pair(b->pair)) {
        failed |= IC_SELFTEST_PAIR;
    }

    if (b->limbs != NULL && !self_limbs(b->limbs)) {
        failed |= IC_SELFTEST_LIMBS;
    }

    if (b->cells != NULL && !self_cells(b->cells)) {
        failed |= IC_SELFTEST_CELLS;
    }

    return failed;
}


/* AES-256 of a zero block under a zero key, then as OpenSSL goes on. */

static bool
self_stream(ic_stream_add_pt add)
{
    u_char    key[IC_STREAM_KEY];
    uint64_t  words[SELF_WORDS], expected[SELF_WORDS];

    memset(key, 0, sizeof(key));
    memset(words, 0, sizeof(words));

    if (add(key, 0, 1, words, SELF_WORDS) != 0
        || words[0] != 0x898940a278c095dcu || words[1] != 0x8720849214a248adu)
    {
        return false;
    }

    self_bytes(key, sizeof(key), 1);
    self_bytes(words, sizeof(words), 2);
    memcpy(expected, words, sizeof(words));

    return add(key, 6, -1, words, SELF_WORDS) == 0
           && ic_stream_add_portable(key, 6, -1, expected, SELF_WORDS) == 0
           && memcmp(words, expected, sizeof(words)) == 0;
}


/* RFC 7748, 5.2; RFC 9380, J.4.2; and, in other lanes, as portable code. */

static bool
self_x25519(const ic_x25519_backend_t *backend)
{
    u_char  points[SELF_POINTS * IC_X25519_SIZE], one[sizeof(points)];
    u_char  two[sizeof(points)];

    static const u_char  scalar[IC_X25519_SIZE] = {
        0xa5, 0x46, 0xe3, 0x6b, 0xf0, 0x52, 0x7c, 0x9d, 0x3b, 0x16, 0x15,
        0x4b, 0x82, 0x46, 0x5e, 0xdd, 0x62, 0x14, 0x4c, 0x0a, 0xc1, 0xfc,
        0x5a, 0x18, 0x50, 0x6a, 0x22, 0x44, 0xba, 0x44, 0x9a, 0xc4
    };
    static const u_char  point[IC_X25519_SIZE] = {
        0xe6, 0xdb, 0x68, 0x67, 0x58, 0x30, 0x30, 0xdb, 0x35, 0x94, 0xc1,
        0xa4, 0x24, 0xb1, 0x5f, 0x7c, 0x72, 0x66, 0x24, 0xec, 0x26, 0xb3,
        0x35, 0x3b, 0x10, 0xa9, 0x03, 0xa6, 0xd0, 0xab, 0x1c, 0x4c
    };
    static const u_char  product[IC_X25519_SIZE] = {
        0xc3, 0xda, 0x55, 0x37, 0x9d, 0xe9, 0xc6, 0x90, 0x8e, 0x94, 0xea,
        0x4d, 0xf2, 0x8d, 0x08, 0x4f, 0x32, 0xec, 0xcf, 0x03, 0x49, 0x1c,
        0x71, 0xf7, 0x54, 0xb4, 0x07, 0x55, 0x77, 0xa2, 0x85, 0x52
    };
    static const u_char  element[IC_X25519_SIZE] = {
        0xcd, 0x93, 0x50, 0x5b, 0xd4, 0x48, 0x81, 0x47, 0x1a, 0xa9, 0x71,
        0x7e, 0xf2, 0xe6, 0x55, 0x6e, 0xc2, 0x27, 0x34, 0x60, 0xa6, 0x02,
        0x38, 0x52, 0x28, 0x03, 0x1f, 0x64, 0x2b, 0x89, 0x8d, 0x60
    };
    static const u_char  mapped[IC_X25519_SIZE] = {
        0x5b, 0xe6, 0xc1, 0x21, 0x67, 0x56, 0x8f, 0x72, 0x85, 0x12, 0xeb,
        0xd2, 0xbb, 0xcc, 0xb9, 0x60, 0x68, 0xea, 0x92, 0xcc, 0x0f, 0xc1,
        0xf3, 0x97, 0x3d, 0x76, 0x5e, 0xda, 0x22, 0x52, 0x12, 0x51
    };

    self_bytes(points, sizeof(points), 3);
    memcpy(points, point, IC_X25519_SIZE);
    backend->multiply(one, scalar, points, SELF_POINTS);
    ic_x25519_portable.multiply(two, scalar, points, SELF_POINTS);

    if (memcmp(one, product, IC_X25519_SIZE) != 0
        || memcmp(one, two, sizeof(one)) != 0)
    {
        return false;
    }

    memcpy(points, element, IC_X25519_SIZE);
    backend->map(one, points, SELF_POINTS);
    ic_x25519_portable.map(two, points, SELF_POINTS);

    return memcmp(one, mapped, IC_X25519_SIZE) == 0
           && memcmp(one, two, sizeof(one)) == 0;
}


/* A product and a square in every lane, as OpenSSL has them. */

static bool
self_pair(const ic_pair_backend_t *backend)
{
    bool        good;
    u_char      bytes[SELF_BYTES];
    BIGNUM     *m, *x[2 * IC_PAIR_LANES];
    BN_CTX     *ctx;
    unsigned    i, n;
    ic_pair_t  *pair;

    self_bytes(bytes, SELF_BITS / 8, 4);
    bytes[0] |= 0x80;
    bytes[SELF_BITS / 8 - 1] |= 1;
    m = BN_bin2bn(bytes, SELF_BITS / 8, NULL);
    ctx = BN_CTX_new();
    pair = m != NULL ? ic_pair_create(backend, m) : NULL;
    good = pair != NULL && ctx != NULL;
    n = 2 * backend->lanes;

    for (i = 0; i < n; i++) {
        self_bytes(bytes, sizeof(bytes), 5 + i);
        x[i] = BN_bin2bn(bytes, sizeof(bytes), NULL);
        good &= x[i] != NULL;
    }

    good = good && self_product(pair, x, ctx);

    for (i = 0; i < n; i++) {
        BN_free(x[i]);
    }

    if (pair != NULL) {
        ic_pair_destroy(pair);
    }

    BN_CTX_free(ctx);
    BN_free(m);

    return good;
}


static bool
self_product(const ic_pair_t *pair, BIGNUM *const *x, BN_CTX *ctx)
{
    bool       good;
    BIGNUM    *got[IC_PAIR_LANES], *expected;
    unsigned   i, lanes;
    uint64_t  *blocks, *a, *b;

    lanes = pair->backend->lanes;
    blocks = ic_pair_blocks(pair, 2);
    expected = BN_new();
    good = blocks != NULL && expected != NULL;

    for (i = 0; i < lanes; i++) {
        got[i] = BN_new();
        good &= got[i] != NULL;
    }

    if (good) {
        a = blocks;
        b = blocks + pair->block;
        good = ic_pair_enter(pair, a, (const BIGNUM *const *) x, lanes) == 0
               && ic_pair_enter(pair, b, (const BIGNUM *const *) x + lanes,
                                lanes) == 0;
    }

    if (good) {
        pair->backend->multiply(pair, a, a, b);
        pair->backend->square(pair, a, a);
        good = ic_pair_leave(pair, got, a, lanes, false) == 0;
    }

    for (i = 0; good && i < lanes; i++) {
        good = BN_mod_mul(expected, x[i], x[lanes + i], pair->square, ctx)
               && BN_mod_sqr(expected, expected, pair->square, ctx)
               && BN_cmp(expected, got[i]) == 0;
    }

    for (i = 0; i < lanes; i++) {
        BN_free(got[i]);
    }

    BN_free(expected);

    if (blocks != NULL) {
        ic_pair_blocks_free(pair, blocks, 2);
    }

    return good;
}


/* (2^1024 - 1) + (2^1024 - 1)(2^64 - 1) = (2^1024 - 1) 2^64; and others. */

static bool
self_limbs(ic_limbs_add_pt add)
{
    uint64_t  m[SELF_LIMBS], r[SELF_LIMBS], expected[SELF_LIMBS], carry;

    memset(m, 0xff, sizeof(m));
    memset(r, 0xff, sizeof(r));
    memset(expected, 0xff, sizeof(expected));
    expected[0] = 0;

    if (add(r, m, SELF_LIMBS, UINT64_MAX) != UINT64_MAX
        || memcmp(r, expected, sizeof(r)) != 0)
    {
        return false;
    }

    self_bytes(m, sizeof(m), 30);
    self_bytes(r, sizeof(r), 31);
    memcpy(expected, r, sizeof(r));
    carry = ic_limbs_add_gmp(expected, m, SELF_LIMBS, m[3]);

    return add(r, m, SELF_LIMBS, m[3]) == carry
           && memcmp(r, expected, sizeof(r)) == 0;
}


/* The definition: planes of 64 bytes of each byte of the words. */

static bool
self_cells(ic_cells_group_pt group)
{
    bool       good;
    size_t     i, piece, row;
    int8_t    *cells;
    uint8_t   *planes;
    uint32_t   sums[IC_CELLS_GROUP], expected[IC_CELLS_GROUP], word;

    cells = aligned_alloc(IC_CELLS_PIECE, SELF_CELLS);
    planes = aligned_alloc(IC_CELLS_PIECE, 4 * IC_CELLS_TILE);
    good = cells != NULL && planes != NULL;

    if (good) {
        self_bytes(cells, SELF_CELLS, 40);
        self_bytes(planes, 4 * IC_CELLS_TILE, 41);
        memset(cells, 0x80, IC_CELLS_PIECE);         /* the extremes */
        memset(planes, 0xff, 4 * IC_CELLS_PIECE);
        memset(sums, 0, sizeof(sums));
        memset(expected, 0, sizeof(expected));
        group(cells, planes, sums);

        for (i = 0; i < SELF_CELLS; i++) {
            row = i / IC_CELLS_PIECE % IC_CELLS_GROUP;
            piece = i / (IC_CELLS_GROUP * IC_CELLS_PIECE);
            piece = piece * 4 * IC_CELLS_PIECE + i % IC_CELLS_PIECE;
            word = (uint32_t) planes[piece]
                   | (uint32_t) planes[piece + IC_CELLS_PIECE] << 8
                   | (uint32_t) planes[piece + 2 * IC_CELLS_PIECE] << 16
                   | (uint32_t) planes[piece + 3 * IC_CELLS_PIECE] << 24;
            expected[row] += (uint32_t) cells[i] * word;
        }

        good = memcmp(sums, expected, sizeof(sums)) == 0;
    }

    free(cells);
    free(planes);

    return good;
}


/* The same bytes everywhere, without arithmetic that is to be tested. */

static void
self_bytes(void *bytes, size_t len, unsigned start)
{
    size_t     i;
    u_char    *p;
    uint32_t   x;

    p = bytes;
    x = 2463534242u ^ start;

    for (i = 0; i < len; i++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        p[i] = (u_char) (x >> 11);
    }
}
