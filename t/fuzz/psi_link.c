
/*
 * Messages of the open PSI protocol in protobuf: memory for one is bounded by
 * its length, what was read and written again means the same, and a key of
 * the link has one spelling. The first byte is the type; 255: a key.
 */


#include "../../src/components/psi/psi_link_key.h"
#include "fuzz.h"
#include "psi_open.pb-c.h"


#define TYPES  (sizeof(types) / sizeof(types[0]))


static const ProtobufCMessageDescriptor *const  types[] = {
    &psi__push__descriptor, &psi__typed__descriptor,
    &psi__request__descriptor, &psi__response__descriptor,
    &psi__curve_proposal__descriptor, &psi__curve_result__descriptor,
    &psi__data_proposal__descriptor, &psi__data_result__descriptor,
    &psi__batch__descriptor
};


static void
key(ic_str_t text)
{
    int              len;
    char            *z, again[PSI_LINK_KEY + 16];
    psi_link_key_t   key;

    z = fuzz_z(text);
    psi_link_key_read(&key, z, 1, 0);

    if (key.kind == PSI_KEY_MESSAGE) {
        FUZZ_TRUE(key.place >= 1 && key.channel < PSI_LINK_CHANNELS);
        len = psi_link_key_put(again, key.channel, key.place, 1, 0);

        if (key.counted) {
            snprintf(again + len, 16, PSI_LINK_NUMBER "%llu",
                     (unsigned long long) key.number);
        }

        FUZZ_TRUE(strcmp(again, z) == 0);
    }

    free(z);
}


static void
message(const ProtobufCMessageDescriptor *type, ic_str_t bytes)
{
    size_t             len, n;
    u_char            *text, *again;
    ProtobufCMessage  *read, *twice;

    read = psi_link_unpack(type, bytes.data, bytes.len);

    if (read == NULL) {
        return;
    }

    len = protobuf_c_message_get_packed_size(read);
    text = malloc(len + 1);
    FUZZ_TRUE(protobuf_c_message_pack(read, text) == len);
    twice = protobuf_c_message_unpack(type, NULL, len, text);

    if (twice == NULL) {
        /* unknown fields without a number: protobuf-c takes them but once */
        free(text);
        psi_link_unpacked_free(read);
        return;
    }

    n = protobuf_c_message_get_packed_size(twice);
    FUZZ_TRUE(n == len);
    again = malloc(n + 1);
    (void) protobuf_c_message_pack(twice, again);
    FUZZ_TRUE(memcmp(text, again, n) == 0);

    free(text);
    free(again);
    protobuf_c_message_free_unpacked(twice, NULL);
    psi_link_unpacked_free(read);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_t     fuzz = { data, size };
    unsigned   type;
    ic_str_t   bytes;

    type = fuzz_byte(&fuzz);
    bytes = fuzz_copy(ic_str_n(fuzz.data, fuzz.size));

    if (type == 255) {
        key(bytes);

    } else {
        message(types[type % TYPES], bytes);
    }

    free(bytes.data);

    return 0;
}
