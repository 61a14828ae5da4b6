
/*
 * What other implementations put on the wire, one row each: how a call of
 * theirs is known, where topic, payload and timeout are, how the answer
 * looks, and what an invoke has to look like at their node.
 */


#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "interconnd_channel.h"
#include "interconnd_channel_dialect.h"
#include "interconnd_channel_journal.h"


/* of PushInbound and PopInbound; of Inbound, which carries one of them */
#define DIALECT_TOPIC      1
#define DIALECT_PAYLOAD    2
#define DIALECT_TIMEOUT    2
#define DIALECT_INBOUND    2

#define DIALECT_FATE_MS    3600000
#define DIALECT_WAIT_MS    120000


typedef enum {
    DIALECT_RAW = 0,
    DIALECT_PROTO,
    DIALECT_JSON
} dialect_form_e;

struct interconnd_dialect_s {
    const char      *name;
    const char      *invoke_type;        /* Content-Type */
    const char      *invoke_version;     /* "": encapsulated */
    const char      *invoke_uri;
    const char      *answer_type;
    const char      *answer;             /* JSON; p, c, m after a '%' */
    const char      *answer_invoke;      /* if it is another one */
    dialect_form_e   form;               /* of calls */
    dialect_form_e   invoke;             /* of ours to them */
    unsigned         payload;            /* fields of a protobuf answer */
    unsigned         code;
    unsigned         message;
    int              wait_ms;            /* without a timeout */
    unsigned         empty:1;            /* no message is a success */
    unsigned         sender:1;           /* pop says from whom */
    unsigned         full:1;             /* no messages without bytes */
};


typedef enum {
    DIALECT_NATIVE = 0,
    DIALECT_D1_PROTO,
    DIALECT_D1_JSON,
    DIALECT_D2,
    DIALECT_D3,
    DIALECT_N
} dialect_e;


#define DIALECT_PUSH   "/v1/interconn/chan/push"
#define DIALECT_MESH   "https://ptp.cn" DIALECT_PUSH
#define DIALECT_OSX    "/org.ppc.ptp.PrivateTransferTransport/push"
#define DIALECT_BYTES  "application/octet-stream"

static const interconnd_dialect_t  dialects[] = {

    { "native", DIALECT_BYTES, "1", DIALECT_PUSH, NULL, NULL, NULL,
      DIALECT_RAW, DIALECT_RAW, 0, 0, 0, DIALECT_WAIT_MS, 0, 1, 0 },

    { "d1-protobuf", "application/x-protobuf", "", DIALECT_MESH,
      "application/x-protobuf", NULL, NULL,
      DIALECT_PROTO, DIALECT_PROTO, 2, 3, 4, DIALECT_WAIT_MS, 1, 0, 0 },

    { "d1-json", "application/x-protobuf", "", DIALECT_MESH,
      "application/json",
      "{\"metadata\":{},\"payload\":\"%p\",\"code\":\"%c\","
      "\"message\":\"%m\"}", NULL,
      DIALECT_JSON, DIALECT_PROTO, 0, 0, 0, DIALECT_WAIT_MS, 1, 0, 0 },

    { "d2", "application/json", "", DIALECT_OSX, "application/json",
      "{\"code\":\"%c\",\"msg\":\"%m\",\"payload\":\"%p\"}",
      "{\"payload\":\"%p\",\"code\":\"%c\",\"message\":\"%m\"}",
      DIALECT_JSON, DIALECT_JSON, 0, 0, 0, DIALECT_FATE_MS, 0, 0, 0 },

    { "d3", DIALECT_BYTES, "1", DIALECT_PUSH, "application/proto", NULL,
      NULL, DIALECT_RAW, DIALECT_RAW, 1, 2, 3, DIALECT_WAIT_MS, 1, 1, 1 }
};


/* Whose calls are known by their x-ptp-tech-provider-code. */

static const struct {
    const char      *prefix;
    dialect_form_e   form;
    dialect_e        dialect;
} dialect_providers[] = {
    { "FATE", DIALECT_JSON, DIALECT_D2 },
    { "OSX",  DIALECT_JSON, DIALECT_D2 },
    { "",     DIALECT_JSON, DIALECT_D1_JSON },
    { "",     DIALECT_RAW,  DIALECT_D3 },
    { NULL, 0, 0 }
};

static const struct {
    const char      *prefix;
    dialect_form_e   form;
} dialect_types[] = {
    { "application/x-protobuf", DIALECT_PROTO },
    { "application/protobuf",   DIALECT_PROTO },
    { "application/json",       DIALECT_JSON },
    { NULL, DIALECT_RAW }
};


static dialect_form_e dialect_form(interconnd_call_t *call);
static const char *dialect_provider(interconnd_call_t *call);
static int dialect_unwrap(interconnd_call_t *call, u_char *bytes,
    bool encapsulated, interconnd_wire_t *wire);
static int dialect_take(interconnd_call_t *call, const u_char *bytes,
    const interconnd_wire_t *wire);
static int dialect_template(interconnd_body_t *body, const char *template,
    const char *code, const char *reason);
static int dialect_text(ic_str_t *s, const char *text);


