
/* Hosts that are lost: whose rows the steps have, what is said of it. */


#include "homo_lr.h"


static void dropout_note(homo_lr_t *lr, const ic_aggregate_gone_t *gone);


void
homo_lr_take_set(homo_lr_t *lr)
{
    unsigned  i, before;

    before = lr->nlost;
    homo_lr_take_lost(lr);

    if (lr->nlost == before) {
        return;
    }

    lr->set.all = 0;

    for (i = 0; i < ic_aggregate_count(lr->sums); i++) {
        lr->set.rows_of[i] = ic_aggregate_rows(lr->sums, i);
        lr->set.all += lr->set.rows_of[i];
    }

    lr->model.rows = lr->set.all;
    lr->model.alike = 0;
}


void
homo_lr_take_lost(homo_lr_t *lr)
{
    unsigned                    count;
    const ic_aggregate_gone_t  *gone;

    gone = ic_aggregate_gone(lr->sums, &count);

    while (lr->nlost < count) {
        dropout_note(lr, &gone[lr->nlost]);
    }
}


static void
dropout_note(homo_lr_t *lr, const ic_aggregate_gone_t *gone)
{
    homo_lr_lost_t  *lost;

    lost = &lr->lost[lr->nlost++];
    lost->gone = *gone;
    lost->iteration = lr->model.iterations + 1;

    ic_task_fact(lr->task, "dropouts", lr->nlost);
}


void
homo_lr_put_dropouts(const homo_lr_t *lr, ic_json_out_t *out)
{
    unsigned  i;

    if (!lr->params.lossy) {
        return;
    }

    ic_out_array(out, "dropouts");

    for (i = 0; i < lr->nlost; i++) {
        ic_out_object(out, NULL);
        ic_out_z(out, "party", lr->lost[i].gone.party->name);
        ic_out_z(out, "node_id", lr->lost[i].gone.party->node_id);
        ic_out_int(out, "rows", lr->lost[i].gone.rows);
        ic_out_int(out, "iterations", lr->lost[i].iteration - 1);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
}
