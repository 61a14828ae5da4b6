
/*
 * Merkle trees: the vectors of RFC 6962's test data, growing trees and all
 * proofs against the definition, proofs that are not quite right.
 */


#include <stdlib.h>

#include "../../src/evidence/ic_tree.h"
#include "../../src/lib/ic_codec.h"
#include "tap.h"


#define MANY  1026


static const char *const  leaves[] = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f"
};

static const char *const  roots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
};


static ic_hasher_t  *hasher;
static ic_hash_t     hashes[MANY];


static void vectors(void);
static void growing(const char *name);
static void proofs(void);
static void wrong_proofs(void);
static ic_hash_t root_of(uint64_t first, uint64_t size);
static int read_node(void *data, unsigned level, uint64_t index,
    ic_hash_t *hash);


int
main(void)
{
    ok(ic_hasher("md5") == NULL, "only the two hashes of the log");
    hasher = ic_hasher("sha256");
    vectors();
    growing("sha256");
    proofs();
    wrong_proofs();
    ic_hasher_free(hasher);

    hasher = ic_hasher("sm3");
    growing("sm3");
    ic_hasher_free(hasher);

    return done();
}


static void
vectors(void)
{
    char       hex[65];
    u_char     bytes[16];
    unsigned   i;
    ic_hash_t  hash;
    ic_tree_t  tree;

    memset(&tree, 0, sizeof(ic_tree_t));

    for (i = 0; i <= 8; i++) {
        (void) ic_tree_root(hasher, &tree, &hash);
        ic_hex(hex, hash.byte, sizeof(hash.byte));
        is_str(hex, roots[i], "the root of %u leaves", i);

        if (i < 8) {
            (void) ic_unhex(bytes, strlen(leaves[i]) / 2,
                            ic_str(leaves[i]));
            (void) ic_tree_leaf(hasher, ic_str_n(bytes,
                                strlen(leaves[i]) / 2), &hash);
            (void) ic_tree_add(hasher, &tree, 0, &hash);
        }
    }
}


/* The root by its definition, of leaves that are known. */

static ic_hash_t
root_of(uint64_t first, uint64_t size)
{
    uint64_t   k;
    ic_hash_t  left, right, root;

    if (size == 1) {
        return hashes[first];
    }

    for (k = 1; k * 2 < size; k *= 2) { /* void */ }

    left = root_of(first, k);
    right = root_of(first + k, size - k);
    (void) ic_tree_node(hasher, &left, &right, &root);

    return root;
}


static int
read_node(void *data, unsigned level, uint64_t index, ic_hash_t *hash)
{
    uint64_t  *size = data;

    if (((index + 1) << level) > *size) {
        return -1;
    }

    *hash = root_of(index << level, (uint64_t) 1 << level);

    return 0;
}


static void
growing(const char *name)
{
    unsigned   i, wrong, halves;
    ic_hash_t  root, naive;
    ic_tree_t  tree, coarse;

    memset(&tree, 0, sizeof(ic_tree_t));
    wrong = 0;

    for (i = 0; i < MANY; i++) {
        (void) ic_tree_leaf(hasher, ic_str_n(&i, sizeof(i)), &hashes[i]);
        (void) ic_tree_add(hasher, &tree, 0, &hashes[i]);
        (void) ic_tree_root(hasher, &tree, &root);
        naive = root_of(0, i + 1);
        wrong += !ic_hash_eq(&root, &naive);
    }

    is_int(wrong, 0, "%s: %d sizes have the root of the definition", name,
           MANY);

    memset(&coarse, 0, sizeof(ic_tree_t));
    halves = 0;

    for (i = 0; i < 4; i++) {
        naive = root_of(i * 256, 256);
        halves += ic_tree_add(hasher, &coarse, 8, &naive) == 0;
    }

    (void) ic_tree_add(hasher, &coarse, 0, &hashes[1024]);
    (void) ic_tree_add(hasher, &coarse, 0, &hashes[1025]);
    (void) ic_tree_root(hasher, &coarse, &naive);
    is_int(halves, 4, "%s: subtrees are appended", name);
    ok(ic_hash_eq(&naive, &root), "... and give the same root");
    is_int(ic_tree_add(hasher, &coarse, 8, &naive), -1,
           "not where they do not fit");
}


