
/* One column of a summary. */


#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ic_summary_column.h"


#define COLUMN_UNIQUE  0.9               /* of all: whole numbers are ids */


/* What is told of numbers beside the ends. */
static const struct {
    const char  *name;
    double       rank;
} quantiles[IC_SUMMARY_QUANTILES] = {
    { "0.05", 0.05 }, { "0.25", 0.25 }, { "0.5", 0.5 }, { "0.75", 0.75 },
    { "0.95", 0.95 }
};


static void column_number(ic_summary_column_t *column, double number,
    uint64_t *random);
static void column_end(double *ends, unsigned *n, unsigned group,
    double number, int sign);
static void column_value(ic_summary_column_t *column, const ic_cell_t *cell);
static uint64_t column_hash(ic_cell_e type, const ic_cell_t *cell);
static bool column_is_id(const ic_summary_column_t *column);
static double column_distinct(const u_char *registers);
static void column_hide(ic_summary_column_t *column);
static void column_put_value(ic_json_out_t *out,
    const ic_summary_column_t *column, const ic_summary_value_t *value);
static void column_put_numbers(ic_json_out_t *out,
    const ic_summary_column_t *column);
static double column_mean(const double *values, unsigned n);
static double column_quantile(const ic_summary_column_t *column,
    double rank);
static int column_less(const void *one, const void *other);
static int column_more(const void *one, const void *other);


