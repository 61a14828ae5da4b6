
/*
 * The arbiter: collects, multiplies, relays. It holds n and no share of the
 * key; what it relays is sealed for others.
 */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "ic_aggregate_state.h"


#define SERVE_KEY     60000      /* ms for a key of 4096 bits */
#define SERVE_BLOCKS  (IC_MESSAGE_MAX / 512)


static int serve_run(ic_aggregate_t *a);
static int serve_hellos(ic_aggregate_t *a);
static int serve_roster(ic_aggregate_t *a, ic_aggregate_answers_t *all);
static int serve_deal(ic_aggregate_t *a);
static int serve_agree(ic_aggregate_t *a);
static int serve_dealt(ic_aggregate_t *a, ic_message_t *deal);
static int serve_sums(ic_aggregate_t *a);
static int serve_round(ic_aggregate_t *a, bool *final);
static int serve_sum(ic_aggregate_t *a, ic_aggregate_answers_t *all);
static int serve_pass(ic_aggregate_t *a, ic_aggregate_kind_e kind);
static int serve_multiply(ic_aggregate_t *a, ic_aggregate_answers_t *all);
static int serve_add(ic_aggregate_t *a, ic_aggregate_answers_t *all,
    unsigned i, ic_ciphertexts_t *product, ic_ciphertexts_t *one);
static int serve_product(ic_aggregate_t *a, const ic_ciphertexts_t *product);
static int serve_report(ic_aggregate_t *a);
static void serve_report_gone(const ic_aggregate_t *a, ic_json_out_t *out);


int
ic_aggregate_serve(ic_task_t *task, const ic_aggregate_conf_t *conf,
    ic_str_t common)
{
    int              rc;
    ic_aggregate_t  *a;

    a = calloc(1, sizeof(ic_aggregate_t));

    if (a == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "memory is short");
    }

    rc = ic_aggregate_init(a, task, conf, common) == 0 ? serve_run(a) : -1;
    ic_aggregate_close(a);

    return rc;
}


static int
serve_run(ic_aggregate_t *a)
{
    ic_task_progress(a->task, 0, "exchanging keys");

    if (serve_hellos(a) != 0 || serve_deal(a) != 0) {
        return -1;
    }

    ic_aggregate_lose(a, true);
    ic_task_progress(a->task, 10, "summing");

    return serve_sums(a) == 0 ? serve_report(a) : -1;
}


static int
serve_hellos(ic_aggregate_t *a)
{
    int                  rc;
    ic_aggregate_answers_t  all;

    rc = ic_aggregate_gather(a, IC_AGGREGATE_HELLO, a->attempt, &all);

    if (rc == 0) {
        rc = serve_roster(a, &all);
    }

    ic_aggregate_drop(&all);

    return rc == 0 ? ic_aggregate_bind(a) : rc;
}


static int
serve_roster(ic_aggregate_t *a, ic_aggregate_answers_t *all)
{
    int                   rc;
    unsigned              i;
    ic_message_t          roster;
    ic_aggregate_hello_t  hello;

    ic_message_begin(&a->wire, &roster, IC_AGGREGATE_ROSTER, a->attempt);
    ic_message_put_u32(&roster, a->count);

    for (rc = 0, i = 0; rc == 0 && i < a->count; i++) {
        ic_aggregate_get_hello(&all->of[i], &hello);

        rc = ic_message_whole(&all->of[i]) == 0
             ? ic_aggregate_accept(a, i, &hello) : -1;

        if (rc == 0) {
            ic_aggregate_put_hello(&roster, &hello);
        }
    }

    for (i = 0; rc == 0 && i < a->count; i++) {
        rc = ic_message_copy(&roster, a->peers[i].party);
    }

    ic_message_drop(&roster);

    return rc;
}


