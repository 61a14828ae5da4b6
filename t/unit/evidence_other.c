
/*
 * Two logs about the same messages, each whole and signed: where they do not
 * say the same, it is found, with the entries of both.
 */


#include <ftw.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../src/evidence/ic_bundle.h"
#include "../../src/evidence/ic_other.h"
#include "../../src/trust/ic_sign.h"
#include "tap.h"


#define SIDES   2


typedef struct {
    const char  *what;
    const char  *finding;        /* "": none */
    const char  *lines[SIDES];   /* CODE subject [name=value]... */
} case_t;


/* @PATH:BODY in place of a member: a message with its signature; ~ one that
 * the other node has signed, ! one whose signature is of something else, < one
 * by the key that its sender had before; %new, %old: a credential of the other
 * one */
#define APPLY    "/v1/interconn/node/contract/apply"
#define CONFIRM  "/v1/interconn/node/contract/confirm"
#define ASK      "/v1/interconn/job/audit/apply"
#define ANSWER   "/v1/interconn/job/audit/confirm"
#define END      "/v1/interconn/job/audit/terminate"

#define A_CONTRACT                                                            \
    "CONTRACT_APPLIED contract:H dir=out peer=b\n"                            \
    "CONTRACT_ACCEPTED contract:C peer=b handle=H\n"                          \
    "OUTBOX_DELIVERED contract:C peer=b @" APPLY ":one\n"                     \
    "CONTRACT_APPROVED contract:C peer=b @" CONFIRM ":two\n"
#define B_CONTRACT                                                            \
    "CONTRACT_APPLIED contract:C dir=in peer=a @" APPLY ":one\n"              \
    "CONTRACT_APPROVED contract:C peer=a\n"                                   \
    "OUTBOX_DELIVERED contract:C peer=a @" CONFIRM ":two\n"
#define A_ASKS                                                                \
    "AUDIT_APPLIED audit:out:job:b:X peer=b\n"                                \
    "OUTBOX_DELIVERED audit:out:job:b:X peer=b @" ASK ":ask\n"
#define B_IS_ASKED                                                            \
    "AUDIT_APPLIED audit:in:job:a:X peer=a @" ASK ":ask\n"

/* a's log has heads by the new key alone */
#define A_ROTATES                                                             \
    "CONTRACT_APPLIED contract:H dir=out peer=b\n"                            \
    "CONTRACT_ACCEPTED contract:C peer=b handle=H\n"                          \
    "OUTBOX_DELIVERED contract:C peer=b <" APPLY ":one\n"                     \
    "CONTRACT_APPROVED contract:C peer=b @" CONFIRM ":two\n"
#define B_APPROVES                                                            \
    "CONTRACT_APPROVED contract:C peer=a\n"                                   \
    "OUTBOX_DELIVERED contract:C peer=a @" CONFIRM ":two\n"
#define B_SEES_IT                                                             \
    "CONTRACT_APPLIED contract:C dir=in peer=a <" APPLY ":one\n"              \
    "CONTRACT_APPROVED contract:C peer=a %old\n"                              \
    "OUTBOX_DELIVERED contract:C peer=a @" CONFIRM ":two\n"                   \
    "PEER_KEY_CHANGED contract:C peer=a %new\n"

#define LATER  "LATER node\n"

