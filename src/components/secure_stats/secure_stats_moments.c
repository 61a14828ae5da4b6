
/*
 * Counts, then sums of what is shown. A group with few rows is never summed;
 * nor is a sum of others opened that would give its by subtraction from the
 * total.
 */


#include <stdlib.h>

#include "secure_stats.h"


static int totals(secure_stats_t *stats);
static int count_groups(secure_stats_t *stats);
static int groups(secure_stats_t *stats);
static void hide_groups(secure_stats_t *stats);
static int64_t count_at(const int64_t *counts, size_t stride, unsigned i);
static int64_t least_shown(const int64_t *counts, size_t stride, unsigned n,
    const bool *shown);
static void secure_stats_hide(const int64_t *counts, size_t stride, unsigned n,
    int64_t least, bool *shown);


int
secure_stats_moments(secure_stats_t *stats)
{
    if (totals(stats) != 0) {
        return -1;
    }

    if (stats->params.group_by == NULL) {
        return 0;
    }

    return count_groups(stats) == 0 ? groups(stats) : -1;
}


static int
totals(secure_stats_t *stats)
{
    unsigned           i, n;
    ic_arena_t        *arena;
    ic_moments_rows_t  rows;

    n = stats->params.ncolumns;
    arena = ic_task_arena(stats->task);
    stats->total = ic_zalloc(arena, n * sizeof(ic_moments_t));
    stats->total_shown = ic_zalloc(arena, n * sizeof(bool));

    if (stats->total == NULL || stats->total_shown == NULL) {
        return secure_stats_no_memory(stats);
    }

    memset(&rows, 0, sizeof(rows));
    rows.columns = (const double *const *) stats->x;
    rows.ncolumns = n;
    rows.rows = stats->rows;
    rows.ngroups = 1;

    if (ic_moments_count(stats->task, stats->sums, &rows, stats->total) != 0)
    {
        return -1;
    }

    for (i = 0; i < n; i++) {
        stats->total_shown[i] = stats->total[i].count >= stats->params.least;
    }

    return ic_moments_sum(stats->task, stats->sums, &rows,
                          stats->total_shown, stats->total);
}


/* How many rows each group has, whatever is NULL in them. */

static int
count_groups(secure_stats_t *stats)
{
    int64_t      row;
    unsigned     i;
    ic_arena_t  *arena;

    arena = ic_task_arena(stats->task);
    stats->ngroups = stats->params.nvalues + 1;
    stats->group_rows = ic_zalloc(arena, stats->ngroups * sizeof(int64_t));
    stats->group_shown = ic_zalloc(arena, stats->ngroups * sizeof(bool));

    if (stats->group_rows == NULL || stats->group_shown == NULL) {
        return secure_stats_no_memory(stats);
    }

    for (row = 0; row < stats->rows; row++) {
        stats->group_rows[stats->groups[row]]++;
    }

    if (ic_counts_sum(stats->task, stats->sums, stats->group_rows,
                      stats->ngroups)
        != 0)
    {
        return -1;
    }

    for (i = 0; i < stats->ngroups; i++) {
        stats->group_shown[i] = true;
    }

    secure_stats_hide(stats->group_rows, sizeof(int64_t), stats->ngroups,
                      stats->params.least, stats->group_shown);

    return 0;
}


static int
groups(secure_stats_t *stats)
{
    size_t             cells;
    ic_arena_t        *arena;
    ic_moments_rows_t  rows;

    arena = ic_task_arena(stats->task);
    cells = (size_t) stats->ngroups * stats->params.ncolumns;
    stats->cells = ic_zalloc(arena, cells * sizeof(ic_moments_t));
    stats->cells_shown = ic_zalloc(arena, cells * sizeof(bool));

    if (stats->cells == NULL || stats->cells_shown == NULL) {
        return secure_stats_no_memory(stats);
    }

    rows.columns = (const double *const *) stats->x;
    rows.ncolumns = stats->params.ncolumns;
    rows.rows = stats->rows;
    rows.groups = stats->groups;
    rows.ngroups = stats->ngroups;

    if (ic_moments_count(stats->task, stats->sums, &rows, stats->cells) != 0)
    {
        return -1;
    }

    hide_groups(stats);

    return ic_moments_sum(stats->task, stats->sums, &rows,
                          stats->cells_shown, stats->cells);
}


/* Column by column, since NULLs may leave few values of many rows. */

static void
hide_groups(secure_stats_t *stats)
{
    bool      shown[SECURE_STATS_GROUPS];
    unsigned  column, group, n;

    n = stats->params.ncolumns;

    for (column = 0; column < n; column++) {

        for (group = 0; group < stats->ngroups; group++) {
            shown[group] = stats->group_shown[group]
                           && stats->total_shown[column];
        }

        secure_stats_hide(&stats->cells[column].count,
                          n * sizeof(ic_moments_t), stats->ngroups,
                          stats->params.least, shown);

        for (group = 0; group < stats->ngroups; group++) {
            stats->cells_shown[(size_t) group * n + column] = shown[group];
        }
    }
}


/*
 * Which of n counts are shown: those of at least `least` that are shown
 * already; and, if the others together have some rows but fewer than that,
 * the smallest are hidden too until they have.
 */

static void
secure_stats_hide(const int64_t *counts, size_t stride, unsigned n,
    int64_t least, bool *shown)
{
    int64_t   hidden, next;
    unsigned  i;

    for (hidden = 0, i = 0; i < n; i++) {
        shown[i] = shown[i] && count_at(counts, stride, i) >= least;
        hidden += shown[i] ? 0 : count_at(counts, stride, i);
    }

    while (hidden > 0 && hidden < least) {
        next = least_shown(counts, stride, n, shown);

        if (next == -1) {
            break;
        }

        shown[next] = false;
        hidden += count_at(counts, stride, (unsigned) next);
    }
}


/* The place of the smallest that is shown, the first of equal ones; or -1. */

static int64_t
least_shown(const int64_t *counts, size_t stride, unsigned n,
    const bool *shown)
{
    int64_t   found;
    unsigned  i;

    for (found = -1, i = 0; i < n; i++) {
        if (shown[i]
            && (found == -1 || count_at(counts, stride, i)
                               < count_at(counts, stride, (unsigned) found)))
        {
            found = i;
        }
    }

    return found;
}


static int64_t
count_at(const int64_t *counts, size_t stride, unsigned i)
{
    return *(const int64_t *) ((const char *) counts + i * stride);
}
