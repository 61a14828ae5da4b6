
/*
 * interconnctl evidence verify: a log, a copy of one or a bundle, checked with
 * nothing but its files.
 */


#include <getopt.h>
#include <stdio.h>

#include "../evidence/ic_bundle.h"
#include "../evidence/ic_meaning.h"
#include "../evidence/ic_other.h"
#include "../trust/ic_cert.h"
#include "ctl_evidence.h"
#include "interconnctl.h"


#define EVIDENCE_HEADS  256
#define EVIDENCE_TRIES  5        /* of a log that grows meanwhile */


typedef struct ctl_verify_s  ctl_verify_t;

struct ctl_verify_s {
    ic_verify_t          verify;
    ic_verify_result_t   result;
    ic_meaning_told_t    told;
    ic_bundle_told_t     part;
    bool                 bundle;
    bool                 json;
    const char          *heads[EVIDENCE_HEADS];
    const char          *peer_heads;     /* folder, or NULL */
    ic_arena_t          *arena;          /* of names of files in it */
    ic_meaning_t        *meaning;        /* of one look */
    ic_side_t           *side;
    const char          *copy;           /* the other side's; NULL: none */
    ic_other_told_t      compared;
};


static int verify_options(int argc, char **argv, ctl_verify_t *ctl);
static int verify_peer_heads(ctl_verify_t *ctl);
static int verify_run(ctl_verify_t *ctl);
static int verify_one(ctl_verify_t *ctl);
static ic_verify_e verify_look(ctl_verify_t *ctl);
static int verify_entry(void *data, const ic_entry_t *entry, char *finding);
static void verify_signer(void *data, EVP_PKEY *key);
static int verify_compare(ctl_verify_t *ctl);
static int verify_tell(const ctl_verify_t *ctl, int status);
static void verify_bundle(const ctl_verify_t *ctl);
static void verify_notes(const ctl_verify_t *ctl);
static int verify_json(const ctl_verify_t *ctl, int status);
static const char *verify_finding(const ctl_verify_t *ctl, int status);


static const char *const  verify_verdicts[] = {
    "good", "tampered", "incomplete", "usage", "contradictory"
};


int
ctl_evidence_verify(int argc, char **argv)
{
    int           status;
    ctl_verify_t  ctl;

    memset(&ctl, 0, sizeof(ctl_verify_t));
    ctl.verify.heads = ctl.heads;
    ctl.arena = ic_pool_create();

    status = (ctl.arena == NULL || verify_options(argc, argv, &ctl) != 0)
             ? CTL_EVIDENCE_WRONG_USE : verify_peer_heads(&ctl);

    if (status == 0) {
        status = verify_run(&ctl);
    }

    X509_STORE_free(ctl.verify.roots);
    ic_side_free(ctl.side);

    if (ctl.arena != NULL) {
        ic_pool_destroy(ctl.arena);
    }

    return status;
}


static int
verify_options(int argc, char **argv, ctl_verify_t *ctl)
{
    int      opt;
    int64_t  n;

    static const struct option  options[] = {
        { "roots", required_argument, NULL, 'r' },
        { "head", required_argument, NULL, 'h' },
        { "peer-heads", required_argument, NULL, 'p' },
        { "witnesses", required_argument, NULL, 'w' },
        { "other", required_argument, NULL, 'o' },
        { "json", no_argument, NULL, 'j' },
        { NULL, 0, NULL, 0 }
    };

    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {

        switch (opt) {

        case 'r':
            X509_STORE_free(ctl->verify.roots);
            ctl->verify.roots = ic_cert_roots(optarg);

            if (ctl->verify.roots == NULL) {
                return ctl_error("%s: no certificates", optarg);
            }

            break;

        case 'h':
            if (ctl->verify.nheads == EVIDENCE_HEADS) {
                return ctl_error("more than %d heads", EVIDENCE_HEADS);
            }

            ctl->heads[ctl->verify.nheads++] = optarg;
            break;

        case 'p':
            ctl->peer_heads = optarg;
            break;

        case 'w':
            if (ic_str_int(ic_str(optarg), &n) != 0 || n < 1 || n > 1000) {
                return ctl_error("--witnesses: a number of 1 to 1000");
            }

            ctl->verify.witnesses = (unsigned) n;
            break;

        case 'o':
            ctl->copy = optarg;
            break;

        case 'j':
            ctl->json = true;
            break;

        default:
            return 1;
        }
    }

    if (optind != argc - 1) {
        return ctl_evidence_usage();
    }

    ctl->verify.dir = argv[optind];
    ctl->bundle = ic_bundle_is(ctl->verify.dir);

    return 0;
}


