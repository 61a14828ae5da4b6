
/* Comparisons, truth values and what is said of all rows. */


#include <math.h>

#include "expression.h"


static value_t truth_test(program_t *program, value_t difference,
    node_kind_e kind);
static value_t truth_same(program_t *program, value_t x, bool truth);
static value_t truth_node(program_t *program, value_t like, node_t node);
static value_t truth_constant(program_t *program, value_t like, bool truth);
static value_t truth_choose(program_t *program, value_t when, value_t x,
    value_t y);


value_t
value_less(program_t *program, value_t x, value_t y, size_t place)
{
    if (x.known && y.known) {
        return value_truth(x.constant < y.constant);
    }

    return truth_test(program, value_subtract(program, x, y, place),
                      NODE_NEGATIVE);
}


value_t
value_equal(program_t *program, value_t x, value_t y, size_t place)
{
    if (x.known && y.known) {
        return value_truth(x.constant == y.constant);
    }

    if (x.truth) {
        return x.known ? truth_same(program, y, x.constant != 0)
               : y.known ? truth_same(program, x, y.constant != 0)
               : value_not(program, truth_node(program, x,
                     (node_t) { .kind = NODE_XOR, .a = x.node, .b = y.node,
                                .bits = true }));
    }

    return truth_test(program, value_subtract(program, x, y, place),
                      NODE_ZERO);
}


static value_t
truth_same(program_t *program, value_t x, bool truth)
{
    return truth ? x : value_not(program, x);
}


/* By as many bits as the range has, and one for the sign. */

static value_t
truth_test(program_t *program, value_t difference, node_kind_e kind)
{
    int     bits;
    double  most;

    if (program->tokens.failed || difference.known) {
        return program_error();
    }

    most = fmax(fabs(difference.low), fabs(difference.high));
    (void) frexp(ldexp(most, (int) difference.scale) + 1, &bits);
    bits += 1;

    return truth_node(program, difference,
                      (node_t) { .kind = kind, .a = difference.node,
                                 .number = bits > 64 ? 64
                                           : (unsigned) bits,
                                 .bits = true });
}


static value_t
truth_node(program_t *program, value_t like, node_t node)
{
    value_t  x;

    memset(&x, 0, sizeof(value_t));
    x.total = like.total;
    x.truth = node.bits;
    x.high = 1;
    x.node = plan_node(program, value_plan(program, like), node);

    return x;
}


value_t
value_not(program_t *program, value_t x)
{
    return x.known ? value_truth(x.constant == 0)
           : truth_node(program, x, (node_t) { .kind = NODE_NOT, .a = x.node,
                                               .bits = true });
}


value_t
value_and(program_t *program, value_t x, value_t y)
{
    if (x.known || y.known) {
        return (x.known ? x : y).constant == 0 ? value_truth(false)
               : x.known ? y : x;
    }

    return truth_node(program, x, (node_t) { .kind = NODE_AND, .a = x.node,
                                             .b = y.node, .bits = true });
}


value_t
value_or(program_t *program, value_t x, value_t y)
{
    return value_not(program, value_and(program, value_not(program, x),
                                        value_not(program, y)));
}


/* y + when (x - y) */

value_t
value_choose(program_t *program, value_t when, value_t x, value_t y,
    size_t place)
{
    double   low, high, error;
    value_t  difference, r;

    if (!value_together(program, x, y, place)
        || !value_together(program, when, x, place)
        || !value_together(program, when, y, place))
    {
        return program_error();
    }

    if (when.known) {
        return when.constant != 0 ? x : y;
    }

    if (x.truth) {
        return truth_choose(program, when, x, y);
    }

    low = fmin(x.low, y.low);
    high = fmax(x.high, y.high);
    error = fmax(x.error, y.error);
    difference = value_subtract(program, x, y, place);
    r = value_multiply(program, value_number(program, when), difference,
                       place);

    if (program->tokens.failed) {
        return program_error();
    }

    r = value_add(program, r, y, place);

    /* rounding on the way is in r, the range of a sum is not needed */

    if (!r.known) {
        error += ldexp(8, -(int) program->fraction);
        r.low = fmax(r.low, low - error);
        r.high = fmin(r.high, high + error);
        r.error = fmin(r.error, error);
    }

    return r;
}


