
/* Files over HTTPS, piece by piece in both directions. */


#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl_client.h"


#define CTL_FILE_ANSWER     65536        /* of an answer that is no file */
#define CTL_FILE_CONNECT_S  10L
#define CTL_FILE_SILENCE_S  300L


/* One transfer; text has what is no file. */
typedef struct {
    CURL               *curl;
    struct curl_slist  *headers;
    ic_arena_t         *arena;
    char               *text;
    size_t              len;
    int                 fd;              /* for a good answer; -1 */
    int                 failed;          /* errno of writing */
} ctl_transfer_t;


static int ctl_transfer_create(ctl_transfer_t *t, const ctl_client_t *client,
    ic_arena_t *arena, const char *path, const char *type);
static ic_json_t *ctl_transfer_run(ctl_transfer_t *t, char error[256]);
static size_t ctl_transfer_take(char *data, size_t size, size_t n,
    void *user);
static size_t ctl_transfer_keep(ctl_transfer_t *t, const char *data,
    size_t n);


ic_json_t *
ctl_send(const ctl_client_t *client, ic_arena_t *arena, const char *path,
    const char *file, const char *type, char error[256])
{
    FILE            *in;
    ic_json_t       *json;
    struct stat      st;
    ctl_transfer_t   t;

    in = fopen(file, "re");

    if (in == NULL || fstat(fileno(in), &st) != 0) {
        snprintf(error, 256, "%.200s: %s", file, strerror(errno));

        if (in != NULL) {
            fclose(in);
        }

        return NULL;
    }

    json = NULL;

    if (ctl_transfer_create(&t, client, arena, path, type) != 0) {
        snprintf(error, 256, "out of memory");

    } else {
        curl_easy_setopt(t.curl, CURLOPT_POST, 1L);
        curl_easy_setopt(t.curl, CURLOPT_READDATA, in);
        curl_easy_setopt(t.curl, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t) st.st_size);
        json = ctl_transfer_run(&t, error);
    }

    fclose(in);

    return json;
}


ic_json_t *
ctl_fetch(const ctl_client_t *client, ic_arena_t *arena, const char *path,
    int fd, char error[256])
{
    ctl_transfer_t  t;

    if (ctl_transfer_create(&t, client, arena, path, NULL) != 0) {
        snprintf(error, 256, "out of memory");
        return NULL;
    }

    t.fd = fd;

    return ctl_transfer_run(&t, error);
}


static int
ctl_transfer_create(ctl_transfer_t *t, const ctl_client_t *client,
    ic_arena_t *arena, const char *path, const char *type)
{
    unsigned   i;
    ic_str_t   url;

    memset(t, 0, sizeof(ctl_transfer_t));
    t->arena = arena;
    t->fd = -1;
    t->text = ic_alloc(arena, CTL_FILE_ANSWER);
    t->curl = curl_easy_init();
    url = ic_str_fmt(arena, "%s%s", client->base, path);

    const ic_str_t  lines[] = {
        ic_str_fmt(arena, "Content-Type: %s", type == NULL ? "" : type),
        client->token == NULL
        ? ic_str("Authorization:")
        : ic_str_fmt(arena, "Authorization: Bearer %s", client->token),
        ic_str("Expect:")
    };

    if (t->curl == NULL || t->text == NULL || url.data == NULL) {
        return -1;
    }

    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (lines[i].data != NULL) {
            t->headers = curl_slist_append(t->headers,
                                           (char *) lines[i].data);
        }
    }

    curl_easy_setopt(t->curl, CURLOPT_URL, (char *) url.data);
    curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, t->headers);
    curl_easy_setopt(t->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(t->curl, CURLOPT_CONNECTTIMEOUT, CTL_FILE_CONNECT_S);
    curl_easy_setopt(t->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(t->curl, CURLOPT_LOW_SPEED_TIME, CTL_FILE_SILENCE_S);
    curl_easy_setopt(t->curl, CURLOPT_CAINFO, client->ca);
    curl_easy_setopt(t->curl, CURLOPT_WRITEFUNCTION, ctl_transfer_take);
    curl_easy_setopt(t->curl, CURLOPT_WRITEDATA, t);

    if (client->cert != NULL) {
        curl_easy_setopt(t->curl, CURLOPT_SSLCERT, client->cert);
        curl_easy_setopt(t->curl, CURLOPT_SSLKEY, client->key);
    }

    return 0;
}


static ic_json_t *
ctl_transfer_run(ctl_transfer_t *t, char error[256])
{
    long        status;
    CURLcode    rc;
    ic_str_t    why;
    ic_json_t  *json;

    *error = '\0';
    json = NULL;
    status = 0;

    rc = curl_easy_perform(t->curl);
    (void) curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);

    if (t->failed != 0) {
        snprintf(error, 256, "%s", strerror(t->failed));

    /* a refusal may come while the file is still going out */

    } else if (rc != CURLE_OK && t->len == 0) {
        snprintf(error, 256, "%s", curl_easy_strerror(rc));

    } else if (t->fd == -1 || status != 200) {
        json = ic_json_parse(t->arena, ic_str_n(t->text, t->len), &why);

        if (json == NULL) {
            snprintf(error, 256, "HTTP status %ld without an answer of the "
                     "node", status);
        }

    } else if (rc != CURLE_OK) {
        snprintf(error, 256, "%s", curl_easy_strerror(rc));
    }

    curl_slist_free_all(t->headers);
    curl_easy_cleanup(t->curl);

    return json;
}


static size_t
ctl_transfer_take(char *data, size_t size, size_t n, void *user)
{
    long             status;
    size_t           done;
    ssize_t          written;
    ctl_transfer_t  *t = user;

    n *= size;
    status = 0;
    (void) curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);

    if (t->fd == -1 || status != 200) {
        return ctl_transfer_keep(t, data, n);
    }

    for (done = 0; done < n; done += (size_t) written) {
        written = write(t->fd, data + done, n - done);

        if (written <= 0) {
            t->failed = errno;
            return 0;
        }
    }

    return n;
}


static size_t
ctl_transfer_keep(ctl_transfer_t *t, const char *data, size_t n)
{
    if (n > CTL_FILE_ANSWER - t->len) {
        return 0;
    }

    memcpy(t->text + t->len, data, n);
    t->len += n;

    return n;
}