/* Of a folder of heads that a partner keeps, those of this node's log. */

static int
verify_peer_heads(ctl_verify_t *ctl)
{
    int  count;

    if (ctl->peer_heads == NULL) {
        return 0;
    }

    count = ctl_evidence_peer_heads(ctl->arena, ctl->verify.dir,
                                    ctl->peer_heads,
                                    ctl->heads + ctl->verify.nheads,
                                    EVIDENCE_HEADS - ctl->verify.nheads);
    if (count <= 0) {
        return CTL_EVIDENCE_INCOMPLETE;
    }

    ctl->verify.nheads += (unsigned) count;

    return 0;
}


static int
verify_run(ctl_verify_t *ctl)
{
    int  status;

    status = verify_one(ctl);

    if (status == 0 && ctl->copy != NULL) {
        status = verify_compare(ctl);
    }

    return ctl->json ? verify_json(ctl, status) : verify_tell(ctl, status);
}


static int
verify_one(ctl_verify_t *ctl)
{
    unsigned     tries;
    ic_verify_e  rc;

    for (tries = 0, rc = IC_VERIFY_IMPOSSIBLE; tries < EVIDENCE_TRIES;
         tries++)
    {
        rc = verify_look(ctl);

        if (rc == IC_VERIFY_GOOD || !ctl->result.grew) {
            break;
        }
    }

    /* what somebody changed may well make no sense */

    return (rc == IC_VERIFY_TAMPERED) ? CTL_EVIDENCE_TAMPERED
           : (rc != IC_VERIFY_GOOD) ? CTL_EVIDENCE_INCOMPLETE
           : (ctl->told.contradictions != 0) ? CTL_EVIDENCE_CONTRADICTORY
           : 0;
}


static ic_verify_e
verify_look(ctl_verify_t *ctl)
{
    ic_verify_e  rc;

    ic_side_free(ctl->side);
    ctl->meaning = ic_meaning(ctl->bundle);
    ctl->side = ic_side();

    if (ctl->meaning == NULL || ctl->side == NULL) {
        ic_meaning_free(ctl->meaning);
        snprintf(ctl->result.finding, sizeof(ctl->result.finding),
                 "memory is short");
        return IC_VERIFY_IMPOSSIBLE;
    }

    ctl->verify.entry = verify_entry;
    ctl->verify.signer = verify_signer;
    ctl->verify.data = ctl;
    rc = ctl->bundle ? ic_bundle_verify(&ctl->verify, &ctl->part,
                                        &ctl->result)
         : ic_verify_log(&ctl->verify, &ctl->result);
    ctl->told = *ic_meaning_told(ctl->meaning);
    ic_meaning_free(ctl->meaning);
    ic_side_done(ctl->side, ctl->result.last_time, !ctl->bundle);

    if (rc == IC_VERIFY_GOOD && ctl->bundle
        && ctl->part.ncosigned < ctl->verify.witnesses)
    {
        snprintf(ctl->result.finding, sizeof(ctl->result.finding),
                 "%u partners have cosigned its head, not %u",
                 ctl->part.ncosigned, ctl->verify.witnesses);
        rc = IC_VERIFY_INCOMPLETE;
    }

    return rc;
}


