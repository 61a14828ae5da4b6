
/*
 * Differential privacy: gradients are cut as defined, noise has the deviation
 * that epsilon was computed from, and nothing is opened without it.
 */


#include <math.h>
#include <unistd.h>

#include "homo_lr_net.h"


#define ROWS     200
#define PARTIES  3
#define RUNS     12


static double   x[PARTIES][ROWS][2];
static uint8_t  label[PARTIES][ROWS];


static local_t *
create(double clip, double noise, unsigned iterations)
{
    char      text[ROWS * 80], *at;
    local_t  *net;
    unsigned  i, j;

    net = homo_create(PARTIES - 1, 512);
    (void) snprintf(text, sizeof(text), "{\"unique_id\":\"id\",\"label_name\""
                    ":\"y\",\"attributes\":[\"a\",\"b\"],\"penalty\":null,"
                    "\"scaler\":\"none\",\"learning_rate\":1,\"max_iter\":%u,"
                    "\"early_stop\":\"weight_diff\",\"evaluate\":false,"
                    "\"dp_param\":{\"need_dp\":true,\"clip\":%g,"
                    "\"noise_multiplier\":%g}}", iterations, clip, noise);
    local_params(net, LOCAL_ALL, text);

    for (i = 0; i < PARTIES; i++) {
        at = text + sprintf(text, "id,y,a,b\n");

        for (j = 0; j < ROWS; j++) {
            at += sprintf(at, "%u,%u,%.17g,%.17g\n", j, label[i][j],
                          x[i][j][0], x[i][j][1]);
        }

        local_csv(net, i + 1, "train_data", text);
    }

    return net;
}


static void
draw(void)
{
    unsigned  i, j;

    for (i = 0; i < PARTIES; i++) {
        for (j = 0; j < ROWS; j++) {
            x[i][j][0] = 6 * (double) random() / (1u << 31) - 3;
            x[i][j][1] = random() % 50 == 0 ? 1e6 : 0.5;
            label[i][j] = x[i][j][0] + (double) (random() % 3) > 1;
        }
    }
}


/* After one step of length 1 the weights are the mean gradient, negative. */

static void
plain(double clip, double g[3])
{
    double    d, length, v[3];
    unsigned  i, j, k;

    memset(g, 0, 3 * sizeof(double));

    for (i = 0; i < PARTIES; i++) {
        for (j = 0; j < ROWS; j++) {
            v[0] = x[i][j][0];
            v[1] = x[i][j][1];
            v[2] = 1;
            d = 0.5 - label[i][j];
            length = fabs(d) * sqrt(v[0] * v[0] + v[1] * v[1] + 1);

            for (k = 0; k < 3; k++) {
                g[k] += d * v[k] * fmin(1, clip / length);
            }
        }
    }
}


/* Sums of gradients that a run arrived at. */

static bool
run(double clip, double noise, double g[3])
{
    local_t          *net;
    unsigned          k;
    const ic_json_t  *model;

    net = create(clip, noise, 1);

    if (local_run(net) != 0) {
        homo_explain(net);
        homo_destroy(net);
        return false;
    }

    model = local_json(&net->parties[1], local_output(net, 1, "model"));

    for (k = 0; k < 3; k++) {
        g[k] = -(k < 2 ? ic_json_at(ic_json_get(model, "weights"), k)->real
                       : ic_json_get(model, "intercept")->real)
               * ROWS * PARTIES;
    }

    homo_destroy(net);

    return true;
}


static void
test_clip(void)
{
    double    g[3], is[3], off, clip;
    unsigned  k;

    for (clip = 0.3; clip < 1000; clip *= 10) {
        draw();
        plain(clip, g);
        ok(run(clip, 0.01, is), "clip %g, little noise", clip);

        for (off = 0, k = 0; k < 3; k++) {
            off = fmax(off, fabs(g[k] - is[k]));
        }

        ok(off < 0.01 * clip * 10 + 1e-3, "... the sum of cut gradients, %g "
           "off", off);
    }
}


/* Three parties: each adds 1/2 of the variance, all together 3/2 of it. */

static void
test_noise(void)
{
    double    g[3], is[3], squares;
    unsigned  i, k, n;

    draw();
    plain(1, g);

    for (squares = 0, n = 0, i = 0; i < RUNS && run(1, 5, is); i++) {
        for (k = 0; k < 3; k++, n++) {
            squares += (is[k] - g[k]) * (is[k] - g[k]) / 25;
        }
    }

    is_int(n, 3 * RUNS, "runs with noise");
    ok(fabs(squares / n / 1.5 - 1) < 5 * sqrt(2.0 / n), "variance %.2f of "
       "1.5", squares / n);
}


static void
test_report(void)
{
    local_t          *net;
    const char       *text;
    const ic_json_t  *model;

    draw();
    net = create(1, 4, 5);
    ok(local_run(net) == 0, "five steps");
    text = local_output(net, 1, "model");
    model = local_json(&net->parties[1], text);

    ok(fabs(ic_json_path(model, "metrics/privacy/epsilon")->real
            - (5.0 / 32 + 2 * sqrt(5.0 / 32 * log(1e5))))
       < 1e-9, "epsilon 2.84 is reported");
    is_int(ic_json_path(model, "metrics/loss")->count, 0, "no loss");
    ok(ic_json_path(model, "metrics/positives") == NULL, "no positives");
    is_int(net->parties[1].metrics.count, 0, "no curve");
    ok(strstr(local_output(net, 0, "report"), "\"rounds\":5") != NULL,
       "five sums are opened: %s", local_output(net, 0, "report"));
    homo_destroy(net);
}


int
main(void)
{
    unsigned  seed;

    seed = (unsigned) getpid();
    printf("# seed %u\n", seed);
    srandom(seed);

    test_clip();
    test_noise();
    test_report();

    return done();
}
