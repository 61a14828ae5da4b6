
/*
 * Places: how many tasks run at a time. A task that waits for its partners to
 * begin lends its own, for theirs may stand behind others that wait for this
 * node: without it, nodes whose places are all taken by such tasks would wait
 * for each other.
 */


#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "interconnd_runner.h"


#define PLACE_IDLE_MS    500                 /* and it waits */
#define PLACE_BEGIN_NS   2000000             /* CPU time that is none */
#define PLACE_PROCESSES  16                  /* of a task, at most */
#define PLACE_TEXT       256
#define PLACE_RESUME_NS  5000000             /* and it has its place again */


static void place_look(interconnd_child_t *child, int64_t now);
static int place_used(pid_t pid, unsigned *left, int64_t *ns);
static int place_read(pid_t pid, const char *name, char text[PLACE_TEXT]);


bool
interconnd_place_free(interconnd_runner_t *runner, int64_t now)
{
    int                  taken;
    interconnd_child_t  *child;

    if (runner->nchildren < runner->conf->workers) {
        return true;
    }

    if (runner->nchildren
        >= runner->conf->workers * INTERCONND_RUNNER_GATHERING)
    {
        return false;
    }

    taken = 0;

    for (child = runner->children; child != NULL; child = child->next) {
        place_look(child, now);
        taken += !child->lent;
    }

    return taken < runner->conf->workers;
}


/*
 * What a task does before it hears of its partners ends with a wait, in which
 * it uses no time; and again when it has heard of some of them only. Who has
 * heard of all waits shorter than this, but for one that takes long: then the
 * place is better used by another, too.
 */

static void
place_look(interconnd_child_t *child, int64_t now)
{
    int64_t   used;
    unsigned  left;

    used = 0;
    left = PLACE_PROCESSES;

    if (child->pid == 0 || place_used(child->pid, &left, &used) != 0) {
        return;
    }

    used -= child->used_ns;

    if (child->lent) {

        if (used > PLACE_RESUME_NS || used < 0) {
            child->lent = 0;
            child->used_ns += used;
            child->idle_ms = now;
        }

        return;
    }

    if (child->idle_ms == 0 || used > PLACE_BEGIN_NS || used < 0) {
        child->used_ns += used;
        child->idle_ms = now;

    } else if (now - child->idle_ms >= PLACE_IDLE_MS) {
        child->lent = 1;
    }
}


/*
 * The time that it and what it started ran, and that they would have run on a
 * machine of their own. -1: the kernel does not tell.
 */

static int
place_used(pid_t pid, unsigned *left, int64_t *ns)
{
    int              n;
    char             text[PLACE_TEXT], *next;
    long             below;
    clockid_t        clock;
    struct timespec  ts;

    if (*left == 0) {
        return -1;
    }

    (*left)--;

    if (clock_getcpuclockid(pid, &clock) == 0
        && clock_gettime(clock, &ts) == 0)
    {
        *ns += (int64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;
    }

    if (place_read(pid, "schedstat", text) == 0
        && (next = strchr(text, ' ')) != NULL)
    {
        *ns += strtoll(next, NULL, 10);
    }

    /* processes that are gone: what is left of them is seen as a change */
    if (place_read(pid, NULL, text) != 0) {
        return -1;
    }

    for (next = text; sscanf(next, "%ld %n", &below, &n) == 1; next += n) {
        if (place_used((pid_t) below, left, ns) != 0) {
            return -1;
        }
    }

    return 0;
}


/* name: of a file of the process; NULL: that of its children's numbers. */

static int
place_read(pid_t pid, const char *name, char text[PLACE_TEXT])
{
    int      fd;
    char     path[64];
    ssize_t  n;

    if (name == NULL) {
        snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int) pid,
                 (int) pid);
    } else {
        snprintf(path, sizeof(path), "/proc/%d/%s", (int) pid, name);
    }

    fd = open(path, O_RDONLY|O_CLOEXEC);

    if (fd < 0) {
        return -1;
    }

    n = read(fd, text, PLACE_TEXT - 1);
    close(fd);

    text[n > 0 ? n : 0] = '\0';

    return n < 0 ? -1 : 0;
}
