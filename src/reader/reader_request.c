
/* What is asked for. */


#include <unistd.h>

#include "../source/ic_summary.h"
#include "reader.h"


#define REQUEST_MAX      (128 << 10)
#define REQUEST_TIMEOUT  3600
#define REQUEST_FETCH    10000


static const char *request_text(const ic_json_t *request, const char *name,
    reader_t *reader);
static int request_place(reader_t *reader, const ic_json_t *json);
static int64_t request_number(const ic_json_t *request, const char *name,
    int64_t other);
static bool request_is_file(const ic_json_t *request);


int
reader_take_request(reader_t *reader)
{
    u_char            *text;
    size_t             len;
    ssize_t            n;
    reader_request_t  *request;
    const ic_json_t   *json;

    text = ic_zalloc(reader->arena, REQUEST_MAX);

    for (len = 0; text != NULL && len < REQUEST_MAX; len += (size_t) n) {
        n = read(STDIN_FILENO, text + len, REQUEST_MAX - len);

        if (n <= 0) {
            break;
        }
    }

    json = text != NULL
           ? ic_json_parse(reader->arena, ic_str_n(text, len), NULL) : NULL;

    if (json == NULL || json->type != IC_JSON_OBJECT) {
        return reader_refuse(reader, "internal", NULL, 0,
                             "the request is no JSON object");
    }

    request = &reader->request;
    request->dsn = request_text(json, "dsn", reader);
    request->path = request_text(json, "path", reader);
    request->query = request_text(json, "query", reader);
    request->table = request_text(json, "table", reader);
    request->key = request_text(json, "key", reader);
    request->max_rows = request_number(json, "max_rows", 0);
    request->timeout = request_number(json, "timeout", REQUEST_TIMEOUT);
    request->fetch_size = request_number(json, "fetch_size", REQUEST_FETCH);
    request->content_key = request_text(json, "content_key", reader);
    request->describe = request_text(json, "describe", reader);
    request->min_group = request_number(json, "min_group",
                                        IC_SUMMARY_GROUP);

    if (request->min_group < IC_SUMMARY_GROUP_MIN
        || request->min_group > IC_SUMMARY_GROUP_MAX)
    {
        return reader_refuse(reader, "internal", NULL, 0, "min_group");
    }

    if (request_is_file(json)) {
        request->location = json;
        return 0;
    }

    request->prepare = ic_json_get(json, "prepare") != NULL;

    if (request_place(reader, json) != 0) {
        return -1;
    }

    if ((request->query == NULL) == (request->table == NULL)) {
        return reader_refuse(reader, "data_unreadable", NULL, 0,
                             "either a query or a table is read");
    }

    return 0;
}


static int
request_place(reader_t *reader, const ic_json_t *json)
{
    reader_request_t  *request;

    request = &reader->request;

    if (ic_str_is(ic_json_str(ic_json_get(json, "type")), "sqlite")) {
        return request->path != NULL && request->path[0] == '/'
               && request->query != NULL ? 0
               : reader_refuse(reader, "data_unreadable", NULL, 0,
                               "a file of SQLite needs its absolute path and "
                               "a query");
    }

    request->path = NULL;

    return request->dsn != NULL && strpbrk(request->dsn, ";{}=[]") == NULL
           ? 0
           : reader_refuse(reader, "data_unreadable", NULL, 0,
                           "dsn must be the name of a data source");
}


static const char *
request_text(const ic_json_t *request, const char *name, reader_t *reader)
{
    ic_str_t  text;

    text = ic_json_str(ic_json_get(request, name));

    return text.len > 0 && memchr(text.data, '\0', text.len) == NULL
           ? ic_str_z(reader->arena, text) : NULL;
}


static int64_t
request_number(const ic_json_t *request, const char *name, int64_t other)
{
    const ic_json_t  *value;

    value = ic_json_get(request, name);

    return value != NULL && value->type == IC_JSON_INT && value->num > 0
           ? value->num : other;
}


static bool
request_is_file(const ic_json_t *request)
{
    ic_str_t  type;

    type = ic_json_str(ic_json_get(request, "type"));

    return ic_str_is(type, "csv")
           || (ic_str_is(type, "sqlite")
               && ic_json_get(request, "table") != NULL);
}
