
/* The node's own record in the store, as the configuration describes it. */


#include "interconnd_role.h"


int
interconnd_node_init(const interconnd_conf_t *conf, ic_store_t *store)
{
    int          rc;
    unsigned     i, n;
    ic_str_t     argv[16];
    ic_reply_t   reply;
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

    rc = ic_store_call(store, arena, &reply, "node_init", n, argv);

    if (rc == 0 && !ic_reply_ok(&reply)) {
        interconnd_log("error", "node_init: %.*s %.*s",
                       (int) reply.status.len, reply.status.data,
                       (int) reply.detail.len, reply.detail.data);
        rc = -1;
    }

    ic_pool_destroy(arena);

    return rc;
}
