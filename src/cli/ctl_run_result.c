
/* What a job left at the initiator, or why it failed. */


#include <stdio.h>

#include "ctl_run.h"
#include "interconnctl.h"


static void result_steps(ctl_run_t *run, ic_json_out_t *out);
static void result_step(ctl_run_t *run, const ic_json_t *task,
    ic_json_out_t *out);
static void result_model(ctl_run_t *run, ic_str_t id, ic_json_out_t *out);
static void result_outputs(const ic_json_t *list, ic_json_out_t *out);
static void result_text(const ctl_run_t *run, const ic_json_t *result);
static void result_step_text(const ctl_run_t *run, const ic_json_t *step);
static void result_members(const ctl_run_t *run, const ic_json_t *object);
static void result_member(const ctl_run_t *run, const ic_json_t *item);
static void result_cause(const ic_json_t *cause);
static void result_line(const char *name, const ic_json_t *value);


int
ctl_run_result(ctl_run_t *run, const ic_json_t *job)
{
    bool            good;
    ic_str_t        text;
    ic_json_out_t   out;
    const ic_json_t *result;

    good = ic_str_is(ic_json_str(ic_json_get(job, "status")), "SUCCESS");

    ic_out_init(&out, run->api.pool);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "job_id", run->job_id);
    ic_out_node(&out, "status", ic_json_get(job, "status"));

    if (!good && ic_json_get(job, "cause") != NULL) {
        ic_out_node(&out, "cause", ic_json_get(job, "cause"));
    }

    result_steps(run, &out);
    ic_out_object_end(&out);
    text = ic_out_text(&out);
    result = ic_json_parse(run->api.pool, text, NULL);

    if (result == NULL) {
        return ctl_error("out of memory");
    }

    if (run->format != NULL && strcmp(run->format, "json") == 0) {
        printf("%.*s\n", (int) text.len, text.data);

    } else {
        result_text(run, result);
    }

    return good ? 0 : 1;
}


/* Tasks of this node, in the order of the DAG; of a step the last try. */

static void
result_steps(ctl_run_t *run, ic_json_out_t *out)
{
    ic_str_t          name;
    const ic_json_t  *data, *record, *step, *last;

    data = ctl_api_call(&run->api,
                        ic_str_fmt(run->api.pool, "/v1/platform/task/list"
                                   "?job_id=%s&page_size=-1", run->job_id),
                        NULL);
    step = ic_json_at(ic_json_path(run->flow, "dag/components"), 0);
    ic_out_array(out, "steps");

    for (/* void */; data != NULL && step != NULL; step = step->next) {
        name = ic_json_str(ic_json_get(step, "name"));
        record = ic_json_at(ic_json_get(data, "records"), 0);

        for (last = NULL; record != NULL; record = record->next) {
            if (ic_str_eq(ic_json_str(ic_json_get(record, "task_name")),
                          name)
                && (last == NULL
                    || ic_json_get(record, "start_time")->num
                       > ic_json_get(last, "start_time")->num))
            {
                last = record;
            }
        }

        if (last != NULL) {
            result_step(run, last, out);
        }
    }

    ic_out_array_end(out);
}


static void
result_step(ctl_run_t *run, const ic_json_t *task, ic_json_out_t *out)
{
    ic_str_t          id;
    const ic_json_t  *data, *from, *to;

    id = ic_json_str(ic_json_get(task, "task_id"));
    from = ic_json_get(task, "start_time");
    to = ic_json_get(task, "finish_time");
    data = ctl_api_call(&run->api,
                        ic_str_fmt(run->api.pool, "/v1/platform/task/query"
                                   "?task_id=%.*s", (int) id.len, id.data),
                        NULL);

    ic_out_object(out, NULL);
    ic_out_node(out, "name", ic_json_get(task, "task_name"));
    ic_out_node(out, "component", ic_json_get(task, "componentName"));
    ic_out_node(out, "status", ic_json_get(task, "status"));

    if (from != NULL && to != NULL && to->num > 0) {
        ic_out_num(out, "seconds", (double) (to->num - from->num) / 1000);
    }

    result_outputs(ic_json_get(task, "outputs"), out);

    if (ic_json_get(data, "report") != NULL) {
        ic_out_node(out, "report", ic_json_get(data, "report"));
    }

    id = ic_json_str(ic_json_get(data, "model_id"));

    if (id.len > 0) {
        ic_out_str(out, "model_id", id);
        result_model(run, id, out);
    }

    ic_out_object_end(out);
}


/* Who takes a model is kept as evidence, hence only when asked for. */

