
/*
 * interconn-reader: one query of one data source, written as a table
 * (source/ic_rows.h) into the current folder. A process of its own, because
 * drivers leak, crash and buffer; it has no key of the node and no store.
 *
 * Standard input: one JSON object.
 *
 *     type        csv, sqlite: path and table as of source/ic_source.h, of
 *                 SQLite a query instead of the table; odbc, or none:
 *     dsn         the name of a data source in odbc.ini
 *     query       one SELECT, or
 *     table       the name of a table or view
 *     key         a column that is unique and not null: rows are read in
 *                 its order, page by page, where the driver cannot stream
 *     max_rows    more fail with data_rows_exceeded; 0: no limit
 *     timeout     seconds for all of it
 *     fetch_size  rows of a page or of a fetch of the server
 *     prepare     true: the query is read, not run; only columns are told
 *     content_key hex of 32 bytes: the answer has the HMAC-SHA256 of the
 *                 table; rows of a database come in the order of key
 *     describe    metas, statistics, sample: the answer has them
 *     min_group   of rows that a statistic is of
 *
 * Standard output: {"rows":n,"columns":[..],"digest":..,"metas":[..],
 * "statistics":{..}} or {"error":code,
 * "column":..,"row":n,"text":..}, whose text names no value; of the query it
 * says where the database cannot go on. What the driver itself says goes to
 * standard error, which only the owner's log has.
 */


#ifndef _READER_H_INCLUDED_
#define _READER_H_INCLUDED_


#include <pthread.h>
#include <stdatomic.h>
#include <sql.h>
#include <sqlext.h>

#include "../source/ic_rows.h"
#include "../source/ic_table.h"


#define READER_MAX_COLUMNS  4096
#define READER_MAX_FIELD    65536        /* bytes of a text */
#define READER_BLOCK        (2 << 20)    /* bytes of the rows of one fetch */
#define READER_BLOCKS       2            /* one is filled, one is written */
#define READER_ROWS         1024         /* of one fetch, at most */


typedef struct {
    const ic_json_t  *location;  /* of a file; NULL: a query */
    const char       *dsn;
    const char       *path;      /* of SQLite, without a driver */
    const char       *query;
    const char       *table;
    const char       *key;
    const char       *content_key;       /* NULL: no digest */
    const char       *describe;          /* NULL: nothing */
    int64_t           min_group;
    int64_t           max_rows;
    int64_t           timeout;
    int64_t           fetch_size;
    bool              prepare;
} reader_request_t;

/* What differs between drivers. */
typedef struct {
    const char  *name;           /* part of its file name */
    const char  *options;        /* of the connection, so that it streams */
    const char  *read_only;      /* a statement, NULL: none */
    const char  *snapshot;       /* one that begins a paged read, or NULL */
    const char  *clock;          /* one that has the server stop, of seconds */
    bool         fetch_option;   /* ";Fetch=<fetch_size>" too */
    bool         rollback;       /* at the end; false: locks the file */
} reader_driver_t;

typedef struct {
    char         name[132];
    SQLSMALLINT  c_type;         /* what we ask for */
    bool         decimal;        /* a number that comes as text */
    SQLLEN       width;          /* bytes of one value */
    u_char      *values[READER_BLOCKS];  /* width * rows of a fetch */
    SQLLEN      *lengths[READER_BLOCKS];
} reader_column_t;

/* What the two threads have in common; all but row and error under lock. */
typedef struct {
    pthread_t          thread;
    pthread_mutex_t    lock;
    pthread_cond_t     turn;
    unsigned           block;    /* that is to be written */
    unsigned           rows;     /* of it; 0: it is written */
    bool               begun;
    bool               ended;    /* no more comes */
    bool               failed;
    int64_t            row;      /* the writer's: rows that are written */
    ic_source_error_t  error;    /* the writer's, until it has ended */
} reader_write_t;

typedef struct {
    ic_arena_t             *arena;
    ic_source_error_t       error;
    char                    said[1024];  /* by the driver, last */
    reader_request_t        request;
    const reader_driver_t  *driver;
    SQLHENV                 environment;
    SQLHDBC                 connection;
    SQLHSTMT                statement;
    atomic_bool             running;     /* there is one to cancel */
    atomic_bool             told;        /* the answer is somebody's */
    atomic_bool             answered;    /* by main, with this status: */
    atomic_int              status;
    char                    quote[8];
    reader_column_t        *columns;
    ic_column_t            *out_columns;
    ic_cell_t              *cells;
    unsigned                ncolumns;
    int                     key_column;  /* -1: not paged */
    unsigned                block;       /* rows of a fetch */
    unsigned                filling;     /* which block they come to */
    SQLULEN                 fetched;
    char                    last_key[READER_MAX_FIELD];
    SQLLEN                  last_length;
    int64_t                 rows;        /* that are fetched */
    ic_rows_out_t          *out;
    char                    digest[65];  /* "": not asked for */
    ic_str_t                metas;       /* JSON; empty: not asked for */
    ic_str_t                statistics;
    reader_write_t          write;
} reader_t;


/* The request of standard input. 0, or -1 with reader->error. */
int reader_take_request(reader_t *reader);

/*
 * From now on the process ends when its time is over, with data_source_slow,
 * and at SIGTERM; what the database does for it is cancelled. 0 or -1.
 */
int reader_watch(reader_t *reader);

/* True: the caller gives the answer; false: another thread has, and ends. */
bool reader_tells(reader_t *reader);

/* Connects, for reading only. 0, or -1 with reader->error. */
int reader_connect(reader_t *reader);
void reader_disconnect(reader_t *reader);

/* Columns of the result, and room for their values. 0 or -1. */
int reader_describe(reader_t *reader);

/* Runs the query and writes all rows. 0 or -1. */
int reader_read(reader_t *reader);

/* The same of a file of SQLite. 0 or -1. */
int reader_sqlite(reader_t *reader);

/*
 * Has the database read the text, as one statement, without running it. 0, or
 * -1 with reader->error, which says where it cannot go on.
 */
int reader_check(reader_t *reader, ic_str_t query);

/* Adds to reader->error: at which character, by that byte of the query. */
void reader_point(reader_t *reader, ic_str_t query, size_t at);

/* Writes all rows of a file. 0 or -1. */
int reader_copy(reader_t *reader);

/* What is asked for of the rows that were written. 0 or -1. */
int reader_describe_rows(reader_t *reader);

/* The next fetch fills that block. 0 or -1. */
int reader_bind(reader_t *reader, unsigned block);

/*
 * Rows are written by a thread: it begins when the columns are known; takes
 * the block that was filled as soon as it has written the one before, and
 * another one is bound; ends with the last row. 0, or -1 with reader->error,
 * of a block the end alone says it.
 */
int reader_write_begin(reader_t *reader);
int reader_write_block(reader_t *reader);
int reader_write_end(reader_t *reader);

/*
 * Fills reader->error from what the driver says of the handle: the code by
 * SQLSTATE, what: what was being done. Always -1.
 */
int reader_failed(reader_t *reader, SQLSMALLINT type, SQLHANDLE handle,
    const char *what);

/*
 * To the log what was being done, SQLSTATE, the database's own number and its
 * words, of which what is quoted may be a value or a password and is left
 * out; all of the words where they are of data.
 */
void reader_words(const char *what, const char *state, long native,
    const char *text);

/* With a text of our own. Always -1. */
int reader_refuse(reader_t *reader, const char *code, const char *column,
    int64_t row, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));


#endif /* _READER_H_INCLUDED_ */
