
/* Points that were sent, in a table of 32 bits each. */


#include <stdlib.h>
#include <string.h>

#include "psi_points.h"


struct psi_sent_s {
    uint64_t  *slots;                /* 32 bits of a point, its item + 1 */
    size_t     mask;
};


static bool sent_is(psi_t *psi, const u_char *point, uint32_t item);


psi_sent_t *
psi_sent_create(uint32_t count)
{
    size_t       size;
    psi_sent_t  *sent;

    for (size = 16; size < count + (size_t) count / 2; size *= 2) {
        /* void */
    }

    sent = malloc(sizeof(psi_sent_t));

    if (sent == NULL) {
        return NULL;
    }

    sent->mask = size - 1;
    sent->slots = calloc(size, sizeof(uint64_t));

    if (sent->slots == NULL) {
        free(sent);
        return NULL;
    }

    return sent;
}


void
psi_sent_free(psi_sent_t *sent)
{
    if (sent != NULL) {
        free(sent->slots);
        free(sent);
    }
}


void
psi_sent_add(psi_t *psi, const u_char *points, uint32_t first,
    uint32_t count)
{
    size_t       slot;
    uint32_t     i;
    uint64_t     words[2];
    psi_sent_t  *sent;

    sent = psi->sent;

    for (i = 0; i < count; i++) {
        memcpy(words, points + i * psi->group->size + psi->group->x,
               sizeof(words));
        slot = words[0] & sent->mask;

        while (sent->slots[slot] != 0) {
            slot = (slot + 1) & sent->mask;
        }

        sent->slots[slot] = words[1] << 32 | (first + i + 1);
    }
}


bool
psi_sent_has(psi_t *psi, const u_char *points, uint32_t count)
{
    size_t             slot;
    uint32_t           i;
    uint64_t           words[2];
    const u_char      *point;
    const psi_sent_t  *sent;

    sent = psi->sent;

    for (i = 0; i < count; i++) {
        point = points + i * psi->group->size + psi->group->x;
        memcpy(words, point, sizeof(words));
        slot = words[0] & sent->mask;

        for ( /* void */ ; sent->slots[slot] != 0;
             slot = (slot + 1) & sent->mask)
        {
            if (sent->slots[slot] >> 32 == (words[1] & UINT32_MAX)
                && sent_is(psi, point, (uint32_t) sent->slots[slot] - 1))
            {
                return true;
            }
        }
    }

    return false;
}


/* Chance makes some look alike; a failure by chance would be a lie. */

static bool
sent_is(psi_t *psi, const u_char *point, uint32_t item)
{
    u_char  own[IC_GROUP_POINT];

    return psi_points_own(psi, psi->domain, psi->secret, item, 1, own) != 0
           || memcmp(own + psi->group->x, point, IC_GROUP_X) == 0;
}
