
/*
 * What a permit is limited to: time, number, rows and bytes, and what its
 * resource may be used for (standard, table 3 and A.2.1.3). Requests,
 * answers and the limits that a dataset is published with have the same
 * members; a permit has the narrowest of the three.
 */


#ifndef _IC_LIMITS_H_INCLUDED_
#define _IC_LIMITS_H_INCLUDED_


#include "../lib/ic_json.h"


typedef enum {
    IC_LIMIT_TIME = 0,           /* epoch ms */
    IC_LIMIT_TIMES,
    IC_LIMIT_ROWS,
    IC_LIMIT_BYTES,
    IC_LIMIT_NUMBERS
} ic_limit_number_e;

typedef enum {
    IC_LIMIT_NODE = 0,
    IC_LIMIT_PROJECT,
    IC_LIMIT_COMPONENT,
    IC_LIMIT_ALLOW,              /* algorithms */
    IC_LIMIT_DENY,
    IC_LIMIT_LISTS
} ic_limit_list_e;


#define IC_LIMIT_MAX_IDS  64     /* of one list */


typedef struct {
    int64_t      numbers[IC_LIMIT_NUMBERS];  /* 0: none */
    ic_str_t     lists[IC_LIMIT_LISTS];      /* "id,id"; empty: any */
} ic_limits_t;

/* What is wrong with a member. */
typedef struct {
    const char  *field;
    const char  *reason;
} ic_limits_fault_t;

/* What something is used for, as far as it says so; empty: it does not. */
typedef struct {
    ic_str_t     node;
    ic_str_t     project;
    ic_str_t     component;
    ic_str_t     algorithm;
} ic_purpose_t;

/* The text of a member, empty if there is none; lists are JSON. */
typedef ic_str_t (*ic_limits_get_pt)(void *data, const char *name);


/*
 * From time_limit, times_limit, rows_limit, bytes_limit, auth_scope (a list,
 * or the map of scope_ids), scope_ids, algorithms_allow, algorithms_deny. 0,
 * or -1 with a fault (field NULL: memory is short).
 */
int ic_limits_read(ic_limits_t *limits, ic_arena_t *arena,
    ic_limits_get_pt get, void *data, ic_limits_fault_t *fault);

/* The member of by that allows more than limits do, or NULL. */
const char *ic_limits_wider(const ic_limits_t *limits, const ic_limits_t *by);

/*
 * limits become what both allow. 0, or -1 with the member that then allows
 * nothing (NULL: memory is short).
 */
int ic_limits_narrow(ic_limits_t *limits, ic_arena_t *arena,
    const ic_limits_t *by, ic_limits_fault_t *fault);

/* The members of an object; the numbers that are none are left out. */
void ic_limits_out(ic_json_out_t *out, const ic_limits_t *limits);

/*
 * The lists as claim and record of a permit: "PROJECT=P1,P2 DENY=homo_lr",
 * "" without any. data NULL: memory is short.
 */
ic_str_t ic_limits_scope(ic_arena_t *arena, const ic_limits_t *limits);

/*
 * NULL if such a text allows the purpose, else why not. What is limited has
 * to be named, but for the node, which the store knows; a text that is a
 * digest allows everything here: the store has the lists.
 */
const char *ic_scope_refuses(ic_str_t scope, const ic_purpose_t *purpose);


#endif /* _IC_LIMITS_H_INCLUDED_ */
