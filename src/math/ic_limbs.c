
/* q times a row of limbs, added to another. */


#include <gmp.h>

#include "ic_cpu.h"
#include "ic_limbs.h"


ic_limbs_add_pt
ic_limbs_add(unsigned n)
{
    return n % 8 == 0 && ic_cpu_has(IC_CPU_ADX) ? ic_limbs_add_adx
                                                : ic_limbs_add_gmp;
}


uint64_t
ic_limbs_add_gmp(uint64_t *r, const uint64_t *m, uint64_t n, uint64_t q)
{
    return mpn_addmul_1(r, m, (mp_size_t) n, q);
}


#if defined(__x86_64__)

/*
 * Two chains of carries at once: CF for the sum with r, OF for the upper
 * halves of the products. What counts the rounds must touch neither.
 */
#define LIMB(at, old, new)                                                    \
    "mulx " at "(%[m]), %%r10, " new "\n\t"                                   \
    "adcx " at "(%[r]), %%r10\n\t"                                            \
    "adox " old ", %%r10\n\t"                                                 \
    "mov %%r10, " at "(%[r])\n\t"


uint64_t
ic_limbs_add_adx(uint64_t *r, const uint64_t *m, uint64_t n, uint64_t q)
{
    uint64_t  carry, rounds;

    rounds = n / 8;

    __asm__ volatile (
        "xor %%r8d, %%r8d\n\t"
        "1:\n\t"
        LIMB("0", "%%r8", "%%r9")
        LIMB("8", "%%r9", "%%r8")
        LIMB("16", "%%r8", "%%r9")
        LIMB("24", "%%r9", "%%r8")
        LIMB("32", "%%r8", "%%r9")
        LIMB("40", "%%r9", "%%r8")
        LIMB("48", "%%r8", "%%r9")
        LIMB("56", "%%r9", "%%r8")
        "lea 64(%[m]), %[m]\n\t"
        "lea 64(%[r]), %[r]\n\t"
        "lea -1(%[rounds]), %[rounds]\n\t"
        "jrcxz 2f\n\t"
        "jmp 1b\n\t"
        "2:\n\t"
        "mov $0, %%r10d\n\t"
        "adcx %%r10, %%r8\n\t"
        "adox %%r10, %%r8\n\t"
        "mov %%r8, %[carry]\n\t"
        : [carry] "=r" (carry), [r] "+r" (r), [m] "+r" (m),
          [rounds] "+c" (rounds)
        : "d" (q)
        : "r8", "r9", "r10", "cc", "memory");

    return carry;
}

#else

uint64_t
ic_limbs_add_adx(uint64_t *r, const uint64_t *m, uint64_t n, uint64_t q)
{
    return ic_limbs_add_gmp(r, m, n, q);
}

#endif
