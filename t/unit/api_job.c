
/* Meaning of DAGs and configurations. */


#include "../../src/api/ic_job_check.h"
#include "tap.h"

#include <stdlib.h>


#define LR(name, more)                                                        \
    "{\"name\":\"" name "\",\"componentName\":\"homo_lr\",\"output\":"        \
    "[{\"type\":\"model\",\"key\":\"model\"}]" more "}"

#define IN(key)  ",\"input\":[{\"key\":\"" key "\"}]"

#define AFTER(list)  ",\"after\":[" list "]"

#define DAG(list)  "{\"version\":\"2.0.0\",\"components\":[" list "]}"

#define ROLES                                                                 \
    "\"role\":{\"guest\":[\"n2\"],\"host\":[\"n3\",\"n4\"],"                  \
    "\"arbiter\":[\"n1\"]}"

#define INITIATOR  "\"initiator\":{\"role\":\"arbiter\",\"node_id\":\"n1\"}"

#define COMMON                                                                \
    "\"attributes\":[\"a\",\"b\"],\"unique_id\":\"id\",\"label_name\":\"y\""

#define DATA(n)  "{\"lr\":{\"dataset_id\":\"D" n "\"}}"

#define PARTIES                                                               \
    "\"guest\":{\"0\":" DATA("2") "},\"host\":{\"0\":" DATA("3")              \
    ",\"1\":" DATA("4") "}"

#define CONFIG(common)                                                        \
    "{" INITIATOR "," ROLES ",\"task_params\":{\"common\":{\"lr\":{" common   \
    "}}," PARTIES "}}"


#define RETRY(members)                                                        \
    "{" INITIATOR "," ROLES ",\"job_params\":{\"common\":{\"retry\":{"       \
    members "}}},\"task_params\":{\"common\":{\"lr\":{" COMMON "}},"         \
    PARTIES "}}"


#define RESOURCES(members)                                                    \
    "{" INITIATOR "," ROLES ",\"job_params\":{\"host\":{\"1\":"              \
    "{\"resources\":" members "}}},\"task_params\":{\"common\":{\"lr\":{" \
    COMMON "}}," PARTIES "}}"


typedef struct {
    const char  *name;
    const char  *dag;
    const char  *config;         /* NULL: the DAG alone */
    const char  *detail;         /* NULL: good; else how it starts */
} case_t;


static const char  good_dag[] = DAG(LR("lr", ""));

