
/*
 * Logs that tell of escrows what cannot have happened: too few have approved,
 * nobody was asked, it was over. And what does happen is no contradiction.
 */


#include <stdio.h>
#include <stdlib.h>

#include "../../src/evidence/ic_meaning_rules.h"
#include "tap.h"


#define TEXT  512


typedef struct {
    const char  *what;
    const char  *finding;        /* "": none */
    /* [+seconds] CODE [name=value]..., a value with / for each blank */
    const char  *lines;
} history_t;


#define START    1700000000000

/* of node a, with b and c: two of three */
#define MADE     "NODE_REGISTERED\nJOB_CREATED role=initiator\n"              \
                 "RES_ESCROW_CREATED job_id=J threshold=2 holders=a/b/c "     \
                 "retention_until=1700000100000\n"
#define SEALED   MADE "RES_ESCROWED threshold=2 holders=a/b/c "               \
                 "retention_until=1700000100000\n"
#define KEPT     SEALED "RES_ESCROW_CONFIRMED peer=b\n"                       \
                 "RES_ESCROW_CONFIRMED peer=c\n"
#define ASKED    KEPT "RES_RECOVERY_ASKED recovery_id=R purpose=recover\n"
#define LEAVE    KEPT "RES_RECOVERY_ASKED recovery_id=R purpose=release\n"
#define BY(who)  "RES_RECOVERY_APPROVED recovery_id=R peer=" who "\n"
#define NOT(who) "RES_RECOVERY_REFUSED recovery_id=R peer=" who "\n"
#define BAD(who) "RES_SHARE_WRONG recovery_id=R peer=" who "\n"
#define BACK     "RES_RECOVERED recovery_id=R authorised_by="
#define GONE     "RES_ESCROW_RELEASED recovery_id=R authorised_by="

/* of node a, which has a share of b's */
#define OFFERED  "NODE_REGISTERED\nJOB_CREATED role=partner\n"                \
                 "RES_ESCROW_OFFERED job_id=J peer=b\n"
#define HELD     OFFERED "RES_ESCROWED threshold=2 holders=a/b/c peer=b "     \
                 "retention_until=1700000100000\n"
#define APPLIED  HELD "RES_RECOVERY_APPLIED recovery_id=R peer=b "            \
                 "purpose=recover\n"

