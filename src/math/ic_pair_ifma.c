
/*
 * Pairs with AVX-512 IFMA: digits of 52 bits, eight elements in a register,
 * ten digits of one factor at a time in registers while columns slide by.
 * vpmadd52 reads 52 bits of its factors, so sums need no mask before they
 * are multiplied; columns grow to 2^62 at most and are carried once.
 */


#if defined(__AVX512IFMA__)
#include <immintrin.h>
#include <openssl/crypto.h>
#include <string.h>
#endif

#include "ic_pair.h"


/* 2048, 1024 and 1536, 3072 bits and so on fill tens of digits. */
#define PAIR_TEN      10
#define PAIR_RADIX    52
#define PAIR_MOST     80                     /* digits, 4096 bits */


static unsigned
pair_digits(unsigned bits)
{
    unsigned  digits;

    /* R > 2^16 m */
    digits = (bits + 16 + PAIR_RADIX - 1) / PAIR_RADIX;

    return (digits + PAIR_TEN - 1) / PAIR_TEN * PAIR_TEN;
}


#if defined(__AVX512IFMA__)

#define PAIR_MASK  (((uint64_t) 1 << PAIR_RADIX) - 1)


typedef __m512i  v_t;


static inline v_t
v_all(uint64_t value)
{
    return _mm512_set1_epi64((long long) value);
}


static inline v_t
v_low(v_t sum, v_t a, v_t b)
{
    return _mm512_madd52lo_epu64(sum, a, b);
}


static inline v_t
v_high(v_t sum, v_t a, v_t b)
{
    return _mm512_madd52hi_epu64(sum, a, b);
}


/*
 * Ten digits x times y[from], y[from + 1], ... added to the columns from
 * `at` on; w: the ten columns there, then those ten at the end.
 */
#define PAIR_SLIDE(w, x, y_j, col, at, count)                                 \
    do {                                                                      \
        v_t       y_;                                                         \
        unsigned  j_, i_;                                                     \
        for (j_ = 0; j_ < (count); j_++) {                                    \
            (w)[PAIR_TEN] = (col)[(at) + j_ + PAIR_TEN];                      \
            y_ = (y_j);                                                       \
            _Pragma("GCC unroll 10")                                          \
            for (i_ = 0; i_ < PAIR_TEN; i_++) {                               \
                (w)[i_] = v_low((w)[i_], (x)[i_], y_);                        \
                (w)[i_ + 1] = v_high((w)[i_ + 1], (x)[i_], y_);               \
            }                                                                 \
            (col)[(at) + j_] = (w)[0];                                        \
            _Pragma("GCC unroll 10")                                          \
            for (i_ = 0; i_ < PAIR_TEN; i_++) {                               \
                (w)[i_] = (w)[i_ + 1];                                        \
            }                                                                 \
        }                                                                     \
    } while (0)


static inline void
v_take(v_t *r, const v_t *a)
{
    unsigned  i;

#pragma GCC unroll 10
    for (i = 0; i < PAIR_TEN; i++) {
        r[i] = a[i];
    }
}


/* col += x y, 2 digits columns */
static void
pair_product(v_t *col, const v_t *x, const v_t *y, unsigned digits)
{
    v_t       w[PAIR_TEN + 1], ten[PAIR_TEN];
    unsigned  k;

    for (k = 0; k < digits; k += PAIR_TEN) {
        v_take(ten, x + k);
        v_take(w, col + k);
        PAIR_SLIDE(w, ten, y[j_], col, k, digits);
        v_take(col + k + digits, w);
    }
}


/* The products of two different digits among ten: columns 1 to 18. */
static inline void
pair_triangle(v_t *col, const v_t *x)
{
    unsigned  i, j;

#pragma GCC unroll 10
    for (i = 0; i < PAIR_TEN; i++) {
#pragma GCC unroll 10
        for (j = i + 1; j < PAIR_TEN; j++) {
            col[i + j] = v_low(col[i + j], x[i], x[j]);
            col[i + j + 1] = v_high(col[i + j + 1], x[i], x[j]);
        }
    }
}


