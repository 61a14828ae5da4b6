
/* What the groups of one curve have in common, however they hash to it. */


#ifndef _IC_GROUP_KIND_H_INCLUDED_
#define _IC_GROUP_KIND_H_INCLUDED_


#include "ic_group.h"


/* Multiples of 8, so that what they are multiplied with is in the subgroup. */
int ic_group_x25519_secret(void *state, u_char *secret, u_char *inverse);
const char *ic_group_x25519_multiply(void *state, const u_char *secret,
    u_char *points, size_t n, size_t *index);

/* SM2, and the other curves of ic_short.h: the state is an ic_short_t. */
void *ic_group_sm2_create(const char *dst);
void ic_group_short_destroy(void *state);
int ic_group_short_secret(void *state, u_char *secret, u_char *inverse);
const char *ic_group_short_multiply(void *state, const u_char *secret,
    u_char *points, size_t n, size_t *index);


#endif /* _IC_GROUP_KIND_H_INCLUDED_ */
