
/*
 * The parameters of a task of a built-in component, checked and completed by
 * the table that also checks them when a job is made (api/ic_params.h).
 */


#ifndef _IC_SETTINGS_H_INCLUDED_
#define _IC_SETTINGS_H_INCLUDED_


#include "../api/ic_params.h"
#include "../task/ic_task.h"


typedef struct {
    ic_task_t         *task;
    const ic_param_t  *table;
    const ic_json_t   *full;     /* every row but one party's data */
} ic_settings_t;


/* Of the component of that name. 0, or -1 after ic_task_fail(). */
int ic_settings_read(ic_settings_t *settings, ic_task_t *task,
    const char *component);

/*
 * A parameter, or one of a group as "group/name"; NULL: not given and without
 * a default, or null.
 */
const ic_json_t *ic_setting(const ic_settings_t *settings, const char *name);

/* Of a row of that type; 0, false or NULL if it was not given. */
int64_t ic_setting_int(const ic_settings_t *settings, const char *name);
double ic_setting_num(const ic_settings_t *settings, const char *name);
bool ic_setting_bool(const ic_settings_t *settings, const char *name);
const char *ic_setting_text(const ic_settings_t *settings, const char *name);

/* The place of the value among the row's choices. */
unsigned ic_setting_choice(const ic_settings_t *settings, const char *name);

/*
 * The texts of a list, NULL-ended, in the task's arena; *count of them. NULL
 * after ic_task_fail(). A list that was not given has none.
 */
const char **ic_setting_names(const ic_settings_t *settings,
    const char *name, unsigned *count);

/*
 * The text of what all parties must have alike, for ic_agree(): the named
 * parameters, NULL-ended. data NULL after ic_task_fail().
 */
ic_str_t ic_settings_common(const ic_settings_t *settings,
    const char *const *names);


#endif /* _IC_SETTINGS_H_INCLUDED_ */
