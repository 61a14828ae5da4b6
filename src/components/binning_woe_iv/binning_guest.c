
/* The guest of vertical data: it encrypts labels and opens sums. */


#include <stdlib.h>

#include "../../math/ic_parallel.h"
#include "binning_guest.h"


typedef int (*guest_what_pt)(binning_guest_t *guest, const ic_party_t *host,
    void *data);


static int guest_keys(binning_guest_t *guest);
static int guest_hosts(binning_guest_t *guest, guest_what_pt what,
    void *data);
static int guest_send(binning_guest_t *guest, const ic_party_t *host,
    void *data);
static int guest_labels(binning_guest_t *guest);
static int guest_chunk(binning_guest_t *guest, int64_t first, size_t n,
    const BIGNUM *const *numbers);
static int guest_take(binning_guest_t *guest, const ic_party_t *party,
    void *data);
static int guest_bins(binning_host_t *host);
static int guest_column(binning_host_t *host, unsigned n);
static int guest_check(binning_host_t *host);
static int guest_tell(binning_host_t *host);
static void guest_report(binning_host_t *host);
static void guest_free(binning_guest_t *guest);


int
binning_guest(binning_t *binning)
{
    int              rc;
    int64_t          row;
    binning_guest_t  guest;

    memset(&guest, 0, sizeof(binning_guest_t));
    guest.binning = binning;

    for (row = 0; row < binning->rows; row++) {
        guest.positives += binning->labels[row];
    }

    rc = guest_keys(&guest);

    if (rc == 0) {
        rc = guest_labels(&guest);
    }

    if (rc == 0) {
        rc = guest_hosts(&guest, guest_take, NULL);
    }

    guest_free(&guest);

    return rc;
}


static int
guest_keys(binning_guest_t *guest)
{
    int                       rc;
    u_char                    n[IC_PAILLIER_MAX_BITS / 8];
    size_t                    len;
    unsigned                  threads;
    binning_t                *binning;
    ic_message_t              message;
    ic_paillier_fault_e       fault;
    const ic_pair_backend_t  *backend;

    binning = guest->binning;
    len = binning->bits / 8;
    backend = ic_pair_backend();
    threads = ic_parallel_processors();
    guest->secret = ic_paillier_generate(binning->bits, binning->flags);

    if (guest->secret != NULL
        && ic_paillier_key_modulus(guest->secret, n) == 0)
    {
        guest->key = ic_paillier_create(n, len, binning->bits,
                                        binning->flags, &fault);
    }

    if (guest->key != NULL) {
        guest->cipher = ic_cipher_create(guest->key, backend, threads);
        guest->decryption = ic_decryption_create(guest->secret, backend,
                                                 threads);
    }

    if (guest->cipher == NULL || guest->decryption == NULL) {
        return binning_memory(binning);
    }

    ic_message_begin(&binning->wire, &message, BINNING_KEY, 0);
    ic_message_put_raw(&message, n, len);
    rc = guest_hosts(guest, guest_send, &message);
    ic_message_drop(&message);

    return rc;
}


/* Every other party that has rows. */

static int
guest_hosts(binning_guest_t *guest, guest_what_pt what, void *data)
{
    int                rc;
    unsigned           i, count;
    const ic_party_t  *parties;

    parties = ic_task_parties(guest->binning->task, &count);

    for (rc = 0, i = 0; rc == 0 && i < count; i++) {
        if (guest->binning->rows_of[i] != -1
            && strcmp(parties[i].role, "guest") != 0)
        {
            rc = what(guest, &parties[i], data);
        }
    }

    return rc;
}


static int
guest_send(binning_guest_t *guest, const ic_party_t *host, void *data)
{
    return ic_message_copy(data, host);
}


