
#include <stdio.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "ic_store_link.h"


/* ms after which an entry that nobody finished is another consumer's */
#define IC_STORE_MIN_IDLE  15000

/* pending entries looked at for one of a dead consumer */
#define IC_STORE_LOOK_AT   "100"


static ic_store_stream_t *ic_store_stream(ic_store_t *store,
    const char *name);
static int ic_store_read_begin(ic_store_t *store, ic_store_link_t *link,
    ic_store_stream_t *stream, const char *consumer, int block_ms,
    ic_store_read_e *reading);
static int ic_store_read_end(ic_store_t *store, ic_store_link_t *link,
    ic_arena_t *arena, ic_store_stream_t *stream, const char *consumer,
    ic_store_read_e reading, ic_str_t *id, ic_record_t *entry);
static int ic_store_entry(ic_store_t *store, ic_arena_t *arena,
    ic_store_stream_t *stream, ic_store_read_e reading, redisReply *list,
    ic_str_t *id, ic_record_t *entry);
static int ic_store_dead(ic_store_t *store, ic_store_link_t *link,
    const char *key, ic_store_stream_t *stream, const char *consumer,
    char *id);
static int ic_store_claim(ic_store_t *store, ic_store_link_t *link,
    const char *key, ic_store_stream_t *stream, const char *consumer,
    const char *id);
static int ic_store_group(ic_store_t *store, ic_store_link_t *link,
    const char *stream);
static void ic_store_stream_key(ic_store_t *store, const char *stream,
    char *key, size_t size);


int
ic_store_wait_begin(ic_store_t *store, const char *name,
    const char *consumer, int block_ms)
{
    ic_store_stream_t  *stream;

    if (store->waiting != NULL && store->wait.redis != NULL) {
        return store->wait.redis->fd;
    }

    stream = ic_store_stream(store, name);

    if (stream == NULL
        || ic_store_read_begin(store, &store->wait, stream, consumer,
                               block_ms, &store->reading) != 0)
    {
        return -1;
    }

    store->waiting = stream;
    snprintf(store->consumer, sizeof(store->consumer), "%s", consumer);

    return store->wait.redis->fd;
}


int
ic_store_wait_end(ic_store_t *store, ic_arena_t *arena, ic_str_t *id,
    ic_record_t *entry)
{
    ic_store_stream_t  *stream;

    stream = store->waiting;

    if (stream == NULL || store->wait.redis == NULL) {
        snprintf(store->error, sizeof(store->error), "no wait outstanding");
        return -1;
    }

    store->waiting = NULL;

    return ic_store_read_end(store, &store->wait, arena, stream,
                             store->consumer, store->reading, id, entry);
}


static ic_store_stream_t *
ic_store_stream(ic_store_t *store, const char *name)
{
    unsigned            i;
    ic_store_stream_t  *stream;

    for (i = 0; i < store->nstreams; i++) {
        if (strcmp(store->streams[i].name, name) == 0) {
            return &store->streams[i];
        }
    }

    if (i == IC_STORE_MAX_STREAMS || strlen(name) >= sizeof(stream->name)) {
        snprintf(store->error, sizeof(store->error), "%s: too many streams",
                 name);
        return NULL;
    }

    stream = &store->streams[store->nstreams++];

    strcpy(stream->name, name);
    strcpy(stream->cursor, "0");
    strcpy(stream->last, "0");
    stream->claimed = ic_mono_ms();

    return stream;
}


/* Sends what asks for the next entry, wherever that has to come from. */

