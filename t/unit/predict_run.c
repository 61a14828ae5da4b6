
/*
 * predict as a task: every kind of model against its formula, rows alone and
 * together, and what is refused.
 */


#include "predict_local.h"


#define FEATURES  7
#define ROWS      60


static void
test_linear(void)
{
    bool         good, same;
    double      *x, p;
    local_t     *net, *one;
    unsigned     row, scaler;
    ic_model_t  *model;

    for (scaler = IC_MODEL_UNSCALED; scaler <= IC_MODEL_ROBUST; scaler++) {
        model = linear("列", FEATURES);
        model->scaler = scaler;
        model->calibrated = scaler == IC_MODEL_ROBUST;
        model->slope = 0.75;
        model->offset = -0.5;
        model->link = scaler == IC_MODEL_MIN_MAX ? IC_MODEL_IDENTITY
                                                 : IC_MODEL_LOGIT;
        x = draws(FEATURES * ROWS);
        net = alone(model, "{\"threshold\":0.5}",
                    table(model, x, 0, ROWS, true));
        good = same = true;

        for (row = 0; row < ROWS && net->parties[0].rc == 0; row++) {
            p = formula(model, x + row * FEATURES);
            p = model->calibrated ? 0.75 * p - 0.5 : p;
            p = model->link == IC_MODEL_LOGIT ? logit(p) : p;
            good &= fabs(strtod(cell(net, 0, row, 1), NULL) - p)
                    <= 1e-12 * fmax(1, fabs(p))
                    && atoi(cell(net, 0, row, 0) + 1) == (int) row
                    && atoi(cell(net, 0, row, 2)) == (int) (row % 2)
                    && atoi(cell(net, 0, row, 3)) == (p > 0.5);
        }

        for (row = 0; row < 3; row++) {
            one = alone(model, "{}", table(model, x, row, 1, true));
            same &= strcmp(cell(one, 0, 0, 1), cell(net, 0, row, 1)) == 0;
            local_destroy(one);
        }

        ok(net->parties[0].rc == 0 && good, "%s: the formula %s",
           ic_model_scaler_name(scaler), net->parties[0].text);
        ok(same, "a row alone has the same score");
        ok(cell(net, 0, ROWS, 0) == NULL && net->first == NULL,
           "as many rows, no message");
        local_destroy(net);
    }

    net = alone(model, "{}", table(model, x, 0, 0, true));
    is_str(local_table(net, 0, "dataset"), "id,score,label\n", "no row");
    local_destroy(net);

    model = linear("c", 1000);
    x = draws(2000);
    net = alone(model, "{}", table(model, x, 0, 2, false));
    ok(net->parties[0].rc == 0
       && fabs(strtod(cell(net, 0, 1, 1), NULL)
               - logit(formula(model, x + 1000))) < 1e-9,
       "1,000 columns, no label: %s", net->parties[0].text);
    local_destroy(net);
}


static ic_model_t *
binned(bool points)
{
    unsigned          i;
    ic_model_t       *model;
    ic_model_bins_t  *bins;

    static const char         *features[] = { "age", "sex" };
    static const char *const   m[] = { "m", NULL };
    static const char *const   f[] = { "f", "女", NULL };
    static const char *const  *values[] = { m, f };
    static double              edges[] = { 30, 45 };
    static double              woe[] = { 0.1, 0.2, -0.3, 0.4, 7 };
    static double              point[] = { 10, 20, 30, 5, 1 };

    model = ic_zalloc(pool, sizeof(ic_model_t));
    bins = ic_zalloc(pool, 2 * sizeof(ic_model_bins_t));
    model->algorithm = points ? "scorecard" : "binning_woe_iv";
    model->features = features;
    model->nfeatures = 2;
    model->bins = bins;
    model->nbins = 2;
    model->has_intercept = points;
    model->intercept = points ? 600 : 0;

    bins[0].feature = "age";
    bins[0].count = 4;
    bins[0].nedges = 2;
    bins[0].edges = edges;
    bins[0].null = 3;
    bins[0].other = -1;
    bins[1].feature = "sex";
    bins[1].text = true;
    bins[1].count = 3;
    bins[1].values = values;
    bins[1].nvalues = 2;
    bins[1].null = -1;
    bins[1].other = 2;

    for (i = 0; i < 2; i++) {
        bins[i].woe = woe;
        bins[i].points = points ? point : NULL;
    }

    return model;
}


static void
test_bins(void)
{
    char        *csv;
    local_t     *net;
    ic_model_t  *model;

    csv = "id,age,sex,more\na,30,m,x\nb,30.0000001,f,\nc,45,女,y\n"
          "d,1e9,?,z\ne,,m,z\nf,-1e300,f,z\n";

    net = alone(binned(true), "{\"unique_id\":\"id\"}", csv);
    is_str(local_table(net, 0, "dataset"),
           "id,score\na,620\nb,640\nc,640\nd,660\ne,615\nf,630\n",
           "points of a scorecard: the edge is in the lower bin");
    local_destroy(net);

    model = binned(true);
    model->bounded = true;
    model->floor = 625;
    model->cap = 645;
    net = alone(model, "{\"unique_id\":\"id\"}", csv);
    is_str(local_table(net, 0, "dataset"),
           "id,score\na,625\nb,640\nc,640\nd,645\ne,625\nf,630\n",
           "no less than the floor, no more than the cap");
    local_destroy(net);

    net = alone(binned(false), "{}", csv);
    is_str(local_table(net, 0, "dataset"),
           "id,age,sex,more\na,0.1,0.1,x\nb,0.2,0.2,\nc,0.2,0.2,y\n"
           "d,-0.3,-0.3,z\ne,0.4,0.1,z\nf,0.1,0.2,z\n",
           "WOE instead of values, other columns as they are");
    local_destroy(net);

    /* a regression of WOE */

    model = binned(false);
    model->weights = ic_zalloc(pool, 2 * sizeof(double));
    model->weights[0] = 2;
    model->weights[1] = -4;
    model->has_intercept = true;
    model->intercept = 0.25;
    net = alone(model, "{}", "age,sex\n10,m\n40,f\n");
    is_str(local_table(net, 0, "dataset"), "score\n0.04999999999999999\n"
           "-0.15000000000000002\n", "a regression of bins");
    local_destroy(net);

    model = linear("x", 2);
    model->weights = NULL;
    model->has_intercept = false;
    model->intercept = 0;
    model->shift[0] = 1;
    model->scale[0] = 2;
    model->shift[1] = -1;
    model->scale[1] = 0.5;
    net = alone(model, "{}", "x1,k,x0\n0,a,3\n1,b,5\n");
    is_str(local_table(net, 0, "dataset"), "x1,k,x0\n2,a,1\n4,b,2\n",
           "a scaler scales its columns");
    local_destroy(net);
}


