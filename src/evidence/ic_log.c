
/* The evidence log: opening, making and closing one. */


#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ic_log_state.h"


#define LOG_VERSION  1
#define LOG_ABOUT    4096


static int log_folders(ic_log_t *log, char *error);
static int log_lock(ic_log_t *log, char *error);
static int log_create(ic_log_t *log, ic_str_t node_id, const char *hash,
    char *error);
static int log_about_copy(const ic_json_t *root, const char *name,
    char *value, size_t size);
static int log_compare(const void *one, const void *other);


ic_log_t *
ic_log_open(const char *dir, ic_str_t node_id, const char *hash,
    uint64_t sealed, char *error)
{
    ic_log_t    *log;
    const char  *why;

    log = calloc(1, sizeof(ic_log_t));
    if (log == NULL) {
        return NULL;
    }

    log->lock = log->entries = log->heads = -1;
    log->least = sealed;
    log->arena = ic_pool_create();
    snprintf(log->dir, sizeof(log->dir), "%s", dir);

    if (log->arena == NULL || log_folders(log, error) != 0
        || log_lock(log, error) != 0)
    {
        ic_log_close(log);
        return NULL;
    }

    why = ic_log_about(dir, &log->about);

    if (why != NULL && errno == ENOENT && sealed == 0
        && log_create(log, node_id, hash, error) == 0)
    {
        why = ic_log_about(dir, &log->about);
    }

    if (why != NULL && errno == ENOENT && sealed != 0) {
        (void) ic_log_fail(log, error, "log", "is not there, though entries "
                           "were sealed: put the whole log there");

    } else if (why != NULL) {
        (void) ic_log_fail(log, error, "log", why);

    } else if (!ic_str_eq(ic_str(log->about.node_id), node_id)) {
        (void) ic_log_fail(log, error, "log", "is of another node");

    } else {
        log->hasher = ic_hasher(log->about.hash);
        log->tiles.dir = log->dir;
        log->tiles.hasher = log->hasher;
        log->tiles.put = ic_tiles_write;

        if (log->hasher != NULL && ic_log_index_open(log, error) == 0
            && ic_log_recover(log, error) == 0)
        {
            return log;
        }
    }

    ic_log_close(log);

    return NULL;
}


void
ic_log_close(ic_log_t *log)
{
    if (log->index != NULL) {
        ic_log_index_close(log);
    }

    if (log->arena != NULL) {
        ic_pool_destroy(log->arena);
    }

    ic_hasher_free(log->hasher);

    if (log->entries >= 0) {
        close(log->entries);
    }

    if (log->heads >= 0) {
        close(log->heads);
    }

    if (log->lock >= 0) {
        close(log->lock);
    }

    free(log->batch.data);
    free(log->head.data);
    free(log);
}


static int
log_folders(ic_log_t *log, char *error)
{
    char      path[PATH_MAX];
    unsigned  i;

    static const char *const  folders[] = { "", "entries", "heads", "keys",
                                            "tile" };

    for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {

        if (ic_log_path(log->dir, path, "%s", folders[i]) != 0
            || (mkdir(path, 0755) != 0 && errno != EEXIST))
        {
            return ic_log_fail(log, error, folders[i], strerror(errno));
        }
    }

    return ic_log_sync(log, ".", error);
}


static int
log_lock(ic_log_t *log, char *error)
{
    char  path[PATH_MAX];

    if (ic_log_path(log->dir, path, "lock") != 0) {
        return ic_log_fail(log, error, "lock", strerror(errno));
    }

    log->lock = open(path, O_RDWR|O_CREAT|O_CLOEXEC, 0600);

    if (log->lock < 0 || flock(log->lock, LOCK_EX|LOCK_NB) != 0) {
        return ic_log_fail(log, error, "lock", errno == EWOULDBLOCK
                           ? "another process writes this log"
                           : strerror(errno));
    }

    return 0;
}


static int
log_create(ic_log_t *log, ic_str_t node_id, const char *hash, char *error)
{
    char           id[64];
    ic_str_t       text;
    ic_json_out_t  out;

    if (ic_id_make(id, "LOG") != 0) {
        return ic_log_fail(log, error, "log", "no entropy");
    }

    ic_out_init(&out, log->arena);
    ic_out_object(&out, NULL);
    ic_out_int(&out, "version", LOG_VERSION);
    ic_out_z(&out, "log_id", id);
    ic_out_str(&out, "node_id", node_id);
    ic_out_z(&out, "hash", hash);
    ic_out_object_end(&out);
    text = ic_out_text(&out);

    return ic_log_file(log, "log", text, true, error);
}


