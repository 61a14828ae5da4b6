
/*
 * Secure sums against plain ones: two to five parties, any number of values,
 * doubles and words; what passes between them, and what is noticed.
 */


#include <math.h>

#include "../../src/protocol/ic_aggregate_state.h"
#include "task_local.h"


#define MOST  3000


typedef struct {
    unsigned     count;          /* of values */
    bool         two;
    int64_t      rows;           /* of party 1; the others one more each */
    double       huge;           /* party 1's first value, if not 0 */
    u_char       last;           /* party 2's digest ends so */
} plan_t;

static plan_t           plan;
static double           values[LOCAL_MAX][MOST], sums[LOCAL_MAX][MOST];
static uint64_t         words[LOCAL_MAX][MOST], wsums[LOCAL_MAX][MOST];
static uint64_t         drawn[LOCAL_MAX][4];
static u_char           secrets[LOCAL_MAX][IC_EXCHANGE_KEY];
static u_char           keys[LOCAL_MAX][IC_EXCHANGE_KEY];
static u_char           contexts[LOCAL_MAX][IC_MESSAGE_CONTEXT];


static int
sum_all(ic_aggregate_t *a, unsigned me)
{
    u_char  digest[32];

    memcpy(sums[me], values[me], sizeof(sums[me]));
    memcpy(wsums[me], words[me], sizeof(wsums[me]));
    memcpy(keys[me], a->check_key, IC_EXCHANGE_KEY);
    memcpy(contexts[me], a->wire.context, IC_MESSAGE_CONTEXT);
    memcpy(secrets[me], a->peers[a->own == 0].secret, IC_EXCHANGE_KEY);

    if (plan.huge != 0 && me == 1) {
        sums[me][0] = plan.huge;
    }

    memset(digest, 7, sizeof(digest));
    digest[31] = me == 2 ? plan.last : 7;

    return ic_aggregate_sum(a, sums[me], plan.count, plan.count) != 0
           || ic_aggregate_sum_words(a, wsums[me], plan.count, 0) != 0
           || ic_aggregate_random(a, "one", drawn[me], 2) != 0
           || ic_aggregate_random(a, "two", drawn[me] + 2, 2) != 0
           || ic_aggregate_confirm(a, digest) != 0 ? -1 : 0;
}


static int
run(ic_task_t *task)
{
    int                  rc;
    ic_str_t             common;
    ic_aggregate_t      *a;
    ic_aggregate_conf_t  conf = {
        .key_length = 2048, .allow_two_parties = plan.two,
        .modulus_bits = 512, .paillier_flags = IC_PAILLIER_INSECURE
    };

    common = ic_json_str(ic_task_param(task, "common"));

    if (task->index == 0) {
        return ic_aggregate_serve(task, &conf, common);
    }

    a = ic_aggregate_open(task, &conf, common,
                          plan.rows + task->index - 1);

    if (a == NULL) {
        return -1;
    }

    rc = ic_aggregate_all_rows(a)
         == ic_aggregate_rows(a, 0) * a->count
            + a->count * (a->count - 1) / 2
         && ic_aggregate_own(a) == task->index - 1
         && strcmp(ic_aggregate_party(a, a->own)->name,
                   ic_task_self(task)->name)
            == 0
         ? sum_all(a, task->index) : ic_task_fail(task, "x", NULL, 0, "y");

    ic_aggregate_close(a);

    return rc;
}


static local_t *
create(unsigned parties, unsigned count)
{
    char      names[128];
    local_t  *net;
    unsigned  i;

    strcpy(names, "arbiter.0 guest.0");

    for (i = 1; i < parties; i++) {
        (void) snprintf(names + strlen(names), sizeof(names) - strlen(names),
                        " host.%u", i - 1);
    }

    memset(&plan, 0, sizeof(plan));
    plan.count = count;
    plan.two = true;
    plan.rows = 5;
    plan.last = 7;

    net = local_create(run, names);
    local_params(net, LOCAL_ALL, "{\"common\":\"x=1\"}");

    return net;
}


static void
draw(void)
{
    unsigned  i, j;

    for (i = 0; i < LOCAL_MAX; i++) {
        for (j = 0; j < MOST; j++) {
            values[i][j] = ldexp((double) (random() - (1 << 30)),
                                 (int) (random() % 30) - 30);
            words[i][j] = (uint64_t) random() << 33 ^ (uint64_t) random();
        }
    }
}


