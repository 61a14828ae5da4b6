
/* The one format of models: round trips, and everything that is refused. */


#include <math.h>

#include "../../src/protocol/ic_model.h"
#include "task_local.h"


static ic_arena_t  *pool;


static ic_model_t *
homo(void)
{
    ic_model_t  *model;

    static const char  *features[] = { "age", "体重", "a b" };
    static double       weights[] = { 0.1, -3e-300, 1e300 };
    static double       mean[] = { 1, 2, -0.0 };
    static double       std[] = { 0.5, 1, 3 };

    model = ic_zalloc(pool, sizeof(ic_model_t));
    model->algorithm = "homo_lr";
    model->features = features;
    model->nfeatures = 3;
    model->weights = weights;
    model->has_intercept = true;
    model->intercept = -0.25;
    model->scaler = IC_MODEL_STANDARD;
    model->shift = mean;
    model->scale = std;
    model->link = IC_MODEL_LOGIT;
    model->calibrated = true;
    model->slope = 1.5;
    model->offset = 0.1;
    model->label_name = "y";
    model->label_value = "1";
    model->unique_id = "id";
    model->metrics = ic_str("{\"loss\":[0.5,0.25]}");

    return model;
}


static ic_model_t *
card(void)
{
    ic_model_t       *model;
    ic_model_bins_t  *bins;

    static const char         *features[] = { "age", "sex" };
    static const char         *of[] = { "guest.0", "host.0" };
    static const char *const   first[] = { "m", NULL };
    static const char *const   second[] = { "f", "女", NULL };
    static const char *const  *values[] = { first, second };
    static double              edges[] = { -1.5, 30, 45 };
    static double              woe[] = { 0.1, 0.2, -0.3, 0.4, 0 };
    static int64_t             counts[] = { 1, 2, 3, 0, 9007199254740993 };
    static u_char              words[] = { 0, 1, 255, 128 };
    static ic_model_share_t    shares[] = {
        { "guest.0", 2, 2, words }, { "host.0", 1, 4, words }
    };
    static ic_model_piece_t    piece = { "guest.0", of, 2, "", 20, shares, 2 };

    memset(piece.set, 'a', 64);
    bins = ic_zalloc(pool, 2 * sizeof(ic_model_bins_t));
    bins[0].feature = "age";
    bins[0].count = 5;
    bins[0].nedges = 3;
    bins[0].edges = edges;
    bins[0].null = 4;
    bins[0].other = -1;
    bins[0].woe = woe;
    bins[0].points = woe;
    bins[0].positives = counts;
    bins[0].negatives = counts;
    bins[0].has_iv = true;
    bins[0].iv = 0.75;
    bins[1].feature = "sex";
    bins[1].text = true;
    bins[1].count = 2;
    bins[1].values = values;
    bins[1].nvalues = 2;
    bins[1].null = -1;
    bins[1].other = 1;
    bins[1].woe = woe;

    model = ic_zalloc(pool, sizeof(ic_model_t));
    model->algorithm = "scorecard";
    model->features = features;
    model->nfeatures = 2;
    model->has_intercept = true;
    model->intercept = 600;
    model->bins = bins;
    model->nbins = 2;
    model->bounded = true;
    model->floor = 0;
    model->cap = 1000;
    model->piece = &piece;

    return model;
}


/* What the reader says of a text; NULL when it takes it. */

static ic_model_t *
read_text(const char *text, ic_model_fault_t *fault)
{
    ic_json_t  *json;

    json = ic_json_parse(pool, ic_str(text), NULL);

    if (json == NULL) {
        fprintf(stderr, "no JSON: %s\n", text);
        abort();
    }

    return ic_model_read(pool, json, fault);
}


static const char *
replaced(const char *text, const char *what, const char *by)
{
    const char  *at;

    at = strstr(text, what);

    if (at == NULL) {
        fprintf(stderr, "no %s in %s\n", what, text);
        abort();
    }

    return (char *) ic_str_fmt(pool, "%.*s%s%s", (int) (at - text), text, by,
                               at + strlen(what)).data;
}


