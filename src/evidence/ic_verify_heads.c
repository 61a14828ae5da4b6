
/* Checking a log: heads, their signatures, and heads kept elsewhere. */


#include <errno.h>
#include <stdio.h>

#include "../trust/ic_cert.h"
#include "ic_verify_state.h"


#define VERIFY_CREDENTIAL  65536


static ic_verify_e verify_head_next(ic_verify_state_t *state);
static ic_verify_e verify_head(ic_verify_state_t *state);
static const char *verify_key(ic_verify_state_t *state, ic_str_t digest);
static ic_str_t verify_credential(const ic_verify_state_t *state,
    ic_str_t digest, char text[VERIFY_CREDENTIAL]);
static bool verify_time(const ASN1_TIME *limit, int64_t time, int wanted);
static bool verify_published(ic_verify_state_t *state,
    const ic_head_t *head);
static ic_verify_e verify_last_tiles(ic_verify_state_t *state);
static int verify_note(const char *file, char note[IC_HEAD_MAX]);


ic_verify_e
ic_verify_heads_open(ic_verify_state_t *state, uint64_t first)
{
    char  path[PATH_MAX];

    if (state->heads != NULL) {
        ic_frames_close(state->heads);
    }

    (void) ic_log_path(state->verify->dir, path, "heads/%016llx",
                       (unsigned long long) first);
    state->heads = ic_frames_open(path, 0);

    if (state->heads == NULL) {
        return ic_verify_found(state, errno == ENOENT ? IC_VERIFY_INCOMPLETE
                                                      : IC_VERIFY_IMPOSSIBLE,
                               "the heads from entry %llu on: %s",
                               (unsigned long long) first, strerror(errno));
    }

    return verify_head_next(state);
}


static ic_verify_e
verify_head_next(ic_verify_state_t *state)
{
    int          rc;
    ic_str_t     bytes;
    ic_hash_t    hash;
    const char  *why;

    state->has_head = 0;
    rc = ic_frames_next(state->heads, state->hasher, &bytes, &hash);

    if (rc == 0 || rc == -1) {
        /* a torn one was not published; the checkpoint tells */
        return IC_VERIFY_GOOD;
    }

    ic_pool_reset(state->head_arena);
    why = (rc == -2) ? "its bytes are not those that were written"
          : (rc == -3) ? strerror(errno)
          : ic_head_parse(state->head_arena, bytes, &state->head);

    if (why != NULL) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "the head behind "
                               "entry %llu: %s", (unsigned long long)
                               state->tree.size, why);
    }

    if (state->head.size <= state->tree.size) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "a head of size "
                               "%llu after one of size %llu",
                               (unsigned long long) state->head.size,
                               (unsigned long long) state->tree.size);
    }

    state->has_head = 1;

    return IC_VERIFY_GOOD;
}


ic_verify_e
ic_verify_heads(ic_verify_state_t *state)
{
    ic_verify_e  rc;

    if (!state->has_head || state->head.size != state->tree.size) {
        return IC_VERIFY_GOOD;
    }

    rc = verify_head(state);

    return (rc == IC_VERIFY_GOOD) ? verify_head_next(state) : rc;
}


static ic_verify_e
verify_head(ic_verify_state_t *state)
{
    ic_hash_t  root;

    if (ic_tree_root(state->hasher, &state->tree, &root) != 0) {
        return ic_verify_found(state, IC_VERIFY_IMPOSSIBLE, "hashing");
    }

    if (!ic_hash_eq(&root, &state->head.root)) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "entry %llu or one "
                               "before it: the entries are not those that "
                               "the head of size %llu was signed over",
                               (unsigned long long) state->tree.size - 1,
                               (unsigned long long) state->head.size);
    }

    if (state->head.time < state->result->last_time) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "the head of size "
                               "%llu: is older than the one before it",
                               (unsigned long long) state->head.size);
    }

    state->behind |= state->head.size == state->published.size
                     && ic_hash_eq(&root, &state->published.root);
    state->result->heads++;
    state->result->last_time = state->head.time;
    state->result->root = root;

    return ic_verify_head_of(state, &state->head);
}


/* Origin and signature. */

ic_verify_e
ic_verify_head_of(ic_verify_state_t *state, const ic_head_t *head)
{
    const char          *why;
    unsigned long long   size;

    size = (unsigned long long) head->size;

    if (!ic_str_eq(head->origin, ic_log_origin(state->head_arena,
                                               &state->result->about)))
    {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "the head of size "
                               "%llu: is of another log", size);
    }

    why = verify_key(state, head->key);

    if (why != NULL) {
        return ic_verify_found(state, errno == ENOENT ? IC_VERIFY_INCOMPLETE
                                                      : IC_VERIFY_TAMPERED,
                               "keys/%.*s: %s", (int) head->key.len,
                               head->key.data, why);
    }

    if (!ic_head_signed(state->head_arena, head, head->origin, state->key)) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "the head of size "
                               "%llu: its signature is wrong", size);
    }

    if (state->verify->signer != NULL
        && memcmp(state->told, state->digest, IC_HASH_HEX) != 0)
    {
        memcpy(state->told, state->digest, IC_HASH_HEX);
        state->verify->signer(state->verify->data, state->key);
    }

    why = ic_verify_certificate(state->verify, state->cert,
                                ic_str(state->result->about.node_id),
                                head->time);

    return (why == NULL) ? IC_VERIFY_GOOD
           : ic_verify_found(state, IC_VERIFY_TAMPERED, "the head of size "
                             "%llu: %s", size, why);
}


