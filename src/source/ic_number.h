
/* Numbers in text, read fast and exactly. */


#ifndef _IC_NUMBER_H_INCLUDED_
#define _IC_NUMBER_H_INCLUDED_


#include "../lib/ic_str.h"


/*
 * The number that text begins with; the bytes taken, 0: there is none, or it
 * is beyond the type. Some byte that no number has must follow: a comma, a
 * quote, a line end, NUL. The double is the nearest one, ties to even, as of
 * strtod(): optional sign, digits with a point, exponent; no hexadecimal, no
 * nan, no inf. The integer has no plus sign and no leading zeros.
 */
size_t ic_number_double(const char *text, double *value);
size_t ic_number_int64(const char *text, int64_t *value);

/* The shortest text that reads back as the same finite double. Its length. */
#define IC_NUMBER_TEXT  32

size_t ic_number_text(char text[IC_NUMBER_TEXT], double value);


#endif /* _IC_NUMBER_H_INCLUDED_ */
