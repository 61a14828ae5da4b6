
/* Learning with errors: queries, hints, what an answer says. */


#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "ic_lwe.h"


#define LWE_ROWS     64                      /* of A at a time: 256 KiB */
#define LWE_COLUMNS  16                      /* of A at a time, for hints */
#define LWE_SHIFT    24                      /* plaintext modulo 2^8 */


static int lwe_matrix(const u_char *seed, size_t first, size_t count,
    uint32_t *a);
static int lwe_words(const uint32_t *a, size_t first, size_t n,
    uint64_t column, const uint32_t *secret, uint32_t *query);
static int lwe_transposed(const u_char *seed, size_t columns, unsigned first,
    uint32_t *a, uint32_t *out);
static uint32_t lwe_product(const uint32_t *one, const uint32_t *two);


/*
 * 2^63 P(|e| <= k) for k = 0, 1, ...; sigma = 6.4. Behind the last one there
 * is less than 2^-63.
 */
static const uint64_t  lwe_cumulative[] = {
    0x07fa95a03250f92c, 0x17be30539febe8c4, 0x26f0ad9d6ed2ef4f,
    0x353ccff6628a4f78, 0x425d2e4078712c9e, 0x4e1fecc7357ed7b0,
    0x58685c9a11dca355, 0x612e838742ad3abb, 0x687cd7259248791f,
    0x6e6ca9b545fbce62, 0x7321e15c77ccb268, 0x76c690bc595a5e1b,
    0x7986efd4a4ec9094, 0x7b8e0de3546cfd86, 0x7d0369c6477df558,
    0x7e0976a467d9e792, 0x7ebcf407bed31ef0, 0x7f34edb88312c300,
    0x7f83305a74fb91b3, 0x7fb501cf0c923ff3, 0x7fd3f47a156bde77,
    0x7fe6b778e322e20c, 0x7ff1d0fcc299fcac, 0x7ff8398520ed2eea,
    0x7ffbd5d415e7d919, 0x7ffdd20ab1f9d99c, 0x7ffee2bbd417e933,
    0x7fff7185e2d47855, 0x7fffba7cfd7fc99b, 0x7fffdedfcaaee4fc,
    0x7ffff094d18139be, 0x7ffff8fd99b04027, 0x7ffffce35227ff8f,
    0x7ffffea6918ba8b0, 0x7fffff6dbc5f3c37, 0x7fffffc385addd02,
    0x7fffffe794d29314, 0x7ffffff65f6d428f, 0x7ffffffc4b39a64d,
    0x7ffffffe9b5f78b5, 0x7fffffff7d1de1f4, 0x7fffffffd119e425,
    0x7fffffffef97b653, 0x7ffffffffa655a2c, 0x7ffffffffe219941,
    0x7fffffffff644173, 0x7fffffffffce803b, 0x7ffffffffff0a44d,
    0x7ffffffffffb591a, 0x7ffffffffffe9fdd, 0x7fffffffffff9a5b,
    0x7fffffffffffe35c, 0x7ffffffffffff81f, 0x7ffffffffffffde2,
    0x7fffffffffffff72, 0x7fffffffffffffdc, 0x7ffffffffffffff7,
    0x7ffffffffffffffe, 0x7fffffffffffffff
};


int32_t
ic_lwe_error(uint64_t uniform)
{
    size_t    i;
    int32_t   sign, value;
    uint64_t  point;

    sign = (int32_t) (uniform >> 63);
    point = uniform & (UINT64_MAX >> 1);
    value = 0;

    for (i = 0; i < sizeof(lwe_cumulative) / sizeof(lwe_cumulative[0]); i++) {
        value += 1 - (int32_t) ((point - lwe_cumulative[i]) >> 63);
    }

    return (value ^ -sign) + sign;
}


int
ic_lwe_secrets(uint32_t *secrets, size_t count)
{
    for ( /* void */ ; count > 0; count--) {
        if (RAND_priv_bytes((u_char *) secrets, IC_LWE_SIZE * 4) != 1) {
            return -1;
        }

        secrets += IC_LWE_SIZE;
    }

    return 0;
}


int
ic_lwe_queries(const u_char seed[IC_STREAM_KEY], size_t columns,
    size_t first, size_t words, const uint64_t *wanted,
    const uint32_t *secrets, uint32_t *queries, size_t count)
{
    int        rc;
    size_t     k, n;
    uint32_t  *a;

    if (columns > IC_LWE_MAX_COLUMNS || first > columns
        || words > columns - first)
    {
        return -1;
    }

    for (k = 0; k < count; k++) {
        if (wanted[k] >= columns) {
            return -1;
        }
    }

    a = malloc(LWE_ROWS * IC_LWE_SIZE * sizeof(uint32_t));
    rc = a == NULL ? -1 : 0;

    for ( /* void */ ; rc == 0 && words > 0; first += n, words -= n) {
        n = words < LWE_ROWS ? words : LWE_ROWS;
        rc = lwe_matrix(seed, first, n, a);

        for (k = 0; rc == 0 && k < count; k++) {
            rc = lwe_words(a, first, n, wanted[k], secrets + k * IC_LWE_SIZE,
                           queries + k * columns + first);
        }
    }

    free(a);

    return rc;
}


