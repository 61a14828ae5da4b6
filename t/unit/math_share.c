
/* Additive sharing: every local step against the arithmetic it stands for. */


#include <openssl/rand.h>
#include <math.h>
#include <stdlib.h>

#include "../../src/math/ic_cpu.h"
#include "../../src/math/ic_extension.h"
#include "../../src/math/ic_share.h"
#include "tap.h"


#define N  1024


static void test_fixed(void);
static void test_split(void);
static void test_product(void);
static void test_shift(unsigned parties);
static void test_shift_pair(void);
static void test_planes(void);
static void test_extension(void);
static void fill(void *data, size_t len);
static void deal(uint64_t *shares, const uint64_t *words, unsigned parties);
static uint64_t edge(size_t i, uint64_t random);


int
main(void)
{
    test_fixed();
    test_split();
    test_product();
    test_shift(2);
    test_shift(3);
    test_shift_pair();
    test_planes();
    test_extension();

    ic_cpu_hide(IC_CPU_VAES);
    test_split();
    test_extension();

    return done();
}


static void
test_fixed(void)
{
    uint64_t  w;

    ok(ic_share_encode(1.5, 16, &w) == 0 && w == 98304
       && ic_share_decode(w, 16) == 1.5, "1.5 with 16 bits");
    ok(ic_share_encode(-ldexp(1, -16), 16, &w) == 0 && w == (uint64_t) -1
       && ic_share_decode(w, 16) == -ldexp(1, -16), "the last place");
    ok(ic_share_encode(ldexp(0.49, -16), 16, &w) == 0 && w == 0, "rounded");
    ok(ic_share_encode(NAN, 16, &w) == -1, "no number");
    ok(ic_share_encode(INFINITY, 16, &w) == -1
       && ic_share_encode(-INFINITY, 0, &w) == -1, "infinite");
    ok(ic_share_encode(ldexp(1, 46), 16, &w) == -1
       && ic_share_encode(-ldexp(1, 46), 16, &w) == -1, "2^62 is too much");
    ok(ic_share_encode(ldexp(1, 46) - 1, 16, &w) == 0
       && ic_share_decode(w, 16) == ldexp(1, 46) - 1, "what is below");
    ok(ic_share_encode(1, IC_SHARE_MAX_BITS + 1, &w) == -1, "41 bits");
}


static void
test_split(void)
{
    u_char         keys[2][IC_STREAM_KEY];
    size_t         i;
    uint64_t       values[N], own[N], other[2][N];
    unsigned       wrong, same;
    const u_char  *list[2] = { keys[0], keys[1] };

    fill(values, sizeof(values));
    fill(keys, sizeof(keys));
    memcpy(own, values, sizeof(own));

    ok(ic_share_split(list, 2, 6, own, N - 1) == 0
       && ic_share_expand(keys[0], 6, other[0], N - 1) == 0
       && ic_share_expand(keys[1], 6, other[1], N - 1) == 0, "three shares");

    ic_share_add(other[0], other[0], other[1], N - 1);
    ic_share_add(other[0], other[0], own, N - 1);

    for (wrong = 0, same = 0, i = 0; i < N - 1; i++) {
        wrong += other[0][i] != values[i];
        same += own[i] == values[i];
    }

    is_int(wrong, 0, "... of the same values");
    is_int(same, 0, "... none of which shows");
}


