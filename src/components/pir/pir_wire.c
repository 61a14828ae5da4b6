
/* Messages and streams of them. */


#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "../../lib/ic_codec.h"
#include "pir_wire.h"


#define WORKING_MS  5000
#define END_SIZE    (12 + PIR_DIGEST)


typedef struct {
    int             (*work)(void *ctx);
    void             *ctx;
    int               rc;
    bool              done;
    pthread_mutex_t   lock;
    pthread_cond_t    changed;
} wire_work_t;


static const char *wire_name(unsigned kind);
static void wire_put(u_char *p, uint64_t value, unsigned bytes);
static uint64_t wire_get(const u_char *p, unsigned bytes);
static int wire_next(pir_t *pir, size_t *len);
static int wire_header(pir_t *pir, pir_kind_e kind, uint32_t number,
    size_t len);
static int wire_gave_up(pir_t *pir, size_t len);
static int out_flush(pir_out_t *out);
static int take_piece(pir_t *pir, pir_kind_e kind, uint32_t number,
    size_t item, uint64_t left, size_t *n, const u_char **items);
static int take_end(pir_t *pir, pir_kind_e kind, uint64_t count,
    const u_char *digest);
static void *work_run(void *data);


static const char *
wire_name(unsigned kind)
{
    static const char *const  names[] = {
        "nothing", "HELLO", "POINTS", "PRODUCTS", "ENTRIES", "HINT", "QUERY",
        "ANSWER", "END", "WORKING", "DONE", "GAVE_UP"
    };

    return kind < sizeof(names) / sizeof(names[0]) ? names[kind]
                                                   : "an unknown kind";
}


static void
wire_put(u_char *p, uint64_t value, unsigned bytes)
{
    while (bytes-- > 0) {
        p[bytes] = (u_char) value;
        value >>= 8;
    }
}


static uint64_t
wire_get(const u_char *p, unsigned bytes)
{
    uint64_t  value;

    for (value = 0; bytes-- > 0; p++) {
        value = value << 8 | *p;
    }

    return value;
}


int
pir_send(pir_t *pir, pir_kind_e kind, uint32_t number, const void *body,
    size_t len)
{
    int      rc;
    u_char  *message;

    message = malloc(PIR_HEADER + len);

    if (message == NULL) {
        return pir_no_memory(pir);
    }

    wire_put(message, PIR_VERSION, 2);
    wire_put(message + 2, kind, 2);
    wire_put(message + 4, number, 4);
    memcpy(message + 8, pir->context, PIR_DIGEST);

    if (len > 0) {
        memcpy(message + PIR_HEADER, body, len);
    }

    rc = pir->io->send(pir->io_ctx, pir->peer, message, PIR_HEADER + len);
    free(message);
    pir->told_ms = ic_mono_ms();

    return rc;
}


int
pir_recv(pir_t *pir, pir_kind_e kind, uint32_t number, const u_char **body,
    size_t *len)
{
    if (wire_next(pir, len) != 0
        || wire_header(pir, kind, number, *len) != 0)
    {
        return -1;
    }

    *body = pir->message + PIR_HEADER;
    *len -= PIR_HEADER;

    return 0;
}


/* The next one that says more than that its sender is alive. */
static int
wire_next(pir_t *pir, size_t *len)
{
    do {
        free(pir->message);
        pir->message = NULL;

        if (pir->io->recv(pir->io_ctx, pir->peer, &pir->message, len) != 0) {
            return -1;
        }

    } while (*len == PIR_HEADER
             && wire_get(pir->message + 2, 2) == PIR_WORKING
             && memcmp(pir->message + 8, pir->context, PIR_DIGEST) == 0);

    return 0;
}


