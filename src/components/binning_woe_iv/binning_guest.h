
/* The guest of vertical data and one of its hosts. */


#ifndef _BINNING_GUEST_H_INCLUDED_
#define _BINNING_GUEST_H_INCLUDED_


#include "../../math/ic_ciphertexts.h"
#include "binning.h"


/* What a host says of one of its columns. */
typedef struct {
    ic_str_t   name;             /* empty: it does not say */
    unsigned   count;
    bool       apart;            /* the last bin is of empty values */
    unsigned   first;            /* of all its bins */
} binning_column_t;

typedef struct {
    binning_t          *binning;
    ic_paillier_key_t  *secret;
    ic_paillier_t      *key;
    ic_cipher_t        *cipher;
    ic_decryption_t    *decryption;
    int64_t             positives;
} binning_guest_t;

/* One host. */
typedef struct {
    binning_guest_t   *guest;
    const ic_party_t  *party;
    ic_message_t       bins;     /* names point into it */
    binning_column_t  *columns;
    unsigned           count;
    unsigned           total;    /* of bins */
    int64_t           *rows;
    int64_t           *positives;
    int64_t           *negatives;
    double            *woe;
    double            *iv;
} binning_host_t;


/*
 * Opens the sums of the host's bins: positives and negatives of each, -1
 * where the sum is no count. 0, or -1 after ic_task_fail().
 */
int binning_sums(binning_host_t *host);


#endif /* _BINNING_GUEST_H_INCLUDED_ */
