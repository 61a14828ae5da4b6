
/*
 * Three and more parties: what each finds against a plain comparison, on
 * random sets; nobody learns what a smaller group of them has in common.
 */


#include <openssl/rand.h>
#include <stdlib.h>

#include "psi_parties.h"


#define IDS    400
#define MANY   8


static unsigned  lie;


static const char *const  names[] = {
    NULL, NULL, "guest.0 host.0", "guest.0 host.0 host.1",
    "guest.0 host.0 host.1 host.2", NULL, "guest.0 host.0 host.1 host.2 "
    "host.3 host.4", NULL, "guest.0 host.0 host.1 host.2 host.3 host.4 "
    "host.5 host.6"
};


/* Sets as bits: of each id who has it. */

static void
draw(u_char has[IDS], unsigned parties, uint64_t *seed)
{
    unsigned  i, k;

    for (i = 0; i < IDS; i++) {
        has[i] = 0;

        for (k = 0; k < parties; k++) {
            *seed = *seed * 6364136223846793005 + 1442695040888963407;

            if ((*seed >> 60) < 12 || i < 3) {
                has[i] |= (u_char) (1 << k);
            }
        }
    }
}


static char *
table(const u_char has[IDS], unsigned party)
{
    FILE      *out;
    char      *text;
    size_t     len;
    unsigned   i;

    out = open_memstream(&text, &len);
    fputs("id,v\n", out);

    for (i = 0; i < IDS; i++) {

        /* every party's rows in an order of its own */

        unsigned  id = i * (10 * party + 7) % IDS;

        if ((has[id] >> party) & 1) {
            fprintf(out, "key-%05u,%u\n", id, id + 1000 * party);
        }
    }

    fclose(out);

    return text;
}


static local_t *
create(const u_char has[IDS], unsigned parties, const char *more)
{
    char      params[256], *tables[MANY];
    local_t  *net;
    unsigned  i;

    (void) snprintf(params, sizeof(params), "{\"keys\":[\"id\"],"
                    "\"batch_size\":1024%s}", more);

    for (i = 0; i < parties; i++) {
        tables[i] = table(has, i);
    }

    net = psi_parties(names[parties], params, (const char *const *) tables);

    for (i = 0; i < parties; i++) {
        free(tables[i]);
    }

    return net;
}


/* The ids of a table in its order, without values. */

static char *
ids(local_t *net, unsigned i)
{
    char        *out, *text;
    size_t       len;
    FILE        *file;
    const char  *rows, *end;

    rows = psi_table(net, i);

    if (rows == NULL) {
        return strdup("");
    }

    file = open_memstream(&text, &len);

    for (rows = strchr(rows, '\n') + 1; *rows != '\0'; rows = end + 1) {
        end = strchr(rows, '\n');
        fprintf(file, "%.9s ", rows);
    }

    fclose(file);
    out = text;

    return out;
}


static void
finds(unsigned parties, unsigned receivers, const char *more, uint64_t *seed)
{
    bool       all;
    char      *first, *found, id[16];
    u_char     has[IDS];
    local_t   *net;
    unsigned   i, k, common;

    draw(has, parties, seed);

    for (common = 0, i = 0; i < IDS; i++) {
        common += has[i] == (1 << parties) - 1;
    }

    net = create(has, parties, more);
    ok(local_run(net) == 0, "%u parties%s", parties, more);

    for (k = 0; k < parties; k++) {
        is_str(net->parties[k].text, "", "%u does not fail", k);
    }

    first = NULL;

    for (k = 0; k < parties; k++) {

        if (((receivers >> k) & 1) == 0) {
            is_int(psi_common(net, k), -1, "%u does not learn how many", k);
            ok(psi_table(net, k) == NULL, "... nor which");
            continue;
        }

        is_int(psi_common(net, k), common, "%u learns how many", k);
        found = ids(net, k);

        for (all = true, i = 0; i < IDS; i++) {
            (void) snprintf(id, sizeof(id), "key-%05u", i);
            all = all && (strstr(found, id) != NULL)
                         == (strstr(more, "cardinality") == NULL
                             && has[i] == (1 << parties) - 1);
        }

        ok(all, "... and which");
        ok(first == NULL || strcmp(first, found) == 0,
           "... in the same order");
        free(first);
        first = found;
    }

    free(first);
    local_destroy(net);
}


/* Rows multiply over all receivers, those of the first outermost. */

static void
joins(void)
{
    local_t  *net;

    static const char *const  tables[] = {
        "a,n\nx,1\nx,2\ny,3\n", "a,n\nx,4\nz,5\nx,6\n", "a,n\nx,7\nx,8\nx,9\n"
    };

    net = psi_parties("guest.0 host.0 host.1",
                      "{\"keys\":[\"a\"],\"duplicates\":\"all\"}", tables);
    ok(local_run(net) == 0, "duplicates of three: %s", net->parties[0].text);
    is_str(psi_table(net, 0), "a,n\nx,1\nx,1\nx,1\nx,1\nx,1\nx,1\nx,2\nx,2\n"
           "x,2\nx,2\nx,2\nx,2\n", "the first's rows");
    is_str(psi_table(net, 1), "a,n\nx,4\nx,4\nx,4\nx,6\nx,6\nx,6\nx,4\nx,4\n"
           "x,4\nx,6\nx,6\nx,6\n", "the second's");
    is_str(psi_table(net, 2), "a,n\nx,7\nx,8\nx,9\nx,7\nx,8\nx,9\nx,7\nx,8\n"
           "x,9\nx,7\nx,8\nx,9\n", "the third's");
    local_destroy(net);
}


/*
 * Keys that only two have: the leader's tags of them and its helper's words
 * are other ones whether they are there or not. What the leader receives is
 * counted: as much as without a single key in common.
 */

