
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "ic_store_link.h"


#define IC_STORE_MAX_PASSWORD  512


static redisContext *ic_store_link_connect(const char *address,
    struct timeval timeout);
static int ic_store_link_auth(ic_store_t *store, redisContext *redis);
static ssize_t ic_store_link_password(const char *file, char *password,
    size_t size);
static int ic_store_link_write(int fd, const char *data, size_t len);
static int ic_store_link_lost(redisContext *redis);
static void ic_store_link_failed(ic_store_t *store, ic_store_link_t *link);


int
ic_store_link_open(ic_store_t *store, ic_store_link_t *link, int timeout_ms)
{
    redisContext    *redis;
    struct timeval   timeout;

    timeout.tv_sec = timeout_ms / 1000;
    timeout.tv_usec = timeout_ms % 1000 * 1000;

    if (link->redis != NULL && ic_store_link_lost(link->redis)) {
        ic_store_link_close(link);
    }

    if (link->redis != NULL) {
        if (redisSetTimeout(link->redis, timeout) == REDIS_OK) {
            return 0;
        }

        ic_store_link_failed(store, link);
        return -1;
    }

    redis = ic_store_link_connect(store->conf.address, timeout);

    if (redis == NULL) {
        snprintf(store->error, sizeof(store->error), "%s: bad address or"
                 " no memory", store->conf.address);
        return -1;
    }

    link->redis = redis;

    if (redis->err || redisSetTimeout(redis, timeout) != REDIS_OK) {
        ic_store_link_failed(store, link);
        return -1;
    }

    if (store->conf.user != NULL && ic_store_link_auth(store, redis) != 0) {
        ic_store_link_close(link);
        return -1;
    }

    return 0;
}


/* Only numbers: names are looked up by whoever configures. */

static redisContext *
ic_store_link_connect(const char *address, struct timeval timeout)
{
    int          port;
    char         host[64];
    size_t       len;
    const char  *colon;

    if (strncmp(address, "unix:", 5) == 0) {
        return redisConnectUnixWithTimeout(address + 5, timeout);
    }

    colon = strrchr(address, ':');

    if (colon == NULL) {
        return NULL;
    }

    len = colon - address;
    port = atoi(colon + 1);

    if (len > 2 && address[0] == '[' && colon[-1] == ']') {
        address++;
        len -= 2;
    }

    if (len == 0 || len >= sizeof(host) || port <= 0 || port > 65535) {
        return NULL;
    }

    memcpy(host, address, len);
    host[len] = '\0';

    return redisConnectWithTimeout(host, port, timeout);
}


/*
 * Written past hiredis: its output buffer would keep the password in freed
 * memory.
 */

static int
ic_store_link_auth(ic_store_t *store, redisContext *redis)
{
    int          rc;
    int          len;
    char        *command;
    char         password[IC_STORE_MAX_PASSWORD];
    size_t       lens[3];
    ssize_t      size;
    void        *reply;
    const char  *argv[3];

    size = ic_store_link_password(store->conf.password_file, password,
                                  sizeof(password));
    if (size < 0) {
        snprintf(store->error, sizeof(store->error),
                 "cannot read the password file: %s", strerror(errno));
        return -1;
    }

    argv[0] = "AUTH";
    lens[0] = 4;
    argv[1] = store->conf.user;
    lens[1] = strlen(store->conf.user);
    argv[2] = password;
    lens[2] = size;

    len = redisFormatCommandArgv(&command, 3, argv, lens);
    OPENSSL_cleanse(password, sizeof(password));

    if (len < 0) {
        snprintf(store->error, sizeof(store->error), "no memory");
        return -1;
    }

    rc = ic_store_link_write(redis->fd, command, len);
    OPENSSL_cleanse(command, len);
    redisFreeCommand(command);

    if (rc != 0 || redisGetReply(redis, &reply) != REDIS_OK) {
        snprintf(store->error, sizeof(store->error), "AUTH: %s",
                 redis->err ? redis->errstr : strerror(errno));
        return -1;
    }

    if (((redisReply *) reply)->type == REDIS_REPLY_ERROR) {
        snprintf(store->error, sizeof(store->error), "AUTH: %s",
                 ((redisReply *) reply)->str);
        rc = -1;
    }

    freeReplyObject(reply);

    return rc;
}


/* The first line. Its length, or -1 with errno. */

static ssize_t
ic_store_link_password(const char *file, char *password, size_t size)
{
    int      fd;
    ssize_t  n;

    if (file == NULL) {
        errno = ENOENT;
        return -1;
    }

    fd = open(file, O_RDONLY | O_CLOEXEC);

    if (fd == -1) {
        return -1;
    }

    n = read(fd, password, size - 1);
    close(fd);

    if (n < 0) {
        return -1;
    }

    password[n] = '\0';

    return strcspn(password, "\r\n");
}


static int
ic_store_link_write(int fd, const char *data, size_t len)
{
    ssize_t  n;

    while (len > 0) {
        n = send(fd, data, len, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR) {
            continue;
        }

        if (n <= 0) {
            return -1;
        }

        data += n;
        len -= n;
    }

    return 0;
}


/*
 * Readable without a question asked: closed by the other side. Seen before
 * a command is sent, this saves it from an unknown outcome.
 */

static int
ic_store_link_lost(redisContext *redis)
{
    struct pollfd  pfd;

    pfd.fd = redis->fd;
    pfd.events = POLLIN;
    pfd.revents = 0;

    return poll(&pfd, 1, 0) > 0;
}


static void
ic_store_link_failed(ic_store_t *store, ic_store_link_t *link)
{
    snprintf(store->error, sizeof(store->error), "%s: %s",
             store->conf.address, link->redis->errstr);
    ic_store_link_close(link);
}


void
ic_store_link_close(ic_store_link_t *link)
{
    if (link->redis != NULL) {
        redisFree(link->redis);
        link->redis = NULL;
    }
}


int
ic_store_link_send(ic_store_t *store, ic_store_link_t *link, int argc,
    const char **argv, const size_t *lens)
{
    int  done;

    if (redisAppendCommandArgv(link->redis, argc, argv, lens) != REDIS_OK) {
        ic_store_link_failed(store, link);
        return -1;
    }

    do {
        if (redisBufferWrite(link->redis, &done) != REDIS_OK) {
            ic_store_link_failed(store, link);
            return -1;
        }

    } while (!done);

    return 0;
}


redisReply *
ic_store_link_reply(ic_store_t *store, ic_store_link_t *link)
{
    void  *reply;

    if (redisGetReply(link->redis, &reply) != REDIS_OK) {
        ic_store_link_failed(store, link);
        return NULL;
    }

    return reply;
}


redisReply *
ic_store_link_answer(ic_store_t *store, ic_store_link_t *link)
{
    redisReply  *reply;

    reply = ic_store_link_reply(store, link);

    if (reply != NULL && reply->type == REDIS_REPLY_ERROR) {
        snprintf(store->error, sizeof(store->error), "%s", reply->str);
        freeReplyObject(reply);
        return NULL;
    }

    return reply;
}


redisReply *
ic_store_link_ask(ic_store_t *store, ic_store_link_t *link, int argc,
    const char **argv)
{
    if (ic_store_link_send(store, link, argc, argv, NULL) != 0) {
        return NULL;
    }

    return ic_store_link_reply(store, link);
}
