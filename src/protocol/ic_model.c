
/*
 * Reading a model. Every member has a row; what has none is refused, since a
 * model that is understood in part gives wrong scores.
 */


#include <stdlib.h>

#include "ic_model_read.h"


#define READ_NEEDED  0x1
#define READ_NEW     0x2         /* not in version 1.0.0 */


typedef struct {
    const char  *name;
    unsigned     flags;
    int        (*read)(ic_model_reader_t *reader, const ic_json_t *value);
} model_row_t;


static int read_version(ic_model_reader_t *reader, const ic_json_t *document);
static int read_members(ic_model_reader_t *reader, const ic_json_t *document);
static int read_features(ic_model_reader_t *reader, const ic_json_t *value);
static int read_weights(ic_model_reader_t *reader, const ic_json_t *value);
static int read_intercept(ic_model_reader_t *reader, const ic_json_t *value);
static int read_scaler(ic_model_reader_t *reader, const ic_json_t *value);
static int read_link(ic_model_reader_t *reader, const ic_json_t *value);
static int read_calibration(ic_model_reader_t *reader,
    const ic_json_t *value);
static int read_range(ic_model_reader_t *reader, const ic_json_t *value);
static int read_metrics(ic_model_reader_t *reader, const ic_json_t *value);
static int read_parties(ic_model_reader_t *reader, const ic_json_t *value);
static int read_task(ic_model_reader_t *reader, const ic_json_t *value);
static int read_algorithm(ic_model_reader_t *reader, const ic_json_t *value);
static int read_label_name(ic_model_reader_t *reader, const ic_json_t *value);
static int read_label_value(ic_model_reader_t *reader,
    const ic_json_t *value);
static int read_unique_id(ic_model_reader_t *reader, const ic_json_t *value);
static int read_nothing(ic_model_reader_t *reader, const ic_json_t *value);
static int read_digests(ic_model_reader_t *reader,
    const ic_json_t *document);
static int read_complete(ic_model_reader_t *reader);
static int by_name(const void *one, const void *two);


/* features first: all others are compared with their number */

static const model_row_t  model_rows[] = {
    { "version", READ_NEEDED, read_nothing },
    { "algorithm", READ_NEEDED, read_algorithm },
    { "features", READ_NEEDED, read_features },
    { "weights", 0, read_weights },
    { "intercept", 0, read_intercept },
    { "scaler", READ_NEEDED, read_scaler },
    { "bins", READ_NEW, ic_model_read_bins },
    { "link", READ_NEEDED|READ_NEW, read_link },
    { "calibration", READ_NEW, read_calibration },
    { "range", READ_NEW, read_range },
    { "piece", READ_NEW, ic_model_read_piece },
    { "metrics", READ_NEEDED, read_metrics },
    { "parties", READ_NEEDED, read_parties },
    { "task", READ_NEEDED|READ_NEW, read_task },
    { "label_name", 0, read_label_name },
    { "label_value", 0, read_label_value },
    { "unique_id", 0, read_unique_id },
    { "digest", READ_NEEDED, read_nothing },
    { "digests", READ_NEEDED|READ_NEW, read_nothing },
    { NULL, 0, NULL }
};


ic_model_t *
ic_model_read(ic_arena_t *arena, const ic_json_t *document,
    ic_model_fault_t *fault)
{
    ic_model_reader_t  reader;

    fault->code = NULL;
    reader.arena = arena;
    reader.fault = fault;
    reader.model = ic_zalloc(arena, sizeof(ic_model_t));

    if (reader.model == NULL) {
        (void) ic_model_short(&reader);
        return NULL;
    }

    if (document == NULL || document->type != IC_JSON_OBJECT) {
        (void) ic_model_refuse(&reader, "", "a model is a JSON object");
        return NULL;
    }

    return read_version(&reader, document) == 0
           && read_members(&reader, document) == 0
           && read_complete(&reader) == 0
           && read_digests(&reader, document) == 0
           ? reader.model : NULL;
}


