
/* Words, numbers and signs of a text, and where they stand. */


#include <stdio.h>
#include <string.h>

#include "ic_token.h"


static void token_skip(ic_tokens_t *tokens);
static ic_token_t token_word(ic_tokens_t *tokens);
static ic_token_t token_digits(ic_tokens_t *tokens);
static ic_token_t token_quoted(ic_tokens_t *tokens);
static ic_token_t token_sign(ic_tokens_t *tokens);
static unsigned token_char(const ic_tokens_t *tokens);
static bool token_letter(const ic_tokens_t *tokens, bool first);
static bool token_digit(const ic_tokens_t *tokens, size_t at);


ic_token_t
ic_token_next(ic_tokens_t *tokens)
{
    u_char   c;
    ic_token_t  end;

    token_skip(tokens);

    if (tokens->at >= tokens->text.len || tokens->failed) {
        end.kind = IC_TOKEN_END;
        end.text = ic_str("the end");
        end.number = 0;
        end.place = tokens->at;
        return end;
    }

    c = tokens->text.data[tokens->at];

    return c == '"' ? token_quoted(tokens)
           : c >= '0' && c <= '9' ? token_digits(tokens)
           : token_letter(tokens, true) ? token_word(tokens)
           : token_sign(tokens);
}


ic_token_t
ic_token_peek(ic_tokens_t *tokens)
{
    size_t   at;
    ic_token_t  token;

    at = tokens->at;
    token = ic_token_next(tokens);
    tokens->at = at;

    return token;
}


/* Blanks, and comments to the end of their line. */

static void
token_skip(ic_tokens_t *tokens)
{
    u_char    c;
    ic_str_t  text;

    for (text = tokens->text; tokens->at < text.len; tokens->at++) {
        c = text.data[tokens->at];

        if (c == '#') {
            while (tokens->at < text.len && text.data[tokens->at] != '\n') {
                tokens->at++;
            }

            if (tokens->at == text.len) {
                return;
            }

        } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
            return;
        }
    }
}


static ic_token_t
token_word(ic_tokens_t *tokens)
{
    ic_token_t  token;

    token.kind = IC_TOKEN_NAME;
    token.number = 0;
    token.place = tokens->at;

    while (token_letter(tokens, false)) {
        tokens->at += token_char(tokens);
    }

    token.text = ic_str_n(tokens->text.data + token.place,
                          tokens->at - token.place);

    if (token.text.len > IC_TOKEN_MAX) {
        ic_token_fail(tokens, token.place, "a name of more than %d bytes",
                     IC_TOKEN_MAX);
    }

    return token;
}


/* Digits, a fraction, an exponent; ".." is none of it. */

static ic_token_t
token_digits(ic_tokens_t *tokens)
{
    size_t    at;
    ic_token_t   token;
    ic_str_t  text;

    text = tokens->text;
    token.kind = IC_TOKEN_NUMBER;
    token.place = tokens->at;

    for (at = tokens->at; token_digit(tokens, at); at++) { /* void */ }

    if (at < text.len && text.data[at] == '.'
        && token_digit(tokens, at + 1))
    {
        for (at++; token_digit(tokens, at); at++) { /* void */ }
    }

    if (at < text.len && (text.data[at] == 'e' || text.data[at] == 'E')) {
        at++;
        at += at < text.len
              && (text.data[at] == '+' || text.data[at] == '-');

        while (token_digit(tokens, at)) {
            at++;
        }
    }

    tokens->at = at;
    token.text = ic_str_n(text.data + token.place, at - token.place);

    if (ic_str_num(token.text, &token.number) != 0
        || token_letter(tokens, true))
    {
        token.number = 0;
        ic_token_fail(tokens, token.place, "this is no number");
    }

    return token;
}


static ic_token_t
token_quoted(ic_tokens_t *tokens)
{
    u_char    c;
    size_t    at;
    ic_token_t   token;
    ic_str_t  text;

    text = tokens->text;
    token.kind = IC_TOKEN_QUOTED;
    token.number = 0;
    token.place = tokens->at;

    for (at = tokens->at + 1; at < text.len && text.data[at] != '"'; at++) {
        c = text.data[at];

        if (c < ' ' || c == 0x7f) {
            break;
        }
    }

    token.text = ic_str_n(text.data + token.place + 1,
                          at - token.place - 1);
    tokens->at = at + 1;

    if (at >= text.len || text.data[at] != '"' || token.text.len == 0
        || token.text.len > IC_TOKEN_MAX)
    {
        tokens->at = text.len;
        ic_token_fail(tokens, token.place, "a name in quotes has from 1 to "
                     "%d bytes, no line end, and quotes at both ends",
                     IC_TOKEN_MAX);
    }

    return token;
}


