
/* What the parties tell each other first. */


#include "pir_hello.h"
#include "pir_wire.h"


#define HELLO_MAX  65536
#define LABEL_MAX  (1 << 20)


static int hello_send(pir_t *pir, ic_json_out_t *out);
static ic_json_t *hello_recv(pir_t *pir);
static int hello_number(pir_t *pir, const ic_json_t *hello,
    const char *name, uint64_t most, uint64_t *value);
static int offer_labels(pir_t *pir, const ic_json_t *hello,
    pir_offer_t *offer);
static int offer_label(pir_t *pir, const ic_json_t *label, unsigned n,
    pir_offer_t *offer);


int
pir_offer_send(pir_t *pir, const pir_offer_t *offer)
{
    unsigned       i;
    ic_json_out_t  out;

    ic_out_init(&out, pir->arena);
    ic_out_object(&out, NULL);
    ic_out_int(&out, "rows", (int64_t) offer->rows);
    ic_out_int(&out, "label_bytes", (int64_t) offer->label_bytes);
    ic_out_int(&out, "max_queries", (int64_t) offer->max_queries);
    ic_out_array(&out, "labels");

    for (i = 0; i < offer->nlabels; i++) {
        ic_out_z(&out, NULL, offer->labels[i]);
    }

    ic_out_array_end(&out);
    ic_out_object_end(&out);

    return hello_send(pir, &out);
}


static int
hello_send(pir_t *pir, ic_json_out_t *out)
{
    ic_str_t  text;

    text = ic_out_text(out);

    return text.data == NULL ? pir_no_memory(pir)
           : pir_send(pir, PIR_HELLO, 0, text.data, text.len);
}


int
pir_offer_recv(pir_t *pir, pir_offer_t *offer)
{
    uint64_t          label;
    const ic_json_t  *hello;

    hello = hello_recv(pir);

    if (hello == NULL
        || hello_number(pir, hello, "rows", PIR_MAX_BYTES, &offer->rows) != 0
        || hello_number(pir, hello, "label_bytes", LABEL_MAX, &label) != 0
        || hello_number(pir, hello, "max_queries", PIR_MAX_BYTES,
                        &offer->max_queries)
           != 0)
    {
        return -1;
    }

    offer->label_bytes = (size_t) label;

    return offer_labels(pir, hello, offer);
}


static ic_json_t *
hello_recv(pir_t *pir)
{
    size_t         len;
    ic_str_t       text;
    ic_json_t     *hello;
    const u_char  *body;

    if (pir_recv(pir, PIR_HELLO, 0, &body, &len) != 0) {
        return NULL;
    }

    text = ic_str_dup(pir->arena, ic_str_n(body, len));
    hello = len > HELLO_MAX ? NULL : ic_json_parse(pir->arena, text, NULL);

    if (hello == NULL || hello->type != IC_JSON_OBJECT) {
        (void) pir_fail(pir, "peer_protocol", NULL, 0,
                        "the hello of %s is no JSON object",
                        pir->peer->name);
        return NULL;
    }

    return hello;
}


static int
hello_number(pir_t *pir, const ic_json_t *hello, const char *name,
    uint64_t most, uint64_t *value)
{
    const ic_json_t  *node;

    node = ic_json_get(hello, name);

    if (node == NULL || node->type != IC_JSON_INT || node->num < 0
        || (uint64_t) node->num > most)
    {
        return pir_fail(pir, "peer_protocol", NULL, 0,
                        "the hello of %s has no %s from 0 to %llu",
                        pir->peer->name, name, (unsigned long long) most);
    }

    *value = (uint64_t) node->num;

    return 0;
}


static int
offer_labels(pir_t *pir, const ic_json_t *hello, pir_offer_t *offer)
{
    unsigned          i;
    const ic_json_t  *list;

    list = ic_json_get(hello, "labels");

    if (list == NULL || list->type != IC_JSON_ARRAY || list->count == 0
        || list->count > PIR_MAX_LABELS || offer->label_bytes == 0
        || offer->rows * (offer->label_bytes + 28) > PIR_MAX_BYTES)
    {
        return pir_fail(pir, "peer_protocol", NULL, 0,
                        "%s offers no table that pir has", pir->peer->name);
    }

    if (pir->params.nlabels != 0 && pir->params.nlabels != list->count) {
        return pir_fail(pir, "bad_parameter", NULL, 0,
                        "%s offers %u label columns, labels has %u",
                        pir->peer->name, list->count, pir->params.nlabels);
    }

    offer->nlabels = list->count;
    offer->labels = ic_zalloc(pir->arena, list->count * sizeof(char *));

    if (offer->labels == NULL) {
        return pir_no_memory(pir);
    }

    for (i = 0; i < list->count; i++) {
        if (offer_label(pir, ic_json_at(list, i), i, offer) != 0) {
            return -1;
        }
    }

    return 0;
}


/* A name of its own among the columns of the guest's table of answers. */

static int
offer_label(pir_t *pir, const ic_json_t *label, unsigned n,
    pir_offer_t *offer)
{
    bool      again;
    char     *name;
    ic_str_t  text;
    unsigned  i;

    text = ic_json_str(label);
    name = text.len == 0 || text.len > 128 ? NULL
                                           : ic_str_z(pir->arena, text);

    if (name == NULL) {
        return pir_fail(pir, "peer_protocol", NULL, 0,
                        "%s offers a label without a name",
                        pir->peer->name);
    }

    again = strcmp(name, "found") == 0;

    for (i = 0; i < pir->params.nkeys; i++) {
        again |= strcmp(name, pir->params.keys[i]) == 0;
    }

    for (i = 0; i < n; i++) {
        again |= strcmp(name, offer->labels[i]) == 0;
    }

    if (again) {
        return pir_fail(pir, "bad_parameter", name, 0,
                        "the answers would have two columns \"%s\"", name);
    }

    if (pir->params.nlabels != 0
        && strcmp(name, pir->params.labels[n]) != 0)
    {
        return pir_fail(pir, "bad_parameter", name, 0,
                        "%s offers the label \"%s\", labels names \"%s\"",
                        pir->peer->name, name, pir->params.labels[n]);
    }

    offer->labels[n] = name;

    return 0;
}


int
pir_order_send(pir_t *pir, uint64_t queries)
{
    ic_json_out_t  out;

    ic_out_init(&out, pir->arena);
    ic_out_object(&out, NULL);
    ic_out_int(&out, "queries", (int64_t) queries);
    ic_out_object_end(&out);

    return hello_send(pir, &out);
}


int
pir_order_recv(pir_t *pir, uint64_t *queries)
{
    const ic_json_t  *hello;

    hello = hello_recv(pir);

    if (hello == NULL
        || hello_number(pir, hello, "queries", PIR_MAX_BYTES, queries) != 0)
    {
        return -1;
    }

    if (*queries == 0 || *queries % pir->params.batch_size != 0) {
        return pir_fail(pir, "peer_protocol", NULL, 0,
                        "%s has %llu queries, no multiple of batch_size",
                        pir->peer->name, (unsigned long long) *queries);
    }

    if (*queries > pir->params.max_queries) {
        return pir_fail(pir, "data_rows_exceeded", NULL, 0,
                        "%s has %llu queries, max_queries allows %llu",
                        pir->peer->name, (unsigned long long) *queries,
                        (unsigned long long) pir->params.max_queries);
    }

    return 0;
}
