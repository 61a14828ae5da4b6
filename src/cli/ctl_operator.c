
/* interconnctl operator add: a token for a person of this node. */


#include "interconnctl.h"
#include "../lib/ic_codec.h"
#include "../store/ic_store.h"

#include <stdio.h>


static const char *ctl_conf_value(ic_arena_t *pool, ic_str_t conf,
    const char *key);


int
ctl_operator(int argc, char **argv)
{
    int              i, rc;
    char             token[65], digest[65];
    ic_str_t         text;
    ic_arena_t      *pool;
    ic_reply_t       reply;
    ic_store_t      *store;
    const char      *file, *role;
    ic_store_conf_t  conf;

    file = NULL;
    role = "operator";

    for (i = 2; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--conf") == 0) {
            file = argv[i + 1];

        } else if (strcmp(argv[i], "--role") == 0) {
            role = argv[i + 1];
        }
    }

    if (argc < 2 || strcmp(argv[0], "add") != 0 || file == NULL
        || (strcmp(role, "operator") != 0 && strcmp(role, "auditor") != 0))
    {
        return ctl_error("operator add NAME --conf interconnd.conf "
                         "[--role operator|auditor]");
    }

    pool = ic_pool_create();
    text = pool == NULL ? ic_str_n(NULL, 0) : ctl_read_file(pool, file);

    if (text.data == NULL || ctl_random_hex(token, 24) != 0) {
        ic_pool_destroy(pool);
        return ctl_error("cannot read %s", file);
    }

    conf.address = ctl_conf_value(pool, text, "redis");
    conf.user = ctl_conf_value(pool, text, "redis_user");
    conf.password_file = ctl_conf_value(pool, text, "redis_password_file");
    conf.node_id = ctl_conf_value(pool, text, "node_id");
    conf.timeout_ms = 5000;

    ic_sha256_hex(digest, token, strlen(token));
    store = conf.address == NULL || conf.node_id == NULL
            ? NULL : ic_store_create(&conf);

    rc = store != NULL
         && ic_store_callz(store, pool, &reply, "operator_put", argv[1],
                           digest, role, NULL) == 0
         && ic_reply_ok(&reply) ? 0 : 1;

    if (rc == 0) {
        printf("%s\n", token);

    } else {
        ctl_error("operator %s was not created: %s", argv[1], store == NULL
                  ? "redis and node_id are not in the file"
                  : ic_store_error(store));
    }

    ic_store_close(store);
    ic_pool_destroy(pool);

    return rc;
}


/* The value of a "key value" line, NULL if there is none. */
static const char *
ctl_conf_value(ic_arena_t *pool, ic_str_t conf, const char *key)
{
    char    *line, *end;
    size_t   len;

    len = strlen(key);

    for (line = (char *) conf.data; line != NULL; line = end + 1) {
        end = strchr(line, '\n');

        if (strncmp(line, key, len) == 0 && line[len] == ' ') {
            line += len + strspn(line + len, " \t");
            return ic_str_z(pool, ic_str_n(line, end == NULL ? strlen(line)
                                           : (size_t) (end - line)));
        }

        if (end == NULL) {
            break;
        }
    }

    return NULL;
}
