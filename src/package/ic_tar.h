
/* Archives of a component package: plain ustar, flat, regular files only. */


#ifndef _IC_TAR_H_INCLUDED_
#define _IC_TAR_H_INCLUDED_


#include "../lib/ic_arena.h"


#define IC_TAR_FILES  32                 /* in one archive */
#define IC_TAR_NAME   99


typedef struct {
    ic_str_t  name;
    ic_str_t  data;
} ic_tar_file_t;

typedef struct {
    ic_tar_file_t  files[IC_TAR_FILES];
    unsigned       n;
} ic_tar_t;


/*
 * A name in a package: [A-Za-z0-9][A-Za-z0-9._-]*, 1..IC_TAR_NAME bytes;
 * so there are no folders, no parents and no hidden files.
 */
bool ic_tar_name_valid(ic_str_t name);

/*
 * Strict: POSIX ustar, correct checksums, regular files, valid names, none
 * twice, zeros as padding and two zero blocks or more at the end. Names are
 * copied, data points into bytes. 0, or -1 with a sentence in error.
 */
int ic_tar_read(ic_tar_t *tar, ic_arena_t *arena, ic_str_t bytes,
    char *error, size_t size);

/*
 * The same archive for the same files: times and owners are 0, "component"
 * is 0755, all others 0644. data NULL when memory is short.
 */
ic_str_t ic_tar_write(const ic_tar_t *tar, ic_arena_t *arena);

/* The data of a file; data NULL if there is none of this name. */
ic_str_t ic_tar_get(const ic_tar_t *tar, const char *name);

/* Added or replaced; not copied. 0, or -1: there are too many. */
int ic_tar_put(ic_tar_t *tar, const char *name, ic_str_t data);


#endif /* _IC_TAR_H_INCLUDED_ */
