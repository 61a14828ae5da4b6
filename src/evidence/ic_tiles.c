
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ic_log.h"
#include "ic_tiles.h"


static int tiles_path(const ic_tiles_t *tiles, char path[PATH_MAX],
    unsigned level, uint64_t n, unsigned width);
static ssize_t tiles_read(const ic_tiles_t *tiles, unsigned level,
    uint64_t n, unsigned width, ic_hash_t *hashes);
static int tiles_root(ic_tiles_t *tiles, unsigned level, ic_hash_t *root);


int
ic_tiles_add(ic_tiles_t *tiles, uint64_t seq, const ic_hash_t *leaf)
{
    unsigned   level;
    uint64_t   n;
    ic_hash_t  hash, root;

    hash = *leaf;
    n = seq;

    for (level = 0; level < IC_TILE_LEVELS; level++) {
        tiles->hashes[level][n % IC_TILE_HASHES] = hash;

        if (n % IC_TILE_HASHES != IC_TILE_HASHES - 1) {
            return 0;
        }

        n /= IC_TILE_HASHES;

        if (tiles->put(tiles, level, n, IC_TILE_HASHES) != 0
            || tiles_root(tiles, level, &root) != 0)
        {
            return -1;
        }

        hash = root;
    }

    return 0;
}


int
ic_tiles_partial(ic_tiles_t *tiles, uint64_t size)
{
    unsigned  level, width;
    uint64_t  n;

    n = size;

    for (level = 0; level < IC_TILE_LEVELS && n != 0; level++) {
        width = (unsigned) (n % IC_TILE_HASHES);
        n /= IC_TILE_HASHES;

        if (width != 0 && tiles->put(tiles, level, n, width) != 0) {
            return -1;
        }
    }

    return 0;
}


int
ic_tiles_load(ic_tiles_t *tiles, uint64_t size, ic_tree_t *tree)
{
    unsigned   i, level, width;
    uint64_t   n;

    memset(tree, 0, sizeof(ic_tree_t));

    for (level = IC_TILE_LEVELS; level-- != 0; /* void */ ) {
        n = size >> (8 * level);
        width = (unsigned) (n % IC_TILE_HASHES);

        if (width != 0
            && tiles_read(tiles, level, n / IC_TILE_HASHES, width,
                          tiles->hashes[level])
               != (ssize_t) (width * sizeof(ic_hash_t)))
        {
            return -1;
        }

        for (i = 0; i < width; i++) {
            if (ic_tree_add(tiles->hasher, tree, 8 * level,
                            &tiles->hashes[level][i]) != 0)
            {
                return -1;
            }
        }
    }

    return 0;
}


int
ic_tiles_node(ic_tiles_t *tiles, uint64_t size, unsigned level,
    uint64_t index, ic_hash_t *hash)
{
    ssize_t    got;
    unsigned   i, first, count, width;
    uint64_t   n, left;
    ic_hash_t  hashes[IC_TILE_HASHES];
    ic_tree_t  tree;

    count = 1u << (level % 8);
    index <<= level % 8;
    level /= 8;
    n = index / IC_TILE_HASHES;
    first = (unsigned) (index % IC_TILE_HASHES);
    left = (size >> (8 * level)) - n * IC_TILE_HASHES;
    width = left < IC_TILE_HASHES ? (unsigned) left : IC_TILE_HASHES;
    got = tiles_read(tiles, level, n, width, hashes);

    if (got != (ssize_t) (width * sizeof(ic_hash_t))
        || first + count > width)
    {
        errno = (got < 0) ? errno : EILSEQ;
        return -1;
    }

    memset(&tree, 0, sizeof(ic_tree_t));

    for (i = 0; i < count; i++) {
        if (ic_tree_add(tiles->hasher, &tree, 0, &hashes[first + i]) != 0) {
            return -1;
        }
    }

    return ic_tree_root(tiles->hasher, &tree, hash);
}


/* The bytes that a tile's file has of those hashes; -1 with errno. */

static ssize_t
tiles_read(const ic_tiles_t *tiles, unsigned level, uint64_t n,
    unsigned width, ic_hash_t *hashes)
{
    int      fd;
    char     path[PATH_MAX];
    ssize_t  got;

    if (tiles_path(tiles, path, level, n, width) != 0
        || (fd = open(path, O_RDONLY|O_CLOEXEC)) < 0)
    {
        return -1;
    }

    got = read(fd, hashes, width * sizeof(ic_hash_t));
    close(fd);

    return got;
}


int
ic_tiles_compare(ic_tiles_t *tiles, unsigned level, uint64_t n,
    unsigned width)
{
    ssize_t    got;
    ic_hash_t  hashes[IC_TILE_HASHES];

    got = tiles_read(tiles, level, n, width, hashes);

    if (got < 0) {
        return -1;
    }

    if (got != (ssize_t) (width * sizeof(ic_hash_t))
        || memcmp(hashes, tiles->hashes[level], (size_t) got) != 0)
    {
        errno = EILSEQ;
        return -1;
    }

    return 0;
}


int
ic_tiles_repair(ic_tiles_t *tiles, unsigned level, uint64_t n, unsigned width)
{
    return (ic_tiles_compare(tiles, level, n, width) == 0)
           ? 0 : ic_tiles_write(tiles, level, n, width);
}


/* The number in groups of three digits, all but the last with an x. */

static int
tiles_path(const ic_tiles_t *tiles, char path[PATH_MAX], unsigned level,
    uint64_t n, unsigned width)
{
    int       len;
    char      text[64], part[16];
    unsigned  i, groups;
    uint64_t  rest, scale;

    groups = 1;
    scale = 1;

    for (rest = n / 1000; rest != 0; rest /= 1000) {
        groups++;
        scale *= 1000;
    }

    for (i = 0, len = 0; i < groups; i++, scale /= 1000) {
        len += snprintf(text + len, sizeof(text) - (size_t) len, "/%s%03u",
                        i + 1 < groups ? "x" : "",
                        (unsigned) (n / scale % 1000));
    }

    part[0] = '\0';

    if (width != IC_TILE_HASHES) {
        snprintf(part, sizeof(part), ".p/%u", width);
    }

    return ic_log_path(tiles->dir, path, "tile/%u%s%s", level, text, part);
}


int
ic_tiles_write(ic_tiles_t *tiles, unsigned level, uint64_t n, unsigned width)
{
    int   fd, rc;
    char  path[PATH_MAX], *slash;

    if (tiles_path(tiles, path, level, n, width) != 0) {
        return -1;
    }

    /* folders appear as numbers grow */

    for (slash = path + strlen(tiles->dir) + 1;
         (slash = strchr(slash, '/')) != NULL; slash++)
    {
        *slash = '\0';
        rc = mkdir(path, 0755);
        *slash = '/';

        if (rc != 0 && errno != EEXIST) {
            return -1;
        }
    }

    fd = open(path, O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0644);
    if (fd < 0) {
        return -1;
    }

    rc = ic_log_write(fd, tiles->hashes[level],
                      width * sizeof(ic_hash_t));
    close(fd);

    return rc;
}


/* Of a full tile. */

static int
tiles_root(ic_tiles_t *tiles, unsigned level, ic_hash_t *root)
{
    unsigned   i;
    ic_tree_t  tree;

    memset(&tree, 0, sizeof(ic_tree_t));

    for (i = 0; i < IC_TILE_HASHES; i++) {
        if (ic_tree_add(tiles->hasher, &tree, 0, &tiles->hashes[level][i])
            != 0)
        {
            return -1;
        }
    }

    return ic_tree_root(tiles->hasher, &tree, root);
}
