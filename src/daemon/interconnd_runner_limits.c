
/*
 * What a task may take of the machine. A cgroup bounds all of its processes
 * together; without one each process has a limit of its own, and the runner
 * looks at their sum.
 */


#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../api/ic_job_check.h"
#include "interconnd_runner.h"


#define LIMITS_MIB    (1024 * 1024)
#define LIMITS_TURN   250                /* ms between looks at memory */
#define LIMITS_COST   10                 /* times what a look takes, more */
#define LIMITS_DEPTH  16                 /* of processes */


static int64_t limits_least(int64_t wish, int64_t cap);
static int limits_apply(int resource, int64_t value);
static int limits_processors(int64_t cpu);
static bool limits_starved(const interconnd_child_t *child);
static int64_t limits_resident(pid_t pid);
static int64_t limits_share(pid_t pid);
static int64_t limits_sum(pid_t pid, int64_t (*measure)(pid_t pid),
    int depth);
static ssize_t limits_read(char *text, size_t size, const char *path);
static void limits_over(interconnd_child_t *child, const char *code,
    int64_t bytes, const char *what);


/* How programs say that malloc() failed. */

static const char *const  limits_words[] = {
    "out of memory", "Out of memory", "annot allocate memory",
    "bad_alloc", "MemoryError", "OutOfMemory", "emory exhausted",
    "memory is short", NULL
};


void
interconnd_limits_set(interconnd_child_t *child)
{
    ic_job_resources_t        wish;
    interconnd_limits_t      *limits;
    const interconnd_conf_t  *conf;

    conf = child->runner->conf;
    limits = &child->limits;

    ic_job_resources(child->config, child->role, &wish);

    limits->cpu = limits_least(wish.cpu, conf->task_cpu);
    limits->memory = limits_least(wish.memory,
                                  (int64_t) conf->task_memory * LIMITS_MIB);
    limits->disk = limits_least(wish.disk,
                                (int64_t) conf->task_disk * LIMITS_MIB);
    limits->processes = conf->task_processes;
    limits->files = conf->task_files;
}


/* cap 0: the node has none. */

static int64_t
limits_least(int64_t wish, int64_t cap)
{
    return (cap > 0 && (wish < 0 || cap < wish)) ? cap : wish;
}


int
interconnd_limits_enter(const interconnd_child_t *child)
{
    int64_t                     seconds;
    const interconnd_limits_t  *limits;
    const interconnd_cgroup_t  *cgroup;

    limits = &child->limits;
    cgroup = &child->runner->cgroup;

    if (limits_apply(RLIMIT_NOFILE, limits->files) != 0
        || limits_apply(RLIMIT_FSIZE, limits->disk) != 0)
    {
        return -1;
    }

    /* of a user whom the whole machine shares it would bound others, too */

    if (child->uid != 0 && limits_apply(RLIMIT_NPROC, limits->processes) != 0)
    {
        return -1;
    }

    if ((child->cgroup == NULL || !cgroup->memory)
        && limits_apply(RLIMIT_DATA, limits->memory) != 0)
    {
        return -1;
    }

    if (limits->cpu < 0 || (child->cgroup != NULL && cgroup->cpu)) {
        return 0;
    }

    seconds = child->runner->conf->task_timeout * limits->cpu / 1000;

    return (limits_apply(RLIMIT_CPU, (seconds > 0) ? seconds : 1) != 0)
           ? -1 : limits_processors(limits->cpu);
}


/* The hard limit, too; one that is lower already stays. */

static int
limits_apply(int resource, int64_t value)
{
    struct rlimit  limit;

    if (value < 0) {
        return 0;
    }

    if (getrlimit(resource, &limit) != 0) {
        return -1;
    }

    if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > (rlim_t) value) {
        limit.rlim_max = (rlim_t) value;
    }

    limit.rlim_cur = limit.rlim_max;

    /* SIGXCPU tells why, SIGKILL does not */

    if (resource == RLIMIT_CPU && limit.rlim_max < RLIM_INFINITY - 5) {
        limit.rlim_max += 5;
    }

    return setrlimit(resource, &limit);
}


/* As many processors as whole cores hold the share. */

static int
limits_processors(int64_t cpu)
{
    int        n, left;
    cpu_set_t  may, set;

    if (sched_getaffinity(0, sizeof(cpu_set_t), &may) != 0) {
        return -1;
    }

    CPU_ZERO(&set);
    left = (int) ((cpu + 999) / 1000);

    /* not the same ones for every task */

    for (n = 0; n < CPU_SETSIZE && left > 0; n++) {
        if (CPU_ISSET((n + getpid()) % CPU_SETSIZE, &may)) {
            CPU_SET((n + getpid()) % CPU_SETSIZE, &set);
            left--;
        }
    }

    return sched_setaffinity(0, sizeof(cpu_set_t), &set);
}


