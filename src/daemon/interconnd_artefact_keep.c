
/*
 * Artefacts as long as they are kept: the commit at the end of a task, what
 * is removed with a task that failed, after its time, or because nobody knows
 * it.
 */


#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_artefact.h"
#include "interconnd_runner_say.h"


#define KEEP_PATH  4096
#define KEEP_MIB   (1024 * 1024)


static int64_t keep_room(interconnd_runner_t *runner);
static void keep_sweep_space(interconnd_runner_t *runner, const char *path,
    const char *space);
static bool keep_is_known(interconnd_runner_t *runner, const char *space,
    const char *name);
static void keep_expire(interconnd_runner_t *runner);
static void keep_remove(interconnd_runner_t *runner, ic_str_t space,
    ic_str_t name);


bool
interconnd_outputs_keep(interconnd_child_t *child, int status)
{
    if (child->committing || child->failure.code != NULL || child->lost
        || (!child->content && (status != 0 || child->stopping))
        || child->output == NULL || child->output->child == NULL)
    {
        return false;
    }

    if (child->output->count > INTERCONND_ARTEFACT_MAX) {
        interconnd_child_fail(child, "invalid_dag", "more than %d outputs",
                              INTERCONND_ARTEFACT_MAX);
        return false;
    }

    /* what ended it has nothing to do with the process that comes now */

    child->committing = 1;
    child->content = 0;
    child->stopping = 0;
    child->kill_ms = 0;
    child->room = keep_room(child->runner);

    return interconnd_child_work(child, interconnd_artefact_commit) == 0;
}


/* How many bytes may be kept more; if the store is away, all of them. */

static int64_t
keep_room(interconnd_runner_t *runner)
{
    int64_t     bytes;
    ic_reply_t  reply;

    if (ic_store_callz(runner->store, runner->pool, &reply, "artefact_bytes",
                       NULL)
           != 0
        || ic_str_int(ic_reply_get(&reply, "bytes"), &bytes) != 0)
    {
        bytes = 0;
    }

    return (int64_t) runner->conf->artefact_disk * KEEP_MIB - bytes;
}


void
interconnd_output_told(interconnd_child_t *child, const ic_json_t *value)
{
    ic_str_t  text;

    /* components have no such message */

    if (!child->committing) {
        return;
    }

    text = ic_json_text(child->runner->pool, value);
    child->outputs = ic_str_fmt(child->pool, "%.*s%s%.*s",
                                (int) child->outputs.len,
                                (char *) child->outputs.data,
                                (child->outputs.len != 0) ? "," : "",
                                (int) text.len, (char *) text.data);

    if (text.data == NULL || child->outputs.data == NULL) {
        interconnd_child_fail(child, "internal", "memory is short");
    }
}


void
interconnd_output_without(interconnd_child_t *child, const ic_json_t *message)
{
    ic_str_t  name;

    name = ic_json_str(ic_json_get(message, "key"));

    if (name.len == 0) {
        name = ic_json_str(ic_json_get(message, "kind"));
    }

    if (name.len != 0 && child->nwithout < INTERCONND_RUNNER_WITHOUT) {
        name = ic_str_dup(child->pool, name);

        if (name.data != NULL) {
            child->without[child->nwithout++] = name;
        }
    }
}


void
interconnd_outputs_drop(interconnd_child_t *child)
{
    ic_str_t          key;
    const char       *name, *space;
    const ic_json_t  *port;

    if (!child->committing) {
        return;
    }

    space = interconnd_artefact_space(child);

    for (port = child->output->child; port != NULL; port = port->next) {
        key = interconnd_artefact_key(port);
        name = interconnd_artefact_name(child, key);

        if (space != NULL && name != NULL && key.len != 0) {
            keep_remove(child->runner, ic_str(space), ic_str(name));
        }
    }
}


void
interconnd_artefact_sweep(interconnd_runner_t *runner)
{
    DIR            *dir;
    char            path[KEEP_PATH];
    struct dirent  *entry;

    (void) snprintf(path, sizeof(path), "%s/" INTERCONND_ARTEFACTS,
                    runner->conf->data_dir);
    dir = opendir(path);

    if (dir == NULL) {
        return;
    }

    while ((entry = readdir(dir)) != NULL) {
        if (ic_id_valid(ic_str(entry->d_name))) {
            keep_sweep_space(runner, path, entry->d_name);
        }

        ic_pool_reset(runner->pool);
    }

    (void) closedir(dir);
}


