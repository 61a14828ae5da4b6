
/*
 * interconnctl evidence verify: a log or a copy of one, checked with nothing
 * but its files. Status 0: good, 1: tampered with, 2: a file is missing or
 * cannot be read, 3: usage.
 */


#include <getopt.h>
#include <stdio.h>

#include "../evidence/ic_verify.h"
#include "../trust/ic_cert.h"
#include "interconnctl.h"


#define EVIDENCE_HEADS  256
#define EVIDENCE_USAGE  3


static int evidence_options(int argc, char **argv, ic_verify_t *verify,
    bool *json);
static int evidence_tell(const ic_verify_t *verify, ic_verify_e rc,
    const ic_verify_result_t *result);
static int evidence_json(const ic_verify_t *verify, ic_verify_e rc,
    const ic_verify_result_t *result);


static const char *const  evidence_verdicts[] = {
    "good", "tampered", "incomplete", "impossible"
};


int
ctl_evidence(int argc, char **argv)
{
    int                  status;
    bool                 json;
    ic_verify_e          rc;
    ic_verify_t          verify;
    const char          *heads[EVIDENCE_HEADS];
    ic_verify_result_t   result;

    if (argc > 0 && strcmp(argv[0], "prove") == 0) {
        return ctl_evidence_prove(argc, argv);
    }

    if (argc < 1 || strcmp(argv[0], "verify") != 0) {
        ctl_error("usage: interconnctl evidence " CTL_EVIDENCE_USAGE);
        return EVIDENCE_USAGE;
    }

    memset(&verify, 0, sizeof(ic_verify_t));
    verify.heads = heads;

    if (evidence_options(argc, argv, &verify, &json) != 0) {
        X509_STORE_free(verify.roots);
        return EVIDENCE_USAGE;
    }

    rc = ic_verify_log(&verify, &result);
    status = json ? evidence_json(&verify, rc, &result)
                  : evidence_tell(&verify, rc, &result);
    X509_STORE_free(verify.roots);

    return status;
}


static int
evidence_options(int argc, char **argv, ic_verify_t *verify, bool *json)
{
    int  opt;

    static const struct option  options[] = {
        { "roots", required_argument, NULL, 'r' },
        { "head", required_argument, NULL, 'h' },
        { "json", no_argument, NULL, 'j' },
        { NULL, 0, NULL, 0 }
    };

    *json = false;

    while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {

        switch (opt) {

        case 'r':
            X509_STORE_free(verify->roots);
            verify->roots = ic_cert_roots(optarg);

            if (verify->roots == NULL) {
                return ctl_error("%s: no certificates", optarg);
            }

            break;

        case 'h':
            if (verify->nheads == EVIDENCE_HEADS) {
                return ctl_error("more than %d heads", EVIDENCE_HEADS);
            }

            verify->heads[verify->nheads++] = optarg;
            break;

        case 'j':
            *json = true;
            break;

        default:
            return 1;
        }
    }

    if (optind != argc - 1) {
        return ctl_error("usage: interconnctl evidence " CTL_EVIDENCE_USAGE);
    }

    verify->dir = argv[optind];

    return 0;
}


/* The exit status: what cannot be looked at is incomplete. */

static int
evidence_tell(const ic_verify_t *verify, ic_verify_e rc,
    const ic_verify_result_t *result)
{
    if (rc != IC_VERIFY_GOOD) {
        (void) ctl_error("%s: %s: %s", verify->dir, evidence_verdicts[rc],
                         result->finding);
        return rc == IC_VERIFY_TAMPERED ? 1 : 2;
    }

    printf("%s: good: %llu entries of %s under %llu signed heads",
           verify->dir, (unsigned long long) result->entries,
           result->about.node_id, (unsigned long long) result->heads);

    if (result->unsealed != 0) {
        printf("; %llu more are not yet under one",
               (unsigned long long) result->unsealed);
    }

    printf("\n");

    if (verify->nheads == 0) {
        printf("compared with no head kept elsewhere: that nothing was cut "
               "off at the end, the log alone does not show\n");
    }

    return 0;
}


static int
evidence_json(const ic_verify_t *verify, ic_verify_e rc,
    const ic_verify_result_t *result)
{
    ic_str_t       text;
    ic_arena_t    *arena;
    ic_json_out_t  out;

    arena = ic_pool_create();
    if (arena == NULL) {
        return ctl_error("memory is short");
    }

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "verdict", evidence_verdicts[rc]);
    ic_out_z(&out, "finding", result->finding);
    ic_out_z(&out, "log_id", result->about.log_id);
    ic_out_z(&out, "node_id", result->about.node_id);
    ic_out_int(&out, "entries", (int64_t) result->entries);
    ic_out_int(&out, "heads", (int64_t) result->heads);
    ic_out_int(&out, "unsealed", (int64_t) result->unsealed);
    ic_out_int(&out, "last_time", result->last_time);
    ic_out_int(&out, "compared_heads", verify->nheads);
    ic_out_object_end(&out);
    text = ic_out_text(&out);
    printf("%.*s\n", (int) text.len, text.data);
    ic_pool_destroy(arena);

    return rc == IC_VERIFY_GOOD ? 0 : rc == IC_VERIFY_TAMPERED ? 1 : 2;
}
