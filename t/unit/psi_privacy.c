
/*
 * All that passes between two parties, in two runs on the same data: no key
 * and no hash of one, nothing that comes again, and nothing but what was
 * declared goes to whom it was declared for.
 */


#include <openssl/evp.h>

#include "../../src/math/ic_okvs.h"
#include "psi_parties.h"


#define ROWS   2500
#define WINDOW 8


typedef struct {
    uint64_t  *words;            /* every window of 8 bytes, sorted */
    size_t     count;
    size_t     lengths[3][16];   /* bytes of bodies by sender and kind */
    size_t     messages;
} record_t;


static int
by_word(const void *one, const void *two)
{
    uint64_t  a, b;

    memcpy(&a, one, sizeof(a));
    memcpy(&b, two, sizeof(b));

    return (a > b) - (a < b);
}


static void
record(const char *names, const char *params, record_t *to)
{
    char             *tables[3];
    size_t            i, end, room;
    local_t          *net;
    local_message_t  *m;

    tables[0] = psi_ids(0, ROWS);
    tables[1] = psi_ids(ROWS / 2, ROWS);
    tables[2] = psi_ids(ROWS / 4, ROWS);
    net = psi_parties(names, params, (const char *const *) tables);
    ok(local_run(net) == 0, "%s: %s%s", params, net->parties[0].text,
       net->parties[1].text);

    memset(to, 0, sizeof(record_t));

    for (room = 0, m = net->first; m != NULL; m = m->next) {
        room += m->len;
    }

    to->words = calloc(room, sizeof(uint64_t));

    for (m = net->first; m != NULL; m = m->next) {
        to->messages++;
        to->lengths[m->from][m->data[3]] += m->len - IC_MESSAGE_HEADER;

        /*
         * version, kind, number and how many keys there are, are public; so
         * is a certificate, the last twelve bytes here
         */

        end = m->data[3] == PSI_KEY ? m->len - 12 : m->len;

        for (i = m->data[3] == PSI_HELLO ? IC_MESSAGE_HEADER + 8 : 8;
             i + WINDOW <= end;
             i++)
        {
            memcpy(&to->words[to->count++], m->data + i, WINDOW);
        }
    }

    qsort(to->words, to->count, sizeof(uint64_t), by_word);

    local_destroy(net);
    free(tables[0]);
    free(tables[1]);
    free(tables[2]);
}


static bool
has(const record_t *in, const void *bytes)
{
    return bsearch(bytes, in->words, in->count, sizeof(uint64_t), by_word)
           != NULL;
}


static unsigned
repeated(const record_t *one, const record_t *two)
{
    size_t    i;
    unsigned  n;

    for (n = 0, i = 0; i < one->count; i++) {
        n += has(two, &one->words[i]);
    }

    return n;
}


/* First and last bytes of the digests of an id, alone and as it is hashed. */

static unsigned
traces(const record_t *in, const char *digest)
{
    int            i;
    char           id[32];
    u_char         hash[64], key[64];
    size_t         len;
    unsigned       n, size, k;

    for (n = 0, i = 0; i < ROWS + ROWS / 2; i++) {
        len = (size_t) snprintf(id, sizeof(id), "id-%06d", i);
        n += has(in, id) + has(in, id + 1);

        memcpy(key, "\0\0\0\1\0\0\0", 7);
        key[7] = (u_char) len;
        memcpy(key + 8, id, len);

        for (k = 0; k < 2; k++) {
            EVP_Digest(k ? key : (u_char *) id, k ? len + 8 : len, hash,
                       &size, EVP_get_digestbyname(digest), NULL);
            n += has(in, hash) + has(in, hash + size - WINDOW)
                 + has(in, hash + 4);
        }
    }

    return n;
}


