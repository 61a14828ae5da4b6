
/*
 * secure_stats with tables that are too small, wrong or wide: what comes out,
 * what is refused, by which name.
 */


#include "secure_stats_pool.h"


static void
test_table(void)
{
    local_t     *net;
    const char  *text;

    make_pool(60, 0);
    net = deal("{\"columns\":[\"constant\",\"empty\"],\"correlation\":true,"
               "\"group_by\":\"place\",\"group_values\":[\"none\"],"
               "\"quantiles\":[0.5]}");
    ok(local_run(net) == 0, "a table");
    text = local_table(net, 2, "dataset");
    ok(text != NULL && strncmp(text, "column,statistic,group,with,value\n",
                               34) == 0, "... its header");
    ok(strstr(text, "\nconstant,count,,,60\n") != NULL, "... a count");
    ok(strstr(text, "\nconstant,mean,,,0.1\n") != NULL, "... a mean");
    ok(strstr(text, "\nconstant,quantile_0.5,,,0.1\n") != NULL,
       "... a quantile that all rows have");
    ok(strstr(text, "\nconstant,min_at_least,,,0.0625\n") != NULL
       && strstr(text, "\nconstant,max_at_most,,,0.125\n") != NULL,
       "... bounds");
    ok(strstr(text, "\nempty,mean,,,\n") != NULL
       && strstr(text, "\nempty,count,,,\n") != NULL,
       "... what is suppressed is NULL");
    ok(strstr(text, "\nplace,rows,none,,\n") != NULL, "... a group of none");
    ok(strstr(text, "correlation") == NULL, "... no correlation with it");
    local_destroy(net);
}


static void
expect(local_t *net, const char *code, const char *column, int64_t row,
    const char *text, const char *name)
{
    bool      found;
    unsigned  i;

    aggregate_reset();
    ok(local_run(net) != 0, "%s: refused", name);

    for (found = false, i = 0; i < net->count; i++) {
        found |= strcmp(net->parties[i].code, code) == 0
                 && strcmp(net->parties[i].column, column) == 0
                 && net->parties[i].row == row
                 && strstr(net->parties[i].text, text) != NULL;
    }

    if (!ok(found, "%s: %s", name, code)) {
        printf("# %s: %s\n", net->parties[2].code, net->parties[2].text);
    }

    local_destroy(net);
}


static local_t *
simple(const char *params, const char *host)
{
    local_t  *net;

    net = local_create(secure_stats, "arbiter.0 guest.0 host.0 host.1");
    local_params(net, LOCAL_ALL, params);
    local_csv(net, 1, "train_data", "a,b,c\n1,2,x\n3,4,x\n");
    local_csv(net, 2, "train_data", host);
    local_csv(net, 3, "train_data", "a,b,c\n5,,y\n7,8,y\n");

    return net;
}


