
/* Meaning of a job's configuration: roles and parameters. */


#include "../lib/ic_codec.h"
#include "ic_job_reuse.h"


static int ic_config_role(ic_arena_t *arena, const ic_json_t *list,
    const char *role, ic_job_party_t *parties, int n,
    ic_job_fault_t *fault);
static int ic_config_initiator(ic_arena_t *arena, const ic_json_t *config,
    ic_job_fault_t *fault);
static int ic_config_places(ic_arena_t *arena, const ic_json_t *dag,
    const ic_json_t *config, const ic_job_party_t *parties, int n,
    ic_job_fault_t *fault);
static int ic_config_names(ic_arena_t *arena, const ic_json_t *dag,
    const ic_json_t *params, ic_str_t place, ic_job_fault_t *fault);
static bool ic_dag_has(const ic_json_t *dag, ic_str_t name);
static int ic_config_component(ic_arena_t *arena,
    const ic_json_t *component, const ic_json_t *config,
    const ic_job_party_t *parties, int n, ic_job_fault_t *fault);
static int ic_config_party(ic_arena_t *arena, const ic_json_t *component,
    const ic_json_t *config, const ic_job_party_t *party,
    ic_job_fault_t *fault);
static int ic_config_required(ic_arena_t *arena, const ic_json_t *component,
    const ic_json_t *common, const ic_json_t *own,
    const ic_job_party_t *party, ic_job_fault_t *fault);
static const ic_json_t *ic_config_value(const ic_json_t *common,
    const ic_json_t *own, const char *name);
static int ic_config_count(ic_arena_t *arena, const ic_json_t *component,
    const ic_job_party_t *parties, int n, bool two, ic_job_fault_t *fault);
static int ic_config_tolerance(ic_arena_t *arena,
    const ic_json_t *component, const ic_json_t *common,
    const ic_job_party_t *parties, int n, ic_job_fault_t *fault);
static int ic_config_parameter(ic_arena_t *arena,
    const ic_json_t *component, const ic_param_fault_t *wrong,
    const char *place, ic_job_fault_t *fault);
static int ic_config_refuse(ic_job_fault_t *fault, ic_str_t detail);


static const char *const  ic_roles[] = { "guest", "host", "arbiter", NULL };


