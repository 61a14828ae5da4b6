
/*
 * Statistics over three parties against straightforward definitions over all
 * rows together, with random tables and with awkward ones.
 */


#include "secure_stats_pool.h"


static unsigned
check_moments(const ic_json_t *got, int column, int group, int64_t rows)
{
    double       n, spread;
    int64_t      count;
    unsigned     bad;
    long double  sum, squares;

    plain(column, group, &count, &sum, &squares);

    if (count < LEAST) {
        return ic_json_get(got, "suppressed") == NULL
               || ic_json_get(got, "count") != NULL
               || ic_json_get(got, "sum") != NULL;
    }

    n = (double) count;
    spread = (double) sqrtl(squares / n);

    bad = number(got, "count") != n;
    bad += number(got, "nulls") != (double) rows - n;
    bad += fabs(number(got, "sum") - (double) sum)
           > 1e-15 * (fabs((double) sum) + n * spread);
    bad += fabs(number(got, "mean") - (double) sum / n)
           > 1e-14 * (fabs((double) sum / n) + spread);

    /* 0.1 is not exact, its sum is: the plain one is off by rounding */

    bad += column == 3 ? number(got, "variance") != 0
           : !near(number(got, "variance"), (double) squares / n, 1e-9)
             || !near(number(got, "sample_variance"),
                      (double) squares / (n - 1), 1e-9)
             || !near(number(got, "sample_deviation"),
                      sqrt((double) squares / (n - 1)), 1e-9);

    return bad;
}


static int
by_value(const void *one, const void *two)
{
    const double  *a, *b;

    a = one;
    b = two;

    return (*a > *b) - (*a < *b);
}


static int64_t
sorted(int column, double *values)
{
    int64_t  row, n;

    for (n = 0, row = 0; row < pool.rows; row++) {
        if (!isnan(pool.x[column][row])) {
            values[n++] = pool.x[column][row];
        }
    }

    qsort(values, (size_t) n, sizeof(double), by_value);

    return n;
}


static int64_t
between(const double *values, int64_t n, double lower, double upper)
{
    int64_t  i, count;

    for (count = 0, i = 0; i < n; i++) {
        count += values[i] >= lower && values[i] <= upper;
    }

    return count;
}


static unsigned
check_quantile(const ic_json_t *got, const double *values, int64_t n,
    bool exact)
{
    double    q, want, value, lower, upper;
    int64_t   k;

    q = number(got, "q");
    k = (int64_t) ceil(q * (double) n);

    if (k < LEAST || n - k + 1 < LEAST) {
        return ic_json_get(got, "suppressed") == NULL
               || ic_json_get(got, "value") != NULL;
    }

    if (ic_json_get(got, "suppressed") != NULL) {
        return exact || (k >= 2 * LEAST && n - k + 1 >= 2 * LEAST);
    }

    want = values[k - 1];
    value = number(got, "value");
    lower = number(got, "lower");
    upper = number(got, "upper");

    if (exact) {
        return value != want || lower != want || upper != want;
    }

    return !(lower <= want && want <= upper && lower <= value
             && value <= upper)
           || between(values, n, lower, upper) < LEAST;
}


static unsigned
check_ranks(const ic_json_t *got, int column, bool exact)
{
    double            values[MOST], low, high;
    int64_t           n;
    unsigned          bad;
    const ic_json_t  *item;

    n = sorted(column, values);

    if (n < LEAST) {
        return ic_json_get(got, "quantiles") != NULL
               || ic_json_get(got, "min_at_least") != NULL;
    }

    bad = 0;

    for (item = ic_json_get(got, "quantiles")->child; item != NULL;
         item = item->next)
    {
        bad += check_quantile(item, values, n, exact);
    }

    if (exact) {
        return bad + (number(got, "min") != values[0])
               + (number(got, "max") != values[n - 1]);
    }

    low = number(got, "min_at_least");
    high = number(got, "max_at_most");
    bad += !(low <= values[0] && high >= values[n - 1]);

    /* powers of two, and the next one would not do */

    bad += low > 0 && values[0] >= 2 * low;
    bad += low < 0 && values[0] >= low / 2 && low < -1e-300;
    bad += high > 1e-300 && values[n - 1] < high / 2;

    return bad;
}


static double
plain_correlation(int a, int b, int64_t *count)
{
    int          c;
    int64_t      row;
    unsigned     pass;
    long double  n, sa, sb, saa, sbb, sab;

    n = sa = sb = saa = sbb = sab = 0;

    for (pass = 0; pass < 2; pass++) {
        for (row = 0; row < pool.rows; row++) {

            for (c = 0; c < COLUMNS - 1 && !isnan(pool.x[c][row]); c++) {
                /* void */
            }

            if (c < COLUMNS - 1) {
                continue;
            }

            if (pass == 0) {
                n++;
                sa += pool.x[a][row];
                sb += pool.x[b][row];
                continue;
            }

            saa += (pool.x[a][row] - sa / n) * (pool.x[a][row] - sa / n);
            sbb += (pool.x[b][row] - sb / n) * (pool.x[b][row] - sb / n);
            sab += (pool.x[a][row] - sa / n) * (pool.x[b][row] - sb / n);
        }
    }

    *count = (int64_t) n;

    return (double) (sab / sqrtl(saa * sbb));
}


