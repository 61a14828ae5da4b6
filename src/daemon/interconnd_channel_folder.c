
/* The folder of the journals: whose it is, and what is in it at the start. */


#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "../lib/ic_codec.h"
#include "interconnd_channel.h"
#include "interconnd_channel_journal.h"


#define FOLDER_NAME    "channel"
#define FOLDER_KERNEL  "/proc/sys/kernel/random/boot_id"


static int folder_id(interconnd_channel_t *ch);
static void folder_kernel(char *id, size_t size);
static int folder_session(interconnd_channel_t *ch, const char *folder);


int
interconnd_journal_init(interconnd_channel_t *ch)
{
    if (asprintf(&ch->folder, "%s/" FOLDER_NAME, ch->conf->data_dir) < 0) {
        ch->folder = NULL;
        return -1;
    }

    if (mkdir(ch->folder, 0700) != 0 && errno != EEXIST) {
        interconnd_log("error", "%s: %s", ch->folder, strerror(errno));
        return -1;
    }

    ch->unread = 1;

    return folder_id(ch);
}


/*
 * A session belongs to the folder that its messages are in; what another
 * folder held is lost to us. Without channel_sync a folder is another one
 * after the machine was started again: not all of it was written.
 */

static int
folder_id(interconnd_channel_t *ch)
{
    int      fd;
    char    *path, kernel[33], id[65];
    u_char   random[16];
    ssize_t  n;

    folder_kernel(kernel, sizeof(kernel));

    if (asprintf(&path, "%s/id", ch->folder) < 0) {
        return -1;
    }

    fd = open(path, O_RDWR|O_CREAT|O_CLOEXEC, 0600);

    if (fd < 0) {
        interconnd_log("error", "%s: %s", path, strerror(errno));
        free(path);
        return -1;
    }

    free(path);

    memset(id, 0, sizeof(id));
    n = pread(fd, id, 64, 0);

    if (n != 64
        || (!ch->conf->channel_sync && memcmp(id + 32, kernel, 32) != 0))
    {
        if (RAND_bytes(random, sizeof(random)) != 1) {
            close(fd);
            return -1;
        }

        ic_hex(id, random, sizeof(random));
        memcpy(id + 32, kernel, 32);

        if (pwrite(fd, id, 64, 0) != 64 || fsync(fd) != 0) {
            interconnd_log("error", "%s/id: %s", ch->folder,
                           strerror(errno));
            close(fd);
            return -1;
        }
    }

    close(fd);

    snprintf(ch->boot, sizeof(ch->boot), "%.32s", id);

    return 0;
}


/* 32 digits: which start of the machine this is. */

static void
folder_kernel(char *id, size_t size)
{
    int      fd;
    char     text[64];
    size_t   i, n;
    ssize_t  len;

    memset(id, '0', size - 1);
    id[size - 1] = '\0';

    fd = open(FOLDER_KERNEL, O_RDONLY|O_CLOEXEC);

    if (fd < 0) {
        return;
    }

    len = read(fd, text, sizeof(text));
    close(fd);

    for (i = 0, n = 0; len > 0 && i < (size_t) len && n < size - 1; i++) {
        if (text[i] != '-' && text[i] > ' ') {
            id[n++] = text[i];
        }
    }
}


int
interconnd_journal_scan(interconnd_channel_t *ch)
{
    int             rc;
    DIR            *dir;
    char           *path;
    struct dirent  *entry;

    if (!ch->unread) {
        return 0;
    }

    rc = 0;
    dir = opendir(ch->folder);

    while (dir != NULL && rc == 0 && (entry = readdir(dir)) != NULL) {

        if (strlen(entry->d_name) != 64
            || asprintf(&path, "%s/%s", ch->folder, entry->d_name) < 0)
        {
            continue;
        }

        rc = folder_session(ch, path);
        free(path);
        ic_pool_reset(ch->pool);
    }

    if (dir != NULL) {
        closedir(dir);
    }

    ch->unread = (rc != 0);

    return rc;
}


/* 0: taken up, or removed since nobody knows it; -1: the store is away. */

static int
folder_session(interconnd_channel_t *ch, const char *folder)
{
    int                   fd;
    DIR                  *dir;
    char                  name[INTERCONND_CHANNEL_NAME + 1], reason[256];
    ssize_t               n;
    struct stat           st;
    struct dirent        *entry;
    interconnd_code_e     code;
    interconnd_record_t   record;

    n = 0;
    dir = opendir(folder);

    while (dir != NULL && n == 0 && (entry = readdir(dir)) != NULL) {

        if (strncmp(entry->d_name, "journal-", 8) != 0) {
            continue;
        }

        fd = openat(dirfd(dir), entry->d_name, O_RDONLY|O_CLOEXEC);

        if (fd >= 0) {
            n = (fstat(fd, &st) == 0)
                ? interconnd_recover_record(fd, 0, st.st_size, 0, &record,
                                            name)
                : 0;
            close(fd);
        }
    }

    if (dir != NULL) {
        closedir(dir);
    }

    if (n != 0
        && interconnd_session(ch, name, &code, reason, sizeof(reason))
           != NULL)
    {
        return 0;
    }

    if (n != 0 && code == INTERCONND_CODE_UNAVAILABLE) {
        return -1;
    }

    interconnd_journal_clean(folder);

    return 0;
}


void
interconnd_journal_clean(const char *path)
{
    DIR            *dir;
    struct dirent  *entry;

    dir = opendir(path);

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.') {
            (void) unlinkat(dirfd(dir), entry->d_name, 0);
        }
    }

    if (dir != NULL) {
        closedir(dir);
    }

    (void) rmdir(path);
}
