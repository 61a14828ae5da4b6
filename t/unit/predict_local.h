
/* Models, tables and runs for the tests of predict. */


#ifndef _PREDICT_LOCAL_H_INCLUDED_
#define _PREDICT_LOCAL_H_INCLUDED_


#include <math.h>
#include <time.h>

#include "../../src/components/predict/predict.h"
#include "task_local.h"


static unsigned     seed;
static ic_arena_t  *pool;


static inline double
draw(void)
{
    seed = seed * 1103515245 + 12345;

    return (seed >> 8) % 2000001 / 1e5 - 10;
}


static inline double *
draws(unsigned count)
{
    double    *values;
    unsigned   i;

    values = ic_alloc(pool, (count + 1) * sizeof(double));

    for (i = 0; i < count; i++) {
        values[i] = draw();
    }

    return values;
}


/* A linear model over columns <prefix>0, <prefix>1, ... */

static inline ic_model_t *
linear(const char *prefix, unsigned features)
{
    unsigned     i;
    ic_model_t  *model;

    model = ic_zalloc(pool, sizeof(ic_model_t));
    model->algorithm = "homo_lr";
    model->nfeatures = features;
    model->features = ic_zalloc(pool, (features + 1) * sizeof(char *));
    model->weights = draws(features);
    model->shift = draws(features);
    model->scale = draws(features);
    model->has_intercept = true;
    model->intercept = draw();
    model->scaler = IC_MODEL_STANDARD;
    model->link = IC_MODEL_LOGIT;
    model->unique_id = "id";
    model->label_name = "y";

    for (i = 0; i < features; i++) {
        model->features[i] = (char *) ic_str_fmt(pool, "%s%u", prefix,
                                                 i).data;
        model->scale[i] = fabs(model->scale[i]) + 0.1;
    }

    return model;
}


static inline double
formula(const ic_model_t *model, const double *x)
{
    double    z;
    unsigned  i;

    z = 0;

    for (i = 0; i < model->nfeatures; i++) {
        z += model->weights[i]
             * (model->scaler == IC_MODEL_UNSCALED ? x[i]
                : (x[i] - model->shift[i]) / model->scale[i]);
    }

    return z + (model->has_intercept ? model->intercept : 0);
}


static inline double
logit(double z)
{
    return 1 / (1 + exp(-z));
}


/* Rows first..first + count of x, as id, y, columns. */

static inline char *
table(const ic_model_t *model, const double *x, unsigned first,
    unsigned count, bool labels)
{
    char      *text, *end;
    unsigned   i, row;

    text = ic_alloc(pool, 1000 + (size_t) (count + 1)
                                 * (model->nfeatures + 2) * 32);
    end = text + sprintf(text, labels ? "id,y" : "id");

    for (i = 0; i < model->nfeatures; i++) {
        end += sprintf(end, ",%s", model->features[i]);
    }

    *end++ = '\n';

    for (row = first; row < first + count; row++) {
        end += sprintf(end, "r%u", row);

        if (labels) {
            end += sprintf(end, ",%u", row % 2);
        }

        for (i = 0; i < model->nfeatures; i++) {
            end += sprintf(end, ",%.17g", x[row * model->nfeatures + i]);
        }

        *end++ = '\n';
    }

    *end = '\0';

    return text;
}


static inline void
give_text(local_t *net, unsigned i, const char *text)
{
    char   path[128], json[200];
    FILE  *file;

    (void) snprintf(path, sizeof(path), "%s/out-given",
                    net->parties[i].folder);
    (void) mkdir(path, 0700);
    (void) snprintf(json, sizeof(json), "{\"path\":\"%s\"}", path);
    strcat(path, "/data_0");
    file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    local_input(net, i, "model", json);
}


static inline char *
text_of(ic_model_t *model)
{
    ic_str_t          text;
    ic_model_fault_t  fault;

    text = ic_model_text(pool, model, &fault);

    if (text.data == NULL) {
        fprintf(stderr, "the model: %s\n", fault.text);
        abort();
    }

    return (char *) text.data;
}


static inline local_t *
alone(ic_model_t *model, const char *params, const char *csv)
{
    local_t  *net;

    net = local_create(predict_run, "guest.0");
    local_params(net, LOCAL_ALL, params);

    if (model != NULL) {
        give_text(net, 0, text_of(model));
    }

    if (csv != NULL) {
        local_csv(net, 0, "train_data", csv);
    }

    (void) local_run(net);

    return net;
}


/* The nth cell of the given column of party i's table; NULL: none. */

static inline const char *
cell(local_t *net, unsigned i, unsigned row, unsigned column)
{
    char        *line, *end, *text;
    unsigned     n;

    line = local_table(net, i, "dataset");

    for (n = 0; line != NULL && n <= row; n++) {
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }

    if (line == NULL || *line == '\0') {
        return NULL;
    }

    for (n = 0; n < column; n++) {
        line += strcspn(line, ",\n");
        line += *line == ',';
    }

    end = line + strcspn(line, ",\n");
    text = ic_str_z(pool, ic_str_n(line, (size_t) (end - line)));

    return text;
}


static inline void
begin(void)
{
    const char  *text;

    text = getenv("SEED");
    seed = text != NULL ? (unsigned) atoi(text) : (unsigned) time(NULL);
    printf("# SEED=%u\n", seed);
    pool = ic_pool_create();
}


#endif /* _PREDICT_LOCAL_H_INCLUDED_ */
