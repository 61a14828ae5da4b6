
/*
 * Bins, weights of evidence and information values against a plain
 * computation; guest and hosts with encrypted labels; what passes between
 * them, and what is noticed.
 */


#include "binning_rows.h"


static const ic_json_t *
output(local_t *net, unsigned i, const char *kind)
{
    const char  *text;

    text = local_output(net, i, kind);

    return text == NULL ? NULL
           : ic_json_parse(net->parties[i].arena, ic_str(text), NULL);
}


/* WOE and IV of column n by the edges of a model; the worst difference. */

static double
off(const ic_json_t *model, unsigned n, unsigned least, bool labelled)
{
    int               bin, null;
    double            p[128], q[128], all[2], woe, iv, worst;
    unsigned          i, count, k;
    const ic_json_t  *bins, *edge;

    bins = ic_json_at(ic_json_get(model, "bins"), 0);
    count = (unsigned) ic_json_get(bins, "count")->num;
    null = ic_json_get(bins, "null") != NULL
           ? (int) ic_json_get(bins, "null")->num : -1;
    memset(p, 0, sizeof(p));
    memset(q, 0, sizeof(q));
    all[0] = all[1] = 0;

    for (i = 0; i < rows; i++) {
        bin = null;

        if (!isnan(x[i][n])) {
            edge = ic_json_get(bins, "edges");

            for (bin = 0, edge = edge ? edge->child : NULL;
                 edge != NULL && x[i][n] > edge->real;
                 edge = edge->next)
            {
                bin++;
            }
        }

        p[bin] += y[i];
        q[bin] += !y[i];
        all[0] += y[i];
        all[1] += !y[i];
    }

    for (worst = 0, iv = 0, k = 0; k < count; k++) {

        if (p[k] + q[k] < least && count > 1) {
            return 1e9;
        }

        if (p[k] == 0 || q[k] == 0) {
            p[k] += 0.5;
            q[k] += 0.5;
        }

        woe = log((p[k] / all[0]) / (q[k] / all[1]));
        iv += (p[k] / all[0] - q[k] / all[1]) * woe;

        if (labelled) {
            worst = fmax(worst, fabs(woe - ic_json_at(ic_json_get(bins,
                                          "woe"), k)->real));
        }
    }

    return fmax(worst, fabs(iv - ic_json_get(bins, "iv")->real));
}


static void
test_together(const char *method, unsigned n, double empty, bool evidence)
{
    char              common[256];
    local_t          *net;
    unsigned          i;
    const ic_json_t  *model, *hosts;

    fill(n, empty);
    (void) snprintf(common, sizeof(common), "\"hosts_learn\":\"%s\","
                    "\"method\":\"%s\",\"edges\":[0.5,1.5,3,20],",
                    evidence ? "woe" : "iv", method);
    net = create(GUEST, common);
    ok(local_run(net) == 0, "%s of %u rows: %s%s", method, n,
       net->parties[0].text, net->parties[1].text);

    for (i = 0; i < 3; i++) {
        model = output(net, i, "model");
        ok(model != NULL && off(model, i, n / 100 > 5 ? (n + 99) / 100 : 5,
                                evidence || i == 0) < 1e-9,
           "... evidence of party %u, as in the clear", i);
    }

    hosts = ic_json_get(output(net, 0, "report"), "hosts");
    is_int(hosts->count, 2, "... the guest has the values of both hosts");
    ok(fabs(ic_json_path(hosts, "0/features/0/iv")->real
            - ic_json_path(output(net, 1, "model"), "bins/0/iv")->real)
       < 1e-12, "... as they have");
    ok(ic_json_path(hosts, "0/features/0/feature") == NULL,
       "... but no names");
    ok(strstr(local_output(net, 1, "report"), "positives") == NULL,
       "hosts have no counts of labels");
    local_destroy(net);
}


/* Replaced by the evidence of its bin. */

