
/*
 * Data of databases: before the program of a task starts, a reader
 * (src/reader) writes the rows of each into the task's folder. It has the
 * network, which the program has not, and nothing else of the node.
 */


#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_runner.h"


#define READER_PROGRAM   "interconn-reader"
#define READER_GRACE_S   5               /* beside its own clock */
#define READER_ANSWER    (1 << 20)
#define READER_WORDS     4096            /* of the driver, in our log */
#define READER_FILES     3


/* What is open in the reader, in the order of its descriptors. */
static const char *const  reader_files[READER_FILES] = {
    "request", "answer", "words"
};


static int reader_spawn(interconnd_child_t *child,
    interconnd_source_t *source);
static int reader_folder(interconnd_child_t *child,
    interconnd_source_t *source);
static ic_str_t reader_request(interconnd_child_t *child,
    const interconnd_source_t *source);
static int reader_open(interconnd_child_t *child,
    const interconnd_source_t *source, int fds[READER_FILES]);
static void reader_exec(interconnd_child_t *child,
    const interconnd_source_t *source, const int fds[READER_FILES],
    const char *program, pid_t runner) __attribute__((noreturn));
static int reader_alone(const interconnd_conf_t *conf);
static const char *reader_program(interconnd_child_t *child);
static ic_str_t reader_said(interconnd_child_t *child,
    const interconnd_source_t *source, unsigned file, size_t max);
static int reader_verdict(interconnd_child_t *child,
    interconnd_source_t *source, int status);
static void reader_blame(interconnd_child_t *child,
    const interconnd_source_t *source, const ic_json_t *answer);
static void reader_tidy(const interconnd_source_t *source);


int
interconnd_reader_next(interconnd_child_t *child)
{
    unsigned  n;

    for (n = 0; n < child->nsources; n++) {
        if (child->sources[n].foreign && child->sources[n].table == NULL) {
            child->reading = &child->sources[n];
            return reader_spawn(child, child->reading) == 0 ? 1 : -1;
        }
    }

    child->reading = NULL;

    return 0;
}


int
interconnd_reader_ended(interconnd_child_t *child, int status)
{
    int                   rc;
    interconnd_source_t  *source;

    source = child->reading;
    child->reading = NULL;
    rc = reader_verdict(child, source, status);
    reader_tidy(source);

    if (rc != 0 || child->failure.code != NULL || child->stopping
        || child->lost)
    {
        return -1;
    }

    rc = interconnd_reader_next(child);

    return rc == 0 ? interconnd_child_begin(child) : rc < 0 ? -1 : 0;
}


static int
reader_spawn(interconnd_child_t *child, interconnd_source_t *source)
{
    int          n, fds[READER_FILES];
    pid_t        pid, runner;
    const char  *program;

    program = reader_program(child);

    if (program == NULL || reader_folder(child, source) != 0
        || reader_open(child, source, fds) != 0)
    {
        interconnd_log("error", "task %s: a folder for its data: %s",
                       child->task_id, strerror(errno));
        interconnd_child_fail(child, "internal", "no folder for its data");
        return -1;
    }

    runner = getpid();
    pid = fork();

    if (pid == 0) {
        reader_exec(child, source, fds, program, runner);
    }

    for (n = 0; n < READER_FILES; n++) {
        close(fds[n]);
    }

    if (pid > 0) {
        (void) setpgid(pid, pid);
        child->pidfd = pidfd_open(pid, 0);
        child->pid = pid;
        child->started_ms = ic_mono_ms();
        interconnd_log("info", "task %s: %s reads %s, pid %d",
                       child->task_id, READER_PROGRAM, source->part,
                       (int) pid);
        return 0;
    }

    interconnd_child_fail(child, "internal", "no process");

    return -1;
}


/* It belongs to the user that reads, until the task takes it over. */

static int
reader_folder(interconnd_child_t *child, interconnd_source_t *source)
{
    ic_str_t                  path;
    const interconnd_conf_t  *conf;

    conf = child->runner->conf;
    path = ic_str_fmt(child->pool, "%s/source_%d", child->folder,
                      (int) (source - child->sources));

    if (path.data == NULL) {
        errno = ENOMEM;
        return -1;
    }

    source->folder = (char *) path.data;

    if (mkdir(source->folder, S_IRWXU) != 0) {
        return -1;
    }

    if (geteuid() != 0 || conf->source_uid == 0) {
        return 0;
    }

    /* the way there: it may pass, not look */

    return chmod(child->folder, S_ISVTX|S_IRWXU|S_IXGRP|S_IXOTH) == 0
           && chown(source->folder, (uid_t) conf->source_uid,
                    (gid_t) conf->source_uid) == 0
           ? 0 : -1;
}


