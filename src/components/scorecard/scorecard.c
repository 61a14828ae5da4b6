
/* One party's part of a scorecard. */


#include <math.h>

#include "scorecard.h"


/* What is left out of the parameters, by the two ways of writing them. */
static const struct {
    const char  *name;
    double       fate;
    double       secretflow;
} scorecard_defaults[] = {
    { "base_points", 500, 600 },
    { "base_odds", 1, 20 },
    { "pdo", 20, 20 },
    { "odds_factor", 2, 2 },
    { "floor", 0, 0 },
    { "cap", 1500, 1000 }
};


static double scorecard_number(const scorecard_t *scorecard,
    const char *name);
static int scorecard_models(scorecard_t *scorecard);
static int scorecard_sort(scorecard_t *scorecard, const char *input);
static int scorecard_scale(scorecard_t *scorecard);
static int scorecard_report(scorecard_t *scorecard);
static void scorecard_feature(ic_json_out_t *out,
    const ic_model_bins_t *bins);


int
scorecard_run(ic_task_t *task)
{
    scorecard_t  *scorecard;

    if (strcmp(ic_task_self(task)->role, "arbiter") == 0) {
        ic_task_without(task, "model");
        return 0;
    }

    scorecard = ic_zalloc(ic_task_arena(task), sizeof(scorecard_t));

    if (scorecard == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "memory is short");
    }

    scorecard->task = task;

    return ic_settings_read(&scorecard->settings, task, "scorecard") == 0
           && scorecard_models(scorecard) == 0
           && scorecard_scale(scorecard) == 0
           && scorecard_points(scorecard) == 0
           && ic_model_output(task, &scorecard->card) == 0
           ? scorecard_report(scorecard) : -1;
}


/* The two models in either order: one has weights, the other has not. */

static int
scorecard_models(scorecard_t *scorecard)
{
    if (scorecard_sort(scorecard, "model") != 0
        || scorecard_sort(scorecard, "binning") != 0)
    {
        return -1;
    }

    if (scorecard->linear == NULL || scorecard->binning == NULL) {
        return ic_task_fail(scorecard->task, "model_missing", NULL, 0,
                            "a scorecard needs two models, one with weights "
                            "and one of bins with their evidence");
    }

    if (scorecard->linear->link != IC_MODEL_LOGIT) {
        return ic_task_fail(scorecard->task, "model_invalid", NULL, 0,
                            "the model with weights is none of log odds");
    }

    if (scorecard->linear->piece != NULL && scorecard->linear->calibrated) {
        return ic_task_fail(scorecard->task, "model_invalid", NULL, 0,
                            "a calibrated model in pieces makes no "
                            "scorecard: the others do not know the slope");
    }

    return 0;
}


static int
scorecard_sort(scorecard_t *scorecard, const char *input)
{
    const ic_model_t  *model;

    if (!ic_model_given(scorecard->task, input)) {
        return 0;
    }

    model = ic_model_input(scorecard->task, input);

    if (model == NULL) {
        return -1;
    }

    if (model->weights != NULL) {
        scorecard->linear = model;

    } else {
        scorecard->binning = model;
    }

    return 0;
}


static double
scorecard_number(const scorecard_t *scorecard, const char *name)
{
    unsigned  i;

    if (ic_setting(&scorecard->settings, name) != NULL) {
        return ic_setting_num(&scorecard->settings, name);
    }

    for (i = 0; strcmp(scorecard_defaults[i].name, name) != 0; i++) {
        /* void */
    }

    return ic_setting_choice(&scorecard->settings, "convention") == 0
           ? scorecard_defaults[i].fate : scorecard_defaults[i].secretflow;
}


/*
 * Points rise by pdo when the odds of a negative row against a positive one
 * grow by odds_factor; base_odds have base_points.
 */

static int
scorecard_scale(scorecard_t *scorecard)
{
    scorecard->factor = scorecard_number(scorecard, "pdo")
                        / log(scorecard_number(scorecard, "odds_factor"));
    scorecard->offset = scorecard_number(scorecard, "base_points")
                        - scorecard->factor
                          * log(scorecard_number(scorecard, "base_odds"));
    scorecard->floor = scorecard_number(scorecard, "floor");
    scorecard->cap = scorecard_number(scorecard, "cap");
    scorecard->decimals = (unsigned) ic_setting_int(&scorecard->settings,
                                                    "decimals");

    if (!isfinite(scorecard->factor) || !isfinite(scorecard->offset)) {
        return ic_task_fail(scorecard->task, "bad_parameter", NULL, 0,
                            "odds_factor is too close to 1");
    }

    return scorecard->floor < scorecard->cap ? 0
           : ic_task_fail(scorecard->task, "bad_parameter", NULL, 0,
                          "floor must be below cap");
}


static int
scorecard_report(scorecard_t *scorecard)
{
    unsigned       n;
    ic_json_out_t  out;

    ic_out_init(&out, ic_task_arena(scorecard->task));
    ic_out_object(&out, NULL);
    ic_out_z(&out, "algorithm", "scorecard");
    ic_out_num(&out, "factor", scorecard->factor);
    ic_out_num(&out, "offset", scorecard->offset);
    ic_out_num(&out, "floor", scorecard->floor);
    ic_out_num(&out, "cap", scorecard->cap);

    if (scorecard->card.has_intercept) {
        ic_out_num(&out, "base", scorecard->card.intercept);
    }

    ic_out_array(&out, "features");

    for (n = 0; n < scorecard->card.nbins; n++) {
        scorecard_feature(&out, &scorecard->card.bins[n]);
    }

    ic_out_array_end(&out);
    ic_out_object_end(&out);

    if (ic_out_text(&out).data == NULL) {
        return ic_task_fail(scorecard->task, "internal", NULL, 0,
                            "memory is short");
    }

    ic_task_progress(scorecard->task, 100, "done");
    ic_task_output(scorecard->task, "report", ic_out_text(&out));

    return 0;
}


static void
scorecard_feature(ic_json_out_t *out, const ic_model_bins_t *bins)
{
    unsigned  i;

    ic_out_object(out, NULL);
    ic_out_z(out, "feature", bins->feature);
    ic_out_array(out, "bins");

    for (i = 0; i < bins->count; i++) {
        ic_out_object(out, NULL);

        if (!bins->text && i < bins->nedges) {
            ic_out_num(out, "upper", bins->edges[i]);
        }

        if ((int) i == bins->null) {
            ic_out_bool(out, "empty", true);
        }

        ic_out_num(out, "woe", bins->woe[i]);
        ic_out_num(out, "points", bins->points[i]);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
    ic_out_object_end(out);
}
