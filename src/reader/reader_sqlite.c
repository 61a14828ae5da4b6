
/*
 * A query of a SQLite file, without a driver: read-only, one SELECT, of
 * tables of that file, with functions that compute. It runs twice in one
 * transaction: first for the types of its columns, which SQLite has by
 * value.
 */


#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <time.h>

#include "../source/ic_number.h"
#include "reader.h"


#define SQLITE_WAIT_MS   5000            /* for a writer that commits */
#define SQLITE_STEPS     10000           /* between two looks at the clock */


typedef struct {
    reader_t      *reader;
    sqlite3       *db;
    sqlite3_stmt  *select;
    ic_str_t       query;
    time_t         end;
    int64_t        rows;
} sqlite_read_t;


/* What computes, and nothing else. */
static const char *const  sqlite_functions[] = {
    "abs", "acos", "asin", "atan", "atan2", "avg", "ceil", "ceiling", "char",
    "coalesce", "concat", "cos", "count", "cume_dist", "date", "datetime",
    "degrees", "dense_rank", "exp", "first_value", "floor", "format", "glob",
    "group_concat", "hex", "ifnull", "iif", "instr", "julianday", "lag",
    "last_value", "lead", "length", "like", "ln", "log", "log10", "log2",
    "lower", "ltrim", "max", "min", "mod", "nth_value", "ntile", "nullif",
    "percent_rank", "pi", "pow", "power", "printf", "quote", "radians",
    "rank", "replace", "round", "row_number", "rtrim", "sign", "sin", "sqrt",
    "strftime", "string_agg", "substr", "substring", "sum", "tan", "time",
    "total", "trim", "trunc", "typeof", "unicode", "upper", NULL
};

