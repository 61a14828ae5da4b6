
/* One step of a plan. */


#include <stdlib.h>

#include "../../math/ic_share.h"
#include "expression.h"


typedef struct {
    uint64_t  *a;
    uint64_t  *b;
    uint64_t  *r;
    size_t     n;                /* values of all nodes of the step */
    size_t     in;               /* words of an operand of one node */
    size_t     out;
} batch_t;


static int step_input(ic_shares_t *shares, work_t *work, const node_t *node,
    uint64_t *r);
static void step_sum(work_t *work, const node_t *node, const uint64_t *a);
static int step_call(ic_shares_t *shares, const step_t *step,
    const batch_t *batch);
static void step_gather(work_t *work, const step_t *step,
    const batch_t *batch);


int
work_local(ic_shares_t *shares, work_t *work, unsigned i)
{
    size_t         n;
    uint64_t      *r, *a, *b;
    const node_t  *node;

    node = &work->plan->nodes[i];

    if (!ic_shares_live(shares)) {
        return 0;
    }

    n = node->bits ? work->n / 64 : work->n;
    r = work->vectors[i];
    a = work->vectors[node->a];
    b = work->vectors[node->b];

    switch (node->kind) {

    case NODE_INPUT:
        return step_input(shares, work, node, r);

    case NODE_TOTAL:
        memset(r, 0, n * sizeof(uint64_t));
        r[0] = work->totals[node->number];
        break;

    case NODE_CONSTANT:
        ic_shares_constant(shares, r, node->word, n);
        break;

    case NODE_ADD:
        ic_share_add(r, a, b, n);
        break;

    case NODE_SUBTRACT:
        ic_share_subtract(r, a, b, n);
        break;

    case NODE_SCALE:
        ic_share_scale(r, a, node->word, n);
        break;

    case NODE_XOR:
        ic_share_xor(r, a, b, n);
        break;

    case NODE_NOT:
        ic_shares_not(shares, r, a, n);
        break;

    default:                     /* NODE_SUM */
        step_sum(work, node, a);
    }

    return 0;
}


/* Values are in range: data_read() has seen to that. */

static int
step_input(ic_shares_t *shares, work_t *work, const node_t *node,
    uint64_t *r)
{
    size_t         i;
    const double  *column;

    column = work->columns[node->number];
    memset(r, 0, work->n * sizeof(uint64_t));

    for (i = 0; column != NULL && i < work->rows; i++) {
        (void) ic_share_encode(column[work->first + (int64_t) i],
                               work->program->fraction, &r[i]);
    }

    return ic_shares_input(shares,
                           work->program->inputs[node->number].owner, r,
                           work->n);
}


static void
step_sum(work_t *work, const node_t *node, const uint64_t *a)
{
    size_t  i;

    for (i = 0; i < work->rows; i++) {
        work->totals[node->number] += a[i];
    }
}


int
work_step(ic_shares_t *shares, work_t *work, const step_t *step)
{
    int            rc;
    unsigned       k;
    batch_t        batch;
    const node_t  *node;

    memset(&batch, 0, sizeof(batch_t));
    node = &work->plan->nodes[work->plan->order[step->first]];
    batch.n = step->count * work->n;
    batch.in = step->kind == NODE_AND || step->kind == NODE_NUMBER
               ? work->n / 64 : work->n;
    batch.out = node->bits ? work->n / 64 : work->n;

    if (!ic_shares_live(shares)) {
        return step_call(shares, step, &batch);
    }

    batch.a = malloc(step->count * (2 * batch.in + batch.out)
                     * sizeof(uint64_t));

    if (batch.a == NULL) {
        return ic_task_fail(work->program->task, "internal", NULL, 0,
                            "memory is short");
    }

    batch.b = batch.a + step->count * batch.in;
    batch.r = batch.b + step->count * batch.in;
    step_gather(work, step, &batch);
    rc = step_call(shares, step, &batch);

    for (k = 0; rc == 0 && k < step->count; k++) {
        memcpy(work->vectors[work->plan->order[step->first + k]],
               batch.r + k * batch.out, batch.out * sizeof(uint64_t));
    }

    explicit_bzero(batch.a, step->count * (2 * batch.in + batch.out)
                            * sizeof(uint64_t));
    free(batch.a);

    return rc;
}


static void
step_gather(work_t *work, const step_t *step, const batch_t *batch)
{
    unsigned       k;
    const node_t  *node;

    for (k = 0; k < step->count; k++) {
        node = &work->plan->nodes[work->plan->order[step->first + k]];
        memcpy(batch->a + k * batch->in, work->vectors[node->a],
               batch->in * sizeof(uint64_t));

        if (step->kind == NODE_MULTIPLY || step->kind == NODE_AND) {
            memcpy(batch->b + k * batch->in, work->vectors[node->b],
                   batch->in * sizeof(uint64_t));
        }
    }
}


static int
step_call(ic_shares_t *shares, const step_t *step, const batch_t *batch)
{
    switch (step->kind) {

    case NODE_MULTIPLY:
        return ic_shares_multiply(shares, batch->r, batch->a, batch->b,
                                  batch->n);

    case NODE_SHIFT:
        return ic_shares_shift(shares, batch->r, batch->a, batch->n,
                               step->bits);

    case NODE_NUMBER:
        return ic_shares_number(shares, batch->r, batch->a, batch->n);

    case NODE_AND:
        return ic_shares_and(shares, batch->r, batch->a, batch->b,
                             batch->n / 64);

    case NODE_ZERO:
        return ic_shares_zero(shares, batch->r, batch->a, batch->n,
                              step->bits);

    default:
        return ic_shares_negative(shares, batch->r, batch->a, batch->n,
                                  step->bits);
    }
}
