
/*
 * Common bins of three parties against a plain computation over all rows,
 * however the rows are dealt out; what passes, and what is noticed.
 */


#include <math.h>

#include "../../src/components/binning_woe_iv/binning.h"
#include "../../src/math/ic_paillier.h"
#include "../../src/protocol/ic_aggregate_state.h"
#include "task_local.h"


#define MOST    600
#define COUNT   5
#define LEAST   8

#define NAMES   "[\"a\",\"\xe5\x88\x97 b\",\"c\",\"d\",\"e\"]"
#define COMMON  "\"mode\":\"pooled\",\"columns\":" NAMES ",\"min_rows\":8,"   \
                "\"label_name\":\"label\",\"label_value\":\"bad\","


static unsigned  seed;
static double    x[COUNT][MOST];     /* NaN: empty */
static unsigned  y[MOST];
static unsigned  owner[MOST];
static unsigned  rows;


static int
run(ic_task_t *task)
{
    return binning_run(task, 512, IC_PAILLIER_INSECURE);
}


static double
uniform(void)
{
    return rand_r(&seed) / (RAND_MAX + 1.0);
}


/* One that decides the label, ties, a constant, heavy tails, empty ones. */

static void
fill(unsigned n)
{
    unsigned  i;

    for (rows = n, i = 0; i < n; i++) {
        x[0][i] = uniform() * 100 - 50.0;
        x[1][i] = floor(uniform() * 4);
        x[2][i] = -7.25;
        x[3][i] = pow(10, 12 * uniform() - 6) * (uniform() < 0.5 ? -1 : 1);
        x[4][i] = uniform() < 0.3 ? NAN : uniform();
        x[3][i] = uniform() < 0.01 ? NAN : x[3][i];
        y[i] = x[0][i] < -20 ? 0 : uniform() < 0.3 + x[0][i] / 100;
    }
}


/* To three parties; of those with a share of 0 or so, one row or none. */

static void
deal(int uneven)
{
    unsigned  i;

    for (i = 0; i < rows; i++) {
        owner[i] = uneven ? (unsigned) (i == 0) * (unsigned) (uneven - 1)
                          : (unsigned) (3 * uniform());
    }
}


static local_t *
create(const char *params)
{
    char      *text, *end;
    local_t   *net;
    unsigned   i, k, n;

    net = local_create(run, "arbiter.0 guest.0 host.0 host.1");
    local_params(net, LOCAL_ALL, params);
    text = malloc(128 + MOST * 200);

    for (k = 0; k < 3; k++) {
        end = text + sprintf(text, "label,a,\xe5\x88\x97 b,c,d,e\n");

        for (i = 0; i < rows; i++) {

            if (owner[i] != k) {
                continue;
            }

            end += sprintf(end, "%s", y[i] ? "bad" : "good");

            for (n = 0; n < COUNT; n++) {
                end += isnan(x[n][i]) ? sprintf(end, ",")
                                      : sprintf(end, ",%.17g", x[n][i]);
            }

            end += sprintf(end, "\n");
        }

        local_csv(net, k + 1, "train_data", text);
    }

    free(text);

    return net;
}


static const ic_json_t *
output(local_t *net, unsigned i, const char *kind)
{
    return ic_json_parse(net->parties[i].arena,
                         ic_str(local_output(net, i, kind)), NULL);
}


static unsigned
bin_of(const ic_json_t *bins, double v)
{
    unsigned          bin;
    const ic_json_t  *edge;

    if (isnan(v)) {
        return (unsigned) ic_json_get(bins, "null")->num;
    }

    edge = ic_json_get(bins, "edges");

    for (bin = 0, edge = edge ? edge->child : NULL;
         edge != NULL && v > (edge->type == IC_JSON_INT ? (double) edge->num
                                                        : edge->real);
         edge = edge->next)
    {
        bin++;
    }

    return bin;
}


static double
number(const ic_json_t *of)
{
    return of->type == IC_JSON_INT ? (double) of->num : of->real;
}


/* By the edges of the model: how far evidence is off, and the fewest. */

