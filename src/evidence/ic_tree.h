
/*
 * Merkle trees of RFC 9162, section 2.1: hashes of leaves and nodes, a tree
 * that grows at its right edge, proofs. The hash is SHA-256, or SM3 for a
 * log that was created so; both have 32 bytes.
 */


#ifndef _IC_TREE_H_INCLUDED_
#define _IC_TREE_H_INCLUDED_


#include "../lib/ic_str.h"


#define IC_TREE_LEVELS  64       /* nodes of a proof at most */
#define IC_HASH_HEX     65       /* 64 digits and a NUL */

typedef struct {
    u_char  byte[32];
} ic_hash_t;

typedef struct ic_hasher_s  ic_hasher_t;


/* "sha256" or "sm3"; NULL for another name or when memory is short. */
ic_hasher_t *ic_hasher(const char *name);
void ic_hasher_free(ic_hasher_t *hasher);

/* Of a leaf's bytes; of a node over two. 0, or -1: the library failed. */
int ic_tree_leaf(ic_hasher_t *hasher, ic_str_t leaf, ic_hash_t *hash);
int ic_tree_node(ic_hasher_t *hasher, const ic_hash_t *left,
    const ic_hash_t *right, ic_hash_t *hash);

bool ic_hash_eq(const ic_hash_t *one, const ic_hash_t *other);


/*
 * A growing tree: edge[k] is the root of a complete subtree of 2^k leaves
 * where bit k of the size is set. All zero: the empty tree.
 */
typedef struct {
    uint64_t   size;
    ic_hash_t  edge[IC_TREE_LEVELS];
} ic_tree_t;

/*
 * Appends a complete subtree of 2^level leaves (level 0: one leaf) to a tree
 * whose size is a multiple of that. 0 or -1.
 */
int ic_tree_add(ic_hasher_t *hasher, ic_tree_t *tree, unsigned level,
    const ic_hash_t *hash);

/* Of the empty tree the hash of nothing. 0 or -1. */
int ic_tree_root(ic_hasher_t *hasher, const ic_tree_t *tree,
    ic_hash_t *root);


/*
 * Proofs. read() gives the root of the complete subtree with the leaves
 * [index << level, (index + 1) << level); 0 or -1. The functions give the
 * number of nodes, or -1: the numbers make no sense, or read() failed.
 */
typedef int (*ic_tree_read_pt)(void *data, unsigned level, uint64_t index,
    ic_hash_t *hash);

int ic_tree_inclusion(ic_hasher_t *hasher, ic_tree_read_pt read, void *data,
    uint64_t index, uint64_t size, ic_hash_t proof[IC_TREE_LEVELS]);
int ic_tree_consistency(ic_hasher_t *hasher, ic_tree_read_pt read,
    void *data, uint64_t first, uint64_t second,
    ic_hash_t proof[IC_TREE_LEVELS]);

/* RFC 9162, 2.1.3.2 and 2.1.4.2. */
bool ic_tree_includes(ic_hasher_t *hasher, const ic_hash_t *leaf,
    uint64_t index, uint64_t size, const ic_hash_t *proof, unsigned count,
    const ic_hash_t *root);
bool ic_tree_consistent(ic_hasher_t *hasher, uint64_t first,
    const ic_hash_t *first_root, uint64_t second,
    const ic_hash_t *second_root, const ic_hash_t *proof, unsigned count);


#endif /* _IC_TREE_H_INCLUDED_ */
