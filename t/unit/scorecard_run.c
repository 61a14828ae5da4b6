
/*
 * Scorecards against the formula: the sum of points of every combination of
 * bins is that of the log odds, whatever the model's scaler.
 */


#include <math.h>

#include "../../src/components/scorecard/scorecard.h"
#include "task_local.h"


#define BINS  4


static unsigned  seed;
static double    woe[2][BINS], weight[2], shift[2], scale[2];


static double
uniform(void)
{
    return 4 * (rand_r(&seed) / (RAND_MAX + 1.0)) - 2;
}


/* The text of a model as an input of party i. */

static void
give(local_t *net, unsigned i, const char *input, ic_model_t *model)
{
    char              path[256], json[400];
    FILE             *file;
    ic_str_t          text;
    ic_model_fault_t  fault;

    model->version = IC_MODEL_VERSION;
    text = ic_model_text(net->parties[i].arena, model, &fault);

    if (text.data == NULL) {
        printf("# %s\n", fault.text);
        return;
    }

    (void) snprintf(path, sizeof(path), "%s/out-%s", net->parties[i].folder,
                    input);
    (void) mkdir(path, 0700);
    (void) snprintf(json, sizeof(json), "{\"path\":\"%s\",\"kind\":"
                    "\"model\",\"format\":\"json\"}", path);
    local_input(net, i, input, json);
    (void) strcat(path, "/data_0");
    file = fopen(path, "w");
    (void) fwrite(text.data, 1, text.len, file);
    (void) fclose(file);
}


static local_t *
create(const char *params, bool scaled, bool evidence, bool swapped)
{
    local_t          *net;
    unsigned          n, k;
    ic_model_t        linear, binning;
    ic_model_bins_t   bins[2];

    static double       edges[] = { 1, 2 };
    static const char  *names[] = { "\xe5\xb9\xb4\xe9\xbe\x84", "b" };

    memset(&linear, 0, sizeof(linear));
    memset(&binning, 0, sizeof(binning));
    memset(bins, 0, sizeof(bins));

    for (n = 0; n < 2; n++) {
        weight[n] = uniform();
        shift[n] = scaled ? uniform() : 0;
        scale[n] = scaled ? 3 + uniform() : 1;
        bins[n].feature = names[n];
        bins[n].count = BINS;
        bins[n].nedges = 2;
        bins[n].edges = edges;
        bins[n].null = 3;
        bins[n].other = -1;
        bins[n].woe = evidence ? woe[n] : NULL;

        for (k = 0; k < BINS; k++) {
            woe[n][k] = uniform();
        }

        bins[n].count = 4;
    }

    linear.algorithm = "homo_lr";
    linear.features = names;
    linear.nfeatures = 2;
    linear.weights = weight;
    linear.has_intercept = true;
    linear.intercept = 0.75;
    linear.link = IC_MODEL_LOGIT;

    if (scaled) {
        linear.scaler = IC_MODEL_STANDARD;
        linear.shift = shift;
        linear.scale = scale;
    }

    binning.algorithm = "binning_woe_iv";
    binning.features = names;
    binning.nfeatures = 2;
    binning.bins = bins;
    binning.nbins = 2;

    for (n = 0; n < 2; n++) {
        bins[n].nedges = 2;
        bins[n].count = BINS;
    }

    net = local_create(scorecard_run, "arbiter.0 guest.0");
    local_params(net, LOCAL_ALL, params);
    give(net, 1, swapped ? "binning" : "model", &linear);
    give(net, 1, swapped ? "model" : "binning", &binning);

    return net;
}


static void
check(const char *params, bool scaled, double base, double odds, double pdo,
    double times, double unit)
{
    double            z, want, got, worst;
    local_t          *net;
    unsigned          i, j;
    const ic_json_t  *card;

    net = create(params, scaled, true, scaled);

    if (!ok(local_run(net) == 0, "%s %s", params, net->parties[1].text)) {
        local_destroy(net);
        return;
    }

    card = ic_json_parse(net->parties[1].arena,
                         ic_str(local_output(net, 1, "model")), NULL);

    for (worst = 0, i = 0; i < BINS; i++) {
        for (j = 0; j < BINS; j++) {
            z = 0.75 + weight[0] * (woe[0][i] - shift[0]) / scale[0]
                + weight[1] * (woe[1][j] - shift[1]) / scale[1];
            want = base + pdo / log(times) * (-z - log(odds));
            got = ic_json_get(card, "intercept")->real
                  + ic_json_at(ic_json_path(card, "bins/0/points"), i)->real
                  + ic_json_at(ic_json_path(card, "bins/1/points"), j)->real;
            worst = fmax(worst, fabs(want - got));
        }
    }

    ok(worst <= 1.5 * unit + 1e-9, "... points of all rows (%g)", worst);
    local_destroy(net);
}


int
main(void)
{
    local_t  *net;

    seed = getenv("SEED") != NULL ? (unsigned) atoi(getenv("SEED")) : 107;
    printf("# SEED=%u\n", seed);

    check("{}", false, 500, 1, 20, 2, 0.01);
    check("{\"convention\":\"secretflow\"}", false, 600, 20, 20, 2, 0.01);
    check("{\"decimals\":12}", true, 500, 1, 20, 2, 1e-12);
    check("{\"decimals\":0}", true, 500, 1, 20, 2, 1);
    check("{\"base_points\":660,\"base_odds\":72,\"pdo\":40,"
          "\"odds_factor\":3,\"decimals\":9}", true, 660, 72, 40, 3, 1e-9);

    local_refused(create("{}", false, false, false), "model_invalid",
                  "no evidence of column");
    local_refused(create("{\"floor\":10,\"cap\":10}", false, true, false),
                  "bad_parameter", "floor must be below cap");

    net = local_create(scorecard_run, "arbiter.0 guest.0");
    local_params(net, LOCAL_ALL, "{}");
    local_refused(net, "model_missing", "needs two models");

    return done();
}