static double
off(const ic_json_t *bins, unsigned n, int64_t *fewest)
{
    double    p[128], q[128], all[2], woe, iv, worst;
    unsigned  i, k, count;

    count = (unsigned) ic_json_get(bins, "count")->num;
    memset(p, 0, sizeof(p));
    memset(q, 0, sizeof(q));
    all[0] = all[1] = 0;

    for (i = 0; i < rows; i++) {
        k = bin_of(bins, x[n][i]);
        p[k] += y[i];
        q[k] += !y[i];
        all[0] += y[i];
        all[1] += !y[i];
    }

    for (worst = 0, iv = 0, k = 0; k < count; k++) {
        woe = log((p[k] / all[0]) / (q[k] / all[1]));
        iv += (p[k] / all[0] - q[k] / all[1]) * woe;
        *fewest = p[k] < (double) *fewest ? (int64_t) p[k] : *fewest;
        *fewest = q[k] < (double) *fewest ? (int64_t) q[k] : *fewest;
        worst = fmax(worst, fabs(woe - number(ic_json_at(
                                     ic_json_get(bins, "woe"), k))));
    }

    return fmax(worst, fabs(iv - number(ic_json_get(bins, "iv"))));
}


/* Own rows, each value replaced by the evidence of its bin. */

static unsigned
wrong(local_t *net, unsigned party, const ic_json_t *model)
{
    char             *at;
    double            want;
    unsigned          i, n, bad;
    const ic_json_t  *bins;

    bad = 0;
    at = strchr(local_table(net, party, "dataset"), '\n') + 1;

    for (i = 0; i < rows; i++) {

        if (owner[i] != party - 1) {
            continue;
        }

        for (n = 0; n < COUNT; n++) {
            at = strchr(at, ',') + 1;
            bins = ic_json_at(ic_json_get(model, "bins"), n);
            want = number(ic_json_at(ic_json_get(bins, "woe"),
                                     bin_of(bins, x[n][i])));
            bad += fabs(strtod(at, NULL) - want) > 1e-12;
        }

        at = strchr(at, '\n') + 1;
    }

    return bad + (*at != '\0');
}


static const char *
digest(local_t *net, unsigned party)
{
    return strstr(local_output(net, party, "model"), "\"digest\"");
}


static int
by_value(const void *one, const void *two)
{
    double  a = *(const double *) one, b = *(const double *) two;

    return (a > b) - (a < b);
}


/* Edges by all rows, sorted. */

static unsigned
plain_edges(unsigned n, bool widths, double *edges)
{
    double    sorted[MOST];
    unsigned  i, k, m, nedges;

    for (m = 0, i = 0; i < rows; i++) {
        if (!isnan(x[n][i])) {
            sorted[m++] = x[n][i];
        }
    }

    qsort(sorted, m, sizeof(double), by_value);

    if (widths) {
        return ic_bins_width(sorted[0], sorted[m - 1], 10, edges);
    }

    for (nedges = 0, i = 1; i < 10; i++) {
        k = (m * i + 9) / 10;

        if (k >= LEAST && m - k >= LEAST && sorted[k - 1] < sorted[m - 1]
            && (nedges == 0 || sorted[k - 1] > edges[nedges - 1]))
        {
            edges[nedges++] = sorted[k - 1];
        }
    }

    return nedges;
}


/* Bins made one by rows, or by classes with few empty values in the largest. */

static unsigned
plain_merge(unsigned n, bool classes, unsigned nedges, double *edges)
{
    int64_t   r[102], p[102], q[102], empty[2];
    unsigned  k, m, group[102];

    memset(r, 0, sizeof(r));
    memset(p, 0, sizeof(p));
    memset(q, 0, sizeof(q));
    empty[0] = empty[1] = 0;

    for (k = 0; k < rows; k++) {

        if (isnan(x[n][k])) {
            empty[y[k]]++;
            continue;
        }

        m = ic_bins_find(edges, nedges, x[n][k]);
        r[m]++;
        p[m] += y[k];
        q[m] += !y[k];
    }

    if (empty[0] + empty[1] < LEAST) {
        for (m = 0, k = 1; k <= nedges; k++) {
            m = r[k] > r[m] ? k : m;
        }

        p[m] += empty[1];
        q[m] += empty[0];
    }

    for (k = 0; k <= nedges; k++) {
        p[k] = p[k] < LEAST ? p[k] : LEAST;
        q[k] = q[k] < LEAST ? q[k] : LEAST;
    }

    (void) (classes ? ic_bins_by_both(p, q, nedges + 1, LEAST, group)
                    : ic_bins_by_rows(r, nedges + 1, LEAST, group));

    for (m = 0, k = 0; k < nedges; k++) {
        if (group[k] != group[k + 1]) {
            edges[m++] = edges[k];
        }
    }

    return m;
}


