
/* Steps of a job that an earlier one has done already. */


#include <stdio.h>
#include <string.h>

#include "../lib/ic_codec.h"
#include "ic_job_reuse.h"


static int reuse_steps(ic_arena_t *arena, const ic_json_t *dag,
    ic_job_reuse_t *reuse, ic_job_fault_t *fault);
static int reuse_chosen(ic_arena_t *arena, ic_job_reuse_t *reuse,
    const ic_json_t *from, ic_job_fault_t *fault);
static void reuse_changed(const ic_job_form_t *was, const ic_job_form_t *is,
    ic_job_reuse_t *reuse);
static bool reuse_same_step(const ic_json_t *one, const ic_json_t *other);
static bool reuse_same_params(const ic_json_t *one, const ic_json_t *other,
    ic_str_t name);
static const ic_json_t *reuse_params(const ic_json_t *config,
    const ic_json_t *role, unsigned index, ic_str_t name);
static void reuse_behind(ic_job_reuse_t *reuse);
static bool reuse_waits(ic_job_reuse_t *reuse, const ic_json_t *node);
static int reuse_available(ic_arena_t *arena, ic_job_reuse_t *reuse,
    const ic_json_t *tasks, bool strict, ic_job_fault_t *fault);
static ic_job_reuse_step_t *reuse_find(ic_job_reuse_t *reuse, ic_str_t name);
static const ic_json_t *reuse_member(const ic_json_t *object, ic_str_t name);
static const ic_json_t *reuse_component(const ic_json_t *dag, ic_str_t name);
static int reuse_refuse(ic_job_fault_t *fault, ic_error_e error,
    ic_str_t detail);


static const char  reuse_none[] =
    "{\"job_params\":{\"common\":{\"reuse\":null}}}";


int
ic_job_reuse(ic_arena_t *arena, const ic_job_form_t *was,
    const ic_job_form_t *is, const ic_json_t *from, const ic_json_t *tasks,
    bool strict, ic_job_reuse_t *reuse, ic_job_fault_t *fault)
{
    if (reuse_steps(arena, is->dag, reuse, fault) != 0
        || reuse_chosen(arena, reuse, from, fault) != 0)
    {
        return -1;
    }

    reuse_changed(was, is, reuse);
    reuse_behind(reuse);

    return reuse_available(arena, reuse, tasks, strict, fault);
}


int
ic_job_changes(ic_arena_t *arena, const ic_job_form_t *was,
    const ic_job_form_t *is, ic_job_reuse_t *changes, ic_job_fault_t *fault)
{
    if (reuse_steps(arena, is->dag, changes, fault) != 0) {
        return -1;
    }

    reuse_changed(was, is, changes);

    return 0;
}


static int
reuse_steps(ic_arena_t *arena, const ic_json_t *dag, ic_job_reuse_t *reuse,
    ic_job_fault_t *fault)
{
    const ic_json_t  *list, *node;

    list = ic_json_get(dag, "components");

    reuse->count = 0;
    reuse->steps = ic_zalloc(arena,
                             list->count * sizeof(ic_job_reuse_step_t));

    if (reuse->steps == NULL) {
        return reuse_refuse(fault, IC_E_internal, ic_str(NULL));
    }

    for (node = list->child; node != NULL; node = node->next) {
        reuse->steps[reuse->count].node = node;
        reuse->steps[reuse->count++].name =
                                        ic_json_str(ic_json_get(node, "name"));
    }

    return 0;
}


static int
reuse_chosen(ic_arena_t *arena, ic_job_reuse_t *reuse, const ic_json_t *from,
    ic_job_fault_t *fault)
{
    const ic_json_t      *one;
    ic_job_reuse_step_t  *step;

    one = from == NULL ? NULL : from->child;

    for (/* void */; one != NULL; one = one->next) {
        step = reuse_find(reuse, ic_json_str(one));

        if (step == NULL) {
            return reuse_refuse(fault, IC_E_invalid_fields,
                ic_str_fmt(arena, "/from_tasks: the DAG has no component "
                           "%.*s", (int) ic_json_str(one).len,
                           ic_json_str(one).data));
        }

        step->runs = 1;
    }

    return 0;
}


/* Who takes part is an input of every step. */
static void
reuse_changed(const ic_job_form_t *was, const ic_job_form_t *is,
    ic_job_reuse_t *reuse)
{
    bool                  same;
    unsigned              i;
    const ic_json_t      *old;
    ic_job_reuse_step_t  *step;

    same = ic_json_same(ic_json_get(was->config, "role"),
                        ic_json_get(is->config, "role"));

    for (i = 0; i < reuse->count; i++) {
        step = &reuse->steps[i];
        old = reuse_component(was->dag, step->name);

        if (!same || old == NULL || !reuse_same_step(old, step->node)
            || !reuse_same_params(was->config, is->config, step->name))
        {
            step->runs = 1;
        }
    }
}


