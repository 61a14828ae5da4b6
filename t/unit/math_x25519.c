
/* Curve25519 in every back end: vectors, OpenSSL, edges, one another. */


#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "../../src/math/ic_cpu.h"
#include "../../src/math/ic_x25519.h"
#include "tap.h"


#define MANY  1100


typedef struct {
    const char  *item;
    const char  *repeat;         /* a suffix of so many of its bytes */
    unsigned     times;
    const char  *u;              /* big-endian, as the RFC prints them */
    const char  *x;
} vector_t;


static void test_backend(const ic_x25519_backend_t *b);
static void test_vectors(const ic_x25519_backend_t *b);
static void test_iterated(const ic_x25519_backend_t *b);
static void test_openssl(const ic_x25519_backend_t *b);
static void test_sizes(const ic_x25519_backend_t *b);
static void test_small_order(const ic_x25519_backend_t *b);
static void test_map(const ic_x25519_backend_t *b);
static void test_same(void);
static void test_hash(void);
static void test_check(void);
static void test_commutes(void);
static void from_hex(u_char *out, const char *hex, bool reversed);
static void fill(u_char *bytes, size_t len);
static void edge(u_char point[32], unsigned n);


static uint64_t  state;

/* RFC 9380, J.4.2 */
static const vector_t  vectors[] = {
    { "", NULL, 0,
      "608d892b641f0328523802a6603427c26e55e6f27e71a91a478148d45b5093cd",
      "51125222da5e763d97f3c10fcc92ea6860b9ccbbd2eb1285728f566721c1e65b" },
    { "abc", NULL, 0,
      "46f5b22494bfeaa7f232cc8d054be68561af50230234d7d1d63d1d9abeca8da5",
      "7d56d1e08cb0ccb92baf069c18c49bb5a0dcd927eff8dcf75ca921ef7f3e6eeb" },
    { "abcdef0123456789", NULL, 0,
      "235fe40c443766ce7e18111c33862d66c3b33267efa50d50f9e8e5d252a40aaa",
      "3fbe66b9c9883d79e8407150e7c2a1c8680bee496c62fabe4619a72b3cabe90f" },
    { "q128_", "q", 128,
      "001e92a544463bda9bd04ddbe3d6eed248f82de32f522669efc5ddce95f46f5b",
      "227e0bb89de700385d19ec40e857db6e6a3e634b1c32962f370d26f84ff19683" },
    { "a512_", "a", 512,
      "1a68a1af9f663592291af987203393f707305c7bac9c8d63d6a729bdc553dc19",
      "3bcd651ee54d5f7b6013898aab251ee8ecc0688166fce6e9548d38472f6bd196" }
};


int
main(void)
{
    const char  *seed;

    seed = getenv("IC_SEED");
    state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t) time(NULL);
    printf("# IC_SEED=%llu\n", (unsigned long long) state);

    test_backend(&ic_x25519_portable);

    if (ic_cpu_has(IC_CPU_IFMA) && ic_x25519_ifma.multiply != NULL) {
        test_backend(&ic_x25519_ifma);
        ok(ic_x25519_backend() == &ic_x25519_ifma, "ifma is chosen");
        ic_cpu_hide(IC_CPU_IFMA);
        test_same();

    } else {
        printf("# no AVX-512 IFMA here: its tests are left out\n");
    }

    ok(ic_x25519_backend() == &ic_x25519_portable, "else the portable one");
    test_hash();
    test_check();
    test_commutes();

    return done();
}


static void
test_backend(const ic_x25519_backend_t *b)
{
    printf("# %s\n", b->name);
    test_vectors(b);
    test_iterated(b);
    test_openssl(b);
    test_sizes(b);
    test_small_order(b);
    test_map(b);
}


/* RFC 7748, 5.2 */
static void
test_vectors(const ic_x25519_backend_t *b)
{
    u_char    k[32], u[32], expected[32], out[32];
    unsigned  i;

    static const char  *const rows[][3] = {
        { "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
          "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
          "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552" },
        { "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
          "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
          "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957" }
    };

    for (i = 0; i < 2; i++) {
        from_hex(k, rows[i][0], false);
        from_hex(u, rows[i][1], false);
        from_hex(expected, rows[i][2], false);
        b->multiply(out, k, u, 1);
        ok(memcmp(out, expected, 32) == 0, "RFC 7748, vector %u", i + 1);
    }
}