/* n words of one query, under n rows of A. */
static int
lwe_words(const uint32_t *a, size_t first, size_t n, uint64_t column,
    const uint32_t *secret, uint32_t *query)
{
    size_t    i;
    uint32_t  wanted;
    uint64_t  noise[LWE_ROWS];

    if (RAND_priv_bytes((u_char *) noise, (int) (n * 8)) != 1) {
        return -1;
    }

    for (i = 0; i < n; i++) {
        wanted = (uint32_t) ((first + i) ^ column);
        wanted = ((wanted | (0 - wanted)) >> 31) ^ 1;

        query[i] = lwe_product(a + i * IC_LWE_SIZE, secret)
                   + (uint32_t) ic_lwe_error(noise[i])
                   + (wanted << LWE_SHIFT);
    }

    OPENSSL_cleanse(noise, sizeof(noise));

    return 0;
}


int8_t
ic_lwe_recover(const uint32_t hint[IC_LWE_SIZE],
    const uint32_t secret[IC_LWE_SIZE], uint32_t answer)
{
    uint32_t  value;

    value = answer - lwe_product(hint, secret);

    return (int8_t) ((value + (1u << (LWE_SHIFT - 1))) >> LWE_SHIFT);
}


int
ic_lwe_hint(const ic_cells_t *cells, const u_char seed[IC_STREAM_KEY],
    uint32_t *hint)
{
    int              rc;
    size_t           i;
    uint32_t        *a, *columns, *products, *answers[LWE_COLUMNS];
    unsigned         first, k;
    const uint32_t  *vectors[LWE_COLUMNS];

    if (cells->columns > IC_LWE_MAX_COLUMNS) {
        return -1;
    }

    a = malloc(LWE_ROWS * IC_LWE_SIZE * sizeof(uint32_t));
    columns = calloc(LWE_COLUMNS * cells->columns + 1, sizeof(uint32_t));
    products = calloc(LWE_COLUMNS * cells->rows + 1, sizeof(uint32_t));
    rc = a == NULL || columns == NULL || products == NULL ? -1 : 0;

    for (k = 0; rc == 0 && k < LWE_COLUMNS; k++) {
        vectors[k] = columns + k * cells->columns;
        answers[k] = products + k * cells->rows;
    }

    for (first = 0; rc == 0 && first < IC_LWE_SIZE; first += LWE_COLUMNS) {
        rc = lwe_transposed(seed, cells->columns, first, a, columns);

        if (rc == 0) {
            rc = ic_cells_multiply(cells, vectors, answers, LWE_COLUMNS);
        }

        for (i = 0; rc == 0 && i < cells->rows; i++) {
            for (k = 0; k < LWE_COLUMNS; k++) {
                hint[i * IC_LWE_SIZE + first + k] = answers[k][i];
            }
        }
    }

    free(a);
    free(columns);
    free(products);

    return rc;
}


/* LWE_COLUMNS columns of A, one after another. */
static int
lwe_transposed(const u_char *seed, size_t columns, unsigned first,
    uint32_t *a, uint32_t *out)
{
    size_t    row, i, n;
    unsigned  k;

    for (row = 0; row < columns; row += n) {
        n = columns - row < LWE_ROWS ? columns - row : LWE_ROWS;

        if (lwe_matrix(seed, row, n, a) != 0) {
            return -1;
        }

        for (i = 0; i < n; i++) {
            for (k = 0; k < LWE_COLUMNS; k++) {
                out[k * columns + row + i] = a[i * IC_LWE_SIZE + first + k];
            }
        }
    }

    return 0;
}


/* count rows of A: the stream of the seed, two words of it in one. */
static int
lwe_matrix(const u_char *seed, size_t first, size_t count, uint32_t *a)
{
    memset(a, 0, count * IC_LWE_SIZE * sizeof(uint32_t));

    return ic_stream_add(seed, (uint64_t) first * (IC_LWE_SIZE / 2), 1,
                         (uint64_t *) (void *) a, count * (IC_LWE_SIZE / 2));
}


static uint32_t
lwe_product(const uint32_t *one, const uint32_t *two)
{
    uint32_t  sum;
    unsigned  i;

    sum = 0;

    for (i = 0; i < IC_LWE_SIZE; i++) {
        sum += one[i] * two[i];
    }

    return sum;
}
