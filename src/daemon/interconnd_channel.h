
/*
 * The channel role inside: sessions of the store, queues of messages that
 * came in, streams of messages on their way to peers, and the calls that
 * move them. One thread, one event loop; nothing here is shared.
 */


#ifndef _INTERCONND_CHANNEL_H_INCLUDED_
#define _INTERCONND_CHANNEL_H_INCLUDED_


#include <curl/curl.h>
#include <microhttpd.h>

#include "../lib/ic_codec.h"
#include "../lib/ic_json.h"
#include "interconnd_keys.h"


#define INTERCONND_CHANNEL_INLINE    65536   /* larger ones: own file */
#define INTERCONND_CHANNEL_RESUMED   1048576 /* transfers that go on */
#define INTERCONND_CHANNEL_TOPICS    65536
#define INTERCONND_CHANNEL_QUEUED    65536
#define INTERCONND_CHANNEL_SESSIONS  4096
#define INTERCONND_CHANNEL_TOPIC     512
#define INTERCONND_CHANNEL_COMPONENT 1536    /* with the NUL */
#define INTERCONND_CHANNEL_NAME      (IC_ID_MAX + 1 + INTERCONND_CHANNEL_TOPIC)
/* a call without a number, that a head was lent to */
#define INTERCONND_CHANNEL_ANYBODY   UINT64_MAX

#define INTERCONND_CHANNEL_RECHECK   5000

#define INTERCONND_CHANNEL_BUCKETS   256


/* What a call is answered; texts and HTTP statuses: one table. */
typedef enum {
    INTERCONND_CODE_OK = 0,
    INTERCONND_CODE_BAD_REQUEST,
    INTERCONND_CODE_NOT_FOUND,
    INTERCONND_CODE_TOO_LARGE,
    INTERCONND_CODE_UNAVAILABLE,
    INTERCONND_CODE_TIMEOUT,
    INTERCONND_CODE_UNREACHABLE,
    INTERCONND_CODE_RELEASED,
    INTERCONND_CODE_NOT_PERMITTED,
    INTERCONND_CODE_FULL,
    INTERCONND_CODE_MISMATCH             /* another component */
} interconnd_code_e;


/* Entries by name, chained; the first member of whatever is kept so. */
typedef struct interconnd_named_s  interconnd_named_t;

struct interconnd_named_s {
    interconnd_named_t  *next;
    char                *name;           /* malloc(), the entry's */
};

typedef struct {
    interconnd_named_t  *buckets[INTERCONND_CHANNEL_BUCKETS];
    unsigned             count;
} interconnd_names_t;


typedef struct interconnd_segment_s    interconnd_segment_t;
typedef struct interconnd_blob_s       interconnd_blob_t;
typedef struct interconnd_message_s    interconnd_message_t;
typedef struct interconnd_session_s    interconnd_session_t;
typedef struct interconnd_dialect_s    interconnd_dialect_t;
typedef struct interconnd_party_s      interconnd_party_t;
typedef struct interconnd_queue_s      interconnd_queue_t;
typedef struct interconnd_stream_s     interconnd_stream_t;
typedef struct interconnd_call_s       interconnd_call_t;
typedef struct interconnd_report_s     interconnd_report_t;
typedef struct interconnd_batch_s      interconnd_batch_t;
typedef struct interconnd_transfer_s   interconnd_transfer_t;
typedef struct interconnd_channel_s    interconnd_channel_t;


/* One file of a session's journal. */
struct interconnd_segment_s {
    interconnd_segment_t  *next;         /* newer */
    unsigned               number;
    unsigned               live;         /* messages recorded here */
    uint64_t               salt;         /* of the sums of its records */
    size_t                 live_bytes;
    size_t                 size;
    int                    fd;
};

