
/*
 * The channel as a component uses it: HTTP over the unix socket of the own
 * node's channel role, one kept-alive connection.
 */


#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "../lib/ic_codec.h"
#include "ic_task_state.h"


#define CHANNEL_URL          "http://channel/v1/interconn/chan/"
#define CHANNEL_WAIT_S       30          /* one long poll */
#define CHANNEL_AWAY_MS      15000       /* until a silent socket is given up */
#define CHANNEL_BACKOFF_MIN  20
#define CHANNEL_BACKOFF_MAX  500
#define CHANNEL_CODE         16


typedef struct {
    CURL       *easy;
    u_char     *data;                    /* malloc() */
    size_t      len;
    size_t      size;
    char        code[CHANNEL_CODE];      /* x-ptp-code */
    char        error[CURL_ERROR_SIZE];
} channel_reply_t;

typedef struct {
    const char        *url;
    const ic_party_t  *party;
    const char        *topic;
    const void        *body;
    size_t             len;
    uint64_t           number;           /* the same when it is repeated */
    bool               tolerant;         /* the party may be lost */
} channel_call_t;

typedef enum {
    CHANNEL_OK = 0,
    CHANNEL_AGAIN,                       /* after a pause */
    CHANNEL_EMPTY,                       /* no message yet */
    CHANNEL_GONE,                        /* the party; it is no failure */
    CHANNEL_FAILED                       /* said so */
} channel_rc_e;

typedef struct {
    const char    *code;                 /* of the channel */
    channel_rc_e   rc;
    const char    *error;                /* of the task */
} channel_code_t;


static channel_rc_e channel_push(ic_task_t *task, channel_call_t *call,
    int timeout_ms);
static channel_rc_e channel_pop(ic_task_t *task, channel_call_t *call,
    int timeout_ms, channel_reply_t *reply);
static int channel_take(ic_task_t *task, channel_reply_t *reply,
    u_char **data, size_t *len);
static channel_rc_e channel_call(ic_task_t *task, const channel_call_t *call,
    channel_reply_t *reply);
static CURLcode channel_perform(ic_task_t *task, const channel_call_t *call,
    channel_reply_t *reply);
static struct curl_slist *channel_headers(ic_task_t *task,
    const channel_call_t *call);
static bool channel_header(struct curl_slist **headers, const char *name,
    const char *value);
static channel_rc_e channel_result(ic_task_t *task,
    const channel_call_t *call, channel_reply_t *reply);
static size_t channel_body(char *data, size_t size, size_t n, void *ctx);
static size_t channel_reply_header(char *data, size_t size, size_t n,
    void *ctx);
static bool channel_pause(int64_t deadline, int *backoff_ms);


static const channel_code_t  channel_codes[] = {
    { "E0000000000", CHANNEL_OK,     NULL },
    { "E0000000503", CHANNEL_AGAIN,  NULL },
    { "E0000000601", CHANNEL_EMPTY,  NULL },
    { "E0000000602", CHANNEL_FAILED, "peer_unreachable" },
    { "E0000000608", CHANNEL_FAILED, "channel_lost" },
    { "E0000000615", CHANNEL_FAILED, "component_mismatch" },
    { "E0000000700", CHANNEL_AGAIN,  NULL },
    { NULL,          CHANNEL_FAILED, "internal" }
};


int
ic_task_send(ic_task_t *task, const ic_party_t *to, const char *topic,
    const void *data, size_t len)
{
    channel_call_t  call = { NULL, to, topic, data, len, 0, false };

    if (channel_push(task, &call, task->message_ms) == CHANNEL_OK) {
        return 0;
    }

    return ic_task_fail(task, "peer_silent", NULL, 0,
                        "%s (%s) has taken no message on topic %s for %d s",
                        to->name, to->node_id, topic,
                        task->message_ms / 1000);
}


int
ic_task_offer(ic_task_t *task, const ic_party_t *to, const char *topic,
    int timeout_ms, const void *data, size_t len)
{
    channel_call_t  call = { NULL, to, topic, data, len, 0, true };

    switch (channel_push(task, &call, timeout_ms)) {

    case CHANNEL_OK:
        return 0;

    case CHANNEL_FAILED:
        return -1;

    default:
        return 1;
    }
}


/* OK, GONE, FAILED; AGAIN: not within that time. */

static channel_rc_e
channel_push(ic_task_t *task, channel_call_t *call, int timeout_ms)
{
    int               backoff_ms;
    int64_t           deadline;
    channel_rc_e      rc;
    channel_reply_t   reply;

    call->url = CHANNEL_URL "push";
    call->number = ++task->calls;

    backoff_ms = 0;
    deadline = ic_mono_ms() + timeout_ms;

    do {
        rc = channel_call(task, call, &reply);
        free(reply.data);

    } while (rc == CHANNEL_AGAIN && channel_pause(deadline, &backoff_ms));

    if (rc == CHANNEL_OK) {
        task->sent += (int64_t) call->len;
    }

    return rc;
}


