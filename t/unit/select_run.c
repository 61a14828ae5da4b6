
/* Which columns stay, against plain definitions, and why the others go. */


#include <math.h>

#include "../../src/components/feature_select/select.h"
#include "task_local.h"


#define ROWS  200


static unsigned  seed;


static void
check(const char *params, const char *data, const char *header,
    const char *reason)
{
    char     *table;
    local_t  *net;

    net = local_create(select_run, "arbiter.0 guest.0");
    local_params(net, LOCAL_ALL, params);
    local_csv(net, 1, "train_data", data);
    ok(local_run(net) == 0, "%s %s", params, net->parties[1].text);
    table = local_table(net, 1, "dataset");
    table[strcspn(table, "\n")] = '\0';
    is_str(table, header, "... keeps");
    ok(strstr(local_output(net, 1, "report"), reason) != NULL, "... %s",
       reason);
    ok(net->first == NULL, "... without a message");
    local_destroy(net);
}


static void
refused(const char *params, const char *data, const char *code,
    const char *text)
{
    local_refused(local_alone(select_run, params, data), code, text);
}


/* Random columns, some of them mixtures of others. */

static void
test_correlation(void)
{
    char             *text, *end, name[16];
    double            x[ROWS][8], a, b, aa, bb, ab, r, bound;
    bool              kept[8];
    local_t          *net;
    unsigned          i, j, k, bad;
    const ic_json_t  *column;

    bound = 0.7;
    text = malloc(ROWS * 8 * 32);
    end = text + sprintf(text, "c0,c1,c2,c3,c4,c5,c6,c7\n");

    for (i = 0; i < ROWS; i++) {
        for (j = 0; j < 8; j++) {
            x[i][j] = 1e6 + rand_r(&seed) / (RAND_MAX + 1.0);

            if (j > 2 && j % 2) {
                x[i][j] = x[i][j - 2] * (j - 4.0) + 0.3 * x[i][j];
            }

            end += sprintf(end, "%.17g%c", x[i][j], j == 7 ? '\n' : ',');
        }
    }

    net = local_create(select_run, "guest.0");
    local_params(net, LOCAL_ALL, "{\"max_correlation\":0.7}");
    local_csv(net, 0, "train_data", text);
    free(text);
    ok(local_run(net) == 0, "random columns");
    column = ic_json_get(ic_json_parse(net->parties[0].arena,
                         ic_str(local_output(net, 0, "report")), NULL),
                         "columns");

    for (bad = 0, j = 0; j < 8; j++) {
        kept[j] = true;

        for (k = 0; k < j; k++) {
            a = b = aa = bb = ab = 0;

            for (i = 0; i < ROWS; i++) {
                a += x[i][k] / ROWS;
                b += x[i][j] / ROWS;
            }

            for (i = 0; i < ROWS; i++) {
                aa += (x[i][k] - a) * (x[i][k] - a);
                bb += (x[i][j] - b) * (x[i][j] - b);
                ab += (x[i][k] - a) * (x[i][j] - b);
            }

            r = ab / sqrt(aa * bb);
            kept[j] &= !(kept[k] && fabs(r) > bound);
        }

        (void) sprintf(name, "%s", kept[j] ? "kept" : "correlated");
        bad += !ic_str_is(ic_json_str(ic_json_get(ic_json_at(column, j),
                                                  "result")), name);
    }

    is_int(bad, 0, "... go as plain correlations say");
    local_destroy(net);
}


/* A model with the information values of three columns. */

