
/*
 * A flow file has a name, "dag" and "config" as job/create takes them; its
 * member "sandbox" is for ctl_run_sandbox.c alone.
 */


#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../lib/ic_codec.h"
#include "ctl_run.h"
#include "interconnctl.h"


#define RUN_TIMEOUT_S  600

/* exit statuses, beside 0 and 1 */
#define RUN_USAGE      2
#define RUN_LATE       3


static int run_options(ctl_run_t *run, int argc, char **argv);
static int run_enter(ctl_run_t *run, const char *dir);
static int run_read(ctl_run_t *run);
static int run_parties(ctl_run_t *run);
static int run_flow(ctl_run_t *run);
static int run_create(ctl_run_t *run);
static const char *run_post(ctl_run_t *run, const char *path,
    const char *flow_id, const char *id);
static int run_apply(ctl_run_t *run);
static int run_approvals(ctl_run_t *run);
static int run_approved(ctl_run_t *run, unsigned n);
static int run_start(ctl_run_t *run);
static int run_follow(ctl_run_t *run);


int
ctl_run(int argc, char **argv)
{
    int        rc;
    ctl_run_t  run = { 0 };

    if (ctl_api_create(&run.api) != 0) {
        return 1;
    }

    if (run_options(&run, argc, argv) != 0) {
        (void) ctl_error("job " CTL_JOB_USAGE);
        rc = RUN_USAGE;

    } else {
        rc = ctl_api_token(&run.api) == 0 && run_read(&run) == 0
             ? run_flow(&run) : 1;
    }

    ctl_api_destroy(&run.api);
    free(run.sandbox);

    return rc;
}


static int
run_options(ctl_run_t *run, int argc, char **argv)
{
    int  i;

    const ctl_option_t  own[] = {
        { "--sandbox", &run->dir },
        { "--timeout", &run->timeout },
        { "--project", &run->project_id },
        { "--format", &run->format },
        { "--models", &run->models },
        { NULL, NULL }
    };

    if (argc < 2 || argv[1][0] == '-') {
        return -1;
    }

    run->file = argv[1];

    for (i = 2; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--sandbox") == 0
            && run_enter(run, argv[i + 1]) != 0)
        {
            return -1;
        }
    }

    return ctl_api_options(&run->api, argc, argv, 2, own) == 0
           && (run->format == NULL || strcmp(run->format, "json") == 0
               || strcmp(run->format, "text") == 0)
           && (run->models == NULL || strcmp(run->models, "yes") == 0
               || strcmp(run->models, "no") == 0)
           ? 0 : -1;
}


/* The first node of a sandbox is the initiator, unless --node says so. */

static int
run_enter(ctl_run_t *run, const char *dir)
{
    run->sandbox = calloc(1, sizeof(ctl_sandbox_t));

    if (run->sandbox == NULL || ctl_sandbox_load(run->sandbox, dir) != 0) {
        return -1;
    }

    ctl_node_operator(run->sandbox, &run->sandbox->nodes[0], run->api.pool,
                      &run->api.client);

    return 0;
}


static int
run_read(ctl_run_t *run)
{
    int64_t    seconds;
    ic_str_t   text, why;

    seconds = RUN_TIMEOUT_S;

    if (run->timeout != NULL
        && (ic_str_int(ic_str(run->timeout), &seconds) != 0 || seconds < 1
            || seconds > 604800))
    {
        return ctl_error("--timeout %s: 1 to 604800 seconds", run->timeout);
    }

    run->begun = ic_mono_ms();
    run->until = run->begun + seconds * 1000;
    text = ctl_read_file(run->api.pool, run->file);

    if (text.data == NULL) {
        return ctl_error("%s cannot be read", run->file);
    }

    why = ic_str("");
    run->flow = ic_json_parse(run->api.pool, text, &why);

    if (run->flow == NULL) {
        return ctl_error("%s: %.*s", run->file, (int) why.len, why.data);
    }

    if (ic_json_get(run->flow, "dag") == NULL
        || ic_json_get(run->flow, "config") == NULL)
    {
        return ctl_error("%s: a flow has dag and config", run->file);
    }

    return run_parties(run);
}


