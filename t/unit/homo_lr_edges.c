
/*
 * Batches against a plain computation, parts of the rows, and data at the
 * edges: one row, a thousand columns, columns without values, large ones.
 */


#include <math.h>
#include <unistd.h>

#include "homo_lr_net.h"


#define PARTIES  3
#define MOST     90
#define WIDE     1000


static double   x[PARTIES][MOST][2];
static uint8_t  label[PARTIES][MOST];

static const unsigned  rows[PARTIES] = { 41, 90, 73 };


static void
draw(void)
{
    unsigned  i, j;

    for (i = 0; i < PARTIES; i++) {
        for (j = 0; j < MOST; j++) {
            x[i][j][0] = (double) random() / (1u << 31) - 0.5;
            x[i][j][1] = (double) random() / (1u << 31);
            label[i][j] = x[i][j][0] + (double) (random() % 2) > 0.5;
        }
    }
}


/* Those rows of a party for which (row % 5 == fold) is out, or all. */

static void
write_csv(local_t *net, unsigned party, int fold)
{
    char      text[MOST * 80], *at;
    unsigned  j;

    at = text + sprintf(text, "id,y,a,b\n");

    for (j = 0; j < rows[party]; j++) {
        if (fold == -1 || (int) (j % 5) != fold) {
            at += sprintf(at, "%u,%u,%.17g,%.17g\n", j, label[party][j],
                          x[party][j][0], x[party][j][1]);
        }
    }

    local_csv(net, party + 1, "train_data", text);
}


static local_t *
create(const char *params, int fold)
{
    char      text[512];
    local_t  *net;
    unsigned  i;

    net = homo_create(PARTIES - 1, 512);
    (void) snprintf(text, sizeof(text), "{\"unique_id\":\"id\",\"label_name\""
                    ":\"y\",\"attributes\":[\"a\",\"b\"]%s}", params);
    local_params(net, LOCAL_ALL, text);

    for (i = 0; i < PARTIES; i++) {
        write_csv(net, i, fold);
    }

    return net;
}


static double
weight(local_t *net, unsigned i)
{
    return homo_lrs[1].model.weights[i];
}


/* One step for each batch of all: rows [first, end) of each party. */

static void
plain(unsigned size, unsigned iterations, double w[3])
{
    double    g[3], d;
    unsigned  batches, most, even, first, end, i, j, k, n, t;

    for (most = 0, i = 0; i < PARTIES; i++) {
        batches = (rows[i] + size - 1) / size;
        most = batches > most ? batches : most;
    }

    for (even = 1, i = 0; i < PARTIES; i++) {
        even &= (rows[i] + size - 1) / size == most;
    }

    memset(w, 0, 3 * sizeof(double));

    for (t = 0; t < iterations; t++) {
        for (k = 0; k < most; k++) {
            memset(g, 0, sizeof(g));

            for (n = 0, i = 0; i < PARTIES; i++) {
                first = even ? k * size : k * rows[i] / most;
                end = even ? (k + 1) * size : (k + 1) * rows[i] / most;

                for (j = first; j < end && j < rows[i]; j++, n++) {
                    d = 1 / (1 + exp(-w[0] * x[i][j][0] - w[1] * x[i][j][1]
                                     - w[2]))
                        - label[i][j];
                    g[0] += d * x[i][j][0];
                    g[1] += d * x[i][j][1];
                    g[2] += d;
                }
            }

            for (i = 0; i < 3; i++) {
                w[i] -= 0.3 / sqrt(1.0 + t)
                        * (g[i] / n + (i < 2 ? 0.1 * w[i] : 0));
            }
        }
    }
}


static void
test_batches(unsigned size)
{
    char      text[128];
    double    off, w[3];
    local_t  *net;
    unsigned  i;

    draw();
    plain(size, 4, w);
    (void) snprintf(text, sizeof(text), ",\"scaler\":\"none\",\"alpha\":0.1,"
                    "\"learning_rate\":0.3,\"max_iter\":4,\"tol\":0,"
                    "\"batch_size\":%u", size);
    net = create(text, -1);
    ok(local_run(net) == 0, "batches of %u rows", size);

    for (off = 0, i = 0; i < 3; i++) {
        off = fmax(off, fabs(weight(net, i) - w[i]));
    }

    ok(off < 1e-7, "... what a plain computation gives, %.1e off", off);
    homo_destroy(net);
}


