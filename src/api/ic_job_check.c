
/* Meaning of DAGs. Configurations: ic_job_config.c. */


#include <stdlib.h>

#include "ic_job_check.h"


typedef struct {
    const ic_json_t  *node;
    ic_str_t          name;
    unsigned          waits;     /* inputs whose producer is not done */
    unsigned          done:1;
} ic_dag_step_t;


static void ic_dag_out_component(ic_json_out_t *out,
    const ic_json_t *component);
static int ic_dag_steps(ic_arena_t *arena, const ic_json_t *dag,
    ic_dag_step_t *steps, ic_job_fault_t *fault);
static int ic_dag_step(ic_arena_t *arena, const ic_json_t *node,
    ic_dag_step_t *step, ic_job_fault_t *fault);
static int ic_dag_inputs(ic_arena_t *arena, ic_dag_step_t *steps, unsigned n,
    unsigned k, ic_job_fault_t *fault);
static int ic_dag_after(ic_arena_t *arena, ic_dag_step_t *steps, unsigned n,
    unsigned k, ic_job_fault_t *fault);
static ic_dag_step_t *ic_dag_find(ic_dag_step_t *steps, unsigned n,
    ic_str_t name);
static ic_dag_step_t *ic_dag_producer(ic_dag_step_t *steps, unsigned n,
    ic_str_t key, ic_str_t *output);
static bool ic_dag_has_output(const ic_json_t *component, ic_str_t key);
static int ic_dag_order(ic_arena_t *arena, ic_dag_step_t *steps, unsigned n,
    ic_job_fault_t *fault);
static void ic_dag_finish(ic_dag_step_t *steps, unsigned n, unsigned k);
static bool ic_step_name_valid(ic_str_t name);
static int ic_dag_refuse(ic_job_fault_t *fault, ic_str_t detail);


