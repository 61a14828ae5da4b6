
/* Processes that hold secrets: nobody looks into them, nothing is left. */


#ifndef _IC_SECRET_H_INCLUDED_
#define _IC_SECRET_H_INCLUDED_


#include <stdbool.h>


/*
 * No core file and no handler of cores from here on; inherited by what is
 * forked or executed. 0, or -1 with errno.
 */
int ic_secret_no_core(void);

/*
 * As above, and others of the same user may not read this process' memory,
 * environment or descriptors, nor trace it. Ends with exec. 0, or -1 with
 * errno.
 */
int ic_secret_process(void);

/*
 * Has OpenSSL overwrite what it frees: its own functions wipe keys, but not
 * each copy that reading one makes. False after OpenSSL's first allocation:
 * it is main()'s first call.
 */
bool ic_secret_memory(void);


#endif /* _IC_SECRET_H_INCLUDED_ */