static int
run_parties(ctl_run_t *run)
{
    ic_arena_t       *pool;
    const ic_json_t  *config, *list, *node;

    pool = run->api.pool;
    config = ic_json_get(run->flow, "config");
    run->initiator = ic_str_z(pool, ic_json_str(
                                  ic_json_path(config, "initiator/node_id")));
    list = ic_json_get(config, "role");

    if (run->initiator == NULL || *run->initiator == '\0' || list == NULL) {
        return ctl_error("%s: config names no initiator, or no roles",
                         run->file);
    }

    for (list = list->child; list != NULL; list = list->next) {
        for (node = list->child; node != NULL; node = node->next) {

            if (ic_str_is(ic_json_str(node), run->initiator)) {
                continue;
            }

            if (run->nremote == CTL_RUN_PARTIES) {
                return ctl_error("%s: more than %d parties", run->file,
                                 CTL_RUN_PARTIES);
            }

            run->remote[run->nremote] = ic_str_z(pool, ic_json_str(node));

            if (run->remote[run->nremote++] == NULL) {
                return ctl_error("%s: a role has no node ids", run->file);
            }
        }
    }

    return 0;
}


static int
run_flow(ctl_run_t *run)
{
    int  rc;

    if ((run->sandbox != NULL && ctl_run_prepare(run) != 0)
        || run_create(run) != 0 || run_apply(run) != 0
        || (run->sandbox != NULL && ctl_run_approve(run) != 0))
    {
        return 1;
    }

    rc = run_approvals(run);

    if (rc == 0) {
        rc = run_start(run);
    }

    return rc == 0 ? run_follow(run) : rc;
}


static int
run_create(ctl_run_t *run)
{
    const char  *flow_id;

    flow_id = run_post(run, "/v1/platform/flow/create", NULL, "flow_id");

    if (flow_id == NULL) {
        return 1;
    }

    run->job_id = run_post(run, "/v1/platform/job/create", flow_id,
                           "job_id");

    if (run->job_id == NULL) {
        return 1;
    }

    ctl_run_say(run, "job %s of flow %s", run->job_id, flow_id);

    return 0;
}


/* The id that the answer has; NULL with a message. */

static const char *
run_post(ctl_run_t *run, const char *path, const char *flow_id,
    const char *id)
{
    ic_str_t          text;
    ic_json_out_t     out;
    const ic_json_t  *data, *name;

    name = ic_json_get(run->flow, "name");

    ic_out_init(&out, run->api.pool);
    ic_out_object(&out, NULL);
    ic_out_str(&out, "name", name != NULL ? ic_json_str(name)
                                          : ic_str("a flow"));
    ic_out_node(&out, "dag", ic_json_get(run->flow, "dag"));
    ic_out_node(&out, "config", ic_json_get(run->flow, "config"));

    if (run->project_id != NULL) {
        ic_out_z(&out, "project_id", run->project_id);
    }

    if (flow_id != NULL) {
        ic_out_z(&out, "flow_id", flow_id);
    }

    ic_out_object_end(&out);
    text = ic_out_text(&out);

    if (text.data == NULL) {
        (void) ctl_error("out of memory");
        return NULL;
    }

    data = ctl_api_call(&run->api, ic_str(path), (char *) text.data);

    return data == NULL ? NULL
           : ic_str_z(run->api.pool, ic_json_str(ic_json_get(data, id)));
}


static int
run_apply(ctl_run_t *run)
{
    ic_str_t          body;
    unsigned          n;
    const char       *contract;
    const ic_json_t  *data;

    for (n = 0; n < run->nremote; n++) {
        contract = ctl_run_contract(run, run->remote[n]);

        if (contract == NULL) {
            return 1;
        }

        body = ic_str_fmt(run->api.pool, "{\"resource_type\":\"job\","
                          "\"job_id\":\"%s\",\"contract_id\":\"%s\"}",
                          run->job_id, contract);
        data = ctl_api_call(&run->api, ic_str("/v1/platform/audit/apply"),
                            (char *) body.data);

        if (data == NULL) {
            return 1;
        }

        run->audits[n] = ic_str_z(run->api.pool,
                                  ic_json_str(ic_json_get(data,
                                                          "audit_id")));
        ctl_run_say(run, "%s is asked to take part", run->remote[n]);
    }

    return 0;
}


const char *
ctl_run_contract(ctl_run_t *run, const char *node_id)
{
    const ic_json_t  *data, *item;

    data = ctl_api_call(&run->api, ic_str("/v1/platform/contract/list"
                                          "?status=APPROVED&page_size=-1"),
                        NULL);

    if (data == NULL) {
        return NULL;
    }

    item = ic_json_at(ic_json_get(data, "records"), 0);

    while (item != NULL
           && !ic_str_is(ic_json_str(ic_json_get(item, "node_id")), node_id))
    {
        item = item->next;
    }

    if (item == NULL) {
        (void) ctl_error("%s: no contract with it; contract/apply first",
                         node_id);
        return NULL;
    }

    return ic_str_z(run->api.pool,
                    ic_json_str(ic_json_get(item, "contract_id")));
}


