
/*
 * homo_lr with dropout continue: a host that is gone at any of its messages.
 * The model is that of plain gradient descent on the rows of all parties up
 * to a step and of those that are left from then on; who had part in what is
 * in the model.
 */


#include <math.h>
#include <unistd.h>

#include "homo_lr_net.h"


#define BITS      512
#define HOSTS     3
#define ROWS      40             /* of each party */
#define FEATURES  3
#define ITER      6


static char      paths[HOSTS + 1][40];
static double    x[HOSTS + 1][ROWS][FEATURES];
static unsigned  y[HOSTS + 1][ROWS];

static struct {
    unsigned  party;
    unsigned  kind;
    unsigned  number;
} cut;


static void
write_rows(void)
{
    int        fd;
    FILE      *file;
    unsigned   i, j, k;

    for (i = 0; i <= HOSTS; i++) {
        strcpy(paths[i], "/tmp/homo_lr_dropout_XXXXXX");
        fd = mkstemp(paths[i]);
        file = fdopen(fd, "w");
        fprintf(file, "id,y,a,b,c\n");

        for (j = 0; j < ROWS; j++) {
            y[i][j] = (j + i) % 3 == 0;
            fprintf(file, "%u,%u", j, y[i][j]);

            for (k = 0; k < FEATURES; k++) {
                x[i][j][k] = (double) (rand() % 1000) / 1000 + y[i][j] * 0.4
                             + i * 0.1;
                fprintf(file, ",%.17g", x[i][j][k]);
            }

            fprintf(file, "\n");
        }

        (void) fclose(file);
    }
}


static void
cut_at(local_t *net, local_message_t *m)
{
    if (m->from == cut.party
        && ((unsigned) m->data[2] << 8 | m->data[3]) == cut.kind
        && ((unsigned) m->data[6] << 8 | m->data[7]) == cut.number)
    {
        net->gone[m->from] = 1;
        m->taken = 1;
    }
}


static local_t *
create(const char *more)
{
    char       input[128], params[512];
    local_t   *net;
    unsigned   i;

    (void) snprintf(params, sizeof(params),
                    "{\"attributes\":[\"a\",\"b\",\"c\"],\"unique_id\":"
                    "\"id\",\"label_name\":\"y\",\"max_iter\":%u,"
                    "\"penalty\":\"NONE\",\"decay\":0,\"learning_rate\":0.5,"
                    "\"eps\":1e-12%s}", ITER, more);
    net = homo_create(HOSTS, BITS);
    net->lossy = 1;
    net->tamper = cut_at;
    memset(&cut, 0, sizeof(cut));

    for (i = 0; i < net->count; i++) {
        (void) snprintf(input, sizeof(input), "{\"sources\":[{\"type\":"
                        "\"csv\",\"path\":\"%s\"}]}", paths[i ? i - 1 : 0]);
        homo_set(net, i, params, i ? input : "{}");
    }

    return net;
}


/* Mean and deviation over the rows of so many parties. */

static void
plain_scaler(unsigned parties, double *shift, double *scale)
{
    double    sum, squares, n;
    unsigned  i, j, k;

    n = parties * ROWS;

    for (k = 0; k < FEATURES; k++) {
        for (sum = squares = 0, i = 0; i < parties; i++) {
            for (j = 0; j < ROWS; j++) {
                sum += x[i][j][k];
                squares += x[i][j][k] * x[i][j][k];
            }
        }

        shift[k] = sum / n;
        scale[k] = sqrt(squares / n - shift[k] * shift[k]);
    }
}


/* Weights of scaled features and the intercept; losses after each step. */

static void
plain_train(unsigned scaled_by, unsigned steps_of_all, double *w,
    double *losses)
{
    double    shift[FEATURES], scale[FEATURES], g[FEATURES + 1], z, p, v;
    unsigned  i, j, k, t, parties;

    plain_scaler(scaled_by, shift, scale);
    memset(w, 0, (FEATURES + 1) * sizeof(double));

    for (t = 0; t <= ITER; t++) {

        /* the loss of a step is summed with the gradient of the next */

        parties = t < steps_of_all ? HOSTS + 1 : HOSTS;
        memset(g, 0, sizeof(g));

        if (t > 0) {
            losses[t - 1] = 0;
        }

        for (i = 0; i < parties; i++) {
            for (j = 0; j < ROWS; j++) {
                for (z = w[FEATURES], k = 0; k < FEATURES; k++) {
                    z += w[k] * (x[i][j][k] - shift[k]) / scale[k];
                }

                p = 1 / (1 + exp(-z));

                for (k = 0; k <= FEATURES; k++) {
                    v = k < FEATURES ? (x[i][j][k] - shift[k]) / scale[k]
                                     : 1;
                    g[k] += (p - y[i][j]) * v / (parties * ROWS);
                }

                if (t > 0) {
                    losses[t - 1] -= log(y[i][j] ? p : 1 - p)
                                     / (parties * ROWS);
                }
            }
        }

        for (k = 0; t < ITER && k <= FEATURES; k++) {
            w[k] -= 0.5 * g[k];
        }
    }
}


