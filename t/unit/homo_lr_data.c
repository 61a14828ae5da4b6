
/* Every fault of parameters and data, by code, column and row. */


#include <unistd.h>

#include "homo_lr_net.h"


typedef struct {
    const char  *name;
    const char  *params;         /* members that replace the usual ones */
    const char  *pos;            /* the files */
    const char  *neg;            /* NULL: one source */
    const char  *code;           /* "" accepted */
    const char  *column;
    int64_t      row;
} case_t;


#define GOOD  "id,y,a,b\n1,38,1,2\n2,0,3,4\n3,0,5,6\n"

static const case_t  cases[] = {
    { "good rows", "", GOOD, NULL, "", "", 0 },
    { "pos and neg name the same rows", "", GOOD, GOOD, "", "", 0 },
    { "the same rows, to count once", "\"dedup\":true", GOOD, GOOD, "", "",
      0 },
    { "some of the same rows, to count once", "\"dedup\":true", GOOD,
      "id,y,a,b\n4,38,7,1\n3,0,5,6\n5,0,0,0\n", "", "", 0 },
    { "an id with two labels", "\"dedup\":true", GOOD,
      "id,y,a,b\n3,38,5,6\n", "data_duplicate_id", "id", 1 },
    { "no feature column", "\"attributes\":[\"a\",\"c\"]", GOOD, NULL,
      "data_missing_column", "c", 0 },
    { "no label column", "\"label_name\":\"z\"", GOOD, NULL,
      "data_missing_column", "z", 0 },
    { "no id column", "\"unique_id\":\"z\"", GOOD, NULL,
      "data_missing_column", "z", 0 },
    { "an empty label", "", "id,y,a,b\n1,38,1,2\n2,,3,4\n", NULL,
      "data_null_label", "y", 2 },
    { "an empty value", "", "id,y,a,b\n1,38,1,2\n2,0,3,\n", NULL,
      "data_null_value", "b", 2 },
    { "an empty id", "", "id,y,a,b\n1,38,1,2\n,0,3,1\n", NULL,
      "data_null_value", "id", 2 },
    { "text for a number", "", "id,y,a,b\n1,38,1,2\n2,0,3,4\n3,0,x,6\n",
      NULL, "data_not_numeric", "a", 3 },
    { "nan", "", "id,y,a,b\n1,38,nan,2\n2,0,3,4\n", NULL,
      "data_not_numeric", "a", 1 },
    { "one class", "", "id,y,a,b\n1,38,1,2\n2,38,3,4\n", NULL,
      "data_single_class", "y", 0 },
    { "no positive row", "\"label_value\":1", GOOD, NULL,
      "data_single_class", "y", 0 },
    { "one class, allowed", "\"allow_single_class\":true",
      "id,y,a,b\n1,38,1,2\n2,38,3,4\n", NULL, "", "", 0 },
    { "an id twice in a source", "",
      "id,y,a,b\n1,38,1,2\n2,0,3,4\n9,0,1,1\n1,38,5,6\n", NULL,
      "data_duplicate_id", "id", 4 },
    { "an id in both with two labels", "", GOOD,
      "id,y,a,b\n7,38,1,2\n2,38,3,4\n", "data_duplicate_id", "id", 2 },
    { "an id in both with one label", "", GOOD,
      "id,y,a,b\n7,38,1,2\n2,0,9,9\n", "", "", 0 },
    { "no row", "", "id,y,a,b\n", NULL, "data_empty", "", 0 },
    { "no row in both", "", "id,y,a,b\n", "id,y,a,b\n", "data_empty", "",
      0 },
    { "no row in one", "", GOOD, "id,y,a,b\n", "", "", 0 },
    { "too many rows", "\"max_rows\":2", GOOD, NULL, "data_unreadable", "",
      3 },
    { "a malformed file", "", "id,y,a,b\n1,38,1\n", NULL,
      "data_unreadable", "", 1 },
    { "a value beyond the range", "\"scaler\":\"none\"",
      "id,y,a,b\n1,38,1,2e11\n2,0,3,4\n", NULL, "data_out_of_range", "b",
      0 },
    { "squares beyond the range", "", "id,y,a,b\n1,38,600000,2\n2,0,3,4\n",
      NULL, "data_out_of_range", "a", 0 },
    { "labels as text", "\"label_value\":\"yes\"",
      "id,y,a,b\n1,yes,1,2\n2,no,3,4\n", NULL, "", "", 0 },
    { "labels equal as numbers", "\"label_value\":\"38.0\"", GOOD, NULL, "",
      "", 0 },

    { "an unknown optimizer", "\"optimizer\":\"lbfgs\"", GOOD, NULL,
      "bad_parameter", "", 0 },
    { "alpha below 0", "\"alpha\":-1", GOOD, NULL, "bad_parameter", "", 0 },
    { "learning_rate 0", "\"learning_rate\":0", GOOD, NULL, "bad_parameter",
      "", 0 },
    { "max_iter 0", "\"max_iter\":0", GOOD, NULL, "bad_parameter", "", 0 },
    { "batch_size 5", "\"batch_size\":5", GOOD, NULL, "bad_parameter", "",
      0 },
    { "a short key", "\"encrypt_param\":{\"key_length\":1024}", GOOD, NULL,
      "bad_parameter", "", 0 },
    { "no encryption", "\"encrypt_param\":{\"method\":null}", GOOD, NULL,
      "bad_parameter", "", 0 },
    { "an unknown member", "\"init_param\":{\"method\":\"zeros\"}", GOOD,
      NULL, "bad_parameter", "", 0 },
    { "both names of tol", "\"tol\":1,\"eps\":2", GOOD, NULL,
      "bad_parameter", "", 0 },
    { "the label among the features", "\"attributes\":[\"a\",\"y\"]", GOOD,
      NULL, "bad_parameter", "", 0 },
    { "one fold", "\"cv_param\":{\"need_cv\":true,\"n_splits\":1}", GOOD,
      NULL, "bad_parameter", "", 0 },
    { "log odds without an intercept", "\"init_intercept\":\"log_odds\","
      "\"init_param\":{\"fit_intercept\":false}", GOOD, NULL,
      "bad_parameter", "", 0 },
    { "two parties without the flag", "\"allow_two_parties\":false", GOOD,
      NULL, "too_few_parties", "", 0 },
};


