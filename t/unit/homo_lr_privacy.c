
/*
 * What passes between the parties: no value, id or sum in the clear; what
 * the arbiter holds opens nothing; altered messages are noticed.
 */


#include <math.h>
#include <unistd.h>

#include "../../src/math/ic_fixed.h"
#include "../../src/math/ic_pack.h"
#include "../../src/math/ic_threshold.h"
#include "homo_lr_net.h"


#define ROWS   40
#define HOSTS  2
#define BITS   512


typedef struct {
    const char      *name;
    ic_aggregate_kind_e   kind;
    uint32_t         round;
    unsigned         from;
    unsigned         to;
    size_t           offset;     /* of the changed byte, from the end */
    const char      *codes;      /* acceptable ones, of any party */
} attack_t;


#define HEADER  IC_MESSAGE_HEADER

static const attack_t  attacks[] = {
    { "another public key in the roster", IC_AGGREGATE_ROSTER, 0, 0, 2, 100,
      "peer_identity" },
    { "another modulus for a host", IC_AGGREGATE_DEALT, 0, 0, 2, 250,
      "peer_protocol" },
    { "a changed key share", IC_AGGREGATE_DEALT, 0, 0, 3, 60, "peer_protocol" },
    { "a changed ciphertext of a party", IC_AGGREGATE_SUM, 2, 2, 0, 9,
      "peer_protocol" },
    { "a changed product for one party", IC_AGGREGATE_PRODUCT, 2, 0, 1, 9,
      "peer_protocol" },
    { "a changed list of participants", IC_AGGREGATE_PRODUCT, 3, 0, 1, 137,
      "peer_protocol" },
    { "a changed partial decryption", IC_AGGREGATE_PARTIAL, 2, 3, 0, 20,
      "peer_protocol" },
    { "a changed relayed partial", IC_AGGREGATE_PARTIALS, 2, 0, 1, 20,
      "peer_protocol" },
    { "a changed final digest", IC_AGGREGATE_FINAL, 0, 2, 0, 3,
      "peer_protocol" },
    { "another round number", IC_AGGREGATE_SUM, 2, 2, 0, 0, "peer_protocol" },
};


static const attack_t  *attack;
static char             paths[HOSTS + 1][32];
static double           features[HOSTS + 1][ROWS][2];


static void write_rows(void);
static local_t *create(void);
static void test_clean_run(void);
static void search_values(local_t *net);
static void search_sums(local_t *net);
static int seen(local_t *net, const void *bytes, size_t len);
static void test_arbiter_view(local_t *net);
static void test_double_sum(void);
static void test_attacks(void);
static void alter(local_t *net, local_message_t *m);
static void replace_product(local_t *net, local_message_t *m);
static unsigned number_of(const local_message_t *m);


int
main(void)
{
    unsigned  i;

    write_rows();
    test_clean_run();
    test_double_sum();
    test_attacks();

    for (i = 0; i <= HOSTS; i++) {
        (void) unlink(paths[i]);
    }

    return done();
}


/* Values with many digits, so that none is found by accident. */

static void
write_rows(void)
{
    int        fd;
    FILE      *file;
    unsigned   i, j;

    srand(20240607);
    printf("# seed 20240607\n");

    for (i = 0; i <= HOSTS; i++) {
        strcpy(paths[i], "/tmp/homo_lr_privacy_XXXXXX");
        fd = mkstemp(paths[i]);
        file = fdopen(fd, "w");
        fprintf(file, "person,sick,height,weight\n");

        for (j = 0; j < ROWS; j++) {
            features[i][j][0] = 1.5 + rand() / (double) RAND_MAX;
            features[i][j][1] = 50 + 40 * (rand() / (double) RAND_MAX);
            fprintf(file, "patient-%u-%u,%u,%.17g,%.17g\n", i, j, j % 3 == 0,
                    features[i][j][0], features[i][j][1]);
        }

        (void) fclose(file);
    }
}


static local_t *
create(void)
{
    char       input[128];
    local_t   *net;
    unsigned   i;

    static const char  params[] =
        "{\"attributes\":[\"height\",\"weight\"],\"unique_id\":\"person\","
        "\"label_name\":\"sick\",\"max_iter\":2,\"learning_rate\":0.5,"
        "\"scaler\":\"none\"}";

    net = homo_create(HOSTS, BITS);

    for (i = 0; i < net->count; i++) {
        (void) snprintf(input, sizeof(input), "{\"sources\":[{\"type\":"
                        "\"csv\",\"path\":\"%s\"}]}", paths[i ? i - 1 : 0]);
        homo_set(net, i, params, i ? input : "{}");
    }

    return net;
}


static void
test_clean_run(void)
{
    local_t  *net;

    net = create();

    if (ok(local_run(net) == 0, "a run to listen to: %s",
           net->parties[1].text))
    {
        search_values(net);
        search_sums(net);
        test_arbiter_view(net);
    }

    homo_destroy(net);
}


static int
seen(local_t *net, const void *bytes, size_t len)
{
    const local_message_t  *m;

    for (m = net->first; m != NULL; m = m->next) {
        if (memmem(m->data, m->len, bytes, len) != NULL) {
            return 1;
        }
    }

    return 0;
}


/* Each value as a double, as digits, as a fixed-point word either way. */

