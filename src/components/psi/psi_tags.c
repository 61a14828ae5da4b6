
/* Tags in files, parted and compared. */


#include <endian.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../math/ic_parallel.h"
#include "psi_tags.h"


#define PART_SIZE   (1 << 20)        /* tags of a part, about */
#define PART_BITS   6                /* at most 64 parts */
#define FILE_ROOM   32768
#define CHUNK       4096


typedef struct {
    uint64_t  high;                  /* 8 bytes of the tag */
    uint32_t  low;                   /* 4 bytes */
    uint32_t  item;
} tag_t;

typedef struct {
    FILE      *files[1 << PART_BITS];
    uint32_t   counts[1 << PART_BITS];
} side_t;

typedef struct {
    tag_t     *tags;
    uint32_t   count;
    bool       twice;
} list_t;

struct psi_tags_s {
    unsigned     bits;
    side_t       own;
    side_t       theirs;
    EVP_MD_CTX  *digest;
};


static FILE *open_file(psi_t *psi);
static int add(psi_t *psi, side_t *side, const u_char *tags, uint32_t first,
    uint32_t count);
static int load(psi_t *psi, side_t *side, unsigned part, list_t *list);
static int sort_lists(void *context, size_t first, size_t count);
static int by_tag(const void *one, const void *two);
static int match_part(psi_t *psi, unsigned part, bool items);
static int match_lists(psi_t *psi, const list_t lists[2], bool items);
static int match_add(psi_t *psi, const tag_t *tag, bool items);
static int each_part(psi_t *psi, unsigned part, psi_tag_pt each, void *ctx);
static void tag_bytes(const tag_t *tag, u_char bytes[PSI_TAG]);


int
psi_tags_create(psi_t *psi)
{
    unsigned     n;
    uint64_t     all;
    psi_tags_t  *tags;

    tags = calloc(1, sizeof(psi_tags_t));

    if (tags == NULL) {
        return psi_no_memory(psi);
    }

    psi->tags = tags;
    all = (uint64_t) psi->own + psi->peer->keys;

    while (tags->bits < PART_BITS && all >> tags->bits > PART_SIZE) {
        tags->bits++;
    }

    for (n = 0; n < 1U << tags->bits; n++) {
        tags->own.files[n] = open_file(psi);
        tags->theirs.files[n] = open_file(psi);

        if (tags->own.files[n] == NULL || tags->theirs.files[n] == NULL) {
            return ic_task_fail(psi->task, "internal", NULL, 0,
                                "no file in the task's folder");
        }
    }

    return 0;
}


/* Without a name from the start: it goes with the process. */

static FILE *
open_file(psi_t *psi)
{
    int    fd;
    char  *name;
    FILE  *file;

    if (asprintf(&name, "%s/tags-XXXXXX", ic_task_folder(psi->task)) < 0) {
        return NULL;
    }

    fd = mkstemp(name);
    file = NULL;

    if (fd != -1) {
        (void) unlink(name);
        file = fdopen(fd, "w+");

        if (file == NULL) {
            (void) close(fd);
        }
    }

    free(name);

    if (file != NULL) {
        (void) setvbuf(file, NULL, _IOFBF, FILE_ROOM);
    }

    return file;
}


void
psi_tags_free(psi_tags_t *tags)
{
    unsigned  n;

    if (tags == NULL) {
        return;
    }

    for (n = 0; n < 1U << PART_BITS; n++) {

        if (tags->own.files[n] != NULL) {
            (void) fclose(tags->own.files[n]);
        }

        if (tags->theirs.files[n] != NULL) {
            (void) fclose(tags->theirs.files[n]);
        }
    }

    EVP_MD_CTX_free(tags->digest);
    free(tags);
}


int
psi_tags_add_own(psi_t *psi, const u_char *tags, uint32_t first,
    uint32_t count)
{
    return add(psi, &psi->tags->own, tags, first, count);
}


int
psi_tags_add_theirs(psi_t *psi, const u_char *tags, uint32_t count)
{
    return add(psi, &psi->tags->theirs, tags, 0, count);
}


static int
add(psi_t *psi, side_t *side, const u_char *tags, uint32_t first,
    uint32_t count)
{
    tag_t     tag;
    unsigned  part;
    uint32_t  i;

    for (i = 0; i < count; i++, tags += PSI_TAG) {
        memcpy(&tag.high, tags, sizeof(tag.high));
        memcpy(&tag.low, tags + sizeof(tag.high), sizeof(tag.low));
        tag.high = be64toh(tag.high);
        tag.low = be32toh(tag.low);
        tag.item = first + i;
        part = (psi->tags->bits == 0)
               ? 0 : (unsigned) (tag.high >> (64 - psi->tags->bits));

        if (fwrite_unlocked(&tag, sizeof(tag), 1, side->files[part]) != 1) {
            return ic_task_fail(psi->task, "disk_full", NULL, 0,
                                "the tags cannot be written");
        }

        side->counts[part]++;
    }

    return 0;
}


