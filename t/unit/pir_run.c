
/* Retrieval between two threads: what is found, edges, faults of the data. */


#include "../../src/components/pir/pir.h"
#include "task_local.h"


#define LOCAL_GUEST  0
#define LOCAL_HOST   1


#define GUEST  "\"keys\":[\"id\"]"
#define HOST   "\"keys\":[\"person\"],\"labels\":[\"name\",\"score\"]"


typedef struct {
    const char  *what;
    const char  *params;         /* of both */
    const char  *guest;          /* of the guest alone */
    const char  *host;
    const char  *keywords;
    const char  *table;
    const char  *answers;        /* NULL: it fails with */
    const char  *code;
    const char  *column;
    int64_t      row;
    unsigned     failed;         /* who says so */
} case_t;


static void run_case(const char *method, const case_t *c);
static void run_many(const char *method, unsigned rows, unsigned keywords);
static void run_composite(const char *method);


static const case_t  cases[] = {

    { "found and missing", "", GUEST, HOST, "id\nb\nx\na\nb\n",
      "person,name,score\na,Anna,1\nb,\"Bo, the \"\"B\"\"\",\nc,Cy,3\n",
      "id,found,name,score\nb,true,\"Bo, the \"\"B\"\"\",\nx,false,,\n"
      "a,true,Anna,1\nb,true,\"Bo, the \"\"B\"\"\",\n",
      NULL, NULL, 0, 0 },

    { "an empty table", "", GUEST, HOST, "id\na\n", "person,name,score\n",
      "id,found,name,score\na,false,,\n", NULL, NULL, 0, 0 },

    { "one row", "", GUEST, HOST, "id\na\n",
      "person,name,score\na,A,7\n", "id,found,name,score\na,true,A,7\n",
      NULL, NULL, 0, 0 },

    { "no keyword", "", GUEST, HOST, "id\n", "person,name,score\na,A,7\n",
      "id,found,name,score\n", NULL, NULL, 0, 0 },

    { "keys that are not ASCII", "", GUEST, HOST,
      "id\n张三\nZoë\nZoe\n", "person,name,score\nZoë,Ü,1\n张三,北京,2\n",
      "id,found,name,score\n张三,true,北京,2\nZoë,true,Ü,1\nZoe,false,,\n",
      NULL, NULL, 0, 0 },

    { "a batch of one", "\"batch_size\":1,", GUEST, HOST, "id\na\n",
      "person,name,score\na,A,7\n", "id,found,name,score\na,true,A,7\n",
      NULL, NULL, 0, 0 },

    { "the first of duplicates",
      "\"batch_size\":4,\"duplicates\":\"first\",", GUEST, HOST,
      "id\na\nb\n", "person,name,score\na,A,1\nb,B,2\na,C,3\nb,D,4\n",
      "id,found,name,score\na,true,A,1\nb,true,B,2\n", NULL, NULL, 0, 0 },

    { "duplicates refused", "", GUEST, HOST, "id\na\n",
      "person,name,score\na,A,1\nb,B,2\nc,C,3\nb,D,4\nb,E,5\n", NULL,
      "data_duplicate_id", "person", 4, LOCAL_HOST },

    { "a key that is empty", "", GUEST, HOST, "id\na\n",
      "person,name,score\na,A,1\n,B,2\n", NULL,
      "data_null_value", "person", 2, LOCAL_HOST },

    { "a keyword that is empty", "", "\"keys\":[\"id\",\"y\"]",
      "\"keys\":[\"person\",\"score\"],\"labels\":[\"name\"]",
      "id,y\na,1\nb,\n", "person,name,score\na,A,1\n", NULL,
      "data_null_value", "y", 2, LOCAL_GUEST },

    { "no such column", "", GUEST,
      "\"keys\":[\"person\"],\"labels\":[\"nix\"]", "id\na\n",
      "person,name,score\na,A,1\n", NULL, "data_missing_column", "nix", 0,
      LOCAL_HOST },

    { "a host without labels", "", GUEST, "\"keys\":[\"person\"]", "id\na\n",
      "person,name,score\na,A,1\n", NULL, "bad_parameter", "", 0,
      LOCAL_HOST },

    { "labels as both say", "", GUEST ",\"labels\":[\"name\",\"score\"]",
      HOST, "id\na\n", "person,name,score\na,A,7\n",
      "id,found,name,score\na,true,A,7\n", NULL, NULL, 0, 0 },

    { "other labels", "", GUEST ",\"labels\":[\"name\",\"salary\"]", HOST,
      "id\na\n", "person,name,score\na,A,7\n", NULL, "bad_parameter",
      "score", 0, LOCAL_GUEST },

    { "a label with the name of a keyword", "", "\"keys\":[\"name\"]", HOST,
      "name\na\n", "person,name,score\na,A,7\n", NULL, "bad_parameter",
      "name", 0, LOCAL_GUEST },

    { "another number of keys", "", "\"keys\":[\"id\",\"y\"]", HOST,
      "id,y\na,1\n", "person,name,score\na,A,1\n", NULL, "bad_parameter", "",
      0, LOCAL_GUEST },

    { "too many keywords for the host", "\"batch_size\":2,",
      GUEST, HOST ",\"max_queries\":2", "id\na\nb\nc\n",
      "person,name,score\na,A,1\n", NULL, "data_rows_exceeded", "", 0,
      LOCAL_GUEST },

    { "labels longer than they may be", "", GUEST,
      HOST ",\"label_bytes\":16", "id\na\n",
      "person,name,score\na,A,1\nb,Barnabas,22\n", NULL,
      "data_out_of_range", "name", 2, LOCAL_HOST },

    { "labels as long as they may be", "", GUEST,
      HOST ",\"label_bytes\":17", "id\nb\n",
      "person,name,score\na,A,1\nb,Barnabas,2\n",
      "id,found,name,score\nb,true,Barnabas,2\n", NULL, NULL, 0, 0 }
};


