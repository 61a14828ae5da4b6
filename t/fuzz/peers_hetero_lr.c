
/* One step of a training of two parties without an arbiter, short keys. */


#include "../../src/components/hetero_lr/hetero_lr.h"
#include "peers.h"


#define BITS  1024


static int
run(ic_task_t *task)
{
    return hetero_lr_run(task, BITS, IC_PAILLIER_INSECURE);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const peers_t  peers = {
        run, "guest.0 host.0",
        "{\"label_name\":\"y\",\"unique_id\":\"id\",\"max_iter\":1}",
        { "id,y,a\n1,0,2\n2,1,3\n3,0,0.5\n4,1,1\n5,0,2\n6,1,7\n7,0,1\n"
          "8,1,2\n9,0,-4\n10,1,0\n",
          "id,b\n1,1\n2,-2\n3,4\n4,1\n5,2\n6,7\n7,3\n8,0\n9,5\n10,2\n" }
    };

    return peers_run(&peers, data, size);
}
