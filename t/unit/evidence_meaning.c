
/*
 * Logs that are whole and signed and say what cannot have happened: each is
 * found, and the finding names the entry. And what does happen is none.
 */


#include <ftw.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../../src/evidence/ic_meaning_rules.h"
#include "../../src/evidence/ic_verify.h"
#include "tap.h"


#define MANY  200000


typedef struct {
    const char  *what;
    const char  *finding;        /* "": none */
    const char  *lines;          /* [+-seconds] CODE subject [name=value]... */
} history_t;


#define NODE      "NODE_REGISTERED node\n"
#define CONTRACT  NODE "CONTRACT_APPLIED contract:C peer=b dir=in\n"          \
                  "CONTRACT_APPROVED contract:C peer=b\n"
#define AUDIT     CONTRACT "AUDIT_APPLIED audit:in:dataset:b:A peer=b "       \
                  "contract_id=C resource=dataset:D\n"
#define PERMIT    AUDIT "PERMIT_ISSUED permit:P peer=b resource=dataset:D "   \
                  "contract_id=C audit=audit:in:dataset:b:A left=2 "          \
                  "rows_left=10 bytes_left=-1 exp=1700000100000\n"            \
                  "AUDIT_APPROVED audit:in:dataset:b:A peer=b\n"
#define JOB       NODE "JOB_CREATED job:J role=initiator initiator=a\n"
#define RUN       JOB "FLOW_EXECUTED job:J\nJOB_STARTED job:J\n"
#define TASK      RUN "TASK_CREATED task:T job_id=J\n"
#define QUERY     NODE "QUERY_APPLIED query:Q peer=b digest=d job_id=J\n"

