
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>

#include "ic_meaning_rules.h"


#define MEANING_SLOTS  1024      /* to begin with; a power of two */
#define MEANING_NAME   512       /* of what is told of besides */


struct ic_meaning_s {
    ic_meaning_subject_t  **slots;
    size_t                  nslots;
    size_t                  count;
    uint64_t                seed;
    int64_t                 time;        /* of the entry before */
    bool                    parts;
    bool                    whole;       /* from the node's first day on */
    ic_meaning_told_t       told;
};


static void meaning_time(ic_meaning_t *meaning, const ic_entry_t *entry);
static const char *meaning_apply(ic_meaning_t *meaning,
    const ic_meaning_rule_t *rule, ic_meaning_subject_t *subject,
    const ic_entry_t *entry);
static int meaning_besides(ic_meaning_t *meaning,
    const ic_meaning_rule_t *rule, ic_meaning_subject_t *subject,
    const ic_entry_t *entry, const char **why);
static const char *meaning_link(ic_meaning_t *meaning,
    const ic_meaning_rule_t *rule, const ic_entry_t *entry);
static void meaning_rename(ic_meaning_t *meaning, const ic_entry_t *entry,
    ic_meaning_subject_t *subject);
static ic_meaning_subject_t *meaning_subject(ic_meaning_t *meaning,
    ic_str_t prefix, ic_str_t name, bool make);
static uint64_t meaning_hash(uint64_t seed, ic_str_t prefix, ic_str_t name);
static bool meaning_is(const ic_meaning_subject_t *subject, ic_str_t prefix,
    ic_str_t name);
static int meaning_grow(ic_meaning_t *meaning);
static void meaning_contradiction(ic_meaning_t *meaning,
    const ic_entry_t *entry, const char *why);


ic_meaning_t *
ic_meaning(bool parts)
{
    ic_meaning_t  *meaning;

    meaning = calloc(1, sizeof(ic_meaning_t));
    if (meaning == NULL) {
        return NULL;
    }

    meaning->parts = parts;
    meaning->whole = parts;
    meaning->nslots = MEANING_SLOTS;
    meaning->slots = calloc(meaning->nslots, sizeof(meaning->slots[0]));

    if (meaning->slots == NULL
        || RAND_bytes((u_char *) &meaning->seed, sizeof(meaning->seed)) != 1)
    {
        free(meaning->slots);
        free(meaning);
        return NULL;
    }

    return meaning;
}


void
ic_meaning_free(ic_meaning_t *meaning)
{
    size_t  i;

    if (meaning == NULL) {
        return;
    }

    for (i = 0; i < meaning->nslots; i++) {
        free(meaning->slots[i]);
    }

    free(meaning->slots);
    free(meaning);
}


const ic_meaning_told_t *
ic_meaning_told(const ic_meaning_t *meaning)
{
    return &meaning->told;
}


int
ic_meaning_entry(void *data, const ic_entry_t *entry, char *finding)
{
    const char               *why;
    ic_meaning_t             *meaning = data;
    ic_meaning_subject_t     *subject;
    const ic_meaning_rule_t  *rule;

    /* a log that begins later than its node knows not what was before */

    meaning->whole |= entry->seq == 0
                      && ic_str_is(entry->code, "NODE_REGISTERED");
    meaning_time(meaning, entry);
    rule = ic_meaning_rule(ic_meaning_kind(entry->subject), entry->code);

    if (rule == NULL) {
        meaning->told.others++;
        return 0;
    }

    meaning->told.judged++;
    subject = meaning_subject(meaning, ic_str(""), entry->subject, true);

    if (subject != NULL) {
        meaning_rename(meaning, entry, subject);
        why = meaning_apply(meaning, rule, subject, entry);
    }

    if (subject == NULL
        || meaning_besides(meaning, rule, subject, entry, &why) != 0)
    {
        snprintf(finding, IC_MEANING_TEXT, "entry %llu: memory is short",
                 (unsigned long long) entry->seq);
        return -1;
    }

    if (why != NULL) {
        meaning_contradiction(meaning, entry, why);
    }

    return 0;
}


