
/* What a node registers of a package: the record beside code and version. */


#include "ic_package.h"


static ic_str_t record_security(const ic_package_t *pkg, ic_arena_t *arena);


int
ic_package_pairs(const ic_package_t *pkg, ic_arena_t *arena, ic_str_t *argv)
{
    int               n;
    unsigned          i;
    const ic_json_t  *node;

    static const struct {
        const char  *field;
        const char  *member;
    } rows[] = {
        { "name", "componentName" }, { "title", "title" },
        { "developer", "provider" }, { "description", "description" },
        { "category", "category" }, { "protocol", "protocol" },
        { "language", "language" }, { "compatibility", "compatibility" },
        { "copyright", "copyright" }, { "roles", "roleList" },
        { "inputs", "inputData" }, { "outputs", "outputData" },
        { "resources", "resources" }
    };

    n = 0;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        node = ic_json_get(pkg->descriptor, rows[i].member);

        if (node != NULL) {
            argv[n++] = ic_str(rows[i].field);
            argv[n++] = (node->type == IC_JSON_STR)
                        ? node->text : ic_json_text(arena, node);
        }
    }

    argv[n++] = ic_str("security");
    argv[n++] = record_security(pkg, arena);
    argv[n++] = ic_str("provision");
    argv[n++] = ic_str("package");
    argv[n++] = ic_str("size");
    argv[n++] = ic_str_fmt(arena, "%zu", pkg->archive.len);
    argv[n++] = ic_str("package_digest");
    argv[n++] = ic_str(pkg->digest);

    return n;
}


/* The descriptor's statement by roles, else the text that came along. */

static ic_str_t
record_security(const ic_package_t *pkg, ic_arena_t *arena)
{
    ic_json_out_t     out;
    const ic_json_t  *node;

    node = ic_json_get(pkg->descriptor, "security");

    if (node != NULL) {
        return ic_json_text(arena, node);
    }

    ic_out_init(&out, arena);
    ic_out_str(&out, NULL, ic_tar_get(&pkg->tar, IC_PACKAGE_SECURITY));

    return ic_out_text(&out);
}
