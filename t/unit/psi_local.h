
/*
 * Both parties of a psi task as threads of one program, with queues for a
 * network that records, and can change, what passes.
 */


#ifndef _PSI_LOCAL_H_INCLUDED_
#define _PSI_LOCAL_H_INCLUDED_


#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/components/psi/psi_wire.h"
#include "../../src/lib/ic_codec.h"
#include "tap.h"


typedef struct local_message_s  local_message_t;

struct local_message_s {
    unsigned          from;
    u_char           *data;
    size_t            len;
    int               taken;
    local_message_t  *next;
};

typedef struct local_s  local_t;

typedef struct {
    local_t          *net;
    unsigned          index;
    ic_arena_t       *arena;
    const ic_json_t  *params;
    const ic_json_t  *input;
    char              folder[64];
    psi_t             psi;
    int               rc;
    char             *report;
    char             *table;         /* data_0 */
    bool              without;
    char              code[64];
    char              column[132];
    int64_t           row;
    char              text[512];
    int64_t           rows;          /* the fact */
} local_party_t;

struct local_s {
    ic_party_t        names[2];      /* guest, host */
    local_party_t     parties[2];
    pthread_mutex_t   lock;
    pthread_cond_t    changed;
    local_message_t  *first;
    local_message_t  *last;
    int               aborted;

    /* may change a message, or drop it; called with the lock held */
    void            (*tamper)(local_t *net, local_message_t *m);
    int               tampered;
};


static inline int
local_send(void *ctx, const ic_party_t *to, const void *data, size_t len)
{
    local_t          *net;
    local_party_t    *self;
    local_message_t  *m;

    self = ctx;
    net = self->net;
    m = calloc(1, sizeof(local_message_t));
    m->from = self->index;
    m->data = malloc(len);
    m->len = len;
    memcpy(m->data, data, len);

    pthread_mutex_lock(&net->lock);

    if (net->tamper != NULL) {
        net->tamper(net, m);
    }

    if (net->last != NULL) {
        net->last->next = m;

    } else {
        net->first = m;
    }

    net->last = m;
    pthread_cond_broadcast(&net->changed);
    pthread_mutex_unlock(&net->lock);

    return 0;
}


static inline local_message_t *
local_find(local_t *net, unsigned from)
{
    local_message_t  *m;

    for (m = net->first; m != NULL; m = m->next) {
        if (!m->taken && m->from == from) {
            return m;
        }
    }

    return NULL;
}


static inline int
local_recv(void *ctx, const ic_party_t *from, u_char **data, size_t *len)
{
    local_t          *net;
    local_party_t    *self;
    local_message_t  *m;

    self = ctx;
    net = self->net;

    pthread_mutex_lock(&net->lock);

    for ( ;; ) {
        m = local_find(net, 1 - self->index);

        if (m != NULL || net->aborted) {
            break;
        }

        pthread_cond_wait(&net->changed, &net->lock);
    }

    if (m != NULL) {
        m->taken = 1;
        *data = malloc(m->len + 1);
        memcpy(*data, m->data, m->len);
        *len = m->len;
    }

    pthread_mutex_unlock(&net->lock);

    if (m == NULL) {
        return psi_fail(&self->psi, "peer_silent", NULL, 0, "no %s",
                        from->name);
    }

    return 0;
}


static inline const ic_json_t *
local_param(void *ctx, const char *name)
{
    return ic_json_get(((local_party_t *) ctx)->params, name);
}


static inline const ic_json_t *
local_input(void *ctx, const char *name)
{
    return ((local_party_t *) ctx)->input;
}


static inline void
local_progress(void *ctx, double percent, const char *stage)
{
}


static inline void
local_fact(void *ctx, const char *name, int64_t value)
{
    ((local_party_t *) ctx)->rows = value;
}


static inline void
local_output(void *ctx, const char *kind, ic_str_t json)
{
    local_party_t  *self;

    self = ctx;
    self->report = ic_str_z(self->arena, json);
}


static inline void
local_without(void *ctx, const char *kind)
{
    ((local_party_t *) ctx)->without = true;
}


static inline void
local_fail(void *ctx, const char *code, const char *column, int64_t row,
    const char *text)
{
    local_party_t  *self;

    self = ctx;
    (void) snprintf(self->code, sizeof(self->code), "%s", code);
    (void) snprintf(self->column, sizeof(self->column), "%s",
                    column ? column : "");
    (void) snprintf(self->text, sizeof(self->text), "%s", text);
    self->row = row;

    pthread_mutex_lock(&self->net->lock);
    self->net->aborted = 1;
    pthread_cond_broadcast(&self->net->changed);
    pthread_mutex_unlock(&self->net->lock);
}


