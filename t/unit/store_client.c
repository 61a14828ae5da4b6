
/* The blocking store client against a redis-server of its own. */

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fcntl.h>
#include <poll.h>

#include "../../src/store/ic_store_library.h"
#include "../../src/store/ic_store_link.h"
#include "tap.h"


static char         folder[] = "/tmp/store_client.XXXXXX";
static char         address[128];
static char         secret[128];
static pid_t        redis;
static ic_arena_t  *arena;


static int redis_start(void);
static void redis_stop(void);
static ic_store_t *open_store(const char *user, const char *file);
static redisReply *ask(ic_store_t *store, int argc, const char **argv);
static void add(ic_store_t *store, const char *task_id);
static int take(ic_store_t *store, const char *consumer, int block_ms,
    ic_str_t *id, ic_record_t *entry);
static const char *text(ic_str_t s);
static void test_calls(ic_store_t *store);
static void test_bytes(ic_store_t *store);
static void test_streams(ic_store_t *store);
static void test_dead(ic_store_t *store);
static void test_waits(ic_store_t *store);
static void test_password(ic_store_t *store);
static void test_loss(ic_store_t *store);


int
main(void)
{
    ic_store_t  *store;

    if (mkdtemp(folder) == NULL) {
        return 1;
    }

    signal(SIGPIPE, SIG_IGN);
    snprintf(address, sizeof(address), "unix:%s/redis.sock", folder);
    snprintf(secret, sizeof(secret), "%s/secret", folder);

    if (redis_start() != 0) {
        printf("1..0 # SKIP redis-server does not start\n");
        rmdir(folder);
        return 0;
    }

    arena = ic_pool_create();
    store = open_store(NULL, NULL);

    ok(store != NULL, "created");

    test_calls(store);
    test_bytes(store);
    test_streams(store);
    test_dead(store);
    test_waits(store);
    test_password(store);
    test_loss(store);

    ic_store_close(store);
    ic_store_close(NULL);
    ic_pool_destroy(arena);

    redis_stop();
    unlink(secret);
    rmdir(folder);

    return done();
}


static int
redis_start(void)
{
    int          i, fd;
    const char  *path;

    path = address + sizeof("unix:") - 1;
    redis = fork();

    if (redis == 0) {
        fd = open("/dev/null", O_WRONLY);
        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
        execlp("redis-server", "redis-server", "--port", "0", "--unixsocket",
               path, "--save", "", "--dir", folder, (char *) NULL);
        _exit(127);
    }

    for (i = 0; i < 100; i++) {
        usleep(50000);

        if (access(path, F_OK) == 0) {
            return 0;
        }

        if (waitpid(redis, NULL, WNOHANG) != 0) {
            return -1;
        }
    }

    redis_stop();

    return -1;
}


static void
redis_stop(void)
{
    kill(redis, SIGKILL);
    waitpid(redis, NULL, 0);
    unlink(address + sizeof("unix:") - 1);
}


static ic_store_t *
open_store(const char *user, const char *file)
{
    ic_store_conf_t  conf;

    conf.address = address;
    conf.user = user;
    conf.password_file = file;
    conf.node_id = "a";
    conf.timeout_ms = 300;

    return ic_store_create(&conf);
}


static redisReply *
ask(ic_store_t *store, int argc, const char **argv)
{
    if (ic_store_link_open(store, &store->link, 300) != 0) {
        return NULL;
    }

    return ic_store_link_ask(store, &store->link, argc, argv);
}


static void
add(ic_store_t *store, const char *task_id)
{
    const char  *argv[] = { "XADD", "ic:{a}:tasks", "*", "task_id", task_id };

    freeReplyObject(ask(store, 5, argv));
}


static const char *
text(ic_str_t s)
{
    return s.data == NULL ? NULL : (const char *) s.data;
}


static void
test_calls(ic_store_t *store)
{
    ic_reply_t  reply;

    is_int(ic_store_callz(store, arena, &reply, "version", NULL), -1,
           "no library yet");
    ok(strstr(ic_store_error(store), "unction not found") != NULL,
       "what Redis says: %s", ic_store_error(store));

    is_int(ic_store_load(store), 0, "loaded");
    is_int(ic_store_load(store), 0, "loaded again");
    is_int(ic_store_callz(store, arena, &reply, "version", NULL), 0,
           "version");
    is_str(text(ic_reply_get(&reply, "version")), ic_store_library_sha256,
           "is this library's");
    is_str(text(ic_reply_get(&reply, "none")), NULL, "no such field");

    is_int(ic_store_callz(store, arena, &reply, "contract_get", "x", NULL), 0,
           "a refusal is an answer");
    ok(!ic_reply_ok(&reply), "not ok");
    is_str(text(reply.status), "not_found", "its name");
    is_str(text(reply.detail), "contract:x", "its detail");

    is_int(ic_store_callz(store, arena, &reply, "contract_get", NULL), -1,
           "too few arguments");

    ic_store_callz(store, arena, &reply, "object_create", "flow", "F1",
                   "name", "one", NULL);
    ic_store_callz(store, arena, &reply, "object_create", "flow", "F2",
                   "name", "two", NULL);
    is_int(ic_store_callz(store, arena, &reply, "object_list", "flow", "", "",
                          "1", "1", NULL), 0, "a list");
    is_int(reply.total, 2, "total");
    is_int(reply.nrecords, 1, "records");
    is_str(text(ic_record_get(&reply.records[0], "name")), "two", "record");
}


