
/*
 * Tables of SQLite: names that are not plain words; rows that others write
 * while it is read; memory that does not grow with the rows.
 */


#include <sqlite3.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../../src/source/ic_scan.h"
#include "tap.h"


static ic_arena_t  *pool;


static ic_scan_t *
scan_open(const char *path)
{
    ic_source_error_t  error;

    return ic_scan_open(ic_json_parse(pool, ic_str_fmt(pool,
                        "{\"type\":\"sqlite\",\"path\":\"%s\",\"table\":"
                        "\"pairs\"}", path), NULL), 0, &error);
}


/* The two rows of a pair sum to zero in every state that was committed. */

static void
test_snapshot(sqlite3 *db, const char *path)
{
    long                sum;
    ic_scan_t          *scan;
    const ic_str_t     *cells;
    ic_source_error_t   error;

    (void) sqlite3_exec(db, "PRAGMA journal_mode = WAL;"
                        "CREATE TABLE pairs (id INTEGER PRIMARY KEY, x INT);"
                        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT "
                        "i + 1 FROM n WHERE i < 5000) INSERT INTO pairs "
                        "SELECT i, CASE i % 2 WHEN 0 THEN 7 ELSE -7 END FROM "
                        "n", NULL, NULL, NULL);
    scan = scan_open(path);

    for (sum = 0; scan != NULL && ic_scan_next(scan, &cells, &error) == 1;
         /* void */)
    {
        sum += atol((const char *) cells[1].data);

        if (ic_str_is(cells[0], "1")) {
            is_int(sqlite3_exec(db, "BEGIN; UPDATE pairs SET x = x - 1 WHERE "
                                "id = 1; UPDATE pairs SET x = x + 1 WHERE "
                                "id = 5000; INSERT INTO pairs VALUES "
                                "(5001, 9); COMMIT", NULL, NULL, NULL),
                   SQLITE_OK, "somebody writes while it is read");
        }
    }

    is_int(sum, 0, "... and one state of the table is read");
    ic_scan_close(scan);
}


static void
test_memory(sqlite3 *db, const char *path)
{
    long                before, rows;
    ic_scan_t          *scan;
    const ic_str_t     *cells;
    struct rusage       used;
    ic_source_error_t   error;

    (void) sqlite3_exec(db, "DELETE FROM pairs; WITH RECURSIVE n (i) AS ("
                        "SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                        "300000) INSERT INTO pairs SELECT i, printf('%060d', "
                        "i) FROM n", NULL, NULL, NULL);
    (void) getrusage(RUSAGE_SELF, &used);
    before = used.ru_maxrss;
    scan = scan_open(path);

    for (rows = 0; scan != NULL && ic_scan_next(scan, &cells, &error) == 1;
         rows++)
    {
        /* void */
    }

    (void) getrusage(RUSAGE_SELF, &used);
    is_int(rows, 300000, "many rows, one after the other");
    ok(used.ru_maxrss - before < 8 * 1024, "... in %ld KiB more of memory",
       used.ru_maxrss - before);
    ic_scan_close(scan);
}


int
main(void)
{
    char               path[] = "/tmp/ic-sqlite-XXXXXX", json[200];
    sqlite3           *db;
    ic_table_t        *table;
    ic_source_error_t  error;

    pool = ic_pool_create();
    close(mkstemp(path));

    if (sqlite3_open(path, &db) != SQLITE_OK
        || sqlite3_exec(db, "CREATE TABLE \"a\"\"b; \xe8\xa1\xa8\" "
                        "(\"\xe5\xb9\xb4 \xe9\xbe\x84\" INT, \"it's\" TEXT);"
                        "INSERT INTO \"a\"\"b; \xe8\xa1\xa8\" "
                        "VALUES (7, NULL)", NULL, NULL, NULL) != SQLITE_OK)
    {
        printf("# %s\n", sqlite3_errmsg(db));
    }

    sqlite3_close(db);
    (void) snprintf(json, sizeof(json), "{\"type\":\"sqlite\",\"path\":"
                    "\"%s\",\"table\":\"a\\\"b; \xe8\xa1\xa8\"}", path);
    table = ic_table_open(ic_json_parse(pool, ic_str(json), NULL), 0,
                          &error);

    if (ok(table != NULL, "a table with a quote in its name")) {
        is_int(ic_table_rows(table), 1, "... its row");
        is_str(ic_table_text(table, 0, ic_table_find(table,
               "\xe5\xb9\xb4 \xe9\xbe\x84")), "7", "... by column");
        ok(ic_table_find(table, "it's") == 1
           && ic_table_text(table, 0, 1) == NULL, "... and an empty value");
        ic_table_close(table);
    }

    if (sqlite3_open(path, &db) == SQLITE_OK) {
        test_snapshot(db, path);
        test_memory(db, path);
    }

    sqlite3_close(db);
    (void) unlink(path);
    ic_pool_destroy(pool);

    return done();
}
