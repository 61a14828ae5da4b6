
/* interconn-reader: its files, its process, its answer. */


#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../source/ic_table.h"
#include "interconnd_reader.h"


#define READER_PROGRAM   "interconn-reader"
#define READER_ANSWER    (8 << 20)
#define READER_WORDS     4096            /* of the driver, in our log */
#define READER_FILES     3


/* What is open in the reader, in the order of its descriptors. */
static const char *const  reader_files[READER_FILES] = {
    "request", "answer", "words"
};


static int reader_folder(const interconnd_reading_t *reading,
    const interconnd_reader_user_t *user);
static int reader_open(const interconnd_reading_t *reading,
    int fds[READER_FILES]);
static void reader_exec(const interconnd_reading_t *reading,
    const interconnd_reader_user_t *user, const int fds[READER_FILES + 1],
    const char *program, pid_t parent) __attribute__((noreturn));
static void reader_environment(const interconnd_reading_t *reading,
    const interconnd_reader_user_t *user, int ini, char *text, size_t size);
static const char *reader_program(const interconnd_reading_t *reading);
static ic_str_t reader_said(const interconnd_reading_t *reading,
    unsigned file, size_t max);
static void reader_blame(const interconnd_reading_t *reading,
    const ic_json_t *answer, ic_source_error_t *error);


pid_t
interconnd_reader_start(const interconnd_reading_t *reading)
{
    int                       n, fds[READER_FILES + 1];
    pid_t                     pid, parent;
    const char               *program;
    interconnd_reader_user_t  user;

    program = reader_program(reading);

    if (program == NULL) {
        errno = ENOENT;
        return -1;
    }

    interconnd_reader_user(reading, &user);

    if (reader_folder(reading, &user) != 0
        || reader_open(reading, fds) != 0)
    {
        return -1;
    }

    fds[READER_FILES] = interconnd_reader_ini(reading->conf, &user);

    parent = getpid();
    pid = fork();

    if (pid == 0) {
        reader_exec(reading, &user, fds, program, parent);
    }

    for (n = 0; n <= READER_FILES; n++) {
        if (fds[n] != -1) {
            close(fds[n]);
        }
    }

    if (pid > 0) {
        (void) setpgid(pid, pid);
    }

    return pid;
}


/* The way there: the user that reads may pass, not look. */

static int
reader_folder(const interconnd_reading_t *reading,
    const interconnd_reader_user_t *user)
{
    char   parent[4096];
    char  *end;

    if (snprintf(parent, sizeof(parent), "%s", reading->folder)
        >= (int) sizeof(parent))
    {
        errno = ENAMETOOLONG;
        return -1;
    }

    if (mkdir(reading->folder, S_IRWXU) != 0) {
        return -1;
    }

    if (!user->other) {
        return 0;
    }

    end = strrchr(parent, '/');

    if (end != NULL) {
        *end = '\0';
    }

    return chmod(parent, S_ISVTX|S_IRWXU|S_IXGRP|S_IXOTH) == 0
           && chown(reading->folder, user->uid, user->gid) == 0
           ? 0 : -1;
}


void
interconnd_reader_request(ic_json_out_t *out, const interconnd_conf_t *conf,
    const ic_json_t *location, int64_t most)
{
    int64_t           rows;
    unsigned          n;
    const ic_json_t  *value;

    static const char *const  names[] = {
        "type", "path", "dsn", "table", "query", "key", "fetch_size"
    };

    rows = conf->source_rows;

    if (most >= 0 && (rows == 0 || most < rows)) {
        rows = most;
    }

    for (n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
        value = ic_json_get(location, names[n]);

        /* with a table the query is only what its rows are asked for by */

        if (value != NULL
            && !(strcmp(names[n], "query") == 0
                 && ic_json_get(location, "table") != NULL))
        {
            ic_out_node(out, names[n], value);
        }
    }

    if (rows > 0 || most == 0) {
        ic_out_int(out, "max_rows", rows);
    }

    ic_out_int(out, "timeout", conf->source_timeout);
}


