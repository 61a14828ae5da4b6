
/*
 * One connection to Redis, for the files of this folder: opened when needed,
 * dropped after any failure, never used again out of step.
 */


#ifndef _IC_STORE_LINK_H_INCLUDED_
#define _IC_STORE_LINK_H_INCLUDED_


#include <hiredis/hiredis.h>

#include "ic_store.h"


#define IC_STORE_MAX_STREAMS  8
#define IC_STORE_MAX_ID       64


typedef struct {
    redisContext         *redis;             /* NULL: not connected */
} ic_store_link_t;


/* How far one stream was read by its consumer. */
typedef struct {
    char                  name[32];
    char                  cursor[IC_STORE_MAX_ID];   /* own pending after */
    char                  last[IC_STORE_MAX_ID];     /* new one given out */
    unsigned              fresh:1;           /* nothing own pending is left */
    int64_t               claimed;           /* ms, when it was last tried */
} ic_store_stream_t;

typedef enum {
    IC_STORE_READ_OWN = 0,                   /* taken before, not done */
    IC_STORE_READ_DEAD,                      /* of a consumer that is gone */
    IC_STORE_READ_NEW
} ic_store_read_e;


struct ic_store_s {
    ic_store_conf_t       conf;
    char                 *key;               /* "ic:{node_id}" */
    ic_store_link_t       link;
    ic_store_link_t       wait;              /* for wait_begin, wait_end */
    ic_store_stream_t    *waiting;           /* NULL: no wait outstanding */
    ic_store_read_e       reading;           /* of the wait */
    char                  consumer[128];     /* of the wait */
    ic_store_stream_t     streams[IC_STORE_MAX_STREAMS];
    unsigned              nstreams;
    char                  error[256];
};


/*
 * Commands have at most timeout_ms. -1 with store->error set when there is
 * no connection or it was lost.
 */
int ic_store_link_open(ic_store_t *store, ic_store_link_t *link,
    int timeout_ms);
void ic_store_link_close(ic_store_link_t *link);

/* Sends a command; its reply is then read by ic_store_link_reply(). */
int ic_store_link_send(ic_store_t *store, ic_store_link_t *link, int argc,
    const char **argv, const size_t *lens);

/* To be freed with freeReplyObject(); NULL: lost, the outcome is unknown. */
redisReply *ic_store_link_reply(ic_store_t *store, ic_store_link_t *link);

/* The same, but an error of the store's is NULL too, with store->error. */
redisReply *ic_store_link_answer(ic_store_t *store, ic_store_link_t *link);

/* Sends and reads the reply, for C strings. */
redisReply *ic_store_link_ask(ic_store_t *store, ic_store_link_t *link,
    int argc, const char **argv);


/* The reply of a function. 0, or -1 when it has no such shape. */
int ic_store_reply_parse(ic_arena_t *arena, redisReply *from, ic_reply_t *to);

/* name, value, name, value ... from an array. 0 or -1. */
int ic_store_record_parse(ic_arena_t *arena, redisReply *from,
    ic_record_t *to);


#endif /* _IC_STORE_LINK_H_INCLUDED_ */
