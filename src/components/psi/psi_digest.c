
/* SHA-512 of several parts. */


#include <endian.h>

#include "psi_digest.h"


static bool digest_part(psi_digest_t *digest, ic_str_t part);


int
psi_digest_open(psi_digest_t *digest)
{
    digest->md = EVP_MD_fetch(NULL, "SHA512", NULL);
    digest->ctx = EVP_MD_CTX_new();

    if (digest->md == NULL || digest->ctx == NULL) {
        psi_digest_close(digest);
        return -1;
    }

    return 0;
}


void
psi_digest_close(psi_digest_t *digest)
{
    EVP_MD_CTX_free(digest->ctx);
    EVP_MD_free(digest->md);
}


int
psi_digest(psi_digest_t *digest, const char *purpose, ic_str_t one,
    ic_str_t two, ic_str_t three, ic_str_t key,
    u_char hash[PSI_DIGEST_SIZE])
{
    return EVP_DigestInit_ex(digest->ctx, digest->md, NULL)
           && EVP_DigestUpdate(digest->ctx, purpose, strlen(purpose) + 1)
           && digest_part(digest, one)
           && digest_part(digest, two)
           && digest_part(digest, three)
           && digest_part(digest, key)
           && EVP_DigestFinal_ex(digest->ctx, hash, NULL)
           ? 0 : -1;
}


static bool
digest_part(psi_digest_t *digest, ic_str_t part)
{
    uint32_t  len;

    len = htobe32((uint32_t) part.len);

    return EVP_DigestUpdate(digest->ctx, &len, sizeof(len))
           && EVP_DigestUpdate(digest->ctx, part.data, part.len);
}


void
psi_digest_order(uint64_t *words, size_t count)
{
    size_t  i;

    for (i = 0; i < count; i++) {
        words[i] = le64toh(words[i]);
    }
}
