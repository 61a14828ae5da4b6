
/* What partners publish: read page by page and kept in the store. */


#include <stdio.h>

#include "../api/ic_schemas.h"
#include "../lib/ic_codec.h"
#include "interconnd_courier_signed.h"


#define INTERCONND_CATALOG_CALL   20000      /* ms */
#define INTERCONND_CATALOG_PAGE   200        /* entries of a page asked for */
#define INTERCONND_CATALOG_BYTES  (4 * 1024 * 1024)  /* of a page */
#define INTERCONND_CATALOG_ENTRY  65536      /* bytes of an entry */


/* The arguments of peer_catalog_add. */
typedef struct {
    ic_str_t             *argv;
    unsigned              argc;
    unsigned              size;
    interconnd_signed_t   by;
} catalog_page_t;


static void catalog_ask(interconnd_courier_t *courier,
    interconnd_target_t *target, const char *address, ic_str_t contract_id,
    unsigned kind, unsigned page, unsigned total);
static void catalog_answered(interconnd_courier_t *courier, void *context);
static int catalog_keep(interconnd_courier_t *courier,
    interconnd_inquiry_t *inquiry, unsigned *added, bool *full);
static const ic_json_t *catalog_records(const ic_json_t *data);
static void catalog_entry(interconnd_inquiry_t *inquiry,
    const ic_json_t *node, catalog_page_t *page);
static ic_str_t catalog_id(interconnd_inquiry_t *inquiry,
    const ic_input_t *in);
static ic_str_t catalog_text(interconnd_inquiry_t *inquiry,
    const ic_input_t *in, const char *verdict);
static bool catalog_has_more(const interconnd_inquiry_t *inquiry,
    unsigned added, bool full);
static void catalog_done(interconnd_courier_t *courier,
    interconnd_inquiry_t *inquiry, const char *error, bool truncated);
static void catalog_end(interconnd_courier_t *courier, ic_str_t contract_id,
    unsigned kind, const char *error, bool truncated);


static const struct {
    const char         *name;
    const char         *path;
    const ic_schema_t  *schema;
    const char         *id;
    const char         *version;             /* second part of an id */
} catalog_kinds[] = {
    { "dataset", "/v1/interconn/dataset/pub/list", &ic_peer_dataset,
      "dataset_id", NULL },
    { "project", "/v1/interconn/project/list", &ic_peer_project,
      "project_id", NULL },
    { "component", "/v1/interconn/component/list", &ic_peer_component,
      "code", "version" }
};

#define CATALOG_KINDS  (sizeof(catalog_kinds) / sizeof(catalog_kinds[0]))


void
interconnd_catalog_read(interconnd_courier_t *courier,
    interconnd_target_t *target, const char *address)
{
    unsigned  kind;

    /* the last reading goes on */
    if (target->reading > 0) {
        return;
    }

    for (kind = 0; kind < CATALOG_KINDS; kind++) {

        if (target->failing) {
            catalog_end(courier, ic_str(target->contract_id), kind,
                        "the node does not answer", false);

        } else {
            catalog_ask(courier, target, address,
                        ic_str(target->contract_id), kind, 1, 0);
        }
    }
}


static void
catalog_ask(interconnd_courier_t *courier, interconnd_target_t *target,
    const char *address, ic_str_t contract_id, unsigned kind, unsigned page,
    unsigned total)
{
    ic_str_t               path;
    interconnd_inquiry_t  *inquiry;

    path = ic_str_fmt(courier->scratch,
                      "%s?contract_id=%.*s&page_num=%u&page_size=%d",
                      catalog_kinds[kind].path, (int) contract_id.len,
                      contract_id.data, page, INTERCONND_CATALOG_PAGE);
    if (path.data == NULL) {
        return;
    }

    inquiry = interconnd_inquire(courier, target, address,
                                 (char *) path.data, INTERCONND_CATALOG_CALL,
                                 catalog_answered);
    if (inquiry == NULL) {
        return;
    }

    inquiry->subject = ic_str_dup(inquiry->arena, contract_id);
    inquiry->request.limit = INTERCONND_CATALOG_BYTES;
    inquiry->kind = kind;
    inquiry->page = page;
    inquiry->total = total;

    target->reading++;
}


static void
catalog_answered(interconnd_courier_t *courier, void *context)
{
    bool                   full;
    unsigned               added;
    const char            *error;
    interconnd_inquiry_t  *inquiry = context;

    error = inquiry->request.error;

    if (!inquiry->request.ok) {
        catalog_done(courier, inquiry, error, false);
        return;
    }

    if (catalog_records(inquiry->request.data) == NULL) {
        catalog_done(courier, inquiry, "the answer has no records", false);
        return;
    }

    if (catalog_keep(courier, inquiry, &added, &full) != 0) {
        return;
    }

    if (!catalog_has_more(inquiry, added, full)) {
        catalog_done(courier, inquiry, "", false);

    } else if (full) {
        catalog_done(courier, inquiry, "", true);

    } else {
        catalog_ask(courier, inquiry->target, inquiry->request.address,
                    inquiry->subject, inquiry->kind, inquiry->page + 1,
                    inquiry->total);
    }
}


