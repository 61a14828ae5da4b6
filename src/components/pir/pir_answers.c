
/* The guest's results: a table with a row for every keyword, a report. */


#include <fcntl.h>
#include <unistd.h>

#include "pir_queries.h"


#define ANSWERS_MAX  (PIR_MAX_KEYS + 1 + PIR_MAX_LABELS)


typedef struct {
    pir_t          *pir;
    ic_column_t     columns[ANSWERS_MAX];
    ic_cell_t       cells[ANSWERS_MAX];
    unsigned        count;
    unsigned        nlabels;
    ic_rows_out_t  *out;
} answers_t;


static int answers_table(pir_t *pir, const pir_queries_t *queries,
    const char **labels, unsigned nlabels, int folder);
static int answers_rows(answers_t *answers, const pir_queries_t *queries);
static void answers_label(answers_t *answers, const u_char *label,
    size_t len);
static int answers_failed(pir_t *pir, const ic_source_error_t *error);
static int answers_report(pir_t *pir, const pir_queries_t *queries);


int
pir_answers_write(pir_t *pir, const pir_queries_t *queries,
    const char **labels, unsigned nlabels)
{
    int          rc, folder;
    const char  *path;

    path = pir->io->folder(pir->io_ctx);
    folder = path != NULL ? open(path, O_RDONLY|O_DIRECTORY|O_CLOEXEC) : -1;

    if (folder == -1) {
        return pir_fail(pir, "output_invalid", NULL, 0,
                        "the folder of the answers cannot be opened");
    }

    rc = answers_table(pir, queries, labels, nlabels, folder);
    close(folder);

    return rc == 0 ? answers_report(pir, queries) : -1;
}


static int
answers_table(pir_t *pir, const pir_queries_t *queries, const char **labels,
    unsigned nlabels, int folder)
{
    int                rc;
    unsigned           i;
    answers_t          answers;
    ic_source_error_t  error;

    memset(&answers, 0, sizeof(answers));
    answers.pir = pir;
    answers.nlabels = nlabels;

    for (i = 0; i < pir->params.nkeys; i++) {
        answers.columns[answers.count++].name = pir->params.keys[i];
    }

    answers.columns[answers.count].name = "found";
    answers.columns[answers.count++].type = IC_CELL_BOOL;

    for (i = 0; i < nlabels; i++) {
        answers.columns[answers.count++].name = labels[i];
    }

    answers.out = ic_rows_create(folder, answers.columns, answers.count, 0,
                                 &error);

    if (answers.out == NULL) {
        return answers_failed(pir, &error);
    }

    rc = answers_rows(&answers, queries);

    if (rc == 0 && ic_rows_finish(answers.out, &error) != 0) {
        rc = answers_failed(pir, &error);
    }

    ic_rows_out_close(answers.out);

    return rc;
}


static int
answers_rows(answers_t *answers, const pir_queries_t *queries)
{
    uint64_t            row;
    unsigned            i, keys;
    const pir_rows_t   *rows;
    ic_source_error_t   error;

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

        if (ic_rows_put(answers->out, answers->cells, &error) != 0) {
            return answers_failed(answers->pir, &error);
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


static int
answers_failed(pir_t *pir, const ic_source_error_t *error)
{
    return pir_fail(pir, error->code,
                    error->column[0] != '\0' ? error->column : NULL,
                    error->row, "%s", error->text);
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
        pir->io->log(pir->io_ctx, "labels did not open and are told as not "
                     "found: the host is at fault");
    }

    pir->io->output(pir->io_ctx, "report", ic_out_text(&out));
    pir->io->fact(pir->io_ctx, "queries", (int64_t) queries->count);
    pir->io->progress(pir->io_ctx, 100, "done");

    return 0;
}
