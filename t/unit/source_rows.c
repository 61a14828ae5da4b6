
/*
 * Tables between tasks: what is written reads back, whatever is in it; what
 * is wrong is named by file, row and column.
 */


#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/lib/ic_codec.h"
#include "../../src/source/ic_rows.h"
#include "tap.h"


#define ROUNDS   60
#define MAX_COL  6


typedef struct {
    const char  *name;
    const char  *metadata;
    const char  *data;
    const char  *want;           /* part of the error */
    int64_t      row;
    const char  *column;
} bad_t;


static const char  typed[] =
    "{\"columns\":[{\"name\":\"a\",\"type\":\"int64\"},"
    "{\"name\":\"b\",\"type\":\"double\"},"
    "{\"name\":\"c\",\"type\":\"bool\"}]}";

static const bad_t  bad_tables[] = {
    { "no data", typed, NULL, "data_0: No such file", 0, "" },
    { "no header", typed, "", "no header line", 0, "" },
    { "another header", typed, "a,c,b\n", "differs", 0, "b" },
    { "a header that is short", typed, "a,b\n", "at column 3", 0, "c" },
    { "a header that is long", typed, "a,b,c,d\n", "at column 4", 0, "" },
    { "an integer that is none", typed, "a,b,c\n1,1,true\nx,1,true\n",
      "column 1 \"a\" in row 2 of data_0 is no int64", 2, "a" },
    { "an integer with zeros", typed, "a,b,c\n01,1,true\n", "no int64", 1,
      "a" },
    { "an integer too large", typed, "a,b,c\n9223372036854775808,1,true\n",
      "no int64", 1, "a" },
    { "an integer with a point", typed, "a,b,c\n1.0,1,true\n", "no int64", 1,
      "a" },
    { "a double that is none", typed, "a,b,c\n1,1.2.3,true\n",
      "no finite double", 1, "b" },
    { "a double too large", typed, "a,b,c\n1,1e999,true\n",
      "no finite double", 1, "b" },
    { "a double nan", typed, "a,b,c\n1,nan,true\n", "no finite double", 1,
      "b" },
    { "a bool that is none", typed, "a,b,c\n1,1,yes\n", "neither true", 1,
      "c" },
    { "a row that is short", typed, "a,b,c\n1,1,true\n1,2\n", "fewer", 2,
      "" },
    { "a row that is long", typed, "a,b,c\n1,1,true,\n", "more", 1, "" },
    { "an open quote", typed, "a,b,c\n1,\"1,true\n1,1,true\n",
      "unclosed quote in row 1", 1, "" },
    { "text behind a quote", "{}", "a\n\"b\"c\n", "behind a closing", 1,
      "a" },
    { "a quote inside", "{}", "a\nb\"\"c\n", "inside an unquoted", 1, "a" },
    { "a bare CR", "{}", "a\nb\rc\n", "bare carriage", 1, "a" },
    { "a name twice", "{}", "a,a\n", "the same name", 0, "a" },
    { "no name", "{}", "a,,b\n", "column 2 of data_0 has no name", 0, "" },
    { "another version", "{\"version\":2}", "a\n1\n", "the version", 0, "" },
    { "no metadata", NULL, "a\n1\n", "metadata: No such file", -1, "" },
    { "metadata of junk", "[", "a\n1\n", "no JSON object", 0, "" },
    { "a type of junk", "{\"columns\":[{\"name\":\"a\",\"type\":\"int\"}]}",
      "a\n1\n", "column 1 needs", 0, "a" },
    { "rows that are missing",
      "{\"columns\":[{\"name\":\"a\",\"type\":\"int64\"}],"
      "\"partitions\":[{\"rows\":3}]}", "a\n1\n2\n",
      "has 2 rows, metadata says 3", 0, "" },
};

static char         folder[] = "/tmp/source_rows_XXXXXX";
static int          fd;
static ic_arena_t  *pool;


static void test_good(void);
static void test_bad(void);
static void test_survey(void);
static void test_memory(void);
static void test_round_trips(void);
static bool round_trip(void);
static void random_cell(ic_cell_e type, ic_cell_t *cell);
static bool same_cell(ic_cell_e type, const ic_cell_t *a,
    const ic_cell_t *b);
static uint64_t random_bits(void);
static void put(const char *name, const char *text);
static void empty(void);


