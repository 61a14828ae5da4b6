
/* A party's run. */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "../../math/ic_parallel.h"
#include "psi_items.h"
#include "psi_open.h"
#include "psi_points.h"
#include "psi_tags.h"


static int run_party(psi_t *psi);
static int read_params(psi_t *psi);
static int read_keys(psi_t *psi, const ic_settings_t *settings);
static int match(psi_t *psi);
static void free_party(psi_t *psi);


static const char *const  kinds[] = {
    NULL, "the sizes", "points", "tags", "the end", "counts", "a key",
    "queries", "answers", "a store", "how many", "the result", "nothing"
};

/* What all parties must have alike; of the keys, their number. */

static const char *const  common[] = {
    "curve", "protocol", "mode", "receivers", "duplicates", "order", "trim",
    "batch_size", "hash_to_curve", "truncate_bits", NULL
};


int
psi_run(ic_task_t *task)
{
    int    rc;
    psi_t  psi;

    memset(&psi, 0, sizeof(psi_t));
    psi.task = task;
    psi.threads = ic_parallel_processors();
    ic_wire_init(&psi.wire, task, PSI_TOPIC, PSI_WIRE, kinds,
                 sizeof(kinds) / sizeof(kinds[0]));

    rc = run_party(&psi);
    free_party(&psi);

    return rc;
}


static int
run_party(psi_t *psi)
{
    if (read_params(psi) != 0) {
        return -1;
    }

    ic_task_progress(psi->task, 0, "reading data");

    if (psi_load(psi) != 0) {
        return -1;
    }

    ic_task_fact(psi->task, "rows", psi_items_rows(psi->items));

    if ((psi->open != NULL ? psi_open_exchange(psi) : match(psi)) != 0) {
        return -1;
    }

    ic_task_progress(psi->task, 95, "writing rows");

    return psi_put_out(psi);
}


static int
match(psi_t *psi)
{
    bool           counts;
    unsigned       i, receivers;
    psi_params_t  *params;

    if (psi_agree(psi) != 0
        || (psi->count > 2 && (psi_exchange_secrets(psi) != 0
                               || psi_exchange_shares(psi) != 0)))
    {
        return -1;
    }

    if ((psi->peer != NULL && psi_exchange(psi) != 0)
        || psi_announce(psi) != 0)
    {
        return -1;
    }

    for (receivers = 0, i = 0; i < psi->count; i++) {
        receivers += psi->members[i].receives;
    }

    params = &psi->params;
    counts = receivers > 1 && params->mode == PSI_INTERSECTION
             && params->duplicates == PSI_ALL && params->order == PSI_COMMON;

    if (counts && psi->receives && psi_exchange_counts(psi) != 0) {
        return -1;
    }

    return counts || psi->count > 2 ? psi_end(psi) : 0;
}


/* The choices of the table stand in the order of the enumerations. */

static int
read_params(psi_t *psi)
{
    psi_params_t   *params;
    ic_settings_t   settings;

    params = &psi->params;

    if (ic_settings_read(&settings, psi->task, "psi") != 0) {
        return -1;
    }

    psi->group = ic_groups[ic_setting_choice(&settings, "curve")];
    params->mode = ic_setting_choice(&settings, "mode");
    params->receivers = ic_setting(&settings, "receivers");
    params->duplicates = ic_setting_choice(&settings, "duplicates");
    params->order = ic_setting_choice(&settings, "order");
    params->trim = ic_setting_bool(&settings, "trim");
    params->batch = (uint32_t) ic_setting_int(&settings, "batch_size");
    params->max_rows = ic_setting_int(&settings, "max_rows");
    params->report = ic_settings_common(&settings, common);

    return params->report.data != NULL && psi_find_members(psi) == 0
           && psi_open_read(psi, &settings) == 0
           ? read_keys(psi, &settings) : -1;
}