static const history_t  histories[] = {

    /* what happens */

    { "a recovery", "", ASKED BY("c") BACK "a/c\n" },
    { "one with a share that is wrong", "", ASKED BY("b") BAD("b") BY("c")
      BACK "a/c\n" },
    { "one whose own share is wrong", "", ASKED BY("b") BAD("a") BY("c")
      BACK "b/c\n" },
    { "one that is refused, and asked for again", "", ASKED NOT("b") NOT("c")
      "RES_RECOVERY_FAILED recovery_id=R\n"
      "RES_RECOVERY_ASKED recovery_id=R2 purpose=recover\n"
      "RES_RECOVERY_APPROVED recovery_id=R2 peer=b\n"
      "RES_RECOVERED recovery_id=R2 authorised_by=a/b\n" },
    { "a release", "", LEAVE BY("b") GONE "a/b\nRES_ESCROW_DESTROYED\n" },
    { "an end in time", "", ASKED "+100 RES_ESCROW_EXPIRED\n"
      "RES_ESCROW_DESTROYED\nRES_ESCROW_CONFIRMED peer=b\n" },
    { "an escrow that cannot be", "", MADE "RES_ESCROW_FAILED\n" },
    { "a holder that takes no share", "", SEALED
      "RES_ESCROW_REFUSED peer=b\nRES_SHARE_RESEALED\n" },
    { "at a holder", "", APPLIED BY("b")
      "RES_SHARE_HANDED recovery_id=R peer=b\n"
      "RES_RECOVERY_APPLIED recovery_id=S peer=b purpose=release\n"
      "RES_RECOVERY_APPROVED recovery_id=S peer=b\n"
      "RES_ESCROW_RELEASED recovery_id=S\n" },
    { "a request that is withdrawn", "", LEAVE BY("c")
      "RES_RECOVERY_WITHDRAWN recovery_id=R purpose=release\n"
      "RES_RECOVERY_ASKED recovery_id=S purpose=recover\n" },
    { "... at a holder", "", APPLIED
      "RES_RECOVERY_WITHDRAWN recovery_id=R peer=b\n" },
    { "a holder that refuses", "", APPLIED NOT("b") },
    { "a share that is none", "", OFFERED "RES_ESCROW_REFUSED peer=b\n" },
    { "one that was forgotten comes again", "", HELD
      "+100 RES_ESCROW_EXPIRED\nRES_ESCROW_OFFERED job_id=J peer=b\n"
      "RES_ESCROWED threshold=2 holders=a/b/c peer=b\n" },
    { "a log that begins later", "", BACK "a/c\n" },
    { "... with its end", "", GONE "a/c\n" },

    /* and what cannot */

    { "fewer than the threshold", "entry 5: RES_RECOVERED of escrow:E: fewer "
      "have approved it than its threshold",
      MADE "RES_ESCROWED threshold=2 holders=a/b/c\n"
      "RES_RECOVERY_ASKED recovery_id=R purpose=recover\n" BACK "a\n" },
    { "nobody at all", "entry 7: RES_RECOVERED of escrow:E: fewer", ASKED
      "RES_RECOVERED recovery_id=R\n" },
    { "one that is named twice", "entry 8: RES_RECOVERED of escrow:E: fewer",
      ASKED BY("b") BACK "b/b\n" },
    { "one that has not approved", "entry 8: RES_RECOVERED of escrow:E: it "
      "names one that has not approved it", ASKED BY("b") BACK "b/c\n" },
    { "one that has refused", "entry 9: RES_RECOVERED of escrow:E: it names "
      "one that has not approved it", ASKED BY("b") NOT("c") BACK "b/c\n" },
    { "one whose share was wrong", "entry 9: RES_RECOVERED of escrow:E: it "
      "names one whose share was wrong", ASKED BY("b") BAD("b")
      BACK "a/b\n" },
    { "this node, which has no share", "entry 5: RES_RECOVERED of escrow:E: "
      "it names one that has not approved it", "NODE_REGISTERED\n"
      "JOB_CREATED\nRES_ESCROW_CREATED threshold=2 holders=b/c\n"
      "RES_ESCROWED threshold=2 holders=b/c\n"
      "RES_RECOVERY_ASKED recovery_id=R purpose=recover\n" BACK "a/b\n" },
    { "a wrong share that nobody gave", "entry 7: RES_SHARE_WRONG of "
      "escrow:E: it gave none", ASKED BAD("b") },
    { "a recovery that nobody has asked for", "entry 6: RES_RECOVERED of "
      "escrow:E: it is over, or was never begun", KEPT BACK "a/b\n" },
    { "... or names none", "entry 6: RES_RECOVERED of escrow:E: it names no "
      "request", KEPT "RES_RECOVERED authorised_by=a/b\n" },
    { "a recovery by a release", "entry 8: RES_RECOVERED of escrow:E: it was "
      "asked for to give it up", LEAVE BY("b") BACK "a/b\n" },
    { "a release by a recovery", "entry 8: RES_ESCROW_RELEASED of escrow:E: "
      "nobody has asked to give it up", ASKED BY("b") GONE "a/b\n" },
    { "a release without enough", "entry 7: RES_ESCROW_RELEASED of escrow:E: "
      "fewer", LEAVE GONE "a\n" },
    { "an approval after the release", "entry 9: RES_RECOVERY_APPROVED of "
      "escrow:E: it is over", LEAVE BY("b") GONE "a/b\n" BY("c") },
    { "one after its recovery", "entry 9: RES_RECOVERY_APPROVED of escrow:E: "
      "it is over", ASKED BY("b") BACK "a/b\n" BY("c") },
    { "one that comes twice", "entry 8: RES_RECOVERY_APPROVED of escrow:E: it "
      "was approved before", ASKED BY("b") BY("b") },
    { "one after a refusal", "entry 8: RES_RECOVERY_APPROVED of escrow:E: it "
      "was refused", ASKED NOT("b") BY("b") },
    { "a recovery that comes twice", "entry 9: ", ASKED BY("b") BACK "a/b\n"
      BACK "a/b\n" },
    { "a request after the term", "entry 7: RES_RECOVERY_ASKED of escrow:E: "
      "it is over", KEPT "+100 RES_ESCROW_EXPIRED\n"
      "RES_RECOVERY_ASKED recovery_id=R purpose=recover\n" },
    { "an end before the term", "entry 6: RES_ESCROW_EXPIRED of escrow:E: "
      "its time was not over", KEPT "+99 RES_ESCROW_EXPIRED\n" },
    { "a request before there are shares", "entry 3: RES_RECOVERY_ASKED of "
      "escrow:E: nobody has approved it", MADE
      "RES_RECOVERY_ASKED recovery_id=R purpose=recover\n" },
    { "a request that is asked for twice", "entry 7: RES_RECOVERY_ASKED of "
      "escrow:E: it was begun before", ASKED
      "RES_RECOVERY_ASKED recovery_id=R purpose=release\n" },
    { "another threshold", "entry 3: RES_ESCROWED of escrow:E: its threshold "
      "is not the one", MADE "RES_ESCROWED threshold=1 holders=a/b\n" },
    { "an escrow that is made twice", "entry 3: RES_ESCROW_CREATED", MADE
      "RES_ESCROW_CREATED threshold=2\n" },
    { "one that is sealed twice", "entry 4: RES_ESCROWED", SEALED
      "RES_ESCROWED threshold=2\n" },
    { "one that fails when it stands", "entry 4: RES_ESCROW_FAILED", SEALED
      "RES_ESCROW_FAILED\n" },
    { "one of no job", "entry 1: RES_ESCROW_CREATED of escrow:E: nothing has "
      "begun what it is for", "NODE_REGISTERED\n"
      "RES_ESCROW_CREATED job_id=J threshold=2\n" },
    { "a ciphertext that goes before the end", "entry 6: "
      "RES_ESCROW_DESTROYED of escrow:E: it is not over", KEPT
      "RES_ESCROW_DESTROYED\n" },
    { "... or twice", "entry 8: RES_ESCROW_DESTROYED of escrow:E: it was "
      "dropped before", KEPT "+100 RES_ESCROW_EXPIRED\n"
      "RES_ESCROW_DESTROYED\nRES_ESCROW_DESTROYED\n" },
    { "a share of nothing", "entry 2: RES_ESCROWED of escrow:E: it is over, "
      "or was never begun", "NODE_REGISTERED\nJOB_CREATED\n"
      "RES_ESCROWED threshold=2\n" },
    { "a holder's share without its approval", "entry 5: RES_SHARE_HANDED of "
      "escrow:E: nobody has approved it", APPLIED
      "RES_SHARE_HANDED recovery_id=R peer=b\n" },
    { "... after it has refused", "entry 6: RES_RECOVERY_APPROVED of "
      "escrow:E: it was refused", APPLIED NOT("b") BY("b") },
    { "a share for a release", "entry 6: RES_SHARE_HANDED of escrow:E: it was "
      "asked for to give it up", HELD
      "RES_RECOVERY_APPLIED recovery_id=R peer=b purpose=release\n" BY("b")
      "RES_SHARE_HANDED recovery_id=R peer=b\n" },
    { "a holder that lets go unasked", "entry 5: RES_ESCROW_RELEASED of "
      "escrow:E: nobody has approved it", HELD
      "RES_RECOVERY_APPLIED recovery_id=R peer=b purpose=release\n"
      "RES_ESCROW_RELEASED recovery_id=R\n" },
    { "a share that it took and did not", "entry 4: RES_ESCROW_REFUSED of "
      "escrow:E: its share was taken", HELD "RES_ESCROW_REFUSED peer=b\n" },
    { "an approval of what was withdrawn", "entry 8: RES_RECOVERY_APPROVED of "
      "escrow:E: it is over", ASKED
      "RES_RECOVERY_WITHDRAWN recovery_id=R\n" BY("c") },
    { "a release by what was withdrawn", "entry 9: RES_ESCROW_RELEASED of "
      "escrow:E: it is over", LEAVE BY("c")
      "RES_RECOVERY_WITHDRAWN recovery_id=R\n" GONE "a/c\n" },
    { "what is withdrawn when it is decided", "entry 9: "
      "RES_RECOVERY_WITHDRAWN", ASKED BY("c") BACK "a/c\n"
      "RES_RECOVERY_WITHDRAWN recovery_id=R\n" },
    { "a request that is no subject of its own", "", "NODE_REGISTERED\n"
      "X@escrow:request:R recovery_id=R\n" }
};