static void
test_bytes(ic_store_t *store)
{
    ic_str_t    argv[4], name;
    ic_reply_t  reply;

    static u_char  bytes[] = "%s\0%d\r\n$1\xff";

    argv[0] = ic_str("flow");
    argv[1] = ic_str("F3");
    argv[2] = ic_str("name");
    argv[3] = ic_str_n(bytes, sizeof(bytes));

    is_int(ic_store_call(store, arena, &reply, "object_create", 4, argv), 0,
           "any bytes");
    is_int(ic_store_call(store, arena, &reply, "object_get", 2, argv), 0,
           "read");

    name = ic_reply_get(&reply, "name");
    ok(ic_str_eq(name, argv[3]), "the same bytes");

    argv[3].len = 0;
    argv[3].data = NULL;
    is_int(ic_store_call(store, arena, &reply, "object_update", 4, argv), 0,
           "nothing at all");
    ic_store_call(store, arena, &reply, "object_get", 2, argv);
    is_str(text(ic_reply_get(&reply, "name")), "", "is an empty string");
}


/* As a role does in its event loop: until it has read new entries too. */

static int
take(ic_store_t *store, const char *consumer, int block_ms, ic_str_t *id,
    ic_record_t *entry)
{
    int  rc;

    do {
        if (ic_store_wait_begin(store, "tasks", consumer, block_ms) == -1) {
            return -1;
        }

        rc = ic_store_wait_end(store, arena, id, entry);

    } while (rc == 0 && store->reading != IC_STORE_READ_NEW);

    return rc;
}


static void
test_streams(ic_store_t *store)
{
    ic_str_t      id, again;
    ic_store_t   *next;
    ic_record_t   entry;

    is_int(take(store, "c1", 0, &id, &entry), 0,
           "an empty stream, no group");
    is_int(take(store, "c1", 50, &id, &entry), 0,
           "after some waiting");

    add(store, "T1");
    add(store, "T2");

    is_int(take(store, "c1", 50, &id, &entry), 1,
           "an entry");
    is_str(text(ic_record_get(&entry, "task_id")), "T1", "the first");
    is_int(ic_store_done(store, "tasks", id), 0, "done");
    is_int(take(store, "c1", 50, &id, &entry), 1,
           "another");
    is_str(text(ic_record_get(&entry, "task_id")), "T2", "the second");
    is_int(take(store, "c1", 0, &again, &entry), 0,
           "what we have is not given twice");

    next = open_store(NULL, NULL);
    is_int(take(next, "c1", 0, &again, &entry), 1,
           "but after a restart");
    ok(ic_str_eq(id, again), "the same");
    is_int(ic_store_done(next, "tasks", again), 0, "done");
    is_int(ic_store_done(next, "tasks", again), 0, "done twice");
    ic_store_close(next);

    /* deleted while it was pending */

    add(store, "T3");
    take(store, "c1", 0, &id, &entry);
    freeReplyObject(ask(store, 3, (const char *[]) { "XDEL", "ic:{a}:tasks",
                                                     text(id) }));
    next = open_store(NULL, NULL);
    is_int(take(next, "c1", 0, &again, &entry), 0,
           "deleted entries are not given");
    ic_store_close(next);
}


static void
test_dead(ic_store_t *store)
{
    ic_str_t      id, own;
    ic_store_t   *dead;
    ic_record_t   entry;
    const char   *argv[8];

    dead = open_store(NULL, NULL);
    add(store, "T4");
    add(store, "T5");

    take(dead, "c2", 0, &id, &entry);
    take(store, "c1", 0, &own, &entry);
    ic_store_close(dead);

    is_int(take(store, "c1", 0, &id, &entry), 0,
           "another consumer may still be at it");

    argv[0] = "XCLAIM";
    argv[1] = "ic:{a}:tasks";
    argv[2] = "tasks";
    argv[3] = "c2";
    argv[4] = "0";
    argv[5] = text(id);
    argv[6] = "IDLE";
    argv[7] = "20000";
    freeReplyObject(ask(store, 8, argv));

    argv[3] = "c1";
    argv[5] = text(own);
    freeReplyObject(ask(store, 8, argv));

    store->streams[0].claimed = -20000;
    is_int(take(store, "c1", 0, &id, &entry), 1,
           "left by a consumer that is gone");
    is_str(text(ic_record_get(&entry, "task_id")), "T4", "taken over");
    store->streams[0].claimed = -20000;
    is_int(take(store, "c1", 0, &id, &entry), 0,
           "our own, however old, is not");
}