static int
ic_store_read_begin(ic_store_t *store, ic_store_link_t *link,
    ic_store_stream_t *stream, const char *consumer, int block_ms,
    ic_store_read_e *reading)
{
    int          argc, rc, timeout;
    char         key[512], block[16], dead[IC_STORE_MAX_ID];
    const char  *argv[12];

    timeout = block_ms + 2000;

    if (timeout < store->conf.timeout_ms) {
        timeout = store->conf.timeout_ms;
    }

    if (ic_store_link_open(store, link, timeout) != 0) {
        return -1;
    }

    ic_store_stream_key(store, stream->name, key, sizeof(key));

    *reading = stream->fresh ? IC_STORE_READ_NEW : IC_STORE_READ_OWN;

    if (stream->fresh
        && ic_mono_ms() - stream->claimed >= IC_STORE_MIN_IDLE)
    {
        stream->claimed = ic_mono_ms();
        rc = ic_store_dead(store, link, key, stream, consumer, dead);

        if (rc < 0) {
            return -1;
        }

        if (rc > 0) {
            *reading = IC_STORE_READ_DEAD;
            stream->claimed = 0;
        }
    }

    if (*reading == IC_STORE_READ_DEAD) {
        return ic_store_claim(store, link, key, stream, consumer, dead);
    }

    argc = 0;

    argv[argc++] = "XREADGROUP";
    argv[argc++] = "GROUP";
    argv[argc++] = stream->name;
    argv[argc++] = consumer;
    argv[argc++] = "COUNT";
    argv[argc++] = "1";

    if (block_ms > 0) {
        snprintf(block, sizeof(block), "%d", block_ms);
        argv[argc++] = "BLOCK";
        argv[argc++] = block;
    }

    argv[argc++] = "STREAMS";
    argv[argc++] = key;
    argv[argc++] = stream->fresh ? ">" : stream->cursor;

    return ic_store_link_send(store, link, argc, argv, NULL);
}


/* Sends what makes an entry that another consumer left ours. */

static int
ic_store_claim(ic_store_t *store, ic_store_link_t *link, const char *key,
    ic_store_stream_t *stream, const char *consumer, const char *id)
{
    char         idle[16];
    const char  *argv[6];

    snprintf(idle, sizeof(idle), "%d", IC_STORE_MIN_IDLE);

    argv[0] = "XCLAIM";
    argv[1] = key;
    argv[2] = stream->name;
    argv[3] = consumer;
    argv[4] = idle;
    argv[5] = id;

    return ic_store_link_send(store, link, 6, argv, NULL);
}


static int
ic_store_read_end(ic_store_t *store, ic_store_link_t *link, ic_arena_t *arena,
    ic_store_stream_t *stream, const char *consumer, ic_store_read_e reading,
    ic_str_t *id, ic_record_t *entry)
{
    int          rc;
    redisReply  *reply, *list;

    reply = ic_store_link_reply(store, link);

    if (reply == NULL) {
        /* what was sent to us and lost is own pending after the last one */
        strcpy(stream->cursor, stream->last);
        stream->fresh = 0;
        return -1;
    }

    list = reply;

    if (reply->type == REDIS_REPLY_ERROR) {
        if (strncmp(reply->str, "NOGROUP", 7) == 0) {
            rc = ic_store_group(store, link, stream->name);

        } else {
            snprintf(store->error, sizeof(store->error), "%s", reply->str);
            rc = -1;
        }

        freeReplyObject(reply);
        return rc;
    }

    /* XREADGROUP: ((key, (entry...))); XCLAIM: (entry...) */

    if (reading != IC_STORE_READ_DEAD && reply->type == REDIS_REPLY_ARRAY
        && reply->elements == 1
        && reply->element[0]->type == REDIS_REPLY_ARRAY
        && reply->element[0]->elements == 2)
    {
        list = reply->element[0]->element[1];
    }

    rc = ic_store_entry(store, arena, stream, reading, list, id, entry);

    freeReplyObject(reply);

    if (rc == 2) {
        return ic_store_done(store, stream->name, *id) == 0 ? 0 : -1;
    }

    return rc;
}


/* 1 an entry, 2 one that was deleted: only its id, 0 none, -1. */

static int
ic_store_entry(ic_store_t *store, ic_arena_t *arena,
    ic_store_stream_t *stream, ic_store_read_e reading, redisReply *list,
    ic_str_t *id, ic_record_t *entry)
{
    char        *mark;
    redisReply  *item;

    if (list->type != REDIS_REPLY_ARRAY || list->elements == 0) {
        if (reading == IC_STORE_READ_OWN) {
            stream->fresh = 1;
        }

        return 0;
    }

    item = list->element[0];

    if (item->type == REDIS_REPLY_NIL) {
        return 0;
    }

    if (item->type != REDIS_REPLY_ARRAY || item->elements != 2
        || item->element[0]->type != REDIS_REPLY_STRING
        || item->element[0]->len >= IC_STORE_MAX_ID)
    {
        snprintf(store->error, sizeof(store->error), "unexpected reply");
        return -1;
    }

    if (reading != IC_STORE_READ_DEAD) {
        mark = reading == IC_STORE_READ_NEW ? stream->last : stream->cursor;
        strcpy(mark, item->element[0]->str);
    }

    *id = ic_str_dup(arena, ic_str(item->element[0]->str));

    if (id->data != NULL && item->element[1]->type == REDIS_REPLY_NIL) {
        return 2;
    }

    if (id->data == NULL
        || ic_store_record_parse(arena, item->element[1], entry) != 0)
    {
        snprintf(store->error, sizeof(store->error),
                 "unexpected entry or no memory");
        return -1;
    }

    return 1;
}


