
/* What a party does when the other one breaks the protocol of pir. */


#include "../../src/components/pir/pir_wire.h"
#include "../../src/lib/ic_codec.h"
#include "../../src/math/ic_x25519.h"
#include "task_local.h"


#define LOCAL_GUEST  0
#define LOCAL_HOST   1


#define BOTH(method)                                                          \
    "{\"method\":\"" method "\",\"keys\":[\"id\"],\"labels\":[\"v\"],"         \
    "\"batch_size\":4,\"max_queries\":8}"

#define WHOLE  UINT32_MAX


typedef struct {
    const char  *what;
    unsigned     linear;
    unsigned     from;           /* whose message */
    unsigned     kind;
    unsigned     offset;         /* behind the header, or WHOLE */
    const char  *bytes;          /* put there, or instead of the body */
    size_t       len;
    long         cut;            /* bytes less, or more */
    unsigned     as;             /* another kind, 0: as it is */
    const char  *text;           /* of the cause; NULL: nobody fails */
    const char  *code;
} case_t;


static void run_case(const case_t *c);
static void tamper(local_t *net, local_message_t *m);
static void tamper_entries(local_t *net, local_message_t *m);
static void run_spoilt(void);
static void run_noise(void);


static const case_t  *current;
static u_char         spoilt[PIR_DIGEST];

static const char  small[32];
static const char  beyond[32] = {
    (char) 0xed, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0x7f
};


static const case_t  cases[] = {

    { "a blinded point of small order", 0, LOCAL_GUEST, PIR_POINTS, 32,
      small, 32, 0, 0, "point 1 of guest.0 is not canonical or of small",
      "peer_protocol" },
    { "one that is not canonical", 0, LOCAL_GUEST, PIR_POINTS, 96, beyond, 32,
      0, 0, "point 3 of guest.0", "peer_protocol" },
    { "too few points", 0, LOCAL_GUEST, PIR_POINTS, 0, NULL, 0, 32, 0,
      "guest.0 sent END number 0 where POINTS number 1 was "
      "expected", "peer_protocol" },
    { "too many points", 0, LOCAL_GUEST, PIR_POINTS, 0, NULL, 0, -32, 0,
      "POINTS 0 of guest.0 has 160 bytes, 4 items of 32", "peer_protocol" },
    { "a piece of a point", 0, LOCAL_GUEST, PIR_POINTS, 0, NULL, 0, 1, 0,
      "POINTS 0 of guest.0 has 127 bytes", "peer_protocol" },
    { "no points at all", 0, LOCAL_GUEST, PIR_POINTS, 0, NULL, 0, 0, PIR_END,
      "guest.0 sent END number 0 where POINTS number 0 was "
      "expected", "peer_protocol" },
    { "points that are not those of the end", 0, LOCAL_GUEST, PIR_POINTS, 0,
      "\x55", 1, 0, 0, "the digest of POINTS that guest.0 sent",
      "peer_protocol" },
    { "more queries than allowed", 0, LOCAL_GUEST, PIR_HELLO, WHOLE,
      "12", 0, 0, 0, "max_queries allows 8", "data_rows_exceeded" },
    { "queries that fill no batch", 0, LOCAL_GUEST, PIR_HELLO, WHOLE,
      "3", 0, 0, 0, "no multiple of batch_size", "peer_protocol" },
    { "no queries", 0, LOCAL_GUEST, PIR_HELLO, WHOLE, "0", 0, 0, 0,
      "no multiple of batch_size", "peer_protocol" },
    { "fewer than none", 0, LOCAL_GUEST, PIR_HELLO, WHOLE, "-4", 0, 0, 0,
      "has no queries from 0", "peer_protocol" },
    { "a hello that is none", 0, LOCAL_GUEST, PIR_HELLO, 0, "]", 1, 0, 0,
      "is no JSON object", "peer_protocol" },
    { "an offer that is none", 0, LOCAL_HOST, PIR_HELLO, 0, "x", 1, 0, 0,
      "is no JSON object", "peer_protocol" },
    { "other parameters", 0, LOCAL_HOST, PIR_AGREEMENT, 40, "0000000000", 10,
      0, 0, "host.0 has other parameters", "bad_parameter" },

    { "a product of small order", 0, LOCAL_HOST, PIR_PRODUCTS, 64, small, 32,
      0, 0, "product 2 of host.0", "peer_protocol" },
    { "one product less", 0, LOCAL_HOST, PIR_PRODUCTS, 0, NULL, 0, 32, 0,
      "host.0 sent END number 0 where PRODUCTS number 1 was "
      "expected", "peer_protocol" },
    { "an early end of the table", 0, LOCAL_HOST, PIR_ENTRIES, 0, NULL, 0, 0,
      PIR_END, "host.0 sent END number 0 where ENTRIES number 0 was expected",
      "peer_protocol" },
    { "a row less", 0, LOCAL_HOST, PIR_ENTRIES, 0, NULL, 0, 44, 0,
      "host.0 sent END number 0 where ENTRIES number 1 was "
      "expected", "peer_protocol" },
    { "a changed row", 0, LOCAL_HOST, PIR_ENTRIES, 50, "\x77", 1, 0, 0,
      "the digest of ENTRIES that host.0 sent is another",
      "peer_protocol" },
    { "more than that it is done", 0, LOCAL_GUEST, PIR_DONE, 0, NULL, 0, -1,
      0, "says more than that it is done", "peer_protocol" },

    { "a changed hint", 1, LOCAL_HOST, PIR_HINT, 70, "\x77", 1, 0, 0,
      "the digest of HINT that host.0 sent is another", "peer_protocol" },
    { "a short hint", 1, LOCAL_HOST, PIR_HINT, 0, NULL, 0, 4096, 0,
      "host.0 sent END number 0 where HINT number 1 was "
      "expected", "peer_protocol" },
    { "no word of the hashing", 1, LOCAL_HOST, PIR_HELLO, 0, NULL, 0, -2, 0,
      "is no JSON object", "peer_protocol" },
    { "a query for another hint", 1, LOCAL_GUEST, PIR_QUERY, 0, "\x77", 1, 0,
      0, "QUERY 0 of guest.0 is for another hint", "peer_protocol" },
    { "a query that is too long", 1, LOCAL_GUEST, PIR_QUERY, 0, NULL, 0, -4,
      0, "QUERY 0 of guest.0 has", "peer_protocol" },
    { "a query that is too short", 1, LOCAL_GUEST, PIR_QUERY, 0, NULL, 0, 4,
      0, "QUERY 0 of guest.0 has", "peer_protocol" },
    { "an answer that is too short", 1, LOCAL_HOST, PIR_ANSWER, 0, NULL, 0,
      4, 0, "ANSWER 0 of host.0 has", "peer_protocol" },
    { "no answer", 1, LOCAL_HOST, PIR_ANSWER, 0, NULL, 0, 0, PIR_DONE,
      "host.0 sent DONE number 0 where ANSWER number 0 was "
      "expected", "peer_protocol" }
};