/* NULL, or why there is no key of that digest. */

static const char *
verify_key(ic_verify_state_t *state, ic_str_t digest)
{
    char      text[VERIFY_CREDENTIAL];
    ic_str_t  credential;

    errno = 0;

    if (state->key != NULL && ic_str_is(digest, state->digest)) {
        return NULL;
    }

    X509_free(state->cert);
    EVP_PKEY_free(state->key);
    state->cert = NULL;
    state->key = NULL;

    credential = verify_credential(state, digest, text);

    if (credential.data == NULL) {
        return strerror(errno);
    }

    errno = 0;
    state->cert = ic_cert_parse(credential);
    state->key = ic_cert_public_key(credential);

    ic_sha256_hex(state->digest, credential.data, credential.len);

    if (state->key == NULL || !ic_str_is(digest, state->digest)) {
        EVP_PKEY_free(state->key);
        state->key = NULL;
        return "is not the credential that its name says";
    }

    return NULL;
}


/* Of a bundle or the folder; data NULL with errno. */

static ic_str_t
verify_credential(const ic_verify_state_t *state, ic_str_t digest,
    char text[VERIFY_CREDENTIAL])
{
    char             path[PATH_MAX];
    FILE            *file;
    size_t           n;
    unsigned         i;
    static ic_str_t  none;

    for (i = 0; i < state->ncredentials; i++) {
        if (ic_str_is(digest, state->credentials[i].digest)) {
            state->credentials[i].used = true;
            return state->credentials[i].text;
        }
    }

    if (state->credentials != NULL) {
        errno = ENOENT;
        return none;
    }

    if (ic_log_path(state->verify->dir, path, "keys/%.*s", (int) digest.len,
                    digest.data) != 0
        || (file = fopen(path, "re")) == NULL)
    {
        return none;
    }

    n = fread(text, 1, VERIFY_CREDENTIAL, file);
    fclose(file);

    return ic_str_n(text, n);
}


const char *
ic_verify_certificate(const ic_verify_t *verify, X509 *cert, ic_str_t node_id,
    int64_t time)
{
    const char         *reason;
    X509_VERIFY_PARAM  *param;

    if (cert == NULL) {
        return (verify->roots == NULL) ? NULL
               : "its key is without a certificate, which the roots ask for";
    }

    if (!ic_cert_is_node(cert, node_id)) {
        return "its certificate does not speak for the node";
    }

    if (!verify_time(X509_get0_notBefore(cert), time, -1)
        || !verify_time(X509_get0_notAfter(cert), time, 1))
    {
        return "its certificate was not valid at that time";
    }

    if (verify->roots == NULL) {
        return NULL;
    }

    param = X509_STORE_get0_param(verify->roots);
    X509_VERIFY_PARAM_set_time(param, (time_t) (time / 1000));

    return ic_cert_verify(cert, verify->roots, &reason) ? NULL : reason;
}


/* Is the limit before (-1) or after (1) the time, or just then? */

static bool
verify_time(const ASN1_TIME *limit, int64_t time, int wanted)
{
    time_t  seconds;
    int     order;

    seconds = (time_t) (time / 1000);
    order = ASN1_TIME_cmp_time_t(limit, seconds);

    return order == 0 || order == wanted;
}


ic_verify_e
ic_verify_checkpoint(ic_verify_state_t *state)
{
    int          n;
    char         path[PATH_MAX], note[IC_HEAD_MAX];
    ic_head_t    head;
    const char  *why;
    ic_verify_e  rc;

    if (state->verify->copies != NULL) {
        return verify_last_tiles(state);
    }

    if (ic_log_path(state->verify->dir, path, "checkpoint") != 0
        || (n = verify_note(path, note)) < 0)
    {
        /* an empty log has none */
        return (state->result->heads == 0) ? IC_VERIFY_GOOD
               : ic_verify_found(state, IC_VERIFY_INCOMPLETE,
                                 "checkpoint: %s", strerror(errno));
    }

    ic_pool_reset(state->head_arena);
    why = ic_head_parse(state->head_arena, ic_str_n(note, (size_t) n),
                        &head);

    if (why != NULL) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "checkpoint: %s",
                               why);
    }

    if (!verify_published(state, &head)) {
        state->result->grew = head.size != state->published.size;
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "checkpoint: is of "
                               "size %llu, the last head in the log of size "
                               "%llu: the log was rolled back, or the "
                               "checkpoint is not of this log",
                               (unsigned long long) head.size,
                               (unsigned long long) state->tree.size);
    }

    rc = verify_last_tiles(state);

    return (rc == IC_VERIFY_GOOD) ? ic_verify_head_of(state, &head) : rc;
}


