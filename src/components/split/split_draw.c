
/* Which rows. */


#include <stdlib.h>

#include "split.h"


static int split_deal(ic_choice_t *choice, uint32_t *list, uint32_t *next,
    uint32_t stratum, unsigned folds);


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
