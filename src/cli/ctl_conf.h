
/* What commands on a node's own host take from interconnd.conf. */


#ifndef _CTL_CONF_H_INCLUDED_
#define _CTL_CONF_H_INCLUDED_


#include "../store/ic_store.h"


/*
 * The value of a "key value" line, NULL if there is none; the lines are as
 * interconnd takes them (conf/interconnd.conf).
 */
const char *ctl_conf_value(ic_arena_t *pool, ic_str_t conf,
    const char *key);

/* How the file says to reach the store. 0, or 1 with a message. */
int ctl_conf_store(ic_arena_t *pool, const char *file,
    ic_store_conf_t *conf);


#endif /* _CTL_CONF_H_INCLUDED_ */