static void
test_round_trip(void)
{
    ic_str_t           text, again;
    ic_model_t        *model, *back;
    ic_model_fault_t   fault;

    model = homo();
    text = ic_model_text(pool, model, &fault);
    back = read_text((char *) text.data, &fault);

    ok(back != NULL, "a model is read that was written: %s",
       back == NULL ? fault.text : "");
    ok(memcmp(back->weights, model->weights, 3 * sizeof(double)) == 0
       && back->intercept == model->intercept && back->slope == 1.5
       && back->offset == 0.1 && memcmp(back->scale, model->scale, 24) == 0
       && back->scaler == IC_MODEL_STANDARD && back->link == IC_MODEL_LOGIT,
       "every number is the same, bit by bit");
    ok(strcmp(back->features[1], "体重") == 0
       && strcmp(back->label_name, "y") == 0
       && ic_str_is(back->metrics, "{\"loss\":[0.5,0.25]}")
       && strcmp(back->digest, model->digest) == 0, "and every text");

    again = ic_model_text(pool, back, &fault);
    ok(ic_str_eq(text, again), "written again it is the same text");

    model->metrics = ic_str("{}");
    (void) ic_model_text(pool, model, &fault);
    ok(strcmp(back->digest, model->digest) == 0,
       "what is only said about it does not change its digest");

    model = card();
    text = ic_model_text(pool, model, &fault);
    back = text.data != NULL ? read_text((char *) text.data, &fault) : NULL;
    ok(back != NULL, "bins, points and pieces too: %s",
       back == NULL ? fault.text : "");
    again = ic_model_text(pool, back, &fault);
    ok(ic_str_eq(text, again), "and the same again");
    ok(back->bounded && back->cap == 1000
       && back->piece->nshares == 2
       && back->piece->shares[0].words[2] == 255
       && back->bins[0].positives[4] == 9007199254740993
       && back->bins[1].null == -1 && back->bins[1].other == 1
       && strcmp(back->bins[1].values[1][1], "女") == 0,
       "words, counts beyond 2^53 and values");
}


/* A model of version 0.2.0 of this product. */

static void
test_old(void)
{
    ic_str_t           text;
    const char        *content;
    char               hex[65];
    ic_model_t        *model;
    ic_model_fault_t   fault;

    content = "\"features\":[\"a\"],\"weights\":[0.5],\"intercept\":1,"
              "\"scaler\":{\"type\":\"none\"}";
    text = ic_str_fmt(pool, "{%s}", content);
    ic_sha256_hex(hex, text.data, text.len);
    text = ic_str_fmt(pool, "{\"version\":\"1.0.0\",\"algorithm\":"
                      "\"homo_lr\",%s,\"metrics\":{},\"parties\":[],"
                      "\"label_name\":\"y\",\"label_value\":\"1\","
                      "\"unique_id\":\"id\",\"digest\":\"%s\"}", content,
                      hex);

    model = read_text((char *) text.data, &fault);
    ok(model != NULL && model->weights[0] == 0.5
       && model->link == IC_MODEL_LOGIT, "a model of version 1.0.0: %s",
       model == NULL ? fault.text : "");

    model = read_text(replaced((char *) text.data, "[0.5]", "[0.6]"), &fault);
    ok(model == NULL && strcmp(fault.code, "model_changed") == 0,
       "of which the digest is checked too");

    model = read_text(replaced((char *) text.data, "\"label_name\"",
                               "\"link\":\"logit\",\"label_name\""), &fault);
    ok(model == NULL, "and it has no members of later ones");
}


