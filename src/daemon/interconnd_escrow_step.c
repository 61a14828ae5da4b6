
/* The beginning of an escrow: at its owner, at who holds a share. */


#include <stdio.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "../lib/ic_codec.h"
#include "../lib/ic_json.h"
#include "../trust/ic_sign.h"
#include "interconnd_escrow.h"


/* What escrow_sealed is told. */
typedef struct {
    char      sha256[65];
    char      bytes[24];
    ic_str_t  copy;
    ic_str_t  holders;           /* JSON */
    ic_str_t  shares;            /* JSON */
    ic_str_t  signature;
} seal_outcome_t;


static int seal_make(interconnd_escrow_t *escrow, seal_outcome_t *outcome);
static int seal_shares(interconnd_escrow_t *escrow, seal_outcome_t *outcome,
    const ic_escrow_share_t *shares);
static ic_str_t seal_share(interconnd_escrow_t *escrow,
    const ic_record_t *holder, const ic_escrow_share_t *share);
static int seal_sign(interconnd_escrow_t *escrow, seal_outcome_t *outcome,
    const ic_escrow_holder_t *holders);
static ic_str_t seal_text(interconnd_escrow_t *escrow, ic_str_t digest,
    const ic_escrow_holder_t *holders);
static int hold_check(interconnd_escrow_t *escrow, const char **kept,
    const char **old);
static int hold_signature(interconnd_escrow_t *escrow);
static bool hold_verifies(interconnd_escrow_t *escrow, const char *credential,
    ic_str_t text, ic_str_t signature);


int
interconnd_escrow_seal(interconnd_escrow_t *escrow)
{
    ic_str_t        argv[7];
    seal_outcome_t  outcome;

    memset(&outcome, 0, sizeof(seal_outcome_t));
    argv[0] = interconnd_escrow_field(escrow, "id");

    if (seal_make(escrow, &outcome) != 0) {
        argv[1] = ic_str(escrow->why);
        return interconnd_escrow_tell(escrow, "escrow_unsealed", 2, argv);
    }

    argv[1] = ic_str(outcome.sha256);
    argv[2] = ic_str(outcome.bytes);
    argv[3] = outcome.signature;
    argv[4] = outcome.holders;
    argv[5] = outcome.shares;
    argv[6] = outcome.copy;

    return interconnd_escrow_tell(escrow, "escrow_sealed", 7, argv);
}


/* The key is here, in this function, and nowhere else. */

static int
seal_make(interconnd_escrow_t *escrow, seal_outcome_t *outcome)
{
    int                rc;
    u_char             key[IC_ESCROW_KEY];
    int64_t            bytes, threshold;
    ic_escrow_share_t  shares[IC_ESCROW_HOLDERS];

    if (escrow->step.nrecords > IC_ESCROW_HOLDERS
        || ic_str_int(interconnd_escrow_field(escrow, "threshold"),
                      &threshold)
           != 0)
    {
        return interconnd_escrow_fail(escrow, "its record is not sound");
    }

    if (RAND_priv_bytes(key, sizeof(key)) != 1) {
        return interconnd_escrow_fail(escrow, "no randomness");
    }

    bytes = 0;
    rc = interconnd_escrow_encrypt(escrow, key, outcome->sha256, &bytes,
                                   &outcome->copy);

    if (rc == 0
        && ic_escrow_split(key, (unsigned) threshold, escrow->step.nrecords,
                           shares)
           != 0)
    {
        rc = interconnd_escrow_fail(escrow, "the key cannot be shared");
    }

    OPENSSL_cleanse(key, sizeof(key));

    if (rc == 0) {
        (void) snprintf(outcome->bytes, sizeof(outcome->bytes), "%lld",
                        (long long) bytes);
        rc = seal_shares(escrow, outcome, shares);
    }

    OPENSSL_cleanse(shares, sizeof(shares));

    return rc;
}


/* Commitments, and each share for its holder alone. */

