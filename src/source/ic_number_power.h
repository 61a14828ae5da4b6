
/* Powers of five, for numbers to and from text. */


#ifndef _IC_NUMBER_POWER_H_INCLUDED_
#define _IC_NUMBER_POWER_H_INCLUDED_


#include <stdint.h>


#define IC_NUMBER_POWERS  64
#define IC_NUMBER_WHOLE   55     /* 5^55 has no more than 128 bits */


typedef struct {
    uint64_t  high;
    uint64_t  low;
} ic_number_power_t;


/*
 * 5^q, q from -IC_NUMBER_POWERS to IC_NUMBER_POWERS, shifted until the
 * highest bit of the 128 is set, and cut; exact from 0 to IC_NUMBER_WHOLE.
 */
extern const ic_number_power_t  ic_number_fives[];


#endif /* _IC_NUMBER_POWER_H_INCLUDED_ */
