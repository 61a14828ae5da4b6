
/*
 * Known answers for the back ends of arithmetic, before anything is computed
 * with them: what gives another result than the portable code on this
 * processor is not used.
 */


#ifndef _IC_SELFTEST_H_INCLUDED_
#define _IC_SELFTEST_H_INCLUDED_


#include "ic_cells.h"
#include "ic_limbs.h"
#include "ic_pair.h"
#include "ic_stream.h"
#include "ic_x25519.h"


/* Back ends to be tested; NULL: not there. */
typedef struct {
    ic_stream_add_pt            stream;
    const ic_x25519_backend_t  *x25519;
    const ic_pair_backend_t    *pair;
    ic_limbs_add_pt             limbs;
    ic_cells_group_pt           cells;
} ic_selftest_t;

typedef enum {
    IC_SELFTEST_STREAM = 1,
    IC_SELFTEST_X25519 = 2,
    IC_SELFTEST_PAIR = 4,
    IC_SELFTEST_LIMBS = 8,
    IC_SELFTEST_CELLS = 16
} ic_selftest_e;


/*
 * Tests the portable back ends, then those that this processor has beside
 * them; features (ic_cpu.h) with a kernel that fails are hidden for good, and
 * told in *hidden. 0, or -1: the portable code itself gives wrong results,
 * nothing may be computed on this machine. A few milliseconds; not while
 * other threads compute.
 */
int ic_selftest(unsigned *hidden);

/* The kinds (ic_selftest_e) of back ends that give wrong results. */
unsigned ic_selftest_failed(const ic_selftest_t *backends);

/* Hides the features whose kernels are of those kinds; which they are. */
unsigned ic_selftest_hide(unsigned failed);


#endif /* _IC_SELFTEST_H_INCLUDED_ */
