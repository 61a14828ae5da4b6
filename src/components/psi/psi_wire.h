
/*
 * Messages: version and kind (u8), number (u32, big-endian), the context of
 * this run (16 bytes), a body whose length follows from what was agreed. No
 * eight bytes of it are those of another run.
 */


#ifndef _PSI_WIRE_H_INCLUDED_
#define _PSI_WIRE_H_INCLUDED_


#include "psi.h"


#define PSI_WIRE    1
#define PSI_HEADER  (6 + PSI_CONTEXT)


typedef enum {
    PSI_HELLO = 1,               /* number of keys, digest of parameters */
    PSI_POINTS,                  /* own keys, once encrypted */
    PSI_TAGS,                    /* the other's keys, twice encrypted */
    PSI_END,                     /* digest of what was found */
    PSI_COUNTS                   /* rows of each common key */
} psi_kind_e;

typedef struct {
    u_char  *data;               /* all of it; free() */
    u_char  *body;
    size_t   len;                /* of the body */
} psi_message_t;


/* Room for a message. 0 or -1. */
int psi_begin(psi_t *psi, psi_message_t *out, psi_kind_e kind,
    uint32_t number, size_t len);

/* Sends and frees it. 0 or -1. */
int psi_send(psi_t *psi, psi_message_t *out);

/*
 * The next message of the peer, which must be that one, of len bytes. 0 or
 * -1; psi_drop() afterwards either way.
 */
int psi_recv(psi_t *psi, psi_message_t *in, psi_kind_e kind,
    uint32_t number, size_t len);
void psi_drop(psi_message_t *message);

u_char *psi_put_u32(u_char *p, uint32_t n);
uint32_t psi_get_u32(const u_char *p);


#endif /* _PSI_WIRE_H_INCLUDED_ */
