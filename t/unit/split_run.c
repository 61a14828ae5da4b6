
/* Rows for training and for tests: sizes, order, the same at all parties. */


#include <stdlib.h>

#include "../../src/components/split/split.h"
#include "task_local.h"


#define MANY  2000


static unsigned  seed;


/* A table of n rows: id, a label of `kinds` values, a value; some empty. */

static char *
table(unsigned n, unsigned kinds, const char *name)
{
    char      *text, *end;
    unsigned   i, random;

    random = seed;
    text = malloc(64 + (size_t) n * 64);
    end = text + sprintf(text, "id,%s,y\n", name);

    for (i = 0; i < n; i++) {
        end += sprintf(end, "%05u,", i);
        end += (i % 7 == 3) ? sprintf(end, ",")
                            : sprintf(end, "\"%c, %u\",", 'a' + i % 26, i);
        end += sprintf(end, "k%u\n", (unsigned) rand_r(&random)
                                     * (unsigned) rand_r(&random) % kinds);
    }

    return text;
}


static local_t *
create(const char *names, const char *params, unsigned rows, unsigned kinds)
{
    char      *text;
    local_t   *net;
    unsigned   i;

    net = local_create(split_run, names);
    local_params(net, LOCAL_ALL, params);

    for (i = 0; i < net->count; i++) {
        if (strncmp(net->names[i].name, "arbiter", 7) != 0) {
            text = table(rows, kinds, i % 2 ? "x" : "\xe5\x80\xbc");
            local_csv(net, i, "train_data", text);
            free(text);
        }
    }

    return net;
}


/* Marks the ids of a written table; how many, -1 if they fell. */

static int
ids(local_t *net, unsigned party, const char *kind, u_char *marks)
{
    int          last, n;
    const char  *line;

    last = -1;
    n = 0;
    line = local_table(net, party, kind);

    while ((line = strchr(line, '\n')) != NULL && *++line != '\0') {

        if (atoi(line) <= last) {
            return -1;
        }

        last = atoi(line);
        marks[last]++;
        n++;
    }

    return n;
}


/* The labels are derived from the ids as table() does. */

static void
labels(unsigned n, unsigned kinds, unsigned *label)
{
    unsigned  i, random;

    random = seed;

    for (i = 0; i < n; i++) {
        label[i] = (unsigned) rand_r(&random) * (unsigned) rand_r(&random)
                   % kinds;
    }
}


static void
test_sizes(void)
{
    char      params[128];
    u_char    train[MANY], test[2][MANY];
    double    size;
    local_t  *net;
    unsigned  n, i, bad;

    static const unsigned  rows[] = { 0, 1, 2, 7, 600, MANY };
    static const double    sizes[] = { 0, 0.2, 0.5, 0.333, 1 };

    for (n = 0; n < 6 * 5; n++) {
        size = sizes[n % 5];
        (void) sprintf(params, "{\"test_size\":%g,\"unique_id\":\"id\"}",
                       size);
        net = create("guest.0 host.0", params, rows[n / 5], 3);
        memset(train, 0, sizeof(train));
        memset(test, 0, sizeof(test));

        if (!ok(local_run(net) == 0, "%u rows, %g of them for tests",
                rows[n / 5], size))
        {
            printf("# %s %s\n", net->parties[0].text, net->parties[1].text);
            continue;
        }

        is_int(ids(net, 0, "test_set", test[0]),
               (int) (rows[n / 5] * size + 0.5), "... to the row, in order");
        (void) ids(net, 1, "test_set", test[1]);
        (void) ids(net, 0, "training_set", train);

        for (bad = 0, i = 0; i < rows[n / 5]; i++) {
            bad += train[i] + test[0][i] != 1;
        }

        is_int(bad, 0, "... each row in one of them");
        ok(memcmp(test[0], test[1], MANY) == 0, "... the same at both");
        ok(!local_passed(net, "00001", 5), "... and no id passed");
        local_destroy(net);
    }
}


