
/* Numbers that entries tell: uses that are left, versions, epochs, times. */


#include "ic_meaning_rules.h"


static const char *const  checks_left[] = { "left", "rows_left",
                                            "bytes_left" };


ic_str_t
ic_meaning_member(const ic_entry_t *entry, const char *name)
{
    return ic_json_str(ic_json_get(entry->members, name));
}


int64_t
ic_meaning_number(const ic_entry_t *entry, const char *name)
{
    int64_t  number;

    return (ic_str_int(ic_meaning_member(entry, name), &number) == 0)
           ? number : IC_MEANING_UNKNOWN;
}


/* How often it may be used, how much of it read, and how long. */

const char *
ic_meaning_issued(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    unsigned  i;

    for (i = 0; i < IC_LEFTS; i++) {
        subject->left[i] = ic_meaning_number(entry, checks_left[i]);
    }

    subject->exp = ic_meaning_number(entry, "exp");

    return NULL;
}


const char *
ic_meaning_used(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    int64_t  before, left;

    left = ic_meaning_number(entry, "left");
    before = subject->left[IC_LEFT_USES];
    subject->left[IC_LEFT_USES] = left;

    if (subject->exp != IC_MEANING_UNKNOWN && entry->time >= subject->exp) {
        return "its time was over";
    }

    if (before == IC_MEANING_UNKNOWN || left == IC_MEANING_UNKNOWN) {
        return NULL;
    }

    if (before == 0) {
        return "no uses were left";
    }

    return (left == (before < 0 ? -1 : before - 1)) ? NULL
           : "the uses that are left do not fall by one";
}


/* Rows are refused before they are read, bytes are counted afterwards. */

const char *
ic_meaning_settled(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    int64_t  rows, left;

    rows = ic_meaning_number(entry, "rows");
    left = subject->left[IC_LEFT_ROWS];

    if (rows < 0 || left < 0) {
        return NULL;
    }

    if (rows > left) {
        return "more rows were read than were left";
    }

    subject->left[IC_LEFT_ROWS] = left - rows;

    return NULL;
}


const char *
ic_meaning_exhausted(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    return (ic_str_is(ic_meaning_member(entry, "limit"), "uses")
            && subject->left[IC_LEFT_USES] != 0
            && subject->left[IC_LEFT_USES] != IC_MEANING_UNKNOWN)
           ? "uses were left" : NULL;
}


const char *
ic_meaning_expired(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    return (subject->exp != IC_MEANING_UNKNOWN && entry->time < subject->exp)
           ? "its time was not over" : NULL;
}


const char *
ic_meaning_made(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    subject->version = ic_meaning_number(entry, "version");

    return NULL;
}


const char *
ic_meaning_changed(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    int64_t  version, before;

    version = ic_meaning_number(entry, "version");

    if (version == IC_MEANING_UNKNOWN) {
        version = ic_meaning_number(entry, "revision");
    }

    if (version == IC_MEANING_UNKNOWN) {
        return NULL;
    }

    before = subject->version;
    subject->version = version;

    return (before == IC_MEANING_UNKNOWN || version > before) ? NULL
           : "its version does not rise";
}


const char *
ic_meaning_epoch(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    int64_t  epoch, before;

    epoch = ic_meaning_number(entry, "epoch");
    before = subject->epoch;

    if (epoch == IC_MEANING_UNKNOWN) {
        return NULL;
    }

    subject->epoch = epoch;

    return (before == IC_MEANING_UNKNOWN || epoch > before) ? NULL
           : "its epoch does not rise";
}


/* What leaves the node goes to an operator, or by a permit. */

const char *
ic_meaning_out(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    (void) subject;

    return (ic_meaning_member(entry, "peer").len != 0
            && ic_meaning_member(entry, "permit").len == 0)
           ? "it went to a partner without a permit" : NULL;
}


/* A partner's job that was not started may be asked for anew. */

const char *
ic_meaning_job(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    bool  ours;

    ours = ic_str_is(ic_meaning_member(entry, "role"), "initiator");

    if (ours && (subject->facts & IC_FACT_BEGUN)) {
        return ic_meaning_fact(IC_FACT_BEGUN, true);
    }

    subject->version = IC_MEANING_UNKNOWN;
    subject->facts |= ours ? IC_FACT_OURS : 0;

    return NULL;
}


const char *
ic_meaning_job_end(ic_meaning_subject_t *subject, const ic_entry_t *entry)
{
    return ((subject->facts & IC_FACT_OURS)
            && !(subject->facts & IC_FACT_STARTED)
            && ic_str_is(ic_meaning_member(entry, "status"), "SUCCESS"))
           ? "it succeeded and was never started" : NULL;
}
