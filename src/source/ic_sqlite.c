
/*
 * A table of a SQLite database, opened read-only and read row by row, in
 * memory that does not grow with the rows. The one statement is the one
 * transaction: rows that others write meanwhile are not seen.
 */


#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "ic_number.h"
#include "ic_sqlite.h"
#include "ic_table.h"


#define SQLITE_WAIT_MS  5000             /* for a writer that commits */


struct ic_sqlite_s {
    sqlite3       *db;
    sqlite3_stmt  *select;
    unsigned       columns;
    int64_t        row;
    ic_str_t      *cells;
    char         (*numbers)[IC_NUMBER_TEXT];     /* by column */
};


static int sqlite_prepare(ic_sqlite_t *sqlite, const char *name,
    ic_source_error_t *error);
static int sqlite_cell(ic_sqlite_t *sqlite, unsigned n,
    ic_source_error_t *error);
static int sqlite_names(ic_table_t *table, const ic_sqlite_t *sqlite,
    ic_source_error_t *error);
static int sqlite_row(ic_table_t *table, const ic_str_t *row,
    ic_source_error_t *error);
static int database_failed(sqlite3 *db, ic_source_error_t *error);


ic_sqlite_t *
ic_sqlite_open(const char *path, const char *name, ic_source_error_t *error)
{
    ic_sqlite_t  *sqlite;

    sqlite = calloc(1, sizeof(ic_sqlite_t));

    if (sqlite == NULL) {
        (void) ic_source_fail(error, "internal", NULL, 0, "out of memory");
        return NULL;
    }

    if (sqlite3_open_v2(path, &sqlite->db, SQLITE_OPEN_READONLY, NULL)
        != SQLITE_OK)
    {
        (void) database_failed(sqlite->db, error);
        ic_sqlite_close(sqlite);
        return NULL;
    }

    (void) sqlite3_busy_timeout(sqlite->db, SQLITE_WAIT_MS);

    if (sqlite_prepare(sqlite, name, error) != 0) {
        ic_sqlite_close(sqlite);
        return NULL;
    }

    return sqlite;
}


void
ic_sqlite_close(ic_sqlite_t *sqlite)
{
    if (sqlite == NULL) {
        return;
    }

    (void) sqlite3_finalize(sqlite->select);
    (void) sqlite3_close(sqlite->db);
    free(sqlite->numbers);
    free(sqlite->cells);
    free(sqlite);
}


static int
sqlite_prepare(ic_sqlite_t *sqlite, const char *name,
    ic_source_error_t *error)
{
    int    rc;
    char  *sql;

    /* %w doubles the quotes of an identifier */

    sql = sqlite3_mprintf("SELECT * FROM \"%w\"", name);
    rc = sql != NULL ? sqlite3_prepare_v2(sqlite->db, sql, -1,
                                          &sqlite->select, NULL)
                     : SQLITE_NOMEM;
    sqlite3_free(sql);

    if (rc != SQLITE_OK) {
        return database_failed(sqlite->db, error);
    }

    sqlite->columns = (unsigned) sqlite3_column_count(sqlite->select);
    sqlite->cells = calloc(sqlite->columns, sizeof(ic_str_t));
    sqlite->numbers = calloc(sqlite->columns, IC_NUMBER_TEXT);

    return sqlite->cells != NULL && sqlite->numbers != NULL ? 0
           : ic_source_fail(error, "internal", NULL, 0, "out of memory");
}


unsigned
ic_sqlite_columns(const ic_sqlite_t *sqlite)
{
    return sqlite->columns;
}


const char *
ic_sqlite_column(const ic_sqlite_t *sqlite, unsigned n)
{
    const char  *name;

    name = sqlite3_column_name(sqlite->select, (int) n);

    return name != NULL ? name : "";
}


