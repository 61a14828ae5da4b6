
/*
 * Where memory comes from. Code of this library allocates through an arena
 * and never frees piece by piece: in a worker the arena is the request's
 * pool, elsewhere an ic_pool made here.
 */


#ifndef _IC_ARENA_H_INCLUDED_
#define _IC_ARENA_H_INCLUDED_


#include "ic_str.h"


typedef struct ic_arena_s  ic_arena_t;

struct ic_arena_s {
    void  *(*alloc)(void *owner, size_t size);
    void    *owner;
};


/* Aligned for any object; NULL when memory is short. */
void *ic_alloc(ic_arena_t *arena, size_t size);
void *ic_zalloc(ic_arena_t *arena, size_t size);

/* A copy with a trailing NUL that len does not count; data NULL on failure. */
ic_str_t ic_str_dup(ic_arena_t *arena, ic_str_t s);

/* The same as a C string, NULL when memory is short. */
char *ic_str_z(ic_arena_t *arena, ic_str_t s);

/* printf into the arena; data NULL on failure. */
ic_str_t ic_str_fmt(ic_arena_t *arena, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));


/* A growing pool of chunks; freed as a whole by ic_pool_destroy(). */
ic_arena_t *ic_pool_create(void);

/* Forgets everything allocated, keeps the first chunk. */
void ic_pool_reset(ic_arena_t *pool);
void ic_pool_destroy(ic_arena_t *pool);


#endif /* _IC_ARENA_H_INCLUDED_ */
