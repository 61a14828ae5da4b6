
/*
 * The data of a task. Others name it, by dataset or by query; this node
 * decides: only what is registered here, and only for whom its owner has
 * approved it.
 */


#include <stdio.h>

#include "../api/ic_sql.h"
#include "../lib/ic_codec.h"
#include "../source/ic_source.h"
#include "interconnd_runner.h"
#include "interconnd_runner_query.h"


/* A query's parts in the order that rows are read. */

static const char *const  input_parts[] = { "pos", "neg", NULL };


static int input_query(interconnd_child_t *child, const ic_json_t *sql,
    const char *part);
static int input_approved(interconnd_child_t *child, ic_str_t sql,
    const char *digest, const char *part);
static int input_dataset(interconnd_child_t *child, ic_str_t dataset_id,
    const char *part);
static int input_permitted(interconnd_child_t *child, ic_str_t dataset_id,
    interconnd_source_t *source);
static ic_json_t *input_location(interconnd_child_t *child,
    ic_str_t dataset_id, interconnd_source_t *source);
static int input_fixed(interconnd_child_t *child, ic_str_t dataset_id,
    interconnd_source_t *source, const ic_reply_t *record);
static int input_count(interconnd_child_t *child,
    interconnd_source_t *source);
static void input_source(ic_json_out_t *out,
    const interconnd_source_t *source);
static int interconnd_input_reads(interconnd_child_t *child, ic_str_t path);


int
interconnd_input(interconnd_child_t *child)
{
    int               rc;
    unsigned          n;
    const ic_json_t  *part, *param, *sql;

    param = interconnd_param(child, "dataset_id");
    sql = interconnd_param(child, "data_sql");

    if (param == NULL && sql == NULL) {
        return 0;
    }

    if (param != NULL) {
        rc = input_dataset(child, ic_json_str(param), "dataset_id");

    } else if (sql->type == IC_JSON_STR) {
        rc = input_query(child, sql, "data_sql");

    } else {
        rc = 0;

        for (n = 0; rc == 0 && input_parts[n] != NULL; n++) {
            part = ic_json_get(sql, input_parts[n]);

            if (part != NULL) {
                rc = input_query(child, part, input_parts[n]);
            }
        }
    }

    return rc;
}


int
interconnd_input_write(interconnd_child_t *child)
{
    unsigned       n;
    ic_json_out_t  out;

    if (child->nsources == 0) {
        return 0;
    }

    ic_out_init(&out, child->pool);
    ic_out_object(&out, NULL);
    ic_out_array(&out, "sources");

    for (n = 0; n < child->nsources; n++) {
        input_source(&out, &child->sources[n]);
    }

    ic_out_array_end(&out);
    ic_out_object(&out, "facts");
    ic_out_object_end(&out);
    ic_out_object_end(&out);

    child->train_data = ic_out_text(&out);

    if (child->train_data.data == NULL) {
        interconnd_child_fail(child, "internal", "memory is short");
        return -1;
    }

    return 0;
}


/* The owner registered the query, or has approved the text for who asks. */

static int
input_query(interconnd_child_t *child, const ic_json_t *sql,
    const char *part)
{
    char        digest[65];
    ic_str_t    text;
    ic_reply_t  reply;

    text = ic_json_str(sql);

    if (text.len == 0
        || ic_sql_digest(child->runner->pool, text, digest) != 0)
    {
        interconnd_child_fail(child, "bad_parameter",
                              "data_sql, %s: no query", part);
        return -1;
    }

    text = ic_str(digest);

    if (interconnd_input_call(child, &reply, "dataset_find", &text, 1) != 0) {
        return -1;
    }

    if (!ic_reply_ok(&reply)) {
        return input_approved(child, ic_json_str(sql), digest, part);
    }

    return input_dataset(child, ic_reply_get(&reply, "dataset_id"), part);
}


static int
input_approved(interconnd_child_t *child, ic_str_t sql, const char *digest,
    const char *part)
{
    interconnd_source_t  *source;

    source = &child->sources[child->nsources];
    source->part = part;

    if (interconnd_query(child, sql, digest, source) != 0) {
        return -1;
    }

    child->nsources++;

    return 0;
}


