
/* Retrieval by keyword, by both methods. */


#include "../../src/components/pir/pir.h"
#include "peers.h"


#define PARAMS(method)                                                        \
    "{\"method\":\"" method "\",\"keys\":[\"id\"],\"labels\":[\"v\"],"         \
    "\"batch_size\":4,\"max_queries\":8}"


static const peers_t  kinds[] = {
    { pir_run, "guest.0 host.0", PARAMS("oprf"),
      { "id\na\nb\nx\n", "id,v\na,1\nb,2\nc,3\n" } },
    { pir_run, "guest.0 host.0", PARAMS("linear"),
      { "id\na\nb\nx\n", "id,v\na,1\nb,2\nc,3\n" } }
};


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return size == 0 ? 0 : peers_run(&kinds[data[0] % 2], data + 1,
                                     size - 1);
}
