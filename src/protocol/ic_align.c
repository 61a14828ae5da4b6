
/* Whether the tables of all parties are aligned. */


#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "../math/ic_x25519.h"
#include "ic_align.h"


/* the domain of the hash (RFC 9380, 3.1) */
#define ALIGN_DOMAIN  "interconn-align-v1-curve25519_XMD:SHA-512_ELL2_NU_"

#define ALIGN_PROOF   32


typedef struct {
    ic_wire_t         *wire;
    unsigned           kind;
    const int64_t     *rows_of;
    const ic_party_t  *parties;
    unsigned           count;
    unsigned           self;
    bool               ids;      /* we have some */
    u_char             scalar[IC_X25519_SIZE];
    u_char             point[IC_X25519_SIZE];

    /* of every other party; all zero: it names no ids */
    u_char             theirs[IC_TASK_MAX_PARTIES][IC_X25519_SIZE];
} align_t;


static int align_rows(align_t *align);
static int align_point(align_t *align, const ic_table_t *table,
    const char *unique_id);
static int align_digest(align_t *align, const ic_table_t *table,
    const char *unique_id, u_char digest[32]);
static int align_hash(align_t *align, const u_char digest[32]);
static int align_points(align_t *align);
static int align_hear(align_t *align, unsigned i);
static int align_proofs(align_t *align);
static int align_check(align_t *align, unsigned i);
static void align_proof(const align_t *align, unsigned from, unsigned to,
    u_char proof[ALIGN_PROOF]);
static bool align_asks(const align_t *align, unsigned i);
static int align_fail(const align_t *align, unsigned i, const char *what);


int
ic_align(ic_wire_t *wire, unsigned kind, const int64_t *rows_of,
    const ic_table_t *table, const char *unique_id)
{
    int       rc;
    align_t  *align;

    if (table == NULL) {
        return 0;
    }

    align = calloc(1, sizeof(align_t));

    if (align == NULL) {
        return ic_task_fail(wire->task, "internal", NULL, 0,
                            "memory is short");
    }

    align->wire = wire;
    align->kind = kind;
    align->rows_of = rows_of;
    align->parties = ic_task_parties(wire->task, &align->count);

    while (strcmp(align->parties[align->self].name,
                  ic_task_self(wire->task)->name)
           != 0)
    {
        align->self++;
    }

    rc = align_rows(align);

    if (rc == 0) {
        rc = align_point(align, table, unique_id);
    }

    if (rc == 0) {
        rc = align_points(align);
    }

    if (rc == 0) {
        rc = align_proofs(align);
    }

    OPENSSL_cleanse(align, sizeof(align_t));
    free(align);

    return rc;
}


static int
align_rows(align_t *align)
{
    unsigned  i;

    for (i = 0; i < align->count; i++) {
        if (align->rows_of[i] != -1
            && align->rows_of[i] != align->rows_of[align->self])
        {
            return ic_task_fail(align->wire->task, "data_not_aligned", NULL,
                                0, "%s has %lld rows, we have %lld",
                                align->parties[i].name,
                                (long long) align->rows_of[i],
                                (long long) align->rows_of[align->self]);
        }
    }

    return 0;
}


static int
align_point(align_t *align, const ic_table_t *table, const char *unique_id)
{
    int     rc;
    u_char  digest[32];

    if (unique_id == NULL) {
        return 0;
    }

    rc = align_digest(align, table, unique_id, digest);

    if (rc == 0) {
        rc = align_hash(align, digest);
        align->ids = true;
    }

    OPENSSL_cleanse(digest, sizeof(digest));

    return rc;
}


/* Each id with its length, so that they cannot run together. */

static int
align_digest(align_t *align, const ic_table_t *table, const char *unique_id,
    u_char digest[32])
{
    int          rc, column;
    u_char       length[4];
    size_t       n;
    int64_t      row;
    const char  *text;
    EVP_MD_CTX  *sha;

    column = ic_table_find(table, unique_id);

    if (column == -1) {
        return ic_task_fail(align->wire->task, "data_missing_column",
                            unique_id, 0, "no column %s", unique_id);
    }

    sha = EVP_MD_CTX_new();
    rc = sha != NULL && EVP_DigestInit_ex(sha, EVP_sha256(), NULL) == 1;

    for (row = 0; rc == 1 && row < ic_table_rows(table); row++) {
        text = ic_table_text(table, row, column);

        if (text == NULL) {
            EVP_MD_CTX_free(sha);
            return ic_task_fail(align->wire->task, "data_null_value",
                                unique_id, row + 1, "%s is empty in row %lld",
                                unique_id, (long long) row + 1);
        }

        n = strlen(text);
        length[0] = (u_char) (n >> 24);
        length[1] = (u_char) (n >> 16);
        length[2] = (u_char) (n >> 8);
        length[3] = (u_char) n;
        rc = EVP_DigestUpdate(sha, length, sizeof(length)) == 1
             && EVP_DigestUpdate(sha, text, n) == 1;
    }

    rc = rc == 1 && EVP_DigestFinal_ex(sha, digest, NULL) == 1;
    EVP_MD_CTX_free(sha);

    return rc ? 0 : ic_task_fail(align->wire->task, "internal", NULL, 0,
                                 "memory is short");
}


/* The point of ids and run, times a secret of ours. */

