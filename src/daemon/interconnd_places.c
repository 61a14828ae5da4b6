
/* Folders of run_dir for tasks. */


#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interconnd.h"


#define INTERCONND_PLACES_SOCKET  \
    INTERCONND_TASKS_CHANNEL "/" INTERCONND_CHANNEL_OWN


static int interconnd_places_link(const interconnd_conf_t *conf);


static const struct {
    const char  *name;
    mode_t       mode;
} interconnd_place_list[] = {
    { "tasks", 0700 },
    { INTERCONND_TASKS_CHANNEL, 0755 },
    { INTERCONND_TASKS_ROOT, 0755 },
    { NULL, 0 }
};


int
interconnd_places(const interconnd_conf_t *conf)
{
    char      path[4096];
    unsigned  n;

    for (n = 0; interconnd_place_list[n].name != NULL; n++) {
        snprintf(path, sizeof(path), "%s/%s", conf->run_dir,
                 interconnd_place_list[n].name);

        /* the mask of whoever started the daemon is not asked */

        if ((mkdir(path, 0700) != 0 && errno != EEXIST)
            || chmod(path, interconnd_place_list[n].mode) != 0)
        {
            interconnd_log("error", "%s: %s", path, strerror(errno));
            return -1;
        }
    }

    return interconnd_places_link(conf);
}


/* A link of the name that tasks outside of a room use. */

static int
interconnd_places_link(const interconnd_conf_t *conf)
{
    char     path[4096], target[sizeof(INTERCONND_PLACES_SOCKET) + 1];
    ssize_t  len;

    snprintf(path, sizeof(path), "%s/" INTERCONND_CHANNEL_OWN,
             conf->run_dir);

    len = readlink(path, target, sizeof(target));

    if (len == sizeof(INTERCONND_PLACES_SOCKET) - 1
        && memcmp(target, INTERCONND_PLACES_SOCKET, (size_t) len) == 0)
    {
        return 0;
    }

    /* another role may do the same at this moment */

    if ((unlink(path) != 0 && errno != ENOENT)
        || (symlink(INTERCONND_PLACES_SOCKET, path) != 0 && errno != EEXIST))
    {
        interconnd_log("error", "%s: %s", path, strerror(errno));
        return -1;
    }

    return 0;
}
