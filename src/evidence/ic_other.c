
#include <stdarg.h>
#include <stdio.h>

#include "../trust/ic_sign.h"
#include "ic_other_side.h"


#define OTHER_LINES   7
#define OTHER_SOURCE  2
#define OTHER_TARGET  3
#define OTHER_DIGEST  6


/* One direction of the comparison. */
typedef struct {
    const ic_side_t  *from;
    const ic_side_t  *to;
    ic_other_told_t  *told;
    ic_arena_t       *arena;
    EVP_PKEY         *keys[IC_SIDE_KEYS];    /* vouched for, of known[] */
    unsigned          nkeys;
} other_t;


/* endings of paths of messages about contracts and requests: a step of the
 * receiver, of which one at least follows */
static const struct {
    const char      *path;
    ic_side_step_e   steps[3];
} other_paths[] = {
    { "/apply", { IC_SIDE_APPLIED, IC_SIDE_APPLIED, IC_SIDE_APPLIED } },
    { "/confirm", { IC_SIDE_APPROVED, IC_SIDE_REFUSED, IC_SIDE_ENDED } },
    { "/terminate", { IC_SIDE_ENDED, IC_SIDE_REFUSED, IC_SIDE_ENDED } }
};


static void other_direction(other_t *other);
static void other_vouched(other_t *other);
static bool other_signs(EVP_PKEY *const *keys, unsigned n,
    const ic_side_message_t *message, ic_str_t signature);
static void other_sent(other_t *other, const ic_side_message_t *message);
static void other_missing(other_t *other, const ic_side_message_t *message);
static void other_taken(other_t *other, const ic_side_message_t *message);
static void other_signature(other_t *other, const ic_side_message_t *message,
    const ic_side_t *holder);
static bool other_lines(ic_str_t text, ic_str_t line[OTHER_LINES]);
static void other_states(other_t *other, const ic_side_subject_t *subject);
static const ic_side_subject_t *other_subject(other_t *other,
    const ic_side_t *side, const ic_side_t *to, ic_str_t name);
static int other_path(ic_str_t path);
static bool other_ends(ic_str_t text, const char *end);
static void other_found(other_t *other, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));


int
ic_other(const ic_side_t *one, const ic_side_t *two, ic_other_told_t *told)
{
    other_t  other;

    memset(told, 0, sizeof(ic_other_told_t));
    other.told = told;
    other.arena = ic_pool_create();

    if (other.arena == NULL) {
        return -1;
    }

    other.from = one;
    other.to = two;
    other_direction(&other);
    other.from = two;
    other.to = one;
    other_direction(&other);
    ic_pool_destroy(other.arena);

    return 0;
}


/* What one says that passed from it to the other, and what the other says of
 * that; states are the same in both directions. */

static void
other_direction(other_t *other)
{
    const ic_side_message_t  *message;
    const ic_side_subject_t  *subject;

    other_vouched(other);

    for (message = other->from->first_message; message != NULL;
         message = message->next)
    {
        ic_pool_reset(other->arena);

        if (message->sent && ic_str_eq(message->peer, other->to->node)) {
            other_sent(other, message);
            other_signature(other, message, other->from);
        }
    }

    for (message = other->to->first_message; message != NULL;
         message = message->next)
    {
        ic_pool_reset(other->arena);

        if (!message->sent) {
            other_taken(other, message);
            other_signature(other, message, other->to);
        }
    }

    for (subject = other->from->first_subject; subject != NULL;
         subject = subject->next)
    {
        ic_pool_reset(other->arena);
        other_states(other, subject);
    }
}


/*
 * Keys that the receiver has recorded as the sender's, as its contract and a
 * rotation tell, and by which the sender's own log has a message signed: what
 * only the receiver says is a key of the sender's is none.
 */

static void
other_vouched(other_t *other)
{
    bool                      vouched;
    unsigned                  i;
    const ic_side_t          *from, *to;
    const ic_side_message_t  *message;

    from = other->from;
    to = other->to;
    other->nkeys = 0;

    for (i = 0; i < to->nknown; i++) {
        vouched = false;

        for (message = from->first_message;
             message != NULL && !vouched
             && ic_str_eq(to->known[i].peer, from->node);
             message = message->next)
        {
            ic_pool_reset(other->arena);
            vouched = message->sent && ic_str_eq(message->peer, to->node)
                      && other_signs(&to->known[i].key, 1, message,
                                     ic_unbase64(other->arena,
                                                 message->signature));
        }

        if (vouched) {
            other->keys[other->nkeys++] = to->known[i].key;
        }
    }
}


static bool
other_signs(EVP_PKEY *const *keys, unsigned n,
    const ic_side_message_t *message, ic_str_t signature)
{
    unsigned  i;

    for (i = 0; i < n && message->text.len != 0; i++) {
        if (ic_sign_verify(keys[i], message->text, signature)) {
            return true;
        }
    }

    return false;
}


