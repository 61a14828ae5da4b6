
/*
 * Reading JSON documents. yajl reads the text; the wall before it and the
 * callbacks behind it refuse what yajl lets through. Never yajl's tree: its
 * release recurses over depth that the sender chooses.
 */


#include <stdlib.h>
#include <yajl/yajl_parse.h>

#include "ic_json.h"
#include "ic_json_wall.h"


typedef struct {
    ic_json_t   *container;
    ic_json_t  **end;                /* where the next member is linked */
} frame_t;


struct ic_json_parser_s {
    ic_arena_t      *arena;
    yajl_handle      yajl;           /* malloc()ed, freed by abort */
    ic_json_wall_t   wall;
    size_t           offset;         /* of what yajl gets next */
    u_char          *held;           /* a token whose end is to come */
    size_t           nheld;
    size_t           held_size;
    ic_json_t       *root;
    unsigned         nodes;
    unsigned         depth;
    frame_t          frames[IC_JSON_MAX_DEPTH];
    ic_str_t         key;            /* of the member to come */
    const char      *refusal;        /* of a callback */
    ic_str_t         error;
    unsigned         failed:1;
};


static void parser_parse(ic_json_parser_t *parser, const u_char *data,
    size_t len);
static void parser_hold(ic_json_parser_t *parser, const u_char *data,
    size_t len);
static void parser_check(ic_json_parser_t *parser, yajl_status status,
    size_t len);
static void parser_fail(ic_json_parser_t *parser, ic_str_t what, size_t at);
static int refuse(ic_json_parser_t *parser, const char *refusal);

static int on_null(void *ctx);
static int on_boolean(void *ctx, int value);
static int on_number(void *ctx, const char *text, size_t len);
static int on_string(void *ctx, const unsigned char *text, size_t len);
static int on_start_map(void *ctx);
static int on_map_key(void *ctx, const unsigned char *text, size_t len);
static int on_end_map(void *ctx);
static int on_start_array(void *ctx);
static int on_end_array(void *ctx);

static ic_json_t *node_add(ic_json_parser_t *parser, ic_json_type_e type);
static int container_open(ic_json_parser_t *parser, ic_json_type_e type);
static bool has_duplicates(const ic_json_t *object);
static int key_order(const void *one, const void *two);


static const yajl_callbacks  callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_start_map,
    .yajl_map_key = on_map_key,
    .yajl_end_map = on_end_map,
    .yajl_start_array = on_start_array,
    .yajl_end_array = on_end_array
};


ic_json_parser_t *
ic_json_parser(ic_arena_t *arena)
{
    ic_json_parser_t  *parser;

    parser = ic_zalloc(arena, sizeof(ic_json_parser_t));
    if (parser == NULL) {
        return NULL;
    }

    parser->arena = arena;
    parser->yajl = yajl_alloc(&callbacks, NULL, parser);

    if (parser->yajl == NULL) {
        return NULL;
    }

    /* The wall does it, and strictly. */

    yajl_config(parser->yajl, yajl_dont_validate_strings, 1);

    return parser;
}


/*
 * yajl gets whole tokens: it would read one that comes in n pieces n times
 * from its beginning.
 */
int
ic_json_feed(ic_json_parser_t *parser, const void *data, size_t len)
{
    size_t         good, whole;
    const char    *wrong;
    const u_char  *rest;

    if (parser->failed) {
        return -1;
    }

    if (len == 0) {
        return 0;
    }

    rest = data;
    good = len;
    wrong = ic_json_wall_check(&parser->wall, data, len, &good);

    /* What yajl refuses before that place comes first. */

    whole = wrong == NULL ? parser->wall.whole : good;

    if (parser->nheld > 0 && (whole > 0 || wrong != NULL)) {
        parser_hold(parser, rest, whole);
        parser_parse(parser, parser->held, parser->nheld);
        parser->nheld = 0;

    } else if (whole > 0) {
        parser_parse(parser, rest, whole);
    }

    if (wrong != NULL && !parser->failed) {
        parser_fail(parser, ic_str(wrong), parser->offset);
    }

    parser_hold(parser, rest + whole, len - whole);

    return parser->failed ? -1 : 0;
}


