
/*
 * Curves y^2 = x^3 - 3 x + b of prime order over OpenSSL: P-256 (FIPS 186-5)
 * and SM2 (GB/T 32918.5). A point is 33 bytes, compressed (SEC 1, 2.3.3);
 * never the one at infinity. Scalars are secret, and OpenSSL's ladder takes
 * the same time for each; big numbers of a map take the same number of steps.
 */


#ifndef _IC_SHORT_H_INCLUDED_
#define _IC_SHORT_H_INCLUDED_


#include <stddef.h>
#include <sys/types.h>


#define IC_SHORT_POINT   33
#define IC_SHORT_FIELD   32
#define IC_SHORT_SCALAR  32


typedef struct {
    const char  *name;           /* of the suite, as RFC 9380 makes them */
    int          nid;
    const char  *md;
    unsigned     z;              /* Z of the map is -z (RFC 9380, H.2) */
} ic_short_curve_t;

typedef struct ic_short_s  ic_short_t;

extern const ic_short_curve_t  ic_short_p256;
extern const ic_short_curve_t  ic_short_sm2;


/* Serves one thread. NULL: memory is short. */
ic_short_t *ic_short_create(const ic_short_curve_t *curve);
void ic_short_destroy(ic_short_t *ec);

/*
 * u = hash_to_field(item) (RFC 9380, 5.2) with expand_message_xmd of the
 * curve's hash, L = 48, one element, big-endian. dst: 1 to 255 bytes. 0, -1.
 */
int ic_short_hash(ic_short_t *ec, const char *dst, const void *item,
    size_t len, u_char u[IC_SHORT_FIELD]);

/*
 * The point that u maps to (simplified SWU; RFC 9380, 6.6.2), times the
 * scalar (big-endian; NULL: 1). 0 or -1.
 */
int ic_short_map(ic_short_t *ec, const u_char u[IC_SHORT_FIELD],
    const u_char *scalar, u_char point[IC_SHORT_POINT]);

/*
 * scalar * point; out may be point. 1: it is not the one encoding of a point
 * of the curve. 0, or -1: memory is short.
 */
int ic_short_multiply(ic_short_t *ec, const u_char scalar[IC_SHORT_SCALAR],
    const u_char point[IC_SHORT_POINT], u_char out[IC_SHORT_POINT]);

/* A random scalar of 1 .. order - 1 and its inverse; 0 or -1. */
int ic_short_blind(ic_short_t *ec, u_char blind[IC_SHORT_SCALAR],
    u_char unblind[IC_SHORT_SCALAR]);


#endif /* _IC_SHORT_H_INCLUDED_ */
