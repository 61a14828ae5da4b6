
/*
 * Expressions, from what binds least to what binds most: if then else; or;
 * and; not; one comparison; + -; * /; a sign; what is in brackets, named,
 * called or a number.
 */


#include "expression.h"


static value_t term_choice(program_t *program, size_t place);
static value_t term_or(program_t *program);
static value_t term_and(program_t *program);
static value_t term_not(program_t *program);
static value_t term_compare(program_t *program);
static value_t term_sum(program_t *program);
static value_t term_product(program_t *program);
static value_t term_quotient(program_t *program, value_t x, value_t y,
    size_t place);
static value_t term_signed(program_t *program);
static value_t term_primary(program_t *program);
static value_t term_name(program_t *program, ic_token_t token);
static value_t term_wants(program_t *program, value_t x, bool truth,
    size_t place);


value_t
program_error(void)
{
    return value_constant(0);
}


value_t
program_expression(program_t *program)
{
    size_t   place;
    value_t  value;

    place = token_peek(program).place;

    if (program->tokens.failed) {
        return program_error();
    }

    if (++program->depth > EXPRESSION_MAX_DEPTH) {
        program_fail(program, place, "more than %d levels",
                     EXPRESSION_MAX_DEPTH);
        return program_error();
    }

    value = token_is(program, "if") ? term_choice(program, place)
                                    : term_or(program);
    program->depth--;

    return value;
}


static value_t
term_choice(program_t *program, size_t place)
{
    value_t  when, x, y;

    when = term_wants(program, program_expression(program), true, place);
    token_expect(program, "then");
    x = program_expression(program);
    token_expect(program, "else");
    y = program_expression(program);

    if (!program->tokens.failed && x.truth != y.truth) {
        program_fail(program, place, "one branch is a number, the other one "
                     "a truth value");
    }

    return program->tokens.failed ? program_error()
           : value_choose(program, when, x, y, place);
}


static value_t
term_or(program_t *program)
{
    size_t   place;
    value_t  x, y;

    place = token_peek(program).place;
    x = term_and(program);

    while (!program->tokens.failed && token_is(program, "or")) {
        x = term_wants(program, x, true, place);
        place = token_peek(program).place;
        y = term_wants(program, term_and(program), true, place);

        if (value_together(program, x, y, place)) {
            x = value_or(program, x, y);
        }
    }

    return x;
}


static value_t
term_and(program_t *program)
{
    size_t   place;
    value_t  x, y;

    place = token_peek(program).place;
    x = term_not(program);

    while (!program->tokens.failed && token_is(program, "and")) {
        x = term_wants(program, x, true, place);
        place = token_peek(program).place;
        y = term_wants(program, term_not(program), true, place);

        if (value_together(program, x, y, place)) {
            x = value_and(program, x, y);
        }
    }

    return x;
}


static value_t
term_not(program_t *program)
{
    size_t    place;
    value_t   x;
    unsigned  times;

    for (times = 0;
         !program->tokens.failed && token_is(program, "not");
         times++)
    {
        /* void */
    }

    place = token_peek(program).place;
    x = term_compare(program);

    if (times > 0) {
        x = term_wants(program, x, true, place);
    }

    return times % 2 && !program->tokens.failed ? value_not(program, x) : x;
}


static value_t
term_compare(program_t *program)
{
    size_t    i, place;
    value_t   x, y, r;

    static const char *const  signs[] = { "<=", ">=", "<", ">", "==", "!=" };

    place = token_peek(program).place;
    x = term_sum(program);

    for (i = 0; !program->tokens.failed && i < 6; i++) {
        if (token_is(program, signs[i])) {
            break;
        }
    }

    if (program->tokens.failed || i == 6) {
        return x;
    }

    y = term_sum(program);

    if (i < 4) {
        x = term_wants(program, x, false, place);
        y = term_wants(program, y, false, place);

    } else if (x.truth != y.truth) {
        program_fail(program, place, "a number is compared with a truth "
                     "value");
    }

    if (program->tokens.failed || !value_together(program, x, y, place)) {
        return program_error();
    }

    r = i > 3 ? value_equal(program, x, y, place)
        : i == 1 || i == 2 ? value_less(program, x, y, place)
                           : value_less(program, y, x, place);

    return i < 2 || i == 5 ? value_not(program, r) : r;
}


