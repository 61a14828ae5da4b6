
/*
 * Computing on shares: every operation against plain arithmetic, with two
 * and three parties and a coordinator, and with two and Paillier; what
 * passes; what others must not send.
 */


#include <math.h>

#include "../../src/math/ic_paillier.h"
#include "../../src/math/ic_share.h"
#include "../../src/protocol/ic_shares.h"
#include "task_local.h"


#define N       320
#define WIDTH   (N / 64)
#define RUNS    9

#define THREE   "arbiter.0 guest.0 host.0 host.1"
#define TWO     "arbiter.0 guest.0 host.0"
#define PAIR    "guest.0 host.0"


typedef struct {
    uint64_t  x[N];
    uint64_t  y[N];
    uint64_t  out[RUNS][N];
    int       live;
} party_t;

typedef struct {
    const char  *names;
    unsigned     count;          /* data parties */
    bool         paillier;
} mode_t_;


static int run(ic_task_t *task);
static int compute(ic_shares_t *shares, void *data);
static int compare(ic_shares_t *shares, party_t *me, const uint64_t *x,
    const uint64_t *y, const uint64_t *s);
static void fill(uint64_t seed);
static void test_mode(const mode_t_ *mode);
static void check(unsigned i);
static void test_hostile(void);
static void test_traffic(const mode_t_ *mode);
static uint64_t next(uint64_t *state);


static const mode_t_  modes[] = {
    { TWO, 2, false }, { THREE, 3, false }, { PAIR, 2, true }
};

static party_t   parties[IC_SHARES_MAX];
static uint64_t  values[2][N];               /* of the first two parties */
static bool      paillier;
static unsigned  batches;


int
main(void)
{
    unsigned  i, k;

    for (i = 0; i < 3; i++) {
        for (k = 0; k < 3; k++) {
            fill(1 + 7 * k);
            test_mode(&modes[i]);
        }
    }

    test_hostile();

    for (i = 0; i < 3; i++) {
        test_traffic(&modes[i]);
    }

    return done();
}


static int
run(ic_task_t *task)
{
    int                rc;
    unsigned           i;
    ic_shares_t       *shares;
    ic_shares_conf_t   conf = {
        .topic = "shares",
        .paillier = paillier,
        .modulus_bits = 1024,
        .paillier_flags = IC_PAILLIER_INSECURE,
        .threads = 1
    };

    shares = ic_shares_open(task, &conf, ic_str("x"), 5);

    if (shares == NULL) {
        return -1;
    }

    for (rc = 0, i = 0; rc == 0 && i < batches; i++) {
        rc = ic_shares_batch(shares, compute,
                             ic_shares_self(shares) < 0 ? NULL
                             : &parties[ic_shares_self(shares)]);
    }

    if (rc == 0 && ic_shares_self(shares) == 0) {
        ic_task_fact(task, "rounds", ic_shares_cost(shares).rounds);
    }

    ic_shares_close(shares);

    return rc;
}


/* All of it once; the second party's results go to all. */

static int
compute(ic_shares_t *shares, void *data)
{
    party_t   *me, none;
    unsigned   all;

    me = data != NULL ? data : &none;
    all = (1u << ic_shares_count(shares)) - 1;

    if (ic_shares_live(shares)) {
        me->live++;
        memcpy(me->x, values[0], sizeof(me->x));
        memcpy(me->y, values[1], sizeof(me->y));
    }

    if (ic_shares_input(shares, 0, me->x, N) != 0
        || ic_shares_input(shares, 1, me->y, N) != 0
        || ic_shares_multiply(shares, me->out[0], me->x, me->y, N) != 0
        || ic_shares_reveal(shares, all, me->out[0], N, false) != 0)
    {
        return -1;
    }

    /* halves, so that they are within +-2^62 */

    if (ic_shares_live(shares)) {
        memcpy(me->out[7], me->y, sizeof(me->y));
    }

    if (ic_shares_shift(shares, me->out[1], me->y, N, 16) != 0
        || ic_shares_reveal(shares, 2, me->out[1], N, false) != 0)
    {
        return -1;
    }

    return compare(shares, me, me->x, me->y, me->out[7]);
}


