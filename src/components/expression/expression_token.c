
/* Words, numbers and signs of a program, and where they stand. */


#include <stdarg.h>
#include <stdio.h>

#include "expression.h"


static void token_skip(program_t *program);
static token_t token_word(program_t *program);
static token_t token_digits(program_t *program);
static token_t token_quoted(program_t *program);
static token_t token_sign(program_t *program);
static unsigned token_char(const program_t *program);
static bool token_letter(const program_t *program, bool first);
static bool token_digit(const program_t *program, size_t at);


token_t
token_next(program_t *program)
{
    u_char   c;
    token_t  end;

    token_skip(program);

    if (program->at >= program->text.len || program->failed) {
        end.kind = TOKEN_END;
        end.text = ic_str("the end");
        end.number = 0;
        end.place = program->at;
        return end;
    }

    c = program->text.data[program->at];

    return c == '"' ? token_quoted(program)
           : c >= '0' && c <= '9' ? token_digits(program)
           : token_letter(program, true) ? token_word(program)
           : token_sign(program);
}


token_t
token_peek(program_t *program)
{
    size_t   at;
    token_t  token;

    at = program->at;
    token = token_next(program);
    program->at = at;

    return token;
}


/* Blanks, and comments to the end of their line. */

static void
token_skip(program_t *program)
{
    u_char    c;
    ic_str_t  text;

    for (text = program->text; program->at < text.len; program->at++) {
        c = text.data[program->at];

        if (c == '#') {
            while (program->at < text.len && text.data[program->at] != '\n') {
                program->at++;
            }

            if (program->at == text.len) {
                return;
            }

        } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
            return;
        }
    }
}


static token_t
token_word(program_t *program)
{
    token_t  token;

    token.kind = TOKEN_NAME;
    token.number = 0;
    token.place = program->at;

    while (token_letter(program, false)) {
        program->at += token_char(program);
    }

    token.text = ic_str_n(program->text.data + token.place,
                          program->at - token.place);

    if (token.text.len > EXPRESSION_MAX_NAME) {
        program_fail(program, token.place, "a name of more than %d bytes",
                     EXPRESSION_MAX_NAME);
    }

    return token;
}


/* Digits, a fraction, an exponent; ".." is none of it. */

static token_t
token_digits(program_t *program)
{
    size_t    at;
    token_t   token;
    ic_str_t  text;

    text = program->text;
    token.kind = TOKEN_NUMBER;
    token.place = program->at;

    for (at = program->at; token_digit(program, at); at++) { /* void */ }

    if (at < text.len && text.data[at] == '.'
        && token_digit(program, at + 1))
    {
        for (at++; token_digit(program, at); at++) { /* void */ }
    }

    if (at < text.len && (text.data[at] == 'e' || text.data[at] == 'E')) {
        at++;
        at += at < text.len
              && (text.data[at] == '+' || text.data[at] == '-');

        while (token_digit(program, at)) {
            at++;
        }
    }

    program->at = at;
    token.text = ic_str_n(text.data + token.place, at - token.place);

    if (ic_str_num(token.text, &token.number) != 0
        || token_letter(program, true))
    {
        token.number = 0;
        program_fail(program, token.place, "this is no number");
    }

    return token;
}


static token_t
token_quoted(program_t *program)
{
    u_char    c;
    size_t    at;
    token_t   token;
    ic_str_t  text;

    text = program->text;
    token.kind = TOKEN_QUOTED;
    token.number = 0;
    token.place = program->at;

    for (at = program->at + 1; at < text.len && text.data[at] != '"'; at++) {
        c = text.data[at];

        if (c < ' ' || c == 0x7f) {
            break;
        }
    }

    token.text = ic_str_n(text.data + token.place + 1,
                          at - token.place - 1);
    program->at = at + 1;

    if (at >= text.len || text.data[at] != '"' || token.text.len == 0
        || token.text.len > EXPRESSION_MAX_NAME)
    {
        program->at = text.len;
        program_fail(program, token.place, "a name in quotes has from 1 to "
                     "%d bytes, no line end, and quotes at both ends",
                     EXPRESSION_MAX_NAME);
    }

    return token;
}


static token_t
token_sign(program_t *program)
{
    size_t    i, len;
    token_t   token;
    ic_str_t  rest;

    static const char *const  signs[] = {
        "<=", ">=", "==", "!=", "..", "<", ">", "=", "+", "-", "*", "/", "(",
        ")", "[", "]", ",", ";", "."
    };

    token.kind = TOKEN_SIGN;
    token.number = 0;
    token.place = program->at;
    rest = ic_str_n(program->text.data + program->at,
                    program->text.len - program->at);

    for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        len = strlen(signs[i]);

        if (rest.len >= len && memcmp(rest.data, signs[i], len) == 0) {
            token.text = ic_str_n(rest.data, len);
            program->at += len;
            return token;
        }
    }

    token.text = ic_str_n(rest.data, 0);
    program_fail(program, token.place, "this sign is not known");

    return token;
}


/* Bytes of the character at the place; 1 for what is none. */

static unsigned
token_char(const program_t *program)
{
    unsigned  n;

    n = ic_utf8_char(ic_str_n(program->text.data + program->at,
                              program->text.len - program->at));

    return n > 0 ? n : 1;
}


static bool
token_letter(const program_t *program, bool first)
{
    u_char  c;

    if (program->at >= program->text.len) {
        return false;
    }

    c = program->text.data[program->at];

    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'
           || c >= 0x80 || (!first && c >= '0' && c <= '9');
}


static bool
token_digit(const program_t *program, size_t at)
{
    return at < program->text.len && program->text.data[at] >= '0'
           && program->text.data[at] <= '9';
}


bool
token_is(program_t *program, const char *text)
{
    size_t   at;
    token_t  token;

    at = program->at;
    token = token_next(program);

    if ((token.kind == TOKEN_NAME || token.kind == TOKEN_SIGN)
        && ic_str_is(token.text, text))
    {
        return true;
    }

    program->at = at;

    return false;
}


void
token_expect(program_t *program, const char *text)
{
    token_t  token;

    if (!program->failed && !token_is(program, text)) {
        token = token_peek(program);
        program_fail(program, token.place, "\"%s\" is expected here, not "
                     "\"%.*s\"", text, (int) token.text.len,
                     (char *) token.text.data);
    }
}


ic_str_t
token_name(program_t *program, const char *what)
{
    token_t  token;

    token = token_next(program);

    if (token.kind != TOKEN_NAME && token.kind != TOKEN_QUOTED) {
        program_fail(program, token.place, "%s is expected here", what);
    }

    return token.text;
}


double
token_number(program_t *program)
{
    bool     negative;
    token_t  token;

    negative = token_is(program, "-");
    token = token_next(program);

    if (token.kind != TOKEN_NUMBER) {
        program_fail(program, token.place, "a number is expected here");
    }

    return negative ? -token.number : token.number;
}


void
program_fail(program_t *program, size_t place, const char *fmt, ...)
{
    char      text[512];
    size_t    i;
    va_list   args;
    unsigned  line, column;

    if (program->failed) {
        return;
    }

    va_start(args, fmt);
    (void) vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    /* columns are characters: bytes that do not go on with one */

    for (line = 1, column = 1, i = 0; i < place && i < program->text.len; i++)
    {
        if (program->text.data[i] == '\n') {
            line++;
            column = 1;

        } else {
            column += (program->text.data[i] & 0xc0) != 0x80;
        }
    }

    program->failed = true;
    (void) ic_task_fail(program->task, "bad_parameter", NULL, 0,
                        "program, line %u, column %u: %s", line, column,
                        text);
}
