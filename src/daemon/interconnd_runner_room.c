
/*
 * What the program of a package finds around it: a root of its own, made of
 * its folder, its package, its inputs, the channel's socket and the system's
 * libraries, in namespaces of its own. Everything but its folder is
 * read-only. Needs Linux 5.12.
 */


#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/ic_codec.h"
#include "interconnd_runner.h"


#define ROOM_PATH    4096
#define ROOM_SEALED  (MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV)
#define ROOM_TMPFS   (MS_NOSUID|MS_NODEV)


typedef struct {
    const interconnd_child_t  *child;
    char                       root[ROOM_PATH];
    const char               **error;
} room_t;


static int room_write(room_t *room, const char *path, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static int room_system(room_t *room);
static int room_more(room_t *room);
static int room_hide(room_t *room);
static int room_task(room_t *room);
static int room_devices(room_t *room);
static int room_names(room_t *room);
static int room_show(room_t *room, const char *source, const char *target,
    uint64_t attributes, int map);
static int room_place(room_t *room, const char *target, mode_t mode,
    char *path);
static int room_folders(char *path, size_t skip);
static int room_turn(room_t *room);
static int room_fail(room_t *room, const char *what);


/* what is not there is left out */

static const char *const  room_shared[] = {
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32",
    "/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime", "/etc/perl",
    "/etc/ssl/certs", "/etc/ssl/openssl.cnf", NULL
};

static const char *const  room_nodes[] = {
    "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom",
    NULL
};

static const struct {
    const char  *name;
    const char  *target;
} room_links[] = {
    { "/dev/fd", "/proc/self/fd" },
    { "/dev/stdin", "/proc/self/fd/0" },
    { "/dev/stdout", "/proc/self/fd/1" },
    { "/dev/stderr", "/proc/self/fd/2" },
    { NULL, NULL }
};


/*
 * The user that it was, who is the only one there. Who it is itself, it cannot
 * be asked before that.
 */
int
interconnd_room_users(const interconnd_child_t *child, const char **error)
{
    room_t  room;

    room.child = child;
    room.error = error;

    if (geteuid() == 0) {
        return 0;
    }

    /* these files are root's while the process may not be looked into */

    if (prctl(PR_SET_DUMPABLE, 1) != 0
        || room_write(&room, "/proc/self/setgroups", "deny") != 0
        || room_write(&room, "/proc/self/uid_map", "%u %u 1",
                      (unsigned) child->uid, (unsigned) child->uid)
           != 0
        || room_write(&room, "/proc/self/gid_map", "%u %u 1",
                      (unsigned) child->gid, (unsigned) child->gid)
           != 0
        || prctl(PR_SET_DUMPABLE, 0) != 0)
    {
        return room_fail(&room, "a user namespace");
    }

    return 0;
}


int
interconnd_room_make(const interconnd_child_t *child, const char **error)
{
    int     n;
    room_t  room;

    room.child = child;
    room.error = error;

    n = snprintf(room.root, sizeof(room.root), "%s/" INTERCONND_TASKS_ROOT,
                 child->runner->conf->run_dir);

    if (n >= (int) sizeof(room.root)) {
        return -1;
    }

    if (mount(NULL, "/", NULL, MS_REC|MS_PRIVATE, NULL) != 0
        || mount("none", room.root, "tmpfs", ROOM_TMPFS,
                 "mode=755,size=1m,nr_inodes=4096")
           != 0)
    {
        return room_fail(&room, "a root of its own");
    }

    if (room_system(&room) != 0 || room_more(&room) != 0
        || room_hide(&room) != 0 || room_task(&room) != 0
        || room_devices(&room) != 0
        || room_names(&room) != 0)
    {
        return -1;
    }

    return room_turn(&room);
}


static int
room_write(room_t *room, const char *path, const char *fmt, ...)
{
    int      fd, len;
    char     text[256];
    ssize_t  n;
    va_list  args;

    va_start(args, fmt);
    len = vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    fd = open(path, O_WRONLY|O_CREAT|O_CLOEXEC, 0644);

    if (fd < 0) {
        return room_fail(room, path);
    }

    n = write(fd, text, (size_t) len);
    close(fd);

    return (n == len) ? 0 : room_fail(room, path);
}


static int
room_system(room_t *room)
{
    char         target[ROOM_PATH], path[2 * ROOM_PATH];
    ssize_t      len;
    unsigned     n;
    struct stat  st;

    for (n = 0; room_shared[n] != NULL; n++) {

        if (lstat(room_shared[n], &st) != 0) {
            continue;
        }

        if (!S_ISLNK(st.st_mode)) {
            if (room_show(room, room_shared[n], room_shared[n], ROOM_SEALED,
                          -1)
                != 0)
            {
                return -1;
            }

            continue;
        }

        len = readlink(room_shared[n], target, sizeof(target) - 1);

        if (len <= 0
            || snprintf(path, sizeof(path), "%s%s", room->root,
                        room_shared[n])
               >= (int) sizeof(path)
            || room_folders(path, strlen(room->root)) != 0)
        {
            return room_fail(room, room_shared[n]);
        }

        target[len] = '\0';

        if (symlink(target, path) != 0) {
            return room_fail(room, room_shared[n]);
        }
    }

    return 0;
}


/* "package_paths": more that the operator lets them read. */

static int
room_more(room_t *room)
{
    char         path[ROOM_PATH];
    size_t       len;
    const char  *p;

    p = room->child->runner->conf->package_paths;

    for ( /* void */ ; p != NULL && *p != '\0'; p += strspn(p, " \t")) {
        len = strcspn(p, " \t");

        if (len >= sizeof(path)) {
            return room_fail(room, "package_paths");
        }

        memcpy(path, p, len);
        path[len] = '\0';
        p += len;

        if (room_show(room, path, path, ROOM_SEALED, -1) != 0) {
            return -1;
        }
    }

    return 0;
}


/*
 * What of the node is below those: programs of others, other tasks, the key.
 * Who is the daemon's user could read it.
 */

static int
room_hide(room_t *room)
{
    int                       rc;
    char                      path[2 * ROOM_PATH];
    unsigned                  n;
    struct stat               st;
    const interconnd_conf_t  *conf;

    conf = room->child->runner->conf;

    const char *const  own[] = {
        conf->components, conf->data_dir, conf->run_dir,
        conf->certificate_key
    };

    for (n = 0; n < sizeof(own) / sizeof(own[0]); n++) {

        if (own[n] == NULL || own[n][0] != '/'
            || snprintf(path, sizeof(path), "%s%s", room->root, own[n])
               >= (int) sizeof(path)
            || stat(path, &st) != 0)
        {
            continue;
        }

        rc = S_ISDIR(st.st_mode)
             ? mount("none", path, "tmpfs", ROOM_TMPFS,
                     "mode=755,size=64k,nr_inodes=256")
             : mount("/dev/null", path, NULL, MS_BIND, NULL);

        if (rc != 0) {
            return room_fail(room, own[n]);
        }
    }

    return 0;
}


/* The last folder of the program's path is its package. */

static int
room_task(room_t *room)
{
    char                       path[ROOM_PATH], *slash;
    unsigned                   n;
    const interconnd_conf_t   *conf;
    const interconnd_child_t  *child;

    child = room->child;
    conf = child->runner->conf;

    /* its /tmp is in its folder: what it writes there counts; first of
       all, because others may be below /tmp */

    if (snprintf(path, sizeof(path), "%s/tmp", child->folder)
        >= (int) sizeof(path)
        || room_show(room, path, "/tmp", MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV,
                     -1)
           != 0)
    {
        return room_fail(room, "/tmp");
    }

    snprintf(path, sizeof(path), "%s", child->program);
    slash = strrchr(path, '/');

    if (slash == NULL || slash == path) {
        return room_fail(room, "its program");
    }

    *slash = '\0';

    if (room_show(room, path, path, ROOM_SEALED, -1) != 0
        || room_show(room, child->folder, child->folder,
                     MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV, -1)
           != 0)
    {
        return -1;
    }

    if (snprintf(path, sizeof(path), "%s/" INTERCONND_TASKS_CHANNEL,
                 conf->run_dir)
        >= (int) sizeof(path)
        || room_show(room, path, conf->run_dir, ROOM_SEALED, -1) != 0)
    {
        return -1;
    }

    if (conf->trusted_certificate != NULL
        && room_show(room, conf->trusted_certificate,
                     conf->trusted_certificate, ROOM_SEALED, -1)
           != 0)
    {
        return -1;
    }

    for (n = 0; n < child->nreads; n++) {
        if (room_show(room, child->reads[n], child->reads[n], ROOM_SEALED,
                      child->maps[n])
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
room_devices(room_t *room)
{
    char      path[2 * ROOM_PATH];
    unsigned  n;

    for (n = 0; room_nodes[n] != NULL; n++) {
        if (room_show(room, room_nodes[n], room_nodes[n],
                      MOUNT_ATTR_NOSUID|MOUNT_ATTR_NOEXEC, -1)
            != 0)
        {
            return -1;
        }
    }

    for (n = 0; room_links[n].name != NULL; n++) {
        snprintf(path, sizeof(path), "%s%s", room->root, room_links[n].name);

        if (symlink(room_links[n].target, path) != 0) {
            return room_fail(room, room_links[n].name);
        }
    }

    if (room_place(room, "/dev/shm", S_IFDIR, path) != 0
        || mount("none", path, "tmpfs", ROOM_TMPFS|MS_NOEXEC,
                 "mode=1777,size=64m")
           != 0)
    {
        return room_fail(room, "/dev/shm");
    }

    if (room_place(room, "/proc", S_IFDIR, path) != 0
        || mount("proc", path, "proc", ROOM_TMPFS|MS_NOEXEC, NULL) != 0)
    {
        return room_fail(room, "/proc");
    }

    return 0;
}


/* Programs ask who they are. */

static int
room_names(room_t *room)
{
    char      path[2 * ROOM_PATH];
    unsigned  uid;

    uid = (unsigned) room->child->uid;

    if (room_place(room, "/etc", S_IFDIR, path) != 0) {
        return -1;
    }

    snprintf(path, sizeof(path), "%s/etc/passwd", room->root);

    if (room_write(room, path, "task:x:%u:%u::/tmp:/usr/sbin/nologin\n", uid,
                   (geteuid() == 0) ? uid : (unsigned) getegid())
        != 0)
    {
        return -1;
    }

    snprintf(path, sizeof(path), "%s/etc/group", room->root);

    return room_write(room, path, "task:x:%u:\n",
                      (geteuid() == 0) ? uid : (unsigned) getegid());
}


/*
 * The source at the target, both absolute. Files of one user may be shown as
 * those of another by a map; not every file system has that.
 */

static int
room_show(room_t *room, const char *source, const char *target,
    uint64_t attributes, int map)
{
    int                fd, rc;
    char               path[2 * ROOM_PATH];
    struct stat        st;
    struct mount_attr  attr;

    fd = open_tree(AT_FDCWD, source, OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC
                                     |AT_RECURSIVE);

    if (fd < 0 || fstat(fd, &st) != 0) {
        return room_fail(room, source);
    }

    memset(&attr, 0, sizeof(struct mount_attr));

    if (map >= 0) {
        attr.attr_set = MOUNT_ATTR_IDMAP;
        attr.userns_fd = (uint64_t) map;
        (void) mount_setattr(fd, "", AT_EMPTY_PATH, &attr, sizeof(attr));
    }

    attr.attr_set = attributes;
    attr.userns_fd = 0;

    rc = mount_setattr(fd, "", AT_EMPTY_PATH|AT_RECURSIVE, &attr,
                       sizeof(attr));

    if (rc == 0) {
        rc = room_place(room, target, st.st_mode, path);
    }

    if (rc == 0) {
        rc = move_mount(fd, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
    }

    close(fd);

    return (rc == 0) ? 0 : room_fail(room, source);
}


/* An empty folder or file below the root, for something to be put over. */

static int
room_place(room_t *room, const char *target, mode_t mode, char *path)
{
    int          fd;
    struct stat  st;

    if (snprintf(path, 2 * ROOM_PATH, "%s%s", room->root, target)
        >= 2 * ROOM_PATH
        || room_folders(path, strlen(room->root)) != 0)
    {
        return -1;
    }

    if (lstat(path, &st) == 0) {
        return 0;
    }

    if (S_ISDIR(mode)) {
        return mkdir(path, 0755);
    }

    fd = open(path, O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC, 0644);

    if (fd >= 0) {
        close(fd);
    }

    return (fd >= 0) ? 0 : -1;
}


/* Those above the last name of the path, from skip on. */

static int
room_folders(char *path, size_t skip)
{
    char  *p;

    for (p = path + skip + 1; *p != '\0'; p++) {

        if (*p != '/') {
            continue;
        }

        *p = '\0';

        if (mkdir(path, 0755) != 0 && errno != EEXIST) {
            return -1;
        }

        *p = '/';
    }

    return 0;
}


static int
room_turn(room_t *room)
{
    if (chdir(room->root) != 0
        || syscall(SYS_pivot_root, ".", ".") != 0
        || umount2(".", MNT_DETACH) != 0
        || mount(NULL, "/", NULL, MS_REMOUNT|MS_BIND|MS_RDONLY|ROOM_TMPFS,
                 NULL)
           != 0
        || sethostname("task", 4) != 0
        || chdir(room->child->folder) != 0)
    {
        return room_fail(room, "the change of its root");
    }

    return 0;
}


static int
room_fail(room_t *room, const char *what)
{
    if (*room->error == NULL) {
        *room->error = what;
    }

    return -1;
}
