
/*
 * How fast tables between tasks are read and written, against the least that
 * any reader does: the same file with fread(), its lines found by memchr().
 */


#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../../src/lib/ic_codec.h"
#include "../../src/source/ic_rows.h"


#define COLUMNS  20
#define ROWS     400000
#define ROUNDS   5
#define CHUNK    (256 * 1024)


static double write_table(int folder, ic_source_error_t *error);
static double read_table(const char *folder, double *sum,
    ic_source_error_t *error);
static double read_lines(const char *path);
static void make_row(ic_cell_t *cells, long row);
static double seconds(void);


static char         names[COLUMNS][8];
static ic_column_t  columns[COLUMNS];


int
main(void)
{
    int                 fd, i;
    char                folder[] = "/tmp/bench_table_XXXXXX", path[64];
    double              best, lines, sum, t, wrote;
    struct stat         st;
    ic_source_error_t   error;

    for (i = 0; i < COLUMNS; i++) {
        (void) snprintf(names[i], sizeof(names[i]), "c%d", i);
        columns[i].name = names[i];
        columns[i].type = (i == 0) ? IC_CELL_INT64 : IC_CELL_DOUBLE;
    }

    if (mkdtemp(folder) == NULL
        || (fd = open(folder, O_RDONLY|O_DIRECTORY)) == -1)
    {
        return 1;
    }

    (void) snprintf(path, sizeof(path), "%s/data_0", folder);
    srandom(1);
    wrote = write_table(fd, &error);

    if (wrote < 0 || stat(path, &st) != 0) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }

    best = lines = 1e9;

    for (i = 0; i < ROUNDS; i++) {
        t = read_lines(path);
        lines = (t < lines) ? t : lines;
        t = read_table(folder, &sum, &error);

        if (t < 0) {
            fprintf(stderr, "%s\n", error.text);
            return 1;
        }

        best = (t < best) ? t : best;
    }

    (void) unlink(path);
    (void) unlinkat(fd, "metadata", 0);
    (void) close(fd);
    (void) rmdir(folder);

    fprintf(stderr, "%d rows of %d columns, %.0f MB, sum %.6g\n", ROWS,
            COLUMNS, (double) st.st_size / 1e6, sum);
    printf("{\"bench\":\"table\",\"metrics\":{\"table_read_mb_s\":%.0f,"
           "\"table_write_mb_s\":%.0f,\"lines_mb_s\":%.0f,"
           "\"table_read\":%.4f}}\n",
           (double) st.st_size / 1e6 / best,
           (double) st.st_size / 1e6 / wrote,
           (double) st.st_size / 1e6 / lines, lines / best);

    return 0;
}


static double
write_table(int folder, ic_source_error_t *error)
{
    int             rc;
    long            row;
    double          start;
    ic_cell_t       cells[COLUMNS];
    ic_rows_out_t  *out;

    memset(cells, 0, sizeof(cells));
    start = seconds();
    out = ic_rows_create(folder, columns, COLUMNS, 0, error);
    rc = (out != NULL) ? 0 : -1;

    for (row = 0; rc == 0 && row < ROWS; row++) {
        make_row(cells, row);
        rc = ic_rows_put(out, cells, error);
    }

    if (rc == 0) {
        rc = ic_rows_finish(out, error);
    }

    ic_rows_out_close(out);

    return (rc == 0) ? seconds() - start : -1;
}


/* Half of the columns as measured values are, half with all their digits. */

static void
make_row(ic_cell_t *cells, long row)
{
    int  i;

    cells[0].integer = row;

    for (i = 1; i < COLUMNS; i++) {
        cells[i].number = (i < COLUMNS / 2)
                          ? (double) (random() % 100000) / 1000
                          : (double) random() / RAND_MAX;
    }
}


static double
read_table(const char *folder, double *sum, ic_source_error_t *error)
{
    int               i, rc;
    double            start;
    ic_rows_t        *rows;
    const ic_cell_t  *cells;

    *sum = 0;
    start = seconds();
    rows = ic_rows_open_path(folder, NULL, error);
    rc = (rows != NULL) ? 1 : -1;

    while (rc == 1 && (rc = ic_rows_next(rows, &cells, error)) == 1) {
        for (i = 1; i < COLUMNS; i++) {
            *sum += cells[i].number;
        }
    }

    ic_rows_close(rows);

    return (rc == 0) ? seconds() - start : -1;
}


static double
read_lines(const char *path)
{
    FILE           *in;
    char           *chunk, *p;
    size_t          n;
    double          start;
    volatile long   lines;

    start = seconds();
    in = fopen(path, "r");
    chunk = malloc(CHUNK);
    lines = 0;

    while (in != NULL && chunk != NULL
           && (n = fread(chunk, 1, CHUNK, in)) > 0)
    {
        for (p = chunk;
             (p = memchr(p, '\n', (size_t) (chunk + n - p))) != NULL;
             p++)
        {
            lines++;
        }
    }

    free(chunk);

    if (in != NULL) {
        (void) fclose(in);
    }

    return seconds() - start;
}


/* Of the processor: neighbours make nobody slow. */

static double
seconds(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

    return (double) ts.tv_sec + (double) ts.tv_nsec / 1e9;
}
