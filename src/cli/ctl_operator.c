
/* interconnctl operator add: a token for a person of this node. */


#include <stdio.h>

#include "../lib/ic_codec.h"
#include "../store/ic_store.h"
#include "interconnctl.h"


#define CTL_STORE_MS  5000


static int ctl_operator_conf(ic_arena_t *pool, const char *file,
    ic_store_conf_t *conf);
static int ctl_operator_put(ic_arena_t *pool, const ic_store_conf_t *conf,
    const char *name, const char *role);
static const char *ctl_conf_value(ic_arena_t *pool, ic_str_t conf,
    const char *key);


int
ctl_operator(int argc, char **argv)
{
    int              i, rc;
    ic_arena_t      *pool;
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

    if (pool == NULL) {
        return ctl_error("out of memory");
    }

    rc = ctl_operator_conf(pool, file, &conf);

    if (rc == 0) {
        rc = ctl_operator_put(pool, &conf, argv[1], role);
    }

    ic_pool_destroy(pool);

    return rc;
}


/* How the daemon's configuration says to reach the store. 0, or 1. */

static int
ctl_operator_conf(ic_arena_t *pool, const char *file, ic_store_conf_t *conf)
{
    ic_str_t  text;

    text = ctl_read_file(pool, file);

    if (text.data == NULL) {
        return ctl_error("cannot read %s", file);
    }

    conf->address = ctl_conf_value(pool, text, "redis");
    conf->user = ctl_conf_value(pool, text, "redis_user");
    conf->password_file = ctl_conf_value(pool, text, "redis_password_file");
    conf->node_id = ctl_conf_value(pool, text, "node_id");
    conf->timeout_ms = CTL_STORE_MS;

    if (conf->address == NULL || conf->node_id == NULL) {
        return ctl_error("redis and node_id are not in %s", file);
    }

    return 0;
}


/* Makes the operator and prints the token. 0, or 1. */

static int
ctl_operator_put(ic_arena_t *pool, const ic_store_conf_t *conf,
    const char *name, const char *role)
{
    int          rc;
    char         token[65], digest[65];
    ic_reply_t   reply;
    ic_store_t  *store;

    store = ic_store_create(conf);

    if (store == NULL || ctl_random_hex(token, 24) != 0) {
        ic_store_close(store);
        return ctl_error("out of memory or entropy");
    }

    ic_sha256_hex(digest, token, strlen(token));

    rc = 1;

    if (ic_store_callz(store, pool, &reply, "operator_put", name, digest,
                       role, NULL)
        != 0)
    {
        ctl_error("operator %s was not created: %s", name,
                  ic_store_error(store));

    } else if (!ic_reply_ok(&reply)) {
        ctl_error("operator %s was not created: %.*s %.*s", name,
                  (int) reply.status.len, (char *) reply.status.data,
                  (int) reply.detail.len, (char *) reply.detail.data);

    } else {
        printf("%s\n", token);
        rc = 0;
    }

    ic_store_close(store);

    return rc;
}


/* The value of a "key value" line, NULL if there is none; the lines are as
   interconnd takes them (conf/interconnd.conf). */

static const char *
ctl_conf_value(ic_arena_t *pool, ic_str_t conf, const char *key)
{
    char    *line, *end;
    size_t   len, n;

    len = strlen(key);

    for (line = (char *) conf.data; line != NULL; line = end + 1) {
        end = strchr(line, '\n');
        line += strspn(line, " \t\r");

        if (strncmp(line, key, len) == 0
            && (line[len] == ' ' || line[len] == '\t'))
        {
            line += len + strspn(line + len, " \t");
            n = strcspn(line, "\n");

            while (n > 0 && strchr(" \t\r", line[n - 1]) != NULL) {
                n--;
            }

            return ic_str_z(pool, ic_str_n(line, n));
        }

        if (end == NULL) {
            break;
        }
    }

    return NULL;
}
