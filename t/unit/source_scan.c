
/* Rows one after the other are those of the whole table, of every source. */


#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/source/ic_rows.h"
#include "../../src/source/ic_scan.h"
#include "tap.h"


static char         folder[] = "/tmp/ic-scan-XXXXXX";
static ic_arena_t  *arena;


static void
write_file(const char *name, const char *text)
{
    char   path[128];
    FILE  *file;

    (void) snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
}


static ic_json_t *
location(const char *fmt)
{
    return ic_json_parse(arena, ic_str_fmt(arena, fmt, folder), NULL);
}


static void
same(const char *what, const ic_json_t *place)
{
    bool                equal;
    int64_t             row;
    unsigned            n;
    ic_scan_t          *scan;
    ic_table_t         *table;
    const char         *text;
    const ic_str_t     *cells;
    ic_source_error_t   error;

    table = ic_table_open(place, 0, &error);
    scan = ic_scan_open(place, 0, &error);
    ok(table != NULL && scan != NULL, "%s: %s", what, error.text);
    is_int(ic_scan_columns(scan), ic_table_columns(table), "columns");

    for (equal = true, row = 0; ic_scan_next(scan, &cells, &error) == 1;
         row++)
    {
        for (n = 0; n < ic_scan_columns(scan); n++) {
            text = ic_table_text(table, row, (int) n);
            equal = equal && strcmp(ic_scan_column(scan, n),
                                    ic_table_column(table, n)) == 0
                    && (text == NULL ? cells[n].data == NULL
                                     : ic_str_is(cells[n], text));
        }
    }

    is_int(row, ic_table_rows(table), "as many rows");
    ok(equal, "the same cells");
    ic_scan_close(scan);
    ic_table_close(table);
}


static void
refused(const char *what, const ic_json_t *place, int64_t max_rows,
    const char *code, int64_t row)
{
    int                 rc;
    ic_scan_t          *scan;
    const ic_str_t     *cells;
    ic_source_error_t   error;

    scan = ic_scan_open(place, max_rows, &error);
    rc = scan != NULL ? 1 : -1;

    while (rc == 1) {
        rc = ic_scan_next(scan, &cells, &error);
    }

    is_int(rc, -1, "%s: refused", what);
    is_str(error.code, code, "%s", error.text);
    is_int(error.row, row, "the row");
    ic_scan_close(scan);
}


int
main(void)
{
    char      path[128];
    sqlite3  *db;

    arena = ic_pool_create();

    if (mkdtemp(folder) == NULL) {
        abort();
    }

    write_file("a.csv", "\xef\xbb\xbfid,\xe5\x90\x8d\r\n1,\"a,\"\"b\n\"\r\n"
               "2,\r\n3,\"\"\r\n\r\n\n");
    write_file("b.csv", "id,x\n1,2\n\n3,4\n");
    write_file("c.csv", "id,x\n1,2\n3\n");
    write_file("data_0", "id,x\n1,2\n,4.5\n");
    write_file("metadata", "{\"version\":1,\"columns\":[{\"name\":\"id\","
               "\"type\":\"int64\"},{\"name\":\"x\",\"type\":\"double\"}],"
               "\"partitions\":[{\"rows\":2}],\"rows\":2}");
    (void) snprintf(path, sizeof(path), "%s/d.db", folder);
    sqlite3_open(path, &db);
    sqlite3_exec(db, "CREATE TABLE t (id TEXT, x REAL);"
                 "INSERT INTO t VALUES ('a', 1.5), (NULL, 2), ('', NULL)",
                 NULL, NULL, NULL);
    sqlite3_close(db);

    same("a file", location("{\"type\":\"csv\",\"path\":\"%s/a.csv\"}"));
    same("a database", location("{\"type\":\"sqlite\",\"path\":\"%s/d.db\","
                                "\"table\":\"t\"}"));
    same("a folder", location("{\"type\":\"table\",\"path\":\"%s\"}"));

    refused("a limit", location("{\"type\":\"csv\",\"path\":\"%s/a.csv\"}"),
            2, "data_unreadable", 3);
    refused("a permit", location("{\"type\":\"csv\",\"path\":\"%s/a.csv\","
                                 "\"max_rows\":1}"), 0,
            "data_rows_exceeded", 2);
    refused("an empty line", location("{\"type\":\"csv\",\"path\":"
                                      "\"%s/b.csv\"}"), 0,
            "data_unreadable", 2);
    refused("a short line", location("{\"type\":\"csv\",\"path\":"
                                     "\"%s/c.csv\"}"), 0,
            "data_unreadable", 2);
    refused("no file", location("{\"type\":\"csv\",\"path\":\"%s/x.csv\"}"),
            0, "data_unreadable", 0);
    refused("a kind there is not", location("{\"type\":\"x\",\"path\":"
                                            "\"%s/x\"}"), 0,
            "data_unreadable", 0);

    for (const char *const *name = (const char *const []) {
             "a.csv", "b.csv", "c.csv", "data_0", "metadata", "d.db", NULL };
         *name != NULL;
         name++)
    {
        (void) snprintf(path, sizeof(path), "%s/%s", folder, *name);
        (void) unlink(path);
    }

    ok(rmdir(folder) == 0, "nothing is left");
    ic_pool_destroy(arena);

    return done();
}
