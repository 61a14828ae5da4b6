
/*
 * One round: masks, encryption; the product from the arbiter; partial
 * decryptions through it; the sums.
 */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "../math/ic_pack.h"
#include "../math/ic_tag.h"
#include "../math/ic_threshold.h"
#include "ic_aggregate_state.h"


/* A sum on its way. */
typedef struct {
    unsigned           nwords;       /* with those of the check */
    uint64_t          *words;
    uint8_t           *carries;      /* of opened words, above 2^64 */
    unsigned           blocks;
    size_t             size;         /* of the ciphertexts, bytes */
    BIGNUM           **plain;        /* blocks */
    ic_ciphertexts_t  *product;
    ic_ciphertexts_t  *partial;      /* ours, then the product of all */
    ic_ciphertexts_t  *other;
    u_char            *bytes;        /* of one vector */
    u_char            *others;       /* of the others' partials */
    u_char             digest[32];   /* of the product */
} aggregate_sum_t;


static int sum_allocate(ic_aggregate_t *a, aggregate_sum_t *sum,
    unsigned count);
static void sum_release(ic_aggregate_t *a, aggregate_sum_t *sum);
static int sum_check_word(ic_aggregate_t *a, const aggregate_sum_t *sum,
    bool whole, uint64_t *check);
static int sum_tag(ic_aggregate_t *a, const aggregate_sum_t *sum,
    bool whole, uint64_t *tag);
static int sum_coefficients(ic_aggregate_t *a, const aggregate_sum_t *sum,
    const char *purpose, uint64_t **coefficients);
static int sum_verify(ic_aggregate_t *a, aggregate_sum_t *sum);
static int sum_mask(ic_aggregate_t *a, aggregate_sum_t *sum);
static int sum_send(ic_aggregate_t *a, aggregate_sum_t *sum);
static int sum_encrypt(ic_aggregate_t *a, aggregate_sum_t *sum);
static unsigned sum_words_of(const ic_aggregate_t *a,
    const aggregate_sum_t *sum, unsigned block);
static int sum_take(ic_aggregate_t *a, aggregate_sum_t *sum);
static int sum_read(ic_aggregate_t *a, aggregate_sum_t *sum,
    ic_message_t *product);
static int sum_open(ic_aggregate_t *a, aggregate_sum_t *sum);
static int sum_combine(ic_aggregate_t *a, aggregate_sum_t *sum);
static int sum_decode(ic_aggregate_t *a, aggregate_sum_t *sum);


int
ic_aggregate_round(ic_aggregate_t *a, uint64_t *words, unsigned count,
    unsigned next)
{
    int              rc;
    aggregate_sum_t  sum;

    rc = sum_allocate(a, &sum, count);

    if (rc == 0) {
        memcpy(sum.words, words, count * sizeof(uint64_t));
        rc = sum_check_word(a, &sum, a->own == 0, &sum.words[count]);
    }

    if (rc == 0) {
        rc = sum_mask(a, &sum);
    }

    if (rc == 0) {
        rc = sum_tag(a, &sum, a->own == 0, &sum.words[count + 1]);
    }

    if (rc == 0) {
        rc = sum_send(a, &sum);
    }

    /* the others compute too: time for what the next sum needs */

    if (rc == 0) {
        rc = ic_aggregate_stock_fill(a, next == 0 ? 0
                 : ic_pack_blocks(a->bits, next + IC_AGGREGATE_CHECKS));
    }

    if (rc == 0) {
        rc = sum_take(a, &sum);
    }

    if (rc == 0) {
        rc = sum_open(a, &sum);
    }

    if (rc == 0) {
        rc = sum_combine(a, &sum);
    }

    if (rc == 0) {
        rc = sum_decode(a, &sum);
    }

    if (rc == 0) {
        memcpy(words, sum.words, count * sizeof(uint64_t));
    }

    sum_release(a, &sum);

    return rc;
}