static ic_str_t
reader_request(interconnd_child_t *child, const interconnd_source_t *source)
{
    int64_t                   rows;
    ic_json_out_t             out;
    const ic_json_t          *value;
    const interconnd_conf_t  *conf;

    static const char *const  names[] = {
        "dsn", "table", "query", "key", "fetch_size"
    };

    unsigned  n;

    conf = child->runner->conf;
    rows = conf->source_rows;

    if (source->rows >= 0 && (rows == 0 || source->rows < rows)) {
        rows = source->rows;
    }

    ic_out_init(&out, child->pool);
    ic_out_object(&out, NULL);

    for (n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
        value = ic_json_get(source->location, names[n]);

        /* with a table the query is only what its rows are asked for by */

        if (value != NULL
            && !(strcmp(names[n], "query") == 0
                 && ic_json_get(source->location, "table") != NULL))
        {
            ic_out_node(&out, names[n], value);
        }
    }

    ic_out_int(&out, "max_rows", rows);
    ic_out_int(&out, "timeout", conf->source_timeout);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static int
reader_open(interconnd_child_t *child, const interconnd_source_t *source,
    int fds[READER_FILES])
{
    unsigned  n;
    ic_str_t  path, request;

    request = reader_request(child, source);

    if (request.data == NULL) {
        errno = ENOMEM;
        return -1;
    }

    for (n = 0; n < READER_FILES; n++) {
        path = ic_str_fmt(child->runner->pool, "%s.%s", source->folder,
                          reader_files[n]);
        fds[n] = path.data == NULL ? -1
                 : open((char *) path.data,
                        O_RDWR|O_CREAT|O_EXCL|O_CLOEXEC|O_APPEND, 0600);

        if (fds[n] == -1) {
            while (n-- > 0) {
                close(fds[n]);
            }

            return -1;
        }
    }

    if (write(fds[0], request.data, request.len) == (ssize_t) request.len
        && lseek(fds[0], 0, SEEK_SET) == 0)
    {
        return 0;
    }

    for (n = 0; n < READER_FILES; n++) {
        close(fds[n]);
    }

    return -1;
}


static void
reader_exec(interconnd_child_t *child, const interconnd_source_t *source,
    const int fds[READER_FILES], const char *program, pid_t runner)
{
    int                       n, copies[READER_FILES];
    char                      ini[4096];
    char                     *argv[2], *env[5];
    sigset_t                  none;
    struct rlimit             limit;
    const interconnd_conf_t  *conf;

    conf = child->runner->conf;

    EVP_PKEY_free(child->runner->key);

    for (n = 1; n < NSIG; n++) {
        (void) signal(n, SIG_DFL);
    }

    sigemptyset(&none);
    (void) sigprocmask(SIG_SETMASK, &none, NULL);

    for (n = 0; n < READER_FILES; n++) {
        copies[n] = fcntl(fds[n], F_DUPFD, READER_FILES);
    }

    for (n = 0; n < READER_FILES; n++) {
        if (copies[n] < 0 || dup2(copies[n], n) < 0) {
            _exit(126);
        }
    }

    limit.rlim_cur = limit.rlim_max = (rlim_t) conf->source_memory << 20;

    if (close_range(READER_FILES, ~0U, 0) != 0
        || setpgid(0, 0) != 0
        || chdir(source->folder) != 0
        || setrlimit(RLIMIT_DATA, &limit) != 0
        || reader_alone(conf) != 0
        || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0
        || getppid() != runner)
    {
        dprintf(STDERR_FILENO, "it is not started: %s\n", strerror(errno));
        _exit(126);
    }

    n = snprintf(ini, sizeof(ini), "ODBCINI=%s",
                 conf->odbc_ini != NULL ? conf->odbc_ini
                                        : "/etc/odbc.ini");

    if (n < 0 || (size_t) n >= sizeof(ini)) {
        _exit(126);
    }

    argv[0] = READER_PROGRAM;
    argv[1] = NULL;
    env[0] = ini;
    env[1] = "LC_ALL=C.UTF-8";
    env[2] = "PATH=/usr/bin:/bin";
    env[3] = "HOME=/nonexistent";
    env[4] = NULL;

    (void) execve(program, argv, env);

    dprintf(STDERR_FILENO, "%s: %s\n", program, strerror(errno));
    _exit(127);
}


/* Where make has put it, or make install. */

static const char *
reader_program(interconnd_child_t *child)
{
    char      self[4096];
    ssize_t   len;
    unsigned  n;
    ic_str_t  path;

    static const char *const  places[] = { "", "../lib/interconn/" };

    if (child->runner->conf->source_reader != NULL) {
        return child->runner->conf->source_reader;
    }

    len = readlink("/proc/self/exe", self, sizeof(self));

    while (len > 0 && self[len - 1] != '/') {
        len--;
    }

    for (n = 0; len > 0 && n < sizeof(places) / sizeof(places[0]); n++) {
        path = ic_str_fmt(child->pool, "%.*s%s%s", (int) len, self,
                          places[n], READER_PROGRAM);

        if (path.data != NULL && access((char *) path.data, X_OK) == 0) {
            return (char *) path.data;
        }
    }

    return NULL;
}


/* With a daemon of root a user of its own; never more than it was. */

static int
reader_alone(const interconnd_conf_t *conf)
{
    uid_t  uid;

    uid = (uid_t) conf->source_uid;

    if (geteuid() == 0 && uid != 0
        && (setgroups(0, NULL) != 0 || setresgid(uid, uid, uid) != 0
            || setresuid(uid, uid, uid) != 0))
    {
        return -1;
    }

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}


static ic_str_t
reader_said(interconnd_child_t *child, const interconnd_source_t *source,
    unsigned file, size_t max)
{
    int       fd;
    u_char   *data;
    ssize_t   n;
    ic_str_t  path;

    path = ic_str_fmt(child->runner->pool, "%s.%s", source->folder,
                      reader_files[file]);
    data = ic_alloc(child->runner->pool, max);

    if (path.data == NULL || data == NULL) {
        return ic_str_n(NULL, 0);
    }

    fd = open((char *) path.data, O_RDONLY|O_NOFOLLOW|O_CLOEXEC);
    n = fd >= 0 ? read(fd, data, max) : -1;

    if (fd >= 0) {
        close(fd);
    }

    return ic_str_n(data, n > 0 ? (size_t) n : 0);
}


static int
reader_verdict(interconnd_child_t *child, interconnd_source_t *source,
    int status)
{
    ic_str_t          words;
    const ic_json_t  *answer, *rows;

    words = reader_said(child, source, 2, READER_WORDS);

    if (words.len > 0) {
        interconnd_log("warn", "task %s: %s: %.*s", child->task_id,
                       source->part, (int) words.len, (char *) words.data);
    }

    answer = ic_json_parse(child->pool,
                           reader_said(child, source, 1, READER_ANSWER),
                           NULL);
    rows = ic_json_get(answer, "rows");

    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || rows == NULL) {
        reader_blame(child, source, answer);
        return -1;
    }

    source->table = source->folder;

    return interconnd_input_settle(child, source, rows->num);
}


