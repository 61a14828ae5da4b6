
/* Writing tables: CSV in partitions, then what they are. */


#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ic_number.h"
#include "ic_rows.h"
#include "ic_table.h"


#define OUT_CHUNK  (256 * 1024)


struct ic_rows_out_s {
    int              folder;
    int              fd;         /* of the partition, or -1 */
    char            *buffer;
    size_t           len;
    int64_t          part_rows;
    ic_about_t       about;
    ic_partition_t  *parts;      /* IC_ROWS_MAX_PARTITIONS */
    ic_arena_t      *pool;
};


static int out_begin(ic_rows_out_t *out, ic_source_error_t *error);
static int out_end(ic_rows_out_t *out, ic_source_error_t *error);
static int out_cell(ic_rows_out_t *out, const ic_column_t *column,
    const ic_cell_t *cell, ic_source_error_t *error);
static int out_text(ic_rows_out_t *out, ic_str_t text,
    ic_source_error_t *error);
static int out_add(ic_rows_out_t *out, const void *data, size_t len,
    ic_source_error_t *error);
static int out_write(ic_rows_out_t *out, const void *data, size_t len,
    ic_source_error_t *error);
static int out_flush(ic_rows_out_t *out, ic_source_error_t *error);
static int out_file(ic_rows_out_t *out, const char *name,
    ic_source_error_t *error);


ic_rows_out_t *
ic_rows_create(int folder, const ic_column_t *columns, unsigned ncolumns,
    int64_t part_rows, ic_source_error_t *error)
{
    ic_rows_out_t  *out;

    memset(error, 0, sizeof(ic_source_error_t));

    if (ncolumns == 0 || ncolumns > IC_ROWS_MAX_COLUMNS) {
        (void) ic_source_fail(error, "bad_parameter", NULL, 0,
                              "a table has 1 to %d columns",
                              IC_ROWS_MAX_COLUMNS);
        return NULL;
    }

    out = calloc(1, sizeof(ic_rows_out_t));

    if (out != NULL) {
        out->folder = folder;
        out->fd = -1;
        out->part_rows = part_rows;
        out->about.format = "csv";
        out->about.columns = (ic_column_t *) columns;
        out->about.ncolumns = ncolumns;
        out->buffer = malloc(OUT_CHUNK);
        out->parts = calloc(IC_ROWS_MAX_PARTITIONS, sizeof(ic_partition_t));
        out->about.partitions = out->parts;
        out->pool = ic_pool_create();
    }

    if (out == NULL || out->buffer == NULL || out->parts == NULL
        || out->pool == NULL)
    {
        (void) ic_source_fail(error, "internal", NULL, 0, "out of memory");

    } else if (out_begin(out, error) == 0) {
        return out;
    }

    ic_rows_out_close(out);

    return NULL;
}


void
ic_rows_out_close(ic_rows_out_t *out)
{
    if (out == NULL) {
        return;
    }

    if (out->fd != -1) {
        (void) close(out->fd);
    }

    if (out->pool != NULL) {
        ic_pool_destroy(out->pool);
    }

    free(out->parts);
    free(out->buffer);
    free(out);
}


static int
out_begin(ic_rows_out_t *out, ic_source_error_t *error)
{
    char      name[24];
    unsigned  n;

    if (out->about.npartitions == IC_ROWS_MAX_PARTITIONS) {
        return ic_source_fail(error, "bad_parameter", NULL, 0,
                              "more than %d partitions",
                              IC_ROWS_MAX_PARTITIONS);
    }

    (void) snprintf(name, sizeof(name), "data_%u", out->about.npartitions++);

    if (out_file(out, name, error) != 0) {
        return -1;
    }

    for (n = 0; n < out->about.ncolumns; n++) {
        if ((n > 0 && out_add(out, ",", 1, error) != 0)
            || out_text(out, ic_str(out->about.columns[n].name), error) != 0)
        {
            return -1;
        }
    }

    return out_add(out, "\n", 1, error);
}


static int
out_end(ic_rows_out_t *out, ic_source_error_t *error)
{
    if (out_flush(out, error) != 0) {
        return -1;
    }

    if (close(out->fd) != 0) {
        out->fd = -1;
        return ic_source_fail(error, "disk_full", NULL, 0, "%s",
                              strerror(errno));
    }

    out->fd = -1;

    return 0;
}


int
ic_rows_put(ic_rows_out_t *out, const ic_cell_t *cells,
    ic_source_error_t *error)
{
    unsigned         n;
    ic_partition_t  *part;

    part = &out->parts[out->about.npartitions - 1];

    if (out->part_rows > 0 && part->rows == out->part_rows) {

        if (out_end(out, error) != 0 || out_begin(out, error) != 0) {
            return -1;
        }

        part++;
    }

    for (n = 0; n < out->about.ncolumns; n++) {
        if ((n > 0 && out_add(out, ",", 1, error) != 0)
            || out_cell(out, &out->about.columns[n], &cells[n], error) != 0)
        {
            return -1;
        }
    }

    part->rows++;
    out->about.rows++;

    return out_add(out, "\n", 1, error);
}


