
/* A host of vertical data: it sums encrypted labels by its bins. */


#include <math.h>
#include <stdlib.h>

#include "../../math/ic_ciphertexts.h"
#include "../../math/ic_parallel.h"
#include "../../protocol/ic_draw.h"
#include "binning.h"


typedef struct {
    binning_t          *binning;
    const ic_party_t   *guest;
    ic_paillier_t      *key;
    ic_cipher_t        *cipher;
    ic_draw_t           draw;            /* of our own, for the orders */
    uint32_t           *order;           /* of columns, as they are sent */
    uint32_t          **bins;            /* of each column's bins */
    uint16_t           *groups;          /* of each row, as they are sent */
    unsigned            size;            /* bins of a column, at most */
    unsigned            total;           /* of all columns */
    ic_ciphertexts_t   *sums;            /* size for each column */
    BIGNUM             *zero;
} host_t;


static int host_key(host_t *host);
static int host_orders(host_t *host);
static int host_order(host_t *host, uint32_t **list, uint32_t n,
    bool random);
static int host_groups(host_t *host);
static int host_begin(host_t *host);
static int host_labels(host_t *host);
static int host_chunk(host_t *host, int64_t first);
static int host_bins(host_t *host);
static int host_sums(host_t *host);
static int host_pack(host_t *host, ic_ciphertexts_t *all,
    ic_ciphertexts_t *packed, ic_ciphertexts_t *fresh);
static int host_encrypt(host_t *host, ic_ciphertexts_t *c, bool hide);
static int host_hear(host_t *host);
static void host_free(host_t *host);


int
binning_host(binning_t *binning)
{
    int     rc;
    host_t  host;

    memset(&host, 0, sizeof(host_t));
    host.binning = binning;
    host.guest = ic_task_party(binning->task, "guest.0");

    rc = host_key(&host);

    if (rc == 0) {
        rc = host_orders(&host);
    }

    if (rc == 0) {
        rc = host_begin(&host);
    }

    if (rc == 0) {
        rc = host_labels(&host);
    }

    if (rc == 0) {
        rc = host_bins(&host);
    }

    if (rc == 0 && host.total > 0) {
        rc = host_sums(&host);
    }

    if (rc == 0 && binning->learn != BINNING_NOTHING) {
        rc = host_hear(&host);
    }

    host_free(&host);

    return rc;
}


static int
host_key(host_t *host)
{
    int                   rc;
    ic_message_t          message;
    const u_char         *n;
    ic_paillier_fault_e   fault;

    rc = ic_message_recv(&host->binning->wire, &message, host->guest,
                         BINNING_KEY, 0);

    if (rc == 0) {
        n = ic_message_get_raw(&message, host->binning->bits / 8);
        rc = ic_message_whole(&message);
    }

    if (rc == 0) {
        host->key = ic_paillier_create(n, host->binning->bits / 8,
                                       host->binning->bits,
                                       host->binning->flags, &fault);

        if (host->key == NULL && fault != IC_PAILLIER_NO_MEMORY) {
            rc = ic_task_fail(host->binning->task, "peer_protocol", NULL, 0,
                              "the key of %s is none: %s", host->guest->name,
                              ic_paillier_fault_text(fault));
        }
    }

    ic_message_drop(&message);

    if (rc == 0) {
        host->zero = BN_new();
        host->cipher = host->key == NULL ? NULL
            : ic_cipher_create(host->key, ic_pair_backend(),
                               ic_parallel_processors());
    }

    return rc != 0 ? -1
           : host->cipher != NULL && host->zero != NULL ? 0
           : binning_memory(host->binning);
}


/*
 * Columns in a random order unless they are named; bins too, unless the guest
 * has to know which are neighbours.
 */

static int
host_orders(host_t *host)
{
    unsigned    n;
    binning_t  *binning;

    binning = host->binning;

    if (ic_draw_secret(&host->draw, binning->task) != 0
        || host_order(host, &host->order, binning->count, !binning->names)
           != 0)
    {
        return -1;
    }

    host->bins = ic_zalloc(ic_task_arena(binning->task),
                           (binning->count + 1) * sizeof(uint32_t *));

    if (host->bins == NULL) {
        return binning_memory(binning);
    }

    for (n = 0; n < binning->count; n++) {

        if (host_order(host, &host->bins[n], binning->features[n].count,
                       !binning->monotonic)
            != 0)
        {
            return -1;
        }

        host->total += binning->features[n].count;

        if (binning->features[n].count > host->size) {
            host->size = binning->features[n].count;
        }
    }

    return host_groups(host);
}


