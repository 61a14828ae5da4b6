
/* The result: the joint model beside the pooled plaintext model. */


#include <math.h>
#include <stdio.h>

#include "../math/ic_metrics.h"
#include "ctl_demo.h"
#include "ctl_demo_pooled.h"
#include "interconnctl.h"


#define CTL_DEMO_MAX_ITERATIONS  1000


static int ctl_demo_joint(ctl_demo_t *demo, unsigned features,
    ctl_model_t *model);
static int ctl_demo_evaluate(ctl_demo_t *demo, const ctl_pool_t *pool,
    const ctl_model_t *model, ic_metrics_t *metrics);
static void ctl_demo_rows(ctl_demo_t *demo);
static void ctl_demo_losses(ctl_demo_t *demo, const double *pooled,
    unsigned n);
static void ctl_demo_compare(ctl_demo_t *demo, const ic_metrics_t *joint,
    const ic_metrics_t *pooled);


int
ctl_demo_report(ctl_demo_t *demo, ic_json_out_t *json)
{
    double         losses[CTL_DEMO_MAX_ITERATIONS];
    unsigned       n;
    ctl_pool_t     pool;
    ctl_model_t    joint, pooled;
    ic_metrics_t   a, b;

    n = ic_json_path(demo->model, "metrics/loss") == NULL ? 0
        : ic_json_path(demo->model, "metrics/loss")->count;

    if (n == 0 || n > CTL_DEMO_MAX_ITERATIONS
        || ctl_pool_load(&pool, &demo->data, demo->pool) != 0
        || ctl_demo_joint(demo, pool.features, &joint) != 0
        || ctl_pool_train(&pool, n, &pooled, losses, demo->pool) != 0
        || ctl_demo_evaluate(demo, &pool, &joint, &a) != 0
        || ctl_demo_evaluate(demo, &pool, &pooled, &b) != 0)
    {
        return -1;
    }

    if (!demo->quiet) {
        ctl_demo_rows(demo);
        ctl_demo_losses(demo, losses, n);
        ctl_demo_compare(demo, &a, &b);
        printf("\ntrained in %.2f s\n", (double) demo->train_ms / 1000);
        fflush(stdout);
    }

    ic_out_object(json, NULL);
    ic_out_int(json, "train_ms", demo->train_ms);
    ic_out_int(json, "rows", pool.rows);
    ic_out_num(json, "auc_joint", a.auc);
    ic_out_num(json, "auc_pooled", b.auc);
    ic_out_num(json, "ks_joint", a.ks);
    ic_out_num(json, "ks_pooled", b.ks);
    ic_out_num(json, "intercept_difference",
               fabs(joint.weights[pool.features]
                    - pooled.weights[pool.features]));
    ic_out_object_end(json);

    return 0;
}


/* The model as the hospitals hold it. */
static int
ctl_demo_joint(ctl_demo_t *demo, unsigned features, ctl_model_t *model)
{
    unsigned          j;
    const ic_json_t  *weights, *mean, *deviation, *intercept;

    weights = ic_json_get(demo->model, "weights");
    intercept = ic_json_get(demo->model, "intercept");
    mean = ic_json_path(demo->model, "scaler/mean");
    deviation = ic_json_path(demo->model, "scaler/std");

    if (weights == NULL || intercept == NULL || mean == NULL
        || deviation == NULL || weights->count != features
        || mean->count != features || deviation->count != features)
    {
        return -ctl_error("the model has not the shape of this demo");
    }

    model->weights = ic_zalloc(demo->pool, (features + 1) * sizeof(double));
    model->mean = ic_zalloc(demo->pool, features * sizeof(double));
    model->deviation = ic_zalloc(demo->pool, features * sizeof(double));

    if (model->deviation == NULL || model->mean == NULL
        || model->weights == NULL)
    {
        return -ctl_error("out of memory");
    }

    for (j = 0; j < features; j++) {
        model->weights[j] = ic_json_at(weights, j)->real;
        model->mean[j] = ic_json_at(mean, j)->real;
        model->deviation[j] = ic_json_at(deviation, j)->real;
    }

    model->weights[features] = intercept->real;

    return 0;
}


static int
ctl_demo_evaluate(ctl_demo_t *demo, const ctl_pool_t *pool,
    const ctl_model_t *model, ic_metrics_t *metrics)
{
    double  *p;

    p = ic_alloc(demo->pool, (size_t) pool->rows * sizeof(double));

    if (p == NULL || ctl_pool_score(pool, model, p) != 0) {
        return -1;
    }

    if (ic_metrics(p, pool->label, (size_t) pool->rows, 0.5, metrics) != 0) {
        return -ctl_error("the rows have only one class");
    }

    return 0;
}


static void
ctl_demo_rows(ctl_demo_t *demo)
{
    char               user[16];
    unsigned           i;
    const ic_json_t   *rows;
    const ctl_node_t  *node;

    printf("\nrows\n");

    for (i = 1; i < demo->sandbox.n; i++) {
        node = &demo->sandbox.nodes[i];
        snprintf(user, sizeof(user), "%d", node->user_id);
        rows = ic_json_get(demo->volumes, user);
        printf("  %-12s %lld\n", node->name,
               rows == NULL ? 0 : (long long) rows->num);
    }
}


static void
ctl_demo_losses(ctl_demo_t *demo, const double *pooled, unsigned n)
{
    double            joint;
    unsigned          t;
    const ic_json_t  *losses;

    losses = ic_json_path(demo->model, "metrics/loss");
    printf("\nloss per iteration\n%10s %16s %16s %12s\n", "", "joint",
           "pooled", "difference");

    for (t = 0; t < n; t++) {
        joint = ic_json_at(losses, t)->real;
        printf("%10u %16.10f %16.10f %12.1e\n", t + 1, joint, pooled[t],
               fabs(joint - pooled[t]));
    }
}


static void
ctl_demo_compare(ctl_demo_t *demo, const ic_metrics_t *joint,
    const ic_metrics_t *pooled)
{
    printf("\n%10s %16s %16s %12s\n", "", "joint", "pooled", "difference");
    printf("%10s %16.6f %16.6f %12.1e\n", "AUC", joint->auc, pooled->auc,
           fabs(joint->auc - pooled->auc));
    printf("%10s %16.6f %16.6f %12.1e\n", "KS", joint->ks, pooled->ks,
           fabs(joint->ks - pooled->ks));
}
