
#include <stdlib.h>

#include "ic_meaning_rules.h"


#define BEGUN      IC_FACT_BEGUN
#define OPEN       IC_FACT_OPEN
#define APPROVED   IC_FACT_APPROVED
#define REFUSED    IC_FACT_REFUSED
#define STARTED    IC_FACT_STARTED
#define STOPPED    IC_FACT_STOPPED
#define PAUSED     IC_FACT_PAUSED
#define WITHDRAWN  IC_FACT_WITHDRAWN
#define EXHAUSTED  IC_FACT_EXHAUSTED
#define EXPIRED    IC_FACT_EXPIRED
#define REVOKED    IC_FACT_REVOKED
#define SAID       IC_FACT_SAID
#define DROPPED    IC_FACT_DROPPED
#define ENDED      IC_FACT_ENDED
#define OURS       IC_FACT_OURS
#define RELEASE    IC_FACT_RELEASE
#define ALL        0xffff

#define CHECK(what)  ic_meaning_##what


/*
 * kind, event; facts that it needs, that it excludes, that it leaves, that it
 * takes away; a check besides; and a member that names another subject, which
 * must have facts too. By kind and then by event. What has no row is not
 * judged: it changes no state, or is new.
 */
static const ic_meaning_rule_t  rules[] = {

    { "audit", "AUDIT_APPLIED", 0, BEGUN, BEGUN|OPEN, 0, NULL,
      "contract_id", "contract:", OPEN|APPROVED },
    { "audit", "AUDIT_APPROVED", OPEN, APPROVED, APPROVED, 0, NULL,
      NULL, NULL, 0 },
    { "audit", "AUDIT_HELD", OPEN, APPROVED, 0, 0, NULL, NULL, NULL, 0 },
    { "audit", "AUDIT_REJECTED", OPEN, APPROVED, REFUSED, OPEN, NULL,
      NULL, NULL, 0 },
    { "audit", "AUDIT_TERMINATED", OPEN, 0, 0, OPEN, NULL, NULL, NULL, 0 },
    { "audit", "AUDIT_WITHDRAWN", OPEN, APPROVED|WITHDRAWN, WITHDRAWN, 0,
      NULL, NULL, NULL, 0 },
    { "audit", "PERMIT_RECEIVED", OPEN|APPROVED, 0, 0, 0, NULL,
      NULL, NULL, 0 },

    { "contract", "CONTRACT_ACCEPTED", BEGUN, 0, 0, 0, NULL,
      NULL, NULL, 0 },
    { "contract", "CONTRACT_APPLIED", 0, OPEN, BEGUN|OPEN,
      APPROVED|REFUSED|EXPIRED, NULL, NULL, NULL, 0 },
    { "contract", "CONTRACT_APPROVED", OPEN, APPROVED, APPROVED, 0, NULL,
      NULL, NULL, 0 },
    { "contract", "CONTRACT_EXPIRED", OPEN|APPROVED, EXPIRED, EXPIRED, 0,
      NULL, NULL, NULL, 0 },
    { "contract", "CONTRACT_PROFILE_SET", BEGUN, 0, 0, 0, NULL,
      NULL, NULL, 0 },
    { "contract", "CONTRACT_REJECTED", OPEN, APPROVED, REFUSED, OPEN, NULL,
      NULL, NULL, 0 },
    { "contract", "CONTRACT_TERMINATED", OPEN, 0, 0, OPEN, NULL,
      NULL, NULL, 0 },
    { "contract", "PEER_INFO_RECORDED", BEGUN, 0, 0, 0, NULL,
      NULL, NULL, 0 },
    { "contract", "PEER_KEY_CHANGED", OPEN, 0, 0, 0, NULL, NULL, NULL, 0 },

    { "escrow", "RES_ESCROWED", OPEN, APPROVED, APPROVED, 0, CHECK(sealed),
      NULL, NULL, 0 },
    { "escrow", "RES_ESCROW_CONFIRMED", OURS|APPROVED, 0, 0, 0, NULL,
      NULL, NULL, 0 },
    { "escrow", "RES_ESCROW_CREATED", 0, BEGUN, BEGUN|OPEN|OURS, 0,
      CHECK(sealed), "job_id", "job:", BEGUN },
    { "escrow", "RES_ESCROW_DESTROYED", BEGUN, OPEN|DROPPED, DROPPED, 0,
      NULL, NULL, NULL, 0 },
    { "escrow", "RES_ESCROW_EXPIRED", OPEN, 0, 0, OPEN, CHECK(expired),
      NULL, NULL, 0 },
    { "escrow", "RES_ESCROW_FAILED", OPEN|OURS, APPROVED, 0, OPEN, NULL,
      NULL, NULL, 0 },
    /* again, once what became of it before is forgotten */
    { "escrow", "RES_ESCROW_OFFERED", 0, OPEN, BEGUN|OPEN, APPROVED|DROPPED,
      NULL, "job_id", "job:", BEGUN },
    { "escrow", "RES_ESCROW_REFUSED", BEGUN, 0, 0, 0, CHECK(share),
      NULL, NULL, 0 },
    { "escrow", "RES_ESCROW_RELEASED", OPEN|APPROVED, 0, 0, OPEN,
      CHECK(request), NULL, NULL, 0 },
    { "escrow", "RES_RECOVERED", OPEN|APPROVED, 0, 0, 0, CHECK(request),
      NULL, NULL, 0 },
    { "escrow", "RES_RECOVERY_APPLIED", OPEN|APPROVED, 0, 0, 0,
      CHECK(request), NULL, NULL, 0 },
    { "escrow", "RES_RECOVERY_APPROVED", OPEN|APPROVED, 0, 0, 0,
      CHECK(request), NULL, NULL, 0 },
    { "escrow", "RES_RECOVERY_ASKED", OPEN|APPROVED, 0, 0, 0,
      CHECK(request), NULL, NULL, 0 },
    { "escrow", "RES_RECOVERY_FAILED", OPEN|APPROVED, 0, 0, 0,
      CHECK(request), NULL, NULL, 0 },
    { "escrow", "RES_RECOVERY_REFUSED", OPEN|APPROVED, 0, 0, 0,
      CHECK(request), NULL, NULL, 0 },
    { "escrow", "RES_RECOVERY_WITHDRAWN", OPEN|APPROVED, 0, 0, 0,
      CHECK(request), NULL, NULL, 0 },
    { "escrow", "RES_SHARE_HANDED", OPEN|APPROVED, 0, 0, 0, CHECK(request),
      NULL, NULL, 0 },
    { "escrow", "RES_SHARE_RESEALED", OPEN, 0, 0, 0, NULL, NULL, NULL, 0 },
    { "escrow", "RES_SHARE_WRONG", APPROVED, 0, 0, 0, CHECK(request),
      NULL, NULL, 0 },

    /* what entries about an escrow tell besides: no subject has such a kind */

    { "escrow:answer", "RES_RECOVERY_APPROVED", 0, APPROVED|REFUSED,
      APPROVED, 0, CHECK(answered), NULL, NULL, 0 },
    { "escrow:answer", "RES_RECOVERY_REFUSED", 0, APPROVED|REFUSED, REFUSED, 0,
      CHECK(answered), NULL, NULL, 0 },
    { "escrow:answer", "RES_SHARE_WRONG", 0, REVOKED, REVOKED, 0, CHECK(wrong),
      NULL, NULL, 0 },

    { "escrow:request", "RES_ESCROW_RELEASED", OPEN|RELEASE, 0, 0, OPEN,
      CHECK(released), NULL, NULL, 0 },
    { "escrow:request", "RES_RECOVERED", OPEN|OURS, RELEASE, 0, OPEN,
      CHECK(authorised), NULL, NULL, 0 },
    { "escrow:request", "RES_RECOVERY_APPLIED", 0, BEGUN, BEGUN|OPEN, 0,
      CHECK(purpose), NULL, NULL, 0 },
    { "escrow:request", "RES_RECOVERY_APPROVED", OPEN, 0, APPROVED, 0, NULL,
      NULL, NULL, 0 },
    { "escrow:request", "RES_RECOVERY_ASKED", 0, BEGUN, BEGUN|OPEN|OURS, 0,
      CHECK(purpose), NULL, NULL, 0 },
    { "escrow:request", "RES_RECOVERY_FAILED", OPEN|OURS, 0, 0, OPEN, NULL,
      NULL, NULL, 0 },
    { "escrow:request", "RES_RECOVERY_REFUSED", OPEN, 0, REFUSED, 0, NULL,
      NULL, NULL, 0 },
    { "escrow:request", "RES_RECOVERY_WITHDRAWN", OPEN, WITHDRAWN,
      WITHDRAWN, OPEN, NULL, NULL, NULL, 0 },
    { "escrow:request", "RES_SHARE_HANDED", OPEN|APPROVED, OURS|RELEASE, 0, 0,
      NULL, NULL, NULL, 0 },
    { "escrow:request", "RES_SHARE_WRONG", OURS, 0, 0, 0, NULL, NULL, NULL, 0 },

    { "job", "FLOW_EXECUTED", OPEN, 0, 0, 0, NULL, NULL, NULL, 0 },
    { "job", "INITIATOR_LOST", OPEN, OURS, 0, 0, NULL, NULL, NULL, 0 },
    { "job", "JOB_CREATED", 0, OURS|STARTED, BEGUN|OPEN,
      REFUSED|STOPPED|PAUSED, CHECK(job), NULL, NULL, 0 },
    { "job", "JOB_EXPIRED", OPEN, OURS|STARTED, 0, 0, NULL, NULL, NULL, 0 },
    { "job", "JOB_FINISHED", OPEN, 0, 0, OPEN, CHECK(job_end),
      NULL, NULL, 0 },
    { "job", "JOB_PAUSED", OPEN, PAUSED|STOPPED, PAUSED, 0, NULL,
      NULL, NULL, 0 },
    { "job", "JOB_RESUMED", OPEN|PAUSED, STOPPED, 0, PAUSED, NULL,
      NULL, NULL, 0 },
    { "job", "JOB_STARTED", OPEN, STARTED, STARTED, 0, NULL,
      NULL, NULL, 0 },
    { "job", "JOB_STOPPED", OPEN, STOPPED, STOPPED, 0, NULL,
      NULL, NULL, 0 },
    { "job", "JOB_UPDATED", OPEN, STOPPED, 0, 0, CHECK(changed),
      NULL, NULL, 0 },
    { "job", "TASK_RETRIED", OPEN|STARTED, STOPPED, 0, 0, NULL,
      NULL, NULL, 0 },

    { "object", "COMPONENT_CONFIGURED", OPEN, 0, 0, 0, CHECK(changed),
      NULL, NULL, 0 },
    { "object", "COMPONENT_DOWNLOADED", OPEN, 0, 0, 0, NULL,
      NULL, NULL, 0 },
    { "object", "COMPONENT_INSTALLED", OPEN, 0, 0, 0, NULL,
      NULL, NULL, 0 },
    { "object", "COMPONENT_REGISTERED", 0, OPEN, BEGUN|OPEN, 0, CHECK(made),
      NULL, NULL, 0 },
    { "object", "COMPONENT_UNINSTALLED", BEGUN, 0, 0, 0, NULL,
      NULL, NULL, 0 },
    { "object", "COMPONENT_UNLOADED", OPEN, 0, 0, 0, NULL, NULL, NULL, 0 },
    { "object", "COMPONENT_UNREGISTERED", OPEN, 0, 0, OPEN, NULL,
      NULL, NULL, 0 },
    { "object", "FLOW_CREATED", 0, OPEN, BEGUN|OPEN, 0, CHECK(made),
      NULL, NULL, 0 },
    { "object", "FLOW_REMOVED", OPEN, 0, 0, OPEN, NULL, NULL, NULL, 0 },
    { "object", "FLOW_UPDATED", OPEN, 0, 0, 0, CHECK(changed),
      NULL, NULL, 0 },
    { "object", "PROJECT_CREATED", 0, OPEN, BEGUN|OPEN, 0, CHECK(made),
      NULL, NULL, 0 },
    { "object", "PROJECT_DELETED", OPEN, 0, 0, OPEN, NULL, NULL, NULL, 0 },
    { "object", "PROJECT_UPDATED", OPEN, 0, 0, 0, CHECK(changed),
      NULL, NULL, 0 },
    { "object", "RES_CREATED", 0, OPEN, BEGUN|OPEN, 0, CHECK(made),
      NULL, NULL, 0 },
    { "object", "RES_DELETED", OPEN, 0, 0, OPEN, NULL, NULL, NULL, 0 },
    { "object", "RES_DESCRIBED", OPEN, 0, 0, 0, NULL, NULL, NULL, 0 },
    { "object", "RES_DESCRIBE_FAILED", OPEN, 0, 0, 0, NULL, NULL, NULL, 0 },
    { "object", "RES_DESCRIPTION_ASKED", OPEN, 0, 0, 0, NULL,
      NULL, NULL, 0 },
    { "object", "RES_OFFLINE", OPEN, 0, 0, 0, NULL, NULL, NULL, 0 },
    { "object", "RES_ONLINE", OPEN, 0, 0, 0, NULL, NULL, NULL, 0 },
    { "object", "RES_OUT", OPEN, 0, 0, 0, CHECK(out),
      "permit", "permit:", OPEN },
    { "object", "RES_PUBLISHED", OPEN, 0, 0, 0, CHECK(changed),
      NULL, NULL, 0 },
    { "object", "RES_STATE_REPORTED", OPEN, 0, 0, 0, NULL, NULL, NULL, 0 },
    { "object", "RES_UPDATED", OPEN, 0, 0, 0, CHECK(changed),
      NULL, NULL, 0 },

    { "permit", "PERMIT_EXHAUSTED", BEGUN, 0, EXHAUSTED, 0,
      CHECK(exhausted), NULL, NULL, 0 },
    { "permit", "PERMIT_EXPIRED", OPEN, 0, EXPIRED, OPEN, CHECK(expired),
      NULL, NULL, 0 },
    { "permit", "PERMIT_ISSUED", 0, BEGUN, BEGUN|OPEN, 0, CHECK(issued),
      "audit", "", OPEN },
    { "permit", "PERMIT_REVOKED", BEGUN, REVOKED, REVOKED, OPEN, NULL,
      NULL, NULL, 0 },
    { "permit", "PERMIT_USED", OPEN, REVOKED|EXPIRED|EXHAUSTED, 0, 0,
      CHECK(used), NULL, NULL, 0 },
    { "permit", "RES_USED", BEGUN, 0, 0, 0, CHECK(settled),
      NULL, NULL, 0 },

    { "ptask", "TASK_CREATED", 0, BEGUN, BEGUN|OPEN, 0, NULL,
      "job_id", "job:", OPEN },
    { "ptask", "TASK_DROPPED", BEGUN, OPEN|DROPPED, DROPPED, 0, NULL,
      NULL, NULL, 0 },
    { "ptask", "TASK_FAILED", OPEN, 0, 0, OPEN, NULL, NULL, NULL, 0 },
    { "ptask", "TASK_FINISHED", OPEN, 0, 0, OPEN, NULL, NULL, NULL, 0 },
    { "ptask", "TASK_STARTED", OPEN, STARTED, STARTED, 0, NULL,
      NULL, NULL, 0 },

    { "query", "QUERY_APPLIED", 0, OPEN|REFUSED, BEGUN|OPEN, ALL, NULL,
      NULL, NULL, 0 },
    { "query", "QUERY_APPROVED", BEGUN, 0, APPROVED, ALL & ~BEGUN,
      CHECK(issued), NULL, NULL, 0 },
    { "query", "QUERY_REFUSED", OPEN, 0, REFUSED, OPEN, NULL,
      NULL, NULL, 0 },
    { "query", "QUERY_REVOKED", APPROVED, REVOKED, REVOKED, APPROVED, NULL,
      NULL, NULL, 0 },
    { "query", "QUERY_USED", APPROVED, OPEN, 0, 0, CHECK(used),
      NULL, NULL, 0 },
    { "query", "QUERY_WITHDRAWN", OPEN, 0, WITHDRAWN, OPEN, NULL,
      NULL, NULL, 0 },

    { "task", "ARTEFACT_CREATED", OPEN|STARTED, 0, 0, 0, NULL,
      NULL, NULL, 0 },
    { "task", "ARTEFACT_REMOVED", BEGUN|STARTED, 0, 0, 0, NULL,
      NULL, NULL, 0 },
    { "task", "COMP_INPUT", OPEN|STARTED, 0, 0, 0, NULL, NULL, NULL, 0 },
    { "task", "TASK_CREATED", 0, BEGUN, BEGUN|OPEN, 0, NULL,
      "job_id", "job:", OPEN },
    { "task", "TASK_FAILED", OPEN, 0, 0, OPEN, NULL, NULL, NULL, 0 },
    { "task", "TASK_FINISHED", OPEN|STARTED, 0, 0, OPEN, NULL,
      NULL, NULL, 0 },
    { "task", "TASK_SAID", OPEN|STARTED, SAID, SAID, 0, NULL,
      NULL, NULL, 0 },
    { "task", "TASK_STARTED", OPEN, STARTED, STARTED, 0, CHECK(epoch),
      NULL, NULL, 0 },
    { "task", "TASK_STOPPED", OPEN|STARTED, STOPPED, STOPPED, 0, NULL,
      NULL, NULL, 0 },

    { "timetable", "TIMETABLE_CREATED", 0, OPEN, BEGUN|OPEN, PAUSED|ENDED,
      CHECK(made), NULL, NULL, 0 },
    { "timetable", "TIMETABLE_ENDED", OPEN, ENDED, ENDED, 0, NULL,
      NULL, NULL, 0 },
    { "timetable", "TIMETABLE_MISSED", OPEN, 0, 0, 0, NULL, NULL, NULL, 0 },
    { "timetable", "TIMETABLE_PAUSED", OPEN, PAUSED|ENDED, PAUSED, 0, NULL,
      NULL, NULL, 0 },
    { "timetable", "TIMETABLE_REMOVED", OPEN, 0, 0, OPEN, NULL,
      NULL, NULL, 0 },
    { "timetable", "TIMETABLE_RESUMED", OPEN|PAUSED, ENDED, 0, PAUSED, NULL,
      NULL, NULL, 0 },
    { "timetable", "TIMETABLE_RUN", OPEN, PAUSED, 0, 0, NULL,
      "job_id", "job:", BEGUN },
    { "timetable", "TIMETABLE_UPDATED", OPEN, 0, 0, ENDED, CHECK(changed),
      NULL, NULL, 0 }
};

