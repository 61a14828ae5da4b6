

#include "ic_store_link.h"


static int ic_store_string(ic_arena_t *arena, redisReply *from, ic_str_t *to);
static int ic_store_records_parse(ic_arena_t *arena, redisReply *from,
    ic_reply_t *to);
static ic_str_t ic_store_pair(const ic_record_t *record, const char *name);


int
ic_store_reply_parse(ic_arena_t *arena, redisReply *from, ic_reply_t *to)
{
    size_t       i;
    ic_str_t    *pair;
    redisReply  *value;

    memset(to, 0, sizeof(ic_reply_t));

    if (from->type != REDIS_REPLY_ARRAY || from->elements == 0
        || ic_store_string(arena, from->element[0], &to->status) != 0)
    {
        return -1;
    }

    if (!ic_str_is(to->status, "ok")) {
        return from->elements < 2 ? 0
               : ic_store_string(arena, from->element[1], &to->detail);
    }

    if (from->elements % 2 == 0) {
        return -1;
    }

    to->fields.pairs = ic_alloc(arena, from->elements * sizeof(ic_str_t));

    if (to->fields.pairs == NULL) {
        return -1;
    }

    for (i = 1; i < from->elements; i += 2) {
        value = from->element[i + 1];

        if (value->type == REDIS_REPLY_ARRAY) {
            if (ic_store_records_parse(arena, value, to) != 0) {
                return -1;
            }

            continue;
        }

        pair = &to->fields.pairs[2 * to->fields.npairs];

        if (ic_store_string(arena, from->element[i], &pair[0]) != 0
            || ic_store_string(arena, value, &pair[1]) != 0)
        {
            return -1;
        }

        to->fields.npairs++;
    }

    if (ic_str_int(ic_reply_get(to, "total"), &to->total) != 0) {
        to->total = to->nrecords;
    }

    return 0;
}


static int
ic_store_records_parse(ic_arena_t *arena, redisReply *from, ic_reply_t *to)
{
    size_t  i;

    to->records = ic_zalloc(arena, (from->elements + 1) * sizeof(ic_record_t));

    if (to->records == NULL) {
        return -1;
    }

    for (i = 0; i < from->elements; i++) {
        if (ic_store_record_parse(arena, from->element[i], &to->records[i])
            != 0)
        {
            return -1;
        }
    }

    to->nrecords = from->elements;

    return 0;
}


int
ic_store_record_parse(ic_arena_t *arena, redisReply *from, ic_record_t *to)
{
    size_t  i;

    if (from->type != REDIS_REPLY_ARRAY || from->elements % 2 != 0) {
        return -1;
    }

    to->pairs = ic_alloc(arena, (from->elements + 1) * sizeof(ic_str_t));

    if (to->pairs == NULL) {
        return -1;
    }

    for (i = 0; i < from->elements; i++) {
        if (ic_store_string(arena, from->element[i], &to->pairs[i]) != 0) {
            return -1;
        }
    }

    to->npairs = from->elements / 2;

    return 0;
}


static int
ic_store_string(ic_arena_t *arena, redisReply *from, ic_str_t *to)
{
    switch (from->type) {

    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        *to = ic_str_dup(arena, ic_str_n(from->str, from->len));
        break;

    case REDIS_REPLY_INTEGER:
        *to = ic_str_fmt(arena, "%lld", from->integer);
        break;

    case REDIS_REPLY_NIL:
        *to = ic_str_dup(arena, ic_str_n("", 0));
        break;

    default:
        return -1;
    }

    return to->data == NULL ? -1 : 0;
}


bool
ic_reply_ok(const ic_reply_t *reply)
{
    return ic_str_is(reply->status, "ok");
}


ic_str_t
ic_reply_get(const ic_reply_t *reply, const char *name)
{
    return ic_store_pair(&reply->fields, name);
}


ic_str_t
ic_record_get(const ic_record_t *record, const char *name)
{
    return ic_store_pair(record, name);
}


static ic_str_t
ic_store_pair(const ic_record_t *record, const char *name)
{
    unsigned  i;

    for (i = 0; i < record->npairs; i++) {
        if (ic_str_is(record->pairs[2 * i], name)) {
            return record->pairs[2 * i + 1];
        }
    }

    return ic_str(NULL);
}
