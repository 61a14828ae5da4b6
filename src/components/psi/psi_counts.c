
/* Rows of each common key, so that all receivers make the same rows. */


#include <endian.h>
#include <openssl/crypto.h>
#include <stdlib.h>

#include "../../lib/ic_codec.h"
#include "../../math/ic_stream.h"
#include "psi_items.h"


static int counts_prepare(psi_t *psi);
static int counts_send(psi_t *psi, const psi_member_t *to, uint32_t number);
static int counts_take(psi_t *psi, const psi_member_t *from,
    uint32_t number);
static int counts_read(psi_t *psi, const psi_member_t *from,
    const uint64_t *words, uint32_t first, uint32_t count);
static int counts_mask(psi_t *psi, const psi_member_t *with,
    const psi_member_t *sender, uint32_t number, uint64_t *words,
    uint32_t count, int sign);


int
psi_exchange_counts(psi_t *psi)
{
    int            rc;
    unsigned       i;
    uint32_t       number;
    psi_member_t  *member;

    rc = counts_prepare(psi);

    for (number = 0;
         rc == 0 && number < psi_batches(psi, psi->match.count);
         number++)
    {
        for (i = 0; rc == 0 && i < psi->count; i++) {
            member = &psi->members[i];

            if (member->receives && member != psi->self) {
                rc = counts_send(psi, member, number);
            }
        }

        for (i = 0; rc == 0 && i < psi->count; i++) {
            member = &psi->members[i];

            if (member->receives && member != psi->self) {
                rc = counts_take(psi, member, number);
            }
        }
    }

    return rc;
}


/* Two parties have no secret but what they found. */

static int
counts_prepare(psi_t *psi)
{
    size_t    n;
    u_char    both[IC_MESSAGE_CONTEXT + PSI_DIGEST];
    uint32_t  i;

    n = psi->match.count;
    psi->match.outer = malloc((n + 1) * sizeof(uint32_t));
    psi->match.inner = malloc((n + 1) * sizeof(uint32_t));

    if (psi->match.outer == NULL || psi->match.inner == NULL) {
        return psi_no_memory(psi);
    }

    for (i = 0; i < n; i++) {
        psi->match.outer[i] = psi->match.inner[i] = 1;
    }

    if (psi->count == 2) {
        memcpy(both, psi->wire.context, IC_MESSAGE_CONTEXT);
        memcpy(both + IC_MESSAGE_CONTEXT, psi->match.digest, PSI_DIGEST);
        ic_sha256(psi->peer->secret, both, sizeof(both));
    }

    return 0;
}


static int
counts_send(psi_t *psi, const psi_member_t *to, uint32_t number)
{
    int            rc;
    u_char        *body;
    uint32_t       i, first, count;
    uint64_t      *words;
    ic_message_t   out;

    first = number * psi->params.batch;
    count = psi_batch(psi, psi->match.count, number);
    words = malloc((size_t) count * sizeof(uint64_t));

    if (words == NULL) {
        return psi_no_memory(psi);
    }

    for (i = 0; i < count; i++) {
        words[i] = psi_items_multiplicity(psi->items,
                                          psi->match.item[first + i]);
    }

    rc = counts_mask(psi, to, psi->self, number, words, count, 1);

    for (i = 0; i < count; i++) {
        words[i] = htole64(words[i]);
    }

    body = rc != 0 ? NULL
           : psi_begin(psi, &out, PSI_COUNTS, number,
                       (size_t) count * sizeof(uint64_t));

    if (body != NULL) {
        memcpy(body, words, (size_t) count * sizeof(uint64_t));
        rc = ic_message_send(&out, to->party);

    } else {
        rc = -1;
    }

    free(words);

    return rc;
}


static int
counts_take(psi_t *psi, const psi_member_t *from, uint32_t number)
{
    int            rc;
    u_char        *body;
    uint32_t       i, count;
    uint64_t      *words;
    ic_message_t   in;

    count = psi_batch(psi, psi->match.count, number);
    words = malloc((size_t) count * sizeof(uint64_t));
    body = psi_recv(psi, from, &in, PSI_COUNTS, number,
                    (size_t) count * sizeof(uint64_t));
    rc = body == NULL ? -1 : words == NULL ? psi_no_memory(psi) : 0;

    if (rc == 0) {
        memcpy(words, body, (size_t) count * sizeof(uint64_t));

        for (i = 0; i < count; i++) {
            words[i] = le64toh(words[i]);
        }

        rc = counts_mask(psi, from, from, number, words, count, -1);
    }

    if (rc == 0) {
        rc = counts_read(psi, from, words, number * psi->params.batch,
                         count);
    }

    ic_message_drop(&in);
    free(words);

    return rc;
}


/* What is too much for a table stays too much: it is not counted further. */

static int
counts_read(psi_t *psi, const psi_member_t *from, const uint64_t *words,
    uint32_t first, uint32_t count)
{
    uint32_t  i, *product;
    uint64_t  value;

    product = from < psi->self ? psi->match.outer : psi->match.inner;

    for (i = 0; i < count; i++) {

        if (words[i] == 0 || words[i] > INT32_MAX) {
            return ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                                "%s says that it has %llu rows of a common "
                                "key", from->party->name,
                                (unsigned long long) words[i]);
        }

        value = product[first + i] * words[i];
        product[first + i] = value < INT32_MAX ? (uint32_t) value
                                               : INT32_MAX;
    }

    return 0;
}


/* Small numbers as such would be the same in every run. */

static int
counts_mask(psi_t *psi, const psi_member_t *with, const psi_member_t *sender,
    uint32_t number, uint64_t *words, uint32_t count, int sign)
{
    int     rc;
    char    info[64];
    u_char  key[IC_EXCHANGE_KEY];

    (void) snprintf(info, sizeof(info), "counts %s %u", sender->party->name,
                    number);

    rc = ic_exchange_derive(with->secret, info, strlen(info), key) == 0
         && ic_stream_add(key, 0, sign, words, count) == 0
         ? 0 : psi_no_memory(psi);
    OPENSSL_cleanse(key, sizeof(key));

    return rc;
}
