
/* Checking documents against field tables: objects and their members. */


#include <inttypes.h>
#include <stdio.h>

#include "ic_schema_check.h"


static int decode(ic_check_t *check, const ic_schema_t *schema,
    const ic_json_t *root, ic_input_t *in);
static void check_member(ic_check_t *check, const ic_schema_t *schema,
    const ic_field_t *field, const ic_json_t *object,
    const ic_place_t *place, ic_value_t *value);
static const ic_json_t *named(const ic_json_t *object, const char *name);
static const ic_json_t *aliased(const ic_json_t *object, const char *aliases);
static bool same(ic_check_t *check, const ic_json_t *one,
    const ic_json_t *other);
static bool is_given(const ic_field_t *field, const ic_json_t *node);
static bool is_required(const ic_schema_t *schema, const ic_field_t *field,
    const ic_json_t *object);
static void value_text(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node, ic_value_t *value);
static ic_str_t pointer(ic_check_t *check, const ic_place_t *place);
static ic_str_t escaped(ic_check_t *check, ic_str_t name);


int
ic_schema_decode(const ic_schema_t *schema, const ic_json_t *root,
    ic_arena_t *arena, ic_input_t *in, ic_faults_t *faults)
{
    ic_check_t  check = { .arena = arena, .faults = faults };

    static const ic_json_t  nothing = { .type = IC_JSON_OBJECT };

    faults->count = 0;

    return decode(&check, schema, root == NULL ? &nothing : root, in);
}


int
ic_schema_decode_args(const ic_schema_t *schema, ic_str_t args,
    ic_arena_t *arena, ic_input_t *in, ic_faults_t *faults)
{
    size_t       i;
    ic_check_t   check = { .arena = arena, .faults = faults, .query = 1 };
    ic_json_t   *object;

    faults->count = 0;
    memset(in, 0, sizeof(ic_input_t));

    object = ic_schema_query(&check, args);

    if (object == NULL || decode(&check, schema, object, in) != 0) {
        return -1;
    }

    in->root = NULL;

    for (i = 0; schema->fields[i].name != NULL; i++) {
        in->values[i].node = NULL;
    }

    return 0;
}


static int
decode(ic_check_t *check, const ic_schema_t *schema, const ic_json_t *root,
    ic_input_t *in)
{
    size_t  n;

    for (n = 0; schema->fields[n].name != NULL; n++) { /* void */ }

    in->schema = schema;
    in->root = root;
    in->values = ic_zalloc(check->arena, n * sizeof(ic_value_t));

    if (in->values == NULL) {
        return -1;
    }

    if (root->type == IC_JSON_OBJECT) {
        ic_schema_check_members(check, schema, root, &check->root,
                                in->values);
    } else {
        ic_schema_fault(check, &check->root, "must be an object");
    }

    return check->bad ? -1 : 0;
}


void
ic_schema_check_members(ic_check_t *check, const ic_schema_t *schema,
    const ic_json_t *object, const ic_place_t *place, ic_value_t *values)
{
    size_t             i;
    const ic_field_t  *field;

    for (i = 0; schema->fields[i].name != NULL; i++) {
        field = &schema->fields[i];
        check_member(check, schema, field, object, place,
                     values == NULL ? NULL : &values[i]);
    }
}


/* value is NULL below the root. */
static void
check_member(ic_check_t *check, const ic_schema_t *schema,
    const ic_field_t *field, const ic_json_t *object,
    const ic_place_t *place, ic_value_t *value)
{
    ic_place_t        here;
    ic_value_t        unused;
    const ic_json_t  *node, *other;

    here = (ic_place_t) { place, ic_str(field->name), 0 };

    node = named(object, field->name);
    other = aliased(object, field->alias);

    if (node != NULL && other != NULL && !same(check, node, other)) {
        ic_schema_fault(check, &here, "is given twice");
        return;
    }

    node = node == NULL ? other : node;

    if (node != NULL && check->query && value != NULL) {
        node = ic_schema_query_value(check, field, node);
    }

    if (!is_given(field, node)) {

        if (is_required(schema, field, object)) {
            ic_schema_fault(check, &here, "is required");
        }

        return;
    }

    here.name = node->key;

    ic_schema_check_value(check, field, node, &here,
                          value == NULL ? &unused : value);

    if (value != NULL && !check->bad) {
        value_text(check, field, node, value);
    }
}


/* A member that is null does not count. */
static const ic_json_t *
named(const ic_json_t *object, const char *name)
{
    const ic_json_t  *node;

    node = name == NULL ? NULL : ic_json_get(object, name);

    return (node == NULL || node->type == IC_JSON_NULL) ? NULL : node;
}


/* The same for "one|another"; NULL for none. */
static const ic_json_t *
aliased(const ic_json_t *object, const char *aliases)
{
    char              name[64];
    size_t            len;
    const ic_json_t  *node;

    for (node = NULL; node == NULL && aliases != NULL; aliases += len + 1) {
        len = strcspn(aliases, "|");
        (void) snprintf(name, sizeof(name), "%.*s", (int) len, aliases);
        node = named(object, name);

        if (aliases[len] == '\0') {
            break;
        }
    }

    return node;
}