static int
guest_labels(binning_guest_t *guest)
{
    int            rc;
    size_t         i, n;
    BIGNUM        *bits[2];
    int64_t        row;
    binning_t     *binning;
    const BIGNUM  *numbers[BINNING_CHUNK];

    binning = guest->binning;
    bits[0] = BN_new();
    bits[1] = BN_new();
    rc = bits[0] != NULL && bits[1] != NULL && BN_one(bits[1]) == 1
         ? 0 : binning_memory(binning);

    for (row = 0; rc == 0 && row < binning->rows; row += BINNING_CHUNK) {
        n = (size_t) (binning->rows - row);
        n = n < BINNING_CHUNK ? n : BINNING_CHUNK;

        for (i = 0; i < n; i++) {
            numbers[i] = bits[binning->labels[row + (int64_t) i]];
        }

        rc = guest_chunk(guest, row, n, numbers);
        ic_task_progress(binning->task, 30 + 40.0 * (double) row
                         / (double) binning->rows, "labels");
    }

    BN_free(bits[0]);
    BN_free(bits[1]);

    return rc;
}


static int
guest_chunk(binning_guest_t *guest, int64_t first, size_t n,
    const BIGNUM *const *numbers)
{
    int                rc;
    u_char            *bytes;
    binning_t         *binning;
    ic_message_t       message;
    ic_ciphertexts_t  *labels;

    binning = guest->binning;
    labels = ic_ciphertexts_create(guest->cipher, n);
    ic_message_begin(&binning->wire, &message, BINNING_LABELS,
                     (uint32_t) (first / BINNING_CHUNK));
    bytes = ic_message_space(&message, n * guest->key->size);

    rc = labels != NULL && bytes != NULL
         && ic_ciphertexts_encrypt(guest->cipher, labels, numbers) == 0
         && ic_ciphertexts_store(labels, bytes) == 0
         ? guest_hosts(guest, guest_send, &message)
         : binning_memory(binning);

    ic_message_drop(&message);
    ic_ciphertexts_destroy(labels);

    return rc;
}


static int
guest_take(binning_guest_t *guest, const ic_party_t *party, void *data)
{
    int           rc;
    binning_host_t  host;

    memset(&host, 0, sizeof(binning_host_t));
    host.guest = guest;
    host.party = party;

    rc = guest_bins(&host);

    if (rc == 0 && host.total > 0) {
        rc = binning_sums(&host);
    }

    if (rc == 0) {
        rc = guest_check(&host);
    }

    if (rc == 0 && guest->binning->learn != BINNING_NOTHING) {
        rc = guest_tell(&host);
    }

    if (rc == 0) {
        guest_report(&host);
    }

    ic_message_drop(&host.bins);

    return rc;
}


static int
guest_bins(binning_host_t *host)
{
    unsigned     n;
    binning_t   *binning;
    ic_arena_t  *arena;

    binning = host->guest->binning;
    arena = ic_task_arena(binning->task);

    if (ic_message_recv(&binning->wire, &host->bins, host->party,
                        BINNING_BINS, 0)
        != 0)
    {
        return -1;
    }

    host->count = ic_message_get_u32(&host->bins);

    if (host->count > IC_MODEL_MAX_FEATURES) {
        return ic_task_fail(binning->task, "peer_protocol", NULL, 0,
                            "%s says it has %u columns", host->party->name,
                            host->count);
    }

    host->columns = ic_zalloc(arena, (host->count + 1)
                                     * sizeof(binning_column_t));
    n = host->count * (BINNING_FINE + 2) + 1;
    host->rows = ic_zalloc(arena, n * sizeof(int64_t));
    host->positives = ic_zalloc(arena, n * sizeof(int64_t));
    host->negatives = ic_zalloc(arena, n * sizeof(int64_t));
    host->woe = ic_zalloc(arena, n * sizeof(double));
    host->iv = ic_zalloc(arena, (host->count + 1) * sizeof(double));

    if (host->columns == NULL || host->rows == NULL
        || host->positives == NULL || host->negatives == NULL
        || host->woe == NULL || host->iv == NULL)
    {
        return binning_memory(binning);
    }

    for (n = 0; n < host->count; n++) {
        if (guest_column(host, n) != 0) {
            return -1;
        }
    }

    return ic_message_whole(&host->bins);
}


/* As many rows as there are, and no bin of fewer than was agreed. */

