
/*
 * A sandbox: N nodes on loopback, each with its own nginx, Redis and
 * interconnd, keys and certificates from a throw-away network CA. The first
 * node is the coordinator, the others are hospitals.
 */


#ifndef _CTL_SANDBOX_H_INCLUDED_
#define _CTL_SANDBOX_H_INCLUDED_


#include <limits.h>
#include <sys/types.h>

#include "../lib/ic_arena.h"
#include "ctl_client.h"


#define CTL_MAX_NODES  32


typedef struct {
    char   node_id[32];
    char   inst_id[32];
    char   name[64];
    char   role[16];             /* coordinator, hospital */
    int    user_id;              /* of the federated-learning service */
    char   dir[PATH_MAX];
    int    peer_port;            /* east-west */
    int    platform_port;        /* north-south */
    int    plain_port;           /* 0: no plain listener */
    char   address[64];
    char   platform[64];
    char   token[65];            /* of its operator */
    char   redis_password[65];   /* of interconnd */
    char   edge_password[65];    /* of the nginx workers */
    pid_t  nginx;
    pid_t  redis;
    pid_t  interconnd;
} ctl_node_t;

typedef struct {
    char        dir[PATH_MAX];
    int         plain;
    unsigned    n;
    ctl_node_t  nodes[CTL_MAX_NODES];
} ctl_sandbox_t;


/* Makes and starts it; ready to serve on return. 0, or -1 with a message. */
int ctl_sandbox_up(ctl_sandbox_t *sandbox, const char *dir, unsigned n,
    int plain);

/*
 * What a sandbox's file tells of it: node ids, folders, addresses, tokens,
 * processes. 0, or -1 with a message.
 */
int ctl_sandbox_load(ctl_sandbox_t *sandbox, const char *dir);

/* Stops exactly the processes started; 0 even if some were gone. */
int ctl_sandbox_down(const char *dir);


/* A caller of a node: its operator; or with the node's certificate. */
void ctl_node_operator(const ctl_sandbox_t *sandbox, const ctl_node_t *node,
    ic_arena_t *arena, ctl_client_t *client);


/* Files of one node (ctl_sandbox_files.c). 0 or -1 with a message. */
int ctl_node_files(const ctl_sandbox_t *sandbox, ctl_node_t *node);

/* Processes of one node (ctl_sandbox_process.c). 0 or -1. */
int ctl_node_start(const ctl_sandbox_t *sandbox, ctl_node_t *node);
int ctl_node_wait(const ctl_sandbox_t *sandbox, ctl_node_t *node);

/* Stops a process if it is still the one that works in dir. */
void ctl_process_stop(pid_t pid, const char *dir, int signo);
int ctl_process_alive(pid_t pid, const char *dir);


#endif /* _CTL_SANDBOX_H_INCLUDED_ */
