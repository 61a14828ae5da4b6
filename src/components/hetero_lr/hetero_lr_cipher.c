
/* Ciphertexts that travel. */


#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "../../math/ic_parallel.h"
#include "hetero_lr_cipher.h"


#define CIPHER_WORDS  4          /* of 64 bits, that hold a masked sum */

/* What a squaring, and a decryption and an encryption, cost: a ratio. */
#define COST_SQUARE   0.45
#define COST_RETURN   270.0


typedef struct {
    ic_ciphertexts_t    *c;
    const u_char        *bytes;
    size_t               part;
    ic_paillier_fault_e  fault;
} cipher_load_t;

typedef struct {
    const ic_ciphertexts_t   *c;
    ic_ciphertexts_t        **sums;          /* of each part */
    const int64_t            *x;
    unsigned                  columns;
    unsigned                  bits;
    size_t                    part;
} cipher_dot_t;


static unsigned bits_of(uint64_t n);
static int load_part(void *context, size_t first, size_t count);
static int dot_part(void *context, size_t first, size_t count);
static int make_masks(hetero_lr_t *lr, const hetero_slots_t *slots,
    hetero_word_t *shares, size_t count);
static int fill_slots(const hetero_slots_t *slots, BIGNUM *plain,
    hetero_word_t *shares, size_t count);
static void put_bits(uint64_t *words, unsigned at, const uint64_t *value);
static int take_coded(hetero_lr_t *lr, ic_message_t *message, size_t count);
static int open_slots(hetero_lr_t *lr, const hetero_slots_t *slots,
    hetero_word_t *shares, size_t count);
static hetero_word_t get_word(const u_char *bytes, unsigned at);


hetero_slots_t
hetero_slots(const hetero_lr_t *lr, unsigned bits, uint64_t terms,
    unsigned count)
{
    double          cost, least;
    unsigned        n, best;
    hetero_slots_t  slots;

    slots.bound = bits + HETERO_RING_BITS + bits_of(terms);
    slots.width = slots.bound + HETERO_MASK_BITS + 2;
    slots.slots = (lr->modulus_bits - 1) / slots.width;

    least = 0;
    best = slots.slots;

    /* eight at a time, as the arithmetic has lanes */

    for (n = 1; count > 0 && n <= slots.slots; n++) {
        cost = ((count + n - 1) / n + 7) / 8
               * (COST_RETURN + (n > 1 ? COST_SQUARE * n * slots.width : 0));

        if (least == 0 || cost < least) {
            least = cost;
            best = n;
        }
    }

    slots.slots = best;

    return slots;
}


/* The least k with n <= 2^k. */

static unsigned
bits_of(uint64_t n)
{
    unsigned  k;

    for (k = 0; k < 63 && n > (uint64_t) 1 << k; k++) {
        /* void */
    }

    return k;
}


int
hetero_send_words(hetero_lr_t *lr, unsigned kind, const hetero_word_t *words,
    size_t count)
{
    int                rc;
    size_t             i;
    u_char            *bytes;
    ic_message_t       message;
    ic_ciphertexts_t  *c;

    c = ic_ciphertexts_create(lr->cipher[0], count);
    rc = c != NULL ? 0 : -1;

    for (i = 0; rc == 0 && i < count; i++) {
        rc = BN_lebin2bn((const u_char *) &words[i], sizeof(hetero_word_t),
                         lr->plain[i]) != NULL ? 0 : -1;
    }

    if (rc == 0) {
        rc = hetero_stock_encrypt(lr->stock, lr->cipher[0], c,
                                  (const BIGNUM *const *) lr->plain);
    }

    ic_message_begin(&lr->wire, &message, kind, lr->number);
    bytes = ic_message_space(&message, count * lr->key[0]->size);

    if (rc == 0 && bytes != NULL) {
        rc = ic_ciphertexts_store(c, bytes);
    }

    ic_ciphertexts_destroy(c);

    if (rc != 0) {
        ic_message_drop(&message);
        return hetero_no_memory(lr);
    }

    return ic_message_send(&message, lr->peer);
}


