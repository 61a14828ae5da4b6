
/*
 * Rules for clocks as POSIX has them in TZ and RFC 8536 at the end of a TZif
 * file: "CET-1CEST,M3.5.0,M10.5.0/3".
 */


#ifndef _IC_ZONE_RULE_H_INCLUDED_
#define _IC_ZONE_RULE_H_INCLUDED_


#include "ic_zone.h"


/* A day of the year and a time on it by the clocks before the change. */
typedef struct {
    char              form;          /* 'M', 'J', or 0: from 0, with 29 Feb */
    int               month;
    int               week;          /* 1..4; 5: the last one */
    int               day;           /* of the week ('M'), or of the year */
    int32_t           time;          /* s since 00:00, of -167 to 167 hours */
} ic_zone_day_t;

typedef struct {
    int32_t           offset[2];     /* s east: standard, daylight saving */
    ic_zone_day_t     begin[2];      /* of each of them */
    bool              changes;       /* there is daylight saving */
} ic_zone_rule_t;


/* 0 or -1. */
int ic_zone_rule_parse(ic_str_t text, ic_zone_rule_t *rule);

/* The two changes in a year, in their order. */
void ic_zone_rule_year(const ic_zone_rule_t *rule, int year,
    ic_zone_span_t change[2]);


#endif /* _IC_ZONE_RULE_H_INCLUDED_ */
