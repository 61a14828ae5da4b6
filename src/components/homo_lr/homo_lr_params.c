
/*
 * The component's parameters: checked and completed by the tables of
 * api/ic_params.h, which also check them when a job is made.
 */


#include "../../lib/ic_codec.h"
#include "homo_lr.h"


static ic_json_t *collect(homo_lr_t *lr, const ic_param_t *table);
static void copy_given(homo_lr_t *lr, ic_json_out_t *out, const char *name);
static ic_json_t *complete(homo_lr_t *lr, const ic_param_t *table,
    const ic_json_t *given);
static int check_columns(homo_lr_t *lr, const ic_json_t *common);
static int refuse(homo_lr_t *lr, const ic_param_fault_t *fault);
static int fill(homo_lr_t *lr, const ic_json_t *common);
static void fill_numbers(homo_lr_params_t *params, const ic_json_t *common);
static int fill_columns(homo_lr_t *lr, const ic_json_t *common);
static int choice(const ic_json_t *root, const char *path,
    const char *const *names);
static int digest_common(homo_lr_t *lr, const ic_json_t *common);
static void put_common(ic_json_out_t *out, const ic_json_t *params);


static const char *const  penalties[] = { "L2", "L1", "NONE", NULL };

static const char *const  optimizers[] = {
    "sgd", "rmsprop", "adam", "adagrad", "nesterov_momentum_sgd", NULL
};

static const char *const  stops[] = { "diff", "abs", "weight_diff", NULL };

static const char *const  inits[] = {
    "zeros", "ones", "const", "random_uniform", "random_normal", NULL
};

static const char *const  intercepts[] = { "zero", "log_odds", NULL };


int
homo_lr_read_params(homo_lr_t *lr)
{
    ic_json_t  *common;

    common = collect(lr, ic_params_homo_lr);

    if (common == NULL || check_columns(lr, common) != 0
        || fill(lr, common) != 0)
    {
        return -1;
    }

    return digest_common(lr, common);
}


/* The parameters of a table, complete and in its spelling, or NULL. */

static ic_json_t *
collect(homo_lr_t *lr, const ic_param_t *table)
{
    ic_json_t         *given;
    ic_json_out_t      out;
    const ic_param_t  *row;

    ic_out_init(&out, lr->arena);
    ic_out_object(&out, NULL);

    for (row = table; row->name != NULL; row++) {

        if (row->flags & IC_PARAM_PARTY) {
            continue;
        }

        copy_given(lr, &out, row->name);

        if (row->alias != NULL) {
            copy_given(lr, &out, row->alias);
        }
    }

    ic_out_object_end(&out);
    given = ic_json_parse(lr->arena, ic_out_text(&out), NULL);

    if (given == NULL) {
        (void) homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
        return NULL;
    }

    return complete(lr, table, given);
}


static void
copy_given(homo_lr_t *lr, ic_json_out_t *out, const char *name)
{
    const ic_json_t  *value;

    value = lr->io->param(lr->io_ctx, name);

    if (value != NULL) {
        ic_out_node(out, name, value);
    }
}


static ic_json_t *
complete(homo_lr_t *lr, const ic_param_t *table, const ic_json_t *given)
{
    ic_json_t         *full;
    ic_json_out_t      out;
    ic_param_fault_t   fault;

    ic_out_init(&out, lr->arena);
    ic_out_object(&out, NULL);

    if (ic_params_check(lr->arena, table, given, IC_PARAM_PARTY, &out,
                        &fault)
        != 0)
    {
        (void) refuse(lr, &fault);
        return NULL;
    }

    ic_out_object_end(&out);
    full = ic_json_parse(lr->arena, ic_out_text(&out), NULL);

    if (full == NULL) {
        (void) homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
    }

    return full;
}


static int
check_columns(homo_lr_t *lr, const ic_json_t *common)
{
    ic_param_fault_t  fault;

    if (ic_params_columns(lr->arena, ic_json_get(common, "attributes"),
                          ic_json_get(common, "unique_id"),
                          ic_json_get(common, "label_name"), &fault)
        != 0)
    {
        return refuse(lr, &fault);
    }

    return 0;
}


static int
refuse(homo_lr_t *lr, const ic_param_fault_t *fault)
{
    return homo_lr_fail(lr, "bad_parameter", NULL, 0, "%.*s %.*s",
                        (int) fault->name.len, (char *) fault->name.data,
                        (int) fault->reason.len,
                        (char *) fault->reason.data);
}


