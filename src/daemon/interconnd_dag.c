
/* DAG and configuration of a job. */


#include "interconnd_dag.h"


typedef struct {
    ic_arena_t        *arena;
    interconnd_dag_t  *dag;
    ic_str_t           detail;
} interconnd_dag_reader_t;


static int interconnd_dag_parties(interconnd_dag_reader_t *reader,
    const ic_json_t *config, const char *self);
static int interconnd_dag_party(interconnd_dag_reader_t *reader,
    const ic_json_t *role, const ic_json_t *node, unsigned index,
    const char *self);
static int interconnd_dag_steps(interconnd_dag_reader_t *reader,
    const ic_json_t *components);
static int interconnd_dag_inputs(interconnd_dag_reader_t *reader,
    interconnd_step_t *step, const ic_json_t *inputs,
    const ic_json_t *after);
static int interconnd_dag_after(interconnd_dag_reader_t *reader,
    interconnd_step_t *step, const ic_json_t *after);
static void interconnd_dag_reuse(interconnd_dag_t *dag,
    const ic_json_t *config);
static void interconnd_dag_tolerance(interconnd_dag_t *dag,
    const ic_json_t *config);
static int interconnd_dag_find(const interconnd_dag_t *dag, ic_str_t name);
static int interconnd_dag_acyclic(interconnd_dag_reader_t *reader);
static int interconnd_dag_fail(interconnd_dag_reader_t *reader,
    const char *reason, ic_str_t what);


interconnd_dag_t *
interconnd_dag_parse(ic_arena_t *arena, ic_str_t dag, ic_str_t config,
    const char *self, const char **error, ic_str_t *detail)
{
    ic_json_t                *root, *set;
    ic_job_fault_t            fault;
    interconnd_dag_reader_t   reader;

    reader.arena = arena;
    reader.detail = ic_str("");
    reader.dag = ic_zalloc(arena, sizeof(interconnd_dag_t));

    *error = "internal";

    if (reader.dag == NULL) {
        *detail = ic_str("memory is short");
        return NULL;
    }

    set = ic_json_parse(arena, config, &reader.detail);

    if (set == NULL || interconnd_dag_parties(&reader, set, self) != 0) {
        *error = "invalid_config";
        *detail = reader.detail;
        return NULL;
    }

    if (ic_job_retry(arena, set, &reader.dag->retry, &fault) != 0) {
        *error = "invalid_config";
        *detail = fault.detail;
        return NULL;
    }

    root = ic_json_parse(arena, dag, &reader.detail);

    if (root == NULL
        || interconnd_dag_steps(&reader, ic_json_get(root, "components")) != 0
        || interconnd_dag_acyclic(&reader) != 0)
    {
        *error = "invalid_dag";
        *detail = reader.detail;
        return NULL;
    }

    interconnd_dag_reuse(reader.dag, set);
    interconnd_dag_tolerance(reader.dag, set);

    return reader.dag;
}


/* The parties have approved that their outputs of these steps stand. */
static void
interconnd_dag_reuse(interconnd_dag_t *dag, const ic_json_t *config)
{
    int               i;
    const ic_json_t  *task;

    task = ic_json_path(config, "job_params/common/reuse/tasks");
    task = task == NULL || task->type != IC_JSON_OBJECT ? NULL : task->child;

    for (/* void */; task != NULL; task = task->next) {
        i = interconnd_dag_find(dag, task->key);

        if (i != -1 && ic_json_str(task).len > 0) {
            dag->steps[i].reused = true;
        }
    }
}


static void
interconnd_dag_tolerance(interconnd_dag_t *dag, const ic_json_t *config)
{
    unsigned            i;
    interconnd_step_t  *step;
    const ic_json_t    *common;

    common = ic_json_path(config, "task_params/common");

    for (i = 0; i < dag->nsteps; i++) {
        step = &dag->steps[i];
        step->tolerated = ic_job_tolerance(
                              ic_str(step->component != NULL
                                     ? step->component : step->name),
                              ic_json_get(common, step->name),
                              &step->lost_role);
    }
}


