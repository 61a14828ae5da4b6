
/*
 * Training against the golden trajectories of the breast data: all
 * optimizers, penalties and starts, two parties and three.
 */


#include <math.h>
#include <unistd.h>

#include "homo_lr_net.h"


#define TOLERANCE  1e-6


static ic_arena_t  *pool;
static char         shared[512];
static char         thirds[3][64];


static int find_shared(void);
static ic_json_t *read_json(const char *path);
static char *read_text(const char *path, size_t *len);
static void write_thirds(void);
static void test_trajectory(const ic_json_t *golden, unsigned number,
    unsigned parties, unsigned bits);
static char *params_of(const ic_json_t *golden, unsigned parties);
static char *input_of(unsigned party, unsigned parties);
static void compare(const ic_json_t *golden, local_t *net,
    const char *what);
static double difference(const ic_json_t *a, const ic_json_t *b);
static void test_three_in_batches(void);


int
main(void)
{
    unsigned          i;
    const ic_json_t  *golden, *one;

    pool = ic_pool_create();

    if (find_shared() != 0) {
        printf("1..0 # SKIP the shared test data is not there\n");
        return 0;
    }

    golden = read_json("golden_breast_homo.json");
    write_thirds();

    for (one = golden->child, i = 0; one != NULL; one = one->next, i++) {

        test_trajectory(one, i, 2, 1024);

        if (ic_str_is(ic_json_get(one, "optimizer")->text, "sgd")) {
            test_trajectory(one, i, 2, 2048);
        }

        test_trajectory(one, i, 3, 1024);
    }

    is_int(i, 24, "all golden trajectories");
    test_three_in_batches();

    for (i = 0; i < 3; i++) {
        (void) unlink(thirds[i]);
    }

    ic_pool_destroy(pool);

    return done();
}


static int
find_shared(void)
{
    char         path[600];
    const char  *directory;

    directory = getenv("IC_SHARED");
    (void) snprintf(shared, sizeof(shared), "%s",
                    directory ? directory : "../shared");
    (void) snprintf(path, sizeof(path), "%s/data/golden_breast_homo.json",
                    shared);

    return access(path, R_OK);
}


static char *
read_text(const char *name, size_t *len)
{
    char   *text, path[600];
    FILE   *file;

    (void) snprintf(path, sizeof(path), "%s/data/%s", shared, name);
    file = fopen(path, "r");
    text = ic_alloc(pool, 1 << 20);
    *len = fread(text, 1, (1 << 20) - 1, file);
    text[*len] = '\0';
    (void) fclose(file);

    return text;
}


static ic_json_t *
read_json(const char *name)
{
    char    *text;
    size_t   len;

    text = read_text(name, &len);

    return ic_json_parse(pool, ic_str_n(text, len), NULL);
}


/* The rows of both files dealt out to three hospitals. */

static void
write_thirds(void)
{
    int        fd;
    char      *line, *text;
    FILE      *files[3];
    size_t     len;
    unsigned   f, i, n;

    static const char *const  names[] = {
        "breast_homo_guest.csv", "breast_homo_host.csv"
    };

    for (i = 0; i < 3; i++) {
        (void) snprintf(thirds[i], sizeof(thirds[i]),
                        "/tmp/homo_lr_golden_XXXXXX");
        fd = mkstemp(thirds[i]);
        files[i] = fdopen(fd, "w");
    }

    for (n = 0, f = 0; f < 2; f++) {
        text = read_text(names[f], &len);
        line = strtok(text, "\n");

        for (i = 0; f == 0 && i < 3; i++) {
            fprintf(files[i], "%s\n", line);
        }

        while ((line = strtok(NULL, "\n")) != NULL) {
            fprintf(files[n++ % 7 / 3], "%s\n", line);
        }
    }

    for (i = 0; i < 3; i++) {
        (void) fclose(files[i]);
    }
}


static void
test_trajectory(const ic_json_t *golden, unsigned number, unsigned parties,
    unsigned bits)
{
    char      what[128];
    local_t  *net;
    unsigned  i;

    (void) snprintf(what, sizeof(what), "%u: %s %s, %u parties, %u bits",
                    number, (char *) ic_json_get(golden, "optimizer")
                                     ->text.data,
                    (char *) ic_json_get(golden, "penalty")->text.data,
                    parties, bits);

    net = homo_create(parties - 1, bits);

    for (i = 0; i < net->count; i++) {
        homo_set(net, i, params_of(golden, parties),
                  (i == 0) ? "{}" : input_of(i - 1, parties));
    }

    if (!ok(local_run(net) == 0, "%s", what)) {
        homo_explain(net);

    } else {
        compare(golden, net, what);
    }

    homo_destroy(net);
}


