
/* Rows in a file, keys in memory. */


#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../source/ic_scan.h"
#include "psi_rows.h"


#define ROWS_NULL   UINT32_MAX       /* length of an empty cell */
#define ROWS_ROOM   (256 * 1024)
#define ROWS_FIRST  65536


typedef struct {
    uint64_t  at;                    /* in the file */
    uint64_t  key;                   /* in keys */
} place_t;

struct psi_rows_s {
    ic_task_t           *task;
    const psi_params_t  *params;
    const char         **names;      /* of the columns */
    unsigned             columns;
    unsigned            *of_key;     /* their numbers */
    FILE                *file;
    uint64_t             at;
    u_char              *keys;       /* of each value length (u32), bytes */
    size_t               keys_len;
    size_t               keys_size;
    place_t             *places;     /* of each row, and one more */
    int64_t              count;
    int64_t              room;
    u_char              *row;        /* the last that was read back */
    size_t               row_size;
};


static int rows_open(psi_rows_t *rows, ic_scan_t *scan);
static int rows_find(psi_rows_t *rows, unsigned n);
static FILE *rows_file(ic_task_t *task);
static int rows_fill(psi_rows_t *rows, ic_scan_t *scan);
static int rows_place(psi_rows_t *rows);
static int rows_put(psi_rows_t *rows, const ic_str_t *cells);
static int rows_put_key(psi_rows_t *rows, const ic_str_t *cells);
static ic_str_t rows_trim(const psi_rows_t *rows, ic_str_t value);
static int rows_no_memory(psi_rows_t *rows);
static int rows_no_disk(psi_rows_t *rows);


psi_rows_t *
psi_rows_read(psi_t *psi)
{
    int                 rc;
    ic_scan_t          *scan;
    psi_rows_t         *rows;
    const ic_json_t    *sources;
    ic_source_error_t   error;

    sources = ic_json_get(ic_task_input(psi->task, "train_data"), "sources");

    if (sources == NULL || sources->type != IC_JSON_ARRAY
        || sources->count != 1)
    {
        (void) ic_task_fail(psi->task, "data_unreadable", NULL, 0,
                            "train_data must name one source");
        return NULL;
    }

    rows = calloc(1, sizeof(psi_rows_t));

    if (rows == NULL) {
        (void) psi_no_memory(psi);
        return NULL;
    }

    rows->task = psi->task;
    rows->params = &psi->params;
    scan = ic_scan_open(ic_json_at(sources, 0), psi->params.max_rows,
                        &error);
    rc = scan == NULL ? ic_input_failed(psi->task, &error)
         : rows_open(rows, scan) == 0 ? rows_fill(rows, scan) : -1;
    ic_scan_close(scan);

    if (rc != 0) {
        psi_rows_free(rows);
        return NULL;
    }

    return rows;
}


static int
rows_open(psi_rows_t *rows, ic_scan_t *scan)
{
    unsigned     n;
    ic_arena_t  *arena;

    arena = ic_task_arena(rows->task);
    rows->columns = ic_scan_columns(scan);
    rows->names = ic_zalloc(arena, rows->columns * sizeof(char *));
    rows->of_key = ic_zalloc(arena, rows->params->nkeys * sizeof(unsigned));

    if (rows->names == NULL || rows->of_key == NULL) {
        return rows_no_memory(rows);
    }

    for (n = 0; n < rows->columns; n++) {
        rows->names[n] = ic_str_z(arena, ic_str(ic_scan_column(scan, n)));

        if (rows->names[n] == NULL) {
            return rows_no_memory(rows);
        }
    }

    for (n = 0; n < rows->params->nkeys; n++) {
        if (rows_find(rows, n) != 0) {
            return -1;
        }
    }

    rows->file = rows_file(rows->task);

    return rows->file != NULL ? 0 : rows_no_disk(rows);
}


static int
rows_find(psi_rows_t *rows, unsigned n)
{
    unsigned     i;
    const char  *name;

    name = rows->params->keys[n];

    for (i = 0; i < rows->columns; i++) {
        if (strcmp(rows->names[i], name) == 0) {
            rows->of_key[n] = i;
            return 0;
        }
    }

    return ic_task_fail(rows->task, "data_missing_column", name, 0,
                        "the data has no column \"%s\"", name);
}


/* Without a name from the start: it goes with the process. */

static FILE *
rows_file(ic_task_t *task)
{
    int    fd;
    char  *name;
    FILE  *file;

    if (asprintf(&name, "%s/rows-XXXXXX", ic_task_folder(task)) < 0) {
        return NULL;
    }

    fd = mkstemp(name);
    file = NULL;

    if (fd != -1) {
        (void) unlink(name);
        file = fdopen(fd, "w+");

        if (file != NULL) {
            (void) setvbuf(file, NULL, _IOFBF, ROWS_ROOM);

        } else {
            (void) close(fd);
        }
    }

    free(name);

    return file;
}


static int
rows_fill(psi_rows_t *rows, ic_scan_t *scan)
{
    int                 rc;
    const ic_str_t     *cells;
    ic_source_error_t   error;

    while ((rc = ic_scan_next(scan, &cells, &error)) == 1) {
        if (rows_place(rows) != 0 || rows_put(rows, cells) != 0
            || rows_put_key(rows, cells) != 0)
        {
            return -1;
        }

        rows->count++;
    }

    if (rc != 0) {
        return ic_input_failed(rows->task, &error);
    }

    if (rows_place(rows) != 0) {
        return -1;
    }

    return fflush(rows->file) == 0 ? 0 : rows_no_disk(rows);
}


