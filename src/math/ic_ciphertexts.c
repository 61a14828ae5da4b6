
/* Vectors of ciphertexts: making them, in and out, sums and products. */


#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "ic_ciphertexts.h"
#include "ic_parallel.h"


#define CIPHER_PIECE  16         /* blocks that a thread takes at a time */


/* What the threads of one call share. */
typedef struct {
    ic_ciphertexts_t        *r;
    const ic_ciphertexts_t  *a;
    const ic_ciphertexts_t  *b;
    const BIGNUM *const     *m;
    const int64_t           *k;
    u_char                  *bytes;
    unsigned                 bits;
    unsigned                 slots;
} cipher_work_t;

typedef int (*cipher_block_pt)(const cipher_work_t *work, uint64_t *space,
    size_t first, unsigned count);

typedef struct {
    const cipher_work_t  *work;
    cipher_block_pt       block;
    unsigned              space;             /* blocks */
    size_t                n;
} cipher_loop_t;


static int cipher_run(const cipher_work_t *work, cipher_block_pt block,
    unsigned space, size_t n);
static int cipher_piece(void *context, size_t first, size_t count);
static int cipher_encrypt(const cipher_work_t *work, uint64_t *space,
    size_t first, unsigned count);
static int cipher_trivial(const cipher_work_t *work, uint64_t *space,
    size_t first, unsigned count);
static int cipher_store(const cipher_work_t *work, uint64_t *space,
    size_t first, unsigned count);
static int cipher_add(const cipher_work_t *work, uint64_t *space,
    size_t first, unsigned count);
static int cipher_multiply(const cipher_work_t *work, uint64_t *space,
    size_t first, unsigned count);
static int cipher_dot(const cipher_work_t *work, uint64_t *space,
    size_t first, unsigned count);
static int cipher_pack(const cipher_work_t *work, uint64_t *space,
    size_t first, unsigned count);


ic_cipher_t *
ic_cipher_create(ic_paillier_t *key, const ic_pair_backend_t *backend,
    unsigned threads)
{
    ic_cipher_t  *cipher;

    cipher = calloc(1, sizeof(ic_cipher_t));
    if (cipher == NULL) {
        return NULL;
    }

    cipher->key = key;
    cipher->threads = threads;
    cipher->pair = ic_pair_create(backend, key->n);

    if (cipher->pair == NULL) {
        ic_cipher_destroy(cipher);
        return NULL;
    }

    return cipher;
}


void
ic_cipher_destroy(ic_cipher_t *cipher)
{
    if (cipher != NULL) {
        ic_pair_table_destroy(cipher->table);
        ic_pair_destroy(cipher->pair);
        free(cipher);
    }
}


ic_ciphertexts_t *
ic_ciphertexts_create(const ic_cipher_t *cipher, size_t n)
{
    size_t             bytes;
    ic_ciphertexts_t  *c;

    if (__builtin_mul_overflow(n, cipher->pair->words * sizeof(uint64_t),
                               &bytes)
        || bytes > SIZE_MAX - 64)
    {
        return NULL;
    }

    c = calloc(1, sizeof(ic_ciphertexts_t));
    if (c == NULL) {
        return NULL;
    }

    c->cipher = cipher;
    c->n = n;
    c->rows = aligned_alloc(64, (bytes + 64) / 64 * 64);

    if (c->rows == NULL) {
        free(c);
        return NULL;
    }

    return c;
}


void
ic_ciphertexts_destroy(ic_ciphertexts_t *c)
{
    if (c != NULL) {
        free(c->rows);
        free(c);
    }
}


/* Calls block() for lanes elements at a time, with space blocks of memory. */
static int
cipher_run(const cipher_work_t *work, cipher_block_pt block, unsigned space,
    size_t n)
{
    unsigned           lanes;
    cipher_loop_t      loop;
    const ic_cipher_t  *cipher;

    cipher = work->r != NULL ? work->r->cipher : work->a->cipher;
    lanes = cipher->pair->backend->lanes;

    loop.work = work;
    loop.block = block;
    loop.space = space;
    loop.n = n;

    return ic_parallel(cipher->threads, (n + lanes - 1) / lanes,
                       CIPHER_PIECE, cipher_piece, &loop);
}


static int
cipher_piece(void *context, size_t first, size_t count)
{
    int                   rc;
    size_t                at;
    uint64_t             *space;
    unsigned              lanes;
    cipher_loop_t        *loop = context;
    const ic_pair_t      *pair;
    const cipher_work_t  *work;

    work = loop->work;
    pair = work->r != NULL ? work->r->cipher->pair : work->a->cipher->pair;
    lanes = pair->backend->lanes;

    space = ic_pair_blocks(pair, loop->space);
    if (space == NULL) {
        return -1;
    }

    rc = 0;

    for (at = first * lanes; rc == 0 && at < (first + count) * lanes
                             && at < loop->n; at += lanes)
    {
        rc = loop->block(work, space, at,
                         loop->n - at < lanes ? (unsigned) (loop->n - at)
                                              : lanes);
    }

    ic_pair_blocks_free(pair, space, loop->space);

    return rc;
}


