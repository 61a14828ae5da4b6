
/*
 * The notary role: takes what transitions left in the evidence stream into
 * the log on disk, in order, and signs a head over it. What the store holds
 * is not forgotten before it is durable there.
 */


#include <stdio.h>
#include <stdlib.h>

#include "../evidence/ic_log.h"
#include "../lib/ic_codec.h"
#include "interconnd_keys.h"
#include "interconnd_memory.h"
#include "interconnd_witness.h"


#define NOTARY_TURN_MS   250             /* a head is never older than 1 s */
#define NOTARY_PAUSE_MS  1000            /* after what could not be done */
#define NOTARY_BATCH     1024            /* taken from the store at a time */
#define NOTARY_HEAD      8192            /* under one head, about */
#define NOTARY_FIELDS    64              /* of an entry */
#define NOTARY_ROOM      (IC_ENTRY_MAX - 128 * NOTARY_FIELDS)    /* texts */


typedef struct {
    const interconnd_conf_t  *conf;
    ic_store_t               *store;
    ic_arena_t               *arena;     /* of one turn */
    interconnd_keys_t         keys;
    ic_log_t                 *log;       /* NULL: to be opened */
    interconnd_witness_t      witness;
    char                      error[IC_LOG_ERROR];
    char                      said[IC_LOG_ERROR];
} interconnd_notary_t;


static int notary_init(interconnd_notary_t *notary);
static int notary_turn(interconnd_notary_t *notary, bool *busy);
static int notary_open(interconnd_notary_t *notary);
static int notary_take(interconnd_notary_t *notary, unsigned *added);
static int notary_add(interconnd_notary_t *notary,
    const ic_record_t *record);
static ic_str_t notary_fit(interconnd_notary_t *notary, ic_str_t text,
    size_t *room);
static ic_str_t notary_text(interconnd_notary_t *notary, ic_str_t text);
static int notary_seal(interconnd_notary_t *notary);
static int notary_time(interconnd_notary_t *notary, int64_t *time);
static int notary_report(interconnd_notary_t *notary);
static int notary_call(interconnd_notary_t *notary, const ic_reply_t *reply,
    int rc);
static void notary_say(interconnd_notary_t *notary);


int
interconnd_notary(const interconnd_conf_t *conf)
{
    int                   rc;
    bool                  busy;
    interconnd_notary_t  *notary;

    notary = calloc(1, sizeof(interconnd_notary_t));
    if (notary == NULL) {
        interconnd_log("error", "memory is short");
        return 1;
    }

    notary->conf = conf;
    rc = notary_init(notary);

    while (rc == 0 && !interconnd_quit) {
        ic_pool_reset(notary->arena);
        interconnd_keys_follow(&notary->keys, notary->store);

        if (notary_turn(notary, &busy) == 0) {
            notary->said[0] = '\0';
            (void) interconnd_memory_turn(busy);
            interconnd_sleep(NOTARY_TURN_MS);

        } else {
            notary_say(notary);
            interconnd_sleep(NOTARY_PAUSE_MS);
        }
    }

    if (notary->log != NULL) {
        ic_log_close(notary->log);
    }

    if (notary->store != NULL) {
        ic_store_close(notary->store);
    }

    if (notary->arena != NULL) {
        ic_pool_destroy(notary->arena);
    }

    interconnd_keys_free(&notary->keys);
    free(notary);

    return (rc == 0) ? 0 : 1;
}


static int
notary_init(interconnd_notary_t *notary)
{
    if (interconnd_keys_load(&notary->keys, notary->conf) != 0) {
        return -1;
    }

    notary->arena = ic_pool_create();
    notary->store = interconnd_store(notary->conf, INTERCONND_STORE_MS);

    if (notary->arena == NULL || notary->store == NULL) {
        interconnd_log("error", "memory is short");
        return -1;
    }

    if (interconnd_keys_identity(&notary->keys)->key == NULL) {
        interconnd_log("warn", "this node has no key that signs: evidence "
                       "stays in the store and is not sealed");
    }

    return 0;
}


/* All that is there; busy: something was. 0, or -1 with the error. */

