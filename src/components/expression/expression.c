
/* One task: the program, the tables, the pieces, the results. */


#include <math.h>
#include <stdlib.h>

#include "../../protocol/ic_settings.h"
#include "expression.h"


#define PIECE_VALUES  (2097152)              /* of all nodes */
#define PIECE_BYTES   33554432.0             /* without a coordinator */
#define PIECE_MOST    65536


typedef struct {
    ic_settings_t      settings;
    program_t          program;
    data_t             data;
    ic_shares_conf_t   conf;
    ic_shares_t       *shares;
    uint64_t         **results;  /* of outputs: of rows, of the piece */
    uint64_t         **piece;
    uint64_t          *totals;   /* shares */
    uint64_t          *opened;   /* of outputs */
} run_t;


static int run_settings(run_t *run, unsigned flags);
static void run_parties(run_t *run);
static int run_open(run_t *run);
static int run_rows(run_t *run);
static int run_rooms(run_t *run);
static size_t run_piece(const run_t *run);
static int run_pieces(run_t *run);
static int run_totals(run_t *run);
static int run_end(run_t *run);
static void run_free(run_t *run);


static const char *const  run_common[] = {
    "program", "triples", "fraction_bits", "min_rows", "key_length", NULL
};


int
expression_run(ic_task_t *task)
{
    return expression_run_with(task, 0);
}


int
expression_run_with(ic_task_t *task, unsigned flags)
{
    int    rc;
    run_t  run;

    memset(&run, 0, sizeof(run_t));
    run.program.task = task;
    run.program.arena = ic_task_arena(task);

    rc = run_settings(&run, flags) != 0 || run_open(&run) != 0
         || run_rows(&run) != 0 || run_rooms(&run) != 0
         || run_pieces(&run) != 0 || run_totals(&run) != 0
         || run_end(&run) != 0 ? -1 : 0;

    run_free(&run);

    return rc;
}


static int
run_settings(run_t *run, unsigned flags)
{
    program_t  *program;

    program = &run->program;

    if (ic_settings_read(&run->settings, program->task, "expression") != 0) {
        return -1;
    }

    program->tokens.text = ic_json_str(ic_setting(&run->settings, "program"));
    program->fraction = (unsigned) ic_setting_int(&run->settings,
                                                  "fraction_bits");
    program->min_rows = ic_setting_int(&run->settings, "min_rows");
    program->rows = 1;

    run->conf.topic = "expression";
    run->conf.paillier = ic_setting_choice(&run->settings, "triples") == 1;
    run->conf.modulus_bits = flags != 0 ? 1024
        : (unsigned) ic_setting_int(&run->settings, "key_length");
    run->conf.paillier_flags = flags;
    run->data.rows = -1;
    run->data.unique_id = ic_setting_text(&run->settings, "unique_id");
    run_parties(run);

    return program_compile(program);
}


static void
run_parties(run_t *run)
{
    unsigned           i, count;
    program_t         *program;
    const ic_party_t  *parties;

    program = &run->program;
    parties = ic_task_parties(program->task, &count);

    for (i = 0; i < count; i++) {
        if (strcmp(parties[i].role, "arbiter") != 0
            && program->count < IC_SHARES_MAX)
        {
            program->parties[program->count++] = &parties[i];
        }
    }
}


static int
run_open(run_t *run)
{
    unsigned     i;
    ic_str_t     common;
    program_t   *program;

    program = &run->program;
    ic_task_progress(program->task, 1, "reading");

    for (i = 0; i < program->count; i++) {
        if (program->parties[i] == ic_task_self(program->task)
            && data_read(program, &run->data, (int) i) != 0)
        {
            return -1;
        }
    }

    common = ic_settings_common(&run->settings, run_common);

    if (common.data == NULL) {
        return -1;
    }

    ic_task_progress(program->task, 5, "keys");
    run->shares = ic_shares_open(program->task, &run->conf, common,
                                 run->data.rows);

    return run->shares != NULL ? 0 : -1;
}


/* How many rows there are, and the program once more, for so many. */

static int
run_rows(run_t *run)
{
    unsigned    i;
    program_t  *program;

    program = &run->program;

    if (ic_shares_self(run->shares) >= 0
        && ic_shares_align(run->shares, run->data.table,
                           run->data.unique_id) != 0)
    {
        return -1;
    }

    for (program->rows = 0, i = 0; i < program->count; i++) {
        if (ic_shares_rows(run->shares, i) > program->rows) {
            program->rows = ic_shares_rows(run->shares, i);
        }
    }

    if (program->aggregates && program->rows < program->min_rows) {
        return ic_task_fail(program->task, "data_out_of_range", NULL, 0,
                            "there are %lld rows; nothing is said of all of "
                            "less than min_rows, %lld",
                            (long long) program->rows,
                            (long long) program->min_rows);
    }

    return program_compile(program);
}