static char  paths[2][32] = { "/tmp/homo_lr_data_XXXXXX",
                              "/tmp/homo_lr_data_XXXXXX" };
static char  good_path[32] = "/tmp/homo_lr_data_XXXXXX";


static void make_file(char *path, const char *text);
static void write_file(const char *path, const char *text);
static void test_case(const case_t *c);
static void input_json(char *text, size_t size, const char *one,
    const char *two);
static void merge_params(char *text, size_t size, const char *members);
static void test_missing_input(void);
static void test_other_parameters(void);
static void test_one_party(void);


int
main(void)
{
    size_t  i;

    make_file(paths[0], "");
    make_file(paths[1], "");
    make_file(good_path, GOOD);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_case(&cases[i]);
    }

    test_missing_input();
    test_other_parameters();
    test_one_party();

    (void) unlink(paths[0]);
    (void) unlink(paths[1]);
    (void) unlink(good_path);

    return done();
}


static void
make_file(char *path, const char *text)
{
    int  fd;

    fd = mkstemp(path);

    if (fd != -1) {
        (void) close(fd);
    }

    write_file(path, text);
}


static void
write_file(const char *path, const char *text)
{
    FILE  *file;

    file = fopen(path, "w");
    (void) fputs(text, file);
    (void) fclose(file);
}


static void
input_json(char *text, size_t size, const char *one, const char *two)
{
    (void) snprintf(text, size, "{\"sources\":[{\"type\":\"csv\",\"path\":"
                    "\"%s\"}%s%s%s],\"facts\":{}}", one,
                    two ? ",{\"type\":\"csv\",\"path\":\"" : "",
                    two ? two : "", two ? "\"}" : "");
}


/* The usual parameters but those that members name. */

static void
merge_params(char *text, size_t size, const char *members)
{
    size_t    i;
    char      key[64];

    static const char *const  usual[][2] = {
        { "allow_two_parties", "true" },
        { "attributes", "[\"a\",\"b\"]" },
        { "label_name", "\"y\"" },
        { "label_value", "38" },
        { "unique_id", "\"id\"" },
        { "max_iter", "1" },
        { "min_rows", "1" }
    };

    (void) snprintf(text, size, "{%s", members);

    for (i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
        (void) snprintf(key, sizeof(key), "\"%s\":", usual[i][0]);

        if (strstr(members, key) == NULL) {
            (void) snprintf(text + strlen(text), size - strlen(text),
                            "%s%s%s", text[1] ? "," : "", key, usual[i][1]);
        }
    }

    (void) snprintf(text + strlen(text), size - strlen(text), "}");
}


/* The host has the bad data. */

