
/*
 * Shared by the modules and actions of src/http. How a request goes:
 *
 *     route -> authenticate -> body -> decode -> action -> store -> answer
 *
 * An action is a function named in src/api/routes.def. It starts one store
 * call and returns; the continuation given with the call answers.
 */


#ifndef _NGX_HTTP_INTERCONN_H_INCLUDED_
#define _NGX_HTTP_INTERCONN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../api/ic_api.h"
#include "../api/ic_profile.h"
#include "../trust/ic_crl.h"
#include "../trust/ic_permit.h"
#include "ngx_ic_redis.h"


#define NGX_HTTP_INTERCONN_MAX_ARGS  128


typedef struct ngx_http_interconn_ctx_s        ngx_http_interconn_ctx_t;
typedef struct ngx_http_interconn_message_s    ngx_http_interconn_message_t;
typedef struct ngx_http_interconn_signature_s  ngx_http_interconn_signature_t;
typedef struct ngx_http_interconn_who_s        ngx_http_interconn_who_t;


/* One row of interconn_party: who a user_id of the FL service is. */
typedef struct {
    ngx_int_t             user_id;
    ngx_str_t             node_id;
    ngx_str_t             console;           /* URL without a last slash, or
                                                empty */
} ngx_http_interconn_party_t;


/* interconn_* directives of main, server and location, merged. */
typedef struct {
    ngx_uint_t            sides;             /* interconn_api: bits of
                                                1 << ic_side_e */
    size_t                max_body;          /* interconn_max_body */
    ngx_str_t             key;               /* "ic:{<node_id>}" */
    ngx_flag_t            http_status;       /* interconn_http_status on */
    ngx_flag_t            errors;            /* interconn_errors on */
    ngx_flag_t            plain_identity;    /* interconn_plain_identity on */
    ngx_uint_t            message_signature; /* interconn_message_signature */
    ngx_str_t             node_id;           /* interconn_node_id */
    ngx_str_t             inst_id;           /* interconn_inst_id */
    ngx_array_t          *parties;           /* interconn_party, or NULL */
    ngx_int_t             infer_decimals;    /* interconn_infer, or
                                                IC_INFER_FULL */
    ngx_int_t             infer_rows;        /* interconn_infer */
    ngx_array_t          *peer_allow;        /* interconn_peer_allow cidr */
    ngx_msec_t            key_overlap;       /* interconn_key_overlap */
    ic_permit_key_t      *permit_key;        /* interconn_permit_key file */
    ngx_str_t             certificate;       /* interconn_certificate, PEM
                                                text: our credential */
    ic_crl_t             *crl;               /* interconn_crl, or NULL */
    ngx_str_t             channel;           /* interconn_channel unix:... */
    ngx_msec_t            session_idle;      /* interconn_session_idle */
    ngx_msec_t            session_absolute;  /* interconn_session_absolute */
} ngx_http_interconn_conf_t;


/* A caller as the access phase found it. */
typedef struct {
    ngx_str_t             spki;              /* hex; empty without TLS */
    ngx_str_t             cert_name;         /* CN of its certificate */
    ngx_str_t             node_id;           /* peers with a contract */
    ngx_str_t             inst_id;
    ngx_str_t             contract_id;
    ngx_str_t             auth_type;         /* of the contract's */
    ngx_str_t             auth_credential;   /* credential; or empty */
    ngx_str_t             old_type;          /* the same of the key before, */
    ngx_str_t             old_credential;    /* while that is good */
    ngx_str_t             present;           /* spki of its present key */
    ic_profile_t          profile;           /* how it speaks */
    ngx_str_t             operator;          /* name of the operator */
    ngx_str_t             mode;              /* "spki" or "node" */
    ngx_str_t             ident;             /* hex, or the claimed id */
} ngx_http_interconn_caller_t;


typedef ngx_int_t (*ngx_http_interconn_action_pt)(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);

/* What a store function answered; see ic_reply_t in src/store. */
typedef struct {
    ngx_str_t             status;
    ngx_str_t             detail;
    unsigned              foreign:1;         /* not_found: another's */
    ngx_str_t            *pairs;
    ngx_uint_t            npairs;
    ngx_str_t           **records;           /* records[i][0..2n-1] */
    ngx_uint_t           *nrecord_pairs;
    ngx_uint_t            nrecords;
    ngx_int_t             total;
} ngx_http_interconn_reply_t;

/* Gets only replies with status "ok"; others are answered before. */
typedef ngx_int_t (*ngx_http_interconn_done_pt)(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);


/*
 * What comes next; NGX_AGAIN: goes on later, anything else is for
 * ngx_http_finalize_request().
 */
typedef ngx_int_t (*ngx_http_interconn_next_pt)(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);

/* Takes the result of a continuation that ran from the event loop. */
typedef void (*ngx_http_interconn_resume_pt)(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_int_t rc);


