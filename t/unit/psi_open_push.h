
/* Link messages of the open protocol in a recorded network. */


#ifndef _PSI_OPEN_PUSH_H_INCLUDED_
#define _PSI_OPEN_PUSH_H_INCLUDED_


#include "psi_open.pb-c.h"
#include "psi_parties.h"


#define PARAMS(more)                                                         \
    "{\"keys\":[\"id\"],\"protocol\":\"ecdh_psi\",\"batch_size\":1024,"       \
    "\"hash_to_curve\":\"direct_hash_as_point_x\"" more "}"


static inline void
pack(local_message_t *m, Psi__Push *push)
{
    m->data = realloc(m->data, psi__push__get_packed_size(push) + 1);
    m->len = psi__push__pack(push, m->data);
}


/* Another message of the same sender before m. */

static inline void
insert(local_t *net, const local_message_t *like, Psi__Push *push)
{
    local_message_t  *m;

    m = calloc(1, sizeof(local_message_t));
    *m = *like;
    m->data = NULL;
    m->next = NULL;
    pack(m, push);

    if (net->last != NULL) {
        net->last->next = m;

    } else {
        net->first = m;
    }

    net->last = m;
}


#endif /* _PSI_OPEN_PUSH_H_INCLUDED_ */
