
/*
 * Field tables: one description of a message decodes its body or its query
 * string, names every offending field, renders replies and prints the
 * documentation.
 */


#ifndef _IC_SCHEMA_H_INCLUDED_
#define _IC_SCHEMA_H_INCLUDED_


#include "ic_json.h"


typedef enum {
    IC_STR = 0,                  /* min..max bytes of UTF-8 */
    IC_ID,                       /* ic_id_valid(), 1..128 */
    IC_INT,                      /* min..max */
    IC_TIME,                     /* epoch ms; seconds accepted (< 10^11) */
    IC_NUM,                      /* finite number */
    IC_BOOL,
    IC_ENUM,                     /* of: NULL-ended list of C strings */
    IC_OBJ,                      /* of: schema, or NULL for any object */
    IC_LIST,                     /* item, of: of the elements; min..max */
    IC_MAP,                      /* item, of: of the values */
    IC_ANY                       /* any JSON value */
} ic_type_e;


#define IC_REQ      0x01         /* must be present and not null */
#define IC_NUMSTR   0x02         /* INT also as a string of digits */
#define IC_SECRET   0x04         /* never logged */
#define IC_NONZERO  0x08         /* an INT other than 0 */


typedef struct ic_schema_s  ic_schema_t;

/*
 * Default limits: STR 4096 bytes, ID IC_ID_MAX, INT and NUM none (their min
 * always holds, but for a NUM with both 0), TIME the end of the year 9999,
 * LIST and MAP 1024 elements. A required STR is not empty unless min < 0; an
 * ID with min < 0 may be empty. Elements (item) have the default limits of
 * their type, and an INT of either sign; elements of a LIST or MAP in a LIST
 * or MAP are not looked at.
 */
typedef struct {
    const char  *name;
    const char  *alias;          /* other accepted names, "a|b", or NULL */
    ic_type_e    type;
    ic_type_e    item;
    unsigned     flags;
    int64_t      min;
    int64_t      max;            /* 0: the type's default limit */
    const void  *of;
    const char  *when;           /* required if, as "status=APPROVED" */
    const char  *doc;
    const char  *doc_zh;
} ic_field_t;

struct ic_schema_s {
    const char        *name;
    const ic_field_t  *fields;   /* ended by a NULL name */
};


typedef struct {
    ic_str_t          text;      /* scalars: decoded; others: compact JSON */
    int64_t           num;       /* INT, TIME (ms), BOOL; ENUM: index */
    double            real;      /* INT, NUM */
    const ic_json_t  *node;      /* NULL if from a query string */
    unsigned          set:1;
} ic_value_t;


typedef struct {
    const ic_schema_t  *schema;
    ic_value_t         *values;  /* one per field of the schema */
    const ic_json_t    *root;    /* NULL if from a query string */
} ic_input_t;


#define IC_MAX_FAULTS  16

typedef struct {
    ic_str_t     pointer;        /* RFC 6901, "/column_metas/0/name" */
    const char  *reason;         /* static text, "is required" */
} ic_fault_t;

typedef struct {
    unsigned     count;
    ic_fault_t   items[IC_MAX_FAULTS];
} ic_faults_t;


/*
 * Checks root against the schema and fills in. Unknown members are ignored,
 * a member that is null is not given, no root is an empty object. All faults
 * are collected (the first IC_MAX_FAULTS). 0; -1 with faults; -1 without
 * faults when memory is short.
 */
int ic_schema_decode(const ic_schema_t *schema, const ic_json_t *root,
    ic_arena_t *arena, ic_input_t *in, ic_faults_t *faults);

/*
 * The same from "a=1&b=2", percent-decoded; a repeated name is a fault. What
 * is no STR, ID or ENUM is read as JSON (a word for an ANY as a string), and
 * an empty value is not given unless it is a STR.
 */
int ic_schema_decode_args(const ic_schema_t *schema, ic_str_t args,
    ic_arena_t *arena, ic_input_t *in, ic_faults_t *faults);

/* The value of a field by its (main) name, NULL when it was not given. */
const ic_value_t *ic_input_get(const ic_input_t *in, const char *name);

/* Its text, or the null string. */
ic_str_t ic_input_str(const ic_input_t *in, const char *name);

/* Its integer, or other when it was not given. */
int64_t ic_input_int(const ic_input_t *in, const char *name, int64_t other);


/*
 * Renders name/value text pairs (as the store answers) as members of the
 * object that out is in: each field of the schema that has a pair, by its
 * type (STR, ID, ENUM quoted; INT, TIME, NUM, BOOL bare; the rest as JSON).
 * A pair whose text cannot be of its type (but for a STR, "") counts as none;
 * BOOL texts are true, false, 1 and 0. Required fields without a pair become
 * "" / 0 / false / [] / {} / null. npairs counts pairs: 2 * npairs strings.
 */
void ic_schema_render(const ic_schema_t *schema, const ic_str_t *pairs,
    unsigned npairs, ic_json_out_t *out);


#endif /* _IC_SCHEMA_H_INCLUDED_ */
