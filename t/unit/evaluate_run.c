
/* evaluate as a task: reports and curves, and what it says of bad data. */


#include <math.h>
#include <time.h>

#include "../../src/components/evaluate/evaluate.h"
#include "task_local.h"


static unsigned  seed;


static local_t *
evaluate(const char *params, const char *csv)
{
    local_t  *net;

    net = local_create(evaluate_run, "guest.0");
    local_params(net, LOCAL_ALL, params);

    if (csv != NULL) {
        local_csv(net, 0, "train_data", csv);
    }

    (void) local_run(net);

    return net;
}


static const ic_json_t *
report(local_t *net)
{
    const char  *text;

    text = local_output(net, 0, "report");

    return text != NULL
           ? ic_json_parse(net->parties[0].arena, ic_str(text), NULL) : NULL;
}


static double
number(local_t *net, const char *path)
{
    const ic_json_t  *value;

    value = ic_json_path(report(net), path);

    return value == NULL || value->type == IC_JSON_NULL ? NAN : value->real;
}


static void
test_numbers(void)
{
    local_t  *net;

    /* thresholds 0.9: +, 0.7: +-, 0.4: +-, 0.1: - */

    net = evaluate("{\"threshold\":0.5}",
                   "id,score,label\na,0.9,1\nb,0.7,0\nc,0.7,1\nd,0.4,1\n"
                   "e,0.4,0\nf,0.1,0\n");

    ok(fabs(number(net, "auc") - 7.0 / 9) < 1e-12, "AUC");
    ok(fabs(number(net, "ks") - 1.0 / 3) < 1e-12
       && number(net, "ks_threshold") == 0.9, "KS and where");
    ok(fabs(number(net, "average_precision")
            - (1.0 / 3 + 2.0 / 9 + 3.0 / 5 / 3)) < 1e-12,
       "average precision");
    ok(number(net, "confusion/true_positives") == 2
       && number(net, "confusion/false_positives") == 1
       && number(net, "confusion/true_negatives") == 2
       && number(net, "confusion/false_negatives") == 1, "confusion");
    ok(fabs(number(net, "f1") - 2.0 / 3) < 1e-12
       && fabs(number(net, "precision") - 2.0 / 3) < 1e-12
       && fabs(number(net, "recall") - 2.0 / 3) < 1e-12
       && fabs(number(net, "specificity") - 2.0 / 3) < 1e-12
       && fabs(number(net, "accuracy") - 2.0 / 3) < 1e-12, "shares");
    ok(fabs(number(net, "log_loss")
            + (log(0.9) + log(0.3) + log(0.7) + log(0.4) + log(0.6)
               + log(0.9)) / 6) < 1e-12, "log loss");
    ok(fabs(number(net, "gains/9/gain") - 1) < 1e-12
       && fabs(number(net, "gains/4/positives") - 2) < 1e-12
       && fabs(number(net, "gains/4/lift") - 4.0 / 3) < 1e-12,
       "half of the rows have two of three");
    ok(number(net, "calibration/7/rows") == 2
       && number(net, "calibration/7/positive_rate") == 0.5
       && isnan(number(net, "calibration/2/positive_rate")),
       "calibration");
    is_str(local_table(net, 0, "dataset"),
           "threshold,rows,depth,true_positives,false_positives,"
           "true_negatives,false_negatives,tpr,fpr,precision,lift,ks\n"
           ",0,0,0,0,3,3,0,0,,,0\n"
           "0.9,1,0.16666666666666666,1,0,3,2,0.3333333333333333,0,1,2,"
           "0.3333333333333333\n"
           "0.7,3,0.5,2,1,2,1,0.6666666666666666,0.3333333333333333,"
           "0.6666666666666666,1.3333333333333333,0.3333333333333333\n"
           "0.4,5,0.8333333333333334,3,2,1,0,1,0.6666666666666666,0.6,1.2,"
           "0.3333333333333333\n"
           "0.1,6,1,3,3,0,0,1,1,0.5,1,0\n", "the curves");
    ok(net->first == NULL, "no message");
    ok(local_fact(net, 0, "rows") == 6 && net->parties[0].facts.count == 1,
       "the initiator is told the number of rows");
    local_destroy(net);
}


