
/*
 * Curve25519 by x-coordinates, many points at once: the multiplications of
 * RFC 7748 and the map of RFC 9380 (Elligator 2). A point is its x, 32 bytes
 * little-endian. Back ends give the same bits; scalars are secret, points and
 * the time they take are not.
 */


#ifndef _IC_X25519_H_INCLUDED_
#define _IC_X25519_H_INCLUDED_


#include <openssl/evp.h>
#include <stddef.h>
#include <sys/types.h>


#define IC_X25519_SIZE  32


typedef enum {
    IC_X25519_OK = 0,
    IC_X25519_NOT_CANONICAL,     /* x is not below 2^255 - 19 */
    IC_X25519_SMALL_ORDER        /* x of a point whose order divides 8 */
} ic_x25519_fault_e;


/* A random scalar, clamped as in RFC 7748: a multiple of 8. 0 or -1. */
int ic_x25519_scalar(u_char scalar[IC_X25519_SIZE]);

/*
 * out[i] = scalar * points[i], n points; the scalar is clamped first. out may
 * be points. A point of small order gives 32 zero bytes, one that is not
 * canonical is taken modulo p: peers' points go through ic_x25519_check().
 */
void ic_x25519_multiply(u_char *out, const u_char scalar[IC_X25519_SIZE],
    const u_char *points, size_t n);

/*
 * A blind: a multiple of 8 below 2^255, so uniform modulo the order l of the
 * subgroup but for 2^-125, and its inverse modulo l. unblind(k(blind(P))) is
 * k P for every clamped k and every P of the curve, not of its twist; blind
 * P alone is uniform, whatever P. Both are used as they are, without
 * clamping. 0 or -1.
 */
int ic_x25519_blind(u_char blind[IC_X25519_SIZE],
    u_char unblind[IC_X25519_SIZE]);

/* As ic_x25519_multiply(), with the scalar as it is, below 2^255. */
void ic_x25519_multiply_plain(u_char *out,
    const u_char scalar[IC_X25519_SIZE], const u_char *points, size_t n);

/*
 * What is wrong with points that came from a peer; *index: the first such
 * one. Not in constant time: they are the peer's own.
 */
ic_x25519_fault_e ic_x25519_check(const u_char *points, size_t n,
    size_t *index);

/*
 * x of map_to_curve_elligator2_curve25519(u) (RFC 9380, 6.7.1) for n field
 * elements u of 32 bytes little-endian; out may be u. The point is on the
 * curve, not yet in its subgroup of prime order: a clamped scalar, multiple
 * of the cofactor, takes it there.
 */
void ic_x25519_map(u_char *out, const u_char *u, size_t n);

/*
 * hash_to_field for curve25519_XMD:SHA-512_ELL2_NU_ (RFC 9380, 5.2 and 8.5):
 * L = 48, one element. One ic_x25519_hash_t serves one thread.
 */
typedef struct {
    EVP_MD      *md;
    EVP_MD_CTX  *start;          /* with Z_pad */
    EVP_MD_CTX  *ctx;
    u_char       suffix[256];    /* DST_prime */
    size_t       suffix_len;
} ic_x25519_hash_t;

/* dst: the domain, 1 to 255 bytes. NULL: it is not, or memory is short. */
ic_x25519_hash_t *ic_x25519_hash_create(const char *dst);
void ic_x25519_hash_destroy(ic_x25519_hash_t *hash);

/* u of an item, to be mapped. 0 or -1. */
int ic_x25519_hash(ic_x25519_hash_t *hash, const void *item, size_t len,
    u_char u[IC_X25519_SIZE]);


/* The back ends: for tests and benchmarks, which run every one. */

typedef struct {
    const char  *name;
    void       (*multiply)(u_char *out, const u_char *scalar,
        const u_char *points, size_t n);
    void       (*multiply_plain)(u_char *out, const u_char *scalar,
        const u_char *points, size_t n);
    void       (*map)(u_char *out, const u_char *u, size_t n);
} ic_x25519_backend_t;

extern const ic_x25519_backend_t  ic_x25519_portable;
extern const ic_x25519_backend_t  ic_x25519_ifma;

/* The one in use: the fastest that this processor has. */
const ic_x25519_backend_t *ic_x25519_backend(void);


#endif /* _IC_X25519_H_INCLUDED_ */