ic_ciphertexts_t *
hetero_take_words(hetero_lr_t *lr, unsigned kind, size_t count)
{
    size_t          parts;
    ic_message_t    message;
    cipher_load_t   load;

    memset(&load, 0, sizeof(cipher_load_t));

    if (hetero_recv(lr, &message, kind) != 0
        || (load.bytes = ic_message_get_raw(&message,
                                            count * lr->key[1]->size),
            ic_message_whole(&message)) != 0)
    {
        ic_message_drop(&message);
        return NULL;
    }

    load.c = ic_ciphertexts_create(lr->cipher[1], count);
    parts = lr->threads < (count + 63) / 64 ? lr->threads
                                            : (count + 63) / 64;
    load.part = (count + parts - 1) / parts;

    if (load.c == NULL
        || ic_parallel(lr->threads, count, load.part, load_part, &load) != 0)
    {
        if (load.fault > IC_PAILLIER_NO_MEMORY) {
            (void) ic_task_fail(lr->task, "peer_protocol", NULL, 0,
                                "a ciphertext of %s: %s", lr->peer->name,
                                ic_paillier_fault_text(load.fault));
        } else {
            (void) hetero_no_memory(lr);
        }

        ic_ciphertexts_destroy(load.c);
        load.c = NULL;
    }

    ic_message_drop(&message);

    return load.c;
}


static int
load_part(void *context, size_t first, size_t count)
{
    size_t                index, size;
    cipher_load_t        *load = context;
    ic_ciphertexts_t      view;
    ic_paillier_t         key;
    ic_cipher_t           cipher;
    ic_paillier_fault_e   fault;

    /* a key serves one thread: each has a context of its own */

    cipher = *load->c->cipher;
    key = *cipher.key;
    key.ctx = BN_CTX_new();
    cipher.key = &key;

    view.cipher = &cipher;
    view.n = count;
    view.rows = load->c->rows + first * cipher.pair->words;
    size = key.size;

    fault = key.ctx == NULL ? IC_PAILLIER_NO_MEMORY
            : ic_ciphertexts_load(&view, load->bytes + first * size,
                                  count * size, &index);
    BN_CTX_free(key.ctx);

    if (fault != IC_PAILLIER_OK) {
        load->fault = fault;
        return -1;
    }

    return 0;
}


ic_ciphertexts_t *
hetero_add_dot(hetero_lr_t *lr, ic_ciphertexts_t *sums,
    const ic_ciphertexts_t *c, const int64_t *x, unsigned columns,
    unsigned bits)
{
    int                rc;
    size_t             parts, i;
    cipher_dot_t       dot;
    ic_ciphertexts_t  *made[IC_PARALLEL_MAX];

    /* many columns are parted among threads by the product itself */

    parts = columns >= 16 * IC_PAIR_LANES || c->n < 256 ? 1 : lr->threads;
    dot.c = c;
    dot.sums = made;
    dot.x = x;
    dot.columns = columns;
    dot.bits = bits;
    dot.part = (c->n + parts - 1) / parts;
    parts = (c->n + dot.part - 1) / dot.part;
    rc = 0;

    for (i = 0; i < parts; i++) {
        made[i] = ic_ciphertexts_create(c->cipher, columns);
        rc = made[i] == NULL ? -1 : rc;
    }

    if (rc == 0) {
        rc = ic_parallel(lr->threads, c->n, dot.part, dot_part, &dot);
    }

    for (i = 0; i < parts; i++) {
        if (sums == NULL) {
            sums = made[i];
            continue;
        }

        if (rc == 0) {
            rc = ic_ciphertexts_add(sums, sums, made[i]);
        }

        ic_ciphertexts_destroy(made[i]);
    }

    if (rc != 0) {
        ic_ciphertexts_destroy(sums);
        (void) hetero_no_memory(lr);
        return NULL;
    }

    return sums;
}


static int
dot_part(void *context, size_t first, size_t count)
{
    cipher_dot_t      *dot = context;
    ic_ciphertexts_t   view;

    view = *dot->c;
    view.n = count;
    view.rows += first * view.cipher->pair->words;

    return ic_ciphertexts_dot(dot->sums[first / dot->part], &view,
                              dot->x + first * dot->columns, dot->bits);
}


