
/* Plans: nodes, each once, and what is done when. */


#include <stdlib.h>

#include "expression.h"


static bool plan_same(const node_t *one, const node_t *two);
static int plan_grow(program_t *program, plan_t *plan);
static void plan_unneeded(const program_t *program, const plan_t *plan,
    u_char *done);
static bool plan_root(const program_t *program, const plan_t *plan,
    unsigned i);
static void plan_local(plan_t *plan, u_char *done);
static bool plan_round(plan_t *plan, u_char *done);
static unsigned plan_take(plan_t *plan, u_char *done, step_t *step,
    const node_t *like);
static bool plan_ready(const plan_t *plan, const u_char *done, unsigned i);
static unsigned plan_uses(const node_t *node);


unsigned
plan_node(program_t *program, plan_t *plan, node_t node)
{
    unsigned  i;

    if (program->tokens.failed) {
        return 0;
    }

    /* what is the same is mostly near */

    for (i = plan->count; i-- > 0; /* void */ ) {
        if (plan_same(&plan->nodes[i], &node)) {
            return i;
        }
    }

    if (plan->count == plan->size && plan_grow(program, plan) != 0) {
        return 0;
    }

    plan->nodes[plan->count] = node;

    return plan->count++;
}


static bool
plan_same(const node_t *one, const node_t *two)
{
    return one->kind == two->kind && one->bits == two->bits
           && one->a == two->a && one->b == two->b
           && one->number == two->number && one->word == two->word;
}


static int
plan_grow(program_t *program, plan_t *plan)
{
    node_t  *nodes;

    if (plan->count == EXPRESSION_MAX_NODES) {
        program_fail(program, program->tokens.at, "more than %d steps",
                     EXPRESSION_MAX_NODES);
        return -1;
    }

    nodes = ic_alloc(program->arena,
                     (2 * plan->size + 64) * sizeof(node_t));

    if (nodes == NULL) {
        program_fail(program, program->tokens.at, "memory is short");
        return -1;
    }

    if (plan->count > 0) {
        memcpy(nodes, plan->nodes, plan->count * sizeof(node_t));
    }

    plan->nodes = nodes;
    plan->size = 2 * plan->size + 64;

    return 0;
}


/*
 * All local nodes that can be done; then of what takes messages all nodes of
 * one kind at once, comparisons last, so that they meet.
 */

int
plan_schedule(program_t *program, plan_t *plan)
{
    u_char  *done;

    plan->nsteps = 0;
    plan->order = ic_alloc(program->arena,
                           (plan->count + 1) * sizeof(unsigned));
    plan->steps = ic_alloc(program->arena,
                           (plan->count + 1) * sizeof(step_t));
    done = ic_zalloc(program->arena, plan->count + 1);

    if (plan->order == NULL || plan->steps == NULL || done == NULL) {
        return ic_task_fail(program->task, "internal", NULL, 0,
                            "memory is short");
    }

    plan_unneeded(program, plan, done);

    do {
        plan_local(plan, done);
    } while (plan_round(plan, done));

    return 0;
}


/* What no output uses counts as done. */

static void
plan_unneeded(const program_t *program, const plan_t *plan, u_char *done)
{
    unsigned       i, uses;
    const node_t  *node;

    memset(done, 1, plan->count);

    for (i = plan->count; i-- > 0; /* void */ ) {
        node = &plan->nodes[i];

        if (done[i] && !plan_root(program, plan, i)) {
            continue;
        }

        uses = plan_uses(node);
        done[i] = 0;

        if (uses > 0) {
            done[node->a] = 0;
        }

        if (uses > 1) {
            done[node->b] = 0;
        }
    }
}


static bool
plan_root(const program_t *program, const plan_t *plan, unsigned i)
{
    unsigned       k;
    const plan_t  *totals;

    for (k = 0; k < program->noutputs; k++) {
        if (&program->plans[program->outputs[k].value.total] == plan
            && program->outputs[k].value.node == i)
        {
            return true;
        }
    }

    /* a sum is for its total, which the second plan has done */

    totals = &program->plans[1];

    for (k = 0; plan->nodes[i].kind == NODE_SUM && k < totals->nsteps; k++) {
        if (totals->steps[k].kind == NODE_TOTAL
            && totals->nodes[totals->order[totals->steps[k].first]].number
               == plan->nodes[i].number)
        {
            return true;
        }
    }

    return false;
}


