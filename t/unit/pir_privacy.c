
/*
 * All messages of runs of pir, recorded: the statement's negative claims.
 * No keyword, key or label, no plain hash of one; nothing that repeats
 * between two runs with the same input but what is declared; lengths that do
 * not depend on what is found.
 */


#include "../../src/components/pir/pir_oprf.h"
#include "../../src/components/pir/pir_wire.h"
#include "../../src/lib/ic_codec.h"
#include "task_local.h"


#define LOCAL_GUEST  0
#define LOCAL_HOST   1


#define PARAMS(method)                                                        \
    "{\"method\":\"" method "\",\"keys\":[\"id\"],\"labels\":[\"v\"],"         \
    "\"batch_size\":8}"

#define WINDOW  8


typedef struct {
    u_char  *data;
    size_t   len;
    size_t   messages;
    size_t   sizes[64];
    char    *answers;
    char     shown[4096];        /* of the guest */
} record_t;


static void test_method(const char *method, const char *params);
static void record(record_t *r, const char *task, const char *params,
    const char *keywords, const char *table);
static void show(record_t *r, ic_task_t *task);
static void append(record_t *r, const local_message_t *m);
static void forget(record_t *r);
static unsigned known(const record_t *r, const char *word);
static int holds(const record_t *r, const void *bytes, size_t len);
static size_t repeated(const record_t *one, const record_t *two);
static int by_window(const void *one, const void *two);


static const char  table[] =
    "id,v\nPATIENT-104711,diagnosis-I21.9-aaaa\n"
    "PATIENT-104712,diagnosis-J45.0-bbbb\n"
    "PATIENT-104713,diagnosis-C50.1-cccc\n"
    "PATIENT-104714,diagnosis-E11.9-dddd\n";

static const char  present[] =
    "id\nPATIENT-104711\nPATIENT-104713\nPATIENT-104713\n";

static const char  absent[] =
    "id\nPATIENT-204711\nPATIENT-204713\nPATIENT-204714\n";

static const char *const  words[] = {
    "PATIENT-104711", "PATIENT-104712", "PATIENT-104713", "PATIENT-104714",
    "diagnosis-I21.9-aaaa", "diagnosis-J45.0-bbbb", "diagnosis-C50.1-cccc",
    "diagnosis-E11.9-dddd", NULL
};


int
main(void)
{
    test_method("oprf", PARAMS("oprf"));
    test_method("linear", PARAMS("linear"));

    return done();
}


static void
test_method(const char *method, const char *params)
{
    size_t    i;
    unsigned  n, found;
    record_t  one, two, missing;

    record(&one, "task-1", params, present, table);
    record(&two, "task-2", params, present, table);
    record(&missing, "task-3", params, absent, table);

    ok(strstr(one.answers, "PATIENT-104713,true,diagnosis-C50.1-cccc")
       != NULL && strstr(missing.answers, "true") == NULL,
       "%s: found, and missing", method);
    ok(one.len > 1000 && one.messages <= 64, "%zu bytes of %zu messages",
       one.len, one.messages);

    for (found = 0, n = 0; words[n] != NULL; n++) {
        found += known(&one, words[n]) + known(&missing, words[n]);
    }

    is_int(found, 0, "no key or label, nor a hash of one, as bytes or text");
    is_int(known(&one, "\"rows\":4"), 1, "what is there would be found");

    is_int((long long) repeated(&one, &two), 0,
           "no 8 bytes repeat between two runs with the same input");
    is_int((long long) repeated(&one, &missing), 0,
           "nor with another one");

    ok(strstr(one.shown, "of 8;") != NULL
       && strstr(one.shown, "of 3;") == NULL
       && strstr(one.shown, "of 2;") == NULL,
       "the initiator is shown queries, not keywords nor what is found");
    is_str(missing.shown, one.shown, "and the same, found or not");
    is_int((long long) one.messages, (long long) missing.messages,
           "as many messages, found or not");

    for (found = 0, i = 0; i < one.messages; i++) {
        found += one.sizes[i] != missing.sizes[i]
                 || one.sizes[i] != two.sizes[i];
    }

    is_int(found, 0, "each as long");

    forget(&one);
    forget(&two);
    forget(&missing);

    /* fewer keywords, and other lengths of labels, within what is declared */

    record(&one, "task-4", params, "id\nPATIENT-104712\n", table);
    record(&two, "task-5", params, "id\nno\nne\nof\nthem\n",
           "id,v\na,diagnosis-I21.9-aaa\nb,\nc,x\nd,y\n");

    for (found = 0, i = 0; i < one.messages; i++) {
        found += one.sizes[i] != two.sizes[i];
    }

    is_int((long long) one.messages - (long long) two.messages + found, 0,
           "nor do lengths tell of keywords in a batch and of labels");

    forget(&one);
    forget(&two);
}