void
ic_ciphertexts_take(const ic_ciphertexts_t *c, uint64_t *block,
    size_t first, unsigned count)
{
    unsigned          lane;
    const uint64_t   *rows[IC_PAIR_LANES];
    const ic_pair_t  *pair;

    pair = c->cipher->pair;

    for (lane = 0; lane < IC_PAIR_LANES; lane++) {
        rows[lane] = c->rows + (first + (lane < count ? lane : 0))
                               * pair->words;
    }

    pair->backend->load(pair, block, rows);
}


void
ic_ciphertexts_put(const ic_ciphertexts_t *c, const uint64_t *block,
    size_t first, unsigned count)
{
    unsigned          lane;
    uint64_t         *rows[IC_PAIR_LANES];
    const ic_pair_t  *pair;

    pair = c->cipher->pair;

    for (lane = 0; lane < IC_PAIR_LANES; lane++) {
        rows[lane] = lane < count ? c->rows + (first + lane) * pair->words
                                  : NULL;
    }

    pair->backend->store(pair, rows, block);
}


int
ic_ciphertexts_encrypt(ic_cipher_t *cipher, ic_ciphertexts_t *c,
    const BIGNUM *const *m)
{
    cipher_work_t  work = { .r = c, .m = m };

    if (cipher->key->base == NULL
        && ic_paillier_make_base(cipher->key) != 0)
    {
        return -1;
    }

    if (cipher->table == NULL) {
        cipher->table = ic_pair_table_create(cipher->pair, cipher->key->base,
                                         ic_paillier_exponent(cipher->key));
    }

    return cipher->table == NULL ? -1
                                 : cipher_run(&work, cipher_encrypt, 2, c->n);
}


/*
 * The plain pair (1, m) times h^x R leaves a plain one; times R^2 it is in
 * Montgomery form again, as all rows are.
 */
static int
cipher_encrypt(const cipher_work_t *work, uint64_t *space, size_t first,
    unsigned count)
{
    size_t                  size;
    u_char                  x[IC_PAIR_LANES * 64];
    const ic_pair_t        *pair;
    const ic_pair_table_t  *table;

    pair = work->r->cipher->pair;
    table = work->r->cipher->table;
    size = pair->backend->lanes * (table->bits / 8);

    if (RAND_priv_bytes(x, (int) size) != 1
        || ic_pair_plaintexts(pair, space + pair->block, work->m + first,
                              count)
           != 0)
    {
        return -1;
    }

    ic_pair_table_power(table, space, x);
    pair->backend->multiply(pair, space, space, space + pair->block);
    pair->backend->multiply(pair, space, space, pair->r2);
    ic_ciphertexts_put(work->r, space, first, count);

    OPENSSL_cleanse(x, sizeof(x));

    return 0;
}


int
ic_ciphertexts_trivial(ic_ciphertexts_t *c, const BIGNUM *const *m)
{
    cipher_work_t  work = { .r = c, .m = m };

    return cipher_run(&work, cipher_trivial, 1, c->n);
}


static int
cipher_trivial(const cipher_work_t *work, uint64_t *space, size_t first,
    unsigned count)
{
    const ic_pair_t  *pair;

    pair = work->r->cipher->pair;

    if (ic_pair_plaintexts(pair, space, work->m + first, count) != 0) {
        return -1;
    }

    pair->backend->multiply(pair, space, space, pair->r2);
    ic_ciphertexts_put(work->r, space, first, count);

    return 0;
}


int
ic_ciphertexts_store(const ic_ciphertexts_t *c, u_char *bytes)
{
    cipher_work_t  work = { .a = c, .bytes = bytes };

    return cipher_run(&work, cipher_store, 1, c->n);
}


static int
cipher_store(const cipher_work_t *work, uint64_t *space, size_t first,
    unsigned count)
{
    int                 rc;
    size_t              size;
    BIGNUM             *x[IC_PAIR_LANES];
    unsigned            lane;
    const ic_cipher_t  *cipher;

    cipher = work->a->cipher;
    size = cipher->key->size;
    rc = 0;

    for (lane = 0; lane < count; lane++) {
        x[lane] = BN_new();
        rc = x[lane] == NULL ? -1 : rc;
    }

    ic_ciphertexts_take(work->a, space, first, count);

    if (rc == 0) {
        rc = ic_pair_leave(cipher->pair, x, space, count, false);
    }

    for (lane = 0; lane < count; lane++) {
        if (rc == 0
            && BN_bn2binpad(x[lane], work->bytes + (first + lane) * size,
                            (int) size)
               < 0)
        {
            rc = -1;
        }

        BN_free(x[lane]);
    }

    return rc;
}


int
ic_ciphertexts_add(ic_ciphertexts_t *r, const ic_ciphertexts_t *a,
    const ic_ciphertexts_t *b)
{
    cipher_work_t  work = { .r = r, .a = a, .b = b };

    return cipher_run(&work, cipher_add, 2, r->n);
}


