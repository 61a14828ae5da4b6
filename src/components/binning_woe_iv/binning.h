
/*
 * Bins of columns, their weight of evidence (WOE) and information value (IV).
 * With vertical data the guest has the labels: it sends them encrypted, the
 * hosts sum them by their bins, and the guest opens the sums. Pooled, parties
 * with the same columns of different rows have common bins by secure sums.
 */


#ifndef _BINNING_H_INCLUDED_
#define _BINNING_H_INCLUDED_


#include "../../math/ic_bins.h"
#include "../../protocol/ic_aggregate.h"
#include "../../protocol/ic_message.h"
#include "../../protocol/ic_model.h"
#include "../../protocol/ic_settings.h"
#include "../../source/ic_source.h"


#define BINNING_MOST   100           /* bins of numbers that are asked for */
#define BINNING_FINE   100           /* that ChiMerge begins with */
#define BINNING_CHUNK  4096          /* labels in a message */
#define BINNING_WIDTH  40            /* bits for a sum of labels */


enum {
    BINNING_START = 1, BINNING_POINT, BINNING_PROOF, BINNING_KEY,
    BINNING_LABELS, BINNING_BINS, BINNING_SUMS, BINNING_WOE, BINNING_KINDS
};

typedef enum {
    BINNING_QUANTILE = 0,
    BINNING_WIDTHS,
    BINNING_CHI_MERGE,
    BINNING_EDGES
} binning_method_e;

/* What the guest tells of a host's columns, beside nothing. */
typedef enum {
    BINNING_NOTHING = 0,
    BINNING_IV,
    BINNING_ALL
} binning_learn_e;

/* Lists are of as many as there are bins. */
typedef struct {
    const char  *name;
    unsigned     count;
    unsigned     nedges;
    double      *edges;
    int          null;           /* bin of empty values; -1: there are none */
    bool         apart;          /* ... which is the last, of them alone */
    int64_t     *rows;
    int64_t     *positives;      /* where the labels are */
    int64_t     *negatives;
    double      *woe;
    bool         has_woe;
    bool         has_iv;
    double       iv;
    uint16_t    *of;             /* bin of each row of the table */
} binning_feature_t;

typedef struct {
    ic_task_t          *task;
    ic_settings_t       settings;
    unsigned            bits;    /* of the key */
    unsigned            flags;
    binning_method_e    method;
    binning_learn_e     learn;
    bool                vertical;
    bool                pooled;
    bool                guest;
    bool                labelled;        /* the labels are here */
    bool                names;           /* hosts tell those of columns */
    bool                monotonic;
    unsigned            bins;
    double              adjustment;
    int64_t             min_rows;
    int64_t             least;           /* rows of a bin */
    ic_table_t         *table;
    int64_t             rows;
    u_char             *labels;          /* 1: positive */
    binning_feature_t  *features;
    unsigned            count;
    ic_wire_t           wire;
    int64_t            *rows_of;
    ic_json_out_t       hosts;           /* what the report says of them */
} binning_t;


/*
 * One party's part. bits, flags: of the Paillier key, for tests; 0: those of
 * the parameters. 0, or -1 after ic_task_fail().
 */
int binning_run(ic_task_t *task, unsigned bits, unsigned flags);

/* Always -1. */
int binning_memory(const binning_t *binning);


/* binning_features.c: bins of this party's columns, by its own values. */
int binning_features(binning_t *binning);

/* The columns' room; rows of each bin, and the bin of each row. */
int binning_room(binning_t *binning, binning_feature_t *feature);
void binning_given_edges(const binning_t *binning,
    binning_feature_t *feature);
void binning_place(binning_t *binning, binning_feature_t *feature,
    const double *values);

/*
 * Merges bins of too few rows and finds a place for empty values: filled of
 * all rows, own or of all parties as feature->rows is, are none.
 */
void binning_settle(binning_t *binning, binning_feature_t *feature,
    int64_t filled, int64_t all);

/* Makes bins one: a group for each bin of numbers; their number. */
void binning_merge(binning_t *binning, binning_feature_t *feature,
    const unsigned *group, unsigned groups);


/* binning_labels.c: the labels, and bins of columns that are beside them. */
int binning_labels(binning_t *binning);
int binning_count(binning_t *binning, binning_feature_t *feature);
int binning_evaluate(binning_t *binning);

/*
 * WOE of bins of n counts, ordered: neighbours may be pooled to be monotone,
 * but for the last one if it is apart. private: with no bin that shows a
 * class of fewer than min_rows. The information value.
 */
double binning_value(const binning_t *binning, const int64_t *positives,
    const int64_t *negatives, unsigned n, bool apart, bool private,
    double *woe);


/* binning_guest.c, binning_host.c: the two sides of vertical data. */
int binning_guest(binning_t *binning);
int binning_host(binning_t *binning);


/*
 * binning_pool.c: common bins of all data parties; the arbiter. bits, flags
 * of the binning are those of tests where flags is not 0.
 */
int binning_pool(binning_t *binning);
int binning_pool_serve(binning_t *binning);


/* binning_result.c: model, table, report; a model that is given. */
int binning_given(binning_t *binning, const ic_model_t *model);
int binning_model(binning_t *binning);
int binning_table(binning_t *binning);
int binning_report(binning_t *binning);

/* Of bins and evidence, without the label's name. 0, or -1 after fail. */
int binning_digest(binning_t *binning, u_char digest[32]);


#endif /* _BINNING_H_INCLUDED_ */