static void
test_product(void)
{
    size_t    i;
    unsigned  p, wrong, kind;
    uint64_t  x[N], y[N], a[N], b[N], c[N], d[N], e[N], r[N], sum;
    uint64_t  as[3 * N], bs[3 * N], cs[3 * N], z[N];

    for (kind = 0; kind < 2; kind++) {
        fill(x, sizeof(x));
        fill(y, sizeof(y));
        fill(a, sizeof(a));
        fill(b, sizeof(b));

        for (i = 0; i < N; i++) {
            x[i] = edge(i, x[i]);
            c[i] = kind == 0 ? a[i] * b[i] : (a[i] & b[i]);
            d[i] = kind == 0 ? x[i] - a[i] : x[i] ^ a[i];
            e[i] = kind == 0 ? y[i] - b[i] : y[i] ^ b[i];
        }

        /* additive shares serve, their exclusive or is what counts for & */

        deal(as, a, 3);
        deal(bs, b, 3);
        deal(cs, c, 3);

        if (kind == 1) {
            for (i = 0; i < N; i++) {
                as[i] = a[i] ^ as[N + i] ^ as[2 * N + i];
                bs[i] = b[i] ^ bs[N + i] ^ bs[2 * N + i];
                cs[i] = c[i] ^ cs[N + i] ^ cs[2 * N + i];
            }
        }

        memset(z, 0, sizeof(z));

        for (p = 0; p < 3; p++) {
            (kind == 0 ? ic_share_product : ic_share_and)(r, d, e,
                as + p * N, bs + p * N, cs + p * N, p == 0, N);
            (kind == 0 ? ic_share_add : ic_share_xor)(z, z, r, N);
        }

        for (wrong = 0, i = 0; i < N; i++) {
            sum = kind == 0 ? x[i] * y[i] : (x[i] & y[i]);
            wrong += z[i] != sum;
        }

        is_int(wrong, 0, kind == 0 ? "products" : "ands");
    }

    ic_share_scale(z, x, (uint64_t) -3, N);
    ic_share_subtract(r, z, x, N);

    for (wrong = 0, i = 0; i < N; i++) {
        wrong += r[i] != 0 - 4 * x[i];
    }

    is_int(wrong, 0, "scaled and subtracted");
}


/* Values up to both ends of the range, masks up to both of theirs. */

static void
test_shift(unsigned parties)
{
    size_t    i;
    int64_t   got, floor;
    unsigned  p, bits, wrong, more;
    uint64_t  x[N], mask[N], low[N], top[N], open[N], r[N], z[N];
    uint64_t  lows[3 * N], tops[3 * N];

    static const unsigned  by[] = { 1, 7, 16, 24, 40, 61 };

    for (bits = 0; bits < sizeof(by) / sizeof(by[0]); bits++) {
        fill(x, sizeof(x));
        fill(mask, sizeof(mask));

        for (i = 0; i < N; i++) {
            x[i] = (uint64_t) ((int64_t) edge(i, x[i]) >> 1);
            mask[i] = edge(i / 16, mask[i]);
            low[i] = mask[i] << 1 >> 1 >> by[bits];
            top[i] = mask[i] >> 63;
            open[i] = x[i] + IC_SHARE_LIFT + mask[i];
        }

        deal(lows, low, parties);
        deal(tops, top, parties);
        memset(z, 0, sizeof(z));

        for (p = 0; p < parties; p++) {
            ic_share_shift_masked(r, open, lows + p * N, tops + p * N,
                                  by[bits], p == 0, N);
            ic_share_add(z, z, r, N);
        }

        for (wrong = 0, more = 0, i = 0; i < N; i++) {
            got = (int64_t) z[i];
            floor = (int64_t) x[i] >> by[bits];
            wrong += got != floor && got != floor + 1;
            more += got != floor;
        }

        is_int(wrong, 0, "%u parties: shifted by %u, %u of %d up", parties,
               by[bits], more, N);
    }
}


static void
test_shift_pair(void)
{
    size_t    i;
    int64_t   got, floor;
    unsigned  p, bits, wrong;
    uint64_t  x[N], shares[2 * N], wraps[2 * N], wrap[N], r[N], z[N];

    for (bits = 1; bits < 62; bits += 12) {
        fill(x, sizeof(x));

        for (i = 0; i < N; i++) {
            x[i] = (uint64_t) ((int64_t) edge(i, x[i]) >> 1);
        }

        deal(shares, x, 2);

        for (i = 0; i < N; i++) {
            shares[N + i] = edge(i / 16, shares[N + i]);
            shares[i] = x[i] - shares[N + i] + IC_SHARE_LIFT;
            wrap[i] = shares[i] >> 63 | shares[N + i] >> 63;
        }

        deal(wraps, wrap, 2);
        memset(z, 0, sizeof(z));

        for (p = 0; p < 2; p++) {
            ic_share_shift_pair(r, shares + p * N, wraps + p * N, bits,
                                p == 0, N);
            ic_share_add(z, z, r, N);
        }

        for (wrong = 0, i = 0; i < N; i++) {
            got = (int64_t) z[i];
            floor = (int64_t) x[i] >> bits;
            wrong += got != floor && got != floor + 1;
        }

        is_int(wrong, 0, "without a mask: shifted by %u", bits);
    }
}


