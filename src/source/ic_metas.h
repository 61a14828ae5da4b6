
/* What the columns of a table are, found out by reading it. */


#ifndef _IC_METAS_H_INCLUDED_
#define _IC_METAS_H_INCLUDED_


#include "ic_rows.h"


#define IC_METAS_DISTINCT  20    /* that many values are kinds, not amounts */


/* A ColumnMeta of A.2 and what it follows from. */
typedef struct {
    const char  *name;
    const char  *data_type;      /* varchar, bigint, double, boolean */
    const char  *distribution;   /* DISCRETE, CONTINUOUS */
    int64_t      nulls;
    unsigned     distinct;       /* IC_METAS_DISTINCT + 1: more */
} ic_meta_t;


/*
 * The columns of the table in a folder (ic_rows.h), in the arena, and the
 * number of rows; the table is read once, in memory that does not grow.
 * Numbers are CONTINUOUS that have a fraction or more than IC_METAS_DISTINCT
 * values; all else is DISCRETE. NULL with an error.
 */
ic_meta_t *ic_metas_derive(ic_arena_t *arena, const char *folder,
    unsigned *count, int64_t *rows, ic_source_error_t *error);


#endif /* _IC_METAS_H_INCLUDED_ */
