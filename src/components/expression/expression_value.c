
/*
 * Values while a program is compiled: what node they are, in which range,
 * with how many bits of fraction, and how far rounding may have brought them
 * from what is meant. A range that does not fit is refused here, so that
 * nothing overflows when rows are there.
 */


#include <math.h>

#include "expression.h"


static value_t value_node(program_t *program, value_t like, node_t node);
static double value_bound(value_t x);
static bool value_fits(value_t x);
static unsigned value_exact(double c, unsigned most);
static value_t value_encode(program_t *program, value_t like, double c,
    unsigned scale);
static value_t value_align(program_t *program, value_t x, unsigned scale,
    size_t place);


value_t
value_constant(double constant)
{
    value_t  x;

    memset(&x, 0, sizeof(value_t));
    x.known = true;
    x.constant = constant;
    x.low = constant;
    x.high = constant;

    return x;
}


value_t
value_truth(bool truth)
{
    value_t  x;

    x = value_constant(truth);
    x.truth = true;

    return x;
}


bool
value_together(program_t *program, value_t x, value_t y, size_t place)
{
    if (program->tokens.failed) {
        return false;
    }

    if (!x.known && !y.known && x.total != y.total) {
        program_fail(program, place, "what is said of all rows and what is "
                     "said of one cannot be put together");
        return false;
    }

    return true;
}


plan_t *
value_plan(program_t *program, value_t x)
{
    return &program->plans[x.total];
}


value_t
value_input(program_t *program, unsigned input)
{
    value_t   x;
    input_t  *in;

    in = &program->inputs[input];
    memset(&x, 0, sizeof(value_t));
    x.scale = program->fraction;
    x.error = ldexp(0.5, -(int) program->fraction);
    x.low = in->low - x.error;
    x.high = in->high + x.error;

    if (!value_fits(x)) {
        program_fail(program, in->place, "this range does not fit into a "
                     "fraction of %u bits", program->fraction);
        return program_error();
    }

    return value_node(program, x, (node_t) { .kind = NODE_INPUT,
                                             .number = input });
}


/* A node, and the value that has it. */

static value_t
value_node(program_t *program, value_t like, node_t node)
{
    value_t  x;

    x = like;
    x.known = false;
    x.truth = node.bits;
    x.node = plan_node(program, value_plan(program, like), node);

    return x;
}


value_t
value_add(program_t *program, value_t x, value_t y, size_t place)
{
    value_t   r;
    unsigned  scale;

    if (x.known && y.known) {
        return value_constant(x.constant + y.constant);
    }

    if (x.known) {
        return value_add(program, y, x, place);
    }

    if (y.known && y.constant == 0) {
        return x;
    }

    if (y.known) {
        scale = value_exact(y.constant, program->fraction);
        scale = scale > x.scale ? scale : x.scale;
        y = value_encode(program, x, y.constant, scale);
    }

    scale = x.scale > y.scale ? x.scale : y.scale;

    if (value_bound(x) + value_bound(y)
        >= ldexp(EXPRESSION_LIMIT, -(int) scale)
        && scale > program->fraction)
    {
        scale = program->fraction;
    }

    x = value_align(program, x, scale, place);
    y = value_align(program, y, scale, place);

    if (program->tokens.failed) {
        return program_error();
    }

    r = x;
    r.low = x.low + y.low;
    r.high = x.high + y.high;
    r.error = x.error + y.error;
    r = value_node(program, r, (node_t) { .kind = NODE_ADD, .a = x.node,
                                          .b = y.node });

    return value_fit(program, r, place);
}


value_t
value_subtract(program_t *program, value_t x, value_t y, size_t place)
{
    double  low;

    if (y.known) {
        return value_add(program, x, value_constant(-y.constant), place);
    }

    low = y.low;
    y.low = -y.high;
    y.high = -low;
    y = value_node(program, y, (node_t) { .kind = NODE_SCALE, .a = y.node,
                                          .word = (uint64_t) -1 });

    return x.known && x.constant == 0 ? y : value_add(program, x, y, place);
}


value_t
value_multiply(program_t *program, value_t x, value_t y, size_t place)
{
    double   ends[4];
    value_t  r;

    if (x.known && y.known) {
        return value_constant(x.constant * y.constant);
    }

    if (x.known || y.known) {
        return x.known ? value_weight(program, y, x.constant, 1, place)
                       : value_weight(program, x, y.constant, 1, place);
    }

    /* what has more bits than the usual fraction gives them up first */

    if (value_bound(x) * value_bound(y)
        >= ldexp(EXPRESSION_LIMIT, -(int) (x.scale + y.scale)))
    {
        x = x.scale > program->fraction
            ? value_shift(program, x, x.scale - program->fraction) : x;
        y = y.scale > program->fraction
            ? value_shift(program, y, y.scale - program->fraction) : y;
    }

    ends[0] = x.low * y.low;
    ends[1] = x.low * y.high;
    ends[2] = x.high * y.low;
    ends[3] = x.high * y.high;

    r = x;
    r.scale = x.scale + y.scale;
    r.low = fmin(fmin(ends[0], ends[1]), fmin(ends[2], ends[3]));
    r.high = fmax(fmax(ends[0], ends[1]), fmax(ends[2], ends[3]));
    r.error = value_bound(x) * y.error + value_bound(y) * x.error;

    if (!value_fits(r)) {
        program_fail(program, place, "this product may be as large as %.6g; "
                     "with fraction_bits %u there is room for %.6g",
                     value_bound(r), program->fraction,
                     ldexp(EXPRESSION_LIMIT, -(int) r.scale));
        return program_error();
    }

    return value_node(program, r, (node_t) { .kind = NODE_MULTIPLY,
                                             .a = x.node, .b = y.node });
}


