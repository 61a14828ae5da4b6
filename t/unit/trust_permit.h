
/* What the tests of permits share. */


#ifndef _TRUST_PERMIT_H_INCLUDED_
#define _TRUST_PERMIT_H_INCLUDED_


#include <stdlib.h>
#include <unistd.h>

#include <openssl/pem.h>

#include "tap.h"
#include "../../src/lib/ic_codec.h"
#include "../../src/trust/ic_cert.h"
#include "../../src/trust/ic_permit.h"
#include "../../src/trust/ic_sign.h"


#define SPKI_HEX \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"


static inline ic_permit_t
permit_sample(const char *jti)
{
    ic_permit_t  permit;

    memset(&permit, 0, sizeof(permit));
    permit.jti = ic_str(jti);
    permit.type = ic_str("dataset");
    permit.resource_id = ic_str("D0001");
    permit.node_id = ic_str("hospital-a");
    permit.holder = ic_str("coordinator");
    permit.spki = ic_str(SPKI_HEX);
    permit.audit_id = ic_str("A\"\\0001");
    permit.contract_id = ic_str("C0001");
    permit.expires = 1800000000;
    permit.uses = 100;
    permit.issued = 1767225600;

    return permit;
}


static inline bool
permit_same(const ic_permit_t *a, const ic_permit_t *b)
{
    return ic_str_eq(a->jti, b->jti)
           && ic_str_eq(a->type, b->type)
           && ic_str_eq(a->resource_id, b->resource_id)
           && ic_str_eq(a->node_id, b->node_id)
           && ic_str_eq(a->holder, b->holder)
           && ic_str_eq(a->spki, b->spki)
           && ic_str_eq(a->audit_id, b->audit_id)
           && ic_str_eq(a->contract_id, b->contract_id)
           && a->expires == b->expires
           && ic_str_eq(a->scope, b->scope)
           && a->uses == b->uses
           && a->rows == b->rows
           && a->bytes == b->bytes
           && a->issued == b->issued;
}


/* A key as a node loads it: from a PEM file, traditional form or PKCS#8. */

static inline int
permit_key(ic_permit_key_t *key, EVP_PKEY *pkey, bool traditional,
    ic_arena_t *arena)
{
    int    fd, rc;
    char   file[] = "/tmp/trust_permit.XXXXXX";
    FILE  *f;

    fd = mkstemp(file);
    if (fd == -1) {
        return -1;
    }

    f = fdopen(fd, "w");
    rc = -1;

    if (f != NULL) {
        if (!traditional) {
            PEM_write_PrivateKey(f, pkey, NULL, NULL, 0, NULL, NULL);

        } else {
            BIO  *bio = BIO_new_fp(f, BIO_NOCLOSE);

            PEM_write_bio_PrivateKey_traditional(bio, pkey, NULL, NULL, 0,
                                                 NULL, NULL);
            BIO_free(bio);
        }

        fclose(f);
        rc = ic_permit_key_load(key, file, arena);
    }

    unlink(file);

    return rc;
}


#endif /* _TRUST_PERMIT_H_INCLUDED_ */
