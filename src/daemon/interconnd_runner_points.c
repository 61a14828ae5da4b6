
/*
 * Points of a component's curves, kept until the next note: each by itself
 * would cost the store a write that it syncs, dozens a second of a training
 * whose iterations are short.
 */


#include <stdlib.h>

#include "interconnd_runner.h"


void
interconnd_points_add(interconnd_child_t *child, ic_str_t point)
{
    char                 *text;
    interconnd_points_t  *points;

    points = &child->points;

    if (points->count == INTERCONND_RUNNER_POINTS) {
        interconnd_points_flush(child);
    }

    text = point.data == NULL ? NULL
           : strndup((char *) point.data, point.len);

    if (text == NULL) {
        interconnd_log("error", "task %s: a metric is lost: memory is short",
                       child->task_id);
        return;
    }

    points->of[points->count++] = text;
    child->dirty = 1;
}


void
interconnd_points_flush(interconnd_child_t *child)
{
    unsigned              n;
    ic_str_t              argv[INTERCONND_RUNNER_POINTS + 2];
    ic_reply_t            reply;
    interconnd_points_t  *points;
    interconnd_runner_t  *runner;

    points = &child->points;
    runner = child->runner;

    if (points->count == 0) {
        return;
    }

    argv[0] = ic_str(child->task_id);
    argv[1] = ic_str(child->epoch);

    for (n = 0; n < points->count; n++) {
        argv[n + 2] = ic_str(points->of[n]);
    }

    if (ic_store_call(runner->store, runner->pool, &reply, "task_metric",
                      n + 2, argv)
        != 0)
    {
        interconnd_log("error", "task %s: %u metrics are lost: %s",
                       child->task_id, points->count,
                       ic_store_error(runner->store));
    }

    interconnd_points_drop(child);
}


void
interconnd_points_drop(interconnd_child_t *child)
{
    unsigned  n;

    for (n = 0; n < child->points.count; n++) {
        free(child->points.of[n]);
    }

    child->points.count = 0;
}
