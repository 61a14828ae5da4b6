
/* CSV and SQLite sources: what is read, and how bad data is named. */


#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../src/source/ic_source.h"
#include "tap.h"


typedef struct {
    const char  *name;
    const char  *text;
    const char  *want;           /* part of the error */
    int64_t      row;
} bad_t;


static const bad_t  bad_files[] = {
    { "nothing", "", "no header", 0 },
    { "blank lines only", "\r\n\n", "no header", 0 },
    { "unclosed quote", "a,b\n1,\"2\n", "unclosed quote in row 1", 1 },
    { "unclosed quote in the header", "a,\"b\n", "in the header row", 0 },
    { "quote inside", "a,b\n1,2\n1,2\"3\n", "a quote inside", 2 },
    { "text behind a quote", "a,b\n\"1\"x,2\n", "behind a closing", 1 },
    { "bare CR", "a,b\n1,2\r3,4\n", "bare carriage return", 1 },
    { "too few fields", "a,b\n1\n", "row 1 has 1 fields", 1 },
    { "too many fields", "a,b\n1,2\n1,2,3\n", "row 2 has 3 fields", 2 },
    { "a blank line inside", "a,b\n1,2\n\n3,4\n", "row 2 has 1", 2 },
    { "a name twice", "a,a\n1,2\n", "the same name", 0 },
    { "no name", "a,,b\n1,2,3\n", "column 2 has no name", 0 },
};

static const char  *good_numbers[] = {
    "0", "-1", "+2.5", ".5", "1.", "1e-05", "-3.25E+2", "00012", "1e308"
};

static const char  *bad_numbers[] = {
    ".", "-", "1e", "1e+", "0x10", "nan", "inf", " 1", "1 ", "1,5", "1e309",
    "--1", "1.2.3", "e5", "abc"
};


static char         path[] = "/tmp/source_csv_XXXXXX";
static ic_arena_t  *pool;


static void test_good(void);
static void test_bad(void);
static void test_nul(void);
static void test_numbers(void);
static void test_locations(void);
static void test_sqlite(void);
static void test_rows(void);
static void write_file(const char *text, size_t len);
static ic_table_t *open_table(const char *type, const char *table,
    int64_t max_rows, ic_source_error_t *error);
static ic_table_t *open_json(const char *json, ic_source_error_t *error);


/* Counting without reading agrees with reading, and with what is left. */

static void
test_rows(void)
{
    size_t              i;
    char                json[200];
    ic_table_t         *table;
    ic_source_error_t   error;

    static const char *const  files[] = {
        "a,b\n", "a,b\n1,2\n", "a,b\n1,2", "a,b\r\n1,2\r\n3,4\r\n\r\n",
        "\xef\xbb\xbf" "a,b\n1,2\n3,4\n\n\n",
        "a,b\n\"1\n\n1\",\"x\"\"\n\"\n3,4\n", "\"a\nb\",c\n1,2\n3,\n,\n"
    };

    for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        write_file(files[i], strlen(files[i]));
        table = open_table("csv", "", 0, &error);
        snprintf(json, sizeof(json), "{\"type\":\"csv\",\"path\":\"%s\"}",
                 path);

        ok(table != NULL
           && ic_source_rows(ic_json_parse(pool, ic_str(json), NULL), &error)
              == ic_table_rows(table), "rows of file %zu", i);
        ic_table_close(table);
    }

    write_file("a\n1\n2\n3\n", 8);

    for (i = 2; i < 4; i++) {
        snprintf(json, sizeof(json), "{\"type\":\"csv\",\"path\":\"%s\","
                 "\"max_rows\":%zu}", path, i);
        table = open_json(json, &error);
        ok((table != NULL) == (i == 3), "3 rows, %zu allowed", i);
        is_str(table ? "" : error.code, table ? "" : "data_rows_exceeded",
               "and why");
        ic_table_close(table);
    }

    snprintf(json, sizeof(json), "{\"type\":\"csv\",\"path\":\"/none\"}");
    ok(ic_source_rows(ic_json_parse(pool, ic_str(json), NULL), &error) == -1
       && strcmp(error.code, "data_unreadable") == 0, "no file");
}


int
main(void)
{
    int  fd;

    fd = mkstemp(path);
    pool = ic_pool_create();

    if (fd == -1 || pool == NULL) {
        ok(0, "a temporary file");
        return done();
    }

    (void) close(fd);

    test_good();
    test_bad();
    test_nul();
    test_numbers();
    test_locations();
    test_sqlite();
    test_rows();

    (void) unlink(path);
    ic_pool_destroy(pool);

    return done();
}