void
interconnd_limits_tend(interconnd_child_t *child, int64_t now)
{
    clock_t                     start;
    int64_t                     size;
    const interconnd_limits_t  *limits;

    limits = &child->limits;

    if (child->stopping || child->committing
        || now - child->disk_ms < LIMITS_TURN)
    {
        return;
    }

    child->disk_ms = now;

    if (limits->memory >= 0
        && (child->cgroup == NULL || !child->runner->cgroup.memory)
        && limits_starved(child))
    {
        limits_over(child, "task_memory", limits->memory, "memory");
        interconnd_child_stop(child, true);
        return;
    }

    if (limits->disk < 0) {
        return;
    }

    start = clock();
    size = interconnd_folder_size(child);

    /* many files are looked at less often: others wait for the runner */

    child->disk_ms += LIMITS_COST * (clock() - start)
                      / (CLOCKS_PER_SEC / 1000);

    if (size > limits->disk) {
        limits_over(child, "task_disk", limits->disk, "disk");
        interconnd_child_stop(child, true);
    }
}


/* What is beyond at first sight may be pages that many of them share. */

static bool
limits_starved(const interconnd_child_t *child)
{
    return limits_sum(child->pid, limits_resident, 0) > child->limits.memory
           && limits_sum(child->pid, limits_share, 0) > child->limits.memory;
}


/* Bytes of a process: those in memory that are of no file. */

static int64_t
limits_resident(pid_t pid)
{
    char       path[64], text[256];
    long long  resident, shared;

    snprintf(path, sizeof(path), "/proc/%d/statm", (int) pid);

    if (limits_read(text, sizeof(text), path) <= 0
        || sscanf(text, "%*d %lld %lld", &resident, &shared) != 2
        || resident < shared)
    {
        return 0;
    }

    return (resident - shared) * sysconf(_SC_PAGESIZE);
}


/* The same, each page divided by those who have it; slow. */

static int64_t
limits_share(pid_t pid)
{
    char  path[64], text[4096], *line;

    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int) pid);

    line = (limits_read(text, sizeof(text), path) > 0)
           ? strstr(text, "Pss_Anon:") : NULL;

    return (line != NULL)
           ? (int64_t) strtoll(line + sizeof("Pss_Anon:") - 1, NULL, 10)
             * 1024
           : limits_resident(pid);
}


/* Of a process and all below it. */

static int64_t
limits_sum(pid_t pid, int64_t (*measure)(pid_t pid), int depth)
{
    char     *p, *end, path[64], text[4096];
    long      child;
    int64_t   sum;

    if (depth == LIMITS_DEPTH) {
        return 0;
    }

    sum = measure(pid);

    snprintf(path, sizeof(path), "/proc/%1$d/task/%1$d/children", (int) pid);

    if (limits_read(text, sizeof(text), path) <= 0) {
        return sum;
    }

    for (p = text; *p != '\0'; p = end) {
        child = strtol(p, &end, 10);

        if (end == p) {
            break;
        }

        sum += limits_sum((pid_t) child, measure, depth + 1);
    }

    return sum;
}


static ssize_t
limits_read(char *text, size_t size, const char *path)
{
    int      fd;
    ssize_t  n;

    fd = open(path, O_RDONLY|O_CLOEXEC);

    if (fd < 0) {
        return -1;
    }

    n = read(fd, text, size - 1);
    text[(n > 0) ? n : 0] = '\0';
    close(fd);

    return n;
}


static void
limits_over(interconnd_child_t *child, const char *code, int64_t bytes,
    const char *what)
{
    interconnd_child_fail(child, code, "%s: %s is limited to %lld MiB",
                          child->component, what,
                          (long long) (bytes / LIMITS_MIB));
}


void
interconnd_limits_end(interconnd_child_t *child, int status)
{
    int                         signal;
    const interconnd_limits_t  *limits;

    limits = &child->limits;
    signal = (status >= 0 && WIFSIGNALED(status)) ? WTERMSIG(status) : 0;

    if (status == 0 || status < 0 || child->failure.code != NULL) {
        return;
    }

    if (interconnd_cgroup_exhausted(child)
        || (limits->memory >= 0 && child->starved
            && (child->cgroup == NULL || !child->runner->cgroup.memory)))
    {
        limits_over(child, "task_memory", limits->memory, "memory");

    } else if (limits->disk >= 0
               && (signal == SIGXFSZ
                   || interconnd_folder_size(child) > limits->disk))
    {
        limits_over(child, "task_disk", limits->disk, "disk");

    } else if (signal == SIGXCPU) {
        interconnd_child_fail(child, "task_cpu", "%s: cpu is limited to "
                              "%lld.%02lld cores for %d s",
                              child->component,
                              (long long) (limits->cpu / 1000),
                              (long long) (limits->cpu % 1000 / 10),
                              child->runner->conf->task_timeout);
    }
}


void
interconnd_limits_hear(interconnd_child_t *child, ic_str_t line)
{
    unsigned  n;

    for (n = 0; line.len > 0 && limits_words[n] != NULL; n++) {
        if (memmem(line.data, line.len, limits_words[n],
                   strlen(limits_words[n]))
            != NULL)
        {
            child->starved = 1;
        }
    }
}
