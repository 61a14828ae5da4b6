
/*
 * Entries of the evidence log: canonical JSON, members in this order,
 *
 *   {"v":1,"seq":17,"time":1700000000000,"code":"JOB_CREATED","node":"...",
 *    "subject":"job:...","data":{...},"src":"1700000000000-0","prev":"..."}
 *
 * src is where the transition left the pending entry, prev the hash of the
 * entry before it with the same subject ("" for the first): whoever has all
 * entries of a subject sees that none is missing.
 */


#ifndef _IC_ENTRY_H_INCLUDED_
#define _IC_ENTRY_H_INCLUDED_


#include "../lib/ic_json.h"
#include "ic_tree.h"


#define IC_ENTRY_MAX  65535      /* bytes; C2SP's bundles have no more */

typedef struct {
    uint64_t          seq;
    int64_t           time;      /* epoch ms, the store's clock */
    ic_str_t          code;
    ic_str_t          node;
    ic_str_t          subject;
    ic_str_t          src;
    ic_hash_t         prev;
    bool              has_prev;
    const ic_str_t   *data;      /* pairs to write */
    unsigned          ndata;
    const ic_json_t  *members;   /* instead of them; what was read */
} ic_entry_t;


/* data NULL: memory is short, or the entry would be longer than it may be. */
ic_str_t ic_entry_text(ic_arena_t *arena, const ic_entry_t *entry);

/* NULL, or why the text is no entry in its only form. */
const char *ic_entry_parse(ic_arena_t *arena, ic_str_t text,
    ic_entry_t *entry);


#endif /* _IC_ENTRY_H_INCLUDED_ */
