
/*
 * What may be told of a table without telling of anybody in it: numbers and
 * values of groups, and rows that nobody is.
 */


#ifndef _IC_SUMMARY_H_INCLUDED_
#define _IC_SUMMARY_H_INCLUDED_


#include "ic_metas.h"


#define IC_SUMMARY_GROUP      10     /* min_group if nothing is said */
#define IC_SUMMARY_GROUP_MIN  3
#define IC_SUMMARY_GROUP_MAX  1000
#define IC_SUMMARY_SAMPLE     10     /* rows of a sample */


typedef struct {
    unsigned     min_group;      /* of rows that a figure is of */
    bool         sample;
    const char  *key;            /* a column of ids, or NULL */
} ic_summary_want_t;


/*
 * The summary of the table in a folder, whose columns are metas, as JSON in
 * the arena (docs/operations.md, "Descriptions of datasets"); the table is
 * read once, in memory that does not grow with it. Of columns of ids and of
 * texts with more than IC_METAS_DISTINCT values there is nothing. data NULL
 * with an error.
 */
ic_str_t ic_summary(ic_arena_t *arena, const char *folder,
    const ic_meta_t *metas, unsigned count, const ic_summary_want_t *want,
    ic_source_error_t *error);


#endif /* _IC_SUMMARY_H_INCLUDED_ */