static int
out_cell(ic_rows_out_t *out, const ic_column_t *column,
    const ic_cell_t *cell, ic_source_error_t *error)
{
    char  text[IC_NUMBER_TEXT];

    if (cell->null) {
        return 0;
    }

    switch (column->type) {

    case IC_CELL_INT64:
        return out_add(out, text, (size_t) snprintf(text, sizeof(text),
                       "%lld", (long long) cell->integer), error);

    case IC_CELL_DOUBLE:
        if (!isfinite(cell->number)) {
            break;
        }

        return out_add(out, text, ic_number_text(text, cell->number), error);

    case IC_CELL_BOOL:
        return cell->truth ? out_add(out, "true", 4, error)
                           : out_add(out, "false", 5, error);

    case IC_CELL_STRING:
        if (cell->text.len > IC_ROWS_MAX_FIELD
            || (cell->text.len != 0
                && memchr(cell->text.data, '\0', cell->text.len) != NULL))
        {
            break;
        }

        return out_text(out, cell->text, error);
    }

    return ic_source_fail(error, "bad_parameter", column->name,
                          out->about.rows + 1, "column \"%s\" in row %lld "
                          "cannot be written: no finite number, or text with "
                          "a NUL byte or too long", column->name,
                          (long long) out->about.rows + 1);
}


/* An empty string is told from null by its quotes. */

static int
out_text(ic_rows_out_t *out, ic_str_t text, ic_source_error_t *error)
{
    size_t   i, from;
    bool     plain;
    u_char   c;

    plain = text.len > 0;

    for (i = 0; plain && i < text.len; i++) {
        c = text.data[i];
        plain = c != ',' && c != '"' && c != '\n' && c != '\r';
    }

    if (plain) {
        return out_add(out, text.data, text.len, error);
    }

    if (out_add(out, "\"", 1, error) != 0) {
        return -1;
    }

    for (from = 0, i = 0; i < text.len; i++) {

        if (text.data[i] != '"') {
            continue;
        }

        if (out_add(out, text.data + from, i + 1 - from, error) != 0) {
            return -1;
        }

        from = i;
    }

    if (text.len > from
        && out_add(out, text.data + from, text.len - from, error) != 0)
    {
        return -1;
    }

    return out_add(out, "\"", 1, error);
}


static int
out_add(ic_rows_out_t *out, const void *data, size_t len,
    ic_source_error_t *error)
{
    out->parts[out->about.npartitions - 1].bytes += (int64_t) len;

    return out_write(out, data, len, error);
}


static int
out_write(ic_rows_out_t *out, const void *data, size_t len,
    ic_source_error_t *error)
{
    size_t  n;

    while (len > 0) {

        if (out->len == OUT_CHUNK && out_flush(out, error) != 0) {
            return -1;
        }

        n = OUT_CHUNK - out->len;
        n = (len < n) ? len : n;
        memcpy(out->buffer + out->len, data, n);
        out->len += n;
        data = (const char *) data + n;
        len -= n;
    }

    return 0;
}


static int
out_flush(ic_rows_out_t *out, ic_source_error_t *error)
{
    size_t   done;
    ssize_t  n;

    for (done = 0; done < out->len; done += (size_t) n) {
        n = write(out->fd, out->buffer + done, out->len - done);

        if (n == -1 && errno == EINTR) {
            n = 0;
        }

        if (n < 0) {
            return ic_source_fail(error, "disk_full", NULL, 0, "data_%u: %s",
                                  out->about.npartitions - 1,
                                  strerror(errno));
        }
    }

    out->len = 0;

    return 0;
}


static int
out_file(ic_rows_out_t *out, const char *name, ic_source_error_t *error)
{
    out->fd = openat(out->folder, name,
                     O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC,
                     S_IRUSR|S_IWUSR);

    if (out->fd == -1) {
        return ic_source_fail(error, (errno == ENOSPC) ? "disk_full"
                                                       : "data_unreadable",
                              NULL, 0, "%s: %s", name, strerror(errno));
    }

    return 0;
}


int
ic_rows_finish(ic_rows_out_t *out, ic_source_error_t *error)
{
    ic_str_t  text;
    unsigned  n;

    if (out_end(out, error) != 0) {
        return -1;
    }

    for (n = 0; n < out->about.npartitions; n++) {
        out->about.bytes += out->parts[n].bytes;
    }

    text = ic_about_text(out->pool, &out->about);

    if (text.data == NULL) {
        return ic_source_fail(error, "internal", NULL, 0, "out of memory");
    }

    if (out_file(out, "metadata", error) != 0) {
        return -1;
    }

    return (out_write(out, text.data, text.len, error) != 0)
           ? -1 : out_end(out, error);
}