static void
test_planes(void)
{
    size_t    i;
    unsigned  b, wrong;
    uint64_t  words[N], planes[N], open[N / 64], mask[N / 64], masks[2 * N];
    uint64_t  bits[N], r[N], z[N];

    fill(words, sizeof(words));
    ic_share_planes(planes, words, N, 64);

    for (wrong = 0, i = 0; i < N; i++) {
        for (b = 0; b < 64; b++) {
            wrong += (planes[b * (N / 64) + i / 64] >> (i % 64) & 1)
                     != (words[i] >> b & 1);
        }
    }

    is_int(wrong, 0, "planes of bits");

    fill(mask, sizeof(mask));

    for (i = 0; i < N / 64; i++) {
        open[i] = planes[i] ^ mask[i];
    }

    for (i = 0; i < N; i++) {
        bits[i] = mask[i / 64] >> (i % 64) & 1;
    }

    deal(masks, bits, 2);
    ic_share_unmask(z, open, masks, true, N);
    ic_share_unmask(r, open, masks + N, false, N);
    ic_share_add(z, z, r, N);

    for (wrong = 0, i = 0; i < N; i++) {
        wrong += z[i] != (words[i] & 1);
    }

    is_int(wrong, 0, "bits as numbers");
}


static void
test_extension(void)
{
    size_t              i;
    u_char              key[16];
    uint64_t            choices[N / 64], bit, *message, *t, *q, *h[3];
    unsigned            j, again, wrong, guessed;
    ic_extension_in_t   in;
    ic_extension_out_t  out;

    memset(&in, 0, sizeof(in));
    memset(&out, 0, sizeof(out));
    fill(in.seeds, sizeof(in.seeds));
    fill(out.delta, sizeof(out.delta));
    fill(key, sizeof(key));

    for (j = 0; j < IC_EXTENSION_WIDTH; j++) {
        memcpy(out.seeds[j], in.seeds[j][out.delta[j / 64] >> (j % 64) & 1],
               IC_STREAM_KEY);
    }

    message = malloc(ic_extension_words(N / 64) * 8);
    t = malloc(2 * N * 8);
    q = malloc(2 * N * 8);

    for (j = 0; j < 3; j++) {
        h[j] = malloc(N * 8);
    }

    for (again = 0; again < 2; again++) {
        fill(choices, sizeof(choices));

        ok(ic_extension_receive(&in, choices, N / 64, message, t) == 0
           && ic_extension_send(&out, message, N / 64, q) == 0
           && ic_extension_hash(key, again * N, t, NULL, N, h[0]) == 0
           && ic_extension_hash(key, again * N, q, NULL, N, h[1]) == 0
           && ic_extension_hash(key, again * N, q, out.delta, N, h[2]) == 0,
           "%d transfers", N);

        for (wrong = 0, guessed = 0, i = 0; i < N; i++) {
            bit = choices[i / 64] >> (i % 64) & 1;
            wrong += h[0][i] != h[1 + bit][i];
            guessed += h[0][i] == h[2 - bit][i];
        }

        is_int(wrong, 0, "... give what was chosen");
        is_int(guessed, 0, "... and not the other");
    }

    for (j = 0; j < 3; j++) {
        free(h[j]);
    }

    free(message);
    free(t);
    free(q);
}


static void
fill(void *data, size_t len)
{
    if (RAND_bytes(data, (int) len) != 1) {
        printf("Bail out! no random numbers\n");
        exit(1);
    }
}


static void
deal(uint64_t *shares, const uint64_t *words, unsigned parties)
{
    size_t    i;
    unsigned  p;

    fill(shares, parties * N * sizeof(uint64_t));

    for (i = 0; i < N; i++) {
        shares[i] = words[i];

        for (p = 1; p < parties; p++) {
            shares[i] -= shares[p * N + i];
        }
    }
}


/* One of sixteen is an end of the range, or beside it. */

static uint64_t
edge(size_t i, uint64_t random)
{
    static const uint64_t  ends[] = {
        0, 1, (uint64_t) -1, INT64_MAX, (uint64_t) INT64_MIN,
        (uint64_t) INT64_MIN + 1, 0xffff, 0x10000, (uint64_t) -0x10000
    };

    return i % 16 < sizeof(ends) / sizeof(ends[0]) ? ends[i % 16] : random;
}
