
/* Reading scores and labels. Nothing leaves the party. */


#include <stdlib.h>

#include "../../protocol/ic_label.h"
#include "evaluate.h"


static int evaluate_read(evaluate_t *evaluate);
static int evaluate_table(evaluate_t *evaluate);
static int evaluate_scores(evaluate_t *evaluate);


int
evaluate_run(ic_task_t *task)
{
    int          rc;
    evaluate_t  *evaluate;

    evaluate = ic_zalloc(ic_task_arena(task), sizeof(evaluate_t));

    if (evaluate == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "memory is short");
    }

    evaluate->task = task;

    if (ic_settings_read(&evaluate->settings, task, "evaluate") != 0) {
        return -1;
    }

    /* scores are where the label is: others have nothing to do */

    if (!ic_input_given(task, "train_data")) {
        ic_task_without(task, "dataset");
        ic_task_progress(task, 100, "no scores here");
        return 0;
    }

    rc = evaluate_read(evaluate);

    if (rc == 0) {
        rc = evaluate_curve(evaluate);
    }

    if (rc == 0) {
        rc = evaluate_report(evaluate);
    }

    ic_ranking_free(&evaluate->ranking);
    free(evaluate->score);
    free(evaluate->label);

    return rc;
}


static int
evaluate_read(evaluate_t *evaluate)
{
    int  rc;

    evaluate->table = ic_input_table(evaluate->task, "train_data",
                                     ic_setting_int(&evaluate->settings,
                                                    "max_rows"));
    if (evaluate->table == NULL) {
        return -1;
    }

    rc = evaluate_table(evaluate);
    ic_table_close(evaluate->table);
    evaluate->table = NULL;

    return rc == 0 ? evaluate_scores(evaluate) : -1;
}


static int
evaluate_table(evaluate_t *evaluate)
{
    size_t              size;
    const char         *positive;
    ic_source_error_t   error;

    evaluate->rows = ic_table_rows(evaluate->table);
    size = (size_t) evaluate->rows + 1;
    evaluate->score = malloc(size * sizeof(double));
    evaluate->label = malloc(size);
    positive = ic_setting_text(&evaluate->settings, "label_value");

    if (evaluate->score == NULL || evaluate->label == NULL
        || positive == NULL)
    {
        return ic_task_fail(evaluate->task, "internal", NULL, 0,
                            "memory is short");
    }

    ic_task_progress(evaluate->task, 10, "reading");

    if (ic_table_numbers(evaluate->table,
                         ic_setting_text(&evaluate->settings, "score"),
                         evaluate->score, &error)
        != 0)
    {
        return ic_input_failed(evaluate->task, &error);
    }

    return ic_label_read(evaluate->task, evaluate->table,
                         ic_setting_text(&evaluate->settings, "label_name"),
                         positive, evaluate->label);
}


static int
evaluate_scores(evaluate_t *evaluate)
{
    int64_t  row;

    evaluate->sign = ic_setting_choice(&evaluate->settings, "direction") == 1
                     ? -1 : 1;
    evaluate->threshold = evaluate->sign
                          * ic_setting_num(&evaluate->settings, "threshold");

    for (row = 0; row < evaluate->rows; row++) {
        evaluate->score[row] *= evaluate->sign;
    }

    ic_task_progress(evaluate->task, 50, "ranking");

    if (ic_ranking(evaluate->score, evaluate->label,
                   (size_t) evaluate->rows, &evaluate->ranking)
        != 0)
    {
        return ic_task_fail(evaluate->task, "internal", NULL, 0,
                            "memory is short");
    }

    ic_task_fact(evaluate->task, "rows", evaluate->rows);

    return 0;
}
