
/* The columns of a result. */


#include "reader.h"


/* ODBC's types as those of tables, and how their values are asked for. */

static const struct {
    SQLSMALLINT  sql;
    ic_cell_e    type;
    SQLSMALLINT  c;
    SQLLEN       width;          /* 0: as the column says */
} types[] = {
    { SQL_BIT, IC_CELL_BOOL, SQL_C_BIT, 1 },
    { SQL_TINYINT, IC_CELL_INT64, SQL_C_SBIGINT, 8 },
    { SQL_SMALLINT, IC_CELL_INT64, SQL_C_SBIGINT, 8 },
    { SQL_INTEGER, IC_CELL_INT64, SQL_C_SBIGINT, 8 },
    { SQL_BIGINT, IC_CELL_INT64, SQL_C_SBIGINT, 8 },
    { SQL_REAL, IC_CELL_DOUBLE, SQL_C_DOUBLE, 8 },
    { SQL_FLOAT, IC_CELL_DOUBLE, SQL_C_DOUBLE, 8 },
    { SQL_DOUBLE, IC_CELL_DOUBLE, SQL_C_DOUBLE, 8 },
    { SQL_DECIMAL, IC_CELL_DOUBLE, SQL_C_CHAR, 64 },
    { SQL_NUMERIC, IC_CELL_DOUBLE, SQL_C_CHAR, 64 },
    { SQL_TYPE_DATE, IC_CELL_STRING, SQL_C_CHAR, 32 },
    { SQL_TYPE_TIME, IC_CELL_STRING, SQL_C_CHAR, 32 },
    { SQL_TYPE_TIMESTAMP, IC_CELL_STRING, SQL_C_CHAR, 40 },
    { SQL_GUID, IC_CELL_STRING, SQL_C_CHAR, 40 },
    { SQL_CHAR, IC_CELL_STRING, SQL_C_CHAR, 0 },
    { SQL_VARCHAR, IC_CELL_STRING, SQL_C_CHAR, 0 },
    { SQL_LONGVARCHAR, IC_CELL_STRING, SQL_C_CHAR, 0 },
    { SQL_WCHAR, IC_CELL_STRING, SQL_C_CHAR, 0 },
    { SQL_WVARCHAR, IC_CELL_STRING, SQL_C_CHAR, 0 },
    { SQL_WLONGVARCHAR, IC_CELL_STRING, SQL_C_CHAR, 0 }
};

#define NTYPES  (sizeof(types) / sizeof(types[0]))


static int describe_column(reader_t *reader, unsigned n);
static SQLLEN column_width(SQLULEN characters);
static int block_rows(reader_t *reader);
static int block_room(reader_t *reader);


int
reader_describe(reader_t *reader)
{
    unsigned     i;
    SQLSMALLINT  count;

    if (!SQL_SUCCEEDED(SQLNumResultCols(reader->statement, &count))) {
        return reader_failed(reader, SQL_HANDLE_STMT, reader->statement,
                             "the columns of the result");
    }

    if (count < 1 || count > READER_MAX_COLUMNS) {
        return reader_refuse(reader, "data_unreadable", NULL, 0,
                             "the result has %d columns; 1 to %d are read",
                             (int) count, READER_MAX_COLUMNS);
    }

    reader->ncolumns = (unsigned) count;
    reader->columns = ic_zalloc(reader->arena,
                                reader->ncolumns * sizeof(reader_column_t));
    reader->out_columns = ic_zalloc(reader->arena,
                                    reader->ncolumns * sizeof(ic_column_t));
    reader->cells = ic_zalloc(reader->arena,
                              reader->ncolumns * sizeof(ic_cell_t));

    if (reader->columns == NULL || reader->out_columns == NULL
        || reader->cells == NULL)
    {
        return reader_refuse(reader, "internal", NULL, 0, "memory is short");
    }

    for (i = 0; i < reader->ncolumns; i++) {
        if (describe_column(reader, i) != 0) {
            return -1;
        }
    }

    return block_rows(reader);
}


