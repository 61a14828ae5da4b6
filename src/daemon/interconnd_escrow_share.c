
/* Shares on their way: to who asked, and together again. */


#include <stdio.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "../lib/ic_codec.h"
#include "interconnd_escrow.h"


/* Of a holder that this node is; NULL: it is none. */

static const ic_record_t *share_own(const interconnd_escrow_t *escrow);
static int share_open_by(interconnd_escrow_t *escrow,
    const interconnd_identity_t *identity, ic_str_t sealed, ic_str_t context,
    ic_escrow_share_t *share);
static int share_combine(interconnd_escrow_t *escrow,
    u_char key[IC_ESCROW_KEY], ic_str_t *wrong);
static int share_installed(interconnd_escrow_t *escrow,
    const u_char key[IC_ESCROW_KEY], ic_str_t argv[3]);


ic_str_t
interconnd_escrow_context(interconnd_escrow_t *escrow, ic_str_t holder)
{
    ic_str_t  id, owner;

    id = interconnd_escrow_field(escrow, "origin_id");
    owner = interconnd_escrow_field(escrow, "owner");

    return ic_str_fmt(escrow->pool, "interconn escrow share v1\n%.*s\n%.*s\n"
                      "%.*s", (int) id.len, id.data, (int) owner.len,
                      owner.data, (int) holder.len, holder.data);
}


ic_str_t
interconnd_escrow_answer(interconnd_escrow_t *escrow, ic_str_t holder)
{
    ic_str_t  id, owner, request, asker;

    id = interconnd_escrow_field(escrow, "origin_id");
    owner = interconnd_escrow_field(escrow, "owner");
    request = interconnd_escrow_field(escrow, "request_id");
    asker = interconnd_escrow_field(escrow, "asker");

    return ic_str_fmt(escrow->pool, "interconn escrow answer v1\n%.*s\n%.*s\n"
                      "%.*s\n%.*s\n%.*s", (int) request.len, request.data,
                      (int) id.len, id.data, (int) owner.len, owner.data,
                      (int) holder.len, holder.data, (int) asker.len,
                      asker.data);
}


int
interconnd_escrow_open(interconnd_escrow_t *escrow, ic_str_t sealed,
    ic_str_t context, const ic_record_t *holder, ic_escrow_share_t *share)
{
    int64_t  index;

    sealed = ic_unbase64(escrow->pool, sealed);

    if (sealed.data == NULL || context.data == NULL
        || ic_str_int(ic_record_get(holder, "index"), &index) != 0
        || (share_open_by(escrow, &escrow->keys.present, sealed, context,
                          share)
            != 0
            && share_open_by(escrow, &escrow->keys.next, sealed, context,
                             share)
               != 0))
    {
        return interconnd_escrow_fail(escrow, "the share is not sealed for "
                                      "this node's key");
    }

    if (!ic_escrow_is_share(interconnd_escrow_field(escrow, "origin_id"),
                            share, (unsigned) index,
                            ic_record_get(holder, "commitment")))
    {
        OPENSSL_cleanse(share, sizeof(ic_escrow_share_t));
        return interconnd_escrow_fail(escrow, "the share is not the one that "
                                      "the owner has signed");
    }

    return 0;
}


static int
share_open_by(interconnd_escrow_t *escrow,
    const interconnd_identity_t *identity, ic_str_t sealed, ic_str_t context,
    ic_escrow_share_t *share)
{
    ic_str_t  opened;

    if (identity->key == NULL) {
        return -1;
    }

    escrow->opener = identity;
    opened = ic_escrow_open(escrow->pool, identity->key, context, sealed);

    if (opened.data == NULL) {
        return -1;
    }

    if (opened.len == IC_ESCROW_SHARE) {
        memcpy(share->bytes, opened.data, IC_ESCROW_SHARE);
    }

    OPENSSL_cleanse(opened.data, opened.len);

    return (opened.len == IC_ESCROW_SHARE) ? 0 : -1;
}


ic_str_t
interconnd_escrow_for(interconnd_escrow_t *escrow, ic_str_t credential,
    ic_str_t context, const ic_escrow_share_t *share)
{
    EVP_PKEY  *key;
    ic_str_t   sealed, none = ic_null_string;

    key = ic_cert_public_key(credential);

    if (key == NULL || context.data == NULL) {
        EVP_PKEY_free(key);
        return none;
    }

    sealed = ic_escrow_seal(escrow->pool, key, context,
                            ic_str_n((u_char *) share->bytes,
                                     IC_ESCROW_SHARE));
    EVP_PKEY_free(key);

    return sealed.data != NULL ? ic_base64(escrow->pool, sealed, false)
                               : none;
}


static const ic_record_t *
share_own(const interconnd_escrow_t *escrow)
{
    unsigned  i;

    for (i = 0; i < escrow->step.nrecords; i++) {
        if (ic_str_is(ic_record_get(&escrow->step.records[i], "node_id"),
                      escrow->conf->node_id))
        {
            return &escrow->step.records[i];
        }
    }

    return NULL;
}


