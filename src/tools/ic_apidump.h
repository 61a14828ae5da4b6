
/* Documents of the API: what each language says, and how it is printed. */


#ifndef _IC_APIDUMP_H_INCLUDED_
#define _IC_APIDUMP_H_INCLUDED_


#include "../api/ic_authority.h"
#include "../api/ic_params.h"
#include "../api/ic_schemas.h"


/* Members with a conversion are formats of printf(). */
typedef struct {
    const char  *option;         /* of the command line */
    unsigned     chinese;        /* doc_zh and text_zh of the tables */
    const char  *head;           /* the prose */
    const char  *sides[IC_SERVICE + 1];
    const char  *auths[IC_AUTH_OPERATOR + 1];
    const char  *types[IC_ANY + 1];
    const char  *param_types[IC_PARAM_GROUP + 1];
    const char  *clause;         /* clause, caller */
    const char  *permission;     /* permission */
    const char  *evidence;       /* event */
    const char  *request;        /* heads of tables */
    const char  *answer;
    const char  *alias;          /* before other names, and after */
    const char  *alias_end;
    const char  *of;             /* type of elements */
    const char  *range;          /* two long long */
    const char  *length;         /* two long long */
    const char  *required;
    const char  *when;           /* condition */
    const char  *comma;
    const char  *colon;
    const char  *params;         /* component */
    const char  *param_table;
    const char  *above;
    const char  *to;
    const char  *step;           /* long long */
    const char  *roles;
    const char  *authority;      /* heading of the matrix */
    const char  *callers;        /* heads of its tables */
    const char  *authority_table;
    const char  *errors;
} ic_text_t;

extern const ic_text_t  ic_text_en;      /* also the words of the JSON form */
extern const ic_text_t  ic_text_zh;

extern const char *const  ic_text_methods[];     /* of ic_method_e */


/* A complete job, the same in every language. */
#define IC_APIDUMP_JOB                                                        \
    "    {\"dag\": {\"version\": \"2.0.0\", \"components\": [\n"              \
    "        {\"name\": \"homo_lr_0\", \"componentName\": \"homo_lr\",\n"     \
    "         \"provider\": \"interconn\", \"version\": \"1.1.0\","           \
    " \"input\": [],\n"                                                       \
    "         \"output\": [{\"type\": \"model\", \"key\": \"model\"}]}]},\n"  \
    "     \"config\": {\"version\": \"2.0.0\",\n"                             \
    "        \"initiator\": {\"role\": \"arbiter\", \"node_id\": \"N1\"},\n"  \
    "        \"role\": {\"guest\": [\"N2\"], \"host\": [\"N3\", \"N4\"],\n"   \
    "                 \"arbiter\": [\"N1\"]},\n"                              \
    "        \"job_params\": {\"common\": {\"sync_type\": \"callback\"}},\n"  \
    "        \"task_params\": {\n"                                            \
    "            \"common\": {\"homo_lr_0\": {\n"                             \
    "                \"unique_id\": \"id\", \"label_name\": \"y\",\n"         \
    "                \"attributes\": [\"x0\", \"x1\"]}},\n"                   \
    "            \"guest\": {\"0\": {\"homo_lr_0\": {\"dataset_id\":"         \
    " \"D2\"}}},\n"                                                           \
    "            \"host\": {\"0\": {\"homo_lr_0\": {\"dataset_id\":"          \
    " \"D3\"}},\n"                                                            \
    "                     \"1\": {\"homo_lr_0\": {\"dataset_id\":"            \
    " \"D4\"}}}}}}\n"


/* The authorisation matrix: member "authority"; a section to stdout. */
void ic_apidump_authority_json(ic_json_out_t *out);
void ic_apidump_authority_markdown(const ic_text_t *text);

/* The whole document to stdout. 0, or 1: it cannot be written. */
int ic_apidump_markdown(const ic_text_t *text);

/* The table of an object's or its elements' members, or NULL. */
const ic_schema_t *ic_apidump_schema(const ic_field_t *field);

/* The words that it or its elements may be, or NULL. */
const char *const *ic_apidump_choices(const ic_field_t *field);

/* docs/openapi.json to stdout. 0, or 1: it cannot be written. */
int ic_apidump_openapi(ic_arena_t *arena);

/* A compact JSON text over several lines. 0, or 1 as above. */
int ic_apidump_layout(ic_str_t text);


/* JSON Schema; each writes members into the object that is open. */

/* What a field must be; of a request (input) with its limits. */
void ic_apidump_type(ic_json_out_t *out, const ic_field_t *field, int input);

/* "x-errors": every error with its texts. */
void ic_apidump_errors(ic_json_out_t *out);

/* "Error" and "ServiceError": what refusals answer. */
void ic_apidump_error_schemas(ic_json_out_t *out);

/* Every table that an endpoint names, by its name. */
void ic_apidump_schemas(ic_json_out_t *out);

/* "$ref" to one of them, as a request (input) or as an answer. */
void ic_apidump_ref(ic_json_out_t *out, const ic_schema_t *schema, int input);

/* A field of a query string, as an element of "parameters". */
void ic_apidump_parameter(ic_json_out_t *out, const ic_field_t *field);

/* key: text, and "x-<key>-zh": text_zh. */
void ic_apidump_say(ic_json_out_t *out, const char *key, const char *text,
    const char *text_zh);


#endif /* _IC_APIDUMP_H_INCLUDED_ */
