
/* Writing what built-in components say of themselves. */


#include "ic_component.h"


#define COMPONENT_RELEASED  "1795219200000"      /* epoch ms */


static ic_str_t component_json(ic_arena_t *arena,
    const ic_component_t *component,
    void (*put)(ic_json_out_t *out, const ic_component_t *component));
static void component_put_inputs(ic_json_out_t *out,
    const ic_component_t *component);
static void component_put_outputs(ic_json_out_t *out,
    const ic_component_t *component);
static void component_put_security(ic_json_out_t *out,
    const ic_component_t *component);
static void component_put_tolerance(ic_json_out_t *out,
    const ic_component_tolerance_t *tolerance);
static void component_put_results(ic_json_out_t *out,
    const ic_component_t *component);
static void component_put_roles(ic_json_out_t *out,
    const ic_component_t *component);
static void component_put_tasks(ic_json_out_t *out,
    const ic_component_t *component);
static void component_put_storage(ic_json_out_t *out,
    const ic_component_t *component);
static void component_put_names(ic_json_out_t *out,
    const char *const *names);
static void component_put_ports(ic_json_out_t *out,
    const ic_component_port_t *port);
static void component_put_params(ic_json_out_t *out,
    const ic_param_t *table);
static void component_put_param(ic_json_out_t *out, const ic_param_t *param);
static void component_put_choices(ic_json_out_t *out,
    const ic_param_t *param);
static void component_put_validator(ic_json_out_t *out,
    const ic_param_t *param);


static const struct {
    const char  *type;
    const char  *ui;
} component_types[] = {
    [IC_PARAM_INT] = { "integer", "input" },
    [IC_PARAM_NUM] = { "float", "input" },
    [IC_PARAM_BOOL] = { "boolean", "switch" },
    [IC_PARAM_CHOICE] = { "string", "select" },
    [IC_PARAM_COLUMN] = { "string", "input" },
    [IC_PARAM_COLUMNS] = { "array", "input" },
    [IC_PARAM_VALUE] = { "string", "input" },
    [IC_PARAM_NUMBERS] = { "array", "input" },
    [IC_PARAM_TEXTS] = { "array", "input" },
    [IC_PARAM_PARTIES] = { "string", "input" },
    [IC_PARAM_PROGRAM] = { "string", "input" },
    [IC_PARAM_ID] = { "string", "input" },
    [IC_PARAM_SQL] = { "string", "input" },
    [IC_PARAM_GROUP] = { "object", "group" }
};

static const struct {
    const char  *code;
    const char  *message;
} component_results[] = {
    { "00000000", "成功" },
    { "99999999", "算法执行失败" }
};

/* Members of a record that are lists. */
static const struct {
    const char   *name;
    void        (*put)(ic_json_out_t *out, const ic_component_t *component);
} component_lists[] = {
    { "inputs", component_put_inputs },
    { "outputs", component_put_outputs },
    { "security", component_put_security },
    { "results", component_put_results },
    { "roles", component_put_roles },
    { "tasks", component_put_tasks },
    { "storage", component_put_storage }
};


ic_str_t
ic_component_descriptor(ic_arena_t *arena, const ic_component_t *component)
{
    ic_json_out_t                out;
    const ic_component_about_t  *about;

    about = component->about;

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);

    ic_out_z(&out, "componentName", component->name);
    ic_out_z(&out, "title", about->title);
    ic_out_z(&out, "provider", component->provider);
    ic_out_z(&out, "version", component->version);
    ic_out_z(&out, "description", about->doc);
    ic_out_array(&out, "roleList");
    component_put_roles(&out, component);
    ic_out_array_end(&out);
    ic_out_z(&out, "desVersion", "1.2.0");
    ic_out_array(&out, "storageEngine");
    component_put_storage(&out, component);
    ic_out_array_end(&out);
    ic_out_array(&out, "inputParam");
    component_put_params(&out, component->params);
    ic_out_array_end(&out);
    ic_out_array(&out, "inputData");
    component_put_ports(&out, about->inputs);
    ic_out_array_end(&out);
    ic_out_array(&out, "outputData");
    component_put_ports(&out, about->outputs);
    ic_out_array_end(&out);
    ic_out_array(&out, "security");
    component_put_security(&out, component);
    ic_out_array_end(&out);
    component_put_tolerance(&out, about->tolerates);
    ic_out_array(&out, "result");
    component_put_results(&out, component);
    ic_out_array_end(&out);

    ic_out_object_end(&out);

    return ic_out_text(&out);
}