/*
 * The id of an entry that another consumer took and left: 1, 0 none, -1.
 * XAUTOCLAIM would also give us our own that we are still working on.
 */

static int
ic_store_dead(ic_store_t *store, ic_store_link_t *link, const char *key,
    ic_store_stream_t *stream, const char *consumer, char *id)
{
    int          rc;
    char         idle[16];
    size_t       i;
    redisReply  *reply, *item;
    const char  *argv[8];

    snprintf(idle, sizeof(idle), "%d", IC_STORE_MIN_IDLE);

    argv[0] = "XPENDING";
    argv[1] = key;
    argv[2] = stream->name;
    argv[3] = "IDLE";
    argv[4] = idle;
    argv[5] = "-";
    argv[6] = "+";
    argv[7] = IC_STORE_LOOK_AT;

    reply = ic_store_link_ask(store, link, 8, argv);

    if (reply == NULL) {
        return -1;
    }

    rc = 0;

    for (i = 0; reply->type == REDIS_REPLY_ARRAY && i < reply->elements; i++) {
        item = reply->element[i];

        if (item->type == REDIS_REPLY_ARRAY && item->elements >= 2
            && item->element[0]->len < IC_STORE_MAX_ID
            && strcmp(item->element[1]->str, consumer) != 0)
        {
            strcpy(id, item->element[0]->str);
            rc = 1;
            break;
        }
    }

    freeReplyObject(reply);

    return rc;
}


static int
ic_store_group(ic_store_t *store, ic_store_link_t *link, const char *stream)
{
    int          rc;
    char         key[512];
    redisReply  *reply;
    const char  *argv[6];

    ic_store_stream_key(store, stream, key, sizeof(key));

    argv[0] = "XGROUP";
    argv[1] = "CREATE";
    argv[2] = key;
    argv[3] = stream;
    argv[4] = "0";
    argv[5] = "MKSTREAM";

    reply = ic_store_link_ask(store, link, 6, argv);

    if (reply == NULL) {
        return -1;
    }

    rc = 0;

    if (reply->type == REDIS_REPLY_ERROR
        && strncmp(reply->str, "BUSYGROUP", 9) != 0)
    {
        snprintf(store->error, sizeof(store->error), "%s", reply->str);
        rc = -1;
    }

    freeReplyObject(reply);

    return rc;
}


static void
ic_store_stream_key(ic_store_t *store, const char *stream, char *key,
    size_t size)
{
    snprintf(key, size, "%s:%s", store->key, stream);
}


int
ic_store_done(ic_store_t *store, const char *stream, ic_str_t id)
{
    int          i, rc;
    size_t       lens[6];
    redisReply  *reply;
    const char  *argv[6];

    argv[0] = "FCALL";
    argv[1] = "interconn_stream_done";
    argv[2] = "1";
    argv[3] = store->key;
    argv[4] = stream;
    argv[5] = (const char *) id.data;

    for (i = 0; i < 5; i++) {
        lens[i] = strlen(argv[i]);
    }

    lens[5] = id.len;

    if (ic_store_link_open(store, &store->link, store->conf.timeout_ms) != 0
        || ic_store_link_send(store, &store->link, 6, argv, lens) != 0)
    {
        return -1;
    }

    reply = ic_store_link_answer(store, &store->link);

    if (reply == NULL) {
        return -1;
    }

    rc = reply->type == REDIS_REPLY_ERROR ? -1 : 0;

    if (rc != 0) {
        snprintf(store->error, sizeof(store->error), "%s", reply->str);
    }

    freeReplyObject(reply);

    return rc;
}


void
ic_store_again(ic_store_t *store, const char *name)
{
    ic_store_stream_t  *stream;

    stream = ic_store_stream(store, name);

    if (stream != NULL) {
        strcpy(stream->cursor, "0");
        stream->fresh = 0;
    }
}
