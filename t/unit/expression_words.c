
/*
 * Programs that are refused, with the place and the words; the odd tables:
 * no row, one, none of a party, other lengths, empty cells; who gets what;
 * what passes.
 */


#include <stdlib.h>

#include "../../src/components/expression/expression.h"
#include "../../src/math/ic_paillier.h"
#include "task_local.h"


#define NAMES  "arbiter.0 guest.0 host.0"


static int run(ic_task_t *task);
static local_t *prepare(const char *program, const char *guest,
    const char *host);
static void quote(char *out, const char *text);
static void test_words(void);
static void test_long(void);
static void test_tables(void);
static void test_wide(void);
static void test_parties(void);
static void test_hostile(void);
static void test_traffic(void);
static void refused(local_t *net, const char *code, const char *text,
    const char *what);


static const struct {
    const char  *program;
    const char  *text;
} cases[] = {
    { "output a to guest.0 = x;", "line 1, column 23: \"x\" is neither" },
    { "input x from guest.0;\noutput y to guest.0 = x +;",
      "line 2, column 26: a value is expected here, not \";\"" },
    { "input x from guest.0", "column 21: \";\" is expected" },
    { "input x from guest.1; output z to guest.0 = x;",
      "column 14: guest.1 is no data party" },
    { "input x from arbiter.0; output z to guest.0 = x;",
      "arbiter.0 is no data party" },
    { "input 数 from guest.0; output y to guest.0 = 数 * 术;",
      "line 1, column 49: \"术\" is neither" },
    { "input x from guest.0; input x from host.0; "
      "output z to guest.0 = x;",
      "column 29: this name has a meaning already" },
    { "input x from guest.0; output y to guest.0 = x; "
      "output y to host.0 = x;", "an output of this name" },
    { "input x from guest.0; output y to guest.0 = 1 + 2;", "a constant" },
    { "input x from guest.0 range 3..2;", "the range has no number" },
    { "input x from guest.0 range 0..1e30; output z to guest.0 = x;",
      "does not fit into a fraction" },
    { "input x from guest.0;", "there is no output" },
    { "", "must be a text of 1" },
    { "input x from guest.0; output y to guest.0 = x < 1 < 2;",
      "\";\" is expected here, not \"<\"" },
    { "input x from guest.0; output y to guest.0 = (x < 1) + 2;",
      "column 45: this is a truth value" },
    { "input x from guest.0; output y to guest.0 = not x;",
      "column 49: this is a number, a truth value" },
    { "input x from guest.0; output y to guest.0 = if x then 1 else 2;",
      "a truth value is needed" },
    { "input x from guest.0; output y to guest.0 = if x < 1 then 1 else x<2;",
      "one branch is a number" },
    { "input x from guest.0; output y to guest.0 = x == (x < 1);",
      "compared with a truth value" },
    { "input x from guest.0; output y to guest.0 = x / x;",
      "divided by what is no constant" },
    { "input x from guest.0; output y to guest.0 = x / 0;", "divided by" },
    { "input x from guest.0; output y to guest.0 = x * x * x;",
      "column 53: this product may be as large as" },
    { "input x from guest.0 range 0..1e12; "
      "output y to guest.0 = x * 1e6;", "this product may be as large" },
    { "input x from guest.0; output y to guest.0 = x - sum(x);",
      "said of all rows" },
    { "input x from guest.0; output y to guest.0 = sum(sum(x));",
      "said of all rows already" },
    { "input x from guest.0; output y to guest.0 = sum(1);",
      "the same in every row" },
    { "input x from guest.0; output y to guest.0 = sum(x > 1);",
      "counted by count()" },
    { "input x from guest.0; output y to guest.0 = count(x);",
      "count() is of a truth value" },
    { "input x from guest.0; output y to guest.0 = linear([1, 2], [x]);",
      "\",\" is expected here" },
    { "input x from guest.0; output y to guest.0 = linear([1], [x, x]);",
      "there are 1 weights" },
    { "input x from guest.0; output y to guest.0 = min(x);",
      "\",\" is expected" },
    { "input x from guest.0; output y to guest.0 = x ^ 2;",
      "this sign is not known" },
    { "input x from guest.0; output y to guest.0 = x * 1.2.3;",
      "\";\" is expected" },
    { "input x from guest.0; output y to guest.0 = 1e999 * x;",
      "this is no number" },
    { "input x from guest.0; output y to guest.0 = 1x;",
      "this is no number" },
    { "input \"x from guest.0;", "quotes at both ends" },
    { "input \"\" from guest.0;", "quotes at both ends" },
    { "input x from guest.0; delete x;", "begins with input, let or output" },
    { "input x from guest.0; let y = x; let y = 2; output z to guest.0 = y;",
      "a meaning already" },
    { "input x from guest.0 column 3; output z to guest.0 = x;",
      "the name of a column is expected" },
    { "input x from guest.0; output z to guest.0, = x;", "a party, such as" },
    { NULL, NULL }
};


