
/*
 * The arbiter: collects, multiplies, relays. It holds n and no share of the
 * key; what it relays is sealed for others.
 */


#include <stdlib.h>

#include "homo_lr_hello.h"


#define MAX_BLOCKS  4096


/* The parties' answers of one round. */
typedef struct {
    homo_lr_in_t   in[IC_TASK_MAX_PARTIES];
    unsigned       count;        /* of in[] that were received */
} gathering_t;


static int gather_hellos(homo_lr_t *lr);
static int send_roster(homo_lr_t *lr, gathering_t *all);
static int relay_deal(homo_lr_t *lr);
static int send_dealt(homo_lr_t *lr, homo_lr_in_t *in);
static int serve(homo_lr_t *lr, int64_t *sums);
static int serve_sum(homo_lr_t *lr, gathering_t *all);
static int gather(homo_lr_t *lr, homo_lr_kind_e kind, gathering_t *all);
static void release(gathering_t *all);
static int multiply(homo_lr_t *lr, gathering_t *all);
static int add_ciphertexts(homo_lr_t *lr, gathering_t *all, unsigned party,
    BIGNUM **product, uint32_t blocks);
static int send_product(homo_lr_t *lr, BIGNUM **product, uint32_t blocks);
static int relay_boxes(homo_lr_t *lr, gathering_t *all, homo_lr_kind_e kind);
static int check_boxes(homo_lr_t *lr, gathering_t *all,
    const u_char **boxes, uint32_t *size);
static int finish(homo_lr_t *lr, int64_t sums);


int
homo_lr_arbitrate(homo_lr_t *lr)
{
    int64_t  sums;

    lr->io->progress(lr->io_ctx, 0, "exchanging keys");

    if (gather_hellos(lr) != 0 || relay_deal(lr) != 0) {
        return -1;
    }

    lr->io->progress(lr->io_ctx, 10, "summing");

    if (serve(lr, &sums) != 0) {
        return -1;
    }

    return finish(lr, sums);
}


static int
gather_hellos(homo_lr_t *lr)
{
    int          rc;
    gathering_t  all;

    rc = gather(lr, HOMO_LR_HELLO, &all);

    if (rc == 0) {
        rc = send_roster(lr, &all);
    }

    release(&all);

    return (rc == 0) ? homo_lr_bind_roster(lr) : -1;
}


