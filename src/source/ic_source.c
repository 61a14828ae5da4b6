
/* Rows from where the owner keeps them: the kinds of sources. */



#include "ic_table.h"


static int read_source(ic_table_t *table, const ic_json_t *location,
    ic_source_error_t *error);
static int get_text(const ic_json_t *location, const char *name,
    char text[IC_PLACE_LEN]);


ic_table_t *
ic_table_open(const ic_json_t *location, int64_t max_rows,
    ic_source_error_t *error)
{
    ic_table_t  *table;

    memset(error, 0, sizeof(ic_source_error_t));

    table = ic_table_create(max_rows);

    if (table == NULL) {
        ic_source_fail(error, "internal", NULL, 0, "out of memory");
        return NULL;
    }

    if (read_source(table, location, error) != 0) {
        ic_table_close(table);
        return NULL;
    }

    return table;
}


int64_t
ic_source_rows(const ic_json_t *location, ic_source_error_t *error)
{
    ic_place_t  place;

    memset(error, 0, sizeof(ic_source_error_t));

    if (ic_source_place(location, &place, error) != 0) {
        return -1;
    }

    return strcmp(place.type, "csv") == 0
           ? ic_csv_rows(place.path, error)
           : strcmp(place.type, "table") == 0
           ? ic_rows_rows(place.path, error)
           : ic_sqlite_rows(place.path, place.name, error);
}


static int
read_source(ic_table_t *table, const ic_json_t *location,
    ic_source_error_t *error)
{
    ic_place_t        place;
    const ic_json_t  *most;

    if (ic_source_place(location, &place, error) != 0) {
        return -1;
    }

    most = ic_json_get(location, "max_rows");

    if (most != NULL && most->type == IC_JSON_INT && most->num >= 0
        && most->num < table->limit)
    {
        table->limit = most->num;
        table->over = "data_rows_exceeded";
    }

    return strcmp(place.type, "csv") == 0
           ? ic_csv_read(table, place.path, error)
           : strcmp(place.type, "table") == 0
           ? ic_rows_read(table, place.path, error)
           : ic_sqlite_read(table, place.path, place.name, error);
}


int
ic_source_place(const ic_json_t *location, ic_place_t *place,
    ic_source_error_t *error)
{
    if (get_text(location, "type", place->type) != 0
        || get_text(location, "path", place->path) != 0
        || place->path[0] != '/')
    {
        return ic_source_fail(error, "data_unreadable", NULL, 0,
                              "the location needs a type and an absolute "
                              "path");
    }

    if (strcmp(place->type, "csv") == 0
        || strcmp(place->type, "table") == 0)
    {
        return 0;
    }

    if (strcmp(place->type, "sqlite") != 0) {
        return ic_source_fail(error, "data_unreadable", NULL, 0,
                              "no such source type; csv, sqlite and "
                              "table are supported");
    }

    if (get_text(location, "table", place->name) != 0) {
        return ic_source_fail(error, "data_unreadable", NULL, 0,
                              "the location of a database needs a table");
    }

    return 0;
}


/* A member as a C string; -1 if absent, empty, too long or with a NUL. */

static int
get_text(const ic_json_t *location, const char *name,
    char text[IC_PLACE_LEN])
{
    ic_str_t  s;

    s = ic_json_str(ic_json_get(location, name));

    if (s.len == 0 || s.len >= IC_PLACE_LEN
        || memchr(s.data, '\0', s.len) != NULL)
    {
        return -1;
    }

    memcpy(text, s.data, s.len);
    text[s.len] = '\0';

    return 0;
}
