
/*
 * The wire contract as data: endpoints, kinds, errors. Everything that
 * differs between endpoints is a column here; behaviour is in src/http.
 */


#ifndef _IC_API_H_INCLUDED_
#define _IC_API_H_INCLUDED_


#include "../lib/ic_schema.h"


typedef enum {
    IC_GET = 1,
    IC_POST = 2
} ic_method_e;

typedef enum {
    IC_EAST_WEST = 0,            /* peers, /v1/interconn */
    IC_NORTH_SOUTH,              /* operators, /v1/platform */
    IC_SERVICE                   /* the federated-learning service, /model */
} ic_side_e;

typedef enum {
    IC_BODY_NONE = 0,
    IC_BODY_ARGS,                /* query string (and a GET's JSON body) */
    IC_BODY_JSON
} ic_body_e;

typedef enum {
    IC_AUTH_NONE = 0,            /* anyone who reaches the listener */
    IC_AUTH_CERT,                /* a certificate of the network CA */
    IC_AUTH_CONTRACT,            /* a peer with a live contract */
    IC_AUTH_OPERATOR             /* a token or certificate of this node */
} ic_auth_e;


/* What apply, confirm, terminate and query are about. */
typedef struct {
    const char         *name;    /* contract, dataset, project, ... */
    const char         *prefix;  /* of our own ids: C, D, P, F, J, M */
    const char         *id;      /* the field that names the resource */
} ic_kind_t;


/* The kind of that name, or NULL. */
const ic_kind_t *ic_kind(ic_str_t name);


/*
 * actions.def: IC_ACTION(name) for every function of src/http that an
 * endpoint may name; routes.def: one IC_ENDPOINT row per endpoint.
 */
typedef enum {
    IC_ACTION_NONE = 0,
#define IC_ACTION(name)  IC_ACTION_##name,
#include "actions.def"
#undef IC_ACTION
    IC_ACTION_COUNT
} ic_action_e;


typedef struct {
    ic_method_e         method;
    const char         *path;
    ic_side_e           side;
    ic_body_e           body;
    ic_auth_e           auth;
    const char         *permission; /* of the operator: "dataset.read",
                                    NULL for peers */
    ic_action_e         action;
    const char         *call;    /* of the action "call", else NULL */
    const char         *kind;    /* of ic_kinds, or NULL */
    const ic_schema_t  *in;      /* NULL: no fields */
    const ic_schema_t  *out;     /* NULL: data is {} */
    const char         *wrapper; /* data member that wraps out, "Model" */
    const char         *event;   /* evidence event, or NULL */
    const char         *clause;  /* "A.1.1.2", "interop 3" */
    const char         *doc;
    const char         *doc_zh;
} ic_endpoint_t;

extern const ic_endpoint_t  ic_endpoints[];      /* ended by a NULL path */

/* What may be done to a kind of thing: the second word of a permission. */
extern const char *const  ic_rights[];           /* ended by NULL */


/*
 * roles.def: IC_ROLE(name, permissions, en, zh) for every role that each
 * node has. The store's functions are built from the same rows.
 */
typedef struct {
    const char  *name;
    const char  *permissions;    /* patterns between spaces */
    const char  *doc;
    const char  *doc_zh;
} ic_role_t;

extern const ic_role_t  ic_default_roles[];      /* ended by a NULL name */


#define IC_CAUSE_FOLLOWS  0x01
#define IC_CAUSE_PASSES   0x02

/*
 * errors.def: IC_ERROR(name, code, en, zh), and for those whose text does not
 * say what to do: remedy, its Chinese; perhaps flags. HTTP status = code / 10.
 */
typedef struct {
    const char  *name;
    int          code;
    const char  *text;
    const char  *text_zh;
    const char  *remedy;         /* or NULL: the text is one */
    const char  *remedy_zh;
    unsigned     flags;          /* IC_CAUSE_* */
} ic_error_t;

typedef enum {
#define IC_ERROR(name, ...)  IC_E_##name,
#include "errors.def"
#undef IC_ERROR
    IC_E_COUNT
} ic_error_e;

extern const ic_error_t  ic_errors[];

/* By name, as store functions and components answer; else internal. */
const ic_error_t *ic_error(ic_str_t name);

/* The message that the service's document has for this error, or NULL. */
const char *ic_service_text(ic_action_e action, int code);


#endif /* _IC_API_H_INCLUDED_ */
