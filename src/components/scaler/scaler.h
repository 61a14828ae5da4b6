
/*
 * Columns of numbers brought to a common scale: x' = (x - shift) / scale,
 * each party's own columns by their own rows, or columns that all parties
 * have by the rows of all.
 */


#ifndef _SCALER_H_INCLUDED_
#define _SCALER_H_INCLUDED_


#include "../../protocol/ic_aggregate.h"
#include "../../protocol/ic_model.h"
#include "../../protocol/ic_settings.h"
#include "../../source/ic_source.h"


/* As the parameter "method" has them. */
typedef enum {
    SCALER_STANDARD = 0,         /* mean, population deviation */
    SCALER_MIN_MAX,              /* minimum, range */
    SCALER_ROBUST,               /* median, interquartile range */
    SCALER_MAX_ABS               /* 0, largest absolute value */
} scaler_method_e;

typedef struct {
    ic_task_t                  *task;
    const ic_aggregate_conf_t  *conf;
    ic_settings_t               settings;
    scaler_method_e             method;
    bool                        pooled;
    bool                        nulls;       /* may be, and stay */
    ic_table_t                 *table;
    int64_t                     rows;
    const char                **names;
    unsigned                    count;       /* of names */
    int64_t                    *filled;      /* values that are there */
    double                     *shift;
    double                     *scale;
} scaler_t;


/*
 * One party's part. conf: key_length 0 for that of the parameters (tests
 * have others). 0, or -1 after ic_task_fail().
 */
int scaler_run(ic_task_t *task, const ic_aggregate_conf_t *conf);


/* scaler_fit.c: by the own rows. */
int scaler_fit(scaler_t *scaler);

/* A column: values[rows], NaN where it is empty. 0 or -1 after fail. */
int scaler_values(const scaler_t *scaler, unsigned n, double *values);

/* The values that are there, sorted; *count of them. To be freed; or NULL. */
double *scaler_sorted(scaler_t *scaler, unsigned n);

/*
 * shift and scale from what was found: middle or low, and its distance from
 * high. A constant column has scale 1. 0, or -1 after ic_task_fail().
 */
int scaler_set(scaler_t *scaler, unsigned n, double shift, double scale);

/*
 * Of count values the two whose weighted mean is the quantile q, by linear
 * interpolation (type 7 of Hyndman and Fan): low + rest (high - low).
 */
double scaler_quantile(int64_t count, double q, int64_t *low);


/* scaler_pool.c: by the rows of all parties. */
int scaler_pool(scaler_t *scaler, ic_aggregate_t *sums);


/* scaler_apply.c: the table. */
int scaler_apply(scaler_t *scaler);


#endif /* _SCALER_H_INCLUDED_ */
