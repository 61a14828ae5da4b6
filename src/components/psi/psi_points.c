
/* Points of a batch, on all cores. */


#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "../../math/ic_parallel.h"
#include "psi_items.h"
#include "psi_points.h"


/* the domain of the hash (RFC 9380, 3.1) */
#define PSI_DOMAIN  "interconn-psi-v1-curve25519_XMD:SHA-512_ELL2_NU_"


typedef struct {
    psi_t     *psi;
    uint32_t   first;
    u_char    *points;
    u_char    *tags;
} points_job_t;


static int points_own(void *context, size_t first, size_t count);
static int points_hash(const points_job_t *job, ic_x25519_hash_t *hash,
    size_t first, size_t count);
static int points_theirs(void *context, size_t first, size_t count);
static int points_check(psi_t *psi, const u_char *points, uint32_t count);
static int points_distinct(psi_t *psi, const u_char *points,
    uint32_t count);


int
psi_points_own(psi_t *psi, uint32_t first, uint32_t count, u_char *points)
{
    points_job_t  job;

    job.psi = psi;
    job.first = first;
    job.points = points;

    if (ic_parallel(psi->threads, count, PSI_PIECE, points_own, &job) != 0) {
        return psi_no_memory(psi);
    }

    return 0;
}


static int
points_own(void *context, size_t first, size_t count)
{
    int                  rc;
    u_char              *points;
    ic_x25519_hash_t    *hash;
    const points_job_t  *job;

    job = context;
    points = job->points + first * PSI_POINT;
    hash = ic_x25519_hash_create(PSI_DOMAIN);

    if (hash == NULL) {
        return -1;
    }

    rc = points_hash(job, hash, first, count);
    ic_x25519_hash_destroy(hash);

    if (rc == 0) {
        ic_x25519_map(points, points, count);
        ic_x25519_multiply(points, job->psi->scalar, points, count);
    }

    return rc;
}


static int
points_hash(const points_job_t *job, ic_x25519_hash_t *hash, size_t first,
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
        rc = (len == 0) ? -1
                        : ic_x25519_hash(hash, key, len,
                                         job->points + i * PSI_POINT);
    }

    if (key != NULL) {
        OPENSSL_cleanse(key, size);
        free(key);
    }

    return rc;
}


int
psi_points_theirs(psi_t *psi, u_char *points, uint32_t count, u_char *tags)
{
    points_job_t  job;

    if (points_check(psi, points, count) != 0) {
        return -1;
    }

    job.psi = psi;
    job.points = points;
    job.tags = tags;

    return ic_parallel(psi->threads, count, PSI_PIECE, points_theirs, &job);
}


static int
points_theirs(void *context, size_t first, size_t count)
{
    size_t               i;
    u_char              *points;
    const points_job_t  *job;

    job = context;
    points = job->points + first * PSI_POINT;
    ic_x25519_multiply(points, job->psi->scalar, points, count);

    for (i = 0; i < count; i++) {
        memcpy(job->tags + (first + i) * PSI_TAG, points + i * PSI_POINT,
               PSI_TAG);
    }

    return 0;
}


static int
points_check(psi_t *psi, const u_char *points, uint32_t count)
{
    size_t             index;
    ic_x25519_fault_e  fault;

    fault = ic_x25519_check(points, count, &index);

    if (fault != IC_X25519_OK) {
        return ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                            "%s sent a point (number %zu of a batch) %s",
                            psi->peer->name, index + 1,
                            (fault == IC_X25519_SMALL_ORDER)
                            ? "of small order" : "that is not canonical");
    }

    if (psi_sent_has(psi, points, count)) {
        return ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                            "%s sent a point of ours back as one of its own",
                            psi->peer->name);
    }

    return points_distinct(psi, points, count);
}


/* Within the batch, at once; psi_tags_match() sees it across batches. */

static int
points_distinct(psi_t *psi, const u_char *points, uint32_t count)
{
    int       rc;
    size_t    size, slot;
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

    for (i = 0; rc == 0 && i < count; i++) {
        memcpy(&word, points + (size_t) i * PSI_POINT, sizeof(word));
        slot = word & (size - 1);

        while (slots[slot] != 0
               && memcmp(points + (size_t) (slots[slot] - 1) * PSI_POINT,
                         points + (size_t) i * PSI_POINT, PSI_POINT) != 0)
        {
            slot = (slot + 1) & (size - 1);
        }

        if (slots[slot] != 0) {
            rc = ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                              "%s sent a point twice", psi->peer->name);
        }

        slots[slot] = i + 1;
    }

    free(slots);

    return rc;
}
