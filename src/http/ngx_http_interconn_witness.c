
/*
 * Heads of partners' evidence logs: POST /v1/interconn/ext/evidence/
 * checkpoint. A head that its node has signed is compared with the last one
 * that was cosigned; the store keeps it if that still is the last one, else
 * it is compared anew. Of two histories that come at once one gets in.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../evidence/ic_cosign.h"
#include "../trust/ic_cert.h"
#include "ngx_http_interconn_action.h"
#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_WITNESS_TRIES  8


typedef struct {
    ngx_str_t      note;                     /* as the peer has sent it */
    ic_head_t      head;
    ngx_uint_t     old_size;
    ic_hash_t      proof[IC_COSIGN_PROOF];
    unsigned       count;
    ngx_str_t      last;                     /* note; empty: none */
    uint64_t       last_size;
    const char    *hash;                     /* of the log, or NULL */
    const char    *reason;                   /* of a split view */
    ngx_uint_t     tries;
} ngx_http_interconn_witness_t;


static const char *ngx_http_interconn_witness_proof(
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_witness_t *w);
static ngx_int_t ngx_http_interconn_witness_signed(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_witness_t *w,
    const char **reason);
static ngx_int_t ngx_http_interconn_witness_get(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_witness_got(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ic_cosign_e ngx_http_interconn_witness_compare(
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_witness_t *w,
    ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_witness_put(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_witness_t *w);
static ngx_int_t ngx_http_interconn_witness_stored(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_witness_again(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_witness_note(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_witness_t *w,
    const char *function);
static ngx_int_t ngx_http_interconn_witness_noted(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_witness_answer(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_witness_t *w);
static ngx_int_t ngx_http_interconn_witness_refuse(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_witness_t *w,
    ic_error_e error, ngx_str_t detail);


ngx_int_t
ngx_http_interconn_action_evidence_checkpoint(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    const char                    *reason;
    ngx_http_interconn_witness_t  *w;

    if (ngx_http_interconn_conf(r)->permit_key == NULL) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_unknown_path,
                                         "this node cosigns nothing");
    }

    w = ngx_pcalloc(r->pool, sizeof(ngx_http_interconn_witness_t));
    if (w == NULL) {
        return NGX_ERROR;
    }

    ctx->data = w;
    w->note = ngx_http_interconn_input(ctx, "checkpoint");
    w->old_size = (ngx_uint_t) ic_input_int(&ctx->in, "old_size", 0);

    reason = ngx_http_interconn_witness_proof(ctx, w);
    if (reason) {
        return ngx_http_interconn_fail_field(r, ctx, "/proof", reason);
    }

    reason = ic_cosign_read(&ctx->arena, ngx_ic_lib_str(w->note),
                            ngx_ic_lib_str(ctx->caller.node_id), ic_now_ms(),
                            &w->head);
    if (reason) {
        return ngx_http_interconn_fail_field(r, ctx, "/checkpoint", reason);
    }

    if (ngx_http_interconn_witness_signed(r, ctx, w, &reason) != NGX_OK) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_bad_signature, reason);
    }

    return ngx_http_interconn_witness_get(r, ctx);
}


/* NULL, or what is wrong with it. */

static const char *
ngx_http_interconn_witness_proof(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_witness_t *w)
{
    ic_str_t           hash;
    const ic_json_t   *node;
    const ic_value_t  *value;

    value = ic_input_get(&ctx->in, "proof");
    node = (value && value->node) ? value->node->child : NULL;

    for ( /* void */ ; node; node = node->next) {
        hash = ic_unbase64(&ctx->arena, ic_json_str(node));

        if (w->count == IC_COSIGN_PROOF || hash.data == NULL
            || hash.len != sizeof(ic_hash_t))
        {
            return "must be at most 63 hashes of 32 bytes in base64";
        }

        ngx_memcpy(w->proof[w->count++].byte, hash.data, hash.len);
    }

    return NULL;
}


/* By the contract's present key or, for a while, the one before. */

static ngx_int_t
ngx_http_interconn_witness_signed(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_witness_t *w,
    const char **reason)
{
    EVP_PKEY    *key;
    ngx_int_t    rc;
    ngx_str_t    old;

    key = ngx_http_interconn_peer_key(r, ctx, reason);
    if (key == NULL) {
        return NGX_DECLINED;
    }

    rc = ic_head_signed(&ctx->arena, &w->head, w->head.origin, key)
         ? NGX_OK : NGX_DECLINED;
    EVP_PKEY_free(key);

    *reason = "the checkpoint is not signed by the contract's key";
    old = ctx->caller.old_credential;

    if (rc == NGX_OK || old.len == 0) {
        return rc;
    }

    key = ngx_http_interconn_public_key(r, old);
    if (key == NULL) {
        return NGX_DECLINED;
    }

    rc = ic_head_signed(&ctx->arena, &w->head, w->head.origin, key)
         ? NGX_OK : NGX_DECLINED;
    EVP_PKEY_free(key);

    return rc;
}


static ngx_int_t
ngx_http_interconn_witness_get(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_args_t  args = { .argc = 0 };

    ngx_http_interconn_arg(&args, ctx->caller.node_id);

    return ngx_http_interconn_store(r, ctx, "witness_get", &args,
                                    ngx_http_interconn_witness_got);
}


static ngx_int_t
ngx_http_interconn_witness_got(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t                      split;
    ic_cosign_e                    verdict;
    ngx_http_interconn_witness_t  *w;

    w = ctx->data;
    split = ngx_http_interconn_reply_get(reply, "split");
    verdict = ngx_http_interconn_witness_compare(ctx, w, reply);

    if (split.len) {
        return ngx_http_interconn_witness_refuse(r, ctx, w, IC_E_split_view,
                                                 split);
    }

    switch (verdict) {

    case IC_COSIGN_SAME:
        return ngx_http_interconn_witness_answer(r, ctx, w);

    case IC_COSIGN_SIZE:
        return ngx_http_interconn_witness_refuse(r, ctx, w, IC_E_head_size,
                                                 split);

    case IC_COSIGN_SPLIT:
        return ngx_http_interconn_witness_note(r, ctx, w, "witness_split");

    case IC_COSIGN_UNPROVEN:
        return ngx_http_interconn_witness_note(r, ctx, w,
                                               "witness_unproven");

    default: /* IC_COSIGN_NEXT */
        return ngx_http_interconn_witness_put(r, ctx, w);
    }
}


static ic_cosign_e
ngx_http_interconn_witness_compare(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_witness_t *w, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t   hash;
    ic_head_t   last;
    ngx_uint_t  known;

    w->last = ngx_http_interconn_reply_get(reply, "checkpoint");
    hash = ngx_http_interconn_reply_get(reply, "hash");
    w->hash = ic_str_z(&ctx->arena, ngx_ic_lib_str(hash));

    if (w->hash && w->hash[0] == '\0') {
        w->hash = NULL;
    }

    known = w->last.len != 0
            && ic_head_parse(&ctx->arena, ngx_ic_lib_str(w->last), &last)
               == NULL;
    w->last_size = known ? last.size : 0;

    return ic_cosign_compare(known ? &last : NULL, &w->head, w->old_size,
                             w->proof, w->count, &w->hash, &w->reason);
}


static ngx_int_t
ngx_http_interconn_witness_put(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_witness_t *w)
{
    ic_str_t                   root;
    ngx_http_interconn_args_t  args = { .argc = 0 };

    root = ic_base64(&ctx->arena, ic_str_n(w->head.root.byte,
                                           sizeof(ic_hash_t)), false);
    if (root.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg(&args, ctx->caller.node_id);
    ngx_http_interconn_arg(&args, w->last);
    ngx_http_interconn_arg(&args, w->note);
    ngx_http_interconn_arg(&args, ngx_ic_str(w->head.origin));
    ngx_http_interconn_arg_number(&args, ctx, w->head.size);
    ngx_http_interconn_arg(&args, ngx_ic_str(root));
    ngx_http_interconn_arg_z(&args, w->hash ? w->hash : "");

    return ngx_http_interconn_store(r, ctx, "witness_put", &args,
                                    ngx_http_interconn_witness_stored);
}


static ngx_int_t
ngx_http_interconn_witness_stored(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t                      stored;
    ngx_http_interconn_witness_t  *w;

    w = ctx->data;
    stored = ngx_http_interconn_reply_get(reply, "stored");

    if (ic_str_is(ngx_ic_lib_str(stored), "1")) {
        return ngx_http_interconn_witness_answer(r, ctx, w);
    }

    return ngx_http_interconn_witness_again(r, ctx, reply);
}


/* Another head was faster: this one is compared with that. */

static ngx_int_t
ngx_http_interconn_witness_again(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_http_interconn_witness_t  *w;

    w = ctx->data;

    if (++w->tries == NGX_HTTP_INTERCONN_WITNESS_TRIES) {
        return ngx_http_interconn_fail_z(r, ctx, IC_E_too_many,
                                         "heads of this node at once");
    }

    return ngx_http_interconn_witness_got(r, ctx, reply);
}


static ngx_int_t
ngx_http_interconn_witness_note(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_witness_t *w,
    const char *function)
{
    ngx_http_interconn_args_t  args = { .argc = 0 };

    ngx_http_interconn_arg(&args, ctx->caller.node_id);
    ngx_http_interconn_arg(&args, w->last);
    ngx_http_interconn_arg(&args, w->note);
    ngx_http_interconn_arg_z(&args, w->reason);

    return ngx_http_interconn_store(r, ctx, function, &args,
                                    ngx_http_interconn_witness_noted);
}


static ngx_int_t
ngx_http_interconn_witness_noted(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t                      split, unproven, first;
    ngx_http_interconn_witness_t  *w;

    w = ctx->data;
    split = ngx_http_interconn_reply_get(reply, "split");
    unproven = ngx_http_interconn_reply_get(reply, "unproven");

    if (unproven.len) {
        first = ngx_http_interconn_reply_get(reply, "first");

        if (ic_str_is(ngx_ic_lib_str(first), "1")) {
            ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                          "node %V asked to cosign a head of its evidence "
                          "log, and %V", &ctx->caller.node_id, &unproven);
        }

        return ngx_http_interconn_fail(r, ctx, IC_E_invalid_fields,
                                       unproven);
    }

    if (split.len == 0) {
        return ngx_http_interconn_witness_again(r, ctx, reply);
    }

    ngx_log_error(NGX_LOG_CRIT, r->connection->log, 0,
                  "node %V has signed two histories of its evidence log: %V;"
                  " both heads are in the evidence of this node, SPLIT_VIEW",
                  &ctx->caller.node_id, &split);

    return ngx_http_interconn_witness_refuse(r, ctx, w, IC_E_split_view,
                                             split);
}


static ngx_int_t
ngx_http_interconn_witness_answer(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_witness_t *w)
{
    ic_str_t                     line;
    ngx_http_interconn_conf_t   *icf;
    ngx_http_interconn_reply_t   reply;

    icf = ngx_http_interconn_conf(r);
    ngx_memzero(&reply, sizeof(ngx_http_interconn_reply_t));

    line = ic_cosign(&ctx->arena, &w->head, ngx_ic_lib_str(icf->node_id),
                     icf->permit_key->key);

    if (line.data == NULL
        || ngx_http_interconn_reply_add(ctx, &reply, "cosignature",
                                        ngx_ic_str(line))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_interconn_answer(r, ctx, &reply);
}


/* With the size that is known here. */

static ngx_int_t
ngx_http_interconn_witness_refuse(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_witness_t *w,
    ic_error_e error, ngx_str_t detail)
{
    ctx->size = ngx_ic_str(ic_str_fmt(&ctx->arena, "%llu",
                                      (unsigned long long) w->last_size));
    if (ctx->size.data == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_fail(r, ctx, error, detail);
}
