
/*
 * Escrow: every threshold of every number of shares, what is not the share of
 * its commitment, sealing for keys of each kind, the content of a file.
 */


#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "tap.h"
#include "../../src/lib/ic_codec.h"
#include "../../src/trust/ic_escrow.h"


#define MOST  6


static ic_arena_t  *pool;


/* The field once more, by powers of 3. */

static unsigned char
product(unsigned char a, unsigned char b)
{
    unsigned              i, x, power[255], at[256];

    for (i = 0, x = 1; i < 255; i++) {
        power[i] = x;
        at[x] = i;
        x ^= (x << 1) ^ ((x & 0x80) ? 0x11b : 0);
        x &= 0xff;
    }

    return (a && b) ? power[(at[a] + at[b]) % 255] : 0;
}


static void
test_thresholds(void)
{
    u_char             key[IC_ESCROW_KEY], got[IC_ESCROW_KEY];
    unsigned           n, t, i, set, chosen, good, bad, sets, fewer;
    ic_escrow_share_t  shares[MOST], some[MOST];

    good = bad = sets = fewer = 0;

    for (n = 1; n <= MOST; n++) {
        for (t = 1; t <= n; t++) {
            RAND_bytes(key, sizeof(key));

            if (ic_escrow_split(key, t, n, shares) != 0) {
                bad++;
                continue;
            }

            for (set = 1; set < 1u << n; set++) {
                chosen = 0;

                for (i = 0; i < n; i++) {
                    if (set & 1u << i) {
                        some[chosen++] = shares[i];
                    }
                }

                if (chosen < t) {
                    fewer++;
                    bad += ic_escrow_combine(some, chosen, got) == 0
                           && memcmp(got, key, sizeof(key)) == 0;

                } else {
                    sets++;
                    good += ic_escrow_combine(some, chosen, got) == 0
                            && memcmp(got, key, sizeof(key)) == 0;
                }
            }
        }
    }

    is_int(good, sets, "%u sets of enough shares give the key", sets);
    is_int(bad, 0, "%u sets of fewer do not", fewer);
}


/* Shares made by hand: 0x42 + 0x17 x + 0xa9 x^2 in every byte. */

static void
test_vector(void)
{
    u_char             key[IC_ESCROW_KEY];
    unsigned           i, x, good;
    ic_escrow_share_t  shares[3];

    static const u_char  indices[] = { 1, 7, 32 };

    memset(shares, 0, sizeof(shares));

    for (i = 0; i < 3; i++) {
        x = indices[i];
        shares[i].bytes[0] = (u_char) x;
        memset(shares[i].bytes + 1 + IC_ESCROW_SALT,
               0x42 ^ product(0x17, x) ^ product(0xa9, product(x, x)),
               IC_ESCROW_KEY);
    }

    is_int(shares[0].bytes[20], 0xfc, "the field is that of AES");
    is_int(ic_escrow_combine(shares, 3, key), 0, "shares of a known line");

    for (i = 0, good = 0; i < IC_ESCROW_KEY; i++) {
        good += key[i] == 0x42;
    }

    is_int(good, IC_ESCROW_KEY, "... give its value at 0");

    shares[1].bytes[0] = 1;
    is_int(ic_escrow_combine(shares, 3, key), -1, "two of one index: none");
    shares[1].bytes[0] = 0;
    is_int(ic_escrow_combine(shares, 3, key), -1, "the index 0: none");
    is_int(ic_escrow_combine(shares, 0, key), -1, "no share: none");
    is_int(ic_escrow_split(key, 0, 3, shares), -1, "a threshold of 0");
    is_int(ic_escrow_split(key, 4, 3, shares), -1, "... of more than there "
           "are");
    is_int(ic_escrow_split(key, 2, IC_ESCROW_HOLDERS + 1, shares), -1,
           "more shares than there may be");
}


/* One share below the threshold: each value of the key is as likely. */

static void
test_secrecy(void)
{
    u_char             key[IC_ESCROW_KEY];
    unsigned           i, k, n, worst, count[256];
    ic_escrow_share_t  shares[2];

    memset(key, 0x5a, sizeof(key));
    memset(count, 0, sizeof(count));

    for (i = 0; i < 2000; i++) {
        ic_escrow_split(key, 2, 2, shares);

        for (k = 0; k < IC_ESCROW_KEY; k++) {
            count[shares[0].bytes[1 + IC_ESCROW_SALT + k]]++;
        }
    }

    for (n = 0, worst = 0; n < 256; n++) {
        worst = (count[n] > worst) ? count[n] : worst;
    }

    /* 250 each, standard deviation 16 */

    ok(worst < 400, "a share alone is random (%u of 250)", worst);
}