static void
test_iterated(const ic_x25519_backend_t *b)
{
    u_char    k[32], u[32], out[32], expected[32];
    unsigned  i;

    memset(k, 0, 32);
    k[0] = 9;
    memcpy(u, k, 32);

    for (i = 0; i < 1000; i++) {
        b->multiply(out, k, u, 1);
        memcpy(u, k, 32);
        memcpy(k, out, 32);
    }

    from_hex(expected,
             "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51",
             false);
    ok(memcmp(k, expected, 32) == 0, "RFC 7748, a thousand times");
}


static void
test_openssl(const ic_x25519_backend_t *b)
{
    size_t         i, len;
    u_char         k[32], *points, *out, expected[32];
    unsigned       wrong;
    EVP_PKEY      *key, *peer;
    EVP_PKEY_CTX  *ctx;

    points = malloc(MANY * 32);
    out = malloc(MANY * 32);
    fill(points, MANY * 32);
    fill(k, 32);
    b->multiply(out, k, points, MANY);
    wrong = 0;

    key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, k, 32);

    for (i = 0; i < MANY; i++) {
        peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL,
                                           points + 32 * i, 32);
        ctx = EVP_PKEY_CTX_new(key, NULL);
        len = 32;
        wrong += EVP_PKEY_derive_init(ctx) != 1
                 || EVP_PKEY_derive_set_peer(ctx, peer) != 1
                 || EVP_PKEY_derive(ctx, expected, &len) != 1
                 || memcmp(expected, out + 32 * i, 32) != 0;
        EVP_PKEY_CTX_free(ctx);
        EVP_PKEY_free(peer);
    }

    is_int(wrong, 0, "%d random points as OpenSSL multiplies them", MANY);

    EVP_PKEY_free(key);
    free(points);
    free(out);
}


/* Batches that do not fill lanes or blocks; in place; nothing behind. */
static void
test_sizes(const ic_x25519_backend_t *b)
{
    u_char    k[32], points[300 * 32], out[301 * 32], one[32];
    size_t    n;
    unsigned  wrong;

    fill(k, 32);
    fill(points, sizeof(points));
    wrong = 0;

    for (n = 0; n <= 300; n += n < 20 ? 1 : 27) {
        memset(out, 0xa5, sizeof(out));
        memcpy(out, points, n * 32);
        b->multiply(out, k, out, n);
        wrong += out[n * 32] != 0xa5;

        if (n > 0) {
            b->multiply(one, k, points + (n - 1) * 32, 1);
            wrong += memcmp(one, out + (n - 1) * 32, 32) != 0;
            b->multiply(one, k, points, 1);
            wrong += memcmp(one, out, 32) != 0;
        }
    }

    is_int(wrong, 0, "batches of 0 to 300 points, in place");
}


/* They give 0 and leave the others of the batch, and of the lane, alone. */
static void
test_small_order(const ic_x25519_backend_t *b)
{
    u_char    k[32], points[40 * 32], out[40 * 32], one[32];
    unsigned  i, wrong;

    static const u_char  zero[32];

    fill(k, 32);
    fill(points, sizeof(points));
    edge(points + 32 * 3, 0);
    edge(points + 32 * 11, 1);
    edge(points + 32 * 12, 4);
    b->multiply(out, k, points, 40);
    wrong = 0;

    for (i = 0; i < 40; i++) {
        if (i == 3 || i == 11 || i == 12) {
            wrong += memcmp(out + 32 * i, zero, 32) != 0;
            continue;
        }

        b->multiply(one, k, points + 32 * i, 1);
        wrong += memcmp(out + 32 * i, one, 32) != 0
                 || memcmp(one, zero, 32) == 0;
    }

    is_int(wrong, 0, "points of small order give 0, their neighbours not");
}


static void
test_map(const ic_x25519_backend_t *b)
{
    u_char    u[32], x[32], out[32];
    unsigned  i;

    for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        from_hex(u, vectors[i].u, true);
        from_hex(x, vectors[i].x, true);
        b->map(out, u, 1);
        ok(memcmp(out, x, 32) == 0, "RFC 9380, J.4.2, vector %u", i + 1);
    }
}


static void
test_same(void)
{
    u_char    k[32], *points, *a, *b;
    unsigned  i;

    points = malloc(MANY * 32);
    a = malloc(MANY * 32);
    b = malloc(MANY * 32);
    fill(points, MANY * 32);

    for (i = 0; i < 64; i++) {
        edge(points + 32 * (i * 17), i);
    }

    for (i = 0; i < 4; i++) {
        fill(k, 32);

        if (i == 3) {
            memset(k, 0xff, 32);
        }

        ic_x25519_portable.multiply(a, k, points, MANY);
        ic_x25519_ifma.multiply(b, k, points, MANY);
        ok(memcmp(a, b, MANY * 32) == 0, "%d products alike, edges among them",
           MANY);
    }

    ic_x25519_portable.map(a, points, MANY);
    ic_x25519_ifma.map(b, points, MANY);
    ok(memcmp(a, b, MANY * 32) == 0, "%d mapped alike", MANY);

    free(points);
    free(a);
    free(b);
}


