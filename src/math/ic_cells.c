
/* Tables of signed bytes: their order in memory, products tile by tile. */


#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "ic_cells.h"
#include "ic_cpu.h"


#define CELLS_HUGE    (2 * 1024 * 1024)      /* a page, where there are such */
#define CELLS_BATCH   16                     /* vectors whose tiles stay near */
#define CELLS_PIECES  (IC_CELLS_TILE / IC_CELLS_PIECE)


static size_t cells_place(const ic_cells_t *cells, size_t row, size_t column);
static void cells_multiply(const ic_cells_t *cells, uint8_t *planes,
    const uint32_t *const *vectors, uint32_t *const *answers, size_t count);
static void cells_planes(const ic_cells_t *cells, size_t tile,
    const uint32_t *vector, uint8_t *planes);


ic_cells_t *
ic_cells_create(size_t rows, size_t columns)
{
    size_t       bytes;
    ic_cells_t  *cells;

    cells = calloc(1, sizeof(ic_cells_t));
    if (cells == NULL) {
        return NULL;
    }

    cells->rows = rows;
    cells->columns = columns;
    cells->groups = rows / IC_CELLS_GROUP + (rows % IC_CELLS_GROUP != 0);
    cells->tiles = columns / IC_CELLS_TILE + (columns % IC_CELLS_TILE != 0);

    if (__builtin_mul_overflow(cells->groups, cells->tiles, &bytes)
        || __builtin_mul_overflow(bytes,
                                  (size_t) IC_CELLS_GROUP * IC_CELLS_TILE,
                                  &bytes)
        || __builtin_add_overflow(bytes, (size_t) CELLS_HUGE - 1, &bytes))
    {
        free(cells);
        return NULL;
    }

    cells->bytes = bytes & ~((size_t) CELLS_HUGE - 1);
    cells->cells = cells->bytes == 0 ? NULL
                                 : aligned_alloc(CELLS_HUGE, cells->bytes);

    if (cells->cells == NULL && cells->bytes > 0) {
        free(cells);
        return NULL;
    }

    if (cells->bytes > 0) {
        (void) madvise(cells->cells, cells->bytes, MADV_HUGEPAGE);
        memset(cells->cells, 0, cells->bytes);
    }

    return cells;
}


void
ic_cells_destroy(ic_cells_t *cells)
{
    if (cells != NULL) {
        free(cells->cells);
        free(cells);
    }
}


static size_t
cells_place(const ic_cells_t *cells, size_t row, size_t column)
{
    size_t  place;

    place = column / IC_CELLS_TILE * cells->groups + row / IC_CELLS_GROUP;
    place = place * CELLS_PIECES
            + column % IC_CELLS_TILE / IC_CELLS_PIECE;
    place = place * IC_CELLS_GROUP + row % IC_CELLS_GROUP;

    return place * IC_CELLS_PIECE + column % IC_CELLS_PIECE;
}


void
ic_cells_set(ic_cells_t *cells, size_t row, size_t column, int8_t value)
{
    cells->cells[cells_place(cells, row, column)] = value;
}


int8_t
ic_cells_get(const ic_cells_t *cells, size_t row, size_t column)
{
    return cells->cells[cells_place(cells, row, column)];
}


int
ic_cells_multiply(const ic_cells_t *cells, const uint32_t *const *vectors,
    uint32_t *const *answers, size_t count)
{
    size_t    i, n;
    uint8_t  *planes;

    planes = aligned_alloc(IC_CELLS_PIECE,
                           (size_t) CELLS_BATCH * 4 * IC_CELLS_TILE);
    if (planes == NULL) {
        return -1;
    }

    for (i = 0; i < count; i++) {
        memset(answers[i], 0, cells->rows * sizeof(uint32_t));
    }

    for (i = 0; i < count; i += n) {
        n = count - i < CELLS_BATCH ? count - i : CELLS_BATCH;
        cells_multiply(cells, planes, vectors + i, answers + i, n);
    }

    free(planes);

    return 0;
}


static void
cells_multiply(const ic_cells_t *cells, uint8_t *planes,
    const uint32_t *const *vectors, uint32_t *const *answers, size_t count)
{
    size_t             tile, group, i, row, rows;
    uint32_t           sums[IC_CELLS_GROUP];
    const int8_t      *at;
    ic_cells_group_pt  add;

    add = ic_cpu_has(IC_CPU_VNNI) ? ic_cells_group_vnni
                                  : ic_cells_group_portable;
    at = cells->cells;

    for (tile = 0; tile < cells->tiles; tile++) {

        for (i = 0; i < count; i++) {
            cells_planes(cells, tile, vectors[i],
                         planes + i * 4 * IC_CELLS_TILE);
        }

        for (group = 0; group < cells->groups; group++) {
            row = group * IC_CELLS_GROUP;
            rows = cells->rows - row < IC_CELLS_GROUP ? cells->rows - row
                                                      : IC_CELLS_GROUP;

            for (i = 0; i < count; i++) {
                memset(sums, 0, sizeof(sums));
                add(at, planes + i * 4 * IC_CELLS_TILE, sums);

                switch (rows) {
                case 4:
                    answers[i][row + 3] += sums[3];
                    /* fall through */
                case 3:
                    answers[i][row + 2] += sums[2];
                    /* fall through */
                case 2:
                    answers[i][row + 1] += sums[1];
                    /* fall through */
                default:
                    answers[i][row] += sums[0];
                }
            }

            at += IC_CELLS_GROUP * IC_CELLS_TILE;
        }
    }
}


/* Byte b of 64 words, then byte b + 1 of them. */
static void
cells_planes(const ic_cells_t *cells, size_t tile, const uint32_t *vector,
    uint8_t *planes)
{
    size_t    first, i, n;
    uint32_t  word;
    uint8_t  *p;

    first = tile * IC_CELLS_TILE;
    n = cells->columns - first < IC_CELLS_TILE ? cells->columns - first
                                               : IC_CELLS_TILE;

    for (i = 0; i < IC_CELLS_TILE; i++) {
        word = i < n ? vector[first + i] : 0;
        p = planes + i / IC_CELLS_PIECE * 4 * IC_CELLS_PIECE
            + i % IC_CELLS_PIECE;

        p[0] = (uint8_t) word;
        p[IC_CELLS_PIECE] = (uint8_t) (word >> 8);
        p[2 * IC_CELLS_PIECE] = (uint8_t) (word >> 16);
        p[3 * IC_CELLS_PIECE] = (uint8_t) (word >> 24);
    }
}


void
ic_cells_group_portable(const int8_t *cells, const uint8_t *planes,
    uint32_t sums[IC_CELLS_GROUP])
{
    unsigned         piece, row, i;
    uint32_t         word[IC_CELLS_PIECE], sum;
    const uint8_t   *p;

    for (piece = 0; piece < CELLS_PIECES; piece++) {
        p = planes + piece * 4 * IC_CELLS_PIECE;

        for (i = 0; i < IC_CELLS_PIECE; i++) {
            word[i] = p[i] | (uint32_t) p[i + IC_CELLS_PIECE] << 8
                      | (uint32_t) p[i + 2 * IC_CELLS_PIECE] << 16
                      | (uint32_t) p[i + 3 * IC_CELLS_PIECE] << 24;
        }

        for (row = 0; row < IC_CELLS_GROUP; row++) {
            sum = 0;

            for (i = 0; i < IC_CELLS_PIECE; i++) {
                sum += (uint32_t) (int32_t) cells[i] * word[i];
            }

            sums[row] += sum;
            cells += IC_CELLS_PIECE;
        }
    }
}
