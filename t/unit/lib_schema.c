
/* Field tables: decoding bodies and query strings. */


#include "tap.h"

#include "../../src/lib/ic_codec.h"
#include "../../src/lib/ic_schema.h"


static void test_bodies(void);
static void test_queries(void);
static void test_limits(void);
static void test_values(void);
static void test_query_values(void);
static void test_many_faults(void);
static void test_short_memory(void);

static char *outcome(int rc, const ic_faults_t *faults);
static ic_json_t *long_body(const char *name, char unit, size_t count);
static void *few(void *owner, size_t size);


static const char *const  statuses[] = { "APPLIED", "APPROVED", NULL };


static const ic_field_t  column_fields[] = {
    { .name = "name", .type = IC_STR, .flags = IC_REQ, .max = 8 },
    { .name = "type", .type = IC_ENUM, .of = statuses },
    { .name = "note", .type = IC_STR, .when = "type=APPROVED" },
    { .name = NULL }
};

static const ic_schema_t  column = { "column", column_fields };


static const ic_field_t  fields[] = {
    { .name = "id", .alias = "key|handle", .type = IC_ID, .flags = IC_REQ },
    { .name = "ref", .type = IC_ID, .min = -1 },
    { .name = "name", .type = IC_STR, .min = 2, .max = 4 },
    { .name = "text", .type = IC_STR },
    { .name = "blank", .type = IC_STR, .min = -1 },
    { .name = "status", .alias = "state", .type = IC_ENUM, .of = statuses },
    { .name = "reason", .type = IC_STR, .when = "status=APPROVED" },
    { .name = "n", .type = IC_INT, .min = -5, .max = 5 },
    { .name = "big", .type = IC_INT, .min = 0 },
    { .name = "digits", .type = IC_INT, .flags = IC_NUMSTR, .min = 0,
      .max = 99 },
    { .name = "some", .type = IC_INT, .flags = IC_NUMSTR|IC_NONZERO,
      .min = -1, .max = 9 },
    { .name = "time", .type = IC_TIME },
    { .name = "till", .type = IC_TIME, .flags = IC_NUMSTR,
      .min = INT64_C(1700000000000) },
    { .name = "rate", .type = IC_NUM, .min = 0, .max = 1 },
    { .name = "real", .type = IC_NUM, .flags = IC_NUMSTR },
    { .name = "floor", .type = IC_NUM, .min = 3 },
    { .name = "flag", .type = IC_BOOL },
    { .name = "one", .type = IC_OBJ, .of = &column },
    { .name = "object", .type = IC_OBJ },
    { .name = "columns", .type = IC_LIST, .item = IC_OBJ, .of = &column,
      .min = 1, .max = 3 },
    { .name = "pair", .type = IC_LIST, .item = IC_INT, .min = 2 },
    { .name = "words", .type = IC_LIST },
    { .name = "lists", .type = IC_LIST, .item = IC_LIST },
    { .name = "map", .type = IC_MAP, .item = IC_OBJ, .of = &column },
    { .name = "states", .type = IC_MAP, .item = IC_ENUM, .of = statuses },
    { .name = "any", .type = IC_ANY },
    { .name = NULL }
};

static const ic_schema_t  schema = { "test", fields };


static const ic_field_t  required_fields[] = {
    { .name = "s", .type = IC_STR, .flags = IC_REQ },
    { .name = "e", .type = IC_STR, .flags = IC_REQ, .min = -1 },
    { .name = "i", .type = IC_INT, .flags = IC_REQ },
    { .name = "a", .type = IC_ANY, .flags = IC_REQ },
    { .name = "l", .type = IC_LIST, .item = IC_ANY, .flags = IC_REQ },
    { .name = NULL }
};

static const ic_schema_t  required = { "required", required_fields };


static const ic_field_t  no_fields[] = { { .name = NULL } };

static const ic_schema_t  none = { "none", no_fields };


