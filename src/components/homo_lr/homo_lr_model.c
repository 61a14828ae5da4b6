
/* The model as JSON. Numbers have 17 digits: they read back exactly. */


#include <math.h>
#include <stdio.h>

#include "../../lib/ic_codec.h"
#include "homo_lr.h"


static ic_str_t canonical(homo_lr_t *lr);
static void put_content(homo_lr_t *lr, ic_json_out_t *out);
static void put_scaler(homo_lr_t *lr, ic_json_out_t *out);
static void put_metrics(homo_lr_t *lr, ic_json_out_t *out);
static void put_number(ic_json_out_t *out, const char *key, double value);
static void put_numbers(ic_json_out_t *out, const char *key,
    const double *values, unsigned count);


int
homo_lr_model_digest(homo_lr_t *lr, u_char digest[HOMO_LR_DIGEST])
{
    ic_str_t  text;

    text = canonical(lr);

    if (text.data == NULL) {
        return -1;
    }

    ic_sha256(digest, text.data, text.len);

    return 0;
}


/* {"features":..,"weights":..,"intercept":..,"scaler":..}, compact */

static ic_str_t
canonical(homo_lr_t *lr)
{
    ic_json_out_t  out;

    ic_out_init(&out, ic_task_arena(lr->task));
    ic_out_object(&out, NULL);
    put_content(lr, &out);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


ic_str_t
homo_lr_model_json(homo_lr_t *lr)
{
    char               hex[2 * HOMO_LR_DIGEST + 1];
    ic_str_t           text;
    unsigned           i;
    ic_json_out_t      out;
    const ic_party_t  *party;

    text = canonical(lr);

    if (text.data == NULL) {
        return text;
    }

    ic_sha256_hex(hex, text.data, text.len);

    ic_out_init(&out, ic_task_arena(lr->task));
    ic_out_object(&out, NULL);
    ic_out_z(&out, "version", "1.0.0");
    ic_out_z(&out, "algorithm", "homo_lr");
    put_content(lr, &out);
    put_metrics(lr, &out);

    ic_out_array(&out, "parties");

    for (i = 0; i < ic_aggregate_count(lr->sums); i++) {
        party = ic_aggregate_party(lr->sums, i);
        ic_out_object(&out, NULL);
        ic_out_z(&out, "name", party->name);
        ic_out_z(&out, "node_id", party->node_id);
        ic_out_object_end(&out);
    }

    ic_out_array_end(&out);

    ic_out_z(&out, "label_name", lr->params.label_name);
    ic_out_z(&out, "label_value", lr->params.label_value);
    ic_out_z(&out, "unique_id", lr->params.unique_id);
    ic_out_z(&out, "digest", hex);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static void
put_content(homo_lr_t *lr, ic_json_out_t *out)
{
    unsigned  i, features;

    features = lr->params.features;
    ic_out_array(out, "features");

    for (i = 0; i < features; i++) {
        ic_out_z(out, NULL, lr->params.attributes[i]);
    }

    ic_out_array_end(out);

    put_numbers(out, "weights", lr->model.weights, features);
    put_number(out, "intercept", lr->model.weights[features]);
    put_scaler(lr, out);
}


static void
put_scaler(homo_lr_t *lr, ic_json_out_t *out)
{
    ic_out_object(out, "scaler");
    ic_out_z(out, "type", lr->params.standard ? "standard" : "none");

    if (lr->params.standard) {
        put_numbers(out, "mean", lr->model.mean, lr->params.features);
        put_numbers(out, "std", lr->model.std, lr->params.features);
    }

    ic_out_object_end(out);
}


static void
put_metrics(homo_lr_t *lr, ic_json_out_t *out)
{
    ic_out_object(out, "metrics");
    put_numbers(out, "loss", lr->model.losses, lr->model.iterations);
    ic_out_int(out, "iterations", lr->model.iterations);
    ic_out_bool(out, "is_converged", lr->model.converged);
    ic_out_int(out, "rows", lr->model.rows);
    ic_out_int(out, "positives", lr->model.positives);
    ic_out_object_end(out);
}


static void
put_numbers(ic_json_out_t *out, const char *key, const double *values,
    unsigned count)
{
    unsigned  i;

    ic_out_array(out, key);

    for (i = 0; i < count; i++) {
        put_number(out, NULL, values[i]);
    }

    ic_out_array_end(out);
}


static void
put_number(ic_json_out_t *out, const char *key, double value)
{
    char  text[40];

    /* a zero has no sign here: -0 is no JSON integer to everyone */

    (void) snprintf(text, sizeof(text), "%.17g", (value == 0) ? 0 : value);
    ic_out_raw(out, key, isfinite(value) ? ic_str(text) : ic_str("null"));
}
