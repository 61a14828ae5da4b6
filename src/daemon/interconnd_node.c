
/*
 * The node's own record in the store, as the configuration describes it, and
 * its built-in components.
 */


#include "../api/ic_component.h"
#include "interconnd_role.h"


static int node_components(ic_store_t *store, ic_arena_t *arena);
static int node_call(ic_store_t *store, ic_arena_t *arena,
    const char *function, unsigned argc, const ic_str_t *argv);


int
interconnd_node_init(const interconnd_conf_t *conf, ic_store_t *store)
{
    int          rc;
    unsigned     i, n;
    ic_str_t     argv[16];
    ic_arena_t  *arena;

    const struct {
        const char  *name;
        const char  *value;
    } fields[] = {
        { "node_id", conf->node_id },
        { "inst_id", conf->inst_id },
        { "name", conf->name },
        { "institution", conf->institution },
        { "system", conf->system },
        { "system_version", conf->system_version },
        { "address", conf->address },
        { "description", conf->description }
    };

    if (ic_store_load(store) != 0) {
        return -1;
    }

    arena = ic_pool_create();
    if (arena == NULL) {
        return -1;
    }

    for (i = 0, n = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (fields[i].value != NULL) {
            argv[n++] = ic_str(fields[i].name);
            argv[n++] = ic_str(fields[i].value);
        }
    }

    rc = node_call(store, arena, "node_init", n, argv);

    if (rc == 0) {
        rc = node_components(store, arena);
    }

    ic_pool_destroy(arena);

    return rc;
}


/* Registered as this program describes them; what was dropped is removed. */

static int
node_components(ic_store_t *store, ic_arena_t *arena)
{
    int                    n;
    unsigned               i;
    ic_str_t               argv[2 + 2 * IC_COMPONENT_PAIRS], kept[64];
    const ic_component_t  *component;

    for (i = 0; ic_components[i].name != NULL && i < 64; i++) {

        component = &ic_components[i];

        argv[0] = ic_str(component->name);
        argv[1] = ic_str(component->version);
        n = ic_component_pairs(arena, component, &argv[2]);

        kept[i] = ic_str_fmt(arena, "%s:%s", component->name,
                             component->version);

        if (n == -1 || kept[i].data == NULL
            || node_call(store, arena, "component_built_in", 2 + n, argv)
               != 0)
        {
            return -1;
        }
    }

    return node_call(store, arena, "component_keep", i, kept);
}


static int
node_call(ic_store_t *store, ic_arena_t *arena, const char *function,
    unsigned argc, const ic_str_t *argv)
{
    int         rc;
    ic_reply_t  reply;

    rc = ic_store_call(store, arena, &reply, function, argc, argv);

    if (rc == 0 && !ic_reply_ok(&reply)) {
        interconnd_log("error", "%s: %.*s %.*s", function,
                       (int) reply.status.len, reply.status.data,
                       (int) reply.detail.len, reply.detail.data);
        rc = -1;
    }

    return rc;
}


ic_store_t *
interconnd_store(const interconnd_conf_t *conf, int timeout_ms)
{
    ic_store_conf_t  store;

    memset(&store, 0, sizeof(ic_store_conf_t));

    store.address = conf->redis;
    store.user = conf->redis_user;
    store.password_file = conf->redis_password_file;
    store.node_id = conf->node_id;
    store.timeout_ms = timeout_ms;

    return ic_store_create(&store);
}