static int
send_roster(homo_lr_t *lr, gathering_t *all)
{
    unsigned         i, j;
    homo_lr_out_t    out;
    homo_lr_hello_t  hello[IC_TASK_MAX_PARTIES];

    for (i = 0; i < lr->count; i++) {
        homo_lr_get_hello(&all->in[i], &hello[i]);

        if (homo_lr_whole(lr, lr->peers[i].party, &all->in[i]) != 0
            || homo_lr_accept(lr, i, &hello[i]) != 0)
        {
            return -1;
        }
    }

    for (i = 0; i < lr->count; i++) {
        homo_lr_begin(lr, &out, HOMO_LR_ROSTER);
        homo_lr_put_u32(&out, lr->count);

        for (j = 0; j < lr->count; j++) {
            homo_lr_put_hello(&out, &hello[j]);
        }

        if (homo_lr_send(lr, lr->peers[i].party, &out) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
relay_deal(homo_lr_t *lr)
{
    int                rc;
    homo_lr_in_t       in;
    const ic_party_t  *guest;

    guest = lr->peers[lr->guest].party;
    rc = homo_lr_recv(lr, guest, HOMO_LR_DEAL, &in);

    if (rc == 0) {
        rc = send_dealt(lr, &in);
    }

    homo_lr_drop(&in);

    return rc;
}


static int
send_dealt(homo_lr_t *lr, homo_lr_in_t *in)
{
    ic_str_t              box[IC_TASK_MAX_PARTIES], n;
    unsigned              i;
    homo_lr_out_t         out;
    const ic_party_t     *guest;
    ic_paillier_fault_e   fault;

    guest = lr->peers[lr->guest].party;
    n = homo_lr_get_bytes(in);

    for (i = 0; i < lr->count; i++) {
        if (i != lr->guest) {
            box[i] = homo_lr_get_bytes(in);
        }
    }

    if (homo_lr_whole(lr, guest, in) != 0) {
        return -1;
    }

    for (i = 0; i < lr->count; i++) {

        if (i == lr->guest) {
            continue;
        }

        homo_lr_begin(lr, &out, HOMO_LR_DEALT);
        homo_lr_put_bytes(&out, n.data, n.len);
        homo_lr_put_bytes(&out, box[i].data, box[i].len);

        if (homo_lr_send(lr, lr->peers[i].party, &out) != 0) {
            return -1;
        }
    }

    lr->key = ic_paillier_create(n.data, n.len, lr->modulus_bits,
                                 lr->paillier_flags, &fault);

    if (lr->key == NULL) {
        return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                            "the key of %s: %s", guest->name,
                            ic_paillier_fault_text(fault));
    }

    return homo_lr_bind_modulus(lr, n.data, n.len);
}


/*
 * Sums and their openings in turn, until the final comparison: at most the
 * first, the last and one per batch.
 */

static int
serve(homo_lr_t *lr, int64_t *sums)
{
    int          rc;
    int64_t      batches, limit;
    gathering_t  all;

    batches = homo_lr_batches(lr);

    if (batches < 0) {
        return -1;
    }

    limit = batches * lr->params.max_iter + 2;

    for (*sums = 0; *sums <= limit; (*sums)++) {
        lr->round++;
        rc = gather(lr, 0, &all);

        if (rc == 0 && all.in[0].kind == HOMO_LR_FINAL) {
            rc = relay_boxes(lr, &all, HOMO_LR_FINALS);
            release(&all);
            return rc;
        }

        if (rc == 0) {
            rc = serve_sum(lr, &all);
        }

        release(&all);

        if (rc != 0) {
            return -1;
        }
    }

    return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                        "more sums than the parameters allow");
}


static int
serve_sum(homo_lr_t *lr, gathering_t *all)
{
    int          rc;
    gathering_t  boxes;

    if (multiply(lr, all) != 0) {
        return -1;
    }

    rc = gather(lr, HOMO_LR_PARTIAL, &boxes);

    if (rc == 0) {
        rc = relay_boxes(lr, &boxes, HOMO_LR_PARTIALS);
    }

    release(&boxes);

    return rc;
}


/* One message of every party; kind 0: SUM or FINAL, as the first one. */

static int
gather(homo_lr_t *lr, homo_lr_kind_e kind, gathering_t *all)
{
    unsigned           i;
    const ic_party_t  *party;

    all->count = 0;

    for (i = 0; i < lr->count; i++) {
        party = lr->peers[i].party;
        all->count++;

        if (homo_lr_recv(lr, party, 0, &all->in[i]) != 0) {
            return -1;
        }

        if (kind == 0) {
            kind = (all->in[0].kind == HOMO_LR_FINAL) ? HOMO_LR_FINAL
                                                      : HOMO_LR_SUM;
        }

        if (homo_lr_expect(lr, party, kind, &all->in[i]) != 0) {
            return -1;
        }
    }

    return 0;
}


static void
release(gathering_t *all)
{
    unsigned  i;

    for (i = 0; i < all->count; i++) {
        homo_lr_drop(&all->in[i]);
    }
}


static int
multiply(homo_lr_t *lr, gathering_t *all)
{
    int         rc;
    BIGNUM    **product;
    uint32_t    blocks, i;

    blocks = homo_lr_get_u32(&all->in[0]);

    if (blocks == 0 || blocks > MAX_BLOCKS) {
        return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                            "%s sent %u ciphertexts",
                            lr->peers[0].party->name, blocks);
    }

    product = calloc(blocks, sizeof(BIGNUM *));

    if (product == NULL) {
        return homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
    }

    for (rc = 0, i = 0; rc == 0 && i < lr->count; i++) {
        rc = add_ciphertexts(lr, all, i, product, blocks);
    }

    if (rc == 0) {
        rc = send_product(lr, product, blocks);
    }

    for (i = 0; i < blocks; i++) {
        BN_free(product[i]);
    }

    free(product);

    return rc;
}


