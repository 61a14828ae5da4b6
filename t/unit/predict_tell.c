
/* Scores that the arbiter is told: what it gets, when, and what is refused. */


#include "predict_local.h"


#define FEATURES  4
#define ROWS      40


static local_t *
told(ic_model_t *model, const double *x, const char *params)
{
    local_t  *net;

    net = local_create(predict_run, "arbiter.0 guest.0");
    local_params(net, LOCAL_ALL, params);
    local_csv(net, 1, "train_data", table(model, x, 0, ROWS, true));
    give_text(net, 1, text_of(model));
    (void) local_run(net);

    return net;
}


static const ic_json_t *
answer(local_t *net)
{
    const char  *report;

    report = local_output(net, 0, "report");

    return report == NULL ? NULL
           : ic_json_at(ic_json_get(ic_json_parse(pool, ic_str(report),
                                                  NULL),
                                    "told"),
                        0);
}


static void
test_told(void)
{
    bool              good, round4;
    double           *x, p;
    local_t          *net, *rounded;
    unsigned          row;
    ic_model_t       *model;
    const ic_json_t  *scores, *one;

    model = linear("x", FEATURES);
    x = draws(FEATURES * ROWS);
    net = told(model, x, "{\"tell_arbiter\":true}");
    rounded = told(model, x, "{\"tell_arbiter\":true,"
                   "\"tell_decimals\":4}");
    scores = ic_json_get(answer(net), "scores");
    good = scores != NULL && scores->count == ROWS;
    round4 = good && ic_json_get(answer(rounded), "scores") != NULL;

    for (row = 0; good && row < ROWS; row++) {
        one = ic_json_at(scores, row);
        p = logit(formula(model, x + row * FEATURES));
        good &= fabs(ic_json_get(one, "label")->real - p) < 1e-12
                && ic_json_get(one, "label")->real
                   == strtod(cell(net, 1, row, 1), NULL)
                && ic_json_str(ic_json_get(one, "id")).len > 1
                && atoi((char *) ic_json_get(one, "id")->text.data + 1)
                   == (int) row;
        one = ic_json_at(ic_json_get(answer(rounded), "scores"), row);
        round4 &= ic_json_get(one, "label")->real == round(p * 1e4) / 1e4;
    }

    one = ic_json_parse(pool, ic_str(local_output(net, 1, "report")), NULL);
    ok(good && ic_json_str(ic_json_path(one, "told/sha256")).len == 64
       && ic_str_eq(ic_json_str(ic_json_path(one, "told/sha256")),
                    ic_json_str(ic_json_get(answer(net), "sha256"))),
       "both reports have the digest of what was told");
    ok(good, "ids and scores, as they are: %s", net->parties[0].text);
    ok(round4, "... or rounded to 4 decimals");
    local_destroy(net);
    local_destroy(rounded);
}


/* What passes is sought as the message has it. */

static void
test_untold(void)
{
    double       *x, p;
    u_char        bytes[8];
    local_t      *net;
    uint64_t      word;
    unsigned      i;
    ic_model_t   *model;

    model = linear("x", FEATURES);
    x = draws(FEATURES * ROWS);
    net = told(model, x, "{}");
    p = strtod(cell(net, 1, 7, 1), NULL);
    memcpy(&word, &p, sizeof(word));

    for (i = 0; i < 8; i++) {
        bytes[i] = (u_char) (word >> (56 - 8 * i));
    }

    ok(net->parties[0].rc == 0 && !local_passed(net, "r17", 3)
       && !local_passed(net, bytes, 8) && answer(net) == NULL,
       "without tell_arbiter neither id nor score leaves the party");
    local_destroy(net);

    net = told(model, x, "{\"tell_arbiter\":true}");
    ok(local_passed(net, "r17", 3) && local_passed(net, bytes, 8),
       "the same test sees them with it");
    local_destroy(net);
}


static void
test_refused(void)
{
    double      *x;
    local_t     *net;
    unsigned     i;
    ic_model_t  *model;

    static const struct {
        const char  *params;
        const char  *parties;
        unsigned     rows;
        const char  *code;
    } cases[] = {
        { "{\"tell_arbiter\":true,\"tell_rows\":39}", "arbiter.0 guest.0",
          ROWS, "result_too_large" },
        { "{\"tell_arbiter\":true,\"unique_id\":\"none\"}",
          "arbiter.0 guest.0", ROWS, "data_missing_column" },
        { "{\"tell_arbiter\":true,\"unique_id\":\"label\"}",
          "arbiter.0 guest.0", ROWS, "bad_parameter" },
        { "{\"tell_arbiter\":true}", "arbiter.0 guest.0", 0, "data_empty" },
        { "{\"tell_arbiter\":true}", "guest.0", ROWS, "bad_parameter" },
        { "{\"tell_rows\":20001}", "guest.0", ROWS, "bad_parameter" },
        { "{\"tell_decimals\":13}", "guest.0", ROWS, "bad_parameter" }
    };

    model = linear("x", FEATURES);
    x = draws(FEATURES * ROWS);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        net = local_create(predict_run, cases[i].parties);
        local_params(net, LOCAL_ALL, cases[i].params);
        local_csv(net, local_index(net, "guest.0"), "train_data",
                  table(model, x, 0, cases[i].rows, true));
        give_text(net, local_index(net, "guest.0"), text_of(model));
        (void) local_run(net);
        is_str(net->parties[local_index(net, "guest.0")].code,
               cases[i].code, "%s: %s", cases[i].params,
               net->parties[local_index(net, "guest.0")].text);
        ok(!local_passed(net, "r17", 3), "... nothing was told");
        local_destroy(net);
    }
}


int
main(void)
{
    begin();
    test_told();
    test_untold();
    test_refused();
    ic_pool_destroy(pool);

    return done();
}
