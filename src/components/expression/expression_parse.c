
/* The statements of a program. */


#include <stdio.h>

#include "expression.h"


static int parse_tables(program_t *program);
static void parse_statement(program_t *program);
static void parse_input(program_t *program);
static void parse_range(program_t *program, input_t *input);
static void parse_let(program_t *program);
static void parse_output(program_t *program);
static unsigned parse_party(program_t *program);
static void parse_name(program_t *program, ic_str_t name, value_t value,
    size_t place);
static int parse_end(program_t *program);


int
program_compile(program_t *program)
{
    int  rc;

    program->tokens.at = 0;
    program->depth = 0;
    program->tokens.failed = false;
    program->totals = 0;
    program->nnames = 0;
    program->ninputs = 0;
    program->noutputs = 0;
    program->aggregates = false;

    if (parse_tables(program) != 0) {
        return ic_task_fail(program->task, "internal", NULL, 0,
                            "memory is short");
    }

    if (!ic_utf8_valid(program->tokens.text)) {
        return ic_task_fail(program->task, "bad_parameter", NULL, 0,
                            "program is no UTF-8");
    }

    while (!program->tokens.failed
           && token_peek(program).kind != IC_TOKEN_END)
    {
        parse_statement(program);
    }

    rc = program->tokens.failed ? -1 : parse_end(program);

    return !program->tokens.failed ? rc
           : ic_task_fail(program->task, "bad_parameter", NULL, 0,
                          "program, line %u, column %u: %s",
                          program->tokens.line, program->tokens.column,
                          program->tokens.reason);
}


void
program_fail(program_t *program, size_t place, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    ic_token_vfail(&program->tokens, place, fmt, args);
    va_end(args);
}


static int
parse_tables(program_t *program)
{
    memset(program->plans, 0, sizeof(program->plans));

    if (program->names == NULL) {
        program->names = ic_zalloc(program->arena,
                             EXPRESSION_MAX_NAMES * sizeof(name_t));
        program->inputs = ic_zalloc(program->arena,
                              EXPRESSION_MAX_NAMES * sizeof(input_t));
        program->outputs = ic_zalloc(program->arena,
                               EXPRESSION_MAX_OUTPUTS * sizeof(output_t));
    }

    return program->names != NULL && program->inputs != NULL
           && program->outputs != NULL ? 0 : -1;
}


static void
parse_statement(program_t *program)
{
    if (token_is(program, "input")) {
        parse_input(program);

    } else if (token_is(program, "let")) {
        parse_let(program);

    } else if (token_is(program, "output")) {
        parse_output(program);

    } else if (!program->tokens.failed) {
        program_fail(program, token_peek(program).place,
                     "a statement begins with input, let or output");
    }

    token_expect(program, ";");
}


/* input NAME from PARTY [column NAME] [range LOW .. HIGH] */

static void
parse_input(program_t *program)
{
    size_t    place;
    input_t  *input;
    ic_str_t  column;

    input = &program->inputs[program->ninputs];
    place = token_peek(program).place;
    input->name = token_name(program, "a name");
    input->place = place;
    input->low = -EXPRESSION_RANGE;
    input->high = EXPRESSION_RANGE;
    token_expect(program, "from");
    input->owner = parse_party(program);

    column = token_is(program, "column")
             ? token_name(program, "the name of a column") : input->name;
    input->column = ic_str_z(program->arena, column);

    if (token_is(program, "range")) {
        parse_range(program, input);
    }

    if (program->tokens.failed) {
        return;
    }

    if (program->ninputs == EXPRESSION_MAX_NAMES - 1) {
        program_fail(program, place, "more than %d inputs",
                     EXPRESSION_MAX_NAMES - 1);
        return;
    }

    program->ninputs++;
    parse_name(program, input->name,
               value_input(program, program->ninputs - 1), place);
}


static void
parse_range(program_t *program, input_t *input)
{
    size_t  place;

    place = token_peek(program).place;
    input->low = token_number(program);
    token_expect(program, "..");
    input->high = token_number(program);

    if (!(input->low <= input->high)) {
        program_fail(program, place, "the range has no number in it");
    }
}


static void
parse_let(program_t *program)
{
    size_t    place;
    ic_str_t  name;

    place = token_peek(program).place;
    name = token_name(program, "a name");
    token_expect(program, "=");
    parse_name(program, name, program_expression(program), place);
}


/* output NAME to PARTY, PARTY = EXPRESSION */

static void
parse_output(program_t *program)
{
    size_t     place;
    unsigned   i;
    output_t  *output;

    place = token_peek(program).place;

    if (program->noutputs == EXPRESSION_MAX_OUTPUTS) {
        program_fail(program, place, "more than %d outputs",
                     EXPRESSION_MAX_OUTPUTS);
        return;
    }

    output = &program->outputs[program->noutputs];
    output->name = token_name(program, "a name");
    output->to = 0;
    token_expect(program, "to");

    do {
        output->to |= 1u << parse_party(program);
    } while (!program->tokens.failed && token_is(program, ","));

    token_expect(program, "=");
    output->value = program_expression(program);

    for (i = 0; i < program->noutputs; i++) {
        if (ic_str_eq(program->outputs[i].name, output->name)) {
            program_fail(program, place, "an output of this name is there "
                         "already");
        }
    }

    if (output->value.known) {
        program_fail(program, place, "this output is a constant");
    }

    program->noutputs++;
}


/* ROLE . NUMBER */

static unsigned
parse_party(program_t *program)
{
    char      name[32];
    size_t    place;
    ic_token_t   role, number;
    unsigned  i;

    role = token_next(program);
    place = role.place;

    if (role.kind != IC_TOKEN_NAME) {
        program_fail(program, place, "a party, such as guest.0, is expected "
                     "here");
        return 0;
    }

    token_expect(program, ".");
    number = token_next(program);

    (void) snprintf(name, sizeof(name), "%.*s.%.*s",
                    (int) (role.text.len < 12 ? role.text.len : 12),
                    (char *) role.text.data,
                    (int) (number.text.len < 12 ? number.text.len : 12),
                    (char *) number.text.data);

    for (i = 0; !program->tokens.failed && i < program->count; i++) {
        if (strcmp(program->parties[i]->name, name) == 0) {
            return i;
        }
    }

    program_fail(program, place, "%s is no data party of this task", name);

    return 0;
}


static void
parse_name(program_t *program, ic_str_t name, value_t value, size_t place)
{
    unsigned  i;

    if (program->tokens.failed) {
        return;
    }

    if (program->nnames == EXPRESSION_MAX_NAMES) {
        program_fail(program, place, "more than %d names",
                     EXPRESSION_MAX_NAMES);
        return;
    }

    for (i = 0; i < program->nnames; i++) {
        if (ic_str_eq(program->names[i].name, name)) {
            program_fail(program, place, "this name has a meaning already");
            return;
        }
    }

    program->names[program->nnames].name = name;
    program->names[program->nnames++].value = value;
}


static int
parse_end(program_t *program)
{
    if (program->noutputs == 0) {
        program_fail(program, program->tokens.text.len, "there is no output");
        return -1;
    }

    return plan_schedule(program, &program->plans[1]) != 0 ? -1
           : plan_schedule(program, &program->plans[0]);
}
