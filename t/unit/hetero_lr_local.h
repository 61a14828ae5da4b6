
/*
 * Runs of hetero_lr between two threads, and the training that they stand
 * for, straightforwardly in doubles: the same approximation, order of rows
 * and parameters, with all columns in one place.
 */


#ifndef _HETERO_LR_LOCAL_H_INCLUDED_
#define _HETERO_LR_LOCAL_H_INCLUDED_


#include <math.h>

#include "../../src/components/hetero_lr/hetero_lr.h"
#include "task_local.h"


#define HETERO_NAMES  "guest.0 host.0"


static unsigned  hetero_bits = 1024;


static inline int
hetero_test_run(ic_task_t *task)
{
    return hetero_lr_run(task, hetero_bits, IC_PAILLIER_INSECURE);
}


/* A table of doubles, row by row. */
typedef struct {
    size_t     rows;
    unsigned   columns;
    double    *x;
} matrix_t;

typedef struct {
    double    rate;
    double    alpha;
    double    decay;
    bool      decay_sqrt;
    bool      nesterov;
    bool      intercept;
    size_t    batch;             /* 0: all */
    unsigned  iterations;
} plain_t;


/* Of a CSV file without quotes: its columns from `first` on. */

static inline matrix_t
matrix_read(const char *path, unsigned first)
{
    char       line[65536], *cell, *rest;
    FILE      *file;
    matrix_t   m;
    unsigned   i;

    memset(&m, 0, sizeof(m));
    file = fopen(path, "r");

    if (file == NULL || fgets(line, sizeof(line), file) == NULL) {
        fprintf(stderr, "cannot read %s\n", path);
        abort();
    }

    for (i = 1, cell = line; *cell != '\0'; cell++) {
        i += *cell == ',';
    }

    m.columns = i - first;

    while (fgets(line, sizeof(line), file) != NULL) {
        m.x = realloc(m.x, (m.rows + 1) * m.columns * sizeof(double));

        for (i = 0, cell = strtok_r(line, ",", &rest);
             cell != NULL;
             i++, cell = strtok_r(NULL, ",", &rest))
        {
            if (i >= first) {
                m.x[m.rows * m.columns + i - first] = strtod(cell, NULL);
            }
        }

        m.rows++;
    }

    fclose(file);

    return m;
}


static inline matrix_t
matrix_create(size_t rows, unsigned columns)
{
    matrix_t  m = { rows, columns, calloc(rows * columns, sizeof(double)) };

    return m;
}


static inline void
matrix_scale(matrix_t *m)
{
    size_t    i;
    double    mean, square;
    unsigned  j;

    for (j = 0; j < m->columns; j++) {
        for (mean = 0, i = 0; i < m->rows; i++) {
            mean += m->x[i * m->columns + j] / (double) m->rows;
        }

        for (square = 0, i = 0; i < m->rows; i++) {
            square += pow(m->x[i * m->columns + j] - mean, 2)
                      / (double) m->rows;
        }

        square = square > 1e-20 ? sqrt(square) : 1;

        for (i = 0; i < m->rows; i++) {
            m->x[i * m->columns + j] = (m->x[i * m->columns + j] - mean)
                                       / square;
        }
    }
}


/* One table of a guest's label and columns and a host's columns. */

static inline char *
matrix_csv(const matrix_t *m, const char *prefix, const double *label)
{
    char      *text;
    FILE      *out;
    size_t     i, len;
    unsigned   j;

    out = open_memstream(&text, &len);
    fputs(label != NULL ? "id,y" : "id", out);

    for (j = 0; j < m->columns; j++) {
        fprintf(out, ",%s%u", prefix, j);
    }

    for (i = 0; i < m->rows; i++) {
        fprintf(out, "\nrecord-%zu", i);

        if (label != NULL) {
            fprintf(out, ",%g", label[i]);
        }

        for (j = 0; j < m->columns; j++) {
            fprintf(out, ",%.17g", m->x[i * m->columns + j]);
        }
    }

    fputs("\n", out);
    fclose(out);

    return text;
}


