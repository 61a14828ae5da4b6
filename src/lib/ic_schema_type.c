
/* The types of fields: what a value must be. */


#include "ic_codec.h"
#include "ic_schema_check.h"


#define STR_MAX       4096
#define COUNT_MAX     1024
#define TIME_SECONDS  INT64_C(100000000000)       /* below it: seconds */
#define TIME_MAX      INT64_C(253402300799999)    /* the end of 9999 */


/* What is wrong with the value itself, NULL if nothing. */
typedef const char *(*type_check_pt)(ic_check_t *check,
    const ic_field_t *field, const ic_json_t *node, const ic_place_t *place,
    ic_value_t *value);


static const char *check_str(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node, const ic_place_t *place, ic_value_t *value);
static const char *check_id(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node, const ic_place_t *place, ic_value_t *value);
static const char *check_int(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node, const ic_place_t *place, ic_value_t *value);
static const char *check_time(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node, const ic_place_t *place, ic_value_t *value);
static const char *check_num(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node, const ic_place_t *place, ic_value_t *value);
static const char *check_bool(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node, const ic_place_t *place, ic_value_t *value);
static const char *check_enum(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node, const ic_place_t *place, ic_value_t *value);
static const char *check_obj(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node, const ic_place_t *place, ic_value_t *value);
static const char *check_list(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node, const ic_place_t *place, ic_value_t *value);
static const char *check_map(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node, const ic_place_t *place, ic_value_t *value);
static const char *check_any(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node, const ic_place_t *place, ic_value_t *value);

static const char *check_elements(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node, const ic_place_t *place);
static int whole_number(const ic_field_t *field, const ic_json_t *node,
    ic_value_t *value);
static const char *out_of_range(int64_t n, int64_t min, int64_t max);
static const char *one_of(ic_check_t *check, const char *const *names);
static int64_t maximum(const ic_field_t *field, int64_t other);


static const type_check_pt  type_checks[] = {
    [IC_STR] = check_str,
    [IC_ID] = check_id,
    [IC_INT] = check_int,
    [IC_TIME] = check_time,
    [IC_NUM] = check_num,
    [IC_BOOL] = check_bool,
    [IC_ENUM] = check_enum,
    [IC_OBJ] = check_obj,
    [IC_LIST] = check_list,
    [IC_MAP] = check_map,
    [IC_ANY] = check_any
};


void
ic_schema_check_value(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node, const ic_place_t *place, ic_value_t *value)
{
    const char  *wrong;

    wrong = type_checks[field->type](check, field, node, place, value);

    if (wrong != NULL) {
        ic_schema_fault(check, place, wrong);
    }
}


static const char *
check_str(ic_check_t *check, const ic_field_t *field, const ic_json_t *node,
    const ic_place_t *place, ic_value_t *value)
{
    int64_t  min, len;

    if (node->type != IC_JSON_STR) {
        return "must be a string";
    }

    len = (int64_t) node->text.len;
    min = field->min;

    if (min == 0 && (field->flags & IC_REQ)) {
        min = 1;
    }

    if (len < min) {
        return len == 0 ? "is empty" : "is too short";
    }

    return len > maximum(field, STR_MAX) ? "is too long" : NULL;
}


static const char *
check_id(ic_check_t *check, const ic_field_t *field, const ic_json_t *node,
    const ic_place_t *place, ic_value_t *value)
{
    if (node->type != IC_JSON_STR) {
        return "must be a string";
    }

    if (node->text.len == 0) {
        return field->min < 0 ? NULL : "is empty";
    }

    if ((int64_t) node->text.len > maximum(field, IC_ID_MAX)) {
        return "is too long";
    }

    return ic_id_valid(node->text) ? NULL : "is not a valid id";
}


static const char *
check_int(ic_check_t *check, const ic_field_t *field, const ic_json_t *node,
    const ic_place_t *place, ic_value_t *value)
{
    if (whole_number(field, node, value) != 0) {
        return "must be an integer";
    }

    if (value->num == 0 && (field->flags & IC_NONZERO)) {
        return "must not be 0";
    }

    return out_of_range(value->num, field->min, maximum(field, INT64_MAX));
}


static const char *
check_time(ic_check_t *check, const ic_field_t *field, const ic_json_t *node,
    const ic_place_t *place, ic_value_t *value)
{
    if (whole_number(field, node, value) != 0) {
        return "must be an integer";
    }

    if (value->num < 0) {
        return "is too small";
    }

    if (value->num < TIME_SECONDS) {
        value->num *= 1000;
        value->real *= 1000;
    }

    return out_of_range(value->num, field->min, maximum(field, TIME_MAX));
}