static const history_t  histories[] = {

    /* what happens */

    { "a contract", "", CONTRACT "CONTRACT_EXPIRED contract:C peer=b\n"
      "CONTRACT_TERMINATED contract:C peer=b\n" },
    { "an application of ours that the partner gave its id", "",
      NODE "CONTRACT_APPLIED contract:H peer=b dir=out\n"
      "CONTRACT_ACCEPTED contract:C peer=b handle=H\n"
      "CONTRACT_APPROVED contract:C peer=b\n" },
    { "... and one that had none", "",
      NODE "CONTRACT_APPLIED contract:H peer=b dir=out\n"
      "CONTRACT_ACCEPTED contract:H peer=b handle=H\n"
      "CONTRACT_REJECTED contract:H peer=b\n" },
    { "a permit that is used up", "", PERMIT
      "PERMIT_USED permit:P left=1\nRES_USED permit:P rows=4\n"
      "PERMIT_USED permit:P left=0\nPERMIT_EXHAUSTED permit:P limit=uses\n"
      "RES_USED permit:P rows=6\nPERMIT_REVOKED permit:P\n"
      "RES_USED permit:P rows=0\n" },
    { "one without a limit", "", AUDIT "PERMIT_ISSUED permit:P "
      "audit=audit:in:dataset:b:A left=-1 rows_left=-1 bytes_left=-1 exp=\n"
      "PERMIT_USED permit:P left=-1\nPERMIT_USED permit:P left=-1\n" },
    { "one from a time when entries said less", "", AUDIT
      "PERMIT_ISSUED permit:P peer=b\nPERMIT_USED permit:P left=7\n"
      "PERMIT_USED permit:P left=6\n" },
    { "one that expires", "", PERMIT "+99 PERMIT_USED permit:P left=1\n"
      "+1 PERMIT_EXPIRED permit:P\nPERMIT_REVOKED permit:P\n" },
    { "a job with a task that ran again", "", TASK
      "TASK_STARTED task:T owner=r epoch=1\nTASK_FAILED task:T job_id=J\n"
      "TASK_RETRIED job:J task_id=T\nTASK_CREATED task:T2 job_id=J\n"
      "TASK_STARTED task:T2 epoch=1\nARTEFACT_CREATED task:T2 key=k\n"
      "TASK_FINISHED task:T2 job_id=J\nJOB_FINISHED job:J status=SUCCESS\n"
      "ARTEFACT_REMOVED task:T2 key=k\n" },
    { "a job that is held and stopped", "", RUN "JOB_PAUSED job:J\n"
      "JOB_RESUMED job:J\nJOB_PAUSED job:J\nJOB_STOPPED job:J\n"
      "JOB_FINISHED job:J status=FAILED\n" },
    { "a partner's job that was asked for anew", "", NODE
      "JOB_CREATED job:J role=partner initiator=b\n"
      "JOB_FINISHED job:J status=FAILED\n"
      "JOB_CREATED job:J role=partner initiator=b\nJOB_STARTED job:J\n"
      "JOB_FINISHED job:J status=SUCCESS\n" },
    { "a query that is asked for again when it is used up", "", QUERY
      "QUERY_APPROVED query:Q left=1 exp=\nQUERY_USED query:Q left=0\n"
      "QUERY_APPLIED query:Q\nQUERY_REFUSED query:Q\n"
      "QUERY_APPROVED query:Q left=-1 exp=\nQUERY_USED query:Q left=-1\n"
      "QUERY_REVOKED query:Q\nQUERY_APPLIED query:Q\n"
      "QUERY_WITHDRAWN query:Q\n" },
    { "a dataset that is made again", "", NODE
      "RES_CREATED object:dataset:D\nRES_UPDATED object:dataset:D version=2\n"
      "RES_PUBLISHED object:dataset:D version=4\n"
      "RES_DELETED object:dataset:D\nRES_CREATED object:dataset:D\n"
      "RES_UPDATED object:dataset:D version=2\n" },
    { "a model that an operator takes", "", NODE
      "RES_CREATED object:model:M\nRES_OUT object:model:M operator=alice\n" },
    { "a timetable", "", JOB "TIMETABLE_CREATED timetable:X\n"
      "TIMETABLE_RUN timetable:X job_id=J\nTIMETABLE_PAUSED timetable:X\n"
      "TIMETABLE_RESUMED timetable:X\nTIMETABLE_ENDED timetable:X\n"
      "TIMETABLE_UPDATED timetable:X version=2\n"
      "TIMETABLE_RUN timetable:X job_id=J\nTIMETABLE_REMOVED timetable:X\n" },
    { "events that this verifier does not know", "", NODE
      "SOMETHING_NEW job:J\nJOB_CREATED thing:J\nJOB_STARTED nothing\n" },
    { "a log that begins later than its node", "", "JOB_STARTED job:J\n"
      "TASK_FINISHED task:T job_id=J\nTASK_CREATED task:U job_id=K\n" },

    /* and what cannot */

    { "an answer to no application", "entry 1: CONTRACT_APPROVED of contract:"
      "C: it is over, or was never begun", NODE
      "CONTRACT_APPROVED contract:C\n" },
    { "a contract that is approved twice", "entry 3: CONTRACT_APPROVED of "
      "contract:C: it was approved before", CONTRACT
      "CONTRACT_APPROVED contract:C\n" },
    { "one that is refused after it was approved", "entry 3: ", CONTRACT
      "CONTRACT_REJECTED contract:C\n" },
    { "one that ends twice", "entry 4: CONTRACT_TERMINATED", CONTRACT
      "CONTRACT_TERMINATED contract:C\nCONTRACT_TERMINATED contract:C\n" },
    { "one that is approved after its end", "entry 3: ", NODE
      "CONTRACT_APPLIED contract:C\nCONTRACT_TERMINATED contract:C\n"
      "CONTRACT_APPROVED contract:C\n" },
    { "a request without a contract", "entry 1: AUDIT_APPLIED of audit:in:"
      "job:b:A: nothing has begun what it is for", NODE
      "AUDIT_APPLIED audit:in:job:b:A contract_id=C\n" },
    { "one under a contract that is over", "entry 4: ", CONTRACT
      "CONTRACT_TERMINATED contract:C\n"
      "AUDIT_APPLIED audit:in:job:b:A contract_id=C\n" },
    { "a permit without a request", "entry 3: PERMIT_ISSUED", CONTRACT
      "PERMIT_ISSUED permit:P audit=audit:in:dataset:b:A left=1\n" },
    { "a permit for a request that was refused", "entry 5: PERMIT_ISSUED",
      AUDIT "AUDIT_REJECTED audit:in:dataset:b:A\n"
      "PERMIT_ISSUED permit:P audit=audit:in:dataset:b:A left=1\n" },
    { "a permit that is issued twice", "entry 6: PERMIT_ISSUED of permit:P: "
      "it was begun before", PERMIT "PERMIT_ISSUED permit:P left=9\n" },
    { "a use of no permit", "entry 1: PERMIT_USED", NODE
      "PERMIT_USED permit:P left=1\n" },
    { "one use more than there are", "entry 8: PERMIT_USED of permit:P: no "
      "uses were left", PERMIT "PERMIT_USED permit:P left=1\n"
      "PERMIT_USED permit:P left=0\nPERMIT_USED permit:P left=-1\n" },
    { "... with its end told", "entry 9: PERMIT_USED of permit:P: it is used "
      "up", PERMIT "PERMIT_USED permit:P left=1\n"
      "PERMIT_USED permit:P left=0\nPERMIT_EXHAUSTED permit:P limit=uses\n"
      "PERMIT_USED permit:P left=0\n" },
    { "a use that is not counted", "entry 7: PERMIT_USED of permit:P: the "
      "uses that are left do not fall by one", PERMIT
      "PERMIT_USED permit:P left=1\nPERMIT_USED permit:P left=1\n" },
    { "a limit that vanishes", "entry 6: PERMIT_USED", PERMIT
      "PERMIT_USED permit:P left=-1\n" },
    { "an end with uses left", "entry 6: PERMIT_EXHAUSTED", PERMIT
      "PERMIT_EXHAUSTED permit:P limit=uses\n" },
    { "a use after the time", "entry 6: PERMIT_USED of permit:P: its time "
      "was over", PERMIT "+100 PERMIT_USED permit:P left=1\n" },
    { "an expiry before the time", "entry 6: PERMIT_EXPIRED", PERMIT
      "PERMIT_EXPIRED permit:P\n" },
    { "a use after the expiry, by a clock that went back",
      "entry 7: PERMIT_USED of permit:P: it has expired", PERMIT
      "+100 PERMIT_EXPIRED permit:P\n-90 PERMIT_USED permit:P left=1\n" },
    { "a use after it was revoked", "entry 7: PERMIT_USED of permit:P: it "
      "was revoked", PERMIT "PERMIT_REVOKED permit:P\n"
      "PERMIT_USED permit:P left=1\n" },
    { "more rows than there were", "entry 7: RES_USED of permit:P: more rows "
      "were read than were left", PERMIT "RES_USED permit:P rows=4\n"
      "RES_USED permit:P rows=7\n" },
    { "a result without a task", "entry 1: ARTEFACT_CREATED", NODE
      "ARTEFACT_CREATED task:T key=k\n" },
    { "a result without a start", "entry 5: ARTEFACT_CREATED of task:T: it "
      "was not started", TASK "ARTEFACT_CREATED task:T key=k\n" },
    { "a result after the end", "entry 7: ARTEFACT_CREATED", TASK
      "TASK_STARTED task:T\nTASK_FINISHED task:T\n"
      "ARTEFACT_CREATED task:T key=k\n" },
    { "a success without a start", "entry 5: TASK_FINISHED of task:T: it was "
      "not started", TASK "TASK_FINISHED task:T\n" },
    { "a task that starts twice", "entry 6: TASK_STARTED", TASK
      "TASK_STARTED task:T epoch=1\nTASK_STARTED task:T epoch=2\n" },
    { "a task of no job", "entry 1: TASK_CREATED", NODE
      "TASK_CREATED task:T job_id=J\n" },
    { "a task of a job that is over", "entry 5: TASK_CREATED", RUN
      "JOB_FINISHED job:J status=FAILED\nTASK_CREATED task:T job_id=J\n" },
    { "the end of no job", "entry 1: JOB_FINISHED", NODE
      "JOB_FINISHED job:J status=FAILED\n" },
    { "a job that ends twice", "entry 5: JOB_FINISHED", RUN
      "JOB_FINISHED job:J status=FAILED\nJOB_FINISHED job:J status=SUCCESS\n"
    },
    { "a job that succeeds without a start", "entry 2: JOB_FINISHED of "
      "job:J: it succeeded and was never started", JOB
      "JOB_FINISHED job:J status=SUCCESS\n" },
    { "a job that runs once more", "entry 5: JOB_STARTED", RUN
      "JOB_FINISHED job:J status=FAILED\nJOB_STARTED job:J\n" },
    { "a job of ours that is made twice", "entry 2: JOB_CREATED", JOB
      "JOB_CREATED job:J role=initiator initiator=a\n" },
    { "a job that goes on and was not held", "entry 4: JOB_RESUMED", RUN
      "JOB_RESUMED job:J\n" },
    { "a retry after the stop", "entry 5: TASK_RETRIED", RUN
      "JOB_STOPPED job:J\nTASK_RETRIED job:J task_id=T\n" },
    { "a version that does not rise", "entry 2: RES_UPDATED of object:"
      "dataset:D: its version does not rise", NODE
      "RES_CREATED object:dataset:D version=4\n"
      "RES_UPDATED object:dataset:D version=4\n" },
    { "a change of what was deleted", "entry 3: RES_UPDATED", NODE
      "RES_CREATED object:dataset:D\nRES_DELETED object:dataset:D\n"
      "RES_UPDATED object:dataset:D version=2\n" },
    { "a model that leaves without a permit", "entry 2: RES_OUT of object:"
      "model:M: it went to a partner without a permit", NODE
      "RES_CREATED object:model:M\nRES_OUT object:model:M peer=b\n" },
    { "... by a permit that is over", "entry 8: RES_OUT", PERMIT
      "RES_CREATED object:model:M\nPERMIT_REVOKED permit:P\n"
      "RES_OUT object:model:M peer=b permit=P\n" },
    { "... by one whose time is over", "entry 7: RES_OUT of object:model:M: "
      "the time of its permit was over", PERMIT
      "RES_CREATED object:model:M\n"
      "+100 RES_OUT object:model:M peer=b permit=P\n" },
    { "a query that nobody approved is used", "entry 2: QUERY_USED", QUERY
      "QUERY_USED query:Q left=1\n" },
    { "a query is used more often than its owner said", "entry 4: "
      "QUERY_USED", QUERY "QUERY_APPROVED query:Q left=1 exp=\n"
      "QUERY_USED query:Q left=0\nQUERY_USED query:Q left=0\n" },
    { "a run of a timetable that is paused", "entry 4: TIMETABLE_RUN", JOB
      "TIMETABLE_CREATED timetable:X\nTIMETABLE_PAUSED timetable:X\n"
      "TIMETABLE_RUN timetable:X job_id=J\n" },
    { "a run that made no job", "entry 2: TIMETABLE_RUN", NODE
      "TIMETABLE_CREATED timetable:X\nTIMETABLE_RUN timetable:X job_id=J\n" }
};


