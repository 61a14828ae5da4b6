
/* Who has which part; sizes and the context of the run. */


#include "psi.h"


static int find_receivers(psi_t *psi);
static int find_named(psi_t *psi);
static int check_sizes(psi_t *psi);


int
psi_find_members(psi_t *psi)
{
    unsigned           i, count;
    const ic_party_t  *parties;

    parties = ic_task_parties(psi->task, &count);

    if (count < 2 || count > PSI_PARTIES) {
        return ic_task_fail(psi->task, "bad_parameter", NULL, 0,
                            "psi is for 2 to %d parties, not %u",
                            PSI_PARTIES, count);
    }

    psi->count = count;

    for (i = 0; i < count; i++) {
        psi->members[i].party = &parties[i];

        if (strcmp(parties[i].name, ic_task_self(psi->task)->name) == 0) {
            psi->self = &psi->members[i];
        }

        if (strcmp(parties[i].role, "guest") != 0
            && strcmp(parties[i].role, "host") != 0)
        {
            return ic_task_fail(psi->task, "bad_parameter", NULL, 0,
                                "psi has no part for %s", parties[i].name);
        }
    }

    if (find_receivers(psi) != 0) {
        return -1;
    }

    psi_find_parts(psi);

    return 0;
}


/* A word, or a list of names. */

static int
find_receivers(psi_t *psi)
{
    bool       all;
    ic_str_t   word;
    unsigned   i, receivers;

    if (psi->params.receivers->type == IC_JSON_ARRAY) {
        return find_named(psi);
    }

    word = ic_json_str(psi->params.receivers);
    all = ic_str_is(word, "both") || ic_str_is(word, "all");
    receivers = 0;

    for (i = 0; i < psi->count; i++) {
        psi->members[i].receives = all
            || ic_str_is(word, psi->members[i].party->role);
        receivers += psi->members[i].receives;
    }

    return receivers > 0 ? 0
           : ic_task_fail(psi->task, "bad_parameter", NULL, 0,
                          "receivers: there is no %.*s", (int) word.len,
                          (char *) word.data);
}


static int
find_named(psi_t *psi)
{
    bool              found;
    unsigned          i;
    const ic_json_t  *name;

    for (name = psi->params.receivers->child;
         name != NULL;
         name = name->next)
    {
        found = false;

        for (i = 0; i < psi->count; i++) {
            if (ic_str_is(name->text, psi->members[i].party->name)) {
                psi->members[i].receives = found = true;
            }
        }

        if (!found) {
            return ic_task_fail(psi->task, "bad_parameter", NULL, 0,
                                "receivers: %.*s is no party of this task",
                                (int) name->text.len,
                                (char *) name->text.data);
        }
    }

    return 0;
}


/* Leader and partner are receivers, as far as there are two. */

void
psi_find_parts(psi_t *psi)
{
    unsigned       i;
    psi_member_t  *member;

    psi->leader = psi->partner = psi->peer = NULL;

    for (i = 0; i < psi->count; i++) {
        member = &psi->members[i];

        if (member->receives && psi->leader == NULL) {
            psi->leader = member;

        } else if (member->receives && psi->partner == NULL) {
            psi->partner = member;
        }
    }

    for (i = 0; i < psi->count && psi->partner == NULL; i++) {
        if (&psi->members[i] != psi->leader) {
            psi->partner = &psi->members[i];
        }
    }

    if (psi->self == psi->leader) {
        psi->peer = psi->partner;

    } else if (psi->self == psi->partner) {
        psi->peer = psi->leader;
    }

    psi->receives = psi->self->receives;
    psi->shows = psi->peer != NULL && psi->peer->receives;
}


/* Sizes and parameters, before anything of the keys is sent. */

int
psi_agree(psi_t *psi)
{
    int64_t   keys[IC_TASK_MAX_PARTIES];
    unsigned  i;

    if (ic_agree(&psi->wire, psi->params.common, psi->own, keys) != 0) {
        return -1;
    }

    for (i = 0; i < psi->count; i++) {

        if (keys[i] < 0 || keys[i] > PSI_MAX_KEYS) {
            return ic_task_fail(psi->task, "data_out_of_range", NULL, 0,
                                "%s has %lld keys",
                                psi->members[i].party->name,
                                (long long) keys[i]);
        }

        psi->members[i].keys = (uint32_t) keys[i];
    }

    return check_sizes(psi);
}


/* 40 bits beyond the product of the sizes: equal tags are equal keys. */

static int
check_sizes(psi_t *psi)
{
    unsigned  bits;
    uint64_t  n;

    bits = 40;

    for (n = psi->leader->keys; n > 1; n = (n + 1) / 2) {
        bits++;
    }

    for (n = psi->partner->keys; n > 1; n = (n + 1) / 2) {
        bits++;
    }

    if (bits > 8 * PSI_TAG) {
        return ic_task_fail(psi->task, "data_out_of_range", NULL, 0,
                            "%s has %u keys and %s %u: more than tags of %d "
                            "bits tell apart", psi->leader->party->name,
                            psi->leader->keys, psi->partner->party->name,
                            psi->partner->keys, 8 * PSI_TAG);
    }

    return 0;
}
