
/*
 * Requests of the five kinds: random operations against a model, with
 * contracts that end, expire and are made anew.
 */


#include "model.h"


#define PEERS   8
#define IDS     4000             /* of a peer, a kind and a direction */
#define WINDOW  12               /* of them are in use at a time */
#define PENDING 64               /* requests_of_peer */


typedef enum { NONE, APPLIED, APPROVED, REJECTED, TERMINATED } state_e;

static const char *const  states[] = {
    "", "APPLIED", "APPROVED", "REJECTED", "TERMINATED", "BOGUS"
};

typedef enum { LIVE, EXPIRED, ENDED } life_e;

/* An audit; in: a peer asks us, out: we ask. */
typedef struct {
    uint8_t    state;
    uint8_t    digest;
    uint8_t    withdrawn;
    uint32_t   contract;         /* generation of the peer's */
    uint32_t   permit;           /* that it was approved with */
} audit_t;

typedef struct {
    audit_t    audits[2][IDS];
    unsigned   pending;
    unsigned   contract;         /* generation */
    life_e     life;
} peer_t;

/* The step that an operation takes: from which states, to which. */
typedef struct {
    const char  *function;
    unsigned     out;            /* which audits */
    unsigned     from;           /* bits of state_e */
    unsigned     answers;        /* the state is an argument */
} step_t;

static const step_t  steps[] = {
    { "audit_confirm_in", 1, 1 << APPLIED, 1 },
    { "audit_confirm_out", 0, 1 << APPLIED, 1 },
    { "audit_terminate_in", 1, 1 << APPROVED, 0 },
    { "audit_terminate_out", 0, 1 << APPROVED, 0 },
    { "audit_withdraw", 1, 1 << APPROVED, 0 }
};

static const char *const  kinds[] = {
    "dataset", "project", "flow", "job", "model"
};


static void run(void);
static void contract_make(unsigned p);
static void contract_close(unsigned p, unsigned generation);
static void operate(void);
static void operate_apply(unsigned p, unsigned i, unsigned out);
static void operate_query(unsigned p, unsigned i);
static void operate_step(unsigned p, unsigned i, const step_t *step);
static const char *step_expected(unsigned p, audit_t *audit,
    const step_t *step, state_e to);
static void step_taken(unsigned p, unsigned i, unsigned out,
    const step_t *step, state_e to);
static void audit_end(unsigned p, unsigned i, unsigned out);
static void audit_call(const char *status, unsigned p, unsigned i,
    unsigned out, int argc, const char **argv);


static peer_t       peers[PEERS];
static unsigned     expired[PEERS], nexpired;
static const char  *kind;
static unsigned     base, moment, permits;     /* counters */


int
main(void)
{
    unsigned  k;
    long      wrong;

    if (model_open(100000) != 0) {
        printf("1..0 # SKIP redis-server does not start\n");
        return 0;
    }

    for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        kind = kinds[k];
        wrong = model.wrong;
        run();
        is_int(model.wrong - wrong, 0, "%s: %ld operations", kind,
               model.done);
        model_replies();
    }

    model_close();

    return done();
}


static void
run(void)
{
    unsigned  p;

    model_command("FLUSHALL");
    memset(peers, 0, sizeof(peers));
    nexpired = 0;
    model.done = 0;

    model_command("FCALL interconn_object_create 1 " MODEL_NODE
                  " dataset D pub_scope public");
    model_command("FCALL interconn_object_create 1 " MODEL_NODE
                  " model M pub_scope public");
    model_command("DEL " MODEL_NODE ":evidence");

    for (p = 0; p < PEERS; p++) {
        contract_make(p);
    }

    while (model.done < model.ops) {
        base = (unsigned) (model.done * (IDS - WINDOW) / model.ops);
        operate();
    }

    model_flush();
}


/* Contracts whose time is over end first, four at a time. */
static void
contract_make(unsigned p)
{
    char         id[16], name[16], ident[16];
    unsigned     i;
    const char  *apply[] = { "contract_apply_in", "spki", ident, name, id,
                             id };
    const char  *confirm[] = { "contract_confirm_out", id, "APPROVED", "{}" };

    for (i = 0; i < 4 && nexpired > 0; i++) {
        model_event("CONTRACT_EXPIRED contract:C%u.%u", expired[0],
                    peers[expired[0]].contract);
        contract_close(expired[0], peers[expired[0]].contract);
        peers[expired[0]].life = ENDED;
        memmove(expired, expired + 1, --nexpired * sizeof(expired[0]));
    }

    peers[p].contract++;
    peers[p].life = LIVE;

    snprintf(id, sizeof(id), "C%u.%u", p, peers[p].contract);
    snprintf(name, sizeof(name), "p%u", p);
    snprintf(ident, sizeof(ident), "key%u", p);

    model_event("CONTRACT_APPLIED contract:%s", id);
    model_call("ok", id, NULL, NULL, 6, apply);
    model_event("CONTRACT_APPROVED contract:%s", id);
    model_call("ok", NULL, NULL, NULL, 4, confirm);
}