const interconnd_dialect_t *
interconnd_dialect(interconnd_call_t *call)
{
    unsigned         i;
    const char      *provider;
    dialect_form_e   form;

    provider = dialect_provider(call);

    if (interconnd_call_header(call, "x-interconn-seq") != NULL
        || interconnd_call_header(call, "x-interconn-call") != NULL
        || (provider != NULL && strcasecmp(provider, "interconn") == 0))
    {
        return &dialects[DIALECT_NATIVE];
    }

    form = dialect_form(call);

    if (form == DIALECT_PROTO) {
        return &dialects[DIALECT_D1_PROTO];
    }

    if (provider == NULL) {
        /* of two in JSON the body tells, of raw bytes only nodes are D3 */
        return (form == DIALECT_JSON) ? &dialects[DIALECT_D2]
               : call->edge ? &dialects[DIALECT_D3]
                            : &dialects[DIALECT_NATIVE];
    }

    for (i = 0; dialect_providers[i].prefix != NULL; i++) {
        if (dialect_providers[i].form == form
            && strncasecmp(provider, dialect_providers[i].prefix,
                           strlen(dialect_providers[i].prefix))
               == 0)
        {
            break;
        }
    }

    return &dialects[dialect_providers[i].dialect];
}


/* One implementation misspells it. */

static const char *
dialect_provider(interconnd_call_t *call)
{
    const char  *provider;

    provider = interconnd_call_header(call, "x-ptp-tech-provider-code");

    return (provider != NULL)
           ? provider
           : interconnd_call_header(call, "x-ptp-tecn-provider-code");
}


static dialect_form_e
dialect_form(interconnd_call_t *call)
{
    unsigned     i;
    const char  *type;

    type = interconnd_call_header(call, MHD_HTTP_HEADER_CONTENT_TYPE);

    for (i = 0; type != NULL && dialect_types[i].prefix != NULL; i++) {
        if (strncasecmp(type, dialect_types[i].prefix,
                        strlen(dialect_types[i].prefix))
            == 0)
        {
            return dialect_types[i].form;
        }
    }

    return DIALECT_RAW;
}


const interconnd_dialect_t *
interconnd_dialect_named(const char *name, size_t len)
{
    unsigned  i;

    for (i = 0; i < DIALECT_N; i++) {
        if (strlen(dialects[i].name) == len
            && strncmp(dialects[i].name, name, len) == 0)
        {
            return &dialects[i];
        }
    }

    return NULL;
}


interconnd_code_e
interconnd_dialect_read(interconnd_call_t *call)
{
    int                 rc;
    bool                encapsulated;
    u_char             *bytes;
    const char         *version;
    interconnd_wire_t   wire;

    call->at = 0;
    call->len = call->spool.len;

    if (call->dialect->form == DIALECT_RAW || call->spool.len == 0) {
        return INTERCONND_CODE_OK;
    }

    version = interconnd_call_header(call, "x-ptp-version");
    encapsulated = call->edge
                   && (version == NULL || strcmp(version, "1") != 0);

    bytes = interconnd_spool_map(&call->spool);

    if (bytes == NULL) {
        return interconnd_refuse(call, INTERCONND_CODE_UNAVAILABLE,
                                 "memory is short");
    }

    rc = dialect_unwrap(call, bytes, encapsulated, &wire);

    if (rc == 0) {
        rc = dialect_take(call, bytes, &wire);
    }

    interconnd_spool_unmap(&call->spool, bytes);

    return (rc == 0)
           ? INTERCONND_CODE_OK
           : interconnd_refuse(call, INTERCONND_CODE_BAD_REQUEST,
                               "the body is not what its type says");
}


/* Encapsulated: what is pushed is itself wrapped, in one form or the other. */

static int
dialect_unwrap(interconnd_call_t *call, u_char *bytes, bool encapsulated,
    interconnd_wire_t *wire)
{
    int       rc;
    size_t    len;
    u_char   *p;
    unsigned  payload;

    p = bytes;
    len = call->spool.len;

    if (encapsulated) {
        rc = (call->dialect->form == DIALECT_PROTO)
             ? interconnd_wire_proto(p, len, 0, DIALECT_INBOUND, 0, wire)
             : interconnd_wire_json(p, len, wire);

        if (rc != 0) {
            return -1;
        }

        p += wire->payload;
        len = wire->payload_len;
    }

    /* a second field is a timeout where there is no payload */

    payload = (call->op == INTERCONND_CALL_PUSH
               || call->op == INTERCONND_CALL_INVOKE) ? DIALECT_PAYLOAD : 0;

    rc = (call->dialect->form == DIALECT_PROTO
          || (encapsulated && len > 0 && *p != '{'))
         ? interconnd_wire_proto(p, len, DIALECT_TOPIC, payload,
                                 payload != 0 ? 0 : DIALECT_TIMEOUT, wire)
         : interconnd_wire_json(p, len, wire);

    wire->topic += p - bytes;
    wire->payload += p - bytes;

    return rc;
}