static void
result_model(ctl_run_t *run, ic_str_t id, ic_json_out_t *out)
{
    ic_str_t          body;
    const ic_json_t  *data, *metrics;

    if (run->models == NULL || strcmp(run->models, "yes") != 0) {
        return;
    }

    body = ic_str_fmt(run->api.pool, "{\"model_id\":\"%.*s\"}",
                      (int) id.len, id.data);
    data = ctl_api_call(&run->api, ic_str("/v1/platform/model/download"),
                        (char *) body.data);
    metrics = ic_json_path(data, "model/metrics");

    if (metrics != NULL) {
        ic_out_node(out, "metrics", metrics);
    }
}


static void
result_outputs(const ic_json_t *list, ic_json_out_t *out)
{
    const ic_json_t  *item;

    ic_out_array(out, "outputs");

    for (item = list != NULL ? list->child : NULL;
         item != NULL;
         item = item->next)
    {
        if (ic_json_get(item, "digest") != NULL) {
            ic_out_object(out, NULL);
            ic_out_node(out, "key", ic_json_get(item, "key"));
            ic_out_node(out, "type", ic_json_get(item, "type"));
            ic_out_node(out, "rows", ic_json_get(item, "rows"));
            ic_out_node(out, "digest", ic_json_get(item, "digest"));
            ic_out_object_end(out);
        }
    }

    ic_out_array_end(out);
}


static void
result_text(const ctl_run_t *run, const ic_json_t *result)
{
    ic_str_t          status;
    const ic_json_t  *step;

    status = ic_json_str(ic_json_get(result, "status"));
    printf("job %s: %.*s\n", run->job_id, (int) status.len, status.data);
    result_cause(ic_json_get(result, "cause"));

    for (step = ic_json_at(ic_json_get(result, "steps"), 0);
         step != NULL;
         step = step->next)
    {
        result_step_text(run, step);
    }
}


static void
result_step_text(const ctl_run_t *run, const ic_json_t *step)
{
    ic_str_t          name, component, status, key, value;
    const ic_json_t  *seconds, *item, *rows;

    name = ic_json_str(ic_json_get(step, "name"));
    component = ic_json_str(ic_json_get(step, "component"));
    status = ic_json_str(ic_json_get(step, "status"));
    seconds = ic_json_get(step, "seconds");

    printf("\n%.*s (%.*s): %.*s", (int) name.len, name.data,
           (int) component.len, component.data, (int) status.len,
           status.data);

    if (seconds != NULL) {
        printf(", %.1f s", seconds->real);
    }

    printf("\n");

    for (item = ic_json_at(ic_json_get(step, "outputs"), 0);
         item != NULL;
         item = item->next)
    {
        key = ic_json_str(ic_json_get(item, "key"));
        value = ic_json_str(ic_json_get(item, "type"));
        rows = ic_json_get(item, "rows");

        printf("    output %.*s: %.*s", (int) key.len, key.data,
               (int) value.len, value.data);

        if (rows != NULL && rows->num > 0) {
            printf(", %lld rows", (long long) rows->num);
        }

        printf("\n");
    }

    result_line("model", ic_json_get(step, "model_id"));

    result_members(run, ic_json_get(step, "metrics"));
    result_members(run, ic_json_get(step, "report"));
}


static void
result_members(const ctl_run_t *run, const ic_json_t *object)
{
    const ic_json_t  *item;

    for (item = object != NULL ? object->child : NULL;
         item != NULL;
         item = item->next)
    {
        result_member(run, item);
    }
}


/* One line; of lists and objects one more for each member. */

static void
result_member(const ctl_run_t *run, const ic_json_t *item)
{
    ic_str_t          text;
    const ic_json_t  *member;

    printf("    %.*s:", (int) item->key.len, item->key.data);

    if (item->type != IC_JSON_OBJECT && item->type != IC_JSON_ARRAY) {
        text = item->type == IC_JSON_NULL ? ic_str("undefined")
               : item->type == IC_JSON_STR ? item->text
               : ic_json_text(run->api.pool, item);
        printf(" %.*s\n", (int) text.len, text.data);
        return;
    }

    printf("\n");

    for (member = item->child; member != NULL; member = member->next) {
        text = ic_json_text(run->api.pool, member);
        printf("        %.*s%s%.*s\n", (int) member->key.len,
               member->key.len > 0 ? (char *) member->key.data : "",
               member->key.len > 0 ? ": " : "", (int) text.len, text.data);
    }
}


static void
result_cause(const ic_json_t *cause)
{
    static const char *const  names[] = {
        "message", "party", "node_id", "task_name", "component", "field",
        "column", "row", "remedy", NULL
    };

    unsigned  n;

    for (n = 0; cause != NULL && names[n] != NULL; n++) {
        result_line(names[n], ic_json_get(cause, names[n]));
    }
}


static void
result_line(const char *name, const ic_json_t *value)
{
    if (value != NULL && value->text.len > 0) {
        printf("    %s: %.*s\n", name, (int) value->text.len,
               value->text.data);
    }
}
