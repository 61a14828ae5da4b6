
/* Partners: whether they are there, and who they say they are. */


#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "../trust/ic_cert.h"
#include "interconnd_courier.h"


#define INTERCONND_PARTNER_CALL   5000       /* ms */
#define INTERCONND_PARTNER_FIELD  4096       /* bytes of one */

#define PARTNER_FACTS  4


static unsigned partner_facts(interconnd_courier_t *courier,
    const interconnd_request_t *request, int64_t latency, ic_str_t *argv);
static void partner_ask(interconnd_courier_t *courier,
    interconnd_target_t *target);
static void partner_told(interconnd_courier_t *courier, void *context);


/* of the answer to node/query */
static const char *const  partner_fields[] = {
    "name", "institution", "inst_id", "system", "system_version",
    "description"
};

#define PARTNER_FIELDS  (sizeof(partner_fields) / sizeof(partner_fields[0]))


void
interconnd_partner_probed(interconnd_courier_t *courier,
    interconnd_target_t *target, const interconnd_request_t *request,
    bool up, int64_t latency)
{
    unsigned    argc;
    ic_str_t    argv[4 + PARTNER_FACTS];
    ic_reply_t  reply;

    if (target->contract_id == NULL) {
        return;
    }

    argv[0] = ic_str(target->node_id);
    argv[1] = ic_str(up ? "UP" : "DOWN");
    argv[2] = ic_str_fmt(courier->scratch, "%lld", (long long) latency);
    argv[3] = ic_str(up ? "" : request->error);
    argc = 4 + partner_facts(courier, request, latency, argv + 4);

    if (argv[2].data == NULL
        || interconnd_courier_store(courier, &reply, "peer_health", argc,
                                    argv)
           != 0)
    {
        return;
    }

    if (!ic_str_is(ic_reply_get(&reply, "partner"), "1")) {
        free(target->contract_id);
        target->contract_id = NULL;
        return;
    }

    if (up && !target->described) {
        partner_ask(courier, target);
    }
}


/* What its answer tells beside: names and values; how many words. */
static unsigned
partner_facts(interconnd_courier_t *courier,
    const interconnd_request_t *request, int64_t latency, ic_str_t *argv)
{
    X509      *cert;
    int64_t    ends, ahead;
    unsigned   n;

    n = 0;

    if (request->date >= 0) {
        ahead = request->date - (ic_now_ms() - latency / 2);
        argv[n++] = ic_str("clock_ahead");
        argv[n++] = ic_str_fmt(courier->scratch, "%lld",
                               llround((double) ahead / 1000));
    }

    cert = request->certificate.len > 0 ? ic_cert_parse(request->certificate)
                                        : NULL;
    ends = cert == NULL ? -1 : ic_cert_ends(cert);
    X509_free(cert);

    if (ends >= 0) {
        argv[n++] = ic_str("certificate_ends");
        argv[n++] = ic_str_fmt(courier->scratch, "%lld", (long long) ends);
    }

    return n > 0 && argv[n - 1].data == NULL ? n - 2 : n;
}


static void
partner_ask(interconnd_courier_t *courier, interconnd_target_t *target)
{
    ic_str_t               path;
    interconnd_inquiry_t  *inquiry;

    path = ic_str_fmt(courier->scratch,
                      "/v1/interconn/node/query?node_id=%s",
                      target->node_id);
    if (path.data == NULL) {
        return;
    }

    inquiry = interconnd_inquire(courier, target, target->address,
                                 (char *) path.data, INTERCONND_PARTNER_CALL,
                                 partner_told);
    if (inquiry != NULL) {
        target->described = 1;
        inquiry->subject = ic_str_dup(inquiry->arena,
                                      ic_str(target->contract_id));
    }
}


/* A node that does not say is not asked again either. */
static void
partner_told(interconnd_courier_t *courier, void *context)
{
    ic_str_t               argv[1 + 2 * PARTNER_FIELDS], value;
    unsigned               i, argc;
    ic_reply_t             reply;
    interconnd_outcome_e   outcome;
    interconnd_inquiry_t  *inquiry = context;

    outcome = interconnd_peer_outcome(&inquiry->request);

    if (outcome == INTERCONND_AGAIN) {
        inquiry->target->described = 0;
        return;
    }

    argc = 0;
    argv[argc++] = inquiry->subject;

    for (i = 0; outcome == INTERCONND_DONE && i < PARTNER_FIELDS; i++) {
        value = ic_json_str(ic_json_get(inquiry->request.data,
                                        partner_fields[i]));

        if (value.len > 0 && value.len <= INTERCONND_PARTNER_FIELD) {
            argv[argc++] = ic_str(partner_fields[i]);
            argv[argc++] = value;
        }
    }

    (void) interconnd_courier_store(courier, &reply, "peer_described", argc,
                                    argv);
}