static void
test_waits(ic_store_t *store)
{
    int            fd;
    ic_str_t       id;
    ic_reply_t     reply;
    ic_record_t    entry;
    struct pollfd  pfd;

    is_int(ic_store_wait_end(store, arena, &id, &entry), -1,
           "no wait to end");

    fd = ic_store_wait_begin(store, "jobs", "c1", 100);
    ok(fd >= 0, "a wait");
    is_int(ic_store_wait_begin(store, "jobs", "c1", 100), fd, "the same");

    /* own pending ones, the new group, then new ones */

    is_int(ic_store_wait_end(store, arena, &id, &entry), 0, "no group");
    ic_store_wait_begin(store, "jobs", "c1", 100);
    is_int(ic_store_wait_end(store, arena, &id, &entry), 0, "none pending");

    fd = ic_store_wait_begin(store, "jobs", "c1", 100);
    pfd.fd = fd;
    pfd.events = POLLIN;
    is_int(poll(&pfd, 1, 20), 0, "nothing to read yet");
    is_int(ic_store_callz(store, arena, &reply, "version", NULL), 0,
           "calls go on meanwhile");
    is_int(ic_store_wait_end(store, arena, &id, &entry), 0, "time is over");

    fd = ic_store_wait_begin(store, "jobs", "c1", 1000);
    freeReplyObject(ask(store, 5, (const char *[]) { "XADD", "ic:{a}:jobs",
                                                     "*", "job_id", "J1" }));
    pfd.fd = fd;
    is_int(poll(&pfd, 1, 500), 1, "readable");
    is_int(ic_store_wait_end(store, arena, &id, &entry), 1, "an entry");
    is_str(text(ic_record_get(&entry, "job_id")), "J1", "its field");
    is_int(ic_store_done(store, "jobs", id), 0, "done");
}


static void
test_password(ic_store_t *store)
{
    int          fd;
    ic_reply_t   reply;
    ic_store_t  *other;
    const char  *argv[] = { "ACL", "SETUSER", "nginx", "on", ">open sesame",
                            "~*", "+@all" };

    freeReplyObject(ask(store, 7, argv));

    other = open_store("nginx", secret);
    is_int(ic_store_callz(other, arena, &reply, "version", NULL), -1,
           "no password file");
    ok(strstr(ic_store_error(other), "password file") != NULL, "said: %s",
       ic_store_error(other));

    fd = open(secret, O_WRONLY | O_CREAT, 0600);
    ok(write(fd, "open sesame\n", 12) == 12, "a password file");
    close(fd);
    is_int(ic_store_callz(other, arena, &reply, "version", NULL), 0,
           "a good password");
    ic_store_close(other);

    fd = open(secret, O_WRONLY | O_TRUNC);
    ok(write(fd, "wrong\n", 6) == 6, "another one");
    close(fd);
    other = open_store("nginx", secret);
    is_int(ic_store_callz(other, arena, &reply, "version", NULL), -1,
           "a wrong password");
    ok(strstr(ic_store_error(other), "WRONGPASS") != NULL, "said: %s",
       ic_store_error(other));
    ok(strstr(ic_store_error(other), "wrong\n") == NULL, "without it");
    ic_store_close(other);
}


static void
test_loss(ic_store_t *store)
{
    ic_str_t      id;
    ic_reply_t    reply;
    ic_store_t   *lost;
    ic_record_t   entry;

    kill(redis, SIGSTOP);
    is_int(ic_store_callz(store, arena, &reply, "version", NULL), -1,
           "no answer in time: the outcome is unknown");
    kill(redis, SIGCONT);
    is_int(ic_store_callz(store, arena, &reply, "version", NULL), 0,
           "an answer again");

    /* what was sent to us and lost is asked for again, and only that */

    add(store, "T6");
    take(store, "c1", 0, &id, &entry);
    lost = open_store(NULL, NULL);
    add(store, "T7");
    freeReplyObject(ask(lost, 9, (const char *[]) { "XREADGROUP", "GROUP",
        "tasks", "c1", "COUNT", "1", "STREAMS", "ic:{a}:tasks", ">" }));
    ic_store_close(lost);

    kill(redis, SIGSTOP);
    store->conf.timeout_ms = 1;
    is_int(ic_store_wait_begin(store, "tasks", "c1", 1) == -1
           || ic_store_wait_end(store, arena, &id, &entry) == -1, 1,
           "a wait whose answer is lost");
    kill(redis, SIGCONT);
    store->conf.timeout_ms = 300;
    is_int(take(store, "c1", 0, &id, &entry), 1,
           "what it would have brought");
    is_str(text(ic_record_get(&entry, "task_id")), "T7", "is T7");
    is_int(take(store, "c1", 0, &id, &entry), 0,
           "not what we have");

    redis_stop();
    is_int(ic_store_callz(store, arena, &reply, "version", NULL), -1,
           "the store is gone");
    is_int(take(store, "c1", 0, &id, &entry), -1,
           "for streams too");
    redis_start();
    is_int(ic_store_load(store), 0, "connected again");
}
