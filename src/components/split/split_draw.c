
/* Which rows. */


#include <stdlib.h>

#include "split.h"


/* The part of a whole row that a stratum is due. */
typedef struct {
    int64_t   count;             /* whole rows */
    int64_t   rest;              /* of size * test / rows */
    uint32_t  stratum;
} share_t;


static int split_shares(ic_choice_t *choice, int64_t test);
static int split_by_rest(const void *one, const void *two);
static int split_deal(ic_choice_t *choice, uint32_t *list, uint32_t *next,
    uint32_t stratum, unsigned folds);


int
split_test(ic_choice_t *choice, int64_t test)
{
    return choice->strata != NULL
           ? split_shares(choice, test)
           : ic_draw_some(&choice->draw, choice->numbers, 1, choice->rows,
                          NULL, 0, choice->rows, test);
}


/* Whole rows first, then one for the largest rests. */

static int
split_shares(ic_choice_t *choice, int64_t test)
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

    for (left = test, n = 0; n < choice->nstrata; n++) {
        due = (__int128_t) choice->sizes[n] * test;
        shares[n].stratum = n;
        shares[n].count = (int64_t) (due / choice->rows);
        shares[n].rest = (int64_t) (due % choice->rows);
        left -= shares[n].count;
    }

    qsort(shares, choice->nstrata, sizeof(share_t), split_by_rest);

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
split_by_rest(const void *one, const void *two)
{
    const share_t  *a, *b;

    a = one;
    b = two;

    if (a->rest != b->rest) {
        return a->rest < b->rest ? 1 : -1;
    }

    return a->stratum < b->stratum ? -1 : 1;
}


/* One stratum after the other, in a random order, as cards are dealt. */

int
split_folds(ic_choice_t *choice, unsigned folds)
{
    int        rc;
    uint32_t  *list, next, stratum;

    list = malloc(((size_t) choice->rows + 1) * sizeof(uint32_t));

    if (list == NULL) {
        return ic_task_fail(choice->task, "internal", NULL, 0,
                            "memory is short");
    }

    next = 0;
    stratum = 0;

    do {
        rc = split_deal(choice, list, &next, stratum, folds);
    } while (rc == 0 && ++stratum < choice->nstrata);

    free(list);

    return rc;
}


static int
split_deal(ic_choice_t *choice, uint32_t *list, uint32_t *next,
    uint32_t stratum, unsigned folds)
{
    int64_t   row;
    uint32_t  i, n;

    for (n = 0, row = 0; row < choice->rows; row++) {
        if (choice->strata == NULL || choice->strata[row] == stratum) {
            list[n++] = (uint32_t) row;
        }
    }

    if (ic_draw_shuffle(&choice->draw, list, n) != 0) {
        return -1;
    }

    for (i = 0; i < n; i++) {
        choice->numbers[list[i]] = (u_char) ((*next)++ % folds);
    }

    return 0;
}