ic_json_t *
ic_json_finish(ic_json_parser_t *parser, ic_str_t *error)
{
    ic_json_t  *root;

    if (parser->nheld > 0) {
        parser_parse(parser, parser->held, parser->nheld);
    }

    if (!parser->failed) {
        parser_check(parser, yajl_complete_parse(parser->yajl), 0);
    }

    /* A string cut off behind the value is lost on yajl. */

    if (!parser->failed && parser->wall.state != IC_JSON_WALL_TEXT) {
        parser_fail(parser, ic_str("unfinished string"), parser->offset);
    }

    root = parser->failed ? NULL : parser->root;

    if (root == NULL && error != NULL) {
        *error = parser->error;
    }

    ic_json_abort(parser);

    return root;
}


void
ic_json_abort(ic_json_parser_t *parser)
{
    if (parser != NULL && parser->yajl != NULL) {
        yajl_free(parser->yajl);
        parser->yajl = NULL;
        parser->failed = 1;
    }
}


ic_json_t *
ic_json_parse(ic_arena_t *arena, ic_str_t text, ic_str_t *error)
{
    ic_json_parser_t  *parser;

    parser = ic_json_parser(arena);

    if (parser == NULL) {

        if (error != NULL) {
            *error = ic_str("out of memory");
        }

        return NULL;
    }

    (void) ic_json_feed(parser, text.data, text.len);

    return ic_json_finish(parser, error);
}


static void
parser_parse(ic_json_parser_t *parser, const u_char *data, size_t len)
{
    if (parser->failed) {
        return;
    }

    parser_check(parser, yajl_parse(parser->yajl, data, len), len);
    parser->offset += len;
}


static void
parser_hold(ic_json_parser_t *parser, const u_char *data, size_t len)
{
    size_t   size;
    u_char  *held;

    if (parser->failed || len == 0) {
        return;
    }

    if (len > parser->held_size - parser->nheld) {

        size = 2 * parser->held_size;
        size = size - parser->nheld < len ? parser->nheld + len : size;

        held = ic_alloc(parser->arena, size);
        if (held == NULL) {
            parser_fail(parser, ic_str("out of memory"), parser->offset);
            return;
        }

        if (parser->nheld > 0) {
            memcpy(held, parser->held, parser->nheld);
        }

        parser->held = held;
        parser->held_size = size;
    }

    memcpy(parser->held + parser->nheld, data, len);
    parser->nheld += len;
}


/* len: of the piece; to end a text yajl reads a byte of its own. */
static void
parser_check(ic_json_parser_t *parser, yajl_status status, size_t len)
{
    size_t          at;
    ic_str_t        what;
    unsigned char  *text;

    if (status == yajl_status_ok) {
        return;
    }

    at = yajl_get_bytes_consumed(parser->yajl);
    at = parser->offset + (at < len ? at : len);

    if (parser->refusal != NULL) {
        parser_fail(parser, ic_str(parser->refusal), at);
        return;
    }

    text = yajl_get_error(parser->yajl, 0, NULL, 0);

    what = ic_str((const char *) text);

    while (what.len > 0 && strchr(".\n", what.data[what.len - 1]) != NULL) {
        what.len--;
    }

    parser_fail(parser, what, at);
    yajl_free_error(parser->yajl, text);
}


static void
parser_fail(ic_json_parser_t *parser, ic_str_t what, size_t at)
{
    parser->failed = 1;
    parser->error = ic_str_fmt(parser->arena, "%.*s at byte %zu",
                               (int) what.len, (char *) what.data, at);

    if (parser->error.data == NULL) {
        parser->error = ic_str("out of memory");
    }
}


/* What a callback returns to stop the parser. */
static int
refuse(ic_json_parser_t *parser, const char *refusal)
{
    parser->refusal = refusal;

    return 0;
}


static int
on_null(void *ctx)
{
    return node_add(ctx, IC_JSON_NULL) != NULL;
}


static int
on_boolean(void *ctx, int value)
{
    ic_json_t  *node;

    node = node_add(ctx, IC_JSON_BOOL);
    if (node == NULL) {
        return 0;
    }

    node->num = (value != 0);
    node->text = ic_str(value ? "true" : "false");

    return 1;
}