static void
test_seed(void)
{
    u_char    test[4][MANY];
    local_t  *net;
    unsigned  i;

    memset(test, 0, sizeof(test));

    for (i = 0; i < 4; i++) {
        net = create("guest.0 host.0", i < 2 ? "{\"random_seed\":7}" : "{}",
                     500, 2);
        ok(local_run(net) == 0, "a run");
        (void) ids(net, 0, "test_set", test[i]);
        local_destroy(net);
    }

    ok(memcmp(test[0], test[1], MANY) == 0, "random_seed: the same rows");
    ok(memcmp(test[0], test[2], MANY) != 0
       && memcmp(test[2], test[3], MANY) != 0, "without it others each time");
}


/* With one label the hosts could draw what the guest draws. */

static void
test_secret(void)
{
    u_char    test[6][MANY];
    local_t  *net;
    unsigned  i;

    static const char *const  params[6] = {
        "{\"random_seed\":7}",
        "{\"random_seed\":7,\"stratify\":true,\"label_name\":\"y\"}",
        "{\"random_seed\":7,\"stratify\":true,\"label_name\":\"y\"}",
        "{\"stratify\":true,\"label_name\":\"y\"}",
        "{\"stratify\":true,\"label_name\":\"y\"}",
        "{\"random_seed\":7,\"stratify\":true,\"label_name\":\"y\"}"
    };

    memset(test, 0, sizeof(test));

    for (i = 0; i < 6; i++) {
        seed += i == 5;
        net = create("guest.0 host.0", params[i], 500, i == 5 ? 2 : 1);
        ok(local_run(net) == 0, "by %s", params[i]);
        (void) ids(net, 1, "test_set", test[i]);
        local_destroy(net);
    }

    seed--;
    ok(memcmp(test[0], test[1], MANY) != 0,
       "the guest does not draw by the seed that all have");
    ok(memcmp(test[1], test[2], MANY) == 0, "... but the same of one table");
    ok(memcmp(test[1], test[5], MANY) != 0, "... and others of another");
    ok(memcmp(test[3], test[4], MANY) != 0, "without a seed others each time");
}


static void
test_strata(void)
{
    u_char     test[2][MANY];
    double     due;
    local_t   *net;
    unsigned   i, k, label[MANY], of[9], in[9], total;

    for (k = 1; k <= 9; k += 4) {
        net = create("guest.0 host.0 host.1",
                     "{\"stratify\":true,\"label_name\":\"y\","
                     "\"test_size\":0.3}", MANY, k);
        local_params(net, 1, "{\"stratify\":true,\"test_size\":0.3}");
        ok(local_run(net) == 0, "%u labels", k);
        memset(test, 0, sizeof(test));
        memset(of, 0, sizeof(of));
        memset(in, 0, sizeof(in));
        labels(MANY, k, label);
        is_int(ids(net, 0, "test_set", test[0]), 600, "... exactly");
        (void) ids(net, 2, "test_set", test[1]);
        ok(memcmp(test[0], test[1], MANY) == 0, "... the same at a host");

        for (i = 0; i < MANY; i++) {
            of[label[i]]++;
            in[label[i]] += test[0][i];
        }

        for (total = 0, i = 0; i < k; i++) {
            due = of[i] * 0.3;
            total += in[i] < due - 1 || in[i] > due + 1;
        }

        is_int(total, 0, "... and of each label, to the row");
        local_destroy(net);
    }
}


