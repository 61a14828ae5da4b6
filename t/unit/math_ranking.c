
/*
 * Every metric against its definition, pair by pair and row by row, on random
 * scores with ties.
 */


#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "../../src/math/ic_ranking.h"
#include "tap.h"


#define MAX_ROWS  200


static double    score[MAX_ROWS];
static uint8_t   label[MAX_ROWS];
static unsigned  seed;


static unsigned
draw(unsigned below)
{
    seed = seed * 1103515245 + 12345;

    return (seed >> 8) % below;
}


/* kinds: how many different scores */

static size_t
fill(unsigned kinds)
{
    size_t  i, count;

    count = 1 + draw(MAX_ROWS);

    for (i = 0; i < count; i++) {
        score[i] = draw(kinds) / (double) (kinds > 1 ? kinds - 1 : 1);
        label[i] = (uint8_t) (draw(3) == 0);
    }

    return count;
}


static bool
same(double a, double b)
{
    return (isnan(a) && isnan(b)) || fabs(a - b) < 1e-12;
}


static double
slow_auc(size_t count)
{
    double  won, pairs;
    size_t  i, j;

    won = pairs = 0;

    for (i = 0; i < count; i++) {
        for (j = 0; j < count; j++) {
            if (label[i] && !label[j]) {
                pairs++;
                won += score[i] > score[j] ? 1 : score[i] == score[j] ? 0.5
                                                                      : 0;
            }
        }
    }

    return pairs > 0 ? won / pairs : NAN;
}


static void
slow_counts(size_t count, double threshold, bool at, ic_confusion_t *c)
{
    size_t  i;

    memset(c, 0, sizeof(ic_confusion_t));

    for (i = 0; i < count; i++) {
        if (score[i] > threshold || (at && score[i] == threshold)) {
            c->true_positives += label[i];
            c->false_positives += !label[i];

        } else {
            c->false_negatives += label[i];
            c->true_negatives += !label[i];
        }
    }
}


static double
slow_ks(size_t count)
{
    double          most, distance;
    size_t          i;
    ic_confusion_t  c;

    for (most = 0, i = 0; i < count; i++) {
        slow_counts(count, score[i], true, &c);
        distance = fabs((double) c.true_positives
                        / (double) (c.true_positives + c.false_negatives)
                        - (double) c.false_positives
                          / (double) (c.false_positives + c.true_negatives));
        most = fmax(most, distance);
    }

    return isnan(slow_auc(count)) ? NAN : most;
}


/* Recall that rises from one distinct score to the next one below. */

static double
slow_precision(size_t count)
{
    double          sum, recall, above, next;
    size_t          i;
    ic_confusion_t  c;

    sum = recall = 0;
    above = INFINITY;

    for ( ;; ) {
        next = -INFINITY;

        for (i = 0; i < count; i++) {
            if (score[i] < above) {
                next = fmax(next, score[i]);
            }
        }

        if (isinf(next)) {
            return sum;
        }

        slow_counts(count, next, true, &c);
        sum += (ic_confusion_recall(&c) - recall)
               * ic_confusion_precision(&c);
        recall = ic_confusion_recall(&c);
        above = next;
    }
}


/* Rows tied are taken in part, each class as the other. */

static double
slow_captured(size_t count, double rows)
{
    double  above, tied, before, group, found, part;
    size_t  i, j;

    found = 0;

    for (i = 0; i < count; i++) {
        above = tied = 0;

        for (j = 0; j < count; j++) {
            above += score[j] > score[i];
            tied += score[j] == score[i];
        }

        before = above;
        group = tied;
        part = fmin(fmax((rows - before) / group, 0), 1);
        found += part * label[i];
    }

    return found;
}


static void
test_random(void)
{
    bool            auc, ks, precision, counts, captured, points;
    size_t          i, step, count, at;
    double          threshold, rows;
    unsigned        round;
    ic_ranking_t    r;
    ic_confusion_t  c, slow;

    auc = ks = precision = counts = captured = points = true;

    for (round = 0; round < 300; round++) {
        count = fill(1 + draw(round % 3 == 0 ? 5 : 1000));

        if (ic_ranking(score, label, count, &r) != 0) {
            ok(false, "a ranking");
            return;
        }

        auc &= same(ic_ranking_auc(&r), slow_auc(count));
        ks &= same(ic_ranking_ks(&r, &step), slow_ks(count));
        precision &= same(ic_ranking_average_precision(&r),
                          r.positives > 0 ? slow_precision(count) : NAN);

        for (i = 0; i < 20; i++) {
            threshold = draw(2) ? score[draw(count)] : draw(1000) / 999.0;
            ic_ranking_confusion(&r, threshold, &c);
            slow_counts(count, threshold, false, &slow);
            counts &= memcmp(&c, &slow, sizeof(c)) == 0;

            rows = draw(2) ? draw(count + 1) : draw(1001) / 1000.0 * count;
            captured &= fabs(ic_ranking_captured(&r, rows)
                             - slow_captured(count, rows)) < 1e-9;
        }

        for (at = 0; at < r.count; at++) {
            slow_counts(count, r.steps[at].score, true, &slow);
            points &= r.steps[at].positives == slow.true_positives
                      && r.steps[at].negatives == slow.false_positives
                      && (at == 0
                          || r.steps[at].score < r.steps[at - 1].score);
        }

        ic_ranking_free(&r);
    }

    ok(auc, "AUC is that of all pairs");
    ok(ks, "KS is that of all thresholds");
    ok(precision, "average precision");
    ok(counts, "the confusion matrix, thresholds among scores too");
    ok(captured, "positives among the first rows, tied ones in part");
    ok(points, "every step of the curves");
}


