
/* Messages and streams of them. */


#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "../../lib/ic_codec.h"
#include "pir_wire.h"


#define WORKING_MS  5000


typedef struct {
    int             (*work)(void *ctx);
    void             *ctx;
    int               rc;
    bool              done;
    pthread_mutex_t   lock;
    pthread_cond_t    changed;
} wire_work_t;


static int wire_next(pir_t *pir);
static int wire_gave_up(pir_t *pir);
static int out_flush(pir_out_t *out);
static int take_piece(pir_t *pir, pir_kind_e kind, uint32_t number,
    size_t item, uint64_t left, size_t *n, const u_char **items);
static int take_end(pir_t *pir, pir_kind_e kind, uint64_t count,
    const u_char *digest);
static void *work_run(void *data);


static const char *const  wire_kinds[] = {
    NULL, "AGREEMENT", "HELLO", "POINTS", "PRODUCTS", "ENTRIES", "HINT",
    "QUERY", "ANSWER", "END", "WORKING", "DONE", "GAVE_UP"
};


void
pir_wire_init(pir_t *pir)
{
    ic_wire_init(&pir->wire, pir->task, "pir", PIR_VERSION, wire_kinds,
                 sizeof(wire_kinds) / sizeof(wire_kinds[0]));
}


int
pir_send(pir_t *pir, pir_kind_e kind, uint32_t number, const void *body,
    size_t len)
{
    ic_message_t  message;

    ic_message_begin(&pir->wire, &message, kind, number);
    ic_message_put_raw(&message, body, len);
    pir->told_ms = ic_mono_ms();

    return ic_message_send(&message, pir->peer);
}


int
pir_recv(pir_t *pir, pir_kind_e kind, uint32_t number, const u_char **body,
    size_t *len)
{
    if (wire_next(pir) != 0) {
        return -1;
    }

    if (pir->in.kind == PIR_GAVE_UP) {
        return wire_gave_up(pir);
    }

    if (ic_message_expect(&pir->in, kind, number) != 0) {
        pir_give_up(pir, "peer_protocol");
        return -1;
    }

    *len = ic_message_left(&pir->in);
    *body = pir->in.data + pir->in.pos;

    return 0;
}


/* The next one that says more than that its sender is alive. */
static int
wire_next(pir_t *pir)
{
    do {
        ic_message_drop(&pir->in);

        if (ic_message_recv(&pir->wire, &pir->in, pir->peer, 0, 0) != 0) {

            if (pir->in.data != NULL) {
                pir_give_up(pir, "peer_protocol");
            }

            return -1;
        }

    } while (pir->in.kind == PIR_WORKING && ic_message_left(&pir->in) == 0);

    return 0;
}


static int
wire_gave_up(pir_t *pir)
{
    size_t         i, len;
    const u_char  *code;

    len = ic_message_left(&pir->in);
    code = ic_message_get_raw(&pir->in, len);
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
    if (!pir->over) {
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
    int           rc;
    u_char        sum[PIR_DIGEST];
    pir_t        *pir;
    ic_message_t  end;

    pir = out->pir;
    rc = out_flush(out);

    if (rc == 0 && !EVP_DigestFinal_ex(out->digest, sum, NULL)) {
        rc = pir_no_memory(pir);
    }

    if (rc == 0) {
        ic_message_begin(&pir->wire, &end, PIR_END, 0);
        ic_message_put_u32(&end, out->kind);
        ic_message_put_u64(&end, out->count);
        ic_message_put_raw(&end, sum, PIR_DIGEST);
        rc = ic_message_send(&end, pir->peer);
    }

    if (rc == 0 && digest != NULL) {
        memcpy(digest, sum, PIR_DIGEST);
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
                        "due", wire_kinds[kind], (unsigned long) number,
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

    if (ic_message_get_u32(&pir->in) != kind
        || ic_message_get_u64(&pir->in) != count
        || (end = ic_message_get_raw(&pir->in, PIR_DIGEST)) == NULL
        || ic_message_left(&pir->in) != 0
        || memcmp(end, digest, PIR_DIGEST) != 0)
    {
        return pir_fail(pir, "peer_protocol", NULL, 0,
                        "the digest of %s that %s sent is another",
                        wire_kinds[kind], pir->peer->name);
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
