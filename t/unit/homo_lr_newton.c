
/*
 * Newton's method reaches the exact optimum, with errors that a plain
 * computation gives, too; scalers and weights of classes against plain ones;
 * what is refused.
 */


#include <limits.h>
#include <math.h>
#include <unistd.h>

#include "homo_lr_net.h"


#define FEATURES  3
#define ROWS      60
#define PARTIES   3


static double   x[PARTIES * ROWS][FEATURES];
static uint8_t  label[PARTIES * ROWS];
static char     shared[PATH_MAX];


/* A column each of wide, negative and repeated values. */

static void
draw(void)
{
    double    z;
    unsigned  i;

    for (i = 0; i < PARTIES * ROWS; i++) {
        x[i][0] = (double) random() / (1u << 31) * 200 - 50;
        x[i][1] = -(double) (random() % 5);
        x[i][2] = (double) random() / (1u << 31);
        z = x[i][0] / 60 + x[i][1] / 2 - x[i][2] + 1;
        label[i] = (double) random() / (1u << 31) < 1 / (1 + exp(-z));
    }
}


/* Parties have other numbers of rows: 30, 60, 90. */

static char *
csv(unsigned party)
{
    static char  text[ROWS * PARTIES * 100];
    char        *at;
    unsigned     i, first;

    static const unsigned  from[] = { 0, 30, 90, 180 };

    first = from[party];
    at = text + sprintf(text, "id,y,wide,\"n\xc3\xa9gative\",small\n");

    for (i = first; i < from[party + 1]; i++) {
        at += sprintf(at, "%u,%u,%.17g,%.17g,%.17g\n", i, label[i], x[i][0],
                      x[i][1], x[i][2]);
    }

    return text;
}


static local_t *
create(const char *params)
{
    char      text[1024];
    local_t  *net;
    unsigned  i;

    net = homo_create(PARTIES - 1, 512);
    (void) snprintf(text, sizeof(text), "{\"unique_id\":\"id\",\"label_name\""
                    ":\"y\",\"attributes\":[\"wide\",\"n\xc3\xa9gative\","
                    "\"small\"],\"allow_single_class\":true%s%s}",
                    params[0] ? "," : "", params);
    local_params(net, LOCAL_ALL, text);

    for (i = 0; i < PARTIES; i++) {
        local_csv(net, i + 1, "train_data", csv(i));
    }

    return net;
}


static const ic_json_t *
model_of(local_t *net)
{
    return local_json(&net->parties[1], local_output(net, 1, "model"));
}


static double
number(const ic_json_t *model, const char *path, unsigned i)
{
    return ic_json_at(ic_json_path(model, path), i)->real;
}


/* The gradient of the objective at the model, all rows together. */

static double
slope(const ic_json_t *model, double alpha, const double weight[2],
    double hessian[4][4])
{
    double    g[4] = { 0 }, w[4], v[4], p, all, most;
    unsigned  i, j, k;

    for (j = 0; j < 4; j++) {
        w[j] = j < 3 ? number(model, "weights", j)
                     : ic_json_get(model, "intercept")->real;
        memset(hessian[j], 0, sizeof(hessian[j]));
    }

    for (all = 0, i = 0; i < PARTIES * ROWS; i++) {
        for (p = 0, j = 0; j < 4; j++) {
            v[j] = j == 3 ? 1 : x[i][j];

            if (j < 3 && ic_json_path(model, "scaler/mean") != NULL) {
                v[j] = (v[j] - number(model, "scaler/mean", j))
                       / number(model, "scaler/std", j);
            }

            p += w[j] * v[j];
        }

        p = 1 / (1 + exp(-p));
        all += weight[label[i]];

        for (j = 0; j < 4; j++) {
            g[j] += weight[label[i]] * (p - label[i]) * v[j];

            for (k = 0; k < 4; k++) {
                hessian[j][k] += weight[label[i]] * p * (1 - p) * v[j]
                                 * v[k];
            }
        }
    }

    for (most = 0, j = 0; j < 4; j++) {
        most = fmax(most, fabs(g[j] / all + (j < 3 ? alpha * w[j] : 0)));
    }

    return most;
}


static void
invert(double a[4][4])
{
    double    f;
    unsigned  i, j, k;

    for (i = 0; i < 4; i++) {
        f = a[i][i];
        a[i][i] = 1;

        for (j = 0; j < 4; j++) {
            a[i][j] /= f;
        }

        for (k = 0; k < 4; k++) {
            if (k != i) {
                f = a[k][i];
                a[k][i] = 0;

                for (j = 0; j < 4; j++) {
                    a[k][j] -= f * a[i][j];
                }
            }
        }
    }
}


/* Errors: the roots of the diagonal of A^-1 H A^-1. */

