
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../api/ic_address.h"
#include "../api/ic_job_check.h"
#include "ngx_http_interconn_action.h"


static ngx_uint_t ngx_http_interconn_allowed(ngx_http_request_t *r,
    ic_address_t *address);


const ngx_http_interconn_action_pt  ngx_http_interconn_actions[] = {
    NULL,
#define IC_ACTION(name)  ngx_http_interconn_action_##name,
#include "../api/actions.def"
#undef IC_ACTION
};


ngx_str_t
ngx_http_interconn_input(ngx_http_interconn_ctx_t *ctx, const char *name)
{
    return ngx_ic_str(ic_input_str(&ctx->in, name));
}


ngx_str_t
ngx_http_interconn_input_or(ngx_http_interconn_ctx_t *ctx, const char *name,
    const char *other)
{
    if (ic_input_get(&ctx->in, name) == NULL) {
        return ngx_ic_str(ic_str(other));
    }

    return ngx_http_interconn_input(ctx, name);
}


void
ngx_http_interconn_arg_input(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx, const char *name)
{
    ngx_http_interconn_arg(args, ngx_http_interconn_input(ctx, name));
}


void
ngx_http_interconn_arg_number(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx, uint64_t n)
{
    ngx_http_interconn_arg(args, ngx_ic_str(ic_str_fmt(&ctx->arena, "%llu",
                                                (unsigned long long) n)));
}


void
ngx_http_interconn_pairs_but(ngx_http_interconn_args_t *args,
    const ic_input_t *in, const char *const *names)
{
    ngx_uint_t         i, n;
    const ic_field_t  *field;

    field = in->schema->fields;

    for (i = 0; field[i].name; i++) {

        for (n = 0; names[n]; n++) {
            if (ngx_strcmp(names[n], field[i].name) == 0) {
                break;
            }
        }

        if (names[n] == NULL && in->values[i].set) {
            ngx_http_interconn_pair(args, field[i].name,
                                    ngx_ic_str(in->values[i].text));
        }
    }
}