static void
check(const char *params, unsigned receivers, bool cardinality)
{
    unsigned  i, k;
    record_t  one, two;

    static const char *const  digests[] = {
        "SHA256", "SM3", "SHA512", "SHA1", "MD5"
    };

    record("guest.0 host.0", params, &one);
    record("guest.0 host.0", params, &two);

    ok(one.count > 100000, "%zu windows of 8 bytes", one.count);
    is_int(repeated(&one, &two), 0, "nothing comes again in another run");

    for (i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
        is_int(traces(&one, digests[i]), 0, "no id, no %s of one",
               digests[i]);
    }

    for (i = 0; i < 2; i++) {
        is_int((long long) one.lengths[i][PSI_POINTS], ROWS * 32,
               "points as declared");
        is_int((long long) one.lengths[i][PSI_TAGS],
               (receivers & (2u >> i)) ? ROWS * PSI_TAG : 0,
               "tags only to a receiver");
        is_int((long long) one.lengths[i][PSI_END],
               receivers == 3 ? PSI_DIGEST : 0, "what the end tells");
        is_int((long long) one.lengths[i][PSI_HELLO], 72, "and the hello");

        for (k = 0; k < 8; k++) {
            if (k != PSI_POINTS && k != PSI_TAGS && k != PSI_END
                && k != PSI_HELLO && k != PSI_COUNTS)
            {
                is_int((long long) one.lengths[i][k], 0, "nothing else");
            }
        }
    }

    free(one.words);
    free(two.words);
}


/* Of three: the same, and what goes to whom. */

static void
three(const char *params, bool third)
{
    size_t    store;
    record_t  one, two;

    store = ic_okvs_size(ROWS) * PSI_SHARE;
    record("guest.0 host.0 host.1", params, &one);
    record("guest.0 host.0 host.1", params, &two);

    is_int(repeated(&one, &two), 0, "three: nothing comes again");
    is_int(traces(&one, "SHA512"), 0, "... no id, no SHA512 of one");
    is_int(traces(&one, "SHA256"), 0, "... no SHA256 of one");
    is_int((long long) one.lengths[2][PSI_STORE], (long long) store,
           "a helper's store, whatever is in it");
    is_int((long long) one.lengths[2][PSI_ANSWERS], ROWS * 32, "answers");
    is_int((long long) (one.lengths[2][PSI_POINTS]
                        + one.lengths[2][PSI_TAGS]), 0,
           "no point and no tag of a helper's keys");
    is_int((long long) (one.lengths[1][PSI_STORE]
                        + one.lengths[1][PSI_ANSWERS]), 0,
           "nothing of the partner to the leader but points and tags");
    ok((one.lengths[0][PSI_RESULT] > 0) == third,
       "the result to a third one that receives");

    free(one.words);
    free(two.words);
}


/* The search finds what is there. */

static void
control(void)
{
    u_char    hash[32];
    uint64_t  words[2];
    record_t  in;

    memset(&in, 0, sizeof(in));
    ic_sha256(hash, "id-000007", 9);
    memcpy(&words[0], hash, 8);
    memcpy(&words[1], "id-00000", 8);
    in.words = words;
    in.count = 2;
    qsort(words, 2, sizeof(uint64_t), by_word);

    is_int(traces(&in, "SHA256"), 11, "hashes and ids are found");
}


int
main(void)
{
    control();

    check("{\"keys\":[\"id\"],\"batch_size\":1024}", 3, false);
    check("{\"keys\":[\"id\"],\"receivers\":\"guest\"}", 1, false);
    check("{\"keys\":[\"id\"],\"receivers\":\"host\"}", 2, false);
    check("{\"keys\":[\"id\"],\"mode\":\"cardinality\","
          "\"batch_size\":1024}", 3, true);
    check("{\"keys\":[\"id\"],\"mode\":\"cardinality\","
          "\"receivers\":\"host\"}", 2, true);
    check("{\"keys\":[\"id\"],\"duplicates\":\"all\"}", 3, false);

    three("{\"keys\":[\"id\"],\"batch_size\":1024}", true);
    three("{\"keys\":[\"id\"],\"receivers\":\"guest\"}", false);
    three("{\"keys\":[\"id\"],\"mode\":\"cardinality\"}", false);
    three("{\"keys\":[\"id\"],\"duplicates\":\"all\"}", true);

    return done();
}