static int
reader_open(const interconnd_reading_t *reading, int fds[READER_FILES])
{
    unsigned  n;
    ic_str_t  path, request;

    request = reading->request;

    if (request.data == NULL) {
        errno = ENOMEM;
        return -1;
    }

    for (n = 0; n < READER_FILES; n++) {
        path = ic_str_fmt(reading->pool, "%s.%s", reading->folder,
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
reader_exec(const interconnd_reading_t *reading,
    const interconnd_reader_user_t *user, const int fds[READER_FILES + 1],
    const char *program, pid_t parent)
{
    int                       n, fd, last, copies[READER_FILES + 1];
    char                      ini[4096];
    char                     *argv[2], *env[6];
    sigset_t                  none;
    struct rlimit             limit;
    const interconnd_conf_t  *conf;

    conf = reading->conf;
    last = fds[READER_FILES] != -1 ? READER_FILES : READER_FILES - 1;

    EVP_PKEY_free(reading->key);

    for (n = 1; n < NSIG; n++) {
        (void) signal(n, SIG_DFL);
    }

    sigemptyset(&none);
    (void) sigprocmask(SIG_SETMASK, &none, NULL);

    for (n = 0; n <= last; n++) {
        copies[n] = fcntl(fds[n], F_DUPFD, READER_FILES + 1);
    }

    for (n = 0; n <= last; n++) {
        if (copies[n] < 0 || dup2(copies[n], n) < 0) {
            _exit(126);
        }
    }

    reader_environment(reading, user, last, ini, sizeof(ini));

    /* it need not find the way to its own program */

    fd = open(program, O_PATH|O_CLOEXEC);
    limit.rlim_cur = limit.rlim_max = (rlim_t) conf->source_memory << 20;

#ifdef __SANITIZE_ADDRESS__
    limit.rlim_cur = limit.rlim_max = RLIM_INFINITY;  /* its shadow is data */
#endif

    if (fd == -1
        || dup3(fd, last + 1, O_CLOEXEC) < 0
        || close_range((unsigned) last + 2, ~0U, 0) != 0
        || setpgid(0, 0) != 0
        || chdir(reading->folder) != 0
        || setrlimit(RLIMIT_DATA, &limit) != 0
        || interconnd_reader_become(user) != 0
        || prctl(PR_SET_PDEATHSIG, SIGTERM) != 0
        || getppid() != parent)
    {
        dprintf(STDERR_FILENO, "it is not started: %s\n", strerror(errno));
        _exit(126);
    }

    argv[0] = READER_PROGRAM;
    argv[1] = NULL;
    env[0] = ini;
    env[1] = "LC_ALL=C.UTF-8";
    env[2] = "PATH=/usr/bin:/bin";
    env[3] = "HOME=/nonexistent";
    env[4] = NULL;

#ifdef __SANITIZE_ADDRESS__
    env[4] = "ASAN_OPTIONS=detect_leaks=0";           /* those of drivers */
    env[5] = NULL;
#endif

    (void) execveat(last + 1, "", argv, env, AT_EMPTY_PATH);

    dprintf(STDERR_FILENO, "%s: %s\n", program, strerror(errno));
    _exit(127);
}


static void
reader_environment(const interconnd_reading_t *reading,
    const interconnd_reader_user_t *user, int ini, char *text, size_t size)
{
    int  n;

    n = ini == READER_FILES && user->other
        ? snprintf(text, size, "ODBCINI=/proc/self/fd/%d", ini)
        : snprintf(text, size, "ODBCINI=%s",
                   interconnd_odbc_ini(reading->conf));

    if (n < 0 || (size_t) n >= size) {
        _exit(126);
    }
}


/* Where make has put it, or make install. */

static const char *
reader_program(const interconnd_reading_t *reading)
{
    char      self[4096];
    ssize_t   len;
    unsigned  n;
    ic_str_t  path;

    static const char *const  places[] = { "", "../lib/interconn/" };

    if (reading->conf->source_reader != NULL) {
        return reading->conf->source_reader;
    }

    len = readlink("/proc/self/exe", self, sizeof(self));

    while (len > 0 && self[len - 1] != '/') {
        len--;
    }

    for (n = 0; len > 0 && n < sizeof(places) / sizeof(places[0]); n++) {
        path = ic_str_fmt(reading->pool, "%.*s%s%s", (int) len, self,
                          places[n], READER_PROGRAM);

        if (path.data != NULL && access((char *) path.data, X_OK) == 0) {
            return (char *) path.data;
        }
    }

    return NULL;
}


static ic_str_t
reader_said(const interconnd_reading_t *reading, unsigned file, size_t max)
{
    int          fd;
    u_char      *data;
    ssize_t      n;
    ic_str_t     path;
    struct stat  st;

    path = ic_str_fmt(reading->pool, "%s.%s", reading->folder,
                      reader_files[file]);
    fd = path.data != NULL ? open((char *) path.data,
                                  O_RDONLY|O_NOFOLLOW|O_CLOEXEC)
                           : -1;

    if (fd == -1) {
        return ic_str_n(NULL, 0);
    }

    n = 0;
    data = NULL;

    if (fstat(fd, &st) == 0) {
        max = (size_t) st.st_size < max ? (size_t) st.st_size : max;
        data = ic_alloc(reading->pool, max + 1);
        n = data != NULL ? read(fd, data, max) : 0;
    }

    close(fd);

    return ic_str_n(data, n > 0 ? (size_t) n : 0);
}


const ic_json_t *
interconnd_reader_answer(const interconnd_reading_t *reading, int status,
    ic_source_error_t *error, ic_str_t *words)
{
    const ic_json_t  *answer;

    *words = reader_said(reading, 2, READER_WORDS);
    answer = ic_json_parse(reading->pool,
                           reader_said(reading, 1, READER_ANSWER), NULL);

    if (WIFEXITED(status) && WEXITSTATUS(status) == 0
        && ic_json_get(answer, "rows") != NULL)
    {
        return answer;
    }

    reader_blame(reading, answer, error);

    return NULL;
}


static void
reader_blame(const interconnd_reading_t *reading, const ic_json_t *answer,
    ic_source_error_t *error)
{
    char             *code, *column;
    const ic_json_t  *row, *text;

    code = ic_str_z(reading->pool, ic_json_str(ic_json_get(answer, "error")));
    column = ic_str_z(reading->pool,
                      ic_json_str(ic_json_get(answer, "column")));
    text = ic_json_get(answer, "text");
    row = ic_json_get(answer, "row");

    /* it was killed, or its driver crashed */

    if (code == NULL || code[0] == '\0' || text == NULL || column == NULL) {
        (void) ic_source_fail(error, "data_unreadable", NULL, 0,
                              "the reader ended abnormally; its driver, or "
                              "source_memory, is at fault");
        return;
    }

    (void) ic_source_fail(error, code, column, row != NULL ? row->num : 0,
                          "%.*s", (int) text->text.len,
                          (char *) text->text.data);
}


void
interconnd_reader_tidy(const char *folder)
{
    char      path[4096];
    unsigned  n;

    for (n = 0; n < READER_FILES; n++) {
        if (snprintf(path, sizeof(path), "%s.%s", folder, reader_files[n])
            < (int) sizeof(path))
        {
            (void) unlink(path);
        }
    }
}
