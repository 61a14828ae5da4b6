
/* The training: request, approvals, progress. */


#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../lib/ic_codec.h"
#include "ctl_demo.h"
#include "interconnctl.h"


#define CTL_DEMO_TRAIN_MS  120000
#define CTL_DEMO_POLL_MS   50


static ic_str_t ctl_demo_request(ctl_demo_t *demo);
static void ctl_demo_params(ctl_demo_t *demo, ic_json_out_t *out);
static int ctl_demo_jobs(ctl_demo_t *demo);
static int ctl_demo_follow(ctl_demo_t *demo);
static int ctl_demo_result(ctl_demo_t *demo);
static int ctl_demo_model(ctl_demo_t *demo);


int
ctl_demo_train(ctl_demo_t *demo)
{
    ic_str_t           body;
    const ctl_node_t  *coordinator;
    const ic_json_t   *data;

    coordinator = &demo->sandbox.nodes[0];
    body = ctl_demo_request(demo);
    data = ctl_demo_call(demo, coordinator, "/model/train",
                         (char *) body.data);

    if (data == NULL) {
        return -1;
    }

    demo->order_id = ic_json_get(data, "order_id")->num;
    demo->model_id = ic_json_get(data, "model_id")->num;
    ctl_demo_say(demo, "POST /model/train: order %lld, model %lld",
                 (long long) demo->order_id, (long long) demo->model_id);

    if (ctl_demo_jobs(demo) != 0 || ctl_demo_follow(demo) != 0
        || ctl_demo_result(demo) != 0)
    {
        return -1;
    }

    return ctl_demo_model(demo);
}


