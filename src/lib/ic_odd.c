
/* Characters of others that a log or a terminal would not show but obey. */


#include <string.h>

#include "ic_odd.h"


/* All characters of UTF-8 from the first to the last one. */

static const struct {
    u_char  len;
    u_char  first[3];
    u_char  last[3];
} ic_odd_ranges[] = {
    { 2, { 0xc2, 0x80 }, { 0xc2, 0x9f } },                /* C1 */
    { 2, { 0xd8, 0x9c }, { 0xd8, 0x9c } },                /* ALM */
    { 3, { 0xe2, 0x80, 0x8e }, { 0xe2, 0x80, 0x8f } },    /* LRM, RLM */
    { 3, { 0xe2, 0x80, 0xa8 }, { 0xe2, 0x80, 0xae } },    /* LS .. RLO */
    { 3, { 0xe2, 0x81, 0xa6 }, { 0xe2, 0x81, 0xa9 } }     /* LRI .. PDI */
};


size_t
ic_odd(const u_char *p, const u_char *end)
{
    size_t    len;
    unsigned  n;

    if (p == end) {
        return 0;
    }

    if (*p < 0x80) {
        return *p < 0x20 || *p == 0x7f;
    }

    for (n = 0; n < sizeof(ic_odd_ranges) / sizeof(ic_odd_ranges[0]); n++) {
        len = ic_odd_ranges[n].len;

        if ((size_t) (end - p) >= len
            && memcmp(p, ic_odd_ranges[n].first, len) >= 0
            && memcmp(p, ic_odd_ranges[n].last, len) <= 0)
        {
            return len;
        }
    }

    return 0;
}
