
/* The host's table as the guest may have it: sealed, in the order of tags. */


#ifndef _PIR_ENTRIES_H_INCLUDED_
#define _PIR_ENTRIES_H_INCLUDED_


#include "pir_oprf.h"


typedef struct {
    size_t      label;           /* bytes of a label with its padding */
    size_t      size;            /* of an entry */
    size_t      key_bytes;       /* of the longest key */
    uint64_t    count;           /* of different keys */
    uint32_t   *order;           /* count rows of bytes and places */
    u_char     *bytes;           /* an entry for every row of the source */
    uint64_t  (*places)[2];      /* likewise; method linear only */
} pir_entries_t;


/* What the table needs of memory is checked here. 0 or -1. */
int pir_entries_measure(pir_t *pir, pir_entries_t *entries);

/* All rows under the scalar; duplicates refused or left out. 0 or -1. */
int pir_entries_seal(pir_t *pir, pir_entries_t *entries,
    const u_char scalar[IC_X25519_SIZE]);

void pir_entries_free(pir_entries_t *entries);


#endif /* _PIR_ENTRIES_H_INCLUDED_ */