static const struct {
    int  id;
    int  most;
} sqlite_limits[] = {
    { SQLITE_LIMIT_LENGTH, 1 << 24 },
    { SQLITE_LIMIT_SQL_LENGTH, 1 << 17 },
    { SQLITE_LIMIT_COLUMN, READER_MAX_COLUMNS },
    { SQLITE_LIMIT_EXPR_DEPTH, 200 },
    { SQLITE_LIMIT_COMPOUND_SELECT, 50 },
    { SQLITE_LIMIT_VDBE_OP, 100000 },
    { SQLITE_LIMIT_FUNCTION_ARG, 32 },
    { SQLITE_LIMIT_ATTACHED, 0 },
    { SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000 },
    { SQLITE_LIMIT_VARIABLE_NUMBER, 1 },
    { SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
    { SQLITE_LIMIT_WORKER_THREADS, 0 }
};


static int sqlite_open(sqlite_read_t *read);
static int sqlite_prepare(sqlite_read_t *read);
static int sqlite_permitted(void *data, int action, const char *first,
    const char *second, const char *base, const char *inner);
static bool sqlite_computes(const char *name);
static int sqlite_late(void *data);
static int sqlite_columns(sqlite_read_t *read);
static ic_cell_e sqlite_declared(const char *type);
static int sqlite_survey(sqlite_read_t *read);
static ic_cell_e sqlite_wider(ic_cell_e type, int value, bool first);
static int sqlite_write(sqlite_read_t *read);
static int sqlite_row(sqlite_read_t *read);
static int sqlite_cell(sqlite_read_t *read, unsigned n);
static int sqlite_failed(sqlite_read_t *read);


int
reader_sqlite(reader_t *reader)
{
    int            rc;
    sqlite_read_t  read;

    memset(&read, 0, sizeof(sqlite_read_t));
    read.reader = reader;
    read.end = time(NULL) + (time_t) reader->request.timeout;
    read.query = ic_str(reader->request.query);

    rc = sqlite_open(&read);

    if (rc == 0) {
        rc = sqlite_prepare(&read);
    }

    if (rc == 0) {
        rc = sqlite_columns(&read);
    }

    if (rc == 0 && !reader->request.prepare) {
        rc = sqlite_survey(&read) == 0 && sqlite_write(&read) == 0 ? 0 : -1;
    }

    (void) sqlite3_finalize(read.select);
    (void) sqlite3_close(read.db);

    return rc;
}


static int
sqlite_open(sqlite_read_t *read)
{
    unsigned  n;

    if (sqlite3_open_v2(read->reader->request.path, &read->db,
                        SQLITE_OPEN_READONLY|SQLITE_OPEN_NOFOLLOW, NULL)
        != SQLITE_OK)
    {
        return reader_refuse(read->reader, "data_source_down", NULL, 0,
                             "the file cannot be opened");
    }

    for (n = 0; n < sizeof(sqlite_limits) / sizeof(sqlite_limits[0]); n++) {
        (void) sqlite3_limit(read->db, sqlite_limits[n].id,
                             sqlite_limits[n].most);
    }

    (void) sqlite3_db_config(read->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void) sqlite3_db_config(read->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0,
                             NULL);
    (void) sqlite3_db_config(read->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION,
                             0, NULL);
    (void) sqlite3_busy_timeout(read->db, SQLITE_WAIT_MS);

    /* one reading for both runs of the query */

    if (sqlite3_exec(read->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK) {
        return sqlite_failed(read);
    }

    (void) sqlite3_set_authorizer(read->db, sqlite_permitted, read);
    sqlite3_progress_handler(read->db, SQLITE_STEPS, sqlite_late, read);

    return 0;
}


static int
sqlite_prepare(sqlite_read_t *read)
{
    const char  *rest;

    if (sqlite3_prepare_v3(read->db, (char *) read->query.data,
                           (int) read->query.len + 1, 0, &read->select,
                           &rest)
        != SQLITE_OK)
    {
        return sqlite_failed(read);
    }

    while (*rest == ' ' || (*rest >= '\t' && *rest <= '\r') || *rest == ';')
    {
        rest++;
    }

    if (read->select == NULL || *rest != '\0'
        || !sqlite3_stmt_readonly(read->select)
        || sqlite3_stmt_isexplain(read->select) != 0
        || sqlite3_bind_parameter_count(read->select) != 0)
    {
        return reader_refuse(read->reader, "data_query_failed", NULL, 0,
                             "one SELECT is read");
    }

    return 0;
}


/* At the preparation: what a statement could do beyond this it cannot. */

static int
sqlite_permitted(void *data, int action, const char *first,
    const char *second, const char *base, const char *inner)
{
    (void) data;
    (void) base;
    (void) inner;

    switch (action) {

    case SQLITE_SELECT:
        return SQLITE_OK;

    case SQLITE_READ:
        return first != NULL && sqlite3_strnicmp(first, "sqlite_", 7) != 0
               && sqlite3_strnicmp(first, "pragma_", 7) != 0
               ? SQLITE_OK : SQLITE_DENY;

    case SQLITE_FUNCTION:
        return sqlite_computes(second) ? SQLITE_OK : SQLITE_DENY;

    default:
        return SQLITE_DENY;
    }
}


static bool
sqlite_computes(const char *name)
{
    unsigned  n;

    for (n = 0; name != NULL && sqlite_functions[n] != NULL; n++) {
        if (sqlite3_stricmp(name, sqlite_functions[n]) == 0) {
            return true;
        }
    }

    return false;
}


static int
sqlite_late(void *data)
{
    sqlite_read_t  *read = data;

    return time(NULL) > read->end;
}


static int
sqlite_columns(sqlite_read_t *read)
{
    int          count;
    unsigned     i;
    reader_t    *reader;
    const char  *name;

    reader = read->reader;
    count = sqlite3_column_count(read->select);
    reader->ncolumns = (unsigned) count;
    reader->out_columns = ic_zalloc(reader->arena,
                                    (size_t) count * sizeof(ic_column_t));
    reader->cells = ic_zalloc(reader->arena,
                              (size_t) count * sizeof(ic_cell_t));

    if (reader->out_columns == NULL || reader->cells == NULL) {
        return reader_refuse(reader, "internal", NULL, 0, "memory is short");
    }

    for (i = 0; i < reader->ncolumns; i++) {
        name = sqlite3_column_name(read->select, (int) i);
        reader->out_columns[i].name = name == NULL ? NULL
                                      : ic_str_z(reader->arena,
                                                 ic_str(name));

        if (reader->out_columns[i].name == NULL) {
            return reader_refuse(reader, "internal", NULL, 0,
                                 "memory is short");
        }

        if (reader->request.prepare) {
            reader->out_columns[i].type = sqlite_declared(
                sqlite3_column_decltype(read->select, (int) i));
        }
    }

    return 0;
}


/* As far as the table says so; its values need not be of that type. */

static ic_cell_e
sqlite_declared(const char *type)
{
    static const struct {
        const char  *words;
        ic_cell_e    type;
    } known[] = {
        { "*int*", IC_CELL_INT64 },
        { "*real*", IC_CELL_DOUBLE },
        { "*floa*", IC_CELL_DOUBLE },
        { "*doub*", IC_CELL_DOUBLE }
    };

    char      lower[64];
    size_t    i;
    unsigned  n;

    for (i = 0; type != NULL && type[i] != '\0' && i < sizeof(lower) - 1;
         i++)
    {
        lower[i] = type[i] >= 'A' && type[i] <= 'Z' ? (char) (type[i] | 0x20)
                                                    : type[i];
    }

    lower[i] = '\0';

    for (n = 0; n < sizeof(known) / sizeof(known[0]); n++) {
        if (sqlite3_strglob(known[n].words, lower) == 0) {
            return known[n].type;
        }
    }

    return IC_CELL_STRING;
}


static int
sqlite_survey(sqlite_read_t *read)
{
    int        rc, value;
    bool      *seen;
    unsigned   i;
    reader_t  *reader;

    reader = read->reader;
    seen = ic_zalloc(reader->arena, reader->ncolumns * sizeof(bool));

    if (seen == NULL) {
        return reader_refuse(reader, "internal", NULL, 0, "memory is short");
    }

    while ((rc = sqlite3_step(read->select)) == SQLITE_ROW) {

        if (reader->request.max_rows > 0
            && read->rows++ == reader->request.max_rows)
        {
            return reader_refuse(reader, "data_rows_exceeded", NULL, 0,
                                 "the query has more than %lld rows",
                                 (long long) reader->request.max_rows);
        }

        for (i = 0; i < reader->ncolumns; i++) {
            value = sqlite3_column_type(read->select, (int) i);

            if (value != SQLITE_NULL) {
                reader->out_columns[i].type =
                    sqlite_wider(reader->out_columns[i].type, value,
                                 !seen[i]);
                seen[i] = true;
            }
        }
    }

    if (rc != SQLITE_DONE) {
        return sqlite_failed(read);
    }

    (void) sqlite3_reset(read->select);

    return 0;
}


static ic_cell_e
sqlite_wider(ic_cell_e type, int value, bool first)
{
    if (value != SQLITE_INTEGER && value != SQLITE_FLOAT) {
        return IC_CELL_STRING;
    }

    if (first) {
        return value == SQLITE_INTEGER ? IC_CELL_INT64 : IC_CELL_DOUBLE;
    }

    return type == IC_CELL_INT64 && value == SQLITE_FLOAT ? IC_CELL_DOUBLE
                                                          : type;
}


static int
sqlite_write(sqlite_read_t *read)
{
    int        rc, folder;
    reader_t  *reader;

    reader = read->reader;
    folder = open(".", O_RDONLY|O_DIRECTORY|O_CLOEXEC);
    reader->out = folder == -1 ? NULL
                  : ic_rows_create(folder, reader->out_columns,
                                   reader->ncolumns, 0, &reader->error);

    if (reader->out == NULL) {
        return folder != -1 ? -1
               : reader_refuse(reader, "internal", NULL, 0,
                               "the folder cannot be opened");
    }

    while ((rc = sqlite3_step(read->select)) == SQLITE_ROW) {
        if (sqlite_row(read) != 0) {
            break;
        }
    }

    rc = rc == SQLITE_DONE ? ic_rows_finish(reader->out, &reader->error)
         : rc == SQLITE_ROW ? -1 : sqlite_failed(read);

    ic_rows_out_close(reader->out);
    reader->out = NULL;

    return rc;
}


static int
sqlite_row(sqlite_read_t *read)
{
    unsigned   i;
    reader_t  *reader;

    reader = read->reader;

    for (i = 0; i < reader->ncolumns; i++) {
        if (sqlite_cell(read, i) != 0) {
            return -1;
        }
    }

    reader->rows++;

    return ic_rows_put(reader->out, reader->cells, &reader->error);
}


/* Of a column of texts numbers are texts too, with all their digits. */

static int
sqlite_cell(sqlite_read_t *read, unsigned n)
{
    int           value;
    char         *number;
    ic_cell_t    *cell;
    reader_t     *reader;
    sqlite3_stmt *select;

    static char  numbers[READER_MAX_COLUMNS][IC_NUMBER_TEXT];

    reader = read->reader;
    select = read->select;
    cell = &reader->cells[n];
    number = numbers[n];
    value = sqlite3_column_type(select, (int) n);
    cell->null = value == SQLITE_NULL;

    if (cell->null) {
        return 0;
    }

    if (value == SQLITE_BLOB) {
        return reader_refuse(reader, "data_unreadable",
                             reader->out_columns[n].name, reader->rows + 1,
                             "binary data");
    }

    switch (reader->out_columns[n].type) {

    case IC_CELL_INT64:
        cell->integer = sqlite3_column_int64(select, (int) n);
        return 0;

    case IC_CELL_DOUBLE:
        cell->number = sqlite3_column_double(select, (int) n);
        return 0;

    default:
        break;
    }

    if (value == SQLITE_FLOAT) {
        (void) snprintf(number, IC_NUMBER_TEXT, "%.17g",
                        sqlite3_column_double(select, (int) n));
        cell->text = ic_str(number);
        return 0;
    }

    cell->text = ic_str_n(sqlite3_column_text(select, (int) n),
                          (size_t) sqlite3_column_bytes(select, (int) n));

    if (cell->text.data == NULL || cell->text.len > READER_MAX_FIELD
        || memchr(cell->text.data, '\0', cell->text.len) != NULL)
    {
        return reader_refuse(reader, "data_unreadable",
                             reader->out_columns[n].name, reader->rows + 1,
                             "a text is too long or holds a NUL byte");
    }

    return 0;
}


/* Its own words are for the log; where, in words of the query. */

static int
sqlite_failed(sqlite_read_t *read)
{
    int          code, at;
    const char  *said;

    code = sqlite3_errcode(read->db);
    at = sqlite3_error_offset(read->db);
    said = sqlite3_errmsg(read->db);

    reader_words("SQLite", "HY000", code, said);

    if (code == SQLITE_INTERRUPT) {
        return reader_refuse(read->reader, "data_source_slow", NULL, 0,
                             "it took too long");
    }

    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
        return reader_refuse(read->reader, "data_source_down", NULL, 0,
                             "the file is locked");
    }

    (void) reader_refuse(read->reader,
                         strstr(said, "no such column") != NULL
                         ? "data_missing_column"
                         : code == SQLITE_ERROR || code == SQLITE_AUTH
                           || code == SQLITE_TOOBIG
                         ? "data_query_failed" : "data_unreadable",
                         NULL, 0, "running the query: %s",
                         code == SQLITE_AUTH ? "it may not read that"
                         : strstr(said, "no such column") != NULL
                         ? "no such column"
                         : strstr(said, "no such table") != NULL
                         ? "no such table" : "the query is not accepted");

    if (at >= 0) {
        reader_point(read->reader, read->query, (size_t) at);

    } else if (strstr(said, "incomplete input") != NULL) {
        reader_point(read->reader, read->query, read->query.len);
    }

    return -1;
}