static void
other_sent(other_t *other, const ic_side_message_t *message)
{
    other->told->messages++;

    if (ic_side_came(other->to, message->path, message->digest) != NULL) {
        other->told->matched++;
        return;
    }

    other_missing(other, message);
}


/*
 * A step that was taken already is not taken again: that is no contradiction,
 * but that the same step came of another body is one.
 */

static void
other_missing(other_t *other, const ic_side_message_t *message)
{
    int                       row;
    unsigned                  i;
    ic_side_step_e            step;
    const ic_side_message_t  *came;
    const ic_side_subject_t  *subject;

    row = other_path(message->path);
    subject = other_subject(other, other->from, other->to, message->subject);

    if (row < 0 || (subject == NULL && !other->to->whole)
        || other->to->last_time < message->time + IC_OTHER_MARGIN)
    {
        other->told->unmatched++;
        return;
    }

    for (i = 0; subject != NULL && i < 3; i++) {
        step = other_paths[row].steps[i];

        if (!subject->step[step].has) {
            continue;
        }

        came = subject->step[step].message;

        if (came == NULL || !ic_str_eq(came->path, message->path)) {
            other->told->unmatched++;
            return;
        }

        other_found(other, "entry %llu of %.*s and entry %llu of %.*s: "
                    "%.*s was delivered with the body %.*s and came with "
                    "%.*s", (unsigned long long) message->seq,
                    (int) other->from->node.len, other->from->node.data,
                    (unsigned long long) came->seq,
                    (int) other->to->node.len, other->to->node.data,
                    (int) message->path.len, message->path.data,
                    (int) message->digest.len, message->digest.data,
                    (int) came->digest.len, came->digest.data);
        return;
    }

    other_found(other, "entry %llu of %.*s: %.*s about %.*s was delivered, "
                "and no entry of %.*s has it",
                (unsigned long long) message->seq,
                (int) other->from->node.len, other->from->node.data,
                (int) message->path.len, message->path.data,
                (int) message->subject.len, message->subject.data,
                (int) other->to->node.len, other->to->node.data);
}


/* The sender takes the step first that its message tells of. */

static void
other_taken(other_t *other, const ic_side_message_t *message)
{
    int                       row;
    unsigned                  i;
    ic_str_t                  line[OTHER_LINES];
    const ic_side_subject_t  *subject;

    row = other_path(message->path);

    if (row < 0
        || (message->text.len != 0
            && (!other_lines(message->text, line)
                || !ic_str_eq(line[OTHER_SOURCE], other->from->node)))
        || (message->text.len == 0
            && !ic_str_eq(message->peer, other->from->node))
        || other->from->last_time < message->time + IC_OTHER_MARGIN)
    {
        return;
    }

    subject = other_subject(other, other->to, other->from, message->subject);

    for (i = 0; subject != NULL && i < 3; i++) {
        if (subject->step[other_paths[row].steps[i]].has) {
            return;
        }
    }

    if (subject == NULL && !other->from->whole) {
        return;
    }

    other_found(other, "entry %llu of %.*s: %.*s about %.*s came, and no "
                "entry of %.*s has the step that it tells of",
                (unsigned long long) message->seq,
                (int) other->to->node.len, other->to->node.data,
                (int) message->path.len, message->path.data,
                (int) message->subject.len, message->subject.data,
                (int) other->from->node.len, other->from->node.data);
}


/* Of the sender, over what the entry says; holder: whose entry it is. */

static void
other_signature(other_t *other, const ic_side_message_t *message,
    const ic_side_t *holder)
{
    bool              good;
    ic_str_t          line[OTHER_LINES], signature;
    const ic_side_t  *from;

    if (message->text.len == 0) {
        return;
    }

    from = other->from;
    good = other_lines(message->text, line);

    if (good && !ic_str_eq(line[OTHER_SOURCE], from->node)
        && !message->sent)
    {
        return;                          /* of somebody else */
    }

    if (!good || !ic_str_eq(line[OTHER_SOURCE], from->node)
        || !ic_str_eq(line[OTHER_TARGET], other->to->node)
        || !ic_str_eq(line[OTHER_DIGEST], message->digest)
        || line[1].len < message->path.len
        || memcmp(line[1].data, message->path.data, message->path.len) != 0)
    {
        other_found(other, "entry %llu of %.*s: what was signed is not the "
                    "message that the entry tells of",
                    (unsigned long long) message->seq,
                    (int) holder->node.len, holder->node.data);
        return;
    }

    signature = ic_unbase64(other->arena, message->signature);

    if (other_signs(from->keys, from->nkeys, message, signature)
        || other_signs(other->keys, other->nkeys, message, signature))
    {
        return;
    }

    /* a bundle has the credential of one head */

    if (!from->whole) {
        other->told->unverified++;
        return;
    }

    other_found(other, "entry %llu of %.*s: the signature of %.*s over %.*s "
                "is by none of the credentials of its heads, nor by one of "
                "its messages",
                (unsigned long long) message->seq, (int) holder->node.len,
                holder->node.data, (int) from->node.len, from->node.data,
                (int) message->path.len, message->path.data);
}


