
/* Headers of calls to other nodes. */


#include <openssl/rand.h>
#include <stdio.h>

#include "../api/ic_profile.h"
#include "../lib/ic_codec.h"
#include "../trust/ic_sign.h"
#include "interconnd_peer_headers.h"


#define INTERCONND_HEADER_MAX  4096


typedef struct {
    const interconnd_conf_t  *conf;
    ic_arena_t               *arena;
    interconnd_request_t     *request;
    struct curl_slist        *list;
    ic_profile_t              profile;       /* of whom is called */
    char                      nonce[33];
    char                      timestamp[24];
} interconnd_headers_t;


static int interconnd_headers_base(interconnd_headers_t *headers);
static int interconnd_headers_sign(interconnd_headers_t *headers,
    EVP_PKEY *key, const char *target_uri);
static void interconnd_headers_spell(const interconnd_headers_t *headers,
    char *name, size_t len);
static int interconnd_headers_add(interconnd_headers_t *headers,
    const char *name, const char *value);


struct curl_slist *
interconnd_peer_headers(const interconnd_conf_t *conf, EVP_PKEY *key,
    ic_arena_t *arena, interconnd_request_t *request, ic_str_t body,
    const char *target_uri)
{
    interconnd_headers_t  headers;

    memset(&headers, 0, sizeof(interconnd_headers_t));

    headers.conf = conf;
    headers.arena = arena;
    headers.request = request;
    ic_profile_read(&headers.profile, ic_str(request->speaks));

    ic_sha256_hex(request->body_digest, body.len ? (void *) body.data : "",
                  body.len);

    if (interconnd_headers_base(&headers) != 0
        || (key != NULL
            && interconnd_headers_sign(&headers, key, target_uri) != 0))
    {
        curl_slist_free_all(headers.list);
        return NULL;
    }

    return headers.list;
}


static int
interconnd_headers_base(interconnd_headers_t *headers)
{
    char                   trace[33];
    u_char                 bytes[32];
    unsigned               i;
    const u_char          *is;
    interconnd_request_t  *r;

    r = headers->request;
    is = headers->profile.is;

    if (RAND_bytes(bytes, sizeof(bytes)) != 1) {
        snprintf(r->error, sizeof(r->error), "no entropy");
        return -1;
    }

    ic_hex(headers->nonce, bytes, 16);
    ic_hex(trace, bytes + 16, 16);
    snprintf(headers->timestamp, sizeof(headers->timestamp), "%lld",
             (long long) ic_now_ms()
             / (is[IC_SPEAKS_TIME] == IC_TIME_SECONDS ? 1000 : 1));

    const struct {
        const char  *name;
        const char  *value;
    } table[] = {
        { "Content-Type", "application/json" },
        { "Expect", "" },
        { "x-source-node-id", headers->conf->node_id },
        { "X-Node-Id", is[IC_SPEAKS_HEADERS] == 0 ? NULL
                                                 : headers->conf->node_id },
        { "x-target-node-id", r->target_node_id },
        { "x-nonce", headers->nonce },
        { "x-timestamp", headers->timestamp },
        { "x-trace-id", trace },
        { "x-resource-permit", r->permit }
    };

    for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (table[i].value != NULL
            && interconnd_headers_add(headers, table[i].name, table[i].value)
               != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
interconnd_headers_sign(interconnd_headers_t *headers, EVP_PKEY *key,
    const char *target_uri)
{
    ic_str_t               signature;
    ic_message_t           message;
    interconnd_request_t  *r;

    r = headers->request;

    message.method = ic_str(r->method);
    message.target_uri = ic_str(target_uri);
    message.source_node_id = ic_str(headers->conf->node_id);
    message.target_node_id = ic_str(r->target_node_id);
    message.nonce = ic_str(headers->nonce);
    message.timestamp = ic_str(headers->timestamp);

    r->signed_text = ic_sign_message_text(headers->arena, &message,
                                          r->body_digest);

    if (r->signed_text.data != NULL) {
        signature = ic_sign(headers->arena, key, r->signed_text);
        r->signature = signature.data != NULL
                       ? ic_base64(headers->arena, signature, false)
                       : signature;
    }

    if (r->signed_text.data == NULL || r->signature.data == NULL) {
        snprintf(r->error, sizeof(r->error), "the message cannot be signed");
        return -1;
    }

    return interconnd_headers_add(headers, "x-auth-sign",
                                  ic_str_z(headers->arena, r->signature));
}


/* Some know x_node_id, and libcurl's own header by its own name only. */
static void
interconnd_headers_spell(const interconnd_headers_t *headers, char *name,
    size_t len)
{
    size_t  i;

    if (headers->profile.is[IC_SPEAKS_HEADERS] != IC_HEADERS_UNDERSCORES
        || (name[0] != 'x' && name[0] != 'X'))
    {
        return;
    }

    for (i = 0; i < len; i++) {
        name[i] = name[i] == '-' ? '_' : name[i];
    }
}


static int
interconnd_headers_add(interconnd_headers_t *headers, const char *name,
    const char *value)
{
    int                 n;
    char                line[INTERCONND_HEADER_MAX];
    struct curl_slist  *list;

    if (value == NULL) {
        return -1;
    }

    /* no value: "name:", with which libcurl leaves the header out */
    n = snprintf(line, sizeof(line), "%s:%s%s", name,
                 *value == '\0' ? "" : " ", value);

    interconnd_headers_spell(headers, line, strlen(name));

    /* values come from the store, which had them from others */
    if (n < 0 || (size_t) n >= sizeof(line) || strpbrk(line, "\r\n") != NULL)
    {
        snprintf(headers->request->error, sizeof(headers->request->error),
                 "the value of %s is too long or broken", name);
        return -1;
    }

    list = curl_slist_append(headers->list, line);
    if (list == NULL) {
        return -1;
    }

    headers->list = list;

    return 0;
}
