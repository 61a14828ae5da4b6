
/*
 * /model/train: what is accepted, and the job it becomes. The rules and
 * texts are the service document's; where it is silent, docs/api.md,
 * "FL service".
 */


#ifndef _IC_TRAIN_H_INCLUDED_
#define _IC_TRAIN_H_INCLUDED_


#include "ic_order.h"


typedef struct {
    int64_t           user_id;
    ic_str_t          node_id;
    const ic_json_t  *data;      /* of data_info */
} ic_train_party_t;

typedef struct {
    ic_str_t          self;      /* coordinator: our node */
    ic_train_party_t  parties[IC_JOB_MAX_PARTIES - 1];    /* guest first */
    unsigned          nparties;
    ic_str_t          task;      /* JSON: parameters of homo_lr */
    ic_str_t          shown;     /* JSON: model_params of /model/info */
    ic_str_t          party_id;  /* JSON: the other parties */
} ic_train_t;


/*
 * Checks a request. 0, or -1 with the message to answer (the null string:
 * memory is short). self must be set before.
 */
int ic_train_check(ic_arena_t *arena, const ic_json_t *root,
    const ic_order_user_t *users, unsigned nusers, ic_train_t *train,
    ic_str_t *message);


/* The job. data NULL: memory is short. */
ic_str_t ic_train_dag(ic_arena_t *arena);
ic_str_t ic_train_config(ic_arena_t *arena, const ic_train_t *train);


#endif /* _IC_TRAIN_H_INCLUDED_ */