static void
test_refused(void)
{
    char        *changed, *at;
    local_t     *net;
    unsigned     i;
    ic_model_t  *model;

    static const struct {
        bool         bins;
        const char  *params, *csv, *code, *column;
        int64_t      row;
    } cases[] = {
        { false, "{}", "id,x0,x1\na,1,2\n", "data_missing_column", "x2", 0 },
        { false, "{}", "x0,x1,x2\n1,2,3\n1,,3\n", "data_null_value", "x1",
          2 },
        { false, "{}", "x0,x1,x2\n1,2,3\n1,2,3\n1,2,x\n",
          "data_not_numeric", "x2", 3 },
        { false, "{}", "x0,x1,x2\n1,2,nan\n", "data_not_numeric", "x2", 1 },
        { false, "{}", "x0,x1,x2\n1,2,3\n1e308,-1e308,1e308\n",
          "data_out_of_range", "", 2 },
        { false, "{\"unique_id\":\"no\"}", "x0,x1,x2\n1,2,3\n",
          "data_missing_column", "no", 0 },
        { false, "{\"label_name\":\"标签\"}", "x0,x1,x2\n1,2,3\n",
          "data_missing_column", "标签", 0 },
        { true, "{}", "age,sex\n1,m\n2,\n", "data_null_value", "sex", 2 },
        { true, "{}", "age,sex\n1,m\nold,f\n", "data_not_numeric", "age",
          2 },
        { true, "{}", "age\n1\n", "data_missing_column", "sex", 0 },
        { false, "{}", NULL, "", "", 0 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        model = cases[i].bins ? binned(true) : linear("x", 3);

        if (!cases[i].bins) {
            model->weights[0] = 1e10;
        }

        net = alone(model, cases[i].params, cases[i].csv);
        ok((net->parties[0].rc == 0) == (cases[i].csv == NULL)
           && strcmp(net->parties[0].code, cases[i].code) == 0
           && strcmp(net->parties[0].column, cases[i].column) == 0
           && net->parties[0].row == cases[i].row
           && local_output(net, 0, "report") == NULL,
           "%s: column %s, row %lld: %s", net->parties[0].code,
           net->parties[0].column, (long long) net->parties[0].row,
           net->parties[0].text);
        local_destroy(net);
    }

    net = alone(NULL, "{}", "x0,x1,x2\n1,2,3\n");
    is_str(net->parties[0].code, "model_missing", "no model");
    local_destroy(net);

    model = binned(true);
    model->bins[1].other = -1;
    net = alone(model, "{}", "age,sex\n1,m\n1,x\n");
    ok(strcmp(net->parties[0].code, "data_unknown_value") == 0
       && net->parties[0].row == 2, "a text that has no bin");
    local_destroy(net);

    model = linear("x", 3);
    changed = text_of(model);
    at = strstr(changed, "\"intercept\":") + 12;
    at += *at == '-';
    *at = *at == '9' ? '8' : *at + 1;
    net = local_create(predict_run, "guest.0");
    local_params(net, LOCAL_ALL, "{}");
    give_text(net, 0, changed);
    local_csv(net, 0, "train_data", "x0,x1,x2\n1,2,3\n");
    ok(local_run(net) != 0
       && strcmp(net->parties[0].code, "model_changed") == 0
       && strstr(net->parties[0].text, "intercept") != NULL,
       "a model that was changed: %s", net->parties[0].text);
    local_destroy(net);
}


/* Each its own rows and the same model; one party has nothing. */

static void
test_horizontal(void)
{
    double      *x;
    local_t     *net;
    ic_model_t  *model;

    model = linear("x", 3);
    x = draws(3 * ROWS);
    net = local_create(predict_run, "arbiter.0 guest.0 host.0");
    local_params(net, LOCAL_ALL, "{}");
    local_csv(net, 1, "train_data", table(model, x, 0, 10, true));
    local_csv(net, 2, "train_data", table(model, x, 10, 50, true));
    give_text(net, 1, text_of(model));
    give_text(net, 2, text_of(model));

    ok(local_run(net) == 0 && cell(net, 1, 9, 1) != NULL
       && cell(net, 1, 10, 1) == NULL && cell(net, 2, 49, 1) != NULL
       && local_table(net, 0, "dataset") == NULL,
       "every party scores its own rows: %s", net->parties[1].text);
    local_destroy(net);
}


int
main(void)
{
    begin();
    test_linear();
    test_bins();
    test_refused();
    test_horizontal();
    ic_pool_destroy(pool);

    return done();
}
