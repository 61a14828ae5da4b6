
/*
 * What the steps of a DAG wait for: data or models of others, by an input
 * "<producer>.<output>", and others as such, by "after".
 */


#include <string.h>

#include "../lib/ic_codec.h"
#include "ic_job_check.h"


#define IC_DAG_NOBODY  IC_JOB_MAX_COMPONENTS


/* A step; waits[k][i]: k does for i. */
typedef struct {
    const ic_json_t  *node;
    ic_str_t          name;
    unsigned          done:1;
    unsigned          passed:1;
} ic_dag_node_t;

typedef struct {
    ic_arena_t       *arena;
    ic_job_fault_t   *fault;
    unsigned          count;
    ic_dag_node_t     nodes[IC_JOB_MAX_COMPONENTS];
    u_char            waits[IC_JOB_MAX_COMPONENTS][IC_JOB_MAX_COMPONENTS];
} ic_dag_graph_t;


static int dag_inputs(ic_dag_graph_t *graph, unsigned k);
static int dag_input(ic_dag_graph_t *graph, unsigned k,
    const ic_json_t *input);
static int dag_kind(ic_dag_graph_t *graph, unsigned k,
    const ic_json_t *input, const ic_json_t *output);
static int dag_after(ic_dag_graph_t *graph, unsigned k);
static unsigned dag_find(const ic_dag_graph_t *graph, ic_str_t name);
static const ic_json_t *dag_output(const ic_json_t *component, ic_str_t key);
static int dag_order(ic_dag_graph_t *graph);
static int dag_circle(ic_dag_graph_t *graph, unsigned k);
static unsigned dag_next(const ic_dag_graph_t *graph, unsigned k);
static int dag_refuse(ic_dag_graph_t *graph, unsigned k, const char *what,
    ic_str_t other, const char *rest);


int
ic_dag_edges(ic_arena_t *arena, const ic_json_t *dag, ic_job_fault_t *fault)
{
    unsigned          k;
    ic_dag_graph_t   *graph;
    const ic_json_t  *node;

    graph = ic_zalloc(arena, sizeof(ic_dag_graph_t));

    if (graph == NULL) {
        fault->error = IC_E_internal;
        fault->detail = ic_str(NULL);
        return -1;
    }

    graph->arena = arena;
    graph->fault = fault;

    node = ic_json_get(dag, "components")->child;

    for (/* void */; node != NULL; node = node->next) {
        graph->nodes[graph->count].node = node;
        graph->nodes[graph->count++].name =
                                        ic_json_str(ic_json_get(node, "name"));
    }

    for (k = 0; k < graph->count; k++) {
        if (dag_inputs(graph, k) != 0 || dag_after(graph, k) != 0) {
            return -1;
        }
    }

    return dag_order(graph);
}


static int
dag_inputs(ic_dag_graph_t *graph, unsigned k)
{
    const ic_json_t  *input, *other;

    input = ic_json_get(graph->nodes[k].node, "input");
    input = (input != NULL) ? input->child : NULL;

    for (/* void */; input != NULL; input = input->next) {

        if (dag_input(graph, k, input) != 0) {
            return -1;
        }

        for (other = input->next; other != NULL; other = other->next) {
            if (ic_json_same(ic_json_get(input, "key"),
                             ic_json_get(other, "key"))
                && ic_json_same(ic_json_get(input, "type"),
                                ic_json_get(other, "type")))
            {
                return dag_refuse(graph, k, "reads \"",
                                  ic_json_str(ic_json_get(input, "key")),
                                  "\" twice");
            }
        }
    }

    return 0;
}


static int
dag_input(ic_dag_graph_t *graph, unsigned k, const ic_json_t *input)
{
    u_char           *dot;
    ic_str_t          key;
    unsigned          i;
    const ic_json_t  *output;

    key = ic_json_str(ic_json_get(input, "key"));
    dot = key.len > 0 ? memchr(key.data, '.', key.len) : NULL;

    i = dot == NULL ? IC_DAG_NOBODY
        : dag_find(graph, ic_str_n(key.data, (size_t) (dot - key.data)));

    if (i == IC_DAG_NOBODY) {
        return dag_refuse(graph, k, "no component makes its input \"", key,
                          "\"");
    }

    if (i == k) {
        return dag_refuse(graph, k, "reads its own output \"", key, "\"");
    }

    output = dag_output(graph->nodes[i].node,
                        ic_str_n(dot + 1,
                                 key.len - (size_t) (dot + 1 - key.data)));
    if (output == NULL) {
        return dag_refuse(graph, k, "no component makes its input \"", key,
                          "\": that one has no such output");
    }

    graph->waits[k][i] = 1;

    return dag_kind(graph, k, input, output);
}