int
ic_task_recv(ic_task_t *task, const ic_party_t *from, const char *topic,
    int timeout_ms, u_char **data, size_t *len)
{
    channel_call_t   call = { NULL, from, topic, "", 0, 0, false };
    channel_reply_t  reply;

    if (timeout_ms <= 0) {
        timeout_ms = task->message_ms;
    }

    if (channel_pop(task, &call, timeout_ms, &reply) == CHANNEL_OK) {
        return channel_take(task, &reply, data, len);
    }

    return ic_task_fail(task, "peer_silent", NULL, 0,
                        "%s (%s) has sent nothing on topic %s for %d s",
                        from->name, from->node_id, topic, timeout_ms / 1000);
}


int
ic_task_await(ic_task_t *task, const ic_party_t *from, const char *topic,
    int timeout_ms, u_char **data, size_t *len)
{
    channel_call_t   call = { NULL, from, topic, "", 0, 0, true };
    channel_reply_t  reply;

    switch (channel_pop(task, &call, timeout_ms, &reply)) {

    case CHANNEL_OK:
        return channel_take(task, &reply, data, len);

    case CHANNEL_FAILED:
        return -1;

    default:
        return 1;
    }
}


/* OK with the reply; EMPTY or AGAIN when the time is up. */

static channel_rc_e
channel_pop(ic_task_t *task, channel_call_t *call, int timeout_ms,
    channel_reply_t *reply)
{
    int            backoff_ms, seconds;
    char           url[sizeof(CHANNEL_URL) + 32];
    int64_t        deadline, left;
    channel_rc_e   rc;

    call->url = url;
    backoff_ms = 0;
    deadline = ic_mono_ms() + timeout_ms;

    do {
        left = deadline - ic_mono_ms();
        seconds = (left > 0) ? (int) ((left + 999) / 1000) : 1;
        seconds = (seconds < CHANNEL_WAIT_S) ? seconds : CHANNEL_WAIT_S;

        snprintf(url, sizeof(url), CHANNEL_URL "pop?timeout=%d", seconds);
        call->number = ++task->calls;

        rc = channel_call(task, call, reply);

        if (rc == CHANNEL_OK) {
            return rc;
        }

        free(reply->data);

    } while ((rc == CHANNEL_EMPTY && ic_mono_ms() < deadline)
             || (rc == CHANNEL_AGAIN && channel_pause(deadline,
                                                      &backoff_ms)));

    return rc;
}


/* An empty message is data too: not NULL. */

static int
channel_take(ic_task_t *task, channel_reply_t *reply, u_char **data,
    size_t *len)
{
    *len = reply->len;
    task->received += (int64_t) reply->len;
    *data = (reply->data != NULL) ? reply->data : malloc(1);

    if (*data == NULL) {
        ic_task_fail(task, "internal", NULL, 0, "memory is short");
        return -1;
    }

    return 0;
}


/*
 * A role that restarts is back within seconds; by its number it knows a call
 * that it answered, and whose answer never came.
 */

static channel_rc_e
channel_call(ic_task_t *task, const channel_call_t *call,
    channel_reply_t *reply)
{
    int       backoff_ms;
    int64_t   deadline;
    CURLcode  rc;

    backoff_ms = 0;
    deadline = ic_mono_ms() + CHANNEL_AWAY_MS;

    for ( ;; ) {
        ic_pool_reset(task->scratch);

        rc = channel_perform(task, call, reply);

        if (rc == CURLE_OK) {
            return channel_result(task, call, reply);
        }

        if (!channel_pause(deadline, &backoff_ms)) {
            break;
        }

        free(reply->data);
    }

    ic_task_fail(task, "channel_lost", NULL, 0,
                 "the channel cannot be reached: %s",
                 (reply->error[0] != '\0') ? reply->error
                                           : curl_easy_strerror(rc));

    return CHANNEL_FAILED;
}


static CURLcode
channel_perform(ic_task_t *task, const channel_call_t *call,
    channel_reply_t *reply)
{
    CURL               *easy;
    CURLcode            rc;
    struct curl_slist  *headers;

    memset(reply, 0, sizeof(channel_reply_t));

    if (task->easy == NULL) {
        task->easy = curl_easy_init();
    }

    easy = task->easy;
    headers = channel_headers(task, call);

    if (easy == NULL || headers == NULL) {
        curl_slist_free_all(headers);
        return CURLE_OUT_OF_MEMORY;
    }

    reply->easy = easy;

    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, task->socket);
    curl_easy_setopt(easy, CURLOPT_URL, call->url);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                     (long) CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     (curl_off_t) call->len);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                     (call->len != 0) ? call->body : "");
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, channel_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, reply);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, channel_reply_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, reply);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, reply->error);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 262144L);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 262144L);

    rc = curl_easy_perform(easy);

    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, NULL);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(headers);

    return rc;
}


