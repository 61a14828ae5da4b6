
/*
 * Prints the tables of src/api: as JSON, for generated tests and clients;
 * with --markdown as docs/api.md.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../api/ic_params.h"
#include "../api/ic_schemas.h"
#include "ic_apidump_text.h"


static int dump_json(ic_arena_t *arena);
static void json_endpoint(ic_json_out_t *out, const ic_endpoint_t *endpoint);
static void json_schema(ic_json_out_t *out, const char *key,
    const ic_schema_t *schema);
static void json_field(ic_json_out_t *out, const ic_field_t *field);
static void json_optional(ic_json_out_t *out, const char *key,
    const char *value);
static void json_params(ic_json_out_t *out, const char *key,
    const ic_param_t *params);

static int dump_markdown(void);
static void text_endpoints(ic_side_e side, const char *title);
static void text_endpoint(const ic_endpoint_t *endpoint);
static void text_fields(const ic_schema_t *schema, const char *prefix,
    int input);
static void text_field(const ic_field_t *field, const char *prefix,
    int input);
static void text_choices(const char *const *list);
static void text_params(const ic_param_t *param, const char *prefix);
static void text_range(const ic_param_t *param);
static void text_errors(void);

static const ic_schema_t *sub_schema(const ic_field_t *field);


static const char *const  methods[] = { "", "GET", "POST" };

static const char *const  sides[] = {
    "east_west", "north_south", "service"
};

static const char *const  bodies[] = { "none", "args", "json" };

static const char *const  auths[] = {
    "none", "certificate", "contract", "operator"
};

static const char *const  types[] = {
    "string", "id", "integer", "time", "number", "boolean", "enum",
    "object", "list", "map", "any"
};

static const char *const  param_types[] = {
    "integer", "number", "boolean", "choice", "column", "columns",
    "number or string", "id", "SQL", "object"
};


int
main(int argc, char **argv)
{
    int          status;
    ic_arena_t  *arena;

    if (argc == 2 && strcmp(argv[1], "--markdown") == 0) {
        return dump_markdown();
    }

    if (argc != 1) {
        fprintf(stderr, "usage: ic_apidump [--markdown]\n");
        return 2;
    }

    arena = ic_pool_create();
    if (arena == NULL) {
        fprintf(stderr, "ic_apidump: memory is short\n");
        return 1;
    }

    status = dump_json(arena);
    ic_pool_destroy(arena);

    return status;
}


static int
dump_json(ic_arena_t *arena)
{
    ic_str_t                text;
    ic_json_out_t           out;
    const ic_error_t       *error;
    const ic_endpoint_t    *endpoint;
    const ic_component_t   *component;

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    ic_out_array(&out, "endpoints");

    for (endpoint = ic_endpoints; endpoint->path != NULL; endpoint++) {
        json_endpoint(&out, endpoint);
    }

    ic_out_array_end(&out);
    ic_out_array(&out, "errors");

    for (error = ic_errors; error->name != NULL; error++) {
        ic_out_object(&out, NULL);
        ic_out_z(&out, "name", error->name);
        ic_out_int(&out, "code", error->code);
        ic_out_z(&out, "text", error->text);
        ic_out_z(&out, "text_zh", error->text_zh);
        ic_out_object_end(&out);
    }

    ic_out_array_end(&out);
    ic_out_array(&out, "components");

    for (component = ic_components; component->name != NULL; component++) {
        ic_out_object(&out, NULL);
        ic_out_z(&out, "name", component->name);
        ic_out_z(&out, "provider", component->provider);
        ic_out_z(&out, "version", component->version);
        json_params(&out, "params", component->params);
        ic_out_object_end(&out);
    }

    ic_out_array_end(&out);
    ic_out_object_end(&out);

    text = ic_out_text(&out);

    if (text.data == NULL || puts((char *) text.data) < 0) {
        fprintf(stderr, "ic_apidump: cannot write\n");
        return 1;
    }

    return 0;
}


static void
json_endpoint(ic_json_out_t *out, const ic_endpoint_t *endpoint)
{
    ic_out_object(out, NULL);
    ic_out_z(out, "method", methods[endpoint->method]);
    ic_out_z(out, "path", endpoint->path);
    ic_out_z(out, "side", sides[endpoint->side]);
    ic_out_z(out, "body", bodies[endpoint->body]);
    ic_out_z(out, "auth", auths[endpoint->auth]);
    json_optional(out, "kind", endpoint->kind);
    json_optional(out, "wrapper", endpoint->wrapper);
    json_optional(out, "event", endpoint->event);
    ic_out_z(out, "clause", endpoint->clause);
    ic_out_z(out, "doc", endpoint->doc);
    ic_out_z(out, "doc_zh", endpoint->doc_zh);
    json_schema(out, "in", endpoint->in);
    json_schema(out, "out", endpoint->out);
    ic_out_object_end(out);
}


static void
json_schema(ic_json_out_t *out, const char *key, const ic_schema_t *schema)
{
    const ic_field_t  *field;

    ic_out_array(out, key);

    if (schema != NULL) {
        for (field = schema->fields; field->name != NULL; field++) {
            json_field(out, field);
        }
    }

    ic_out_array_end(out);
}


static void
json_field(ic_json_out_t *out, const ic_field_t *field)
{
    const char *const  *choice;

    ic_out_object(out, NULL);
    ic_out_z(out, "name", field->name);
    json_optional(out, "alias", field->alias);
    ic_out_z(out, "type", types[field->type]);

    if (field->type == IC_LIST || field->type == IC_MAP) {
        ic_out_z(out, "item", types[field->item]);
    }

    ic_out_bool(out, "required", (field->flags & IC_REQ) != 0);
    json_optional(out, "when", field->when);

    if (field->max != 0) {
        ic_out_int(out, "min", field->min);
        ic_out_int(out, "max", field->max);
    }

    if (field->type == IC_ENUM) {
        ic_out_array(out, "values");

        for (choice = field->of; *choice != NULL; choice++) {
            ic_out_z(out, NULL, *choice);
        }

        ic_out_array_end(out);

    } else if (sub_schema(field) != NULL) {
        json_schema(out, "fields", sub_schema(field));
    }

    ic_out_z(out, "doc", field->doc);
    ic_out_z(out, "doc_zh", field->doc_zh);
    ic_out_object_end(out);
}


static const ic_schema_t *
sub_schema(const ic_field_t *field)
{
    if (field->type == IC_OBJ
        || ((field->type == IC_LIST || field->type == IC_MAP)
            && field->item == IC_OBJ))
    {
        return field->of;
    }

    return NULL;
}


static void
json_optional(ic_json_out_t *out, const char *key, const char *value)
{
    if (value != NULL) {
        ic_out_z(out, key, value);
    }
}


static void
json_params(ic_json_out_t *out, const char *key, const ic_param_t *params)
{
    const ic_param_t    *param;
    const char *const   *choice;

    ic_out_array(out, key);

    for (param = params; param->name != NULL; param++) {
        ic_out_object(out, NULL);
        ic_out_z(out, "name", param->name);
        json_optional(out, "alias", param->alias);
        ic_out_z(out, "type", param_types[param->type]);
        ic_out_bool(out, "required", (param->flags & IC_PARAM_REQ) != 0);

        if (param->max > param->min) {
            ic_out_num(out, "min", param->min);
            ic_out_num(out, "max", param->max);
        }

        if (param->choices != NULL) {
            ic_out_array(out, "values");

            for (choice = param->choices; *choice != NULL; choice++) {
                ic_out_z(out, NULL, *choice);
            }

            ic_out_array_end(out);
        }

        if (param->other != NULL) {
            ic_out_raw(out, "default", ic_str(param->other));
        }

        if (param->group != NULL) {
            json_params(out, "params", param->group);
        }

        ic_out_z(out, "doc", param->doc);
        ic_out_z(out, "doc_zh", param->doc_zh);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
}


static int
dump_markdown(void)
{
    const ic_component_t  *component;

    fputs(ic_text_head, stdout);

    text_endpoints(IC_EAST_WEST, "Between nodes");
    text_endpoints(IC_NORTH_SOUTH, "For the operator");
    text_endpoints(IC_SERVICE, "FL service");

    for (component = ic_components; component->name != NULL; component++) {
        printf("\n## Parameters of %s\n\n"
               "| name | type | values | default | |\n"
               "|---|---|---|---|---|\n", component->name);
        text_params(component->params, "");
    }

    text_errors();

    return ferror(stdout) || fflush(stdout) != 0;
}


static void
text_endpoints(ic_side_e side, const char *title)
{
    const ic_endpoint_t  *endpoint;

    printf("\n## %s\n", title);

    for (endpoint = ic_endpoints; endpoint->path != NULL; endpoint++) {
        if (endpoint->side == side) {
            text_endpoint(endpoint);
        }
    }
}


static void
text_endpoint(const ic_endpoint_t *endpoint)
{
    printf("\n### %s %s\n\n%s / %s\n\n", methods[endpoint->method],
           endpoint->path, endpoint->doc, endpoint->doc_zh);

    printf("Clause %s. Caller: %s.", endpoint->clause,
           auths[endpoint->auth]);

    if (endpoint->event != NULL) {
        printf(" Evidence: %s.", endpoint->event);
    }

    printf("\n");

    if (endpoint->in != NULL) {
        printf("\n| request | type | | |\n|---|---|---|---|\n");
        text_fields(endpoint->in, "", 1);
    }

    if (endpoint->out != NULL) {
        printf("\n| data | type | | |\n|---|---|---|---|\n");

        if (endpoint->wrapper != NULL) {
            printf("| `%s` | object | required | |\n", endpoint->wrapper);
        }

        text_fields(endpoint->out, endpoint->wrapper != NULL ? "." : "", 0);
    }
}


static void
text_fields(const ic_schema_t *schema, const char *prefix, int input)
{
    char               deeper[16];
    const ic_field_t  *field;

    snprintf(deeper, sizeof(deeper), ".%s", prefix);

    for (field = schema->fields; field->name != NULL; field++) {

        text_field(field, prefix, input);

        /* records of records are described where they are asked for */

        if (sub_schema(field) != NULL && strlen(prefix) < 2) {
            text_fields(sub_schema(field), deeper, input);
        }
    }
}