static int
sum_allocate(ic_aggregate_t *a, aggregate_sum_t *sum, unsigned count)
{
    unsigned  i;

    memset(sum, 0, sizeof(aggregate_sum_t));

    sum->nwords = count + IC_AGGREGATE_CHECKS;
    sum->blocks = ic_pack_blocks(a->bits, sum->nwords);
    sum->size = (size_t) sum->blocks * a->key->size;

    sum->words = calloc(sum->nwords, sizeof(uint64_t));
    sum->carries = calloc(sum->nwords, 1);
    sum->plain = calloc(sum->blocks, sizeof(BIGNUM *));
    sum->product = ic_ciphertexts_create(a->cipher, sum->blocks);
    sum->partial = ic_ciphertexts_create(a->cipher, sum->blocks);
    sum->other = ic_ciphertexts_create(a->cipher, sum->blocks);
    sum->bytes = malloc(sum->size);
    sum->others = calloc(a->count, sum->size);

    if (sum->words == NULL || sum->carries == NULL || sum->plain == NULL
        || sum->product == NULL || sum->partial == NULL
        || sum->other == NULL || sum->bytes == NULL || sum->others == NULL)
    {
        return ic_aggregate_no_memory(a);
    }

    for (i = 0; i < sum->blocks; i++) {
        sum->plain[i] = BN_new();

        if (sum->plain[i] == NULL) {
            return ic_aggregate_no_memory(a);
        }
    }

    return 0;
}


static void
sum_release(ic_aggregate_t *a, aggregate_sum_t *sum)
{
    unsigned  i;

    for (i = 0; sum->plain != NULL && i < sum->blocks; i++) {
        BN_clear_free(sum->plain[i]);
    }

    if (sum->words != NULL) {
        OPENSSL_cleanse(sum->words, sum->nwords * sizeof(uint64_t));
    }

    if (sum->bytes != NULL) {
        OPENSSL_cleanse(sum->bytes, sum->size);
    }

    if (sum->others != NULL) {
        OPENSSL_cleanse(sum->others, a->count * sum->size);
    }

    free(sum->words);
    free(sum->carries);
    free(sum->plain);
    free(sum->bytes);
    free(sum->others);
    ic_ciphertexts_destroy(sum->product);
    ic_ciphertexts_destroy(sum->partial);
    ic_ciphertexts_destroy(sum->other);
}


/*
 * A random combination of the values, its coefficients unknown to the
 * arbiter, and a random number, which one party adds for all (whole): the sum
 * of the check words fits the sums of the values only if the product holds
 * each party's ciphertext of this round exactly once. Without that number
 * zeros would fit, and any multiple of the sums.
 */

static int
sum_check_word(ic_aggregate_t *a, const aggregate_sum_t *sum,
    bool whole, uint64_t *check)
{
    unsigned   i, n;
    uint64_t  *coefficients;

    if (sum_coefficients(a, sum, "check", &coefficients) != 0) {
        return -1;
    }

    n = sum->nwords - IC_AGGREGATE_CHECKS;
    *check = whole ? coefficients[n] : 0;

    for (i = 0; i < n; i++) {
        *check += (coefficients[i] | 1) * sum->words[i];
    }

    OPENSSL_cleanse(coefficients, sum->nwords * sizeof(uint64_t));
    free(coefficients);

    return 0;
}


/*
 * The same modulo a prime, of masked words and as they are summed, carries
 * included: what the first one sees least, their highest bits, is not special
 * here. Tags need no mask: who could decrypt a party's knows its masked words.
 */

static int
sum_tag(ic_aggregate_t *a, const aggregate_sum_t *sum, bool whole,
    uint64_t *tag)
{
    unsigned   n;
    uint64_t  *coefficients;

    if (sum_coefficients(a, sum, "tag", &coefficients) != 0) {
        return -1;
    }

    n = sum->nwords - 1;
    *tag = ic_tag(coefficients, sum->words, sum->carries, n);

    if (whole) {
        *tag = ic_tag_sum(*tag, ic_tag_number(coefficients[n], 0));
    }

    OPENSSL_cleanse(coefficients, sum->nwords * sizeof(uint64_t));
    free(coefficients);

    return 0;
}


