
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
#define PLACE_RESUME_NS  5000000             /* and it has its place again */


static void place_look(interconnd_child_t *child, int64_t now);
static int place_used(const interconnd_child_t *child, int64_t *ns);
static bool place_has_processes(const interconnd_child_t *child);


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
    int64_t  used;

    if (child->pid == 0 || place_used(child, &used) != 0) {
        return;
    }

    used -= child->used_ns;

    if (child->lent) {

        if (used > PLACE_RESUME_NS) {
            child->lent = 0;
            child->used_ns += used;
            child->idle_ms = now;
        }

        return;
    }

    if (child->idle_ms == 0 || used > PLACE_BEGIN_NS
        || place_has_processes(child))
    {
        child->used_ns += used;
        child->idle_ms = now;

    } else if (now - child->idle_ms >= PLACE_IDLE_MS) {
        child->lent = 1;
    }
}


/* The time it ran, and that it would have run on a machine of its own. */

static int
place_used(const interconnd_child_t *child, int64_t *ns)
{
    int              fd;
    char             path[64], text[96], *delay;
    ssize_t          n;
    clockid_t        clock;
    struct timespec  ts;

    if (clock_getcpuclockid(child->pid, &clock) != 0
        || clock_gettime(clock, &ts) != 0)
    {
        return -1;
    }

    snprintf(path, sizeof(path), "/proc/%d/schedstat", (int) child->pid);
    fd = open(path, O_RDONLY|O_CLOEXEC);

    if (fd < 0) {
        return -1;
    }

    n = read(fd, text, sizeof(text) - 1);
    close(fd);

    text[n > 0 ? n : 0] = '\0';
    delay = strchr(text, ' ');

    *ns = (int64_t) ts.tv_sec * 1000000000 + ts.tv_nsec
          + (delay == NULL ? 0 : strtoll(delay, NULL, 10));

    return 0;
}


/* Others may compute for it; so it is where the kernel does not tell. */

static bool
place_has_processes(const interconnd_child_t *child)
{
    int      fd;
    char     path[64], first;
    ssize_t  n;

    snprintf(path, sizeof(path), "/proc/%d/task/%d/children",
             (int) child->pid, (int) child->pid);

    fd = open(path, O_RDONLY|O_CLOEXEC);

    if (fd < 0) {
        return true;
    }

    n = read(fd, &first, 1);
    close(fd);

    return n != 0;
}