static void judged(const history_t *history);
static void add(ic_meaning_t *meaning, ic_arena_t *arena, char *line,
    unsigned n);
static void hostile(void);


static int64_t  now;


int
main(void)
{
    unsigned  i;

    for (i = 0; i < sizeof(histories) / sizeof(histories[0]); i++) {
        judged(&histories[i]);
    }

    hostile();

    return done();
}


static void
judged(const history_t *history)
{
    char                    *text, *line, *next;
    unsigned                 n;
    ic_arena_t              *arena;
    ic_meaning_t            *meaning;
    const ic_meaning_told_t  *told;

    arena = ic_pool_create();
    meaning = ic_meaning(false);
    text = strdup(history->lines);
    now = START;
    n = 0;

    for (line = text; *line != '\0'; line = next) {
        next = strchr(line, '\n');
        *next++ = '\0';
        add(meaning, arena, line, n++);
    }

    told = ic_meaning_told(meaning);
    ok(strncmp(told->finding, history->finding, strlen(history->finding)) == 0
       && (history->finding[0] != '\0' ? told->contradictions == 1
                                       : told->contradictions == 0),
       "%s: %s", history->what, told->finding);

    ic_meaning_free(meaning);
    ic_pool_destroy(arena);
    free(text);
}


static void
add(ic_meaning_t *meaning, ic_arena_t *arena, char *line, unsigned n)
{
    char           *word, *value, *p, *rest, finding[TEXT];
    ic_entry_t      entry;
    ic_json_out_t   out;

    memset(&entry, 0, sizeof(ic_entry_t));
    word = strtok_r(line, " ", &rest);

    if (*word == '+') {
        now += atol(word) * 1000;
        word = strtok_r(NULL, " ", &rest);
    }

    p = strchr(word, '@');
    entry.seq = n;
    entry.time = now;
    entry.node = ic_str("a");
    entry.subject = ic_str(p != NULL ? p + 1
                           : strncmp(word, "NODE", 4) == 0 ? "node"
                           : strncmp(word, "JOB", 3) == 0 ? "job:J"
                           : "escrow:E");

    if (p != NULL) {
        *p = '\0';
    }

    entry.code = ic_str(word);
    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);

    while ((word = strtok_r(NULL, " ", &rest)) != NULL) {
        value = strchr(word, '=');
        *value++ = '\0';

        for (p = value; *p != '\0'; p++) {
            *p = (*p == '/') ? ' ' : *p;
        }

        ic_out_z(&out, word, value);
    }

    ic_out_object_end(&out);
    entry.members = ic_json_parse(arena, ic_out_text(&out), NULL);
    is_int(ic_meaning_entry(meaning, &entry, finding), 0, "entry %u", n);
}


