
/* Random rows of a guest and two hosts for tests of binning_woe_iv. */


#ifndef _BINNING_ROWS_H_INCLUDED_
#define _BINNING_ROWS_H_INCLUDED_


#include <math.h>

#include "../../src/components/binning_woe_iv/binning.h"
#include "../../src/math/ic_paillier.h"
#include "task_local.h"


#define MOST  900


static unsigned  seed;
static double    x[MOST][3];         /* NaN: empty */
static unsigned  y[MOST];
static unsigned  rows;


static int
run(ic_task_t *task)
{
    return binning_run(task, 1024, IC_PAILLIER_INSECURE);
}


static double
uniform(void)
{
    return rand_r(&seed) / (RAND_MAX + 1.0);
}


static void
fill(unsigned n, double empty)
{
    unsigned  i;

    for (rows = n, i = 0; i < n; i++) {
        x[i][0] = uniform() * 100;
        x[i][1] = floor(uniform() * 4);
        x[i][2] = exp(6 * uniform() - 3);
        y[i] = uniform() < 0.2 + x[i][0] / 300 + (x[i][1] == 2) * 0.3;

        if (uniform() < empty) {
            x[i][0] = NAN;
        }
    }
}


/* The columns of x from, to - 1; with the labels or without. */

static char *
csv(unsigned from, unsigned to, bool labels)
{
    char      *text, *end;
    unsigned   i, n;

    text = malloc(128 + rows * 100);
    end = text + sprintf(text, "id%s", labels ? ",\xe6\xa0\x87\xe7\xad\xbe"
                                              : "");

    for (n = from; n < to; n++) {
        end += sprintf(end, ",feature-%u", n);
    }

    end += sprintf(end, "\n");

    for (i = 0; i < rows; i++) {
        end += sprintf(end, "person-%05u", i);
        end += labels ? sprintf(end, ",%s", y[i] ? "yes" : "no") : 0;

        for (n = from; n < to; n++) {
            end += isnan(x[i][n]) ? sprintf(end, ",")
                                  : sprintf(end, ",%.17g", x[i][n]);
        }

        end += sprintf(end, "\n");
    }

    return text;
}


static inline local_t *
create(const char *guest, const char *common)
{
    char       params[512], *text;
    local_t   *net;
    unsigned   i;

    net = local_create(run, "guest.0 host.0 host.1");

    for (i = 0; i < 3; i++) {
        (void) snprintf(params, sizeof(params), "{%s%s\"unique_id\":\"id\"}",
                        common, i == 0 ? guest : "");
        local_params(net, (int) i, params);
        text = csv(i, i + 1, i == 0);
        local_csv(net, i, "train_data", text);
        free(text);
    }

    return net;
}


#define GUEST  "\"label_name\":\"\xe6\xa0\x87\xe7\xad\xbe\","                 \
               "\"label_value\":\"yes\","


#endif /* _BINNING_ROWS_H_INCLUDED_ */
