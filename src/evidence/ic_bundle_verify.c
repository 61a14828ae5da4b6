
/* Reading a bundle that anybody may have made or changed. */


#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "ic_belongs.h"
#include "ic_bundle_cosigned.h"
#include "ic_verify_state.h"


typedef struct {
    ic_verify_state_t       *state;
    ic_bundle_told_t        *told;
    FILE                    *file;
    EVP_MD_CTX              *digest;
    ic_belongs_t            *belongs;
    ic_arena_t              *arena;      /* until the end */
    ic_arena_t              *line_arena;
    ic_str_t                 text;       /* of the line */
    unsigned long long       number;     /* of the line, from 1 on */
    ic_bundle_kind_e         kind;       /* of the line before */
    bool                     trusted;    /* its head is looked at */
    ic_head_t                head;
    ic_verify_credential_t   credentials[IC_BUNDLE_CREDENTIALS];
    u_char                   bytes[IC_BUNDLE_LINE];
} bundle_read_t;


static ic_verify_e bundle_run(bundle_read_t *bundle);
static int bundle_next(bundle_read_t *bundle);
static ic_verify_e bundle_take(bundle_read_t *bundle);
static ic_verify_e bundle_order(bundle_read_t *bundle,
    const ic_bundle_line_t *line);
static ic_verify_e bundle_first(bundle_read_t *bundle,
    const ic_bundle_line_t *line);
static bool bundle_printable(ic_str_t text);
static bool bundle_name(char *dst, size_t size, ic_str_t src);
static ic_verify_e bundle_head(bundle_read_t *bundle,
    const ic_bundle_line_t *line);
static ic_verify_e bundle_credential(bundle_read_t *bundle,
    const ic_bundle_line_t *line);
static ic_verify_e bundle_trust(bundle_read_t *bundle);
static ic_verify_e bundle_cosigned(bundle_read_t *bundle,
    const ic_bundle_line_t *line);
static ic_verify_e bundle_entry(bundle_read_t *bundle,
    const ic_bundle_line_t *line);
static ic_verify_e bundle_last(bundle_read_t *bundle,
    const ic_bundle_line_t *line);
static ic_verify_e bundle_end(bundle_read_t *bundle);
static ic_verify_e bundle_wrong(bundle_read_t *bundle, const char *why);


static ic_verify_e (*const bundle_kinds[])(bundle_read_t *bundle,
    const ic_bundle_line_t *line) =
{
    bundle_first, bundle_head, bundle_credential, bundle_cosigned,
    bundle_entry, bundle_last
};


bool
ic_bundle_is(const char *path)
{
    struct stat  st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}


ic_verify_e
ic_bundle_verify(const ic_verify_t *verify, ic_bundle_told_t *told,
    ic_verify_result_t *result)
{
    ic_verify_e     rc;
    bundle_read_t  *bundle;

    memset(told, 0, sizeof(ic_bundle_told_t));
    bundle = calloc(1, sizeof(bundle_read_t));

    if (bundle == NULL) {
        memset(result, 0, sizeof(ic_verify_result_t));
        return IC_VERIFY_IMPOSSIBLE;
    }

    bundle->told = told;
    bundle->state = ic_verify_state(verify, result);
    bundle->belongs = ic_belongs();
    bundle->arena = ic_pool_create();
    bundle->line_arena = ic_pool_create();
    bundle->digest = EVP_MD_CTX_new();
    rc = IC_VERIFY_IMPOSSIBLE;

    if (bundle->state != NULL && bundle->belongs != NULL
        && bundle->arena != NULL && bundle->line_arena != NULL
        && bundle->digest != NULL
        && EVP_DigestInit_ex(bundle->digest, EVP_sha256(), NULL) == 1)
    {
        bundle->state->credentials = bundle->credentials;
        rc = bundle_run(bundle);
    }

    if (rc == IC_VERIFY_IMPOSSIBLE && result->finding[0] == '\0') {
        snprintf(result->finding, sizeof(result->finding), "memory is short");
    }

    if (bundle->state != NULL) {
        ic_verify_state_free(bundle->state);
    }

    if (bundle->arena != NULL) {
        ic_pool_destroy(bundle->arena);
    }

    if (bundle->line_arena != NULL) {
        ic_pool_destroy(bundle->line_arena);
    }

    EVP_MD_CTX_free(bundle->digest);
    ic_belongs_free(bundle->belongs);
    free(bundle);

    return rc;
}


