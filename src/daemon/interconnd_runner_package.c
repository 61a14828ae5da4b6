
/*
 * Which program a task runs. A file of the components folder is the node's
 * own; a folder holds the installed versions of a package, each of which is
 * verified again before every load. A package that is not good any more is
 * disabled, and the log of evidence says why.
 */


#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interconnd_runner.h"


static const char *package_version(interconnd_child_t *child,
    const char *folder);
static int package_good(interconnd_child_t *child, const char *folder,
    const char *version);
static int package_known(interconnd_child_t *child, const char *version,
    const char *digest);
static void package_refuse(interconnd_child_t *child, const char *version,
    const char *reason);


const char *
interconnd_child_program(interconnd_child_t *child)
{
    ic_str_t      path, folder;
    const char   *version;
    struct stat   st;

    path = ic_str_fmt(child->pool, "%s/%s",
                      (child->runner->conf->components != NULL)
                      ? child->runner->conf->components : "",
                      child->component);

    if (path.data == NULL || stat((char *) path.data, &st) != 0
        || (!S_ISDIR(st.st_mode) && access((char *) path.data, X_OK) != 0))
    {
        interconnd_child_fail(child, "component_missing", "%s",
                              child->component);
        return NULL;
    }

    if (!S_ISDIR(st.st_mode)) {
        return (char *) path.data;
    }

    version = package_version(child, (char *) path.data);

    if (version == NULL) {
        return NULL;
    }

    folder = ic_str_fmt(child->pool, "%s/%s", (char *) path.data, version);
    path = ic_str_fmt(child->pool, "%s/" IC_PACKAGE_EXECUTABLE,
                      (char *) folder.data);

    if (folder.data == NULL || path.data == NULL
        || package_good(child, (char *) folder.data, version) != 0)
    {
        return NULL;
    }

    child->package = 1;

    return (char *) path.data;
}


/* The step's; without one, the only version that is enabled. */

static const char *
package_version(interconnd_child_t *child, const char *folder)
{
    unsigned      i;
    ic_str_t      path;
    ic_reply_t    reply;
    const char   *found;
    struct stat   st;

    path = ic_str_fmt(child->pool, "%s/%s", folder, child->version);

    if (*child->version != '\0') {

        if (path.data != NULL && ic_package_name_valid(ic_str(child->version))
            && stat((char *) path.data, &st) == 0)
        {
            return child->version;
        }

        interconnd_child_fail(child, "component_missing", "%s %s",
                              child->component, child->version);
        return NULL;
    }

    if (ic_store_callz(child->runner->store, child->pool, &reply,
                       "object_list", "component", "code",
                       child->component, "1", "-1", NULL)
        != 0)
    {
        interconnd_child_fail(child, "internal", "the store is away");
        return NULL;
    }

    found = NULL;

    for (i = 0; i < reply.nrecords; i++) {

        if (ic_str_is(ic_record_get(&reply.records[i], "status"), "DISABLED"))
        {
            continue;
        }

        if (found != NULL) {
            interconnd_child_fail(child, "component_missing", "%s has "
                                  "several versions here: the step must "
                                  "name one", child->component);
            return NULL;
        }

        found = ic_str_z(child->pool, ic_record_get(&reply.records[i],
                                                    "version"));
    }

    if (found == NULL || !ic_package_name_valid(ic_str(found))) {
        interconnd_child_fail(child, "component_missing", "%s is disabled",
                              child->component);
        return NULL;
    }

    return found;
}


void
interconnd_package_policy(const interconnd_conf_t *conf,
    ic_package_policy_t *policy)
{
    policy->trusted[IC_PACKAGE_DEVELOPER] = conf->component_developers;
    policy->trusted[IC_PACKAGE_AUTHORITY] = conf->component_authorities;
    policy->crl = conf->component_crl;
    policy->crl_grace = (int64_t) conf->component_grace * 1000;
    policy->authority = conf->component_authority;
}


static int
package_good(interconnd_child_t *child, const char *folder,
    const char *version)
{
    int                       rc;
    ic_arena_t               *arena;
    ic_package_t             *pkg;
    ic_package_policy_t       policy;

    interconnd_package_policy(child->runner->conf, &policy);

    arena = ic_pool_create();
    pkg = (arena != NULL) ? ic_alloc(arena, sizeof(ic_package_t)) : NULL;

    if (pkg == NULL) {
        interconnd_child_fail(child, "internal", "memory is short");
        rc = -1;

    } else if (ic_package_open(pkg, arena, folder) != 0
               || ic_package_verify(pkg, &policy) != 0)
    {
        package_refuse(child, version, pkg->error);
        rc = -1;

    } else if (strcmp(pkg->name, child->component) != 0
               || strcmp(pkg->version, version) != 0)
    {
        package_refuse(child, version, "its folder has another's name");
        rc = -1;

    } else {
        rc = package_known(child, version, pkg->digest);
        child->seal = ic_package_seal(pkg, child->pool);
    }

    if (rc == 0 && child->seal == NULL) {
        interconnd_child_fail(child, "internal", "memory is short");
        rc = -1;
    }

    if (arena != NULL) {
        ic_pool_destroy(arena);
    }

    return rc;
}


/* What an operator registered and left enabled, and nothing else. */

static int
package_known(interconnd_child_t *child, const char *version,
    const char *digest)
{
    ic_str_t     id;
    ic_reply_t   reply;

    id = ic_str_fmt(child->pool, "%s:%s", child->component, version);

    if (id.data == NULL
        || ic_store_callz(child->runner->store, child->pool, &reply,
                          "object_get", "component", (char *) id.data, NULL)
           != 0)
    {
        interconnd_child_fail(child, "internal", "the store is away");
        return -1;
    }

    if (!ic_reply_ok(&reply)) {
        interconnd_child_fail(child, "component_missing",
                              "%s is not registered", (char *) id.data);
        return -1;
    }

    if (ic_str_is(ic_reply_get(&reply, "status"), "DISABLED")) {
        interconnd_child_fail(child, "component_refused", "%s is disabled",
                              (char *) id.data);
        return -1;
    }

    if (!ic_str_is(ic_reply_get(&reply, "package_digest"), digest)) {
        package_refuse(child, version, "it is not the package that was "
                       "installed");
        return -1;
    }

    return 0;
}


static void
package_refuse(interconnd_child_t *child, const char *version,
    const char *reason)
{
    interconnd_log("error", "component %s %s is refused: %s",
                   child->component, version, reason);
    interconnd_child_fail(child, "component_refused", "%s", reason);
    interconnd_package_unload(child, version, reason);
}


void
interconnd_package_unload(interconnd_child_t *child, const char *version,
    const char *reason)
{
    ic_str_t     id;
    ic_reply_t   reply;

    id = ic_str_fmt(child->pool, "%s:%s", child->component, version);

    if (id.data == NULL
        || ic_store_callz(child->runner->store, child->pool, &reply,
                          "component_unload", (char *) id.data, reason, NULL)
           != 0)
    {
        interconnd_log("error", "component %s %s is not disabled: %s",
                       child->component, version,
                       ic_store_error(child->runner->store));
    }
}
