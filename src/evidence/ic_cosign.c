
#include "../lib/ic_codec.h"
#include "ic_cosign.h"


#define COSIGN_PREFIX  "interconn/"


static bool cosign_origin(ic_str_t origin, ic_str_t node_id);
static bool cosign_goes_on(const ic_head_t *last, const ic_head_t *head,
    const ic_hash_t *proof, unsigned count, const char **hash);


static const char *const  cosign_hashes[] = { "sha256", "sm3", NULL };


const char *
ic_cosign_read(ic_arena_t *arena, ic_str_t note, ic_str_t node_id,
    int64_t now, ic_head_t *head)
{
    const char  *why;

    if (note.len > IC_COSIGN_HEAD) {
        return "longer than a head may be";
    }

    why = ic_head_parse(arena, note, head);

    if (why != NULL) {
        return why;
    }

    if (!cosign_origin(head->origin, node_id)) {
        return "the origin is not a log of this node";
    }

    if (head->size == 0) {
        return "a log without entries has no head";
    }

    return (head->time > now + IC_COSIGN_AHEAD)
           ? "its time is more than 5 minutes ahead" : NULL;
}


/* interconn/<node_id>/<log_id> */

static bool
cosign_origin(ic_str_t origin, ic_str_t node_id)
{
    size_t    n;
    ic_str_t  log_id;

    n = sizeof(COSIGN_PREFIX) - 1 + node_id.len;

    if (origin.len <= n + 1 || origin.data[n] != '/'
        || memcmp(origin.data, COSIGN_PREFIX, sizeof(COSIGN_PREFIX) - 1) != 0
        || memcmp(origin.data + sizeof(COSIGN_PREFIX) - 1, node_id.data,
                  node_id.len) != 0)
    {
        return false;
    }

    log_id = ic_str_n(origin.data + n + 1, origin.len - n - 1);

    return ic_id_valid(log_id);
}


ic_cosign_e
ic_cosign_compare(const ic_head_t *last, const ic_head_t *head,
    uint64_t old_size, const ic_hash_t *proof, unsigned count,
    const char **hash, const char **reason)
{
    *reason = NULL;

    if (last == NULL) {
        return (old_size == 0 && count == 0) ? IC_COSIGN_NEXT
                                             : IC_COSIGN_SIZE;
    }

    if (!ic_str_eq(last->origin, head->origin)) {
        *reason = "it is of another log of this node";

    } else if (head->size == last->size) {

        if (ic_hash_eq(&head->root, &last->root)) {
            return IC_COSIGN_SAME;
        }

        *reason = "two heads of one size have two roots";

    } else if (head->size < last->size) {

        /* one that was overtaken on its way is no lie */

        if (head->time <= last->time) {
            return IC_COSIGN_SIZE;
        }

        *reason = "a smaller head was signed after a larger one";

    } else if (old_size != last->size) {
        return IC_COSIGN_SIZE;

    } else if (cosign_goes_on(last, head, proof, count, hash)) {
        return IC_COSIGN_NEXT;

    } else {
        *reason = "the proof does not lead from the last head to this one";
        return IC_COSIGN_UNPROVEN;
    }

    return IC_COSIGN_SPLIT;
}


/* A head does not say which hash its log has; one of them makes the roots. */

static bool
cosign_goes_on(const ic_head_t *last, const ic_head_t *head,
    const ic_hash_t *proof, unsigned count, const char **hash)
{
    bool          good;
    unsigned      i;
    ic_hasher_t  *hasher;

    good = false;

    for (i = 0; cosign_hashes[i] != NULL && !good; i++) {

        if (*hash != NULL && strcmp(*hash, cosign_hashes[i]) != 0) {
            continue;
        }

        hasher = ic_hasher(cosign_hashes[i]);

        good = hasher != NULL
               && ic_tree_consistent(hasher, last->size, &last->root,
                                     head->size, &head->root, proof, count);
        ic_hasher_free(hasher);

        if (good) {
            *hash = cosign_hashes[i];
        }
    }

    return good;
}


ic_str_t
ic_cosign(ic_arena_t *arena, const ic_head_t *head, ic_str_t node_id,
    EVP_PKEY *key)
{
    return ic_head_sign(arena, head->text, ic_cosign_name(arena, node_id),
                        key);
}


ic_str_t
ic_cosign_note(ic_arena_t *arena, ic_str_t text, ic_str_t line,
    ic_str_t node_id, EVP_PKEY *key)
{
    ic_str_t         note;
    ic_head_t        head;
    static ic_str_t  none;

    note = ic_str_fmt(arena, "%.*s\n%.*s", (int) text.len, text.data,
                      (int) line.len, line.data);

    if (note.data == NULL || ic_head_parse(arena, note, &head) != NULL
        || head.nsignatures != 1 || !ic_str_eq(head.text, text)
        || !ic_head_signed(arena, &head, ic_cosign_name(arena, node_id),
                           key))
    {
        return none;
    }

    return note;
}


ic_str_t
ic_cosign_name(ic_arena_t *arena, ic_str_t node_id)
{
    return ic_str_fmt(arena, COSIGN_PREFIX "%.*s", (int) node_id.len,
                      node_id.data);
}


ic_str_t
ic_cosign_node(ic_str_t name)
{
    size_t           n;
    static ic_str_t  none;

    n = sizeof(COSIGN_PREFIX) - 1;

    if (name.len <= n || memcmp(name.data, COSIGN_PREFIX, n) != 0
        || !ic_id_valid(ic_str_n(name.data + n, name.len - n)))
    {
        return none;
    }

    return ic_str_n(name.data + n, name.len - n);
}