static ic_verify_e
bundle_run(bundle_read_t *bundle)
{
    int          n;
    ic_verify_e  rc;

    bundle->file = fopen(bundle->state->verify->dir, "rbe");

    if (bundle->file == NULL) {
        return ic_verify_found(bundle->state, IC_VERIFY_INCOMPLETE, "%s",
                               strerror(errno));
    }

    rc = IC_VERIFY_GOOD;

    while (rc == IC_VERIFY_GOOD && (n = bundle_next(bundle)) > 0) {
        rc = bundle_take(bundle);
    }

    fclose(bundle->file);

    if (rc != IC_VERIFY_GOOD) {
        return rc;
    }

    return (n < 0) ? bundle_wrong(bundle, "is longer than it may be, or has "
                                  "no end: the bundle is cut short")
                   : bundle_end(bundle);
}


/* A line into the text. 1, 0 at the end, -1: it is none. */

static int
bundle_next(bundle_read_t *bundle)
{
    int     c;
    size_t  n;

    bundle->number++;

    for (n = 0; n < sizeof(bundle->bytes); n++) {
        c = getc_unlocked(bundle->file);

        if (c == EOF) {
            return (n == 0) ? 0 : -1;
        }

        if (c == '\n') {
            bundle->text = ic_str_n(bundle->bytes, n);
            return 1;
        }

        bundle->bytes[n] = (u_char) c;
    }

    return -1;
}


static ic_verify_e
bundle_take(bundle_read_t *bundle)
{
    const char        *why;
    ic_verify_e        rc;
    ic_bundle_line_t   line;

    ic_pool_reset(bundle->line_arena);
    why = ic_bundle_parse(bundle->line_arena, bundle->text, &line);

    if (why != NULL) {
        return bundle_wrong(bundle, why);
    }

    rc = bundle_order(bundle, &line);

    if (rc == IC_VERIFY_GOOD && line.kind >= IC_BUNDLE_COSIGN
        && !bundle->trusted)
    {
        rc = bundle_trust(bundle);
    }

    if (rc == IC_VERIFY_GOOD) {
        rc = bundle_kinds[line.kind](bundle, &line);
    }

    bundle->kind = line.kind;

    return (rc != IC_VERIFY_GOOD || line.kind == IC_BUNDLE_LAST
            || (EVP_DigestUpdate(bundle->digest, bundle->text.data,
                                 bundle->text.len) == 1
                && EVP_DigestUpdate(bundle->digest, "\n", 1) == 1))
           ? rc : IC_VERIFY_IMPOSSIBLE;
}


/* Each kind has its place; the first and last ones and the head come once. */

static ic_verify_e
bundle_order(bundle_read_t *bundle, const ic_bundle_line_t *line)
{
    bool  good;

    if (bundle->number <= 3) {
        good = line->kind == bundle->number - 1;

    } else {
        good = line->kind >= bundle->kind && line->kind > IC_BUNDLE_HEAD
               && bundle->kind != IC_BUNDLE_LAST;
    }

    return good ? IC_VERIFY_GOOD
           : bundle_wrong(bundle, "is not in its place");
}


static ic_verify_e
bundle_first(bundle_read_t *bundle, const ic_bundle_line_t *line)
{
    ic_verify_state_t  *state;

    state = bundle->state;

    if (!bundle_name(state->result->about.log_id,
                     sizeof(state->result->about.log_id), line->log_id)
        || !bundle_name(state->result->about.node_id,
                        sizeof(state->result->about.node_id), line->node_id)
        || !bundle_name(state->result->about.hash,
                        sizeof(state->result->about.hash), line->hash)
        || line->text.len == 0
        || line->text.len >= sizeof(bundle->told->about)
        || !bundle_printable(line->text))
    {
        return bundle_wrong(bundle, "does not say of which log it is");
    }

    memcpy(bundle->told->about, line->text.data, line->text.len);
    state->hasher = ic_hasher(state->result->about.hash);

    return (state->hasher != NULL) ? IC_VERIFY_GOOD
           : bundle_wrong(bundle, "names a hash that is not sha256 or sm3");
}


/* No commands for a terminal. */

static bool
bundle_printable(ic_str_t text)
{
    size_t  i;

    for (i = 0; i < text.len; i++) {
        if (text.data[i] < ' ' || text.data[i] >= 0x7f) {
            return false;
        }
    }

    return true;
}