static int
compare(ic_shares_t *shares, party_t *me, const uint64_t *x,
    const uint64_t *y, const uint64_t *s)
{
    uint64_t  a[N], b[N], c[N];
    unsigned  all;

    all = (1u << ic_shares_count(shares)) - 1;

    if (ic_shares_live(shares)) {
        ic_share_subtract(c, x, y, N);
    }

    if (ic_shares_negative(shares, a, x, N, 64) != 0
        || ic_shares_negative(shares, b, s, N, 63) != 0
        || ic_shares_and(shares, me->out[2], a, b, WIDTH) != 0
        || ic_shares_number(shares, me->out[3], a, N) != 0
        || ic_shares_zero(shares, me->out[4], c, N, 64) != 0
        || ic_shares_zero(shares, me->out[5], x, N, 33) != 0)
    {
        return -1;
    }

    if (ic_shares_live(shares)) {
        ic_shares_not(shares, me->out[6], a, WIDTH);
        ic_shares_constant(shares, me->out[8], 17, N);
    }

    return ic_shares_reveal(shares, all, me->out[2], N, true) != 0
           || ic_shares_reveal(shares, all, me->out[3], N, false) != 0
           || ic_shares_reveal(shares, all, me->out[4], N, true) != 0
           || ic_shares_reveal(shares, all, me->out[5], N, true) != 0
           || ic_shares_reveal(shares, all, me->out[6], N, true) != 0
           || ic_shares_reveal(shares, all, me->out[8], N, false) != 0
           ? -1 : 0;
}


/* x of the whole ring, y half of it, many of them equal or at the edges. */

static void
fill(uint64_t seed)
{
    size_t    i;
    uint64_t  state;

    static const uint64_t  ends[] = {
        0, 1, (uint64_t) -1, INT64_MAX, (uint64_t) INT64_MIN,
        (uint64_t) INT64_MIN + 1, (uint64_t) 1 << 32, (uint64_t) 1 << 33,
        (uint64_t) 1 << 62, 0 - ((uint64_t) 1 << 62)
    };

    printf("# seed %llu\n", (unsigned long long) seed);

    for (state = seed, i = 0; i < N; i++) {
        values[0][i] = i < 100 ? ends[i / 10] : next(&state);
        values[1][i] = i < 100 ? ends[i % 10] : next(&state);
        values[1][i] = (uint64_t) ((int64_t) values[1][i] >> 1);

        if (i >= 100 && i % 7 == 0) {
            values[0][i] = values[1][i] + i % 3 - 1;
        }
    }
}


static void
test_mode(const mode_t_ *mode)
{
    local_t   *net;
    unsigned   i;

    paillier = mode->paillier;
    batches = 2;
    memset(parties, 0, sizeof(parties));
    net = local_create(run, mode->names);

    ok(local_run(net) == 0, "%s%s", mode->names,
       mode->paillier ? ", Paillier" : "");

    for (i = 0; i < net->count; i++) {
        if (net->parties[i].rc != 0) {
            printf("# %s: %s %s\n", net->names[i].name, net->parties[i].code,
                   net->parties[i].text);
        }
    }

    for (i = 0; i < mode->count; i++) {
        is_int(parties[i].live, 2, "run twice with values");
        check(i);
    }

    for (i = 1; i < mode->count; i++) {
        ok(memcmp(parties[0].out[3], parties[i].out[3],
                  sizeof(parties[0].out[3])) == 0, "all have the same");
    }

    ok(memcmp(parties[0].out[1], parties[1].out[1],
              sizeof(parties[0].out[1])) != 0,
       "what is for one is not the other's");

    local_destroy(net);
}


static void
check(unsigned i)
{
    size_t     k;
    int64_t    x, y, got;
    party_t   *p;
    unsigned   wrong[RUNS] = { 0 };

#define BIT(n)  (p->out[n][k / 64] >> (k % 64) & 1)

    p = &parties[i];

    for (k = 0; k < N; k++) {
        x = (int64_t) values[0][k];
        y = (int64_t) values[1][k];
        wrong[0] += p->out[0][k] != values[0][k] * values[1][k];
        got = (int64_t) p->out[1][k];
        wrong[1] += i == 1 && got != y >> 16 && got != (y >> 16) + 1;
        wrong[2] += BIT(2) != (x < 0 && y < 0);
        wrong[3] += p->out[3][k] != (x < 0);
        wrong[4] += BIT(4) != (x == y);
        wrong[5] += BIT(5) != ((x & 0x1ffffffff) == 0);
        wrong[6] += BIT(6) != (x >= 0);
        wrong[8] += p->out[8][k] != 17;
    }

    is_int(wrong[0], 0, "products modulo 2^64");
    is_int(wrong[1], 0, "shifted: the floor or one more");
    is_int(wrong[2], 0, "both negative, of 64 and 63 bits");
    is_int(wrong[3], 0, "a sign as a number");
    is_int(wrong[4], 0, "equal");
    is_int(wrong[5], 0, "zero in its 33 low bits");
    is_int(wrong[6], 0, "not");
    is_int(wrong[8], 0, "a constant");
}