static const case_t  cases[] = {

    { "one component", good_dag, NULL, NULL },
    { "a chain", DAG(LR("b", IN("a.model")) "," LR("a", "")), NULL, NULL },
    { "module_name",
      DAG("{\"name\":\"x\",\"module_name\":\"homo_lr\"}"), NULL, NULL },
    { "code", DAG("{\"name\":\"x\",\"code\":\"homo_lr\"}"), NULL, NULL },

    { "after another", DAG(LR("b", AFTER("\"a\"")) "," LR("a", "")), NULL,
      NULL },
    { "after and input", DAG(LR("b", IN("a.model") AFTER("\"a\"")) ","
                             LR("a", "")), NULL, NULL },
    { "after one twice", DAG(LR("b", AFTER("\"a\",\"a\"")) ","
                             LR("a", "")), NULL,
      "component b: runs after \"a\" twice" },
    { "after nothing", DAG(LR("a", AFTER(""))), NULL, NULL },
    { "after one that is not", DAG(LR("b", AFTER("\"a\""))), NULL,
      "component b: there is no component \"a\" for it to run after" },
    { "after itself", DAG(LR("b", AFTER("\"b\""))), NULL,
      "component b: runs after itself" },
    { "a circle of both kinds", DAG(LR("b", AFTER("\"a\"")) ","
                                    LR("a", IN("b.model"))), NULL,
      "component b: waits for itself: b -> a -> b" },
    { "after in words", DAG(LR("b", ",\"after\":\"a\"") "," LR("a", "")),
      NULL, "component b: after must be a list" },

    { "no components", "{}", NULL, "components: name at least one" },
    { "an empty list", DAG(""), NULL, "components: name at least one" },
    { "a nameless one", DAG("{\"componentName\":\"homo_lr\"}"), NULL,
      "components: every one needs a name" },
    { "a name with a dot", DAG(LR("a.b", "")), NULL,
      "components: every one needs a name" },
    { "a name twice", DAG(LR("a", "") "," LR("a", "")), NULL,
      "component a: the name occurs twice" },
    { "no componentName", DAG("{\"name\":\"x\"}"), NULL,
      "component x: componentName is required" },
    { "an unknown producer", DAG(LR("a", IN("b.model"))), NULL,
      "component a: no component makes its input \"b.model\"" },
    { "an unknown output", DAG(LR("a", "") "," LR("b", IN("a.data"))), NULL,
      "component b: no component makes its input \"a.data\"" },
    { "a key without dot", DAG(LR("a", "") "," LR("b", IN("a"))), NULL,
      "component b: no component makes its input \"a\"" },
    { "a loop of one", DAG(LR("a", IN("a.model"))), NULL,
      "component a: reads its own output \"a.model\"" },
    { "a loop of two",
      DAG(LR("a", IN("b.model")) "," LR("b", IN("a.model"))), NULL,
      "component a: waits for itself: a -> b -> a" },
    { "a loop behind others", DAG(LR("z", IN("b.model")) ","
      LR("b", IN("c.model")) "," LR("c", AFTER("\"d\"")) ","
      LR("d", IN("b.model"))), NULL,
      "component b: waits for itself: b -> c -> d -> b" },
    { "an input twice", DAG(LR("a", "") ","
      LR("b", ",\"input\":[{\"key\":\"a.model\"},"
              "{\"key\":\"a.model\"}]")), NULL,
      "component b: reads \"a.model\" twice" },
    { "a model for data", DAG(LR("a", "") ","
      LR("b", ",\"input\":[{\"type\":\"training_set\","
              "\"key\":\"a.model\"}]")), NULL,
      "component b: its input \"a.model\" is a model" },
    { "a model for who reads none", DAG(LR("a", "") ","
      LR("b", ",\"input\":[{\"type\":\"model\",\"key\":\"a.model\"}]")),
      NULL, "component b: its input \"a.model\" is of a type" },
    { "a model for a component of others", DAG(LR("a", "") ","
      "{\"name\":\"b\",\"componentName\":\"other\",\"input\":["
      "{\"type\":\"model\",\"key\":\"a.model\"}]}"), NULL, NULL },
    { "an input whose type is a path", DAG(LR("a", "") ","
      "{\"name\":\"b\",\"componentName\":\"other\",\"input\":["
      "{\"type\":\"../x\",\"key\":\"a.model\"}]}"), NULL,
      "component b: its input \"a.model\" has a type that is no id" },
    { "an output that is not there", DAG(LR("a", "") ","
      LR("b", IN("a.data"))), NULL,
      "component b: no component makes its input \"a.data\": that one" },

    { "a configuration", good_dag, CONFIG(COMMON), NULL },
    { "with parameters", good_dag,
      CONFIG(COMMON ",\"penalty\":\"l1\",\"eps\":1e-3"), NULL },

    { "no roles", good_dag, "{" INITIATOR "}", "role: name the parties" },
    { "no initiator", good_dag, "{" ROLES "}",
      "initiator.node_id is required" },
    { "an unknown role", good_dag,
      "{" INITIATOR ",\"role\":{\"boss\":[\"n1\"]}}",
      "role boss: must be guest, host or arbiter" },
    { "an empty role", good_dag,
      "{" INITIATOR ",\"role\":{\"guest\":[]}}", "role: name the parties" },
    { "no list", good_dag, "{" INITIATOR ",\"role\":{\"guest\":\"n1\"}}",
      "role guest: must be a list of node ids" },
    { "a bad node id", good_dag,
      "{" INITIATOR ",\"role\":{\"guest\":[\"a b\"]}}",
      "role guest.0: must be a node id" },
    { "two roles", good_dag,
      "{" INITIATOR ",\"role\":{\"guest\":[\"n1\"],\"host\":[\"n1\"]}}",
      "role host.0: node n1 has two roles" },
    { "tries", good_dag, RETRY("\"count\":10,\"backoff\":100"), NULL },
    { "a backoff alone", good_dag, RETRY("\"backoff\":600000"), NULL },
    { "too many tries", good_dag, RETRY("\"count\":11"),
      "job_params.common.retry: count must be 0 to 10" },
    { "a try less than none", good_dag, RETRY("\"count\":-1"),
      "job_params.common.retry: count must be 0 to 10" },
    { "tries in words", good_dag, RETRY("\"count\":\"3\""),
      "job_params.common.retry: count must be 0 to 10" },
    { "no pause between tries", good_dag, RETRY("\"backoff\":99"),
      "job_params.common.retry: count must be 0 to 10" },
    { "half a millisecond", good_dag, RETRY("\"backoff\":100.5"),
      "job_params.common.retry: count must be 0 to 10" },

    { "no limits", good_dag,
      RESOURCES("{\"cpu\":-1,\"memory\":-1,\"disk\":-1}"), NULL },
    { "limits", good_dag, RESOURCES("{\"cpu\":0.5,\"memory\":\"2g\","
      "\"disk\":1048576,\"gpu\":1}"), NULL },
    { "no cores", good_dag, RESOURCES("{\"cpu\":0}"),
      "job_params.host.1.resources.cpu: must be cores" },
    { "cores in words", good_dag, RESOURCES("{\"cpu\":\"1\"}"),
      "job_params.host.1.resources.cpu: must be cores" },
    { "less than nothing", good_dag, RESOURCES("{\"memory\":-2}"),
      "job_params.host.1.resources.memory: must be bytes" },
    { "too little", good_dag, RESOURCES("{\"memory\":1048575}"),
      "job_params.host.1.resources.memory: must be bytes" },
    { "an unknown unit", good_dag, RESOURCES("{\"memory\":\"2x\"}"),
      "job_params.host.1.resources.memory: must be bytes" },
    { "no number", good_dag, RESOURCES("{\"disk\":\"m\"}"),
      "job_params.host.1.resources.disk: must be bytes" },
    { "beyond 64 bits", good_dag, RESOURCES("{\"disk\":\"99999999t\"}"),
      "job_params.host.1.resources.disk: must be bytes" },
    { "a part of a byte", good_dag, RESOURCES("{\"disk\":1.5e9}"),
      "job_params.host.1.resources.disk: must be bytes" },
    { "a word for all", good_dag, RESOURCES("\"much\""),
      "job_params.host.1.resources: must be an object" },

    { "an unknown parameter", good_dag, CONFIG(COMMON ",\"speed\":1"),
      "component lr, common: speed is unknown" },
    { "a parameter out of range", good_dag,
      CONFIG(COMMON ",\"batch_size\":5"),
      "component lr, common: batch_size must be -1 or from 10" },
    { "both names of one", good_dag,
      CONFIG(COMMON ",\"tol\":1,\"eps\":2"),
      "component lr, common: tol is also given" },
    { "a required one missing", good_dag,
      CONFIG("\"attributes\":[\"a\"],\"unique_id\":\"id\""),
      "component lr, guest.0: label_name is required" },
    { "the label among the attributes", good_dag,
      CONFIG("\"attributes\":[\"a\",\"y\"],\"unique_id\":\"id\","
             "\"label_name\":\"y\""),
      "component lr, guest.0: attributes must not name label_name" },
    { "cv_param", good_dag,
      CONFIG(COMMON ",\"cv_param\":{\"need_cv\":true,\"n_splits\":21}"),
      "component lr, common: cv_param.n_splits must be at least 2" },
    { "no arbiter", good_dag,
      "{" INITIATOR ",\"role\":{\"guest\":[\"n2\"],\"host\":[\"n3\","
      "\"n4\"]},\"task_params\":{\"common\":{\"lr\":{" COMMON "}}," PARTIES
      "}}", "component lr: needs 1 guest and 1 arbiter" },
    { "no data", good_dag,
      "{" INITIATOR "," ROLES ",\"task_params\":{\"common\":{\"lr\":{"
      COMMON "}}}}",
      "component lr, guest.0: name its data by dataset_id or data_sql" },
    { "no such party", good_dag,
      "{" INITIATOR "," ROLES ",\"task_params\":{\"host\":{\"2\":{}}}}",
      "task_params: host.2 is no party" },
    { "no such component", good_dag,
      "{" INITIATOR "," ROLES ",\"task_params\":{\"common\":{\"x\":{}}}}",
      "task_params common: the DAG has no component x" },
    { "two data parties", good_dag,
      "{" INITIATOR ",\"role\":{\"guest\":[\"n2\"],\"host\":[\"n3\"],"
      "\"arbiter\":[\"n1\"]},\"task_params\":{\"common\":{\"lr\":{" COMMON
      "}},\"guest\":{\"0\":" DATA("2") "},\"host\":{\"0\":" DATA("3")
      "}}}", "component lr: needs 3 data parties" },
    { "two that were allowed", good_dag,
      "{" INITIATOR ",\"role\":{\"guest\":[\"n2\"],\"host\":[\"n3\"],"
      "\"arbiter\":[\"n1\"]},\"task_params\":{\"common\":{\"lr\":{" COMMON
      ",\"allow_two_parties\":true}},\"guest\":{\"0\":" DATA("2")
      "},\"host\":{\"0\":" DATA("3") "}}}", NULL }
};