static unsigned
check_correlation(const ic_json_t *got)
{
    int               a, b;
    double            r, want;
    int64_t           count;
    unsigned          bad;
    const ic_json_t  *cell;

    for (bad = 0, a = 0; a < COLUMNS - 1; a++) {
        for (b = 0; b < COLUMNS - 1; b++) {
            want = plain_correlation(a, b, &count);
            cell = ic_json_at(ic_json_at(ic_json_get(got, "matrix"),
                                         (unsigned) a), (unsigned) b);
            r = cell->type == IC_JSON_INT ? (double) cell->num : cell->real;

            /* of a constant there is none */

            bad += (a == 3 || b == 3) ? cell->type != IC_JSON_NULL
                                      : fabs(r - want) > 1e-9;
        }
    }

    return bad + (number(got, "rows") != (double) count);
}


#define ALL  "\"columns\":[\"age\",\"gewicht_größe\",\"时间\","               \
             "\"constant\",\"d\",\"empty\"],\"min_group\":7"

#define FIVE  "\"columns\":[\"age\",\"gewicht_größe\",\"时间\","              \
              "\"constant\",\"d\"],\"min_group\":7"


static void
test_random(int64_t rows, int nulls, bool exact)
{
    char              params[1024];
    local_t          *net;
    unsigned          i, bad;
    const ic_json_t  *report, *column;

    make_pool(rows, nulls);
    (void) snprintf(params, sizeof(params),
                    "{" ALL ",\"quantiles\":[0.001,0.1,0.25,0.5,0.9,0.99],"
                    "\"quantile_method\":\"%s\",\"extremes\":\"%s\"}",
                    exact ? "exact" : "grouped", exact ? "exact" : "bins");
    net = deal(params);

    if (!ok(local_run(net) == 0, "%lld rows, NULL in one of %d, %s",
            (long long) rows, nulls, exact ? "exact" : "grouped"))
    {
        for (i = 0; i < 4; i++) {
            printf("# %s: %s\n", net->parties[i].code,
                   net->parties[i].text);
        }

        local_destroy(net);
        return;
    }

    report = report_of(net, 2);
    is_str(local_output(net, 1, "report"), local_output(net, 3, "report"),
           "... the same at all");
    is_int((long long) number(report, "rows"), rows, "... all rows");
    ok(local_output(net, 0, "report") == NULL
       && strstr(local_table(net, 0, "dataset") ? "x" : "", "x") == NULL,
       "... nothing at the arbiter");

    for (bad = 0, i = 0; i < COLUMNS; i++) {
        column = ic_json_at(ic_json_get(report, "columns"), i);
        bad += !ic_str_is(ic_json_str(ic_json_get(column, "name")),
                          names[i]);
        bad += check_moments(column, (int) i, -2, rows);
        bad += check_ranks(column, (int) i, exact);
    }

    if (!is_int(bad, 0, "... as the definitions say")) {
        printf("# %s\n", local_output(net, 2, "report"));
    }

    local_destroy(net);
}


static void
test_correlation(int64_t rows, int nulls)
{
    local_t  *net;

    make_pool(rows, nulls);
    net = deal("{" FIVE ",\"correlation\":true,\"extremes\":\"none\","
               "\"quantiles\":[]}");
    ok(local_run(net) == 0, "correlation, %lld rows, NULL in one of %d",
       (long long) rows, nulls);
    is_int(check_correlation(ic_json_get(report_of(net, 1), "correlation")),
           0, "... as the definition says");
    local_destroy(net);
}


static const ic_json_t *
group_of(const ic_json_t *report, unsigned n)
{
    return ic_json_at(ic_json_path(report, "groups/values"), n);
}


