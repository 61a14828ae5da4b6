
/* Giving memory back while idle. */


#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "../lib/ic_codec.h"
#include "interconnd_memory.h"


typedef struct {
    unsigned long  start;
    unsigned long  end;
    bool           clean;        /* of a file, not writable */
} interconnd_mapping_t;


static void interconnd_memory_trim(void);
static bool interconnd_memory_mapping(const char *line,
    interconnd_mapping_t *mapping);


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
        interconnd_memory_trim();
        trimmed = true;
    }

    return trimmed ? INT64_MAX : since + INTERCONND_IDLE_MS;
}


/*
 * A read-only private mapping of a file with no anonymous page was never
 * written, so dropping its pages loses nothing. Relocated sections have
 * anonymous pages and stay.
 */
static void
interconnd_memory_trim(void)
{
    char                  line[PATH_MAX + 128];
    FILE                 *smaps;
    unsigned long         anonymous;
    interconnd_mapping_t  mapping;

    smaps = fopen("/proc/self/smaps", "re");

    if (smaps == NULL) {
        return;
    }

    memset(&mapping, 0, sizeof(interconnd_mapping_t));

    while (fgets(line, sizeof(line), smaps) != NULL) {
        if (interconnd_memory_mapping(line, &mapping)) {
            continue;
        }

        if (mapping.clean
            && sscanf(line, "Anonymous: %lu kB", &anonymous) == 1
            && anonymous == 0)
        {
            /* only a hint: nothing depends on its success */
            (void) madvise((void *) mapping.start,
                           mapping.end - mapping.start, MADV_DONTNEED);
        }
    }

    (void) fclose(smaps);
    (void) malloc_trim(0);
}


/* True if the line begins a mapping, which then replaces the last one. */
static bool
interconnd_memory_mapping(const char *line, interconnd_mapping_t *mapping)
{
    char           rights[8];
    unsigned long  start, end;

    if (sscanf(line, "%lx-%lx %7s", &start, &end, rights) != 3) {
        return false;
    }

    mapping->start = start;
    mapping->end = end;
    mapping->clean = rights[1] == '-' && strchr(line, '/') != NULL;

    return true;
}
