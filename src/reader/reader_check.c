
/*
 * Before a query runs: the database reads it as one statement and says what
 * columns it has, or where it cannot go on. Nothing is executed. What the
 * driver says is only looked up in the query: where its words are found
 * there, the query's own are told.
 */


#include <stdio.h>

#include "reader.h"


#define CHECK_TRIES  16              /* places that could be meant */
#define CHECK_SHOWN  24              /* bytes of the query behind a place */


/* What stands before and behind the words of a query in a message. */
static const struct {
    const char  *before;
    const char  *behind;             /* the last one of them */
    bool         rest;               /* all of the query from there on */
} check_quotes[] = {
    { "to use near '", "' at line ", true },
    { "at or near \"", "\"", false },
    { "unrecognized token: \"", "\"", true },
    { "near \"", "\"", false },
    { "column \"", "\" does not exist", false },
    { "relation \"", "\" does not exist", false },
    { "function ", "(", false },
    { "Unknown column '", "' in ", false },
    { "Table '", "' doesn't exist", false },
    { "no such column: ", " (", false },
    { "no such table: ", " (", false },
    { "no such function: ", " (", false },
};

/* What says that the query ends too early. */
static const char *const  check_ends[] = {
    "at end of input", "incomplete input", "near '' at line", "near \";\"",
    NULL
};


static int check_prepare(reader_t *reader, ic_str_t query);
static void check_place(reader_t *reader, ic_str_t query);
static bool check_is_end(const char *said);
static ic_str_t check_words(const char *said, bool *rest);
static ssize_t check_find(reader_t *reader, ic_str_t query, ic_str_t words);
static ssize_t check_begin(ic_str_t query, ic_str_t words);
static ssize_t check_word(ic_str_t query, ic_str_t word, size_t from);
static bool check_is_part(ic_str_t query, size_t at);


int
reader_check(reader_t *reader, ic_str_t query)
{
    SQLSMALLINT  columns;

    if (check_prepare(reader, query) != 0) {
        (void) reader_failed(reader, SQL_HANDLE_STMT, reader->statement,
                             "running the query");
        check_place(reader, query);
        return -1;
    }

    if (!SQL_SUCCEEDED(SQLNumResultCols(reader->statement, &columns))) {
        (void) reader_failed(reader, SQL_HANDLE_STMT, reader->statement,
                             "running the query");
        check_place(reader, query);
        return -1;
    }

    return columns > 0 ? 0
           : reader_refuse(reader, "data_query_failed", NULL, 0,
                           "a query must not write: this one gives no rows");
}


void
reader_point(reader_t *reader, ic_str_t query, size_t at)
{
    size_t  i, n, len, used;

    for (i = 0, n = 1; i < at && i < query.len; i++) {
        n += (query.data[i] & 0xc0) != 0x80;
    }

    used = strlen(reader->error.text);

    if (at >= query.len) {
        (void) snprintf(reader->error.text + used,
                        sizeof(reader->error.text) - used,
                        "; at character %zu: at its end", n);
        return;
    }

    len = query.len - at < CHECK_SHOWN ? query.len - at : CHECK_SHOWN;

    while (at + len < query.len && (query.data[at + len] & 0xc0) == 0x80) {
        len++;
    }

    (void) snprintf(reader->error.text + used,
                    sizeof(reader->error.text) - used,
                    "; at character %zu: near \"%.*s\"", n, (int) len,
                    (char *) query.data + at);
}


static int
check_prepare(reader_t *reader, ic_str_t query)
{
    return SQL_SUCCEEDED(SQLPrepare(reader->statement,
                                    (SQLCHAR *) query.data,
                                    (SQLINTEGER) query.len))
           ? 0 : -1;
}


/* reader->said is of the query's last try. */

static void
check_place(reader_t *reader, ic_str_t query)
{
    bool               rest;
    ssize_t            at;
    ic_str_t           words;
    ic_source_error_t  error;

    if (check_is_end(reader->said)) {
        reader_point(reader, query, query.len);
        return;
    }

    words = check_words(reader->said, &rest);

    if (words.len == 0) {
        return;
    }

    words = ic_str_dup(reader->arena, words);

    if (words.data == NULL) {
        return;
    }

    error = reader->error;

    if (rest && words.len <= query.len
        && memcmp(query.data + query.len - words.len, words.data, words.len)
           == 0)
    {
        at = (ssize_t) (query.len - words.len);

    } else {
        at = check_find(reader, query, words);
        at = at < 0 && rest ? check_begin(query, words) : at;
    }

    reader->error = error;

    if (at >= 0) {
        reader_point(reader, query, (size_t) at);
    }
}


