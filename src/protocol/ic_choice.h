
/*
 * A choice of rows, one number of 8 bits for each: what split and sampler
 * have in common. Vertical: all parties choose the same rows of aligned
 * tables, each by itself from a common seed; by labels only the guest can,
 * and it sends the numbers. Horizontal: each party chooses of its own rows.
 */


#ifndef _IC_CHOICE_H_INCLUDED_
#define _IC_CHOICE_H_INCLUDED_


#include "../source/ic_source.h"
#include "ic_draw.h"
#include "ic_settings.h"


#define IC_CHOICE_MAX_STRATA  4096


typedef struct {
    ic_task_t        *task;
    ic_settings_t    *settings;
    ic_wire_t         wire;
    ic_table_t       *table;
    int64_t           rows;
    int64_t          *rows_of;   /* of every party */
    bool              vertical;
    bool              chooses;   /* else it waits for the numbers */
    bool              tells;     /* ... and others wait for ours */
    ic_draw_t         draw;
    u_char           *numbers;   /* one a row, 0 at first */

    /* the rows by the values of a column, in the order of the first rows */
    uint32_t         *strata;    /* one a row; NULL: all rows are one */
    unsigned          nstrata;
    int64_t          *sizes;
    const char      **values;    /* as in the table */
} ic_choice_t;


/*
 * Reads the table of train_data, agrees on the parameters `common` names
 * (NULL-ended; "mode" among them) and checks that vertical tables are
 * aligned. An arbiter agrees and has no table. by_label: the choice goes by
 * the column label_name, which each party that chooses must have. The
 * settings must have mode (vertical, horizontal), unique_id, label_name,
 * random_seed, max_rows. 0, or -1 after ic_task_fail(); close it in any case.
 */
int ic_choice_open(ic_choice_t *choice, ic_task_t *task,
    ic_settings_t *settings, const char *component,
    const char *const *common, bool by_label);

/*
 * Who chooses: 1 for exactly count of the rows, of each stratum its share to
 * the row. 0, or -1 after ic_task_fail().
 */
int ic_choice_some(ic_choice_t *choice, int64_t count);

/*
 * Tells the numbers to those who wait for them, or waits for them; most: the
 * largest that there can be. 0, or -1 after ic_task_fail().
 */
int ic_choice_share(ic_choice_t *choice, unsigned most);

void ic_choice_close(ic_choice_t *choice);


#endif /* _IC_CHOICE_H_INCLUDED_ */
