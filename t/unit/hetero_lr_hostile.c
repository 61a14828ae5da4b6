
/*
 * A peer that does not follow the protocol: each of its lies ends the task
 * with peer_protocol, or where only a wrong model can come of it with
 * training_diverged, and without a result; never by a crash.
 */


#include "hetero_lr_local.h"


#define SIZE  (1024 / 8)         /* bytes of a modulus, half a ciphertext */


enum {
    EVEN = 0, PRIME, OURS, SHORT, LONG, ZERO, SQUARE, ONE, NO_UNIT, FEWER,
    MORE, OVERSIZE, NUMBER, KIND, RUN, GARBAGE
};

static unsigned  lie, of_kind;
static u_char    modulus[2][SIZE];


static const struct {
    const char  *what;
    unsigned     kind;
    unsigned     lie;
    const char  *code;
    const char  *text;
} lies[] = {
    { "an even modulus", HETERO_KEY, EVEN, "peer_protocol", "the key of" },
    { "a prime", HETERO_KEY, PRIME, "peer_protocol", "the key of" },
    { "our key", HETERO_KEY, OURS, "peer_protocol", "our own key" },
    { "a short key", HETERO_KEY, SHORT, "peer_protocol", "wrong length" },
    { "a long key", HETERO_KEY, LONG, "peer_protocol", "wrong length" },
    { "no columns", HETERO_COLUMNS, ZERO, "peer_protocol", "0 columns" },
    { "many columns", HETERO_COLUMNS, GARBAGE, "peer_protocol", "columns" },
    { "the ciphertext 0", HETERO_WEIGHTS, ZERO, "peer_protocol",
      "a ciphertext of host.0" },
    { "a ciphertext of n^2 or more", HETERO_WEIGHTS, SQUARE,
      "peer_protocol", "a ciphertext of host.0" },
    { "the ciphertext 1", HETERO_WEIGHTS, ONE, "peer_protocol",
      "a ciphertext of host.0" },
    { "the ciphertext n", HETERO_WEIGHTS, NO_UNIT, "peer_protocol",
      "a ciphertext of host.0" },
    { "a weight less", HETERO_WEIGHTS, FEWER, "peer_protocol",
      "wrong length" },
    { "a weight more", HETERO_WEIGHTS, MORE, "peer_protocol",
      "wrong length" },
    { "the residual 0", HETERO_RESIDUALS, ZERO, "peer_protocol",
      "a ciphertext of host.0" },
    { "a residual without a unit", HETERO_RESIDUALS, NO_UNIT,
      "peer_protocol", "a ciphertext of host.0" },
    { "a residual less", HETERO_RESIDUALS, FEWER, "peer_protocol",
      "wrong length" },
    { "the score 0", HETERO_SCORES, ZERO, "peer_protocol",
      "a ciphertext of host.0" },
    { "a score of n^2 or more", HETERO_SCORES, SQUARE, "peer_protocol",
      "a ciphertext of host.0" },
    { "the score n", HETERO_SCORES, NO_UNIT, "peer_protocol",
      "a ciphertext of host.0" },
    { "a score more", HETERO_SCORES, MORE, "peer_protocol",
      "wrong length" },
    { "a score longer than can be", HETERO_SCORES, OVERSIZE,
      "peer_protocol", "longer than it can be" },
    { "a gradient longer than can be", HETERO_GRADIENTS, OVERSIZE,
      "peer_protocol", "longer than it can be" },
    { "a gradient less", HETERO_GRADIENTS, FEWER, "peer_protocol",
      "wrong length" },
    { "another step", HETERO_RESIDUALS, NUMBER, "peer_protocol",
      "was expected" },
    { "another kind", HETERO_SCORES, KIND, "peer_protocol",
      "was expected" },
    { "another run", HETERO_GRADIENTS, RUN, "peer_protocol",
      "of another run" },
    { "another loss", HETERO_LOSS, GARBAGE, "training_diverged", "loss" },
    { "other weights at the end", HETERO_PIECE, GARBAGE,
      "training_diverged", "a weight" },
    { "a weight less at the end", HETERO_PIECE, FEWER, "peer_protocol",
      "wrong length" }
};


static void
resize(local_message_t *m, size_t len)
{
    m->data = realloc(m->data, len + 1);

    if (len > m->len) {
        memset(m->data + m->len, 1, len - m->len);
    }

    m->len = len;
}


/* (1 + (n - 1) n) 3^n: a ciphertext like others, of the greatest number. */