/* What a session's messages survive the process by. */
typedef struct {
    char                  *path;         /* folder; NULL: not opened */
    interconnd_segment_t  *oldest;
    interconnd_segment_t  *newest;
    interconnd_blob_t     *spares;       /* files to use again */
    uint64_t               last_id;
    size_t                 size;         /* of all segments */
    unsigned               sync:1;       /* channel_sync */
    unsigned               dirty:1;      /* not yet synced */
} interconnd_journal_t;


/* The bytes are in a file; here is only where. */
struct interconnd_message_s {
    interconnd_message_t  *next;
    interconnd_segment_t  *segment;      /* of its record */
    uint64_t               id;           /* in its session: the order */
    int64_t                seq;          /* between two nodes, or 0 */
    uint64_t               call;         /* the task's number of it, or 0 */
    off_t                  at;
    size_t                 len;
    uint64_t               file;         /* its own, or 0 */
};

typedef struct {
    interconnd_message_t  *head;
    interconnd_message_t  *tail;
} interconnd_fifo_t;


/* A message that has not come whole; the next attempt goes on. */
typedef struct {
    interconnd_call_t     *call;         /* that writes it now, or NULL */
    uint64_t               id;           /* of its file; 0: none */
    int64_t                seq;
    size_t                 size;         /* announced */
    size_t                 have;         /* came before; noted */
    size_t                 held;         /* counted while no call does */
} interconnd_part_t;

/* Messages of one sender and topic; name: "<node> <topic>". */
struct interconnd_queue_s {
    interconnd_named_t     named;
    interconnd_session_t  *session;
    interconnd_fifo_t      messages;
    interconnd_call_t     *lent;         /* the head is on its way to it */
    uint64_t               lent_call;    /* number of that call, or 0 */
    int64_t                seq;          /* last one taken from the peer */
    uint64_t               call;         /* last one of an own task */
    interconnd_part_t      part;
};


/* Messages to one peer and topic, one at a time; name as of a queue. */
struct interconnd_stream_s {
    interconnd_named_t     named;
    interconnd_session_t  *session;
    interconnd_party_t    *party;
    const char            *topic;        /* within the name */
    interconnd_fifo_t      messages;     /* head: the one on its way */
    interconnd_stream_t   *next_retry;
    int64_t                seq;          /* of the newest message */
    uint64_t               call;         /* last one of an own task */
    size_t                 offset;       /* of the head, with the peer */
    int64_t                started_ms;   /* first attempt of the head, or 0 */
    int64_t                retry_ms;
    int                    backoff_ms;
    unsigned               busy:1;       /* a transfer is running */
    unsigned               resting:1;    /* in the list of retries */
    unsigned               ask:1;        /* where to go on */
};


struct interconnd_party_s {
    char                        *node;
    char                        *address;
    char                        *reason; /* why it takes no more, or NULL */
    char                        *component;  /* it told; "": none; or NULL */
    char                        *answered;   /* with a refusal, or NULL */
    const interconnd_dialect_t  *dialect;  /* what it speaks; NULL: ours */
    unsigned                     known:1;  /* its profile says so */
    unsigned                     batches:1;  /* takes several in one call */
    unsigned                     settled:1;  /* component: as our own */
    unsigned                     losing:1;   /* our task can do without it */
};


typedef enum {
    INTERCONND_SESSION_OPEN = 0,
    INTERCONND_SESSION_CLOSED,           /* released, or its task ended */
    INTERCONND_SESSION_LOST,             /* began under an earlier process */
    INTERCONND_SESSION_FAILED,           /* a peer stayed unreachable */
    INTERCONND_SESSION_REFUSED           /* components are not the same */
} interconnd_session_e;