/* list[i]: which one is the i-th that is sent. */

static int
host_order(host_t *host, uint32_t **list, uint32_t n, bool random)
{
    uint32_t  i;

    *list = ic_alloc(ic_task_arena(host->binning->task),
                     (n + 1) * sizeof(uint32_t));

    if (*list == NULL) {
        return binning_memory(host->binning);
    }

    for (i = 0; i < n; i++) {
        (*list)[i] = i;
    }

    return random ? ic_draw_shuffle(&host->draw, *list, n) : 0;
}


/* The place of each row's bin among those that are sent. */

static int
host_groups(host_t *host)
{
    size_t                    k;
    int64_t                   row;
    uint16_t                  place[IC_BINS_MAX];
    unsigned                  n, i;
    binning_t                *binning;
    const binning_feature_t  *feature;

    binning = host->binning;
    host->groups = malloc(((size_t) binning->rows * binning->count + 1)
                          * sizeof(uint16_t));

    if (host->groups == NULL) {
        return binning_memory(binning);
    }

    for (k = 0, n = 0; n < binning->count; n++) {
        feature = &binning->features[host->order[n]];

        for (i = 0; i < feature->count; i++) {
            place[host->bins[host->order[n]][i]] = (uint16_t) i;
        }

        for (row = 0; row < binning->rows; row++) {
            host->groups[k++] = place[feature->of[row]];
        }
    }

    return 0;
}


static int
host_begin(host_t *host)
{
    host->sums = ic_ciphertexts_create(host->cipher,
                                       (size_t) host->binning->count
                                       * host->size);

    return host->sums == NULL ? binning_memory(host->binning)
                              : host_encrypt(host, host->sums, false);
}


static int
host_labels(host_t *host)
{
    int64_t  row;

    for (row = 0; row < host->binning->rows; row += BINNING_CHUNK) {

        if (host_chunk(host, row) != 0) {
            return -1;
        }

        ic_task_progress(host->binning->task, 30 + 60.0 * (double) row
                         / (double) host->binning->rows, "labels");
    }

    return 0;
}


static int
host_chunk(host_t *host, int64_t first)
{
    int                   rc;
    size_t                n, len, bad;
    binning_t            *binning;
    ic_message_t          message;
    const u_char         *bytes;
    ic_ciphertexts_t     *labels;
    ic_paillier_fault_e   fault;

    binning = host->binning;
    n = (size_t) (binning->rows - first);
    n = n < BINNING_CHUNK ? n : BINNING_CHUNK;
    len = n * host->key->size;
    labels = ic_ciphertexts_create(host->cipher, n);

    if (labels == NULL) {
        return binning_memory(binning);
    }

    rc = ic_message_recv(&binning->wire, &message, host->guest,
                         BINNING_LABELS, (uint32_t) (first / BINNING_CHUNK));

    if (rc == 0) {
        bytes = ic_message_get_raw(&message, len);
        rc = ic_message_whole(&message);
    }

    if (rc == 0) {
        fault = ic_ciphertexts_load(labels, bytes, len, &bad);

        if (fault != IC_PAILLIER_OK) {
            rc = ic_task_fail(binning->task, "peer_protocol", NULL, 0,
                              "the label that %s sent of row %lld is no "
                              "ciphertext: %s", host->guest->name,
                              (long long) first + (long long) bad + 1,
                              ic_paillier_fault_text(fault));
        }
    }

    if (rc == 0 && ic_ciphertexts_group(host->sums, labels,
                                        host->groups + first,
                                        (size_t) binning->rows,
                                        binning->count, host->size)
                   != 0)
    {
        rc = binning_memory(binning);
    }

    ic_message_drop(&message);
    ic_ciphertexts_destroy(labels);

    return rc;
}


static int
host_bins(host_t *host)
{
    unsigned                  n, i;
    binning_t                *binning;
    ic_message_t              message;
    const binning_feature_t  *feature;

    binning = host->binning;
    ic_message_begin(&binning->wire, &message, BINNING_BINS, 0);
    ic_message_put_u32(&message, binning->count);

    for (n = 0; n < binning->count; n++) {
        feature = &binning->features[host->order[n]];
        ic_message_put_bytes(&message, feature->name,
                             binning->names ? strlen(feature->name) : 0);
        ic_message_put_u32(&message, feature->count);
        ic_message_put_u8(&message, binning->monotonic && feature->apart);

        for (i = 0; i < feature->count; i++) {
            ic_message_put_u64(&message, (uint64_t)
                feature->rows[host->bins[host->order[n]][i]]);
        }
    }

    return ic_message_send(&message, host->guest);
}