/* col = x x; col is zero before */
static void
pair_square_columns(v_t *col, const v_t *x, unsigned digits)
{
    v_t       w[PAIR_TEN + 1], ten[PAIR_TEN];
    unsigned  k;

    for (k = 0; k < digits; k += PAIR_TEN) {
        v_take(ten, x + k);
        pair_triangle(col + 2 * k, ten);

        if (k + PAIR_TEN < digits) {
            v_take(w, col + 2 * k + PAIR_TEN);
            PAIR_SLIDE(w, ten, x[k + PAIR_TEN + j_], col, 2 * k + PAIR_TEN,
                       digits - k - PAIR_TEN);
            v_take(col + k + digits, w);
        }
    }

    for (k = 0; k < digits; k++) {
        col[2 * k] = v_low(_mm512_slli_epi64(col[2 * k], 1), x[k], x[k]);
        col[2 * k + 1] = v_high(_mm512_slli_epi64(col[2 * k + 1], 1), x[k],
                                x[k]);
    }
}


/*
 * Ten digits q of Q that make the ten columns at col 0 modulo R, and what
 * they add to the ten behind, which come in w.
 */
static inline void
pair_quotients(v_t *col, v_t *q, v_t *w, const uint64_t *m, uint64_t inverse)
{
    v_t       c[PAIR_TEN], carry;
    unsigned  i, j;

    v_take(c, col);
    carry = _mm512_setzero_si512();

#pragma GCC unroll 10
    for (i = 0; i < PAIR_TEN; i++) {
        c[i] = _mm512_add_epi64(c[i], carry);
        q[i] = v_low(_mm512_setzero_si512(), c[i], v_all(inverse));

#pragma GCC unroll 10
        for (j = 0; j < PAIR_TEN - i; j++) {
            c[i + j] = v_low(c[i + j], q[i], v_all(m[j]));

            if (i + j + 1 < PAIR_TEN) {
                c[i + j + 1] = v_high(c[i + j + 1], q[i], v_all(m[j]));
            }
        }

        carry = _mm512_srli_epi64(c[i], PAIR_RADIX);
    }

    v_take(w, col + PAIR_TEN);
    w[0] = _mm512_add_epi64(w[0], carry);

#pragma GCC unroll 10
    for (i = 0; i < PAIR_TEN; i++) {
#pragma GCC unroll 10
        for (j = PAIR_TEN - 1 - i; j < PAIR_TEN; j++) {
            if (i + j >= PAIR_TEN) {
                w[i + j - PAIR_TEN] = v_low(w[i + j - PAIR_TEN], q[i],
                                            v_all(m[j]));
            }

            w[i + j + 1 - PAIR_TEN] = v_high(w[i + j + 1 - PAIR_TEN], q[i],
                                             v_all(m[j]));
        }
    }
}


/* t = REDC(col), q = Q; columns are overwritten. */
static void
pair_reduce(const ic_pair_t *pair, v_t *t, v_t *q, v_t *col)
{
    v_t              w[PAIR_TEN + 1], ten[PAIR_TEN], carry, mask;
    unsigned         c, i, digits;
    const uint64_t  *m;

    m = pair->m;
    digits = pair->digits;

    for (c = 0; c < digits; c += PAIR_TEN) {
        pair_quotients(col + c, ten, w, m, pair->inverse);
        v_take(q + c, ten);
        PAIR_SLIDE(w, ten, v_all(m[PAIR_TEN + j_]), col, c + PAIR_TEN,
                   digits - PAIR_TEN);
        v_take(col + c + digits, w);
    }

    mask = v_all(PAIR_MASK);
    carry = _mm512_setzero_si512();

    for (i = 0; i < digits; i++) {
        carry = _mm512_add_epi64(carry, col[digits + i]);
        t[i] = _mm512_and_si512(carry, mask);
        carry = _mm512_srli_epi64(carry, PAIR_RADIX);
    }

    t[digits - 1] = _mm512_add_epi64(t[digits - 1],
                                     _mm512_slli_epi64(carry, PAIR_RADIX));
}


/* col += K - Q */
static inline void
pair_lift(const ic_pair_t *pair, v_t *col, const v_t *q)
{
    unsigned  i;

    for (i = 0; i < pair->digits; i++) {
        col[i] = _mm512_add_epi64(col[i], _mm512_sub_epi64(v_all(pair->k[i]),
                                                           q[i]));
    }

    col[i] = _mm512_add_epi64(col[i], v_all(pair->k[i]));
}


