
/* A party's run: data, agreement, keys, training, results. */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "../../math/ic_parallel.h"
#include "../../protocol/ic_align.h"
#include "hetero_lr.h"


static int find_peer(hetero_lr_t *lr);
static int begin(hetero_lr_t *lr);
static int read_and_agree(hetero_lr_t *lr);
static int learn_columns(hetero_lr_t *lr);
static int check_columns(hetero_lr_t *lr, const ic_party_t *party,
    unsigned columns);
static int make_keys(hetero_lr_t *lr);
static int make_table(hetero_lr_t *lr);
static int exchange_keys(hetero_lr_t *lr);
static int take_key(hetero_lr_t *lr, const u_char *own);
static int make_space(hetero_lr_t *lr);
static int shares_create(hetero_shares_t *shares, unsigned count);
static void shares_free(hetero_shares_t *shares);
static void hetero_free(hetero_lr_t *lr);


static const char *const  kinds[] = {
    NULL, "parameters", "its number of columns", "a key", "shares of weights",
    "scores", "residuals", "gradients", "a loss", "a change of weights",
    "the length of a change", "a piece of the model", "a check of ids",
    "a check of ids", "a key for scores", "parts of scores"
};


int
hetero_lr_run(ic_task_t *task, unsigned modulus_bits, unsigned flags)
{
    int           rc;
    hetero_lr_t  *lr;

    lr = ic_zalloc(ic_task_arena(task), sizeof(hetero_lr_t));

    if (lr == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "memory is short");
    }

    lr->task = task;
    lr->modulus_bits = modulus_bits;
    lr->paillier_flags = flags;
    lr->threads = ic_parallel_processors();

    rc = begin(lr) == 0 && hetero_train(lr) == 0 && hetero_finish(lr) == 0
         ? 0 : -1;

    hetero_free(lr);

    return rc;
}


int
hetero_no_memory(hetero_lr_t *lr)
{
    return ic_task_fail(lr->task, "internal", NULL, 0, "memory is short");
}


int
hetero_recv(hetero_lr_t *lr, ic_message_t *message, unsigned kind)
{
    int  rc;

    hetero_stock_wait(lr->stock, true);
    rc = ic_message_recv(&lr->wire, message, lr->peer, kind, lr->number);
    hetero_stock_wait(lr->stock, false);

    return rc;
}


static int
begin(hetero_lr_t *lr)
{
    if (find_peer(lr) != 0 || hetero_read_params(lr) != 0) {
        return -1;
    }

    if (lr->modulus_bits == 0) {
        lr->modulus_bits = lr->params.key_length;
    }

    ic_wire_init(&lr->wire, lr->task, "hetero_lr", 1, kinds,
                 sizeof(kinds) / sizeof(kinds[0]));
    ic_task_progress(lr->task, 0, "reading data");

    return read_and_agree(lr) == 0 && learn_columns(lr) == 0
           && make_keys(lr) == 0 && make_space(lr) == 0 ? 0 : -1;
}


/* One guest, one host: the words are shared between two. */

static int
find_peer(hetero_lr_t *lr)
{
    unsigned           i, count;
    const ic_party_t  *self, *parties;

    self = ic_task_self(lr->task);
    parties = ic_task_parties(lr->task, &count);
    lr->guest = strcmp(self->role, "guest") == 0;

    for (i = 0; i < count; i++) {
        if (strcmp(parties[i].name, self->name) != 0) {
            lr->peer = &parties[i];
        }
    }

    if (count != 2 || strcmp(lr->peer->role, lr->guest ? "host" : "guest")
        || (!lr->guest && strcmp(self->role, "host") != 0))
    {
        return ic_task_fail(lr->task, "bad_parameter", NULL, 0,
                            "hetero_lr is between one guest and one host");
    }

    return 0;
}


static int
read_and_agree(hetero_lr_t *lr)
{
    int          rc;
    int64_t      rows[2];
    ic_table_t  *table;

    table = ic_input_table(lr->task, "train_data", lr->params.max_rows);

    if (table == NULL) {
        return -1;
    }

    rc = hetero_load(lr, table);

    if (rc == 0) {
        ic_task_fact(lr->task, "rows", lr->data.rows);
        rc = ic_agree(&lr->wire, lr->params.common, lr->data.rows, rows) == 0
             && ic_align(&lr->wire, HETERO_IDS, rows, table,
                         lr->params.unique_id) == 0 ? 0 : -1;
    }

    ic_table_close(table);

    return rc;
}


