
/*
 * Load for bench-chan: messages from task to task over the channel sockets
 * of two nodes, or the same bytes as requests to a server that throws them
 * away. Prints the seconds it took, and those of the processor in callers.
 *
 *     chan channel <socket of A> <socket of B> <streams> <bytes> <messages>
 *     chan request <socket> <streams> <bytes> <messages>
 *     chan sink <socket>
 */


#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>


#define CHAN_BUFFER  262144
#define CHAN_HEAD    8192


typedef struct {
    int     fd;
    size_t  have;                        /* bytes after the head, read */
    char    head[CHAN_HEAD];
} chan_connection_t;


static void
fail(const char *what)
{
    fprintf(stderr, "chan: %s: %s\n", what, strerror(errno));
    exit(1);
}


static double
now(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (double) ts.tv_sec + (double) ts.tv_nsec / 1e9;
}


static struct sockaddr_un
address(const char *path)
{
    struct sockaddr_un  sun;

    memset(&sun, 0, sizeof(sun));
    sun.sun_family = AF_UNIX;
    snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);

    return sun;
}


static void
dial(chan_connection_t *c, const char *path)
{
    struct sockaddr_un  sun = address(path);

    memset(c, 0, sizeof(chan_connection_t));
    c->fd = socket(AF_UNIX, SOCK_STREAM, 0);

    if (c->fd < 0
        || connect(c->fd, (struct sockaddr *) &sun, sizeof(sun)) != 0)
    {
        fail(path);
    }
}


static void
send_all(chan_connection_t *c, const char *data, size_t len)
{
    ssize_t  n;

    for ( /* void */ ; len > 0; data += n, len -= (size_t) n) {
        n = write(c->fd, data, len);

        if (n <= 0) {
            fail("write");
        }
    }
}


/* The head, and the body thrown away; 0 when the connection is closed. */

static int
receive(chan_connection_t *c, char *code, size_t size)
{
    char          *end, *line;
    size_t         len, want;
    ssize_t        n;
    static char    buffer[CHAN_BUFFER];

    len = c->have;
    end = NULL;

    while (len == 0 || (end = strstr(c->head, "\r\n\r\n")) == NULL) {
        n = read(c->fd, c->head + len, CHAN_HEAD - 1 - len);

        if (n <= 0) {
            return 0;
        }

        len += (size_t) n;
        c->head[len] = '\0';
    }

    end += 4;
    line = strcasestr(c->head, "content-length:");
    want = (line != NULL && line < end) ? strtoul(line + 15, NULL, 10) : 0;
    line = strcasestr(c->head, "x-ptp-code: ");

    if (code != NULL) {
        snprintf(code, size, "%.11s", (line != NULL) ? line + 12 : "");
    }

    len -= (size_t) (end - c->head);
    c->have = 0;

    for (want -= (len < want) ? len : want; want > 0; want -= (size_t) n) {
        n = read(c->fd, buffer, (want < CHAN_BUFFER) ? want : CHAN_BUFFER);

        if (n <= 0) {
            return 0;
        }
    }

    c->head[0] = '\0';

    return 1;
}


static void
call(chan_connection_t *c, const char *op, const char *node, int stream,
    int64_t number, const char *body, size_t len, char *code)
{
    int   n;
    char  head[1024];

    n = snprintf(head, sizeof(head),
                 "POST /v1/interconn/chan/%s?timeout=60 HTTP/1.1\r\n"
                 "Host: channel\r\nContent-Length: %zu\r\n"
                 "Content-Type: application/octet-stream\r\n"
                 "x-ptp-tech-provider-code: interconn\r\n"
                 "x-ptp-session-id: b%d\r\nx-ptp-token: token-b%d\r\n"
                 "x-ptp-topic: t\r\nx-ptp-target-node-id: %s\r\n"
                 "x-interconn-call: %lld\r\n\r\n",
                 op, len, stream, stream, node, (long long) number);

    send_all(c, head, (size_t) n);
    send_all(c, body, len);

    if (!receive(c, code, 16)) {
        fail(op);
    }
}