static void
pair_multiply(const ic_pair_t *pair, uint64_t *r, const uint64_t *a,
    const uint64_t *b)
{
    v_t        col[2 * PAIR_MOST + 1], q[PAIR_MOST], t[PAIR_MOST];
    unsigned   digits;
    const v_t  *x, *y;

    digits = pair->digits;
    x = (const v_t *) a;
    y = (const v_t *) b;

    memset(col, 0, (2 * digits + 1) * sizeof(v_t));
    pair_product(col, x, y, digits);
    pair_reduce(pair, t, q, col);

    memset(col, 0, (2 * digits + 1) * sizeof(v_t));
    pair_lift(pair, col, q);
    pair_product(col, x, y + digits, digits);
    pair_product(col, x + digits, y, digits);
    pair_reduce(pair, (v_t *) r + digits, q, col);
    memcpy(r, t, digits * sizeof(v_t));
}


static void
pair_square(const ic_pair_t *pair, uint64_t *r, const uint64_t *a)
{
    v_t        col[2 * PAIR_MOST + 1], q[PAIR_MOST], t[PAIR_MOST];
    unsigned   i, digits;
    const v_t  *x;

    digits = pair->digits;
    x = (const v_t *) a;

    memset(col, 0, (2 * digits + 1) * sizeof(v_t));
    pair_square_columns(col, x, digits);
    pair_reduce(pair, t, q, col);

    memset(col, 0, (2 * digits + 1) * sizeof(v_t));
    pair_product(col, x, x + digits, digits);

    for (i = 0; i < 2 * digits; i++) {
        col[i] = _mm512_slli_epi64(col[i], 1);
    }

    pair_lift(pair, col, q);
    pair_reduce(pair, (v_t *) r + digits, q, col);
    memcpy(r, t, digits * sizeof(v_t));
}


/* Eight words of eight rows to eight rows of one word each, or back. */
static inline void
pair_transpose(v_t r[8])
{
    v_t       a[8], b[8];
    unsigned  i;

#pragma GCC unroll 4
    for (i = 0; i < 8; i += 2) {
        a[i] = _mm512_unpacklo_epi64(r[i], r[i + 1]);
        a[i + 1] = _mm512_unpackhi_epi64(r[i], r[i + 1]);
    }

#pragma GCC unroll 2
    for (i = 0; i < 8; i += 4) {
        b[i] = _mm512_shuffle_i64x2(a[i], a[i + 2], 0x88);
        b[i + 1] = _mm512_shuffle_i64x2(a[i + 1], a[i + 3], 0x88);
        b[i + 2] = _mm512_shuffle_i64x2(a[i], a[i + 2], 0xdd);
        b[i + 3] = _mm512_shuffle_i64x2(a[i + 1], a[i + 3], 0xdd);
    }

#pragma GCC unroll 4
    for (i = 0; i < 4; i++) {
        r[i] = _mm512_shuffle_i64x2(b[i], b[i + 4], 0x88);
        r[i + 4] = _mm512_shuffle_i64x2(b[i], b[i + 4], 0xdd);
    }
}


static void
pair_load(const ic_pair_t *pair, uint64_t *block, const uint64_t *const *rows)
{
    v_t       r[8];
    size_t    d;
    unsigned  lane, n;

    for (d = 0; d < pair->words; d += 8) {
        n = pair->words - d < 8 ? (unsigned) (pair->words - d) : 8;

        for (lane = 0; lane < 8; lane++) {
            r[lane] = _mm512_maskz_loadu_epi64((__mmask8) ((1u << n) - 1),
                                               rows[lane] + d);
        }

        pair_transpose(r);

        for (lane = 0; lane < n; lane++) {
            _mm512_storeu_si512(block + 8 * (d + lane), r[lane]);
        }
    }
}


