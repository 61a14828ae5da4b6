
/* Tables of SQLite whose names and columns are not plain words. */


#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../src/source/ic_source.h"
#include "tap.h"


int
main(void)
{
    char               path[] = "/tmp/ic-sqlite-XXXXXX", json[200];
    sqlite3           *db;
    ic_arena_t        *pool;
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

    (void) unlink(path);
    ic_pool_destroy(pool);

    return done();
}
