
/* Limits of permits: reading, narrowing, the text of a scope. */


#include "../../src/api/ic_limits.h"
#include "tap.h"


static ic_arena_t  *pool;


static ic_str_t
member(void *data, const char *name)
{
    ic_str_t    none = ic_null_string;
    ic_json_t  *node;

    node = ic_json_get(data, name);

    return node != NULL ? ic_json_text(pool, node) : none;
}


static ic_limits_t
limits_of(const char *json)
{
    ic_limits_t        limits;
    ic_limits_fault_t  fault;

    ok(ic_limits_read(&limits, pool, member,
                      ic_json_parse(pool, ic_str(json), NULL), &fault)
       == 0, "reads %.60s", json);

    return limits;
}


static const char *
text_of(const ic_limits_t *limits)
{
    ic_json_out_t  out;

    ic_out_init(&out, pool);
    ic_out_object(&out, NULL);
    ic_limits_out(&out, limits);
    ic_out_object_end(&out);

    return (char *) ic_out_text(&out).data;
}


static void
test_read(void)
{
    size_t             i;
    ic_limits_t        limits;
    ic_limits_fault_t  fault;

    static const char *const  bad[][2] = {
        { "{\"times_limit\":-1}", "times_limit" },
        { "{\"rows_limit\":1.5}", "rows_limit" },
        { "{\"bytes_limit\":\"x\"}", "bytes_limit" },
        { "{\"auth_scope\":\"NODE\"}", "auth_scope" },
        { "{\"auth_scope\":[\"node\"]}", "auth_scope" },
        { "{\"auth_scope\":[1]}", "auth_scope" },
        { "{\"auth_scope\":[\"PROJECT\"]}", "scope_ids" },
        { "{\"auth_scope\":[\"PROJECT\"],\"scope_ids\":{\"PROJECT\":[]}}",
          "scope_ids" },
        { "{\"scope_ids\":[]}", "scope_ids" },
        { "{\"scope_ids\":{\"ALLOW\":[\"x\"]}}", "scope_ids" },
        { "{\"scope_ids\":{\"PROJECT\":\"x\"}}", "scope_ids" },
        { "{\"scope_ids\":{\"PROJECT\":[\"a,b\"]}}", "scope_ids" },
        { "{\"algorithms_deny\":[\"a b\"]}", "algorithms_deny" },
        { "{\"algorithms_allow\":[\"a=b\"]}", "algorithms_allow" },
        { "{\"algorithms_allow\":{}}", "algorithms_allow" },
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ok(ic_limits_read(&limits, pool, member,
                          ic_json_parse(pool, ic_str(bad[i][0]), NULL),
                          &fault)
           == -1, "refused: %s", bad[i][0]);
        is_str(fault.field, bad[i][1], "by its name");
    }

    limits = limits_of("{}");
    is_str(text_of(&limits), "{}", "nothing is no limit");

    limits = limits_of("{\"time_limit\":1983755471,\"times_limit\":3}");
    ok(limits.numbers[IC_LIMIT_TIME] == INT64_C(1983755471000),
       "seconds become milliseconds");

    limits = limits_of("{\"auth_scope\":{\"PROJECT\":[\"P1\"]}}");
    is_str(text_of(&limits), "{\"auth_scope\":[\"PROJECT\"],"
           "\"scope_ids\":{\"PROJECT\":[\"P1\"]}}", "a map of scopes");
}


static void
test_narrow(void)
{
    size_t             i;
    ic_limits_t        one, by;
    ic_limits_fault_t  fault;

    /* what is, what it is narrowed by, what then is; NULL: nothing */
    static const char *const  cases[][3] = {
        { "{}", "{\"rows_limit\":5}", "{\"rows_limit\":5}" },
        { "{\"rows_limit\":5}", "{}", "{\"rows_limit\":5}" },
        { "{\"rows_limit\":5}", "{\"rows_limit\":9}", "{\"rows_limit\":5}" },
        { "{\"rows_limit\":5}", "{\"rows_limit\":2}", "{\"rows_limit\":2}" },
        { "{\"algorithms_allow\":[\"a\",\"b\",\"c\"]}",
          "{\"algorithms_allow\":[\"c\",\"b\",\"x\"]}",
          "{\"algorithms_allow\":[\"b\",\"c\"]}" },
        { "{\"algorithms_allow\":[\"a\"]}", "{\"algorithms_allow\":[\"b\"]}",
          NULL },
        { "{\"algorithms_deny\":[\"a\"]}", "{\"algorithms_deny\":[\"b\"]}",
          "{\"algorithms_deny\":[\"a\",\"b\"]}" },
        { "{\"scope_ids\":{\"PROJECT\":[\"p\"]}}",
          "{\"scope_ids\":{\"COMPONENT\":[\"c\"]}}",
          "{\"auth_scope\":[\"PROJECT\",\"COMPONENT\"],\"scope_ids\":"
          "{\"PROJECT\":[\"p\"],\"COMPONENT\":[\"c\"]}}" },
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        one = limits_of(cases[i][0]);
        by = limits_of(cases[i][1]);

        if (cases[i][2] == NULL) {
            ok(ic_limits_narrow(&one, pool, &by, &fault) == -1
               && strcmp(fault.field, "algorithms_allow") == 0,
               "nothing in common");
            continue;
        }

        ok(ic_limits_narrow(&one, pool, &by, &fault) == 0, "narrowed");
        is_str(text_of(&one), cases[i][2], "to both");
    }
}