static void
test_model(const char *params, const char *header)
{
    char              path[256], json[400], *table;
    FILE             *file;
    local_t          *net;
    unsigned          n;
    ic_str_t          text;
    ic_model_t        model;
    ic_model_bins_t   bins[3];
    ic_model_fault_t  fault;

    static const char  *names[] = { "a", "\xe5\x88\x97", "c" };

    memset(&model, 0, sizeof(model));
    memset(bins, 0, sizeof(bins));
    model.version = IC_MODEL_VERSION;
    model.algorithm = "binning_woe_iv";
    model.features = names;
    model.nfeatures = model.nbins = 3;
    model.bins = bins;

    for (n = 0; n < 3; n++) {
        bins[n].feature = names[n];
        bins[n].count = 1;
        bins[n].null = bins[n].other = -1;
        bins[n].has_iv = true;
        bins[n].iv = n == 1 ? 0.5 : n == 0 ? 0.01 : 0.2;
    }

    net = local_create(select_run, "guest.0");
    local_params(net, LOCAL_ALL, params);
    local_csv(net, 0, "train_data",
              "id,a,\xe5\x88\x97,c\nq,1,5,2\nr,3,1,1\ns,2,2,9\n");
    text = ic_model_text(net->parties[0].arena, &model, &fault);
    (void) snprintf(path, sizeof(path), "%s/out-m", net->parties[0].folder);
    (void) mkdir(path, 0700);
    (void) snprintf(json, sizeof(json), "{\"path\":\"%s\",\"kind\":"
                    "\"model\",\"format\":\"json\"}", path);
    local_input(net, 0, "model", json);
    (void) strcat(path, "/data_0");
    file = fopen(path, "w");
    (void) fwrite(text.data, 1, text.len, file);
    (void) fclose(file);

    ok(local_run(net) == 0, "%s %s", params, net->parties[0].text);
    table = local_table(net, 0, "dataset");
    table[strcspn(table, "\n")] = '\0';
    is_str(table, header, "... keeps");
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
                           row && i != 500 ? 7 : i + row,
                           i == 999 ? '\n' : ',');
        }
    }

    net = local_create(select_run, "guest.0");
    local_params(net, LOCAL_ALL, "{\"max_correlation\":0.9}");
    local_csv(net, 0, "train_data", text);
    ok(local_run(net) == 0, "a thousand columns");
    is_str(local_table(net, 0, "dataset"), "c500\n501\n502\n",
           "... of which one varies");
    local_destroy(net);
    free(text);
}


int
main(void)
{
    static const char  data[] = "id,k,e,u,\xe5\x90\x8d,t\n1,7,,a,1,x\n"
                                "2,7,5,b,2,x\n3,7,,c,1,y\n4,7,6,d,3,x\n";

    seed = getenv("SEED") != NULL ? (unsigned) atoi(getenv("SEED")) : 107;
    printf("# SEED=%u\n", seed);

    check("{\"unique_id\":\"id\"}", data, "id,e,u,\xe5\x90\x8d,t",
          "{\"name\":\"k\",\"result\":\"constant\",\"missing\":0,"
          "\"distinct\":1}");
    check("{\"drop_constant\":false}", data, "id,k,e,u,\xe5\x90\x8d,t",
          "\"columns_out\":6");
    check("{\"unique_id\":\"id\",\"max_missing\":0.4}", data,
          "id,u,\xe5\x90\x8d,t", "{\"name\":\"e\",\"result\":\"missing\","
          "\"missing\":2,\"distinct\":2}");
    check("{\"unique_id\":\"id\",\"max_unique\":0.8}", data,
          "id,\xe5\x90\x8d,t", "{\"name\":\"u\",\"result\":\"unique\"");
    check("{\"keep\":[\"k\"],\"columns\":[\"k\",\"u\"],\"max_unique\":0}",
          data, "id,k,e,\xe5\x90\x8d,t", "\"columns_in\":2");
    check("{\"unique_id\":\"id\"}", "id,x\n", "id,x", "\"rows\":0");
    check("{\"unique_id\":\"id\"}", "id,x\n1,2\n", "id,x", "\"kept\"");
    check("{\"max_correlation\":0.5}",
          "x,y\n-1.7e308,1\n1.7e308,2\n0,3\n", "x,y", "\"kept\"");

    refused("{}", "x\n1\n1\n", "bad_parameter", "no column is left");
    refused("{\"min_iv\":0.1}", "x\n1\n2\n", "model_missing", "min_iv");
    refused("{\"keep\":[\"z\"]}", "x\n1\n2\n", "data_missing_column", "z");

    test_correlation();
    test_model("{\"unique_id\":\"id\",\"min_iv\":0.02}",
               "id,\xe5\x88\x97,c");
    test_model("{\"unique_id\":\"id\",\"top_n\":1}", "id,\xe5\x88\x97");
    test_model("{\"unique_id\":\"id\",\"top_n\":1,\"keep\":[\"a\"]}",
               "id,a,\xe5\x88\x97");
    test_wide();

    return done();
}