/* Until every party has approved; one that does not ends it. */

static int
run_approvals(ctl_run_t *run)
{
    int       rc;
    unsigned  n;

    for (n = 0; n < run->nremote; n++) {

        while ((rc = run_approved(run, n)) == 0) {
            if (!ctl_run_wait(run, "an approval")) {
                return RUN_LATE;
            }
        }

        if (rc < 0) {
            return 1;
        }

        ctl_run_say(run, "%s takes part", run->remote[n]);
    }

    return 0;
}


/* 1: yes; 0: not yet; -1 with a message. */

static int
run_approved(ctl_run_t *run, unsigned n)
{
    ic_str_t          status;
    const ic_json_t  *data;

    data = ctl_api_call(&run->api,
                        ic_str_fmt(run->api.pool, "/v1/platform/audit/query"
                                   "?audit_id=%s", run->audits[n]), NULL);

    if (data == NULL) {
        return -1;
    }

    status = ic_json_str(ic_json_get(data, "status"));

    if (ic_str_is(status, "APPROVED")) {
        return 1;
    }

    if (ic_str_is(status, "REJECTED") || ic_str_is(status, "TERMINATED")) {
        (void) ctl_error("%s does not take part: %.*s", run->remote[n],
                         (int) status.len, status.data);
        return -1;
    }

    return 0;
}


/* The permits may come a moment after the approvals. */

static int
run_start(ctl_run_t *run)
{
    char        error[256];
    ic_str_t    body;
    ic_json_t  *answer, *code;

    body = ic_str_fmt(run->api.pool, "{\"job_id\":\"%s\"}", run->job_id);

    for ( ;; ) {
        answer = ctl_call(&run->api.client, run->api.pool,
                          "/v1/platform/job/start", (char *) body.data, NULL,
                          error);

        if (answer == NULL) {
            return ctl_error("%s: %s", run->api.client.base, error);
        }

        code = ic_json_get(answer, "code");

        if (code != NULL && code->num / 10 != 409) {
            return ctl_api_data(answer) != NULL ? 0 : 1;
        }

        if (!ctl_run_wait(run, "the permits")) {
            return RUN_LATE;
        }
    }
}


/* A line when something moves. */

static int
run_follow(ctl_run_t *run)
{
    int64_t           percent, last;
    ic_str_t          status;
    ctl_api_t         turn;
    const ic_json_t  *job, *progress;

    turn = run->api;
    last = -1;

    for ( ;; ) {
        turn.pool = ic_pool_create();
        job = turn.pool == NULL ? NULL
              : ctl_api_call(&turn, ic_str_fmt(turn.pool,
                             "/v1/platform/job/query?job_id=%s",
                             run->job_id), NULL);

        if (job == NULL) {
            break;
        }

        status = ic_json_str(ic_json_get(job, "status"));

        if (ic_str_is(status, "SUCCESS") || ic_str_is(status, "FAILED")
            || ic_str_is(status, "STOPPED"))
        {
            job = ic_json_parse(run->api.pool,
                                ic_json_text(run->api.pool, job), NULL);
            ic_pool_destroy(turn.pool);

            return job == NULL ? ctl_error("out of memory")
                               : ctl_run_result(run, job);
        }

        progress = ic_json_get(job, "progress");
        percent = progress != NULL ? (int64_t) progress->real : 0;

        if (percent != last) {
            ctl_run_say(run, "%.*s, %lld %%", (int) status.len, status.data,
                        (long long) percent);
            last = percent;
        }

        ic_pool_destroy(turn.pool);

        if (!ctl_run_wait(run, "the end of the job, which goes on")) {
            return RUN_LATE;
        }
    }

    if (turn.pool != NULL) {
        ic_pool_destroy(turn.pool);
    }

    return 1;
}


bool
ctl_run_wait(const ctl_run_t *run, const char *what)
{
    struct timespec  ts = { 0, CTL_RUN_POLL_MS * 1000 * 1000 };

    if (ic_mono_ms() > run->until) {
        (void) ctl_error("waited too long for %s", what);
        return false;
    }

    nanosleep(&ts, NULL);

    return true;
}


void
ctl_run_say(const ctl_run_t *run, const char *fmt, ...)
{
    va_list  args;

    fprintf(stderr, "[%6.1f s] ", (double) (ic_mono_ms() - run->begun)
                                  / 1000);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
}