static const struct {
    const ic_schema_t  *schema;
    const char         *body, *faults;
} bodies[] = {
    { &schema, "{\"id\":\"a\"}", "" },
    { &schema, "{\"key\":\"a\",\"unknown\":[{}]}", "" },
    { &schema, "{\"handle\":\"a\"}", "" },
    { &schema, "{\"handle\":\"a b\"}", "/handle is not a valid id" },
    { &schema, "{\"handle\":\"a\",\"id\":\"a\"}", "" },
    { &schema, "{\"handle\":\"a\",\"id\":\"b\"}", "/id is given twice" },
    { &schema, "{\"key|handle\":\"a\"}", "/id is required" },
    { &schema, "{\"id\":\"a\",\"key\":null}", "" },
    { &schema, "{\"id\":\"a\",\"key\":[\"a\"]}", "/id is given twice" },
    { &schema, "[]", " must be an object" },
    { &schema, "null", " must be an object" },
    { &schema, "{}", "/id is required" },
    { &schema, "{\"id\":null}", "/id is required" },
    { &schema, "{\"key\":\"\"}", "/key is empty" },
    { &schema, "{\"id\":7}", "/id must be a string" },
    { &schema, "{\"id\":\"a\",\"some\":-1}", "" },
    { &schema, "{\"id\":\"a\",\"some\":\"0\"}", "/some must not be 0" },
    { &schema, "{\"key\":\"a b\"}", "/key is not a valid id" },
    { &schema, "{\"id\":\"a\",\"ref\":\"\"}", "" },
    { &schema, "{\"id\":\"a\",\"ref\":\"-\"}", "/ref is not a valid id" },

    { &schema, "{\"id\":\"a\",\"name\":\"ab\"}", "" },
    { &schema, "{\"id\":\"a\",\"name\":\"abcd\"}", "" },
    { &schema, "{\"id\":\"a\",\"name\":\"a\"}", "/name is too short" },
    { &schema, "{\"id\":\"a\",\"name\":\"\"}", "/name is empty" },
    { &schema, "{\"id\":\"a\",\"name\":\"abcde\"}", "/name is too long" },
    { &schema, "{\"id\":\"a\",\"name\":true}", "/name must be a string" },
    { &schema, "{\"id\":\"a\",\"text\":\"\",\"blank\":\"\"}", "" },

    { &schema, "{\"id\":\"a\",\"state\":\"APPLIED\"}", "" },
    { &schema, "{\"id\":\"a\",\"status\":\"applied\"}",
      "/status must be one of APPLIED, APPROVED" },
    { &schema, "{\"id\":\"a\",\"status\":1}", "/status must be a string" },
    { &schema, "{\"id\":\"a\",\"status\":\"APPROVED\"}",
      "/reason is required" },
    { &schema, "{\"id\":\"a\",\"state\":\"APPROVED\",\"reason\":null}",
      "/reason is required" },
    { &schema, "{\"id\":\"a\",\"state\":\"APPROVED\",\"reason\":\"r\"}",
      "" },

    { &schema, "{\"id\":\"a\",\"n\":5,\"big\":9223372036854775807}", "" },
    { &schema, "{\"id\":\"a\",\"n\":-5}", "" },
    { &schema, "{\"id\":\"a\",\"n\":6}", "/n is too large" },
    { &schema, "{\"id\":\"a\",\"n\":-6,\"big\":-1}",
      "/n is too small; /big is too small" },
    { &schema, "{\"id\":\"a\",\"n\":1.0}", "/n must be an integer" },
    { &schema, "{\"id\":\"a\",\"n\":\"1\"}", "/n must be an integer" },
    { &schema, "{\"id\":\"a\",\"digits\":\"99\"}", "" },
    { &schema, "{\"id\":\"a\",\"digits\":\"100\"}",
      "/digits is too large" },
    { &schema, "{\"id\":\"a\",\"digits\":\"1x\"}",
      "/digits must be an integer" },
    { &schema, "{\"id\":\"a\",\"digits\":\"\"}",
      "/digits must be an integer" },

    { &schema, "{\"id\":\"a\",\"time\":0,\"till\":\"1700000000\"}", "" },
    { &schema, "{\"id\":\"a\",\"time\":-1}", "/time is too small" },
    { &schema, "{\"id\":\"a\",\"time\":253402300800000}",
      "/time is too large" },
    { &schema, "{\"id\":\"a\",\"time\":\"1\",\"till\":1699999999}",
      "/time must be an integer; /till is too small" },

    { &schema, "{\"id\":\"a\",\"rate\":0,\"real\":\"-1e3\"}", "" },
    { &schema, "{\"id\":\"a\",\"rate\":1.0,\"real\":-1e300}", "" },
    { &schema, "{\"id\":\"a\",\"rate\":1.001}", "/rate is too large" },
    { &schema, "{\"id\":\"a\",\"rate\":-0.001}", "/rate is too small" },
    { &schema, "{\"id\":\"a\",\"rate\":\"1\"}", "/rate must be a number" },
    { &schema, "{\"id\":\"a\",\"real\":\"1e\"}",
      "/real must be a number" },
    { &schema, "{\"id\":\"a\",\"real\":[]}", "/real must be a number" },
    { &schema, "{\"id\":\"a\",\"floor\":1e9}", "" },
    { &schema, "{\"id\":\"a\",\"floor\":2.5}", "/floor is too small" },

    { &schema, "{\"id\":\"a\",\"flag\":false}", "" },
    { &schema, "{\"id\":\"a\",\"flag\":0}", "/flag must be a boolean" },
    { &schema, "{\"id\":\"a\",\"flag\":\"true\"}",
      "/flag must be a boolean" },

    { &schema, "{\"id\":\"a\",\"one\":{\"name\":\"x\"},\"object\":{}}",
      "" },
    { &schema, "{\"id\":\"a\",\"one\":[],\"object\":1}",
      "/one must be an object; /object must be an object" },
    { &schema, "{\"id\":\"a\",\"one\":{\"type\":\"APPROVED\"}}",
      "/one/name is required; /one/note is required" },

    { &schema, "{\"id\":\"a\",\"columns\":[{\"name\":\"x\"}]}", "" },
    { &schema, "{\"id\":\"a\",\"columns\":[]}", "/columns is empty" },
    { &schema, "{\"id\":\"a\",\"columns\":[{\"name\":\"x\"},"
      "{\"name\":\"\"},{\"name\":null,\"type\":\"\"}]}",
      "/columns/1/name is empty; /columns/2/name is required; "
      "/columns/2/type must be one of APPLIED, APPROVED" },
    { &schema, "{\"id\":\"a\",\"columns\":[1,null]}",
      "/columns/0 must be an object; /columns/1 must be an object" },
    { &schema, "{\"id\":\"a\",\"columns\":[{},{},{},{}]}",
      "/columns has too many elements" },
    { &schema, "{\"id\":\"a\",\"columns\":{}}",
      "/columns must be an array" },
    { &schema, "{\"id\":\"a\",\"pair\":[-1,2],\"words\":[\"\",\"a\"]}",
      "" },
    { &schema, "{\"id\":\"a\",\"pair\":[1]}",
      "/pair has too few elements" },
    { &schema, "{\"id\":\"a\",\"pair\":[1,\"2\"],\"words\":[1]}",
      "/pair/1 must be an integer; /words/0 must be a string" },
    { &schema, "{\"id\":\"a\",\"lists\":[[1,{}],[]]}", "" },
    { &schema, "{\"id\":\"a\",\"lists\":[1]}",
      "/lists/0 must be an array" },

    { &schema, "{\"id\":\"a\",\"map\":{},\"states\":{}}", "" },
    { &schema, "{\"id\":\"a\",\"map\":{\"a/b\":{},\"~\":1}}",
      "/map/a~1b/name is required; /map/~0 must be an object" },
    { &schema, "{\"id\":\"a\",\"states\":{\"x\":\"APPLIED\",\"\":\"b\"}}",
      "/states/ must be one of APPLIED, APPROVED" },
    { &schema, "{\"id\":\"a\",\"map\":[]}", "/map must be an object" },
    { &schema, "{\"id\":\"a\",\"any\":[1,\"x\",null]}", "" },

    { &required, "{\"s\":\"x\",\"e\":\"\",\"i\":0,\"a\":false,\"l\":[]}",
      "" },
    { &required, "{\"s\":\"\",\"i\":null,\"a\":null}",
      "/s is empty; /e is required; /i is required; /a is required; "
      "/l is required" }
};


