
/*
 * Keys of link messages: "connect_0"; "root:P2P-3:0->1", the third message of
 * rank 0 to rank 1 on the channel root. Counted ones end with 01 02 and their
 * number, a confirmation's is ACK 01 02, that of the last message FIN 01 02.
 */


#ifndef _PSI_LINK_KEY_H_INCLUDED_
#define _PSI_LINK_KEY_H_INCLUDED_


#include "psi_link.h"


#define PSI_LINK_KEY      96                 /* bytes with a NUL */
#define PSI_LINK_CONFIRM  "ACK\1\2"
#define PSI_LINK_LAST     "FIN\1\2"
#define PSI_LINK_NUMBER   "\1\2"


typedef enum {
    PSI_KEY_NONE = 0,            /* no key of ours */
    PSI_KEY_CONNECT,
    PSI_KEY_MESSAGE,
    PSI_KEY_CONFIRM,
    PSI_KEY_LAST
} psi_key_e;

typedef struct {
    psi_key_e           kind;
    psi_link_channel_e  channel;
    uint32_t            place;   /* from 1, in its channel and direction */
    bool                counted;
    uint64_t            number;
} psi_link_key_t;


/* The key of message place of a channel; its length. */
int psi_link_key_put(char key[PSI_LINK_KEY], psi_link_channel_e channel,
    uint32_t place, unsigned from, unsigned to);

/* A key of rank from to rank to; kind NONE if it is none. */
void psi_link_key_read(psi_link_key_t *key, const char *text, unsigned from,
    unsigned to);

/* Decimal, 1 to 2^20, nothing else; 0 if it is not. */
uint64_t psi_link_number(const void *text, size_t len);


#endif /* _PSI_LINK_KEY_H_INCLUDED_ */