static int
input_dataset(interconnd_child_t *child, ic_str_t dataset_id,
    const char *part)
{
    ic_json_t            *location;
    interconnd_source_t  *source;

    if (!ic_id_valid(dataset_id)) {
        interconnd_child_fail(child, "bad_parameter",
                              "dataset_id: no identifier");
        return -1;
    }

    source = &child->sources[child->nsources];
    source->part = part;

    if (input_permitted(child, dataset_id, source) != 0) {
        return -1;
    }

    location = input_location(child, dataset_id, source);

    if (location == NULL) {
        return -1;
    }

    child->nsources++;
    source->id = ic_str_dup(child->pool, dataset_id);
    source->location = location;
    source->foreign = source->fixed
                      || ic_str_is(ic_json_str(ic_json_get(location, "type")),
                                   "odbc");

    /* a database's rows are known when they are read; what is compared with
     * a digest must be what the task gets */

    if (source->foreign) {
        return 0;
    }

    if (input_count(child, source) != 0) {
        return -1;
    }

    return interconnd_input_reads(child, ic_json_str(ic_json_get(location,
                                                                 "path")));
}


/* The program of a package may read this absolute path. */

static int
interconnd_input_reads(interconnd_child_t *child, ic_str_t path)
{
    if (path.len == 0 || path.data[0] != '/') {
        return 0;
    }

    if (child->nreads == INTERCONND_RUNNER_READS) {
        interconnd_child_fail(child, "bad_parameter", "more than %d inputs",
                              INTERCONND_RUNNER_READS);
        return -1;
    }

    child->maps[child->nreads] = -1;
    child->reads[child->nreads] = ic_str_z(child->pool, path);

    if (child->reads[child->nreads] == NULL) {
        interconnd_child_fail(child, "internal", "memory is short");
        return -1;
    }

    child->nreads++;

    return 0;
}


static int
input_permitted(interconnd_child_t *child, ic_str_t dataset_id,
    interconnd_source_t *source)
{
    ic_str_t    argv[3];
    ic_reply_t  reply;

    argv[0] = dataset_id;
    argv[1] = ic_str(child->initiator);
    argv[2] = ic_str(child->task_id);

    if (interconnd_input_call(child, &reply, "dataset_permitted", argv, 3)
        != 0)
    {
        return -1;
    }

    if (!ic_reply_ok(&reply)) {
        interconnd_child_fail(child, ic_str_is(reply.status, "permit_scope")
                                     ? "data_out_of_scope"
                                     : "data_not_approved",
                              "dataset %.*s for node %s: %.*s",
                              (int) dataset_id.len, dataset_id.data,
                              child->initiator, (int) reply.detail.len,
                              reply.detail.data);
        return -1;
    }

    source->jti = ic_str_dup(child->pool, ic_reply_get(&reply, "jti"));

    if (ic_str_int(ic_reply_get(&reply, "rows_left"), &source->rows) != 0) {
        source->rows = -1;
    }

    return 0;
}


static ic_json_t *
input_location(interconnd_child_t *child, ic_str_t dataset_id,
    interconnd_source_t *source)
{
    ic_str_t    argv[2], status;
    ic_json_t  *location;
    ic_reply_t  reply;

    argv[0] = ic_str("dataset");
    argv[1] = dataset_id;

    if (interconnd_input_call(child, &reply, "object_get", argv, 2) != 0) {
        return NULL;
    }

    status = ic_reply_get(&reply, "status");

    if (!ic_reply_ok(&reply)
        || (!ic_str_is(status, "1") && !ic_str_is(status, "ENABLED")))
    {
        interconnd_child_fail(child, "data_not_approved",
                              "dataset %.*s is not online here",
                              (int) dataset_id.len, dataset_id.data);
        return NULL;
    }

    location = ic_json_parse(child->pool,
                             ic_str_dup(child->pool,
                                        ic_reply_get(&reply, "location")),
                             NULL);

    if (location == NULL || location->type != IC_JSON_OBJECT) {
        interconnd_child_fail(child, "data_unreadable",
                              "dataset %.*s has no location",
                              (int) dataset_id.len, dataset_id.data);
        return NULL;
    }

    return input_fixed(child, dataset_id, source, &reply) == 0 ? location
                                                               : NULL;
}


