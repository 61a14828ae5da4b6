
/* The environment of a component, as the ecosystem's nodes set it. */


#include <stdio.h>
#include <stdlib.h>

#include "ic_task_state.h"


#define ENV_NODE            "config.node_id."
#define ENV_INST            "config.inst_id."
#define ENV_PARAMETER       "runtime.component.parameter."
#define ENV_INPUT           "runtime.component.input."
#define ENV_OUTPUT          "runtime.component.output."
#define ENV_STORAGE         "file://"

#define ENV_MESSAGE_TIMEOUT  120


extern char  **environ;


static int env_parties(ic_task_t *task, char *error, size_t size);
static int env_party(ic_party_t *party, const char *entry);
static int env_by_name(const void *a, const void *b);
static int env_self(ic_task_t *task, char *error, size_t size);
static int env_required(const char *name, const char **value, char *error,
    size_t size);
static const char *env_get(ic_task_t *task, const char *prefix,
    const char *name);


int
ic_task_env_read(ic_task_t *task, char *error, size_t size)
{
    int64_t      seconds;
    const char  *text, *transport;

    if (env_required("config.task_id", &task->task_id, error, size) != 0
        || env_required("config.session_id", &task->session_id, error, size)
           != 0
        || env_required("system.transport", &transport, error, size) != 0
        || env_parties(task, error, size) != 0
        || env_self(task, error, size) != 0)
    {
        return -1;
    }

    if (strncmp(transport, "unix:", 5) != 0 || transport[5] != '/') {
        snprintf(error, size, "system.transport is no unix:/path");
        return -1;
    }

    task->socket = transport + 5;

    text = getenv("config.job_id");
    task->job_id = (text != NULL) ? text : "";

    text = getenv("config.token");
    task->token = (text != NULL) ? text : "";

    text = getenv("config.trace_id");
    task->trace_id = (text != NULL) ? text : task->task_id;

    task->trusted = getenv("config.trusted_certificate");

    text = getenv("config.message_timeout");

    if (text == NULL || ic_str_int(ic_str(text), &seconds) != 0
        || seconds < 1 || seconds > 86400)
    {
        seconds = ENV_MESSAGE_TIMEOUT;
    }

    task->message_ms = (int) seconds * 1000;

    return 0;
}


static int
env_required(const char *name, const char **value, char *error, size_t size)
{
    *value = getenv(name);

    if (*value == NULL || **value == '\0') {
        snprintf(error, size, "%s is not set", name);
        return -1;
    }

    return 0;
}


static int
env_parties(ic_task_t *task, char *error, size_t size)
{
    char        **entry;
    ic_party_t   *party;

    for (entry = environ; *entry != NULL; entry++) {

        if (strncmp(*entry, ENV_NODE, sizeof(ENV_NODE) - 1) != 0) {
            continue;
        }

        if (task->nparties == IC_TASK_MAX_PARTIES) {
            snprintf(error, size, "more than %d parties",
                     IC_TASK_MAX_PARTIES);
            return -1;
        }

        party = &task->parties[task->nparties];

        if (env_party(party, *entry + sizeof(ENV_NODE) - 1) != 0) {
            snprintf(error, size, "%.200s is no <role>.<n>", *entry);
            return -1;
        }

        task->nparties++;
    }

    qsort(task->parties, task->nparties, sizeof(ic_party_t), env_by_name);

    return 0;
}


/* "guest.0=node" */

static int
env_party(ic_party_t *party, const char *entry)
{
    int64_t      index;
    const char  *dot, *equal, *inst;
    char         name[sizeof(ENV_INST) + sizeof(party->name)];

    memset(party, 0, sizeof(ic_party_t));

    equal = strchr(entry, '=');
    dot = memchr(entry, '.', equal - entry);

    if (dot == NULL || dot == entry
        || (size_t) (dot - entry) >= sizeof(party->role)
        || (size_t) (equal - entry) >= sizeof(party->name)
        || strlen(equal + 1) >= sizeof(party->node_id)
        || ic_str_int(ic_str_n(dot + 1, equal - dot - 1), &index) != 0
        || index < 0 || index >= 1000000)
    {
        return -1;
    }

    memcpy(party->role, entry, dot - entry);
    memcpy(party->name, entry, equal - entry);
    party->index = (int) index;

    snprintf(party->node_id, sizeof(party->node_id), "%s", equal + 1);
    snprintf(name, sizeof(name), ENV_INST "%s", party->name);

    inst = getenv(name);
    snprintf(party->inst_id, sizeof(party->inst_id), "%s",
             (inst != NULL) ? inst : party->node_id);

    return 0;
}


