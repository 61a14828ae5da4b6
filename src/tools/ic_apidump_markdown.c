
/* The tables of src/api as a document, in the words of one language. */


#include <stdio.h>
#include <string.h>

#include "ic_apidump.h"


static void markdown_endpoints(const ic_text_t *text, ic_side_e side);
static void markdown_endpoint(const ic_text_t *text,
    const ic_endpoint_t *endpoint);
static void markdown_fields(const ic_text_t *text, const ic_schema_t *schema,
    const char *prefix, int input);
static void markdown_field(const ic_text_t *text, const ic_field_t *field,
    const char *prefix, int input);
static void markdown_alias(const ic_text_t *text, const char *alias);
static void markdown_list(const ic_text_t *text, const char *const *list);
static void markdown_params(const ic_text_t *text, const ic_param_t *param,
    const char *prefix);
static void markdown_range(const ic_text_t *text, const ic_param_t *param);
static void markdown_roles(const ic_text_t *text);
static void markdown_errors(const ic_text_t *text);
static void markdown_say(const ic_text_t *text, const char *doc,
    const char *doc_zh);


const char *const  ic_text_methods[] = { "", "GET", "POST" };


int
ic_apidump_markdown(const ic_text_t *text)
{
    ic_side_e              side;
    const ic_component_t  *component;

    fputs(text->head, stdout);

    for (side = IC_EAST_WEST; side <= IC_SERVICE; side++) {
        markdown_endpoints(text, side);
    }

    for (component = ic_components; component->name != NULL; component++) {
        printf("\n## ");
        printf(text->params, component->name);
        printf("\n\n%s", text->param_table);
        markdown_params(text, component->params, "");
    }

    ic_apidump_authority_markdown(text);
    markdown_roles(text);
    markdown_errors(text);

    return ferror(stdout) || fflush(stdout) != 0;
}


static void
markdown_endpoints(const ic_text_t *text, ic_side_e side)
{
    const ic_endpoint_t  *endpoint;

    printf("\n## %s\n", text->sides[side]);

    for (endpoint = ic_endpoints; endpoint->path != NULL; endpoint++) {
        if (endpoint->side == side) {
            markdown_endpoint(text, endpoint);
        }
    }
}


static void
markdown_endpoint(const ic_text_t *text, const ic_endpoint_t *endpoint)
{
    printf("\n### %s %s\n\n", ic_text_methods[endpoint->method],
           endpoint->path);
    markdown_say(text, endpoint->doc, endpoint->doc_zh);

    printf("\n\n");
    printf(text->clause, endpoint->clause, text->auths[endpoint->auth]);

    if (endpoint->permission != NULL) {
        printf(text->permission, endpoint->permission);
    }

    if (endpoint->event != NULL) {
        printf(text->evidence, endpoint->event);
    }

    printf("\n");

    if (endpoint->in != NULL && endpoint->in->fields->name != NULL) {
        printf("\n%s", text->request);
        markdown_fields(text, endpoint->in, "", 1);
    }

    if (endpoint->out != NULL) {
        printf("\n%s", text->answer);

        if (endpoint->wrapper != NULL) {
            printf("| `%s` | %s | %s | |\n", endpoint->wrapper,
                   text->types[IC_OBJ], text->required);
        }

        markdown_fields(text, endpoint->out,
                        endpoint->wrapper != NULL ? "." : "", 0);
    }
}


static void
markdown_fields(const ic_text_t *text, const ic_schema_t *schema,
    const char *prefix, int input)
{
    char                deeper[16];
    const ic_field_t   *field;
    const ic_schema_t  *members;

    snprintf(deeper, sizeof(deeper), ".%s", prefix);

    for (field = schema->fields; field->name != NULL; field++) {

        markdown_field(text, field, prefix, input);
        members = ic_apidump_schema(field);

        /* records of records are described where they are asked for */

        if (members != NULL && strlen(prefix) < 2) {
            markdown_fields(text, members, deeper, input);
        }
    }
}


const ic_schema_t *
ic_apidump_schema(const ic_field_t *field)
{
    if (field->type == IC_OBJ
        || ((field->type == IC_LIST || field->type == IC_MAP)
            && field->item == IC_OBJ))
    {
        return field->of;
    }

    return NULL;
}


