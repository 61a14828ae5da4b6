
/*
 * Targets of what is read from files: a folder in TMPDIR, gone at the end. A
 * crash leaves it, so who starts targets gives them one of its own, in memory
 * if possible.
 */


#ifndef _FILES_H_INCLUDED_
#define _FILES_H_INCLUDED_


#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"


static char  files_folder[128];


static inline void
files_remove(void)
{
    if (fork() == 0) {
        execlp("rm", "rm", "-rf", files_folder, NULL);
        _exit(1);
    }

    wait(NULL);
}


/* Its path; made at the first call. */

static inline const char *
files_begin(void)
{
    if (files_folder[0] == '\0') {
        snprintf(files_folder, sizeof(files_folder), "%s/ic_fuzz.XXXXXX",
                 getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
        FUZZ_TRUE(mkdtemp(files_folder) != NULL);
        atexit(files_remove);
    }

    return files_folder;
}


/* "folder/name" */

static inline char *
files_path(const char *name)
{
    static char  path[256];

    snprintf(path, sizeof(path), "%s/%s", files_begin(), name);

    return path;
}


/* What is in the file from now on. */

static inline void
files_put(const char *name, ic_str_t bytes)
{
    int  fd;

    fd = open(files_path(name), O_WRONLY|O_CREAT|O_TRUNC, 0600);
    FUZZ_TRUE(fd != -1);
    FUZZ_TRUE(bytes.len == 0
              || write(fd, bytes.data, bytes.len) == (ssize_t) bytes.len);
    close(fd);
}


/* malloc() */

static inline ic_str_t
files_get(const char *name)
{
    int          fd;
    ic_str_t     bytes;
    struct stat  about;

    fd = open(files_path(name), O_RDONLY);
    FUZZ_TRUE(fd != -1 && fstat(fd, &about) == 0);
    bytes.len = (size_t) about.st_size;
    bytes.data = malloc(bytes.len + 1);
    FUZZ_TRUE(read(fd, bytes.data, bytes.len) == (ssize_t) bytes.len);
    close(fd);

    return bytes;
}


#endif /* _FILES_H_INCLUDED_ */
