
/*
 * A secret for every two parties: X25519 with fresh keys, each certified by
 * its node and bound to the run.
 */


#include <openssl/crypto.h>

#include "psi.h"


#define SECRETS_SIGNATURE    1024
#define SECRETS_CERTIFICATE  65536


static int secrets_tell(psi_t *psi, const u_char key[IC_EXCHANGE_KEY]);
static int secrets_hear(psi_t *psi, ic_exchange_t *exchange,
    psi_member_t *from);
static int secrets_check(psi_t *psi, ic_exchange_t *exchange,
    psi_member_t *from, ic_message_t *in);
static ic_str_t secrets_text(psi_t *psi, const u_char key[IC_EXCHANGE_KEY]);


int
psi_exchange_secrets(psi_t *psi)
{
    int             rc;
    u_char          key[IC_EXCHANGE_KEY];
    unsigned        i;
    ic_exchange_t  *exchange;

    exchange = ic_exchange_create(key);

    if (exchange == NULL) {
        return psi_no_random(psi);
    }

    rc = secrets_tell(psi, key);

    for (i = 0; rc == 0 && i < psi->count; i++) {
        if (&psi->members[i] != psi->self) {
            rc = secrets_hear(psi, exchange, &psi->members[i]);
        }
    }

    ic_exchange_destroy(exchange);

    return rc;
}


static int
secrets_tell(psi_t *psi, const u_char key[IC_EXCHANGE_KEY])
{
    int            rc;
    ic_str_t       text, signature, certificate;
    unsigned       i;
    ic_message_t   out;

    text = secrets_text(psi, key);

    if (text.data == NULL) {
        return psi_no_memory(psi);
    }

    if (ic_task_certify(psi->task, text, &signature, &certificate) != 0) {
        return -1;
    }

    ic_message_begin(&psi->wire, &out, PSI_KEY, 0);
    ic_message_put_raw(&out, key, IC_EXCHANGE_KEY);
    ic_message_put_bytes(&out, signature.data, signature.len);
    ic_message_put_bytes(&out, certificate.data, certificate.len);

    for (rc = 0, i = 0; rc == 0 && i < psi->count; i++) {
        if (&psi->members[i] != psi->self) {
            rc = ic_message_copy(&out, psi->members[i].party);
        }
    }

    ic_message_drop(&out);

    return rc;
}


static int
secrets_hear(psi_t *psi, ic_exchange_t *exchange, psi_member_t *from)
{
    int           rc;
    ic_message_t  in;

    rc = ic_message_recv(&psi->wire, &in, from->party, PSI_KEY, 0);

    if (rc == 0) {
        rc = secrets_check(psi, exchange, from, &in);
    }

    ic_message_drop(&in);

    return rc;
}


static int
secrets_check(psi_t *psi, ic_exchange_t *exchange, psi_member_t *from,
    ic_message_t *in)
{
    ic_str_t       text, signature, certificate;
    const u_char  *key;

    key = ic_message_get_raw(in, IC_EXCHANGE_KEY);
    signature = ic_message_get_bytes(in);
    certificate = ic_message_get_bytes(in);

    if (ic_message_whole(in) != 0) {
        return -1;
    }

    if (signature.len > SECRETS_SIGNATURE
        || certificate.len > SECRETS_CERTIFICATE)
    {
        return ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                            "%s sent a certificate of %zu bytes",
                            from->party->name, certificate.len);
    }

    text = secrets_text(psi, key);

    if (text.data == NULL) {
        return psi_no_memory(psi);
    }

    if (ic_task_verify(psi->task, from->party, text, signature, certificate)
        != 0)
    {
        return -1;
    }

    if (ic_exchange_secret(exchange, key, psi->wire.context,
                           IC_MESSAGE_CONTEXT, from->secret)
        != 0)
    {
        return ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                            "%s sent a public key of small order",
                            from->party->name);
    }

    return 0;
}


/* What a node puts its name to. */

static ic_str_t
secrets_text(psi_t *psi, const u_char key[IC_EXCHANGE_KEY])
{
    ic_str_t  text;

    static const char  purpose[] = "psi pair key v1";

    text = ic_str_fmt(ic_task_arena(psi->task), "%s%*s", purpose,
                      IC_MESSAGE_CONTEXT + IC_EXCHANGE_KEY, "");

    if (text.data != NULL) {
        memcpy(text.data + sizeof(purpose) - 1, psi->wire.context,
               IC_MESSAGE_CONTEXT);
        memcpy(text.data + sizeof(purpose) - 1 + IC_MESSAGE_CONTEXT, key,
               IC_EXCHANGE_KEY);
    }

    return text;
}