/* As many as words, unknown to the arbiter: free() them. */

static int
sum_coefficients(ic_aggregate_t *a, const aggregate_sum_t *sum,
    const char *purpose, uint64_t **coefficients)
{
    ic_label_t  label;

    ic_aggregate_label(a, &label, purpose);
    *coefficients = calloc(sum->nwords, sizeof(uint64_t));

    if (*coefficients == NULL
        || ic_mask_apply(a->check_key, &label, 1, *coefficients, sum->nwords)
           != 0)
    {
        free(*coefficients);
        return ic_aggregate_no_memory(a);
    }

    return 0;
}


/* All but the tag. */

static int
sum_mask(ic_aggregate_t *a, aggregate_sum_t *sum)
{
    unsigned    i;
    ic_label_t  label;

    ic_aggregate_label(a, &label, "mask");

    for (i = 0; i < a->count; i++) {

        if (i == a->own) {
            continue;
        }

        label.from = i < a->own ? i : a->own;
        label.to = i < a->own ? a->own : i;

        if (ic_mask_apply(a->peers[i].secret, &label, a->own < i ? 1 : -1,
                          sum->words, sum->nwords - 1)
            != 0)
        {
            return ic_task_fail(a->task, "internal", NULL, 0, "no mask");
        }
    }

    return 0;
}


static int
sum_send(ic_aggregate_t *a, aggregate_sum_t *sum)
{
    u_char        *space;
    ic_message_t   message;

    ic_message_begin(&a->wire, &message, IC_AGGREGATE_SUM, a->round);
    ic_message_put_u32(&message, sum->blocks);
    space = ic_message_space(&message, sum->size);

    if (space == NULL || sum_encrypt(a, sum) != 0
        || ic_ciphertexts_store(sum->partial, space) != 0)
    {
        message.failed = true;
    }

    return ic_message_send(&message, a->arbiter);
}


static int
sum_encrypt(ic_aggregate_t *a, aggregate_sum_t *sum)
{
    unsigned  i, slots;

    slots = ic_pack_slots(a->bits);

    for (i = 0; i < sum->blocks; i++) {
        if (ic_pack(sum->words + (size_t) i * slots, sum_words_of(a, sum, i),
                    sum->plain[i]) != 0)
        {
            return -1;
        }
    }

    return ic_ciphertexts_trivial(sum->partial,
                                  (const BIGNUM *const *) sum->plain) == 0
           ? ic_aggregate_stock_add(a, sum->partial) : -1;
}


static unsigned
sum_words_of(const ic_aggregate_t *a, const aggregate_sum_t *sum,
    unsigned block)
{
    unsigned  rest, slots;

    slots = ic_pack_slots(a->bits);
    rest = sum->nwords - block * slots;

    return rest < slots ? rest : slots;
}


static int
sum_take(ic_aggregate_t *a, aggregate_sum_t *sum)
{
    int           rc;
    ic_message_t  product;

    rc = ic_aggregate_recv(a, &product, IC_AGGREGATE_PRODUCT, a->round);

    if (rc == 0) {
        rc = sum_read(a, sum, &product);
    }

    ic_message_drop(&product);

    return rc;
}


/* Only the agreed set of parties, whole, is ever opened. */

static int
sum_read(ic_aggregate_t *a, aggregate_sum_t *sum, ic_message_t *product)
{
    size_t                index;
    unsigned              i;
    const u_char         *bytes;
    ic_paillier_fault_e   fault;

    for (i = 0; i <= a->count; i++) {
        if (ic_message_get_u32(product) != (i == 0 ? a->count : i - 1)) {
            return ic_task_fail(a->task, "peer_protocol", NULL, 0,
                                "%s summed another set of parties in round "
                                "%u", a->arbiter->name, a->round);
        }
    }

    if (ic_message_get_u32(product) != sum->blocks) {
        product->failed = true;
    }

    bytes = ic_message_get_raw(product, sum->size);

    if (ic_message_whole(product) != 0) {
        return -1;
    }

    ic_sha256(sum->digest, bytes, sum->size);
    fault = ic_ciphertexts_load(sum->product, bytes, sum->size, &index);

    return fault == IC_PAILLIER_OK ? 0
           : ic_task_fail(a->task, "peer_protocol", NULL, 0,
                          "the product of %s: %s", a->arbiter->name,
                          ic_paillier_fault_text(fault));
}


