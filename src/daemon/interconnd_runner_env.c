
/*
 * What a component is told: the variables of the ecosystem and nothing of
 * the runner's own environment.
 */


#include "interconnd_artefact.h"
#include "interconnd_runner.h"


#define ENV_GROWTH  64

/* the kernel takes no longer one (MAX_ARG_STRLEN), its NUL counted */
#define ENV_LONGEST  131071


typedef struct {
    interconnd_child_t  *child;
    char               **vars;
    unsigned             count;
    unsigned             size;
    unsigned             failed:1;
} env_t;


static void env_add(env_t *env, const char *name, ic_str_t value);
static void env_addz(env_t *env, const char *name, const char *value);
static char *env_slot(env_t *env, size_t len);
static void env_system(env_t *env);
static void env_config(env_t *env);
static void env_parties(env_t *env);
static void env_party(env_t *env, ic_str_t role, unsigned n, ic_str_t node);
static void env_component(env_t *env);
static ic_str_t env_scalar(env_t *env, const ic_json_t *value);
static void env_input(env_t *env, const char *port, ic_str_t text);
static void env_output(env_t *env, const ic_json_t *port);


char *const *
interconnd_env(interconnd_child_t *child)
{
    env_t  env;

    memset(&env, 0, sizeof(env_t));
    env.child = child;

    env_addz(&env, "PATH", "/usr/local/bin:/usr/bin:/bin");
    env_addz(&env, "LANG", "C.UTF-8");

    env_system(&env);
    env_config(&env);
    env_parties(&env);
    env_component(&env);

    if (env.failed) {
        interconnd_child_fail(child, "internal", "memory is short");
        return NULL;
    }

    return (child->failure.code == NULL) ? env.vars : NULL;
}


static void
env_add(env_t *env, const char *name, ic_str_t value)
{
    char    *var;
    size_t   len;

    len = strlen(name) + 1 + value.len;

    if (len > ENV_LONGEST) {
        interconnd_child_fail(env->child, "bad_parameter",
                              "%s is longer than 128 KiB", name);
        return;
    }

    var = env_slot(env, len + 1);

    if (var == NULL) {
        return;
    }

    var = stpcpy(var, name);
    *var++ = '=';

    if (value.len != 0) {
        memcpy(var, value.data, value.len);
    }

    var[value.len] = '\0';
}


static void
env_addz(env_t *env, const char *name, const char *value)
{
    env_add(env, name, ic_str(value));
}


/* Memory for one variable; the list stays ended by NULL. */

static char *
env_slot(env_t *env, size_t len)
{
    char   *var, **vars;

    if (env->count + 1 >= env->size) {
        vars = ic_alloc(env->child->pool,
                        (env->size + ENV_GROWTH) * sizeof(char *));

        if (vars == NULL) {
            env->failed = 1;
            return NULL;
        }

        if (env->count > 0) {
            memcpy(vars, env->vars, env->count * sizeof(char *));
        }

        env->vars = vars;
        env->size += ENV_GROWTH;
    }

    var = ic_alloc(env->child->pool, len);

    if (var == NULL) {
        env->failed = 1;
        return NULL;
    }

    env->vars[env->count++] = var;
    env->vars[env->count] = NULL;

    return var;
}


static void
env_system(env_t *env)
{
    ic_arena_t               *pool;
    interconnd_child_t       *child;
    const interconnd_conf_t  *conf;

    child = env->child;
    conf = child->runner->conf;
    pool = child->runner->pool;

    env_add(env, "system.transport",
            ic_str_fmt(pool, "unix:%s/" INTERCONND_CHANNEL_OWN, conf->run_dir));
    env_add(env, "system.storage",
            ic_str_fmt(pool, "file://%s", child->folder));
    env_add(env, "system.callback", interconnd_said_url(child, pool));
}


static void
env_config(env_t *env)
{
    ic_arena_t               *pool;
    interconnd_child_t       *child;
    const interconnd_conf_t  *conf;

    child = env->child;
    conf = child->runner->conf;
    pool = child->runner->pool;

    env_addz(env, "config.self_role", child->role);
    env_addz(env, "config.task_id", child->task_id);
    env_addz(env, "config.job_id", child->job_id);
    env_addz(env, "config.session_id", child->session_id);
    env_addz(env, "config.trace_id", child->task_id);
    env_addz(env, "config.token", child->token);
    env_add(env, "config.log.path", ic_str_fmt(pool, "%s/log",
                                               child->folder));
    env_add(env, "config.message_timeout",
            ic_str_fmt(pool, "%d", conf->message_timeout));

    if (conf->trusted_certificate != NULL) {
        env_addz(env, "config.trusted_certificate",
                 conf->trusted_certificate);
    }
}


