
/*
 * The curve over a field that the including file defines: fe_t holds FE_LANES
 * elements, fe_mask_t a yes or no for each, and a block is FE_BLOCK of them,
 * which share one inversion. Nothing here branches on what is secret.
 *
 *     y^2 = x^3 + J x^2 + x,  J = 486662,  modulo p = 2^255 - 19
 */


#define CURVE_J      486662
#define CURVE_A24    121665                  /* (J - 2) / 4 */
#define CURVE_STACK  16384                   /* of what is called, at most */


static void fe_square_times(fe_t *r, const fe_t *a, unsigned times);
static void fe_power_chain(fe_t *r, fe_t *eleven, const fe_t *z);
static void fe_invert(fe_t *r, const fe_t *z);
static void fe_power_p58(fe_t *r, const fe_t *z);
static void curve_divide(fe_t *r, const fe_t *num, fe_t *den, unsigned n);
static void curve_ladder(fe_t *x, fe_t *z, const u_char *scalar,
    const fe_t *point);
static void curve_elligator(fe_t *xn, fe_t *xd, const fe_t *u);
static void curve_multiply(u_char *out, const u_char *scalar,
    const u_char *points, size_t n);
static void curve_multiply_plain(u_char *out, const u_char *scalar,
    const u_char *points, size_t n);
static void curve_burn(void);
static void curve_map(u_char *out, const u_char *u, size_t n);


static void
fe_square_times(fe_t *r, const fe_t *a, unsigned times)
{
    fe_square(r, a);

    while (--times > 0) {
        fe_square(r, r);
    }
}


/* r = z^(2^250 - 1), eleven = z^11. */
static void
fe_power_chain(fe_t *r, fe_t *eleven, const fe_t *z)
{
    fe_t  a, b, c;

    fe_square(&a, z);                        /* 2 */
    fe_square_times(&b, &a, 2);              /* 8 */
    fe_multiply(&b, &b, z);                  /* 9 */
    fe_multiply(eleven, &b, &a);
    fe_square(&a, eleven);                   /* 22 */
    fe_multiply(&a, &a, &b);                 /* 2^5 - 1 */

    fe_square_times(&b, &a, 5);
    fe_multiply(&a, &b, &a);                 /* 2^10 - 1 */
    fe_square_times(&b, &a, 10);
    fe_multiply(&b, &b, &a);                 /* 2^20 - 1 */
    fe_square_times(&c, &b, 20);
    fe_multiply(&b, &c, &b);                 /* 2^40 - 1 */
    fe_square_times(&b, &b, 10);
    fe_multiply(&a, &b, &a);                 /* 2^50 - 1 */
    fe_square_times(&b, &a, 50);
    fe_multiply(&b, &b, &a);                 /* 2^100 - 1 */
    fe_square_times(&c, &b, 100);
    fe_multiply(&b, &c, &b);                 /* 2^200 - 1 */
    fe_square_times(&b, &b, 50);
    fe_multiply(r, &b, &a);                  /* 2^250 - 1 */
}


/* r = z^(p - 2): the inverse, and 0 of 0. */
static void
fe_invert(fe_t *r, const fe_t *z)
{
    fe_t  a, eleven;

    fe_power_chain(&a, &eleven, z);
    fe_square_times(&a, &a, 5);
    fe_multiply(r, &a, &eleven);
}


/* r = z^((p - 5) / 8) = z^(2^252 - 3). */
static void
fe_power_p58(fe_t *r, const fe_t *z)
{
    fe_t  a, eleven;

    fe_power_chain(&a, &eleven, z);
    fe_square_times(&a, &a, 2);
    fe_multiply(r, &a, z);
}


/*
 * r[i] = num[i] / den[i], and 0 where den[i] is 0: one inversion for all of
 * a block (Montgomery's trick). den is overwritten.
 */
static void
curve_divide(fe_t *r, const fe_t *num, fe_t *den, unsigned n)
{
    fe_t       before[FE_BLOCK], all, one;
    unsigned   i;
    fe_mask_t  zero[FE_BLOCK];

    fe_set(&one, 1);
    all = one;

    for (i = 0; i < n; i++) {
        zero[i] = fe_is_zero(&den[i]);
        fe_select(&den[i], zero[i], &one, &den[i]);
        before[i] = all;
        fe_multiply(&all, &all, &den[i]);
    }

    fe_invert(&all, &all);

    for (i = n; i-- > 0; /* void */) {
        fe_multiply(&before[i], &before[i], &all);
        fe_multiply(&all, &all, &den[i]);
        fe_multiply(&r[i], &num[i], &before[i]);

        fe_set(&before[i], 0);
        fe_select(&r[i], zero[i], &before[i], &r[i]);
    }
}


