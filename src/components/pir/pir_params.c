
/*
 * The component's parameters: checked and completed by the tables of
 * api/ic_params.h, which also check them when a job is made.
 */


#include "../../lib/ic_codec.h"
#include "pir.h"


static void copy_given(pir_t *pir, ic_json_out_t *out,
    const ic_param_t *row);
static ic_json_t *complete(pir_t *pir, const ic_json_t *given);
static int fill(pir_t *pir, const ic_json_t *all);
static int fill_columns(pir_t *pir, const ic_json_t *list, unsigned most,
    const char ***names, unsigned *count);
static int digest_common(pir_t *pir, const ic_json_t *all);


int
pir_read_params(pir_t *pir)
{
    ic_json_t         *all;
    ic_json_out_t      out;
    const ic_param_t  *row;

    ic_out_init(&out, pir->arena);
    ic_out_object(&out, NULL);

    for (row = ic_params_pir; row->name != NULL; row++) {
        if ((row->flags & IC_PARAM_PARTY) == 0) {
            copy_given(pir, &out, row);
        }
    }

    ic_out_object_end(&out);
    all = ic_json_parse(pir->arena, ic_out_text(&out), NULL);

    if (all == NULL) {
        return pir_no_memory(pir);
    }

    all = complete(pir, all);

    return all == NULL || fill(pir, all) != 0
           || digest_common(pir, all) != 0
           ? -1 : 0;
}


static void
copy_given(pir_t *pir, ic_json_out_t *out, const ic_param_t *row)
{
    const ic_json_t  *value;

    value = pir->io->param(pir->io_ctx, row->name);

    if (value != NULL) {
        ic_out_node(out, row->name, value);
    }
}


static ic_json_t *
complete(pir_t *pir, const ic_json_t *given)
{
    ic_json_t         *full;
    ic_json_out_t      out;
    ic_param_fault_t   fault;

    ic_out_init(&out, pir->arena);
    ic_out_object(&out, NULL);

    if (ic_params_check(pir->arena, ic_params_pir, given, IC_PARAM_PARTY,
                        &out, &fault)
        != 0)
    {
        (void) pir_fail(pir, "bad_parameter", NULL, 0, "%.*s %.*s",
                        (int) fault.name.len, (char *) fault.name.data,
                        (int) fault.reason.len, (char *) fault.reason.data);
        return NULL;
    }

    ic_out_object_end(&out);
    full = ic_json_parse(pir->arena, ic_out_text(&out), NULL);

    if (full == NULL) {
        (void) pir_no_memory(pir);
    }

    return full;
}


static int
fill(pir_t *pir, const ic_json_t *all)
{
    const ic_json_t  *labels;
    pir_params_t     *params;

    params = &pir->params;
    params->method = ic_str_is(ic_json_str(ic_json_get(all, "method")),
                               "linear")
                     ? PIR_METHOD_LINEAR : PIR_METHOD_OPRF;
    params->first = ic_str_is(ic_json_str(ic_json_get(all, "duplicates")),
                              "first");
    params->label_bytes = (size_t) ic_json_get(all, "label_bytes")->num;
    params->max_queries = (uint64_t) ic_json_get(all, "max_queries")->num;
    params->batch_size = (uint64_t) ic_json_get(all, "batch_size")->num;
    params->max_rows = ic_json_get(all, "max_rows")->num;

    if (fill_columns(pir, ic_json_get(all, "keys"), PIR_MAX_KEYS,
                     &params->keys, &params->nkeys)
        != 0)
    {
        return -1;
    }

    labels = ic_json_get(all, "labels");

    if (labels == NULL) {
        return strcmp(pir->self->role, "host") != 0 ? 0
               : pir_fail(pir, "bad_parameter", NULL, 0,
                          "labels is required of the host");
    }

    return fill_columns(pir, labels, PIR_MAX_LABELS, &params->labels,
                        &params->nlabels);
}


static int
fill_columns(pir_t *pir, const ic_json_t *list, unsigned most,
    const char ***names, unsigned *count)
{
    unsigned  i;

    if (list->count > most) {
        return pir_fail(pir, "bad_parameter", NULL, 0,
                        "%.*s must have at most %u names",
                        (int) list->key.len, (char *) list->key.data, most);
    }

    *count = list->count;
    *names = ic_zalloc(pir->arena, list->count * sizeof(char *));

    if (*names == NULL) {
        return pir_no_memory(pir);
    }

    for (i = 0; i < list->count; i++) {
        (*names)[i] = ic_str_z(pir->arena, ic_json_at(list, i)->text);

        if ((*names)[i] == NULL) {
            return pir_no_memory(pir);
        }
    }

    return 0;
}


/* Columns and limits are each party's own. */

static int
digest_common(pir_t *pir, const ic_json_t *all)
{
    ic_str_t  method, text;

    method = ic_json_str(ic_json_get(all, "method"));
    text = ic_str_fmt(pir->arena, "%.*s %u %llu", (int) method.len,
                      (char *) method.data, pir->params.nkeys,
                      (unsigned long long) pir->params.batch_size);

    if (text.data == NULL) {
        return pir_no_memory(pir);
    }

    ic_sha256(pir->params.digest, text.data, text.len);

    return 0;
}