ngx_int_t
ngx_http_interconn_pair_dag(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx)
{
    ic_str_t           text;
    const ic_value_t  *dag;

    dag = ic_input_get(&ctx->in, "dag");

    if (dag == NULL) {
        return NGX_OK;
    }

    text = ic_dag_text(&ctx->arena, dag->node);

    if (text.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_pair(args, "dag", ngx_ic_str(text));

    return NGX_OK;
}


void
ngx_http_interconn_arg_caller(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_arg(args, ctx->caller.mode);
    ngx_http_interconn_arg(args, ctx->caller.ident);
    ngx_http_interconn_arg(args, ctx->caller.cert_name);
}


void
ngx_http_interconn_arg_page(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx)
{
    args->page = args->argc + 1;

    ngx_http_interconn_arg(args,
                       ngx_http_interconn_input_or(ctx, "page_num", "1"));
    ngx_http_interconn_arg(args,
                       ngx_http_interconn_input_or(ctx, "page_size", "20"));
}


ngx_str_t
ngx_http_interconn_make_id(ngx_http_interconn_ctx_t *ctx, const char *prefix)
{
    char  id[64];

    if (ic_id_make(id, prefix) != 0) {
        return ngx_ic_str(ic_str(NULL));
    }

    return ngx_ic_str(ic_str_dup(&ctx->arena, ic_str(id)));
}


ngx_str_t *
ngx_http_interconn_new_id(ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t  *id;

    id = ic_alloc(&ctx->arena, sizeof(ngx_str_t));
    if (id == NULL) {
        return NULL;
    }

    *id = ngx_http_interconn_make_id(ctx, ctx->kind->prefix);
    if (id->data == NULL) {
        return NULL;
    }

    ctx->data = id;

    return id;
}


ngx_str_t
ngx_http_interconn_body_digest(ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_digest(ctx, ic_json_text(&ctx->arena,
                                                       ctx->in.root));
}


ngx_str_t
ngx_http_interconn_digest(ngx_http_interconn_ctx_t *ctx, ic_str_t text)
{
    char  hex[65];

    if (text.data == NULL) {
        return ngx_ic_str(text);
    }

    ic_sha256_hex(hex, text.data, text.len);

    return ngx_ic_str(ic_str_dup(&ctx->arena, ic_str(hex)));
}


ngx_str_t
ngx_http_interconn_input_json(ngx_http_interconn_ctx_t *ctx,
    const ic_schema_t *schema, const ic_input_t *in)
{
    unsigned           n;
    ic_str_t           pairs[2 * 32];
    ngx_uint_t         i;
    ic_json_out_t      out;
    const ic_field_t  *field;

    field = in->schema->fields;

    for (i = 0, n = 0; field[i].name && n < 32; i++) {
        if (in->values[i].set) {
            pairs[2 * n] = ic_str(field[i].name);
            pairs[2 * n + 1] = in->values[i].text;
            n++;
        }
    }

    ic_out_init(&out, &ctx->arena);
    ic_out_object(&out, NULL);
    ic_schema_render(schema, pairs, n, &out);
    ic_out_object_end(&out);

    return ngx_ic_str(ic_out_text(&out));
}


ngx_int_t
ngx_http_interconn_reply_add(ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_reply_t *reply, const char *name, ngx_str_t value)
{
    ngx_str_t  *pairs;

    pairs = ic_alloc(&ctx->arena,
                     (reply->npairs + 1) * 2 * sizeof(ngx_str_t));
    if (pairs == NULL) {
        return NGX_ERROR;
    }

    if (reply->npairs) {
        ngx_memcpy(pairs, reply->pairs,
                   reply->npairs * 2 * sizeof(ngx_str_t));
    }

    pairs[2 * reply->npairs] = ngx_ic_str(ic_str(name));
    pairs[2 * reply->npairs + 1] = value;

    reply->pairs = pairs;
    reply->npairs++;

    return NGX_OK;
}


ngx_int_t
ngx_http_interconn_fail_z(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_error_e error, const char *detail)
{
    return ngx_http_interconn_fail(r, ctx, error,
                                   ngx_ic_str(ic_str(detail)));
}


ngx_int_t
ngx_http_interconn_fail_field(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *pointer, const char *reason)
{
    ic_faults_t  faults;

    faults.count = 1;
    faults.items[0].pointer = ic_str(pointer);
    faults.items[0].reason = reason;

    return ngx_http_interconn_fail_faults(r, ctx, &faults);
}


ngx_int_t
ngx_http_interconn_store_by(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *function, const char *name,
    ngx_http_interconn_done_pt done)
{
    ngx_http_interconn_args_t  args = { .argc = 0 };

    ngx_http_interconn_arg_input(&args, ctx, name);

    return ngx_http_interconn_store(r, ctx, function, &args, done);
}


ngx_int_t
ngx_http_interconn_answer_out(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_json_out_t *out)
{
    ngx_str_t  json;

    json = ngx_ic_str(ic_out_text(out));
    if (json.data == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_answer_json(r, ctx, json);
}


ngx_int_t
ngx_http_interconn_answer_id(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t  *id = ctx->data;

    if (ngx_http_interconn_reply_add(ctx, reply, ctx->kind->id, *id)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_interconn_answer(r, ctx, reply);
}


ngx_int_t
ngx_http_interconn_check_flow(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ic_job_fault_t     fault;
    const ic_value_t  *dag, *config;

    dag = ic_input_get(&ctx->in, "dag");
    config = ic_input_get(&ctx->in, "config");

    if (dag == NULL) {
        return NGX_DECLINED;
    }

    if (ic_dag_check(&ctx->arena, dag->node, &fault) != 0
        || (config
            && ic_config_check(&ctx->arena, dag->node, config->node, &fault)
               != 0))
    {
        return ngx_http_interconn_fail(r, ctx, fault.error,
                                       ngx_ic_str(fault.detail));
    }

    return NGX_DECLINED;
}


const char *
ngx_http_interconn_check_address(ngx_http_request_t *r, ngx_str_t url)
{
    const char                 *reason;
    ic_address_t                address;
    ngx_http_interconn_conf_t  *icf;

    icf = ngx_http_interconn_conf(r);

    reason = ic_address_parse(&address, ngx_ic_lib_str(url),
                              icf->plain_identity);
    if (reason) {
        return reason;
    }

    if (address.local && !ngx_http_interconn_allowed(r, &address)) {
        return "is not public and not in interconn_peer_allow";
    }

    return NULL;
}


static ngx_uint_t
ngx_http_interconn_allowed(ngx_http_request_t *r, ic_address_t *address)
{
    struct sockaddr_in          sin;
    struct sockaddr            *sockaddr;
    ngx_http_interconn_conf_t  *icf;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6         sin6;
#endif

    icf = ngx_http_interconn_conf(r);

    if (icf->peer_allow == NULL) {
        return 0;
    }

    if (address->family == 4) {
        ngx_memzero(&sin, sizeof(struct sockaddr_in));
        sin.sin_family = AF_INET;
        ngx_memcpy(&sin.sin_addr, address->ip, 4);
        sockaddr = (struct sockaddr *) &sin;

    } else {
#if (NGX_HAVE_INET6)
        ngx_memzero(&sin6, sizeof(struct sockaddr_in6));
        sin6.sin6_family = AF_INET6;
        ngx_memcpy(&sin6.sin6_addr, address->ip, 16);
        sockaddr = (struct sockaddr *) &sin6;
#else
        return 0;
#endif
    }

    return ngx_cidr_match(sockaddr, icf->peer_allow) == NGX_OK;
}
