
/*
 * What a component says over its control socket: one JSON object per line
 * (docs/components.md). Kinds of messages that are not known are left out;
 * what is no JSON object ends the task.
 */


#include <stdio.h>
#include <sys/socket.h>

#include "../lib/ic_codec.h"
#include "../trust/ic_sign.h"
#include "interconnd_runner.h"


#define CONTROL_TEXT     1000
#define CONTROL_NAME     64
#define CONTROL_BYTES    9007199254740992.0   /* what JSON has exactly */
#define CONTROL_CERTIFY  65536           /* bytes signed at a time */


typedef struct {
    const char  *type;
    void       (*handler)(interconnd_child_t *child, const ic_json_t *message);
} control_type_t;


static void control_line(interconnd_child_t *child, ic_str_t line);
static void control_broken(interconnd_child_t *child, const char *what);
static void control_progress(interconnd_child_t *child,
    const ic_json_t *message);
static void control_bytes(const ic_json_t *message, const char *name,
    int64_t *bytes);
static void control_metric(interconnd_child_t *child,
    const ic_json_t *message);
static void control_fact(interconnd_child_t *child, const ic_json_t *message);
static void control_log(interconnd_child_t *child, const ic_json_t *message);
static void control_output(interconnd_child_t *child,
    const ic_json_t *message);
static void control_fail(interconnd_child_t *child, const ic_json_t *message);
static void control_certify(interconnd_child_t *child,
    const ic_json_t *message);
static void control_artefact(interconnd_child_t *child,
    const ic_json_t *message);
static ic_str_t control_signature(interconnd_child_t *child, ic_str_t data);
static bool control_number(const ic_json_t *node);
static char *control_text(ic_arena_t *pool, const ic_json_t *message,
    const char *name, size_t max);


static const control_type_t  control_types[] = {
    { "progress", control_progress },
    { "metric", control_metric },
    { "fact", control_fact },
    { "log", control_log },
    { "output", control_output },
    { "fail", control_fail },
    { "certify", control_certify },
    { "artefact", control_artefact },
    { NULL, NULL }
};


int
interconnd_control_read(interconnd_child_t *child)
{
    int       rc;
    ic_str_t  line;

    rc = interconnd_lines_read(&child->control);

    while (interconnd_lines_next(&child->control, &line)) {
        control_line(child, line);
    }

    if (child->control.broken) {
        control_broken(child, "a line on descriptor 3 is too long");

    } else if (rc < 0 && interconnd_lines_rest(&child->control, &line)) {
        control_line(child, line);
    }

    if (rc < 0 || child->control.broken) {
        interconnd_lines_close(&child->control);
        return -1;
    }

    return rc;
}


static void
control_line(interconnd_child_t *child, ic_str_t line)
{
    ic_str_t               type;
    ic_json_t             *message;
    const control_type_t  *known;

    if (line.len == 0) {
        return;
    }

    message = ic_json_parse(child->runner->pool, line, NULL);

    if (message == NULL || message->type != IC_JSON_OBJECT) {
        control_broken(child, "a line on descriptor 3 is no JSON object");
        return;
    }

    type = ic_json_str(ic_json_get(message, "type"));

    for (known = control_types; known->type != NULL; known++) {
        if (ic_str_is(type, known->type)) {
            known->handler(child, message);
            return;
        }
    }
}


static void
control_broken(interconnd_child_t *child, const char *what)
{
    interconnd_child_fail(child, "task_crashed", "%s", what);
    interconnd_child_stop(child, false);
}


static void
control_progress(interconnd_child_t *child, const ic_json_t *message)
{
    char             *stage;
    const ic_json_t  *percent;

    percent = ic_json_get(message, "percent");

    if (control_number(percent) && percent->real > child->progress) {
        child->progress = (percent->real < 100) ? (int) percent->real : 100;
    }

    stage = control_text(child->runner->pool, message, "stage",
                         sizeof(child->stage) - 1);

    if (stage != NULL) {
        snprintf(child->stage, sizeof(child->stage), "%s", stage);
    }

    control_bytes(message, "sent", &child->sent);
    control_bytes(message, "received", &child->received);
    child->dirty = 1;
}


