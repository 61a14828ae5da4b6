
/*
 * Prints the tables of src/api: as JSON, for generated tests and clients;
 * with --markdown as docs/api.md, with --markdown-zh as docs/zh/api.md, with
 * --openapi as docs/openapi.json.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ic_apidump.h"


static int dump_json(ic_arena_t *arena);
static void json_endpoint(ic_json_out_t *out, const ic_endpoint_t *endpoint);
static void json_schema(ic_json_out_t *out, const char *key,
    const ic_schema_t *schema);
static void json_field(ic_json_out_t *out, const ic_field_t *field);
static void json_optional(ic_json_out_t *out, const char *key,
    const char *value);
static void json_params(ic_json_out_t *out, const char *key,
    const ic_param_t *params);


static const char *const  sides[] = {
    "east_west", "north_south", "service"
};

static const char *const  bodies[] = { "none", "args", "json" };

static const ic_text_t *const  texts[] = { &ic_text_en, &ic_text_zh, NULL };


int
main(int argc, char **argv)
{
    int                      status, openapi;
    ic_arena_t              *arena;
    const ic_text_t *const  *text;

    for (text = texts; argc == 2 && *text != NULL; text++) {
        if (strcmp(argv[1], (*text)->option) == 0) {
            return ic_apidump_markdown(*text);
        }
    }

    openapi = argc == 2 && strcmp(argv[1], "--openapi") == 0;

    if (argc != 1 && !openapi) {
        fprintf(stderr, "usage: ic_apidump [--markdown | --markdown-zh | "
                "--openapi]\n");
        return 2;
    }

    arena = ic_pool_create();
    if (arena == NULL) {
        fprintf(stderr, "ic_apidump: memory is short\n");
        return 1;
    }

    status = openapi ? ic_apidump_openapi(arena) : dump_json(arena);
    ic_pool_destroy(arena);

    return status;
}


static int
dump_json(ic_arena_t *arena)
{
    ic_str_t                text;
    ic_json_out_t           out;
    const ic_role_t        *role;
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
    ic_apidump_authority_json(&out);
    ic_out_array(&out, "roles");

    for (role = ic_default_roles; role->name != NULL; role++) {
        ic_out_object(&out, NULL);
        ic_out_z(&out, "name", role->name);
        ic_out_z(&out, "permissions", role->permissions);
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
    ic_out_z(out, "method", ic_text_methods[endpoint->method]);
    ic_out_z(out, "path", endpoint->path);
    ic_out_z(out, "side", sides[endpoint->side]);
    ic_out_z(out, "body", bodies[endpoint->body]);
    ic_out_z(out, "auth", ic_text_en.auths[endpoint->auth]);
    json_optional(out, "permission", endpoint->permission);
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
    ic_out_z(out, "type", ic_text_en.types[field->type]);

    if (field->type == IC_LIST || field->type == IC_MAP) {
        ic_out_z(out, "item", ic_text_en.types[field->item]);
    }

    ic_out_bool(out, "required", (field->flags & IC_REQ) != 0);
    json_optional(out, "when", field->when);

    if (field->max != 0 || field->min != 0) {
        ic_out_int(out, "min", field->min);
    }

    if (field->max != 0) {
        ic_out_int(out, "max", field->max);
    }

    if (field->flags & IC_NUMSTR) {
        ic_out_bool(out, "digits", true);
    }

    if (field->flags & IC_NONZERO) {
        ic_out_bool(out, "nonzero", true);
    }

    if (ic_apidump_choices(field) != NULL) {
        ic_out_array(out, "values");

        for (choice = ic_apidump_choices(field); *choice != NULL; choice++) {
            ic_out_z(out, NULL, *choice);
        }

        ic_out_array_end(out);

    } else if (ic_apidump_schema(field) != NULL) {
        json_schema(out, "fields", ic_apidump_schema(field));
    }

    ic_out_z(out, "doc", field->doc);
    ic_out_z(out, "doc_zh", field->doc_zh);
    ic_out_object_end(out);
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
        ic_out_z(out, "type", ic_text_en.param_types[param->type]);
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
