
/*
 * A load generator that costs less than the servers it measures: one thread,
 * epoll, keep-alive connections with one request each in flight, plain or
 * over mutual TLS.
 *
 *     load -p PORT -r FILE [-e TEXT] [-c CONNECTIONS] [-s SECONDS]
 *          [-K PEM -A CA] [PID...]
 *
 * FILE holds whole requests, each after a line with its length; they are sent
 * in turn, and ten '@' in one are replaced by a number never used before. An
 * answer counts if its status is 200 and its body has TEXT. Printed are the
 * answers within SECONDS after every connection has had one, and the CPU
 * time that each PID and the generator itself used meanwhile.
 */


#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <openssl/ssl.h>


#define MAX_CONNECTIONS  1024
#define MAX_REQUESTS     4096
#define MAX_PIDS         8
#define MAX_EVENTS       256
#define IN_SIZE          (64 * 1024)
#define MARK             "@@@@@@@@@@"


typedef struct {
    size_t       len;
    char        *text;
    char        *mark;           /* in text, or NULL */
} request_t;


typedef struct {
    int          fd;
    SSL         *ssl;            /* NULL: plain */
    size_t       have;           /* bytes of the answer in in */
    size_t       left;           /* bytes of it still to come, then dropped */
    char        *in;
} connection_t;


typedef struct {
    int          epoll;
    int          port;
    int          nconnections;
    double       seconds;
    char        *expect;
    SSL_CTX     *tls;
    connection_t connections[MAX_CONNECTIONS];
    request_t    requests[MAX_REQUESTS];
    unsigned     nrequests;
    unsigned     next;
    unsigned     mark;
    unsigned long answers;
} load_t;


static void options(load_t *l, int argc, char **argv);
static void read_requests(load_t *l, const char *file);
static void start_tls(load_t *l, const char *pem, const char *authority);
static void connect_one(load_t *l, connection_t *c);
static void shake_hands(load_t *l, connection_t *c);
static void send_request(load_t *l, connection_t *c);
static void run(load_t *l, double until, unsigned long answers);
static void receive(load_t *l, connection_t *c);
static int received(load_t *l, connection_t *c, ssize_t n);
static int read_head(load_t *l, connection_t *c);
static double now(void);
static double cpu_of(const char *pid);
static double own_cpu(void);
static void fail(const char *what, const char *why);


int
main(int argc, char **argv)
{
    int      i, pids;
    double   begun, took, own, cpu[MAX_PIDS];
    load_t  *l;

    l = calloc(1, sizeof(load_t));
    if (l == NULL) {
        fail("calloc", "no memory");
    }

    options(l, argc, argv);

    l->epoll = epoll_create1(0);
    l->mark = (unsigned) time(NULL) % 4000000 * 1000;

    for (i = 0; i < l->nconnections; i++) {
        connect_one(l, &l->connections[i]);
        send_request(l, &l->connections[i]);
    }

    /* warm: caches of the server, tickets and windows of the connections */

    run(l, now() + 30, 20ul * l->nconnections);

    pids = argc - optind < MAX_PIDS ? argc - optind : MAX_PIDS;

    for (i = 0; i < pids; i++) {
        cpu[i] = cpu_of(argv[optind + i]);
    }

    own = own_cpu();
    begun = now();
    l->answers = 0;

    run(l, begun + l->seconds, ~0ul);

    took = now() - begun;

    printf("{\"answers\":%lu,\"seconds\":%.6f,\"own\":%.6f,\"cpu\":[",
           l->answers, took, own_cpu() - own);

    for (i = 0; i < pids; i++) {
        printf("%s%.6f", i ? "," : "", cpu_of(argv[optind + i]) - cpu[i]);
    }

    printf("]}\n");

    return 0;
}