static int
load(psi_t *psi, side_t *side, unsigned part, list_t *list)
{
    list->twice = false;
    list->count = side->counts[part];
    list->tags = malloc(((size_t) list->count + 1) * sizeof(tag_t));

    if (list->tags == NULL) {
        return psi_no_memory(psi);
    }

    rewind(side->files[part]);

    if (fread(list->tags, sizeof(tag_t), list->count, side->files[part])
        != list->count)
    {
        return ic_task_fail(psi->task, "disk_full", NULL, 0,
                            "the tags cannot be read again");
    }

    return 0;
}


static int
sort_lists(void *context, size_t first, size_t count)
{
    list_t    *list;
    uint32_t   i;

    list = (list_t *) context + first;
    qsort(list->tags, list->count, sizeof(tag_t), by_tag);

    for (i = 1; i < list->count; i++) {
        list->twice |= by_tag(&list->tags[i - 1], &list->tags[i]) == 0;
    }

    return 0;
}


static int
by_tag(const void *one, const void *two)
{
    const tag_t  *a, *b;

    a = one;
    b = two;

    if (a->high != b->high) {
        return (a->high < b->high) ? -1 : 1;
    }

    return (a->low > b->low) - (a->low < b->low);
}


int
psi_tags_match(psi_t *psi, bool items)
{
    int          rc;
    unsigned     part;
    EVP_MD_CTX  *digest;

    digest = psi->tags->digest = EVP_MD_CTX_new();

    if (digest == NULL || !EVP_DigestInit_ex(digest, EVP_sha256(), NULL)
        || !EVP_DigestUpdate(digest, psi->wire.context, IC_MESSAGE_CONTEXT))
    {
        return psi_no_memory(psi);
    }

    rc = 0;

    for (part = 0; rc == 0 && part < 1U << psi->tags->bits; part++) {
        rc = match_part(psi, part, items);
    }

    if (rc == 0 && !EVP_DigestFinal_ex(digest, psi->match.digest, NULL)) {
        return psi_no_memory(psi);
    }

    return rc;
}


static int
match_part(psi_t *psi, unsigned part, bool items)
{
    int     rc;
    list_t  lists[2];

    memset(lists, 0, sizeof(lists));

    rc = load(psi, &psi->tags->own, part, &lists[0]) != 0
         || load(psi, &psi->tags->theirs, part, &lists[1]) != 0
         ? -1 : ic_parallel(psi->threads, 2, 1, sort_lists, lists);

    if (rc == 0 && (lists[0].twice || lists[1].twice)) {
        rc = ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                          "%s sent a %s twice", psi->peer->party->name,
                          lists[0].twice ? "tag" : "point");
    }

    if (rc == 0) {
        rc = match_lists(psi, lists, items);
    }

    free(lists[0].tags);
    free(lists[1].tags);

    return rc;
}


static int
match_lists(psi_t *psi, const list_t lists[2], bool items)
{
    int           order;
    const tag_t  *a, *b, *a_end, *b_end;

    a = lists[0].tags;
    b = lists[1].tags;
    a_end = a + lists[0].count;
    b_end = b + lists[1].count;

    while (a < a_end && b < b_end) {
        order = by_tag(a, b);

        if (order == 0 && match_add(psi, a, items) != 0) {
            return -1;
        }

        a += order <= 0;
        b += order >= 0;
    }

    return 0;
}


static int
match_add(psi_t *psi, const tag_t *tag, bool items)
{
    u_char        bytes[PSI_TAG];
    uint32_t     *item;
    psi_match_t  *match;

    match = &psi->match;
    tag_bytes(tag, bytes);

    if (!EVP_DigestUpdate(psi->tags->digest, bytes, PSI_TAG)) {
        return psi_no_memory(psi);
    }

    if (items && match->count == match->room) {
        match->room = 2 * match->room + CHUNK;
        item = realloc(match->item, match->room * sizeof(uint32_t));

        if (item == NULL) {
            return psi_no_memory(psi);
        }

        match->item = item;
    }

    if (items) {
        match->item[match->count] = tag->item;
    }

    match->count++;

    return 0;
}


static void
tag_bytes(const tag_t *tag, u_char bytes[PSI_TAG])
{
    uint32_t  low;
    uint64_t  high;

    high = htobe64(tag->high);
    low = htobe32(tag->low);
    memcpy(bytes, &high, sizeof(high));
    memcpy(bytes + sizeof(high), &low, sizeof(low));
}


int
psi_tags_each(psi_t *psi, psi_tag_pt each, void *ctx)
{
    int       rc;
    unsigned  part;

    rc = 0;

    for (part = 0; rc == 0 && part < 1U << psi->tags->bits; part++) {
        rc = each_part(psi, part, each, ctx);
    }

    return rc;
}


static int
each_part(psi_t *psi, unsigned part, psi_tag_pt each, void *ctx)
{
    int       rc;
    list_t    list;
    u_char    bytes[PSI_TAG];
    uint32_t  i;

    rc = load(psi, &psi->tags->theirs, part, &list);

    if (rc == 0) {
        (void) sort_lists(&list, 0, 1);
    }

    if (rc == 0 && list.twice) {
        rc = ic_task_fail(psi->task, "peer_protocol", NULL, 0,
                          "%s sent a point twice", psi->peer->party->name);
    }

    for (i = 0; rc == 0 && i < list.count; i++) {
        tag_bytes(&list.tags[i], bytes);
        rc = each(ctx, bytes);
    }

    free(list.tags);

    return rc;
}