static void
test_table(void)
{
    char             *line;
    double            got;
    unsigned          i, bad, bin;
    local_t          *net;
    const ic_json_t  *bins, *edge;

    fill(300, 0.1);
    net = create(GUEST, "\"hosts_learn\":\"woe\",");
    ok(local_run(net) == 0, "a table");
    bins = ic_json_path(output(net, 1, "model"), "bins/0");
    line = strchr(local_table(net, 1, "dataset"), '\n');

    for (bad = 0, i = 0; i < rows; i++) {
        got = atof(strchr(line, ',') + 1);
        edge = ic_json_get(bins, "edges")->child;

        for (bin = 0; edge != NULL && x[i][1] > edge->real;
             edge = edge->next)
        {
            bin++;
        }

        bad += fabs(got - ic_json_at(ic_json_get(bins, "woe"), bin)->real)
               > 1e-12;
        line = strchr(line + 1, '\n');
    }

    is_int(bad, 0, "... of evidence, row by row, at a host");
    ok(strncmp(strchr(local_table(net, 0, "dataset"), '\n'),
               y[0] ? "\nperson-00000,yes," : "\nperson-00000,no,",
               16) == 0, "... ids and labels stay");
    local_destroy(net);
}


static void
test_learn(void)
{
    local_t  *net;

    fill(200, 0);
    net = create(GUEST, "\"host_names\":true,");
    ok(local_run(net) == 0, "hosts that learn nothing");
    ok(ic_json_path(output(net, 1, "model"), "bins/0/woe") == NULL
       && ic_json_path(output(net, 1, "model"), "bins/0/iv") == NULL,
       "... have bins alone");
    ok(local_said(&net->parties[1].without, "dataset") != NULL,
       "... and no table");
    is_str((char *) ic_json_str(ic_json_path(output(net, 0, "report"),
           "hosts/1/features/0/feature")).data, "feature-2",
           "a name, as it was allowed");
    local_destroy(net);

    net = create(GUEST, "\"hosts_learn\":\"iv\",");
    ok(local_run(net) == 0, "hosts that learn the values alone");
    ok(ic_json_path(output(net, 1, "model"), "bins/0/woe") == NULL
       && off(output(net, 1, "model"), 1, 5, false) < 1e-9, "... have them");
    local_destroy(net);
}


/* A bin of one class would give away the labels of its rows. */

static void
test_pure(void)
{
    unsigned          i;
    local_t          *net;
    const ic_json_t  *woe;

    fill(400, 0);

    for (i = 0; i < 400; i++) {
        x[i][1] = i % 4;
        y[i] = i % 4 == 1 ? 0 : i % 4 == 3 ? 1 : i % 3 == 0;
    }

    net = create(GUEST, "\"hosts_learn\":\"woe\",");
    ok(local_run(net) == 0, "bins of one class");
    woe = ic_json_path(output(net, 1, "model"), "bins/0/woe");
    is_int(woe->count, 4, "... of four");
    ok(ic_json_at(woe, 1)->real == ic_json_at(woe, 3)->real
       && ic_json_at(woe, 0)->real != ic_json_at(woe, 1)->real,
       "... have one evidence together");
    local_destroy(net);
}


static void
test_monotonic(void)
{
    unsigned          i, n, falls, rises;
    local_t          *net;
    const ic_json_t  *woe;

    fill(MOST, 0.1);
    net = create(GUEST, "\"hosts_learn\":\"woe\",\"monotonic\":true,");
    ok(local_run(net) == 0, "monotonic");

    for (n = 0; n < 3; n++) {
        woe = ic_json_path(output(net, n, "model"), "bins/0/woe");
        falls = rises = 0;

        for (i = 0; i + 1 < woe->count - (n == 0); i++) {
            falls += ic_json_at(woe, i + 1)->real < ic_json_at(woe, i)->real;
            rises += ic_json_at(woe, i + 1)->real > ic_json_at(woe, i)->real;
        }

        ok(falls == 0 || rises == 0, "... at party %u (%u, %u)", n, falls,
           rises);
    }

    local_destroy(net);
}


/* No label, id or value; nothing twice but what is declared. */

