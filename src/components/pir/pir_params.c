
/* The component's parameters, and that both parties have them alike. */


#include "../../protocol/ic_agree.h"
#include "../../protocol/ic_settings.h"
#include "pir.h"


static int params_names(pir_t *pir, const ic_settings_t *settings,
    const char *name, unsigned most, const char ***names, unsigned *count);


int
pir_read_params(pir_t *pir)
{
    pir_params_t   *params;
    ic_settings_t   settings;

    if (ic_settings_read(&settings, pir->task, "pir") != 0) {
        return -1;
    }

    params = &pir->params;
    params->method = ic_setting_choice(&settings, "method");
    params->first = ic_setting_choice(&settings, "duplicates") == 1;
    params->label_bytes = (size_t) ic_setting_int(&settings, "label_bytes");
    params->max_queries = (uint64_t) ic_setting_int(&settings, "max_queries");
    params->batch_size = (uint64_t) ic_setting_int(&settings, "batch_size");
    params->max_rows = ic_setting_int(&settings, "max_rows");

    return params_names(pir, &settings, "keys", PIR_MAX_KEYS, &params->keys,
                        &params->nkeys) == 0
           && params_names(pir, &settings, "labels", PIR_MAX_LABELS,
                           &params->labels, &params->nlabels) == 0
           ? 0 : -1;
}


static int
params_names(pir_t *pir, const ic_settings_t *settings, const char *name,
    unsigned most, const char ***names, unsigned *count)
{
    *names = ic_setting_names(settings, name, count);

    if (*names == NULL) {
        return -1;
    }

    return *count <= most ? 0
           : ic_task_fail(pir->task, "bad_parameter", NULL, 0,
                          "%s must have at most %u names", name, most);
}


/* Columns and limits are each party's own, rows the host's to offer. */

int
pir_agree(pir_t *pir)
{
    int64_t   rows[IC_TASK_MAX_PARTIES];
    ic_str_t  common;

    common = ic_str_fmt(pir->arena, "method=%s keys=%u batch_size=%llu",
                        pir->params.method == PIR_METHOD_LINEAR ? "linear"
                                                                : "oprf",
                        pir->params.nkeys,
                        (unsigned long long) pir->params.batch_size);

    return common.data == NULL ? pir_no_memory(pir)
           : ic_agree(&pir->wire, common, -1, rows);
}
