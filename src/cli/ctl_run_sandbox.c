
/*
 * What people at all nodes of a network do before and during a flow, for a
 * sandbox: "sandbox": {"data": [{"node": "N0001", "file": "a.csv", "query":
 * "SELECT * FROM a"}]}, files beside the flow's. What is there stays.
 */


#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "../source/ic_source.h"
#include "ctl_run.h"
#include "interconnctl.h"


#define SANDBOX_LENT                                                          \
    "/v1/platform/audit/list?resource_type=dataset&status=APPROVED&dir=out"   \
    "&page_size=-1"


static int sandbox_contracts(ctl_run_t *run);
static int sandbox_contract(ctl_run_t *run, const char *from,
    const char *to);
static int sandbox_data(ctl_run_t *run, const ic_json_t *item);
static const char *sandbox_dataset(ctl_run_t *run, ctl_api_t *owner,
    const char *name);
static const char *sandbox_register(ctl_run_t *run, ctl_api_t *owner,
    const ic_json_t *item, const char *name);
static int sandbox_columns(ctl_run_t *run, const char *path,
    ic_json_out_t *out);
static int sandbox_lend(ctl_run_t *run, ctl_api_t *owner,
    const char *node_id, const char *dataset_id);
static int sandbox_approve(ctl_run_t *run, ctl_api_t *owner,
    const char *audit_id);
static const ic_json_t *sandbox_find(ctl_api_t *api, const char *path,
    const char *member, const char *value);
static int sandbox_operator(ctl_run_t *run, const char *node_id,
    ctl_api_t *api);


int
ctl_run_prepare(ctl_run_t *run)
{
    const ic_json_t  *item;

    if (sandbox_contracts(run) != 0) {
        return 1;
    }

    item = ic_json_at(ic_json_path(run->flow, "sandbox/data"), 0);

    for (/* void */; item != NULL; item = item->next) {
        if (sandbox_data(run, item) != 0) {
            return 1;
        }
    }

    return 0;
}


/* Between all parties: those of a job speak to each other. */

static int
sandbox_contracts(ctl_run_t *run)
{
    unsigned  i, k;

    for (i = 0; i < run->nremote; i++) {

        if (sandbox_contract(run, run->remote[i], run->initiator) != 0) {
            return 1;
        }

        for (k = 0; k < i; k++) {
            if (sandbox_contract(run, run->remote[i], run->remote[k]) != 0) {
                return 1;
            }
        }
    }

    return 0;
}


static int
sandbox_contract(ctl_run_t *run, const char *from, const char *to)
{
    ic_str_t          id, body;
    unsigned          n;
    ctl_api_t         one, other;
    const ic_json_t  *record;

    if (sandbox_operator(run, from, &one) != 0
        || sandbox_operator(run, to, &other) != 0)
    {
        return 1;
    }

    if (sandbox_find(&one, "/v1/platform/contract/list?status=APPROVED"
                     "&page_size=-1", "node_id", to)
        != NULL)
    {
        return 0;
    }

    for (n = 0; strcmp(run->sandbox->nodes[n].node_id, to) != 0; n++) {
        /* void */
    }

    body = ic_str_fmt(run->api.pool, "{\"node_id\":\"%s\",\"address\":"
                      "\"%s\"}", to, run->sandbox->nodes[n].address);

    if (ctl_api_call(&one, ic_str("/v1/platform/contract/apply"),
                     (char *) body.data)
        == NULL)
    {
        return 1;
    }

    while ((record = sandbox_find(&other, "/v1/platform/contract/list"
                                  "?status=APPLIED&dir=in&page_size=-1",
                                  "node_id", from))
           == NULL)
    {
        if (!ctl_run_wait(run, "a contract")) {
            return 1;
        }
    }

    id = ic_json_str(ic_json_get(record, "contract_id"));
    body = ic_str_fmt(run->api.pool, "{\"contract_id\":\"%.*s\",\"status\":"
                      "\"APPROVED\"}", (int) id.len, id.data);

    if (ctl_api_call(&other, ic_str("/v1/platform/contract/confirm"),
                     (char *) body.data)
        == NULL)
    {
        return 1;
    }

    while (sandbox_find(&one, "/v1/platform/contract/list"
                        "?status=APPROVED&page_size=-1", "node_id", to)
           == NULL)
    {
        if (!ctl_run_wait(run, "a contract")) {
            return 1;
        }
    }

    ctl_run_say(run, "contract of %s and %s", from, to);

    return 0;
}


