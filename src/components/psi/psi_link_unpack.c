
/*
 * Unpacking with a bound. What protobuf-c allocates for a message depends on
 * what is in it: 32 bytes for an unknown field of two, 48 for an entry of a
 * map. So a message gets as much memory as good ones of its length need.
 */


#include <stdlib.h>

#include "psi_link.h"


#define UNPACK_ROOM  65536                   /* beside thrice its length */


typedef struct {
    size_t  left;
} unpack_t;


static void *unpack_alloc(void *data, size_t size);
static void unpack_free(void *data, void *pointer);


void *
psi_link_unpack(const ProtobufCMessageDescriptor *type, const u_char *data,
    size_t len)
{
    unpack_t             unpack;
    ProtobufCAllocator   allocator;

    unpack.left = 3 * len + UNPACK_ROOM;
    allocator.alloc = unpack_alloc;
    allocator.free = unpack_free;
    allocator.allocator_data = &unpack;

    return protobuf_c_message_unpack(type, &allocator, len, data);
}


void
psi_link_unpacked_free(void *message)
{
    if (message != NULL) {
        protobuf_c_message_free_unpacked(message, NULL);
    }
}


/* What is given back does not count again: all is in use at the end. */

static void *
unpack_alloc(void *data, size_t size)
{
    unpack_t  *unpack;

    unpack = data;

    if (size > unpack->left) {
        return NULL;
    }

    unpack->left -= size;

    return malloc(size);
}


static void
unpack_free(void *data, void *pointer)
{
    free(pointer);
}