/* Names as a forger would choose them: judged or not, and nothing breaks. */

static void
hostile(void)
{
    char           text[64], id[1024];
    unsigned       i, k;
    ic_arena_t    *arena;
    ic_meaning_t  *meaning;

    static const char *const  codes[] = {
        "RES_RECOVERED", "RES_ESCROW_RELEASED", "RES_RECOVERY_APPROVED",
        "RES_SHARE_WRONG", "RES_RECOVERY_ASKED"
    };
    static const char *const  subjects[] = {
        "escrow:request:R", "escrow:answer:R b", "escrow:", "recovery:R"
    };

    arena = ic_pool_create();
    meaning = ic_meaning(true);

    for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        for (k = 0; k < sizeof(subjects) / sizeof(subjects[0]); k++) {
            snprintf(id, sizeof(id), "%s@%s recovery_id=R peer=b "
                     "authorised_by=//b//b/", codes[i], subjects[k]);

            /* strtok() would take the blank */

            if (strchr(subjects[k], ' ') == NULL) {
                add(meaning, arena, id, i);
            }
        }

        snprintf(text, sizeof(text), "%s recovery_id=", codes[i]);
        memset(id, 'x', sizeof(id) - 1);
        id[sizeof(id) - 1] = '\0';
        memcpy(id, text, strlen(text));
        add(meaning, arena, id, i);
    }

    ok(ic_meaning_told(meaning)->contradictions > 0, "names of a forger");
    ic_meaning_free(meaning);
    ic_pool_destroy(arena);
}