static bool
other_lines(ic_str_t text, ic_str_t line[OTHER_LINES])
{
    u_char    *end;
    unsigned   i;

    for (i = 0; i < OTHER_LINES; i++) {
        end = (text.len == 0) ? NULL : memchr(text.data, '\n', text.len);

        if ((end == NULL) != (i == OTHER_LINES - 1)) {
            return false;
        }

        line[i] = (end == NULL) ? text
                  : ic_str_n(text.data, (size_t) (end - text.data));
        text.data += line[i].len + (end != NULL);
        text.len -= line[i].len + (end != NULL);
    }

    return true;
}


/* No side has approved what the other has refused, nor what the other, who
 * was asked, has not. */

static void
other_states(other_t *other, const ic_side_subject_t *subject)
{
    const ic_side_subject_t  *its;

    its = other_subject(other, other->from, other->to, subject->name);

    if (its == NULL || !subject->step[IC_SIDE_APPROVED].has
        || its->step[IC_SIDE_APPROVED].has)
    {
        return;
    }

    if (its->step[IC_SIDE_REFUSED].has) {
        other_found(other, "entry %llu of %.*s and entry %llu of %.*s: "
                    "%.*s was approved here and refused there",
                    (unsigned long long)
                    subject->step[IC_SIDE_APPROVED].seq,
                    (int) other->from->node.len, other->from->node.data,
                    (unsigned long long) its->step[IC_SIDE_REFUSED].seq,
                    (int) other->to->node.len, other->to->node.data,
                    (int) subject->name.len, subject->name.data);
        return;
    }

    if (its->decides && other->to->last_time
                        > subject->step[IC_SIDE_APPROVED].time
                          + IC_OTHER_MARGIN)
    {
        other_found(other, "entry %llu of %.*s: %.*s was approved, and "
                    "%.*s, who was asked (entry %llu), has not approved it",
                    (unsigned long long)
                    subject->step[IC_SIDE_APPROVED].seq,
                    (int) other->from->node.len, other->from->node.data,
                    (int) subject->name.len, subject->name.data,
                    (int) other->to->node.len, other->to->node.data,
                    (unsigned long long) its->step[IC_SIDE_APPLIED].seq);
    }
}


/* A contract has one id; "audit:in:KIND:NODE:ID" is the other one's
 * "audit:out:KIND:OTHER:ID". */

static const ic_side_subject_t *
other_subject(other_t *other, const ic_side_t *side, const ic_side_t *to,
    ic_str_t name)
{
    u_char    *kind;
    size_t     len, skip;
    ic_str_t   text;
    const char *dir;

    text = name;

    if (name.len > 9 && memcmp(name.data, "contract:", 9) == 0) {
        return ic_side_subject(to, name);
    }

    if (name.len > 10 && memcmp(name.data, "audit:out:", 10) == 0) {
        dir = "in";
        skip = 10;

    } else if (name.len > 9 && memcmp(name.data, "audit:in:", 9) == 0) {
        dir = "out";
        skip = 9;

    } else {
        return NULL;
    }

    text.data += skip;
    text.len -= skip;
    kind = memchr(text.data, ':', text.len);

    if (kind == NULL) {
        return NULL;
    }

    len = (size_t) (kind - text.data) + 1;
    name = ic_str_n(text.data + len, text.len - len);

    if (name.len <= to->node.len || name.data[to->node.len] != ':'
        || memcmp(name.data, to->node.data, to->node.len) != 0)
    {
        return NULL;
    }

    name.data += to->node.len;
    name.len -= to->node.len;
    name = ic_str_fmt(other->arena, "audit:%s:%.*s%.*s%.*s", dir, (int) len,
                      text.data, (int) side->node.len, side->node.data,
                      (int) name.len, name.data);

    return (name.data == NULL) ? NULL : ic_side_subject(to, name);
}


static int
other_path(ic_str_t path)
{
    unsigned  i;

    if (memmem(path.data, path.len, "/contract/", 10) == NULL
        && memmem(path.data, path.len, "/audit/", 7) == NULL)
    {
        return -1;
    }

    for (i = 0; i < sizeof(other_paths) / sizeof(other_paths[0]); i++) {
        if (other_ends(path, other_paths[i].path)) {
            return (int) i;
        }
    }

    return -1;
}


static bool
other_ends(ic_str_t text, const char *end)
{
    size_t  len;

    len = strlen(end);

    return text.len >= len
           && memcmp(text.data + text.len - len, end, len) == 0;
}


static void
other_found(other_t *other, const char *fmt, ...)
{
    u_char   *p;
    va_list   args;

    if (other->told->contradictions++ != 0) {
        return;
    }

    va_start(args, fmt);
    vsnprintf(other->told->finding, sizeof(other->told->finding), fmt, args);
    va_end(args);

    for (p = (u_char *) other->told->finding; *p != '\0'; p++) {
        if (*p < ' ' || *p == 0x7f) {
            *p = '?';
        }
    }
}
