
/* The demo's rows: generated, or the CSV files of a folder. */


#ifndef _CTL_DEMO_DATA_H_INCLUDED_
#define _CTL_DEMO_DATA_H_INCLUDED_


#include <limits.h>
#include <stdint.h>

#include "../lib/ic_arena.h"


#define CTL_DEMO_PARTIES     3
#define CTL_DEMO_ROWS        600
#define CTL_DEMO_SEED        20191216
#define CTL_DEMO_MAX_COLUMNS 256


typedef struct {
    unsigned     parties;
    char         files[32][PATH_MAX];
    const char  *unique_id;
    const char  *label_name;
    const char  *label_value;
    const char  *attributes[CTL_DEMO_MAX_COLUMNS];
    unsigned     nattributes;
    const char  *columns[CTL_DEMO_MAX_COLUMNS];    /* of every file */
    unsigned     ncolumns;
} ctl_demo_data_t;


/*
 * One newborn-screening table per hospital in dir: acylcarnitines in
 * umol/l, drawn from log-normal distributions that medium-chain defects
 * shift, and a diagnosis; 38 is the label of the training. The same seed
 * gives the same bytes. 0 or -1 with a message.
 */
int ctl_demo_generate(ctl_demo_data_t *data, const char *dir, uint64_t seed);

/*
 * The *.csv files of a folder, one per hospital, in the order of their
 * names, all with the same header. The id column is unique_id or id, the
 * label diagnosis (value 38), y or label (value 1); attributes are C6, C6DC
 * and C8 where they exist, else all other columns. 0 or -1.
 */
int ctl_demo_folder(ctl_demo_data_t *data, const char *dir,
    ic_arena_t *arena);


#endif /* _CTL_DEMO_DATA_H_INCLUDED_ */
