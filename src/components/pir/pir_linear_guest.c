
/* The guest's part of linear retrieval. */


#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "../../math/ic_parallel.h"
#include "pir_linear.h"
#include "pir_wire.h"


#define LINEAR_PIECE  512                    /* columns */


typedef struct {
    pir_t          *pir;
    pir_queries_t  *queries;
    pir_shape_t     shape;
    unsigned        attempt;
    uint32_t       *hint;
    u_char         *message;     /* digest, vectors of a round */
    uint32_t       *secrets;     /* of a round, IC_LWE_SIZE each */
    uint64_t       *wanted;      /* columns of a round, secret */
    size_t          count;       /* vectors of this round */
    u_char         *entry;
    uint64_t        first;       /* vector of this round */
    u_char          seed[IC_STREAM_KEY];
    u_char          digest[PIR_DIGEST];
} linear_guest_t;


static int linear_allocate(linear_guest_t *guest);
static int linear_take_hint(void *ctx, uint64_t first, size_t n,
    const u_char *items);
static int linear_rounds(linear_guest_t *guest);
static int linear_ask(linear_guest_t *guest, uint32_t number, size_t count);
static int linear_part(void *ctx, size_t first, size_t count);
static int linear_bucket(const linear_guest_t *guest, uint64_t vector,
    uint64_t *bucket);
static int linear_read(linear_guest_t *guest, uint32_t number, size_t count);
static void linear_recover(linear_guest_t *guest, size_t k, uint64_t bucket,
    const u_char *answer);


int
pir_linear_ask(pir_t *pir, pir_queries_t *queries, uint64_t keys)
{
    int             rc;
    size_t          len;
    const u_char   *body;
    linear_guest_t  guest;

    memset(&guest, 0, sizeof(guest));
    guest.pir = pir;
    guest.queries = queries;
    pir_linear_seed(pir, guest.seed);

    if (pir_shape(&guest.shape, keys, queries->label + PIR_OVERHEAD,
                  queries->count)
        != 0)
    {
        return pir_fail(pir, "data_out_of_range", NULL, 0,
                        "the table of %s is larger than pir takes",
                        pir->peer->name);
    }

    if (pir_recv(pir, PIR_HELLO, 1, &body, &len) != 0) {
        return -1;
    }

    if (len != 1) {
        return pir_fail(pir, "peer_protocol", NULL, 0,
                        "%s does not say how its table is hashed",
                        pir->peer->name);
    }

    guest.attempt = body[0];

    rc = linear_allocate(&guest) == 0
         && pir_take(pir, PIR_HINT, IC_LWE_SIZE * 4, guest.shape.rows,
                     linear_take_hint, &guest, guest.digest) == 0
         && linear_rounds(&guest) == 0
         ? 0 : -1;

    free(guest.hint);
    free(guest.message);
    free(guest.secrets);
    free(guest.wanted);
    free(guest.entry);

    return rc;
}


static int
linear_allocate(linear_guest_t *guest)
{
    pir_shape_t  *shape;

    shape = &guest->shape;
    guest->hint = malloc(shape->rows * IC_LWE_SIZE * sizeof(uint32_t));
    guest->message = malloc(PIR_DIGEST
                            + shape->round * shape->columns * 4);
    guest->secrets = malloc(shape->round * IC_LWE_SIZE * sizeof(uint32_t));
    guest->wanted = malloc(shape->round * sizeof(uint64_t));
    guest->entry = malloc(shape->entry);

    return guest->hint == NULL || guest->message == NULL
           || guest->secrets == NULL || guest->wanted == NULL
           || guest->entry == NULL
           ? pir_no_memory(guest->pir) : 0;
}


static int
linear_take_hint(void *ctx, uint64_t first, size_t n, const u_char *items)
{
    uint32_t        *to;
    linear_guest_t  *guest;

    guest = ctx;
    to = guest->hint + first * IC_LWE_SIZE;
    memcpy(to, items, n * IC_LWE_SIZE * sizeof(uint32_t));
    pir_linear_words(to, n * IC_LWE_SIZE);

    pir_progress(guest->pir, 20, 60, first + n, guest->shape.rows,
                 "reading the hint");

    return 0;
}