int
main(void)
{
    test_words();
    test_long();
    test_tables();
    test_wide();
    test_parties();
    test_hostile();
    test_traffic();

    return done();
}


static int
run(ic_task_t *task)
{
    return expression_run_with(task, IC_PAILLIER_INSECURE);
}


static local_t *
prepare(const char *program, const char *guest, const char *host)
{
    char     *params, *text;
    size_t    size;
    local_t  *net;

    net = local_create(run, NAMES);
    size = 2 * strlen(program) + 256;
    params = malloc(size);
    text = malloc(size);
    quote(text, program);
    (void) snprintf(params, size, "{\"program\":\"%s\",\"min_rows\":2}",
                    text);
    local_params(net, LOCAL_ALL, params);
    local_csv(net, 1, "train_data", guest);
    local_csv(net, 2, "train_data", host);
    free(params);
    free(text);

    return net;
}


static void
quote(char *out, const char *text)
{
    for ( /* void */ ; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\' || *text == '\n') {
            *out++ = '\\';
        }

        *out++ = *text == '\n' ? 'n' : *text;
    }

    *out = '\0';
}


/* Every party that has something to say says the same. */

static void
refused(local_t *net, const char *code, const char *text, const char *what)
{
    bool      told;
    unsigned  i;

    told = false;

    if (local_run(net) != 0) {
        for (i = 0; i < net->count; i++) {
            told = told || (strcmp(net->parties[i].code, code) == 0
                            && strstr(net->parties[i].text, text) != NULL);
        }
    }

    if (!ok(told, "%.100s", what)) {
        for (i = 0; i < net->count; i++) {
            printf("# %s: %s %s\n", net->names[i].name, net->parties[i].code,
                   net->parties[i].text);
        }
    }

    ok(local_file(net, 1, "out-dataset/data_0") == NULL
       && local_file(net, 2, "out-dataset/data_0") == NULL,
       "... and nothing is written");
    local_destroy(net);
}


static void
test_words(void)
{
    unsigned  i;

    for (i = 0; cases[i].program != NULL; i++) {
        refused(prepare(cases[i].program, "x\n1\n2\n", "y\n1\n2\n"),
                "bad_parameter", cases[i].text, cases[i].program);
    }
}


/* Brackets, signs and words without end. */

static void
test_long(void)
{
    char      *text, *p;
    unsigned   i;

    text = malloc(200000);

    p = text + sprintf(text, "input x from guest.0;output y to guest.0 = ");

    for (i = 0; i < 20000; i++) {
        *p++ = '(';
    }

    strcpy(p, "x;");
    refused(prepare(text, "x\n1\n", "y\n1\n"), "bad_parameter",
            "more than 100 levels", "20000 brackets");

    p = text + sprintf(text, "input x from guest.0;output y to guest.0 = ");

    for (i = 0; i < 6000; i++) {
        p += sprintf(p, "abs(");
    }

    strcpy(p, "x;");
    refused(prepare(text, "x\n1\n", "y\n1\n"), "bad_parameter",
            "more than 100 levels", "6000 functions");

    memset(text, ' ', 70000);
    strcpy(text + 70000, ";");
    refused(prepare(text, "x\n1\n", "y\n1\n"), "bad_parameter",
            "1 to 65536 bytes", "70000 bytes");

    p = text + sprintf(text, "input x from guest.0;output y to guest.0 = ");

    for (i = 0; i < 40000; i++) {
        *p++ = i % 2 ? ' ' : '-';
    }

    strcpy(p, "x;");

    {
        local_t  *net;

        net = prepare(text, "x\n1\n", "y\n1\n");
        ok(local_run(net) == 0
           && strcmp(local_table(net, 1, "dataset"), "y\n1\n") == 0,
           "20000 signs are an even number: %s", net->parties[1].text);
        local_destroy(net);
    }

    free(text);
}


