
/*
 * Curve25519 with AVX-512 IFMA: eight points at a time, five digits of 51
 * bits in five registers. vpmadd52lo and -hi split products at bit 52, so
 * what the second gives counts twice in the next column.
 */


#if defined(__AVX512IFMA__)
#include <immintrin.h>
#include <openssl/crypto.h>
#include <stdint.h>
#include <string.h>
#endif

#include "ic_x25519.h"


#if defined(__AVX512IFMA__)


#define FE_LANES  8
#define FE_BLOCK  16
#define FE_BITS   51
#define FE_MASK   (((uint64_t) 1 << FE_BITS) - 1)


/* Digits below 2^51 + 2^15 always: IFMA reads 52 bits. */
typedef struct {
    __m512i  d[5];
} fe_t;

typedef __mmask8  fe_mask_t;


static void fe_set(fe_t *r, uint64_t value);
static void fe_load(fe_t *r, const u_char *bytes, size_t lanes);
static void fe_store(u_char *bytes, const fe_t *a, size_t lanes);
static void fe_canonical(fe_t *r, const fe_t *a);
static fe_mask_t fe_is_zero(const fe_t *a);


static inline __m512i
fe_all(uint64_t value)
{
    return _mm512_set1_epi64((long long) value);
}


static inline void
fe_set(fe_t *r, uint64_t value)
{
    r->d[0] = fe_all(value);
    r->d[1] = r->d[2] = r->d[3] = r->d[4] = _mm512_setzero_si512();
}


/* One parallel pass: t below 2^62 each. */
static inline void
fe_carry(fe_t *r, const __m512i t[5])
{
    __m512i   mask, c[5];
    unsigned  i;

    mask = fe_all(FE_MASK);

    for (i = 0; i < 5; i++) {
        c[i] = _mm512_srli_epi64(t[i], FE_BITS);
    }

    /* 19 = 16 + 2 + 1 */
    c[4] = _mm512_add_epi64(_mm512_add_epi64(_mm512_slli_epi64(c[4], 4),
                                             _mm512_slli_epi64(c[4], 1)),
                            c[4]);

    r->d[0] = _mm512_add_epi64(_mm512_and_si512(t[0], mask), c[4]);

    for (i = 1; i < 5; i++) {
        r->d[i] = _mm512_add_epi64(_mm512_and_si512(t[i], mask), c[i - 1]);
    }
}


static inline void
fe_add(fe_t *r, const fe_t *a, const fe_t *b)
{
    __m512i   t[5];
    unsigned  i;

    for (i = 0; i < 5; i++) {
        t[i] = _mm512_add_epi64(a->d[i], b->d[i]);
    }

    fe_carry(r, t);
}


/* a - b + 4 p */
static inline void
fe_subtract(fe_t *r, const fe_t *a, const fe_t *b)
{
    __m512i   t[5], p;
    unsigned  i;

    p = fe_all(4 * FE_MASK);
    t[0] = _mm512_add_epi64(a->d[0], fe_all(4 * (FE_MASK - 18)));
    t[0] = _mm512_sub_epi64(t[0], b->d[0]);

    for (i = 1; i < 5; i++) {
        t[i] = _mm512_sub_epi64(_mm512_add_epi64(a->d[i], p), b->d[i]);
    }

    fe_carry(r, t);
}


/* Columns of lo and, twice, of hi one further; those from 5 on count 19. */
static inline void
fe_reduce(fe_t *r, const __m512i lo[9], const __m512i hi[9])
{
    __m512i   t[10], high;
    unsigned  i;

    t[0] = lo[0];
    t[9] = _mm512_slli_epi64(hi[8], 1);

    for (i = 1; i < 9; i++) {
        t[i] = _mm512_add_epi64(lo[i], _mm512_slli_epi64(hi[i - 1], 1));
    }

    for (i = 0; i < 5; i++) {
        high = _mm512_add_epi64(_mm512_slli_epi64(t[i + 5], 4),
                                _mm512_slli_epi64(t[i + 5], 1));
        t[i] = _mm512_add_epi64(t[i], _mm512_add_epi64(high, t[i + 5]));
    }

    fe_carry(r, t);
}


static inline void
fe_multiply(fe_t *r, const fe_t *a, const fe_t *b)
{
    __m512i   lo[9], hi[9];
    unsigned  i, k;

    for (i = 0; i < 9; i++) {
        lo[i] = hi[i] = _mm512_setzero_si512();
    }

    for (i = 0; i < 5; i++) {
        for (k = 0; k < 5; k++) {
            lo[i + k] = _mm512_madd52lo_epu64(lo[i + k], a->d[i], b->d[k]);
            hi[i + k] = _mm512_madd52hi_epu64(hi[i + k], a->d[i], b->d[k]);
        }
    }

    fe_reduce(r, lo, hi);
}


/* Products of two different digits once, then doubled. */
static inline void
fe_square(fe_t *r, const fe_t *a)
{
    __m512i   lo[9], hi[9];
    unsigned  i, k;

    for (i = 0; i < 9; i++) {
        lo[i] = hi[i] = _mm512_setzero_si512();
    }

    for (i = 0; i < 5; i++) {
        for (k = i + 1; k < 5; k++) {
            lo[i + k] = _mm512_madd52lo_epu64(lo[i + k], a->d[i], a->d[k]);
            hi[i + k] = _mm512_madd52hi_epu64(hi[i + k], a->d[i], a->d[k]);
        }
    }

    for (i = 1; i < 8; i++) {
        lo[i] = _mm512_slli_epi64(lo[i], 1);
        hi[i] = _mm512_slli_epi64(hi[i], 1);
    }

    for (i = 0; i < 5; i++) {
        lo[2 * i] = _mm512_madd52lo_epu64(lo[2 * i], a->d[i], a->d[i]);
        hi[2 * i] = _mm512_madd52hi_epu64(hi[2 * i], a->d[i], a->d[i]);
    }

    fe_reduce(r, lo, hi);
}


