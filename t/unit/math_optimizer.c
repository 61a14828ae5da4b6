
/* Steps against formulas worked by hand; the logistic sums. */


#include <math.h>

#include "../../src/math/ic_logistic.h"
#include "../../src/math/ic_optimizer.h"
#include "tap.h"


static void one_step(ic_optimizer_kind_e kind, double want);
static void test_second_steps(void);
static void test_penalties(void);
static void test_rates(void);
static void test_logistic(void);
static void test_gradient(void);
static int near(double a, double b);


int
main(void)
{
    one_step(IC_OPTIMIZER_SGD, 1 - 0.1 * 0.5);
    one_step(IC_OPTIMIZER_RMSPROP, 1 - 0.05 / sqrt(0.0025 + 1e-6));
    one_step(IC_OPTIMIZER_ADAM, 1 - 0.1 * 0.5 / (0.5 + 1e-8));
    one_step(IC_OPTIMIZER_ADAGRAD, 1 - 0.05 / (0.5 + 1e-7));
    one_step(IC_OPTIMIZER_NESTEROV, 1 - 1.9 * 0.05);

    test_second_steps();
    test_penalties();
    test_rates();
    test_logistic();
    test_gradient();

    return done();
}


static int
near(double a, double b)
{
    return fabs(a - b) < 1e-12;
}


static void
one_step(ic_optimizer_kind_e kind, double want)
{
    double          g[2] = { 0.5, 0.5 }, w[2] = { 1, 1 };
    ic_optimizer_t  o = { .kind = kind, .penalty = IC_PENALTY_NONE,
                          .learning_rate = 0.1 };

    (void) ic_optimizer_init(&o, 2);
    ic_optimizer_step(&o, 0, w, g);
    ok(near(w[0], want), "optimizer %d: %.12f", kind, w[0]);
    ok(near(w[1], want), "the intercept too");
    ic_optimizer_free(&o);
}


static void
test_second_steps(void)
{
    double          g[1], w[1] = { 0 }, m, v;
    ic_optimizer_t  o = { .kind = IC_OPTIMIZER_ADAM, .learning_rate = 1,
                          .penalty = IC_PENALTY_NONE };

    (void) ic_optimizer_init(&o, 1);
    g[0] = 1;
    ic_optimizer_step(&o, 0, w, g);
    w[0] = 0;
    g[0] = 3;
    ic_optimizer_step(&o, 1, w, g);

    m = (0.9 * 0.1 + 0.1 * 3) / (1 - 0.81);
    v = (0.999 * 0.001 + 0.001 * 9) / (1 - 0.999 * 0.999);
    ok(fabs(w[0] + m / (sqrt(v) + 1e-8)) < 1e-9, "adam's second step");
    ic_optimizer_free(&o);

    o.kind = IC_OPTIMIZER_NESTEROV;
    (void) ic_optimizer_init(&o, 1);
    g[0] = 1;
    ic_optimizer_step(&o, 0, w, g);
    w[0] = 0;
    g[0] = 1;
    ic_optimizer_step(&o, 1, w, g);
    ok(near(w[0], -(0.9 * -1 - 1.9 * (0.9 * -1 - 1))),
       "nesterov's second step");
    ic_optimizer_free(&o);
}


static void
test_penalties(void)
{
    double          g[4], w[4];
    unsigned        i;
    ic_optimizer_t  o = { .penalty = IC_PENALTY_L2, .alpha = 0.5,
                          .learning_rate = 0.1 };

    (void) ic_optimizer_init(&o, 4);

    for (i = 0; i < 4; i++) {
        g[i] = 0;
        w[i] = 2;
    }

    ic_optimizer_step(&o, 0, w, g);
    ok(near(w[0], 1.9), "L2 shrinks weights");
    ok(near(w[3], 2), "not the intercept");

    o.penalty = IC_PENALTY_L1;
    w[0] = 0.04;
    w[1] = -0.06;
    w[2] = 1;
    memset(g, 0, sizeof(g));
    ic_optimizer_step(&o, 0, w, g);
    ok(w[0] == 0, "L1 makes small weights 0");
    ok(near(w[1], -0.01), "and pulls the others to 0");
    ok(near(w[2], 0.95) && near(w[3], 2), "but not the intercept");

    o.penalty = IC_PENALTY_NONE;
    o.fix_intercept = true;
    g[3] = 1;
    ic_optimizer_step(&o, 0, w, g);
    ok(near(w[3], 2), "a fixed intercept stays");
    ic_optimizer_free(&o);
}


static void
test_rates(void)
{
    double          g[1] = { 1 }, w[1] = { 0 };
    ic_optimizer_t  o = { .penalty = IC_PENALTY_NONE, .learning_rate = 0.6,
                          .decay = 1, .decay_sqrt = true };

    (void) ic_optimizer_init(&o, 1);
    ic_optimizer_step(&o, 3, w, g);
    ok(near(w[0], -0.3), "eta / sqrt(1 + t)");

    o.decay_sqrt = false;
    o.decay = 0.5;
    w[0] = 0;
    g[0] = 1;
    ic_optimizer_step(&o, 2, w, g);
    ok(near(w[0], -0.3), "eta / (1 + 0.5 t)");
    ic_optimizer_free(&o);
}


static void
test_logistic(void)
{
    ok(near(ic_logistic(0), 0.5), "logistic(0)");
    ok(ic_logistic(-1000) == 0 && ic_logistic(1000) == 1, "far out");
    ok(near(ic_logistic_loss(0), log(2)), "loss(0)");
    ok(ic_logistic_loss(1000) == 0, "loss(1000)");
    ok(near(ic_logistic_loss(-1000), 1000), "loss(-1000) does not overflow");
}


static void
test_gradient(void)
{
    double          w[3] = { 0.3, -0.2, 0.1 }, g[3] = { 0, 0, 0 };
    double          loss, step, x[6] = { 1, 2, -1, 0.5, 3, -2 };
    uint8_t         label[3] = { 1, 0, 1 };
    unsigned        i, good;
    ic_samples_t    s = { 3, 2, x, label };

    step = 1e-6;
    ic_logistic_gradient(&s, 0, 3, w, g);
    loss = ic_logistic_loss_sum(&s, w);

    for (good = 0, i = 0; i < 3; i++) {
        w[i] += step;
        good += fabs((ic_logistic_loss_sum(&s, w) - loss) / step - g[i])
                < 1e-5;
        w[i] -= step;
    }

    is_int(good, 3, "the gradient is the slope of the loss");
}
