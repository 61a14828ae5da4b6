
/* SQL texts: normal form, and what is certainly not one SELECT. */


#include "../lib/ic_codec.h"
#include "ic_sql.h"


static bool is_space(u_char c);
static size_t skip_comment(ic_str_t sql, size_t i);
static size_t skip_quoted(ic_str_t sql, size_t i);
static bool starts_with_word(ic_str_t sql, size_t i, const char *word);
static size_t skip_blank(ic_str_t sql, size_t i);
static bool has_word(ic_str_t sql, size_t i);


ic_str_t
ic_sql_normal(ic_arena_t *arena, ic_str_t sql)
{
    u_char    c, quote;
    size_t    i;
    ic_str_t  normal;

    normal.len = 0;
    normal.data = ic_alloc(arena, sql.len + 1);

    if (normal.data == NULL) {
        return normal;
    }

    quote = 0;

    for (i = 0; i < sql.len; i++) {
        c = sql.data[i];

        if (quote != 0) {
            quote = (c == quote) ? 0 : quote;

        } else if (c == '\'' || c == '"' || c == '`') {
            quote = c;

        } else if (is_space(c)) {
            c = ' ';

            if (normal.len == 0 || normal.data[normal.len - 1] == ' ') {
                continue;
            }

        } else if (c >= 'A' && c <= 'Z') {
            c |= 0x20;
        }

        normal.data[normal.len++] = c;
    }

    while (quote == 0 && normal.len > 0
           && (normal.data[normal.len - 1] == ' '
               || normal.data[normal.len - 1] == ';'))
    {
        normal.len--;
    }

    normal.data[normal.len] = '\0';

    return normal;
}


int
ic_sql_digest(ic_arena_t *arena, ic_str_t sql, char hex[65])
{
    ic_str_t  normal;

    normal = ic_sql_normal(arena, sql);

    if (normal.data == NULL) {
        return -1;
    }

    ic_sha256_hex(hex, normal.data, normal.len);

    return 0;
}


const char *
ic_sql_refused(ic_str_t sql)
{
    size_t  i;

    if (sql.len > 0 && memchr(sql.data, '\0', sql.len) != NULL) {
        return "must be text without NUL bytes";
    }

    i = skip_blank(sql, 0);

    while (i < sql.len && sql.data[i] == '(') {
        i = skip_blank(sql, i + 1);
    }

    if (i == sql.len) {
        return "must be a SELECT statement";
    }

    if (!starts_with_word(sql, i, "select")
        && !starts_with_word(sql, i, "with"))
    {
        return "must be a SELECT statement";
    }

    while (i < sql.len) {

        if (sql.data[i] == ';' && has_word(sql, i + 1)) {
            return "must be one statement only";
        }

        i = skip_quoted(sql, i);
    }

    return NULL;
}


static bool
is_space(u_char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}


/* Past a comment that starts at i, or i itself. */
static size_t
skip_comment(ic_str_t sql, size_t i)
{
    if (i + 1 >= sql.len) {
        return i;
    }

    if (sql.data[i] == '-' && sql.data[i + 1] == '-') {

        while (i < sql.len && sql.data[i] != '\n') {
            i++;
        }

        return i;
    }

    if (sql.data[i] == '/' && sql.data[i + 1] == '*') {

        for (i += 2; i < sql.len; i++) {
            if (sql.data[i] == '/' && sql.data[i - 1] == '*') {
                return i + 1;
            }
        }
    }

    return i;
}


/* Past the comment, the quoted text or the byte at i. */
static size_t
skip_quoted(ic_str_t sql, size_t i)
{
    size_t  end;
    u_char  quote;

    end = skip_comment(sql, i);

    if (end > i) {
        return end;
    }

    quote = sql.data[i++];

    if (quote != '\'' && quote != '"' && quote != '`') {
        return i;
    }

    while (i < sql.len && sql.data[i] != quote) {
        i++;
    }

    return i < sql.len ? i + 1 : i;
}


static size_t
skip_blank(ic_str_t sql, size_t i)
{
    size_t  end;

    while (i < sql.len) {

        if (is_space(sql.data[i])) {
            i++;
            continue;
        }

        end = skip_comment(sql, i);

        if (end == i) {
            break;
        }

        i = end;
    }

    return i;
}


static bool
starts_with_word(ic_str_t sql, size_t i, const char *word)
{
    u_char  c;
    size_t  len;

    len = strlen(word);

    if (sql.len - i < len
        || !ic_str_is_nocase(ic_str_n(sql.data + i, len), word))
    {
        return false;
    }

    if (sql.len - i == len) {
        return true;
    }

    c = sql.data[i + len];

    return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
             || (c >= '0' && c <= '9') || c == '_' || c >= 0x80);
}


/* Anything but blanks, comments and further semicolons. */
static bool
has_word(ic_str_t sql, size_t i)
{
    for (i = skip_blank(sql, i); i < sql.len; i = skip_blank(sql, i + 1)) {
        if (sql.data[i] != ';') {
            return true;
        }
    }

    return false;
}
