
/*
 * interconnctl component: packages are made and signed anywhere, verified
 * and installed on the host of a node.
 */


#include <stdio.h>
#include <string.h>

#include "ctl_component.h"
#include "ctl_conf.h"
#include "interconnctl.h"


typedef struct {
    const char  *verb;
    int        (*run)(ctl_component_t *c);
    unsigned     subject:1;          /* a file or an id is needed */
    unsigned     conf:1;             /* --conf is */
} ctl_component_command_t;


static int component_run(ctl_component_t *c, int argc, char **argv);
static int component_options(ctl_component_t *c, int argc, char **argv);
static int component_file(ctl_component_t *c, const char *file);
static int component_conf(ctl_component_t *c);
static int component_pack(ctl_component_t *c);
static int component_sign(ctl_component_t *c);
static int component_verify(ctl_component_t *c);
static int component_check(ctl_component_t *c);
static int component_write(ctl_component_t *c);


static const ctl_component_command_t  component_commands[] = {
    { "pack", component_pack, 1, 0 },
    { "sign", component_sign, 1, 0 },
    { "verify", component_verify, 1, 1 },
    { "install", component_check, 1, 1 },
    { "remove", ctl_component_remove, 1, 1 },
    { "enable", ctl_component_enable, 1, 1 },
    { "disable", ctl_component_disable, 1, 1 },
    { "list", ctl_component_list, 0, 1 },
    { NULL, NULL, 0, 0 }
};


int
ctl_component(int argc, char **argv)
{
    int               rc;
    ctl_component_t  *c;
    ic_arena_t       *pool;

    if (argc > 0 && ctl_component_is_api(argv[0])) {
        return ctl_component_api(argc, argv);
    }

    pool = ic_pool_create();
    c = (pool != NULL) ? ic_zalloc(pool, sizeof(ctl_component_t)) : NULL;

    if (c == NULL) {
        rc = ctl_error("out of memory");

    } else {
        c->pool = pool;
        rc = component_run(c, argc, argv);
        ic_store_close(c->store);
    }

    if (pool != NULL) {
        ic_pool_destroy(pool);
    }

    return rc;
}


static int
component_run(ctl_component_t *c, int argc, char **argv)
{
    const ctl_component_command_t  *command;

    for (command = component_commands; command->verb != NULL; command++) {
        if (argc > 0 && strcmp(argv[0], command->verb) == 0) {
            break;
        }
    }

    if (command->verb == NULL) {
        (void) ctl_error("component " CTL_COMPONENT_USAGE);
        return 2;
    }

    if (component_options(c, argc, argv) != 0
        || (c->subject != NULL) != command->subject
        || (c->file != NULL) != command->conf)
    {
        (void) ctl_error("component " CTL_COMPONENT_USAGE);
        return 2;
    }

    if (c->failed || (command->conf && component_conf(c) != 0)) {
        return 1;
    }

    return command->run(c);
}


/* What stands behind the verb. 0, or -1. */

static int
component_options(ctl_component_t *c, int argc, char **argv)
{
    int       i;
    unsigned  n;

    const struct {
        const char   *name;
        const char  **value;
    } options[] = {
        { "--conf", &c->file },
        { "--descriptor", &c->descriptor },
        { "--executable", &c->executable },
        { "--security", &c->security },
        { "--as", &c->as },
        { "--certificate", &c->certificate },
        { "--key", &c->key }
    };

    i = 1;

    if (i < argc && argv[i][0] != '-') {
        c->subject = argv[i++];
    }

    for (/* void */; i + 1 < argc; i += 2) {

        if (strcmp(argv[i], "--file") == 0) {
            c->failed |= (component_file(c, argv[i + 1]) != 0);
            continue;
        }

        for (n = 0; n < sizeof(options) / sizeof(options[0]); n++) {
            if (strcmp(argv[i], options[n].name) == 0) {
                *options[n].value = argv[i + 1];
                break;
            }
        }

        if (n == sizeof(options) / sizeof(options[0])) {
            return -1;
        }
    }

    return (i == argc) ? 0 : -1;
}


/* A file that goes along under its own name. */

static int
component_file(ctl_component_t *c, const char *file)
{
    ic_str_t     data;
    const char  *name;

    name = strrchr(file, '/');
    name = (name != NULL) ? name + 1 : file;
    data = ctl_read_file(c->pool, file);

    if (data.data == NULL) {
        return ctl_error("cannot read %s", file);
    }

    return (ic_tar_put(&c->pkg.tar, name, data) == 0)
           ? 0 : ctl_error("more than %d files", IC_TAR_FILES);
}


