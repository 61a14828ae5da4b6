
/*
 * Parameters: task_params.common.<name> for all parties, overridden by
 * task_params.<role>.<n>.<name> of this one.
 */


#include "interconnd_runner.h"


static const ic_json_t *params_common(const interconnd_child_t *child);
static const ic_json_t *params_own(const interconnd_child_t *child);
static const ic_json_t *params_of(const interconnd_child_t *child,
    const ic_json_t *node);


const ic_json_t *
interconnd_param(const interconnd_child_t *child, const char *name)
{
    const ic_json_t  *param;

    param = ic_json_get(params_own(child), name);

    return (param != NULL) ? param
                           : ic_json_get(params_common(child), name);
}


const ic_json_t *
interconnd_param_at(const interconnd_child_t *child, unsigned n)
{
    const ic_json_t  *common, *other, *own, *param;

    own = params_own(child);
    common = params_common(child);

    for (param = (own != NULL) ? own->child : NULL;
         param != NULL;
         param = param->next)
    {
        if (n-- == 0) {
            return param;
        }
    }

    for (param = (common != NULL) ? common->child : NULL;
         param != NULL;
         param = param->next)
    {
        for (other = (own != NULL) ? own->child : NULL;
             other != NULL && !ic_str_eq(other->key, param->key);
             other = other->next)
        {
            /* void */
        }

        if (other == NULL && n-- == 0) {
            return param;
        }
    }

    return NULL;
}


static const ic_json_t *
params_common(const interconnd_child_t *child)
{
    return params_of(child, ic_json_path(child->config,
                                         "task_params/common"));
}


/* The role is "host.0", its path "host/0". */

static const ic_json_t *
params_own(const interconnd_child_t *child)
{
    char        *dot;
    ic_str_t     path;

    path = ic_str_fmt(child->runner->pool, "task_params/%s", child->role);

    if (path.data == NULL) {
        return NULL;
    }

    dot = strrchr((char *) path.data, '.');

    if (dot != NULL) {
        *dot = '/';
    }

    return params_of(child, ic_json_path(child->config,
                                         (char *) path.data));
}


static const ic_json_t *
params_of(const interconnd_child_t *child, const ic_json_t *node)
{
    node = ic_json_get(node, child->name);

    return (node != NULL && node->type == IC_JSON_OBJECT) ? node : NULL;
}
