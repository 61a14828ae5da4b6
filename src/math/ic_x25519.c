
/* Curve25519: what all back ends share. */


#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ic_cpu.h"
#include "ic_x25519.h"


#define EXPAND_BLOCK   128                   /* of SHA-512, bytes */
#define EXPAND_DIGEST  64
#define FIELD_L        48                    /* RFC 9380, 8.5 */


static bool x25519_is_canonical(const u_char *point);
static int x25519_expand(ic_x25519_hash_t *hash, u_char out[EXPAND_DIGEST],
    const void *item, size_t len);
static void x25519_modulo(u_char u[IC_X25519_SIZE],
    const u_char wide[FIELD_L]);


const ic_x25519_backend_t *
ic_x25519_backend(void)
{
    return ic_cpu_has(IC_CPU_IFMA) && ic_x25519_ifma.multiply != NULL
           ? &ic_x25519_ifma : &ic_x25519_portable;
}


int
ic_x25519_scalar(u_char scalar[IC_X25519_SIZE])
{
    if (RAND_priv_bytes(scalar, IC_X25519_SIZE) != 1) {
        return -1;
    }

    scalar[0] &= 248;
    scalar[31] = (scalar[31] & 127) | 64;

    return 0;
}


void
ic_x25519_multiply(u_char *out, const u_char scalar[IC_X25519_SIZE],
    const u_char *points, size_t n)
{
    ic_x25519_backend()->multiply(out, scalar, points, n);
}


void
ic_x25519_multiply_plain(u_char *out, const u_char scalar[IC_X25519_SIZE],
    const u_char *points, size_t n)
{
    ic_x25519_backend()->multiply_plain(out, scalar, points, n);
}


void
ic_x25519_map(u_char *out, const u_char *u, size_t n)
{
    ic_x25519_backend()->map(out, u, n);
}


/*
 * The points whose order divides 8 are those that 8 takes to the point at
 * infinity, on the curve or on its twist: at most seven ladder steps would
 * do, but the list of them is short and public (RFC 7748, section 6.1 asks
 * for the result 0 to be refused; here they are refused before).
 */
ic_x25519_fault_e
ic_x25519_check(const u_char *points, size_t n, size_t *index)
{
    size_t        i, k;
    const u_char  *point;

    static const u_char  small[][IC_X25519_SIZE] = {
        { 0 },
        { 1 },
        { 0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae,
          0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a,
          0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd,
          0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00 },
        { 0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24,
          0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b,
          0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86,
          0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57 },
        /* p - 1 */
        { 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f }
    };

    for (i = 0; i < n; i++) {
        point = points + i * IC_X25519_SIZE;
        *index = i;

        if (!x25519_is_canonical(point)) {
            return IC_X25519_NOT_CANONICAL;
        }

        for (k = 0; k < sizeof(small) / sizeof(small[0]); k++) {
            if (memcmp(point, small[k], IC_X25519_SIZE) == 0) {
                return IC_X25519_SMALL_ORDER;
            }
        }
    }

    return IC_X25519_OK;
}


/* Below p = 2^255 - 19. */
static bool
x25519_is_canonical(const u_char *point)
{
    unsigned  i;

    if (point[31] != 0x7f) {
        return point[31] < 0x7f;
    }

    for (i = 30; i > 0; i--) {
        if (point[i] != 0xff) {
            return true;
        }
    }

    return point[0] < 0xed;
}


ic_x25519_hash_t *
ic_x25519_hash_create(const char *dst)
{
    size_t             len;
    ic_x25519_hash_t  *hash;

    static const u_char  pad[EXPAND_BLOCK];

    len = strlen(dst);
    hash = len == 0 || len > 255 ? NULL : calloc(1, sizeof(ic_x25519_hash_t));

    if (hash == NULL) {
        return NULL;
    }

    hash->md = EVP_MD_fetch(NULL, "SHA512", NULL);
    hash->start = EVP_MD_CTX_new();
    hash->ctx = EVP_MD_CTX_new();

    /* dst, its length: ends both of the two digests */
    hash->suffix_len = len + 1;
    memcpy(hash->suffix, dst, len);
    hash->suffix[len] = (u_char) len;

    if (hash->md == NULL || hash->start == NULL || hash->ctx == NULL
        || !EVP_DigestInit_ex(hash->start, hash->md, NULL)
        || !EVP_DigestUpdate(hash->start, pad, sizeof(pad)))
    {
        ic_x25519_hash_destroy(hash);
        return NULL;
    }

    return hash;
}


