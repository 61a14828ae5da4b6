
/* One party's part of a split. */


#include <math.h>

#include "../../protocol/ic_copy.h"
#include "split.h"


/* What all parties must have alike. */
static const char *const  split_common[] = {
    "mode", "test_size", "test_rows", "folds", "fold", "stratify",
    "random_seed", NULL
};

typedef struct {
    ic_task_t      *task;
    ic_settings_t   settings;
    ic_choice_t     choice;
    ic_copy_t       copy;
    ic_output_t     train;
    ic_output_t     test;
    unsigned        folds;       /* 1: none */
    unsigned        fold;
    int             column;      /* of the fold's number, or -1 */
    int64_t         rows;        /* of the test set */
} split_t;


static int split_params(split_t *split);
static int split_choose(split_t *split);
static int split_size(split_t *split, int64_t *test);
static int split_write(split_t *split);
static int split_rows(split_t *split);
static int split_begin(split_t *split);
static int split_report(split_t *split);


int
split_run(ic_task_t *task)
{
    int       rc;
    split_t  *split;

    split = ic_zalloc(ic_task_arena(task), sizeof(split_t));

    if (split == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "memory is short");
    }

    split->task = task;

    if (split_params(split) != 0) {
        return -1;
    }

    rc = ic_choice_open(&split->choice, task, &split->settings, "split",
                        split_common,
                        ic_setting_bool(&split->settings, "stratify"));

    if (rc == 0 && split->choice.table == NULL) {
        ic_task_without(task, "training_set");
        ic_task_without(task, "test_set");

    } else if (rc == 0) {
        rc = split_choose(split);

        if (rc == 0) {
            rc = split_write(split);
        }
    }

    ic_choice_close(&split->choice);

    return rc;
}


static int
split_params(split_t *split)
{
    int64_t  folds;

    if (ic_settings_read(&split->settings, split->task, "split") != 0) {
        return -1;
    }

    folds = ic_setting_int(&split->settings, "folds");
    split->folds = folds > 1 ? (unsigned) folds : 1;
    split->fold = (unsigned) ic_setting_int(&split->settings, "fold");

    if (split->folds == 1) {
        return 0;
    }

    if (split->fold >= split->folds) {
        return ic_task_fail(split->task, "bad_parameter", NULL, 0,
                            "fold must be below folds");
    }

    if (ic_setting(&split->settings, "random_seed") == NULL) {
        return ic_task_fail(split->task, "bad_parameter", NULL, 0,
                            "folds need random_seed, so that every job has "
                            "the same ones");
    }

    return 0;
}


static int
split_choose(split_t *split)
{
    int      rc;
    int64_t  test;

    rc = 0;

    if (split->choice.chooses && split->folds > 1) {
        rc = split_folds(&split->choice, split->folds);

    } else if (split->choice.chooses) {
        rc = split_size(split, &test);

        if (rc == 0) {
            rc = ic_choice_some(&split->choice, test);
        }
    }

    return rc == 0 ? ic_choice_share(&split->choice, split->folds > 1
                                                     ? split->folds - 1 : 1)
                   : -1;
}


static int
split_size(split_t *split, int64_t *test)
{
    if (ic_setting(&split->settings, "test_rows") == NULL) {
        *test = llround(ic_setting_num(&split->settings, "test_size")
                        * (double) split->choice.rows);
        return 0;
    }

    *test = ic_setting_int(&split->settings, "test_rows");

    return *test <= split->choice.rows ? 0
           : ic_task_fail(split->task, "bad_parameter", NULL, 0,
                          "test_rows is %lld, there are %lld rows",
                          (long long) *test, (long long) split->choice.rows);
}


static int
split_write(split_t *split)
{
    int  rc;

    split->train.folder = -1;
    split->test.folder = -1;

    if (split_begin(split) != 0) {
        return -1;
    }

    rc = ic_copy_open(&split->copy, &split->train, "training_set");

    if (rc == 0) {
        rc = ic_copy_open(&split->copy, &split->test, "test_set");
    }

    if (rc == 0) {
        rc = split_rows(split);
    }

    if (rc == 0) {
        rc = ic_copy_end(&split->copy, &split->train);
    }

    if (rc == 0) {
        rc = ic_copy_end(&split->copy, &split->test);
    }

    ic_output_close(&split->train);
    ic_output_close(&split->test);

    return rc == 0 ? split_report(split) : -1;
}


static int
split_begin(split_t *split)
{
    const char  *name;

    name = split->folds > 1 ? ic_setting_text(&split->settings,
                                              "fold_column") : NULL;

    if (name != NULL && ic_table_find(split->choice.table, name) != -1) {
        return ic_task_fail(split->task, "bad_parameter", name, 0,
                            "the data has a column %s already", name);
    }

    if (ic_copy_init(&split->copy, split->task, "train_data",
                     split->choice.table, 1)
        != 0)
    {
        return -1;
    }

    split->column = name == NULL ? -1
                    : (int) ic_copy_add(&split->copy, name, IC_CELL_INT64);

    return 0;
}


static int
split_rows(split_t *split)
{
    bool      test;
    int64_t   row;
    unsigned  number;

    for (row = 0; row < split->choice.rows; row++) {
        number = split->choice.numbers[row];
        test = split->folds > 1 ? number == split->fold : number == 1;
        split->rows += test;

        if (split->column != -1) {
            split->copy.cells[split->column].integer = number;
        }

        if (ic_copy_put(&split->copy, test ? &split->test : &split->train,
                        row)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
split_report(split_t *split)
{
    ic_json_out_t  out;

    ic_out_init(&out, ic_task_arena(split->task));
    ic_out_object(&out, NULL);
    ic_out_z(&out, "algorithm", "split");
    ic_out_raw(&out, "parameters",
               ic_settings_common(&split->settings, split_common));
    ic_out_int(&out, "rows", split->choice.rows);
    ic_out_int(&out, "train_rows", split->choice.rows - split->rows);
    ic_out_int(&out, "test_rows", split->rows);
    ic_out_object_end(&out);

    if (ic_out_text(&out).data == NULL) {
        return ic_task_fail(split->task, "internal", NULL, 0,
                            "memory is short");
    }

    ic_task_progress(split->task, 100, "done");
    ic_task_output(split->task, "report", ic_out_text(&out));

    return 0;
}
