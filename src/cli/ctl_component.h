
/* One `interconnctl component` command with its options. */


#ifndef _CTL_COMPONENT_H_INCLUDED_
#define _CTL_COMPONENT_H_INCLUDED_


#include "../package/ic_package.h"
#include "../store/ic_store.h"


/* Texts live in the pool or in argv; NULL: not given. */
typedef struct {
    ic_arena_t           *pool;
    ic_store_t           *store;
    ic_store_conf_t       conf;
    ic_package_t          pkg;
    ic_package_policy_t   policy;
    const char           *components;    /* the folder */
    const char           *subject;       /* file, or "name:version" */
    const char           *file;          /* --conf and so on */
    const char           *descriptor;
    const char           *executable;
    const char           *security;
    const char           *as;
    const char           *certificate;
    const char           *key;
    bool                  failed;        /* said so */
} ctl_component_t;


/*
 * What changes a node: its components folder and its store. Each returns an
 * exit status and has told why it failed.
 */
int ctl_component_install(ctl_component_t *c);   /* pkg is verified */
int ctl_component_remove(ctl_component_t *c);
int ctl_component_enable(ctl_component_t *c);
int ctl_component_disable(ctl_component_t *c);
int ctl_component_list(ctl_component_t *c);


/* Verbs that go by a node's API; argv[0] is one. An exit status. */
bool ctl_component_is_api(const char *verb);
int ctl_component_api(int argc, char **argv);


#endif /* _CTL_COMPONENT_H_INCLUDED_ */