static void
test_privacy(void)
{
    u_char           *seen;
    size_t            len, i, again;
    local_t          *net[2];
    unsigned          k;
    local_message_t  *m;

    fill(100, 0.1);

    for (k = 0; k < 2; k++) {
        net[k] = create(GUEST, "\"hosts_learn\":\"iv\",");
        ok(local_run(net[k]) == 0, "a run that is recorded");
        ok(!local_passed(net[k], "person", 6), "no id");
        ok(!local_passed(net[k], "feature", 7), "no name of a column");
        ok(!local_passed(net[k], &x[7][1], 8), "no value");
    }

    /* ciphertexts of the second run in the first */

    again = 0;

    for (m = net[1]->first; m != NULL; m = m->next) {
        if (m->data[3] == BINNING_LABELS || m->data[3] == BINNING_SUMS) {
            seen = m->data + IC_MESSAGE_HEADER;
            len = m->len - IC_MESSAGE_HEADER;

            for (i = 0; i + 8 <= len; i += 64) {
                again += local_passed(net[0], seen + i, 8);
            }
        }
    }

    is_int((long long) again, 0, "no part of a ciphertext comes again");
    local_destroy(net[0]);
    local_destroy(net[1]);
}


static void
flip(local_t *net, local_message_t *m)
{
    if (m->data[3] == net->tampered && m->from != m->to) {
        m->data[m->len - 1] ^= 1;
        net->tampered += 100;
    }
}


static void
clear(local_t *net, local_message_t *m)
{
    if (m->data[3] == net->tampered) {
        memset(m->data + IC_MESSAGE_HEADER, 0,
               m->len < 256 + IC_MESSAGE_HEADER
               ? m->len - IC_MESSAGE_HEADER : 256);
        net->tampered += 100;
    }
}


static void
cut(local_t *net, local_message_t *m)
{
    if (m->data[3] == net->tampered) {
        m->len -= 1;
        net->tampered += 100;
    }
}


static void
nan_woe(local_t *net, local_message_t *m)
{
    if (m->data[3] == BINNING_WOE) {
        memset(m->data + IC_MESSAGE_HEADER, 0xff, 8);
    }
}


/* A row moves from one bin to another: the rows do not show it. */

static void
fewer(local_t *net, local_message_t *m)
{
    if (m->data[3] == BINNING_BINS) {
        m->data[IC_MESSAGE_HEADER + 4 + 4 + 4 + 1 + 7] = 1;
    }
}


static void
test_hostile(void)
{
    bool       found;
    local_t   *net;
    unsigned   i, k;

    static const struct {
        void       (*tamper)(local_t *net, local_message_t *m);
        int          kind;
        const char  *text;
    } cases[] = {
        { flip, BINNING_KEY, "" },
        { clear, BINNING_KEY, "the key of guest.0 is none" },
        { clear, BINNING_LABELS, "is no ciphertext" },
        { clear, BINNING_SUMS, "no ciphertext" },
        { flip, BINNING_SUMS, "" },
        { fewer, 0, "not as agreed" },
        { nan_woe, 0, "evidence that is no number" },
        { cut, BINNING_KEY, "wrong length" },
        { cut, BINNING_LABELS, "wrong length" },
        { cut, BINNING_BINS, "not as agreed" },
        { cut, BINNING_SUMS, "wrong length" },
        { cut, BINNING_WOE, "wrong length" }
    };

    fill(60, 0);

    for (k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
        net = create(GUEST, "\"hosts_learn\":\"woe\",");
        net->tamper = cases[k].tamper;
        net->tampered = cases[k].kind;
        ok(local_run(net) != 0, "message %d, %s", cases[k].kind,
           cases[k].text);

        for (found = false, i = 0; i < 3; i++) {
            found |= strstr(net->parties[i].text, cases[k].text) != NULL
                     && strcmp(net->parties[i].code, "peer_protocol") == 0;
        }

        ok(found, "... is noticed: %s%s", net->parties[0].text,
           net->parties[1].text);
        local_destroy(net);
    }
}


static void
refused(const char *params, const char *data, const char *code,
    const char *text)
{
    local_refused(local_alone(run, params, data), code, text);
}


static void
alone(const char *params, const char *data, const char *edges,
    const char *what)
{
    char         *found;
    local_t      *net;

    net = local_create(run, "arbiter.0 guest.0");
    local_params(net, LOCAL_ALL, params);
    local_csv(net, 1, "train_data", data);
    ok(local_run(net) == 0, "%s %s", what, net->parties[1].text);
    found = (char *) local_output(net, 1, "model");
    ok(found != NULL && strstr(found, edges) != NULL, "... %s", edges);

    if (found == NULL || strstr(found, edges) == NULL) {
        printf("# %s\n", found);
    }

    local_destroy(net);
}


