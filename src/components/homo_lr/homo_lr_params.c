
/* The component's parameters. */


#include "../../api/ic_params.h"
#include "homo_lr.h"


#define PARAMS_MAX  64

#define NEWTON_MAX  2000         /* columns: 2 million sums */


static int params_check(homo_lr_t *lr);
static int params_fill(homo_lr_t *lr);
static int params_newton(homo_lr_t *lr);
static int params_private(homo_lr_t *lr);
static int params_dropout(homo_lr_t *lr);
static void params_numbers(homo_lr_t *lr);
static int params_columns(homo_lr_t *lr);
static int params_common(homo_lr_t *lr);
static bool params_own(const char *name);


/* In the order of the table. */
static const ic_penalty_e  params_penalties[] = {
    IC_PENALTY_L1, IC_PENALTY_L2, IC_PENALTY_NONE
};


int
homo_lr_read_params(homo_lr_t *lr)
{
    if (ic_settings_read(&lr->settings, lr->task, "homo_lr") != 0
        || params_check(lr) != 0 || params_fill(lr) != 0
        || params_columns(lr) != 0)
    {
        return -1;
    }

    return params_common(lr);
}


static int
params_check(homo_lr_t *lr)
{
    ic_param_fault_t  fault;

    return ic_params_columns(ic_task_arena(lr->task),
                             ic_setting(&lr->settings, "attributes"),
                             ic_setting(&lr->settings, "unique_id"),
                             ic_setting(&lr->settings, "label_name"), &fault)
           == 0 ? 0
           : ic_task_fail(lr->task, "bad_parameter", NULL, 0, "%.*s %.*s",
                          (int) fault.name.len, (char *) fault.name.data,
                          (int) fault.reason.len,
                          (char *) fault.reason.data);
}


static int
params_fill(homo_lr_t *lr)
{
    ic_settings_t     *s;
    homo_lr_params_t  *params;

    s = &lr->settings;
    params = &lr->params;

    params->penalty = params_penalties[ic_setting_choice(s, "penalty")];
    params->optimizer = ic_setting_choice(s, "optimizer");
    params->early_stop = ic_setting_choice(s, "early_stop");
    params->init_method = ic_setting_choice(s, "init_param/init_method");
    params->lossy = ic_setting_choice(s, "dropout") == 1;
    params->log_odds = ic_setting_choice(s, "init_intercept") == 1;
    params->scaler = ic_setting_choice(s, "scaler");
    params->class_weight = ic_setting_choice(s, "class_weight");
    params->newton = params->optimizer > IC_OPTIMIZER_NESTEROV;
    params->private = ic_setting_bool(s, "dp_param/need_dp");
    params->allow_single_class = ic_setting_bool(s, "allow_single_class");
    params->dedup = ic_setting_bool(s, "dedup");
    params->fit_intercept = ic_setting_bool(s, "init_param/fit_intercept");
    params_numbers(lr);

    if (params->log_odds
        && (params->init_method != HOMO_LR_INIT_ZEROS
            || !params->fit_intercept))
    {
        return ic_task_fail(lr->task, "bad_parameter", NULL, 0,
                            "init_intercept log_odds needs init_method "
                            "zeros and fit_intercept");
    }

    if (params->lossy && params_dropout(lr) != 0) {
        return -1;
    }

    return params->newton ? params_newton(lr)
           : params->private ? params_private(lr) : 0;
}


/*
 * Where the same or almost the same sum would be opened with a party and then
 * without it, the difference would be that party's part.
 */

static int
params_dropout(homo_lr_t *lr)
{
    ic_settings_t     *s;
    homo_lr_params_t  *params;

    s = &lr->settings;
    params = &lr->params;

    if (params->newton || params->need_cv
        || params->scaler == HOMO_LR_ROBUST)
    {
        return ic_task_fail(lr->task, "bad_parameter", NULL, 0,
                            "dropout continue takes no optimizer newton, "
                            "no cv_param.need_cv and no scaler robust: these "
                            "open close sums, and the difference of one with "
                            "a party and one without it is its part");
    }

    lr->conf.max_dropouts = (unsigned) ic_setting_int(s, "max_dropouts");
    lr->conf.min_parties = (unsigned) ic_setting_int(s, "min_parties");
    lr->conf.dropout_timeout =
        (unsigned) ic_setting_int(s, "dropout_timeout");

    return lr->conf.min_parties >= 3 || lr->conf.allow_two_parties ? 0
           : ic_task_fail(lr->task, "bad_parameter", NULL, 0,
                          "min_parties %u needs allow_two_parties",
                          lr->conf.min_parties);
}


