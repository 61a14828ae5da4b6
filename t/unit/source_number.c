
/* Numbers in text: as strtod()'s, and back. */


#include <math.h>
#include <stdlib.h>

#include "../../src/lib/ic_codec.h"
#include "../../src/source/ic_number.h"
#include "tap.h"


#define NUMBERS  400000


static const char *const  numbers[] = {
    "0", "-0", "1", "0.1", "1e23", "9007199254740993", "1e-400", "5e-324",
    "2.2250738585072011e-308", "1.7976931348623157e308", "123456789012345678",
    "0.000000000000000000000000000001", "9007199254740992.5",
    "36028797018963969", "1e22", "1e23", "8.5e-17", "4503599627370496.5",
    "00000000000000000000000000000000000001.5", "1.00000000000000000000001",
    "99999999999999999999999999", "18446744073709551616", "6.5e64", "7e-65",
};


static void test_numbers(void);
static uint64_t random_bits(void);
static void test_shortest(void);


int
main(void)
{
    unsigned     seed;
    const char  *text;

    text = getenv("IC_SEED");
    seed = (text != NULL) ? (unsigned) strtoul(text, NULL, 10)
                          : (unsigned) ic_now_ms();
    printf("# IC_SEED=%u\n", seed);
    srandom(seed);

    test_numbers();

    return done();
}


static void
test_numbers(void)
{
    char      text[80];
    size_t    i, len;
    double    value, want;
    int64_t   integer;
    unsigned  wrong;
    uint64_t  bits;

    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        want = strtod(numbers[i], NULL);
        len = ic_number_double(numbers[i], &value);
        ok(len == strlen(numbers[i])
           && memcmp(&value, &want, sizeof(double)) == 0, "%s", numbers[i]);
    }

    for (wrong = 0, i = 0; i < NUMBERS; i++) {
        bits = random_bits();

        if (i % 3 == 0) {
            memcpy(&want, &bits, sizeof(double));
            (void) snprintf(text, sizeof(text), "%.17g,",
                            isfinite(want) ? want : 0);

        } else if (i % 3 == 1) {
            (void) snprintf(text, sizeof(text), "%llue%d,",
                            (unsigned long long) bits,
                            (int) (random() % 160) - 80);
        } else {
            (void) snprintf(text, sizeof(text), "-%llu.%09ld,",
                            (unsigned long long) (bits >> random() % 64),
                            random() % 1000000000);
        }

        want = strtod(text, NULL);
        len = ic_number_double(text, &value);
        wrong += len != strlen(text) - 1
                 || memcmp(&value, &want, sizeof(double)) != 0;
    }

    is_int(wrong, 0, "%d random numbers are as strtod()'s", NUMBERS);

    for (wrong = 0, i = 0; i < NUMBERS / 4; i++) {
        bits = random_bits();
        memcpy(&want, &bits, sizeof(double));

        if (isfinite(want)) {
            len = ic_number_text(text, want);
            wrong += len != strlen(text) || strtod(text, NULL) != want;
        }
    }

    is_int(wrong, 0, "texts of doubles read back");
    test_shortest();

    ok(ic_number_int64("-9223372036854775808", &integer) == 20
       && integer == INT64_MIN, "the smallest integer");
    ok(ic_number_int64("9223372036854775807,", &integer) == 19
       && integer == INT64_MAX, "the largest one");
    is_int(ic_number_int64("-9223372036854775809", &integer), 0, "not less");
    is_int(ic_number_int64("-0", &integer), 0, "no minus zero");
    is_int(ic_number_int64("-", &integer), 0, "no sign alone");
    is_int(ic_number_double("1e", &value), 0, "no exponent without digits");
    is_int(ic_number_double(".", &value), 0, "no point alone");
}


/*
 * No text of fewer digits is the same double: powers of two, whose interval
 * is not in the middle, and their neighbours; numbers of all sizes.
 */

static void
test_shortest(void)
{
    char      text[IC_NUMBER_TEXT + 1], other[512];
    double    value;
    uint64_t  bits;
    unsigned  digits, i, n, wrong;

    for (wrong = 0, i = 0; i < NUMBERS / 4; i++) {
        bits = random_bits();
        value = i % 2 ? ldexp((double) (bits >> 11), (int) (i % 400) - 230)
                      : ldexp(1, (int) (i % 400) - 200)
                        * (1 + ldexp((double) (bits % 3), -52));
        n = (unsigned) ic_number_text(text, value);
        wrong += strtod(text, NULL) != value || n != strlen(text);

        for (digits = 0, n = 0; text[n] != '\0' && text[n] != 'e'; n++) {
            digits += text[n] >= '0' && text[n] <= '9'
                      && (digits > 0 || text[n] != '0');
        }

        if (digits > 1 && strchr(text, 'e') != NULL) {
            (void) snprintf(other, sizeof(other), "%.*g", (int) digits - 1,
                            value);
            wrong += strtod(other, NULL) == value;
        }
    }

    is_int(wrong, 0, "texts of doubles are the shortest");
}


static uint64_t
random_bits(void)
{
    return (uint64_t) random() << 42 ^ (uint64_t) random() << 21
           ^ (uint64_t) random();
}
