
/*
 * Files of large messages. One whose message is no more is kept for the next
 * one for a while: to write over it costs a tenth of making, filling and
 * removing another. What its records say of it comes in order, so the last
 * one counts.
 */


#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_channel.h"
#include "interconnd_channel_journal.h"


#define BLOB_SPARE     (512 * 1024 * 1024)   /* of all sessions */
#define BLOB_IDLE_MS   4000
#define BLOB_LARGER    4                     /* than what comes into it */


struct interconnd_blob_s {
    interconnd_blob_t  *next;                /* put away earlier */
    uint64_t            id;
    size_t              size;
    int64_t             since_ms;
};


static void blob_keep(interconnd_session_t *session, uint64_t id,
    const char *path);
static bool blob_spare(interconnd_session_t *session, uint64_t id,
    size_t size);
static void blob_unlink(interconnd_session_t *session,
    interconnd_blob_t **link);
static bool blob_used(interconnd_session_t *session, uint64_t id);
static bool blob_in(interconnd_names_t *names, bool queues, uint64_t id);


char *
interconnd_blob_path(interconnd_session_t *session, uint64_t id)
{
    char  *path;

    return (asprintf(&path, "%s/blob-%016llx", session->journal.path,
                     (unsigned long long) id)
            < 0) ? NULL : path;
}


uint64_t
interconnd_blob_take(interconnd_session_t *session, size_t size)
{
    uint64_t             id;
    interconnd_blob_t   *blob, **link, **best;

    best = NULL;

    for (link = &session->journal.spares;
         *link != NULL;
         link = &(*link)->next)
    {
        blob = *link;

        if (blob->size >= size && blob->size / BLOB_LARGER <= size
            && (best == NULL || blob->size < (*best)->size))
        {
            best = link;
        }
    }

    if (best == NULL) {
        return ++session->journal.last_id;
    }

    blob = *best;
    id = blob->id;

    *best = blob->next;
    session->channel->spare -= blob->size;
    free(blob);

    return id;
}


void
interconnd_blob_done(interconnd_session_t *session, uint64_t id)
{
    char  *path;

    path = interconnd_blob_path(session, id);

    if (path != NULL) {
        blob_keep(session, id, path);
        free(path);
    }
}


void
interconnd_blob_adopt(interconnd_session_t *session, const char *path)
{
    char      *blob;
    uint64_t   id;

    id = ++session->journal.last_id;
    blob = interconnd_blob_path(session, id);

    if (blob == NULL || rename(path, blob) != 0) {
        (void) unlink(path);

    } else {
        blob_keep(session, id, blob);
    }

    free(blob);
}


/* What is not yet on the disk must not be written over. */

static void
blob_keep(interconnd_session_t *session, uint64_t id, const char *path)
{
    struct stat  st;

    if (session->journal.sync || stat(path, &st) != 0
        || !blob_spare(session, id, (size_t) st.st_size))
    {
        (void) unlink(path);
    }
}


static bool
blob_spare(interconnd_session_t *session, uint64_t id, size_t size)
{
    interconnd_blob_t     *blob;
    interconnd_channel_t  *ch;

    ch = session->channel;

    if (size == 0 || ch->spare + size > BLOB_SPARE
        || ch->total + ch->spare + size > ch->total_max)
    {
        return false;
    }

    blob = malloc(sizeof(interconnd_blob_t));

    if (blob == NULL) {
        return false;
    }

    blob->id = id;
    blob->size = size;
    blob->since_ms = ic_mono_ms();

    blob->next = session->journal.spares;
    session->journal.spares = blob;
    ch->spare += size;

    return true;
}


void
interconnd_blob_remove(interconnd_session_t *session, uint64_t id)
{
    char  *path;

    path = interconnd_blob_path(session, id);

    if (path != NULL) {
        (void) unlink(path);
        free(path);
    }
}


void
interconnd_blob_sweep(interconnd_session_t *session, int64_t now)
{
    interconnd_blob_t  **link;

    link = &session->journal.spares;

    while (*link != NULL) {

        if (now - (*link)->since_ms >= BLOB_IDLE_MS) {
            blob_unlink(session, link);

        } else {
            link = &(*link)->next;
        }
    }
}


static void
blob_unlink(interconnd_session_t *session, interconnd_blob_t **link)
{
    interconnd_blob_t  *blob;

    blob = *link;
    *link = blob->next;

    session->channel->spare -= blob->size;
    interconnd_blob_remove(session, blob->id);
    free(blob);
}


void
interconnd_blob_shed(interconnd_channel_t *ch)
{
    unsigned             n;
    interconnd_named_t  *named;

    for (n = 0; n < INTERCONND_CHANNEL_BUCKETS; n++) {

        for (named = ch->sessions.buckets[n];
             named != NULL;
             named = named->next)
        {
            interconnd_blob_sweep((interconnd_session_t *) named, INT64_MAX);
        }
    }
}


/* Files of bodies that never came to their end. */

void
interconnd_blob_recover(interconnd_session_t *session)
{
    DIR                 *dir;
    struct dirent       *entry;
    unsigned long long   id;

    dir = opendir(session->journal.path);

    if (dir == NULL) {
        return;
    }

    while ((entry = readdir(dir)) != NULL) {
        if (sscanf(entry->d_name, "blob-%16llx", &id) != 1) {
            continue;
        }

        if (id > session->journal.last_id) {
            session->journal.last_id = id;
        }

        if (!blob_used(session, id)) {
            interconnd_blob_remove(session, id);
        }
    }

    closedir(dir);
}


static bool
blob_used(interconnd_session_t *session, uint64_t id)
{
    return blob_in(&session->queues, true, id)
           || blob_in(&session->streams, false, id);
}


static bool
blob_in(interconnd_names_t *names, bool queues, uint64_t id)
{
    unsigned               n;
    interconnd_named_t    *named;
    interconnd_message_t  *m;

    for (n = 0; n < INTERCONND_CHANNEL_BUCKETS; n++) {

        for (named = names->buckets[n]; named != NULL; named = named->next) {

            if (queues && ((interconnd_queue_t *) named)->part.id == id) {
                return true;
            }

            m = queues ? ((interconnd_queue_t *) named)->messages.head
                       : ((interconnd_stream_t *) named)->messages.head;

            for ( /* void */ ; m != NULL; m = m->next) {
                if (m->file == id) {
                    return true;
                }
            }
        }
    }

    return false;
}