static char *
params_of(const ic_json_t *golden, unsigned parties)
{
    unsigned       i;
    ic_json_out_t  out;

    static const char *const  same[] = {
        "optimizer", "penalty", "alpha", "learning_rate", "decay",
        "decay_sqrt", "max_iter"
    };

    ic_out_init(&out, pool);
    ic_out_object(&out, NULL);

    for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        ic_out_node(&out, same[i], ic_json_get(golden, same[i]));
    }

    ic_out_int(&out, "tol", 0);
    ic_out_z(&out, "scaler", "none");
    ic_out_bool(&out, "allow_two_parties", parties == 2);
    ic_out_z(&out, "init_intercept",
             ic_str_is(ic_json_get(golden, "init")->text, "zeros_fate_b0")
             ? "log_odds" : "zero");
    ic_out_z(&out, "unique_id", "id");
    ic_out_z(&out, "label_name", "y");
    ic_out_array(&out, "attributes");

    for (i = 0; i < ic_json_get(golden, "weights")->count; i++) {
        ic_out_str(&out, NULL, ic_str_fmt(pool, "x%u", i));
    }

    ic_out_array_end(&out);
    ic_out_object_end(&out);

    return (char *) ic_out_text(&out).data;
}


static char *
input_of(unsigned party, unsigned parties)
{
    char      *path, directory[4096];
    ic_str_t   text;

    if (parties == 3) {
        path = thirds[party];

    } else {
        path = (char *) ic_str_fmt(pool, "%s/data/breast_homo_%s.csv",
                                   realpath(shared, directory),
                                   party ? "host" : "guest").data;
    }

    text = ic_str_fmt(pool, "{\"sources\":[{\"type\":\"csv\",\"path\":"
                      "\"%s\"}]}", path);

    return (char *) text.data;
}


static void
compare(const ic_json_t *golden, local_t *net, const char *what)
{
    int         same;
    double      intercept, losses, weights;
    unsigned    i;
    ic_json_t  *model;

    model = ic_json_parse(pool, ic_str(local_output(net, 1, "model")), NULL);
    weights = difference(ic_json_get(golden, "weights"),
                         ic_json_get(model, "weights"));
    losses = difference(ic_json_get(golden, "mean_logloss"),
                        ic_json_path(model, "metrics/loss"));
    intercept = fabs(ic_json_get(golden, "intercept")->real
                     - ic_json_get(model, "intercept")->real);

    ok(weights < TOLERANCE && intercept < TOLERANCE && losses < TOLERANCE,
       "%s: weights %.1e, intercept %.1e, losses %.1e off", what, weights,
       intercept, losses);

    for (same = 1, i = 2; i < net->count; i++) {
        same &= strcmp(ic_json_get(model, "digest")->text.len
                       ? local_output(net, i, "model") : "",
                       local_output(net, 1, "model"))
                == 0;
    }

    ok(same, "all parties have the same model");
}


static double
difference(const ic_json_t *a, const ic_json_t *b)
{
    double    max;
    unsigned  i;

    if (a == NULL || b == NULL || a->count != b->count) {
        return INFINITY;
    }

    for (max = 0, i = 0; i < a->count; i++) {
        max = fmax(max, fabs(ic_json_at(a, i)->real
                             - ic_json_at(b, i)->real));
    }

    return max;
}


/* Batches, the scaler, random weights and early stopping together. */

static void
test_three_in_batches(void)
{
    local_t    *net;
    unsigned    i;
    ic_json_t  *model;

    static const char  params[] =
        "{\"optimizer\":\"adam\",\"batch_size\":50,\"scaler\":\"standard\","
        "\"init_param\":{\"init_method\":\"random_normal\",\"random_seed\":"
        "7},\"max_iter\":6,\"learning_rate\":0.2,\"penalty\":null,"
        "\"early_stop\":\"abs\",\"tol\":0.09,"
        "\"unique_id\":\"id\",\"label_name\":\"y\","
        "\"attributes\":[\"x0\",\"x7\",\"x20\"]}";

    net = homo_create(2, 1024);

    for (i = 0; i < net->count; i++) {
        homo_set(net, i, params, (i == 0) ? "{}" : input_of(i - 1, 3));
    }

    ok(local_run(net) == 0, "three parties in batches of 50 (%s)",
       net->parties[1].text);

    model = ic_json_parse(pool, ic_str(local_output(net, 2, "model")), NULL);
    is_int(ic_json_path(model, "metrics/rows")->num, 455, "455 rows");
    is_int(ic_json_path(model, "metrics/positives")->num, 287,
           "287 of them positive");
    is_str((char *) ic_json_path(model, "scaler/type")->text.data,
           "standard", "scaled");
    ok(ic_json_path(model, "metrics/loss")->count > 0
       && ic_json_at(ic_json_path(model, "metrics/loss"),
                     ic_json_path(model, "metrics/loss")->count - 1)->real
          < 0.2, "the loss falls: %s", local_output(net, 2, "model"));
    is_int((int64_t) net->parties[0].percent, 100, "the arbiter is "
           "done: %s", local_output(net, 0, "report"));

    homo_destroy(net);
}
