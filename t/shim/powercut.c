
/*
 * What would survive a power cut: preloaded, it writes into the file that
 * POWERCUT names, a line for each sync that succeeded, with the size that the
 * file had before, and for each file that got another name:
 *
 *     sync SIZE PATH
 *     name OLD NEW
 */


#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>


#define PATH_SIZE  1024


static int synced(const char *call, int fd);
static void tell(const char *line, int len);


int
fsync(int fd)
{
    return synced("fsync", fd);
}


int
fdatasync(int fd)
{
    return synced("fdatasync", fd);
}


int
rename(const char *old, const char *new)
{
    int   rc, len;
    char  line[2 * PATH_SIZE + 16];
    int  (*next)(const char *, const char *);

    next = dlsym(RTLD_NEXT, "rename");
    rc = next(old, new);

    if (rc == 0) {
        len = snprintf(line, sizeof(line), "name %s %s\n", old, new);
        tell(line, len);
    }

    return rc;
}


static int
synced(const char *call, int fd)
{
    int          rc, len;
    char         link[64], path[PATH_SIZE], line[PATH_SIZE + 64];
    ssize_t      n;
    struct stat  st;
    int        (*next)(int);

    next = dlsym(RTLD_NEXT, call);
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    n = readlink(link, path, sizeof(path) - 1);
    st.st_size = 0;
    (void) fstat(fd, &st);
    rc = next(fd);

    if (rc == 0 && n > 0) {
        path[n] = '\0';
        len = snprintf(line, sizeof(line), "sync %lld %s\n",
                       (long long) st.st_size, path);
        tell(line, len);
    }

    return rc;
}


/* One write, so that lines of several processes stay whole. */

static void
tell(const char *line, int len)
{
    int          fd;
    const char  *file;

    file = getenv("POWERCUT");
    fd = (file == NULL) ? -1 : open(file, O_WRONLY|O_CREAT|O_APPEND|O_CLOEXEC,
                                    0600);

    if (fd >= 0) {
        if (write(fd, line, (size_t) len) != len) {
            abort();
        }

        close(fd);
    }
}
