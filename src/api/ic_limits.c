
#include "../lib/ic_codec.h"
#include "ic_limits.h"


/* smaller times are seconds, as everywhere */
#define LIMITS_SECONDS  INT64_C(100000000000)


/* A list in messages: of scope_ids by its name, else a member by itself. */
typedef struct {
    const char  *name;           /* in the text of a scope */
    const char  *member;         /* NULL: of scope_ids */
    size_t       purpose;        /* what must be listed */
    const char  *unnamed;
    const char  *outside;
} ic_limits_list_t;


static int limits_number(ic_str_t text, int64_t *number);
static int limits_lists(ic_limits_t *limits, ic_arena_t *arena,
    ic_limits_get_pt get, void *data, ic_limits_fault_t *fault);
static int limits_json(ic_arena_t *arena, ic_limits_get_pt get, void *data,
    const char *name, const ic_json_t **node, ic_limits_fault_t *fault);
static int limits_scopes(const ic_json_t *scope, const ic_json_t *ids,
    ic_limits_fault_t *fault);
static bool limits_is_scope(ic_str_t name);
static int limits_ids(ic_arena_t *arena, const ic_json_t *node,
    ic_str_t *list);
static bool limits_next(ic_str_t *rest, char separator, ic_str_t *item);
static bool limits_has(ic_str_t list, ic_str_t id);
static ic_str_t limits_join(ic_arena_t *arena, ic_str_t one, ic_str_t other);
static ic_str_t limits_common(ic_arena_t *arena, ic_str_t one,
    ic_str_t other);
static void limits_out_list(ic_json_out_t *out, const char *name,
    ic_str_t list);
static int limits_fail(ic_limits_fault_t *fault, const char *field,
    const char *reason);


static const char *const  limit_numbers[IC_LIMIT_NUMBERS] = {
    "time_limit", "times_limit", "rows_limit", "bytes_limit"
};

static const ic_limits_list_t  limit_lists[IC_LIMIT_LISTS] = {
    { "NODE", NULL, offsetof(ic_purpose_t, node),
      NULL, "the node is outside its scope" },
    { "PROJECT", NULL, offsetof(ic_purpose_t, project),
      "it is limited to projects, and none is named",
      "the project is outside its scope" },
    { "COMPONENT", NULL, offsetof(ic_purpose_t, component),
      "it is limited to components, and none is named",
      "the component is outside its scope" },
    { "ALLOW", "algorithms_allow", offsetof(ic_purpose_t, algorithm),
      "it is limited to algorithms, and none is named",
      "the algorithm is not among those it allows" },
    { "DENY", "algorithms_deny", offsetof(ic_purpose_t, algorithm),
      "it denies algorithms, and none is named",
      "it denies the algorithm" }
};


int
ic_limits_read(ic_limits_t *limits, ic_arena_t *arena, ic_limits_get_pt get,
    void *data, ic_limits_fault_t *fault)
{
    unsigned  n;

    memset(limits, 0, sizeof(ic_limits_t));

    for (n = 0; n < IC_LIMIT_NUMBERS; n++) {
        if (limits_number(get(data, limit_numbers[n]), &limits->numbers[n])
            != 0)
        {
            return limits_fail(fault, limit_numbers[n], "is no number");
        }
    }

    if (limits->numbers[IC_LIMIT_TIME] < LIMITS_SECONDS) {
        limits->numbers[IC_LIMIT_TIME] *= 1000;
    }

    return limits_lists(limits, arena, get, data, fault);
}


static int
limits_number(ic_str_t text, int64_t *number)
{
    *number = 0;

    if (text.len == 0) {
        return 0;
    }

    return ic_str_int(text, number) == 0 && *number >= 0 ? 0 : -1;
}


static int
limits_lists(ic_limits_t *limits, ic_arena_t *arena, ic_limits_get_pt get,
    void *data, ic_limits_fault_t *fault)
{
    unsigned          n;
    const char       *member;
    const ic_json_t  *scope, *ids, *list;

    if (limits_json(arena, get, data, "auth_scope", &scope, fault) != 0
        || limits_json(arena, get, data, "scope_ids", &ids, fault) != 0)
    {
        return -1;
    }

    /* some send the map where the standard has the list */

    if (scope != NULL && scope->type == IC_JSON_OBJECT && ids == NULL) {
        ids = scope;
    }

    if (limits_scopes(scope, ids, fault) != 0) {
        return -1;
    }

    for (n = 0; n < IC_LIMIT_LISTS; n++) {
        member = limit_lists[n].member;

        if (member == NULL) {
            member = "scope_ids";
            list = ic_json_get(ids, limit_lists[n].name);

        } else if (limits_json(arena, get, data, member, &list, fault)
                   != 0)
        {
            return -1;
        }

        if (list != NULL
            && limits_ids(arena, list, &limits->lists[n]) != 0)
        {
            return limits_fail(fault, member,
                               "must have lists of at most 64 ids");
        }
    }

    return 0;
}


