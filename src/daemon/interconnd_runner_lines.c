
/* Lines of a child, from descriptors that never block the runner. */


#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "interconnd_runner.h"


#define LINES_READ  65536


static int lines_room(interconnd_lines_t *lines);


void
interconnd_lines_open(interconnd_lines_t *lines, int fd, size_t max,
    bool split)
{
    memset(lines, 0, sizeof(interconnd_lines_t));

    lines->fd = fd;
    lines->max = max;
    lines->split = split;
}


int
interconnd_lines_read(interconnd_lines_t *lines)
{
    ssize_t  n;

    if (lines->fd < 0) {
        return -1;
    }

    if (lines_room(lines) != 0) {
        lines->broken = 1;
        return -1;
    }

    n = read(lines->fd, lines->data + lines->len, lines->size - lines->len);

    if (n > 0) {
        lines->len += n;
        return 1;
    }

    return (n < 0 && (errno == EAGAIN || errno == EINTR)) ? 0 : -1;
}


/* What was taken makes room; then the buffer grows up to twice a line. */

static int
lines_room(interconnd_lines_t *lines)
{
    char    *data;
    size_t   size;

    if (lines->start > 0) {
        lines->len -= lines->start;
        memmove(lines->data, lines->data + lines->start, lines->len);
        lines->start = 0;
    }

    if (lines->size - lines->len >= LINES_READ / 2) {
        return 0;
    }

    if (lines->len > lines->max) {
        return -1;
    }

    size = (lines->size == 0) ? LINES_READ : lines->size * 2;
    data = realloc(lines->data, size);

    if (data == NULL) {
        return -1;
    }

    lines->data = data;
    lines->size = size;

    return 0;
}


bool
interconnd_lines_next(interconnd_lines_t *lines, ic_str_t *line)
{
    char    *end, *text;
    size_t   left;

    text = lines->data + lines->start;
    left = lines->len - lines->start;
    end = (left > 0) ? memchr(text, '\n', left) : NULL;

    if (end != NULL && (size_t) (end - text) <= lines->max) {
        *line = ic_str_n(text, end - text);
        lines->start += line->len + 1;
        return true;
    }

    if (left <= lines->max) {
        return false;
    }

    if (!lines->split) {
        lines->broken = 1;
        return false;
    }

    *line = ic_str_n(text, lines->max);
    lines->start += lines->max;

    return true;
}


bool
interconnd_lines_rest(interconnd_lines_t *lines, ic_str_t *line)
{
    if (lines->len == lines->start) {
        return false;
    }

    *line = ic_str_n(lines->data + lines->start, lines->len - lines->start);
    lines->start = lines->len;

    return true;
}


void
interconnd_lines_close(interconnd_lines_t *lines)
{
    if (lines->fd >= 0) {
        close(lines->fd);
    }

    free(lines->data);

    lines->fd = -1;
    lines->data = NULL;
    lines->start = 0;
    lines->len = 0;
    lines->size = 0;
}
