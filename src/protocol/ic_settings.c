
/* Parameters of a task. */


#include <stdio.h>

#include "../api/ic_component.h"
#include "ic_settings.h"


static ic_json_t *settings_given(const ic_settings_t *settings);
static void settings_put(const ic_settings_t *settings, ic_json_out_t *out,
    const char *name);
static int settings_complete(ic_settings_t *settings,
    const ic_json_t *given);
static const ic_param_t *settings_row(const ic_param_t *table,
    const char *name);


int
ic_settings_read(ic_settings_t *settings, ic_task_t *task,
    const char *component)
{
    ic_json_t  *given;

    settings->task = task;
    settings->table = ic_component(ic_str(component))->params;
    settings->full = NULL;

    given = settings_given(settings);

    if (given == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "memory is short");
    }

    return settings_complete(settings, given);
}


static ic_json_t *
settings_given(const ic_settings_t *settings)
{
    ic_arena_t        *arena;
    ic_json_out_t      out;
    const ic_param_t  *row;

    arena = ic_task_arena(settings->task);
    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);

    for (row = settings->table; row->name != NULL; row++) {

        if (row->flags & IC_PARAM_PARTY) {
            continue;
        }

        settings_put(settings, &out, row->name);

        if (row->alias != NULL) {
            settings_put(settings, &out, row->alias);
        }
    }

    ic_out_object_end(&out);

    return ic_json_parse(arena, ic_out_text(&out), NULL);
}


static void
settings_put(const ic_settings_t *settings, ic_json_out_t *out,
    const char *name)
{
    const ic_json_t  *value;

    value = ic_task_param(settings->task, name);

    if (value != NULL) {
        ic_out_node(out, name, value);
    }
}


static int
settings_complete(ic_settings_t *settings, const ic_json_t *given)
{
    ic_arena_t        *arena;
    ic_json_out_t      out;
    ic_param_fault_t   fault;

    arena = ic_task_arena(settings->task);
    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);

    if (ic_params_check(arena, settings->table, given, IC_PARAM_PARTY, &out,
                        &fault)
        != 0)
    {
        return ic_task_fail(settings->task, "bad_parameter", NULL, 0,
                            "%.*s %.*s", (int) fault.name.len,
                            (char *) fault.name.data,
                            (int) fault.reason.len,
                            (char *) fault.reason.data);
    }

    ic_out_object_end(&out);
    settings->full = ic_json_parse(arena, ic_out_text(&out), NULL);

    return settings->full != NULL ? 0
           : ic_task_fail(settings->task, "internal", NULL, 0,
                          "memory is short");
}


const ic_json_t *
ic_setting(const ic_settings_t *settings, const char *name)
{
    const ic_json_t  *value;

    value = ic_json_path(settings->full, name);

    return (value == NULL || value->type == IC_JSON_NULL) ? NULL : value;
}


int64_t
ic_setting_int(const ic_settings_t *settings, const char *name)
{
    const ic_json_t  *value;

    value = ic_setting(settings, name);

    return value != NULL ? value->num : 0;
}


double
ic_setting_num(const ic_settings_t *settings, const char *name)
{
    const ic_json_t  *value;

    value = ic_setting(settings, name);

    return value != NULL ? value->real : 0;
}


bool
ic_setting_bool(const ic_settings_t *settings, const char *name)
{
    return ic_setting_int(settings, name) != 0;
}


const char *
ic_setting_text(const ic_settings_t *settings, const char *name)
{
    const ic_json_t  *value;

    value = ic_setting(settings, name);

    return value != NULL
           ? ic_str_z(ic_task_arena(settings->task), value->text) : NULL;
}


unsigned
ic_setting_choice(const ic_settings_t *settings, const char *name)
{
    unsigned           i;
    ic_str_t           text;
    const ic_param_t  *row;

    row = settings_row(settings->table, name);
    text = ic_json_str(ic_setting(settings, name));

    for (i = 0; row->choices[i] != NULL; i++) {
        if (ic_str_is(text, row->choices[i])) {
            return i;
        }
    }

    return 0;
}


/* The row of "name", or of "group/name". */

static const ic_param_t *
settings_row(const ic_param_t *table, const char *name)
{
    char         group[64];
    const char  *slash;

    slash = strchr(name, '/');

    if (slash == NULL) {
        return ic_param(table, name);
    }

    (void) snprintf(group, sizeof(group), "%.*s", (int) (slash - name),
                    name);

    return ic_param(ic_param(table, group)->group, slash + 1);
}


const char **
ic_setting_names(const ic_settings_t *settings, const char *name,
    unsigned *count)
{
    const char       **names;
    const ic_json_t   *list, *item;

    *count = 0;
    list = ic_setting(settings, name);
    names = ic_zalloc(ic_task_arena(settings->task),
                      ((list != NULL ? list->count : 0) + 1)
                      * sizeof(char *));

    for (item = list != NULL ? list->child : NULL;
         names != NULL && item != NULL;
         item = item->next)
    {
        names[*count] = ic_str_z(ic_task_arena(settings->task), item->text);

        if (names[(*count)++] == NULL) {
            names = NULL;
        }
    }

    if (names == NULL) {
        (void) ic_task_fail(settings->task, "internal", NULL, 0,
                            "memory is short");
    }

    return names;
}


ic_str_t
ic_settings_common(const ic_settings_t *settings, const char *const *names)
{
    ic_str_t       text;
    ic_json_out_t  out;

    ic_out_init(&out, ic_task_arena(settings->task));
    ic_out_object(&out, NULL);

    for ( /* void */ ; *names != NULL; names++) {
        if (ic_setting(settings, *names) != NULL) {
            ic_out_node(&out, *names, ic_setting(settings, *names));
        }
    }

    ic_out_object_end(&out);
    text = ic_out_text(&out);

    if (text.data == NULL) {
        (void) ic_task_fail(settings->task, "internal", NULL, 0,
                            "memory is short");
    }

    return text;
}