static char               folder[] = "/tmp/icmeaningXXXXXX";
static char               dir[PATH_MAX];
static int64_t            now;
static ic_meaning_told_t  told;


static void judged(const history_t *history);
static void add(ic_log_t *log, ic_arena_t *arena, char *line, unsigned n);
static ic_verify_e verified(void);
static void clocks(void);
static void many(void);
static int removed(const char *path, const struct stat *st, int flag,
    struct FTW *ftw);


int
main(void)
{
    unsigned  i;

    if (mkdtemp(folder) == NULL) {
        return 1;
    }

    for (i = 0; i < sizeof(histories) / sizeof(histories[0]); i++) {
        snprintf(dir, sizeof(dir), "%s/%u", folder, i);
        judged(&histories[i]);
    }

    clocks();
    many();

    (void) nftw(folder, removed, 16, FTW_DEPTH|FTW_PHYS);

    return done();
}


/* A log of these lines, in every other way as it must be. */

static void
judged(const history_t *history)
{
    BIO         *bio;
    char         error[IC_LOG_ERROR], *text, *line, *next, *pem;
    long         len;
    unsigned     n;
    ic_log_t    *log;
    ic_arena_t  *arena;

    static EVP_PKEY  *key;

    if (key == NULL) {
        key = EVP_EC_gen("P-256");
    }

    bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, key);
    len = BIO_get_mem_data(bio, &pem);
    arena = ic_pool_create();
    log = ic_log_open(dir, ic_str("a"), "sha256", 0, error);
    text = strdup(history->lines);
    now = 1700000000000;
    n = 0;

    for (line = text; *line != '\0'; line = next) {
        next = strchr(line, '\n');
        *next++ = '\0';
        add(log, arena, line, n++);
    }

    (void) ic_log_seal(log, now, key, ic_str_n(pem, (size_t) len), error);
    ic_log_close(log);
    ic_pool_destroy(arena);
    BIO_free(bio);
    free(text);

    is_int(verified(), IC_VERIFY_GOOD, "%s: whole and signed",
           history->what);
    ok(strncmp(told.finding, history->finding, strlen(history->finding)) == 0
       && (history->finding[0] != '\0' || told.contradictions == 0),
       "... %s", told.finding);
}


