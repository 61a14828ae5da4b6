
/* Some of the rows, of each stratum its share. */


#include <stdlib.h>

#include "ic_choice.h"


/* The part of a whole row that a stratum is due. */
typedef struct {
    int64_t   count;             /* whole rows */
    int64_t   rest;              /* of size * count / rows */
    uint32_t  stratum;
} share_t;


static int choice_shares(ic_choice_t *choice, int64_t count);
static int choice_by_rest(const void *one, const void *two);


int
ic_choice_some(ic_choice_t *choice, int64_t count)
{
    return choice->strata != NULL
           ? choice_shares(choice, count)
           : ic_draw_some(&choice->draw, choice->numbers, 1, choice->rows,
                          NULL, 0, choice->rows, count);
}


/* Whole rows first, then one for the largest rests. */

static int
choice_shares(ic_choice_t *choice, int64_t count)
{
    int         rc;
    int64_t     left;
    share_t    *shares, *share;
    uint32_t    n;
    __int128_t  due;

    shares = calloc(choice->nstrata + 1, sizeof(share_t));

    if (shares == NULL) {
        return ic_task_fail(choice->task, "internal", NULL, 0,
                            "memory is short");
    }

    for (left = count, n = 0; n < choice->nstrata; n++) {
        due = (__int128_t) choice->sizes[n] * count;
        shares[n].stratum = n;
        shares[n].count = (int64_t) (due / choice->rows);
        shares[n].rest = (int64_t) (due % choice->rows);
        left -= shares[n].count;
    }

    qsort(shares, choice->nstrata, sizeof(share_t), choice_by_rest);

    for (rc = 0, n = 0; rc == 0 && n < choice->nstrata; n++) {
        share = &shares[n];
        rc = ic_draw_some(&choice->draw, choice->numbers, 1, choice->rows,
                          choice->strata, share->stratum,
                          choice->sizes[share->stratum],
                          share->count + (n < left));
    }

    free(shares);

    return rc;
}


static int
choice_by_rest(const void *one, const void *two)
{
    const share_t  *a, *b;

    a = one;
    b = two;

    if (a->rest != b->rest) {
        return a->rest < b->rest ? 1 : -1;
    }

    return a->stratum < b->stratum ? -1 : 1;
}
