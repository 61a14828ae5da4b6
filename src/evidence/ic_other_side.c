
#include <search.h>
#include <stdio.h>

#include "../trust/ic_cert.h"
#include "ic_other_side.h"


/* codes of contracts and requests: the step that they are */
static const struct {
    const char      *code;
    ic_side_step_e   step;
} side_steps[] = {
    { "_APPLIED", IC_SIDE_APPLIED },
    { "_APPROVED", IC_SIDE_APPROVED },
    { "_REJECTED", IC_SIDE_REFUSED },
    { "_TERMINATED", IC_SIDE_ENDED }
};


static int side_message(ic_side_t *side, const ic_entry_t *entry,
    ic_side_message_t **message);
static int side_step(ic_side_t *side, const ic_entry_t *entry,
    ic_side_message_t *message);
static ic_side_subject_t *side_subject(ic_side_t *side, ic_str_t name);
static int side_renamed(ic_side_t *side, const ic_entry_t *entry);
static int side_known(ic_side_t *side, const ic_entry_t *entry);
static ic_str_t side_member(const ic_entry_t *entry, const char *name);
static bool side_begins(ic_str_t text, const char *prefix);
static int side_message_compare(const void *one, const void *other);
static int side_subject_compare(const void *one, const void *other);
static int side_order(ic_str_t one, ic_str_t other);
static void side_keep(void *node);


ic_side_t *
ic_side(void)
{
    ic_arena_t  *arena;
    ic_side_t   *side;

    arena = ic_pool_create();
    side = (arena == NULL) ? NULL : ic_zalloc(arena, sizeof(ic_side_t));

    if (side == NULL) {
        if (arena != NULL) {
            ic_pool_destroy(arena);
        }

        return NULL;
    }

    side->arena = arena;

    return side;
}


void
ic_side_free(ic_side_t *side)
{
    if (side == NULL) {
        return;
    }

    while (side->nkeys != 0) {
        EVP_PKEY_free(side->keys[--side->nkeys]);
    }

    while (side->nknown != 0) {
        EVP_PKEY_free(side->known[--side->nknown].key);
    }

    tdestroy(side->messages, side_keep);
    tdestroy(side->subjects, side_keep);
    ic_pool_destroy(side->arena);
}


/* The arena has them. */

static void
side_keep(void *node)
{
    (void) node;
}


void
ic_side_done(ic_side_t *side, int64_t last_time, bool whole)
{
    side->last_time = last_time;
    side->whole = whole;
}


void
ic_side_signer(void *data, EVP_PKEY *key)
{
    ic_side_t  *side = data;

    if (side->nkeys < IC_SIDE_KEYS && EVP_PKEY_up_ref(key) == 1) {
        side->keys[side->nkeys++] = key;
    }
}


int
ic_side_entry(void *data, const ic_entry_t *entry, char *finding)
{
    ic_side_t          *side = data;
    ic_side_message_t  *message;

    message = NULL;

    if (side->node.len == 0) {
        side->node = ic_str_dup(side->arena, entry->node);
    }

    if (side->node.data == NULL || side_message(side, entry, &message) != 0
        || side_step(side, entry, message) != 0
        || side_renamed(side, entry) != 0 || side_known(side, entry) != 0)
    {
        snprintf(finding, IC_LOG_ERROR, "memory is short");
        return -1;
    }

    return 0;
}


static int
side_message(ic_side_t *side, const ic_entry_t *entry,
    ic_side_message_t **message)
{
    ic_str_t             path, digest;
    ic_side_message_t   *one;

    path = side_member(entry, "path");
    digest = side_member(entry, "body_digest");

    if (path.len == 0 || digest.len == 0) {
        return 0;
    }

    one = ic_zalloc(side->arena, sizeof(ic_side_message_t));
    if (one == NULL) {
        return -1;
    }

    one->seq = entry->seq;
    one->time = entry->time;
    one->sent = ic_str_is(entry->code, "OUTBOX_DELIVERED");
    one->path = ic_str_dup(side->arena, path);
    one->digest = ic_str_dup(side->arena, digest);
    one->peer = ic_str_dup(side->arena, side_member(entry, "peer"));
    one->text = ic_str_dup(side->arena, side_member(entry, "signed"));
    one->signature = ic_str_dup(side->arena, side_member(entry, "signature"));
    one->subject = ic_str_dup(side->arena, entry->subject);

    if (one->path.data == NULL || one->digest.data == NULL
        || one->peer.data == NULL || one->text.data == NULL
        || one->signature.data == NULL || one->subject.data == NULL
        || (!one->sent && tsearch(one, &side->messages, side_message_compare)
                          == NULL))
    {
        return -1;
    }

    if (side->last_message == NULL) {
        side->first_message = one;

    } else {
        side->last_message->next = one;
    }

    side->last_message = one;
    *message = one;

    return 0;
}


