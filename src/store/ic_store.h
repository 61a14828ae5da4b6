
/*
 * The store of a node as blocking callers see it (daemon, CLI, tests): one
 * Redis connection, one function call per transition (docs/store.md).
 */


#ifndef _IC_STORE_H_INCLUDED_
#define _IC_STORE_H_INCLUDED_


#include "../lib/ic_arena.h"


typedef struct ic_store_s  ic_store_t;

typedef struct {
    const char  *address;        /* "unix:/path" or "127.0.0.1:6379" */
    const char  *user;           /* NULL: no AUTH */
    const char  *password_file;
    const char  *node_id;
    int          timeout_ms;
} ic_store_conf_t;


/*
 * The answer of a function: status "ok" with name/value pairs and, for
 * lists, records of pairs; or the name of an error (api/errors.def) with a
 * detail. Strings live in the arena given to the call.
 */
typedef struct {
    ic_str_t  *pairs;            /* 2 * npairs strings */
    unsigned   npairs;
} ic_record_t;

typedef struct {
    ic_str_t      status;
    ic_str_t      detail;
    ic_record_t   fields;
    ic_record_t  *records;
    unsigned      nrecords;
    int64_t       total;
} ic_reply_t;


/* NULL when memory is short. Connects at the first call, again when lost. */
ic_store_t *ic_store_create(const ic_store_conf_t *conf);
void ic_store_close(ic_store_t *store);

/*
 * FCALL interconn_<function> 1 ic:{node_id} argv... 0 and a reply (whose
 * status may be an error), or -1 when the store did not answer: the outcome
 * is unknown, ic_store_error() says why.
 */
int ic_store_call(ic_store_t *store, ic_arena_t *arena, ic_reply_t *reply,
    const char *function, unsigned argc, const ic_str_t *argv);

/* The same with C strings, ended by NULL. */
int ic_store_callz(ic_store_t *store, ic_arena_t *arena, ic_reply_t *reply,
    const char *function, ...) __attribute__((sentinel));

/* Why the last call that failed did; valid until the next one. */
const char *ic_store_error(ic_store_t *store);

/* Loads or replaces the function library. 0 or -1. */
int ic_store_load(ic_store_t *store);


/* The status is "ok"; a field's value, the null string without one. */
bool ic_reply_ok(const ic_reply_t *reply);
ic_str_t ic_reply_get(const ic_reply_t *reply, const char *name);
ic_str_t ic_record_get(const ic_record_t *record, const char *name);


/*
 * Streams: the next entry of "ic:{node_id}:<stream>" for the consumer group
 * of the same name as the stream; first what this consumer took and never
 * acknowledged. Sends the XREADGROUP BLOCK and returns the descriptor to poll
 * (-1 on error); when it is readable, ic_store_wait_end() gives 1 with the
 * entry, 0 without one, -1 on error.
 */
int ic_store_wait_begin(ic_store_t *store, const char *stream,
    const char *consumer, int block_ms);
int ic_store_wait_end(ic_store_t *store, ic_arena_t *arena, ic_str_t *id,
    ic_record_t *entry);

/*
 * At most count entries of a stream behind that id ("0-0": from its
 * beginning), as records whose first pair is the id. 0 or -1.
 */
int ic_store_range(ic_store_t *store, ic_arena_t *arena, ic_reply_t *reply,
    const char *stream, const char *after, unsigned count);

/* The entry has done its duty and goes. 0 or -1: it may still be there. */
int ic_store_done(ic_store_t *store, const char *stream, ic_str_t id);

/*
 * Whatever this consumer took and is still there comes once more, before new
 * entries: for who could not do what an entry asks for.
 */
void ic_store_again(ic_store_t *store, const char *stream);


#endif /* _IC_STORE_H_INCLUDED_ */
