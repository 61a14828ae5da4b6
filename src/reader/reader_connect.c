
/* Connections: what differs between drivers is a row. */


#include <odbcinst.h>
#include <stdio.h>

#include "reader.h"


#define CONNECT_LOGIN_S  15


/*
 * Without its option psqlodbc and sqliteodbc hold all rows of a result in
 * memory; MariaDB's holds them whatever is set, so a table with a key is read
 * page by page, in one snapshot.
 */

static const reader_driver_t  drivers[] = {
    { "psqlodbc", ";UseDeclareFetch=1", "SET SESSION CHARACTERISTICS AS "
      "TRANSACTION READ ONLY", NULL, "SET statement_timeout = '%llds'", true,
      true },
    { "sqlite", ";StepAPI=1;NoCreat=1;FKSupport=0", "PRAGMA query_only=1",
      NULL, NULL, false, false },
    { "maodbc", ";CHARSET=utf8mb4", "SET SESSION TRANSACTION READ ONLY",
      "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
      "SET SESSION max_statement_time = %lld", false, true },
    { "myodbc", ";CHARSET=utf8mb4", "SET SESSION TRANSACTION READ ONLY",
      "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
      "SET SESSION max_execution_time = %lld000", false, true },
    { "", "", NULL, NULL, NULL, false, true }
};


static int connect_handles(reader_t *reader);
static int connect_open(reader_t *reader);
static int connect_execute(reader_t *reader, const char *sql,
    const char *what);
static void connect_clock(reader_t *reader);
static const reader_driver_t *reader_find_driver(const char *dsn);


/* By its entry in odbc.ini. */

static const reader_driver_t *
reader_find_driver(const char *dsn)
{
    char      name[256], file[512];
    unsigned  i;

    /* the entry names a driver of odbcinst.ini, or its file */

    if (SQLGetPrivateProfileString(dsn, "Driver", "", name, sizeof(name),
                                   "odbc.ini")
        <= 0)
    {
        name[0] = '\0';
    }

    if (name[0] == '/'
        || SQLGetPrivateProfileString(name, "Driver", "", file,
                                      sizeof(file), "odbcinst.ini")
           <= 0)
    {
        (void) snprintf(file, sizeof(file), "%s", name);
    }

    for (i = 0; strcasestr(file, drivers[i].name) == NULL; i++) {
        /* void */
    }

    return &drivers[i];
}


int
reader_connect(reader_t *reader)
{
    const reader_driver_t  *driver;

    reader->driver = driver = reader_find_driver(reader->request.dsn);

    if (connect_handles(reader) != 0 || connect_open(reader) != 0) {
        return -1;
    }

    if (driver->read_only != NULL
        && connect_execute(reader, driver->read_only, "a read-only session")
           != 0)
    {
        return -1;
    }

    connect_clock(reader);

    /* what a database lets a function write, it forgets again */

    if (driver->rollback) {
        (void) SQLSetConnectAttr(reader->connection, SQL_ATTR_AUTOCOMMIT,
                                 (SQLPOINTER) SQL_AUTOCOMMIT_OFF, 0);
    }

    if (!SQL_SUCCEEDED(SQLGetInfo(reader->connection,
                                  SQL_IDENTIFIER_QUOTE_CHAR, reader->quote,
                                  sizeof(reader->quote), NULL))
        || reader->quote[0] == ' ')
    {
        reader->quote[0] = '\0';
    }

    return 0;
}


static int
connect_handles(reader_t *reader)
{
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE,
                                      &reader->environment))
        || !SQL_SUCCEEDED(SQLSetEnvAttr(reader->environment,
                                        SQL_ATTR_ODBC_VERSION,
                                        (SQLPOINTER) SQL_OV_ODBC3, 0))
        || !SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, reader->environment,
                                         &reader->connection)))
    {
        return reader_refuse(reader, "internal", NULL, 0,
                             "ODBC does not start");
    }

    /* what a driver does not know is not needed: the watch ends it too */

    (void) SQLSetConnectAttr(reader->connection, SQL_ATTR_ACCESS_MODE,
                             (SQLPOINTER) SQL_MODE_READ_ONLY, 0);
    (void) SQLSetConnectAttr(reader->connection, SQL_ATTR_LOGIN_TIMEOUT,
                             (SQLPOINTER) CONNECT_LOGIN_S, 0);

    return 0;
}


static int
connect_open(reader_t *reader)
{
    char  text[512];
    int   len;

    len = snprintf(text, sizeof(text), "DSN=%s%s", reader->request.dsn,
                   reader->driver->options);

    if (reader->driver->fetch_option && len > 0
        && (size_t) len < sizeof(text))
    {
        len += snprintf(text + len, sizeof(text) - (size_t) len,
                        ";Fetch=%lld",
                        (long long) reader->request.fetch_size);
    }

    if (len < 0 || (size_t) len >= sizeof(text)) {
        return reader_refuse(reader, "data_unreadable", NULL, 0,
                             "the name of the data source is too long");
    }

    if (!SQL_SUCCEEDED(SQLDriverConnect(reader->connection, NULL,
                                        (SQLCHAR *) text, SQL_NTS, NULL, 0,
                                        NULL, SQL_DRIVER_NOPROMPT)))
    {
        return reader_failed(reader, SQL_HANDLE_DBC, reader->connection,
                             "connecting to the data source");
    }

    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, reader->connection,
                                      &reader->statement)))
    {
        return reader_failed(reader, SQL_HANDLE_DBC, reader->connection,
                             "a statement");
    }

    reader->running = true;

    return 0;
}


static int
connect_execute(reader_t *reader, const char *sql, const char *what)
{
    SQLRETURN  rc;

    rc = SQLExecDirect(reader->statement, (SQLCHAR *) sql, SQL_NTS);

    if (!SQL_SUCCEEDED(rc) && rc != SQL_NO_DATA) {
        return reader_failed(reader, SQL_HANDLE_STMT, reader->statement,
                             what);
    }

    (void) SQLFreeStmt(reader->statement, SQL_CLOSE);

    if (reader->request.key == NULL || reader->driver->snapshot == NULL
        || sql == reader->driver->snapshot)
    {
        return 0;
    }

    return connect_execute(reader, reader->driver->snapshot, "a snapshot");
}


/* A server that knows no such limit is left by the watch. */

static void
connect_clock(reader_t *reader)
{
    int   len;
    char  text[128];

    if (reader->driver->clock == NULL) {
        return;
    }

    len = snprintf(text, sizeof(text), reader->driver->clock,
                   (long long) reader->request.timeout);

    if (len > 0 && (size_t) len < sizeof(text)) {
        (void) SQLExecDirect(reader->statement, (SQLCHAR *) text, SQL_NTS);
        (void) SQLFreeStmt(reader->statement, SQL_CLOSE);
    }
}


void
reader_disconnect(reader_t *reader)
{
    if (reader->statement != SQL_NULL_HANDLE) {
        (void) SQLFreeHandle(SQL_HANDLE_STMT, reader->statement);
    }

    if (reader->connection != SQL_NULL_HANDLE) {
        (void) SQLEndTran(SQL_HANDLE_DBC, reader->connection, SQL_ROLLBACK);
        (void) SQLDisconnect(reader->connection);
        (void) SQLFreeHandle(SQL_HANDLE_DBC, reader->connection);
    }

    if (reader->environment != SQL_NULL_HANDLE) {
        (void) SQLFreeHandle(SQL_HANDLE_ENV, reader->environment);
    }
}
