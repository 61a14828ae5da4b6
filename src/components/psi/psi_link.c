
/* Messages with keys between two parties. */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "psi_link_key.h"
#include "psi_open.pb-c.h"


#define LINK_AHEAD  64                       /* messages before their time */
#define LINK_PARTS  4096                     /* of a message */


typedef struct {
    size_t  from;
    size_t  to;
} link_part_t;

struct psi_link_held_s {
    psi_link_key_t    key;
    u_char           *value;
    size_t            len;
    size_t            filled;                /* by parts in any order */
    link_part_t      *parts;
    unsigned          nparts;
    psi_link_held_t  *next;
};


static void link_ranks(psi_link_t *link);
static int link_push(psi_link_t *link, const char *key, const void *value,
    size_t len);
static int link_confirm(psi_link_t *link, uint64_t number);
static psi_link_held_t **link_ready(psi_link_t *link);
static int link_pop(psi_link_t *link);
static int link_push_in(psi_link_t *link, const Psi__Push *push);
static int link_message(psi_link_t *link, const psi_link_key_t *key,
    const Psi__Push *push);
static int link_part(psi_link_held_t *held, size_t from,
    const Psi__Push *push);
static psi_link_held_t *link_held(psi_link_t *link,
    const psi_link_key_t *key);
static int link_hold(psi_link_t *link, const psi_link_key_t *key,
    uint64_t len, psi_link_held_t **held);
static int link_told(psi_link_t *link, psi_link_marks_t *marks,
    uint64_t number);
static int link_last(psi_link_t *link, const Psi__Push *push);
static int link_no_memory(psi_link_t *link);
static int link_refuse(psi_link_t *link, const char *what);
static int link_send(psi_link_t *link, psi_link_channel_e channel,
    const void *value, size_t len);


int
psi_link_open(psi_link_t *link, ic_task_t *task, const ic_party_t *peer,
    bool counted)
{
    char  key[PSI_LINK_KEY];

    memset(link, 0, sizeof(psi_link_t));
    link->task = task;
    link->peer = peer;
    link->counted = counted;
    link_ranks(link);

    (void) snprintf(key, sizeof(key), "connect_%u%s", link->rank,
                    counted ? PSI_LINK_NUMBER "0" : "");

    if (link_push(link, key, "", 0) != 0) {
        return -1;
    }

    while (!link->connected) {
        if (link_pop(link) != 0) {
            return -1;
        }
    }

    return 0;
}


static void
link_ranks(psi_link_t *link)
{
    unsigned           i, count;
    const ic_party_t  *self, *parties;

    self = ic_task_self(link->task);
    parties = ic_task_parties(link->task, &count);

    for (i = 0; i < count; i++) {
        if (strcmp(parties[i].name, self->name) == 0) {
            link->rank = i;
        }

        if (strcmp(parties[i].name, link->peer->name) == 0) {
            link->peer_rank = i;
        }
    }

    (void) snprintf(link->to, sizeof(link->to), "%s-%s", self->name,
                    link->peer->name);
    (void) snprintf(link->from, sizeof(link->from), "%s-%s",
                    link->peer->name, self->name);
}


static int
link_send(psi_link_t *link, psi_link_channel_e channel,
    const void *value, size_t len)
{
    int   end;
    char  key[PSI_LINK_KEY];

    end = psi_link_key_put(key, channel, ++link->sent[channel], link->rank,
                           link->peer_rank);

    if (link->counted) {
        (void) snprintf(key + end, sizeof(key) - (size_t) end,
                        PSI_LINK_NUMBER "%llu",
                        (unsigned long long) ++link->number);
    }

    return link_push(link, key, value, len);
}


int
psi_link_send_message(psi_link_t *link, psi_link_channel_e channel,
    const ProtobufCMessage *message)
{
    int      rc;
    size_t   len;
    u_char  *value;

    value = malloc(protobuf_c_message_get_packed_size(message) + 1);

    if (value == NULL) {
        return link_no_memory(link);
    }

    len = protobuf_c_message_pack(message, value);
    rc = link_send(link, channel, value, len);
    free(value);

    return rc;
}


static int
link_push(psi_link_t *link, const char *key, const void *value, size_t len)
{
    int        rc;
    size_t     packed;
    u_char    *data;
    Psi__Push  push = PSI__PUSH__INIT;

    push.sender_rank = link->rank;
    push.key = (char *) key;
    push.value.data = (u_char *) value;
    push.value.len = len;
    data = malloc(psi__push__get_packed_size(&push) + 1);

    if (data == NULL) {
        return link_no_memory(link);
    }

    packed = psi__push__pack(&push, data);
    link->bytes_sent += (int64_t) packed;
    rc = ic_task_send(link->task, link->peer, link->to, data, packed);
    free(data);

    return rc;
}


