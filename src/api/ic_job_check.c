
/* Meaning of DAGs. Configurations: ic_job_config.c. */


#include <stdlib.h>

#include "ic_job_check.h"


static void ic_dag_out_component(ic_json_out_t *out,
    const ic_json_t *component);
static int ic_dag_steps(ic_arena_t *arena, const ic_json_t *dag,
    ic_job_fault_t *fault);
static int ic_dag_step(ic_arena_t *arena, const ic_json_t *node,
    ic_job_fault_t *fault);
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
    return ic_dag_steps(arena, dag, fault) == 0
           && ic_dag_edges(arena, dag, fault) == 0
           ? 0 : -1;
}


static int
ic_dag_steps(ic_arena_t *arena, const ic_json_t *dag, ic_job_fault_t *fault)
{
    ic_str_t          name;
    const ic_json_t  *list, *node, *other;

    list = ic_json_get(dag, "components");

    if (list == NULL || list->type != IC_JSON_ARRAY || list->count == 0) {
        return ic_dag_refuse(fault, ic_str("components: name at least one"));
    }

    if (list->count > IC_JOB_MAX_COMPONENTS) {
        return ic_dag_refuse(fault, ic_str("components: more than 128"));
    }

    for (node = list->child; node != NULL; node = node->next) {

        if (ic_dag_step(arena, node, fault) != 0) {
            return -1;
        }

        name = ic_json_str(ic_json_get(node, "name"));

        for (other = list->child; other != node; other = other->next) {
            if (ic_str_eq(ic_json_str(ic_json_get(other, "name")), name)) {
                return ic_dag_refuse(fault,
                    ic_str_fmt(arena, "component %.*s: the name occurs twice",
                               (int) name.len, name.data));
            }
        }
    }

    return 0;
}


static int
ic_dag_step(ic_arena_t *arena, const ic_json_t *node, ic_job_fault_t *fault)
{
    ic_str_t  name, component;

    name = ic_json_str(ic_json_get(node, "name"));

    if (!ic_step_name_valid(name)) {
        return ic_dag_refuse(fault, ic_str("components: every one needs a "
                             "name of letters, digits, _ and -, at most "
                             "64"));
    }

    component = ic_dag_component_name(node);

    if (component.len == 0) {
        return ic_dag_refuse(fault,
            ic_str_fmt(arena, "component %.*s: componentName is required",
                       (int) name.len, name.data));
    }

    return 0;
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
