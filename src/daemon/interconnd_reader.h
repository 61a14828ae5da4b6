
/*
 * interconn-reader as a process: with the network, which programs of tasks
 * have not, and nothing else of the node. It writes rows into a folder.
 */


#ifndef _INTERCONND_READER_H_INCLUDED_
#define _INTERCONND_READER_H_INCLUDED_


#include <openssl/evp.h>

#include "../source/ic_source.h"
#include "interconnd.h"


typedef struct {
    const interconnd_conf_t  *conf;
    ic_arena_t               *pool;  /* of what outlives the process */
    const char               *folder;        /* new, in one that is ours */
    ic_str_t                  request;       /* src/reader/reader.h */
    EVP_PKEY                 *key;   /* ours, that it must not have; NULL */
} interconnd_reading_t;


typedef struct {
    uid_t  uid;
    gid_t  gid;
    bool   other;                /* than the daemon's */
} interconnd_reader_user_t;


/* interconnd_reader_user.c */

void interconnd_reader_user(const interconnd_reading_t *reading,
    interconnd_reader_user_t *user);

/* Its copy of odbc.ini, as a descriptor; -1: it reads the file itself. */
int interconnd_reader_ini(const interconnd_conf_t *conf,
    const interconnd_reader_user_t *user);

/* In the process that becomes the reader: 0, or -1 with errno. */
int interconnd_reader_become(const interconnd_reader_user_t *user);

/* Where odbc.ini is. */
const char *interconnd_odbc_ini(const interconnd_conf_t *conf);


/* interconnd_reader.c */

/*
 * Makes the folder, which belongs to the user that reads, and starts the
 * process as the leader of a group. Its pid, -1 with errno.
 */
pid_t interconnd_reader_start(const interconnd_reading_t *reading);

/*
 * After its end, with its status: NULL with what went wrong in error, or its
 * answer. words: what the driver said, for the log; empty: nothing.
 */
const ic_json_t *interconnd_reader_answer(const interconnd_reading_t *reading,
    int status, ic_source_error_t *error, ic_str_t *words);

/* Removes what is beside the folder. */
void interconnd_reader_tidy(const char *folder);

/*
 * The members of a request that are those of the location; max_rows as
 * configured, or most if that is less and not negative.
 */
void interconnd_reader_request(ic_json_out_t *out,
    const interconnd_conf_t *conf, const ic_json_t *location, int64_t most);


#endif /* _INTERCONND_READER_H_INCLUDED_ */