int
main(void)
{
    size_t  i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        run_case(&cases[i]);
    }

    run_spoilt();
    run_noise();

    return done();
}


static void
run_case(const case_t *c)
{
    char           *answers;
    local_t        *net;
    ic_task_t      *party;

    current = c;
    net = local_create(pir_run, "guest.0 host.0");
    net->tamper = tamper;
    local_params(net, LOCAL_GUEST, c->linear ? BOTH("linear") : BOTH("oprf"));
    local_csv(net, LOCAL_GUEST, "train_data", "id\na\nb\nx\n");
    local_params(net, LOCAL_HOST, c->linear ? BOTH("linear") : BOTH("oprf"));
    local_csv(net, LOCAL_HOST, "train_data", "id,v\na,1\nb,2\nc,3\n");

    printf("# %s\n", c->what);
    is_int(local_run(net), -1, "the task fails");

    party = &net->parties[1 - c->from];
    is_str(party->code, c->code, "who received it says so");
    ok(strstr(party->text, c->text) != NULL, "and what: %s", party->text);
    is_int(net->parties[0].rc & net->parties[1].rc,
           c->kind == PIR_DONE ? 0 : -1, "and how the guest ends");
    answers = local_table(net, LOCAL_GUEST, "dataset");
    ok(c->kind == PIR_DONE || answers == NULL, "no answers");

    local_destroy(net);
}


