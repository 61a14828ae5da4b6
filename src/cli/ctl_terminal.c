
/*
 * What a terminal is shown has names and messages of others in it; none of
 * their characters moves a cursor, sets a title or turns a line round. Files
 * and pipes get what there is.
 */


#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../lib/ic_odd.h"
#include "interconnctl.h"


#define TERMINAL_OUT  1024


typedef struct {
    int     fd;
    size_t  held;                        /* bytes that may begin one */
    u_char  bytes[4];
    size_t  len;
    char    out[TERMINAL_OUT];
} terminal_t;


static FILE *terminal_open(terminal_t *t, FILE *stream);
static ssize_t terminal_write(void *cookie, const char *bytes, size_t size);
static size_t terminal_take(terminal_t *t);
static void terminal_put(terminal_t *t, const char *text, size_t len);
static int terminal_flush(terminal_t *t);


static terminal_t  terminal_out = { STDOUT_FILENO, 0, { 0 }, 0, { 0 } };
static terminal_t  terminal_err = { STDERR_FILENO, 0, { 0 }, 0, { 0 } };


void
ctl_terminal(void)
{
    stdout = terminal_open(&terminal_out, stdout);
    stderr = terminal_open(&terminal_err, stderr);
}


static FILE *
terminal_open(terminal_t *t, FILE *stream)
{
    FILE                   *plain;
    cookie_io_functions_t   functions;

    if (!isatty(t->fd)) {
        return stream;
    }

    memset(&functions, 0, sizeof(functions));
    functions.write = terminal_write;

    plain = fopencookie(t, "w", functions);

    if (plain == NULL) {
        return stream;
    }

    (void) setvbuf(plain, NULL, _IOLBF, 0);

    return plain;
}


static ssize_t
terminal_write(void *cookie, const char *bytes, size_t size)
{
    size_t       n;
    terminal_t  *t;

    t = cookie;

    for (n = 0; n < size; n++) {
        t->bytes[t->held++] = (u_char) bytes[n];

        while (t->held > 0 && terminal_take(t) > 0) {
            /* the next one */
        }
    }

    return terminal_flush(t) == 0 ? (ssize_t) size : 0;
}


/* Bytes that were taken off what is held; 0: more are needed to know. */

static size_t
terminal_take(terminal_t *t)
{
    char     text[8];
    size_t   n, len;
    u_char  *p;

    p = t->bytes;
    len = (*p == '\n' || *p == '\t') ? 0 : ic_odd(p, p + t->held);

    for (n = 0; n < len; n++) {
        terminal_put(t, text, (size_t) snprintf(text, sizeof(text), "\\x%02x",
                                                p[n]));
    }

    if (len == 0) {
        if ((t->held == 1 && (*p == 0xc2 || *p == 0xd8 || *p == 0xe2))
            || (t->held == 2 && *p == 0xe2 && (p[1] == 0x80 || p[1] == 0x81)))
        {
            return 0;
        }

        len = 1;
        terminal_put(t, (char *) p, 1);
    }

    t->held -= len;
    memmove(p, p + len, t->held);

    return len;
}


static void
terminal_put(terminal_t *t, const char *text, size_t len)
{
    if (t->len + len > sizeof(t->out)) {
        (void) terminal_flush(t);
    }

    memcpy(t->out + t->len, text, len);
    t->len += len;
}


static int
terminal_flush(terminal_t *t)
{
    size_t   at;
    ssize_t  n;

    for (at = 0; at < t->len; at += (size_t) n) {
        n = write(t->fd, t->out + at, t->len - at);

        if (n <= 0) {
            break;
        }
    }

    n = at == t->len ? 0 : -1;
    t->len = 0;

    return (int) n;
}