static void
meaning_time(ic_meaning_t *meaning, const ic_entry_t *entry)
{
    int64_t  back;

    back = meaning->time - entry->time;
    meaning->time = entry->time;

    if (back <= IC_MEANING_TOLERANCE) {
        return;
    }

    meaning->told.backwards++;

    if (back > meaning->told.farthest) {
        meaning->told.farthest = back;
        meaning->told.farthest_at = entry->seq;
    }
}


/* NULL, or what the event contradicts. What is left is as the event says. */

static const char *
meaning_apply(ic_meaning_t *meaning, const ic_meaning_rule_t *rule,
    ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    unsigned     lacks, has;
    const char  *why, *other;

    if (subject->facts == 0 && !meaning->whole) {
        subject->facts = rule->need;
    }

    has = subject->facts & rule->never;
    lacks = rule->need & ~subject->facts;
    why = (has != 0) ? ic_meaning_fact(has, true)
          : (lacks != 0) ? ic_meaning_fact(lacks, false) : NULL;

    if (rule->check != NULL) {
        other = rule->check(subject, entry);
        why = (why == NULL) ? other : why;
    }

    if (why == NULL && rule->link != NULL) {
        why = meaning_link(meaning, rule, entry);
    }

    subject->facts = (subject->facts & ~rule->clear) | rule->set;

    return why;
}


/* What the entry tells of others: a request for an escrow, an answer to it. */

static int
meaning_besides(ic_meaning_t *meaning, const ic_meaning_rule_t *rule,
    ic_meaning_subject_t *subject, const ic_entry_t *entry, const char **why)
{
    char                      name[MEANING_NAME];
    size_t                    len;
    ic_str_t                  text;
    const char               *other;
    ic_meaning_subject_t     *one;
    const ic_meaning_part_t  *part;

    len = 0;
    part = ic_meaning_parts(rule->kind);

    for ( /* void */ ; part != NULL && part->kind != NULL; part++) {
        text = ic_meaning_member(entry, part->member);

        if (text.len == 0 || text.len + 2 > sizeof(name) - len) {
            break;
        }

        /* no member has a blank: its name can be no other's */

        name[len] = (len == 0) ? ':' : ' ';
        len++;
        memcpy(name + len, text.data, text.len);
        len += text.len;
        rule = ic_meaning_rule(ic_str(part->kind), entry->code);

        if (rule == NULL) {
            continue;
        }

        one = meaning_subject(meaning, ic_str(part->kind),
                              ic_str_n(name, len), true);
        if (one == NULL) {
            return -1;
        }

        one->of = subject;
        subject = one;
        other = meaning_apply(meaning, rule, subject, entry);
        *why = (*why == NULL) ? other : *why;
    }

    return 0;
}


static const char *
meaning_link(ic_meaning_t *meaning, const ic_meaning_rule_t *rule,
    const ic_entry_t *entry)
{
    ic_str_t               name;
    ic_meaning_subject_t  *subject;

    name = ic_meaning_member(entry, rule->link);

    if (name.len == 0) {
        return NULL;
    }

    subject = meaning_subject(meaning, ic_str(rule->prefix), name, false);

    if (subject == NULL) {
        return (meaning->parts || !meaning->whole) ? NULL
               : "nothing has begun what it is for";
    }

    if (rule->linked & ~subject->facts) {
        return "what it is for is over, or not approved";
    }

    return (subject->exp != IC_MEANING_UNKNOWN && entry->time >= subject->exp)
           ? "the time of its permit was over" : NULL;
}


/* An application of ours has another id since the partner took it. */

static void
meaning_rename(ic_meaning_t *meaning, const ic_entry_t *entry,
    ic_meaning_subject_t *subject)
{
    ic_str_t               handle;
    ic_meaning_subject_t  *old;

    if (!ic_str_is(entry->code, "CONTRACT_ACCEPTED") || subject->facts != 0) {
        return;
    }

    handle = ic_meaning_member(entry, "handle");
    old = (handle.len == 0) ? NULL
          : meaning_subject(meaning, ic_str("contract:"), handle, false);

    if (old != NULL) {
        subject->facts = old->facts;
        old->facts = IC_FACT_BEGUN;

    } else if (meaning->parts) {
        subject->facts = IC_FACT_BEGUN|IC_FACT_OPEN;
    }
}