static int
env_by_name(const void *a, const void *b)
{
    return strcmp(((const ic_party_t *) a)->name,
                  ((const ic_party_t *) b)->name);
}


/* Others may name several roles of a node; a task of ours has one. */

static int
env_self(ic_task_t *task, char *error, size_t size)
{
    char         name[sizeof(task->self->name)];
    const char  *role;

    if (env_required("config.self_role", &role, error, size) != 0) {
        return -1;
    }

    snprintf(name, sizeof(name), "%.*s", (int) strcspn(role, ","), role);

    task->self = (ic_party_t *) ic_task_party(task, name);

    if (task->self == NULL) {
        snprintf(error, size, ENV_NODE "%s is not set", name);
        return -1;
    }

    return 0;
}


const ic_party_t *
ic_task_parties(ic_task_t *task, unsigned *count)
{
    *count = task->nparties;

    return task->parties;
}


const ic_party_t *
ic_task_self(ic_task_t *task)
{
    return task->self;
}


const ic_party_t *
ic_task_party(ic_task_t *task, const char *name)
{
    unsigned  n;

    for (n = 0; n < task->nparties; n++) {
        if (strcmp(task->parties[n].name, name) == 0) {
            return &task->parties[n];
        }
    }

    return NULL;
}


const ic_json_t *
ic_task_param(ic_task_t *task, const char *name)
{
    ic_json_t   *node;
    const char  *text;

    text = env_get(task, ENV_PARAMETER, name);

    if (text == NULL) {
        return NULL;
    }

    node = ic_json_parse(task->arena, ic_str(text), NULL);

    if (node == NULL) {
        node = ic_zalloc(task->arena, sizeof(ic_json_t));

        if (node != NULL) {
            node->type = IC_JSON_STR;
            node->text = ic_str(text);
        }
    }

    return node;
}


const ic_json_t *
ic_task_input(ic_task_t *task, const char *name)
{
    ic_json_t   *node;
    const char  *text;

    text = env_get(task, ENV_INPUT, name);

    if (text == NULL) {
        return NULL;
    }

    node = ic_json_parse(task->arena, ic_str(text), NULL);

    return (node != NULL && node->type == IC_JSON_OBJECT) ? node : NULL;
}


const char *
ic_task_place(ic_task_t *task, const char *kind)
{
    char             **entry;
    const char        *text;
    const ic_json_t   *node;

    for (entry = environ; *entry != NULL; entry++) {

        text = strchr(*entry, '=');

        if (text == NULL
            || strncmp(*entry, ENV_OUTPUT, sizeof(ENV_OUTPUT) - 1) != 0)
        {
            continue;
        }

        node = ic_json_parse(task->arena, ic_str(text + 1), NULL);

        if (ic_str_is(ic_json_str(ic_json_get(node, "kind")), kind)) {
            return ic_str_z(task->arena,
                            ic_json_str(ic_json_get(node, "path")));
        }
    }

    return NULL;
}


const char *
ic_task_folder(ic_task_t *task)
{
    const char  *text;

    text = getenv("system.storage");

    if (text == NULL
        || strncmp(text, ENV_STORAGE, sizeof(ENV_STORAGE) - 1) != 0)
    {
        return ".";
    }

    return text + sizeof(ENV_STORAGE) - 1;
}


static const char *
env_get(ic_task_t *task, const char *prefix, const char *name)
{
    ic_str_t  variable;

    variable = ic_str_fmt(task->arena, "%s%s", prefix, name);

    return (variable.data != NULL) ? getenv((char *) variable.data) : NULL;
}
