
/*
 * Groups as the open ECDH-PSI protocol has them (docs/algorithms.md): to
 * speak with other implementations, and for nothing else.
 */


#ifndef _IC_GROUP_OPEN_H_INCLUDED_
#define _IC_GROUP_OPEN_H_INCLUDED_


#include "ic_group.h"


/*
 * Curve25519, x = SHA-256(item) taken as it is (DIRECT_HASH_AS_POINT_X). Half
 * of all x are on the curve, the others on its twist, and a multiple stays
 * where it was: who sees secret * H(item) learns one bit of the item.
 */
extern const ic_group_t  ic_group_x25519_direct;

/*
 * SM2, x = SHA-256(item) mod p, hashed again until it is on the curve, y even
 * (TRY_AND_REHASH). The time of an item depends on the item.
 */
extern const ic_group_t  ic_group_sm2_rehash;


#endif /* _IC_GROUP_OPEN_H_INCLUDED_ */
