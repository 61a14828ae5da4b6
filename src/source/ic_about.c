
/* What is written beside an output: columns, rows, digests. */


#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ic_rows.h"
#include "ic_table.h"


#define ABOUT_FILE  "metadata"


static ic_str_t about_load(ic_arena_t *arena, int folder,
    ic_source_error_t *error);
static int about_columns(ic_arena_t *arena, const ic_json_t *list,
    ic_about_t *about, ic_source_error_t *error);
static int about_partitions(ic_arena_t *arena, const ic_json_t *list,
    ic_about_t *about, ic_source_error_t *error);
static const char *about_word(ic_arena_t *arena, const ic_json_t *root,
    const char *name);
static int64_t about_number(const ic_json_t *root, const char *name);
static void about_put_columns(ic_json_out_t *out, const ic_about_t *about);


static const char *const  cell_names[] = {
    [IC_CELL_STRING] = "string", [IC_CELL_INT64] = "int64",
    [IC_CELL_DOUBLE] = "double", [IC_CELL_BOOL] = "bool"
};


const char *
ic_cell_name(ic_cell_e type)
{
    return cell_names[type];
}


int
ic_cell_type(ic_str_t name)
{
    int  type;

    for (type = IC_CELL_BOOL; type >= 0; type--) {
        if (ic_str_is(name, cell_names[type])) {
            break;
        }
    }

    return type;
}


ic_about_t *
ic_about_read(ic_arena_t *arena, int folder, ic_source_error_t *error)
{
    ic_str_t          text, why;
    ic_json_t        *root;
    ic_about_t       *about;
    const ic_json_t  *version;

    text = about_load(arena, folder, error);

    if (text.data == NULL) {
        return NULL;
    }

    why = ic_str("memory is short");
    root = ic_json_parse(arena, text, &why);
    about = ic_zalloc(arena, sizeof(ic_about_t));

    if (root == NULL || root->type != IC_JSON_OBJECT || about == NULL) {
        (void) ic_source_fail(error, "data_unreadable", NULL, 0,
                              "metadata: is no JSON object: %.*s",
                              (int) why.len, (char *) why.data);
        return NULL;
    }

    version = ic_json_get(root, "version");

    if (version != NULL && (version->type != IC_JSON_INT
                            || version->num != IC_ROWS_VERSION))
    {
        (void) ic_source_fail(error, "data_unreadable", NULL, 0,
                              "metadata: the version is not %d",
                              IC_ROWS_VERSION);
        return NULL;
    }

    about->kind = about_word(arena, root, "kind");
    about->format = about_word(arena, root, "format");
    about->rows = about_number(root, "rows");
    about->bytes = about_number(root, "bytes");

    if (about_columns(arena, ic_json_get(root, "columns"), about, error) != 0
        || about_partitions(arena, ic_json_get(root, "partitions"), about,
                            error)
           != 0)
    {
        return NULL;
    }

    return about;
}


static ic_str_t
about_load(ic_arena_t *arena, int folder, ic_source_error_t *error)
{
    int          fd, none;
    size_t       len;
    u_char      *data;
    ssize_t      n;
    struct stat  st;
    ic_str_t     nothing = ic_null_string;

    fd = openat(folder, ABOUT_FILE,
                O_RDONLY|O_CLOEXEC|O_NOFOLLOW|O_NONBLOCK);

    if (fd == -1) {
        none = (errno == ENOENT);
        (void) ic_source_fail(error, "data_unreadable", NULL, none ? -1 : 0,
                              "metadata: %s", strerror(errno));
        return nothing;
    }

    n = -1;
    len = 0;
    data = NULL;

    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)
        && st.st_size <= IC_ROWS_MAX_METADATA)
    {
        data = ic_alloc(arena, (size_t) st.st_size + 1);
    }

    while (data != NULL && len < (size_t) st.st_size
           && (n = read(fd, data + len, (size_t) st.st_size - len)) > 0)
    {
        len += (size_t) n;
    }

    (void) close(fd);

    if (data == NULL || n < 0) {
        (void) ic_source_fail(error, "data_unreadable", NULL, 0,
                              "metadata: no file of at most %d bytes",
                              IC_ROWS_MAX_METADATA);
        return nothing;
    }

    return ic_str_n(data, len);
}


