
/* Messages of components. */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "ic_message.h"


static int message_await(ic_wire_t *wire, ic_message_t *message);
static int message_check(ic_message_t *message, unsigned kind,
    uint32_t number);
static const char *message_kind(const ic_wire_t *wire, unsigned kind);


void
ic_wire_init(ic_wire_t *wire, ic_task_t *task, const char *topic,
    unsigned version, const char *const *kinds, unsigned nkinds)
{
    memset(wire, 0, sizeof(ic_wire_t));
    wire->task = task;
    wire->topic = topic;
    wire->version = version;
    wire->kinds = kinds;
    wire->nkinds = nkinds;

    ic_wire_bind(wire, topic, strlen(topic) + 1);
    ic_wire_bind(wire, ic_task_job(task), strlen(ic_task_job(task)) + 1);
    ic_wire_bind(wire, ic_task_id(task), strlen(ic_task_id(task)) + 1);
}


void
ic_wire_bind(ic_wire_t *wire, const void *data, size_t len)
{
    u_char  both[2 * IC_MESSAGE_CONTEXT];

    memcpy(both, wire->context, IC_MESSAGE_CONTEXT);
    ic_sha256(both + IC_MESSAGE_CONTEXT, data, len);
    ic_sha256(wire->context, both, sizeof(both));
}


void
ic_message_begin(ic_wire_t *wire, ic_message_t *message, unsigned kind,
    uint32_t number)
{
    memset(message, 0, sizeof(ic_message_t));
    message->wire = wire;
    message->kind = kind;
    message->number = number;

    ic_message_put_u8(message, wire->version >> 8);
    ic_message_put_u8(message, wire->version);
    ic_message_put_u8(message, kind >> 8);
    ic_message_put_u8(message, kind);
    ic_message_put_u32(message, number);
    ic_message_put_raw(message, wire->context, IC_MESSAGE_CONTEXT);
}


u_char *
ic_message_space(ic_message_t *message, size_t len)
{
    u_char  *data;

    if (message->failed) {
        return NULL;
    }

    if (message->size - message->len < len) {
        data = realloc(message->data, 2 * message->size + len);

        if (data == NULL) {
            message->failed = true;
            return NULL;
        }

        message->data = data;
        message->size = 2 * message->size + len;
    }

    data = message->data + message->len;
    message->len += len;

    return data;
}


void
ic_message_put_raw(ic_message_t *message, const void *bytes, size_t len)
{
    u_char  *data;

    data = ic_message_space(message, len);

    if (data != NULL && len > 0) {
        memcpy(data, bytes, len);
    }
}


void
ic_message_put_u8(ic_message_t *message, unsigned n)
{
    u_char  byte;

    byte = (u_char) n;
    ic_message_put_raw(message, &byte, 1);
}


void
ic_message_put_u32(ic_message_t *message, uint32_t n)
{
    u_char  bytes[4] = {
        (u_char) (n >> 24), (u_char) (n >> 16), (u_char) (n >> 8), (u_char) n
    };

    ic_message_put_raw(message, bytes, sizeof(bytes));
}


void
ic_message_put_u64(ic_message_t *message, uint64_t n)
{
    ic_message_put_u32(message, (uint32_t) (n >> 32));
    ic_message_put_u32(message, (uint32_t) n);
}


void
ic_message_put_double(ic_message_t *message, double value)
{
    uint64_t  bits;

    memcpy(&bits, &value, sizeof(bits));
    ic_message_put_u64(message, bits);
}


void
ic_message_put_bytes(ic_message_t *message, const void *bytes, size_t len)
{
    ic_message_put_u32(message, (uint32_t) len);
    ic_message_put_raw(message, bytes, len);
}


int
ic_message_copy(ic_message_t *message, const ic_party_t *to)
{
    ic_wire_t  *wire;

    wire = message->wire;

    if (message->failed) {
        return ic_task_fail(wire->task, "internal", NULL, 0,
                            "memory is short");
    }

    wire->bytes_sent += (int64_t) message->len;

    if (!wire->losing) {
        return ic_task_send(wire->task, to, wire->topic, message->data,
                            message->len);
    }

    return ic_task_offer(wire->task, to, wire->topic, wire->wait_ms,
                         message->data, message->len)
           >= 0 ? 0 : -1;
}


int
ic_message_send(ic_message_t *message, const ic_party_t *to)
{
    int  rc;

    rc = ic_message_copy(message, to);
    ic_message_drop(message);

    return rc;
}


