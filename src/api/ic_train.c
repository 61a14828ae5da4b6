
/* /model/train: what is accepted. */


#include <stdlib.h>

#include "ic_train.h"


static int ic_train_parties(ic_arena_t *arena, const ic_json_t *root,
    const ic_order_user_t *users, unsigned nusers, ic_train_t *train,
    ic_str_t *message);
static int ic_train_party(ic_arena_t *arena, const ic_json_t *value,
    const char *name, const ic_order_user_t *users, unsigned nusers,
    ic_train_t *train, ic_str_t *message);
static int ic_train_data(ic_arena_t *arena, const ic_json_t *root,
    ic_train_t *train, ic_str_t *message);
static int ic_train_source(ic_arena_t *arena, const ic_json_t *value,
    ic_str_t *message);
static int ic_train_columns(ic_arena_t *arena, const ic_json_t *root,
    ic_json_out_t *out, ic_str_t *message);
static int ic_train_params(ic_arena_t *arena, const ic_json_t *root,
    ic_train_t *train, ic_str_t *message);
static int ic_train_enough(ic_arena_t *arena, const ic_json_t *params,
    const ic_train_t *train, ic_str_t *message);
static ic_str_t ic_train_shown(ic_arena_t *arena, const ic_json_t *root);
static int ic_train_compare(const void *one, const void *two);
static int ic_train_fault(ic_arena_t *arena, const char *prefix,
    const ic_param_fault_t *fault, ic_str_t *message);
static int ic_train_refuse(ic_str_t *message, ic_str_t text);


/* What the names beside model_params are called there. */
static const char *const  ic_train_table[] = {
    "unique_id", "label_name", "label_value"
};


/* A label_value under a wrong name would be the default. */
static const char *const  ic_train_members[] = {
    "user_id", "model_type", "model_params", "party_id", "data_info",
    "unique_id", "attributes", "label_name", "label_value", NULL
};


int
ic_train_check(ic_arena_t *arena, const ic_json_t *root,
    const ic_order_user_t *users, unsigned nusers, ic_train_t *train,
    ic_str_t *message)
{
    const ic_json_t  *type;

    if (root == NULL || root->type != IC_JSON_OBJECT || root->count == 0) {
        return ic_train_refuse(message, ic_str("None data."));
    }

    type = ic_json_get(root, "model_type");

    if (type == NULL) {
        return ic_train_refuse(message, ic_str("model_type: is required"));
    }

    if (type->type != IC_JSON_STR || !ic_str_is_nocase(type->text, "lr")) {
        return ic_train_refuse(message,
                               ic_str("model_type: must be one of lr"));
    }

    if (ic_train_parties(arena, root, users, nusers, train, message) != 0
        || ic_train_data(arena, root, train, message) != 0
        || ic_train_params(arena, root, train, message) != 0
        || ic_order_known(arena, root, ic_train_members, "", message) != 0)
    {
        return -1;
    }

    train->shown = ic_train_shown(arena, root);

    if (train->shown.data == NULL) {
        return ic_train_refuse(message, ic_str(NULL));
    }

    return 0;
}


static int
ic_train_parties(ic_arena_t *arena, const ic_json_t *root,
    const ic_order_user_t *users, unsigned nusers, ic_train_t *train,
    ic_str_t *message)
{
    unsigned          i;
    ic_json_out_t     out;
    const ic_json_t  *list, *item;

    train->nparties = 0;

    if (ic_train_party(arena, ic_json_get(root, "user_id"), "user_id", users,
                       nusers, train, message)
        != 0)
    {
        return -1;
    }

    list = ic_json_get(root, "party_id");

    if (list == NULL) {
        return ic_train_refuse(message, ic_str("party_id: is required"));
    }

    if (list->type != IC_JSON_ARRAY || list->count == 0) {
        return ic_train_refuse(message, ic_str("party_id: must be an array "
                               "of at least one user id"));
    }

    for (item = list->child; item != NULL; item = item->next) {

        if (ic_train_party(arena, item, "party_id", users, nusers, train,
                           message)
            != 0)
        {
            return -1;
        }
    }

    ic_out_init(&out, arena);
    ic_out_array(&out, NULL);

    for (i = 1; i < train->nparties; i++) {
        ic_out_int(&out, NULL, train->parties[i].user_id);
    }

    ic_out_array_end(&out);
    train->party_id = ic_out_text(&out);

    return train->party_id.data != NULL ? 0
                                    : ic_train_refuse(message, ic_str(NULL));
}


