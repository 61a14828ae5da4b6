
#include <stdlib.h>

#include <openssl/evp.h>

#include "ic_tree.h"


struct ic_hasher_s {
    EVP_MD      *md;
    EVP_MD_CTX  *ctx;
};


static int tree_hash(ic_hasher_t *hasher, u_char prefix, const void *one,
    size_t one_len, const void *other, size_t other_len, ic_hash_t *hash);


ic_hasher_t *
ic_hasher(const char *name)
{
    ic_hasher_t  *hasher;

    if (strcmp(name, "sha256") != 0 && strcmp(name, "sm3") != 0) {
        return NULL;
    }

    hasher = calloc(1, sizeof(ic_hasher_t));
    if (hasher == NULL) {
        return NULL;
    }

    hasher->md = EVP_MD_fetch(NULL, name, NULL);
    hasher->ctx = EVP_MD_CTX_new();

    if (hasher->md == NULL || hasher->ctx == NULL) {
        ic_hasher_free(hasher);
        return NULL;
    }

    return hasher;
}


void
ic_hasher_free(ic_hasher_t *hasher)
{
    if (hasher != NULL) {
        EVP_MD_CTX_free(hasher->ctx);
        EVP_MD_free(hasher->md);
        free(hasher);
    }
}


int
ic_tree_leaf(ic_hasher_t *hasher, ic_str_t leaf, ic_hash_t *hash)
{
    return tree_hash(hasher, 0x00, leaf.data, leaf.len, NULL, 0, hash);
}


int
ic_tree_node(ic_hasher_t *hasher, const ic_hash_t *left,
    const ic_hash_t *right, ic_hash_t *hash)
{
    return tree_hash(hasher, 0x01, left->byte, sizeof(left->byte),
                     right->byte, sizeof(right->byte), hash);
}


static int
tree_hash(ic_hasher_t *hasher, u_char prefix, const void *one,
    size_t one_len, const void *other, size_t other_len, ic_hash_t *hash)
{
    if (EVP_DigestInit_ex(hasher->ctx, hasher->md, NULL) != 1
        || EVP_DigestUpdate(hasher->ctx, &prefix, 1) != 1
        || EVP_DigestUpdate(hasher->ctx, one, one_len) != 1
        || EVP_DigestUpdate(hasher->ctx, other, other_len) != 1
        || EVP_DigestFinal_ex(hasher->ctx, hash->byte, NULL) != 1)
    {
        return -1;
    }

    return 0;
}


bool
ic_hash_eq(const ic_hash_t *one, const ic_hash_t *other)
{
    return memcmp(one->byte, other->byte, sizeof(one->byte)) == 0;
}


int
ic_tree_add(ic_hasher_t *hasher, ic_tree_t *tree, unsigned level,
    const ic_hash_t *hash)
{
    ic_hash_t  sum;
    uint64_t   bit;

    bit = (uint64_t) 1 << level;

    if (tree->size % bit != 0 || tree->size + bit < tree->size) {
        return -1;
    }

    sum = *hash;

    while (tree->size & ((uint64_t) 1 << level)) {

        if (ic_tree_node(hasher, &tree->edge[level], &sum, &sum) != 0) {
            return -1;
        }

        level++;
    }

    tree->edge[level] = sum;
    tree->size += bit;

    return 0;
}


int
ic_tree_root(ic_hasher_t *hasher, const ic_tree_t *tree, ic_hash_t *root)
{
    bool      begun;
    unsigned  k;

    begun = false;

    for (k = 0; k < IC_TREE_LEVELS; k++) {

        if ((tree->size & ((uint64_t) 1 << k)) == 0) {
            continue;
        }

        if (!begun) {
            *root = tree->edge[k];
            begun = true;

        } else if (ic_tree_node(hasher, &tree->edge[k], root, root) != 0) {
            return -1;
        }
    }

    if (begun) {
        return 0;
    }

    return EVP_DigestInit_ex(hasher->ctx, hasher->md, NULL) == 1
           && EVP_DigestFinal_ex(hasher->ctx, root->byte, NULL) == 1 ? 0 : -1;
}
