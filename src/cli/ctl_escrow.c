
/*
 * interconnctl escrow: results in escrow, and requests to have them back, by
 * a node's own API, as an operator. One row of a table for each verb.
 */


#include <stdio.h>
#include <string.h>

#include "../lib/ic_civil.h"
#include "../lib/ic_codec.h"
#include "ctl_api.h"
#include "interconnctl.h"


#define CTL_ESCROW_PATH   "/v1/platform/escrow/"
#define CTL_ESCROW_GIVEN  9
#define CTL_ESCROW_NAMES  2          /* words behind a verb */


typedef enum {
    CTL_ESCROW_STR,
    CTL_ESCROW_INT,
    CTL_ESCROW_TIME,                 /* milliseconds, or ISO 8601 */
    CTL_ESCROW_LIST,                 /* of ids, by commas */
    CTL_ESCROW_YES
} ctl_escrow_type_e;

/* Verbs that take an option, as bits. */
typedef enum {
    CTL_ESCROW_CREATE = 1,
    CTL_ESCROW_LISTS = 2,
    CTL_ESCROW_ASKS = 4
} ctl_escrow_taker_e;

typedef struct {
    const char          *option;
    const char          *field;
    ctl_escrow_type_e    type;
    ctl_escrow_taker_e   takers;
    bool                 must;       /* the verb does not go without it */
} ctl_escrow_field_t;

typedef struct {
    ctl_api_t    api;
    const char  *names[CTL_ESCROW_NAMES];
    const char  *given[CTL_ESCROW_GIVEN];
} ctl_escrow_t;

typedef struct ctl_escrow_command_s  ctl_escrow_command_t;

struct ctl_escrow_command_s {
    const char                *verb;
    const char                *path;
    int                      (*run)(ctl_escrow_t *escrow,
                                    const ctl_escrow_command_t *command);
    unsigned                   takes;    /* options of CTL_ESCROW_... */
    /* what the words behind it are */
    const char                *names[CTL_ESCROW_NAMES];
    const char *const         *columns;  /* of a list */
};


static int ctl_escrow_run(ctl_escrow_t *escrow, int argc, char **argv);
static int ctl_escrow_options(ctl_escrow_t *escrow, int argc, char **argv);
static bool ctl_escrow_fits(const ctl_escrow_t *escrow,
    const ctl_escrow_command_t *command);
static int ctl_escrow_list(ctl_escrow_t *escrow,
    const ctl_escrow_command_t *command);
static int ctl_escrow_show(ctl_escrow_t *escrow,
    const ctl_escrow_command_t *command);
static int ctl_escrow_post(ctl_escrow_t *escrow,
    const ctl_escrow_command_t *command);
static int ctl_escrow_put(ic_json_out_t *out,
    const ctl_escrow_field_t *field, const char *value);
static int ctl_escrow_put_list(ic_json_out_t *out,
    const ctl_escrow_field_t *field, const char *value);


static const ctl_escrow_field_t  ctl_escrow_fields[] = {
    { "--until", "retention_until", CTL_ESCROW_TIME, CTL_ESCROW_CREATE,
      true },
    { "--threshold", "threshold", CTL_ESCROW_INT, CTL_ESCROW_CREATE, false },
    { "--level", "level", CTL_ESCROW_STR, CTL_ESCROW_CREATE, false },
    { "--holders", "holders", CTL_ESCROW_LIST, CTL_ESCROW_CREATE, false },
    { "--copies", "copies", CTL_ESCROW_YES, CTL_ESCROW_CREATE, false },
    { "--job", "job_id", CTL_ESCROW_STR, CTL_ESCROW_LISTS, false },
    { "--dir", "dir", CTL_ESCROW_STR, CTL_ESCROW_LISTS, false },
    { "--status", "status", CTL_ESCROW_STR, CTL_ESCROW_LISTS, false },
    { "--reason", "reason", CTL_ESCROW_STR, CTL_ESCROW_ASKS, true },
    { NULL, NULL, 0, 0, false }
};

static const char *const  ctl_escrow_columns[] = {
    "escrow_id", "dir", "status", "owner", "job_id", "key", "threshold",
    "retention_until", NULL
};

