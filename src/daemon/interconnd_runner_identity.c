
/*
 * Which component a task runs, written into its session before the program
 * starts: what peers are told, and what theirs are compared with.
 */


#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "../api/ic_component.h"
#include "../lib/ic_codec.h"
#include "interconnd_runner.h"


/* a word of the identity; three times that when all of it is escaped */
#define IDENTITY_WORD  128


static void identity_tell(const interconnd_child_t *child);
static ic_str_t identity_text(const interconnd_child_t *child);
static ic_str_t identity_word(ic_arena_t *pool, ic_str_t text);
static const ic_component_t *identity_built_in(
    const interconnd_child_t *child);


int
interconnd_child_identify(interconnd_child_t *child)
{
    ic_str_t    argv[3];
    ic_reply_t  reply;

    argv[0] = ic_str(child->task_id);
    argv[1] = ic_str(child->epoch);
    argv[2] = identity_text(child);

    if (argv[2].data == NULL) {
        interconnd_child_fail(child, "internal", "memory is short");
        return -1;
    }

    if (ic_store_call(child->runner->store, child->pool, &reply,
                      "session_identify", 3, argv)
        != 0)
    {
        interconnd_child_fail(child, "internal", "the store is away");
        return -1;
    }

    if (ic_reply_ok(&reply)) {
        return 0;
    }

    if (ic_str_is(reply.status, "component_mismatch")) {
        interconnd_child_fail(child, "component_mismatch", "%.*s",
                              (int) reply.detail.len, reply.detail.data);
        identity_tell(child);
        return -1;
    }

    /* the task is over, or another's, and its end is told there */

    interconnd_child_fail(child, "internal", "%.*s", (int) reply.detail.len,
                          reply.detail.data);
    return -1;
}


/*
 * The channel looks at the session when the task calls, and this one never
 * will: the peers are to hear of it at once, not after their time-outs. When
 * this comes to nothing they hear of it from the scheduler.
 */

static void
identity_tell(const interconnd_child_t *child)
{
    int                 fd;
    char                byte;
    ic_str_t            call;
    struct timeval      wait = { 0, 500000 };
    struct sockaddr_un  address;

    memset(&address, 0, sizeof(struct sockaddr_un));
    address.sun_family = AF_UNIX;

    if (snprintf(address.sun_path, sizeof(address.sun_path),
                 "%s/" INTERCONND_CHANNEL_OWN, child->runner->conf->run_dir)
        >= (int) sizeof(address.sun_path))
    {
        return;
    }

    call = ic_str_fmt(child->pool, "POST /v1/interconn/chan/peek HTTP/1.1\r\n"
                      "Host: channel\r\nContent-Length: 0\r\n"
                      "Connection: close\r\nx-ptp-session-id: %s\r\n"
                      "x-ptp-token: %s\r\nx-ptp-topic: component\r\n"
                      "x-ptp-target-node-id: %s\r\n\r\n", child->session_id,
                      child->token, child->runner->conf->node_id);

    fd = (call.data != NULL)
         ? socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) : -1;

    if (fd < 0) {
        return;
    }

    (void) setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
    (void) setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));

    if (connect(fd, (struct sockaddr *) &address, sizeof(address)) == 0
        && send(fd, call.data, call.len, MSG_NOSIGNAL) == (ssize_t) call.len)
    {
        (void) recv(fd, &byte, 1, 0);
    }

    close(fd);
}


static ic_str_t
identity_text(const interconnd_child_t *child)
{
    ic_str_t               name, provider, version;
    const char            *digest;
    const ic_component_t  *built_in;

    built_in = identity_built_in(child);
    digest = "-";
    provider = ic_str("");
    version = ic_str(child->version);

    if (child->seal != NULL) {
        provider = ic_json_str(ic_json_get(child->seal->descriptor,
                                           "provider"));
        version = ic_str(child->seal->version);
        digest = child->seal->digest;

    } else if (built_in != NULL) {
        provider = ic_str(built_in->provider);
        version = ic_str(built_in->version);
    }

    name = identity_word(child->pool, ic_str(child->component));
    provider = identity_word(child->pool, provider);
    version = identity_word(child->pool, version);

    if (name.data == NULL || provider.data == NULL || version.data == NULL) {
        return ic_str(NULL);
    }

    return ic_str_fmt(child->pool, "%.*s %.*s %.*s %s", (int) name.len,
                      name.data, (int) provider.len, provider.data,
                      (int) version.len, version.data, digest);
}


/* "-" for what is not known, so that a word is never empty. */

static ic_str_t
identity_word(ic_arena_t *pool, ic_str_t text)
{
    if (text.len == 0) {
        return ic_str("-");
    }

    if (ic_str_is(text, "-")) {
        return ic_str("%2D");
    }

    text.len = (text.len < IDENTITY_WORD) ? text.len : IDENTITY_WORD;

    return ic_escape_uri(pool, text);
}


/* A file of the components folder that has the name of one of ours. */

static const ic_component_t *
identity_built_in(const interconnd_child_t *child)
{
    const ic_component_t  *component;

    for (component = ic_components; component->name != NULL; component++) {
        if (strcmp(component->name, child->component) == 0) {
            return component;
        }
    }

    return NULL;
}
