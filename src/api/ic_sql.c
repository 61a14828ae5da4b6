
/* SQL texts: normal form, and what is certainly not one SELECT. */


#include "../lib/ic_codec.h"
#include "ic_sql.h"
#include "ic_sql_scan.h"


/* Words that are reserved in all databases: never a name without quotes. */
static const char *const  sql_reserved[] = {
    "all", "and", "as", "asc", "between", "by", "case", "cross", "desc",
    "distinct", "else", "exists", "from", "group", "having", "in", "inner",
    "is", "join", "left", "like", "limit", "natural", "not", "null", "on",
    "or", "order", "outer", "right", "select", "then", "union", "using",
    "when", "where", "with"
};

#define NRESERVED  (sizeof(sql_reserved) / sizeof(sql_reserved[0]))


static bool sql_is_plain(ic_str_t sql);
static bool sql_is_joined(ic_str_t sql, size_t i);
static void sql_collapse(ic_str_t sql, ic_str_t *normal);
static size_t sql_word(ic_str_t sql, size_t i, ic_str_t *normal);
static const char *sql_reading(ic_str_t sql, unsigned dialect);


ic_str_t
ic_sql_normal(ic_arena_t *arena, ic_str_t sql)
{
    ic_str_t  normal;

    normal.len = 0;
    normal.data = ic_alloc(arena, sql.len + 1);

    if (normal.data == NULL) {
        return normal;
    }

    if (sql_is_plain(sql)) {
        sql_collapse(sql, &normal);

    } else {
        memcpy(normal.data, sql.data, sql.len);
        normal.len = sql.len;
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
    unsigned     n;
    const char  *reason, *first;

    if (sql.len > 0 && memchr(sql.data, '\0', sql.len) != NULL) {
        return "must be text without NUL bytes";
    }

    first = NULL;

    for (n = 0; n < IC_SQL_DIALECTS; n++) {
        reason = sql_reading(sql, n);

        if (reason == NULL) {
            return NULL;
        }

        first = first != NULL ? first : reason;
    }

    return first;
}


/* NULL: read so, it is one SELECT. */

static const char *
sql_reading(ic_str_t sql, unsigned dialect)
{
    bool           ended;
    ic_sql_scan_t  scan;

    ic_sql_scan(&scan, sql, dialect);

    while (ic_sql_next(&scan) && scan.kind == IC_SQL_SIGN
           && scan.text.data[0] == '(')
    {
        /* void */
    }

    if (scan.kind != IC_SQL_CODE
        && (scan.kind != IC_SQL_WORD
            || (!ic_str_is_nocase(scan.text, "select")
                && !ic_str_is_nocase(scan.text, "with"))))
    {
        return "must be a SELECT statement";
    }

    for (ended = false; ic_sql_next(&scan); /* void */) {

        if (scan.kind == IC_SQL_SIGN && scan.text.data[0] == ';') {
            ended = true;

        } else if (ended) {
            return "must be one statement only";
        }
    }

    return NULL;
}


/*
 * True if every database sees the same quotes in it and no comments, and
 * blanks are only between words.
 */

static bool
sql_is_plain(ic_str_t sql)
{
    u_char  c, next, quote;
    size_t  i;

    quote = 0;

    for (i = 0; i < sql.len; i++) {
        c = sql.data[i];
        next = i + 1 < sql.len ? sql.data[i + 1] : 0;

        if (c == '\\' || c == '$' || c == '[' || c == ']' || c == '#'
            || c == 0x7f || (c < ' ' && !ic_sql_is_blank(c))
            || (c == '-' && next == '-') || (c == '/' && next == '*'))
        {
            return false;
        }

        if (quote != 0) {

            if (quote == '`' && (c == '\'' || c == '"')) {
                return false;
            }

            if (c == quote) {
                quote = 0;

                if (sql_is_joined(sql, i)) {
                    return false;
                }
            }

        } else if (c == '\'' || c == '"' || c == '`') {
            quote = c;
        }
    }

    return quote == 0;
}


/* Texts side by side are one text or none, by the line ends between them. */

static bool
sql_is_joined(ic_str_t sql, size_t i)
{
    u_char  quote;
    size_t  next;

    quote = sql.data[i];

    for (next = i + 1; next < sql.len && ic_sql_is_blank(sql.data[next]);
         next++)
    {
        /* void */
    }

    return next > i + 1 && next < sql.len && sql.data[next] == quote;
}


static void
sql_collapse(ic_str_t sql, ic_str_t *normal)
{
    u_char  c, quote;
    size_t  i;

    quote = 0;

    for (i = 0; i < sql.len; /* void */) {
        c = sql.data[i];

        if (quote == 0 && (ic_sql_is_letter(c) || (c >= '0' && c <= '9'))) {
            i = sql_word(sql, i, normal);
            continue;
        }

        i++;

        if (quote != 0) {
            quote = (c == quote) ? 0 : quote;

        } else if (c == '\'' || c == '"' || c == '`') {
            quote = c;

        } else if (ic_sql_is_blank(c)) {
            c = ' ';

            if (normal->len == 0 || normal->data[normal->len - 1] == ' ') {
                continue;
            }
        }

        normal->data[normal->len++] = c;
    }

    while (normal->len > 0
           && (normal->data[normal->len - 1] == ' '
               || normal->data[normal->len - 1] == ';'))
    {
        normal->len--;
    }
}


/* One word as it is, or in lower case; where the next one may begin. */

static size_t
sql_word(ic_str_t sql, size_t i, ic_str_t *normal)
{
    bool      reserved;
    u_char    c, before;
    size_t    end;
    ic_str_t  word;

    for (end = i;
         end < sql.len && (ic_sql_is_letter(sql.data[end])
                           || (sql.data[end] >= '0' && sql.data[end] <= '9'));
         end++)
    {
        /* void */
    }

    before = normal->len > 0 ? normal->data[normal->len - 1] : ' ';

    if (before == ' ' && normal->len > 1) {
        before = normal->data[normal->len - 2];
    }

    word = ic_str_n(sql.data + i, end - i);
    reserved = before != '.' && before != '@' && before != ':'
               && ic_sql_is_listed(sql_reserved, NRESERVED, word);

    for (/* void */; i < end; i++) {
        c = sql.data[i];
        normal->data[normal->len++] = reserved && c >= 'A' && c <= 'Z'
                                      ? (u_char) (c | 0x20) : c;
    }

    return end;
}
