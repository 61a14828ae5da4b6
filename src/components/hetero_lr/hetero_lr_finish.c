
/* Calibration, the party's piece of the model, and its report. */


#include <math.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "../../lib/ic_codec.h"
#include "../../math/ic_logistic.h"
#include "../../math/ic_metrics.h"
#include "../../protocol/ic_model.h"
#include "../../protocol/ic_vertical_score.h"
#include "hetero_lr.h"


#define CALIBRATE_ROUNDS  50


static int calibrate(hetero_lr_t *lr);
static double own_part(const hetero_lr_t *lr, int64_t row);
static int fit(hetero_lr_t *lr, double *scores);
static double fit_loss(const hetero_lr_t *lr, const double *scores,
    double slope, double offset);
static bool fit_step(const hetero_lr_t *lr, const double *scores,
    double *slope, double *offset);
static double fit_target(const hetero_lr_t *lr, int64_t row);
static int put_model(hetero_lr_t *lr);
static int put_piece(hetero_lr_t *lr, ic_model_piece_t *piece);
static int put_report(hetero_lr_t *lr);
static void put_metrics(hetero_lr_t *lr, ic_json_out_t *out);


int
hetero_finish(hetero_lr_t *lr)
{
    ic_task_progress(lr->task, 95, "writing the model");

    if (lr->params.calibrate && calibrate(lr) != 0) {
        return -1;
    }

    return put_model(lr) == 0 ? put_report(lr) : -1;
}


static int
calibrate(hetero_lr_t *lr)
{
    int         rc;
    double     *scores;
    int64_t     i;

    scores = malloc((size_t) lr->data.rows * sizeof(double));

    if (scores == NULL) {
        return hetero_no_memory(lr);
    }

    for (i = 0; i < lr->data.rows; i++) {
        scores[i] = own_part(lr, i);
    }

    rc = ic_vertical_score(&lr->wire, HETERO_SCORE_KEY,
                           lr->guest ? ic_task_self(lr->task) : lr->peer,
                           scores, lr->data.rows, lr->params.decimals);

    if (rc == 0 && lr->guest) {
        rc = fit(lr, scores);
    }

    OPENSSL_cleanse(scores, (size_t) lr->data.rows * sizeof(double));
    free(scores);

    return rc;
}


static double
own_part(const hetero_lr_t *lr, int64_t row)
{
    double          sum;
    unsigned        j;
    const int32_t  *x;

    x = lr->data.x + row * lr->data.columns;

    for (sum = 0, j = 0; j < lr->data.columns; j++) {
        sum += ldexp(x[j], -HETERO_X_BITS) * lr->weights[j];
    }

    return sum;
}


/*
 * Platt's two numbers ("Probabilistic outputs for support vector machines",
 * 1999, with its targets inside of 0 and 1), by Newton's method with halved
 * steps (Lin, Lin, Weng, 2007). scores become probabilities.
 */

static int
fit(hetero_lr_t *lr, double *scores)
{
    int64_t       i;
    unsigned      round;
    ic_metrics_t  metrics;

    lr->slope = 1;
    lr->offset = 0;

    for (round = 0; round < CALIBRATE_ROUNDS; round++) {
        if (!fit_step(lr, scores, &lr->slope, &lr->offset)) {
            break;
        }
    }

    lr->calibrated = isfinite(lr->slope) && isfinite(lr->offset);

    for (i = 0; i < lr->data.rows; i++) {
        scores[i] = ic_logistic(lr->slope * scores[i] + lr->offset);
    }

    if (ic_metrics(scores, lr->data.label, (size_t) lr->data.rows, .5,
                   &metrics)
        != 0)
    {
        return hetero_no_memory(lr);
    }

    lr->auc = metrics.auc;
    lr->ks = metrics.ks;
    lr->log_loss = metrics.log_loss;

    return 0;
}


static double
fit_target(const hetero_lr_t *lr, int64_t row)
{
    return lr->data.label[row]
           ? (double) (lr->data.positives + 1)
             / (double) (lr->data.positives + 2)
           : 1 / (double) (lr->data.rows - lr->data.positives + 2);
}


static double
fit_loss(const hetero_lr_t *lr, const double *scores, double slope,
    double offset)
{
    double   sum, z;
    int64_t  i;

    for (sum = 0, i = 0; i < lr->data.rows; i++) {
        z = slope * scores[i] + offset;
        sum += ic_logistic_loss(z) + (1 - fit_target(lr, i)) * z;
    }

    return sum;
}


/* False: nothing is gained any more. */

