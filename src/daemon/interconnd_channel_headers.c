
/* What the headers of a call say, and whether it may be. */


#include <stdio.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#include "../lib/ic_codec.h"
#include "interconnd_channel.h"


#define CALL_PREFIX       "/v1/interconn/chan/"

#define CALL_TIMEOUT      120
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
static interconnd_code_e call_headers_edge(interconnd_call_t *call);
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


interconnd_code_e
interconnd_call_accept(interconnd_call_t *call, const char *url,
    const char *method)
{
    const call_op_t  *op;

    op = call_op(url);

    if (op == NULL) {
        return interconnd_refuse(call, INTERCONND_CODE_NOT_FOUND,
                                 "no such call");
    }

    if (strcmp(method, MHD_HTTP_METHOD_POST) != 0) {
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST, "use POST");
    }

    if (!(call->edge ? op->edge : op->own)) {
        return interconnd_refuse(call, INTERCONND_CODE_NOT_PERMITTED,
                                 "not for this caller");
    }

    call->op = call->edge ? INTERCONND_CALL_INVOKE : op->op;

    return call->edge ? call_headers_edge(call) : call_headers(call);
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
    int64_t      seconds;
    const char  *timeout;

    call->session_id = interconnd_call_header(call, "x-ptp-session-id");
    call->topic = interconnd_call_header(call, "x-ptp-topic");
    call->node = interconnd_call_header(call, "x-ptp-target-node-id");

    if (call->session_id == NULL
        || !ic_id_valid(ic_str(call->session_id)))
    {
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

    if (call->topic == NULL || call->node == NULL) {
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                           "x-ptp-topic and x-ptp-target-node-id are required");
    }

    call->timeout_s = CALL_TIMEOUT;
    timeout = MHD_lookup_connection_value(call->connection,
                                          MHD_GET_ARGUMENT_KIND, "timeout");

    if (timeout == NULL) {
        return INTERCONND_CODE_OK;
    }

    if (ic_str_int(ic_str(timeout), &seconds) != 0) {
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                                 "timeout is a number of seconds");
    }

    call->timeout_s = (seconds < CALL_TIMEOUT_MIN) ? CALL_TIMEOUT_MIN
                      : (seconds > CALL_TIMEOUT_MAX) ? CALL_TIMEOUT_MAX
                      : (int) seconds;

    return INTERCONND_CODE_OK;
}


/* nginx has told who calls, and that it is a party with the right token. */

static interconnd_code_e
call_headers_edge(interconnd_call_t *call)
{
    size_t       len;
    const char  *seq, *target, *uri;

    call->session_id = interconnd_call_header(call, "x-ptp-session-id");
    call->topic = interconnd_call_header(call, "x-ptp-topic");
    call->node = interconnd_call_header(call, "x-interconn-peer");

    if (call->session_id == NULL
        || !ic_id_valid(ic_str(call->session_id))
        || call->topic == NULL
        || strlen(call->topic) > INTERCONND_CHANNEL_TOPIC)
    {
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

    seq = interconnd_call_header(call, "x-interconn-seq");

    if (seq != NULL
        && (ic_str_int(ic_str(seq), &call->seq) != 0 || call->seq < 1))
    {
        return interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                                 "x-interconn-seq is a number from 1");
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

    /* what arrived before a failure can still be had */

    if (call->op == INTERCONND_CALL_POP || call->op == INTERCONND_CALL_PEEK) {
        return INTERCONND_CODE_OK;
    }

    code = interconnd_session_state(s, call->reason, sizeof(call->reason));

    if (call->op == INTERCONND_CALL_RELEASE) {
        return INTERCONND_CODE_OK;
    }

    return code;
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