/* "after" only says when it runs. */
static bool
reuse_same_step(const ic_json_t *one, const ic_json_t *other)
{
    size_t  i;

    static const char *const  names[] = {
        "provider", "version", "input", "output"
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!ic_json_same(ic_json_get(one, names[i]),
                          ic_json_get(other, names[i])))
        {
            return false;
        }
    }

    return ic_str_eq(ic_dag_component_name(one),
                     ic_dag_component_name(other));
}


static bool
reuse_same_params(const ic_json_t *one, const ic_json_t *other,
    ic_str_t name)
{
    unsigned          i;
    const ic_json_t  *role;

    if (!ic_json_same(reuse_params(one, NULL, 0, name),
                      reuse_params(other, NULL, 0, name)))
    {
        return false;
    }

    role = ic_json_get(one, "role");
    role = role == NULL ? NULL : role->child;

    for (/* void */; role != NULL; role = role->next) {
        for (i = 0; i < role->count; i++) {
            if (!ic_json_same(reuse_params(one, role, i, name),
                              reuse_params(other, role, i, name)))
            {
                return false;
            }
        }
    }

    return true;
}


/* role NULL: those of all parties. */
static const ic_json_t *
reuse_params(const ic_json_t *config, const ic_json_t *role, unsigned index,
    ic_str_t name)
{
    char              digits[16];
    const ic_json_t  *place;

    place = ic_json_get(config, "task_params");

    if (role == NULL) {
        return reuse_member(ic_json_get(place, "common"), name);
    }

    (void) snprintf(digits, sizeof(digits), "%u", index);

    return reuse_member(ic_json_get(reuse_member(place, role->key), digits),
                        name);
}


static void
reuse_behind(ic_job_reuse_t *reuse)
{
    bool                  more;
    unsigned              i;
    ic_job_reuse_step_t  *step;

    do {
        more = false;

        for (i = 0; i < reuse->count; i++) {
            step = &reuse->steps[i];

            if (!step->runs && reuse_waits(reuse, step->node)) {
                step->runs = 1;
                more = true;
            }
        }

    } while (more);
}


/* for a step that runs */
static bool
reuse_waits(ic_job_reuse_t *reuse, const ic_json_t *node)
{
    u_char               *dot;
    ic_str_t              key;
    const ic_json_t      *one;
    ic_job_reuse_step_t  *step;

    one = ic_json_get(node, "input");
    one = one == NULL ? NULL : one->child;

    for (/* void */; one != NULL; one = one->next) {
        key = ic_json_str(ic_json_get(one, "key"));
        dot = key.len > 0 ? memchr(key.data, '.', key.len) : NULL;
        step = dot == NULL ? NULL
               : reuse_find(reuse, ic_str_n(key.data, dot - key.data));

        if (step != NULL && step->runs) {
            return true;
        }
    }

    one = ic_json_get(node, "after");
    one = one == NULL ? NULL : one->child;

    for (/* void */; one != NULL; one = one->next) {
        step = reuse_find(reuse, ic_json_str(one));

        if (step != NULL && step->runs) {
            return true;
        }
    }

    return false;
}


static int
reuse_available(ic_arena_t *arena, ic_job_reuse_t *reuse,
    const ic_json_t *tasks, bool strict, ic_job_fault_t *fault)
{
    ic_str_t              missing;
    unsigned              i;
    ic_job_reuse_step_t  *step;

    missing = ic_str("");

    for (i = 0; i < reuse->count; i++) {
        step = &reuse->steps[i];
        step->task_id = ic_json_str(reuse_member(tasks, step->name));

        if (step->runs || step->task_id.len > 0) {
            continue;
        }

        step->runs = 1;
        missing = ic_str_fmt(arena, "%.*s%s%.*s", (int) missing.len,
                             missing.data, missing.len > 0 ? ", " : "",
                             (int) step->name.len, step->name.data);
    }

    if (missing.len > 0 && strict) {
        return reuse_refuse(fault, IC_E_wrong_state,
            ic_str_fmt(arena, "%.*s did not succeed, so there is nothing to "
                       "take over: name it in from_tasks too",
                       (int) missing.len, missing.data));
    }

    /* what is behind it cannot stand either */
    reuse_behind(reuse);

    return 0;
}


