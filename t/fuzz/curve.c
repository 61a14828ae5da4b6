
/*
 * Points of peers: each group takes or refuses them as a whole, names the
 * one that is bad, and the inverse of a secret gives back what was taken.
 * The first byte is the group.
 */


#include "../../src/math/ic_group_open.h"
#include "fuzz.h"


#define POINTS  4
#define MOST    1000             /* ms of a thread; sanitizers, busy */


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_t                  fuzz = { data, size };
    double                  began;
    size_t                  n, index;
    u_char                  points[POINTS * IC_GROUP_POINT];
    u_char                  kept[POINTS * IC_GROUP_POINT];
    unsigned                i;
    const char             *reason;
    const ic_group_t       *group;
    static unsigned         count;
    static u_char           secret[16][IC_GROUP_SECRET];
    static u_char           inverse[16][IC_GROUP_SECRET];
    static ic_group_hand_t  hands[16];

    if (count == 0) {
        while (ic_groups[count] != NULL) {
            count++;
        }

        for (i = 0; i < count + 2; i++) {
            group = i < count ? ic_groups[i]
                    : i == count ? &ic_group_x25519_direct
                                 : &ic_group_sm2_rehash;
            FUZZ_TRUE(ic_group_open(&hands[i], group, "fuzz") == 0);
            FUZZ_TRUE(ic_group_secret(&hands[i], secret[i], inverse[i])
                      == 0);
        }
    }

    i = fuzz_byte(&fuzz) % (count + 2);
    group = hands[i].group;
    n = fuzz.size / group->size;
    n = n < POINTS ? n : POINTS;

    if (n == 0) {
        return 0;
    }

    memcpy(points, fuzz.data, n * group->size);
    memcpy(kept, points, n * group->size);
    index = n;
    began = fuzz_ms();
    reason = ic_group_multiply(&hands[i], secret[i], points, n, &index);
    FUZZ_TRUE(fuzz_ms() - began < MOST);

    if (reason != NULL) {
        FUZZ_TRUE(*reason != '\0' && index < n);
        return 0;
    }

    /* half of all x are on Curve25519's twist, which has another order */

    if (group->size != IC_GROUP_POINT) {
        return 0;
    }

    FUZZ_TRUE(ic_group_multiply(&hands[i], inverse[i], points, n, &index)
              == NULL);

    /* of a point and its negative they share x */

    for (i = 0; i < n; i++) {
        FUZZ_TRUE(memcmp(points + i * group->size + group->x,
                         kept + i * group->size + group->x, IC_GROUP_X)
                  == 0);
    }

    return 0;
}