static void
add(ic_log_t *log, ic_arena_t *arena, char *line, unsigned n)
{
    char        *word, *value, *rest, src[32], error[IC_LOG_ERROR];
    ic_str_t     data[32];
    ic_entry_t   entry;

    memset(&entry, 0, sizeof(ic_entry_t));
    word = strtok_r(line, " ", &rest);

    if (*word == '+' || *word == '-') {
        now += atol(word) * 1000;
        word = strtok_r(NULL, " ", &rest);
    }

    snprintf(src, sizeof(src), "%u-0", n + 1);
    entry.time = now;
    entry.code = ic_str(word);
    entry.subject = ic_str(strtok_r(NULL, " ", &rest));
    entry.src = ic_str_dup(arena, ic_str(src));
    entry.data = data;

    while ((word = strtok_r(NULL, " ", &rest)) != NULL) {
        value = strchr(word, '=');
        *value++ = '\0';
        data[2 * entry.ndata] = ic_str(word);
        data[2 * entry.ndata++ + 1] = ic_str(value);
    }

    (void) ic_log_add(log, &entry, error);
}


static ic_verify_e
verified(void)
{
    ic_verify_e          rc;
    ic_verify_t          verify;
    ic_meaning_t        *meaning;
    ic_verify_result_t   result;

    meaning = ic_meaning(false);
    memset(&verify, 0, sizeof(ic_verify_t));
    verify.dir = dir;
    verify.entry = ic_meaning_entry;
    verify.data = meaning;
    rc = ic_verify_log(&verify, &result);
    told = *ic_meaning_told(meaning);
    ic_meaning_free(meaning);

    return rc;
}


