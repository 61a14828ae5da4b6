
/*
 * Many entries of a stream at once, straight from Redis: through a function
 * each would be copied by Lua, which all other callers wait for.
 */


#include <stdio.h>

#include "ic_store_link.h"


static int ic_store_range_parse(ic_arena_t *arena, redisReply *answer,
    ic_reply_t *reply);
static int ic_store_range_entry(ic_arena_t *arena, redisReply *entry,
    ic_record_t *record);


int
ic_store_range(ic_store_t *store, ic_arena_t *arena, ic_reply_t *reply,
    const char *stream, const char *after, unsigned count)
{
    int          rc;
    char         key[512], begin[IC_STORE_MAX_ID + 1], most[16];
    redisReply  *answer;
    const char  *argv[6];

    snprintf(key, sizeof(key), "%s:%s", store->key, stream);
    snprintf(begin, sizeof(begin), "(%s", after);
    snprintf(most, sizeof(most), "%u", count);

    argv[0] = "XRANGE";
    argv[1] = key;
    argv[2] = begin;
    argv[3] = "+";
    argv[4] = "COUNT";
    argv[5] = most;

    answer = ic_store_link_ask(store, &store->link, 6, argv);

    if (answer == NULL) {
        return -1;
    }

    rc = ic_store_range_parse(arena, answer, reply);
    freeReplyObject(answer);

    if (rc != 0) {
        snprintf(store->error, sizeof(store->error),
                 "unexpected reply or no memory");
    }

    return rc;
}


static int
ic_store_range_parse(ic_arena_t *arena, redisReply *answer,
    ic_reply_t *reply)
{
    size_t  i;

    memset(reply, 0, sizeof(ic_reply_t));

    if (answer->type != REDIS_REPLY_ARRAY) {
        return -1;
    }

    reply->status = ic_str("ok");
    reply->records = ic_alloc(arena, (answer->elements + 1)
                                     * sizeof(ic_record_t));

    if (reply->records == NULL) {
        return -1;
    }

    for (i = 0; i < answer->elements; i++) {
        if (ic_store_range_entry(arena, answer->element[i],
                                 &reply->records[i]) != 0)
        {
            return -1;
        }
    }

    reply->nrecords = answer->elements;

    return 0;
}


/* (id, (name, value...)) as pairs, the id first. */

static int
ic_store_range_entry(ic_arena_t *arena, redisReply *entry,
    ic_record_t *record)
{
    ic_str_t     *pairs;
    ic_record_t   fields;

    if (entry->type != REDIS_REPLY_ARRAY || entry->elements != 2
        || entry->element[0]->type != REDIS_REPLY_STRING
        || ic_store_record_parse(arena, entry->element[1], &fields) != 0)
    {
        return -1;
    }

    pairs = ic_alloc(arena, 2 * (fields.npairs + 1) * sizeof(ic_str_t));
    if (pairs == NULL) {
        return -1;
    }

    pairs[0] = ic_str("id");
    pairs[1] = ic_str_dup(arena, ic_str_n(entry->element[0]->str,
                                          entry->element[0]->len));
    memcpy(pairs + 2, fields.pairs, 2 * fields.npairs * sizeof(ic_str_t));
    record->pairs = pairs;
    record->npairs = fields.npairs + 1;

    return pairs[1].data != NULL ? 0 : -1;
}