static void
test_folds(bool strata)
{
    char       params[160];
    u_char     all[MANY], one[MANY];
    local_t   *net;
    unsigned   k, i, j, label[MANY], in[5][3], most, least;

    memset(all, 0, sizeof(all));
    memset(in, 0, sizeof(in));
    labels(MANY - 3, 3, label);

    for (k = 0; k < 5; k++) {
        (void) sprintf(params, "{\"folds\":5,\"fold\":%u,\"random_seed\":%u,"
                       "\"stratify\":%s,\"label_name\":\"y\","
                       "\"fold_column\":\"f\"}", k, seed,
                       strata ? "true" : "false");
        net = create("guest.0 host.0", params, MANY - 3, 3);
        memset(one, 0, sizeof(one));
        ok(local_run(net) == 0, "fold %u", k);
        i = (unsigned) ids(net, 1, "test_set", one);
        ok(i == (MANY - 3) / 5 || i == (MANY - 3) / 5 + 1, "... has a fifth");
        ok(strncmp(local_table(net, 0, "test_set")
                   + strcspn(local_table(net, 0, "test_set"), "f"), "f\n", 2)
           == 0, "... and its number in a column");

        for (i = 0; i < MANY - 3; i++) {
            all[i] = (u_char) (all[i] + one[i]);
            in[k][label[i]] += one[i];
        }

        local_destroy(net);
    }

    for (j = 0, i = 0; i < MANY - 3; i++) {
        j += all[i] != 1;
    }

    is_int(j, 0, "every row is a test once");

    for (j = 0; strata && j < 3; j++) {
        most = least = in[0][j];

        for (k = 1; k < 5; k++) {
            most = in[k][j] > most ? in[k][j] : most;
            least = in[k][j] < least ? in[k][j] : least;
        }

        ok(most - least <= 1, "label %u is spread evenly", j);
    }
}


static void
test_horizontal(void)
{
    u_char    test[2][MANY];
    local_t  *net;

    net = create("arbiter.0 guest.0 host.0",
                 "{\"mode\":\"horizontal\",\"stratify\":true,"
                 "\"label_name\":\"y\"}", 300, 2);
    ok(local_run(net) == 0, "horizontal data, an arbiter without any");
    memset(test, 0, sizeof(test));
    is_int(ids(net, 1, "test_set", test[0]), 60, "... a share of each");
    is_int(ids(net, 2, "test_set", test[1]), 60, "... party");
    ok(memcmp(test[0], test[1], MANY) != 0, "... chosen apart");
    ok(local_said(&net->parties[0].without, "test_set") != NULL,
       "the arbiter says that it has none");
    local_destroy(net);
}


static void
test_content(void)
{
    local_t  *net;

    net = local_create(split_run, "guest.0");
    local_params(net, LOCAL_ALL, "{\"test_size\":0}");
    local_csv(net, 0, "train_data", "code,n,z,\xe5\x90\x8d,e\n"
              "007,1,1.50,\"a \"\"b\"\"\",\n008,,2e3,\xe4\xb8\xad,\n");
    ok(local_run(net) == 0, "one party, by itself");
    is_str(local_table(net, 0, "training_set"),
           "code,n,z,\xe5\x90\x8d,e\n007,1,1.50,\"a \"\"b\"\"\",\n"
           "008,,2e3,\xe4\xb8\xad,\n", "values stay as they stood");
    is_str(local_table(net, 0, "test_set"), "code,n,z,\xe5\x90\x8d,e\n",
           "a set without rows");
    ok(strstr(local_file(net, 0, "out-training_set/metadata"),
              "\"columns\":[{\"name\":\"code\",\"type\":\"string\"},"
              "{\"name\":\"n\",\"type\":\"int64\"},"
              "{\"name\":\"z\",\"type\":\"double\"},"
              "{\"name\":\"\xe5\x90\x8d\",\"type\":\"string\"},"
              "{\"name\":\"e\",\"type\":\"string\"}]") != NULL, "their types");
    local_destroy(net);
}


static void
test_wide(void)
{
    char      *text, *end;
    local_t   *net;
    unsigned   i, row;

    text = malloc(64 * 1024);
    end = text;

    for (row = 0; row < 3; row++) {
        for (i = 0; i < 1000; i++) {
            end += sprintf(end, row ? "%u%c" : "c%u%c", i, i == 999 ? '\n'
                                                                    : ',');
        }
    }

    net = local_create(split_run, "guest.0 host.0");
    local_params(net, LOCAL_ALL, "{\"test_rows\":1}");
    local_csv(net, 0, "train_data", text);
    local_csv(net, 1, "train_data", "x\n1\n2\n");
    ok(local_run(net) == 0, "a thousand columns");
    ok(strstr(local_table(net, 0, "test_set"), ",998,999\n") != NULL,
       "... are there");
    local_destroy(net);
    free(text);
}


static void
other_number(local_t *net, local_message_t *m)
{
    if (m->data[3] == 4) {
        m->data[m->len - 1] = 2;
    }
}


