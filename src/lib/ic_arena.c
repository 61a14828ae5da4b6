
/* Arenas: allocation through the owner's callback, and pools of chunks. */


#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ic_arena.h"


#define POOL_CHUNK  16384
#define POOL_ALIGN  16


typedef struct chunk_s  chunk_t;

struct chunk_s {
    chunk_t        *next;
    size_t          size;            /* of data */
    size_t          used;
    _Alignas(POOL_ALIGN)
    unsigned char   data[];
};


typedef struct {
    ic_arena_t   arena;
    chunk_t     *first;              /* heads the list of all */
    chunk_t     *last;               /* the one being filled */
} pool_t;


static void *pool_alloc(void *owner, size_t size);
static chunk_t *chunk_create(size_t size);
static void chunks_free(chunk_t *chunk);


void *
ic_alloc(ic_arena_t *arena, size_t size)
{
    return arena->alloc(arena->owner, size == 0 ? 1 : size);
}


void *
ic_zalloc(ic_arena_t *arena, size_t size)
{
    void  *p;

    p = ic_alloc(arena, size);

    return p == NULL ? NULL : memset(p, 0, size);
}


ic_str_t
ic_str_dup(ic_arena_t *arena, ic_str_t s)
{
    ic_str_t  copy;

    copy.len = s.len;
    copy.data = ic_alloc(arena, s.len + 1);

    if (copy.data == NULL) {
        return ic_str(NULL);
    }

    if (s.len > 0) {
        memcpy(copy.data, s.data, s.len);
    }

    copy.data[s.len] = '\0';

    return copy;
}


char *
ic_str_z(ic_arena_t *arena, ic_str_t s)
{
    return (char *) ic_str_dup(arena, s).data;
}


ic_str_t
ic_str_fmt(ic_arena_t *arena, const char *fmt, ...)
{
    int       len;
    va_list   args;
    ic_str_t  s;

    va_start(args, fmt);
    len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);

    if (len < 0) {
        return ic_str(NULL);
    }

    s.len = (size_t) len;
    s.data = ic_alloc(arena, s.len + 1);

    if (s.data == NULL) {
        return ic_str(NULL);
    }

    va_start(args, fmt);
    vsnprintf((char *) s.data, s.len + 1, fmt, args);
    va_end(args);

    return s;
}


ic_arena_t *
ic_pool_create(void)
{
    pool_t  *pool;

    pool = malloc(sizeof(pool_t));
    if (pool == NULL) {
        return NULL;
    }

    pool->first = chunk_create(POOL_CHUNK);

    if (pool->first == NULL) {
        free(pool);
        return NULL;
    }

    pool->last = pool->first;
    pool->arena.alloc = pool_alloc;
    pool->arena.owner = pool;

    return &pool->arena;
}


void
ic_pool_reset(ic_arena_t *arena)
{
    pool_t  *pool;

    pool = arena->owner;

    chunks_free(pool->first->next);

    pool->first->next = NULL;
    pool->first->used = 0;
    pool->last = pool->first;
}


void
ic_pool_destroy(ic_arena_t *arena)
{
    pool_t  *pool;

    if (arena == NULL) {
        return;
    }

    pool = arena->owner;

    chunks_free(pool->first);
    free(pool);
}


static void *
pool_alloc(void *owner, size_t size)
{
    void     *p;
    pool_t   *pool;
    chunk_t  *chunk;

    pool = owner;
    chunk = pool->last;

    if (size > SIZE_MAX / 2) {
        return NULL;
    }

    size = (size + POOL_ALIGN - 1) & ~(size_t) (POOL_ALIGN - 1);

    if (size > chunk->size - chunk->used) {

        chunk = chunk_create(size > POOL_CHUNK / 4 ? size : POOL_CHUNK);
        if (chunk == NULL) {
            return NULL;
        }

        chunk->next = pool->first->next;
        pool->first->next = chunk;

        /* A big object fills its chunk: the last one's room stays in use. */

        if (chunk->size != size) {
            pool->last = chunk;
        }
    }

    p = chunk->data + chunk->used;
    chunk->used += size;

    return p;
}


static chunk_t *
chunk_create(size_t size)
{
    chunk_t  *chunk;

    chunk = malloc(sizeof(chunk_t) + size);
    if (chunk == NULL) {
        return NULL;
    }

    chunk->next = NULL;
    chunk->size = size;
    chunk->used = 0;

    return chunk;
}


static void
chunks_free(chunk_t *chunk)
{
    chunk_t  *next;

    for ( ; chunk != NULL; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
}
