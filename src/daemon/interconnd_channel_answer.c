
/* Answers to calls: a code with its reason, or a message. */


#include <stdio.h>
#include <stdlib.h>

#include "interconnd_channel.h"
#include "interconnd_channel_dialect.h"
#include "interconnd_channel_identity.h"
#include "interconnd_channel_journal.h"


#define CALL_BYTES  "application/octet-stream"


typedef struct {
    const char  *code;
    unsigned     status;
} call_code_t;


static enum MHD_Result call_native(interconnd_call_t *call,
    interconnd_code_e code, const char *reason);
static enum MHD_Result call_foreign(interconnd_call_t *call,
    interconnd_code_e code, const char *reason,
    interconnd_session_t *session, const interconnd_message_t *message);
static void call_taken(const interconnd_call_t *call,
    interconnd_code_e code, struct MHD_Response *response);
static void call_component(const interconnd_call_t *call,
    struct MHD_Response *response);
static enum MHD_Result call_send(interconnd_call_t *call,
    interconnd_code_e code, unsigned status, struct MHD_Response *response,
    const char *type);


/* in the order of interconnd_code_e */

static const call_code_t  call_codes[] = {
    { "E0000000000", MHD_HTTP_OK },
    { "E0000000400", MHD_HTTP_BAD_REQUEST },
    { "E0000000404", MHD_HTTP_NOT_FOUND },
    { "E0000000413", MHD_HTTP_CONTENT_TOO_LARGE },
    { "E0000000503", MHD_HTTP_SERVICE_UNAVAILABLE },
    { "E0000000601", MHD_HTTP_OK },
    { "E0000000602", MHD_HTTP_OK },
    { "E0000000608", MHD_HTTP_OK },
    { "E0000000614", MHD_HTTP_FORBIDDEN },
    { "E0000000700", MHD_HTTP_OK },
    { "E0000000615", MHD_HTTP_OK }
};


enum MHD_Result
interconnd_call_answer(interconnd_call_t *call, interconnd_code_e code,
    const char *reason)
{
    return interconnd_dialect_is_native(call->dialect)
           ? call_native(call, code, reason)
           : call_foreign(call, code, reason, NULL, NULL);
}


static enum MHD_Result
call_native(interconnd_call_t *call, interconnd_code_e code,
    const char *reason)
{
    ic_str_t              text;
    ic_json_out_t         out;
    struct MHD_Response  *response;

    if (code == INTERCONND_CODE_OK) {
        reason = "success";
    }

    /* a wait ends with nothing in the body, as a message would be */

    if (code == INTERCONND_CODE_TIMEOUT) {
        response = MHD_create_response_from_buffer(0, "",
                                                   MHD_RESPMEM_PERSISTENT);
        return call_send(call, code, call_codes[code].status, response,
                         CALL_BYTES);
    }

    ic_out_init(&out, call->channel->pool);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "code", call_codes[code].code);
    ic_out_z(&out, "msg", reason);
    ic_out_z(&out, "message", reason);
    ic_out_object_end(&out);

    text = ic_out_text(&out);

    if (text.data == NULL) {
        return MHD_NO;
    }

    response = MHD_create_response_from_buffer(text.len, text.data,
                                               MHD_RESPMEM_MUST_COPY);

    return call_send(call, code, call_codes[code].status, response,
                     "application/json; charset=utf-8");
}


/* Other implementations look for their code in the body of a 200. */

static enum MHD_Result
call_foreign(interconnd_call_t *call, interconnd_code_e code,
    const char *reason, interconnd_session_t *session,
    const interconnd_message_t *message)
{
    interconnd_body_t  body;

    if (interconnd_body_open(&body, session, message, 0) != 0
        || interconnd_dialect_answer(call, code, call_codes[code].code,
                                     (code == INTERCONND_CODE_OK)
                                     ? "success" : reason, &body)
           != 0)
    {
        interconnd_body_free(&body);
        return MHD_NO;
    }

    return call_send(call, code, MHD_HTTP_OK,
                     interconnd_body_response(&body),
                     interconnd_dialect_type(call->dialect, true));
}


enum MHD_Result
interconnd_call_deliver(interconnd_call_t *call,
    interconnd_session_t *session, const interconnd_message_t *message)
{
    interconnd_body_t  body;

    if (!interconnd_dialect_is_native(call->dialect)) {
        return call_foreign(call, INTERCONND_CODE_OK, NULL, session,
                            message);
    }

    if (interconnd_body_open(&body, session, message, 0) != 0) {
        interconnd_body_free(&body);
        return MHD_NO;
    }

    return call_send(call, INTERCONND_CODE_OK, MHD_HTTP_OK,
                     interconnd_body_response(&body), CALL_BYTES);
}


enum MHD_Result
interconnd_call_offset(interconnd_call_t *call, size_t offset)
{
    char                  text[24];
    struct MHD_Response  *response;

    snprintf(text, sizeof(text), "%zu", offset);

    response = MHD_create_response_from_buffer(0, "",
                                               MHD_RESPMEM_PERSISTENT);

    if (response != NULL) {
        (void) MHD_add_response_header(response, "x-interconn-offset", text);
    }

    return call_send(call, INTERCONND_CODE_OK, MHD_HTTP_OK, response,
                     CALL_BYTES);
}


static enum MHD_Result
call_send(interconnd_call_t *call, interconnd_code_e code, unsigned status,
    struct MHD_Response *response, const char *type)
{
    enum MHD_Result  rc;

    rc = MHD_NO;

    if (response != NULL) {
        (void) MHD_add_response_header(response,
                                       MHD_HTTP_HEADER_CONTENT_TYPE, type);
        (void) MHD_add_response_header(response, "x-ptp-code",
                                       call_codes[code].code);

        if (call->edge && call->op == INTERCONND_CALL_INVOKE) {
            call_taken(call, code, response);
        }

        if (call->edge && code == INTERCONND_CODE_MISMATCH) {
            call_component(call, response);
        }

        rc = MHD_queue_response(call->connection, status, response);
        MHD_destroy_response(response);
    }

    if (call->suspended) {
        call->suspended = 0;
        call->channel->resumed = 1;
        MHD_resume_connection(call->connection);
    }

    return rc;
}


/* Which one is refused the peer knows: this is the other. */

static void
call_component(const interconnd_call_t *call, struct MHD_Response *response)
{
    interconnd_session_t  *session;

    session = interconnd_call_known(call);

    if (session != NULL && session->component != NULL) {
        (void) MHD_add_response_header(response, INTERCONND_IDENTITY_HEADER,
                                       session->component);
    }
}


/* How many messages are here now: a peer that reads this may send batches. */

static void
call_taken(const interconnd_call_t *call, interconnd_code_e code,
    struct MHD_Response *response)
{
    char      text[16];
    unsigned  taken;

    if (call->queried || !interconnd_dialect_is_native(call->dialect)
        || code == INTERCONND_CODE_UNAVAILABLE)
    {
        return;
    }

    taken = (call->batch != NULL) ? interconnd_batch_taken(call)
                                  : (code == INTERCONND_CODE_OK);

    snprintf(text, sizeof(text), "%u", taken);

    (void) MHD_add_response_header(response, "x-interconn-taken", text);
}
