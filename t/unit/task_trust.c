
/* The runtime of components: who signed what for which party. */


#include "../../src/lib/ic_codec.h"
#include "../../src/trust/ic_ca.h"
#include "../../src/trust/ic_cert.h"
#include "../../src/trust/ic_sign.h"
#include "task_run.h"


static ic_str_t slurp(ic_arena_t *arena, const char *name);
static ic_str_t signed_by(ic_arena_t *arena, const char *node,
    const char *party);
static int verifying(ic_task_t *task);
static int certifying(ic_task_t *task);
static void test_trust(void);
static void trust_files(void);


static const char  *proof_node, *proof_party, *proof_cert, *proof_data;


int
main(void)
{
    if (!begin()) {
        return 1;
    }

    test_trust();

    return finish();
}


static ic_str_t
slurp(ic_arena_t *arena, const char *name)
{
    FILE     *file;
    char      text[8192];
    size_t    len;

    snprintf(text, sizeof(text), "%s/%s", folder, name);
    file = fopen(text, "r");
    len = fread(text, 1, sizeof(text), file);
    fclose(file);

    return ic_str_dup(arena, ic_str_n(text, len));
}


/* The signature of a party of this task, as its runner makes it. */

static ic_str_t
signed_by(ic_arena_t *arena, const char *node, const char *party)
{
    char       name[256];
    EVP_PKEY  *key;
    ic_str_t   signature;

    snprintf(name, sizeof(name), "%s/%s.key", folder, node);
    key = ic_cert_private_key(name);
    signature = ic_sign(arena, key,
                        ic_sign_task_text(arena, ic_str("job_1"),
                                          ic_str("task_1"), ic_str(party),
                                          ic_str("data")));
    EVP_PKEY_free(key);

    return signature;
}


static int
verifying(ic_task_t *task)
{
    ic_arena_t  *arena;

    arena = ic_task_arena(task);
    outcome = ic_task_verify(task, ic_task_party(task, "host.0"),
                             ic_str(proof_data),
                             signed_by(arena, proof_node, proof_party),
                             slurp(arena, proof_cert));

    return outcome;
}


static int
certifying(ic_task_t *task)
{
    ic_str_t  certificate, signature;

    if (ic_task_certify(task, ic_str("data"), &signature, &certificate) != 0)
    {
        return -1;
    }

    is_str((char *) signature.data, "sign", "the signature's bytes");
    is_str((char *) certificate.data, "PEM\n", "the certificate");

    return 0;
}


static void
test_trust(void)
{
    unsigned  i;

    static const struct {
        const char  *node, *party, *cert, *data, *reason;
    } proofs[] = {
        { "node-b", "host.0", "node-b.cert", "data", NULL },
        { "node-b", "host.0", "node-b.cert", "other", "does not verify" },
        { "node-b", "host.1", "node-b.cert", "data", "does not verify" },
        { "node-c", "host.0", "node-b.cert", "data", "does not verify" },
        { "node-c", "host.0", "node-c.cert", "data", "another node's" },
        { "false", "host.0", "false.cert", "data", "" },
        { "node-b", "host.0", "node-b.key", "data", "no certificate" },
        { NULL, NULL, NULL, NULL, NULL }
    };

    trust_files();

    for (i = 0; proofs[i].node != NULL; i++) {
        proof_node = proofs[i].node;
        proof_party = proofs[i].party;
        proof_cert = proofs[i].cert;
        proof_data = proofs[i].data;

        is_int(run(verifying, NULL), (proofs[i].reason == NULL) ? 0 : 1,
               "proof %u", i);

        if (proofs[i].reason != NULL) {
            ok(strstr(said, "\"code\":\"peer_identity\"") != NULL
               && strstr(said, "host.0 (node-b)") != NULL
               && strstr(said, proofs[i].reason) != NULL,
               "refused with party and reason");
        }
    }

    is_int(run(certifying, "{\"type\":\"certified\",\"signature\":\"c2lnbg==\""
                           ",\"certificate\":\"PEM\\n\"}\n"), 0, "certified");
    is_str(said, "{\"type\":\"certify\",\"data\":\"ZGF0YQ==\"}\n", "asked");
    is_int(run(certifying, "{\"type\":\"refused\"}\n"), 1, "refused");
    is_int(run(certifying, "nonsense\n"), 1, "not understood");
}


static void
trust_files(void)
{
    unsigned  i;
    char      ca[256], cert[256], error[256], key[256], keyfile[256];

    static const struct {
        const char  *file, *node, *authority;
    } nodes[] = {
        { "node-b", "node-b", "ca" },
        { "node-c", "node-c", "ca" },
        { "false", "node-b", "other" },
        { NULL, NULL, NULL }
    };

    for (i = 0; i < 2; i++) {
        snprintf(ca, sizeof(ca), "%s/%s.cert", folder, i ? "other" : "ca");
        snprintf(key, sizeof(key), "%s/%s.key", folder, i ? "other" : "ca");
        ok(ic_ca_create(ca, key, "test", 2, error, sizeof(error)) == 0,
           "authority %u", i);
    }

    for (i = 0; nodes[i].file != NULL; i++) {
        snprintf(ca, sizeof(ca), "%s/%s.cert", folder, nodes[i].authority);
        snprintf(key, sizeof(key), "%s/%s.key", folder, nodes[i].authority);
        snprintf(cert, sizeof(cert), "%s/%s.cert", folder, nodes[i].file);
        snprintf(keyfile, sizeof(keyfile), "%s/%s.key", folder,
                 nodes[i].file);
        ok(ic_ca_issue(ca, key, cert, keyfile, nodes[i].node, NULL, 2, error,
                       sizeof(error)) == 0, "certificate of %s",
           nodes[i].file);
    }

    snprintf(ca, sizeof(ca), "%s/ca.cert", folder);
    setenv("config.trusted_certificate", ca, 1);
}