int
psi_link_recv(psi_link_t *link, psi_link_channel_e *channel, u_char **value,
    size_t *len)
{
    uint64_t           number;
    psi_link_held_t   *held, **at;

    for ( ;; ) {
        at = link_ready(link);

        if (at != NULL) {
            break;
        }

        if (link->over && link->received.count >= link->promised) {
            return link_refuse(link, "ended before its time");
        }

        if (link_pop(link) != 0) {
            return -1;
        }
    }

    held = *at;
    *at = held->next;
    *channel = held->key.channel;
    *value = held->value;
    *len = held->len;
    number = held->key.number;
    link->taken[*channel]++;
    link->nheld--;
    link->held_bytes -= held->len;
    free(held->parts);
    free(held);

    return number == 0 ? 0 : link_confirm(link, number);
}


static psi_link_held_t **
link_ready(psi_link_t *link)
{
    psi_link_held_t  **at;

    for (at = &link->held; *at != NULL; at = &(*at)->next) {
        if ((*at)->nparts > 0 && (*at)->filled == (*at)->len
            && (*at)->key.place == link->taken[(*at)->key.channel] + 1)
        {
            return at;
        }
    }

    return NULL;
}


static int
link_confirm(psi_link_t *link, uint64_t number)
{
    char  text[24];
    int   len;

    len = snprintf(text, sizeof(text), "%llu", (unsigned long long) number);

    return link_push(link, PSI_LINK_CONFIRM, text, (size_t) len);
}


static int
link_pop(psi_link_t *link)
{
    int         rc;
    size_t      len;
    u_char     *data;
    Psi__Push  *push;

    if (ic_task_recv(link->task, link->peer, link->from, 0, &data, &len)
        != 0)
    {
        return -1;
    }

    link->bytes_received += (int64_t) len;
    push = len > PSI_LINK_MAX + PSI_LINK_KEY + 64 ? NULL
           : psi_link_unpack(&psi__push__descriptor, data, len);
    free(data);

    rc = push != NULL ? link_push_in(link, push)
         : link_refuse(link, "sent what is no link message, or too long");
    psi_link_unpacked_free(push);

    return rc;
}


static int
link_push_in(psi_link_t *link, const Psi__Push *push)
{
    psi_link_key_t  key;

    psi_link_key_read(&key, push->key, link->peer_rank, link->rank);

    if (push->sender_rank != link->peer_rank || key.kind == PSI_KEY_NONE
        || push->trans_type < 0 || push->trans_type > 1)
    {
        return link_refuse(link, "sent a link message with a key, rank or "
                           "type that is not due");
    }

    if (!link->counted
        && (key.counted || key.kind == PSI_KEY_CONFIRM
            || key.kind == PSI_KEY_LAST))
    {
        return link_refuse(link, "numbers its messages; link published "
                           "does not, link counted does");
    }

    switch (key.kind) {

    case PSI_KEY_CONNECT:
        if (key.counted != link->counted || push->value.len != 0) {
            return link_refuse(link, "does not number its messages; link "
                               "counted does, link published does not");
        }

        link->connected = true;

        return 0;

    case PSI_KEY_CONFIRM:
        return link_told(link, &link->confirmed,
                         psi_link_number(push->value.data, push->value.len));

    case PSI_KEY_LAST:
        return link_last(link, push);

    default:
        return link_message(link, &key, push);
    }
}


/* Who repeats a message that counts did not hear that it was taken. */

static int
link_message(psi_link_t *link, const psi_link_key_t *key,
    const Psi__Push *push)
{
    uint64_t          len, offset;
    psi_link_held_t  *held;

    if (key->counted != link->counted) {
        return link_refuse(link, "does not number its messages; link "
                           "counted does, link published does not");
    }

    held = link_held(link, key);

    if (held == NULL && key->place <= link->taken[key->channel]) {
        return key->counted ? 0
               : link_refuse(link, "sent a link message twice");
    }

    len = push->value.len;
    offset = 0;

    if (push->trans_type == 1) {
        if (push->chunk_info == NULL || push->value.len == 0) {
            return link_refuse(link, "sent a part of nothing");
        }

        len = push->chunk_info->message_length;
        offset = push->chunk_info->chunk_offset;
    }

    if (held == NULL && link_hold(link, key, len, &held) != 0) {
        return -1;
    }

    if (held->len != len || offset > len || push->value.len > len - offset) {
        return link_refuse(link, "sent parts of a message that do not fit");
    }

    switch (link_part(held, offset, push)) {

    case 0:
        return held->filled < held->len || !key->counted ? 0
               : link_told(link, &link->received, key->number);

    case 1:
        return key->counted ? 0
               : link_refuse(link, "sent a link message twice");

    case 2:
        return link_refuse(link, "sent parts of a message that do not fit");

    default:
        return link_no_memory(link);
    }
}


