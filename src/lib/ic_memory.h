
/*
 * A node idles most of its life. What only starting or a burst of work
 * needed of the mapped libraries goes back to the page cache; it is mapped
 * again when it is touched.
 */


#ifndef _IC_MEMORY_H_INCLUDED_
#define _IC_MEMORY_H_INCLUDED_


/*
 * Unmaps clean file pages of the process and returns free heap; for a
 * process that has nothing to do. Takes about a millisecond.
 */
void ic_memory_trim(void);


#endif /* _IC_MEMORY_H_INCLUDED_ */