static ic_verify_e
verify_last_tiles(ic_verify_state_t *state)
{
    if (state->tree.size != 0
        && ic_tiles_partial(&state->tiles, state->tree.size) != 0)
    {
        return ic_verify_found(state, errno == EILSEQ ? IC_VERIFY_TAMPERED
                                                      : IC_VERIFY_INCOMPLETE,
                               "the last tiles: %s", errno == EILSEQ
                               ? "are not made of the entries"
                               : strerror(errno));
    }

    return IC_VERIFY_GOOD;
}


/*
 * A head is in the log before it is published: whoever looks, or copies the
 * files, in between finds the head before it, which is one of this log too.
 */

static bool
verify_published(ic_verify_state_t *state, const ic_head_t *head)
{
    if (head->size == state->tree.size) {
        return ic_hash_eq(&head->root, &state->result->root);
    }

    return state->behind && head->size == state->published.size
           && ic_hash_eq(&head->root, &state->published.root);
}


void
ic_verify_published(ic_verify_state_t *state)
{
    int        n;
    char       path[PATH_MAX], note[IC_HEAD_MAX];
    ic_head_t  head;

    if (ic_log_path(state->verify->dir, path, "checkpoint") != 0
        || (n = verify_note(path, note)) < 0
        || ic_head_parse(state->head_arena, ic_str_n(note, (size_t) n), &head)
           != NULL)
    {
        return;
    }

    state->published.size = head.size;
    state->published.root = head.root;
}


/* The bytes of a note's file, or -1 with errno. */

static int
verify_note(const char *file, char note[IC_HEAD_MAX])
{
    FILE    *in;
    size_t   n;

    in = fopen(file, "re");
    if (in == NULL) {
        return -1;
    }

    n = fread(note, 1, IC_HEAD_MAX, in);
    fclose(in);

    return (int) n;
}


ic_verify_e
ic_verify_kept_read(ic_verify_state_t *state)
{
    int                n;
    char               note[IC_HEAD_MAX];
    unsigned           i;
    ic_head_t          head;
    const char        *why, *file;
    ic_verify_e        rc;
    ic_verify_kept_t  *kept;

    if (state->verify->nheads > IC_VERIFY_KEPT) {
        return ic_verify_found(state, IC_VERIFY_IMPOSSIBLE, "more than %u "
                               "heads to compare with", IC_VERIFY_KEPT);
    }

    for (i = 0; i < state->verify->nheads; i++) {
        file = state->verify->heads[i];
        n = verify_note(file, note);
        why = (n < 0) ? strerror(errno)
              : ic_head_parse(state->head_arena, ic_str_n(note, (size_t) n),
                              &head);

        if (why != NULL) {
            return ic_verify_found(state, IC_VERIFY_IMPOSSIBLE, "%s: %s",
                                   file, why);
        }

        /* a head that the node did not sign proves nothing against it */

        rc = ic_verify_head_of(state, &head);

        if (rc != IC_VERIFY_GOOD) {
            return ic_verify_found(state, IC_VERIFY_IMPOSSIBLE, "%s: is no "
                                   "head that this node signed for this log",
                                   file);
        }

        kept = &state->kept[state->nkept++];
        kept->size = head.size;
        kept->root = head.root;
        kept->file = file;
    }

    return IC_VERIFY_GOOD;
}


ic_verify_e
ic_verify_kept(ic_verify_state_t *state)
{
    unsigned   i;
    ic_hash_t  root;

    for (i = 0; i < state->nkept; i++) {

        if (state->kept[i].size == state->tree.size
            && (ic_tree_root(state->hasher, &state->tree, &root) != 0
                || !ic_hash_eq(&root, &state->kept[i].root)))
        {
            return ic_verify_found(state, IC_VERIFY_TAMPERED, "the log says "
                                   "something else than %s: the node signed "
                                   "two histories of %llu entries",
                                   state->kept[i].file,
                                   (unsigned long long) state->tree.size);
        }
    }

    return IC_VERIFY_GOOD;
}


ic_verify_e
ic_verify_kept_end(ic_verify_state_t *state)
{
    unsigned  i;

    for (i = 0; i < state->nkept; i++) {

        if (state->kept[i].size > state->tree.size) {
            return ic_verify_found(state, IC_VERIFY_TAMPERED, "the log has "
                                   "%llu entries, %s was signed over %llu: "
                                   "it was rolled back",
                                   (unsigned long long) state->tree.size,
                                   state->kept[i].file,
                                   (unsigned long long)
                                   state->kept[i].size);
        }
    }

    return IC_VERIFY_GOOD;
}