/* What a component says of its messages: a count that only grows. */
static void
control_bytes(const ic_json_t *message, const char *name, int64_t *bytes)
{
    const ic_json_t  *value;

    value = ic_json_get(message, name);

    if (control_number(value) && value->real > *bytes
        && value->real < CONTROL_BYTES)
    {
        *bytes = (int64_t) value->real;
    }
}


static void
control_metric(interconnd_child_t *child, const ic_json_t *message)
{
    ic_json_out_t     out;
    const ic_json_t  *name, *x, *y;

    name = ic_json_get(message, "name");
    x = ic_json_get(message, "x");
    y = ic_json_get(message, "y");

    if (ic_json_str(name).len == 0 || ic_json_str(name).len > CONTROL_NAME
        || !control_number(x) || y == NULL
        || (!control_number(y) && y->type != IC_JSON_NULL))
    {
        return;
    }

    ic_out_init(&out, child->runner->pool);
    ic_out_array(&out, NULL);
    ic_out_node(&out, NULL, name);
    ic_out_node(&out, NULL, x);
    ic_out_node(&out, NULL, y);
    ic_out_array_end(&out);

    interconnd_points_add(child, ic_out_text(&out));
}


static void
control_fact(interconnd_child_t *child, const ic_json_t *message)
{
    ic_str_t            name;
    unsigned            n;
    const ic_json_t    *value;
    interconnd_fact_t  *fact;

    name = ic_json_str(ic_json_get(message, "name"));
    value = ic_json_get(message, "value");

    if (name.len == 0 || name.len > CONTROL_NAME || !control_number(value)) {
        return;
    }

    for (n = 0; n < child->nfacts; n++) {
        if (ic_str_eq(child->facts[n].name, name)) {
            break;
        }
    }

    if (n == INTERCONND_RUNNER_FACTS) {
        return;
    }

    fact = &child->facts[n];

    if (n == child->nfacts) {
        fact->name = ic_str_dup(child->pool, name);
        child->nfacts++;
    }

    fact->value = ic_str_dup(child->pool, value->text);
    child->dirty = 1;
}