static void
record(record_t *r, const char *task, const char *params,
    const char *keywords, const char *rows)
{
    local_t          *net;
    local_message_t  *m;

    memset(r, 0, sizeof(record_t));
    net = local_create(pir_run, "guest.0 host.0");
    net->task_id = task;
    local_params(net, LOCAL_GUEST, params);
    local_csv(net, LOCAL_GUEST, "train_data", keywords);
    local_params(net, LOCAL_HOST, params);
    local_csv(net, LOCAL_HOST, "train_data", rows);
    ok(local_run(net) == 0, "%s", task);

    for (m = net->first; m != NULL; m = m->next) {
        append(r, m);
    }

    r->answers = strdup(local_table(net, LOCAL_GUEST, "dataset"));
    show(r, &net->parties[LOCAL_GUEST]);
    local_destroy(net);
}


static void
show(record_t *r, ic_task_t *task)
{
    char      *p, *end;
    unsigned   i;

    p = r->shown;
    end = p + sizeof(r->shown);

    for (i = 0; i < task->stages.count; i++) {
        p += snprintf(p, (size_t) (end - p), "%s;", task->stages.of[i].text);
    }

    for (i = 0; i < task->facts.count; i++) {
        p += snprintf(p, (size_t) (end - p), "%s of %lld;",
                      task->facts.of[i].name,
                      (long long) task->facts.of[i].number);
    }
}


static void
append(record_t *r, const local_message_t *m)
{
    r->data = realloc(r->data, r->len + m->len);
    memcpy(r->data + r->len, m->data, m->len);
    r->len += m->len;
    r->sizes[r->messages++ % 64] = m->len;
}


static void
forget(record_t *r)
{
    free(r->data);
    free(r->answers);
}


/* The word, its digests, its point before it is multiplied. */

static unsigned
known(const record_t *r, const char *word)
{
    size_t       len;
    char         hex[129];
    u_char       digest[64], point[32], context[PIR_DIGEST] = { 0 };
    u_char       cell[64];
    unsigned     n, i, written, hits;
    pir_oprf_t  *oprf;

    static const char *const  names[] = {
        "MD5", "SHA1", "SHA256", "SHA512", "SM3"
    };

    len = strlen(word);
    hits = holds(r, word, len) != 0;

    for (n = 0; n < sizeof(names) / sizeof(names[0]); n++) {

        if (!EVP_Digest(word, len, digest, &written,
                        EVP_get_digestbyname(names[n]), NULL))
        {
            continue;
        }

        ic_hex(hex, digest, written);
        hits += holds(r, digest, 12) != 0;
        hits += holds(r, hex, 24) != 0;
    }

    memset(cell, 0, 4);
    cell[3] = (u_char) (len + 1);
    memcpy(cell + 4, word, len);

    oprf = pir_oprf_create(context);

    for (i = 0; i < 2; i++) {
        ok(ic_x25519_hash(oprf->hash, i ? cell : (const void *) word,
                          i ? len + 4 : len, point) == 0, "a point");
        hits += holds(r, point, 12) != 0;
        ic_x25519_map(point, point, 1);
        hits += holds(r, point, 12) != 0;
    }

    pir_oprf_destroy(oprf);

    return hits;
}


static int
holds(const record_t *r, const void *bytes, size_t len)
{
    return memmem(r->data, r->len, bytes, len) != NULL;
}


/*
 * Windows of both, but those that are declared: headers up to the context,
 * hellos, that no rows are told, ends up to the digest, and bytes that are all
 * the same.
 */

static size_t
repeated(const record_t *one, const record_t *two)
{
    size_t           i, k, n, from, common;
    u_char         **windows, **p, *end;
    const record_t  *r;

    windows = malloc((one->len + two->len + 2) * sizeof(u_char *));
    common = 0;

    for (p = windows, n = 0; n < 2; n++) {
        r = n == 0 ? one : two;

        for (i = 0, k = 0; k < r->messages; i += r->sizes[k++]) {
            from = r->data[i + 3] == PIR_HELLO ? r->sizes[k]
                   : r->data[i + 3] == PIR_END ? IC_MESSAGE_HEADER + 12
                   : r->data[i + 3] == PIR_AGREEMENT ? IC_MESSAGE_HEADER + 8
                   : 8;
            end = r->data + i + r->sizes[k];

            for (from += i; r->data + from + WINDOW <= end; from++) {
                *p++ = r->data + from;
            }
        }
    }

    n = (size_t) (p - windows);
    qsort(windows, n, sizeof(u_char *), by_window);

    for (i = 1; i < n; i++) {
        common += memcmp(windows[i - 1], windows[i], WINDOW) == 0
                  && (windows[i - 1] < one->data
                      || windows[i - 1] >= one->data + one->len)
                     != (windows[i] < one->data
                         || windows[i] >= one->data + one->len);
    }

    free(windows);

    return common;
}


static int
by_window(const void *one, const void *two)
{
    return memcmp(*(u_char *const *) one, *(u_char *const *) two, WINDOW);
}
