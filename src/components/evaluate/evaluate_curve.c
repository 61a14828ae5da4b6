
/*
 * The curves as one table: a row is a threshold that occurs, with what is
 * positive at it or above. So many of them that between two there is no more
 * than a share of the rows, or one score; and the one of the KS.
 */


#include <math.h>

#include "evaluate.h"


static const ic_column_t  curve_columns[] = {
    { "threshold", IC_CELL_DOUBLE },
    { "rows", IC_CELL_INT64 },
    { "depth", IC_CELL_DOUBLE },
    { "true_positives", IC_CELL_INT64 },
    { "false_positives", IC_CELL_INT64 },
    { "true_negatives", IC_CELL_INT64 },
    { "false_negatives", IC_CELL_INT64 },
    { "tpr", IC_CELL_DOUBLE },
    { "fpr", IC_CELL_DOUBLE },
    { "precision", IC_CELL_DOUBLE },
    { "lift", IC_CELL_DOUBLE },
    { "ks", IC_CELL_DOUBLE }
};

#define CURVE_COLUMNS  (sizeof(curve_columns) / sizeof(curve_columns[0]))


static int curve_points(evaluate_t *evaluate, ic_output_t *output);
static int curve_point(evaluate_t *evaluate, ic_output_t *output,
    const ic_step_t *step);
static void curve_counts(ic_cell_t *cells, const ic_confusion_t *c);
static void curve_share(ic_cell_t *cell, double value);


int
evaluate_curve(evaluate_t *evaluate)
{
    int          rc;
    ic_output_t  output;

    rc = ic_output_open(&output, evaluate->task, "dataset", curve_columns,
                        CURVE_COLUMNS);

    if (rc == 0) {
        rc = curve_points(evaluate, &output);
    }

    if (rc == 0) {
        rc = ic_output_end(&output);
    }

    ic_output_close(&output);

    return rc;
}


static int
curve_points(evaluate_t *evaluate, ic_output_t *output)
{
    size_t               i, ks;
    int64_t              buckets, next, rows;
    const ic_ranking_t  *ranking;

    ranking = &evaluate->ranking;
    buckets = ic_setting_int(&evaluate->settings, "buckets");
    (void) ic_ranking_ks(ranking, &ks);

    /* nothing is positive above all scores */

    if (curve_point(evaluate, output, NULL) != 0) {
        return -1;
    }

    for (next = 1, i = 0; i < ranking->count; i++) {
        rows = ranking->steps[i].positives + ranking->steps[i].negatives;

        if (rows * buckets < next * evaluate->rows && i != ks) {
            continue;
        }

        if (curve_point(evaluate, output, &ranking->steps[i]) != 0) {
            return -1;
        }

        next = rows * buckets / evaluate->rows + 1;
    }

    return 0;
}


static int
curve_point(evaluate_t *evaluate, ic_output_t *output, const ic_step_t *step)
{
    double               rows, base;
    ic_cell_t            cells[CURVE_COLUMNS];
    ic_confusion_t       c;
    const ic_ranking_t  *ranking;

    static const ic_step_t  above = { 0, 0, 0 };

    memset(cells, 0, sizeof(cells));
    ranking = &evaluate->ranking;
    curve_share(&cells[0], step != NULL ? step->score * evaluate->sign
                                        : NAN);
    step = step != NULL ? step : &above;
    c.true_positives = step->positives;
    c.false_positives = step->negatives;
    c.true_negatives = ranking->negatives - c.false_positives;
    c.false_negatives = ranking->positives - c.true_positives;
    rows = (double) (c.true_positives + c.false_positives);
    base = (double) ranking->positives / (double) evaluate->rows;

    cells[1].integer = (int64_t) rows;
    curve_share(&cells[2], rows / (double) evaluate->rows);
    curve_counts(&cells[3], &c);
    curve_share(&cells[7], ic_confusion_recall(&c));
    curve_share(&cells[8], (double) c.false_positives
                           / (double) ranking->negatives);
    curve_share(&cells[9], ic_confusion_precision(&c));
    curve_share(&cells[10], ic_confusion_precision(&c) / base);
    curve_share(&cells[11], ic_ranking_distance(ranking, step));

    return ic_output_put(output, cells);
}


static void
curve_counts(ic_cell_t *cells, const ic_confusion_t *c)
{
    cells[0].integer = c->true_positives;
    cells[1].integer = c->false_positives;
    cells[2].integer = c->true_negatives;
    cells[3].integer = c->false_negatives;
}


/* A share of nothing is an empty cell. */

static void
curve_share(ic_cell_t *cell, double value)
{
    cell->null = !isfinite(value);
    cell->number = isfinite(value) ? value : 0;
}
