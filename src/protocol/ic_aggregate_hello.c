
/*
 * What every party says first, through the arbiter: its rows, its parameters
 * and a public key of this attempt that its node vouches for. The context
 * follows from what all have said.
 */


#include "ic_aggregate_state.h"


#define HELLO_TITLE    "aggregate hello 1\n"
#define HELLO_SMALLER  "aggregate smaller set 1\n"


static int hello_say(ic_aggregate_t *a, int64_t rows);
static void hello_set(const ic_aggregate_t *a, ic_message_t *content);
static ic_str_t hello_text(ic_aggregate_t *a,
    const ic_aggregate_hello_t *hello);
static int hello_roster(ic_aggregate_t *a, ic_message_t *roster);
static int hello_check(ic_aggregate_t *a, unsigned i,
    const ic_aggregate_hello_t *hello);
static int hello_secrets(ic_aggregate_t *a);


int
ic_aggregate_meet(ic_aggregate_t *a, int64_t rows)
{
    int           rc;
    ic_message_t  roster;

    if (hello_say(a, rows) != 0) {
        return -1;
    }

    rc = ic_aggregate_recv(a, &roster, IC_AGGREGATE_ROSTER, a->attempt);

    if (rc == 0) {
        rc = hello_roster(a, &roster);
    }

    ic_message_drop(&roster);

    if (rc == 0) {
        rc = ic_aggregate_bind(a);
    }

    return rc == 0 ? hello_secrets(a) : rc;
}


static int
hello_say(ic_aggregate_t *a, int64_t rows)
{
    ic_str_t               text;
    ic_message_t           message;
    ic_aggregate_peer_t   *own;
    ic_aggregate_hello_t   hello;

    own = &a->peers[a->own];
    ic_exchange_destroy(a->exchange);
    a->exchange = ic_exchange_create(own->public_key);

    if (a->exchange == NULL) {
        return ic_task_fail(a->task, "internal", NULL, 0, "no X25519 key");
    }

    own->rows = rows;
    hello.rows = rows;
    hello.digest = a->digest;
    hello.public_key = own->public_key;
    text = hello_text(a, &hello);

    if (text.data == NULL) {
        return ic_aggregate_no_memory(a);
    }

    if (ic_task_certify(a->task, text, &hello.signature, &hello.certificate)
        != 0)
    {
        return -1;
    }

    ic_message_begin(&a->wire, &message, IC_AGGREGATE_HELLO, a->attempt);
    ic_aggregate_put_hello(&message, &hello);

    return ic_message_send(&message, a->arbiter);
}


void
ic_aggregate_put_hello(ic_message_t *message,
    const ic_aggregate_hello_t *hello)
{
    ic_message_put_u64(message, (uint64_t) hello->rows);
    ic_message_put_raw(message, hello->digest, 32);
    ic_message_put_raw(message, hello->public_key, IC_EXCHANGE_KEY);
    ic_message_put_bytes(message, hello->signature.data,
                         hello->signature.len);
    ic_message_put_bytes(message, hello->certificate.data,
                         hello->certificate.len);
}


void
ic_aggregate_get_hello(ic_message_t *message, ic_aggregate_hello_t *hello)
{
    hello->rows = (int64_t) ic_message_get_u64(message);
    hello->digest = ic_message_get_raw(message, 32);
    hello->public_key = ic_message_get_raw(message, IC_EXCHANGE_KEY);
    hello->signature = ic_message_get_bytes(message);
    hello->certificate = ic_message_get_bytes(message);
}


/* What the node signs, under job, task and party; data NULL: no memory. */

static ic_str_t
hello_text(ic_aggregate_t *a, const ic_aggregate_hello_t *hello)
{
    ic_str_t      text;
    ic_message_t  content;

    memset(&content, 0, sizeof(content));

    hello_set(a, &content);
    ic_message_put_u64(&content, (uint64_t) hello->rows);
    ic_message_put_raw(&content, hello->digest, 32);
    ic_message_put_raw(&content, hello->public_key, IC_EXCHANGE_KEY);

    text = content.failed ? (ic_str_t) ic_null_string
           : ic_str_dup(ic_task_arena(a->task),
                        ic_str_n(content.data, content.len));
    ic_message_drop(&content);

    return text;
}


/*
 * The first set is the task's. Of a smaller one everybody who stays signs who
 * is in it, after which agreements (the context has all of them) and before
 * which sum: whoever is shown another set than the others has no signature of
 * theirs for it.
 */

static void
hello_set(const ic_aggregate_t *a, ic_message_t *content)
{
    unsigned  i;

    if (a->attempt == 0) {
        ic_message_put_raw(content, HELLO_TITLE, sizeof(HELLO_TITLE) - 1);
        return;
    }

    ic_message_put_raw(content, HELLO_SMALLER, sizeof(HELLO_SMALLER) - 1);
    ic_message_put_raw(content, a->wire.context, IC_MESSAGE_CONTEXT);
    ic_message_put_u32(content, a->attempt);
    ic_message_put_u32(content, a->round);
    ic_message_put_u32(content, a->count);

    for (i = 0; i < a->count; i++) {
        ic_message_put_bytes(content, a->peers[i].party->name,
                             strlen(a->peers[i].party->name));
    }
}


