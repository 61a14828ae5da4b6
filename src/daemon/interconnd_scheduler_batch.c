
/* Calls to partners: batches, addresses, reachability. */


#include <stdio.h>
#include <stdlib.h>

#include "../lib/ic_codec.h"
#include "interconnd_scheduler.h"


#define INTERCONND_ADDRESSES_AGE  5000       /* ms */


static int batch_address(interconnd_scheduler_t *s, const char *node_id,
    const char **address);
static ic_str_t batch_known_as(interconnd_scheduler_t *s,
    const ic_record_t *record);
static void batch_target(interconnd_batch_t *batch, interconnd_request_t *r,
    const char *known);
static const char *batch_known(const interconnd_scheduler_t *s,
    const char *node_id);
static int batch_addresses(interconnd_scheduler_t *s);
static int batch_addresses_page(interconnd_scheduler_t *s, const char *page,
    ic_str_t *next);
static void batch_state(interconnd_request_t *request);
static void batch_polled(interconnd_scheduler_t *s,
    interconnd_errand_t *errand);
static ic_str_t batch_number(ic_arena_t *arena, const ic_json_t *node);
static void batch_contact(interconnd_scheduler_t *s,
    interconnd_errand_t *errand, int64_t begun);


interconnd_batch_t *
interconnd_batch_create(interconnd_batch_e kind, unsigned size)
{
    ic_arena_t          *arena;
    interconnd_batch_t  *batch;

    arena = ic_pool_create();
    if (arena == NULL) {
        return NULL;
    }

    batch = ic_zalloc(arena, sizeof(interconnd_batch_t));

    if (batch != NULL) {
        batch->errands = ic_zalloc(arena, size * sizeof(interconnd_errand_t));
    }

    if (batch == NULL || batch->errands == NULL) {
        ic_pool_destroy(arena);
        return NULL;
    }

    batch->arena = arena;
    batch->kind = kind;
    batch->size = size;

    return batch;
}


int
interconnd_batch_add(interconnd_batch_t *batch, interconnd_scheduler_t *s,
    const interconnd_view_t *view, const interconnd_party_t *party,
    const char *task_name, const char *task_id, const char *path,
    ic_str_t body)
{
    int                    rc;
    char                  *name;
    ic_str_t               permit;
    const char            *address;
    interconnd_errand_t   *errand;
    interconnd_request_t  *r;

    rc = batch_address(s, party->node_id, &address);

    if (rc != 0 || batch->count == batch->size) {
        return rc == 0 ? -1 : rc;
    }

    errand = &batch->errands[batch->count];
    r = &errand->request;

    errand->party = ic_str_z(batch->arena, ic_str(party->name));
    errand->node_id = ic_str_z(batch->arena, ic_str(party->node_id));

    if (task_name != NULL) {
        errand->task_name = ic_str_z(batch->arena, ic_str(task_name));
        errand->task_id = ic_str_z(batch->arena, ic_str(task_id));
    }

    if (batch->kind == INTERCONND_BATCH_TASK) {
        name = (char *) ic_str_fmt(s->scratch, "permit.%s",
                                   party->node_id).data;
        permit = ic_reply_get(&view->reply, name);
        r->permit = permit.len > 0 ? ic_str_z(batch->arena, permit) : NULL;
    }

    r->method = "POST";
    batch_target(batch, r, address);
    r->path = path;
    r->target_node_id = errand->node_id;
    r->body = ic_str_dup(batch->arena, body);
    r->context = errand;

    batch->count++;

    return 0;
}


void
interconnd_batch_begin(interconnd_batch_t *batch, interconnd_scheduler_t *s,
    interconnd_job_t *job, int timeout_ms)
{
    unsigned              i;
    interconnd_errand_t  *errand;

    if (batch->count == 0) {
        ic_pool_destroy(batch->arena);
        return;
    }

    job->batch = batch;
    batch->begun = ic_mono_ms();
    batch->left = batch->count;

    for (i = 0; i < batch->count; i++) {
        errand = &batch->errands[i];
        errand->job = job;

        if (interconnd_peer_begin(s->caller, batch->arena, &errand->request,
                                  timeout_ms)
            != 0)
        {
            interconnd_batch_answer(s, errand);
        }
    }
}