static const case_t  cases[] = {
    { "both say the same", "", { A_CONTRACT LATER, B_CONTRACT LATER } },
    { "a request and its answer", "",
      { A_CONTRACT A_ASKS "AUDIT_APPROVED audit:out:job:b:X peer=b @"
        ANSWER ":yes\n" LATER,
        B_CONTRACT B_IS_ASKED "AUDIT_APPROVED audit:in:job:a:X peer=a\n"
        "OUTBOX_DELIVERED audit:in:job:a:X peer=a @" ANSWER ":yes\n" LATER }
    },
    { "a copy that ends earlier", "", { A_CONTRACT A_ASKS LATER,
                                        B_CONTRACT } },
    { "an end that the other one had taken already", "",
      { A_CONTRACT A_ASKS "AUDIT_TERMINATED audit:out:job:b:X peer=b\n"
        "OUTBOX_DELIVERED audit:out:job:b:X peer=b @" END ":end\n" LATER,
        B_CONTRACT B_IS_ASKED "AUDIT_TERMINATED audit:in:job:a:X peer=a\n"
        LATER } },
    { "a message that is delivered twice", "",
      { A_CONTRACT "OUTBOX_DELIVERED contract:C peer=b @" APPLY ":one\n"
        LATER, B_CONTRACT LATER } },
    { "messages of others", "",
      { A_CONTRACT "OUTBOX_DELIVERED contract:Z peer=c "
        "@/v1/interconn/node/contract/terminate:x\n" LATER,
        B_CONTRACT LATER } },

    { "a message that the other one has not", "entry 5 of a: " ASK " about "
      "audit:out:job:b:X was delivered, and no entry of b has it",
      { A_CONTRACT A_ASKS LATER, B_CONTRACT LATER } },
    { "another body", "entry 5 of a and entry 3 of b: " ASK " was delivered "
      "with the body ", { A_CONTRACT A_ASKS LATER, B_CONTRACT
      "AUDIT_APPLIED audit:in:job:a:X peer=a @" ASK ":other\n" LATER } },
    { "an end that nobody told of", "entry 6 of a: " END " about "
      "audit:out:job:b:X came, and no entry of b has the step",
      { A_CONTRACT A_ASKS "AUDIT_TERMINATED audit:out:job:b:X peer=b @"
        END ":end\n" LATER, B_CONTRACT B_IS_ASKED LATER } },
    { "an approval here, a refusal there", "entry 6 of a and entry 4 of b: "
      "audit:out:job:b:X was approved here and refused there",
      { A_CONTRACT A_ASKS "AUDIT_APPROVED audit:out:job:b:X peer=b\n" LATER,
        B_CONTRACT B_IS_ASKED "AUDIT_REJECTED audit:in:job:a:X peer=a\n"
        LATER } },
    { "an approval by who has not approved", "entry 6 of a: audit:out:job:b:X"
      " was approved, and b, who was asked (entry 3), has not",
      { A_CONTRACT A_ASKS "AUDIT_APPROVED audit:out:job:b:X peer=b\n" LATER,
        B_CONTRACT B_IS_ASKED LATER } },
    { "a contract that only one has approved", "entry 1 of b: contract:C was "
      "approved", { "CONTRACT_APPLIED contract:C dir=in peer=b\n" LATER,
      "CONTRACT_APPLIED contract:C dir=out peer=a\n"
      "CONTRACT_APPROVED contract:C peer=a\n" LATER } },
    { "a signature of one's own under the other's message", "entry 3 of b: "
      "the signature of a over " ASK " is by none of the credentials",
      { A_CONTRACT A_ASKS LATER, B_CONTRACT
        "AUDIT_APPLIED audit:in:job:a:X peer=a ~" ASK ":ask\n" LATER } },
    { "a signature of another message", "entry 3 of b: what was signed is "
      "not the message that the entry tells of",
      { A_CONTRACT A_ASKS LATER, B_CONTRACT
        "AUDIT_APPLIED audit:in:job:a:X peer=a !" ASK ":ask\n" LATER } },

    { "a key that was changed between two messages", "",
      { A_ROTATES A_ASKS LATER, B_SEES_IT B_IS_ASKED LATER } },
    { "an old key that nobody has recorded", "entry 2 of a: the signature of "
      "a over " APPLY " is by none of the credentials",
      { A_ROTATES LATER,
        "CONTRACT_APPLIED contract:C dir=in peer=a <" APPLY ":one\n"
        B_APPROVES LATER } },
    { "a key that only the receiver says is the sender's", "entry 4 of b: "
      "the signature of a over " ASK " is by none of the credentials",
      { A_CONTRACT A_ASKS LATER, B_CONTRACT
        "PEER_KEY_CHANGED contract:C peer=a %old\n"
        "AUDIT_APPLIED audit:in:job:a:X peer=a <" ASK ":ask\n" LATER } }
};


static char               folder[] = "/tmp/icotherXXXXXX";
static char               dir[SIDES][PATH_MAX];
static const char *const  nodes[SIDES] = { "a", "b" };
static EVP_PKEY          *keys[SIDES], *old[SIDES];
static const char        *hash;
static ic_other_told_t    told;


static void everything(const char *name, EVP_PKEY *one, EVP_PKEY *other);
static void compared(const case_t *one, unsigned n);
static void make(unsigned side, const char *lines);
static int64_t add(ic_log_t *log, ic_arena_t *arena, char *line, unsigned n,
    unsigned side);
static ic_str_t credential(ic_arena_t *arena, EVP_PKEY *key);
static void message(ic_arena_t *arena, ic_entry_t *entry, ic_str_t *data,
    char *word, unsigned side);
static ic_side_t *side_of(const char *path, bool bundle);
static void bundles(void);
static int removed(const char *path, const struct stat *st, int flag,
    struct FTW *ftw);


