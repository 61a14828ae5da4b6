
/*
 * Random operations on a store of its own, compared with a reference model:
 * calls are sent in batches over one socket; of each its reply, the state of
 * the object after it and the evidence that it left are compared with what
 * the model said. IC_SEED repeats a run, IC_MODEL_OPS sets its length.
 */


#ifndef _MODEL_H_INCLUDED_
#define _MODEL_H_INCLUDED_


#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../src/store/ic_store_library.h"
#include "tap.h"


#define MODEL_NODE    "ic:{a}"
#define MODEL_BATCH   200
#define MODEL_EVENTS  65536
#define MODEL_TEXT    128


/* One call and what must come of it. */
typedef struct {
    char            call[MODEL_TEXT];    /* for messages */
    char            status[32];
    char            value[MODEL_TEXT];   /* of the only pair, or empty */
    char            state[16];           /* of the object, or empty */
} model_step_t;

static struct {
    char            folder[64];
    char            socket[96];
    pid_t           pid;
    redisContext   *redis;
    uint64_t        seed;
    uint64_t        random;
    long            ops;
    long            done;
    long            wrong;
    unsigned        nsteps;
    model_step_t    steps[MODEL_BATCH];
    struct {
        char        status[32];
        long        n;
    } replies[16];
    unsigned        nevents;
    char            events[MODEL_EVENTS][MODEL_TEXT];
} model;


static int model_open(long ops);
static void model_close(void);
static unsigned model_random(unsigned n);
static void model_command(const char *format, ...)
    __attribute__((unused, format(printf, 1, 2)));
static void model_event(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
static void model_call(const char *status, const char *value,
    const char *subject, const char *state, int argc, const char **argv);
static void model_flush(void);
static void model_count(const char *status);
static void model_replies(void) __attribute__((unused));
static redisReply *model_reply(void);
static void model_compare(const model_step_t *step, const char *what,
    const char *got, const char *expected);
static void model_compare_events(void);


/* 0, or -1: there is no redis-server. */
static int
model_open(long ops)
{
    int          i, fd;
    const char  *text;
    redisReply  *reply;

    signal(SIGPIPE, SIG_IGN);
    strcpy(model.folder, "/tmp/ic_model.XXXXXX");

    if (mkdtemp(model.folder) == NULL) {
        return -1;
    }

    snprintf(model.socket, sizeof(model.socket), "%s/s", model.folder);
    model.pid = fork();

    if (model.pid == 0) {
        fd = open("/dev/null", O_WRONLY);
        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
        execlp("redis-server", "redis-server", "--port", "0", "--unixsocket",
               model.socket, "--save", "", "--dir", model.folder,
               (char *) NULL);
        _exit(127);
    }

    for (i = 0; i < 100 && model.redis == NULL; i++) {
        usleep(50000);

        if (waitpid(model.pid, NULL, WNOHANG) != 0) {
            return -1;
        }

        model.redis = redisConnectUnix(model.socket);

        if (model.redis->err != 0) {
            redisFree(model.redis);
            model.redis = NULL;
        }
    }

    if (model.redis == NULL) {
        return -1;
    }

    reply = redisCommand(model.redis, "FUNCTION LOAD %b", ic_store_library,
                         ic_store_library_len);
    ok(reply != NULL && reply->type != REDIS_REPLY_ERROR, "library");
    freeReplyObject(reply);

    text = getenv("IC_SEED");
    model.seed = text ? strtoull(text, NULL, 10) : (uint64_t) time(NULL);
    model.random = model.seed * 2654435761u + 1;
    text = getenv("IC_MODEL_OPS");
    model.ops = text ? atol(text) : ops;

    printf("# IC_SEED=%llu\n", (unsigned long long) model.seed);
    fflush(stdout);

    return 0;
}


static void
model_close(void)
{
    redisFree(model.redis);
    kill(model.pid, SIGKILL);
    waitpid(model.pid, NULL, 0);
    unlink(model.socket);
    rmdir(model.folder);
}


/* xorshift64*, G. Marsaglia, "Xorshift RNGs"; 0 to n - 1. */
static unsigned
model_random(unsigned n)
{
    model.random ^= model.random >> 12;
    model.random ^= model.random << 25;
    model.random ^= model.random >> 27;

    return (model.random * 2685821657736338717ull >> 33) % n;
}


/* At once, without a comparison: what stands for the world outside. */
static void
model_command(const char *format, ...)
{
    char         text[512];
    va_list      args;
    redisReply  *reply;

    model_flush();

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);

    reply = redisCommand(model.redis, text);

    if (reply == NULL || reply->type == REDIS_REPLY_ERROR) {
        ok(false, "%s: %s", text, reply ? reply->str : "no answer");
    }

    freeReplyObject(reply);
}


/* "EVENT subject" that the call now being made must leave. */
static void
model_event(const char *format, ...)
{
    va_list  args;

    va_start(args, format);

    if (model.nevents < MODEL_EVENTS) {
        vsnprintf(model.events[model.nevents++], MODEL_TEXT, format, args);
    }

    va_end(args);
}


/*
 * interconn_<argv[0]> with the rest. subject: whose field status is state
 * then (NULL: not looked at; state "": there is none).
 */
