
/*
 * SQL texts: what two have in common, and which a node never runs. No
 * parser of a database is here: a text is read as every kind of database
 * would cut it into words, and what one of them could take for something
 * else is decided for the owner of the data.
 */


#ifndef _IC_SQL_H_INCLUDED_
#define _IC_SQL_H_INCLUDED_


#include "../lib/ic_arena.h"


/* Where and why a text is not run. */
typedef struct {
    size_t       at;             /* character, from 1 */
    const char  *reason;
} ic_sql_fault_t;


/*
 * The form that texts are compared in, and that runs: white space outside
 * quotes collapsed to one space and trimmed, trailing semicolons dropped,
 * words that no database takes for a name in lower case. Names keep their
 * case, which some databases tell apart. A text that databases cut
 * differently (comments, backslashes, dollars, brackets) stays as it is,
 * byte for byte. data NULL when memory is short.
 */
ic_str_t ic_sql_normal(ic_arena_t *arena, ic_str_t sql);

/* Lower-case hex SHA-256 of the normal form. 0 or -1. */
int ic_sql_digest(ic_arena_t *arena, ic_str_t sql, char hex[65]);

/*
 * NULL if some database may take the text for one SELECT; else why certainly
 * none does. Syntax is the database owner's to judge.
 */
const char *ic_sql_refused(ic_str_t sql);

/*
 * True if some database may take the text for anything but one SELECT that
 * only reads: then nobody can approve it.
 */
bool ic_sql_unsafe(ic_str_t sql, ic_sql_fault_t *fault);


#endif /* _IC_SQL_H_INCLUDED_ */
