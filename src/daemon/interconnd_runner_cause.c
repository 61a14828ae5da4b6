
/* Why a task failed, in the words of the error table. */



#include "../api/ic_api.h"
#include "interconnd_runner.h"


static ic_str_t cause_detail(const interconnd_child_t *child,
    const ic_error_t *error);
static ic_str_t cause_text(ic_arena_t *pool, const char *text,
    const char *colon, ic_str_t detail);


ic_str_t
interconnd_child_cause(const interconnd_child_t *child)
{
    unsigned                     n;
    ic_str_t                     detail;
    ic_json_out_t                out;
    const ic_error_t            *error;
    const interconnd_failure_t  *failure;

    failure = &child->failure;
    error = ic_error(ic_str(failure->code));

    if (strcmp(error->name, failure->code) != 0) {
        error = &ic_errors[IC_E_task_crashed];
    }

    detail = cause_detail(child, error);

    ic_out_init(&out, child->pool);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "party", child->role);
    ic_out_z(&out, "node_id", child->runner->conf->node_id);
    ic_out_z(&out, "component",
             child->component != NULL ? child->component : "");
    ic_out_z(&out, "task_name", child->name);
    ic_out_z(&out, "task_id", child->task_id);
    ic_out_int(&out, "code", error->code);
    ic_out_z(&out, "error", error->name);

    if (failure->field != NULL && *failure->field != '\0') {
        ic_out_z(&out, "field", failure->field);
    }

    if (failure->column != NULL && *failure->column != '\0') {
        ic_out_z(&out, "column", failure->column);
    }

    if (failure->row > 0) {
        ic_out_int(&out, "row", failure->row);
    }

    ic_out_str(&out, "message", cause_text(child->pool, error->text, ": ",
                                           detail));
    ic_out_str(&out, "message_zh", cause_text(child->pool, error->text_zh,
                                              "：", detail));

    /* lines may quote data: only those that are meant for others */

    ic_out_array(&out, "log");

    for (n = 0; n < child->ntail; n++) {
        ic_out_z(&out, NULL, child->tail[n]);
    }

    ic_out_array_end(&out);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


/* A code of a third party's component that is not in the table is told. */

static ic_str_t
cause_detail(const interconnd_child_t *child, const ic_error_t *error)
{
    const char                  *text;
    const interconnd_failure_t  *failure;

    failure = &child->failure;
    text = (failure->text != NULL) ? failure->text : "";

    if (strcmp(error->name, failure->code) == 0) {
        return ic_str(text);
    }

    return ic_str_fmt(child->pool, "%s: %s", failure->code, text);
}


static ic_str_t
cause_text(ic_arena_t *pool, const char *text, const char *colon,
    ic_str_t detail)
{
    if (detail.len == 0) {
        return ic_str(text);
    }

    return ic_str_fmt(pool, "%s%s%.*s", text, colon, (int) detail.len,
                      detail.data);
}
