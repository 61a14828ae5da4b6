
/* What comes out: rows of this party's own table, and numbers. */


#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "psi_items.h"


#define MAX_ROWS  50000000           /* as of a source */


typedef struct {
    psi_t             *psi;
    ic_output_t        out;
    ic_column_t       *columns;
    ic_cell_t         *cells;
    psi_rows_t        *rows;
    unsigned           ncolumns;
} result_t;


static int write_table(psi_t *psi);
static int start_table(result_t *result);
static int fill_table(result_t *result);
static int put_common(result_t *result);
static int put_own(result_t *result);
static int put_item(result_t *result, uint32_t n);
static int put_row(result_t *result, int64_t row);
static int by_row(const void *one, const void *two);
static int64_t count_rows(const psi_t *psi);
static int finish_table(result_t *result);
static int write_report(psi_t *psi);
static void write_peers(const psi_t *psi, ic_json_out_t *out);


int
psi_put_out(psi_t *psi)
{
    if (!psi->receives || psi->params.mode == PSI_CARDINALITY) {
        ic_task_without(psi->task, "dataset");

    } else if (ic_task_place(psi->task, "dataset") != NULL
               && write_table(psi) != 0)
    {
        return -1;
    }

    return write_report(psi);
}


static int
write_table(psi_t *psi)
{
    int       rc;
    result_t  result;

    memset(&result, 0, sizeof(result_t));
    result.out.folder = -1;
    result.psi = psi;
    psi->rows_out = count_rows(psi);

    if (psi->rows_out > MAX_ROWS) {
        return ic_task_fail(psi->task, "output_too_large", NULL, 0,
                            "more than %d rows match", MAX_ROWS);
    }

    rc = start_table(&result);

    if (rc == 0) {
        rc = fill_table(&result) == 0 ? finish_table(&result) : -1;
    }

    ic_output_close(&result.out);

    return rc;
}


static int64_t
count_rows(const psi_t *psi)
{
    int64_t   rows, times, own;
    uint32_t  n;

    rows = 0;

    for (n = 0; n < psi->match.count; n++) {
        times = psi->match.outer == NULL ? 1
                : (int64_t) psi->match.outer[n] * psi->match.inner[n];
        own = psi_items_multiplicity(psi->items, psi->match.item[n]);

        if (times > MAX_ROWS || times * own > MAX_ROWS - rows) {
            return INT64_MAX;
        }

        rows += times * own;
    }

    return rows;
}


/* Types are found by the runner, as of any table without metadata. */

static int
start_table(result_t *result)
{
    unsigned   n;
    psi_t     *psi;

    psi = result->psi;
    result->rows = psi_items_table(psi->items);
    result->ncolumns = psi_rows_columns(result->rows);
    result->columns = ic_zalloc(ic_task_arena(psi->task),
                                result->ncolumns * sizeof(ic_column_t));
    result->cells = ic_zalloc(ic_task_arena(psi->task),
                              result->ncolumns * sizeof(ic_cell_t));

    if (result->columns == NULL || result->cells == NULL) {
        return psi_no_memory(psi);
    }

    for (n = 0; n < result->ncolumns; n++) {
        result->columns[n].name = psi_rows_column(result->rows, n);
        result->columns[n].type = IC_CELL_STRING;
    }

    return ic_output_open(&result->out, psi->task, "dataset",
                          result->columns, result->ncolumns);
}


static int
fill_table(result_t *result)
{
    return result->psi->params.order == PSI_OWN ? put_own(result)
                                                : put_common(result);
}


/* In the order of the tags, which both parties have and nobody chose. */

static int
put_common(result_t *result)
{
    uint32_t  n;

    for (n = 0; n < result->psi->match.count; n++) {
        if (put_item(result, n) != 0) {
            return -1;
        }
    }

    return 0;
}


/*
 * With rows that multiply, every row of a receiver with every one of the
 * others', those of the first by name in the outer loop.
 */

