
/* What was unregistered over the API loses its folder here. */


#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interconnd_packages.h"


static bool uninstall_ask(interconnd_packages_t *packages, ic_arena_t *pool,
    ic_reply_t *reply);
static bool uninstall_all(interconnd_packages_t *packages, ic_arena_t *pool);
static bool uninstall_one(interconnd_packages_t *packages, ic_arena_t *pool,
    ic_str_t id);


bool
interconnd_packages_uninstall(interconnd_packages_t *packages)
{
    int          lock;
    bool         done;
    ic_arena_t  *pool;
    ic_reply_t   reply;

    pool = ic_pool_create();

    if (pool == NULL) {
        return false;
    }

    done = uninstall_ask(packages, pool, &reply);

    /* asked again once nobody else can install the same anew meanwhile */

    if (done && reply.nrecords != 0) {
        lock = ic_package_lock(packages->conf->components);
        done = (lock >= 0) && uninstall_all(packages, pool);

        if (lock >= 0) {
            close(lock);
        }
    }

    ic_pool_destroy(pool);

    return done;
}


static bool
uninstall_ask(interconnd_packages_t *packages, ic_arena_t *pool,
    ic_reply_t *reply)
{
    if (ic_store_callz(packages->store, pool, reply, "component_gone", NULL)
        != 0)
    {
        interconnd_log("error", "component_gone: %s",
                       ic_store_error(packages->store));
        return false;
    }

    return ic_reply_ok(reply);
}


static bool
uninstall_all(interconnd_packages_t *packages, ic_arena_t *pool)
{
    bool        done;
    unsigned    i;
    ic_reply_t  reply;

    done = uninstall_ask(packages, pool, &reply);

    for (i = 0; done && i < reply.nrecords; i++) {
        done = uninstall_one(packages, pool,
                             ic_record_get(&reply.records[i],
                                           "component_id"));
    }

    return done;
}


static bool
uninstall_one(interconnd_packages_t *packages, ic_arena_t *pool, ic_str_t id)
{
    char        *name, *version, error[512];
    ic_str_t     folder;
    ic_reply_t   reply;
    struct stat  st;

    name = ic_str_z(pool, id);
    version = (name != NULL) ? strchr(name, ':') : NULL;

    if (version == NULL) {
        return false;
    }

    *version++ = '\0';
    folder = ic_str_fmt(pool, "%s/%s/%s", packages->conf->components, name,
                        version);

    if (folder.data == NULL) {
        return false;
    }

    if ((lstat((char *) folder.data, &st) == 0 || errno != ENOENT)
        && ic_package_remove(packages->conf->components, name, version,
                             error, sizeof(error))
           != 0)
    {
        interconnd_log("error", "component %s:%s is not removed: %s", name,
                       version, error);
        return false;
    }

    interconnd_log("info", "component %s:%s is uninstalled", name, version);

    return ic_store_call(packages->store, pool, &reply,
                         "component_uninstalled", 1, &id)
           == 0;
}