static void
test_changed(void)
{
    unsigned           i;
    ic_str_t           text;
    ic_model_fault_t   fault;

    static const struct {
        const char  *what, *by, *code, *member;
    } cases[] = {
        { "1e+300", "1e+299", "model_changed", "weights" },
        { "-0.25", "0.25", "model_changed", "intercept" },
        { "\"age\"", "\"agf\"", "model_changed", "features" },
        { "[0.5,1,3]", "[0.5,1,4]", "model_changed", "scaler" },
        { "1.5", "1.25", "model_changed", "calibration" },
        { "logit", "identity", "model_changed", "link" },
        { "homo_lr", "hetero_lr", "model_changed", "algorithm" },
        { ",\"calibration\":{\"slope\":1.5,\"offset\":0.1}", "",
          "model_changed", "digests" },
        { "\"digest\":\"", "\"digest\":\"0", "model_changed", "digest" },
        { ",\"intercept\":-0.25", "", "model_changed", "digests" },
        { "1.1.0", "2.0.0", "model_invalid", "version" },
        { "\"version\":\"1.1.0\",", "", "model_invalid", "version" },
        { "1e+300]", "1e+300,1]", "model_invalid", "weights" },
        { "1e+300]", "null]", "model_invalid", "weights" },
        { "1e+300]", "\"1\"]", "model_invalid", "weights" },
        { "-0.25", "[]", "model_invalid", "intercept" },
        { "\"age\"", "\"体重\"", "model_invalid", "features" },
        { "\"age\"", "\"\"", "model_invalid", "features" },
        { "\"age\"", "1", "model_invalid", "features" },
        { "[0.5,1,3]", "[0.5,1]", "model_invalid", "scaler" },
        { "[0.5,1,3]", "[0.5,0,3]", "model_invalid", "scaler" },
        { "[0.5,1,3]", "[0.5,-1,3]", "model_invalid", "scaler" },
        { "\"standard\"", "\"robust\"", "model_invalid", "scaler" },
        { "\"standard\"", "\"none\"", "model_invalid", "scaler" },
        { "\"standard\"", "\"other\"", "model_invalid", "scaler" },
        { "logit", "probit", "model_invalid", "link" },
        { "\"link\":\"logit\",", "", "model_invalid", "link" },
        { "\"slope\":1.5,", "", "model_invalid", "calibration" },
        { "\"parties\":[]", "\"parties\":{}", "model_invalid", "parties" },
        { "\"parties\":[]", "\"parties\":[{}]", "model_invalid", "parties" },
        { "\"label_name\"", "\"more\":1,\"label_name\"", "model_invalid",
          "" },
        { "\"task\":{}", "\"task\":1", "model_invalid", "task" },
        { "\"metrics\":{\"loss\":[0.5,0.25]}", "\"metrics\":1",
          "model_invalid", "metrics" }
    };

    text = ic_model_text(pool, homo(), &fault);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fault.code = fault.member = NULL;

        ok(read_text(replaced((char *) text.data, cases[i].what,
                              cases[i].by), &fault)
           == NULL
           && strcmp(fault.code, cases[i].code) == 0
           && strcmp(fault.member, cases[i].member) == 0
           && strstr(fault.text, cases[i].member) != NULL,
           "%.40s for %.40s: %s, %s", cases[i].by, cases[i].what,
           fault.code != NULL ? fault.code : "taken",
           fault.code != NULL ? fault.text : "");
    }
}


static void
test_bins(void)
{
    unsigned           i;
    ic_str_t           text;
    ic_model_fault_t   fault;

    static const struct {
        const char  *what, *by, *member;
    } cases[] = {
        { "[-1.5,30,45]", "[-1.5,30,30]", "bins" },
        { "[-1.5,30,45]", "[30,-1.5,45]", "bins" },
        { "[-1.5,30,45]", "[1,2,3,4,5]", "bins" },
        { "[-1.5,30,45]", "[1,2,\"3\"]", "bins" },
        { "\"count\":5", "\"count\":4", "bins" },
        { "\"count\":5", "\"count\":0", "bins" },
        { "\"count\":5", "\"count\":1e9", "bins" },
        { "\"null\":4", "\"null\":5", "bins" },
        { "\"null\":4", "\"null\":-1", "bins" },
        { "\"null\":4", "\"nulls\":4", "bins" },
        { "\"feature\":\"sex\"", "\"feature\":\"age\"", "bins" },
        { "\"feature\":\"sex\"", "\"feature\":\"no\"", "bins" },
        { "[\"f\",\"女\"]", "[\"f\",\"m\"]", "bins" },
        { "[\"f\",\"女\"]", "[]", "bins" },
        { "\"type\":\"text\"", "\"type\":\"number\"", "bins" },
        { "\"type\":\"number\"", "\"type\":\"x\"", "bins" },
        { "\"woe\":[0.1,0.2,-0.3,0.4,0]", "\"woe\":[0.1]", "bins" },
        { "9007199254740993", "-1", "bins" },
        { "\"cap\":1000", "\"cap\":-1", "range" },
        { "\"cap\":1000", "\"cap\":\"1\"", "range" },
        { "\"floor\":0,", "", "range" },
        { "\"role\":\"guest.0\"", "\"role\":\"guest.1\"", "piece" },
        { "\"of\":[\"guest.0\",\"host.0\"]", "\"of\":[\"guest.0\"]",
          "piece" },
        { "\"of\":[\"guest.0\",\"host.0\"]",
          "\"of\":[\"guest.0\",\"guest.0\"]", "piece" },
        { "aaaaaaaa", "zaaaaaaa", "piece" },
        { "0001ff80", "0001ff8", "piece" },
        { "0001ff80", "0001ff8000", "piece" },
        { "\"fraction\":20,", "", "piece" },
        { "\"party\":\"host.0\"", "\"party\":\"guest.0\"", "piece" },
        { "\"party\":\"host.0\"", "\"party\":\"host.1\"", "piece" },
        { "\"bytes\":2", "\"bytes\":33", "piece" },
        { "\"count\":2,\"bytes\":2", "\"count\":4,\"bytes\":1", "piece" }
    };

    text = ic_model_text(pool, card(), &fault);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fault.code = fault.member = NULL;

        ok(read_text(replaced((char *) text.data, cases[i].what,
                              cases[i].by), &fault)
           == NULL
           && strcmp(fault.code, "model_invalid") == 0
           && strcmp(fault.member, cases[i].member) == 0,
           "%.40s for %.40s: %s", cases[i].by, cases[i].what,
           fault.code != NULL ? fault.text : "taken");
    }
}


