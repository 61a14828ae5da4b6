
/* psi in the messages of the open protocol finds what is common. */


#include "psi_parties.h"


#define DIRECT  "\"keys\":[\"id\"],\"protocol\":\"ecdh_psi\","               \
                "\"hash_to_curve\":\"direct_hash_as_point_x\""
#define SM2     "\"keys\":[\"id\"],\"protocol\":\"ecdh_psi\","               \
                "\"curve\":\"sm2\",\"hash_to_curve\":\"try_and_rehash\""


/* All ways to say it, with sizes about the ends of batches. */

static void
sizes(void)
{
    char      *tables[2], params[512];
    int64_t    n, from, end;
    local_t   *net;
    unsigned   i;

    static const char *const  ways[] = {
        DIRECT, DIRECT ",\"handshake\":true", DIRECT ",\"link\":\"counted\"",
        DIRECT ",\"handshake\":true,\"link\":\"counted\","
            "\"truncate_bits\":-1",
        DIRECT ",\"truncate_bits\":128,\"handshake\":true",
        DIRECT ",\"order\":\"own\"", SM2,
        SM2 ",\"handshake\":true,\"truncate_bits\":-1"
    };
    static const int64_t  both[][4] = {      /* from, rows of each */
        { 0, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 0, 5 }, { 0, 1, 0, 1 },
        { 0, 10, 50, 10 }, { 0, 50, 25, 50 }, { 0, 1023, 1, 1024 },
        { 5, 1025, 0, 1030 }, { 0, 2048, 2047, 3 }, { 7, 1, 0, 4097 }
    };

    for (i = 0; i < sizeof(both) / sizeof(both[0]) * 8; i++) {
        const int64_t  *b = both[i / 8];

        if (strstr(ways[i % 8], "sm2") != NULL && b[1] + b[3] > 1000) {
            continue;
        }

        (void) snprintf(params, sizeof(params), "{\"batch_size\":1024,%s}",
                        ways[i % 8]);
        tables[0] = psi_ids(b[0], b[1]);
        tables[1] = psi_ids(b[2], b[3]);
        net = psi_parties("guest.0 host.0", params,
                          (const char *const *) tables);
        from = b[0] > b[2] ? b[0] : b[2];
        end = b[0] + b[1] < b[2] + b[3] ? b[0] + b[1] : b[2] + b[3];
        n = end > from ? end - from : 0;

        ok(local_run(net) == 0, "%lld and %lld keys, %s: %s%s",
           (long long) b[1], (long long) b[3], ways[i % 8],
           net->parties[0].text, net->parties[1].text);
        is_int(psi_common(net, 0), n, "the guest's count");
        is_int(psi_common(net, 1), n, "the host's count");
        ok(psi_lines(psi_table(net, 0)) == n
           && strcmp(psi_table(net, 0), psi_table(net, 1)) == 0,
           "the same rows");
        ok(!local_passed(net, "id-0000", 7), "no key is sent");

        local_destroy(net);
        free(tables[0]);
        free(tables[1]);
    }
}


static void
receivers(void)
{
    char      params[512];
    local_t  *net;
    unsigned  i, k;

    static const char *const  to[] = {
        "\"receivers\":\"guest\"", "\"receivers\":\"host\"",
        "\"result_to_rank\":0", "\"result_to_rank\":1",
        "\"result_to_rank\":0,\"handshake\":true",
        "\"receivers\":\"host\",\"handshake\":true,\"link\":\"counted\""
    };
    static const char *const  tables[] = {
        "id\na\nb\nc\n", "id\nc\nd\nb\ne\n"
    };

    for (i = 0; i < 6; i++) {
        (void) snprintf(params, sizeof(params), "{%s,%s}", DIRECT, to[i]);
        net = psi_parties("guest.0 host.0", params, tables);
        ok(local_run(net) == 0, "%s: %s%s", to[i], net->parties[0].text,
           net->parties[1].text);

        for (k = 0; k < 2; k++) {
            is_int(psi_common(net, k), k == i % 2 ? 2 : -1,
                   "who receives has it, the other one not");
            ok((psi_table(net, k) != NULL) == (k == i % 2), "so of the rows");
        }

        local_destroy(net);
    }
}


/* Keys of several columns are texts with commas between them. */

static void
keys(void)
{
    local_t  *net;

    static const char *const  two[] = {
        "a,b\n1,23\n12,3\n4,5\n", "b,a\n3,12\n5,1\n"
    };
    static const char *const  one[] = {
        "id\nZoë\n张三\n z\n", "id\n张三\nz\nzoe\n"
    };
    static const char *const  run[] = {
        "a,b\n\"1,2\",3\n1,\"2,3\"\n", "a,b\n1,2\n"
    };
    static const char *const  many[] = {
        "id,n\na,1\na,2\nb,3\n", "id,n\na,4\nc,5\na,6\n"
    };

    net = psi_parties("guest.0 host.0", "{" DIRECT "}", two);
    local_params(net, LOCAL_ALL, "{\"keys\":[\"a\",\"b\"],"
                 "\"protocol\":\"ecdh_psi\","
                 "\"hash_to_curve\":\"direct_hash_as_point_x\"}");
    ok(local_run(net) == 0, "two columns");
    is_str(psi_table(net, 0), "a,b\n12,3\n", "the common one");
    local_destroy(net);

    net = psi_parties("guest.0 host.0", "{" DIRECT ",\"trim\":true,"
                      "\"order\":\"own\"}", one);
    ok(local_run(net) == 0, "trimmed, and not ASCII");
    is_str(psi_table(net, 0), "id\n张三\n z\n", "the guest's rows");
    is_str(psi_table(net, 1), "id\n张三\nz\n", "the host's");
    local_destroy(net);

    net = psi_parties("guest.0 host.0", "{\"keys\":[\"a\",\"b\"],"
                      "\"protocol\":\"ecdh_psi\","
                      "\"hash_to_curve\":\"direct_hash_as_point_x\"}", run);
    ok(local_run(net) != 0, "commas in values run together");
    is_str(net->parties[0].code, "data_duplicate_id", "... which is told");
    local_destroy(net);

    net = psi_parties("guest.0 host.0", "{" DIRECT ",\"duplicates\":\"all\","
                      "\"order\":\"own\"}", many);
    ok(local_run(net) == 0, "rows with the same key");
    is_str(psi_table(net, 0), "id,n\na,1\na,2\n", "all of the guest's");
    is_str(psi_table(net, 1), "id,n\na,4\na,6\n", "and the host's");
    local_destroy(net);
}