static int
host_sums(host_t *host)
{
    int                rc;
    size_t             count;
    u_char            *bytes;
    unsigned           slots;
    binning_t         *binning;
    ic_message_t       message;
    ic_ciphertexts_t  *all, *packed, *fresh;

    binning = host->binning;
    slots = (binning->bits - 1) / BINNING_WIDTH;
    count = (host->total + slots - 1) / slots;
    all = ic_ciphertexts_create(host->cipher, host->total);
    packed = ic_ciphertexts_create(host->cipher, count);
    fresh = ic_ciphertexts_create(host->cipher, count);
    ic_message_begin(&binning->wire, &message, BINNING_SUMS, 0);
    bytes = ic_message_space(&message, count * host->key->size);

    if (all != NULL && packed != NULL && fresh != NULL && bytes != NULL
        && host_pack(host, all, packed, fresh) == 0
        && ic_ciphertexts_store(packed, bytes) == 0)
    {
        rc = ic_message_send(&message, host->guest);

    } else {
        rc = binning_memory(binning);
        ic_message_drop(&message);
    }

    ic_ciphertexts_destroy(all);
    ic_ciphertexts_destroy(packed);
    ic_ciphertexts_destroy(fresh);

    return rc;
}


/*
 * Made anew at the end: the guest made the labels' randomness, and could tell
 * by its products which rows are together.
 */

static int
host_pack(host_t *host, ic_ciphertexts_t *all, ic_ciphertexts_t *packed,
    ic_ciphertexts_t *fresh)
{
    size_t     words;
    unsigned   n, t, count, slots;

    words = host->cipher->pair->words;
    slots = (host->binning->bits - 1) / BINNING_WIDTH;

    for (t = 0, n = 0; n < host->binning->count; n++) {
        count = host->binning->features[host->order[n]].count;
        memcpy(all->rows + t * words,
               host->sums->rows + (size_t) n * host->size * words,
               count * words * sizeof(uint64_t));
        t += count;
    }

    return ic_ciphertexts_pack(packed, all, slots, BINNING_WIDTH) == 0
           && host_encrypt(host, fresh, true) == 0
           ? ic_ciphertexts_add(packed, packed, fresh) : -1;
}


/* Zeros. */

static int
host_encrypt(host_t *host, ic_ciphertexts_t *c, bool hide)
{
    int             rc;
    size_t          i;
    const BIGNUM  **zeros;

    zeros = malloc((c->n + 1) * sizeof(BIGNUM *));

    if (zeros == NULL) {
        return binning_memory(host->binning);
    }

    for (i = 0; i < c->n; i++) {
        zeros[i] = host->zero;
    }

    rc = hide ? ic_ciphertexts_encrypt(host->cipher, c, zeros)
              : ic_ciphertexts_trivial(c, zeros);
    free(zeros);

    return rc == 0 ? 0 : binning_memory(host->binning);
}


static int
host_hear(host_t *host)
{
    int                 rc;
    bool                bad;
    double              woe;
    unsigned            n, i;
    binning_t          *binning;
    ic_message_t        message;
    binning_feature_t  *feature;

    binning = host->binning;
    bad = false;
    rc = ic_message_recv(&binning->wire, &message, host->guest, BINNING_WOE,
                         0);

    for (n = 0; rc == 0 && n < binning->count; n++) {
        feature = &binning->features[host->order[n]];
        feature->iv = ic_message_get_double(&message);
        feature->has_iv = true;
        feature->has_woe = binning->learn == BINNING_ALL;
        bad |= !isfinite(feature->iv) || feature->iv < 0;

        for (i = 0; feature->has_woe && i < feature->count; i++) {
            woe = ic_message_get_double(&message);
            bad |= !isfinite(woe);
            feature->woe[host->bins[host->order[n]][i]] = woe;
        }
    }

    if (rc == 0) {
        rc = ic_message_whole(&message);
    }

    if (rc == 0 && bad) {
        rc = ic_task_fail(binning->task, "peer_protocol", NULL, 0,
                          "%s sent evidence that is no number",
                          host->guest->name);
    }

    ic_message_drop(&message);

    return rc;
}


static void
host_free(host_t *host)
{
    free(host->groups);
    BN_free(host->zero);
    ic_ciphertexts_destroy(host->sums);
    ic_cipher_destroy(host->cipher);

    if (host->key != NULL) {
        ic_paillier_destroy(host->key);
    }
}
