
/* Oblivious key-value stores: what goes in comes out, and nothing else. */


#include <openssl/rand.h>
#include <stdlib.h>
#include <time.h>

#include "../../src/lib/ic_codec.h"
#include "../../src/math/ic_okvs.h"
#include "tap.h"


static void
row_of(ic_okvs_row_t *row, uint64_t seed, uint64_t key, size_t n)
{
    u_char    hash[64];
    uint64_t  words[3];

    words[0] = seed;
    words[1] = key;
    words[2] = 1;
    ic_sha256(hash, words, sizeof(words));
    words[2] = 2;
    ic_sha256(hash + 32, words, sizeof(words));
    ic_okvs_row(row, hash, n);
    row->value[0] = key * 0x9e3779b97f4a7c15;
    row->value[1] = ~key;
}


static void
round_trip(uint64_t seed, size_t n)
{
    size_t          i, found, size;
    uint64_t       *words, *other;
    ic_okvs_row_t  *rows, row;

    size = ic_okvs_size(n) * IC_OKVS_VALUE;
    rows = calloc(n + 1, sizeof(ic_okvs_row_t));
    words = calloc(size, sizeof(uint64_t));
    other = calloc(size, sizeof(uint64_t));

    for (i = 0; i < n; i++) {
        row_of(&rows[i], seed, i, n);
    }

    is_int(ic_okvs_encode(rows, n, words), 0, "%zu keys", n);
    is_int(ic_okvs_encode(rows, n, other), 0, "... again");

    for (found = 0, i = 0; i < n; i++) {
        row_of(&row, seed, i, n);
        ic_okvs_decode(words, &row);
        found += row.value[0] == i * 0x9e3779b97f4a7c15
                 && row.value[1] == ~(uint64_t) i;
    }

    is_int((long long) found, (long long) n, "all values come out");

    for (found = 0, i = n; i < n + 1000; i++) {
        row_of(&row, seed, i, n);
        ic_okvs_decode(words, &row);
        found += row.value[0] == i * 0x9e3779b97f4a7c15;
    }

    is_int((long long) found, 0, "of other keys something else");

    for (found = 0, i = 0; i < size; i++) {
        found += words[i] == other[i];
    }

    ok(found < 2 + size / 1000 && (n == 0 || found <= n),
       "two encodings have %zu words of %zu in common", found, size);

    for (found = 0, i = 0; i < size; i++) {
        found += (size_t) __builtin_popcountll(words[i]);
    }

    ok(llabs((long long) found - (long long) size * 32)
       < 6 * 4 * (long long) size / 2 && found > size * 31
       && found < size * 33, "half of the bits are ones");

    free(rows);
    free(words);
    free(other);
}


int
main(void)
{
    uint64_t  seed;

    RAND_bytes((u_char *) &seed, sizeof(seed));
    printf("# seed %llu\n", (unsigned long long) seed);

    round_trip(seed, 0);
    round_trip(seed, 1);
    round_trip(seed, 2);
    round_trip(seed, 1000);
    round_trip(seed, 50000);

    return done();
}