static const psi_io_t  local_io = {
    local_send, local_recv, local_param, local_input, local_progress,
    local_fact, local_output, local_without, local_fail
};


/* Both parties with the text of their tables; params as JSON. */

static inline local_t *
local_create(const char *params, const char *const tables[2])
{
    FILE           *file;
    char            path[96];
    local_t        *net;
    unsigned        i;
    local_party_t  *party;

    net = calloc(1, sizeof(local_t));
    pthread_mutex_init(&net->lock, NULL);
    pthread_cond_init(&net->changed, NULL);

    for (i = 0; i < 2; i++) {
        party = &net->parties[i];
        party->net = net;
        party->index = i;
        party->arena = ic_pool_create();
        (void) snprintf(net->names[i].role, sizeof(net->names[i].role), "%s",
                        i == 0 ? "guest" : "host");
        (void) snprintf(net->names[i].name, sizeof(net->names[i].name),
                        "%s.0", net->names[i].role);
        (void) snprintf(net->names[i].node_id,
                        sizeof(net->names[i].node_id), "node_%u", i);

        (void) snprintf(party->folder, sizeof(party->folder),
                        "/tmp/psi-unit-XXXXXX");

        if (mkdtemp(party->folder) == NULL) {
            abort();
        }

        (void) snprintf(path, sizeof(path), "%s/in.csv", party->folder);
        file = fopen(path, "w");
        fputs(tables[i], file);
        fclose(file);

        party->params = ic_json_parse(party->arena,
            ic_str_dup(party->arena, ic_str(params)), NULL);
        party->input = ic_json_parse(party->arena,
            ic_str_fmt(party->arena, "{\"sources\":[{\"type\":\"csv\","
                       "\"path\":\"%s\"}]}", path), NULL);
    }

    return net;
}


static inline void *
local_start(void *data)
{
    psi_t          *psi;
    local_party_t  *self;

    self = data;
    psi = &self->psi;

    psi->io = &local_io;
    psi->io_ctx = self;
    psi->arena = self->arena;
    psi->job_id = "job";
    psi->task_id = "task";
    psi->folder = self->folder;
    psi->place = self->folder;
    psi->parties = self->net->names;
    psi->party_count = 2;
    psi->self = &self->net->names[self->index];
    psi->threads = 2;

    self->rc = psi_run(psi);

    return NULL;
}


static inline char *
local_file(local_party_t *party, const char *name)
{
    char         path[96];
    FILE        *file;
    char        *text;
    struct stat  about;

    (void) snprintf(path, sizeof(path), "%s/%s", party->folder, name);
    file = fopen(path, "r");

    if (file == NULL) {
        return NULL;
    }

    if (fstat(fileno(file), &about) != 0) {
        abort();
    }

    text = ic_zalloc(party->arena, (size_t) about.st_size + 1);

    if (fread(text, 1, (size_t) about.st_size, file)
        != (size_t) about.st_size)
    {
        abort();
    }

    fclose(file);
    (void) unlink(path);

    return text;
}


/* Runs both to their ends; 0 if both succeeded. */

static inline int
local_run(local_t *net)
{
    unsigned   i;
    pthread_t  threads[2];

    for (i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, local_start, &net->parties[i]);
    }

    for (i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }

    for (i = 0; i < 2; i++) {
        net->parties[i].table = local_file(&net->parties[i], "data_0");
    }

    return net->parties[0].rc | net->parties[1].rc;
}


static inline void
local_destroy(local_t *net)
{
    unsigned          i;
    local_party_t    *party;
    local_message_t  *m, *next;

    for (i = 0; i < 2; i++) {
        party = &net->parties[i];
        psi_free(&party->psi);
        (void) local_file(party, "in.csv");
        (void) local_file(party, "metadata");
        ok(rmdir(party->folder) == 0, "nothing is left in the folder");
        ic_pool_destroy(party->arena);
    }

    for (m = net->first; m != NULL; m = next) {
        next = m->next;
        free(m->data);
        free(m);
    }

    free(net);
}


/* A table of ids from .. from + n - 1 with their halves. */

static inline char *
local_ids(int64_t from, int64_t n)
{
    FILE    *out;
    char    *text;
    size_t   len;
    int64_t  i;

    out = open_memstream(&text, &len);
    fputs("id,x\n", out);

    for (i = from; i < from + n; i++) {
        fprintf(out, "id-%06lld,%lld\n", (long long) i, (long long) i / 2);
    }

    fclose(out);

    return text;
}


/* The lines of a text but the first. */

static inline int64_t
local_lines(const char *text)
{
    int64_t  n;

    for (n = -1; text != NULL && *text != '\0'; text++) {
        n += *text == '\n';
    }

    return n;
}


#endif /* _PSI_LOCAL_H_INCLUDED_ */
