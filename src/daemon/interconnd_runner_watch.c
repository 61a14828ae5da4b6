
/*
 * Packages whose programs run: an operator's word, a revoked certificate or
 * one whose time is over counts for them, too, not only for the next start.
 */


#include "../lib/ic_codec.h"
#include "interconnd_runner.h"


#define WATCH_TURN  500                  /* ms between looks */


static const char *watch_record(interconnd_child_t *child);
static const char *watch_signatures(interconnd_child_t *child);


void
interconnd_package_tend(interconnd_child_t *child, int64_t now)
{
    const char  *reason;

    if (child->seal == NULL || child->stopping || child->committing
        || now - child->seal_ms < WATCH_TURN)
    {
        return;
    }

    child->seal_ms = now;
    reason = watch_record(child);

    if (reason == NULL) {
        reason = watch_signatures(child);
    }

    if (reason == NULL) {
        return;
    }

    interconnd_log("warn", "task %s: %s %s ends: %s", child->task_id,
                   child->component, child->seal->version, reason);
    interconnd_child_fail(child, "component_withdrawn", "%s", reason);
    interconnd_child_stop(child, true);
}


/* What an operator decided. A store that is away decides nothing. */

static const char *
watch_record(interconnd_child_t *child)
{
    ic_str_t    id, reason;
    ic_reply_t  reply;

    id = ic_str_fmt(child->runner->pool, "%s:%s", child->component,
                    child->seal->version);

    if (id.data == NULL
        || ic_store_callz(child->runner->store, child->runner->pool, &reply,
                          "object_get", "component", (char *) id.data, NULL)
           != 0)
    {
        return NULL;
    }

    if (ic_str_is(reply.status, "not_found")) {
        return "an operator removed it";
    }

    if (!ic_reply_ok(&reply)
        || !ic_str_is(ic_reply_get(&reply, "status"), "DISABLED"))
    {
        return NULL;
    }

    reason = ic_reply_get(&reply, "disabled_reason");

    return (reason.len != 0) ? ic_str_z(child->runner->pool, reason)
                             : "an operator disabled it";
}


static const char *
watch_signatures(interconnd_child_t *child)
{
    ic_package_policy_t  policy;

    interconnd_package_policy(child->runner->conf, &policy);

    if (ic_package_verify(child->seal, &policy) == 0) {
        child->doubted = 0;
        return NULL;
    }

    /* a list that is being written is whole at the next look */

    if (!child->doubted) {
        child->doubted = 1;
        return NULL;
    }

    interconnd_package_unload(child, child->seal->version,
                              child->seal->error);

    return child->seal->error;
}
