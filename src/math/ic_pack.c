
/* Words in slots of a Paillier plaintext. */


#include <openssl/crypto.h>
#include <string.h>

#include "ic_pack.h"


#define MAX_BYTES  1024


int
ic_pack(const uint64_t *words, unsigned count, BIGNUM *m)
{
    int       rc;
    u_char    bytes[MAX_BYTES];
    unsigned  i, j;

    if ((size_t) count * IC_PACK_SLOT_BYTES > MAX_BYTES) {
        return -1;
    }

    memset(bytes, 0, sizeof(bytes));

    for (i = 0; i < count; i++) {
        for (j = 0; j < 8; j++) {
            bytes[IC_PACK_SLOT_BYTES * i + j] = (u_char) (words[i] >> 8 * j);
        }
    }

    rc = (BN_lebin2bn(bytes, (int) count * IC_PACK_SLOT_BYTES, m) == NULL)
         ? -1 : 0;

    OPENSSL_cleanse(bytes, sizeof(bytes));

    return rc;
}


int
ic_unpack(const BIGNUM *m, uint64_t *words, uint8_t *carries,
    unsigned count)
{
    u_char    bytes[MAX_BYTES];
    unsigned  i, j;

    if ((size_t) count * IC_PACK_SLOT_BYTES > MAX_BYTES
        || BN_bn2lebinpad(m, bytes, (int) count * IC_PACK_SLOT_BYTES) < 0)
    {
        return -1;
    }

    for (i = 0; i < count; i++) {
        words[i] = 0;

        for (j = 0; j < 8; j++) {
            words[i] |= (uint64_t) bytes[IC_PACK_SLOT_BYTES * i + j] << 8 * j;
        }

        if (carries != NULL) {
            carries[i] = bytes[IC_PACK_SLOT_BYTES * i + 8];
        }
    }

    OPENSSL_cleanse(bytes, sizeof(bytes));

    return 0;
}
