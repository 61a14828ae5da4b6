
/* The job that /model/train becomes. */


#include "ic_train.h"


#define IC_TRAIN_TASK  "homo_lr_0"


static void ic_train_inputs(ic_json_out_t *out, const ic_train_t *train);
static void ic_train_input(ic_json_out_t *out,
    const ic_train_party_t *party, ic_str_t index);


ic_str_t
ic_train_dag(ic_arena_t *arena)
{
    return ic_order_dag(arena, "homo_lr", "model");
}


ic_str_t
ic_train_config(ic_arena_t *arena, const ic_train_t *train)
{
    unsigned       i;
    ic_str_t       nodes[IC_JOB_MAX_PARTIES];
    ic_json_out_t  out;

    for (i = 0; i < train->nparties; i++) {
        nodes[i] = train->parties[i].node_id;
    }

    ic_order_begin(&out, arena, train->self);
    ic_order_role(&out, "guest", nodes, 1);
    ic_order_role(&out, "host", nodes + 1, train->nparties - 1);
    ic_order_roles_end(&out, train->self);
    ic_out_raw(&out, IC_TRAIN_TASK, train->task);
    ic_order_common_end(&out);
    ic_train_inputs(&out, train);

    return ic_order_end(&out);
}


static void
ic_train_inputs(ic_json_out_t *out, const ic_train_t *train)
{
    unsigned  i;

    ic_out_object(out, "guest");
    ic_train_input(out, &train->parties[0], ic_str("0"));
    ic_out_object_end(out);

    ic_out_object(out, "host");

    for (i = 1; i < train->nparties; i++) {
        ic_train_input(out, &train->parties[i],
                       ic_str_fmt(out->arena, "%u", i - 1));
    }

    ic_out_object_end(out);
}


static void
ic_train_input(ic_json_out_t *out, const ic_train_party_t *party,
    ic_str_t index)
{
    const ic_json_t  *dataset;

    dataset = ic_json_get(party->data, "dataset_id");

    ic_out_key(out, index);
    ic_out_object(out, NULL);
    ic_out_object(out, IC_TRAIN_TASK);

    if (dataset != NULL) {
        ic_out_node(out, "dataset_id", dataset);

    } else {
        ic_out_node(out, "data_sql", party->data);
    }

    ic_out_object_end(out);
    ic_out_object_end(out);
}