static ic_meaning_subject_t *
meaning_subject(ic_meaning_t *meaning, ic_str_t prefix, ic_str_t name,
    bool make)
{
    size_t                 i;
    unsigned               k;
    uint64_t               hash;
    ic_meaning_subject_t  *subject;

    hash = meaning_hash(meaning->seed, prefix, name);

    for (i = hash & (meaning->nslots - 1); meaning->slots[i] != NULL;
         i = (i + 1) & (meaning->nslots - 1))
    {
        subject = meaning->slots[i];

        if (subject->hash == hash && meaning_is(subject, prefix, name)) {
            return subject;
        }
    }

    if (!make || meaning_grow(meaning) != 0) {
        return NULL;
    }

    subject = calloc(1, sizeof(ic_meaning_subject_t) + prefix.len + name.len
                        + 1);
    if (subject == NULL) {
        return NULL;
    }

    memcpy(subject->name, prefix.data, prefix.len);
    memcpy(subject->name + prefix.len, name.data, name.len);
    subject->hash = hash;
    subject->version = IC_MEANING_UNKNOWN;
    subject->epoch = IC_MEANING_UNKNOWN;
    subject->exp = IC_MEANING_UNKNOWN;
    subject->needed = IC_MEANING_UNKNOWN;

    for (k = 0; k < IC_LEFTS; k++) {
        subject->left[k] = IC_MEANING_UNKNOWN;
    }

    /* the table may be another one now */

    for (i = hash & (meaning->nslots - 1); meaning->slots[i] != NULL;
         i = (i + 1) & (meaning->nslots - 1))
    {
        /* void */
    }

    meaning->slots[i] = subject;
    meaning->count++;

    return subject;
}


static bool
meaning_is(const ic_meaning_subject_t *subject, ic_str_t prefix,
    ic_str_t name)
{
    return strlen(subject->name) == prefix.len + name.len
           && memcmp(subject->name, prefix.data, prefix.len) == 0
           && memcmp(subject->name + prefix.len, name.data, name.len) == 0;
}


/* FNV-1a from a secret start: partners choose names, and none to collide */

static uint64_t
meaning_hash(uint64_t seed, ic_str_t prefix, ic_str_t name)
{
    size_t    i;
    uint64_t  hash;

    hash = 14695981039346656037ULL ^ seed;

    for (i = 0; i < prefix.len; i++) {
        hash = (hash ^ prefix.data[i]) * 1099511628211ULL;
    }

    for (i = 0; i < name.len; i++) {
        hash = (hash ^ name.data[i]) * 1099511628211ULL;
    }

    return hash;
}


/* Two of three slots at most are taken. */

static int
meaning_grow(ic_meaning_t *meaning)
{
    size_t                  i, k, nslots;
    ic_meaning_subject_t  **slots;

    if (meaning->count * 3 < meaning->nslots * 2) {
        return 0;
    }

    nslots = meaning->nslots * 2;
    slots = calloc(nslots, sizeof(slots[0]));

    if (slots == NULL) {
        return -1;
    }

    for (i = 0; i < meaning->nslots; i++) {

        if (meaning->slots[i] == NULL) {
            continue;
        }

        for (k = meaning->slots[i]->hash & (nslots - 1); slots[k] != NULL;
             k = (k + 1) & (nslots - 1))
        {
            /* void */
        }

        slots[k] = meaning->slots[i];
    }

    free(meaning->slots);
    meaning->slots = slots;
    meaning->nslots = nslots;

    return 0;
}


static void
meaning_contradiction(ic_meaning_t *meaning, const ic_entry_t *entry,
    const char *why)
{
    u_char  *p;

    if (meaning->told.contradictions++ != 0) {
        return;
    }

    snprintf(meaning->told.finding, sizeof(meaning->told.finding),
             "entry %llu: %.*s of %.*s: %s",
             (unsigned long long) entry->seq,
             (int) (entry->code.len < 64 ? entry->code.len : 64),
             entry->code.data,
             (int) (entry->subject.len < 256 ? entry->subject.len : 256),
             entry->subject.data, why);

    /* printed: no commands for a terminal */

    for (p = (u_char *) meaning->told.finding; *p != '\0'; p++) {
        if (*p < ' ' || *p == 0x7f) {
            *p = '?';
        }
    }
}
