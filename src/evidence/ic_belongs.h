
/*
 * What belongs to a subject: requests and permits to a contract and to the
 * resource that they are for, flows and jobs to a project, tasks, parts of
 * tasks, queries, orders and models to a job. Entries say it (a table in
 * ic_belongs.c has the members), most often the first one about a subject.
 */


#ifndef _IC_BELONGS_H_INCLUDED_
#define _IC_BELONGS_H_INCLUDED_


#include "ic_entry.h"


typedef struct ic_belongs_s  ic_belongs_t;


/* NULL: memory is short. */
ic_belongs_t *ic_belongs(void);
void ic_belongs_free(ic_belongs_t *belongs);

/* Any entry, in order. 0, or -1: memory is short. */
int ic_belongs_entry(ic_belongs_t *belongs, const ic_entry_t *entry);

/*
 * Behind the last entry: finds all that belongs to the subject, also by way
 * of others. Their number with itself; 0: no entry is about it.
 */
size_t ic_belongs_find(ic_belongs_t *belongs, ic_str_t subject);

/* Of what was found. */
bool ic_belongs_has(const ic_belongs_t *belongs, ic_str_t subject);

/* A subject that has entries and was not found, or NULL. */
const char *ic_belongs_stranger(const ic_belongs_t *belongs);

/* The subject of a resource, "dataset:D" or "job:J"; data NULL: memory. */
ic_str_t ic_belongs_resource(ic_arena_t *arena, ic_str_t resource);


#endif /* _IC_BELONGS_H_INCLUDED_ */
