
/* Groups of the open protocol. */


#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "ic_group_kind.h"
#include "ic_group_open.h"
#include "ic_short.h"
#include "ic_x25519.h"


#define OPEN_TRIES  128


static void *open_direct_create(const char *dst);
static void open_direct_destroy(void *state);
static int open_direct_hash(void *state, const char *dst, const void *item,
    size_t len, u_char *point);
static int open_direct_encrypt(void *state, const u_char *secret,
    u_char *points, size_t n);
static int open_sm2_hash(void *state, const char *dst, const void *item,
    size_t len, u_char *point);
static int open_sm2_encrypt(void *state, const u_char *secret,
    u_char *points, size_t n);
static int open_sm2_point(ic_short_t *ec, const u_char *secret,
    u_char *point);
static void open_sm2_reduce(u_char *x);


const ic_group_t  ic_group_x25519_direct = {
    "curve25519", "direct_hash_as_point_x", IC_X25519_SIZE, 0, 1024,
    open_direct_create, open_direct_destroy, ic_group_x25519_secret,
    open_direct_hash, open_direct_encrypt, ic_group_x25519_multiply
};

const ic_group_t  ic_group_sm2_rehash = {
    "sm2", "try_and_rehash", IC_SHORT_POINT, 1, 32,
    ic_group_sm2_create, ic_group_short_destroy, ic_group_short_secret,
    open_sm2_hash, open_sm2_encrypt, ic_group_short_multiply
};


/* It has no state, but a state is not NULL. */

static void *
open_direct_create(const char *dst)
{
    return malloc(1);
}


static void
open_direct_destroy(void *state)
{
    free(state);
}


static int
open_direct_hash(void *state, const char *dst, const void *item, size_t len,
    u_char *point)
{
    return SHA256(item, len, point) != NULL ? 0 : -1;
}


/* The top bit does not count (RFC 7748, 5). */

static int
open_direct_encrypt(void *state, const u_char *secret, u_char *points,
    size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        points[i * IC_X25519_SIZE + IC_X25519_SIZE - 1] &= 0x7f;
    }

    ic_x25519_multiply_plain(points, secret, points, n);

    return 0;
}


static int
open_sm2_hash(void *state, const char *dst, const void *item, size_t len,
    u_char *point)
{
    return SHA256(item, len, point + 1) != NULL ? 0 : -1;
}


static int
open_sm2_encrypt(void *state, const u_char *secret, u_char *points,
    size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++, points += IC_SHORT_POINT) {
        if (open_sm2_point(state, secret, points) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
open_sm2_point(ic_short_t *ec, const u_char *secret, u_char *point)
{
    int       rc;
    u_char    x[SHA256_DIGEST_LENGTH];
    unsigned  i;

    for (i = 0; i < OPEN_TRIES; i++) {
        open_sm2_reduce(point + 1);
        memcpy(x, point + 1, sizeof(x));
        point[0] = 2;
        rc = ic_short_multiply(ec, secret, point, point);

        if (rc != 1) {
            return rc;
        }

        if (SHA256(x, sizeof(x), point + 1) == NULL) {
            return -1;
        }
    }

    return -1;
}


/* x mod p; x < 2 p. */

static void
open_sm2_reduce(u_char *x)
{
    int  borrow, i, digit;

    static const u_char  p[SHA256_DIGEST_LENGTH] = {
        0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00,
        0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
    };

    if (memcmp(x, p, sizeof(p)) < 0) {
        return;
    }

    for (borrow = 0, i = sizeof(p) - 1; i >= 0; i--) {
        digit = x[i] - p[i] - borrow;
        borrow = digit < 0;
        x[i] = (u_char) digit;
    }
}