static int
serve_deal(ic_aggregate_t *a)
{
    int           rc;
    ic_message_t  deal;

    /* it may be making a key yet */

    if (a->wire.losing) {
        a->wire.wait_ms += SERVE_KEY;
    }

    rc = ic_message_recv(&a->wire, &deal, a->peers[a->guest].party,
                         IC_AGGREGATE_DEAL, a->attempt);
    ic_aggregate_lose(a, a->wire.losing);

    if (rc == 1) {
        rc = ic_task_fail(a->task, "peer_silent", NULL, 0,
                          "%s has sent no key",
                          a->peers[a->guest].party->name);
    }

    if (rc == 0) {
        rc = serve_dealt(a, &deal);
    }

    ic_message_drop(&deal);

    return rc;
}


static int
serve_dealt(ic_aggregate_t *a, ic_message_t *deal)
{
    ic_str_t       box[IC_TASK_MAX_PARTIES], n;
    unsigned       i;
    ic_message_t   dealt;

    n = ic_message_get_bytes(deal);

    for (i = 0; i < a->count; i++) {
        if (i != a->guest) {
            box[i] = ic_message_get_bytes(deal);
        }
    }

    if (ic_message_whole(deal) != 0) {
        return -1;
    }

    for (i = 0; i < a->count; i++) {

        if (i == a->guest) {
            continue;
        }

        ic_message_begin(&a->wire, &dealt, IC_AGGREGATE_DEALT, a->attempt);
        ic_message_put_bytes(&dealt, n.data, n.len);
        ic_message_put_bytes(&dealt, box[i].data, box[i].len);

        if (ic_message_send(&dealt, a->peers[i].party) != 0) {
            return -1;
        }
    }

    return ic_aggregate_use(a, a->peers[a->guest].party, n.data, n.len);
}


/* Those who are left, with new keys. */

static int
serve_agree(ic_aggregate_t *a)
{
    int  rc;

    do {
        ic_aggregate_forget(a);
        rc = serve_hellos(a);

        if (rc == 0) {
            rc = serve_deal(a);
        }

    } while (rc == 1);

    return rc;
}


/*
 * Sums and their openings in turn, until the final comparison; once more
 * without the parties that were lost before it was opened.
 */

static int
serve_sums(ic_aggregate_t *a)
{
    int   rc;
    bool  final;

    do {
        a->round++;

        do {
            rc = serve_round(a, &final);
        } while (rc == 1 && serve_agree(a) == 0);

    } while (rc == 0 && !final);

    return rc;
}


static int
serve_round(ic_aggregate_t *a, bool *final)
{
    int                  rc;
    ic_aggregate_answers_t  all;

    rc = ic_aggregate_gather(a, 0, a->round, &all);
    *final = rc == 0 && all.of[0].kind == IC_AGGREGATE_FINAL;

    if (rc == 0) {
        rc = *final ? ic_aggregate_relay(a, &all, IC_AGGREGATE_FINALS)
                    : serve_sum(a, &all);
    }

    ic_aggregate_drop(&all);

    return rc;
}


static int
serve_sum(ic_aggregate_t *a, ic_aggregate_answers_t *all)
{
    int  rc;

    rc = serve_multiply(a, all);

    if (rc == 0) {
        rc = serve_pass(a, a->most > 0 ? IC_AGGREGATE_READY
                                       : IC_AGGREGATE_PARTIAL);
    }

    return rc == 0 && a->most > 0 ? serve_pass(a, IC_AGGREGATE_RELEASE) : rc;
}


static int
serve_pass(ic_aggregate_t *a, ic_aggregate_kind_e kind)
{
    int                  rc;
    ic_aggregate_answers_t  boxes;

    rc = ic_aggregate_gather(a, kind, a->round, &boxes);

    if (rc == 0) {
        rc = ic_aggregate_relay(a, &boxes, kind + 1);
    }

    ic_aggregate_drop(&boxes);

    return rc;
}


