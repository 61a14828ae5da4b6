
/*
 * The handshake of the open protocol. Rank 1 says what it would have, rank 0
 * whether that is what it has; there is nothing to choose from: what a party
 * does stands in the job that its owner approved.
 */


#include <stdlib.h>
#include <string.h>

#include "psi_open.h"
#include "psi_open.pb-c.h"


#define HANDSHAKE_MAX   65536                /* bytes of a message */
#define HANDSHAKE_TYPE  "type.googleapis.com/org.interconnection.v2."

/* Codes of answers. */
#define HANDSHAKE_OK           0
#define HANDSHAKE_REFUSED      31100200
#define HANDSHAKE_NO_VERSION   31100201
#define HANDSHAKE_NO_ALGO      31100202
#define HANDSHAKE_NO_PARAMS    31100203


typedef struct {
    int32_t      code;
    const char  *text;           /* what is wrong with the other's */
} verdict_t;


static int handshake_request(psi_t *psi);
static int handshake_answer(psi_t *psi);
static verdict_t handshake_judge(psi_t *psi, const Psi__Request *request);
static verdict_t handshake_judge_curve(psi_t *psi,
    const Psi__CurveProposal *proposal);
static int handshake_send_request(psi_t *psi);
static int handshake_send_answer(psi_t *psi, verdict_t verdict);
static int handshake_check(psi_t *psi, const Psi__Response *response);
static const char *handshake_check_curve(psi_t *psi,
    const Psi__CurveResult *result);
static const char *handshake_check_result(psi_t *psi,
    const Psi__Typed *param);
static void *handshake_recv(psi_t *psi,
    const ProtobufCMessageDescriptor *type);
static int handshake_pack(psi_t *psi, Psi__Typed *typed, const char *name,
    const ProtobufCMessage *message);
static void *handshake_unpack(const Psi__Typed *typed, const char *name,
    const ProtobufCMessageDescriptor *type);
static const Psi__Typed *handshake_family(const int32_t *families,
    size_t nfamilies, Psi__Typed *const *params, size_t nparams);
static bool handshake_has(const int32_t *list, size_t n, int32_t value);
static bool handshake_suits(const psi_t *psi, const Psi__Suite *suite);


int
psi_handshake(psi_t *psi)
{
    return psi->open->link.rank == 0 ? handshake_answer(psi)
                                     : handshake_request(psi);
}


static int
handshake_answer(psi_t *psi)
{
    verdict_t      verdict;
    Psi__Request  *request;

    request = handshake_recv(psi, &psi__request__descriptor);

    if (request == NULL) {
        return -1;
    }

    verdict = handshake_judge(psi, request);
    psi_link_unpacked_free(request);

    if (handshake_send_answer(psi, verdict) != 0) {
        return -1;
    }

    return verdict.code == HANDSHAKE_OK ? 0
           : ic_task_fail(psi->task, "bad_parameter", NULL, 0,
                          "the handshake of %s %s", psi->peer->party->name,
                          verdict.text);
}


static verdict_t
handshake_judge(psi_t *psi, const Psi__Request *request)
{
    verdict_t            verdict = { HANDSHAKE_NO_PARAMS, "has no parameters "
                                     "of ECC or of the data" };
    Psi__DataProposal   *data;
    Psi__CurveProposal  *curve;

    if (request->version != PSI_OPEN_VERSION) {
        return (verdict_t) { HANDSHAKE_NO_VERSION, "is of another version" };
    }

    if (!handshake_has(request->supported_algos, request->n_supported_algos,
                       PSI_OPEN_ECDH_PSI))
    {
        return (verdict_t) { HANDSHAKE_NO_ALGO, "is for another algorithm" };
    }

    curve = handshake_unpack(
        handshake_family(request->protocol_families,
                         request->n_protocol_families,
                         request->protocol_family_params,
                         request->n_protocol_family_params),
        "protocol.EccProtocolProposal", &psi__curve_proposal__descriptor);
    data = handshake_unpack(request->io_param, "algos.PsiDataIoProposal",
                            &psi__data_proposal__descriptor);

    if (curve != NULL && data != NULL) {
        verdict = handshake_judge_curve(psi, curve);

        if (verdict.code == HANDSHAKE_OK
            && data->result_to_rank != psi->open->to_rank)
        {
            verdict = (verdict_t) { HANDSHAKE_REFUSED,
                                    "would give the result to others" };
        }

        if (data->item_num < 0 || data->item_num > PSI_MAX_KEYS) {
            verdict = (verdict_t) { HANDSHAKE_REFUSED,
                                    "has too many keys" };
        }

        psi->open->declared = data->item_num;
    }

    psi_link_unpacked_free(curve);
    psi_link_unpacked_free(data);

    return verdict;
}


