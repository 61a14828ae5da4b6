
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
static int find_peer(psi_t *psi);
static void free_party(psi_t *psi);


static const char *const  kinds[] = {
    NULL, "the sizes", "points", "tags", "the end", "counts"
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
    if (read_params(psi) != 0 || find_peer(psi) != 0) {
        return -1;
    }

    ic_task_progress(psi->task, 0, "reading data");

    if (psi_load(psi) != 0) {
        return -1;
    }

    ic_task_fact(psi->task, "rows", psi_items_rows(psi->items));

    if ((psi->open != NULL ? psi_open_exchange(psi) : psi_exchange(psi)) != 0)
    {
        return -1;
    }

    ic_task_progress(psi->task, 95, "writing rows");

    return psi_put_out(psi);
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
    params->receivers = ic_setting_choice(&settings, "receivers");
    params->duplicates = ic_setting_choice(&settings, "duplicates");
    params->order = ic_setting_choice(&settings, "order");
    params->trim = ic_setting_bool(&settings, "trim");
    params->batch = (uint32_t) ic_setting_int(&settings, "batch_size");
    params->max_rows = ic_setting_int(&settings, "max_rows");
    params->report = ic_settings_common(&settings, common);

    return params->report.data != NULL && psi_open_read(psi, &settings) == 0
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


/* One guest, one host; and who of them receives. */

static int
find_peer(psi_t *psi)
{
    bool               guest;
    unsigned           i, count;
    const ic_party_t  *parties;

    parties = ic_task_parties(psi->task, &count);
    psi->self = ic_task_self(psi->task);
    guest = strcmp(psi->self->role, "guest") == 0;

    for (i = 0; i < count; i++) {
        if (strcmp(parties[i].name, psi->self->name) != 0) {
            psi->peer = &parties[i];
        }
    }

    if (count != 2 || strcmp(psi->peer->role, guest ? "host" : "guest") != 0
        || (!guest && strcmp(psi->self->role, "host") != 0))
    {
        return ic_task_fail(psi->task, "bad_parameter", NULL, 0,
                            "psi is between one guest and one host");
    }

    psi->receives = psi->params.receivers == PSI_BOTH
                    || (psi->params.receivers == PSI_GUEST) == guest;
    psi->shows = psi->params.receivers == PSI_BOTH || !psi->receives;

    return 0;
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


u_char *
psi_recv(psi_t *psi, ic_message_t *in, psi_kind_e kind, uint32_t number,
    size_t len)
{
    if (ic_message_recv(&psi->wire, in, psi->peer, kind, number) != 0) {
        return NULL;
    }

    if (ic_message_left(in) != len) {
        (void) ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                            "%s sent %s number %u with %zu bytes where %zu "
                            "were agreed", psi->peer->name, kinds[kind],
                            number, ic_message_left(in), len);
        return NULL;
    }

    return in->data + IC_MESSAGE_HEADER;
}


static void
free_party(psi_t *psi)
{
    OPENSSL_cleanse(psi->secret, sizeof(psi->secret));
    psi_open_free(psi);
    psi_items_free(psi->items);
    psi_sent_free(psi->sent);
    psi_tags_free(psi->tags);
    free(psi->match.item);
    free(psi->match.theirs);
}
