
/*
 * A role's stream of the store in an event loop: one XREADGROUP under way at
 * any time, none while the store is away or the role has enough.
 */


#ifndef _INTERCONND_LISTENER_H_INCLUDED_
#define _INTERCONND_LISTENER_H_INCLUDED_


#include "interconnd.h"


typedef struct {
    ic_store_t  *store;              /* a connection of its own */
    const char  *stream;
    const char  *consumer;
    int          fd;                 /* to poll for reading; -1: none */
    int64_t      asleep;             /* ic_mono_ms() of the next try */
    int          delay;
} interconnd_listener_t;


/* 0, or -1 when memory is short. */
int interconnd_listener_init(interconnd_listener_t *listener,
    const interconnd_conf_t *conf, const char *stream, const char *consumer);

/* Asks unless it has; afterwards fd is set or asleep is in the future. */
void interconnd_listener_ask(interconnd_listener_t *listener);

/* Does not ask again for ms. */
void interconnd_listener_pause(interconnd_listener_t *listener, int ms);

/* 1 with an entry if there is one; 0. Never waits. */
int interconnd_listener_take(interconnd_listener_t *listener,
    ic_arena_t *arena, ic_str_t *id, ic_record_t *entry);


#endif /* _INTERCONND_LISTENER_H_INCLUDED_ */
