
/* How good scores are: one party's table of scores and labels. */


#ifndef _EVALUATE_H_INCLUDED_
#define _EVALUATE_H_INCLUDED_


#include "../../math/ic_ranking.h"
#include "../../protocol/ic_settings.h"
#include "../../protocol/ic_tables.h"


#define EVALUATE_DEPTHS  10      /* rows of the table of gains */


typedef struct {
    ic_task_t      *task;
    ic_settings_t   settings;
    ic_table_t     *table;
    int64_t         rows;
    double          sign;        /* -1: high scores are of negative rows */
    double          threshold;   /* times sign */
    double         *score;       /* times sign */
    uint8_t        *label;
    ic_ranking_t    ranking;
} evaluate_t;


/* The whole task. 0, or -1 after ic_task_fail(). */
int evaluate_run(ic_task_t *task);

/* evaluate_curve.c: the table of thresholds, the output "dataset". */
int evaluate_curve(evaluate_t *evaluate);

/* evaluate_report.c */
int evaluate_report(evaluate_t *evaluate);


#endif /* _EVALUATE_H_INCLUDED_ */