static int
guest_column(binning_host_t *host, unsigned n)
{
    bool             bad;
    int64_t          sum, rows;
    unsigned         i;
    binning_t       *binning;
    binning_column_t  *column;

    binning = host->guest->binning;
    column = &host->columns[n];
    column->name = ic_message_get_bytes(&host->bins);
    column->count = ic_message_get_u32(&host->bins);
    column->apart = ic_message_get_u8(&host->bins) != 0;
    column->first = host->total;

    bad = column->count == 0 || column->count > BINNING_FINE + 2
          || (column->apart && column->count < 2)
          || (column->name.len > 0) != binning->names
          || !ic_utf8_valid(column->name);

    for (sum = 0, i = 0; !bad && i < column->count; i++) {
        rows = (int64_t) ic_message_get_u64(&host->bins);
        bad = rows < 0 || rows > binning->rows
              || (column->count > 1 && rows < binning->least);
        host->rows[host->total++] = rows;
        sum += rows;
    }

    if (!bad && sum == binning->rows) {
        return 0;
    }

    return ic_task_fail(binning->task, "peer_protocol", NULL, 0,
                        "%s sent bins of its column %u that are not as "
                        "agreed", host->party->name, n + 1);
}


static int
guest_check(binning_host_t *host)
{
    int64_t                sum;
    unsigned               n, i, t;
    binning_t             *binning;
    const binning_column_t  *column;

    binning = host->guest->binning;

    for (n = 0; n < host->count; n++) {
        column = &host->columns[n];

        for (sum = 0, i = 0; i < column->count; i++) {
            t = column->first + i;

            if (host->positives[t] < 0 || host->negatives[t] < 0) {
                break;
            }

            sum += host->positives[t];
        }

        if (i < column->count || sum != host->guest->positives) {
            return ic_task_fail(binning->task, "peer_protocol", NULL, 0,
                                "%s summed the labels of its column %u "
                                "wrongly", host->party->name, n + 1);
        }

        t = column->first;
        host->iv[n] = binning_value(binning, host->positives + t,
                                    host->negatives + t, column->count,
                                    column->apart,
                                    binning->learn == BINNING_ALL,
                                    host->woe + t);
    }

    return 0;
}


static int
guest_tell(binning_host_t *host)
{
    unsigned      n, i;
    binning_t    *binning;
    ic_message_t  message;

    binning = host->guest->binning;
    ic_message_begin(&binning->wire, &message, BINNING_WOE, 0);

    for (n = 0; n < host->count; n++) {
        ic_message_put_double(&message, host->iv[n]);

        for (i = 0; binning->learn == BINNING_ALL
                    && i < host->columns[n].count; i++)
        {
            ic_message_put_double(&message,
                                  host->woe[host->columns[n].first + i]);
        }
    }

    return ic_message_send(&message, host->party);
}


static void
guest_report(binning_host_t *host)
{
    unsigned               n, i, t;
    ic_json_out_t         *out;
    const binning_column_t  *column;

    out = &host->guest->binning->hosts;
    ic_out_object(out, NULL);
    ic_out_z(out, "party", host->party->name);
    ic_out_z(out, "node_id", host->party->node_id);
    ic_out_array(out, "features");

    for (n = 0; n < host->count; n++) {
        column = &host->columns[n];
        ic_out_object(out, NULL);

        if (column->name.len > 0) {
            ic_out_str(out, "feature", column->name);
        }

        ic_out_int(out, "number", n + 1);
        ic_out_num(out, "iv", host->iv[n]);
        ic_out_array(out, "bins");

        for (i = 0; i < column->count; i++) {
            t = column->first + i;
            ic_out_object(out, NULL);
            ic_out_int(out, "rows", host->rows[t]);
            ic_out_int(out, "positives", host->positives[t]);
            ic_out_num(out, "woe", host->woe[t]);
            ic_out_object_end(out);
        }

        ic_out_array_end(out);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
    ic_out_object_end(out);
}


static void
guest_free(binning_guest_t *guest)
{
    ic_decryption_destroy(guest->decryption);
    ic_cipher_destroy(guest->cipher);

    if (guest->key != NULL) {
        ic_paillier_destroy(guest->key);
    }

    if (guest->secret != NULL) {
        ic_paillier_key_destroy(guest->secret);
    }
}
