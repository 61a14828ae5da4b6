
/* Parties that cannot be reached. */


#include "../lib/ic_codec.h"
#include "interconnd_scheduler.h"


static const ic_record_t *lost_part(interconnd_view_t *view,
    const char *node_id, int64_t *heard);


bool
interconnd_job_lost(interconnd_scheduler_t *s, interconnd_job_t *job,
    interconnd_view_t *view)
{
    int64_t                heard;
    unsigned               i;
    const ic_record_t     *part;
    interconnd_cause_t     cause;
    interconnd_party_t    *party;
    interconnd_contact_t  *contact;

    for (i = 0; i < view->dag->nparties; i++) {
        party = &view->dag->parties[i];
        contact = interconnd_contact(job, party->node_id);

        if (contact == NULL || contact->failing == 0) {
            continue;
        }

        part = lost_part(view, party->node_id, &heard);

        if (part == NULL && view->reply.nrecords + view->nold > 0) {
            /* nothing is expected of it now */
            contact->failing = 0;
            interconnd_contact_tell(s, job, contact);
            continue;
        }

        /* who calls back is there, even if calls to it do not arrive */
        if (ic_mono_ms() - contact->failing < s->conf->party_timeout
            || ic_now_ms() - heard < s->conf->party_timeout)
        {
            continue;
        }

        memset(&cause, 0, sizeof(interconnd_cause_t));
        cause.party = party->name;
        cause.node_id = party->node_id;
        cause.error = contact->cause;
        cause.detail = ic_str_fmt(s->scratch, "%s: %s", party->node_id,
                                  contact->error);

        if (part != NULL) {
            cause.component = ic_str_z(s->scratch,
                                       ic_record_get(part, "task_name"));
            cause.task_id = ic_str_z(s->scratch,
                                     ic_record_get(part, "task_id"));
        }

        if (interconnd_party_tolerated(s, job, view, &cause)) {
            contact->failing = 0;
            interconnd_contact_tell(s, job, contact);
            continue;
        }

        interconnd_job_end(s, job, view, "FAILED", &cause);
        return true;
    }

    return false;
}


/* A part that is not over, and when news of it came last. */
static const ic_record_t *
lost_part(interconnd_view_t *view, const char *node_id, int64_t *heard)
{
    unsigned            i;
    const ic_record_t  *part;

    *heard = 0;

    for (i = 0; i < view->reply.nrecords; i++) {
        part = &view->reply.records[i];

        if (!ic_str_is(ic_record_get(part, "node_id"), node_id)
            || interconnd_part_over(part))
        {
            continue;
        }

        /* before its first news a part has the time it was put */
        if (ic_str_is(ic_record_get(part, "status"), "PENDING")
            || ic_str_int(ic_record_get(part, "update_time"), heard) != 0)
        {
            *heard = 0;
        }

        return part;
    }

    return NULL;
}