static int
serve_multiply(ic_aggregate_t *a, ic_aggregate_answers_t *all)
{
    int                rc;
    uint32_t           blocks;
    unsigned           i;
    ic_ciphertexts_t  *product, *one;

    blocks = ic_message_get_u32(&all->of[0]);

    if (blocks == 0 || blocks > SERVE_BLOCKS) {
        return ic_task_fail(a->task, "peer_protocol", NULL, 0,
                            "%s sent %u ciphertexts",
                            a->peers[0].party->name, blocks);
    }

    product = ic_ciphertexts_create(a->cipher, blocks);
    one = ic_ciphertexts_create(a->cipher, blocks);
    rc = product != NULL && one != NULL ? 0 : ic_aggregate_no_memory(a);

    for (i = 0; rc == 0 && i < a->count; i++) {
        rc = serve_add(a, all, i, product, one);
    }

    if (rc == 0) {
        rc = serve_product(a, product);
    }

    ic_ciphertexts_destroy(product);
    ic_ciphertexts_destroy(one);

    return rc;
}


static int
serve_add(ic_aggregate_t *a, ic_aggregate_answers_t *all, unsigned i,
    ic_ciphertexts_t *product, ic_ciphertexts_t *one)
{
    size_t                len, index;
    ic_message_t         *m;
    const u_char         *bytes;
    ic_paillier_fault_e   fault;

    m = &all->of[i];
    len = product->n * a->key->size;

    if (i > 0 && ic_message_get_u32(m) != product->n) {
        m->failed = true;
    }

    bytes = ic_message_get_raw(m, len);

    if (ic_message_whole(m) != 0) {
        return -1;
    }

    fault = ic_ciphertexts_load(i == 0 ? product : one, bytes, len, &index);

    if (fault == IC_PAILLIER_OK && i > 0
        && ic_ciphertexts_add(product, product, one) != 0)
    {
        fault = IC_PAILLIER_NO_MEMORY;
    }

    return fault == IC_PAILLIER_OK ? 0
           : ic_task_fail(a->task, "peer_protocol", NULL, 0,
                          "a ciphertext of %s: %s", a->peers[i].party->name,
                          ic_paillier_fault_text(fault));
}


static int
serve_product(ic_aggregate_t *a, const ic_ciphertexts_t *product)
{
    int            rc;
    u_char        *space;
    unsigned       i;
    ic_message_t   message;

    ic_message_begin(&a->wire, &message, IC_AGGREGATE_PRODUCT, a->round);
    ic_message_put_u32(&message, a->count);

    for (i = 0; i < a->count; i++) {
        ic_message_put_u32(&message, i);
    }

    ic_message_put_u32(&message, (uint32_t) product->n);
    space = ic_message_space(&message, product->n * a->key->size);

    if (space == NULL || ic_ciphertexts_store(product, space) != 0) {
        message.failed = true;
    }

    for (rc = 0, i = 0; rc == 0 && i < a->count; i++) {
        rc = ic_message_copy(&message, a->peers[i].party);
    }

    ic_message_drop(&message);

    return rc;
}


static int
serve_report(ic_aggregate_t *a)
{
    ic_str_t       json;
    ic_json_out_t  out;

    ic_out_init(&out, ic_task_arena(a->task));
    ic_out_object(&out, NULL);
    ic_out_int(&out, "parties", a->count);
    ic_out_int(&out, "rounds", a->round - 1);
    serve_report_gone(a, &out);
    ic_out_object_end(&out);
    json = ic_out_text(&out);

    if (json.data == NULL) {
        return ic_aggregate_no_memory(a);
    }

    ic_task_output(a->task, "report", json);
    ic_task_progress(a->task, 100, "finished");

    return 0;
}


static void
serve_report_gone(const ic_aggregate_t *a, ic_json_out_t *out)
{
    unsigned  i;

    if (a->most == 0) {
        return;
    }

    ic_out_array(out, "dropouts");

    for (i = 0; i < a->ngone; i++) {
        ic_out_object(out, NULL);
        ic_out_z(out, "party", a->gone[i].party->name);
        ic_out_z(out, "node_id", a->gone[i].party->node_id);
        ic_out_int(out, "rows", a->gone[i].rows);
        ic_out_int(out, "rounds", a->gone[i].round - 1);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
}
