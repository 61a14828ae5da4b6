
/* The content of an escrow, inside: on its way to a file and back. */


#ifndef _INTERCONND_ESCROW_CONTENT_H_INCLUDED_
#define _INTERCONND_ESCROW_CONTENT_H_INCLUDED_


#include "interconnd_artefact.h"
#include "interconnd_escrow.h"


#define INTERCONND_CONTENT_CHUNK  (256 * 1024)
#define INTERCONND_CONTENT_PATH   4096
#define INTERCONND_CONTENT_MODE   (S_IRUSR)
#define INTERCONND_CONTENT_NEW    ".tmp-"


/* Where an output is or will be. */
typedef struct {
    interconnd_escrow_t  *escrow;
    ic_escrow_stream_t    stream;
    u_char               *chunk;
    int                   file;          /* the ciphertext, or -1 */
    int                   folder;        /* of the output, or -1 */
    char                  path[INTERCONND_CONTENT_PATH];
    char                  made[INTERCONND_CONTENT_PATH];
} interconnd_content_t;


/* What key and content are bound to. */
ic_str_t interconnd_content_context(interconnd_escrow_t *escrow);

/* path and made of an output. 0, or -1 with why. */
int interconnd_content_named(interconnd_content_t *content, ic_str_t space,
    ic_str_t name);

/* Begins, without files; frees and closes what is there. */
void interconnd_content_init(interconnd_content_t *content,
    interconnd_escrow_t *escrow);
void interconnd_content_done(interconnd_content_t *content);

/* "metadata", "data_0", ... by number, in name. */
const char *interconnd_content_file(char *name, size_t size, unsigned n);

/* Says what failed, with errno. Always -1. */
int interconnd_content_failed(interconnd_content_t *content,
    const char *what);


#endif /* _INTERCONND_ESCROW_CONTENT_H_INCLUDED_ */
