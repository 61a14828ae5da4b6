
/* What a table is, found by reading all of it. */


#include <stdlib.h>

#include "ic_number.h"
#include "ic_rows_read.h"
#include "ic_table.h"


/* What a column's cells may all be. */
typedef struct {
    unsigned  integer:1;
    unsigned  number:1;
    unsigned  truth:1;
    unsigned  some:1;            /* one is not null */
} survey_t;


static int survey_rows(ic_rows_t *rows, ic_about_t *about, survey_t *found,
    ic_source_error_t *error);
static void survey_cell(survey_t *found, const ic_cell_t *cell);
static bool survey_is_number(ic_str_t text);
static ic_cell_e survey_type(const survey_t *found);


int
ic_rows_survey(ic_arena_t *arena, int folder, ic_about_t *about,
    ic_source_error_t *error)
{
    int         rc;
    bool        typed;
    survey_t   *found;
    unsigned    n;
    ic_rows_t  *rows;

    rows = ic_rows_open(folder, about, NULL, error);

    if (rows == NULL) {
        return -1;
    }

    ic_rows_strict(rows);

    typed = about->ncolumns != 0;
    found = typed ? NULL : malloc(rows->ncolumns * sizeof(survey_t));

    if (!typed && found == NULL) {
        ic_rows_close(rows);
        return ic_source_fail(error, "internal", NULL, 0, "out of memory");
    }

    if (!typed) {
        memset(found, 0xff, rows->ncolumns * sizeof(survey_t));

        for (n = 0; n < rows->ncolumns; n++) {
            found[n].some = 0;
        }
    }

    rc = survey_rows(rows, about, found, error);

    if (rc == 0 && !typed) {
        about->columns = ic_alloc(arena,
                                  rows->ncolumns * sizeof(ic_column_t));

        for (n = 0; about->columns != NULL && n < rows->ncolumns; n++) {
            about->columns[n].name = ic_str_z(arena,
                                              ic_str(rows->columns[n].name));
            about->columns[n].type = survey_type(&found[n]);
        }

        about->ncolumns = (about->columns != NULL) ? rows->ncolumns : 0;
    }

    free(found);
    ic_rows_close(rows);

    if (rc == 0 && about->columns == NULL) {
        return ic_source_fail(error, "internal", NULL, 0, "out of memory");
    }

    return rc;
}


static int
survey_rows(ic_rows_t *rows, ic_about_t *about, survey_t *found,
    ic_source_error_t *error)
{
    int               rc;
    int64_t           before, count;
    unsigned          n;
    const ic_cell_t  *cells;

    before = about->rows;
    count = 0;

    for (n = 0; n < about->npartitions; n++) {
        about->partitions[n].rows = -1;
    }

    while ((rc = ic_rows_next(rows, &cells, error)) == 1) {
        count++;

        /* counts up from -1 */
        n = ic_rows_partition(rows);
        about->partitions[n].rows = rows->row;

        for (n = 0; found != NULL && n < rows->ncolumns; n++) {
            if (!cells[n].null) {
                survey_cell(&found[n], &cells[n]);
            }
        }
    }

    if (rc < 0) {
        return -1;
    }

    for (n = 0; n < about->npartitions; n++) {
        if (about->partitions[n].rows < 0) {
            about->partitions[n].rows = 0;
        }
    }

    if (before >= 0 && before != count) {
        return ic_source_fail(error, "data_unreadable", NULL, 0,
                              "the table has %lld rows, metadata says %lld",
                              (long long) count, (long long) before);
    }

    about->rows = count;

    return 0;
}


static void
survey_cell(survey_t *found, const ic_cell_t *cell)
{
    int64_t  integer;

    found->some = 1;

    if (cell->quoted) {
        found->integer = found->number = found->truth = 0;
        return;
    }

    /* the byte behind a cell is a comma or a line end */

    found->integer = found->integer
                     && ic_number_int64((char *) cell->text.data, &integer)
                        == cell->text.len;
    found->number = found->number && survey_is_number(cell->text);
    found->truth = found->truth && (ic_str_is(cell->text, "true")
                                    || ic_str_is(cell->text, "false"));
}


/* Leading zeros and plus signs are those of codes, not of numbers. */

static bool
survey_is_number(ic_str_t text)
{
    double   value;
    u_char  *p;

    p = text.data + (text.data[0] == '-');

    return *p != '+'
           && (*p != '0' || (u_char) (p[1] - '0') > 9)
           && ic_number_double((char *) text.data, &value) == text.len;
}


static ic_cell_e
survey_type(const survey_t *found)
{
    return !found->some ? IC_CELL_STRING
           : found->integer ? IC_CELL_INT64
           : found->number ? IC_CELL_DOUBLE
           : found->truth ? IC_CELL_BOOL : IC_CELL_STRING;
}
