
/* Query strings as documents, for the same checks as bodies. */


#include "ic_codec.h"
#include "ic_schema_check.h"


#define QUERY_MAX  128           /* parameters */


static void query_member(ic_check_t *check, ic_json_t *object,
    ic_json_t **end, ic_str_t arg);
static bool is_padded(ic_str_t text);
static size_t span(ic_str_t s, u_char stop);


ic_json_t *
ic_schema_query(ic_check_t *check, ic_str_t args)
{
    size_t       len;
    ic_json_t   *object, **end;

    object = ic_zalloc(check->arena, sizeof(ic_json_t));
    if (object == NULL) {
        return NULL;
    }

    object->type = IC_JSON_OBJECT;
    end = &object->child;

    while (args.len > 0) {

        len = span(args, '&');

        if (len > 0 && object->count++ == QUERY_MAX) {
            ic_schema_fault(check, &check->root, "has too many elements");
            break;
        }

        if (len > 0) {
            query_member(check, object, end, ic_str_n(args.data, len));
        }

        if (*end != NULL) {
            end = &(*end)->next;
        }

        len += (len < args.len);

        args.data += len;
        args.len -= len;
    }

    return object;
}


/* "name=value", or "name" alone with the empty value. */
static void
query_member(ic_check_t *check, ic_json_t *object, ic_json_t **end,
    ic_str_t arg)
{
    ic_str_t     name, value;
    ic_place_t   place;
    ic_json_t   *member;

    name = ic_str_n(arg.data, span(arg, '='));
    value = name.len == arg.len ? ic_str("")
            : ic_str_n(arg.data + name.len + 1, arg.len - name.len - 1);

    place = (ic_place_t) { &check->root, name, 0 };

    member = ic_zalloc(check->arena, sizeof(ic_json_t));
    if (member == NULL) {
        check->bad = 1;
        return;
    }

    member->type = IC_JSON_STR;
    member->key = ic_unescape_uri(check->arena, name);
    member->text = ic_unescape_uri(check->arena, value);

    if (member->key.data == NULL || member->text.data == NULL
        || !ic_utf8_valid(member->key) || !ic_utf8_valid(member->text))
    {
        ic_schema_fault(check, &place, "has a bad escape");
        return;
    }

    place.name = member->key;

    if (ic_json_get(object, (char *) member->key.data) != NULL) {
        ic_schema_fault(check, &place, "is given twice");
        return;
    }

    *end = member;
}


/* White space around it, which JSON would take, is no part of a value. */
static bool
is_padded(ic_str_t text)
{
    return text.data[0] <= ' ' || text.data[text.len - 1] <= ' ';
}


static size_t
span(ic_str_t s, u_char stop)
{
    u_char  *p;

    p = memchr(s.data, stop, s.len);

    return p == NULL ? s.len : (size_t) (p - s.data);
}


/* What does not read as JSON stays the string, for its type to complain. */
const ic_json_t *
ic_schema_query_value(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node)
{
    ic_json_t  *value;

    if (field->type == IC_STR) {
        return node;
    }

    if (node->text.len == 0) {
        return NULL;
    }

    if (field->type == IC_ID || field->type == IC_ENUM
        || is_padded(node->text))
    {
        return node;
    }

    value = ic_json_parse(check->arena, node->text, NULL);

    if (value == NULL) {
        return node;
    }

    value->key = node->key;

    return value;
}
