
/*
 * Scales against a plain computation: each party by itself, and of all rows
 * together by secure sums, on random columns.
 */


#include <math.h>

#include "../../src/components/scaler/scaler.h"
#include "../../src/math/ic_paillier.h"
#include "task_local.h"


#define MOST  700


static const char *const  methods[] = {
    "standard", "min_max", "robust", "max_abs"
};

static unsigned  seed;
static double    column[4][MOST];    /* pooled, NaN: empty */
static unsigned  parts[5];           /* where each party's rows begin */


static int
run(ic_task_t *task)
{
    ic_aggregate_conf_t  conf = {
        .modulus_bits = 512, .paillier_flags = IC_PAILLIER_INSECURE
    };

    return scaler_run(task, &conf);
}


static double
uniform(void)
{
    return rand_r(&seed) / (RAND_MAX + 1.0);
}


/* Normal-like, heavy tails, few values with ties, a constant. */

static void
fill(unsigned rows, unsigned empty)
{
    unsigned  i;

    for (i = 0; i < rows; i++) {
        column[0][i] = (uniform() + uniform() + uniform()) * 1000 + 5000;
        column[1][i] = pow(10, 12 * uniform() - 8) * (uniform() < 0.5 ? -1
                                                                      : 1);
        column[2][i] = floor(5 * uniform()) - 2;
        column[3][i] = 7.25;

        if (empty != 0 && i % empty == 1) {
            column[i % 3][i] = NAN;
        }
    }
}


static int
by_value(const void *one, const void *two)
{
    double  a = *(const double *) one, b = *(const double *) two;

    return (a > b) - (a < b);
}


static double
quantile(const double *sorted, unsigned n, double q)
{
    double    at = (n - 1) * q;
    unsigned  low = (unsigned) at;

    return low + 1 < n ? sorted[low] * (low + 1 - at)
                         + sorted[low + 1] * (at - low)
                       : sorted[low];
}


static void
plain(const double *all, unsigned rows, unsigned method, double *shift,
    double *scale)
{
    double       x[MOST];
    unsigned     i, n;
    long double  sum, squares;

    for (n = 0, i = 0; i < rows; i++) {
        if (!isnan(all[i])) {
            x[n++] = method == 3 ? fabs(all[i]) : all[i];
        }
    }

    *shift = 0;
    *scale = 0;

    if (n > 0 && method == 0) {
        for (sum = 0, i = 0; i < n; i++) {
            sum += x[i];
        }

        *shift = (double) (sum / n);

        for (squares = 0, i = 0; i < n; i++) {
            squares += (x[i] - sum / n) * (x[i] - sum / n);
        }

        *scale = (double) sqrtl(squares / n);

    } else if (n > 0) {
        qsort(x, n, sizeof(double), by_value);
        *shift = method == 1 ? x[0] : method == 2 ? quantile(x, n, 0.5) : 0;
        *scale = method == 1 ? x[n - 1] - x[0]
                 : method == 3 ? x[n - 1]
                 : quantile(x, n, 0.75) - quantile(x, n, 0.25);
    }

    *scale = *scale > 0 ? *scale : 1;
}


static char *
csv(unsigned from, unsigned to)
{
    char      *text, *end;
    unsigned   i, n;

    text = malloc(64 + (size_t) (to - from) * 160);
    end = text + sprintf(text, "id,a,\xe5\x88\x97 b,c,d,note\n");

    for (i = from; i < to; i++) {
        end += sprintf(end, "r%u", i);

        for (n = 0; n < 4; n++) {
            end += isnan(column[n][i]) ? sprintf(end, ",")
                                       : sprintf(end, ",%.17g", column[n][i]);
        }

        end += sprintf(end, ",\"n, %u\"\n", i);
    }

    return text;
}


/* Compares the table of a party with the rows from, to. */

static void
compare(local_t *net, unsigned party, unsigned from, unsigned to,
    const double *shift, const double *scale, const char *what)
{
    char      *line, *end;
    double     want, got;
    unsigned   i, n, bad;

    bad = 0;
    line = local_table(net, party, "dataset");
    line = strchr(line, '\n') + 1;

    for (i = from; i < to; i++) {
        line = strchr(line, ',') + 1;

        for (n = 0; n < 4; n++) {
            got = strtod(line, &end);
            want = (column[n][i] - shift[n]) / scale[n];
            bad += isnan(want) ? end != line
                               : !(fabs(got - want)
                                   <= 1e-9 * (1 + fabs(want)));
            line = end + 1;
        }

        line = strchr(line, '\n') + 1;
    }

    ok(bad == 0 && *line == '\0', "%s: party %u has %u rows scaled", what,
       party, to - from);
}


