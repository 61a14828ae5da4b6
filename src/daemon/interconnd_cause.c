
/* Causes of failed jobs. */


#include "../api/ic_api.h"
#include "interconnd_cause.h"


static void interconnd_cause_text(ic_json_out_t *out, ic_arena_t *arena,
    const char *key, const char *text, ic_str_t detail);
static void interconnd_cause_name_of(ic_json_out_t *out, const char *key,
    const char *value);


ic_str_t
interconnd_cause(ic_arena_t *arena, const interconnd_cause_t *cause)
{
    ic_json_out_t      out;
    const ic_error_t  *error;

    error = ic_error(ic_str(cause->error));

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    interconnd_cause_name_of(&out, "party", cause->party);
    interconnd_cause_name_of(&out, "node_id", cause->node_id);
    interconnd_cause_name_of(&out, "task_name", cause->component);
    interconnd_cause_name_of(&out, "task_id", cause->task_id);
    ic_out_int(&out, "code", error->code);
    ic_out_z(&out, "error", error->name);
    interconnd_cause_text(&out, arena, "message", error->text, cause->detail);
    interconnd_cause_text(&out, arena, "message_zh", error->text_zh,
                          cause->detail);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static void
interconnd_cause_name_of(ic_json_out_t *out, const char *key,
    const char *value)
{
    ic_out_z(out, key, value == NULL ? "" : value);
}


static void
interconnd_cause_text(ic_json_out_t *out, ic_arena_t *arena, const char *key,
    const char *text, ic_str_t detail)
{
    if (detail.len == 0) {
        ic_out_z(out, key, text);
        return;
    }

    ic_out_str(out, key, ic_str_fmt(arena, "%s: %.*s", text, (int) detail.len,
                                    detail.data));
}


const char *
interconnd_cause_name(int64_t code, const char *other)
{
    unsigned  i;

    for (i = 0; i < IC_E_COUNT; i++) {
        if (ic_errors[i].code == code && code != 0) {
            return ic_errors[i].name;
        }
    }

    return other;
}


const char *
interconnd_cause_known(ic_str_t name, const char *other)
{
    const ic_error_t  *error;

    error = ic_error(name);

    return ic_str_is(name, error->name) ? error->name : other;
}


bool
interconnd_cause_follows(ic_str_t error)
{
    return (ic_error(error)->flags & IC_CAUSE_FOLLOWS) != 0;
}


bool
interconnd_cause_passes(ic_str_t error)
{
    return (ic_error(error)->flags & IC_CAUSE_PASSES) != 0;
}