/* y ^ when & (x ^ y) */

static value_t
truth_choose(program_t *program, value_t when, value_t x, value_t y)
{
    value_t  r;

    if (when.known) {
        return when.constant != 0 ? x : y;
    }

    if (x.known && y.known) {
        return x.constant == y.constant ? x
               : x.constant != 0 ? when : value_not(program, when);
    }

    x = x.known ? truth_constant(program, when, x.constant != 0) : x;
    y = y.known ? truth_constant(program, when, y.constant != 0) : y;

    r = truth_node(program, when, (node_t) { .kind = NODE_XOR, .a = x.node,
                                             .b = y.node, .bits = true });
    r = value_and(program, when, r);

    return truth_node(program, when, (node_t) { .kind = NODE_XOR,
                                                .a = r.node, .b = y.node,
                                                .bits = true });
}


static value_t
truth_constant(program_t *program, value_t like, bool truth)
{
    return truth_node(program, like,
                      (node_t) { .kind = NODE_CONSTANT, .bits = true,
                                 .word = truth ? ~(uint64_t) 0 : 0 });
}


value_t
value_number(program_t *program, value_t truth)
{
    return truth.known ? value_constant(truth.constant)
           : truth_node(program, truth, (node_t) { .kind = NODE_NUMBER,
                                                   .a = truth.node });
}


value_t
value_sum(program_t *program, value_t x, size_t place)
{
    double   rows;
    value_t  total;

    if (program->tokens.failed || x.known) {
        return program_error();
    }

    rows = (double) (program->rows > 0 ? program->rows : 1);
    x.low = fmin(x.low * rows, x.low);
    x.high = fmax(x.high * rows, x.high);

    if (x.scale > program->fraction
        && fmax(fabs(x.low), fabs(x.high))
           >= ldexp(EXPRESSION_LIMIT, -(int) x.scale))
    {
        x.low /= rows;
        x.high /= rows;
        x = value_shift(program, x, x.scale - program->fraction);
        x.low *= rows;
        x.high *= rows;
    }

    x.error *= rows;
    total = value_fit(program, x, place);

    if (program->tokens.failed) {
        return program_error();
    }

    (void) plan_node(program, &program->plans[0],
                     (node_t) { .kind = NODE_SUM, .a = x.node,
                                .number = program->totals });
    total.total = true;
    total.node = plan_node(program, &program->plans[1],
                           (node_t) { .kind = NODE_TOTAL,
                                      .number = program->totals++ });

    return total;
}


/*
 * The sum, taken for one with as many bits of fraction more as rows have, and
 * these given up again, times what is left of the number of rows.
 */

value_t
value_mean(program_t *program, value_t x, size_t place)
{
    double    rows, low, high;
    value_t   sum;
    unsigned  bits;

    low = x.low;
    high = x.high;
    sum = value_sum(program, x, place);
    rows = (double) (program->rows > 0 ? program->rows : 1);

    for (bits = 0; ldexp(2, (int) bits) <= rows; bits++) { /* void */ }

    if (program->tokens.failed) {
        return program_error();
    }

    if (bits > 0) {
        sum.scale += bits;
        sum.low = ldexp(sum.low, -(int) bits);
        sum.high = ldexp(sum.high, -(int) bits);
        sum.error = ldexp(sum.error, -(int) bits);
        sum = value_shift(program, sum, bits);
    }

    sum = value_multiply(program, sum,
                         value_constant(ldexp(1, (int) bits) / rows), place);
    sum.low = fmax(sum.low, low - sum.error);
    sum.high = fmin(sum.high, high + sum.error);

    return sum;
}