static int
cipher_add(const cipher_work_t *work, uint64_t *space, size_t first,
    unsigned count)
{
    const ic_pair_t  *pair;

    pair = work->r->cipher->pair;

    ic_ciphertexts_take(work->a, space, first, count);
    ic_ciphertexts_take(work->b, space + pair->block, first, count);
    pair->backend->multiply(pair, space, space, space + pair->block);
    ic_ciphertexts_put(work->r, space, first, count);

    return 0;
}


/* Powers of c, or of its inverse where k is negative. */
int
ic_ciphertexts_multiply(ic_ciphertexts_t *r, const ic_ciphertexts_t *a,
    const int64_t *k, unsigned bits)
{
    int                rc;
    cipher_work_t      work = { .r = r, .a = a, .k = k, .bits = bits };
    ic_ciphertexts_t  *negative;

    negative = ic_ciphertexts_create(r->cipher, r->n);

    if (negative == NULL || ic_ciphertexts_negate(negative, a) != 0) {
        ic_ciphertexts_destroy(negative);
        return -1;
    }

    work.b = negative;
    rc = cipher_run(&work, cipher_multiply, 4, r->n);
    ic_ciphertexts_destroy(negative);

    return rc;
}


static int
cipher_multiply(const cipher_work_t *work, uint64_t *space, size_t first,
    unsigned count)
{
    int               rc;
    uint64_t          k[IC_PAIR_LANES], sign;
    uint32_t          index[IC_PAIR_LANES];
    unsigned          lane;
    const ic_pair_t  *pair;

    pair = work->r->cipher->pair;

    for (lane = 0; lane < IC_PAIR_LANES; lane++) {
        k[lane] = lane < count ? (uint64_t) work->k[first + lane] : 0;
        sign = k[lane] >> 63;
        k[lane] = (k[lane] ^ (0 - sign)) + sign;
        index[lane] = (uint32_t) sign;
    }

    ic_ciphertexts_take(work->a, space, first, count);
    ic_ciphertexts_take(work->b, space + pair->block, first, count);
    pair->backend->pick(pair, space + 2 * pair->block, space, 2, index);

    rc = ic_pair_powers(pair, space + 3 * pair->block,
                        space + 2 * pair->block, k, work->bits);
    ic_ciphertexts_put(work->r, space + 3 * pair->block, first, count);
    OPENSSL_cleanse(k, sizeof(k));

    return rc;
}


int
ic_ciphertexts_dot(ic_ciphertexts_t *r, const ic_ciphertexts_t *a,
    const int64_t *x, unsigned bits)
{
    int                rc;
    cipher_work_t      work = { .a = a, .k = x, .bits = bits };
    ic_ciphertexts_t  *negative;

    negative = ic_ciphertexts_create(r->cipher, r->n);
    if (negative == NULL) {
        return -1;
    }

    work.r = r;
    work.b = negative;

    rc = cipher_run(&work, cipher_dot, 1, r->n) == 0
         && ic_ciphertexts_negate(negative, negative) == 0
         && ic_ciphertexts_add(r, r, negative) == 0 ? 0 : -1;

    ic_ciphertexts_destroy(negative);

    return rc;
}


static int
cipher_dot(const cipher_work_t *work, uint64_t *space, size_t first,
    unsigned count)
{
    uint64_t         *positive[IC_PAIR_LANES], *negative[IC_PAIR_LANES];
    unsigned          lane;
    const ic_pair_t  *pair;

    pair = work->r->cipher->pair;

    for (lane = 0; lane < count; lane++) {
        positive[lane] = work->r->rows + (first + lane) * pair->words;
        negative[lane] = work->b->rows + (first + lane) * pair->words;
    }

    return ic_pair_dot(pair, positive, negative, work->a->rows, work->k,
                       work->a->n, work->r->n, first, count, work->bits);
}


int
ic_ciphertexts_pack(ic_ciphertexts_t *r, const ic_ciphertexts_t *a,
    unsigned slots, unsigned width)
{
    cipher_work_t  work = { .r = r, .a = a, .bits = width, .slots = slots };

    return cipher_run(&work, cipher_pack, 2, r->n);
}


/* Horner's rule, a lane for each result. */
static int
cipher_pack(const cipher_work_t *work, uint64_t *space, size_t first,
    unsigned count)
{
    size_t            at;
    unsigned          slot, lane, i;
    const uint64_t   *rows[IC_PAIR_LANES];
    const ic_pair_t  *pair;

    pair = work->r->cipher->pair;
    memcpy(space, pair->one, pair->block * sizeof(uint64_t));

    for (slot = work->slots; slot-- > 0; /* void */) {
        for (i = 0; i < work->bits; i++) {
            pair->backend->square(pair, space, space);
        }

        for (lane = 0; lane < IC_PAIR_LANES; lane++) {
            at = (first + (lane < count ? lane : 0)) * work->slots + slot;
            rows[lane] = at < work->a->n ? work->a->rows + at * pair->words
                                         : pair->one_row;
        }

        pair->backend->load(pair, space + pair->block, rows);
        pair->backend->multiply(pair, space, space, space + pair->block);
    }

    ic_ciphertexts_put(work->r, space, first, count);

    return 0;
}