static int
sandbox_data(ctl_run_t *run, const ic_json_t *item)
{
    ic_str_t     query;
    ctl_api_t    owner;
    const char  *node_id, *name, *id;

    node_id = ic_str_z(run->api.pool,
                       ic_json_str(ic_json_get(item, "node")));
    query = ic_json_str(ic_json_get(item, "query"));
    name = ic_str_z(run->api.pool, query);

    if (node_id == NULL || query.len == 0
        || ic_json_get(item, "file") == NULL)
    {
        return ctl_error("%s: sandbox.data: each has node, file and query",
                         run->file);
    }

    if (sandbox_operator(run, node_id, &owner) != 0) {
        return 1;
    }

    id = sandbox_dataset(run, &owner, name);

    if (id == NULL) {
        id = sandbox_register(run, &owner, item, name);
    }

    return id == NULL ? 1
           : strcmp(node_id, run->initiator) == 0 ? 0
           : sandbox_lend(run, &owner, node_id, id);
}


/* Registered by an earlier run: its name is the query. NULL: not. */

static const char *
sandbox_dataset(ctl_run_t *run, ctl_api_t *owner, const char *name)
{
    const ic_json_t  *data, *record;

    data = ctl_api_call(owner, ic_str("/v1/platform/dataset/list"
                                      "?page_size=-1"), NULL);
    record = ic_json_at(ic_json_get(data, "records"), 0);

    while (record != NULL
           && !ic_str_is(ic_json_str(ic_json_get(record, "name")), name))
    {
        record = record->next;
    }

    return record == NULL ? NULL
           : ic_str_z(run->api.pool,
                      ic_json_str(ic_json_get(record, "dataset_id")));
}


static const char *
sandbox_register(ctl_run_t *run, ctl_api_t *owner, const ic_json_t *item,
    const char *name)
{
    char              path[PATH_MAX];
    ic_str_t          file, text;
    ic_json_out_t     out;
    const char       *slash;
    const ic_json_t  *data;

    file = ic_json_str(ic_json_get(item, "file"));
    slash = strrchr(run->file, '/');
    text = ic_str_fmt(run->api.pool, "%.*s%.*s",
                      slash != NULL ? (int) (slash + 1 - run->file) : 0,
                      run->file, (int) file.len, file.data);

    if (text.data == NULL || realpath((char *) text.data, path) == NULL) {
        (void) ctl_error("%.*s is not there", (int) text.len, text.data);
        return NULL;
    }

    ic_out_init(&out, run->api.pool);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "name", name);
    ic_out_z(&out, "source", "csv");
    ic_out_object(&out, "location");
    ic_out_z(&out, "type", "csv");
    ic_out_z(&out, "path", path);
    ic_out_z(&out, "query", name);
    ic_out_object_end(&out);
    ic_out_node(&out, "owner", ic_json_get(item, "node"));
    ic_out_z(&out, "pub_scope", "protect");

    if (sandbox_columns(run, path, &out) != 0) {
        return NULL;
    }

    ic_out_object_end(&out);
    text = ic_out_text(&out);
    data = ctl_api_call(owner, ic_str("/v1/platform/dataset/create"),
                        (char *) text.data);

    if (data == NULL) {
        return NULL;
    }

    ctl_run_say(run, "%s: %s",
                ic_str_z(run->api.pool,
                         ic_json_str(ic_json_get(item, "node"))), name);

    return ic_str_z(run->api.pool,
                    ic_json_str(ic_json_get(data, "dataset_id")));
}


