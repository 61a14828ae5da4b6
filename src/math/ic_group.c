
/* The groups. */


#include <string.h>

#include "ic_group.h"
#include "ic_group_kind.h"
#include "ic_short.h"
#include "ic_x25519.h"


static void *group_x25519_create(const char *dst);
static void group_x25519_destroy(void *state);
static int group_x25519_hash(void *state, const char *dst,
    const void *item, size_t len, u_char *point);
static int group_x25519_encrypt(void *state, const u_char *secret,
    u_char *points, size_t n);
static void *group_p256_create(const char *dst);
static int group_short_hash(void *state, const char *dst, const void *item,
    size_t len, u_char *point);
static int group_short_encrypt(void *state, const u_char *secret,
    u_char *points, size_t n);


static const ic_group_t  group_x25519 = {
    "curve25519", "curve25519_XMD:SHA-512_ELL2_NU_", IC_X25519_SIZE, 0, 1024,
    group_x25519_create, group_x25519_destroy, ic_group_x25519_secret,
    group_x25519_hash, group_x25519_encrypt, ic_group_x25519_multiply
};

static const ic_group_t  group_sm2 = {
    "sm2", "SM2_XMD:SM3_SSWU_NU_", IC_SHORT_POINT, 1, 32,
    ic_group_sm2_create, ic_group_short_destroy, ic_group_short_secret,
    group_short_hash, group_short_encrypt, ic_group_short_multiply
};

static const ic_group_t  group_p256 = {
    "p256", "P256_XMD:SHA-256_SSWU_NU_", IC_SHORT_POINT, 1, 64,
    group_p256_create, ic_group_short_destroy, ic_group_short_secret,
    group_short_hash, group_short_encrypt, ic_group_short_multiply
};

const ic_group_t *const  ic_groups[] = {
    &group_x25519, &group_sm2, &group_p256, NULL
};


const ic_group_t *
ic_group(const char *name)
{
    unsigned  i;

    for (i = 0; ic_groups[i] != NULL; i++) {
        if (strcmp(ic_groups[i]->name, name) == 0) {
            return ic_groups[i];
        }
    }

    return NULL;
}


int
ic_group_open(ic_group_hand_t *hand, const ic_group_t *group,
    const char *dst)
{
    hand->group = group;
    hand->dst = dst;
    hand->state = group->create(dst);

    return hand->state != NULL ? 0 : -1;
}


void
ic_group_close(ic_group_hand_t *hand)
{
    if (hand->state != NULL) {
        hand->group->destroy(hand->state);
        hand->state = NULL;
    }
}


int
ic_group_secret(ic_group_hand_t *hand, u_char secret[IC_GROUP_SECRET],
    u_char inverse[IC_GROUP_SECRET])
{
    return hand->group->secret(hand->state, secret, inverse);
}


int
ic_group_hash(ic_group_hand_t *hand, const void *item, size_t len,
    u_char *point)
{
    return hand->group->hash(hand->state, hand->dst, item, len, point);
}


int
ic_group_encrypt(ic_group_hand_t *hand,
    const u_char secret[IC_GROUP_SECRET], u_char *points, size_t n)
{
    return hand->group->encrypt(hand->state, secret, points, n);
}


const char *
ic_group_multiply(ic_group_hand_t *hand,
    const u_char secret[IC_GROUP_SECRET], u_char *points, size_t n,
    size_t *index)
{
    return hand->group->multiply(hand->state, secret, points, n, index);
}


static void *
group_x25519_create(const char *dst)
{
    return ic_x25519_hash_create(dst);
}


static void
group_x25519_destroy(void *state)
{
    ic_x25519_hash_destroy(state);
}


int
ic_group_x25519_secret(void *state, u_char *secret, u_char *inverse)
{
    return inverse != NULL ? ic_x25519_blind(secret, inverse)
                           : ic_x25519_scalar(secret);
}


static int
group_x25519_hash(void *state, const char *dst, const void *item,
    size_t len, u_char *point)
{
    return ic_x25519_hash(state, item, len, point);
}


static int
group_x25519_encrypt(void *state, const u_char *secret, u_char *points,
    size_t n)
{
    ic_x25519_map(points, points, n);
    ic_x25519_multiply_plain(points, secret, points, n);

    return 0;
}


const char *
ic_group_x25519_multiply(void *state, const u_char *secret, u_char *points,
    size_t n, size_t *index)
{
    switch (ic_x25519_check(points, n, index)) {

    case IC_X25519_SMALL_ORDER:
        return "of small order";

    case IC_X25519_NOT_CANONICAL:
        return "that is not canonical";

    default:
        ic_x25519_multiply_plain(points, secret, points, n);
        return NULL;
    }
}


static void *
group_p256_create(const char *dst)
{
    return ic_short_create(&ic_short_p256);
}


void *
ic_group_sm2_create(const char *dst)
{
    return ic_short_create(&ic_short_sm2);
}


void
ic_group_short_destroy(void *state)
{
    ic_short_destroy(state);
}


int
ic_group_short_secret(void *state, u_char *secret, u_char *inverse)
{
    u_char  unused[IC_SHORT_SCALAR];

    return ic_short_blind(state, secret,
                          inverse != NULL ? inverse : unused);
}


static int
group_short_hash(void *state, const char *dst, const void *item, size_t len,
    u_char *point)
{
    point[0] = 0;

    return ic_short_hash(state, dst, item, len, point + 1);
}


static int
group_short_encrypt(void *state, const u_char *secret, u_char *points,
    size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++, points += IC_SHORT_POINT) {
        if (ic_short_map(state, points + 1, secret, points) != 0) {
            return -1;
        }
    }

    return 0;
}


const char *
ic_group_short_multiply(void *state, const u_char *secret, u_char *points,
    size_t n, size_t *index)
{
    size_t  i;

    for (i = 0; i < n; i++, points += IC_SHORT_POINT) {
        *index = i;

        switch (ic_short_multiply(state, secret, points, points)) {

        case 0:
            continue;

        case 1:
            return "that is not on the curve";

        default:
            return "";
        }
    }

    return NULL;
}
