
/* What the headers of a call say, and whether it may be. */


#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#include "../lib/ic_codec.h"
#include "interconnd_channel.h"
#include "interconnd_channel_dialect.h"
#include "interconnd_channel_identity.h"


#define CALL_PREFIX       "/v1/interconn/chan/"

#define CALL_TIMEOUT_MIN  1
#define CALL_TIMEOUT_MAX  300


typedef struct {
    const char         *name;
    interconnd_call_e   op;
    unsigned            edge:1;          /* for peers */
    unsigned            own:1;           /* for own tasks */
} call_op_t;


static const call_op_t *call_op(const char *url);
static interconnd_code_e call_headers(interconnd_call_t *call);
static interconnd_code_e call_timeout(interconnd_call_t *call);
static interconnd_code_e call_numbers(interconnd_call_t *call);
static interconnd_code_e call_headers_edge(interconnd_call_t *call);
static void call_learn(interconnd_call_t *call, interconnd_party_t *party);
static void call_losing(interconnd_session_t *session, const char *node);
static interconnd_code_e call_token(interconnd_call_t *call,
    const interconnd_session_t *session);


static const call_op_t  call_ops[] = {
    { "push",      INTERCONND_CALL_PUSH,    1, 1 },
    { "pop",       INTERCONND_CALL_POP,     0, 1 },
    { "peek",      INTERCONND_CALL_PEEK,    0, 1 },
    { "release",   INTERCONND_CALL_RELEASE, 0, 1 },
    { "invoke",    INTERCONND_CALL_INVOKE,  1, 0 },
    { "transport", INTERCONND_CALL_INVOKE,  1, 0 },
    { NULL, 0, 0, 0 }
};

#define at(field)  offsetof(interconnd_call_t, field)

static const struct {
    const char  *name;
    size_t       offset;
    int64_t      min;
    unsigned     edge;
    const char  *fault;
} call_number[] = {
    { "x-interconn-seq",    at(seq),    1, 1,
      "x-interconn-seq is a number from 1" },
    { "x-interconn-size",   at(size),   1, 1,
      "x-interconn-size is a number of bytes" },
    { "x-interconn-offset", at(offset), 0, 1,
      "x-interconn-offset is a number of bytes" },
    { "x-interconn-call",   at(number), 1, 0,
      "x-interconn-call is a number from 1" },
    { "x-interconn-losing", at(losing), 1, 0,
      "x-interconn-losing is 1 or not there" },
    { NULL, 0, 0, 0, NULL }
};

#undef at


interconnd_code_e
interconnd_call_accept(interconnd_call_t *call, const char *url,
    const char *method)
{
    const call_op_t    *op;
    interconnd_code_e   code;

    call->dialect = interconnd_dialect(call);

    op = call_op(url);

    if (op == NULL) {
        return interconnd_refuse(call, INTERCONND_CODE_NOT_FOUND,
                                 "no such call");
    }

    call->queried = call->edge && strcmp(method, MHD_HTTP_METHOD_GET) == 0;

    if (!call->queried && strcmp(method, MHD_HTTP_METHOD_POST) != 0) {
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST, "use POST");
    }

    if (!(call->edge ? op->edge : op->own)) {
        return interconnd_refuse(call, INTERCONND_CODE_NOT_PERMITTED,
                                 "not for this caller");
    }

    call->op = call->edge ? INTERCONND_CALL_INVOKE : op->op;

    code = call->edge ? call_headers_edge(call) : call_headers(call);

    if (code == INTERCONND_CODE_OK && call->edge) {
        code = interconnd_batch_accept(call);
    }

    return (code == INTERCONND_CODE_OK && call->batch == NULL)
           ? call_numbers(call) : code;
}


static const call_op_t *
call_op(const char *url)
{
    const call_op_t  *op;

    if (strncmp(url, CALL_PREFIX, sizeof(CALL_PREFIX) - 1) != 0) {
        return NULL;
    }

    url += sizeof(CALL_PREFIX) - 1;

    for (op = call_ops; op->name != NULL; op++) {
        if (strcmp(op->name, url) == 0) {
            return op;
        }
    }

    return NULL;
}