static ic_arena_t  *pool;


int
main(void)
{
    pool = ic_pool_create();

    test_bodies();
    test_queries();
    test_limits();
    test_values();
    test_query_values();
    test_many_faults();
    test_short_memory();

    ic_pool_destroy(pool);

    return done();
}


static void
test_bodies(void)
{
    int          rc;
    size_t       i;
    ic_json_t   *root;
    ic_input_t   in;
    ic_faults_t  faults;

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        root = ic_json_parse(pool, ic_str(bodies[i].body), NULL);
        rc = ic_schema_decode(bodies[i].schema, root, pool, &in, &faults);
        is_str(outcome(rc, &faults), bodies[i].faults, "body %zu", i);
    }

    rc = ic_schema_decode(&column, NULL, pool, &in, &faults);
    is_str(outcome(rc, &faults), "/name is required", "no body");
    rc = ic_schema_decode(&none, NULL, pool, &in, &faults);
    is_int(rc, 0, "no body, no fields");
    ok(ic_input_get(&in, "x") == NULL, "nothing in it");
}


static void
test_queries(void)
{
    int          rc;
    size_t       i;
    ic_input_t   in;
    ic_faults_t  faults;

    static const struct {
        const char  *args, *faults;
    } tests[] = {
        { "id=a", "" },
        { "key=a&unknown=1&", "" },
        { "&&i%64=a&", "" },
        { "", "/id is required" },
        { "id", "/id is required" },
        { "id=", "/id is required" },
        { "id=a&id=a", "/id is given twice" },
        { "id=a&x=1&x=2", "/x is given twice" },
        { "id=a&key=a", "/id is given twice" },
        { "id=a&name=%zz", "/name has a bad escape" },
        { "id=a&%=1", "/% has a bad escape" },
        { "id=a&name=%00", "/name has a bad escape" },
        { "id=a&name=%ff%ff", "/name has a bad escape" },
        { "id=%7B", "/id is not a valid id" },
        { "id=a&name=a%2B+", "" },
        { "id=a&name=", "/name is empty" },
        { "id=a&n=-5&big=&rate=&status=&flag=&pair=&any=", "" },
        { "id=a&n=6", "/n is too large" },
        { "id=a&n=x", "/n must be an integer" },
        { "id=a&n=05", "/n must be an integer" },
        { "id=a&rate=0.5&real=1e3&flag=true", "" },
        { "id=a&rate=a&flag=yes", "/rate must be a number; "
          "/flag must be a boolean" },
        { "id=a&status=x", "/status must be one of APPLIED, APPROVED" },
        { "id=a&status=APPROVED", "/reason is required" },
        { "id=a&columns=[{%22name%22:%22%22}]", "/columns/0/name is empty" },
        { "id=a&columns=[", "/columns must be an array" },
        { "id=a&object={%22a%22:1}&pair=[1,2]", "" },
        { "id=a&any=word", "" }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        rc = ic_schema_decode_args(&schema, ic_str(tests[i].args), pool, &in,
                                   &faults);
        is_str(outcome(rc, &faults), tests[i].faults, "query %s",
               tests[i].args);
    }
}