static void
test_commitments(void)
{
    char               hex[3][65];
    u_char             key[IC_ESCROW_KEY];
    unsigned           i, bit, taken;
    ic_str_t           id;
    ic_escrow_share_t  shares[3], other;

    id = ic_str("E1");
    RAND_bytes(key, sizeof(key));
    ic_escrow_split(key, 2, 3, shares);

    for (i = 0; i < 3; i++) {
        ic_escrow_commit(id, &shares[i], hex[i]);
        ok(ic_escrow_is_share(id, &shares[i], i + 1, ic_str(hex[i])),
           "share %u is the one of its commitment", i + 1);
    }

    ok(!ic_escrow_is_share(ic_str("E2"), &shares[0], 1, ic_str(hex[0])),
       "... of that escrow alone");
    ok(!ic_escrow_is_share(id, &shares[0], 1, ic_str(hex[1])),
       "... and no other's");
    ok(!ic_escrow_is_share(id, &shares[0], 2, ic_str(hex[0])),
       "... with its index");

    for (bit = 0, taken = 0; bit < 8 * IC_ESCROW_SHARE; bit++) {
        other = shares[0];
        other.bytes[bit / 8] ^= 1 << bit % 8;
        taken += ic_escrow_is_share(id, &other, 1, ic_str(hex[0]));
    }

    is_int(taken, 0, "no share with a bit flipped");
}


static void
test_seal(const char *name, EVP_PKEY *key, EVP_PKEY *other)
{
    size_t    bit, step;
    unsigned  opened;
    ic_str_t  context, data, sealed, again, copy;

    if (key == NULL || other == NULL) {
        ok(false, "%s: a key", name);
        return;
    }

    context = ic_str("what it is for");
    data = ic_str("a share of a key, which nobody else reads");

    sealed = ic_escrow_seal(pool, key, context, data);
    ok(sealed.data != NULL, "%s: sealed", name);
    again = ic_escrow_seal(pool, key, context, data);
    ok(again.data != NULL && !ic_str_eq(sealed, again),
       "%s: otherwise each time", name);
    ok(ic_str_eq(ic_escrow_open(pool, key, context, sealed), data),
       "%s: opened by its key", name);
    ok(ic_escrow_open(pool, other, context, sealed).data == NULL,
       "%s: by no other", name);
    ok(ic_escrow_open(pool, key, ic_str("something else"), sealed).data
       == NULL, "%s: for nothing else", name);

    opened = 0;
    step = (sealed.len * 8) / 200 + 1;

    for (bit = 0; bit < 8 * sealed.len; bit += step) {
        copy = ic_str_dup(pool, sealed);
        copy.data[bit / 8] ^= 1 << bit % 8;
        opened += ic_escrow_open(pool, key, context, copy).data != NULL;
    }

    for (bit = 0; bit < sealed.len; bit++) {
        opened += ic_escrow_open(pool, key, context,
                                 ic_str_n(sealed.data, bit)).data != NULL;
    }

    is_int(opened, 0, "%s: not when it is changed or cut", name);
    ok(ic_escrow_open(pool, key, context,
                      ic_escrow_seal(pool, key, context,
                                     ic_str_n("", 0))).data
       != NULL, "%s: nothing, sealed", name);
}


static void
test_seals(void)
{
    EVP_PKEY  *key, *other;

    key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t) 2048);
    other = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t) 2048);
    test_seal("RSA", key, other);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);

    key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    other = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    test_seal("P-256", key, other);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);

    key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
    other = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
    test_seal("P-384", key, other);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);

    key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
    other = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
    test_seal("SM2", key, other);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);

    key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    ok(ic_escrow_seal(pool, key, ic_str("c"), ic_str("d")).data == NULL,
       "a key that signs but does not encrypt is refused");
    EVP_PKEY_free(key);

    key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t) 1024);
    ok(ic_escrow_seal(pool, key, ic_str("c"), ic_str("d")).data == NULL,
       "a key that is too short as well");
    EVP_PKEY_free(key);
}


/* Reads all of it in steps; 0, or -1. */

