
/*
 * What the files of the modules share among themselves; actions need only
 * ngx_http_interconn.h.
 */


#ifndef _NGX_HTTP_INTERCONN_CORE_H_INCLUDED_
#define _NGX_HTTP_INTERCONN_CORE_H_INCLUDED_


#include "../api/ic_limits.h"
#include "ngx_http_interconn.h"


/* Everything that a path offers, by ic_method_e - 1. */
typedef struct {
    const ic_endpoint_t         *endpoints[2];
} ngx_http_interconn_route_t;

typedef struct ngx_http_interconn_keys_s     ngx_http_interconn_keys_t;
typedef struct ngx_http_interconn_permits_s  ngx_http_interconn_permits_t;

typedef struct {
    ngx_hash_t                   routes;
    ngx_http_interconn_keys_t   *keys;       /* of this worker, or NULL */
    ngx_http_interconn_permits_t *permits;   /* of this worker, or NULL */
    ngx_array_t                 *guarded;    /* where interconn_permit is */
    ngx_array_t                 *places;     /* where interconn_api is */
    struct ngx_http_interconn_feed_s *feeds; /* of this worker, by node */
    u_char                      *file;       /* where something first asked */
    ngx_uint_t                   line;       /* for the store */
    time_t                       denied_minute; /* refusals without a name */
    ngx_uint_t                   denied;     /* of this worker then */
    size_t                       random_left;
    u_char                       random[1024];
} ngx_http_interconn_main_conf_t;

typedef struct {
    ngx_ic_redis_conf_t          redis;      /* addr NULL: not configured */
    ngx_ic_redis_t              *connection; /* of this worker */
} ngx_http_interconn_store_conf_t;


extern ngx_module_t  ngx_http_interconn_store_module;
extern ngx_module_t  ngx_http_interconn_access_module;
extern ngx_module_t  ngx_http_interconn_permit_module;
extern ngx_module_t  ngx_http_interconn_status_module;


/* directive */

/* Remembers that the configuration cannot do without interconn_redis. */
void ngx_http_interconn_need_store(ngx_conf_t *cf);