ic_json_t *
ic_job_reuse_config(ic_arena_t *arena, const ic_json_t *config,
    ic_str_t job_id, const ic_job_reuse_t *reuse)
{
    unsigned        i, n;
    ic_json_t      *plain, *said;
    ic_json_out_t   out;

    /* objects that are not there are not made for nothing */
    if (ic_json_path(config, "job_params/common/reuse") == NULL) {
        plain = (ic_json_t *) config;

    } else {
        plain = ic_json_merge(arena, config,
                              ic_json_parse(arena, ic_str(reuse_none), NULL));
    }

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    ic_out_object(&out, "job_params");
    ic_out_object(&out, "common");
    ic_out_object(&out, "reuse");
    ic_out_str(&out, "job_id", job_id);
    ic_out_object(&out, "tasks");

    for (i = 0, n = 0; reuse != NULL && i < reuse->count; i++) {
        if (!reuse->steps[i].runs) {
            ic_out_key(&out, reuse->steps[i].name);
            ic_out_str(&out, NULL, reuse->steps[i].task_id);
            n++;
        }
    }

    for (i = 0; i < 5; i++) {
        ic_out_object_end(&out);
    }

    if (n == 0 || plain == NULL) {
        return plain;
    }

    said = ic_json_parse(arena, ic_out_text(&out), NULL);

    return said == NULL ? NULL : ic_json_merge(arena, plain, said);
}


ic_str_t
ic_job_reuse_names(ic_arena_t *arena, const ic_job_reuse_t *reuse, bool runs)
{
    unsigned       i;
    ic_json_out_t  out;

    ic_out_init(&out, arena);
    ic_out_array(&out, NULL);

    for (i = 0; i < reuse->count; i++) {
        if (reuse->steps[i].runs == runs) {
            ic_out_str(&out, NULL, reuse->steps[i].name);
        }
    }

    ic_out_array_end(&out);

    return ic_out_text(&out);
}


int
ic_job_reuse_check(ic_arena_t *arena, const ic_json_t *dag,
    const ic_json_t *config, ic_job_fault_t *fault)
{
    const ic_json_t  *said, *tasks, *task;

    said = ic_json_path(config, "job_params/common/reuse");

    if (said == NULL) {
        return 0;
    }

    tasks = ic_json_get(said, "tasks");

    if (!ic_id_valid(ic_json_str(ic_json_get(said, "job_id")))
        || tasks == NULL || tasks->type != IC_JSON_OBJECT)
    {
        return reuse_refuse(fault, IC_E_invalid_config,
            ic_str("job_params.common.reuse: must have a job_id, and tasks: "
                   "a task_id for each step"));
    }

    for (task = tasks->child; task != NULL; task = task->next) {

        if (reuse_component(dag, task->key) == NULL) {
            return reuse_refuse(fault, IC_E_invalid_config,
                ic_str_fmt(arena, "job_params.common.reuse: the DAG has no "
                           "component %.*s", (int) task->key.len,
                           task->key.data));
        }

        if (!ic_id_valid(ic_json_str(task))) {
            return reuse_refuse(fault, IC_E_invalid_config,
                ic_str_fmt(arena, "job_params.common.reuse: %.*s must be a "
                           "task_id", (int) task->key.len, task->key.data));
        }
    }

    if (tasks->count == ic_json_get(dag, "components")->count) {
        return reuse_refuse(fault, IC_E_invalid_config,
            ic_str("job_params.common.reuse: no step is left to run"));
    }

    return 0;
}


static ic_job_reuse_step_t *
reuse_find(ic_job_reuse_t *reuse, ic_str_t name)
{
    unsigned  i;

    for (i = 0; i < reuse->count; i++) {
        if (ic_str_eq(reuse->steps[i].name, name)) {
            return &reuse->steps[i];
        }
    }

    return NULL;
}


static const ic_json_t *
reuse_member(const ic_json_t *object, ic_str_t name)
{
    const ic_json_t  *member;

    member = object == NULL || object->type != IC_JSON_OBJECT ? NULL
                                                         : object->child;

    while (member != NULL && !ic_str_eq(member->key, name)) {
        member = member->next;
    }

    return member;
}


static const ic_json_t *
reuse_component(const ic_json_t *dag, ic_str_t name)
{
    const ic_json_t  *list, *one;

    list = ic_json_get(dag, "components");
    one = list == NULL ? NULL : list->child;

    while (one != NULL
           && !ic_str_eq(ic_json_str(ic_json_get(one, "name")), name))
    {
        one = one->next;
    }

    return one;
}


static int
reuse_refuse(ic_job_fault_t *fault, ic_error_e error, ic_str_t detail)
{
    fault->error = detail.data == NULL ? IC_E_internal : error;
    fault->detail = detail;

    return -1;
}