static int
interconnd_dag_parties(interconnd_dag_reader_t *reader,
    const ic_json_t *config, const char *self)
{
    unsigned          n, index;
    const ic_json_t  *roles, *role, *node;

    roles = ic_json_get(config, "role");

    if (roles == NULL || roles->type != IC_JSON_OBJECT) {
        return interconnd_dag_fail(reader, "is not an object", ic_str("role"));
    }

    n = 0;

    for (role = roles->child; role != NULL; role = role->next) {
        if (role->type != IC_JSON_ARRAY) {
            return interconnd_dag_fail(reader, "is not a list", role->key);
        }

        n += role->count;
    }

    if (n == 0) {
        return interconnd_dag_fail(reader, "names nobody", ic_str("role"));
    }

    reader->dag->parties = ic_zalloc(reader->arena,
                                     n * sizeof(interconnd_party_t));
    if (reader->dag->parties == NULL) {
        return interconnd_dag_fail(reader, "memory is short", ic_str(""));
    }

    for (role = roles->child; role != NULL; role = role->next) {
        index = 0;

        for (node = role->child; node != NULL; node = node->next) {
            if (interconnd_dag_party(reader, role, node, index++, self) != 0) {
                return -1;
            }
        }
    }

    return 0;
}


static int
interconnd_dag_party(interconnd_dag_reader_t *reader, const ic_json_t *role,
    const ic_json_t *node, unsigned index, const char *self)
{
    unsigned             i;
    ic_str_t             node_id;
    interconnd_dag_t    *dag;
    interconnd_party_t  *party;

    dag = reader->dag;
    node_id = ic_json_str(node);

    if (node_id.len == 0) {
        return interconnd_dag_fail(reader, "has a member that is no node id",
                                   role->key);
    }

    for (i = 0; i < dag->nparties; i++) {
        if (ic_str_is(node_id, dag->parties[i].node_id)) {
            return interconnd_dag_fail(reader, "has two roles", node_id);
        }
    }

    party = &dag->parties[dag->nparties];

    party->role = ic_str_z(reader->arena, role->key);
    party->node_id = ic_str_z(reader->arena, node_id);
    party->name = (char *) ic_str_fmt(reader->arena, "%.*s.%u",
                               (int) role->key.len, role->key.data,
                               index).data;

    if (party->role == NULL || party->node_id == NULL || party->name == NULL) {
        return interconnd_dag_fail(reader, "memory is short", ic_str(""));
    }

    party->self = strcmp(party->node_id, self) == 0;
    dag->nparties++;

    return 0;
}


