
/*
 * The syntax of programs: statements; expressions, from what binds least to
 * what binds most. The component compiles by the same grammar.
 */


#include <limits.h>

#include "ic_expression.h"


#define EXPRESSION_ANY  UINT_MAX


typedef struct {
    ic_tokens_t  tokens;
    unsigned     depth;
    unsigned     outputs;
} grammar_t;

/* Arguments of a function, which are expressions. */
typedef struct {
    const char  *name;
    unsigned     least;
    unsigned     most;
    bool         linear;         /* two lists, and a number or none */
} function_t;


static void grammar_statement(grammar_t *g);
static void grammar_input(grammar_t *g);
static void grammar_range(grammar_t *g);
static void grammar_party(grammar_t *g);
static void grammar_expression(grammar_t *g);
static void grammar_nested(grammar_t *g, size_t place);
static void grammar_or(grammar_t *g);
static void grammar_and(grammar_t *g);
static void grammar_compare(grammar_t *g);
static void grammar_sum(grammar_t *g);
static void grammar_product(grammar_t *g);
static void grammar_primary(grammar_t *g);
static void grammar_call(grammar_t *g, const ic_token_t *token);
static void grammar_arguments(grammar_t *g, const function_t *function);
static void grammar_linear(grammar_t *g);


static const function_t  functions[] = {
    { "min", 2, EXPRESSION_ANY, false },
    { "max", 2, EXPRESSION_ANY, false },
    { "abs", 1, 1, false },
    { "sum", 1, 1, false },
    { "mean", 1, 1, false },
    { "count", 0, 1, false },
    { "linear", 0, 0, true },
    { NULL, 0, 0, false }
};


const char *
ic_expression_check(ic_arena_t *arena, ic_str_t text)
{
    ic_str_t   reason;
    grammar_t  g = { .tokens = { .text = text } };

    if (!ic_utf8_valid(text)) {
        return "is no UTF-8";
    }

    while (!g.tokens.failed && ic_token_peek(&g.tokens).kind != IC_TOKEN_END)
    {
        grammar_statement(&g);
    }

    if (!g.tokens.failed && g.outputs == 0) {
        ic_token_fail(&g.tokens, text.len, "there is no output");
    }

    if (!g.tokens.failed) {
        return NULL;
    }

    reason = ic_str_fmt(arena, "line %u, column %u: %s", g.tokens.line,
                        g.tokens.column, g.tokens.reason);

    return reason.data != NULL ? (char *) reason.data : "is no program";
}


static void
grammar_statement(grammar_t *g)
{
    ic_tokens_t  *tokens;

    tokens = &g->tokens;

    if (ic_token_is(tokens, "input")) {
        grammar_input(g);

    } else if (ic_token_is(tokens, "let")) {
        (void) ic_token_name(tokens, "a name");
        ic_token_expect(tokens, "=");
        grammar_expression(g);

    } else if (ic_token_is(tokens, "output")) {
        g->outputs++;
        (void) ic_token_name(tokens, "a name");
        ic_token_expect(tokens, "to");

        do {
            grammar_party(g);
        } while (!tokens->failed && ic_token_is(tokens, ","));

        ic_token_expect(tokens, "=");
        grammar_expression(g);

    } else {
        ic_token_fail(tokens, ic_token_peek(tokens).place,
                      "a statement begins with input, let or output");
    }

    ic_token_expect(tokens, ";");
}


/* input NAME from PARTY [column NAME] [range LOW .. HIGH] */

static void
grammar_input(grammar_t *g)
{
    ic_tokens_t  *tokens;

    tokens = &g->tokens;
    (void) ic_token_name(tokens, "a name");
    ic_token_expect(tokens, "from");
    grammar_party(g);

    if (ic_token_is(tokens, "column")) {
        (void) ic_token_name(tokens, "the name of a column");
    }

    if (ic_token_is(tokens, "range")) {
        grammar_range(g);
    }
}


static void
grammar_range(grammar_t *g)
{
    double  low;
    size_t  place;

    place = ic_token_peek(&g->tokens).place;
    low = ic_token_number(&g->tokens);
    ic_token_expect(&g->tokens, "..");

    if (!(low <= ic_token_number(&g->tokens))) {
        ic_token_fail(&g->tokens, place, "the range has no number in it");
    }
}


/* ROLE . NUMBER */

static void
grammar_party(grammar_t *g)
{
    ic_token_t  role, number;

    role = ic_token_next(&g->tokens);

    if (role.kind != IC_TOKEN_NAME) {
        ic_token_fail(&g->tokens, role.place, "a party, such as guest.0, is "
                      "expected here");
    }

    ic_token_expect(&g->tokens, ".");
    number = ic_token_next(&g->tokens);

    if (number.kind != IC_TOKEN_NUMBER) {
        ic_token_fail(&g->tokens, role.place, "%.*s.%.*s is no data party "
                      "of this task",
                      (int) (role.text.len < 12 ? role.text.len : 12),
                      (char *) role.text.data,
                      (int) (number.text.len < 12 ? number.text.len : 12),
                      (char *) number.text.data);
    }
}


static void
grammar_expression(grammar_t *g)
{
    size_t  place;

    place = ic_token_peek(&g->tokens).place;

    if (!g->tokens.failed) {
        grammar_nested(g, place);
    }
}