int
hetero_send_sums(hetero_lr_t *lr, unsigned kind, const hetero_slots_t *slots,
    ic_ciphertexts_t *sums, hetero_word_t *shares, size_t count)
{
    int                rc;
    u_char            *bytes;
    ic_message_t       message;
    ic_ciphertexts_t  *masks;

    masks = ic_ciphertexts_create(lr->cipher[1], sums->n);

    rc = masks != NULL && make_masks(lr, slots, shares, count) == 0
         && ic_ciphertexts_encrypt(lr->cipher[1], masks,
                                   (const BIGNUM *const *) lr->plain) == 0
         && ic_ciphertexts_add(masks, masks, sums) == 0 ? 0 : -1;

    ic_message_begin(&lr->wire, &message, kind, lr->number);
    bytes = ic_message_space(&message, sums->n * lr->key[1]->size);

    if (rc == 0 && bytes != NULL) {
        rc = ic_ciphertexts_store(masks, bytes);
    }

    ic_ciphertexts_destroy(masks);

    if (rc != 0) {
        ic_message_drop(&message);
        return hetero_no_memory(lr);
    }

    return ic_message_send(&message, lr->peer);
}


/* Into lr->plain, as many as ciphertexts; each slot 2^bound + mask. */

static int
make_masks(hetero_lr_t *lr, const hetero_slots_t *slots,
    hetero_word_t *shares, size_t count)
{
    size_t    i, at, some;
    unsigned  n;

    n = slots->slots;

    for (i = 0, at = 0; at < count; i++, at += some) {
        some = count - at < n ? count - at : n;

        if (fill_slots(slots, lr->plain[i], shares + at, some) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
fill_slots(const hetero_slots_t *slots, BIGNUM *plain, hetero_word_t *shares,
    size_t count)
{
    int       rc;
    size_t    i;
    uint64_t  words[IC_PAILLIER_MAX_BITS / 64 + CIPHER_WORDS + 1];
    uint64_t  mask[CIPHER_WORDS + 1], borrow;
    unsigned  bits, j;

    memset(words, 0, sizeof(words));
    bits = slots->bound + HETERO_MASK_BITS + 1;
    rc = 0;

    for (i = 0; rc == 0 && i < count; i++) {
        mask[CIPHER_WORDS] = 0;
        rc = RAND_priv_bytes((u_char *) mask, CIPHER_WORDS * 8) == 1 ? 0 : -1;

        for (j = 0; j < CIPHER_WORDS; j++) {
            mask[j] &= bits >= 64 * (j + 1) ? ~(uint64_t) 0
                       : bits <= 64 * j ? 0
                       : ((uint64_t) 1 << bits % 64) - 1;
        }

        shares[i] -= ((hetero_word_t) mask[1] << 64) | mask[0];

        /* 2^bound, so that no sum is negative: nothing modulo 2^128 */

        borrow = (uint64_t) 1 << slots->bound % 64;

        for (j = slots->bound / 64; borrow != 0 && j <= CIPHER_WORDS; j++) {
            mask[j] += borrow;
            borrow = mask[j] < borrow;
        }

        put_bits(words, (unsigned) i * slots->width, mask);
    }

    if (rc == 0) {
        rc = BN_lebin2bn((const u_char *) words, sizeof(words), plain)
             != NULL ? 0 : -1;
    }

    OPENSSL_cleanse(words, sizeof(words));
    OPENSSL_cleanse(mask, sizeof(mask));

    return rc;
}


/* A value of CIPHER_WORDS words, below the width of a slot. */

static void
put_bits(uint64_t *words, unsigned at, const uint64_t *value)
{
    unsigned  j, shift;

    words += at / 64;
    shift = at % 64;

    for (j = 0; j < CIPHER_WORDS; j++) {
        words[j] |= value[j] << shift;

        if (shift > 0) {
            words[j + 1] |= value[j] >> (64 - shift);
        }
    }
}


int
hetero_take_sums(hetero_lr_t *lr, unsigned kind, const hetero_slots_t *slots,
    hetero_word_t *shares, size_t count)
{
    int           rc;
    size_t        n;
    ic_message_t  message;

    n = (count + slots->slots - 1) / slots->slots;

    rc = hetero_recv(lr, &message, kind) == 0
         && take_coded(lr, &message, n) == 0 ? 0 : -1;
    ic_message_drop(&message);

    if (rc != 0) {
        return -1;
    }

    if (ic_decryption_run(lr->decryption, lr->plain,
                          (const BIGNUM *const *) lr->coded, n)
        != 0)
    {
        return ic_task_fail(lr->task, "peer_protocol", NULL, 0,
                            "a sum of %s cannot be decrypted",
                            lr->peer->name);
    }

    return open_slots(lr, slots, shares, count);
}


/* n ciphertexts of our key, checked, into lr->coded. */

static int
take_coded(hetero_lr_t *lr, ic_message_t *message, size_t n)
{
    size_t                i, size;
    BIGNUM               *product, *residue;
    ic_paillier_t        *key;
    const u_char         *bytes;
    ic_paillier_fault_e   fault;

    key = lr->key[0];
    size = key->size;
    bytes = ic_message_get_raw(message, n * size);

    if (ic_message_whole(message) != 0) {
        return -1;
    }

    product = BN_new();
    residue = BN_new();
    fault = product == NULL || residue == NULL || !BN_one(product)
            ? IC_PAILLIER_NO_MEMORY : IC_PAILLIER_OK;

    /* one greatest common divisor for all */

    for (i = 0; fault == IC_PAILLIER_OK && i < n; i++) {
        fault = ic_paillier_residue(key, bytes + i * size, size,
                                    lr->coded[i], residue);

        if (fault == IC_PAILLIER_OK
            && !BN_mod_mul(product, product, residue, key->n, key->ctx))
        {
            fault = IC_PAILLIER_NO_MEMORY;
        }
    }

    if (fault == IC_PAILLIER_OK && !ic_paillier_is_unit(key, product)) {
        fault = IC_PAILLIER_NO_UNIT;
    }

    BN_free(product);
    BN_free(residue);

    if (fault == IC_PAILLIER_NO_MEMORY) {
        return hetero_no_memory(lr);
    }

    return fault == IC_PAILLIER_OK ? 0
           : ic_task_fail(lr->task, "peer_protocol", NULL, 0,
                          "a ciphertext of %s: %s", lr->peer->name,
                          ic_paillier_fault_text(fault));
}


/* Of each slot the words modulo 2^128. */

static int
open_slots(hetero_lr_t *lr, const hetero_slots_t *slots,
    hetero_word_t *shares, size_t count)
{
    size_t  i, at, k, some;
    u_char  bytes[IC_PAILLIER_MAX_BITS / 8 + 32];

    memset(bytes, 0, sizeof(bytes));

    for (i = 0, at = 0; at < count; i++, at += some) {
        some = count - at < slots->slots ? count - at : slots->slots;

        if ((size_t) BN_num_bits(lr->plain[i]) > some * slots->width
            || BN_bn2lebinpad(lr->plain[i], bytes,
                              (int) lr->modulus_bits / 8)
               < 0)
        {
            OPENSSL_cleanse(bytes, sizeof(bytes));
            return ic_task_fail(lr->task, "peer_protocol", NULL, 0,
                                "a sum of %s is longer than it can be",
                                lr->peer->name);
        }

        for (k = 0; k < some; k++) {
            shares[at + k] += get_word(bytes, (unsigned) k * slots->width);
        }
    }

    OPENSSL_cleanse(bytes, sizeof(bytes));

    return 0;
}


/* 128 bits from there on. */

static hetero_word_t
get_word(const u_char *bytes, unsigned at)
{
    unsigned       i;
    hetero_word_t  word;

    bytes += at / 8;

    for (word = 0, i = 0; i < 16; i++) {
        word |= (hetero_word_t) bytes[i] << 8 * i;
    }

    word >>= at % 8;

    if (at % 8 > 0) {
        word |= (hetero_word_t) bytes[16] << (128 - at % 8);
    }

    return word;
}