static void
test_sums(unsigned parties, unsigned count)
{
    int        rc;
    bool       same;
    double     off, plain;
    local_t   *net;
    uint64_t   wplain;
    unsigned   i, j;

    draw();
    net = create(parties, count);
    rc = local_run(net);
    ok(rc == 0, "%u parties, %u values %s", parties, count,
       net->parties[1].text);

    for (off = 0, same = true, j = 0; rc == 0 && j < count; j++) {
        for (plain = 0, wplain = 0, i = 1; i <= parties; i++) {
            plain += values[i][j];
            wplain += words[i][j];
        }

        /* doubles of 2^30 have 23 bits behind the point */

        off = fmax(off, fabs(sums[1][j] - plain) - fabs(plain) * 1e-15);

        for (i = 1; i <= parties; i++) {
            same &= memcmp(&sums[i][j], &sums[1][j], sizeof(double)) == 0
                    && wsums[i][j] == wplain;
        }
    }

    ok(off <= parties * ldexp(1, -25), "... the sums, %.1e off", off);
    ok(same, "... the same bits everywhere, words exact");

    for (same = true, i = 2; i <= parties; i++) {
        same &= memcmp(drawn[i], drawn[1], sizeof(drawn[1])) == 0;
    }

    ok(same && memcmp(drawn[1], drawn[1] + 2, 16) != 0,
       "... the same random words, others for another purpose");
    ok(rc != 0 || strstr(local_output(net, 0, "report"), "\"rounds\":"),
       "... the arbiter reports %s", local_output(net, 0, "report"));
    local_destroy(net);
}


/* Nothing of eight bytes is the same in two runs with the same values. */

static void
test_fresh(void)
{
    u_char            before[2][32], *all[2], *swap;
    size_t            len[2], i, repeats;
    local_t          *net;
    unsigned          n;
    local_message_t  *m;

    for (n = 0; n < 2; n++) {
        net = create(3, 20);
        ok(local_run(net) == 0, "a run to listen to");
        all[n] = malloc(1 << 20);

        for (len[n] = 0, m = net->first; m != NULL; m = m->next) {

            /* of a hello the key; certificates and parameters stay */

            if (m->data[3] <= IC_AGGREGATE_ROSTER) {
                continue;
            }

            memcpy(all[n] + len[n], m->data + 8, m->len - 8);
            len[n] += m->len - 8;
        }

        ok(!local_passed(net, secrets[1], 16)
           && !local_passed(net, keys[1], 16)
           && !local_passed(net, "x=1", 3), "no secret, no parameter in it");

        for (i = 0; n == 1 && i < 4; i++) {
            ok(!local_passed(net, &values[1 + i % 3][i], 8)
               && !local_passed(net, &words[1 + i % 3][i], 8)
               && !local_passed(net, &wsums[1][i], 8), "no part, no sum");
        }

        if (n == 0) {
            memcpy(before[0], contexts[1], 32);
            memcpy(before[1], keys[1], 32);
        }

        local_destroy(net);
    }

    ok(memcmp(before[0], contexts[1], 32) != 0
       && memcmp(before[1], keys[1], 32) != 0,
       "the same task again has another context and other keys");

    for (repeats = 0, i = 0; i + 8 <= len[1]; i++) {
        swap = all[1] + i;

        /* counts and lengths have many zeros */

        if (memchr(swap, 0, 8) == NULL
            && memmem(all[0], len[0], swap, 8) != NULL)
        {
            repeats++;
        }
    }

    is_int((int64_t) repeats, 0, "nothing of 8 bytes repeats");
    free(all[0]);
    free(all[1]);
}


static void
expect(local_t *net, const char *code, const char *text, const char *name)
{
    bool      found;
    unsigned  i;

    ok(local_run(net) != 0, "%s: refused", name);

    for (found = false, i = 0; i < net->count; i++) {
        found |= strcmp(net->parties[i].code, code) == 0
                 && strstr(net->parties[i].text, text) != NULL;
    }

    if (!ok(found, "%s: %s, \"%s\"", name, code, text)) {
        for (i = 0; i < net->count; i++) {
            printf("# %u: %s %s\n", i, net->parties[i].code,
                   net->parties[i].text);
        }
    }

    local_destroy(net);
}


/* The product of an earlier round once more. */

static void
old_product(local_t *net, local_message_t *m)
{
    local_message_t  *old;

    for (old = net->first; old != NULL; old = old->next) {
        if (m->data[3] == IC_AGGREGATE_PRODUCT && m->data[7] == 2
            && old->data[3] == IC_AGGREGATE_PRODUCT && old->to == m->to)
        {
            memcpy(m->data + 8, old->data + 8, m->len - 8);
            net->tampered++;
        }
    }
}


/* The first product so many times, to all alike; 0: encrypted zeros. */

static unsigned  times;
static unsigned  shifted;        /* 1: by 2^63, the check word too */
static u_char    multiple[128];