static void
test_tables(void)
{
    local_t  *net;

    static const char  both[] =
        "input x from guest.0; input y from host.0;"
        "output z to host.0 = x + y;";

    net = prepare(both, "x\n", "y\n");
    ok(local_run(net) == 0, "no row: %s", net->parties[1].text);
    is_str(local_table(net, 2, "dataset"), "z\n", "... gives none");
    local_destroy(net);

    net = prepare(both, "x\n-1.5\n", "y\n0.25\n");
    ok(local_run(net) == 0, "one row");
    is_str(local_table(net, 2, "dataset"), "z\n-1.25\n", "... gives one");
    is_int(local_fact(net, 1, "rows"), 1, "... which all know");
    ok(local_said(&net->parties[1].without, "dataset") != NULL
       && local_said(&net->parties[0].without, "dataset") != NULL,
       "... and the others say that they have none");
    local_destroy(net);

    /* a party that has nothing to put in needs no table */

    net = local_create(run, NAMES);
    local_params(net, LOCAL_ALL, "{\"program\":\"input x from guest.0;"
                 "output \\\"x²\\\" to host.0 = x * x;\"}");
    local_csv(net, 1, "train_data", "x\n3\n-2\n");
    ok(local_run(net) == 0, "a party without a table: %s",
       net->parties[2].text);
    is_str(local_table(net, 2, "dataset"), "x²\n9\n4\n", "... gets results");
    local_destroy(net);

    refused(prepare(both, "x\n1\n2\n", "y\n1\n"), "data_not_aligned", "",
            "other numbers of rows");
    refused(prepare(both, "x,w\n1,1\n,1\n", "y\n1\n2\n"), "data_null_value", "",
            "an empty cell");
    refused(prepare(both, "x\n1\n", "y\nabc\n"), "data_not_numeric", "",
            "text");
    refused(prepare(both, "w\n1\n", "y\n1\n"), "data_missing_column", "",
            "no such column");
    refused(prepare(both, "x\n8192.1\n", "y\n1\n"), "data_out_of_range",
            "row 1 of \"x\" is outside of the range -8192 .. 8192",
            "out of the range");

    net = prepare("input x from guest.0; output y to host.0 = sum(x);"
                  "output 计 to guest.0 = count(x > 1);", "x\n1\n2\n",
                  "y\n1\n1\n");
    ok(local_run(net) == 0
       && strcmp(local_table(net, 2, "dataset"), "y\n3\n") == 0
       && strcmp(local_table(net, 1, "dataset"), "计\n1\n") == 0,
       "two rows are enough if min_rows says so");
    local_destroy(net);
}


/* 1,000 columns in a linear model, constant ones among them. */

static void
test_wide(void)
{
    char      *text, *p, *csv, *q;
    double     expected;
    local_t   *net;
    unsigned   i;

    text = malloc(100000);
    csv = malloc(100000);
    p = text;
    q = csv;

    for (i = 0; i < 1000; i++) {
        p += sprintf(p, "input c%u from host.0 range 0..20;", i);
        q += sprintf(q, "%sc%u", i > 0 ? "," : "", i);
    }

    for (i = 0; i < 2000; i++) {
        q += sprintf(q, "%s%.2f", i % 1000 > 0 ? "," : "\n",
                     i % 10 == 0 ? 5.0 : (double) (i % 77) / 4);
    }

    strcpy(q, "\n");
    p += sprintf(p, "input x from guest.0 range 0..1;"
                 "output y to guest.0 = x * linear([");

    for (i = 0; i < 1000; i++) {
        p += sprintf(p, "%s%.3f", i > 0 ? "," : "", (double) (i % 9) / 100);
    }

    p += sprintf(p, "],[");

    for (i = 0; i < 1000; i++) {
        p += sprintf(p, "%sc%u", i > 0 ? "," : "", i);
    }

    strcpy(p, "]);");

    for (expected = 0, i = 1000; i < 2000; i++) {
        expected += (double) ((i - 1000) % 9) / 100
                    * (i % 10 == 0 ? 5.0 : (double) (i % 77) / 4);
    }

    net = prepare(text, "x\n0\n0.5\n", csv);
    ok(local_run(net) == 0, "1,000 columns: %s", net->parties[1].text);
    p = local_table(net, 1, "dataset");
    ok(p != NULL && strncmp(p, "y\n", 2) == 0 && strtod(p + 2, &q) < 0.02
       && strtod(q, NULL) - expected / 2 < 0.02
       && strtod(q, NULL) - expected / 2 > -0.02, "... %s, expected %.6f",
       p, expected / 2);
    local_destroy(net);
    free(text);
    free(csv);
}


