
/* What the commands that go by a node's API have in common. */


#include <stdio.h>
#include <string.h>

#include "ctl_api.h"
#include "interconnctl.h"


#define CTL_API_PAGE  100


static const char **ctl_api_option(ctl_api_t *api, const char *name,
    const ctl_option_t *own);
static void ctl_api_line(const ic_json_t *record, const char *const *fields);


int
ctl_api_create(ctl_api_t *api)
{
    memset(api, 0, sizeof(ctl_api_t));

    api->pool = ic_pool_create();

    if (api->pool == NULL) {
        (void) ctl_error("out of memory");
        return -1;
    }

    return 0;
}


void
ctl_api_destroy(ctl_api_t *api)
{
    if (api->client.token != NULL) {
        explicit_bzero((char *) api->client.token, strlen(api->client.token));
        api->client.token = NULL;
    }

    ic_pool_destroy(api->pool);
    api->pool = NULL;
}


int
ctl_api_options(ctl_api_t *api, int argc, char **argv, int i,
    const ctl_option_t *own)
{
    const char         **value;
    const ctl_client_t  *client;

    for (/* void */; i + 1 < argc; i += 2) {
        value = ctl_api_option(api, argv[i], own);

        if (value == NULL) {
            return -1;
        }

        *value = argv[i + 1];
    }

    client = &api->client;

    if (i != argc || client->base == NULL || client->ca == NULL
        || (api->token_file == NULL && client->cert == NULL
            && client->token == NULL)
        || (client->cert == NULL) != (client->key == NULL))
    {
        return -1;
    }

    return 0;
}


static const char **
ctl_api_option(ctl_api_t *api, const char *name, const ctl_option_t *own)
{
    const ctl_option_t  *option;

    const ctl_option_t   who[] = {
        { "--node", &api->client.base },
        { "--token-file", &api->token_file },
        { "--ca", &api->client.ca },
        { "--certificate", &api->client.cert },
        { "--key", &api->client.key },
        { NULL, NULL }
    };

    for (option = who; option->name != NULL; option++) {
        if (strcmp(name, option->name) == 0) {
            return option->value;
        }
    }

    for (option = own; option->name != NULL; option++) {
        if (strcmp(name, option->name) == 0) {
            return option->value;
        }
    }

    return NULL;
}


int
ctl_api_token(ctl_api_t *api)
{
    char      *token;
    ic_str_t   text;

    if (api->token_file == NULL) {
        return 0;
    }

    text = ctl_read_file(api->pool, api->token_file);

    while (text.len > 0 && (text.data[text.len - 1] == '\n'
                            || text.data[text.len - 1] == '\r'))
    {
        text.len--;
    }

    token = text.len > 0 ? ic_str_z(api->pool, text) : NULL;

    if (text.data != NULL) {
        explicit_bzero(text.data, text.len);
    }

    if (token == NULL) {
        return ctl_error("%s: no token", api->token_file);
    }

    api->client.token = token;

    return 0;
}


ic_json_t *
ctl_api_call(ctl_api_t *api, ic_str_t path, const char *body)
{
    char        error[256];
    ic_json_t  *answer;

    if (path.data == NULL) {
        (void) ctl_error("out of memory");
        return NULL;
    }

    answer = ctl_call(&api->client, api->pool, (char *) path.data, body, NULL,
                      error);
    if (answer == NULL) {
        (void) ctl_error("%s: %s", api->client.base, error);
        return NULL;
    }

    return ctl_api_data(answer);
}


ic_json_t *
ctl_api_data(ic_json_t *answer)
{
    ic_str_t    text;
    ic_json_t  *code, *data;

    code = ic_json_get(answer, "code");
    data = ic_json_get(answer, "data");

    if (code == NULL || code->num != 0) {
        text = ic_json_str(ic_json_get(answer, "msg"));
        (void) ctl_error("%.*s", (int) text.len,
                         text.data == NULL ? "" : (char *) text.data);
        return NULL;
    }

    return data == NULL ? answer : data;
}


int
ctl_api_list(ctl_api_t *api, ic_str_t path, const char *const *fields)
{
    unsigned    n;
    ic_json_t  *data, *record;

    for (n = 1; /* void */; n++) {
        data = ctl_api_call(api, ic_str_fmt(api->pool,
                                            "%s&page_num=%u&page_size=%d",
                                            (char *) path.data, n,
                                            CTL_API_PAGE),
                            NULL);
        if (data == NULL) {
            return 1;
        }

        record = ic_json_get(data, "records");
        record = record == NULL ? NULL : record->child;

        if (record == NULL) {
            return 0;
        }

        for (/* void */; record != NULL; record = record->next) {
            ctl_api_line(record, fields);
        }
    }
}


static void
ctl_api_line(const ic_json_t *record, const char *const *fields)
{
    ic_str_t          text;
    const ic_json_t  *node;

    for (/* void */; *fields != NULL; fields++) {
        node = ic_json_get(record, *fields);
        text = node == NULL ? ic_str("") : node->text;
        printf("%.*s%s", (int) text.len, text.data,
               fields[1] != NULL ? "\t" : "\n");
    }
}


int
ctl_api_print(ctl_api_t *api, const ic_json_t *node)
{
    ic_str_t          text;
    const ic_json_t  *member;

    member = node->type == IC_JSON_OBJECT ? node->child : NULL;

    for (/* void */; member != NULL; member = member->next) {

        if (member->type == IC_JSON_STR) {
            text = member->text;

        } else {
            text = ic_json_text(api->pool, member);
        }

        printf("%.*s\t%.*s\n", (int) member->key.len, member->key.data,
               (int) text.len, text.data == NULL ? "" : (char *) text.data);
    }

    return 0;
}


int
ctl_api_file(ctl_api_t *api, ic_json_out_t *out, const char *key,
    const char *file)
{
    ic_str_t    text, why;
    ic_json_t  *node;

    if (file == NULL) {
        return 0;
    }

    text = ctl_read_file(api->pool, file);

    if (text.data == NULL) {
        return ctl_error("%s cannot be read", file);
    }

    node = ic_json_parse(api->pool, text, &why);

    if (node == NULL) {
        return ctl_error("%s: %.*s", file, (int) why.len, why.data);
    }

    ic_out_node(out, key, node);

    return 0;
}
