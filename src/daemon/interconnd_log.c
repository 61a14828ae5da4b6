
/* The daemon's log: one write() per line, so that processes may share it. */


#include <fcntl.h>
#include <linux/close_range.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "../lib/ic_odd.h"
#include "interconnd.h"


#define INTERCONND_LINE_MAX  2048


static size_t interconnd_log_prefix(char *line, size_t size,
    const char *level);
static size_t interconnd_log_escape(char *dst, size_t size, const char *text);


static struct {
    int         fd;
    const char *role;
} interconnd_log_state = { STDERR_FILENO, "master" };


int
interconnd_log_open(const char *file, const char *role)
{
    int  fd;

    fd = STDERR_FILENO;

    if (file != NULL) {
        fd = open(file, O_WRONLY|O_APPEND|O_CREAT|O_CLOEXEC, 0640);
        if (fd == -1) {
            return -1;
        }
    }

    if (interconnd_log_state.fd != STDERR_FILENO) {
        close(interconnd_log_state.fd);
    }

    interconnd_log_state.fd = fd;
    interconnd_log_state.role = role;

    return 0;
}


void
interconnd_log_keep(void)
{
    unsigned  fd;

    fd = (unsigned) interconnd_log_state.fd;

    if (fd > STDERR_FILENO + 1) {
        (void) close_range(STDERR_FILENO + 1, fd - 1, 0);
    }

    (void) close_range(fd > STDERR_FILENO ? fd + 1 : STDERR_FILENO + 1, ~0U,
                       0);
}


void
interconnd_log(const char *level, const char *fmt, ...)
{
    char     text[INTERCONND_LINE_MAX], line[INTERCONND_LINE_MAX + 128];
    size_t   len;
    va_list  args;
    ssize_t  n;

    va_start(args, fmt);
    (void) vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    len = interconnd_log_prefix(line, sizeof(line), level);
    len += interconnd_log_escape(line + len, sizeof(line) - len - 1, text);
    line[len++] = '\n';

    /* nowhere to tell that the log cannot be written */
    n = write(interconnd_log_state.fd, line, len);
    (void) n;
}


static size_t
interconnd_log_prefix(char *line, size_t size, const char *level)
{
    int              n;
    char             stamp[32];
    struct tm        tm;
    struct timespec  now;

    clock_gettime(CLOCK_REALTIME, &now);
    localtime_r(&now.tv_sec, &tm);
    strftime(stamp, sizeof(stamp), "%Y/%m/%d %H:%M:%S", &tm);

    n = snprintf(line, size, "%s.%03ld [%s] %s %d: ", stamp,
                 now.tv_nsec / 1000000, level, interconnd_log_state.role,
                 (int) getpid());

    return n;
}


/* Text of peers gets into lines: nothing in it may look like a line end. */
static size_t
interconnd_log_escape(char *dst, size_t size, const char *text)
{
    size_t         len, n;
    const u_char  *p, *end;

    len = 0;
    end = (const u_char *) text + strlen(text);

    for (p = (const u_char *) text; p < end && len + 13 <= size; p++) {
        n = ic_odd(p, end);

        if (n == 0) {
            dst[len++] = *p;
            continue;
        }

        for (p += n; n > 0; n--) {
            len += snprintf(dst + len, 5, "\\x%02x", *(p - n));
        }

        p--;
    }

    return len;
}