static int
notary_turn(interconnd_notary_t *notary, bool *busy)
{
    unsigned  added;

    *busy = false;

    if (interconnd_keys_identity(&notary->keys)->key == NULL) {
        return 0;
    }

    if (notary->log == NULL && notary_open(notary) != 0) {
        return -1;
    }

    /* what comes meanwhile is for the next turn: a head costs three syncs */

    do {
        if (notary_take(notary, &added) != 0
            || (added != 0 && notary_seal(notary) != 0))
        {
            /* opened again, the log is what its last head says */
            ic_log_close(notary->log);
            notary->log = NULL;
            return -1;
        }

        *busy |= added != 0;

    } while (added >= NOTARY_HEAD && !interconnd_quit);

    /* partners are not what sealing waits for */

    ic_pool_reset(notary->arena);

    if (interconnd_witness_turn(&notary->witness, notary->conf,
                                notary->store, notary->arena, notary->log,
                                notary->error) != 0)
    {
        notary_say(notary);
    }

    return 0;
}


static int
notary_open(interconnd_notary_t *notary)
{
    int          rc;
    char         dir[4096];
    int64_t      size;
    ic_reply_t   reply;
    ic_log_t    *log;

    if (notary->conf->evidence != NULL) {
        snprintf(dir, sizeof(dir), "%s", notary->conf->evidence);

    } else {
        snprintf(dir, sizeof(dir), "%s/evidence", notary->conf->data_dir);
    }

    /* first: a log with fewer entries than this must not be touched */

    rc = notary_call(notary, &reply,
                     ic_store_callz(notary->store, notary->arena, &reply,
                                    "notary_size", NULL));

    if (rc != 0 || ic_str_int(ic_reply_get(&reply, "size"), &size) != 0) {
        return -1;
    }

    log = ic_log_open(dir, ic_str(notary->conf->node_id),
                      notary->conf->evidence_hash, (uint64_t) size,
                      notary->error);
    if (log == NULL) {
        return -1;
    }

    rc = notary_call(notary, &reply,
                     ic_store_callz(notary->store, notary->arena, &reply,
                                    "notary_open", ic_log_id(log), NULL));

    if (rc != 0 && ic_str_is(reply.status, "conflict")) {
        snprintf(notary->error, sizeof(notary->error), "%.200s: is log %s, "
                 "but the evidence of this node is in log %.*s: put that "
                 "one there", dir, ic_log_id(log), (int) reply.detail.len,
                 reply.detail.data);
    }

    if (rc != 0) {
        ic_log_close(log);
        return -1;
    }

    interconnd_log("info", "evidence log %s, %llu entries", dir,
                   (unsigned long long) ic_log_size(log));
    notary->log = log;
    interconnd_witness_open(&notary->witness, log);

    /* the last writer may have died before it said so */

    return (size < (int64_t) ic_log_size(log)) ? notary_report(notary) : 0;
}


/* Adds what waits in the store; at most NOTARY_HEAD entries and some. */

static int
notary_take(interconnd_notary_t *notary, unsigned *added)
{
    int          rc;
    unsigned     i;
    ic_reply_t   reply;
    const char  *last;

    *added = 0;

    do {
        ic_pool_reset(notary->arena);
        last = ic_log_last(notary->log);
        rc = notary_call(notary, &reply,
                         ic_store_range(notary->store, notary->arena, &reply,
                                        "evidence",
                                        last[0] != '\0' ? last : "0-0",
                                        NOTARY_BATCH));

        for (i = 0; rc == 0 && i < reply.nrecords; i++) {
            rc = notary_add(notary, &reply.records[i]);
        }

        *added += i;

    } while (rc == 0 && i == NOTARY_BATCH && *added < NOTARY_HEAD);

    return rc;
}


static int
notary_add(interconnd_notary_t *notary, const ic_record_t *record)
{
    size_t       room;
    unsigned     i, k;
    ic_str_t     name, value, data[2 * NOTARY_FIELDS];
    ic_entry_t   entry;

    memset(&entry, 0, sizeof(ic_entry_t));
    entry.data = data;
    room = NOTARY_ROOM;

    for (i = 0; i < record->npairs; i++) {
        name = notary_text(notary, record->pairs[2 * i]);
        value = notary_fit(notary, notary_text(notary,
                                               record->pairs[2 * i + 1]),
                           &room);

        if (ic_str_is(name, "id")) {
            entry.src = value;

        } else if (ic_str_is(name, "event")) {
            entry.code = value;

        } else if (ic_str_is(name, "subject")) {
            entry.subject = value;

        } else if (ic_str_is(name, "time")) {
            (void) ic_str_int(value, &entry.time);

        } else if (entry.ndata < NOTARY_FIELDS) {

            /* a member of that name is there already */

            for (k = 0; k < entry.ndata; k++) {
                if (ic_str_eq(data[2 * k], name)) {
                    name = ic_str_fmt(notary->arena, "%.*s_%u",
                                      (int) name.len, name.data, i);
                }
            }

            data[2 * entry.ndata] = name;
            data[2 * entry.ndata++ + 1] = value;
        }
    }

    if (ic_log_add(notary->log, &entry, notary->error) != 0) {
        return -1;
    }

    interconnd_witness_saw(&notary->witness, &entry);

    return 0;
}