static void
test_wider(void)
{
    size_t       i;
    ic_limits_t  one, by;

    static const char *const  cases[][3] = {
        { "{}", "{\"rows_limit\":5}", NULL },
        { "{\"rows_limit\":5}", "{}", NULL },
        { "{\"rows_limit\":5}", "{\"rows_limit\":5}", NULL },
        { "{\"rows_limit\":5}", "{\"rows_limit\":6}", "rows_limit" },
        { "{\"time_limit\":5}", "{\"time_limit\":6}", "time_limit" },
        { "{\"algorithms_allow\":[\"a\"]}", "{\"algorithms_allow\":[\"b\"]}",
          "algorithms_allow" },
        { "{\"algorithms_deny\":[\"a\"]}", "{\"algorithms_deny\":[\"b\"]}",
          NULL },
        { "{\"scope_ids\":{\"PROJECT\":[\"pp\"]}}",
          "{\"scope_ids\":{\"PROJECT\":[\"p\"]}}", "scope_ids" },
        { "{\"scope_ids\":{\"PROJECT\":[\"p\"]}}",
          "{\"scope_ids\":{\"COMPONENT\":[\"p\"]}}", NULL },
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        one = limits_of(cases[i][0]);
        by = limits_of(cases[i][1]);
        is_str(ic_limits_wider(&one, &by) ? ic_limits_wider(&one, &by) : "",
               cases[i][2] ? cases[i][2] : "", "%s by %s", cases[i][0],
               cases[i][1]);
    }
}


static void
test_scope(void)
{
    size_t        i;
    ic_str_t      scope;
    ic_limits_t   limits;
    ic_purpose_t  purpose;

    static const struct {
        const char  *scope, *node, *project, *component, *algorithm;
        bool         good;
    } cases[] = {
        { "", "", "", "", "", true },
        { "PROJECT=P1,P2", "", "P2", "", "", true },
        { "PROJECT=P1,P2", "", "P", "", "", false },
        { "PROJECT=P1,P2", "", "P1,P2", "", "", false },
        { "PROJECT=P1,P2", "", "", "", "", false },
        { "COMPONENT=psi DENY=lr", "", "", "psi", "psi", true },
        { "COMPONENT=psi DENY=lr", "", "", "psi", "lr", false },
        { "COMPONENT=psi DENY=lr", "", "", "psi", "", false },
        { "ALLOW=psi", "", "", "", "psi", true },
        { "ALLOW=psi", "", "", "", "lr", false },
        { "NODE=n", "", "", "", "", true },
        { "NODE=n", "n", "", "", "", true },
        { "NODE=n", "m", "", "", "", false },
        { "sha256=0123", "", "", "", "", true },
    };

    limits = limits_of("{\"algorithms_deny\":[\"lr\"],\"algorithms_allow\":"
                       "[\"psi\"],\"scope_ids\":{\"COMPONENT\":[\"psi\"],"
                       "\"PROJECT\":[\"P1\",\"P2\"]}}");
    scope = ic_limits_scope(pool, &limits);
    is_str((char *) scope.data,
           "PROJECT=P1,P2 COMPONENT=psi ALLOW=psi DENY=lr", "the text");

    limits = limits_of("{}");
    is_str((char *) ic_limits_scope(pool, &limits).data, "", "of no limit");

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        purpose.node = ic_str(cases[i].node);
        purpose.project = ic_str(cases[i].project);
        purpose.component = ic_str(cases[i].component);
        purpose.algorithm = ic_str(cases[i].algorithm);

        ok((ic_scope_refuses(ic_str(cases[i].scope), &purpose) == NULL)
           == cases[i].good, "\"%s\": %s %s %s", cases[i].scope,
           cases[i].project, cases[i].component, cases[i].algorithm);
    }
}


int
main(void)
{
    pool = ic_pool_create();

    test_read();
    test_narrow();
    test_wider();
    test_scope();

    ic_pool_destroy(pool);

    return done();
}
