
/* Checking a log: files, entries, chains of subjects. */


#include <errno.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ic_verify_state.h"


/* The last entry of a subject. */
typedef struct {
    ic_hash_t  hash;
    char       name[];
} verify_subject_t;


static void verify_last(const void *node, VISIT which, void *data);
static ic_verify_e verify_begin(ic_verify_state_t *state);
static ic_verify_e verify_segments(ic_verify_state_t *state);
static ic_verify_e verify_segment(ic_verify_state_t *state, uint64_t first,
    bool last);
static ic_verify_e verify_frame(ic_verify_state_t *state, int rc, bool last);
static ic_verify_e verify_entry(ic_verify_state_t *state, ic_str_t bytes,
    const ic_hash_t *hash);
static ic_verify_e verify_tile(ic_verify_state_t *state, int rc);
static int verify_compare(const void *one, const void *other);
static bool verify_later(const char *src, ic_str_t next);


ic_verify_e
ic_verify_log(const ic_verify_t *verify, ic_verify_result_t *result)
{
    ic_verify_e         rc;
    ic_verify_state_t  *state;

    state = ic_verify_state(verify, result);

    if (state == NULL) {
        snprintf(result->finding, sizeof(result->finding), "memory is short");
        return IC_VERIFY_IMPOSSIBLE;
    }

    rc = verify_begin(state);

    if (rc == IC_VERIFY_GOOD) {
        rc = verify_segments(state);
    }

    if (rc == IC_VERIFY_GOOD) {
        rc = ic_verify_checkpoint(state);
    }

    if (rc == IC_VERIFY_GOOD) {
        rc = ic_verify_kept_end(state);
    }

    if (rc == IC_VERIFY_GOOD) {
        rc = ic_verify_cosigned_end(state);
    }

    if (rc == IC_VERIFY_GOOD && verify->last != NULL) {
        twalk_r(state->subjects, verify_last, (void *) verify);
    }

    ic_verify_state_free(state);

    return rc;
}


ic_verify_state_t *
ic_verify_state(const ic_verify_t *verify, ic_verify_result_t *result)
{
    ic_verify_state_t  *state;

    memset(result, 0, sizeof(ic_verify_result_t));
    state = calloc(1, sizeof(ic_verify_state_t));

    if (state == NULL) {
        return NULL;
    }

    state->verify = verify;
    state->result = result;
    state->arena = ic_pool_create();
    state->head_arena = ic_pool_create();

    if (state->arena == NULL || state->head_arena == NULL) {
        ic_verify_state_free(state);
        return NULL;
    }

    return state;
}


void
ic_verify_state_free(ic_verify_state_t *state)
{
    if (state->heads != NULL) {
        ic_frames_close(state->heads);
    }

    tdestroy(state->subjects, free);
    ic_verify_cosigned_free(state->cosigned);
    X509_free(state->cert);
    EVP_PKEY_free(state->key);
    ic_hasher_free(state->hasher);

    if (state->arena != NULL) {
        ic_pool_destroy(state->arena);
    }

    if (state->head_arena != NULL) {
        ic_pool_destroy(state->head_arena);
    }

    free(state);
}


static void
verify_last(const void *node, VISIT which, void *data)
{
    const ic_verify_t       *verify = data;
    const verify_subject_t  *subject;

    subject = *(verify_subject_t *const *) node;

    if (which == postorder || which == leaf) {
        verify->last(verify->data, subject->name, &subject->hash);
    }
}


static ic_verify_e
verify_begin(ic_verify_state_t *state)
{
    const char   *why;
    ic_verify_e   rc;

    why = ic_log_about(state->verify->dir, &state->result->about);

    if (why != NULL) {
        return ic_verify_found(state, errno == ENOENT ? IC_VERIFY_INCOMPLETE
                                                      : IC_VERIFY_TAMPERED,
                               "log: %s", why);
    }

    state->hasher = ic_hasher(state->result->about.hash);

    if (state->hasher == NULL) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "log: the hash is "
                               "not sha256 or sm3");
    }

    state->tiles.dir = state->verify->dir;
    state->tiles.hasher = state->hasher;
    state->tiles.put = state->verify->copies != NULL ? state->verify->copies
                       : ic_tiles_compare;
    ic_verify_published(state);

    rc = ic_verify_kept_read(state);

    return (rc == IC_VERIFY_GOOD) ? ic_verify_cosigned_read(state) : rc;
}