/* of those that wait in the inbox */
static const char *const  ctl_escrow_asked[] = {
    "id", "purpose", "node_id", "owner", "job_id", "digest", "why", NULL
};

static const ctl_escrow_command_t  ctl_escrow_commands[] = {
    { "create", CTL_ESCROW_PATH "create", ctl_escrow_post,
      CTL_ESCROW_CREATE, { "task_id", "key" }, NULL },
    { "list", CTL_ESCROW_PATH "list?", ctl_escrow_list, CTL_ESCROW_LISTS,
      { NULL, NULL }, ctl_escrow_columns },
    { "show", CTL_ESCROW_PATH "query", ctl_escrow_show, 0,
      { "escrow_id", NULL }, NULL },
    { "recover", CTL_ESCROW_PATH "recover", ctl_escrow_post,
      CTL_ESCROW_ASKS, { "escrow_id", NULL }, NULL },
    { "release", CTL_ESCROW_PATH "release", ctl_escrow_post,
      CTL_ESCROW_ASKS, { "escrow_id", NULL }, NULL },
    { "request", CTL_ESCROW_PATH "recovery/query", ctl_escrow_show, 0,
      { "recovery_id", NULL }, NULL },
    { "inbox", "/v1/platform/audit/inbox?resource_type=escrow",
      ctl_escrow_list, 0, { NULL, NULL }, ctl_escrow_asked },
    { "approve", CTL_ESCROW_PATH "approve", ctl_escrow_post, 0,
      { "recovery_id", NULL }, NULL },
    { "refuse", CTL_ESCROW_PATH "refuse", ctl_escrow_post,
      CTL_ESCROW_ASKS, { "recovery_id", NULL }, NULL },
    { "withdraw", CTL_ESCROW_PATH "withdraw", ctl_escrow_post, 0,
      { "recovery_id", NULL }, NULL },
    { NULL, NULL, NULL, 0, { NULL, NULL }, NULL }
};


int
ctl_escrow(int argc, char **argv)
{
    int           rc;
    ctl_escrow_t  escrow = { 0 };

    if (ctl_api_create(&escrow.api) != 0) {
        return 1;
    }

    rc = ctl_escrow_run(&escrow, argc, argv);
    ctl_api_destroy(&escrow.api);

    return rc;
}


static int
ctl_escrow_run(ctl_escrow_t *escrow, int argc, char **argv)
{
    const ctl_escrow_command_t  *command;

    for (command = ctl_escrow_commands; command->verb != NULL; command++) {
        if (argc > 0 && strcmp(argv[0], command->verb) == 0) {
            break;
        }
    }

    if (command->verb == NULL || ctl_escrow_options(escrow, argc, argv) != 0
        || !ctl_escrow_fits(escrow, command))
    {
        (void) ctl_error("escrow " CTL_ESCROW_USAGE);
        return 2;
    }

    return ctl_api_token(&escrow->api) == 0 ? command->run(escrow, command)
                                            : 1;
}


/* What stands behind the verb. 0, or -1. */

static int
ctl_escrow_options(ctl_escrow_t *escrow, int argc, char **argv)
{
    int           i, k;
    unsigned      n;
    ctl_option_t  own[CTL_ESCROW_GIVEN + 1];

    for (n = 0; ctl_escrow_fields[n].option != NULL; n++) {
        own[n].name = ctl_escrow_fields[n].option;
        own[n].value = &escrow->given[n];
    }

    own[n].name = NULL;
    own[n].value = NULL;

    for (i = 1, k = 0; k < CTL_ESCROW_NAMES; k++) {
        if (i < argc && argv[i][0] != '-') {
            escrow->names[k] = argv[i++];
        }
    }

    return ctl_api_options(&escrow->api, argc, argv, i, own);
}


/* As many words as the verb wants, the options that it takes, no others. */

static bool
ctl_escrow_fits(const ctl_escrow_t *escrow,
    const ctl_escrow_command_t *command)
{
    unsigned  n;

    for (n = 0; n < CTL_ESCROW_NAMES; n++) {
        if ((escrow->names[n] == NULL) != (command->names[n] == NULL)
            || (escrow->names[n] != NULL
                && !ic_id_valid(ic_str(escrow->names[n]))))
        {
            return false;
        }
    }

    for (n = 0; ctl_escrow_fields[n].option != NULL; n++) {

        if (!(ctl_escrow_fields[n].takers & command->takes)) {
            if (escrow->given[n] != NULL) {
                return false;
            }

        } else if (escrow->given[n] == NULL && ctl_escrow_fields[n].must) {
            return false;
        }
    }

    return true;
}