void
interconnd_batch_answer(interconnd_scheduler_t *s,
    interconnd_errand_t *errand)
{
    interconnd_job_t    *job;
    interconnd_batch_t  *batch;

    job = errand->job;
    batch = job->batch;

    batch->left--;

    if (batch->kind == INTERCONND_BATCH_POLL && errand->request.ok) {
        batch_state(&errand->request);
    }

    batch_contact(s, errand, batch->begun);

    if (!errand->request.ok) {
        interconnd_log("warn", "job %s: %s (%s) %s %s: %s", job->id,
                       errand->party, errand->node_id, errand->request.path,
                       errand->task_id == NULL ? "" : errand->task_id,
                       errand->request.error);
    }

    /* news of one partner do not wait for those of another */
    if (batch->kind == INTERCONND_BATCH_POLL && errand->request.ok) {
        batch_polled(s, errand);
        job->wake = 0;
    }

    if (batch->left == 0) {
        job->wake = 0;
    }
}


void
interconnd_batch_drop(interconnd_scheduler_t *s, interconnd_job_t *job)
{
    unsigned             i;
    interconnd_batch_t  *batch;

    batch = job->batch;
    if (batch == NULL) {
        return;
    }

    for (i = 0; i < batch->count; i++) {
        interconnd_peer_drop(s->caller, &batch->errands[i].request);
    }

    job->batch = NULL;
    ic_pool_destroy(batch->arena);
}


/* A poll's answer that tells no state is none. */
static void
batch_state(interconnd_request_t *request)
{
    ic_str_t                  status;
    const char *const        *state;
    static const char *const  states[] = {
        "PENDING", "READY", "RUNNING", "SUCCESS", "FAILED", NULL
    };

    status = ic_json_str(ic_json_get(request->data, "status"));

    for (state = states; *state != NULL; state++) {
        if (ic_str_is(status, *state)) {
            return;
        }
    }

    request->ok = 0;
    request->code = -1;
    snprintf(request->error, sizeof(request->error),
             "the answer to a poll has no known status: %.*s",
             (int) status.len,
             status.data == NULL ? (u_char *) "" : status.data);
}


/* Same as a callback, for partners that send none or lost one. */
static void
batch_polled(interconnd_scheduler_t *s, interconnd_errand_t *errand)
{
    ic_str_t          argv[15], status;
    ic_json_t        *data;
    ic_reply_t        reply;
    const ic_json_t  *value;

    data = errand->request.data;
    status = ic_json_str(ic_json_get(data, "status"));

    /* a state of other implementations that is before ours */
    if (ic_str_is(status, "READY")) {
        status = ic_str("PENDING");
    }

    argv[0] = ic_str(errand->task_id);
    argv[1] = ic_str(errand->node_id);
    argv[2] = status;
    argv[3] = ic_str("progress");
    argv[4] = batch_number(s->scratch, ic_json_get(data, "progress"));
    argv[5] = ic_str("stage");
    argv[6] = ic_json_str(ic_json_get(data, "stage"));
    argv[7] = ic_str("cause");
    argv[8] = ic_str("");
    argv[9] = ic_str("facts");
    argv[10] = ic_str("");

    value = ic_json_get(data, "cause");
    if (value != NULL && value->type != IC_JSON_NULL) {
        argv[8] = value->type == IC_JSON_STR ? value->text
                                  : ic_json_text(s->scratch, value);
    }

    value = ic_json_get(data, "facts");
    if (value != NULL && value->type != IC_JSON_NULL) {
        argv[10] = value->type == IC_JSON_STR ? value->text
                                   : ic_json_text(s->scratch, value);
    }

    argv[11] = ic_str("pending_reason");
    argv[12] = ic_json_str(ic_json_get(data, "pending_reason"));
    argv[13] = ic_str("pending_reason_zh");
    argv[14] = ic_json_str(ic_json_get(data, "pending_reason_zh"));

    (void) interconnd_job_store(s, &reply, "ptask_update", 15, argv);
    ic_pool_reset(s->scratch);
}


/* A number, or text of one, as text. */
static ic_str_t
batch_number(ic_arena_t *arena, const ic_json_t *node)
{
    if (node == NULL) {
        return ic_str("");
    }

    if (node->type == IC_JSON_STR) {
        return node->text;
    }

    return node->type == IC_JSON_INT || node->type == IC_JSON_NUM
           ? ic_json_text(arena, node) : ic_str("");
}


static void
batch_contact(interconnd_scheduler_t *s, interconnd_errand_t *errand,
    int64_t begun)
{
    size_t                 len;
    interconnd_job_t      *job;
    interconnd_contact_t  *contact;

    job = errand->job;
    contact = interconnd_contact(job, errand->node_id);

    if (contact == NULL) {
        len = strlen(errand->node_id) + 1;

        contact = calloc(1, sizeof(interconnd_contact_t) + len);
        if (contact == NULL) {
            interconnd_log("error", "memory is short");
            exit(1);
        }

        memcpy(contact->node_id, errand->node_id, len);
        contact->told[0] = '?';
        contact->next = job->contacts;
        job->contacts = contact;
    }

    if (interconnd_peer_outcome(&errand->request) != INTERCONND_AGAIN) {
        contact->failing = 0;
        interconnd_contact_tell(s, job, contact);
        return;
    }

    if (contact->failing == 0) {
        contact->failing = begun;
    }

    contact->cause = errand->request.status / 100 == 2
                     && errand->request.code < 0
                     ? "peer_protocol" : "peer_unreachable";
    memcpy(contact->error, errand->request.error, sizeof(contact->error));
    interconnd_contact_tell(s, job, contact);
}