static void
test_limits(void)
{
    int          rc;
    char         args[1024], *end;
    size_t       i;
    ic_input_t   in;
    ic_faults_t  faults;

    static const struct {
        const char  *name;
        char         unit;
        size_t       count;
        const char  *faults;
    } tests[] = {
        { "text", 's', 4096, "" },
        { "text", 's', 4097, "/text is too long" },
        { "ref", 's', IC_ID_MAX, "" },
        { "ref", 's', IC_ID_MAX + 1, "/ref is too long" },
        { "words", '[', 1024, "" },
        { "words", '[', 1025, "/words has too many elements" },
        { "any", '[', 1025, "" }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        rc = ic_schema_decode(&schema, long_body(tests[i].name, tests[i].unit,
                                                 tests[i].count),
                              pool, &in, &faults);
        is_str(outcome(rc, &faults), tests[i].faults, "%s of %zu",
               tests[i].name, tests[i].count);
    }

    end = args + sprintf(args, "id=a");
    for (i = 1; i < 128; i++) {
        end += sprintf(end, "&x%zu", i);
    }

    rc = ic_schema_decode_args(&schema, ic_str(args), pool, &in, &faults);
    is_str(outcome(rc, &faults), "", "128 parameters");
    strcpy(end, "&y");
    rc = ic_schema_decode_args(&schema, ic_str(args), pool, &in, &faults);
    is_str(outcome(rc, &faults), " has too many elements", "129 parameters");
}


