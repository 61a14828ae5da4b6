
/* Contracts, datasets and their authorisation. */


#include <time.h>

#include "../lib/ic_codec.h"
#include "ctl_demo.h"
#include "interconnctl.h"


#define CTL_DEMO_PATIENCE_MS  15000


static int ctl_demo_contract(ctl_demo_t *demo, ctl_node_t *from,
    ctl_node_t *to);
static int ctl_demo_await(ctl_demo_t *demo, const ctl_node_t *node,
    const char *path, const char *what, unsigned n,
    const ic_json_t **records);
static int ctl_demo_dataset(ctl_demo_t *demo, unsigned n);
static void ctl_demo_metas(ctl_demo_t *demo, ic_json_out_t *out);
static int ctl_demo_apply(ctl_demo_t *demo, unsigned n);


/* Every pair of nodes signs; the later one applies. */
int
ctl_demo_contracts(ctl_demo_t *demo)
{
    unsigned  i, j;

    for (i = 0; i < demo->sandbox.n; i++) {
        for (j = i + 1; j < demo->sandbox.n; j++) {
            if (ctl_demo_contract(demo, &demo->sandbox.nodes[j],
                                  &demo->sandbox.nodes[i]) != 0)
            {
                return -1;
            }
        }
    }

    return 0;
}


static int
ctl_demo_contract(ctl_demo_t *demo, ctl_node_t *from, ctl_node_t *to)
{
    ic_str_t          id, body;
    const ic_json_t  *records;

    body = ic_str_fmt(demo->pool, "{\"node_id\":\"%s\",\"address\":\"%s\"}",
                      to->node_id, to->address);

    if (ctl_demo_call(demo, from, "/v1/platform/contract/apply",
                      (char *) body.data) == NULL
        || ctl_demo_await(demo, to, "/v1/platform/contract/list"
                          "?status=APPLIED&dir=in", "the application", 1,
                          &records) != 0)
    {
        return -1;
    }

    id = ic_json_str(ic_json_get(ic_json_at(records, 0), "contract_id"));
    body = ic_str_fmt(demo->pool, "{\"contract_id\":\"%.*s\","
                      "\"status\":\"APPROVED\"}", (int) id.len, id.data);

    if (ctl_demo_call(demo, to, "/v1/platform/contract/confirm",
                      (char *) body.data) == NULL
        || ctl_demo_await(demo, from, "/v1/platform/contract/list"
                          "?status=APPROVED&dir=out", "the confirmation",
                          (unsigned) (to - demo->sandbox.nodes) + 1, NULL)
           != 0)
    {
        return -1;
    }

    ctl_demo_say(demo, "contract %.*s: %s with %s", (int) id.len, id.data,
                 from->name, to->name);

    return 0;
}


/* Until a list has n records. */
static int
ctl_demo_await(ctl_demo_t *demo, const ctl_node_t *node, const char *path,
    const char *what, unsigned n, const ic_json_t **records)
{
    int64_t           until;
    struct timespec   ts = { 0, 10 * 1000 * 1000 };
    const ic_json_t  *data, *list;

    until = ic_mono_ms() + CTL_DEMO_PATIENCE_MS;

    for ( ;; ) {
        data = ctl_demo_call(demo, node, path, NULL);

        if (data == NULL) {
            return -1;
        }

        list = ic_json_get(data, "records");

        if (list != NULL && list->count >= n) {
            break;
        }

        if (ic_mono_ms() > until) {
            ctl_error("%s: %s did not arrive", node->node_id, what);
            return -1;
        }

        nanosleep(&ts, NULL);
    }

    if (records != NULL) {
        *records = list;
    }

    return 0;
}


