
/* Trainings of hetero_lr against the same ones on one machine. */


#include <limits.h>

#include "../../src/math/ic_cpu.h"
#include "hetero_lr_local.h"


#define MOST  64


static char  guest_csv[768], host_csv[768];


/* 0 if the public data is there. */

static int
find_shared(void)
{
    char         folder[PATH_MAX];
    const char  *name;

    name = getenv("IC_SHARED");

    if (realpath(name != NULL ? name : "../shared", folder) == NULL) {
        return -1;
    }

    (void) snprintf(guest_csv, sizeof(guest_csv),
                    "%.700s/data/breast_hetero_guest.csv", folder);
    (void) snprintf(host_csv, sizeof(host_csv),
                    "%.700s/data/breast_hetero_host.csv", folder);

    return access(guest_csv, R_OK) | access(host_csv, R_OK);
}


static void
test_breast(const char *params, const plain_t *plain, const char *name)
{
    char     *text;
    double    w[MOST], ours[MOST], losses[128], *label, *one, *two, most;
    size_t    i;
    matrix_t  a, b;
    local_t  *net;
    unsigned  n, t;

    a = matrix_read(guest_csv, 2);
    b = matrix_read(host_csv, 1);
    n = a.columns + b.columns + 1;
    label = matrix_read(guest_csv, 1).x;

    for (i = 0; i < a.rows; i++) {
        label[i] = label[i * (a.columns + 1)];
    }

    net = local_create(hetero_test_run, HETERO_NAMES);
    text = malloc(2048);
    (void) snprintf(text, 2048, "{\"unique_id\":\"id\",\"label_name\":\"y\""
                    "%s%s}", params[0] ? "," : "", params);
    local_params(net, LOCAL_ALL, text);
    local_path(net, 0, "train_data", guest_csv);
    local_path(net, 1, "train_data", host_csv);

    if (!ok(local_run(net) == 0, "%s: both end well", name)) {
        printf("# %s %s; %s %s\n", net->parties[0].code,
               net->parties[0].text, net->parties[1].code,
               net->parties[1].text);
        local_destroy(net);
        return;
    }

    matrix_scale(&a);
    matrix_scale(&b);
    plain_train(plain, &a, &b, label, w, losses);
    model_weights(net, ours, a.columns);
    most = most_apart(w, ours, n);
    ok(most < 1e-3, "%s: weights are off by %.2g", name, most);

    for (most = 0, t = 0; t < net->parties[0].metrics.count; t++) {
        most = fmax(most, fabs(net->parties[0].metrics.of[t].value
                               - losses[t]));
        most = fmax(most, fabs(net->parties[1].metrics.of[t].value
                               - losses[t]));
    }

    ok(most < 1e-3, "%s: %u losses are off by %.2g", name, t, most);

    one = calloc(a.rows, sizeof(double));
    two = calloc(a.rows, sizeof(double));

    for (i = 0; i < a.rows; i++) {
        one[i] = plain_score(w, &a, &b, i);
        two[i] = plain_score(ours, &a, &b, i);
    }

    most = plain_auc(one, label, a.rows);
    ok(fabs(most - plain_auc(two, label, a.rows)) < .002,
       "%s: AUC %.6f, on one machine %.6f", name,
       plain_auc(two, label, a.rows), most);

    free(one);
    free(two);
    free(a.x);
    free(b.x);
    free(label);
    free(text);
    local_destroy(net);
}


static const struct {
    const char  *name;
    const char  *params;
    plain_t      plain;
    unsigned     bits;
} cases[] = {
    { "5 iterations of all rows", "\"max_iter\":5",
      { .15, .01, 1, true, false, true, 0, 5 }, 1024 },
    { "batches", "\"max_iter\":3,\"batch_size\":200,\"decay\":0",
      { .15, .01, 0, true, false, true, 200, 3 }, 1024 },
    { "no penalty, decay without a root",
      "\"max_iter\":4,\"penalty\":null,\"decay_sqrt\":false,\"decay\":0.5",
      { .15, 0, .5, false, false, true, 0, 4 }, 1024 },
    { "without intercept and losses",
      "\"max_iter\":3,\"fit_intercept\":false,\"reveal_loss\":false",
      { .15, .01, 1, true, false, false, 0, 3 }, 1024 },
    { "momentum", "\"max_iter\":4,\"optimizer\":\"nesterov_momentum_sgd\"",
      { .15, .01, 1, true, true, true, 0, 4 }, 1024 },
    { "3072 bits", "\"max_iter\":1,\"batch_size\":300",
      { .15, .01, 1, true, false, true, 300, 1 }, 3072 },
    { "30 iterations, 2048 bits", "\"max_iter\":30",
      { .15, .01, 1, true, false, true, 0, 30 }, 2048 }
};


int
main(void)
{
    unsigned  i;

    if (find_shared() != 0) {
        printf("1..0 # SKIP the shared test data is not there\n");
        return EXIT_SUCCESS;
    }

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        hetero_bits = cases[i].bits;
        test_breast(cases[i].params, &cases[i].plain, cases[i].name);
    }

    ic_cpu_hide(IC_CPU_IFMA);
    hetero_bits = 1024;
    test_breast(cases[0].params, &cases[0].plain, "portable arithmetic");

    return done();
}