static verdict_t
handshake_judge_curve(psi_t *psi, const Psi__CurveProposal *proposal)
{
    size_t  i;

    for (i = 0; i < proposal->n_ec_suits; i++) {
        if (handshake_suits(psi, proposal->ec_suits[i])) {
            break;
        }
    }

    if (i == proposal->n_ec_suits
        || !handshake_has(proposal->point_octet_formats,
                          proposal->n_point_octet_formats,
                          psi->open->suite.format))
    {
        return (verdict_t) { HANDSHAKE_REFUSED,
                             "has another curve, hash or format of points" };
    }

    if (!proposal->support_point_truncation) {
        psi->open->bits = PSI_OPEN_WHOLE;
    }

    return (verdict_t) { HANDSHAKE_OK, NULL };
}


static int
handshake_send_answer(psi_t *psi, verdict_t verdict)
{
    int                rc;
    int32_t            families[1] = { PSI_OPEN_ECC };
    Psi__Suite         suite = PSI__SUITE__INIT;
    Psi__Typed         typed[2] = { PSI__TYPED__INIT, PSI__TYPED__INIT };
    Psi__Typed        *params[1] = { &typed[0] };
    Psi__Header        header = PSI__HEADER__INIT;
    Psi__Response      response = PSI__RESPONSE__INIT;
    Psi__DataResult    data = PSI__DATA_RESULT__INIT;
    Psi__CurveResult   curve = PSI__CURVE_RESULT__INIT;

    header.error_code = verdict.code;
    response.header = &header;

    if (verdict.code != HANDSHAKE_OK) {
        header.error_msg = (char *) verdict.text;
        return psi_link_send_message(&psi->open->link, PSI_LINK_MAIN,
                                     &response.base);
    }

    suite.curve = psi->open->suite.curve;
    suite.hash = PSI_OPEN_SHA_256;
    suite.hash2curve_strategy = psi->open->suite.strategy;
    curve.version = 1;
    curve.ec_suit = &suite;
    curve.point_octet_format = psi->open->suite.format;
    curve.bit_length_after_truncated = psi->open->bits;
    data.version = 1;
    data.result_to_rank = psi->open->to_rank;

    response.algo = PSI_OPEN_ECDH_PSI;
    response.n_protocol_families = 1;
    response.protocol_families = families;
    response.n_protocol_family_params = 1;
    response.protocol_family_params = params;
    response.io_param = &typed[1];

    rc = handshake_pack(psi, &typed[0], HANDSHAKE_TYPE
                        "protocol.EccProtocolResult", &curve.base) == 0
         && handshake_pack(psi, &typed[1], HANDSHAKE_TYPE
                           "algos.PsiDataIoResult", &data.base) == 0
         ? psi_link_send_message(&psi->open->link, PSI_LINK_MAIN,
                                 &response.base)
         : -1;

    free(typed[0].value.data);
    free(typed[1].value.data);

    return rc;
}


