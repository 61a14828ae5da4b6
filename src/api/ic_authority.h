
/* Who may do what to which object: authority.def. */


#ifndef _IC_AUTHORITY_H_INCLUDED_
#define _IC_AUTHORITY_H_INCLUDED_


#include "ic_api.h"


/* A row; what its columns mean is said in authority.def. */
typedef struct {
    const char  *function;
    unsigned     methods;        /* bits of ic_method_e; 0: internal */
    const char  *paths;
    const char  *caller;
    const char  *object;
    const char  *from;
    const char  *to;
    const char  *key;
    const char  *other;
    const char  *absent;
} ic_authority_t;

extern const ic_authority_t  ic_authorities[];   /* ended by a NULL function */


/* A word of the column "caller". */
typedef struct {
    const char  *word;
    const char  *doc;
    const char  *doc_zh;
} ic_caller_t;

extern const ic_caller_t  ic_callers[];          /* ended by a NULL word */


/* True if the endpoint is one of the row's. */
int ic_authority_covers(const ic_authority_t *row,
    const ic_endpoint_t *endpoint);


#endif /* _IC_AUTHORITY_H_INCLUDED_ */
