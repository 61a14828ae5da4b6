
/*
 * The link layer under the open ECDH-PSI protocol: messages with keys, in
 * PushRequests, on one topic for each direction. docs/algorithms.md has its
 * source. Parties have ranks: their places in the order of their names.
 */


#ifndef _PSI_LINK_H_INCLUDED_
#define _PSI_LINK_H_INCLUDED_


#include <protobuf-c/protobuf-c.h>

#include "../../task/ic_task.h"


#define PSI_LINK_MAX  ((size_t) 32 << 20)    /* of a message */


typedef enum {
    PSI_LINK_MAIN = 0,           /* "root" */
    PSI_LINK_DUAL,               /* its first sub-channel, "root-0" */
    PSI_LINK_CHANNELS
} psi_link_channel_e;

typedef struct psi_link_held_s  psi_link_held_t;

/* Which of the numbers from 1 on were seen. */
typedef struct {
    u_char    *bits;
    uint64_t   size;             /* of bits, in bytes */
    uint64_t   count;
} psi_link_marks_t;

typedef struct {
    ic_task_t         *task;
    const ic_party_t  *peer;
    unsigned           rank;
    unsigned           peer_rank;
    char               to[72];   /* topics */
    char               from[72];
    bool               counted;
    bool               connected;

    uint32_t           sent[PSI_LINK_CHANNELS];
    uint32_t           taken[PSI_LINK_CHANNELS];
    psi_link_held_t   *held;     /* not complete, or before their time */
    unsigned           nheld;
    size_t             held_bytes;
    int64_t            bytes_sent;
    int64_t            bytes_received;

    /* with counted messages */
    uint64_t           number;   /* of the last one sent */
    uint64_t           promised; /* messages, says the peer's last one */
    bool               over;     /* it came */
    psi_link_marks_t   received;
    psi_link_marks_t   confirmed;
} psi_link_t;


/*
 * Tells the peer that we are there and waits until it is. counted: messages
 * have numbers, which the receiver confirms, as in yacl, the link layer of
 * the reference implementation; else keys are as published. 0, or -1 after
 * ic_task_fail(). psi_link_free() in any case.
 */
int psi_link_open(psi_link_t *link, ic_task_t *task, const ic_party_t *peer,
    bool counted);

/* A message on a channel. 0 or -1. */
int psi_link_send_message(psi_link_t *link, psi_link_channel_e channel,
    const ProtobufCMessage *message);

/*
 * The next message of the peer, on whichever channel; of each channel in
 * their order. *value is malloc()ed. 0 or -1.
 */
int psi_link_recv(psi_link_t *link, psi_link_channel_e *channel,
    u_char **value, size_t *len);

/* All is said; with counted messages, and heard. 0 or -1. */
int psi_link_close(psi_link_t *link);
void psi_link_free(psi_link_t *link);

/* A number is seen; again does not count. 0, or -1: no memory. */
int psi_link_mark(psi_link_marks_t *marks, uint64_t number);


/*
 * A message of a peer, by protobuf-c: memory for it is bounded by its length,
 * whatever it contains. NULL: malformed. psi_link_unpacked_free() for it.
 */
void *psi_link_unpack(const ProtobufCMessageDescriptor *type,
    const u_char *data, size_t len);
void psi_link_unpacked_free(void *message);


#endif /* _PSI_LINK_H_INCLUDED_ */
