/*
 * Jobs that the federated-learning service makes of orders: one step, this
 * node as the arbiter and initiator, each user's node with its data.
 */


#ifndef _IC_ORDER_H_INCLUDED_
#define _IC_ORDER_H_INCLUDED_


#include "ic_job_check.h"


/* Who a user_id is (directive interconn_party). */
typedef struct {
    int64_t   user_id;
    ic_str_t  node_id;
} ic_order_user_t;


/* "3" or 3: 0 or -1. */
int ic_order_number(const ic_json_t *value, int64_t *n);

/*
 * The user that a request names, NULL after a message ("name: is required").
 * self: our node, which computes and has no data.
 */
const ic_order_user_t *ic_order_user(ic_arena_t *arena,
    const ic_json_t *value, const char *name, const ic_order_user_t *users,
    unsigned nusers, ic_str_t self, ic_str_t *message);

/*
 * What is not meant is not passed over: 0, or -1 with "<prefix><name>: is
 * unknown" for the first member that is not among names, NULL-ended.
 */
int ic_order_known(ic_arena_t *arena, const ic_json_t *object,
    const char *const *names, const char *prefix, ic_str_t *message);

/*
 * The DAG: one step "<component>_0" with one output of that type, which is
 * its key too. data NULL: memory is short.
 */
ic_str_t ic_order_dag(ic_arena_t *arena, const char *component,
    const char *output);

/*
 * A configuration is begun with the initiator and an open "role"; the caller
 * adds its parties, then ic_order_roles_end() and the members of "common" of
 * that step, then ic_order_common_end(), the inputs, ic_order_end().
 */
void ic_order_begin(ic_json_out_t *out, ic_arena_t *arena, ic_str_t self);
void ic_order_role(ic_json_out_t *out, const char *role,
    const ic_str_t *nodes, unsigned n);
void ic_order_roles_end(ic_json_out_t *out, ic_str_t self);
void ic_order_common_end(ic_json_out_t *out);
ic_str_t ic_order_end(ic_json_out_t *out);


#endif /* _IC_ORDER_H_INCLUDED_ */
