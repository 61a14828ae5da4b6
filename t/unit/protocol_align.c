
/* Aligned tables: the same ids in the same order at all parties, or not. */


#include "../../src/protocol/ic_agree.h"
#include "../../src/protocol/ic_align.h"
#include "../../src/protocol/ic_tables.h"
#include "task_local.h"


static const char *const  kinds[] = { NULL, "the start", "a point", "a proof" };


static int
run(ic_task_t *task)
{
    int            rc;
    int64_t        rows[LOCAL_MAX];
    ic_wire_t      wire;
    const char    *id;
    ic_table_t    *table;

    ic_wire_init(&wire, task, "test", 1, kinds, 4);
    table = NULL;

    if (ic_input_given(task, "train_data")) {
        table = ic_input_table(task, "train_data", 0);
    }

    id = ic_task_param(task, "unique_id") == NULL ? NULL : "id";

    rc = ic_agree(&wire, ic_str("x"), table != NULL ? ic_table_rows(table)
                                                    : -1, rows);
    if (rc == 0) {
        rc = ic_align(&wire, 2, rows, table, id);
    }

    ic_table_close(table);

    return rc;
}


/* The tables of guest, host.0 and host.1; the arbiter has none. */

static local_t *
create(const char *guest, const char *first, const char *second)
{
    local_t  *net;

    net = local_create(run, "arbiter.0 guest.0 host.0 host.1");
    local_params(net, LOCAL_ALL, "{\"unique_id\":\"id\"}");
    local_csv(net, 1, "train_data", guest);
    local_csv(net, 2, "train_data", first);
    local_csv(net, 3, "train_data", second);

    return net;
}


static void
refused(local_t *net, unsigned party, const char *code, const char *text,
    const char *name)
{
    bool      found;
    unsigned  i;

    ok(local_run(net) != 0, "%s: refused", name);

    for (found = false, i = 0; i < net->count; i++) {
        found |= (party == 0 || party == i)
                 && strcmp(net->parties[i].code, code) == 0
                 && strstr(net->parties[i].text, text) != NULL;
    }

    ok(found, "%s: %s, \"%s\"", name, code, text);
    local_destroy(net);
}


static void
test_good(void)
{
    int               again;
    u_char            before[32];
    local_t          *net;
    local_message_t  *m;

    for (again = 0; again < 2; again++) {
        net = create("id,x\na,1\n\xe4\xb8\xad,2\n",
                     "id,y\na,3\n\xe4\xb8\xad,4\n",
                     "z,id\n5,a\n6,\xe4\xb8\xad\n");
        ok(local_run(net) == 0, "three parties with the same ids");
        ok(!local_passed(net, "\xe4\xb8\xad", 3), "... which do not pass");

        for (m = net->first; m != NULL && m->data[3] != 2; m = m->next) {
            /* void */
        }

        ok(m != NULL && m->len == IC_MESSAGE_HEADER + 32, "... but a point");
        ok(!again || memcmp(before, m->data + IC_MESSAGE_HEADER, 32) != 0,
           "... of that run alone");
        memcpy(before, m->data + IC_MESSAGE_HEADER, 32);
        local_destroy(net);
    }

    net = create("id\n", "id\n", "id\n");
    ok(local_run(net) == 0, "no rows are aligned");
    local_destroy(net);

    net = create("id\na\nb\n", "id\na\nb\n", "key\nx\ny\n");
    local_params(net, 3, "{}");
    ok(local_run(net) == 0, "a party that names no ids is only counted");
    local_destroy(net);
}


static void
test_refused(void)
{
    refused(create("id\na\nb\n", "id\na\nb\n", "id\nb\na\n"), 0,
            "data_not_aligned", "the ids of", "another order");
    refused(create("id\nab\nc\n", "id\na\nbc\n", "id\na\nbc\n"), 0,
            "data_not_aligned", "the ids of", "ids that run together");
    refused(create("id\na\nb\n", "id\na\n", "id\na\nb\n"), 0,
            "data_not_aligned", "rows, we have", "fewer rows");
    refused(create("id\na\nb\n", "id\na\nb\n", "id,x\na,1\n,2\n"), 3,
            "data_null_value", "row 2", "a row without id");
    refused(create("id\na\n", "x\na\n", "id\na\n"), 2,
            "data_missing_column", "no column id", "no such column");
}


static void
mirror(local_t *net, local_message_t *m)
{
    local_message_t  *old;

    for (old = net->first; old != NULL; old = old->next) {
        if (m->data[3] >= 2 && m->data[3] == net->tampered
            && old->data[3] == m->data[3] && m->from == 2 && m->to == 1
            && old->from == 1 && old->to == 2)
        {
            memcpy(m->data, old->data, m->len);
        }
    }
}


static void
no_point(local_t *net, local_message_t *m)
{
    if (m->data[3] == 2 && m->from == 2 && m->to == 1) {
        memset(m->data + IC_MESSAGE_HEADER, 0, 32);
        m->data[IC_MESSAGE_HEADER] = 1;
    }
}


static void
no_proof(local_t *net, local_message_t *m)
{
    if (m->data[3] == 3 && m->from == 2 && m->to == 1) {
        m->data[m->len - 1] ^= 1;
    }
}


static void
cut(local_t *net, local_message_t *m)
{
    if (m->data[3] == net->tampered && m->from == 2 && m->to == 1) {
        m->len--;
    }
}


int
main(void)
{
    local_t   *net;
    unsigned   i;

    static const struct {
        void       (*tamper)(local_t *net, local_message_t *m);
        int          kind;
        const char  *code;
        const char  *text;
        const char  *name;
    } cases[] = {
        { no_point, 0, "peer_protocol", "point", "a point of small order" },
        { no_proof, 0, "data_not_aligned", "the ids", "another proof" },
        { cut, 2, "peer_protocol", "length", "a shorter point" },
        { cut, 3, "peer_protocol", "length", "a shorter proof" }
    };

    test_good();
    test_refused();

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        net = create("id\na\n", "id\na\n", "id\na\n");
        net->tamper = cases[i].tamper;
        net->tampered = cases[i].kind;
        refused(net, 1, cases[i].code, cases[i].text, cases[i].name);
    }

    /* when ours was not sent before, there is nothing to mirror */

    for (i = 2; i <= 3; i++) {
        net = create("id\na\n", "id\nb\n", "id\na\n");
        net->tamper = mirror;
        net->tampered = (int) i;
        ok(local_run(net) != 0, "our own message %u sent back proves nothing",
           i);
        local_destroy(net);
    }

    return done();
}