static bool
plain(const ic_json_t *bins, unsigned n, bool widths)
{
    double            edges[100];
    unsigned          i, nedges;
    const ic_json_t  *edge;

    nedges = plain_edges(n, widths, edges);
    nedges = plain_merge(n, false, nedges, edges);
    nedges = plain_merge(n, true, nedges, edges);
    edge = ic_json_get(bins, "edges");

    for (i = 0, edge = edge ? edge->child : NULL; edge != NULL;
         edge = edge->next, i++)
    {
        if (i >= nedges || number(edge) != edges[i]) {
            return false;
        }
    }

    return i == nedges;
}


/* The evidence and, of exact edges, the bins of all columns. */

static void
test_bins(local_t *net, bool exact, bool widths)
{
    double            worst;
    int64_t           fewest;
    unsigned          n;
    const ic_json_t  *model, *bins;

    model = output(net, 1, "model");
    worst = 0;
    fewest = INT64_MAX;

    for (n = 0; n < COUNT; n++) {
        bins = ic_json_at(ic_json_get(model, "bins"), n);
        worst = fmax(worst, off(bins, n, &fewest));
        ok(!exact || plain(bins, n, widths), "... column %u as by all rows",
           n);
    }

    ok(worst < 1e-9, "... evidence as in the clear");
    ok(fewest >= LEAST, "... %d of either class in a bin", (int) fewest);
}


static void
test_parties(local_t *net)
{
    unsigned  i, bad;

    for (bad = 0, i = 1; i < 4; i++) {
        bad += wrong(net, i, output(net, i, "model"));
        bad += strcmp(digest(net, i), digest(net, 1)) != 0;
    }

    is_int(bad, 0, "... the same model at all, their tables by it");
    ok(local_output(net, 0, "model") == NULL
       && strstr(local_output(net, 0, "report"), "bins") == NULL,
       "... nothing at the arbiter");
}


static void
test_case(const char *method, const char *bounds, bool monotonic)
{
    char       params[1024], first[128];
    local_t   *net;
    unsigned   split;

    fill(MOST - (unsigned) (uniform() * 100));
    (void) snprintf(params, sizeof(params), "{" COMMON "\"min_share\":0,"
                    "\"monotonic\":%s,\"method\":\"%s\",\"bounds\":\"%s\","
                    "\"edges\":[-1,0.5,1.5,30,1000]}",
                    monotonic ? "true" : "false", method, bounds);

    for (split = 0; split < 4; split++) {
        deal(split < 2 ? 0 : (int) split);
        net = create(params);
        ok(local_run(net) == 0, "%s, %s, split %u of %u rows %s", method,
           bounds, split, rows, net->parties[1].text);

        if (net->parties[1].rc == 0) {
            test_bins(net, strcmp(bounds, "exact") == 0, *method == 'w');
            test_parties(net);

            if (split == 0) {
                (void) snprintf(first, sizeof(first), "%.100s",
                                digest(net, 1));
            }

            ok(strncmp(first, digest(net, 1), strlen(first)) == 0,
               "... whoever has which rows");
        }

        local_destroy(net);
    }
}


static unsigned
repeats(local_t *one, local_t *two)
{
    size_t            i, k;
    unsigned          found;
    local_message_t  *m;

    for (found = 0, m = two->first; m != NULL; m = m->next) {

        /* certificates and parameters are in every run */

        if (m->data[3] <= IC_AGGREGATE_ROSTER) {
            continue;
        }

        for (i = IC_MESSAGE_HEADER; i + 8 <= m->len; i += 61) {

            for (k = 0; k < 8 && m->data[i + k] != 0; k++) {
                /* void */
            }

            found += k == 8 && local_passed(one, m->data + i, 8);
        }
    }

    return found;
}


