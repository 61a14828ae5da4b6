
/* Rows of a query, in one go or page by page. */


#include <fcntl.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "reader.h"


static ic_str_t fetch_text(reader_t *reader);
static ic_str_t fetch_page_text(reader_t *reader, ic_str_t query,
    bool first);
static ic_str_t fetch_ordered_text(reader_t *reader, ic_str_t query,
    bool first);
static ic_str_t quoted(reader_t *reader, const char *name);
static int fetch_limits(reader_t *reader);
static int fetch_all(reader_t *reader, ic_str_t query);
static int fetch_pages(reader_t *reader, ic_str_t query);
static int fetch_page(reader_t *reader, ic_str_t query, int64_t *rows);
static int fetch_execute(reader_t *reader, ic_str_t query);
static int fetch_begin(reader_t *reader);
static int fetch_rows(reader_t *reader, int64_t *rows);
static int fetch_block(reader_t *reader);
static int fetch_key(reader_t *reader, unsigned n);
static int fetch_count(reader_t *reader, ic_str_t query);


int
reader_read(reader_t *reader)
{
    int       rc;
    ic_str_t  query;

    reader->key_column = -1;
    query = fetch_text(reader);

    if (query.data == NULL) {
        return reader_refuse(reader, "internal", NULL, 0, "memory is short");
    }

    if (fetch_limits(reader) != 0 || reader_check(reader, query) != 0) {
        return -1;
    }

    if (reader->request.prepare) {
        return reader_describe(reader);
    }

    (void) SQLFreeStmt(reader->statement, SQL_CLOSE);

    rc = reader->request.key != NULL && reader->driver->snapshot != NULL
         ? fetch_pages(reader, query) : fetch_all(reader, query);

    if (reader_write_end(reader) != 0
        || (rc == 0 && ic_rows_finish(reader->out, &reader->error) != 0))
    {
        rc = -1;
    }

    ic_rows_out_close(reader->out);
    reader->out = NULL;

    return rc;
}


static ic_str_t
fetch_text(reader_t *reader)
{
    ic_str_t  name;

    if (reader->request.query != NULL) {
        return ic_str(reader->request.query);
    }

    name = quoted(reader, reader->request.table);

    return name.data == NULL ? name
           : ic_str_fmt(reader->arena, "SELECT * FROM %.*s", (int) name.len,
                        (char *) name.data);
}


/* An identifier; a quote in it stands twice. */

static ic_str_t
quoted(reader_t *reader, const char *name)
{
    char      quote;
    u_char   *p;
    ic_str_t  text;

    quote = reader->quote[0];
    text.data = ic_zalloc(reader->arena, 2 * strlen(name) + 3);
    text.len = 0;

    if (text.data == NULL) {
        return text;
    }

    p = text.data;

    if (quote != '\0') {
        *p++ = (u_char) quote;
    }

    for ( /* void */ ; *name != '\0'; name++) {
        if (*name == quote) {
            *p++ = (u_char) quote;
        }

        *p++ = (u_char) *name;
    }

    if (quote != '\0') {
        *p++ = (u_char) quote;
    }

    text.len = (size_t) (p - text.data);

    return text;
}


/* What a driver does not know the watch and the count of rows see to. */

static int
fetch_limits(reader_t *reader)
{
    (void) SQLSetStmtAttr(reader->statement, SQL_ATTR_QUERY_TIMEOUT,
                          (SQLPOINTER) (SQLULEN) reader->request.timeout, 0);
    (void) SQLSetStmtAttr(reader->statement, SQL_ATTR_CURSOR_TYPE,
                          (SQLPOINTER) SQL_CURSOR_FORWARD_ONLY, 0);

    return 0;
}


static int
fetch_all(reader_t *reader, ic_str_t query)
{
    int64_t  rows;

    /* a digest is of rows in an order */

    if (reader->request.key != NULL && reader->request.content_key != NULL) {
        query = fetch_ordered_text(reader, query, true);
    }

    if (query.data == NULL) {
        return reader_refuse(reader, "internal", NULL, 0, "memory is short");
    }

    if (fetch_execute(reader, query) != 0 || fetch_begin(reader) != 0) {
        return -1;
    }

    return fetch_rows(reader, &rows);
}


