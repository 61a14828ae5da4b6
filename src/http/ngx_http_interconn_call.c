
/*
 * What most endpoints do: one store function with arguments taken from the
 * request, and its reply as the answer. The row in src/api/routes.def names
 * the function and the arguments:
 *
 *     kind       the kind of the row          new    a new id of that kind
 *     peer       the node that calls          page   page_num page_size
 *     operator   the operator that calls      digest of the body
 *     caller     mode ident cert_name         =text  the text itself
 *     component  "code:version"               *      all other fields that
 *     <field>    the field, or empty                 were given, by name
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_action.h"
#include "ngx_http_interconn_core.h"


#define NGX_HTTP_INTERCONN_MAX_WORDS  16


/* The words of a row. */
typedef struct {
    char        *words[NGX_HTTP_INTERCONN_MAX_WORDS + 1];
    ngx_uint_t   nwords;
    u_char       text[256];
} ngx_http_interconn_call_t;


typedef ngx_int_t (*ngx_http_interconn_word_pt)(
    ngx_http_interconn_args_t *args, ngx_http_interconn_ctx_t *ctx);

typedef struct {
    const char                  *word;
    ngx_http_interconn_word_pt   add;
} ngx_http_interconn_word_t;


static ngx_int_t ngx_http_interconn_call_split(
    ngx_http_interconn_call_t *call, const char *text);
static ngx_int_t ngx_http_interconn_call_word(
    ngx_http_interconn_args_t *args, ngx_http_interconn_ctx_t *ctx,
    ngx_http_interconn_call_t *call, const char *word);
static ngx_int_t ngx_http_interconn_word_kind(
    ngx_http_interconn_args_t *args, ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_word_new(
    ngx_http_interconn_args_t *args, ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_word_name(
    ngx_http_interconn_args_t *args, ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_word_caller(
    ngx_http_interconn_args_t *args, ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_word_page(
    ngx_http_interconn_args_t *args, ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_word_digest(
    ngx_http_interconn_args_t *args, ngx_http_interconn_ctx_t *ctx);
static ngx_int_t ngx_http_interconn_word_component(
    ngx_http_interconn_args_t *args, ngx_http_interconn_ctx_t *ctx);


static const ngx_http_interconn_word_t  ngx_http_interconn_words[] = {
    { "kind", ngx_http_interconn_word_kind },
    { "new", ngx_http_interconn_word_new },
    { "peer", ngx_http_interconn_word_name },
    { "operator", ngx_http_interconn_word_name },
    { "caller", ngx_http_interconn_word_caller },
    { "page", ngx_http_interconn_word_page },
    { "digest", ngx_http_interconn_word_digest },
    { "component", ngx_http_interconn_word_component },
    { NULL, NULL }
};


ngx_int_t
ngx_http_interconn_action_call(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    char                       *function;
    ngx_uint_t                  i;
    ngx_http_interconn_args_t   args = { .argc = 0 };
    ngx_http_interconn_call_t   call;

    if (ngx_http_interconn_call_split(&call, ctx->endpoint->call)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 1; i < call.nwords; i++) {
        if (ngx_http_interconn_call_word(&args, ctx, &call, call.words[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    function = ngx_pnalloc(r->pool, ngx_strlen(call.words[0]) + 1);
    if (function == NULL) {
        return NGX_ERROR;
    }

    ngx_cpystrn((u_char *) function, (u_char *) call.words[0],
                ngx_strlen(call.words[0]) + 1);

    if (ngx_http_interconn_lists(ctx->endpoint)) {
        return ngx_http_interconn_list(r, ctx, function, &args);
    }

    return ngx_http_interconn_store(r, ctx, function, &args,
                                    ctx->data ? ngx_http_interconn_answer_id
                                              : ngx_http_interconn_answer);
}


static ngx_int_t
ngx_http_interconn_call_split(ngx_http_interconn_call_t *call,
    const char *text)
{
    u_char  *p;

    if (ngx_strlen(text) >= sizeof(call->text)) {
        return NGX_ERROR;
    }

    ngx_cpystrn(call->text, (u_char *) text, sizeof(call->text));
    call->nwords = 0;

    for (p = call->text; *p; /* void */) {

        if (call->nwords == NGX_HTTP_INTERCONN_MAX_WORDS) {
            return NGX_ERROR;
        }

        call->words[call->nwords++] = (char *) p;

        while (*p && *p != ' ') {
            p++;
        }

        if (*p) {
            *p++ = '\0';
        }
    }

    call->words[call->nwords] = NULL;

    return call->nwords ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_http_interconn_call_word(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_call_t *call,
    const char *word)
{
    ic_str_t                          text;
    const ngx_http_interconn_word_t  *known;

    for (known = ngx_http_interconn_words; known->word; known++) {
        if (known->word[0] == word[0]
            && ngx_strcmp(known->word, word) == 0)
        {
            return known->add(args, ctx);
        }
    }

    if (word[0] == '*') {
        ngx_http_interconn_pairs_but(args, &ctx->in,
                                     (const char *const *) call->words);
        return NGX_OK;
    }

    if (word[0] == '=') {
        text = ic_str_dup(&ctx->arena, ic_str(word + 1));
        if (text.data == NULL) {
            return NGX_ERROR;
        }

        ngx_http_interconn_arg(args, ngx_ic_str(text));
        return NGX_OK;
    }

    ngx_http_interconn_arg_input(args, ctx, word);

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_word_kind(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_arg_z(args, ctx->kind->name);

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_word_new(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t  *id;

    id = ngx_http_interconn_new_id(ctx);
    if (id == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg(args, *id);

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_word_name(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_arg_name(args, ctx);

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_word_caller(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_arg_caller(args, ctx);

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_word_page(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_http_interconn_arg_page(args, ctx);

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_word_digest(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t  digest;

    digest = ngx_http_interconn_body_digest(ctx);
    if (digest.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg(args, digest);

    return NGX_OK;
}


static ngx_int_t
ngx_http_interconn_word_component(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx)
{
    ic_str_t   code, version;
    ngx_str_t  id;

    code = ic_input_str(&ctx->in, "code");
    version = ic_input_str(&ctx->in, "version");

    id = ngx_ic_str(ic_str_fmt(&ctx->arena, "%.*s:%.*s", (int) code.len,
                               code.data, (int) version.len, version.data));
    if (id.data == NULL) {
        return NGX_ERROR;
    }

    ngx_http_interconn_arg(args, id);

    return NGX_OK;
}
