
/* Points of a batch, on all cores. */


#ifndef _PSI_POINTS_H_INCLUDED_
#define _PSI_POINTS_H_INCLUDED_


#include "psi.h"


/* Own items first to first + count - 1: secret H(domain, key). 0 or -1. */
int psi_points_own(psi_t *psi, const char *domain, const u_char *secret,
    uint32_t first, uint32_t count, u_char *points);

/* Points that another party sent, each times the secret, in place. 0, -1. */
int psi_points_times(psi_t *psi, const ic_party_t *from,
    const u_char *secret, u_char *points, uint32_t count);

/* None is one that we sent, none comes twice. 0 or -1. */
int psi_points_fresh(psi_t *psi, const ic_party_t *from,
    const u_char *points, uint32_t count);

/*
 * The points that were sent, to know them again: of each 32 bits and its
 * item, 16 bytes an item. NULL: memory is short.
 */
psi_sent_t *psi_sent_create(uint32_t count);
void psi_sent_free(psi_sent_t *sent);
void psi_sent_add(psi_t *psi, const u_char *points, uint32_t first,
    uint32_t count);

/* One of the points is one of ours: true; what merely looks so is computed. */
bool psi_sent_has(psi_t *psi, const u_char *points, uint32_t count);


#endif /* _PSI_POINTS_H_INCLUDED_ */
