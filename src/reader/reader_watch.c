
/*
 * The clock, and the word to end, which drivers heed neither of: a thread
 * waits for both, has the database give up what it does for us, and ends the
 * process. Else a query of hours would go on there for nobody.
 */


#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "reader.h"


#define WATCH_STACK   (256 * 1024)       /* a driver runs in it */
#define WATCH_CANCEL  2                  /* s that it may take */


static void *watch_run(void *data);
static bool watch_told(const struct timespec *end);
static int watch_answered(const reader_t *reader);


static const char  late[] =
    "{\"error\":\"data_source_slow\",\"column\":\"\",\"row\":0,"
    "\"text\":\"it took too long\"}\n";


int
reader_watch(reader_t *reader)
{
    int             rc;
    sigset_t        set;
    pthread_t       thread;
    pthread_attr_t  attributes;

    /* of all threads, those that drivers start among them */

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);

    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0
        || pthread_attr_init(&attributes) != 0)
    {
        return reader_refuse(reader, "internal", NULL, 0, "no signals");
    }

    (void) pthread_attr_setstacksize(&attributes, WATCH_STACK);
    (void) pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    rc = pthread_create(&thread, &attributes, watch_run, reader);
    (void) pthread_attr_destroy(&attributes);

    return rc == 0 ? 0
           : reader_refuse(reader, "internal", NULL, 0, "no thread");
}


static void *
watch_run(void *data)
{
    int              rc;
    bool             told;
    reader_t        *reader = data;
    struct timespec  end;

    (void) clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += (time_t) reader->request.timeout;
    rc = EXIT_FAILURE;

    told = watch_told(&end);

    if (!reader_tells(reader)) {
        rc = watch_answered(reader);

    } else if (!told && write(STDOUT_FILENO, late, sizeof(late) - 1) < 0) {
        rc = 2;
    }

    /* a driver, or what is between, may wait for the one that hangs */

    (void) alarm(WATCH_CANCEL);

    if (reader->running) {
        (void) SQLCancel(reader->statement);
    }

    _exit(rc);
}


/* It is just being written; only a driver at its end has hung. */

static int
watch_answered(const reader_t *reader)
{
    unsigned         n;
    struct timespec  moment = { 0, 10000000 };

    for (n = 0; n < 100 * WATCH_CANCEL && !reader->answered; n++) {
        (void) nanosleep(&moment, NULL);
    }

    return reader->answered ? reader->status : EXIT_FAILURE;
}


bool
reader_tells(reader_t *reader)
{
    return !atomic_exchange(&reader->told, true);
}


/* True: to end; false: it is too late. */

static bool
watch_told(const struct timespec *end)
{
    sigset_t         set;
    struct timespec  now, rest;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);

    for ( ;; ) {
        (void) clock_gettime(CLOCK_MONOTONIC, &now);
        rest.tv_sec = end->tv_sec - now.tv_sec;
        rest.tv_nsec = 0;

        if (rest.tv_sec <= 0) {
            return false;
        }

        if (sigtimedwait(&set, NULL, &rest) == SIGTERM) {
            return true;
        }

        if (errno != EAGAIN && errno != EINTR) {
            return false;
        }
    }
}
