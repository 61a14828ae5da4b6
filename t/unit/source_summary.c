
/* What a summary of a column tells of few rows. */


#include "../../src/source/ic_summary_column.h"
#include "tap.h"


static void column_of(ic_summary_column_t *column, unsigned nulls,
    unsigned usual, unsigned often, unsigned rare);
static void add(ic_summary_column_t *column, unsigned count,
    const char *text);


int
main(void)
{
    ic_summary_column_t  column;

    column_of(&column, 0, 60, 40, 0);
    is_int(column.nvalues, 2, "all values of groups");

    column_of(&column, 0, 60, 40, 3);
    is_int(column.nvalues, 1, "three of another value: who knows all rows "
           "but them is not told how many they are");

    column_of(&column, 0, 60, 40, 10);
    is_int(column.nvalues, 3, "... ten are told");

    /* that so many cells are empty is told */

    column_of(&column, 50, 60, 40, 3);
    is_int(column.nvalues, 1, "empty cells that are told hide no three");

    column_of(&column, 50, 60, 40, 0);
    is_int(column.nvalues, 2, "... nor does anything, if there are none");

    /* that they are empty is not told */

    column_of(&column, 4, 60, 40, 0);
    is_int(column.nvalues, 1, "four empty cells are not told");

    column_of(&column, 4, 60, 40, 7);
    is_int(column.nvalues, 2, "... but together with seven others");

    return done();
}


/* Groups of ten. */

static void
column_of(ic_summary_column_t *column, unsigned nulls, unsigned usual,
    unsigned often, unsigned rare)
{
    memset(column, 0, sizeof(ic_summary_column_t));
    column->name = "kind";
    column->type = IC_CELL_STRING;
    column->kind = IC_SUMMARY_VALUES;
    (void) ic_summary_begin(column, NULL, 10, 0);

    add(column, nulls, NULL);
    add(column, usual, "usual");
    add(column, often, "often");
    add(column, rare, "rare");
    ic_summary_end(column);
}


static void
add(ic_summary_column_t *column, unsigned count, const char *text)
{
    uint64_t   random;
    ic_cell_t  cell;

    memset(&cell, 0, sizeof(ic_cell_t));
    cell.null = text == NULL;
    cell.text = text == NULL ? ic_str_n(NULL, 0) : ic_str(text);
    random = 1;

    while (count-- > 0) {
        ic_summary_cell(column, &cell, &random);
    }
}
