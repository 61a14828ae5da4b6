
/*
 * Cross validation and evaluation of three parties against a plain run over
 * all rows together: folds, trainings, and what is said of them.
 */


#include <math.h>
#include <time.h>

#include "../../src/math/ic_metrics.h"
#include "homo_lr_net.h"


#define PARTIES   3
#define FEATURES  4
#define ROWS      120
#define BITS      512

#define PARAMS(more)                                                          \
    "{\"attributes\":[\"a\",\"b\",\"c\",\"d\"],\"unique_id\":\"id\","         \
    "\"label_name\":\"y\",\"max_iter\":6,\"learning_rate\":0.5,"              \
    "\"alpha\":0.01,\"tol\":0,\"early_stop\":\"weight_diff\"" more "}"


/* Rows of party i: [0, sizes[i]) of its part. */
static const unsigned  sizes[PARTIES] = { 120, 97, 41 };

static double   x[PARTIES][ROWS][FEATURES];
static uint8_t  y[PARTIES][ROWS];


static void
make_rows(void)
{
    double    z;
    unsigned  i, j, k;

    for (i = 0; i < PARTIES; i++) {
        for (j = 0; j < sizes[i]; j++) {

            for (z = 0, k = 0; k < FEATURES; k++) {
                x[i][j][k] = (10 * k + 1) * ((double) random() / RAND_MAX
                                             - 0.3);
                z += x[i][j][k] / (10 * k + 1) - 0.2;
            }

            y[i][j] = z + 2 * ((double) random() / RAND_MAX - 0.5) > 0;
        }
    }
}


static local_t *
create(const char *params)
{
    char      *text;
    FILE      *csv;
    size_t     len;
    local_t   *net;
    unsigned   i, j, k;

    net = homo_create(PARTIES - 1, BITS);
    local_params(net, LOCAL_ALL, params);

    for (i = 0; i < PARTIES; i++) {
        csv = open_memstream(&text, &len);
        fprintf(csv, "id,y,a,b,c,d\n");

        for (j = 0; j < sizes[i]; j++) {
            fprintf(csv, "%u,%u", j, y[i][j]);

            for (k = 0; k < FEATURES; k++) {
                fprintf(csv, ",%.17g", x[i][j][k]);
            }

            fprintf(csv, "\n");
        }

        fclose(csv);
        local_csv(net, i + 1, "train_data", text);
        free(text);
    }

    return net;
}


/* Row j of party i is in that fold (1..) of k; 0: in none. */

static bool
inside(unsigned i, unsigned j, unsigned fold, unsigned k)
{
    return fold > 0 && j >= (fold - 1) * sizes[i] / k
           && j < fold * sizes[i] / k;
}


/* Gradient descent over all rows but those of the fold. */

static void
train(unsigned fold, unsigned k, double *w, double *mean, double *deviation)
{
    double    g[FEATURES + 1], z, e, n, v, eta;
    unsigned  i, j, f, t;

    memset(w, 0, (FEATURES + 1) * sizeof(double));

    for (f = 0; f < FEATURES; f++) {
        mean[f] = deviation[f] = n = 0;

        for (t = 0; t < 2; t++) {
            for (i = 0; i < PARTIES; i++) {
                for (j = 0; j < sizes[i]; j++) {
                    if (!inside(i, j, fold, k)) {
                        v = x[i][j][f];
                        n += t == 0;
                        mean[f] += t == 0 ? v : 0;
                        deviation[f] += t == 1 ? pow(v - mean[f], 2) : 0;
                    }
                }
            }

            mean[f] /= t == 0 ? n : 1;
        }

        deviation[f] = sqrt(deviation[f] / n);
    }

    for (t = 0; t < 6; t++) {
        memset(g, 0, sizeof(g));

        for (i = 0; i < PARTIES; i++) {
            for (j = 0; j < sizes[i]; j++) {

                if (inside(i, j, fold, k)) {
                    continue;
                }

                for (z = w[FEATURES], f = 0; f < FEATURES; f++) {
                    z += w[f] * (x[i][j][f] - mean[f]) / deviation[f];
                }

                e = 1 / (1 + exp(-z)) - y[i][j];

                for (f = 0; f < FEATURES; f++) {
                    g[f] += e * (x[i][j][f] - mean[f]) / deviation[f];
                }

                g[FEATURES] += e;
            }
        }

        eta = 0.5 / sqrt(1 + t);

        for (f = 0; f <= FEATURES; f++) {
            w[f] -= eta * (g[f] / n + (f < FEATURES ? 0.01 * w[f] : 0));
        }
    }
}


