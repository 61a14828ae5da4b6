
/* What drivers say, as codes of ours. */


#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "reader.h"


/*
 * By SQLSTATE, the database's own number and words that are in the text, in
 * this order; drivers of SQLite have one state for everything.
 */

static const struct {
    const char  *state;          /* what it begins with */
    SQLINTEGER   native;         /* 0: any */
    const char  *words;          /* NULL: any */
    const char  *code;
    const char  *text;
} meanings[] = {
    { "28", 0, NULL, "data_source_refused", "user or password is wrong" },
    { "42501", 0, NULL, "data_source_refused",
      "the user may not read this table" },
    { "42", 1142, NULL, "data_source_refused",
      "the user may not read this table" },
    { "42", 1143, NULL, "data_source_refused",
      "the user may not read a column" },
    { "42", 1044, NULL, "data_source_refused",
      "the user may not use this database" },
    { "", 0, "password authentication failed", "data_source_refused",
      "user or password is wrong" },
    { "", 0, "does not exist\nFATAL", "data_source_refused",
      "no such user or database" },
    { "42S22", 0, NULL, "data_missing_column", "no such column" },
    { "42703", 0, NULL, "data_missing_column", "no such column" },
    { "", 0, "no such column", "data_missing_column", "no such column" },
    { "42S02", 0, NULL, "data_query_failed", "no such table" },
    { "42P01", 0, NULL, "data_query_failed", "no such table" },
    { "", 0, "no such table", "data_query_failed", "no such table" },
    { "42", 0, NULL, "data_query_failed", "the query is not accepted" },
    { "", 0, "syntax error", "data_query_failed",
      "the query is not accepted" },
    { "", 0, "incomplete input", "data_query_failed",
      "the query is not accepted" },
    { "", 0, "unrecognized token", "data_query_failed",
      "the query is not accepted" },
    { "", 0, "only one SQL statement", "data_query_failed",
      "one statement is read" },
    { "25006", 0, NULL, "data_query_failed", "a query must not write" },
    { "", 1792, NULL, "data_query_failed", "a query must not write" },
    { "", 0, "readonly", "data_query_failed", "a query must not write" },
    { "HYT", 0, NULL, "data_source_slow", "it took too long" },
    { "57014", 0, NULL, "data_source_slow", "it took too long" },
    { "70100", 0, NULL, "data_source_slow", "it took too long" },
    { "", 0, "interrupted", "data_source_slow", "it took too long" },
    { "IM002", 0, NULL, "data_unreadable", "no such data source" },
    { "IM00", 0, NULL, "data_unreadable", "its driver is not installed" },
    { "01000", 0, "Can't open lib", "data_unreadable",
      "its driver is not installed" },
    { "08", 0, NULL, "data_source_down", "it does not answer" },
    { "57P", 0, NULL, "data_source_down", "it is shutting down" },
    { "", 2002, NULL, "data_source_down", "it does not answer" },
    { "", 2003, NULL, "data_source_down", "it does not answer" },
    { "", 2006, NULL, "data_source_down", "the connection was lost" },
    { "", 2013, NULL, "data_source_down", "the connection was lost" },
    { "22", 0, NULL, "data_out_of_range",
      "a value cannot be represented" },
    { "", 0, NULL, "data_unreadable", "its driver reports an error" }
};


/*
 * States whose words are of connections, names and drivers. Those of others
 * are of data: a value that does not convert, a text of the database's code.
 */
static const char *const  spoken[] = {
    "01", "08", "25", "28", "42", "57", "HY", "IM", NULL
};


static size_t reader_quote(const char *text, const char *p);


void
reader_words(const char *what, const char *state, long native,
    const char *text)
{
    size_t       len;
    unsigned     i;
    const char  *p, *first, *last;

    for (i = 0; spoken[i] != NULL && strncmp(spoken[i], state, 2) != 0; i++) {
        /* void */
    }

    if (spoken[i] == NULL) {
        fprintf(stderr, "%s: %s %ld\n", what, state, native);
        return;
    }

    first = NULL;
    last = NULL;

    for (p = text; *p != '\0'; p++) {
        len = reader_quote(text, p);

        if (len != 0 && first == NULL) {
            first = p;

        } else if (len != 0) {
            last = p + len;
        }
    }

    if (first == NULL) {
        fprintf(stderr, "%s: %s %ld %s\n", what, state, native, text);
        return;
    }

    fprintf(stderr, "%s: %s %ld %.*s'...'%s\n", what, state, native,
            (int) (first - text), text, last != NULL ? last : "");
}


/* Bytes of a quotation mark; 0: it is none, such as that of "can't". */

static size_t
reader_quote(const char *text, const char *p)
{
    unsigned  i;

    static const char *const  marks[] = {
        "'", "\"", "`", "\xc2\xab", "\xc2\xbb", "\xe2\x80\x98",
        "\xe2\x80\x99", "\xe2\x80\x9a", "\xe2\x80\x9c", "\xe2\x80\x9d",
        "\xe2\x80\x9e", "\xe2\x80\xb9", "\xe2\x80\xba", "\xe3\x80\x8c",
        "\xe3\x80\x8d"
    };

    if (*p == '\'' && p - text >= 2 && isalpha((u_char) p[-2]) && p[-1] == 'n'
        && p[1] == 't' && !isalnum((u_char) p[2]))
    {
        return 0;
    }

    for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (strncmp(p, marks[i], strlen(marks[i])) == 0) {
            return strlen(marks[i]);
        }
    }

    return 0;
}


int
reader_failed(reader_t *reader, SQLSMALLINT type, SQLHANDLE handle,
    const char *what)
{
    char         state[6], *text = reader->said;
    unsigned     i;
    SQLINTEGER   native;
    SQLSMALLINT  len;

    if (!SQL_SUCCEEDED(SQLGetDiagRec(type, handle, 1, (SQLCHAR *) state,
                                     &native, (SQLCHAR *) text,
                                     sizeof(reader->said), &len)))
    {
        text[0] = '\0';
        return reader_refuse(reader, "data_unreadable", NULL, 0,
                             "%s: the driver fails without a reason", what);
    }

    reader_words(what, state, native, text);

    for (i = 0; strncmp(state, meanings[i].state, strlen(meanings[i].state))
                != 0
                || (meanings[i].native != 0 && meanings[i].native != native)
                || (meanings[i].words != NULL
                    && strstr(text, meanings[i].words) == NULL);
         i++)
    {
        /* the last row is for all */
    }

    return reader_refuse(reader, meanings[i].code, NULL, 0, "%s: %s", what,
                         meanings[i].text);
}


int
reader_refuse(reader_t *reader, const char *code, const char *column,
    int64_t row, const char *fmt, ...)
{
    va_list  args;

    reader->error.code = code;
    reader->error.row = row;
    (void) snprintf(reader->error.column, sizeof(reader->error.column), "%s",
                    column != NULL ? column : "");

    va_start(args, fmt);
    (void) vsnprintf(reader->error.text, sizeof(reader->error.text), fmt,
                     args);
    va_end(args);

    return -1;
}
