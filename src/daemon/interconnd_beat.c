
/* A role's sign of life in the store. */


#include <stdio.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_beat.h"


#define INTERCONND_BEAT  2000                /* ms */


void
interconnd_beat_init(interconnd_beat_t *beat, const char *role)
{
    char  host[64];

    if (gethostname(host, sizeof(host)) != 0) {
        snprintf(host, sizeof(host), "localhost");
    }

    host[sizeof(host) - 1] = '\0';

    beat->role = role;
    beat->due = 0;
    snprintf(beat->owner, sizeof(beat->owner), "%s@%s:%d", role, host,
             (int) getpid());
}


void
interconnd_beat(interconnd_beat_t *beat, ic_store_t *store,
    ic_arena_t *arena)
{
    int64_t     now;
    ic_reply_t  reply;

    now = ic_mono_ms();

    if (now < beat->due) {
        return;
    }

    beat->due = now + INTERCONND_BEAT;

    (void) ic_store_callz(store, arena, &reply, "role_beat", beat->role,
                          beat->owner, NULL);
}
