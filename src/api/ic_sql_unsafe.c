
/*
 * Texts that nobody can approve. The owner's login is what keeps a database
 * safe (docs/security.md); this keeps what is no plain reading from ever
 * being asked for.
 */


#include "../lib/ic_codec.h"
#include "ic_sql.h"
#include "ic_sql_scan.h"


/* The words before the one that is looked at. */
typedef struct {
    ic_sql_scan_t  now;
    ic_sql_scan_t  last;
    ic_sql_scan_t  before;       /* ... the last one */
    ic_sql_scan_t  qualifier;    /* the first of "a.b.c" */
    bool           ended;        /* by a semicolon */
    bool           begun;
} unsafe_t;


/* The lists are in order. */

#define COUNT(list)  (sizeof(list) / sizeof((list)[0]))


/* Statements, and what makes a SELECT write, lock or call. */
static const char *const  unsafe_words[] = {
    "alter", "attach", "backup", "begin", "bulk", "call", "commit", "create",
    "dbcc", "deallocate", "declare", "delete", "deny", "detach", "drop",
    "dumpfile", "exec", "execute", "grant", "handler", "insert", "into",
    "kill", "merge", "opendatasource", "openquery", "openrowset", "outfile",
    "pragma", "prepare", "procedure", "raiserror", "reconfigure", "reindex",
    "restore", "revoke", "rollback", "set", "shutdown", "truncate", "update",
    "updatetext", "vacuum", "waitfor", "writetext"
};

/* Functions that wait, write, lock, read files or reach further. */
static const char *const  unsafe_functions[] = {
    "benchmark", "currval", "cursor_to_xml", "database_to_xml", "edit", "eval",
    "extractvalue", "fts3_tokenizer", "get_lock", "httpuritype",
    "inet_server_addr", "is_free_lock", "is_used_lock", "lastval",
    "load_extension", "load_file", "master_gtid_wait", "master_pos_wait",
    "nextval", "query_to_xml", "query_to_xml_and_xmlschema",
    "query_to_xmlschema", "randomblob", "readfile", "release_all_locks",
    "release_lock", "schema_to_xml", "set_config", "setval", "sleep",
    "source_pos_wait", "table_to_xml", "ts_stat", "txid_current", "updatexml",
    "writefile", "xmltype", "zeroblob", "zipfile"
};

/* ... and families of them. */
static const char *const  unsafe_prefixes[] = {
    "pg_", "lo_", "dblink", "xp_", "sp_", "sys_", "utl_", "dbms_", "lib_",
    "binary_upgrade_", "gtid_", "wsrep_", "lowrite", "loread", "crash"
};

/* Characters that are not seen, or change the order of what is seen. */
static const unsigned  unsafe_unseen[][2] = {
    { 0x80, 0xa0 }, { 0xad, 0xad }, { 0x61c, 0x61c }, { 0x1680, 0x1680 },
    { 0x180e, 0x180e }, { 0x2000, 0x200f }, { 0x2028, 0x202f },
    { 0x205f, 0x206f }, { 0x3000, 0x3000 }, { 0xfe00, 0xfe0f },
    { 0xfeff, 0xfeff }, { 0xe0000, 0xe01ef }
};

/* What may not stand behind "for". */
static const char *const  unsafe_for[] = {
    "browse", "json", "key", "no", "share", "xml"
};


static bool unsafe_bytes(ic_str_t sql, ic_sql_fault_t *fault);
static const char *unsafe_character(ic_str_t c);
static bool unsafe_reading(ic_str_t sql, unsigned dialect,
    ic_sql_fault_t *fault);
static const char *unsafe_here(unsafe_t *at);
static const char *unsafe_first(unsafe_t *at);
static const char *unsafe_word(const unsafe_t *at);
static const char *unsafe_sign(unsafe_t *at);
static const char *unsafe_quoted(const unsafe_t *at);
static const char *unsafe_call(const unsafe_t *at);
static bool unsafe_is_function(const ic_sql_scan_t *name);
static bool unsafe_is_column(const unsafe_t *at);
static bool unsafe_is_family(ic_str_t word);
static bool unsafe_is_tail(ic_str_t word);
static bool unsafe_touches(const ic_sql_scan_t *one,
    const ic_sql_scan_t *other);