static void test_case(ic_arena_t *arena, const case_t *c);
static void test_parties(ic_arena_t *arena);


int
main(void)
{
    size_t       i;
    ic_arena_t  *arena;

    arena = ic_pool_create();

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_case(arena, &cases[i]);
    }

    test_parties(arena);

    ic_pool_destroy(arena);

    return done();
}


static void
test_case(ic_arena_t *arena, const case_t *c)
{
    int              rc;
    ic_json_t       *dag, *config;
    ic_error_e       error;
    ic_job_fault_t   fault;

    dag = ic_json_parse(arena, ic_str(c->dag), NULL);
    config = ic_json_parse(arena, ic_str(c->config), NULL);

    if (dag == NULL || (c->config != NULL && config == NULL)) {
        ok(false, "%s: the test's own JSON", c->name);
        return;
    }

    fault.detail = ic_str("");
    error = config == NULL ? IC_E_invalid_dag : IC_E_invalid_config;
    rc = ic_dag_check(arena, dag, &fault);

    if (rc == 0 && config != NULL) {
        rc = ic_config_check(arena, dag, config, &fault);
    }

    if (c->detail == NULL) {
        ok(rc == 0, "%s is taken: %.*s", c->name, (int) fault.detail.len,
           (char *) fault.detail.data);
        return;
    }

    ok(rc == -1 && fault.error == error
       && fault.detail.len >= strlen(c->detail)
       && memcmp(fault.detail.data, c->detail, strlen(c->detail)) == 0,
       "%s is refused: %.*s", c->name, (int) fault.detail.len,
       rc == 0 ? "" : (char *) fault.detail.data);
}


