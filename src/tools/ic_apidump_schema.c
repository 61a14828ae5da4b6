
/* Field tables as JSON Schema 2020-12, which OpenAPI 3.1 uses. */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ic_apidump.h"


#define SCHEMAS_MAX  512


/* Every table that an endpoint names, for its request or for its answer. */
typedef struct {
    const ic_schema_t  *schema;
    int                 input;
} named_t;

typedef struct {
    named_t   items[SCHEMAS_MAX];
    unsigned  count;
} names_t;


static const names_t *names_all(void);
static void names_add(names_t *names, const ic_schema_t *schema, int input);
static const char *name_suffix(const ic_schema_t *schema, int input);
static void schema_object(ic_json_out_t *out, const named_t *named);
static void schema_required(ic_json_out_t *out, const named_t *named);
static void schema_conditions(ic_json_out_t *out, const named_t *named);
static int has_conditions(const named_t *named);
static void schema_condition(ic_json_out_t *out, const ic_schema_t *schema,
    const ic_field_t *field);
static void condition_value(ic_json_out_t *out, const ic_schema_t *schema,
    const char *name, const char *text);
static void any_name(ic_json_out_t *out, const ic_field_t *field);
static void schema_aliases(ic_json_out_t *out, const ic_schema_t *schema,
    const ic_field_t *field);
static const char *next_alias(const char *aliases, char *name, size_t size);
static void schema_field(ic_json_out_t *out, const ic_field_t *field,
    int input);


void
ic_apidump_schemas(ic_json_out_t *out)
{
    unsigned        i;
    const names_t  *names;

    names = names_all();

    for (i = 0; i < names->count; i++) {
        schema_object(out, &names->items[i]);
    }
}


void
ic_apidump_ref(ic_json_out_t *out, const ic_schema_t *schema, int input)
{
    char  ref[128];

    snprintf(ref, sizeof(ref), "#/components/schemas/%s%s", schema->name,
             name_suffix(schema, input));
    ic_out_z(out, "$ref", ref);
}


void
ic_apidump_say(ic_json_out_t *out, const char *key, const char *text,
    const char *text_zh)
{
    char  name[64];

    snprintf(name, sizeof(name), "x-%s-zh", key);

    ic_out_z(out, key, text);
    ic_out_z(out, name, text_zh);
}


void
ic_apidump_parameter(ic_json_out_t *out, const ic_field_t *field)
{
    int  json;

    /* what is no scalar is JSON in the query, too */

    json = ic_apidump_schema(field) != NULL || field->type >= IC_OBJ;

    ic_out_object(out, NULL);
    ic_out_z(out, "name", field->name);
    ic_out_z(out, "in", "query");
    ic_out_bool(out, "required", (field->flags & IC_REQ) != 0);
    ic_apidump_say(out, "description", field->doc, field->doc_zh);

    if (field->when != NULL) {
        ic_out_z(out, "x-required-if", field->when);
    }

    if (field->alias != NULL) {
        ic_out_z(out, "x-aliases", field->alias);
    }

    if (json) {
        ic_out_object(out, "content");
        ic_out_object(out, "application/json");
    }

    ic_out_object(out, "schema");
    ic_apidump_type(out, field, 1);
    ic_out_object_end(out);

    if (json) {
        ic_out_object_end(out);
        ic_out_object_end(out);
    }

    ic_out_object_end(out);
}


static const names_t *
names_all(void)
{
    const ic_endpoint_t  *endpoint;

    static names_t        names;

    if (names.count > 0) {
        return &names;
    }

    for (endpoint = ic_endpoints; endpoint->path != NULL; endpoint++) {
        names_add(&names, endpoint->in, 1);
        names_add(&names, endpoint->out, 0);
    }

    return &names;
}


/* With all below it. */
static void
names_add(names_t *names, const ic_schema_t *schema, int input)
{
    unsigned           i;
    const ic_field_t  *field;

    if (schema == NULL) {
        return;
    }

    for (i = 0; i < names->count; i++) {

        if (names->items[i].schema == schema) {

            if (names->items[i].input == input) {
                return;
            }

            continue;
        }

        if (strcmp(names->items[i].schema->name, schema->name) == 0) {
            fprintf(stderr, "ic_apidump: two tables are named \"%s\"\n",
                    schema->name);
            exit(1);
        }
    }

    if (names->count == SCHEMAS_MAX) {
        fprintf(stderr, "ic_apidump: too many tables\n");
        exit(1);
    }

    names->items[names->count++] = (named_t) { schema, input };

    for (field = schema->fields; field->name != NULL; field++) {
        names_add(names, ic_apidump_schema(field), input);
    }
}


/* An answer is less strict than the request of the same table. */
static const char *
name_suffix(const ic_schema_t *schema, int input)
{
    unsigned        i;
    const names_t  *names;

    names = names_all();

    for (i = 0; !input && i < names->count; i++) {
        if (names->items[i].schema == schema && names->items[i].input) {
            return "Answer";
        }
    }

    return "";
}


static void
schema_object(ic_json_out_t *out, const named_t *named)
{
    char               name[96];
    const ic_field_t  *field;

    snprintf(name, sizeof(name), "%s%s", named->schema->name,
             name_suffix(named->schema, named->input));

    ic_out_object(out, name);
    ic_out_z(out, "type", "object");
    schema_required(out, named);

    ic_out_object(out, "properties");

    for (field = named->schema->fields; field->name != NULL; field++) {

        ic_out_object(out, field->name);
        schema_field(out, field, named->input);
        ic_out_object_end(out);

        if (named->input) {
            schema_aliases(out, named->schema, field);
        }
    }

    ic_out_object_end(out);
    schema_conditions(out, named);
    ic_out_object_end(out);
}


