
/*
 * All that passes between guest and host, in two runs on the same data: no
 * value, label, weight or score in any form that a number has, and nothing
 * that comes again.
 */


#include "hetero_lr_local.h"
#include "../../src/components/hetero_lr/hetero_lr_ring.h"


#define ROWS    60
#define WINDOW  8


typedef struct {
    u_char  *windows;            /* every one of a body, sorted */
    size_t   count;
    size_t   lengths[20];        /* bytes of all bodies by kind */
} record_t;

static char    *tables[2];
static double   values[ROWS * 5];


static int
by_bytes(const void *one, const void *two)
{
    return memcmp(one, two, WINDOW);
}


static void
collect(local_t *net, record_t *to)
{
    size_t            i, room;
    local_message_t  *m;

    memset(to, 0, sizeof(record_t));

    for (room = 0, m = net->first; m != NULL; m = m->next) {
        room += m->len;
    }

    to->windows = malloc(room * WINDOW);

    for (m = net->first; m != NULL; m = m->next) {
        to->lengths[m->data[3]] += m->len - IC_MESSAGE_HEADER;

        /* what is said in clear, and certificates: not here */

        if (m->data[3] == HETERO_AGREE || m->data[3] == HETERO_COLUMNS
            || m->data[3] == HETERO_SCORE_KEY)
        {
            continue;
        }

        for (i = IC_MESSAGE_HEADER; i + WINDOW <= m->len; i++) {
            memcpy(to->windows + to->count++ * WINDOW, m->data + i, WINDOW);
        }
    }

    qsort(to->windows, to->count, WINDOW, by_bytes);
}


static bool
recorded(const record_t *record, const void *bytes)
{
    return bsearch(bytes, record->windows, record->count, WINDOW, by_bytes)
           != NULL;
}


/* In any of the forms that a number could have on its way. */

static bool
told(const record_t *record, double value)
{
    double          fixed;
    u_char          bytes[WINDOW], back[WINDOW];
    int64_t         word;
    unsigned        i, form;

    static const int  scales[] = { 0, 14, 20, 24, 28, 42, 44, 58 };

    for (form = 0; form <= sizeof(scales) / sizeof(scales[0]); form++) {
        if (form == 0) {
            memcpy(bytes, &value, WINDOW);

        } else {
            fixed = ldexp(value, scales[form - 1]);

            if (!(fabs(fixed) > 1e9 && fabs(fixed) < 9e18)) {
                continue;
            }

            word = (int64_t) fixed;
            memcpy(bytes, &word, WINDOW);
        }

        for (i = 0; i < WINDOW; i++) {
            back[i] = bytes[WINDOW - 1 - i];
        }

        if (recorded(record, bytes) || recorded(record, back)) {
            return true;
        }
    }

    return false;
}


static local_t *
train(const char *extra)
{
    char      params[512];
    local_t  *net;

    (void) snprintf(params, sizeof(params), "{\"unique_id\":\"id\","
                    "\"label_name\":\"y\",\"max_iter\":3%s}", extra);
    net = local_create(hetero_test_run, HETERO_NAMES);
    local_params(net, LOCAL_ALL, params);
    local_csv(net, 0, "train_data", tables[0]);
    local_csv(net, 1, "train_data", tables[1]);
    ok(local_run(net) == 0, "two parties train%s%s", net->parties[0].text,
       net->parties[1].text);

    return net;
}


/* What a look at one run shows. */

static void
test_numbers(local_t *net, const record_t *record, const char *what)
{
    char      id[32];
    double    w[8], part;
    size_t    i, bad;
    unsigned  j;

    for (bad = 0, i = 0; i < ROWS * 5; i++) {
        bad += told(record, values[i]);
    }

    ok(bad == 0, "%s: no value passes", what);
    model_weights(net, w, 2);

    for (bad = 0, j = 0; j < 6; j++) {
        bad += told(record, w[j]);
    }

    ok(bad == 0, "... no weight");

    for (bad = 0, i = 0; i < ROWS; i++) {
        for (part = 0, j = 0; j < 3; j++) {
            part += values[ROWS * 2 + i * 3 + j] * w[2 + j];
        }

        bad += told(record, part);
        bad += told(record, round(part * 1e6));
        (void) snprintf(id, sizeof(id), "record-%zu", i);
        bad += local_passed(net, id, strlen(id));
    }

    ok(bad == 0, "... no part of a score, no id");
}


static void
test_two_runs(const char *extra, const char *what)
{
    size_t    i, bad, zeros;
    local_t  *one, *two;
    record_t  first, second;

    one = train(extra);
    two = train(extra);
    collect(one, &first);
    collect(two, &second);
    test_numbers(one, &first, what);

    for (bad = 0, zeros = 0, i = 0; i < first.count; i++) {
        bad += recorded(&second, first.windows + i * WINDOW);
        zeros += first.windows[i * WINDOW] == 0
                 && memcmp(first.windows + i * WINDOW,
                           first.windows + i * WINDOW + 1, WINDOW - 1) == 0;
    }

    ok(bad == 0 && zeros == 0,
       "%s: two runs have nothing in common, of %zu windows", what,
       first.count);
    ok(memcmp(first.lengths, second.lengths, sizeof(first.lengths)) == 0,
       "... but how long all is");
    ok((first.lengths[HETERO_SCORE] > 0)
       == (strstr(extra, "calibrate") != NULL)
       && (first.lengths[HETERO_LOSS] > 0)
          == (strstr(extra, "reveal_loss") == NULL)
       && (first.lengths[HETERO_NORM] > 0)
          == (strstr(extra, "weight_diff") != NULL),
       "... and no kind of message that was not asked for");

    free(first.windows);
    free(second.windows);
    local_destroy(one);
    local_destroy(two);
}


/* Sizes depend on shapes: other values, even other ranges, show nowhere. */

static void
test_sizes(matrix_t *a, const double *label)
{
    size_t    i;
    local_t  *one, *two;
    record_t  first, second;

    one = train("");
    collect(one, &first);
    free(tables[0]);

    for (i = 0; i < a->rows * a->columns; i++) {
        a->x[i] = i == 0 ? 3000 : a->x[i] / 100;
    }

    tables[0] = matrix_csv(a, "a", label);
    two = train("");
    collect(two, &second);
    ok(memcmp(first.lengths, second.lengths, sizeof(first.lengths)) == 0,
       "lengths do not depend on values");
    free(first.windows);
    free(second.windows);
    local_destroy(one);
    local_destroy(two);
}


int
main(void)
{
    double    label[ROWS];
    size_t    i;
    matrix_t  a, b;

    srand(11);
    a = matrix_create(ROWS, 2);
    b = matrix_create(ROWS, 3);

    for (i = 0; i < ROWS; i++) {
        label[i] = i % 3 == 1;
    }

    for (i = 0; i < ROWS * 5; i++) {
        values[i] = (double) rand() / 1e7 - 100;

        if (i < ROWS * 2) {
            a.x[i] = values[i];

        } else {
            b.x[i - ROWS * 2] = values[i];
        }
    }

    tables[0] = matrix_csv(&a, "a", label);
    tables[1] = matrix_csv(&b, "b", NULL);

    test_two_runs("", "as it is");
    test_two_runs(",\"scaler\":\"none\",\"learning_rate\":0.0001",
                  "without a scaler");
    test_two_runs(",\"reveal_loss\":false", "without losses");
    test_two_runs(",\"early_stop\":\"weight_diff\",\"calibrate\":true",
                  "all that can be opened");
    test_sizes(&a, label);

    free(tables[0]);
    free(tables[1]);
    free(a.x);
    free(b.x);

    return done();
}