static void
test_values(void)
{
    ic_json_t         *root;
    ic_input_t         in;
    ic_faults_t        faults;
    const ic_value_t  *value;

    root = ic_json_parse(pool, ic_str("{\"key\":\"a\",\"state\":\"APPROVED\","
        "\"reason\":\"\\u8282\",\"n\":-3,\"digits\":\"42\","
        "\"time\":1700000000,\"till\":\"1700000000123\",\"rate\":0.50,"
        "\"flag\":true,\"one\": { \"name\" : \"x\" },\"pair\":[ 1, 2 ],"
        "\"any\":\"q\\\"\",\"big\":null}"), NULL);

    is_int(ic_schema_decode(&schema, root, pool, &in, &faults), 0, "decoded");
    ok(in.root == root && in.schema == &schema, "root and schema are kept");
    is_str((char *) ic_input_str(&in, "id").data, "a", "by an alias");
    ok(ic_input_get(&in, "key") == NULL, "asked for by the main name only");
    is_int(ic_input_int(&in, "status", -1), 1, "the index of an enum");
    is_str((char *) ic_input_str(&in, "reason").data, "\xe8\x8a\x82",
           "a string is decoded");
    is_int(ic_input_int(&in, "n", 0), -3, "an integer");
    is_str((char *) ic_input_str(&in, "n").data, "-3", "its text");
    is_int(ic_input_int(&in, "digits", 0), 42, "an integer of digits");
    is_str((char *) ic_input_str(&in, "digits").data, "42", "its text");
    is_int(ic_input_int(&in, "time", 0), INT64_C(1700000000000), "seconds");
    is_str((char *) ic_input_str(&in, "time").data, "1700000000000",
           "are milliseconds in the text, too");
    is_int(ic_input_int(&in, "till", 0), INT64_C(1700000000123), "ms");
    value = ic_input_get(&in, "rate");
    ok(value != NULL && value->real == 0.5, "a number");
    is_str((char *) value->text.data, "0.50", "its text as written");
    is_int(ic_input_int(&in, "flag", 0), 1, "a boolean");
    is_str((char *) ic_input_str(&in, "flag").data, "true", "its text");
    is_str((char *) ic_input_str(&in, "one").data, "{\"name\":\"x\"}",
           "an object is compact JSON");
    is_str((char *) ic_input_str(&in, "pair").data, "[1,2]", "an array, too");
    ok(ic_input_get(&in, "pair")->node == ic_json_get(root, "pair"),
       "its node");
    is_str((char *) ic_input_str(&in, "any").data, "\"q\\\"\"",
           "anything, too");
    ok(ic_input_get(&in, "big") == NULL, "null is not given");
    is_int(ic_input_int(&in, "big", 99), 99, "so it is the other value");
    ok(ic_input_str(&in, "name").data == NULL, "or the null string");
    ok(ic_input_get(&in, "unheard-of") == NULL, "no such field");
}


static void
test_query_values(void)
{
    ic_input_t   in;
    ic_faults_t  faults;

    is_int(ic_schema_decode_args(&schema, ic_str("id=a&name=+x%26&n=3&"
               "time=1700000000&flag=true&pair=[1,+2]&any=word&text=&big="),
               pool, &in, &faults), 0, "decoded");
    ok(in.root == NULL, "no root");
    is_str((char *) ic_input_str(&in, "name").data, " x&", "a string");
    is_int(ic_input_int(&in, "n", 0), 3, "an integer");
    ok(ic_input_get(&in, "n")->node == NULL, "no node");
    is_str((char *) ic_input_str(&in, "time").data, "1700000000000", "a time");
    is_int(ic_input_int(&in, "flag", 0), 1, "a boolean");
    is_str((char *) ic_input_str(&in, "pair").data, "[1,2]", "an array");
    is_str((char *) ic_input_str(&in, "any").data, "\"word\"", "a word");
    ok(ic_input_get(&in, "text") != NULL, "an empty string is given");
    ok(ic_input_get(&in, "big") == NULL, "an empty number is not");
}


