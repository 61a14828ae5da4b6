
/*
 * Statistics over the rows of all data parties, which hold different rows of
 * the same columns. Counts are opened first; sums only of what has enough
 * rows, and so that nothing smaller can be had by subtraction.
 */


#ifndef _SECURE_STATS_H_INCLUDED_
#define _SECURE_STATS_H_INCLUDED_


#include "../../protocol/ic_counts.h"
#include "../../protocol/ic_moments.h"
#include "../../protocol/ic_ranks.h"
#include "../../protocol/ic_settings.h"


/* Columns of a correlation; columns times groups. */
#define SECURE_STATS_PAIRED  200
#define SECURE_STATS_CELLS   20000

/* Groups, with that of all other rows. */
#define SECURE_STATS_GROUPS  1001

/* Bits of a double before its mantissa: bins are powers of two. */
#define SECURE_STATS_BITS    12


typedef enum {
    SECURE_STATS_GROUPED = 0,
    SECURE_STATS_EXACT
} secure_stats_method_e;

typedef enum {
    SECURE_STATS_BINS = 0,
    SECURE_STATS_VALUES,
    SECURE_STATS_NONE
} secure_stats_extremes_e;

typedef struct {
    const char             **columns;
    unsigned                 ncolumns;
    const char              *group_by;   /* NULL: none */
    const char             **values;     /* of groups */
    unsigned                 nvalues;
    int64_t                  least;      /* min_group */
    double                  *quantiles;
    unsigned                 nquantiles;
    secure_stats_method_e    method;
    secure_stats_extremes_e  extremes;
    double                   resolution;
    bool                     correlation;
    int64_t                  max_rows;
    ic_aggregate_conf_t      conf;
    ic_str_t                 common;
} secure_stats_params_t;

/* A quantile or, below 0, an extreme of a column that is shown. */
typedef struct {
    double     q;                /* SECURE_STATS_MIN, SECURE_STATS_MAX */
    bool       shown;
    ic_rank_t  rank;
} secure_stats_rank_t;

#define SECURE_STATS_MIN  (-1.0)
#define SECURE_STATS_MAX  (-2.0)

typedef struct {
    ic_task_t              *task;
    ic_settings_t           settings;
    secure_stats_params_t   params;
    ic_aggregate_t         *sums;

    /* own rows */
    int64_t                 rows;
    double                **x;           /* by column; NaN: NULL */
    uint32_t               *groups;      /* nvalues: none of the values */

    /* results, the same at every data party */
    int64_t                 all_rows;
    ic_moments_t           *total;       /* by column */
    bool                   *total_shown;
    unsigned                ngroups;     /* with the last; 0: no group_by */
    int64_t                *group_rows;
    bool                   *group_shown;
    ic_moments_t           *cells;       /* [group * ncolumns + column] */
    bool                   *cells_shown;
    secure_stats_rank_t    *ranks;       /* column by column */
    unsigned                nranks;      /* of one column */
    int64_t                 complete;    /* rows of the correlation */
    const char             *incomplete;  /* the column that prevents it */
    double                 *r;           /* ncolumns^2; NULL: suppressed */
} secure_stats_t;


/* One party's part, whatever its role. 0, or -1 after ic_task_fail(). */
int secure_stats(ic_task_t *task);

/* The parameters; conf has to be there. 0 or -1. */
int secure_stats_read_params(secure_stats_t *stats);

/* The own table: values and groups of every row. 0 or -1. */
int secure_stats_load(secure_stats_t *stats);

/* The parts of the work, each with its secure sums. 0 or -1. */
int secure_stats_moments(secure_stats_t *stats);
int secure_stats_ranks(secure_stats_t *stats);
int secure_stats_correlation(secure_stats_t *stats);

/* The report as JSON; data NULL: memory is short. */
ic_str_t secure_stats_report(secure_stats_t *stats);

/* The table of results. 0 or -1. */
int secure_stats_table(secure_stats_t *stats);

/*
 * What is known of a rank: its value, and bounds that hold it; *value is NaN
 * where only the bounds are known.
 */
void secure_stats_found(const secure_stats_t *stats,
    const secure_stats_rank_t *rank, double *value, double *lower,
    double *upper);

/* Always -1. */
int secure_stats_no_memory(secure_stats_t *stats);


#endif /* _SECURE_STATS_H_INCLUDED_ */
