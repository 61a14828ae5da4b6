
/*
 * Tiles of C2SP tlog-tiles: tile/<level>/<n> has the roots of 256 subtrees of
 * 256^level leaves; a partial one ends in .p/<width>. They are copies of what
 * the entries say, for clients that ask for proofs.
 */


#ifndef _IC_TILES_H_INCLUDED_
#define _IC_TILES_H_INCLUDED_


#include "ic_tree.h"


#define IC_TILE_HASHES  256
#define IC_TILE_LEVELS  8

typedef struct ic_tiles_s  ic_tiles_t;

struct ic_tiles_s {
    const char   *dir;           /* of the log */
    ic_hasher_t  *hasher;
    /* what is done with a tile: ic_tiles_write() or ic_tiles_compare() */
    int         (*put)(ic_tiles_t *tiles, unsigned level, uint64_t n,
                       unsigned width);
    ic_hash_t     hashes[IC_TILE_LEVELS][IC_TILE_HASHES];
};


/* The leaf with that number, one behind the other: puts what gets full. */
int ic_tiles_add(ic_tiles_t *tiles, uint64_t seq, const ic_hash_t *leaf);

/* Puts those that are not full, as they are in a tree of that size. */
int ic_tiles_partial(ic_tiles_t *tiles, uint64_t size);

/* Takes those from their files, and gives the tree that all tiles make. */
int ic_tiles_load(ic_tiles_t *tiles, uint64_t size, ic_tree_t *tree);

/*
 * The root of the complete subtree with the leaves [index << level,
 * (index + 1) << level) of a tree of that size, from the files. 0, or -1 with
 * errno.
 */
int ic_tiles_node(ic_tiles_t *tiles, uint64_t size, unsigned level,
    uint64_t index, ic_hash_t *hash);

/*
 * To put: 0, or -1 with errno, EILSEQ where a file has other hashes; repair
 * writes such a file. Nothing is synced.
 */
int ic_tiles_write(ic_tiles_t *tiles, unsigned level, uint64_t n,
    unsigned width);
int ic_tiles_compare(ic_tiles_t *tiles, unsigned level, uint64_t n,
    unsigned width);
int ic_tiles_repair(ic_tiles_t *tiles, unsigned level, uint64_t n,
    unsigned width);


#endif /* _IC_TILES_H_INCLUDED_ */