static void
test_many_faults(void)
{
    int          rc;
    char         body[256], *end;
    unsigned     i;
    ic_input_t   in;
    ic_faults_t  faults;

    end = body + sprintf(body, "{\"id\":\"a\",\"map\":{\"k\":0");

    for (i = 1; i < 2 * IC_MAX_FAULTS; i++) {
        end += sprintf(end, ",\"%u\":0", i);
    }

    strcpy(end, "}}");

    rc = ic_schema_decode(&schema, ic_json_parse(pool, ic_str(body), NULL),
                          pool, &in, &faults);
    is_int(rc, -1, "more faults than are kept");
    is_int(faults.count, IC_MAX_FAULTS, "so many are kept");
    is_str((char *) faults.items[IC_MAX_FAULTS - 1].pointer.data, "/map/15",
           "the first ones");
}


static void
test_short_memory(void)
{
    int          rc;
    unsigned     n, budget, bad;
    ic_json_t   *good, *wrong;
    ic_input_t   in;
    ic_arena_t   arena = { few, &budget };
    ic_faults_t  faults;

    good = ic_json_parse(pool, ic_str("{\"id\":\"a\",\"time\":1,\"any\":[]}"),
                         NULL);
    wrong = ic_json_parse(pool, ic_str("{\"map\":{\"a\":1}}"), NULL);

    for (n = 0, bad = 0; n < 100; n++) {
        budget = n;
        if (ic_schema_decode(&schema, good, &arena, &in, &faults) == 0) {
            break;
        }
        bad += faults.count != 0;
    }

    ok(n == 3 && bad == 0, "no faults, but no success without memory");

    for (n = 0, bad = 0; n < 100; n++) {
        budget = n;
        rc = ic_schema_decode(&schema, wrong, &arena, &in, &faults);
        if (faults.count == 2) {
            break;
        }
        bad += rc != -1;
    }

    ok(n < 100 && bad == 0, "faults are lost without memory, failure is not");

    for (n = 0, bad = 0; n < 100; n++) {
        budget = n;
        rc = ic_schema_decode_args(&schema, ic_str("id=a&n=1"), &arena, &in,
                                   &faults);
        if (rc == 0) {
            break;
        }
    }

    ok(n > 5 && n < 100, "queries without memory");
}


/* "" for success, else the faults: "/pointer reason; /pointer reason". */
static char *
outcome(int rc, const ic_faults_t *faults)
{
    unsigned   i;
    ic_str_t   text;

    if (rc == 0) {
        return faults->count == 0 ? "" : "success with faults";
    }

    text = ic_str("");

    for (i = 0; i < faults->count; i++) {
        text = ic_str_fmt(pool, "%s%s%s %s", text.data, i == 0 ? "" : "; ",
                          faults->items[i].pointer.data,
                          faults->items[i].reason);
    }

    return (char *) text.data;
}


/* A body with a string or an array of strings of that length. */
static ic_json_t *
long_body(const char *name, char unit, size_t count)
{
    size_t         i;
    ic_str_t       text;
    ic_json_out_t  out;

    ic_out_init(&out, pool);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "id", "a");

    if (unit == 's') {
        text.len = count;
        text.data = ic_alloc(pool, count);
        memset(text.data, 'x', count);
        ic_out_str(&out, name, text);

    } else {
        ic_out_array(&out, name);
        for (i = 0; i < count; i++) {
            ic_out_z(&out, NULL, "x");
        }
        ic_out_array_end(&out);
    }

    ic_out_object_end(&out);

    return ic_json_parse(pool, ic_out_text(&out), NULL);
}


/* As many pieces as the owner has left. */
static void *
few(void *owner, size_t size)
{
    unsigned  *left;

    left = owner;

    if (*left == 0) {
        return NULL;
    }

    (*left)--;

    return ic_alloc(pool, size);
}
