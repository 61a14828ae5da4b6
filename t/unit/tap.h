
/* Test Anything Protocol: ok(), is_int(), is_str(), and done() at the end. */


#ifndef _TAP_H_INCLUDED_
#define _TAP_H_INCLUDED_


#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>


static int  tap_tests, tap_failures;


static bool tap_result(bool good, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0), unused));
static bool ok(bool good, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), unused));
static bool is_int(long long got, long long expected, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), unused));
static bool is_str(const char *got, const char *expected, const char *fmt,
    ...) __attribute__((format(printf, 3, 4), unused));
static int done(void) __attribute__((unused));


static bool
tap_result(bool good, const char *fmt, va_list args)
{
    tap_failures += !good;
    printf("%sok %d - ", good ? "" : "not ", ++tap_tests);
    vprintf(fmt, args);
    printf("\n");
    fflush(stdout);

    return good;
}


static bool
ok(bool good, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    tap_result(good, fmt, args);
    va_end(args);

    return good;
}


static bool
is_int(long long got, long long expected, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);

    if (!tap_result(got == expected, fmt, args)) {
        printf("#      got: %lld\n# expected: %lld\n", got, expected);
    }

    va_end(args);

    return got == expected;
}


/* NULL is a string of its own, equal to NULL only. */
static bool
is_str(const char *got, const char *expected, const char *fmt, ...)
{
    bool     good;
    va_list  args;

    good = (got == NULL || expected == NULL) ? got == expected
                                             : strcmp(got, expected) == 0;

    va_start(args, fmt);

    if (!tap_result(good, fmt, args)) {
        printf("#      got: %s\n# expected: %s\n", got ? got : "(null)",
               expected ? expected : "(null)");
    }

    va_end(args);

    return good;
}


/* The exit code of the test. */
static int
done(void)
{
    printf("1..%d\n", tap_tests);

    return tap_failures == 0 ? 0 : 1;
}


#endif /* _TAP_H_INCLUDED_ */
