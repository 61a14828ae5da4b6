
/* Inside the reader of the configuration file: keys and their values. */


#ifndef _INTERCONND_CONF_H_INCLUDED_
#define _INTERCONND_CONF_H_INCLUDED_


#include "interconnd.h"


#define INTERCONND_REQUIRED   0x01
#define INTERCONND_FILE       0x02   /* must be readable */
#define INTERCONND_DIR        0x04   /* must be a folder */
#define INTERCONND_URL        0x08   /* https://, or http:// if plain_peers */
#define INTERCONND_OFF        0x10   /* of a time: "off", kept as 0 */


typedef enum {
    INTERCONND_TEXT = 0,
    INTERCONND_IDENT,
    INTERCONND_ROLES,
    INTERCONND_NETWORKS,
    INTERCONND_NUMBER,
    INTERCONND_FLAG,
    INTERCONND_SECONDS,              /* a time, kept in seconds */
    INTERCONND_MSEC,                 /* a time, kept in milliseconds */
    INTERCONND_MIB,                  /* a size, kept in MiB */
    INTERCONND_CORES,                /* kept in thousandths; "off": 0 */
    INTERCONND_HASH,                 /* "sha256" or "sm3" */
    INTERCONND_FULL                  /* "full": 1, "filter": 0 */
} interconnd_type_e;

typedef struct {
    const char         *name;
    size_t              offset;
    interconnd_type_e   type;
    unsigned            flags;
    const char         *value;       /* default; NULL: none */
    int64_t             min;         /* of numbers; times: ms */
    int64_t             max;
} interconnd_key_t;

typedef struct {
    const char  *file;
    unsigned     line;
    ic_arena_t  *arena;
    char        *error;
    size_t       size;
} interconnd_reader_t;


/*
 * Values into dst, by the type of the key: 0, or -1 with an error that names
 * the key and what it may be.
 */
int interconnd_conf_number(const interconnd_key_t *key, const char *value,
    int *dst, interconnd_reader_t *reader);
int interconnd_conf_time(const interconnd_key_t *key, const char *value,
    int *dst, interconnd_reader_t *reader);
int interconnd_conf_size(const interconnd_key_t *key, const char *value,
    int *dst, interconnd_reader_t *reader);

/* "off", kept as 0, or cores as "1.5", kept in thousandths. */
int interconnd_conf_cores(const interconnd_key_t *key, const char *value,
    int *dst, interconnd_reader_t *reader);

/* Always -1, with file and line before the text. */
int interconnd_conf_fail(interconnd_reader_t *reader, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));


#endif /* _INTERCONND_CONF_H_INCLUDED_ */
