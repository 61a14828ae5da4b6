
/*
 * This party's keys: the distinct values of its key columns, in a random
 * order that nobody else knows.
 */


#ifndef _PSI_ITEMS_H_INCLUDED_
#define _PSI_ITEMS_H_INCLUDED_


#include "psi_rows.h"


/* Reads the input and finds the distinct keys. 0 or -1. */
int psi_load(psi_t *psi);
void psi_items_free(psi_items_t *items);

psi_rows_t *psi_items_table(const psi_items_t *items);
int64_t psi_items_rows(const psi_items_t *items);

/*
 * The key of an item, canonical: the number of columns (u32, big-endian),
 * then for each its length (u32) and bytes; or, joined, the bytes with commas
 * between; not plain: then its share. *key grows (realloc); its length, 0
 * without memory.
 */
size_t psi_items_key(const psi_items_t *items, uint32_t item, u_char **key,
    size_t *size);
size_t psi_items_plain_key(const psi_items_t *items, uint32_t item,
    u_char **key, size_t *size);

/* Gives keys their shares, PSI_SHARE bytes an item, as words; takes them. */
void psi_items_extend(psi_items_t *items, uint64_t *shares);

/* The first row of an item and the one after a row; -1: no more. */
int64_t psi_items_first(const psi_items_t *items, uint32_t item);
int64_t psi_items_next(const psi_items_t *items, int64_t row);

/* How many rows have the item's key. */
uint32_t psi_items_multiplicity(const psi_items_t *items, uint32_t item);


#endif /* _PSI_ITEMS_H_INCLUDED_ */