static void
pair_store(const ic_pair_t *pair, uint64_t *const *rows,
    const uint64_t *block)
{
    v_t       r[8];
    size_t    d;
    unsigned  lane, n;

    for (d = 0; d < pair->words; d += 8) {
        n = pair->words - d < 8 ? (unsigned) (pair->words - d) : 8;

        for (lane = 0; lane < 8; lane++) {
            r[lane] = lane < n ? _mm512_loadu_si512(block + 8 * (d + lane))
                               : _mm512_setzero_si512();
        }

        pair_transpose(r);

        for (lane = 0; lane < 8; lane++) {
            if (rows[lane] != NULL) {
                _mm512_mask_storeu_epi64(rows[lane] + d,
                                         (__mmask8) ((1u << n) - 1), r[lane]);
            }
        }
    }
}


static void
pair_pick(const ic_pair_t *pair, uint64_t *r, const uint64_t *blocks,
    unsigned count, const uint32_t *index)
{
    v_t        v, lanes;
    size_t     d;
    unsigned   t;
    __mmask8   mask[64];

    lanes = _mm512_cvtepu32_epi64(_mm256_loadu_si256((const __m256i *) index));

    for (t = 0; t < count; t++) {
        mask[t] = _mm512_cmpeq_epi64_mask(lanes, v_all(t));
    }

    for (d = 0; d < pair->words; d++) {
        v = _mm512_setzero_si512();

        for (t = 0; t < count; t++) {
            v = _mm512_mask_loadu_epi64(v, mask[t],
                                        blocks + t * pair->block + 8 * d);
        }

        _mm512_storeu_si512(r + 8 * d, v);
    }
}


/* Ten digits at a time: a row is read once, in its order. */
static void
pair_select(const ic_pair_t *pair, uint64_t *r, const uint64_t *rows,
    unsigned count, const uint32_t *index)
{
    v_t              v[PAIR_TEN], lanes;
    size_t           d;
    unsigned         t, i;
    __mmask8         mask;
    const uint64_t  *row;

    lanes = _mm512_cvtepu32_epi64(_mm256_loadu_si256((const __m256i *) index));

    for (d = 0; d < pair->words; d += PAIR_TEN) {
#pragma GCC unroll 10
        for (i = 0; i < PAIR_TEN; i++) {
            v[i] = _mm512_setzero_si512();
        }

        for (t = 0; t < count; t++) {
            mask = _mm512_cmpeq_epi64_mask(lanes, v_all(t));
            row = rows + t * pair->words + d;

#pragma GCC unroll 10
            for (i = 0; i < PAIR_TEN; i++) {
                v[i] = _mm512_mask_set1_epi64(v[i], mask,
                                              (long long) row[i]);
            }
        }

#pragma GCC unroll 10
        for (i = 0; i < PAIR_TEN; i++) {
            _mm512_storeu_si512(r + 8 * (d + i), v[i]);
        }
    }
}


static void
pair_enter(const ic_pair_t *pair, uint64_t *block,
    const uint64_t *const *limbs)
{
    v_t        col[2 * PAIR_MOST + 1], q[PAIR_MOST];
    uint64_t   value, *digits;
    unsigned   d, lane, bit, total;

    total = 2 * pair->limbs;
    memset(col, 0, (2 * pair->digits + 1) * sizeof(v_t));
    digits = (uint64_t *) col;

    for (d = 0; d * PAIR_RADIX < 64 * total; d++) {
        bit = d * PAIR_RADIX;

        for (lane = 0; lane < 8; lane++) {
            value = limbs[lane][bit / 64] >> (bit % 64);

            if (bit % 64 > 64 - PAIR_RADIX && bit / 64 + 1 < total) {
                value |= limbs[lane][bit / 64 + 1] << (64 - bit % 64);
            }

            digits[8 * d + lane] = value & PAIR_MASK;
        }
    }

    pair_reduce(pair, (v_t *) block, q, col);
    memset(col, 0, (2 * pair->digits + 1) * sizeof(v_t));
    pair_lift(pair, col, q);
    pair_reduce(pair, (v_t *) block + pair->digits, q, col);
    OPENSSL_cleanse(q, sizeof(q));
}


const ic_pair_backend_t  ic_pair_ifma = {
    "ifma", 8, pair_digits, PAIR_RADIX, pair_multiply, pair_square,
    pair_load, pair_store, pair_pick, pair_select, pair_enter
};

#else

const ic_pair_backend_t  ic_pair_ifma = {
    "ifma", 8, pair_digits, PAIR_RADIX, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL
};

#endif
