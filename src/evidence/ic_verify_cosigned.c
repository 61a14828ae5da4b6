
/*
 * Checking a log: what partners have signed of it. Every cosigned head must
 * be one of the tree that the entries make, and every cosignature one of a
 * credential in keys/.
 */


#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "../trust/ic_cert.h"
#include "ic_cosign.h"
#include "ic_verify_state.h"


#define COSIGNED_KEYS        4096
#define COSIGNED_CREDENTIAL  65536


typedef struct {
    EVP_PKEY  *key;
    X509      *cert;                     /* NULL: a bare key */
} cosigned_key_t;

/* Who cosigned, and the largest head of it. */
typedef struct {
    ic_str_t   node_id;
    uint64_t   size;
    int64_t    time;
} cosigned_by_t;

/* A cosigned head. */
typedef struct {
    uint64_t   size;
    ic_hash_t  root;
    unsigned   by;
} cosigned_head_t;

struct ic_verify_cosigned_s {
    ic_arena_t       *arena;             /* of all of it */
    ic_arena_t       *scratch;           /* of one head */
    cosigned_key_t   *keys;
    unsigned          nkeys;
    cosigned_by_t    *by;
    unsigned          nby;
    cosigned_head_t  *heads;             /* by size */
    size_t            nheads;
    size_t            next;
};


static ic_verify_e cosigned_keys(ic_verify_state_t *state);
static void cosigned_key(ic_verify_state_t *state, const char *name);
static ic_verify_e cosigned_file(ic_verify_state_t *state, uint64_t first);
static ic_verify_e cosigned_frame(ic_verify_state_t *state, ic_str_t bytes);
static const char *cosigned_signed(ic_verify_state_t *state,
    const ic_head_t *head, ic_str_t node_id);
static int cosigned_put(ic_verify_cosigned_t *c, const ic_head_t *head,
    ic_str_t node_id);
static int cosigned_by(ic_verify_cosigned_t *c, ic_str_t node_id,
    unsigned *by);
static int cosigned_grow(void **items, size_t count, size_t size);
static int cosigned_smaller(const void *one, const void *other);
static int cosigned_larger(const void *one, const void *other);


ic_verify_e
ic_verify_cosigned_read(ic_verify_state_t *state)
{
    int                    n, i;
    uint64_t              *first;
    ic_verify_e            rc;
    ic_verify_cosigned_t  *c;

    c = calloc(1, sizeof(ic_verify_cosigned_t));
    state->cosigned = c;

    if (c == NULL || (c->arena = ic_pool_create()) == NULL
        || (c->scratch = ic_pool_create()) == NULL)
    {
        return ic_verify_found(state, IC_VERIFY_IMPOSSIBLE,
                               "memory is short");
    }

    n = ic_log_numbers(state->verify->dir, "cosigned", c->arena, &first);

    if (n < 0) {
        return (errno == ENOENT) ? IC_VERIFY_GOOD
               : ic_verify_found(state, IC_VERIFY_IMPOSSIBLE, "cosigned: %s",
                                 strerror(errno));
    }

    rc = cosigned_keys(state);

    for (i = 0; i < n && rc == IC_VERIFY_GOOD; i++) {
        rc = cosigned_file(state, first[i]);
    }

    if (c->nheads != 0) {
        qsort(c->heads, c->nheads, sizeof(cosigned_head_t),
              cosigned_smaller);
    }

    state->result->cosignatures = c->nheads;

    return rc;
}


void
ic_verify_cosigned_free(ic_verify_cosigned_t *c)
{
    unsigned  i;

    if (c == NULL) {
        return;
    }

    for (i = 0; i < c->nkeys; i++) {
        EVP_PKEY_free(c->keys[i].key);
        X509_free(c->keys[i].cert);
    }

    if (c->arena != NULL) {
        ic_pool_destroy(c->arena);
    }

    if (c->scratch != NULL) {
        ic_pool_destroy(c->scratch);
    }

    free(c->keys);
    free(c->by);
    free(c->heads);
    free(c);
}


/* All credentials of the log's folder; a head does not say which it is of. */

static ic_verify_e
cosigned_keys(ic_verify_state_t *state)
{
    DIR            *folder;
    char            path[PATH_MAX];
    struct dirent  *item;

    if (ic_log_path(state->verify->dir, path, "keys") != 0
        || (folder = opendir(path)) == NULL)
    {
        return ic_verify_found(state, IC_VERIFY_INCOMPLETE, "keys: %s",
                               strerror(errno));
    }

    while ((item = readdir(folder)) != NULL) {
        if (strlen(item->d_name) == IC_HASH_HEX - 1) {
            cosigned_key(state, item->d_name);
        }
    }

    closedir(folder);

    return IC_VERIFY_GOOD;
}


