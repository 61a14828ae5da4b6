
/* Installed components of a node: the folder and the record of each. */


#include <stdio.h>
#include <string.h>

#include "ctl_component.h"
#include "interconnctl.h"


#define COMPONENT_PAIRS  16


static int component_register(ctl_component_t *c);
static int component_pairs(ctl_component_t *c, ic_str_t *argv);
static ic_str_t component_security(ctl_component_t *c);
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
    ic_str_t    argv[2 + 2 * COMPONENT_PAIRS];
    ic_reply_t  reply;

    argv[0] = ic_str(c->pkg.name);
    argv[1] = ic_str(c->pkg.version);
    n = component_pairs(c, argv + 2);

    rc = ic_store_call(c->store, c->pool, &reply, "component_register",
                       2 + n, argv);

    return component_failed(c, &reply, rc);
}


/* The record beside code and version, from the descriptor. Their number. */

static int
component_pairs(ctl_component_t *c, ic_str_t *argv)
{
    int               n;
    unsigned          i;
    const ic_json_t  *node;

    static const struct {
        const char  *field;
        const char  *member;
    } rows[] = {
        { "name", "componentName" }, { "title", "title" },
        { "developer", "provider" }, { "description", "description" },
        { "category", "category" }, { "protocol", "protocol" },
        { "language", "language" }, { "compatibility", "compatibility" },
        { "copyright", "copyright" }, { "roles", "roleList" },
        { "inputs", "inputData" }, { "outputs", "outputData" },
        { "resources", "resources" }
    };

    n = 0;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        node = ic_json_get(c->pkg.descriptor, rows[i].member);

        if (node != NULL) {
            argv[n++] = ic_str(rows[i].field);
            argv[n++] = (node->type == IC_JSON_STR)
                        ? node->text : ic_json_text(c->pool, node);
        }
    }

    argv[n++] = ic_str("security");
    argv[n++] = component_security(c);
    argv[n++] = ic_str("provision");
    argv[n++] = ic_str("package");
    argv[n++] = ic_str("package_digest");
    argv[n++] = ic_str(c->pkg.digest);

    return n;
}


/* The descriptor's statement by roles, else the text that came along. */

static ic_str_t
component_security(ctl_component_t *c)
{
    ic_json_out_t     out;
    const ic_json_t  *node;

    node = ic_json_get(c->pkg.descriptor, "security");

    if (node != NULL) {
        return ic_json_text(c->pool, node);
    }

    ic_out_init(&out, c->pool);
    ic_out_str(&out, NULL, ic_tar_get(&c->pkg.tar, IC_PACKAGE_SECURITY));

    return ic_out_text(&out);
}


/* The record first: from then on nothing starts it. */

int
ctl_component_remove(ctl_component_t *c)
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

    return 0;
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