/* In their order: what a node uses has a lower number. */

static void
plan_local(plan_t *plan, u_char *done)
{
    step_t    *step;
    unsigned   i;

    for (i = 0; i < plan->count; i++) {

        if (done[i] || plan->nodes[i].kind >= NODE_MULTIPLY
            || !plan_ready(plan, done, i))
        {
            continue;
        }

        step = &plan->steps[plan->nsteps];
        step->kind = plan->nodes[i].kind;
        step->bits = 0;
        step->first = plan->nsteps > 0
                      ? step[-1].first + step[-1].count : 0;
        step->count = 1;
        plan->order[step->first] = i;
        plan->nsteps++;
        done[i] = 1;
    }
}


static bool
plan_round(plan_t *plan, u_char *done)
{
    step_t       *step;
    unsigned      i;
    node_kind_e   kind;

    for (kind = NODE_MULTIPLY; kind < NODE_KINDS; kind++) {
        for (i = 0; i < plan->count; i++) {

            if (done[i] || plan->nodes[i].kind != kind
                || !plan_ready(plan, done, i))
            {
                continue;
            }

            step = &plan->steps[plan->nsteps];
            step->kind = kind;
            step->bits = 0;
            step->first = plan->nsteps > 0
                          ? step[-1].first + step[-1].count : 0;
            step->count = plan_take(plan, done, step, &plan->nodes[i]);
            plan->nsteps++;

            return true;
        }
    }

    return false;
}


/* Divisions are by the same number; comparisons take the most bits of any. */

static unsigned
plan_take(plan_t *plan, u_char *done, step_t *step, const node_t *like)
{
    unsigned       i, count;
    const node_t  *node;

    for (count = 0, i = 0; i < plan->count; i++) {
        node = &plan->nodes[i];

        if (done[i] || node->kind != like->kind
            || (like->kind == NODE_SHIFT && node->number != like->number)
            || !plan_ready(plan, done, i))
        {
            continue;
        }

        plan->order[step->first + count++] = i;
        step->bits = node->number > step->bits ? node->number : step->bits;
        done[i] = 2;
    }

    for (i = 0; i < plan->count; i++) {
        done[i] = done[i] != 0;
    }

    return count;
}


static bool
plan_ready(const plan_t *plan, const u_char *done, unsigned i)
{
    unsigned       uses;
    const node_t  *node;

    node = &plan->nodes[i];
    uses = plan_uses(node);

    return (uses < 1 || done[node->a] == 1)
           && (uses < 2 || done[node->b] == 1);
}


static unsigned
plan_uses(const node_t *node)
{
    static const unsigned char  uses[NODE_KINDS] = {
        [NODE_ADD] = 2,
        [NODE_SUBTRACT] = 2,
        [NODE_SCALE] = 1,
        [NODE_XOR] = 2,
        [NODE_NOT] = 1,
        [NODE_SUM] = 1,
        [NODE_MULTIPLY] = 2,
        [NODE_SHIFT] = 1,
        [NODE_NUMBER] = 1,
        [NODE_AND] = 2,
        [NODE_ZERO] = 1,
        [NODE_NEGATIVE] = 1
    };

    return uses[node->kind];
}


double
plan_weight(const plan_t *plan)
{
    double         bytes, gate;
    unsigned       i;
    const node_t  *node;

    /* ciphertexts both ways; columns, rows and hashes of two transfers */

    gate = 160;

    for (bytes = 0, i = 0; i < plan->count; i++) {
        node = &plan->nodes[i];

        bytes += node->kind == NODE_MULTIPLY ? 2400
                 : node->kind == NODE_SHIFT ? 2 * gate
                 : node->kind == NODE_NUMBER || node->kind == NODE_AND ? gate
                 : node->kind == NODE_ZERO ? gate * node->number
                 : node->kind == NODE_NEGATIVE ? 3 * gate * node->number
                 : 0;
    }

    return bytes;
}
