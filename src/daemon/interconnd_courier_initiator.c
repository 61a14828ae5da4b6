
/* Partners' jobs: their initiators are asked how they are. */


#include "../lib/ic_codec.h"
#include "interconnd_courier.h"


/* Codes of the envelope that mean "I have no such job". */
static const int64_t  initiator_unknown[] = {
    404, 4040,
    1001,                            /* FATE-Flow */
    400                              /* kuscia, of a request that is right */
};

#define INITIATOR_UNKNOWN \
    (sizeof(initiator_unknown) / sizeof(initiator_unknown[0]))

/* tasks of one job that are looked at */
#define INITIATOR_TASKS  256


static bool initiator_status(const interconnd_request_t *r,
    ic_str_t *status);
static bool initiator_knows(const interconnd_request_t *r);
static unsigned initiator_tasks(const interconnd_request_t *r,
    ic_str_t *argv);


bool
interconnd_initiator_asks(const ic_record_t *record)
{
    ic_str_t  subject;

    subject = ic_record_get(record, "subject");

    return subject.len > 4 && memcmp(subject.data, "job:", 4) == 0;
}


void
interconnd_initiator_answered(interconnd_courier_t *courier, void *context)
{
    ic_str_t               argv[3 + 2 * INITIATOR_TASKS];
    unsigned               argc;
    ic_reply_t             reply;
    interconnd_inquiry_t  *inquiry = context;

    if (!initiator_status(&inquiry->request, &argv[2])) {
        return;
    }

    argv[0] = ic_str_n((char *) inquiry->subject.data + 4,
                       inquiry->subject.len - 4);
    argv[1] = ic_str(inquiry->target->node_id);
    argc = 3 + initiator_tasks(&inquiry->request, argv + 3);

    if (interconnd_courier_store(courier, &reply, "initiator_observed", argc,
                                 argv)
        == 0
        && ic_str_is(ic_reply_get(&reply, "ended"), "1"))
    {
        interconnd_log("info", "job %.*s ends: its initiator %s %s",
                       (int) argv[0].len, argv[0].data,
                       inquiry->target->node_id,
                       ic_str_is(argv[2], "none") ? "knows it no more"
                                                  : "says that it is over");
    }
}


/* False when nobody who knows has answered. */
static bool
initiator_status(const interconnd_request_t *r, ic_str_t *status)
{
    *status = ic_str("");

    switch (interconnd_peer_outcome(r)) {

    case INTERCONND_DONE:
        *status = ic_json_str(ic_json_get(r->data, "job_status"));

        if (ic_str_is(*status, "none")) {
            *status = ic_str("");
        }

        return true;

    case INTERCONND_AGAIN:
        return false;

    default:
        if (!initiator_knows(r)) {
            *status = ic_str("none");
        }

        return true;
    }
}


/* A server without this endpoint has no envelope: it is there, and all else
 * is not known. */
static bool
initiator_knows(const interconnd_request_t *r)
{
    unsigned  i;

    for (i = 0; i < INITIATOR_UNKNOWN; i++) {
        if (r->code == initiator_unknown[i]) {
            return false;
        }
    }

    return true;
}


static unsigned
initiator_tasks(const interconnd_request_t *r, ic_str_t *argv)
{
    unsigned          n;
    const ic_json_t  *map, *task;

    n = 0;

    if (interconnd_peer_outcome(r) != INTERCONND_DONE) {
        return 0;
    }

    map = ic_json_get(r->data, "status");

    if (map == NULL || map->type != IC_JSON_OBJECT) {
        return 0;
    }

    for (task = map->child; task != NULL; task = task->next) {
        if (n == 2 * INITIATOR_TASKS) {
            break;
        }

        argv[n++] = task->key;
        argv[n++] = ic_json_str(task);
    }

    return n;
}


void
interconnd_initiator_reap(interconnd_courier_t *courier)
{
    unsigned            i;
    ic_str_t            argv[2];
    ic_reply_t          reply;
    const ic_record_t  *record;

    argv[0] = ic_str_fmt(courier->scratch, "%d",
                         courier->conf->initiator_timeout);
    argv[1] = ic_str_fmt(courier->scratch, "%lld",
                         (long long) courier->conf->job_start_timeout * 1000);

    if (argv[0].data == NULL || argv[1].data == NULL
        || interconnd_courier_store(courier, &reply, "initiator_reap", 2,
                                    argv)
           != 0)
    {
        return;
    }

    for (i = 0; i < reply.nrecords; i++) {
        record = &reply.records[i];

        interconnd_log("warn", "job %.*s of %.*s ends: %.*s",
                       (int) ic_record_get(record, "job_id").len,
                       ic_record_get(record, "job_id").data,
                       (int) ic_record_get(record, "node_id").len,
                       ic_record_get(record, "node_id").data,
                       (int) ic_record_get(record, "error").len,
                       ic_record_get(record, "error").data);
    }
}


void
interconnd_initiator_begin(interconnd_courier_t *courier)
{
    ic_reply_t  reply;

    (void) interconnd_courier_store(courier, &reply, "initiator_begin", 0,
                                    NULL);
    ic_pool_reset(courier->scratch);
}
