
/* Products of byte tables in every back end; private retrieval by them. */


#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "../../src/math/ic_cpu.h"
#include "../../src/math/ic_lwe.h"
#include "tap.h"


static void test_cells(const char *name, size_t rows, size_t columns);
static void test_extremes(void);
static void test_error(void);
static void test_retrieval(size_t rows, size_t columns);
static int query_one(const u_char *seed, size_t columns, size_t column,
    uint32_t *secret, uint32_t *query);
static void test_range(void);
static void test_shape_of_error(void);
static uint64_t next(void);


static uint64_t  state;


int
main(void)
{
    size_t       i;
    const char  *seed;

    static const size_t  sizes[][2] = {
        { 1, 1 }, { 3, 63 }, { 4, 64 }, { 5, 2047 }, { 8, 2048 },
        { 17, 2049 }, { 130, 5000 }
    };

    seed = getenv("IC_SEED");
    state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t) time(NULL);
    printf("# IC_SEED=%llu\n", (unsigned long long) state);

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        if (ic_cpu_has(IC_CPU_VNNI)) {
            test_cells("vnni", sizes[i][0], sizes[i][1]);
        }

        ic_cpu_hide(IC_CPU_VNNI);
        test_cells("portable", sizes[i][0], sizes[i][1]);
        ic_cpu_hide(0);
    }

    test_extremes();
    test_error();
    test_shape_of_error();
    test_retrieval(40, 3000);
    test_retrieval(9, 70000);
    test_range();

    return done();
}


static void
test_cells(const char *name, size_t rows, size_t columns)
{
    size_t           i, j, k;
    int8_t          *plain;
    uint32_t        *answers[19], sum, wrong;
    ic_cells_t      *cells;
    const uint32_t  *vectors[19];

    plain = malloc(rows * columns);
    cells = ic_cells_create(rows, columns);

    for (i = 0; i < rows * columns; i++) {
        plain[i] = (int8_t) next();
        ic_cells_set(cells, i / columns, i % columns, plain[i]);
    }

    for (k = 0; k < 19; k++) {
        vectors[k] = malloc(columns * 4);
        answers[k] = malloc(rows * 4);

        for (j = 0; j < columns; j++) {
            ((uint32_t *) vectors[k])[j] = (uint32_t) next();
        }
    }

    is_int(ic_cells_multiply(cells, vectors, answers, 19), 0, "%s %zux%zu",
           name, rows, columns);
    wrong = 0;

    for (k = 0; k < 19; k++) {
        for (i = 0; i < rows; i++) {
            for (sum = 0, j = 0; j < columns; j++) {
                sum += (uint32_t) plain[i * columns + j] * vectors[k][j];
                wrong += k == 0 && ic_cells_get(cells, i, j)
                                   != plain[i * columns + j];
            }

            wrong += sum != answers[k][i];
        }

        free((void *) vectors[k]);
        free(answers[k]);
    }

    is_int(wrong, 0, "... its 19 products are exact");

    ic_cells_destroy(cells);
    free(plain);
}


/* -128 times 2^32 - 1 over and over: every accumulator wraps. */
static void
test_extremes(void)
{
    size_t           j;
    uint32_t        *vector, answer[1], *answers[1];
    ic_cells_t      *cells;
    const uint32_t  *vectors[1];

    vector = malloc(100000 * 4);
    cells = ic_cells_create(1, 100000);

    for (j = 0; j < 100000; j++) {
        vector[j] = UINT32_MAX;
        ic_cells_set(cells, 0, j, -128);
    }

    vectors[0] = vector;
    answers[0] = answer;
    (void) ic_cells_multiply(cells, vectors, answers, 1);
    is_int(answer[0], 128 * 100000, "the largest values");

    ic_cells_destroy(cells);
    free(vector);

    ok(ic_cells_create(SIZE_MAX / 2, SIZE_MAX / 2) == NULL,
       "a table beyond all memory is refused");
    cells = ic_cells_create(0, 10);
    ok(cells != NULL && ic_cells_multiply(cells, vectors, answers, 0) == 0,
       "a table without rows is one");
    ic_cells_destroy(cells);
}


