
/*
 * What a model says of rows: scores, or the table that it makes of them. A
 * model that a party has as a whole is applied there; of one in pieces every
 * party computes its part, and the guest is told the sums.
 */


#ifndef _PREDICT_H_INCLUDED_
#define _PREDICT_H_INCLUDED_


#include "../../protocol/ic_copy.h"
#include "../../protocol/ic_message.h"
#include "../../protocol/ic_model.h"
#include "../../protocol/ic_settings.h"


#define PREDICT_TOPIC    "predict"
#define PREDICT_VERSION  2


/* Messages, beside kind 1, the agreement. */
enum {
    PREDICT_MODEL = 2,           /* what the party has: predict_joint.c */
    PREDICT_ALIGN,               /* ic_align(), two kinds */
    PREDICT_ALIGN_PROOF,
    PREDICT_SCORE,               /* ic_vertical_score(), two kinds */
    PREDICT_SCORE_MASKED,
    PREDICT_TELL,                /* ids and scores: predict_tell.c */
    PREDICT_KINDS
};

typedef struct {
    ic_task_t      *task;
    ic_settings_t   settings;
    ic_wire_t       wire;
    int64_t        *rows_of;     /* of every party */
    ic_model_t     *model;       /* NULL: this party has no part */
    ic_table_t     *table;
    int64_t         rows;
    bool            scored;      /* it gives scores, else a table */
    bool            joint;       /* scores are of all parties' pieces */
    bool            receives;    /* ... and this one is told the sums */
    double         *scores;
    bool            tells;       /* the arbiter learns ids and scores */
    int64_t         told;        /* ... of so many rows, digest of them */
    char            told_digest[65];
} predict_t;


/* The whole task. 0, or -1 after ic_task_fail(). */
int predict_run(ic_task_t *task);

/*
 * predict_joint.c: agrees with all parties on what they have; sets joint and
 * receives. Then the sums of all parts. 0, or -1 after ic_task_fail().
 */
int predict_agree(predict_t *predict);
int predict_sum(predict_t *predict);

/* predict_score.c: this party's part of every row; its link. */
int predict_score(predict_t *predict);
int predict_link(predict_t *predict);

/*
 * predict_values.c: a feature of all rows as the model takes it: WOE of its
 * bins, or numbers, scaled. points: of its bins instead. values[rows].
 */
int predict_values(predict_t *predict, unsigned feature, double *values);
int predict_points(predict_t *predict, const ic_model_bins_t *bins,
    double *points);

/* The bins of a feature; NULL: it has none. */
const ic_model_bins_t *predict_bins(const ic_model_t *model,
    unsigned feature);

/*
 * predict_tell.c: what tell_arbiter does. check: the data of this party may
 * be told. tell: of a data party, its scores, or that it has none. hear: of
 * the arbiter, everybody's, as its report. 0, or -1 after ic_task_fail().
 */
int predict_tell_check(predict_t *predict);
int predict_tell(predict_t *predict, bool scores);
int predict_hear(predict_t *predict);

/*
 * predict_write.c: the output "dataset", and the report of a data party.
 * done: the last thing of every party, hands its report over. 0, or -1 after
 * ic_task_fail().
 */
int predict_write_scores(predict_t *predict);
int predict_write_table(predict_t *predict);
int predict_report(predict_t *predict);
int predict_done(predict_t *predict, ic_json_out_t *report);


#endif /* _PREDICT_H_INCLUDED_ */
