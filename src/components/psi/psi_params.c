
/*
 * The component's parameters: checked and completed by the table of
 * api/ic_params.h, which also checks them when a job is made.
 */


#include "psi.h"


static ic_json_t *collect(psi_t *psi);
static ic_json_t *complete(psi_t *psi, const ic_json_t *given);
static int fill(psi_t *psi, const ic_json_t *full);
static int fill_keys(psi_t *psi, const ic_json_t *keys);
static int choice(const ic_json_t *full, const char *name);
static int write_common(psi_t *psi, const ic_json_t *full);


/* What both parties must have alike; of the keys, their number. */

static const char *const  common[] = {
    "curve", "protocol", "mode", "receivers", "duplicates", "order", "trim",
    "batch_size", NULL
};


int
psi_read_params(psi_t *psi)
{
    ic_json_t  *full;

    full = collect(psi);

    return full != NULL && fill(psi, full) == 0
           && write_common(psi, full) == 0
           ? 0 : -1;
}


static ic_json_t *
collect(psi_t *psi)
{
    ic_json_t         *given;
    ic_json_out_t      out;
    const ic_json_t   *value;
    const ic_param_t  *row;

    ic_out_init(&out, psi->arena);
    ic_out_object(&out, NULL);

    for (row = ic_params_psi; row->name != NULL; row++) {

        if (row->flags & IC_PARAM_PARTY) {
            continue;
        }

        value = psi->io->param(psi->io_ctx, row->name);

        if (value != NULL) {
            ic_out_node(&out, row->name, value);
        }
    }

    ic_out_object_end(&out);
    given = ic_json_parse(psi->arena, ic_out_text(&out), NULL);

    if (given == NULL) {
        (void) psi_no_memory(psi);
        return NULL;
    }

    return complete(psi, given);
}


static ic_json_t *
complete(psi_t *psi, const ic_json_t *given)
{
    ic_json_t         *full;
    ic_json_out_t      out;
    ic_param_fault_t   fault;

    ic_out_init(&out, psi->arena);
    ic_out_object(&out, NULL);

    if (ic_params_check(psi->arena, ic_params_psi, given, IC_PARAM_PARTY,
                        &out, &fault)
        != 0)
    {
        (void) psi_fail(psi, "bad_parameter", NULL, 0, "%.*s %.*s",
                        (int) fault.name.len, (char *) fault.name.data,
                        (int) fault.reason.len, (char *) fault.reason.data);
        return NULL;
    }

    ic_out_object_end(&out);
    full = ic_json_parse(psi->arena, ic_out_text(&out), NULL);

    if (full == NULL) {
        (void) psi_no_memory(psi);
    }

    return full;
}


static int
fill(psi_t *psi, const ic_json_t *full)
{
    psi_params_t  *params;

    params = &psi->params;

    params->mode = choice(full, "mode");
    params->receivers = choice(full, "receivers");
    params->duplicates = choice(full, "duplicates");
    params->order = choice(full, "order");
    params->trim = ic_json_get(full, "trim")->num != 0;
    params->batch = (uint32_t) ic_json_get(full, "batch_size")->num;
    params->max_rows = ic_json_get(full, "max_rows")->num;

    return fill_keys(psi, ic_json_get(full, "keys"));
}


static int
fill_keys(psi_t *psi, const ic_json_t *keys)
{
    unsigned          n;
    const ic_json_t  *key;

    n = 0;

    for (key = keys->child; key != NULL && n < PSI_COLUMNS; key = key->next)
    {
        psi->params.keys[n] = ic_str_z(psi->arena, key->text);

        if (psi->params.keys[n++] == NULL) {
            return psi_no_memory(psi);
        }
    }

    psi->params.nkeys = n;

    return 0;
}


/* The choices of the table stand in the order of the enumerations. */

static int
choice(const ic_json_t *full, const char *name)
{
    int                i;
    ic_str_t           value;
    const ic_param_t  *row;

    row = ic_param(ic_params_psi, name);
    value = ic_json_str(ic_json_get(full, name));

    for (i = 0; row->choices[i] != NULL; i++) {
        if (ic_str_is(value, row->choices[i])) {
            return i;
        }
    }

    return 0;
}


static int
write_common(psi_t *psi, const ic_json_t *full)
{
    unsigned       i;
    ic_json_out_t  out;

    ic_out_init(&out, psi->arena);
    ic_out_object(&out, NULL);

    for (i = 0; common[i] != NULL; i++) {
        ic_out_node(&out, common[i], ic_json_get(full, common[i]));
    }

    ic_out_int(&out, "key_columns", psi->params.nkeys);
    ic_out_object_end(&out);
    psi->params.common = ic_out_text(&out);

    return psi->params.common.data != NULL ? 0 : psi_no_memory(psi);
}