/* What stands under a contract ends with it, in the order of names. */
static void
contract_close(unsigned p, unsigned generation)
{
    unsigned  i, out;
    audit_t  *audit;

    model_event("CONTRACT_TERMINATED contract:C%u.%u", p, generation);

    for (out = 0; out < 2; out++) {
        for (i = 0; i < IDS; i++) {
            audit = &peers[p].audits[out][i];

            if (audit->contract == generation
                && (audit->state == APPLIED || audit->state == APPROVED))
            {
                audit_end(p, i, out);
            }
        }
    }
}


static void
operate(void)
{
    char         id[16];
    unsigned     p, i, n;
    const char  *end[] = { "contract_terminate_out", id };

    p = model_random(PEERS);
    i = base + model_random(WINDOW);
    n = model_random(1000);

    snprintf(id, sizeof(id), "C%u.%u", p, peers[p].contract);

    if (n < 4 && peers[p].life == LIVE) {
        peers[p].life = ENDED;
        contract_close(p, peers[p].contract);
        model_call("ok", NULL, NULL, NULL, 2, end);

    } else if (n < 6 && peers[p].life == LIVE) {

        /* its time is over; nobody has noticed yet */

        peers[p].life = EXPIRED;
        expired[nexpired++] = p;
        model_command("HSET " MODEL_NODE ":contract:%s expired_time %u", id,
                      ++moment);
        model_command("ZADD " MODEL_NODE ":contract-ends %u %s", moment, id);

    } else if (n < 60 && peers[p].life != LIVE) {
        contract_make(p);

    } else if (n < 400) {
        operate_apply(p, i, n % 2);

    } else if (n < 450) {
        operate_query(p, i);

    } else {
        operate_step(p, i, &steps[n % 5]);
    }
}


/* ask again, with other content, without a contract, too often */

static void
operate_apply(unsigned p, unsigned i, unsigned out)
{
    char         id[16], name[16], contract[16], resource[32], digest[2];
    unsigned     d;
    peer_t      *peer = &peers[p];
    audit_t     *audit = &peer->audits[out][i];
    const char  *status;
    const char  *in_call[] = { "audit_apply_in", kind, name, "", id, digest,
                               resource, "config",
                               "{\"role\":{\"guest\":[\"a\"]}}",
                               "dag", "{}" };
    const char  *out_call[] = { "audit_apply_out", kind, contract, id,
                                resource, "{}" };

    d = model_random(8) == 0;

    snprintf(digest, sizeof(digest), "%u", d);
    snprintf(id, sizeof(id), "A%05u", i);
    snprintf(name, sizeof(name), "p%u", p);
    snprintf(contract, sizeof(contract), "C%u.%u", p, peer->contract);
    snprintf(resource, sizeof(resource), "%s",
             strcmp(kind, "dataset") == 0 ? "D" : "M");

    if (strcmp(kind, "dataset") != 0 && strcmp(kind, "model") != 0) {
        snprintf(resource, sizeof(resource), "R%u.%u", p, i);
    }

    if (out && d) {
        strcat(resource, "x");
    }

    if (audit->state != NONE) {
        status = audit->digest == d ? "ok" : "conflict";

    } else if (peer->life != LIVE) {
        status = "no_contract";

    } else if (!out && peer->pending == PENDING) {
        status = "too_many";

    } else {
        status = "ok";
        audit->state = APPLIED;
        audit->digest = d;
        audit->contract = peer->contract;
        peer->pending += !out;
        model_event("AUDIT_APPLIED audit:%s:%s:p%u:A%05u",
                    out ? "out" : "in", kind, p, i);
    }

    audit_call(status, p, i, out, out ? 6 : 11, out ? out_call : in_call);
}


static void
operate_query(unsigned p, unsigned i)
{
    char         id[16], name[16], subject[64];
    audit_t     *audit = &peers[p].audits[0][i];
    const char  *call[] = { "audit_query_in", kind, name, id };

    snprintf(id, sizeof(id), "A%05u", i);
    snprintf(name, sizeof(name), "p%u", p);
    snprintf(subject, sizeof(subject), "audit:in:%s:%s:%s", kind, name, id);

    model_call(audit->state != NONE ? "ok" : "not_found",
               states[audit->state], subject, states[audit->state], 4, call);
}


