
/* Data and parameters of hetero_lr at their edges. */


#include "hetero_lr_local.h"


#define ROWS  40


typedef struct {
    const char  *name;
    const char  *guest;
    const char  *host;
    const char  *params;         /* NULL: the usual */
    const char  *code;
    const char  *column;
    int64_t      row;
    unsigned     at;             /* the party that says it */
} edge_t;


static const char  usual[] = "{\"unique_id\":\"id\",\"label_name\":\"y\","
                             "\"max_iter\":2,\"alpha\":0.01,\"min_rows\":1,"
                             "\"rows_per_column\":0}";

#define SOME  "{\"label_name\":\"y\",\"min_rows\":1"
#define FEW   SOME ",\"rows_per_column\":0,"

#define GOOD_GUEST  "id,y,a\n1,1,2\n2,0,3\n3,1,4\n"
#define GOOD_HOST   "id,b\n1,5\n2,6\n3,8\n"

static const edge_t  edges[] = {
    { "no rows", "id,y,a\n", "id,b\n", NULL, "data_empty", "", 0, 0 },
    { "one row", "id,y,a\n1,1,2\n", "id,b\n1,5\n", NULL,
      "data_single_class", "y", 0, 0 },
    { "fewer rows than may be", GOOD_GUEST, GOOD_HOST,
      "{\"label_name\":\"y\"}", "data_too_few", "", 0, 0 },
    { "no label", "id,z,a\n1,1,2\n", GOOD_HOST, NULL,
      "data_missing_column", "y", 0, 0 },
    { "an empty label", "id,y,a\n1,1,2\n2,,3\n", GOOD_HOST, NULL,
      "data_null_label", "y", 2, 0 },
    { "an empty value", GOOD_GUEST, "id,b\n1,5\n2,\n3,1\n", NULL,
      "data_null_value", "b", 2, 1 },
    { "text", GOOD_GUEST, "id,b\n1,5\n2,7\n3,many\n", NULL,
      "data_not_numeric", "b", 3, 1 },
    { "too large without a scaler", GOOD_GUEST,
      "id,b\n1,5\n2,-4095\n3,1\n",
      FEW "\"unique_id\":\"id\",\"scaler\":\"none\"}",
      "data_out_of_range", "b", 2, 1 },
    { "no columns but an id", GOOD_GUEST, "id\n1\n2\n3\n", NULL,
      "bad_parameter", "", 0, 1 },
    { "a column that is not there", GOOD_GUEST, GOOD_HOST,
      FEW "\"attributes\":[\"c\"]}",
      "data_missing_column", "c", 0, 1 },
    { "a row less", GOOD_GUEST, "id,b\n1,5\n2,6\n", NULL,
      "data_not_aligned", "", 0, 1 },
    { "another order", GOOD_GUEST, "id,b\n1,5\n3,6\n2,7\n", NULL,
      "data_not_aligned", "", 0, 1 },
    { "no label_name", GOOD_GUEST, GOOD_HOST, "{}", "bad_parameter", "", 0,
      0 },
    { "a stop by a loss that is not told", GOOD_GUEST, GOOD_HOST,
      FEW "\"early_stop\":\"diff\","
      "\"reveal_loss\":false}", "bad_parameter", "", 0, 0 },
    { "too much of a penalty", GOOD_GUEST, GOOD_HOST,
      FEW "\"alpha\":10,\"learning_rate\":0.1}",
      "bad_parameter", "", 0, 0 },
    { "a short key", GOOD_GUEST, GOOD_HOST,
      FEW "\"key_length\":1024}", "bad_parameter", "", 0,
      0 },
    { "steps that explode", GOOD_GUEST, GOOD_HOST,
      FEW "\"unique_id\":\"id\",\"learning_rate\":9999,"
      "\"penalty\":null,\"max_iter\":30}", "training_diverged", "", 0, 0 },
    { "steps that explode unseen until the end", GOOD_GUEST, GOOD_HOST,
      FEW "\"unique_id\":\"id\",\"learning_rate\":9999,"
      "\"penalty\":null,\"max_iter\":30,\"reveal_loss\":false}",
      "training_diverged", "", 0, 0 }
};