static bool
fit_step(const hetero_lr_t *lr, const double *scores, double *slope,
    double *offset)
{
    double   g[2], h[3], p, d, det, step[2], size, before;
    int64_t  i;

    g[0] = g[1] = 0;
    h[0] = h[2] = 1e-12;
    h[1] = 0;

    for (i = 0; i < lr->data.rows; i++) {
        p = ic_logistic(*slope * scores[i] + *offset);
        d = p - fit_target(lr, i);
        g[0] += d * scores[i];
        g[1] += d;
        h[0] += p * (1 - p) * scores[i] * scores[i];
        h[1] += p * (1 - p) * scores[i];
        h[2] += p * (1 - p);
    }

    det = h[0] * h[2] - h[1] * h[1];

    if (!(det > 0) || hypot(g[0], g[1]) < 1e-9 * (double) lr->data.rows) {
        return false;
    }

    step[0] = (h[2] * g[0] - h[1] * g[1]) / det;
    step[1] = (h[0] * g[1] - h[1] * g[0]) / det;
    before = fit_loss(lr, scores, *slope, *offset);

    for (size = 1; size > 1e-10; size /= 2) {
        if (fit_loss(lr, scores, *slope - size * step[0],
                     *offset - size * step[1])
            < before)
        {
            *slope -= size * step[0];
            *offset -= size * step[1];
            return true;
        }
    }

    return false;
}


static int
put_model(hetero_lr_t *lr)
{
    ic_model_t        model;
    ic_json_out_t     out;
    hetero_data_t    *data;
    ic_model_piece_t  piece;

    data = &lr->data;
    memset(&model, 0, sizeof(ic_model_t));
    model.version = IC_MODEL_VERSION;
    model.algorithm = "hetero_lr";
    model.features = data->names;
    model.nfeatures = data->features;
    model.weights = lr->weights;
    model.has_intercept = lr->guest;
    model.intercept = data->columns > data->features
                      ? lr->weights[data->features] : 0;
    model.scaler = lr->params.standard ? IC_MODEL_STANDARD
                                       : IC_MODEL_UNSCALED;
    model.shift = data->mean;
    model.scale = data->std;
    model.link = IC_MODEL_LOGIT;
    model.calibrated = lr->calibrated;
    model.slope = lr->slope;
    model.offset = lr->offset;
    model.label_name = lr->guest ? lr->params.label_name : NULL;
    model.label_value = lr->guest ? lr->params.label_value : NULL;
    model.unique_id = lr->params.unique_id;
    model.piece = &piece;

    ic_out_init(&out, ic_task_arena(lr->task));
    ic_out_object(&out, NULL);
    put_metrics(lr, &out);
    ic_out_object_end(&out);
    model.metrics = ic_out_text(&out);

    if (model.metrics.data == NULL || put_piece(lr, &piece) != 0) {
        return hetero_no_memory(lr);
    }

    return ic_model_output(lr->task, &model);
}


/* The context tells which pieces belong together: both have it, no other. */

static int
put_piece(hetero_lr_t *lr, ic_model_piece_t *piece)
{
    unsigned           i;
    const ic_party_t  *parties;

    memset(piece, 0, sizeof(ic_model_piece_t));
    parties = ic_task_parties(lr->task, &piece->nof);
    piece->role = ic_task_self(lr->task)->name;
    piece->of = ic_zalloc(ic_task_arena(lr->task),
                          piece->nof * sizeof(char *));

    if (piece->of == NULL) {
        return -1;
    }

    for (i = 0; i < piece->nof; i++) {
        piece->of[i] = parties[i].name;
    }

    ic_sha256_hex(piece->set, lr->wire.context, IC_MESSAGE_CONTEXT);

    return 0;
}


static void
put_metrics(hetero_lr_t *lr, ic_json_out_t *out)
{
    unsigned  i;

    if (lr->params.reveal_loss) {
        ic_out_array(out, "loss");

        for (i = 0; i < lr->iterations; i++) {
            ic_out_num(out, NULL, lr->losses[i]);
        }

        ic_out_array_end(out);
    }

    ic_out_int(out, "iterations", lr->iterations);
    ic_out_bool(out, "is_converged", lr->converged);
    ic_out_int(out, "rows", lr->data.rows);

    if (lr->guest) {
        ic_out_int(out, "positives", lr->data.positives);
    }

    if (lr->calibrated) {
        ic_out_num(out, "auc", lr->auc);
        ic_out_num(out, "ks", lr->ks);
        ic_out_num(out, "log_loss", lr->log_loss);
    }
}


static int
put_report(hetero_lr_t *lr)
{
    ic_str_t       text;
    ic_json_out_t  out;
    struct rusage  usage;

    (void) getrusage(RUSAGE_SELF, &usage);

    ic_out_init(&out, ic_task_arena(lr->task));
    ic_out_object(&out, NULL);
    ic_out_z(&out, "algorithm", "hetero_lr");
    ic_out_z(&out, "peer", lr->peer->name);
    ic_out_int(&out, "columns", lr->own.count);
    ic_out_int(&out, "peer_columns", lr->other.count);
    put_metrics(lr, &out);
    ic_out_int(&out, "bytes_sent", lr->wire.bytes_sent);
    ic_out_int(&out, "bytes_received", lr->wire.bytes_received);
    ic_out_int(&out, "peak_memory", (int64_t) usage.ru_maxrss * 1024);
    ic_out_num(&out, "cpu_seconds",
               (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
               + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
                 / 1e6);
    ic_out_object_end(&out);
    text = ic_out_text(&out);

    if (text.data == NULL) {
        return hetero_no_memory(lr);
    }

    ic_task_output(lr->task, "report", text);
    ic_task_fact(lr->task, "iterations", lr->iterations);

    return 0;
}
