
/* The parts of reading a model (ic_model.h). */


#ifndef _IC_MODEL_READ_H_INCLUDED_
#define _IC_MODEL_READ_H_INCLUDED_


#include "ic_model.h"


typedef struct {
    ic_arena_t        *arena;
    ic_model_t        *model;
    ic_model_fault_t  *fault;
} ic_model_reader_t;


/* ic_model_value.c: all of them 0 or a pointer, or -1, NULL with a fault. */

/* The first fault counts. Always -1. */
int ic_model_refuse(ic_model_reader_t *reader, const char *member,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int ic_model_changed(ic_model_reader_t *reader, const char *member);
int ic_model_short(ic_model_reader_t *reader);

/* A text of 1 to 1024 bytes without NUL. */
int ic_model_word(ic_model_reader_t *reader, const char *member,
    const ic_json_t *value, const char **word);

/* A list of min to max of them, NULL-ended. */
const char **ic_model_texts(ic_model_reader_t *reader, const char *member,
    const ic_json_t *value, unsigned min, unsigned max, unsigned *count);

/* A finite number, and a list of exactly so many. */
int ic_model_number(ic_model_reader_t *reader, const char *member,
    const ic_json_t *value, double *number);
double *ic_model_numbers(ic_model_reader_t *reader, const char *member,
    const ic_json_t *value, unsigned count);

/* Exactly so many counts of rows. */
int64_t *ic_model_counts(ic_model_reader_t *reader, const char *member,
    const ic_json_t *value, unsigned count);

/* An integer of a range. */
int ic_model_int(ic_model_reader_t *reader, const char *member,
    const ic_json_t *value, int64_t min, int64_t max, int64_t *number);

/* An object with these members (NULL: one less) and no other; no fault. */
int ic_model_only(const ic_json_t *value, const char *one,
    const char *two, const char *three);


/* ic_model_bins.c, ic_model_piece.c */

int ic_model_read_bins(ic_model_reader_t *reader, const ic_json_t *value);
int ic_model_read_piece(ic_model_reader_t *reader, const ic_json_t *value);


#endif /* _IC_MODEL_READ_H_INCLUDED_ */