static void
test_parties(ic_arena_t *arena)
{
    int              i, n;
    ic_str_t         text;
    ic_json_out_t    out;
    ic_job_fault_t   fault;
    ic_job_party_t   parties[IC_JOB_MAX_PARTIES];

    n = ic_config_parties(arena, ic_json_parse(arena,
                                               ic_str("{" ROLES "}"), NULL),
                          parties, &fault);

    is_int(n, 4, "four parties");
    is_str(parties[2].role, "host", "the third is a host");
    is_int(parties[2].index, 1, "the second of them");

    text = ic_job_remote(arena, parties, n, ic_str("n3"));
    is_str((char *) text.data, "n2 n4 n1", "all but ourselves");

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    ic_out_object(&out, "role");
    ic_out_array(&out, "host");

    for (i = 0; i < IC_JOB_MAX_PARTIES + 1; i++) {
        ic_out_str(&out, NULL, ic_str_fmt(arena, "n%d", i));
    }

    ic_out_array_end(&out);
    ic_out_object_end(&out);
    ic_out_object_end(&out);

    ok(ic_config_parties(arena, ic_json_parse(arena, ic_out_text(&out),
                                              NULL),
                         parties, &fault) == -1
       && ic_str_is(fault.detail, "role: more than 32 parties"),
       "33 parties are too many");
}
