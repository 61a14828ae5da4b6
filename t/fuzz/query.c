
/*
 * Query strings and bodies of every endpoint, by its table of fields. The
 * first byte chooses the endpoint; what was taken holds what fields promise.
 */


#include "../../src/api/ic_api.h"
#include "../../src/lib/ic_codec.h"
#include "fuzz.h"


static void
check(const ic_schema_t *schema, const ic_input_t *in)
{
    unsigned           i;
    const ic_field_t  *field;
    const ic_value_t  *value;

    for (i = 0; schema->fields[i].name != NULL; i++) {
        field = &schema->fields[i];
        value = &in->values[i];

        if (!value->set) {
            FUZZ_TRUE((field->flags & IC_REQ) == 0);
            continue;
        }

        FUZZ_TRUE(ic_utf8_valid(value->text));
        FUZZ_TRUE(field->type == IC_ANY || value->text.len == 0
                  || memchr(value->text.data, '\0', value->text.len)
                     == NULL);

        if (field->type == IC_ID && value->text.len != 0) {
            FUZZ_TRUE(ic_id_valid(value->text));
        }

        if (field->type == IC_INT) {
            FUZZ_TRUE(value->num >= field->min
                      && (field->max == 0 || value->num <= field->max));
        }
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                   rc;
    fuzz_t                fuzz = { data, size };
    unsigned              i, n;
    ic_arena_t           *arena;
    ic_input_t            in;
    ic_faults_t           faults;
    const ic_schema_t    *schema;
    static unsigned       count;

    if (count == 0) {
        while (ic_endpoints[count].path != NULL) {
            count++;
        }
    }

    n = fuzz_byte(&fuzz);
    schema = ic_endpoints[(n << 8 | fuzz_byte(&fuzz)) % count].in;

    if (schema == NULL) {
        return 0;
    }

    arena = ic_pool_create();
    memset(&faults, 0, sizeof(faults));

    rc = fuzz.size > 0 && *fuzz.data == '{'
         ? ic_schema_decode(schema, ic_json_parse(arena,
                                ic_str_n(fuzz.data, fuzz.size), NULL),
                            arena, &in, &faults)
         : ic_schema_decode_args(schema, ic_str_n(fuzz.data, fuzz.size),
                                 arena, &in, &faults);

    FUZZ_TRUE(rc == 0 || (faults.count > 0
                          && faults.count <= IC_MAX_FAULTS));

    for (i = 0; rc != 0 && i < faults.count; i++) {
        FUZZ_TRUE(faults.items[i].reason != NULL);
    }

    if (rc == 0) {
        check(schema, &in);
    }

    ic_pool_destroy(arena);

    return 0;
}
