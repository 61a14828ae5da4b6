
/* Random expressions: their texts, and their values without rounding. */


#ifndef _EXPRESSION_TERMS_H_INCLUDED_
#define _EXPRESSION_TERMS_H_INCLUDED_


#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#define ROWS    70
#define INPUTS  6


/* A random expression: its text, its values, and where rounding decides. */
typedef struct {
    char    *text;
    bool     truth;
    double   values[ROWS];
    bool     near[ROWS];
    double   most;
} term_t;


static double    columns[INPUTS][ROWS];
static uint64_t  state;


static inline uint64_t
roll(uint64_t below)
{
    uint64_t  z;

    z = state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;

    return (z ^ z >> 31) % below;
}


static inline term_t *
term(bool truth, const char *fmt, const char *a, const char *b,
    const char *c)
{
    size_t   len;
    term_t  *t;

    t = calloc(1, sizeof(term_t));
    len = strlen(fmt) + strlen(a) + strlen(b) + strlen(c) + 1;
    t->text = malloc(len);
    (void) snprintf(t->text, len, fmt, a, b, c);
    t->truth = truth;

    return t;
}


static inline void
forget(term_t *t)
{
    if (t != NULL) {
        free(t->text);
        free(t);
    }
}


static inline term_t *
leaf(void)
{
    char      text[32];
    term_t   *t;
    double    c;
    unsigned  i, k;

    k = (unsigned) roll(INPUTS + 2);

    if (k < INPUTS) {
        (void) snprintf(text, sizeof(text), k == 1 ? "\"x 1\"" : "x%u", k);
        t = term(false, "%s%s%s", text, "", "");

        for (i = 0; i < ROWS; i++) {
            t->values[i] = columns[k][i];
        }

        t->most = 8;
        return t;
    }

    c = k == INPUTS ? (double) roll(9) - 4
                    : ((double) roll(2001) - 1000) / 700;
    (void) snprintf(text, sizeof(text), c < 0 ? "(%.6f)" : "%.6f", c);
    c = strtod(text + (c < 0), NULL);
    t = term(false, "%s%s%s", text, "", "");

    for (i = 0; i < ROWS; i++) {
        t->values[i] = c;
    }

    t->most = fabs(c);

    return t;
}


static inline term_t *number(unsigned depth);
static inline term_t *truth(unsigned depth);


static inline term_t *
number(unsigned depth)
{
    unsigned  i, k;
    term_t   *t, *a, *b, *c;

    static const char *const  forms[] = {
        "(%s + %s)%s", "(%s - %s)%s", "%s * %s%s", "min(%s, %s)%s",
        "max(%s, %s)%s", "abs(%s)%s%s", "(-%s)%s%s",
        "(if %s then %s else %s)", "linear([2, -0.3], [%s, %s], 0.75%s)",
        "%s / 3%s%s"
    };

    if (depth == 0) {
        return leaf();
    }

    k = (unsigned) roll(sizeof(forms) / sizeof(forms[0]));
    a = k == 7 ? truth(depth - 1) : number(depth - 1);
    b = k == 5 || k == 6 || k == 9 ? NULL : number(depth - 1);
    c = k == 7 ? number(depth - 1) : NULL;

    /* what would not fit is not multiplied */

    if (k == 2 && a->most * b->most > 10000) {
        k = 0;
    }

    t = term(false, k == 8 ? "linear([2, -0.3], [%s, %s], 0.75)%s"
             : forms[k], a->text, b != NULL ? b->text : "",
             c != NULL ? c->text : "");

    for (i = 0; i < ROWS; i++) {
        double  x, y;

        x = a->values[i];
        y = b != NULL ? b->values[i] : 0;
        t->near[i] = a->near[i] || (b != NULL && b->near[i])
                     || (c != NULL && c->near[i]);

        t->values[i] = k == 0 ? x + y : k == 1 ? x - y : k == 2 ? x * y
                       : k == 3 ? fmin(x, y) : k == 4 ? fmax(x, y)
                       : k == 5 ? fabs(x) : k == 6 ? -x
                       : k == 7 ? (x != 0 ? y : c->values[i])
                       : k == 8 ? 2 * x - 0.3 * y + 0.75 : x / 3;
    }

    t->most = k == 2 ? a->most * b->most
              : 2 * a->most + (b != NULL ? b->most : 0)
                + (c != NULL ? c->most : 0) + 1;

    forget(a);
    forget(b);
    forget(c);

    return t;
}


static inline term_t *
truth(unsigned depth)
{
    unsigned  i, k;
    term_t   *t, *a, *b;

    static const char *const  forms[] = {
        "%s < %s%s", "%s <= %s%s", "%s > %s%s", "%s >= %s%s", "%s == %s%s",
        "%s != %s%s", "(%s and %s)%s", "(%s or %s)%s", "not (%s)%s%s",
        "(%s) == (%s)%s"
    };

    depth = depth > 0 ? depth : 1;
    k = (unsigned) roll(depth > 1 ? 10 : 6);
    a = k < 6 ? number(depth - 1) : truth(depth - 1);
    b = k == 8 ? NULL : k < 6 ? number(depth - 1) : truth(depth - 1);
    t = term(true, "(%s%s%s)", "", "", "");
    free(t->text);
    t->text = malloc(strlen(a->text) + (b ? strlen(b->text) : 0) + 32);
    strcpy(t->text, "(");
    sprintf(t->text + 1, forms[k], a->text, b != NULL ? b->text : "", "");
    strcat(t->text, ")");
    t->truth = true;

    for (i = 0; i < ROWS; i++) {
        double  x, y;

        x = a->values[i];
        y = b != NULL ? b->values[i] : 0;
        t->near[i] = a->near[i] || (b != NULL && b->near[i])
                     || (k < 6 && fabs(x - y)
                                  < 1e-2 * (1 + a->most + b->most) / 10);
        t->values[i] = k == 0 ? x < y : k == 1 ? x <= y : k == 2 ? x > y
                       : k == 3 ? x >= y : k == 4 ? x == y
                       : k == 5 ? x != y : k == 6 ? x != 0 && y != 0
                       : k == 7 ? x != 0 || y != 0 : k == 8 ? x == 0
                       : (x != 0) == (y != 0);
    }

    t->most = 1;
    forget(a);
    forget(b);

    return t;
}


#endif /* _EXPRESSION_TERMS_H_INCLUDED_ */