int
main(void)
{
    size_t  i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        run_case("oprf", &cases[i]);
        run_case("linear", &cases[i]);
    }

    run_composite("oprf");
    run_composite("linear");
    run_many("oprf", 10000, 300);
    run_many("linear", 10000, 60);

    return done();
}


static void
run_case(const char *method, const case_t *c)
{
    char            params[2][512], *answers;
    local_t        *net;
    const char     *common;
    ic_task_t   *party;

    net = local_create(pir_run, "guest.0 host.0");
    common = c->params[0] != '\0' ? c->params : "\"batch_size\":4,";

    (void) snprintf(params[0], sizeof(params[0]),
                    "{\"method\":\"%s\",%s%s}", method, common, c->guest);
    (void) snprintf(params[1], sizeof(params[1]),
                    "{\"method\":\"%s\",%s%s}", method, common, c->host);
    local_params(net, LOCAL_GUEST, params[0]);
    local_csv(net, LOCAL_GUEST, "train_data", c->keywords);
    local_params(net, LOCAL_HOST, params[1]);
    local_csv(net, LOCAL_HOST, "train_data", c->table);

    printf("# %s: %s\n", method, c->what);
    is_int(local_run(net), c->answers != NULL ? 0 : -1, "it ends as it must");

    party = &net->parties[c->failed];
    answers = local_table(net, LOCAL_GUEST, "dataset");

    if (c->answers != NULL) {
        is_str(answers != NULL ? answers : "", c->answers, "the answers");
        is_int(net->parties[LOCAL_HOST].without.count, 1,
               "the host has no table");
        is_str(net->parties[LOCAL_GUEST].code, "", "no failure");

    } else {
        is_str(party->code, c->code, "the cause");
        is_str(party->column, c->column, "its column");
        is_int(party->row, c->row, "its row");
        ok(answers == NULL, "no answers");
        is_int(net->parties[0].rc & net->parties[1].rc, -1,
               "both parties fail");
        party = &net->parties[1 - c->failed];
        ok(strcmp(party->code, c->code) == 0
           || (strcmp(party->code, "peer_gave_up") == 0
               && strstr(party->text, c->code) != NULL),
           "the other one knows why: %s", party->text);
    }

    local_destroy(net);
}


/* (a, bc) is not (ab, c). */

static void
run_composite(const char *method)
{
    char      params[256], *answers;
    local_t  *net;

    net = local_create(pir_run, "guest.0 host.0");
    (void) snprintf(params, sizeof(params),
                    "{\"method\":\"%s\",\"keys\":[\"p\",\"q\"],"
                    "\"labels\":[\"v\"]}", method);
    local_params(net, LOCAL_GUEST, params);
    local_csv(net, LOCAL_GUEST, "train_data", "p,q\nab,c\na,bc\nabc,1\n");
    local_params(net, LOCAL_HOST, params);
    local_csv(net, LOCAL_HOST, "train_data", "q,p,v\nbc,a,1\n");

    is_int(local_run(net), 0, "%s: keys of two columns", method);
    answers = local_table(net, LOCAL_GUEST, "dataset");
    is_str(answers != NULL ? answers : "",
           "p,q,found,v\nab,c,false,\na,bc,true,1\nabc,1,false,\n",
           "are compared column by column");

    local_destroy(net);
}


static void
run_many(const char *method, unsigned rows, unsigned keywords)
{
    char      *table, *wanted, *expected, *answers, params[256], *p, *q;
    local_t   *net;
    unsigned   i, key;

    table = malloc(rows * 40 + 100);
    wanted = malloc(keywords * 20 + 100);
    expected = malloc(keywords * 60 + 100);

    p = table + sprintf(table, "id,v\n");

    for (i = 0; i < rows; i++) {
        p += sprintf(p, "key-%u,%0*u\n", i * 7, (int) (i % 20) + 1, i);
    }

    p = wanted + sprintf(wanted, "id\n");
    q = expected + sprintf(expected, "id,found,v\n");

    for (i = 0; i < keywords; i++) {
        key = i % 3 == 0 ? i * 7 + 1 : (i * 97 % rows) * 7;
        p += sprintf(p, "key-%u\n", key);

        if (key % 7 == 0) {
            q += sprintf(q, "key-%u,true,%0*u\n", key,
                         (int) (key / 7 % 20) + 1, key / 7);
        } else {
            q += sprintf(q, "key-%u,false,\n", key);
        }
    }

    net = local_create(pir_run, "guest.0 host.0");
    (void) snprintf(params, sizeof(params),
                    "{\"method\":\"%s\",\"keys\":[\"id\"],"
                    "\"labels\":[\"v\"]}", method);
    local_params(net, LOCAL_GUEST, params);
    local_csv(net, LOCAL_GUEST, "train_data", wanted);
    local_params(net, LOCAL_HOST, params);
    local_csv(net, LOCAL_HOST, "train_data", table);

    is_int(local_run(net), 0, "%s: %u rows, %u keywords", method, rows,
           keywords);
    answers = local_table(net, LOCAL_GUEST, "dataset");
    ok(answers != NULL && strcmp(answers, expected) == 0,
       "all answers as a plain look-up gives them");

    free(table);
    free(wanted);
    free(expected);
    local_destroy(net);
}
