
/*
 * interconnctl evidence prove: that an entry is in the log, or that the log
 * goes on from an earlier head, to who has nothing of it but a head. Status
 * as of verify.
 */


#include <errno.h>
#include <stdio.h>

#include "../evidence/ic_log.h"
#include "../evidence/ic_tiles.h"
#include "../lib/ic_codec.h"
#include "ctl_evidence.h"
#include "interconnctl.h"


#define PROVE_MISSING  2
#define PROVE_WRONG    1


typedef struct {
    const char      *dir;
    uint64_t         seq;
    ic_log_about_t   about;
    ic_arena_t      *arena;
    ic_tiles_t       tiles;
    ic_str_t         note;       /* of the published head */
    ic_head_t        head;
    ic_str_t         entry;
    ic_hash_t        leaf;
} ctl_prove_t;


static int prove_open(ctl_prove_t *prove);
static int prove_entry(ctl_prove_t *prove);
static int prove_search(ctl_prove_t *prove, uint64_t first);
static int prove_tell(ctl_prove_t *prove);
static int prove_since(ctl_prove_t *prove, const char *file);
static int prove_print(ctl_prove_t *prove, ic_json_out_t *out,
    const ic_hash_t *proof, int count);
static int prove_node(void *data, unsigned level, uint64_t index,
    ic_hash_t *hash);


int
ctl_evidence_prove(int argc, char **argv)
{
    int          rc;
    bool         since;
    int64_t      seq;
    ctl_prove_t  prove;

    since = argc == 4 && strcmp(argv[2], "--since") == 0;
    seq = 0;

    if (!since
        && (argc != 3 || ic_str_int(ic_str(argv[2]), &seq) != 0 || seq < 0))
    {
        return ctl_evidence_usage();
    }

    memset(&prove, 0, sizeof(ctl_prove_t));
    prove.dir = argv[1];
    prove.seq = (uint64_t) seq;
    prove.arena = ic_pool_create();

    if (prove.arena == NULL) {
        return ctl_error("memory is short");
    }

    rc = prove_open(&prove);

    if (rc == 0 && since) {
        rc = prove_since(&prove, argv[3]);

    } else if (rc == 0) {
        rc = prove_entry(&prove);

        if (rc == 0) {
            rc = prove_tell(&prove);
        }
    }

    ic_hasher_free(prove.tiles.hasher);
    ic_pool_destroy(prove.arena);

    return rc;
}


static int
prove_open(ctl_prove_t *prove)
{
    char         path[PATH_MAX];
    const char  *why;

    why = ic_log_about(prove->dir, &prove->about);

    if (why != NULL) {
        ctl_error("%s/log: %s", prove->dir, why);
        return PROVE_MISSING;
    }

    prove->tiles.dir = prove->dir;
    prove->tiles.hasher = ic_hasher(prove->about.hash);

    if (ic_log_path(prove->dir, path, "checkpoint") != 0) {
        return PROVE_MISSING;
    }

    prove->note = ctl_read_file(prove->arena, path);
    why = (prove->tiles.hasher == NULL) ? "the hash is not known"
          : ic_head_parse(prove->arena, prove->note, &prove->head);

    if (why != NULL) {
        ctl_error("%s: %s", path, why);
        return PROVE_WRONG;
    }

    return 0;
}


static int
prove_entry(ctl_prove_t *prove)
{
    int        n, i;
    uint64_t  *first;

    if (prove->seq >= prove->head.size) {
        ctl_error("%s: has %llu entries under its head", prove->dir,
                  (unsigned long long) prove->head.size);
        return PROVE_MISSING;
    }

    n = ic_log_segments(prove->dir, prove->arena, &first);

    for (i = n - 1; i >= 0; i--) {
        if (first[i] <= prove->seq) {
            return prove_search(prove, first[i]);
        }
    }

    ctl_error("%s/entries: no file has entry %llu", prove->dir,
              (unsigned long long) prove->seq);

    return PROVE_MISSING;
}