static void
options(load_t *l, int argc, char **argv)
{
    int          opt;
    const char  *pem, *authority, *file;

    pem = authority = file = NULL;
    l->nconnections = 64;
    l->seconds = 1;

    while ((opt = getopt(argc, argv, "p:r:e:c:s:K:A:")) != -1) {
        switch (opt) {
        case 'p': l->port = atoi(optarg); break;
        case 'r': file = optarg; break;
        case 'e': l->expect = optarg; break;
        case 'c': l->nconnections = atoi(optarg); break;
        case 's': l->seconds = atof(optarg); break;
        case 'K': pem = optarg; break;
        case 'A': authority = optarg; break;
        default: fail("usage", "see the head of load.c");
        }
    }

    if (l->port == 0 || file == NULL || l->nconnections < 1
        || l->nconnections > MAX_CONNECTIONS)
    {
        fail("usage", "see the head of load.c");
    }

    read_requests(l, file);

    if (pem != NULL) {
        start_tls(l, pem, authority);
    }
}


static void
read_requests(load_t *l, const char *file)
{
    FILE       *in;
    size_t      len;
    request_t  *request;

    in = fopen(file, "r");
    if (in == NULL) {
        fail(file, strerror(errno));
    }

    while (l->nrequests < MAX_REQUESTS && fscanf(in, "%zu", &len) == 1) {
        request = &l->requests[l->nrequests++];
        request->len = len;
        request->text = calloc(1, len + 1);

        if (fgetc(in) != '\n' || fread(request->text, 1, len, in) != len) {
            fail(file, "is cut off");
        }

        request->mark = strstr(request->text, MARK);
    }

    fclose(in);

    if (l->nrequests == 0) {
        fail(file, "has no requests");
    }
}


/* pem: certificate and key in one file. */
static void
start_tls(load_t *l, const char *pem, const char *authority)
{
    l->tls = SSL_CTX_new(TLS_client_method());

    if (l->tls == NULL
        || SSL_CTX_use_certificate_file(l->tls, pem, SSL_FILETYPE_PEM) != 1
        || SSL_CTX_use_PrivateKey_file(l->tls, pem, SSL_FILETYPE_PEM) != 1
        || SSL_CTX_load_verify_locations(l->tls, authority, NULL) != 1)
    {
        fail(pem, "cannot be used");
    }

    SSL_CTX_set_verify(l->tls, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(l->tls, SSL_MODE_AUTO_RETRY);
}


static void
connect_one(load_t *l, connection_t *c)
{
    int                 on;
    struct epoll_event  event;
    struct sockaddr_in  sin;

    memset(&sin, 0, sizeof(sin));
    sin.sin_family = AF_INET;
    sin.sin_port = htons(l->port);
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    c->in = calloc(1, IN_SIZE + 1);
    c->fd = socket(AF_INET, SOCK_STREAM, 0);

    if (c->in == NULL || c->fd == -1
        || connect(c->fd, (struct sockaddr *) &sin, sizeof(sin)) != 0)
    {
        fail("connect", strerror(errno));
    }

    on = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));

    if (l->tls != NULL) {
        shake_hands(l, c);
    }

    fcntl(c->fd, F_SETFL, O_NONBLOCK);

    event.events = EPOLLIN | EPOLLRDHUP;
    event.data.ptr = c;

    if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event) != 0) {
        fail("epoll_ctl", strerror(errno));
    }
}


static void
shake_hands(load_t *l, connection_t *c)
{
    c->ssl = SSL_new(l->tls);

    if (c->ssl == NULL || SSL_set1_host(c->ssl, "localhost") != 1
        || SSL_set_fd(c->ssl, c->fd) != 1 || SSL_connect(c->ssl) != 1)
    {
        fail("TLS", "the handshake failed");
    }
}


