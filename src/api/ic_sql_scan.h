
/* The words of a SQL text, as one kind of database cuts it. */


#ifndef _IC_SQL_SCAN_H_INCLUDED_
#define _IC_SQL_SCAN_H_INCLUDED_


#include "../lib/ic_str.h"


#define IC_SQL_DIALECTS  6


typedef enum {
    IC_SQL_END,
    IC_SQL_WORD,                 /* letters, digits, '_', '$', beyond ASCII */
    IC_SQL_NAME,                 /* a quoted name */
    IC_SQL_STRING,               /* quoted text */
    IC_SQL_CODE,                 /* a comment that MariaDB runs */
    IC_SQL_SIGN                  /* any other byte */
} ic_sql_kind_e;

typedef struct {
    bool           backslash;    /* escapes in quoted text */
    bool           escape;       /* ... only in E'' */
    bool           hash;         /* '#' begins a comment */
    bool           dash_blank;   /* "--" does with a blank behind it only */
    bool           nested;       /* comments nest */
    bool           dollar;       /* $tag$ quotes */
    bool           bracket;      /* [name] */
    bool           backtick;     /* `name` */
} ic_sql_dialect_t;

typedef struct {
    const ic_sql_dialect_t  *dialect;
    ic_str_t                 sql;
    size_t                   next;
    ic_sql_kind_e            kind;       /* of the word that was read last */
    ic_str_t                 text;       /* it, without its quotes */
    size_t                   at;         /* its first byte */
    size_t                   end;        /* behind it */
} ic_sql_scan_t;


/* Begins to read as dialect n, below IC_SQL_DIALECTS. */
void ic_sql_scan(ic_sql_scan_t *scan, ic_str_t sql, unsigned n);

/* The next word; false at the end. Comments and blanks are none. */
bool ic_sql_next(ic_sql_scan_t *scan);

/* In a list of n names in lower case and in order, whatever its own case. */
bool ic_sql_is_listed(const char *const *list, size_t n, ic_str_t word);

bool ic_sql_is_blank(u_char c);
bool ic_sql_is_letter(u_char c);


#endif /* _IC_SQL_SCAN_H_INCLUDED_ */
