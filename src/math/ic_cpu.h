
/*
 * What the processor can do. A kernel for some instructions is in a file of
 * its own, compiled with its own flags, and called only after this has said
 * yes; every one of them has a portable counterpart that gives the same bits.
 */


#ifndef _IC_CPU_H_INCLUDED_
#define _IC_CPU_H_INCLUDED_


#include <stdbool.h>


typedef enum {
    IC_CPU_IFMA = 1,             /* AVX-512 F, DQ, VL, BW and IFMA */
    IC_CPU_VNNI = 2,             /* AVX-512 F, BW and VNNI */
    IC_CPU_VAES = 4,             /* AVX-512 F, BW and VAES */
    IC_CPU_ADX = 8,              /* ADX and BMI2 */
    IC_CPU_AVX512 = 16           /* AVX-512 F, DQ, VL, BW */
} ic_cpu_e;


/* True if the processor and the kernel have it, and it is not hidden. */
bool ic_cpu_has(ic_cpu_e feature);

/*
 * Features that are not to be used from now on, or 0: tests and benchmarks
 * run the portable code by it. Not while other threads compute.
 */
void ic_cpu_hide(unsigned features);

/* Features that are not used again, whatever is hidden. */
void ic_cpu_distrust(unsigned features);

/* What processors call a single feature. */
const char *ic_cpu_name(ic_cpu_e feature);


#endif /* _IC_CPU_H_INCLUDED_ */
