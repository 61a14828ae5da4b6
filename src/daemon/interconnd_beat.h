
/* A role's sign of life in the store: every two seconds. */


#ifndef _INTERCONND_BEAT_H_INCLUDED_
#define _INTERCONND_BEAT_H_INCLUDED_


#include "interconnd.h"


typedef struct {
    const char  *role;                       /* "runner" */
    char         owner[128];                 /* this process */
    int64_t      due;                        /* ic_mono_ms() */
} interconnd_beat_t;


void interconnd_beat_init(interconnd_beat_t *beat, const char *role);

/*
 * Gives the sign when it is due; the arena is used for the reply. A store
 * that does not answer is not told of here: whoever needs it says so.
 */
void interconnd_beat(interconnd_beat_t *beat, ic_store_t *store,
    ic_arena_t *arena);


#endif /* _INTERCONND_BEAT_H_INCLUDED_ */
