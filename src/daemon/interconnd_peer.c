
/* Calls to other nodes. */


#include <curl/curl.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>

#include "../trust/ic_cert.h"
#include "interconnd_dial.h"
#include "interconnd_peer_headers.h"
#include "interconnd_peer_words.h"
#include "interconnd_tls.h"


#define INTERCONND_PEER_ANSWER   (64 * 1024)
#define INTERCONND_PEER_FIRST    4096
#define INTERCONND_PEER_CONNECT  5000        /* ms */
#define INTERCONND_PEER_IDLE     64          /* connections kept */
#define INTERCONND_PEER_REPEATS  3           /* on connections that ended */


struct interconnd_peer_s {
    const interconnd_conf_t  *conf;
    CURLM                    *multi;
    interconnd_keys_t         keys;
    int                       calls;         /* begun, not given back */
};

typedef struct {
    interconnd_peer_t        *peer;
    interconnd_request_t     *request;
    ic_arena_t               *arena;
    CURL                     *easy;
    const char               *target_uri;    /* arena */
    struct curl_slist        *headers;
    unsigned                  sends;         /* with these headers */
    unsigned                  repeats;
    ic_str_t                  body;
    u_char                   *answer;        /* arena */
    size_t                    len;
    size_t                    size;
    char                      reason[CURL_ERROR_SIZE];
    interconnd_dial_t         dial;
} interconnd_peer_call_t;


static const interconnd_identity_t *interconnd_peer_identity(
    const interconnd_peer_call_t *call);
static int interconnd_peer_setup(interconnd_peer_call_t *call, char *url,
    int timeout_ms);
static int interconnd_peer_setup_headers(interconnd_peer_call_t *call);
static int interconnd_peer_setup_tls(interconnd_peer_call_t *call);
static bool interconnd_peer_repeat(interconnd_peer_call_t *call);
static int interconnd_peer_setup_body(interconnd_peer_call_t *call);
static size_t interconnd_peer_take(char *data, size_t size, size_t n,
    void *context);
static int interconnd_peer_connected(void *context, char *primary, char *own,
    int primary_port, int own_port);
static void interconnd_peer_finish(interconnd_peer_call_t *call, CURLcode rc);
static int64_t interconnd_peer_date(CURL *easy);
static void interconnd_peer_envelope(interconnd_peer_call_t *call);
static void interconnd_peer_free_call(interconnd_peer_call_t *call);


interconnd_peer_t *
interconnd_peer_create(const interconnd_conf_t *conf)
{
    interconnd_peer_t  *peer;

    peer = calloc(1, sizeof(interconnd_peer_t));
    if (peer == NULL) {
        return NULL;
    }

    peer->conf = conf;

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK
        || (peer->multi = curl_multi_init()) == NULL)
    {
        interconnd_log("error", "libcurl cannot be initialised");
        free(peer);
        return NULL;
    }

    curl_multi_setopt(peer->multi, CURLMOPT_MAXCONNECTS,
                      (long) INTERCONND_PEER_IDLE);

    if (interconnd_keys_load(&peer->keys, conf) != 0) {
        interconnd_peer_free(peer);
        return NULL;
    }

    return peer;
}


interconnd_keys_t *
interconnd_peer_keys(interconnd_peer_t *peer)
{
    return &peer->keys;
}


/* What a partner does not know yet it is told in the name it knows. */
static const interconnd_identity_t *
interconnd_peer_identity(const interconnd_peer_call_t *call)
{
    return call->request->present
           ? &call->peer->keys.present
           : interconnd_keys_identity(&call->peer->keys);
}


void
interconnd_peer_free(interconnd_peer_t *peer)
{
    if (peer == NULL) {
        return;
    }

    interconnd_keys_free(&peer->keys);
    curl_multi_cleanup(peer->multi);
    curl_global_cleanup();
    free(peer);
}