/* No id is empty: some send "" for one that they do not have. */
static bool
is_given(const ic_field_t *field, const ic_json_t *node)
{
    if (node == NULL || node->type == IC_JSON_NULL) {
        return false;
    }

    return field->type != IC_ID || field->min < 0
           || (field->flags & IC_REQ) || node->type != IC_JSON_STR
           || node->text.len > 0;
}


/* Some send a name and its aliases together, for whoever reads which. */
static bool
same(ic_check_t *check, const ic_json_t *one, const ic_json_t *other)
{
    return !check->query && one->type == other->type
           && ic_str_eq(ic_json_text(check->arena, one),
                        ic_json_text(check->arena, other));
}


/* Also by "when": the field named before '=' was given with that text. */
static bool
is_required(const ic_schema_t *schema, const ic_field_t *field,
    const ic_json_t *object)
{
    ic_str_t           name, text;
    const ic_json_t   *node;
    const ic_field_t  *other;

    if (field->flags & IC_REQ) {
        return true;
    }

    if (field->when == NULL) {
        return false;
    }

    name = ic_str_n(field->when, strcspn(field->when, "="));
    text = ic_str(field->when + name.len);
    text = text.len > 0 ? ic_str_n(text.data + 1, text.len - 1) : text;

    for (other = schema->fields; other->name != NULL; other++) {

        if (!ic_str_is(name, other->name)) {
            continue;
        }

        node = named(object, other->name);
        node = node == NULL ? aliased(object, other->alias) : node;

        return node != NULL && ic_str_eq(node->text, text);
    }

    return false;
}


static void
value_text(ic_check_t *check, const ic_field_t *field, const ic_json_t *node,
    ic_value_t *value)
{
    value->set = 1;
    value->node = node;

    switch (field->type) {

    case IC_OBJ:
    case IC_LIST:
    case IC_MAP:
    case IC_ANY:
        value->text = ic_json_text(check->arena, node);
        break;

    case IC_TIME:
        value->text = ic_str_fmt(check->arena, "%" PRId64, value->num);
        break;

    default:
        value->text = node->text;
        break;
    }

    if (value->text.data == NULL) {
        check->bad = 1;
    }
}


void
ic_schema_fault(ic_check_t *check, const ic_place_t *place,
    const char *reason)
{
    ic_fault_t  *fault;

    check->bad = 1;

    if (check->faults->count == IC_MAX_FAULTS) {
        return;
    }

    fault = &check->faults->items[check->faults->count];
    fault->pointer = pointer(check, place);
    fault->reason = reason;

    if (fault->pointer.data != NULL) {
        check->faults->count++;
    }
}


/* RFC 6901. As deep as documents are: IC_JSON_MAX_DEPTH. */
static ic_str_t
pointer(ic_check_t *check, const ic_place_t *place)
{
    ic_str_t  up, name;

    if (place->up == NULL) {
        return ic_str("");
    }

    up = pointer(check, place->up);

    if (place->name.data == NULL) {
        return ic_str_fmt(check->arena, "%.*s/%u", (int) up.len,
                          (char *) up.data, place->index);
    }

    name = escaped(check, place->name);

    return ic_str_fmt(check->arena, "%.*s/%.*s", (int) up.len,
                      (char *) up.data, (int) name.len, (char *) name.data);
}


static ic_str_t
escaped(ic_check_t *check, ic_str_t name)
{
    u_char    c;
    size_t    i;
    ic_str_t  text;

    text.len = 0;
    text.data = ic_alloc(check->arena, 2 * name.len);

    for (i = 0; i < name.len && text.data != NULL; i++) {
        c = name.data[i];

        if (c == '~' || c == '/') {
            text.data[text.len++] = '~';
            c = (c == '~') ? '0' : '1';
        }

        text.data[text.len++] = c;
    }

    return text;
}


const ic_value_t *
ic_input_get(const ic_input_t *in, const char *name)
{
    size_t             i;
    const ic_field_t  *fields;

    if (in->schema == NULL || in->values == NULL) {
        return NULL;
    }

    fields = in->schema->fields;

    for (i = 0; fields[i].name != NULL; i++) {
        if (strcmp(fields[i].name, name) == 0) {
            return in->values[i].set ? &in->values[i] : NULL;
        }
    }

    return NULL;
}


ic_str_t
ic_input_str(const ic_input_t *in, const char *name)
{
    const ic_value_t  *value;

    value = ic_input_get(in, name);

    return value == NULL ? ic_str(NULL) : value->text;
}


int64_t
ic_input_int(const ic_input_t *in, const char *name, int64_t other)
{
    const ic_value_t  *value;

    value = ic_input_get(in, name);

    return value == NULL ? other : value->num;
}