static int
verify_entry(void *data, const ic_entry_t *entry, char *finding)
{
    ctl_verify_t  *ctl = data;

    return ic_meaning_entry(ctl->meaning, entry, finding) != 0
           || (ctl->copy != NULL
               && ic_side_entry(ctl->side, entry, finding) != 0) ? -1 : 0;
}


static void
verify_signer(void *data, EVP_PKEY *key)
{
    ctl_verify_t  *ctl = data;

    ic_side_signer(ctl->side, key);
}


/* The copy of the other side must be good itself. */

static int
verify_compare(ctl_verify_t *ctl)
{
    int           status;
    ctl_verify_t  other;

    memset(&other, 0, sizeof(ctl_verify_t));
    other.copy = ctl->copy;
    other.verify.dir = ctl->copy;
    other.verify.roots = ctl->verify.roots;
    other.bundle = ic_bundle_is(ctl->copy);
    status = verify_one(&other);

    if (status != 0) {
        snprintf(ctl->compared.finding, sizeof(ctl->compared.finding),
                 "%.400s: %s: %.500s", ctl->copy, verify_verdicts[status],
                 verify_finding(&other, status));

    } else if (strcmp(other.result.about.node_id, ctl->result.about.node_id)
               == 0)
    {
        snprintf(ctl->compared.finding, sizeof(ctl->compared.finding),
                 "%.400s: is of the same node", ctl->copy);
        status = CTL_EVIDENCE_INCOMPLETE;

    } else if (ic_other(ctl->side, other.side, &ctl->compared) != 0) {
        snprintf(ctl->compared.finding, sizeof(ctl->compared.finding),
                 "memory is short");
        status = CTL_EVIDENCE_INCOMPLETE;

    } else if (ctl->compared.contradictions != 0) {
        status = CTL_EVIDENCE_CONTRADICTORY;
    }

    ic_side_free(other.side);

    return status;
}


static const char *
verify_finding(const ctl_verify_t *ctl, int status)
{
    return (ctl->compared.finding[0] != '\0') ? ctl->compared.finding
           : (status == CTL_EVIDENCE_CONTRADICTORY) ? ctl->told.finding
           : ctl->result.finding;
}


static int
verify_tell(const ctl_verify_t *ctl, int status)
{
    const ic_verify_result_t  *result;

    result = &ctl->result;

    if (status != 0) {
        (void) ctl_error("%s: %s: %s", ctl->verify.dir,
                         verify_verdicts[status],
                         verify_finding(ctl, status));
        return status;
    }

    if (ctl->bundle) {
        verify_bundle(ctl);
        verify_notes(ctl);
        return 0;
    }

    printf("%s: good: %llu entries of %s under %llu signed heads",
           ctl->verify.dir, (unsigned long long) result->entries,
           result->about.node_id, (unsigned long long) result->heads);

    if (result->unsealed != 0) {
        printf("; %llu more are not yet under one",
               (unsigned long long) result->unsealed);
    }

    printf("\n");

    if (result->cosigners != 0) {
        ctl_evidence_cosigned(&ctl->verify, result);
    }

    verify_notes(ctl);

    return 0;
}


static void
verify_bundle(const ctl_verify_t *ctl)
{
    unsigned  i;

    printf("%s: good: %llu entries of %s about %s, of %llu subjects, under "
           "its head of size %llu\n", ctl->verify.dir,
           (unsigned long long) ctl->result.entries,
           ctl->result.about.node_id, ctl->part.about,
           (unsigned long long) ctl->part.subjects,
           (unsigned long long) ctl->part.size);

    for (i = 0; i < ctl->part.ncosigned; i++) {
        printf("%s has signed the first %llu entries of the log\n",
               ctl->part.cosigned[i].node_id,
               (unsigned long long) ctl->part.cosigned[i].size);
    }

    if (ctl->part.uncompared != 0) {
        printf("%u heads kept elsewhere are of other sizes: compare them "
               "with the log\n", ctl->part.uncompared);
    }

    printf("that nothing is missing behind the last entry about a subject, "
           "the log shows and a bundle does not\n");
}


