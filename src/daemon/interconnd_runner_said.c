
/*
 * What a component tells of itself by system.callback: the URL with the
 * secret of this run, and what follows when it has said how it ended.
 */


#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>

#include "../lib/ic_codec.h"
#include "interconnd_runner.h"


#define SAID_PATH   "/v1/platform/schedule/task/callback"

/* ms that a component has to end after it has said SUCCESS */
#define SAID_GRACE  10000


void
interconnd_said_secret(char *secret)
{
    u_char  bytes[INTERCONND_RUNNER_SECRET / 2];

    /* without one it cannot call back, and needs not */

    secret[0] = '\0';

    if (RAND_bytes(bytes, sizeof(bytes)) == 1) {
        ic_hex(secret, bytes, sizeof(bytes));
    }

    OPENSSL_cleanse(bytes, sizeof(bytes));
}


/*
 * HTTP clients make a header of "user:password@", so that no log has it. What
 * has no network is told of the socket, where a message's token is enough.
 */
ic_str_t
interconnd_said_url(const interconnd_child_t *child, ic_arena_t *pool)
{
    const char               *host;
    const interconnd_conf_t  *conf;

    conf = child->runner->conf;
    host = (conf->platform != NULL) ? strstr(conf->platform, "://") : NULL;

    if (host == NULL || child->package || child->secret[0] == '\0') {
        return ic_str_fmt(pool, "http://unix:%s/channel.sock:%s",
                          conf->run_dir, SAID_PATH);
    }

    host += sizeof("://") - 1;

    return ic_str_fmt(pool, "%.*stask:%s@%s%s",
                      (int) (host - conf->platform), conf->platform,
                      child->secret, host, SAID_PATH);
}


void
interconnd_child_said(interconnd_child_t *child, const ic_reply_t *beat)
{
    ic_str_t  said;

    said = ic_reply_get(beat, "said");

    if (said.len == 0 || child->stopping || child->committing) {
        return;
    }

    if (ic_str_is(said, "FAILED")) {
        interconnd_log("info", "task %s: says that it failed",
                       child->task_id);
        interconnd_child_fail(child, "task_crashed", "%s said so",
                              child->component);
        interconnd_child_stop(child, false);
        return;
    }

    if (child->said_ms == 0) {
        child->said_ms = ic_mono_ms();
    }

    if (ic_mono_ms() - child->said_ms >= SAID_GRACE) {
        interconnd_log("info", "task %s: said SUCCESS and does not end",
                       child->task_id);
        child->content = 1;
        interconnd_child_stop(child, false);
    }
}
