
/* Counts, means and squared deviations over all rows. */


#include <math.h>
#include <stdlib.h>

#include "../math/ic_exact.h"
#include "ic_counts.h"
#include "ic_moments.h"


typedef enum {
    MOMENTS_SUM = 0,
    MOMENTS_SQUARES
} moments_pass_e;

typedef struct {
    const ic_moments_rows_t  *rows;
    const bool               *wanted;
    ic_moments_t             *moments;
    ic_exact_t               *sums;      /* by group, of one column */
    uint64_t                 *words;     /* of all that are wanted */
    size_t                    cells;     /* wanted */
} moments_sum_t;


static bool moments_wanted(const moments_sum_t *s, size_t cell);
static int moments_pass(ic_aggregate_t *a, moments_sum_t *s,
    moments_pass_e pass);
static void moments_column(moments_sum_t *s, unsigned column,
    moments_pass_e pass);
static void moments_collect(moments_sum_t *s, moments_pass_e pass);
static void moments_take(moments_sum_t *s, moments_pass_e pass);


int
ic_moments_count(ic_task_t *task, ic_aggregate_t *a,
    const ic_moments_rows_t *rows, ic_moments_t *moments)
{
    int        rc;
    size_t     cells, i;
    int64_t    row, *counts;
    unsigned   column, group;

    cells = (size_t) rows->ngroups * rows->ncolumns;
    counts = calloc(cells + 1, sizeof(int64_t));

    if (counts == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "memory is short");
    }

    for (column = 0; column < rows->ncolumns; column++) {
        for (row = 0; row < rows->rows; row++) {
            group = rows->groups != NULL ? rows->groups[row] : 0;
            counts[(size_t) group * rows->ncolumns + column]
                += !isnan(rows->columns[column][row]);
        }
    }

    rc = ic_counts_sum(task, a, counts, cells);

    for (i = 0; rc == 0 && i < cells; i++) {
        moments[i].count = counts[i];
    }

    free(counts);

    return rc;
}


int
ic_moments_sum(ic_task_t *task, ic_aggregate_t *a,
    const ic_moments_rows_t *rows, const bool *wanted,
    ic_moments_t *moments)
{
    int            rc;
    size_t         i;
    moments_sum_t  s;

    memset(&s, 0, sizeof(s));
    s.rows = rows;
    s.wanted = wanted;
    s.moments = moments;

    for (i = 0; i < (size_t) rows->ngroups * rows->ncolumns; i++) {
        s.cells += moments_wanted(&s, i);
    }

    if (s.cells == 0) {
        return 0;
    }

    s.words = calloc(s.cells * IC_EXACT_WORDS, sizeof(uint64_t));
    s.sums = calloc((size_t) rows->ngroups * rows->ncolumns,
                    sizeof(ic_exact_t));

    if (s.words == NULL || s.sums == NULL) {
        rc = ic_task_fail(task, "internal", NULL, 0, "memory is short");

    } else {
        rc = moments_pass(a, &s, MOMENTS_SUM);

        if (rc == 0) {
            rc = moments_pass(a, &s, MOMENTS_SQUARES);
        }
    }

    free(s.words);
    free(s.sums);

    return rc;
}


static bool
moments_wanted(const moments_sum_t *s, size_t cell)
{
    return s->wanted[cell] && s->moments[cell].count > 0;
}


static int
moments_pass(ic_aggregate_t *a, moments_sum_t *s, moments_pass_e pass)
{
    size_t    cells;
    unsigned  column;

    cells = (size_t) s->rows->ngroups * s->rows->ncolumns;
    memset(s->sums, 0, cells * sizeof(ic_exact_t));

    for (column = 0; column < s->rows->ncolumns; column++) {
        moments_column(s, column, pass);
    }

    moments_collect(s, pass);

    if (ic_counts_words(a, s->words, s->cells * IC_EXACT_WORDS) != 0) {
        return -1;
    }

    moments_take(s, pass);

    return 0;
}


static void
moments_column(moments_sum_t *s, unsigned column, moments_pass_e pass)
{
    size_t                    cell;
    double                    v;
    int64_t                   row;
    const double             *values;
    const ic_moments_rows_t  *rows;

    rows = s->rows;
    values = rows->columns[column];

    for (row = 0; row < rows->rows; row++) {
        v = values[row];
        cell = rows->groups != NULL
               ? (size_t) rows->groups[row] * rows->ncolumns + column
               : column;

        if (isnan(v) || !moments_wanted(s, cell)) {
            continue;
        }

        if (pass == MOMENTS_SQUARES) {
            v -= s->moments[cell].mean;
            v *= v;
        }

        ic_exact_add(&s->sums[cell], v);
    }
}


static void
moments_collect(moments_sum_t *s, moments_pass_e pass)
{
    size_t     cell;
    uint64_t  *words;

    words = s->words;

    for (cell = 0; cell < (size_t) s->rows->ngroups * s->rows->ncolumns;
         cell++)
    {
        if (moments_wanted(s, cell)) {
            ic_exact_words(&s->sums[cell], words);
            words += IC_EXACT_WORDS;
        }
    }
}


static void
moments_take(moments_sum_t *s, moments_pass_e pass)
{
    size_t           cell;
    ic_moments_t    *m;
    const uint64_t  *words;

    words = s->words;

    for (cell = 0; cell < (size_t) s->rows->ngroups * s->rows->ncolumns;
         cell++)
    {
        if (!moments_wanted(s, cell)) {
            continue;
        }

        m = &s->moments[cell];

        if (pass == MOMENTS_SUM) {
            m->sum = ic_exact_value(words);
            m->mean = ic_exact_mean(words, m->count);

        } else {
            m->squares = ic_exact_value(words);
        }

        words += IC_EXACT_WORDS;
    }
}