static void
env_parties(env_t *env)
{
    unsigned          n;
    const ic_json_t  *node, *role, *roles;

    roles = ic_json_get(env->child->config, "role");

    for (role = (roles != NULL) ? roles->child : NULL;
         role != NULL;
         role = role->next)
    {
        n = 0;

        for (node = role->child; node != NULL; node = node->next) {
            env_party(env, role->key, n++, ic_json_str(node));
        }
    }
}


/* Of other nodes the institution is not known: their node id stands in. */

static void
env_party(env_t *env, ic_str_t role, unsigned n, ic_str_t node)
{
    ic_str_t                  inst, name;
    ic_arena_t               *pool;
    const interconnd_conf_t  *conf;

    pool = env->child->runner->pool;
    conf = env->child->runner->conf;

    inst = (ic_str_is(node, conf->node_id) && conf->inst_id != NULL)
           ? ic_str(conf->inst_id) : node;

    name = ic_str_fmt(pool, "config.node_id.%.*s.%u", (int) role.len,
                      role.data, n);

    if (name.data == NULL) {
        env->failed = 1;
        return;
    }

    env_add(env, (char *) name.data, node);

    memcpy(name.data, "config.inst_id", sizeof("config.inst_id") - 1);
    env_add(env, (char *) name.data, inst);
}


static void
env_component(env_t *env)
{
    unsigned                n;
    ic_str_t                name;
    ic_arena_t             *pool;
    const ic_json_t        *param, *port;
    interconnd_child_t     *child;
    interconnd_artefact_t  *input;

    child = env->child;
    pool = child->runner->pool;

    env_addz(env, "runtime.component.name", child->component);

    for (n = 0; (param = interconnd_param_at(child, n)) != NULL; n++) {
        name = ic_str_fmt(pool, "runtime.component.parameter.%.*s",
                          (int) param->key.len, param->key.data);

        if (name.data == NULL) {
            env->failed = 1;
            return;
        }

        if (memchr(name.data, '=', name.len) != NULL) {
            interconnd_child_fail(child, "bad_parameter",
                                  "%.*s: no parameter's name",
                                  (int) param->key.len, param->key.data);
            return;
        }

        env_add(env, (char *) name.data, env_scalar(env, param));
    }

    if (child->train_data.len != 0
        && !interconnd_has_input(child, "train_data"))
    {
        env_add(env, "runtime.component.input.train_data",
                child->train_data);
    }

    for (input = child->inputs; input != NULL; input = input->next) {
        env_input(env, input->port, interconnd_input_text(child, input));
    }

    if (child->model_id != NULL) {
        env_input(env, child->model_port, interconnd_model_text(child));
    }

    for (port = (child->output != NULL) ? child->output->child : NULL;
         port != NULL;
         port = port->next)
    {
        env_output(env, port);
    }
}


static void
env_input(env_t *env, const char *port, ic_str_t text)
{
    ic_str_t  name;

    name = ic_str_fmt(env->child->runner->pool, "runtime.component.input.%s",
                      port);

    if (name.data == NULL) {
        env->failed = 1;
        return;
    }

    env_add(env, (char *) name.data, text);
}


/* Strings bare, all else as JSON. */

static ic_str_t
env_scalar(env_t *env, const ic_json_t *value)
{
    ic_str_t  text;

    if (value->type == IC_JSON_STR) {
        return value->text;
    }

    text = ic_json_text(env->child->runner->pool, value);

    if (text.data == NULL) {
        env->failed = 1;
    }

    return text;
}


/* Where a component puts what it makes, and the runner then looks. */

static void
env_output(env_t *env, const ic_json_t *port)
{
    ic_str_t             key, name, path;
    const char          *file, *space;
    ic_arena_t          *pool;
    ic_json_out_t        out;
    interconnd_child_t  *child;

    child = env->child;
    pool = child->runner->pool;
    key = interconnd_artefact_key(port);

    if (key.len == 0) {
        return;
    }

    space = interconnd_artefact_space(child);
    file = interconnd_artefact_name(child, key);
    path = ic_str_fmt(pool, "%s/%s/%s", child->folder, space, file);
    name = ic_str_fmt(pool, "runtime.component.output.%.*s", (int) key.len,
                      key.data);

    if (space == NULL || file == NULL || path.data == NULL
        || name.data == NULL)
    {
        env->failed = 1;
        return;
    }

    ic_out_init(&out, pool);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "namespace", space);
    ic_out_z(&out, "name", file);
    ic_out_str(&out, "path", path);
    ic_out_str(&out, "kind", ic_json_str(ic_json_get(port, "type")));
    ic_out_object_end(&out);

    env_add(env, (char *) name.data, ic_out_text(&out));
}
