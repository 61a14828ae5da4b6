
/* The results as JSON. Suppressed numbers are not there at all. */


#include <math.h>

#include "secure_stats.h"


static void put_columns(secure_stats_t *stats, ic_json_out_t *out);
static void put_moments(const secure_stats_t *stats, ic_json_out_t *out,
    const ic_moments_t *m, int64_t rows, bool shown);
static void put_ranks(const secure_stats_t *stats, ic_json_out_t *out,
    unsigned column);
static void put_quantile(const secure_stats_t *stats, ic_json_out_t *out,
    const secure_stats_rank_t *rank);
static void put_extreme(const secure_stats_t *stats, ic_json_out_t *out,
    const secure_stats_rank_t *rank);
static void put_groups(secure_stats_t *stats, ic_json_out_t *out);
static void put_group(secure_stats_t *stats, ic_json_out_t *out,
    unsigned group);
static void put_correlation(secure_stats_t *stats, ic_json_out_t *out);


ic_str_t
secure_stats_report(secure_stats_t *stats)
{
    ic_json_out_t  out;

    ic_out_init(&out, ic_task_arena(stats->task));
    ic_out_object(&out, NULL);
    ic_out_z(&out, "algorithm", "secure_stats");
    ic_out_raw(&out, "parameters", stats->params.common);
    ic_out_int(&out, "parties", ic_aggregate_count(stats->sums));
    ic_out_int(&out, "rows", stats->all_rows);
    put_columns(stats, &out);

    if (stats->ngroups > 0) {
        put_groups(stats, &out);
    }

    if (stats->params.correlation) {
        put_correlation(stats, &out);
    }

    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static void
put_columns(secure_stats_t *stats, ic_json_out_t *out)
{
    unsigned  i;

    ic_out_array(out, "columns");

    for (i = 0; i < stats->params.ncolumns; i++) {
        ic_out_object(out, NULL);
        ic_out_z(out, "name", stats->params.columns[i]);
        put_moments(stats, out, &stats->total[i], stats->all_rows,
                    stats->total_shown[i]);
        put_ranks(stats, out, i);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
}


static void
put_moments(const secure_stats_t *stats, ic_json_out_t *out,
    const ic_moments_t *m, int64_t rows, bool shown)
{
    double  n;

    if (!shown) {
        ic_out_bool(out, "suppressed", true);
        return;
    }

    n = (double) m->count;

    ic_out_int(out, "count", m->count);
    ic_out_int(out, "nulls", rows - m->count);
    ic_out_num(out, "sum", m->sum);
    ic_out_num(out, "mean", m->mean);
    ic_out_num(out, "variance", m->squares / n);
    ic_out_num(out, "sample_variance", m->squares / (n - 1));
    ic_out_num(out, "deviation", sqrt(m->squares / n));
    ic_out_num(out, "sample_deviation", sqrt(m->squares / (n - 1)));
}


static void
put_ranks(const secure_stats_t *stats, ic_json_out_t *out, unsigned column)
{
    unsigned                    i;
    const secure_stats_rank_t  *ranks;

    ranks = stats->ranks + (size_t) column * stats->nranks;

    for (i = stats->params.nquantiles; i < stats->nranks; i++) {
        if (ranks[i].shown) {
            put_extreme(stats, out, &ranks[i]);
        }
    }

    if (!stats->total_shown[column]) {
        return;
    }

    ic_out_array(out, "quantiles");

    for (i = 0; i < stats->params.nquantiles; i++) {
        put_quantile(stats, out, &ranks[i]);
    }

    ic_out_array_end(out);
}


static void
put_quantile(const secure_stats_t *stats, ic_json_out_t *out,
    const secure_stats_rank_t *rank)
{
    double  value, lower, upper;

    ic_out_object(out, NULL);
    ic_out_num(out, "q", rank->q);

    if (rank->shown) {
        secure_stats_found(stats, rank, &value, &lower, &upper);
        ic_out_num(out, "value", value);
        ic_out_num(out, "lower", lower);
        ic_out_num(out, "upper", upper);

    } else {
        ic_out_bool(out, "suppressed", true);
    }

    ic_out_object_end(out);
}


static void
put_extreme(const secure_stats_t *stats, ic_json_out_t *out,
    const secure_stats_rank_t *rank)
{
    bool    least;
    double  value, lower, upper;

    least = rank->q == SECURE_STATS_MIN;
    secure_stats_found(stats, rank, &value, &lower, &upper);

    if (!isnan(value)) {
        ic_out_num(out, least ? "min" : "max", value);

    } else if (least) {
        ic_out_num(out, "min_at_least", lower);

    } else {
        ic_out_num(out, "max_at_most", upper);
    }
}


static void
put_groups(secure_stats_t *stats, ic_json_out_t *out)
{
    unsigned  group;

    ic_out_object(out, "groups");
    ic_out_z(out, "by", stats->params.group_by);
    ic_out_array(out, "values");

    for (group = 0; group < stats->ngroups; group++) {
        put_group(stats, out, group);
    }

    ic_out_array_end(out);
    ic_out_object_end(out);
}


/* The last group, of all other rows, has null for its value. */

static void
put_group(secure_stats_t *stats, ic_json_out_t *out, unsigned group)
{
    size_t    cell;
    unsigned  i;

    ic_out_object(out, NULL);

    if (group < stats->params.nvalues) {
        ic_out_z(out, "value", stats->params.values[group]);

    } else {
        ic_out_null(out, "value");
    }

    if (!stats->group_shown[group]) {
        ic_out_bool(out, "suppressed", true);
        ic_out_object_end(out);
        return;
    }

    ic_out_int(out, "rows", stats->group_rows[group]);
    ic_out_array(out, "columns");

    for (i = 0; i < stats->params.ncolumns; i++) {
        cell = (size_t) group * stats->params.ncolumns + i;
        ic_out_object(out, NULL);
        ic_out_z(out, "name", stats->params.columns[i]);
        put_moments(stats, out, &stats->cells[cell],
                    stats->group_rows[group], stats->cells_shown[cell]);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
    ic_out_object_end(out);
}


static void
put_correlation(secure_stats_t *stats, ic_json_out_t *out)
{
    unsigned  i, j, n;

    n = stats->params.ncolumns;
    ic_out_object(out, "correlation");

    if (stats->incomplete != NULL) {
        ic_out_bool(out, "suppressed", true);
        ic_out_z(out, "column", stats->incomplete);
        ic_out_z(out, "reason", "too few rows without NULL, or too few "
                 "others: leave this column out or fill its NULLs");
        ic_out_object_end(out);
        return;
    }

    ic_out_int(out, "rows", stats->complete);
    ic_out_array(out, "matrix");

    for (i = 0; i < n; i++) {
        ic_out_array(out, NULL);

        for (j = 0; j < n; j++) {
            ic_out_num(out, NULL, stats->r[i * n + j]);
        }

        ic_out_array_end(out);
    }

    ic_out_array_end(out);
    ic_out_object_end(out);
}
