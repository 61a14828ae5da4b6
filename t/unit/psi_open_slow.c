
/*
 * A peer of the open protocol that is only slow, repeats what was not
 * confirmed, or sends in parts and in any order: that is no lie. And what
 * passes tells nothing of keys.
 */


#include "psi_open_push.h"


#define ROWS  1500                           /* two batches and the last */


static unsigned          way;
static local_message_t  *kept;               /* the message before */


/*
 * Every third message in three parts, the last first; or every one twice; or
 * each two in the other order.
 */

static void
slow(local_t *net, local_message_t *m)
{
    u_char     *value;
    size_t      len, cut[4];
    unsigned    i;
    Psi__Push  *push, *first;
    Psi__Part   part = PSI__PART__INIT;

    push = psi__push__unpack(NULL, m->len, m->data);
    net->tampered++;

    if (strncmp(push->key, "connect", 7) == 0) {
        psi__push__free_unpacked(push, NULL);
        return;
    }

    value = push->value.data;
    len = push->value.len;

    if (way == 0 && len > 8) {
        cut[0] = 0;
        cut[1] = len / 3;
        cut[2] = len / 2;
        cut[3] = len;
        push->trans_type = 1;
        push->chunk_info = &part;
        part.message_length = len;

        for (i = 3; i-- > 0; /* void */ ) {
            part.chunk_offset = cut[i];
            push->value.data = value + cut[i];
            push->value.len = cut[i + 1] - cut[i];

            if (i > 0) {
                insert(net, m, push);

            } else {
                pack(m, push);
            }
        }

        push->chunk_info = NULL;
        push->value.data = value;

    } else if (way == 1) {
        insert(net, m, push);

    } else if (way == 2 && m->from == 1 && strchr(push->key, '>') != NULL) {

        if (kept == NULL) {
            kept = calloc(1, sizeof(local_message_t));
            kept->data = malloc(m->len);
            kept->len = m->len;
            memcpy(kept->data, m->data, m->len);
            m->taken = 1;

        } else {
            first = psi__push__unpack(NULL, kept->len, kept->data);
            insert(net, m, push);
            pack(m, first);
            psi__push__free_unpacked(first, NULL);
            free(kept->data);
            free(kept);
            kept = NULL;
        }
    }

    psi__push__free_unpacked(push, NULL);
}


static void
run_slow(void)
{
    char      *tables[2];
    local_t   *net;

    static const char *const  params[] = {
        PARAMS(""), PARAMS(",\"link\":\"counted\",\"handshake\":true"),
        PARAMS(",\"receivers\":\"guest\"")
    };
    static const char *const  what[] = {
        "in parts", "twice", "in another order"
    };

    tables[0] = psi_ids(0, ROWS);
    tables[1] = psi_ids(ROWS / 2, ROWS);

    for (way = 0; way < 3; way++) {
        net = psi_parties("guest.0 host.0", params[way],
                          (const char *const *) tables);
        net->tamper = slow;
        kept = NULL;
        ok(local_run(net) == 0 && net->tampered > 4, "%s: %s %s", what[way],
           net->parties[0].text, net->parties[1].text);
        is_int(psi_common(net, 0), ROWS / 2, "what is common is found");
        local_destroy(net);
    }

    free(tables[0]);
    free(tables[1]);
}


/* No key, no hash of one, and no point of one run in another. */

static void
run_private(void)
{
    char       *tables[2];
    u_char      hash[2][32];
    size_t      i, n;
    local_t    *nets[2];
    unsigned    k, again;
    Psi__Push  *push;
    Psi__Batch *batch;

    tables[0] = psi_ids(0, 200);
    tables[1] = psi_ids(100, 200);
    ic_sha256(hash[0], "id-000001", 9);
    ic_sha256(hash[1], "id-000150", 9);

    for (k = 0; k < 2; k++) {
        nets[k] = psi_parties("guest.0 host.0", PARAMS(""),
                              (const char *const *) tables);
        ok(local_run(nets[k]) == 0, "a run");
        ok(!local_passed(nets[k], "id-0", 4)
           && !local_passed(nets[k], hash[0], 8)
           && !local_passed(nets[k], hash[1], 8),
           "no key and no hash of one");
    }

    again = 0;
    n = 0;

    for (local_message_t *m = nets[0]->first; m != NULL; m = m->next) {
        push = psi__push__unpack(NULL, m->len, m->data);
        batch = psi__batch__unpack(NULL, push->value.len, push->value.data);

        for (i = 0; batch != NULL && i + 8 <= batch->ciphertext.len; i += 4) {
            again += local_passed(nets[1], batch->ciphertext.data + i, 8);
            n++;
        }

        if (batch != NULL) {
            psi__batch__free_unpacked(batch, NULL);
        }

        psi__push__free_unpacked(push, NULL);
    }

    ok(n > 4000, "%zu places", n);
    is_int(again, 0, "no eight bytes of points come again in another run");

    local_destroy(nets[0]);
    local_destroy(nets[1]);
    free(tables[0]);
    free(tables[1]);
}


int
main(void)
{
    run_slow();
    run_private();

    return done();
}
