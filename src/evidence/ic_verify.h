
/*
 * Checking an evidence log without the node that wrote it: frames, entries,
 * chains of subjects, the tree against every head, signatures, keys and their
 * time, and heads that others kept.
 */


#ifndef _IC_VERIFY_H_INCLUDED_
#define _IC_VERIFY_H_INCLUDED_


#include <openssl/x509.h>

#include "ic_log.h"
#include "ic_tiles.h"


typedef enum {
    IC_VERIFY_GOOD = 0,
    IC_VERIFY_TAMPERED,          /* the finding says where */
    IC_VERIFY_INCOMPLETE,        /* good as far as it goes: a file is missing */
    IC_VERIFY_IMPOSSIBLE         /* memory, permissions */
} ic_verify_e;

typedef struct {
    const char   *dir;
    X509_STORE   *roots;         /* of certificates; NULL: any */
    const char  **heads;         /* files: heads of it kept elsewhere */
    unsigned      nheads;
    unsigned      witnesses;     /* partners that must have cosigned */
    /* of every entry in order, once it is known to be good; may be NULL */
    int         (*entry)(void *data, const ic_entry_t *entry, char *finding);
    void         *data;
    /* of every key that has signed a head of it, with data; may be NULL */
    void        (*signer)(void *data, EVP_PKEY *key);
    /* of every subject, behind the last entry of a good log: that entry's
     * hash; may be NULL */
    void        (*last)(void *data, const char *subject,
                        const ic_hash_t *hash);
    /* with every tile as it must be, instead of comparing tiles and the
     * published head, which are copies; NULL: compare */
    int         (*copies)(ic_tiles_t *tiles, unsigned level, uint64_t n,
                          unsigned width);
} ic_verify_t;

typedef struct {
    uint64_t      entries;
    uint64_t      heads;
    uint64_t      unsealed;      /* entries that no head has yet */
    bool          grew;          /* meanwhile: look once more */
    int64_t       last_time;     /* of the last head */
    ic_hash_t     root;          /* of the sealed entries */
    uint64_t      cosignatures;  /* of partners */
    unsigned      cosigners;
    uint64_t      cosigned;      /* entries that as many partners as were
                                    asked for, or one, have signed */
    int64_t       cosigned_time; /* of that head */
    ic_log_about_t  about;
    char          finding[IC_LOG_ERROR];
} ic_verify_result_t;


/* The finding is the first one; "" for a good log. */
ic_verify_e ic_verify_log(const ic_verify_t *verify,
    ic_verify_result_t *result);


#endif /* _IC_VERIFY_H_INCLUDED_ */