static int
fetch_pages(reader_t *reader, ic_str_t query)
{
    int64_t   rows;
    ic_str_t  first, next;

    first = fetch_page_text(reader, query, true);
    next = fetch_page_text(reader, query, false);

    if (first.data == NULL || next.data == NULL) {
        return reader_refuse(reader, "internal", NULL, 0, "memory is short");
    }

    if (fetch_page(reader, first, &rows) != 0) {
        return -1;
    }

    if (!SQL_SUCCEEDED(SQLBindParameter(reader->statement, 1,
                                        SQL_PARAM_INPUT, SQL_C_CHAR,
                                        SQL_VARCHAR, READER_MAX_FIELD, 0,
                                        reader->last_key,
                                        sizeof(reader->last_key),
                                        &reader->last_length)))
    {
        return reader_failed(reader, SQL_HANDLE_STMT, reader->statement,
                             "the key of a page");
    }

    while (rows == reader->request.fetch_size) {
        if (fetch_page(reader, next, &rows) != 0) {
            return -1;
        }
    }

    return fetch_count(reader, query);
}


static ic_str_t
fetch_page_text(reader_t *reader, ic_str_t query, bool first)
{
    query = fetch_ordered_text(reader, query, first);

    return query.data == NULL ? query
           : ic_str_fmt(reader->arena, "%.*s LIMIT %lld", (int) query.len,
                        (char *) query.data,
                        (long long) reader->request.fetch_size);
}


/*
 * From the beginning, or behind a key. A table stands there by itself: a
 * query within costs the server a tenth.
 */

static ic_str_t
fetch_ordered_text(reader_t *reader, ic_str_t query, bool first)
{
    ic_str_t  key;

    key = quoted(reader, reader->request.key);

    if (key.data != NULL && reader->request.query != NULL) {
        query = ic_str_fmt(reader->arena, "SELECT * FROM (%.*s) AS "
                           "interconn_page", (int) query.len,
                           (char *) query.data);
    }

    if (key.data == NULL || query.data == NULL) {
        return ic_str_n(NULL, 0);
    }

    return ic_str_fmt(reader->arena, "%.*s%s%s%s ORDER BY %s",
                      (int) query.len, (char *) query.data,
                      first ? "" : " WHERE ",
                      first ? "" : (char *) key.data, first ? "" : " > ?",
                      (char *) key.data);
}


static int
fetch_page(reader_t *reader, ic_str_t query, int64_t *rows)
{
    if (fetch_execute(reader, query) != 0) {
        return -1;
    }

    if (reader->out == NULL) {
        if (fetch_begin(reader) != 0) {
            return -1;
        }

        if (reader->key_column == -1) {
            return reader_refuse(reader, "data_missing_column",
                                 reader->request.key, 0,
                                 "the query has no such column for a key");
        }
    }

    if (fetch_rows(reader, rows) != 0) {
        return -1;
    }

    (void) SQLFreeStmt(reader->statement, SQL_CLOSE);

    return 0;
}


static int
fetch_execute(reader_t *reader, ic_str_t query)
{
    SQLRETURN  rc;

    rc = SQLExecDirect(reader->statement, (SQLCHAR *) query.data,
                       (SQLINTEGER) query.len);

    if (SQL_SUCCEEDED(rc) || rc == SQL_NO_DATA) {
        return 0;
    }

    return reader_failed(reader, SQL_HANDLE_STMT, reader->statement,
                         "running the query");
}


