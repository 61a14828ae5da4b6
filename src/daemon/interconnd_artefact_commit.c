
/*
 * Keeping what a component made. Of each declared output the partitions are
 * copied to a folder beside their place, verified there, described by
 * metadata of our own, and take the place by one rename: a reader finds all
 * of it or nothing, whenever this process dies.
 */


#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_artefact.h"
#include "interconnd_artefact_commit.h"
#include "interconnd_runner_say.h"


#define COMMIT_TMP  ".tmp-"


static int commit_output(interconnd_commit_t *commit, const ic_json_t *port);
static int commit_open(interconnd_commit_t *commit);
static int commit_place(interconnd_commit_t *commit);
static int commit_count(interconnd_commit_t *commit);
static ic_str_t commit_said(const interconnd_commit_t *commit);
static int commit_none(interconnd_commit_t *commit);
static int commit_files(interconnd_commit_t *commit);
static int commit_metadata(interconnd_commit_t *commit);
static int commit_rename(interconnd_commit_t *commit);
static int commit_same(interconnd_commit_t *commit);
static int commit_tell(interconnd_commit_t *commit);


int
interconnd_artefact_commit(interconnd_child_t *child, int control)
{
    int               data, rc, spaces;
    interconnd_commit_t          commit;
    const ic_json_t  *port;

    memset(&commit, 0, sizeof(interconnd_commit_t));
    commit.child = child;
    commit.control = control;
    commit.key = ic_str("outputs");
    commit.space = interconnd_artefact_space(child);

    data = open(child->runner->conf->data_dir,
                O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (data == -1
        || (mkdirat(data, INTERCONND_ARTEFACTS, S_IRWXU) != 0
            && errno != EEXIST)
        || (spaces = interconnd_artefact_open(data, INTERCONND_ARTEFACTS,
                                              O_RDONLY|O_DIRECTORY))
           == -1
        || fsync(data) != 0)
    {
        return interconnd_commit_failed(&commit, "the folder of artefacts");
    }

    (void) close(data);
    commit.spaces = spaces;
    rc = 0;

    for (port = child->output->child;
         rc == 0 && port != NULL;
         port = port->next)
    {
        rc = commit_output(&commit, port);
    }

    return rc;
}


static int
commit_output(interconnd_commit_t *commit, const ic_json_t *port)
{
    int  rc;

    commit->key = interconnd_artefact_key(port);
    commit->kind = ic_json_str(ic_json_get(port, "type"));
    commit->about = ic_zalloc(commit->child->pool, sizeof(ic_about_t));
    commit->name = interconnd_artefact_name(commit->child, commit->key);
    commit->tmp = (char *) ic_str_fmt(commit->child->pool, COMMIT_TMP "%s",
                                      commit->name).data;

    if (commit->about == NULL || commit->name == NULL || commit->tmp == NULL)
    {
        errno = ENOMEM;
        return interconnd_commit_failed(commit, "memory");
    }

    if (commit->key.len == 0) {
        interconnd_say_fail(commit->child, commit->control, "invalid_dag",
                            NULL, 0, "an output has no key that is an id");
        return -1;
    }

    if (commit_open(commit) != 0) {
        return -1;
    }

    rc = (commit->about->npartitions == 0 && commit_said(commit).len == 0)
         ? commit_none(commit) : commit_files(commit);

    if (commit->from != -1) {
        (void) close(commit->from);
    }

    return rc;
}


/* What the component wrote, if it did, and how many partitions. */

static int
commit_open(interconnd_commit_t *commit)
{
    int       folder;
    ic_str_t  path;

    path = ic_str_fmt(commit->child->pool, "%s/%s", commit->space,
                      commit->name);
    folder = open(commit->child->folder, O_PATH|O_DIRECTORY|O_CLOEXEC);

    if (path.data == NULL || folder == -1) {
        return interconnd_commit_failed(commit, "the folder of the task");
    }

    commit->from = interconnd_artefact_open(folder, (char *) path.data,
                                            O_RDONLY|O_DIRECTORY);
    (void) close(folder);

    if (commit->from == -1) {

        if (errno == ENOENT) {
            return 0;
        }

        interconnd_say_fail(commit->child, commit->control, "output_invalid",
                            NULL, 0, "%.*s: its folder: %s",
                            (int) commit->key.len, commit->key.data,
                            strerror(errno));
        return -1;
    }

    return commit_count(commit);
}


/* data_0 to the last one, and none beyond a gap. */

static int
commit_count(interconnd_commit_t *commit)
{
    DIR            *dir;
    int             fd;
    char            name[24];
    unsigned        n, all;
    struct stat     st;
    struct dirent  *entry;

    fd = openat(commit->from, ".", O_RDONLY|O_DIRECTORY|O_CLOEXEC);
    dir = (fd != -1) ? fdopendir(fd) : NULL;

    if (dir == NULL) {
        return interconnd_commit_failed(commit, "its folder");
    }

    for (all = 0; (entry = readdir(dir)) != NULL; /* void */) {
        all += strncmp(entry->d_name, "data_", 5) == 0;
    }

    (void) closedir(dir);

    for (n = 0; n < all; n++) {
        (void) snprintf(name, sizeof(name), "data_%u", n);

        if (fstatat(commit->from, name, &st, AT_SYMLINK_NOFOLLOW) != 0
            || !S_ISREG(st.st_mode) || st.st_nlink != 1)
        {
            interconnd_say_fail(commit->child, commit->control,
                                "output_invalid", NULL, 0, "%.*s: %s is no "
                                "file of its own, or missing",
                                (int) commit->key.len, commit->key.data,
                                name);
            return -1;
        }
    }

    if (n > IC_ROWS_MAX_PARTITIONS) {
        interconnd_say_fail(commit->child, commit->control, "output_invalid",
                            NULL, 0, "%.*s: more than %d partitions",
                            (int) commit->key.len, commit->key.data,
                            IC_ROWS_MAX_PARTITIONS);
        return -1;
    }

    commit->about->npartitions = n;

    return 0;
}


/* What it said over its control socket counts if it wrote no file. */

static ic_str_t
commit_said(const interconnd_commit_t *commit)
{
    ic_str_t  none = ic_null_string;

    return ic_str_is(commit->kind, "model") ? commit->child->model
           : ic_str_is(commit->kind, "report") ? commit->child->report
           : none;
}


/*
 * Reports and metrics may be another party's; tables and models must be here,
 * or the component says that this party makes none.
 */

static int
commit_none(interconnd_commit_t *commit)
{
    unsigned             n;
    interconnd_child_t  *child;

    child = commit->child;

    for (n = 0; n < child->nwithout; n++) {
        if (ic_str_eq(child->without[n], commit->key)
            || ic_str_eq(child->without[n], commit->kind))
        {
            break;
        }
    }

    if (n == child->nwithout && !ic_str_is(commit->kind, "report")
        && !ic_str_is(commit->kind, "metric"))
    {
        interconnd_say_fail(child, commit->control, "output_missing", NULL, 0,
                            "%.*s (%.*s)", (int) commit->key.len,
                            commit->key.data, (int) commit->kind.len,
                            commit->kind.data);
        return -1;
    }

    commit->digest[0] = '\0';
    commit->about->rows = 0;
    commit->about->format = "";

    return commit_tell(commit);
}


static int
commit_files(interconnd_commit_t *commit)
{
    int       rc;
    unsigned  n;

    if (commit_place(commit) != 0) {
        return -1;
    }

    commit->about->kind = ic_str_z(commit->child->pool, commit->kind);
    commit->about->rows = -1;
    n = commit->about->npartitions;
    commit->about->npartitions = (n == 0) ? 1 : n;
    commit->about->partitions = ic_zalloc(commit->child->pool,
                                          commit->about->npartitions
                                          * sizeof(ic_partition_t));

    if (commit->about->partitions == NULL) {
        errno = ENOMEM;
        return interconnd_commit_failed(commit, "memory");
    }

    if (n == 0) {
        rc = interconnd_commit_text(commit, commit_said(commit));

    } else {
        rc = 0;

        for (n = 0; rc == 0 && n < commit->about->npartitions; n++) {
            rc = interconnd_commit_file(commit, n);
        }

        if (rc == 0) {
            rc = interconnd_artefact_table(commit->kind)
                 ? interconnd_commit_table(commit)
                 : interconnd_commit_document(commit);
        }
    }

    if (rc == 0) {
        rc = commit_metadata(commit);
    }

    if (rc == 0) {
        rc = commit_rename(commit);
    }

    (void) close(commit->to);
    (void) close(commit->place);

    return (rc == 0) ? commit_tell(commit) : -1;
}


/* The folder for the copy; what a process left that died is gone first. */

static int
commit_place(interconnd_commit_t *commit)
{
    ic_str_t  path;

    path = ic_str_fmt(commit->child->pool, "%s/" INTERCONND_ARTEFACTS
                      "/%s/%s", commit->child->runner->conf->data_dir,
                      commit->space, commit->tmp);

    if (path.data == NULL
        || (mkdirat(commit->spaces, commit->space, S_IRWXU) != 0
            && errno != EEXIST)
        || fsync(commit->spaces) != 0
        || (commit->place = interconnd_artefact_open(commit->spaces,
                                                     commit->space,
                                                     O_RDONLY|O_DIRECTORY))
           == -1)
    {
        return interconnd_commit_failed(commit, "its place");
    }

    interconnd_folder_drop((char *) path.data);

    if (mkdirat(commit->place, commit->tmp, S_IRWXU) != 0
        || (commit->to = interconnd_artefact_open(commit->place, commit->tmp,
                                                  O_RDONLY|O_DIRECTORY))
           == -1)
    {
        return interconnd_commit_failed(commit, "its place");
    }

    return 0;
}


static int
commit_metadata(interconnd_commit_t *commit)
{
    ic_str_t  text;

    text = ic_about_text(commit->child->pool, commit->about);

    if (text.data == NULL) {
        errno = ENOMEM;
        return interconnd_commit_failed(commit, "memory");
    }

    ic_sha256_hex(commit->digest, text.data, text.len);

    if (interconnd_commit_write(commit, "metadata", text) != 0) {
        return -1;
    }

    return (fsync(commit->to) == 0)
           ? 0 : interconnd_commit_failed(commit, "its place");
}


/* What is there already is taken if it is the same. */

static int
commit_rename(interconnd_commit_t *commit)
{
    if (renameat(commit->place, commit->tmp, commit->place, commit->name)
        == 0)
    {
        return (fsync(commit->place) == 0)
               ? 0 : interconnd_commit_failed(commit, "its place");
    }

    if (errno == ENOTEMPTY || errno == EEXIST) {
        return commit_same(commit);
    }

    return interconnd_commit_failed(commit, "its place");
}


static int
commit_same(interconnd_commit_t *commit)
{
    int        fd;
    char       digest[65];
    u_char    *data;
    ssize_t    n;
    ic_str_t   path;

    path = ic_str_fmt(commit->child->pool, "%s/metadata", commit->name);
    data = ic_alloc(commit->child->pool, IC_ROWS_MAX_METADATA);
    fd = (path.data != NULL && data != NULL)
         ? interconnd_artefact_open(commit->place, (char *) path.data,
                                    O_RDONLY)
         : -1;
    n = (fd != -1) ? read(fd, data, IC_ROWS_MAX_METADATA) : -1;
    (void) close(fd);

    if (n > 0) {
        ic_sha256_hex(digest, data, (size_t) n);
    }

    if (n <= 0 || strcmp(digest, commit->digest) != 0) {
        interconnd_say_fail(commit->child, commit->control,
                            "artefact_changed", NULL, 0, "%.*s: another one "
                            "is in its place", (int) commit->key.len,
                            commit->key.data);
        return -1;
    }

    path = ic_str_fmt(commit->child->pool, "%s/" INTERCONND_ARTEFACTS
                      "/%s/%s", commit->child->runner->conf->data_dir,
                      commit->space, commit->tmp);

    if (path.data != NULL) {
        interconnd_folder_drop((char *) path.data);
    }

    return 0;
}


/* As the store has it: every value a text. */

static int
commit_tell(interconnd_commit_t *commit)
{
    bool           none;
    ic_arena_t    *pool;
    ic_json_out_t  out;

    pool = commit->child->pool;
    none = commit->digest[0] == '\0';

    ic_out_init(&out, pool);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "type", "artefact");
    ic_out_object(&out, "value");
    ic_out_str(&out, "key", commit->key);
    ic_out_str(&out, "kind", commit->kind);
    ic_out_z(&out, "namespace", none ? "" : commit->space);
    ic_out_z(&out, "name", none ? "" : commit->name);
    ic_out_z(&out, "digest", commit->digest);
    ic_out_str(&out, "rows", ic_str_fmt(pool, "%lld",
                                        (long long) commit->about->rows));
    ic_out_str(&out, "bytes", ic_str_fmt(pool, "%lld",
                                         (long long) commit->about->bytes));
    ic_out_z(&out, "format", commit->about->format);
    ic_out_str(&out, "version", ic_str_fmt(pool, "%d", IC_ROWS_VERSION));
    ic_out_object_end(&out);
    ic_out_object_end(&out);

    commit->child->room -= commit->about->bytes;

    return interconnd_say(commit->control, ic_out_text(&out));
}
