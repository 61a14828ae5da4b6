
/* HTTPS calls to nodes, as an operator or with a node's certificate. */


#ifndef _CTL_CLIENT_H_INCLUDED_
#define _CTL_CLIENT_H_INCLUDED_


#include "../lib/ic_json.h"


typedef struct {
    const char  *base;           /* "https://127.0.0.1:1234" */
    const char  *token;          /* bearer token, or NULL */
    const char  *ca;
    const char  *cert;           /* client certificate and key, or NULL */
    const char  *key;
} ctl_client_t;


/*
 * One call: body NULL is a GET. The whole answer as a document in the
 * arena, NULL when there was none; http: its status, may be NULL; error:
 * why there was none.
 */
ic_json_t *ctl_call(const ctl_client_t *client, ic_arena_t *arena,
    const char *path, const char *body, long *http, char error[256]);


/*
 * The same with a file as the body (a POST, of that Content-Type), and with
 * no limit but silence. NULL also if the file cannot be read.
 */
ic_json_t *ctl_send(const ctl_client_t *client, ic_arena_t *arena,
    const char *path, const char *file, const char *type, char error[256]);

/*
 * A GET whose good answer goes into an open file: NULL then, with *error
 * empty; else the answer as a document, or NULL and why there was none.
 */
ic_json_t *ctl_fetch(const ctl_client_t *client, ic_arena_t *arena,
    const char *path, int fd, char error[256]);


#endif /* _CTL_CLIENT_H_INCLUDED_ */
