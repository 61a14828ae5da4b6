
/*
 * The results as a table: column, statistic, group, with, value. A value
 * that is suppressed or not defined is NULL.
 */


#include <math.h>
#include <stdio.h>

#include "../../protocol/ic_tables.h"
#include "secure_stats.h"


enum { COLUMN = 0, STATISTIC, GROUP, WITH, VALUE, CELLS };


/* Where a row of the table goes, and what it is of. */
typedef struct {
    ic_output_t  output;
    const char  *column;
    const char  *group;          /* NULL: all rows */
    const char  *with;           /* the other column; NULL: none */
    bool         shown;
    int          failed;
} sheet_t;


static int put_all(secure_stats_t *stats, sheet_t *sheet);
static void put_column(secure_stats_t *stats, sheet_t *sheet, unsigned n);
static void put_moments(sheet_t *sheet, const ic_moments_t *m, int64_t rows,
    bool shown);
static void put_rank(secure_stats_t *stats, sheet_t *sheet,
    const secure_stats_rank_t *rank);
static void put_groups(secure_stats_t *stats, sheet_t *sheet);
static void put_correlation(secure_stats_t *stats, sheet_t *sheet);
static void put(sheet_t *sheet, const char *statistic, double value);


static const ic_column_t  columns[] = {
    [COLUMN] = { "column", IC_CELL_STRING },
    [STATISTIC] = { "statistic", IC_CELL_STRING },
    [GROUP] = { "group", IC_CELL_STRING },
    [WITH] = { "with", IC_CELL_STRING },
    [VALUE] = { "value", IC_CELL_DOUBLE }
};


int
secure_stats_table(secure_stats_t *stats)
{
    int      rc;
    sheet_t  sheet;

    memset(&sheet, 0, sizeof(sheet));
    rc = ic_output_open(&sheet.output, stats->task, "dataset", columns,
                        CELLS);

    if (rc == 0) {
        rc = put_all(stats, &sheet);
    }

    if (rc == 0) {
        rc = ic_output_end(&sheet.output);
    }

    ic_output_close(&sheet.output);

    return rc;
}


static int
put_all(secure_stats_t *stats, sheet_t *sheet)
{
    unsigned  i;

    for (i = 0; i < stats->params.ncolumns; i++) {
        put_column(stats, sheet, i);
    }

    if (stats->ngroups > 0) {
        put_groups(stats, sheet);
    }

    if (stats->r != NULL) {
        put_correlation(stats, sheet);
    }

    return sheet->failed;
}


static void
put_column(secure_stats_t *stats, sheet_t *sheet, unsigned n)
{
    unsigned  i;

    sheet->column = stats->params.columns[n];
    sheet->group = NULL;
    sheet->with = NULL;

    put_moments(sheet, &stats->total[n], stats->all_rows,
                stats->total_shown[n]);

    for (i = 0; i < stats->nranks; i++) {
        put_rank(stats, sheet, stats->ranks + (size_t) n * stats->nranks
                               + i);
    }
}


static void
put_moments(sheet_t *sheet, const ic_moments_t *m, int64_t rows, bool shown)
{
    double  n;

    n = (double) m->count;
    sheet->shown = shown;

    put(sheet, "count", n);
    put(sheet, "nulls", (double) (rows - m->count));
    put(sheet, "sum", m->sum);
    put(sheet, "mean", m->mean);
    put(sheet, "variance", m->squares / n);
    put(sheet, "sample_variance", m->squares / (n - 1));
    put(sheet, "deviation", sqrt(m->squares / n));
    put(sheet, "sample_deviation", sqrt(m->squares / (n - 1)));
}


static void
put_rank(secure_stats_t *stats, sheet_t *sheet,
    const secure_stats_rank_t *rank)
{
    char    name[64];
    double  value, lower, upper;

    secure_stats_found(stats, rank, &value, &lower, &upper);
    sheet->shown = rank->shown;

    if (rank->q == SECURE_STATS_MIN) {
        put(sheet, rank->rank.bits < 64 ? "min_at_least" : "min", lower);
        return;
    }

    if (rank->q == SECURE_STATS_MAX) {
        put(sheet, rank->rank.bits < 64 ? "max_at_most" : "max", upper);
        return;
    }

    (void) snprintf(name, sizeof(name), "quantile_%.15g", rank->q);
    put(sheet, name, value);
    (void) snprintf(name, sizeof(name), "quantile_%.15g_lower", rank->q);
    put(sheet, name, lower);
    (void) snprintf(name, sizeof(name), "quantile_%.15g_upper", rank->q);
    put(sheet, name, upper);
}


static void
put_groups(secure_stats_t *stats, sheet_t *sheet)
{
    size_t    cell;
    unsigned  group, i;

    sheet->with = NULL;

    for (group = 0; group < stats->ngroups; group++) {
        sheet->column = stats->params.group_by;
        sheet->group = group < stats->params.nvalues
                       ? stats->params.values[group] : "";
        sheet->shown = stats->group_shown[group];
        put(sheet, "rows", (double) stats->group_rows[group]);

        for (i = 0; i < stats->params.ncolumns; i++) {
            cell = (size_t) group * stats->params.ncolumns + i;
            sheet->column = stats->params.columns[i];
            put_moments(sheet, &stats->cells[cell],
                        stats->group_rows[group], stats->cells_shown[cell]);
        }
    }
}


static void
put_correlation(secure_stats_t *stats, sheet_t *sheet)
{
    unsigned  i, j, n;

    n = stats->params.ncolumns;
    sheet->group = NULL;
    sheet->shown = true;

    for (i = 0; i < n; i++) {
        for (j = 0; j < n; j++) {
            sheet->column = stats->params.columns[i];
            sheet->with = stats->params.columns[j];
            put(sheet, "correlation", stats->r[i * n + j]);
        }
    }
}


static void
put(sheet_t *sheet, const char *statistic, double value)
{
    ic_cell_t  cells[CELLS];

    memset(cells, 0, sizeof(cells));

    cells[COLUMN].text = ic_str(sheet->column);
    cells[STATISTIC].text = ic_str(statistic);

    if (sheet->group != NULL) {
        cells[GROUP].text = ic_str(sheet->group);

    } else {
        cells[GROUP].null = 1;
    }

    if (sheet->with != NULL) {
        cells[WITH].text = ic_str(sheet->with);

    } else {
        cells[WITH].null = 1;
    }

    if (sheet->shown && isfinite(value)) {
        cells[VALUE].number = value;

    } else {
        cells[VALUE].null = 1;
    }

    if (sheet->failed == 0) {
        sheet->failed = ic_output_put(&sheet->output, cells);
    }
}