static void
text_field(const ic_field_t *field, const char *prefix, int input)
{
    printf("| %s`%s`", prefix, field->name);

    if (field->alias != NULL && input) {
        printf(" (or `%s`)", field->alias);
    }

    printf(" | %s", types[field->type]);

    if (field->type == IC_LIST || field->type == IC_MAP) {
        printf(" of %s", types[field->item]);
    }

    if (field->max != 0 && input) {
        printf(field->type == IC_INT || field->type == IC_NUM
               ? ", %lld to %lld" : ", %lld to %lld long",
               (long long) field->min, (long long) field->max);
    }

    printf(" | ");

    if (field->flags & IC_REQ) {
        printf("required");

    } else if (field->when != NULL) {
        printf("required if %s", field->when);
    }

    printf(" | ");

    if (field->type == IC_ENUM) {
        text_choices(field->of);
    }

    printf("%s / %s |\n", field->doc, field->doc_zh);
}


static void
text_choices(const char *const *list)
{
    for (/* void */; *list != NULL; list++) {
        printf("%s%s", *list, list[1] != NULL ? ", " : ": ");
    }
}


static void
text_params(const ic_param_t *param, const char *prefix)
{
    for (/* void */; param->name != NULL; param++) {

        printf("| %s`%s`", prefix, param->name);

        if (param->alias != NULL) {
            printf(" (or `%s`)", param->alias);
        }

        printf(" | %s | ", param_types[param->type]);
        text_range(param);
        printf(" | %s | %s / %s |\n",
               param->flags & IC_PARAM_REQ ? "required"
               : param->other != NULL ? param->other : "",
               param->doc, param->doc_zh);

        if (param->group != NULL) {
            text_params(param->group, ".");
        }
    }
}


static void
text_range(const ic_param_t *param)
{
    const char *const  *choice;

    for (choice = param->choices; choice != NULL && *choice != NULL;
         choice++)
    {
        printf("%s%s", choice != param->choices ? ", " : "", *choice);
    }

    if (param->type != IC_PARAM_INT && param->type != IC_PARAM_NUM) {
        return;
    }

    if (param->also != 0) {
        printf("%lld, ", (long long) param->also);
    }

    printf("%s%.15g to %.15g",
           param->flags & IC_PARAM_ABOVE ? "above " : "", param->min,
           param->max);

    if (param->step != 0) {
        printf(" in steps of %lld", (long long) param->step);
    }
}


static void
text_errors(void)
{
    const ic_error_t  *error;

    printf("\n## Errors\n\nCodes from 6000 are causes of failed tasks.\n\n"
           "| code | error | | |\n|---|---|---|---|\n");

    for (error = ic_errors; error->name != NULL; error++) {
        printf("| %d | %s | %s | %s |\n", error->code, error->name,
               error->text, error->text_zh);
    }
}
