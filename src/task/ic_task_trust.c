
/*
 * What parties prove to each other: data signed with a node's key under the
 * context of one job, task and party. The key stays in the runner.
 */


#include "../lib/ic_codec.h"
#include "../trust/ic_cert.h"
#include "../trust/ic_sign.h"
#include "ic_task_state.h"


#define TRUST_TIMEOUT_MS  30000


static int trust_ask(ic_task_t *task, ic_str_t data);
static int trust_take(ic_task_t *task, ic_str_t line, ic_str_t *signature,
    ic_str_t *certificate);
static const char *trust_check(ic_task_t *task, const ic_party_t *party,
    ic_str_t data, ic_str_t signature, X509 *cert);
static bool trust_signature(ic_task_t *task, const ic_party_t *party,
    ic_str_t data, ic_str_t signature, X509 *cert);


int
ic_task_certify(ic_task_t *task, ic_str_t data, ic_str_t *signature,
    ic_str_t *certificate)
{
    ic_str_t  line;

    if (trust_ask(task, data) != 0) {
        ic_task_fail(task, "internal", NULL, 0, "memory is short");
        return -1;
    }

    line = ic_task_control_read(task, TRUST_TIMEOUT_MS);

    if (line.data == NULL) {
        ic_task_fail(task, "internal", NULL, 0,
                     "the runner does not answer");
        return -1;
    }

    return trust_take(task, line, signature, certificate);
}


static int
trust_ask(ic_task_t *task, ic_str_t data)
{
    ic_str_t       text;
    ic_json_out_t  out;

    ic_pool_reset(task->scratch);

    text = ic_base64(task->scratch, data, false);

    if (text.data == NULL) {
        return -1;
    }

    ic_out_init(&out, task->scratch);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "type", "certify");
    ic_out_str(&out, "data", text);
    ic_out_object_end(&out);

    text = ic_out_text(&out);
    ic_task_control_send(task, text);

    return (text.data != NULL) ? 0 : -1;
}


static int
trust_take(ic_task_t *task, ic_str_t line, ic_str_t *signature,
    ic_str_t *certificate)
{
    ic_json_t  *reply;

    reply = ic_json_parse(task->scratch, line, NULL);

    if (!ic_str_is(ic_json_str(ic_json_get(reply, "type")), "certified")) {
        ic_task_fail(task, "internal", NULL, 0,
                     "the runner refuses to sign");
        return -1;
    }

    *signature = ic_unbase64(task->arena,
                             ic_json_str(ic_json_get(reply, "signature")));
    *certificate = ic_str_dup(task->arena,
                              ic_json_str(ic_json_get(reply,
                                                      "certificate")));

    if (signature->data == NULL || certificate->data == NULL) {
        ic_task_fail(task, "internal", NULL, 0,
                     "the runner's signature is malformed");
        return -1;
    }

    return 0;
}


int
ic_task_verify(ic_task_t *task, const ic_party_t *party, ic_str_t data,
    ic_str_t signature, ic_str_t certificate)
{
    X509        *cert;
    const char  *reason;

    cert = ic_cert_parse(certificate);

    if (cert == NULL) {
        reason = "no certificate";

    } else {
        reason = trust_check(task, party, data, signature, cert);
        X509_free(cert);
    }

    if (reason != NULL) {
        ic_task_fail(task, "peer_identity", NULL, 0, "%s (%s): %s",
                     party->name, party->node_id, reason);
        return -1;
    }

    return 0;
}


/* NULL if all is well. */

static const char *
trust_check(ic_task_t *task, const ic_party_t *party, ic_str_t data,
    ic_str_t signature, X509 *cert)
{
    bool         good;
    X509_STORE  *roots;
    const char  *reason;

    roots = (task->trusted != NULL) ? ic_cert_roots(task->trusted) : NULL;

    if (roots == NULL) {
        return "config.trusted_certificate cannot be read here";
    }

    reason = NULL;
    good = ic_cert_verify(cert, roots, &reason);
    X509_STORE_free(roots);

    if (!good) {
        return (reason != NULL) ? reason : "an untrusted certificate";
    }

    if (!ic_cert_is_node(cert, ic_str(party->node_id))) {
        return "the certificate is another node's";
    }

    if (!trust_signature(task, party, data, signature, cert)) {
        return "the signature does not verify";
    }

    return NULL;
}


static bool
trust_signature(ic_task_t *task, const ic_party_t *party, ic_str_t data,
    ic_str_t signature, X509 *cert)
{
    bool       good;
    EVP_PKEY  *key;
    ic_str_t   text;

    key = X509_get_pubkey(cert);

    if (key == NULL) {
        return false;
    }

    text = ic_sign_task_text(task->scratch, ic_str(task->job_id),
                             ic_str(task->task_id), ic_str(party->name),
                             data);

    good = text.data != NULL && ic_sign_verify(key, text, signature);

    EVP_PKEY_free(key);

    return good;
}
