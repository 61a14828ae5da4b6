
/*
 * Whether the tables of all parties are aligned: as many rows, and, where
 * the parties say which column has the ids, the same ids in the same order.
 * An equality test by SPEKE (Jablon 1996) on Curve25519: who has other ids
 * learns that they differ and cannot try guesses afterwards; one guess of
 * all ids, in their order, can be tried in one run.
 */


#ifndef _IC_ALIGN_H_INCLUDED_
#define _IC_ALIGN_H_INCLUDED_


#include "../source/ic_source.h"
#include "ic_message.h"


/*
 * After ic_agree(), whose rows_of it takes; -1 rows: a party without data,
 * which takes no part. table: ours, NULL if we have none. unique_id: its
 * column of ids, NULL if the party names none: then its rows are only
 * counted. Messages of two kinds of the wire, `kind` and `kind` + 1, number
 * 0; all data parties call it. Fails with data_not_aligned. 0, or -1 after
 * ic_task_fail().
 */
int ic_align(ic_wire_t *wire, unsigned kind, const int64_t *rows_of,
    const ic_table_t *table, const char *unique_id);


#endif /* _IC_ALIGN_H_INCLUDED_ */
