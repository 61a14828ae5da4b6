
/*
 * The median and the quartiles of each column over all parties' rows, exact:
 * order statistics by secure counts (protocol/ic_ranks.h). A quantile between
 * two ranks is interpolated between their values.
 */


#include <math.h>
#include <stdlib.h>

#include "../../protocol/ic_ranks.h"
#include "homo_lr.h"


#define QUANTILES  3
#define RANKS      (2 * QUANTILES)       /* of a column */


typedef struct {
    homo_lr_t         *lr;
    unsigned           features;
    ic_rank_column_t  *columns;  /* features */
    ic_rank_t         *ranks;    /* features * RANKS */
    double             part[QUANTILES]; /* of the way from one to the next */
} quantile_t;


static int quantile_sort(quantile_t *q);
static void quantile_ask(quantile_t *q);
static int quantile_use(quantile_t *q);


int
homo_lr_quantiles(homo_lr_t *lr)
{
    int         rc;
    unsigned    column;
    quantile_t  q = { .lr = lr, .features = lr->params.features };

    q.columns = calloc(q.features + 1, sizeof(ic_rank_column_t));
    q.ranks = calloc((size_t) q.features * RANKS + 1, sizeof(ic_rank_t));

    rc = q.columns != NULL && q.ranks != NULL && quantile_sort(&q) == 0
         ? 0 : homo_lr_no_memory(lr);

    if (rc == 0) {
        quantile_ask(&q);
        rc = ic_ranks(lr->task, lr->sums, q.columns, q.ranks,
                      q.features * RANKS);
    }

    if (rc == 0) {
        rc = quantile_use(&q);
    }

    for (column = 0; q.columns != NULL && column < q.features; column++) {
        free(q.columns[column].keys);
    }

    free(q.columns);
    free(q.ranks);

    return rc;
}


static int
quantile_sort(quantile_t *q)
{
    int        rc;
    double    *values;
    int64_t    i, rows;
    unsigned   column;

    rc = 0;
    rows = q->lr->set.rows;
    values = calloc((size_t) rows + 1, sizeof(double));

    if (values == NULL) {
        return -1;
    }

    for (column = 0; rc == 0 && column < q->features; column++) {

        for (i = 0; i < rows; i++) {
            values[i] = q->lr->data.x[(size_t) homo_lr_number(q->lr, i)
                                      * q->features + column];
        }

        rc = ic_rank_column(values, rows, &q->columns[column]);
    }

    free(values);

    return rc;
}


/* The more columns, the fewer bits with a sum: some 1,200 counts in each. */

static void
quantile_ask(quantile_t *q)
{
    double      at;
    unsigned    i, column, ways;
    ic_rank_t  *rank;

    static const double  which[QUANTILES] = { 0.25, 0.5, 0.75 };

    ways = q->features <= 13 ? 4 : q->features <= 66 ? 2 : 1;

    for (i = 0; i < QUANTILES; i++) {
        at = which[i] * (double) (q->lr->set.all - 1);
        q->part[i] = at - floor(at);

        for (column = 0; column < q->features; column++) {
            rank = &q->ranks[column * RANKS + 2 * i];
            rank[0].rank = (int64_t) floor(at) + 1;
            rank[1].rank = (int64_t) ceil(at) + 1;
            rank[0].column = rank[1].column = column;
            rank[0].count = rank[1].count = q->lr->set.all;
            rank[0].bits = rank[1].bits = 64;
            rank[0].ways = rank[1].ways = ways;
        }
    }
}


static int
quantile_use(quantile_t *q)
{
    double            at[QUANTILES], low, high;
    unsigned          column, i;
    homo_lr_model_t  *model;
    const ic_rank_t  *rank;

    model = &q->lr->model;
    model->shift = calloc(q->features, sizeof(double));
    model->scale = calloc(q->features, sizeof(double));

    if (model->shift == NULL || model->scale == NULL) {
        return homo_lr_no_memory(q->lr);
    }

    for (column = 0; column < q->features; column++) {
        for (i = 0; i < QUANTILES; i++) {
            rank = &q->ranks[column * RANKS + 2 * i];
            low = ic_rank_value(rank[0].high);
            high = ic_rank_value(rank[1].high);
            at[i] = low + q->part[i] * (high - low);
        }

        if (!isfinite(at[0]) || !isfinite(at[1]) || !isfinite(at[2])) {
            return ic_task_fail(q->lr->task, "peer_protocol",
                                q->lr->params.attributes[column], 0,
                                "the parties do not count alike");
        }

        model->shift[column] = at[1];
        model->scale[column] = at[2] > at[0] ? at[2] - at[0] : 1;
    }

    return 0;
}