static int
component_conf(ctl_component_t *c)
{
    ic_str_t              text;
    const char           *flag, *grace;
    ic_package_policy_t  *policy;

    if (ctl_conf_store(c->pool, c->file, &c->conf) != 0) {
        return 1;
    }

    policy = &c->policy;
    text = ctl_read_file(c->pool, c->file);

    c->components = ctl_conf_value(c->pool, text, "components");
    policy->trusted[IC_PACKAGE_DEVELOPER] =
        ctl_conf_value(c->pool, text, "component_developers");
    policy->trusted[IC_PACKAGE_AUTHORITY] =
        ctl_conf_value(c->pool, text, "component_authorities");
    policy->crl = ctl_conf_value(c->pool, text, "component_crl");

    grace = ctl_conf_value(c->pool, text, "component_crl_grace");
    policy->crl_grace = 0;

    if (grace != NULL && ic_str_time(ic_str(grace), &policy->crl_grace) != 0) {
        return ctl_error("component_crl_grace is no time in %s", c->file);
    }

    flag = ctl_conf_value(c->pool, text, "component_authority_required");
    policy->authority = (flag != NULL && strcmp(flag, "on") == 0);

    if (c->components == NULL) {
        return ctl_error("components is not in %s", c->file);
    }

    c->store = ic_store_create(&c->conf);

    return (c->store != NULL) ? 0 : ctl_error("out of memory");
}


static int
component_pack(ctl_component_t *c)
{
    ic_str_t  data;
    unsigned  i;

    const struct {
        const char  *file;
        const char  *name;
    } files[] = {
        { c->descriptor, IC_PACKAGE_DESCRIPTOR },
        { c->executable, IC_PACKAGE_EXECUTABLE },
        { c->security, IC_PACKAGE_SECURITY }
    };

    for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {

        data = (files[i].file != NULL) ? ctl_read_file(c->pool, files[i].file)
                                       : ic_str(NULL);

        if (data.data == NULL
            || ic_tar_put(&c->pkg.tar, files[i].name, data) != 0)
        {
            return ctl_error("%s: cannot read %s", files[i].name,
                             (files[i].file != NULL) ? files[i].file : "it");
        }
    }

    if (ic_package_make(&c->pkg, c->pool) != 0) {
        return ctl_error("%s", c->pkg.error);
    }

    return component_write(c);
}


static int
component_sign(ctl_component_t *c)
{
    unsigned  as;

    for (as = 0; as < IC_PACKAGE_SIGNERS; as++) {
        if (c->as != NULL && strcmp(c->as, ic_package_signer(as)) == 0) {
            break;
        }
    }

    if (as == IC_PACKAGE_SIGNERS || c->certificate == NULL || c->key == NULL)
    {
        (void) ctl_error("component " CTL_COMPONENT_USAGE);
        return 2;
    }

    if (ic_package_read(&c->pkg, c->pool, c->subject) != 0
        || ic_package_sign(&c->pkg, c->pool, as, c->certificate, c->key) != 0)
    {
        return ctl_error("%s: %s", c->subject, c->pkg.error);
    }

    return component_write(c);
}


/* Over what is there: what is signed is kept. */

static int
component_write(ctl_component_t *c)
{
    ic_str_t  bytes;

    bytes = ic_tar_write(&c->pkg.tar, c->pool);

    if (bytes.data == NULL || bytes.len > IC_PACKAGE_MAX) {
        return ctl_error("%s would be too large", c->subject);
    }

    if (ctl_write_file(c->subject, 0644, bytes) != 0) {
        return 1;
    }

    printf("%s %s %s\n", c->pkg.name, c->pkg.version, c->pkg.digest);

    return 0;
}


static int
component_verify(ctl_component_t *c)
{
    if (ic_package_read(&c->pkg, c->pool, c->subject) != 0
        || ic_package_verify(&c->pkg, &c->policy) != 0)
    {
        return ctl_error("%s: %s", c->subject, c->pkg.error);
    }

    printf("%s %s %s\n", c->pkg.name, c->pkg.version, c->pkg.digest);

    return 0;
}


static int
component_check(ctl_component_t *c)
{
    return (component_verify(c) == 0) ? ctl_component_install(c) : 1;
}
