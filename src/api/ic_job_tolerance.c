
/* Steps that go on when a party is lost: as components declare it. */


#include "ic_component.h"
#include "ic_job_check.h"


static const ic_component_tolerance_t *tolerance_of(ic_str_t component,
    const ic_json_t *params);
static unsigned tolerance_number(ic_str_t component, const ic_json_t *params,
    const char *name);
static bool tolerance_is(const ic_json_t *params,
    const ic_component_choice_t *choice);


unsigned
ic_job_tolerance(ic_str_t component, const ic_json_t *params,
    const char **role)
{
    const ic_component_tolerance_t  *tolerance;

    tolerance = tolerance_of(component, params);

    if (tolerance == NULL) {
        return 0;
    }

    *role = tolerance->role;

    return tolerance_number(component, params, tolerance->most);
}


/* NULL: it does not tolerate the loss of a party. */

static const ic_component_tolerance_t *
tolerance_of(ic_str_t component, const ic_json_t *params)
{
    const ic_component_t            *built_in;
    const ic_component_tolerance_t  *tolerance;

    built_in = ic_component(component);
    tolerance = built_in != NULL ? built_in->about->tolerates : NULL;

    return tolerance != NULL
           && ic_str_is_nocase(ic_json_str(ic_json_get(params,
                                                       tolerance->parameter)),
                               tolerance->value)
           ? tolerance : NULL;
}


/* As it is given, or by default. */

static unsigned
tolerance_number(ic_str_t component, const ic_json_t *params,
    const char *name)
{
    int64_t            n;
    const ic_json_t   *given;
    const ic_param_t  *param;

    given = ic_json_get(params, name);
    param = ic_param(ic_component(component)->params, name);

    if (given != NULL && given->type == IC_JSON_INT) {
        n = given->num;

    } else if (ic_str_int(ic_str(param->other), &n) != 0) {
        n = 0;
    }

    return n > 0 && n < 1000 ? (unsigned) n : 0;
}


ic_str_t
ic_job_tolerance_fault(ic_arena_t *arena, ic_str_t component,
    const ic_json_t *params, unsigned parties)
{
    unsigned                         least;
    const ic_component_choice_t     *choice;
    const ic_component_tolerance_t  *tolerance;

    tolerance = tolerance_of(component, params);

    if (tolerance == NULL) {
        return ic_str("");
    }

    for (choice = tolerance->never; choice->path != NULL; choice++) {
        if (tolerance_is(params, choice)) {
            return ic_str_fmt(arena, "%s: %s is not for %s %s",
                              tolerance->parameter, tolerance->value,
                              choice->path, choice->value);
        }
    }

    least = tolerance_number(component, params, tolerance->least);

    return parties > least ? ic_str("")
           : ic_str_fmt(arena, "%s: %u of %u data parties must be left, so "
                        "none may be lost", tolerance->least, least,
                        parties);
}


static bool
tolerance_is(const ic_json_t *params, const ic_component_choice_t *choice)
{
    const ic_json_t  *value;

    value = ic_json_path(params, choice->path);

    return value != NULL
           && (value->type == IC_JSON_BOOL
               ? (value->num != 0) == (strcmp(choice->value, "true") == 0)
               : ic_str_is_nocase(ic_json_str(value), choice->value));
}
