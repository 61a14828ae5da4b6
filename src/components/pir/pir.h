
/*
 * Retrieval by keyword (docs/algorithms.md): the guest has keywords, the host
 * a table of keys and labels. Keys and labels are sealed under an oblivious
 * pseudo-random function, so that the guest opens the labels of its keywords
 * only; they reach it as a whole (method oprf) or, of large tables, by linear
 * retrieval under learning with errors (method linear).
 */


#ifndef _PIR_H_INCLUDED_
#define _PIR_H_INCLUDED_


#include "../../api/ic_params.h"
#include "../../source/ic_rows.h"
#include "../../task/ic_task.h"


#define PIR_DIGEST      32
#define PIR_MAX_KEYS    16
#define PIR_MAX_LABELS  64
#define PIR_MAX_BYTES   ((uint64_t) 1 << 30)  /* of sealed entries */


/*
 * What the protocol needs of its surroundings: the task's runtime, or a
 * test. Semantics as in task/ic_task.h; functions that return -1 have
 * reported the failure themselves. folder: where the guest's table goes, or
 * NULL.
 */
typedef struct {
    int (*send)(void *ctx, const ic_party_t *to, const void *data,
        size_t len);
    int (*recv)(void *ctx, const ic_party_t *from, u_char **data,
        size_t *len);
    const ic_json_t *(*param)(void *ctx, const char *name);
    const ic_json_t *(*input)(void *ctx, const char *name);
    const char *(*folder)(void *ctx);
    void (*without)(void *ctx, const char *kind);
    void (*progress)(void *ctx, double percent, const char *stage);
    void (*fact)(void *ctx, const char *name, int64_t value);
    void (*log)(void *ctx, const char *text);
    void (*output)(void *ctx, const char *kind, ic_str_t json);
    void (*fail)(void *ctx, const char *code, const char *column,
        int64_t row, const char *text);
} pir_io_t;


typedef enum {
    PIR_METHOD_OPRF = 0,
    PIR_METHOD_LINEAR
} pir_method_e;

typedef struct {
    pir_method_e   method;
    bool           first;        /* of duplicates, else they are refused */
    unsigned       nkeys;
    const char   **keys;
    unsigned       nlabels;
    const char   **labels;
    size_t         label_bytes;  /* 0: the longest of the table */
    uint64_t       max_queries;
    uint64_t       batch_size;
    int64_t        max_rows;     /* 0: the source's limit */
    u_char         digest[PIR_DIGEST]; /* of what is common */
} pir_params_t;


/* This party's rows, in its own order. */
typedef struct {
    ic_table_t  *table;
    int64_t      rows;
    int          keys[PIR_MAX_KEYS];     /* columns */
    int          labels[PIR_MAX_LABELS];
} pir_rows_t;


typedef struct {
    const pir_io_t    *io;
    void              *io_ctx;
    ic_arena_t        *arena;
    const char        *job_id;
    const char        *task_id;
    const ic_party_t  *parties;
    unsigned           party_count;
    const ic_party_t  *self;

    pir_params_t       params;
    const ic_party_t  *peer;
    pir_rows_t         rows;
    u_char             context[PIR_DIGEST];  /* of job, task, parties */
    u_char            *message;              /* the last one received */
    int64_t            told_ms;              /* that we are working */
    double             percent;
    bool               failed;
    bool               over;                 /* the peer needs no word */
} pir_t;


/*
 * Runs our role to its end; io to self and arena are set. 0, or -1 after a
 * failure was reported. pir_free() afterwards.
 */
int pir_run(pir_t *pir);
void pir_free(pir_t *pir);

/* The two roles, from their parameters and rows on. 0 or -1. */
int pir_host(pir_t *pir);
int pir_guest(pir_t *pir);

/* Reports a failure through io; always -1. */
int pir_fail(pir_t *pir, const char *code, const char *column, int64_t row,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
int pir_no_memory(pir_t *pir);

/* Progress from one percentage to another, n of all items being done. */
void pir_progress(pir_t *pir, double from, double to, uint64_t n,
    uint64_t all, const char *stage);

/* Parameters from io, checked. 0 or -1. */
int pir_read_params(pir_t *pir);


/* The input as rows; every fault of columns and keys. 0 or -1. */
int pir_load(pir_t *pir);

/*
 * The key, and the labels, of a row as bytes: of each cell its length plus
 * one, big-endian in four bytes, 0 for null, then its text. out: room for
 * them; NULL: only the length is wanted, which is returned.
 */
size_t pir_rows_key(const pir_rows_t *rows, unsigned n, int64_t row,
    u_char *out);
size_t pir_rows_label(const pir_rows_t *rows, unsigned n, int64_t row,
    u_char *out);


#endif /* _PIR_H_INCLUDED_ */
