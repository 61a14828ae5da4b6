
/* Key exchange, masks that cancel, sealed messages, fixed point. */


#include <math.h>
#include <stdlib.h>

#include "../../src/math/ic_fixed.h"
#include "../../src/math/ic_mask.h"
#include "tap.h"


#define PARTIES  4
#define WORDS    1100


static void test_exchange(void);
static void test_derive(void);
static void test_masks(void);
static void test_label(void);
static void test_seal(void);
static void test_fixed(void);
static void fill_label(ic_label_t *label);


int
main(void)
{
    test_exchange();
    test_derive();
    test_masks();
    test_label();
    test_seal();
    test_fixed();

    return done();
}


static void
test_exchange(void)
{
    u_char          a[32], b[32], one[32], two[32];
    ic_exchange_t  *x, *y;

    x = ic_exchange_create(a);
    y = ic_exchange_create(b);
    ok(x != NULL && y != NULL, "two key pairs");
    ok(memcmp(a, b, 32) != 0, "that differ");

    ok(ic_exchange_secret(x, b, "salt", 4, one) == 0, "one end");
    ok(ic_exchange_secret(y, a, "salt", 4, two) == 0, "the other end");
    ok(memcmp(one, two, 32) == 0, "share a secret");
    (void) ic_exchange_secret(y, a, "salT", 4, two);
    ok(memcmp(one, two, 32) != 0, "that depends on the salt");

    memset(b, 0, 32);
    ok(ic_exchange_secret(x, b, "salt", 4, one) != 0,
       "the point 0 is refused");
    b[0] = 1;
    ok(ic_exchange_secret(x, b, "salt", 4, one) != 0,
       "the point 1 is refused");

    ic_exchange_destroy(x);
    ic_exchange_destroy(y);
}


/* RFC 5869, A.1: the first 32 bytes of OKM from its PRK. */

static void
test_derive(void)
{
    u_char  key[32];

    static const u_char  prk[32] = {
        0x07, 0x77, 0x09, 0x36, 0x2c, 0x2e, 0x32, 0xdf, 0x0d, 0xdc, 0x3f,
        0x0d, 0xc4, 0x7b, 0xba, 0x63, 0x90, 0xb6, 0xc7, 0x3b, 0xb5, 0x0f,
        0x9c, 0x31, 0x22, 0xec, 0x84, 0x4a, 0xd7, 0xc2, 0xb3, 0xe5
    };
    static const u_char  info[10] = {
        0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9
    };
    static const u_char  okm[32] = {
        0x3c, 0xb2, 0x5f, 0x25, 0xfa, 0xac, 0xd5, 0x7a, 0x90, 0x43, 0x4f,
        0x64, 0xd0, 0x36, 0x2f, 0x2a, 0x2d, 0x2d, 0x0a, 0x90, 0xcf, 0x1a,
        0x5a, 0x4c, 0x5d, 0xb0, 0x2d, 0x56, 0xec, 0xc4, 0xc5, 0xbf
    };

    ok(ic_exchange_derive(prk, info, sizeof(info), key) == 0, "expand");
    ok(memcmp(key, okm, 32) == 0, "RFC 5869 test case 1");
}


static void
fill_label(ic_label_t *label)
{
    memset(label, 0, sizeof(ic_label_t));
    memset(label->context, 7, sizeof(label->context));
    label->purpose = "mask";
    label->round = 3;
}