static int
on_number(void *ctx, const char *text, size_t len)
{
    ic_str_t           s;
    ic_json_t         *node;
    ic_json_parser_t  *parser;

    parser = ctx;
    s = ic_str_n(text, len);

    node = node_add(parser, IC_JSON_INT);
    if (node == NULL) {
        return 0;
    }

    if (memchr(text, '.', len) != NULL || memchr(text, 'e', len) != NULL
        || memchr(text, 'E', len) != NULL)
    {
        node->type = IC_JSON_NUM;

        if (ic_str_num(s, &node->real) != 0) {
            return refuse(parser, "number out of range");
        }

    } else {

        if (ic_str_int(s, &node->num) != 0) {
            return refuse(parser, ic_str_is(s, "-0") ? "negative zero"
                                                : "integer out of range");
        }

        node->real = (double) node->num;
    }

    node->text = ic_str_dup(parser->arena, s);

    return node->text.data != NULL ? 1 : refuse(parser, "out of memory");
}


static int
on_string(void *ctx, const unsigned char *text, size_t len)
{
    ic_json_t         *node;
    ic_json_parser_t  *parser;

    parser = ctx;

    node = node_add(parser, IC_JSON_STR);
    if (node == NULL) {
        return 0;
    }

    node->text = ic_str_dup(parser->arena, ic_str_n(text, len));

    return node->text.data != NULL ? 1 : refuse(parser, "out of memory");
}


static int
on_start_map(void *ctx)
{
    return container_open(ctx, IC_JSON_OBJECT);
}


static int
on_start_array(void *ctx)
{
    return container_open(ctx, IC_JSON_ARRAY);
}


static int
on_map_key(void *ctx, const unsigned char *text, size_t len)
{
    ic_json_parser_t  *parser;

    parser = ctx;
    parser->key = ic_str_dup(parser->arena, ic_str_n(text, len));

    return parser->key.data != NULL ? 1 : refuse(parser, "out of memory");
}


static int
on_end_map(void *ctx)
{
    ic_json_parser_t  *parser;

    parser = ctx;
    parser->depth--;

    if (has_duplicates(parser->frames[parser->depth].container)) {
        return refuse(parser, "object with duplicate keys");
    }

    return 1;
}


static int
on_end_array(void *ctx)
{
    ic_json_parser_t  *parser;

    parser = ctx;
    parser->depth--;

    return 1;
}


static ic_json_t *
node_add(ic_json_parser_t *parser, ic_json_type_e type)
{
    frame_t    *frame;
    ic_json_t  *node;

    if (parser->nodes++ == IC_JSON_MAX_NODES) {
        refuse(parser, "too many values");
        return NULL;
    }

    node = ic_zalloc(parser->arena, sizeof(ic_json_t));
    if (node == NULL) {
        refuse(parser, "out of memory");
        return NULL;
    }

    node->type = type;

    if (parser->depth == 0) {
        parser->root = node;
        return node;
    }

    frame = &parser->frames[parser->depth - 1];

    if (frame->container->type == IC_JSON_OBJECT) {

        if (frame->container->count == IC_JSON_MAX_MEMBERS) {
            refuse(parser, "object with too many members");
            return NULL;
        }

        node->key = parser->key;
    }

    frame->container->count++;
    *frame->end = node;
    frame->end = &node->next;

    return node;
}


static int
container_open(ic_json_parser_t *parser, ic_json_type_e type)
{
    frame_t    *frame;
    ic_json_t  *node;

    if (parser->depth == IC_JSON_MAX_DEPTH) {
        return refuse(parser, "nesting too deep");
    }

    node = node_add(parser, type);
    if (node == NULL) {
        return 0;
    }

    frame = &parser->frames[parser->depth++];
    frame->container = node;
    frame->end = &node->child;

    return 1;
}


/* Sorted, because the sender chooses the keys and would choose the hashes. */
static bool
has_duplicates(const ic_json_t *object)
{
    size_t            i, n;
    const ic_json_t  *member;
    const ic_json_t  *members[IC_JSON_MAX_MEMBERS];

    n = 0;

    for (member = object->child; member != NULL; member = member->next) {
        members[n++] = member;
    }

    qsort(members, n, sizeof(members[0]), key_order);

    for (i = 1; i < n; i++) {
        if (ic_str_eq(members[i - 1]->key, members[i]->key)) {
            return true;
        }
    }

    return false;
}


static int
key_order(const void *one, const void *two)
{
    ic_str_t  a, b;

    a = (*(const ic_json_t *const *) one)->key;
    b = (*(const ic_json_t *const *) two)->key;

    if (a.len != b.len) {
        return a.len < b.len ? -1 : 1;
    }

    return memcmp(a.data, b.data, a.len);
}