static int
prove_search(ctl_prove_t *prove, uint64_t first)
{
    int           rc;
    char          path[PATH_MAX];
    uint64_t      seq;
    ic_str_t      bytes;
    ic_frames_t  *frames;

    (void) ic_log_path(prove->dir, path, "entries/%016llx",
                       (unsigned long long) first);
    frames = ic_frames_open(path, 0);

    if (frames == NULL) {
        ctl_error("%s: %s", path, strerror(errno));
        return PROVE_MISSING;
    }

    for (seq = first, rc = 1; rc == 1 && seq <= prove->seq; seq++) {
        rc = ic_frames_next(frames, prove->tiles.hasher, &bytes,
                            &prove->leaf);
    }

    if (rc == 1) {
        prove->entry = ic_str_dup(prove->arena, bytes);
    }

    ic_frames_close(frames);

    if (rc != 1) {
        ctl_error("%s: entry %llu cannot be read; look with interconnctl "
                  "evidence verify", path, (unsigned long long) (seq - 1));
        return PROVE_WRONG;
    }

    return 0;
}


static int
prove_tell(ctl_prove_t *prove)
{
    int            count;
    ic_hash_t      proof[IC_TREE_LEVELS];
    ic_json_out_t  out;

    count = ic_tree_inclusion(prove->tiles.hasher, prove_node, prove,
                              prove->seq, prove->head.size, proof);

    if (count < 0) {
        ctl_error("%s/tile: %s", prove->dir, strerror(errno));
        return PROVE_MISSING;
    }

    /* nobody is given a proof that does not hold */

    if (!ic_tree_includes(prove->tiles.hasher, &prove->leaf, prove->seq,
                          prove->head.size, proof, (unsigned) count,
                          &prove->head.root))
    {
        ctl_error("%s: entry %llu is not under the head; look with "
                  "interconnctl evidence verify", prove->dir,
                  (unsigned long long) prove->seq);
        return PROVE_WRONG;
    }

    ic_out_init(&out, prove->arena);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "hash", prove->about.hash);
    ic_out_int(&out, "index", (int64_t) prove->seq);
    ic_out_int(&out, "size", (int64_t) prove->head.size);
    ic_out_str(&out, "entry", prove->entry);

    return prove_print(prove, &out, proof, count);
}


/* The log has all that the head in the file was signed over, and more. */

static int
prove_since(ctl_prove_t *prove, const char *file)
{
    int            count;
    ic_head_t      head;
    ic_hash_t      proof[IC_TREE_LEVELS];
    const char    *why;
    ic_json_out_t  out;

    why = ic_head_parse(prove->arena, ctl_read_file(prove->arena, file),
                        &head);

    if (why == NULL && !ic_str_eq(head.origin, prove->head.origin)) {
        why = "is of another log";
    }

    if (why != NULL) {
        ctl_error("%s: %s", file, why);
        return PROVE_MISSING;
    }

    count = ic_tree_consistency(prove->tiles.hasher, prove_node, prove,
                                head.size, prove->head.size, proof);

    if (count < 0
        || !ic_tree_consistent(prove->tiles.hasher, head.size, &head.root,
                               prove->head.size, &prove->head.root, proof,
                               (unsigned) count))
    {
        ctl_error("%s: does not go on from %s, of size %llu; interconnctl "
                  "evidence verify --head tells whether the node signed it",
                  prove->dir, file, (unsigned long long) head.size);
        return PROVE_WRONG;
    }

    ic_out_init(&out, prove->arena);
    ic_out_object(&out, NULL);
    ic_out_z(&out, "hash", prove->about.hash);
    ic_out_int(&out, "since", (int64_t) head.size);
    ic_out_int(&out, "size", (int64_t) prove->head.size);

    return prove_print(prove, &out, proof, count);
}


static int
prove_print(ctl_prove_t *prove, ic_json_out_t *out, const ic_hash_t *proof,
    int count)
{
    int       i;
    char      hex[IC_HASH_HEX];
    ic_str_t  text;

    ic_out_array(out, "proof");

    for (i = 0; i < count; i++) {
        ic_hex(hex, proof[i].byte, sizeof(proof[i].byte));
        ic_out_z(out, NULL, hex);
    }

    ic_out_array_end(out);
    ic_out_str(out, "head", prove->note);
    ic_out_object_end(out);
    text = ic_out_text(out);
    printf("%.*s\n", (int) text.len, text.data);

    return 0;
}


static int
prove_node(void *data, unsigned level, uint64_t index, ic_hash_t *hash)
{
    ctl_prove_t  *prove = data;

    return ic_tiles_node(&prove->tiles, prove->head.size, level, index,
                         hash);
}
