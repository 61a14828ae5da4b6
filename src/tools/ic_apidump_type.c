
/* The types of fields as keywords of JSON Schema. */


#include <string.h>

#include "ic_apidump.h"


/* As in src/lib/ic_schema_type.c and ic_codec.h. */
#define ID_MAX     128
#define COUNT_MAX  1024
#define TIME_MAX   INT64_C(253402300799999)


static void type_str(ic_json_out_t *out, const ic_field_t *field, int input);
static void type_id(ic_json_out_t *out, const ic_field_t *field, int input);
static void type_int(ic_json_out_t *out, const ic_field_t *field, int input);
static void type_time(ic_json_out_t *out, const ic_field_t *field,
    int input);
static void type_num(ic_json_out_t *out, const ic_field_t *field, int input);
static void type_bool(ic_json_out_t *out, const ic_field_t *field,
    int input);
static void type_enum(ic_json_out_t *out, const ic_field_t *field,
    int input);
static void type_obj(ic_json_out_t *out, const ic_field_t *field, int input);
static void type_list(ic_json_out_t *out, const ic_field_t *field,
    int input);
static void type_map(ic_json_out_t *out, const ic_field_t *field, int input);
static void type_any(ic_json_out_t *out, const ic_field_t *field, int input);
static void type_items(ic_json_out_t *out, const ic_field_t *field,
    int input, const char *key);
static void type_digits(ic_json_out_t *out, const ic_field_t *field,
    const char *type);


typedef void (*type_pt)(ic_json_out_t *out, const ic_field_t *field,
    int input);

static const type_pt  types[] = {
    [IC_STR] = type_str,
    [IC_ID] = type_id,
    [IC_INT] = type_int,
    [IC_TIME] = type_time,
    [IC_NUM] = type_num,
    [IC_BOOL] = type_bool,
    [IC_ENUM] = type_enum,
    [IC_OBJ] = type_obj,
    [IC_LIST] = type_list,
    [IC_MAP] = type_map,
    [IC_ANY] = type_any
};


void
ic_apidump_type(ic_json_out_t *out, const ic_field_t *field, int input)
{
    types[field->type](out, field, input);
}


static void
type_str(ic_json_out_t *out, const ic_field_t *field, int input)
{
    int64_t  min;

    ic_out_z(out, "type", "string");

    min = (field->flags & IC_REQ) && field->min == 0 ? 1 : field->min;

    if (input && min > 0) {
        ic_out_int(out, "minLength", min);
    }

    /* no text of so many bytes has more characters */

    if (input && field->max != 0) {
        ic_out_int(out, "maxLength", field->max);
        ic_out_int(out, "x-max-bytes", field->max);
    }
}


/* An optional id may be empty: it is then not given. */
static void
type_id(ic_json_out_t *out, const ic_field_t *field, int input)
{
    int  whole;

    whole = input && field->min >= 0 && (field->flags & IC_REQ);

    ic_out_z(out, "type", "string");
    ic_out_int(out, "maxLength", field->max != 0 ? field->max : ID_MAX);
    ic_out_z(out, "pattern", whole
             ? "^[A-Za-z0-9][A-Za-z0-9._:@-]*$"
             : "^([A-Za-z0-9][A-Za-z0-9._:@-]*)?$");
}


static void
type_int(ic_json_out_t *out, const ic_field_t *field, int input)
{
    type_digits(out, field, "integer");
    ic_out_z(out, "format", "int64");

    if (!input) {
        return;
    }

    ic_out_int(out, "minimum", field->min);
    ic_out_int(out, "maximum", field->max != 0 ? field->max : INT64_MAX);

    if (field->flags & IC_NONZERO) {
        ic_out_raw(out, "not", ic_str("{\"const\":0}"));
    }
}


static void
type_time(ic_json_out_t *out, const ic_field_t *field, int input)
{
    type_digits(out, field, "integer");
    ic_out_z(out, "format", "int64");

    if (input) {
        ic_out_int(out, "minimum", 0);
        ic_out_int(out, "maximum", field->max != 0 ? field->max : TIME_MAX);
    }

    ic_out_z(out, "x-unit", "epoch milliseconds; seconds below 10^11");
}


static void
type_num(ic_json_out_t *out, const ic_field_t *field, int input)
{
    type_digits(out, field, "number");

    if (!input || (field->min == 0 && field->max == 0)) {
        return;
    }

    ic_out_int(out, "minimum", field->min);

    if (field->max != 0) {
        ic_out_int(out, "maximum", field->max);
    }
}


/* Some numbers may come as strings. */
static void
type_digits(ic_json_out_t *out, const ic_field_t *field, const char *type)
{
    if ((field->flags & IC_NUMSTR) == 0) {
        ic_out_z(out, "type", type);
        return;
    }

    ic_out_array(out, "type");
    ic_out_z(out, NULL, type);
    ic_out_z(out, NULL, "string");
    ic_out_array_end(out);
}


static void
type_bool(ic_json_out_t *out, const ic_field_t *field, int input)
{
    ic_out_z(out, "type", "boolean");
}


static void
type_enum(ic_json_out_t *out, const ic_field_t *field, int input)
{
    const char *const  *choice;

    ic_out_z(out, "type", "string");
    ic_out_array(out, "enum");

    for (choice = field->of; *choice != NULL; choice++) {
        ic_out_z(out, NULL, *choice);
    }

    /* what is required and not known */

    if (!input && (field->flags & IC_REQ)) {
        ic_out_z(out, NULL, "");
    }

    ic_out_array_end(out);
}


static void
type_obj(ic_json_out_t *out, const ic_field_t *field, int input)
{
    if (field->of != NULL) {
        ic_apidump_ref(out, field->of, input);
        return;
    }

    ic_out_z(out, "type", "object");
}


static void
type_list(ic_json_out_t *out, const ic_field_t *field, int input)
{
    ic_out_z(out, "type", "array");
    type_items(out, field, input, "items");

    if (input) {
        ic_out_int(out, "minItems", field->min > 0 ? field->min : 0);
        ic_out_int(out, "maxItems", field->max ? field->max : COUNT_MAX);
    }
}


static void
type_map(ic_json_out_t *out, const ic_field_t *field, int input)
{
    ic_out_z(out, "type", "object");
    type_items(out, field, input, "additionalProperties");

    if (input) {
        ic_out_int(out, "minProperties", field->min > 0 ? field->min : 0);
        ic_out_int(out, "maxProperties",
                   field->max ? field->max : COUNT_MAX);
    }
}


static void
type_any(ic_json_out_t *out, const ic_field_t *field, int input)
{
    /* no keyword: any value */
}


/* As ic_schema_type.c makes the element's own row. */
static void
type_items(ic_json_out_t *out, const ic_field_t *field, int input,
    const char *key)
{
    ic_field_t  item;

    memset(&item, 0, sizeof(ic_field_t));

    item.type = field->item;
    item.item = IC_ANY;
    item.flags = field->flags & IC_NUMSTR;
    item.min = field->item == IC_INT ? INT64_MIN : 0;
    item.of = field->of;

    if (item.type == IC_ID) {
        item.flags |= IC_REQ;
    }

    ic_out_object(out, key);
    ic_apidump_type(out, &item, input);
    ic_out_object_end(out);
}