static local_t *
pair_of(const char *guest, const char *host, const char *params)
{
    local_t  *net;

    net = local_create(hetero_test_run, HETERO_NAMES);
    local_params(net, LOCAL_ALL, params != NULL ? params : usual);
    local_csv(net, 0, "train_data", guest);
    local_csv(net, 1, "train_data", host);

    return net;
}


static void
test_edges(void)
{
    local_t       *net;
    unsigned       i;
    ic_task_t     *task;
    const edge_t  *edge;

    for (i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
        edge = &edges[i];
        net = pair_of(edge->guest, edge->host, edge->params);
        task = &net->parties[edge->at];

        ok(local_run(net) != 0, "%s: fails", edge->name);
        ok(strcmp(task->code, edge->code) == 0
           && strcmp(task->column, edge->column) == 0
           && task->row == edge->row,
           "... with %s %s %lld (%s)", task->code, task->column,
           (long long) task->row, task->text);
        ok(strstr(task->text, "many") == NULL
           && local_output(net, edge->at, "model") == NULL,
           "... no value is told, no model made");
        local_destroy(net);
    }
}


/* Who has more columns than rows allow is named with both numbers, to both. */

static void
test_columns(const char *guest, const char *host, const char *more,
    const char *text)
{
    char       params[200];
    local_t   *net;
    unsigned   at;

    (void) snprintf(params, sizeof(params), SOME ",\"unique_id\":\"id\","
                    "\"max_iter\":1%s}", more);
    net = pair_of(guest, host, params);

    ok((local_run(net) == 0) == (text == NULL), "%s",
       text != NULL ? text : "rows enough");

    for (at = 0; text != NULL && at < 2; at++) {
        ok(strcmp(net->parties[at].code, "data_too_few") == 0
           && strstr(net->parties[at].text, text) != NULL
           && local_output(net, at, "model") == NULL,
           "... says party %u: %s", at,
           net->parties[at].text);
    }

    local_destroy(net);
}


static void
test_few(void)
{
    const char  three[] = "id,b,c,d\n1,5,2,1\n2,6,7,1\n3,8,5,2\n";

    test_columns(GOOD_GUEST, GOOD_HOST, "",
                 "3 rows for the 2 columns of guest.0");
    test_columns(GOOD_GUEST, GOOD_HOST, ",\"fit_intercept\":false", NULL);
    test_columns(GOOD_GUEST, three, ",\"rows_per_column\":1", NULL);
    test_columns(GOOD_GUEST, "id,b,c,d,e\n1,5,2,1,0\n2,6,7,1,1\n3,8,5,2,1\n",
                 ",\"rows_per_column\":1",
                 "3 rows for the 4 columns of host.0");
    test_columns(GOOD_GUEST, three, ",\"rows_per_column\":0", NULL);
}


/* Random tables against the training on one machine. */

static void
test_random(unsigned of_guest, unsigned of_host, const char *extra,
    const plain_t *plain, const char *name)
{
    char      *one, *two, params[512];
    double    *w, *ours, label[ROWS], losses[64], most;
    size_t     i;
    matrix_t   a, b;
    local_t   *net;

    a = matrix_create(ROWS, of_guest);
    b = matrix_create(ROWS, of_host);
    w = calloc(of_guest + of_host + 1, sizeof(double));
    ours = calloc(of_guest + of_host + 1, sizeof(double));

    for (i = 0; i < ROWS * of_guest; i++) {
        a.x[i] = (double) (rand() % 2001 - 1000) / 100;
    }

    for (i = 0; i < ROWS * of_host; i++) {
        b.x[i] = (double) (rand() % 2001 - 1000) / 1e6;
    }

    for (i = 0; i < ROWS; i++) {
        label[i] = (double) (i % 2);

        /* one column the same in all rows, and one extreme value */

        b.x[i * of_host] = 7;
        b.x[i * of_host + 1] = i == 3 ? 1e300 : -1e290;
    }

    one = matrix_csv(&a, "a", label);
    two = matrix_csv(&b, "Größe 体重 ", NULL);
    (void) snprintf(params, sizeof(params), "{\"unique_id\":\"id\","
                    "\"label_name\":\"y\",\"rows_per_column\":0%s}", extra);
    net = pair_of(one, two, params);
    ok(local_run(net) == 0, "%s: both end well%s%s", name,
       net->parties[0].text, net->parties[1].text);

    /* the reference cannot square 1e300 */

    for (i = 0; i < ROWS; i++) {
        b.x[i * of_host + 1] = i == 3 ? 1 : 0;
    }

    matrix_scale(&a);
    matrix_scale(&b);
    plain_train(plain, &a, &b, label, w, losses);
    model_weights(net, ours, of_guest);
    most = most_apart(w, ours, of_guest + of_host + 1);
    ok(most < 1e-4, "%s: weights are off by %.2g", name, most);
    ok(ours[of_guest] == 0, "... that of the constant column is 0");
    ok(strstr(local_output(net, 1, "model"), "Größe 体重 0") != NULL,
       "... names are kept");

    local_destroy(net);
    free(one);
    free(two);
    free(a.x);
    free(b.x);
    free(w);
    free(ours);
}


