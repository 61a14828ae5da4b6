
/* The report: every number, or why there is none. */


#include <math.h>

#include "evaluate.h"


static void report_ranking(evaluate_t *evaluate, ic_json_out_t *out);
static void report_threshold(evaluate_t *evaluate, ic_json_out_t *out);
static void report_gains(evaluate_t *evaluate, ic_json_out_t *out);
static int report_calibration(evaluate_t *evaluate, ic_json_out_t *out);
static void report_bins(ic_json_out_t *out, const ic_calibration_t *bins,
    unsigned nbins);
static void report_undefined(evaluate_t *evaluate, ic_json_out_t *out,
    bool probabilities);
static const char *report_class(const evaluate_t *evaluate);


int
evaluate_report(evaluate_t *evaluate)
{
    int            probabilities;
    ic_json_out_t  out;

    ic_task_progress(evaluate->task, 80, "measuring");

    ic_out_init(&out, ic_task_arena(evaluate->task));
    ic_out_object(&out, NULL);
    ic_out_z(&out, "algorithm", "evaluate");
    ic_out_int(&out, "rows", evaluate->rows);
    ic_out_int(&out, "positives", evaluate->ranking.positives);
    ic_out_int(&out, "negatives", evaluate->ranking.negatives);
    report_ranking(evaluate, &out);
    report_threshold(evaluate, &out);
    report_gains(evaluate, &out);
    probabilities = report_calibration(evaluate, &out);

    if (probabilities < 0) {
        return ic_task_fail(evaluate->task, "internal", NULL, 0,
                            "memory is short");
    }

    report_undefined(evaluate, &out, probabilities == 1);
    ic_out_object_end(&out);

    if (ic_out_text(&out).data == NULL) {
        return ic_task_fail(evaluate->task, "internal", NULL, 0,
                            "memory is short");
    }

    ic_task_output(evaluate->task, "report", ic_out_text(&out));
    ic_task_progress(evaluate->task, 100, "done");

    return 0;
}


static void
report_ranking(evaluate_t *evaluate, ic_json_out_t *out)
{
    double               ks;
    size_t               step;
    const ic_ranking_t  *ranking;

    ranking = &evaluate->ranking;
    ks = ic_ranking_ks(ranking, &step);

    ic_out_num(out, "auc", ic_ranking_auc(ranking));
    ic_out_num(out, "ks", ks);
    ic_out_num(out, "ks_threshold",
               isnan(ks) ? NAN
                         : ranking->steps[step].score * evaluate->sign);
    ic_out_num(out, "average_precision",
               ic_ranking_average_precision(ranking));
}


static void
report_threshold(evaluate_t *evaluate, ic_json_out_t *out)
{
    ic_confusion_t  c;

    ic_ranking_confusion(&evaluate->ranking, evaluate->threshold, &c);

    ic_out_num(out, "threshold", evaluate->threshold * evaluate->sign);
    ic_out_object(out, "confusion");
    ic_out_int(out, "true_positives", c.true_positives);
    ic_out_int(out, "false_positives", c.false_positives);
    ic_out_int(out, "true_negatives", c.true_negatives);
    ic_out_int(out, "false_negatives", c.false_negatives);
    ic_out_object_end(out);
    ic_out_num(out, "accuracy", ic_confusion_accuracy(&c));
    ic_out_num(out, "precision", ic_confusion_precision(&c));
    ic_out_num(out, "recall", ic_confusion_recall(&c));
    ic_out_num(out, "specificity", ic_confusion_specificity(&c));
    ic_out_num(out, "f1", ic_confusion_f1(&c));
}


/* Of the first tenth of the rows, the first two tenths, ... */