const char *const *
ic_apidump_choices(const ic_field_t *field)
{
    if (field->type == IC_ENUM
        || ((field->type == IC_LIST || field->type == IC_MAP)
            && field->item == IC_ENUM))
    {
        return field->of;
    }

    return NULL;
}


static void
markdown_field(const ic_text_t *text, const ic_field_t *field,
    const char *prefix, int input)
{
    printf("| %s`%s`", prefix, field->name);

    if (field->alias != NULL && input) {
        markdown_alias(text, field->alias);
    }

    printf(" | %s", text->types[field->type]);

    if (field->type == IC_LIST || field->type == IC_MAP) {
        printf(text->of, text->types[field->item]);
    }

    if (field->max != 0 && input) {
        printf(field->type == IC_INT || field->type == IC_NUM
               ? text->range : text->length,
               (long long) field->min, (long long) field->max);
    }

    printf(" | ");

    if (field->flags & IC_REQ) {
        printf("%s", text->required);

    } else if (field->when != NULL) {
        printf(text->when, field->when);
    }

    printf(" | ");

    if (ic_apidump_choices(field) != NULL) {
        markdown_list(text, ic_apidump_choices(field));
        printf("%s", text->colon);
    }

    markdown_say(text, field->doc, field->doc_zh);
    printf(" |\n");
}


/* "a|b" */

static void
markdown_alias(const ic_text_t *text, const char *alias)
{
    size_t  len;

    printf("%s", text->alias);

    for ( ;; ) {
        len = strcspn(alias, "|");
        printf("`%.*s`", (int) len, alias);

        if (alias[len] == '\0') {
            break;
        }

        alias += len + 1;
        printf("%s", text->comma);
    }

    printf("%s", text->alias_end);
}


static void
markdown_list(const ic_text_t *text, const char *const *list)
{
    for (/* void */; *list != NULL; list++) {
        printf("%s%s", *list, list[1] != NULL ? text->comma : "");
    }
}


static void
markdown_params(const ic_text_t *text, const ic_param_t *param,
    const char *prefix)
{
    for (/* void */; param->name != NULL; param++) {

        printf("| %s`%s`", prefix, param->name);

        if (param->alias != NULL) {
            markdown_alias(text, param->alias);
        }

        printf(" | %s | ", text->param_types[param->type]);
        markdown_range(text, param);
        printf(" | %s | ",
               param->flags & IC_PARAM_REQ ? text->required
               : param->other != NULL ? param->other : "");
        markdown_say(text, param->doc, param->doc_zh);
        printf(" |\n");

        if (param->group != NULL) {
            markdown_params(text, param->group, ".");
        }
    }
}


static void
markdown_range(const ic_text_t *text, const ic_param_t *param)
{
    if (param->choices != NULL) {
        markdown_list(text, param->choices);
    }

    if (param->type != IC_PARAM_INT && param->type != IC_PARAM_NUM) {
        return;
    }

    if (param->also != 0) {
        printf("%lld%s", (long long) param->also, text->comma);
    }

    printf("%s%.15g%s%.15g",
           param->flags & IC_PARAM_ABOVE ? text->above : "", param->min,
           text->to, param->max);

    if (param->step != 0) {
        printf(text->step, (long long) param->step);
    }
}


static void
markdown_roles(const ic_text_t *text)
{
    const ic_role_t  *role;

    printf("%s", text->roles);

    for (role = ic_default_roles; role->name != NULL; role++) {
        printf("| `%s` | `%s` | ", role->name, role->permissions);
        markdown_say(text, role->doc, role->doc_zh);
        printf(" |\n");
    }
}


static void
markdown_errors(const ic_text_t *text)
{
    const ic_error_t  *error;

    printf("%s", text->errors);

    /* the other language's text is on the wire, too */

    for (error = ic_errors; error->name != NULL; error++) {
        printf("| %d | %s | ", error->code, error->name);
        markdown_say(text, error->text, error->text_zh);
        printf(" | ");
        markdown_say(text, error->text_zh, error->text);
        printf(" |\n");
    }
}


static void
markdown_say(const ic_text_t *text, const char *doc, const char *doc_zh)
{
    const char  *p;

    /* "<" would begin a tag, "|" end a cell */

    for (p = text->chinese ? doc_zh : doc; *p != '\0'; p++) {
        if (*p == '<' || *p == '|') {
            putchar('\\');
        }

        putchar(*p);
    }
}