/* The plain metrics on the fold, or with fold 0 on all rows. */

static void
evaluate(unsigned fold, unsigned k, ic_metrics_t *metrics, unsigned *rows)
{
    double    w[FEATURES + 1], mean[FEATURES], deviation[FEATURES], z;
    double    p[PARTIES * ROWS];
    uint8_t   label[PARTIES * ROWS];
    unsigned  i, j, f;

    train(fold, k, w, mean, deviation);

    for (*rows = 0, i = 0; i < PARTIES; i++) {
        for (j = 0; j < sizes[i]; j++) {

            if (fold > 0 && !inside(i, j, fold, k)) {
                continue;
            }

            for (z = w[FEATURES], f = 0; f < FEATURES; f++) {
                z += w[f] * (x[i][j][f] - mean[f]) / deviation[f];
            }

            label[*rows] = y[i][j];
            p[(*rows)++] = 1 / (1 + exp(-z));
        }
    }

    if (ic_metrics(p, label, *rows, 0.5, metrics) != 0) {
        abort();
    }
}


static double
number(const ic_json_t *object, const char *path)
{
    const ic_json_t  *value;

    value = ic_json_path(object, path);

    return value == NULL ? NAN
           : value->type == IC_JSON_INT ? (double) value->num : value->real;
}


static void
compare(const ic_json_t *got, unsigned fold, unsigned k, const char *name)
{
    unsigned      rows;
    ic_metrics_t  want;

    evaluate(fold, k, &want, &rows);

    is_int((int64_t) number(got, "rows"), rows, "%s: its rows", name);
    ok(fabs(number(got, "auc") - want.auc)
       <= number(got, "auc_error") + 1e-9, "%s: AUC %.6f within %.2g", name,
       want.auc, number(got, "auc_error"));
    ok(number(got, "auc_error") < 0.01, "... which is little");
    ok(number(got, "ks") <= want.ks + 1e-9
       && want.ks <= number(got, "ks") + number(got, "ks_error") + 1e-9,
       "... KS %.4f", want.ks);
    ok(fabs(number(got, "accuracy") - want.accuracy) < 1e-12
       && fabs(number(got, "precision") - want.precision) < 1e-12
       && fabs(number(got, "recall") - want.recall) < 1e-12,
       "... accuracy %.4f, precision and recall exactly", want.accuracy);
    ok(fabs(number(got, "log_loss") - want.log_loss) < 1e-6,
       "... log loss %.6f", want.log_loss);
}


static const ic_json_t *
metrics_of(local_t *net, unsigned party)
{
    return ic_json_get(local_json(&net->parties[party],
                                  local_output(net, party, "model")),
                       "metrics");
}


static void
test_folds(unsigned k)
{
    char              params[512], name[32];
    double            sum, n;
    local_t          *net;
    unsigned          fold;
    const ic_json_t  *cv, *item;

    (void) snprintf(params, sizeof(params),
                    PARAMS(",\"cv_param\":{\"need_cv\":true,\"n_splits\":%u,"
                           "\"shuffle\":false}"), k);
    net = create(params);

    if (!ok(local_run(net) == 0, "%u folds", k)) {
        homo_explain(net);
        homo_destroy(net);
        return;
    }

    compare(ic_json_get(metrics_of(net, 2), "evaluation"), 0, k, "the model");
    cv = ic_json_get(metrics_of(net, 2), "cross_validation");

    for (sum = 0, fold = 1; fold <= k; fold++) {
        item = ic_json_at(ic_json_get(cv, "folds"), fold - 1);
        (void) snprintf(name, sizeof(name), "fold %u of %u", fold, k);
        compare(item, fold, k, name);
        sum += number(item, "auc");
    }

    n = k;
    ok(fabs(number(cv, "auc/mean") - sum / n) < 1e-12, "the mean of AUC");
    ok(number(cv, "accuracy/deviation") >= 0
       && number(cv, "log_loss/mean") > 0 && number(cv, "ks/mean") > 0,
       "... and of the others");
    ok(local_said(&net->parties[2].metrics, "loss") != NULL
       && net->parties[2].metrics.count == 6,
       "the curve of losses is that of the model alone");
    is_str(local_output(net, 1, "model"), local_output(net, 3, "model"),
           "the same at all");
    homo_destroy(net);
}


