
/* What a node signs of a dataset that it describes (docs/signatures.md). */


#ifndef _IC_SIGN_DATASET_H_INCLUDED_
#define _IC_SIGN_DATASET_H_INCLUDED_


#include "../lib/ic_json.h"


typedef struct {
    ic_str_t  node_id;
    ic_str_t  dataset_id;
    ic_str_t  time;              /* milliseconds since the epoch */
    ic_str_t  count;             /* of rows; what is not told is "-" */
    ic_str_t  metas_sha256;
    ic_str_t  content_digest;
    ic_str_t  statistics_sha256; /* of their compact text */
} ic_sign_dataset_t;


/*
 * "interconn dataset v1" and the fields in their order, joined by LF. data
 * NULL on failure, also for an empty field and a control byte in one.
 */
ic_str_t ic_sign_dataset_text(ic_arena_t *arena,
    const ic_sign_dataset_t *dataset);

/*
 * The SHA-256 of columns as A.2 has them: name TAB data_type TAB
 * distribution LF of each in its order. 0, or -1: a field is missing or has
 * a control byte.
 */
int ic_sign_metas_sha256(ic_arena_t *arena, const ic_json_t *metas,
    char hex[65]);


#endif /* _IC_SIGN_DATASET_H_INCLUDED_ */