static inline double
plain_score(const double *w, const matrix_t *a, const matrix_t *b, size_t i)
{
    double    z;
    unsigned  j;

    z = w[a->columns + b->columns];

    for (j = 0; j < a->columns; j++) {
        z += w[j] * a->x[i * a->columns + j];
    }

    for (j = 0; j < b->columns; j++) {
        z += w[a->columns + j] * b->x[i * b->columns + j];
    }

    return z;
}


/* w: of a, of b, the intercept; losses of each iteration. */

static inline void
plain_train(const plain_t *plain, const matrix_t *a, const matrix_t *b,
    const double *label, double *w, double *losses)
{
    double    e, eta, s, v, *g, *m;
    size_t    first, end, i, batch;
    unsigned  t, j, n;

    n = a->columns + b->columns + 1;
    g = calloc(n, sizeof(double));
    m = calloc(n, sizeof(double));
    memset(w, 0, n * sizeof(double));
    batch = plain->batch > 0 ? plain->batch : a->rows;

    for (t = 0; t < plain->iterations; t++) {
        eta = 1 + plain->decay * t;
        eta = plain->rate / (plain->decay_sqrt ? sqrt(eta) : eta);
        losses[t] = 0;

        for (first = 0; first < a->rows; first = end) {
            end = first + batch < a->rows ? first + batch : a->rows;
            memset(g, 0, n * sizeof(double));

            for (i = first; i < end; i++) {
                e = plain_score(w, a, b, i);
                s = label[i] > 0 ? 1 : -1;
                losses[t] += (log(2) - s * e / 2 + e * e / 8)
                             / (double) a->rows;
                e = .25 * e - .5 * s;

                for (j = 0; j < a->columns; j++) {
                    g[j] += e * a->x[i * a->columns + j];
                }

                for (j = 0; j < b->columns; j++) {
                    g[a->columns + j] += e * b->x[i * b->columns + j];
                }

                g[n - 1] += plain->intercept ? e : 0;
            }

            for (j = 0; j < n; j++) {
                s = eta * (g[j] / (double) (end - first)
                           + (j < n - 1 ? plain->alpha * w[j] : 0));

                if (plain->nesterov) {
                    v = .9 * m[j] - s;
                    w[j] -= .9 * m[j] - 1.9 * v;
                    m[j] = v;

                } else {
                    w[j] -= s;
                }
            }
        }
    }

    free(g);
    free(m);
}


/* Area under the ROC curve by its definition: pairs, ties one half. */

static inline double
plain_auc(const double *score, const double *label, size_t n)
{
    size_t  i, j;
    double  good, all;

    for (good = all = 0, i = 0; i < n; i++) {
        for (j = 0; label[i] > 0 && j < n; j++) {
            if (!(label[j] > 0)) {
                all++;
                good += score[i] > score[j] ? 1
                        : score[i] == score[j] ? .5 : 0;
            }
        }
    }

    return good / all;
}


/* The weights of both parties' models and the intercept, as plain_train(). */

static inline void
model_weights(local_t *net, double *w, unsigned of_guest)
{
    unsigned          i, j;
    ic_json_t        *model[2];
    const ic_json_t  *value;

    for (i = 0; i < 2; i++) {
        model[i] = local_json(&net->parties[i],
                              local_output(net, i, "model"));
        value = ic_json_get(model[i], "weights")->child;

        for (j = i * of_guest; value != NULL; value = value->next, j++) {
            w[j] = value->real;
        }
    }

    w[j] = ic_json_get(model[0], "intercept")->real;
}


static inline double
most_apart(const double *one, const double *two, unsigned n)
{
    double  most;

    for (most = 0; n-- > 0; /* void */) {
        most = fmax(most, fabs(one[n] - two[n]));
    }

    return most;
}


#endif /* _HETERO_LR_LOCAL_H_INCLUDED_ */