int
interconnd_escrow_hand(interconnd_escrow_t *escrow)
{
    ic_str_t            argv[3], node, sealed = ic_null_string;
    const ic_record_t  *own;
    ic_escrow_share_t   share;

    node = ic_str(escrow->conf->node_id);
    own = share_own(escrow);

    if (own == NULL) {
        (void) interconnd_escrow_fail(escrow, "this node is no holder");

    } else if (interconnd_escrow_open(escrow,
                                      interconnd_escrow_field(escrow,
                                                              "share"),
                                      interconnd_escrow_context(escrow, node),
                                      own, &share)
               == 0)
    {
        sealed = interconnd_escrow_for(escrow,
                                       interconnd_escrow_field(escrow,
                                                               "credential"),
                                       interconnd_escrow_answer(escrow,
                                                                node),
                                       &share);
        OPENSSL_cleanse(&share, sizeof(share));

        if (sealed.data == NULL) {
            (void) interconnd_escrow_fail(escrow, "who asks has no key that "
                                          "a share can be sealed for");
        }
    }

    argv[0] = interconnd_escrow_field(escrow, "id");
    argv[1] = sealed.data != NULL ? sealed : ic_str("");
    argv[2] = ic_str(escrow->why);

    return interconnd_escrow_tell(escrow, "escrow_handed", 3, argv);
}


bool
interconnd_escrow_is_known_by(const interconnd_identity_t *identity,
    const ic_record_t *own)
{
    bool       same;
    EVP_PKEY  *key, *known;

    key = ic_cert_public_key(identity->credential);
    known = ic_cert_public_key(ic_record_get(own, "credential"));
    same = key == NULL || known == NULL || EVP_PKEY_eq(key, known) == 1;
    EVP_PKEY_free(key);
    EVP_PKEY_free(known);

    return same;
}


/*
 * The node changes its key while it has both. A process that does not know of
 * the change yet leaves it for later: sealed for the key before, the share
 * would be lost with it.
 */

int
interconnd_escrow_reseal(interconnd_escrow_t *escrow)
{
    ic_str_t            argv[2], context, sealed = ic_null_string;
    const ic_record_t  *own;
    ic_escrow_share_t   share;

    own = share_own(escrow);
    context = interconnd_escrow_context(escrow,
                                        ic_str(escrow->conf->node_id));

    if (own != NULL
        && !interconnd_escrow_is_known_by(
                interconnd_keys_identity(&escrow->keys), own))
    {
        (void) interconnd_escrow_fail(escrow, "the node's next key is not "
                                      "here yet");
        return 0;
    }

    if (own != NULL
        && interconnd_escrow_open(escrow,
                                  interconnd_escrow_field(escrow, "share"),
                                  context, own, &share)
           == 0)
    {
        sealed = interconnd_escrow_for(escrow,
                     interconnd_keys_identity(&escrow->keys)->credential,
                     context, &share);
        OPENSSL_cleanse(&share, sizeof(share));
    }

    argv[0] = interconnd_escrow_field(escrow, "id");
    argv[1] = sealed.data != NULL ? sealed : ic_str("");

    return interconnd_escrow_tell(escrow, "escrow_resealed", 2, argv);
}


int
interconnd_escrow_restore(interconnd_escrow_t *escrow)
{
    int       rc;
    u_char    key[IC_ESCROW_KEY];
    ic_str_t  argv[3], wrong = ic_null_string;

    argv[0] = interconnd_escrow_field(escrow, "id");
    rc = share_combine(escrow, key, &wrong);

    if (rc != 0 && wrong.len != 0) {
        argv[1] = wrong;
        return interconnd_escrow_tell(escrow, "escrow_share_wrong", 2, argv);
    }

    if (rc == 0) {
        rc = share_installed(escrow, key, argv);
        OPENSSL_cleanse(key, sizeof(key));
    }

    if (rc == 0) {
        rc = interconnd_escrow_tell(escrow, "escrow_restored", 3, argv);

        /* its term ended meanwhile; an output that was there before stays */

        if (rc == 0 && escrow->why[0] != '\0' && !escrow->replaced) {
            interconnd_escrow_undo(escrow, argv[1], argv[2]);
        }

        return rc;
    }

    argv[1] = ic_str(escrow->why);

    return interconnd_escrow_tell(escrow, "escrow_restore_failed", 2, argv);
}


/* wrong: who gave a share that is not his. */

static int
share_combine(interconnd_escrow_t *escrow, u_char key[IC_ESCROW_KEY],
    ic_str_t *wrong)
{
    int                 rc;
    int64_t             threshold;
    ic_str_t            node, context;
    unsigned            i, n;
    const ic_record_t  *one;
    ic_escrow_share_t   shares[IC_ESCROW_HOLDERS];

    if (ic_str_int(interconnd_escrow_field(escrow, "threshold"), &threshold)
           != 0
        || threshold < 1 || threshold > IC_ESCROW_HOLDERS)
    {
        return interconnd_escrow_fail(escrow, "its record is not sound");
    }

    rc = 0;

    for (i = 0, n = 0; i < escrow->step.nrecords && n < threshold; i++) {
        one = &escrow->step.records[i];
        node = ic_record_get(one, "node_id");
        context = ic_str_is(node, escrow->conf->node_id)
                  ? interconnd_escrow_context(escrow, node)
                  : interconnd_escrow_answer(escrow, node);

        if (interconnd_escrow_open(escrow, ic_record_get(one, "share"),
                                   context, one, &shares[n++])
            != 0)
        {
            *wrong = node;
            rc = -1;
            break;
        }
    }

    if (rc == 0 && (n < threshold || ic_escrow_combine(shares, n, key) != 0))
    {
        rc = interconnd_escrow_fail(escrow, "too few shares");
    }

    OPENSSL_cleanse(shares, sizeof(shares));

    return rc;
}


static int
share_installed(interconnd_escrow_t *escrow, const u_char key[IC_ESCROW_KEY],
    ic_str_t argv[3])
{
    int  rc;

    rc = interconnd_escrow_decrypt(escrow, key, &argv[1], &argv[2]);

    if (rc == 0) {
        escrow->why[0] = '\0';
    }

    return rc;
}