static void
test_alone(unsigned rows, unsigned empty)
{
    char      *text, params[128];
    double     shift[4], scale[4];
    local_t   *net;
    unsigned   m, n;

    for (m = 0; m < 4; m++) {
        fill(rows, empty);
        net = local_create(run, "arbiter.0 guest.0");
        (void) sprintf(params, "{\"method\":\"%s\",\"nulls\":\"keep\","
                       "\"unique_id\":\"id\",\"label_name\":\"note\"}",
                       methods[m]);
        local_params(net, LOCAL_ALL, params);
        text = csv(0, rows);
        local_csv(net, 1, "train_data", text);
        free(text);
        ok(local_run(net) == 0, "%s of %u rows: %s", methods[m], rows,
           net->parties[1].text);

        for (n = 0; n < 4; n++) {
            plain(column[n], rows, m, &shift[n], &scale[n]);
        }

        compare(net, 1, 0, rows, shift, scale, methods[m]);
        ok(net->first == NULL, "... without a message");
        local_destroy(net);
    }
}


static void
test_pooled(unsigned parties, unsigned rows, unsigned empty)
{
    char      *text, params[256];
    double     shift[4], scale[4];
    local_t   *net;
    unsigned   m, n, i;

    for (m = 0; m < 4; m++) {
        fill(rows, empty);
        net = local_create(run, parties == 2 ? "arbiter.0 guest.0 host.0"
                           : "arbiter.0 guest.0 host.0 host.1 host.2");
        (void) sprintf(params, "{\"method\":\"%s\",\"nulls\":\"keep\","
                       "\"mode\":\"horizontal\",\"allow_two_parties\":true,"
                       "\"min_rows\":0,"
                       "\"columns\":[\"a\",\"\xe5\x88\x97 b\",\"c\",\"d\"]}",
                       methods[m]);
        local_params(net, LOCAL_ALL, params);

        for (i = 0; i < parties; i++) {
            parts[i] = i == 0 ? 0 : rows == 0 ? 0 : parts[i - 1] + 1
                       + (unsigned) (uniform()
                                     * (rows - parts[i - 1] - parties + i));
        }

        parts[parties] = rows;

        for (i = 0; i < parties; i++) {
            text = csv(parts[i], parts[i + 1]);
            local_csv(net, i + 1, "train_data", text);
            free(text);
        }

        ok(local_run(net) == 0, "%s over %u parties and %u rows",
           methods[m], parties, rows);

        for (n = 0; n < 4; n++) {
            plain(column[n], rows, m, &shift[n], &scale[n]);
        }

        for (i = 0; i < parties; i++) {
            compare(net, i + 1, parts[i], parts[i + 1], shift, scale,
                    methods[m]);
        }

        ok(strcmp(strstr(local_output(net, 1, "model"), "\"digest\""),
                  strstr(local_output(net, 2, "model"), "\"digest\"")) == 0,
           "... with the same model");
        ok(local_output(net, 0, "model") == NULL, "... but the arbiter");
        local_destroy(net);
    }
}


/* What was fitted, for another table. */

static void
test_given(void)
{
    char      *text, path[256];
    FILE      *file;
    local_t   *net;

    net = local_create(run, "guest.0");
    local_params(net, LOCAL_ALL, "{\"method\":\"min_max\"}");
    local_csv(net, 0, "train_data", "x,y\n0,1\n10,5\n");
    ok(local_run(net) == 0, "fitted");
    text = strdup(local_output(net, 0, "model"));
    local_destroy(net);

    net = local_create(run, "guest.0");
    local_params(net, LOCAL_ALL, "{}");
    (void) snprintf(path, sizeof(path), "%s/out-m", net->parties[0].folder);
    (void) mkdir(path, 0700);
    (void) strcat(path, "/data_0");
    file = fopen(path, "w");
    (void) fputs(text, file);
    (void) fclose(file);
    *strrchr(path, '/') = '\0';
    (void) snprintf(text, 200, "{\"path\":\"%.100s\",\"kind\":\"model\","
                    "\"format\":\"json\"}", path);
    local_input(net, 0, "model", text);
    local_csv(net, 0, "train_data", "y,z,x\n3,q,20\n1,r,-5\n");
    ok(local_run(net) == 0, "applied: %s", net->parties[0].text);
    is_str(local_table(net, 0, "dataset"), "y,z,x\n0.5,q,2\n0,r,-0.5\n",
           "to other rows");
    ok(local_said(&net->parties[0].without, "model") != NULL,
       "no model is made of it");
    local_destroy(net);
    free(text);
}


static void
refused(const char *params, const char *data, const char *code,
    const char *text)
{
    local_refused(local_alone(run, params, data), code, text);
}


