
/* Finding one's way in a JSON document. */


#include "ic_json.h"


ic_json_t *
ic_json_get(const ic_json_t *object, const char *name)
{
    ic_str_t    key;
    ic_json_t  *member;

    if (object == NULL || object->type != IC_JSON_OBJECT) {
        return NULL;
    }

    key = ic_str(name);

    for (member = object->child; member != NULL; member = member->next) {
        if (ic_str_eq(member->key, key)) {
            return member;
        }
    }

    return NULL;
}


ic_json_t *
ic_json_at(const ic_json_t *array, unsigned n)
{
    ic_json_t  *member;

    if (array == NULL || array->type != IC_JSON_ARRAY || n >= array->count) {
        return NULL;
    }

    for (member = array->child; n > 0; n--) {
        member = member->next;
    }

    return member;
}


ic_json_t *
ic_json_path(const ic_json_t *root, const char *path)
{
    int64_t           n;
    ic_str_t          part;
    const ic_json_t  *node;

    for (node = root; node != NULL && *path != '\0'; /* void */ ) {

        part = ic_str_n(path, strcspn(path, "/"));
        path += part.len + (path[part.len] == '/');

        if (node->type == IC_JSON_ARRAY) {
            node = ic_str_int(part, &n) == 0 && n >= 0 && n < node->count
                   ? ic_json_at(node, (unsigned) n) : NULL;
            continue;
        }

        node = node->type == IC_JSON_OBJECT ? node->child : NULL;

        while (node != NULL && !ic_str_eq(node->key, part)) {
            node = node->next;
        }
    }

    return (ic_json_t *) node;
}


ic_str_t
ic_json_str(const ic_json_t *node)
{
    if (node == NULL || node->type != IC_JSON_STR) {
        return ic_str(NULL);
    }

    return node->text;
}
