
/* HTTPS calls by libcurl; one handle keeps the connections alive. */


#include <curl/curl.h>
#include <stdio.h>

#include "ctl_client.h"


#define CTL_MAX_ANSWER   (8 * 1024 * 1024)
#define CTL_TIMEOUT_MS   10000


typedef struct {
    ic_arena_t        *arena;
    ic_json_parser_t  *parser;
    size_t             received;
} ctl_answer_t;


static size_t ctl_receive(char *data, size_t size, size_t n, void *user);
static struct curl_slist *ctl_headers(const ctl_client_t *client,
    ic_arena_t *arena);
static void ctl_options(CURL *curl, const ctl_client_t *client,
    const char *body);


ic_json_t *
ctl_call(const ctl_client_t *client, ic_arena_t *arena, const char *path,
    const char *body, long *http, char error[256])
{
    CURLcode           rc;
    ic_str_t           url, why = ic_null_string;
    ic_json_t         *json;
    ctl_answer_t       answer;
    static CURL       *curl;
    struct curl_slist *headers;

    if (curl == NULL) {
        curl = curl_easy_init();
    }

    answer.arena = arena;
    answer.parser = ic_json_parser(arena);
    answer.received = 0;
    url = ic_str_fmt(arena, "%s%s", client->base, path);
    headers = ctl_headers(client, arena);

    if (curl == NULL || answer.parser == NULL || url.data == NULL) {
        snprintf(error, 256, "out of memory");
        return NULL;
    }

    curl_easy_reset(curl);
    ctl_options(curl, client, body);
    curl_easy_setopt(curl, CURLOPT_URL, (char *) url.data);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ctl_receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);

    rc = curl_easy_perform(curl);
    curl_slist_free_all(headers);

    if (rc != CURLE_OK) {
        ic_json_abort(answer.parser);
        snprintf(error, 256, "%s%s: %s", client->base, path,
                 curl_easy_strerror(rc));
        return NULL;
    }

    if (http != NULL) {
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, http);
    }

    json = ic_json_finish(answer.parser, &why);

    if (json == NULL) {
        snprintf(error, 256, "%s%s: not JSON: %.*s", client->base, path,
                 (int) why.len, why.data);
    }

    return json;
}


static void
ctl_options(CURL *curl, const ctl_client_t *client, const char *body)
{
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long) CTL_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_CAINFO, client->ca);

    if (client->cert != NULL) {
        curl_easy_setopt(curl, CURLOPT_SSLCERT, client->cert);
        curl_easy_setopt(curl, CURLOPT_SSLKEY, client->key);
    }

    if (body != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    }
}


static struct curl_slist *
ctl_headers(const ctl_client_t *client, ic_arena_t *arena)
{
    ic_str_t            line;
    struct curl_slist  *headers;

    headers = curl_slist_append(NULL, "Content-Type: application/json");

    if (client->token != NULL) {
        line = ic_str_fmt(arena, "Authorization: Bearer %s", client->token);

        if (line.data != NULL) {
            headers = curl_slist_append(headers, (char *) line.data);
        }
    }

    return headers;
}


static size_t
ctl_receive(char *data, size_t size, size_t n, void *user)
{
    ctl_answer_t  *answer = user;

    n *= size;
    answer->received += n;

    if (answer->received > CTL_MAX_ANSWER) {
        return 0;
    }

    /* a syntax error is told by finish() */
    (void) ic_json_feed(answer->parser, data, n);

    return n;
}
