
/* Paillier as textbooks have it, by GMP: what the arithmetic is held to. */


#ifndef _TEXTBOOK_H_INCLUDED_
#define _TEXTBOOK_H_INCLUDED_


#include <gmp.h>
#include <openssl/rand.h>
#include <stdint.h>
#include <stdlib.h>


typedef struct {
    mpz_t  n, n2, p, q, p2, q2;
    mpz_t  hp, hq;               /* (-q)^-1 mod p, (-p)^-1 mod q */
    mpz_t  inverse;              /* p^-1 mod q */
} textbook_t;


/* p, q: size big-endian bytes each. */
static void
textbook_init(textbook_t *t, const u_char *p, const u_char *q, size_t size)
{
    mpz_inits(t->n, t->n2, t->p, t->q, t->p2, t->q2, t->hp, t->hq,
              t->inverse, NULL);
    mpz_import(t->p, size, 1, 1, 0, 0, p);
    mpz_import(t->q, size, 1, 1, 0, 0, q);
    mpz_mul(t->n, t->p, t->q);
    mpz_mul(t->n2, t->n, t->n);
    mpz_mul(t->p2, t->p, t->p);
    mpz_mul(t->q2, t->q, t->q);
    mpz_neg(t->hp, t->q);
    mpz_invert(t->hp, t->hp, t->p);
    mpz_neg(t->hq, t->p);
    mpz_invert(t->hq, t->hq, t->q);
    mpz_invert(t->inverse, t->p, t->q);
}


/* c = (1 + m n) r^n mod n^2 */
static void
textbook_encrypt(const textbook_t *t, mpz_t c, const mpz_t m)
{
    mpz_t   one_mn;
    u_char  bytes[1024];
    size_t  size;

    mpz_init(one_mn);
    size = mpz_sizeinbase(t->n, 256);
    (void) RAND_bytes(bytes, (int) size);
    mpz_import(c, size, 1, 1, 0, 0, bytes);
    mpz_powm(c, c, t->n, t->n2);
    mpz_mul(one_mn, m, t->n);
    mpz_add_ui(one_mn, one_mn, 1);
    mpz_mul(c, c, one_mn);
    mpz_mod(c, c, t->n2);
    mpz_clear(one_mn);
}


/* m mod p = L(c^(p-1) mod p^2) h mod p, L(x) = (x - 1) / p */
static void
textbook_half(mpz_t m, const mpz_t c, const mpz_t p, const mpz_t p2,
    const mpz_t h)
{
    mpz_t  e;

    mpz_init(e);
    mpz_sub_ui(e, p, 1);
    mpz_mod(m, c, p2);
    mpz_powm(m, m, e, p2);
    mpz_sub_ui(m, m, 1);
    mpz_divexact(m, m, p);
    mpz_mul(m, m, h);
    mpz_mod(m, m, p);
    mpz_clear(e);
}


/* By the Chinese remainder theorem. */
static void
textbook_decrypt(const textbook_t *t, mpz_t m, const mpz_t c)
{
    mpz_t  b;

    mpz_init(b);
    textbook_half(m, c, t->p, t->p2, t->hp);
    textbook_half(b, c, t->q, t->q2, t->hq);
    mpz_sub(b, b, m);
    mpz_mul(b, b, t->inverse);
    mpz_mod(b, b, t->q);
    mpz_addmul(m, b, t->p);
    mpz_clear(b);
}


/* sum = sum c^|x| mod n^2: one power and one product for an element. */
static void
textbook_accumulate(const textbook_t *t, mpz_t sum, const mpz_t c,
    int64_t x)
{
    mpz_t  power;

    mpz_init_set_ui(power, (unsigned long) llabs(x));
    mpz_powm(power, c, power, t->n2);
    mpz_mul(sum, sum, power);
    mpz_mod(sum, sum, t->n2);
    mpz_clear(power);
}


#endif /* _TEXTBOOK_H_INCLUDED_ */
