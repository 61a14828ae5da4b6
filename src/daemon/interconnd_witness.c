
#include <stdio.h>

#include "../evidence/ic_cosign.h"
#include "../lib/ic_codec.h"
#include "../trust/ic_cert.h"
#include "interconnd_witness.h"


#define WITNESS_LOOK_MS   1000
#define WITNESS_PAUSE_MS  60000      /* after what could not be done */


/* One turn. */
typedef struct {
    const interconnd_conf_t  *conf;
    ic_store_t               *store;
    ic_arena_t               *arena;
    ic_log_t                 *log;
    char                     *error;     /* IC_LOG_ERROR bytes */
} witness_t;


static int witness_record(witness_t *w, const ic_record_t *record);
static int witness_ask(witness_t *w, const ic_record_t *record);
static ic_str_t witness_body(witness_t *w, uint64_t from, ic_str_t note);
static int witness_answer(witness_t *w, const ic_record_t *record);
static ic_str_t witness_verify(witness_t *w, const ic_record_t *record,
    const ic_head_t *head, ic_str_t *credential);
static int witness_settle(witness_t *w, ic_str_t node_id,
    const ic_head_t *head, const char *reason);
static int witness_call(witness_t *w, ic_reply_t *reply,
    const char *function, unsigned argc, const ic_str_t *argv);


/* Entries about heads: for them alone no head is cosigned, or there would be
 * no end of it. */
static const char *const  witness_own[] = {
    "HEAD_COSIGNED", "HEAD_REFUSED", NULL
};

/* What parties may want to hold each other to at once. */
static const char *const  witness_urgent[] = { "JOB_FINISHED", NULL };


static bool witness_is(const char *const *names, ic_str_t code);


void
interconnd_witness_open(interconnd_witness_t *witness, const ic_log_t *log)
{
    memset(witness, 0, sizeof(interconnd_witness_t));
    witness->worth = ic_log_size(log);
}


void
interconnd_witness_saw(interconnd_witness_t *witness,
    const ic_entry_t *entry)
{
    if (!witness_is(witness_own, entry->code)) {
        witness->worth = entry->seq + 1;
    }

    if (witness_is(witness_urgent, entry->code)) {
        witness->urgent = entry->seq + 1;
    }
}


static bool
witness_is(const char *const *names, ic_str_t code)
{
    while (*names != NULL && !ic_str_is(code, *names)) {
        names++;
    }

    return *names != NULL;
}


int
interconnd_witness_turn(interconnd_witness_t *witness,
    const interconnd_conf_t *conf, ic_store_t *store, ic_arena_t *arena,
    ic_log_t *log, char *error)
{
    int         rc;
    int64_t     now;
    ic_str_t    argv[3];
    unsigned    i;
    ic_reply_t  reply;
    witness_t   w = { conf, store, arena, log, error };

    now = ic_mono_ms();

    if (now < witness->asked + WITNESS_LOOK_MS && witness->asked != 0) {
        return 0;
    }

    witness->asked = now;
    argv[0] = ic_str_fmt(arena, "%llu", conf->evidence_witness == 0
                         ? 0 : (unsigned long long) witness->worth);
    argv[1] = ic_str_fmt(arena, "%llu", (unsigned long long)
                         witness->urgent);
    argv[2] = ic_str(witness->begun ? "0" : "1");

    rc = witness_call(&w, &reply, "witness_turn", 3, argv);

    for (i = 0; rc == 0 && i < reply.nrecords; i++) {
        rc = witness_record(&w, &reply.records[i]);
    }

    /* heads that were told and are not on the disk are told again */

    witness->begun = rc == 0;

    if (rc != 0) {
        witness->asked = now + WITNESS_PAUSE_MS;
    }

    return rc;
}


static int
witness_record(witness_t *w, const ic_record_t *record)
{
    ic_str_t  what;

    what = ic_record_get(record, "what");

    if (ic_str_is(what, "ask")) {
        return witness_ask(w, record);
    }

    if (ic_str_is(what, "answer")) {
        return witness_answer(w, record);
    }

    return ic_log_peer(w->log, ic_record_get(record, "node_id"),
                       ic_record_get(record, "checkpoint"), w->error);
}


static int
witness_ask(witness_t *w, const ic_record_t *record)
{
    int64_t     from;
    ic_str_t    argv[5], note;
    ic_head_t   head;
    ic_reply_t  reply;

    note = ic_log_head(w->log);

    /* what a partner says of this log may be more than it has */

    if (ic_str_int(ic_record_get(record, "from"), &from) != 0
        || ic_head_parse(w->arena, note, &head) != NULL
        || (uint64_t) from > head.size)
    {
        from = 0;
    }

    argv[0] = ic_record_get(record, "node_id");
    argv[1] = note;
    argv[2] = ic_str_fmt(w->arena, "%llu", (unsigned long long) head.size);
    argv[3] = witness_body(w, (uint64_t) from, note);
    argv[4] = ic_str_fmt(w->arena, "%lld",
                         (long long) w->conf->evidence_witness * 1000);

    return (argv[3].data == NULL)
           ? -1 : witness_call(w, &reply, "witness_ask", 5, argv);
}