/* One with other names is a condition: any of them. */
static void
schema_required(ic_json_out_t *out, const named_t *named)
{
    int                any;
    const ic_field_t  *field;

    any = 0;

    for (field = named->schema->fields; field->name != NULL; field++) {

        if ((field->flags & IC_REQ) == 0
            || (named->input && field->alias != NULL))
        {
            continue;
        }

        if (!any) {
            ic_out_array(out, "required");
            any = 1;
        }

        ic_out_z(out, NULL, field->name);
    }

    if (any) {
        ic_out_array_end(out);
    }
}


static void
schema_conditions(ic_json_out_t *out, const named_t *named)
{
    const ic_field_t  *field;

    if (!has_conditions(named)) {
        return;
    }

    ic_out_array(out, "allOf");

    for (field = named->schema->fields; field->name != NULL; field++) {

        if (field->when != NULL) {
            schema_condition(out, named->schema, field);

        } else if (field->alias != NULL && (field->flags & IC_REQ)) {
            ic_out_object(out, NULL);
            any_name(out, field);
            ic_out_object_end(out);
        }
    }

    ic_out_array_end(out);
}


static int
has_conditions(const named_t *named)
{
    const ic_field_t  *field;

    for (field = named->schema->fields; field->name != NULL; field++) {
        if (named->input
            && (field->when != NULL
                || (field->alias != NULL && (field->flags & IC_REQ))))
        {
            return 1;
        }
    }

    return 0;
}


/* "status=APPROVED": if that is given, the field is required. */
static void
schema_condition(ic_json_out_t *out, const ic_schema_t *schema,
    const ic_field_t *field)
{
    char         name[64];
    const char  *text;

    text = strchr(field->when, '=');
    snprintf(name, sizeof(name), "%.*s",
             (int) (text == NULL ? 0 : text - field->when), field->when);

    ic_out_object(out, NULL);

    ic_out_object(out, "if");
    ic_out_object(out, "properties");
    ic_out_object(out, name);
    condition_value(out, schema, name, text == NULL ? "" : text + 1);
    ic_out_object_end(out);
    ic_out_object_end(out);
    ic_out_array(out, "required");
    ic_out_z(out, NULL, name);
    ic_out_array_end(out);
    ic_out_object_end(out);

    ic_out_object(out, "then");
    any_name(out, field);
    ic_out_object_end(out);

    ic_out_object_end(out);
}


static void
condition_value(ic_json_out_t *out, const ic_schema_t *schema,
    const char *name, const char *text)
{
    const ic_field_t  *field;

    for (field = schema->fields; field->name != NULL; field++) {
        if (strcmp(field->name, name) == 0) {
            break;
        }
    }

    if (field->name == NULL) {
        fprintf(stderr, "ic_apidump: %s depends on \"%s\", which it has "
                "not\n", schema->name, name);
        exit(1);
    }

    if (field->type == IC_INT || field->type == IC_BOOL) {
        ic_out_raw(out, "const", ic_str(text));
        return;
    }

    ic_out_z(out, "const", text);
}


static void
any_name(ic_json_out_t *out, const ic_field_t *field)
{
    char         name[64];
    const char  *rest;

    if (field->alias == NULL) {
        ic_out_array(out, "required");
        ic_out_z(out, NULL, field->name);
        ic_out_array_end(out);
        return;
    }

    ic_out_array(out, "anyOf");
    snprintf(name, sizeof(name), "%s", field->name);

    for (rest = field->alias; /* void */ ; /* void */ ) {
        ic_out_object(out, NULL);
        ic_out_array(out, "required");
        ic_out_z(out, NULL, name);
        ic_out_array_end(out);
        ic_out_object_end(out);

        if (rest == NULL) {
            break;
        }

        rest = next_alias(rest, name, sizeof(name));
    }

    ic_out_array_end(out);
}


/* Another name is the same property. */
static void
schema_aliases(ic_json_out_t *out, const ic_schema_t *schema,
    const ic_field_t *field)
{
    char         name[64], ref[192];
    const char  *rest;

    snprintf(ref, sizeof(ref), "#/components/schemas/%s/properties/%s",
             schema->name, field->name);

    for (rest = field->alias; rest != NULL; /* void */ ) {
        rest = next_alias(rest, name, sizeof(name));

        ic_out_object(out, name);
        ic_out_z(out, "$ref", ref);
        ic_out_object_end(out);
    }
}


/* Takes the first of "one|another"; what is behind it, or NULL. */
static const char *
next_alias(const char *aliases, char *name, size_t size)
{
    size_t  len;

    len = strcspn(aliases, "|");
    snprintf(name, size, "%.*s", (int) len, aliases);

    return aliases[len] == '\0' ? NULL : aliases + len + 1;
}


static void
schema_field(ic_json_out_t *out, const ic_field_t *field, int input)
{
    ic_apidump_type(out, field, input);
    ic_apidump_say(out, "description", field->doc, field->doc_zh);

    if (input && field->alias != NULL) {
        ic_out_z(out, "x-aliases", field->alias);
    }

    if (field->type == IC_STR && (field->flags & IC_SECRET)) {
        ic_out_z(out, "format", "password");
    }
}
