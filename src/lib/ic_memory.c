
/* Giving memory back while idle. */


#include <limits.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "ic_memory.h"


typedef struct {
    unsigned long  start;
    unsigned long  end;
    bool           clean;        /* of a file, not writable */
} ic_mapping_t;


static bool ic_memory_mapping(const char *line, ic_mapping_t *mapping);


/*
 * A read-only private mapping of a file with no anonymous page was never
 * written, so dropping its pages loses nothing. Relocated sections have
 * anonymous pages and stay.
 */

void
ic_memory_trim(void)
{
    char           line[PATH_MAX + 128];
    FILE          *smaps;
    ic_mapping_t   mapping;
    unsigned long  anonymous;

    smaps = fopen("/proc/self/smaps", "re");

    if (smaps == NULL) {
        return;
    }

    memset(&mapping, 0, sizeof(ic_mapping_t));

    while (fgets(line, sizeof(line), smaps) != NULL) {
        if (ic_memory_mapping(line, &mapping)) {
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
ic_memory_mapping(const char *line, ic_mapping_t *mapping)
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