static int
about_columns(ic_arena_t *arena, const ic_json_t *list, ic_about_t *about,
    ic_source_error_t *error)
{
    int               type;
    unsigned          n;
    ic_column_t      *column;
    const ic_json_t  *one;

    if (list == NULL) {
        return 0;
    }

    if (list->type != IC_JSON_ARRAY || list->count == 0
        || list->count > IC_ROWS_MAX_COLUMNS)
    {
        return ic_source_fail(error, "data_unreadable", NULL, 0,
                              "metadata: columns is no list of 1 to %d",
                              IC_ROWS_MAX_COLUMNS);
    }

    about->columns = ic_alloc(arena, list->count * sizeof(ic_column_t));

    if (about->columns == NULL) {
        return ic_source_fail(error, "internal", NULL, 0, "out of memory");
    }

    for (one = list->child, n = 0; one != NULL; one = one->next, n++) {
        column = &about->columns[n];
        column->name = about_word(arena, one, "name");
        type = ic_cell_type(ic_json_str(ic_json_get(one, "type")));

        if (column->name == NULL || type < 0) {
            return ic_source_fail(error, "data_unreadable", column->name, 0,
                                  "metadata: column %u needs a name and a "
                                  "type: string, int64, double or bool",
                                  n + 1);
        }

        column->type = (ic_cell_e) type;
    }

    about->ncolumns = n;

    return 0;
}


static int
about_partitions(ic_arena_t *arena, const ic_json_t *list, ic_about_t *about,
    ic_source_error_t *error)
{
    ic_str_t          digest;
    unsigned          n;
    ic_partition_t   *partition;
    const ic_json_t  *one;

    if (list == NULL) {
        return 0;
    }

    if (list->type != IC_JSON_ARRAY || list->count == 0
        || list->count > IC_ROWS_MAX_PARTITIONS)
    {
        return ic_source_fail(error, "data_unreadable", NULL, 0,
                              "metadata: partitions is no list of 1 to %d",
                              IC_ROWS_MAX_PARTITIONS);
    }

    about->partitions = ic_zalloc(arena,
                                  list->count * sizeof(ic_partition_t));

    if (about->partitions == NULL) {
        return ic_source_fail(error, "internal", NULL, 0, "out of memory");
    }

    for (one = list->child, n = 0; one != NULL; one = one->next, n++) {
        partition = &about->partitions[n];
        partition->rows = about_number(one, "rows");
        partition->bytes = about_number(one, "bytes");
        digest = ic_json_str(ic_json_get(one, "sha256"));

        if (digest.len == sizeof(partition->sha256) - 1) {
            memcpy(partition->sha256, digest.data, digest.len);
        }
    }

    about->npartitions = n;

    return 0;
}


static const char *
about_word(ic_arena_t *arena, const ic_json_t *root, const char *name)
{
    ic_str_t  word;

    word = ic_json_str(ic_json_get(root, name));

    return (word.len != 0) ? ic_str_z(arena, word) : NULL;
}


static int64_t
about_number(const ic_json_t *root, const char *name)
{
    const ic_json_t  *number;

    number = ic_json_get(root, name);

    return (number != NULL && number->type == IC_JSON_INT && number->num >= 0)
           ? number->num : -1;
}


ic_str_t
ic_about_text(ic_arena_t *arena, const ic_about_t *about)
{
    unsigned               n;
    ic_json_out_t          out;
    const ic_partition_t  *partition;

    ic_out_init(&out, arena);
    ic_out_object(&out, NULL);
    ic_out_int(&out, "version", IC_ROWS_VERSION);

    if (about->kind != NULL) {
        ic_out_z(&out, "kind", about->kind);
    }

    ic_out_z(&out, "format", about->format);

    if (about->ncolumns != 0) {
        about_put_columns(&out, about);
        ic_out_int(&out, "rows", about->rows);
    }

    ic_out_int(&out, "bytes", about->bytes);
    ic_out_array(&out, "partitions");

    for (n = 0; n < about->npartitions; n++) {
        partition = &about->partitions[n];
        ic_out_object(&out, NULL);
        ic_out_str(&out, "file", ic_str_fmt(arena, "data_%u", n));

        if (about->ncolumns != 0) {
            ic_out_int(&out, "rows", partition->rows);
        }

        ic_out_int(&out, "bytes", partition->bytes);

        if (partition->sha256[0] != '\0') {
            ic_out_z(&out, "sha256", partition->sha256);
        }

        ic_out_object_end(&out);
    }

    ic_out_array_end(&out);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


static void
about_put_columns(ic_json_out_t *out, const ic_about_t *about)
{
    unsigned  n;

    ic_out_array(out, "columns");

    for (n = 0; n < about->ncolumns; n++) {
        ic_out_object(out, NULL);
        ic_out_z(out, "name", about->columns[n].name);
        ic_out_z(out, "type", ic_cell_name(about->columns[n].type));
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
}