static int
put_item(result_t *result, uint32_t n)
{
    int64_t             row;
    uint32_t            i, k, outer, inner, item;
    const psi_t        *psi;
    const psi_items_t  *items;

    psi = result->psi;
    items = psi->items;
    item = psi->match.item[n];
    outer = psi->match.outer != NULL ? psi->match.outer[n] : 1;
    inner = psi->match.inner != NULL ? psi->match.inner[n] : 1;

    for (i = 0; i < outer; i++) {

        for (row = psi_items_first(items, item); row != -1;
             row = psi_items_next(items, row))
        {
            for (k = 0; k < inner; k++) {
                if (put_row(result, row) != 0) {
                    return -1;
                }
            }
        }
    }

    return 0;
}


static int
put_own(result_t *result)
{
    int            rc;
    size_t         i, count;
    int64_t        row;
    uint32_t       n, *rows;
    const psi_t   *psi;

    psi = result->psi;
    rows = malloc(((size_t) psi->rows_out + 1) * sizeof(uint32_t));

    if (rows == NULL) {
        return psi_no_memory(result->psi);
    }

    count = 0;

    for (n = 0; n < psi->match.count; n++) {
        for (row = psi_items_first(psi->items, psi->match.item[n]);
             row != -1;
             row = psi_items_next(psi->items, row))
        {
            rows[count++] = (uint32_t) row;
        }
    }

    qsort(rows, count, sizeof(uint32_t), by_row);
    rc = 0;

    for (i = 0; rc == 0 && i < count; i++) {
        rc = put_row(result, rows[i]);
    }

    free(rows);

    return rc;
}


static int
by_row(const void *one, const void *two)
{
    uint32_t  a, b;

    a = *(const uint32_t *) one;
    b = *(const uint32_t *) two;

    return (a > b) - (a < b);
}


static int
put_row(result_t *result, int64_t row)
{
    return psi_rows_get(result->rows, row, result->cells) == 0
           ? ic_output_put(&result->out, result->cells) : -1;
}


static int
finish_table(result_t *result)
{
    if (ic_output_end(&result->out) != 0) {
        return -1;
    }

    if (unlinkat(result->out.folder, "metadata", 0) != 0) {
        return ic_task_fail(result->psi->task, "disk_full", NULL, 0,
                            "the output cannot be written");
    }

    return 0;
}


static int
write_report(psi_t *psi)
{
    ic_json_out_t  out;
    struct rusage  used;

    ic_out_init(&out, ic_task_arena(psi->task));
    ic_out_object(&out, NULL);
    ic_out_z(&out, "algorithm", "psi");
    ic_out_raw(&out, "parameters", psi->params.report);
    write_peers(psi, &out);
    ic_out_int(&out, "rows", psi_items_rows(psi->items));
    ic_out_int(&out, "keys", psi->own);
    ic_out_int(&out, "bytes_sent", psi->wire.bytes_sent);
    ic_out_int(&out, "bytes_received", psi->wire.bytes_received);

    if (psi->receives) {
        ic_out_int(&out, "intersection", psi->match.count);
    }

    if (psi->receives && psi->params.mode == PSI_INTERSECTION) {
        ic_out_int(&out, "rows_out", psi->rows_out);
    }

    if (getrusage(RUSAGE_SELF, &used) == 0) {
        ic_out_int(&out, "peak_memory", (int64_t) used.ru_maxrss * 1024);
    }

    ic_out_object_end(&out);

    if (ic_out_text(&out).data == NULL) {
        return psi_no_memory(psi);
    }

    ic_task_output(psi->task, "report", ic_out_text(&out));

    return 0;
}


static void
write_peers(const psi_t *psi, ic_json_out_t *out)
{
    unsigned             i;
    const psi_member_t  *member;

    ic_out_array(out, "peers");

    for (i = 0; i < psi->count; i++) {
        member = &psi->members[i];

        if (member != psi->self) {
            ic_out_object(out, NULL);
            ic_out_z(out, "party", member->party->name);
            ic_out_z(out, "node_id", member->party->node_id);
            ic_out_int(out, "keys", member->keys);
            ic_out_object_end(out);
        }
    }

    ic_out_array_end(out);

    if (psi->count == 2) {
        ic_out_z(out, "peer", psi->peer->party->node_id);
        ic_out_int(out, "peer_keys", psi->peer->keys);
    }
}
