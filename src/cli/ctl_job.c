
/*
 * interconnctl job: the jobs of a node by its own API, as an operator. What
 * is sent is checked there, and the evidence names who did it.
 */


#include <stdio.h>
#include <string.h>

#include "../lib/ic_codec.h"
#include "ctl_api.h"
#include "interconnctl.h"


typedef struct {
    ctl_api_t    api;
    const char  *id;
    const char  *params;             /* files of JSON */
    const char  *job_params;
    const char  *dag;
    const char  *from;               /* "step,step" */
    const char  *name;
    const char  *priority;
} ctl_job_t;


typedef struct {
    const char  *verb;
    const char  *path;
    int        (*run)(ctl_job_t *job, const char *path);
    unsigned     id:1;               /* it is about one job */
    unsigned     changes:1;          /* options say what is otherwise */
    unsigned     from:1;             /* --from is taken */
} ctl_job_command_t;


static int ctl_job_run(ctl_job_t *job, int argc, char **argv);
static int ctl_job_options(ctl_job_t *job, int argc, char **argv);
static bool ctl_job_fits(const ctl_job_t *job,
    const ctl_job_command_t *command);
static int ctl_job_list(ctl_job_t *job, const char *path);
static int ctl_job_show(ctl_job_t *job, const char *path);
static int ctl_job_post(ctl_job_t *job, const char *path);
static int ctl_job_from(ctl_job_t *job, ic_json_out_t *out);


static const ctl_job_command_t  ctl_job_commands[] = {
    { "list", "/v1/platform/job/list", ctl_job_list, 0, 0, 0 },
    { "show", "/v1/platform/job/query", ctl_job_show, 1, 0, 0 },
    { "start", "/v1/platform/job/start", ctl_job_post, 1, 0, 0 },
    { "stop", "/v1/platform/job/stop", ctl_job_post, 1, 0, 0 },
    { "pause", "/v1/platform/job/pause", ctl_job_post, 1, 0, 0 },
    { "resume", "/v1/platform/job/resume", ctl_job_post, 1, 0, 0 },
    { "rerun", "/v1/platform/job/rerun", ctl_job_post, 1, 1, 1 },
    { "update", "/v1/platform/job/update", ctl_job_post, 1, 1, 0 },
    { NULL, NULL, NULL, 0, 0, 0 }
};


int
ctl_job(int argc, char **argv)
{
    int        rc;
    ctl_job_t  job = { 0 };

    if (argc > 0 && strcmp(argv[0], "run") == 0) {
        return ctl_run(argc, argv);
    }

    if (ctl_api_create(&job.api) != 0) {
        return 1;
    }

    rc = ctl_job_run(&job, argc, argv);
    ctl_api_destroy(&job.api);

    return rc;
}


static int
ctl_job_run(ctl_job_t *job, int argc, char **argv)
{
    const ctl_job_command_t  *command;

    for (command = ctl_job_commands; command->verb != NULL; command++) {
        if (argc > 0 && strcmp(argv[0], command->verb) == 0) {
            break;
        }
    }

    if (command->verb == NULL || ctl_job_options(job, argc, argv) != 0
        || !ctl_job_fits(job, command))
    {
        (void) ctl_error("job " CTL_JOB_USAGE);
        return 2;
    }

    return ctl_api_token(&job->api) == 0 ? command->run(job, command->path)
                                        : 1;
}


/* What stands behind the verb. 0, or -1. */

static int
ctl_job_options(ctl_job_t *job, int argc, char **argv)
{
    int  i;

    const ctl_option_t  own[] = {
        { "--from", &job->from },
        { "--params", &job->params },
        { "--job-params", &job->job_params },
        { "--dag", &job->dag },
        { "--name", &job->name },
        { "--priority", &job->priority },
        { NULL, NULL }
    };

    i = 1;

    if (i < argc && argv[i][0] != '-') {
        job->id = argv[i++];
    }

    return ctl_api_options(&job->api, argc, argv, i, own);
}


static bool
ctl_job_fits(const ctl_job_t *job, const ctl_job_command_t *command)
{
    bool  changes;

    changes = job->params != NULL || job->job_params != NULL
              || job->dag != NULL || job->name != NULL
              || job->priority != NULL;

    return (job->id != NULL) == command->id
           && (job->id == NULL || ic_id_valid(ic_str(job->id)))
           && (!changes || command->changes)
           && (job->from == NULL || command->from);
}


/* One line for each: id, state, percent, priority, name. */

static int
ctl_job_list(ctl_job_t *job, const char *path)
{
    static const char *const  fields[] = {
        "job_id", "status", "progress", "priority", "name", NULL
    };

    return ctl_api_list(&job->api, ic_str_fmt(job->api.pool, "%s?", path),
                        fields);
}


static int
ctl_job_show(ctl_job_t *job, const char *path)
{
    ic_json_t  *data;

    data = ctl_api_call(&job->api, ic_str_fmt(job->api.pool, "%s?job_id=%s",
                                              path, job->id),
                        NULL);

    return data == NULL ? 1 : ctl_api_print(&job->api, data);
}


static int
ctl_job_post(ctl_job_t *job, const char *path)
{
    int64_t         priority;
    ic_str_t        text;
    ic_json_t      *data;
    ic_json_out_t   out;

    ic_out_init(&out, job->api.pool);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "job_id", job->id);

    if (ctl_job_from(job, &out) != 0
        || ctl_api_file(&job->api, &out, "task_params", job->params) != 0
        || ctl_api_file(&job->api, &out, "job_params", job->job_params) != 0
        || ctl_api_file(&job->api, &out, "dag", job->dag) != 0)
    {
        return 1;
    }

    if (job->name != NULL) {
        ic_out_z(&out, "name", job->name);
    }

    if (job->priority != NULL) {

        if (ic_str_int(ic_str(job->priority), &priority) != 0) {
            return ctl_error("--priority %s: 0 to 100", job->priority);
        }

        ic_out_int(&out, "priority", priority);
    }

    ic_out_object_end(&out);
    text = ic_out_text(&out);

    if (text.data == NULL) {
        return ctl_error("out of memory");
    }

    data = ctl_api_call(&job->api, ic_str(path), (char *) text.data);

    return data == NULL ? 1 : ctl_api_print(&job->api, data);
}


static int
ctl_job_from(ctl_job_t *job, ic_json_out_t *out)
{
    size_t       len;
    const char  *p;

    if (job->from == NULL) {
        return 0;
    }

    ic_out_array(out, "from_tasks");

    for (p = job->from; *p != '\0'; p += len + (p[len] == ',')) {
        len = strcspn(p, ",");
        ic_out_str(out, NULL, ic_str_n(p, len));
    }

    ic_out_array_end(out);

    return 0;
}
