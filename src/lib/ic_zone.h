
/*
 * Time zones of the IANA database as the system has them (TZif files, RFC
 * 8536), read without the process's own zone: a worker's log times and the
 * zones of many callers must not touch each other, as they would through
 * TZ and tzset().
 */


#ifndef _IC_ZONE_H_INCLUDED_
#define _IC_ZONE_H_INCLUDED_


#include "ic_arena.h"


#define IC_ZONE_LAST_YEAR  2199      /* rules of the file are followed so far */


/* The offset that holds from an instant on. */
typedef struct {
    int64_t          from;           /* s since the epoch */
    int32_t          offset;         /* s east of Greenwich */
} ic_zone_span_t;

typedef struct {
    ic_zone_span_t  *spans;          /* ascending; the first from ever */
    unsigned         n;
} ic_zone_t;


/*
 * The zone of that name ("Europe/Berlin"), in the arena. NULL with a reason:
 * the name is none, the database is not installed, the file is broken.
 */
const ic_zone_t *ic_zone_load(ic_arena_t *arena, ic_str_t name,
    const char **reason);

/* The same from the content of a file; NULL: it is no such file. */
const ic_zone_t *ic_zone_read(ic_arena_t *arena, ic_str_t file);

/*
 * The first instant at which the zone's clocks show the civil time or a later
 * one: of a time that clocks skip, the moment at which they are put forward;
 * of one that they show twice, the first.
 */
int64_t ic_zone_reached(const ic_zone_t *zone, int64_t civil);

/*
 * The earliest civil second that clocks have not shown until an instant,
 * that included: ic_zone_reached() is later for it and all that follow, and
 * not later for all before.
 */
int64_t ic_zone_unseen(const ic_zone_t *zone, int64_t t);


#endif /* _IC_ZONE_H_INCLUDED_ */
