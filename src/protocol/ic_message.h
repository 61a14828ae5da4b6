
/*
 * Messages of components. A header of 40 bytes: version (u16), kind (u16),
 * number (u32), all big-endian, and the context of the run (32 bytes); then
 * a body of big-endian integers, doubles as their bits, length-prefixed and
 * fixed-length bytes.
 */


#ifndef _IC_MESSAGE_H_INCLUDED_
#define _IC_MESSAGE_H_INCLUDED_


#include "../task/ic_task.h"


#define IC_MESSAGE_HEADER   40
#define IC_MESSAGE_CONTEXT  32
#define IC_MESSAGE_MAX      (64 * 1024 * 1024)


typedef struct {
    ic_task_t          *task;
    const char         *topic;
    const char *const  *kinds;   /* how errors name them; 0 is not used */
    unsigned            nkinds;  /* with kind 0 */
    unsigned            version;
    u_char              context[IC_MESSAGE_CONTEXT];
    int                 wait_ms; /* of a receive; 0: as the node has it */
    bool                losing;  /* parties that are gone are no failure */
    int64_t             bytes_sent;
    int64_t             bytes_received;
} ic_wire_t;

typedef struct {
    ic_wire_t         *wire;
    const ic_party_t  *from;     /* of a received one */
    unsigned           kind;
    uint32_t           number;
    u_char            *data;
    size_t             len;
    size_t             size;     /* of data, while it is written */
    size_t             pos;      /* read up to here */
    bool               failed;   /* no memory, cut short; sticky */
} ic_message_t;


/*
 * The context is SHA-256 of topic, job and task, so that no message of
 * another task is taken; ic_wire_bind() afterwards makes it SHA-256 of
 * itself and data: of what the parties have agreed on.
 */
void ic_wire_init(ic_wire_t *wire, ic_task_t *task, const char *topic,
    unsigned version, const char *const *kinds, unsigned nkinds);
void ic_wire_bind(ic_wire_t *wire, const void *data, size_t len);


/*
 * Writing. What fails for want of memory is told by ic_message_send(), which
 * frees the message either way: 0, or -1 after ic_task_fail().
 */
void ic_message_begin(ic_wire_t *wire, ic_message_t *message, unsigned kind,
    uint32_t number);
void ic_message_put_u8(ic_message_t *message, unsigned n);
void ic_message_put_u32(ic_message_t *message, uint32_t n);
void ic_message_put_u64(ic_message_t *message, uint64_t n);
void ic_message_put_double(ic_message_t *message, double value);
void ic_message_put_raw(ic_message_t *message, const void *data, size_t len);
void ic_message_put_bytes(ic_message_t *message, const void *data,
    size_t len);

/* Room for len bytes, good until the next put; NULL without memory. */
u_char *ic_message_space(ic_message_t *message, size_t len);

int ic_message_send(ic_message_t *message, const ic_party_t *to);

/*
 * The same message to several: sends, does not free. 0 or -1. On a wire that
 * is losing a message to a party that is gone is no failure: its silence is
 * noticed where it is awaited.
 */
int ic_message_copy(ic_message_t *message, const ic_party_t *to);


/*
 * The next message from a party: of that kind (0: any) and number, of our
 * version and context. 0, or -1 after ic_task_fail(); ic_message_drop()
 * either way. 1 on a wire that is losing: the party is gone.
 */
int ic_message_recv(ic_wire_t *wire, ic_message_t *message,
    const ic_party_t *from, unsigned kind, uint32_t number);

/* What recv() checks of kind and number, for one received as any kind. */
int ic_message_expect(ic_message_t *message, unsigned kind, uint32_t number);

/* Reading; pointers into the message, NULL when it is too short. */
unsigned ic_message_get_u8(ic_message_t *message);
uint32_t ic_message_get_u32(ic_message_t *message);
uint64_t ic_message_get_u64(ic_message_t *message);
double ic_message_get_double(ic_message_t *message);
const u_char *ic_message_get_raw(ic_message_t *message, size_t len);
ic_str_t ic_message_get_bytes(ic_message_t *message);

/* Bytes that are not read yet. */
size_t ic_message_left(const ic_message_t *message);

/* It was long enough and read to its end. 0, or -1 after ic_task_fail(). */
int ic_message_whole(ic_message_t *message);

void ic_message_drop(ic_message_t *message);


#endif /* _IC_MESSAGE_H_INCLUDED_ */