static void
test_privacy(void)
{
    local_t   *net[2];
    unsigned   i, k;

    fill(100);
    deal(0);

    for (k = 0; k < 2; k++) {
        net[k] = create("{" COMMON "\"min_share\":0}");
        ok(local_run(net[k]) == 0, "a run to listen to %s",
           net[k]->parties[1].text);
        ok(!local_passed(net[k], "label", 5)
           && !local_passed(net[k], "good", 4), "no label");

        for (i = 0; i < rows && !local_passed(net[k], &x[0][i], 8); i++) {
            /* void */
        }

        is_int(i, rows, "no value");
    }

    is_int(repeats(net[0], net[1]), 0, "nothing comes again");
    local_destroy(net[0]);
    local_destroy(net[1]);
}


static unsigned  kind;


static void
alter(local_t *net, local_message_t *m)
{
    if (m->data[3] == kind && m->len > 60 && net->tampered++ == 1) {
        m->data[m->len - 9] ^= 4;
    }
}


static void
test_altered(void)
{
    local_t   *net;
    unsigned   seen;

    fill(60);
    deal(0);

    for (seen = 0, kind = 1; kind < 40; kind++) {
        net = create("{" COMMON "\"method\":\"edges\",\"edges\":[0]}");
        net->tamper = alter;

        if (local_run(net) != 0) {
            seen++;

        } else {
            ok(net->tampered <= 1, "kind %u altered is noticed", kind);
        }

        local_destroy(net);
    }

    ok(seen >= 4, "%u kinds altered: the task fails", seen);
}


static void
refused(const char *parties, const char *params, const char *data,
    const char *code, const char *text)
{
    local_t   *net;
    unsigned   i;

    net = local_create(run, parties);
    local_params(net, LOCAL_ALL, params);

    for (i = 1; i < net->count; i++) {
        local_csv(net, i, "train_data", data);
    }

    ok(local_run(net) != 0 && strcmp(net->parties[1].code, code) == 0
       && strstr(net->parties[1].text, text) != NULL, "refused: %s (%s: %s)",
       text, net->parties[1].code, net->parties[1].text);
    local_destroy(net);
}


#define THREE  "arbiter.0 guest.0 host.0 host.1"
#define LABEL  "{\"mode\":\"pooled\",\"label_name\":\"y\","


static void
test_edges(void)
{
    refused(THREE, LABEL "\"columns\":[\"x\"],\"method\":\"chi_merge\"}",
            "x,y\n1,1\n2,0\n", "bad_parameter", "chi_merge");
    refused(THREE, LABEL "\"bins\":3}", "x,y\n1,1\n2,0\n", "bad_parameter",
            "columns must be named");
    refused("arbiter.0 guest.0 host.0", LABEL "\"columns\":[\"x\"]}",
            "x,y\n1,1\n2,0\n", "too_few_parties", "");
    refused(THREE, LABEL "\"columns\":[\"x\"]}", "x,y\n1,1\n2,1\n",
            "data_single_class", "6 positive");
    refused(THREE, LABEL "\"columns\":[\"x\"]}", "x,y\n1,1\n2,0\n",
            "data_too_few", "3 positive");
    refused(THREE, LABEL "\"columns\":[\"x\"]}", "x,y\n", "data_single_class",
            "0 positive");
    refused(THREE, LABEL "\"columns\":[\"x\"]}", "x,y\na,1\n2,0\n",
            "data_not_numeric", "row 1");
    refused(THREE, LABEL "\"columns\":[\"z\"]}", "x,y\n1,1\n2,0\n",
            "data_missing_column", "z");
}


int
main(void)
{
    seed = getenv("SEED") != NULL ? (unsigned) atoi(getenv("SEED")) : 107;
    printf("# SEED=%u\n", seed);

    test_case("quantile", "exact", false);
    test_case("quantile", "grouped", false);
    test_case("width", "exact", false);
    test_case("width", "grouped", true);
    test_case("edges", "grouped", false);
    test_privacy();
    test_altered();
    test_edges();

    return done();
}
