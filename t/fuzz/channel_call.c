
/*
 * Calls of the channel, from the lines of their headers to what is in their
 * body: every dialect, calls of peers and of own tasks. The first line is
 * the method, the path and "edge" for a peer's; then headers up to an empty
 * line; then the body.
 */


#include <strings.h>

#include "../../src/daemon/interconnd_channel_dialect.h"
#include "fuzz.h"


#define HEADERS  16


typedef struct {
    unsigned   n;
    char      *names[HEADERS];
    char      *values[HEADERS];
} headers_t;

static headers_t  headers;


/* Stands before the one of the library: what the connection has. */

const char *
MHD_lookup_connection_value(struct MHD_Connection *connection,
    enum MHD_ValueKind kind, const char *key)
{
    unsigned  i;

    for (i = 0; i < headers.n; i++) {
        if (strcasecmp(headers.names[i], key) == 0
            && (kind == MHD_HEADER_KIND) == (key[1] == '-' || key[0] == 'C'))
        {
            return headers.values[i];
        }
    }

    return NULL;
}


static void
take_headers(fuzz_t *fuzz)
{
    fuzz_t    line;
    ic_str_t  text;

    for (headers.n = 0; headers.n < HEADERS; headers.n++) {
        text = fuzz_until(fuzz, '\n');

        if (text.len == 0) {
            return;
        }

        line.data = text.data;
        line.size = text.len;
        headers.names[headers.n] = fuzz_z(fuzz_until(&line, ':'));
        headers.values[headers.n] = fuzz_z(ic_str_n(line.data, line.size));
    }
}


/* What was read of the body, and the answer to it. */

static void
answer(interconnd_call_t *call)
{
    interconnd_body_t   body;
    interconnd_wire_t   wire;

    FUZZ_TRUE(call->at >= 0
              && (size_t) call->at + call->len <= call->spool.len);
    FUZZ_TRUE(call->topic == NULL
              || strlen(call->topic) <= INTERCONND_CHANNEL_TOPIC);
    FUZZ_TRUE(call->timeout_ms >= 0);

    memset(&body, 0, sizeof(body));
    body.fd = -1;
    body.len = call->len;
    FUZZ_TRUE(interconnd_dialect_answer(call, INTERCONND_CODE_OK,
                                        "E0000000000", "it is \"so\"\n",
                                        &body)
              == 0);
    free(body.head.data);
    free(body.tail.data);

    if (call->topic == NULL) {
        return;
    }

    /* what goes to such a peer it reads as we would */

    memset(&body, 0, sizeof(body));
    body.len = 3;
    FUZZ_TRUE(interconnd_dialect_invoke(call->dialect, call->topic, &body)
              == 0);

    if (body.inner.len != 0) {
        FUZZ_TRUE(interconnd_wire_add(&body.inner, "abc", 3) == 0);
        FUZZ_TRUE(interconnd_wire_proto(body.inner.data, body.inner.len, 1,
                                        2, 0, &wire)
                  == 0 && wire.payload_len == 3);
    }

    free(body.head.data);
    free(body.inner.data);
    free(body.tail.data);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char                  *method, *url;
    fuzz_t                 fuzz = { data, size };
    ic_str_t               body;
    interconnd_call_t      call;
    interconnd_conf_t      conf = { .node_id = "hospital-a" };
    interconnd_channel_t   channel = { .conf = &conf };

    method = fuzz_z(fuzz_until(&fuzz, ' '));
    url = fuzz_z(fuzz_until(&fuzz, ' '));
    memset(&call, 0, sizeof(call));
    call.channel = &channel;
    call.edge = ic_str_is(fuzz_until(&fuzz, '\n'), "edge");
    call.offset = -1;
    call.spool.fd = -1;
    take_headers(&fuzz);
    body = fuzz_copy(ic_str_n(fuzz.data, fuzz.size));
    call.spool.data = body.data;
    call.spool.len = call.spool.size = body.len;

    if (interconnd_call_accept(&call, url, method) == INTERCONND_CODE_OK) {
        FUZZ_TRUE(ic_id_valid(ic_str(call.session_id)));
        FUZZ_TRUE(call.seq >= 0 && call.size >= 0 && call.offset >= -1);

        if (interconnd_dialect_read(&call) == INTERCONND_CODE_OK) {
            answer(&call);
        }

    } else {
        FUZZ_TRUE(call.reason[0] != '\0');
    }

    free(call.batch);
    free(body.data);
    free(method);
    free(url);

    while (headers.n > 0) {
        headers.n--;
        free(headers.names[headers.n]);
        free(headers.values[headers.n]);
    }

    return 0;
}