static void
test_refusals(void)
{
    unsigned  i;

    static const struct {
        const char  *name;
        const char  *params;
        const char  *host;
        const char  *code;
        const char  *column;
        int64_t      row;
        const char  *text;
    } cases[] = {
        { "no row", "{\"columns\":[\"a\"]}", "a,b,c\n", "data_empty", "", 0,
          "no row" },
        { "no such column", "{\"columns\":[\"a\",\"z\"]}", "a,b,c\n1,2,x\n",
          "data_missing_column", "z", 0, "\"z\"" },
        { "no such group column",
          "{\"columns\":[\"a\"],\"group_by\":\"z\","
          "\"group_values\":[\"x\"]}", "a,b,c\n1,2,x\n",
          "data_missing_column", "z", 0, "\"z\"" },
        { "no number", "{\"columns\":[\"a\"]}", "a,b,c\n1,2,x\n?,2,x\n",
          "data_not_numeric", "a", 2, "row 2" },
        { "no finite one", "{\"columns\":[\"a\"]}", "a,b,c\nnan,2,x\n",
          "data_not_numeric", "a", 1, "row 1" },
        { "too large", "{\"columns\":[\"a\"]}", "a,b,c\n-5e15,2,x\n",
          "data_out_of_range", "a", 1, "rescale" },
        { "values without a column",
          "{\"columns\":[\"a\"],\"group_values\":[\"x\"]}", "a,b,c\n1,2,x\n",
          "bad_parameter", "", 0, "belong together" },
        { "a column without values",
          "{\"columns\":[\"a\"],\"group_by\":\"c\"}", "a,b,c\n1,2,x\n",
          "bad_parameter", "", 0, "belong together" },
        { "small groups", "{\"columns\":[\"a\"],\"min_group\":4}",
          "a,b,c\n1,2,x\n", "bad_parameter", "", 0, "min_group" },
        { "falling quantiles",
          "{\"columns\":[\"a\"],\"quantiles\":[0.5,0.25]}", "a,b,c\n1,2,x\n",
          "bad_parameter", "", 0, "quantiles must be rising" },
        { "a quantile of all",
          "{\"columns\":[\"a\"],\"quantiles\":[0.5,1]}", "a,b,c\n1,2,x\n",
          "bad_parameter", "", 0, "between 0 and 1" },
        { "a group twice",
          "{\"columns\":[\"a\"],\"group_by\":\"c\","
          "\"group_values\":[\"x\",\"x\"]}", "a,b,c\n1,2,x\n",
          "bad_parameter", "", 0, "twice" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        expect(simple(cases[i].params, cases[i].host), cases[i].code,
               cases[i].column, cases[i].row, cases[i].text, cases[i].name);
    }
}


static void
test_few(void)
{
    local_t  *net;

    net = simple("{\"columns\":[\"a\",\"b\"],\"correlation\":true}",
                 "a,b,c\n1,2,x\n");
    aggregate_reset();
    ok(local_run(net) == 0, "five rows, four values of b");
    ok(strstr(local_output(net, 1, "report"), "{\"name\":\"b\","
              "\"suppressed\":true}") != NULL,
       "... the column with four values is suppressed");
    ok(strstr(local_output(net, 1, "report"), "\"mean\":3.4") != NULL,
       "... that with five is not");
    ok(strstr(local_output(net, 1, "report"), "\"q\":0.5,\"suppressed\"")
       != NULL, "... but its median is, with too few rows at either side");
    ok(!was_opened(14), "... the sum of the four values is not opened");
    local_destroy(net);
}


static void
test_wide(void)
{
    FILE     *csv, *list;
    char     *text, *columns, *params;
    size_t    len;
    local_t  *net;
    unsigned  i, n, row;

    list = open_memstream(&columns, &len);

    for (i = 0; i < 1000; i++) {
        fprintf(list, "%s\"c%u\"", i > 0 ? "," : "", i);
    }

    fclose(list);

    if (asprintf(&params, "{\"columns\":[%s]}", columns) < 0) {
        abort();
    }

    net = local_create(secure_stats, "arbiter.0 guest.0 host.0 host.1");
    local_params(net, LOCAL_ALL, params);

    for (n = 1; n < 4; n++) {
        csv = open_memstream(&text, &len);

        for (i = 0; i < 1000; i++) {
            fprintf(csv, "%sc%u", i > 0 ? "," : "", i);
        }

        for (row = 0; row < 5; row++) {
            for (i = 0; i < 1000; i++) {
                fprintf(csv, "%c%u", i > 0 ? ',' : '\n', i * row * n);
            }
        }

        fputc('\n', csv);
        fclose(csv);
        local_csv(net, n, "train_data", text);
        free(text);
    }

    aggregate_reset();
    ok(local_run(net) == 0, "1000 columns");
    ok(strstr(local_output(net, 1, "report"), "{\"name\":\"c999\","
              "\"count\":15,\"nulls\":0,\"sum\":59940,\"mean\":3996,")
       != NULL, "... the last one's mean");
    local_destroy(net);
    free(columns);
    free(params);
}


int
main(void)
{
    srandom(7);

    test_table();
    test_few();
    test_refusals();
    test_wide();
    aggregate_reset();

    return done();
}
