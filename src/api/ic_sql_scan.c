
/* The words of a SQL text, as one kind of database cuts it. */


#include <strings.h>

#include "ic_sql_scan.h"


static const ic_sql_dialect_t  scan_dialects[IC_SQL_DIALECTS] = {

    /* MariaDB, MySQL; the same with NO_BACKSLASH_ESCAPES */
    { .backslash = true, .hash = true, .dash_blank = true,
      .backtick = true },
    { .hash = true, .dash_blank = true, .backtick = true },

    /* PostgreSQL and its kin; the same before standard_conforming_strings */
    { .escape = true, .nested = true, .dollar = true },
    { .backslash = true, .nested = true, .dollar = true },

    /* SQLite */
    { .bracket = true, .backtick = true },

    /* SQL Server, and standard SQL as far as it differs */
    { .nested = true, .bracket = true }
};


static void scan_blanks(ic_sql_scan_t *scan);
static size_t scan_comment(const ic_sql_scan_t *scan, size_t i);
static size_t scan_block(const ic_sql_scan_t *scan, size_t i);
static bool scan_is_code(const ic_sql_scan_t *scan);
static void scan_quoted(ic_sql_scan_t *scan, u_char close,
    ic_sql_kind_e kind, bool backslash);
static bool scan_dollar(ic_sql_scan_t *scan);
static void scan_word(ic_sql_scan_t *scan);
static u_char scan_byte(const ic_sql_scan_t *scan, size_t i);


void
ic_sql_scan(ic_sql_scan_t *scan, ic_str_t sql, unsigned n)
{
    memset(scan, 0, sizeof(ic_sql_scan_t));
    scan->dialect = &scan_dialects[n];
    scan->sql = sql;
}


bool
ic_sql_next(ic_sql_scan_t *scan)
{
    u_char                   c;
    const ic_sql_dialect_t  *dialect;

    scan_blanks(scan);

    dialect = scan->dialect;
    scan->at = scan->next;
    c = scan_byte(scan, scan->next);

    if (scan->next >= scan->sql.len) {
        scan->kind = IC_SQL_END;
        scan->text = ic_str_n(NULL, 0);

    } else if (scan_is_code(scan)) {
        scan->kind = IC_SQL_CODE;
        scan->text = ic_str_n(scan->sql.data + scan->at, 2);
        scan->next += 2;

    } else if (c == '\'') {
        scan_quoted(scan, '\'', IC_SQL_STRING, dialect->backslash);

    } else if (c == '"') {
        scan_quoted(scan, '"', IC_SQL_NAME, dialect->backslash);

    } else if (c == '`' && dialect->backtick) {
        scan_quoted(scan, '`', IC_SQL_NAME, false);

    } else if (c == '[' && dialect->bracket) {
        scan_quoted(scan, ']', IC_SQL_NAME, false);

    } else if (c == '$' && dialect->dollar && scan_dollar(scan)) {
        scan->kind = IC_SQL_STRING;

    } else if (ic_sql_is_letter(c) || (c >= '0' && c <= '9')) {
        scan_word(scan);

    } else {
        scan->kind = IC_SQL_SIGN;
        scan->text = ic_str_n(scan->sql.data + scan->at, 1);
        scan->next++;
    }

    scan->end = scan->next;

    return scan->kind != IC_SQL_END;
}


bool
ic_sql_is_listed(const char *const *list, size_t n, ic_str_t word)
{
    int     order;
    size_t  low, middle;

    if (word.len < 2) {
        return false;
    }

    for (low = 0; low < n; /* void */) {
        middle = low + (n - low) / 2;
        order = strncasecmp((char *) word.data, list[middle], word.len);

        if (order == 0 && list[middle][word.len] == '\0') {
            return true;
        }

        if (order > 0) {
            low = middle + 1;
        } else {
            n = middle;
        }
    }

    return false;
}


bool
ic_sql_is_blank(u_char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}


bool
ic_sql_is_letter(u_char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'
           || c >= 0x80;
}


static void
scan_blanks(ic_sql_scan_t *scan)
{
    size_t  end;

    while (scan->next < scan->sql.len) {

        if (ic_sql_is_blank(scan->sql.data[scan->next])) {
            scan->next++;
            continue;
        }

        end = scan_comment(scan, scan->next);

        if (end == scan->next) {
            break;
        }

        scan->next = end;
    }
}


/* Past a comment that starts at i, or i itself. */

