
/* A node's platform API for a command: who calls, the call, what is told. */


#ifndef _CTL_API_H_INCLUDED_
#define _CTL_API_H_INCLUDED_


#include "ctl_client.h"


/* One option that takes a word. */
typedef struct {
    const char   *name;
    const char  **value;
} ctl_option_t;

/* Texts live in the pool or in argv. */
typedef struct {
    ic_arena_t    *pool;
    ctl_client_t   client;
    const char    *token_file;
} ctl_api_t;


/* 0 with a pool, or -1 with a message; the end wipes the token. */
int ctl_api_create(ctl_api_t *api);
void ctl_api_destroy(ctl_api_t *api);

/*
 * The pairs of argv from i on: what says who calls, and the options of the
 * command itself, ended by a NULL name. 0, or -1: something else is there,
 * or it is not said who calls (client may have it before).
 */
int ctl_api_options(ctl_api_t *api, int argc, char **argv, int i,
    const ctl_option_t *own);

/* Reads the token, if there is one. 0, or 1 with a message. */
int ctl_api_token(ctl_api_t *api);

/* The data of the answer; body NULL is a GET. NULL with a message. */
ic_json_t *ctl_api_call(ctl_api_t *api, ic_str_t path, const char *body);

/* The data of such an answer; NULL with a message if it is a refusal. */
ic_json_t *ctl_api_data(ic_json_t *answer);

/*
 * A list, page by page, a line for each record with these fields of it,
 * tabs between. path has its arguments, at least "?". An exit status.
 */
int ctl_api_list(ctl_api_t *api, ic_str_t path, const char *const *fields);

/* A line for each member; objects and lists as they are. */
int ctl_api_print(ctl_api_t *api, const ic_json_t *node);

/* The JSON of a file, as a member; nothing if file is NULL. 0, or 1. */
int ctl_api_file(ctl_api_t *api, ic_json_out_t *out, const char *key,
    const char *file);


#endif /* _CTL_API_H_INCLUDED_ */
