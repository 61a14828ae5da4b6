/*
 * /model/infer: what is accepted, and the job it becomes: the model's node
 * scores its own rows and tells the coordinator, which asked.
 */


#ifndef _IC_INFER_H_INCLUDED_
#define _IC_INFER_H_INCLUDED_


#include "ic_order.h"


/* How much is told (directive interconn_infer). */
#define IC_INFER_DECIMALS      4
#define IC_INFER_FULL          (-2)      /* not rounded */
#define IC_INFER_MAX_DECIMALS  12
#define IC_INFER_ROWS          10000
#define IC_INFER_MAX_ROWS      20000

typedef struct {
    ic_str_t          self;      /* coordinator: our node */
    int64_t           decimals;
    int64_t           rows;
    ic_str_t          model_id;  /* the service's number of it */
    int64_t           user_id;
    ic_str_t          node_id;
    const ic_json_t  *data_sql;  /* or NULL, and: */
    const ic_json_t  *dataset_id;
} ic_infer_t;


/*
 * Checks a request. 0, or -1 with the message to answer (the null string:
 * memory is short). self, decimals and rows must be set before.
 */
int ic_infer_check(ic_arena_t *arena, const ic_json_t *root,
    const ic_order_user_t *users, unsigned nusers, ic_infer_t *infer,
    ic_str_t *message);


/*
 * The job. task_id: made the model at every party; unique_id: the column of
 * the ids, JSON. data NULL: memory is short.
 */
ic_str_t ic_infer_dag(ic_arena_t *arena);
ic_str_t ic_infer_config(ic_arena_t *arena, const ic_infer_t *infer,
    ic_str_t task_id, const ic_json_t *unique_id);


#endif /* _IC_INFER_H_INCLUDED_ */
