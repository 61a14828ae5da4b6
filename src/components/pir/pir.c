
/* A party's run, by its role. */


#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../lib/ic_codec.h"
#include "pir_wire.h"


static int pir_roles(pir_t *pir);
static int pir_find_peer(pir_t *pir);
static void pir_free(pir_t *pir);


int
pir_run(ic_task_t *task)
{
    int     rc;
    pir_t  *pir;

    pir = ic_zalloc(ic_task_arena(task), sizeof(pir_t));

    if (pir == NULL) {
        return ic_task_fail(task, "internal", NULL, 0, "out of memory");
    }

    pir->task = task;
    pir->arena = ic_task_arena(task);
    pir->self = ic_task_self(task);

    rc = pir_find_peer(pir) == 0 && pir_read_params(pir) == 0
         ? pir_roles(pir) : -1;
    pir_free(pir);

    return rc;
}


/* Whatever the rows are, the other party is there to be told of it. */

static int
pir_roles(pir_t *pir)
{
    pir_wire_init(pir);
    ic_task_progress(pir->task, 0, "waiting for the other party");

    if (pir_agree(pir) != 0) {
        return -1;
    }

    ic_task_progress(pir->task, 0, "reading data");

    if (pir_load(pir) != 0) {
        return -1;
    }

    pir->told_ms = ic_mono_ms();

    return strcmp(pir->self->role, "host") == 0 ? pir_host(pir)
                                                : pir_guest(pir);
}


static int
pir_find_peer(pir_t *pir)
{
    unsigned           i, count, guests, hosts;
    const ic_party_t  *parties;

    guests = hosts = 0;
    parties = ic_task_parties(pir->task, &count);

    for (i = 0; i < count; i++) {
        guests += strcmp(parties[i].role, "guest") == 0;
        hosts += strcmp(parties[i].role, "host") == 0;

        if (strcmp(parties[i].name, pir->self->name) != 0) {
            pir->peer = &parties[i];
        }
    }

    if (count != 2 || guests != 1 || hosts != 1) {
        return ic_task_fail(pir->task, "bad_parameter", NULL, 0,
                            "pir needs one guest and one host, nobody else");
    }

    return 0;
}


int
pir_fail(pir_t *pir, const char *code, const char *column, int64_t row,
    const char *fmt, ...)
{
    char     text[512];
    va_list  args;

    va_start(args, fmt);
    (void) vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    if (!ic_task_failed(pir->task)) {
        pir_give_up(pir, code);
    }

    return ic_task_fail(pir->task, code, column, row, "%s", text);
}


int
pir_no_memory(pir_t *pir)
{
    return pir_fail(pir, "internal", NULL, 0, "out of memory");
}


void
pir_progress(pir_t *pir, double from, double to, uint64_t n, uint64_t all,
    const char *stage)
{
    char    text[128];
    double  percent;

    percent = from + (all > 0 ? (to - from) * (double) n / (double) all : 0);

    if (percent > pir->percent) {
        pir->percent = percent;
    }

    (void) snprintf(text, sizeof(text), "%s: %llu of %llu", stage,
                    (unsigned long long) n, (unsigned long long) all);

    ic_task_progress(pir->task, pir->percent, text);
}


static void
pir_free(pir_t *pir)
{
    if (pir->rows.table != NULL) {
        ic_table_close(pir->rows.table);
    }

    ic_message_drop(&pir->in);
}