static struct curl_slist *
channel_headers(ic_task_t *task, const channel_call_t *call)
{
    char                number[24];
    struct curl_slist  *headers;

    headers = NULL;
    snprintf(number, sizeof(number), "%llu",
             (unsigned long long) call->number);

    if (!channel_header(&headers, "x-interconn-call", number)
        || (call->tolerant
            && !channel_header(&headers, "x-interconn-losing", "1"))
        || !channel_header(&headers, "x-ptp-tech-provider-code", "interconn")
        || !channel_header(&headers, "x-ptp-trace-id", task->trace_id)
        || !channel_header(&headers, "x-ptp-token", task->token)
        || !channel_header(&headers, "x-ptp-session-id", task->session_id)
        || !channel_header(&headers, "x-ptp-topic", call->topic)
        || !channel_header(&headers, "x-ptp-target-node-id",
                           call->party->node_id)
        || !channel_header(&headers, "Content-Type",
                           "application/octet-stream")
        || !channel_header(&headers, "Expect", ""))
    {
        curl_slist_free_all(headers);
        return NULL;
    }

    return headers;
}


/* An empty value takes the header away. */

static bool
channel_header(struct curl_slist **headers, const char *name,
    const char *value)
{
    char               *line;
    struct curl_slist  *list;

    if (asprintf(&line, (*value != '\0') ? "%s: %s" : "%s:%s", name, value)
        < 0)
    {
        return false;
    }

    list = curl_slist_append(*headers, line);
    free(line);

    if (list == NULL) {
        return false;
    }

    *headers = list;

    return true;
}


static channel_rc_e
channel_result(ic_task_t *task, const channel_call_t *call,
    channel_reply_t *reply)
{
    ic_str_t               text;
    ic_json_t             *json;
    const channel_code_t  *code;

    code = channel_codes;

    while (code->code != NULL && strcmp(code->code, reply->code) != 0) {
        code++;
    }

    if (code->rc != CHANNEL_FAILED) {
        return code->rc;
    }

    if (call->tolerant && strcmp(code->error, "peer_unreachable") == 0) {
        return CHANNEL_GONE;
    }

    json = ic_json_parse(task->scratch, ic_str_n(reply->data, reply->len),
                         NULL);
    text = ic_json_str(ic_json_get(json, "message"));

    ic_task_fail(task, code->error, NULL, 0, "%s (%s), topic %s: %.*s %s",
                 call->party->name, call->party->node_id, call->topic,
                 (int) text.len, (text.len != 0) ? (char *) text.data : "",
                 reply->code);

    return CHANNEL_FAILED;
}


static size_t
channel_body(char *data, size_t size, size_t n, void *ctx)
{
    u_char           *body;
    size_t            len, need;
    curl_off_t        length;
    channel_reply_t  *reply;

    reply = ctx;
    len = size * n;
    need = reply->len + len;

    if (need > reply->size) {

        if (curl_easy_getinfo(reply->easy,
                              CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length)
            == CURLE_OK && length > 0 && (size_t) length > need)
        {
            need = (size_t) length;
        }

        body = realloc(reply->data, need);

        if (body == NULL) {
            return 0;
        }

        reply->data = body;
        reply->size = need;
    }

    memcpy(reply->data + reply->len, data, len);
    reply->len += len;

    return len;
}


static size_t
channel_reply_header(char *data, size_t size, size_t n, void *ctx)
{
    size_t            len;
    channel_reply_t  *reply;

    reply = ctx;
    len = size * n;

    if (len > 11 && strncasecmp(data, "x-ptp-code:", 11) == 0) {
        data += 11;
        data += strspn(data, " ");

        snprintf(reply->code, sizeof(reply->code), "%.*s",
                 (int) strcspn(data, " \r\n"), data);
    }

    return size * n;
}


/* False when the time is up. */

static bool
channel_pause(int64_t deadline, int *backoff_ms)
{
    struct timespec  pause;

    if (ic_mono_ms() >= deadline) {
        return false;
    }

    *backoff_ms = (*backoff_ms == 0) ? CHANNEL_BACKOFF_MIN : *backoff_ms * 2;

    if (*backoff_ms > CHANNEL_BACKOFF_MAX) {
        *backoff_ms = CHANNEL_BACKOFF_MAX;
    }

    pause.tv_sec = *backoff_ms / 1000;
    pause.tv_nsec = (*backoff_ms % 1000) * 1000000L;

    (void) nanosleep(&pause, NULL);

    return true;
}


void
ic_task_channel_close(ic_task_t *task)
{
    if (task->easy != NULL) {
        curl_easy_cleanup(task->easy);
        task->easy = NULL;
    }
}