static void
report_gains(evaluate_t *evaluate, ic_json_out_t *out)
{
    double    depth, captured, gain;
    unsigned  n;

    ic_out_array(out, "gains");

    for (n = 1; n <= EVALUATE_DEPTHS && evaluate->rows > 0; n++) {
        depth = (double) n / EVALUATE_DEPTHS;
        captured = ic_ranking_captured(&evaluate->ranking,
                                       (double) (evaluate->rows * n)
                                       / EVALUATE_DEPTHS);
        gain = captured / (double) evaluate->ranking.positives;

        ic_out_object(out, NULL);
        ic_out_num(out, "depth", depth);
        ic_out_num(out, "positives", captured);
        ic_out_num(out, "gain", gain);
        ic_out_num(out, "lift", gain / depth);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
}


/* 1: the scores are probabilities; 0: they are not; -1: no memory. */

static int
report_calibration(evaluate_t *evaluate, ic_json_out_t *out)
{
    int                rc;
    size_t             count;
    unsigned           nbins;
    ic_calibration_t  *bins;

    count = (size_t) evaluate->rows;
    nbins = (unsigned) ic_setting_int(&evaluate->settings,
                                      "calibration_bins");
    bins = ic_zalloc(ic_task_arena(evaluate->task),
                     nbins * sizeof(ic_calibration_t));

    if (bins == NULL) {
        return -1;
    }

    rc = evaluate->sign < 0 ? -1
         : ic_calibration(evaluate->score, evaluate->label, count, bins,
                          nbins);

    ic_out_num(out, "log_loss",
               rc == 0 ? ic_log_loss(evaluate->score, evaluate->label, count)
                       : NAN);
    ic_out_num(out, "brier",
               rc == 0 ? ic_brier(evaluate->score, evaluate->label, count)
                       : NAN);
    ic_out_num(out, "calibration_error",
               rc == 0 ? ic_calibration_error(bins, nbins) : NAN);
    ic_out_array(out, "calibration");

    if (rc == 0) {
        report_bins(out, bins, nbins);
    }

    ic_out_array_end(out);

    return rc == 0;
}


static void
report_bins(ic_json_out_t *out, const ic_calibration_t *bins, unsigned nbins)
{
    double    rows;
    unsigned  n;

    for (n = 0; n < nbins; n++) {
        rows = (double) bins[n].rows;

        ic_out_object(out, NULL);
        ic_out_num(out, "low", bins[n].low);
        ic_out_num(out, "high", bins[n].high);
        ic_out_int(out, "rows", bins[n].rows);
        ic_out_int(out, "positives", bins[n].positives);
        ic_out_num(out, "mean_score", rows > 0 ? bins[n].mean : NAN);
        ic_out_num(out, "positive_rate", rows > 0
                   ? (double) bins[n].positives / rows : NAN);
        ic_out_object_end(out);
    }
}


/* What is null above, and why. */

static void
report_undefined(evaluate_t *evaluate, ic_json_out_t *out,
    bool probabilities)
{
    unsigned        n;
    const char     *reason;
    ic_confusion_t  c;

    static const char *const  of_both[] = {
        "auc", "ks", "ks_threshold", NULL
    };

    static const char *const  of_scores[] = {
        "log_loss", "brier", "calibration_error", NULL
    };

    ic_ranking_confusion(&evaluate->ranking, evaluate->threshold, &c);

    reason = report_class(evaluate);
    ic_out_object(out, "undefined");

    for (n = 0; reason != NULL && of_both[n] != NULL; n++) {
        ic_out_z(out, of_both[n], reason);
    }

    for (n = 0; (!probabilities || evaluate->rows == 0)
                && of_scores[n] != NULL; n++)
    {
        ic_out_z(out, of_scores[n], probabilities ? reason
                 : "scores are no probabilities");
    }

    const struct {
        const char  *name;
        double       value;
        const char  *reason;
    } shares[] = {
        { "average_precision",
          ic_ranking_average_precision(&evaluate->ranking),
          "no row is positive" },
        { "accuracy", ic_confusion_accuracy(&c), "there is no row" },
        { "precision", ic_confusion_precision(&c),
          "no score is beyond the threshold" },
        { "recall", ic_confusion_recall(&c), "no row is positive" },
        { "specificity", ic_confusion_specificity(&c),
          "no row is negative" },
        { "f1", ic_confusion_f1(&c),
          "no row is positive, and no score beyond the threshold" }
    };

    for (n = 0; n < sizeof(shares) / sizeof(shares[0]); n++) {
        if (isnan(shares[n].value)) {
            ic_out_z(out, shares[n].name, shares[n].reason);
        }
    }

    ic_out_object_end(out);
}


static const char *
report_class(const evaluate_t *evaluate)
{
    if (evaluate->rows == 0) {
        return "there is no row";
    }

    if (evaluate->ranking.positives == 0) {
        return "no row is positive";
    }

    return evaluate->ranking.negatives == 0 ? "every row is positive" : NULL;
}