static int
interconnd_dag_steps(interconnd_dag_reader_t *reader,
    const ic_json_t *components)
{
    unsigned            i;
    ic_str_t            name;
    interconnd_dag_t   *dag;
    const ic_json_t    *node;
    interconnd_step_t  *step;

    dag = reader->dag;

    if (components == NULL || components->type != IC_JSON_ARRAY
        || components->count == 0)
    {
        return interconnd_dag_fail(reader, "is not a list with members",
                                   ic_str("components"));
    }

    dag->steps = ic_zalloc(reader->arena,
                           components->count * sizeof(interconnd_step_t));
    if (dag->steps == NULL) {
        return interconnd_dag_fail(reader, "memory is short", ic_str(""));
    }

    /* all names before the first input: producers may stand behind */
    for (node = components->child; node != NULL; node = node->next) {
        step = &dag->steps[dag->nsteps];
        name = ic_json_str(ic_json_get(node, "name"));

        if (name.len == 0 || interconnd_dag_find(dag, name) != -1) {
            return interconnd_dag_fail(reader, "is no unique name", name);
        }

        step->name = ic_str_z(reader->arena, name);
        step->component = ic_str_z(reader->arena,
                     ic_json_str(ic_json_get(node, "componentName")));

        if (step->name == NULL) {
            return interconnd_dag_fail(reader, "memory is short", name);
        }

        dag->nsteps++;
    }

    for (i = 0, node = components->child; node != NULL; node = node->next) {
        if (interconnd_dag_inputs(reader, &dag->steps[i++],
                                  ic_json_get(node, "input"),
                                  ic_json_get(node, "after"))
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
interconnd_dag_inputs(interconnd_dag_reader_t *reader,
    interconnd_step_t *step, const ic_json_t *inputs,
    const ic_json_t *after)
{
    int               producer;
    size_t            n;
    u_char           *dot;
    ic_str_t          key;
    const ic_json_t  *input;

    n = 1 + (inputs == NULL ? 0 : inputs->count)
        + (after == NULL ? 0 : after->count);

    step->inputs = ic_alloc(reader->arena, n * sizeof(unsigned));
    if (step->inputs == NULL) {
        return interconnd_dag_fail(reader, "memory is short", ic_str(""));
    }

    input = inputs == NULL || inputs->type != IC_JSON_ARRAY ? NULL
                                                       : inputs->child;

    for (/* void */; input != NULL; input = input->next) {
        key = ic_json_str(ic_json_get(input, "key"));
        dot = key.len > 0 ? memrchr(key.data, '.', key.len) : NULL;

        /* a key without a producer is data of the party's own */
        if (dot == NULL) {
            continue;
        }

        producer = interconnd_dag_find(reader->dag,
                                       ic_str_n(key.data, dot - key.data));
        if (producer == -1) {
            return interconnd_dag_fail(reader, "names no component", key);
        }

        step->inputs[step->ninputs++] = (unsigned) producer;
    }

    return interconnd_dag_after(reader, step, after);
}


/* There is room for them behind the producers. */
static int
interconnd_dag_after(interconnd_dag_reader_t *reader,
    interconnd_step_t *step, const ic_json_t *after)
{
    int               before;
    const ic_json_t  *name;

    name = after == NULL || after->type != IC_JSON_ARRAY ? NULL
                                                     : after->child;

    for (/* void */; name != NULL; name = name->next) {
        before = interconnd_dag_find(reader->dag, ic_json_str(name));

        if (before == -1) {
            return interconnd_dag_fail(reader, "names no component",
                                       ic_json_str(name));
        }

        step->inputs[step->ninputs++] = (unsigned) before;
    }

    return 0;
}


static int
interconnd_dag_find(const interconnd_dag_t *dag, ic_str_t name)
{
    unsigned  i;

    for (i = 0; i < dag->nsteps; i++) {
        if (ic_str_is(name, dag->steps[i].name)) {
            return (int) i;
        }
    }

    return -1;
}


/* As many rounds of "done if all inputs are done" as there are steps. */
static int
interconnd_dag_acyclic(interconnd_dag_reader_t *reader)
{
    u_char            *done;
    unsigned           i, k, ready, changed;
    interconnd_dag_t  *dag;

    dag = reader->dag;

    done = ic_zalloc(reader->arena, dag->nsteps);
    if (done == NULL) {
        return interconnd_dag_fail(reader, "memory is short", ic_str(""));
    }

    do {
        changed = 0;

        for (i = 0; i < dag->nsteps; i++) {
            ready = !done[i];

            for (k = 0; k < dag->steps[i].ninputs; k++) {
                ready = ready && done[dag->steps[i].inputs[k]];
            }

            if (ready) {
                done[i] = 1;
                changed = 1;
            }
        }

    } while (changed);

    for (i = 0; i < dag->nsteps; i++) {
        if (!done[i]) {
            return interconnd_dag_fail(reader, "waits for itself",
                                       ic_str(dag->steps[i].name));
        }
    }

    return 0;
}


static int
interconnd_dag_fail(interconnd_dag_reader_t *reader, const char *reason,
    ic_str_t what)
{
    reader->detail = ic_str_fmt(reader->arena, "%.*s %s", (int) what.len,
                                what.len > 0 ? (char *) what.data : "",
                                reason);
    return -1;
}
