
/* The first messages of a task. */


#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "../lib/ic_codec.h"
#include "ic_agree.h"


#define AGREE_KIND   1
#define AGREE_NONCE  32


typedef struct {
    ic_wire_t         *wire;
    const ic_party_t  *parties;
    unsigned           count;
    ic_str_t           common;
    u_char             nonce[AGREE_NONCE];
    ic_message_t       roster;   /* what the context is bound to */
} agree_t;


static int agree_tell(agree_t *agree, int64_t rows);
static int agree_hear(agree_t *agree, const ic_party_t *from,
    int64_t *rows);
static void agree_digest(const agree_t *agree, const u_char *nonce,
    u_char digest[32]);
static void agree_enter(agree_t *agree, const ic_party_t *party,
    int64_t rows, const u_char *nonce);


int
ic_agree(ic_wire_t *wire, ic_str_t common, int64_t rows, int64_t *rows_of)
{
    int       rc;
    agree_t   agree;
    unsigned  i;

    memset(&agree, 0, sizeof(agree_t));
    agree.wire = wire;
    agree.common = common;
    agree.parties = ic_task_parties(wire->task, &agree.count);

    if (RAND_bytes(agree.nonce, AGREE_NONCE) != 1) {
        return ic_task_fail(wire->task, "internal", NULL, 0,
                            "no random numbers");
    }

    rc = agree_tell(&agree, rows);
    ic_message_begin(wire, &agree.roster, AGREE_KIND, 0);

    for (i = 0; rc == 0 && i < agree.count; i++) {

        if (strcmp(agree.parties[i].name, ic_task_self(wire->task)->name)
            == 0)
        {
            rows_of[i] = rows;
            agree_enter(&agree, &agree.parties[i], rows, agree.nonce);

        } else {
            rc = agree_hear(&agree, &agree.parties[i], &rows_of[i]);
        }
    }

    if (rc == 0 && agree.roster.failed) {
        rc = ic_task_fail(wire->task, "internal", NULL, 0,
                          "memory is short");
    }

    if (rc == 0) {
        ic_wire_bind(wire, agree.roster.data, agree.roster.len);
    }

    ic_message_drop(&agree.roster);

    return rc;
}


static int
agree_tell(agree_t *agree, int64_t rows)
{
    int           rc;
    u_char        digest[32];
    unsigned      i;
    ic_message_t  hello;

    agree_digest(agree, agree->nonce, digest);

    ic_message_begin(agree->wire, &hello, AGREE_KIND, 0);
    ic_message_put_u64(&hello, (uint64_t) rows);
    ic_message_put_raw(&hello, agree->nonce, AGREE_NONCE);
    ic_message_put_raw(&hello, digest, sizeof(digest));

    for (rc = 0, i = 0; rc == 0 && i < agree->count; i++) {
        if (strcmp(agree->parties[i].name,
                   ic_task_self(agree->wire->task)->name)
            != 0)
        {
            rc = ic_message_copy(&hello, &agree->parties[i]);
        }
    }

    ic_message_drop(&hello);

    return rc;
}


static int
agree_hear(agree_t *agree, const ic_party_t *from, int64_t *rows)
{
    int            rc;
    u_char         digest[32];
    ic_task_t     *task;
    ic_message_t   hello;
    const u_char  *nonce, *theirs;

    task = agree->wire->task;
    rc = ic_message_recv(agree->wire, &hello, from, AGREE_KIND, 0);

    if (rc == 0) {
        *rows = (int64_t) ic_message_get_u64(&hello);
        nonce = ic_message_get_raw(&hello, AGREE_NONCE);
        theirs = ic_message_get_raw(&hello, sizeof(digest));
        rc = ic_message_whole(&hello);
    }

    if (rc == 0) {
        agree_digest(agree, nonce, digest);

        if (CRYPTO_memcmp(nonce, agree->nonce, AGREE_NONCE) == 0) {
            rc = ic_task_fail(task, "peer_protocol", NULL, 0,
                              "%s sent our own message back", from->name);

        } else if (memcmp(digest, theirs, sizeof(digest)) != 0) {
            rc = ic_task_fail(task, "bad_parameter", NULL, 0,
                              "%s has other parameters; ours are %.*s",
                              from->name, (int) agree->common.len,
                              (char *) agree->common.data);

        } else if (*rows < -1 || *rows > IC_AGREE_MAX_ROWS) {
            rc = ic_task_fail(task, "peer_protocol", NULL, 0,
                              "%s says it has %lld rows", from->name,
                              (long long) *rows);

        } else {
            agree_enter(agree, from, *rows, nonce);
        }
    }

    ic_message_drop(&hello);

    return rc;
}


/* With the sender's random number: it is another one every time. */

static void
agree_digest(const agree_t *agree, const u_char *nonce, u_char digest[32])
{
    u_char  both[AGREE_NONCE + 32];

    memcpy(both, nonce, AGREE_NONCE);
    ic_sha256(both + AGREE_NONCE, agree->common.data, agree->common.len);
    ic_sha256(digest, both, sizeof(both));
}


static void
agree_enter(agree_t *agree, const ic_party_t *party, int64_t rows,
    const u_char *nonce)
{
    ic_message_put_bytes(&agree->roster, party->name, strlen(party->name));
    ic_message_put_bytes(&agree->roster, party->node_id,
                         strlen(party->node_id));
    ic_message_put_u64(&agree->roster, (uint64_t) rows);
    ic_message_put_raw(&agree->roster, nonce, AGREE_NONCE);
}