static void
test_error(void)
{
    is_int(ic_lwe_error(0), 0, "no error in the middle");
    is_int(ic_lwe_error(0x07fa95a03250f92bu), 0, "up to the first bound");
    is_int(ic_lwe_error(0x07fa95a03250f92cu), 1, "behind it 1");
    is_int(ic_lwe_error(0x87fa95a03250f92cu), -1, "with the sign -1");
    is_int(ic_lwe_error(UINT64_MAX), -59, "and at most 59");
}


/* Mean and deviation of 200,000 of them: sigma 6.4, five deviations off. */
static void
test_shape_of_error(void)
{
    int32_t   e;
    double    sum, squares, sigma;
    unsigned  i, n;

    n = 200000;
    sum = squares = 0;

    for (i = 0; i < n; i++) {
        e = ic_lwe_error(next());
        sum += e;
        squares += (double) e * e;
    }

    sigma = sqrt(squares / n);
    ok(fabs(sum / n) < 5 * 6.4 / sqrt(n), "their mean is 0: %.4f", sum / n);
    ok(fabs(sigma - 6.4) < 5 * 6.4 / sqrt(2.0 * n),
       "their deviation is 6.4: %.4f", sigma);
}


static void
test_retrieval(size_t rows, size_t columns)
{
    size_t           i, column;
    u_char           seed[IC_STREAM_KEY];
    uint32_t         secret[IC_LWE_SIZE], *hint, *query, *answer, *again;
    unsigned         wrong, round;
    ic_cells_t      *cells;
    const uint32_t  *vectors[1];

    cells = ic_cells_create(rows, columns);
    hint = malloc(rows * IC_LWE_SIZE * 4);
    query = malloc(columns * 4);
    again = malloc(columns * 4);
    answer = malloc(rows * 4);

    for (i = 0; i < rows * columns; i++) {
        ic_cells_set(cells, i / columns, i % columns, (int8_t) next());
    }

    for (i = 0; i < sizeof(seed); i++) {
        seed[i] = (u_char) next();
    }

    is_int(ic_lwe_hint(cells, seed, hint), 0, "hint of %zux%zu", rows,
           columns);
    wrong = 0;

    for (round = 0; round < 4; round++) {
        column = round == 0 ? 0 : round == 1 ? columns - 1
                                             : next() % columns;
        wrong += query_one(seed, columns, column, secret, query) != 0;
        vectors[0] = query;
        wrong += ic_cells_multiply(cells, vectors, &answer, 1) != 0;

        for (i = 0; i < rows; i++) {
            wrong += ic_lwe_recover(hint + i * IC_LWE_SIZE, secret,
                                    answer[i])
                     != ic_cells_get(cells, i, column);
        }
    }

    is_int(wrong, 0, "every cell of four columns is right");

    (void) query_one(seed, columns, column, secret, again);
    wrong = 0;

    for (i = 0; i < columns; i++) {
        wrong += query[i] == again[i];
    }

    ok(wrong < 3, "the same question looks new: %u words alike", wrong);

    ic_cells_destroy(cells);
    free(hint);
    free(query);
    free(again);
    free(answer);
}


static void
test_range(void)
{
    u_char    seed[IC_STREAM_KEY];
    uint32_t  secret[IC_LWE_SIZE], query[4];

    memset(seed, 1, sizeof(seed));
    is_int(query_one(seed, 4, 4, secret, query), -1, "no such column");
    is_int(query_one(seed, IC_LWE_MAX_COLUMNS + 1, 0, secret, query), -1,
           "more columns than errors allow");
}


static int
query_one(const u_char *seed, size_t columns, size_t column, uint32_t *secret,
    uint32_t *query)
{
    uint64_t  wanted;

    wanted = column;

    return ic_lwe_secrets(secret, 1) == 0
           && ic_lwe_queries(seed, columns, 0, columns, &wanted, secret,
                             query, 1) == 0
           ? 0 : -1;
}


/* splitmix64 */
static uint64_t
next(void)
{
    uint64_t  z;

    z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;

    return z ^ z >> 31;
}
