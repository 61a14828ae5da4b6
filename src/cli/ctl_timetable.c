
/*
 * interconnctl timetable: jobs at a time or periodically, by a node's own
 * API, as an operator. Cron expressions, zones and times are checked there.
 */


#include <stdio.h>
#include <string.h>

#include "../lib/ic_codec.h"
#include "ctl_api.h"
#include "interconnctl.h"


#define CTL_TIMETABLE_PATH   "/v1/platform/flow/timetable/"
#define CTL_TIMETABLE_GIVEN  15


typedef enum {
    CTL_TIMETABLE_STR,
    CTL_TIMETABLE_INT,
    CTL_TIMETABLE_TIME,              /* milliseconds, or ISO 8601 */
    CTL_TIMETABLE_FILE               /* of JSON */
} ctl_timetable_type_e;

/* Verbs that take an option, as bits. */
typedef enum {
    CTL_TIMETABLE_CREATE = 1,
    CTL_TIMETABLE_UPDATE = 2,
    CTL_TIMETABLE_CHANGES = 3,
    CTL_TIMETABLE_LIST = 4
} ctl_timetable_taker_e;

typedef struct {
    const char            *option;
    const char            *field;
    ctl_timetable_type_e   type;
    ctl_timetable_taker_e  takers;
} ctl_timetable_field_t;

typedef struct {
    ctl_api_t    api;
    const char  *id;                 /* of the timetable, or its flow's */
    const char  *given[CTL_TIMETABLE_GIVEN];
} ctl_timetable_t;

typedef struct {
    const char  *verb;
    const char  *path;
    int        (*run)(ctl_timetable_t *tt, const char *path);
    unsigned     id;                 /* it is about one */
    unsigned     takes;              /* options of CTL_TIMETABLE_... */
} ctl_timetable_command_t;


static int ctl_timetable_run(ctl_timetable_t *tt, int argc, char **argv);
static int ctl_timetable_options(ctl_timetable_t *tt, int argc, char **argv);
static bool ctl_timetable_fits(const ctl_timetable_t *tt,
    const ctl_timetable_command_t *command);
static int ctl_timetable_list(ctl_timetable_t *tt, const char *path);
static int ctl_timetable_runs(ctl_timetable_t *tt, const char *path);
static int ctl_timetable_show(ctl_timetable_t *tt, const char *path);
static int ctl_timetable_create(ctl_timetable_t *tt, const char *path);
static int ctl_timetable_post(ctl_timetable_t *tt, const char *path);
static int ctl_timetable_send(ctl_timetable_t *tt, const char *path,
    const char *id);
static int ctl_timetable_put(ctl_timetable_t *tt, ic_json_out_t *out,
    const ctl_timetable_field_t *field, const char *value);


static const ctl_timetable_field_t  ctl_timetable_fields[] = {
    { "--name", "name", CTL_TIMETABLE_STR, CTL_TIMETABLE_CHANGES },
    { "--cron", "cron", CTL_TIMETABLE_STR, CTL_TIMETABLE_CHANGES },
    { "--zone", "time_zone", CTL_TIMETABLE_STR, CTL_TIMETABLE_CHANGES },
    { "--at", "at", CTL_TIMETABLE_TIME, CTL_TIMETABLE_CHANGES },
    { "--start", "start_time", CTL_TIMETABLE_TIME, CTL_TIMETABLE_CHANGES },
    { "--end", "end_time", CTL_TIMETABLE_TIME, CTL_TIMETABLE_CHANGES },
    { "--catch-up", "catch_up", CTL_TIMETABLE_STR, CTL_TIMETABLE_CHANGES },
    { "--catch-up-max", "catch_up_max", CTL_TIMETABLE_INT,
      CTL_TIMETABLE_CHANGES },
    { "--overlap", "overlap", CTL_TIMETABLE_STR, CTL_TIMETABLE_CHANGES },
    { "--sync", "sync_type", CTL_TIMETABLE_STR, CTL_TIMETABLE_CHANGES },
    { "--priority", "priority", CTL_TIMETABLE_INT, CTL_TIMETABLE_CHANGES },
    { "--dag", "dag", CTL_TIMETABLE_FILE, CTL_TIMETABLE_CHANGES },
    { "--config", "config", CTL_TIMETABLE_FILE, CTL_TIMETABLE_CHANGES },
    { "--version", "version", CTL_TIMETABLE_INT, CTL_TIMETABLE_UPDATE },
    { "--status", "status", CTL_TIMETABLE_STR, CTL_TIMETABLE_LIST },
    { NULL, NULL, 0, 0 }
};

