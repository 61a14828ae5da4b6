
/* Lines of a bundle, for its writer and its reader. */


#ifndef _IC_BUNDLE_LINES_H_INCLUDED_
#define _IC_BUNDLE_LINES_H_INCLUDED_


#include "ic_bundle.h"


typedef enum {
    IC_BUNDLE_FIRST = 0,
    IC_BUNDLE_HEAD,
    IC_BUNDLE_CREDENTIAL,
    IC_BUNDLE_COSIGN,
    IC_BUNDLE_ENTRY,
    IC_BUNDLE_LAST
} ic_bundle_kind_e;

typedef struct {
    ic_bundle_kind_e  kind;
    ic_str_t          text;              /* about, note, PEM, entry, digest */
    ic_str_t          log_id;
    ic_str_t          node_id;
    ic_str_t          hash;
    uint64_t          entries;
    ic_hash_t         proof[IC_TREE_LEVELS];
    unsigned          count;             /* of its nodes */
} ic_bundle_line_t;


/* Without LF; data NULL: memory is short. */
ic_str_t ic_bundle_line(ic_arena_t *arena, const ic_bundle_line_t *line);

/* NULL, or why the text is none in its only form. */
const char *ic_bundle_parse(ic_arena_t *arena, ic_str_t text,
    ic_bundle_line_t *line);


#endif /* _IC_BUNDLE_LINES_H_INCLUDED_ */