/* What is not the credential that its name says verifies nothing. */

static void
cosigned_key(ic_verify_state_t *state, const char *name)
{
    char                   path[PATH_MAX], text[COSIGNED_CREDENTIAL];
    char                   digest[IC_HASH_HEX];
    FILE                  *file;
    size_t                 n;
    EVP_PKEY              *key;
    ic_verify_cosigned_t  *c;

    c = state->cosigned;

    if (c->nkeys == COSIGNED_KEYS
        || ic_log_path(state->verify->dir, path, "keys/%s", name) != 0
        || (file = fopen(path, "re")) == NULL)
    {
        return;
    }

    n = fread(text, 1, sizeof(text), file);
    fclose(file);
    ic_sha256_hex(digest, text, n);
    key = (strcmp(digest, name) == 0) ? ic_cert_public_key(ic_str_n(text, n))
                                      : NULL;

    if (key == NULL
        || cosigned_grow((void **) &c->keys, c->nkeys, sizeof(*c->keys)) != 0)
    {
        EVP_PKEY_free(key);
        return;
    }

    c->keys[c->nkeys].key = key;
    c->keys[c->nkeys++].cert = ic_cert_parse(ic_str_n(text, n));
}


static ic_verify_e
cosigned_file(ic_verify_state_t *state, uint64_t first)
{
    int           n;
    char          path[PATH_MAX];
    ic_str_t      bytes;
    ic_hash_t     hash;
    ic_verify_e   rc;
    ic_frames_t  *frames;

    (void) ic_log_path(state->verify->dir, path, "cosigned/%016llx",
                       (unsigned long long) first);
    frames = ic_frames_open(path, 0);

    if (frames == NULL) {
        return ic_verify_found(state, IC_VERIFY_IMPOSSIBLE, "%s: %s", path,
                               strerror(errno));
    }

    rc = IC_VERIFY_GOOD;

    while (rc == IC_VERIFY_GOOD
           && (n = ic_frames_next(frames, state->hasher, &bytes, &hash)) == 1)
    {
        rc = cosigned_frame(state, bytes);
    }

    ic_frames_close(frames);

    if (rc != IC_VERIFY_GOOD) {
        return rc;
    }

    if (n == -2) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "cosigned/%016llx:"
                               " its bytes are not those that were written",
                               (unsigned long long) first);
    }

    /* one that is cut short was not counted by anybody */

    return (n != -3) ? rc
           : ic_verify_found(state, IC_VERIFY_IMPOSSIBLE, "%s: %s", path,
                             strerror(errno));
}


static ic_verify_e
cosigned_frame(ic_verify_state_t *state, ic_str_t bytes)
{
    ic_str_t               node_id;
    ic_head_t              head;
    const char            *why;
    ic_verify_cosigned_t  *c;

    c = state->cosigned;
    ic_pool_reset(c->scratch);
    node_id.len = 0;
    node_id.data = NULL;
    why = ic_head_parse(c->scratch, bytes, &head);

    if (why != NULL) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "cosigned: %s",
                               why);
    }

    if (!ic_str_eq(head.origin, ic_log_origin(c->scratch,
                                              &state->result->about)))
    {
        why = "is of another log";

    } else if (head.nsignatures == 1) {
        node_id = ic_cosign_node(head.signatures[0].name);
    }

    if (why == NULL) {
        why = (node_id.len == 0) ? "is not signed by one node"
              : ic_str_is(node_id, state->result->about.node_id)
              ? "is signed by the node itself"
              : cosigned_signed(state, &head, node_id);
    }

    if (why != NULL) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "the cosigned head "
                               "of size %llu: %s", (unsigned long long)
                               head.size, why);
    }

    return (cosigned_put(c, &head, node_id) == 0) ? IC_VERIFY_GOOD
           : ic_verify_found(state, IC_VERIFY_IMPOSSIBLE, "memory is short");
}


/* NULL, or what is wrong. */

static const char *
cosigned_signed(ic_verify_state_t *state, const ic_head_t *head,
    ic_str_t node_id)
{
    unsigned               i;
    const char            *why;
    ic_verify_cosigned_t  *c;

    c = state->cosigned;
    why = "no credential in keys/ verifies its cosignature";

    for (i = 0; i < c->nkeys; i++) {

        if (ic_head_signed(c->scratch, head, head->signatures[0].name,
                           c->keys[i].key))
        {
            why = ic_verify_certificate(state->verify, c->keys[i].cert,
                                        node_id, head->time);

            if (why == NULL) {
                break;
            }
        }
    }

    return why;
}