static uint64_t
next(uint64_t *state)
{
    uint64_t  z;

    z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;

    return z ^ z >> 31;
}


/* One message of a kind: cut, longer, of another kind, or lost bytes. */

static unsigned  bad_kind, bad_how, bad_skip;


static void
tamper(local_t *net, local_message_t *m)
{
    if (m->data[3] != bad_kind || net->tampered++ != (int) bad_skip) {
        return;
    }

    switch (bad_how) {

    case 0:
        m->len -= 8;
        break;

    case 1:
        m->len -= 1;
        break;

    case 2:
        m->data = realloc(m->data, m->len + 8);
        memset(m->data + m->len, 7, 8);
        m->len += 8;
        break;

    case 3:
        m->data[3] = 5;
        break;

    case 4:
        m->data[7] ^= 1;
        break;

    case 5:
        m->data[20] ^= 1;
        break;

    default:
        m->len = 40;
        break;
    }
}


static void
test_hostile(void)
{
    bool        told;
    local_t    *net;
    unsigned    mode, i;

    batches = 1;

    for (mode = 1; mode < 3; mode++) {
        for (bad_kind = 2; bad_kind < 8; bad_kind++) {
            for (bad_how = 0; bad_how < 7; bad_how++) {

                if ((bad_kind == 3 && mode == 2)
                    || (bad_kind > 5 && mode == 1)
                    || (bad_kind == 5 && bad_how == 3))
                {
                    continue;
                }

                paillier = modes[mode].paillier;
                bad_skip = bad_how % 2;

                if (bad_kind == 3) {
                    bad_skip = 0;
                }

                net = local_create(run, modes[mode].names);
                net->tamper = tamper;
                told = local_run(net) != 0 && net->tampered > 0;

                for (i = 0; i < net->count; i++) {
                    told = told
                           && (net->parties[i].code[0] == '\0'
                               || strcmp(net->parties[i].code,
                                         "peer_protocol") == 0
                               || strcmp(net->parties[i].code,
                                         "peer_silent") == 0);
                }

                ok(told, "%s: message of kind %u, fault %u: peer_protocol",
                   modes[mode].names, bad_kind, bad_how);
                local_destroy(net);
            }
        }
    }
}


/* Bytes of two runs with the same values: uniform, and nothing comes again. */

static void
test_traffic(const mode_t_ *mode)
{
    size_t            i, len, bytes, same, counts[256] = { 0 };
    double            square;
    local_t          *net[2];
    uint64_t          sent;
    unsigned          k, known, base;
    local_message_t  *m, *o;

    paillier = mode->paillier;
    batches = 1;
    fill(3);

    for (k = 0; k < 2; k++) {
        net[k] = local_create(run, mode->names);
        ok(local_run(net[k]) == 0, "a recorded run");
    }

    /* what is for several parties counts once */

    for (bytes = 0, m = net[0]->first; m != NULL; m = m->next) {

        base = net[0]->count - mode->count;

        if (m->from >= base && m->to != base + (m->from == base)) {
            continue;
        }

        for (i = 40; (m->data[3] == 4 || m->data[3] == 3) && i < m->len; i++)
        {
            counts[m->data[i]]++;
            bytes++;
        }
    }

    for (square = 0, i = 0; i < 256; i++) {
        square += pow((double) counts[i] - (double) bytes / 256, 2)
                  / ((double) bytes / 256);
    }

    /* 255 degrees of freedom: above 388 once in 10^7 */

    ok(bytes > 10000 && square < 388, "%zu opened bytes are uniform: "
       "chi square %.1f", bytes, square);

    for (known = 0, i = 100; i < N; i++) {
        for (k = 0; k < 2; k++) {
            sent = values[k][i];
            known += local_passed(net[0], &sent, 8);
        }
    }

    is_int(known, 0, "no value in clear");

    for (same = 0, m = net[0]->first; m != NULL; m = m->next) {
        for (o = net[1]->first; m->data[3] > 2 && o != NULL; o = o->next) {
            len = m->len < o->len ? m->len : o->len;

            for (i = 40; i + 8 <= len; i += 8) {
                same += memcmp(m->data + i, o->data + i, 8) == 0;
            }
        }
    }

    is_int((long long) same, 0, "nothing repeats in a second run");

    for (k = 0; k < 2; k++) {
        local_destroy(net[k]);
    }
}