static void
test_errors(const ic_json_t *model, double alpha, double h[4][4])
{
    double    a[4][4], variance, off, error, z, w;
    unsigned  i, j, k;

    memcpy(a, h, sizeof(a));

    for (j = 0; j < 3; j++) {
        a[j][j] += alpha * PARTIES * ROWS;
    }

    invert(a);

    for (off = 0, i = 0; i < 4; i++) {
        for (variance = 0, j = 0; j < 4; j++) {
            for (k = 0; k < 4; k++) {
                variance += a[i][j] * h[j][k] * a[k][i];
            }
        }

        w = i < 3 ? number(model, "weights", i)
                  : ic_json_get(model, "intercept")->real;
        error = sqrt(variance);
        z = w / error;

        off = fmax(off, fabs(number(model, "metrics/errors/standard_errors",
                                    i) / error - 1));
        off = fmax(off, fabs(number(model, "metrics/errors/z", i) - z));
        off = fmax(off, fabs(number(model, "metrics/errors/p_values", i)
                             - erfc(fabs(z) / sqrt(2))));
        off = fmax(off, fabs(number(model, "metrics/errors/high", i)
                             - w - 1.959963984540054 * error));
        off = fmax(off, fabs(number(model, "metrics/errors/low", i)
                             - w + 1.959963984540054 * error));
    }

    ok(off < 1e-6, "... errors, p-values and intervals, %.1e off", off);
}


static void
test_optimum(const char *params, double alpha, const double weight[2])
{
    double            h[4][4], most;
    char              text[512];
    local_t          *net;
    const ic_json_t  *model;

    draw();
    (void) snprintf(text, sizeof(text), "\"optimizer\":\"newton\",\"max_iter"
                    "\":25,\"early_stop\":\"weight_diff\",\"tol\":1e-11,"
                    "\"alpha\":%g%s%s", alpha, params[0] ? "," : "", params);
    net = create(text);

    if (ok(local_run(net) == 0, "newton %s", text)) {
        model = model_of(net);
        most = slope(model, alpha, weight, h);
        ok(most < 1e-11, "... at the optimum: slope %.1e after %lld rounds",
           most, (long long) ic_json_path(model, "metrics/iterations")->num);
        ok(ic_json_path(model, "metrics/is_converged")->num == 1,
           "... and says so");

        /* balanced ones may be alike, by chance */

        if (strstr(params, "class_weight") == NULL) {
            test_errors(model, alpha, h);

        } else {
            ok(ic_json_path(model, "metrics/errors") == NULL,
               "... no errors with weights of classes");
        }

    } else {
        homo_explain(net);
    }

    homo_destroy(net);
}


static int
by_value(const void *one, const void *two)
{
    const double  *a = one, *b = two;

    return (*a > *b) - (*a < *b);
}


static void
test_robust(void)
{
    double            at, low, off, q[3], sorted[PARTIES * ROWS];
    local_t          *net;
    unsigned          i, j;
    const ic_json_t  *model;

    draw();
    net = create("\"scaler\":\"robust\",\"max_iter\":1");

    if (!ok(local_run(net) == 0, "scaler robust")) {
        homo_explain(net);
        homo_destroy(net);
        return;
    }

    model = model_of(net);
    is_str((char *) ic_json_path(model, "scaler/type")->text.data, "robust",
           "... in the model");

    for (off = 0, j = 0; j < FEATURES; j++) {
        for (i = 0; i < PARTIES * ROWS; i++) {
            sorted[i] = x[i][j];
        }

        qsort(sorted, PARTIES * ROWS, sizeof(double), by_value);

        for (i = 0; i < 3; i++) {
            at = (i + 1) * 0.25 * (PARTIES * ROWS - 1);
            low = sorted[(int) at];
            q[i] = low + (at - floor(at)) * (sorted[(int) at + 1] - low);
        }

        off = fmax(off, fabs(number(model, "scaler/median", j) - q[1]));
        off = fmax(off, fabs(number(model, "scaler/iqr", j) - (q[2] - q[0])));
    }

    ok(off == 0, "... median and interquartile range exactly: %g", off);
    homo_destroy(net);
}


static void
refused(const char *params, const char *code, const char *name)
{
    local_t  *net;

    net = create(params);
    ok(local_run(net) != 0, "%s", name);

    if (!ok(strcmp(net->parties[1].code, code) == 0
            || strcmp(net->parties[0].code, code) == 0, "... %s", code))
    {
        homo_explain(net);
    }

    homo_destroy(net);
}


