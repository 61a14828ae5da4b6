
/* One JSON document over another, and whether two are the same. */


#include "ic_json.h"


static void ic_merge_out(ic_json_out_t *out, const ic_json_t *target,
    const ic_json_t *patch);
static const ic_json_t *ic_merge_member(const ic_json_t *object,
    ic_str_t name);
static bool ic_json_same_members(const ic_json_t *one,
    const ic_json_t *other);
static const ic_json_t *ic_merge_empty(const ic_json_t *node);


ic_json_t *
ic_json_merge(ic_arena_t *arena, const ic_json_t *target,
    const ic_json_t *patch)
{
    ic_str_t       text;
    ic_json_out_t  out;

    ic_out_init(&out, arena);
    ic_merge_out(&out, target, patch);
    text = ic_out_text(&out);

    return text.data == NULL ? NULL : ic_json_parse(arena, text, NULL);
}


/* As RFC 7396 has it, section 2; patch NULL: nothing to change. */
static void
ic_merge_out(ic_json_out_t *out, const ic_json_t *target,
    const ic_json_t *patch)
{
    const ic_json_t  *member, *change;

    if (patch == NULL || patch->type != IC_JSON_OBJECT) {
        ic_out_node(out, NULL, patch == NULL ? target : patch);
        return;
    }

    if (target != NULL && target->type != IC_JSON_OBJECT) {
        target = NULL;
    }

    ic_out_object(out, NULL);

    for (member = target == NULL ? NULL : target->child; member != NULL;
         member = member->next)
    {
        change = ic_merge_member(patch, member->key);

        if (change == NULL || change->type != IC_JSON_NULL) {
            ic_out_key(out, member->key);
            ic_merge_out(out, member, change);
        }
    }

    for (change = patch->child; change != NULL; change = change->next) {

        if (change->type != IC_JSON_NULL
            && ic_merge_member(target, change->key) == NULL)
        {
            ic_out_key(out, change->key);
            ic_merge_out(out, NULL, change);
        }
    }

    ic_out_object_end(out);
}


static const ic_json_t *
ic_merge_member(const ic_json_t *object, ic_str_t name)
{
    const ic_json_t  *member;

    member = object == NULL ? NULL : object->child;

    while (member != NULL && !ic_str_eq(member->key, name)) {
        member = member->next;
    }

    return member;
}


bool
ic_json_same(const ic_json_t *one, const ic_json_t *other)
{
    one = ic_merge_empty(one);
    other = ic_merge_empty(other);

    if (one == NULL || other == NULL) {
        return one == other;
    }

    if (one->type != other->type) {
        return false;
    }

    switch (one->type) {

    case IC_JSON_NULL:
        return true;

    case IC_JSON_BOOL:
    case IC_JSON_INT:
        return one->num == other->num;

    case IC_JSON_NUM:
    case IC_JSON_STR:
        return ic_str_eq(one->text, other->text);

    case IC_JSON_ARRAY:
    case IC_JSON_OBJECT:
        break;
    }

    return one->count == other->count && ic_json_same_members(one, other);
}


/* Members of objects in any order, found at once where it is the same. */
static bool
ic_json_same_members(const ic_json_t *one, const ic_json_t *other)
{
    const ic_json_t  *a, *b, *found;

    b = other->child;

    for (a = one->child; a != NULL; a = a->next) {

        found = b;

        if (one->type == IC_JSON_OBJECT
            && (b == NULL || !ic_str_eq(a->key, b->key)))
        {
            found = ic_merge_member(other, a->key);
        }

        if (found == NULL || !ic_json_same(a, found)) {
            return false;
        }

        b = b == NULL ? NULL : b->next;
    }

    return true;
}


static const ic_json_t *
ic_merge_empty(const ic_json_t *node)
{
    return node != NULL
           && (node->type == IC_JSON_ARRAY || node->type == IC_JSON_OBJECT)
           && node->count == 0
           ? NULL : node;
}