/*
 * A text that leaves no room for others is there by its digest: an entry that
 * cannot be written would keep all that follow it out of the log.
 */

static ic_str_t
notary_fit(interconnd_notary_t *notary, ic_str_t text, size_t *room)
{
    char      hex[65];
    size_t    i, len;
    ic_str_t  digest;

    for (len = 0, i = 0; i < text.len; i++) {
        len += text.data[i] < ' ' || text.data[i] == 0x7f ? 6
               : text.data[i] == '"' || text.data[i] == '\\'
                 || text.data[i] == '/' ? 2 : 1;
    }

    if (len <= *room) {
        *room -= len;
        return text;
    }

    ic_sha256_hex(hex, text.data, text.len);
    digest = ic_str_fmt(notary->arena, "sha256:%s", hex);

    return digest.data != NULL ? digest : ic_str("");
}


/* Text that JSON can say; other bytes in hexadecimal. */

static ic_str_t
notary_text(interconnd_notary_t *notary, ic_str_t text)
{
    char  *hex;

    if (ic_utf8_valid(text) && memchr(text.data, '\0', text.len) == NULL) {
        return text;
    }

    hex = ic_alloc(notary->arena, 2 * text.len + 1);

    if (hex == NULL) {
        return ic_str("");
    }

    ic_hex(hex, text.data, text.len);

    return ic_str(hex);
}


static int
notary_seal(interconnd_notary_t *notary)
{
    int64_t                       time;
    const interconnd_identity_t  *identity;

    identity = interconnd_keys_identity(&notary->keys);

    if (notary_time(notary, &time) != 0
        || ic_log_seal(notary->log, time, identity->key,
                       identity->credential, notary->error) != 0)
    {
        return -1;
    }

    return notary_report(notary);
}


/*
 * The store's clock, as entries have it, whatever that of this host says; and
 * never before the last head, should it be set back.
 */

static int
notary_time(interconnd_notary_t *notary, int64_t *time)
{
    int         rc;
    ic_head_t   last;
    ic_reply_t  reply;

    rc = notary_call(notary, &reply,
                     ic_store_callz(notary->store, notary->arena, &reply,
                                    "notary_size", NULL));

    if (rc != 0 || ic_str_int(ic_reply_get(&reply, "time"), time) != 0) {
        return -1;
    }

    if (ic_head_parse(notary->arena, ic_log_head(notary->log), &last) == NULL
        && last.time > *time)
    {
        *time = last.time;
    }

    return 0;
}


/* What is durable, the store may forget. */

static int
notary_report(interconnd_notary_t *notary)
{
    char        size[24], keep[24];
    ic_str_t    argv[5];
    ic_reply_t  reply;

    snprintf(size, sizeof(size), "%llu",
             (unsigned long long) ic_log_size(notary->log));
    snprintf(keep, sizeof(keep), "%lld",
             (long long) notary->conf->evidence_keep * 1000);
    argv[0] = ic_str(ic_log_id(notary->log));
    argv[1] = ic_str(ic_log_last(notary->log));
    argv[2] = ic_str(size);
    argv[3] = ic_log_head(notary->log);
    argv[4] = ic_str(keep);

    return notary_call(notary, &reply,
                       ic_store_call(notary->store, notary->arena, &reply,
                                     "notary_sealed", 5, argv));
}


/* 0, or -1 with the error, for an answer of the store. */

static int
notary_call(interconnd_notary_t *notary, const ic_reply_t *reply, int rc)
{
    if (rc != 0) {
        snprintf(notary->error, sizeof(notary->error), "the store: %s",
                 ic_store_error(notary->store));
        return -1;
    }

    if (!ic_reply_ok(reply)) {
        snprintf(notary->error, sizeof(notary->error), "the store: %.*s "
                 "%.*s", (int) reply->status.len, reply->status.data,
                 (int) reply->detail.len, reply->detail.data);
        return -1;
    }

    return 0;
}


/* Once, until it is another error. */

static void
notary_say(interconnd_notary_t *notary)
{
    if (strcmp(notary->error, notary->said) != 0) {
        interconnd_log("error", "%s", notary->error);
        memcpy(notary->said, notary->error, sizeof(notary->said));
    }
}
