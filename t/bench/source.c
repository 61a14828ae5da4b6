
/*
 * The least that reading takes: a driver's own fetch loop over bound columns
 * (odbc CONNECTION QUERY), lines of a CSV file with strtod() (lines FILE);
 * and tables as components read them (rows FOLDER). One JSON object.
 */


#include <sql.h>
#include <sqlext.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "../../src/source/ic_rows.h"


#define BLOCK    1000            /* rows of a fetch */
#define COLUMNS  64
#define WIDTH    64


static int read_odbc(char **argv, long *rows);
static int read_lines(char **argv, long *rows);
static int read_rows(char **argv, long *rows);
static int bind(SQLHSTMT statement, int column);
static double seconds(void);


static const struct {
    const char  *name;
    int        (*run)(char **argv, long *rows);
} modes[] = {
    { "odbc", read_odbc }, { "lines", read_lines }, { "rows", read_rows }
};

static double  sum;
static char    values[COLUMNS][BLOCK * WIDTH];
static SQLLEN  lengths[COLUMNS][BLOCK];


int
main(int argc, char **argv)
{
    long           rows;
    double         start;
    unsigned       i;
    struct rusage  used;

    for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (argc > 2 && strcmp(argv[1], modes[i].name) == 0) {
            start = seconds();
            rows = 0;

            if (modes[i].run(argv + 2, &rows) != 0) {
                return 1;
            }

            start = seconds() - start;
            (void) getrusage(RUSAGE_SELF, &used);
            printf("{\"rows\":%ld,\"seconds\":%.6f,\"rss_mb\":%ld,"
                   "\"sum\":%.17g}\n", rows, start, used.ru_maxrss / 1024,
                   sum);
            return 0;
        }
    }

    return 2;
}


static int
read_odbc(char **argv, long *rows)
{
    int          column;
    SQLHENV      environment;
    SQLHDBC      connection;
    SQLULEN      fetched;
    SQLHSTMT     statement;
    SQLSMALLINT  count;

    SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment);
    SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION,
                  (SQLPOINTER) SQL_OV_ODBC3, 0);
    SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection);

    if (!SQL_SUCCEEDED(SQLDriverConnect(connection, NULL,
                                        (SQLCHAR *) argv[0], SQL_NTS, NULL,
                                        0, NULL, SQL_DRIVER_NOPROMPT)))
    {
        return 1;
    }

    SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement);
    SQLSetStmtAttr(statement, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER) BLOCK,
                   0);
    SQLSetStmtAttr(statement, SQL_ATTR_ROWS_FETCHED_PTR, &fetched, 0);

    if (!SQL_SUCCEEDED(SQLExecDirect(statement, (SQLCHAR *) argv[1],
                                     SQL_NTS))
        || !SQL_SUCCEEDED(SQLNumResultCols(statement, &count))
        || count > COLUMNS)
    {
        return 1;
    }

    for (column = 0; column < count; column++) {
        if (bind(statement, column) != 0) {
            return 1;
        }
    }

    while (SQL_SUCCEEDED(SQLFetch(statement))) {
        *rows += (long) fetched;
        sum += *(double *) values[1];
    }

    return 0;
}


static int
bind(SQLHSTMT statement, int column)
{
    SQLULEN      size;
    SQLCHAR      name[64];
    SQLSMALLINT  digits, length, nullable, type, c;

    if (!SQL_SUCCEEDED(SQLDescribeCol(statement, (SQLUSMALLINT) column + 1,
                                      name, sizeof(name), &length, &type,
                                      &size, &digits, &nullable)))
    {
        return 1;
    }

    c = type == SQL_DOUBLE || type == SQL_FLOAT ? SQL_C_DOUBLE
        : type == SQL_INTEGER || type == SQL_BIGINT ? SQL_C_SBIGINT
        : SQL_C_CHAR;

    return !SQL_SUCCEEDED(SQLBindCol(statement, (SQLUSMALLINT) column + 1, c,
                                     values[column],
                                     c == SQL_C_CHAR ? WIDTH : 8,
                                     lengths[column]));
}


static int
read_lines(char **argv, long *rows)
{
    char    *line, *p;
    FILE    *file;
    size_t   size;

    file = fopen(argv[0], "r");
    line = NULL;
    size = 0;

    if (file == NULL || getline(&line, &size, file) == -1) {
        return 1;
    }

    while (getline(&line, &size, file) != -1) {
        ++*rows;

        for (p = strchr(line, ','); p != NULL; p = strchr(p, ',')) {
            sum += strtod(p + 1, &p);
        }
    }

    free(line);
    fclose(file);

    return 0;
}


static int
read_rows(char **argv, long *rows)
{
    unsigned            i;
    ic_rows_t          *in;
    const ic_cell_t    *cells;
    ic_source_error_t   error;

    in = ic_rows_open_path(argv[0], NULL, &error);

    while (in != NULL && ic_rows_next(in, &cells, &error) == 1) {
        ++*rows;

        for (i = 1; i < ic_rows_columns(in); i++) {
            sum += cells[i].number;
        }
    }

    ic_rows_close(in);

    return 0;
}


static double
seconds(void)
{
    struct timespec  now;

    (void) clock_gettime(CLOCK_MONOTONIC, &now);

    return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}
