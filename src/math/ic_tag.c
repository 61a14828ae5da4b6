
/* Tags modulo 2^64 - 59; 2^64 is 59 there. */


#include "ic_tag.h"


#define FOLD  59


static uint64_t tag_fold(unsigned __int128 number);


uint64_t
ic_tag(const uint64_t *coefficients, const uint64_t *numbers,
    const uint8_t *carries, unsigned count)
{
    uint64_t  tag, number;
    unsigned  i;

    for (tag = 0, i = 0; i < count; i++) {
        number = ic_tag_number(numbers[i], carries != NULL ? carries[i] : 0);
        tag = ic_tag_sum(tag, tag_fold((unsigned __int128) coefficients[i]
                                       * number));
    }

    return tag;
}


uint64_t
ic_tag_number(uint64_t number, uint8_t carry)
{
    return tag_fold(((unsigned __int128) carry << 64) + number);
}


uint64_t
ic_tag_sum(uint64_t one, uint64_t other)
{
    return tag_fold((unsigned __int128) one + other);
}


static uint64_t
tag_fold(unsigned __int128 number)
{
    uint64_t  low;

    number = (number >> 64) * FOLD + (uint64_t) number;
    number = (number >> 64) * FOLD + (uint64_t) number;

    /* below 2^64 + 59 * 60 now: once more at most */

    number = (number >> 64) * FOLD + (uint64_t) number;
    low = (uint64_t) number;

    return low >= IC_TAG_PRIME ? low - IC_TAG_PRIME : low;
}
