
/* A party's run, by its role. */


#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../lib/ic_codec.h"
#include "pir_wire.h"


static int find_peer(pir_t *pir);
static int make_context(pir_t *pir);


int
pir_run(pir_t *pir)
{
    if (find_peer(pir) != 0 || make_context(pir) != 0
        || pir_read_params(pir) != 0)
    {
        return -1;
    }

    pir->io->progress(pir->io_ctx, 0, "reading data");

    if (pir_load(pir) != 0) {
        return -1;
    }

    pir->told_ms = ic_mono_ms();

    return strcmp(pir->self->role, "host") == 0 ? pir_host(pir)
                                                : pir_guest(pir);
}


static int
find_peer(pir_t *pir)
{
    unsigned           i, guests, hosts;
    const ic_party_t  *party;

    guests = hosts = 0;

    for (i = 0; i < pir->party_count; i++) {
        party = &pir->parties[i];
        guests += strcmp(party->role, "guest") == 0;
        hosts += strcmp(party->role, "host") == 0;

        if (strcmp(party->name, pir->self->name) != 0) {
            pir->peer = party;
        }
    }

    if (pir->party_count != 2 || guests != 1 || hosts != 1) {
        return pir_fail(pir, "bad_parameter", NULL, 0,
                        "pir needs one guest and one host, nobody else");
    }

    return 0;
}


static int
make_context(pir_t *pir)
{
    ic_str_t  text;

    text = ic_str_fmt(pir->arena, "interconn pir v1\n%s\n%s\n%s\n%s",
                      pir->job_id, pir->task_id, pir->parties[0].node_id,
                      pir->parties[1].node_id);

    if (text.data == NULL) {
        return pir_no_memory(pir);
    }

    ic_sha256(pir->context, text.data, text.len);

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

    if (!pir->failed) {
        pir->failed = true;
        pir_give_up(pir, code);
        pir->io->fail(pir->io_ctx, code, column, row, text);
    }

    return -1;
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

    pir->io->progress(pir->io_ctx, pir->percent, text);
}


void
pir_free(pir_t *pir)
{
    if (pir->rows.table != NULL) {
        ic_table_close(pir->rows.table);
        pir->rows.table = NULL;
    }

    free(pir->message);
    pir->message = NULL;
}