static int
read_version(ic_model_reader_t *reader, const ic_json_t *document)
{
    ic_str_t  text;

    text = ic_json_str(ic_json_get(document, "version"));

    if (!ic_str_is(text, IC_MODEL_VERSION) && !ic_str_is(text, "1.0.0")) {
        return ic_model_refuse(reader, "version", "version: this node reads "
                               "models of versions 1.0.0 and "
                               IC_MODEL_VERSION);
    }

    reader->model->version = ic_str_is(text, "1.0.0") ? "1.0.0"
                                                      : IC_MODEL_VERSION;

    /* all of that version are logistic regressions */

    if (ic_str_is(text, "1.0.0")) {
        reader->model->link = IC_MODEL_LOGIT;
    }

    return 0;
}


static int
read_members(ic_model_reader_t *reader, const ic_json_t *document)
{
    bool                old;
    const ic_json_t    *member;
    const model_row_t  *row;

    old = strcmp(reader->model->version, "1.0.0") == 0;

    for (member = document->child; member != NULL; member = member->next) {

        for (row = model_rows;
             row->name != NULL && !ic_str_is(member->key, row->name);
             row++)
        {
            /* void */
        }

        if (row->name == NULL || (old && (row->flags & READ_NEW))) {
            return ic_model_refuse(reader, "", "%.*s: no member of a model "
                                   "of version %s",
                                   (int) (member->key.len < 64
                                          ? member->key.len : 64),
                                   member->key.data, reader->model->version);
        }
    }

    for (row = model_rows; row->name != NULL; row++) {

        member = ic_json_get(document, row->name);

        if (member == NULL) {
            if ((row->flags & READ_NEEDED)
                && !(old && (row->flags & READ_NEW)))
            {
                return ic_model_refuse(reader, row->name, "%s: is missing",
                                       row->name);
            }

            continue;
        }

        if (row->read(reader, member) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
read_features(ic_model_reader_t *reader, const ic_json_t *value)
{
    unsigned      i;
    ic_model_t   *model;
    const char  **sorted;

    model = reader->model;
    model->features = ic_model_texts(reader, "features", value, 0,
                                     IC_MODEL_MAX_FEATURES,
                                     &model->nfeatures);

    if (model->features == NULL) {
        return -1;
    }

    sorted = ic_alloc(reader->arena,
                      (model->nfeatures + 1) * sizeof(char *));

    if (sorted == NULL) {
        return ic_model_short(reader);
    }

    memcpy(sorted, model->features, model->nfeatures * sizeof(char *));
    qsort(sorted, model->nfeatures, sizeof(char *), by_name);

    for (i = 1; i < model->nfeatures; i++) {
        if (strcmp(sorted[i - 1], sorted[i]) == 0) {
            return ic_model_refuse(reader, "features",
                                   "features: %.100s occurs twice",
                                   sorted[i]);
        }
    }

    return 0;
}


static int
by_name(const void *one, const void *two)
{
    return strcmp(*(const char *const *) one, *(const char *const *) two);
}


static int
read_weights(ic_model_reader_t *reader, const ic_json_t *value)
{
    ic_model_t  *model;

    model = reader->model;
    model->weights = ic_model_numbers(reader, "weights", value,
                                      model->nfeatures);

    return model->weights != NULL ? 0 : -1;
}


static int
read_intercept(ic_model_reader_t *reader, const ic_json_t *value)
{
    reader->model->has_intercept = true;

    return ic_model_number(reader, "intercept", value,
                           &reader->model->intercept);
}


static int
read_scaler(ic_model_reader_t *reader, const ic_json_t *value)
{
    ic_str_t     name;
    unsigned     i, type;
    ic_model_t  *model;

    model = reader->model;
    name = ic_json_str(ic_json_get(value, "type"));

    for (type = IC_MODEL_UNSCALED;
         type <= IC_MODEL_ROBUST
         && !ic_str_is(name, ic_model_scaler_name(type));
         type++)
    {
        /* void */
    }

    if (type > IC_MODEL_ROBUST
        || ic_model_only(value, "type",
                         ic_model_shift_name(type), ic_model_scale_name(type))
           != 0)
    {
        return ic_model_refuse(reader, "scaler", "scaler: its type must be "
                               "none, standard, min_max or robust, with the "
                               "two lists of that type");
    }

    model->scaler = type;

    if (type == IC_MODEL_UNSCALED) {
        return 0;
    }

    model->shift = ic_model_numbers(reader, "scaler",
        ic_json_get(value, ic_model_shift_name(type)), model->nfeatures);
    model->scale = model->shift == NULL ? NULL
        : ic_model_numbers(reader, "scaler",
            ic_json_get(value, ic_model_scale_name(type)), model->nfeatures);

    if (model->scale == NULL) {
        return -1;
    }

    for (i = 0; i < model->nfeatures; i++) {
        if (model->scale[i] <= 0) {
            return ic_model_refuse(reader, "scaler", "scaler: %s of %.100s "
                                   "must be above 0",
                                   ic_model_scale_name(type),
                                   model->features[i]);
        }
    }

    return 0;
}


static int
read_link(ic_model_reader_t *reader, const ic_json_t *value)
{
    ic_str_t  name;

    name = ic_json_str(value);

    if (!ic_str_is(name, "logit") && !ic_str_is(name, "identity")) {
        return ic_model_refuse(reader, "link", "link: must be logit or "
                               "identity");
    }

    reader->model->link = ic_str_is(name, "logit") ? IC_MODEL_LOGIT
                                                   : IC_MODEL_IDENTITY;
    return 0;
}


static int
read_calibration(ic_model_reader_t *reader, const ic_json_t *value)
{
    ic_model_t  *model;

    model = reader->model;
    model->calibrated = true;

    if (ic_model_only(value, "slope", "offset", NULL)
        != 0)
    {
        return ic_model_refuse(reader, "calibration", "calibration: must "
                               "have slope and offset");
    }

    return ic_model_number(reader, "calibration",
                           ic_json_get(value, "slope"), &model->slope) == 0
           && ic_model_number(reader, "calibration",
                              ic_json_get(value, "offset"), &model->offset)
              == 0
           ? 0 : -1;
}


static int
read_range(ic_model_reader_t *reader, const ic_json_t *value)
{
    ic_model_t  *model;

    model = reader->model;
    model->bounded = true;

    if (ic_model_only(value, "floor", "cap", NULL) != 0
        || ic_model_number(reader, "range", ic_json_get(value, "floor"),
                           &model->floor)
           != 0
        || ic_model_number(reader, "range", ic_json_get(value, "cap"),
                           &model->cap)
           != 0
        || model->floor > model->cap)
    {
        return ic_model_refuse(reader, "range", "range: must have floor and "
                               "cap, which is not below it");
    }

    return 0;
}


static int
read_metrics(ic_model_reader_t *reader, const ic_json_t *value)
{
    if (value->type != IC_JSON_OBJECT) {
        return ic_model_refuse(reader, "metrics",
                               "metrics: must be an object");
    }

    reader->model->metrics = ic_json_text(reader->arena, value);

    return reader->model->metrics.data != NULL ? 0 : ic_model_short(reader);
}


static int
read_parties(ic_model_reader_t *reader, const ic_json_t *value)
{
    ic_model_t        *model;
    const ic_json_t   *item;
    ic_model_party_t  *party;

    model = reader->model;

    if (value->type != IC_JSON_ARRAY || value->count > IC_MODEL_MAX_PARTIES) {
        return ic_model_refuse(reader, "parties", "parties: must be a list "
                               "of at most %d", IC_MODEL_MAX_PARTIES);
    }

    model->parties = ic_zalloc(reader->arena,
                               (value->count + 1) * sizeof(ic_model_party_t));

    if (model->parties == NULL) {
        return ic_model_short(reader);
    }

    for (item = value->child; item != NULL; item = item->next) {
        party = &model->parties[model->nparties++];

        if (ic_model_word(reader, "parties", ic_json_get(item, "name"),
                          &party->name)
            != 0
            || ic_model_word(reader, "parties",
                             ic_json_get(item, "node_id"), &party->node_id)
               != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
read_task(ic_model_reader_t *reader, const ic_json_t *value)
{
    ic_model_t  *model;

    model = reader->model;

    if (value->type != IC_JSON_OBJECT) {
        return ic_model_refuse(reader, "task", "task: must be an object");
    }

    return (ic_json_get(value, "job_id") == NULL
            || ic_model_word(reader, "task", ic_json_get(value, "job_id"),
                             &model->job_id) == 0)
           && (ic_json_get(value, "task_id") == NULL
               || ic_model_word(reader, "task",
                                ic_json_get(value, "task_id"),
                                &model->task_id) == 0)
           ? 0 : -1;
}


static int
read_algorithm(ic_model_reader_t *reader, const ic_json_t *value)
{
    return ic_model_word(reader, "algorithm", value,
                         &reader->model->algorithm);
}


static int
read_label_name(ic_model_reader_t *reader, const ic_json_t *value)
{
    return ic_model_word(reader, "label_name", value,
                         &reader->model->label_name);
}


static int
read_label_value(ic_model_reader_t *reader, const ic_json_t *value)
{
    return ic_model_word(reader, "label_value", value,
                         &reader->model->label_value);
}


static int
read_unique_id(ic_model_reader_t *reader, const ic_json_t *value)
{
    return ic_model_word(reader, "unique_id", value,
                         &reader->model->unique_id);
}


/* Checked apart. */

static int
read_nothing(ic_model_reader_t *reader, const ic_json_t *value)
{
    (void) reader;
    (void) value;

    return 0;
}


/* What no single member tells. */

static int
read_complete(ic_model_reader_t *reader)
{
    const ic_model_t  *model;

    model = reader->model;

    if (model->nfeatures == 0 && model->piece == NULL) {
        return ic_model_refuse(reader, "features", "features: a model that "
                               "is no piece has at least one");
    }

    if (model->weights == NULL && model->nbins == 0 && model->piece == NULL
        && model->scaler == IC_MODEL_UNSCALED)
    {
        return ic_model_refuse(reader, "weights", "weights: neither these "
                               "nor bins, a scaler or a piece are there");
    }

    return 0;
}


/* The digest of all, and of which member it is not. */

static int
read_digests(ic_model_reader_t *reader, const ic_json_t *document)
{
    ic_str_t            said;
    unsigned            i, count;
    const ic_json_t    *list;
    const char         *version;
    ic_model_digest_t   digests[IC_MODEL_DIGESTS];

    version = reader->model->version;

    if (ic_model_digests(reader->arena, document, version,
                         reader->model->digest, digests, &count)
        != 0)
    {
        return ic_model_short(reader);
    }

    list = ic_json_get(document, "digests");

    for (i = 0; list != NULL && i < count; i++) {
        said = ic_json_str(ic_json_get(list, digests[i].member));

        if (!ic_str_is(said, digests[i].digest)) {
            return ic_model_changed(reader, digests[i].member);
        }
    }

    /* a member that was taken out has a digest still */

    if (list != NULL && list->count != count) {
        return ic_model_changed(reader, "digests");
    }

    said = ic_json_str(ic_json_get(document, "digest"));

    return ic_str_is(said, reader->model->digest)
           ? 0 : ic_model_changed(reader, "digest");
}


int
ic_model_feature(const ic_model_t *model, const char *name)
{
    unsigned  i;

    for (i = 0; i < model->nfeatures; i++) {
        if (strcmp(model->features[i], name) == 0) {
            return (int) i;
        }
    }

    return -1;
}