int
main(void)
{
    if (mkdtemp(folder) == NULL) {
        return 1;
    }

    everything("sha256", EVP_EC_gen("P-256"), EVP_RSA_gen(2048));
    everything("sm3", EVP_PKEY_Q_keygen(NULL, NULL, "SM2"),
               EVP_PKEY_Q_keygen(NULL, NULL, "SM2"));
    (void) nftw(folder, removed, 16, FTW_DEPTH|FTW_PHYS);

    return done();
}


/* name: of the logs' hash; the keys of a and b. */

static void
everything(const char *name, EVP_PKEY *one, EVP_PKEY *other)
{
    unsigned  i;

    hash = name;
    keys[0] = one;
    keys[1] = other;
    old[0] = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
    old[1] = EVP_EC_gen("P-256");

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        compared(&cases[i], i);
    }

    bundles();

    for (i = 0; i < SIDES; i++) {
        EVP_PKEY_free(keys[i]);
        EVP_PKEY_free(old[i]);
    }
}


static void
compared(const case_t *one, unsigned n)
{
    unsigned    i;
    ic_side_t  *side[SIDES];

    for (i = 0; i < SIDES; i++) {
        snprintf(dir[i], sizeof(dir[i]), "%s/%s-%u-%s", folder, hash, n,
                 nodes[i]);
        make(i, one->lines[i]);
        side[i] = side_of(dir[i], false);
    }

    is_int(ic_other(side[0], side[1], &told), 0, "%s", one->what);
    ok(strncmp(told.finding, one->finding, strlen(one->finding)) == 0
       && (one->finding[0] != '\0') == (told.contradictions != 0),
       "... %s", told.finding);

    /* whichever is looked at first */

    is_int(ic_other(side[1], side[0], &told), 0, "... the other way round");
    is_int(told.contradictions != 0, one->finding[0] != '\0', "... %s",
           told.finding);

    ic_side_free(side[0]);
    ic_side_free(side[1]);
}


static void
make(unsigned side, const char *lines)
{
    BIO         *bio;
    char         error[IC_LOG_ERROR], *text, *line, *next, *pem;
    long         len;
    int64_t      now;
    unsigned     n;
    ic_log_t    *log;
    ic_arena_t  *arena;

    bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, keys[side]);
    len = BIO_get_mem_data(bio, &pem);
    arena = ic_pool_create();
    log = ic_log_open(dir[side], ic_str(nodes[side]), hash, 0, error);
    text = strdup(lines);
    now = 0;
    n = 0;

    for (line = text; *line != '\0'; line = next) {
        next = strchr(line, '\n');
        *next++ = '\0';
        now = add(log, arena, line, n++, side);
    }

    (void) ic_log_seal(log, now, keys[side], ic_str_n(pem, (size_t) len),
                       error);
    ic_log_close(log);
    ic_pool_destroy(arena);
    BIO_free(bio);
    free(text);
}


/* LATER is more than a margin behind the others. */

static int64_t
add(ic_log_t *log, ic_arena_t *arena, char *line, unsigned n, unsigned side)
{
    char        *word, *value, *rest, src[32], error[IC_LOG_ERROR];
    ic_str_t     data[32];
    ic_entry_t   entry;

    memset(&entry, 0, sizeof(ic_entry_t));
    snprintf(src, sizeof(src), "%u-0", n + 1);
    entry.code = ic_str(strtok_r(line, " ", &rest));
    entry.subject = ic_str(strtok_r(NULL, " ", &rest));
    entry.time = 1700000000000 + n
                 + (ic_str_is(entry.code, "LATER") ? 2 * IC_OTHER_MARGIN : 0);
    entry.src = ic_str_dup(arena, ic_str(src));
    entry.data = data;

    while ((word = strtok_r(NULL, " ", &rest)) != NULL) {

        if (strchr("@~!<", *word) != NULL) {
            message(arena, &entry, data, word, side);
            continue;
        }

        if (*word == '%') {
            data[2 * entry.ndata] = ic_str("auth_credential");
            data[2 * entry.ndata++ + 1] = credential(arena,
                strcmp(word, "%old") == 0 ? old[1 - side] : keys[1 - side]);
            continue;
        }

        value = strchr(word, '=');
        *value++ = '\0';
        data[2 * entry.ndata] = ic_str(word);
        data[2 * entry.ndata++ + 1] = ic_str(value);
    }

    (void) ic_log_add(log, &entry, error);

    return entry.time;
}


static ic_str_t
credential(ic_arena_t *arena, EVP_PKEY *key)
{
    BIO       *bio;
    char      *pem;
    long       len;
    ic_str_t   text;

    bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(bio, key);
    len = BIO_get_mem_data(bio, &pem);
    text = ic_str_dup(arena, ic_str_n(pem, (size_t) len));
    BIO_free(bio);

    return text;
}


/* What a message leaves in an entry: delivered ones are of this side. */