static ic_token_t
token_sign(ic_tokens_t *tokens)
{
    size_t    i, len;
    ic_token_t   token;
    ic_str_t  rest;

    static const char *const  signs[] = {
        "<=", ">=", "==", "!=", "..", "<", ">", "=", "+", "-", "*", "/", "(",
        ")", "[", "]", ",", ";", "."
    };

    token.kind = IC_TOKEN_SIGN;
    token.number = 0;
    token.place = tokens->at;
    rest = ic_str_n(tokens->text.data + tokens->at,
                    tokens->text.len - tokens->at);

    for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        len = strlen(signs[i]);

        if (rest.len >= len && memcmp(rest.data, signs[i], len) == 0) {
            token.text = ic_str_n(rest.data, len);
            tokens->at += len;
            return token;
        }
    }

    token.text = ic_str_n(rest.data, 0);
    ic_token_fail(tokens, token.place, "this sign is not known");

    return token;
}


/* Bytes of the character at the place; 1 for what is none. */

static unsigned
token_char(const ic_tokens_t *tokens)
{
    unsigned  n;

    n = ic_utf8_char(ic_str_n(tokens->text.data + tokens->at,
                              tokens->text.len - tokens->at));

    return n > 0 ? n : 1;
}


static bool
token_letter(const ic_tokens_t *tokens, bool first)
{
    u_char  c;

    if (tokens->at >= tokens->text.len) {
        return false;
    }

    c = tokens->text.data[tokens->at];

    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'
           || c >= 0x80 || (!first && c >= '0' && c <= '9');
}


static bool
token_digit(const ic_tokens_t *tokens, size_t at)
{
    return at < tokens->text.len && tokens->text.data[at] >= '0'
           && tokens->text.data[at] <= '9';
}


bool
ic_token_is(ic_tokens_t *tokens, const char *text)
{
    size_t   at;
    ic_token_t  token;

    at = tokens->at;
    token = ic_token_next(tokens);

    if ((token.kind == IC_TOKEN_NAME || token.kind == IC_TOKEN_SIGN)
        && ic_str_is(token.text, text))
    {
        return true;
    }

    tokens->at = at;

    return false;
}


void
ic_token_expect(ic_tokens_t *tokens, const char *text)
{
    ic_token_t  token;

    if (!tokens->failed && !ic_token_is(tokens, text)) {
        token = ic_token_peek(tokens);
        ic_token_fail(tokens, token.place, "\"%s\" is expected here, not "
                     "\"%.*s\"", text, (int) token.text.len,
                     (char *) token.text.data);
    }
}


ic_str_t
ic_token_name(ic_tokens_t *tokens, const char *what)
{
    ic_token_t  token;

    token = ic_token_next(tokens);

    if (token.kind != IC_TOKEN_NAME && token.kind != IC_TOKEN_QUOTED) {
        ic_token_fail(tokens, token.place, "%s is expected here", what);
    }

    return token.text;
}


double
ic_token_number(ic_tokens_t *tokens)
{
    bool     negative;
    ic_token_t  token;

    negative = ic_token_is(tokens, "-");
    token = ic_token_next(tokens);

    if (token.kind != IC_TOKEN_NUMBER) {
        ic_token_fail(tokens, token.place, "a number is expected here");
    }

    return negative ? -token.number : token.number;
}


void
ic_token_fail(ic_tokens_t *tokens, size_t place, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    ic_token_vfail(tokens, place, fmt, args);
    va_end(args);
}


void
ic_token_vfail(ic_tokens_t *tokens, size_t place, const char *fmt,
    va_list args)
{
    size_t  i;

    if (tokens->failed) {
        return;
    }

    tokens->failed = true;
    tokens->line = 1;
    tokens->column = 1;
    (void) vsnprintf(tokens->reason, sizeof(tokens->reason), fmt, args);

    /* columns are characters: bytes that do not go on with one */

    for (i = 0; i < place && i < tokens->text.len; i++) {
        if (tokens->text.data[i] == '\n') {
            tokens->line++;
            tokens->column = 1;

        } else {
            tokens->column += (tokens->text.data[i] & 0xc0) != 0x80;
        }
    }
}
