
/* Functions. */


#include <math.h>

#include "expression.h"


typedef value_t (*call_pt)(program_t *program, size_t place);

typedef struct {
    const char  *name;
    call_pt      call;
} call_t;


static value_t call_min(program_t *program, size_t place);
static value_t call_max(program_t *program, size_t place);
static value_t call_extreme(program_t *program, bool most, size_t place);
static value_t call_abs(program_t *program, size_t place);
static value_t call_sum(program_t *program, size_t place);
static value_t call_mean(program_t *program, size_t place);
static value_t call_count(program_t *program, size_t place);
static value_t call_linear(program_t *program, size_t place);
static value_t call_number(program_t *program);
static bool call_rows(program_t *program, value_t x, size_t place);


static const call_t  calls[] = {
    { "min", call_min },
    { "max", call_max },
    { "abs", call_abs },
    { "sum", call_sum },
    { "mean", call_mean },
    { "count", call_count },
    { "linear", call_linear },
    { NULL, NULL }
};


bool
program_is_function(ic_str_t name)
{
    const call_t  *call;

    for (call = calls; call->name != NULL; call++) {
        if (ic_str_is(name, call->name)) {
            return true;
        }
    }

    return false;
}


value_t
program_call(program_t *program, ic_str_t name, size_t place)
{
    value_t        value;
    const call_t  *call;

    for (call = calls; !ic_str_is(name, call->name); call++) { /* void */ }

    if (++program->depth > EXPRESSION_MAX_DEPTH) {
        program_fail(program, place, "more than %d levels",
                     EXPRESSION_MAX_DEPTH);
        return program_error();
    }

    value = call->call(program, place);
    token_expect(program, ")");
    program->depth--;

    return program->tokens.failed ? program_error() : value;
}


static value_t
call_min(program_t *program, size_t place)
{
    return call_extreme(program, false, place);
}


static value_t
call_max(program_t *program, size_t place)
{
    return call_extreme(program, true, place);
}


static value_t
call_extreme(program_t *program, bool most, size_t place)
{
    double   low, high;
    value_t  x, y, less;

    x = call_number(program);
    token_expect(program, ",");

    do {
        y = call_number(program);

        if (program->tokens.failed || !value_together(program, x, y, place)) {
            return program_error();
        }

        low = most ? fmax(x.low, y.low) : fmin(x.low, y.low);
        high = most ? fmax(x.high, y.high) : fmin(x.high, y.high);
        less = value_less(program, x, y, place);

        x = most ? value_choose(program, less, y, x, place)
                 : value_choose(program, less, x, y, place);

        /* of what the comparison of rounded values takes for less */

        if (!x.known) {
            x.low = fmax(x.low, low - x.error);
            x.high = fmin(x.high, high + x.error);
        }

    } while (!program->tokens.failed && token_is(program, ","));

    return x;
}


static value_t
call_abs(program_t *program, size_t place)
{
    value_t  x, minus, less;

    x = call_number(program);

    if (program->tokens.failed) {
        return program_error();
    }

    if (x.known) {
        return value_constant(fabs(x.constant));
    }

    less = value_less(program, x, value_constant(0), place);
    minus = value_subtract(program, value_constant(0), x, place);
    x = value_choose(program, less, minus, x, place);
    x.low = fmax(x.low, -x.error);

    return x;
}


/* linear([c, ...], [x, ...]) or linear([c, ...], [x, ...], intercept) */

static value_t
call_linear(program_t *program, size_t place)
{
    value_t   x, sum;
    double   *weights;
    unsigned  i, count;

    weights = ic_alloc(program->arena,
                       EXPRESSION_MAX_NAMES * sizeof(double));
    count = 0;
    token_expect(program, "[");

    do {
        if (weights == NULL || count == EXPRESSION_MAX_NAMES) {
            program_fail(program, place, "more than %d weights",
                         EXPRESSION_MAX_NAMES);
            return program_error();
        }

        weights[count++] = token_number(program);
    } while (!program->tokens.failed && token_is(program, ","));

    token_expect(program, "]");
    token_expect(program, ",");
    token_expect(program, "[");
    sum = value_constant(0);

    for (i = 0; !program->tokens.failed && i < count; i++) {

        if (i > 0) {
            token_expect(program, ",");
        }

        x = call_number(program);
        x = program->tokens.failed ? program_error()
            : value_weight(program, x, weights[i], count, place);

        if (!program->tokens.failed && value_together(program, sum, x, place)) {
            sum = value_add(program, sum, x, place);
        }
    }

    if (!program->tokens.failed && !token_is(program, "]")) {
        program_fail(program, token_peek(program).place,
                     "there are %u weights, and as many values must follow",
                     count);
    }

    return program->tokens.failed || !token_is(program, ",") ? sum
           : value_add(program, sum, value_constant(token_number(program)),
                       place);
}


static value_t
call_sum(program_t *program, size_t place)
{
    value_t  x;

    x = program_expression(program);

    if (!program->tokens.failed && x.truth) {
        program_fail(program, place, "truth values are counted by count()");
    }

    return call_rows(program, x, place) ? value_sum(program, x, place)
                                        : program_error();
}


static value_t
call_mean(program_t *program, size_t place)
{
    value_t  x;

    x = call_number(program);

    return call_rows(program, x, place) ? value_mean(program, x, place)
                                        : program_error();
}


/* count(): of rows, which is no secret; count(truth): of those where. */

static value_t
call_count(program_t *program, size_t place)
{
    value_t  x;
    ic_token_t  token;

    token = token_peek(program);

    if (token.kind == IC_TOKEN_SIGN && ic_str_is(token.text, ")")) {
        return value_constant((double) program->rows);
    }

    x = program_expression(program);

    if (!program->tokens.failed && !x.truth) {
        program_fail(program, place, "count() is of a truth value");
    }

    if (!call_rows(program, x, place)) {
        return program_error();
    }

    return value_sum(program, value_number(program, x), place);
}


static value_t
call_number(program_t *program)
{
    size_t   place;
    value_t  x;

    place = token_peek(program).place;
    x = program_expression(program);

    if (!program->tokens.failed && x.truth) {
        program_fail(program, place, "this is a truth value, a number is "
                     "needed");
    }

    return program->tokens.failed ? program_error() : x;
}


static bool
call_rows(program_t *program, value_t x, size_t place)
{
    if (program->tokens.failed) {
        return false;
    }

    if (x.total) {
        program_fail(program, place, "this is said of all rows already");
        return false;
    }

    if (x.known) {
        program_fail(program, place, "this is the same in every row");
        return false;
    }

    program->aggregates = true;

    return true;
}