static size_t unsafe_position(ic_str_t sql, size_t byte);


bool
ic_sql_unsafe(ic_str_t sql, ic_sql_fault_t *fault)
{
    unsigned  n;

    if (unsafe_bytes(sql, fault)) {
        return true;
    }

    for (n = 0; n < IC_SQL_DIALECTS; n++) {
        if (unsafe_reading(sql, n, fault)) {
            return true;
        }
    }

    return false;
}


/* Before it is cut: text that a person reads as what it is. */

static bool
unsafe_bytes(ic_str_t sql, ic_sql_fault_t *fault)
{
    size_t    i;
    unsigned  len;

    for (i = 0; i < sql.len; i += len) {
        len = ic_utf8_char(ic_str_n(sql.data + i, sql.len - i));

        fault->reason = len == 0 ? "a byte that is no UTF-8"
                        : unsafe_character(ic_str_n(sql.data + i, len));

        if (fault->reason != NULL) {
            fault->at = unsafe_position(sql, i);
            return true;
        }
    }

    return false;
}


static const char *
unsafe_character(ic_str_t c)
{
    unsigned  n, code;

    if (c.len == 1) {
        return (c.data[0] < ' ' && c.data[0] != '\t' && c.data[0] != '\n'
                && c.data[0] != '\r') || c.data[0] == 0x7f
               ? "a control character" : NULL;
    }

    code = c.data[0] & (0xffU >> (c.len + 1));

    for (n = 1; n < c.len; n++) {
        code = code << 6 | (c.data[n] & 0x3f);
    }

    for (n = 0; n < sizeof(unsafe_unseen) / sizeof(unsafe_unseen[0]); n++) {
        if (code >= unsafe_unseen[n][0] && code <= unsafe_unseen[n][1]) {
            return "a character that is not seen as what it is";
        }
    }

    return NULL;
}


static bool
unsafe_reading(ic_str_t sql, unsigned dialect, ic_sql_fault_t *fault)
{
    unsafe_t  at;

    memset(&at, 0, sizeof(unsafe_t));
    ic_sql_scan(&at.now, sql, dialect);

    while (ic_sql_next(&at.now)) {

        /* who knows no such quotes runs nothing of the text */

        if (at.now.kind == IC_SQL_SIGN && at.now.text.data[0] == '`') {
            return false;
        }

        fault->reason = unsafe_here(&at);

        if (fault->reason != NULL) {
            fault->at = unsafe_position(sql, at.now.at);
            return true;
        }

        if (at.last.kind != IC_SQL_SIGN || at.last.text.len == 0
            || at.last.text.data[0] != '.')
        {
            if (at.now.kind != IC_SQL_SIGN) {
                at.qualifier = at.now;
            }
        }

        at.before = at.last;
        at.last = at.now;
    }

    if (!at.begun) {
        fault->reason = "it is no SELECT";
        fault->at = unsafe_position(sql, sql.len);
        return true;
    }

    return false;
}


static const char *
unsafe_here(unsafe_t *at)
{
    if (at->now.kind == IC_SQL_CODE) {
        return "a comment that MariaDB runs";
    }

    if (at->ended
        && !(at->now.kind == IC_SQL_SIGN && at->now.text.data[0] == ';'))
    {
        return "a second statement";
    }

    if (!at->begun) {
        return unsafe_first(at);
    }

    switch (at->now.kind) {

    case IC_SQL_WORD:
        return unsafe_word(at);

    case IC_SQL_SIGN:
        return unsafe_sign(at);

    default:
        return unsafe_quoted(at);
    }
}


static const char *
unsafe_first(unsafe_t *at)
{
    if (at->now.kind == IC_SQL_SIGN && at->now.text.data[0] == '(') {
        return NULL;
    }

    if (at->now.kind == IC_SQL_WORD
        && (ic_str_is_nocase(at->now.text, "select")
            || ic_str_is_nocase(at->now.text, "with")))
    {
        at->begun = true;
        return NULL;
    }

    return "it is no SELECT";
}