static ic_str_t
witness_body(witness_t *w, uint64_t from, ic_str_t note)
{
    int              i, count;
    ic_hash_t        proof[IC_TREE_LEVELS];
    ic_json_out_t    out;
    static ic_str_t  none;

    count = (from == 0) ? 0 : ic_log_proof(w->log, from, proof, w->error);

    if (count < 0) {
        return none;
    }

    ic_out_init(&out, w->arena);
    ic_out_object(&out, NULL);
    ic_out_int(&out, "old_size", (int64_t) from);
    ic_out_array(&out, "proof");

    for (i = 0; i < count; i++) {
        ic_out_str(&out, NULL,
                   ic_base64(w->arena, ic_str_n(proof[i].byte,
                                                sizeof(proof[i].byte)),
                             false));
    }

    ic_out_array_end(&out);
    ic_out_str(&out, "checkpoint", note);
    ic_out_object_end(&out);

    return ic_out_text(&out);
}


/* Nothing counts that does not verify, and nothing that is not on the disk. */

static int
witness_answer(witness_t *w, const ic_record_t *record)
{
    ic_str_t    node_id, note, credential;
    ic_head_t   head;

    node_id = ic_record_get(record, "node_id");
    note = ic_record_get(record, "checkpoint");

    if (ic_head_parse(w->arena, note, &head) != NULL) {
        return witness_settle(w, node_id, &head, "no head was asked for");
    }

    note = witness_verify(w, record, &head, &credential);

    if (note.data == NULL) {
        interconnd_log("warn", "node %.*s: its cosignature does not verify "
                       "with its contract's credential", (int) node_id.len,
                       node_id.data);
        return witness_settle(w, node_id, &head, "its cosignature does not "
                              "verify with its contract's credential");
    }

    if (ic_log_cosigned(w->log, note, head.size, credential, w->error) != 0)
    {
        return -1;
    }

    return witness_settle(w, node_id, &head, NULL);
}


/* The note of head and cosignature; data NULL: of no key of the contract. */

static ic_str_t
witness_verify(witness_t *w, const ic_record_t *record,
    const ic_head_t *head, ic_str_t *credential)
{
    EVP_PKEY  *key;
    ic_str_t   note;
    unsigned   i;

    static const char *const  names[] = {
        "auth_credential", "old_credential"
    };

    note.data = NULL;
    note.len = 0;

    for (i = 0; i < 2 && note.data == NULL; i++) {
        *credential = ic_record_get(record, names[i]);
        key = (credential->len == 0) ? NULL
                                     : ic_cert_public_key(*credential);

        if (key != NULL) {
            note = ic_cosign_note(w->arena, head->text,
                                  ic_record_get(record, "cosignature"),
                                  ic_record_get(record, "node_id"), key);
            EVP_PKEY_free(key);
        }
    }

    return note;
}


/* reason NULL: it is in the log's folder. */

static int
witness_settle(witness_t *w, ic_str_t node_id, const ic_head_t *head,
    const char *reason)
{
    ic_str_t    argv[6];
    ic_reply_t  reply;

    argv[0] = node_id;
    argv[1] = ic_str_fmt(w->arena, "%llu", (unsigned long long) head->size);
    argv[2] = ic_str(reason == NULL ? "1" : "0");
    argv[3] = head->origin;
    argv[4] = ic_base64(w->arena, ic_str_n(head->root.byte,
                                           sizeof(head->root.byte)), false);
    argv[5] = ic_str(reason == NULL ? "" : reason);

    return witness_call(w, &reply, "witness_settled", 6, argv);
}


static int
witness_call(witness_t *w, ic_reply_t *reply, const char *function,
    unsigned argc, const ic_str_t *argv)
{
    if (ic_store_call(w->store, w->arena, reply, function, argc, argv) != 0)
    {
        snprintf(w->error, IC_LOG_ERROR, "the store: %s",
                 ic_store_error(w->store));
        return -1;
    }

    if (!ic_reply_ok(reply)) {
        snprintf(w->error, IC_LOG_ERROR, "the store: %s: %.*s %.*s",
                 function, (int) reply->status.len, reply->status.data,
                 (int) reply->detail.len, reply->detail.data);
        return -1;
    }

    return 0;
}