int
ic_component_pairs(ic_arena_t *arena, const ic_component_t *component,
    ic_str_t *pairs)
{
    int                          n;
    ic_str_t                     text;
    unsigned                     i;
    const ic_component_about_t  *about;

    about = component->about;
    n = 0;

    const struct {
        const char  *name;
        const char  *value;
    } texts[] = {
        { "name", component->name },
        { "title", about->title },
        { "developer", component->provider },
        { "engine", "interconn" },
        { "category", about->category },
        { "description", about->doc },
        { "protocol", "interconn channel, docs/algorithms.md" },
        { "language", "C" },
        { "environment", "Linux; libgmp, libssl, libsqlite3" },
        { "compatibility", "the same version at other nodes" },
        { "copyright", "Apache License 2.0" },
        { "help", "docs/algorithms.md" },
        { "release_date", COMPONENT_RELEASED },
        { "resources", about->resources },
        { "provision", "package" }
    };

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        pairs[n++] = ic_str(texts[i].name);
        pairs[n++] = ic_str(texts[i].value);
    }

    for (i = 0; i < sizeof(component_lists) / sizeof(component_lists[0]);
         i++)
    {
        text = component_json(arena, component, component_lists[i].put);

        if (text.data == NULL) {
            return -1;
        }

        pairs[n++] = ic_str(component_lists[i].name);
        pairs[n++] = text;
    }

    return n;
}


static ic_str_t
component_json(ic_arena_t *arena, const ic_component_t *component,
    void (*put)(ic_json_out_t *out, const ic_component_t *component))
{
    ic_json_out_t  out;

    ic_out_init(&out, arena);
    ic_out_array(&out, NULL);
    put(&out, component);
    ic_out_array_end(&out);

    return ic_out_text(&out);
}


/* Parameters, then data: the standard has one list. */

static void
component_put_inputs(ic_json_out_t *out, const ic_component_t *component)
{
    component_put_params(out, component->params);
    component_put_ports(out, component->about->inputs);
}


static void
component_put_outputs(ic_json_out_t *out, const ic_component_t *component)
{
    component_put_ports(out, component->about->outputs);
}


static void
component_put_security(ic_json_out_t *out, const ic_component_t *component)
{
    const ic_component_statement_t  *one;

    for (one = component->about->security; one->role != NULL; one++) {
        ic_out_object(out, NULL);
        ic_out_z(out, "role", one->role);
        ic_out_z(out, "learns", one->learns);
        ic_out_z(out, "learns_zh", one->learns_zh);
        ic_out_object_end(out);
    }
}


static void
component_put_tolerance(ic_json_out_t *out,
    const ic_component_tolerance_t *tolerance)
{
    if (tolerance == NULL) {
        return;
    }

    ic_out_object(out, "tolerates");
    ic_out_z(out, "parameter", tolerance->parameter);
    ic_out_z(out, "value", tolerance->value);
    ic_out_z(out, "role", tolerance->role);
    ic_out_z(out, "most", tolerance->most);
    ic_out_z(out, "least", tolerance->least);
    ic_out_object_end(out);
}


static void
component_put_results(ic_json_out_t *out, const ic_component_t *component)
{
    unsigned  i;

    for (i = 0; i < sizeof(component_results) / sizeof(component_results[0]);
         i++)
    {
        ic_out_object(out, NULL);
        ic_out_z(out, "resultCode", component_results[i].code);
        ic_out_z(out, "resultMessage", component_results[i].message);
        ic_out_object_end(out);
    }
}


