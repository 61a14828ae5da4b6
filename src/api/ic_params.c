
/* Checking component parameters against their table. */


#include "ic_params.h"


static int ic_params_known(ic_arena_t *arena, const ic_param_t *table,
    const ic_json_t *object, unsigned apart, ic_param_fault_t *fault);
static const ic_json_t *ic_param_given(const ic_param_t *param,
    const ic_json_t *object, bool *twice);
static int ic_param_missing(ic_arena_t *arena, const ic_param_t *param,
    ic_json_out_t *out, ic_param_fault_t *fault);
static int ic_param_group(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_json_out_t *out, ic_param_fault_t *fault);
static int ic_param_refuse(ic_param_fault_t *fault, const char *name,
    const char *reason);


int
ic_params_check(ic_arena_t *arena, const ic_param_t *table,
    const ic_json_t *object, unsigned apart, ic_json_out_t *out,
    ic_param_fault_t *fault)
{
    bool               twice;
    const ic_json_t   *value;
    const ic_param_t  *param;

    if (ic_params_known(arena, table, object, apart, fault) != 0) {
        return -1;
    }

    for (param = table; param->name != NULL; param++) {

        if (param->flags & apart) {
            continue;
        }

        value = ic_param_given(param, object, &twice);

        if (twice) {
            return ic_param_refuse(fault, param->name,
                                   "is also given under its other name, "
                                   "with another value");
        }

        if (ic_param_check(arena, param, value, out, fault) != 0) {
            return -1;
        }
    }

    return 0;
}


const ic_param_t *
ic_param(const ic_param_t *table, const char *name)
{
    for (/* void */; table->name != NULL; table++) {
        if (strcmp(table->name, name) == 0) {
            return table;
        }
    }

    return NULL;
}


int
ic_param_check(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_json_out_t *out, ic_param_fault_t *fault)
{
    ic_str_t     text;
    const char  *reason;

    if (value != NULL && value->type == IC_JSON_NULL) {

        if (param->null == NULL) {
            return ic_param_refuse(fault, param->name, "must not be null");
        }

        if (out != NULL) {
            ic_out_raw(out, param->name, ic_str(param->null));
        }

        return 0;
    }

    if (param->type == IC_PARAM_GROUP) {
        return ic_param_group(arena, param, value, out, fault);
    }

    if (value == NULL) {
        return ic_param_missing(arena, param, out, fault);
    }

    reason = ic_param_value(arena, param, value, &text);

    if (reason != NULL) {
        return ic_param_refuse(fault, param->name, reason);
    }

    if (text.data == NULL) {
        return ic_param_refuse(fault, "", "memory is short");
    }

    if (out != NULL) {
        ic_out_raw(out, param->name, text);
    }

    return 0;
}


int
ic_params_columns(ic_arena_t *arena, const ic_json_t *attributes,
    const ic_json_t *unique_id, const ic_json_t *label_name,
    ic_param_fault_t *fault)
{
    const ic_json_t  *item;

    if (unique_id != NULL && label_name != NULL
        && ic_str_eq(ic_json_str(unique_id), ic_json_str(label_name)))
    {
        return ic_param_refuse(fault, "label_name", "is also unique_id");
    }

    item = attributes != NULL ? attributes->child : NULL;

    for (/* void */; item != NULL; item = item->next) {

        if (unique_id != NULL
            && ic_str_eq(item->text, ic_json_str(unique_id)))
        {
            return ic_param_refuse(fault, "attributes",
                                   "must not name unique_id");
        }

        if (label_name != NULL
            && ic_str_eq(item->text, ic_json_str(label_name)))
        {
            return ic_param_refuse(fault, "attributes",
                                   "must not name label_name");
        }
    }

    return 0;
}


/* Every member has a row: nothing is dropped silently. */
static int
ic_params_known(ic_arena_t *arena, const ic_param_t *table,
    const ic_json_t *object, unsigned apart, ic_param_fault_t *fault)
{
    const ic_json_t   *member;
    const ic_param_t  *param;

    if (object == NULL) {
        return 0;
    }

    for (member = object->child; member != NULL; member = member->next) {

        for (param = table; param->name != NULL; param++) {

            if ((param->flags & apart) == 0
                && (ic_str_is(member->key, param->name)
                    || (param->alias != NULL
                        && ic_str_is(member->key, param->alias))))
            {
                break;
            }
        }

        if (param->name == NULL) {
            fault->name = ic_str_dup(arena, member->key);
            fault->reason = ic_str("is unknown");
            return -1;
        }
    }

    return 0;
}


static const ic_json_t *
ic_param_given(const ic_param_t *param, const ic_json_t *object, bool *twice)
{
    const ic_json_t  *first, *second;

    first = ic_json_get(object, param->name);
    second = param->alias != NULL ? ic_json_get(object, param->alias) : NULL;

    *twice = first != NULL && second != NULL
             && (first->type != second->type
                 || first->num != second->num
                 || first->real != second->real
                 || (first->type == IC_JSON_STR
                     && !ic_str_eq(first->text, second->text)));

    return first != NULL ? first : second;
}


static int
ic_param_missing(ic_arena_t *arena, const ic_param_t *param,
    ic_json_out_t *out, ic_param_fault_t *fault)
{
    if (out == NULL) {
        return 0;
    }

    if (param->flags & IC_PARAM_REQ) {
        return ic_param_refuse(fault, param->name, "is required");
    }

    if (param->other != NULL) {
        ic_out_raw(out, param->name, ic_str(param->other));
    }

    return 0;
}


static int
ic_param_group(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_json_out_t *out, ic_param_fault_t *fault)
{
    if (value != NULL && value->type != IC_JSON_OBJECT) {
        return ic_param_refuse(fault, param->name, "must be an object");
    }

    if (out != NULL) {
        ic_out_object(out, param->name);
    }

    if (ic_params_check(arena, param->group, value, 0, out, fault) != 0) {
        fault->name = ic_str_fmt(arena, "%s.%.*s", param->name,
                                 (int) fault->name.len, fault->name.data);
        return -1;
    }

    if (out != NULL) {
        ic_out_object_end(out);
    }

    return 0;
}


static int
ic_param_refuse(ic_param_fault_t *fault, const char *name,
    const char *reason)
{
    fault->name = ic_str(name);
    fault->reason = ic_str(reason);

    return -1;
}
