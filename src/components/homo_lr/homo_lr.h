
/*
 * Horizontal federated logistic regression: sums of gradients over the rows
 * of all data parties, by secure sums (protocol/ic_aggregate.h); every data
 * party takes the same steps (docs/algorithms.md).
 */


#ifndef _HOMO_LR_H_INCLUDED_
#define _HOMO_LR_H_INCLUDED_


#include "../../math/ic_histogram.h"
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

typedef enum {
    HOMO_LR_STANDARD = 0,
    HOMO_LR_UNSCALED,
    HOMO_LR_ROBUST
} homo_lr_scaler_e;

typedef enum {
    HOMO_LR_ALIKE = 0,
    HOMO_LR_BALANCED,
    HOMO_LR_CUSTOM
} homo_lr_weight_e;

typedef struct {
    ic_penalty_e         penalty;
    ic_optimizer_kind_e  optimizer;
    homo_lr_stop_e       early_stop;
    homo_lr_init_e       init_method;
    homo_lr_scaler_e     scaler;
    homo_lr_weight_e     class_weight;
    bool                 newton;
    bool                 private;        /* differential privacy */
    bool                 lossy;          /* goes on without lost hosts */
    bool                 log_odds;       /* first intercept: pooled */
    bool                 fit_intercept;
    bool                 decay_sqrt;
    bool                 allow_single_class;
    bool                 dedup;          /* rows of both queries once */
    bool                 has_seed;
    int64_t              random_seed;
    int64_t              batch_size;     /* -1: all rows */
    int64_t              max_rows;       /* 0: the source's limit */
    bool                 evaluate;       /* on the rows it is made of */
    bool                 need_cv;
    bool                 shuffle;        /* before rows go into folds */
    bool                 has_cv_seed;
    int64_t              cv_seed;
    unsigned             splits;         /* folds */
    unsigned             max_iter;
    double               tol;
    double               alpha;
    double               learning_rate;
    double               decay;
    double               init_const;
    double               positive_weight;
    double               confidence;
    double               clip;
    double               noise;          /* deviation / clip */
    double               delta;

    const char          *unique_id;
    const char          *label_name;
    const char          *label_value;
    unsigned             features;
    const char         **attributes;

    ic_str_t             common;         /* what all must have alike */
} homo_lr_params_t;


/* This party's rows, as they were read. */
typedef struct {
    int64_t    rows;
    double    *x;                /* rows * features, row by row */
    uint8_t   *label;            /* 1 or 0 */
    int64_t    positives;
} homo_lr_data_t;


/* The rows that a training takes, and how many the others take. */
typedef struct {
    int64_t    rows;             /* ours */
    int64_t   *number;           /* which; NULL: all */
    int64_t    positives;
    int64_t    rows_of[IC_TASK_MAX_PARTIES];
    int64_t    all;
} homo_lr_set_t;


/* Of a weight: deviation, and the chance of a larger one if it were 0. */
typedef struct {
    double     error;
    double     z;
    double     p;
    double     low;              /* interval of params.confidence */
    double     high;
} homo_lr_error_t;


/* The common state of all parties: equal bits everywhere. */
typedef struct {
    double           *weights;   /* features, then the intercept */
    double           *shift;     /* x' = (x - shift) / scale; NULL: x */
    double           *scale;
    double           *losses;    /* after each iteration */
    unsigned          alike;     /* the last so many: of the same rows */
    homo_lr_error_t  *errors;    /* of the weights, or NULL */
    unsigned          iterations;
    bool              converged;
    int64_t           rows;      /* of the parties that are left */
    int64_t           positives;
    double            weight[2]; /* of a row with label 0, 1; mean 1 */
} homo_lr_model_t;


/* How good a model is on rows of all parties; equal bits everywhere. */
typedef struct {
    ic_histogram_t   *histogram;         /* NULL: it was not evaluated */
    ic_ranking_t      ranking;           /* of the histogram */
    double            log_loss;
} homo_lr_evaluation_t;


/* A host that was lost: the first step without its rows. */
typedef struct {
    ic_aggregate_gone_t   gone;
    unsigned              iteration;     /* from 1 on */
} homo_lr_lost_t;


typedef struct {
    ic_task_t            *task;
    ic_aggregate_conf_t   conf;          /* tests set its last two */
    ic_settings_t         settings;
    homo_lr_params_t      params;
    ic_aggregate_t       *sums;          /* data parties */
    homo_lr_data_t        data;
    homo_lr_set_t         set;
    homo_lr_model_t       model;
    homo_lr_evaluation_t  evaluation;    /* of the model */
    homo_lr_evaluation_t *folds;         /* params.splits; NULL: no CV */
    double               *row;           /* room for a scaled one */
    homo_lr_lost_t        lost[IC_TASK_MAX_PARTIES];
    unsigned              nlost;

    /* what a training reports: percent, and the name of its curve */
    double                percent_from;
    double                percent_to;
    const char           *curve;         /* NULL: none */
} homo_lr_t;


/*
 * Runs our role to its end; task is set, all else 0 but for tests. 0, or -1
 * after ic_task_fail(). homo_lr_free() afterwards.
 */
int homo_lr_run(homo_lr_t *lr);
void homo_lr_free(homo_lr_t *lr);

/* Parameters, checked. 0 or -1. */
int homo_lr_read_params(homo_lr_t *lr);