static void
test_refused(void)
{
    unsigned  i;

    refused("\"optimizer\":\"newton\",\"penalty\":\"L1\"", "bad_parameter",
            "newton and L1");
    refused("\"optimizer\":\"newton\",\"batch_size\":20", "bad_parameter",
            "newton in batches");
    refused("\"dp_param\":{\"need_dp\":true},\"early_stop\":\"weight_diff\"",
            "bad_parameter", "noise, and a scaler without it");
    refused("\"dp_param\":{\"need_dp\":true},\"scaler\":\"none\"",
            "bad_parameter", "noise, and losses without it");
    refused("\"dp_param\":{\"need_dp\":true},\"scaler\":\"none\","
            "\"early_stop\":\"weight_diff\"", "bad_parameter",
            "noise, and an evaluation without it");

    refused("\"dp_param\":{\"need_dp\":true},\"scaler\":\"none\","
            "\"early_stop\":\"weight_diff\",\"evaluate\":true",
            "bad_parameter", "noise, and an evaluation without it");
    refused("\"dp_param\":{\"need_dp\":true},\"scaler\":\"none\","
            "\"early_stop\":\"weight_diff\",\"cv_param\":{\"need_cv\":"
            "true}", "bad_parameter", "noise, and cross validation");

    for (i = 0; i < PARTIES * ROWS; i++) {
        x[i][1] = 7;
    }

    refused("\"optimizer\":\"newton\",\"penalty\":null", "data_collinear",
            "a constant column without a penalty");

    for (i = 0; i < PARTIES * ROWS; i++) {
        x[i][1] = 2 * x[i][0] - 3;
    }

    refused("\"optimizer\":\"newton\",\"penalty\":null", "data_collinear",
            "a column that follows from another");
}


/* federated-learning.md, 6.3: the optimum of the breast data. */

static void
test_breast(void)
{
    double            b, norm, objective;
    char              text[4096], path[800];
    local_t          *net;
    unsigned          i;
    const ic_json_t  *model;

    if (realpath(getenv("IC_SHARED") ? getenv("IC_SHARED") : "../shared",
                 shared)
        == NULL)
    {
        shared[0] = '\0';
    }

    (void) snprintf(path, sizeof(path), "%.700s/data/breast_homo_guest.csv",
                    shared);

    if (access(path, R_OK) != 0) {
        printf("# SKIP the breast data is not there\n");
        return;
    }

    strcpy(text, "{\"optimizer\":\"newton\",\"alpha\":0.01,\"tol\":1e-9,"
           "\"early_stop\":\"weight_diff\",\"scaler\":\"none\","
           "\"allow_two_parties\":true,\"unique_id\":\"id\",\"label_name\":"
           "\"y\",\"attributes\":[");

    for (i = 0; i < 30; i++) {
        (void) sprintf(text + strlen(text), "%s\"x%u\"", i ? "," : "", i);
    }

    strcat(text, "]}");
    net = homo_create(1, 1024);
    local_params(net, LOCAL_ALL, text);
    local_path(net, 1, "train_data", path);
    (void) snprintf(path, sizeof(path), "%.700s/data/breast_homo_host.csv",
                    shared);
    local_path(net, 2, "train_data", path);

    if (!ok(local_run(net) == 0, "the breast data")) {
        homo_explain(net);
        homo_destroy(net);
        return;
    }

    model = model_of(net);
    b = ic_json_get(model, "intercept")->real;
    i = (unsigned) ic_json_path(model, "metrics/iterations")->num;
    objective = number(model, "metrics/loss", i - 1);
    ok(i <= 10, "... in %u rounds", i);

    for (norm = 0, i = 0; i < 30; i++) {
        norm += number(model, "weights", i) * number(model, "weights", i);
    }

    objective += 0.005 * norm;
    norm = sqrt(norm);

    ok(fabs(objective - .086190671082) < 1e-8, "... objective %.12f",
       objective);
    ok(fabs(b - .704304460) < 1e-8, "... intercept %.9f", b);
    ok(fabs(norm - 2.418058024) < 1e-8, "... length %.9f", norm);
    ok(ic_json_path(model, "metrics/errors/p_values")->count == 31,
       "... p-values of all");
    homo_destroy(net);
}


int
main(void)
{
    double    balanced[2];
    unsigned  i, ones, seed;

    static const double  alike[2] = { 1, 1 }, three[2] = { 1, 3 };

    seed = (unsigned) getpid();
    printf("# seed %u\n", seed);
    srandom(seed);

    test_optimum("", 0.05, alike);
    test_optimum("\"penalty\":null", 0, alike);
    test_optimum("\"scaler\":\"none\"", 0.001, alike);
    test_optimum("\"class_weight\":\"custom\",\"positive_weight\":3", 0.05,
                 three);

    /* drawn again from the same place: the labels that the test will have */

    srandom(seed + 1);
    draw();

    for (ones = 0, i = 0; i < PARTIES * ROWS; i++) {
        ones += label[i];
    }

    balanced[0] = PARTIES * ROWS / 2.0 / (PARTIES * ROWS - ones);
    balanced[1] = PARTIES * ROWS / 2.0 / ones;
    srandom(seed + 1);
    test_optimum("\"class_weight\":\"balanced\"", 0.05, balanced);

    test_robust();
    test_refused();
    test_breast();

    return done();
}
