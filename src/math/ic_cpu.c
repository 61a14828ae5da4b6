
/* Features of the processor, asked once. */


#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "ic_cpu.h"


static unsigned cpu_features(void);


static unsigned  cpu_hidden, cpu_distrusted;


bool
ic_cpu_has(ic_cpu_e feature)
{
    static unsigned  known;      /* the same whoever asks first */

    if (known == 0) {
        known = cpu_features() | 0x80000000u;
    }

    return (known & ~cpu_hidden & ~cpu_distrusted & feature) != 0;
}


void
ic_cpu_hide(unsigned features)
{
    cpu_hidden = features;
}


void
ic_cpu_distrust(unsigned features)
{
    cpu_distrusted |= features;
}


const char *
ic_cpu_name(ic_cpu_e feature)
{
    switch (feature) {

    case IC_CPU_IFMA:
        return "AVX-512 IFMA";

    case IC_CPU_VNNI:
        return "AVX-512 VNNI";

    case IC_CPU_VAES:
        return "VAES";

    case IC_CPU_ADX:
        return "ADX";

    case IC_CPU_AVX512:
        return "AVX-512";
    }

    return "an unknown feature";
}


static unsigned
cpu_features(void)
{
    unsigned  features;

    features = 0;

#if defined(__x86_64__)
    unsigned  a, b, c, d;

    __builtin_cpu_init();

    /* __builtin_cpu_supports() of gcc 12 knows no ADX, of clang 14 no VAES */

    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
        return 0;
    }

    if ((b & bit_ADX) != 0 && (b & bit_BMI2) != 0) {
        features |= IC_CPU_ADX;
    }

    if (!__builtin_cpu_supports("avx512f")
        || !__builtin_cpu_supports("avx512dq")
        || !__builtin_cpu_supports("avx512bw")
        || !__builtin_cpu_supports("avx512vl"))
    {
        return features;
    }

    features |= IC_CPU_AVX512;
    features |= __builtin_cpu_supports("avx512ifma") ? IC_CPU_IFMA : 0;
    features |= __builtin_cpu_supports("avx512vnni") ? IC_CPU_VNNI : 0;
    features |= (c & bit_VAES) != 0 ? IC_CPU_VAES : 0;
#endif

    return features;
}