static int
ctl_escrow_list(ctl_escrow_t *escrow, const ctl_escrow_command_t *command)
{
    unsigned  n;
    ic_str_t  query;

    query = ic_str(command->path);

    for (n = 0; ctl_escrow_fields[n].option != NULL; n++) {

        if (escrow->given[n] == NULL) {
            continue;
        }

        if (!ic_id_valid(ic_str(escrow->given[n]))) {
            return ctl_error("%s %s: not a word",
                             ctl_escrow_fields[n].option, escrow->given[n]);
        }

        query = ic_str_fmt(escrow->api.pool, "%s&%s=%s", (char *) query.data,
                           ctl_escrow_fields[n].field, escrow->given[n]);

        if (query.data == NULL) {
            return ctl_error("out of memory");
        }
    }

    return ctl_api_list(&escrow->api, query, command->columns);
}


static int
ctl_escrow_show(ctl_escrow_t *escrow, const ctl_escrow_command_t *command)
{
    ic_json_t  *data;

    data = ctl_api_call(&escrow->api,
                        ic_str_fmt(escrow->api.pool, "%s?%s=%s",
                                   command->path, command->names[0],
                                   escrow->names[0]),
                        NULL);

    return data == NULL ? 1 : ctl_api_print(&escrow->api, data);
}


static int
ctl_escrow_post(ctl_escrow_t *escrow, const ctl_escrow_command_t *command)
{
    unsigned        n;
    ic_str_t        text;
    ic_json_t      *data;
    ic_json_out_t   out;

    ic_out_init(&out, escrow->api.pool);
    ic_out_object(&out, NULL);

    for (n = 0; n < CTL_ESCROW_NAMES; n++) {
        if (command->names[n] != NULL) {
            ic_out_z(&out, command->names[n], escrow->names[n]);
        }
    }

    for (n = 0; ctl_escrow_fields[n].option != NULL; n++) {
        if (escrow->given[n] != NULL
            && ctl_escrow_put(&out, &ctl_escrow_fields[n], escrow->given[n])
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

    data = ctl_api_call(&escrow->api, ic_str(command->path),
                        (char *) text.data);

    return data == NULL ? 1 : ctl_api_print(&escrow->api, data);
}


static int
ctl_escrow_put(ic_json_out_t *out, const ctl_escrow_field_t *field,
    const char *value)
{
    int64_t      n;
    const char  *why;

    switch (field->type) {

    case CTL_ESCROW_LIST:
        return ctl_escrow_put_list(out, field, value);

    case CTL_ESCROW_YES:

        if (strcmp(value, "yes") != 0) {
            return ctl_error("%s %s: yes, or not at all", field->option,
                             value);
        }

        ic_out_int(out, field->field, 1);
        return 0;

    case CTL_ESCROW_INT:

        if (ic_str_int(ic_str(value), &n) != 0) {
            return ctl_error("%s %s: not a number", field->option, value);
        }

        ic_out_int(out, field->field, n);
        return 0;

    case CTL_ESCROW_TIME:

        if (ic_instant_parse(ic_str(value), &n, &why) != 0) {
            return ctl_error("%s %s: %s", field->option, value, why);
        }

        ic_out_int(out, field->field, n);
        return 0;

    case CTL_ESCROW_STR:
        break;
    }

    ic_out_z(out, field->field, value);

    return 0;
}


static int
ctl_escrow_put_list(ic_json_out_t *out, const ctl_escrow_field_t *field,
    const char *value)
{
    size_t  len;

    ic_out_array(out, field->field);

    for ( /* void */ ; *value != '\0'; value += len) {
        value += (*value == ',');
        len = strcspn(value, ",");

        if (!ic_id_valid(ic_str_n(value, len))) {
            return ctl_error("%s: %.*s is no node's id", field->option,
                             (int) len, value);
        }

        ic_out_str(out, NULL, ic_str_n(value, len));
    }

    ic_out_array_end(out);

    return 0;
}
