
/*
 * JSON documents, read with yajl's callback parser under stricter rules
 * (docs/api.md, "JSON"): depth <= IC_JSON_MAX_DEPTH, no duplicate keys (also
 * not by escapes), strict UTF-8 without surrogates, no NUL in strings, no
 * form feed, no -0 integers, no integers beyond int64_t, no numbers beyond
 * double or IC_NUM_MAX bytes, numbers kept as text, at most
 * IC_JSON_MAX_MEMBERS in an object and IC_JSON_MAX_NODES in all, one value
 * and nothing behind it.
 */


#ifndef _IC_JSON_H_INCLUDED_
#define _IC_JSON_H_INCLUDED_


#include "ic_arena.h"


#define IC_JSON_MAX_DEPTH    32
#define IC_JSON_MAX_MEMBERS  1024
#define IC_JSON_MAX_NODES    200000


typedef enum {
    IC_JSON_NULL = 0,
    IC_JSON_BOOL,
    IC_JSON_INT,                 /* fits int64_t, written without . or e */
    IC_JSON_NUM,                 /* any other finite number */
    IC_JSON_STR,
    IC_JSON_ARRAY,
    IC_JSON_OBJECT
} ic_json_type_e;


typedef struct ic_json_s  ic_json_t;

struct ic_json_s {
    ic_json_type_e   type;
    unsigned         count;      /* members of an array or object */
    ic_str_t         key;        /* in an object */
    ic_str_t         text;       /* STR: decoded; INT, NUM: as written */
    int64_t          num;        /* INT; BOOL: 0 or 1 */
    double           real;       /* INT, NUM */
    ic_json_t       *child;      /* first member */
    ic_json_t       *next;       /* next member of the parent */
};


typedef struct ic_json_parser_s  ic_json_parser_t;


/*
 * Incremental: feed pieces of any size, then finish. NULL when memory is
 * short. feed returns 0 or -1; finish returns the document or NULL and, if
 * error is not NULL, a sentence with the byte offset for the sender. The
 * parser frees itself in finish; ic_json_abort() for a parser not finished.
 */
ic_json_parser_t *ic_json_parser(ic_arena_t *arena);
int ic_json_feed(ic_json_parser_t *parser, const void *data, size_t len);
ic_json_t *ic_json_finish(ic_json_parser_t *parser, ic_str_t *error);
void ic_json_abort(ic_json_parser_t *parser);

/* All at once. */
ic_json_t *ic_json_parse(ic_arena_t *arena, ic_str_t text, ic_str_t *error);


/* A member of an object by name, or NULL (also for a NULL object). */
ic_json_t *ic_json_get(const ic_json_t *object, const char *name);

/* The n-th element of an array, or NULL. */
ic_json_t *ic_json_at(const ic_json_t *array, unsigned n);

/* Through objects and arrays by a path such as "role/guest/0", or NULL. */
ic_json_t *ic_json_path(const ic_json_t *root, const char *path);

/* The decoded string of a STR node; the null string for anything else. */
ic_str_t ic_json_str(const ic_json_t *node);


/*
 * A copy of target with the members of patch in it: objects member by member,
 * all else as a whole, what is null in patch taken out (RFC 7396). target may
 * be NULL. NULL: memory is short.
 */
ic_json_t *ic_json_merge(ic_arena_t *arena, const ic_json_t *target,
    const ic_json_t *patch);

/*
 * Do they say the same? Members of objects in any order, numbers as they are
 * written but for integers; an empty object or list is none (NULL).
 */
bool ic_json_same(const ic_json_t *one, const ic_json_t *other);


/*
 * Writing. Commas, quotes and escapes are the writer's; after the first
 * failed allocation the text stays null. A NULL key in an array.
 */
typedef struct {
    ic_arena_t  *arena;
    u_char      *data;
    size_t       len;
    size_t       size;
    unsigned     comma:1;
    unsigned     seconds:1;      /* ic_schema_render() writes TIMEs so */
    unsigned     failed:1;
} ic_json_out_t;


/* Begins a text, which grows in the arena. */
void ic_out_init(ic_json_out_t *out, ic_arena_t *arena);

/* Goes on behind the text that was taken, with memory of another arena. */
void ic_out_continue(ic_json_out_t *out, ic_arena_t *arena);
void ic_out_object(ic_json_out_t *out, const char *key);
void ic_out_object_end(ic_json_out_t *out);
void ic_out_array(ic_json_out_t *out, const char *key);
void ic_out_array_end(ic_json_out_t *out);
void ic_out_str(ic_json_out_t *out, const char *key, ic_str_t value);
void ic_out_z(ic_json_out_t *out, const char *key, const char *value);
void ic_out_int(ic_json_out_t *out, const char *key, int64_t value);

/* The shortest text that reads back as the same double; NaN, Inf: null. */
void ic_out_num(ic_json_out_t *out, const char *key, double value);
void ic_out_bool(ic_json_out_t *out, const char *key, bool value);
void ic_out_null(ic_json_out_t *out, const char *key);

/* Text that is JSON already; empty: null. */
void ic_out_raw(ic_json_out_t *out, const char *key, ic_str_t json);

/* A document or part of one, compact, members in their order. */
void ic_out_node(ic_json_out_t *out, const char *key, const ic_json_t *node);

/* The same with a key that is not a C string. */
void ic_out_key(ic_json_out_t *out, ic_str_t key);

/* What was written, NUL-terminated; data NULL if memory was short. */
ic_str_t ic_out_text(ic_json_out_t *out);

/* Compact text of a node: the canonical form that digests are taken over. */
ic_str_t ic_json_text(ic_arena_t *arena, const ic_json_t *node);


#endif /* _IC_JSON_H_INCLUDED_ */
