
/* The guest's keywords as queries, and what became of them. */


#ifndef _PIR_QUERIES_H_INCLUDED_
#define _PIR_QUERIES_H_INCLUDED_


#include "pir_oprf.h"


typedef struct {
    uint64_t       keywords;
    uint64_t       count;        /* with those that fill the last batch */
    u_char        *points;       /* count: blinded, then multiplied */
    u_char        *unblinds;     /* one for each keyword, secret */
    pir_value_t   *values;       /* likewise */
    uint32_t      *order;        /* keywords by their tags */
    u_char       **labels;       /* malloc()ed, NULL: not found */
    pir_oprf_t    *oprf;
    size_t         label;        /* bytes of one */
    uint64_t       found;
    uint64_t       spoilt;       /* entries that did not open */
} pir_queries_t;


/* Points, each under a blind of its own. 0 or -1. */
int pir_queries_blind(pir_t *pir, pir_queries_t *queries);

/* Of the products: the values of the function. 0 or -1. */
int pir_queries_unblind(pir_t *pir, pir_queries_t *queries);

/* The label of every keyword whose tag the entry has. 0 or -1. */
int pir_queries_match(pir_t *pir, pir_queries_t *queries,
    const u_char *entry);

/* The same for one keyword alone. */
int pir_queries_open(pir_t *pir, pir_queries_t *queries, uint64_t keyword,
    const u_char *entry);

void pir_queries_free(pir_queries_t *queries);

/* The guest's table of answers, and its report. 0 or -1. */
int pir_answers_write(pir_t *pir, const pir_queries_t *queries,
    const char **labels, unsigned nlabels);


#endif /* _PIR_QUERIES_H_INCLUDED_ */
