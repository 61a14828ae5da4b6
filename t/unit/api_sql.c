
/* SQL texts: normal form, digest, refusals. */


#include "../../src/api/ic_sql.h"
#include "../../src/lib/ic_codec.h"
#include "tap.h"


static void test_normal(ic_arena_t *arena);
static void test_digest(ic_arena_t *arena);
static void test_refused(void);
static void test_apart(ic_arena_t *arena);
static void test_unsafe(void);
static void test_safe(void);
static void test_words(ic_arena_t *arena);
static void test_position(void);


int
main(void)
{
    ic_arena_t  *arena;

    arena = ic_pool_create();

    test_normal(arena);
    test_digest(arena);
    test_refused();
    test_apart(arena);
    test_unsafe();
    test_safe();
    test_words(arena);
    test_position();

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
        { "SELECT 'A  b;' FROM T;;", "select 'A  b;' from T" },
        { "select \"Col  A\" from `My  T`",
          "select \"Col  A\" from `My  T`" },
        { "select 'it''s  X' , B", "select 'it''s  X' , B" },
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
       && ic_sql_digest(arena, ic_str("select *\nfrom t"), two) == 0
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


/* What some database tells apart has no common normal form. */

static void
test_apart(ic_arena_t *arena)
{
    char    one[65], two[65];
    size_t  i;

    static const char *const  pairs[][2] = {
        { "select 1 -- x\n, secret from t", "select 1 -- x , secret from t" },
        { "select 1 # x\n, secret from t", "select 1 # x , secret from t" },
        { "select 'a\\'  B  'c'", "select 'a\\' B 'c'" },
        { "select 'a\\'  B  '", "select 'a\\' b '" },
        { "select $$ A  B $$", "select $$ A B $$" },
        { "select $x$ ' $x$  , A", "select $x$ ' $x$ , A" },
        { "select * from Patients", "select * from patients" },
        { "select * from \"T\"", "select * from \"t\"" },
        { "select * from `T`", "select * from `t`" },
        { "select * from [My  T]", "select * from [My T]" },
        { "select * from db.Order", "select * from db.order" },
        { "select 'A'", "select 'a'" },
        { "select 'a  b'", "select 'a b'" },
        { "select 'a'\n'b'", "select 'a' 'b'" },
        { "select ` ' `  A  ' `'", "select ` ' ` A ' `'" },
        { "select /* /* */ 'A  ' */ B", "select /* /* */ 'A ' */ B" },
        { "select 1/* */union", "select 1/**/union" },
        { "select e'\\'  A'", "select e'\\' A'" },
        { "select 'open  ", "select 'open " },
        { "select @From", "select @from" },
        { "select 1 - -1", "select 1 --1" },
        { "select a\xc2\xa0" " b", "select a\xc2\xa0" "b" },
        { "select a.b", "select a .b" }
    };

    for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        ok(ic_sql_digest(arena, ic_str(pairs[i][0]), one) == 0
           && ic_sql_digest(arena, ic_str(pairs[i][1]), two) == 0
           && strcmp(one, two) != 0, "apart %zu: %s", i, pairs[i][0]);
    }
}


static void
test_unsafe(void)
{
    bool            unsafe;
    size_t          i;
    ic_sql_fault_t  fault;

    static const char *const  texts[] = {
        "", "delete from t", "select 1; drop table t", "select 1;select 2",
        "select 1 into outfile '/tmp/x'", "select 1 INTO/**/DUMPFILE 'x'",
        "select 1 /*!50000 into outfile 'x' */", "select /*M!1 1 */ 1",
        "select * into t2 from t", "select * from t for update",
        "select * from t for share", "select 1.into outfile 'x'",
        "select 1into outfile 'x'", "select pg_sleep(1)",
        "select \"pg_sleep\" (1)", "select pg_read_file('x')",
        "select sleep/**/(1)", "select load_file('x')",
        "select lo_import('x')", "select * from dblink('x', 'y')",
        "select nextval('s')", "select U&\"pg\\005fsleep\"(1)",
        "select U&'x'", "select {fn sleep(1)}", "select ?",
        "select 1 exec xp_cmdshell 'dir'", "select q'[ ' ]'",
        "with x as (delete from t returning *) select * from x",
        "select 'a\\'; drop table t; -- '", "select 'a\\\\'; drop table t",
        "select $$ ' $$; drop table t; -- '", "select 1 # ' \n; drop table t",
        "select 1 -- ' \r; drop table t",
        "select /* /* */ 1; drop table t; -- */",
        "select [a'b]; drop table t; -- '",
        "select \xe2\x80\xae 1", "select \xff", "select\v1",
        "select 1\xe2\x80\x8b", "/*!select*/ 1", "values (1)", "table t",
        "explain select 1", "select ` ' `; drop table t; -- '"
    };

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        fault.reason = NULL;
        unsafe = ic_sql_unsafe(ic_str(texts[i]), &fault);
        ok(unsafe && fault.reason != NULL && fault.at >= 1,
           "unsafe %zu: %s", i, texts[i]);
    }

    ok(ic_sql_unsafe(ic_str_n("select\0 1", 9), &fault), "a NUL");
}


