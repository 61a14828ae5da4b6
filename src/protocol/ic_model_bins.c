
/* The bins of a model's features. */


#include "ic_model_read.h"


#define BINS  "bins"


static int bins_one(ic_model_reader_t *reader, const ic_json_t *value,
    ic_model_bins_t *bins);
static int bins_known(ic_model_reader_t *reader, const ic_json_t *value);
static int bins_feature(ic_model_reader_t *reader, const ic_json_t *value,
    ic_model_bins_t *bins);
static int bins_edges(ic_model_reader_t *reader, const ic_json_t *value,
    ic_model_bins_t *bins);
static int bins_values(ic_model_reader_t *reader, const ic_json_t *value,
    ic_model_bins_t *bins);
static int bins_distinct(ic_model_reader_t *reader,
    const ic_model_bins_t *bins);
static int bins_place(ic_model_reader_t *reader, const ic_json_t *value,
    unsigned count, int *place);
static int bins_lists(ic_model_reader_t *reader, const ic_json_t *value,
    ic_model_bins_t *bins);


int
ic_model_read_bins(ic_model_reader_t *reader, const ic_json_t *value)
{
    ic_model_t       *model;
    const ic_json_t  *item;

    model = reader->model;

    if (value->type != IC_JSON_ARRAY || value->count == 0
        || value->count > model->nfeatures)
    {
        return ic_model_refuse(reader, BINS, "bins: must be a list of 1 to "
                               "%u, at most one for each feature",
                               model->nfeatures);
    }

    model->bins = ic_zalloc(reader->arena,
                            value->count * sizeof(ic_model_bins_t));

    if (model->bins == NULL) {
        return ic_model_short(reader);
    }

    for (item = value->child; item != NULL; item = item->next) {
        if (bins_one(reader, item, &model->bins[model->nbins]) != 0) {
            return -1;
        }

        model->nbins++;
    }

    return 0;
}


static int
bins_one(ic_model_reader_t *reader, const ic_json_t *value,
    ic_model_bins_t *bins)
{
    int64_t   count;
    ic_str_t  type;

    if (bins_known(reader, value) != 0
        || bins_feature(reader, value, bins) != 0
        || ic_model_int(reader, BINS, ic_json_get(value, "count"), 1,
                        IC_MODEL_MAX_BINS, &count)
           != 0)
    {
        return -1;
    }

    bins->count = (unsigned) count;
    type = ic_json_str(ic_json_get(value, "type"));

    if (!ic_str_is(type, "number") && !ic_str_is(type, "text")) {
        return ic_model_refuse(reader, BINS, "bins: the type of %.100s must "
                               "be number or text", bins->feature);
    }

    bins->text = ic_str_is(type, "text");

    if ((ic_json_get(value, "values") != NULL) != bins->text
        || (ic_json_get(value, "edges") != NULL) == bins->text
        || (!bins->text && ic_json_get(value, "other") != NULL))
    {
        return ic_model_refuse(reader, BINS, "bins: numbers have edges, "
                               "texts values and other (%.100s)",
                               bins->feature);
    }

    return (bins->text ? bins_values(reader, value, bins)
                       : bins_edges(reader, value, bins)) == 0
           && bins_place(reader, ic_json_get(value, "null"), bins->count,
                         &bins->null) == 0
           && bins_place(reader, ic_json_get(value, "other"), bins->count,
                         &bins->other) == 0
           ? bins_lists(reader, value, bins) : -1;
}


static int
bins_known(ic_model_reader_t *reader, const ic_json_t *value)
{
    const ic_json_t    *member;
    const char *const  *name;

    static const char *const  names[] = {
        "feature", "type", "count", "edges", "values", "null", "other",
        "woe", "points", "positives", "negatives", "iv", NULL
    };

    if (value->type != IC_JSON_OBJECT) {
        return ic_model_refuse(reader, BINS, "bins: must be a list of "
                               "objects");
    }

    for (member = value->child; member != NULL; member = member->next) {

        for (name = names;
             *name != NULL && !ic_str_is(member->key, *name);
             name++)
        {
            /* void */
        }

        if (*name == NULL) {
            return ic_model_refuse(reader, BINS, "bins: %.*s is no member",
                                   (int) (member->key.len < 64
                                          ? member->key.len : 64),
                                   member->key.data);
        }
    }

    return 0;
}


