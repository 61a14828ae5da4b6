
/*
 * A peer that does not follow the protocol: each of its lies ends the task
 * with peer_protocol and without a result; never by a crash.
 */


#include "psi_parties.h"


#define ROWS  2048


static unsigned  lie, number;


static void
resize(local_message_t *m, size_t len)
{
    m->data = realloc(m->data, len + 1);

    if (len > m->len) {
        memset(m->data + m->len, 1, len - m->len);
    }

    m->len = len;
}


/* The host is the one that lies: in the lie-th way, in one message. */

static const struct {
    const char  *what;
    unsigned     kind;
    const char  *text;           /* in the guest's cause */
} lies[] = {
    { "a point too few", PSI_POINTS, "where 32768 were agreed" },
    { "a point too many", PSI_POINTS, "where 32768 were agreed" },
    { "half a point", PSI_POINTS, "where 32768 were agreed" },
    { "no points", PSI_POINTS, "where 32768 were agreed" },
    { "the point 0", PSI_POINTS, "of small order" },
    { "the point 1", PSI_POINTS, "of small order" },
    { "the point p - 1", PSI_POINTS, "of small order" },
    { "the point p", PSI_POINTS, "not canonical" },
    { "a high bit", PSI_POINTS, "not canonical" },
    { "a point twice in a batch", PSI_POINTS, "twice" },
    { "our points", PSI_POINTS, "of ours" },
    { "another number", PSI_POINTS, "was expected" },
    { "another kind", PSI_POINTS, "was expected" },
    { "another run", PSI_POINTS, "of another run" },
    { "another version", PSI_POINTS, "no message of this protocol" },
    { "nothing at all", PSI_POINTS, "no message of this protocol" },
    { "a tag too few", PSI_TAGS, "where 12288 were agreed" },
    { "a tag twice", PSI_TAGS, "twice" },
    { "another tag", PSI_TAGS, "has not found the same" },
    { "its size", PSI_HELLO, "of another run" },
    { "other parameters", PSI_HELLO, "has other parameters" },
    { "our hello", PSI_HELLO, "our own message" },
    { "an early end", PSI_POINTS, "the end number 0 where" },
    { "another digest", PSI_END, "has not found the same" },
    { "a counted nothing", PSI_COUNTS, "rows of a common key" },
    { NULL, 0, NULL }
};


/* What the other party sends first of a kind, awaited. */

static local_message_t *
guests(local_t *net, unsigned kind)
{
    local_message_t  *m;

    for ( ;; ) {

        for (m = net->first; m != NULL; m = m->next) {
            if (m->from == 0 && m->data[3] == kind) {
                return m;
            }
        }

        pthread_cond_wait(&net->changed, &net->lock);
    }
}


static void
tamper(local_t *net, local_message_t *m)
{
    u_char           *body;
    local_message_t  *guest;

    static const u_char  small[] = { 0, 1, 0xec };

    if (m->from != 1 || m->len < IC_MESSAGE_HEADER
        || m->data[3] != lies[lie].kind
        || m->data[7] != number)
    {
        return;
    }

    net->tampered++;
    body = m->data + IC_MESSAGE_HEADER;

    switch (lie) {
    case 0: resize(m, m->len - 32); break;
    case 1: resize(m, m->len + 32); break;
    case 2: resize(m, m->len - 16); break;
    case 3: resize(m, IC_MESSAGE_HEADER); break;

    case 4: case 5: case 6: case 7:
        memset(body + 320, lie < 6 ? 0 : 0xff, 32);
        body[320] = lie == 7 ? 0xed : small[lie - 4];
        body[351] &= 0x7f;
        break;

    case 8: body[31] |= 0x80; break;
    case 9: memcpy(body + 32, body, 32); break;

    case 10:
        guest = guests(net, PSI_POINTS);
        memcpy(body + 96, guest->data + IC_MESSAGE_HEADER + 64, 32);
        break;

    case 11: m->data[7]++; break;
    case 12: m->data[3] = PSI_TAGS; break;
    case 13: m->data[8] ^= 1; break;
    case 14: m->data[1]++; break;
    case 15: m->len = 0; break;
    case 16: resize(m, m->len - 12); break;
    case 17: memcpy(body + 12, body, 12); break;
    case 18: body[0] ^= 1; break;
    case 19: body[7] ^= 1; break;
    case 20: body[50] ^= 1; break;

    case 21:
        guest = guests(net, PSI_HELLO);
        memcpy(m->data, guest->data, guest->len);
        break;

    case 22: m->data[3] = PSI_END; m->data[7] = 0; break;
    case 23: body[0] ^= 1; break;
    case 24: body[7] ^= 0x80; break;
    }
}


static void
run(const char *params)
{
    char     *tables[2];
    local_t  *net;

    tables[0] = psi_ids(0, ROWS);
    tables[1] = psi_ids(0, ROWS);
    net = psi_parties("guest.0 host.0", params, (const char *const *) tables);
    net->tamper = tamper;

    ok(local_run(net) != 0, "%s, number %u: fails", lies[lie].what, number);
    is_int(net->tampered, 1, "it was told once");

    /* who hears another size notices first: points of another run */

    ok(net->parties[0].rc != 0 && net->parties[1].rc != 0, "at both");
    is_str(net->parties[0].code, lie == 20 ? "bad_parameter"
                                           : "peer_protocol", "the cause");
    ok(strstr(net->parties[0].text, lies[lie].text) != NULL, "says: %s",
       net->parties[0].text);
    ok(strncmp(net->parties[1].code, "peer_", 5) == 0, "the other's: %s",
       net->parties[1].code);
    ok(psi_table(net, 0) == NULL
       && local_output(net, 0, "report") == NULL,
       "no result");

    local_destroy(net);
    free(tables[0]);
    free(tables[1]);
}


int
main(void)
{
    static const char  all[] = "{\"keys\":[\"id\"],\"batch_size\":1024,"
                               "\"duplicates\":\"all\"}";

    for (lie = 0; lies[lie].what != NULL; lie++) {
        for (number = 0; number < 2; number++) {

            /* hellos, ends and counts have one message here */

            if (number == 0 || (lies[lie].kind != PSI_HELLO
                                && lies[lie].kind != PSI_END
                                && lies[lie].kind != PSI_COUNTS))
            {
                run(all);
            }
        }
    }

    return done();
}
