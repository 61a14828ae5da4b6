
/* Installed components of a node: the folder and the record of each. */


#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl_component.h"
#include "interconnctl.h"


static int component_install(ctl_component_t *c);
static int component_register(ctl_component_t *c);
static int component_alone(ctl_component_t *c,
    int (*change)(ctl_component_t *c));
static int component_remove(ctl_component_t *c);
static int component_call(ctl_component_t *c, const char *function,
    const char *kind);
static int component_failed(ctl_component_t *c, const ic_reply_t *reply,
    int rc);
static void component_print(ctl_component_t *c, const ic_record_t *record);


/*
 * First the folder: a record without one would be a promise. A folder that
 * was made for nothing goes away again.
 */

int
ctl_component_install(ctl_component_t *c)
{
    return component_alone(c, component_install);
}


static int
component_install(ctl_component_t *c)
{
    int           rc;
    bool          there;
    char          error[256];
    ic_str_t      path;
    ic_package_t  old;

    path = ic_str_fmt(c->pool, "%s/%s/%s", c->components, c->pkg.name,
                      c->pkg.version);
    there = path.data != NULL
            && ic_package_open(&old, c->pool, (char *) path.data) == 0;

    if (ic_package_install(&c->pkg, c->components) != 0) {
        return ctl_error("%s: %s", c->subject, c->pkg.error);
    }

    rc = component_register(c);

    if (rc != 0 && !there) {
        (void) ic_package_remove(c->components, c->pkg.name, c->pkg.version,
                                 error, sizeof(error));
    }

    return rc;
}


static int
component_register(ctl_component_t *c)
{
    int         rc, n;
    ic_str_t    argv[3 + IC_PACKAGE_PAIRS];
    ic_reply_t  reply;

    argv[0] = ic_str("");
    argv[1] = ic_str(c->pkg.name);
    argv[2] = ic_str(c->pkg.version);
    n = ic_package_pairs(&c->pkg, c->pool, argv + 3);

    rc = ic_store_call(c->store, c->pool, &reply, "component_install",
                       3 + n, argv);

    return component_failed(c, &reply, rc);
}


int
ctl_component_remove(ctl_component_t *c)
{
    return component_alone(c, component_remove);
}


/* Not while interconnd changes the folder. */

static int
component_alone(ctl_component_t *c, int (*change)(ctl_component_t *c))
{
    int  rc, lock;

    lock = ic_package_lock(c->components);

    if (lock < 0) {
        return ctl_error("%s: %s", c->components, strerror(errno));
    }

    rc = change(c);
    close(lock);

    return rc;
}


/* The record first: from then on nothing starts it. */

static int
component_remove(ctl_component_t *c)
{
    char  error[512], *name, *version;

    name = ic_str_z(c->pool, ic_str(c->subject));
    version = (name != NULL) ? strchr(name, ':') : NULL;

    if (version == NULL) {
        return ctl_error("\"%s\" is not NAME:VERSION", c->subject);
    }

    *version++ = '\0';

    if (component_call(c, "object_delete", "component") != 0) {
        return 1;
    }

    if (ic_package_remove(c->components, name, version, error,
                          sizeof(error))
        != 0)
    {
        return ctl_error("%s: %s", c->subject, error);
    }

    return component_call(c, "component_uninstalled", NULL);
}


int
ctl_component_enable(ctl_component_t *c)
{
    return component_call(c, "component_enable", NULL);
}


int
ctl_component_disable(ctl_component_t *c)
{
    return component_call(c, "component_disable", NULL);
}


/* A function about the component that the command names. */

static int
component_call(ctl_component_t *c, const char *function, const char *kind)
{
    int         rc;
    ic_reply_t  reply;

    rc = (kind != NULL)
         ? ic_store_callz(c->store, c->pool, &reply, function, kind,
                          c->subject, NULL)
         : ic_store_callz(c->store, c->pool, &reply, function, c->subject,
                          NULL);

    return component_failed(c, &reply, rc);
}


/* rc: of the call. 0, or 1 with a message. */

static int
component_failed(ctl_component_t *c, const ic_reply_t *reply, int rc)
{
    const char  *subject;

    subject = (c->subject != NULL) ? c->subject : "list";

    if (rc != 0) {
        return ctl_error("%s: %s", subject, ic_store_error(c->store));
    }

    if (!ic_reply_ok(reply)) {
        return ctl_error("%s: %.*s %.*s", subject, (int) reply->status.len,
                         reply->status.data, (int) reply->detail.len,
                         reply->detail.data);
    }

    return 0;
}


/* One line for each: id, status, developer, package digest or "built in". */

int
ctl_component_list(ctl_component_t *c)
{
    int         rc;
    unsigned    i;
    ic_reply_t  reply;

    rc = ic_store_callz(c->store, c->pool, &reply, "object_list",
                        "component", "", "", "1", "-1", NULL);

    if (component_failed(c, &reply, rc) != 0) {
        return 1;
    }

    for (i = 0; i < reply.nrecords; i++) {
        component_print(c, &reply.records[i]);
    }

    return 0;
}


static void
component_print(ctl_component_t *c, const ic_record_t *record)
{
    ic_str_t  code, version, status, developer, digest;

    code = ic_record_get(record, "code");
    version = ic_record_get(record, "version");
    status = ic_record_get(record, "status");
    developer = ic_record_get(record, "developer");
    digest = ic_record_get(record, "package_digest");

    if (digest.len == 0) {
        digest = ic_str_is(ic_record_get(record, "built_in"), "1")
                 ? ic_str("built in") : ic_str("registered");
    }

    printf("%.*s:%.*s\t%.*s\t%.*s\t%.*s\n", (int) code.len, code.data,
           (int) version.len, version.data, (int) status.len, status.data,
           (int) developer.len, developer.data, (int) digest.len,
           digest.data);
}