uint64_t
ic_summary_random(uint64_t *random)
{
    uint64_t  z;

    z = (*random += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;

    return z ^ (z >> 31);
}


int
ic_summary_begin(ic_summary_column_t *column, ic_arena_t *arena,
    unsigned group, unsigned room)
{
    column->group = group;

    if (column->kind != IC_SUMMARY_NUMBERS) {
        return 0;
    }

    column->room = room;
    column->low = ic_alloc(arena, group * sizeof(double));
    column->high = ic_alloc(arena, group * sizeof(double));
    column->drawn = ic_alloc(arena, room * sizeof(double));
    column->registers = ic_zalloc(arena, IC_SUMMARY_REGISTERS);

    return column->low != NULL && column->high != NULL
           && column->drawn != NULL && column->registers != NULL ? 0 : -1;
}


void
ic_summary_cell(ic_summary_column_t *column, const ic_cell_t *cell,
    uint64_t *random)
{
    column->rows++;

    if (cell->null) {
        column->nulls++;
        return;
    }

    switch (column->kind) {

    case IC_SUMMARY_NUMBERS:
        column_number(column, column->type == IC_CELL_INT64
                              ? (double) cell->integer : cell->number,
                      random);
        break;

    case IC_SUMMARY_VALUES:
        column_value(column, cell);
        break;

    case IC_SUMMARY_NOTHING:
        break;
    }
}


static void
column_number(ic_summary_column_t *column, double number, uint64_t *random)
{
    int        zeros;
    uint64_t   hash, place;
    unsigned   n;
    u_char    *slot;

    column->sum += number;
    column->fraction = column->fraction || number != floor(number);
    column_end(column->low, &column->nlow, column->group, number, 1);
    column_end(column->high, &column->nhigh, column->group, number, -1);

    /* the first ones, then each with the same chance as those before it */

    if (column->ndrawn < column->room) {
        column->drawn[column->ndrawn++] = number;

    } else {
        place = ic_summary_random(random)
                % (uint64_t) (column->rows - column->nulls);

        if (place < column->room) {
            column->drawn[place] = number;
        }
    }

    /* how many differ: Flajolet et al., HyperLogLog, 2007 */

    memcpy(&hash, &number, sizeof(hash));
    hash = ic_summary_random(&hash);
    n = (unsigned) (hash % IC_SUMMARY_REGISTERS);
    hash /= IC_SUMMARY_REGISTERS;
    zeros = hash == 0 ? 54 : __builtin_ctzll(hash) + 1;
    slot = &column->registers[n];
    *slot = (u_char) zeros > *slot ? (u_char) zeros : *slot;
}


/* Ascending for sign 1, descending for -1; mostly it is none of them. */

static void
column_end(double *ends, unsigned *n, unsigned group, double number,
    int sign)
{
    unsigned  i;

    if (*n == group) {
        if (sign * number >= sign * ends[group - 1]) {
            return;
        }

        --*n;
    }

    for (i = *n; i > 0 && sign * number < sign * ends[i - 1]; i--) {
        ends[i] = ends[i - 1];
    }

    ends[i] = number;
    ++*n;
}


static void
column_value(ic_summary_column_t *column, const ic_cell_t *cell)
{
    size_t               len;
    uint64_t             hash;
    unsigned             n;
    ic_summary_value_t  *value;

    hash = column_hash(column->type, cell);

    for (n = 0; n < column->nvalues; n++) {
        if (column->values[n].hash == hash) {
            column->values[n].count++;
            return;
        }
    }

    /* two texts of one hash were taken for one before */

    if (n == IC_METAS_DISTINCT) {
        column->values[n - 1].count++;
        column->values[n - 1].whole = false;
        return;
    }

    value = &column->values[column->nvalues++];
    value->hash = hash;
    value->count = 1;
    value->whole = true;

    switch (column->type) {

    case IC_CELL_INT64:
        value->number = (double) cell->integer;
        value->whole = value->number < 0x1p53 && value->number > -0x1p53;
        break;

    case IC_CELL_DOUBLE:
        value->number = cell->number;
        break;

    case IC_CELL_BOOL:
        value->number = cell->truth;
        break;

    case IC_CELL_STRING:
        len = cell->text.len;
        value->whole = len <= IC_SUMMARY_TEXT;
        memcpy(value->text, cell->text.data, value->whole ? len : 0);
        break;
    }
}


static uint64_t
column_hash(ic_cell_e type, const ic_cell_t *cell)
{
    size_t    n;
    uint64_t  hash;

    switch (type) {

    case IC_CELL_INT64:
        return (uint64_t) cell->integer;

    case IC_CELL_DOUBLE:
        memcpy(&hash, &cell->number, sizeof(hash));
        return hash;

    case IC_CELL_BOOL:
        return cell->truth;

    default:
        break;
    }

    hash = 0xcbf29ce484222325;

    for (n = 0; n < cell->text.len; n++) {
        hash = (hash ^ cell->text.data[n]) * 0x100000001b3;
    }

    return hash;
}


void
ic_summary_end(ic_summary_column_t *column)
{
    int64_t  some;

    some = column->rows - column->nulls;

    if (column->kind == IC_SUMMARY_VALUES) {
        column_hide(column);
        return;
    }

    if (column->kind == IC_SUMMARY_NUMBERS
        && (some < 2 * (int64_t) column->group
            || column->ndrawn < column->group || column_is_id(column)))
    {
        column->kind = IC_SUMMARY_NOTHING;
    }

    if (column->kind == IC_SUMMARY_NUMBERS) {
        qsort(column->drawn, column->ndrawn, sizeof(double), column_less);
    }
}


/* Whole numbers of which hardly any occurs twice. */

static bool
column_is_id(const ic_summary_column_t *column)
{
    return !column->fraction
           && column_distinct(column->registers)
              >= COLUMN_UNIQUE * (double) (column->rows - column->nulls);
}


static double
column_distinct(const u_char *registers)
{
    double    sum, count;
    unsigned  n, none;

    for (sum = 0, none = 0, n = 0; n < IC_SUMMARY_REGISTERS; n++) {
        sum += ldexp(1, -registers[n]);
        none += registers[n] == 0;
    }

    count = (0.7213 / (1 + 1.079 / IC_SUMMARY_REGISTERS))
            * IC_SUMMARY_REGISTERS * IC_SUMMARY_REGISTERS / sum;

    return count < 2.5 * IC_SUMMARY_REGISTERS && none > 0
           ? IC_SUMMARY_REGISTERS
             * log((double) IC_SUMMARY_REGISTERS / none)
           : count;
}


/*
 * Values of fewer than a group are not told, nor is what all others together
 * would tell of them: the rarest of those told goes, until the rest is none
 * or a group again.
 */

static void
column_hide(ic_summary_column_t *column)
{
    int64_t              hidden;
    unsigned             n, shown;
    ic_summary_value_t  *values;

    values = column->values;
    qsort(values, column->nvalues, sizeof(ic_summary_value_t), column_more);
    shown = 0;

    /* empty cells that are told hide nothing */

    hidden = column->nulls < column->group ? column->nulls : 0;

    for (n = 0; n < column->nvalues; n++) {
        if (values[n].whole && values[n].count >= column->group) {
            values[shown++] = values[n];

        } else {
            hidden += values[n].count;
        }
    }

    while (shown > 0 && hidden > 0 && hidden < column->group) {
        hidden += values[--shown].count;
    }

    column->nvalues = shown;
}


void
ic_summary_put(ic_json_out_t *out, const ic_summary_column_t *column)
{
    unsigned  n;

    ic_out_object(out, NULL);
    ic_out_z(out, "name", column->name);

    if (column->nulls == 0 || column->nulls >= column->group) {
        ic_out_int(out, "empty", column->nulls);
    }

    if (column->kind == IC_SUMMARY_VALUES) {
        ic_out_array(out, "values");

        for (n = 0; n < column->nvalues; n++) {
            ic_out_object(out, NULL);
            ic_out_key(out, ic_str("value"));
            column_put_value(out, column, &column->values[n]);
            ic_out_int(out, "count", column->values[n].count);
            ic_out_object_end(out);
        }

        ic_out_array_end(out);

    } else if (column->kind == IC_SUMMARY_NUMBERS) {
        column_put_numbers(out, column);
    }

    ic_out_object_end(out);
}


static void
column_put_value(ic_json_out_t *out, const ic_summary_column_t *column,
    const ic_summary_value_t *value)
{
    switch (column->type) {

    case IC_CELL_STRING:
        ic_out_z(out, NULL, value->text);
        break;

    case IC_CELL_INT64:
        ic_out_int(out, NULL, (int64_t) value->number);
        break;

    case IC_CELL_BOOL:
        ic_out_bool(out, NULL, value->number != 0);
        break;

    case IC_CELL_DOUBLE:
        ic_out_num(out, NULL, value->number);
        break;
    }
}


/* The ends are means of a group, and so is each quantile. */

static void
column_put_numbers(ic_json_out_t *out, const ic_summary_column_t *column)
{
    unsigned  n;

    ic_out_num(out, "mean", (double) (column->sum
                                      / (column->rows - column->nulls)));
    ic_out_num(out, "min", column_mean(column->low, column->nlow));
    ic_out_num(out, "max", column_mean(column->high, column->nhigh));
    ic_out_object(out, "quantiles");

    for (n = 0; n < IC_SUMMARY_QUANTILES; n++) {
        ic_out_num(out, quantiles[n].name,
                   column_quantile(column, quantiles[n].rank));
    }

    ic_out_object_end(out);
}


static double
column_mean(const double *values, unsigned n)
{
    unsigned     i;
    long double  sum;

    for (sum = 0, i = 0; i < n; i++) {
        sum += values[i];
    }

    return (double) (sum / n);
}


static double
column_quantile(const ic_summary_column_t *column, double rank)
{
    unsigned  from, middle;

    middle = (unsigned) (rank * (column->ndrawn - 1));
    from = middle < column->group / 2 ? 0 : middle - column->group / 2;

    if (from + column->group > column->ndrawn) {
        from = column->ndrawn - column->group;
    }

    return column_mean(column->drawn + from, column->group);
}


/*
 * Each column by itself: a row of a sample is nobody's. Numbers with three
 * digits, between the ends that are told.
 */

void
ic_summary_draw(ic_json_out_t *out, const ic_summary_column_t *column,
    uint64_t *random)
{
    char      text[32];
    double    number, low, high;
    int64_t   all, place;
    unsigned  n;

    for (all = 0, n = 0; n < column->nvalues; n++) {
        all += column->values[n].count;
    }

    if (column->kind == IC_SUMMARY_VALUES && all > 0) {
        place = (int64_t) (ic_summary_random(random) % (uint64_t) all);

        for (n = 0; place >= column->values[n].count; n++) {
            place -= column->values[n].count;
        }

        column_put_value(out, column, &column->values[n]);

    } else if (column->kind == IC_SUMMARY_NUMBERS) {
        low = column_mean(column->low, column->nlow);
        high = column_mean(column->high, column->nhigh);
        number = column->drawn[ic_summary_random(random) % column->ndrawn];
        number = number < low ? low : number > high ? high : number;
        (void) snprintf(text, sizeof(text), "%.3g", number);
        ic_out_num(out, NULL, strtod(text, NULL));

    } else {
        ic_out_null(out, NULL);
    }
}


static int
column_less(const void *one, const void *other)
{
    double  a, b;

    a = *(const double *) one;
    b = *(const double *) other;

    return (a > b) - (a < b);
}


static int
column_more(const void *one, const void *other)
{
    const ic_summary_value_t  *a, *b;

    a = one;
    b = other;

    return (a->count < b->count) - (a->count > b->count);
}