static bool
bundle_name(char *dst, size_t size, ic_str_t src)
{
    if (!ic_id_valid(src) || src.len >= size) {
        return false;
    }

    memcpy(dst, src.data, src.len);
    dst[src.len] = '\0';

    return true;
}


static ic_verify_e
bundle_head(bundle_read_t *bundle, const ic_bundle_line_t *line)
{
    ic_str_t     note;
    const char  *why;

    note = ic_str_dup(bundle->arena, line->text);
    why = (note.data == NULL) ? "memory is short"
          : ic_head_parse(bundle->arena, note, &bundle->head);

    return (why == NULL) ? IC_VERIFY_GOOD
           : ic_verify_found(bundle->state, IC_VERIFY_TAMPERED,
                             "the head: %s", why);
}


static ic_verify_e
bundle_credential(bundle_read_t *bundle, const ic_bundle_line_t *line)
{
    unsigned                 i;
    ic_verify_credential_t  *credential;

    if (bundle->state->ncredentials == IC_BUNDLE_CREDENTIALS) {
        return bundle_wrong(bundle, "is one credential more than there may "
                            "be");
    }

    i = bundle->state->ncredentials++;
    credential = &bundle->credentials[i];
    credential->text = ic_str_dup(bundle->arena, line->text);

    if (credential->text.data == NULL) {
        return IC_VERIFY_IMPOSSIBLE;
    }

    ic_sha256_hex(credential->digest, credential->text.data,
                  credential->text.len);

    while (i-- != 0) {
        if (memcmp(bundle->credentials[i].digest, credential->digest,
                   IC_HASH_HEX) == 0)
        {
            return bundle_wrong(bundle, "is a credential that was there "
                                "before");
        }
    }

    return IC_VERIFY_GOOD;
}


/* The head by the credentials, and heads kept elsewhere by the head. */

static ic_verify_e
bundle_trust(bundle_read_t *bundle)
{
    unsigned            i;
    ic_verify_e         rc;
    ic_verify_state_t  *state;

    state = bundle->state;
    bundle->trusted = true;
    rc = ic_verify_head_of(state, &bundle->head);

    if (rc == IC_VERIFY_GOOD) {
        rc = ic_verify_kept_read(state);
    }

    state->result->heads = 1;
    state->result->last_time = bundle->head.time;
    state->result->root = bundle->head.root;
    bundle->told->size = bundle->head.size;

    for (i = 0; i < state->nkept && rc == IC_VERIFY_GOOD; i++) {

        if (state->kept[i].size != bundle->head.size) {
            bundle->told->uncompared++;

        } else if (!ic_hash_eq(&state->kept[i].root, &bundle->head.root)) {
            rc = ic_verify_found(state, IC_VERIFY_TAMPERED, "the head says "
                                 "something else than %s: the node signed "
                                 "two histories of %llu entries",
                                 state->kept[i].file,
                                 (unsigned long long) bundle->head.size);
        }
    }

    return rc;
}


static ic_verify_e
bundle_cosigned(bundle_read_t *bundle, const ic_bundle_line_t *line)
{
    unsigned               i;
    ic_head_t              head;
    const char            *why;
    ic_verify_state_t     *state;
    ic_bundle_cosigned_t  *who;

    state = bundle->state;
    why = ic_head_parse(bundle->line_arena, line->text, &head);

    if (why == NULL && bundle->told->ncosigned == IC_BUNDLE_COSIGNED) {
        why = "is one more than there may be";
    }

    if (why == NULL && (!ic_str_eq(head.origin, bundle->head.origin)
                        || head.nsignatures != 1))
    {
        why = "is of another log, or not signed by one node";
    }

    if (why == NULL
        && !ic_tree_consistent(state->hasher, head.size, &head.root,
                               bundle->head.size, &bundle->head.root,
                               line->proof, line->count))
    {
        why = "the log does not go on from it";
    }

    if (why != NULL) {
        return bundle_wrong(bundle, why);
    }

    who = &bundle->told->cosigned[bundle->told->ncosigned];
    why = "no credential verifies it";

    for (i = 0; i < state->ncredentials && why != NULL; i++) {
        why = ic_cosigned_check(state->verify, bundle->line_arena, &head,
                                bundle->credentials[i].text, who);
        bundle->credentials[i].used |= why == NULL;
    }

    for (i = 0; i < bundle->told->ncosigned && why == NULL; i++) {
        if (strcmp(bundle->told->cosigned[i].node_id, who->node_id) == 0) {
            why = "is the second one of that node";
        }
    }

    bundle->told->ncosigned++;

    return (why == NULL) ? IC_VERIFY_GOOD : bundle_wrong(bundle, why);
}