struct interconnd_session_s {
    interconnd_named_t   named;          /* session_id */
    interconnd_channel_t *channel;
    char                *token;
    char                *component;      /* our identity; NULL: not known */
    interconnd_party_t  *parties;
    unsigned             nparties;
    interconnd_names_t   queues;
    interconnd_names_t   streams;
    interconnd_session_e state;
    char                 reason[256];
    int64_t              checked_ms;     /* with the store */
    int64_t              used_ms;        /* last call of either side */
    interconnd_journal_t journal;
    interconnd_call_t   *waiters;        /* oldest first */
    size_t               buffered;       /* bytes in and for queues */
    unsigned             queued;         /* messages in queues and streams */
    size_t               outgoing;       /* bytes in and for streams */
    unsigned             calls;          /* bodies that come in */
    unsigned             transfers;      /* running */
    unsigned             looked:1;       /* for the identity, by a task */
};


typedef enum {
    INTERCONND_CALL_PUSH = 0,
    INTERCONND_CALL_POP,
    INTERCONND_CALL_PEEK,
    INTERCONND_CALL_RELEASE,
    INTERCONND_CALL_INVOKE
} interconnd_call_e;

/* Bytes that go out: head, (inner and a message), tail. */
typedef struct {
    ic_str_t  head;                      /* malloc(), as the next two */
    ic_str_t  inner;
    ic_str_t  tail;
    u_char   *data;                      /* malloc(); NULL: in the file */
    off_t     at;
    size_t    len;
    int       fd;
    unsigned  base64:1;                  /* what is between head and tail */
} interconnd_body_t;

/* A body that comes in: in memory while it is small, then in a file. */
typedef struct {
    u_char   *data;                      /* malloc() */
    size_t    size;                      /* of data */
    size_t    len;
    uint64_t  id;                        /* of the file */
    int       fd;                        /* -1: in memory */
} interconnd_spool_t;

/* One HTTP request, from its headers to the end of its answer. */
struct interconnd_call_s {
    interconnd_channel_t        *channel;
    struct MHD_Connection       *connection;
    const interconnd_dialect_t  *dialect;
    const char                  *session_id;  /* these live with the request */
    const char                  *topic;
    const char                  *node;   /* the other side, or NULL */
    interconnd_call_e            op;
    interconnd_code_e            code;   /* refused at the headers */
    char                         reason[256];
    char                         topic_read[INTERCONND_CHANNEL_TOPIC + 1];
    interconnd_report_t         *report; /* no message: of itself */
    interconnd_spool_t           spool;
    interconnd_batch_t          *batch;  /* malloc(); NULL: one message */
    const u_char                *bytes;  /* not in the spool, or NULL */
    off_t                        at;     /* the payload within it */
    size_t                       len;
    size_t                       expected;  /* Content-Length, or 0 */
    size_t                       held;   /* bytes counted in the session */
    int64_t                      seq;    /* of an invoke, or 0 */
    int64_t                      offset; /* of its body, or -1 */
    int64_t                      size;   /* of the message, or 0 */
    int64_t                      number; /* x-interconn-call, or 0 */
    int64_t                      losing; /* x-interconn-losing, or 0 */
    int64_t                      timeout_ms;
    int64_t                      deadline_ms;
    interconnd_queue_t          *lent;   /* whose head it is given */
    interconnd_queue_t          *part;   /* whose part it writes */
    interconnd_call_t           *next;   /* waiter of the session, commit */
    unsigned                     edge:1;
    unsigned                     out:1;  /* held counts as outgoing */
    unsigned                     waiting:1;
    unsigned                     queried:1;   /* how much is here? */
    unsigned                     paced:1;     /* far ahead of its peer */
    unsigned                     suspended:1; /* answered: resume it */
};


typedef struct {
    interconnd_channel_t  *channel;
    struct MHD_Daemon     *daemon;
    char                   path[108];    /* of its socket */
    unsigned               edge:1;
} interconnd_listener_t;