ic_str_t
ic_dag_component_name(const ic_json_t *component)
{
    size_t    i;
    ic_str_t  name;

    static const char *const  names[] = {
        "componentName", "module_name", "code"
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {

        name = ic_json_str(ic_json_get(component, names[i]));

        if (name.len > 0) {
            return name;
        }
    }

    return ic_str(NULL);
}


ic_str_t
ic_dag_text(ic_arena_t *arena, const ic_json_t *dag)
{
    ic_json_out_t     out;
    const ic_json_t  *member, *component;

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);

    for (member = dag->child; member != NULL; member = member->next) {

        ic_out_key(&out, member->key);

        if (!ic_str_is(member->key, "components")
            || member->type != IC_JSON_ARRAY)
        {
            ic_out_node(&out, NULL, member);
            continue;
        }

        ic_out_array(&out, NULL);

        for (component = member->child; component != NULL;
             component = component->next)
        {
            ic_dag_out_component(&out, component);
        }

        ic_out_array_end(&out);
    }

    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static void
ic_dag_out_component(ic_json_out_t *out, const ic_json_t *component)
{
    const ic_json_t  *member;

    ic_out_object(out, NULL);

    for (member = component->child; member != NULL; member = member->next) {
        ic_out_key(out, member->key);
        ic_out_node(out, NULL, member);
    }

    if (ic_json_get(component, "componentName") == NULL) {
        ic_out_str(out, "componentName", ic_dag_component_name(component));
    }

    ic_out_object_end(out);
}


ic_str_t
ic_dag_installed(ic_arena_t *arena, const ic_json_t *dag)
{
    ic_str_t          names, name;
    const ic_json_t  *component;

    names = ic_str_n("", 0);
    component = ic_json_get(dag, "components");
    component = (component != NULL) ? component->child : NULL;

    for (/* void */; component != NULL; component = component->next) {

        name = ic_dag_component_name(component);

        if (ic_component(name) == NULL) {
            names = ic_str_fmt(arena, "%.*s%s%.*s", (int) names.len,
                               names.data, (names.len > 0) ? " " : "",
                               (int) name.len, name.data);
        }
    }

    return names;
}


int
ic_dag_check(ic_arena_t *arena, const ic_json_t *dag, ic_job_fault_t *fault)
{
    unsigned        i, n;
    ic_dag_step_t  *steps;

    steps = ic_zalloc(arena, IC_JOB_MAX_COMPONENTS * sizeof(ic_dag_step_t));

    if (steps == NULL) {
        return ic_dag_refuse(fault, ic_str(NULL));
    }

    if (ic_dag_steps(arena, dag, steps, fault) != 0) {
        return -1;
    }

    n = ic_json_get(dag, "components")->count;

    for (i = 0; i < n; i++) {
        if (ic_dag_inputs(arena, steps, n, i, fault) != 0
            || ic_dag_after(arena, steps, n, i, fault) != 0)
        {
            return -1;
        }
    }

    return ic_dag_order(arena, steps, n, fault);
}


static int
ic_dag_steps(ic_arena_t *arena, const ic_json_t *dag, ic_dag_step_t *steps,
    ic_job_fault_t *fault)
{
    unsigned          i, n;
    const ic_json_t  *list, *node;

    list = ic_json_get(dag, "components");

    if (list == NULL || list->type != IC_JSON_ARRAY || list->count == 0) {
        return ic_dag_refuse(fault, ic_str("components: name at least one"));
    }

    if (list->count > IC_JOB_MAX_COMPONENTS) {
        return ic_dag_refuse(fault, ic_str("components: more than 128"));
    }

    for (n = 0, node = list->child; node != NULL; node = node->next, n++) {

        if (ic_dag_step(arena, node, &steps[n], fault) != 0) {
            return -1;
        }

        for (i = 0; i < n; i++) {
            if (ic_str_eq(steps[i].name, steps[n].name)) {
                return ic_dag_refuse(fault,
                    ic_str_fmt(arena, "component %.*s: the name occurs twice",
                               (int) steps[n].name.len, steps[n].name.data));
            }
        }
    }

    return 0;
}


static int
ic_dag_step(ic_arena_t *arena, const ic_json_t *node, ic_dag_step_t *step,
    ic_job_fault_t *fault)
{
    ic_str_t  component;

    step->node = node;
    step->name = ic_json_str(ic_json_get(node, "name"));

    if (!ic_step_name_valid(step->name)) {
        return ic_dag_refuse(fault, ic_str("components: every one needs a "
                             "name of letters, digits, _ and -, at most "
                             "64"));
    }

    component = ic_dag_component_name(node);

    if (component.len == 0) {
        return ic_dag_refuse(fault,
            ic_str_fmt(arena, "component %.*s: componentName is required",
                       (int) step->name.len, step->name.data));
    }

    return 0;
}


static int
ic_dag_inputs(ic_arena_t *arena, ic_dag_step_t *steps, unsigned n,
    unsigned k, ic_job_fault_t *fault)
{
    ic_str_t          key, output;
    ic_dag_step_t    *producer;
    const ic_json_t  *input;

    input = ic_json_get(steps[k].node, "input");
    input = (input != NULL) ? input->child : NULL;

    for (/* void */; input != NULL; input = input->next) {

        key = ic_json_str(ic_json_get(input, "key"));
        producer = ic_dag_producer(steps, n, key, &output);

        if (producer == NULL || !ic_dag_has_output(producer->node, output)) {
            return ic_dag_refuse(fault,
                ic_str_fmt(arena, "component %.*s: no component makes its "
                           "input \"%.*s\"", (int) steps[k].name.len,
                           steps[k].name.data, (int) key.len, key.data));
        }

        steps[k].waits++;
    }

    return 0;
}


/* Steps to wait for without reading what they make. */
static int
ic_dag_after(ic_arena_t *arena, ic_dag_step_t *steps, unsigned n,
    unsigned k, ic_job_fault_t *fault)
{
    ic_str_t          name;
    const ic_json_t  *after;

    after = ic_json_get(steps[k].node, "after");

    if (after != NULL && after->type != IC_JSON_ARRAY) {
        return ic_dag_refuse(fault,
            ic_str_fmt(arena, "component %.*s: after must be a list of "
                       "names", (int) steps[k].name.len,
                       steps[k].name.data));
    }

    after = (after != NULL) ? after->child : NULL;

    for (/* void */; after != NULL; after = after->next) {

        name = ic_json_str(after);

        if (ic_dag_find(steps, n, name) == NULL) {
            return ic_dag_refuse(fault,
                ic_str_fmt(arena, "component %.*s: there is no component "
                           "\"%.*s\" for it to run after",
                           (int) steps[k].name.len, steps[k].name.data,
                           (int) name.len, name.data));
        }

        steps[k].waits++;
    }

    return 0;
}


/* "<producer>.<output>"; NULL if there is no such producer. */
static ic_dag_step_t *
ic_dag_producer(ic_dag_step_t *steps, unsigned n, ic_str_t key,
    ic_str_t *output)
{
    u_char    *dot;
    ic_str_t   name;

    dot = key.len > 0 ? memchr(key.data, '.', key.len) : NULL;

    if (dot == NULL) {
        return NULL;
    }

    name = ic_str_n(key.data, (size_t) (dot - key.data));
    *output = ic_str_n(dot + 1, key.len - name.len - 1);

    return ic_dag_find(steps, n, name);
}


static ic_dag_step_t *
ic_dag_find(ic_dag_step_t *steps, unsigned n, ic_str_t name)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        if (ic_str_eq(steps[i].name, name)) {
            return &steps[i];
        }
    }

    return NULL;
}


