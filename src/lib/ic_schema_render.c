
/* Rendering what the store answers by field tables. */


#include "ic_schema.h"


typedef enum {
    RENDER_STRING = 0,
    RENDER_INTEGER,
    RENDER_NUMBER,
    RENDER_BOOLEAN,
    RENDER_JSON
} render_e;


static const ic_str_t *find_pair(const ic_str_t *pairs, unsigned npairs,
    ic_str_t name);
static bool render_text(const ic_field_t *field, ic_str_t text,
    ic_json_out_t *out);


static const struct {
    render_e     as;
    const char  *none;           /* of a required field without a pair */
} renders[] = {
    [IC_STR] = { RENDER_STRING, "\"\"" },
    [IC_ID] = { RENDER_STRING, "\"\"" },
    [IC_INT] = { RENDER_INTEGER, "0" },
    [IC_TIME] = { RENDER_INTEGER, "0" },
    [IC_NUM] = { RENDER_NUMBER, "0" },
    [IC_BOOL] = { RENDER_BOOLEAN, "false" },
    [IC_ENUM] = { RENDER_STRING, "\"\"" },
    [IC_OBJ] = { RENDER_JSON, "{}" },
    [IC_LIST] = { RENDER_JSON, "[]" },
    [IC_MAP] = { RENDER_JSON, "{}" },
    [IC_ANY] = { RENDER_JSON, "null" }
};


void
ic_schema_render(const ic_schema_t *schema, const ic_str_t *pairs,
    unsigned npairs, ic_json_out_t *out)
{
    const ic_str_t    *pair;
    const ic_field_t  *field;

    for (field = schema->fields; field->name != NULL; field++) {

        pair = find_pair(pairs, npairs, ic_str(field->name));

        if (pair != NULL && render_text(field, pair[1], out)) {
            continue;
        }

        if (field->flags & IC_REQ) {
            ic_out_raw(out, field->name, ic_str(renders[field->type].none));
        }
    }
}


/* Most names differ in their length or first byte. */
static const ic_str_t *
find_pair(const ic_str_t *pairs, unsigned npairs, ic_str_t name)
{
    const ic_str_t  *pair, *last;

    last = pairs + 2 * npairs;

    for (pair = pairs; pair < last; pair += 2) {
        if (pair->len == name.len && pair->data[0] == name.data[0]
            && memcmp(pair->data, name.data, name.len) == 0)
        {
            return pair;
        }
    }

    return NULL;
}


/* False, and nothing written, for a text that is none of the type. */
static bool
render_text(const ic_field_t *field, ic_str_t text, ic_json_out_t *out)
{
    bool     yes;
    double   real;
    int64_t  n;

    switch (renders[field->type].as) {

    case RENDER_STRING:
        if (text.len == 0 && field->type != IC_STR) {
            return false;
        }

        ic_out_str(out, field->name, text);
        return true;

    case RENDER_INTEGER:
        if (ic_str_int(text, &n) != 0) {
            return false;
        }

        if (field->type == IC_TIME && out->seconds) {
            ic_out_int(out, field->name, n / 1000);
            return true;
        }
        break;

    case RENDER_NUMBER:
        if (ic_str_num(text, &real) != 0) {
            return false;
        }
        break;

    case RENDER_BOOLEAN:
        yes = ic_str_is(text, "1") || ic_str_is(text, "true");

        if (!yes && !ic_str_is(text, "0") && !ic_str_is(text, "false")) {
            return false;
        }

        ic_out_bool(out, field->name, yes);
        return true;

    case RENDER_JSON:
        if (text.len == 0) {
            return false;
        }
        break;
    }

    ic_out_raw(out, field->name, text);

    return true;
}