static int
side_step(ic_side_t *side, const ic_entry_t *entry,
    ic_side_message_t *message)
{
    size_t              i, len;
    ic_side_subject_t  *subject;

    if (!side_begins(entry->code, "CONTRACT_")
        && !side_begins(entry->code, "AUDIT_"))
    {
        return 0;
    }

    for (i = 0; i < IC_SIDE_STEPS; i++) {
        len = strlen(side_steps[i].code);

        if (entry->code.len < len
            || memcmp(entry->code.data + entry->code.len - len,
                      side_steps[i].code, len) != 0)
        {
            continue;
        }

        subject = side_subject(side, entry->subject);
        if (subject == NULL) {
            return -1;
        }

        subject->step[side_steps[i].step].has = true;
        subject->step[side_steps[i].step].seq = entry->seq;
        subject->step[side_steps[i].step].time = entry->time;
        subject->step[side_steps[i].step].message = message;
        subject->decides |= ic_str_is(side_member(entry, "dir"), "in")
                            || side_begins(entry->subject, "audit:in:");
    }

    return 0;
}


static ic_side_subject_t *
side_subject(ic_side_t *side, ic_str_t name)
{
    ic_side_subject_t  *subject;

    subject = (ic_side_subject_t *) ic_side_subject(side, name);

    if (subject != NULL) {
        return subject;
    }

    subject = ic_zalloc(side->arena, sizeof(ic_side_subject_t));
    if (subject == NULL) {
        return NULL;
    }

    subject->name = ic_str_dup(side->arena, name);

    if (subject->name.data == NULL
        || tsearch(subject, &side->subjects, side_subject_compare) == NULL)
    {
        return NULL;
    }

    if (side->last_subject == NULL) {
        side->first_subject = subject;

    } else {
        side->last_subject->next = subject;
    }

    side->last_subject = subject;

    return subject;
}


/* An application of ours goes by the partner's id from then on. */

static int
side_renamed(ic_side_t *side, const ic_entry_t *entry)
{
    ic_str_t            name;
    ic_side_message_t  *message;
    ic_side_subject_t  *old, *subject;

    if (!ic_str_is(entry->code, "CONTRACT_ACCEPTED")) {
        return 0;
    }

    name = side_member(entry, "handle");
    name = ic_str_fmt(side->arena, "contract:%.*s", (int) name.len,
                      name.data);
    old = (name.data == NULL) ? NULL
          : (ic_side_subject_t *) ic_side_subject(side, name);
    subject = side_subject(side, entry->subject);

    if (name.data == NULL || subject == NULL) {
        return -1;
    }

    if (old == NULL || old == subject) {
        return 0;
    }

    memcpy(subject->step, old->step, sizeof(old->step));
    subject->decides = old->decides;
    memset(old->step, 0, sizeof(old->step));

    for (message = side->first_message; message != NULL;
         message = message->next)
    {
        if (ic_str_eq(message->subject, name)) {
            message->subject = subject->name;
        }
    }

    return 0;
}


/* The key that a contract was bound to, and those that came after it. */

static int
side_known(ic_side_t *side, const ic_entry_t *entry)
{
    EVP_PKEY  *key;
    ic_str_t   peer;
    unsigned   i;

    if (!ic_str_is(entry->code, "CONTRACT_APPROVED")
        && !ic_str_is(entry->code, "PEER_KEY_CHANGED"))
    {
        return 0;
    }

    peer = side_member(entry, "peer");
    key = ic_cert_public_key(side_member(entry, "auth_credential"));

    if (key == NULL || peer.len == 0 || side->nknown == IC_SIDE_KEYS) {
        EVP_PKEY_free(key);
        return 0;
    }

    for (i = 0; i < side->nknown; i++) {
        if (ic_str_eq(side->known[i].peer, peer)
            && EVP_PKEY_eq(side->known[i].key, key) == 1)
        {
            EVP_PKEY_free(key);
            return 0;
        }
    }

    side->known[i].key = key;
    side->known[i].peer = ic_str_dup(side->arena, peer);
    side->nknown++;

    return (side->known[i].peer.data == NULL) ? -1 : 0;
}


const ic_side_message_t *
ic_side_came(const ic_side_t *side, ic_str_t path, ic_str_t digest)
{
    ic_side_message_t   key, **found;

    key.path = path;
    key.digest = digest;
    found = tfind(&key, &side->messages, side_message_compare);

    return (found == NULL) ? NULL : *found;
}


const ic_side_subject_t *
ic_side_subject(const ic_side_t *side, ic_str_t name)
{
    ic_side_subject_t   key, **found;

    key.name = name;
    found = tfind(&key, &side->subjects, side_subject_compare);

    return (found == NULL) ? NULL : *found;
}


static ic_str_t
side_member(const ic_entry_t *entry, const char *name)
{
    return ic_json_str(ic_json_get(entry->members, name));
}


static bool
side_begins(ic_str_t text, const char *prefix)
{
    size_t  len;

    len = strlen(prefix);

    return text.len >= len && memcmp(text.data, prefix, len) == 0;
}


static int
side_message_compare(const void *one, const void *other)
{
    int                       order;
    const ic_side_message_t  *a = one, *b = other;

    order = side_order(a->path, b->path);

    return (order != 0) ? order : side_order(a->digest, b->digest);
}


static int
side_subject_compare(const void *one, const void *other)
{
    const ic_side_subject_t  *a = one, *b = other;

    return side_order(a->name, b->name);
}


static int
side_order(ic_str_t one, ic_str_t other)
{
    int  order;

    order = memcmp(one.data, other.data,
                   one.len < other.len ? one.len : other.len);

    return (order != 0) ? order
           : (one.len > other.len) - (one.len < other.len);
}
