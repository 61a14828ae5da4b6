
/*
 * A table of signed bytes that is multiplied by vectors modulo 2^32: what a
 * server of private retrieval does all day. The cells lie in the order in
 * which the product reads them: tiles of 2048 columns, in them groups of
 * four rows, in them pieces of 64 columns of each of the four.
 */


#ifndef _IC_CELLS_H_INCLUDED_
#define _IC_CELLS_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


#define IC_CELLS_TILE   2048
#define IC_CELLS_GROUP  4
#define IC_CELLS_PIECE  64


typedef struct {
    size_t    rows;
    size_t    columns;
    size_t    groups;            /* of rows, the last filled with zeros */
    size_t    tiles;             /* of columns, likewise */
    size_t    bytes;             /* of memory */
    int8_t   *cells;
} ic_cells_t;


/* All zero. NULL: no memory, or more than size_t can say. */
ic_cells_t *ic_cells_create(size_t rows, size_t columns);
void ic_cells_destroy(ic_cells_t *cells);

/* row < rows, column < columns. */
void ic_cells_set(ic_cells_t *cells, size_t row, size_t column,
    int8_t value);
int8_t ic_cells_get(const ic_cells_t *cells, size_t row, size_t column);

/*
 * answers[k] = cells * vectors[k] mod 2^32 for count vectors of columns
 * words, answers of rows words. Several at once read the cells once for all.
 * 0, or -1: no memory.
 */
int ic_cells_multiply(const ic_cells_t *cells, const uint32_t *const *vectors,
    uint32_t *const *answers, size_t count);


/*
 * The back ends. One group of one tile (2 to the 13 bytes) times a vector's
 * tile, as its four planes of bytes: piece by piece 64 bytes of each plane.
 * Added to sums.
 */
typedef void (*ic_cells_group_pt)(const int8_t *cells, const uint8_t *planes,
    uint32_t sums[IC_CELLS_GROUP]);

void ic_cells_group_portable(const int8_t *cells, const uint8_t *planes,
    uint32_t sums[IC_CELLS_GROUP]);
void ic_cells_group_vnni(const int8_t *cells, const uint8_t *planes,
    uint32_t sums[IC_CELLS_GROUP]);


#endif /* _IC_CELLS_H_INCLUDED_ */