static const char *
unsafe_word(const unsafe_t *at)
{
    if (at->last.kind == IC_SQL_WORD
        && ic_str_is_nocase(at->last.text, "for")
        && ic_sql_is_listed(unsafe_for, COUNT(unsafe_for), at->now.text))
    {
        return "a lock, or another form of answer";
    }

    if (unsafe_is_column(at)) {
        return NULL;
    }

    return ic_sql_is_listed(unsafe_words, COUNT(unsafe_words), at->now.text)
           || unsafe_is_tail(at->now.text)
           ? "a word that does more than read; a name goes into quotes"
           : NULL;
}


static const char *
unsafe_sign(unsafe_t *at)
{
    switch (at->now.text.data[0]) {

    case ';':
        at->ended = true;
        return NULL;

    case '(':
        return unsafe_call(at);

    case '{':
    case '}':
    case '?':
        return "a sign that the driver of the database takes for its own";

    case '\\':
        return "a backslash outside quotes";

    default:
        return NULL;
    }
}


/* What makes a quoted text something else than it looks like. */

static const char *
unsafe_quoted(const unsafe_t *at)
{
    if (at->last.kind == IC_SQL_WORD && unsafe_touches(&at->last, &at->now)
        && (ic_str_is_nocase(at->last.text, "q")
            || ic_str_is_nocase(at->last.text, "nq")))
    {
        return "quotes that only some databases have";
    }

    if (at->last.kind == IC_SQL_SIGN && at->last.text.data[0] == '&'
        && unsafe_touches(&at->last, &at->now)
        && at->before.kind == IC_SQL_WORD
        && ic_str_is_nocase(at->before.text, "u"))
    {
        return "a text or name in numbers";
    }

    return NULL;
}


/* "dbms_x.y(" by its package too. */

static const char *
unsafe_call(const unsafe_t *at)
{
    if (at->last.kind != IC_SQL_WORD && at->last.kind != IC_SQL_NAME) {
        return NULL;
    }

    return unsafe_is_function(&at->last) || unsafe_is_function(&at->qualifier)
           ? "a function that does more than read the rows" : NULL;
}


static bool
unsafe_is_function(const ic_sql_scan_t *name)
{
    return ic_sql_is_listed(unsafe_functions, COUNT(unsafe_functions),
                            name->text)
           || unsafe_is_family(name->text);
}


/* "t.set" is a column; "1.into" is a number and a word. */

static bool
unsafe_is_column(const unsafe_t *at)
{
    return at->last.kind == IC_SQL_SIGN && at->last.text.data[0] == '.'
           && (at->before.kind == IC_SQL_NAME
               || (at->before.kind == IC_SQL_WORD
                   && ic_sql_is_letter(at->before.text.data[0])));
}


static bool
unsafe_is_family(ic_str_t word)
{
    size_t       len;
    unsigned     n;
    const char  *prefix;

    for (n = 0; word.len > 0 && n < COUNT(unsafe_prefixes); n++) {
        prefix = unsafe_prefixes[n];

        if ((word.data[0] | 0x20) != (u_char) prefix[0]) {
            continue;
        }

        len = strlen(prefix);

        if (word.len >= len
            && ic_str_is_nocase(ic_str_n(word.data, len), prefix))
        {
            return true;
        }
    }

    return false;
}


/* Some databases cut "1into" into a number and a word. */

static bool
unsafe_is_tail(ic_str_t word)
{
    size_t    len;
    unsigned  n;

    if (word.len == 0 || ic_sql_is_letter(word.data[0])) {
        return false;
    }

    for (n = 0; n < COUNT(unsafe_words); n++) {
        len = strlen(unsafe_words[n]);

        if (word.len > len
            && (word.data[word.len - 1] | 0x20)
               == (u_char) unsafe_words[n][len - 1]
            && ic_str_is_nocase(ic_str_n(word.data + word.len - len, len),
                                unsafe_words[n]))
        {
            return true;
        }
    }

    return false;
}


static bool
unsafe_touches(const ic_sql_scan_t *one, const ic_sql_scan_t *other)
{
    return one->end == other->at;
}


/* The character, from 1, that a byte belongs to. */

static size_t
unsafe_position(ic_str_t sql, size_t byte)
{
    size_t  i, n;

    for (i = 0, n = 1; i < byte && i < sql.len; i++) {
        n += (sql.data[i] & 0xc0) != 0x80;
    }

    return n;
}
