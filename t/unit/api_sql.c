
/* SQL texts: normal form, digest, refusals. */


#include "../../src/api/ic_sql.h"
#include "../../src/lib/ic_codec.h"
#include "tap.h"


static void test_normal(ic_arena_t *arena);
static void test_digest(ic_arena_t *arena);
static void test_refused(void);


int
main(void)
{
    ic_arena_t  *arena;

    arena = ic_pool_create();

    test_normal(arena);
    test_digest(arena);
    test_refused();

    ic_pool_destroy(arena);

    return done();
}


static void
test_normal(ic_arena_t *arena)
{
    size_t    i;
    ic_str_t  normal;

    static const struct {
        const char  *sql;
        const char  *normal;
    } cases[] = {
        { "", "" },
        { " ; ;\n", "" },
        { "select 1", "select 1" },
        { "  SELECT\t\n 1 ;", "select 1" },
        { "select * from data.blooddata_small;",
          "select * from data.blooddata_small" },
        { "SELECT 'A  b;' FROM T;;", "select 'A  b;' from t" },
        { "select \"Col  A\" from `My  T`",
          "select \"Col  A\" from `My  T`" },
        { "select 'it''s  X' , B", "select 'it''s  X' , b" },
        { "select 'open ;", "select 'open ;" },
        { "select \xe5\x88\x97 FROM t", "select \xe5\x88\x97 from t" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        normal = ic_sql_normal(arena, ic_str(cases[i].sql));
        is_str((char *) normal.data, cases[i].normal, "normal form %zu", i);
        is_int((long long) normal.len,
               (long long) strlen(cases[i].normal), "... its length");
    }
}


static void
test_digest(ic_arena_t *arena)
{
    char  one[65], two[65];

    ok(ic_sql_digest(arena, ic_str("SELECT *  FROM t;"), one) == 0
       && ic_sql_digest(arena, ic_str("select * from T"), two) == 0
       && strcmp(one, two) == 0, "same query, same digest");

    ic_sha256_hex(two, "select * from t", 15);
    is_str(one, two, "SHA-256 of the normal form");

    ok(ic_sql_digest(arena, ic_str("select 'A'"), one) == 0
       && ic_sql_digest(arena, ic_str("select 'a'"), two) == 0
       && strcmp(one, two) != 0, "quoted text keeps its case");
}


static void
test_refused(void)
{
    size_t       i;
    const char  *reason;

    static const struct {
        const char  *sql;
        const char  *reason;     /* NULL: taken */
    } cases[] = {
        { "select 1", NULL },
        { "SELECT * FROM select * from data.blooddata_small;", NULL },
        { "with x as (select 1) select * from x", NULL },
        { "-- note\n select 1 -- ; drop\n ;", NULL },
        { "/* a;b */ ( select ';' )", NULL },
        { "select 1;;; ", NULL },
        { "select\"a\"from t", NULL },
        { "", "must be a SELECT statement" },
        { " ; ", "must be a SELECT statement" },
        { "delete from t", "must be a SELECT statement" },
        { "selection", "must be a SELECT statement" },
        { "select_1", "must be a SELECT statement" },
        { "withx", "must be a SELECT statement" },
        { "-- select 1", "must be a SELECT statement" },
        { "/* select 1", "must be a SELECT statement" },
        { "select 1; drop table t", "must be one statement only" },
        { "select ';' ; select 2", "must be one statement only" },
        { "select 1; -- c\n; delete from t", "must be one statement only" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        reason = ic_sql_refused(ic_str(cases[i].sql));
        is_str(reason == NULL ? "" : reason,
               cases[i].reason == NULL ? "" : cases[i].reason,
               "refusal %zu", i);
    }

    reason = ic_sql_refused(ic_str_n("select\0 1", 9));
    ok(reason != NULL, "a NUL byte is refused");
}
