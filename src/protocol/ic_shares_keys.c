
/*
 * Keys that two parties have in common: X25519, each public key certified by
 * its owner's node for this run. No seed ever travels.
 */


#include <openssl/crypto.h>
#include <stdlib.h>

#include "ic_shares_state.h"


#define KEYS_MODULUS  (1024)                 /* bytes, at most */


typedef struct {
    ic_shares_t    *shares;
    ic_exchange_t  *exchange;
    u_char          own[IC_MESSAGE_CONTEXT + IC_EXCHANGE_KEY + KEYS_MODULUS];
    size_t          len;
} keys_t;


static bool keys_with(const ic_shares_t *shares, const ic_party_t *party);
static int keys_tell(keys_t *keys);
static int keys_hear(keys_t *keys, const ic_party_t *from);
static int keys_check(keys_t *keys, ic_message_t *message,
    u_char peer[IC_EXCHANGE_KEY]);
static int keys_derive(keys_t *keys, const ic_party_t *from,
    const u_char peer[IC_EXCHANGE_KEY]);
static int keys_purposes(ic_shares_t *shares, const u_char *secret,
    const ic_party_t *from);
static int keys_stream(shares_stream_t *stream, const u_char *secret,
    const char *purpose, const char *party);
static int keys_index(const ic_shares_t *shares, const ic_party_t *party);


int
shares_keys(ic_shares_t *shares)
{
    int                rc;
    keys_t             keys;
    unsigned           i, count;
    const ic_party_t  *parties;

    memset(&keys, 0, sizeof(keys_t));
    keys.shares = shares;
    parties = ic_task_parties(shares->task, &count);

    memcpy(keys.own, shares->wire.context, IC_MESSAGE_CONTEXT);
    keys.exchange = ic_exchange_create(keys.own + IC_MESSAGE_CONTEXT);
    keys.len = IC_MESSAGE_CONTEXT + IC_EXCHANGE_KEY;

    rc = keys.exchange != NULL ? 0
         : ic_task_fail(shares->task, "internal", NULL, 0,
                        "no key could be made");

    if (rc == 0 && shares->pair != NULL) {
        rc = shares_pair_modulus(shares, keys.own + keys.len);
        keys.len += shares->conf.modulus_bits / 8;
    }

    rc = rc == 0 ? keys_tell(&keys) : -1;

    for (i = 0; rc == 0 && i < count; i++) {
        if (keys_with(shares, &parties[i])) {
            rc = keys_hear(&keys, &parties[i]);
        }
    }

    ic_exchange_destroy(keys.exchange);

    return rc;
}


/* Not with ourselves, nor with an arbiter that deals nothing. */

static bool
keys_with(const ic_shares_t *shares, const ic_party_t *party)
{
    return party != ic_task_self(shares->task)
           && !(shares->conf.paillier && party == shares->dealer);
}


static int
keys_tell(keys_t *keys)
{
    int                rc;
    unsigned           i, count;
    ic_str_t           signature, certificate;
    ic_message_t       message;
    ic_shares_t       *shares;
    const ic_party_t  *parties;

    shares = keys->shares;
    parties = ic_task_parties(shares->task, &count);

    if (ic_task_certify(shares->task, ic_str_n(keys->own, keys->len),
                        &signature, &certificate)
        != 0)
    {
        return -1;
    }

    ic_message_begin(&shares->wire, &message, SHARES_KEY, 0);
    ic_message_put_bytes(&message, keys->own + IC_MESSAGE_CONTEXT,
                         keys->len - IC_MESSAGE_CONTEXT);
    ic_message_put_bytes(&message, signature.data, signature.len);
    ic_message_put_bytes(&message, certificate.data, certificate.len);

    for (rc = 0, i = 0; rc == 0 && i < count; i++) {
        if (keys_with(shares, &parties[i])) {
            rc = ic_message_copy(&message, &parties[i]);
        }
    }

    ic_message_drop(&message);

    return rc;
}


