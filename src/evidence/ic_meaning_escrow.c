
/*
 * Escrows: who asked for one, who approved, and whether these were enough.
 * What is told of a request is kept with its answers, what the escrow needs
 * with the escrow.
 */


#include "ic_meaning_rules.h"


static bool escrow_lists(ic_str_t list, ic_str_t node);
static ic_str_t escrow_word(ic_str_t *list);
static const ic_meaning_subject_t *escrow_answer(
    const ic_meaning_subject_t *request, ic_str_t node);


/* It is made with a threshold, and sealed with the same. */

const char *
ic_meaning_sealed(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    int64_t  needed, before;

    before = subject->needed;
    needed = ic_meaning_number(entry, "threshold");

    subject->needed = needed;
    subject->exp = ic_meaning_number(entry, "retention_until");
    subject->holder = escrow_lists(ic_meaning_member(entry, "holders"),
                                   entry->node);

    return (before == IC_MEANING_UNKNOWN || needed == before) ? NULL
           : "its threshold is not the one that it was made with";
}


/* One of the holders of our own does not take it, or we another's. */

const char *
ic_meaning_share(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    (void) entry;

    if (subject->facts & IC_FACT_OURS) {
        return (subject->facts & IC_FACT_APPROVED) ? NULL
               : "no share was offered";
    }

    if (!(subject->facts & IC_FACT_OPEN)
        || (subject->facts & IC_FACT_APPROVED))
    {
        return "its share was taken, or it is over";
    }

    subject->facts &= ~(unsigned) IC_FACT_OPEN;

    return NULL;
}


const char *
ic_meaning_request(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    (void) subject;

    return ic_meaning_member(entry, "recovery_id").len != 0 ? NULL
           : "it names no request";
}


const char *
ic_meaning_purpose(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    if (ic_str_is(ic_meaning_member(entry, "purpose"), "release")) {
        subject->facts |= IC_FACT_RELEASE;
    }

    return NULL;
}


/*
 * Everybody that is named has approved, and they are enough. This node's own
 * share needs no approval of itself. Of a request whose beginning is not
 * shown, the answers need not be either.
 */

const char *
ic_meaning_authorised(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    int64_t                      n;
    ic_str_t                     list, node;
    const ic_meaning_subject_t  *answer;

    list = ic_meaning_member(entry, "authorised_by");
    n = 0;

    for (node = escrow_word(&list); node.len != 0; node = escrow_word(&list)) {
        n += !escrow_lists(list, node);
        answer = escrow_answer(subject, node);

        if (answer != NULL && (answer->facts & IC_FACT_REVOKED)) {
            return "it names one whose share was wrong";
        }

        if ((answer == NULL || !(answer->facts & IC_FACT_APPROVED))
            && (subject->facts & IC_FACT_BEGUN)
            && !(subject->of->holder && ic_str_eq(node, entry->node)))
        {
            return "it names one that has not approved it";
        }
    }

    return (subject->of->needed == IC_MEANING_UNKNOWN
            || n >= subject->of->needed)
           ? NULL : "fewer have approved it than its threshold";
}


/* The owner needs as many as the threshold; a holder decides for itself. */

const char *
ic_meaning_released(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    if (subject->facts & IC_FACT_OURS) {
        return ic_meaning_authorised(subject, entry);
    }

    return (!(subject->facts & IC_FACT_BEGUN)
            || (subject->facts & IC_FACT_APPROVED))
           ? NULL : ic_meaning_fact(IC_FACT_APPROVED, false);
}


/* The request has the answer; once. */

const char *
ic_meaning_answered(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    (void) entry;

    if (!(subject->facts & IC_FACT_BEGUN)) {
        subject->facts |= IC_FACT_BEGUN;
        subject->next = subject->of->answers;
        subject->of->answers = subject;
    }

    return NULL;
}


const char *
ic_meaning_wrong(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    bool  given;

    given = (subject->facts & IC_FACT_APPROVED)
            || !(subject->of->facts & IC_FACT_BEGUN)
            || ic_str_eq(ic_meaning_member(entry, "peer"), entry->node);

    (void) ic_meaning_answered(subject, entry);

    return given ? NULL : "it gave none";
}


static bool
escrow_lists(ic_str_t list, ic_str_t node)
{
    ic_str_t  word;

    for (word = escrow_word(&list); word.len != 0; word = escrow_word(&list)) {
        if (ic_str_eq(word, node)) {
            return true;
        }
    }

    return false;
}


/* The first word, which the list loses. */

static ic_str_t
escrow_word(ic_str_t *list)
{
    size_t    n;
    ic_str_t  word;

    while (list->len != 0 && *list->data == ' ') {
        list->data++;
        list->len--;
    }

    for (n = 0; n < list->len && list->data[n] != ' '; n++) {
        /* void */
    }

    word = ic_str_n(list->data, n);

    if (n != 0) {
        list->data += n;
        list->len -= n;
    }

    return word;
}


static const ic_meaning_subject_t *
escrow_answer(const ic_meaning_subject_t *request, ic_str_t node)
{
    const char                  *name;
    const ic_meaning_subject_t  *answer;

    for (answer = request->answers; answer != NULL; answer = answer->next) {
        name = strrchr(answer->name, ' ');

        if (name != NULL && ic_str_is(node, name + 1)) {
            break;
        }
    }

    return answer;
}
