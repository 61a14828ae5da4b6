
/* What other implementations put on the wire. */


#ifndef _INTERCONND_CHANNEL_DIALECT_H_INCLUDED_
#define _INTERCONND_CHANNEL_DIALECT_H_INCLUDED_


#include "interconnd_channel.h"


/* interconnd_channel_dialect.c */

/* The row for the headers of this call. */
const interconnd_dialect_t *interconnd_dialect(interconnd_call_t *call);

/* By the name that a store's session gives a party; NULL: not known. */
const interconnd_dialect_t *interconnd_dialect_named(const char *name,
    size_t len);

/* Topic, payload and timeout out of the body. OK or BAD_REQUEST. */
interconnd_code_e interconnd_dialect_read(interconnd_call_t *call);

/* Puts code, reason, or a message (reason NULL: success) around body. */
int interconnd_dialect_answer(interconnd_call_t *call,
    interconnd_code_e code, const char *text, const char *reason,
    interconnd_body_t *body);

/* Puts what the peer expects of an invoke around body. 0 or -1. */
int interconnd_dialect_invoke(const interconnd_dialect_t *dialect,
    const char *topic, interconnd_body_t *body);

bool interconnd_dialect_is_native(const interconnd_dialect_t *dialect);
const char *interconnd_dialect_type(const interconnd_dialect_t *dialect,
    bool answer);
const char *interconnd_dialect_version(const interconnd_dialect_t *dialect);
const char *interconnd_dialect_uri(const interconnd_dialect_t *dialect);

/* The code for "no message": E0000000601 or success without payload. */
interconnd_code_e interconnd_dialect_empty(const interconnd_call_t *call);

/* Is a message within something else? */
bool interconnd_dialect_wraps(const interconnd_call_t *call);

/* ms that a pop waits unless it says how long. */
int interconnd_dialect_wait(const interconnd_call_t *call);

/* Does pop name the sender? Where not, any party's message will do. */
bool interconnd_dialect_sender(const interconnd_call_t *call);

/* A message without bytes, which this dialect takes for a mistake? */
bool interconnd_dialect_void(const interconnd_call_t *call);


/* interconnd_channel_wire.c */

/* What of a wrapped body is needed; at and len are within the bytes. */
typedef struct {
    off_t    topic;
    size_t   topic_len;
    off_t    payload;
    size_t   payload_len;
    int64_t  timeout;                    /* -1: none */
    bool     metadata;
} interconnd_wire_t;

/*
 * Protobuf: the topic is field topic (0: none), the payload field payload,
 * a timeout field timeout. JSON: members topic, payload, timeout, metadata;
 * payload is decoded in place. 0, or -1 when malformed.
 */
int interconnd_wire_proto(const u_char *data, size_t len, unsigned topic,
    unsigned payload, unsigned timeout, interconnd_wire_t *wire);
int interconnd_wire_json(u_char *data, size_t len, interconnd_wire_t *wire);

/* Appends key and length, or a whole field, to *s (malloc()). 0 or -1. */
int interconnd_wire_key(ic_str_t *s, unsigned field, size_t len);
int interconnd_wire_field(ic_str_t *s, unsigned field, const char *value);
int interconnd_wire_add(ic_str_t *s, const void *data, size_t len);


#endif /* _INTERCONND_CHANNEL_DIALECT_H_INCLUDED_ */