static int
read_keys(psi_t *psi, const ic_settings_t *settings)
{
    ic_str_t       domain;
    psi_params_t  *params;

    params = &psi->params;
    params->keys = ic_setting_names(settings, "keys", &params->nkeys);

    if (params->keys == NULL) {
        return -1;
    }

    domain = ic_str_fmt(ic_task_arena(psi->task), "interconn-psi-v1-%s",
                        psi->group->suite);
    psi->domain = (char *) domain.data;

    params->common = ic_str_fmt(ic_task_arena(psi->task),
                                "%.*s with %u key columns",
                                (int) params->report.len,
                                (char *) params->report.data, params->nkeys);

    return psi->domain != NULL && params->common.data != NULL ? 0
           : psi_no_memory(psi);
}


int
psi_no_memory(psi_t *psi)
{
    return ic_task_fail(psi->task, "internal", NULL, 0, "memory is short");
}


int
psi_no_random(psi_t *psi)
{
    return ic_task_fail(psi->task, "internal", NULL, 0, "no random numbers");
}


u_char *
psi_begin(psi_t *psi, ic_message_t *out, psi_kind_e kind, uint32_t number,
    size_t len)
{
    u_char  *body;

    ic_message_begin(&psi->wire, out, kind, number);
    body = ic_message_space(out, len);

    if (body == NULL) {
        ic_message_drop(out);
        (void) psi_no_memory(psi);
    }

    return body;
}


/* A leader's beats say only that it is there. */

u_char *
psi_recv(psi_t *psi, const psi_member_t *from, ic_message_t *in,
    psi_kind_e kind, uint32_t number, size_t len)
{
    int  rc;

    rc = ic_message_recv(&psi->wire, in, from->party, 0, 0);

    while (rc == 0 && in->kind == PSI_BEAT && ic_message_left(in) == 0
           && psi->count > 2 && from == psi->leader)
    {
        ic_message_drop(in);
        rc = ic_message_recv(&psi->wire, in, from->party, 0, 0);
    }

    if (rc != 0 || ic_message_expect(in, kind, number) != 0) {
        return NULL;
    }

    if (ic_message_left(in) != len) {
        (void) ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                            "%s sent %s number %u with %zu bytes where %zu "
                            "were agreed", from->party->name, kinds[kind],
                            number, ic_message_left(in), len);
        return NULL;
    }

    return in->data + IC_MESSAGE_HEADER;
}


int
psi_beat(psi_t *psi, const psi_member_t *but)
{
    int            rc;
    unsigned       i;
    ic_message_t   out;
    psi_member_t  *member;

    ic_message_begin(&psi->wire, &out, PSI_BEAT, 0);

    for (rc = 0, i = 0; rc == 0 && i < psi->count; i++) {
        member = &psi->members[i];

        if (member != psi->self && member != but) {
            rc = ic_message_copy(&out, member->party);
        }
    }

    ic_message_drop(&out);

    return rc;
}


uint32_t
psi_batches(const psi_t *psi, uint32_t keys)
{
    return keys / psi->params.batch + (keys % psi->params.batch != 0);
}


uint32_t
psi_batch(const psi_t *psi, uint32_t keys, uint32_t number)
{
    uint32_t  left;

    left = keys - number * psi->params.batch;

    return left < psi->params.batch ? left : psi->params.batch;
}


int
psi_draw_secret(psi_t *psi, u_char *secret, u_char *inverse)
{
    int              rc;
    ic_group_hand_t  hand;

    if (ic_group_open(&hand, psi->group, psi->domain) != 0) {
        return psi_no_memory(psi);
    }

    rc = ic_group_secret(&hand, secret, inverse);
    ic_group_close(&hand);

    return rc == 0 ? 0 : psi_no_random(psi);
}


static void
free_party(psi_t *psi)
{
    unsigned  i;

    for (i = 0; i < psi->count; i++) {
        OPENSSL_cleanse(psi->members[i].secret, IC_EXCHANGE_KEY);
    }

    OPENSSL_cleanse(psi->secret, sizeof(psi->secret));
    psi_open_free(psi);
    psi_items_free(psi->items);
    psi_sent_free(psi->sent);
    psi_tags_free(psi->tags);
    free(psi->match.item);
    free(psi->match.outer);
    free(psi->match.inner);
}
