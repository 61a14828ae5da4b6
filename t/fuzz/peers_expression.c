
/* Programs over shares, with a coordinator's triples. */


#include "../../src/components/expression/expression.h"
#include "../../src/math/ic_paillier.h"
#include "peers.h"


static int
run(ic_task_t *task)
{
    return expression_run_with(task, IC_PAILLIER_INSECURE);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const peers_t  peers = {
        run, "arbiter.0 guest.0 host.0",
        "{\"program\":\"input a from guest.0 range 0..9;"
        " input b from host.0 range -9..9; output s to guest.0 = sum(a * b);"
        " output h to host.0 = count(a > b);\","
        "\"triples\":\"coordinator\",\"min_rows\":1,\"keys\":[\"id\"]}",
        { NULL, "id,a\n1,2\n2,3\n3,0.5\n", "id,b\n1,1\n2,-2\n3,4\n" }
    };

    return peers_run(&peers, data, size);
}
