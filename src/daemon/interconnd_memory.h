
/* When a process of the daemon is idle, and gives memory back. */


#ifndef _INTERCONND_MEMORY_H_INCLUDED_
#define _INTERCONND_MEMORY_H_INCLUDED_


#include <stdbool.h>
#include <stdint.h>


#define INTERCONND_IDLE_MS  1000


/*
 * Called at every turn of a process's loop: once nothing was busy for
 * INTERCONND_IDLE_MS, unmaps clean file pages and returns free heap. The
 * ic_mono_ms() at which it wants the next turn, INT64_MAX for none.
 */
int64_t interconnd_memory_turn(bool busy);


#endif /* _INTERCONND_MEMORY_H_INCLUDED_ */