static void
test_calibration(void)
{
    bool              bins, loss, brier, error;
    double            a, b, mean, share;
    size_t            i, count;
    unsigned          n, nbins, round;
    int64_t           rows, positives;
    ic_calibration_t  c[64];

    bins = loss = brier = error = true;

    for (round = 0; round < 300; round++) {
        count = fill(round % 2 ? 11 : 997);
        nbins = 1 + draw(40);
        a = b = 0;

        for (i = 0; i < count; i++) {
            a -= log(label[i] ? fmax(score[i], 1e-15)
                              : fmax(1 - score[i], 1e-15));
            b += (score[i] - label[i]) * (score[i] - label[i]);
        }

        loss &= fabs(ic_log_loss(score, label, count) - a / count) < 1e-9;
        brier &= same(ic_brier(score, label, count), b / count);
        bins &= ic_calibration(score, label, count, c, nbins) == 0;

        for (a = 0, n = 0; n < nbins; n++) {
            rows = positives = 0;
            mean = 0;

            for (i = 0; i < count; i++) {
                if (score[i] >= c[n].low
                    && (score[i] < c[n].high
                        || (n == nbins - 1 && score[i] == 1)))
                {
                    rows++;
                    positives += label[i];
                    mean += score[i];
                }
            }

            share = rows ? (double) positives / rows : 0;
            mean = rows ? mean / rows : 0;
            a += fabs(mean - share) * rows / count;
            bins &= rows == c[n].rows && positives == c[n].positives
                    && same(mean, c[n].mean);
        }

        error &= same(ic_calibration_error(c, nbins), a);
    }

    ok(bins, "calibration bins");
    ok(error, "and their error");
    ok(loss, "log loss");
    ok(brier, "Brier score");
}


static void
test_edges(void)
{
    size_t            step;
    ic_ranking_t      r;
    ic_confusion_t    c;
    ic_calibration_t  bins[2];

    double   one[3] = { 0.25, 0.5, 0.75 };
    uint8_t  ones[3] = { 1, 1, 1 };
    uint8_t  zeros[3] = { 0, 0, 0 };
    double   extreme[4] = { 1.7e308, -1.7e308, 5e-324, 0 };
    uint8_t  mixed[4] = { 1, 0, 1, 0 };
    double   never[2] = { 0, 1 };
    uint8_t  wrong[2] = { 1, 0 };

    ok(ic_ranking(one, ones, 3, &r) == 0 && isnan(ic_ranking_auc(&r))
       && isnan(ic_ranking_ks(&r, &step))
       && ic_ranking_average_precision(&r) == 1, "one class: no AUC, no KS");
    ic_ranking_confusion(&r, 0.5, &c);
    ok(same(ic_confusion_recall(&c), 1.0 / 3)
       && isnan(ic_confusion_specificity(&c)), "counts there are");
    ic_ranking_free(&r);

    ok(ic_ranking(one, zeros, 3, &r) == 0 && isnan(ic_ranking_auc(&r))
       && isnan(ic_ranking_average_precision(&r)), "the other class");
    ic_ranking_confusion(&r, 0.9, &c);
    ok(isnan(ic_confusion_precision(&c)) && isnan(ic_confusion_recall(&c))
       && isnan(ic_confusion_f1(&c)) && ic_confusion_accuracy(&c) == 1,
       "a share of nothing is no number");
    ic_ranking_free(&r);

    ok(ic_ranking(one, ones, 0, &r) == 0 && isnan(ic_ranking_auc(&r))
       && r.count == 0 && ic_ranking_captured(&r, 0) == 0
       && isnan(ic_ranking_captured(&r, 1)), "no row");
    ic_ranking_free(&r);
    ok(isnan(ic_log_loss(one, ones, 0)) && isnan(ic_brier(one, ones, 0)),
       "of which there is no mean");

    ok(ic_ranking(extreme, mixed, 4, &r) == 0 && ic_ranking_auc(&r) == 1,
       "extreme scores");
    ic_ranking_free(&r);
    ok(isnan(ic_log_loss(extreme, mixed, 4))
       && ic_calibration(extreme, mixed, 4, bins, 2) != 0,
       "which are no probabilities");

    extreme[2] = NAN;
    ok(ic_ranking(extreme, mixed, 4, &r) != 0, "NaN: refused");
    ic_ranking_free(&r);
    extreme[2] = INFINITY;
    ok(ic_ranking(extreme, mixed, 4, &r) != 0, "infinity: refused");
    ic_ranking_free(&r);

    ok(fabs(ic_log_loss(never, wrong, 2) + log(1e-15)) < 1e-9,
       "what was called impossible costs -ln 1e-15");
}


int
main(void)
{
    const char  *text;

    text = getenv("SEED");
    seed = text != NULL ? (unsigned) atoi(text) : (unsigned) time(NULL);
    printf("# SEED=%u\n", seed);

    test_random();
    test_calibration();
    test_edges();

    return done();
}
