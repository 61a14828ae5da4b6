
/*
 * Groups for Diffie-Hellman over many items: hash to a point, multiply by a
 * secret. One table of functions per group, so that protocols have no group
 * in them.
 */


#ifndef _IC_GROUP_H_INCLUDED_
#define _IC_GROUP_H_INCLUDED_


#include <stddef.h>
#include <sys/types.h>


#define IC_GROUP_POINT   33          /* bytes of a point at most */
#define IC_GROUP_SECRET  32
#define IC_GROUP_X       32          /* what a point and its negative share */


typedef struct ic_group_s  ic_group_t;

/* Serves one thread; some groups have tables and scratch memory. */
typedef struct {
    const ic_group_t  *group;
    const char        *dst;
    void              *state;
} ic_group_hand_t;

struct ic_group_s {
    const char  *name;
    const char  *suite;          /* of the hash, as RFC 9380 names it */
    size_t       size;           /* bytes of a point */
    size_t       x;              /* where its x begins, IC_GROUP_X bytes */
    size_t       piece;          /* points that a thread takes at once */

    void *(*create)(const char *dst);
    void (*destroy)(void *state);
    int (*secret)(void *state, u_char *secret, u_char *inverse);
    int (*hash)(void *state, const char *dst, const void *item, size_t len,
        u_char *point);
    int (*encrypt)(void *state, const u_char *secret, u_char *points,
        size_t n);
    const char *(*multiply)(void *state, const u_char *secret,
        u_char *points, size_t n, size_t *index);
};


/* By their place in ic_groups, which ends with NULL. */
extern const ic_group_t *const  ic_groups[];

const ic_group_t *ic_group(const char *name);

/* dst: the domain of the hash, 1 to 255 bytes. 0, or -1: no memory. */
int ic_group_open(ic_group_hand_t *hand, const ic_group_t *group,
    const char *dst);
void ic_group_close(ic_group_hand_t *hand);

/* A secret and its inverse modulo the order (NULL: not wanted). 0 or -1. */
int ic_group_secret(ic_group_hand_t *hand,
    u_char secret[IC_GROUP_SECRET], u_char inverse[IC_GROUP_SECRET]);

/*
 * The first step for an item, then the second for n of them at once: points
 * secret * H(item), group->size bytes each. 0, or -1: no memory.
 */
int ic_group_hash(ic_group_hand_t *hand, const void *item, size_t len,
    u_char *point);
int ic_group_encrypt(ic_group_hand_t *hand,
    const u_char secret[IC_GROUP_SECRET], u_char *points, size_t n);

/*
 * Points that came from elsewhere, each times the secret, in place. NULL; or
 * what is wrong with point *index ("of small order"); "": no memory. With the
 * inverse of a secret it undoes the secret.
 */
const char *ic_group_multiply(ic_group_hand_t *hand,
    const u_char secret[IC_GROUP_SECRET], u_char *points, size_t n,
    size_t *index);


#endif /* _IC_GROUP_H_INCLUDED_ */