static void
operate_step(unsigned p, unsigned i, const step_t *step)
{
    char         id[16], name[16], jti[16];
    state_e      to;
    audit_t     *audit;
    unsigned     out, in_call;
    const char  *status;
    const char  *call[] = { step->function, kind, name, id, "", "{}", "jti",
                            jti, "times_limit", "3" };

    /* a holder may give back what it was granted, too */

    out = step->out;
    in_call = strstr(step->function, "_in") != NULL;

    if (strcmp(step->function, "audit_terminate_in") == 0
        && peers[p].audits[1][i].state == NONE)
    {
        out = 0;
    }

    audit = &peers[p].audits[out][i];
    to = !step->answers ? TERMINATED
         : model_random(50) == 0 ? TERMINATED + model_random(2)
         : model_random(3) == 0 ? REJECTED : APPROVED;

    snprintf(id, sizeof(id), "A%05u", i);
    snprintf(name, sizeof(name), "p%u", p);
    snprintf(jti, sizeof(jti), "j%u", ++permits);

    if (!in_call) {
        call[2] = id;
        call[3] = name;
    }

    call[4] = states[to];

    status = step_expected(p, audit, step, to);

    if (strcmp(status, "step") == 0) {
        status = "ok";
        step_taken(p, i, out, step, to);
    }

    audit_call(status, p, i, out,
               !step->answers ? 4 : in_call ? 5 : 10, call);
}


/* The reply; "step" is ok with a step. */
static const char *
step_expected(unsigned p, audit_t *audit, const step_t *step, state_e to)
{
    if (audit->state == NONE) {
        return "not_found";
    }

    if (strcmp(step->function, "audit_withdraw") == 0
        && audit->state == APPLIED)
    {
        return audit->withdrawn ? "ok" : "step";
    }

    if (step->answers && to != APPROVED && to != REJECTED) {
        return "invalid_fields";
    }

    if (audit->state == to) {
        return "ok";
    }

    if ((step->from & (1 << audit->state)) == 0) {
        return "wrong_state";
    }

    if (step == &steps[1] && to == APPROVED
        && (peers[p].life != LIVE || audit->contract != peers[p].contract))
    {
        return "no_contract";
    }

    return "step";
}


static void
step_taken(unsigned p, unsigned i, unsigned out, const step_t *step,
    state_e to)
{
    audit_t  *audit = &peers[p].audits[out][i];

    if (strcmp(step->function, "audit_withdraw") == 0
        && audit->state == APPLIED)
    {
        audit->withdrawn = 1;
        model_event("AUDIT_WITHDRAWN audit:out:%s:p%u:A%05u", kind, p, i);
        return;
    }

    if (to == TERMINATED) {
        audit_end(p, i, out);
        return;
    }

    if (!out && to == APPROVED && strcmp(kind, "job") == 0) {
        model_event("JOB_CREATED job:R%u.%u", p, i);
    }

    if (!out && to == APPROVED) {
        audit->permit = permits;
        model_event("PERMIT_ISSUED permit:j%u", permits);
    }

    audit->state = to;
    peers[p].pending -= !out;
    model_event("AUDIT_%s audit:%s:%s:p%u:A%05u", states[to],
                out ? "out" : "in", kind, p, i);

    if (audit->withdrawn && to == APPROVED) {
        audit_end(p, i, out);
    }
}


static void
audit_end(unsigned p, unsigned i, unsigned out)
{
    audit_t  *audit = &peers[p].audits[out][i];

    model_event("AUDIT_TERMINATED audit:%s:%s:p%u:A%05u", out ? "out" : "in",
                kind, p, i);

    if (!out && audit->state == APPROVED) {
        model_event("PERMIT_REVOKED permit:j%u", audit->permit);
    }

    if (!out && audit->state == APPROVED && strcmp(kind, "job") == 0) {
        model_event("JOB_FINISHED job:R%u.%u", p, i);
    }

    peers[p].pending -= !out && audit->state == APPLIED;
    audit->state = TERMINATED;
}


static void
audit_call(const char *status, unsigned p, unsigned i, unsigned out,
    int argc, const char **argv)
{
    char  subject[64];

    snprintf(subject, sizeof(subject), "audit:%s:%s:p%u:A%05u",
             out ? "out" : "in", kind, p, i);

    model_call(status, NULL, subject,
               states[peers[p].audits[out][i].state], argc, argv);
}
