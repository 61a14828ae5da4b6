
/*
 * Products of signed bytes with planes of unsigned ones by vpdpbusd, which
 * adds four of them to a word and wraps modulo 2^32: exact.
 */


#if defined(__AVX512VNNI__)
#include <immintrin.h>
#endif

#include "ic_cells.h"


#if defined(__AVX512VNNI__)

/*
 * The intrinsic makes gcc 12 copy every accumulator, and an array of them
 * goes through memory: so sixteen names, s<row><plane>.
 */
#define CELLS_ADD(sum, plane, row)                                            \
    __asm__("vpdpbusd %2, %1, %0" : "+v" (sum) : "v" (plane), "v" (row))

#define CELLS_PLANE(b)                                                        \
    plane = _mm512_loadu_si512(planes + b * IC_CELLS_PIECE);                  \
    CELLS_ADD(s0##b, plane, row0);                                            \
    CELLS_ADD(s1##b, plane, row1);                                            \
    CELLS_ADD(s2##b, plane, row2);                                            \
    CELLS_ADD(s3##b, plane, row3)

#define CELLS_ZERO(r)                                                         \
    s##r##0 = s##r##1 = s##r##2 = s##r##3 = _mm512_setzero_si512()

#define CELLS_SUM(r)                                                          \
    sums[r] += cells_sum(s##r##0, s##r##1, s##r##2, s##r##3)


static uint32_t cells_sum(__m512i b0, __m512i b1, __m512i b2, __m512i b3);


void
ic_cells_group_vnni(const int8_t *cells, const uint8_t *planes,
    uint32_t sums[IC_CELLS_GROUP])
{
    __m512i   plane, row0, row1, row2, row3;
    __m512i   s00, s01, s02, s03, s10, s11, s12, s13;
    __m512i   s20, s21, s22, s23, s30, s31, s32, s33;
    unsigned  piece;

    CELLS_ZERO(0);
    CELLS_ZERO(1);
    CELLS_ZERO(2);
    CELLS_ZERO(3);

    for (piece = 0; piece < IC_CELLS_TILE / IC_CELLS_PIECE; piece++) {
        row0 = _mm512_loadu_si512(cells);
        row1 = _mm512_loadu_si512(cells + IC_CELLS_PIECE);
        row2 = _mm512_loadu_si512(cells + 2 * IC_CELLS_PIECE);
        row3 = _mm512_loadu_si512(cells + 3 * IC_CELLS_PIECE);

        CELLS_PLANE(0);
        CELLS_PLANE(1);
        CELLS_PLANE(2);
        CELLS_PLANE(3);

        cells += IC_CELLS_GROUP * IC_CELLS_PIECE;
        planes += 4 * IC_CELLS_PIECE;
    }

    CELLS_SUM(0);
    CELLS_SUM(1);
    CELLS_SUM(2);
    CELLS_SUM(3);
}


/* _mm512_reduce_add_epi32() adds ints, which must not wrap. */
static inline uint32_t
cells_sum(__m512i b0, __m512i b1, __m512i b2, __m512i b3)
{
    uint32_t  words[16], sum;
    unsigned  i;

    b0 = _mm512_add_epi32(b0, _mm512_slli_epi32(b1, 8));
    b2 = _mm512_add_epi32(b2, _mm512_slli_epi32(b3, 8));
    b0 = _mm512_add_epi32(b0, _mm512_slli_epi32(b2, 16));

    _mm512_storeu_si512(words, b0);
    sum = 0;

    for (i = 0; i < 16; i++) {
        sum += words[i];
    }

    return sum;
}

#else

void
ic_cells_group_vnni(const int8_t *cells, const uint8_t *planes,
    uint32_t sums[IC_CELLS_GROUP])
{
    ic_cells_group_portable(cells, planes, sums);
}

#endif
