
/* A plan run once, for the rows of a piece or for what is said of all. */


#include <stdlib.h>

#include "../../math/ic_share.h"
#include "expression.h"


static int work_run_all(ic_shares_t *shares, void *data);
static int work_rooms(work_t *work);
static int work_steps(ic_shares_t *shares, work_t *work);
static int work_reveal(ic_shares_t *shares, work_t *work);
static void work_free(work_t *work);


int
work_run(ic_shares_t *shares, work_t *work)
{
    int  rc;

    work->vectors = NULL;

    if (ic_shares_self(shares) >= 0 && work_rooms(work) != 0) {
        work_free(work);
        return ic_task_fail(work->program->task, "internal", NULL, 0,
                            "memory is short");
    }

    rc = ic_shares_batch(shares, work_run_all, work);
    work_free(work);

    return rc;
}


static int
work_rooms(work_t *work)
{
    unsigned  i;

    work->vectors = calloc(work->plan->count + 1, sizeof(uint64_t *));

    for (i = 0; work->vectors != NULL && i < work->plan->count; i++) {
        work->vectors[i] = malloc(work->plan->nodes[i].bits ? work->n / 8
                                                            : work->n * 8);

        if (work->vectors[i] == NULL) {
            return -1;
        }
    }

    return work->vectors != NULL ? 0 : -1;
}


static void
work_free(work_t *work)
{
    size_t    len;
    unsigned  i;

    for (i = 0; work->vectors != NULL && i < work->plan->count; i++) {
        if (work->vectors[i] != NULL) {
            len = work->plan->nodes[i].bits ? work->n / 8 : work->n * 8;
            explicit_bzero(work->vectors[i], len);
            free(work->vectors[i]);
        }
    }

    free(work->vectors);
    work->vectors = NULL;
}


static int
work_run_all(ic_shares_t *shares, void *data)
{
    return work_steps(shares, data) != 0 ? -1 : work_reveal(shares, data);
}


static int
work_steps(ic_shares_t *shares, work_t *work)
{
    int            rc;
    unsigned       i;
    const step_t  *step;

    for (rc = 0, i = 0; rc == 0 && i < work->plan->nsteps; i++) {
        step = &work->plan->steps[i];

        rc = step->kind >= NODE_MULTIPLY ? work_step(shares, work, step)
             : work_local(shares, work, work->plan->order[step->first]);
    }

    return rc;
}


/* The outputs of this plan. */

static int
work_reveal(ic_shares_t *shares, work_t *work)
{
    int              rc;
    bool             bits;
    unsigned         i;
    uint64_t        *words;
    const output_t  *output;

    for (rc = 0, i = 0; rc == 0 && i < work->program->noutputs; i++) {
        output = &work->program->outputs[i];

        if (value_plan(work->program, output->value) != work->plan) {
            continue;
        }

        bits = work->plan->nodes[output->value.node].bits;
        words = NULL;

        if (ic_shares_live(shares)) {
            words = work->results[i];
            memcpy(words, work->vectors[output->value.node],
                   bits ? work->n / 8 : work->n * 8);
        }

        rc = ic_shares_reveal(shares, output->to, words, work->n, bits);
    }

    return rc;
}