static int
seal_shares(interconnd_escrow_t *escrow, seal_outcome_t *outcome,
    const ic_escrow_share_t *shares)
{
    char                (*hex)[65];
    ic_str_t             sealed;
    unsigned             i, n;
    ic_json_out_t        list, by_node;
    ic_escrow_holder_t  *holders;

    n = escrow->step.nrecords;
    hex = ic_alloc(escrow->pool, n * sizeof(*hex));
    holders = ic_alloc(escrow->pool, n * sizeof(ic_escrow_holder_t));

    if (hex == NULL || holders == NULL) {
        return interconnd_escrow_fail(escrow, "memory is short");
    }

    ic_out_init(&list, escrow->pool);
    ic_out_init(&by_node, escrow->pool);
    ic_out_array(&list, NULL);
    ic_out_object(&by_node, NULL);

    for (i = 0; i < n; i++) {
        holders[i].node_id = ic_record_get(&escrow->step.records[i],
                                           "node_id");

        if (ic_escrow_commit(interconnd_escrow_field(escrow, "origin_id"),
                             &shares[i], hex[i])
            != 0)
        {
            return interconnd_escrow_fail(escrow, "memory is short");
        }

        holders[i].commitment = ic_str(hex[i]);
        sealed = seal_share(escrow, &escrow->step.records[i], &shares[i]);

        if (sealed.data == NULL) {
            return -1;
        }

        ic_out_object(&list, NULL);
        ic_out_str(&list, "node_id", holders[i].node_id);
        ic_out_int(&list, "index", i + 1);
        ic_out_str(&list, "commitment", holders[i].commitment);
        ic_out_object_end(&list);
        ic_out_key(&by_node, holders[i].node_id);
        ic_out_str(&by_node, NULL, sealed);
    }

    ic_out_array_end(&list);
    ic_out_object_end(&by_node);
    outcome->holders = ic_out_text(&list);
    outcome->shares = ic_out_text(&by_node);

    return seal_sign(escrow, outcome, holders);
}


/* Our own is at rest by the key that is in use here. */

static ic_str_t
seal_share(interconnd_escrow_t *escrow, const ic_record_t *holder,
    const ic_escrow_share_t *share)
{
    ic_str_t  node_id, credential, sealed;

    node_id = ic_record_get(holder, "node_id");
    credential = ic_str_is(node_id, escrow->conf->node_id)
                 ? interconnd_keys_identity(&escrow->keys)->credential
                 : ic_record_get(holder, "credential");
    sealed = interconnd_escrow_for(escrow, credential,
                                   interconnd_escrow_context(escrow, node_id),
                                   share);
    if (sealed.data == NULL) {
        (void) interconnd_escrow_fail(escrow, "%.*s has no key that a share "
                                      "can be sealed for", (int) node_id.len,
                                      node_id.data);
    }

    return sealed;
}


static int
seal_sign(interconnd_escrow_t *escrow, seal_outcome_t *outcome,
    const ic_escrow_holder_t *holders)
{
    ic_str_t  text;

    text = seal_text(escrow, ic_str(outcome->sha256), holders);

    if (text.data != NULL) {
        text = ic_sign(escrow->pool,
                       interconnd_keys_identity(&escrow->keys)->key, text);
    }

    if (text.data == NULL || outcome->holders.data == NULL
        || outcome->shares.data == NULL)
    {
        return interconnd_escrow_fail(escrow, "its record cannot be signed");
    }

    outcome->signature = ic_base64(escrow->pool, text, false);

    return 0;
}


/* digest: of the ciphertext */

static ic_str_t
seal_text(interconnd_escrow_t *escrow, ic_str_t digest,
    const ic_escrow_holder_t *holders)
{
    ic_escrow_record_t  record;

    record.escrow_id = interconnd_escrow_field(escrow, "origin_id");
    record.owner = interconnd_escrow_field(escrow, "owner");
    record.job_id = interconnd_escrow_field(escrow, "job_id");
    record.task_id = interconnd_escrow_field(escrow, "task_id");
    record.key = interconnd_escrow_field(escrow, "key");
    record.kind = interconnd_escrow_field(escrow, "kind");
    record.digest = interconnd_escrow_field(escrow, "digest");
    record.ciphertext_digest = digest;
    record.threshold = interconnd_escrow_field(escrow, "threshold");
    record.retention_until = interconnd_escrow_field(escrow,
                                                     "retention_until");
    record.level = interconnd_escrow_field(escrow, "level");

    return ic_escrow_text(escrow->pool, &record, holders,
                          escrow->step.nrecords);
}


