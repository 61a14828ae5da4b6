
/*
 * Columns that are worth keeping, each party's own by its own values, a host's
 * also by the guest's.
 */


#ifndef _SELECT_H_INCLUDED_
#define _SELECT_H_INCLUDED_


#include "../../protocol/ic_model.h"
#include "../../protocol/ic_settings.h"
#include "../../source/ic_source.h"


/* Why a column goes: the first that holds. */
typedef enum {
    SELECT_KEPT = 0,
    SELECT_MISSING,
    SELECT_CONSTANT,
    SELECT_UNIQUE,
    SELECT_IV,
    SELECT_TOP,
    SELECT_CORRELATED,
    SELECT_ACROSS
} select_reason_e;

typedef struct {
    const char       *name;
    int               column;        /* of the table */
    bool              always;        /* it stays whatever it is */
    select_reason_e   reason;
    int64_t           filled;
    int64_t           distinct;
    bool              has_iv;
    double            iv;
    const char       *with;          /* SELECT_CORRELATED: and how much */
    double            correlation;
    const char       *party;         /* SELECT_ACROSS: whose columns */
} select_column_t;

typedef struct {
    ic_task_t         *task;
    ic_settings_t      settings;
    ic_table_t        *table;
    int64_t            rows;
    select_column_t   *columns;
    unsigned           count;
    bool               has_iv;       /* a model says them */
    unsigned           paillier_flags;
} select_t;


/* One party's part. 0, or -1 after ic_task_fail(). */
int select_run(ic_task_t *task);

/* With IC_PAILLIER_INSECURE, keys of 1024 bits: tests. */
int select_run_with(ic_task_t *task, unsigned flags);


/* select_values.c: by the values of each column. */
int select_values(select_t *select);

/* select_pairs.c: by the values of two, of what is left. */
int select_pairs(select_t *select);

/* select_across.c: a host's, by the guest's. All parties of the task. */
int select_across(select_t *select);


#endif /* _SELECT_H_INCLUDED_ */