static void
test_edges(void)
{
    char      text[20000], *end;
    unsigned  i;

    refused("{\"label_name\":\"y\"}", "x,y\n", "data_single_class", "0 of 0");
    refused("{\"label_name\":\"y\"}", "x,y\n1,1\n", "data_single_class", "1");
    refused("{\"label_name\":\"y\"}", "x,y\n1,1\n2,\n", "data_null_label",
            "row 2");
    refused("{\"label_name\":\"z\"}", "x,y\n1,1\n", "data_missing_column",
            "z");
    refused("{}", "x,y\n1,1\n", "bad_parameter", "label_name");
    refused("{\"label_name\":\"y\"}", "x,y\na,1\n2,0\n", "data_not_numeric",
            "row 1");
    refused("{\"label_name\":\"y\",\"columns\":[\"q\"]}", "x,y\na,1\n2,0\n",
            "data_missing_column", "q");

    alone("{\"mode\":\"horizontal\",\"label_name\":\"y\"}",
          "x,y\n1,1\n2,0\n", "\"count\":1", "two rows are one bin");
    alone("{\"mode\":\"horizontal\",\"label_name\":\"y\",\"min_rows\":2}",
          "x,y\n5,1\n5,0\n5,0\n5,1\n", "\"count\":1", "a constant");
    alone("{\"mode\":\"horizontal\",\"label_name\":\"y\",\"min_rows\":2}",
          "x,y\n,1\n,0\n,0\n", "\"null\":0", "all empty");
    alone("{\"mode\":\"horizontal\",\"label_name\":\"y\",\"min_rows\":2,"
          "\"bins\":2}", "x,y\n1,1\n2,0\n3,0\n4,1\n,1\n,0\n", "\"edges\":[2]",
          "halves");
    alone("{\"mode\":\"horizontal\",\"label_name\":\"y\",\"min_rows\":2,"
          "\"bins\":2}", "x,y\n1,1\n2,0\n3,0\n4,1\n,1\n,0\n", "\"null\":2",
          "empty ones apart");
    alone("{\"mode\":\"horizontal\",\"label_name\":\"y\",\"min_rows\":2,"
          "\"bins\":2}", "x,y\n1,1\n2,0\n3,0\n4,1\n4,1\n,0\n", "\"null\":0",
          "one empty value joins the larger");
    alone("{\"mode\":\"horizontal\",\"label_name\":\"y\",\"min_rows\":2,"
          "\"bins\":2,\"method\":\"width\"}",
          "x,y\n-1.7e308,1\n-1e308,0\n1e308,0\n1.7e308,1\n",
          "\"edges\":[0]", "extreme values");
    alone("{\"mode\":\"horizontal\",\"label_name\":\"y\",\"min_rows\":2,"
          "\"bins\":2,\"method\":\"chi_merge\"}",
          "x,y\n1,1\n2,1\n3,1\n4,0\n5,0\n6,0\n7,0\n8,0\n", "\"edges\":[3]",
          "where the classes part");

    end = text;

    for (i = 0; i < 1000; i++) {
        end += sprintf(end, "c%u,", i);
    }

    end += sprintf(end, "y\n");

    for (i = 0; i < 3 * 1001; i++) {
        end += sprintf(end, "%u%s", i % 1001 == 1000 ? i / 1001 % 2 : i % 7,
                       i % 1001 == 1000 ? "\n" : ",");
    }

    alone("{\"mode\":\"horizontal\",\"label_name\":\"y\"}", text,
          "\"feature\":\"c999\"", "a thousand columns");
}


int
main(void)
{
    seed = getenv("SEED") != NULL ? (unsigned) atoi(getenv("SEED")) : 107;
    printf("# SEED=%u\n", seed);

    test_together("quantile", MOST, 0.1, true);
    test_together("quantile", 40, 0.1, false);
    test_together("width", MOST, 0.001, false);
    test_together("edges", 500, 0, false);
    test_table();
    test_learn();
    test_pure();
    test_monotonic();
    test_privacy();
    test_hostile();
    test_edges();

    return done();
}
