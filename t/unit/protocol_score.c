
/* Sums of parts of scores, told to one party. */


#include <math.h>

#include "../../src/protocol/ic_agree.h"
#include "../../src/protocol/ic_vertical_score.h"
#include "task_local.h"


#define MOST  70000              /* more than a message has */


static const char *const  kinds[] = { NULL, "the start", "a key", "scores" };

static double    parts[LOCAL_MAX][MOST];
static double    sums[MOST];
static int64_t   rows;
static unsigned  decimals;


static int
run(ic_task_t *task)
{
    int64_t            rows_of[LOCAL_MAX];
    ic_wire_t          wire;
    unsigned           i;
    const ic_party_t  *guest;

    i = task->index;
    guest = ic_task_party(task, "guest.0");
    ic_wire_init(&wire, task, "test", 1, kinds, 4);

    if (ic_agree(&wire, ic_str("x"), rows, rows_of) != 0) {
        return -1;
    }

    return strcmp(ic_task_self(task)->role, "arbiter") == 0 ? 0
           : ic_vertical_score(&wire, 2, guest, parts[i], rows, decimals);
}


static unsigned
make(const char *names, unsigned parties)
{
    int64_t   k;
    unsigned  i, first;

    first = strncmp(names, "arbiter", 7) == 0;
    memset(sums, 0, sizeof(sums));

    for (i = first; i < parties; i++) {
        for (k = 0; k < rows; k++) {
            parts[i][k] = (double) (rand() % 2000001 - 1000000) / 1e4 + i;
            sums[k] += i == first ? parts[i][k]
                       : round(parts[i][k] * pow(10, decimals))
                         / pow(10, decimals);
        }
    }

    return first;
}


static void
test_sums(const char *names, unsigned parties, int64_t count, unsigned places)
{
    double    most;
    int64_t   k;
    local_t  *net;
    unsigned  first, i, seen;
    uint64_t  word;

    rows = count;
    decimals = places;
    first = make(names, parties);
    net = local_create(run, names);
    ok(local_run(net) == 0, "%s, %lld rows, %u decimals%s", names,
       (long long) count, places, net->parties[first].text);

    for (most = 0, k = 0; k < rows; k++) {
        most = fmax(most, fabs(parts[first][k] - sums[k]));
    }

    ok(most <= .51 * pow(10, -(double) places) + 1e-9,
       "... sums are off by %.2g", most);

    for (seen = 0, i = first + 1; i < parties; i++) {
        for (k = 0; k < rows && k < 500; k++) {
            word = (uint64_t) llround(parts[i][k] * pow(10, places));
            seen += llabs((int64_t) word) > 65536
                    && local_passed(net, &word, sizeof(word));
            seen += local_passed(net, &parts[i][k], sizeof(double));
        }
    }

    ok(seen == 0, "... and no part passes");
    local_destroy(net);
}


static void
flip(local_t *net, local_message_t *m)
{
    if (m->from == 1 && m->data[3] == 3) {
        m->data[m->len - 1] ^= 1;
        net->tampered = 1;
    }
}


static void
shorten(local_t *net, local_message_t *m)
{
    if (m->from == 1 && m->data[3] == 3) {
        m->len -= 8;
        net->tampered = 1;
    }
}


static void
other_key(local_t *net, local_message_t *m)
{
    if (m->from == 1 && m->data[3] == 2) {
        m->data[IC_MESSAGE_HEADER] ^= 1;
        net->tampered = 1;
    }
}


static void
expect(const char *name, const char *code)
{
    local_t  *net;

    net = local_create(run, "guest.0 host.0");
    net->tamper = strcmp(name, "another key") == 0 ? other_key
                  : strcmp(name, "a changed part") == 0 ? flip
                  : strcmp(name, "a part less") == 0 ? shorten : NULL;
    ok(local_run(net) != 0, "%s: fails", name);
    ok(strcmp(net->parties[0].code, code) == 0
       || strcmp(net->parties[1].code, code) == 0, "... with %s", code);
    local_destroy(net);
}


int
main(void)
{
    test_sums("guest.0 host.0", 2, 1000, 6);
    test_sums("guest.0 host.0", 2, 1, 0);
    test_sums("guest.0 host.0", 2, 0, 3);
    test_sums("guest.0 host.0", 2, MOST, 9);
    test_sums("guest.0 host.0 host.1", 3, 300, 4);
    test_sums("arbiter.0 guest.0 host.0 host.1 host.2", 5, 300, 8);

    rows = 20;
    decimals = 6;
    (void) make("guest.0 host.0", 2);
    expect("another key", "peer_identity");
    expect("a changed part", "peer_protocol");
    expect("a part less", "peer_protocol");

    parts[1][3] = 1e12;
    expect("too large a part", "data_out_of_range");
    parts[1][3] = NAN;
    expect("no number", "data_out_of_range");

    return done();
}