static int
fetch_begin(reader_t *reader)
{
    int  folder;

    if (reader_describe(reader) != 0) {
        return -1;
    }

    folder = open(".", O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (folder == -1) {
        return reader_refuse(reader, "internal", NULL, 0,
                             "the folder cannot be opened");
    }

    /* the descriptor stays as long as the process */

    reader->out = ic_rows_create(folder, reader->out_columns,
                                 reader->ncolumns, 0, &reader->error);

    return reader->out != NULL ? reader_write_begin(reader) : -1;
}


static int
fetch_rows(reader_t *reader, int64_t *rows)
{
    SQLRETURN  rc;

    for (*rows = 0; ; *rows += (int64_t) reader->fetched) {
        rc = SQLFetch(reader->statement);

        if (rc == SQL_NO_DATA) {
            return 0;
        }

        if (!SQL_SUCCEEDED(rc)) {
            return reader_failed(reader, SQL_HANDLE_STMT, reader->statement,
                                 "reading rows");
        }

        if (fetch_block(reader) != 0) {
            return -1;
        }
    }
}


static int
fetch_block(reader_t *reader)
{
    unsigned  n;

    if (reader->request.max_rows > 0
        && reader->rows + (int64_t) reader->fetched
           > reader->request.max_rows)
    {
        return reader_refuse(reader, "data_rows_exceeded", NULL, 0,
                             "the query has more than %lld rows",
                             (long long) reader->request.max_rows);
    }

    for (n = 0; n < reader->fetched; n++) {
        if (reader->key_column != -1 && fetch_key(reader, n) != 0) {
            return -1;
        }

        reader->rows++;
    }

    return reader->fetched > 0 ? reader_write_block(reader) : 0;
}


/*
 * Keys that the database's own order takes for equal, such as "a" and "A",
 * lose rows at the border of two pages: the snapshot says how many there are.
 */

static int
fetch_count(reader_t *reader, ic_str_t query)
{
    SQLLEN    len;
    int64_t   count;
    ic_str_t  text;

    text = ic_str_fmt(reader->arena, "SELECT COUNT(*) FROM (%.*s) AS "
                      "interconn_page", (int) query.len,
                      (char *) query.data);

    if (text.data == NULL) {
        return reader_refuse(reader, "internal", NULL, 0, "memory is short");
    }

    (void) SQLFreeStmt(reader->statement, SQL_UNBIND);
    (void) SQLFreeStmt(reader->statement, SQL_RESET_PARAMS);
    (void) SQLSetStmtAttr(reader->statement, SQL_ATTR_ROW_ARRAY_SIZE,
                          (SQLPOINTER) 1, 0);

    if (fetch_execute(reader, text) != 0) {
        return -1;
    }

    if (!SQL_SUCCEEDED(SQLFetch(reader->statement))
        || !SQL_SUCCEEDED(SQLGetData(reader->statement, 1, SQL_C_SBIGINT,
                                     &count, sizeof(count), &len)))
    {
        return reader_failed(reader, SQL_HANDLE_STMT, reader->statement,
                             "counting the rows");
    }

    if (count != reader->rows) {
        return reader_refuse(reader, "data_duplicate_id",
                             reader->request.key, 0,
                             "the key of a paged query must be unique in "
                             "the database's own order");
    }

    return 0;
}


/* Equal keys at the border of two pages would lose rows. */

static int
fetch_key(reader_t *reader, unsigned n)
{
    char              text[32];
    SQLLEN            len;
    int64_t           integer;
    const void       *key;
    reader_column_t  *column;

    column = &reader->columns[reader->key_column];
    len = column->lengths[reader->filling][n];
    key = column->values[reader->filling] + (size_t) column->width * n;

    if (len == SQL_NULL_DATA) {
        return reader_refuse(reader, "data_null_value", reader->request.key,
                             reader->rows + 1, "a key is null");
    }

    switch (reader->out_columns[reader->key_column].type) {

    case IC_CELL_INT64:
        memcpy(&integer, key, sizeof(int64_t));
        len = snprintf(text, sizeof(text), "%lld", (long long) integer);
        key = text;
        break;

    case IC_CELL_STRING:
        if (len < 0 || len >= column->width) {
            return reader_refuse(reader, "data_out_of_range",
                                 reader->request.key, reader->rows + 1,
                                 "a key of more than %lld bytes",
                                 (long long) column->width - 1);
        }

        break;

    default:
        return reader_refuse(reader, "data_unreadable", reader->request.key,
                             0, "a key is a text or an integer");
    }

    if (reader->rows > 0 && len == reader->last_length
        && memcmp(key, reader->last_key, (size_t) len) == 0)
    {
        return reader_refuse(reader, "data_duplicate_id",
                             reader->request.key, reader->rows + 1,
                             "the key of a paged query must be unique");
    }

    memcpy(reader->last_key, key, (size_t) len);
    reader->last_length = len;

    return 0;
}