/*
 * host.2 is cut at that message. steps: how many it had part in; the sums of
 * the scaler are round 1, those of step t round t + 1, of the last loss ITER
 * + 2.
 */

static void
test_cut(const char *when, unsigned kind, unsigned number, unsigned steps)
{
    char        text[64];
    double      w[FEATURES + 1], losses[ITER], off;
    local_t    *net;
    unsigned    i, k;
    homo_lr_t  *lr;

    net = create(",\"dropout\":\"continue\",\"evaluate\":false");
    cut.party = HOSTS + 1;
    cut.kind = kind;
    cut.number = number;
    (void) local_run(net);

    plain_train(number == 1 ? HOSTS : HOSTS + 1, steps, w, losses);

    for (off = 0, i = 1; i <= HOSTS; i++) {
        lr = &homo_lrs[i];

        for (k = 0; net->parties[i].rc == 0 && k <= FEATURES; k++) {
            off = fmax(off, fabs(lr->model.weights[k] - w[k]));
        }

        for (k = 0; net->parties[i].rc == 0 && k < ITER; k++) {
            off = fmax(off, fabs(lr->model.losses[k] - losses[k]));
        }

        off += net->parties[i].rc != 0;
    }

    if (!ok(off < 1e-7, "%s: trained on by the others, %.1e off", when, off))
    {
        homo_explain(net);
    }

    (void) snprintf(text, sizeof(text), "\"party\":\"host.2\",\"node_id\":"
                    "\"node_4\",\"rows\":%u,\"iterations\":%u", ROWS,
                    steps < ITER ? steps : ITER);

    for (k = 0, i = 1; i <= HOSTS; i++) {
        k += net->parties[i].rc == 0
             && strstr(local_output(net, i, "model"), text) != NULL
             && local_fact(net, i, "dropouts") == 1;
    }

    is_int(k, HOSTS, "... every model says so: %s", text);
    ok(local_output(net, HOSTS + 1, "model") == NULL,
       "... it has no model");
    homo_destroy(net);
}


/* An evaluation that is cut short is none; the model is there. */

static void
test_evaluation(void)
{
    double      w[FEATURES + 1], losses[ITER];
    local_t    *net;
    unsigned    i, whole;

    plain_train(HOSTS + 1, ITER + 2, w, losses);
    net = create(",\"dropout\":\"continue\"");
    cut.party = HOSTS + 1;
    cut.kind = IC_AGGREGATE_SUM;
    cut.number = ITER + 3;
    (void) local_run(net);

    for (whole = 0, i = 1; i <= HOSTS; i++) {
        whole += net->parties[i].rc == 0
                 && fabs(homo_lrs[i].model.weights[0] - w[0]) < 1e-7
                 && homo_lrs[i].model.rows == (HOSTS + 1) * ROWS
                 && strstr(local_output(net, i, "model"), "evaluation")
                    == NULL
                 && strstr(local_output(net, i, "model"), "host.2") != NULL;
    }

    if (!ok(whole == HOSTS, "gone in the evaluation: a model without one")) {
        homo_explain(net);
    }

    homo_destroy(net);

    net = create(",\"dropout\":\"continue\"");
    cut.party = HOSTS + 1;
    cut.kind = IC_AGGREGATE_SUM;
    cut.number = 4;
    (void) local_run(net);

    ok(net->parties[1].rc == 0
       && strstr(local_output(net, 1, "model"), "\"evaluation\":") != NULL
       && homo_lrs[1].evaluation.ranking.positives
          + homo_lrs[1].evaluation.ranking.negatives
          == HOSTS * ROWS,
       "gone before: an evaluation on the rows of the others");
    homo_destroy(net);
}


/* Batches and noise with a party less. */