interconnd_contact_t *
interconnd_contact(interconnd_job_t *job, const char *node_id)
{
    interconnd_contact_t  *contact;

    for (contact = job->contacts; contact != NULL; contact = contact->next) {
        if (strcmp(contact->node_id, node_id) == 0) {
            return contact;
        }
    }

    return NULL;
}


/* 0; 1: no approved contract with that node; -1: the store is away. */
static int
batch_address(interconnd_scheduler_t *s, const char *node_id,
    const char **address)
{
    if (ic_mono_ms() < s->addresses.until) {
        *address = batch_known(s, node_id);

        if (*address != NULL) {
            return 0;
        }
    }

    /* also a contract made since is one */
    if (batch_addresses(s) != 0) {
        return -1;
    }

    *address = batch_known(s, node_id);

    return *address == NULL;
}


/* "address speaks", of a contract */
static ic_str_t
batch_known_as(interconnd_scheduler_t *s, const ic_record_t *record)
{
    ic_str_t  address, speaks;

    address = ic_record_get(record, "address");
    speaks = ic_record_get(record, "speaks");

    if (address.len == 0 || speaks.len == 0) {
        return address;
    }

    return ic_str_fmt(s->addresses.arena, "%.*s %.*s", (int) address.len,
                      address.data, (int) speaks.len, speaks.data);
}


static void
batch_target(interconnd_batch_t *batch, interconnd_request_t *r,
    const char *known)
{
    size_t  len;

    len = strcspn(known, " ");

    r->address = ic_str_z(batch->arena, ic_str_n(known, len));
    r->speaks = known[len] == '\0'
                ? NULL : ic_str_z(batch->arena, ic_str(known + len + 1));
}


static const char *
batch_known(const interconnd_scheduler_t *s, const char *node_id)
{
    unsigned            i;
    ic_str_t            address;
    const ic_record_t  *all;

    all = &s->addresses.all;

    for (i = 0; i < all->npairs; i++) {
        if (ic_str_is(all->pairs[2 * i], node_id)) {
            address = all->pairs[2 * i + 1];
            return address.len > 0 ? (char *) address.data : NULL;
        }
    }

    return NULL;
}


static int
batch_addresses(interconnd_scheduler_t *s)
{
    ic_str_t     next;
    const char  *page;

    s->addresses.until = 0;
    memset(&s->addresses.all, 0, sizeof(ic_record_t));
    ic_pool_reset(s->addresses.arena);

    for (page = "1"; page != NULL; page = (char *) next.data) {

        if (batch_addresses_page(s, page, &next) != 0) {
            interconnd_log("error", "contract_list: %s",
                           ic_store_error(s->store));
            memset(&s->addresses.all, 0, sizeof(ic_record_t));
            return -1;
        }
    }

    s->addresses.until = ic_mono_ms() + INTERCONND_ADDRESSES_AGE;

    return 0;
}


/* next: null after the last page. */
static int
batch_addresses_page(interconnd_scheduler_t *s, const char *page,
    ic_str_t *next)
{
    unsigned      i, n;
    ic_str_t     *pairs;
    ic_reply_t    reply;
    ic_record_t  *all;

    if (ic_store_callz(s->store, s->addresses.arena, &reply, "contract_list",
                       "APPROVED", "", page, "-1", NULL)
        != 0
        || !ic_reply_ok(&reply))
    {
        return -1;
    }

    all = &s->addresses.all;
    n = all->npairs + reply.nrecords;

    pairs = ic_alloc(s->addresses.arena, 2 * (n + 1) * sizeof(ic_str_t));
    if (pairs == NULL) {
        return -1;
    }

    if (all->npairs > 0) {
        memcpy(pairs, all->pairs, 2 * all->npairs * sizeof(ic_str_t));
    }

    for (i = 0; i < reply.nrecords; i++) {
        pairs[2 * (all->npairs + i)] = ic_record_get(&reply.records[i],
                                                     "peer");
        pairs[2 * (all->npairs + i) + 1] = batch_known_as(s,
                                                          &reply.records[i]);
    }

    all->pairs = pairs;
    all->npairs = n;

    *next = ic_reply_get(&reply, "next");

    return 0;
}