const char *
ic_log_about(const char *dir, ic_log_about_t *about)
{
    char              path[PATH_MAX], text[LOG_ABOUT];
    FILE             *file;
    size_t            n;
    ic_arena_t       *arena;
    const char       *why;
    const ic_json_t  *root;

    if (ic_log_path(dir, path, "log") != 0
        || (file = fopen(path, "re")) == NULL)
    {
        return strerror(errno);
    }

    n = fread(text, 1, sizeof(text), file);
    fclose(file);
    errno = 0;

    arena = ic_pool_create();
    if (arena == NULL) {
        return "memory is short";
    }

    root = ic_json_parse(arena, ic_str_n(text, n), NULL);
    why = NULL;

    if (log_about_copy(root, "log_id", about->log_id, sizeof(about->log_id))
        || log_about_copy(root, "node_id", about->node_id,
                          sizeof(about->node_id))
        || log_about_copy(root, "hash", about->hash, sizeof(about->hash)))
    {
        why = "is no description of a log";

    } else if (ic_json_get(root, "version") == NULL
               || ic_json_get(root, "version")->num != LOG_VERSION)
    {
        why = "is of another version of this program";
    }

    ic_pool_destroy(arena);

    return why;
}


static int
log_about_copy(const ic_json_t *root, const char *name, char *value,
    size_t size)
{
    ic_str_t  text;

    text = ic_json_str(ic_json_get(root, name));

    if (!ic_id_valid(text) || text.len >= size) {
        return -1;
    }

    memcpy(value, text.data, text.len);
    value[text.len] = '\0';

    return 0;
}


ic_str_t
ic_log_origin(ic_arena_t *arena, const ic_log_about_t *about)
{
    return ic_str_fmt(arena, "interconn/%s/%s", about->node_id,
                      about->log_id);
}


int
ic_log_segments(const char *dir, ic_arena_t *arena, uint64_t **first)
{
    return ic_log_numbers(dir, "entries", arena, first);
}


int
ic_log_numbers(const char *dir, const char *name, ic_arena_t *arena,
    uint64_t **first)
{
    int             n, size;
    DIR            *folder;
    char            path[PATH_MAX], *end;
    uint64_t        seq, *grown;
    struct dirent  *item;

    if (ic_log_path(dir, path, "%s", name) != 0
        || (folder = opendir(path)) == NULL)
    {
        return -1;
    }

    n = size = 0;
    *first = NULL;

    while ((item = readdir(folder)) != NULL) {
        seq = strtoull(item->d_name, &end, 16);

        if (end != item->d_name + 16 || *end != '\0') {
            continue;
        }

        if (n == size) {
            size = 2 * size + 16;
            grown = ic_alloc(arena, (size_t) size * sizeof(uint64_t));

            if (grown == NULL) {
                closedir(folder);
                errno = ENOMEM;
                return -1;
            }

            if (n != 0) {
                memcpy(grown, *first, (size_t) n * sizeof(uint64_t));
            }

            *first = grown;
        }

        (*first)[n++] = seq;
    }

    closedir(folder);

    if (n != 0) {
        qsort(*first, (size_t) n, sizeof(uint64_t), log_compare);
    }

    return n;
}


static int
log_compare(const void *one, const void *other)
{
    const uint64_t  *a = one, *b = other;

    return (*a > *b) - (*a < *b);
}


const char *
ic_log_id(const ic_log_t *log)
{
    return log->about.log_id;
}


uint64_t
ic_log_size(const ic_log_t *log)
{
    return log->tree.size;
}


const char *
ic_log_last(const ic_log_t *log)
{
    return log->last;
}


ic_str_t
ic_log_head(const ic_log_t *log)
{
    return ic_str_n(log->head.data, log->head.len);
}


int
ic_log_fail(const ic_log_t *log, char *error, const char *file,
    const char *text)
{
    snprintf(error, IC_LOG_ERROR, "%.200s/%s: %s", log->dir, file, text);

    return -1;
}


int
ic_log_path(const char *dir, char path[PATH_MAX], const char *fmt, ...)
{
    int      n, m;
    va_list  args;

    n = snprintf(path, PATH_MAX, "%s/", dir);

    va_start(args, fmt);
    m = (n < PATH_MAX) ? vsnprintf(path + n, (size_t) (PATH_MAX - n), fmt,
                                   args) : 0;
    va_end(args);

    if (n + m < PATH_MAX) {
        return 0;
    }

    errno = ENAMETOOLONG;

    return -1;
}


int
ic_log_append(ic_log_bytes_t *bytes, const void *data, size_t len)
{
    char    *grown;
    size_t   size;

    if (bytes->len + len > bytes->size) {
        size = 2 * (bytes->len + len);
        grown = realloc(bytes->data, size);

        if (grown == NULL) {
            return -1;
        }

        bytes->data = grown;
        bytes->size = size;
    }

    memcpy(bytes->data + bytes->len, data, len);
    bytes->len += len;

    return 0;
}


int
ic_log_write(int fd, const void *data, size_t len)
{
    ssize_t      n;
    const char  *p;

    for (p = data; len != 0; p += n, len -= (size_t) n) {
        n = write(fd, p, len);

        if (n < 0 && errno == EINTR) {
            n = 0;

        } else if (n <= 0) {
            return -1;
        }
    }

    return 0;
}
