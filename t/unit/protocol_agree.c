
/* The first messages of a task: what parties agree on, and what they refuse. */


#include "../../src/protocol/ic_agree.h"
#include "task_local.h"


#define CONTEXTS  LOCAL_MAX


static const char *const  kinds[] = { NULL, "the start", "a number" };

static ic_wire_t  wires[CONTEXTS];
static int64_t    rows[CONTEXTS][LOCAL_MAX];


static int
run(ic_task_t *task)
{
    ic_str_t      common;
    unsigned      i, n;
    ic_message_t  m;

    i = task->index;
    ic_wire_init(&wires[i], task, "test", 1, kinds, 3);
    common = ic_json_str(ic_task_param(task, "common"));

    if (ic_agree(&wires[i], common, 10 + (int64_t) i, rows[i]) != 0) {
        return -1;
    }

    for (n = 0; n < task->net->count; n++) {
        if (n != i) {
            ic_message_begin(&wires[i], &m, 2, i);
            ic_message_put_u64(&m, (uint64_t) -1 - i);
            ic_message_put_double(&m, -0.1);
            ic_message_put_bytes(&m, "ab", 2);

            if (ic_message_send(&m, &task->net->names[n]) != 0) {
                return -1;
            }
        }
    }

    for (n = 0; n < task->net->count; n++) {
        if (n != i) {
            if (ic_message_recv(&wires[i], &m, &task->net->names[n], 2, n)
                != 0
                || ic_message_get_u64(&m) != (uint64_t) -1 - n
                || ic_message_get_double(&m) != -0.1
                || !ic_str_is(ic_message_get_bytes(&m), "ab")
                || ic_message_whole(&m) != 0)
            {
                ic_message_drop(&m);
                return -1;
            }

            ic_message_drop(&m);
        }
    }

    return 0;
}


static local_t *
create(const char *other)
{
    local_t  *net;

    net = local_create(run, "arbiter.0 guest.0 host.0 host.1");
    local_params(net, LOCAL_ALL, "{\"common\":\"x=1\"}");

    if (other != NULL) {
        local_params(net, 2, other);
    }

    return net;
}


static void
test_agreement(void)
{
    int       again;
    u_char    before[IC_MESSAGE_CONTEXT];
    local_t  *net;
    unsigned  i;

    for (again = 0; again < 2; again++) {
        net = create(NULL);
        ok(local_run(net) == 0, "four parties agree");

        for (i = 1; i < 4; i++) {
            ok(memcmp(wires[i].context, wires[0].context,
                      IC_MESSAGE_CONTEXT) == 0
               && memcmp(rows[i], rows[0], 4 * sizeof(int64_t)) == 0,
               "... on one context and the rows of all");
        }

        is_int(rows[0][3], 13, "... which are right");
        ok(!again || memcmp(before, wires[0].context, sizeof(before)) != 0,
           "no two runs of a task have a context in common");
        ok(!local_passed(net, "x=1", 3), "parameters are not sent");
        memcpy(before, wires[0].context, sizeof(before));
        local_destroy(net);
    }
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

    ok(found, "%s: by %s, \"%s\"", name, code, text);
    local_destroy(net);
}


static void
lengthen(local_t *net, local_message_t *m)
{
    if (m->from == 2 && m->to == 0 && net->tampered++ == 0) {
        m->len++;
    }
}


static void
shorten(local_t *net, local_message_t *m)
{
    if (m->from == 2 && m->to == 0 && net->tampered++ == 0) {
        m->len = 39;
    }
}


static void
many_rows(local_t *net, local_message_t *m)
{
    if (m->from == 2 && m->to == 0 && net->tampered++ == 0) {
        m->data[IC_MESSAGE_HEADER + 2] = 1;
    }
}


static void
other_topic(local_t *net, local_message_t *m)
{
    if (m->from == 2 && m->to == 0 && net->tampered++ == 0) {
        m->data[10] ^= 1;
    }
}


static void
echo(local_t *net, local_message_t *m)
{
    local_message_t  *old;

    for (old = net->first; old != NULL; old = old->next) {
        if (m->from == 2 && m->to == 1 && old->from == 1 && old->to == 2
            && net->tampered++ == 0)
        {
            memcpy(m->data, old->data, m->len);
        }
    }
}


/* Both numbers differ for two listeners: their contexts differ too. */

static void
two_faces(local_t *net, local_message_t *m)
{
    if (m->from == 2 && m->to == 0 && net->tampered++ == 0) {
        m->data[IC_MESSAGE_HEADER + 7] ^= 1;
    }
}


static void
replay(local_t *net, local_message_t *m)
{
    if (m->from == 2 && m->to == 0 && m->data[3] == 2) {
        memset(m->data + 8, 7, IC_MESSAGE_CONTEXT);
    }
}


static const struct {
    void       (*tamper)(local_t *net, local_message_t *m);
    const char  *code;
    const char  *text;
    const char  *name;
} cases[] = {
    { lengthen, "peer_protocol", "of a wrong length", "a longer message" },
    { shorten, "peer_protocol", "no message of this protocol", "a stump" },
    { many_rows, "peer_protocol", "says it has", "too many rows" },
    { other_topic, "peer_protocol", "of another run", "another topic" },
    { two_faces, "peer_protocol", "of another run", "two faces" },
    { replay, "peer_protocol", "of another run", "an old message" }
};


int
main(void)
{
    local_t   *net;
    unsigned   i;

    test_agreement();

    expect(create("{\"common\":\"x=2\"}"), "bad_parameter",
           "host.0 has other parameters; ours are x=1", "other parameters");

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        net = create(NULL);
        net->tamper = cases[i].tamper;
        expect(net, cases[i].code, cases[i].text, cases[i].name);
    }

    net = create(NULL);
    net->tamper = echo;
    (void) local_run(net);
    ok(net->tampered == 0 || net->parties[1].failed,
       "our own first message sent back is refused");
    local_destroy(net);

    return done();
}
