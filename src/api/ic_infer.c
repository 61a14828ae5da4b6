
/* /model/infer: what is accepted, and the job it becomes. */


#include "ic_infer.h"


#define IC_INFER_TASK  "predict_0"


static int ic_infer_model(ic_arena_t *arena, const ic_json_t *value,
    ic_infer_t *infer, ic_str_t *message);
static int ic_infer_input(ic_arena_t *arena, const ic_json_t *input,
    ic_infer_t *infer, ic_str_t *message);
static int ic_infer_data(ic_arena_t *arena, ic_infer_t *infer,
    ic_str_t *message);
static int ic_infer_refuse(ic_str_t *message, ic_str_t text);


int
ic_infer_check(ic_arena_t *arena, const ic_json_t *root,
    const ic_order_user_t *users, unsigned nusers, ic_infer_t *infer,
    ic_str_t *message)
{
    const ic_json_t        *input;
    const ic_order_user_t  *user;

    static const char *const  names[] = { "model_id", "input_data", NULL };

    if (root == NULL || root->type != IC_JSON_OBJECT || root->count == 0) {
        return ic_infer_refuse(message, ic_str("None data."));
    }

    if (ic_infer_model(arena, ic_json_get(root, "model_id"), infer, message)
        != 0)
    {
        return -1;
    }

    input = ic_json_get(root, "input_data");

    if (input == NULL || input->type != IC_JSON_OBJECT) {
        return ic_infer_refuse(message,
                   ic_str(input == NULL ? "input_data: is required"
                                        : "input_data: must be an object"));
    }

    user = ic_order_user(arena, ic_json_get(input, "user_id"),
                         "input_data.user_id", users, nusers, infer->self,
                         message);
    if (user == NULL) {
        return -1;
    }

    infer->user_id = user->user_id;
    infer->node_id = user->node_id;

    return ic_infer_input(arena, input, infer, message) == 0
           ? ic_order_known(arena, root, names, "", message) : -1;
}


static int
ic_infer_model(ic_arena_t *arena, const ic_json_t *value,
    ic_infer_t *infer, ic_str_t *message)
{
    int64_t  n;

    if (value == NULL
        || (value->type == IC_JSON_STR && value->text.len == 0))
    {
        return ic_infer_refuse(message, ic_str("None model_id."));
    }

    if (ic_order_number(value, &n) != 0 || n < 1) {
        return ic_infer_refuse(message, ic_str("Error model_id."));
    }

    infer->model_id = ic_str_fmt(arena, "%lld", (long long) n);

    if (infer->model_id.data == NULL) {
        return ic_infer_refuse(message, ic_str(NULL));
    }

    return 0;
}


static int
ic_infer_input(ic_arena_t *arena, const ic_json_t *input, ic_infer_t *infer,
    ic_str_t *message)
{
    static const char *const  names[] = {
        "user_id", "data_sql", "dataset_id", NULL
    };

    infer->data_sql = ic_json_get(input, "data_sql");
    infer->dataset_id = ic_json_get(input, "dataset_id");

    if (ic_order_known(arena, input, names, "input_data.", message) != 0) {
        return -1;
    }

    return ic_infer_data(arena, infer, message);
}


static int
ic_infer_data(ic_arena_t *arena, ic_infer_t *infer, ic_str_t *message)
{
    const char        *name;
    const ic_json_t   *value;
    ic_param_fault_t   fault;

    if (infer->data_sql != NULL && infer->dataset_id != NULL) {
        return ic_infer_refuse(message, ic_str("input_data.dataset_id: "
                               "must not stand beside data_sql"));
    }

    name = infer->dataset_id != NULL ? "dataset_id" : "data_sql";
    value = infer->dataset_id != NULL ? infer->dataset_id : infer->data_sql;

    if (value == NULL
        || (value->type == IC_JSON_STR && value->text.len == 0))
    {
        return ic_infer_refuse(message, ic_str("None data_sql in request."));
    }

    if (value->type != IC_JSON_STR) {
        fault.reason = ic_str("must be a text");

    } else if (ic_param_check(arena, ic_param(ic_params_predict, name),
                              value, NULL, &fault)
               == 0)
    {
        return 0;
    }

    return ic_infer_refuse(message,
        ic_str_fmt(arena, "input_data.%s: %.*s", name,
                   (int) fault.reason.len, fault.reason.data));
}


static int
ic_infer_refuse(ic_str_t *message, ic_str_t text)
{
    *message = text;

    return -1;
}


ic_str_t
ic_infer_dag(ic_arena_t *arena)
{
    return ic_order_dag(arena, "predict", "report");
}


ic_str_t
ic_infer_config(ic_arena_t *arena, const ic_infer_t *infer,
    ic_str_t task_id, const ic_json_t *unique_id)
{
    ic_json_out_t  out;

    ic_order_begin(&out, arena, infer->self);
    ic_order_role(&out, "guest", &infer->node_id, 1);
    ic_order_roles_end(&out, infer->self);

    ic_out_object(&out, IC_INFER_TASK);
    ic_out_node(&out, "unique_id", unique_id);
    ic_out_bool(&out, "tell_arbiter", true);
    ic_out_int(&out, "tell_rows", infer->rows);

    if (infer->decimals != IC_INFER_FULL) {
        ic_out_int(&out, "tell_decimals", infer->decimals);
    }

    ic_out_object_end(&out);
    ic_order_common_end(&out);

    ic_out_object(&out, "guest");
    ic_out_object(&out, "0");
    ic_out_object(&out, IC_INFER_TASK);
    ic_out_str(&out, "model_id", ic_str_fmt(arena, "M.%.*s",
                                            (int) task_id.len,
                                            task_id.data));

    if (infer->dataset_id != NULL) {
        ic_out_node(&out, "dataset_id", infer->dataset_id);

    } else {
        ic_out_node(&out, "data_sql", infer->data_sql);
    }

    ic_out_object_end(&out);
    ic_out_object_end(&out);
    ic_out_object_end(&out);

    return ic_order_end(&out);
}
