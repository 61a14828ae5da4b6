
/* Frames of a file: length, check, bytes. */


#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ic_log_state.h"


struct ic_frames_s {
    FILE      *file;
    uint64_t   offset;
    u_char     bytes[IC_HEAD_MAX + 1];
};


ic_frames_t *
ic_frames_open(const char *file, uint64_t offset)
{
    ic_frames_t  *frames;

    frames = malloc(sizeof(ic_frames_t));
    if (frames == NULL) {
        return NULL;
    }

    frames->file = fopen(file, "rbe");
    frames->offset = offset;

    if (frames->file == NULL
        || fseeko(frames->file, (off_t) offset, SEEK_SET) != 0)
    {
        ic_frames_close(frames);
        return NULL;
    }

    return frames;
}


void
ic_frames_close(ic_frames_t *frames)
{
    if (frames->file != NULL) {
        fclose(frames->file);
    }

    free(frames);
}


int
ic_frames_next(ic_frames_t *frames, ic_hasher_t *hasher, ic_str_t *bytes,
    ic_hash_t *hash)
{
    size_t  n;
    u_char  head[IC_FRAME_HEAD];

    n = fread(head, 1, sizeof(head), frames->file);

    if (n == 0 && feof(frames->file)) {
        return 0;
    }

    if (n != sizeof(head)) {
        return ferror(frames->file) ? -3 : -1;
    }

    bytes->len = ic_frame_length(head);
    bytes->data = frames->bytes;

    if (bytes->len == 0 || bytes->len > IC_HEAD_MAX) {
        return -2;
    }

    if (fread(bytes->data, 1, bytes->len, frames->file) != bytes->len) {
        return ferror(frames->file) ? -3 : -1;
    }

    if (ic_tree_leaf(hasher, *bytes, hash) != 0) {
        errno = ENOMEM;
        return -3;
    }

    if (memcmp(head + 4, hash->byte, 4) != 0) {
        return -2;
    }

    frames->offset += IC_FRAME_HEAD + bytes->len;

    return 1;
}


uint64_t
ic_frames_offset(const ic_frames_t *frames)
{
    return frames->offset;
}


size_t
ic_frame_length(const u_char head[IC_FRAME_HEAD])
{
    return (size_t) head[0] << 24 | (size_t) head[1] << 16
           | (size_t) head[2] << 8 | head[3];
}


void
ic_frame_head(u_char head[IC_FRAME_HEAD], size_t len, const ic_hash_t *hash)
{
    head[0] = (u_char) (len >> 24);
    head[1] = (u_char) (len >> 16);
    head[2] = (u_char) (len >> 8);
    head[3] = (u_char) len;
    memcpy(head + 4, hash->byte, 4);
}