static void
model_call(const char *status, const char *value, const char *subject,
    const char *state, int argc, const char **argv)
{
    int            i;
    size_t         len;
    char           name[64], key[MODEL_TEXT];
    const char    *list[24];
    model_step_t  *step;

    step = &model.steps[model.nsteps++];

    snprintf(name, sizeof(name), "interconn_%s", argv[0]);
    snprintf(step->status, sizeof(step->status), "%s", status);
    snprintf(step->value, sizeof(step->value), "%s", value ? value : "");
    snprintf(step->state, sizeof(step->state), "%s", state ? state : "");
    step->call[0] = '\0';

    list[0] = "FCALL";
    list[1] = name;
    list[2] = "1";
    list[3] = MODEL_NODE;

    for (i = 0; i < argc; i++) {
        len = strlen(step->call);
        snprintf(step->call + len, sizeof(step->call) - len, "%s ", argv[i]);

        if (i > 0) {
            list[3 + i] = argv[i];
        }
    }

    snprintf(key, sizeof(key), MODEL_NODE ":%s", subject ? subject : "");

    redisAppendCommandArgv(model.redis, 3 + argc, list, NULL);

    list[0] = "HGET";
    list[1] = key;
    list[2] = "status";

    redisAppendCommandArgv(model.redis, 3, list, NULL);

    model.done++;
    model_count(status);

    if (model.nsteps == MODEL_BATCH) {
        model_flush();
    }
}


static void
model_flush(void)
{
    unsigned       i;
    const char    *value;
    redisReply    *reply, *state;
    model_step_t  *step;

    for (i = 0; i < model.nsteps; i++) {
        step = &model.steps[i];
        reply = model_reply();
        state = model_reply();

        if (reply->type != REDIS_REPLY_ARRAY) {
            model_compare(step, "status", reply->str, step->status);

        } else {
            value = reply->elements > 2 && step->value[0] != '\0'
                    ? reply->element[2]->str : "";

            model_compare(step, "status", reply->element[0]->str,
                          step->status);
            model_compare(step, "value", value, step->value);
        }

        model_compare(step, "state", state->str ? state->str : "",
                      step->state);

        freeReplyObject(reply);
        freeReplyObject(state);
    }

    model.nsteps = 0;
    model_compare_events();
}


static void
model_count(const char *status)
{
    unsigned  i;

    for (i = 0; i < 15 && model.replies[i].n > 0; i++) {
        if (strcmp(model.replies[i].status, status) == 0) {
            break;
        }
    }

    snprintf(model.replies[i].status, sizeof(model.replies[i].status), "%s",
             status);
    model.replies[i].n++;
}


/* What was answered how often, from the last time on. */
static void
model_replies(void)
{
    unsigned  i;

    printf("#");

    for (i = 0; i < 15 && model.replies[i].n > 0; i++) {
        printf(" %s %ld", model.replies[i].status, model.replies[i].n);
    }

    printf("\n");
    memset(model.replies, 0, sizeof(model.replies));
}


static redisReply *
model_reply(void)
{
    void  *reply;

    if (redisGetReply(model.redis, &reply) != REDIS_OK) {
        ok(false, "redis: %s", model.redis->errstr);
        exit(1);
    }

    return reply;
}


/* Once, where prove shows it. */
static void
model_went_wrong(void)
{
    if (model.wrong++ == 0) {
        fprintf(stderr, "# IC_SEED=%llu\n", (unsigned long long) model.seed);
    }
}


static void
model_compare(const model_step_t *step, const char *what, const char *got,
    const char *expected)
{
    if (strcmp(got, expected) == 0) {
        return;
    }

    model_went_wrong();

    if (model.wrong <= 10) {
        fprintf(stderr, "# %s: %s is \"%s\", not \"%s\"\n", step->call,
                what, got, expected);
    }
}


/* All evidence of the batch, in order; the streams are emptied. */
static void
model_compare_events(void)
{
    char         got[MODEL_TEXT];
    unsigned     i, n;
    redisReply  *reply, *entry;

    if (model.nevents == 0) {
        return;
    }

    reply = redisCommand(model.redis, "XRANGE " MODEL_NODE ":evidence - +");
    n = reply->elements > model.nevents ? reply->elements : model.nevents;

    for (i = 0; i < n; i++) {
        got[0] = '\0';

        if (i < reply->elements) {
            entry = reply->element[i]->element[1];
            snprintf(got, sizeof(got), "%s %s", entry->element[1]->str,
                     entry->element[3]->str);
        }

        if (i >= model.nevents || strcmp(got, model.events[i]) != 0) {
            model_went_wrong();
            fprintf(stderr, "# evidence is \"%s\", not \"%s\"\n", got,
                    i < model.nevents ? model.events[i] : "");
            break;
        }
    }

    freeReplyObject(reply);
    freeReplyObject(redisCommand(model.redis, "DEL " MODEL_NODE ":evidence "
                                 MODEL_NODE ":outbox " MODEL_NODE ":jobs "
                                 MODEL_NODE ":tasks"));
    model.nevents = 0;
}


#endif /* _MODEL_H_INCLUDED_ */