/* Puts a page into the store. */
static int
catalog_keep(interconnd_courier_t *courier, interconnd_inquiry_t *inquiry,
    unsigned *added, bool *full)
{
    char              number[16];
    int64_t           n;
    ic_reply_t        reply;
    catalog_page_t    page;
    const ic_json_t  *records, *node;

    records = catalog_records(inquiry->request.data);

    page.argc = 3;
    page.size = 3 + 2 * records->count;
    page.argv = ic_alloc(inquiry->arena, page.size * sizeof(ic_str_t));

    if (page.argv == NULL) {
        catalog_done(courier, inquiry, "memory is short", false);
        return -1;
    }

    snprintf(number, sizeof(number), "%u", inquiry->page);

    page.argv[0] = inquiry->subject;
    page.argv[1] = ic_str(catalog_kinds[inquiry->kind].name);
    page.argv[2] = ic_str(number);

    interconnd_signed_begin(&page.by, courier, inquiry->target->node_id);

    for (node = records->child; node != NULL; node = node->next) {
        catalog_entry(inquiry, node, &page);
    }

    interconnd_signed_end(&page.by);

    /* without the contract there is nothing to say */
    if (interconnd_courier_store(courier, &reply, "peer_catalog_add",
                                 page.argc, page.argv)
        != 0)
    {
        return -1;
    }

    *added = ic_str_int(ic_reply_get(&reply, "added"), &n) == 0
             ? (unsigned) n : 0;
    inquiry->total = ic_str_int(ic_reply_get(&reply, "total"), &n) == 0
                     ? (unsigned) n : 0;
    *full = ic_str_is(ic_reply_get(&reply, "full"), "1");

    return 0;
}


/* {"total", "records"}; with some implementations the list alone. */
static const ic_json_t *
catalog_records(const ic_json_t *data)
{
    const ic_json_t  *records;

    if (data != NULL && data->type == IC_JSON_ARRAY) {
        return data;
    }

    records = ic_json_get(data, "records");

    if (records == NULL) {
        records = ic_json_get(data, "list");
    }

    return records != NULL && records->type == IC_JSON_ARRAY ? records : NULL;
}


/* One that has no id or is too long is left out. */
static void
catalog_entry(interconnd_inquiry_t *inquiry, const ic_json_t *node,
    catalog_page_t *page)
{
    ic_str_t     id, text;
    ic_input_t   in;
    ic_faults_t  faults;

    memset(&faults, 0, sizeof(ic_faults_t));

    /* what is not as it should be is left out, the rest is shown */
    if (node->type != IC_JSON_OBJECT
        || (ic_schema_decode(catalog_kinds[inquiry->kind].schema, node,
                             inquiry->arena, &in, &faults)
            != 0
            && faults.count == 0))
    {
        return;
    }

    id = catalog_id(inquiry, &in);
    text = catalog_text(inquiry, &in,
                        interconnd_signed(&page->by, inquiry->arena, node));

    if (id.len == 0 || text.len == 0 || text.len > INTERCONND_CATALOG_ENTRY) {
        return;
    }

    page->argv[page->argc++] = id;
    page->argv[page->argc++] = text;
}


static ic_str_t
catalog_id(interconnd_inquiry_t *inquiry, const ic_input_t *in)
{
    ic_str_t  id, version;

    id = ic_input_str(in, catalog_kinds[inquiry->kind].id);

    if (catalog_kinds[inquiry->kind].version == NULL || id.len == 0) {
        return id;
    }

    version = ic_input_str(in, catalog_kinds[inquiry->kind].version);

    return ic_str_fmt(inquiry->arena, "%.*s %.*s", (int) id.len, id.data,
                      (int) version.len, version.data);
}


/* Name and value of every field as a JSON array of strings. */
static ic_str_t
catalog_text(interconnd_inquiry_t *inquiry, const ic_input_t *in,
    const char *verdict)
{
    unsigned           i;
    ic_json_out_t      out;
    const ic_field_t  *field;

    ic_out_init(&out, inquiry->arena);
    ic_out_array(&out, NULL);

    for (i = 0; in->schema->fields[i].name != NULL; i++) {
        field = &in->schema->fields[i];

        if (in->values[i].set) {
            ic_out_z(&out, NULL, field->name);
            ic_out_str(&out, NULL, in->values[i].text);
        }
    }

    if (verdict != NULL) {
        ic_out_z(&out, NULL, "signed");
        ic_out_z(&out, NULL, verdict);
    }

    ic_out_array_end(&out);

    return ic_out_text(&out);
}


/* A peer may not know of pages and give everything again and again. */
static bool
catalog_has_more(const interconnd_inquiry_t *inquiry, unsigned added,
    bool full)
{
    const ic_json_t  *total, *records;

    if (added == 0) {
        /* nothing new: the end, or the store takes no more */
        return full;
    }

    records = catalog_records(inquiry->request.data);
    total = ic_json_get(inquiry->request.data, "total");

    if (total != NULL && total->type == IC_JSON_INT) {
        return total->num > (int64_t) inquiry->total;
    }

    return records->count >= INTERCONND_CATALOG_PAGE;
}


static void
catalog_done(interconnd_courier_t *courier, interconnd_inquiry_t *inquiry,
    const char *error, bool truncated)
{
    catalog_end(courier, inquiry->subject, inquiry->kind, error, truncated);
}


static void
catalog_end(interconnd_courier_t *courier, ic_str_t contract_id,
    unsigned kind, const char *error, bool truncated)
{
    ic_str_t    argv[4];
    ic_reply_t  reply;

    argv[0] = contract_id;
    argv[1] = ic_str(catalog_kinds[kind].name);
    argv[2] = ic_str(error);
    argv[3] = ic_str(truncated ? "1" : "0");

    (void) interconnd_courier_store(courier, &reply, "peer_catalog_done", 4,
                                    argv);
}
