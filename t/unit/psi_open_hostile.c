
/*
 * A peer of the open protocol that lies: each lie ends the task with
 * peer_protocol and without a result.
 */


#include "psi_open_push.h"


#define ROWS  1500                           /* two batches and the last */


static unsigned  lie;


/* What is within a message, changed and put back by a lie. */

typedef struct {
    Psi__Push      *push;
    Psi__Batch     *batch;                   /* or NULL */
    Psi__Request   *request;
    Psi__Response  *response;
} open_t;


static const struct {
    const char  *what;
    const char  *key;                        /* of the host's message */
    const char  *params;
    const char  *text;                       /* of the guest's cause */
} lies[] = {
    { "half a link message", "P2P-1:1->0", "", "no link message" },
    { "bytes that are none", "P2P-1:1->0", "", "no link message" },
    { "a million fields", "P2P-1:1->0", "", "no link message" },
    { "another rank", "P2P-1:1->0", "", "that is not due" },
    { "our direction", "P2P-1:1->0", "", "that is not due" },
    { "another channel", "P2P-1:1->0", "", "that is not due" },
    { "place 0", "P2P-1:1->0", "", "that is not due" },
    { "another spelling", "P2P-1:1->0", "", "that is not due" },
    { "a type of transfer that is none", "P2P-1:1->0", "", "not due" },
    { "a place far ahead", "P2P-1:1->0", "", "before its time" },
    { "a place again", "P2P-2:1->0", "", "sent " },
    { "a part without its whole", "P2P-1:1->0", "", "a part of nothing" },
    { "a part of a terabyte", "P2P-1:1->0", "", "before its time" },
    { "a part behind the end", "P2P-1:1->0", "", "do not fit" },
    { "numbers", "P2P-1:1->0", "", "numbers its messages" },
    { "a confirmation", "P2P-1:1->0", "", "numbers its messages" },
    { "half a batch", "root:P2P-1:1->0", "", "no batch" },
    { "a count too large", "root:P2P-1:1->0", "", "not as long as" },
    { "a count too small", "root:P2P-1:1->0", "", "not as long as" },
    { "fewer than none", "root:P2P-1:1->0", "", "wrong number of items" },
    { "more than all", "root:P2P-1:1->0", "", "wrong number of items" },
    { "nothing, and more to come", "root:P2P-1:1->0", "", "wrong number" },
    { "another index", "root:P2P-1:1->0", "", "where another one was due" },
    { "an index again", "root:P2P-2:1->0", "", "where another one was due" },
    { "another type", "root:P2P-1:1->0", "", "of a type that is not" },
    { "a byte less", "root:P2P-1:1->0", "", "not as long as" },
    { "a point of small order", "root:P2P-1:1->0", "", "of small order" },
    { "one of order 8", "root:P2P-1:1->0", "", "of small order" },
    { "one that is not canonical", "root:P2P-1:1->0", "", "canonical" },
    { "a point twice", "root:P2P-1:1->0", "", "twice" },
    { "a point twice in two batches", "root:P2P-2:1->0", "", "twice" },
    { "our points", "root:P2P-1:1->0", "", "of ours" },
    { "an early last one", "root:P2P-1:1->0", "", "where another one was" },
    { "counts of no item", "root:P2P-1:1->0", "", "wrong number of items" },
    { "many counts of an item", "root:P2P-1:1->0", "", "wrong number" },
    { "half a returned batch", "root-0:P2P-1:1->0", "", "no batch" },
    { "too few returned", "root-0:P2P-1:1->0", "", "wrong number of items" },
    { "shorter ones returned", "root-0:P2P-1:1->0", "", "not as long as" },
    { "longer ones returned", "root-0:P2P-1:1->0", "", "not as long as" },
    { "another one returned", "root-0:P2P-1:1->0", "", "another one was" },
    { "an early last returned one", "root-0:P2P-1:1->0", "", "another one" },
    { "bytes with the last returned", "root-0:P2P-3:1->0", "", "as long as" },
    { "the same returned twice", "root-0:P2P-1:1->0", "", "twice" },
    { "returned to who does not receive", "root:P2P-1:1->0",
      ",\"receivers\":\"host\"", "where another one was due" },
    { "more keys than it said", "root:P2P-1:1->0", ",\"handshake\":true",
      "said that it has 1499 keys, and sent more" },
    { "fewer keys than it said", "root:P2P-1:1->0", ",\"handshake\":true",
      "said that it has 1501 keys, and sent fewer" },
    { "no handshake", "root:P2P-1:1->0", ",\"handshake\":true",
      "sent no handshake" },
    { "a handshake on another channel", "root:P2P-1:1->0",
      ",\"handshake\":true", "sent no handshake" },
    { "confirming the future", "ACK", ",\"link\":\"counted\"",
      "confirms what was not sent" },
    { "confirming nothing", "ACK", ",\"link\":\"counted\"",
      "confirms what was not sent" },
    { "losing count", "FIN", ",\"link\":\"counted\"", "lost count" },
    { "no number at the end", "FIN", ",\"link\":\"counted\"", "lost count" },
    { "an end before its time", "root:P2P-2:1->0", ",\"link\":\"counted\"",
      "ended before its time" },
    { NULL, NULL, NULL, NULL }
};