static int
handshake_request(psi_t *psi)
{
    int             rc;
    Psi__Response  *response;

    if (handshake_send_request(psi) != 0) {
        return -1;
    }

    response = handshake_recv(psi, &psi__response__descriptor);
    rc = response != NULL ? handshake_check(psi, response) : -1;
    psi_link_unpacked_free(response);

    return rc;
}


static int
handshake_send_request(psi_t *psi)
{
    int                  rc;
    int32_t              one[1] = { 1 }, format[1];
    Psi__Suite           suite = PSI__SUITE__INIT;
    Psi__Suite          *suites[1] = { &suite };
    Psi__Typed           typed[2] = { PSI__TYPED__INIT, PSI__TYPED__INIT };
    Psi__Typed          *params[1] = { &typed[0] };
    Psi__Request         request = PSI__REQUEST__INIT;
    Psi__DataProposal    data = PSI__DATA_PROPOSAL__INIT;
    Psi__CurveProposal   curve = PSI__CURVE_PROPOSAL__INIT;

    suite.curve = psi->open->suite.curve;
    suite.hash = PSI_OPEN_SHA_256;
    suite.hash2curve_strategy = psi->open->suite.strategy;
    format[0] = psi->open->suite.format;
    curve.n_supported_versions = 1;
    curve.supported_versions = one;
    curve.n_ec_suits = 1;
    curve.ec_suits = suites;
    curve.n_point_octet_formats = 1;
    curve.point_octet_formats = format;
    curve.support_point_truncation = psi->open->bits != PSI_OPEN_WHOLE;
    data.n_supported_versions = 1;
    data.supported_versions = one;
    data.item_num = psi->own;
    data.result_to_rank = psi->open->to_rank;

    request.version = PSI_OPEN_VERSION;
    request.requester_rank = (int32_t) psi->open->link.rank;
    request.n_supported_algos = 1;
    request.supported_algos = one;           /* ECDH_PSI */
    request.n_protocol_families = 1;
    request.protocol_families = one;         /* ECC */
    request.n_protocol_family_params = 1;
    request.protocol_family_params = params;
    request.io_param = &typed[1];

    rc = handshake_pack(psi, &typed[0], HANDSHAKE_TYPE
                        "protocol.EccProtocolProposal", &curve.base) == 0
         && handshake_pack(psi, &typed[1], HANDSHAKE_TYPE
                           "algos.PsiDataIoProposal", &data.base) == 0
         ? psi_link_send_message(&psi->open->link, PSI_LINK_MAIN,
                                 &request.base)
         : -1;

    free(typed[0].value.data);
    free(typed[1].value.data);

    return rc;
}


static int
handshake_check(psi_t *psi, const Psi__Response *response)
{
    const char        *fault;
    Psi__CurveResult  *curve;

    if (response->header != NULL
        && response->header->error_code != HANDSHAKE_OK)
    {
        return ic_task_fail(psi->task, "bad_parameter", NULL, 0,
                            "%s refuses the handshake with code %d",
                            psi->peer->party->name,
                            response->header->error_code);
    }

    curve = handshake_unpack(
        handshake_family(response->protocol_families,
                         response->n_protocol_families,
                         response->protocol_family_params,
                         response->n_protocol_family_params),
        "protocol.EccProtocolResult", &psi__curve_result__descriptor);

    fault = response->algo != PSI_OPEN_ECDH_PSI ? "is for another algorithm"
            : handshake_check_curve(psi, curve);

    if (fault == NULL) {
        fault = handshake_check_result(psi, response->io_param);
    }

    psi_link_unpacked_free(curve);

    return fault == NULL ? 0
           : ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                          "the handshake of %s %s", psi->peer->party->name,
                          fault);
}


