
/* errors.def in docs/openapi.json: the list, and how answers look. */


#include "ic_apidump.h"


static void errors_envelope(ic_json_out_t *out);
static void errors_service(ic_json_out_t *out);


void
ic_apidump_errors(ic_json_out_t *out)
{
    const ic_error_t  *error;

    ic_out_array(out, "x-errors");

    for (error = ic_errors; error->name != NULL; error++) {
        ic_out_object(out, NULL);
        ic_out_int(out, "code", error->code);
        ic_out_z(out, "error", error->name);
        ic_apidump_say(out, "text", error->text, error->text_zh);
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
}


void
ic_apidump_error_schemas(ic_json_out_t *out)
{
    errors_envelope(out);
    errors_service(out);
}


static void
errors_envelope(ic_json_out_t *out)
{
    const ic_error_t  *error;

    ic_out_object(out, "Error");
    ic_out_z(out, "type", "object");
    ic_out_raw(out, "required", ic_str("[\"code\",\"msg\",\"data\"]"));

    ic_out_object(out, "properties");
    ic_out_raw(out, "code",
               ic_str("{\"type\":\"integer\",\"not\":{\"const\":0}}"));
    ic_out_raw(out, "msg", ic_str("{\"type\":\"string\"}"));

    ic_out_object(out, "data");
    ic_out_z(out, "type", "object");
    ic_out_raw(out, "required", ic_str("[\"error\",\"msg_zh\"]"));
    ic_out_object(out, "properties");
    ic_out_object(out, "error");
    ic_out_array(out, "enum");

    for (error = ic_errors; error->name != NULL; error++) {
        if (error->code != 0) {
            ic_out_z(out, NULL, error->name);
        }
    }

    ic_out_array_end(out);
    ic_out_object_end(out);
    ic_out_raw(out, "msg_zh", ic_str("{\"type\":\"string\"}"));
    ic_out_raw(out, "fields",
               ic_str("{\"type\":\"array\",\"items\":{\"type\":\"object\","
                      "\"required\":[\"field\",\"reason\"],\"properties\":"
                      "{\"field\":{\"type\":\"string\","
                      "\"format\":\"json-pointer\"},"
                      "\"reason\":{\"type\":\"string\"}}}}"));
    ic_out_object_end(out);
    ic_out_object_end(out);
    ic_out_object_end(out);
    ic_out_object_end(out);
}


static void
errors_service(ic_json_out_t *out)
{
    ic_out_raw(out, "ServiceError",
               ic_str("{\"type\":\"object\","
                      "\"required\":[\"code\",\"data\",\"message\"],"
                      "\"properties\":{\"code\":{\"enum\":[400,500]},"
                      "\"data\":{\"type\":\"null\"},"
                      "\"message\":{\"type\":\"string\"}}}"));
}