static void
test_case(const case_t *c)
{
    int             rc;
    char            good[256], input[256], params[1024];
    local_t        *net;
    ic_task_t  *host;

    write_file(paths[0], c->pos);
    write_file(paths[1], c->neg ? c->neg : "");
    input_json(input, sizeof(input), paths[0], c->neg ? paths[1] : NULL);
    input_json(good, sizeof(good), good_path, NULL);
    merge_params(params, sizeof(params), c->params);

    net = homo_create(1, 512);
    homo_set(net, 0, params, "{}");
    homo_set(net, 1, params, strstr(c->params, "attributes")
                              || strstr(c->params, "label_")
                              || strstr(c->params, "unique_id")
                              || strstr(c->params, "max_rows")
                              ? input : good);
    homo_set(net, 2, params, input);

    rc = local_run(net);
    host = &net->parties[2];

    if (!ok((rc == 0) == (c->code[0] == '\0')
            && strcmp(host->code, c->code) == 0
            && strcmp(host->column, c->column) == 0
            && host->row == c->row, "%s: %s", c->name,
            c->code[0] ? c->code : "accepted"))
    {
        printf("# %s, column %s, row %lld: %s\n", host->code, host->column,
               (long long) host->row, host->text);
    }

    if (c->neg != NULL && rc == 0 && strcmp(c->pos, c->neg) == 0) {
        is_int(local_fact(net, 2, "rows"),
               strstr(c->params, "dedup") != NULL ? 3 : 6,
               "both copies are kept, or one");
        is_int(local_fact(net, 2, "rows_distinct"), 3, "of so many ids");

    } else if (rc == 0 && strstr(c->params, "dedup") != NULL) {
        is_int(local_fact(net, 2, "rows"), 5, "each id once");
        is_int(local_fact(net, 2, "rows_read"), 6, "of all that were read");
    }

    homo_destroy(net);
}


static void
test_missing_input(void)
{
    size_t    i;
    char      params[1024];
    local_t  *net;

    static const char *const  inputs[] = {
        "{}", "[]", "{\"sources\":[]}", "{\"sources\":{}}",
        "{\"sources\":[{},{},{}]}", "{\"sources\":[{\"type\":\"csv\"}]}"
    };

    merge_params(params, sizeof(params), "");

    for (i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
        net = homo_create(1, 512);
        homo_set(net, 0, params, "{}");
        homo_set(net, 1, params, inputs[i]);
        homo_set(net, 2, params, inputs[i]);
        ok(local_run(net) != 0, "train_data %s refused", inputs[i]);
        is_str(net->parties[1].code, "data_unreadable", "as unreadable");
        homo_destroy(net);
    }
}


/* All must have been given the same job. */

static void
test_other_parameters(void)
{
    char      input[256], one[1024], two[1024];
    local_t  *net;

    input_json(input, sizeof(input), good_path, NULL);
    merge_params(one, sizeof(one), "\"alpha\":0.1");
    merge_params(two, sizeof(two), "\"alpha\":0.2");

    net = homo_create(1, 512);
    homo_set(net, 0, one, "{}");
    homo_set(net, 1, one, input);
    homo_set(net, 2, two, input);
    ok(local_run(net) != 0, "a host with another alpha");
    is_str(net->parties[0].code, "bad_parameter", "is refused");
    ok(strstr(net->parties[0].text, "host.0") != NULL, "by name: %s",
       net->parties[0].text);
    homo_destroy(net);

    merge_params(two, sizeof(two), "\"alpha\":0.1,\"max_rows\":99");
    net = homo_create(1, 512);
    homo_set(net, 0, one, "{}");
    homo_set(net, 1, one, input);
    homo_set(net, 2, two, input);
    ok(local_run(net) == 0, "its own row limit is its own affair: %s",
       net->parties[0].text);
    homo_destroy(net);
}


static void
test_one_party(void)
{
    char      input[256], params[1024];
    local_t  *net;

    input_json(input, sizeof(input), good_path, NULL);
    merge_params(params, sizeof(params), "");

    net = homo_create(0, 512);
    homo_set(net, 0, params, "{}");
    homo_set(net, 1, params, input);
    ok(local_run(net) != 0, "one data party, even with the flag");
    is_str(net->parties[1].code, "too_few_parties", "is too few");
    homo_destroy(net);

    net = homo_create(2, 512);
    homo_set(net, 0, params, "{}");
    homo_set(net, 1, params, input);
    homo_set(net, 2, params, input);
    homo_set(net, 3, params, input);
    strcpy(net->names[3].role, "guest");
    ok(local_run(net) != 0, "two guests");
    is_str(net->parties[0].code, "bad_parameter", "are refused");
    homo_destroy(net);
}