static void
encrypt_oversize(const u_char *key, u_char *c)
{
    BIGNUM  *n, *n2, *m, *r;
    BN_CTX  *ctx;

    ctx = BN_CTX_new();
    n = BN_bin2bn(key, SIZE, NULL);
    n2 = BN_new();
    m = BN_new();
    r = BN_new();
    BN_sqr(n2, n, ctx);
    BN_set_word(r, 3);
    BN_mod_exp(r, r, n, n2, ctx);
    BN_sub(m, n, BN_value_one());
    BN_mul(m, m, n, ctx);
    BN_add_word(m, 1);
    BN_mod_mul(r, r, m, n2, ctx);
    BN_bn2binpad(r, c, 2 * SIZE);
    BN_free(n);
    BN_free(n2);
    BN_free(m);
    BN_free(r);
    BN_CTX_free(ctx);
}


static void
tell_a_lie(u_char *body, local_message_t *m)
{
    BIGNUM  *prime;

    switch (lie) {
    case EVEN:
        body[SIZE - 1] &= 0xfe;
        break;

    case PRIME:
        prime = BN_new();
        BN_generate_prime_ex(prime, SIZE * 8, 0, NULL, NULL, NULL);
        BN_bn2binpad(prime, body, SIZE);
        BN_free(prime);
        break;

    case OURS:
        memcpy(body, modulus[0], SIZE);
        break;

    case SHORT:
        resize(m, m->len - 16);
        break;

    case LONG:
        resize(m, m->len + 16);
        break;

    case ZERO:
        memset(body, 0, of_kind == HETERO_COLUMNS ? 4 : 2 * SIZE);
        break;

    case SQUARE:
        memset(body, 0xff, 2 * SIZE);
        break;

    case ONE:
        memset(body, 0, 2 * SIZE);
        body[2 * SIZE - 1] = 1;
        break;

    case NO_UNIT:
        memset(body, 0, 2 * SIZE);
        memcpy(body + SIZE, modulus[of_kind != HETERO_SCORES], SIZE);
        break;

    case FEWER:
        resize(m, m->len - (of_kind == HETERO_PIECE ? 16 : 2 * SIZE));
        break;

    case MORE:
        resize(m, m->len + 2 * SIZE);
        break;

    case OVERSIZE:
        encrypt_oversize(modulus[0], body);
        break;

    case NUMBER:
        m->data[7]++;
        break;

    case KIND:
        m->data[3]++;
        break;

    case RUN:
        m->data[20] ^= 1;
        break;

    default:
        memset(body, 0x55, m->len - IC_MESSAGE_HEADER);
    }
}


/* The host is the one that lies, once. */

static void
tamper(local_t *net, local_message_t *m)
{
    if (m->data[3] == HETERO_KEY && m->len == IC_MESSAGE_HEADER + SIZE) {
        memcpy(modulus[m->from], m->data + IC_MESSAGE_HEADER, SIZE);
    }

    if (m->from == 1 && m->data[3] == of_kind && net->tampered == 0
        && (of_kind != HETERO_LOSS || m->len == IC_MESSAGE_HEADER + 16)
        && (lie != OURS || modulus[0][0] != 0))
    {
        net->tampered = 1;
        tell_a_lie(m->data + IC_MESSAGE_HEADER, m);
    }
}


static local_t *
lie_once(const char *one, const char *two)
{
    local_t  *net;

    memset(modulus, 0, sizeof(modulus));
    net = local_create(hetero_test_run, HETERO_NAMES);
    net->tamper = tamper;
    local_params(net, LOCAL_ALL, "{\"label_name\":\"y\",\"max_iter\":2,"
                 "\"unique_id\":\"id\"}");
    local_csv(net, 0, "train_data", one);
    local_csv(net, 1, "train_data", two);
    (void) local_run(net);

    return net;
}


int
main(void)
{
    char        *one, *two;
    double       label[200];
    matrix_t     a, b;
    local_t     *net;
    unsigned     i, tries;
    ic_task_t   *guest;

    a = matrix_create(200, 3);
    b = matrix_create(200, 2);

    for (i = 0; i < 600; i++) {
        a.x[i] = (i * 7919) % 101;
        b.x[i % 400] = (i * 104729) % 97;
        label[i % 200] = i % 3 == 0;
    }

    one = matrix_csv(&a, "a", label);
    two = matrix_csv(&b, "b", NULL);

    for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        lie = lies[i].lie;
        of_kind = lies[i].kind;
        net = lie_once(one, two);

        /* our key cannot come back before it was sent: another try */

        for (tries = 0; net->tampered == 0 && tries < 50; tries++) {
            local_destroy(net);
            net = lie_once(one, two);
        }

        guest = &net->parties[0];
        ok(net->tampered && guest->failed, "%s ends the task", lies[i].what);
        is_str(guest->code, lies[i].code, "... by that code");
        ok(strstr(guest->text, lies[i].text) != NULL, "... %s", guest->text);
        ok(local_output(net, 0, "model") == NULL, "... without a model");
        local_destroy(net);
    }

    free(one);
    free(two);
    free(a.x);
    free(b.x);

    return done();
}
