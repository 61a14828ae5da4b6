
/* The courier's lines of entries. */


#include <stdio.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "interconnd_courier.h"


static interconnd_entry_t *interconnd_outbox_copy(ic_str_t id,
    const ic_record_t *fields);
static ic_str_t interconnd_outbox_put(u_char **p, ic_str_t s);
static interconnd_line_t *interconnd_outbox_line(interconnd_outbox_t *outbox,
    const interconnd_entry_t *entry);
static interconnd_line_t *interconnd_outbox_add(interconnd_outbox_t *outbox,
    const char *name, const interconnd_entry_t *entry);
static interconnd_target_t *interconnd_outbox_target(
    interconnd_outbox_t *outbox, const char *node_id);
static unsigned interconnd_outbox_bucket(const char *name);
static void interconnd_outbox_remove(interconnd_outbox_t *outbox,
    interconnd_line_t *line);


int
interconnd_outbox_hold(interconnd_outbox_t *outbox, ic_str_t id,
    const ic_record_t *fields)
{
    interconnd_line_t   *line;
    interconnd_entry_t  *entry;

    entry = interconnd_outbox_copy(id, fields);
    if (entry == NULL) {
        return -1;
    }

    line = interconnd_outbox_line(outbox, entry);
    if (line == NULL) {
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
    outbox->count++;

    return 0;
}


/* One block of memory: the entry and behind it its strings. */
static interconnd_entry_t *
interconnd_outbox_copy(ic_str_t id, const ic_record_t *fields)
{
    size_t                 size;
    u_char                *p;
    int64_t                attempts;
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
    entry->taken = ic_mono_ms();
    entry->due = entry->taken;

    if (ic_str_int(ic_record_get(fields, "attempts"), &attempts) == 0
        && attempts > 0)
    {
        entry->attempts = (unsigned) attempts;
    }

    r = &entry->request;

    r->address = (char *) interconnd_outbox_put(&p,
                              ic_record_get(fields, "address")).data;
    r->path = (char *) interconnd_outbox_put(&p,
                           ic_record_get(fields, "path")).data;
    r->method = (char *) interconnd_outbox_put(&p,
                             ic_record_get(fields, "method")).data;
    r->permit = (char *) interconnd_outbox_put(&p,
                             ic_record_get(fields, "permit")).data;
    r->body = interconnd_outbox_put(&p, ic_record_get(fields, "body"));
    r->target_node_id = (char *) entry->peer.data;
    r->context = entry;

    if (r->permit[0] == '\0') {
        r->permit = NULL;
    }

    return entry;
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
interconnd_outbox_line(interconnd_outbox_t *outbox,
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

    line = outbox->buckets[interconnd_outbox_bucket(name)];

    while (line != NULL && strcmp(line->name, name) != 0) {
        line = line->next;
    }

    if (line == NULL) {
        line = interconnd_outbox_add(outbox, name, entry);
    }

    free(name);

    return line;
}


static interconnd_line_t *
interconnd_outbox_add(interconnd_outbox_t *outbox, const char *name,
    const interconnd_entry_t *entry)
{
    size_t               len;
    interconnd_line_t   *line, **bucket;
    interconnd_target_t *target;

    len = strlen(name) + 1;

    line = calloc(1, sizeof(interconnd_line_t) + len);
    if (line == NULL) {
        return NULL;
    }

    target = interconnd_outbox_target(outbox, (char *) entry->peer.data);
    if (target == NULL) {
        free(line);
        return NULL;
    }

    memcpy(line->name, name, len);

    line->target = target;
    target->lines++;

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


static interconnd_target_t *
interconnd_outbox_target(interconnd_outbox_t *outbox, const char *node_id)
{
    interconnd_target_t  *target;

    for (target = outbox->targets; target != NULL; target = target->next) {
        if (strcmp(target->node_id, node_id) == 0) {
            return target;
        }
    }

    target = calloc(1, sizeof(interconnd_target_t));
    if (target == NULL) {
        return NULL;
    }

    target->node_id = strdup(node_id);
    if (target->node_id == NULL) {
        free(target);
        return NULL;
    }

    target->next = outbox->targets;
    outbox->targets = target;

    return target;
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
interconnd_outbox_release(interconnd_outbox_t *outbox,
    interconnd_entry_t *entry)
{
    interconnd_line_t  *line;

    line = entry->line;
    line->first = entry->next;

    free(entry);
    outbox->count--;

    if (line->first == NULL) {
        interconnd_outbox_remove(outbox, line);
        return;
    }

    /* it waited for its turn, not for a time */
    line->first->due = ic_mono_ms();
}


static void
interconnd_outbox_remove(interconnd_outbox_t *outbox, interconnd_line_t *line)
{
    interconnd_line_t    **p;
    interconnd_target_t  **target, *gone;

    p = &outbox->buckets[interconnd_outbox_bucket(line->name)];

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
        outbox->lines = line->next_all;
    }

    gone = line->target;
    free(line);

    /* what is known of a peer ends with the last line for it */
    if (--gone->lines > 0) {
        return;
    }

    target = &outbox->targets;

    while (*target != gone) {
        target = &(*target)->next;
    }

    *target = gone->next;
    free(gone->node_id);
    free(gone);
}
