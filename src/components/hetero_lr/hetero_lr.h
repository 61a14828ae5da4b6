
/*
 * Vertical logistic regression of two parties without an arbiter (CAESAR,
 * Chen et al., KDD 2021; docs/algorithms.md): every weight is the sum of two
 * words of Z_2^128, one at either party, and so are scores, residuals and
 * gradients. Products of one party's columns with the other's words are
 * taken under the other's Paillier key and masked before they go back.
 */


#ifndef _HETERO_LR_H_INCLUDED_
#define _HETERO_LR_H_INCLUDED_


#include "../../math/ic_multiples.h"
#include "../../protocol/ic_agree.h"
#include "../../protocol/ic_settings.h"
#include "../../protocol/ic_tables.h"
#include "hetero_lr_stock.h"


/*
 * Scales: a value v is round(v 2^scale). Residuals are 1/2 + z/4 - y, so z
 * (2^-42) becomes one of 2^-44 without a shift.
 */
#define HETERO_X_BITS       14               /* of columns */
#define HETERO_W_BITS       28               /* of weights */
#define HETERO_E_BITS       (HETERO_X_BITS + HETERO_W_BITS + 2)

/* Columns have |x| < 2^12 after scaling: so many bits, and a sign. */
#define HETERO_MAX_BITS     26
#define HETERO_RING_BITS    128
#define HETERO_LIMB_BITS    32
#define HETERO_LIMBS        4

/* Masks are so many bits longer than what they hide. */
#define HETERO_MASK_BITS    40

/* A weight or a mean squared residual from here on: the steps exploded. */
#define HETERO_LIMIT        1048576.0        /* 2^20 */

#define HETERO_CHUNK        4096             /* rows of a message */


typedef unsigned __int128   hetero_word_t;
typedef __int128            hetero_int_t;

typedef enum {
    HETERO_STOP_NONE = 0,
    HETERO_STOP_DIFF,
    HETERO_STOP_WEIGHT_DIFF
} hetero_stop_e;

typedef struct {
    bool           l2;
    bool           nesterov;
    bool           fit_intercept;
    bool           standard;
    bool           decay_sqrt;
    bool           reveal_loss;
    bool           calibrate;
    hetero_stop_e  early_stop;
    int64_t        batch_size;               /* -1: all rows */
    int64_t        max_rows;
    int64_t        min_rows;
    int64_t        rows_per_column;
    unsigned       max_iter;
    unsigned       key_length;
    unsigned       decimals;
    double         alpha;
    double         learning_rate;
    double         decay;
    double         tol;
    const char    *unique_id;
    const char    *label_name;
    const char    *label_value;
    ic_str_t       common;
} hetero_params_t;

/* This party's rows, in fixed point. */
typedef struct {
    int64_t        rows;
    unsigned       features;
    unsigned       columns;                  /* with the intercept */
    unsigned       bits;                     /* of |x|: 18, 22 or 26 */
    const char   **names;
    double        *mean;                     /* NULL without a scaler */
    double        *std;
    int32_t       *x;                        /* rows x columns */
    uint8_t       *label;                    /* the guest's */
    int64_t        positives;
} hetero_data_t;

/* Shares of the weights of one party. */
typedef struct {
    unsigned        count;
    hetero_word_t  *w;
    hetero_word_t  *momentum;
    hetero_word_t  *gradient;
    hetero_word_t  *before;                  /* of the last iteration */
} hetero_shares_t;

typedef struct {
    ic_task_t          *task;
    ic_wire_t           wire;
    const ic_party_t   *peer;
    bool                guest;
    unsigned            threads;
    unsigned            modulus_bits;
    unsigned            paillier_flags;
    hetero_params_t     params;
    hetero_data_t       data;

    ic_paillier_key_t  *secret;
    ic_paillier_t      *key[2];              /* ours, theirs */
    ic_cipher_t        *cipher[2];
    ic_decryption_t    *decryption;
    hetero_stock_t     *stock;               /* under our key */
    size_t              space;
    BIGNUM            **plain;               /* so many, in and out */
    BIGNUM            **coded;

    hetero_shares_t     own;                 /* of our weights */
    hetero_shares_t     other;               /* of the peer's */
    hetero_word_t      *e;                   /* of residuals of a batch */
    int64_t            *x;                   /* of a chunk */
    hetero_word_t       loss;                /* of an iteration */
    uint32_t            number;              /* of the step */

    double             *weights;             /* ours, at the end */
    double             *losses;
    unsigned            iterations;
    bool                converged;
    bool                calibrated;
    double              slope;
    double              offset;
    double              auc;
    double              ks;
    double              log_loss;
} hetero_lr_t;

enum {
    HETERO_AGREE = 1,
    HETERO_COLUMNS,
    HETERO_KEY,
    HETERO_WEIGHTS,
    HETERO_SCORES,
    HETERO_RESIDUALS,
    HETERO_GRADIENTS,
    HETERO_LOSS,
    HETERO_CHANGE,
    HETERO_NORM,
    HETERO_PIECE,
    HETERO_IDS,
    HETERO_IDS_AGAIN,
    HETERO_SCORE_KEY,
    HETERO_SCORE
};


/* modulus_bits 0: key_length; flags: of ic_paillier.h. Both for tests. */
int hetero_lr_run(ic_task_t *task, unsigned modulus_bits, unsigned flags);

int hetero_no_memory(hetero_lr_t *lr);

/* The peer's next message, while the stock is filled. As ic_message_recv(). */
int hetero_recv(hetero_lr_t *lr, ic_message_t *message, unsigned kind);

/* hetero_lr_data.c: parameters; then the rows, scaled and coded. 0 or -1. */
int hetero_read_params(hetero_lr_t *lr);
int hetero_load(hetero_lr_t *lr, ic_table_t *table);
void hetero_data_free(hetero_data_t *data);

/* hetero_lr_train.c: from zero weights to opened ones. 0 or -1. */
int hetero_train(hetero_lr_t *lr);

/* hetero_lr_finish.c: calibration, model and report. 0 or -1. */
int hetero_finish(hetero_lr_t *lr);


#endif /* _HETERO_LR_H_INCLUDED_ */
