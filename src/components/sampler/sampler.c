
/* One party's part of a sample. */


#include <math.h>

#include "../../protocol/ic_copy.h"
#include "../../protocol/ic_label.h"
#include "sampler.h"


#define SAMPLER_MOST  100            /* times that a row may occur */


enum { SAMPLER_RANDOM = 0, SAMPLER_STRATIFIED, SAMPLER_CLASS };

/* What all parties must have alike. */
static const char *const  sampler_common[] = {
    "mode", "method", "fraction", "count", "factor", "reveal_labels",
    "random_seed", NULL
};

typedef struct {
    ic_task_t      *task;
    ic_settings_t   settings;
    ic_choice_t     choice;
    unsigned        method;
    int64_t         rows;        /* of the sample */
} sampler_t;


static int sampler_allowed(sampler_t *sampler);
static int sampler_choose(sampler_t *sampler);
static int sampler_some(sampler_t *sampler);
static int sampler_class(sampler_t *sampler);
static int sampler_write(sampler_t *sampler);
static int sampler_report(sampler_t *sampler);


int
sampler_run(ic_task_t *task)
{
    int         rc;
    sampler_t  *sampler;

    sampler = ic_zalloc(ic_task_arena(task), sizeof(sampler_t));

    if (sampler == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "memory is short");
    }

    sampler->task = task;

    if (ic_settings_read(&sampler->settings, task, "sampler") != 0) {
        return -1;
    }

    sampler->method = ic_setting_choice(&sampler->settings, "method");

    if (sampler_allowed(sampler) != 0) {
        return -1;
    }

    rc = ic_choice_open(&sampler->choice, task, &sampler->settings,
                        "sampler", sampler_common,
                        sampler->method != SAMPLER_RANDOM);

    if (rc == 0 && sampler->choice.table == NULL) {
        ic_task_without(task, "dataset");

    } else if (rc == 0) {
        rc = sampler_choose(sampler) == 0
             && sampler_write(sampler) == 0 ? sampler_report(sampler) : -1;
    }

    ic_choice_close(&sampler->choice);

    return rc;
}


/* Rows that come more or less often have that label: everyone sees it. */

static int
sampler_allowed(sampler_t *sampler)
{
    unsigned  count;

    (void) ic_task_parties(sampler->task, &count);

    if (sampler->method != SAMPLER_CLASS || count == 1
        || ic_setting_choice(&sampler->settings, "mode") == 1
        || ic_setting_bool(&sampler->settings, "reveal_labels"))
    {
        return 0;
    }

    return ic_task_fail(sampler->task, "bad_parameter", NULL, 0,
                        "method class tells the hosts which rows have the "
                        "label; set reveal_labels to accept that");
}


static int
sampler_choose(sampler_t *sampler)
{
    int  rc;

    rc = !sampler->choice.chooses ? 0
         : sampler->method == SAMPLER_CLASS ? sampler_class(sampler)
                                            : sampler_some(sampler);

    return rc == 0
           ? ic_choice_share(&sampler->choice,
                             sampler->method == SAMPLER_CLASS ? SAMPLER_MOST
                                                              : 1)
           : -1;
}


static int
sampler_some(sampler_t *sampler)
{
    int64_t  count;

    count = ic_setting(&sampler->settings, "count") != NULL
            ? ic_setting_int(&sampler->settings, "count")
            : llround(ic_setting_num(&sampler->settings, "fraction")
                      * (double) sampler->choice.rows);

    if (count > sampler->choice.rows) {
        return ic_task_fail(sampler->task, "bad_parameter", NULL, 0,
                            "count is %lld, there are %lld rows",
                            (long long) count,
                            (long long) sampler->choice.rows);
    }

    return ic_choice_some(&sampler->choice, count);
}


/* Whole times for each row of the label, once more for some of them. */

static int
sampler_class(sampler_t *sampler)
{
    double        factor, whole;
    int64_t       row, size;
    uint32_t      n;
    const char   *label;
    ic_choice_t  *choice;

    choice = &sampler->choice;
    factor = ic_setting_num(&sampler->settings, "factor");
    label = ic_setting_text(&sampler->settings, "label_value");

    for (n = 0; n < choice->nstrata; n++) {
        if (ic_label_is(label, choice->values[n])) {
            break;
        }
    }

    if (n == choice->nstrata) {
        return ic_task_fail(sampler->task, "bad_parameter", NULL, 0,
                            "no row has the label that label_value names");
    }

    size = choice->sizes[n];
    whole = floor(factor);

    for (row = 0; row < choice->rows; row++) {
        choice->numbers[row] = choice->strata[row] == n ? (u_char) whole : 1;
    }

    return ic_draw_some(&choice->draw, choice->numbers, 1, choice->rows,
                        choice->strata, n, size,
                        llround((factor - whole) * (double) size));
}


static int
sampler_write(sampler_t *sampler)
{
    int           rc;
    int64_t       row;
    unsigned      times;
    ic_copy_t     copy;
    ic_output_t   output;

    if (ic_copy_init(&copy, sampler->task, "train_data",
                     sampler->choice.table, 0)
        != 0)
    {
        return -1;
    }

    rc = ic_copy_open(&copy, &output, "dataset");

    for (row = 0; rc == 0 && row < sampler->choice.rows; row++) {
        for (times = sampler->choice.numbers[row]; rc == 0 && times > 0;
             times--)
        {
            rc = ic_copy_put(&copy, &output, row);
            sampler->rows++;
        }
    }

    if (rc == 0) {
        rc = ic_copy_end(&copy, &output);
    }

    ic_output_close(&output);

    return rc;
}


static int
sampler_report(sampler_t *sampler)
{
    ic_json_out_t  out;

    ic_out_init(&out, ic_task_arena(sampler->task));
    ic_out_object(&out, NULL);
    ic_out_z(&out, "algorithm", "sampler");
    ic_out_raw(&out, "parameters",
               ic_settings_common(&sampler->settings, sampler_common));
    ic_out_int(&out, "rows", sampler->choice.rows);
    ic_out_int(&out, "rows_out", sampler->rows);
    ic_out_object_end(&out);

    if (ic_out_text(&out).data == NULL) {
        return ic_task_fail(sampler->task, "internal", NULL, 0,
                            "memory is short");
    }

    ic_task_progress(sampler->task, 100, "done");
    ic_task_output(sampler->task, "report", ic_out_text(&out));

    return 0;
}