static void
test_groups(int64_t rows)
{
    int               g;
    int64_t           n, count, hidden;
    unsigned          bad, c, shown;
    local_t          *net;
    long double       sum, squares;
    const ic_json_t  *report, *group, *cell;

    make_pool(rows, 9);
    net = deal("{" ALL ",\"group_by\":\"place\",\"group_values\":[\"north\","
               "\"süd\",\"东\",\"few\"],\"quantiles\":[],"
               "\"extremes\":\"none\"}");
    ok(local_run(net) == 0, "groups of %lld rows", (long long) rows);
    report = report_of(net, 1);
    bad = 0;

    for (c = 0; c < COLUMNS; c++) {
        hidden = shown = 0;

        for (g = 0; g < 5; g++) {
            group = group_of(report, (unsigned) g);
            cell = ic_json_at(ic_json_get(group, "columns"), c);
            plain((int) c, g < 4 ? g : -1, &count, &sum, &squares);

            if (cell == NULL || ic_json_get(cell, "suppressed") != NULL) {
                hidden += count;
                bad += count > 1 && sum != 0 && c != 3 && c != 0
                       && was_opened((double) sum);
                continue;
            }

            shown++;
            n = (int64_t) number(group, "rows");
            bad += count < LEAST
                   || check_moments(cell, (int) c, g < 4 ? g : -1, n) != 0;
        }

        bad += shown > 0 && hidden > 0 && hidden < LEAST;
    }

    is_int(bad, 0, "... as the definitions say, nothing small, also by "
           "subtraction");
    ok(ic_json_get(group_of(report, 3), "suppressed") != NULL
       || number(group_of(report, 3), "rows") >= LEAST,
       "... the small group is suppressed or is not small");
    local_destroy(net);
}


/* 20, 30, 2 rows: the second smallest goes too, though it is large. */

static void
test_complement(void)
{
    int64_t           row;
    local_t          *net;
    unsigned          hidden[2], i;
    const ic_json_t  *report;

    for (i = 0; i < 2; i++) {
        make_pool(50 + (i == 0 ? 2 : 8), 0);

        for (row = 0; row < pool.rows; row++) {
            pool.group[row] = row < 20 ? 0 : row < 50 ? 1 : 2;
        }

        net = deal("{" ALL ",\"group_by\":\"place\",\"group_values\":["
                   "\"north\",\"süd\",\"东\"]}");
        ok(local_run(net) == 0, "three groups");
        report = report_of(net, 1);
        hidden[i] = (ic_json_get(group_of(report, 0), "rows") == NULL)
                    + 2 * (ic_json_get(group_of(report, 1), "rows") == NULL)
                    + 4 * (ic_json_get(group_of(report, 2), "rows") == NULL);
        local_destroy(net);
    }

    is_int(hidden[0], 5, "one small group: the next smallest is hidden too");
    is_int(hidden[1], 0, "none is hidden when all are large enough");
}


static void
test_incomplete(void)
{
    int64_t           row;
    local_t          *net;
    const ic_json_t  *got;

    make_pool(100, 0);

    for (row = 0; row < 3; row++) {
        pool.x[1][row + 10] = NAN;
    }

    net = deal("{" FIVE ",\"correlation\":true}");
    ok(local_run(net) == 0, "three rows with NULL");
    got = ic_json_get(report_of(net, 1), "correlation");
    ok(ic_json_get(got, "suppressed") != NULL
       && ic_json_get(got, "matrix") == NULL,
       "... the difference would be the sums of three rows: suppressed");
    is_str((char *) ic_json_str(ic_json_get(got, "column")).data, "age",
           "... and it says which column is fuller than the others");
    local_destroy(net);
}


/* The complete rows are a group but for three rows, or the whole group. */

static void
test_incomplete_group(void)
{
    bool              hidden;
    int64_t           row;
    local_t          *net;
    unsigned          few;
    const ic_json_t  *got;

    for (few = 0; few < 2; few++) {
        make_pool(50, 0);

        for (row = 0; row < pool.rows; row++) {
            pool.group[row] = row < 20 ? 0 : 1;

            if (row >= 20 || (few && row >= 17)) {
                pool.x[1][row] = NAN;
            }
        }

        net = deal("{" FIVE ",\"correlation\":true,\"group_by\":\"place\","
                   "\"group_values\":[\"north\",\"süd\"]}");
        ok(local_run(net) == 0, "a correlation beside groups");
        got = ic_json_get(report_of(net, 1), "correlation");
        hidden = ic_json_get(got, "suppressed") != NULL
                 && ic_json_get(got, "matrix") == NULL;
        ok(hidden == (few == 1), few == 1
           ? "... group less complete rows would be three rows: suppressed"
           : "... of a whole group: shown");
        local_destroy(net);
    }
}


int
main(void)
{
    long      seed;
    unsigned  i;

    static const int64_t  sizes[] = { 3, 10, 31, 300, 3000 };

    seed = getenv("SEED") ? atol(getenv("SEED")) : (long) time(NULL);
    printf("# SEED=%ld\n", seed);
    srandom((unsigned) seed);

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        test_random(sizes[i], 0, false);
        test_random(sizes[i], 0, true);
        test_random(sizes[i], 4, false);
        test_random(sizes[i], 4, true);
    }

    test_correlation(50, 0);
    test_correlation(2000, 0);
    test_correlation(2000, 20);

    for (i = 0; i < 10; i++) {
        test_groups(20 + random() % 400);
    }

    test_complement();
    test_incomplete();
    test_incomplete_group();
    aggregate_reset();

    return done();
}
