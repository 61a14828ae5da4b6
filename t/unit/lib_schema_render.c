
/* Field tables: rendering what the store answers. */


#include "tap.h"

#include "../../src/lib/ic_schema.h"


static void test_pairs(void);
static void test_missing(void);


static const char *const  statuses[] = { "APPLIED", "APPROVED", NULL };


static const ic_field_t  reply_fields[] = {
    { .name = "s", .type = IC_STR },
    { .name = "id", .type = IC_ID, .flags = IC_REQ },
    { .name = "i", .type = IC_INT, .flags = IC_REQ },
    { .name = "bad", .type = IC_INT },
    { .name = "t", .type = IC_TIME },
    { .name = "x", .type = IC_NUM },
    { .name = "y", .type = IC_NUM, .flags = IC_REQ },
    { .name = "b", .type = IC_BOOL },
    { .name = "c", .type = IC_BOOL },
    { .name = "d", .type = IC_BOOL, .flags = IC_REQ },
    { .name = "e", .type = IC_ENUM, .of = statuses },
    { .name = "o", .type = IC_OBJ, .flags = IC_REQ },
    { .name = "l", .type = IC_LIST, .flags = IC_REQ },
    { .name = "m", .type = IC_MAP, .flags = IC_REQ },
    { .name = "a", .type = IC_ANY, .flags = IC_REQ },
    { .name = "j", .type = IC_ANY },
    { .name = "absent", .type = IC_OBJ },
    { .name = NULL }
};

static const ic_schema_t  reply = { "reply", reply_fields };

static const ic_str_t  pairs[] = {
    ic_string("i"), ic_string("-12"), ic_string("hidden"), ic_string("x"),
    ic_string("s"), ic_string("a\"b"), ic_string("bad"), ic_string(""),
    ic_string("t"), ic_string("9007199254740993"),
    ic_string("x"), ic_string("1e-3"), ic_string("y"), ic_string("nan"),
    ic_string("b"), ic_string("1"), ic_string("c"), ic_string("false"),
    ic_string("d"), ic_string(""), ic_string("e"), ic_string("APPLIED"),
    ic_string("l"), ic_string("[1]"), ic_string("m"), ic_string(""),
    ic_string("j"), ic_string("{\"k\":null}")
};


static ic_arena_t  *pool;


int
main(void)
{
    pool = ic_pool_create();

    test_pairs();
    test_missing();

    ic_pool_destroy(pool);

    return done();
}


static void
test_pairs(void)
{
    ic_json_out_t  out;

    ic_out_init(&out, pool);
    ic_out_object(&out, NULL);
    ic_out_int(&out, "before", 1);
    ic_schema_render(&reply, pairs, sizeof(pairs) / sizeof(pairs[0]) / 2,
                     &out);
    ic_out_int(&out, "after", 2);
    ic_out_object_end(&out);

    is_str((char *) ic_out_text(&out).data, "{\"before\":1,\"s\":\"a\\\"b\","
           "\"id\":\"\",\"i\":-12,\"t\":9007199254740993,\"x\":1e-3,\"y\":0,"
           "\"b\":true,\"c\":false,\"d\":false,\"e\":\"APPLIED\",\"o\":{},"
           "\"l\":[1],\"m\":{},\"a\":null,\"j\":{\"k\":null},\"after\":2}",
           "rendered by the types");
}


static void
test_missing(void)
{
    ic_json_out_t  out;

    ic_out_init(&out, pool);
    ic_out_object(&out, NULL);
    ic_schema_render(&reply, NULL, 0, &out);
    ic_out_object_end(&out);

    is_str((char *) ic_out_text(&out).data,
           "{\"id\":\"\",\"i\":0,\"y\":0,\"d\":false,\"o\":{},\"l\":[],"
           "\"m\":{},\"a\":null}",
           "required fields without pairs");
}
