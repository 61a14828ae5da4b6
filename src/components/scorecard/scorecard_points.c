
/* The points of bins. */


#include <math.h>

#include "../../lib/ic_codec.h"
#include "scorecard.h"


static double points_constant(const scorecard_t *scorecard);
static double points_slope(const scorecard_t *scorecard);
static int points_feature(scorecard_t *scorecard, unsigned n, double more);
static const ic_model_bins_t *points_bins(const scorecard_t *scorecard,
    const char *feature);
static double points_round(const scorecard_t *scorecard, double points);
static int points_piece(scorecard_t *scorecard);
static int points_metrics(scorecard_t *scorecard);
static int points_memory(const scorecard_t *scorecard);


int
scorecard_points(scorecard_t *scorecard)
{
    double             more;
    unsigned           n;
    ic_model_t        *card;
    const ic_model_t  *linear;

    card = &scorecard->card;
    linear = scorecard->linear;
    card->version = IC_MODEL_VERSION;
    card->algorithm = "scorecard";
    card->features = linear->features;
    card->nfeatures = linear->nfeatures;
    card->label_name = linear->label_name;
    card->label_value = linear->label_value;
    card->unique_id = linear->unique_id;
    card->has_intercept = linear->has_intercept;
    card->bounded = true;
    card->floor = scorecard->floor;
    card->cap = scorecard->cap;
    card->nbins = linear->nfeatures;
    card->bins = ic_zalloc(ic_task_arena(scorecard->task),
                           (card->nbins + 1) * sizeof(ic_model_bins_t));

    if (card->bins == NULL) {
        return points_memory(scorecard);
    }

    /* what the scaler takes off: of the intercept, or of each feature */

    more = points_constant(scorecard);

    if (card->has_intercept) {
        card->intercept = points_round(scorecard, scorecard->offset
                                       - scorecard->factor * more);
        more = 0;

    } else if (card->nfeatures > 0) {
        more /= card->nfeatures;
    }

    for (n = 0; n < card->nfeatures; n++) {
        if (points_feature(scorecard, n, more) != 0) {
            return -1;
        }
    }

    return linear->piece != NULL && points_piece(scorecard) != 0
           ? -1 : points_metrics(scorecard);
}


/* What of slope z + offset does not depend on the row. */

static double
points_constant(const scorecard_t *scorecard)
{
    double             sum;
    unsigned           n;
    const ic_model_t  *linear;

    linear = scorecard->linear;
    sum = linear->has_intercept ? linear->intercept : 0;

    for (n = 0; linear->scaler != IC_MODEL_UNSCALED && n < linear->nfeatures;
         n++)
    {
        sum -= linear->weights[n] * linear->shift[n] / linear->scale[n];
    }

    return sum * points_slope(scorecard)
           + (linear->calibrated ? linear->offset : 0);
}


static double
points_slope(const scorecard_t *scorecard)
{
    return scorecard->linear->calibrated ? scorecard->linear->slope : 1;
}


static int
points_feature(scorecard_t *scorecard, unsigned n, double more)
{
    double                  weight;
    unsigned                i;
    ic_model_bins_t        *bins;
    const ic_model_t       *linear;
    const ic_model_bins_t  *from;

    linear = scorecard->linear;
    from = points_bins(scorecard, linear->features[n]);

    if (from == NULL || from->woe == NULL) {
        return ic_task_fail(scorecard->task, "model_invalid",
                            linear->features[n], 0, "the model of bins has "
                            "no evidence of column \"%s\", which has a "
                            "weight", linear->features[n]);
    }

    bins = &scorecard->card.bins[n];
    *bins = *from;
    bins->positives = NULL;
    bins->negatives = NULL;
    bins->points = ic_alloc(ic_task_arena(scorecard->task),
                            bins->count * sizeof(double));

    if (bins->points == NULL) {
        return points_memory(scorecard);
    }

    weight = linear->weights[n] * points_slope(scorecard);
    weight /= linear->scaler != IC_MODEL_UNSCALED ? linear->scale[n] : 1;

    for (i = 0; i < bins->count; i++) {
        bins->points[i] = points_round(scorecard, -scorecard->factor
                                       * (weight * bins->woe[i] + more));

        if (!isfinite(bins->points[i])) {
            return ic_task_fail(scorecard->task, "model_invalid",
                                bins->feature, 0, "the points of column "
                                "\"%s\" are beyond doubles", bins->feature);
        }
    }

    return 0;
}


static const ic_model_bins_t *
points_bins(const scorecard_t *scorecard, const char *feature)
{
    unsigned  n;

    for (n = 0; n < scorecard->binning->nbins; n++) {
        if (strcmp(scorecard->binning->bins[n].feature, feature) == 0) {
            return &scorecard->binning->bins[n];
        }
    }

    return NULL;
}


static double
points_round(const scorecard_t *scorecard, double points)
{
    double  unit;

    unit = pow(10, scorecard->decimals);

    return fabs(points) < 1e15 / unit ? nearbyint(points * unit) / unit
                                      : points;
}


/* Another set than the model's: its pieces do not go with these. */

static int
points_piece(scorecard_t *scorecard)
{
    char               hex[IC_MODEL_HEX];
    ic_str_t           text;
    ic_model_piece_t  *piece;

    piece = ic_alloc(ic_task_arena(scorecard->task),
                     sizeof(ic_model_piece_t));

    if (piece == NULL) {
        return points_memory(scorecard);
    }

    *piece = *scorecard->linear->piece;

    if (piece->nshares > 0) {
        return ic_task_fail(scorecard->task, "model_invalid", NULL, 0,
                            "the weights of the model are shared: nobody "
                            "knows the points");
    }

    text = ic_str_fmt(ic_task_arena(scorecard->task),
                      "interconn scorecard v1 %s %.17g %.17g %.17g %.17g %u",
                      piece->set, scorecard->factor, scorecard->offset,
                      scorecard->floor, scorecard->cap, scorecard->decimals);

    if (text.data == NULL) {
        return points_memory(scorecard);
    }

    ic_sha256_hex(hex, text.data, text.len);
    memcpy(piece->set, hex, sizeof(piece->set));
    scorecard->card.piece = piece;

    return 0;
}


static int
points_metrics(scorecard_t *scorecard)
{
    ic_json_out_t  out;

    ic_out_init(&out, ic_task_arena(scorecard->task));
    ic_out_object(&out, NULL);
    ic_out_num(&out, "factor", scorecard->factor);
    ic_out_num(&out, "offset", scorecard->offset);
    ic_out_object_end(&out);
    scorecard->card.metrics = ic_out_text(&out);

    return scorecard->card.metrics.data != NULL ? 0
           : points_memory(scorecard);
}


static int
points_memory(const scorecard_t *scorecard)
{
    return ic_task_fail(scorecard->task, "internal", NULL, 0,
                        "memory is short");
}
