
/*
 * A scorecard: points for every bin, of a linear model of the log odds and
 * the bins whose evidence it was trained on.
 */


#ifndef _SCORECARD_H_INCLUDED_
#define _SCORECARD_H_INCLUDED_


#include "../../protocol/ic_model.h"
#include "../../protocol/ic_settings.h"


typedef struct {
    ic_task_t         *task;
    ic_settings_t      settings;
    const ic_model_t  *linear;
    const ic_model_t  *binning;
    double             factor;       /* points for a unit of log odds */
    double             offset;       /* points for log odds of 0 */
    double             floor;
    double             cap;
    unsigned           decimals;
    ic_model_t         card;
} scorecard_t;


/* One party's part. 0, or -1 after ic_task_fail(). */
int scorecard_run(ic_task_t *task);


/* scorecard_points.c: the card of linear and binning. */
int scorecard_points(scorecard_t *scorecard);


#endif /* _SCORECARD_H_INCLUDED_ */
