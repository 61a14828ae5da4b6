
/* Which event follows which: the table, and the facts that it speaks of. */


#ifndef _IC_MEANING_RULES_H_INCLUDED_
#define _IC_MEANING_RULES_H_INCLUDED_


#include "ic_meaning.h"


/* facts about a subject */
#define IC_FACT_BEGUN      0x0001
#define IC_FACT_OPEN       0x0002        /* and not over yet */
#define IC_FACT_APPROVED   0x0004
#define IC_FACT_REFUSED    0x0008
#define IC_FACT_STARTED    0x0010
#define IC_FACT_STOPPED    0x0020
#define IC_FACT_PAUSED     0x0040
#define IC_FACT_WITHDRAWN  0x0080
#define IC_FACT_EXHAUSTED  0x0100
#define IC_FACT_EXPIRED    0x0200
#define IC_FACT_REVOKED    0x0400
#define IC_FACT_SAID       0x0800
#define IC_FACT_DROPPED    0x1000
#define IC_FACT_ENDED      0x2000
#define IC_FACT_OURS       0x4000        /* this node initiated it */

#define IC_FACT_RELEASE    0x8000        /* a request to give an escrow up */

#define IC_FACTS           16

/* a number that no entry told */
#define IC_MEANING_UNKNOWN  INT64_MIN

enum {
    IC_LEFT_USES = 0,
    IC_LEFT_ROWS,
    IC_LEFT_BYTES,
    IC_LEFTS
};

typedef struct ic_meaning_subject_s  ic_meaning_subject_t;

struct ic_meaning_subject_s {
    uint64_t               hash;
    int64_t                left[IC_LEFTS];   /* -1: no limit */
    int64_t                version;          /* the last one told */
    int64_t                epoch;
    int64_t                exp;      /* epoch ms; it is over from then on */
    int64_t                needed;   /* approvals, of an escrow */
    ic_meaning_subject_t  *of;       /* a request's escrow, its answers' own */
    ic_meaning_subject_t  *answers;  /* to a request */
    ic_meaning_subject_t  *next;     /* answer to the same */
    unsigned               facts;
    bool                   holder;   /* this node has a share of the escrow */
    char                   name[];
};

/* NULL, or what is wrong: the end of a sentence about the entry */
typedef const char *(*ic_meaning_check_pt)(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);

typedef struct {
    const char           *kind;          /* of the subject */
    const char           *code;
    unsigned              need;
    unsigned              never;
    unsigned              set;
    unsigned              clear;
    ic_meaning_check_pt   check;         /* or NULL */
    /* another subject: the member that names it, behind the prefix; NULL */
    const char           *link;
    const char           *prefix;
    unsigned              linked;        /* facts that it must have */
} ic_meaning_rule_t;


/* What is told of a subject beside the one of the entry. */
typedef struct {
    const char  *kind;
    const char  *member;         /* that names it, behind the one before */
} ic_meaning_part_t;


/* NULL: none knows the event of such a subject. */
const ic_meaning_rule_t *ic_meaning_rule(ic_str_t kind, ic_str_t code);

/* The text before the colon of a subject; the null string: there is none. */
ic_str_t ic_meaning_kind(ic_str_t subject);

/* What entries about the kind tell besides, up to one without a kind; NULL */
const ic_meaning_part_t *ic_meaning_parts(const char *kind);

/* The end of a sentence about a subject that has the fact, or lacks it. */
const char *ic_meaning_fact(unsigned fact, bool has);

/* A member of the entry's data; the null string: it has none. */
ic_str_t ic_meaning_member(const ic_entry_t *entry, const char *name);

/* Its number, or IC_MEANING_UNKNOWN. */
int64_t ic_meaning_number(const ic_entry_t *entry, const char *name);


/*
 * ic_meaning_checks.c: the checks of the table. Each keeps in the subject what
 * the entry told; a number that neither told is not judged.
 */
const char *ic_meaning_issued(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_used(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_settled(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_exhausted(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_expired(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_made(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_changed(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_epoch(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_out(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_job(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_job_end(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);


/*
 * ic_meaning_escrow.c: as many approvals as the threshold, told one by one,
 * before what they authorise.
 */
const char *ic_meaning_sealed(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_share(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_request(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_purpose(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_authorised(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_released(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_answered(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
const char *ic_meaning_wrong(ic_meaning_subject_t *subject,
    const ic_entry_t *entry);


#endif /* _IC_MEANING_RULES_H_INCLUDED_ */
