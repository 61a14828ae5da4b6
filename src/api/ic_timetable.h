
/*
 * When the jobs of a timetable are due: at one time, or again and again by a
 * cron expression and a time zone; and what becomes of times that passed
 * while nobody looked. Pure functions, common to the front door, which
 * refuses what can never be due, and the scheduler.
 */


#ifndef _IC_TIMETABLE_H_INCLUDED_
#define _IC_TIMETABLE_H_INCLUDED_


#include "../lib/ic_cron.h"


#define IC_TIMETABLE_CATCH_UP_MAX  1000
#define IC_TIMETABLE_CATCH_UP      10        /* unless it says */

/* ms that a due time may be late and is not missed (catch_up skip) */
#define IC_TIMETABLE_LATE          60000


/* As the caller or the store has them; null or empty: not given. */
typedef struct {
    ic_str_t     cron;
    ic_str_t     at;             /* digits, ISO 8601, or that in quotes */
    ic_str_t     time_zone;
    ic_str_t     start_time;     /* as at */
    ic_str_t     end_time;
    ic_str_t     catch_up;       /* skip, one, all */
    ic_str_t     catch_up_max;
} ic_timetable_text_t;

typedef enum {
    IC_CATCH_UP_SKIP = 0,        /* what is late is missed */
    IC_CATCH_UP_ONE,             /* the last of them is run */
    IC_CATCH_UP_ALL              /* each is run, catch_up_max at most */
} ic_catch_up_e;

/* All times in ms since the epoch. */
typedef struct {
    int64_t           at;        /* 0: cron and zone */
    int64_t           start;     /* 0: none */
    int64_t           end;       /* 0: none */
    ic_cron_t         cron;
    const ic_zone_t  *zone;
    ic_catch_up_e     catch_up;
    unsigned          most;      /* runs that are caught up with */
} ic_timetable_t;

typedef struct {
    const char       *pointer;   /* "/cron" */
    ic_str_t          reason;    /* data NULL: memory is short */
} ic_timetable_fault_t;

/* What is to be done when a time is due. */
typedef struct {
    unsigned          missed;    /* due times given up first */
    int64_t           last;      /* the last of those */
    int64_t           run;       /* then one run, due at that; 0: none */
    int64_t           next;      /* due after all these; 0: nothing */
} ic_timetable_plan_t;


/* The names of ic_catch_up_e, ended by NULL. */
extern const char *const  ic_catch_ups[];

/* 0; -1 with a fault. Uses the arena for the zone. */
int ic_timetable_read(ic_arena_t *arena, const ic_timetable_text_t *text,
    ic_timetable_t *timetable, ic_timetable_fault_t *fault);

/* The first due time after an instant; 0: none. */
int64_t ic_timetable_next(const ic_timetable_t *timetable, int64_t after);

/*
 * What to do now about a time that was due then (due <= now). One call gives
 * at most one run: what is due after it is asked for again. A due time is
 * given up or run by one plan only, whatever the clock does, if `due` of the
 * next one is `next` of this.
 */
void ic_timetable_plan(const ic_timetable_t *timetable, int64_t due,
    int64_t now, ic_timetable_plan_t *plan);


#endif /* _IC_TIMETABLE_H_INCLUDED_ */
