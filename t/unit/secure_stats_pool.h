
/*
 * Random tables of three parties for secure_stats, what it makes of them,
 * and plain sums over all rows.
 */


#ifndef _SECURE_STATS_POOL_H_INCLUDED_
#define _SECURE_STATS_POOL_H_INCLUDED_


#include "../../src/components/secure_stats/secure_stats.h"
#include "../../src/math/ic_exact.h"
#include "aggregate_double.h"


#define PARTIES  3
#define COLUMNS  6
#define MOST     3000
#define LEAST    7


/* All rows, and which party has which. */
typedef struct {
    int64_t   rows;
    double    x[COLUMNS][MOST];
    int       group[MOST];       /* -1: NULL */
    unsigned  owner[MOST];
} pool_t;


static const char *const  names[COLUMNS] = {
    "age", "gewicht_größe", "时间", "constant", "d", "empty"
};

static const char *const  groups[] = { "north", "süd", "东", "few" };

static pool_t  pool;


static inline double
random_value(int column)
{
    double  u;

    u = (double) random() / (double) RAND_MAX;

    switch (column) {

    case 0:
        return (double) (random() % 100);

    case 1:
        return 70 + 15 * (u - 0.5) * 3;

    case 2:
        return ldexp(u - 0.5, (int) (random() % 70) - 20);

    case 3:
        return 0.1;

    case 4:
        return 1e9 + u;

    default:
        return NAN;
    }
}


static inline void
make_pool(int64_t rows, int nulls)
{
    int64_t  row;
    int      c;

    pool.rows = rows;

    for (row = 0; row < rows; row++) {
        pool.owner[row] = row < PARTIES ? (unsigned) row
                                        : (unsigned) random() % PARTIES;
        pool.group[row] = (int) (random() % 4) - 1;

        if (random() % 100 == 0) {
            pool.group[row] = 3;
        }

        for (c = 0; c < COLUMNS; c++) {
            pool.x[c][row] = (nulls > 0 && random() % nulls == 0)
                             ? NAN : random_value(c);
        }
    }
}


static inline void
put_field(FILE *csv, double x)
{
    if (isnan(x)) {
        fputc(',', csv);

    } else {
        fprintf(csv, "%.17g,", x);
    }
}


static inline local_t *
deal(const char *params)
{
    int       c;
    char     *text;
    FILE     *csv;
    size_t    len;
    int64_t   row;
    local_t  *net;
    unsigned  i;

    net = local_create(secure_stats, "arbiter.0 guest.0 host.0 host.1");
    local_params(net, LOCAL_ALL, params);

    for (i = 0; i < PARTIES; i++) {
        csv = open_memstream(&text, &len);

        for (c = 0; c < COLUMNS; c++) {
            fprintf(csv, "%s,", names[c]);
        }

        fprintf(csv, "place\n");

        for (row = 0; row < pool.rows; row++) {

            if (pool.owner[row] != i) {
                continue;
            }

            for (c = 0; c < COLUMNS; c++) {
                put_field(csv, pool.x[c][row]);
            }

            fprintf(csv, "%s\n", pool.group[row] < 0
                                 ? "" : groups[pool.group[row]]);
        }

        fclose(csv);
        local_csv(net, i + 1, "train_data", text);
        free(text);
    }

    aggregate_reset();

    return net;
}


static inline ic_json_t *
report_of(local_t *net, unsigned party)
{
    return local_json(&net->parties[party],
                      local_output(net, party, "report"));
}


static inline double
number(const ic_json_t *object, const char *name)
{
    const ic_json_t  *value;

    value = ic_json_get(object, name);

    return value == NULL ? NAN
           : value->type == IC_JSON_INT ? (double) value->num : value->real;
}


static inline bool
near(double got, double want, double tolerance)
{
    return fabs(got - want) <= tolerance * fmax(1e-300, fabs(want));
}


/* Plain sums over the rows of a group (-2: all). */

static inline void
plain(int column, int group, int64_t *count, long double *sum,
    long double *squares)
{
    int64_t      row;
    long double  mean;

    *count = 0;
    *sum = *squares = 0;

    for (row = 0; row < pool.rows; row++) {
        if ((group == -2 || pool.group[row] == group)
            && !isnan(pool.x[column][row]))
        {
            (*count)++;
            *sum += pool.x[column][row];
        }
    }

    mean = *sum / (long double) (*count > 0 ? *count : 1);

    for (row = 0; row < pool.rows; row++) {
        if ((group == -2 || pool.group[row] == group)
            && !isnan(pool.x[column][row]))
        {
            *squares += (pool.x[column][row] - mean)
                        * (pool.x[column][row] - mean);
        }
    }
}


/* What was opened, five words at a time, has no sum of these rows. */

static inline bool
was_opened(double sum)
{
    unsigned        i, j;
    const opened_t *o;

    for (i = 0; i < table.nopened; i++) {
        o = &table.opened[i];

        for (j = 0; j + 5 <= o->count; j++) {
            if (ic_exact_value(o->words + j) == sum) {
                return true;
            }
        }
    }

    return false;
}


#endif /* _SECURE_STATS_POOL_H_INCLUDED_ */