/* Whether batches of ten of so many rows have few in them. */

static int
run_small(ic_task_t *task)
{
    int64_t           first, end;
    homo_lr_t         lr;
    ic_aggregate_t    sums;
    static const int  of[][PARTIES] = { { 11, 11, 11 }, { 14, 14, 13 } };
    unsigned          i, j;

    if (task->index != 1) {
        return 0;
    }

    memset(&lr, 0, sizeof(lr));
    memset(&sums, 0, sizeof(sums));
    lr.task = task;
    lr.sums = &sums;
    lr.params.batch_size = 10;
    sums.count = PARTIES;

    for (i = 0; i < 2; i++) {
        for (j = 0; j < PARTIES; j++) {
            lr.set.rows_of[j] = of[i][j];
        }

        is_int(homo_lr_batches(&lr), 2, "two batches");
        homo_lr_batch(&lr, of[i][0], 2, 1, &first, &end);
        is_int(first, i == 0 ? 5 : 10, i == 0
               ? "the last would have three rows: equal parts"
               : "the last has eleven rows: of ten and the rest");
    }

    lr.set.rows_of[0] = 12;
    lr.set.rows_of[1] = lr.set.rows_of[2] = 2;

    return homo_lr_batches(&lr) == -1 ? -1 : 0;
}


static void
test_small_batches(void)
{
    local_t  *net;

    draw();
    net = create("", -1);
    net->run = run_small;
    ok(local_run(net) != 0
       && strcmp(net->parties[1].code, "bad_parameter") == 0,
       "eight rows of all in a batch: %s", net->parties[1].text);
    homo_destroy(net);
}


/* All rows, then four fifths of them: the same as of files with those. */

static int
run_part(ic_task_t *task)
{
    int        rc;
    u_char     chosen[MOST], digest[HOMO_LR_DIGEST];
    int64_t    rows_of[PARTIES];
    unsigned   i;
    homo_lr_t  *lr;

    lr = &homo_lrs[task->index];
    lr->task = task;
    lr->conf.modulus_bits = homo_bits;
    lr->conf.paillier_flags = IC_PAILLIER_INSECURE;

    if (task->index == 0) {
        return homo_lr_run(lr);
    }

    if (homo_lr_read_params(lr) != 0 || homo_lr_load(lr) != 0) {
        return -1;
    }

    lr->sums = ic_aggregate_open(task, &lr->conf, lr->params.common,
                                 lr->data.rows);

    for (i = 0; i < MOST; i++) {
        chosen[i] = i % 5 != 2;
    }

    for (i = 0; i < PARTIES; i++) {
        rows_of[i] = rows[i] - (rows[i] + 2) / 5;
    }

    rc = lr->sums == NULL || homo_lr_train(lr, NULL, NULL) != 0
         || homo_lr_train(lr, chosen, rows_of) != 0
         || homo_lr_model_digest(lr, digest) != 0
         || ic_aggregate_confirm(lr->sums, digest) != 0 ? -1 : 0;

    return rc;
}


static void
test_part(const char *params)
{
    double    off, w[3], z;
    local_t  *net;
    unsigned  i;

    draw();
    net = create(params, 2);
    ok(local_run(net) == 0, "four fifths in files: %s", params);

    for (i = 0; i < 3; i++) {
        w[i] = weight(net, i);
    }

    homo_destroy(net);
    net = create(params, -1);
    net->run = run_part;

    if (!ok(local_run(net) == 0, "... and chosen from all")) {
        homo_explain(net);
    }

    for (off = 0, i = 0; i < 3; i++) {
        off = fmax(off, fabs(weight(net, i) - w[i]));
    }

    ok(off == 0, "... the same weights: %g", off);

    /* a row that was not chosen */

    for (z = w[2], i = 0; i < 2; i++) {
        z += w[i] * (homo_lrs[1].model.shift == NULL ? x[0][2][i]
                     : (x[0][2][i] - homo_lrs[1].model.shift[i])
                       / homo_lrs[1].model.scale[i]);
    }

    ok(fabs(homo_lr_predict(&homo_lrs[1], 2) - 1 / (1 + exp(-z))) < 1e-12,
       "... and what the model says of a row");
    homo_destroy(net);
}