/*
 * A constant has as many bits of fraction as it takes to be exact, or to
 * keep the product as exact as the usual fraction, as far as there is room.
 */

value_t
value_weight(program_t *program, value_t x, double c, unsigned terms,
    size_t place)
{
    int       bits;
    double    word, off, most, low;
    value_t   r;

    if (x.known) {
        return value_constant(x.constant * c);
    }

    if (c == 0) {
        return value_constant(0);
    }

    most = value_bound(x);

    if (most * fabs(c) >= ldexp(EXPRESSION_LIMIT, -(int) x.scale)
        || (x.scale > program->fraction
            && most * fabs(c) >= ldexp(EXPRESSION_LIMIT,
                                       -(int) (x.scale + program->fraction))))
    {
        x = x.scale <= program->fraction ? x
            : value_shift(program, x, x.scale - program->fraction);
    }

    bits = (int) value_exact(c, 40);

    /* what is not exact leaves room for the others */

    if (ldexp(c, bits) != rint(ldexp(c, bits))) {
        bits = (int) program->fraction
               + (most > 1 ? (int) ceil(log2(most)) : 0);
        bits = bits < 40 ? bits : 40;

        while (bits > (int) program->fraction
               && most * fabs(c) * terms
                  >= ldexp(EXPRESSION_LIMIT, -(int) x.scale - bits))
        {
            bits--;
        }
    }

    while (bits >= 0
           && (most * (fabs(c) + ldexp(0.5, -bits))
               >= ldexp(EXPRESSION_LIMIT, -(int) x.scale - bits)
               || fabs(c) >= ldexp(1, 62 - bits)))
    {
        bits--;
    }

    if (bits < 0) {
        program_fail(program, place, "this product may be as large as %.6g; "
                     "with fraction_bits %u there is room for %.6g",
                     most * fabs(c), program->fraction,
                     ldexp(EXPRESSION_LIMIT, -(int) x.scale));
        return program_error();
    }

    word = rint(ldexp(c, bits));
    off = most * fabs(ldexp(word, -bits) - c);
    low = c < 0 ? x.high * c : x.low * c;

    r = x;
    r.high = (c < 0 ? x.low * c : x.high * c) + off;
    r.low = low - off;
    r.error = x.error * fabs(c) + off;
    r.scale = x.scale + (unsigned) bits;

    return value_node(program, r,
                      (node_t) { .kind = NODE_SCALE, .a = x.node,
                                 .word = (uint64_t) (int64_t) word });
}


/* The same value at another scale. */

static value_t
value_align(program_t *program, value_t x, unsigned scale, size_t place)
{
    unsigned  more;

    if (program->tokens.failed || x.known || x.scale == scale) {
        return x;
    }

    if (x.scale > scale) {
        return value_shift(program, x, x.scale - scale);
    }

    more = scale - x.scale;
    x.scale = scale;

    if (!value_fits(x)) {
        program_fail(program, place, "this may be as large as %.6g; with "
                     "fraction_bits %u there is room for %.6g",
                     value_bound(x), program->fraction,
                     ldexp(EXPRESSION_LIMIT, -(int) scale));
        return program_error();
    }

    return value_node(program, x, (node_t) { .kind = NODE_SCALE, .a = x.node,
                                             .word = (uint64_t) 1 << more });
}


/* One place of the result is lost, in either direction. */

value_t
value_shift(program_t *program, value_t x, unsigned bits)
{
    double  place;

    x.scale -= bits;
    place = ldexp(1, -(int) x.scale);
    x.low -= place;
    x.high += place;
    x.error += place;

    return value_node(program, x, (node_t) { .kind = NODE_SHIFT, .a = x.node,
                                             .number = bits });
}


value_t
value_fit(program_t *program, value_t x, size_t place)
{
    if (!program->tokens.failed && !value_fits(x)
        && x.scale > program->fraction)
    {
        x = value_shift(program, x, x.scale - program->fraction);
    }

    if (!program->tokens.failed && !value_fits(x)) {
        program_fail(program, place, "this may be as large as %.6g; with "
                     "fraction_bits %u there is room for %.6g",
                     value_bound(x), program->fraction,
                     ldexp(EXPRESSION_LIMIT, -(int) x.scale));
    }

    return program->tokens.failed ? program_error() : x;
}


static double
value_bound(value_t x)
{
    return fmax(fabs(x.low), fabs(x.high));
}


static bool
value_fits(value_t x)
{
    return value_bound(x) < ldexp(EXPRESSION_LIMIT, -(int) x.scale);
}


/* The bits of fraction that hold c, or the most there may be. */

static unsigned
value_exact(double c, unsigned most)
{
    unsigned  bits;

    for (bits = 0; bits < most; bits++) {
        if (ldexp(c, (int) bits) == rint(ldexp(c, (int) bits))) {
            break;
        }
    }

    return bits;
}


/* A constant as a node of the plan of another value. */

static value_t
value_encode(program_t *program, value_t like, double c, unsigned scale)
{
    double   word;
    value_t  x;

    word = rint(ldexp(c, (int) scale));

    if (!(fabs(word) < EXPRESSION_LIMIT)) {
        program_fail(program, program->tokens.at,
                     "the constant %.6g does not fit", c);
        return program_error();
    }

    x = like;
    x.scale = scale;
    x.error = fabs(ldexp(word, -(int) scale) - c);
    x.low = c - x.error;
    x.high = c + x.error;

    return value_node(program, x, (node_t) { .kind = NODE_CONSTANT,
                          .word = (uint64_t) (int64_t) word });
}