int
interconnd_peer_begin(interconnd_peer_t *peer, ic_arena_t *arena,
    interconnd_request_t *request, int timeout_ms)
{
    char                    *url;
    size_t                   len;
    interconnd_peer_call_t  *call;

    request->sent = 0;
    request->status = 0;
    request->code = -1;
    request->ok = 0;
    request->message = ic_str(NULL);
    request->data = NULL;
    request->spki[0] = '\0';
    request->certificate = ic_str(NULL);
    request->date = -1;
    snprintf(request->error, sizeof(request->error), "memory is short");

    call = calloc(1, sizeof(interconnd_peer_call_t));
    if (call == NULL) {
        return -1;
    }

    call->peer = peer;
    call->request = request;
    call->arena = arena;
    request->call = call;

    len = strlen(request->address);
    while (len > 0 && request->address[len - 1] == '/') {
        len--;
    }

    url = (char *) ic_str_fmt(arena, "%.*s%s", (int) len, request->address,
                              request->path).data;

    if (url == NULL || interconnd_peer_setup(call, url, timeout_ms) != 0
        || curl_multi_add_handle(peer->multi, call->easy) != CURLM_OK)
    {
        interconnd_peer_free_call(call);
        return -1;
    }

    request->error[0] = '\0';
    peer->calls++;

    return 0;
}


static int
interconnd_peer_setup(interconnd_peer_call_t *call, char *url, int timeout_ms)
{
    CURL                  *easy;
    interconnd_request_t  *r;

    r = call->request;

    easy = curl_easy_init();
    if (easy == NULL) {
        return -1;
    }

    call->easy = easy;

    call->target_uri = strstr(url, "://");

    if (call->target_uri != NULL) {
        call->target_uri = strchr(call->target_uri + 3, '/');
    }

    if (call->target_uri == NULL) {
        snprintf(r->error, sizeof(r->error), "%s is not a URL", r->address);
        return -1;
    }

    /* what a peer registers as its address must not reach anything else */
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR,
                     call->peer->conf->plain_peers ? "http,https" : "https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);

    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long) timeout_ms);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     (long) (timeout_ms < INTERCONND_PEER_CONNECT
                             ? timeout_ms : INTERCONND_PEER_CONNECT));
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->reason);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, (char *) call);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, interconnd_peer_take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);

    if (interconnd_peer_setup_body(call) != 0) {
        return -1;
    }

    if (interconnd_peer_setup_tls(call) != 0) {
        return -1;
    }

    return interconnd_peer_setup_headers(call);
}


static int
interconnd_peer_setup_headers(interconnd_peer_call_t *call)
{
    curl_slist_free_all(call->headers);

    call->headers = interconnd_peer_headers(call->peer->conf,
                        interconnd_peer_identity(call)->key, call->arena,
                        call->request, call->body, call->target_uri);
    if (call->headers == NULL) {
        return -1;
    }

    call->sends = 0;
    curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);

    return 0;
}


static int
interconnd_peer_setup_tls(interconnd_peer_call_t *call)
{
    /* called for each request, on connections already made too */
    curl_easy_setopt(call->easy, CURLOPT_PREREQFUNCTION,
                     interconnd_peer_connected);
    curl_easy_setopt(call->easy, CURLOPT_PREREQDATA, call);

    call->dial.allow = call->peer->conf->peer_allow;
    call->dial.error = call->request->error;
    call->dial.size = sizeof(call->request->error);

    return interconnd_dial_setup(call->easy, &call->dial) != 0
           ? -1 : interconnd_tls_setup(call->easy, call->peer->conf,
                                   interconnd_peer_identity(call));
}


