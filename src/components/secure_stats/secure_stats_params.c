
/* The parameters, checked by the table of api/ic_params.h and across rows. */


#include "secure_stats.h"


static int fill_lists(secure_stats_t *stats);
static int check(secure_stats_t *stats);
static int refuse(secure_stats_t *stats, const char *reason);


static const char *const  common[] = {
    "columns", "min_group", "quantiles", "quantile_method", "resolution",
    "extremes", "correlation", "group_by", "group_values", "key_length",
    "allow_two_parties", NULL
};


int
secure_stats_read_params(secure_stats_t *stats)
{
    const ic_settings_t    *settings;
    secure_stats_params_t  *params;

    params = &stats->params;
    settings = &stats->settings;

    if (ic_settings_read(&stats->settings, stats->task, "secure_stats") != 0)
    {
        return -1;
    }

    params->least = ic_setting_int(settings, "min_group");
    params->method = ic_setting_choice(settings, "quantile_method");
    params->extremes = ic_setting_choice(settings, "extremes");
    params->resolution = ic_setting_num(settings, "resolution");
    params->correlation = ic_setting_bool(settings, "correlation");
    params->group_by = ic_setting_text(settings, "group_by");
    params->max_rows = ic_setting_int(settings, "max_rows");

    params->conf.key_length = (unsigned) ic_setting_int(settings,
                                                        "key_length");
    params->conf.allow_two_parties = ic_setting_bool(settings,
                                                     "allow_two_parties");

    params->common = ic_settings_common(settings, common);

    if (params->common.data == NULL) {
        return -1;
    }

    return fill_lists(stats) == 0 ? check(stats) : -1;
}


static int
fill_lists(secure_stats_t *stats)
{
    const ic_json_t        *list, *item;
    secure_stats_params_t  *params;

    params = &stats->params;
    params->columns = ic_setting_names(&stats->settings, "columns",
                                       &params->ncolumns);
    params->values = ic_setting_names(&stats->settings, "group_values",
                                      &params->nvalues);

    if (params->columns == NULL || params->values == NULL) {
        return -1;
    }

    list = ic_setting(&stats->settings, "quantiles");
    params->quantiles = ic_zalloc(ic_task_arena(stats->task),
                                  (list->count + 1) * sizeof(double));

    if (params->quantiles == NULL) {
        return secure_stats_no_memory(stats);
    }

    for (item = list->child; item != NULL; item = item->next) {
        params->quantiles[params->nquantiles++] = item->real;
    }

    return 0;
}


static int
check(secure_stats_t *stats)
{
    const secure_stats_params_t  *params;

    params = &stats->params;

    if ((params->group_by != NULL) != (params->nvalues > 0)) {
        return refuse(stats, "group_by and group_values belong together");
    }

    if (params->correlation && params->ncolumns > SECURE_STATS_PAIRED) {
        return refuse(stats, "correlation is of at most 200 columns; name "
                      "fewer, or set it to false");
    }

    if ((uint64_t) params->ncolumns * (params->nvalues + 1)
        > SECURE_STATS_CELLS)
    {
        return refuse(stats, "columns times groups are more than 20000; "
                      "name fewer");
    }

    return 0;
}


static int
refuse(secure_stats_t *stats, const char *reason)
{
    return ic_task_fail(stats->task, "bad_parameter", NULL, 0, "%s", reason);
}
