
/*
 * All parties of a homo_lr task as threads of one program, with queues for
 * a network that records, and can change, what passes.
 */


#ifndef _HOMO_LR_LOCAL_H_INCLUDED_
#define _HOMO_LR_LOCAL_H_INCLUDED_


#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../src/components/homo_lr/homo_lr_wire.h"
#include "../../src/lib/ic_codec.h"
#include "tap.h"


#define LOCAL_MAX  8


typedef struct local_message_s  local_message_t;

struct local_message_s {
    unsigned          from;
    unsigned          to;
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
    homo_lr_t         lr;
    int               rc;
    char             *model;         /* or report */
    char              code[64];
    char              column[132];
    int64_t           row;
    char              text[512];
    int64_t           rows;          /* the fact */
    double            last_percent;
} local_party_t;

struct local_s {
    unsigned          count;
    ic_party_t        names[LOCAL_MAX];
    local_party_t     parties[LOCAL_MAX];
    unsigned          bits;          /* 0: as in the parameters */
    pthread_mutex_t   lock;
    pthread_cond_t    changed;
    local_message_t  *first;
    local_message_t  *last;
    int               aborted;

    /* may change a message; called with the lock held */
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
    m->to = (unsigned) (to - net->names);
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
local_find(local_t *net, unsigned from, unsigned to)
{
    local_message_t  *m;

    for (m = net->first; m != NULL; m = m->next) {
        if (!m->taken && m->from == from && m->to == to) {
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
        m = local_find(net, (unsigned) (from - net->names), self->index);

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
        return homo_lr_fail(&self->lr, "peer_silent", NULL, 0, "no %s",
                            from->name);
    }

    return 0;
}


/* A stand-in for node keys: a hash with a secret that only nodes know. */

static inline void
local_sign(const char *node_id, ic_str_t data, u_char signature[32])
{
    u_char  *text;

    text = malloc(data.len + 200);
    memset(text, 0, 200);
    (void) snprintf((char *) text, 200, "node secret of %s", node_id);
    memcpy(text + 200, data.data, data.len);
    ic_sha256(signature, text, data.len + 200);
    free(text);
}


static inline int
local_certify(void *ctx, ic_str_t data, ic_str_t *signature,
    ic_str_t *certificate)
{
    u_char          bytes[32];
    local_party_t  *self;

    self = ctx;
    local_sign(self->lr.self->node_id, data, bytes);
    *signature = ic_str_dup(self->arena, ic_str_n(bytes, 32));
    *certificate = ic_str(self->lr.self->node_id);

    return 0;
}


static inline int
local_verify(void *ctx, const ic_party_t *party, ic_str_t data,
    ic_str_t signature, ic_str_t certificate)
{
    u_char          bytes[32];
    local_party_t  *self;

    self = ctx;
    local_sign(party->node_id, data, bytes);

    if (!ic_str_is(certificate, party->node_id) || signature.len != 32
        || memcmp(bytes, signature.data, 32) != 0)
    {
        return homo_lr_fail(&self->lr, "peer_identity", NULL, 0,
                            "%s is not who it says", party->name);
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
    ((local_party_t *) ctx)->last_percent = percent;
}


static inline void
local_metric(void *ctx, const char *name, int64_t x, double y)
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
    self->model = ic_str_z(self->arena, json);
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


static const homo_lr_io_t  local_io = {
    local_send, local_recv, local_certify, local_verify, local_param,
    local_input, local_progress, local_metric, local_fact, local_output,
    local_fail
};


/* hosts: how many besides guest and arbiter. */

static inline local_t *
local_create(unsigned hosts, unsigned bits)
{
    local_t     *net;
    unsigned     i;
    const char  *role;
    ic_party_t  *party;

    net = calloc(1, sizeof(local_t));
    net->count = hosts + 2;
    net->bits = bits;
    pthread_mutex_init(&net->lock, NULL);
    pthread_cond_init(&net->changed, NULL);

    for (i = 0; i < net->count; i++) {
        party = &net->names[i];
        party->index = (i < 2) ? 0 : (int) i - 2;
        role = (i == 0) ? "arbiter" : (i == 1) ? "guest" : "host";
        (void) snprintf(party->role, sizeof(party->role), "%s", role);
        (void) snprintf(party->name, sizeof(party->name), "%s.%d", role,
                        party->index);
        (void) snprintf(party->node_id, sizeof(party->node_id), "node_%u",
                        i);
        net->parties[i].net = net;
        net->parties[i].index = i;
        net->parties[i].arena = ic_pool_create();
    }

    return net;
}


/* Parties: 0 the arbiter, 1 the guest, 2.. the hosts. */

static inline void
local_set(local_t *net, unsigned i, const char *params, const char *input)
{
    local_party_t  *party;

    party = &net->parties[i];
    party->params = ic_json_parse(party->arena,
                                  ic_str_dup(party->arena, ic_str(params)),
                                  NULL);
    party->input = ic_json_parse(party->arena,
                                 ic_str_dup(party->arena, ic_str(input)),
                                 NULL);
}


static inline void *
local_start(void *data)
{
    homo_lr_t      *lr;
    local_party_t  *self;

    self = data;
    lr = &self->lr;

    lr->io = &local_io;
    lr->io_ctx = self;
    lr->arena = self->arena;
    lr->job_id = "job";
    lr->task_id = "task";
    lr->parties = self->net->names;
    lr->party_count = self->net->count;
    lr->self = &self->net->names[self->index];
    lr->modulus_bits = self->net->bits;
    lr->paillier_flags = IC_PAILLIER_INSECURE;

    self->rc = homo_lr_run(lr);

    return NULL;
}


/* Runs all parties to their ends; 0 if all succeeded. */

static inline int
local_run(local_t *net)
{
    int        rc;
    unsigned   i;
    pthread_t  threads[LOCAL_MAX];

    for (i = 0; i < net->count; i++) {
        pthread_create(&threads[i], NULL, local_start, &net->parties[i]);
    }

    for (rc = 0, i = 0; i < net->count; i++) {
        pthread_join(threads[i], NULL);
        rc |= net->parties[i].rc;
    }

    return rc;
}


static inline void
local_destroy(local_t *net)
{
    unsigned          i;
    local_message_t  *m, *next;

    for (i = 0; i < net->count; i++) {
        homo_lr_free(&net->parties[i].lr);
        ic_pool_destroy(net->parties[i].arena);
    }

    for (m = net->first; m != NULL; m = next) {
        next = m->next;
        free(m->data);
        free(m);
    }

    free(net);
}


#endif /* _HOMO_LR_LOCAL_H_INCLUDED_ */
