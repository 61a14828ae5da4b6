
/*
 * Models: one format of JSON for all algorithms (docs/algorithms.md,
 * "Models"). A model is made by a writer that completes it with its digests,
 * and read by a reader that believes nothing: versions, sizes, finite
 * numbers and digests are checked before a number is used.
 */


#ifndef _IC_MODEL_H_INCLUDED_
#define _IC_MODEL_H_INCLUDED_


#include "../task/ic_task.h"


#define IC_MODEL_VERSION       "1.1.0"   /* 1.0.0: homo_lr before pieces */
#define IC_MODEL_MAX_FEATURES  16384
#define IC_MODEL_MAX_BINS      1024      /* of one feature */
#define IC_MODEL_MAX_PARTIES   IC_TASK_MAX_PARTIES
#define IC_MODEL_MAX_BYTES     (16 * 1024 * 1024)
#define IC_MODEL_MAX_WORD      32        /* bytes of a share's word */
#define IC_MODEL_HEX           65


/* x' = (x - shift) / scale, and what JSON calls the two. */
typedef enum {
    IC_MODEL_UNSCALED = 0,       /* none */
    IC_MODEL_STANDARD,           /* standard: mean, std */
    IC_MODEL_MIN_MAX,            /* min_max: min, range */
    IC_MODEL_ROBUST              /* robust: median, iqr */
} ic_model_scaler_e;

/* What becomes of z = w.x + intercept. */
typedef enum {
    IC_MODEL_IDENTITY = 0,       /* identity: z itself */
    IC_MODEL_LOGIT               /* logit: 1 / (1 + e^-z) */
} ic_model_link_e;

/*
 * Bins of one feature. Of numbers: bin i has edges[i - 1] < x <= edges[i],
 * one bin more than edges; of texts: bin i has values[i], a NULL-ended list
 * of distinct texts. null and other (texts that are in no list): the bin they
 * go to, one of those or one behind them; -1: they are refused.
 */
typedef struct {
    const char         *feature;
    bool                text;
    unsigned            count;       /* bins, 1.. */
    unsigned            nedges;      /* rising */
    double             *edges;
    const char *const **values;      /* of the first nvalues bins */
    unsigned            nvalues;
    int                 null;
    int                 other;
    double             *woe;         /* of each bin, or NULL */
    double             *points;      /* scorecards, or NULL */
    int64_t            *positives;   /* rows that made it, or NULL */
    int64_t            *negatives;
    bool                has_iv;
    double              iv;
} ic_model_bins_t;

/*
 * A share of the weights of one party's features: words of so many bytes,
 * big-endian, modulo 2^(8 bytes), each a fixed point of piece->fraction bits.
 */
typedef struct {
    const char  *party;              /* whose features: "guest.0" */
    unsigned     count;
    unsigned     bytes;              /* of a word */
    u_char      *words;              /* count * bytes */
} ic_model_share_t;

/* One party's part of a model that no party has as a whole. */
typedef struct {
    const char        *role;         /* whose it is: "guest.0" */
    const char       **of;           /* all that have one, in order */
    unsigned           nof;
    char               set[IC_MODEL_HEX];    /* the same in all pieces */
    unsigned           fraction;     /* bits behind the point */
    ic_model_share_t  *shares;
    unsigned           nshares;
} ic_model_piece_t;

typedef struct {
    const char  *name;
    const char  *node_id;
} ic_model_party_t;

/*
 * Everything of a model. What is NULL, 0 or false is not in it. features are
 * this party's; weights, scaler and bins are in their order. metrics: the
 * text of a JSON object, what else is known of it; no part of the digest.
 */
typedef struct {
    const char         *version;
    const char         *algorithm;
    const char        **features;
    unsigned            nfeatures;

    double             *weights;
    bool                has_intercept;
    double              intercept;

    ic_model_scaler_e   scaler;
    double             *shift;
    double             *scale;       /* above 0 */

    ic_model_bins_t    *bins;        /* not of every feature */
    unsigned            nbins;

    ic_model_link_e     link;
    bool                calibrated;  /* link of slope * z + offset */
    double              slope;
    double              offset;
    bool                bounded;     /* what comes of it: floor to cap */
    double              floor;
    double              cap;

    ic_model_piece_t   *piece;

    const char         *label_name;
    const char         *label_value;
    const char         *unique_id;
    ic_model_party_t   *parties;
    unsigned            nparties;
    const char         *job_id;
    const char         *task_id;
    ic_str_t            metrics;
    char                digest[IC_MODEL_HEX];
} ic_model_t;

/* Which member is wrong, and how; static or in the arena. */
typedef struct {
    const char  *code;               /* model_invalid, model_changed, ... */
    const char  *member;             /* "weights", "bins/3/edges" */
    const char  *text;               /* for people, names the member */
} ic_model_fault_t;


/* The JSON names of a scaler and of its two lists. */
const char *ic_model_scaler_name(ic_model_scaler_e type);
const char *ic_model_shift_name(ic_model_scaler_e type);
const char *ic_model_scale_name(ic_model_scaler_e type);

/* task, job and parties of this run. 0, or -1: memory is short. */
int ic_model_made_by(ic_model_t *model, ic_task_t *task);

/*
 * The text, with digest (also put into the model) and digests: SHA-256 of the
 * content, and of each of its members to tell which one was changed. data
 * NULL: memory is short. A model that ic_model_read() would refuse is refused
 * here too: fault then has a code; it is NULL when memory is short.
 */
ic_str_t ic_model_text(ic_arena_t *arena, ic_model_t *model,
    ic_model_fault_t *fault);

/*
 * Fills in model->digest: SHA-256 of the compact JSON object of those of the
 * members algorithm, features, weights, intercept, scaler, bins, link,
 * calibration, range, piece that the model has, in this order. Parties that
 * have the same model have the same digest. 0, or -1: memory is short.
 */
int ic_model_digest(ic_arena_t *arena, ic_model_t *model);

/* A model of a document, in the arena; NULL with a fault. */
ic_model_t *ic_model_read(ic_arena_t *arena, const ic_json_t *document,
    ic_model_fault_t *fault);

/* The output "model" of this task. 0, or -1 after ic_task_fail(). */
int ic_model_output(ic_task_t *task, ic_model_t *model);

/* Whether this party has that input, and the model in it. NULL after
 * ic_task_fail(). */
bool ic_model_given(ic_task_t *task, const char *input);
ic_model_t *ic_model_input(ic_task_t *task, const char *input);

/* The number of a feature, or -1. */
int ic_model_feature(const ic_model_t *model, const char *name);


/* ic_model_digest.c: for the reader and the writer of this format. */

#define IC_MODEL_DIGESTS  16

/* A member that the digest covers, and its own digest. */
typedef struct {
    const char  *member;
    char         digest[IC_MODEL_HEX];
} ic_model_digest_t;

/*
 * The digest of a document of that version, and those of its members, of
 * which there are *count. 0, or -1: memory is short.
 */
int ic_model_digests(ic_arena_t *arena, const ic_json_t *document,
    const char *version, char digest[IC_MODEL_HEX],
    ic_model_digest_t digests[IC_MODEL_DIGESTS], unsigned *count);


#endif /* _IC_MODEL_H_INCLUDED_ */