/* x / z = scalar * point (RFC 7748, section 5); one scalar for all lanes. */
static void
curve_ladder(fe_t *x, fe_t *z, const u_char *scalar, const fe_t *point)
{
    int       bit;
    fe_t      x3, z3, a, aa, b, bb, e, d;
    unsigned  swap, last;

    fe_set(x, 1);
    fe_set(z, 0);
    x3 = *point;
    fe_set(&z3, 1);
    last = 0;

    for (bit = 254; bit >= 0; bit--) {
        swap = (scalar[bit >> 3] >> (bit & 7)) & 1;
        fe_swap(last ^ swap, x, &x3);
        fe_swap(last ^ swap, z, &z3);
        last = swap;

        fe_add(&a, x, z);
        fe_subtract(&b, x, z);
        fe_add(&d, &x3, &z3);
        fe_subtract(&e, &x3, &z3);
        fe_multiply(&d, &d, &b);             /* (x3 + z3) (x - z) */
        fe_multiply(&e, &e, &a);             /* (x3 - z3) (x + z) */
        fe_square(&aa, &a);
        fe_square(&bb, &b);

        fe_add(&x3, &e, &d);
        fe_square(&x3, &x3);
        fe_subtract(&z3, &e, &d);
        fe_square(&z3, &z3);
        fe_multiply(&z3, &z3, point);

        fe_multiply(x, &aa, &bb);
        fe_subtract(&e, &aa, &bb);
        fe_small(&a, &e, CURVE_A24);
        fe_add(&a, &a, &aa);
        fe_multiply(z, &e, &a);
    }

    fe_swap(last, x, &x3);
    fe_swap(last, z, &z3);
}


/*
 * xn / xd = x of the map (RFC 9380, 6.7.1): with t = 2 u^2 one of -J / (1 + t)
 * and t times that is on the curve. For p = 5 mod 8 the candidate root y of
 * g / xd^3 has y^2 xd^3 = +-g exactly where the first of them is.
 */
static void
curve_elligator(fe_t *xn, fe_t *xd, const fe_t *u)
{
    fe_t       t, j, one, d3, g, y, e;
    fe_mask_t  first;

    fe_set(&one, 1);
    fe_set(&e, 0);
    fe_set(&j, CURVE_J);
    fe_subtract(&j, &e, &j);                 /* -J */

    fe_square(&t, u);
    fe_add(&t, &t, &t);
    fe_add(xd, &one, &t);                    /* not 0: -1/2 is no square */

    fe_square(&d3, xd);
    fe_small(&g, &t, CURVE_J);
    fe_multiply(&g, &g, &j);
    fe_add(&g, &g, &d3);
    fe_multiply(&g, &g, &j);                 /* g(-J/xd) xd^3 */
    fe_multiply(&d3, &d3, xd);

    fe_square(&e, &d3);
    fe_multiply(&y, &e, &d3);                /* xd^9 */
    fe_square(&e, &e);
    fe_multiply(&e, &e, &y);                 /* xd^21 */
    fe_multiply(&e, &e, &g);
    fe_power_p58(&e, &e);
    fe_multiply(&y, &y, &e);
    fe_multiply(&y, &y, &g);

    fe_square(&e, &y);
    fe_multiply(&e, &e, &d3);
    fe_subtract(&y, &e, &g);
    first = fe_is_zero(&y);
    fe_add(&y, &e, &g);
    first |= fe_is_zero(&y);

    fe_multiply(&t, &t, &j);
    fe_select(xn, first, &j, &t);
}


/* The scalar clamped (RFC 7748, section 5). */
static void
curve_multiply(u_char *out, const u_char *scalar, const u_char *points,
    size_t n)
{
    u_char  clamped[32];

    memcpy(clamped, scalar, 32);
    clamped[0] &= 248;
    clamped[31] = (clamped[31] & 127) | 64;

    curve_multiply_plain(out, clamped, points, n);
    OPENSSL_cleanse(clamped, sizeof(clamped));
}


/* Points are loaded FE_LANES at a time; the last ones fill the lanes. */
static void
curve_multiply_plain(u_char *out, const u_char *scalar, const u_char *points,
    size_t n)
{
    fe_t      point, x[FE_BLOCK], z[FE_BLOCK];
    size_t    first, lanes;
    unsigned  i, used;

    for (first = 0; first < n; first += FE_BLOCK * FE_LANES) {
        lanes = n - first < FE_BLOCK * FE_LANES ? n - first
                                                : FE_BLOCK * FE_LANES;
        used = (unsigned) ((lanes + FE_LANES - 1) / FE_LANES);

        for (i = 0; i < used; i++) {
            fe_load(&point, points + 32 * (first + i * FE_LANES),
                    lanes - i * FE_LANES);
            curve_ladder(&x[i], &z[i], scalar, &point);
        }

        curve_divide(x, x, z, used);

        for (i = 0; i < used; i++) {
            fe_store(out + 32 * (first + i * FE_LANES), &x[i],
                     lanes - i * FE_LANES);
        }
    }

    OPENSSL_cleanse(x, sizeof(x));
    OPENSSL_cleanse(z, sizeof(z));
    curve_burn();
}


/* What ladders and divisions left on the stack below. */
static __attribute__((noinline)) void
curve_burn(void)
{
    u_char  stack[CURVE_STACK];

    OPENSSL_cleanse(stack, sizeof(stack));
}


static void
curve_map(u_char *out, const u_char *u, size_t n)
{
    fe_t      field, xn[FE_BLOCK], xd[FE_BLOCK];
    size_t    first, lanes;
    unsigned  i, used;

    for (first = 0; first < n; first += FE_BLOCK * FE_LANES) {
        lanes = n - first < FE_BLOCK * FE_LANES ? n - first
                                                : FE_BLOCK * FE_LANES;
        used = (unsigned) ((lanes + FE_LANES - 1) / FE_LANES);

        for (i = 0; i < used; i++) {
            fe_load(&field, u + 32 * (first + i * FE_LANES),
                    lanes - i * FE_LANES);
            curve_elligator(&xn[i], &xd[i], &field);
        }

        curve_divide(xn, xn, xd, used);

        for (i = 0; i < used; i++) {
            fe_store(out + 32 * (first + i * FE_LANES), &xn[i],
                     lanes - i * FE_LANES);
        }
    }
}
