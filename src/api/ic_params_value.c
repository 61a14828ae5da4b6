
/* Checking one value of a component parameter by its type. */


#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "ic_expression.h"
#include "ic_params.h"
#include "ic_sql.h"


#define IC_COLUMN_MAX  128


typedef const char *(*ic_param_check_pt)(ic_arena_t *arena,
    const ic_param_t *param, const ic_json_t *value, ic_str_t *text);


static bool ic_is_column(ic_str_t name);
static const char *ic_check_int(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text);
static const char *ic_check_num(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text);
static const char *ic_check_bool(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text);
static const char *ic_check_choice(ic_arena_t *arena,
    const ic_param_t *param, const ic_json_t *value, ic_str_t *text);
static const char *ic_check_column(ic_arena_t *arena,
    const ic_param_t *param, const ic_json_t *value, ic_str_t *text);
static const char *ic_check_columns(ic_arena_t *arena,
    const ic_param_t *param, const ic_json_t *value, ic_str_t *text);
static const char *ic_check_value(ic_arena_t *arena,
    const ic_param_t *param, const ic_json_t *value, ic_str_t *text);
static const char *ic_check_numbers(ic_arena_t *arena,
    const ic_param_t *param, const ic_json_t *value, ic_str_t *text);
static const char *ic_check_texts(ic_arena_t *arena,
    const ic_param_t *param, const ic_json_t *value, ic_str_t *text);
static const ic_json_t *ic_check_split(ic_arena_t *arena, ic_str_t text);
static const char *ic_check_parties(ic_arena_t *arena,
    const ic_param_t *param, const ic_json_t *value, ic_str_t *text);
static const char *ic_check_program(ic_arena_t *arena,
    const ic_param_t *param, const ic_json_t *value, ic_str_t *text);
static const char *ic_check_count(ic_arena_t *arena,
    const ic_param_t *param, const ic_json_t *value);
static const char *ic_check_distinct(ic_arena_t *arena,
    const ic_json_t *value, const char *twice, ic_str_t *text);
static const char *ic_check_id(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text);
static const char *ic_check_sql(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text);
static const char *ic_check_query(const ic_json_t *value);
static int ic_compare_names(const void *one, const void *two);
static const char *ic_out_of_range(ic_arena_t *arena,
    const ic_param_t *param);


static const ic_param_check_pt  ic_param_checks[] = {
    [IC_PARAM_INT] = ic_check_int,
    [IC_PARAM_NUM] = ic_check_num,
    [IC_PARAM_BOOL] = ic_check_bool,
    [IC_PARAM_CHOICE] = ic_check_choice,
    [IC_PARAM_COLUMN] = ic_check_column,
    [IC_PARAM_COLUMNS] = ic_check_columns,
    [IC_PARAM_VALUE] = ic_check_value,
    [IC_PARAM_NUMBERS] = ic_check_numbers,
    [IC_PARAM_TEXTS] = ic_check_texts,
    [IC_PARAM_PARTIES] = ic_check_parties,
    [IC_PARAM_PROGRAM] = ic_check_program,
    [IC_PARAM_ID] = ic_check_id,
    [IC_PARAM_SQL] = ic_check_sql
};


const char *
ic_param_value(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text)
{
    return ic_param_checks[param->type](arena, param, value, text);
}


/*
 * Any UTF-8 but control characters, line separators and quotes, which nobody
 * sees or which end names elsewhere.
 */

static bool
ic_is_column(ic_str_t name)
{
    u_char    *c;
    unsigned   n;

    if (name.len == 0 || name.len > IC_COLUMN_MAX) {
        return false;
    }

    for (c = name.data; c < name.data + name.len; c += n) {
        n = ic_utf8_char(ic_str_n(c, name.len - (size_t) (c - name.data)));

        if (n == 0 || *c < ' ' || *c == 0x7f || *c == '"' || *c == '\''
            || *c == '`' || (n == 2 && c[0] == 0xc2 && c[1] < 0xa0)
            || (n == 3 && c[0] == 0xe2 && c[1] == 0x80
                && (c[2] == 0xa8 || c[2] == 0xa9)))
        {
            return false;
        }
    }

    return true;
}


static const char *
ic_check_int(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text)
{
    int64_t  n;

    if (value->type != IC_JSON_INT) {
        return "must be an integer";
    }

    n = value->num;
    *text = value->text;

    if (param->also != 0 && n == param->also) {
        return NULL;
    }

    if (n < (int64_t) param->min || n > (int64_t) param->max
        || (param->step != 0 && (n - (int64_t) param->min) % param->step))
    {
        return ic_out_of_range(arena, param);
    }

    return NULL;
}


static const char *
ic_check_num(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text)
{
    if (value->type != IC_JSON_INT && value->type != IC_JSON_NUM) {
        return "must be a number";
    }

    *text = value->text;

    if (value->real < param->min || value->real > param->max
        || ((param->flags & IC_PARAM_ABOVE) && value->real == param->min))
    {
        return ic_out_of_range(arena, param);
    }

    return NULL;
}


