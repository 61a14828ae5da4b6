
/* The keeping of one task's outputs, inside: in a process of its own. */


#ifndef _INTERCONND_ARTEFACT_COMMIT_H_INCLUDED_
#define _INTERCONND_ARTEFACT_COMMIT_H_INCLUDED_


#include "interconnd_artefact.h"


typedef struct {
    interconnd_child_t  *child;
    ic_str_t             key;
    ic_str_t             kind;
    const char          *space;
    const char          *name;
    const char          *tmp;
    ic_about_t          *about;
    char                 digest[65];
    int                  control;
    int                  spaces;         /* the folder of all artefacts */
    int                  place;          /* that of the namespace */
    int                  from;           /* what the component wrote, or -1 */
    int                  to;             /* the folder of the copy */
} interconnd_commit_t;


/*
 * The content of an output, into the folder of the copy and what is said
 * about it: a partition; instead of files what was said over the control
 * socket; then what the whole is, verified. 0, or -1 after saying why.
 */
int interconnd_commit_file(interconnd_commit_t *commit, unsigned n);
int interconnd_commit_text(interconnd_commit_t *commit, ic_str_t text);
int interconnd_commit_table(interconnd_commit_t *commit);
int interconnd_commit_document(interconnd_commit_t *commit);

/* A new file of the copy, on the disk when it returns. 0 or -1. */
int interconnd_commit_write(interconnd_commit_t *commit, const char *name,
    ic_str_t text);

/* Says what failed, with errno. Always -1. */
int interconnd_commit_failed(interconnd_commit_t *commit, const char *what);


#endif /* _INTERCONND_ARTEFACT_COMMIT_H_INCLUDED_ */