/* The input "train_data"; every fault of the data. 0 or -1. */
int homo_lr_load(homo_lr_t *lr);

/*
 * Makes lr->model from those of our rows that are chosen (a byte of 1 for
 * each; NULL: all). rows_of: how many each data party has chosen, as all know
 * it; NULL: all of them. May be called again, with other rows. 0 or -1.
 */
int homo_lr_train(homo_lr_t *lr, const uint8_t *chosen,
    const int64_t *rows_of);

/* What lr->model says of our row: the probability that it is positive. */
double homo_lr_predict(const homo_lr_t *lr, int64_t row);

/*
 * Cross validation, before the training: for each fold a training without
 * it, over the same keys, and an evaluation on it. 0 or -1.
 */
int homo_lr_validate(homo_lr_t *lr);

/*
 * Evaluates lr->model on our rows without those (a byte of 1 for each; NULL:
 * on all), together with all parties' in number; into evaluation, to be
 * freed. 0 or -1.
 */
int homo_lr_evaluate(homo_lr_t *lr, const uint8_t *without, int64_t number,
    homo_lr_evaluation_t *evaluation);
void homo_lr_evaluation_free(homo_lr_evaluation_t *evaluation);

/* The members "evaluation" and "cross_validation" of metrics, if any. */
void homo_lr_put_evaluations(const homo_lr_t *lr, ic_json_out_t *out);


/* homo_lr_rows.c: over the rows of the set, scaled and weighted. */

/*
 * Adds, of the rows [first, end), to gradient[features + 1], to the loss and
 * to the upper triangle of the Hessian, sum p (1 - p) x x^T, x with a 1 last;
 * each may be NULL. 0 or -1.
 */
int homo_lr_add(homo_lr_t *lr, int64_t first, int64_t end, double *gradient,
    double *loss, double *hessian);

/*
 * The gradient in units of 2^-24, each row's cut to a length of params.clip
 * at most and rounded towards zero.
 */
void homo_lr_clipped(const homo_lr_t *lr, int64_t first, int64_t end,
    uint64_t *sum);

/* The sums of |x| of each column; no sum of a gradient is larger. */
void homo_lr_lengths(const homo_lr_t *lr, double *sum);

/* Our row number i of the set. */
int64_t homo_lr_number(const homo_lr_t *lr, int64_t i);


/* homo_lr_start.c, homo_lr_quantile.c: before the first step. 0 or -1. */

/*
 * The first sums: positives and the scale of each column. Sets the first
 * weights, the weights of classes and the scaler, and checks the range of
 * our rows. next: the values of the sum that follows.
 */
int homo_lr_start(homo_lr_t *lr, unsigned next);

/* The median and the interquartile range of each column, exactly. */
int homo_lr_quantiles(homo_lr_t *lr);

/* The first weights: features and intercept, by init_param. */
int homo_lr_initial_weights(homo_lr_t *lr, double *weights);

/* Rounded to 2^-32: what machines see differently is gone. */
double homo_lr_round(double value);

/* A sum in two words: resolution 2^-64; the value of two summed words. */
void homo_lr_split(double value, double two[2]);
double homo_lr_join(const double two[2]);


/* homo_lr_batch.c */

/*
 * Rows [*first, *end) of a party with that many rows in batch number k;
 * how many batches an iteration has, -1 after a failure.
 */
int64_t homo_lr_batches(homo_lr_t *lr);
void homo_lr_batch(const homo_lr_t *lr, int64_t rows, int64_t batches,
    int64_t k, int64_t *first, int64_t *end);


/* homo_lr_dropout.c: hosts that are lost. */

/* After a sum: whose rows it had, and who was lost. */
void homo_lr_take_set(homo_lr_t *lr);

/* Who was lost, since the last sum of the training too. */
void homo_lr_take_lost(homo_lr_t *lr);

/* The member "dropouts" of metrics, where there may be some. */
void homo_lr_put_dropouts(const homo_lr_t *lr, ic_json_out_t *out);


/* homo_lr_train.c, homo_lr_newton.c: the iterations. 0 or -1. */

int homo_lr_iterate(homo_lr_t *lr);
int homo_lr_newton(homo_lr_t *lr);

/* Takes the mean loss after so many iterations; tells whether to stop. */
bool homo_lr_take_loss(homo_lr_t *lr, double sum);
bool homo_lr_weights_converged(const homo_lr_t *lr, const double *before);
void homo_lr_report(homo_lr_t *lr, unsigned number);

/*
 * The factor (math/ic_spd.h) of the mean Hessian with the penalty, of its
 * sum. 0, or -1: data_collinear.
 */
int homo_lr_system(homo_lr_t *lr, const double *hessian, double *factor);

/* Errors of the weights from the Hessian's sum at the end. 0 or -1. */
int homo_lr_errors(homo_lr_t *lr, const double *hessian);

/* Adds this party's noise to words[features + 1]. 0 or -1. */
int homo_lr_noise(homo_lr_t *lr, uint64_t *words);


/* homo_lr_model.c */

/* SHA-256 of the model, equal where the model is. 0 or -1. */
int homo_lr_model_digest(homo_lr_t *lr, u_char digest[HOMO_LR_DIGEST]);

/* Puts the model out. 0 or -1. */
int homo_lr_model_output(homo_lr_t *lr);

int homo_lr_no_memory(homo_lr_t *lr);


#endif /* _HOMO_LR_H_INCLUDED_ */
