
/* Answers to calls: a code with its reason, or a message. */


#include <stdlib.h>

#include "interconnd_channel.h"


typedef struct {
    const char  *code;
    unsigned     status;
} call_code_t;


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
    { "E0000000700", MHD_HTTP_OK }
};


enum MHD_Result
interconnd_call_answer(interconnd_call_t *call, interconnd_code_e code,
    const char *reason)
{
    ic_str_t              text;
    ic_json_out_t         out;
    struct MHD_Response  *response;

    if (code == INTERCONND_CODE_OK) {
        reason = "success";
    }

    /* a wait ends as D3 peers expect it: nothing in the body */

    if (code == INTERCONND_CODE_TIMEOUT) {
        response = MHD_create_response_from_buffer(0, "",
                                                   MHD_RESPMEM_PERSISTENT);
        return call_send(call, code, call_codes[code].status, response,
                         "application/octet-stream");
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


enum MHD_Result
interconnd_call_deliver(interconnd_call_t *call,
    interconnd_message_t *message)
{
    struct MHD_Response  *response;

    if (message->len == 0) {
        free(message->data);
        response = MHD_create_response_from_buffer(0, "",
                                                   MHD_RESPMEM_PERSISTENT);
    } else {
        response = MHD_create_response_from_buffer(message->len,
                                                   message->data,
                                                   MHD_RESPMEM_MUST_FREE);
    }

    free(message);

    return call_send(call, INTERCONND_CODE_OK, MHD_HTTP_OK, response,
                     "application/octet-stream");
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
