
/* Rows to distinct keys. */


#include <endian.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "psi_items.h"


#define NONE      UINT32_MAX
#define RANDOMS   4096               /* bytes drawn at once */


struct psi_items_s {
    psi_rows_t          *rows;
    const psi_params_t  *params;
    uint32_t            *first;      /* of each item, a row */
    uint32_t            *next;       /* of each row; NULL: no duplicates */
    uint32_t             count;
    uint64_t            *shares;     /* of each item; NULL: none */
};

typedef struct {
    uint32_t  *slots;                /* items, NONE: free */
    size_t     mask;
    uint64_t   seed;
    uint32_t  *last;                 /* row of each item, with duplicates */
    u_char    *key;
    u_char    *other;
    size_t     key_size;
    size_t     other_size;
} index_t;

typedef struct {
    u_char    data[RANDOMS];
    unsigned  used;
} randoms_t;


static int find_items(psi_t *psi);
static int start_index(psi_t *psi, index_t *index, int64_t rows);
static int add_row(psi_t *psi, index_t *index, int64_t row);
static size_t *find_slot(const psi_items_t *items, index_t *index,
    size_t len, size_t *slot);
static int add_duplicate(psi_t *psi, index_t *index, uint32_t item,
    int64_t row);
static size_t row_key(const psi_items_t *items, int64_t row, u_char **key,
    size_t *size);
static u_char *put_u32(u_char *p, uint32_t n);
static int check_cells(psi_t *psi, int64_t row);
static uint64_t key_hash(const u_char *key, size_t len, uint64_t seed);
static int shuffle(psi_items_t *items);
static int random_below(randoms_t *randoms, uint32_t n, uint32_t *value);


int
psi_load(psi_t *psi)
{
    psi->items = calloc(1, sizeof(psi_items_t));

    if (psi->items == NULL) {
        return psi_no_memory(psi);
    }

    psi->items->params = &psi->params;

    psi->items->rows = psi_rows_read(psi);

    if (psi->items->rows == NULL || find_items(psi) != 0) {
        return -1;
    }

    if (shuffle(psi->items) != 0) {
        return psi_no_random(psi);
    }

    psi->own = psi->items->count;

    return 0;
}


static int
find_items(psi_t *psi)
{
    int       rc;
    index_t   index;
    int64_t   row, rows;

    rows = psi_rows_count(psi->items->rows);
    rc = start_index(psi, &index, rows);

    for (row = 0; rc == 0 && row < rows; row++) {
        rc = add_row(psi, &index, row);
    }

    free(index.slots);
    free(index.last);

    if (index.key != NULL) {
        OPENSSL_cleanse(index.key, index.key_size);
        free(index.key);
    }

    if (index.other != NULL) {
        OPENSSL_cleanse(index.other, index.other_size);
        free(index.other);
    }

    return rc;
}


static int
start_index(psi_t *psi, index_t *index, int64_t rows)
{
    size_t        n, size;
    psi_items_t  *items;

    memset(index, 0, sizeof(index_t));
    items = psi->items;
    n = (size_t) rows + 1;

    for (size = 16; size < n + n / 2; size *= 2) {
        /* void */
    }

    index->mask = size - 1;
    index->slots = malloc(size * sizeof(uint32_t));
    items->first = malloc(n * sizeof(uint32_t));

    if (psi->params.duplicates == PSI_ALL) {
        items->next = malloc(n * sizeof(uint32_t));
        index->last = malloc(n * sizeof(uint32_t));

        if (items->next == NULL || index->last == NULL) {
            return psi_no_memory(psi);
        }
    }

    if (index->slots == NULL || items->first == NULL
        || RAND_bytes((u_char *) &index->seed, sizeof(index->seed)) != 1)
    {
        return psi_no_memory(psi);
    }

    memset(index->slots, 0xff, size * sizeof(uint32_t));

    return 0;
}


static int
add_row(psi_t *psi, index_t *index, int64_t row)
{
    size_t        len, slot;
    psi_items_t  *items;

    items = psi->items;

    if (check_cells(psi, row) != 0) {
        return -1;
    }

    len = row_key(items, row, &index->key, &index->key_size);

    if (len == 0 || find_slot(items, index, len, &slot) == NULL) {
        return psi_no_memory(psi);
    }

    if (items->next != NULL) {
        items->next[row] = NONE;
    }

    if (index->slots[slot] != NONE) {
        return add_duplicate(psi, index, index->slots[slot], row);
    }

    if (index->last != NULL) {
        index->last[items->count] = (uint32_t) row;
    }

    index->slots[slot] = items->count;
    items->first[items->count++] = (uint32_t) row;

    return 0;
}


/* Where the key in index->key is or belongs; NULL: memory is short. */

static size_t *
find_slot(const psi_items_t *items, index_t *index, size_t len, size_t *slot)
{
    size_t    other;
    uint32_t  item;

    *slot = key_hash(index->key, len, index->seed) & index->mask;

    for ( ;; ) {
        item = index->slots[*slot];

        if (item == NONE) {
            return slot;
        }

        other = row_key(items, items->first[item], &index->other,
                        &index->other_size);

        if (other == 0) {
            return NULL;
        }

        if (other == len && memcmp(index->key, index->other, len) == 0) {
            return slot;
        }

        *slot = (*slot + 1) & index->mask;
    }
}


static int
add_duplicate(psi_t *psi, index_t *index, uint32_t item, int64_t row)
{
    psi_items_t  *items;

    items = psi->items;

    switch (psi->params.duplicates) {

    case PSI_FIRST:
        return 0;

    case PSI_ALL:
        items->next[index->last[item]] = (uint32_t) row;
        index->last[item] = (uint32_t) row;
        return 0;

    default:
        return ic_task_fail(psi->task, "data_duplicate_id",
                            psi->params.keys[0], row + 1,
                            "the key of row %lld is that of row %lld; "
                            "\"duplicates\" says what to do with such rows",
                            (long long) row + 1,
                            (long long) items->first[item] + 1);
    }
}


