
/* Who has described a partner's dataset, and whether that is what it tells. */


#ifndef _INTERCONND_COURIER_SIGNED_H_INCLUDED_
#define _INTERCONND_COURIER_SIGNED_H_INCLUDED_


#include <openssl/evp.h>

#include "interconnd_courier.h"


#define INTERCONND_SIGNED_KEYS  2        /* present, and the one before */

typedef struct {
    const char  *node_id;
    EVP_PKEY    *keys[INTERCONND_SIGNED_KEYS];
    unsigned     nkeys;
} interconnd_signed_t;


/* The keys of the partner's contract; none: the store does not tell them. */
void interconnd_signed_begin(interconnd_signed_t *by,
    interconnd_courier_t *courier, const char *node_id);
void interconnd_signed_end(interconnd_signed_t *by);

/* good, bad, unknown_key; NULL: the dataset, as it was told, has none. */
const char *interconnd_signed(const interconnd_signed_t *by,
    ic_arena_t *arena, const ic_json_t *dataset);


#endif /* _INTERCONND_COURIER_SIGNED_H_INCLUDED_ */
