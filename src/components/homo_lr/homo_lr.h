
/*
 * Horizontal federated logistic regression: sums of gradients over the rows
 * of all data parties, by secure sums (protocol/ic_aggregate.h); every data
 * party takes the same steps (docs/algorithms.md).
 */


#ifndef _HOMO_LR_H_INCLUDED_
#define _HOMO_LR_H_INCLUDED_


#include "../../math/ic_logistic.h"
#include "../../math/ic_optimizer.h"
#include "../../protocol/ic_aggregate.h"
#include "../../protocol/ic_settings.h"
#include "../../task/ic_task.h"


#define HOMO_LR_DIGEST        32


typedef enum {
    HOMO_LR_STOP_DIFF = 0,
    HOMO_LR_STOP_ABS,
    HOMO_LR_STOP_WEIGHT_DIFF
} homo_lr_stop_e;

typedef enum {
    HOMO_LR_INIT_ZEROS = 0,
    HOMO_LR_INIT_ONES,
    HOMO_LR_INIT_CONST,
    HOMO_LR_INIT_UNIFORM,
    HOMO_LR_INIT_NORMAL
} homo_lr_init_e;

typedef struct {
    ic_penalty_e         penalty;
    ic_optimizer_kind_e  optimizer;
    homo_lr_stop_e       early_stop;
    homo_lr_init_e       init_method;
    bool                 log_odds;       /* first intercept: pooled */
    bool                 standard;       /* scaler */
    bool                 fit_intercept;
    bool                 decay_sqrt;
    bool                 allow_single_class;
    bool                 has_seed;
    int64_t              random_seed;
    int64_t              batch_size;     /* -1: all rows */
    int64_t              max_rows;       /* 0: the source's limit */
    unsigned             max_iter;
    double               tol;
    double               alpha;
    double               learning_rate;
    double               decay;
    double               init_const;

    const char          *unique_id;
    const char          *label_name;
    const char          *label_value;
    unsigned             features;
    const char         **attributes;

    ic_str_t             common;         /* what all must have alike */
} homo_lr_params_t;


/* This party's rows. */
typedef struct {
    ic_samples_t   samples;
    double        *x;            /* samples.x, to be scaled in place */
    uint8_t       *label;        /* samples.label */
    int64_t        positives;
} homo_lr_data_t;


/* The common state of all parties: equal bits everywhere. */
typedef struct {
    double    *weights;          /* features, then the intercept */
    double    *mean;             /* NULL without a scaler */
    double    *std;
    double    *losses;           /* after each iteration */
    unsigned   iterations;
    bool       converged;
    int64_t    rows;
    int64_t    positives;
} homo_lr_model_t;


typedef struct {
    ic_task_t            *task;
    ic_aggregate_conf_t   conf;          /* tests set its last two */
    ic_settings_t         settings;
    homo_lr_params_t      params;
    ic_aggregate_t       *sums;          /* data parties */
    homo_lr_data_t        data;
    homo_lr_model_t       model;
} homo_lr_t;


/*
 * Runs our role to its end; task is set, all else 0 but for tests. 0, or -1
 * after ic_task_fail(). homo_lr_free() afterwards.
 */
int homo_lr_run(homo_lr_t *lr);
void homo_lr_free(homo_lr_t *lr);

/* Parameters, checked. 0 or -1. */
int homo_lr_read_params(homo_lr_t *lr);

/* The input "train_data" as samples; every fault of the data. 0 or -1. */
int homo_lr_load(homo_lr_t *lr);

/* A data party's work with its open sums. 0 or -1. */
int homo_lr_train(homo_lr_t *lr);
int homo_lr_finish(homo_lr_t *lr);

/*
 * The first sum: positives and the scale of each column. Sets the first
 * weights and the scaler, scales our rows and checks their range. next: the
 * values of the sum that follows. 0 or -1.
 */
int homo_lr_start(homo_lr_t *lr, unsigned next);

/*
 * Rows [*first, *end) of a party with that many rows in batch number k;
 * how many batches an iteration has, -1 after a failure.
 */
int64_t homo_lr_batches(homo_lr_t *lr);
void homo_lr_batch(const homo_lr_t *lr, int64_t rows, int64_t batches,
    int64_t k, int64_t *first, int64_t *end);

/* The first weights: features and intercept, by init_param. 0 or -1. */
int homo_lr_initial_weights(homo_lr_t *lr, double *weights);

/* SHA-256 of the model's canonical text. 0 or -1. */
int homo_lr_model_digest(homo_lr_t *lr, u_char digest[HOMO_LR_DIGEST]);

/* The model as a JSON object; data NULL without memory. */
ic_str_t homo_lr_model_json(homo_lr_t *lr);


#endif /* _HOMO_LR_H_INCLUDED_ */
