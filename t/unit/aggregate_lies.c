
/* What an arbiter tells of lost parties that is not so, and who notices. */


#include "aggregate_lossy.h"


static int  lie;                 /* which of those below */


/* One more message of the arbiter: who is left out. */

static local_message_t *
forge(local_t *net, const local_message_t *like, unsigned to,
    const uint32_t *words, unsigned count)
{
    unsigned          i;
    local_message_t  *m;

    m = calloc(1, sizeof(local_message_t));
    *m = *like;
    m->to = to;
    m->taken = 0;
    m->len = IC_MESSAGE_HEADER + 4 * count;
    m->data = malloc(m->len);
    memcpy(m->data, like->data, IC_MESSAGE_HEADER);
    m->data[3] = IC_AGGREGATE_LOST;

    for (i = 0; i < count; i++) {
        m->data[IC_MESSAGE_HEADER + 4 * i + 3] = (u_char) words[i];
        memset(m->data + IC_MESSAGE_HEADER + 4 * i, 0, 3);
    }

    m->next = NULL;

    if (net->last != NULL) {
        net->last->next = m;

    } else {
        net->first = m;
    }

    net->last = m;

    return m;
}


enum {
    LIE_GUEST = 1,               /* the guest is gone */
    LIE_OPENED,                  /* after the consents, before the opening */
    LIE_OLD_ROUND,
    LIE_TWICE,                   /* the same party twice */
    LIE_NOBODY
};


/* The arbiter is somebody who tells host.0 what suits it. */

static void
lying(local_t *net, local_message_t *m)
{
    static const uint32_t  last[] = { 1, 4 }, third[] = { 1, 3 },
                           guest[] = { 1, 0 }, twice[] = { 2, 4, 4 },
                           nobody[] = { 0 };

    if (m->from != 0 || net->tampered > 4) {
        return;
    }

    switch (lie) {

    case LIE_OPENED:

        if (kind_of(m) == IC_AGGREGATE_RELEASES && number_of(m) == 2
            && m->to == 2)
        {
            (void) forge(net, m, 2, last, 2);
            net->tampered = 9;
        }

        return;

    default:

        if (kind_of(m) != IC_AGGREGATE_PRODUCT || number_of(m) != 2
            || m->to != 2)
        {
            return;
        }
    }

    net->tampered = 9;

    switch (lie) {

    case LIE_GUEST:
        (void) forge(net, m, 2, guest, 2);
        break;

    case LIE_OLD_ROUND:
        forge(net, m, 2, third, 2)->data[7] = 1;
        break;

    case LIE_TWICE:
        (void) forge(net, m, 2, twice, 3);
        break;

    default:
        (void) forge(net, m, 2, nobody, 1);
    }
}


static void
test_lie(int which, const char *code, const char *text, const char *name)
{
    local_t  *net;

    lie = which;
    net = create(2, 3);
    net->tamper = lying;
    (void) local_run(net);

    if (!ok(strcmp(net->parties[2].code, code) == 0
            && strstr(net->parties[2].text, text) != NULL
            && opened_once(net),
            "%s: refused, %s: %s", name, code, text))
    {
        explain(net);
    }

    local_destroy(net);
}


/* host.3 is cut in round 2, and host.0 hears of another. */

static void
other_sets(local_t *net, local_message_t *m)
{
    if (m->from == 5 && kind_of(m) == IC_AGGREGATE_SUM && number_of(m) == 2) {
        net->gone[5] = 1;
        m->taken = 1;
    }

    if (m->from == 0 && kind_of(m) == IC_AGGREGATE_LOST && m->to == 2) {
        m->data[IC_MESSAGE_HEADER + 7] = 3;
    }
}


static void
test_other_sets(void)
{
    local_t  *net;

    net = create(2, 3);
    net->tamper = other_sets;
    plan.seconds = 2;
    test_refused(net, "peer_identity", "is not who it says",
                 "one party is told of another set");
}


/* The arbiter does not hear a party that is there, or says so. */

static void
unheard(local_t *net, local_message_t *m)
{
    if (m->from == 4 && kind_of(m) == IC_AGGREGATE_SUM && number_of(m) >= 2) {
        m->taken = 1;
    }
}


static void
test_alive(void)
{
    bool       well, sums;
    local_t   *net;
    unsigned   i;

    net = create(1, 3);
    net->tamper = unheard;
    plan.seconds = 4;
    (void) local_run(net);

    for (well = true, i = 0; i < PARTIES; i++) {
        well &= i == 4 || net->parties[i].rc == 0;
    }

    for (sums = is_sum(net, (1U << PARTIES) - 2, 0), i = 1; i < ROUNDS; i++) {
        sums &= is_sum(net, ((1U << PARTIES) - 2) & ~(1U << 4), i);
    }

    if (!ok(well && sums
            && strstr(net->parties[4].text, "the others go on without us")
               != NULL,
            "one that is not heard is left out and told so"))
    {
        explain(net);
    }

    local_destroy(net);
}


int
main(void)
{
    test_other_sets();
    test_lie(LIE_GUEST, "peer_silent", "no sum is possible without it",
             "the guest is said to be gone");
    test_lie(LIE_OPENED, "peer_protocol", "after all had agreed to open",
             "a party is said to be gone when all have agreed");
    test_lie(LIE_OLD_ROUND, "peer_protocol", "in another round",
             "of another round");
    test_lie(LIE_TWICE, "peer_protocol", "wrong length", "one party twice");
    test_lie(LIE_NOBODY, "peer_protocol", "in another round", "of nobody");
    test_alive();

    return done();
}