static int
keys_hear(keys_t *keys, const ic_party_t *from)
{
    int           rc;
    u_char        peer[IC_EXCHANGE_KEY];
    ic_message_t  message;

    rc = ic_message_recv(&keys->shares->wire, &message, from, SHARES_KEY, 0)
         != 0 ? -1 : keys_check(keys, &message, peer);

    ic_message_drop(&message);

    return rc == 0 ? keys_derive(keys, from, peer) : -1;
}


static int
keys_check(keys_t *keys, ic_message_t *message, u_char peer[IC_EXCHANGE_KEY])
{
    u_char        said[IC_MESSAGE_CONTEXT + IC_EXCHANGE_KEY + KEYS_MODULUS];
    ic_str_t      data, signature, certificate;
    ic_shares_t  *shares;

    shares = keys->shares;
    data = ic_message_get_bytes(message);
    signature = ic_message_get_bytes(message);
    certificate = ic_message_get_bytes(message);

    if (ic_message_whole(message) != 0) {
        return -1;
    }

    if (data.len != keys->len - IC_MESSAGE_CONTEXT) {
        return ic_task_fail(shares->task, "peer_protocol", NULL, 0,
                            "%s sent a key of %zu bytes",
                            message->from->name, data.len);
    }

    memcpy(said, shares->wire.context, IC_MESSAGE_CONTEXT);
    memcpy(said + IC_MESSAGE_CONTEXT, data.data, data.len);

    if (ic_task_verify(shares->task, message->from,
                       ic_str_n(said, keys->len), signature, certificate)
        != 0)
    {
        return -1;
    }

    memcpy(peer, data.data, IC_EXCHANGE_KEY);

    return shares->pair == NULL ? 0
           : shares_pair_peer(shares, data.data + IC_EXCHANGE_KEY,
                              data.len - IC_EXCHANGE_KEY);
}


static int
keys_derive(keys_t *keys, const ic_party_t *from,
    const u_char peer[IC_EXCHANGE_KEY])
{
    int           rc;
    u_char        secret[IC_EXCHANGE_KEY];
    ic_shares_t  *shares;

    shares = keys->shares;

    if (ic_exchange_secret(keys->exchange, peer, shares->wire.context,
                           IC_MESSAGE_CONTEXT, secret)
        != 0)
    {
        return ic_task_fail(shares->task, "peer_protocol", NULL, 0,
                            "the key of %s has a small order", from->name);
    }

    rc = keys_purposes(shares, secret, from);
    OPENSSL_cleanse(secret, sizeof(secret));

    return rc == 0 ? 0
           : ic_task_fail(shares->task, "internal", NULL, 0,
                          "no key could be derived");
}


static int
keys_purposes(ic_shares_t *shares, const u_char *secret,
    const ic_party_t *from)
{
    int  i;

    i = keys_index(shares, from);

    if (shares->self < 0) {
        return keys_stream(&shares->deal[i], secret, "deal", from->name);
    }

    if (i < 0) {
        return keys_stream(&shares->deal[shares->self], secret, "deal",
                           shares->parties[shares->self]->name);
    }

    return keys_stream(&shares->zero[i], secret, "zero", "")
           || keys_stream(&shares->input[shares->self][i], secret, "input",
                          shares->parties[shares->self]->name)
           || keys_stream(&shares->input[i][shares->self], secret, "input",
                          from->name) ? -1 : 0;
}


static int
keys_stream(shares_stream_t *stream, const u_char *secret,
    const char *purpose, const char *party)
{
    int   len;
    char  info[128];

    len = snprintf(info, sizeof(info), "interconn shares v1 %s %s", purpose,
                   party);
    stream->next = 0;

    return ic_exchange_derive(secret, info, (size_t) len, stream->key);
}


/* Of a data party; -1: the coordinator. */

static int
keys_index(const ic_shares_t *shares, const ic_party_t *party)
{
    unsigned  i;

    for (i = 0; i < shares->count; i++) {
        if (strcmp(shares->parties[i]->name, party->name) == 0) {
            return (int) i;
        }
    }

    return -1;
}