static void
grammar_nested(grammar_t *g, size_t place)
{
    if (++g->depth > IC_EXPRESSION_DEPTH) {
        ic_token_fail(&g->tokens, place, "more than %d levels",
                      IC_EXPRESSION_DEPTH);
        return;
    }

    if (ic_token_is(&g->tokens, "if")) {
        grammar_expression(g);
        ic_token_expect(&g->tokens, "then");
        grammar_expression(g);
        ic_token_expect(&g->tokens, "else");
        grammar_expression(g);

    } else {
        grammar_or(g);
    }

    g->depth--;
}


static void
grammar_or(grammar_t *g)
{
    do {
        grammar_and(g);
    } while (!g->tokens.failed && ic_token_is(&g->tokens, "or"));
}


static void
grammar_and(grammar_t *g)
{
    do {
        while (!g->tokens.failed && ic_token_is(&g->tokens, "not")) {
            /* void */
        }

        grammar_compare(g);
    } while (!g->tokens.failed && ic_token_is(&g->tokens, "and"));
}


/* One sign at most: a < b < c is none. */

static void
grammar_compare(grammar_t *g)
{
    unsigned  i;

    static const char *const  signs[] = { "<=", ">=", "<", ">", "==", "!=" };

    grammar_sum(g);

    for (i = 0; !g->tokens.failed && i < 6; i++) {
        if (ic_token_is(&g->tokens, signs[i])) {
            grammar_sum(g);
            return;
        }
    }
}


static void
grammar_sum(grammar_t *g)
{
    do {
        grammar_product(g);
    } while (!g->tokens.failed && (ic_token_is(&g->tokens, "-")
                                   || ic_token_is(&g->tokens, "+")));
}


static void
grammar_product(grammar_t *g)
{
    do {
        while (!g->tokens.failed && ic_token_is(&g->tokens, "-")) {
            /* void */
        }

        grammar_primary(g);
    } while (!g->tokens.failed && (ic_token_is(&g->tokens, "/")
                                   || ic_token_is(&g->tokens, "*")));
}


static void
grammar_primary(grammar_t *g)
{
    ic_token_t  token;

    token = ic_token_next(&g->tokens);

    if (g->tokens.failed || token.kind == IC_TOKEN_NUMBER
        || token.kind == IC_TOKEN_QUOTED)
    {
        return;
    }

    if (token.kind == IC_TOKEN_NAME) {
        grammar_call(g, &token);
        return;
    }

    if (token.kind == IC_TOKEN_SIGN && ic_str_is(token.text, "(")) {
        grammar_expression(g);
        ic_token_expect(&g->tokens, ")");
        return;
    }

    ic_token_fail(&g->tokens, token.place, "a value is expected here, not "
                  "\"%.*s\"", (int) token.text.len,
                  (char *) token.text.data);
}


/* The name of a function with a bracket behind it, or any other. */

static void
grammar_call(grammar_t *g, const ic_token_t *token)
{
    const function_t  *function;

    for (function = functions; function->name != NULL; function++) {
        if (ic_str_is(token->text, function->name)) {
            break;
        }
    }

    if (function->name == NULL || !ic_token_is(&g->tokens, "(")) {
        return;
    }

    if (++g->depth > IC_EXPRESSION_DEPTH) {
        ic_token_fail(&g->tokens, token->place, "more than %d levels",
                      IC_EXPRESSION_DEPTH);
        return;
    }

    if (function->linear) {
        grammar_linear(g);

    } else {
        grammar_arguments(g, function);
    }

    ic_token_expect(&g->tokens, ")");
    g->depth--;
}


static void
grammar_arguments(grammar_t *g, const function_t *function)
{
    unsigned    n;
    ic_token_t  token;

    token = ic_token_peek(&g->tokens);

    if (function->least == 0 && token.kind == IC_TOKEN_SIGN
        && ic_str_is(token.text, ")"))
    {
        return;
    }

    for (n = 0; !g->tokens.failed && n < function->most; n++) {

        if (n > 0 && n < function->least) {
            ic_token_expect(&g->tokens, ",");

        } else if (n > 0 && !ic_token_is(&g->tokens, ",")) {
            break;
        }

        grammar_expression(g);
    }
}


/* [c, ...], [x, ...] and, if there is one more, a number */

static void
grammar_linear(grammar_t *g)
{
    unsigned      i, count;
    ic_tokens_t  *tokens;

    count = 0;
    tokens = &g->tokens;
    ic_token_expect(tokens, "[");

    do {
        (void) ic_token_number(tokens);
        count++;
    } while (!tokens->failed && ic_token_is(tokens, ","));

    ic_token_expect(tokens, "]");
    ic_token_expect(tokens, ",");
    ic_token_expect(tokens, "[");

    for (i = 0; !tokens->failed && i < count; i++) {

        if (i > 0) {
            ic_token_expect(tokens, ",");
        }

        grammar_expression(g);
    }

    if (!tokens->failed && !ic_token_is(tokens, "]")) {
        ic_token_fail(tokens, ic_token_peek(tokens).place,
                      "there are %u weights, and as many values must follow",
                      count);
    }

    if (!tokens->failed && ic_token_is(tokens, ",")) {
        (void) ic_token_number(tokens);
    }
}