static void
test_parties(void)
{
    local_t          *net;
    unsigned          sent;
    local_message_t  *m;

    net = local_create(run, "guest.0 host.0");
    local_params(net, LOCAL_ALL, "{\"program\":\"input x from guest.0;"
                 "output y to host.0 = x;\"}");
    local_csv(net, 0, "train_data", "x\n3\n");
    ok(local_run(net) != 0
       && (strstr(net->parties[0].text, "one arbiter") != NULL
           || strstr(net->parties[1].text, "one arbiter") != NULL),
       "a coordinator that is not there");
    local_destroy(net);

    net = local_create(run, NAMES);
    local_params(net, LOCAL_ALL, "{\"program\":\"input x from guest.0;"
                 "output y to host.0 = x;\",\"triples\":\"paillier\"}");
    local_csv(net, 1, "train_data", "x\n3\n");
    ok(local_run(net) == 0
       && strcmp(local_table(net, 2, "dataset"), "y\n3\n") == 0,
       "one that has no part, with Paillier");

    for (sent = 0, m = net->first; m != NULL; m = m->next) {
        sent += (m->from == 0 || m->to == 0) && m->data[3] > 1;
    }

    is_int(sent, 0, "... and is told nothing");
    local_destroy(net);

    net = prepare("input x from guest.0;output y to guest.0 = x;", "x\n1\n",
                  "y\n1\n");
    local_params(net, 2, "{\"program\":\"input x from guest.0;"
                 "output y to host.0 = x;\"}");
    refused(net, "bad_parameter", "other parameters", "another program");
}


/* Random bytes, in every kind of message of the run. */

static unsigned  bad_message;


static void
tamper(local_t *net, local_message_t *m)
{
    if ((unsigned) net->tampered++ == bad_message) {
        m->len = m->len > 44 ? 43 : 3;
    }
}


static void
test_hostile(void)
{
    local_t   *net;
    unsigned   i, k;
    unsigned   wrong;

    for (wrong = 0, bad_message = 0; bad_message < 40; bad_message++) {
        net = prepare("input x from guest.0; input y from host.0;"
                      "output z to guest.0 = x * y > 3 and x == y;",
                      "x\n1\n", "y\n2\n");
        net->tamper = tamper;

        if (local_run(net) == 0) {
            wrong += net->tampered > (int) bad_message;
        }

        for (i = 0; i < net->count; i++) {
            for (k = 0; k < 1; k++) {
                wrong += strcmp(net->parties[i].code, "internal") == 0;
            }
        }

        local_destroy(net);
    }

    is_int(wrong, 0, "any message that is cut ends the task, at its cause");
}


/* The statement's negative claims. */

static void
test_traffic(void)
{
    size_t            i, len, same;
    local_t          *net[2];
    unsigned          k;
    local_message_t  *m, *o;

    static const char  program[] =
        "input x from guest.0; input y from host.0;"
        "output z to guest.0 = x * y > 30000;";

    for (k = 0; k < 2; k++) {
        net[k] = prepare(program, "x\n1234.5\n678.25\n", "y\n981.5\n77\n");
        ok(local_run(net[k]) == 0, "a recorded run %s",
           net[k]->parties[1].text);
    }

    ok(!local_passed(net[0], "1234.5", 6) && !local_passed(net[0], "981.5", 5)
       && !local_passed(net[0], "\x00\x80\xd2\x04\x00\x00\x00\x00", 8),
       "no value, as text or as a word");

    for (k = 0, m = net[0]->first; m != NULL; m = m->next) {
        k += m->to == 0 && m->data[3] > 2;
    }

    is_int(k, 0, "the coordinator is sent greetings and keys, nothing else");

    /* kind 8, without a word of ids, is zeros: there are none */

    for (same = 0, m = net[0]->first; m != NULL; m = m->next) {
        for (o = net[1]->first; o != NULL; o = o->next) {
            len = m->len < o->len ? m->len : o->len;

            for (i = 40; i + 8 <= len && m->data[3] > 2
                             && m->data[3] != 8; i += 8) {
                same += memcmp(m->data + i, o->data + i, 8) == 0;
            }
        }
    }

    is_int((long long) same, 0, "nothing repeats in a second run");

    /* the host does not get what is for the guest */

    for (k = 0, m = net[0]->first; m != NULL; m = m->next) {
        k += m->data[3] == 5 && m->to == 2;
    }

    is_int(k, 0, "no share of the result goes to who is not to have it");

    for (k = 0; k < 2; k++) {
        local_destroy(net[k]);
    }
}
