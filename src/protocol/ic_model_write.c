
/* A model as text. */


#include "../lib/ic_codec.h"
#include "ic_model.h"


static ic_json_t *model_content(ic_arena_t *arena, const ic_model_t *model,
    ic_model_fault_t *fault);
static void put_scaler(ic_json_out_t *out, const ic_model_t *model);
static void put_bins(ic_json_out_t *out, const ic_model_bins_t *bins);
static void put_values(ic_json_out_t *out, const ic_model_bins_t *bins);
static void put_piece(ic_json_out_t *out, ic_arena_t *arena,
    const ic_model_piece_t *piece);
static void put_share(ic_json_out_t *out, ic_arena_t *arena,
    const ic_model_share_t *share);
static void put_about(ic_json_out_t *out, const ic_model_t *model);
static void put_numbers(ic_json_out_t *out, const char *key,
    const double *values, unsigned count);
static void put_counts(ic_json_out_t *out, const char *key,
    const int64_t *values, unsigned count);
static void put_texts(ic_json_out_t *out, const char *key,
    const char *const *texts, unsigned count);
static void put_number(ic_json_out_t *out, const char *key, double value);
static void put_text(ic_json_out_t *out, const char *key, const char *text);
static const char *ic_model_link_name(ic_model_link_e link);


/* Of a scaler: its type and its two lists. */

static const char *const  scaler_names[][3] = {
    { "none", NULL, NULL },
    { "standard", "mean", "std" },
    { "min_max", "min", "range" },
    { "robust", "median", "iqr" }
};


const char *
ic_model_scaler_name(ic_model_scaler_e type)
{
    return scaler_names[type][0];
}


const char *
ic_model_shift_name(ic_model_scaler_e type)
{
    return scaler_names[type][1];
}


const char *
ic_model_scale_name(ic_model_scaler_e type)
{
    return scaler_names[type][2];
}


static const char *
ic_model_link_name(ic_model_link_e link)
{
    return link == IC_MODEL_LOGIT ? "logit" : "identity";
}


ic_str_t
ic_model_text(ic_arena_t *arena, ic_model_t *model, ic_model_fault_t *fault)
{
    ic_str_t            text;
    unsigned            i, count;
    ic_json_t          *content;
    ic_json_out_t       out;
    const ic_json_t    *member;
    ic_model_digest_t   digests[IC_MODEL_DIGESTS];

    fault->code = NULL;
    content = model_content(arena, model, fault);

    if (content == NULL
        || ic_model_digests(arena, content, IC_MODEL_VERSION, model->digest,
                            digests, &count)
           != 0)
    {
        return ic_str_n(NULL, 0);
    }

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "version", IC_MODEL_VERSION);

    for (member = content->child; member != NULL; member = member->next) {
        ic_out_key(&out, member->key);
        ic_out_node(&out, NULL, member);
    }

    put_about(&out, model);
    ic_out_z(&out, "digest", model->digest);
    ic_out_object(&out, "digests");

    for (i = 0; i < count; i++) {
        ic_out_z(&out, digests[i].member, digests[i].digest);
    }

    ic_out_object_end(&out);
    ic_out_object_end(&out);
    text = ic_out_text(&out);

    /* what nobody could read is not written either */

    if (text.data != NULL
        && ic_model_read(arena, ic_json_parse(arena, text, NULL), fault)
           == NULL)
    {
        return ic_str_n(NULL, 0);
    }

    return text;
}


int
ic_model_digest(ic_arena_t *arena, ic_model_t *model)
{
    unsigned            count;
    ic_json_t          *content;
    ic_model_fault_t    fault;
    ic_model_digest_t   digests[IC_MODEL_DIGESTS];

    content = model_content(arena, model, &fault);

    return content == NULL ? -1
           : ic_model_digests(arena, content, IC_MODEL_VERSION,
                              model->digest, digests, &count);
}


/* What the digest covers, and nothing else; NULL: memory is short. */

static ic_json_t *
model_content(ic_arena_t *arena, const ic_model_t *model,
    ic_model_fault_t *fault)
{
    ic_str_t       text;
    unsigned       i;
    ic_json_t     *content;
    ic_json_out_t  out;

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    put_text(&out, "algorithm", model->algorithm);
    put_texts(&out, "features", model->features, model->nfeatures);

    if (model->weights != NULL) {
        put_numbers(&out, "weights", model->weights, model->nfeatures);
    }

    if (model->has_intercept) {
        put_number(&out, "intercept", model->intercept);
    }

    put_scaler(&out, model);

    if (model->nbins > 0) {
        ic_out_array(&out, "bins");

        for (i = 0; i < model->nbins; i++) {
            put_bins(&out, &model->bins[i]);
        }

        ic_out_array_end(&out);
    }

    ic_out_z(&out, "link", ic_model_link_name(model->link));

    if (model->calibrated) {
        ic_out_object(&out, "calibration");
        put_number(&out, "slope", model->slope);
        put_number(&out, "offset", model->offset);
        ic_out_object_end(&out);
    }

    if (model->bounded) {
        ic_out_object(&out, "range");
        put_number(&out, "floor", model->floor);
        put_number(&out, "cap", model->cap);
        ic_out_object_end(&out);
    }

    if (model->piece != NULL) {
        put_piece(&out, arena, model->piece);
    }

    ic_out_object_end(&out);
    text = ic_out_text(&out);
    content = ic_json_parse(arena, text, NULL);

    if (text.data != NULL && content == NULL) {
        fault->code = "model_invalid";
        fault->member = "";
        fault->text = "the model is too large to be one JSON document";
    }

    return content;
}