static void
repack(open_t *open)
{
    if (open->batch != NULL) {
        open->push->value.len = psi__batch__get_packed_size(open->batch);
        open->push->value.data = realloc(open->push->value.data,
                                         open->push->value.len + 1);
        (void) psi__batch__pack(open->batch, open->push->value.data);
    }
}


static void
key(open_t *open, const char *text)
{
    free(open->push->key);
    open->push->key = strdup(text);
}


/* What the guest sent first under a key that has this in it. */

static Psi__Batch *
guests(local_t *net, const char *text)
{
    Psi__Push        *push;
    Psi__Batch       *batch;
    local_message_t  *m;

    for ( ;; ) {

        for (m = net->first; m != NULL; m = m->next) {
            push = psi__push__unpack(NULL, m->len, m->data);

            if (push != NULL && m->from == 0
                && strstr(push->key, text) != NULL)
            {
                batch = psi__batch__unpack(NULL, push->value.len,
                                           push->value.data);
                psi__push__free_unpacked(push, NULL);

                return batch;
            }

            if (push != NULL) {
                psi__push__free_unpacked(push, NULL);
            }
        }

        pthread_cond_wait(&net->changed, &net->lock);
    }
}


static void
counts(Psi__Batch *batch, unsigned n, uint32_t item)
{
    unsigned  i;

    batch->duplicate_item_cnt = calloc(n, sizeof(void *));
    batch->n_duplicate_item_cnt = n;

    for (i = 0; i < n; i++) {
        batch->duplicate_item_cnt[i]
            = malloc(sizeof(Psi__Batch__DuplicateItemCntEntry));
        psi__batch__duplicate_item_cnt_entry__init(
            batch->duplicate_item_cnt[i]);
        batch->duplicate_item_cnt[i]->key = item;
        batch->duplicate_item_cnt[i]->value = 1;
    }
}