/* r = k a, k below 2^20 */
static inline void
fe_small(fe_t *r, const fe_t *a, uint64_t k)
{
    __m512i   lo[9], hi[9];
    unsigned  i;

    for (i = 0; i < 9; i++) {
        lo[i] = hi[i] = _mm512_setzero_si512();
    }

    for (i = 0; i < 5; i++) {
        lo[i] = _mm512_madd52lo_epu64(lo[i], a->d[i], fe_all(k));
        hi[i] = _mm512_madd52hi_epu64(hi[i], a->d[i], fe_all(k));
    }

    fe_reduce(r, lo, hi);
}


static inline void
fe_select(fe_t *r, fe_mask_t mask, const fe_t *yes, const fe_t *no)
{
    unsigned  i;

    for (i = 0; i < 5; i++) {
        r->d[i] = _mm512_mask_blend_epi64(mask, no->d[i], yes->d[i]);
    }
}


/* swap: 0 or 1, in all lanes */
static inline void
fe_swap(unsigned swap, fe_t *a, fe_t *b)
{
    __m512i    t;
    unsigned   i;
    __mmask8   mask;

    mask = (__mmask8) (0 - swap);

    for (i = 0; i < 5; i++) {
        t = a->d[i];
        a->d[i] = _mm512_mask_blend_epi64(mask, t, b->d[i]);
        b->d[i] = _mm512_mask_blend_epi64(mask, b->d[i], t);
    }
}


/* The first one again in lanes that are left over. */
static void
fe_load(fe_t *r, const u_char *bytes, size_t lanes)
{
    size_t    lane;
    uint64_t  w[4], d[5][FE_LANES];
    unsigned  i;

    for (lane = 0; lane < FE_LANES; lane++) {
        memcpy(w, bytes + (lane < lanes ? 32 * lane : 0), 32);

        d[0][lane] = w[0] & FE_MASK;
        d[1][lane] = (w[0] >> 51 | w[1] << 13) & FE_MASK;
        d[2][lane] = (w[1] >> 38 | w[2] << 26) & FE_MASK;
        d[3][lane] = (w[2] >> 25 | w[3] << 39) & FE_MASK;
        d[4][lane] = (w[3] >> 12) & FE_MASK;
    }

    for (i = 0; i < 5; i++) {
        r->d[i] = _mm512_loadu_si512(d[i]);
    }
}


/* As the portable one, lane by lane. */
static void
fe_canonical(fe_t *r, const fe_t *a)
{
    __m512i   carry, mask;
    unsigned  i, round;

    mask = fe_all(FE_MASK);
    *r = *a;

    /* sequential carries: below 2^255 + 2^20 after the second time */

    for (round = 0; round < 2; round++) {
        for (i = 0; i < 4; i++) {
            carry = _mm512_srli_epi64(r->d[i], FE_BITS);
            r->d[i] = _mm512_and_si512(r->d[i], mask);
            r->d[i + 1] = _mm512_add_epi64(r->d[i + 1], carry);
        }

        carry = _mm512_srli_epi64(r->d[4], FE_BITS);
        r->d[4] = _mm512_and_si512(r->d[4], mask);
        carry = _mm512_mullo_epi64(carry, fe_all(19));
        r->d[0] = _mm512_add_epi64(r->d[0], carry);
    }

    carry = fe_all(19);

    for (i = 0; i < 5; i++) {
        carry = _mm512_srli_epi64(_mm512_add_epi64(r->d[i], carry), FE_BITS);
    }

    carry = _mm512_mullo_epi64(carry, fe_all(19));

    for (i = 0; i < 5; i++) {
        carry = _mm512_add_epi64(carry, r->d[i]);
        r->d[i] = _mm512_and_si512(carry, mask);
        carry = _mm512_srli_epi64(carry, FE_BITS);
    }
}


static void
fe_store(u_char *bytes, const fe_t *a, size_t lanes)
{
    fe_t      c;
    size_t    lane;
    uint64_t  w[4], d[5][FE_LANES];
    unsigned  i;

    fe_canonical(&c, a);

    for (i = 0; i < 5; i++) {
        _mm512_storeu_si512(d[i], c.d[i]);
    }

    for (lane = 0; lane < FE_LANES && lane < lanes; lane++) {
        w[0] = d[0][lane] | d[1][lane] << 51;
        w[1] = d[1][lane] >> 13 | d[2][lane] << 38;
        w[2] = d[2][lane] >> 26 | d[3][lane] << 25;
        w[3] = d[3][lane] >> 39 | d[4][lane] << 12;

        memcpy(bytes + 32 * lane, w, 32);
    }
}


static fe_mask_t
fe_is_zero(const fe_t *a)
{
    fe_t      c;
    __m512i   any;
    unsigned  i;

    fe_canonical(&c, a);
    any = c.d[0];

    for (i = 1; i < 5; i++) {
        any = _mm512_or_si512(any, c.d[i]);
    }

    return _mm512_cmpeq_epi64_mask(any, _mm512_setzero_si512());
}


#include "ic_x25519_curve.h"


const ic_x25519_backend_t  ic_x25519_ifma = {
    "ifma", curve_multiply, curve_multiply_plain, curve_map
};

#else

const ic_x25519_backend_t  ic_x25519_ifma = { "ifma", NULL, NULL, NULL };

#endif