static int
add_ciphertexts(homo_lr_t *lr, gathering_t *all, unsigned party,
    BIGNUM **product, uint32_t blocks)
{
    BIGNUM               *c;
    uint32_t              i;
    const u_char         *bytes;
    homo_lr_in_t         *in;
    ic_paillier_fault_e   fault;

    in = &all->in[party];

    if (party > 0 && homo_lr_get_u32(in) != blocks) {
        in->failed = true;
    }

    bytes = homo_lr_get_raw(in, (size_t) blocks * lr->key->size);

    if (homo_lr_whole(lr, lr->peers[party].party, in) != 0) {
        return -1;
    }

    for (i = 0; i < blocks; i++) {
        c = BN_new();
        fault = (c == NULL) ? IC_PAILLIER_NO_MEMORY
                : ic_paillier_load(lr->key, bytes + i * lr->key->size,
                                   lr->key->size, c);

        if (fault == IC_PAILLIER_OK && product[i] != NULL
            && ic_paillier_add(lr->key, product[i], c, c) != 0)
        {
            fault = IC_PAILLIER_NO_MEMORY;
        }

        BN_free(product[i]);
        product[i] = c;

        if (fault != IC_PAILLIER_OK) {
            return homo_lr_fail(lr, "peer_protocol", NULL, 0,
                                "a ciphertext of %s: %s",
                                lr->peers[party].party->name,
                                ic_paillier_fault_text(fault));
        }
    }

    return 0;
}


static int
send_product(homo_lr_t *lr, BIGNUM **product, uint32_t blocks)
{
    u_char         *space;
    unsigned        i, j;
    homo_lr_out_t   out;

    for (i = 0; i < lr->count; i++) {
        homo_lr_begin(lr, &out, HOMO_LR_PRODUCT);
        homo_lr_put_u32(&out, lr->count);

        for (j = 0; j < lr->count; j++) {
            homo_lr_put_u32(&out, j);
        }

        homo_lr_put_u32(&out, blocks);

        for (j = 0; j < blocks; j++) {
            space = homo_lr_put_space(&out, lr->key->size);

            if (space == NULL
                || ic_paillier_store(lr->key, product[j], space) != 0)
            {
                out.failed = true;
            }
        }

        if (homo_lr_send(lr, lr->peers[i].party, &out) != 0) {
            return -1;
        }
    }

    return 0;
}


/* To each party the boxes that the others made for it, in their order. */

static int
relay_boxes(homo_lr_t *lr, gathering_t *all, homo_lr_kind_e kind)
{
    uint32_t        size;
    unsigned        from, to;
    const u_char   *boxes[IC_TASK_MAX_PARTIES];
    homo_lr_out_t   out;

    if (check_boxes(lr, all, boxes, &size) != 0) {
        return -1;
    }

    for (to = 0; to < lr->count; to++) {
        homo_lr_begin(lr, &out, kind);

        for (from = 0; from < lr->count; from++) {
            if (from != to) {
                homo_lr_put_raw(&out, boxes[from]
                                      + (size_t) size * (to - (to > from)),
                                size);
            }
        }

        if (homo_lr_send(lr, lr->peers[to].party, &out) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
check_boxes(homo_lr_t *lr, gathering_t *all, const u_char **boxes,
    uint32_t *size)
{
    uint32_t       n;
    unsigned       i;
    homo_lr_in_t  *in;

    *size = 0;

    for (i = 0; i < lr->count; i++) {
        in = &all->in[i];
        n = homo_lr_get_u32(in);

        if (i == 0) {
            *size = n;
        }

        if (n != *size) {
            in->failed = true;
        }

        boxes[i] = homo_lr_get_raw(in, (size_t) n * (lr->count - 1));

        if (homo_lr_whole(lr, lr->peers[i].party, in) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
finish(homo_lr_t *lr, int64_t sums)
{
    ic_str_t       json;
    ic_json_out_t  out;

    ic_out_init(&out, lr->arena);
    ic_out_object(&out, NULL);
    ic_out_int(&out, "parties", lr->count);
    ic_out_int(&out, "rounds", sums);
    ic_out_object_end(&out);
    json = ic_out_text(&out);

    if (json.data == NULL) {
        return homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
    }

    lr->io->output(lr->io_ctx, "report", json);
    lr->io->progress(lr->io_ctx, 100, "finished");

    return 0;
}
