
/* Unix sockets of run_dir. */


#ifndef _INTERCONND_SOCKET_H_INCLUDED_
#define _INTERCONND_SOCKET_H_INCLUDED_


#include <sys/types.h>

#include "interconnd.h"


/*
 * Listens on <run_dir>/<name>, whose path is put into path. With mode 0660
 * the group is that of the folder: the administrator's choice of who is nginx.
 * Non-blocking; -1 after a line in the log.
 */
int interconnd_socket(const interconnd_conf_t *conf, const char *name,
    mode_t mode, char *path, size_t size);


#endif /* _INTERCONND_SOCKET_H_INCLUDED_ */