static ic_verify_e
verify_segments(ic_verify_state_t *state)
{
    int           n, i;
    uint64_t     *first;
    ic_arena_t   *arena;
    ic_verify_e   rc;

    arena = ic_pool_create();
    n = (arena == NULL) ? -1 : ic_log_segments(state->verify->dir, arena,
                                               &first);
    rc = IC_VERIFY_GOOD;

    if (n < 0) {
        rc = ic_verify_found(state, IC_VERIFY_INCOMPLETE, "entries: %s",
                             strerror(errno));
    }

    for (i = 0; i < n && rc == IC_VERIFY_GOOD; i++) {

        if (first[i] != state->tree.size) {
            rc = ic_verify_found(state, IC_VERIFY_TAMPERED, "entry %llu: is "
                                 "missing, the next file begins with entry "
                                 "%llu", (unsigned long long)
                                 state->tree.size,
                                 (unsigned long long) first[i]);
            break;
        }

        rc = verify_segment(state, first[i], i + 1 == n);
    }

    if (arena != NULL) {
        ic_pool_destroy(arena);
    }

    return rc;
}


static ic_verify_e
verify_segment(ic_verify_state_t *state, uint64_t first, bool last)
{
    int           n;
    char          path[PATH_MAX];
    ic_str_t      bytes;
    ic_hash_t     hash;
    ic_frames_t  *frames;
    ic_verify_e   rc;

    rc = ic_verify_heads_open(state, first);
    if (rc != IC_VERIFY_GOOD) {
        return rc;
    }

    (void) ic_log_path(state->verify->dir, path, "entries/%016llx",
                       (unsigned long long) first);
    frames = ic_frames_open(path, 0);

    if (frames == NULL) {
        return ic_verify_found(state, IC_VERIFY_IMPOSSIBLE, "%s: %s", path,
                               strerror(errno));
    }

    /* behind the last head nothing is promised: a writer may be at work */

    while ((n = ic_frames_next(frames, state->hasher, &bytes, &hash)) == 1) {

        if (last && !state->has_head) {
            state->result->unsealed++;
            continue;
        }

        rc = verify_entry(state, bytes, &hash);

        if (rc != IC_VERIFY_GOOD) {
            break;
        }
    }

    ic_frames_close(frames);

    return (rc != IC_VERIFY_GOOD) ? rc : verify_frame(state, n, last);
}


/* How the frames of a file ended. */

static ic_verify_e
verify_frame(ic_verify_state_t *state, int rc, bool last)
{
    unsigned long long  seq;

    seq = (unsigned long long) state->tree.size;

    if (rc == -3) {
        return ic_verify_found(state, IC_VERIFY_IMPOSSIBLE, "entry %llu: %s",
                               seq, strerror(errno));
    }

    if (state->has_head) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED,
                   rc == -2 ? "entry %llu: its bytes are not those that were "
                              "written"
                   : rc == -1 ? "entry %llu: is cut short"
                   : "entry %llu: is missing, though a head of size %llu was "
                     "signed", seq, (unsigned long long) state->head.size);
    }

    if (!last && rc != 0) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "entry %llu: more "
                               "than the heads cover", seq);
    }

    return IC_VERIFY_GOOD;
}


static ic_verify_e
verify_entry(ic_verify_state_t *state, ic_str_t bytes, const ic_hash_t *hash)
{
    ic_entry_t   entry;
    const char  *why;
    ic_verify_e  rc;

    ic_pool_reset(state->arena);
    why = ic_entry_parse(state->arena, bytes, &entry);

    if (why != NULL) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "entry %llu: %s",
                               (unsigned long long) state->tree.size, why);
    }

    if (entry.seq != state->tree.size) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "entry %llu: says "
                               "that it is entry %llu", (unsigned long long)
                               state->tree.size,
                               (unsigned long long) entry.seq);
    }

    rc = ic_verify_order(state, &entry);

    if (rc == IC_VERIFY_GOOD) {
        rc = ic_verify_subject(state, &entry, hash);
    }

    if (rc == IC_VERIFY_GOOD) {
        rc = verify_tile(state, ic_tiles_add(&state->tiles, entry.seq, hash));
    }

    if (rc == IC_VERIFY_GOOD && state->verify->entry != NULL
        && state->verify->entry(state->verify->data, &entry,
                                state->result->finding) != 0)
    {
        rc = IC_VERIFY_TAMPERED;
    }

    if (rc != IC_VERIFY_GOOD) {
        return rc;
    }

    if (ic_tree_add(state->hasher, &state->tree, 0, hash) != 0) {
        return ic_verify_found(state, IC_VERIFY_IMPOSSIBLE, "hashing");
    }

    state->result->entries = state->tree.size;
    rc = ic_verify_kept(state);

    if (rc == IC_VERIFY_GOOD) {
        rc = ic_verify_heads(state);
    }

    return (rc == IC_VERIFY_GOOD) ? ic_verify_cosigned(state) : rc;
}


