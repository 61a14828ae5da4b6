
/* SHA-512 of what keys and secrets make together, for one thread. */


#ifndef _PSI_DIGEST_H_INCLUDED_
#define _PSI_DIGEST_H_INCLUDED_


#include <openssl/evp.h>

#include "psi.h"


#define PSI_DIGEST_SIZE  64


typedef struct {
    EVP_MD      *md;
    EVP_MD_CTX  *ctx;
} psi_digest_t;


/* 0, or -1: memory is short. */
int psi_digest_open(psi_digest_t *digest);
void psi_digest_close(psi_digest_t *digest);

/* Of a purpose with its NUL, then of each part its length (u32) and bytes. */
int psi_digest(psi_digest_t *digest, const char *purpose, ic_str_t one,
    ic_str_t two, ic_str_t three, ic_str_t key,
    u_char hash[PSI_DIGEST_SIZE]);

/* Little-endian words from or to this machine's. */
void psi_digest_order(uint64_t *words, size_t count);


#endif /* _PSI_DIGEST_H_INCLUDED_ */
