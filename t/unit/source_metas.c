
/* Columns of tables as they are found. */


#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../src/source/ic_metas.h"
#include "tap.h"


static char  folder[] = "/tmp/ic-metas-XXXXXX";


static void
write_table(unsigned kinds)
{
    int                fd;
    char               name[64];
    unsigned           i;
    ic_cell_t          cells[6];
    ic_rows_out_t     *out;
    ic_source_error_t  error;

    static const ic_column_t  columns[] = {
        { "id", IC_CELL_STRING }, { "kind", IC_CELL_INT64 },
        { "amount", IC_CELL_INT64 }, { "whole", IC_CELL_DOUBLE },
        { "part", IC_CELL_DOUBLE }, { "是", IC_CELL_BOOL }
    };

    (void) snprintf(name, sizeof(name), "%s/data_0", folder);
    (void) unlink(name);
    fd = open(folder, O_RDONLY|O_DIRECTORY);
    out = ic_rows_create(fd, columns, 6, 0, &error);

    for (i = 0; i < 100; i++) {
        memset(cells, 0, sizeof(cells));
        cells[0].text = ic_str(i % 2 ? "a" : "b");
        cells[1].integer = i % kinds;
        cells[2].integer = i * 1000;
        cells[2].null = i % 10 == 0;
        cells[3].number = i % 3;
        cells[4].number = i == 99 ? 0.5 : 1;
        cells[5].truth = i % 2;
        (void) ic_rows_put(out, cells, &error);
    }

    (void) ic_rows_finish(out, &error);
    ic_rows_out_close(out);
    close(fd);
}


static void
test_metas(unsigned kinds)
{
    int64_t             rows;
    unsigned            i, count;
    ic_meta_t          *metas;
    ic_arena_t         *pool;
    ic_source_error_t   error;

    struct {
        const char  *name;
        const char  *type;
        const char  *distribution;
        int64_t      nulls;
    } expected[] = {
        { "id", "varchar", "DISCRETE", 0 },
        { "kind", "bigint", kinds > IC_METAS_DISTINCT ? "CONTINUOUS"
                                                      : "DISCRETE", 0 },
        { "amount", "bigint", "CONTINUOUS", 10 },
        { "whole", "double", "DISCRETE", 0 },
        { "part", "double", "CONTINUOUS", 0 },
        { "是", "boolean", "DISCRETE", 0 }
    };

    pool = ic_pool_create();
    write_table(kinds);
    metas = ic_metas_derive(pool, folder, &count, &rows, &error);
    is_int(rows, 100, "all rows are read");
    is_int(count, 6, "all columns");

    for (i = 0; i < 6; i++) {
        is_str(metas[i].name, expected[i].name, "its name");
        is_str(metas[i].data_type, expected[i].type, "... type");
        is_str(metas[i].distribution, expected[i].distribution,
               "... distribution with %u values", metas[i].distinct);
        is_int(metas[i].nulls, expected[i].nulls, "... empty fields");
    }

    ic_pool_destroy(pool);
}


int
main(void)
{
    char                name[64];
    int64_t             rows;
    unsigned            count;
    ic_arena_t         *pool;
    ic_source_error_t   error;

    if (mkdtemp(folder) == NULL) {
        return 1;
    }

    test_metas(IC_METAS_DISTINCT);
    test_metas(IC_METAS_DISTINCT + 1);

    (void) snprintf(name, sizeof(name), "%s/data_0", folder);
    (void) unlink(name);
    pool = ic_pool_create();
    ok(ic_metas_derive(pool, folder, &count, &rows, &error) == NULL,
       "no file: %s", error.text);
    ic_pool_destroy(pool);

    (void) snprintf(name, sizeof(name), "%s/metadata", folder);
    (void) unlink(name);
    ok(rmdir(folder) == 0, "nothing is left");

    return done();
}
