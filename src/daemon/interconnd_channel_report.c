
/*
 * system.callback over the channel's socket: what a task of this node says of
 * itself. The body is small and JSON, the answer is the envelope of the
 * node's other calls.
 */


#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "interconnd_channel_report.h"


#define REPORT_PATH  "/v1/platform/schedule/task/callback"
#define REPORT_SIZE  65536
#define REPORT_ARGS  11


struct interconnd_report_s {
    size_t  len;
    char    data[REPORT_SIZE];
};


static enum MHD_Result report_finish(interconnd_call_t *call);
static unsigned report_arguments(interconnd_call_t *call,
    const ic_json_t *root, ic_str_t *argv);
static ic_str_t report_proof(interconnd_call_t *call);
static enum MHD_Result report_answer(interconnd_call_t *call,
    unsigned status, int code, const char *message);


/* merge_slashes of nginx: some put two in front */
bool
interconnd_report_is(const interconnd_call_t *call, const char *url)
{
    while (url[0] == '/' && url[1] == '/') {
        url++;
    }

    return !call->edge && strcmp(url, REPORT_PATH) == 0;
}


enum MHD_Result
interconnd_report_begin(interconnd_call_t *call, const char *method)
{
    if (strcmp(method, MHD_HTTP_METHOD_POST) != 0) {
        return report_answer(call, MHD_HTTP_METHOD_NOT_ALLOWED, 4050,
                             "use POST");
    }

    call->report = malloc(sizeof(interconnd_report_t));

    if (call->report == NULL) {
        return MHD_NO;
    }

    call->report->len = 0;

    return MHD_YES;
}


enum MHD_Result
interconnd_report_take(interconnd_call_t *call, const char *data,
    size_t *size)
{
    interconnd_report_t  *report;

    report = call->report;

    if (*size == 0) {
        return report_finish(call);
    }

    if (report->len < REPORT_SIZE) {
        if (*size > REPORT_SIZE - report->len) {
            report->len = REPORT_SIZE;

        } else {
            memcpy(report->data + report->len, data, *size);
            report->len += *size;
        }
    }

    *size = 0;

    return MHD_YES;
}


static enum MHD_Result
report_finish(interconnd_call_t *call)
{
    unsigned                argc;
    ic_str_t                argv[REPORT_ARGS];
    ic_json_t              *root;
    ic_reply_t              reply;
    interconnd_channel_t   *ch;

    ch = call->channel;

    if (call->report->len >= REPORT_SIZE) {
        return report_answer(call, MHD_HTTP_CONTENT_TOO_LARGE, 4130,
                             "the body is too large");
    }

    root = ic_json_parse(ch->pool, ic_str_n(call->report->data,
                                            call->report->len), NULL);

    if (root == NULL || root->type != IC_JSON_OBJECT) {
        return report_answer(call, MHD_HTTP_BAD_REQUEST, 4000,
                             "the body is no JSON object");
    }

    argc = report_arguments(call, root, argv);

    if (ic_store_call(ch->store, ch->pool, &reply, "task_said", argc, argv)
        != 0)
    {
        interconnd_log("error", "task_said: %s", ic_store_error(ch->store));
        return report_answer(call, MHD_HTTP_SERVICE_UNAVAILABLE, 5030,
                             "the store is away; try again");
    }

    if (ic_reply_ok(&reply)) {
        return report_answer(call, MHD_HTTP_OK, 0, "success");
    }

    if (ic_str_is(reply.status, "invalid_fields")) {
        return report_answer(call, MHD_HTTP_BAD_REQUEST, 4001,
                             ic_str_z(ch->pool, reply.detail));
    }

    return report_answer(call, MHD_HTTP_FORBIDDEN, 4038,
                         "no such task, or not its token");
}


static unsigned
report_arguments(interconnd_call_t *call, const ic_json_t *root,
    ic_str_t *argv)
{
    unsigned          i, n;
    const ic_json_t  *value;

    static const char *const  more[] = {
        "progress", "stage", "message", NULL
    };

    argv[0] = ic_json_str(ic_json_get(root, "task_id"));
    argv[1] = report_proof(call);
    argv[2] = ic_str("socket");
    argv[3] = ic_json_str(ic_json_get(root, "status"));
    argv[4] = ic_json_str(ic_json_get(root, "role"));
    n = 5;

    if (argv[1].len == 0) {
        argv[1] = ic_json_str(ic_json_get(root, "token"));
    }

    for (i = 0; more[i] != NULL; i++) {
        value = ic_json_get(root, more[i]);

        if (value == NULL) {
            continue;
        }

        argv[n++] = ic_str(more[i]);
        argv[n++] = value->type == IC_JSON_INT || value->type == IC_JSON_NUM
                    ? value->text : ic_json_str(value);
    }

    return n;
}


/* As a message's, or as HTTP clients send "user:password@". */
static ic_str_t
report_proof(interconnd_call_t *call)
{
    u_char      *colon;
    ic_str_t     proof;
    const char  *text;

    text = interconnd_call_header(call, "x-ptp-token");

    if (text != NULL) {
        return ic_str(text);
    }

    text = interconnd_call_header(call, MHD_HTTP_HEADER_AUTHORIZATION);

    if (text == NULL || strncasecmp(text, "Basic ", 6) != 0) {
        return ic_str("");
    }

    proof = ic_unbase64(call->channel->pool, ic_str(text + 6));
    colon = proof.data == NULL ? NULL : memchr(proof.data, ':', proof.len);

    if (colon == NULL) {
        return ic_str("");
    }

    return ic_str_n(colon + 1, proof.len - (colon + 1 - proof.data));
}


static enum MHD_Result
report_answer(interconnd_call_t *call, unsigned status, int code,
    const char *message)
{
    ic_str_t              text;
    ic_json_out_t         out;
    enum MHD_Result       rc;
    struct MHD_Response  *response;

    ic_out_init(&out, call->channel->pool);
    ic_out_object(&out, NULL);
    ic_out_int(&out, "code", code);
    ic_out_z(&out, "msg", message == NULL ? "" : message);
    ic_out_object(&out, "data");
    ic_out_object_end(&out);
    ic_out_object_end(&out);
    text = ic_out_text(&out);

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
    rc = MHD_queue_response(call->connection, status, response);
    MHD_destroy_response(response);

    return rc;
}
