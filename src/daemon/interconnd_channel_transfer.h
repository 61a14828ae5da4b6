
/* One message on its way to one peer. */


#ifndef _INTERCONND_CHANNEL_TRANSFER_H_INCLUDED_
#define _INTERCONND_CHANNEL_TRANSFER_H_INCLUDED_


#include "interconnd_channel.h"
#include "interconnd_dial.h"


#define TRANSFER_REPLY  512


struct interconnd_transfer_s {
    interconnd_transfer_t  *next;        /* idle */
    interconnd_stream_t    *stream;
    CURL                   *easy;
    struct curl_slist      *headers;
    interconnd_body_t       body;
    size_t                  sent;        /* of the body */
    size_t                  size;        /* of the batch */
    unsigned                count;       /* of its messages; 1: none */
    int64_t                 offset;      /* the peer's answer, or -1 */
    int64_t                 taken;       /* the same */
    char                    code[16];    /* x-ptp-code */
    char                    component[INTERCONND_CHANNEL_COMPONENT];
    char                    reply[TRANSFER_REPLY];
    size_t                  len;         /* of the reply, NUL not counted */
    size_t                  answered;    /* bytes, headers included */
    int64_t                 waits_ms;    /* for the answer since, or 0 */
    char                    error[CURL_ERROR_SIZE];
    char                    refused[128];
    interconnd_dial_t       dial;
    unsigned                asks:1;
};


/* interconnd_channel_transfer.c */

/* It is over: may be used again. */
void interconnd_transfer_put(interconnd_channel_t *ch,
    interconnd_transfer_t *transfer);



/* interconnd_channel_reply.c */

/* CURLOPT_WRITEFUNCTION. */
size_t interconnd_transfer_body(char *data, size_t size, size_t n, void *ctx);

/* CURLOPT_HEADERFUNCTION. */
size_t interconnd_transfer_header(char *data, size_t size, size_t n, void *ctx);


#endif /* _INTERCONND_CHANNEL_TRANSFER_H_INCLUDED_ */