int
ic_config_check(ic_arena_t *arena, const ic_json_t *dag,
    const ic_json_t *config, ic_job_fault_t *fault)
{
    int               n;
    const ic_json_t  *component;
    ic_job_party_t    parties[IC_JOB_MAX_PARTIES];
    ic_job_retry_t    retry;

    n = ic_config_parties(arena, config, parties, fault);

    if (n < 0 || ic_config_initiator(arena, config, fault) != 0
        || ic_config_places(arena, dag, config, parties, n, fault) != 0
        || ic_job_retry(arena, config, &retry, fault) != 0
        || ic_job_reuse_check(arena, dag, config, fault) != 0
        || ic_job_escrow_check(arena, dag, config, (unsigned) n, fault) != 0
        || ic_job_resources_check(arena, config, fault) != 0)
    {
        return -1;
    }

    component = ic_json_get(dag, "components")->child;

    for (/* void */; component != NULL; component = component->next) {

        if (ic_config_component(arena, component, config, parties, n, fault)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


int
ic_config_parties(ic_arena_t *arena, const ic_json_t *config,
    ic_job_party_t parties[IC_JOB_MAX_PARTIES], ic_job_fault_t *fault)
{
    int               n;
    unsigned          i;
    const ic_json_t  *role, *list;

    role = ic_json_get(config, "role");

    if (role == NULL || role->type != IC_JSON_OBJECT || role->count == 0) {
        return ic_config_refuse(fault, ic_str("role: name the parties"));
    }

    n = 0;

    for (list = role->child; list != NULL; list = list->next) {

        for (i = 0; ic_roles[i] != NULL; i++) {
            if (ic_str_is(list->key, ic_roles[i])) {
                break;
            }
        }

        if (ic_roles[i] == NULL) {
            return ic_config_refuse(fault,
                ic_str_fmt(arena, "role %.*s: must be guest, host or arbiter",
                           (int) list->key.len, list->key.data));
        }

        n = ic_config_role(arena, list, ic_roles[i], parties, n, fault);
        if (n < 0) {
            return -1;
        }
    }

    return n > 0 ? n : ic_config_refuse(fault,
                                        ic_str("role: name the parties"));
}


ic_str_t
ic_job_remote(ic_arena_t *arena, const ic_job_party_t *parties, int n,
    ic_str_t self)
{
    int       i;
    ic_str_t  list;

    list = ic_str("");

    for (i = 0; i < n && list.data != NULL; i++) {

        if (ic_str_eq(parties[i].node_id, self)) {
            continue;
        }

        list = ic_str_fmt(arena, "%.*s%s%.*s", (int) list.len, list.data,
                          list.len > 0 ? " " : "",
                          (int) parties[i].node_id.len,
                          parties[i].node_id.data);
    }

    return list;
}


/* Appends the nodes of one role; the new number of parties, or -1. */
static int
ic_config_role(ic_arena_t *arena, const ic_json_t *list, const char *role,
    ic_job_party_t *parties, int n, ic_job_fault_t *fault)
{
    int               i;
    ic_str_t          id;
    unsigned          index;
    const ic_json_t  *node;

    if (list->type != IC_JSON_ARRAY) {
        return ic_config_refuse(fault,
            ic_str_fmt(arena, "role %s: must be a list of node ids", role));
    }

    for (index = 0, node = list->child; node != NULL; node = node->next) {

        id = ic_json_str(node);

        if (id.data == NULL || !ic_id_valid(id)) {
            return ic_config_refuse(fault,
                ic_str_fmt(arena, "role %s.%u: must be a node id", role,
                           index));
        }

        if (n == IC_JOB_MAX_PARTIES) {
            return ic_config_refuse(fault,
                                    ic_str("role: more than 32 parties"));
        }

        for (i = 0; i < n; i++) {
            if (ic_str_eq(parties[i].node_id, id)) {
                return ic_config_refuse(fault,
                    ic_str_fmt(arena, "role %s.%u: node %.*s has two roles",
                               role, index, (int) id.len, id.data));
            }
        }

        parties[n].role = role;
        parties[n].index = index++;
        parties[n++].node_id = id;
    }

    return n;
}


/* Need not be a party: it may only schedule. */
static int
ic_config_initiator(ic_arena_t *arena, const ic_json_t *config,
    ic_job_fault_t *fault)
{
    ic_str_t  id;

    id = ic_json_str(ic_json_path(config, "initiator/node_id"));

    if (id.data == NULL || !ic_id_valid(id)) {
        return ic_config_refuse(fault,
                                ic_str("initiator.node_id is required"));
    }

    return 0;
}


/*
 * Every place of task_params is common or a party, and names components of
 * the DAG: a parameter that nobody reads is a mistake.
 */
static int
ic_config_places(ic_arena_t *arena, const ic_json_t *dag,
    const ic_json_t *config, const ic_job_party_t *parties, int n,
    ic_job_fault_t *fault)
{
    int               i;
    ic_str_t          place;
    const ic_json_t  *role, *party;

    role = ic_json_get(config, "task_params");
    role = (role != NULL) ? role->child : NULL;

    for (/* void */; role != NULL; role = role->next) {

        if (ic_str_is(role->key, "common")) {

            if (ic_config_names(arena, dag, role, ic_str("common"), fault)
                != 0)
            {
                return -1;
            }

            continue;
        }

        for (party = role->child; party != NULL; party = party->next) {

            place = ic_str_fmt(arena, "%.*s.%.*s", (int) role->key.len,
                               role->key.data, (int) party->key.len,
                               party->key.data);

            for (i = 0; i < n; i++) {
                if (ic_str_eq(place, ic_str_fmt(arena, "%s.%u",
                                                parties[i].role,
                                                parties[i].index)))
                {
                    break;
                }
            }

            if (i == n) {
                return ic_config_refuse(fault,
                    ic_str_fmt(arena, "task_params: %.*s is no party",
                               (int) place.len, place.data));
            }

            if (ic_config_names(arena, dag, party, place, fault) != 0) {
                return -1;
            }
        }
    }

    return 0;
}


static int
ic_config_names(ic_arena_t *arena, const ic_json_t *dag,
    const ic_json_t *params, ic_str_t place, ic_job_fault_t *fault)
{
    const ic_json_t  *member;

    for (member = params->child; member != NULL; member = member->next) {

        if (!ic_dag_has(dag, member->key)) {
            return ic_config_refuse(fault,
                ic_str_fmt(arena, "task_params %.*s: the DAG has no "
                           "component %.*s", (int) place.len, place.data,
                           (int) member->key.len, member->key.data));
        }

        if (member->type != IC_JSON_OBJECT) {
            return ic_config_refuse(fault,
                ic_str_fmt(arena, "task_params %.*s: %.*s must be an object",
                           (int) place.len, place.data,
                           (int) member->key.len, member->key.data));
        }
    }

    return 0;
}


static bool
ic_dag_has(const ic_json_t *dag, ic_str_t name)
{
    const ic_json_t  *component;

    component = ic_json_get(dag, "components")->child;

    for (/* void */; component != NULL; component = component->next) {
        if (ic_str_eq(ic_json_str(ic_json_get(component, "name")), name)) {
            return true;
        }
    }

    return false;
}


static int
ic_config_component(ic_arena_t *arena, const ic_json_t *component,
    const ic_json_t *config, const ic_job_party_t *parties, int n,
    ic_job_fault_t *fault)
{
    int                    i;
    char                  *name;
    const ic_json_t       *common, *allow;
    ic_param_fault_t       wrong;
    const ic_component_t  *built_in;

    built_in = ic_component(ic_dag_component_name(component));

    if (built_in == NULL) {
        return 0;
    }

    name = ic_str_z(arena, ic_json_str(ic_json_get(component, "name")));

    if (name == NULL) {
        return ic_config_refuse(fault, ic_str(NULL));
    }

    common = ic_json_get(ic_json_path(config, "task_params/common"), name);

    if (ic_params_check(arena, built_in->params, common,
                        IC_PARAM_PARTY, NULL, &wrong)
        != 0)
    {
        return ic_config_parameter(arena, component, &wrong, "common",
                                   fault);
    }

    for (i = 0; i < n; i++) {
        if (ic_config_party(arena, component, config, &parties[i], fault)
            != 0)
        {
            return -1;
        }
    }

    allow = ic_json_get(common, "allow_two_parties");

    if (ic_config_count(arena, component, parties, n,
                        allow != NULL && allow->num, fault)
        != 0)
    {
        return -1;
    }

    return ic_config_tolerance(arena, component, common, parties, n, fault);
}


/* As many of each role as the component needs. */
static int
ic_config_count(ic_arena_t *arena, const ic_json_t *component,
    const ic_job_party_t *parties, int n, bool two, ic_job_fault_t *fault)
{
    int                    i;
    ic_str_t               name;
    unsigned               guests, arbiters, data;
    const ic_component_t  *built_in;

    guests = 0;
    arbiters = 0;

    for (i = 0; i < n; i++) {
        guests += strcmp(parties[i].role, "guest") == 0;
        arbiters += strcmp(parties[i].role, "arbiter") == 0;
    }

    data = (unsigned) n - arbiters;
    built_in = ic_component(ic_dag_component_name(component));
    name = ic_json_str(ic_json_get(component, "name"));

    if (guests != built_in->guests
        || (built_in->arbiters != IC_COMPONENT_ANY
            && arbiters != built_in->arbiters))
    {
        return ic_config_refuse(fault,
            ic_str_fmt(arena, built_in->arbiters == IC_COMPONENT_ANY
                       ? "component %.*s: needs %u guest"
                       : "component %.*s: needs %u guest and %u arbiter",
                       (int) name.len, name.data, built_in->guests,
                       built_in->arbiters));
    }

    if (data < built_in->parties && !(two && data >= 2)) {
        return ic_config_refuse(fault,
            ic_str_fmt(arena, "component %.*s: needs %u data parties, or two "
                       "with allow_two_parties", (int) name.len, name.data,
                       built_in->parties));
    }

    if (built_in->most != 0 && data > built_in->most) {
        return ic_config_refuse(fault,
            ic_str_fmt(arena, "component %.*s: is for %u data parties at "
                       "most", (int) name.len, name.data, built_in->most));
    }

    return 0;
}


/* Where parties may be lost: not everything goes with it. */
static int
ic_config_tolerance(ic_arena_t *arena, const ic_json_t *component,
    const ic_json_t *common, const ic_job_party_t *parties, int n,
    ic_job_fault_t *fault)
{
    int       i;
    ic_str_t  name, wrong;
    unsigned  data;

    for (data = 0, i = 0; i < n; i++) {
        data += strcmp(parties[i].role, "arbiter") != 0;
    }

    name = ic_json_str(ic_json_get(component, "name"));
    wrong = ic_job_tolerance_fault(arena, ic_dag_component_name(component),
                                   common, data);

    return wrong.len == 0 ? 0
           : ic_config_refuse(fault,
                 ic_str_fmt(arena, "component %.*s: %.*s", (int) name.len,
                            name.data, (int) wrong.len, wrong.data));
}


static int
ic_config_party(ic_arena_t *arena, const ic_json_t *component,
    const ic_json_t *config, const ic_job_party_t *party,
    ic_job_fault_t *fault)
{
    ic_str_t           path;
    const ic_json_t   *own, *common, *params;
    ic_param_fault_t   wrong;
    char              *name;

    name = ic_str_z(arena, ic_json_str(ic_json_get(component, "name")));
    path = ic_str_fmt(arena, "%s/%u", party->role, party->index);

    if (name == NULL || path.data == NULL) {
        return ic_config_refuse(fault, ic_str(NULL));
    }

    params = ic_json_get(config, "task_params");
    common = ic_json_get(ic_json_get(params, "common"), name);
    own = ic_json_get(ic_json_path(params, (char *) path.data), name);

    if (ic_params_check(arena,
                        ic_component(ic_dag_component_name(component))
                        ->params,
                        own, 0, NULL, &wrong)
        != 0)
    {
        path = ic_str_fmt(arena, "%s.%u", party->role, party->index);

        return ic_config_parameter(arena, component, &wrong,
                                   (char *) path.data, fault);
    }

    return ic_config_required(arena, component, common, own, party, fault);
}


static int
ic_config_required(ic_arena_t *arena, const ic_json_t *component,
    const ic_json_t *common, const ic_json_t *own,
    const ic_job_party_t *party, ic_job_fault_t *fault)
{
    ic_str_t           name;
    const ic_param_t  *param;
    ic_param_fault_t   wrong;

    if (strcmp(party->role, "arbiter") == 0) {
        return 0;
    }

    name = ic_json_str(ic_json_get(component, "name"));
    param = ic_component(ic_dag_component_name(component))->params;

    for (/* void */; param->name != NULL; param++) {

        if ((param->flags & IC_PARAM_REQ)
            && ic_config_value(common, own, param->name) == NULL)
        {
            return ic_config_refuse(fault,
                ic_str_fmt(arena, "component %.*s, %s.%u: %s is required",
                           (int) name.len, name.data, party->role,
                           party->index, param->name));
        }
    }

    if ((ic_json_get(own, "dataset_id") == NULL)
           == (ic_json_get(own, "data_sql") == NULL)
        && (ic_json_get(own, "dataset_id") != NULL
            || !ic_job_reads_table(component)))
    {
        return ic_config_refuse(fault,
            ic_str_fmt(arena, "component %.*s, %s.%u: name its data by "
                       "dataset_id or data_sql", (int) name.len, name.data,
                       party->role, party->index));
    }

    if (ic_params_columns(arena, ic_config_value(common, own, "attributes"),
                          ic_config_value(common, own, "unique_id"),
                          ic_config_value(common, own, "label_name"), &wrong)
        != 0)
    {
        name = ic_str_fmt(arena, "%s.%u", party->role, party->index);

        return ic_config_parameter(arena, component, &wrong,
                                   (char *) name.data, fault);
    }

    return 0;
}


/* A party's own goes before the common one. */
static const ic_json_t *
ic_config_value(const ic_json_t *common, const ic_json_t *own,
    const char *name)
{
    const ic_json_t  *value;

    value = ic_json_get(own, name);

    return value != NULL ? value : ic_json_get(common, name);
}


static int
ic_config_parameter(ic_arena_t *arena, const ic_json_t *component,
    const ic_param_fault_t *wrong, const char *place, ic_job_fault_t *fault)
{
    ic_str_t  name;

    name = ic_json_str(ic_json_get(component, "name"));

    return ic_config_refuse(fault,
        ic_str_fmt(arena, "component %.*s, %s: %.*s %.*s", (int) name.len,
                   name.data, place, (int) wrong->name.len, wrong->name.data,
                   (int) wrong->reason.len, wrong->reason.data));
}


static int
ic_config_refuse(ic_job_fault_t *fault, ic_str_t detail)
{
    fault->error = detail.data != NULL ? IC_E_invalid_config
                                       : IC_E_internal;
    fault->detail = detail;

    return -1;
}
