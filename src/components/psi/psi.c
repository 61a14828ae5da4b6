
/* A party's run. */


#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "psi_items.h"
#include "psi_points.h"
#include "psi_tags.h"


static int find_peer(psi_t *psi);


int
psi_run(psi_t *psi)
{
    if (psi_read_params(psi) != 0 || find_peer(psi) != 0) {
        return -1;
    }

    psi->io->progress(psi->io_ctx, 0, "reading data");

    if (psi_load(psi) != 0) {
        return -1;
    }

    psi->io->fact(psi->io_ctx, "rows", psi_items_rows(psi->items));

    if (psi_exchange(psi) != 0) {
        return -1;
    }

    psi->io->progress(psi->io_ctx, 95, "writing rows");

    return psi_put_out(psi);
}


/* One guest, one host; and who of them receives. */

static int
find_peer(psi_t *psi)
{
    bool               guest;
    unsigned           i, others;
    const ic_party_t  *party;

    guest = strcmp(psi->self->role, "guest") == 0;
    others = 0;

    for (i = 0; i < psi->party_count; i++) {
        party = &psi->parties[i];

        if (strcmp(party->name, psi->self->name) != 0) {
            psi->peer = party;
            others++;
        }
    }

    if (others != 1
        || strcmp(psi->peer->role, guest ? "host" : "guest") != 0
        || (!guest && strcmp(psi->self->role, "host") != 0))
    {
        return psi_fail(psi, "bad_parameter", NULL, 0,
                        "psi is between one guest and one host");
    }

    psi->receives = psi->params.receivers == PSI_BOTH
                    || (psi->params.receivers == PSI_GUEST) == guest;
    psi->shows = psi->params.receivers == PSI_BOTH || !psi->receives;

    return 0;
}


int
psi_fail(psi_t *psi, const char *code, const char *column, int64_t row,
    const char *fmt, ...)
{
    char     text[512];
    va_list  args;

    if (psi->failed) {
        return -1;
    }

    va_start(args, fmt);
    (void) vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    psi->failed = true;
    psi->io->fail(psi->io_ctx, code, column, row, text);

    return -1;
}


int
psi_no_memory(psi_t *psi)
{
    return psi_fail(psi, "internal", NULL, 0, "memory is short");
}


void
psi_free(psi_t *psi)
{
    OPENSSL_cleanse(psi->scalar, sizeof(psi->scalar));
    psi_items_free(psi->items);
    psi_sent_free(psi->sent);
    psi_tags_free(psi->tags);
    free(psi->match.item);
    free(psi->match.theirs);
    psi->items = NULL;
    psi->sent = NULL;
    psi->tags = NULL;
    memset(&psi->match, 0, sizeof(psi->match));
}