static void
keep_sweep_space(interconnd_runner_t *runner, const char *path,
    const char *space)
{
    DIR            *dir;
    char           *name;
    ic_str_t        folder;
    struct dirent  *entry;

    folder = ic_str_fmt(runner->pool, "%s/%s", path, space);
    dir = (folder.data != NULL) ? opendir((char *) folder.data) : NULL;

    if (dir == NULL) {
        return;
    }

    while ((entry = readdir(dir)) != NULL) {

        if (strcmp(entry->d_name, ".") == 0
            || strcmp(entry->d_name, "..") == 0
            || keep_is_known(runner, space, entry->d_name))
        {
            continue;
        }

        name = (char *) ic_str_fmt(runner->pool, "%s/%s",
                                   (char *) folder.data, entry->d_name).data;

        if (name != NULL) {
            interconnd_log("info", "removing %s of an earlier process",
                           name);
            interconnd_folder_drop(name);
        }
    }

    (void) closedir(dir);
    (void) rmdir((char *) folder.data);
}


/* Also when the store does not say otherwise. */

static bool
keep_is_known(interconnd_runner_t *runner, const char *space,
    const char *name)
{
    ic_reply_t  reply;

    if (name[0] == '.') {
        return false;
    }

    return ic_store_callz(runner->store, runner->pool, &reply,
                          "artefact_kept", space, name, NULL)
              != 0
           || !ic_str_is(ic_reply_get(&reply, "kept"), "0");
}


void
interconnd_artefact_tend(interconnd_runner_t *runner, int64_t now)
{
    int64_t  interval;

    if (now < runner->expire_ms) {
        return;
    }

    /* in time for short times, as in tests; else once a minute */

    interval = (int64_t) runner->conf->artefact_keep * 1000 / 2;
    runner->expire_ms = now + ((interval < INTERCONND_ARTEFACT_TEND)
                               ? interval : INTERCONND_ARTEFACT_TEND);
    keep_expire(runner);
}


static void
keep_expire(interconnd_runner_t *runner)
{
    char                keep[24];
    ic_str_t            argv[2];
    unsigned            n;
    ic_reply_t          due, reply;
    const ic_record_t  *one;

    (void) snprintf(keep, sizeof(keep), "%lld",
                    (long long) runner->conf->artefact_keep * 1000);

    if (ic_store_callz(runner->store, runner->pool, &due, "artefact_due",
                       keep, NULL)
        != 0)
    {
        interconnd_log("error", "looking for old artefacts: %s",
                       ic_store_error(runner->store));
        return;
    }

    for (n = 0; n < due.nrecords; n++) {
        one = &due.records[n];
        argv[0] = ic_record_get(one, "task_id");
        argv[1] = ic_record_get(one, "key");

        keep_remove(runner, ic_record_get(one, "namespace"),
                    ic_record_get(one, "name"));

        if (ic_store_call(runner->store, runner->pool, &reply,
                          "artefact_remove", 2, argv)
            != 0)
        {
            interconnd_log("error", "an old artefact's record stays: %s",
                           ic_store_error(runner->store));
            return;
        }

        interconnd_log("info", "output %.*s of task %.*s was kept its time",
                       (int) argv[1].len, argv[1].data, (int) argv[0].len,
                       argv[0].data);
    }
}


/* With what a commit that did not end left beside it. */

static void
keep_remove(interconnd_runner_t *runner, ic_str_t space, ic_str_t name)
{
    char      path[KEEP_PATH];
    unsigned  n;

    static const char *const  forms[] = { "%s/%s/%.*s/%.*s",
                                          "%s/%s/%.*s/.tmp-%.*s" };

    if (!ic_id_valid(space) || name.len == 0
        || memchr(name.data, '/', name.len) != NULL || name.data[0] == '.')
    {
        return;
    }

    for (n = 0; n < 2; n++) {
        (void) snprintf(path, sizeof(path), forms[n], runner->conf->data_dir,
                        INTERCONND_ARTEFACTS, (int) space.len,
                        (char *) space.data, (int) name.len,
                        (char *) name.data);
        interconnd_folder_drop(path);
    }

    (void) snprintf(path, sizeof(path), "%s/" INTERCONND_ARTEFACTS "/%.*s",
                    runner->conf->data_dir, (int) space.len,
                    (char *) space.data);
    (void) rmdir(path);
}
