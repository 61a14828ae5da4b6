
/* The courier's lines of entries. */


#include <stdio.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "interconnd_courier.h"


static interconnd_entry_t *interconnd_outbox_copy(ic_str_t id,
    const ic_record_t *fields);
static void interconnd_outbox_state(interconnd_entry_t *entry,
    const ic_reply_t *state);
static int64_t interconnd_outbox_number(const ic_reply_t *state,
    const char *name);
static ic_str_t interconnd_outbox_put(u_char **p, ic_str_t s);
static interconnd_line_t *interconnd_outbox_line(
    interconnd_courier_t *courier, const interconnd_entry_t *entry);
static interconnd_line_t *interconnd_outbox_add(interconnd_courier_t *courier,
    const char *name, const interconnd_entry_t *entry);
static unsigned interconnd_outbox_bucket(const char *name);
static void interconnd_outbox_remove(interconnd_courier_t *courier,
    interconnd_line_t *line);


int
interconnd_outbox_hold(interconnd_courier_t *courier, ic_str_t id,
    const ic_record_t *fields, const ic_reply_t *state)
{
    interconnd_line_t   *line;
    interconnd_entry_t  *entry;

    entry = interconnd_outbox_copy(id, fields);
    if (entry == NULL) {
        return -1;
    }

    interconnd_outbox_state(entry, state);

    line = interconnd_outbox_line(courier, entry);
    if (line == NULL) {
        free(entry->moved);
        free(entry);
        return -1;
    }

    if (line->first == NULL) {
        line->first = entry;

    } else {
        line->last->next = entry;
    }

    line->last = entry;
    entry->line = line;

    if (entry->due > ic_mono_ms()) {
        interconnd_target_doubt(line->target);
    }

    courier->outbox.count++;

    return 0;
}


/* One block of memory: the entry and behind it its strings. */
static interconnd_entry_t *
interconnd_outbox_copy(ic_str_t id, const ic_record_t *fields)
{
    size_t                 size;
    u_char                *p;
    unsigned               i;
    interconnd_entry_t    *entry;
    interconnd_request_t  *r;

    size = sizeof(interconnd_entry_t) + id.len + 1;

    /* a peer stands in two places */
    for (i = 0; i < fields->npairs; i++) {
        size += 2 * (fields->pairs[2 * i + 1].len + 1);
    }

    size += 16;

    entry = calloc(1, size);
    if (entry == NULL) {
        return NULL;
    }

    p = (u_char *) entry + sizeof(interconnd_entry_t);

    entry->id = interconnd_outbox_put(&p, id);
    entry->peer = interconnd_outbox_put(&p, ic_record_get(fields, "peer"));
    entry->subject = interconnd_outbox_put(&p,
                                           ic_record_get(fields, "subject"));
    entry->handle = interconnd_outbox_put(&p,
                                          ic_record_get(fields, "handle"));
    entry->answered = interconnd_deliver_answered;

    r = &entry->request;

    r->address = (char *) interconnd_outbox_put(&p,
                              ic_record_get(fields, "address")).data;
    r->path = (char *) interconnd_outbox_put(&p,
                           ic_record_get(fields, "path")).data;
    r->method = (char *) interconnd_outbox_put(&p,
                             ic_record_get(fields, "method")).data;
    r->permit = (char *) interconnd_outbox_put(&p,
                             ic_record_get(fields, "permit")).data;
    r->speaks = (char *) interconnd_outbox_put(&p,
                             ic_record_get(fields, "speaks")).data;
    r->body = interconnd_outbox_put(&p, ic_record_get(fields, "body"));
    r->present = ic_str_is(ic_record_get(fields, "action"), "rotate");
    r->target_node_id = (char *) entry->peer.data;
    r->context = entry;

    if (r->permit[0] == '\0') {
        r->permit = NULL;
    }

    return entry;
}