static void
test_masks(void)
{
    u_char       secret[32];
    uint64_t     sums[WORDS], words[PARTIES][WORDS];
    unsigned     i, j, k, same, zero;
    ic_label_t   label;

    memset(words, 0, sizeof(words));
    memset(sums, 0, sizeof(sums));
    fill_label(&label);

    for (i = 0; i < PARTIES; i++) {
        for (j = i + 1; j < PARTIES; j++) {
            memset(secret, (int) (16 * i + j), sizeof(secret));
            label.from = i;
            label.to = j;
            (void) ic_mask_apply(secret, &label, 1, words[i], WORDS);
            (void) ic_mask_apply(secret, &label, -1, words[j], WORDS);
        }
    }

    for (same = 0, zero = 0, k = 0; k < WORDS; k++) {
        for (i = 0; i < PARTIES; i++) {
            sums[k] += words[i][k];
            zero += words[i][k] == 0;
        }

        same += sums[k] == 0;
    }

    is_int(same, WORDS, "the masks of %d parties cancel", PARTIES);
    is_int(zero, 0, "no word stays unmasked");
}


/* Whatever changes in a label changes the stream. */

static void
test_label(void)
{
    u_char      secret[32];
    uint64_t    words[7];
    unsigned    i, j, equal;
    ic_label_t  label[7];

    memset(secret, 1, sizeof(secret));

    for (i = 0; i < 7; i++) {
        fill_label(&label[i]);
        words[i] = 0;
    }

    label[1].round++;
    label[2].attempt++;
    label[3].from++;
    label[4].to++;
    label[5].purpose = "mas";
    label[6].context[31] ^= 1;

    for (i = 0; i < 7; i++) {
        (void) ic_mask_apply(secret, &label[i], 1, &words[i], 1);
    }

    for (equal = 0, i = 0; i < 7; i++) {
        for (j = i + 1; j < 7; j++) {
            equal += words[i] == words[j];
        }
    }

    is_int(equal, 0, "seven labels, seven streams");
}


static void
test_seal(void)
{
    u_char      secret[32], box[5 + IC_SEAL_OVERHEAD], other[sizeof(box)];
    u_char      text[5];
    unsigned    i, refused;
    ic_label_t  label;

    memset(secret, 9, sizeof(secret));
    fill_label(&label);
    label.purpose = "share";

    ok(ic_seal(secret, &label, "aad", 3, "hello", 5, box) == 0, "seal");
    ok(ic_unseal(secret, &label, "aad", 3, box, sizeof(box), text) == 0
       && memcmp(text, "hello", 5) == 0, "unseal");
    (void) ic_seal(secret, &label, "aad", 3, "hello", 5, other);
    ok(memcmp(box, other, sizeof(box)) != 0, "never the same bytes twice");

    for (refused = 0, i = 0; i < sizeof(box); i++) {
        box[i] ^= 1;
        refused += ic_unseal(secret, &label, "aad", 3, box, sizeof(box),
                             text) != 0;
        box[i] ^= 1;
    }

    is_int(refused, sizeof(box), "any changed byte is noticed");
    ok(ic_unseal(secret, &label, "aae", 3, box, sizeof(box), text) != 0,
       "other associated data");
    ok(ic_unseal(secret, &label, "aad", 3, box, IC_SEAL_OVERHEAD - 1, text)
       != 0, "too short");
    label.round++;
    ok(ic_unseal(secret, &label, "aad", 3, box, sizeof(box), text) != 0,
       "replayed in another round");
}


static void
test_fixed(void)
{
    double    v;
    uint64_t  a, b;

    ok(ic_fixed_encode(-1.5, 1, &a) == 0 && ic_fixed_encode(0.25, 1, &b) == 0,
       "encode");
    ok(ic_fixed_decode(a + b, &v) == 0 && v == -1.25, "-1.5 + 0.25");
    ok(ic_fixed_encode(NAN, 1, &a) != 0, "NaN refused");
    ok(ic_fixed_encode(INFINITY, 1, &a) != 0, "infinity refused");
    ok(ic_fixed_encode(IC_FIXED_LIMIT, 1, &a) == 0, "the limit is in");
    ok(ic_fixed_encode(-IC_FIXED_LIMIT, 2, &a) != 0, "half of it for two");
    ok(ic_fixed_decode((uint64_t) 1 << 63, &v) != 0, "an overflow shows");
}
