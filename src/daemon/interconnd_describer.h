
/* The describer: what a dataset is, found out by reading it. */


#ifndef _INTERCONND_DESCRIBER_H_INCLUDED_
#define _INTERCONND_DESCRIBER_H_INCLUDED_


#include "../source/ic_source.h"
#include "interconnd_keys.h"


#define INTERCONND_DESCRIBER_KEY  65     /* hex of 32 bytes, and a NUL */


typedef struct {
    const interconnd_conf_t  *conf;
    ic_store_t               *store;
    interconnd_keys_t         keys;
    ic_arena_t               *pool;      /* of a turn */
    int                       wait_fd;   /* of the stream, or -1 */
    unsigned                  idle;      /* answers without an entry */
    char                      consumer[80];
    char                      folder[4096];
    char                      work[4096];        /* of rows, in it */
} interconnd_describer_t;

/* One dataset that is asked for. */
typedef struct {
    interconnd_describer_t  *describer;
    ic_arena_t              *pool;
    ic_str_t                 dataset_id;
    ic_str_t                 asked;
    bool                     sign;       /* only that */
    ic_str_t                 level;      /* none, metas, ... */
    ic_str_t                 content_key;
    ic_str_t                 min_group;
    const ic_json_t         *location;
    const ic_json_t         *given;      /* the owner's columns, or NULL */
    const ic_json_t         *metas;      /* those that are told */
    ic_str_t                 count;      /* empty: not known */
    ic_str_t                 digest;     /* empty: not read */
    ic_str_t                 statistics; /* JSON; empty: none */
    ic_source_error_t        error;
} interconnd_description_t;


/*
 * The process: describes what the store asks for until that is nothing more,
 * or until interconnd_quit. The exit status.
 */
int interconnd_describer(const interconnd_conf_t *conf);

/* Reads it as far as its owner lets. 0, or -1 with the error. */
int interconnd_description_read(interconnd_description_t *description);

/*
 * The node's signature of what was found, as JSON; empty: the node has no
 * key; data NULL: memory is short.
 */
ic_str_t interconnd_description_sign(
    const interconnd_description_t *description);


#endif /* _INTERCONND_DESCRIBER_H_INCLUDED_ */
