
/* Parties that compute on shares: begin, batches, end. */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "ic_shares_state.h"


static const char *const  shares_kinds[SHARES_KINDS] = {
    NULL, "the start", "a key", "what is dealt", "masked numbers",
    "shares of a result", "the first transfers", "what is made",
    "the ids", "the proof of the ids"
};


static int shares_parties(ic_shares_t *shares);
static int shares_begin(ic_shares_t *shares, ic_str_t common, int64_t rows);


ic_shares_t *
ic_shares_open(ic_task_t *task, const ic_shares_conf_t *conf,
    ic_str_t common, int64_t rows)
{
    int           rc;
    bool          alone;
    ic_shares_t  *shares;

    shares = calloc(1, sizeof(ic_shares_t));

    if (shares == NULL) {
        (void) ic_task_fail(task, "internal", NULL, 0, "memory is short");
        return NULL;
    }

    shares->task = task;
    shares->conf = *conf;
    ic_wire_init(&shares->wire, task, conf->topic, 1, shares_kinds,
                 SHARES_KINDS);

    rc = shares_parties(shares);
    alone = conf->paillier && shares->self >= 0;

    rc = rc != 0 || (alone && shares_pair_create(shares) != 0)
         || shares_begin(shares, common, rows) != 0
         || ((alone || !conf->paillier) && shares_keys(shares) != 0)
         || (alone && shares_pair_base(shares) != 0) ? -1 : 0;

    if (rc != 0) {
        ic_shares_close(shares);
        return NULL;
    }

    return shares;
}


static int
shares_parties(ic_shares_t *shares)
{
    unsigned           i, count;
    const ic_party_t  *parties, *self;

    parties = ic_task_parties(shares->task, &count);
    self = ic_task_self(shares->task);
    shares->self = -1;

    for (i = 0; i < count; i++) {

        if (strcmp(parties[i].role, "arbiter") == 0) {
            shares->dealer = &parties[i];
            continue;
        }

        if (shares->count == IC_SHARES_MAX) {
            return ic_task_fail(shares->task, "bad_parameter", NULL, 0,
                                "%d data parties at most", IC_SHARES_MAX);
        }

        if (strcmp(parties[i].name, self->name) == 0) {
            shares->self = (int) shares->count;
        }

        shares->parties[shares->count++] = &parties[i];
    }

    if (shares->count < 2
        || (shares->conf.paillier ? shares->count != 2
                                  : shares->dealer == NULL)
        || count > shares->count + 1)
    {
        return ic_task_fail(shares->task, "bad_parameter", NULL, 0,
                            shares->conf.paillier
                            ? "with paillier there are two data parties"
                            : "with a coordinator there are two or three "
                              "data parties and one arbiter");
    }

    return 0;
}


static int
shares_begin(ic_shares_t *shares, ic_str_t common, int64_t rows)
{
    unsigned           i, k, count;
    const ic_party_t  *parties;

    if (ic_agree(&shares->wire, common, rows, shares->rows_of) != 0) {
        return -1;
    }

    parties = ic_task_parties(shares->task, &count);

    for (i = 0, k = 0; i < count; i++) {
        if (&parties[i] != shares->dealer) {
            shares->rows[k++] = shares->rows_of[i];
        }
    }

    return 0;
}


void
ic_shares_close(ic_shares_t *shares)
{
    if (shares == NULL) {
        return;
    }

    if (shares->dealing) {
        ic_message_drop(&shares->dealt);
    }

    shares_pair_destroy(shares->pair);
    OPENSSL_cleanse(shares, sizeof(ic_shares_t));
    free(shares);
}


unsigned
ic_shares_count(const ic_shares_t *shares)
{
    return shares->count;
}


int64_t
ic_shares_rows(const ic_shares_t *shares, unsigned i)
{
    return shares->rows[i];
}


int
ic_shares_self(const ic_shares_t *shares)
{
    return shares->self;
}


int
ic_shares_align(ic_shares_t *shares, const ic_table_t *table,
    const char *unique_id)
{
    return ic_align(&shares->wire, SHARES_ALIGN, shares->rows_of, table,
                    unique_id);
}


ic_shares_cost_t
ic_shares_cost(const ic_shares_t *shares)
{
    ic_shares_cost_t  cost;

    cost = shares->cost;
    cost.bytes_sent = shares->wire.bytes_sent;
    cost.bytes_received = shares->wire.bytes_received;

    return cost;
}


bool
ic_shares_live(const ic_shares_t *shares)
{
    return shares->mode == SHARES_LIVE;
}


int
ic_shares_batch(ic_shares_t *shares, ic_shares_run_pt run, void *data)
{
    int               rc;
    ic_shares_cost_t  before;

    if (shares->conf.paillier && shares->self < 0) {
        return 0;
    }

    rc = 0;

    if (shares->pair != NULL) {
        before = shares->cost;
        shares->mode = SHARES_COUNTING;
        rc = run(shares, data) != 0 ? -1 : shares_pair_make(shares);
        shares->cost = before;
    }

    shares->mode = shares->self < 0 ? SHARES_DEALING : SHARES_LIVE;
    rc = rc == 0 ? run(shares, data) : -1;

    return rc == 0 && shares->pair == NULL ? shares_dealt(shares) : rc;
}


int
ic_shares_input(ic_shares_t *shares, unsigned owner, uint64_t *words,
    size_t n)
{
    unsigned          i;
    shares_stream_t  *stream;

    if (shares->mode != SHARES_LIVE) {
        return 0;
    }

    if ((int) owner != shares->self) {
        return shares_stream(shares, &shares->input[owner][shares->self],
                             words, n);
    }

    for (i = 0; i < shares->count; i++) {
        stream = &shares->input[owner][i];

        if (i == owner) {
            continue;
        }

        if (ic_stream_add(stream->key, stream->next, -1, words, n) != 0) {
            return ic_task_fail(shares->task, "internal", NULL, 0,
                                "memory is short");
        }

        stream->next += n + n % 2;
    }

    return 0;
}


void
ic_shares_constant(const ic_shares_t *shares, uint64_t *words, uint64_t word,
    size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        words[i] = shares->self == 0 ? word : 0;
    }
}


/*
 * Every opened share has a sharing of zero on it: it tells nothing but the
 * result, whatever the shares have been used for before.
 */

int
ic_shares_reveal(ic_shares_t *shares, unsigned to, uint64_t *words, size_t n,
    bool bits)
{
    int        rc;
    size_t     width;
    uint64_t  *zero;
    unsigned   i;

    shares->cost.rounds++;

    if (shares->mode != SHARES_LIVE) {
        return 0;
    }

    width = bits ? n / 64 : n;
    zero = shares_words(shares, width);
    rc = zero != NULL ? 0 : -1;

    for (i = 0; rc == 0 && i < shares->count; i++) {

        if ((int) i == shares->self) {
            continue;
        }

        rc = shares_stream(shares, &shares->zero[i], zero, width);

        if (rc != 0) {
            break;
        }

        if (bits) {
            ic_share_xor(words, words, zero, width);

        } else if (shares->self < (int) i) {
            ic_share_add(words, words, zero, width);

        } else {
            ic_share_subtract(words, words, zero, width);
        }
    }

    shares_free(zero, width);

    return rc == 0 ? shares_open_to(shares, to, words, width, bits) : -1;
}