static interconnd_code_e
call_headers(interconnd_call_t *call)
{
    call->session_id = interconnd_call_header(call, "x-ptp-session-id");
    call->topic = interconnd_call_header(call, "x-ptp-topic");
    call->node = interconnd_call_header(call, "x-ptp-target-node-id");

    if (call->session_id == NULL
        || !ic_id_valid(ic_str(call->session_id)))
    {
        call->session_id = NULL;
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                                 "x-ptp-session-id is required");
    }

    if (call->topic != NULL
        && strlen(call->topic) > INTERCONND_CHANNEL_TOPIC)
    {
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                                 "x-ptp-topic is too long");
    }

    if (call->op == INTERCONND_CALL_RELEASE) {
        return INTERCONND_CODE_OK;
    }

    /* where the topic is in the body, who sends may be left out */

    if (!interconnd_dialect_wraps(call)
        && (call->topic == NULL || call->node == NULL))
    {
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                           "x-ptp-topic and x-ptp-target-node-id are required");
    }

    if (call->node == NULL && call->op == INTERCONND_CALL_PUSH) {
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                                 "x-ptp-target-node-id is required");
    }

    return call_timeout(call);
}


/* In seconds (?timeout=), or in ms; the body may have one, too. */

static interconnd_code_e
call_timeout(interconnd_call_t *call)
{
    int64_t      n;
    const char  *ms, *seconds;

    call->timeout_ms = interconnd_dialect_wait(call);

    ms = interconnd_call_header(call, "x-ptp-timeout");
    seconds = MHD_lookup_connection_value(call->connection,
                                          MHD_GET_ARGUMENT_KIND, "timeout");

    if (ms == NULL && seconds == NULL) {
        return INTERCONND_CODE_OK;
    }

    if (ic_str_int(ic_str((ms != NULL) ? ms : seconds), &n) != 0) {
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                                 "timeout is a number of seconds");
    }

    if (ms != NULL) {
        call->timeout_ms = (n > 0 && n <= INT32_MAX) ? n : call->timeout_ms;
        return INTERCONND_CODE_OK;
    }

    n = (n < CALL_TIMEOUT_MIN) ? CALL_TIMEOUT_MIN : n;
    n = (n > CALL_TIMEOUT_MAX) ? CALL_TIMEOUT_MAX : n;

    call->timeout_ms = n * 1000;

    return INTERCONND_CODE_OK;
}


/* What our own nodes and task programs number, so that nothing comes twice. */

static interconnd_code_e
call_numbers(interconnd_call_t *call)
{
    unsigned     i;
    int64_t     *value;
    const char  *text;

    for (i = 0; call_number[i].name != NULL; i++) {
        text = interconnd_call_header(call, call_number[i].name);

        if (text == NULL || call_number[i].edge != call->edge) {
            continue;
        }

        value = (int64_t *) ((char *) call + call_number[i].offset);

        if (ic_str_int(ic_str(text), value) != 0
            || *value < call_number[i].min)
        {
            return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                                     call_number[i].fault);
        }
    }

    /* one part of a numbered message makes no sense without its number */

    return ((call->offset >= 0 || call->size != 0 || call->queried)
            && (call->seq == 0 || call->size == 0))
           ? interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                               "x-interconn-seq and -size are required")
           : INTERCONND_CODE_OK;
}


/* nginx has told who calls, and that it is a party with the right token. */