int
ic_sqlite_next(ic_sqlite_t *sqlite, const ic_str_t **cells,
    ic_source_error_t *error)
{
    unsigned  n;

    *cells = sqlite->cells;

    switch (sqlite3_step(sqlite->select)) {

    case SQLITE_DONE:
        return 0;

    case SQLITE_ROW:
        break;

    default:
        return database_failed(sqlite->db, error);
    }

    sqlite->row++;

    for (n = 0; n < sqlite->columns; n++) {
        if (sqlite_cell(sqlite, n, error) != 0) {
            return -1;
        }
    }

    return 1;
}


/* Numbers with all their digits: SQLite's own text form has only 15. */

static int
sqlite_cell(ic_sqlite_t *sqlite, unsigned n, ic_source_error_t *error)
{
    size_t         len;
    ic_str_t      *cell;
    const u_char  *text;

    cell = &sqlite->cells[n];
    *cell = ic_str_n(NULL, 0);

    switch (sqlite3_column_type(sqlite->select, (int) n)) {

    case SQLITE_NULL:
        return 0;

    case SQLITE_FLOAT:
        (void) snprintf(sqlite->numbers[n], IC_NUMBER_TEXT, "%.17g",
                        sqlite3_column_double(sqlite->select, (int) n));
        *cell = ic_str(sqlite->numbers[n]);
        return 0;

    case SQLITE_BLOB:
        return ic_source_fail(error, "data_unreadable",
                              ic_sqlite_column(sqlite, n), sqlite->row,
                              "binary data in row %lld",
                              (long long) sqlite->row);

    default:
        break;
    }

    text = sqlite3_column_text(sqlite->select, (int) n);
    len = (size_t) sqlite3_column_bytes(sqlite->select, (int) n);

    if (text == NULL || len > IC_TABLE_MAX_FIELD
        || memchr(text, '\0', len) != NULL)
    {
        return ic_source_fail(error, "data_unreadable",
                              ic_sqlite_column(sqlite, n), sqlite->row,
                              "a value in row %lld is too long or holds a "
                              "NUL byte", (long long) sqlite->row);
    }

    if (len > 0) {
        *cell = ic_str_n((u_char *) text, len);
    }

    return 0;
}


int
ic_sqlite_read(ic_table_t *table, const char *path, const char *name,
    ic_source_error_t *error)
{
    int              rc;
    ic_sqlite_t     *sqlite;
    const ic_str_t  *row;

    sqlite = ic_sqlite_open(path, name, error);

    if (sqlite == NULL) {
        return -1;
    }

    rc = sqlite_names(table, sqlite, error);

    while (rc == 0 && (rc = ic_sqlite_next(sqlite, &row, error)) == 1) {
        rc = sqlite_row(table, row, error);

        if (rc != 0) {
            break;
        }
    }

    ic_sqlite_close(sqlite);

    return rc;
}


static int
sqlite_names(ic_table_t *table, const ic_sqlite_t *sqlite,
    ic_source_error_t *error)
{
    char     **names;
    unsigned   n;

    names = ic_zalloc(table->pool, sqlite->columns * sizeof(char *));

    for (n = 0; names != NULL && n < sqlite->columns; n++) {
        names[n] = ic_str_z(table->pool,
                            ic_str(ic_sqlite_column(sqlite, n)));
    }

    return names != NULL
           ? ic_table_header(table, names, sqlite->columns, error)
           : ic_source_fail(error, "internal", NULL, 0, "out of memory");
}


static int
sqlite_row(ic_table_t *table, const ic_str_t *row, ic_source_error_t *error)
{
    char     **cells;
    unsigned   n;

    cells = ic_table_add_row(table, error);

    if (cells == NULL) {
        return -1;
    }

    for (n = 0; n < table->columns; n++) {

        if (row[n].data == NULL) {
            continue;
        }

        cells[n] = ic_str_z(table->pool, row[n]);

        if (cells[n] == NULL) {
            return ic_source_fail(error, "internal", NULL, 0,
                                  "out of memory");
        }
    }

    return 0;
}


/* SQLite's message names tables and columns, never values. */

static int
database_failed(sqlite3 *db, ic_source_error_t *error)
{
    return ic_source_fail(error, "data_unreadable", NULL, 0,
                          "the database says: %s", sqlite3_errmsg(db));
}
