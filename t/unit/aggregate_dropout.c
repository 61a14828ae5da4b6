
/*
 * Secure sums that lose a party, at every message of its own: the others have
 * the sums of the old set or of the smaller one, each of them the same, and
 * none is opened for both.
 */


#include "aggregate_lossy.h"


/* The last party is cut at that message of round number. */

static void
test_cut(const char *when, unsigned kind, unsigned number, bool after)
{
    bool       well, sums;
    local_t   *net;
    unsigned   i, first, all, left;

    all = (1U << PARTIES) - 2;
    left = all & ~(1U << (PARTIES - 1));
    net = create(1, 3);
    cuts[0].party = PARTIES - 1;
    cuts[0].kind = kind;
    cuts[0].number = number;
    cuts[0].after = after;
    (void) local_run(net);

    for (well = true, i = 0; i < PARTIES - 1; i++) {
        well &= net->parties[i].rc == 0
                && (i == 0 || (plan.ngone[i] == 1
                               && plan.round[i] == plan.round[1]));
    }

    if (!ok(well && net->parties[PARTIES - 1].rc != 0,
            "gone %s of round %u: the others end well", when, number))
    {
        explain(net);
    }

    first = plan.round[1];
    is_int(first, number + (kind == IC_AGGREGATE_RELEASE
                            || (kind == IC_AGGREGATE_READY && after)),
           "... and say so from its first round on");

    for (sums = true, i = 0; i < ROUNDS; i++) {
        sums &= is_sum(net, i + 1 < first ? all : left, i);
    }

    ok(sums && opened_once(net),
       "... the sums of all before, of the others from then on");
    ok(strstr(local_output(net, 0, "report"),
              "\"party\":\"host.3\",\"node_id\":\"node_5\",\"rows\":50")
       != NULL, "... the arbiter reports it");
    local_destroy(net);
}


static void
test_bounds(void)
{
    local_t  *net;

    net = create(2, 3);
    cuts[0].party = PARTIES - 1;
    cuts[0].kind = IC_AGGREGATE_RELEASE;
    cuts[0].number = 2;
    cuts[1] = cuts[0];
    cuts[1].party = PARTIES - 2;
    test_refused(net, "peer_silent", "after all had agreed to open round 2",
                 "two at once between their consent and the opening");

    net = create(2, 3);
    cuts[0].party = 1;
    cuts[0].kind = IC_AGGREGATE_SUM;
    cuts[0].number = 2;
    test_refused(net, "peer_silent", "no sum is possible without it",
                 "the guest");

    net = create(1, 3);
    cuts[0].party = 3;
    cuts[0].kind = IC_AGGREGATE_SUM;
    cuts[0].number = 2;
    cuts[1] = cuts[0];
    cuts[1].party = 4;
    test_refused(net, "peer_silent", "let no more parties drop out",
                 "two at once where one may");

    net = create(2, 4);
    cuts[0].party = 3;
    cuts[0].kind = IC_AGGREGATE_SUM;
    cuts[0].number = 1;
    cuts[1] = cuts[0];
    cuts[1].party = 4;
    cuts[1].number = 3;
    test_refused(net, "peer_silent", "let no more parties drop out",
                 "too few are left");

    net = create(1, 5);
    test_refused(net, "bad_parameter", "none may drop out",
                 "a bound that nobody may pass");

    net = create(0, 3);
    cuts[0].party = 3;
    cuts[0].kind = IC_AGGREGATE_SUM;
    cuts[0].number = 2;
    test_refused(net, "peer_silent", "no host.1", "without max_dropouts");
}


/* Two hosts, one while the others agree on the set without the first. */

static void
test_two(unsigned kind, unsigned number)
{
    bool       well, sums;
    local_t   *net;
    unsigned   i, set;

    net = create(2, 3);
    cuts[0].party = 2;
    cuts[0].kind = IC_AGGREGATE_SUM;
    cuts[0].number = 2;
    cuts[1].party = 4;
    cuts[1].kind = kind;
    cuts[1].number = number;
    (void) local_run(net);
    set = 1U << 1 | 1U << 3 | 1U << 5;

    for (well = true, i = 0; i < PARTIES; i++) {
        well &= i == 2 || i == 4 ? net->parties[i].rc != 0
                                 : net->parties[i].rc == 0;
    }

    for (sums = is_sum(net, (1U << PARTIES) - 2, 0), i = 1; i < ROUNDS; i++) {
        sums &= is_sum(net, set, i)
                || (kind == IC_AGGREGATE_SUM && i + 1 < number
                    && is_sum(net, set | 1U << 4, i));
    }

    if (!ok(well && sums && plan.ngone[1] == 2 && plan.least_of == 3,
            "two are lost, the second at its %s %u",
            kind == IC_AGGREGATE_SUM ? "sum" : "key", number))
    {
        explain(net);
    }

    local_destroy(net);
}


/* A round that nobody wants again. */

static void
test_settled(void)
{
    bool       well;
    local_t   *net;
    unsigned   i;

    net = create(1, 3);
    plan.settled = 3;
    cuts[0].party = 3;
    cuts[0].kind = IC_AGGREGATE_READY;
    cuts[0].number = 4;
    (void) local_run(net);

    for (well = true, i = 1; i < PARTIES; i++) {
        well &= i == 3 || (net->parties[i].rc == 0 && plan.unsummed[i]);
    }

    if (!ok(well && is_sum(net, (1U << PARTIES) - 2, 2),
            "settled: a sum that lost a party is left out, all end well"))
    {
        explain(net);
    }

    local_destroy(net);
}


/* No key, mask or context of the set before is one of the set after. */

static void
test_fresh(void)
{
    bool              fresh;
    local_t          *net;
    local_message_t  *one, *two;

    net = create(1, 3);
    cuts[0].party = PARTIES - 1;
    cuts[0].kind = IC_AGGREGATE_READY;
    cuts[0].number = 2;
    (void) local_run(net);
    fresh = true;

    for (one = net->first; one != NULL; one = one->next) {
        for (two = one->next; two != NULL; two = two->next) {

            /* what each says of itself, shares, ciphertexts */

            if (one->from != two->from || one->from == 0
                || kind_of(one) != kind_of(two)
                || one->len < 100 || two->len < 100)
            {
                continue;
            }

            fresh &= memmem(two->data + 80, two->len - 80, one->data + 80,
                            16)
                     == NULL;
        }
    }

    ok(fresh, "after a loss nothing is like before");
    local_destroy(net);
}


int
main(void)
{
    test_cut("before its ciphertexts", IC_AGGREGATE_SUM, 1, false);
    test_cut("before its ciphertexts", IC_AGGREGATE_SUM, 3, false);
    test_cut("after its ciphertexts", IC_AGGREGATE_SUM, 2, true);
    test_cut("before its consent", IC_AGGREGATE_READY, 1, false);
    test_cut("before its consent", IC_AGGREGATE_READY, 4, false);
    test_cut("after its consent", IC_AGGREGATE_READY, 3, true);
    test_cut("before its key of the round", IC_AGGREGATE_RELEASE, 1, false);
    test_cut("before its key of the round", IC_AGGREGATE_RELEASE, ROUNDS,
             false);
    test_cut("after its key of the round", IC_AGGREGATE_RELEASE, 2, true);
    test_cut("before its result", IC_AGGREGATE_FINAL, ROUNDS + 1, false);
    test_bounds();
    test_two(IC_AGGREGATE_SUM, 2);
    test_two(IC_AGGREGATE_SUM, 4);
    test_two(IC_AGGREGATE_HELLO, 1);
    test_settled();
    test_fresh();

    return done();
}
