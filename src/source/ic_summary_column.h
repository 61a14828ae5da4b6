
/* One column of a summary, inside. */


#ifndef _IC_SUMMARY_COLUMN_H_INCLUDED_
#define _IC_SUMMARY_COLUMN_H_INCLUDED_


#include "ic_summary.h"


#define IC_SUMMARY_TEXT       64         /* bytes of a value that is told */
#define IC_SUMMARY_REGISTERS  1024       /* of a count of what differs */
#define IC_SUMMARY_QUANTILES  5


typedef enum {
    IC_SUMMARY_NOTHING = 0,              /* but how many cells are empty */
    IC_SUMMARY_VALUES,
    IC_SUMMARY_NUMBERS
} ic_summary_e;

typedef struct {
    uint64_t  hash;
    int64_t   count;
    double    number;
    char      text[IC_SUMMARY_TEXT + 1];
    bool      whole;                     /* the text is all of it */
} ic_summary_value_t;

typedef struct {
    const char          *name;
    ic_cell_e            type;
    ic_summary_e         kind;
    int64_t              rows;
    int64_t              nulls;
    bool                 fraction;
    long double          sum;
    double              *low;            /* the least ones, ascending */
    double              *high;           /* the greatest, descending */
    unsigned             group;          /* of each, at most */
    unsigned             nlow;
    unsigned             nhigh;
    double              *drawn;          /* some of all, at random */
    unsigned             ndrawn;
    unsigned             room;
    u_char              *registers;
    ic_summary_value_t   values[IC_METAS_DISTINCT];
    unsigned             nvalues;
} ic_summary_column_t;


/* Room in the arena for at most room values. 0 or -1. */
int ic_summary_begin(ic_summary_column_t *column, ic_arena_t *arena,
    unsigned group, unsigned room);

void ic_summary_cell(ic_summary_column_t *column, const ic_cell_t *cell,
    uint64_t *random);

/* After the last row: what is told of it from now on, sorted. */
void ic_summary_end(ic_summary_column_t *column);

/* What is told of it, as an object. */
void ic_summary_put(ic_json_out_t *out, const ic_summary_column_t *column);

/* One value of it at random, or null. */
void ic_summary_draw(ic_json_out_t *out, const ic_summary_column_t *column,
    uint64_t *random);

/* Numbers that nobody has to guess: not for keys. */
uint64_t ic_summary_random(uint64_t *random);


#endif /* _IC_SUMMARY_COLUMN_H_INCLUDED_ */