/* The commit point: a round is opened once, for one product. */

static int
sum_open(ic_aggregate_t *a, aggregate_sum_t *sum)
{
    ic_aggregate_boxes_t  boxes = {
        .kind = IC_AGGREGATE_PARTIAL, .aad = sum->digest,
        .aad_len = sizeof(sum->digest), .payload = sum->bytes,
        .len = sum->size, .others = sum->others
    };

    if (a->round <= a->opened) {
        return ic_task_fail(a->task, "peer_protocol", NULL, 0,
                            "round %u was opened before", a->round);
    }

    if (ic_threshold_partials(sum->partial, sum->product, a->share) != 0
        || ic_ciphertexts_store(sum->partial, sum->bytes) != 0)
    {
        return ic_task_fail(a->task, "internal", NULL, 0,
                            "no partial decryption");
    }

    if (a->most > 0) {
        return ic_aggregate_escrow(a, sum->digest, sum->bytes, sum->size,
                                   sum->others);
    }

    a->opened = a->round;

    return ic_aggregate_exchange(a, &boxes);
}


static int
sum_combine(ic_aggregate_t *a, aggregate_sum_t *sum)
{
    size_t                index;
    unsigned              i;
    ic_paillier_fault_e   fault;

    for (i = 0; i < a->count; i++) {

        if (i == a->own) {
            continue;
        }

        fault = ic_ciphertexts_load(sum->other, sum->others + i * sum->size,
                                    sum->size, &index);

        if (fault != IC_PAILLIER_OK) {
            return ic_task_fail(a->task, "peer_protocol", NULL, 0,
                                "the partial decryption of %s: %s",
                                a->peers[i].party->name,
                                ic_paillier_fault_text(fault));
        }

        if (ic_ciphertexts_add(sum->partial, sum->partial, sum->other) != 0)
        {
            return ic_aggregate_no_memory(a);
        }
    }

    return ic_threshold_opened(sum->partial, sum->plain) == 0 ? 0
           : ic_task_fail(a->task, "peer_protocol", NULL, 0,
                          "a bad share: the partial decryptions of round %u "
                          "do not fit together", a->round);
}


static int
sum_decode(ic_aggregate_t *a, aggregate_sum_t *sum)
{
    size_t    at;
    unsigned  i;

    for (i = 0; i < sum->blocks; i++) {
        at = (size_t) i * ic_pack_slots(a->bits);

        if (ic_unpack(sum->plain[i], sum->words + at, sum->carries + at,
                      sum_words_of(a, sum, i))
            != 0)
        {
            return ic_task_fail(a->task, "peer_protocol", NULL, 0,
                                "a bad share: the partial decryptions of "
                                "round %u do not fit together", a->round);
        }
    }

    return sum_verify(a, sum);
}


static int
sum_verify(ic_aggregate_t *a, aggregate_sum_t *sum)
{
    unsigned  n;
    uint64_t  check, tag;

    n = sum->nwords - IC_AGGREGATE_CHECKS;

    if (sum_check_word(a, sum, true, &check) != 0
        || sum_tag(a, sum, true, &tag) != 0)
    {
        return -1;
    }

    return check == sum->words[n]
           && tag == ic_tag_number(sum->words[n + 1], sum->carries[n + 1])
           ? 0
           : ic_task_fail(a->task, "peer_protocol", NULL, 0,
                          "round %u: the sum is not that of what the parties "
                          "sent", a->round);
}