int
ic_message_recv(ic_wire_t *wire, ic_message_t *message,
    const ic_party_t *from, unsigned kind, uint32_t number)
{
    int  rc;

    memset(message, 0, sizeof(ic_message_t));
    message->wire = wire;
    message->from = from;
    rc = message_await(wire, message);

    if (rc != 0) {
        return rc;
    }

    wire->bytes_received += (int64_t) message->len;

    if (message->len > IC_MESSAGE_MAX) {
        return ic_task_fail(wire->task, "peer_protocol", NULL, 0,
                            "%s sent a message of %zu bytes", from->name,
                            message->len);
    }

    return message_check(message, kind, number);
}


static int
message_await(ic_wire_t *wire, ic_message_t *message)
{
    return wire->losing
           ? ic_task_await(wire->task, message->from, wire->topic,
                           wire->wait_ms, &message->data, &message->len)
           : ic_task_recv(wire->task, message->from, wire->topic,
                          wire->wait_ms, &message->data, &message->len);
}


static int
message_check(ic_message_t *message, unsigned kind, uint32_t number)
{
    unsigned       version;
    ic_wire_t     *wire;
    const u_char  *context;

    wire = message->wire;
    version = ic_message_get_u8(message) << 8;
    version |= ic_message_get_u8(message);
    message->kind = ic_message_get_u8(message) << 8;
    message->kind |= ic_message_get_u8(message);
    message->number = ic_message_get_u32(message);
    context = ic_message_get_raw(message, IC_MESSAGE_CONTEXT);

    if (context == NULL || version != wire->version) {
        return ic_task_fail(wire->task, "peer_protocol", NULL, 0,
                            "%s sent no message of this protocol",
                            message->from->name);
    }

    if (kind != 0 && ic_message_expect(message, kind, number) != 0) {
        return -1;
    }

    if (CRYPTO_memcmp(context, wire->context, IC_MESSAGE_CONTEXT) != 0) {
        return ic_task_fail(wire->task, "peer_protocol", NULL, 0,
                            "%s sent %s number %u of another run",
                            message->from->name,
                            message_kind(wire, message->kind),
                            message->number);
    }

    return 0;
}


int
ic_message_expect(ic_message_t *message, unsigned kind, uint32_t number)
{
    ic_wire_t  *wire;

    wire = message->wire;

    if (message->kind == kind && message->number == number) {
        return 0;
    }

    return ic_task_fail(wire->task, "peer_protocol", NULL, 0,
                        "%s sent %s number %u where %s number %u was "
                        "expected", message->from->name,
                        message_kind(wire, message->kind), message->number,
                        message_kind(wire, kind), number);
}


static const char *
message_kind(const ic_wire_t *wire, unsigned kind)
{
    return kind > 0 && kind < wire->nkinds ? wire->kinds[kind]
           : "an unknown message";
}


const u_char *
ic_message_get_raw(ic_message_t *message, size_t len)
{
    const u_char  *p;

    if (message->failed || ic_message_left(message) < len) {
        message->failed = true;
        return NULL;
    }

    p = message->data + message->pos;
    message->pos += len;

    return p;
}


unsigned
ic_message_get_u8(ic_message_t *message)
{
    const u_char  *p;

    p = ic_message_get_raw(message, 1);

    return p != NULL ? *p : 0;
}


uint32_t
ic_message_get_u32(ic_message_t *message)
{
    const u_char  *p;

    p = ic_message_get_raw(message, 4);

    return p == NULL ? 0
           : (uint32_t) p[0] << 24 | (uint32_t) p[1] << 16
             | (uint32_t) p[2] << 8 | p[3];
}


uint64_t
ic_message_get_u64(ic_message_t *message)
{
    uint64_t  high;

    high = ic_message_get_u32(message);

    return high << 32 | ic_message_get_u32(message);
}


double
ic_message_get_double(ic_message_t *message)
{
    double    value;
    uint64_t  bits;

    bits = ic_message_get_u64(message);
    memcpy(&value, &bits, sizeof(value));

    return value;
}


ic_str_t
ic_message_get_bytes(ic_message_t *message)
{
    size_t         len;
    const u_char  *p;

    len = ic_message_get_u32(message);
    p = ic_message_get_raw(message, len);

    return ic_str_n(p, p == NULL ? 0 : len);
}


size_t
ic_message_left(const ic_message_t *message)
{
    return message->len - message->pos;
}


int
ic_message_whole(ic_message_t *message)
{
    if (message->failed || ic_message_left(message) != 0) {
        return ic_task_fail(message->wire->task, "peer_protocol", NULL, 0,
                            "%s sent %s number %u of a wrong length",
                            message->from->name,
                            message_kind(message->wire, message->kind),
                            message->number);
    }

    return 0;
}


void
ic_message_drop(ic_message_t *message)
{
    free(message->data);
    message->data = NULL;
}
