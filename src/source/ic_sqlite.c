
/* A table of a SQLite database, opened read-only. */


#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "ic_table.h"


static int read_table(ic_table_t *table, sqlite3 *db, const char *name,
    ic_source_error_t *error);
static int read_columns(ic_table_t *table, sqlite3_stmt *select,
    ic_source_error_t *error);
static int read_row(ic_table_t *table, sqlite3_stmt *select,
    ic_source_error_t *error);
static char *cell_text(ic_table_t *table, sqlite3_stmt *select, int column);
static int database_failed(sqlite3 *db, ic_source_error_t *error);


int
ic_sqlite_read(ic_table_t *table, const char *path, const char *name,
    ic_source_error_t *error)
{
    int       rc;
    sqlite3  *db;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL)
        != SQLITE_OK)
    {
        rc = database_failed(db, error);

    } else {
        rc = read_table(table, db, name, error);
    }

    (void) sqlite3_close(db);

    return rc;
}


static int
read_table(ic_table_t *table, sqlite3 *db, const char *name,
    ic_source_error_t *error)
{
    int            rc, step;
    char          *sql;
    sqlite3_stmt  *select;

    /* %w doubles the quotes of an identifier */

    sql = sqlite3_mprintf("SELECT * FROM \"%w\"", name);

    if (sql == NULL
        || sqlite3_prepare_v2(db, sql, -1, &select, NULL) != SQLITE_OK)
    {
        sqlite3_free(sql);
        return database_failed(db, error);
    }

    sqlite3_free(sql);
    rc = read_columns(table, select, error);

    while (rc == 0) {
        step = sqlite3_step(select);

        if (step == SQLITE_DONE) {
            break;
        }

        rc = (step == SQLITE_ROW) ? read_row(table, select, error)
                                  : database_failed(db, error);
    }

    (void) sqlite3_finalize(select);

    return rc;
}


static int
read_columns(ic_table_t *table, sqlite3_stmt *select,
    ic_source_error_t *error)
{
    int     i, count;
    char  **names;

    count = sqlite3_column_count(select);
    names = ic_zalloc(table->pool, (size_t) count * sizeof(char *));

    for (i = 0; names != NULL && i < count; i++) {
        names[i] = ic_str_z(table->pool,
                            ic_str(sqlite3_column_name(select, i)));
    }

    if (names == NULL) {
        return ic_source_fail(error, "internal", NULL, 0, "out of memory");
    }

    return ic_table_header(table, names, (unsigned) count, error);
}


static int
read_row(ic_table_t *table, sqlite3_stmt *select, ic_source_error_t *error)
{
    int     i, type;
    char  **cells;

    cells = ic_table_add_row(table, error);

    if (cells == NULL) {
        return -1;
    }

    for (i = 0; i < (int) table->columns; i++) {
        type = sqlite3_column_type(select, i);

        if (type == SQLITE_BLOB) {
            return ic_source_fail(error, "data_unreadable", table->names[i],
                                  table->rows, "binary data in row %lld",
                                  (long long) table->rows);
        }

        if (type == SQLITE_NULL || sqlite3_column_bytes(select, i) == 0) {
            continue;
        }

        cells[i] = cell_text(table, select, i);

        if (cells[i] == NULL) {
            return ic_source_fail(error, "data_unreadable", table->names[i],
                                  table->rows, "a value in row %lld is too "
                                  "long or holds a NUL byte",
                                  (long long) table->rows);
        }
    }

    return 0;
}


/* Numbers with all their digits: SQLite's own text form has only 15. */

static char *
cell_text(ic_table_t *table, sqlite3_stmt *select, int column)
{
    char    number[40];
    size_t  len;

    if (sqlite3_column_type(select, column) == SQLITE_FLOAT) {
        (void) snprintf(number, sizeof(number), "%.17g",
                        sqlite3_column_double(select, column));
        return ic_str_z(table->pool, ic_str(number));
    }

    len = (size_t) sqlite3_column_bytes(select, column);

    if (len > IC_TABLE_MAX_FIELD
        || strlen((const char *) sqlite3_column_text(select, column)) != len)
    {
        return NULL;
    }

    return ic_str_z(table->pool,
                    ic_str_n(sqlite3_column_text(select, column), len));
}


/* SQLite's message names tables and columns, never values. */

static int
database_failed(sqlite3 *db, ic_source_error_t *error)
{
    return ic_source_fail(error, "data_unreadable", NULL, 0,
                          "the database says: %s", sqlite3_errmsg(db));
}