static int
ic_train_party(ic_arena_t *arena, const ic_json_t *value, const char *name,
    const ic_order_user_t *users, unsigned nusers, ic_train_t *train,
    ic_str_t *message)
{
    unsigned                i;
    const char             *reason;
    ic_train_party_t       *party;
    const ic_order_user_t  *user;

    user = ic_order_user(arena, value, name, users, nusers, train->self,
                         message);

    if (user == NULL) {
        return -1;
    }

    reason = train->nparties == IC_JOB_MAX_PARTIES - 1
             ? "is one party too many" : NULL;

    for (i = 0; reason == NULL && i < train->nparties; i++) {

        if (train->parties[i].user_id == user->user_id) {
            reason = i == 0 ? "is user_id" : "is named twice";

        } else if (ic_str_eq(train->parties[i].node_id, user->node_id)) {
            reason = "is at the same node as another party";
        }
    }

    if (reason != NULL) {
        return ic_train_refuse(message,
            ic_str_fmt(arena, "%s: %lld %s", name,
                       (long long) user->user_id, reason));
    }

    party = &train->parties[train->nparties++];
    party->user_id = user->user_id;
    party->node_id = user->node_id;
    party->data = NULL;

    return 0;
}


/* The keys are user_id and party_id, no more and no fewer. */
static int
ic_train_data(ic_arena_t *arena, const ic_json_t *root, ic_train_t *train,
    ic_str_t *message)
{
    int64_t           id;
    unsigned          i;
    const ic_json_t  *info, *item;

    info = ic_json_get(root, "data_info");

    if (info == NULL) {
        return ic_train_refuse(message, ic_str("data_info: is required"));
    }

    if (info->type != IC_JSON_OBJECT) {
        return ic_train_refuse(message,
                               ic_str("data_info: must be an object"));
    }

    for (item = info->child; item != NULL; item = item->next) {

        i = train->nparties;

        if (ic_str_int(item->key, &id) == 0) {
            for (i = 0; i < train->nparties; i++) {
                if (train->parties[i].user_id == id) {
                    break;
                }
            }
        }

        if (i == train->nparties) {
            return ic_train_refuse(message,
                ic_str_fmt(arena, "data_info.%.*s: is no party of this order",
                           (int) item->key.len, item->key.data));
        }

        if (ic_train_source(arena, item, message) != 0) {
            return -1;
        }

        train->parties[i].data = item;
    }

    for (i = 0; i < train->nparties; i++) {
        if (train->parties[i].data == NULL) {
            return ic_train_refuse(message,
                ic_str_fmt(arena, "data_info.%lld: is required",
                           (long long) train->parties[i].user_id));
        }
    }

    return 0;
}


/* A query, {pos,neg}, or {"dataset_id":id}. */
static int
ic_train_source(ic_arena_t *arena, const ic_json_t *value, ic_str_t *message)
{
    const ic_json_t   *given;
    const ic_param_t  *param;
    ic_param_fault_t   fault;

    given = ic_json_get(value, "dataset_id");

    if (given != NULL && value->count == 1) {
        param = ic_param(ic_params_homo_lr, "dataset_id");

    } else {
        param = ic_param(ic_params_homo_lr, "data_sql");
        given = value;
    }

    if (ic_param_check(arena, param, given, NULL, &fault) == 0) {
        return 0;
    }

    return ic_train_refuse(message,
        ic_str_fmt(arena, "data_info.%.*s: %.*s", (int) value->key.len,
                   value->key.data, (int) fault.reason.len,
                   fault.reason.data));
}


static int
ic_train_params(ic_arena_t *arena, const ic_json_t *root, ic_train_t *train,
    ic_str_t *message)
{
    ic_json_out_t      out;
    const ic_json_t   *params;
    ic_param_fault_t   fault;

    params = ic_json_get(root, "model_params");

    if (params != NULL && params->type != IC_JSON_OBJECT) {
        return ic_train_refuse(message,
                               ic_str("model_params: must be an object"));
    }

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);

    if (ic_train_columns(arena, root, &out, message) != 0) {
        return -1;
    }

    if (ic_params_check(arena, ic_params_homo_lr, params,
                        IC_PARAM_TABLE|IC_PARAM_PARTY, &out, &fault)
        != 0)
    {
        return ic_train_fault(arena, "model_params.", &fault, message);
    }

    ic_out_object_end(&out);
    train->task = ic_out_text(&out);

    if (train->task.data == NULL) {
        return ic_train_refuse(message, ic_str(NULL));
    }

    return ic_train_enough(arena, params, train, message);
}


