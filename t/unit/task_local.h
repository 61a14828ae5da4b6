
/*
 * The task's runtime (src/task/ic_task.h) for all parties of a task as
 * threads of one program, with a network that records, and can change, what
 * passes. A test that includes it links this instead of src/task.
 *
 *     net = local_create(run, "arbiter.0 guest.0 host.0");
 *     local_params(net, LOCAL_ALL, "{\"keys\":[\"id\"]}");
 *     local_csv(net, local_index(net, "guest.0"), "train_data", "id\n1\n");
 *     ok(local_run(net) == 0, "all end well");
 *     local_table(net, 1, "dataset"), local_output(net, 1, "report") ...
 *     local_destroy(net);
 */


#ifndef _TASK_LOCAL_H_INCLUDED_
#define _TASK_LOCAL_H_INCLUDED_


#include <dirent.h>
#include <unistd.h>

#include "tap.h"
#include "task_double.h"


/* names: "guest.0 host.0", sorted. run: one party's part. */

static inline local_t *
local_create(ic_task_run_pt run, const char *names)
{
    char          *text, *name, *rest;
    local_t       *net;
    ic_party_t    *party;
    ic_task_t     *task;

    net = calloc(1, sizeof(local_t));
    net->run = run;
    net->job_id = "job";
    net->task_id = "task";
    pthread_mutex_init(&net->lock, NULL);
    pthread_cond_init(&net->changed, NULL);

    text = strdup(names);

    for (name = strtok_r(text, " ", &rest);
         name != NULL;
         name = strtok_r(NULL, " ", &rest))
    {
        party = &net->names[net->count];
        task = &net->parties[net->count];
        (void) snprintf(party->name, sizeof(party->name), "%s", name);
        (void) snprintf(party->role, sizeof(party->role), "%.*s",
                        (int) strcspn(name, "."), name);
        (void) snprintf(party->node_id, sizeof(party->node_id), "node_%u",
                        net->count);
        party->index = atoi(name + strcspn(name, ".") + 1);

        task->net = net;
        task->index = net->count++;
        task->arena = ic_pool_create();
        (void) snprintf(task->folder, sizeof(task->folder),
                        "%.120s/ic-unit-XXXXXX",
                        getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");

        if (mkdtemp(task->folder) == NULL) {
            abort();
        }
    }

    free(text);

    return net;
}


static inline unsigned
local_index(local_t *net, const char *name)
{
    unsigned  i;

    for (i = 0; i < net->count && strcmp(net->names[i].name, name); i++) {
        /* void */
    }

    return i;
}


static inline ic_json_t *
local_json(ic_task_t *task, const char *text)
{
    ic_json_t  *json;

    json = ic_json_parse(task->arena,
                         ic_str_dup(task->arena, ic_str(text)), NULL);

    if (json == NULL) {
        fprintf(stderr, "no JSON: %s\n", text);
        abort();
    }

    return json;
}


/* All parameters of party i, or of LOCAL_ALL, as one JSON object. */

static inline void
local_params(local_t *net, int i, const char *json)
{
    unsigned  n;

    for (n = 0; n < net->count; n++) {
        if (i == LOCAL_ALL || (int) n == i) {
            net->parties[n].params = local_json(&net->parties[n], json);
        }
    }
}


/* One input of party i as a JSON object, beside those it has. */

static inline void
local_input(local_t *net, unsigned i, const char *input, const char *json)
{
    ic_task_t      *task;
    ic_json_out_t   out;

    task = &net->parties[i];
    ic_out_init(&out, task->arena);
    ic_out_object(&out, NULL);
    ic_out_raw(&out, input, ic_str(json));
    ic_out_object_end(&out);
    task->inputs = ic_json_merge(task->arena, task->inputs,
        ic_json_parse(task->arena, ic_out_text(&out), NULL));
}


/* The input is this text of a CSV file. */

static inline void
local_csv(local_t *net, unsigned i, const char *input, const char *csv)
{
    FILE       *file;
    char        path[256], json[512];
    ic_task_t  *task;

    task = &net->parties[i];
    (void) snprintf(path, sizeof(path), "%s/%.40s.csv", task->folder, input);
    file = fopen(path, "w");
    fputs(csv, file);
    fclose(file);

    (void) snprintf(json, sizeof(json), "{\"sources\":[{\"type\":\"csv\","
                    "\"path\":\"%s\"}]}", path);
    local_input(net, i, input, json);
}


/* The input is a file that is there. */

static inline void
local_path(local_t *net, unsigned i, const char *input, const char *path)
{
    char  json[1024];

    (void) snprintf(json, sizeof(json), "{\"sources\":[{\"type\":\"csv\","
                    "\"path\":\"%s\"}]}", path);
    local_input(net, i, input, json);
}


static inline void *
local_start(void *data)
{
    ic_task_t  *task;

    task = data;
    task->rc = task->net->run(task);

    pthread_mutex_lock(&task->net->lock);
    task->ended = 1;

    if (!task->net->lossy) {
        local_see_stuck(task->net);
    }

    pthread_mutex_unlock(&task->net->lock);

    return NULL;
}


/* Runs all parties to their ends; 0 if all succeeded. */

static inline int
local_run(local_t *net)
{
    int        rc;
    unsigned   i;
    pthread_t  threads[LOCAL_MAX];

    for (i = 0; i < net->count; i++) {
        pthread_create(&threads[i], NULL, local_start, &net->parties[i]);
    }

    for (rc = 0, i = 0; i < net->count; i++) {
        pthread_join(threads[i], NULL);
        rc |= net->parties[i].rc;
    }

    return rc;
}


static inline const local_said_t *
local_said(const local_list_t *list, const char *name)
{
    unsigned  i;

    for (i = 0; i < list->count; i++) {
        if (strcmp(list->of[i].name, name) == 0) {
            return &list->of[i];
        }
    }

    return NULL;
}


/* -1: no such fact. */

static inline int64_t
local_fact(local_t *net, unsigned i, const char *name)
{
    const local_said_t  *said;

    said = local_said(&net->parties[i].facts, name);

    return said != NULL ? said->number : -1;
}


/* JSON text of an output said by party i, or NULL. */

static inline const char *
local_output(local_t *net, unsigned i, const char *kind)
{
    const local_said_t  *said;

    said = local_said(&net->parties[i].outputs, kind);

    return said != NULL ? said->text : NULL;
}


/* Text of a file of the party's folder, in its arena; NULL: none. */

static inline char *
local_file(local_t *net, unsigned i, const char *name)
{
    char          path[256];
    FILE         *file;
    char         *text;
    ic_task_t    *task;
    struct stat   about;

    task = &net->parties[i];
    (void) snprintf(path, sizeof(path), "%s/%s", task->folder, name);
    file = fopen(path, "r");

    if (file == NULL) {
        return NULL;
    }

    if (fstat(fileno(file), &about) != 0) {
        abort();
    }

    text = ic_zalloc(task->arena, (size_t) about.st_size + 1);

    if (fread(text, 1, (size_t) about.st_size, file)
        != (size_t) about.st_size)
    {
        abort();
    }

    fclose(file);

    return text;
}


/* CSV text of the table that party i wrote for that kind of output. */

static inline char *
local_table(local_t *net, unsigned i, const char *kind)
{
    char  name[64];

    (void) snprintf(name, sizeof(name), "out-%s/data_0", kind);

    return local_file(net, i, name);
}


/* Whether len bytes occur in any message that was sent. */

static inline bool
local_passed(local_t *net, const void *bytes, size_t len)
{
    local_message_t  *m;

    for (m = net->first; m != NULL; m = m->next) {
        if (memmem(m->data, m->len, bytes, len) != NULL) {
            return true;
        }
    }

    return false;
}


/* What the component left in its folder besides inputs and outputs. */

static inline unsigned
local_sweep(const char *path, unsigned depth)
{
    DIR            *dir;
    char            name[512];
    unsigned        left;
    struct stat     about;
    struct dirent  *entry;

    left = 0;
    dir = opendir(path);

    while (dir != NULL && (entry = readdir(dir)) != NULL) {

        if (strcmp(entry->d_name, ".") == 0
            || strcmp(entry->d_name, "..") == 0)
        {
            continue;
        }

        (void) snprintf(name, sizeof(name), "%.200s/%.250s", path,
                        entry->d_name);

        if (stat(name, &about) == 0 && S_ISDIR(about.st_mode)) {
            left += strncmp(entry->d_name, "out-", 4) != 0 && depth == 0;
            (void) local_sweep(name, depth + 1);
            continue;
        }

        left += depth == 0 && strstr(entry->d_name, ".csv") == NULL;
        (void) unlink(name);
    }

    if (dir != NULL) {
        closedir(dir);
    }

    (void) rmdir(path);

    return left;
}


static inline void
local_free(local_list_t *list)
{
    free(list->of);
}


static inline void
local_destroy(local_t *net)
{
    unsigned          i;
    ic_task_t        *task;
    local_message_t  *m, *next;

    for (i = 0; i < net->count; i++) {
        task = &net->parties[i];

        if (local_sweep(task->folder, 0) != 0) {
            ok(false, "%s left files behind", net->names[i].name);
        }

        local_free(&task->facts);
        local_free(&task->metrics);
        local_free(&task->outputs);
        local_free(&task->without);
        local_free(&task->logs);
        local_free(&task->stages);
        ic_pool_destroy(task->arena);
    }

    for (m = net->first; m != NULL; m = next) {
        next = m->next;
        free(m->data);
        free(m);
    }

    pthread_mutex_destroy(&net->lock);
    pthread_cond_destroy(&net->changed);
    free(net);
}


/* One party with a table. */

static inline local_t *
local_alone(ic_task_run_pt run, const char *params, const char *csv)
{
    local_t  *net;

    net = local_create(run, "guest.0");
    local_params(net, LOCAL_ALL, params);
    local_csv(net, 0, "train_data", csv);

    return net;
}


/* Somebody fails with the code and says the text. Destroys the network. */

static inline void
local_refused(local_t *net, const char *code, const char *text)
{
    bool      found;
    unsigned  i;

    found = false;

    if (local_run(net) != 0) {
        for (i = 0; i < net->count; i++) {
            found |= strcmp(net->parties[i].code, code) == 0
                     && strstr(net->parties[i].text, text) != NULL;
        }
    }

    if (!ok(found, "refused: %s, %s", code, text)) {
        for (i = 0; i < net->count; i++) {
            printf("# %s: %s: %s\n", net->names[i].name,
                   net->parties[i].code, net->parties[i].text);
        }
    }

    local_destroy(net);
}


#endif /* _TASK_LOCAL_H_INCLUDED_ */