static int
limits_json(ic_arena_t *arena, ic_limits_get_pt get, void *data,
    const char *name, const ic_json_t **node, ic_limits_fault_t *fault)
{
    ic_str_t  text;

    *node = NULL;
    text = get(data, name);

    if (text.len == 0) {
        return 0;
    }

    *node = ic_json_parse(arena, text, NULL);

    return *node != NULL ? 0 : limits_fail(fault, name, "is no JSON");
}


/* Known names only, and ids for each that means more than the node. */

static int
limits_scopes(const ic_json_t *scope, const ic_json_t *ids,
    ic_limits_fault_t *fault)
{
    bool              map;
    ic_str_t          name;
    const ic_json_t  *item;

    if (scope != NULL && scope->type != IC_JSON_ARRAY
        && scope->type != IC_JSON_OBJECT)
    {
        return limits_fail(fault, "auth_scope", "must be an array");
    }

    if (ids != NULL && ids->type != IC_JSON_OBJECT) {
        return limits_fail(fault, "scope_ids", "must be an object");
    }

    map = scope != NULL && scope->type == IC_JSON_OBJECT;

    for (item = scope != NULL ? scope->child : NULL; item; item = item->next)
    {
        name = map ? item->key : ic_json_str(item);

        if (!limits_is_scope(name)) {
            return limits_fail(fault, "auth_scope",
                               "must name NODE, PROJECT or COMPONENT");
        }

        if (!ic_str_is(name, "NODE")
            && ic_json_at(ic_json_get(ids, (char *) name.data), 0) == NULL)
        {
            return limits_fail(fault, "scope_ids",
                               "must list ids for each of auth_scope");
        }
    }

    for (item = ids != NULL ? ids->child : NULL; item; item = item->next) {
        if (!limits_is_scope(item->key)) {
            return limits_fail(fault, "scope_ids",
                               "must name NODE, PROJECT or COMPONENT");
        }
    }

    return 0;
}


static bool
limits_is_scope(ic_str_t name)
{
    return ic_str_is(name, limit_lists[IC_LIMIT_NODE].name)
           || ic_str_is(name, limit_lists[IC_LIMIT_PROJECT].name)
           || ic_str_is(name, limit_lists[IC_LIMIT_COMPONENT].name);
}


/* Ids have neither commas nor blanks nor '='. */

static int
limits_ids(ic_arena_t *arena, const ic_json_t *node, ic_str_t *list)
{
    ic_str_t          id;
    const ic_json_t  *item;

    if (node->type != IC_JSON_ARRAY || node->count > IC_LIMIT_MAX_IDS) {
        return -1;
    }

    for (item = node->child; item != NULL; item = item->next) {
        id = ic_json_str(item);

        if (!ic_id_valid(id)) {
            return -1;
        }

        *list = limits_join(arena, *list, id);

        if (list->data == NULL) {
            return -1;
        }
    }

    return 0;
}


const char *
ic_limits_wider(const ic_limits_t *limits, const ic_limits_t *by)
{
    unsigned  n;
    ic_str_t  rest, id;

    for (n = 0; n < IC_LIMIT_NUMBERS; n++) {
        if (limits->numbers[n] > 0 && by->numbers[n] > limits->numbers[n]) {
            return limit_numbers[n];
        }
    }

    /* what is denied besides never is */

    for (n = 0; n < IC_LIMIT_DENY; n++) {
        rest = by->lists[n];

        while (limits->lists[n].len > 0 && limits_next(&rest, ',', &id)) {
            if (!limits_has(limits->lists[n], id)) {
                return limit_lists[n].member != NULL ? limit_lists[n].member
                                                     : "scope_ids";
            }
        }
    }

    return NULL;
}


int
ic_limits_narrow(ic_limits_t *limits, ic_arena_t *arena,
    const ic_limits_t *by, ic_limits_fault_t *fault)
{
    unsigned   n;
    int64_t    other;
    ic_str_t  *list;

    for (n = 0; n < IC_LIMIT_NUMBERS; n++) {
        other = by->numbers[n];

        if (limits->numbers[n] == 0
            || (other > 0 && other < limits->numbers[n]))
        {
            limits->numbers[n] = other;
        }
    }

    for (n = 0; n < IC_LIMIT_LISTS; n++) {
        list = &limits->lists[n];

        if (list->len == 0 || by->lists[n].len == 0) {
            *list = list->len > 0 ? *list : by->lists[n];
            continue;
        }

        *list = (n == IC_LIMIT_DENY)
                ? limits_join(arena, *list, by->lists[n])
                : limits_common(arena, *list, by->lists[n]);

        if (list->data == NULL) {
            return limits_fail(fault, NULL, "memory is short");
        }

        if (list->len == 0) {
            return limits_fail(fault, limit_lists[n].member != NULL
                                      ? limit_lists[n].member : "scope_ids",
                               "nothing is in both lists");
        }
    }

    return 0;
}


