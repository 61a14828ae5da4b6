
/*
 * Proofs of the evidence log: of all proofs that the input may be, those hold
 * that the tree itself gives, and no others.
 */


#include "../../src/evidence/ic_tree.h"
#include "fuzz.h"


#define LEAVES  64


typedef struct {
    ic_hasher_t  *hasher;
    ic_hash_t     leaves[LEAVES];
    ic_hash_t     roots[LEAVES + 1];
} tree_t;

static tree_t  tree;


static int
node(void *data, unsigned level, uint64_t index, ic_hash_t *hash)
{
    ic_hash_t  left, right;

    if (level == 0) {
        *hash = tree.leaves[index];
        return 0;
    }

    return node(data, level - 1, 2 * index, &left) == 0
           && node(data, level - 1, 2 * index + 1, &right) == 0
           ? ic_tree_node(tree.hasher, &left, &right, hash) : -1;
}


static void
begin(void)
{
    uint8_t    i;
    ic_tree_t  growing;

    memset(&growing, 0, sizeof(growing));
    tree.hasher = ic_hasher("sha256");
    ic_tree_root(tree.hasher, &growing, &tree.roots[0]);

    for (i = 0; i < LEAVES; i++) {
        ic_tree_leaf(tree.hasher, ic_str_n(&i, 1), &tree.leaves[i]);
        ic_tree_add(tree.hasher, &growing, 0, &tree.leaves[i]);
        ic_tree_root(tree.hasher, &growing, &tree.roots[i + 1]);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int         count;
    bool        changed;
    fuzz_t      fuzz = { data, size };
    unsigned    n, first, second, at;
    ic_hash_t   proof[IC_TREE_LEVELS];

    if (tree.hasher == NULL) {
        begin();
    }

    second = fuzz_byte(&fuzz) % LEAVES + 1;
    first = fuzz_byte(&fuzz) % (second + 1);
    changed = false;
    memset(proof, 0, sizeof(proof));

    if (fuzz_byte(&fuzz) % 2) {
        first %= second;
        count = ic_tree_inclusion(tree.hasher, node, NULL, first, second,
                                  proof);
        FUZZ_TRUE(count >= 0);
        n = (unsigned) count;

        while (fuzz.size >= 2 && n > 0) {
            at = fuzz_byte(&fuzz);
            proof[at % n].byte[at % 32] ^= fuzz_byte(&fuzz) | 1;
            changed = true;
        }

        FUZZ_TRUE(changed || ic_tree_includes(tree.hasher,
            &tree.leaves[first], first, second, proof, n,
            &tree.roots[second]));
        FUZZ_TRUE(!ic_tree_includes(tree.hasher, &tree.leaves[first],
            first, second, proof, n + 1, &tree.roots[second]));
        FUZZ_TRUE(second == 1 || !ic_tree_includes(tree.hasher,
            &tree.leaves[(first + 1) % LEAVES], first, second, proof, n,
            &tree.roots[second]));
        return 0;
    }

    count = ic_tree_consistency(tree.hasher, node, NULL, first, second,
                                proof);
    n = count > 0 ? (unsigned) count : 0;
    FUZZ_TRUE(count < 0 || ic_tree_consistent(tree.hasher, first,
        &tree.roots[first], second, &tree.roots[second], proof, n));

    at = fuzz_byte(&fuzz) % (LEAVES + 1);
    FUZZ_TRUE(at == first || first == 0
              || !ic_tree_consistent(tree.hasher, first, &tree.roots[at],
                                     second, &tree.roots[second], proof, n));

    memcpy(proof, fuzz.data, fuzz.size < sizeof(proof) ? fuzz.size
                                                       : sizeof(proof));
    (void) ic_tree_consistent(tree.hasher, (uint64_t) first << (n % 64),
        &tree.roots[first], (uint64_t) second << (at % 64),
        &tree.roots[second], proof, at % IC_TREE_LEVELS);

    return 0;
}
