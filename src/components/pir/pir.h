
/*
 * Retrieval by keyword (docs/algorithms.md): the guest has keywords, the host
 * a table of keys and labels. Keys and labels are sealed under an oblivious
 * pseudo-random function, so that the guest opens the labels of its keywords
 * only; they reach it as a whole (method oprf) or, of large tables, by linear
 * retrieval under learning with errors (method linear).
 */


#ifndef _PIR_H_INCLUDED_
#define _PIR_H_INCLUDED_


#include "../../protocol/ic_message.h"
#include "../../protocol/ic_tables.h"


#define PIR_DIGEST      32
#define PIR_MAX_KEYS    16
#define PIR_MAX_LABELS  64
#define PIR_MAX_BYTES   ((uint64_t) 1 << 30)  /* of sealed entries */


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
} pir_params_t;


/* This party's rows, in its own order. */
typedef struct {
    ic_table_t  *table;
    int64_t      rows;
    int          keys[PIR_MAX_KEYS];     /* columns */
    int          labels[PIR_MAX_LABELS];
} pir_rows_t;


typedef struct {
    ic_task_t         *task;
    ic_arena_t        *arena;    /* of the task */
    const ic_party_t  *self;
    const ic_party_t  *peer;

    ic_wire_t          wire;
    ic_message_t       in;       /* the last one received */
    pir_params_t       params;
    pir_rows_t         rows;
    int64_t            told_ms;  /* that we are working */
    double             percent;
    bool               over;     /* the peer needs no word */
} pir_t;


/* Runs our role to its end. 0, or -1 after ic_task_fail(). */
int pir_run(ic_task_t *task);

/* The two roles, from their parameters and rows on. 0 or -1. */
int pir_host(pir_t *pir);
int pir_guest(pir_t *pir);

/* ic_task_fail(), the other party being told the code; always -1. */
int pir_fail(pir_t *pir, const char *code, const char *column, int64_t row,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
int pir_no_memory(pir_t *pir);

/* Progress from one percentage to another, n of all items being done. */
void pir_progress(pir_t *pir, double from, double to, uint64_t n,
    uint64_t all, const char *stage);

/* Parameters; that the other party has those alike that must be. 0 or -1. */
int pir_read_params(pir_t *pir);
int pir_agree(pir_t *pir);


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