static void
test_edges(void)
{
    local_t  *net;

    refused("{}", "x,y\n1,2\n,3\n", "data_null_value", "row 2");
    refused("{}", "x,y\n1,2\na,3\n", "data_not_numeric", "row 2");
    refused("{\"columns\":[\"z\"]}", "x\n1\n", "data_missing_column", "z");
    refused("{\"unique_id\":\"x\"}", "x\n1\n", "bad_parameter",
            "no column is left");
    refused("{\"method\":\"min_max\"}", "x\n-1.7e308\n1.7e308\n",
            "data_out_of_range", "too far apart");
    refused("{}", "x\n-1.7e308\n1.7e308\n", "data_out_of_range",
            "too far apart");
    refused("{\"mode\":\"horizontal\"}", "x\n1\n", "bad_parameter",
            "columns must be named");

    net = local_create(run, "guest.0");
    local_params(net, LOCAL_ALL, "{\"method\":\"max_abs\"}");
    local_csv(net, 0, "train_data", "x\n-1.7e308\n1.7e308\n0\n");
    ok(local_run(net) == 0, "extreme values");
    is_str(local_table(net, 0, "dataset"), "x\n-1\n1\n0\n", "... by max_abs");
    local_destroy(net);

    net = local_create(run, "arbiter.0 guest.0 host.0");
    local_params(net, LOCAL_ALL, "{\"mode\":\"horizontal\","
                 "\"columns\":[\"x\"],\"allow_two_parties\":true,"
                 "\"min_rows\":2}");
    local_csv(net, 1, "train_data", "x\n5e15\n");
    local_csv(net, 2, "train_data", "x\n1\n");
    ok(local_run(net) != 0
       && strcmp(net->parties[1].code, "data_out_of_range") == 0,
       "too large to be summed");
    local_destroy(net);

    net = local_create(run, "arbiter.0 guest.0 host.0");
    local_params(net, LOCAL_ALL, "{\"mode\":\"horizontal\","
                 "\"columns\":[\"x\"],\"allow_two_parties\":true}");
    local_csv(net, 1, "train_data", "x\n1\n2\n3\n");
    local_csv(net, 2, "train_data", "x\n1\n");
    ok(local_run(net) != 0
       && strcmp(net->parties[1].code, "data_too_few") == 0
       && strcmp(net->parties[1].column, "x") == 0, "too few values");
    ok(strpbrk(net->parties[1].text, "0123456789") == NULL,
       "... nobody is told how many: %s", net->parties[1].text);
    local_destroy(net);

    net = local_create(run, "arbiter.0 guest.0 host.0");
    local_params(net, LOCAL_ALL, "{\"mode\":\"horizontal\","
                 "\"columns\":[\"x\"]}");
    local_csv(net, 1, "train_data", "x\n1\n");
    local_csv(net, 2, "train_data", "x\n1\n");
    ok(local_run(net) != 0, "two parties are not enough");
    local_destroy(net);

    net = local_create(run, "arbiter.0 guest.0 host.0 host.1");
    local_params(net, LOCAL_ALL, "{\"mode\":\"horizontal\","
                 "\"columns\":[\"x\"],\"min_rows\":2}");
    local_csv(net, 1, "train_data", "x\n1\n2\n3\n");
    local_csv(net, 2, "train_data", "x\n1\n4\n");
    local_csv(net, 3, "train_data", "x\n");
    ok(local_run(net) != 0
       && strcmp(net->parties[1].code, "too_few_parties") == 0,
       "two and one without rows are two: %s", net->parties[1].text);
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
            end += sprintf(end, row ? "%u%c" : "c%u%c",
                           row ? i * row : i,
                           i == 999 ? '\n' : ',');
        }
    }

    net = local_create(run, "guest.0");
    local_params(net, LOCAL_ALL, "{}");
    local_csv(net, 0, "train_data", text);
    ok(local_run(net) == 0, "a thousand columns: %s", net->parties[0].text);
    ok(strncmp(strchr(local_table(net, 0, "dataset"), '\n'),
               "\n0,-1,-1,-1", 11) == 0, "... scaled");
    local_destroy(net);
    free(text);
}


int
main(void)
{
    seed = getenv("SEED") != NULL ? (unsigned) atoi(getenv("SEED")) : 107;
    printf("# SEED=%u\n", seed);

    test_alone(0, 0);
    test_alone(1, 0);
    test_alone(2, 2);
    test_alone(MOST, 5);
    test_pooled(4, MOST, 7);
    test_pooled(2, 9, 3);
    test_pooled(2, 0, 0);
    test_given();
    test_edges();
    test_wide();

    return done();
}