static void
test_undefined(void)
{
    local_t  *net;

    net = evaluate("{}", "score,label\n0.1,1\n0.9,1\n");
    ok(report(net) != NULL && isnan(number(net, "auc"))
       && ic_str_is(ic_json_str(ic_json_path(report(net),
                                             "undefined/auc")),
                    "every row is positive")
       && ic_json_path(report(net), "undefined/specificity") != NULL
       && number(net, "recall") == 0.5, "one class: no AUC, and why");
    local_destroy(net);

    net = evaluate("{}", "score,label\n0.1,0\n");
    ok(report(net) != NULL && isnan(number(net, "auc"))
       && ic_str_is(ic_json_str(ic_json_path(report(net),
                                             "undefined/recall")),
                    "no row is positive")
       && ic_json_path(report(net), "undefined/precision") != NULL,
       "one row");
    local_destroy(net);

    net = evaluate("{}", "score,label\n");
    ok(report(net) != NULL && isnan(number(net, "auc"))
       && ic_str_is(ic_json_str(ic_json_path(report(net),
                                             "undefined/log_loss")),
                    "there is no row")
       && local_table(net, 0, "dataset") != NULL, "no row");
    local_destroy(net);

    net = evaluate("{\"threshold\":600}",
                   "score,label\n550,0\n650,1\n700,0\n");
    ok(number(net, "auc") == 0.5 && isnan(number(net, "log_loss"))
       && ic_str_is(ic_json_str(ic_json_path(report(net),
                                             "undefined/log_loss")),
                    "scores are no probabilities")
       && number(net, "precision") == 0.5, "points of a scorecard");
    local_destroy(net);

    net = evaluate("{\"direction\":\"negative\",\"threshold\":600}",
                   "score,label\n550,1\n650,1\n700,0\n600,0\n");
    ok(number(net, "auc") == 0.75 && number(net, "threshold") == 600
       && number(net, "confusion/true_positives") == 1
       && number(net, "confusion/false_positives") == 0
       && number(net, "ks_threshold") == 550
       && strstr(local_table(net, 0, "dataset"), "\n550,1,") != NULL,
       "... of which high ones are good");
    local_destroy(net);

    net = evaluate("{}", NULL);
    ok(net->parties[0].rc == 0 && report(net) == NULL
       && local_said(&net->parties[0].without, "dataset") != NULL,
       "without scores there is nothing to do");
    local_destroy(net);
}


static void
test_refused(void)
{
    unsigned     i;
    local_t     *net;
    ic_task_t   *task;

    static const struct {
        const char  *params, *csv, *code, *column;
        int64_t      row;
    } cases[] = {
        { "{}", "score,label\n0.1,1\nnan,0\n", "data_not_numeric", "score",
          2 },
        { "{}", "score,label\n0.1,1\ninf,0\n", "data_not_numeric", "score",
          2 },
        { "{}", "score,label\n,1\n0.5,0\n", "data_null_value", "score", 1 },
        { "{}", "score,label\n0.1,1\n0.2,\n", "data_null_label", "label",
          2 },
        { "{}", "p,label\n0.1,1\n", "data_missing_column", "score", 0 },
        { "{\"label_name\":\"标签\"}", "score,label\n0.1,1\n",
          "data_missing_column", "标签", 0 },
        { "{\"max_rows\":1}", "score,label\n0.1,1\n0.2,0\n",
          "data_unreadable", "", 2 },
        { "{\"buckets\":0}", "score,label\n0.1,1\n", "bad_parameter", "",
          0 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        net = evaluate(cases[i].params, cases[i].csv);
        task = &net->parties[0];
        ok(task->rc != 0
           && strcmp(task->code, cases[i].code) == 0
           && strcmp(task->column, cases[i].column) == 0
           && task->row == cases[i].row && report(net) == NULL,
           "%s: %s, column %s, row %lld", cases[i].params, task->code,
           task->column, (long long) task->row);
        local_destroy(net);
    }
}


/* Many rows and columns: the curve is as long as it should be. */

static void
test_many(void)
{
    char      *csv, *end;
    double     last, ks, most;
    local_t   *net;
    unsigned   i, rows, points;

    csv = malloc(1000000);
    end = csv + sprintf(csv, "分数,标 签");

    for (i = 0; i < 998; i++) {
        end += sprintf(end, ",c%u", i);
    }

    for (i = 0; i < 20; i++) {
        seed = seed * 1103515245 + 12345;
        end += sprintf(end, "\n%.3f,%s", (seed >> 8) % 1000000 / 1e6,
                       i % 3 == 0 ? "yes" : "no");
        memset(end, ',', 998);
        end += 998;
    }

    *end = '\0';
    net = evaluate("{\"score\":\"分数\",\"label_name\":\"标 签\","
                   "\"label_value\":\"yes\"}", csv);
    ok(net->parties[0].rc == 0 && number(net, "rows") == 20,
       "1,000 columns, names of any script: %s", net->parties[0].text);
    local_destroy(net);

    rows = 20000;
    end = csv + sprintf(csv, "score,label\n");

    for (i = 0; i < rows; i++) {
        seed = seed * 1103515245 + 12345;
        end += sprintf(end, "%.6f,%u\n", (seed >> 8) % 1000000 / 1e6,
                       (seed >> 20) % 3 == 0);
    }

    net = evaluate("{\"buckets\":50}", csv);
    points = 0;
    last = -1;
    most = 0;

    for (end = strchr(local_table(net, 0, "dataset"), '\n') + 1;
         *end != '\0';
         end = strchr(end, '\n') + 1)
    {
        points++;
        last = strtod(strchr(strchr(end, ',') + 1, ',') + 1, NULL);
        ks = strtod(memrchr(end, ',', (size_t) (strchr(end, '\n') - end))
                    + 1, NULL);
        most = fmax(most, ks);
    }

    ok(points >= 51 && points <= 53 && last == 1,
       "%u points for 50 buckets, to the end", points);
    ok(fabs(most - number(net, "ks")) < 1e-12, "the KS is among them");
    local_destroy(net);
    free(csv);
}


int
main(void)
{
    const char  *text;

    text = getenv("SEED");
    seed = text != NULL ? (unsigned) atoi(text) : (unsigned) time(NULL);
    printf("# SEED=%u\n", seed);

    test_numbers();
    test_undefined();
    test_refused();
    test_many();

    return done();
}
