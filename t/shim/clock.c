
/*
 * A clock that is wrong: preloaded, it adds to the time of day the seconds
 * that the file named by CLOCK has.
 */


#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>


int
clock_gettime(clockid_t clock, struct timespec *ts)
{
    int          fd, rc;
    char         text[32];
    ssize_t      n;
    const char  *file;

    rc = (int) syscall(SYS_clock_gettime, clock, ts);
    file = getenv("CLOCK");

    if (rc != 0 || clock != CLOCK_REALTIME || file == NULL
        || (fd = open(file, O_RDONLY|O_CLOEXEC)) < 0)
    {
        return rc;
    }

    n = read(fd, text, sizeof(text) - 1);
    close(fd);

    if (n > 0) {
        text[n] = '\0';
        ts->tv_sec += strtol(text, NULL, 10);
    }

    return 0;
}
