
/*
 * The syntax of programs of the component expression, for who takes a job:
 * what may stand where, without what names mean. docs/algorithms.md has it.
 */


#ifndef _IC_EXPRESSION_H_INCLUDED_
#define _IC_EXPRESSION_H_INCLUDED_


#include "../lib/ic_arena.h"
#include "ic_token.h"


#define IC_EXPRESSION_DEPTH  100             /* of brackets, at most */


/*
 * NULL, or why that is no program: "line 2, column 5: ...", in the arena or
 * static. The component refuses the same, in the same words and more. Time
 * grows with the text.
 */
const char *ic_expression_check(ic_arena_t *arena, ic_str_t text);


#endif /* _IC_EXPRESSION_H_INCLUDED_ */