static int
wire_header(pir_t *pir, pir_kind_e kind, uint32_t number, size_t len)
{
    const u_char  *p;

    p = pir->message;

    if (len < PIR_HEADER || wire_get(p, 2) != PIR_VERSION) {
        return pir_fail(pir, "peer_protocol", NULL, 0,
                        "%s sent no message of pir version %d",
                        pir->peer->name, PIR_VERSION);
    }

    if (memcmp(p + 8, pir->context, PIR_DIGEST) != 0) {
        return pir_fail(pir, "peer_protocol", NULL, 0,
                        "%s sent a message of another task",
                        pir->peer->name);
    }

    if (wire_get(p + 2, 2) == PIR_GAVE_UP) {
        return wire_gave_up(pir, len);
    }

    if (wire_get(p + 2, 2) != kind || wire_get(p + 4, 4) != number) {
        return pir_fail(pir, "peer_protocol", NULL, 0,
                        "%s sent %s %llu where %s %lu was due",
                        pir->peer->name,
                        wire_name((unsigned) wire_get(p + 2, 2)),
                        (unsigned long long) wire_get(p + 4, 4),
                        wire_name(kind), (unsigned long) number);
    }

    return 0;
}


static int
wire_gave_up(pir_t *pir, size_t len)
{
    size_t         i;
    const u_char  *code;

    code = pir->message + PIR_HEADER;
    len -= PIR_HEADER;
    pir->over = true;

    for (i = 0; i < len && i < 64; i++) {
        if (code[i] != '_' && (code[i] < 'a' || code[i] > 'z')) {
            break;
        }
    }

    return pir_fail(pir, "peer_gave_up", NULL, 0, "%s gave up: %.*s",
                    pir->peer->name, (int) i, (char *) code);
}


void
pir_give_up(pir_t *pir, const char *code)
{
    if (!pir->over && pir->peer != NULL) {
        pir->over = true;
        (void) pir_send(pir, PIR_GAVE_UP, 0, code, strlen(code));
    }
}


int
pir_out_open(pir_out_t *out, pir_t *pir, pir_kind_e kind, size_t item)
{
    memset(out, 0, sizeof(pir_out_t));

    out->pir = pir;
    out->kind = kind;
    out->item = item;
    out->room = item < PIR_PIECE ? PIR_PIECE / item : 1;
    out->piece = malloc(out->room * item);
    out->digest = EVP_MD_CTX_new();

    if (out->piece == NULL || out->digest == NULL
        || !EVP_DigestInit_ex(out->digest, EVP_sha256(), NULL))
    {
        pir_out_close(out);
        return pir_no_memory(pir);
    }

    return 0;
}


int
pir_out_put(pir_out_t *out, const u_char *item)
{
    memcpy(out->piece + out->filled * out->item, item, out->item);
    out->filled++;
    out->count++;

    return out->filled < out->room ? 0 : out_flush(out);
}


static int
out_flush(pir_out_t *out)
{
    size_t  len;

    len = out->filled * out->item;
    out->filled = 0;

    if (len == 0) {
        return 0;
    }

    if (!EVP_DigestUpdate(out->digest, out->piece, len)) {
        return pir_no_memory(out->pir);
    }

    return pir_send(out->pir, out->kind, out->number++, out->piece, len);
}


int
pir_out_end(pir_out_t *out, u_char digest[PIR_DIGEST])
{
    int     rc;
    u_char  end[END_SIZE];

    rc = out_flush(out);

    if (rc == 0 && !EVP_DigestFinal_ex(out->digest, end + 12, NULL)) {
        rc = pir_no_memory(out->pir);
    }

    if (rc == 0) {
        wire_put(end, out->kind, 4);
        wire_put(end + 4, out->count, 8);
        rc = pir_send(out->pir, PIR_END, 0, end, sizeof(end));
    }

    if (rc == 0 && digest != NULL) {
        memcpy(digest, end + 12, PIR_DIGEST);
    }

    pir_out_close(out);

    return rc;
}


void
pir_out_close(pir_out_t *out)
{
    free(out->piece);
    EVP_MD_CTX_free(out->digest);
    out->piece = NULL;
    out->digest = NULL;
}