static const char *
ic_out_of_range(ic_arena_t *arena, const ic_param_t *param)
{
    ic_str_t  text;

    if (param->also != 0) {
        text = ic_str_fmt(arena, "must be %lld or from %.15g to %.15g",
                          (long long) param->also, param->min, param->max);

    } else if (param->step != 0) {
        text = ic_str_fmt(arena, "must be from %.15g to %.15g in steps of "
                          "%lld", param->min, param->max,
                          (long long) param->step);

    } else {
        text = ic_str_fmt(arena, "must be %s %.15g and at most %.15g",
                          (param->flags & IC_PARAM_ABOVE) ? "above"
                                                          : "at least",
                          param->min, param->max);
    }

    return text.data != NULL ? (char *) text.data : "is out of range";
}


static const char *
ic_check_bool(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text)
{
    if (value->type != IC_JSON_BOOL) {
        return "must be true or false";
    }

    *text = ic_str(value->num ? "true" : "false");

    return NULL;
}


static const char *
ic_check_choice(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text)
{
    char      list[256];
    size_t    len;
    ic_str_t  given;
    unsigned  i;

    given = ic_json_str(value);

    for (i = 0; param->choices[i] != NULL; i++) {
        if (given.data != NULL
            && ic_str_is_nocase(given, param->choices[i]))
        {
            *text = ic_str_fmt(arena, "\"%s\"", param->choices[i]);
            return NULL;
        }
    }

    len = (size_t) snprintf(list, sizeof(list), "must be one of");

    for (i = 0; param->choices[i] != NULL; i++) {
        len += (size_t) snprintf(list + len, sizeof(list) - len, "%s %s",
                                 i > 0 ? "," : "", param->choices[i]);
    }

    given = ic_str_dup(arena, ic_str_n(list, len));

    return given.data != NULL ? (char *) given.data : "is not known";
}


static const char *
ic_check_column(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text)
{
    if (!ic_is_column(ic_json_str(value))) {
        return "must be a column name";
    }

    *text = ic_json_text(arena, value);

    return NULL;
}


static const char *
ic_check_columns(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text)
{
    const char       *reason;
    const ic_json_t  *item;

    if (value->type == IC_JSON_STR && (param->flags & IC_PARAM_COMMAS)) {
        value = ic_check_split(arena, value->text);

        if (value == NULL) {
            return "must be column names";
        }
    }

    reason = ic_check_count(arena, param, value);

    if (reason != NULL) {
        return reason;
    }

    for (item = value->child; item != NULL; item = item->next) {
        if (!ic_is_column(ic_json_str(item))) {
            return "must be column names";
        }
    }

    return ic_check_distinct(arena, value, "names a column twice", text);
}


/* Names as job bodies of other systems have them. */

static const ic_json_t *
ic_check_split(ic_arena_t *arena, ic_str_t text)
{
    u_char         *end;
    ic_str_t        name;
    ic_json_out_t   out;

    ic_out_init(&out, arena);
    ic_out_array(&out, NULL);

    for (name = text; /* void */ ; name.data = end + 1) {
        name.len = (size_t) (text.data + text.len - name.data);
        end = memchr(name.data, ',', name.len);

        if (end == NULL) {
            break;
        }

        name.len = (size_t) (end - name.data);
        ic_out_str(&out, NULL, name);
    }

    ic_out_str(&out, NULL, name);
    ic_out_array_end(&out);

    return ic_json_parse(arena, ic_out_text(&out), NULL);
}


static const char *
ic_check_count(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value)
{
    ic_str_t  range;

    if (value->type != IC_JSON_ARRAY) {
        return "must be an array";
    }

    if (value->count >= param->min && value->count <= param->max) {
        return NULL;
    }

    range = ic_str_fmt(arena, "must have from %.0f to %.0f names",
                       param->min, param->max);

    return range.data != NULL ? (char *) range.data
                              : "has too few or too many names";
}


static const char *
ic_check_distinct(ic_arena_t *arena, const ic_json_t *value,
    const char *twice, ic_str_t *text)
{
    unsigned          i;
    ic_str_t         *names;
    const ic_json_t  *item;

    names = ic_alloc(arena, value->count * sizeof(ic_str_t) + 1);

    if (names == NULL) {
        *text = ic_str(NULL);
        return NULL;
    }

    for (i = 0, item = value->child; item != NULL; item = item->next) {
        names[i++] = item->text;
    }

    qsort(names, value->count, sizeof(ic_str_t), ic_compare_names);

    for (i = 1; i < value->count; i++) {
        if (ic_str_eq(names[i - 1], names[i])) {
            return twice;
        }
    }

    *text = ic_json_text(arena, value);

    return NULL;
}


