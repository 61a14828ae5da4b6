
/* Evaluations as JSON, for the model's metrics. */


#include <math.h>

#include "homo_lr.h"


/* Points of the curves: thresholds and depths. */
#define THRESHOLDS  100
#define DEPTHS      10


/* What is averaged over folds. */
typedef enum {
    AUC = 0,
    KS,
    ACCURACY,
    LOG_LOSS,
    AVERAGED
} average_e;

static const char *const  average_names[] = {
    "auc", "ks", "accuracy", "log_loss"
};


static double average_of(const homo_lr_evaluation_t *e, average_e which);
static void put_evaluation(const homo_lr_evaluation_t *e,
    ic_json_out_t *out);
static void put_summary(const homo_lr_evaluation_t *e, ic_json_out_t *out);
static void put_thresholds(const ic_ranking_t *ranking, ic_json_out_t *out);
static void put_depths(const ic_ranking_t *ranking, ic_json_out_t *out);
static void put_folds(const homo_lr_t *lr, ic_json_out_t *out);


void
homo_lr_put_evaluations(const homo_lr_t *lr, ic_json_out_t *out)
{
    if (lr->evaluation.histogram != NULL) {
        ic_out_object(out, "evaluation");
        ic_out_z(out, "on", "training");
        put_evaluation(&lr->evaluation, out);
        ic_out_object_end(out);
    }

    if (lr->folds != NULL) {
        put_folds(lr, out);
    }
}


static void
put_evaluation(const homo_lr_evaluation_t *e, ic_json_out_t *out)
{
    put_summary(e, out);
    put_thresholds(&e->ranking, out);
    put_depths(&e->ranking, out);
}


static void
put_summary(const homo_lr_evaluation_t *e, ic_json_out_t *out)
{
    double                 ks;
    size_t                 step;
    ic_confusion_t         counts;
    const ic_ranking_t    *ranking;

    ranking = &e->ranking;
    ks = ic_ranking_ks(ranking, &step);
    ic_ranking_confusion(ranking, 0.5, &counts);

    ic_out_int(out, "rows", ranking->positives + ranking->negatives);
    ic_out_int(out, "positives", ranking->positives);
    ic_out_int(out, "bins", IC_HISTOGRAM_BINS);
    ic_out_num(out, "auc", ic_ranking_auc(ranking));
    ic_out_num(out, "auc_error", ic_histogram_auc_error(e->histogram));
    ic_out_num(out, "ks", ks);
    ic_out_num(out, "ks_error", ic_histogram_ks_error(e->histogram));
    ic_out_num(out, "ks_threshold", isnan(ks) ? NAN
               : ranking->steps[step].score - 0.5 / IC_HISTOGRAM_BINS);
    ic_out_num(out, "average_precision",
               ic_ranking_average_precision(ranking));
    ic_out_num(out, "log_loss", e->log_loss);
    ic_out_num(out, "accuracy", ic_confusion_accuracy(&counts));
    ic_out_num(out, "precision", ic_confusion_precision(&counts));
    ic_out_num(out, "recall", ic_confusion_recall(&counts));
    ic_out_num(out, "f1", ic_confusion_f1(&counts));
}




/* ROC, precision and recall: columns of equal length. */

static void
put_thresholds(const ic_ranking_t *ranking, ic_json_out_t *out)
{
    double          value;
    unsigned        i, j;
    ic_confusion_t  counts;

    static const char *const  names[] = {
        "threshold", "tpr", "fpr", "precision"
    };

    ic_out_object(out, "curve");

    for (j = 0; j < sizeof(names) / sizeof(names[0]); j++) {
        ic_out_array(out, names[j]);

        for (i = 0; i <= THRESHOLDS; i++) {
            ic_ranking_confusion(ranking, (double) i / THRESHOLDS, &counts);
            value = j == 0 ? (double) i / THRESHOLDS
                    : j == 1 ? ic_confusion_recall(&counts)
                    : j == 2 ? 1 - ic_confusion_specificity(&counts)
                    : ic_confusion_precision(&counts);
            ic_out_num(out, NULL, value);
        }

        ic_out_array_end(out);
    }

    ic_out_object_end(out);
}


/* Of the highest scores: how many positives they have, of all or by chance. */

static void
put_depths(const ic_ranking_t *ranking, ic_json_out_t *out)
{
    double    all, gain, depth;
    unsigned  i, j;

    static const char *const  names[] = { "depth", "gain", "lift" };

    all = (double) (ranking->positives + ranking->negatives);
    ic_out_object(out, "gains");

    for (j = 0; j < sizeof(names) / sizeof(names[0]); j++) {
        ic_out_array(out, names[j]);

        for (i = 1; i <= DEPTHS; i++) {
            depth = (double) i / DEPTHS;
            gain = ic_ranking_captured(ranking, depth * all)
                   / (double) ranking->positives;
            ic_out_num(out, NULL, j == 0 ? depth : j == 1 ? gain
                                                          : gain / depth);
        }

        ic_out_array_end(out);
    }

    ic_out_object_end(out);
}


static void
put_folds(const homo_lr_t *lr, ic_json_out_t *out)
{
    double    x, sum, squares, n;
    unsigned  i, which;

    n = lr->params.splits;
    ic_out_object(out, "cross_validation");
    ic_out_array(out, "folds");

    for (i = 0; i < lr->params.splits; i++) {
        ic_out_object(out, NULL);
        put_summary(&lr->folds[i], out);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);

    for (which = 0; which < AVERAGED; which++) {

        for (sum = squares = 0, i = 0; i < lr->params.splits; i++) {
            sum += average_of(&lr->folds[i], which);
        }

        for (i = 0; i < lr->params.splits; i++) {
            x = average_of(&lr->folds[i], which) - sum / n;
            squares += x * x;
        }

        ic_out_object(out, average_names[which]);
        ic_out_num(out, "mean", sum / n);
        ic_out_num(out, "deviation", sqrt(squares / (n - 1)));
        ic_out_object_end(out);
    }

    ic_out_object_end(out);
}


static double
average_of(const homo_lr_evaluation_t *e, average_e which)
{
    size_t          step;
    ic_confusion_t  counts;

    switch (which) {

    case AUC:
        return ic_ranking_auc(&e->ranking);

    case KS:
        return ic_ranking_ks(&e->ranking, &step);

    case ACCURACY:
        ic_ranking_confusion(&e->ranking, 0.5, &counts);
        return ic_confusion_accuracy(&counts);

    default:
        return e->log_loss;
    }
}
