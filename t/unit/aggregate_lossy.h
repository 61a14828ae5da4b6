
/* Secure sums of a guest, four hosts and an arbiter that may lose hosts. */


#ifndef _AGGREGATE_LOSSY_H_INCLUDED_
#define _AGGREGATE_LOSSY_H_INCLUDED_


#include "../../src/protocol/ic_aggregate_state.h"
#include "task_local.h"


#define COUNT   5                /* values of a sum */
#define ROUNDS  4
#define PARTIES 6                /* with the arbiter, which is 0 */


typedef struct {
    unsigned  most;
    unsigned  least;
    unsigned  settled;           /* from that round on */
    unsigned  seconds;
    uint64_t  sums[LOCAL_MAX][ROUNDS][COUNT];
    bool      unsummed[LOCAL_MAX];
    unsigned  ngone[LOCAL_MAX];
    unsigned  round[LOCAL_MAX];  /* of the first that is gone */
    unsigned  least_of;
} plan_t;

/* Whom the network cuts off, at which of its messages. */
typedef struct {
    unsigned  party;             /* 0: nobody */
    unsigned  kind;
    unsigned  number;
    bool      after;             /* it still arrives */
} cut_t;

static plan_t  plan;
static cut_t   cuts[2];


static inline unsigned
kind_of(const local_message_t *m)
{
    return (unsigned) m->data[2] << 8 | m->data[3];
}


static inline unsigned
number_of(const local_message_t *m)
{
    return (unsigned) m->data[6] << 8 | m->data[7];
}


static inline uint64_t
value_of(unsigned party, unsigned round, unsigned i)
{
    return ((uint64_t) party * 1000003 + round) << 40 ^ (i + 1) * 7919
           ^ (uint64_t) 1 << (10 * party);
}


static inline int
sum_all(ic_aggregate_t *a, unsigned me)
{
    u_char                      digest[32] = { 3 };
    unsigned                    r, i, count;
    const ic_aggregate_gone_t  *gone;

    for (r = 0; r < ROUNDS; r++) {

        if (plan.settled == r + 1) {
            ic_aggregate_settle(a);
        }

        for (i = 0; i < COUNT; i++) {
            plan.sums[me][r][i] = value_of(me, r, i);
        }

        if (ic_aggregate_sum_words(a, plan.sums[me][r], COUNT, COUNT) == 0) {
            continue;
        }

        memset(plan.sums[me][r], 0, sizeof(plan.sums[me][r]));

        if (!ic_aggregate_unsummed(a)) {
            return -1;
        }

        plan.unsummed[me] = true;
        break;
    }

    if (ic_aggregate_confirm(a, digest) != 0) {
        return -1;
    }

    gone = ic_aggregate_gone(a, &count);
    plan.ngone[me] = count;
    plan.round[me] = count > 0 ? gone[0].round : 0;
    plan.least_of = ic_aggregate_least(a);

    return 0;
}


static inline int
run(ic_task_t *task)
{
    int                  rc;
    ic_aggregate_t      *a;
    ic_aggregate_conf_t  conf = {
        .key_length = 2048, .modulus_bits = 512,
        .max_dropouts = plan.most, .min_parties = plan.least,
        .dropout_timeout = plan.seconds,
        .paillier_flags = IC_PAILLIER_INSECURE
    };

    if (task->index == 0) {
        return ic_aggregate_serve(task, &conf, ic_str("x"));
    }

    a = ic_aggregate_open(task, &conf, ic_str("x"), 10 * task->index);
    rc = a != NULL ? sum_all(a, task->index) : -1;
    ic_aggregate_close(a);

    return rc;
}


static inline void
cut(local_t *net, local_message_t *m)
{
    unsigned  i;

    for (i = 0; i < 2; i++) {
        if (cuts[i].party == m->from && m->from != 0
            && kind_of(m) == cuts[i].kind && number_of(m) == cuts[i].number)
        {
            net->gone[m->from] = 1;
            m->taken = !cuts[i].after;
        }
    }
}


static inline local_t *
create(unsigned most, unsigned least)
{
    local_t  *net;

    memset(&plan, 0, sizeof(plan));
    memset(cuts, 0, sizeof(cuts));
    plan.most = most;
    plan.least = least;
    plan.seconds = 60;

    net = local_create(run, "arbiter.0 guest.0 host.0 host.1 host.2 host.3");
    net->lossy = 1;
    net->tamper = cut;

    return net;
}


static inline void
explain(const local_t *net)
{
    unsigned  i;

    for (i = 0; i < net->count; i++) {
        printf("# %s: %d %s %s\n", net->names[i].name, net->parties[i].rc,
               net->parties[i].code, net->parties[i].text);
    }
}


/* The sums of round r are those of the set, for all who end well. */

static inline bool
is_sum(const local_t *net, unsigned set, unsigned r)
{
    uint64_t  sum;
    unsigned  i, party, who;

    for (i = 0; i < COUNT; i++) {

        for (sum = 0, party = 1; party < PARTIES; party++) {
            sum += set & 1U << party ? value_of(party, r, i) : 0;
        }

        for (who = 1; who < PARTIES; who++) {
            if (net->parties[who].rc == 0 && plan.sums[who][r][i] != sum) {
                return false;
            }
        }
    }

    return true;
}


/* Nobody gave its key to its partial decryptions away twice in a round. */

static inline bool
opened_once(local_t *net)
{
    unsigned          seen[LOCAL_MAX][ROUNDS + 2];
    local_message_t  *m;

    memset(seen, 0, sizeof(seen));

    for (m = net->first; m != NULL; m = m->next) {
        if (kind_of(m) == IC_AGGREGATE_RELEASE
            && seen[m->from][number_of(m)]++ > 0)
        {
            return false;
        }
    }

    return true;
}


/* A run that must fail, everywhere, with a text somewhere. */

static inline void
test_refused(local_t *net, const char *code, const char *text,
    const char *name)
{
    bool      found, all;
    unsigned  i;

    (void) local_run(net);

    for (found = false, all = true, i = 0; i < net->count; i++) {
        found |= strcmp(net->parties[i].code, code) == 0
                 && strstr(net->parties[i].text, text) != NULL;
        all &= net->parties[i].rc != 0;
    }

    if (!ok(found && all, "%s: refused, %s: %s", name, code, text)) {
        explain(net);
    }

    local_destroy(net);
}


#endif /* _AGGREGATE_LOSSY_H_INCLUDED_ */