static int
linear_rounds(linear_guest_t *guest)
{
    int       rc;
    size_t    count, round;
    uint32_t  number;

    round = guest->shape.round;
    number = 0;

    for (rc = 0; rc == 0 && guest->first < guest->shape.vectors;
         guest->first += count)
    {
        count = guest->shape.vectors - guest->first < round
                ? (size_t) (guest->shape.vectors - guest->first) : round;

        rc = linear_ask(guest, number, count) == 0
             && linear_read(guest, number, count) == 0
             ? 0 : -1;

        number++;
        OPENSSL_cleanse(guest->secrets, round * IC_LWE_SIZE * 4);
        OPENSSL_cleanse(guest->wanted, round * sizeof(uint64_t));
        pir_progress(guest->pir, 60, 99, guest->first + count,
                     guest->shape.vectors, "asking");
    }

    return rc;
}


static int
linear_ask(linear_guest_t *guest, uint32_t number, size_t count)
{
    int       rc;
    size_t    k;
    uint64_t  bucket;

    guest->count = count;
    rc = ic_lwe_secrets(guest->secrets, count);

    for (k = 0; rc == 0 && k < count; k++) {
        rc = linear_bucket(guest, guest->first + k, &bucket);
        guest->wanted[k] = bucket % guest->shape.columns;
    }

    if (rc == 0) {
        rc = ic_parallel(ic_parallel_processors(), guest->shape.columns,
                         LINEAR_PIECE, linear_part, guest);
    }

    if (rc != 0) {
        return pir_no_memory(guest->pir);
    }

    memcpy(guest->message, guest->digest, PIR_DIGEST);
    pir_linear_words((uint32_t *) (void *) (guest->message + PIR_DIGEST),
                     count * guest->shape.columns);

    return pir_send(guest->pir, PIR_QUERY, number, guest->message,
                    PIR_DIGEST + count * guest->shape.columns * 4);
}


/* Columns first to first + count - 1 of all vectors of the round. */

static int
linear_part(void *ctx, size_t first, size_t count)
{
    linear_guest_t  *guest;

    guest = ctx;

    return ic_lwe_queries(guest->seed, guest->shape.columns, first, count,
                          guest->wanted, guest->secrets,
                          (uint32_t *) (void *) (guest->message + PIR_DIGEST),
                          guest->count);
}


/* Behind the keywords: any. */

static int
linear_bucket(const linear_guest_t *guest, uint64_t vector, uint64_t *bucket)
{
    uint64_t  keyword;

    keyword = vector / PIR_PLACES;

    if (keyword < guest->queries->keywords) {
        *bucket = pir_cuckoo_place(guest->queries->values[keyword].places,
                                   guest->attempt,
                                   (unsigned) (vector % PIR_PLACES),
                                   guest->shape.buckets);
        return 0;
    }

    if (RAND_priv_bytes((u_char *) bucket, sizeof(uint64_t)) != 1) {
        return -1;
    }

    *bucket %= guest->shape.buckets;

    return 0;
}


static int
linear_read(linear_guest_t *guest, uint32_t number, size_t count)
{
    size_t         len, k, size;
    uint64_t       keyword, bucket;
    const u_char  *body;

    if (pir_recv(guest->pir, PIR_ANSWER, number, &body, &len) != 0) {
        return -1;
    }

    size = guest->shape.rows * sizeof(uint32_t);

    if (len != count * size) {
        return pir_fail(guest->pir, "peer_protocol", NULL, 0,
                        "ANSWER %lu of %s has %zu bytes, %zu are due",
                        (unsigned long) number, guest->pir->peer->name, len,
                        count * size);
    }

    for (k = 0; k < count; k++) {
        keyword = (guest->first + k) / PIR_PLACES;

        if (keyword >= guest->queries->keywords) {
            break;
        }

        (void) linear_bucket(guest, guest->first + k, &bucket);
        linear_recover(guest, k, bucket, body + k * size);

        if (pir_queries_open(guest->pir, guest->queries, keyword,
                             guest->entry)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


static void
linear_recover(linear_guest_t *guest, size_t k, uint64_t bucket,
    const u_char *answer)
{
    size_t    first, i;
    uint32_t  word;

    first = (size_t) (bucket / guest->shape.columns) * guest->shape.entry;

    for (i = 0; i < guest->shape.entry; i++) {
        memcpy(&word, answer + (first + i) * sizeof(word), sizeof(word));
        pir_linear_words(&word, 1);
        guest->entry[i] = (u_char) ic_lwe_recover(
                              guest->hint + (first + i) * IC_LWE_SIZE,
                              guest->secrets + k * IC_LWE_SIZE, word);
    }
}