static void
multiple_product(local_t *net, local_message_t *m)
{
    u_char               *n;
    size_t                at, i, index;
    BIGNUM               *zero;
    local_message_t      *one;
    ic_cipher_t          *cipher;
    ic_paillier_t        *key;
    ic_ciphertexts_t     *c, *sum;
    ic_paillier_fault_e   fault;

    if (m->data[3] != IC_AGGREGATE_PRODUCT || m->data[7] != 1) {
        return;
    }

    for (n = NULL, one = net->first; one != NULL; one = one->next) {
        if (one->data[3] == IC_AGGREGATE_DEAL) {
            n = one->data + IC_MESSAGE_HEADER + 4;
        }
    }

    key = ic_paillier_create(n, 512 / 8, 512, IC_PAILLIER_INSECURE, &fault);
    cipher = ic_cipher_create(key, ic_pair_backend(), 1);
    at = m->len - sizeof(multiple);
    c = ic_ciphertexts_create(cipher, 1);
    sum = ic_ciphertexts_create(cipher, 1);
    zero = BN_new();

    (void) ic_ciphertexts_encrypt(cipher, sum,
                                  (const BIGNUM *const *) &zero);
    (void) ic_ciphertexts_load(c, m->data + at, key->size, &index);

    for (i = 0; i < times; i++) {
        (void) ic_ciphertexts_add(sum, sum, c);
    }

    if (shifted) {
        BN_set_bit(zero, 63);
        BN_set_bit(zero, 63 + 72 * 3);
        (void) ic_ciphertexts_encrypt(cipher, c,
                                      (const BIGNUM *const *) &zero);
        (void) ic_ciphertexts_add(sum, sum, c);
    }

    if (net->tampered++ == 0) {
        (void) ic_ciphertexts_store(sum, multiple);
    }

    memcpy(m->data + at, multiple, sizeof(multiple));

    BN_free(zero);
    ic_ciphertexts_destroy(c);
    ic_ciphertexts_destroy(sum);
    ic_cipher_destroy(cipher);
    ic_paillier_destroy(key);
}


static void
fewer_rows(local_t *net, local_message_t *m)
{
    if (m->data[3] == IC_AGGREGATE_ROSTER && m->to == 2) {
        m->data[IC_MESSAGE_HEADER + 4 + 7] ^= 1;
        net->tampered++;
    }
}


static void
test_refused(void)
{
    local_t  *net;

    net = create(2, 3);
    plan.two = false;
    expect(net, "too_few_parties", "2 data parties", "two parties");

    net = create(1, 3);
    expect(net, "too_few_parties", "a sum of one", "one party");

    net = create(3, 3);
    strcpy(net->names[2].role, "guest");
    expect(net, "bad_parameter", "one guest and one arbiter", "two guests");

    net = create(3, 3);
    local_params(net, 3, "{\"common\":\"x=2\"}");
    expect(net, "bad_parameter", "host.1 has other parameters; ours are x=1",
           "other parameters");

    net = create(3, 3);
    plan.huge = 1e11;
    expect(net, "data_out_of_range", "range of 2^38", "a value too large");

    net = create(3, 3);
    plan.huge = NAN;
    expect(net, "data_out_of_range", "range of 2^38", "no number");

    net = create(3, 3);
    plan.last = 8;
    expect(net, "peer_protocol", "host.0 arrived at another result",
           "another result");

    net = create(3, 3);
    plan.rows = -3;
    expect(net, "peer_protocol", "an impossible number of rows",
           "rows below zero");

    net = create(3, 3);
    net->tamper = old_product;
    expect(net, "peer_protocol", "the sum is not that of what", "a product "
           "of an earlier round");

    for (times = 0; times < 3; times += 2) {
        net = create(3, 3);
        net->tamper = multiple_product;
        expect(net, "peer_protocol", "the sum is not that of what",
               times == 0 ? "zeros for the product" : "twice the product");
    }

    times = 1;
    shifted = 1;
    net = create(3, 3);
    net->tamper = multiple_product;
    expect(net, "peer_protocol", "the sum is not that of what",
           "the highest bit of a value and of its check word");
    shifted = 0;

    net = create(3, 3);
    net->tamper = fewer_rows;
    expect(net, "peer_identity", "is not who it says", "other rows than "
           "were signed");
}


int
main(void)
{
    unsigned  i, seed;

    static const unsigned  cases[][2] = {
        { 2, 0 }, { 2, 1 }, { 3, 6 }, { 3, 7 }, { 3, 8 }, { 4, 57 },
        { 5, 70 }, { 3, MOST }
    };

    seed = (unsigned) getpid();
    printf("# seed %u\n", seed);
    srandom(seed);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_sums(cases[i][0], cases[i][1]);
    }

    test_fresh();
    test_refused();

    return done();
}