static void
send_request(load_t *l, connection_t *c)
{
    ssize_t     n;
    request_t  *request;
    char        mark[sizeof(MARK)];

    request = &l->requests[l->next];
    l->next = (l->next + 1) % l->nrequests;

    if (request->mark != NULL) {
        snprintf(mark, sizeof(mark), "%010u", l->mark++);
        memcpy(request->mark, mark, sizeof(MARK) - 1);
    }

    n = c->ssl ? SSL_write(c->ssl, request->text, request->len)
               : send(c->fd, request->text, request->len, MSG_NOSIGNAL);

    if (n != (ssize_t) request->len) {
        fail("send", n < 0 ? strerror(errno) : "not all was sent");
    }

    c->have = 0;
    c->left = 0;
}


static void
run(load_t *l, double until, unsigned long answers)
{
    int                 i, n;
    struct epoll_event  events[MAX_EVENTS];

    l->answers = 0;

    while (now() < until && l->answers < answers) {
        n = epoll_wait(l->epoll, events, MAX_EVENTS, 1000);

        if (n <= 0) {
            fail("no answer", n < 0 ? strerror(errno) : "within a second");
        }

        for (i = 0; i < n; i++) {
            receive(l, events[i].data.ptr);
        }
    }
}


static void
receive(load_t *l, connection_t *c)
{
    ssize_t  n;

    for ( ;; ) {
        n = c->ssl ? SSL_read(c->ssl, c->in + c->have, IN_SIZE - c->have)
                   : recv(c->fd, c->in + c->have, IN_SIZE - c->have, 0);

        if (n > 0) {
            if (received(l, c, n)) {
                return;
            }

            continue;
        }

        if (c->ssl ? SSL_get_error(c->ssl, n) == SSL_ERROR_WANT_READ
                   : n < 0 && errno == EAGAIN)
        {
            return;
        }

        fail("receive", n < 0 ? strerror(errno) : "closed by the server");
    }
}


/* 1: that was the answer, and the next request is sent. */
static int
received(load_t *l, connection_t *c, ssize_t n)
{
    if (c->left == 0) {
        c->have += n;

        if (!read_head(l, c)) {
            return 0;
        }

    } else if ((size_t) n > c->left) {
        fail("answer", "is longer than it says");

    } else {
        c->left -= n;
    }

    if (c->left > 0) {
        return 0;
    }

    l->answers++;
    send_request(l, c);

    return 1;
}


/* 1: the head is complete, and left how much of the body is not there. */
static int
read_head(load_t *l, connection_t *c)
{
    char    *end, *length, *body;
    size_t   size;

    end = memmem(c->in, c->have, "\r\n\r\n", 4);

    if (end == NULL) {
        return 0;
    }

    body = end + 4;
    length = memmem(c->in, body - c->in, "\nContent-Length: ", 17);

    if (length == NULL || memcmp(c->in, "HTTP/1.1 200", 12) != 0) {
        fail("answer", c->in);
    }

    size = strtoul(length + 17, NULL, 10);
    c->left = size - (c->in + c->have - body);

    /* what came of the body with the head */

    if (l->expect != NULL && c->in + c->have > body
        && memmem(body, c->in + c->have - body, l->expect,
                  strlen(l->expect)) == NULL)
    {
        fail("answer", c->in);
    }

    c->have = 0;

    return 1;
}


static double
now(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return ts.tv_sec + ts.tv_nsec / 1e9;
}


/* In ns from the scheduler; /proc/PID/stat would count in 10 ms. */
static double
cpu_of(const char *pid)
{
    char                 name[64];
    FILE                *in;
    unsigned long long   ns;

    snprintf(name, sizeof(name), "/proc/%s/schedstat", pid);

    in = fopen(name, "r");

    if (in == NULL || fscanf(in, "%llu", &ns) != 1) {
        fail(name, "cannot be read");
    }

    fclose(in);

    return ns / 1e9;
}


static double
own_cpu(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

    return ts.tv_sec + ts.tv_nsec / 1e9;
}


static void
fail(const char *what, const char *why)
{
    fprintf(stderr, "load: %s: %.400s\n", what, why);
    exit(1);
}
