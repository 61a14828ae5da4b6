
/* Registering a component: POST /v1/platform/component/register. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_action.h"


/* The component as it was given, whatever the form. */
typedef struct {
    ic_input_t     in;
    const char    *place;        /* JSON pointer of its members, "" or such */
    ngx_uint_t     interop;      /* in the words of InterOp */
} ngx_http_interconn_form_t;


static ngx_int_t ngx_http_interconn_form(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_form_t *form);
static ngx_int_t ngx_http_interconn_form_pairs(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_form_t *form,
    ngx_http_interconn_args_t *args);
static ic_str_t ngx_http_interconn_form_inputs(ngx_http_interconn_ctx_t *ctx,
    const ic_input_t *in);
static ngx_int_t ngx_http_interconn_registered(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);


ngx_int_t
ngx_http_interconn_action_component_register(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_int_t                   rc;
    ngx_str_t                  *id;
    ngx_http_interconn_args_t   args = { .argc = 0 };
    ngx_http_interconn_form_t   form;

    rc = ngx_http_interconn_form(r, ctx, &form);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    id = ngx_palloc(r->pool, 2 * sizeof(ngx_str_t));
    if (id == NULL) {
        return NGX_ERROR;
    }

    id[0] = ngx_ic_str(ic_input_str(&form.in, "code"));
    id[1] = ngx_ic_str(ic_input_str(&form.in, "version"));

    ctx->data = id;

    ngx_http_interconn_arg(&args, id[0]);
    ngx_http_interconn_arg(&args, id[1]);

    rc = ngx_http_interconn_form_pairs(r, ctx, &form, &args);
    if (rc != NGX_DECLINED) {
        return rc;
    }

    return ngx_http_interconn_store(r, ctx, "component_register", &args,
                                    ngx_http_interconn_registered);
}


/* NGX_DECLINED: go on. */

static ngx_int_t
ngx_http_interconn_form(ngx_http_request_t *r, ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_form_t *form)
{
    ic_faults_t        faults;
    const ic_json_t   *root;
    const ic_value_t  *nested;

    nested = ic_input_get(&ctx->in, "Component");
    root = nested ? nested->node : ctx->in.root;

    if (ic_schema_decode(&ic_component_form, root, &ctx->arena, &form->in,
                         &faults)
        != 0)
    {
        return faults.count ? ngx_http_interconn_fail_faults(r, ctx, &faults)
                            : NGX_ERROR;
    }

    form->place = nested ? "/Component" : "";
    form->interop = ic_json_get(root, "componentName") != NULL
                    || ic_input_get(&ctx->in, "address") != NULL;

    return NGX_DECLINED;
}


/*
 * What the two forms name differently, and what the standard's requires.
 * NGX_DECLINED: go on.
 */

static ngx_int_t
ngx_http_interconn_form_pairs(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_form_t *form,
    ngx_http_interconn_args_t *args)
{
    ngx_uint_t         i;
    const ic_input_t  *in = &form->in;

    struct {
        const char    *name;
        ic_str_t       value;
    } needed[] = {
        { "name", ic_input_str(in, "name") },
        { "engine", ic_input_str(in, "engine") },
        { "inputs", ngx_http_interconn_form_inputs(ctx, in) },
        { "outputs", ic_input_str(in, "outputs") },
        { "address", ic_input_str(in, "address") }
    };

    static const char *const  apart[] = {
        "code", "version", "name", "engine", "inputs", "outputs", "address",
        "inputParam", "inputData", NULL
    };

    if (needed[0].value.len == 0) {
        needed[0].value = ic_input_str(in, "title");
    }

    if (needed[1].value.len == 0 && form->interop) {
        needed[1].value = ic_str("container");
    }

    /* imageUrl stands beside component_info */

    if (needed[4].value.len == 0) {
        needed[4].value = ic_input_str(&ctx->in, "address");
    }

    for (i = 0; i < 5; i++) {
        if (needed[i].value.len == 0 && i < 4) {
            return ngx_http_interconn_fail_field(r, ctx,
                       (char *) ic_str_fmt(&ctx->arena, "%s/%s", form->place,
                                           needed[i].name).data,
                       "is required");
        }

        if (needed[i].value.len) {
            ngx_http_interconn_pair(args, needed[i].name,
                                    ngx_ic_str(needed[i].value));
        }
    }

    ngx_http_interconn_pairs_but(args, in, apart);

    return NGX_DECLINED;
}


/* InterOp describes parameters and data apart; null: neither was given. */

static ic_str_t
ngx_http_interconn_form_inputs(ngx_http_interconn_ctx_t *ctx,
    const ic_input_t *in)
{
    ngx_uint_t         i;
    ic_json_out_t      out;
    const ic_json_t   *item;
    const ic_value_t  *lists[2];

    if (ic_input_get(in, "inputs")) {
        return ic_input_str(in, "inputs");
    }

    lists[0] = ic_input_get(in, "inputParam");
    lists[1] = ic_input_get(in, "inputData");

    if (lists[0] == NULL && lists[1] == NULL) {
        return ic_str(NULL);
    }

    ic_out_init(&out, &ctx->arena);
    ic_out_array(&out, NULL);

    for (i = 0; i < 2; i++) {
        item = lists[i] ? lists[i]->node->child : NULL;

        for ( /* void */ ; item; item = item->next) {
            ic_out_node(&out, NULL, item);
        }
    }

    ic_out_array_end(&out);

    return ic_out_text(&out);
}


static ngx_int_t
ngx_http_interconn_registered(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_str_t  *id = ctx->data;

    if (ngx_http_interconn_reply_add(ctx, reply, "code", id[0]) != NGX_OK
        || ngx_http_interconn_reply_add(ctx, reply, "version", id[1])
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_interconn_answer(r, ctx, reply);
}


/* Archives are not for workers: a location passes these calls on. */

ngx_int_t
ngx_http_interconn_action_component_package(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    return ngx_http_interconn_fail_z(r, ctx, IC_E_not_found,
                                     "this node has no location for packages, "
                                     "see docs/directives.md");
}