ic_verify_e
ic_verify_order(ic_verify_state_t *state, const ic_entry_t *entry)
{
    unsigned long long  seq;

    seq = (unsigned long long) entry->seq;

    if (!ic_str_is(entry->node, state->result->about.node_id)) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "entry %llu: is of "
                               "another node", seq);
    }

    if (!verify_later(state->src, entry->src)) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "entry %llu: "
                               "happened before the one in front of it",
                               seq);
    }

    snprintf(state->src, sizeof(state->src), "%.*s", (int) entry->src.len,
             entry->src.data);

    return IC_VERIFY_GOOD;
}


/* Ids of a stream, "ms-n", rise. */

static bool
verify_later(const char *src, ic_str_t next)
{
    char                text[64];
    unsigned            n, m;
    unsigned long long  before, after;

    if (next.len >= sizeof(text)) {
        return false;
    }

    memcpy(text, next.data, next.len);
    text[next.len] = '\0';

    if (sscanf(text, "%llu-%u", &after, &m) != 2) {
        return false;
    }

    return sscanf(src, "%llu-%u", &before, &n) != 2
           || after > before || (after == before && m > n);
}


ic_verify_e
ic_verify_subject(ic_verify_state_t *state, const ic_entry_t *entry,
    const ic_hash_t *hash)
{
    bool                 known;
    verify_subject_t   **found, *subject;

    subject = malloc(sizeof(verify_subject_t) + entry->subject.len + 1);
    if (subject == NULL) {
        return ic_verify_found(state, IC_VERIFY_IMPOSSIBLE,
                               "memory is short");
    }

    memcpy(subject->name, entry->subject.data, entry->subject.len);
    subject->name[entry->subject.len] = '\0';

    found = tsearch(subject, &state->subjects, verify_compare);

    if (found == NULL) {
        free(subject);
        return ic_verify_found(state, IC_VERIFY_IMPOSSIBLE,
                               "memory is short");
    }

    known = *found != subject;

    if (known) {
        free(subject);
        subject = *found;
    }

    if (entry->has_prev != known
        || (known && !ic_hash_eq(&entry->prev, &subject->hash)))
    {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "entry %llu: does "
                               "not name the entry before it about %s",
                               (unsigned long long) entry->seq,
                               subject->name);
    }

    subject->hash = *hash;

    return IC_VERIFY_GOOD;
}


static int
verify_compare(const void *one, const void *other)
{
    const verify_subject_t  *a = one, *b = other;

    return strcmp(a->name, b->name);
}


static ic_verify_e
verify_tile(ic_verify_state_t *state, int rc)
{
    if (rc == 0) {
        return IC_VERIFY_GOOD;
    }

    return ic_verify_found(state, errno == EILSEQ ? IC_VERIFY_TAMPERED
                                                  : IC_VERIFY_INCOMPLETE,
                           "the tile that ends with entry %llu: %s",
                           (unsigned long long) state->tree.size,
                           errno == EILSEQ ? "is not made of the entries"
                                           : strerror(errno));
}


ic_verify_e
ic_verify_found(ic_verify_state_t *state, ic_verify_e what, const char *fmt,
    ...)
{
    va_list   args;
    u_char   *p;

    va_start(args, fmt);
    vsnprintf(state->result->finding, sizeof(state->result->finding), fmt,
              args);
    va_end(args);

    /* what a changed log says is printed: no commands for a terminal */

    for (p = (u_char *) state->result->finding; *p != '\0'; p++) {
        if (*p < ' ' || *p == 0x7f) {
            *p = '?';

        } else if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0) {
            p[0] = '?';
            p[1] = '?';
        }
    }

    return what;
}