/* The request of the FL service document: hospital 2 asks 3 and 1. */
static ic_str_t
ctl_demo_request(ctl_demo_t *demo)
{
    unsigned       i, guest;
    ic_json_out_t  out;

    guest = CTL_DEMO_GUEST;
    ic_out_init(&out, demo->pool);
    ic_out_object(&out, NULL);
    ic_out_int(&out, "user_id", demo->sandbox.nodes[guest].user_id);
    ic_out_z(&out, "model_type", "lr");
    ctl_demo_params(demo, &out);
    ic_out_array(&out, "party_id");

    for (i = demo->sandbox.n - 1; i > 0; i--) {
        if (i != guest) {
            ic_out_int(&out, NULL, demo->sandbox.nodes[i].user_id);
        }
    }

    ic_out_array_end(&out);
    ic_out_object(&out, "data_info");

    for (i = 1; i < demo->sandbox.n; i++) {
        char  id[16];

        snprintf(id, sizeof(id), "%d", demo->sandbox.nodes[i].user_id);
        ic_out_object(&out, id);
        ic_out_z(&out, "pos", CTL_DEMO_QUERY ";");
        ic_out_object_end(&out);
    }

    ic_out_object_end(&out);
    ic_out_z(&out, "unique_id", demo->data.unique_id);
    ic_out_array(&out, "attributes");

    for (i = 0; i < demo->data.nattributes; i++) {
        ic_out_z(&out, NULL, demo->data.attributes[i]);
    }

    ic_out_array_end(&out);
    ic_out_z(&out, "label_name", demo->data.label_name);
    ic_out_int(&out, "label_value", atoi(demo->data.label_value));
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static void
ctl_demo_params(ctl_demo_t *demo, ic_json_out_t *out)
{
    ic_out_object(out, "model_params");
    ic_out_z(out, "penalty", "L2");
    ic_out_z(out, "optimizer", "sgd");
    ic_out_num(out, "eps", 1e-4);
    ic_out_num(out, "alpha", 0.01);
    ic_out_int(out, "max_iter", 5);
    ic_out_z(out, "converge_func", "diff");
    ic_out_int(out, "batch_size", -1);
    ic_out_num(out, "learning_rate", 0.15);
    ic_out_int(out, "decay", 1);
    ic_out_bool(out, "decay_sqrt", true);
    ic_out_object(out, "init_param");
    ic_out_z(out, "init_method", "zeros");
    ic_out_object_end(out);
    ic_out_object(out, "encrypt_param");
    ic_out_z(out, "method", "Paillier");
    ic_out_object_end(out);
    ic_out_object(out, "cv_param");
    ic_out_bool(out, "need_cv", false);
    ic_out_object_end(out);
    ic_out_object_end(out);
}


static int
ctl_demo_jobs(ctl_demo_t *demo)
{
    unsigned  i;

    for (i = 1; i < demo->sandbox.n; i++) {
        if (ctl_demo_job(demo, &demo->sandbox.nodes[i]) != 0) {
            return -1;
        }
    }

    return 0;
}


int
ctl_demo_job(ctl_demo_t *demo, const ctl_node_t *node)
{
    int              n;
    int64_t          until;
    struct timespec  ts = { 0, 10 * 1000 * 1000 };

    until = ic_mono_ms() + 10000;

    for ( ;; ) {
        n = ctl_demo_approve(demo, node, "job");

        if (n != 0) {
            break;
        }

        if (ic_mono_ms() > until) {
            ctl_error("%s: no job to approve arrived", node->node_id);
            return -1;
        }

        nanosleep(&ts, NULL);
    }

    if (n < 0) {
        return -1;
    }

    ctl_demo_say(demo, "%s approves the job", node->name);

    return 0;
}


static int
ctl_demo_follow(ctl_demo_t *demo)
{
    int64_t            until, progress, last;
    ic_str_t           path, status, text;
    struct timespec    ts = { 0, CTL_DEMO_POLL_MS * 1000 * 1000 };
    const ic_json_t   *data, *item;

    last = -1;
    until = ic_mono_ms() + CTL_DEMO_TRAIN_MS;
    path = ic_str_fmt(demo->pool, "/model/train_status?order_id=%lld",
                      (long long) demo->order_id);

    while (ic_mono_ms() < until) {
        data = ctl_demo_call(demo, &demo->sandbox.nodes[0],
                             (char *) path.data, NULL);
        item = ic_json_get(data, "train_status");
        status = ic_json_str(ic_json_get(item, "train_status"));

        if (ic_json_get(item, "train_progress") == NULL) {
            return -1;
        }

        progress = ic_json_get(item, "train_progress")->num;

        if (progress != last) {
            ctl_demo_say(demo, "training %.*s, %lld %%", (int) status.len,
                         status.data, (long long) progress);
            last = progress;
        }

        if (ic_str_is(status, "success")) {
            return 0;
        }

        if (ic_str_is(status, "failed")) {
            text = ic_json_text(demo->pool, data);
            return -ctl_error("training failed: %.*s", (int) text.len,
                              text.data);
        }

        nanosleep(&ts, NULL);
    }

    return -ctl_error("the training did not end within %d s",
                      CTL_DEMO_TRAIN_MS / 1000);
}


/* What the coordinator keeps: how long the job ran, everybody's rows. */
static int
ctl_demo_result(ctl_demo_t *demo)
{
    ic_str_t          path;
    const ic_json_t  *data, *item;

    data = ctl_demo_call(demo, &demo->sandbox.nodes[0],
                         "/v1/platform/job/list?page_size=1", NULL);
    item = ic_json_at(ic_json_get(data, "records"), 0);
    demo->job_id = ic_str_z(demo->pool, ic_json_str(ic_json_get(item,
                                                                "job_id")));
    path = ic_str_fmt(demo->pool, "/v1/platform/job/query?job_id=%s",
                      demo->job_id);
    data = ctl_demo_call(demo, &demo->sandbox.nodes[0], (char *) path.data,
                         NULL);

    if (ic_json_get(data, "finish_time") == NULL
        || ic_json_get(data, "start_time") == NULL)
    {
        return -1;
    }

    demo->train_ms = ic_json_get(data, "finish_time")->num
                     - ic_json_get(data, "start_time")->num;

    path = ic_str_fmt(demo->pool, "/model/info?model_id=%lld",
                      (long long) demo->model_id);
    data = ctl_demo_call(demo, &demo->sandbox.nodes[0], (char *) path.data,
                         NULL);
    demo->volumes = ic_json_get(data, "data_volum");

    return demo->volumes == NULL ? -1 : 0;
}


/* The model lives at the hospitals; the demo asks the one that asked. */
static int
ctl_demo_model(ctl_demo_t *demo)
{
    ic_str_t           body, id;
    const ctl_node_t  *node;
    const ic_json_t   *data, *model;

    node = &demo->sandbox.nodes[CTL_DEMO_GUEST];
    data = ctl_demo_call(demo, node, "/v1/platform/model/list?page_size=1",
                         NULL);
    id = ic_json_str(ic_json_get(ic_json_at(ic_json_get(data, "records"), 0),
                                 "model_id"));
    body = ic_str_fmt(demo->pool, "{\"model_id\":\"%.*s\"}",
                      (int) id.len, id.data);
    data = ctl_demo_call(demo, node, "/v1/platform/model/download",
                         (char *) body.data);
    model = ic_json_get(data, "model");

    if (model == NULL) {
        return data == NULL ? -1
               : -ctl_error("%s holds no model", node->node_id);
    }

    demo->model = model;

    return 0;
}