static int
ic_compare_names(const void *one, const void *two)
{
    const ic_str_t  *a, *b;

    a = one;
    b = two;

    if (a->len != b->len) {
        return a->len < b->len ? -1 : 1;
    }

    return memcmp(a->data, b->data, a->len);
}


static const char *
ic_check_value(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text)
{
    if (value->type != IC_JSON_INT && value->type != IC_JSON_NUM
        && (value->type != IC_JSON_STR || value->text.len == 0
            || value->text.len > IC_COLUMN_MAX))
    {
        return "must be a number or a string";
    }

    *text = ic_json_text(arena, value);

    return NULL;
}


static const char *
ic_check_numbers(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text)
{
    double            before;
    ic_str_t          range;
    const ic_json_t  *item;

    if (value->type != IC_JSON_ARRAY || value->count > param->also) {
        range = ic_str_fmt(arena, "must be an array of at most %lld numbers",
                           (long long) param->also);
        return range.data != NULL ? (char *) range.data
                                  : "must be a short array of numbers";
    }

    before = -HUGE_VAL;

    for (item = value->child; item != NULL; item = item->next) {

        if ((item->type != IC_JSON_INT && item->type != IC_JSON_NUM)
            || item->real < param->min || item->real > param->max
            || ((param->flags & IC_PARAM_ABOVE)
                && (item->real == param->min || item->real == param->max)))
        {
            range = ic_str_fmt(arena, "must be numbers %s %.15g and %.15g",
                               (param->flags & IC_PARAM_ABOVE) ? "between"
                                                               : "from",
                               param->min, param->max);
            return range.data != NULL ? (char *) range.data
                                      : "has a number out of range";
        }

        if (item->real <= before) {
            return "must be rising numbers";
        }

        before = item->real;
    }

    *text = ic_json_text(arena, value);

    return NULL;
}


static const char *
ic_check_texts(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text)
{
    const char       *reason;
    const ic_json_t  *item;

    reason = ic_check_count(arena, param, value);

    if (reason != NULL) {
        return reason;
    }

    for (item = value->child; item != NULL; item = item->next) {
        if (item->type != IC_JSON_STR || item->text.len == 0
            || item->text.len > IC_COLUMN_MAX)
        {
            return "must be texts of 1 to 128 bytes";
        }
    }

    return ic_check_distinct(arena, value, "has a text twice", text);
}


/* Whether there are such parties the component knows. */

static const char *
ic_check_parties(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text)
{
    const char       *reason;
    const ic_json_t  *item;

    if (value->type != IC_JSON_ARRAY) {
        return ic_check_choice(arena, param, value, text);
    }

    reason = ic_check_count(arena, param, value);

    if (reason != NULL) {
        return reason;
    }

    for (item = value->child; item != NULL; item = item->next) {
        if (!ic_is_party(ic_json_str(item))) {
            return "must be names of parties (guest.0, host.1)";
        }
    }

    return ic_check_distinct(arena, value, "names a party twice", text);
}


static const char *
ic_check_program(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text)
{
    ic_str_t     range;
    const char  *reason;

    if (value->type != IC_JSON_STR || value->text.len < param->min
        || value->text.len > param->max)
    {
        range = ic_str_fmt(arena, "must be a text of %.0f to %.0f bytes",
                           param->min, param->max);

        return range.data != NULL ? (char *) range.data : "is no such text";
    }

    reason = ic_expression_check(arena, value->text);

    if (reason == NULL) {
        *text = ic_json_text(arena, value);
    }

    return reason;
}


static const char *
ic_check_id(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text)
{
    ic_str_t  id;

    id = ic_json_str(value);

    if (id.data == NULL || !ic_id_valid(id)) {
        return "must be an id";
    }

    *text = ic_json_text(arena, value);

    return NULL;
}


static const char *
ic_check_sql(ic_arena_t *arena, const ic_param_t *param,
    const ic_json_t *value, ic_str_t *text)
{
    const char       *reason;
    const ic_json_t  *member;

    *text = ic_json_text(arena, value);

    if (value->type == IC_JSON_STR) {
        return ic_check_query(value);
    }

    if (value->type != IC_JSON_OBJECT || value->count == 0) {
        return "must be a SQL text or an object with pos, neg or both";
    }

    for (member = value->child; member != NULL; member = member->next) {

        if (!ic_str_is(member->key, "pos")
            && !ic_str_is(member->key, "neg"))
        {
            return "must have no members but pos and neg";
        }

        reason = ic_check_query(member);

        if (reason != NULL) {
            return reason;
        }
    }

    return NULL;
}


static const char *
ic_check_query(const ic_json_t *value)
{
    if (value->type != IC_JSON_STR) {
        return "must be a SQL text";
    }

    if (value->text.len > 65536) {
        return "must be at most 65536 bytes";
    }

    return ic_sql_refused(value->text);
}