static value_t
term_sum(program_t *program)
{
    bool     minus;
    size_t   place;
    value_t  x, y;

    place = token_peek(program).place;
    x = term_product(program);

    while (!program->tokens.failed) {
        minus = token_is(program, "-");

        if (!minus && !token_is(program, "+")) {
            break;
        }

        x = term_wants(program, x, false, place);
        place = token_peek(program).place;
        y = term_wants(program, term_product(program), false, place);

        if (!program->tokens.failed && value_together(program, x, y, place)) {
            x = minus ? value_subtract(program, x, y, place)
                      : value_add(program, x, y, place);
        }
    }

    return x;
}


static value_t
term_product(program_t *program)
{
    bool     over;
    size_t   place;
    value_t  x, y;

    place = token_peek(program).place;
    x = term_signed(program);

    while (!program->tokens.failed) {
        over = token_is(program, "/");

        if (!over && !token_is(program, "*")) {
            break;
        }

        x = term_wants(program, x, false, place);
        place = token_peek(program).place;
        y = term_wants(program, term_signed(program), false, place);

        if (!program->tokens.failed && value_together(program, x, y, place)) {
            x = over ? term_quotient(program, x, y, place)
                     : value_multiply(program, x, y, place);
        }
    }

    return x;
}


static value_t
term_quotient(program_t *program, value_t x, value_t y, size_t place)
{
    if (!y.known || y.constant == 0) {
        program_fail(program, place, "divided by what is no constant other "
                     "than 0");
        return program_error();
    }

    return x.known ? value_constant(x.constant / y.constant)
           : value_multiply(program, x, value_constant(1 / y.constant),
                            place);
}


static value_t
term_signed(program_t *program)
{
    bool     minus;
    size_t   place;
    value_t  x;

    minus = false;

    while (!program->tokens.failed && token_is(program, "-")) {
        minus = !minus;
    }

    place = token_peek(program).place;
    x = term_primary(program);

    if (!minus || program->tokens.failed) {
        return x;
    }

    x = term_wants(program, x, false, place);

    return value_subtract(program, value_constant(0), x, place);
}


static value_t
term_primary(program_t *program)
{
    ic_token_t  token;
    value_t  value;

    token = token_next(program);

    if (program->tokens.failed) {
        return program_error();
    }

    if (token.kind == IC_TOKEN_NUMBER) {
        return value_constant(token.number);
    }

    if (token.kind == IC_TOKEN_NAME || token.kind == IC_TOKEN_QUOTED) {
        return term_name(program, token);
    }

    if (token.kind == IC_TOKEN_SIGN && ic_str_is(token.text, "(")) {
        value = program_expression(program);
        token_expect(program, ")");
        return value;
    }

    program_fail(program, token.place, "a value is expected here, not "
                 "\"%.*s\"", (int) token.text.len,
                 (char *) token.text.data);

    return program_error();
}


static value_t
term_name(program_t *program, ic_token_t token)
{
    unsigned  i;

    if (token.kind == IC_TOKEN_NAME) {

        if (ic_str_is(token.text, "true") || ic_str_is(token.text, "false")) {
            return value_truth(ic_str_is(token.text, "true"));
        }

        if (program_is_function(token.text) && token_is(program, "(")) {
            return program_call(program, token.text, token.place);
        }
    }

    for (i = 0; i < program->nnames; i++) {
        if (ic_str_eq(program->names[i].name, token.text)) {
            return program->names[i].value;
        }
    }

    program_fail(program, token.place, "\"%.*s\" is neither an input nor "
                 "defined above", (int) token.text.len,
                 (char *) token.text.data);

    return program_error();
}


static value_t
term_wants(program_t *program, value_t x, bool truth, size_t place)
{
    if (!program->tokens.failed && x.truth != truth) {
        program_fail(program, place, truth
                     ? "this is a number, a truth value is needed"
                     : "this is a truth value, a number is needed");
    }

    return program->tokens.failed ? program_error() : x;
}