static int
hello_roster(ic_aggregate_t *a, ic_message_t *roster)
{
    unsigned              i;
    ic_aggregate_hello_t  hello;

    if (ic_message_get_u32(roster) != a->count) {
        return ic_task_fail(a->task, "peer_protocol", NULL, 0,
                            "%s names another set of parties",
                            a->arbiter->name);
    }

    for (i = 0; i < a->count; i++) {
        ic_aggregate_get_hello(roster, &hello);

        if (roster->failed) {
            break;
        }

        if (hello_check(a, i, &hello) != 0) {
            return -1;
        }
    }

    return ic_message_whole(roster);
}


static int
hello_check(ic_aggregate_t *a, unsigned i, const ic_aggregate_hello_t *hello)
{
    ic_str_t                    text;
    const ic_aggregate_peer_t  *peer;

    peer = &a->peers[i];

    if (i == a->own) {
        return hello->rows == peer->rows
               && memcmp(hello->public_key, peer->public_key,
                         IC_EXCHANGE_KEY)
                  == 0
               ? 0 : ic_task_fail(a->task, "peer_protocol", NULL, 0,
                                  "%s changed what we said",
                                  a->arbiter->name);
    }

    text = hello_text(a, hello);

    if (text.data == NULL) {
        return ic_aggregate_no_memory(a);
    }

    return ic_task_verify(a->task, peer->party, text, hello->signature,
                          hello->certificate)
           == 0 ? ic_aggregate_accept(a, i, hello) : -1;
}


int
ic_aggregate_accept(ic_aggregate_t *a, unsigned i,
    const ic_aggregate_hello_t *hello)
{
    ic_aggregate_peer_t  *peer;

    peer = &a->peers[i];

    if (hello->rows < 0 || hello->rows > IC_AGREE_MAX_ROWS) {
        return ic_task_fail(a->task, "peer_protocol", NULL, 0,
                            "%s declares an impossible number of rows",
                            peer->party->name);
    }

    if (memcmp(hello->digest, a->digest, sizeof(a->digest)) != 0) {
        return ic_task_fail(a->task, "bad_parameter", NULL, 0,
                            "%s has other parameters; ours are %.*s",
                            peer->party->name, (int) a->common.len,
                            (char *) a->common.data);
    }

    if (a->attempt > 0 && hello->rows != peer->rows) {
        return ic_task_fail(a->task, "peer_protocol", NULL, 0,
                            "%s has another number of rows than before",
                            peer->party->name);
    }

    peer->rows = hello->rows;
    memcpy(peer->public_key, hello->public_key, IC_EXCHANGE_KEY);

    return 0;
}


int
ic_aggregate_bind(ic_aggregate_t *a)
{
    unsigned              i;
    ic_message_t          content;
    ic_aggregate_peer_t  *peer;

    if (ic_aggregate_all_rows(a) < a->min_rows) {
        return ic_task_fail(a->task, "data_too_few", NULL, 0,
                            "%u data parties have %lld rows together, fewer "
                            "than the %lld of min_rows", a->count,
                            (long long) ic_aggregate_all_rows(a),
                            (long long) a->min_rows);
    }

    memset(&content, 0, sizeof(content));
    ic_message_put_raw(&content, a->digest, sizeof(a->digest));

    if (a->attempt > 0) {
        ic_message_put_u32(&content, a->attempt);
        ic_message_put_u32(&content, a->round);
    }

    ic_message_put_u32(&content, a->count);

    for (i = 0; i < a->count; i++) {
        peer = &a->peers[i];

        ic_message_put_bytes(&content, peer->party->name,
                             strlen(peer->party->name));
        ic_message_put_bytes(&content, peer->party->node_id,
                             strlen(peer->party->node_id));
        ic_message_put_u64(&content, (uint64_t) peer->rows);
        ic_message_put_raw(&content, peer->public_key, IC_EXCHANGE_KEY);
    }

    if (content.failed) {
        ic_message_drop(&content);
        return ic_aggregate_no_memory(a);
    }

    ic_wire_bind(&a->wire, content.data, content.len);
    ic_message_drop(&content);

    return 0;
}


static int
hello_secrets(ic_aggregate_t *a)
{
    unsigned              i;
    ic_aggregate_peer_t  *peer;

    for (i = 0; i < a->count; i++) {
        peer = &a->peers[i];

        if (i != a->own
            && ic_exchange_secret(a->exchange, peer->public_key,
                                  a->wire.context, IC_MESSAGE_CONTEXT,
                                  peer->secret)
               != 0)
        {
            return ic_task_fail(a->task, "peer_protocol", NULL, 0,
                                "%s sent an unusable key",
                                peer->party->name);
        }
    }

    ic_exchange_destroy(a->exchange);
    a->exchange = NULL;

    return 0;
}
