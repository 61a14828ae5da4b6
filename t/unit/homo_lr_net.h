
/* All parties of a homo_lr task: task_local.h with small keys. */


#ifndef _HOMO_LR_NET_H_INCLUDED_
#define _HOMO_LR_NET_H_INCLUDED_


#include "../../src/components/homo_lr/homo_lr.h"
#include "../../src/protocol/ic_aggregate_state.h"
#include "task_local.h"


static homo_lr_t  homo_lrs[LOCAL_MAX];       /* as the last run left them */
static unsigned   homo_bits;


static int
homo_run(ic_task_t *task)
{
    homo_lr_t  *lr;

    lr = &homo_lrs[task->index];
    lr->task = task;
    lr->conf.modulus_bits = homo_bits;
    lr->conf.paillier_flags = IC_PAILLIER_INSECURE;

    return homo_lr_run(lr);
}


/* Parties: 0 the arbiter, 1 the guest, 2.. the hosts. */

static inline local_t *
homo_create(unsigned hosts, unsigned bits)
{
    char      names[128];
    unsigned  i;

    strcpy(names, "arbiter.0 guest.0");

    for (i = 0; i < hosts; i++) {
        (void) snprintf(names + strlen(names), sizeof(names) - strlen(names),
                        " host.%u", i);
    }

    homo_bits = bits;
    memset(homo_lrs, 0, sizeof(homo_lrs));

    return local_create(homo_run, names);
}


static inline void
homo_set(local_t *net, unsigned i, const char *params, const char *input)
{
    local_params(net, (int) i, params);
    local_input(net, i, "train_data", input);
}


static inline void
homo_destroy(local_t *net)
{
    unsigned  i;

    for (i = 0; i < net->count; i++) {
        homo_lr_free(&homo_lrs[i]);
    }

    local_destroy(net);
}


/* What a party failed with, for the log. */

static inline void
homo_explain(const local_t *net)
{
    unsigned  i;

    for (i = 0; i < net->count; i++) {
        printf("# %u: %s %s\n", i, net->parties[i].code,
               net->parties[i].text);
    }
}


#endif /* _HOMO_LR_NET_H_INCLUDED_ */
