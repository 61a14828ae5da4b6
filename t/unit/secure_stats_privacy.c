
/*
 * What passes in secure_stats, with the secure sums that the product has: no
 * value, no name of a group's row, no sum in the clear; nothing that comes
 * again in a second run; what is altered is noticed.
 */


#include <math.h>
#include <time.h>

#include "../../src/components/secure_stats/secure_stats.h"
#include "../../src/protocol/ic_aggregate_state.h"
#include "task_local.h"


#define PARTIES  3
#define ROWS     12


static double  values[PARTIES][ROWS];


static const char  params[] =
    "{\"columns\":[\"income\",\"size\"],\"group_by\":\"town\","
    "\"group_values\":[\"Salzburg\",\"Klagenfurt\"],\"correlation\":true,"
    "\"quantiles\":[0.5]}";


static local_t *
create(void)
{
    char      text[4096];
    local_t  *net;
    unsigned  i, j, n;

    net = local_create(secure_stats, "arbiter.0 guest.0 host.0 host.1");
    local_params(net, LOCAL_ALL, params);

    for (i = 0; i < PARTIES; i++) {
        n = (unsigned) snprintf(text, sizeof(text), "income,size,town\n");

        for (j = 0; j < ROWS; j++) {
            n += (unsigned) snprintf(text + n, sizeof(text) - n,
                                     "%.17g,%.17g,%s\n", values[i][j],
                                     sqrt(values[i][j]),
                                     j % 2 ? "Salzburg" : "Klagenfurt");
        }

        local_csv(net, i + 1, "train_data", text);
    }

    return net;
}


static bool
seen(local_t *net, double v)
{
    char    text[32];
    u_char  big[8], little[8];
    int     i;

    (void) snprintf(text, sizeof(text), "%.17g", v);
    memcpy(little, &v, 8);

    for (i = 0; i < 8; i++) {
        big[i] = little[7 - i];
    }

    return local_passed(net, text, strlen(text))
           || local_passed(net, big, 8) || local_passed(net, little, 8);
}


static void
search(local_t *net)
{
    double    sum;
    unsigned  i, j, found;

    found = 0;

    for (i = 0; i < PARTIES; i++) {
        for (sum = 0, j = 0; j < ROWS; j++) {
            found += seen(net, values[i][j]);
            found += seen(net, sqrt(values[i][j]));
            sum += values[i][j];
        }

        found += seen(net, sum);
    }

    is_int(found, 0, "no value and no party's sum in any message");
    ok(!local_passed(net, "Salzburg", 8) && !local_passed(net, "income", 6),
       "no name of a group or column");
}


/* All that was said after the hellos. */

static u_char *
collect(local_t *net, size_t *len)
{
    u_char           *all;
    local_message_t  *m;

    for (*len = 0, m = net->first; m != NULL; m = m->next) {
        *len += m->len;
    }

    all = malloc(*len);

    for (*len = 0, m = net->first; m != NULL; m = m->next) {
        if (m->data[3] > IC_AGGREGATE_ROSTER) {
            memcpy(all + *len, m->data + 8, m->len - 8);
            *len += m->len - 8;
        }
    }

    return all;
}


static int
by_word(const void *one, const void *two)
{
    return memcmp(one, two, 8);
}


/* Words of eight bytes, at every place, that both have; none has a zero. */

static unsigned
repeats(const u_char *one, size_t len1, const u_char *two, size_t len2)
{
    u_char    *words;
    size_t     i, n;
    unsigned   found;

    words = malloc(8 * len1);

    for (n = 0, i = 0; i + 8 <= len1; i++) {
        if (memchr(one + i, 0, 8) == NULL) {
            memcpy(words + 8 * n++, one + i, 8);
        }
    }

    qsort(words, n, 8, by_word);

    for (found = 0, i = 0; i + 8 <= len2; i++) {
        found += bsearch(two + i, words, n, 8, by_word) != NULL;
    }

    free(words);

    return found;
}


static void
test_runs(void)
{
    char       report[4096];
    size_t     len[2];
    u_char    *all[2];
    local_t   *net;
    unsigned   i;

    for (i = 0; i < 2; i++) {
        net = create();
        ok(local_run(net) == 0, "a run to listen to");
        search(net);
        ok(strstr(local_output(net, 0, "report"), "mean") == NULL
           && local_table(net, 0, "dataset") == NULL,
           "the arbiter has no result");
        all[i] = collect(net, &len[i]);

        if (i == 0) {
            (void) snprintf(report, sizeof(report), "%s",
                            local_output(net, 1, "report"));

        } else {
            is_str(local_output(net, 2, "report"), report,
                   "the same result in another run, at another party");
        }

        local_destroy(net);
    }

    is_int(repeats(all[0], len[0], all[1], len[1]), 0,
           "nothing of eight bytes comes again in %zu", len[0]);
    free(all[0]);
    free(all[1]);
}


/* One byte of the last message of a kind that passes. */

static unsigned  kind;

static void
alter(local_t *net, local_message_t *m)
{
    if (m->data[3] == kind && m->len > 200 && net->tampered++ == 5) {
        m->data[m->len - 40] ^= 4;
    }
}


static void
test_altered(void)
{
    local_t   *net;
    unsigned   i, fine;

    for (kind = IC_AGGREGATE_SUM; kind <= IC_AGGREGATE_PARTIALS; kind++) {
        net = create();
        net->tamper = alter;
        ok(local_run(net) != 0, "kind %u altered: the task fails", kind);

        for (fine = 0, i = 0; i < net->count; i++) {
            fine += local_output(net, i, "report") != NULL;
        }

        is_int(fine, 0, "... and nobody has a result");
        local_destroy(net);
    }
}


static void
test_two(void)
{
    local_t  *net;
    unsigned  i;

    for (i = 0; i < 2; i++) {
        net = local_create(secure_stats, "arbiter.0 guest.0 host.0");
        local_params(net, LOCAL_ALL, i == 0 ? "{\"columns\":[\"a\"]}"
                     : "{\"columns\":[\"a\"],\"allow_two_parties\":true}");
        local_csv(net, 1, "train_data", "a\n1\n2\n3\n");
        local_csv(net, 2, "train_data", "a\n4\n5\n6\n");
        is_int(local_run(net) == 0, i, "two parties, %s",
               i ? "allowed" : "not allowed");
        ok(i == 1 ? strstr(local_output(net, 2, "report"), "\"mean\":3.5")
                    != NULL
                  : strcmp(net->parties[1].code, "too_few_parties") == 0,
           "... %s", i ? "the mean" : net->parties[1].code);
        local_destroy(net);
    }
}


int
main(void)
{
    long      seed;
    unsigned  i, j;

    seed = getenv("SEED") ? atol(getenv("SEED")) : (long) time(NULL);
    printf("# SEED=%ld\n", seed);
    srandom((unsigned) seed);

    for (i = 0; i < PARTIES; i++) {
        for (j = 0; j < ROWS; j++) {
            values[i][j] = 1000 + 100 * (double) random() / RAND_MAX;
        }
    }

    test_runs();
    test_altered();
    test_two();

    return done();
}
