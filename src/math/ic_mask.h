
/*
 * Pairwise masks (Bonawitz et al., CCS'17, without the dropout part) and
 * sealed messages, both under the secret of two parties.
 *
 * A label says what a key is for; every key derived from it is used once.
 */


#ifndef _IC_MASK_H_INCLUDED_
#define _IC_MASK_H_INCLUDED_


#include <stdint.h>

#include "ic_exchange.h"


#define IC_MASK_CONTEXT   32
#define IC_SEAL_OVERHEAD  28     /* nonce of 12 bytes, tag of 16 */


typedef struct {
    u_char       context[IC_MASK_CONTEXT]; /* job, task, set of parties */
    const char  *purpose;
    uint32_t     round;
    uint32_t     attempt;
    uint32_t     from;           /* party numbers; of a mask: the lower, */
    uint32_t     to;             /* the higher one */
} ic_label_t;


/*
 * Adds (sign 1) or subtracts (sign -1) the stream of AES-256-CTR under
 * HKDF-Expand(secret, label) from words, mod 2^64. The party with the lower
 * number adds, the other one subtracts: the sum of both is unmasked.
 * 0 or -1.
 */
int ic_mask_apply(const u_char secret[IC_EXCHANGE_KEY],
    const ic_label_t *label, int sign, uint64_t *words, unsigned count);

/*
 * AES-256-GCM under HKDF-Expand(secret, label) with a random nonce, the
 * label and aad as associated data. out: len + IC_SEAL_OVERHEAD bytes.
 * 0 or -1.
 */
int ic_seal(const u_char secret[IC_EXCHANGE_KEY], const ic_label_t *label,
    const void *aad, size_t aad_len, const void *data, size_t len,
    u_char *out);

/*
 * The reverse: out has len - IC_SEAL_OVERHEAD bytes. -1: not sealed by the
 * other party for this purpose, round and receiver.
 */
int ic_unseal(const u_char secret[IC_EXCHANGE_KEY], const ic_label_t *label,
    const void *aad, size_t aad_len, const u_char *data, size_t len,
    u_char *out);


#endif /* _IC_MASK_H_INCLUDED_ */
