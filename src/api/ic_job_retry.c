
/* How often and when a failed task of a job runs again. */


#include "ic_job_check.h"


static int ic_retry_number(const ic_json_t *retry, const char *name,
    int64_t min, int64_t max, int64_t *value);


int
ic_job_retry(ic_arena_t *arena, const ic_json_t *config,
    ic_job_retry_t *retry, ic_job_fault_t *fault)
{
    int64_t           count;
    const ic_json_t  *node;

    count = 0;
    retry->count = 0;
    retry->backoff = IC_JOB_RETRY_BACKOFF;

    node = ic_json_path(config, "job_params/common/retry");

    if (node == NULL) {
        return 0;
    }

    if (node->type != IC_JSON_OBJECT
        || ic_retry_number(node, "count", 0, IC_JOB_RETRY_MAX, &count) != 0
        || ic_retry_number(node, "backoff", 100, IC_JOB_RETRY_LONGEST,
                           &retry->backoff)
           != 0)
    {
        fault->error = IC_E_invalid_config;
        fault->detail = ic_str_fmt(arena, "job_params.common.retry: count "
                                   "must be 0 to %d, backoff 100 to %d ms",
                                   IC_JOB_RETRY_MAX, IC_JOB_RETRY_LONGEST);
        return -1;
    }

    retry->count = (unsigned) count;

    return 0;
}


/* A member that is not there leaves the value as it is. */
static int
ic_retry_number(const ic_json_t *retry, const char *name, int64_t min,
    int64_t max, int64_t *value)
{
    const ic_json_t  *node;

    node = ic_json_get(retry, name);

    if (node == NULL) {
        return 0;
    }

    *value = node->num;

    return node->type == IC_JSON_INT && *value >= min && *value <= max
           ? 0 : -1;
}


int64_t
ic_job_retry_delay(const ic_job_retry_t *retry, unsigned tries)
{
    int64_t  delay;

    delay = retry->backoff;

    while (--tries > 0 && delay < IC_JOB_RETRY_LONGEST) {
        delay *= 2;
    }

    return delay < IC_JOB_RETRY_LONGEST ? delay : IC_JOB_RETRY_LONGEST;
}