static int
fill(homo_lr_t *lr, const ic_json_t *common)
{
    const ic_json_t   *seed;
    homo_lr_params_t  *params;

    params = &lr->params;

    params->penalty = choice(common, "penalty", penalties);
    params->optimizer = choice(common, "optimizer", optimizers);
    params->early_stop = choice(common, "early_stop", stops);
    params->init_method = choice(common, "init_param/init_method", inits);
    params->log_odds = choice(common, "init_intercept", intercepts) == 1;
    params->standard = ic_str_is(ic_json_str(ic_json_get(common, "scaler")),
                                 "standard");

    fill_numbers(params, common);

    params->allow_single_class =
        ic_json_get(common, "allow_single_class")->num != 0;
    params->max_rows = ic_json_get(common, "max_rows")->num;

    seed = ic_json_path(common, "init_param/random_seed");
    params->has_seed = (seed != NULL && seed->type == IC_JSON_INT);
    params->random_seed = params->has_seed ? seed->num : 0;

    if (params->log_odds
        && (params->init_method != HOMO_LR_INIT_ZEROS
            || !params->fit_intercept))
    {
        return homo_lr_fail(lr, "bad_parameter", NULL, 0,
                            "init_intercept log_odds needs init_method "
                            "zeros and fit_intercept");
    }

    return fill_columns(lr, common);
}


static void
fill_numbers(homo_lr_params_t *params, const ic_json_t *common)
{
    params->tol = ic_json_get(common, "tol")->real;
    params->alpha = ic_json_get(common, "alpha")->real;
    params->learning_rate = ic_json_get(common, "learning_rate")->real;
    params->decay = ic_json_get(common, "decay")->real;
    params->decay_sqrt = ic_json_get(common, "decay_sqrt")->num != 0;
    params->batch_size = ic_json_get(common, "batch_size")->num;
    params->max_iter = (unsigned) ic_json_get(common, "max_iter")->num;
    params->key_length =
        (unsigned) ic_json_path(common, "encrypt_param/key_length")->num;
    params->init_const = ic_json_path(common, "init_param/init_const")->real;
    params->fit_intercept =
        ic_json_path(common, "init_param/fit_intercept")->num != 0;
    params->allow_two_parties =
        ic_json_get(common, "allow_two_parties")->num != 0;
}


static int
fill_columns(homo_lr_t *lr, const ic_json_t *common)
{
    unsigned           i;
    const ic_json_t   *list;
    homo_lr_params_t  *params;

    params = &lr->params;
    list = ic_json_get(common, "attributes");

    params->features = list->count;
    params->attributes = ic_zalloc(lr->arena,
                                   list->count * sizeof(char *));
    params->unique_id = ic_str_z(lr->arena,
                                 ic_json_get(common, "unique_id")->text);
    params->label_name = ic_str_z(lr->arena,
                                  ic_json_get(common, "label_name")->text);
    params->label_value = ic_str_z(lr->arena,
                                   ic_json_get(common, "label_value")->text);

    if (params->attributes == NULL || params->unique_id == NULL
        || params->label_name == NULL || params->label_value == NULL)
    {
        return homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
    }

    for (i = 0; i < list->count; i++) {
        params->attributes[i] = ic_str_z(lr->arena,
                                         ic_json_at(list, i)->text);

        if (params->attributes[i] == NULL) {
            return homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
        }
    }

    return 0;
}


/* The place among names: an enumeration in their order. */

static int
choice(const ic_json_t *root, const char *path, const char *const *names)
{
    int       i;
    ic_str_t  text;

    text = ic_json_str(ic_json_path(root, path));

    for (i = 0; names[i] != NULL; i++) {
        if (ic_str_is(text, names[i])) {
            return i;
        }
    }

    return 0;
}


/*
 * What every party must have been given alike: all but the names of its own
 * id and label columns, the label's value and its row limit.
 */

static int
digest_common(homo_lr_t *lr, const ic_json_t *common)
{
    ic_str_t       text;
    ic_json_out_t  out;

    ic_out_init(&out, lr->arena);
    put_common(&out, common);
    text = ic_out_text(&out);

    if (text.data == NULL) {
        return homo_lr_fail(lr, "internal", NULL, 0, "out of memory");
    }

    ic_sha256(lr->params.digest, text.data, text.len);

    return 0;
}


static void
put_common(ic_json_out_t *out, const ic_json_t *params)
{
    unsigned          i;
    const ic_json_t  *member;

    static const char *const  own[] = {
        "unique_id", "label_name", "label_value", "max_rows", NULL
    };

    for (member = params->child; member != NULL; member = member->next) {

        for (i = 0; own[i] != NULL && !ic_str_is(member->key, own[i]); i++) {
            /* void */
        }

        if (own[i] == NULL) {
            ic_out_str(out, NULL, member->key);
            ic_out_node(out, NULL, member);
        }
    }
}