static char *
kept(local_t *net, const char *member)
{
    const ic_json_t  *document;

    document = local_json(&net->parties[1], local_output(net, 1, "model"));

    return strdup((char *) ic_json_text(net->parties[1].arena,
                           ic_json_path(document, member)).data);
}


/* The same seed, the same folds; they do not change the model. */

static void
test_seeds(void)
{
    char      *digest[4], *folds[4];
    local_t   *net;
    unsigned   i;

    static const char *const  params[] = {
        PARAMS(",\"cv_param\":{\"need_cv\":true}"),
        PARAMS(",\"cv_param\":{\"need_cv\":true,\"random_seed\":1}"),
        PARAMS(",\"cv_param\":{\"need_cv\":true,\"random_seed\":2}"),
        PARAMS(",\"cv_param\":{\"need_cv\":true,\"random_seed\":null}")
    };

    for (i = 0; i < 4; i++) {
        net = create(params[i]);
        ok(local_run(net) == 0, "%s", params[i] + 90);
        digest[i] = kept(net, "weights");
        folds[i] = kept(net, "metrics/cross_validation");
        homo_destroy(net);
    }

    is_str(folds[0], folds[1], "the seed is 1 if it is not given");
    ok(strcmp(folds[1], folds[2]) != 0 && strcmp(folds[1], folds[3]) != 0,
       "another seed, or none, deals other folds");
    ok(strcmp(digest[0], digest[2]) == 0 && strcmp(digest[0], digest[3]) == 0,
       "... the model is the same");

    for (i = 0; i < 4; i++) {
        free(digest[i]);
        free(folds[i]);
    }
}


static void
test_without(void)
{
    local_t  *net;

    net = create(PARAMS(",\"evaluate\":false"));
    ok(local_run(net) == 0, "nothing asked");
    ok(strstr(local_output(net, 1, "model"), "evaluation") == NULL
       && strstr(local_output(net, 1, "model"), "cross") == NULL,
       "... nothing opened");
    homo_destroy(net);

    net = create(PARAMS(",\"cv_param\":{\"need_cv\":true,\"n_splits\":20}"));
    local_csv(net, 3, "train_data", "id,y,a,b,c,d\n1,0,1,2,3,4\n"
              "2,1,2,3,5,1\n");
    ok(local_run(net) != 0
       && strcmp(net->parties[1].code, "bad_parameter") == 0
       && strstr(net->parties[1].text, "host.1 has fewer rows") != NULL,
       "more folds than a party has rows: %s", net->parties[1].text);
    homo_destroy(net);
}


static void
test_few(void)
{
    local_t   *net;
    unsigned   i;

    net = create(PARAMS(",\"cv_param\":{\"need_cv\":true,\"n_splits\":3}"));

    for (i = 1; i < 4; i++) {
        local_csv(net, i, "train_data", "id,y,a,b,c,d\n1,0,1,2,3,4\n"
                  "2,1,2,3,5,1\n3,1,2,2,1,1\n4,0,0,1,1,7\n");
    }

    ok(local_run(net) != 0
       && strstr(net->parties[1].text, "fewer than 10 rows of all") != NULL,
       "folds of four rows: %s", net->parties[1].text);
    homo_destroy(net);
}


static void
test_batches(void)
{
    local_t  *net;

    net = create(PARAMS(",\"batch_size\":20,\"cv_param\":{\"need_cv\":true}"));
    ok(local_run(net) != 0
       && strcmp(net->parties[1].code, "bad_parameter") == 0
       && strstr(net->parties[1].text, "takes no batches") != NULL,
       "batches that differ by a row: %s", net->parties[1].text);
    homo_destroy(net);
}


int
main(void)
{
    long  seed;

    seed = getenv("SEED") ? atol(getenv("SEED")) : (long) time(NULL);
    printf("# SEED=%ld\n", seed);
    srandom((unsigned) seed);

    make_rows();
    test_folds(2);
    test_folds(5);
    test_seeds();
    test_without();
    test_few();
    test_batches();

    return done();
}
