
/* The syntax of programs: what is one, what is none and where. */


#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../../src/api/ic_component.h"
#include "../../src/api/ic_expression.h"
#include "tap.h"


#define X       "input x from guest.0;"
#define OUT(e)  X "output y to guest.0=" e ";"
#define LONG    65536


static ic_arena_t  *arena;


static void
test_programs(void)
{
    size_t       i;
    const char  *why;

    static const char *const  programs[] = {
        OUT("x"), OUT("-x"), OUT("--x * -2"), OUT("not not x < 1"),
        OUT("(((x)))"), OUT("x <= 1 and x >= 2 or not x == 3"),
        OUT("if x < 1 then 2 else if x != 2 then x else -x"),
        OUT("min(x, 1, 2)"), OUT("max(x, min(x, 1))"), OUT("abs(x)"),
        OUT("sum(x) / mean(x) + count() - count(x < 1)"),
        OUT("linear([1, -2.5e3], [x, abs(x)], -7)"), OUT("linear([1],[x])"),
        OUT("true and false"), OUT("1.5e-3 * x"), "# a remark\n" OUT("x"),
        "input \"a b\" from host.12 column \"c d\" range -1.5..2;"
        "let z = \"a b\" * 2;output z to guest.0, host.12 = z;",
        "input sum from guest.0;output min to guest.0 = sum;",
        X "\n\noutput y\tto guest.0 = x;# no line end",
        "input \xe6\x95\xb0 from guest.0;output y to guest.0 = \xe6\x95\xb0;"
    };

    for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        why = ic_expression_check(arena, ic_str(programs[i]));
        ok(why == NULL, "%s: %s", programs[i], why != NULL ? why : "yes");
    }
}


static void
test_none(void)
{
    size_t       i;
    const char  *why;

    static const struct {
        const char  *text;
        const char  *why;
    } cases[] = {
        { "", "line 1, column 1: there is no output" },
        { X, "column 22: there is no output" },
        { X "output y to guest.0 = x", "column 45: \";\" is expected" },
        { OUT("x +"), "column 45: a value is expected here, not \";\"" },
        { OUT("x y"), "column 44: \";\" is expected here, not \"y\"" },
        { OUT("(x"), "\")\" is expected here, not \";\"" },
        { OUT("x < 1 < 2"), "\";\" is expected here, not \"<\"" },
        { OUT("if x then 1"), "\"else\" is expected" },
        { OUT("min(x)"), "\",\" is expected" },
        { OUT("abs(x, x)"), "\")\" is expected" },
        { OUT("count(x, x)"), "\")\" is expected" },
        { OUT("abs()"), "a value is expected here, not \")\"" },
        { OUT("linear([1, 2], [x])"), "\",\" is expected" },
        { OUT("linear([1], [x, x])"), "there are 1 weights" },
        { OUT("linear([x], [x])"), "a number is expected" },
        { OUT("x @ 2"), "this sign is not known" },
        { OUT("1x"), "this is no number" },
        { OUT("\"x"), "quotes at both ends" },
        { "input x of guest.0;", "column 9: \"from\" is expected" },
        { "input x from guest;", "\".\" is expected" },
        { "input x from 3;", "a party, such as guest.0" },
        { "input x from guest.a;", "guest.a is no data party" },
        { "input x from guest.0 range 3..2;", "the range has no number" },
        { "input x from guest.0 range a..2;", "a number is expected" },
        { "input x from guest.0 column 3;", "the name of a column" },
        { "output y = 1;", "column 10: \"to\" is expected" },
        { "let 3 = 1;", "a name is expected" },
        { "drop table x;", "a statement begins with" },
        { X "\r\n\xe6\x95\xb0 = 1;", "line 2, column 1: a statement" },
        { "\xff\xfe", "is no UTF-8" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        why = ic_expression_check(arena, ic_str(cases[i].text));
        ok(why != NULL && strstr(why, cases[i].why) != NULL, "%s: %s",
           cases[i].text, why != NULL ? why : "taken");
    }
}


/* As long as a program may be; a worker of nginx waits meanwhile. */

static void
test_long(const char *piece, const char *why)
{
    char        *text;
    double       ms;
    size_t       len, n;
    const char  *said;
    clock_t      begun;

    text = malloc(LONG + 1);
    len = (size_t) snprintf(text, LONG, "%s", X "output y to guest.0 = ");

    for (n = strlen(piece); len + n + 2 < LONG; len += n) {
        memcpy(text + len, piece, n);
    }

    len += (size_t) snprintf(text + len, LONG - len, "x;");
    begun = clock();
    said = ic_expression_check(arena, ic_str_n(text, len));
    ms = (double) (clock() - begun) / CLOCKS_PER_SEC * 1000;

    ok(why == NULL ? said == NULL : said != NULL && strstr(said, why) != NULL,
       "64 KiB of %s: %s", piece, said != NULL ? said : "taken");
    ok(ms < 100, "... in %.1f ms", ms);
    free(text);
}


/* Whatever the bytes are, it ends; what is cut off is refused. */

static void
test_junk(void)
{
    char       text[200];
    size_t     i, len;
    unsigned   k, taken;

    static const char  sound[] = OUT("linear([1,2],[x,min(x,-1)],3) < 2");
    static const char  signs[] = "x1.\"<>=!-+*/([,;])# \nifthenelsenot";

    for (taken = 0, len = 0; len < sizeof(sound) - 1; len++) {
        taken += ic_expression_check(arena, ic_str_n(sound, len)) == NULL;
    }

    is_int(taken, 0, "a part of a program is none");

    for (k = 0; k < 20000; k++) {
        len = (size_t) snprintf(text, sizeof(text), "%s", sound);

        for (i = 0; i < 1 + k % 8; i++) {
            text[(size_t) random() % len] = signs[(size_t) random()
                                                  % (sizeof(signs) - 1)];
        }

        (void) ic_expression_check(arena, ic_str_n(text, len));
        ic_pool_reset(arena);
    }

    ok(true, "junk ends");
}


static void
test_parameter(void)
{
    int                rc;
    ic_json_t         *value;
    ic_param_fault_t   fault;
    const ic_param_t  *row;

    row = ic_param(ic_params_expression, "program");
    value = ic_json_parse(arena, ic_str("\"" X "\\nlet y = ;\""), NULL);

    rc = ic_param_check(arena, row, value, NULL, &fault);

    ok(rc != 0
       && ic_str_is(fault.name, "program")
       && ic_str_is(fault.reason, "line 2, column 9: a value is expected "
                                  "here, not \";\""),
       "who checks a job says it: %.*s", (int) fault.reason.len,
       (char *) fault.reason.data);
}


int
main(void)
{
    unsigned  seed;

    seed = (unsigned) getpid();
    printf("# seed %u\n", seed);
    srandom(seed);
    arena = ic_pool_create();

    test_programs();
    test_none();
    test_long("x + ", NULL);
    test_long("-", NULL);
    test_long("not ", NULL);
    test_long("(", "more than 100 levels");
    test_long("abs(", "more than 100 levels");
    test_long("x < 1 or 2 == x and ", NULL);
    test_junk();
    test_parameter();

    ic_pool_destroy(arena);

    return done();
}