static const ctl_timetable_command_t  ctl_timetable_commands[] = {
    { "create", CTL_TIMETABLE_PATH "create", ctl_timetable_create, 1,
      CTL_TIMETABLE_CREATE },
    { "update", CTL_TIMETABLE_PATH "update", ctl_timetable_post, 1,
      CTL_TIMETABLE_UPDATE },
    { "list", CTL_TIMETABLE_PATH "list", ctl_timetable_list, 0,
      CTL_TIMETABLE_LIST },
    { "show", CTL_TIMETABLE_PATH "query", ctl_timetable_show, 1, 0 },
    { "runs", CTL_TIMETABLE_PATH "runs", ctl_timetable_runs, 1, 0 },
    { "pause", CTL_TIMETABLE_PATH "pause", ctl_timetable_post, 1, 0 },
    { "resume", CTL_TIMETABLE_PATH "resume", ctl_timetable_post, 1, 0 },
    { "remove", CTL_TIMETABLE_PATH "remove", ctl_timetable_post, 1, 0 },
    { NULL, NULL, NULL, 0, 0 }
};


int
ctl_timetable(int argc, char **argv)
{
    int              rc;
    ctl_timetable_t  tt = { 0 };

    if (ctl_api_create(&tt.api) != 0) {
        return 1;
    }

    rc = ctl_timetable_run(&tt, argc, argv);
    ctl_api_destroy(&tt.api);

    return rc;
}


static int
ctl_timetable_run(ctl_timetable_t *tt, int argc, char **argv)
{
    const ctl_timetable_command_t  *command;

    for (command = ctl_timetable_commands; command->verb != NULL; command++) {
        if (argc > 0 && strcmp(argv[0], command->verb) == 0) {
            break;
        }
    }

    if (command->verb == NULL || ctl_timetable_options(tt, argc, argv) != 0
        || !ctl_timetable_fits(tt, command))
    {
        (void) ctl_error("timetable " CTL_TIMETABLE_USAGE);
        return 2;
    }

    return ctl_api_token(&tt->api) == 0 ? command->run(tt, command->path)
                                        : 1;
}


/* What stands behind the verb. 0, or -1. */

static int
ctl_timetable_options(ctl_timetable_t *tt, int argc, char **argv)
{
    int           i;
    unsigned      n;
    ctl_option_t  own[CTL_TIMETABLE_GIVEN + 1];

    for (n = 0; ctl_timetable_fields[n].option != NULL; n++) {
        own[n].name = ctl_timetable_fields[n].option;
        own[n].value = &tt->given[n];
    }

    own[n].name = NULL;
    own[n].value = NULL;

    i = 1;

    if (i < argc && argv[i][0] != '-') {
        tt->id = argv[i++];
    }

    return ctl_api_options(&tt->api, argc, argv, i, own);
}


/* A list may name a flow; every other verb needs what it is about. */

static bool
ctl_timetable_fits(const ctl_timetable_t *tt,
    const ctl_timetable_command_t *command)
{
    unsigned  n;

    if ((tt->id == NULL && command->id)
        || (tt->id != NULL && !ic_id_valid(ic_str(tt->id))))
    {
        return false;
    }

    for (n = 0; ctl_timetable_fields[n].option != NULL; n++) {
        if (tt->given[n] != NULL
            && !(ctl_timetable_fields[n].takers & command->takes))
        {
            return false;
        }
    }

    return true;
}


/* One line for each: id, state, when it is due next, jobs made, name. */

