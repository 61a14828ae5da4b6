
/*
 * Wrapped bodies of other implementations: topic and payload lie within the
 * bytes, JSON is taken as the strict decoder takes it, and what this node
 * wraps is unwrapped as it was. The first bytes say how.
 */


#include "../../src/daemon/interconnd_channel_dialect.h"
#include "fuzz.h"


static void
within(const interconnd_wire_t *wire, size_t size)
{
    FUZZ_TRUE(wire->topic >= 0 && wire->payload >= 0);
    FUZZ_TRUE((size_t) wire->topic + wire->topic_len <= size);
    FUZZ_TRUE((size_t) wire->payload + wire->payload_len <= size);
    FUZZ_TRUE(wire->timeout >= -1);
}


static void
json(ic_str_t bytes)
{
    ic_str_t            before, payload;
    ic_json_t          *root;
    ic_arena_t         *arena;
    interconnd_wire_t   wire;

    arena = ic_pool_create();
    before = ic_str_dup(arena, bytes);

    if (interconnd_wire_json(bytes.data, bytes.len, &wire) == 0) {
        within(&wire, bytes.len);
        root = ic_json_parse(arena, before, NULL);

        if (root != NULL && ic_json_get(root, "topic") != NULL) {
            FUZZ_TRUE(ic_str_eq(ic_json_str(ic_json_get(root, "topic")),
                                ic_str_n(bytes.data + wire.topic,
                                         wire.topic_len)));
        }

        if (root != NULL && ic_json_get(root, "payload") != NULL) {
            payload = ic_unbase64(arena, ic_json_str(ic_json_get(root,
                                                             "payload")));
            FUZZ_TRUE(payload.data == NULL
                      || ic_str_eq(payload,
                                   ic_str_n(bytes.data + wire.payload,
                                            wire.payload_len)));
        }
    }

    ic_pool_destroy(arena);
}


static void
proto(fuzz_t *fuzz, unsigned form)
{
    ic_str_t           bytes;
    interconnd_wire_t  wire;

    bytes = fuzz_copy(ic_str_n(fuzz->data, fuzz->size));

    if (interconnd_wire_proto(bytes.data, bytes.len, form & 3,
                              form >> 2 & 3, form >> 4 & 3, &wire)
        == 0)
    {
        within(&wire, bytes.len);
    }

    free(bytes.data);
}


static void
round_trip(fuzz_t *fuzz)
{
    char               *topic;
    ic_str_t            s = ic_null_string;
    interconnd_wire_t   wire;

    topic = fuzz_z(fuzz_until(fuzz, '\0'));
    FUZZ_TRUE(interconnd_wire_field(&s, 1, topic) == 0);
    FUZZ_TRUE(interconnd_wire_key(&s, 2, fuzz->size) == 0);
    FUZZ_TRUE(interconnd_wire_add(&s, fuzz->data, fuzz->size) == 0);
    FUZZ_TRUE(interconnd_wire_proto(s.data, s.len, 1, 2, 0, &wire) == 0);
    FUZZ_TRUE(ic_str_is(ic_str_n(s.data + wire.topic, wire.topic_len),
                        topic));
    FUZZ_TRUE(ic_str_eq(ic_str_n(s.data + wire.payload, wire.payload_len),
                        ic_str_n(fuzz->data, fuzz->size)));
    free(topic);
    free(s.data);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_t     fuzz = { data, size };
    ic_str_t   bytes;
    unsigned   form;

    form = fuzz_byte(&fuzz);

    if (form == '{') {
        bytes = fuzz_copy(ic_str_n(data, size));
        json(bytes);
        free(bytes.data);

    } else if (form == 1) {
        round_trip(&fuzz);

    } else {
        proto(&fuzz, form);
    }

    return 0;
}