static int
check_cells(psi_t *psi, int64_t row)
{
    unsigned  n;

    for (n = 0; n < psi->params.nkeys; n++) {

        if (psi_rows_key(psi->items->rows, row, n).len == 0) {
            return ic_task_fail(psi->task, "data_null_value",
                                psi->params.keys[n], row + 1,
                                "the key column \"%s\" is empty in row "
                                "%lld", psi->params.keys[n],
                                (long long) row + 1);
        }
    }

    return 0;
}


static size_t
row_key(const psi_items_t *items, int64_t row, u_char **key, size_t *size)
{
    size_t     len;
    u_char    *p;
    ic_str_t   value;
    unsigned   n;

    len = 4;

    for (n = 0; n < items->params->nkeys; n++) {
        len += 4 + psi_rows_key(items->rows, row, n).len;
    }

    if (len > *size) {
        p = realloc(*key, 2 * len);

        if (p == NULL) {
            return 0;
        }

        *key = p;
        *size = 2 * len;
    }

    p = *key;

    if (!items->params->joined) {
        p = put_u32(p, items->params->nkeys);
    }

    for (n = 0; n < items->params->nkeys; n++) {
        value = psi_rows_key(items->rows, row, n);

        if (!items->params->joined) {
            p = put_u32(p, (uint32_t) value.len);

        } else if (n > 0) {
            *p++ = ',';
        }

        memcpy(p, value.data, value.len);
        p += value.len;
    }

    return (size_t) (p - *key);
}


static u_char *
put_u32(u_char *p, uint32_t n)
{
    n = htobe32(n);
    memcpy(p, &n, sizeof(n));

    return p + sizeof(n);
}


/* FNV-1a, from a random start, mixed: only for the own table. */

static uint64_t
key_hash(const u_char *key, size_t len, uint64_t seed)
{
    size_t    i;
    uint64_t  h;

    h = 0xcbf29ce484222325 ^ seed;

    for (i = 0; i < len; i++) {
        h = (h ^ key[i]) * 0x100000001b3;
    }

    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93;

    return h ^ h >> 32;
}


/* Fisher and Yates: where a key stands tells nothing of its row. */

static int
shuffle(psi_items_t *items)
{
    uint32_t   i, k, row;
    randoms_t  randoms;

    randoms.used = RANDOMS;

    for (i = items->count; i > 1; i--) {

        if (random_below(&randoms, i, &k) != 0) {
            return -1;
        }

        row = items->first[i - 1];
        items->first[i - 1] = items->first[k];
        items->first[k] = row;
    }

    OPENSSL_cleanse(&randoms, sizeof(randoms));

    return 0;
}


static int
random_below(randoms_t *randoms, uint32_t n, uint32_t *value)
{
    uint32_t  draw, over;

    over = UINT32_MAX - UINT32_MAX % n;

    do {
        if (randoms->used == RANDOMS) {

            if (RAND_bytes(randoms->data, RANDOMS) != 1) {
                return -1;
            }

            randoms->used = 0;
        }

        memcpy(&draw, randoms->data + randoms->used, sizeof(draw));
        randoms->used += sizeof(draw);

    } while (draw >= over);

    *value = draw % n;

    return 0;
}


void
psi_items_free(psi_items_t *items)
{
    if (items == NULL) {
        return;
    }

    psi_rows_free(items->rows);
    free(items->first);
    free(items->next);
    free(items->shares);
    free(items);
}


psi_rows_t *
psi_items_table(const psi_items_t *items)
{
    return items->rows;
}


int64_t
psi_items_rows(const psi_items_t *items)
{
    return psi_rows_count(items->rows);
}


size_t
psi_items_plain_key(const psi_items_t *items, uint32_t item, u_char **key,
    size_t *size)
{
    return row_key(items, items->first[item], key, size);
}


/* A key has room for as much again (row_key()), but a share may be more. */

size_t
psi_items_key(const psi_items_t *items, uint32_t item, u_char **key,
    size_t *size)
{
    size_t    len;
    u_char   *p;
    unsigned  i;
    uint64_t  word;

    len = row_key(items, items->first[item], key, size);

    if (len == 0 || items->shares == NULL) {
        return len;
    }

    if (*size < len + PSI_SHARE) {
        p = realloc(*key, len + PSI_SHARE);

        if (p == NULL) {
            return 0;
        }

        *key = p;
        *size = len + PSI_SHARE;
    }

    for (i = 0; i < PSI_SHARE / sizeof(word); i++) {
        word = htole64(items->shares[2 * (size_t) item + i]);
        memcpy(*key + len + i * sizeof(word), &word, sizeof(word));
    }

    return len + PSI_SHARE;
}


void
psi_items_extend(psi_items_t *items, uint64_t *shares)
{
    items->shares = shares;
}


int64_t
psi_items_first(const psi_items_t *items, uint32_t item)
{
    return items->first[item];
}


int64_t
psi_items_next(const psi_items_t *items, int64_t row)
{
    if (items->next == NULL || items->next[row] == NONE) {
        return -1;
    }

    return items->next[row];
}


uint32_t
psi_items_multiplicity(const psi_items_t *items, uint32_t item)
{
    int64_t   row;
    uint32_t  n;

    n = 0;

    for (row = psi_items_first(items, item); row != -1;
         row = psi_items_next(items, row))
    {
        n++;
    }

    return n;
}
