
/*
 * Words of Z_2^64 in slots of 72 bits of a Paillier plaintext: 8 carry bits
 * let 256 ciphertexts be added before a slot runs into the next one. Slot j
 * is bytes 9 j .. 9 j + 8 of the little-endian plaintext.
 */


#ifndef _IC_PACK_H_INCLUDED_
#define _IC_PACK_H_INCLUDED_


#include <openssl/bn.h>
#include <stdint.h>


#define IC_PACK_SLOT_BYTES  9


/* Words per ciphertext under a modulus of that size: 28 for 2048. */
#define ic_pack_slots(bits)  (((unsigned) (bits) - 1) / 72)

/* Ciphertexts that count words need. */
#define ic_pack_blocks(bits, count)                                           \
    (((count) + ic_pack_slots(bits) - 1) / ic_pack_slots(bits))


/* m from at most ic_pack_slots() words. 0 or -1. */
int ic_pack(const uint64_t *words, unsigned count, BIGNUM *m);

/*
 * The count words of a sum, each mod 2^64, and what they have above it
 * (carries[count]; NULL: not wanted). 0; -1 if m is longer.
 */
int ic_unpack(const BIGNUM *m, uint64_t *words, uint8_t *carries,
    unsigned count);


#endif /* _IC_PACK_H_INCLUDED_ */