static void
search_values(local_t *net)
{
    int        found;
    char       text[40];
    u_char     swapped[8];
    uint64_t   word;
    unsigned   i, j, k, n;

    for (found = 0, i = 0; i <= HOSTS; i++) {
        for (j = 0; j < 2 * ROWS; j++) {
            found += seen(net, &features[i][j / 2][j % 2], sizeof(double));

            (void) ic_fixed_encode(features[i][j / 2][j % 2], 1, &word);
            found += seen(net, &word, 6);

            for (n = 0; n < 8; n++) {
                swapped[n] = (u_char) (word >> (56 - 8 * n));
            }

            found += seen(net, swapped + 2, 6);

            k = (unsigned) snprintf(text, sizeof(text), "%.17g",
                                    features[i][j / 2][j % 2]);
            found += seen(net, text, (k < 8) ? k : 8);
        }
    }

    is_int(found, 0, "no value of any row in any message");

    found = seen(net, "patient", 7) + seen(net, "person", 6)
            + seen(net, "height", 6);
    is_int(found, 0, "no id, no column name");
}


/* The parties' own gradient sums of the first iteration, and the model. */

static void
search_sums(local_t *net)
{
    int                   found;
    double                g[3], w[3] = { 0, 0, 0 };
    uint64_t              word;
    unsigned              i, j;
    homo_lr_t            *lr;
    ic_samples_t          all;
    ic_aggregate_peer_t  *peer;

    for (found = 0, i = 1; i < net->count; i++) {
        lr = &homo_lrs[i];
        memset(g, 0, sizeof(g));
        all.rows = lr->data.rows;
        all.features = 2;
        all.x = lr->data.x;
        all.label = lr->data.label;
        ic_logistic_gradient(&all, 0, all.rows, w, g);

        /* the intercept's is a round number: zeros are everywhere */

        for (j = 0; j < 2; j++) {
            (void) ic_fixed_encode(g[j], 1, &word);
            found += seen(net, &word, 6) + seen(net, &g[j], 8);
            found += seen(net, &lr->model.weights[j], 8);
        }

        for (j = 0; j < lr->sums->count; j++) {
            peer = &lr->sums->peers[j];

            if (j != lr->sums->own) {
                found += seen(net, peer->secret, 16);
            }
        }

        found += seen(net, lr->sums->check_key, 16);
    }

    is_int(found, 0, "no gradient, no weight, no secret");
}


/*
 * The arbiter has n, the ciphertexts and sealed boxes. It holds no share, and
 * neither the product nor a single ciphertext is 1 mod n.
 */

static void
test_arbiter_view(local_t *net)
{
    int               open;
    BIGNUM           *c, *m;
    ic_paillier_t    *key;
    local_message_t  *one;

    key = homo_lrs[1].sums->key;

    c = BN_new();
    m = BN_new();
    open = 0;

    for (one = net->first; one != NULL; one = one->next) {
        if (one->data[3] == IC_AGGREGATE_SUM
            || one->data[3] == IC_AGGREGATE_PRODUCT)
        {
            (void) BN_bin2bn(one->data + one->len - key->size,
                             (int) key->size, c);
            open += ic_threshold_combine(key, &c, 1, m) == 0;
        }
    }

    is_int(open, 0, "no ciphertext it saw opens without shares");

    BN_free(c);
    BN_free(m);
}


/* The round. */

static unsigned
number_of(const local_message_t *m)
{
    return (unsigned) m->data[6] << 8 | m->data[7];
}


/*
 * An arbiter that returns one party's ciphertext instead of the product, to
 * all alike: it is still masked, and the check word shows the change.
 */

static void
replace_product(local_t *net, local_message_t *m)
{
    local_message_t  *one;

    if (m->data[3] != IC_AGGREGATE_PRODUCT || number_of(m) != 2) {
        return;
    }

    for (one = net->first; one != NULL; one = one->next) {
        if (one->data[3] == IC_AGGREGATE_SUM && number_of(one) == 2
            && one->from == 2)
        {
            memcpy(m->data + m->len - 128, one->data + one->len - 128, 128);
            net->tampered++;
        }
    }
}


static void
test_double_sum(void)
{
    local_t  *net;

    net = create();
    net->tamper = replace_product;
    ok(local_run(net) != 0, "one party's ciphertext as the product");
    ok(net->tampered > 0, "was tried");
    is_str(net->parties[1].code, "peer_protocol", "the guest notices: %s",
           net->parties[1].text);
    ok(strstr(net->parties[1].text, "round 2") != NULL, "in that round");
    homo_destroy(net);
}


static void
alter(local_t *net, local_message_t *m)
{
    if (m->data[3] != attack->kind || m->from != attack->from
        || m->to != attack->to
        || (attack->round != 0 && number_of(m) != attack->round))
    {
        return;
    }

    if (attack->offset == 0) {
        m->data[7] ^= 1;

    } else if (attack->offset < m->len - HEADER) {
        m->data[m->len - attack->offset] ^= 1;
    }

    net->tampered++;
}


static void
test_attacks(void)
{
    int        noticed;
    size_t     i;
    local_t   *net;
    unsigned   j;

    for (i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
        attack = &attacks[i];
        net = create();
        net->tamper = alter;
        ok(local_run(net) != 0 && net->tampered == 1, "%s", attack->name);

        for (noticed = 0, j = 0; j < net->count; j++) {
            noticed += strcmp(net->parties[j].code, attack->codes) == 0;
        }

        if (!ok(noticed > 0, "is noticed")) {
            homo_explain(net);
        }

        homo_destroy(net);
    }
}
