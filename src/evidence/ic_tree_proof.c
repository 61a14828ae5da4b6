
/* Proofs of RFC 9162: section 2.1.3 (inclusion) and 2.1.4 (consistency). */


#include "ic_tree.h"


typedef struct {
    ic_hasher_t      *hasher;
    ic_tree_read_pt   read;
    void             *data;
    ic_hash_t        *proof;
    unsigned          count;
} tree_prover_t;


static unsigned tree_split(uint64_t size);
static int tree_range(tree_prover_t *prover, uint64_t first, uint64_t size,
    ic_hash_t *hash);
static int tree_put(tree_prover_t *prover, uint64_t first, uint64_t size);
static int tree_path(tree_prover_t *prover, uint64_t first, uint64_t index,
    uint64_t size);
static int tree_subproof(tree_prover_t *prover, uint64_t first,
    uint64_t old, uint64_t size, bool whole);


/* The level of the largest power of two below size, which is two or more. */

static unsigned
tree_split(uint64_t size)
{
    return 63 - (unsigned) __builtin_clzll(size - 1);
}


/* The root over size leaves from the first on, a multiple of 2^ceil(log). */

static int
tree_range(tree_prover_t *prover, uint64_t first, uint64_t size,
    ic_hash_t *hash)
{
    ic_hash_t  right;
    unsigned   level;

    if ((size & (size - 1)) == 0) {
        level = (unsigned) __builtin_ctzll(size);
        return prover->read(prover->data, level, first >> level, hash);
    }

    level = tree_split(size);

    if (prover->read(prover->data, level, first >> level, hash) != 0
        || tree_range(prover, first + ((uint64_t) 1 << level),
                      size - ((uint64_t) 1 << level), &right) != 0)
    {
        return -1;
    }

    return ic_tree_node(prover->hasher, hash, &right, hash);
}


static int
tree_put(tree_prover_t *prover, uint64_t first, uint64_t size)
{
    return prover->count < IC_TREE_LEVELS
           && tree_range(prover, first, size, &prover->proof[prover->count++])
              == 0 ? 0 : -1;
}


/* PATH(index, D[size]); from the leaf upwards. */

static int
tree_path(tree_prover_t *prover, uint64_t first, uint64_t index,
    uint64_t size)
{
    uint64_t  k;

    if (size == 1) {
        return 0;
    }

    k = (uint64_t) 1 << tree_split(size);

    if (index < k) {
        return tree_path(prover, first, index, k) == 0
               && tree_put(prover, first + k, size - k) == 0 ? 0 : -1;
    }

    return tree_path(prover, first + k, index - k, size - k) == 0
           && tree_put(prover, first, k) == 0 ? 0 : -1;
}


/* SUBPROOF(old, D[size], whole). */

static int
tree_subproof(tree_prover_t *prover, uint64_t first, uint64_t old,
    uint64_t size, bool whole)
{
    uint64_t  k;

    if (old == size) {
        return whole ? 0 : tree_put(prover, first, size);
    }

    k = (uint64_t) 1 << tree_split(size);

    if (old <= k) {
        return tree_subproof(prover, first, old, k, whole) == 0
               && tree_put(prover, first + k, size - k) == 0 ? 0 : -1;
    }

    return tree_subproof(prover, first + k, old - k, size - k, false) == 0
           && tree_put(prover, first, k) == 0 ? 0 : -1;
}


int
ic_tree_inclusion(ic_hasher_t *hasher, ic_tree_read_pt read, void *data,
    uint64_t index, uint64_t size, ic_hash_t proof[IC_TREE_LEVELS])
{
    tree_prover_t  prover = { hasher, read, data, proof, 0 };

    if (index >= size || tree_path(&prover, 0, index, size) != 0) {
        return -1;
    }

    return (int) prover.count;
}


int
ic_tree_consistency(ic_hasher_t *hasher, ic_tree_read_pt read, void *data,
    uint64_t first, uint64_t second, ic_hash_t proof[IC_TREE_LEVELS])
{
    tree_prover_t  prover = { hasher, read, data, proof, 0 };

    if (first > second) {
        return -1;
    }

    if (first > 0
        && tree_subproof(&prover, 0, first, second, true) != 0)
    {
        return -1;
    }

    return (int) prover.count;
}


bool
ic_tree_includes(ic_hasher_t *hasher, const ic_hash_t *leaf, uint64_t index,
    uint64_t size, const ic_hash_t *proof, unsigned count,
    const ic_hash_t *root)
{
    unsigned   i;
    uint64_t   fn, sn;
    ic_hash_t  hash;

    if (index >= size) {
        return false;
    }

    fn = index;
    sn = size - 1;
    hash = *leaf;

    for (i = 0; i < count; i++) {

        if (sn == 0) {
            return false;
        }

        if ((fn & 1) || fn == sn) {

            if (ic_tree_node(hasher, &proof[i], &hash, &hash) != 0) {
                return false;
            }

            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }

        } else if (ic_tree_node(hasher, &hash, &proof[i], &hash) != 0) {
            return false;
        }

        fn >>= 1;
        sn >>= 1;
    }

    return sn == 0 && ic_hash_eq(&hash, root);
}


bool
ic_tree_consistent(ic_hasher_t *hasher, uint64_t first,
    const ic_hash_t *first_root, uint64_t second,
    const ic_hash_t *second_root, const ic_hash_t *proof, unsigned count)
{
    unsigned   i;
    uint64_t   fn, sn;
    ic_hash_t  fr, sr;

    if (first > second) {
        return false;
    }

    if (first == second) {
        return count == 0 && ic_hash_eq(first_root, second_root);
    }

    if (first == 0) {
        return count == 0;
    }

    fn = first - 1;
    sn = second - 1;

    while (fn & 1) {
        fn >>= 1;
        sn >>= 1;
    }

    /* a complete subtree proves itself; else it is the first node */

    i = (first & (first - 1)) != 0;

    if (i > count || (i == 1 && count == 0)) {
        return false;
    }

    fr = (i == 0) ? *first_root : proof[0];
    sr = fr;

    for ( /* void */ ; i < count; i++) {

        if (sn == 0) {
            return false;
        }

        if ((fn & 1) || fn == sn) {

            if (ic_tree_node(hasher, &proof[i], &fr, &fr) != 0
                || ic_tree_node(hasher, &proof[i], &sr, &sr) != 0)
            {
                return false;
            }

            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }

        } else if (ic_tree_node(hasher, &sr, &proof[i], &sr) != 0) {
            return false;
        }

        fn >>= 1;
        sn >>= 1;
    }

    return sn == 0 && ic_hash_eq(&fr, first_root)
           && ic_hash_eq(&sr, second_root);
}