int
main(void)
{
    unsigned     seed;
    const char  *text;

    text = getenv("IC_SEED");
    seed = (text != NULL) ? (unsigned) strtoul(text, NULL, 10)
                          : (unsigned) ic_now_ms();
    printf("# IC_SEED=%u\n", seed);
    srandom(seed);

    pool = ic_pool_create();

    if (mkdtemp(folder) == NULL
        || (fd = open(folder, O_RDONLY|O_DIRECTORY)) == -1)
    {
        return 1;
    }

    /* first, while the process is small */

    test_memory();
    test_good();
    test_bad();
    test_survey();
    test_round_trips();

    empty();
    (void) close(fd);
    (void) rmdir(folder);
    ic_pool_destroy(pool);

    return done();
}


static void
test_good(void)
{
    ic_rows_t          *rows;
    const ic_cell_t    *cells;
    ic_source_error_t   error;

    static const char *const  wanted[] = { "c", "a", NULL };

    put("metadata", typed);
    put("data_0", "\xef\xbb\xbf" "a,b,c\r\n-1,2.5e1,true\r\n,,\r\n"
        "\"7\",\"1\",\"false\"");

    rows = ic_rows_open_path(folder, NULL, &error);
    ok(rows != NULL, "a table opens: %s", error.text);

    is_int(ic_rows_next(rows, &cells, &error), 1, "a row");
    is_int(cells[0].integer, -1, "an int64");
    ok(cells[1].number == 25, "a double");
    ok(cells[2].truth && !cells[2].null, "a bool");
    is_int(ic_rows_next(rows, &cells, &error), 1, "a row of nulls");
    ok(cells[0].null && cells[1].null && cells[2].null, "they are null");
    is_int(ic_rows_next(rows, &cells, &error), 1, "values in quotes: %s",
           error.text);
    ok(cells[0].integer == 7 && cells[1].number == 1 && !cells[2].truth,
       "they are values");
    is_int(ic_rows_next(rows, &cells, &error), 0, "the end");
    is_int(ic_rows_next(rows, &cells, &error), 0, "stays the end");
    is_int(ic_rows_count(rows), 3, "three rows");
    ic_rows_close(rows);

    rows = ic_rows_open_path(folder, wanted, &error);
    ok(rows != NULL && ic_rows_columns(rows) == 2, "two of the columns");
    is_str(ic_rows_column(rows, 0)->name, "c", "in the order wanted");
    is_int(ic_rows_next(rows, &cells, &error), 1, "a row");
    ok(cells[0].truth && cells[1].integer == -1, "their values");
    ic_rows_close(rows);

    put("metadata", "{}");
    put("data_0", "a\nx\n\n\"\"\n\"b,\n\"\"c\"\n");
    rows = ic_rows_open_path(folder, NULL, &error);
    is_int(ic_rows_next(rows, &cells, &error), 1, "one column of text");
    is_int(ic_rows_next(rows, &cells, &error), 1, "an empty line");
    ok(cells[0].null, "is null");
    is_int(ic_rows_next(rows, &cells, &error), 1, "two quotes");
    ok(!cells[0].null && cells[0].text.len == 0, "are an empty string");
    is_int(ic_rows_next(rows, &cells, &error), 1, "a line end in quotes");
    ok(ic_str_is(cells[0].text, "b,\n\"c"), "is text");
    is_int(ic_rows_next(rows, &cells, &error), 0, "the end");
    ic_rows_close(rows);

    {
        static const char *const  none[] = { "z", NULL };
        static const char *const  twice[] = { "a", "a", NULL };

        ok(ic_rows_open_path(folder, none, &error) == NULL
           && strcmp(error.code, "data_missing_column") == 0,
           "a column that is not there: %s", error.text);
        ok(ic_rows_open_path(folder, twice, &error) == NULL,
           "a column twice: %s", error.text);
    }

    ok(ic_rows_open_path("/nonexistent", NULL, &error) == NULL,
       "no folder: %s", error.text);
    empty();
}


