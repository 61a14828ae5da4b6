
/* Answers of the packages role, in the API's envelope. */


#include "../lib/ic_json.h"
#include "interconnd_packages.h"


#define ANSWER_RETRY_S  "5"


static void answer_open(ic_json_out_t *out, ic_arena_t *pool, int code,
    ic_str_t text);
static enum MHD_Result answer_send(interconnd_packages_call_t *call,
    ic_json_out_t *out, unsigned status);


enum MHD_Result
interconnd_packages_refuse(interconnd_packages_call_t *call,
    const char *error, const char *detail)
{
    ic_str_t           text;
    ic_json_out_t      out;
    const ic_error_t  *row;

    row = ic_error(ic_str(error));
    text = (detail != NULL && *detail != '\0')
           ? ic_str_fmt(call->pool, "%s: %s", row->text, detail)
           : ic_str(row->text);

    answer_open(&out, call->pool, row->code, text);

    return answer_send(call, &out, (unsigned) row->code / 10);
}


enum MHD_Result
interconnd_packages_refuse_reply(interconnd_packages_call_t *call,
    const ic_reply_t *reply)
{
    return interconnd_packages_refuse(call,
                                      ic_str_z(call->pool, reply->status),
                                      ic_str_z(call->pool, reply->detail));
}


enum MHD_Result
interconnd_packages_answer(interconnd_packages_call_t *call,
    const ic_package_t *pkg)
{
    ic_str_t       id;
    ic_json_out_t  out;

    id = ic_str_fmt(call->pool, "%s:%s", pkg->name, pkg->version);

    answer_open(&out, call->pool, 0, ic_str("success"));
    ic_out_str(&out, "component_id", id);
    ic_out_z(&out, "code", pkg->name);
    ic_out_z(&out, "version", pkg->version);
    ic_out_z(&out, "package_digest", pkg->digest);
    ic_out_int(&out, "size", call->size);

    return answer_send(call, &out, MHD_HTTP_OK);
}


static void
answer_open(ic_json_out_t *out, ic_arena_t *pool, int code, ic_str_t text)
{
    ic_out_init(out, pool);
    ic_out_object(out, NULL);
    ic_out_int(out, "code", code);
    ic_out_str(out, "msg", text);
    ic_out_object(out, "data");
}


static enum MHD_Result
answer_send(interconnd_packages_call_t *call, ic_json_out_t *out,
    unsigned status)
{
    ic_str_t              text;
    enum MHD_Result       rc;
    struct MHD_Response  *response;

    ic_out_object_end(out);
    ic_out_object_end(out);
    text = ic_out_text(out);

    if (text.data == NULL) {
        return MHD_NO;
    }

    response = MHD_create_response_from_buffer(text.len, text.data,
                                               MHD_RESPMEM_MUST_COPY);
    if (response == NULL) {
        return MHD_NO;
    }

    (void) MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                                   "application/json");

    if (status == MHD_HTTP_TOO_MANY_REQUESTS
        || status == MHD_HTTP_SERVICE_UNAVAILABLE)
    {
        (void) MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER,
                                       ANSWER_RETRY_S);
    }

    rc = MHD_queue_response(call->connection, status, response);
    MHD_destroy_response(response);

    return rc;
}
