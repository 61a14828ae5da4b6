
/* Queries that came as text, and where they can run. */


#ifndef _INTERCONND_RUNNER_QUERY_H_INCLUDED_
#define _INTERCONND_RUNNER_QUERY_H_INCLUDED_


#include "interconnd_runner.h"


typedef struct interconnd_prepare_s  interconnd_prepare_t;

/* What the runner does for queries that wait for their owner. */
struct interconnd_asking_s {
    int64_t                sources_ms;       /* odbc.ini, not before */
    struct timespec        sources_time;     /* of its last change */
    bool                   sources_told;
    int64_t                prepare_ms;       /* the next one, not before */
    interconnd_prepare_t  *prepare;          /* NULL: none is read */
};


/* interconnd_runner_query.c */

/*
 * A text that no dataset answers: fills in the source as its owner approved
 * it for the task's initiator. 0, or -1 with a failure that says what to do.
 */
int interconnd_query(interconnd_child_t *child, ic_str_t sql,
    const char *digest, interconnd_source_t *source);


/* interconnd_runner_sources.c */

/* From time to time: tells the store the names that odbc.ini has. */
void interconnd_sources_tend(interconnd_runner_t *runner, int64_t now);


/* interconnd_runner_prepare.c */

/* From time to time: has data sources say what a query would tell. */
void interconnd_prepare_tend(interconnd_runner_t *runner, int64_t now);

/* At the end of the runner. */
void interconnd_prepare_stop(interconnd_runner_t *runner);


#endif /* _INTERCONND_RUNNER_QUERY_H_INCLUDED_ */