static const struct {
    const char  *has;
    const char  *lacks;
} facts[IC_FACTS] = {
    { "it was begun before", "nothing has begun it" },
    { "it is not over", "it is over, or was never begun" },
    { "it was approved before", "nobody has approved it" },
    { "it was refused", "nobody has refused it" },
    { "it was started before", "it was not started" },
    { "it was stopped", "it was not stopped" },
    { "it is paused", "it is not paused" },
    { "it was withdrawn", "it was not withdrawn" },
    { "it is used up", "it is not used up" },
    { "it has expired", "it has not expired" },
    { "it was revoked", "it was not revoked" },
    { "its end was told before", "its end was not told" },
    { "it was dropped before", "it was not dropped" },
    { "it has ended", "it has not ended" },
    { "it is this node's own", "it is another node's" },
    { "it was asked for to give it up", "nobody has asked to give it up" }
};

static const ic_meaning_part_t  rules_escrow[] = {
    { "escrow:request", "recovery_id" },
    { "escrow:answer", "peer" },
    { NULL, NULL }
};


typedef struct {
    ic_str_t  kind;
    ic_str_t  code;
} rules_key_t;


static int rules_compare(const void *key, const void *rule);
static int rules_order(ic_str_t text, const char *name);


const ic_meaning_rule_t *
ic_meaning_rule(ic_str_t kind, ic_str_t code)
{
    rules_key_t  key;

    key.kind = kind;
    key.code = code;

    return bsearch(&key, rules, sizeof(rules) / sizeof(rules[0]),
                   sizeof(rules[0]), rules_compare);
}