static void
hides(uint64_t *seed)
{
    u_char            has[IDS];
    size_t            bytes[2];
    local_t          *net;
    unsigned          run, i;
    local_message_t  *m;

    for (run = 0; run < 2; run++) {

        /* everybody has 150 keys; of three pairs all or none are the same */

        for (i = 0; i < IDS; i++) {
            has[i] = run == 0
                     ? (i < 150 ? 3 : i < 300 ? 4 : 0)
                     : (i < 150 ? 5 : i < 300 ? 2 : 0);
        }

        net = create(has, 3, "");
        ok(local_run(net) == 0, "nothing in common: %s",
           net->parties[0].text);

        for (i = 0; i < 3; i++) {
            is_int(psi_common(net, i), 0, "%u finds nothing", i);
        }

        bytes[run] = 0;

        for (m = net->first; m != NULL; m = m->next) {
            bytes[run] += m->to == 0 ? m->len : 0;
        }

        ok(!local_passed(net, "key-0", 5), "no key passes");
        local_destroy(net);
    }

    is_int((long long) bytes[0], (long long) bytes[1],
           "as much passes whichever two have keys in common");
}


static const struct {
    const char  *what;
    unsigned     from;
    unsigned     kind;
    const char  *text;
} lies[] = {
    { "a public key of small order", 2, PSI_KEY, "is not who it says" },
    { "another's signature", 2, PSI_KEY, "is not who it says" },
    { "an answer that is none", 2, PSI_ANSWERS, "of small order" },
    { "a query that is none", 0, PSI_QUERIES, "of small order" },
    { "a store too short", 2, PSI_STORE, "were agreed" },
    { "more in common than there is", 0, PSI_FOUND, "more keys are common" },
    { "a key that nobody has", 0, PSI_RESULT, "names a key that is not" },
    { "a key twice", 0, PSI_RESULT, "names a key that is not" },
    { "points for a beat", 0, PSI_BEAT, "were agreed" },
    { NULL, 0, 0, NULL }
};


static void
tamper(local_t *net, local_message_t *m)
{
    u_char  *body;

    if (m->from != lies[lie].from || m->data[3] != lies[lie].kind
        || net->tampered)
    {
        return;
    }

    net->tampered++;
    body = m->data + IC_MESSAGE_HEADER;

    switch (lie) {
    case 0: memset(body, 0, 32); break;
    case 1: body[40] ^= 1; break;
    case 2: case 3: memset(body + 32, 0, 32); break;
    case 4: m->len -= 16; break;
    case 5: body[0] ^= 1; break;
    case 6: body[3] ^= 1; break;
    case 7: memcpy(body + 16, body, 16); break;
    case 8: m->data[3] = PSI_POINTS; break;
    }
}


static void
hostile(uint64_t *seed)
{
    bool       found;
    u_char     has[IDS];
    local_t   *net;
    unsigned   i;

    for (lie = 0; lies[lie].what != NULL; lie++) {
        draw(has, 3, seed);
        net = create(has, 3, "");
        net->tamper = tamper;
        ok(local_run(net) != 0, "%s: fails", lies[lie].what);
        is_int(net->tampered, 1, "told once");

        for (found = false, i = 0; i < 3; i++) {
            found = found || strstr(net->parties[i].text, lies[lie].text);
            ok(psi_table(net, i) == NULL, "%u has no result", i);
        }

        ok(found, "the cause: %s, %s, %s", net->parties[0].text,
           net->parties[1].text, net->parties[2].text);
        local_destroy(net);
    }
}


int
main(void)
{
    local_t   *net;
    uint64_t   seed;
    unsigned   n;

    static const char *const  empty[] = { "id\n", "id\na\n", "id\na\n" };
    static const char *const  one[] = { "id\na\n", "id\na\n", "id\na\n" };

    RAND_bytes((u_char *) &seed, sizeof(seed));
    printf("# seed %llu\n", (unsigned long long) seed);

    for (n = 3; n <= 4; n++) {
        finds(n, (1u << n) - 1, "", &seed);
        finds(n, 1, ",\"receivers\":\"guest\"", &seed);
        finds(n, (1u << n) - 2, ",\"receivers\":\"host\"", &seed);
        finds(n, 5, ",\"receivers\":[\"guest.0\",\"host.1\"]", &seed);
        finds(n, 4, ",\"receivers\":[\"host.1\"]", &seed);
        finds(n, (1u << n) - 1, ",\"mode\":\"cardinality\"", &seed);
        finds(n, 4, ",\"mode\":\"cardinality\",\"receivers\":[\"host.1\"]",
              &seed);
    }

    finds(8, 255, ",\"receivers\":\"all\"", &seed);
    finds(6, 2, ",\"receivers\":[\"host.0\"]", &seed);
    finds(3, 7, ",\"curve\":\"p256\"", &seed);

    net = psi_parties("guest.0 host.0 host.1", "{\"keys\":[\"id\"]}", empty);
    ok(local_run(net) == 0, "an empty table among three: %s",
       net->parties[0].text);
    is_int(psi_common(net, 2), 0, "nothing");
    local_destroy(net);

    net = psi_parties("guest.0 host.0 host.1", "{\"keys\":[\"id\"]}", one);
    ok(local_run(net) == 0, "a single key");
    is_str(psi_table(net, 2), "id\na\n", "is found");
    local_destroy(net);

    net = psi_parties("guest.0 host.0 host.1", "{\"keys\":[\"id\"],"
                      "\"receivers\":[\"host.7\"]}", one);
    ok(local_run(net) != 0, "a receiver that there is not");
    is_str(net->parties[0].code, "bad_parameter", "is refused");
    local_destroy(net);

    joins();
    hides(&seed);
    hostile(&seed);

    return done();
}