static void
test_stops(void)
{
    local_t          *net;
    const ic_json_t  *report;

    net = pair_of(GOOD_GUEST, GOOD_HOST, FEW
                  "\"max_iter\":60,\"early_stop\":\"weight_diff\","
                  "\"tol\":0.02,\"reveal_loss\":false}");
    ok(local_run(net) == 0, "a stop by the change of the weights");
    report = local_json(&net->parties[1], local_output(net, 1, "report"));
    ok(ic_json_get(report, "is_converged")->num == 1
       && ic_json_get(report, "iterations")->num > 1
       && ic_json_get(report, "iterations")->num < 60,
       "... after %d iterations",
       (int) ic_json_get(report, "iterations")->num);
    ok(ic_json_get(report, "loss") == NULL
       && net->parties[0].metrics.count == 0, "... and no loss is told");
    local_destroy(net);

    net = pair_of(GOOD_GUEST, GOOD_HOST, FEW
                  "\"max_iter\":60,\"early_stop\":\"diff\",\"tol\":0.01}");
    ok(local_run(net) == 0
       && strstr(local_output(net, 0, "report"), "\"is_converged\":true"),
       "a stop by the change of the loss");
    local_destroy(net);
}


static void
test_calibration(void)
{
    local_t          *net;
    const ic_json_t  *model, *two, *metrics;

    net = pair_of("id,y,a\n1,1,2\n2,0,3\n3,1,4\n4,0,1\n5,1,3\n6,0,2\n",
                  "id,b\n1,5\n2,6\n3,8\n4,2\n5,7\n6,3\n",
                  FEW "\"calibrate\":true}");
    ok(local_run(net) == 0, "calibrated%s", net->parties[0].text);
    model = local_json(&net->parties[0], local_output(net, 0, "model"));
    two = ic_json_get(model, "calibration");
    metrics = ic_json_get(model, "metrics");
    ok(two != NULL && metrics != NULL
       && ic_json_get(metrics, "auc")->real > .5,
       "the guest has two numbers more, and the AUC");
    ok(strstr(local_output(net, 1, "model"), "calibration") == NULL
       && strstr(local_output(net, 1, "report"), "auc") == NULL,
       "the host has neither");
    local_destroy(net);
}


static void
test_three(void)
{
    local_t  *net;

    net = local_create(hetero_test_run, "guest.0 host.0 host.1");
    local_params(net, LOCAL_ALL, usual);
    ok(local_run(net) != 0
       && strcmp(net->parties[0].code, "bad_parameter") == 0
       && strstr(net->parties[0].text, "one guest and one host") != NULL,
       "three parties are refused");
    local_destroy(net);
}


int
main(void)
{
    unsigned     seed;
    const char  *text;

    static const plain_t  two = { .15, .01, 1, true, false, true, 0, 2 };
    static const plain_t  ten = { .15, .01, 1, true, false, true, 10, 1 };
    static const plain_t  wide = { .01, .01, 1, true, false, true, 0, 2 };

    text = getenv("IC_SEED");
    seed = text != NULL ? (unsigned) atoi(text) : (unsigned) time(NULL);
    printf("# IC_SEED=%u\n", seed);
    srand(seed);

    test_edges();
    test_few();
    test_random(3, 4, ",\"max_iter\":2", &two, "few columns");
    test_random(1, 2, ",\"max_iter\":1,\"batch_size\":10", &ten, "batches");
    test_random(3, 1000, ",\"max_iter\":2,\"learning_rate\":0.01", &wide,
                "1000 columns");
    test_stops();
    test_calibration();
    test_three();

    return done();
}