static int
dialect_take(interconnd_call_t *call, const u_char *bytes,
    const interconnd_wire_t *wire)
{
    size_t  i;

    call->at = wire->payload;
    call->len = wire->payload_len;

    if (wire->timeout > 0
        && interconnd_call_header(call, "x-ptp-timeout") == NULL)
    {
        call->timeout_ms = wire->timeout;
    }

    /* only the body tells these two apart, unless the header did */

    if (call->dialect == &dialects[DIALECT_D2] && wire->metadata
        && dialect_provider(call) == NULL)
    {
        call->dialect = &dialects[DIALECT_D1_JSON];
    }

    if (call->topic != NULL || wire->topic_len == 0) {
        return 0;
    }

    if (wire->topic_len > INTERCONND_CHANNEL_TOPIC) {
        return -1;
    }

    for (i = 0; i < wire->topic_len; i++) {
        if (bytes[wire->topic + (off_t) i] < 0x20) {
            return -1;
        }
    }

    memcpy(call->topic_read, bytes + wire->topic, wire->topic_len);
    call->topic_read[wire->topic_len] = '\0';
    call->topic = call->topic_read;

    return 0;
}


int
interconnd_dialect_answer(interconnd_call_t *call, interconnd_code_e code,
    const char *text, const char *reason, interconnd_body_t *body)
{
    const interconnd_dialect_t  *d;

    d = call->dialect;

    if (d->answer != NULL) {
        return dialect_template(body,
                                (call->op == INTERCONND_CALL_INVOKE
                                 && d->answer_invoke != NULL)
                                ? d->answer_invoke : d->answer,
                                text, reason);
    }

    if (body->len != 0
        && interconnd_wire_key(&body->head, d->payload, body->len) != 0)
    {
        return -1;
    }

    return (interconnd_wire_field(&body->tail, d->code, text) != 0
            || interconnd_wire_field(&body->tail, d->message, reason) != 0)
           ? -1 : 0;
}


static int
dialect_template(interconnd_body_t *body, const char *template,
    const char *code, const char *reason)
{
    int        rc;
    ic_str_t  *part;

    part = &body->head;
    body->base64 = 1;

    for ( /* void */ ; *template != '\0'; template++) {

        if (*template != '%') {
            rc = interconnd_wire_add(part, template, 1);

        } else if (*++template == 'p') {
            part = &body->tail;
            rc = 0;

        } else {
            rc = dialect_text(part, (*template == 'c') ? code : reason);
        }

        if (rc != 0) {
            return -1;
        }
    }

    return 0;
}


/* Within a JSON string. */

static int
dialect_text(ic_str_t *s, const char *text)
{
    char  c[2] = { '\\', 0 };

    for ( /* void */ ; *text != '\0'; text++) {
        c[1] = ((u_char) *text < 0x20) ? ' ' : *text;

        if (interconnd_wire_add(s, (c[1] == '"' || c[1] == '\\') ? c : c + 1,
                                (c[1] == '"' || c[1] == '\\') ? 2 : 1)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


int
interconnd_dialect_invoke(const interconnd_dialect_t *dialect,
    const char *topic, interconnd_body_t *body)
{
    ic_str_t  push = ic_null_string;

    if (dialect->invoke == DIALECT_RAW) {
        return 0;
    }

    if (interconnd_wire_field(&push, DIALECT_TOPIC, topic) != 0
        || interconnd_wire_key(&push, DIALECT_PAYLOAD, body->len) != 0)
    {
        free(push.data);
        return -1;
    }

    if (dialect->invoke == DIALECT_JSON) {
        body->inner = push;
        body->base64 = 1;

        return (interconnd_wire_add(&body->head, "{\"payload\":\"", 12) != 0
                || interconnd_wire_add(&body->tail, "\"}", 2) != 0) ? -1 : 0;
    }

    if (interconnd_wire_key(&body->head, DIALECT_INBOUND,
                            push.len + body->len)
        != 0)
    {
        free(push.data);
        return -1;
    }

    body->inner = push;

    return 0;
}


bool
interconnd_dialect_is_native(const interconnd_dialect_t *dialect)
{
    return dialect == &dialects[DIALECT_NATIVE];
}


const char *
interconnd_dialect_type(const interconnd_dialect_t *dialect, bool answer)
{
    return answer ? dialect->answer_type : dialect->invoke_type;
}


const char *
interconnd_dialect_version(const interconnd_dialect_t *dialect)
{
    return dialect->invoke_version;
}


const char *
interconnd_dialect_uri(const interconnd_dialect_t *dialect)
{
    return dialect->invoke_uri;
}


interconnd_code_e
interconnd_dialect_empty(const interconnd_call_t *call)
{
    return call->dialect->empty ? INTERCONND_CODE_OK
                                : INTERCONND_CODE_TIMEOUT;
}


bool
interconnd_dialect_wraps(const interconnd_call_t *call)
{
    return call->dialect->form != DIALECT_RAW;
}


int
interconnd_dialect_wait(const interconnd_call_t *call)
{
    return call->dialect->wait_ms;
}


bool
interconnd_dialect_sender(const interconnd_call_t *call)
{
    return call->dialect->sender;
}


bool
interconnd_dialect_void(const interconnd_call_t *call)
{
    return call->dialect->full && call->len == 0;
}