struct interconnd_channel_s {
    const interconnd_conf_t  *conf;
    interconnd_keys_t         keys;
    ic_store_t               *store;
    ic_arena_t               *pool;      /* for one call */
    char                      boot[65];  /* id of what is in the folder */
    char                     *folder;    /* of the journals */
    interconnd_listener_t     own;       /* tasks of this node */
    interconnd_listener_t     edge;      /* peers, through nginx */
    interconnd_names_t        sessions;
    interconnd_call_t        *commits;   /* answered once it is on disk */
    interconnd_call_t        *paced;     /* answered a little later */
    size_t                    total;     /* bytes held */
    size_t                    spare;     /* bytes of files not in use */
    size_t                    message_max;
    size_t                    buffer_max;
    size_t                    total_max;
    int64_t                   swept_ms;
    int64_t                   away_ms;   /* the store is not asked until */
    unsigned                  resumed:1; /* an answer waits for MHD_run() */
    unsigned                  started:1; /* a transfer waits for libcurl */
    unsigned                  unread:1;  /* journals of before the start */

    CURLM                    *multi;
    interconnd_transfer_t    *idle;      /* transfers to use again */
    interconnd_stream_t      *retries;
};


/* interconnd_channel_names.c */

interconnd_named_t *interconnd_named_find(interconnd_names_t *names,
    const char *name);
void interconnd_named_add(interconnd_names_t *names,
    interconnd_named_t *named);
void interconnd_named_remove(interconnd_names_t *names,
    interconnd_named_t *named);

/* Any entry, or NULL when there is none. */
interconnd_named_t *interconnd_named_any(interconnd_names_t *names);

void interconnd_fifo_put(interconnd_fifo_t *fifo, interconnd_message_t *m);

/* The oldest message, now the caller's, or NULL. */
interconnd_message_t *interconnd_fifo_take(interconnd_fifo_t *fifo);


/* interconnd_channel_session.c */

/*
 * The session, read from the store at its first use and every
 * INTERCONND_CHANNEL_RECHECK ms. On NULL: code, and reason if not empty.
 */
interconnd_session_t *interconnd_session(interconnd_channel_t *ch,
    const char *id, interconnd_code_e *code, char *reason, size_t size);

interconnd_party_t *interconnd_session_party(interconnd_session_t *session,
    const char *node);

/* OK, or why pushes and waits are refused (reason: see above). */
interconnd_code_e interconnd_session_state(interconnd_session_t *session,
    char *reason, size_t size);

/* No more messages for the task; those on their way out still go. */
void interconnd_session_close(interconnd_channel_t *ch,
    interconnd_session_t *session);

/* Waits end and pushes fail with reason. */
void interconnd_session_fail(interconnd_channel_t *ch,
    interconnd_session_t *session, const char *reason);

/* Reads it again now. 0, or -1: the store does not answer. */
int interconnd_session_recheck(interconnd_channel_t *ch,
    interconnd_session_t *session);

/* Re-reads what is due, forgets sessions that are over. */
void interconnd_session_sweep(interconnd_channel_t *ch, int64_t now);

void interconnd_session_free(interconnd_channel_t *ch,
    interconnd_session_t *session);


/* interconnd_channel_queue.c */

/* Takes body of the call. OK, FULL or UNAVAILABLE. */
interconnd_code_e interconnd_queue_push(interconnd_channel_t *ch,
    interconnd_session_t *session, interconnd_call_t *call);

/* Answers with the oldest message, or suspends the call until one comes. */
enum MHD_Result interconnd_queue_pop(interconnd_channel_t *ch,
    interconnd_session_t *session, interconnd_call_t *call);

/* Drops what is queued for topic from node; NULL node: from any. */
void interconnd_queue_drop(interconnd_channel_t *ch,
    interconnd_session_t *session, const char *node, const char *topic);

/* Ends waits: of the whole session, or (node) for messages of a node. */
void interconnd_queue_wake(interconnd_channel_t *ch,
    interconnd_session_t *session, const char *node, interconnd_code_e code,
    const char *reason);

/* Answers waits that are over; ms until the next ends, or -1. */
int interconnd_queue_expire(interconnd_channel_t *ch, int64_t now);

