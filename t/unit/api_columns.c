
/* Names of columns as parameters: any UTF-8 that people can read. */


#include "../../src/api/ic_params.h"
#include "tap.h"


static const ic_param_t  one = { "label_name", NULL, IC_PARAM_COLUMN, 0, 0, 0,
    0, 0, NULL, NULL, NULL, NULL, "", "" };

static const ic_param_t  many = { "keys", NULL, IC_PARAM_COLUMNS, 0, 1, 16, 0,
    0, NULL, NULL, NULL, NULL, "", "" };


static bool
good(ic_str_t name)
{
    bool         taken;
    ic_str_t     text;
    ic_json_t    node, list;
    ic_arena_t  *pool;

    pool = ic_pool_create();
    memset(&node, 0, sizeof(node));
    memset(&list, 0, sizeof(list));
    node.type = IC_JSON_STR;
    node.text = name;
    list.type = IC_JSON_ARRAY;
    list.count = 1;
    list.child = &node;

    taken = ic_param_value(pool, &one, &node, &text) == NULL;

    if (taken != (ic_param_value(pool, &many, &list, &text) == NULL)) {
        ok(false, "one name and many: the same rule");
    }

    ic_pool_destroy(pool);

    return taken;
}


int
main(void)
{
    char      c[8];
    u_char    name[200];
    unsigned  i, bad;

    static const char *const  goods[] = {
        "id", "1a", "a b", "income (CNY)", "x-1", "a.b", "%", "a;b", "a,b",
        "\xe5\xb9\xb4\xe9\xbe\x84", "\xe6\x80\xa7\xe5\x88\xab 1",
        "na\xc3\xafve", "\xf0\x9f\x98\x80", " ", "\\", "\xc2\xa0"
    };

    static const char *const  bads[] = {
        "", "a\"b", "a'b", "a`b", "a\nb", "\x7f", "\xc2\x85", "\xe2\x80\xa8",
        "\xe2\x80\xa9", "\xff", "\xc0\x80", "\xed\xa0\x80", "a\xe5\xb9",
        "\xf4\x90\x80\x80"
    };

    for (i = 0; i < sizeof(goods) / sizeof(goods[0]); i++) {
        ok(good(ic_str(goods[i])), "taken: %s", goods[i]);
    }

    for (i = 0; i < sizeof(bads) / sizeof(bads[0]); i++) {
        ok(!good(ic_str(bads[i])), "refused: number %u", i);
    }

    for (bad = 0, i = 0; i < 0x80; i++) {
        c[0] = 'a';
        c[1] = (char) i;
        bad += good(ic_str_n(c, 2)) != (i >= ' ' && i != 0x7f
                                        && strchr("\"'`", (int) i) == NULL);
    }

    is_int(bad, 0, "of ASCII all but control characters and quotes");

    memset(name, 'a', sizeof(name));
    ok(good(ic_str_n(name, 128)), "128 bytes");
    ok(!good(ic_str_n(name, 129)), "not 129");

    return done();
}