/* A model is no data, a report no model; and the reader must have a port. */
static int
dag_kind(ic_dag_graph_t *graph, unsigned k, const ic_json_t *input,
    const ic_json_t *output)
{
    ic_str_t  wanted, made;

    wanted = ic_json_str(ic_json_get(input, "type"));
    made = ic_json_str(ic_json_get(output, "type"));

    /* where the other one is not said, it is what a party calls its input */

    if (wanted.len > 0 && !ic_id_valid(wanted)) {
        return dag_refuse(graph, k, "its input \"",
                          ic_json_str(ic_json_get(input, "key")),
                          "\" has a type that is no id");
    }

    if (wanted.len == 0 || made.len == 0
        || ic_job_port_fits(ic_dag_component_name(graph->nodes[k].node),
                            wanted, made))
    {
        return 0;
    }

    return dag_refuse(graph, k, "its input \"",
                      ic_json_str(ic_json_get(input, "key")),
                      ic_str_is(wanted, "model") == ic_str_is(made, "model")
                      ? "\" is of a type that it does not read"
                      : ic_str_is(made, "model") ? "\" is a model, no data"
                                                 : "\" is no model");
}


static int
dag_after(ic_dag_graph_t *graph, unsigned k)
{
    unsigned          i;
    ic_str_t          name;
    const ic_json_t  *after, *other;

    after = ic_json_get(graph->nodes[k].node, "after");

    if (after != NULL && after->type != IC_JSON_ARRAY) {
        return dag_refuse(graph, k, "after must be a list of names",
                          ic_str(""), "");
    }

    after = (after != NULL) ? after->child : NULL;

    for (/* void */; after != NULL; after = after->next) {

        name = ic_json_str(after);
        i = dag_find(graph, name);

        if (i == IC_DAG_NOBODY) {
            return dag_refuse(graph, k, "there is no component \"", name,
                              "\" for it to run after");
        }

        if (i == k) {
            return dag_refuse(graph, k, "runs after itself, \"", name, "\"");
        }

        for (other = after->next; other != NULL; other = other->next) {
            if (ic_str_eq(ic_json_str(other), name)) {
                return dag_refuse(graph, k, "runs after \"", name,
                                  "\" twice");
            }
        }

        graph->waits[k][i] = 1;
    }

    return 0;
}


static unsigned
dag_find(const ic_dag_graph_t *graph, ic_str_t name)
{
    unsigned  i;

    for (i = 0; i < graph->count; i++) {
        if (ic_str_eq(graph->nodes[i].name, name)) {
            return i;
        }
    }

    return IC_DAG_NOBODY;
}


static const ic_json_t *
dag_output(const ic_json_t *component, ic_str_t key)
{
    const ic_json_t  *output;

    output = ic_json_get(component, "output");
    output = (output != NULL) ? output->child : NULL;

    while (output != NULL
           && !ic_str_eq(ic_json_str(ic_json_get(output, "key")), key))
    {
        output = output->next;
    }

    return output;
}


/* Whoever waits for nobody is done, until nobody is left. */
static int
dag_order(ic_dag_graph_t *graph)
{
    bool      more;
    unsigned  i;

    do {
        more = false;

        for (i = 0; i < graph->count; i++) {

            if (!graph->nodes[i].done
                && dag_next(graph, i) == IC_DAG_NOBODY)
            {
                graph->nodes[i].done = 1;
                more = true;
            }
        }

    } while (more);

    for (i = 0; i < graph->count; i++) {
        if (!graph->nodes[i].done) {
            return dag_circle(graph, i);
        }
    }

    return 0;
}


/* Whom it waits for waits for somebody too: so on until one comes again. */
static int
dag_circle(ic_dag_graph_t *graph, unsigned k)
{
    ic_str_t  path;
    unsigned  first;

    while (!graph->nodes[k].passed) {
        graph->nodes[k].passed = 1;
        k = dag_next(graph, k);
    }

    first = k;
    path = graph->nodes[k].name;

    do {
        k = dag_next(graph, k);
        path = ic_str_fmt(graph->arena, "%.*s -> %.*s", (int) path.len,
                          path.data, (int) graph->nodes[k].name.len,
                          graph->nodes[k].name.data);

    } while (k != first && path.data != NULL);

    return dag_refuse(graph, first, "waits for itself: ", path, "");
}


/* One that is not done and that k waits for. */
static unsigned
dag_next(const ic_dag_graph_t *graph, unsigned k)
{
    unsigned  i;

    for (i = 0; i < graph->count; i++) {
        if (graph->waits[k][i] && !graph->nodes[i].done) {
            return i;
        }
    }

    return IC_DAG_NOBODY;
}


static int
dag_refuse(ic_dag_graph_t *graph, unsigned k, const char *what,
    ic_str_t other, const char *rest)
{
    ic_dag_node_t   *node;
    ic_job_fault_t  *fault;

    node = &graph->nodes[k];
    fault = graph->fault;

    fault->detail = ic_str_fmt(graph->arena, "component %.*s: %s%.*s%s",
                               (int) node->name.len, node->name.data, what,
                               (int) other.len, other.data, rest);
    fault->error = fault->detail.data != NULL ? IC_E_invalid_dag
                                              : IC_E_internal;
    return -1;
}
