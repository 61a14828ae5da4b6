
/* A party's run, by its role. */


#include <stdlib.h>

#include "../../lib/ic_codec.h"
#include "secure_stats.h"


static int run_data_party(secure_stats_t *stats);
static int compute(secure_stats_t *stats);
static int put_results(secure_stats_t *stats);
static void release(secure_stats_t *stats);


int
secure_stats(ic_task_t *task)
{
    int              rc;
    secure_stats_t  *stats;

    stats = ic_zalloc(ic_task_arena(task), sizeof(secure_stats_t));

    if (stats == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "memory is short");
    }

    stats->task = task;

    if (secure_stats_read_params(stats) != 0) {
        return -1;
    }

    if (strcmp(ic_task_self(task)->role, "arbiter") == 0) {
        ic_task_without(task, "dataset");
        return ic_aggregate_serve(task, &stats->params.conf,
                                  stats->params.common);
    }

    rc = run_data_party(stats);
    release(stats);

    return rc;
}


static int
run_data_party(secure_stats_t *stats)
{
    ic_task_progress(stats->task, 0, "reading data");

    if (secure_stats_load(stats) != 0) {
        return -1;
    }

    ic_task_fact(stats->task, "rows", stats->rows);
    ic_task_progress(stats->task, 5, "exchanging keys");

    stats->sums = ic_aggregate_open(stats->task, &stats->params.conf,
                                    stats->params.common, stats->rows);

    if (stats->sums == NULL) {
        return -1;
    }

    stats->all_rows = ic_aggregate_all_rows(stats->sums);

    return compute(stats) == 0 ? put_results(stats) : -1;
}


static int
compute(secure_stats_t *stats)
{
    unsigned  i;

    static const struct {
        double        percent;
        const char   *stage;
        int         (*part)(secure_stats_t *stats);
    } parts[] = {
        { 10, "counting and summing", secure_stats_moments },
        { 30, "searching quantiles and extremes", secure_stats_ranks },
        { 60, "correlating", secure_stats_correlation }
    };

    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        ic_task_progress(stats->task, parts[i].percent, parts[i].stage);

        if (parts[i].part(stats) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
put_results(secure_stats_t *stats)
{
    u_char    digest[32];
    ic_str_t  report;

    report = secure_stats_report(stats);

    if (report.data == NULL) {
        return secure_stats_no_memory(stats);
    }

    ic_sha256(digest, report.data, report.len);

    if (ic_aggregate_confirm(stats->sums, digest) != 0
        || secure_stats_table(stats) != 0)
    {
        return -1;
    }

    ic_task_output(stats->task, "report", report);
    ic_task_progress(stats->task, 100, "finished");

    return 0;
}


int
secure_stats_no_memory(secure_stats_t *stats)
{
    return ic_task_fail(stats->task, "internal", NULL, 0,
                        "memory is short");
}


static void
release(secure_stats_t *stats)
{
    unsigned  i;

    ic_aggregate_close(stats->sums);

    for (i = 0; stats->x != NULL && i < stats->params.ncolumns; i++) {
        free(stats->x[i]);
    }

    free(stats->x);
    free(stats->groups);
    free(stats->r);
}