static int
ic_train_columns(ic_arena_t *arena, const ic_json_t *root,
    ic_json_out_t *out, ic_str_t *message)
{
    size_t             i;
    const ic_json_t   *attributes;
    ic_param_fault_t   fault;

    attributes = ic_json_get(root, "attributes");

    if (attributes == NULL || attributes->type != IC_JSON_ARRAY) {
        return ic_train_refuse(message, ic_str("None attributes in request, "
                               "or attributes is not a array."));
    }

    if (ic_param_check(arena, ic_param(ic_params_homo_lr, "attributes"),
                       attributes, out, &fault)
        != 0)
    {
        return ic_train_fault(arena, "", &fault, message);
    }

    for (i = 0; i < sizeof(ic_train_table) / sizeof(ic_train_table[0]); i++)
    {
        if (ic_param_check(arena,
                           ic_param(ic_params_homo_lr, ic_train_table[i]),
                           ic_json_get(root, ic_train_table[i]), out, &fault)
            != 0)
        {
            return ic_train_fault(arena, "", &fault, message);
        }
    }

    if (ic_params_columns(arena, attributes, ic_json_get(root, "unique_id"),
                          ic_json_get(root, "label_name"), &fault)
        != 0)
    {
        return ic_train_fault(arena, "", &fault, message);
    }

    return 0;
}


/* Two parties know each other's share from the sum. */
static int
ic_train_enough(ic_arena_t *arena, const ic_json_t *params,
    const ic_train_t *train, ic_str_t *message)
{
    ic_str_t          wrong;
    const ic_json_t  *allow;

    allow = ic_json_get(params, "allow_two_parties");
    wrong = ic_job_tolerance_fault(arena, ic_str("homo_lr"), params,
                                   train->nparties);

    if (train->nparties < ic_component(ic_str("homo_lr"))->parties
        && (allow == NULL || !allow->num))
    {
        return ic_train_refuse(message, ic_str("party_id: with fewer than "
                   "three data parties each can subtract its own share from "
                   "the sum; set model_params.allow_two_parties to true to "
                   "accept that"));
    }

    return wrong.len == 0 ? 0
           : ic_train_refuse(message,
                             ic_str_fmt(arena, "model_params.%.*s",
                                        (int) wrong.len, wrong.data));
}


/* What was given, sorted, with the names of the columns, no label_value. */
static ic_str_t
ic_train_shown(ic_arena_t *arena, const ic_json_t *root)
{
    unsigned           i, n, nparams;
    ic_json_out_t      out;
    const ic_json_t   *params, *item, **items;

    static const char *const  names[] = {
        "attributes", "label_name", "unique_id"
    };

    params = ic_json_get(root, "model_params");
    nparams = params != NULL ? params->count : 0;

    items = ic_alloc(arena, (nparams + 3) * sizeof(ic_json_t *));
    if (items == NULL) {
        return ic_str(NULL);
    }

    n = 0;
    item = params != NULL ? params->child : NULL;

    for (/* void */; item != NULL; item = item->next) {
        items[n++] = item;
    }

    for (i = 0; i < 3; i++) {
        items[n++] = ic_json_get(root, names[i]);
    }

    qsort(items, n, sizeof(ic_json_t *), ic_train_compare);

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);

    for (i = 0; i < n; i++) {
        ic_out_key(&out, items[i]->key);
        ic_out_node(&out, NULL, items[i]);
    }

    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static int
ic_train_compare(const void *one, const void *two)
{
    int        order;
    ic_str_t   a, b;

    a = (*(const ic_json_t *const *) one)->key;
    b = (*(const ic_json_t *const *) two)->key;

    order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}


static int
ic_train_fault(ic_arena_t *arena, const char *prefix,
    const ic_param_fault_t *fault, ic_str_t *message)
{
    return ic_train_refuse(message,
        ic_str_fmt(arena, "%s%.*s: %.*s", prefix, (int) fault->name.len,
                   fault->name.data, (int) fault->reason.len,
                   fault->reason.data));
}


static int
ic_train_refuse(ic_str_t *message, ic_str_t text)
{
    *message = text;

    return -1;
}
