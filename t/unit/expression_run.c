
/*
 * Programs against their meaning: random expressions, and comparisons at the
 * edges, for two and three parties with a coordinator and two with Paillier.
 */


#include <math.h>

#include "../../src/components/expression/expression.h"
#include "../../src/math/ic_paillier.h"
#include "expression_terms.h"
#include "task_local.h"


#define OUTPUTS  6
#define TEXT     65536


typedef struct {
    const char  *names;
    const char  *triples;
    unsigned     count;
    unsigned     programs;
} mode_t_;

static const mode_t_  modes[] = {
    { "arbiter.0 guest.0 host.0", "coordinator", 2, 12 },
    { "arbiter.0 guest.0 host.0 host.1", "coordinator", 3, 12 },
    { "guest.0 host.0", "paillier", 2, 3 }
};


static int
run(ic_task_t *task)
{
    return expression_run_with(task, IC_PAILLIER_INSECURE);
}


static char *
csv(unsigned party, unsigned parties)
{
    char      *text, *p;
    unsigned   i, k, rows;

    text = malloc(ROWS * INPUTS * 32 + 256);
    p = text + sprintf(text, "id");

    for (k = party; k < INPUTS; k += parties) {
        p += sprintf(p, k == 1 ? ",x 1" : ",x%u", k);
    }

    for (rows = ROWS, i = 0; i < rows; i++) {
        p += sprintf(p, "\n%u", i);

        for (k = party; k < INPUTS; k += parties) {
            p += sprintf(p, ",%.17g", columns[k][i]);
        }
    }

    strcpy(p, "\n");

    return text;
}


static void
quote(char *out, const char *text)
{
    for ( /* void */ ; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\' || *text == '\n') {
            *out++ = '\\';
        }

        *out++ = *text == '\n' ? 'n' : *text;
    }

    *out = '\0';
}


static local_t *
prepare(const mode_t_ *mode, const char *program, const char *more)
{
    char      *params, *text;
    size_t     size;
    local_t   *net;
    unsigned   p, first;

    net = local_create(run, mode->names);
    first = net->count - mode->count;
    size = 2 * strlen(program) + 1024;
    params = malloc(size);
    text = malloc(size);
    quote(text, program);
    (void) snprintf(params, size, "{\"program\":\"%s\",\"triples\":\"%s\""
                    "%s}", text, mode->triples, more);
    local_params(net, LOCAL_ALL, params);
    free(params);
    free(text);

    for (p = 0; p < mode->count; p++) {
        text = csv(p, mode->count);
        local_csv(net, first + p, "train_data", text);
        free(text);
    }

    return net;
}


static char *
declarations(char *p, const mode_t_ *mode, const char *range)
{
    char      name[16];
    unsigned  k;

    for (k = 0; k < INPUTS; k++) {
        (void) snprintf(name, sizeof(name), k == 1 ? "\"x 1\"" : "x%u", k);
        p += sprintf(p, "input %s from %s range %s;\n", name,
                     k % mode->count == 0 ? "guest.0"
                     : k % mode->count == 1 ? "host.0" : "host.1", range);
    }

    return p;
}


/* Every value is as near as the report says. */

static void
check_random(local_t *net, unsigned guest, term_t *const *terms)
{
    char      *line, *rest, *field, *more;
    double     got, off, most, rounding[OUTPUTS];
    unsigned   i, k, wrong, skipped;

    most = 0;
    line = strstr(local_output(net, guest, "report"), "\"outputs\"");

    for (k = 0; k < OUTPUTS; k++) {
        rounding[k] = 0;

        if (!terms[k]->truth) {
            line = strstr(line, "\"rounding\":") + 11;
            rounding[k] = strtod(line, NULL) * (1 + 1e-9);
            most = fmax(most, rounding[k]);
        }
    }

    line = local_table(net, guest, "dataset");
    line = strtok_r(line, "\n", &rest);
    wrong = 0;
    skipped = 0;

    for (i = 0; i < ROWS; i++) {
        line = strtok_r(NULL, "\n", &rest);
        field = strtok_r(line, ",", &more);

        for (k = 0; k < OUTPUTS; k++) {
            got = strcmp(field, "true") == 0 ? 1
                  : strcmp(field, "false") == 0 ? 0 : strtod(field, NULL);
            off = fabs(got - terms[k]->values[i]);
            field = strtok_r(NULL, ",", &more);

            if (terms[k]->near[i]) {
                skipped++;

            } else if (off > rounding[k] && wrong++ == 0) {
                printf("# row %u: %.9g, not %.9g +- %.3g: %s\n", i, got,
                       terms[k]->values[i], rounding[k], terms[k]->text);
            }
        }
    }

    is_int(wrong, 0, "... all values within %.2g (%u decided by rounding)",
           most, skipped);
}