/* In the peer's words; the next call of the request begins with its own. */
static int
interconnd_peer_setup_body(interconnd_peer_call_t *call)
{
    ic_profile_t           profile;
    interconnd_request_t  *r;

    r = call->request;

    memset(&profile, 0, sizeof(ic_profile_t));
    ic_profile_read(&profile, ic_str(r->speaks));

    call->body = interconnd_peer_words(call->arena, &profile, r->path,
                                       r->body);

    if (r->body.len > 0 && call->body.data == NULL) {
        return -1;
    }

    if (strcmp(r->method, "GET") != 0 || call->body.len > 0) {
        curl_easy_setopt(call->easy, CURLOPT_CUSTOMREQUEST, r->method);
        curl_easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t) call->body.len);
        curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS,
                         call->body.len > 0 ? (char *) call->body.data : "");
    }

    return 0;
}


static size_t
interconnd_peer_take(char *data, size_t size, size_t n, void *context)
{
    interconnd_peer_call_t *call = context;

    size_t   room, limit;
    u_char  *p;

    n *= size;
    limit = call->request->limit > 0 ? call->request->limit
                                     : INTERCONND_PEER_ANSWER;

    if (call->len + n > limit) {
        snprintf(call->request->error, sizeof(call->request->error),
                 "the answer is longer than %zu bytes", limit);
        return 0;
    }

    if (call->len + n > call->size) {
        room = call->size == 0 ? INTERCONND_PEER_FIRST : call->size * 2;
        while (room < call->len + n) {
            room *= 2;
        }

        p = ic_alloc(call->arena, room);
        if (p == NULL) {
            return 0;
        }

        if (call->len > 0) {
            memcpy(p, call->answer, call->len);
        }

        call->answer = p;
        call->size = room;
    }

    memcpy(call->answer + call->len, data, n);
    call->len += n;

    return n;
}


/* The connection stands, nothing is sent yet: who is at the other end? */
static int
interconnd_peer_connected(void *context, char *primary, char *own,
    int primary_port, int own_port)
{
    interconnd_peer_call_t *call = context;

    const char  *why;

    /*
     * libcurl sends a request again when a kept connection ends under it; a
     * nonce is for one message only, and the first may have been taken
     */
    if (call->sends++ > 0) {
        snprintf(call->request->error, sizeof(call->request->error),
                 "the connection ended");
        return CURL_PREREQFUNC_ABORT;
    }

    if (!interconnd_tls_is_node(call->easy, call->request->target_node_id,
                                call->request->address,
                                call->request->spki))
    {
        snprintf(call->request->error, sizeof(call->request->error),
                 "the server's certificate is not that of node %s",
                 call->request->target_node_id);
        return CURL_PREREQFUNC_ABORT;
    }

    why = interconnd_tls_refuses(call->easy, &call->peer->keys);

    if (why != NULL) {
        snprintf(call->request->error, sizeof(call->request->error),
                 "the server's %s", why);
        return CURL_PREREQFUNC_ABORT;
    }

    if (call->request->wants_certificate) {
        call->request->certificate
            = interconnd_tls_certificate(call->easy, call->arena);
    }

    /* of the name's addresses one was not refused */
    call->request->error[0] = '\0';

    return CURL_PREREQFUNC_OK;
}


void
interconnd_peer_wait(interconnd_peer_t *peer, int fd, int timeout_ms)
{
    int                 running;
    CURLMcode           rc;
    unsigned            n;
    struct curl_waitfd  extra;

    extra.fd = fd;
    extra.events = CURL_WAIT_POLLIN;
    extra.revents = 0;
    n = (fd == -1) ? 0 : 1;

    rc = curl_multi_perform(peer->multi, &running);

    /* a call that ended just now is not waited over */
    if (rc == CURLM_OK && running == peer->calls) {
        rc = curl_multi_poll(peer->multi, n ? &extra : NULL, n, timeout_ms,
                             NULL);
    }

    if (rc == CURLM_OK) {
        rc = curl_multi_perform(peer->multi, &running);
    }

    if (rc != CURLM_OK) {
        interconnd_log("error", "libcurl: %s", curl_multi_strerror(rc));
        interconnd_sleep(100);
    }
}


