
/* The job that /model/train becomes. */


#include "ic_train.h"


#define IC_TRAIN_TASK  "homo_lr_0"


static void ic_train_roles(ic_json_out_t *out, const ic_train_t *train);
static void ic_train_inputs(ic_json_out_t *out, const ic_train_t *train);
static void ic_train_input(ic_json_out_t *out,
    const ic_train_party_t *party, ic_str_t index);


ic_str_t
ic_train_dag(ic_arena_t *arena)
{
    ic_json_out_t          out;
    const ic_component_t  *component;

    component = ic_component(ic_str("homo_lr"));

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "version", "2.0.0");
    ic_out_array(&out, "components");
    ic_out_object(&out, NULL);
    ic_out_z(&out, "name", IC_TRAIN_TASK);
    ic_out_z(&out, "componentName", component->name);
    ic_out_z(&out, "provider", component->provider);
    ic_out_z(&out, "version", component->version);
    ic_out_array(&out, "input");
    ic_out_array_end(&out);
    ic_out_array(&out, "output");
    ic_out_object(&out, NULL);
    ic_out_z(&out, "type", "model");
    ic_out_z(&out, "key", "model");
    ic_out_object_end(&out);
    ic_out_array_end(&out);
    ic_out_object_end(&out);
    ic_out_array_end(&out);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


ic_str_t
ic_train_config(ic_arena_t *arena, const ic_train_t *train)
{
    ic_json_out_t  out;

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "version", "2.0.0");
    ic_out_object(&out, "initiator");
    ic_out_z(&out, "role", "arbiter");
    ic_out_str(&out, "node_id", train->self);
    ic_out_object_end(&out);

    ic_train_roles(&out, train);

    ic_out_object(&out, "job_params");
    ic_out_object(&out, "common");
    ic_out_z(&out, "sync_type", "callback");
    ic_out_object_end(&out);
    ic_out_object_end(&out);

    ic_out_object(&out, "task_params");
    ic_out_object(&out, "common");
    ic_out_raw(&out, IC_TRAIN_TASK, train->task);
    ic_out_object_end(&out);
    ic_train_inputs(&out, train);
    ic_out_object_end(&out);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static void
ic_train_roles(ic_json_out_t *out, const ic_train_t *train)
{
    unsigned  i;

    ic_out_object(out, "role");

    ic_out_array(out, "guest");
    ic_out_str(out, NULL, train->parties[0].node_id);
    ic_out_array_end(out);

    ic_out_array(out, "host");

    for (i = 1; i < train->nparties; i++) {
        ic_out_str(out, NULL, train->parties[i].node_id);
    }

    ic_out_array_end(out);

    ic_out_array(out, "arbiter");
    ic_out_str(out, NULL, train->self);
    ic_out_array_end(out);

    ic_out_object_end(out);
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