/* Directives: NGX_CONF_OK, or what is wrong. */
char *ngx_http_interconn_set_api(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_interconn_set_party(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_interconn_set_infer(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
void ngx_http_interconn_merge_infer(ngx_http_interconn_conf_t *conf,
    const ngx_http_interconn_conf_t *prev);
char *ngx_http_interconn_set_peer_allow(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_interconn_set_permit_key(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_interconn_set_certificate(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
/* Warns if everybody can read a file that has a secret. */
void ngx_http_interconn_warn_readable(ngx_conf_t *cf, ngx_str_t *name);

/* Values of directives, as ngx_conf_post_t has them. */
char *ngx_http_interconn_check_id(ngx_conf_t *cf, void *post, void *data);
char *ngx_http_interconn_check_plain(ngx_conf_t *cf, void *post,
    void *data);
char *ngx_http_interconn_check_size(ngx_conf_t *cf, void *post, void *data);
char *ngx_http_interconn_check_time(ngx_conf_t *cf, void *post, void *data);
char *ngx_http_interconn_check_channel(ngx_conf_t *cf, void *post,
    void *data);

/* The whole file, at most limit bytes, then a NUL; NGX_ERROR is logged. */
ngx_int_t ngx_http_interconn_read_file(ngx_conf_t *cf, ngx_str_t *name,
    size_t limit, ngx_str_t *text);


/* place */

/* Remembers where interconn_api is, for a check when all is known. */
ngx_int_t ngx_http_interconn_add_place(ngx_conf_t *cf,
    ngx_http_interconn_conf_t *icf);
ngx_int_t ngx_http_interconn_check_places(ngx_conf_t *cf);

/* True if a server has a "listen ... ssl"; in postconfiguration. */
ngx_uint_t ngx_http_interconn_listens_tls(ngx_conf_t *cf,
    ngx_http_core_srv_conf_t *cscf);


/* route */

/* In postconfiguration: a hash of all paths. */
ngx_int_t ngx_http_interconn_init_routes(ngx_conf_t *cf,
    ngx_http_interconn_main_conf_t *imcf);

/* NULL: no endpoint of the given sides has the request's path. */
ngx_http_interconn_route_t *ngx_http_interconn_find_route(
    ngx_http_request_t *r, ngx_uint_t sides);


/* pipeline */

/* The content handler of interconn_api. */
ngx_int_t ngx_http_interconn_handler(ngx_http_request_t *r);


/* request */

/* The context of a request, made and tied to it if there is none. */
ngx_http_interconn_ctx_t *ngx_http_interconn_ctx(ngx_http_request_t *r);

/*
 * A request header, '-' in its name written as '_' too; the null string also
 * if it occurs twice.
 */
ngx_str_t ngx_http_interconn_header(ngx_http_request_t *r,
    const char *name);

/* How often a request header occurs; value: the last one's, or null. */
ngx_uint_t ngx_http_interconn_headers(ngx_http_request_t *r,
    const char *name, ngx_str_t *value);


/*
 * In postconfiguration, and in a worker: what clients sent is told to the
 * error log without controls.
 */
ngx_int_t ngx_http_interconn_log_handler(ngx_conf_t *cf);
void ngx_http_interconn_log_init(ngx_cycle_t *cycle);

/*
 * What the log tells of the request has no escapes from now on: for lines of
 * ours about one that nginx could not read.
 */
void ngx_http_interconn_log_wrap(ngx_log_t *log);


/* memory */

/* In postconfiguration, and in a worker: it gives memory back while idle. */
ngx_int_t ngx_http_interconn_memory_handler(ngx_conf_t *cf);
void ngx_http_interconn_memory_init(ngx_cycle_t *cycle);


/* store */

/*
 * A call of a store function whose answer nobody waits for. lost, a constant,
 * is logged when the store does not take it; NGX_ERROR: it was not asked.
 */
ngx_int_t ngx_http_interconn_tell(ngx_http_request_t *r,
    const char *function, ngx_http_interconn_args_t *args, const char *lost);


/* reply */

/*
 * Takes one reply of a function off raw, of which the reply keeps the texts;
 * see reply_pool. IC_E_ok also if its status is an error.
 */
ic_error_e ngx_http_interconn_decode_reply(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *raw,
    ngx_http_interconn_reply_t *reply);
ngx_uint_t ngx_http_interconn_reply_ok(ngx_http_interconn_reply_t *reply);


/* revoked: interconn_crl */

char *ngx_http_interconn_set_crl(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* How a certificate that was verified stands, of one connection. */
typedef struct {
    int64_t                      ends;       /* ms, of all its chain; 0: not
                                                asked yet, -1: unknown */
    long                         ocsp;       /* X509_V_OK, or the error */
    ic_crl_t                    *crl;        /* what it was looked up in */
    uint64_t                     epoch;
    long                         error;      /* then */
} ngx_http_interconn_standing_t;

/*
 * NULL if it is still good, else why not and what to do, static. standing is
 * zero at the first call, and then what was found before.
 */
const char *ngx_http_interconn_refused(ngx_http_request_t *r, X509 *cert,
    ngx_http_interconn_standing_t *standing);

/* When the first list of interconn_crl ends, epoch ms, or -1. */
int64_t ngx_http_interconn_crl_ends(ngx_http_request_t *r);


/* auth */

/*
 * Hex SHA-256 of the key of the caller's verified certificate, computed once
 * a connection; empty without one.
 */
ngx_str_t ngx_http_interconn_caller_key(ngx_http_request_t *r);

/* In init_process: where a TLS connection keeps its peer's identity. */
ngx_int_t ngx_http_interconn_init_identity(ngx_cycle_t *cycle);

/* Who the caller is by its connection, without the store. */
ic_error_e ngx_http_interconn_identify(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *detail);

/* The node that a caller says it is, by any of the usual headers. */
ngx_str_t ngx_http_interconn_claim(ngx_http_request_t *r);

/* A store function that identifies the caller; done() runs ctx->next(). */
struct ngx_http_interconn_who_s {
    const char                  *function;
    ngx_str_t                    argv[3];
    ngx_uint_t                   argc;
    ngx_http_interconn_done_pt   done;
    ngx_uint_t                   is_unsigned;  /* no signature to verify */
    ngx_uint_t                   is_session;   /* a cookie is all there is */
};

/* Asks who calls, at once or along with the first call of the store. */
ngx_int_t ngx_http_interconn_ask(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_who_t *who);

/* The same of an operator, by what the request shows. */
ngx_int_t ngx_http_interconn_ask_operator(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);

/*
 * Asks at once who calls, instead of with the first call of the store, and
 * then runs next().
 */
ngx_int_t ngx_http_interconn_ask_first(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_next_pt next);

/*
 * Runs next(), if it is more than a second that the caller was asked for only
 * if it still is who it was: a token, a role or a contract may have ended
 * while a body came or a list was read.
 */
ngx_int_t ngx_http_interconn_ask_again(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_next_pt next);

/*
 * Runs next() once the caller is who auth demands, else answers. A GET whose
 * answer is one call of the store runs next() before: that call identifies
 * the caller as well, in one round trip and at one moment.
 */
ngx_int_t ngx_http_interconn_authenticate(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_auth_e auth,
    ngx_http_interconn_next_pt next);


/* session: of the console */

/*
 * Hex SHA-256 of the secret in the request's cookie; empty without one.
 * NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_interconn_session_digest(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *digest);

/* Why an operator's request is not one of our own pages', or NULL. */
const char *ngx_http_interconn_foreign_site(ngx_http_request_t *r);

/* Why a request with nothing but the cookie may be a forged one, or NULL. */
const char *ngx_http_interconn_forged(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);

/* The session lasts on, unless nobody asked by hand. */
void ngx_http_interconn_touch_session(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t sha256);

/* With the answer the browser forgets its cookie. NGX_OK or NGX_ERROR. */
ngx_int_t ngx_http_interconn_forget_session(ngx_http_request_t *r);


/* denied */

/* Evidence of a refusal, if the error is one; after the answer. */
void ngx_http_interconn_denied(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const ic_error_t *error,
    ngx_str_t detail);


/* message: what the evidence has of one of a peer's */

/* Of one request; the digest is taken while its body comes. */
struct ngx_http_interconn_message_s {
    EVP_MD_CTX                  *digest;
    ngx_str_t                    text;       /* that was signed; empty: it was
                                                not, or not verified */
    ngx_str_t                    sign;       /* x-auth-sign of it */
    char                         body_digest[65];
    unsigned                     told:1;     /* to the store from now on */
};

/* Before the body: once, if the endpoint's event is to name the message. */
ngx_int_t ngx_http_interconn_expect_message(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);

/* The same for a reason of its own. */
ngx_int_t ngx_http_interconn_begin_message(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);

/* A piece of the body as it came. NGX_OK, or a status. */
ngx_int_t ngx_http_interconn_feed_message(ngx_http_interconn_ctx_t *ctx,
    ngx_buf_t *b);

/* After the body: body_digest, in hex. */
ngx_int_t ngx_http_interconn_end_message(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);

/* Whether the store is to be told of it with every call. */
ngx_uint_t ngx_http_interconn_tells_message(ngx_http_interconn_ctx_t *ctx);

/* The second key that says so, and the arguments before all others. */
#define NGX_HTTP_INTERCONN_MESSAGE_ARGS  5

ngx_int_t ngx_http_interconn_message_args(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_str_t *argv);


/* signature: x-auth-sign, docs/security.md */

#define NGX_HTTP_INTERCONN_SIGNATURE_OFF       0
#define NGX_HTTP_INTERCONN_SIGNATURE_OPTIONAL  1
#define NGX_HTTP_INTERCONN_SIGNATURE_REQUIRED  2

/* Before the body. NGX_DECLINED: go on; else it was answered. */
ngx_int_t ngx_http_interconn_expect_signature(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);

/*
 * After the body: runs next() once the peer's key signed exactly this, for
 * the first time, else answers. Without a signature to verify, at once.
 */
ngx_int_t ngx_http_interconn_verify_signature(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_next_pt next);

/* True if that was done, with the present key of the contract. */
ngx_uint_t ngx_http_interconn_is_signed(ngx_http_interconn_ctx_t *ctx);

/*
 * The present key of the caller's contract, to be freed, or NULL with a
 * reason.
 */
EVP_PKEY *ngx_http_interconn_peer_key(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char **reason);


/* keys */

/*
 * The key in a credential (a certificate or public key, PEM or base64), to
 * be freed; NULL if there is none. The worker remembers the latest 64.
 */
EVP_PKEY *ngx_http_interconn_public_key(ngx_http_request_t *r,
    ngx_str_t credential);


/* permit */

/* What a request wants to use, and for what. */
typedef struct {
    const char                  *kind;       /* dataset, job, ... */
    ngx_str_t                    id;
    ic_purpose_t                 purpose;
} ngx_http_interconn_use_t;

/*
 * The one permit that the request presents for the resource, as far as that
 * can be told without the store: form, MAC, signature, claims. IC_E_ok and
 * the permit, which is good until the next event; else the error and why.
 */
ic_error_e ngx_http_interconn_find_permit(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_http_interconn_use_t *use,
    const ic_permit_t **permit, const char **reason);

/* ic_permit_verify(), or its result within the last minute. */
const char *ngx_http_interconn_verify_permit(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const ic_permit_key_t *key,
    ngx_str_t token, const ic_permit_t **permit);


/* guard: interconn_permit */

#define NGX_HTTP_INTERCONN_GUARD_ID         0
#define NGX_HTTP_INTERCONN_GUARD_PROJECT    1
#define NGX_HTTP_INTERCONN_GUARD_COMPONENT  2
#define NGX_HTTP_INTERCONN_GUARD_ALGORITHM  3
#define NGX_HTTP_INTERCONN_GUARD_USE        4
#define NGX_HTTP_INTERCONN_GUARD_VALUES     5

/* interconn_permit of main, server and location. */
typedef struct {
    const ic_kind_t             *kind;       /* NULL: off */
    ngx_http_complex_value_t    *values[NGX_HTTP_INTERCONN_GUARD_VALUES];
    ngx_array_t                  arguments;  /* ngx_str_t: $arg_ of them */
    u_char                      *file;       /* where it is; NULL: nowhere */
    ngx_uint_t                   line;
} ngx_http_interconn_guard_conf_t;

/* What became of a request; survives internal redirects. */
typedef struct {
    ngx_http_interconn_guard_conf_t  *conf;  /* that it was checked by */
    u_char                           *uri;   /* r->uri and r->args then */
    u_char                           *args;
    ngx_http_interconn_use_t          use;
    ngx_str_t                         use_id;
    ngx_str_t                         permit_id;
    ngx_str_t                         cnf;
    ngx_str_t                         resource;  /* "dataset:D1" */
    ngx_str_t                         left;      /* empty: no limit */
    ngx_str_t                         node_id;
    ngx_str_t                         contract_id;
    ic_error_e                        error;     /* without the store */
    const char                       *reason;
    unsigned                          once:1;    /* use_id is a fresh one */
    unsigned                          retry:1;   /* it is the caller's */
    unsigned                          passed:1;
    unsigned                          metered:1; /* bytes are limited */
} ngx_http_interconn_guard_t;

/*
 * The handlers of the access and the log phase. The first refuses by an answer
 * of its own, or charges a use, and may be entered again while the store is
 * asked.
 */
ngx_int_t ngx_http_interconn_guard_access(ngx_http_request_t *r);
ngx_int_t ngx_http_interconn_guard_log(ngx_http_request_t *r);

/*
 * What is known of the request's permit; before the access phase what can be
 * told without the store. NULL: the location has no interconn_permit.
 */
ngx_http_interconn_guard_t *ngx_http_interconn_guard(ngx_http_request_t *r);

/* Why the request names no resource that all take for the same, or NULL. */
const char *ngx_http_interconn_guard_faults(ngx_http_request_t *r,
    ngx_http_interconn_guard_t *guard);

/* The same if it was asked for before, else NULL. */
ngx_http_interconn_guard_t *ngx_http_interconn_guard_find(
    ngx_http_request_t *r);

/* use_id of a guard: the same for a repeated request. NGX_OK or NGX_ERROR. */
ngx_int_t ngx_http_interconn_guard_use(ngx_http_request_t *r,
    ngx_http_interconn_guard_t *guard);


/* answer */

extern const ngx_str_t  ngx_http_interconn_json;     /* Content-Type */

/* What stands before and behind "data". */
void ngx_http_interconn_open_envelope(ngx_http_interconn_ctx_t *ctx,
    ic_json_out_t *out, ic_arena_t *arena);
void ngx_http_interconn_close_envelope(ngx_http_interconn_ctx_t *ctx,
    ic_json_out_t *out);

/* Status line, headers, body; discards the request's body. */
ngx_int_t ngx_http_interconn_send(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_uint_t status, ngx_str_t type,
    ngx_str_t body);

/*
 * Only the status line and headers, length -1: not known yet. NGX_DECLINED:
 * the body is to follow; else what is returned.
 */
ngx_int_t ngx_http_interconn_send_head(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_uint_t status, ngx_str_t type,
    off_t length);

/* send() with the JSON text that was written. */
ngx_int_t ngx_http_interconn_send_json(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ngx_uint_t status, ic_json_out_t *out);

/* The message of the envelope, under the names that the caller reads. */
void ngx_http_interconn_out_message(ngx_http_interconn_ctx_t *ctx,
    ic_json_out_t *out, ic_str_t text);

/* A header of the answer; value must live in r->pool. */
ngx_int_t ngx_http_interconn_add_header(ngx_http_request_t *r,
    const char *name, ngx_str_t value);


/* fail */

/*
 * The text of the envelope for an error of nginx's, its status, type and
 * headers.
 */
ngx_int_t ngx_http_interconn_page(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, ic_error_e error, ngx_uint_t *status,
    ngx_str_t *type, ngx_str_t *text);


/* access */

/* True for a location of the channel, in any phase. */
ngx_uint_t ngx_http_interconn_is_channel(ngx_http_request_t *r);


/* dialect */

/* The channel's code for an error; the status in the caller's dialect. */
ngx_str_t ngx_http_interconn_dialect_code(ngx_http_request_t *r,
    const ic_error_t *error, ngx_uint_t *status);

/* Its body; NGX_DECLINED for a dialect in JSON, NGX_ERROR: no memory. */
ngx_int_t ngx_http_interconn_dialect_body(ngx_http_request_t *r,
    ngx_str_t code, ngx_str_t message, ngx_str_t *type, ngx_str_t *body);


/* errors */

/* In postconfiguration: nginx's error pages become the envelope. */
void ngx_http_interconn_init_errors(void);


/* list */

/* How the records of the endpoint's answer look; NULL: it is no list. */
const ic_schema_t *ngx_http_interconn_lists(const ic_endpoint_t *endpoint);

/*
 * Answers with what a list function of the store tells, step by step:
 * {"records":[...],"total":N}. The argument at args->page is page_num.
 */
ngx_int_t ngx_http_interconn_list(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, const char *function,
    ngx_http_interconn_args_t *args);


/* trace */

/* The id of the exchange, the same at every call; or empty. */
ngx_str_t ngx_http_interconn_trace(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx);

/* 16 random bytes in hex: $request_id at a fraction of its cost. */
ngx_int_t ngx_http_interconn_fresh_id(ngx_http_request_t *r, ngx_str_t *id);

/* The header that tells it. */
ngx_int_t ngx_http_interconn_add_trace(ngx_http_request_t *r);


/* variable */

/* In preconfiguration: a module's variables, ended by a null one. */
ngx_int_t ngx_http_interconn_add_variables(ngx_conf_t *cf,
    ngx_http_variable_t *variables);

/* The variable's value; not found when it is empty. NGX_OK. */
ngx_int_t ngx_http_interconn_set_variable(ngx_http_variable_value_t *v,
    ngx_str_t *value);

/* In preconfiguration: those of the API. */
ngx_int_t ngx_http_interconn_variables(ngx_conf_t *cf);


/* status */

/* Counts an answer with this code of the envelope. */
void ngx_http_interconn_count(ngx_http_request_t *r,
    ngx_http_interconn_ctx_t *ctx, int code);


#endif /* _NGX_HTTP_INTERCONN_CORE_H_INCLUDED_ */