static void
proofs(void)
{
    int        n;
    uint64_t   i, size;
    unsigned   good, all;
    ic_hash_t  first, root, proof[IC_TREE_LEVELS];

    good = all = 0;

    for (size = 1; size <= 70; size++) {
        root = root_of(0, size);

        for (i = 0; i < size; i++, all++) {
            n = ic_tree_inclusion(hasher, read_node, &size, i, size, proof);
            good += n >= 0 && ic_tree_includes(hasher, &hashes[i], i, size,
                                               proof, (unsigned) n, &root);
        }

        for (i = 1; i <= size; i++, all++) {
            first = root_of(0, i);
            n = ic_tree_consistency(hasher, read_node, &size, i, size,
                                    proof);
            good += n >= 0 && ic_tree_consistent(hasher, i, &first, size,
                                                 &root, proof,
                                                 (unsigned) n);
        }
    }

    is_int(good, all, "all proofs of trees of up to 70 leaves hold");
    size = 70;
    is_int(ic_tree_inclusion(hasher, read_node, &size, 70, 70, proof), -1,
           "no proof of a leaf that is not there");
    is_int(ic_tree_consistency(hasher, read_node, &size, 71, 70, proof), -1,
           "no proof with a larger tree");
    is_int(ic_tree_inclusion(hasher, read_node, &size, 3, 71, proof), -1,
           "nor where a node cannot be read");
    first = root_of(0, 1);
    ok(ic_tree_consistent(hasher, 0, &first, 70, &root, proof, 0),
       "the empty tree is consistent with any");
    ok(!ic_tree_consistent(hasher, 0, &first, 70, &root, proof, 1),
       "... without a proof");
}


static void
wrong_proofs(void)
{
    int        n;
    uint64_t   i, j, size;
    unsigned   bad, k;
    ic_hash_t  first, root, proof[IC_TREE_LEVELS + 1];

    bad = 0;
    size = 37;
    root = root_of(0, size);

    for (i = 0; i < size; i++) {
        n = ic_tree_inclusion(hasher, read_node, &size, i, size, proof);

        for (j = 0; j < size; j++) {
            bad += j != i && ic_tree_includes(hasher, &hashes[i], j, size,
                                              proof, (unsigned) n, &root);
        }

        bad += ic_tree_includes(hasher, &hashes[i], i, size, proof,
                                (unsigned) n - 1, &root);
        proof[n] = root;
        bad += ic_tree_includes(hasher, &hashes[i], i, size, proof,
                                (unsigned) n + 1, &root);

        for (k = 0; k < (unsigned) n; k++) {
            proof[k].byte[i % 32] ^= 1;
            bad += ic_tree_includes(hasher, &hashes[i], i, size, proof,
                                    (unsigned) n, &root);
            proof[k].byte[i % 32] ^= 1;
        }
    }

    for (i = 1; i < size; i++) {
        first = root_of(0, i);
        n = ic_tree_consistency(hasher, read_node, &size, i, size, proof);
        bad += ic_tree_consistent(hasher, i, &root, size, &root, proof,
                                  (unsigned) n);
        bad += ic_tree_consistent(hasher, i, &first, size, &first, proof,
                                  (unsigned) n);
        bad += n > 0 && ic_tree_consistent(hasher, i, &first, size, &root,
                                           proof, (unsigned) n - 1);

        for (k = 0; k < (unsigned) n; k++) {
            proof[k].byte[31] ^= 0x80;
            bad += ic_tree_consistent(hasher, i, &first, size, &root, proof,
                                      (unsigned) n);
            proof[k].byte[31] ^= 0x80;
        }
    }

    is_int(bad, 0, "no proof holds with another leaf, length or bit");
}