static void
message(ic_arena_t *arena, ic_entry_t *entry, ic_str_t *data, char *word,
    unsigned side)
{
    char          digest[65], *body;
    bool          sent;
    unsigned      from, signer;
    ic_str_t      text, signature;
    ic_message_t  one;

    sent = ic_str_is(entry->code, "OUTBOX_DELIVERED");
    from = sent ? side : 1 - side;
    signer = (*word == '~') ? 1 - from : from;
    body = strchr(word, ':');
    *body++ = '\0';

    ic_sha256_hex(digest, body, strlen(body));
    memset(&one, 0, sizeof(ic_message_t));
    one.method = ic_str("POST");
    one.target_uri = ic_str(word + 1);
    one.source_node_id = ic_str(nodes[from]);
    one.target_node_id = ic_str(nodes[1 - from]);
    one.nonce = ic_str_fmt(arena, "nonce-of-%p", (void *) entry);
    one.timestamp = ic_str("1700000000000");
    text = ic_sign_message_text(arena, &one, digest);

    if (*word == '!') {
        text.data[text.len - 1] ^= 1;
    }

    signature = ic_base64(arena, ic_sign(arena, *word == '<' ? old[signer]
                                                         : keys[signer],
                                  text), false);

    data[2 * entry->ndata] = ic_str("path");
    data[2 * entry->ndata++ + 1] = ic_str(word + 1);
    data[2 * entry->ndata] = ic_str("body_digest");
    data[2 * entry->ndata++ + 1] = ic_str_dup(arena, ic_str(digest));
    data[2 * entry->ndata] = ic_str("signed");
    data[2 * entry->ndata++ + 1] = text;
    data[2 * entry->ndata] = ic_str("signature");
    data[2 * entry->ndata++ + 1] = signature;
}


static ic_side_t *
side_of(const char *path, bool bundle)
{
    ic_side_t           *side;
    ic_verify_e          rc;
    ic_verify_t          verify;
    ic_bundle_told_t     part;
    ic_verify_result_t   result;

    side = ic_side();
    memset(&verify, 0, sizeof(ic_verify_t));
    verify.dir = path;
    verify.entry = ic_side_entry;
    verify.signer = ic_side_signer;
    verify.data = side;
    rc = bundle ? ic_bundle_verify(&verify, &part, &result)
         : ic_verify_log(&verify, &result);

    if (rc != IC_VERIFY_GOOD) {
        printf("# %s\n", result.finding);
    }

    ic_side_done(side, result.last_time, !bundle);

    return side;
}


/* Of a bundle only what it is of is asked for. */

static void
bundles(void)
{
    char                 file[PATH_MAX + 32];
    FILE                *out;
    ic_side_t           *one, *other;
    ic_bundle_told_t     part;
    ic_verify_result_t   result;

    static const case_t  both = { "a request that b denies", "entry 5 of a",
        { A_CONTRACT A_ASKS LATER, B_CONTRACT LATER } };

    static const case_t  rotated = { "a bundle over a rotation", "",
        { A_ROTATES LATER, B_SEES_IT LATER } };

    compared(&both, 99);
    snprintf(file, sizeof(file), "%s/bundle", folder);
    out = fopen(file, "w");
    is_int(ic_bundle_write(dir[1], ic_str("contract:C"), out, &part, &result),
           IC_VERIFY_GOOD, "a bundle of b's: %s", result.finding);
    fclose(out);

    one = side_of(dir[0], false);
    other = side_of(file, true);
    is_int(ic_other(one, other, &told), 0, "compared with a's log");
    is_int((long) told.contradictions, 0, "... it need not have the request"
           "%s", told.finding);
    is_int((long) told.matched, 2, "... it has the others");
    is_int((long) told.unmatched, 1, "... that one is counted");
    is_int((long) told.unverified, 0, "... signatures are by its head's key");
    ic_side_free(one);
    ic_side_free(other);

    /* a bundle has one credential, here the new one */

    compared(&rotated, 98);
    out = fopen(file, "w");
    is_int(ic_bundle_write(dir[0], ic_str("contract:C"), out, &part, &result),
           IC_VERIFY_GOOD, "a bundle of a's: %s", result.finding);
    fclose(out);

    one = side_of(file, true);
    other = side_of(dir[1], false);
    is_int(ic_other(one, other, &told), 0, "compared with b's log");
    is_int((long) told.contradictions, 0, "... no contradiction%s",
           told.finding);
    is_int((long) told.unverified, 0, "... and both keys' signatures count");
    ic_side_free(one);
    ic_side_free(other);
}


static int
removed(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void) st;
    (void) flag;
    (void) ftw;

    return remove(path);
}
