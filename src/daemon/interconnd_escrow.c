
/* Takes the steps of escrows from the store, one after the other. */


#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interconnd_escrow.h"


typedef struct {
    const char  *verb;
    int        (*take)(interconnd_escrow_t *escrow);
} escrow_step_t;


static int escrow_init(interconnd_escrow_t *escrow,
    const interconnd_conf_t *conf);
static int escrow_folder(interconnd_escrow_t *escrow);
static int escrow_turn(interconnd_escrow_t *escrow);
static int escrow_gone(interconnd_escrow_t *escrow);


static const escrow_step_t  escrow_steps[] = {
    { "seal", interconnd_escrow_seal },
    { "hold", interconnd_escrow_hold },
    { "hand", interconnd_escrow_hand },
    { "reseal", interconnd_escrow_reseal },
    { "restore", interconnd_escrow_restore },
    { "drop", escrow_gone },
    { NULL, NULL }
};


int
interconnd_escrow(const interconnd_conf_t *conf)
{
    int                  rc;
    interconnd_escrow_t  escrow;

    memset(&escrow, 0, sizeof(interconnd_escrow_t));
    escrow.folder = -1;
    rc = escrow_init(&escrow, conf);

    while (rc == 0 && !interconnd_quit) {
        interconnd_keys_follow(&escrow.keys, escrow.store);
        rc = escrow_turn(&escrow);
        ic_pool_reset(escrow.pool);
    }

    interconnd_keys_free(&escrow.keys);

    if (escrow.folder != -1) {
        (void) close(escrow.folder);
    }

    if (escrow.store != NULL) {
        ic_store_close(escrow.store);
    }

    if (escrow.pool != NULL) {
        ic_pool_destroy(escrow.pool);
    }

    return rc == -1 ? 1 : 0;
}


static int
escrow_init(interconnd_escrow_t *escrow, const interconnd_conf_t *conf)
{
    escrow->conf = conf;

    /* tasks run under the same user: not even they read this memory */
    (void) prctl(PR_SET_DUMPABLE, 0);

    escrow->pool = ic_pool_create();
    escrow->store = interconnd_store(conf, INTERCONND_STORE_MS);

    if (escrow->pool == NULL || escrow->store == NULL) {
        interconnd_log("error", "memory is short");
        return -1;
    }

    if (interconnd_keys_load(&escrow->keys, conf) != 0) {
        return -1;
    }

    if (escrow->keys.present.key == NULL) {
        interconnd_log("error", "a node without a key has no escrow");
        return -1;
    }

    return escrow_folder(escrow);
}


/* One process at a time has it, whoever else has died while it did. */

static int
escrow_folder(interconnd_escrow_t *escrow)
{
    int  data;

    data = open(escrow->conf->data_dir, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (data != -1
        && (mkdirat(data, INTERCONND_ESCROWS, S_IRWXU) == 0
            || errno == EEXIST))
    {
        escrow->folder = openat(data, INTERCONND_ESCROWS,
                                O_RDONLY|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC);
    }

    if (escrow->folder == -1
        || flock(escrow->folder, LOCK_EX|LOCK_NB) != 0)
    {
        interconnd_log("error", "%s/" INTERCONND_ESCROWS ": %s",
                       escrow->conf->data_dir, strerror(errno));
        (void) close(data);
        return -1;
    }

    (void) close(data);

    return 0;
}


/* 0; 1: there is nothing to do; -1: the store does not answer. */

static int
escrow_turn(interconnd_escrow_t *escrow)
{
    ic_str_t              verb, id;
    const escrow_step_t  *step;

    if (ic_store_callz(escrow->store, escrow->pool, &escrow->step,
                       "escrow_next", NULL)
        != 0
        || !ic_reply_ok(&escrow->step))
    {
        interconnd_log("error", "escrow_next: %s",
                       ic_store_error(escrow->store));
        return -1;
    }

    escrow->why[0] = '\0';
    verb = interconnd_escrow_field(escrow, "verb");
    id = interconnd_escrow_field(escrow, "id");

    if (verb.len == 0) {
        return 1;
    }

    for (step = escrow_steps; step->verb != NULL; step++) {
        if (!ic_str_is(verb, step->verb)) {
            continue;
        }

        if (step->take(escrow) != 0) {
            return -1;
        }

        interconnd_log(escrow->why[0] == '\0' ? "info" : "warn",
                       "%s %.*s: %s", step->verb, (int) id.len, id.data,
                       escrow->why[0] == '\0' ? "done" : escrow->why);
        return 0;
    }

    return 1;
}


static int
escrow_gone(interconnd_escrow_t *escrow)
{
    ic_str_t  id;

    id = interconnd_escrow_field(escrow, "id");

    return (interconnd_escrow_drop(escrow) == 0)
           ? interconnd_escrow_tell(escrow, "escrow_dropped", 1, &id) : -1;
}


ic_str_t
interconnd_escrow_field(const interconnd_escrow_t *escrow, const char *name)
{
    return ic_reply_get(&escrow->step, name);
}


int
interconnd_escrow_fail(interconnd_escrow_t *escrow, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    (void) vsnprintf(escrow->why, sizeof(escrow->why), fmt, args);
    va_end(args);

    return -1;
}


int
interconnd_escrow_tell(interconnd_escrow_t *escrow, const char *function,
    unsigned argc, const ic_str_t *argv)
{
    ic_reply_t  reply;

    if (ic_store_call(escrow->store, escrow->pool, &reply, function, argc,
                      argv)
        != 0)
    {
        interconnd_log("error", "%s: %s", function,
                       ic_store_error(escrow->store));
        return -1;
    }

    if (!ic_reply_ok(&reply)) {
        (void) interconnd_escrow_fail(escrow, "%.*s %.*s",
                                      (int) reply.status.len,
                                      reply.status.data,
                                      (int) reply.detail.len,
                                      reply.detail.data);
    }

    return 0;
}
