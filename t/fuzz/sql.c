
/*
 * SQL texts of partners: every dialect's scanner comes to an end within the
 * text; the normal form is its own normal form; what is refused names a
 * place; and a text that is safe is safe in its normal form.
 */


#include "../../src/api/ic_sql.h"
#include "../../src/api/ic_sql_scan.h"
#include "fuzz.h"


static void
scan_all(ic_str_t sql)
{
    size_t         last;
    unsigned       i, n;
    ic_sql_scan_t  scan;

    for (i = 0; i < IC_SQL_DIALECTS; i++) {
        ic_sql_scan(&scan, sql, i);
        last = 0;

        for (n = 0; ic_sql_next(&scan); n++) {
            FUZZ_TRUE(scan.at >= last && scan.end > scan.at
                      && scan.end <= sql.len);
            FUZZ_TRUE(scan.text.len <= sql.len && n <= sql.len);
            last = scan.at;
        }
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool             unsafe;
    char             digest[65], again[65];
    ic_str_t         sql, normal, twice;
    ic_arena_t      *arena;
    ic_sql_fault_t   fault;

    arena = ic_pool_create();
    sql = fuzz_copy(ic_str_n(data, size));
    scan_all(sql);

    unsafe = ic_sql_unsafe(sql, &fault);
    FUZZ_TRUE(!unsafe || (fault.reason != NULL && fault.at >= 1
                          && fault.at <= size + 1));
    (void) ic_sql_refused(sql);

    normal = ic_sql_normal(arena, sql);
    twice = ic_sql_normal(arena, normal);
    FUZZ_TRUE(normal.data != NULL && normal.len <= size);
    FUZZ_TRUE(ic_str_eq(normal, twice));
    FUZZ_TRUE(unsafe || !ic_sql_unsafe(normal, &fault));
    FUZZ_TRUE(ic_sql_digest(arena, sql, digest) == 0
              && ic_sql_digest(arena, normal, again) == 0
              && strcmp(digest, again) == 0);

    free(sql.data);
    ic_pool_destroy(arena);

    return 0;
}