static void
push(const char *socket, int stream, size_t len, int messages, int64_t number)
{
    char               code[16], *body;
    chan_connection_t  c;

    dial(&c, socket);
    body = calloc(1, len);

    while (messages > 0) {
        call(&c, "push", "node-b", stream, number, body, len, code);

        if (strcmp(code, "E0000000000") == 0) {
            messages--;
            number++;

        } else if (strcmp(code, "E0000000700") == 0) {
            usleep(1000);

        } else {
            errno = EPROTO;
            fail(code);
        }
    }
}


static void
pop(const char *socket, int stream, int messages, int64_t number)
{
    char               code[16];
    chan_connection_t  c;

    for (dial(&c, socket); messages > 0; messages--) {
        call(&c, "pop", "node-a", stream, number++, "", 0, code);

        if (strcmp(code, "E0000000000") != 0) {
            errno = EPROTO;
            fail(code);
        }
    }
}


static void
ask(const char *socket, size_t len, int messages)
{
    int                n;
    char               head[256], *body;
    chan_connection_t  c;

    dial(&c, socket);
    body = calloc(1, len);
    n = snprintf(head, sizeof(head), "POST /reference HTTP/1.1\r\n"
                 "Host: channel\r\nContent-Length: %zu\r\n\r\n", len);

    for ( /* void */ ; messages > 0; messages--) {
        send_all(&c, head, (size_t) n);
        send_all(&c, body, len);

        if (!receive(&c, NULL, 0)) {
            fail("request");
        }
    }
}


static void
sink(const char *path)
{
    int                  fd;
    struct sockaddr_un   sun = address(path);
    chan_connection_t    c;
    static const char    ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    (void) unlink(path);
    fd = socket(AF_UNIX, SOCK_STREAM, 0);

    if (bind(fd, (struct sockaddr *) &sun, sizeof(sun)) != 0
        || listen(fd, 64) != 0)
    {
        fail(path);
    }

    signal(SIGCHLD, SIG_IGN);

    for ( ;; ) {
        memset(&c, 0, sizeof(c));
        c.fd = accept(fd, NULL, NULL);

        if (c.fd >= 0 && fork() == 0) {
            while (receive(&c, NULL, 0)) {
                send_all(&c, ok, sizeof(ok) - 1);
            }

            exit(0);
        }

        close(c.fd);
    }
}


int
main(int argc, char **argv)
{
    int            i, status, streams, messages, failed;
    size_t         len;
    double         begin, end;
    int64_t        number;
    struct rusage  usage;

    if (argc == 3 && strcmp(argv[1], "sink") == 0) {
        sink(argv[2]);
    }

    if (argc != 6 + (argc > 1 && strcmp(argv[1], "channel") == 0)) {
        fprintf(stderr, "usage: see the source\n");
        return 2;
    }

    streams = atoi(argv[argc - 3]);
    len = strtoul(argv[argc - 2], NULL, 10);
    messages = atoi(argv[argc - 1]);
    begin = now();

    /* numbers of calls rise from run to run, as those of a task do */
    number = (int64_t) (begin * 1e6);

    for (i = 0; i < streams; i++) {

        if (argc == 7 && fork() == 0) {
            pop(argv[3], i, messages, number);
            exit(0);
        }

        if (fork() == 0) {
            if (argc == 7) {
                push(argv[2], i, len, messages, number);
            } else {
                ask(argv[2], len, messages);
            }

            exit(0);
        }
    }

    for (failed = 0; wait(&status) > 0; /* void */ ) {
        failed |= (status != 0);
    }

    end = now();
    getrusage(RUSAGE_CHILDREN, &usage);

    printf("%.6f %.6f\n", end - begin,
           (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
           + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
             / 1e6);

    return failed;
}