/* Any byte that is another one: refused, or what it says is the same. */

static void
test_bytes(void)
{
    u_char            *copy;
    size_t             i;
    ic_str_t           text, error;
    unsigned           tries, taken, refused;
    ic_json_t         *json;
    ic_arena_t        *kept;
    ic_model_t        *model, *back;
    ic_model_fault_t   fault;

    model = card();
    text = ic_model_text(pool, model, &fault);
    kept = pool;
    copy = malloc(text.len + 1);
    taken = refused = 0;

    for (i = 0; i < text.len; i++) {
        for (tries = 0; tries < 3; tries++) {
            pool = ic_pool_create();
            memcpy(copy, text.data, text.len + 1);
            copy[i] ^= (u_char) (1 << (2 * tries));
            json = ic_json_parse(pool, ic_str_n(copy, text.len), &error);
            back = json != NULL ? ic_model_read(pool, json, &fault) : NULL;

            if (back == NULL) {
                refused++;

            } else {
                taken += strcmp(back->digest, model->digest) != 0;
            }

            ic_pool_destroy(pool);
        }
    }

    pool = kept;
    free(copy);
    ok(taken == 0 && refused > text.len, "one byte of %zu is another one: "
       "%u refused, no other model taken", text.len, refused);
}


static void
test_writer(void)
{
    unsigned           i;
    ic_str_t           text;
    ic_model_t        *model;
    ic_model_fault_t   fault;

    model = homo();
    model->intercept = NAN;
    text = ic_model_text(pool, model, &fault);
    ok(text.data == NULL && strcmp(fault.member, "intercept") == 0,
       "a model without a number is not written: %s", fault.text);

    model = ic_zalloc(pool, sizeof(ic_model_t));
    model->algorithm = "homo_lr";
    model->nfeatures = 10000;
    model->features = ic_zalloc(pool, 10000 * sizeof(char *));
    model->weights = ic_zalloc(pool, 10000 * sizeof(double));
    model->scaler = IC_MODEL_ROBUST;
    model->shift = ic_zalloc(pool, 10000 * sizeof(double));
    model->scale = ic_zalloc(pool, 10000 * sizeof(double));

    for (i = 0; i < 10000; i++) {
        model->features[i] = (char *) ic_str_fmt(pool, "f%u", i).data;
        model->weights[i] = 1.0 / (i + 1);
        model->shift[i] = -1.0 / (i + 3);
        model->scale[i] = 1.0 / (i + 7);
    }

    text = ic_model_text(pool, model, &fault);
    ok(text.data != NULL && text.len < IC_MODEL_MAX_BYTES,
       "10,000 features: %zu bytes", text.len);
}


int
main(void)
{
    pool = ic_pool_create();
    test_round_trip();
    test_old();
    test_changed();
    test_bins();
    test_bytes();
    test_writer();
    ic_pool_destroy(pool);

    return done();
}
