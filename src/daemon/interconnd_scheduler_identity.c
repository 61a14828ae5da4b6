
/*
 * Parties answer to job/create and task/start which components they would
 * run: a job whose parties differ ends before its tasks do.
 */


#include "../lib/ic_codec.h"
#include "interconnd_scheduler.h"


bool
interconnd_components_differ(interconnd_scheduler_t *s,
    interconnd_job_t *job, const interconnd_errand_t *errand,
    interconnd_cause_t *cause)
{
    ic_str_t          argv[3];
    ic_reply_t        reply;
    const ic_json_t  *components;

    components = ic_json_get(errand->request.data, "components");

    if (components == NULL || components->type != IC_JSON_OBJECT) {
        return false;
    }

    argv[0] = ic_str(job->id);
    argv[1] = ic_str(errand->node_id);
    argv[2] = ic_json_text(s->scratch, components);

    if (argv[2].data == NULL
        || interconnd_job_store(s, &reply, "job_components", 3, argv) != 0
        || ic_reply_get(&reply, "step").len == 0)
    {
        return false;
    }

    memset(cause, 0, sizeof(interconnd_cause_t));
    cause->party = errand->party;
    cause->node_id = errand->node_id;
    cause->component = ic_str_z(s->scratch, ic_reply_get(&reply, "step"));
    cause->task_id = errand->task_id;
    cause->error = "component_mismatch";
    cause->detail = ic_reply_get(&reply, "detail");

    return true;
}