static void
write_file(const char *text, size_t len)
{
    FILE  *file;

    file = fopen(path, "w");
    (void) fwrite(text, 1, len, file);
    (void) fclose(file);
}


static ic_table_t *
open_table(const char *type, const char *table, int64_t max_rows,
    ic_source_error_t *error)
{
    ic_str_t   text;

    text = ic_str_fmt(pool, "{\"type\":\"%s\",\"path\":\"%s\",\"table\":"
                      "\"%s\",\"query\":\"select * from x\"}", type, path,
                      table);

    return ic_table_open(ic_json_parse(pool, text, NULL), max_rows, error);
}


static ic_table_t *
open_json(const char *json, ic_source_error_t *error)
{
    return ic_table_open(ic_json_parse(pool, ic_str(json), NULL), 0, error);
}


static void
test_good(void)
{
    ic_table_t         *table;
    ic_source_error_t   error;

    static const char  text[] =
        "\xef\xbb\xbfid,\"na\"\"me\",value\r\n"
        "1,\"a,b\",2.5\r\n"
        "2,\"line\r\nbreak\",\r\n"
        "3,\"\",-1\r\n\r\n";

    write_file(text, sizeof(text) - 1);
    table = open_table("csv", "", 0, &error);

    if (!ok(table != NULL, "a file with everything")) {
        printf("# %s\n", error.text);
        return;
    }

    is_int(ic_table_rows(table), 3, "three rows");
    is_int(ic_table_columns(table), 3, "three columns");
    is_str(ic_table_column(table, 0), "id", "the byte order mark is gone");
    is_str(ic_table_column(table, 1), "na\"me", "a doubled quote");
    is_str(ic_table_column(table, 3), NULL, "no fourth column");
    is_int(ic_table_find(table, "value"), 2, "found by name");
    is_int(ic_table_find(table, "Value"), -1, "names have a case");
    is_str(ic_table_text(table, 0, 1), "a,b", "a comma in quotes");
    is_str(ic_table_text(table, 1, 1), "line\r\nbreak", "a line break too");
    is_str(ic_table_text(table, 1, 2), NULL, "an empty field");
    is_str(ic_table_text(table, 2, 1), NULL, "an empty quoted field");
    is_str(ic_table_text(table, 3, 0), NULL, "no fourth row");
    is_str(ic_table_text(table, 0, -1), NULL, "no such column");
    ic_table_close(table);

    write_file("a\n1\n2\n3", 7);
    table = open_table("csv", "", 3, &error);
    ok(table != NULL && ic_table_rows(table) == 3, "no newline at the end");
    ic_table_close(table);

    table = open_table("csv", "", 2, &error);
    ok(table == NULL && strstr(error.text, "more than 2 rows") != NULL,
       "more rows than allowed");
    is_str(error.code, "data_unreadable", "is unreadable");
    is_int(error.row, 3, "at row 3");

    write_file("a,b\n", 4);
    table = open_table("csv", "", 0, &error);
    ok(table != NULL && ic_table_rows(table) == 0, "a header alone");
    ic_table_close(table);
}


static void
test_bad(void)
{
    size_t              i;
    ic_table_t         *table;
    const bad_t        *bad;
    ic_source_error_t   error;

    for (i = 0; i < sizeof(bad_files) / sizeof(bad_files[0]); i++) {
        bad = &bad_files[i];
        write_file(bad->text, strlen(bad->text));
        table = open_table("csv", "", 0, &error);

        if (!ok(table == NULL && strstr(error.text, bad->want) != NULL
                && error.row == bad->row
                && strcmp(error.code, "data_unreadable") == 0,
                "%s: %s", bad->name, bad->want))
        {
            printf("# %s, row %lld\n", table ? "accepted" : error.text,
                   (long long) error.row);
        }

        ic_table_close(table);
    }
}


static void
test_nul(void)
{
    ic_source_error_t  error;

    write_file("a\n1\0002\n", 6);
    ok(open_table("csv", "", 0, &error) == NULL
       && strstr(error.text, "NUL") != NULL, "a NUL byte");
    write_file("a\n\"1\0002\"\n", 8);
    ok(open_table("csv", "", 0, &error) == NULL
       && strstr(error.text, "NUL") != NULL, "in quotes too");
}