static ic_str_t
limits_join(ic_arena_t *arena, ic_str_t one, ic_str_t other)
{
    return ic_str_fmt(arena, "%.*s%s%.*s", (int) one.len,
                      one.len > 0 ? (char *) one.data : "",
                      one.len > 0 && other.len > 0 ? "," : "",
                      (int) other.len,
                      other.len > 0 ? (char *) other.data : "");
}


static ic_str_t
limits_common(ic_arena_t *arena, ic_str_t one, ic_str_t other)
{
    ic_str_t  id, common = ic_string("");

    while (common.data != NULL && limits_next(&one, ',', &id)) {
        if (limits_has(other, id)) {
            common = limits_join(arena, common, id);
        }
    }

    return common;
}


static bool
limits_has(ic_str_t list, ic_str_t id)
{
    ic_str_t  item;

    while (limits_next(&list, ',', &item)) {
        if (ic_str_eq(item, id)) {
            return true;
        }
    }

    return false;
}


/* Takes the first item off the rest. */

static bool
limits_next(ic_str_t *rest, char separator, ic_str_t *item)
{
    u_char  *end;

    if (rest->len == 0) {
        return false;
    }

    end = memchr(rest->data, separator, rest->len);

    if (end == NULL) {
        *item = *rest;
        rest->len = 0;
        return true;
    }

    *item = ic_str_n(rest->data, end - rest->data);
    *rest = ic_str_n(end + 1, rest->len - item->len - 1);

    return true;
}


void
ic_limits_out(ic_json_out_t *out, const ic_limits_t *limits)
{
    unsigned  n;

    for (n = 0; n < IC_LIMIT_NUMBERS; n++) {
        if (limits->numbers[n] > 0) {
            ic_out_int(out, limit_numbers[n], limits->numbers[n]);
        }
    }

    for (n = IC_LIMIT_ALLOW; n < IC_LIMIT_LISTS; n++) {
        if (limits->lists[n].len > 0) {
            limits_out_list(out, limit_lists[n].member, limits->lists[n]);
        }
    }

    if (limits->lists[IC_LIMIT_NODE].len == 0
        && limits->lists[IC_LIMIT_PROJECT].len == 0
        && limits->lists[IC_LIMIT_COMPONENT].len == 0)
    {
        return;
    }

    ic_out_array(out, "auth_scope");

    for (n = 0; n < IC_LIMIT_ALLOW; n++) {
        if (limits->lists[n].len > 0) {
            ic_out_z(out, NULL, limit_lists[n].name);
        }
    }

    ic_out_array_end(out);
    ic_out_object(out, "scope_ids");

    for (n = 0; n < IC_LIMIT_ALLOW; n++) {
        if (limits->lists[n].len > 0) {
            limits_out_list(out, limit_lists[n].name, limits->lists[n]);
        }
    }

    ic_out_object_end(out);
}


static void
limits_out_list(ic_json_out_t *out, const char *name, ic_str_t list)
{
    ic_str_t  id;

    ic_out_array(out, name);

    while (limits_next(&list, ',', &id)) {
        ic_out_str(out, NULL, id);
    }

    ic_out_array_end(out);
}


ic_str_t
ic_limits_scope(ic_arena_t *arena, const ic_limits_t *limits)
{
    unsigned  n;
    ic_str_t  list, text = ic_string("");

    for (n = 0; n < IC_LIMIT_LISTS && text.data != NULL; n++) {
        list = limits->lists[n];

        if (list.len > 0) {
            text = ic_str_fmt(arena, "%.*s%s%s=%.*s", (int) text.len,
                              text.data, text.len > 0 ? " " : "",
                              limit_lists[n].name, (int) list.len,
                              list.data);
        }
    }

    return text;
}


const char *
ic_scope_refuses(ic_str_t scope, const ic_purpose_t *purpose)
{
    unsigned   n;
    ic_str_t   rule, name;
    ic_str_t  *value;

    while (limits_next(&scope, ' ', &rule)) {

        (void) limits_next(&rule, '=', &name);

        for (n = 0; n < IC_LIMIT_LISTS; n++) {
            if (ic_str_is(name, limit_lists[n].name)) {
                break;
            }
        }

        if (n == IC_LIMIT_LISTS) {
            continue;
        }

        value = (ic_str_t *) ((u_char *) purpose + limit_lists[n].purpose);

        if (value->len == 0 && n == IC_LIMIT_NODE) {
            continue;
        }

        if (value->len == 0) {
            return limit_lists[n].unnamed;
        }

        if (limits_has(rule, *value) == (n == IC_LIMIT_DENY)) {
            return limit_lists[n].outside;
        }
    }

    return NULL;
}


static int
limits_fail(ic_limits_fault_t *fault, const char *field, const char *reason)
{
    fault->field = field;
    fault->reason = reason;

    return -1;
}