ic_str_t
ic_meaning_kind(ic_str_t subject)
{
    u_char  *colon;

    colon = (subject.len == 0) ? NULL
            : memchr(subject.data, ':', subject.len);

    return ic_str_n(subject.data,
                    colon == NULL ? 0 : (size_t) (colon - subject.data));
}


const ic_meaning_part_t *
ic_meaning_parts(const char *kind)
{
    return strcmp(kind, "escrow") == 0 ? rules_escrow : NULL;
}


static int
rules_compare(const void *key, const void *rule)
{
    int                       order;
    const rules_key_t        *wanted = key;
    const ic_meaning_rule_t  *row = rule;

    order = rules_order(wanted->kind, row->kind);

    return (order != 0) ? order : rules_order(wanted->code, row->code);
}


static int
rules_order(ic_str_t text, const char *name)
{
    int     order;
    size_t  len;

    len = strlen(name);
    order = memcmp(text.data, name, text.len < len ? text.len : len);

    return (order != 0) ? order : (text.len > len) - (text.len < len);
}


const char *
ic_meaning_fact(unsigned fact, bool has)
{
    unsigned  i;

    for (i = 0; i < IC_FACTS - 1 && (fact & (1u << i)) == 0; i++) {
        /* void */
    }

    return has ? facts[i].has : facts[i].lacks;
}