static int
bins_feature(ic_model_reader_t *reader, const ic_json_t *value,
    ic_model_bins_t *bins)
{
    int          n;
    unsigned     i;
    const char  *name;
    ic_model_t  *model;

    model = reader->model;

    if (ic_model_word(reader, BINS, ic_json_get(value, "feature"), &name)
        != 0)
    {
        return -1;
    }

    n = ic_model_feature(model, name);

    if (n < 0) {
        return ic_model_refuse(reader, BINS, "bins: %.100s is no feature",
                               name);
    }

    bins->feature = model->features[n];

    for (i = 0; i < model->nbins; i++) {
        if (model->bins[i].feature == bins->feature) {
            return ic_model_refuse(reader, BINS, "bins: %.100s occurs twice",
                                   name);
        }
    }

    return 0;
}


static int
bins_edges(ic_model_reader_t *reader, const ic_json_t *value,
    ic_model_bins_t *bins)
{
    unsigned          i;
    const ic_json_t  *edges;

    edges = ic_json_get(value, "edges");

    if (edges->count + 1 > bins->count) {
        return ic_model_refuse(reader, BINS, "bins: %.100s has %u edges for "
                               "%u bins", bins->feature, edges->count,
                               bins->count);
    }

    bins->nedges = edges->count;
    bins->edges = ic_model_numbers(reader, BINS, edges, bins->nedges);

    if (bins->edges == NULL) {
        return -1;
    }

    for (i = 1; i < bins->nedges; i++) {
        if (bins->edges[i - 1] >= bins->edges[i]) {
            return ic_model_refuse(reader, BINS, "bins: the edges of %.100s "
                                   "do not rise", bins->feature);
        }
    }

    return 0;
}


static int
bins_values(ic_model_reader_t *reader, const ic_json_t *value,
    ic_model_bins_t *bins)
{
    unsigned             n;
    const ic_json_t     *values, *item;
    const char *const  **lists;

    values = ic_json_get(value, "values");

    if (values->type != IC_JSON_ARRAY || values->count > bins->count) {
        return ic_model_refuse(reader, BINS, "bins: %.100s must have a list "
                               "of values for each bin", bins->feature);
    }

    lists = ic_zalloc(reader->arena, (values->count + 1) * sizeof(char **));

    if (lists == NULL) {
        return ic_model_short(reader);
    }

    for (item = values->child; item != NULL; item = item->next) {
        lists[bins->nvalues] = ic_model_texts(reader, BINS, item, 1,
                                              IC_MODEL_MAX_FEATURES, &n);

        if (lists[bins->nvalues++] == NULL) {
            return -1;
        }
    }

    bins->values = lists;

    return bins_distinct(reader, bins);
}


static int
bins_distinct(ic_model_reader_t *reader, const ic_model_bins_t *bins)
{
    unsigned  i, j, k, l;

    for (i = 0; i < bins->nvalues; i++) {
        for (k = 0; bins->values[i][k] != NULL; k++) {
            for (j = 0; j <= i; j++) {
                for (l = 0; bins->values[j][l] != NULL; l++) {

                    if (j == i && l >= k) {
                        break;
                    }

                    if (strcmp(bins->values[i][k], bins->values[j][l]) == 0) {
                        return ic_model_refuse(reader, BINS, "bins: a value "
                                               "of %.100s occurs twice",
                                               bins->feature);
                    }
                }
            }
        }
    }

    return 0;
}


static int
bins_place(ic_model_reader_t *reader, const ic_json_t *value,
    unsigned count, int *place)
{
    int64_t  n;

    *place = -1;

    if (value == NULL) {
        return 0;
    }

    if (ic_model_int(reader, BINS, value, 0, (int64_t) count - 1, &n) != 0) {
        return -1;
    }

    *place = (int) n;

    return 0;
}


static int
bins_lists(ic_model_reader_t *reader, const ic_json_t *value,
    ic_model_bins_t *bins)
{
    unsigned  n;

    struct {
        const char  *name;
        double     **list;
    } lists[] = { { "woe", &bins->woe }, { "points", &bins->points } };

    struct {
        const char  *name;
        int64_t    **list;
    } counts[] = {
        { "positives", &bins->positives }, { "negatives", &bins->negatives }
    };

    for (n = 0; n < 2; n++) {
        if (ic_json_get(value, lists[n].name) != NULL) {
            *lists[n].list = ic_model_numbers(reader, BINS,
                ic_json_get(value, lists[n].name), bins->count);

            if (*lists[n].list == NULL) {
                return -1;
            }
        }

        if (ic_json_get(value, counts[n].name) != NULL) {
            *counts[n].list = ic_model_counts(reader, BINS,
                ic_json_get(value, counts[n].name), bins->count);

            if (*counts[n].list == NULL) {
                return -1;
            }
        }
    }

    if (ic_json_get(value, "iv") == NULL) {
        return 0;
    }

    bins->has_iv = true;

    return ic_model_number(reader, BINS, ic_json_get(value, "iv"),
                           &bins->iv);
}
