
/* Asking a partner for authorisation: POST /v1/platform/audit/apply. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_http_interconn_action.h"


/* A member of the request to the partner, and where its value is. */
typedef struct {
    const char                      *name;
    unsigned                         recorded:1; /* by us, else given */
    unsigned                         json:1;     /* not a string */
    unsigned                         required:1;
} ngx_http_interconn_ask_field_t;

typedef struct {
    const char                            *kind;
    const char                            *record;   /* store function */
    ngx_uint_t                             contract; /* is named too */
    const ngx_http_interconn_ask_field_t  *fields;
} ngx_http_interconn_ask_kind_t;

typedef struct {
    ngx_str_t                              audit_id;
    ngx_str_t                              contract_id;
    ngx_str_t                              node_id;
    const ic_kind_t                       *kind;
    const ngx_http_interconn_ask_kind_t   *ask;
} ngx_http_interconn_ask_t;


static const ngx_http_interconn_ask_kind_t *ngx_http_interconn_ask_kind(
    ngx_str_t name);
static ngx_int_t ngx_http_interconn_ask_contract(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_int_t ngx_http_interconn_ask_record(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);
static ngx_uint_t ngx_http_interconn_listed(ngx_str_t list,
    ngx_str_t word);
static ngx_int_t ngx_http_interconn_ask_send(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *record);
static const char *ngx_http_interconn_ask_fields(
    ngx_http_interconn_ctx_t *ctx,
    const ngx_http_interconn_ask_field_t *field,
    ngx_http_interconn_reply_t *record, ngx_http_interconn_args_t *args,
    ic_json_out_t *out);


/* Of every kind. */

static const ngx_http_interconn_ask_field_t
    ngx_http_interconn_ask_limits[] =
{
    { "time_limit", 0, 1, 0 },
    { "times_limit", 0, 1, 0 },
    { "rows_limit", 0, 1, 0 },
    { "bytes_limit", 0, 1, 0 },
    { "algorithms_allow", 0, 1, 0 },
    { "algorithms_deny", 0, 1, 0 },
    { "auth_scope", 0, 1, 0 },
    { "scope_ids", 0, 1, 0 },
    { NULL, 0, 0, 0 }
};

static const ngx_http_interconn_ask_field_t
    ngx_http_interconn_ask_dataset[] =
{
    { NULL, 0, 0, 0 }
};

static const ngx_http_interconn_ask_field_t
    ngx_http_interconn_ask_project[] =
{
    { "name", 1, 0, 1 },
    { "description", 1, 0, 0 },
    { "type", 1, 0, 0 },
    { "datasets", 0, 1, 0 },
    { NULL, 0, 0, 0 }
};

static const ngx_http_interconn_ask_field_t  ngx_http_interconn_ask_flow[] =
{
    { "project_id", 1, 0, 0 },
    { "name", 1, 0, 1 },
    { "description", 1, 0, 0 },
    { "dag", 1, 1, 1 },
    { "config", 1, 1, 0 },
    { NULL, 0, 0, 0 }
};

static const ngx_http_interconn_ask_field_t  ngx_http_interconn_ask_job[] =
{
    { "project_id", 1, 0, 0 },
    { "flow_id", 1, 0, 1 },
    { "name", 1, 0, 0 },
    { "dag", 1, 1, 1 },
    { "config", 1, 1, 1 },
    { "sync_type", 1, 0, 0 },
    { NULL, 0, 0, 0 }
};

static const ngx_http_interconn_ask_field_t  ngx_http_interconn_ask_model[] =
{
    { "task_id", 0, 0, 0 },
    { "model_digest", 0, 0, 0 },
    { "apply_project_id", 0, 0, 1 },
    { NULL, 0, 0, 0 }
};

static const ngx_http_interconn_ask_field_t
    ngx_http_interconn_ask_component[] =
{
    { NULL, 0, 0, 0 }
};

static const ngx_http_interconn_ask_kind_t  ngx_http_interconn_ask_kinds[] =
{
    { "dataset", NULL, 1,
      ngx_http_interconn_ask_dataset },
    { "project", "object_get", 1,
      ngx_http_interconn_ask_project },
    { "flow", "object_get", 0,
      ngx_http_interconn_ask_flow },
    { "job", "job_get", 0,
      ngx_http_interconn_ask_job },
    { "model", NULL, 0,
      ngx_http_interconn_ask_model },
    { "component", NULL, 0,
      ngx_http_interconn_ask_component },
    { NULL, NULL, 0, NULL }
};


ngx_int_t
ngx_http_interconn_action_audit_apply(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx)
{
    ngx_str_t                  type;
    ic_limits_t                limits;
    ic_limits_fault_t          fault;
    ngx_http_interconn_ask_t  *ask;

    ask = ngx_pcalloc(r->pool, sizeof(ngx_http_interconn_ask_t));
    if (ask == NULL) {
        return NGX_ERROR;
    }

    type = ngx_http_interconn_input(ctx, "resource_type");

    if (ngx_http_interconn_input_limits(ctx, &ctx->in, &limits, &fault) != 0)
    {
        return ngx_http_interconn_fail_limits(r, ctx, "/", &fault);
    }

    ask->kind = ic_kind(ngx_ic_lib_str(type));
    ask->ask = ngx_http_interconn_ask_kind(type);
    ask->audit_id = ngx_http_interconn_make_id(ctx, ctx->kind->prefix);

    if (ask->audit_id.data == NULL) {
        return NGX_ERROR;
    }

    ctx->data = ask;

    return ngx_http_interconn_store_by(r, ctx, "contract_get",
                                       "contract_id",
                                       ngx_http_interconn_ask_contract);
}


static const ngx_http_interconn_ask_kind_t *
ngx_http_interconn_ask_kind(ngx_str_t name)
{
    const ngx_http_interconn_ask_kind_t  *kind;

    for (kind = ngx_http_interconn_ask_kinds; kind->kind; kind++) {
        if (ic_str_is(ngx_ic_lib_str(name), kind->kind)) {
            break;
        }
    }

    return kind;
}


/* The id may be the handle of our application: the partner's name counts. */

static ngx_int_t
ngx_http_interconn_ask_contract(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_http_interconn_ask_t   *ask = ctx->data;
    ngx_http_interconn_args_t   args = { .argc = 0 };
    ngx_http_interconn_reply_t  none;

    ask->contract_id = ngx_http_interconn_reply_get(reply, "contract_id");
    ask->node_id = ngx_http_interconn_reply_get(reply, "node_id");

    if (ask->ask->record == NULL) {
        ngx_memzero(&none, sizeof(ngx_http_interconn_reply_t));
        return ngx_http_interconn_ask_send(r, ctx, &none);
    }

    if (ngx_strcmp(ask->ask->record, "object_get") == 0) {
        ngx_http_interconn_arg_z(&args, ask->kind->name);
    }

    ngx_http_interconn_arg_input(&args, ctx, "resource_id");

    return ngx_http_interconn_store(r, ctx, ask->ask->record, &args,
                                    ngx_http_interconn_ask_record);
}


static ngx_int_t
ngx_http_interconn_ask_record(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply)
{
    ngx_http_interconn_ask_t  *ask = ctx->data;

    if (ngx_strcmp(ask->kind->name, "job") == 0
        && !ngx_http_interconn_listed(
                        ngx_http_interconn_reply_get(reply, "parties"),
                        ask->node_id))
    {
        return ngx_http_interconn_fail_field(r, ctx, "/contract_id",
                               "must be with a party of the job");
    }

    return ngx_http_interconn_ask_send(r, ctx, reply);
}


static ngx_uint_t
ngx_http_interconn_listed(ngx_str_t list, ngx_str_t word)
{
    u_char    *p, *last;
    ngx_str_t  item;

    p = list.data;
    last = list.data + list.len;

    while (p < last) {
        item.data = p;

        while (p < last && *p != ' ') {
            p++;
        }

        item.len = p++ - item.data;

        if (ngx_ic_str_eq(item, word)) {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_interconn_ask_send(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *record)
{
    ngx_str_t                   id;
    ngx_str_t                  *body;
    const char                 *missing;
    ic_json_out_t               out;
    ngx_http_interconn_ask_t   *ask = ctx->data;
    ngx_http_interconn_args_t   args = { .argc = 0 };

    id = ngx_http_interconn_input(ctx, "resource_id");

    ngx_http_interconn_arg_z(&args, ask->kind->name);
    ngx_http_interconn_arg(&args, ask->contract_id);
    ngx_http_interconn_arg(&args, ask->audit_id);
    ngx_http_interconn_arg(&args, id);

    /* the body's place; its text is known when the pairs behind it are */

    body = &args.argv[args.argc];
    ngx_http_interconn_arg_z(&args, "");

    ic_out_init(&out, &ctx->arena);
    ic_out_object(&out, NULL);
    ic_out_str(&out, "audit_id", ngx_ic_lib_str(ask->audit_id));

    if (ask->ask->contract) {
        ic_out_str(&out, "contract_id", ngx_ic_lib_str(ask->contract_id));
    }

    ic_out_str(&out, ask->kind->id, ngx_ic_lib_str(id));

    missing = ngx_http_interconn_ask_fields(ctx, ask->ask->fields, record,
                                            &args, &out);
    if (missing) {
        return ngx_http_interconn_fail(r, ctx, IC_E_wrong_state,
                   ngx_ic_str(ic_str_fmt(&ctx->arena, "%s has no %s",
                                         ask->kind->name, missing)));
    }

    (void) ngx_http_interconn_ask_fields(ctx, ngx_http_interconn_ask_limits,
                                         record, &args, &out);

    ic_out_object_end(&out);

    *body = ngx_ic_str(ic_out_text(&out));
    if (body->data == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_interconn_store(r, ctx, "audit_apply_out", &args,
                                    ngx_http_interconn_answer);
}


/* The kind's own members, sent and recorded; the name of one that is
   required and missing, or NULL. */

static const char *
ngx_http_interconn_ask_fields(ngx_http_interconn_ctx_t *ctx,
    const ngx_http_interconn_ask_field_t *field,
    ngx_http_interconn_reply_t *record, ngx_http_interconn_args_t *args,
    ic_json_out_t *out)
{
    ngx_str_t  value;

    for ( /* void */ ; field->name; field++) {

        value = field->recorded
                ? ngx_http_interconn_reply_get(record, field->name)
                : ngx_http_interconn_input(ctx, field->name);

        if (value.len == 0 && field->required) {
            return field->name;
        }

        if (value.len == 0) {
            continue;
        }

        if (field->json) {
            ic_out_raw(out, field->name, ngx_ic_lib_str(value));

        } else {
            ic_out_str(out, field->name, ngx_ic_lib_str(value));
        }

        ngx_http_interconn_pair(args, field->name, value);
    }

    return NULL;
}