static int
learn_columns(hetero_lr_t *lr)
{
    int           rc;
    uint32_t      count;
    ic_message_t  message;

    ic_message_begin(&lr->wire, &message, HETERO_COLUMNS, 0);
    ic_message_put_u32(&message, lr->data.columns);

    if (ic_message_send(&message, lr->peer) != 0) {
        return -1;
    }

    rc = ic_message_recv(&lr->wire, &message, lr->peer, HETERO_COLUMNS, 0);
    count = rc == 0 ? ic_message_get_u32(&message) : 0;
    rc = rc == 0 ? ic_message_whole(&message) : -1;
    ic_message_drop(&message);

    if (rc == 0 && (count == 0 || count > IC_ROWS_MAX_COLUMNS)) {
        rc = ic_task_fail(lr->task, "peer_protocol", NULL, 0,
                          "%s says it has %u columns", lr->peer->name,
                          count);
    }

    if (rc == 0) {
        rc = check_columns(lr, ic_task_self(lr->task), lr->data.columns) != 0
             ? -1 : check_columns(lr, lr->peer, count);
    }

    if (rc == 0 && (shares_create(&lr->own, lr->data.columns) != 0
                    || shares_create(&lr->other, count) != 0))
    {
        rc = hetero_no_memory(lr);
    }

    return rc;
}


/* As many weights as rows are as many equations as there are labels. */

static int
check_columns(hetero_lr_t *lr, const ic_party_t *party, unsigned columns)
{
    int64_t  least;

    least = lr->params.rows_per_column * (int64_t) columns;

    return lr->data.rows >= least ? 0
           : ic_task_fail(lr->task, "data_too_few", NULL, 0,
                          "%lld rows for the %u columns of %s: from its "
                          "weights it could compute the other's data; "
                          "rows_per_column asks for %lld rows",
                          (long long) lr->data.rows, columns, party->name,
                          (long long) least);
}


static int
make_keys(hetero_lr_t *lr)
{
    unsigned                  i;
    const ic_pair_backend_t  *backend;

    ic_task_progress(lr->task, 1, "making keys");
    lr->secret = ic_paillier_generate(lr->modulus_bits, lr->paillier_flags);

    if (lr->secret == NULL) {
        return ic_task_fail(lr->task, "internal", NULL, 0,
                            "no key could be made");
    }

    if (exchange_keys(lr) != 0) {
        return -1;
    }

    backend = ic_pair_backend();
    lr->decryption = ic_decryption_create(lr->secret, backend, lr->threads);

    for (i = 0; i < 2; i++) {
        lr->cipher[i] = ic_cipher_create(lr->key[i], backend, lr->threads);
    }

    return lr->decryption != NULL && lr->cipher[0] != NULL
           && lr->cipher[1] != NULL ? make_table(lr) : hetero_no_memory(lr);
}


/* The table of our key's powers, before a second thread reads it. */

static int
make_table(hetero_lr_t *lr)
{
    int                rc;
    ic_ciphertexts_t  *none;

    none = ic_ciphertexts_create(lr->cipher[0], 0);
    rc = none != NULL
         && ic_ciphertexts_encrypt(lr->cipher[0], none, NULL) == 0 ? 0 : -1;
    ic_ciphertexts_destroy(none);

    if (rc == 0) {
        lr->stock = hetero_stock_create(lr->cipher[0],
                                        lr->data.rows < HETERO_CHUNK
                                        ? (size_t) lr->data.rows
                                        : HETERO_CHUNK);
    }

    return lr->stock != NULL ? 0 : hetero_no_memory(lr);
}


/* Both moduli become part of the context, the guest's first. */

static int
exchange_keys(hetero_lr_t *lr)
{
    int                   rc;
    u_char                own[IC_PAILLIER_MAX_BITS / 8];
    size_t                size;
    ic_message_t          message;
    ic_paillier_fault_e   fault;

    size = lr->modulus_bits / 8;

    if (ic_paillier_key_modulus(lr->secret, own) != 0) {
        return hetero_no_memory(lr);
    }

    lr->key[0] = ic_paillier_create(own, size, lr->modulus_bits,
                                    lr->paillier_flags, &fault);

    if (lr->key[0] == NULL) {
        return ic_task_fail(lr->task, "internal", NULL, 0, "our own key: %s",
                            ic_paillier_fault_text(fault));
    }

    ic_message_begin(&lr->wire, &message, HETERO_KEY, 0);
    ic_message_put_raw(&message, own, size);

    rc = ic_message_send(&message, lr->peer);

    return rc == 0 ? take_key(lr, own) : -1;
}