static void
test_safe(void)
{
    size_t          i;
    ic_sql_fault_t  fault;

    static const char *const  texts[] = {
        "select * from data.blooddata_small;",
        "SELECT * FROM select * from data.blooddata_small;",
        "select \"update\", `set`, t.drop from t where s = 'insert; drop'",
        "select replace(a, 'x', 'y'), left(b, 3) from t for_update",
        "with x as (select 1 as a) select a from x where a in (1, 2)",
        "select a -- note\n from t", "select a /* note; */ from t",
        "( select 1 ) union all ( select 2 )",
        "select \xe5\xa7\x93\xe5\x90\x8d from \xe8\xa1\xa8 where x like "
        "'\xe7\x94\xb7%'",
        "select count(*) from t group by a having count(*) > 1",
        "select a::text, b from t where c = e'x' limit 5"
    };

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        ok(!ic_sql_unsafe(ic_str(texts[i]), &fault), "safe %zu: %s", i,
           texts[i]);
    }
}


static void
test_position(void)
{
    ic_sql_fault_t  fault;

    ok(ic_sql_unsafe(ic_str("select 1; drop table t"), &fault)
       && fault.at == 11, "a second statement, at its first character");
    ok(ic_sql_unsafe(ic_str("select '\xe7\x94\xb7' into x"), &fault)
       && fault.at == 12, "characters are counted, not bytes");
}


/* Every one: a list out of order would not have some. */

static void
test_words(ic_arena_t *arena)
{
    size_t          i;
    ic_str_t        sql;
    ic_sql_fault_t  fault;

    static const char *const  words[] = {
        "alter", "attach", "backup", "begin", "bulk", "call", "commit",
        "create",
        "dbcc", "deallocate", "declare", "delete", "deny", "detach", "drop",
        "dumpfile", "exec", "execute", "grant", "handler", "insert", "into",
        "kill", "merge", "opendatasource", "openquery", "openrowset", "outfile",
        "pragma", "prepare", "procedure", "raiserror", "reconfigure", "reindex",
        "restore", "revoke", "rollback", "set", "shutdown", "truncate",
        "update",
        "updatetext", "vacuum", "waitfor", "writetext"
    };

    static const char *const  functions[] = {
        "benchmark", "currval", "cursor_to_xml", "database_to_xml", "edit",
        "eval",
        "extractvalue", "fts3_tokenizer", "get_lock", "httpuritype",
        "inet_server_addr", "is_free_lock", "is_used_lock", "lastval",
        "load_extension", "load_file", "master_gtid_wait", "master_pos_wait",
        "nextval", "query_to_xml", "query_to_xml_and_xmlschema",
        "query_to_xmlschema", "randomblob", "readfile", "release_all_locks",
        "release_lock", "schema_to_xml", "set_config", "setval", "sleep",
        "source_pos_wait", "table_to_xml", "ts_stat", "txid_current",
        "updatexml",
        "writefile", "xmltype", "zeroblob", "zipfile"
    };

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        sql = ic_str_fmt(arena, "select 1 %s x", words[i]);
        ok(ic_sql_unsafe(sql, &fault), "the word %s", words[i]);
        sql = ic_str_fmt(arena, "select \"%s\" from t", words[i]);
        ok(!ic_sql_unsafe(sql, &fault), "... is a name in quotes");
    }

    for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        sql = ic_str_fmt(arena, "select %s (1)", functions[i]);
        ok(ic_sql_unsafe(sql, &fault), "the function %s", functions[i]);
    }
}