static int
sandbox_columns(ctl_run_t *run, const char *path, ic_json_out_t *out)
{
    bool                number;
    double             *values;
    unsigned            n;
    ic_str_t            text;
    ic_table_t         *table;
    ic_json_out_t       location;
    const char         *name;
    ic_source_error_t   error;

    ic_out_init(&location, run->api.pool);
    ic_out_object(&location, NULL);
    ic_out_z(&location, "type", "csv");
    ic_out_z(&location, "path", path);
    ic_out_object_end(&location);
    text = ic_out_text(&location);
    table = ic_table_open(ic_json_parse(run->api.pool, text, NULL), 0,
                          &error);

    if (table == NULL) {
        return ctl_error("%s: %s", path, error.text);
    }

    values = malloc(((size_t) ic_table_rows(table) + 1) * sizeof(double));
    ic_out_array(out, "column_metas");

    for (n = 0; values != NULL && n < ic_table_columns(table); n++) {
        name = ic_table_column(table, n);
        number = ic_table_numbers(table, name, values, &error) == 0;

        ic_out_object(out, NULL);
        ic_out_str(out, "name", ic_str_dup(run->api.pool, ic_str(name)));
        ic_out_z(out, "data_type", number ? "double" : "varchar");
        ic_out_z(out, "distribution", number ? "CONTINUOUS" : "DISCRETE");
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
    ic_table_close(table);
    free(values);

    return values != NULL ? 0 : ctl_error("out of memory");
}


static int
sandbox_lend(ctl_run_t *run, ctl_api_t *owner, const char *node_id,
    const char *dataset_id)
{
    ic_str_t          body;
    const char       *contract, *audit_id;
    const ic_json_t  *data;

    if (sandbox_find(&run->api, SANDBOX_LENT, "dataset_id", dataset_id)
        != NULL
        || sandbox_find(&run->api, SANDBOX_LENT, "resource_id", dataset_id)
           != NULL)
    {
        return 0;
    }

    contract = ctl_run_contract(run, node_id);

    if (contract == NULL) {
        return 1;
    }

    body = ic_str_fmt(run->api.pool, "{\"resource_type\":\"dataset\","
                      "\"contract_id\":\"%s\",\"resource_id\":\"%s\"}",
                      contract, dataset_id);
    data = ctl_api_call(&run->api, ic_str("/v1/platform/audit/apply"),
                        (char *) body.data);

    if (data == NULL) {
        return 1;
    }

    audit_id = ic_str_z(run->api.pool,
                        ic_json_str(ic_json_get(data, "audit_id")));

    if (sandbox_approve(run, owner, audit_id) != 0) {
        return 1;
    }

    while (sandbox_find(&run->api, SANDBOX_LENT, "audit_id", audit_id)
           == NULL)
    {
        if (!ctl_run_wait(run, "a permit")) {
            return 1;
        }
    }

    ctl_run_say(run, "%s lends its data", node_id);

    return 0;
}


/* As the owner, once the request is there. */

static int
sandbox_approve(ctl_run_t *run, ctl_api_t *owner, const char *audit_id)
{
    ic_str_t  path, body;

    path = ic_str("/v1/platform/audit/list?status=APPLIED&dir=in"
                  "&page_size=-1");

    while (sandbox_find(owner, (char *) path.data, "audit_id", audit_id)
           == NULL)
    {
        if (!ctl_run_wait(run, "a request")) {
            return 1;
        }
    }

    body = ic_str_fmt(run->api.pool, "{\"audit_id\":\"%s\",\"status\":"
                      "\"APPROVED\"}", audit_id);

    return ctl_api_call(owner, ic_str("/v1/platform/audit/confirm"),
                        (char *) body.data)
           != NULL ? 0 : 1;
}


int
ctl_run_approve(ctl_run_t *run)
{
    unsigned   n;
    ctl_api_t  owner;

    for (n = 0; n < run->nremote; n++) {
        if (sandbox_operator(run, run->remote[n], &owner) != 0
            || sandbox_approve(run, &owner, run->audits[n]) != 0)
        {
            return 1;
        }
    }

    return 0;
}


/* The first record of a list that has that value; NULL: none. */

static const ic_json_t *
sandbox_find(ctl_api_t *api, const char *path, const char *member,
    const char *value)
{
    const ic_json_t  *data, *record;

    data = ctl_api_call(api, ic_str(path), NULL);
    record = ic_json_at(ic_json_get(data, "records"), 0);

    while (record != NULL
           && !ic_str_is(ic_json_str(ic_json_get(record, member)), value))
    {
        record = record->next;
    }

    return record;
}


static int
sandbox_operator(ctl_run_t *run, const char *node_id, ctl_api_t *api)
{
    unsigned  n;

    for (n = 0; n < run->sandbox->n; n++) {
        if (strcmp(run->sandbox->nodes[n].node_id, node_id) == 0) {
            *api = run->api;
            ctl_node_operator(run->sandbox, &run->sandbox->nodes[n],
                              run->api.pool, &api->client);
            return 0;
        }
    }

    return ctl_error("the sandbox has no node %s; the flow wants %u nodes",
                     node_id, run->nremote + 1);
}
