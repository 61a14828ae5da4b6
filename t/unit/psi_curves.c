
/* The same on SM2 and P-256: what is found, and points that are none. */


#include <pthread.h>

#include "psi_parties.h"


#define ROWS   60
#define POINT  33


static unsigned  lie;


static const struct {
    const char  *what;
    const char  *text;           /* in the guest's cause */
} lies[] = {
    { "infinity", "not on the curve" },
    { "x of no point", "not on the curve" },
    { "x beyond p", "not on the curve" },
    { "the uncompressed form", "not on the curve" },
    { "a point twice", "twice" },
    { "a point and its negative", "twice" },
    { "our point", "of ours" },
    { "the negative of our point", "of ours" },
    { "a point too few", "where 1980 were agreed" },
    { NULL, NULL }
};


static u_char *
guests(local_t *net)
{
    local_message_t  *m;

    for ( ;; ) {

        for (m = net->first; m != NULL; m = m->next) {
            if (m->from == 0 && m->data[3] == PSI_POINTS) {
                return m->data + IC_MESSAGE_HEADER;
            }
        }

        pthread_cond_wait(&net->changed, &net->lock);
    }
}


static void
tamper(local_t *net, local_message_t *m)
{
    u_char  *body;

    if (m->from != 1 || m->data[3] != PSI_POINTS) {
        return;
    }

    net->tampered++;
    body = m->data + IC_MESSAGE_HEADER;

    switch (lie) {
    case 0: memset(body + POINT, 0, POINT); break;

    /* x = 2: for neither curve is x^3 - 3 x + b a square */

    case 1: memset(body + 1, 0, POINT - 1); body[POINT - 1] = 2; break;
    case 2: memset(body + 1, 0xff, POINT - 1); break;
    case 3: body[0] = 4; break;
    case 4: memcpy(body + POINT, body, POINT); break;
    case 5: memcpy(body + POINT, body, POINT); body[0] ^= 1; break;
    case 6: memcpy(body, guests(net) + POINT, POINT); break;
    case 7: memcpy(body, guests(net) + POINT, POINT); body[0] ^= 1; break;
    case 8: m->len -= POINT; break;
    }
}


static local_t *
create(const char *curve, const char *more)
{
    char      params[160], *tables[2];
    local_t  *net;

    (void) snprintf(params, sizeof(params), "{\"keys\":[\"id\"],"
                    "\"batch_size\":1024,\"curve\":\"%s\"%s}", curve, more);
    tables[0] = psi_ids(0, ROWS);
    tables[1] = psi_ids(ROWS / 3, ROWS);
    net = psi_parties("guest.0 host.0", params, (const char *const *) tables);
    free(tables[0]);
    free(tables[1]);

    return net;
}


static void
finds(const char *curve)
{
    local_t  *net;

    net = create(curve, "");
    ok(local_run(net) == 0, "%s: %s%s", curve, net->parties[0].text,
       net->parties[1].text);
    is_int(psi_common(net, 0), ROWS - ROWS / 3, "%s: how many", curve);
    ok(strcmp(psi_table(net, 0), psi_table(net, 1)) == 0, "... the same");
    ok(strstr(psi_table(net, 0), "id-000020,") != NULL
       && strstr(psi_table(net, 0), "id-000019,") == NULL, "... the right");
    local_destroy(net);

    net = create(curve, ",\"mode\":\"cardinality\",\"receivers\":\"host\"");
    ok(local_run(net) == 0, "%s: only how many", curve);
    is_int(psi_common(net, 0), -1, "... not for the guest");
    is_int(psi_common(net, 1), ROWS - ROWS / 3, "... but for the host");
    local_destroy(net);
}


static void
refuses(const char *curve)
{
    local_t  *net;

    for (lie = 0; lies[lie].what != NULL; lie++) {
        net = create(curve, "");
        net->tamper = tamper;
        ok(local_run(net) != 0, "%s, %s: fails", curve, lies[lie].what);
        is_int(net->tampered, 1, "told once");
        is_str(net->parties[0].code, "peer_protocol", "the cause");
        ok(strstr(net->parties[0].text, lies[lie].text) != NULL, "says: %s",
           net->parties[0].text);
        ok(psi_table(net, 0) == NULL && psi_table(net, 1) == NULL,
           "no result");
        local_destroy(net);
    }
}


int
main(void)
{
    local_t  *net;

    finds("sm2");
    finds("p256");
    refuses("sm2");
    refuses("p256");

    net = create("sm2", "");
    local_params(net, 1, "{\"keys\":[\"id\"],\"batch_size\":1024}");
    ok(local_run(net) != 0, "another curve is refused");
    is_str(net->parties[0].code, "bad_parameter", "as a parameter");
    local_destroy(net);

    return done();
}