static const char *
check_num(ic_check_t *check, const ic_field_t *field, const ic_json_t *node,
    const ic_place_t *place, ic_value_t *value)
{
    value->real = node->real;

    if (node->type != IC_JSON_INT && node->type != IC_JSON_NUM
        && ((field->flags & IC_NUMSTR) == 0 || node->type != IC_JSON_STR
            || ic_str_num(node->text, &value->real) != 0))
    {
        return "must be a number";
    }

    if (field->min == 0 && field->max == 0) {
        return NULL;
    }

    if (value->real < (double) field->min) {
        return "is too small";
    }

    return field->max != 0 && value->real > (double) field->max
           ? "is too large" : NULL;
}


static const char *
check_bool(ic_check_t *check, const ic_field_t *field, const ic_json_t *node,
    const ic_place_t *place, ic_value_t *value)
{
    value->num = node->num;

    return node->type == IC_JSON_BOOL ? NULL : "must be a boolean";
}


static const char *
check_enum(ic_check_t *check, const ic_field_t *field, const ic_json_t *node,
    const ic_place_t *place, ic_value_t *value)
{
    const char *const  *names;

    if (node->type != IC_JSON_STR) {
        return "must be a string";
    }

    names = field->of;

    for (value->num = 0; names[value->num] != NULL; value->num++) {
        if (ic_str_is(node->text, names[value->num])) {
            return NULL;
        }
    }

    return one_of(check, field->of);
}


/* "must be one of ANY, ALL"; shorter when memory is short. */

static const char *
one_of(ic_check_t *check, const char *const *names)
{
    unsigned  i;
    ic_str_t  text;

    text = ic_str("must be one of");

    for (i = 0; names[i] != NULL; i++) {
        text = ic_str_fmt(check->arena, "%.*s%s %s", (int) text.len,
                          (char *) text.data, i ? "," : "", names[i]);

        if (text.data == NULL) {
            return "is not one of the allowed values";
        }
    }

    return (char *) text.data;
}


static const char *
check_obj(ic_check_t *check, const ic_field_t *field, const ic_json_t *node,
    const ic_place_t *place, ic_value_t *value)
{
    if (node->type != IC_JSON_OBJECT) {
        return "must be an object";
    }

    if (field->of != NULL) {
        ic_schema_check_members(check, field->of, node, place, NULL);
    }

    return NULL;
}


static const char *
check_list(ic_check_t *check, const ic_field_t *field, const ic_json_t *node,
    const ic_place_t *place, ic_value_t *value)
{
    return node->type == IC_JSON_ARRAY
           ? check_elements(check, field, node, place) : "must be an array";
}


static const char *
check_map(ic_check_t *check, const ic_field_t *field, const ic_json_t *node,
    const ic_place_t *place, ic_value_t *value)
{
    return node->type == IC_JSON_OBJECT
           ? check_elements(check, field, node, place) : "must be an object";
}


static const char *
check_any(ic_check_t *check, const ic_field_t *field, const ic_json_t *node,
    const ic_place_t *place, ic_value_t *value)
{
    return NULL;
}


static const char *
check_elements(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node, const ic_place_t *place)
{
    ic_field_t        item;
    ic_place_t        here;
    ic_value_t        unused;
    const ic_json_t  *member;

    if (node->count < field->min) {
        return node->count == 0 ? "is empty" : "has too few elements";
    }

    if (node->count > maximum(field, COUNT_MAX)) {
        return "has too many elements";
    }

    memset(&item, 0, sizeof(ic_field_t));

    item.type = field->item;
    item.item = IC_ANY;
    item.flags = field->flags & IC_NUMSTR;
    item.min = field->item == IC_INT ? INT64_MIN : 0;
    item.of = field->of;

    here = (ic_place_t) { place, ic_str(NULL), 0 };

    for (member = node->child; member != NULL; member = member->next) {
        here.name = member->key;
        ic_schema_check_value(check, &item, member, &here, &unused);
        here.index++;
    }

    return NULL;
}


static int
whole_number(const ic_field_t *field, const ic_json_t *node,
    ic_value_t *value)
{
    value->num = node->num;

    if (node->type != IC_JSON_INT
        && ((field->flags & IC_NUMSTR) == 0 || node->type != IC_JSON_STR
            || ic_str_int(node->text, &value->num) != 0))
    {
        return -1;
    }

    value->real = (double) value->num;

    return 0;
}


static const char *
out_of_range(int64_t n, int64_t min, int64_t max)
{
    return n < min ? "is too small" : n > max ? "is too large" : NULL;
}


static int64_t
maximum(const ic_field_t *field, int64_t other)
{
    return field->max == 0 ? other : field->max;
}