static void
test_bad(void)
{
    int                 rc;
    size_t              i;
    ic_rows_t          *rows;
    const bad_t        *bad;
    const ic_cell_t    *cells;
    ic_source_error_t   error;

    for (i = 0; i < sizeof(bad_tables) / sizeof(bad_tables[0]); i++) {
        bad = &bad_tables[i];
        empty();

        if (bad->metadata != NULL) {
            put("metadata", bad->metadata);
        }

        if (bad->data != NULL) {
            put("data_0", bad->data);
        }

        rows = ic_rows_open_path(folder, NULL, &error);
        rc = (rows == NULL) ? -1 : 1;

        while (rc == 1) {
            rc = ic_rows_next(rows, &cells, &error);
        }

        ic_rows_close(rows);
        is_int(rc, -1, "%s", bad->name);
        ok(strstr(error.text, bad->want) != NULL, "says: %s", error.text);
        is_int(error.row, bad->row, "its row");
        is_str(error.column, bad->column, "its column");
    }

    /* a record that does not end */

    empty();
    put("metadata", "{}");

    {
        char  *text;

        text = malloc(IC_ROWS_MAX_RECORD + 100);
        memset(text, 'x', IC_ROWS_MAX_RECORD + 99);
        memcpy(text, "a\n\"", 3);
        text[IC_ROWS_MAX_RECORD + 99] = '\0';
        put("data_0", text);
        free(text);
    }

    rows = ic_rows_open_path(folder, NULL, &error);
    is_int(ic_rows_next(rows, &cells, &error), -1, "an endless record");
    ok(strstr(error.text, "longer than") != NULL, "says: %s", error.text);
    ic_rows_close(rows);
    empty();
}


static void
test_survey(void)
{
    ic_about_t          about;
    ic_partition_t      parts[2];
    ic_source_error_t   error;

    static const char  *columns[] = { "int64", "double", "bool", "string",
                                      "string", "string", "string" };
    unsigned            n;

    put("data_0", "i,d,b,s,z,q,n\n1,1,true,x,007,\"1\",\n");
    put("data_1", "i,d,b,s,z,q,n\n-2,1.5,,,12,2,\n,,false,1,,,\n");

    memset(&about, 0, sizeof(about));
    memset(parts, 0, sizeof(parts));
    about.rows = -1;
    about.partitions = parts;
    about.npartitions = 2;

    is_int(ic_rows_survey(pool, fd, &about, &error), 0, "a survey: %s",
           error.text);
    is_int(about.rows, 3, "rows");
    is_int(parts[0].rows, 1, "of the first partition");
    is_int(parts[1].rows, 2, "of the second one");
    is_int(about.ncolumns, 7, "columns");

    for (n = 0; n < about.ncolumns; n++) {
        is_str(ic_cell_name(about.columns[n].type), columns[n], "type of %s",
               about.columns[n].name);
    }

    about.rows = 4;
    is_int(ic_rows_survey(pool, fd, &about, &error), -1, "wrong rows");
    ok(strstr(error.text, "3 rows, metadata says 4") != NULL, "says: %s",
       error.text);

    put("data_1", "i,d,b,s,z,q,n\n1,1,true,\xff,0,\"\",\n");
    about.rows = -1;
    is_int(ic_rows_survey(pool, fd, &about, &error), -1, "no UTF-8");
    ok(strstr(error.text, "of data_1 is no UTF-8") != NULL, "says: %s",
       error.text);
    empty();
}


/* A million rows, read in the memory that one needs. */

static void
test_memory(void)
{
    long                before;
    double              sum;
    int64_t             n;
    ic_rows_t          *rows;
    ic_cell_t           cells[2];
    ic_rows_out_t      *out;
    struct rusage       usage;
    const ic_cell_t    *read;
    ic_source_error_t   error;

    static const ic_column_t  columns[] = {
        { "id", IC_CELL_INT64 }, { "x", IC_CELL_DOUBLE }
    };

    memset(cells, 0, sizeof(cells));
    out = ic_rows_create(fd, columns, 2, 300000, &error);

    for (n = 0; n < 1000000; n++) {
        cells[0].integer = n;
        cells[1].number = (double) n / 8;
        (void) ic_rows_put(out, cells, &error);
    }

    is_int(ic_rows_finish(out, &error), 0, "a million rows are written");
    ic_rows_out_close(out);

    (void) getrusage(RUSAGE_SELF, &usage);
    before = usage.ru_maxrss;
    sum = 0;
    rows = ic_rows_open_path(folder, NULL, &error);

    while (ic_rows_next(rows, &read, &error) == 1) {
        sum += read[1].number;
    }

    is_int(ic_rows_count(rows), 1000000, "and read");
    ok(sum == 499999500000.0 / 8, "as they were");
    ic_rows_close(rows);
    (void) getrusage(RUSAGE_SELF, &usage);
    ok(usage.ru_maxrss - before < 4096, "in %ld KiB more memory",
       usage.ru_maxrss - before);
    empty();
}


static void
test_round_trips(void)
{
    unsigned  i, wrong;

    for (wrong = 0, i = 0; i < ROUNDS; i++) {
        wrong += !round_trip();
        empty();
    }

    is_int(wrong, 0, "%d random tables read back", ROUNDS);
}