static int
describe_column(reader_t *reader, unsigned n)
{
    unsigned          t;
    SQLULEN           size;
    SQLSMALLINT       type, len, digits, nullable;
    reader_column_t  *column;

    column = &reader->columns[n];

    if (!SQL_SUCCEEDED(SQLDescribeCol(reader->statement, (SQLUSMALLINT) n + 1,
                                      (SQLCHAR *) column->name,
                                      sizeof(column->name), &len, &type,
                                      &size, &digits, &nullable)))
    {
        return reader_failed(reader, SQL_HANDLE_STMT, reader->statement,
                             "a column of the result");
    }

    for (t = 0; t < NTYPES && types[t].sql != type; t++) {
        /* void */
    }

    if (t == NTYPES) {
        return reader_refuse(reader, "data_unreadable", column->name, 0,
                             "a column of this type (%d) cannot be read; "
                             "convert it in the query", (int) type);
    }

    column->c_type = types[t].c;
    column->decimal = types[t].type == IC_CELL_DOUBLE
                      && types[t].c == SQL_C_CHAR;
    column->width = types[t].width != 0 ? types[t].width
                                        : column_width(size);

    reader->out_columns[n].name = column->name;
    reader->out_columns[n].type = types[t].type;

    if (reader->request.key != NULL
        && strcmp(column->name, reader->request.key) == 0)
    {
        reader->key_column = (int) n;
    }

    return 0;
}


/* In bytes of UTF-8 and a NUL. */

static SQLLEN
column_width(SQLULEN characters)
{
    return characters == 0 || characters >= READER_MAX_FIELD / 4
           ? READER_MAX_FIELD : (SQLLEN) characters * 4 + 1;
}


/* As many rows at once as fit a block. */

static int
block_rows(reader_t *reader)
{
    SQLLEN    width;
    unsigned  i;

    for (width = 0, i = 0; i < reader->ncolumns; i++) {
        width += reader->columns[i].width + (SQLLEN) sizeof(SQLLEN);
    }

    reader->block = READER_BLOCK / width < 1 ? 1
                    : READER_BLOCK / width > READER_ROWS ? READER_ROWS
                    : (unsigned) (READER_BLOCK / width);

    if (!SQL_SUCCEEDED(SQLSetStmtAttr(reader->statement,
                                      SQL_ATTR_ROW_ARRAY_SIZE,
                                      (SQLPOINTER) (SQLULEN) reader->block,
                                      0))
        || !SQL_SUCCEEDED(SQLSetStmtAttr(reader->statement,
                                         SQL_ATTR_ROWS_FETCHED_PTR,
                                         &reader->fetched, 0)))
    {
        return reader_failed(reader, SQL_HANDLE_STMT, reader->statement,
                             "rows in blocks");
    }

    return block_room(reader);
}


static int
block_room(reader_t *reader)
{
    unsigned          i, n;
    reader_column_t  *column;

    for (i = 0; i < reader->ncolumns; i++) {
        column = &reader->columns[i];

        for (n = 0; n < READER_BLOCKS; n++) {
            column->values[n] = ic_zalloc(reader->arena,
                                          (size_t) column->width
                                          * reader->block);
            column->lengths[n] = ic_zalloc(reader->arena,
                                           reader->block * sizeof(SQLLEN));

            if (column->values[n] == NULL || column->lengths[n] == NULL) {
                return reader_refuse(reader, "internal", NULL, 0,
                                     "memory is short");
            }
        }
    }

    return reader_bind(reader, 0);
}


int
reader_bind(reader_t *reader, unsigned block)
{
    unsigned          i;
    reader_column_t  *column;

    reader->filling = block;

    for (i = 0; i < reader->ncolumns; i++) {
        column = &reader->columns[i];

        if (!SQL_SUCCEEDED(SQLBindCol(reader->statement,
                                      (SQLUSMALLINT) i + 1, column->c_type,
                                      column->values[block], column->width,
                                      column->lengths[block])))
        {
            return reader_failed(reader, SQL_HANDLE_STMT, reader->statement,
                                 "a column's values");
        }
    }

    return 0;
}
