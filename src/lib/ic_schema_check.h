
/* What the files of the schema decoder share; nobody else's. */


#ifndef _IC_SCHEMA_CHECK_H_INCLUDED_
#define _IC_SCHEMA_CHECK_H_INCLUDED_


#include "ic_schema.h"


/* Where a value stands; on the stack, from the value up to the root. */
typedef struct ic_place_s  ic_place_t;

struct ic_place_s {
    const ic_place_t  *up;       /* NULL: this is the root */
    ic_str_t           name;     /* data NULL: an element, by its index */
    unsigned           index;
};


typedef struct {
    ic_arena_t        *arena;
    ic_faults_t       *faults;
    ic_place_t         root;
    unsigned           bad:1;    /* a fault, or memory was short */
    unsigned           query:1;  /* the root's members are bare texts */
} ic_check_t;


/* Notes that the value at place "is required", or whatever the reason. */
void ic_schema_fault(ic_check_t *check, const ic_place_t *place,
    const char *reason);

/*
 * The members of an object against a schema. values: filled in, one per
 * field; NULL for objects below the root, that are only checked.
 */
void ic_schema_check_members(ic_check_t *check, const ic_schema_t *schema,
    const ic_json_t *object, const ic_place_t *place, ic_value_t *values);

/*
 * One value against its type; notes the faults. value gets num and real.
 * node is not NULL.
 */
void ic_schema_check_value(ic_check_t *check, const ic_field_t *field,
    const ic_json_t *node, const ic_place_t *place, ic_value_t *value);

/*
 * A query string as an object of strings, its faults noted; NULL when memory
 * is short.
 */
ic_json_t *ic_schema_query(ic_check_t *check, ic_str_t args);

/*
 * A value of such an object as the field's type wants it; NULL for an empty
 * one that does not count as given.
 */
const ic_json_t *ic_schema_query_value(ic_check_t *check,
    const ic_field_t *field, const ic_json_t *node);


#endif /* _IC_SCHEMA_CHECK_H_INCLUDED_ */