ic_str_t
interconnd_control_facts(const interconnd_child_t *child, ic_arena_t *pool)
{
    unsigned       n;
    ic_json_out_t  out;

    ic_out_init(&out, pool);
    ic_out_object(&out, NULL);

    for (n = 0; n < child->nfacts; n++) {
        ic_out_key(&out, child->facts[n].name);
        ic_out_raw(&out, NULL, child->facts[n].value);
    }

    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static void
control_log(interconnd_child_t *child, const ic_json_t *message)
{
    ic_str_t                  level, text;
    const ic_json_t          *share;
    const char *const        *known;
    static const char *const  levels[] = {
        "debug", "warn", "error", "info", NULL
    };

    level = ic_json_str(ic_json_get(message, "level"));
    text = ic_json_str(ic_json_get(message, "text"));
    share = ic_json_get(message, "share");

    for (known = levels; known[1] != NULL; known++) {
        if (ic_str_is(level, *known)) {
            break;
        }
    }

    interconnd_child_log(child, *known, text);

    if (share != NULL && share->type == IC_JSON_BOOL && share->num != 0) {
        interconnd_child_share(child, text);
    }
}


static void
control_output(interconnd_child_t *child, const ic_json_t *message)
{
    ic_str_t          kind;
    const ic_json_t  *none, *value;

    kind = ic_json_str(ic_json_get(message, "kind"));
    value = ic_json_get(message, "value");
    none = ic_json_get(message, "none");

    if (none != NULL && none->type == IC_JSON_BOOL && none->num != 0) {
        interconnd_output_without(child, message);
        return;
    }

    if (value == NULL || value->type != IC_JSON_OBJECT) {
        control_broken(child, "an output is no JSON object");
        return;
    }

    if (ic_str_is(kind, "model")) {
        child->model = ic_json_text(child->pool, value);

    } else if (ic_str_is(kind, "report")) {
        child->report = ic_json_text(child->pool, value);
    }
}


static void
control_fail(interconnd_child_t *child, const ic_json_t *message)
{
    char             *code, *text;
    const ic_json_t  *row;

    if (child->failure.code != NULL) {
        return;
    }

    code = control_text(child->pool, message, "code", CONTROL_NAME);
    text = control_text(child->pool, message, "text", CONTROL_TEXT);
    row = ic_json_get(message, "row");

    interconnd_child_fail(child, (code != NULL && *code != '\0')
                                 ? code : "task_crashed", "%s",
                          (text != NULL) ? text : "");

    child->failure.column = control_text(child->pool, message, "column",
                                         CONTROL_TEXT);
    child->failure.field = control_text(child->pool, message, "field",
                                        CONTROL_TEXT);
    child->failure.row = (row != NULL && row->type == IC_JSON_INT)
                         ? row->num : 0;
}


/* Of the process that keeps the outputs. */

static void
control_artefact(interconnd_child_t *child, const ic_json_t *message)
{
    const ic_json_t  *value;

    value = ic_json_get(message, "value");

    if (value != NULL) {
        interconnd_output_told(child, value);
    }
}


/* Signs for this task only; the key does not leave the runner. */

static void
control_certify(interconnd_child_t *child, const ic_json_t *message)
{
    ic_str_t              data, signature, text;
    ic_json_out_t         out;
    interconnd_runner_t  *runner;

    runner = child->runner;

    data = ic_unbase64(runner->pool,
                       ic_json_str(ic_json_get(message, "data")));
    signature = control_signature(child, data);

    ic_out_init(&out, runner->pool);
    ic_out_object(&out, NULL);

    if (signature.data != NULL) {
        ic_out_z(&out, "type", "certified");
        ic_out_str(&out, "signature", signature);
        ic_out_str(&out, "certificate", runner->certificate);

    } else {
        ic_out_z(&out, "type", "refused");
    }

    ic_out_object_end(&out);

    text = ic_out_text(&out);
    text = ic_str_fmt(runner->pool, "%.*s\n", (int) text.len, text.data);

    /* it asks and waits: what does not fit at once was never read */

    if (text.data == NULL
        || send(child->control.fd, text.data, text.len, MSG_NOSIGNAL)
           != (ssize_t) text.len)
    {
        control_broken(child, "an answer on descriptor 3 was not taken");
    }
}


static ic_str_t
control_signature(interconnd_child_t *child, ic_str_t data)
{
    ic_str_t              none = ic_null_string, signature, text;
    interconnd_runner_t  *runner;

    runner = child->runner;

    if (data.data == NULL || data.len > CONTROL_CERTIFY
        || runner->key == NULL || runner->certificate.data == NULL
        || child->certified == INTERCONND_RUNNER_CERTIFY)
    {
        interconnd_log("warn", "task %s: a signature is refused",
                       child->task_id);
        return none;
    }

    child->certified++;

    text = ic_sign_task_text(runner->pool, ic_str(child->job_id),
                             ic_str(child->task_id), ic_str(child->role),
                             data);

    signature = (text.data != NULL) ? ic_sign(runner->pool, runner->key, text)
                                    : none;

    if (signature.data == NULL) {
        interconnd_log("error", "task %s: the node's key does not sign",
                       child->task_id);
        return none;
    }

    return ic_base64(runner->pool, signature, false);
}


static bool
control_number(const ic_json_t *node)
{
    return node != NULL
           && (node->type == IC_JSON_INT || node->type == IC_JSON_NUM);
}


/* A string member, cut; NULL if there is none. */

static char *
control_text(ic_arena_t *pool, const ic_json_t *message, const char *name,
    size_t max)
{
    ic_str_t  text;

    text = ic_json_str(ic_json_get(message, name));

    if (text.data == NULL) {
        return NULL;
    }

    if (text.len > max) {
        text.len = max;

        /* not within a character */
        while (text.len > 0 && (text.data[text.len] & 0xc0) == 0x80) {
            text.len--;
        }
    }

    return ic_str_z(pool, text);
}