static int
params_newton(homo_lr_t *lr)
{
    homo_lr_params_t  *params;

    params = &lr->params;

    return params->penalty != IC_PENALTY_L1 && params->batch_size == -1
           && !params->private
           && ic_setting(&lr->settings, "attributes")->count <= NEWTON_MAX
           ? 0
           : ic_task_fail(lr->task, "bad_parameter", NULL, 0,
                          "optimizer newton takes penalty L2 or NONE, "
                          "batch_size -1, no dp_param, and at most %d "
                          "attributes", NEWTON_MAX);
}


/* Nothing may be opened that has no noise. */

static int
params_private(homo_lr_t *lr)
{
    homo_lr_params_t  *params;

    params = &lr->params;

    return params->scaler == HOMO_LR_UNSCALED && !params->log_odds
           && params->class_weight == HOMO_LR_ALIKE
           && params->early_stop == HOMO_LR_STOP_WEIGHT_DIFF
           && !params->evaluate && !params->need_cv
           ? 0
           : ic_task_fail(lr->task, "bad_parameter", NULL, 0,
                          "dp_param.need_dp takes scaler none, "
                          "init_intercept zero, class_weight none, "
                          "early_stop weight_diff, evaluate false and no "
                          "cv_param.need_cv: sums without noise would "
                          "be opened otherwise");
}


static void
params_numbers(homo_lr_t *lr)
{
    ic_settings_t     *s;
    homo_lr_params_t  *params;

    s = &lr->settings;
    params = &lr->params;

    params->tol = ic_setting_num(s, "tol");
    params->alpha = ic_setting_num(s, "alpha");
    params->learning_rate = ic_setting_num(s, "learning_rate");
    params->decay = ic_setting_num(s, "decay");
    params->decay_sqrt = ic_setting_bool(s, "decay_sqrt");
    params->batch_size = ic_setting_int(s, "batch_size");
    params->max_iter = (unsigned) ic_setting_int(s, "max_iter");
    params->max_rows = ic_setting_int(s, "max_rows");
    params->positive_weight = ic_setting_num(s, "positive_weight");
    params->confidence = ic_setting_num(s, "confidence");
    params->clip = ic_setting_num(s, "dp_param/clip");
    params->noise = ic_setting_num(s, "dp_param/noise_multiplier");
    params->delta = ic_setting_num(s, "dp_param/delta");
    params->init_const = ic_setting_num(s, "init_param/init_const");
    params->evaluate = ic_setting_bool(s, "evaluate");
    params->need_cv = ic_setting_bool(s, "cv_param/need_cv");
    params->shuffle = ic_setting_bool(s, "cv_param/shuffle");
    params->splits = (unsigned) ic_setting_int(s, "cv_param/n_splits");
    params->has_cv_seed = ic_setting(s, "cv_param/random_seed") != NULL;
    params->cv_seed = ic_setting_int(s, "cv_param/random_seed");
    params->has_seed = ic_setting(s, "init_param/random_seed") != NULL;
    params->random_seed = ic_setting_int(s, "init_param/random_seed");

    lr->conf.key_length =
        (unsigned) ic_setting_int(s, "encrypt_param/key_length");
    lr->conf.allow_two_parties = ic_setting_bool(s, "allow_two_parties");
    lr->conf.min_rows = ic_setting_int(s, "min_rows");
}


static int
params_columns(homo_lr_t *lr)
{
    ic_settings_t     *s;
    homo_lr_params_t  *params;

    s = &lr->settings;
    params = &lr->params;

    params->attributes = ic_setting_names(s, "attributes", &params->features);
    params->unique_id = ic_setting_text(s, "unique_id");
    params->label_name = ic_setting_text(s, "label_name");
    params->label_value = ic_setting_text(s, "label_value");

    return params->attributes != NULL && params->unique_id != NULL
           && params->label_name != NULL && params->label_value != NULL ? 0
           : ic_task_fail(lr->task, "internal", NULL, 0, "out of memory");
}


/*
 * What every party must have been given alike: all but the names of its own
 * id and label columns, the label's value and its row limit.
 */

static int
params_common(homo_lr_t *lr)
{
    unsigned           n;
    const char        *names[PARAMS_MAX];
    const ic_param_t  *row;

    for (n = 0, row = lr->settings.table;
         row->name != NULL && n < PARAMS_MAX - 1;
         row++)
    {
        if (!(row->flags & IC_PARAM_PARTY) && !params_own(row->name)) {
            names[n++] = row->name;
        }
    }

    names[n] = NULL;
    lr->params.common = ic_settings_common(&lr->settings, names);

    return lr->params.common.data != NULL ? 0 : -1;
}


static bool
params_own(const char *name)
{
    unsigned  i;

    static const char *const  own[] = {
        "unique_id", "label_name", "label_value", "max_rows", NULL
    };

    for (i = 0; own[i] != NULL && strcmp(own[i], name) != 0; i++) {
        /* void */
    }

    return own[i] != NULL;
}