static void
tell(local_message_t *m, open_t *open)
{
    size_t            i;
    Psi__Push        *push;
    Psi__Part        *part;
    static Psi__Part  parts;

    push = open->push;
    psi__part__init(&parts);
    part = &parts;

    switch (lie) {
    case 0: m->len /= 2; return;
    case 1: memset(m->data, 0xff, m->len); return;

    case 2:
        m->data = realloc(m->data, 2000000);
        m->len = 2000000;

        for (i = 0; i < m->len; i += 2) {
            m->data[i] = 0x78;               /* field 15, a number */
            m->data[i + 1] = 1;
        }

        return;

    case 3: push->sender_rank = 0; break;
    case 4: key(open, "root:P2P-1:0->1"); break;
    case 5: key(open, "root-1:P2P-1:1->0"); break;
    case 6: key(open, "root:P2P-0:1->0"); break;
    case 7: key(open, "root:P2P-01:1->0"); break;
    case 8: push->trans_type = 2; break;
    case 9: key(open, "root:P2P-1000:1->0"); break;
    case 10: key(open, "root:P2P-1:1->0"); break;
    case 11: push->trans_type = 1; break;

    case 12: case 13:
        push->trans_type = 1;
        part->message_length = lie == 12 ? UINT64_C(1) << 40
                                         : push->value.len;
        part->chunk_offset = lie == 12 ? 0 : 7;
        push->chunk_info = part;
        break;

    case 14: key(open, "root:P2P-1:1->0\1\2" "1"); break;
    case 15: key(open, "ACK\1\2"); break;
    }

    if (lie < 3) {
        return;
    }

    pack(m, push);
    push->chunk_info = push->chunk_info == part ? NULL : push->chunk_info;
}


static void
change(local_t *net, local_message_t *m, open_t *open)
{
    Psi__Batch     *batch, *other;
    const u_char   *point;

    static const u_char  eighth[32] = {
        /* x of a point of order 8 */
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3,
        0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32,
        0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00
    };

    batch = open->batch;

    switch (lie) {
    case 17: batch->count++; break;
    case 18: batch->count--; break;
    case 19: batch->count = -1; break;
    case 20: batch->count = INT32_MAX; break;
    case 21: batch->count = 0; break;
    case 22: batch->batch_index = 7; break;
    case 23: batch->batch_index = 0; break;
    case 24: free(batch->type); batch->type = strdup("dual.enc"); break;
    case 25: batch->ciphertext.len--; break;
    case 26: memset(batch->ciphertext.data + 64, 0, 32); break;
    case 27: memcpy(batch->ciphertext.data + 64, eighth, 32); break;
    case 28: memset(batch->ciphertext.data + 64, 0xff, 32); break;

    case 29:
        memcpy(batch->ciphertext.data + 64, batch->ciphertext.data, 32);
        break;

    case 31:
        other = guests(net, "root:P2P-1:0->1");
        memcpy(batch->ciphertext.data + 96, other->ciphertext.data + 32, 32);
        psi__batch__free_unpacked(other, NULL);
        break;

    case 32: case 40: batch->is_last_batch = 1; break;
    case 33: counts(batch, 1, 1024); break;
    case 34: counts(batch, 1025, 0); break;
    case 36: batch->count--; batch->ciphertext.len -= 12; break;

    case 37:
        batch->ciphertext.len = (size_t) batch->count * 11;
        break;

    case 38:
        batch->ciphertext.len = (size_t) batch->count * 33;
        batch->ciphertext.data = realloc(batch->ciphertext.data,
                                         batch->ciphertext.len);
        memset(batch->ciphertext.data, 7, batch->ciphertext.len);
        break;

    case 39: batch->batch_index = 1; break;

    case 41:
        free(batch->ciphertext.data);
        batch->ciphertext.len = 5;
        batch->ciphertext.data = calloc(1, 5);
        break;

    case 42:
        point = batch->ciphertext.data;
        memcpy(batch->ciphertext.data + 12, point, 12);
        break;

    case 43:
        key(open, "root-0:P2P-1:1->0");
        free(batch->type);
        batch->type = strdup("dual.enc");
        break;
    }

    repack(open);
    pack(m, open->push);
}


/* Lies that need the message before, or another message's form. */