int
interconnd_escrow_hold(interconnd_escrow_t *escrow)
{
    ic_str_t     argv[3];
    const char  *kept, *old;

    argv[0] = interconnd_escrow_field(escrow, "id");

    if (hold_check(escrow, &kept, &old) != 0) {
        argv[1] = ic_str(escrow->why);
        return interconnd_escrow_tell(escrow, "escrow_unfit", 2, argv);
    }

    argv[1] = ic_str(kept);
    argv[2] = ic_str(old);

    return interconnd_escrow_tell(escrow, "escrow_held", 3, argv);
}


/* The owner has signed it all, and our share is the one that it says. */

static int
hold_check(interconnd_escrow_t *escrow, const char **kept, const char **old)
{
    int                 rc;
    ic_str_t            node, copy;
    unsigned            i;
    const ic_record_t  *one;
    ic_escrow_share_t   share;

    *kept = "0";
    *old = "0";
    node = ic_str(escrow->conf->node_id);
    rc = interconnd_escrow_fail(escrow, "this node is no holder");

    if (hold_signature(escrow) != 0) {
        return -1;
    }

    for (i = 0; i < escrow->step.nrecords; i++) {
        one = &escrow->step.records[i];

        if (ic_str_eq(ic_record_get(one, "node_id"), node)) {
            rc = interconnd_escrow_open(escrow,
                                        interconnd_escrow_field(escrow,
                                                                "share"),
                                        interconnd_escrow_context(escrow,
                                                                  node),
                                        one, &share);
            OPENSSL_cleanse(&share, sizeof(share));

            if (rc == 0
                && !interconnd_escrow_is_known_by(escrow->opener, one))
            {
                *old = "1";
            }

            break;
        }
    }

    if (rc != 0) {
        return -1;
    }

    copy = interconnd_escrow_field(escrow, "ciphertext");

    if (copy.len != 0) {
        if (interconnd_escrow_keep(escrow, copy) != 0) {
            return -1;
        }

        *kept = "1";
    }

    escrow->why[0] = '\0';

    return 0;
}


static int
hold_signature(interconnd_escrow_t *escrow)
{
    ic_str_t             text, signature;
    unsigned             i, n;
    ic_escrow_holder_t  *holders;

    n = escrow->step.nrecords;
    holders = ic_zalloc(escrow->pool, (n + 1) * sizeof(ic_escrow_holder_t));

    if (holders == NULL || n > IC_ESCROW_HOLDERS) {
        return interconnd_escrow_fail(escrow, "its holders");
    }

    for (i = 0; i < n; i++) {
        holders[i].node_id = ic_record_get(&escrow->step.records[i],
                                           "node_id");
        holders[i].commitment = ic_record_get(&escrow->step.records[i],
                                              "commitment");
    }

    text = seal_text(escrow, interconnd_escrow_field(escrow,
                                                     "ciphertext_digest"),
                     holders);
    signature = ic_unbase64(escrow->pool,
                            interconnd_escrow_field(escrow, "signature"));

    if (text.data == NULL || signature.data == NULL
        || (!hold_verifies(escrow, "credential", text, signature)
            && !hold_verifies(escrow, "old_credential", text, signature)))
    {
        return interconnd_escrow_fail(escrow, "the owner's signature does "
                                      "not verify");
    }

    return 0;
}


static bool
hold_verifies(interconnd_escrow_t *escrow, const char *credential,
    ic_str_t text, ic_str_t signature)
{
    bool       good;
    EVP_PKEY  *key;

    key = ic_cert_public_key(interconnd_escrow_field(escrow, credential));
    good = key != NULL && ic_sign_verify(key, text, signature);
    EVP_PKEY_free(key);

    return good;
}
