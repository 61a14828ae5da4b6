
/*
 * Archives of packages: what is taken has names that stay in their folder,
 * data within the archive, and is written and read again as it was. And what
 * a package's descriptor and manifest may be, once the archive is read: the
 * input behind a zero byte is a descriptor.
 */


#include "../../src/package/ic_package.h"
#include "files.h"


static void
archive(ic_arena_t *arena, ic_str_t bytes)
{
    char      error[512];
    unsigned  i;
    ic_str_t  text;
    ic_tar_t  tar, again;

    memset(&tar, 0, sizeof(tar));

    if (ic_tar_read(&tar, arena, bytes, error, sizeof(error)) != 0) {
        FUZZ_TRUE(error[0] != '\0');
        return;
    }

    for (i = 0; i < tar.n; i++) {
        FUZZ_TRUE(ic_tar_name_valid(tar.files[i].name));
        FUZZ_TRUE(tar.files[i].data.len == 0
                  || (tar.files[i].data.data >= bytes.data
                      && tar.files[i].data.data + tar.files[i].data.len
                         <= bytes.data + bytes.len));
    }

    text = ic_tar_write(&tar, arena);
    FUZZ_TRUE(text.data != NULL);
    memset(&again, 0, sizeof(again));
    FUZZ_TRUE(ic_tar_read(&again, arena, text, error, sizeof(error)) == 0);
    FUZZ_TRUE(again.n == tar.n);

    for (i = 0; i < tar.n; i++) {
        FUZZ_TRUE(ic_str_eq(ic_tar_get(&again,
                                       ic_str_z(arena, tar.files[i].name)),
                            tar.files[i].data));
    }
}


static void
package(ic_arena_t *arena, ic_str_t bytes)
{
    ic_str_t      argv[2 * IC_PACKAGE_PAIRS];
    ic_package_t  pkg;

    files_put("package", bytes);
    memset(&pkg, 0, sizeof(pkg));

    if (ic_package_read(&pkg, arena, files_path("package")) == 0) {
        FUZZ_TRUE(ic_package_name_valid(ic_str(pkg.name)));
        FUZZ_TRUE(ic_package_name_valid(ic_str(pkg.version)));
        FUZZ_TRUE(ic_package_pairs(&pkg, arena, argv) <= IC_PACKAGE_PAIRS);

    } else {
        FUZZ_TRUE(pkg.error[0] != '\0');
    }
}


static void
descriptor(ic_arena_t *arena, ic_str_t text)
{
    ic_str_t      bytes, argv[2 * IC_PACKAGE_PAIRS];
    ic_package_t  pkg;

    memset(&pkg, 0, sizeof(pkg));
    (void) ic_tar_put(&pkg.tar, IC_PACKAGE_EXECUTABLE, ic_str("#!"));
    (void) ic_tar_put(&pkg.tar, IC_PACKAGE_SECURITY, ic_str("# none"));
    (void) ic_tar_put(&pkg.tar, IC_PACKAGE_DESCRIPTOR, text);

    if (ic_package_make(&pkg, arena) != 0) {
        FUZZ_TRUE(pkg.error[0] != '\0');
        return;
    }

    FUZZ_TRUE(ic_package_name_valid(ic_str(pkg.name)));
    FUZZ_TRUE(ic_package_pairs(&pkg, arena, argv) <= IC_PACKAGE_PAIRS);
    bytes = ic_tar_write(&pkg.tar, arena);
    package(arena, bytes);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ic_str_t     bytes;
    ic_arena_t  *arena;

    arena = ic_pool_create();
    bytes = fuzz_copy(ic_str_n(data, size));

    if (size > 0 && data[0] == '\0') {
        descriptor(arena, ic_str_n(bytes.data + 1, size - 1));

    } else {
        archive(arena, bytes);
        package(arena, bytes);
    }

    free(bytes.data);
    ic_pool_destroy(arena);

    return 0;
}