static interconnd_code_e
call_headers_edge(interconnd_call_t *call)
{
    size_t       len;
    const char  *target, *uri;

    call->session_id = interconnd_call_header(call, "x-ptp-session-id");
    call->topic = interconnd_call_header(call, "x-ptp-topic");
    call->node = interconnd_call_header(call, "x-interconn-peer");

    if (call->session_id == NULL
        || !ic_id_valid(ic_str(call->session_id))
        || (call->topic == NULL && !interconnd_dialect_wraps(call))
        || (call->topic != NULL
            && strlen(call->topic) > INTERCONND_CHANNEL_TOPIC))
    {
        call->session_id = NULL;
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                               "x-ptp-session-id and x-ptp-topic are required");
    }

    if (call->node == NULL) {
        return interconnd_refuse(call, INTERCONND_CODE_NOT_PERMITTED,
                                 "the caller is not known");
    }

    target = interconnd_call_header(call, "x-ptp-target-node-id");

    if (target != NULL && strcmp(target, call->channel->conf->node_id) != 0) {
        return interconnd_refuse(call, INTERCONND_CODE_NOT_FOUND,
                                 "this is not the target node");
    }

    /* every dialect ends its URIs so, whatever the scheme and the package */

    uri = interconnd_call_header(call, "x-ptp-uri");
    len = (uri != NULL) ? strlen(uri) : 0;

    if (uri != NULL && (len < 5 || strcmp(uri + len - 5, "/push") != 0)) {
        return interconnd_refuse(call, INTERCONND_CODE_NOT_PERMITTED,
                                 "peers may only push");
    }

    return INTERCONND_CODE_OK;
}


interconnd_code_e
interconnd_call_session(interconnd_call_t *call,
    interconnd_session_t **session)
{
    interconnd_code_e      code;
    interconnd_session_t  *s;

    s = interconnd_session(call->channel, call->session_id, &code,
                           call->reason, sizeof(call->reason));
    if (s == NULL) {
        return code;
    }

    *session = s;

    if (!call->edge && call_token(call, s) != INTERCONND_CODE_OK) {
        return INTERCONND_CODE_NOT_PERMITTED;
    }

    if (call->node != NULL
        && strcmp(call->node, call->channel->conf->node_id) != 0
        && interconnd_session_party(s, call->node) == NULL)
    {
        code = call->edge ? INTERCONND_CODE_NOT_PERMITTED
                          : INTERCONND_CODE_NOT_FOUND;

        return interconnd_refuse(call, code,
                                 "the node is no party of the session");
    }

    if (call->edge) {
        call_learn(call, interconnd_session_party(s, call->node));

    } else if (call->losing && call->node != NULL) {
        call_losing(s, call->node);
    }

    code = call->edge ? interconnd_identity_peer(call, s,
                                    interconnd_session_party(s, call->node))
                      : interconnd_identity_own(call, s);

    if (code != INTERCONND_CODE_OK) {
        return code;
    }

    /* what arrived before a failure can still be had */

    if (s->state != INTERCONND_SESSION_REFUSED
        && (call->op == INTERCONND_CALL_POP
            || call->op == INTERCONND_CALL_PEEK))
    {
        return INTERCONND_CODE_OK;
    }

    code = interconnd_session_state(s, call->reason, sizeof(call->reason));

    if (call->op == INTERCONND_CALL_RELEASE) {
        return INTERCONND_CODE_OK;
    }

    return code;
}


/* Messages that can not be delivered to that party end nothing else. */

static void
call_losing(interconnd_session_t *session, const char *node)
{
    interconnd_party_t  *party;

    party = interconnd_session_party(session, node);

    if (party != NULL) {
        party->losing = 1;
    }
}


/* A peer is spoken to as it speaks, unless its profile says how. */

static void
call_learn(interconnd_call_t *call, interconnd_party_t *party)
{
    if (party != NULL && !party->known) {
        party->dialect = call->dialect;
    }
}


static interconnd_code_e
call_token(interconnd_call_t *call, const interconnd_session_t *session)
{
    size_t       len;
    const char  *token;

    len = strlen(session->token);
    token = interconnd_call_header(call, "x-ptp-token");

    if (len == 0) {
        return INTERCONND_CODE_OK;
    }

    if (token == NULL || strlen(token) != len
        || CRYPTO_memcmp(token, session->token, len) != 0)
    {
        return interconnd_refuse(call, INTERCONND_CODE_NOT_PERMITTED,
                                 "x-ptp-token is not that of the session");
    }

    return INTERCONND_CODE_OK;
}


const char *
interconnd_call_header(interconnd_call_t *call, const char *name)
{
    const char  *value;

    value = MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND,
                                        name);

    return (value != NULL && *value != '\0') ? value : NULL;
}


interconnd_code_e
interconnd_refuse(interconnd_call_t *call, interconnd_code_e code,
    const char *reason)
{
    snprintf(call->reason, sizeof(call->reason), "%s", reason);

    return code;
}