/* Its owner has published a digest, and no other rows are handed out. */

static int
input_fixed(interconnd_child_t *child, ic_str_t dataset_id,
    interconnd_source_t *source, const ic_reply_t *record)
{
    ic_str_t  digest;

    source->fixed = ic_str_is(ic_reply_get(record, "content"), "fixed");

    if (!source->fixed) {
        return 0;
    }

    digest = ic_reply_get(record, "content_digest");
    source->digest = ic_str_z(child->pool, digest);
    source->content_key = ic_str_dup(child->pool,
                                     ic_reply_get(record, "content_key"));

    if (digest.len == 0 || source->digest == NULL
        || source->content_key.len == 0)
    {
        interconnd_child_fail(child, "data_changed",
                              "dataset %.*s is fixed and is not described "
                              "yet", (int) dataset_id.len, dataset_id.data);
        return -1;
    }

    return 0;
}


static int
input_count(interconnd_child_t *child, interconnd_source_t *source)
{
    int64_t            n;
    ic_source_error_t  error;

    if (source->rows < 0) {
        return 0;
    }

    n = ic_source_rows(source->location, &error);

    if (n < 0) {
        interconnd_child_fail(child, error.code, "%s", error.text);
        return -1;
    }

    return interconnd_input_settle(child, source, n);
}


/*
 * Rows are paid for before they are handed out. source->rows becomes what was
 * paid for: a source that grows meanwhile has no more.
 */

int
interconnd_input_settle(interconnd_child_t *child,
    interconnd_source_t *source, int64_t n)
{
    char        rows[24];
    ic_str_t    argv[4];
    ic_reply_t  reply;

    if (source->rows < 0 || source->jti.len == 0) {
        return 0;
    }

    snprintf(rows, sizeof(rows), "%lld", (long long) n);

    argv[0] = source->jti;
    argv[1] = ic_str_fmt(child->runner->pool, "%s:%s", child->task_id,
                         source->part);
    argv[2] = ic_str(rows);
    argv[3] = ic_str("0");

    if (interconnd_input_call(child, &reply, "permit_settle", argv, 4) != 0) {
        return -1;
    }

    if (!ic_reply_ok(&reply)) {
        interconnd_child_fail(child, "data_rows_exceeded", "%.*s",
                              (int) reply.detail.len, reply.detail.data);
        return -1;
    }

    source->rows = n;

    return 0;
}


static void
input_source(ic_json_out_t *out, const interconnd_source_t *source)
{
    const ic_json_t  *member;

    ic_out_object(out, NULL);

    if (source->foreign) {
        ic_out_z(out, "type", "table");
        ic_out_z(out, "path", source->table);

    } else {
        for (member = source->location->child;
             member != NULL;
             member = member->next)
        {
            ic_out_key(out, member->key);
            ic_out_node(out, NULL, member);
        }
    }

    if (source->rows >= 0) {
        ic_out_int(out, "max_rows", source->rows);
    }

    ic_out_object_end(out);
}


int
interconnd_input_call(interconnd_child_t *child, ic_reply_t *reply,
    const char *function, const ic_str_t *argv, unsigned argc)
{
    interconnd_runner_t  *runner;

    runner = child->runner;

    if (ic_store_call(runner->store, runner->pool, reply, function, argc,
                      argv)
        != 0)
    {
        interconnd_log("error", "task %s: %s: %s", child->task_id, function,
                       ic_store_error(runner->store));
        interconnd_child_fail(child, "store_unavailable", "%s", function);
        return -1;
    }

    /* that is nothing that its owner would have to approve */

    if (ic_str_is(reply->status, "evidence_behind")) {
        interconnd_child_fail(child, "evidence_behind", "%.*s",
                              (int) reply->detail.len,
                              (char *) reply->detail.data);
        return -1;
    }

    return 0;
}