/* name, values of one column for the guest, what comes of it. */
static const struct {
    const char  *name;
    const char  *params;
    const char  *guest;
    const char  *code;
} cases[] = {
    { "one row", "", "id,y,a,b\n1,1,2,3\n", "" },
    { "one row, newton", ",\"optimizer\":\"newton\"", "id,y,a,b\n1,1,2,3\n",
      "" },
    { "one row, robust", ",\"scaler\":\"robust\"", "id,y,a,b\n1,1,2,3\n",
      "" },
    { "columns of nothing", "", "id,y,a,b\n1,1,,3\n", "data_null_value" },
    { "the largest doubles", "", "id,y,a,b\n1,1,1e308,3\n2,0,-1e308,4\n",
      "data_out_of_range" },
    { "the largest doubles, robust", ",\"scaler\":\"robust\"",
      "id,y,a,b\n1,1,1e308,3\n2,0,-1e308,4\n", "data_out_of_range" },
    { "the smallest", "", "id,y,a,b\n1,1,5e-324,3\n2,0,-5e-324,4\n", "" },
    { "the smallest, robust", ",\"scaler\":\"robust\"",
      "id,y,a,b\n1,1,5e-324,3\n2,0,-0,4\n", "" },
    { "large ones, newton", ",\"optimizer\":\"newton\",\"scaler\":\"none\"",
      "id,y,a,b\n1,1,1e9,3\n2,0,2e9,4\n", "data_out_of_range" }
};


static void
test_cases(void)
{
    char      text[128];
    size_t    i;
    local_t  *net;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        draw();
        (void) snprintf(text, sizeof(text), ",\"max_iter\":3,"
                        "\"allow_single_class\":true%s", cases[i].params);
        net = create(text, -1);
        local_csv(net, 1, "train_data", cases[i].guest);
        (void) local_run(net);

        if (!ok(strcmp(net->parties[1].code, cases[i].code) == 0, "%s: %s",
                cases[i].name, cases[i].code))
        {
            homo_explain(net);
        }

        homo_destroy(net);
    }
}


/* Half of them constant. */

static void
test_wide(const char *params, unsigned columns)
{
    char      *csv, *list, *at;
    local_t   *net;
    unsigned   i, j, k;

    csv = malloc(WIDE * 400);
    list = malloc(WIDE * 10 + 500);
    at = list + sprintf(list, "{\"unique_id\":\"id\",\"label_name\":\"y\","
                        "\"max_iter\":2%s,\"attributes\":[", params);

    for (k = 0; k < columns; k++) {
        at += sprintf(at, "%s\"c%u\"", k ? "," : "", k);
    }

    strcpy(at, "]}");
    net = homo_create(PARTIES - 1, 512);
    local_params(net, LOCAL_ALL, list);

    for (i = 0; i < PARTIES; i++) {
        at = csv + sprintf(csv, "id,y");

        for (k = 0; k < columns; k++) {
            at += sprintf(at, ",c%u", k);
        }

        for (j = 0; j < 20; j++) {
            at += sprintf(at, "\n%u,%u", j, j % 2);

            for (k = 0; k < columns; k++) {
                at += sprintf(at, ",%ld", k % 2 ? 7 : random() % 100);
            }
        }

        strcpy(at, "\n");
        local_csv(net, i + 1, "train_data", csv);
    }

    if (!ok(local_run(net) == 0, "%u columns, half of them constant%s",
            columns, params))
    {
        homo_explain(net);
    }

    ok(homo_lrs[1].model.weights[1] == 0
       && isfinite(homo_lrs[1].model.weights[0]), "... weights of both");
    homo_destroy(net);
    free(csv);
    free(list);
}


int
main(void)
{
    unsigned  seed;

    seed = (unsigned) getpid();
    printf("# seed %u\n", seed);
    srandom(seed);

    test_batches(45);
    test_batches(20);
    test_batches(10);
    test_batches(1000);
    test_small_batches();

    test_part(",\"max_iter\":3");
    test_part(",\"max_iter\":3,\"batch_size\":15,\"class_weight\":"
              "\"balanced\"");
    test_part(",\"max_iter\":5,\"optimizer\":\"newton\",\"scaler\":"
              "\"robust\"");
    test_part(",\"max_iter\":3,\"scaler\":\"none\"");

    test_cases();
    test_wide("", WIDE);
    test_wide(",\"scaler\":\"robust\"", 100);

    return done();
}