static int
take_key(hetero_lr_t *lr, const u_char *own)
{
    int                   rc;
    size_t                size;
    ic_message_t          message;
    const u_char         *n;
    ic_paillier_fault_e   fault;

    size = lr->modulus_bits / 8;
    rc = ic_message_recv(&lr->wire, &message, lr->peer, HETERO_KEY, 0);
    n = rc == 0 ? ic_message_get_raw(&message, size) : NULL;
    rc = rc == 0 ? ic_message_whole(&message) : -1;

    if (rc == 0 && memcmp(n, own, size) == 0) {
        rc = ic_task_fail(lr->task, "peer_protocol", NULL, 0,
                          "%s sent our own key back", lr->peer->name);
    }

    if (rc == 0) {
        lr->key[1] = ic_paillier_create(n, size, lr->modulus_bits,
                                        lr->paillier_flags, &fault);

        if (lr->key[1] == NULL) {
            rc = ic_task_fail(lr->task, fault == IC_PAILLIER_NO_MEMORY
                              ? "internal" : "peer_protocol", NULL, 0,
                              "the key of %s: %s", lr->peer->name,
                              ic_paillier_fault_text(fault));
        }
    }

    if (rc == 0) {
        ic_wire_bind(&lr->wire, lr->guest ? own : n, size);
        ic_wire_bind(&lr->wire, lr->guest ? n : own, size);
    }

    ic_message_drop(&message);

    return rc;
}


static int
make_space(hetero_lr_t *lr)
{
    size_t          batch, i;
    hetero_data_t  *data;

    data = &lr->data;
    batch = (size_t) data->rows;

    if (lr->params.batch_size > 0
        && (size_t) lr->params.batch_size < batch)
    {
        batch = (size_t) lr->params.batch_size;
    }

    lr->e = calloc(batch, sizeof(hetero_word_t));
    batch = batch < HETERO_CHUNK ? batch : HETERO_CHUNK;
    lr->x = malloc(batch * data->columns * sizeof(int64_t));
    lr->space = lr->own.count + lr->other.count + HETERO_LIMBS;
    lr->space = lr->space < batch ? batch : lr->space;
    lr->plain = calloc(lr->space, sizeof(BIGNUM *));
    lr->coded = calloc(lr->space, sizeof(BIGNUM *));
    lr->weights = calloc(data->columns, sizeof(double));
    lr->losses = calloc(lr->params.max_iter, sizeof(double));

    if (lr->e == NULL || lr->x == NULL || lr->plain == NULL
        || lr->coded == NULL || lr->weights == NULL || lr->losses == NULL)
    {
        return hetero_no_memory(lr);
    }

    for (i = 0; i < lr->space; i++) {
        lr->plain[i] = BN_new();
        lr->coded[i] = BN_new();

        if (lr->plain[i] == NULL || lr->coded[i] == NULL) {
            return hetero_no_memory(lr);
        }
    }

    return 0;
}


static int
shares_create(hetero_shares_t *shares, unsigned count)
{
    shares->count = count;
    shares->w = calloc(4 * (size_t) count, sizeof(hetero_word_t));

    if (shares->w == NULL) {
        return -1;
    }

    shares->momentum = shares->w + count;
    shares->gradient = shares->momentum + count;
    shares->before = shares->gradient + count;

    return 0;
}


static void
shares_free(hetero_shares_t *shares)
{
    if (shares->w != NULL) {
        OPENSSL_cleanse(shares->w, 4 * shares->count * sizeof(hetero_word_t));
        free(shares->w);
        shares->w = NULL;
    }
}


static void
hetero_free(hetero_lr_t *lr)
{
    size_t  i;

    for (i = 0; i < lr->space; i++) {
        if (lr->plain != NULL) {
            BN_clear_free(lr->plain[i]);
        }

        if (lr->coded != NULL) {
            BN_clear_free(lr->coded[i]);
        }
    }

    hetero_stock_destroy(lr->stock);
    ic_decryption_destroy(lr->decryption);

    for (i = 0; i < 2; i++) {
        ic_cipher_destroy(lr->cipher[i]);
        ic_paillier_destroy(lr->key[i]);
    }

    if (lr->secret != NULL) {
        ic_paillier_key_destroy(lr->secret);
    }

    shares_free(&lr->own);
    shares_free(&lr->other);
    hetero_data_free(&lr->data);
    free(lr->plain);
    free(lr->coded);
    free(lr->e);
    free(lr->x);
    free(lr->weights);
    free(lr->losses);
}
