
/* The key of an escrow in shares, and the record that the owner signs. */


#include <stdio.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "../lib/ic_codec.h"
#include "ic_escrow.h"


#define ESCROW_VALUE  (1 + IC_ESCROW_SALT)      /* where it stands */


static u_char escrow_product(u_char a, u_char b);
static u_char escrow_inverse(u_char a);
static bool escrow_printable(ic_str_t s);


int
ic_escrow_split(const u_char key[IC_ESCROW_KEY], unsigned threshold,
    unsigned n, ic_escrow_share_t *shares)
{
    u_char    coefficients[IC_ESCROW_HOLDERS][IC_ESCROW_KEY], *value;
    unsigned  i, j, k;

    if (threshold == 0 || threshold > n || n > IC_ESCROW_HOLDERS) {
        return -1;
    }

    memcpy(coefficients[0], key, IC_ESCROW_KEY);

    if (RAND_priv_bytes(coefficients[1], (int) ((IC_ESCROW_HOLDERS - 1)
                                                * IC_ESCROW_KEY))
        != 1)
    {
        OPENSSL_cleanse(coefficients, sizeof(coefficients));
        return -1;
    }

    for (i = 0; i < n; i++) {
        shares[i].bytes[0] = (u_char) (i + 1);
        value = shares[i].bytes + ESCROW_VALUE;

        /* Horner, from the highest power */

        for (k = 0; k < IC_ESCROW_KEY; k++) {
            value[k] = 0;

            for (j = threshold; j-- > 0; /* void */) {
                value[k] = escrow_product(value[k], (u_char) (i + 1))
                           ^ coefficients[j][k];
            }
        }

        if (RAND_priv_bytes(shares[i].bytes + 1, IC_ESCROW_SALT) != 1) {
            OPENSSL_cleanse(coefficients, sizeof(coefficients));
            OPENSSL_cleanse(shares, n * sizeof(ic_escrow_share_t));
            return -1;
        }
    }

    OPENSSL_cleanse(coefficients, sizeof(coefficients));

    return 0;
}


int
ic_escrow_combine(const ic_escrow_share_t *shares, unsigned n,
    u_char key[IC_ESCROW_KEY])
{
    u_char    factor, x, y;
    unsigned  i, j, k;

    memset(key, 0, IC_ESCROW_KEY);

    for (i = 0; i < n; i++) {
        x = shares[i].bytes[0];
        factor = 1;

        for (j = 0; j < n; j++) {
            y = shares[j].bytes[0];

            if (j == i) {
                continue;
            }

            if (x == y || x == 0 || y == 0) {
                OPENSSL_cleanse(key, IC_ESCROW_KEY);
                return -1;
            }

            /* Lagrange's at 0; minus is plus */

            factor = escrow_product(factor, y);
            factor = escrow_product(factor, escrow_inverse(x ^ y));
        }

        for (k = 0; k < IC_ESCROW_KEY; k++) {
            key[k] ^= escrow_product(shares[i].bytes[ESCROW_VALUE + k],
                                     factor);
        }
    }

    return (n == 0 || shares[0].bytes[0] == 0) ? -1 : 0;
}


/* Modulo x^8 + x^4 + x^3 + x + 1, by masks instead of branches and tables. */

static u_char
escrow_product(u_char a, u_char b)
{
    unsigned  bit, product, x, y;

    product = 0;
    x = a;
    y = b;

    for (bit = 0; bit < 8; bit++) {
        product ^= x & (0u - (y & 1));
        y >>= 1;
        x = (x << 1) ^ (0x11b & (0u - (x >> 7)));
    }

    return (u_char) product;
}


/* a^254 */

static u_char
escrow_inverse(u_char a)
{
    u_char    power, inverse;
    unsigned  i;

    power = a;
    inverse = 1;

    for (i = 0; i < 7; i++) {
        power = escrow_product(power, power);
        inverse = escrow_product(inverse, power);
    }

    return inverse;
}


int
ic_escrow_commit(ic_str_t escrow_id, const ic_escrow_share_t *share,
    char hex[65])
{
    bool          done;
    u_char        digest[EVP_MAX_MD_SIZE];
    unsigned      len;
    EVP_MD_CTX   *sha;

    static const char  word[] = "interconn escrow share v1\n";

    sha = EVP_MD_CTX_new();
    done = sha != NULL
           && EVP_DigestInit_ex(sha, EVP_sha256(), NULL) == 1
           && EVP_DigestUpdate(sha, word, sizeof(word) - 1) == 1
           && EVP_DigestUpdate(sha, escrow_id.data, escrow_id.len) == 1
           && EVP_DigestUpdate(sha, "\n", 1) == 1
           && EVP_DigestUpdate(sha, share->bytes, IC_ESCROW_SHARE) == 1
           && EVP_DigestFinal_ex(sha, digest, &len) == 1;

    if (done) {
        ic_hex(hex, digest, len);
    }

    EVP_MD_CTX_free(sha);

    return done ? 0 : -1;
}


bool
ic_escrow_is_share(ic_str_t escrow_id, const ic_escrow_share_t *share,
    unsigned index, ic_str_t commitment)
{
    char  hex[65];

    return share->bytes[0] == index
           && commitment.len == 64
           && ic_escrow_commit(escrow_id, share, hex) == 0
           && CRYPTO_memcmp(hex, commitment.data, 64) == 0;
}


ic_str_t
ic_escrow_text(ic_arena_t *arena, const ic_escrow_record_t *record,
    const ic_escrow_holder_t *holders, unsigned n)
{
    ic_str_t         text, none = ic_null_string;
    unsigned         i;
    const ic_str_t  *fields[] = {
        &record->escrow_id, &record->owner, &record->job_id,
        &record->task_id, &record->key, &record->kind, &record->digest,
        &record->ciphertext_digest, &record->threshold,
        &record->retention_until, &record->level
    };

    text = ic_str("interconn escrow v1");

    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (!escrow_printable(*fields[i])) {
            return none;
        }

        text = ic_str_fmt(arena, "%.*s\n%.*s", (int) text.len, text.data,
                          (int) fields[i]->len, fields[i]->data);

        if (text.data == NULL) {
            return none;
        }
    }

    for (i = 0; i < n; i++) {
        if (!escrow_printable(holders[i].node_id)
            || !escrow_printable(holders[i].commitment))
        {
            return none;
        }

        text = ic_str_fmt(arena, "%.*s\n%.*s %u %.*s", (int) text.len,
                          text.data, (int) holders[i].node_id.len,
                          holders[i].node_id.data, i + 1,
                          (int) holders[i].commitment.len,
                          holders[i].commitment.data);

        if (text.data == NULL) {
            return none;
        }
    }

    return text;
}


static bool
escrow_printable(ic_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {
        if (s.data[i] < 0x20 || s.data[i] == 0x7f) {
            return false;
        }
    }

    return true;
}
