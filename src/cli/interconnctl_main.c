
/* Commands and what several of them need. */


#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/rand.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "../lib/ic_secret.h"
#include "interconnctl.h"


typedef struct {
    const char  *name;
    int        (*run)(int argc, char **argv);
    const char  *usage;
    const char  *text;
} ctl_command_t;


static int ctl_usage(FILE *stream);


static const ctl_command_t  ctl_commands[] = {

    { "sandbox", ctl_sandbox,
      "sandbox up N --dir D [--plain] | down --dir D | status --dir D",
      "a network of N nodes on loopback, for tests and integration" },

    { "demo", ctl_demo,
      "demo [--data DIR] [--dir D] [--exit] [--json]",
      "four nodes, contracts, datasets, approvals, one training" },

    { "operator", ctl_operator,
      "operator " CTL_OPERATOR_USAGE,
      "operators of this node; a new token is printed once" },

    { "component", ctl_component,
      "component " CTL_COMPONENT_USAGE,
      "component packages: made, signed, checked, installed" },

    { "job", ctl_job,
      "job " CTL_JOB_USAGE,
      "jobs of a node, by its API, as an operator" },

    { "datasource", ctl_datasource,
      "datasource " CTL_DATASOURCE_USAGE,
      "a data source of ODBC: rows per second, memory, columns" },

    { "evidence", ctl_evidence,
      "evidence " CTL_EVIDENCE_USAGE,
      "an evidence log, checked without the node that wrote it" },

    { "timetable", ctl_timetable,
      "timetable " CTL_TIMETABLE_USAGE,
      "jobs at a time or periodically, by the node's API" },

    { "escrow", ctl_escrow,
      "escrow " CTL_ESCROW_USAGE,
      "results in escrow, and their joint recovery, by the node's API" },

    { NULL, NULL, NULL, NULL }
};


int
main(int argc, char **argv)
{
    const ctl_command_t  *command;

    /* keys of authorities and packages, tokens and passwords are read here */

    if (!ic_secret_memory() || ic_secret_process() != 0) {
        return ctl_error("memory cannot be kept from others: %s",
                         strerror(errno));
    }

    signal(SIGPIPE, SIG_IGN);
    ctl_terminal();

    if (argc < 2) {
        ctl_usage(stderr);
        return 2;
    }

    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0) {
        return ctl_usage(stdout);
    }

    for (command = ctl_commands; command->name != NULL; command++) {
        if (strcmp(argv[1], command->name) == 0) {
            return command->run(argc - 2, argv + 2);
        }
    }

    ctl_error("no command \"%s\"; see interconnctl help", argv[1]);
    return 2;
}


static int
ctl_usage(FILE *stream)
{
    const ctl_command_t  *command;

    for (command = ctl_commands; command->name != NULL; command++) {
        fprintf(stream, "interconnctl %s\n    %s\n", command->usage,
                command->text);
    }

    return 0;
}


int
ctl_error(const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    fputs("interconnctl: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);

    return 1;
}


int
ctl_find(char *path, size_t size, const char *name)
{
    char                     self[PATH_MAX], *slash;
    ssize_t                  n;
    const char *const       *place;
    static const char *const places[] = {
        "%s/%s", "%s/../sbin/%s", "%s/../lib/interconn/%s",
        "%s/../share/interconn/%s", NULL
    };

    n = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (n < 0) {
        ctl_error("readlink(/proc/self/exe): %s", strerror(errno));
        return -1;
    }

    self[n] = '\0';
    slash = strrchr(self, '/');

    if (slash != NULL) {
        *slash = '\0';
    }

    for (place = places; *place != NULL; place++) {
        /* the formats are the literals above */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        n = snprintf(path, size, *place, self, name);
#pragma GCC diagnostic pop

        if ((size_t) n < size && access(path, F_OK) == 0) {
            return 0;
        }
    }

    ctl_error("\"%s\" is neither beside interconnctl nor installed", name);
    return -1;
}


int
ctl_write_file(const char *path, int mode, ic_str_t text)
{
    int      fd;
    ssize_t  n;

    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

    if (fd < 0) {
        ctl_error("open(%s): %s", path, strerror(errno));
        return -1;
    }

    /* a file that is there keeps its mode otherwise */

    n = fchmod(fd, mode) == 0 ? write(fd, text.data, text.len) : -1;

    if (close(fd) != 0 || n < 0 || (size_t) n != text.len) {
        ctl_error("write(%s): %s", path, strerror(errno));
        return -1;
    }

    return 0;
}


ic_str_t
ctl_read_file(ic_arena_t *arena, const char *path)
{
    int          fd;
    ssize_t      n;
    ic_str_t     text = ic_null_string;
    struct stat  st;

    fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        return text;
    }

    if (fstat(fd, &st) == 0) {
        text.data = ic_alloc(arena, st.st_size + 1);
    }

    if (text.data != NULL) {
        n = read(fd, text.data, st.st_size);
        text.len = n > 0 ? (size_t) n : 0;
        text.data[text.len] = '\0';
    }

    close(fd);
    return text;
}


int
ctl_random_hex(char *dst, size_t n)
{
    u_char  bytes[64];

    if (n > sizeof(bytes) || RAND_bytes(bytes, (int) n) != 1) {
        ctl_error("no random bytes");
        return -1;
    }

    ic_hex(dst, bytes, n);
    return 0;
}
