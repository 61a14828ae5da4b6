
/*
 * The text of the function library, made of lua/ at build time by
 * src/tools/lua2c.pl.
 */


#ifndef _IC_STORE_LIBRARY_H_INCLUDED_
#define _IC_STORE_LIBRARY_H_INCLUDED_


#include <stddef.h>


extern const char    ic_store_library[];
extern const size_t  ic_store_library_len;
extern const char    ic_store_library_sha256[];


#endif /* _IC_STORE_LIBRARY_H_INCLUDED_ */