/* Expressions of rows; the guest gets them, the others something. */

static void
test_random(const mode_t_ *mode, uint64_t seed)
{
    char       text[TEXT], *p;
    local_t   *net;
    term_t    *terms[OUTPUTS];
    unsigned   i, k, guest;

    state = seed;

    for (k = 0; k < INPUTS; k++) {
        for (i = 0; i < ROWS; i++) {
            columns[k][i] = roll(4) == 0 ? (double) roll(5) - 2
                            : ((double) roll(16001) - 8000) / 1000;
        }
    }

    p = declarations(text, mode, "-8..8");

    for (k = 0; k < OUTPUTS; k++) {
        do {
            terms[k] = k % 2 ? truth(3) : number(3);

            if (strstr(terms[k]->text, "x") != NULL
                && strlen(terms[k]->text) < TEXT / 2 / OUTPUTS)
            {
                break;
            }

            forget(terms[k]);
        } while (true);

        p += sprintf(p, "output y%u to guest.0 = %s + x0 - x0;\n", k,
                     terms[k]->text);

        if (terms[k]->truth) {
            p -= strlen(" + x0 - x0;\n");
            p += sprintf(p, ";\n");
        }
    }

    net = prepare(mode, text, "");
    guest = local_index(net, "guest.0");

    if (local_run(net) != 0
        && strstr(net->parties[guest].text, "is a constant") != NULL)
    {
        printf("# seed %llu gives a constant\n", (unsigned long long) seed);
        local_destroy(net);
        return;
    }

    if (!ok(net->parties[guest].rc == 0, "%s, seed %llu %s", mode->names,
            (unsigned long long) seed, net->parties[guest].text))
    {
        local_destroy(net);
        return;
    }

    check_random(net, guest, terms);
    ok(local_table(net, guest + 1, "dataset") == NULL, "... for nobody else");

    for (k = 0; k < OUTPUTS; k++) {
        forget(terms[k]);
    }

    local_destroy(net);
}


/* Equal, one place apart, both ends of the range; exact. */

static void
test_edges(const mode_t_ *mode)
{
    char       text[TEXT], *p, *line, *rest, expected[128];
    double     x, y, place;
    local_t   *net;
    unsigned   i, k, guest, wrong;

    static const double  ends[] = { 0, 1, -1, 8, -8, 3.25, -3.25 };

    place = ldexp(1, -16);

    for (i = 0; i < ROWS; i++) {
        x = ends[i % 7];
        y = i < 49 ? ends[i / 7] : x + (i % 3 == 0 ? place
                                        : i % 3 == 1 ? -place : 0);

        for (k = 0; k < INPUTS; k++) {
            columns[k][i] = k == 0 ? x : k == 1 ? fmax(-8, fmin(8, y)) : 0;
        }
    }

    p = declarations(text, mode, "-8..8");
    (void) sprintf(p, "output a to guest.0, host.0 = x0 < \"x 1\";\n"
                   "output b to host.0, guest.0 = x0 <= \"x 1\";\n"
                   "output c to guest.0, host.0 = x0 == \"x 1\";\n"
                   "output d to guest.0, host.0 = x0 >= -8;\n"
                   "output e to guest.0, host.0 = x0 > 7.9999847412109375;"
                   "output f to guest.0, host.0 = x0 - \"x 1\";\n");

    net = prepare(mode, text, ",\"unique_id\":\"id\"");
    guest = local_index(net, "guest.0");
    ok(local_run(net) == 0, "%s: edges %s", mode->names,
       net->parties[guest].text);
    ok(strcmp(local_table(net, guest, "dataset"),
              local_table(net, guest + 1, "dataset")) == 0,
       "both receivers have the same");

    line = strtok_r(local_table(net, guest, "dataset"), "\n", &rest);
    is_str(line, "id,a,b,c,d,e,f", "the columns");

    for (wrong = 0, i = 0; i < ROWS; i++) {
        line = strtok_r(NULL, "\n", &rest);
        x = columns[0][i];
        y = columns[1][i];

#define TRUTH(t)  ((t) ? "true" : "false")

        (void) snprintf(expected, sizeof(expected), "%u,%s,%s,%s,%s,%s,", i,
                        TRUTH(x < y), TRUTH(x <= y), TRUTH(x == y),
                        TRUTH(x >= -8), TRUTH(x > 8 - place));

        if (strncmp(line, expected, strlen(expected)) != 0
            || strtod(strrchr(line, ',') + 1, NULL) != x - y)
        {
            if (wrong++ == 0) {
                printf("# %s, not %s%.9g\n", line, expected, x - y);
            }
        }
    }

    is_int(wrong, 0, "comparisons and a difference are exact");
    local_destroy(net);
}


