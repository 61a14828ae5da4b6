
/* The guest's results: a table with a row for every keyword, a report. */


#include "pir_queries.h"


#define ANSWERS_MAX  (PIR_MAX_KEYS + 1 + PIR_MAX_LABELS)


typedef struct {
    pir_t        *pir;
    ic_column_t   columns[ANSWERS_MAX];
    ic_cell_t     cells[ANSWERS_MAX];
    unsigned      count;
    unsigned      nlabels;
    ic_output_t   out;
} answers_t;


static void answers_columns(answers_t *answers, const char **labels);
static int answers_rows(answers_t *answers, const pir_queries_t *queries);
static void answers_label(answers_t *answers, const u_char *label,
    size_t len);
static int answers_report(pir_t *pir, const pir_queries_t *queries);


int
pir_answers_write(pir_t *pir, const pir_queries_t *queries,
    const char **labels, unsigned nlabels)
{
    int        rc;
    answers_t  answers;

    memset(&answers, 0, sizeof(answers));
    answers.pir = pir;
    answers.nlabels = nlabels;
    answers_columns(&answers, labels);

    rc = ic_output_open(&answers.out, pir->task, "dataset", answers.columns,
                        answers.count) == 0
         && answers_rows(&answers, queries) == 0
         && ic_output_end(&answers.out) == 0
         ? 0 : -1;

    ic_output_close(&answers.out);

    return rc == 0 ? answers_report(pir, queries) : -1;
}


static void
answers_columns(answers_t *answers, const char **labels)
{
    unsigned  i;

    for (i = 0; i < answers->pir->params.nkeys; i++) {
        answers->columns[answers->count++].name = answers->pir->params.keys[i];
    }

    answers->columns[answers->count].name = "found";
    answers->columns[answers->count++].type = IC_CELL_BOOL;

    for (i = 0; i < answers->nlabels; i++) {
        answers->columns[answers->count++].name = labels[i];
    }
}


static int
answers_rows(answers_t *answers, const pir_queries_t *queries)
{
    uint64_t           row;
    unsigned           i, keys;
    const pir_rows_t  *rows;

    rows = &answers->pir->rows;
    keys = answers->pir->params.nkeys;

    for (row = 0; row < queries->keywords; row++) {
        memset(answers->cells, 0, sizeof(answers->cells));

        for (i = 0; i < keys; i++) {
            answers->cells[i].text = ic_str(ic_table_text(rows->table,
                                                          (int64_t) row,
                                                          rows->keys[i]));
        }

        answers->cells[keys].truth = queries->labels[row] != NULL;

        answers_label(answers, queries->labels[row], queries->label);

        if (ic_output_put(&answers->out, answers->cells) != 0) {
            return -1;
        }
    }

    return 0;
}


/*
 * The columns of one label, as pir_rows_label() made them. What an honest
 * host did not make is told as not found, for the reason in pir_queries.c.
 */

static void
answers_label(answers_t *answers, const u_char *label, size_t len)
{
    bool           good;
    size_t         size, left;
    unsigned       i;
    ic_cell_t     *cell;
    const u_char  *p;

    p = label;
    left = len;
    good = label != NULL;
    cell = &answers->cells[answers->count - answers->nlabels];

    for (i = 0; good && i < answers->nlabels; i++) {
        good = left >= 4;

        if (good) {
            size = (size_t) p[0] << 24 | (size_t) p[1] << 16
                   | (size_t) p[2] << 8 | p[3];
            p += 4;
            left -= 4;
            cell[i].null = size == 0;
            size -= size > 0;
            good = size <= left;
        }

        if (good) {
            cell[i].text = ic_str_n(p, size);
            good = ic_utf8_valid(cell[i].text)
                   && memchr(p, '\0', size) == NULL;
            p += size;
            left -= size;
        }
    }

    cell[-1].truth = good;

    for (i = 0; !good && i < answers->nlabels; i++) {
        cell[i].null = 1;
    }
}


/* The initiator may be the host: how many were found stays in the table. */

static int
answers_report(pir_t *pir, const pir_queries_t *queries)
{
    ic_json_out_t  out;

    ic_out_init(&out, pir->arena);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "algorithm", "pir");
    ic_out_z(&out, "method", pir->params.method == PIR_METHOD_LINEAR
                             ? "linear" : "oprf");
    ic_out_int(&out, "queries", (int64_t) queries->count);
    ic_out_int(&out, "label_bytes", (int64_t) queries->label);
    ic_out_object_end(&out);

    if (queries->spoilt > 0) {
        ic_task_log(pir->task, "error",
                    "labels did not open and are told as not found: the "
                    "host is at fault");
    }

    ic_task_output(pir->task, "report", ic_out_text(&out));
    ic_task_fact(pir->task, "queries", (int64_t) queries->count);
    ic_task_progress(pir->task, 100, "done");

    return 0;
}