static void
test_numbers(void)
{
    char                text[64];
    double              value;
    size_t              i;
    ic_table_t         *table;
    ic_source_error_t   error;

    for (i = 0; i < sizeof(good_numbers) / sizeof(char *); i++) {
        (void) snprintf(text, sizeof(text), "x\n%s\n", good_numbers[i]);
        write_file(text, strlen(text));
        table = open_table("csv", "", 0, &error);
        ok(ic_table_numbers(table, "x", &value, &error) == 0
           && value == strtod(good_numbers[i], NULL), "\"%s\" is a number",
           good_numbers[i]);
        ic_table_close(table);
    }

    for (i = 0; i < sizeof(bad_numbers) / sizeof(char *); i++) {
        (void) snprintf(text, sizeof(text), "x\n\"%s\"\n", bad_numbers[i]);
        write_file(text, strlen(text));
        table = open_table("csv", "", 0, &error);
        ok(ic_table_numbers(table, "x", &value, &error) == -1
           && strcmp(error.code, "data_not_numeric") == 0 && error.row == 1
           && strcmp(error.column, "x") == 0, "\"%s\" is not",
           bad_numbers[i]);
        ic_table_close(table);
    }

    write_file("x,y\n1,2\n,3\n", 11);
    table = open_table("csv", "", 0, &error);
    ok(ic_table_numbers(table, "x", (double [2]) { 0, 0 }, &error) == -1,
       "an empty value");
    is_str(error.code, "data_null_value", "is data_null_value");
    is_int(error.row, 2, "in row 2");
    ok(ic_table_numbers(table, "z", &value, &error) == -1, "no column z");
    is_str(error.code, "data_missing_column", "is data_missing_column");
    is_str(error.column, "z", "that is named");
    ic_table_close(table);
}


static void
test_locations(void)
{
    size_t             i;
    ic_source_error_t  error;

    static const char  *locations[] = {
        "{}", "{\"type\":\"csv\"}", "{\"type\":\"csv\",\"path\":\"a.csv\"}",
        "{\"type\":\"csv\",\"path\":\"/no/such/file\"}",
        "{\"type\":\"csv\",\"path\":\"/\"}",
        "{\"type\":\"odbc\",\"path\":\"/x\"}",
        "{\"type\":\"sqlite\",\"path\":\"/no/such.db\"}",
        "{\"type\":\"sqlite\",\"path\":\"/no/such.db\",\"table\":\"t\"}",
        "{\"type\":1,\"path\":\"/x\"}", "[]"
    };

    for (i = 0; i < sizeof(locations) / sizeof(locations[0]); i++) {
        ok(open_json(locations[i], &error) == NULL
           && strcmp(error.code, "data_unreadable") == 0, "%s: %s",
           locations[i], error.text);
    }
}


static void
test_sqlite(void)
{
    double              x[2];
    sqlite3            *db;
    ic_table_t         *table;
    ic_source_error_t   error;

    write_file("", 0);
    (void) sqlite3_open(path, &db);
    (void) sqlite3_exec(db, "CREATE TABLE \"the \"\"table\"(id, x REAL, t);"
                        "INSERT INTO \"the \"\"table\" VALUES"
                        "(1, 0.1234567890123456789, 'text'),"
                        "(9007199254740993, 2, NULL);"
                        "CREATE TABLE binary(b);"
                        "INSERT INTO binary VALUES(x'0102')",
                        NULL, NULL, NULL);
    (void) sqlite3_close(db);

    table = open_table("sqlite", "the \\\"table", 0, &error);

    if (!ok(table != NULL, "a table with an odd name")) {
        printf("# %s\n", error.text);
        return;
    }

    is_int(ic_table_rows(table), 2, "two rows");
    is_int(ic_source_rows(ic_json_parse(pool, ic_str_fmt(pool,
               "{\"type\":\"sqlite\",\"path\":\"%s\",\"table\":"
               "\"the \\\"table\"}", path), NULL), &error),
           2, "counted without reading");
    is_str(ic_table_text(table, 1, 0), "9007199254740993", "a long integer");
    is_str(ic_table_text(table, 0, 2), "text", "text");
    is_str(ic_table_text(table, 1, 2), NULL, "NULL");
    ok(ic_table_numbers(table, "x", x, &error) == 0
       && x[0] == 0.1234567890123456789 && x[1] == 2,
       "reals keep all their digits");
    ic_table_close(table);

    ok(open_table("sqlite", "the \\\"table", 1, &error) == NULL
       && strstr(error.text, "more than 1 rows") != NULL, "the row limit");
    ok(open_table("sqlite", "none", 0, &error) == NULL
       && strstr(error.text, "no such table") != NULL, "no such table");
    ok(open_table("sqlite", "x\\\"; DROP TABLE binary; --", 0, &error)
       == NULL, "an identifier stays one");
    ok(open_table("sqlite", "binary", 0, &error) == NULL
       && strstr(error.text, "binary data") != NULL, "binary data refused");
}