/* Takes a waiting call out of its session without an answer. */
void interconnd_queue_forget(interconnd_channel_t *ch,
    interconnd_call_t *call);

/* What was lent to the call was received (sent), or goes back. */
void interconnd_queue_settle(interconnd_channel_t *ch,
    interconnd_call_t *call, bool sent);

/* The head is no more. */
void interconnd_queue_shift(interconnd_channel_t *ch,
    interconnd_queue_t *queue);

/* "<node> <topic>"; also makes it; NULL: too many, or memory is short. */
interconnd_queue_t *interconnd_queue_get(interconnd_session_t *session,
    const char *node, const char *topic);

void interconnd_queue_free(interconnd_channel_t *ch,
    interconnd_queue_t *queue);


/* interconnd_channel_out.c */

/* libcurl's side of the role. 0 or -1. */
int interconnd_out_init(interconnd_channel_t *ch);
void interconnd_out_done(interconnd_channel_t *ch);

/* Takes body of the call for its peer. OK, FULL or UNAVAILABLE. */
interconnd_code_e interconnd_out_push(interconnd_channel_t *ch,
    interconnd_session_t *session, interconnd_party_t *party,
    interconnd_call_t *call);

/* "<node> <topic>" to party; also makes it; NULL: as of a queue. */
interconnd_stream_t *interconnd_out_stream(interconnd_session_t *session,
    interconnd_party_t *party, const char *topic);

/* Sends what a stream has, unless that is going on. */
void interconnd_out_start(interconnd_channel_t *ch,
    interconnd_stream_t *stream);

/* Moves transfers, starts due retries; ms until the next one, or -1. */
int interconnd_out_run(interconnd_channel_t *ch, int64_t now);

void interconnd_stream_free(interconnd_channel_t *ch,
    interconnd_stream_t *stream);


/* interconnd_channel_transfer.c */

/* Sends the head of the stream. 0 or -1. */
int interconnd_transfer_start(interconnd_channel_t *ch,
    interconnd_stream_t *stream);

/*
 * What became of it: OK; RELEASED (the peer's session is over); FULL (it has
 * no room now); anything else may be tried again, reason says why. taken:
 * how many messages the peer has.
 */
interconnd_code_e interconnd_transfer_end(interconnd_channel_t *ch,
    interconnd_transfer_t *transfer, CURLcode result, unsigned *taken,
    char *reason, size_t size);

interconnd_stream_t *interconnd_transfer_stream(
    interconnd_transfer_t *transfer);


/* interconnd_channel_call.c */

/* MHD_AccessHandlerCallback, MHD_RequestCompletedCallback; of a listener. */
enum MHD_Result interconnd_call_handle(void *data,
    struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *upload, size_t *size, void **context);
void interconnd_call_completed(void *data, struct MHD_Connection *connection,
    void **context, enum MHD_RequestTerminationCode how);

/* The payload as a message, no longer the call's; NULL: memory is short. */
interconnd_message_t *interconnd_call_message(interconnd_call_t *call,
    interconnd_session_t *session);

/* Its bytes while they are in memory. */
const u_char *interconnd_call_payload(const interconnd_call_t *call);

/* It is in the journal: counted as m, no longer as the call's body. */
void interconnd_call_taken(interconnd_call_t *call,
    interconnd_session_t *session, const interconnd_message_t *m);

/* ms to wait: a little less than the caller does. */
int64_t interconnd_call_patience(const interconnd_call_t *call);

/* Its session, without asking the store; NULL at the end of the process. */
interconnd_session_t *interconnd_call_known(const interconnd_call_t *call);

/* Counts need bytes (all of the body) as held, if there is room for them. */
interconnd_code_e interconnd_call_hold(interconnd_call_t *call,
    interconnd_session_t *session, size_t need);
void interconnd_call_let_go(interconnd_call_t *call);


/* interconnd_channel_confirm.c */