static void
put_scaler(ic_json_out_t *out, const ic_model_t *model)
{
    ic_out_object(out, "scaler");
    ic_out_z(out, "type", ic_model_scaler_name(model->scaler));

    if (model->scaler != IC_MODEL_UNSCALED) {
        put_numbers(out, ic_model_shift_name(model->scaler), model->shift,
                    model->nfeatures);
        put_numbers(out, ic_model_scale_name(model->scaler), model->scale,
                    model->nfeatures);
    }

    ic_out_object_end(out);
}


static void
put_bins(ic_json_out_t *out, const ic_model_bins_t *bins)
{
    ic_out_object(out, NULL);
    ic_out_z(out, "feature", bins->feature);
    ic_out_z(out, "type", bins->text ? "text" : "number");
    ic_out_int(out, "count", bins->count);

    if (bins->text) {
        put_values(out, bins);

    } else {
        put_numbers(out, "edges", bins->edges, bins->nedges);
    }

    if (bins->null >= 0) {
        ic_out_int(out, "null", bins->null);
    }

    if (bins->other >= 0) {
        ic_out_int(out, "other", bins->other);
    }

    if (bins->woe != NULL) {
        put_numbers(out, "woe", bins->woe, bins->count);
    }

    if (bins->points != NULL) {
        put_numbers(out, "points", bins->points, bins->count);
    }

    if (bins->positives != NULL && bins->negatives != NULL) {
        put_counts(out, "positives", bins->positives, bins->count);
        put_counts(out, "negatives", bins->negatives, bins->count);
    }

    if (bins->has_iv) {
        put_number(out, "iv", bins->iv);
    }

    ic_out_object_end(out);
}


static void
put_values(ic_json_out_t *out, const ic_model_bins_t *bins)
{
    unsigned  i, count;

    ic_out_array(out, "values");

    for (i = 0; i < bins->nvalues; i++) {
        for (count = 0; bins->values[i][count] != NULL; count++) {
            /* void */
        }

        put_texts(out, NULL, bins->values[i], count);
    }

    ic_out_array_end(out);
}


static void
put_piece(ic_json_out_t *out, ic_arena_t *arena,
    const ic_model_piece_t *piece)
{
    unsigned  i;

    ic_out_object(out, "piece");
    ic_out_z(out, "role", piece->role);
    put_texts(out, "of", piece->of, piece->nof);
    ic_out_z(out, "set", piece->set);

    if (piece->nshares > 0) {
        ic_out_int(out, "fraction", piece->fraction);
        ic_out_array(out, "shares");

        for (i = 0; i < piece->nshares; i++) {
            put_share(out, arena, &piece->shares[i]);
        }

        ic_out_array_end(out);
    }

    ic_out_object_end(out);
}


static void
put_share(ic_json_out_t *out, ic_arena_t *arena,
    const ic_model_share_t *share)
{
    char    *hex;
    size_t   len;

    len = (size_t) share->count * share->bytes;
    hex = ic_alloc(arena, 2 * len + 1);

    if (hex == NULL) {
        out->failed = 1;
        return;
    }

    ic_hex(hex, share->words, len);

    ic_out_object(out, NULL);
    ic_out_z(out, "party", share->party);
    ic_out_int(out, "count", share->count);
    ic_out_int(out, "bytes", share->bytes);
    ic_out_z(out, "words", hex);
    ic_out_object_end(out);
}


static void
put_about(ic_json_out_t *out, const ic_model_t *model)
{
    unsigned  i;

    ic_out_raw(out, "metrics", model->metrics.len > 0 ? model->metrics
                                                      : ic_str("{}"));
    ic_out_array(out, "parties");

    for (i = 0; i < model->nparties; i++) {
        ic_out_object(out, NULL);
        ic_out_z(out, "name", model->parties[i].name);
        ic_out_z(out, "node_id", model->parties[i].node_id);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
    ic_out_object(out, "task");
    put_text(out, "job_id", model->job_id);
    put_text(out, "task_id", model->task_id);
    ic_out_object_end(out);

    put_text(out, "label_name", model->label_name);
    put_text(out, "label_value", model->label_value);
    put_text(out, "unique_id", model->unique_id);
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
put_counts(ic_json_out_t *out, const char *key, const int64_t *values,
    unsigned count)
{
    unsigned  i;

    ic_out_array(out, key);

    for (i = 0; i < count; i++) {
        ic_out_int(out, NULL, values[i]);
    }

    ic_out_array_end(out);
}


static void
put_texts(ic_json_out_t *out, const char *key, const char *const *texts,
    unsigned count)
{
    unsigned  i;

    ic_out_array(out, key);

    for (i = 0; i < count; i++) {
        ic_out_z(out, NULL, texts[i]);
    }

    ic_out_array_end(out);
}


/* A zero has no sign here: nothing that is computed depends on it. */

static void
put_number(ic_json_out_t *out, const char *key, double value)
{
    ic_out_num(out, key, (value == 0) ? 0 : value);
}


static void
put_text(ic_json_out_t *out, const char *key, const char *text)
{
    if (text != NULL) {
        ic_out_z(out, key, text);
    }
}
