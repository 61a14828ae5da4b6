
/* Lines to and from the runner over the control socket. */


#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "../lib/ic_codec.h"
#include "ic_task_state.h"


#define CONTROL_GROWTH  4096
#define CONTROL_MAX     (1024 * 1024)


static int control_fill(ic_task_t *task, int timeout_ms);
static ic_str_t control_line(ic_task_t *task);


void
ic_task_control_open(ic_task_t *task)
{
    int        type;
    socklen_t  len;

    len = sizeof(int);

    /* run from a shell, the descriptor is absent or something else */

    if (getsockopt(IC_TASK_CONTROL, SOL_SOCKET, SO_TYPE, &type, &len) != 0
        || type != SOCK_STREAM)
    {
        task->control = -1;
        return;
    }

    task->control = IC_TASK_CONTROL;
    (void) fcntl(task->control, F_SETFD, FD_CLOEXEC);
}


void
ic_task_control_send(ic_task_t *task, ic_str_t text)
{
    size_t    i;
    ssize_t   n;
    ic_str_t  line;

    if (text.data == NULL) {
        return;
    }

    /* JSON of others may be laid out; a line end within it ends nothing */

    for (i = 0; i < text.len; i++) {
        if (text.data[i] == '\n') {
            text.data[i] = ' ';
        }
    }

    if (task->control < 0) {
        printf("%.*s\n", (int) text.len, text.data);
        fflush(stdout);
        return;
    }

    line = ic_str_fmt(task->scratch, "%.*s\n", (int) text.len, text.data);

    while (line.len > 0) {
        n = send(task->control, line.data, line.len, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR) {
            continue;
        }

        if (n < 0) {
            /* the runner is gone, and soon this process */
            return;
        }

        line.data += n;
        line.len -= n;
    }
}


ic_str_t
ic_task_control_read(ic_task_t *task, int timeout_ms)
{
    int64_t   end, left;
    ic_str_t  line = ic_null_string;

    if (task->control < 0) {
        return line;
    }

    end = ic_mono_ms() + timeout_ms;

    for ( ;; ) {
        line = control_line(task);

        if (line.data != NULL) {
            return line;
        }

        left = end - ic_mono_ms();

        if (left <= 0 || control_fill(task, (int) left) != 0) {
            return line;
        }
    }
}


/* 0 when there is more to look at, -1 when nothing comes. */

static int
control_fill(ic_task_t *task, int timeout_ms)
{
    int             n;
    char           *line;
    ssize_t         len;
    struct pollfd   pfd;

    if (task->line_len == task->line_size) {

        if (task->line_size >= CONTROL_MAX) {
            return -1;
        }

        line = realloc(task->line, task->line_size + CONTROL_GROWTH);

        if (line == NULL) {
            return -1;
        }

        task->line = line;
        task->line_size += CONTROL_GROWTH;
    }

    pfd.fd = task->control;
    pfd.events = POLLIN;

    n = poll(&pfd, 1, timeout_ms);

    if (n == 0 || (n < 0 && errno != EINTR)) {
        return -1;
    }

    if (n < 0) {
        return 0;
    }

    len = recv(task->control, task->line + task->line_len,
               task->line_size - task->line_len, 0);

    if (len > 0) {
        task->line_len += len;
        return 0;
    }

    return (len < 0 && errno == EINTR) ? 0 : -1;
}


static ic_str_t
control_line(ic_task_t *task)
{
    char      *end;
    size_t     len;
    ic_str_t   line = ic_null_string;

    if (task->line_len == 0) {
        return line;
    }

    end = memchr(task->line, '\n', task->line_len);

    if (end == NULL) {
        return line;
    }

    len = end - task->line;
    line = ic_str_dup(task->scratch, ic_str_n(task->line, len));

    task->line_len -= len + 1;
    memmove(task->line, end + 1, task->line_len);

    return line;
}