/* 1: it is there already, 2: it lies across another one; -1: no memory. */

static int
link_part(psi_link_held_t *held, size_t from, const Psi__Push *push)
{
    size_t        to;
    unsigned      i;
    link_part_t  *parts;

    to = from + push->value.len;

    for (i = 0; i < held->nparts; i++) {
        parts = &held->parts[i];

        if (parts->from == from && parts->to == to) {
            return 1;
        }

        if (parts->from < to && from < parts->to) {
            return 2;
        }
    }

    if (held->nparts == LINK_PARTS) {
        return 2;
    }

    parts = realloc(held->parts, (held->nparts + 1) * sizeof(link_part_t));

    if (parts == NULL) {
        return -1;
    }

    parts[held->nparts].from = from;
    parts[held->nparts].to = to;
    held->parts = parts;
    held->nparts++;

    if (to > from) {
        memcpy(held->value + from, push->value.data, push->value.len);
    }

    held->filled += to - from;

    return 0;
}


static psi_link_held_t *
link_held(psi_link_t *link, const psi_link_key_t *key)
{
    psi_link_held_t  *held;

    for (held = link->held; held != NULL; held = held->next) {
        if (held->key.channel == key->channel
            && held->key.place == key->place)
        {
            return held;
        }
    }

    return NULL;
}


static int
link_hold(psi_link_t *link, const psi_link_key_t *key, uint64_t len,
    psi_link_held_t **held)
{
    if (len > PSI_LINK_MAX || link->held_bytes + len > 2 * PSI_LINK_MAX
        || link->nheld == LINK_AHEAD
        || key->place > link->taken[key->channel] + LINK_AHEAD)
    {
        return link_refuse(link, "sent too much before its time");
    }

    *held = calloc(1, sizeof(psi_link_held_t));

    if (*held == NULL) {
        return link_no_memory(link);
    }

    (*held)->key = *key;
    (*held)->len = (size_t) len;
    (*held)->value = malloc(len + 1);
    (*held)->next = link->held;
    link->held = *held;
    link->held_bytes += len;
    link->nheld++;

    return (*held)->value != NULL ? 0 : link_no_memory(link);
}


static int
link_told(psi_link_t *link, psi_link_marks_t *marks, uint64_t number)
{
    if (number == 0 || (marks == &link->confirmed && number > link->number)) {
        return link_refuse(link, "confirms what was not sent");
    }

    return psi_link_mark(marks, number) == 0 ? 0 : link_no_memory(link);
}


static int
link_last(psi_link_t *link, const Psi__Push *push)
{
    uint64_t  promised;

    promised = psi_link_number(push->value.data, push->value.len);

    if (push->value.len == 0
        || (promised == 0 && (push->value.len != 1
                              || push->value.data[0] != '0'))
        || (link->over && promised != link->promised)
        || promised < link->received.count)
    {
        return link_refuse(link, "has lost count of its messages");
    }

    link->over = true;
    link->promised = promised;

    return 0;
}


int
psi_link_close(psi_link_t *link)
{
    int   len;
    char  text[24];

    if (link->held != NULL) {
        return link_refuse(link, "sent more than the protocol has");
    }

    if (!link->counted) {
        return 0;
    }

    len = snprintf(text, sizeof(text), "%llu",
                   (unsigned long long) link->number);

    if (link_push(link, PSI_LINK_LAST, text, (size_t) len) != 0) {
        return -1;
    }

    while (!link->over || link->received.count < link->promised
           || link->confirmed.count < link->number)
    {
        if (link_pop(link) != 0) {
            return -1;
        }

        if (link->held != NULL) {
            return link_refuse(link, "sent more than the protocol has");
        }
    }

    return 0;
}


void
psi_link_free(psi_link_t *link)
{
    psi_link_held_t  *held;

    while (link->held != NULL) {
        held = link->held;
        link->held = held->next;
        free(held->value);
        free(held->parts);
        free(held);
    }

    free(link->received.bits);
    free(link->confirmed.bits);
    link->received.bits = NULL;
    link->confirmed.bits = NULL;
}


static int
link_no_memory(psi_link_t *link)
{
    return ic_task_fail(link->task, "internal", NULL, 0, "memory is short");
}


static int
link_refuse(psi_link_t *link, const char *what)
{
    return ic_task_fail(link->task, "peer_protocol", NULL, 0, "%s %s",
                        link->peer->name, what);
}