static int
run_rooms(run_t *run)
{
    size_t      n;
    unsigned    i;
    program_t  *program;

    program = &run->program;
    n = ((size_t) program->rows + 63) / 64 * 64;

    run->results = calloc(program->noutputs + 1, sizeof(uint64_t *));
    run->piece = calloc(program->noutputs + 1, sizeof(uint64_t *));
    run->totals = calloc(program->totals + 1, sizeof(uint64_t));
    run->opened = calloc(program->noutputs + 1, sizeof(uint64_t));

    for (i = 0; run->results != NULL && i < program->noutputs; i++) {
        run->results[i] = program->outputs[i].value.total ? malloc(64 * 8)
                          : malloc(program->outputs[i].value.truth
                                   ? n / 8 + 8 : n * 8 + 8);

        if (run->results[i] == NULL) {
            break;
        }
    }

    return i == program->noutputs && run->piece != NULL && run->totals != NULL
           && run->opened != NULL ? 0
           : ic_task_fail(program->task, "internal", NULL, 0,
                          "memory is short");
}


/* Rows of a piece: a multiple of 64, the same at all parties. */

static size_t
run_piece(const run_t *run)
{
    double          rows;
    size_t          n;
    const plan_t   *plan;

    plan = &run->program.plans[0];
    n = PIECE_VALUES / (plan->count + 1);
    n = n < PIECE_MOST ? n : PIECE_MOST;

    if (run->conf.paillier) {
        rows = PIECE_BYTES / (plan_weight(plan) + 1);
        n = rows < (double) n ? (size_t) rows : n;
    }

    return n < 64 ? 64 : n / 64 * 64;
}


static int
run_pieces(run_t *run)
{
    int         rc;
    size_t      size;
    work_t      work;
    unsigned    i;
    program_t  *program;

    program = &run->program;
    size = run_piece(run);

    memset(&work, 0, sizeof(work_t));
    work.program = program;
    work.plan = &program->plans[0];
    work.columns = run->data.columns;
    work.totals = run->totals;
    work.results = run->piece;

    for (rc = 0; rc == 0 && work.first < program->rows;
         work.first += (int64_t) size)
    {
        work.rows = (size_t) (program->rows - work.first);
        work.rows = work.rows < size ? work.rows : size;
        work.n = (work.rows + 63) / 64 * 64;

        for (i = 0; i < program->noutputs; i++) {
            run->piece[i] = run->results[i]
                            + (program->outputs[i].value.total ? 0
                               : program->outputs[i].value.truth
                                 ? work.first / 64 : work.first);
        }

        rc = work_run(run->shares, &work);
        ic_task_progress(program->task, 10 + 80.0 * (double) (work.first
                         + (int64_t) work.rows) / (double) program->rows,
                         "computing");
    }

    return rc;
}


static int
run_totals(run_t *run)
{
    int         rc;
    work_t      work;
    unsigned    i;
    program_t  *program;

    program = &run->program;

    if (program->plans[1].nsteps == 0) {
        return 0;
    }

    memset(&work, 0, sizeof(work_t));
    work.program = program;
    work.plan = &program->plans[1];
    work.rows = 1;
    work.n = 64;
    work.totals = run->totals;
    work.results = run->results;
    rc = work_run(run->shares, &work);

    for (i = 0; rc == 0 && ic_shares_self(run->shares) >= 0
                && i < program->noutputs; i++)
    {
        run->opened[i] = program->outputs[i].value.total
                         ? run->results[i][0] : 0;
    }

    return rc;
}


static int
run_end(run_t *run)
{
    int                self;
    program_t         *program;
    ic_shares_cost_t   cost;

    program = &run->program;
    self = ic_shares_self(run->shares);
    ic_task_fact(program->task, "rows", program->rows);
    ic_task_progress(program->task, 95, "writing");

    if (self < 0) {
        ic_task_without(program->task, "dataset");
        return 0;
    }

    cost = ic_shares_cost(run->shares);

    return data_write(program, &run->data, self, run->results, run->opened)
           != 0 ? -1
           : data_report(program, &cost, self,
                         run->conf.paillier ? "paillier" : "coordinator",
                         run->opened);
}


static void
run_free(run_t *run)
{
    unsigned  i;

    ic_shares_close(run->shares);
    data_free(&run->program, &run->data);

    for (i = 0; run->results != NULL && i < run->program.noutputs; i++) {
        free(run->results[i]);
    }

    free(run->results);
    free(run->piece);
    free(run->totals);
    free(run->opened);
}
