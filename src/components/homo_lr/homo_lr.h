
/*
 * Horizontal federated logistic regression whose coordinator has no key:
 * gradient sums in fixed point, pairwise masks, n-of-n threshold Paillier
 * (docs/algorithms.md). Guest and hosts hold rows; the arbiter multiplies
 * ciphertexts and relays.
 */


#ifndef _HOMO_LR_H_INCLUDED_
#define _HOMO_LR_H_INCLUDED_


#include "../../api/ic_params.h"
#include "../../math/ic_logistic.h"
#include "../../math/ic_mask.h"
#include "../../math/ic_optimizer.h"
#include "../../math/ic_threshold.h"
#include "../../task/ic_task.h"


#define HOMO_LR_DIGEST        32


/*
 * What the protocol needs of its surroundings: the task's runtime, or a
 * test. Semantics as in task/ic_task.h; functions that return -1 have
 * reported the failure themselves.
 */
typedef struct {
    int (*send)(void *ctx, const ic_party_t *to, const void *data,
        size_t len);
    int (*recv)(void *ctx, const ic_party_t *from, u_char **data,
        size_t *len);
    int (*certify)(void *ctx, ic_str_t data, ic_str_t *signature,
        ic_str_t *certificate);
    int (*verify)(void *ctx, const ic_party_t *party, ic_str_t data,
        ic_str_t signature, ic_str_t certificate);
    const ic_json_t *(*param)(void *ctx, const char *name);
    const ic_json_t *(*input)(void *ctx, const char *name);
    void (*progress)(void *ctx, double percent, const char *stage);
    void (*metric)(void *ctx, const char *name, int64_t x, double y);
    void (*fact)(void *ctx, const char *name, int64_t value);
    void (*output)(void *ctx, const char *kind, ic_str_t json);
    void (*fail)(void *ctx, const char *code, const char *column,
        int64_t row, const char *text);
} homo_lr_io_t;


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
    bool                 allow_two_parties;
    bool                 allow_single_class;
    bool                 has_seed;
    int64_t              random_seed;
    int64_t              batch_size;     /* -1: all rows */
    int64_t              max_rows;       /* 0: the source's limit */
    unsigned             max_iter;
    unsigned             key_length;
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

    u_char               digest[HOMO_LR_DIGEST]; /* of what is common */
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


/* What a data party knows of another one (and of itself). */
typedef struct {
    const ic_party_t  *party;
    int64_t            rows;
    u_char             public_key[IC_EXCHANGE_KEY];
    u_char             secret[IC_EXCHANGE_KEY];
} homo_lr_peer_t;


typedef struct homo_lr_key_s  homo_lr_key_t;

typedef struct {
    const homo_lr_io_t  *io;
    void                *io_ctx;
    ic_arena_t          *arena;
    const char          *job_id;
    const char          *task_id;
    const ic_party_t    *parties;        /* all, sorted by name */
    unsigned             party_count;
    const ic_party_t    *self;
    unsigned             modulus_bits;   /* 0: params.key_length */
    unsigned             paillier_flags; /* tests: IC_PAILLIER_INSECURE */

    homo_lr_params_t     params;
    const ic_party_t    *arbiter;
    homo_lr_peer_t       peers[IC_TASK_MAX_PARTIES]; /* data parties */
    unsigned             count;
    unsigned             own;            /* our place in peers */
    unsigned             guest;          /* the dealer's place */

    u_char               context[IC_MASK_CONTEXT];
    u_char               check_key[IC_EXCHANGE_KEY];
    ic_exchange_t       *exchange;
    homo_lr_key_t       *making;         /* guest: the key being made */
    ic_paillier_t       *key;
    BIGNUM              *share;
    BIGNUM             **stock;          /* unused obfuscators */
    unsigned             stock_count;
    unsigned             stock_size;
    uint32_t             round;          /* of the last sum begun */
    uint32_t             opened;         /* of the last sum opened */

    homo_lr_data_t       data;
    homo_lr_model_t      model;
    bool                 failed;
} homo_lr_t;


/*
 * Runs our role to its end; io to self, arena and the two test fields are
 * set. 0, or -1 after a failure was reported. homo_lr_free() afterwards.
 */
int homo_lr_run(homo_lr_t *lr);
void homo_lr_free(homo_lr_t *lr);

/* Reports a failure through io; always -1. */
int homo_lr_fail(homo_lr_t *lr, const char *code, const char *column,
    int64_t row, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Parameters from io, checked; also fills params.digest. 0 or -1. */
int homo_lr_read_params(homo_lr_t *lr);

/* The input "train_data" as samples; every fault of the data. 0 or -1. */
int homo_lr_load(homo_lr_t *lr);

/* The three parts of a data party's work. 0 or -1. */
int homo_lr_setup(homo_lr_t *lr);
int homo_lr_train(homo_lr_t *lr);
int homo_lr_finish(homo_lr_t *lr);

/* The arbiter's work. 0 or -1. */
int homo_lr_arbitrate(homo_lr_t *lr);

/*
 * Replaces values[count] by the sums over all data parties; |each sum| <
 * 2^38, resolution 2^-24. next: how many values the following call will
 * have, 0 for none. 0 or -1.
 */
int homo_lr_sum(homo_lr_t *lr, double *values, unsigned count,
    unsigned next);

/* Fills the stock of obfuscators for a sum of that many values. 0 or -1. */
int homo_lr_prepare(homo_lr_t *lr, unsigned values);

/*
 * Rows [*first, *end) of a party with that many rows in batch number k;
 * how many batches an iteration has, -1 after a failure.
 */
int64_t homo_lr_batches(homo_lr_t *lr);
void homo_lr_batch(const homo_lr_t *lr, int64_t rows, int64_t batches,
    int64_t k, int64_t *first, int64_t *end);

/* The guest's first weights: features and intercept, by init_param. */
int homo_lr_initial_weights(homo_lr_t *lr, double *weights);

/* SHA-256 of the model's canonical text. 0 or -1. */
int homo_lr_model_digest(homo_lr_t *lr, u_char digest[HOMO_LR_DIGEST]);

/* The model as a JSON object; data NULL without memory. */
ic_str_t homo_lr_model_json(homo_lr_t *lr);


#endif /* _HOMO_LR_H_INCLUDED_ */