/* Actions use endpoint, kind, arena, in, caller, data; the rest is core's. */
struct ngx_http_interconn_ctx_s {
    ngx_http_request_t           *request;
    const ic_endpoint_t          *endpoint;  /* NULL: unknown path, or
                                                interconn_access */
    const ic_kind_t              *kind;      /* of the endpoint, or NULL */
    ic_arena_t                    arena;     /* over r->pool */
    ic_input_t                    in;        /* decoded */
    ngx_http_interconn_caller_t   caller;
    ngx_http_interconn_done_pt    done;
    void                         *data;      /* of the action */
    ngx_pool_t                   *reply_pool; /* of the next reply; NULL: the
                                                 request's */
    ngx_ic_redis_call_t          *call;      /* outstanding, or NULL */
    const char                   *function;  /* of the store, last called */
    ngx_http_interconn_next_pt    next;      /* when authenticated */
    ngx_http_interconn_who_t     *who;       /* is asked with the first call
                                                of the store, or NULL */
    ngx_http_interconn_who_t     *asked;     /* the same, also afterwards */
    ngx_msec_t                    asked_at;
    ngx_str_t                     rest;      /* what that call answered */
    ngx_http_interconn_resume_pt  resume;
    ic_json_parser_t             *parser;    /* freed by finish or cleanup */
    ngx_http_interconn_message_t *message;   /* whose body is digested, or
                                                NULL */
    ngx_http_interconn_signature_t *signature; /* to be verified, or NULL */
    size_t                        received;  /* bytes of the body */
    ngx_str_t                     error;     /* name, empty: none */
    ngx_int_t                     code;      /* of the envelope, when counted */
    ngx_str_t                     trace;     /* empty: not asked for yet */
    ngx_str_t                     page;      /* in place of nginx's */
    ngx_str_t                     size;      /* of a head, with an error */
    unsigned                      authenticated:1;
    unsigned                      answered:1;
    unsigned                      counted:1;
    unsigned                      granted:1; /* by interconn_access */
    unsigned                      guarded:1; /* by interconn_permit */
    unsigned                      channel:1; /* errors in its dialect */
    unsigned                      bad_body:1;
    unsigned                      foreign:1; /* another's object was meant */
    unsigned                      paged:1;   /* page is the answer */
};


/*
 * Builds the arguments of a store call: fixed ones, then name/value pairs
 * of what the caller sent. All strings must live in r->pool.
 */
typedef struct {
    ngx_str_t             argv[NGX_HTTP_INTERCONN_MAX_ARGS];
    ngx_uint_t            argc;
    ngx_uint_t            page;              /* where page_num is, from 1;
                                                0: nowhere */
    ngx_uint_t            caller;            /* place + 1 of the caller's
                                                name, not known yet; or 0 */
    unsigned              overflow:1;
} ngx_http_interconn_args_t;

/* The caller's node id, or the operator's name, now or once it is known. */
void ngx_http_interconn_arg_name(ngx_http_interconn_args_t *args,
    ngx_http_interconn_ctx_t *ctx);

/* One more argument; a pair is two. Beyond the last one: overflow. */
void ngx_http_interconn_arg(ngx_http_interconn_args_t *args, ngx_str_t value);
void ngx_http_interconn_arg_z(ngx_http_interconn_args_t *args,
    const char *value);
void ngx_http_interconn_pair(ngx_http_interconn_args_t *args,
    const char *name, ngx_str_t value);


/*
 * FCALL interconn_<function>; done() runs later from the event loop unless
 * the client is gone. Returns what the action returns to the pipeline
 * (NGX_AGAIN, or the result of having answered 503).
 */
ngx_int_t ngx_http_interconn_store(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *function,
    ngx_http_interconn_args_t *args, ngx_http_interconn_done_pt done);

/* The value of a pair; the null string without one. */
ngx_str_t ngx_http_interconn_reply_get(ngx_http_interconn_reply_t *reply,
    const char *name);


/* Answers; all return what the action or continuation returns. */

/* data rendered by the endpoint's out schema from the reply's pairs. */
ngx_int_t ngx_http_interconn_answer(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_reply_t *reply);

/* data is the given JSON text. */
ngx_int_t ngx_http_interconn_answer_json(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t json);

/* The only place where errors become HTTP: logs, discards, envelope. */
ngx_int_t ngx_http_interconn_fail(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_error_e error, ngx_str_t detail);
ngx_int_t ngx_http_interconn_fail_named(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t name, ngx_str_t detail);
ngx_int_t ngx_http_interconn_fail_faults(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const ic_faults_t *faults);


/* The actions, by ic_action_e. */
extern const ngx_http_interconn_action_pt  ngx_http_interconn_actions[];

#define IC_ACTION(name)                                                       \
    ngx_int_t ngx_http_interconn_action_##name(ngx_http_request_t *r,         \
        ngx_http_interconn_ctx_t *ctx);
#include "../api/actions.def"
#undef IC_ACTION


extern ngx_module_t  ngx_http_interconn_module;

/* Of the request's location. */
ngx_http_interconn_conf_t *ngx_http_interconn_conf(ngx_http_request_t *r);


/* Strings of src/lib and of nginx are the same thing. */

_Static_assert(sizeof(ic_str_t) == sizeof(ngx_str_t)
               && offsetof(ic_str_t, data) == offsetof(ngx_str_t, data)
               && offsetof(ic_str_t, len) == offsetof(ngx_str_t, len),
               "ic_str_t is laid out like ngx_str_t");

static inline ngx_str_t
ngx_ic_str(ic_str_t s)
{
    ngx_str_t  str = { s.len, s.data };

    return str;
}


static inline ic_str_t
ngx_ic_lib_str(ngx_str_t s)
{
    ic_str_t  str = { s.len, s.data };

    return str;
}


static inline ngx_uint_t
ngx_ic_str_eq(ngx_str_t a, ngx_str_t b)
{
    return ic_str_eq(ngx_ic_lib_str(a), ngx_ic_lib_str(b));
}


#endif /* _NGX_HTTP_INTERCONN_H_INCLUDED_ */