/* The names that job bodies of other systems have. */

static void
names(void)
{
    local_t  *net;

    static const char *const  tables[] = {
        "id,k\nx,a\ny,b\n", "id,k\nx,b\ny,b2\n"
    };

    net = psi_parties("guest.0 host.0", "{\"algo\":\"ecdh_psi\","
        "\"protocol_families\":\"ecc\",\"curve_type\":\"curve25519\","
        "\"hash_type\":\"sha_256\","
        "\"hash2curve_strategy\":\"direct_hash_as_point_x\","
        "\"point_octet_format\":\"uncompressed\","
        "\"bit_length_after_truncated\":-1,\"result_to_rank\":-1,"
        "\"field_names\":\"k\"}", tables);
    ok(local_run(net) == 0, "names of the ecosystem: %s",
       net->parties[0].text);
    is_str(psi_table(net, 0), "id,k\ny,b\n", "the guest's rows");
    ok(local_said(&net->parties[1].logs, "info") != NULL
       && strstr(local_said(&net->parties[1].logs, "info")->text,
                 "one bit of every key") != NULL, "a warning of the hash");
    local_destroy(net);
}


static void
refused(const char *guest, const char *host, const char *code,
    const char *text)
{
    local_t  *net;

    static const char *const  tables[] = { "id\na\n", "id\na\n" };

    net = psi_parties("guest.0 host.0", guest, tables);
    local_params(net, 1, host);
    ok(local_run(net) != 0, "%s: refused", text);
    ok((strcmp(net->parties[0].code, code) == 0
        && strstr(net->parties[0].text, text) != NULL)
       || (strcmp(net->parties[1].code, code) == 0
           && strstr(net->parties[1].text, text) != NULL),
       "... %s: %s %s", code, net->parties[0].text, net->parties[1].text);
    ok(psi_common(net, 0) == -1 && psi_common(net, 1) == -1, "no result");
    local_destroy(net);
}


static void
parameters(void)
{
    unsigned  i;

    static const char *const  bad[][2] = {
        { "\"protocol\":\"ecdh_psi\"", "hash_to_curve must be given" },
        { "\"protocol\":\"ecdh_psi\",\"hash_to_curve\":\"try_and_rehash\"",
          "must be direct_hash_as_point_x" },
        { "\"protocol\":\"ecdh_psi\",\"curve\":\"p256\","
          "\"hash_to_curve\":\"try_and_rehash\"", "try_and_rehash" },
        { "\"protocol\":\"ecdh_psi\",\"curve\":\"sm2\","
          "\"point_format\":\"uncompressed\","
          "\"hash_to_curve\":\"try_and_rehash\"", "x962_compressed with sm2" },
        { "\"hash_to_curve\":\"direct_hash_as_point_x\"",
          "hash_to_curve goes with protocol ecdh_psi" },
        { "\"handshake\":false", "handshake goes with protocol ecdh_psi" },
        { "\"protocol\":\"ecdh_psi\",\"mode\":\"cardinality\","
          "\"hash_to_curve\":\"direct_hash_as_point_x\"", "cardinality" },
        { "\"protocol\":\"ecdh_psi\",\"duplicates\":\"all\","
          "\"hash_to_curve\":\"direct_hash_as_point_x\"", "order own" },
        { "\"protocol\":\"ecdh_psi\",\"receivers\":\"guest\","
          "\"result_to_rank\":1,"
          "\"hash_to_curve\":\"direct_hash_as_point_x\"",
          "different parties" },
        { "\"protocol\":\"ecdh_psi\",\"truncate_bits\":264,"
          "\"hash_to_curve\":\"direct_hash_as_point_x\"",
          "more than a point has" },
        { "\"protocol\":\"ecdh_psi\",\"truncate_bits\":88,"
          "\"hash_to_curve\":\"direct_hash_as_point_x\"", "truncate_bits" }
    };
    char  params[512];

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        (void) snprintf(params, sizeof(params), "{\"keys\":[\"id\"],%s}",
                        bad[i][0]);
        refused(params, params, "bad_parameter", bad[i][1]);
    }

    refused("{" DIRECT ",\"handshake\":true}",
            "{" DIRECT ",\"handshake\":true,\"result_to_rank\":1}",
            "bad_parameter", "would give the result to others");
    refused("{" SM2 ",\"handshake\":true}",
            "{" DIRECT ",\"handshake\":true}",
            "bad_parameter", "another curve, hash or format");
    refused("{" DIRECT ",\"handshake\":true}", "{" DIRECT "}",
            "peer_protocol", "sent no handshake");
    refused("{" DIRECT "}", "{" DIRECT ",\"link\":\"counted\"}",
            "peer_protocol", "numbers its messages");
    refused("{" DIRECT ",\"link\":\"counted\"}", "{" DIRECT "}",
            "peer_protocol", "does not number its messages");
}


int
main(void)
{
    sizes();
    receivers();
    keys();
    names();
    parameters();

    return done();
}
