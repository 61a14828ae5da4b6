
/* Points of a component's curves, kept until a note of its task. */


#ifndef _INTERCONND_RUNNER_POINTS_H_INCLUDED_
#define _INTERCONND_RUNNER_POINTS_H_INCLUDED_


#include "../lib/ic_str.h"


#define INTERCONND_RUNNER_POINTS  64


typedef struct interconnd_child_s  interconnd_child_t;

typedef struct {
    unsigned   count;
    char      *of[INTERCONND_RUNNER_POINTS];     /* malloc() */
} interconnd_points_t;


/* A JSON array of name, x, y. */
void interconnd_points_add(interconnd_child_t *child, ic_str_t point);

/* To the store, in one call. */
void interconnd_points_flush(interconnd_child_t *child);
void interconnd_points_drop(interconnd_child_t *child);


#endif /* _INTERCONND_RUNNER_POINTS_H_INCLUDED_ */
