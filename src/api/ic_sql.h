
/* SQL texts, as far as a node that does not own the database may judge. */


#ifndef _IC_SQL_H_INCLUDED_
#define _IC_SQL_H_INCLUDED_


#include "../lib/ic_arena.h"


/*
 * The form two texts are compared in: white space outside quotes collapsed
 * to one space and trimmed, trailing semicolons dropped, ASCII letters
 * outside quotes in lower case. data NULL when memory is short.
 */
ic_str_t ic_sql_normal(ic_arena_t *arena, ic_str_t sql);

/* Lower-case hex SHA-256 of the normal form and a NUL. 0 or -1. */
int ic_sql_digest(ic_arena_t *arena, ic_str_t sql, char hex[65]);

/*
 * NULL if the text may be one SELECT; else why it certainly is not. Syntax
 * is the database owner's to judge.
 */
const char *ic_sql_refused(ic_str_t sql);


#endif /* _IC_SQL_H_INCLUDED_ */
