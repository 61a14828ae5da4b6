
/* Oblivious transfer extension: columns, rows and their hash. */


#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "ic_extension.h"
#include "ic_share.h"


#define HASH_ROWS  512                       /* at a time: 8 KiB */


static void extension_rows(uint64_t *rows, const uint64_t *columns,
    size_t blocks);
static int hash_piece(EVP_CIPHER_CTX *ctx, uint64_t first,
    const uint64_t *rows, const uint64_t *delta, size_t n, uint64_t *words);


int
ic_extension_receive(ic_extension_in_t *in, const uint64_t *choices,
    size_t blocks, uint64_t *message, uint64_t *rows)
{
    int        rc;
    size_t     k;
    uint64_t  *columns, *t, *u;
    unsigned   j;

    columns = malloc(ic_extension_words(blocks) * sizeof(uint64_t) + 1);
    rc = columns != NULL ? 0 : -1;

    for (j = 0; rc == 0 && j < IC_EXTENSION_WIDTH; j++) {
        t = columns + j * blocks;
        u = message + j * blocks;

        rc = ic_share_expand(in->seeds[j][0], in->next, t, blocks)
             || ic_share_expand(in->seeds[j][1], in->next, u, blocks) ? -1
             : 0;

        for (k = 0; k < blocks; k++) {
            u[k] ^= t[k] ^ choices[k];
        }
    }

    if (rc == 0) {
        extension_rows(rows, columns, blocks);
        in->next += blocks + blocks % 2;
    }

    if (columns != NULL) {
        OPENSSL_cleanse(columns,
                        ic_extension_words(blocks) * sizeof(uint64_t));
        free(columns);
    }

    return rc;
}


int
ic_extension_send(ic_extension_out_t *out, uint64_t *message, size_t blocks,
    uint64_t *rows)
{
    int        rc;
    size_t     k;
    uint64_t  *own, *u, chosen;
    unsigned   j;

    own = malloc(blocks * sizeof(uint64_t) + 1);
    rc = own != NULL ? 0 : -1;

    for (j = 0; rc == 0 && j < IC_EXTENSION_WIDTH; j++) {
        u = message + j * blocks;
        chosen = 0 - (out->delta[j / 64] >> (j % 64) & 1);
        rc = ic_share_expand(out->seeds[j], out->next, own, blocks);

        for (k = 0; k < blocks; k++) {
            u[k] = own[k] ^ (chosen & u[k]);
        }
    }

    if (rc == 0) {
        extension_rows(rows, message, blocks);
        out->next += blocks + blocks % 2;
    }

    if (own != NULL) {
        OPENSSL_cleanse(own, blocks * sizeof(uint64_t));
        free(own);
    }

    return rc;
}


static void
extension_rows(uint64_t *rows, const uint64_t *columns, size_t blocks)
{
    size_t    k;
    uint64_t  square[64], turned[64];
    unsigned  half, j;

    for (k = 0; k < blocks; k++) {
        for (half = 0; half < 2; half++) {

            for (j = 0; j < 64; j++) {
                square[j] = columns[(64 * half + j) * blocks + k];
            }

            ic_share_planes(turned, square, 64, 64);

            for (j = 0; j < 64; j++) {
                rows[2 * (64 * k + j) + half] = turned[j];
            }
        }
    }

    OPENSSL_cleanse(square, sizeof(square));
    OPENSSL_cleanse(turned, sizeof(turned));
}


int
ic_extension_hash(const u_char key[16], uint64_t first, const uint64_t *rows,
    const uint64_t *delta, size_t n, uint64_t *words)
{
    int              rc;
    size_t           i, count;
    EVP_CIPHER_CTX  *ctx;

    ctx = EVP_CIPHER_CTX_new();

    rc = ctx != NULL
         && EVP_EncryptInit_ex(ctx, EVP_aes_128_ecb(), NULL, key, NULL)
         && EVP_CIPHER_CTX_set_padding(ctx, 0) ? 0 : -1;

    for (i = 0; rc == 0 && i < n; i += count) {
        count = n - i < HASH_ROWS ? n - i : HASH_ROWS;
        rc = hash_piece(ctx, first + i, rows + 2 * i, delta, count,
                        words + i);
    }

    EVP_CIPHER_CTX_free(ctx);

    return rc;
}


static int
hash_piece(EVP_CIPHER_CTX *ctx, uint64_t first, const uint64_t *rows,
    const uint64_t *delta, size_t n, uint64_t *words)
{
    int       rc, written;
    size_t    i;
    uint64_t  x[2 * HASH_ROWS], once[2 * HASH_ROWS], twice[2 * HASH_ROWS];

    for (i = 0; i < 2 * n; i++) {
        x[i] = rows[i] ^ (delta != NULL ? delta[i % 2] : 0);
    }

    rc = EVP_EncryptUpdate(ctx, (u_char *) once, &written, (u_char *) x,
                           (int) n * 16) ? 0 : -1;

    for (i = 0; rc == 0 && i < n; i++) {
        x[2 * i] = once[2 * i] ^ (first + i);
        x[2 * i + 1] = once[2 * i + 1];
    }

    if (rc == 0) {
        rc = EVP_EncryptUpdate(ctx, (u_char *) twice, &written, (u_char *) x,
                               (int) n * 16) ? 0 : -1;
    }

    for (i = 0; rc == 0 && i < n; i++) {
        words[i] = once[2 * i] ^ twice[2 * i];
    }

    OPENSSL_cleanse(x, sizeof(x));
    OPENSSL_cleanse(once, sizeof(once));
    OPENSSL_cleanse(twice, sizeof(twice));

    return rc;
}