/* What former tries have come to. */
static void
interconnd_outbox_state(interconnd_entry_t *entry, const ic_reply_t *state)
{
    int64_t   now;
    ic_str_t  address;

    now = ic_mono_ms();

    entry->attempts = (unsigned) interconnd_outbox_number(state, "attempts");
    entry->due = now + interconnd_outbox_number(state, "wait");
    entry->written = now - interconnd_outbox_number(state, "age");
    entry->lasting = ic_str_is(ic_reply_get(state, "lasting"), "1");

    address = ic_reply_get(state, "address");

    if (address.len > 0 && !ic_str_is(address, entry->request.address)) {
        entry->moved = strndup((char *) address.data, address.len);

        if (entry->moved != NULL) {
            entry->request.address = entry->moved;
        }
    }
}


static int64_t
interconnd_outbox_number(const ic_reply_t *state, const char *name)
{
    int64_t  n;

    if (ic_str_int(ic_reply_get(state, name), &n) != 0 || n < 0) {
        return 0;
    }

    return n;
}


static ic_str_t
interconnd_outbox_put(u_char **p, ic_str_t s)
{
    ic_str_t  copy;

    copy.data = *p;
    copy.len = s.len;

    if (s.len > 0) {
        memcpy(*p, s.data, s.len);
    }

    (*p)[s.len] = '\0';
    *p += s.len + 1;

    return copy;
}


static interconnd_line_t *
interconnd_outbox_line(interconnd_courier_t *courier,
    const interconnd_entry_t *entry)
{
    char               *name;
    ic_str_t            subject;
    interconnd_line_t  *line;

    /* an entry without a subject has a line of its own */
    subject = entry->subject.len > 0 ? entry->subject : entry->id;

    if (asprintf(&name, "%s %s", entry->peer.data, subject.data) == -1) {
        return NULL;
    }

    line = courier->outbox.buckets[interconnd_outbox_bucket(name)];

    while (line != NULL && strcmp(line->name, name) != 0) {
        line = line->next;
    }

    if (line == NULL) {
        line = interconnd_outbox_add(courier, name, entry);
    }

    free(name);

    return line;
}


static interconnd_line_t *
interconnd_outbox_add(interconnd_courier_t *courier, const char *name,
    const interconnd_entry_t *entry)
{
    size_t                len;
    interconnd_line_t    *line, **bucket;
    interconnd_outbox_t  *outbox;
    interconnd_target_t  *target;

    len = strlen(name) + 1;

    line = calloc(1, sizeof(interconnd_line_t) + len);
    if (line == NULL) {
        return NULL;
    }

    target = interconnd_target(courier, (char *) entry->peer.data,
                               entry->request.address);
    if (target == NULL) {
        free(line);
        return NULL;
    }

    memcpy(line->name, name, len);

    outbox = &courier->outbox;
    line->target = target;
    target->uses++;

    bucket = &outbox->buckets[interconnd_outbox_bucket(name)];
    line->next = *bucket;
    *bucket = line;

    line->next_all = outbox->lines;
    if (outbox->lines != NULL) {
        outbox->lines->previous_all = line;
    }

    outbox->lines = line;

    return line;
}


static unsigned
interconnd_outbox_bucket(const char *name)
{
    uint32_t  hash;

    for (hash = 5381; *name != '\0'; name++) {
        hash = hash * 33 + (u_char) *name;
    }

    return hash % INTERCONND_COURIER_BUCKETS;
}


void
interconnd_outbox_release(interconnd_courier_t *courier,
    interconnd_entry_t *entry)
{
    interconnd_line_t  *line;

    line = entry->line;
    line->first = entry->next;

    free(entry->moved);
    free(entry);
    courier->outbox.count--;

    if (line->first == NULL) {
        interconnd_outbox_remove(courier, line);
        return;
    }

    /* it waited for its turn, not for a time */
    line->first->due = ic_mono_ms();
}


static void
interconnd_outbox_remove(interconnd_courier_t *courier,
    interconnd_line_t *line)
{
    interconnd_line_t   **p;
    interconnd_target_t  *target;

    p = &courier->outbox.buckets[interconnd_outbox_bucket(line->name)];

    while (*p != line) {
        p = &(*p)->next;
    }

    *p = line->next;

    if (line->next_all != NULL) {
        line->next_all->previous_all = line->previous_all;
    }

    if (line->previous_all != NULL) {
        line->previous_all->next_all = line->next_all;

    } else {
        courier->outbox.lines = line->next_all;
    }

    target = line->target;
    free(line);

    target->uses--;
    interconnd_target_leave(courier, target);
}