static int
content_read(int fd, const u_char *key, ic_str_t context, u_char *data,
    size_t len)
{
    int                 rc;
    size_t              n, part;
    ic_escrow_stream_t  stream;

    lseek(fd, 0, SEEK_SET);
    rc = ic_escrow_read_begin(&stream, fd, key, context);

    for (n = 0; rc == 0 && n < len; n += part) {
        part = (len - n < 65537) ? len - n : 65537;
        rc = ic_escrow_read(&stream, data + n, part);
    }

    if (rc == 0) {
        rc = ic_escrow_read_end(&stream);
    }

    ic_escrow_stream_done(&stream);

    return rc;
}


static void
test_content(size_t len)
{
    int                 fd, rc;
    char                name[] = "/tmp/ic-escrow-XXXXXX", sha[65], want[65];
    u_char             *data, *got, *file, key[IC_ESCROW_KEY], byte;
    size_t              n, part, size;
    unsigned            i, taken;
    ic_str_t            context;
    ic_escrow_stream_t  stream;

    fd = mkstemp(name);
    unlink(name);
    data = malloc(len + 1);
    got = malloc(len + 1);
    context = ic_str("E1");
    RAND_bytes(key, sizeof(key));
    RAND_bytes(data, (int) len);

    rc = ic_escrow_write_begin(&stream, fd, key, context);

    for (n = 0; rc == 0 && n < len; n += part) {
        part = (len - n < 300001) ? len - n : 300001;
        rc = ic_escrow_write(&stream, data + n, part);
    }

    if (rc == 0) {
        rc = ic_escrow_write_end(&stream, sha);
    }

    is_int(rc, 0, "%zu bytes are written", len);
    size = (size_t) stream.bytes;
    ic_escrow_stream_done(&stream);

    file = malloc(size);
    ok(pread(fd, file, size, 0) == (ssize_t) size
       && lseek(fd, 0, SEEK_END) == (off_t) size, "... as many as it says");
    ic_sha256_hex(want, file, size);
    is_str(sha, want, "... and their digest");
    is_int(content_read(fd, key, context, got, len), 0, "... and read");
    ok(memcmp(data, got, len) == 0, "... as they were");
    is_int(content_read(fd, key, ic_str("E2"), got, len), -1,
           "... for nothing else");
    key[0] ^= 1;
    is_int(content_read(fd, key, context, got, len), -1,
           "... with no other key");
    key[0] ^= 1;

    for (i = 0, taken = 0; i < 64; i++) {
        n = (i < 48 && i < size) ? i : (size_t) rand() % size;
        byte = file[n] ^ (u_char) (1 << i % 8);
        (void) !pwrite(fd, &byte, 1, (off_t) n);
        taken += content_read(fd, key, context, got, len) == 0;
        (void) !pwrite(fd, &file[n], 1, (off_t) n);
    }

    is_int(taken, 0, "... not when a bit is flipped");
    (void) !ftruncate(fd, (off_t) size - 1);
    is_int(content_read(fd, key, context, got, len), -1, "... nor cut");
    (void) !ftruncate(fd, 10);
    is_int(content_read(fd, key, context, got, len), -1, "... to nothing");
    is_int(errno, EBADMSG, "... which it says");

    free(file);
    free(data);
    free(got);
    close(fd);
}


static void
test_record(void)
{
    ic_str_t            text;
    ic_escrow_record_t  record = {
        ic_string("E1"), ic_string("N1"), ic_string("J1"), ic_string("T1"),
        ic_string("model"), ic_string("model"), ic_string("aa"),
        ic_string("bb"), ic_string("2"), ic_string("1800000000000"),
        ic_string("L3")
    };
    ic_escrow_holder_t  holders[] = {
        { ic_string("N1"), ic_string("c1") },
        { ic_string("N2"), ic_string("c2") }
    };

    text = ic_escrow_text(pool, &record, holders, 2);
    is_str((char *) text.data, "interconn escrow v1\nE1\nN1\nJ1\nT1\nmodel\n"
           "model\naa\nbb\n2\n1800000000000\nL3\nN1 1 c1\nN2 2 c2",
           "what is signed");
    record.level = ic_str("L3\nN9 3 c3");
    ok(ic_escrow_text(pool, &record, holders, 2).data == NULL,
       "no line more by a field");
}


int
main(void)
{
    pool = ic_pool_create();

    test_thresholds();
    test_vector();
    test_secrecy();
    test_commitments();
    test_seals();
    test_content(0);
    test_content(1);
    test_content(1000003);
    test_record();

    ic_pool_destroy(pool);

    return done();
}
