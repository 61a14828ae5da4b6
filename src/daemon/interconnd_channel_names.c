
/* Entries by name, and lists of messages. */



#include "interconnd_channel.h"


static unsigned channel_bucket(const char *name);


static unsigned
channel_bucket(const char *name)
{
    uint32_t  hash;

    /* FNV-1a: names come from contracted peers, and their number is bound */

    for (hash = 2166136261U; *name != '\0'; name++) {
        hash = (hash ^ (u_char) *name) * 16777619U;
    }

    return (hash ^ (hash >> 16)) % INTERCONND_CHANNEL_BUCKETS;
}


interconnd_named_t *
interconnd_named_find(interconnd_names_t *names, const char *name)
{
    interconnd_named_t  *named;

    named = names->buckets[channel_bucket(name)];

    while (named != NULL && strcmp(named->name, name) != 0) {
        named = named->next;
    }

    return named;
}


void
interconnd_named_add(interconnd_names_t *names, interconnd_named_t *named)
{
    interconnd_named_t  **bucket;

    bucket = &names->buckets[channel_bucket(named->name)];

    named->next = *bucket;
    *bucket = named;
    names->count++;
}


void
interconnd_named_remove(interconnd_names_t *names, interconnd_named_t *named)
{
    interconnd_named_t  **link;

    link = &names->buckets[channel_bucket(named->name)];

    while (*link != NULL && *link != named) {
        link = &(*link)->next;
    }

    if (*link == named) {
        *link = named->next;
        names->count--;
    }
}


interconnd_named_t *
interconnd_named_any(interconnd_names_t *names)
{
    unsigned  n;

    for (n = 0; n < INTERCONND_CHANNEL_BUCKETS; n++) {
        if (names->buckets[n] != NULL) {
            return names->buckets[n];
        }
    }

    return NULL;
}


void
interconnd_fifo_put(interconnd_fifo_t *fifo, interconnd_message_t *m)
{
    m->next = NULL;

    if (fifo->head == NULL) {
        fifo->head = m;

    } else {
        fifo->tail->next = m;
    }

    fifo->tail = m;
}


interconnd_message_t *
interconnd_fifo_take(interconnd_fifo_t *fifo)
{
    interconnd_message_t  *m;

    m = fifo->head;

    if (m != NULL) {
        fifo->head = m->next;
    }

    return m;
}
