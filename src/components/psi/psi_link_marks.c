
/* Which numbers were seen. */


#include <stdlib.h>
#include <string.h>

#include "psi_link.h"


int
psi_link_mark(psi_link_marks_t *marks, uint64_t number)
{
    u_char    *bits, bit;
    uint64_t   size;

    if (number / 8 >= marks->size) {
        size = 2 * (number / 8) + 64;
        bits = realloc(marks->bits, size);

        if (bits == NULL) {
            return -1;
        }

        memset(bits + marks->size, 0, size - marks->size);
        marks->bits = bits;
        marks->size = size;
    }

    bit = (u_char) (1 << number % 8);
    marks->count += (marks->bits[number / 8] & bit) == 0;
    marks->bits[number / 8] |= bit;

    return 0;
}
