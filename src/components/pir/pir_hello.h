
/* What the parties tell each other first. */


#ifndef _PIR_HELLO_H_INCLUDED_
#define _PIR_HELLO_H_INCLUDED_


#include "pir.h"


/* The host's table, and how much of it may be asked for. */
typedef struct {
    uint64_t      rows;          /* with different keys */
    size_t        label_bytes;
    uint64_t      max_queries;
    unsigned      nlabels;
    const char  **labels;
} pir_offer_t;


/* 0 or -1. */
int pir_offer_send(pir_t *pir, const pir_offer_t *offer);
int pir_offer_recv(pir_t *pir, pir_offer_t *offer);

/* The number of queries, those that fill the last batch included. 0 or -1. */
int pir_order_send(pir_t *pir, uint64_t queries);
int pir_order_recv(pir_t *pir, uint64_t *queries);


#endif /* _PIR_HELLO_H_INCLUDED_ */
