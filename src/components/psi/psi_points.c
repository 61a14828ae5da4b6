
/* Points of a batch, on all cores. */


#include <openssl/crypto.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "../../math/ic_parallel.h"
#include "psi_items.h"
#include "psi_points.h"


typedef struct {
    psi_t                  *psi;
    const char             *domain;
    const u_char           *secret;
    uint32_t                first;
    u_char                 *points;
    atomic_size_t           index;   /* of what is wrong */
    _Atomic(const char *)   fault;
} points_job_t;


static int points_own(void *context, size_t first, size_t count);
static int points_hash(const points_job_t *job, ic_group_hand_t *hand,
    size_t first, size_t count);
static int points_times(void *context, size_t first, size_t count);
static int points_distinct(psi_t *psi, const ic_party_t *from,
    const u_char *points, uint32_t count);


int
psi_points_own(psi_t *psi, const char *domain, const u_char *secret,
    uint32_t first, uint32_t count, u_char *points)
{
    points_job_t  job;

    job.psi = psi;
    job.domain = domain;
    job.secret = secret;
    job.first = first;
    job.points = points;

    if (ic_parallel(psi->threads, count, psi->group->piece, points_own, &job)
        != 0)
    {
        return psi_no_memory(psi);
    }

    return 0;
}


static int
points_own(void *context, size_t first, size_t count)
{
    int                  rc;
    ic_group_hand_t      hand;
    const points_job_t  *job;

    job = context;

    if (ic_group_open(&hand, job->psi->group, job->domain) != 0) {
        return -1;
    }

    rc = points_hash(job, &hand, first, count);

    if (rc == 0) {
        rc = ic_group_encrypt(&hand, job->secret,
                              job->points + first * job->psi->group->size,
                              count);
    }

    ic_group_close(&hand);

    return rc;
}


static int
points_hash(const points_job_t *job, ic_group_hand_t *hand, size_t first,
    size_t count)
{
    int      rc;
    size_t   i, len, size;
    u_char  *key;

    rc = 0;
    key = NULL;
    size = 0;

    for (i = first; rc == 0 && i < first + count; i++) {
        len = psi_items_key(job->psi->items, job->first + (uint32_t) i, &key,
                            &size);
        rc = len == 0 ? -1
             : ic_group_hash(hand, key, len,
                             job->points + i * job->psi->group->size);
    }

    if (key != NULL) {
        OPENSSL_cleanse(key, size);
        free(key);
    }

    return rc;
}


int
psi_points_times(psi_t *psi, const ic_party_t *from, const u_char *secret,
    u_char *points, uint32_t count)
{
    int           rc;
    const char   *fault;
    points_job_t  job;

    job.psi = psi;
    job.domain = psi->domain;
    job.secret = secret;
    job.points = points;
    atomic_init(&job.index, 0);
    atomic_init(&job.fault, NULL);

    rc = ic_parallel(psi->threads, count, psi->group->piece, points_times,
                     &job);
    fault = atomic_load(&job.fault);

    if (rc == 0) {
        return 0;
    }

    if (fault == NULL || *fault == '\0') {
        return psi_no_memory(psi);
    }

    return ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                        "%s sent a point (number %zu of a batch) %s",
                        from->name, atomic_load(&job.index) + 1, fault);
}


static int
points_times(void *context, size_t first, size_t count)
{
    size_t            index;
    const char       *fault;
    points_job_t     *job;
    ic_group_hand_t   hand;

    job = context;

    if (ic_group_open(&hand, job->psi->group, job->domain) != 0) {
        return -1;
    }

    fault = ic_group_multiply(&hand, job->secret,
                              job->points + first * job->psi->group->size,
                              count, &index);
    ic_group_close(&hand);

    if (fault != NULL) {
        atomic_store(&job->index, first + index);
        atomic_store(&job->fault, fault);
        return -1;
    }

    return 0;
}


int
psi_points_fresh(psi_t *psi, const ic_party_t *from, const u_char *points,
    uint32_t count)
{
    if (psi_sent_has(psi, points, count)) {
        return ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                            "%s sent a point of ours back as one of its own",
                            from->name);
    }

    return points_distinct(psi, from, points, count);
}


/* Within the batch, at once; psi_tags_match() sees it across batches. */

static int
points_distinct(psi_t *psi, const ic_party_t *from, const u_char *points,
    uint32_t count)
{
    int       rc;
    size_t    size, slot, step;
    uint32_t  i, *slots;
    uint64_t  word;

    for (size = 16; size < 2 * (size_t) count; size *= 2) {
        /* void */
    }

    slots = calloc(size, sizeof(uint32_t));

    if (slots == NULL) {
        return psi_no_memory(psi);
    }

    rc = 0;
    step = psi->group->size;

    if (count > 0) {
        points += psi->group->x;
    }

    for (i = 0; rc == 0 && i < count; i++) {
        memcpy(&word, points + i * step, sizeof(word));
        slot = word & (size - 1);

        while (slots[slot] != 0
               && memcmp(points + (slots[slot] - 1) * step, points + i * step,
                         IC_GROUP_X) != 0)
        {
            slot = (slot + 1) & (size - 1);
        }

        if (slots[slot] != 0) {
            rc = ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                              "%s sent a point twice", from->name);
        }

        slots[slot] = i + 1;
    }

    free(slots);

    return rc;
}
