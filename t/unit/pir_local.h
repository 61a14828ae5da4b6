
/*
 * Both parties of a pir task as threads of one program, with a queue for a
 * network that records, and can change, what passes.
 */


#ifndef _PIR_LOCAL_H_INCLUDED_
#define _PIR_LOCAL_H_INCLUDED_


#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../../src/components/pir/pir_wire.h"
#include "tap.h"


#define LOCAL_GUEST  0
#define LOCAL_HOST   1


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
    char              file[64];
    pir_t             pir;
    int               rc;
    int               without;
    char              logged[256];
    char              shown[4096];   /* what the initiator sees */
    char              report[512];
    char              code[64];
    char              column[132];
    int64_t           row;
    char              text[512];
} local_party_t;

struct local_s {
    char              folder[64];
    const char       *task;
    ic_party_t        names[2];
    local_party_t     parties[2];
    pthread_mutex_t   lock;
    pthread_cond_t    changed;
    local_message_t  *first;
    local_message_t  *last;
    int               aborted;

    /* may change a message; called with the lock held */
    void            (*tamper)(local_t *net, local_message_t *m);
};


/* The kind and the number of a message. */

static inline unsigned
local_kind(const local_message_t *m)
{
    return (unsigned) m->data[2] << 8 | m->data[3];
}


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
local_find(local_t *net, unsigned to)
{
    local_message_t  *m;

    for (m = net->first; m != NULL; m = m->next) {
        if (!m->taken && m->from != to) {
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
        m = local_find(net, self->index);

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
        return pir_fail(&self->pir, "peer_silent", NULL, 0, "no %s",
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


static inline const char *
local_folder(void *ctx)
{
    return ((local_party_t *) ctx)->net->folder;
}


static inline void
local_without(void *ctx, const char *kind)
{
    ((local_party_t *) ctx)->without++;
}


static inline void
local_show(local_party_t *self, const char *fmt, ...)
{
    size_t   len;
    va_list  args;

    len = strlen(self->shown);
    va_start(args, fmt);
    (void) vsnprintf(self->shown + len, sizeof(self->shown) - len, fmt, args);
    va_end(args);
}


static inline void
local_progress(void *ctx, double percent, const char *stage)
{
    local_show(ctx, "%s;", stage);
}


static inline void
local_fact(void *ctx, const char *name, int64_t value)
{
    local_show(ctx, "%s of %lld;", name, (long long) value);
}


static inline void
local_log(void *ctx, const char *text)
{
    local_party_t  *self;

    self = ctx;
    (void) snprintf(self->logged, sizeof(self->logged), "%s", text);
}


static inline void
local_output(void *ctx, const char *kind, ic_str_t json)
{
    local_party_t  *self;

    self = ctx;
    (void) snprintf(self->report, sizeof(self->report), "%.*s",
                    (int) json.len, (char *) json.data);
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


static const pir_io_t  local_io = {
    local_send, local_recv, local_param, local_input, local_folder,
    local_without, local_progress, local_fact, local_log, local_output,
    local_fail
};


static inline local_t *
local_create(const char *task)
{
    local_t     *net;
    unsigned     i;
    ic_party_t  *party;

    net = calloc(1, sizeof(local_t));
    net->task = task;
    pthread_mutex_init(&net->lock, NULL);
    pthread_cond_init(&net->changed, NULL);
    strcpy(net->folder, "/tmp/icpirXXXXXX");

    if (mkdtemp(net->folder) == NULL) {
        perror("mkdtemp");
        exit(1);
    }

    for (i = 0; i < 2; i++) {
        party = &net->names[i];
        (void) snprintf(party->role, sizeof(party->role), "%s",
                        i == LOCAL_GUEST ? "guest" : "host");
        (void) snprintf(party->name, sizeof(party->name), "%s.0",
                        party->role);
        (void) snprintf(party->node_id, sizeof(party->node_id), "node_%u",
                        i);
        net->parties[i].net = net;
        net->parties[i].index = i;
        net->parties[i].arena = ic_pool_create();
        (void) snprintf(net->parties[i].file, sizeof(net->parties[i].file),
                        "%.40s/in%u.csv", net->folder, i);
    }

    return net;
}


/* params: JSON; csv: the party's table. */

static inline void
local_set(local_t *net, unsigned i, const char *params, const char *csv)
{
    FILE           *out;
    ic_str_t        text;
    local_party_t  *party;

    party = &net->parties[i];
    out = fopen(party->file, "w");
    fputs(csv, out);
    fclose(out);

    text = ic_str_fmt(party->arena,
                      "{\"sources\":[{\"type\":\"csv\",\"path\":\"%s\"}]}",
                      party->file);
    party->input = ic_json_parse(party->arena, text, NULL);
    party->params = ic_json_parse(party->arena,
                                  ic_str_dup(party->arena, ic_str(params)),
                                  NULL);
}


static inline void *
local_start(void *data)
{
    pir_t          *pir;
    local_party_t  *self;

    self = data;
    pir = &self->pir;

    pir->io = &local_io;
    pir->io_ctx = self;
    pir->arena = self->arena;
    pir->job_id = "job";
    pir->task_id = self->net->task;
    pir->parties = self->net->names;
    pir->party_count = 2;
    pir->self = &self->net->names[self->index];

    self->rc = pir_run(pir);

    return NULL;
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

    return net->parties[0].rc | net->parties[1].rc;
}


/* The guest's answers as text, malloc()ed; NULL: there are none. */

static inline char *
local_answers(local_t *net)
{
    char    path[128], *text;
    long    len;
    FILE   *in;

    (void) snprintf(path, sizeof(path), "%s/data_0", net->folder);
    in = fopen(path, "r");

    if (in == NULL) {
        return NULL;
    }

    fseek(in, 0, SEEK_END);
    len = ftell(in);
    rewind(in);
    text = calloc(1, (size_t) len + 1);
    len = (long) fread(text, 1, (size_t) len, in);
    text[len] = '\0';
    fclose(in);

    return text;
}


static inline void
local_destroy(local_t *net)
{
    char              path[128];
    unsigned          i;
    local_message_t  *m, *next;

    static const char *const  files[] = {
        "data_0", "metadata", "in0.csv", "in1.csv"
    };

    for (i = 0; i < 2; i++) {
        pir_free(&net->parties[i].pir);
        ic_pool_destroy(net->parties[i].arena);
    }

    for (m = net->first; m != NULL; m = next) {
        next = m->next;
        free(m->data);
        free(m);
    }

    for (i = 0; i < 4; i++) {
        (void) snprintf(path, sizeof(path), "%s/%s", net->folder, files[i]);
        (void) unlink(path);
    }

    (void) rmdir(net->folder);
    free(net);
}


#endif /* _PIR_LOCAL_H_INCLUDED_ */