static int
align_hash(align_t *align, const u_char digest[32])
{
    int                rc;
    u_char             item[IC_MESSAGE_CONTEXT + 32];
    ic_x25519_hash_t  *hash;

    memcpy(item, align->wire->context, IC_MESSAGE_CONTEXT);
    memcpy(item + IC_MESSAGE_CONTEXT, digest, 32);

    hash = ic_x25519_hash_create(ALIGN_DOMAIN);
    rc = hash != NULL ? ic_x25519_hash(hash, item, sizeof(item), align->point)
                      : -1;
    ic_x25519_hash_destroy(hash);
    OPENSSL_cleanse(item, sizeof(item));

    if (rc != 0 || ic_x25519_scalar(align->scalar) != 0) {
        return ic_task_fail(align->wire->task, "internal", NULL, 0,
                            "no random numbers or memory");
    }

    ic_x25519_map(align->point, align->point, 1);
    ic_x25519_multiply(align->point, align->scalar, align->point, 1);

    return 0;
}


static int
align_points(align_t *align)
{
    int           rc;
    unsigned      i;
    ic_message_t  message;

    ic_message_begin(align->wire, &message, align->kind, 0);
    ic_message_put_raw(&message, align->point, IC_X25519_SIZE);

    for (rc = 0, i = 0; rc == 0 && i < align->count; i++) {
        if (align_asks(align, i)) {
            rc = ic_message_copy(&message, &align->parties[i]);
        }
    }

    ic_message_drop(&message);

    for (i = 0; rc == 0 && i < align->count; i++) {
        if (align_asks(align, i)) {
            rc = align_hear(align, i);
        }
    }

    return rc;
}


static int
align_hear(align_t *align, unsigned i)
{
    int            rc;
    size_t         index;
    ic_message_t   message;
    const u_char  *point;

    static const u_char  none[IC_X25519_SIZE];

    rc = ic_message_recv(align->wire, &message, &align->parties[i],
                         align->kind, 0);

    if (rc == 0) {
        point = ic_message_get_raw(&message, IC_X25519_SIZE);
        rc = ic_message_whole(&message);
    }

    if (rc == 0 && memcmp(point, none, IC_X25519_SIZE) != 0) {

        if (ic_x25519_check(point, 1, &index) != IC_X25519_OK
            || memcmp(point, align->point, IC_X25519_SIZE) == 0)
        {
            rc = align_fail(align, i, "sent a point that is none");
        }

        memcpy(align->theirs[i], point, IC_X25519_SIZE);

        /* the product that both have if the ids are the same */

        ic_x25519_multiply(align->theirs[i], align->scalar,
                           align->theirs[i], 1);
    }

    ic_message_drop(&message);

    return rc;
}


/* Ours is made of both names, so that one sent back is no proof. */

static int
align_proofs(align_t *align)
{
    int           rc;
    u_char        proof[ALIGN_PROOF];
    unsigned      i;
    ic_message_t  message;

    for (rc = 0, i = 0; rc == 0 && i < align->count; i++) {
        if (align_asks(align, i)) {
            align_proof(align, align->self, i, proof);
            ic_message_begin(align->wire, &message, align->kind + 1, 0);
            ic_message_put_raw(&message, proof, ALIGN_PROOF);
            rc = ic_message_send(&message, &align->parties[i]);
        }
    }

    for (i = 0; rc == 0 && i < align->count; i++) {
        if (align_asks(align, i)) {
            rc = align_check(align, i);
        }
    }

    return rc;
}


static int
align_check(align_t *align, unsigned i)
{
    int            rc;
    u_char         wanted[ALIGN_PROOF];
    ic_message_t   message;
    const u_char  *proof;

    static const u_char  none[IC_X25519_SIZE];

    rc = ic_message_recv(align->wire, &message, &align->parties[i],
                         align->kind + 1, 0);

    if (rc == 0) {
        proof = ic_message_get_raw(&message, ALIGN_PROOF);
        rc = ic_message_whole(&message);
    }

    if (rc == 0 && align->ids
        && memcmp(align->theirs[i], none, IC_X25519_SIZE) != 0)
    {
        align_proof(align, i, align->self, wanted);

        if (CRYPTO_memcmp(proof, wanted, ALIGN_PROOF) != 0) {
            rc = ic_task_fail(align->wire->task, "data_not_aligned", NULL, 0,
                              "the ids of %s are others, or in another "
                              "order", align->parties[i].name);
        }
    }

    ic_message_drop(&message);

    return rc;
}


/* The product is below p as long as both have ids; else zero bytes. */

static void
align_proof(const align_t *align, unsigned from, unsigned to,
    u_char proof[ALIGN_PROOF])
{
    u_char    text[IC_MESSAGE_CONTEXT + IC_X25519_SIZE + 2];
    unsigned  other;

    other = from == align->self ? to : from;
    memcpy(text, align->wire->context, IC_MESSAGE_CONTEXT);
    memcpy(text + IC_MESSAGE_CONTEXT, align->theirs[other], IC_X25519_SIZE);
    text[sizeof(text) - 2] = (u_char) from;
    text[sizeof(text) - 1] = (u_char) to;
    ic_sha256(proof, text, sizeof(text));
    OPENSSL_cleanse(text, sizeof(text));
}


static bool
align_asks(const align_t *align, unsigned i)
{
    return i != align->self && align->rows_of[i] != -1;
}


static int
align_fail(const align_t *align, unsigned i, const char *what)
{
    return ic_task_fail(align->wire->task, "peer_protocol", NULL, 0,
                        "%s %s", align->parties[i].name, what);
}