static bool
round_trip(void)
{
    int                 rc;
    bool                same;
    ic_cell_t          *cells;
    unsigned            i, n, ncolumns, nrows;
    ic_rows_t          *rows;
    ic_column_t         columns[MAX_COL];
    ic_rows_out_t      *out;
    const ic_cell_t    *read;
    ic_source_error_t   error;

    static const char *const  names[MAX_COL] = {
        "a", "b c", "\"", ",", "\xe6\xa0\x87\xe8\xaf\x86", "x\ny"
    };

    ncolumns = 1 + (unsigned) random() % MAX_COL;
    nrows = (unsigned) random() % 300;
    cells = calloc(nrows * ncolumns + 1, sizeof(ic_cell_t));

    for (n = 0; n < ncolumns; n++) {
        columns[n].name = names[n];
        columns[n].type = (ic_cell_e) (random() % 4);
    }

    out = ic_rows_create(fd, columns, ncolumns, random() % 3 * 50, &error);
    rc = (out != NULL) ? 0 : -1;

    for (i = 0; rc == 0 && i < nrows; i++) {
        for (n = 0; n < ncolumns; n++) {
            random_cell(columns[n].type, &cells[i * ncolumns + n]);
        }

        rc = ic_rows_put(out, &cells[i * ncolumns], &error);
    }

    same = rc == 0 && ic_rows_finish(out, &error) == 0;
    ic_rows_out_close(out);

    rows = ic_rows_open_path(folder, NULL, &error);
    same = same && rows != NULL;

    for (i = 0; same && i < nrows; i++) {
        same = ic_rows_next(rows, &read, &error) == 1;

        for (n = 0; same && n < ncolumns; n++) {
            same = same_cell(columns[n].type, &read[n],
                             &cells[i * ncolumns + n]);
        }
    }

    same = same && ic_rows_next(rows, &read, &error) == 0
           && ic_rows_count(rows) == nrows;

    if (!same) {
        printf("# row %u: %s\n", i, error.text);
    }

    ic_rows_close(rows);
    free(cells);
    ic_pool_reset(pool);

    return same;
}


static void
random_cell(ic_cell_e type, ic_cell_t *cell)
{
    size_t    i;
    uint64_t  bits;

    static const char  letters[] = "a,\"\n\r \t;0-.";

    memset(cell, 0, sizeof(ic_cell_t));
    cell->null = random() % 8 == 0;
    bits = random_bits();

    if (cell->null) {
        return;
    }

    switch (type) {

    case IC_CELL_INT64:
        cell->integer = (int64_t) (bits >> random() % 64);
        break;

    case IC_CELL_DOUBLE:
        memcpy(&cell->number, &bits, sizeof(double));
        cell->number = isfinite(cell->number) ? cell->number : 0.5;
        break;

    case IC_CELL_BOOL:
        cell->truth = bits & 1;
        break;

    case IC_CELL_STRING:
        cell->text.len = (random() % 40 == 0) ? (size_t) random() % 400000
                                              : (size_t) random() % 12;
        cell->text.data = ic_alloc(pool, cell->text.len + 1);

        for (i = 0; i < cell->text.len; i++) {
            cell->text.data[i] = (u_char) letters[random()
                                                  % (sizeof(letters) - 1)];
        }

        break;
    }
}


static bool
same_cell(ic_cell_e type, const ic_cell_t *a, const ic_cell_t *b)
{
    if (a->null || b->null) {
        return a->null == b->null;
    }

    switch (type) {

    case IC_CELL_INT64:
        return a->integer == b->integer;

    case IC_CELL_DOUBLE:
        return a->number == b->number;

    case IC_CELL_BOOL:
        return a->truth == b->truth;

    case IC_CELL_STRING:
        break;
    }

    return ic_str_eq(a->text, b->text);
}


static uint64_t
random_bits(void)
{
    return (uint64_t) random() << 42 ^ (uint64_t) random() << 21
           ^ (uint64_t) random();
}


static void
put(const char *name, const char *text)
{
    int  file;

    file = openat(fd, name, O_WRONLY|O_CREAT|O_TRUNC, 0600);

    if (file == -1
        || write(file, text, strlen(text)) != (ssize_t) strlen(text))
    {
        perror(name);
    }

    (void) close(file);
}


static void
empty(void)
{
    char      name[24];
    unsigned  n;

    (void) unlinkat(fd, "metadata", 0);

    for (n = 0; n < 8; n++) {
        (void) snprintf(name, sizeof(name), "data_%u", n);
        (void) unlinkat(fd, name, 0);
    }
}