static void
shorter(local_t *net, local_message_t *m)
{
    if (m->data[3] == 4) {
        m->len--;
    }
}


static void
test_refused(void)
{
    local_t  *net;

    static const char  strata[] = "{\"stratify\":true,\"label_name\":\"y\"}";

    local_refused(create("guest.0 host.0", "{\"test_rows\":11}", 10, 2),
                  "bad_parameter", "test_rows is 11, there are 10");
    local_refused(create("guest.0 host.0", "{\"stratify\":true}", 10, 2),
                  "bad_parameter", "label_name is required");
    local_refused(create("guest.0 host.0", "{\"folds\":3}", 10, 2),
                  "bad_parameter", "folds need random_seed");
    local_refused(create("guest.0 host.0", "{\"folds\":3,\"fold\":3}", 10, 2),
                  "bad_parameter", "fold must be below folds");
    local_refused(create("guest.0 host.0", "{\"folds\":3,\"random_seed\":1,"
                         "\"fold_column\":\"y\"}", 10, 2),
                  "bad_parameter", "has a column y already");
    local_refused(create("guest.0 host.0",
                         "{\"stratify\":true,\"label_name\":\"\xe5\x80\xbc\"}",
                         10, 2), "data_null_label", "is empty in row 4");
    local_refused(create("guest.0 host.0",
                         "{\"stratify\":true,\"label_name\":\"no\"}", 10, 2),
                  "data_missing_column", "no column no");
    local_refused(create("guest.0 host.0",
                         "{\"stratify\":true,\"label_name\":\"id\"}", 5000, 2),
                  "bad_parameter", "more than 4096 different values");

    net = create("guest.0 host.0", "{}", 10, 2);
    local_params(net, 1, "{\"test_size\":0.3}");
    local_refused(net, "bad_parameter", "has other parameters");

    net = create("guest.0 host.0", "{}", 10, 2);
    local_csv(net, 1, "train_data", "id\n1\n");
    local_refused(net, "data_not_aligned", "rows, we have");

    net = create("guest.0 host.0", "{\"unique_id\":\"id\"}", 2, 2);
    local_csv(net, 1, "train_data", "id\n00001\n00000\n");
    local_refused(net, "data_not_aligned", "the ids of");

    net = create("guest.0 host.0", strata, 10, 2);
    net->tamper = other_number;
    local_refused(net, "peer_protocol", "chose row 10 in a way");

    net = create("guest.0 host.0", strata, 10, 2);
    net->tamper = shorter;
    local_refused(net, "peer_protocol", "wrong length");
}


/* Every set of rows should be as frequent: each row, and each pair. */

static void
test_uniform(void)
{
    u_char      numbers[6];
    unsigned    i, k, run, sets[64], bad;
    ic_draw_t   draw;
    ic_wire_t   wire;
    ic_json_t   number;

    memset(&wire, 0, sizeof(wire));
    memset(&number, 0, sizeof(number));
    memset(sets, 0, sizeof(sets));
    number.num = seed;
    ic_draw_init(&draw, &wire, &number, "test");

    for (run = 0; run < 20000; run++) {
        memset(numbers, 0, sizeof(numbers));
        (void) ic_draw_some(&draw, numbers, 1, 6, NULL, 0, 6, 3);

        for (k = 0, i = 0; i < 6; i++) {
            k |= (unsigned) numbers[i] << i;
        }

        sets[k]++;
    }

    for (bad = 0, k = 0; k < 64; k++) {
        bad += __builtin_popcount(k) == 3 ? sets[k] < 800 || sets[k] > 1200
                                          : sets[k] != 0;
    }

    is_int(bad, 0, "20 sets of 3 of 6 rows, a thousand of each, 6 sigma");
}


int
main(void)
{
    seed = getenv("SEED") != NULL ? (unsigned) atoi(getenv("SEED")) : 107;
    printf("# SEED=%u\n", seed);

    test_uniform();
    test_sizes();
    test_seed();
    test_secret();
    test_strata();
    test_folds(false);
    test_folds(true);
    test_horizontal();
    test_content();
    test_wide();
    test_refused();

    return done();
}