static bool
check_is_end(const char *said)
{
    unsigned  n;

    for (n = 0; check_ends[n] != NULL; n++) {
        if (strstr(said, check_ends[n]) != NULL) {
            return true;
        }
    }

    return false;
}


static ic_str_t
check_words(const char *said, bool *rest)
{
    size_t       len;
    unsigned     n;
    const char  *begin, *end, *next;

    for (n = 0; n < sizeof(check_quotes) / sizeof(check_quotes[0]); n++) {
        begin = strstr(said, check_quotes[n].before);

        if (begin == NULL) {
            continue;
        }

        begin += strlen(check_quotes[n].before);
        len = strlen(check_quotes[n].behind);
        end = NULL;

        for (next = strstr(begin, check_quotes[n].behind); next != NULL;
             next = strstr(next + len, check_quotes[n].behind))
        {
            end = next;
        }

        *rest = check_quotes[n].rest;

        if (end != NULL && end > begin) {
            return ic_str_n(begin, (size_t) (end - begin));
        }
    }

    return ic_str_n(NULL, 0);
}


/*
 * A database names a word, not which one of those that are the same: the text
 * up to the one that it means ends with that error, up to one before only too
 * early. The place, -1: unknown.
 */

static ssize_t
check_find(reader_t *reader, ic_str_t query, ic_str_t words)
{
    bool         rest;
    ssize_t      at, next;
    unsigned     tries;
    ic_str_t     found;
    SQLSMALLINT  columns;

    at = check_word(query, words, 0);

    /* "test.t" is told of t */

    while (at < 0 && memchr(words.data, '.', words.len) != NULL) {
        found = ic_str_n(memchr(words.data, '.', words.len), 0);
        words = ic_str_n(found.data + 1,
                         words.len - (size_t) (found.data + 1 - words.data));
        at = check_word(query, words, 0);
    }

    for (tries = 0; at >= 0 && tries < CHECK_TRIES; tries++) {
        next = check_word(query, words, (size_t) at + words.len);

        if (next < 0) {
            return at;
        }

        if ((check_prepare(reader, ic_str_n(query.data,
                                            (size_t) at + words.len)) != 0
             || !SQL_SUCCEEDED(SQLNumResultCols(reader->statement,
                                                &columns)))
            && reader_failed(reader, SQL_HANDLE_STMT, reader->statement,
                             "looking for the place") != 0
            && !check_is_end(reader->said))
        {
            found = check_words(reader->said, &rest);

            if (ic_str_eq(found, words)) {
                return at;
            }
        }

        at = next;
    }

    return -1;
}


/* Drivers spoil what is not ASCII: the words before it, if only once there. */

static ssize_t
check_begin(ic_str_t query, ic_str_t words)
{
    size_t   i;
    ssize_t  at;

    for (i = 0; i < words.len && words.data[i] < 0x80
                && words.data[i] != '\\'; i++)
    {
        /* void */
    }

    words.len = i;
    at = check_word(query, words, 0);

    return at >= 0 && check_word(query, words, (size_t) at + 1) < 0 ? at : -1;
}


/* Where the word stands by itself, from there on; -1: nowhere. */

static ssize_t
check_word(ic_str_t query, ic_str_t word, size_t from)
{
    size_t  i;

    for (i = from; word.len > 0 && i + word.len <= query.len; i++) {
        if (ic_str_eq(ic_str_n(query.data + i, word.len), word)
            && !(check_is_part(query, i) && i > 0
                 && check_is_part(query, i - 1))
            && !(check_is_part(query, i + word.len - 1)
                 && check_is_part(query, i + word.len)))
        {
            return (ssize_t) i;
        }
    }

    return -1;
}


static bool
check_is_part(ic_str_t query, size_t at)
{
    u_char  c;

    if (at >= query.len) {
        return false;
    }

    c = query.data[at];

    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
}