/* What is said of all rows. */

static void
test_totals(const mode_t_ *mode)
{
    char         text[TEXT], *p;
    double       sum, product, most, count, got[5];
    local_t     *net;
    unsigned     i, guest;
    const char  *report;

    p = declarations(text, mode, "-8..8");
    (void) sprintf(p, "output \"Σ\" to guest.0 = sum(x0 * \"x 1\");\n"
                   "output m to guest.0 = mean(x2);\n"
                   "output n to guest.0 = count(x0 > x2 and x2 <= 1) * 2;\n"
                   "output far to guest.0 = mean(x2) > mean(x3) + 0.5;\n"
                   "output most to host.0 = max(sum(x2), sum(x3)) - 1;\n");

    for (sum = 0, count = 0, product = 0, most = 0, i = 0; i < ROWS; i++) {
        columns[2][i] = (double) (i % 13) / 2 - 1;
        columns[3][i] = (double) (i % 3) - 1;
        product += columns[0][i] * columns[1][i];
        sum += columns[2][i];
        most += columns[3][i];
        count += columns[0][i] > columns[2][i] && columns[2][i] <= 1;
    }

    net = prepare(mode, text, ",\"min_rows\":70");
    guest = local_index(net, "guest.0");
    ok(local_run(net) == 0, "%s: of all rows %s", mode->names,
       net->parties[guest].text);

    report = local_output(net, guest, "report");
    ok(report != NULL && strstr(report, "\"most\":") == NULL,
       "only what is for the guest");
    p = report == NULL ? NULL : strstr(report, "\"results\":{\"Σ\":");

    if (ok(p != NULL, "... is in its report")) {
        got[0] = strtod(strchr(p, ':') + strlen(":{\"Σ\":"), NULL);
        got[1] = strtod(strstr(p, "\"m\":") + 4, NULL);
        got[2] = strtod(strstr(p, "\"n\":") + 4, NULL);

        ok(fabs(got[0] - product) < 1e-2, "sum of products %.9g: %.9g",
           product, got[0]);
        ok(fabs(got[1] - sum / ROWS) < 1e-4, "mean %.9g: %.9g", sum / ROWS,
           got[1]);
        ok(got[2] == 2 * count, "count %.0f: %.9g", 2 * count, got[2]);
        ok(strstr(p, "\"far\":true") != NULL, "a comparison of means");
    }

    report = local_output(net, guest + 1, "report");
    p = strstr(report, "\"results\":{\"most\":");
    ok(p != NULL && fabs(strtod(p + 18, NULL) - fmax(sum, most) + 1) < 1e-3,
       "the host's");
    ok(strstr(local_table(net, guest + 1, "dataset"), "most\n") != NULL,
       "... also as a table of one row");
    local_destroy(net);

    net = prepare(mode, text, ",\"min_rows\":71");
    (void) local_run(net);

    for (sum = 0, i = 0; i < net->count; i++) {
        sum += strcmp(net->parties[i].code, "data_out_of_range") == 0
               && strstr(net->parties[i].text, "70 rows") != NULL;
    }

    ok(sum > 0, "less than min_rows is said");
    local_destroy(net);
}


int
main(int argc, char **argv)
{
    unsigned  i, k;
    uint64_t  seed;

    seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 20260;
    printf("# seed %llu\n", (unsigned long long) seed);

    for (i = 0; i < 3; i++) {
        test_edges(&modes[i]);
        test_totals(&modes[i]);

        for (k = 0; k < modes[i].programs; k++) {
            test_random(&modes[i], seed + 100 * i + k);
        }
    }

    return done();
}
