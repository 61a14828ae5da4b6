
/*
 * interconnctl component upload, download, unregister: packages by a node's
 * own API, as an operator, from anywhere.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "../package/ic_package.h"
#include "ctl_api.h"
#include "ctl_component.h"
#include "interconnctl.h"


#define COMPONENT_PATH  "/v1/platform/component/"


typedef struct {
    ctl_api_t    api;
    const char  *subject;            /* a file, or "name:version" */
    const char  *output;             /* of a download */
} component_api_t;

typedef struct {
    const char  *verb;
    int        (*run)(component_api_t *c);
    unsigned     output:1;
} component_api_verb_t;


static const component_api_verb_t *component_verb(const char *name);
static int component_upload(component_api_t *c);
static int component_download(component_api_t *c);
static int component_fetched(component_api_t *c, const char *file);
static int component_unregister(component_api_t *c);


static const component_api_verb_t  component_verbs[] = {
    { "upload", component_upload, 0 },
    { "download", component_download, 1 },
    { "unregister", component_unregister, 0 },
    { NULL, NULL, 0 }
};


bool
ctl_component_is_api(const char *verb)
{
    return component_verb(verb) != NULL;
}


static const component_api_verb_t *
component_verb(const char *name)
{
    const component_api_verb_t  *verb;

    for (verb = component_verbs; verb->verb != NULL; verb++) {
        if (strcmp(verb->verb, name) == 0) {
            return verb;
        }
    }

    return NULL;
}


int
ctl_component_api(int argc, char **argv)
{
    int                          rc;
    component_api_t              c = { 0 };
    const component_api_verb_t  *verb;

    const ctl_option_t  own[] = {
        { "--output", &c.output },
        { NULL, NULL }
    };

    if (ctl_api_create(&c.api) != 0) {
        return 1;
    }

    verb = component_verb(argv[0]);

    if (argc < 2 || argv[1][0] == '-'
        || ctl_api_options(&c.api, argc, argv, 2, own) != 0
        || (c.output != NULL) != verb->output)
    {
        (void) ctl_error("component " CTL_COMPONENT_USAGE);
        rc = 2;

    } else {
        c.subject = argv[1];
        rc = ctl_api_token(&c.api) == 0 ? verb->run(&c) : 1;
    }

    ctl_api_destroy(&c.api);

    return rc;
}


static int
component_upload(component_api_t *c)
{
    char        error[256];
    ic_json_t  *answer;

    answer = ctl_send(&c->api.client, c->api.pool, COMPONENT_PATH "upload",
                      c->subject, "application/x-tar", error);

    if (answer == NULL) {
        return ctl_error("%s: %s", c->subject, error);
    }

    answer = ctl_api_data(answer);

    return answer == NULL ? 1 : ctl_api_print(&c->api, answer);
}


/* Whole or not at all: a file beside it becomes it. */

static int
component_download(component_api_t *c)
{
    int         fd, rc;
    char        error[256];
    ic_str_t    part, path;
    ic_json_t  *answer;

    if (!ic_id_valid(ic_str(c->subject))) {
        return ctl_error("\"%s\" is not NAME:VERSION", c->subject);
    }

    part = ic_str_fmt(c->api.pool, "%s.part", c->output);
    path = ic_str_fmt(c->api.pool, COMPONENT_PATH "download?component_id=%s",
                      c->subject);

    if (part.data == NULL || path.data == NULL) {
        return ctl_error("out of memory");
    }

    fd = open((char *) part.data, O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0644);

    if (fd < 0) {
        return ctl_error("open(%s): %s", (char *) part.data, strerror(errno));
    }

    answer = ctl_fetch(&c->api.client, c->api.pool, (char *) path.data, fd,
                       error);
    rc = close(fd) != 0 ? ctl_error("%s: %s", (char *) part.data,
                                    strerror(errno))
         : 0;

    if (answer != NULL) {
        (void) ctl_api_data(answer);
        rc = 1;

    } else if (*error != '\0') {
        rc = ctl_error("%s: %s", c->subject, error);

    } else if (rc == 0) {
        rc = component_fetched(c, (char *) part.data);
    }

    if (rc != 0) {
        (void) unlink((char *) part.data);
    }

    return rc;
}


/* Every digest of it is right; whose signatures count is another matter. */

static int
component_fetched(component_api_t *c, const char *file)
{
    ic_package_t  *pkg;

    pkg = ic_zalloc(c->api.pool, sizeof(ic_package_t));

    if (pkg == NULL) {
        return ctl_error("out of memory");
    }

    if (ic_package_read(pkg, c->api.pool, file) != 0) {
        return ctl_error("%s: %s", c->subject, pkg->error);
    }

    if (rename(file, c->output) != 0) {
        return ctl_error("%s: %s", c->output, strerror(errno));
    }

    printf("%s %s %s\n", pkg->name, pkg->version, pkg->digest);

    return 0;
}


static int
component_unregister(component_api_t *c)
{
    char           *name, *version;
    ic_str_t        text;
    ic_json_out_t   out;

    name = ic_str_z(c->api.pool, ic_str(c->subject));
    version = name != NULL ? strchr(name, ':') : NULL;

    if (version == NULL) {
        return ctl_error("\"%s\" is not NAME:VERSION", c->subject);
    }

    *version++ = '\0';

    ic_out_init(&out, c->api.pool);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "code", name);
    ic_out_z(&out, "version", version);
    ic_out_object_end(&out);
    text = ic_out_text(&out);

    return text.data != NULL
           && ctl_api_call(&c->api, ic_str(COMPONENT_PATH "unregister"),
                           (char *) text.data)
              != NULL
           ? 0 : 1;
}