static void
test_hash(void)
{
    char               item[600], dst[257];
    u_char             u[32], expected[32];
    unsigned           i;
    ic_x25519_hash_t  *hash;

    hash = ic_x25519_hash_create(
                         "QUUX-V01-CS02-with-curve25519_XMD:SHA-512_ELL2_NU_");

    for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        strcpy(item, vectors[i].item);

        if (vectors[i].repeat != NULL) {
            memset(item + strlen(item), vectors[i].repeat[0],
                   vectors[i].times);
            item[strlen(vectors[i].item) + vectors[i].times] = '\0';
        }

        from_hex(expected, vectors[i].u, true);
        ok(ic_x25519_hash(hash, item, strlen(item), u) == 0
           && memcmp(u, expected, 32) == 0,
           "RFC 9380: u of vector %u", i + 1);
    }

    ic_x25519_hash_destroy(hash);

    memset(dst, 'd', 256);
    dst[256] = '\0';
    ok(ic_x25519_hash_create("") == NULL, "no empty domain");
    ok(ic_x25519_hash_create(dst) == NULL, "none of 256 bytes");
}


static void
test_check(void)
{
    u_char    points[5 * 32];
    size_t    index;
    unsigned  i;

    fill(points, sizeof(points));

    for (i = 0; i < 5; i++) {
        points[32 * i + 31] &= 0x3f;
    }

    is_int(ic_x25519_check(points, 5, &index), IC_X25519_OK, "good points");

    for (i = 0; i < 5; i++) {
        edge(points + 32 * 3, i);
        is_int(ic_x25519_check(points, 5, &index), IC_X25519_SMALL_ORDER,
               "small order %u", i);
        is_int(index, 3, "which one");
    }

    for (i = 5; i < 9; i++) {
        edge(points + 32 * 4, i);
        edge(points + 32 * 3, 9);
        is_int(ic_x25519_check(points, 5, &index), IC_X25519_NOT_CANONICAL,
               "not canonical %u", i);
        is_int(index, 4, "which one");
    }
}


static void
test_commutes(void)
{
    u_char  a[32], b[32], item[32], one[32], two[32];

    ok(ic_x25519_scalar(a) == 0 && ic_x25519_scalar(b) == 0, "two scalars");
    ok(memcmp(a, b, 32) != 0 && (a[0] & 7) == 0 && (a[31] & 0xc0) == 0x40,
       "that differ and are clamped");

    fill(item, 32);
    ic_x25519_map(item, item, 1);
    ic_x25519_multiply(one, a, item, 1);
    ic_x25519_multiply(one, b, one, 1);
    ic_x25519_multiply(two, b, item, 1);
    ic_x25519_multiply(two, a, two, 1);
    ok(memcmp(one, two, 32) == 0, "their order does not matter");
}


static void
from_hex(u_char *out, const char *hex, bool reversed)
{
    unsigned  i, byte;

    for (i = 0; i < 32; i++) {
        sscanf(hex + 2 * i, "%2x", &byte);
        out[reversed ? 31 - i : i] = (u_char) byte;
    }
}


/* splitmix64 */
static void
fill(u_char *bytes, size_t len)
{
    size_t    i;
    uint64_t  z;

    z = 0;

    for (i = 0; i < len; i++) {
        if (i % 8 == 0) {
            z = state += 0x9e3779b97f4a7c15u;
            z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
            z = (z ^ z >> 27) * 0x94d049bb133111ebu;
            z ^= z >> 31;
        }

        bytes[i] = (u_char) (z >> (8 * (i % 8)));
    }
}


/*
 * 0 to 4: of small order (0, 1, two of order 8, p - 1); 5 to 8: p, p + 1,
 * 2^255 - 1, 2^256 - 1; 9: p - 2; then single bits.
 */
static void
edge(u_char point[32], unsigned n)
{
    static const char  *const rows[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
    };

    if (n < 10) {
        from_hex(point, rows[n], false);
        return;
    }

    memset(point, 0, 32);
    point[n % 32] = (u_char) (1 << (n % 8));
}
