
/* What explains a failure: partners that are away, news still to come. */


#include <stdio.h>

#include "../lib/ic_codec.h"
#include "interconnd_scheduler.h"


#define INTERCONND_ROOT_WAIT  2000           /* ms for the first failure */
#define INTERCONND_ROOT_ASK   300            /* ms between questions */


void
interconnd_contact_tell(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_contact_t *contact)
{
    int64_t      since;
    ic_str_t     argv[4];
    ic_reply_t   reply;
    const char  *error;

    error = contact->failing != 0 ? contact->error : "";

    if (strcmp(contact->told, error) == 0) {
        return;
    }

    since = ic_now_ms() - (ic_mono_ms() - contact->failing);

    argv[0] = ic_str(job->id);
    argv[1] = ic_str(contact->node_id);
    argv[2] = contact->failing == 0 ? ic_str("")
              : ic_str_fmt(s->scratch, "%lld", (long long) since);
    argv[3] = ic_str(error);

    if (interconnd_job_store(s, &reply, "job_contact", 4, argv) == 0) {
        snprintf(contact->told, sizeof(contact->told), "%s", error);
    }
}


bool
interconnd_job_awaits_root(interconnd_scheduler_t *s, interconnd_job_t *job,
    const interconnd_view_t *view, const ic_record_t *part)
{
    int64_t   failed, asked;
    unsigned  i;

    if (ic_str_int(ic_record_get(part, "finish_time"), &failed) != 0
        || ic_now_ms() - failed >= INTERCONND_ROOT_WAIT
        || ic_now_ms() < failed)
    {
        return false;
    }

    for (i = 0; i < view->reply.nrecords; i++) {
        if (!interconnd_part_over(&view->reply.records[i])) {
            break;
        }
    }

    if (i == view->reply.nrecords) {
        return false;
    }

    /* so that the next questions are due soon */
    asked = ic_mono_ms() - s->conf->poll_interval + INTERCONND_ROOT_ASK;
    job->polled = job->polled < asked ? job->polled : asked;
    job->wake = ic_mono_ms() + INTERCONND_ROOT_ASK;

    return true;
}
