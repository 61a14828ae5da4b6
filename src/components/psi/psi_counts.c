
/* Rows of each common key, so that both parties make the same rows. */


#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/ic_codec.h"
#include "../../math/ic_stream.h"
#include "psi_items.h"


#define BATCH  65536


static int send_counts(psi_t *psi, uint32_t number, uint32_t first,
    uint32_t count);
static int take_counts(psi_t *psi, uint32_t number, uint32_t first,
    uint32_t count);
static int read_counts(psi_t *psi, const u_char *body, uint32_t number,
    uint32_t first, uint32_t count);
static int mask_counts(psi_t *psi, const ic_party_t *sender,
    uint32_t number, uint64_t *words, size_t count, int sign);


int
psi_exchange_counts(psi_t *psi)
{
    uint32_t  number, first, count, n;

    n = psi->match.count;
    psi->match.theirs = malloc(((size_t) n + 1) * sizeof(uint32_t));

    if (psi->match.theirs == NULL) {
        return psi_no_memory(psi);
    }

    for (number = 0, first = 0; first < n; number++, first += count) {
        count = (n - first < BATCH) ? n - first : BATCH;

        if (send_counts(psi, number, first, count) != 0
            || take_counts(psi, number, first, count) != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
send_counts(psi_t *psi, uint32_t number, uint32_t first, uint32_t count)
{
    int            rc;
    u_char        *body;
    uint32_t       i;
    uint64_t      *words;
    ic_message_t   out;

    words = malloc((size_t) count * sizeof(uint64_t));

    if (words == NULL) {
        return psi_no_memory(psi);
    }

    for (i = 0; i < count; i++) {
        words[i] = psi_items_multiplicity(psi->items,
                                          psi->match.item[first + i]);
    }

    rc = mask_counts(psi, psi->self, number, words, count, 1);

    for (i = 0; i < count; i++) {
        words[i] = htole64(words[i]);
    }

    body = rc != 0 ? NULL
           : psi_begin(psi, &out, PSI_COUNTS, number,
                       (size_t) count * sizeof(uint64_t));

    if (body != NULL) {
        memcpy(body, words, (size_t) count * sizeof(uint64_t));
        rc = ic_message_send(&out, psi->peer);

    } else {
        rc = -1;
    }

    free(words);

    return rc;
}


static int
take_counts(psi_t *psi, uint32_t number, uint32_t first, uint32_t count)
{
    int            rc;
    u_char        *body;
    ic_message_t   in;

    body = psi_recv(psi, &in, PSI_COUNTS, number,
                    (size_t) count * sizeof(uint64_t));
    rc = body != NULL ? read_counts(psi, body, number, first, count) : -1;
    ic_message_drop(&in);

    return rc;
}


static int
read_counts(psi_t *psi, const u_char *body, uint32_t number,
    uint32_t first, uint32_t count)
{
    int        rc;
    uint32_t   i;
    uint64_t  *words;

    words = malloc((size_t) count * sizeof(uint64_t));

    if (words == NULL) {
        return psi_no_memory(psi);
    }

    memcpy(words, body, (size_t) count * sizeof(uint64_t));

    for (i = 0; i < count; i++) {
        words[i] = le64toh(words[i]);
    }

    rc = mask_counts(psi, psi->peer, number, words, count, -1);

    for (i = 0; rc == 0 && i < count; i++) {
        psi->match.theirs[first + i] = (uint32_t) words[i];

        if (words[i] == 0 || words[i] > INT32_MAX) {
            rc = ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                              "%s says that it has %llu rows of a common key",
                              psi->peer->name, (unsigned long long) words[i]);
        }
    }

    free(words);

    return rc;
}


/* Small numbers as such would be the same in every run. */

static int
mask_counts(psi_t *psi, const ic_party_t *sender, uint32_t number,
    uint64_t *words, size_t count, int sign)
{
    size_t    len;
    u_char    key[IC_STREAM_KEY];
    ic_str_t  text;

    len = IC_MESSAGE_CONTEXT + PSI_DIGEST;
    text = ic_str_fmt(ic_task_arena(psi->task), "%*s%s %u", (int) len, "",
                      sender->name, number);

    if (text.data == NULL) {
        return psi_no_memory(psi);
    }

    memcpy(text.data, psi->wire.context, IC_MESSAGE_CONTEXT);
    memcpy(text.data + IC_MESSAGE_CONTEXT, psi->match.digest, PSI_DIGEST);
    ic_sha256(key, text.data, text.len);

    return ic_stream_add(key, 0, sign, words, count) == 0
           ? 0 : psi_no_memory(psi);
}