/* Where the next row begins. */

static int
rows_place(psi_rows_t *rows)
{
    int64_t   room;
    place_t  *places;

    if (rows->count == rows->room) {
        room = rows->room + rows->room / 2 + ROWS_FIRST;
        places = realloc(rows->places, (size_t) room * sizeof(place_t));

        if (places == NULL) {
            return rows_no_memory(rows);
        }

        rows->places = places;
        rows->room = room;
    }

    rows->places[rows->count].at = rows->at;
    rows->places[rows->count].key = rows->keys_len;

    return 0;
}


static int
rows_put(psi_rows_t *rows, const ic_str_t *cells)
{
    unsigned  n;
    uint32_t  len;

    for (n = 0; n < rows->columns; n++) {
        len = cells[n].data == NULL ? ROWS_NULL : (uint32_t) cells[n].len;

        if (fwrite_unlocked(&len, sizeof(len), 1, rows->file) != 1
            || (len != ROWS_NULL && len > 0
                && fwrite_unlocked(cells[n].data, len, 1, rows->file) != 1))
        {
            return rows_no_disk(rows);
        }

        rows->at += sizeof(len) + (len == ROWS_NULL ? 0 : len);
    }

    return 0;
}


static int
rows_put_key(psi_rows_t *rows, const ic_str_t *cells)
{
    size_t     size;
    u_char    *keys;
    ic_str_t   value;
    unsigned   n;
    uint32_t   len;

    for (n = 0; n < rows->params->nkeys; n++) {
        value = rows_trim(rows, cells[rows->of_key[n]]);
        len = (uint32_t) value.len;

        if (rows->keys_size - rows->keys_len < sizeof(len) + len) {
            size = rows->keys_size + rows->keys_size / 2 + sizeof(len) + len
                   + ROWS_FIRST;
            keys = realloc(rows->keys, size);

            if (keys == NULL) {
                return rows_no_memory(rows);
            }

            rows->keys = keys;
            rows->keys_size = size;
        }

        memcpy(rows->keys + rows->keys_len, &len, sizeof(len));

        if (len > 0) {
            memcpy(rows->keys + rows->keys_len + sizeof(len), value.data,
                   len);
        }

        rows->keys_len += sizeof(len) + len;
    }

    return 0;
}


static ic_str_t
rows_trim(const psi_rows_t *rows, ic_str_t value)
{
    static const u_char  blanks[] = { ' ', '\t', '\r', '\n' };

    if (!rows->params->trim) {
        return value;
    }

    while (value.len > 0
           && memchr(blanks, value.data[value.len - 1], sizeof(blanks)))
    {
        value.len--;
    }

    while (value.len > 0 && memchr(blanks, *value.data, sizeof(blanks))) {
        value.data++;
        value.len--;
    }

    return value;
}


void
psi_rows_free(psi_rows_t *rows)
{
    if (rows == NULL) {
        return;
    }

    if (rows->file != NULL) {
        (void) fclose(rows->file);
    }

    if (rows->keys != NULL) {
        OPENSSL_cleanse(rows->keys, rows->keys_len);
    }

    free(rows->keys);
    free(rows->places);
    free(rows->row);
    free(rows);
}


int64_t
psi_rows_count(const psi_rows_t *rows)
{
    return rows->count;
}


unsigned
psi_rows_columns(const psi_rows_t *rows)
{
    return rows->columns;
}


const char *
psi_rows_column(const psi_rows_t *rows, unsigned n)
{
    return rows->names[n];
}


ic_str_t
psi_rows_key(const psi_rows_t *rows, int64_t row, unsigned n)
{
    u_char    *p;
    uint32_t   len;

    p = rows->keys + rows->places[row].key;

    for ( ;; ) {
        memcpy(&len, p, sizeof(len));
        p += sizeof(len);

        if (n-- == 0) {
            return ic_str_n(p, len);
        }

        p += len;
    }
}


int
psi_rows_get(psi_rows_t *rows, int64_t row, ic_cell_t *cells)
{
    size_t     len;
    u_char    *p;
    unsigned   n;
    uint32_t   size;

    len = rows->places[row + 1].at - rows->places[row].at;

    if (len > rows->row_size) {
        p = realloc(rows->row, 2 * len);

        if (p == NULL) {
            return rows_no_memory(rows);
        }

        rows->row = p;
        rows->row_size = 2 * len;
    }

    if (pread(fileno(rows->file), rows->row, len,
              (off_t) rows->places[row].at)
        != (ssize_t) len)
    {
        return rows_no_disk(rows);
    }

    for (p = rows->row, n = 0; n < rows->columns; n++) {
        memcpy(&size, p, sizeof(size));
        p += sizeof(size);
        cells[n].null = size == ROWS_NULL;
        size = cells[n].null ? 0 : size;
        cells[n].text = ic_str_n(p, size);
        p += size;
    }

    return 0;
}


static int
rows_no_memory(psi_rows_t *rows)
{
    return ic_task_fail(rows->task, "internal", NULL, 0, "memory is short");
}


static int
rows_no_disk(psi_rows_t *rows)
{
    return ic_task_fail(rows->task, "disk_full", NULL, 0,
                        "the rows cannot be kept in the task's folder");
}
