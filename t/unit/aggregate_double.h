
/*
 * Secure sums (src/protocol/ic_aggregate.h) without the security, for tests
 * of what is summed: the parties of task_local.h meet at a table. All that
 * was opened is kept, to be looked at.
 */


#ifndef _AGGREGATE_DOUBLE_H_INCLUDED_
#define _AGGREGATE_DOUBLE_H_INCLUDED_


#include <math.h>
#include <time.h>

#include "../../src/math/ic_fixed.h"
#include "../../src/protocol/ic_aggregate.h"
#include "task_local.h"


typedef struct {
    uint64_t  *words;
    unsigned   count;
} opened_t;

struct ic_aggregate_s {
    ic_task_t  *task;
    unsigned    own;
    unsigned    count;
    uint64_t    done;            /* sums that we took part in */
    int64_t     rows[LOCAL_MAX];
};

static struct {
    pthread_mutex_t  lock;
    pthread_cond_t   changed;
    unsigned         arrived;
    uint64_t         done;
    opened_t         sums[2];    /* that of now and that before */
    opened_t        *opened;
    unsigned         nopened;
} table = { .lock = PTHREAD_MUTEX_INITIALIZER,
            .changed = PTHREAD_COND_INITIALIZER };


/* Before every run. */

static inline void
aggregate_reset(void)
{
    unsigned  i;

    for (i = 0; i < table.nopened; i++) {
        free(table.opened[i].words);
    }

    free(table.opened);
    table.opened = NULL;
    table.nopened = 0;
    table.arrived = 0;
    table.done = 0;

    for (i = 0; i < 2; i++) {
        free(table.sums[i].words);
        table.sums[i].words = NULL;
    }
}


static inline void
aggregate_keep(const opened_t *sum)
{
    opened_t  *kept;

    table.opened = realloc(table.opened,
                           (table.nopened + 1) * sizeof(opened_t));
    kept = &table.opened[table.nopened++];
    kept->count = sum->count;
    kept->words = malloc(sum->count * sizeof(uint64_t) + 1);
    memcpy(kept->words, sum->words, sum->count * sizeof(uint64_t));
}


static inline int
aggregate_meet(ic_aggregate_t *a, uint64_t *words, unsigned count)
{
    int               rc;
    opened_t         *sum;
    unsigned          i;
    struct timespec   soon;

    pthread_mutex_lock(&table.lock);
    sum = &table.sums[a->done++ % 2];

    if (table.arrived++ == 0) {
        free(sum->words);
        sum->words = calloc(count + 1, sizeof(uint64_t));
        sum->count = count;
    }

    if (count != sum->count) {
        fprintf(stderr, "sums of %u and of %u words\n", count, sum->count);
        abort();
    }

    for (i = 0; i < count; i++) {
        sum->words[i] += words[i];
    }

    if (table.arrived == a->count) {
        table.arrived = 0;
        table.done++;
        aggregate_keep(sum);
        pthread_cond_broadcast(&table.changed);
    }

    while (table.done < a->done && !a->task->net->aborted) {
        clock_gettime(CLOCK_REALTIME, &soon);
        soon.tv_nsec += 20000000;
        soon.tv_sec += soon.tv_nsec / 1000000000;
        soon.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&table.changed, &table.lock, &soon);
    }

    rc = table.done >= a->done ? 0 : -1;

    if (rc == 0) {
        memcpy(words, sum->words, count * sizeof(uint64_t));
    }

    pthread_mutex_unlock(&table.lock);

    return rc == 0 ? 0 : ic_task_fail(a->task, "peer_silent", NULL, 0,
                                      "another party is gone");
}


ic_aggregate_t *
ic_aggregate_open(ic_task_t *task, const ic_aggregate_conf_t *conf,
    ic_str_t common, int64_t rows)
{
    uint64_t         words[LOCAL_MAX];
    unsigned         i;
    ic_aggregate_t  *a;

    a = calloc(1, sizeof(ic_aggregate_t));
    a->task = task;

    for (i = 0; i < task->net->count; i++) {
        if (strcmp(task->net->names[i].role, "arbiter") != 0) {
            a->own = i == task->index ? a->count : a->own;
            a->count++;
        }
    }

    memset(words, 0, sizeof(words));
    words[a->own] = (uint64_t) rows;

    if (aggregate_meet(a, words, a->count) != 0) {
        free(a);
        return NULL;
    }

    for (i = 0; i < a->count; i++) {
        a->rows[i] = (int64_t) words[i];
    }

    return a;
}


void
ic_aggregate_close(ic_aggregate_t *a)
{
    free(a);
}


unsigned
ic_aggregate_count(const ic_aggregate_t *a)
{
    return a->count;
}


unsigned
ic_aggregate_own(const ic_aggregate_t *a)
{
    return a->own;
}


int64_t
ic_aggregate_rows(const ic_aggregate_t *a, unsigned i)
{
    return a->rows[i];
}


int64_t
ic_aggregate_all_rows(const ic_aggregate_t *a)
{
    int64_t   all;
    unsigned  i;

    for (all = 0, i = 0; i < a->count; i++) {
        all += a->rows[i];
    }

    return all;
}


/* Nobody leaves the table. */

const ic_aggregate_gone_t *
ic_aggregate_gone(const ic_aggregate_t *a, unsigned *count)
{
    *count = 0;

    return NULL;
}


unsigned
ic_aggregate_least(const ic_aggregate_t *a)
{
    return a->count;
}


void
ic_aggregate_settle(ic_aggregate_t *a)
{
}


bool
ic_aggregate_unsummed(const ic_aggregate_t *a)
{
    return false;
}


int
ic_aggregate_sum_words(ic_aggregate_t *a, uint64_t *words, unsigned count,
    unsigned next)
{
    return aggregate_meet(a, words, count);
}


int
ic_aggregate_sum(ic_aggregate_t *a, double *values, unsigned count,
    unsigned next)
{
    int        rc;
    unsigned   i;
    uint64_t  *words;

    words = calloc(count + 1, sizeof(uint64_t));

    for (i = 0; i < count; i++) {
        if (ic_fixed_encode(values[i], a->count, &words[i]) != 0) {
            free(words);
            return ic_task_fail(a->task, "data_out_of_range", NULL, 0,
                                "value %u is out of range", i);
        }
    }

    rc = aggregate_meet(a, words, count);

    for (i = 0; rc == 0 && i < count; i++) {
        rc = ic_fixed_decode(words[i], &values[i]);
    }

    free(words);

    return rc;
}


/* The sum of equal digests is known to each. */

int
ic_aggregate_confirm(ic_aggregate_t *a, const u_char digest[32])
{
    uint64_t  sums[4], own[4];
    unsigned  i;

    memcpy(own, digest, sizeof(own));
    memcpy(sums, digest, sizeof(sums));

    if (aggregate_meet(a, sums, 4) != 0) {
        return -1;
    }

    for (i = 0; i < 4; i++) {
        if (sums[i] != own[i] * a->count) {
            return ic_task_fail(a->task, "peer_protocol", NULL, 0,
                                "other results");
        }
    }

    return 0;
}


int
ic_aggregate_serve(ic_task_t *task, const ic_aggregate_conf_t *conf,
    ic_str_t common)
{
    return 0;
}


#endif /* _AGGREGATE_DOUBLE_H_INCLUDED_ */
