
/* The authorisation table, spread over the endpoints that its rows cover. */


#include <stdio.h>
#include <string.h>

#include "ic_apidump.h"


static void authority_json(ic_json_out_t *out, const ic_authority_t *row,
    const ic_endpoint_t *endpoint);
static void authority_words(ic_json_out_t *out, const char *key,
    const char *words);
static const ic_authority_t *authority_row(const ic_endpoint_t *endpoint);
static void authority_line(const ic_authority_t *row, const char *method,
    const char *path);
static void authority_step(const ic_authority_t *row);


void
ic_apidump_authority_json(ic_json_out_t *out)
{
    const ic_endpoint_t   *endpoint;
    const ic_authority_t  *row;

    ic_out_array(out, "authority");

    for (endpoint = ic_endpoints; endpoint->path != NULL; endpoint++) {
        row = authority_row(endpoint);

        if (row != NULL) {
            authority_json(out, row, endpoint);
        }
    }

    for (row = ic_authorities; row->function != NULL; row++) {
        if (row->methods == 0) {
            authority_json(out, row, NULL);
        }
    }

    ic_out_array_end(out);
}


static void
authority_json(ic_json_out_t *out, const ic_authority_t *row,
    const ic_endpoint_t *endpoint)
{
    ic_out_object(out, NULL);

    if (endpoint != NULL) {
        ic_out_z(out, "method", ic_text_methods[endpoint->method]);
        ic_out_z(out, "path", endpoint->path);
        ic_out_z(out, "auth", ic_text_en.auths[endpoint->auth]);
    }

    ic_out_z(out, "function", row->function);
    ic_out_z(out, "caller", row->caller);
    ic_out_z(out, "object", row->object);
    authority_words(out, "from", row->from);
    authority_words(out, "to", row->to);
    ic_out_z(out, "key", row->key);
    ic_out_z(out, "other", row->other);
    ic_out_z(out, "absent", row->absent);
    ic_out_object_end(out);
}


static void
authority_words(ic_json_out_t *out, const char *key, const char *words)
{
    size_t    len;
    ic_str_t  word;

    ic_out_array(out, key);

    for (/* void */; *words != '\0'; words += len) {
        words += strspn(words, " ");
        len = strcspn(words, " ");

        word.data = (u_char *) words;
        word.len = len;

        ic_out_str(out, NULL, word);
    }

    ic_out_array_end(out);
}


/* The first row that covers the endpoint, or NULL. */
static const ic_authority_t *
authority_row(const ic_endpoint_t *endpoint)
{
    const ic_authority_t  *row;

    for (row = ic_authorities; row->function != NULL; row++) {
        if (ic_authority_covers(row, endpoint)) {
            return row;
        }
    }

    return NULL;
}


void
ic_apidump_authority_markdown(const ic_text_t *text)
{
    const ic_caller_t     *caller;
    const ic_endpoint_t   *endpoint;
    const ic_authority_t  *row;

    printf("%s%s", text->authority, text->callers);

    for (caller = ic_callers; caller->word != NULL; caller++) {
        printf("| %s | %s |\n", caller->word,
               text->chinese ? caller->doc_zh : caller->doc);
    }

    printf("\n%s", text->authority_table);

    for (endpoint = ic_endpoints; endpoint->path != NULL; endpoint++) {
        row = authority_row(endpoint);

        if (row != NULL) {
            authority_line(row, ic_text_methods[endpoint->method],
                           endpoint->path);
        }
    }

    for (row = ic_authorities; row->function != NULL; row++) {
        if (row->methods == 0) {
            authority_line(row, "", row->function);
        }
    }
}


static void
authority_line(const ic_authority_t *row, const char *method,
    const char *path)
{
    printf("| %s%s`%s` | %s | %s | ", method, *method != '\0' ? " " : "",
           path, row->caller, row->object);
    authority_step(row);
    printf(" | %s | %s | %s |\n", row->key, row->other, row->absent);
}


static void
authority_step(const ic_authority_t *row)
{
    const char  *p;

    for (p = row->from; *p != '\0'; p++) {
        printf("%s%c", *p == ' ' ? "," : "", *p);
    }

    if (*row->to == '\0') {
        return;
    }

    printf(" → ");

    for (p = row->to; *p != '\0'; p++) {
        printf("%s%c", *p == ' ' ? "," : "", *p);
    }
}