static ic_verify_e
bundle_entry(bundle_read_t *bundle, const ic_bundle_line_t *line)
{
    ic_hash_t            leaf;
    ic_entry_t           entry;
    const char          *why;
    ic_verify_e          rc;
    ic_verify_state_t   *state;
    unsigned long long   seq;

    state = bundle->state;
    ic_pool_reset(state->arena);
    why = ic_entry_parse(state->arena, line->text, &entry);

    if (why != NULL) {
        return bundle_wrong(bundle, why);
    }

    seq = (unsigned long long) entry.seq;

    if (state->result->entries != 0 && entry.seq < state->tree.size) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "entry %llu: comes "
                               "after entry %llu", seq,
                               (unsigned long long) state->tree.size - 1);
    }

    if (ic_tree_leaf(state->hasher, line->text, &leaf) != 0) {
        return IC_VERIFY_IMPOSSIBLE;
    }

    if (!ic_tree_includes(state->hasher, &leaf, entry.seq, bundle->head.size,
                          line->proof, line->count, &bundle->head.root))
    {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "entry %llu: is "
                               "not what the head was signed over", seq);
    }

    rc = ic_verify_order(state, &entry);

    if (rc == IC_VERIFY_GOOD) {
        rc = ic_verify_subject(state, &entry, &leaf);
    }

    if (rc == IC_VERIFY_GOOD
        && ic_belongs_entry(bundle->belongs, &entry) != 0)
    {
        rc = ic_verify_found(state, IC_VERIFY_IMPOSSIBLE, "memory is short");
    }

    if (rc == IC_VERIFY_GOOD && state->verify->entry != NULL
        && state->verify->entry(state->verify->data, &entry,
                                state->result->finding) != 0)
    {
        rc = IC_VERIFY_TAMPERED;
    }

    state->tree.size = entry.seq + 1;
    state->result->entries++;

    return rc;
}


static ic_verify_e
bundle_last(bundle_read_t *bundle, const ic_bundle_line_t *line)
{
    char    hex[IC_HASH_HEX];
    u_char  digest[32];

    if (line->entries != bundle->state->result->entries) {
        return ic_verify_found(bundle->state, IC_VERIFY_TAMPERED, "the "
                               "bundle has %llu entries and says %llu",
                               (unsigned long long)
                               bundle->state->result->entries,
                               (unsigned long long) line->entries);
    }

    if (EVP_DigestFinal_ex(bundle->digest, digest, NULL) != 1) {
        return IC_VERIFY_IMPOSSIBLE;
    }

    ic_hex(hex, digest, sizeof(digest));

    return ic_str_is(line->text, hex) ? IC_VERIFY_GOOD
           : bundle_wrong(bundle, "has not the digest of what is before it");
}


/* Nothing is missing, and nothing is there that has no place. */

static ic_verify_e
bundle_end(bundle_read_t *bundle)
{
    unsigned            i;
    const char         *stranger;
    ic_verify_state_t  *state;

    state = bundle->state;

    if (bundle->number == 1 || bundle->kind != IC_BUNDLE_LAST) {
        return bundle_wrong(bundle, "is missing: the bundle is cut short");
    }

    for (i = 0; i < state->ncredentials; i++) {
        if (!bundle->credentials[i].used) {
            return ic_verify_found(state, IC_VERIFY_TAMPERED, "a credential "
                                   "that signed nothing: %s",
                                   bundle->credentials[i].digest);
        }
    }

    bundle->told->entries = state->result->entries;
    bundle->told->subjects = ic_belongs_find(bundle->belongs,
                                             ic_str(bundle->told->about));
    stranger = ic_belongs_stranger(bundle->belongs);

    if (bundle->told->subjects == 0) {
        return ic_verify_found(state, IC_VERIFY_TAMPERED, "no entry is about "
                               "%s", bundle->told->about);
    }

    return (stranger == NULL) ? IC_VERIFY_GOOD
           : ic_verify_found(state, IC_VERIFY_TAMPERED, "entries are about "
                             "%s, which does not belong to %s", stranger,
                             bundle->told->about);
}


static ic_verify_e
bundle_wrong(bundle_read_t *bundle, const char *why)
{
    return ic_verify_found(bundle->state, IC_VERIFY_TAMPERED, "line %llu: %s",
                           bundle->number, why);
}