static size_t
scan_comment(const ic_sql_scan_t *scan, size_t i)
{
    u_char  c, next, third;
    bool    line;

    c = scan_byte(scan, i);
    next = scan_byte(scan, i + 1);
    third = scan_byte(scan, i + 2);

    line = (c == '#' && scan->dialect->hash)
           || (c == '-' && next == '-'
               && (!scan->dialect->dash_blank || third <= ' '));

    if (line) {
        while (i < scan->sql.len && scan->sql.data[i] != '\n'
               && (scan->sql.data[i] != '\r' || !scan->dialect->dollar))
        {
            i++;
        }

        return i;
    }

    return c == '/' && next == '*' && third != '!'
           && !(third == 'M' && scan_byte(scan, i + 3) == '!')
           ? scan_block(scan, i) : i;
}


/* An open one goes to the end. */

static size_t
scan_block(const ic_sql_scan_t *scan, size_t i)
{
    size_t  depth;

    depth = 1;

    for (i += 2; i < scan->sql.len; i++) {

        if (scan->sql.data[i] == '*' && scan_byte(scan, i + 1) == '/') {
            i++;

            if (--depth == 0) {
                return i + 1;
            }

        } else if (scan->dialect->nested && scan->sql.data[i] == '/'
                   && scan_byte(scan, i + 1) == '*')
        {
            i++;
            depth++;
        }
    }

    return scan->sql.len;
}


static bool
scan_is_code(const ic_sql_scan_t *scan)
{
    u_char  c;

    c = scan_byte(scan, scan->next + 2);

    return scan_byte(scan, scan->next) == '/'
           && scan_byte(scan, scan->next + 1) == '*'
           && (c == '!'
               || (c == 'M' && scan_byte(scan, scan->next + 3) == '!'));
}


/* A doubled quote is two texts side by side, which ends where one does. */

static void
scan_quoted(ic_sql_scan_t *scan, u_char close, ic_sql_kind_e kind,
    bool backslash)
{
    size_t  i;

    for (i = scan->next + 1; i < scan->sql.len; i++) {

        if (scan->sql.data[i] == '\\' && backslash) {
            i++;

        } else if (scan->sql.data[i] == close) {
            break;
        }
    }

    i = i < scan->sql.len ? i : scan->sql.len;

    scan->kind = kind;
    scan->text = ic_str_n(scan->sql.data + scan->at + 1, i - scan->at - 1);
    scan->next = i < scan->sql.len ? i + 1 : i;
}


static bool
scan_dollar(ic_sql_scan_t *scan)
{
    size_t  i, tag;

    for (tag = scan->next + 1;
         ic_sql_is_letter(scan_byte(scan, tag))
         || (tag > scan->next + 1 && scan_byte(scan, tag) >= '0'
             && scan_byte(scan, tag) <= '9');
         tag++)
    {
        /* void */
    }

    if (scan_byte(scan, tag) != '$') {
        return false;
    }

    tag -= scan->next - 1;

    for (i = scan->next + tag; i + tag <= scan->sql.len; i++) {
        if (memcmp(scan->sql.data + i, scan->sql.data + scan->next, tag)
            == 0)
        {
            scan->text = ic_str_n(scan->sql.data + scan->next + tag,
                                  i - scan->next - tag);
            scan->next = i + tag;
            return true;
        }
    }

    scan->text = ic_str_n(NULL, 0);
    scan->next = scan->sql.len;

    return true;
}


static void
scan_word(ic_sql_scan_t *scan)
{
    u_char  c;
    size_t  i;

    for (i = scan->next; i < scan->sql.len; i++) {
        c = scan->sql.data[i];

        if (!ic_sql_is_letter(c) && !(c >= '0' && c <= '9') && c != '$') {
            break;
        }
    }

    scan->kind = IC_SQL_WORD;
    scan->text = ic_str_n(scan->sql.data + scan->at, i - scan->at);
    scan->next = i;

    if (scan->dialect->escape && scan->text.len == 1
        && (scan->text.data[0] | 0x20) == 'e'
        && scan_byte(scan, i) == '\'')
    {
        scan->at = i;
        scan_quoted(scan, '\'', IC_SQL_STRING, true);
    }
}


/* 0 behind the end. */

static u_char
scan_byte(const ic_sql_scan_t *scan, size_t i)
{
    return i < scan->sql.len ? scan->sql.data[i] : 0;
}
