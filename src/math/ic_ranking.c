
/* Rankings and what is read off them. */


#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ic_ranking.h"


static int by_score(const void *one, const void *two);
static size_t rank_merge(ic_step_t *steps, size_t count);
static bool has_both(const ic_ranking_t *ranking);


int
ic_ranking(const double *score, const uint8_t *label, size_t count,
    ic_ranking_t *ranking)
{
    size_t      i;
    void       *less;
    ic_step_t  *step;

    memset(ranking, 0, sizeof(ic_ranking_t));
    ranking->steps = malloc((count + 1) * sizeof(ic_step_t));

    if (ranking->steps == NULL) {
        return -1;
    }

    for (i = 0; i < count; i++) {

        if (!isfinite(score[i])) {
            return -1;
        }

        step = &ranking->steps[i];
        step->score = score[i];
        step->positives = label[i] != 0;
        step->negatives = label[i] == 0;
        ranking->positives += step->positives;
        ranking->negatives += step->negatives;
    }

    qsort(ranking->steps, count, sizeof(ic_step_t), by_score);
    ranking->count = rank_merge(ranking->steps, count);

    less = realloc(ranking->steps, (ranking->count + 1) * sizeof(ic_step_t));

    if (less != NULL) {
        ranking->steps = less;
    }

    return 0;
}


/* Equal scores become one; counts become sums. */

static size_t
rank_merge(ic_step_t *steps, size_t count)
{
    size_t   i, n;
    int64_t  positives, negatives;

    positives = negatives = 0;

    for (i = n = 0; i < count; i++) {
        positives += steps[i].positives;
        negatives += steps[i].negatives;

        if (n == 0 || steps[n - 1].score != steps[i].score) {
            steps[n++].score = steps[i].score;
        }

        steps[n - 1].positives = positives;
        steps[n - 1].negatives = negatives;
    }

    return n;
}


static int
by_score(const void *one, const void *two)
{
    const ic_step_t  *a, *b;

    a = one;
    b = two;

    return (a->score < b->score) - (a->score > b->score);
}


void
ic_ranking_free(ic_ranking_t *ranking)
{
    free(ranking->steps);
    ranking->steps = NULL;
    ranking->count = 0;
}


static bool
has_both(const ic_ranking_t *ranking)
{
    return ranking->positives > 0 && ranking->negatives > 0;
}


/* Twice the area is a whole number, exact below 2^53: 9e7 rows of a class. */

double
ic_ranking_auc(const ic_ranking_t *ranking)
{
    double            twice;
    size_t            i;
    ic_step_t         last;
    const ic_step_t  *step;

    if (!has_both(ranking)) {
        return NAN;
    }

    twice = 0;
    memset(&last, 0, sizeof(last));

    for (i = 0; i < ranking->count; i++) {
        step = &ranking->steps[i];
        twice += (double) (step->negatives - last.negatives)
                 * (double) (last.positives + step->positives);
        last = *step;
    }

    return twice / (2 * (double) ranking->positives
                    * (double) ranking->negatives);
}


/* Differences of whole numbers: equal ones are equal, the first counts. */

double
ic_ranking_ks(const ic_ranking_t *ranking, size_t *step)
{
    double  distance, most;
    size_t  i;

    *step = 0;

    if (!has_both(ranking)) {
        return NAN;
    }

    most = 0;

    for (i = 0; i < ranking->count; i++) {
        distance = ic_ranking_distance(ranking, &ranking->steps[i]);

        if (distance > most) {
            most = distance;
            *step = i;
        }
    }

    return most;
}


double
ic_ranking_distance(const ic_ranking_t *ranking, const ic_step_t *step)
{
    double  positives, negatives;

    positives = (double) ranking->positives;
    negatives = (double) ranking->negatives;

    return has_both(ranking)
           ? fabs((double) step->positives * negatives
                  - (double) step->negatives * positives)
             / (positives * negatives)
           : NAN;
}


double
ic_ranking_average_precision(const ic_ranking_t *ranking)
{
    double            sum;
    size_t            i;
    int64_t           last;
    const ic_step_t  *step;

    if (ranking->positives == 0) {
        return NAN;
    }

    sum = 0;
    last = 0;

    for (i = 0; i < ranking->count; i++) {
        step = &ranking->steps[i];
        sum += (double) (step->positives - last) * (double) step->positives
               / (double) (step->positives + step->negatives);
        last = step->positives;
    }

    return sum / (double) ranking->positives;
}


void
ic_ranking_confusion(const ic_ranking_t *ranking, double threshold,
    ic_confusion_t *counts)
{
    size_t  low, high, middle;

    low = 0;
    high = ranking->count;

    /* how many steps are above it */

    while (low < high) {
        middle = low + (high - low) / 2;

        if (ranking->steps[middle].score > threshold) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    counts->true_positives = low > 0 ? ranking->steps[low - 1].positives : 0;
    counts->false_positives = low > 0 ? ranking->steps[low - 1].negatives : 0;
    counts->false_negatives = ranking->positives - counts->true_positives;
    counts->true_negatives = ranking->negatives - counts->false_positives;
}


double
ic_ranking_captured(const ic_ranking_t *ranking, double rows)
{
    double     before, within;
    size_t     low, high, middle;
    ic_step_t  last, next;

    if (!(rows >= 0
          && rows <= (double) (ranking->positives + ranking->negatives)))
    {
        return NAN;
    }

    low = 0;
    high = ranking->count;

    /* how many steps are in it as a whole */

    while (low < high) {
        middle = low + (high - low) / 2;
        next = ranking->steps[middle];

        if ((double) (next.positives + next.negatives) <= rows) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    memset(&last, 0, sizeof(last));

    if (low > 0) {
        last = ranking->steps[low - 1];
    }

    if (low == ranking->count) {
        return (double) last.positives;
    }

    next = ranking->steps[low];
    before = (double) (last.positives + last.negatives);
    within = (double) (next.positives + next.negatives) - before;

    return (double) last.positives
           + (double) (next.positives - last.positives) * (rows - before)
             / within;
}


double
ic_confusion_accuracy(const ic_confusion_t *counts)
{
    double  right, wrong;

    right = (double) (counts->true_positives + counts->true_negatives);
    wrong = (double) (counts->false_positives + counts->false_negatives);

    return right + wrong > 0 ? right / (right + wrong) : NAN;
}


double
ic_confusion_precision(const ic_confusion_t *counts)
{
    double  called;

    called = (double) (counts->true_positives + counts->false_positives);

    return called > 0 ? (double) counts->true_positives / called : NAN;
}


double
ic_confusion_recall(const ic_confusion_t *counts)
{
    double  positives;

    positives = (double) (counts->true_positives + counts->false_negatives);

    return positives > 0 ? (double) counts->true_positives / positives : NAN;
}


double
ic_confusion_specificity(const ic_confusion_t *counts)
{
    double  negatives;

    negatives = (double) (counts->true_negatives + counts->false_positives);

    return negatives > 0 ? (double) counts->true_negatives / negatives : NAN;
}


double
ic_confusion_f1(const ic_confusion_t *counts)
{
    double  twice, wrong;

    twice = 2 * (double) counts->true_positives;
    wrong = (double) (counts->false_positives + counts->false_negatives);

    return twice + wrong > 0 ? twice / (twice + wrong) : NAN;
}
