
/* One step of a training over secure sums, with short keys. */


#include "../../src/components/homo_lr/homo_lr.h"
#include "../../src/math/ic_paillier.h"
#include "peers.h"


static int
run(ic_task_t *task)
{
    int         rc;
    homo_lr_t  *lr;

    lr = calloc(1, sizeof(homo_lr_t));
    lr->task = task;
    lr->conf.modulus_bits = 512;
    lr->conf.paillier_flags = IC_PAILLIER_INSECURE;
    rc = homo_lr_run(lr);
    homo_lr_free(lr);
    free(lr);

    return rc;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const peers_t  peers = {
        run, "arbiter.0 guest.0 host.0",
        "{\"attributes\":[\"a\"],\"unique_id\":\"id\","
        "\"label_name\":\"y\",\"max_iter\":1,\"allow_two_parties\":true}",
        { NULL, "id,y,a\n1,0,2\n2,1,3\n3,0,0.5\n4,1,1\n5,0,2\n6,1,7\n",
          "id,y,a\n1,1,1\n2,0,-2\n3,1,4\n4,0,1\n5,1,2\n6,0,7\n" }
    };

    return peers_run(&peers, data, size);
}
