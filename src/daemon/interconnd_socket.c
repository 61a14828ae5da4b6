
/* Unix sockets of run_dir. */


#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "interconnd_socket.h"


#define SOCKET_BACKLOG  512


static int socket_bind(const char *path, mode_t mode);


int
interconnd_socket(const interconnd_conf_t *conf, const char *name,
    mode_t mode, char *path, size_t size)
{
    int                 fd, n;
    struct sockaddr_un  sun;

    n = snprintf(path, size, "%s/%s", conf->run_dir, name);

    if (n < 0 || (size_t) n >= size || (size_t) n >= sizeof(sun.sun_path)) {
        interconnd_log("error", "the path %s/%s is too long", conf->run_dir,
                       name);
        return -1;
    }

    fd = socket_bind(path, mode);

    if (fd < 0) {
        interconnd_log("error", "%s: %s", path, strerror(errno));
    }

    return fd;
}


static int
socket_bind(const char *path, mode_t mode)
{
    int                  fd, rc;
    char                *slash;
    mode_t               mask;
    struct stat          st;
    struct sockaddr_un   sun;

    memset(&sun, 0, sizeof(struct sockaddr_un));
    sun.sun_family = AF_UNIX;
    memcpy(sun.sun_path, path, strlen(path));

    fd = socket(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC, 0);

    if (fd < 0) {
        return -1;
    }

    (void) unlink(path);

    mask = umask(~mode & 0777);
    rc = bind(fd, (struct sockaddr *) &sun, sizeof(struct sockaddr_un));
    (void) umask(mask);

    if (rc != 0 || listen(fd, SOCKET_BACKLOG) != 0) {
        close(fd);
        return -1;
    }

    slash = strrchr(sun.sun_path, '/');

    if (mode == 0660 && slash != NULL) {
        *slash = '\0';

        /* without the right to do so the group stays our own */

        if (stat(sun.sun_path, &st) == 0
            && chown(path, (uid_t) -1, st.st_gid) != 0)
        {
            interconnd_log("warn", "the group of %s: %s", path,
                           strerror(errno));
        }
    }

    return fd;
}
