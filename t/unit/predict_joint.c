
/* Models in pieces: scores, what passes between parties, what is refused. */


#include "predict_local.h"


#define ROWS  60


static ic_model_piece_t *
piece(const char *role, char set)
{
    ic_model_piece_t  *p;

    static const char  *of[] = { "guest.0", "host.0" };

    p = ic_zalloc(pool, sizeof(ic_model_piece_t));
    p->role = role;
    p->of = of;
    p->nof = 2;
    memset(p->set, set, 64);

    return p;
}


typedef struct {
    ic_model_t  *guest;
    ic_model_t  *host;
    double      *xg;
    double      *xh;
    const char  *params;
    unsigned     rows;           /* of the host */
    char        *csv;            /* of the host, instead */
} joint_t;


static void
joint_make(joint_t *j)
{
    memset(j, 0, sizeof(joint_t));
    j->guest = linear("g", 3);
    j->guest->piece = piece("guest.0", 'a');
    j->guest->calibrated = true;
    j->guest->slope = 0.9;
    j->guest->offset = 0.125;
    j->host = linear("h", 5);
    j->host->piece = piece("host.0", 'a');
    j->host->has_intercept = false;
    j->host->intercept = 0;
    j->xg = draws(3 * ROWS);
    j->xh = draws(5 * ROWS);
    j->params = "{\"unique_id\":\"id\"}";
    j->rows = ROWS;
}


static local_t *
joint_run(joint_t *j, const char *names)
{
    local_t   *net;
    unsigned   guest, host;

    net = local_create(predict_run, names);
    local_params(net, LOCAL_ALL, j->params);
    guest = local_index(net, "guest.0");
    host = local_index(net, "host.0");
    local_csv(net, guest, "train_data",
              table(j->guest, j->xg, 0, ROWS, true));
    local_csv(net, host, "train_data",
              j->csv != NULL ? j->csv
                             : table(j->host, j->xh, 0, j->rows, false));
    give_text(net, guest, text_of(j->guest));
    give_text(net, host, text_of(j->host));
    (void) local_run(net);

    return net;
}


/* Whether 8 bytes of masked scores of one run pass in the other. */

static bool
repeats(local_t *one, local_t *other)
{
    size_t            i;
    unsigned          seen;
    local_message_t  *m;

    for (seen = 0, m = one->first; m != NULL; m = m->next) {

        if (m->data[3] != PREDICT_SCORE_MASKED) {
            continue;
        }

        seen++;

        /* behind the length */

        for (i = IC_MESSAGE_HEADER + 8; i + 8 <= m->len; i += 8) {
            if (local_passed(other, m->data + i, 8)) {
                return true;
            }
        }
    }

    return seen == 0;
}


static void
test_joint(void)
{
    bool       good, hidden;
    double     p, part, whole, z;
    joint_t    j;
    int64_t    word;
    local_t   *net, *again;
    u_char     bytes[8];
    unsigned   row, i;

    joint_make(&j);
    net = joint_run(&j, "arbiter.0 guest.0 host.0");
    ok(net->parties[1].rc == 0 && net->parties[2].rc == 0
       && net->parties[0].rc == 0, "a model in pieces: %s %s",
       net->parties[1].text, net->parties[2].text);

    good = hidden = true;

    for (row = 0; row < ROWS && net->parties[1].rc == 0; row++) {
        part = formula(j.host, j.xh + row * 5);
        z = part + formula(j.guest, j.xg + row * 3);
        p = logit(0.9 * z + 0.125);
        whole = strtod(cell(net, 1, row, 1), NULL);
        good &= fabs(whole - p) < 1e-9;

        /* as a double, and as the word that it is rounded to */

        hidden &= !local_passed(net, &part, sizeof(part))
                  && !local_passed(net, &z, sizeof(z));
        word = llround(part * 1e10);

        for (i = 0; i < 8; i++) {
            bytes[i] = (u_char) ((uint64_t) word >> (56 - 8 * i));
        }

        hidden &= !local_passed(net, bytes, 8)
                  && !local_passed(net, &word, 8);
    }

    ok(good, "scores are those of the whole model");
    ok(hidden, "no part of a score passes in clear");
    ok(!local_passed(net, "r17", 3), "no id");
    ok(local_table(net, 2, "dataset") == NULL
       && local_said(&net->parties[2].without, "dataset") != NULL
       && local_table(net, 1, "dataset") != NULL,
       "the guest has the scores, the host has none");

    again = joint_run(&j, "arbiter.0 guest.0 host.0");
    ok(again->parties[1].rc == 0 && strcmp(local_table(net, 1, "dataset"),
                                           local_table(again, 1, "dataset"))
                                    == 0, "the same scores in another run");
    ok(!repeats(net, again), "of whose masked scores no 8 bytes repeat");
    local_destroy(again);
    local_destroy(net);
}


static void
test_joint_refused(void)
{
    char      *csv, *at;
    joint_t    j;
    local_t   *net;
    unsigned   i;

    static const struct {
        const char  *what, *code;
    } cases[] = {
        { "a piece of another model", "model_invalid" },
        { "a whole model", "model_invalid" },
        { "other ids", "data_not_aligned" },
        { "another number of rows", "data_not_aligned" },
        { "the piece of another party", "model_invalid" },
        { "pieces of three", "model_missing" },
        { "a piece with shares of weights", "model_invalid" }
    };

    static u_char             words[] = { 0, 1, 0, 2, 0, 3, 0, 4, 0, 5 };
    static const char        *three[] = { "guest.0", "host.0", "host.1" };
    static ic_model_share_t   share = { "host.0", 5, 2, words };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        joint_make(&j);

        switch (i) {

        case 0:
            j.host->piece = piece("host.0", 'b');
            break;

        case 1:
            j.host->piece = NULL;
            break;

        case 2:
            csv = table(j.host, j.xh, 0, ROWS, false);
            at = strstr(csv, "r17");
            at[2] = '8';
            at = strstr(at + 3, "r18");
            at[2] = '7';
            j.csv = csv;
            break;

        case 3:
            j.rows = ROWS - 1;
            break;

        case 4:
            j.host->piece = piece("guest.0", 'a');
            break;

        case 5:
            j.guest->piece->of = j.host->piece->of = three;
            j.guest->piece->nof = j.host->piece->nof = 3;
            break;

        default:
            j.host->weights = NULL;
            j.host->piece->fraction = 8;
            j.host->piece->shares = &share;
            j.host->piece->nshares = 1;
        }

        net = joint_run(&j, "guest.0 host.0");
        ok((net->parties[0].rc != 0 || i == 4)
           && (strcmp(net->parties[0].code, cases[i].code) == 0
               || strcmp(net->parties[1].code, cases[i].code) == 0)
           && local_table(net, 0, "dataset") == NULL,
           "%s: %s, %s", cases[i].what, net->parties[0].text,
           net->parties[1].text);
        local_destroy(net);
    }
}


int
main(void)
{
    begin();
    test_joint();
    test_joint_refused();
    ic_pool_destroy(pool);

    return done();
}
