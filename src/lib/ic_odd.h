
/* Characters of others that a log or a terminal would not show but obey. */


#ifndef _IC_ODD_H_INCLUDED_
#define _IC_ODD_H_INCLUDED_


#include <stddef.h>
#include <sys/types.h>


/*
 * Bytes, at most 3, of such a character at p, 0 if there is none: C0 and DEL,
 * in UTF-8 also C1, line and paragraph separators, and what turns the
 * direction of text. Line ends and tabs are such characters, too.
 */
size_t ic_odd(const u_char *p, const u_char *end);


#endif /* _IC_ODD_H_INCLUDED_ */