static int
ctl_timetable_list(ctl_timetable_t *tt, const char *path)
{
    unsigned                  n;
    ic_str_t                  query;
    static const char *const  fields[] = {
        "timetable_id", "status", "next_time", "run_count", "name", NULL
    };

    query = ic_str_fmt(tt->api.pool, "%s?%s%s", path,
                       tt->id != NULL ? "flow_id=" : "",
                       tt->id != NULL ? tt->id : "");

    for (n = 0; ctl_timetable_fields[n].option != NULL; n++) {

        if (tt->given[n] == NULL) {
            continue;
        }

        if (!ic_id_valid(ic_str(tt->given[n]))) {
            return ctl_error("%s %s: ACTIVE, PAUSED or ENDED",
                             ctl_timetable_fields[n].option, tt->given[n]);
        }

        query = ic_str_fmt(tt->api.pool, "%s&%s=%s", (char *) query.data,
                           ctl_timetable_fields[n].field, tt->given[n]);
    }

    return ctl_api_list(&tt->api, query, fields);
}


/* One line for each: due time, what came of it, job, its state, reason. */

static int
ctl_timetable_runs(ctl_timetable_t *tt, const char *path)
{
    static const char *const  fields[] = {
        "due_time", "state", "job_id", "status", "reason", NULL
    };

    return ctl_api_list(&tt->api, ic_str_fmt(tt->api.pool,
                                             "%s?timetable_id=%s", path,
                                             tt->id),
                        fields);
}


static int
ctl_timetable_show(ctl_timetable_t *tt, const char *path)
{
    ic_json_t  *data;

    data = ctl_api_call(&tt->api, ic_str_fmt(tt->api.pool,
                                             "%s?timetable_id=%s", path,
                                             tt->id),
                        NULL);
    if (data == NULL) {
        return 1;
    }

    return ctl_api_print(&tt->api, ic_json_get(data, "Timetable"));
}


static int
ctl_timetable_create(ctl_timetable_t *tt, const char *path)
{
    return ctl_timetable_send(tt, path, "flow_id");
}


static int
ctl_timetable_post(ctl_timetable_t *tt, const char *path)
{
    return ctl_timetable_send(tt, path, "timetable_id");
}


static int
ctl_timetable_send(ctl_timetable_t *tt, const char *path, const char *id)
{
    unsigned        n;
    ic_str_t        text;
    ic_json_t      *data;
    ic_json_out_t   out;

    ic_out_init(&out, tt->api.pool);
    ic_out_object(&out, NULL);
    ic_out_z(&out, id, tt->id);

    for (n = 0; ctl_timetable_fields[n].option != NULL; n++) {
        if (tt->given[n] != NULL
            && ctl_timetable_put(tt, &out, &ctl_timetable_fields[n],
                                 tt->given[n])
               != 0)
        {
            return 1;
        }
    }

    ic_out_object_end(&out);
    text = ic_out_text(&out);

    if (text.data == NULL) {
        return ctl_error("out of memory");
    }

    data = ctl_api_call(&tt->api, ic_str(path), (char *) text.data);

    return data == NULL ? 1 : ctl_api_print(&tt->api, data);
}


static int
ctl_timetable_put(ctl_timetable_t *tt, ic_json_out_t *out,
    const ctl_timetable_field_t *field, const char *value)
{
    bool     number;
    int64_t  n;

    number = ic_str_int(ic_str(value), &n) == 0;

    switch (field->type) {

    case CTL_TIMETABLE_FILE:
        return ctl_api_file(&tt->api, out, field->field, value);

    case CTL_TIMETABLE_INT:

        if (!number) {
            return ctl_error("%s %s: not a number", field->option, value);
        }

        ic_out_int(out, field->field, n);
        return 0;

    case CTL_TIMETABLE_TIME:

        if (number) {
            ic_out_int(out, field->field, n);
            return 0;
        }

        break;

    case CTL_TIMETABLE_STR:
        break;
    }

    ic_out_z(out, field->field, value);

    return 0;
}
