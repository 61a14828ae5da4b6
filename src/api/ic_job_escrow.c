
/* Which outputs of a job are put in escrow when they are made. */


#include "../lib/ic_codec.h"
#include "ic_job_check.h"


static ic_str_t escrow_member(ic_arena_t *arena, const ic_json_t *escrow);
static ic_str_t escrow_step(ic_arena_t *arena, const ic_json_t *dag,
    const ic_json_t *name);
static bool escrow_number(const ic_json_t *escrow, const char *name,
    int64_t min, int64_t max, bool must);


int
ic_job_escrow_check(ic_arena_t *arena, const ic_json_t *dag,
    const ic_json_t *config, unsigned parties, ic_job_fault_t *fault)
{
    ic_str_t          wrong;
    const ic_json_t  *escrow, *level, *steps, *step;

    escrow = ic_json_path(config, "job_params/common/escrow");

    if (escrow == NULL) {
        return 0;
    }

    wrong = escrow_member(arena, escrow);

    if (wrong.len == 0
        && !escrow_number(escrow, "threshold", 2, parties, true))
    {
        wrong = (parties < 2)
                ? ic_str("a job of one party has nobody to hold a share")
                : ic_str_fmt(arena, "threshold must be 2 to %u, the parties "
                             "of the job", parties);
    }

    if (wrong.len == 0
        && !escrow_number(escrow, "days", 1, IC_JOB_ESCROW_DAYS, true))
    {
        wrong = ic_str_fmt(arena, "days must be 1 to %d", IC_JOB_ESCROW_DAYS);
    }

    if (wrong.len == 0 && !escrow_number(escrow, "copies", 0, 1, false)) {
        wrong = ic_str("copies must be 0 or 1");
    }

    level = ic_json_get(escrow, "level");

    if (wrong.len == 0 && level != NULL && !ic_id_valid(ic_json_str(level))) {
        wrong = ic_str("level must be an id");
    }

    steps = ic_json_get(escrow, "steps");

    if (wrong.len == 0 && steps != NULL
        && (steps->type != IC_JSON_ARRAY || steps->child == NULL))
    {
        wrong = ic_str("steps must be a list of steps of the DAG");
    }

    step = (steps != NULL) ? steps->child : NULL;

    for ( /* void */ ; wrong.len == 0 && step != NULL; step = step->next) {
        wrong = escrow_step(arena, dag, step);
    }

    if (wrong.len == 0) {
        return 0;
    }

    fault->error = IC_E_invalid_config;
    fault->detail = ic_str_fmt(arena, "job_params.common.escrow: %.*s",
                               (int) wrong.len, wrong.data);

    return -1;
}


/* What no node knows is not agreed upon. */

static ic_str_t
escrow_member(ic_arena_t *arena, const ic_json_t *escrow)
{
    unsigned          i;
    const ic_json_t  *member;

    static const char *const  names[] = {
        "steps", "threshold", "days", "level", "copies", NULL
    };

    if (escrow->type != IC_JSON_OBJECT) {
        return ic_str("must have a threshold and days");
    }

    for (member = escrow->child; member != NULL; member = member->next) {

        for (i = 0; names[i] != NULL; i++) {
            if (ic_str_is(member->key, names[i])) {
                break;
            }
        }

        if (names[i] == NULL) {
            return ic_str_fmt(arena, "%.*s is not known",
                              (int) member->key.len, member->key.data);
        }
    }

    return ic_str("");
}


static ic_str_t
escrow_step(ic_arena_t *arena, const ic_json_t *dag, const ic_json_t *name)
{
    ic_str_t          text;
    const ic_json_t  *list, *node, *output;

    text = ic_json_str(name);
    list = ic_json_get(dag, "components");
    node = (list != NULL) ? list->child : NULL;

    for ( /* void */ ; node != NULL; node = node->next) {

        if (text.len == 0
            || !ic_str_eq(ic_json_str(ic_json_get(node, "name")), text))
        {
            continue;
        }

        output = ic_json_get(node, "output");

        return (output != NULL && output->type == IC_JSON_ARRAY
                && output->child != NULL)
               ? ic_str("")
               : ic_str_fmt(arena, "the step %.*s has no output",
                            (int) text.len, text.data);
    }

    return ic_str_fmt(arena, "the DAG has no step %.*s",
                      (int) text.len, text.data == NULL ? (u_char *) ""
                                                        : text.data);
}


static bool
escrow_number(const ic_json_t *escrow, const char *name, int64_t min,
    int64_t max, bool must)
{
    const ic_json_t  *node;

    node = ic_json_get(escrow, name);

    return node == NULL ? !must
           : node->type == IC_JSON_INT && node->num >= min
             && node->num <= max;
}
