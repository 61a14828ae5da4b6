
/*
 * The parties of a task as threads, with somebody on the way who changes what
 * they say. Who is honest ends: with success, or with a cause that
 * api/errors.def has. The input is a list of changes, PEERS_CHANGE bytes
 * each: the sender, the number of its message, what is done, a place (two
 * bytes), a byte.
 */


#ifndef _PEERS_H_INCLUDED_
#define _PEERS_H_INCLUDED_


#include "../unit/task_local.h"
#include "fuzz.h"


#define PEERS_CHANGE  6


typedef struct {
    ic_task_run_pt   run;
    const char      *names;
    const char      *params;
    const char      *tables[LOCAL_MAX];      /* CSV; NULL: none */
} peers_t;

static struct {
    fuzz_t            fuzz;
    unsigned          sent[LOCAL_MAX];
    local_message_t  *before[LOCAL_MAX];
    unsigned          changed;
} peers;


static const char *const  peers_causes[] = {
#define IC_ERROR(name, ...)  #name,
#include "../../src/api/errors.def"
#undef IC_ERROR
    NULL
};


static inline bool
peers_cause(const char *code)
{
    unsigned  i;

    for (i = 0; peers_causes[i] != NULL; i++) {
        if (strcmp(peers_causes[i], code) == 0) {
            return true;
        }
    }

    return false;
}


static inline void
peers_change(local_message_t *m, const uint8_t *how)
{
    size_t            at, n;
    local_message_t  *other;

    at = (size_t) (how[3] << 8 | how[4]) % (m->len + 1);

    switch (how[2] % 7) {

    case 0:
        m->data[at] = how[5];                /* there is a byte more */
        break;

    case 1:
        m->data[at] ^= (u_char) (1 << how[5] % 8);
        break;

    case 2:
        m->len = at;
        break;

    case 3:                                  /* a number */
        n = m->len - at < 8 ? m->len - at : 8;
        memset(m->data + at, how[5] % 2 ? 0xff : 0, n);
        break;

    case 4:                                  /* what it said before */
        other = peers.before[m->from];

        if (other != NULL) {
            m->data = realloc(m->data, other->len + 1);
            memcpy(m->data, other->data, other->len);
            m->len = other->len;
        }

        break;

    case 5:                                  /* more */
        n = (size_t) how[5] * 16;
        m->data = realloc(m->data, m->len + n + 1);
        memset(m->data + m->len, how[3], n);
        m->len += n;
        break;

    default:                                 /* a piece of it elsewhere */
        n = how[5] < m->len - at ? how[5] : m->len - at;
        memmove(m->data, m->data + at, n);
    }
}


/* With the network's lock held. */

static void
peers_tamper(local_t *net, local_message_t *m)
{
    size_t    i;
    unsigned  number;

    number = peers.sent[m->from]++;

    for (i = 0; i + PEERS_CHANGE <= peers.fuzz.size; i += PEERS_CHANGE) {
        if (peers.fuzz.data[i] % net->count == m->from
            && peers.fuzz.data[i + 1] == number % 256)
        {
            peers_change(m, peers.fuzz.data + i);
            peers.changed++;
        }
    }

    peers.before[m->from] = m;
}


static inline int
peers_run(const peers_t *of, const uint8_t *data, size_t size)
{
    int        rc;
    local_t   *net;
    unsigned   i;

    memset(&peers, 0, sizeof(peers));
    peers.fuzz.data = data;
    peers.fuzz.size = size;

    net = local_create(of->run, of->names);
    net->tamper = peers_tamper;
    local_params(net, LOCAL_ALL, of->params);

    for (i = 0; i < net->count; i++) {
        if (of->tables[i] != NULL) {
            local_csv(net, i, "train_data", of->tables[i]);
        }
    }

    rc = local_run(net);

    for (i = 0; i < net->count; i++) {
        if (net->parties[i].rc != 0) {
            FUZZ_TRUE(net->parties[i].failed);
            FUZZ_TRUE(peers_cause(net->parties[i].code));
        }
    }

    if (rc != 0 && peers.changed == 0) {
        for (i = 0; i < net->count; i++) {
            fprintf(stderr, "%s: %s\n", net->names[i].name,
                    net->parties[i].text);
        }
    }

    FUZZ_TRUE(rc == 0 || peers.changed != 0);
    local_destroy(net);
    FUZZ_TRUE(tap_failures == 0);

    return 0;
}


#endif /* _PEERS_H_INCLUDED_ */