/* What a good one does not show, and what is remarkable in it. */

static void
verify_notes(const ctl_verify_t *ctl)
{
    const ic_other_told_t  *compared;

    compared = &ctl->compared;

    if (ctl->copy != NULL) {
        printf("%s: of %llu messages that they delivered to each other both "
               "have %llu; %llu are not to be expected there, or not shown; "
               "%llu signatures are by keys that are not shown\n", ctl->copy,
               (unsigned long long) compared->messages,
               (unsigned long long) compared->matched,
               (unsigned long long) compared->unmatched,
               (unsigned long long) compared->unverified);
    }

    if (ctl->told.backwards != 0) {
        printf("the store's clock went back %llu times, by %.1f s at entry "
               "%llu\n", (unsigned long long) ctl->told.backwards,
               (double) ctl->told.farthest / 1000,
               (unsigned long long) ctl->told.farthest_at);
    }

    if (ctl->verify.nheads == 0 && ctl->result.cosigners == 0
        && !ctl->bundle)
    {
        printf("compared with no head kept elsewhere: that nothing was cut "
               "off at the end, the log alone does not show\n");
    }
}


static int
verify_json(const ctl_verify_t *ctl, int status)
{
    ic_str_t                   text;
    ic_arena_t                *arena;
    ic_json_out_t              out;
    const ic_verify_result_t  *result;

    result = &ctl->result;
    arena = ic_pool_create();

    if (arena == NULL) {
        return ctl_error("memory is short");
    }

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "verdict", verify_verdicts[status]);
    ic_out_z(&out, "finding", verify_finding(ctl, status));
    ic_out_z(&out, "log_id", result->about.log_id);
    ic_out_z(&out, "node_id", result->about.node_id);
    ic_out_int(&out, "entries", (int64_t) result->entries);
    ic_out_int(&out, "heads", (int64_t) result->heads);
    ic_out_int(&out, "unsealed", (int64_t) result->unsealed);
    ic_out_int(&out, "last_time", result->last_time);
    ic_out_int(&out, "compared_heads", ctl->verify.nheads);

    if (ctl->bundle) {
        ic_out_z(&out, "about", ctl->part.about);
        ic_out_int(&out, "subjects", (int64_t) ctl->part.subjects);
        ic_out_int(&out, "size", (int64_t) ctl->part.size);
        ic_out_int(&out, "uncompared_heads", ctl->part.uncompared);
        ic_out_int(&out, "cosigned", ctl->part.ncosigned);

    } else {
        ic_out_int(&out, "cosignatures", (int64_t) result->cosignatures);
        ic_out_int(&out, "cosigners", result->cosigners);
        ic_out_int(&out, "cosigned", (int64_t) result->cosigned);
        ic_out_int(&out, "cosigned_time", result->cosigned_time);
    }

    if (ctl->copy != NULL) {
        ic_out_int(&out, "messages", (int64_t) ctl->compared.messages);
        ic_out_int(&out, "matched", (int64_t) ctl->compared.matched);
        ic_out_int(&out, "unmatched", (int64_t) ctl->compared.unmatched);
        ic_out_int(&out, "unverified", (int64_t) ctl->compared.unverified);
        ic_out_int(&out, "disagreements",
                   (int64_t) ctl->compared.contradictions);
    }

    ic_out_int(&out, "contradictions", (int64_t) ctl->told.contradictions);
    ic_out_int(&out, "clock_back_times", (int64_t) ctl->told.backwards);
    ic_out_int(&out, "clock_back_ms", ctl->told.farthest);
    ic_out_object_end(&out);
    text = ic_out_text(&out);
    printf("%.*s\n", (int) text.len, text.data);
    ic_pool_destroy(arena);

    return status;
}