interconnd_request_t *
interconnd_peer_next(interconnd_peer_t *peer)
{
    int                      left;
    CURLMsg                 *message;
    CURLcode                 result;
    interconnd_request_t    *request;
    interconnd_peer_call_t  *call;

    for ( ;; ) {
        message = curl_multi_info_read(peer->multi, &left);
        if (message == NULL) {
            return NULL;
        }

        if (message->msg != CURLMSG_DONE) {
            continue;
        }

        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
                          (char **) &call);
        result = message->data.result;

        if (!interconnd_peer_repeat(call)) {
            break;
        }
    }

    request = call->request;

    interconnd_peer_finish(call, result);
    interconnd_peer_drop(peer, request);

    return request;
}


/* What libcurl would have sent again is sent as a message of its own. */
static bool
interconnd_peer_repeat(interconnd_peer_call_t *call)
{
    if (call->sends < 2 || call->repeats == INTERCONND_PEER_REPEATS) {
        return false;
    }

    call->repeats++;
    call->len = 0;
    call->request->error[0] = '\0';

    curl_multi_remove_handle(call->peer->multi, call->easy);

    return interconnd_peer_setup_headers(call) == 0
           && curl_multi_add_handle(call->peer->multi, call->easy)
              == CURLM_OK;
}


void
interconnd_peer_drop(interconnd_peer_t *peer, interconnd_request_t *request)
{
    interconnd_peer_call_t  *call;

    call = request->call;
    if (call == NULL) {
        return;
    }

    curl_multi_remove_handle(peer->multi, call->easy);
    peer->calls--;
    interconnd_peer_free_call(call);
}


static void
interconnd_peer_free_call(interconnd_peer_call_t *call)
{
    call->request->call = NULL;

    curl_easy_cleanup(call->easy);
    curl_slist_free_all(call->headers);
    free(call);
}


static void
interconnd_peer_finish(interconnd_peer_call_t *call, CURLcode rc)
{
    interconnd_request_t  *r;

    r = call->request;

    if (rc != CURLE_OK) {
        if (r->error[0] == '\0') {
            snprintf(r->error, sizeof(r->error), "%s",
                     call->reason[0] != '\0' ? call->reason
                                             : curl_easy_strerror(rc));
        }

        return;
    }

    r->sent = 1;
    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &r->status);
    r->date = interconnd_peer_date(call->easy);

    interconnd_peer_envelope(call);

    r->ok = r->status / 100 == 2 && (r->code == 0 || r->code == 200);

    if (!r->ok && r->error[0] == '\0') {
        snprintf(r->error, sizeof(r->error), "HTTP %ld, code %lld: %.*s",
                 r->status, (long long) r->code, (int) r->message.len,
                 r->message.data == NULL ? (u_char *) "" : r->message.data);
    }
}


/* The header Date has no fractions: the middle of its second, or -1. */
static int64_t
interconnd_peer_date(CURL *easy)
{
    time_t               seconds;
    struct curl_header  *header;

    if (curl_easy_header(easy, "Date", 0, CURLH_HEADER, -1, &header)
        != CURLHE_OK)
    {
        return -1;
    }

    seconds = curl_getdate(header->value, NULL);

    return seconds <= 0 ? -1 : (int64_t) seconds * 1000 + 500;
}


/* {"code","msg","data"}; "message" with some implementations. */
static void
interconnd_peer_envelope(interconnd_peer_call_t *call)
{
    ic_str_t               why;
    ic_json_t             *root, *code, *message;
    interconnd_request_t  *r;

    r = call->request;

    root = ic_json_parse(call->arena, ic_str_n(call->answer, call->len),
                         &why);

    code = ic_json_get(root, "code");

    if (code == NULL || code->type != IC_JSON_INT) {
        snprintf(r->error, sizeof(r->error),
                 "HTTP %ld without an envelope", r->status);
        return;
    }

    message = ic_json_get(root, "msg");
    if (message == NULL || message->type != IC_JSON_STR) {
        message = ic_json_get(root, "message");
    }

    r->code = code->num;
    r->message = ic_json_str(message);
    r->data = ic_json_get(root, "data");
}