int
ctl_demo_datasets(ctl_demo_t *demo)
{
    unsigned  i;

    for (i = 1; i < demo->sandbox.n; i++) {
        if (ctl_demo_dataset(demo, i) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
ctl_demo_dataset(ctl_demo_t *demo, unsigned n)
{
    ic_str_t           text;
    ic_json_out_t      out;
    const ctl_node_t  *node;
    const ic_json_t   *data;

    node = &demo->sandbox.nodes[n];
    ic_out_init(&out, demo->pool);
    ic_out_object(&out, NULL);
    ic_out_str(&out, "name", ic_str_fmt(demo->pool, "screening of %s",
                                        node->name));
    ic_out_z(&out, "description", "newborn screening, acylcarnitines");
    ic_out_z(&out, "source", "csv");
    ic_out_object(&out, "location");
    ic_out_z(&out, "type", "csv");
    ic_out_z(&out, "path", demo->data.files[n - 1]);
    ic_out_z(&out, "query", CTL_DEMO_QUERY);
    ic_out_object_end(&out);
    ctl_demo_metas(demo, &out);
    ic_out_z(&out, "owner", node->inst_id);
    ic_out_z(&out, "pub_scope", "protect");
    ic_out_z(&out, "category", "screening");
    ic_out_object_end(&out);

    text = ic_out_text(&out);
    data = ctl_demo_call(demo, node, "/v1/platform/dataset/create",
                         (char *) text.data);

    if (data == NULL) {
        return -1;
    }

    demo->datasets[n] = ic_str_z(demo->pool, ic_json_str(ic_json_get(data,
                                 "dataset_id")));
    ctl_demo_say(demo, "dataset %s published by %s", demo->datasets[n],
                 node->name);

    return 0;
}


static void
ctl_demo_metas(ctl_demo_t *demo, ic_json_out_t *out)
{
    int          text, label;
    unsigned     i;
    const char  *name;

    ic_out_array(out, "column_metas");

    for (i = 0; i < demo->data.ncolumns; i++) {
        name = demo->data.columns[i];
        text = strcmp(name, demo->data.unique_id) == 0;
        label = strcmp(name, demo->data.label_name) == 0;

        ic_out_object(out, NULL);
        ic_out_z(out, "name", name);
        ic_out_z(out, "data_type", text ? "varchar" : label ? "int"
                                                            : "double");
        ic_out_z(out, "distribution", text || label ? "DISCRETE"
                                                    : "CONTINUOUS");
        ic_out_object_end(out);
    }

    ic_out_array_end(out);
}


/* The coordinator asks each hospital for its dataset; each approves. */
int
ctl_demo_authorise(ctl_demo_t *demo)
{
    unsigned  i;

    for (i = 1; i < demo->sandbox.n; i++) {
        if (ctl_demo_apply(demo, i) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
ctl_demo_apply(ctl_demo_t *demo, unsigned n)
{
    ic_str_t           contract, body;
    const ctl_node_t  *self, *node;
    const ic_json_t   *data, *item;

    self = &demo->sandbox.nodes[0];
    node = &demo->sandbox.nodes[n];
    data = ctl_demo_call(demo, self, "/v1/platform/contract/list"
                         "?status=APPROVED&page_size=-1", NULL);
    item = ic_json_at(ic_json_get(data, "records"), 0);

    while (item != NULL && !ic_str_is(ic_json_str(ic_json_get(item,
                                      "node_id")), node->node_id))
    {
        item = item->next;
    }

    contract = ic_json_str(ic_json_get(item, "contract_id"));
    body = ic_str_fmt(demo->pool, "{\"resource_type\":\"dataset\","
                      "\"contract_id\":\"%.*s\",\"resource_id\":\"%s\"}",
                      (int) contract.len, contract.data, demo->datasets[n]);

    if (data == NULL
        || ctl_demo_call(demo, self, "/v1/platform/audit/apply",
                         (char *) body.data) == NULL
        || ctl_demo_await(demo, node, "/v1/platform/audit/list"
                          "?resource_type=dataset&status=APPLIED&dir=in",
                          "the application", 1, NULL) != 0
        || ctl_demo_approve(demo, node, "dataset") != 1
        || ctl_demo_await(demo, self, "/v1/platform/audit/list"
                          "?resource_type=dataset&status=APPROVED&dir=out",
                          "the permit", n, NULL) != 0)
    {
        return -1;
    }

    ctl_demo_say(demo, "%s lets the coordinator's jobs use %s", node->name,
                 demo->datasets[n]);

    return 0;
}


int
ctl_demo_approve(ctl_demo_t *demo, const ctl_node_t *node, const char *type)
{
    int               n;
    ic_str_t          path, id, body;
    const ic_json_t  *data, *item;

    path = ic_str_fmt(demo->pool, "/v1/platform/audit/list?resource_type=%s"
                      "&status=APPLIED&dir=in&page_size=-1", type);
    data = ctl_demo_call(demo, node, (char *) path.data, NULL);

    if (data == NULL) {
        return -1;
    }

    item = ic_json_at(ic_json_get(data, "records"), 0);

    for (n = 0; item != NULL; item = item->next, n++) {
        id = ic_json_str(ic_json_get(item, "audit_id"));
        body = ic_str_fmt(demo->pool, "{\"audit_id\":\"%.*s\","
                          "\"status\":\"APPROVED\"}", (int) id.len, id.data);

        if (ctl_demo_call(demo, node, "/v1/platform/audit/confirm",
                          (char *) body.data) == NULL)
        {
            return -1;
        }
    }

    return n;
}
