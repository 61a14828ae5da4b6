
/* interconnctl demo: options, order of the steps, clean end. */


#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "ctl_demo.h"
#include "interconnctl.h"


typedef struct {
    const char  *data;
    const char  *dir;
    int          leave;
    int          json;
} ctl_demo_options_t;


static int ctl_demo_options(ctl_demo_options_t *options, int argc,
    char **argv);
static int ctl_demo_prepare(ctl_demo_t *demo,
    const ctl_demo_options_t *options, char *dir);
static int ctl_demo_run(ctl_demo_t *demo, const ctl_demo_options_t *options);
static void ctl_demo_wait(ctl_demo_t *demo);
static void ctl_demo_remove(const char *dir);
static int ctl_demo_remove_one(const char *path, const struct stat *st,
    int type, struct FTW *ftw);
static void ctl_demo_signal(int signo);


static int64_t                ctl_demo_started;
static volatile sig_atomic_t  ctl_demo_ended;


int
ctl_demo(int argc, char **argv)
{
    int                 rc;
    char                dir[] = "/tmp/interconn-demo-XXXXXX";
    ctl_demo_t         *demo;
    ctl_demo_options_t  options;

    if (ctl_demo_options(&options, argc, argv) != 0) {
        return 2;
    }

    demo = calloc(1, sizeof(ctl_demo_t));

    if (demo == NULL || (demo->pool = ic_pool_create()) == NULL) {
        free(demo);
        return ctl_error("out of memory");
    }

    ctl_demo_started = ic_mono_ms();
    demo->quiet = options.json;
    signal(SIGINT, ctl_demo_signal);
    signal(SIGTERM, ctl_demo_signal);

    rc = ctl_demo_prepare(demo, &options, dir);

    if (rc == 0) {
        rc = ctl_demo_run(demo, &options);

        if (rc == 0 && !options.leave) {
            ctl_demo_wait(demo);
        }

        ctl_sandbox_down(demo->sandbox.dir);
    }

    if (options.dir == NULL && rc == 0) {
        ctl_demo_remove(dir);
    }

    ic_pool_destroy(demo->pool);
    free(demo);

    return rc == 0 ? 0 : 1;
}


static int
ctl_demo_options(ctl_demo_options_t *options, int argc, char **argv)
{
    int  i;

    memset(options, 0, sizeof(ctl_demo_options_t));

    for (i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--data") == 0 && i + 1 < argc) {
            options->data = argv[++i];

        } else if (strcmp(argv[i], "--dir") == 0 && i + 1 < argc) {
            options->dir = argv[++i];

        } else if (strcmp(argv[i], "--exit") == 0) {
            options->leave = 1;

        } else if (strcmp(argv[i], "--json") == 0) {
            options->json = 1;
            options->leave = 1;

        } else {
            ctl_error("demo: unknown argument \"%s\"", argv[i]);
            return -1;
        }
    }

    return 0;
}


static int
ctl_demo_prepare(ctl_demo_t *demo, const ctl_demo_options_t *options,
    char *dir)
{
    int          rc;
    char         path[PATH_MAX], real[PATH_MAX];
    const char  *where;

    where = options->dir != NULL ? options->dir : mkdtemp(dir);

    if (where == NULL || snprintf(path, sizeof(path), "%s/rows", where) < 0
        || (mkdir(where, 0700) != 0 && errno != EEXIST)
        || (mkdir(path, 0700) != 0 && errno != EEXIST))
    {
        ctl_error("mkdir: %s", strerror(errno));
        return -1;
    }

    if (options->data != NULL) {
        rc = ctl_demo_folder(&demo->data, options->data, demo->pool);

    } else {
        rc = realpath(path, real) == NULL ? -1
             : ctl_demo_generate(&demo->data, real, CTL_DEMO_SEED);
    }

    if (rc != 0) {
        return -1;
    }

    ctl_demo_say(demo, "starting %u nodes in %s: 1 coordinator, %u "
                 "hospitals", demo->data.parties + 1, where,
                 demo->data.parties);

    return ctl_sandbox_up(&demo->sandbox, where, demo->data.parties + 1, 0);
}


static int
ctl_demo_run(ctl_demo_t *demo, const ctl_demo_options_t *options)
{
    ic_str_t       text;
    ic_json_out_t  json;

    if (ctl_demo_contracts(demo) != 0 || ctl_demo_datasets(demo) != 0
        || ctl_demo_authorise(demo) != 0 || ctl_demo_train(demo) != 0
        || ctl_demo_infer(demo) != 0)
    {
        return -1;
    }

    ic_out_init(&json, demo->pool);

    if (ctl_demo_report(demo, &json) != 0) {
        return -1;
    }

    if (options->json) {
        text = ic_out_text(&json);
        printf("%.*s\n", (int) text.len, text.data);
    }

    return 0;
}


static void
ctl_demo_wait(ctl_demo_t *demo)
{
    const ctl_node_t  *job, *model;

    job = &demo->sandbox.nodes[0];
    model = &demo->sandbox.nodes[CTL_DEMO_GUEST];

    printf("\nThe console, and the token of the operator to sign in with:\n"
           "  the job    %s/  %s\n"
           "  the model  %s/  %s\n"
           "The nodes run until Ctrl-C.\n", job->platform, job->token,
           model->platform, model->token);
    fflush(stdout);

    while (!ctl_demo_ended) {
        pause();
    }
}


/* A folder the demo made itself; kept when something failed. */
static void
ctl_demo_remove(const char *dir)
{
    if (nftw(dir, ctl_demo_remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0) {
        ctl_error("%s: %s", dir, strerror(errno));
    }
}


static int
ctl_demo_remove_one(const char *path, const struct stat *st, int type,
    struct FTW *ftw)
{
    return remove(path);
}


static void
ctl_demo_signal(int signo)
{
    ctl_demo_ended = signo;
}


void
ctl_demo_say(ctl_demo_t *demo, const char *fmt, ...)
{
    va_list  args;

    if (demo->quiet) {
        return;
    }

    va_start(args, fmt);
    printf("[%6.2f s] ", (double) (ic_mono_ms() - ctl_demo_started) / 1000);
    vprintf(fmt, args);
    putchar('\n');
    fflush(stdout);
    va_end(args);
}


const ic_json_t *
ctl_demo_call(ctl_demo_t *demo, const ctl_node_t *node, const char *path,
    const char *body)
{
    char              error[256];
    ic_str_t          text;
    ic_json_t        *json;
    ctl_client_t      client;
    const ic_json_t  *code;

    if (ctl_demo_ended) {
        ctl_error("interrupted");
        return NULL;
    }

    ctl_node_operator(&demo->sandbox, node, demo->pool, &client);
    json = ctl_call(&client, demo->pool, path, body, NULL, error);

    if (json == NULL) {
        ctl_error("%s: %s", node->node_id, error);
        return NULL;
    }

    code = ic_json_get(json, "code");

    if (code == NULL || (code->num != 0 && code->num != 200)) {
        text = ic_json_text(demo->pool, json);
        ctl_error("%s %s: %.*s", node->node_id, path, (int) text.len,
                  text.data);
        return NULL;
    }

    return ic_json_get(json, "data");
}
