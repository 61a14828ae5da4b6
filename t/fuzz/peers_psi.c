
/* Intersections, among three parties and in the open protocol of two. */


#include "../../src/components/psi/psi.h"
#include "peers.h"


static const peers_t  kinds[] = {
    { psi_run, "guest.0 host.0", "{\"keys\":[\"id\"]}",
      { "id,x\na,1\nb,2\nc,3\n", "id,y\nb,1\nc,2\nd,3\n" } },
    { psi_run, "guest.0 host.0 host.1", "{\"keys\":[\"id\"]}",
      { "id,x\na,1\nb,2\n", "id,y\nb,1\nc,2\n", "id\nb\n" } },
    { psi_run, "guest.0 host.0",
      "{\"keys\":[\"id\"],\"protocol\":\"ecdh_psi\",\"batch_size\":1024,"
      "\"hash_to_curve\":\"direct_hash_as_point_x\",\"handshake\":true}",
      { "id,x\na,1\nb,2\nc,3\n", "id,y\nb,1\nc,2\nd,3\n" } },
    { psi_run, "guest.0 host.0",
      "{\"keys\":[\"id\"],\"protocol\":\"ecdh_psi\",\"link\":\"counted\","
      "\"batch_size\":1024,\"hash_to_curve\":\"direct_hash_as_point_x\"}",
      { "id,x\na,1\nb,2\nc,3\n", "id,y\nb,1\nc,2\nd,3\n" } }
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return size == 0 ? 0 : peers_run(&kinds[data[0] % 4], data + 1,
                                     size - 1);
}
