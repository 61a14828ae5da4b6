
/*
 * Queries that came as text. What runs is the normal form that the owner was
 * shown and has approved, where he has said that it runs; never what the job
 * says.
 */


#include "../api/ic_sql.h"
#include "interconnd_runner_query.h"


int
interconnd_query(interconnd_child_t *child, ic_str_t sql,
    const char *digest, interconnd_source_t *source)
{
    ic_str_t         argv[7];
    ic_reply_t       reply;
    ic_sql_fault_t   fault;
    ic_json_t       *location;

    if (ic_sql_unsafe(sql, &fault)) {
        interconnd_child_fail(child, "data_query_unsafe",
                              "%s: at character %zu: %s", source->part,
                              fault.at, fault.reason);
        return -1;
    }

    argv[0] = ic_str(digest);
    argv[1] = ic_sql_normal(child->runner->pool, sql);
    argv[2] = ic_str(child->initiator);
    argv[3] = ic_str(child->job_id);
    argv[4] = ic_str(child->task_id);
    argv[5] = ic_str(child->name);
    argv[6] = ic_str(source->part);

    if (interconnd_input_call(child, &reply, "query_use", argv, 7) != 0) {
        return -1;
    }

    if (!ic_reply_ok(&reply)) {
        interconnd_child_fail(child, "data_not_approved",
                              "%s: %.*s; its digest is %s", source->part,
                              (int) reply.detail.len,
                              (char *) reply.detail.data, digest);
        return -1;
    }

    location = ic_json_parse(child->pool,
                             ic_str_dup(child->pool,
                                        ic_reply_get(&reply, "location")),
                             NULL);

    if (location == NULL || location->type != IC_JSON_OBJECT) {
        interconnd_child_fail(child, "internal", "%s: no location",
                              source->part);
        return -1;
    }

    source->location = location;
    source->foreign = true;

    if (ic_str_int(ic_reply_get(&reply, "rows_limit"), &source->rows) != 0) {
        source->rows = -1;
    }

    return 0;
}