/* A clock that is put back is told of, and no contradiction. */

static void
clocks(void)
{
    static const history_t  back = {
        "a clock that is put back", "", RUN "-3600 JOB_PAUSED job:J\n"
        "+3700 JOB_RESUMED job:J\n-1 JOB_PAUSED job:J\n"
    };

    snprintf(dir, sizeof(dir), "%s/clock", folder);
    judged(&back);
    is_int((long) told.backwards, 1, "it is told of, once");
    is_int((long) told.farthest, 3600000, "... with how far");
    is_int((long) told.farthest_at, 4, "... and where");
}


/* Without a log, for time and memory. */

static void
many(void)
{
    char           finding[IC_MEANING_TEXT], subject[32];
    clock_t        start;
    unsigned       i;
    ic_json_t     *members;
    ic_entry_t     entry;
    ic_arena_t    *arena;
    ic_meaning_t  *meaning;

    static const char *const  codes[] = { "TASK_CREATED", "TASK_STARTED",
                                          "TASK_FINISHED" };

    arena = ic_pool_create();
    members = ic_json_parse(arena, ic_str("{\"by\":\"alice\"}"), NULL);
    meaning = ic_meaning(true);
    start = clock();

    for (i = 0; i < MANY; i++) {
        memset(&entry, 0, sizeof(ic_entry_t));
        snprintf(subject, sizeof(subject), "task:%u", i / 3);
        entry.seq = i;
        entry.time = i;
        entry.code = ic_str(codes[i % 3]);
        entry.subject = ic_str(subject);
        entry.members = members;
        (void) ic_meaning_entry(meaning, &entry, finding);
    }

    is_int((long) ic_meaning_told(meaning)->judged, MANY, "%d entries of "
           "%d subjects", MANY, MANY / 3);
    is_int((long) ic_meaning_told(meaning)->contradictions, 0,
           "... without a contradiction");
    ok((double) (clock() - start) / CLOCKS_PER_SEC < 1.0,
       "... in %.3f s", (double) (clock() - start) / CLOCKS_PER_SEC);
    ic_meaning_free(meaning);
    ic_pool_destroy(arena);
}


static int
removed(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void) st;
    (void) flag;
    (void) ftw;

    return remove(path);
}