static const char *
handshake_check_curve(psi_t *psi, const Psi__CurveResult *result)
{
    int32_t  bits;

    if (result == NULL || result->ec_suit == NULL
        || !handshake_suits(psi, result->ec_suit)
        || result->point_octet_format != psi->open->suite.format)
    {
        return "has another curve, hash or format of points";
    }

    bits = result->bit_length_after_truncated;

    if (bits != PSI_OPEN_WHOLE
        && (psi->open->bits == PSI_OPEN_WHOLE || bits < PSI_OPEN_MIN_BITS
            || bits % 8 != 0 || bits > (int32_t) (8 * psi->group->size)))
    {
        return "has another length of truncated points";
    }

    psi->open->bits = bits;

    return NULL;
}


/* The reference implementation sends a proposal where a result is due. */

static const char *
handshake_check_result(psi_t *psi, const Psi__Typed *param)
{
    bool                same;
    Psi__DataResult    *result;
    Psi__DataProposal  *proposal;

    result = handshake_unpack(param, "algos.PsiDataIoResult",
                              &psi__data_result__descriptor);
    proposal = handshake_unpack(param, "algos.PsiDataIoProposal",
                                &psi__data_proposal__descriptor);

    same = (result != NULL && result->result_to_rank == psi->open->to_rank)
           || (proposal != NULL
               && proposal->result_to_rank == psi->open->to_rank);

    if (proposal != NULL && proposal->item_num >= 0
        && proposal->item_num <= PSI_MAX_KEYS)
    {
        psi->open->declared = proposal->item_num;
    }

    psi_link_unpacked_free(result);
    psi_link_unpacked_free(proposal);

    return same ? NULL : "gives the result to others";
}


/* The next message, which is on the main channel whatever it is. */

static void *
handshake_recv(psi_t *psi, const ProtobufCMessageDescriptor *type)
{
    void                *message;
    size_t               len;
    u_char              *value;
    psi_link_channel_e   channel;

    if (psi_link_recv(&psi->open->link, &channel, &value, &len) != 0) {
        return NULL;
    }

    message = channel != PSI_LINK_MAIN || len > HANDSHAKE_MAX ? NULL
              : psi_link_unpack(type, value, len);
    free(value);

    if (message == NULL) {
        (void) ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                            "%s sent no handshake", psi->peer->party->name);
    }

    return message;
}


static int
handshake_pack(psi_t *psi, Psi__Typed *typed, const char *name,
    const ProtobufCMessage *message)
{
    typed->type_url = (char *) name;
    typed->value.len = protobuf_c_message_get_packed_size(message);
    typed->value.data = malloc(typed->value.len + 1);

    if (typed->value.data == NULL) {
        return psi_no_memory(psi);
    }

    (void) protobuf_c_message_pack(message, typed->value.data);

    return 0;
}


/* NULL: it is of another type, or malformed. Any host may be in the URL. */

static void *
handshake_unpack(const Psi__Typed *typed, const char *name,
    const ProtobufCMessageDescriptor *type)
{
    const char  *slash;

    static const char  package[] = "/org.interconnection.v2.";

    slash = typed != NULL ? strrchr(typed->type_url, '/') : NULL;

    return slash == NULL
           || strncmp(slash, package, sizeof(package) - 1) != 0
           || strcmp(slash + sizeof(package) - 1, name) != 0
           ? NULL
           : psi_link_unpack(type, typed->value.data, typed->value.len);
}


/* Parameters stand in the order of the families that they are of. */

static const Psi__Typed *
handshake_family(const int32_t *families, size_t nfamilies,
    Psi__Typed *const *params, size_t nparams)
{
    size_t  i;

    for (i = 0; i < nfamilies && i < nparams; i++) {
        if (families[i] == PSI_OPEN_ECC) {
            return params[i];
        }
    }

    return NULL;
}


static bool
handshake_has(const int32_t *list, size_t n, int32_t value)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (list[i] == value) {
            return true;
        }
    }

    return false;
}


static bool
handshake_suits(const psi_t *psi, const Psi__Suite *suite)
{
    return suite->curve == psi->open->suite.curve
           && suite->hash == PSI_OPEN_SHA_256
           && suite->hash2curve_strategy == psi->open->suite.strategy;
}
