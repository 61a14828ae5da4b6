
/*
 * Evidence of what goes into a task and of its log: digests, which the store
 * writes with the task's steps.
 */


#include "../lib/ic_codec.h"
#include "interconnd_artefact.h"
#include "interconnd_runner_evidence.h"


static ic_str_t evidence_params(interconnd_child_t *child);
static ic_str_t evidence_inputs(interconnd_child_t *child);
static void evidence_source(ic_json_out_t *out,
    const interconnd_source_t *source);
static void evidence_artefact(ic_json_out_t *out,
    const interconnd_artefact_t *artefact);
static void evidence_model(ic_json_out_t *out,
    const interconnd_child_t *child);


int
interconnd_evidence_inputs(interconnd_child_t *child)
{
    char        digest[65];
    ic_str_t    params, argv[4];
    ic_reply_t  reply;

    params = evidence_params(child);

    argv[0] = ic_str(child->task_id);
    argv[1] = ic_str(child->epoch);
    argv[3] = evidence_inputs(child);

    if (params.data == NULL || argv[3].data == NULL) {
        interconnd_child_fail(child, "internal", "memory is short");
        return -1;
    }

    ic_sha256_hex(digest, params.data, params.len);
    argv[2] = ic_str(digest);

    if (ic_store_call(child->runner->store, child->pool, &reply,
                      "task_inputs", 4, argv)
        != 0)
    {
        interconnd_child_fail(child, "internal", "the store is away");
        return -1;
    }

    if (!ic_reply_ok(&reply)) {
        interconnd_child_fail(child, "internal", "%.*s",
                              (int) reply.detail.len, reply.detail.data);
        return -1;
    }

    return 0;
}


/* Those of this party and of all, one JSON object. */

static ic_str_t
evidence_params(interconnd_child_t *child)
{
    unsigned          n;
    ic_json_out_t     out;
    const ic_json_t  *param;

    ic_out_init(&out, child->pool);
    ic_out_object(&out, NULL);

    for (n = 0; (param = interconnd_param_at(child, n)) != NULL; n++) {
        ic_out_key(&out, param->key);
        ic_out_node(&out, NULL, param);
    }

    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static ic_str_t
evidence_inputs(interconnd_child_t *child)
{
    unsigned                      n;
    ic_json_out_t                 out;
    const interconnd_artefact_t  *artefact;

    ic_out_init(&out, child->pool);
    ic_out_array(&out, NULL);

    for (n = 0; n < child->nsources; n++) {
        evidence_source(&out, &child->sources[n]);
    }

    for (artefact = child->inputs; artefact != NULL;
         artefact = artefact->next)
    {
        evidence_artefact(&out, artefact);
    }

    if (child->model_id != NULL) {
        evidence_model(&out, child);
    }

    ic_out_array_end(&out);

    return ic_out_text(&out);
}


static void
evidence_source(ic_json_out_t *out, const interconnd_source_t *source)
{
    ic_out_object(out, NULL);
    ic_out_z(out, "part", source->part);

    if (source->id.len != 0) {
        ic_out_str(out, "dataset_id", source->id);
    }

    if (source->jti.len != 0) {
        ic_out_str(out, "permit", source->jti);
    }

    if (source->digest != NULL) {
        ic_out_z(out, "digest", source->digest);
    }

    ic_out_object_end(out);
}


static void
evidence_artefact(ic_json_out_t *out, const interconnd_artefact_t *artefact)
{
    ic_out_object(out, NULL);
    ic_out_z(out, "key", artefact->key);

    if (artefact->digest != NULL) {
        ic_out_z(out, "digest", artefact->digest);
    }

    ic_out_int(out, "rows", artefact->rows);
    ic_out_int(out, "bytes", artefact->bytes);
    ic_out_object_end(out);
}


static void
evidence_model(ic_json_out_t *out, const interconnd_child_t *child)
{
    char  digest[65];

    ic_sha256_hex(digest, child->model_given.data, child->model_given.len);

    ic_out_object(out, NULL);
    ic_out_z(out, "model_id", child->model_id);
    ic_out_z(out, "digest", digest);
    ic_out_object_end(out);
}


void
interconnd_evidence_line(interconnd_child_t *child, ic_str_t line)
{
    if (child->log_digest == NULL) {
        child->log_digest = EVP_MD_CTX_new();

        if (child->log_digest == NULL
            || EVP_DigestInit_ex(child->log_digest, EVP_sha256(), NULL) != 1)
        {
            interconnd_evidence_free(child);
            return;
        }
    }

    (void) EVP_DigestUpdate(child->log_digest, line.data, line.len);
    (void) EVP_DigestUpdate(child->log_digest, "\n", 1);
}


ic_str_t
interconnd_evidence_log(const interconnd_child_t *child, ic_arena_t *arena)
{
    char         hex[65];
    u_char       digest[EVP_MAX_MD_SIZE];
    ic_str_t     none = ic_null_string;
    unsigned     len;
    EVP_MD_CTX  *ctx;

    /* the end may be told more than once */

    ctx = EVP_MD_CTX_new();

    if (ctx == NULL || child->log_digest == NULL
        || EVP_MD_CTX_copy_ex(ctx, child->log_digest) != 1
        || EVP_DigestFinal_ex(ctx, digest, &len) != 1)
    {
        EVP_MD_CTX_free(ctx);
        return none;
    }

    EVP_MD_CTX_free(ctx);
    ic_hex(hex, digest, len);

    return ic_str_dup(arena, ic_str(hex));
}


void
interconnd_evidence_free(interconnd_child_t *child)
{
    EVP_MD_CTX_free(child->log_digest);
    child->log_digest = NULL;
}