static void
reader_blame(interconnd_child_t *child, const interconnd_source_t *source,
    const ic_json_t *answer)
{
    const char       *code, *column;
    const ic_json_t  *row, *text;

    code = ic_str_z(child->pool, ic_json_str(ic_json_get(answer, "error")));
    column = ic_str_z(child->pool,
                      ic_json_str(ic_json_get(answer, "column")));
    text = ic_json_get(answer, "text");
    row = ic_json_get(answer, "row");

    /* it was killed, or its driver crashed */

    if (code == NULL || code[0] == '\0' || text == NULL || column == NULL) {
        interconnd_child_fail(child, "data_unreadable",
                              "%s: the reader ended abnormally; its driver, "
                              "or source_memory, is at fault", source->part);
        return;
    }

    interconnd_child_fail(child, code, "%s: %.*s", source->part,
                          (int) text->text.len, (char *) text->text.data);
    child->failure.column = column;
    child->failure.row = row != NULL ? row->num : 0;
}


/* The program of the task sees the table, not how it came. */

static void
reader_tidy(const interconnd_source_t *source)
{
    char      path[4096];
    unsigned  n;

    for (n = 0; n < READER_FILES; n++) {
        if (snprintf(path, sizeof(path), "%s.%s", source->folder,
                     reader_files[n])
            < (int) sizeof(path))
        {
            (void) unlink(path);
        }
    }
}