static void
tamper(local_t *net, local_message_t *m)
{
    char  *p;

    if (m->from != current->from || m->data[3] != current->kind
        || m->data[7] != 0)
    {
        return;
    }

    if (current->offset == WHOLE) {
        m->data = realloc(m->data, m->len + 16);
        m->data[m->len] = '\0';
        p = strstr((char *) m->data + IC_MESSAGE_HEADER, "\"queries\":");
        (void) snprintf(p, 32, "\"queries\":%s}", current->bytes);
        m->len = IC_MESSAGE_HEADER + strlen((char *) m->data
                                            + IC_MESSAGE_HEADER);
        return;
    }

    if (current->bytes != NULL) {
        memcpy(m->data + IC_MESSAGE_HEADER + current->offset, current->bytes,
               current->len);
    }

    if (current->cut < 0) {
        m->data = realloc(m->data, m->len + (size_t) -current->cut);
        memset(m->data + m->len, 0x33, (size_t) -current->cut);
    }

    m->len -= (size_t) current->cut;

    if (current->as != 0) {
        m->data[3] = (u_char) current->as;
    }
}


/* Labels that do not open: a host that lies must not learn who is asked for. */

static void
run_spoilt(void)
{
    char     *answers;
    local_t  *net;

    net = local_create(pir_run, "guest.0 host.0");
    net->tamper = tamper_entries;
    local_params(net, LOCAL_GUEST, BOTH("oprf"));
    local_csv(net, LOCAL_GUEST, "train_data", "id\na\nb\nx\n");
    local_params(net, LOCAL_HOST, BOTH("oprf"));
    local_csv(net, LOCAL_HOST, "train_data", "id,v\na,1\nb,2\nc,3\n");

    printf("# entries that do not open\n");
    is_int(local_run(net), 0, "nobody fails");
    answers = local_table(net, LOCAL_GUEST, "dataset");
    is_str(answers, "id,found,v\na,false,\nb,false,\nx,false,\n",
           "they are as good as none");
    ok(local_said(&net->parties[LOCAL_GUEST].logs, "error") != NULL,
       "the guest's own log says so");
    ok(local_said(&net->parties[LOCAL_HOST].logs, "error") == NULL,
       "the host's does not");

    local_destroy(net);
}


/* The last byte of every label's seal, and the digest of what is sent. */

static void
tamper_entries(local_t *net, local_message_t *m)
{
    size_t  i;

    if (m->data[3] == PIR_ENTRIES) {

        for (i = IC_MESSAGE_HEADER + 43; i < m->len; i += 44) {
            m->data[i] ^= 1;
        }

        ic_sha256(spoilt, m->data + IC_MESSAGE_HEADER,
                  m->len - IC_MESSAGE_HEADER);

    } else if (m->data[3] == PIR_END
               && m->data[IC_MESSAGE_HEADER + 3] == PIR_ENTRIES)
    {
        memcpy(m->data + IC_MESSAGE_HEADER + 12, spoilt, PIR_DIGEST);
    }
}


/* Every byte of an answer changed: not found, and no word to the host. */

static void
run_noise(void)
{
    char     *answers;
    local_t  *net;

    static const case_t  noise = {
        "", 1, LOCAL_HOST, PIR_ANSWER, 0, NULL, 0, 0, 0, NULL, NULL
    };

    static char    junk[4096];
    static case_t  c;

    memset(junk, 0x5c, sizeof(junk));
    c = noise;
    c.bytes = junk;
    c.len = 3 * 44 * 4;
    current = &c;

    net = local_create(pir_run, "guest.0 host.0");
    net->tamper = tamper;
    local_params(net, LOCAL_GUEST,
                 "{\"method\":\"linear\","
                 "\"keys\":[\"id\"],\"batch_size\":1}");
    local_csv(net, LOCAL_GUEST, "train_data", "id\na\n");
    local_params(net, LOCAL_HOST, "{\"method\":\"linear\",\"keys\":[\"id\"],"
              "\"labels\":[\"v\"],\"batch_size\":1}");
    local_csv(net, LOCAL_HOST, "train_data", "id,v\na,1\n");

    printf("# answers that say nothing\n");
    is_int(local_run(net), 0, "nobody fails");
    answers = local_table(net, LOCAL_GUEST, "dataset");
    is_str(answers, "id,found,v\na,false,\n", "the guest found nothing");
    is_str(net->parties[LOCAL_HOST].code, "", "the host is told nothing");

    local_destroy(net);
}
