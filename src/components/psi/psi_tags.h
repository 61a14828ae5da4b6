
/*
 * Tags: the first bytes of twice encrypted keys, the same at both parties
 * for the same key and random to everybody else. They lie in files, parted
 * by their first bits; of one part at a time all is in memory.
 */


#ifndef _PSI_TAGS_H_INCLUDED_
#define _PSI_TAGS_H_INCLUDED_


#include "psi.h"


typedef int (*psi_tag_pt)(void *ctx, const u_char tag[PSI_TAG]);


/* For as many tags of both sides as psi says; files in psi->folder. 0, -1. */
int psi_tags_create(psi_t *psi);
void psi_tags_free(psi_tags_t *tags);

/* Tags of own items from first on; of the peer's. 0 or -1. */
int psi_tags_add_own(psi_t *psi, const u_char *tags, uint32_t first,
    uint32_t count);
int psi_tags_add_theirs(psi_t *psi, const u_char *tags, uint32_t count);

/*
 * Fills psi->match with what is in both, in the order of the tags; the items
 * only if items is set. A tag that comes twice is a fault. 0 or -1.
 */
int psi_tags_match(psi_t *psi, bool items);

/* The peer's tags in their order, which tells nothing of theirs. 0 or -1. */
int psi_tags_each(psi_t *psi, psi_tag_pt each, void *ctx);


#endif /* _PSI_TAGS_H_INCLUDED_ */
