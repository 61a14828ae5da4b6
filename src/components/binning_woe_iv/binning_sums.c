
/* Sums of labels by the bins of a host, opened. */


#include "binning_guest.h"


static int sums_open(binning_host_t *host, const u_char *bytes,
    size_t count);
static int sums_unpack(binning_host_t *host, BIGNUM *const *m);


int
binning_sums(binning_host_t *host)
{
    int            rc;
    size_t         count, slots;
    binning_t     *binning;
    ic_message_t   message;
    const u_char  *bytes;

    binning = host->guest->binning;
    slots = (binning->bits - 1) / BINNING_WIDTH;
    count = (host->total + slots - 1) / slots;

    rc = ic_message_recv(&binning->wire, &message, host->party,
                         BINNING_SUMS, 0);

    if (rc == 0) {
        bytes = ic_message_get_raw(&message, count * host->guest->key->size);
        rc = ic_message_whole(&message);
    }

    if (rc == 0) {
        rc = sums_open(host, bytes, count);
    }

    ic_message_drop(&message);

    return rc;
}


static int
sums_open(binning_host_t *host, const u_char *bytes, size_t count)
{
    int                   rc;
    size_t                i, bad;
    BIGNUM              **m, **c;
    binning_guest_t              *guest;
    ic_arena_t           *arena;
    ic_ciphertexts_t     *loaded;
    ic_paillier_fault_e   fault;

    guest = host->guest;
    arena = ic_task_arena(guest->binning->task);
    loaded = ic_ciphertexts_create(guest->cipher, count);
    m = ic_zalloc(arena, count * sizeof(BIGNUM *));
    c = ic_zalloc(arena, count * sizeof(BIGNUM *));
    rc = loaded != NULL && m != NULL && c != NULL
         ? 0 : binning_memory(guest->binning);

    if (rc == 0) {
        fault = ic_ciphertexts_load(loaded, bytes,
                                    count * guest->key->size, &bad);

        if (fault != IC_PAILLIER_OK) {
            rc = ic_task_fail(guest->binning->task, "peer_protocol", NULL,
                              0, "%s sent a sum that is no ciphertext: %s",
                              host->party->name,
                              ic_paillier_fault_text(fault));
        }
    }

    for (i = 0; rc == 0 && i < count; i++) {
        m[i] = BN_new();
        c[i] = BN_bin2bn(bytes + i * guest->key->size,
                         (int) guest->key->size, NULL);
        rc = m[i] != NULL && c[i] != NULL ? 0
             : binning_memory(guest->binning);
    }

    if (rc == 0) {
        rc = ic_decryption_run(guest->decryption, m,
                               (const BIGNUM *const *) c, count) == 0
             ? sums_unpack(host, m) : binning_memory(guest->binning);
    }

    for (i = 0; m != NULL && c != NULL && i < count; i++) {
        BN_clear_free(m[i]);
        BN_free(c[i]);
    }

    ic_ciphertexts_destroy(loaded);

    return rc;
}


static int
sums_unpack(binning_host_t *host, BIGNUM *const *m)
{
    int        rc;
    BIGNUM    *part;
    unsigned   t, slots;

    slots = (host->guest->binning->bits - 1) / BINNING_WIDTH;
    part = BN_new();
    rc = part != NULL ? 0 : binning_memory(host->guest->binning);

    for (t = 0; rc == 0 && t < host->total; t++) {

        if (BN_rshift(part, m[t / slots],
                      (int) (t % slots * BINNING_WIDTH)) != 1)
        {
            rc = binning_memory(host->guest->binning);
            break;
        }

        /* the last of a ciphertext keeps what is above: it is checked */

        if (t % slots != slots - 1 && t != host->total - 1
            && BN_num_bits(part) > BINNING_WIDTH)
        {
            (void) BN_mask_bits(part, BINNING_WIDTH);
        }

        host->positives[t] = BN_num_bits(part) <= BINNING_WIDTH
                             ? (int64_t) BN_get_word(part) : -1;
        host->negatives[t] = host->rows[t] - host->positives[t];
    }

    BN_clear_free(part);

    return rc;
}