void
ic_x25519_hash_destroy(ic_x25519_hash_t *hash)
{
    if (hash == NULL) {
        return;
    }

    EVP_MD_CTX_free(hash->start);
    EVP_MD_CTX_free(hash->ctx);
    EVP_MD_free(hash->md);
    free(hash);
}


int
ic_x25519_hash(ic_x25519_hash_t *hash, const void *item, size_t len,
    u_char u[IC_X25519_SIZE])
{
    u_char  uniform[EXPAND_DIGEST];

    if (x25519_expand(hash, uniform, item, len) != 0) {
        return -1;
    }

    x25519_modulo(u, uniform);
    OPENSSL_cleanse(uniform, sizeof(uniform));

    return 0;
}


/* expand_message_xmd (RFC 9380, 5.3.1) of FIELD_L bytes: one block. */
static int
x25519_expand(ic_x25519_hash_t *hash, u_char out[EXPAND_DIGEST],
    const void *item, size_t len)
{
    int          ok;
    u_char       b0[EXPAND_DIGEST];
    EVP_MD_CTX  *ctx;

    static const u_char  length[] = { 0, FIELD_L, 0 };
    static const u_char  one[] = { 1 };

    ctx = hash->ctx;

    ok = EVP_MD_CTX_copy_ex(ctx, hash->start)
         && EVP_DigestUpdate(ctx, item, len)
         && EVP_DigestUpdate(ctx, length, sizeof(length))
         && EVP_DigestUpdate(ctx, hash->suffix, hash->suffix_len)
         && EVP_DigestFinal_ex(ctx, b0, NULL)
         && EVP_DigestInit_ex(ctx, hash->md, NULL)
         && EVP_DigestUpdate(ctx, b0, sizeof(b0))
         && EVP_DigestUpdate(ctx, one, sizeof(one))
         && EVP_DigestUpdate(ctx, hash->suffix, hash->suffix_len)
         && EVP_DigestFinal_ex(ctx, out, NULL);

    OPENSSL_cleanse(b0, sizeof(b0));

    return ok ? 0 : -1;
}


/* 48 bytes, big-endian, modulo p: high 2^256 is high 38. */
static void
x25519_modulo(u_char u[IC_X25519_SIZE], const u_char wide[FIELD_L])
{
    unsigned           i, k, round;
    uint64_t           w[6], carry;
    unsigned __int128  t;

    for (i = 0; i < 6; i++) {
        w[i] = 0;

        for (k = 0; k < 8; k++) {
            w[i] = w[i] << 8 | wide[FIELD_L - 8 * (i + 1) + k];
        }
    }

    carry = 0;

    for (i = 0; i < 4; i++) {
        t = (unsigned __int128) w[i] + carry;
        t += i < 2 ? (unsigned __int128) w[i + 4] * 38 : 0;
        w[i] = (uint64_t) t;
        carry = (uint64_t) (t >> 64);
    }

    carry = 38 * carry;

    for (round = 0; round < 3; round++) {
        carry += 19 * (w[3] >> 63);
        w[3] &= UINT64_MAX >> 1;

        for (i = 0; i < 4; i++) {
            t = (unsigned __int128) w[i] + carry;
            w[i] = (uint64_t) t;
            carry = (uint64_t) (t >> 64);
        }
    }

    /* below 2^255: p and more are left to the readers, who take modulo p */

    for (i = 0; i < 32; i++) {
        u[i] = (u_char) (w[i / 8] >> (8 * (i % 8)));
    }
}
