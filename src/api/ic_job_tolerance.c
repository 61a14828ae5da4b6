
/* Steps that go on when a party is lost: as components declare it. */


#include "ic_component.h"
#include "ic_job_check.h"


unsigned
ic_job_tolerance(ic_str_t component, const ic_json_t *params,
    const char **role)
{
    int64_t                          most;
    const ic_json_t                 *given;
    const ic_param_t                *param;
    const ic_component_t            *built_in;
    const ic_component_tolerance_t  *tolerance;

    built_in = ic_component(component);
    tolerance = built_in != NULL ? built_in->about->tolerates : NULL;

    if (tolerance == NULL
        || !ic_str_is_nocase(ic_json_str(ic_json_get(params,
                                                     tolerance->parameter)),
                             tolerance->value))
    {
        return 0;
    }

    *role = tolerance->role;
    given = ic_json_get(params, tolerance->most);
    param = ic_param(built_in->params, tolerance->most);

    if (given != NULL && given->type == IC_JSON_INT) {
        most = given->num;

    } else if (ic_str_int(ic_str(param->other), &most) != 0) {
        most = 0;
    }

    return most > 0 && most < IC_JOB_MAX_PARTIES ? (unsigned) most : 0;
}
