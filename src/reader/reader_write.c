
/*
 * Fetched rows become those of the table in a thread of its own, while the
 * next ones are fetched: a server that is asked page by page, and its driver,
 * would wait for it else. Only this thread touches cells and table, only the
 * other one the driver; a block belongs to one of them at a time.
 */


#include "../source/ic_number.h"
#include "reader.h"


#define WRITE_STACK  (256 * 1024)


static void *write_blocks(void *data);
static int write_rows(reader_t *reader, unsigned block, unsigned rows);
static int write_row(reader_t *reader, unsigned block, unsigned n);
static int write_cell(reader_t *reader, unsigned block, unsigned n,
    unsigned i);
static int write_decimal(reader_t *reader, ic_cell_t *cell,
    const char *name);


int
reader_write_begin(reader_t *reader)
{
    int              rc;
    pthread_attr_t   attributes;
    reader_write_t  *write;

    write = &reader->write;

    if (pthread_mutex_init(&write->lock, NULL) != 0
        || pthread_cond_init(&write->turn, NULL) != 0
        || pthread_attr_init(&attributes) != 0)
    {
        return reader_refuse(reader, "internal", NULL, 0, "memory is short");
    }

    (void) pthread_attr_setstacksize(&attributes, WRITE_STACK);
    rc = pthread_create(&write->thread, &attributes, write_blocks, reader);
    (void) pthread_attr_destroy(&attributes);

    if (rc != 0) {
        return reader_refuse(reader, "internal", NULL, 0, "no thread");
    }

    write->begun = true;

    return 0;
}


int
reader_write_block(reader_t *reader)
{
    bool             failed;
    reader_write_t  *write;

    write = &reader->write;

    (void) pthread_mutex_lock(&write->lock);

    while (write->rows != 0 && !write->failed) {
        (void) pthread_cond_wait(&write->turn, &write->lock);
    }

    failed = write->failed;

    if (!failed) {
        write->block = reader->filling;
        write->rows = (unsigned) reader->fetched;
        (void) pthread_cond_broadcast(&write->turn);
    }

    (void) pthread_mutex_unlock(&write->lock);

    return failed ? -1 : reader_bind(reader, 1 - reader->filling);
}


int
reader_write_end(reader_t *reader)
{
    reader_write_t  *write;

    write = &reader->write;

    if (!write->begun) {
        return 0;
    }

    (void) pthread_mutex_lock(&write->lock);
    write->ended = true;
    (void) pthread_cond_broadcast(&write->turn);
    (void) pthread_mutex_unlock(&write->lock);

    (void) pthread_join(write->thread, NULL);
    write->begun = false;

    /* what went wrong first: rows before those that could not be fetched */

    if (write->failed) {
        reader->error = write->error;
    }

    return write->failed ? -1 : 0;
}


static void *
write_blocks(void *data)
{
    int              rc;
    unsigned         block, rows;
    reader_t        *reader = data;
    reader_write_t  *write;

    write = &reader->write;
    rc = 0;

    (void) pthread_mutex_lock(&write->lock);

    for ( ;; ) {

        while (write->rows == 0 && !write->ended) {
            (void) pthread_cond_wait(&write->turn, &write->lock);
        }

        if (write->rows == 0 || rc != 0) {
            break;
        }

        block = write->block;
        rows = write->rows;

        (void) pthread_mutex_unlock(&write->lock);
        rc = write_rows(reader, block, rows);
        (void) pthread_mutex_lock(&write->lock);

        write->failed = rc != 0;
        write->rows = 0;
        (void) pthread_cond_broadcast(&write->turn);
    }

    (void) pthread_mutex_unlock(&write->lock);

    return NULL;
}


static int
write_rows(reader_t *reader, unsigned block, unsigned rows)
{
    unsigned  n;

    for (n = 0; n < rows; n++) {
        if (write_row(reader, block, n) != 0
            || ic_rows_put(reader->out, reader->cells, &reader->write.error)
               != 0)
        {
            return -1;
        }

        reader->write.row++;
    }

    return 0;
}


static int
write_row(reader_t *reader, unsigned block, unsigned n)
{
    unsigned  i;

    for (i = 0; i < reader->ncolumns; i++) {
        if (write_cell(reader, block, n, i) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
write_cell(reader_t *reader, unsigned block, unsigned n, unsigned i)
{
    SQLLEN            len;
    u_char           *value;
    ic_cell_t        *cell;
    reader_column_t  *column;

    cell = &reader->cells[i];
    column = &reader->columns[i];
    len = column->lengths[block][n];
    value = column->values[block] + (size_t) column->width * n;
    cell->null = len == SQL_NULL_DATA;

    if (cell->null) {
        return 0;
    }

    switch (reader->out_columns[i].type) {

    case IC_CELL_INT64:
        memcpy(&cell->integer, value, sizeof(int64_t));
        return 0;

    case IC_CELL_BOOL:
        cell->truth = *value != 0;
        return 0;

    case IC_CELL_DOUBLE:
        if (!column->decimal) {
            memcpy(&cell->number, value, sizeof(double));
            return 0;
        }

        break;

    default:
        break;
    }

    if (len < 0 || len >= column->width) {
        return ic_source_fail(&reader->write.error, "data_out_of_range",
                              column->name, reader->write.row + 1,
                              "a text of more than %lld bytes",
                              (long long) column->width - 1);
    }

    cell->text = ic_str_n(value, (size_t) len);

    return column->decimal ? write_decimal(reader, cell, column->name) : 0;
}


static int
write_decimal(reader_t *reader, ic_cell_t *cell, const char *name)
{
    double  number;

    if (ic_number_double((char *) cell->text.data, &number)
        != cell->text.len)
    {
        return ic_source_fail(&reader->write.error, "data_not_numeric", name,
                              reader->write.row + 1, "no number");
    }

    cell->number = number;

    return 0;
}