static int
cosigned_put(ic_verify_cosigned_t *c, const ic_head_t *head,
    ic_str_t node_id)
{
    unsigned          by;
    cosigned_head_t  *put;

    if (cosigned_by(c, node_id, &by) != 0
        || cosigned_grow((void **) &c->heads, c->nheads, sizeof(*c->heads))
           != 0)
    {
        return -1;
    }

    put = &c->heads[c->nheads++];
    put->size = head->size;
    put->root = head->root;
    put->by = by;

    if (head->size >= c->by[by].size) {
        c->by[by].size = head->size;
        c->by[by].time = head->time;
    }

    return 0;
}


static int
cosigned_by(ic_verify_cosigned_t *c, ic_str_t node_id, unsigned *by)
{
    for (*by = 0; *by < c->nby; (*by)++) {
        if (ic_str_eq(c->by[*by].node_id, node_id)) {
            return 0;
        }
    }

    if (cosigned_grow((void **) &c->by, c->nby, sizeof(*c->by)) != 0) {
        return -1;
    }

    memset(&c->by[c->nby], 0, sizeof(*c->by));
    c->by[c->nby].node_id = ic_str_dup(c->arena, node_id);

    return (c->by[c->nby++].node_id.data != NULL) ? 0 : -1;
}


/* Room for one more, by powers of two. 0 or -1. */

static int
cosigned_grow(void **items, size_t count, size_t size)
{
    void  *grown;

    if ((count & (count - 1)) != 0) {
        return 0;
    }

    grown = realloc(*items, (count == 0 ? 1 : 2 * count) * size);

    if (grown == NULL) {
        return -1;
    }

    *items = grown;

    return 0;
}


static int
cosigned_smaller(const void *one, const void *other)
{
    const cosigned_head_t  *a = one, *b = other;

    return (a->size > b->size) - (a->size < b->size);
}


static int
cosigned_larger(const void *one, const void *other)
{
    const cosigned_by_t  *a = one, *b = other;

    return (a->size < b->size) - (a->size > b->size);
}


ic_verify_e
ic_verify_cosigned(ic_verify_state_t *state)
{
    ic_hash_t              root;
    cosigned_head_t       *head;
    ic_verify_cosigned_t  *c;

    c = state->cosigned;

    while (c != NULL && c->next < c->nheads
           && c->heads[c->next].size <= state->tree.size)
    {
        head = &c->heads[c->next++];

        if (ic_tree_root(state->hasher, &state->tree, &root) != 0) {
            return ic_verify_found(state, IC_VERIFY_IMPOSSIBLE, "hashing");
        }

        if (head->size != state->tree.size
            || !ic_hash_eq(&root, &head->root))
        {
            return ic_verify_found(state, IC_VERIFY_TAMPERED, "entry %llu or "
                                   "one before it: %.*s has cosigned another "
                                   "history of %llu entries",
                                   (unsigned long long) head->size - 1,
                                   (int) c->by[head->by].node_id.len,
                                   c->by[head->by].node_id.data,
                                   (unsigned long long) head->size);
        }
    }

    return IC_VERIFY_GOOD;
}


ic_verify_e
ic_verify_cosigned_end(ic_verify_state_t *state)
{
    unsigned               wanted;
    cosigned_head_t       *head;
    ic_verify_cosigned_t  *c;

    c = state->cosigned;

    if (c->next < c->nheads) {
        head = &c->heads[c->next];

        return ic_verify_found(state, IC_VERIFY_TAMPERED, "the log has %llu "
                               "entries, %.*s has cosigned a head of size "
                               "%llu: it was rolled back",
                               (unsigned long long) state->tree.size,
                               (int) c->by[head->by].node_id.len,
                               c->by[head->by].node_id.data,
                               (unsigned long long) head->size);
    }

    /* what so many partners have signed is the least of their largest */

    if (c->nby != 0) {
        qsort(c->by, c->nby, sizeof(cosigned_by_t), cosigned_larger);
    }

    wanted = state->verify->witnesses;
    state->result->cosigners = c->nby;

    if (c->nby < wanted) {
        return ic_verify_found(state, IC_VERIFY_INCOMPLETE, "%u partners "
                               "have cosigned heads of this log, not %u",
                               c->nby, wanted);
    }

    if (c->nby != 0) {
        wanted = (wanted == 0) ? 1 : wanted;
        state->result->cosigned = c->by[wanted - 1].size;
        state->result->cosigned_time = c->by[wanted - 1].time;
    }

    return IC_VERIFY_GOOD;
}