int
pir_take(pir_t *pir, pir_kind_e kind, size_t item, uint64_t count,
    pir_take_pt take, void *ctx, u_char digest[PIR_DIGEST])
{
    int            rc;
    size_t         n;
    u_char         sum[PIR_DIGEST];
    uint32_t       number;
    uint64_t       first;
    EVP_MD_CTX    *md;
    const u_char  *items;

    md = EVP_MD_CTX_new();
    rc = md != NULL && EVP_DigestInit_ex(md, EVP_sha256(), NULL)
         ? 0 : pir_no_memory(pir);

    number = 0;

    for (first = 0; rc == 0 && first < count; first += n) {
        rc = take_piece(pir, kind, number++, item, count - first, &n, &items);

        if (rc == 0 && !EVP_DigestUpdate(md, items, n * item)) {
            rc = pir_no_memory(pir);
        }

        if (rc == 0) {
            rc = take(ctx, first, n, items);
        }
    }

    if (rc == 0 && !EVP_DigestFinal_ex(md, sum, NULL)) {
        rc = pir_no_memory(pir);
    }

    if (rc == 0) {
        rc = take_end(pir, kind, count, sum);
    }

    if (rc == 0 && digest != NULL) {
        memcpy(digest, sum, PIR_DIGEST);
    }

    EVP_MD_CTX_free(md);

    return rc;
}


static int
take_piece(pir_t *pir, pir_kind_e kind, uint32_t number, size_t item,
    uint64_t left, size_t *n, const u_char **items)
{
    size_t  len;

    *n = 0;

    if (pir_recv(pir, kind, number, items, &len) != 0) {
        return -1;
    }

    if (len == 0 || len % item != 0 || len / item > left) {
        return pir_fail(pir, "peer_protocol", NULL, 0,
                        "%s %lu of %s has %zu bytes, %llu items of %zu are "
                        "due", wire_name(kind), (unsigned long) number,
                        pir->peer->name, len, (unsigned long long) left,
                        item);
    }

    *n = len / item;

    return 0;
}


static int
take_end(pir_t *pir, pir_kind_e kind, uint64_t count, const u_char *digest)
{
    size_t         len;
    const u_char  *end;

    if (pir_recv(pir, PIR_END, 0, &end, &len) != 0) {
        return -1;
    }

    if (len != END_SIZE || wire_get(end, 4) != kind
        || wire_get(end + 4, 8) != count
        || memcmp(end + 12, digest, PIR_DIGEST) != 0)
    {
        return pir_fail(pir, "peer_protocol", NULL, 0,
                        "the digest of %s that %s sent is another",
                        wire_name(kind), pir->peer->name);
    }

    return 0;
}


int
pir_working(pir_t *pir)
{
    return ic_mono_ms() - pir->told_ms < WORKING_MS
           ? 0 : pir_send(pir, PIR_WORKING, 0, NULL, 0);
}


int
pir_work(pir_t *pir, int (*work)(void *ctx), void *ctx)
{
    int              rc;
    pthread_t        thread;
    wire_work_t      job;
    struct timespec  until;

    memset(&job, 0, sizeof(job));
    job.work = work;
    job.ctx = ctx;
    pthread_mutex_init(&job.lock, NULL);
    pthread_cond_init(&job.changed, NULL);

    if (pthread_create(&thread, NULL, work_run, &job) != 0) {
        return pir_no_memory(pir);
    }

    rc = 0;
    pthread_mutex_lock(&job.lock);

    while (!job.done) {
        (void) clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 1;

        if (pthread_cond_timedwait(&job.changed, &job.lock, &until)
                == ETIMEDOUT
            && rc == 0)
        {
            pthread_mutex_unlock(&job.lock);
            rc = pir_working(pir);
            pthread_mutex_lock(&job.lock);
        }
    }

    pthread_mutex_unlock(&job.lock);
    pthread_join(thread, NULL);
    pthread_mutex_destroy(&job.lock);
    pthread_cond_destroy(&job.changed);

    return job.rc == 0 ? rc : pir_no_memory(pir);
}


static void *
work_run(void *data)
{
    wire_work_t  *job;

    job = data;
    job->rc = job->work(job->ctx);

    pthread_mutex_lock(&job->lock);
    job->done = true;
    pthread_cond_signal(&job->changed);
    pthread_mutex_unlock(&job->lock);

    return NULL;
}
