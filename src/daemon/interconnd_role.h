
/* What every role process begins with. */


#ifndef _INTERCONND_ROLE_H_INCLUDED_
#define _INTERCONND_ROLE_H_INCLUDED_


#include "interconnd.h"


typedef struct {
    const char  *name;               /* "courier" */
    int        (*run)(const interconnd_conf_t *conf);
    bool         named;              /* only where "roles" names it */
} interconnd_role_t;

extern const interconnd_role_t  interconnd_roles[];  /* ended by NULL */


/* True if the configuration wants that role on this host. */
bool interconnd_role_wanted(const interconnd_conf_t *conf,
    const interconnd_role_t *role);

/* Takes over a process forked by the master; does not return. */
void interconnd_role_run(const interconnd_role_t *role,
    const interconnd_conf_t *conf, pid_t master) __attribute__((noreturn));

/*
 * Waits until no other process of this run_dir has the role; one that is
 * there is told to end, and ended after some seconds. 0; 1: told to end
 * ourselves; -1 with the error logged.
 */
int interconnd_role_lock(const interconnd_conf_t *conf, const char *role);

/*
 * Loads the function library and enters the node's record where fields are
 * missing (operators may have changed others). 0 or -1.
 */
int interconnd_node_init(const interconnd_conf_t *conf, ic_store_t *store);

/* Remembers the memory of argv, then shows "interconnd: <name>" in ps. */
void interconnd_title_init(int argc, char **argv);
void interconnd_title(const char *name);


#endif /* _INTERCONND_ROLE_H_INCLUDED_ */