static void
test_kinds(void)
{
    local_t   *net;
    unsigned   i, same;

    static const char *const  more[] = {
        ",\"dropout\":\"continue\",\"batch_size\":15",
        ",\"dropout\":\"continue\",\"scaler\":\"none\",\"evaluate\":false,"
        "\"early_stop\":\"weight_diff\",\"dp_param\":{\"need_dp\":true}",
        ",\"dropout\":\"continue\",\"class_weight\":\"balanced\","
        "\"optimizer\":\"adam\",\"init_intercept\":\"log_odds\""
    };

    for (i = 0; i < 3; i++) {
        net = create(more[i]);
        cut.party = HOSTS;
        cut.kind = IC_AGGREGATE_READY;
        cut.number = 4;
        (void) local_run(net);

        same = net->parties[1].rc == 0 && net->parties[2].rc == 0
               && memcmp(homo_lrs[1].model.weights,
                         homo_lrs[2].model.weights,
                         (FEATURES + 1) * sizeof(double))
                  == 0
               && homo_lrs[1].model.rows == HOSTS * ROWS;

        if (!ok(same, "the others have one model: %s", more[i])) {
            homo_explain(net);
        }

        homo_destroy(net);
    }
}


static void
test_refused(const char *more, const char *text)
{
    bool      found;
    local_t  *net;

    net = create(more);
    found = local_run(net) != 0
            && strcmp(net->parties[1].code, "bad_parameter") == 0
            && strstr(net->parties[1].text, text) != NULL;

    if (!ok(found, "refused: %s", more)) {
        homo_explain(net);
    }

    homo_destroy(net);
}


/* min_rows holds for what is left, too. */

static void
test_rows(void)
{
    local_t  *net;

    net = create(",\"min_rows\":161");
    (void) local_run(net);
    ok(strcmp(net->parties[0].code, "data_too_few") == 0
       && strcmp(net->parties[2].code, "data_too_few") == 0,
       "160 rows, min_rows 161: %s", net->parties[1].text);
    homo_destroy(net);

    net = create(",\"min_rows\":121,\"dropout\":\"continue\"");
    cut.party = HOSTS + 1;
    cut.kind = IC_AGGREGATE_SUM;
    cut.number = 3;
    (void) local_run(net);
    ok(strcmp(net->parties[0].code, "data_too_few") == 0
       && strcmp(net->parties[1].code, "data_too_few") == 0
       && net->parties[2].rc != 0,
       "120 left, min_rows 121: %s", net->parties[1].text);
    homo_destroy(net);
}


int
main(void)
{
    char      when[80];
    local_t  *net;
    unsigned  i, seed;

    seed = 4242;
    printf("# seed %u\n", seed);
    srand(seed);
    write_rows();

    for (i = 1; i <= ITER + 2; i++) {
        (void) snprintf(when, sizeof(when), "gone before its sum %u", i);
        test_cut(when, IC_AGGREGATE_SUM, i, i < 2 ? 0 : i - 2);
    }

    test_cut("gone before its consent 1", IC_AGGREGATE_READY, 1, 0);
    test_cut("gone before its consent 4", IC_AGGREGATE_READY, 4, 2);
    test_cut("gone before its result", IC_AGGREGATE_FINAL, ITER + 3,
             ITER + 1);
    test_evaluation();
    test_kinds();

    net = create("");
    cut.party = HOSTS + 1;
    cut.kind = IC_AGGREGATE_SUM;
    cut.number = 3;
    (void) local_run(net);
    ok(net->parties[0].rc != 0 && net->parties[1].rc != 0
       && net->parties[2].rc != 0 && net->parties[3].rc != 0,
       "dropout fail: everything ends");
    homo_destroy(net);

    test_refused(",\"dropout\":\"continue\",\"optimizer\":\"newton\"",
                 "no optimizer newton");
    test_refused(",\"dropout\":\"continue\",\"scaler\":\"robust\"",
                 "no scaler robust");
    test_refused(",\"dropout\":\"continue\",\"cv_param\":{\"need_cv\":true}",
                 "no cv_param.need_cv");
    test_refused(",\"dropout\":\"continue\",\"min_parties\":4",
                 "none may drop out");
    test_refused(",\"dropout\":\"continue\",\"min_parties\":2",
                 "needs allow_two_parties");
    test_rows();

    for (i = 0; i <= HOSTS; i++) {
        (void) unlink(paths[i]);
    }

    return done();
}