static void
other_forms(local_t *net, local_message_t *m, open_t *open)
{
    Psi__Batch         *other;
    Psi__Push          *push;
    local_message_t    *kept;
    Psi__DataProposal  *data;

    push = open->push;

    switch (lie) {
    case 16: case 35: push->value.len -= 9; pack(m, push); break;

    case 30:
        for (kept = net->first; kept != NULL; kept = kept->next) {
            push = psi__push__unpack(NULL, kept->len, kept->data);

            if (kept->from == 1 && strstr(push->key, "root:P2P-1:1->0")) {
                other = psi__batch__unpack(NULL, push->value.len,
                                           push->value.data);
                memcpy(open->batch->ciphertext.data, other->ciphertext.data,
                       32);
                psi__batch__free_unpacked(other, NULL);
            }

            psi__push__free_unpacked(push, NULL);
        }

        repack(open);
        pack(m, open->push);
        break;

    case 44: case 45:
        open->request = psi__request__unpack(NULL, push->value.len,
                                             push->value.data);
        data = psi__data_proposal__unpack(NULL,
            open->request->io_param->value.len,
            open->request->io_param->value.data);
        data->item_num += lie == 44 ? -1 : 1;
        open->request->io_param->value.len
            = psi__data_proposal__pack(data,
                                       open->request->io_param->value.data);
        push->value.len = psi__request__pack(open->request,
                                             push->value.data);
        psi__data_proposal__free_unpacked(data, NULL);
        psi__request__free_unpacked(open->request, NULL);
        pack(m, push);
        break;

    case 46: memset(push->value.data, 0xff, 20); pack(m, push); break;
    case 47: key(open, "root-0:P2P-1:1->0"); pack(m, push); break;

    case 48: case 49: case 50: case 51:
        free(push->value.data);
        push->value.data = (u_char *) strdup(lie == 48 ? "999"
                                             : lie == 50 ? "1" : "x");
        push->value.len = strlen((char *) push->value.data);
        pack(m, push);
        break;

    case 52:
        key(open, "FIN\1\2");
        free(push->value.data);
        push->value.data = (u_char *) strdup("2");
        push->value.len = 1;
        pack(m, push);
        break;
    }
}


static void
tamper(local_t *net, local_message_t *m)
{
    open_t  open;

    memset(&open, 0, sizeof(open));
    open.push = m->from == 1 ? psi__push__unpack(NULL, m->len, m->data)
                             : NULL;

    if (open.push == NULL) {
        return;
    }

    if (strstr(open.push->key, lies[lie].key) != NULL
        && (net->tampered == 0 || lie == 16 || lie == 35))
    {
        net->tampered++;
        open.batch = psi__batch__unpack(NULL, open.push->value.len,
                                        open.push->value.data);

        if (lie < 16) {
            tell(m, &open);

        } else if (lie == 16 || lie == 30 || lie == 35 || lie > 43) {
            other_forms(net, m, &open);

        } else {
            change(net, m, &open);
        }
    }

    if (open.batch != NULL) {
        psi__batch__free_unpacked(open.batch, NULL);
    }

    psi__push__free_unpacked(open.push, NULL);
}


static void
run_lies(void)
{
    char      *tables[2], params[512];
    local_t   *net;

    for (lie = 0; lies[lie].what != NULL; lie++) {
        tables[0] = psi_ids(0, ROWS);
        tables[1] = psi_ids(ROWS / 2, ROWS);
        (void) snprintf(params, sizeof(params), PARAMS("%s"),
                        lies[lie].params);
        net = psi_parties("guest.0 host.0", params,
                          (const char *const *) tables);
        net->tamper = tamper;

        ok(local_run(net) != 0 && net->tampered > 0, "%s: the task fails",
           lies[lie].what);
        is_str(net->parties[0].code, "peer_protocol", "... by the peer");
        ok(strstr(net->parties[0].text, lies[lie].text) != NULL, "... %s",
           net->parties[0].text);
        ok(psi_table(net, 0) == NULL && psi_common(net, 0) == -1,
           "... and nothing comes out");

        local_destroy(net);
        free(tables[0]);
        free(tables[1]);
    }
}


int
main(void)
{
    run_lies();

    return done();
}
