
/* When a process of the daemon is idle. */


#include "../lib/ic_codec.h"
#include "../lib/ic_memory.h"
#include "interconnd_memory.h"


int64_t
interconnd_memory_turn(bool busy)
{
    int64_t         now;
    static int64_t  since;
    static bool     trimmed;

    now = ic_mono_ms();

    if (busy || since == 0) {
        since = now;
        trimmed = false;
    }

    if (!trimmed && now - since >= INTERCONND_IDLE_MS) {
        ic_memory_trim();
        trimmed = true;
    }

    return trimmed ? INT64_MAX : since + INTERCONND_IDLE_MS;
}