static bool
ic_dag_has_output(const ic_json_t *component, ic_str_t key)
{
    const ic_json_t  *output;

    output = ic_json_get(component, "output");
    output = (output != NULL) ? output->child : NULL;

    for (/* void */; output != NULL; output = output->next) {
        if (ic_str_eq(ic_json_str(ic_json_get(output, "key")), key)) {
            return true;
        }
    }

    return false;
}


/* Finishes steps that wait for nothing until none is left. */
static int
ic_dag_order(ic_arena_t *arena, ic_dag_step_t *steps, unsigned n,
    ic_job_fault_t *fault)
{
    unsigned  i, left;

    for (left = n; left > 0; left--) {

        for (i = 0; i < n && (steps[i].done || steps[i].waits > 0); i++) {
            /* void */
        }

        if (i == n) {
            break;
        }

        ic_dag_finish(steps, n, i);
    }

    for (i = 0; i < n; i++) {
        if (!steps[i].done) {
            return ic_dag_refuse(fault,
                ic_str_fmt(arena, "component %.*s: waits for itself through "
                           "its inputs or after", (int) steps[i].name.len,
                           steps[i].name.data));
        }
    }

    return 0;
}


static void
ic_dag_finish(ic_dag_step_t *steps, unsigned n, unsigned k)
{
    unsigned          i;
    ic_str_t          output;
    const ic_json_t  *input;

    steps[k].done = 1;

    for (i = 0; i < n; i++) {

        input = ic_json_get(steps[i].node, "input");
        input = (input != NULL) ? input->child : NULL;

        for (/* void */; input != NULL; input = input->next) {

            if (ic_dag_producer(steps, n,
                                ic_json_str(ic_json_get(input, "key")),
                                &output)
                == &steps[k])
            {
                steps[i].waits--;
            }
        }

        input = ic_json_get(steps[i].node, "after");
        input = (input != NULL) ? input->child : NULL;

        for (/* void */; input != NULL; input = input->next) {
            steps[i].waits -= ic_str_eq(ic_json_str(input), steps[k].name);
        }
    }
}


static bool
ic_step_name_valid(ic_str_t name)
{
    u_char  c;
    size_t  i;

    for (i = 0; i < name.len; i++) {
        c = name.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || c == '_' || c == '-'))
        {
            return false;
        }
    }

    return name.len > 0 && name.len <= 64;
}


static int
ic_dag_refuse(ic_job_fault_t *fault, ic_str_t detail)
{
    fault->error = detail.data != NULL ? IC_E_invalid_dag : IC_E_internal;
    fault->detail = detail;

    return -1;
}