static void
component_put_roles(ic_json_out_t *out, const ic_component_t *component)
{
    component_put_names(out, component->about->roles);
}


static void
component_put_tasks(ic_json_out_t *out, const ic_component_t *component)
{
    component_put_names(out, component->about->tasks);
}


static void
component_put_storage(ic_json_out_t *out, const ic_component_t *component)
{
    ic_out_z(out, NULL, "file");
}


static void
component_put_names(ic_json_out_t *out, const char *const *names)
{
    for ( /* void */ ; *names != NULL; names++) {
        ic_out_z(out, NULL, *names);
    }
}


static void
component_put_ports(ic_json_out_t *out, const ic_component_port_t *port)
{
    for ( /* void */ ; port->name != NULL; port++) {
        ic_out_object(out, NULL);
        ic_out_z(out, "name", port->name);
        ic_out_z(out, "description", port->doc);
        ic_out_z(out, "category", port->category);
        ic_out_array(out, "dataFormat");
        ic_out_z(out, NULL, port->format);
        ic_out_array_end(out);
        ic_out_object_end(out);
    }
}


static void
component_put_params(ic_json_out_t *out, const ic_param_t *table)
{
    for ( /* void */ ; table->name != NULL; table++) {

        /* data is an input, the service's own never come here */

        if (!(table->flags & IC_PARAM_PARTY)) {
            component_put_param(out, table);
        }
    }
}


static void
component_put_param(ic_json_out_t *out, const ic_param_t *param)
{
    ic_str_t  other;

    ic_out_object(out, NULL);
    ic_out_z(out, "name", param->name);
    ic_out_z(out, "title", param->doc_zh);
    ic_out_z(out, "description", param->doc);
    ic_out_z(out, "type", component_types[param->type].type);
    ic_out_z(out, "optional", (param->flags & IC_PARAM_REQ) ? "false"
                                                            : "true");

    if (param->other != NULL) {
        other = ic_str(param->other);

        if (other.data[0] == '"') {
            other = ic_str_n(other.data + 1, other.len - 2);
        }

        ic_out_str(out, "defaultValue", other);
    }

    component_put_choices(out, param);
    component_put_validator(out, param);

    if (param->alias != NULL) {
        ic_out_z(out, "alias", param->alias);
    }

    ic_out_z(out, "UIPattern", "editeable");
    ic_out_z(out, "groupTag", "默认分组-显示");
    ic_out_z(out, "UIType", component_types[param->type].ui);

    if (param->group != NULL) {
        ic_out_array(out, "members");
        component_put_params(out, param->group);
        ic_out_array_end(out);
    }

    ic_out_object_end(out);
}


static void
component_put_choices(ic_json_out_t *out, const ic_param_t *param)
{
    unsigned  i;

    if (param->choices == NULL) {
        return;
    }

    ic_out_array(out, "bindingData");

    for (i = 0; param->choices[i] != NULL; i++) {
        ic_out_object(out, NULL);
        ic_out_z(out, "label", param->choices[i]);
        ic_out_z(out, "value", param->choices[i]);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
}


/* Intervals as mathematicians write them. */

static void
component_put_validator(ic_json_out_t *out, const ic_param_t *param)
{
    ic_str_t  also, range;

    if (param->type != IC_PARAM_INT && param->type != IC_PARAM_NUM) {
        ic_out_z(out, "validator",
                 (param->type == IC_PARAM_COLUMN
                  || param->type == IC_PARAM_COLUMNS)
                 ? "regular-[^\\x00-\\x1f\\x7f\"'`]{1,128}" : "");
        return;
    }

    also = (param->also == 0)
           ? (ic_str_t) ic_string("")
           : ic_str_fmt(out->arena, "%lld or ", (long long) param->also);

    range = ic_str_fmt(out->arena, "%.*s%c%.15g,%.15g]", (int) also.len,
                       (char *) also.data,
                       (param->flags & IC_PARAM_ABOVE) ? '(' : '[',
                       param->min, param->max);

    ic_out_str(out, "validator", range);
}