/* Answers a push that was taken, or later (session NULL: not so much). */
enum MHD_Result interconnd_call_confirm(interconnd_call_t *call,
    interconnd_session_t *session);

/* Answers the pushes of this turn, once they are on the disk. */
void interconnd_call_commit(interconnd_channel_t *ch);

/*
 * Answers pushes that had got ahead of what goes out, once that has caught up
 * or they have waited long enough; ms until that is so, or -1.
 */
int interconnd_call_pace(interconnd_channel_t *ch, int64_t now);


/* interconnd_channel_batch.c */

/* Reads what announces a batch, if anything does. */
interconnd_code_e interconnd_batch_accept(interconnd_call_t *call);

/* Takes the messages that are whole with these bytes. */
interconnd_code_e interconnd_batch_append(interconnd_call_t *call,
    interconnd_session_t *session, const u_char *data, size_t len);

/* All, or how many, messages of the batch were taken. */
bool interconnd_batch_whole(const interconnd_call_t *call);
unsigned interconnd_batch_taken(const interconnd_call_t *call);

/* How many messages go to the peer in one call; 1: as such. */
unsigned interconnd_batch_count(const interconnd_stream_t *stream);

/* Of the first messages: bytes; "<length>,<length>", malloc() or NULL. */
size_t interconnd_batch_size(const interconnd_stream_t *stream,
    unsigned count);
char *interconnd_batch_lengths(const interconnd_stream_t *stream,
    unsigned count);

/* Up to max bytes of theirs from pos on; -1: they cannot be read. */
ssize_t interconnd_batch_read(const interconnd_stream_t *stream, size_t pos,
    u_char *buffer, size_t max);


/* interconnd_channel_part.c */

/* Opens, or goes on with, the part that the call brings. */
interconnd_code_e interconnd_part_begin(interconnd_call_t *call,
    interconnd_session_t *session);

/* The call is over; it may have brought the rest. */
void interconnd_part_leave(interconnd_call_t *call);

/* What an earlier process noted of it, if its file is there. */
void interconnd_part_recover(interconnd_queue_t *queue);

/* Notes, now and then, how much of it has come. */
void interconnd_part_note(interconnd_call_t *call);

/* How much of that message is here: a number in the answer's header. */
enum MHD_Result interconnd_part_tell(interconnd_call_t *call,
    interconnd_session_t *session);


/* interconnd_channel_headers.c */

/* Reads URL, method and headers. OK, or why the call is refused. */
interconnd_code_e interconnd_call_accept(interconnd_call_t *call,
    const char *url, const char *method);

/* Its session, if the caller may use it so and it takes calls. */
interconnd_code_e interconnd_call_session(interconnd_call_t *call,
    interconnd_session_t **session);

/* A header's value; NULL if absent or empty. */
const char *interconnd_call_header(interconnd_call_t *call,
    const char *name);

/* Notes the reason and returns the code. */
interconnd_code_e interconnd_refuse(interconnd_call_t *call,
    interconnd_code_e code, const char *reason);


/* interconnd_channel_answer.c */

/*
 * Answers: a code with its reason, a message (which stays its queue's), how
 * much of a message is here.
 */
enum MHD_Result interconnd_call_answer(interconnd_call_t *call,
    interconnd_code_e code, const char *reason);
enum MHD_Result interconnd_call_deliver(interconnd_call_t *call,
    interconnd_session_t *session, const interconnd_message_t *message);
enum MHD_Result interconnd_call_offset(interconnd_call_t *call,
    size_t offset);


/* interconnd_channel_wait.c */

/* The call waits in its session. */
void interconnd_queue_wait(interconnd_channel_t *ch, interconnd_session_t
    *session, interconnd_call_t *call);

/* Has its caller closed the connection? */
bool interconnd_queue_gone(interconnd_call_t *call);


#endif /* _INTERCONND_CHANNEL_H_INCLUDED_ */
